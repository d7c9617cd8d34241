//! Tags of APIs and stages.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigatewayv2::errors;
use crate::apigatewayv2::lookup::{self, access};

shape! {
    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("ResourceArn", label_as = "resource-arn")] pub resource_arn: String,
        #[wire("Tags", json = "tags")] pub tags: Option<BTreeMap<String, String>>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("ResourceArn", label_as = "resource-arn")] pub resource_arn: String,
        #[wire("TagKeys", query = "tagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What GetTags takes.
    pub struct GetTagsInput {
        #[wire("ResourceArn", label_as = "resource-arn")] pub resource_arn: String,
    }

    /// What GetTags answers.
    pub struct GetTagsOutput {
        #[wire("Tags", json = "tags")] pub tags: BTreeMap<String, String>,
    }

    /// TagResource answers with nothing in it.
    pub struct TagResourceOutput {}
}

/// The tags behind `arn:aws:apigateway:REGION::/apis/ID` or `…/stages/NAME`.
fn tags_of<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut BTreeMap<String, String>> {
    let start = lookup::api_arn(cx.region.as_str(), "");
    let rest = arn.strip_prefix(&start).ok_or_else(errors::arn_not_found)?;
    let (id, stage) = match rest.split_once("/stages/") {
        Some((id, stage)) => (id, Some(stage)),
        None => (rest, None),
    };
    let api = lookup::api_mut(cx, id)?;
    let tags = match stage {
        Some(name) => &mut api.stages.get_mut(name).ok_or_else(errors::stage_not_found)?.tags,
        None => &mut api.settings.tags,
    };
    Ok(tags.get_or_insert_default())
}

operation! {
    /// Adds tags to an API or a stage.
    ///
    /// **Source**: API Gateway V2 API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/v2/tags/{resource-arn}" 201,
        input: TagResourceInput,
        output: TagResourceOutput,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/tags/{}", input.resource_arn)),
        handler: |cx, input| {
            tags_of(cx, &input.resource_arn)?.extend(input.tags.unwrap_or_default());
            Ok(TagResourceOutput {})
        },
    }
}

operation! {
    /// Removes tags from an API or a stage.
    ///
    /// **Source**: API Gateway V2 API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "DELETE" "/v2/tags/{resource-arn}" 204,
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
    /// **Source**: API Gateway V2 API Reference, "GetTags".
    pub GET_TAGS: GetTags {
        http: "GET" "/v2/tags/{resource-arn}" 200,
        input: GetTagsInput,
        output: GetTagsOutput,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/tags/{}", input.resource_arn)),
        handler: |cx, input| Ok(GetTagsOutput { tags: tags_of(cx, &input.resource_arn)?.clone() }),
    }
}
