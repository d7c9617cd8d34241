//! Shapes that several operations share. Members' XML names follow from their own (`small_xml_names`).

use crate::context::OpContext;
use crate::ec2::state::Tags;
use nuvola_kernel::Region;
use nuvola_wire::shape;

shape! {
    /// What a listing is narrowed by.
    pub struct Filter {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Values", xml = "Value")] pub values: Vec<String>,
    }

    /// A tag.
    pub struct Tag {
        #[wire("Key")] pub key: Option<String>,
        #[wire("Value")] pub value: Option<String>,
    }

    /// Tags for what a request creates.
    pub struct TagSpecification {
        #[wire("ResourceType")] pub resource_type: Option<String>,
        #[wire("Tags", xml = "Tag")] pub tags: Vec<Tag>,
    }

    /// A security group by id and name.
    pub struct GroupIdentifier {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
    }

    /// A text as an attribute.
    pub struct AttributeValue {
        #[wire("Value")] pub value: Option<String>,
    }

    /// A truth as an attribute.
    pub struct AttributeBooleanValue {
        #[wire("Value")] pub value: Option<bool>,
    }

    /// The answer of operations that say only that they succeeded.
    pub struct Done {
        #[wire("Return")] pub done: Option<bool>,
    }
}

impl Done {
    pub const YES: Done = Done { done: Some(true) };
}

/// Tags in the order of their keys.
pub fn shown_tags(tags: Option<&Tags>) -> Vec<Tag> {
    let tags = tags.into_iter().flatten();
    tags.map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) }).collect()
}

/// The tags of a resource as they are shown.
pub fn tags_of(cx: &OpContext<'_>, id: &str) -> Vec<Tag> {
    shown_tags(region_of(cx, &cx.region).tags.get(id))
}

/// What a region has: nothing, where nothing happened yet.
pub fn region_of<'a>(cx: &'a OpContext<'_>, region: &Region) -> &'a crate::ec2::state::Regional {
    cx.state().ec2.at(region)
}
