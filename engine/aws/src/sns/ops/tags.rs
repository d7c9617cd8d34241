//! Tags of topics.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sns::errors;
use crate::sns::lookup::topic_mut;
use crate::sns::ops::topics::{TAGS_MAX, Tag};
use nuvola_wire::shape;

shape! {
    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("ResourceArn")] pub arn: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("ResourceArn")] pub arn: String,
        #[wire("TagKeys", required)] pub keys: Vec<String>,
    }

    /// The topic whose tags are asked.
    pub struct ListTagsForResourceInput {
        #[wire("ResourceArn")] pub arn: String,
    }

    /// What ListTagsForResource answers.
    pub struct ListTagsForResourceOutput {
        #[wire("Tags")] pub tags: Vec<Tag>,
    }
}

fn check(cx: &OpContext<'_>, arn: &str) -> ApiResult<()> {
    if cx.state().sns.topics.contains_key(arn) { Ok(()) } else { Err(errors::no_resource()) }
}

operation! {
    /// Adds tags to a topic, over those of the same keys.
    ///
    /// **Source**: SNS API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/" 200,
        input: TagResourceInput,
        output: (),
        errors: ["ResourceNotFound", "TagLimitExceeded"],
        access: |_, input| {
            let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
            Access::to("sns:TagResource", input.arn.as_str()).with_request_tags(tags)
        },
        handler: tag_resource,
    }
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    check(cx, &input.arn)?;
    let mut tags = cx.state().sns.topics[&input.arn].tags.clone();
    tags.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
    if tags.len() > TAGS_MAX {
        return Err(errors::too_many_tags());
    }
    topic_mut(cx, &input.arn).tags = tags;
    Ok(())
}

operation! {
    /// Removes tags from a topic.
    ///
    /// **Source**: SNS API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "POST" "/" 200,
        input: UntagResourceInput,
        output: (),
        errors: ["ResourceNotFound"],
        access: |_, input| Access::to("sns:UntagResource", input.arn.as_str()).with_key("aws:TagKeys", input.keys.iter().cloned()),
        handler: untag_resource,
    }
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    check(cx, &input.arn)?;
    topic_mut(cx, &input.arn).tags.retain(|key, _| !input.keys.contains(key));
    Ok(())
}

operation! {
    /// Lists a topic's tags.
    ///
    /// **Source**: SNS API Reference, "ListTagsForResource".
    pub LIST_TAGS_FOR_RESOURCE: ListTagsForResource {
        http: "POST" "/" 200,
        input: ListTagsForResourceInput,
        output: ListTagsForResourceOutput,
        errors: ["ResourceNotFound"],
        access: |_, input| Access::to("sns:ListTagsForResource", input.arn.as_str()),
        handler: list_tags,
    }
}

fn list_tags(
    cx: &mut OpContext<'_>,
    input: ListTagsForResourceInput,
) -> ApiResult<ListTagsForResourceOutput> {
    check(cx, &input.arn)?;
    let tags = &cx.state().sns.topics[&input.arn].tags;
    let shown = tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
    Ok(ListTagsForResourceOutput { tags: shown.collect() })
}
