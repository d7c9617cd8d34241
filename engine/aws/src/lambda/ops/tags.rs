//! Tags of functions and event source mappings.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::lambda::target::{Target, target};
use crate::lambda::{errors, tags};

shape! {
    /// What TagResource takes.
    pub struct TagResourceInput {
        #[wire("Resource", label)] pub resource: String,
        #[wire("Tags", required)] pub tags: BTreeMap<String, String>,
    }

    /// What UntagResource takes.
    pub struct UntagResourceInput {
        #[wire("Resource", label)] pub resource: String,
        #[wire("TagKeys", query = "tagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What ListTags takes.
    pub struct ListTagsInput {
        #[wire("Resource", label)] pub resource: String,
    }

    /// What ListTags answers.
    pub struct ListTagsOutput {
        #[wire("Tags")] pub tags: BTreeMap<String, String>,
    }
}

const ARN_PATTERN: &str = r"arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)";

/// What has tags: whole functions, and event source mappings.
enum Tagged {
    Function(Target),
    Mapping(String),
}

fn tagged(cx: &OpContext<'_>, arn: &str) -> ApiResult<Tagged> {
    if let Some((_, uuid)) = arn.split_once(":event-source-mapping:") {
        let found = cx.state().lambda.mappings.contains_key(uuid);
        return if found { Ok(Tagged::Mapping(uuid.to_owned())) } else { Err(errors::resource_missing()) };
    }
    let found = target(cx, arn, None).ok().filter(|_| arn.starts_with("arn:") && arn.contains(":function:"));
    let Some(target) = found else {
        let mut validation = Validation::new();
        validation.pattern("resource", arn, ARN_PATTERN, false);
        validation.finish("ValidationException")?;
        return Err(errors::function_not_found(arn));
    };
    if !target.qualifier.is_empty() {
        let text = "Tags on function aliases and versions are not supported. Please specify a function ARN.";
        return Err(errors::invalid_parameter(text));
    }
    target.function(cx)?;
    Ok(Tagged::Function(target))
}

type Tags = BTreeMap<String, String>;

fn tags_of(cx: &OpContext<'_>, tagged: &Tagged) -> ApiResult<Tags> {
    match tagged {
        Tagged::Function(target) => Ok(target.function(cx)?.tags.clone()),
        Tagged::Mapping(uuid) => {
            let mapping = cx.state().lambda.mappings.get(uuid).ok_or_else(errors::resource_missing)?;
            Ok(mapping.tags.clone())
        }
    }
}

fn set_tags(cx: &mut OpContext<'_>, tagged: &Tagged, tags: Tags) -> ApiResult<()> {
    match tagged {
        Tagged::Function(target) => target.function_mut(cx)?.tags = tags,
        Tagged::Mapping(uuid) => {
            cx.lambda().mappings.get_mut(uuid).ok_or_else(errors::resource_missing)?.tags = tags;
        }
    }
    Ok(())
}

operation! {
    /// Adds tags to a function.
    ///
    /// **Source**: AWS Lambda API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/2017-03-31/tags/{Resource}" 204,
        input: TagResourceInput,
        output: (),
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |_, input| {
            let tags = input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Access::to("lambda:TagResource", input.resource.as_str()).with_request_tags(tags)
        },
        handler: tag_resource,
    }
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    let tagged = tagged(cx, &input.resource)?;
    if input.tags.is_empty() {
        return Err(errors::invalid_parameter("An error occurred and the request cannot be processed."));
    }
    let mut known = tags_of(cx, &tagged)?;
    tags::check(&known, &input.tags)?;
    known.extend(input.tags);
    set_tags(cx, &tagged, known)
}

operation! {
    /// Removes tags from a function.
    ///
    /// **Source**: AWS Lambda API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "DELETE" "/2017-03-31/tags/{Resource}" 204,
        input: UntagResourceInput,
        output: (),
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |_, input| Access::to("lambda:UntagResource", input.resource.as_str()),
        handler: untag_resource,
    }
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    let tagged = tagged(cx, &input.resource)?;
    let mut known = tags_of(cx, &tagged)?;
    known.retain(|key, _| !input.tag_keys.contains(key));
    set_tags(cx, &tagged, known)
}

operation! {
    /// Returns a function's tags.
    ///
    /// **Source**: AWS Lambda API Reference, "ListTags".
    pub LIST_TAGS: ListTags {
        http: "GET" "/2017-03-31/tags/{Resource}" 200,
        input: ListTagsInput,
        output: ListTagsOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |_, input| Access::to("lambda:ListTags", input.resource.as_str()),
        handler: list_tags,
    }
}

fn list_tags(cx: &mut OpContext<'_>, input: ListTagsInput) -> ApiResult<ListTagsOutput> {
    let tagged = tagged(cx, &input.resource)?;
    Ok(ListTagsOutput { tags: tags_of(cx, &tagged)? })
}
