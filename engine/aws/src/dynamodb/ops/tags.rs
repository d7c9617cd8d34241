//! Tags of tables.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::errors;
use crate::dynamodb::ops::common::{self, region_of, table_name, usable_mut};
use crate::dynamodb::state::Table;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;

operation! {
    /// Adds tags to a table, over those of the same keys.
    ///
    /// **Source**: DynamoDB API Reference, "TagResource".
    pub TAG_RESOURCE: TagResource {
        http: "POST" "/" 200,
        input: TagResourceInput,
        output: (),
        errors: ["LimitExceededException", "ResourceNotFoundException", "InternalServerError", "ResourceInUseException"],
        access: |_, input| Access::to("dynamodb:TagResource", input.arn.as_str()),
        handler: tag_resource,
    }
}

operation! {
    /// Removes tags from a table.
    ///
    /// **Source**: DynamoDB API Reference, "UntagResource".
    pub UNTAG_RESOURCE: UntagResource {
        http: "POST" "/" 200,
        input: UntagResourceInput,
        output: (),
        errors: ["LimitExceededException", "ResourceNotFoundException", "InternalServerError", "ResourceInUseException"],
        access: |_, input| Access::to("dynamodb:UntagResource", input.arn.as_str()),
        handler: untag_resource,
    }
}

operation! {
    /// Lists the tags of a table.
    ///
    /// **Source**: DynamoDB API Reference, "ListTagsOfResource".
    pub LIST_TAGS_OF_RESOURCE: ListTagsOfResource {
        http: "POST" "/" 200,
        input: ListTagsInput,
        output: ListTagsOutput,
        errors: ["ResourceNotFoundException", "InternalServerError"],
        access: |_, input| Access::to("dynamodb:ListTagsOfResource", input.arn.as_str()),
        handler: list_tags_of_resource,
    }
}

shape! {
    /// A tag.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }

    /// What `TagResource` takes.
    pub struct TagResourceInput {
        #[wire("ResourceArn")] pub arn: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What `UntagResource` takes.
    pub struct UntagResourceInput {
        #[wire("ResourceArn")] pub arn: String,
        #[wire("TagKeys", required)] pub keys: Vec<String>,
    }

    /// What `ListTagsOfResource` takes.
    pub struct ListTagsInput {
        #[wire("ResourceArn")] pub arn: String,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `ListTagsOfResource` answers.
    pub struct ListTagsOutput {
        #[wire("Tags")] pub tags: Vec<Tag>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

/// How many tags one answer lists.
const PAGE: usize = 10;

fn find<'s>(cx: &'s OpContext<'_>, arn: &str) -> ApiResult<&'s Table> {
    if !arn.starts_with("arn:") {
        return Err(errors::validation(format!(
            "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
        )));
    }
    let table = region_of(cx).and_then(|region| region.tables.get(table_name(arn)));
    table.filter(|table| table.arn == arn).ok_or_else(|| errors::no_such_resource(arn))
}

fn tag_resource(cx: &mut OpContext<'_>, input: TagResourceInput) -> ApiResult<()> {
    let table = find(cx, &input.arn)?;
    let mut validation = Validation::new();
    if input.tags.is_empty() {
        return Err(errors::validation("Atleast one Tag needs to be provided as Input."));
    }
    for (at, tag) in input.tags.iter().enumerate() {
        validation.length(&format!("tags.{}.member.key", at + 1), &tag.key, 1, 128);
        validation.length(&format!("tags.{}.member.value", at + 1), &tag.value, 0, 256);
    }
    validation.finish("ValidationException")?;
    let new = input.tags.iter().filter(|tag| !table.tags.contains_key(&tag.key)).count();
    common::check_tag_count(table.tags.len() + new)?;
    let name = table.name.clone();
    usable_mut(cx, &name)?.tags.extend(input.tags.into_iter().map(|tag| (tag.key, tag.value)));
    Ok(())
}

fn untag_resource(cx: &mut OpContext<'_>, input: UntagResourceInput) -> ApiResult<()> {
    let name = find(cx, &input.arn)?.name.clone();
    if input.keys.is_empty() {
        return Err(errors::validation("Atleast one Tag Key needs to be provided as Input."));
    }
    usable_mut(cx, &name)?.tags.retain(|key, _| !input.keys.contains(key));
    Ok(())
}

fn list_tags_of_resource(cx: &mut OpContext<'_>, input: ListTagsInput) -> ApiResult<ListTagsOutput> {
    let table = find(cx, &input.arn)?;
    let after = match &input.next_token {
        Some(token) => {
            let position = paging::position("ListTagsOfResource", token);
            Some(position.ok_or_else(|| errors::validation("Invalid NextToken"))?)
        }
        None => None,
    };
    let mut rest = table.tags.iter().filter(|(key, _)| after.as_ref().is_none_or(|after| *key > after));
    let tags: Vec<Tag> =
        rest.by_ref().take(PAGE).map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
    let last = tags.last().filter(|_| rest.next().is_some());
    Ok(ListTagsOutput { next_token: last.map(|tag| paging::token("ListTagsOfResource", &tag.key)), tags })
}
