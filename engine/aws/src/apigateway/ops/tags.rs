//! Tags of APIs and stages.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::errors;
use crate::apigateway::lookup::{self, access};
use crate::apigateway::state::TextMap;

shape! {
    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("resourceArn", label_as = "resource_arn")] pub resource_arn: String,
        #[wire("tags", required)] pub tags: BTreeMap<String, String>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("resourceArn", label_as = "resource_arn")] pub resource_arn: String,
        #[wire("tagKeys", query = "tagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What GetTags takes.
    pub struct GetTagsInput {
        #[wire("resourceArn", label_as = "resource_arn")] pub resource_arn: String,
    }

    /// What GetTags answers.
    pub struct GetTagsOutput {
        #[wire("tags")] pub tags: BTreeMap<String, String>,
    }
}

/// The tags behind `arn:aws:apigateway:REGION::/restapis/ID` or `…/stages/NAME`.
fn tags_of<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut TextMap> {
    let start = format!("arn:aws:apigateway:{}::/restapis/", cx.region);
    let rest = arn.strip_prefix(&start).ok_or_else(errors::arn_not_found)?;
    let (id, stage) = match rest.split_once("/stages/") {
        Some((id, stage)) => (id, Some(stage)),
        None => (rest, None),
    };
    let api = lookup::api_mut(cx, id)?;
    let tags = match stage {
        Some(name) => &mut api.stages.get_mut(name).ok_or_else(errors::stage_not_found)?.tags,
        None => &mut api.tags,
    };
    Ok(tags.get_or_insert_default())
}

operation! {
    /// Adds tags to an API or a stage.
    ///
    /// **Source**: API Gateway API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "PUT" "/tags/{resource_arn}" 204,
        input: TagResourceInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "PUT", &format!("/tags/{}", input.resource_arn)),
        handler: |cx, input| {
            tags_of(cx, &input.resource_arn)?.extend(input.tags);
            Ok(())
        },
    }
}

operation! {
    /// Removes tags from an API or a stage.
    ///
    /// **Source**: API Gateway API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "DELETE" "/tags/{resource_arn}" 204,
        input: UntagResourceInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("/tags/{}", input.resource_arn)),
        handler: |cx, input| {
            tags_of(cx, &input.resource_arn)?.retain(|key, _| !input.tag_keys.contains(key));
            Ok(())
        },
    }
}

operation! {
    /// Returns the tags of an API or a stage.
    ///
    /// **Source**: API Gateway API Reference, "GetTags".
    pub GET_TAGS: GetTags {
        http: "GET" "/tags/{resource_arn}" 200,
        input: GetTagsInput,
        output: GetTagsOutput,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/tags/{}", input.resource_arn)),
        handler: |cx, input| Ok(GetTagsOutput { tags: tags_of(cx, &input.resource_arn)?.clone() }),
    }
}
