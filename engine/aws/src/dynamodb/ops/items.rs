//! Single items: put, got, deleted.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::attr::{Item, item_bytes, item_from_json, item_to_json};
use crate::dynamodb::capacity::{Strength, read_cost};
use crate::dynamodb::expression::ast::{Condition, Path};
use crate::dynamodb::expression::check::Placeholders;
use crate::dynamodb::expression::project::project;
use crate::dynamodb::expression::{Purpose, legacy};
use crate::dynamodb::ops::common::{self, Consumed, Report, to_table, usable, usable_mut};
use crate::dynamodb::read::Source;
use crate::dynamodb::replicas::View;
use crate::dynamodb::state::Table;
use crate::dynamodb::streams::Author;
use crate::dynamodb::streams::feed;
use crate::dynamodb::write::{Action, Write};
use crate::dynamodb::{errors, key};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use serde_json::{Value as Json, json};

operation! {
    /// Puts an item in place of whatever has its key.
    ///
    /// **Source**: DynamoDB API Reference, "PutItem".
    pub PUT_ITEM: PutItem {
        http: "POST" "/" 200,
        input: PutItemInput,
        output: WriteOutput,
        errors: ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"],
        access: |cx, input| {
            let access = with_attributes(to_table(cx, "dynamodb:PutItem", &input.table_name), &input.item);
            common::leading_keys(cx, access, &input.table_name, [&input.item])
        },
        handler: put_item,
    }
}

operation! {
    /// Reads the item that has a key.
    ///
    /// **Source**: DynamoDB API Reference, "GetItem".
    pub GET_ITEM: GetItem {
        http: "POST" "/" 200,
        input: GetItemInput,
        output: GetItemOutput,
        errors: ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            let access = to_table(cx, "dynamodb:GetItem", &input.table_name);
            let access = common::leading_keys(cx, access, &input.table_name, [&input.key]);
            with_projection(access, input.projection.as_deref(), input.names.as_ref(), input.attributes_to_get.as_deref())
        },
        handler: get_item,
    }
}

operation! {
    /// Deletes the item that has a key, if there is one.
    ///
    /// **Source**: DynamoDB API Reference, "DeleteItem".
    pub DELETE_ITEM: DeleteItem {
        http: "POST" "/" 200,
        input: DeleteItemInput,
        output: WriteOutput,
        errors: ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"],
        access: |cx, input| {
            let access = to_table(cx, "dynamodb:DeleteItem", &input.table_name);
            common::leading_keys(cx, access, &input.table_name, [&input.key])
        },
        handler: delete_item,
    }
}

/// Declares what a write of one item takes: the table, the operation's own, and what all of them share.
macro_rules! write_input {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident { $($own:tt)* }
    ) => {
        ::nuvola_wire::shape! {
            $(#[doc = $doc])*
            pub struct $name {
                #[wire("TableName")] pub table_name: String,
                $($own)*
                #[wire("ReturnValues")] pub return_values: Option<String>,
                #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
                #[wire("ReturnItemCollectionMetrics")] pub metrics: Option<String>,
                #[wire("ConditionalOperator")] pub conditional_operator: Option<String>,
                #[wire("Expected")] pub expected: Option<::serde_json::Value>,
                #[wire("ConditionExpression")] pub condition: Option<String>,
                #[wire("ExpressionAttributeNames")] pub names: Option<::serde_json::Value>,
                #[wire("ExpressionAttributeValues")] pub values: Option<::serde_json::Value>,
                #[wire("ReturnValuesOnConditionCheckFailure")] pub on_failure: Option<String>,
            }
        }
    };
}
pub(super) use write_input;

write_input! {
    /// What `PutItem` takes.
    pub struct PutItemInput {
        #[wire("Item")] pub item: Json,
    }
}

write_input! {
    /// What `DeleteItem` takes.
    pub struct DeleteItemInput {
        #[wire("Key")] pub key: Json,
    }
}

shape! {
    /// What `GetItem` takes.
    pub struct GetItemInput {
        #[wire("TableName")] pub table_name: String,
        #[wire("Key")] pub key: Json,
        #[wire("AttributesToGet")] pub attributes_to_get: Option<Vec<String>>,
        #[wire("ConsistentRead")] pub consistent: Option<bool>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
        #[wire("ProjectionExpression")] pub projection: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
    }

    /// What `PutItem`, `UpdateItem` and `DeleteItem` answer.
    pub struct WriteOutput {
        #[wire("Attributes")] pub attributes: Option<Json>,
        #[wire("ConsumedCapacity")] pub consumed: Option<Json>,
        #[wire("ItemCollectionMetrics")] pub metrics: Option<Json>,
    }

    /// What `GetItem` answers.
    pub struct GetItemOutput {
        #[wire("Item")] pub item: Option<Json>,
        #[wire("ConsumedCapacity")] pub consumed: Option<Json>,
    }
}

