//! `UpdateItem`: an item changed in place, or made.

use crate::context::OpContext;
use crate::dynamodb::attr::item_from_json;
use crate::dynamodb::expression::ast::Path;
use crate::dynamodb::expression::check::Placeholders;
use crate::dynamodb::expression::project::project;
use crate::dynamodb::expression::{Purpose, legacy};
use crate::dynamodb::ops::common::{self, to_table};
use crate::dynamodb::ops::items::{
    WriteOutput, check_not_mixed, options, with_attributes, write_input, write_one,
};
use crate::dynamodb::write::{Action, Write};
use crate::operation;
use crate::service::ApiResult;
use serde_json::Value as Json;

operation! {
    /// Changes attributes of an item; one that is not there is made.
    ///
    /// **Source**: DynamoDB API Reference, "UpdateItem".
    pub UPDATE_ITEM: UpdateItem {
        http: "POST" "/" 200,
        input: UpdateItemInput,
        output: WriteOutput,
        errors: ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"],
        access: |cx, input| {
            let access = to_table(cx, "dynamodb:UpdateItem", &input.table_name);
            let access = common::leading_keys(cx, access, &input.table_name, [&input.key]);
            with_attributes(access, &changed_names(input))
        },
        handler: update_item,
    }
}

write_input! {
    /// What `UpdateItem` takes.
    pub struct UpdateItemInput {
        #[wire("Key")] pub key: Json,
        #[wire("AttributeUpdates")] pub updates: Option<Json>,
        #[wire("UpdateExpression")] pub update: Option<String>,
    }
}

/// The attributes that a request would change, and those of its key, as the names of an object.
fn changed_names(input: &UpdateItemInput) -> Json {
    let mut names = input.key.as_object().cloned().unwrap_or_default();
    names.extend(input.updates.as_ref().and_then(Json::as_object).cloned().unwrap_or_default());
    let expressions = [(Purpose::Update, input.update.is_some())];
    let mut placeholders =
        Placeholders::new(input.names.as_ref(), input.values.as_ref(), &expressions).unwrap_or_default();
    if let Ok(Some(update)) = placeholders.update(input.update.as_deref()) {
        names.extend(update.paths().map(|path| (path.head().to_owned(), Json::Null)));
    }
    names.into()
}

fn update_item(cx: &mut OpContext<'_>, input: UpdateItemInput) -> ApiResult<WriteOutput> {
    let options = options!(input);
    let asked = options.check()?;
    check_not_mixed(
        &[("AttributeUpdates", input.updates.is_some()), ("Expected", input.expected.is_some())],
        &[("UpdateExpression", input.update.is_some()), ("ConditionExpression", input.condition.is_some())],
    )?;
    let key = item_from_json(&input.key)?;
    let expressions =
        [(Purpose::Update, input.update.is_some()), (Purpose::Condition, input.condition.is_some())];
    let mut placeholders = Placeholders::new(input.names.as_ref(), input.values.as_ref(), &expressions)?;
    let update = match &input.updates {
        Some(updates) => Some(legacy::updates(updates)?),
        None => placeholders.update(input.update.as_deref())?,
    };
    let condition = options.condition(&mut placeholders)?;
    placeholders.finish()?;
    let paths: Vec<Path> = update.iter().flat_map(|update| update.paths()).cloned().collect();
    let write =
        Write { action: Action::Update(key, update), condition, show_on_failure: asked.show_on_failure };
    let mut written = write_one(cx, &input.table_name, &write)?;
    let (old, new) = (written.old.take(), written.new.take());
    let shown = match input.return_values.as_deref() {
        Some("ALL_OLD") => old,
        Some("UPDATED_OLD") => old.map(|old| project(&old, &paths)),
        Some("ALL_NEW") => new,
        Some("UPDATED_NEW") => new.map(|new| project(&new, &paths)),
        Some(_) | None => None,
    };
    Ok(written.output(&asked, shown))
}
