//! What EC2 checks of parameters before it does anything.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::errors;
use crate::ec2::kinds::Kind;
use crate::ec2::limits;
use crate::ec2::shapes::{Tag, TagSpecification};
use crate::ec2::state::Tags;
use crate::service::ApiResult;

/// The value, if it is one of a set.
pub fn one_of(value: Option<&str>, parameter: &str, set: &[&str]) -> ApiResult<()> {
    match value {
        Some(value) if !set.contains(&value) => Err(errors::bad_value(value, parameter)),
        Some(_) | None => Ok(()),
    }
}

/// Tags that a request gives.
pub fn tags(given: &[Tag]) -> ApiResult<Tags> {
    let mut out = Tags::new();
    for tag in given {
        let key = tag.key.clone().unwrap_or_default();
        let value = tag.value.clone().unwrap_or_default();
        if key.is_empty() {
            return Err(errors::invalid_value("Tag key cannot be empty."));
        }
        if key.chars().count() > limits::TAG_KEY_CHARS {
            let text = format!("Tag key exceeds the maximum length of {} characters", limits::TAG_KEY_CHARS);
            return Err(errors::invalid_value(text));
        }
        if value.chars().count() > limits::TAG_VALUE_CHARS {
            let text =
                format!("Tag value exceeds the maximum length of {} characters", limits::TAG_VALUE_CHARS);
            return Err(errors::invalid_value(text));
        }
        if key.starts_with("aws:") {
            let text = "Tag keys starting with 'aws:' are reserved for internal use";
            return Err(errors::invalid_value(text));
        }
        if out.insert(key.clone(), value).is_some() {
            return Err(errors::invalid_value(format!("Duplicate tag key '{key}' specified.")));
        }
    }
    if out.len() > limits::TAGS { Err(errors::tag_limit()) } else { Ok(out) }
}

/// Tags by the kind of what a request creates; `kinds` are those it can create.
pub fn tag_specifications(given: &[TagSpecification], kinds: &[Kind]) -> ApiResult<Vec<(Kind, Tags)>> {
    let mut out: Vec<(Kind, Tags)> = Vec::new();
    for specification in given {
        let name = specification.resource_type.as_deref().unwrap_or_default();
        if name.is_empty() {
            return Err(errors::invalid_value("Tag specification resource type must have a value"));
        }
        let Some(kind) = kinds.iter().copied().find(|kind| kind.resource_type() == name) else {
            let text = format!("'{name}' is not a valid taggable resource type for this operation.");
            return Err(errors::invalid_value(text));
        };
        if specification.tags.is_empty() {
            return Err(errors::invalid_value("Tag specification must have at least one tag"));
        }
        if out.iter().any(|(other, _)| *other == kind) {
            return Err(errors::invalid_value(format!(
                "Duplicate tag specification for resource type '{name}'"
            )));
        }
        out.push((kind, tags(&specification.tags)?));
    }
    Ok(out)
}

/// The tags for one kind.
pub fn tags_for(specifications: &[(Kind, Tags)], kind: Kind) -> Option<Tags> {
    specifications.iter().find(|(own, _)| *own == kind).map(|(_, tags)| tags.clone())
}

/// The ARN of a resource of this region, as permissions name it.
pub fn arn(cx: &OpContext<'_>, kind: Kind, id: &str) -> String {
    cx.arn("ec2", &format!("{}/{id}", kind.resource_type())).to_string()
}

/// One permission on a resource that exists, with its tags as condition keys.
pub fn access_to(cx: &OpContext<'_>, action: &str, kind: Kind, id: &str) -> Access {
    let mut access = Access::to(action, arn(cx, kind, id));
    for (key, value) in cx.state().ec2.at(&cx.region).tags.get(id).into_iter().flatten() {
        access = access.with_key(&format!("aws:ResourceTag/{key}"), [value.clone()]);
        access = access.with_key(&format!("ec2:ResourceTag/{key}"), [value.clone()]);
    }
    access
}

/// The same permission on several resources.
pub fn access_to_all(cx: &OpContext<'_>, action: &str, kind: Kind, ids: &[String]) -> Access {
    let none = if ids.is_empty() { access_to(cx, action, kind, "*") } else { Access::none() };
    ids.iter().fold(none, |access, id| access.and(access_to(cx, action, kind, id)))
}

/// The permission to create something, and to tag what is created.
pub fn access_to_create(
    cx: &OpContext<'_>,
    action: &str,
    kind: Kind,
    specifications: &[TagSpecification],
) -> Access {
    let resource = arn(cx, kind, "*");
    let mut access = with_request_tags(Access::to(action, resource.clone()), specifications);
    if !specifications.is_empty() {
        let operation = action.rsplit(':').next().unwrap_or_default().to_owned();
        let tagging = Access::to("ec2:CreateTags", resource).with_key("ec2:CreateAction", [operation]);
        access = access.and(with_request_tags(tagging, specifications));
    }
    access
}

pub fn with_request_tags(mut access: Access, specifications: &[TagSpecification]) -> Access {
    let tags = specifications.iter().flat_map(|specification| &specification.tags);
    for tag in tags {
        let (Some(key), Some(value)) = (&tag.key, &tag.value) else { continue };
        access = access.with_key(&format!("aws:RequestTag/{key}"), [value.clone()]);
    }
    access
}
