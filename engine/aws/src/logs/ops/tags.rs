//! Tags of log groups.

use crate::auth::Access;
use crate::context::OpContext;
use crate::logs::ops::groups;
use crate::logs::state::Tags;
use crate::logs::{errors, limits};
use crate::operation;
use crate::service::ApiResult;
use indexmap::IndexMap;
use nuvola_wire::shape;

operation! {
    /// Adds tags to a log group, over those of the same keys.
    ///
    /// **Source**: CloudWatch Logs API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/" 200,
        input: TagResourceInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException", "TooManyTagsException"],
        access: |_, input| {
            let tags = input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Access::to("logs:TagResource", input.resource_arn.as_str()).with_request_tags(tags)
        },
        handler: tag_resource,
    }
}

operation! {
    /// Removes tags from a log group.
    ///
    /// **Source**: CloudWatch Logs API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "POST" "/" 200,
        input: UntagResourceInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |_, input| Access::to("logs:UntagResource", input.resource_arn.as_str()),
        handler: untag_resource,
    }
}

operation! {
    /// Lists the tags of a log group.
    ///
    /// **Source**: CloudWatch Logs API Reference, "ListTagsForResource".
    pub LIST_TAGS_FOR_RESOURCE: ListTagsForResource {
        http: "POST" "/" 200,
        input: ListTagsForResourceInput,
        output: ListTagsForResourceOutput,
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |_, input| Access::to("logs:ListTagsForResource", input.resource_arn.as_str()),
        handler: list_tags_for_resource,
    }
}

operation! {
    /// Adds tags to a log group, by its name.
    ///
    /// **Source**: CloudWatch Logs API Reference, "TagLogGroup".
    pub TAG_LOG_GROUP: TagLogGroup {
        http: "POST" "/" 200,
        input: TagLogGroupInput,
        output: (),
        errors: ["ResourceNotFoundException", "InvalidParameterException"],
        access: |cx, input| Access::to("logs:TagLogGroup", groups::arn_of(cx, &input.log_group_name)),
        handler: tag_log_group,
    }
}

operation! {
    /// Removes tags from a log group, by its name.
    ///
    /// **Source**: CloudWatch Logs API Reference, "UntagLogGroup".
    pub UNTAG_LOG_GROUP: UntagLogGroup {
        http: "POST" "/" 200,
        input: UntagLogGroupInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| Access::to("logs:UntagLogGroup", groups::arn_of(cx, &input.log_group_name)),
        handler: untag_log_group,
    }
}

operation! {
    /// Lists the tags of a log group, by its name.
    ///
    /// **Source**: CloudWatch Logs API Reference, "ListTagsLogGroup".
    pub LIST_TAGS_LOG_GROUP: ListTagsLogGroup {
        http: "POST" "/" 200,
        input: ListTagsLogGroupInput,
        output: ListTagsLogGroupOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| Access::to("logs:ListTagsLogGroup", groups::arn_of(cx, &input.log_group_name)),
        handler: list_tags_log_group,
    }
}

shape! {
    /// What `TagResource` takes.
    pub struct TagResourceInput {
        #[wire("resourceArn")] pub resource_arn: String,
        #[wire("tags", required)] pub tags: IndexMap<String, String>,
    }

    /// What `UntagResource` takes.
    pub struct UntagResourceInput {
        #[wire("resourceArn")] pub resource_arn: String,
        #[wire("tagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What `ListTagsForResource` takes.
    pub struct ListTagsForResourceInput {
        #[wire("resourceArn")] pub resource_arn: String,
    }

    /// What `ListTagsForResource` answers.
    pub struct ListTagsForResourceOutput {
        #[wire("tags")] pub tags: IndexMap<String, String>,
    }

    /// What `TagLogGroup` takes.
    pub struct TagLogGroupInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("tags", required)] pub tags: IndexMap<String, String>,
    }

    /// What `UntagLogGroup` takes.
    pub struct UntagLogGroupInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("tags", required)] pub tags: Vec<String>,
    }

    /// What `ListTagsLogGroup` takes.
    pub struct ListTagsLogGroupInput {
        #[wire("logGroupName")] pub log_group_name: String,
    }

    /// What `ListTagsLogGroup` answers.
    pub struct ListTagsLogGroupOutput {
        #[wire("tags")] pub tags: IndexMap<String, String>,
    }
}

/// The tags of the group that an ARN names.
fn tags_of<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut Tags> {
    let parsed = nuvola_kernel::Arn::parse(arn);
    let name = parsed.as_ref().and_then(|arn| arn.resource().strip_prefix("log-group:"));
    let Some(name) = name else { return Err(errors::no_such_resource()) };
    let name = name.strip_suffix(":*").unwrap_or(name).to_owned();
    groups::find(cx, &name).map(|group| &mut group.tags).map_err(|_| errors::no_such_resource())
}

fn add(tags: &mut Tags, added: IndexMap<String, String>) -> ApiResult<()> {
    let mut merged = tags.clone();
    merged.extend(added);
    if merged.len() > limits::TAGS {
        return Err(errors::too_many_tags());
    }
    *tags = merged;
    Ok(())
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    add(tags_of(cx, &input.resource_arn)?, input.tags)
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    tags_of(cx, &input.resource_arn)?.retain(|key, _| !input.tag_keys.contains(key));
    Ok(())
}

fn list_tags_for_resource(
    cx: &mut OpContext<'_>,
    input: ListTagsForResourceInput,
) -> ApiResult<ListTagsForResourceOutput> {
    let tags = tags_of(cx, &input.resource_arn)?.clone();
    Ok(ListTagsForResourceOutput { tags: tags.into_iter().collect() })
}

fn tag_log_group(cx: &mut OpContext<'_>, input: TagLogGroupInput) -> ApiResult<()> {
    add(&mut groups::find(cx, &input.log_group_name)?.tags, input.tags)
}

fn untag_log_group(cx: &mut OpContext<'_>, input: UntagLogGroupInput) -> ApiResult<()> {
    let tags = &mut groups::find(cx, &input.log_group_name)?.tags;
    tags.retain(|key, _| !input.tags.contains(key));
    Ok(())
}

fn list_tags_log_group(
    cx: &mut OpContext<'_>,
    input: ListTagsLogGroupInput,
) -> ApiResult<ListTagsLogGroupOutput> {
    let tags = groups::find(cx, &input.log_group_name)?.tags.clone();
    Ok(ListTagsLogGroupOutput { tags: tags.into_iter().collect() })
}