/// The parameters that the inputs of writes have in common.
macro_rules! options {
    ($input:expr) => {
        $crate::dynamodb::ops::items::WriteOptions {
            return_values: $input.return_values.as_deref(),
            report: $input.report.as_deref(),
            metrics: $input.metrics.as_deref(),
            conditional_operator: $input.conditional_operator.as_deref(),
            expected: $input.expected.as_ref(),
            condition: $input.condition.as_deref(),
            on_failure: $input.on_failure.as_deref(),
            names: $input.names.as_ref(),
            values: $input.values.as_ref(),
        }
    };
}
pub(super) use options;

/// The condition key `dynamodb:Attributes`: the attributes that a request names.
pub fn with_attributes(access: Access, item: &Json) -> Access {
    let names: Vec<String> = item.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    if names.is_empty() { access } else { access.with_key("dynamodb:Attributes", names) }
}

/// The same for a projection, and `dynamodb:Select` with it.
pub fn with_projection(
    access: Access,
    projection: Option<&str>,
    names: Option<&Json>,
    attributes_to_get: Option<&[String]>,
) -> Access {
    let paths = match (projection, attributes_to_get) {
        (Some(text), _) => {
            let mut placeholders =
                Placeholders::new(names, None, &[(Purpose::Projection, true)]).unwrap_or_default();
            placeholders.projection(Some(text)).ok().flatten().unwrap_or_default()
        }
        (None, Some(names)) => names.iter().map(|name| Path::top(name)).collect(),
        (None, None) => return access,
    };
    let heads: Vec<String> = paths.iter().map(|path| path.head().to_owned()).collect();
    access
        .with_key("dynamodb:Attributes", heads)
        .with_key("dynamodb:Select", ["SPECIFIC_ATTRIBUTES".to_owned()])
}

/// Parameters that every write of one item has.
pub struct WriteOptions<'i> {
    pub return_values: Option<&'i str>,
    pub report: Option<&'i str>,
    pub metrics: Option<&'i str>,
    pub conditional_operator: Option<&'i str>,
    pub expected: Option<&'i Json>,
    pub condition: Option<&'i str>,
    pub on_failure: Option<&'i str>,
    pub names: Option<&'i Json>,
    pub values: Option<&'i Json>,
}

/// What the parameters of a write ask for.
pub struct Asked {
    pub report: Report,
    pub metrics: bool,
    pub show_on_failure: bool,
}

impl WriteOptions<'_> {
    /// Checks the words.
    pub fn check(&self) -> ApiResult<Asked> {
        let mut validation = Validation::new();
        if let Some(values) = self.return_values {
            let words = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];
            validation.one_of("returnValues", values, &words);
        }
        let report = common::check_report(&mut validation, self.report);
        if let Some(metrics) = self.metrics {
            validation.one_of("returnItemCollectionMetrics", metrics, &["SIZE", "NONE"]);
        }
        if let Some(on_failure) = self.on_failure {
            validation.one_of("returnValuesOnConditionCheckFailure", on_failure, &["ALL_OLD", "NONE"]);
        }
        if let Some(operator) = self.conditional_operator {
            validation.one_of("conditionalOperator", operator, &["AND", "OR"]);
        }
        validation.finish("ValidationException")?;
        Ok(Asked {
            report,
            metrics: self.metrics == Some("SIZE"),
            show_on_failure: self.on_failure == Some("ALL_OLD"),
        })
    }

    /// The condition, from the expression or from `Expected`.
    pub fn condition(&self, placeholders: &mut Placeholders) -> ApiResult<Option<Condition>> {
        match self.expected {
            Some(expected) => legacy::expected(expected, self.conditional_operator),
            None => placeholders.condition(Purpose::Condition, self.condition),
        }
    }

    /// `PutItem` and `DeleteItem` can show only what was there before.
    fn check_old_only(&self) -> ApiResult<bool> {
        match self.return_values {
            None | Some("NONE") => Ok(false),
            Some("ALL_OLD") => Ok(true),
            Some(_) => Err(errors::return_values("ALL_OLD or NONE")),
        }
    }
}

/// Refuses legacy parameters beside expressions. Each list has the names of those that were given.
pub fn check_not_mixed(legacy: &[(&str, bool)], modern: &[(&str, bool)]) -> ApiResult<()> {
    let given = |list: &[(&str, bool)]| {
        let names: Vec<&str> = list.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        names.join(", ")
    };
    let (legacy, modern) = (given(legacy), given(modern));
    if legacy.is_empty() || modern.is_empty() {
        return Ok(());
    }
    Err(errors::mixed_parameters(&legacy, &modern))
}

/// Does one write, and gives what was there before, what is there now, and what it consumed.
pub fn write_one(cx: &mut OpContext<'_>, table_name: &str, write: &Write) -> ApiResult<Written> {
    let now_ms = cx.now_ms;
    let table = usable(cx, table_name)?;
    let plan = write.plan(table, false)?;
    common::check_write_capacity(table, &plan, now_ms)?;
    let name = table.name.clone();
    let consumed = Consumed::of(&plan);
    let new = plan.new.clone();
    let table = usable_mut(cx, &name)?;
    let old = table.commit(plan, Author::Client, now_ms);
    common::take_write_capacity(table, &consumed, now_ms);
    let collection = item_collection(table, old.as_ref().or(new.as_ref()));
    common::schedule_expiry(cx, &name);
    feed::tell(cx, &name);
    Ok(Written { table: name, old, new, consumed, collection })
}

