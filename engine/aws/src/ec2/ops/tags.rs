//! Tags.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::shapes::{Filter, Tag, TagSpecification};
use crate::ec2::{check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Adds tags to resources, or gives tags new values.
    ///
    /// **Source**: EC2 API Reference, "CreateTags".
    pub CREATE_TAGS: CreateTags {
        http: "POST" "/" 200,
        input: CreateTagsInput,
        output: (),
        errors: ["InvalidID", "InvalidInstanceID.NotFound", "InvalidParameterValue", "TagLimitExceeded"],
        access: |cx, input| {
            let tags = TagSpecification { resource_type: None, tags: input.tags.clone() };
            check::with_request_tags(access(cx, "ec2:CreateTags", &input.resources), &[tags])
        },
        handler: create_tags,
    }
}

operation! {
    /// Takes tags from resources; with a value, only where the tag has that value.
    ///
    /// **Source**: EC2 API Reference, "DeleteTags".
    pub DELETE_TAGS: DeleteTags {
        http: "POST" "/" 200,
        input: DeleteTagsInput,
        output: (),
        errors: ["InvalidID", "InvalidInstanceID.NotFound"],
        access: |cx, input| access(cx, "ec2:DeleteTags", &input.resources),
        handler: delete_tags,
    }
}

operation! {
    /// Lists tags of all resources.
    ///
    /// **Source**: EC2 API Reference, "DescribeTags".
    pub DESCRIBE_TAGS: DescribeTags {
        http: "POST" "/" 200,
        input: DescribeTagsInput,
        output: DescribeTagsOutput,
        errors: ["InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeTags", "*"),
        handler: describe_tags,
    }
}

shape! {
    /// What `CreateTags` takes.
    pub struct CreateTagsInput {
        #[wire("Resources", xml = "ResourceId", required)] pub resources: Vec<String>,
        #[wire("Tags", xml = "Tag", required)] pub tags: Vec<Tag>,
    }

    /// What `DeleteTags` takes.
    pub struct DeleteTagsInput {
        #[wire("Resources", xml = "ResourceId", required)] pub resources: Vec<String>,
        #[wire("Tags", xml = "Tag")] pub tags: Vec<Tag>,
    }

    /// What `DescribeTags` takes.
    pub struct DescribeTagsInput {
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeTags` answers.
    pub struct DescribeTagsOutput {
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<TagDescription>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A tag with what it is on.
    pub struct TagDescription {
        #[wire("Key")] pub key: Option<String>,
        #[wire("ResourceId")] pub resource_id: Option<String>,
        #[wire("ResourceType")] pub resource_type: Option<String>,
        #[wire("Value")] pub value: Option<String>,
    }
}

const FILTERS: Filters =
    &[("key", "Key"), ("resource-id", "ResourceId"), ("resource-type", "ResourceType"), ("value", "Value")];

fn access(cx: &OpContext<'_>, action: &str, resources: &[String]) -> Access {
    let one = |id: &String| match Kind::of_id(id) {
        Some(kind) => check::access_to(cx, action, kind, id),
        None => Access::to(action, "*"),
    };
    resources.iter().map(one).fold(Access::none(), Access::and)
}

/// Fails unless all resources are there.
fn require(cx: &OpContext<'_>, resources: &[String]) -> ApiResult<()> {
    let network = Network::of(cx);
    let regional = cx.state().ec2.at(&cx.region);
    for id in resources {
        let Some(kind) = Kind::of_id(id) else {
            return Err(errors::error("InvalidID", format!("The ID '{id}' is not valid")));
        };
        if !kind.exists(&network, regional, id) {
            return Err(kind.not_found(id));
        }
    }
    Ok(())
}

fn create_tags(cx: &mut OpContext<'_>, input: CreateTagsInput) -> ApiResult<()> {
    let tags = check::tags(&input.tags)?;
    require(cx, &input.resources)?;
    let region = cx.region.clone();
    for id in &input.resources {
        let mut all = cx.state().ec2.at(&region).tags.get(id).cloned().unwrap_or_default();
        all.extend(tags.clone());
        if all.len() > limits::TAGS {
            return Err(errors::tag_limit());
        }
    }
    let regional = cx.ec2().at_mut(&region);
    for id in input.resources {
        regional.tags.entry(id).or_default().extend(tags.clone());
    }
    Ok(())
}

fn delete_tags(cx: &mut OpContext<'_>, input: DeleteTagsInput) -> ApiResult<()> {
    require(cx, &input.resources)?;
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    for id in &input.resources {
        let Some(own) = regional.tags.get_mut(id) else { continue };
        if input.tags.is_empty() {
            own.clear();
        }
        for tag in &input.tags {
            let key = tag.key.clone().unwrap_or_default();
            if tag.value.is_none() || own.get(&key) == tag.value.as_ref() {
                own.remove(&key);
            }
        }
        if own.is_empty() {
            regional.tags.remove(id);
        }
    }
    Ok(())
}

fn describe_tags(cx: &mut OpContext<'_>, input: DescribeTagsInput) -> ApiResult<Listed> {
    let listing = Listing {
        operation: "DescribeTags",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: false,
    };
    let mut found = Vec::new();
    for (id, tags) in &cx.state().ec2.at(&cx.region).tags {
        let resource_type = Kind::of_id(id).map(|kind| kind.resource_type().to_owned());
        for (key, value) in tags {
            let shown = TagDescription {
                key: Some(key.clone()),
                resource_id: Some(id.clone()),
                resource_type: resource_type.clone(),
                value: Some(value.clone()),
            };
            // Keys of tags come after all ids that begin alike.
            found.push((format!("{id}\0{key}"), shown.into_value()));
        }
    }
    Ok(listing.page_of(found)?.listed("Tags"))
}
