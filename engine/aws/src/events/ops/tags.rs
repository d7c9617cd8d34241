//! Tags of rules and buses.

use crate::auth::Access;
use crate::context::OpContext;
use crate::events::errors;
use crate::events::lookup::{bus_arn, new_bus};
use crate::events::state::DEFAULT_BUS;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

const TAGS_MAX: usize = 50;

shape! {
    /// A tag.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }

    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("ResourceARN")] pub arn: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("ResourceARN")] pub arn: String,
        #[wire("TagKeys", required)] pub keys: Vec<String>,
    }

    /// The resource whose tags are asked.
    pub struct ListTagsForResourceInput {
        #[wire("ResourceARN")] pub arn: String,
    }

    /// What ListTagsForResource answers.
    pub struct ListTagsForResourceOutput {
        #[wire("Tags")] pub tags: Vec<Tag>,
    }
}

/// The tags of a rule or a bus.
fn tags<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut BTreeMap<String, String>> {
    if arn == bus_arn(cx, DEFAULT_BUS) && !cx.state().events.buses.contains_key(arn) {
        let bus = new_bus(cx, DEFAULT_BUS);
        cx.events().buses.insert(arn.to_owned(), bus);
    }
    let state = cx.events();
    if let Some(bus) = state.buses.get_mut(arn) {
        return Ok(&mut bus.tags);
    }
    state.rules.get_mut(arn).map(|rule| &mut rule.tags).ok_or_else(|| errors::no_resource(arn))
}

operation! {
    /// Adds tags to a rule or a bus, over those of the same keys.
    ///
    /// **Source**: EventBridge API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/" 200,
        input: TagResourceInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |_, input| {
            let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
            Access::to("events:TagResource", input.arn.as_str()).with_request_tags(tags)
        },
        handler: tag_resource,
    }
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    let kept = tags(cx, &input.arn)?;
    let mut all = kept.clone();
    all.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
    if all.len() > TAGS_MAX {
        return Err(errors::validation("Number of tags exceeds the allowed maximum of 50."));
    }
    *kept = all;
    Ok(())
}

operation! {
    /// Removes tags from a rule or a bus.
    ///
    /// **Source**: EventBridge API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "POST" "/" 200,
        input: UntagResourceInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |_, input| Access::to("events:UntagResource", input.arn.as_str()).with_key("aws:TagKeys", input.keys.iter().cloned()),
        handler: untag_resource,
    }
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    tags(cx, &input.arn)?.retain(|key, _| !input.keys.contains(key));
    Ok(())
}

operation! {
    /// Lists the tags of a rule or a bus.
    ///
    /// **Source**: EventBridge API Reference, "ListTagsForResource".
    pub LIST_TAGS_FOR_RESOURCE: ListTagsForResource {
        http: "POST" "/" 200,
        input: ListTagsForResourceInput,
        output: ListTagsForResourceOutput,
        errors: ["ResourceNotFoundException"],
        access: |_, input| Access::to("events:ListTagsForResource", input.arn.as_str()),
        handler: list_tags,
    }
}

fn list_tags(
    cx: &mut OpContext<'_>,
    input: ListTagsForResourceInput,
) -> ApiResult<ListTagsForResourceOutput> {
    let found = tags(cx, &input.arn)?;
    let shown = found.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
    Ok(ListTagsForResourceOutput { tags: shown.collect() })
}