/// What a write left.
pub struct Written {
    pub table: String,
    pub old: Option<Item>,
    pub new: Option<Item>,
    pub consumed: Consumed,
    pub collection: Option<Json>,
}

/// The metrics of an item collection: only tables with local indexes have collections.
pub fn item_collection(table: &Table, item: Option<&Item>) -> Option<Json> {
    table.indexes.values().find(|index| !index.global)?;
    let hash = item?.get(&table.key.hash)?;
    let mut key = serde_json::Map::new();
    key.insert(table.key.hash.clone(), hash.to_json());
    Some(json!({ "ItemCollectionKey": key, "SizeEstimateRangeGB": [0.0, 1.0] }))
}

impl Written {
    pub fn output(self, asked: &Asked, attributes: Option<Item>) -> WriteOutput {
        let attributes = attributes.filter(|item| !item.is_empty());
        WriteOutput {
            attributes: attributes.map(|item| item_to_json(&item).into()),
            consumed: self.consumed.shown(asked.report, &self.table, None),
            metrics: self.collection.filter(|_| asked.metrics),
        }
    }
}

fn put_item(cx: &mut OpContext<'_>, input: PutItemInput) -> ApiResult<WriteOutput> {
    write_whole(cx, &input.table_name, &options!(input), (&input.item, Action::Put))
}

fn delete_item(cx: &mut OpContext<'_>, input: DeleteItemInput) -> ApiResult<WriteOutput> {
    write_whole(cx, &input.table_name, &options!(input), (&input.key, Action::Delete))
}

/// Puts or deletes one item: the same but for what is done with the item or key.
fn write_whole(
    cx: &mut OpContext<'_>,
    table_name: &str,
    options: &WriteOptions<'_>,
    (given, action): (&Json, fn(Item) -> Action),
) -> ApiResult<WriteOutput> {
    let asked = options.check()?;
    check_not_mixed(
        &[("Expected", options.expected.is_some())],
        &[("ConditionExpression", options.condition.is_some())],
    )?;
    let given = item_from_json(given)?;
    let show_old = options.check_old_only()?;
    let expressions = [(Purpose::Condition, options.condition.is_some())];
    let mut placeholders = Placeholders::new(options.names, options.values, &expressions)?;
    let condition = options.condition(&mut placeholders)?;
    placeholders.finish()?;
    let write = Write { action: action(given), condition, show_on_failure: asked.show_on_failure };
    let mut written = write_one(cx, table_name, &write)?;
    let shown = written.old.take().filter(|_| show_old);
    Ok(written.output(&asked, shown))
}

fn get_item(cx: &mut OpContext<'_>, input: GetItemInput) -> ApiResult<GetItemOutput> {
    let mut validation = Validation::new();
    let report = common::check_report(&mut validation, input.report.as_deref());
    validation.finish("ValidationException")?;
    check_not_mixed(
        &[("AttributesToGet", input.attributes_to_get.is_some())],
        &[("ProjectionExpression", input.projection.is_some())],
    )?;
    let key = item_from_json(&input.key)?;
    let expressions = [(Purpose::Projection, input.projection.is_some())];
    let mut placeholders = Placeholders::new(input.names.as_ref(), None, &expressions)?;
    let mut paths = placeholders.projection(input.projection.as_deref())?;
    placeholders.finish()?;
    if let Some(names) = &input.attributes_to_get {
        paths = Some(legacy::attributes_to_get(names)?);
    }
    let now_ms = cx.now_ms;
    let table = usable(cx, &input.table_name)?;
    let key = key::check_key(&table.key, &table.kinds(), &key)?;
    common::check_read_capacity(table, None, now_ms)?;
    let strength = strength(input.consistent);
    let source = Source { table, index: None, view: view(table, strength), now_ms };
    let item = source.item(&key);
    let cost = read_cost(item.map_or(0, item_bytes), strength);
    let shown = item.map(|item| match &paths {
        Some(paths) => project(item, paths),
        None => item.clone(),
    });
    let name = table.name.clone();
    let looks = cx.looks;
    let table = usable_mut(cx, &name)?;
    if !looks {
        common::take_read_capacity(table, None, cost, strength, now_ms);
    }
    let mut consumed = Consumed::default();
    consumed.add(cost, &[]);
    Ok(GetItemOutput {
        item: shown.map(|item| item_to_json(&item).into()),
        consumed: consumed.shown(report, &name, None),
    })
}

pub fn strength(consistent: Option<bool>) -> Strength {
    if consistent == Some(true) { Strength::Strong } else { Strength::Eventual }
}

/// The replica that answers.
pub fn view(table: &Table, strength: Strength) -> View {
    match strength {
        Strength::Strong | Strength::Transaction => View::Leader,
        Strength::Eventual => View::of_read(table.reads),
    }
}
