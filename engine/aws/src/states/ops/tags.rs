//! Tags of machines and activities.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::states::lookup::{Tag, access, tagged};
use crate::states::{errors, names};
use nuvola_wire::shape;
use std::collections::BTreeMap;

shape! {
    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("resourceArn")] pub arn: String,
        #[wire("tags", required)] pub tags: Vec<Tag>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("resourceArn")] pub arn: String,
        #[wire("tagKeys", required)] pub keys: Vec<String>,
    }

    /// What ListTagsForResource takes.
    pub struct ListTagsInput {
        #[wire("resourceArn")] pub arn: String,
    }

    /// What ListTagsForResource answers.
    pub struct ListTagsOutput {
        #[wire("tags")] pub tags: Vec<Tag>,
    }
}

/// The tags of what an ARN names.
fn find<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut BTreeMap<String, String>> {
    names::expect(arn, &["stateMachine", "activity"])?;
    let states = cx.states();
    let own = match states.machines.get_mut(arn) {
        Some(machine) => Some(&mut machine.tags),
        None => states.activities.get_mut(arn).map(|activity| &mut activity.tags),
    };
    own.ok_or_else(|| errors::no_such_resource(arn))
}

operation! {
    /// Adds tags to a machine or an activity.
    ///
    /// **Source**: Step Functions API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/" 200,
        input: TagResourceInput,
        output: (),
        errors: ["InvalidArn", "ResourceNotFound", "TooManyTags"],
        access: |_, input| {
            let tags = input.tags.iter().filter_map(|tag| Some((tag.key.as_deref()?, tag.value.as_deref()?)));
            access("states:TagResource", &input.arn).with_request_tags(tags)
        },
        handler: tag_resource,
    }
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    let own = find(cx, &input.arn)?;
    *own = tagged(&input.arn, own, input.tags)?;
    Ok(())
}

operation! {
    /// Removes tags from a machine or an activity.
    ///
    /// **Source**: Step Functions API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "POST" "/" 200,
        input: UntagResourceInput,
        output: (),
        errors: ["InvalidArn", "ResourceNotFound"],
        access: |_, input| access("states:UntagResource", &input.arn),
        handler: untag_resource,
    }
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    find(cx, &input.arn)?.retain(|key, _| !input.keys.contains(key));
    Ok(())
}

operation! {
    /// Lists the tags of a machine or an activity.
    ///
    /// **Source**: Step Functions API Reference, "ListTagsForResource".
    pub LIST_TAGS_FOR_RESOURCE: ListTagsForResource {
        http: "POST" "/" 200,
        input: ListTagsInput,
        output: ListTagsOutput,
        errors: ["InvalidArn", "ResourceNotFound"],
        access: |_, input| access("states:ListTagsForResource", &input.arn),
        handler: list_tags,
    }
}

fn list_tags(cx: &mut OpContext<'_>, input: ListTagsInput) -> ApiResult<ListTagsOutput> {
    let tags = find(cx, &input.arn)?.iter();
    let tags = tags.map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) });
    Ok(ListTagsOutput { tags: tags.collect() })
}
