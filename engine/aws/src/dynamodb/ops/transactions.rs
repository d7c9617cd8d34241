//! Transactions: all of it, or nothing.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::attr::{item_bytes, item_from_json, item_to_json};
use crate::dynamodb::capacity::{Strength, read_cost};
use crate::dynamodb::errors::Reason;
use crate::dynamodb::expression::Purpose;
use crate::dynamodb::expression::ast::Path;
use crate::dynamodb::expression::check::Placeholders;
use crate::dynamodb::expression::project::project;
use crate::dynamodb::ops::common::{self, Consumed, Report, to_table, usable, usable_mut};
use crate::dynamodb::ops::items::item_collection;
use crate::dynamodb::state::Token;
use crate::dynamodb::store::Plan;
use crate::dynamodb::streams::Author;
use crate::dynamodb::streams::feed;
use crate::dynamodb::write::{Action, Write};
use crate::dynamodb::{errors, key, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use indexmap::IndexMap;
use nuvola_wire::checksum::sha256_hex;
use nuvola_wire::shape;
use serde_json::{Map as Object, Value as Json, json};
use std::collections::BTreeSet;

operation! {
    /// Does up to 100 writes and checks of several tables, or none of them.
    ///
    /// **Source**: DynamoDB API Reference, "TransactWriteItems".
    pub TRANSACT_WRITE_ITEMS: TransactWriteItems {
        http: "POST" "/" 200,
        input: TransactWriteItemsInput,
        output: TransactWriteItemsOutput,
        errors: ["ResourceNotFoundException", "TransactionCanceledException", "TransactionInProgressException", "IdempotentParameterMismatchException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            input.items.iter().flat_map(TransactWriteItem::parts).fold(Access::none(), |access, (kind, part)| {
                let own = to_table(cx, kind.permission(), &part.table_name);
                let key = part.key.as_ref().or(part.item.as_ref());
                access.and(common::leading_keys(cx, own, &part.table_name, key))
            })
        },
        handler: transact_write_items,
    }
}

operation! {
    /// Reads up to 100 items of several tables as they are at one moment.
    ///
    /// **Source**: DynamoDB API Reference, "TransactGetItems".
    pub TRANSACT_GET_ITEMS: TransactGetItems {
        http: "POST" "/" 200,
        input: TransactGetItemsInput,
        output: TransactGetItemsOutput,
        errors: ["ResourceNotFoundException", "TransactionCanceledException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            input.items.iter().fold(Access::none(), |access, item| {
                let own = to_table(cx, "dynamodb:GetItem", &item.get.table_name);
                access.and(common::leading_keys(cx, own, &item.get.table_name, [&item.get.key]))
            })
        },
        handler: transact_get_items,
    }
}

shape! {
    /// What `TransactWriteItems` takes.
    pub struct TransactWriteItemsInput {
        #[wire("TransactItems", required)] pub items: Vec<TransactWriteItem>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
        #[wire("ReturnItemCollectionMetrics")] pub metrics: Option<String>,
        #[wire("ClientRequestToken")] pub token: Option<String>,
    }

    /// One of four things to do.
    pub struct TransactWriteItem {
        #[wire("ConditionCheck")] pub check: Option<TransactPart>,
        #[wire("Put")] pub put: Option<TransactPart>,
        #[wire("Delete")] pub delete: Option<TransactPart>,
        #[wire("Update")] pub update: Option<TransactPart>,
    }

    /// What is done, with the members of all four kinds.
    pub struct TransactPart {
        #[wire("TableName")] pub table_name: String,
        #[wire("Key")] pub key: Option<Json>,
        #[wire("Item")] pub item: Option<Json>,
        #[wire("UpdateExpression")] pub update: Option<String>,
        #[wire("ConditionExpression")] pub condition: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
        #[wire("ExpressionAttributeValues")] pub values: Option<Json>,
        #[wire("ReturnValuesOnConditionCheckFailure")] pub on_failure: Option<String>,
    }

    /// What `TransactWriteItems` answers.
    pub struct TransactWriteItemsOutput {
        #[wire("ConsumedCapacity")] pub consumed: Option<Vec<Json>>,
        #[wire("ItemCollectionMetrics")] pub metrics: Option<Json>,
    }

    /// What `TransactGetItems` takes.
    pub struct TransactGetItemsInput {
        #[wire("TransactItems", required)] pub items: Vec<TransactGetItem>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
    }

    /// One read.
    pub struct TransactGetItem {
        #[wire("Get")] pub get: Get,
    }

    /// The item to read.
    pub struct Get {
        #[wire("Key")] pub key: Json,
        #[wire("TableName")] pub table_name: String,
        #[wire("ProjectionExpression")] pub projection: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
    }

    /// What `TransactGetItems` answers.
    pub struct TransactGetItemsOutput {
        #[wire("ConsumedCapacity")] pub consumed: Option<Vec<Json>>,
        #[wire("Responses")] pub responses: Vec<ItemResponse>,
    }

    /// An item, if there is one.
    pub struct ItemResponse {
        #[wire("Item")] pub item: Option<Json>,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Check,
    Put,
    Delete,
    Update,
}

impl Kind {
    fn permission(self) -> &'static str {
        match self {
            Kind::Check => "dynamodb:ConditionCheckItem",
            Kind::Put => "dynamodb:PutItem",
            Kind::Delete => "dynamodb:DeleteItem",
            Kind::Update => "dynamodb:UpdateItem",
        }
    }

    fn member(self) -> &'static str {
        match self {
            Kind::Check => "conditionCheck",
            Kind::Put => "put",
            Kind::Delete => "delete",
            Kind::Update => "update",
        }
    }
}

impl TransactWriteItem {
    fn parts(&self) -> impl Iterator<Item = (Kind, &TransactPart)> {
        let parts = [
            (Kind::Check, &self.check),
            (Kind::Put, &self.put),
            (Kind::Delete, &self.delete),
            (Kind::Update, &self.update),
        ];
        parts.into_iter().filter_map(|(kind, part)| Some((kind, part.as_ref()?)))
    }
}

/// What a part must have.
fn check_members(validation: &mut Validation, at: usize, kind: Kind, part: &TransactPart) {
    let mut required = |member: &str, given: bool| {
        if !given {
            let place = format!("transactItems.{}.member.{}.{member}", at + 1, kind.member());
            validation.problem(None, &place, "Member must not be null");
        }
    };
    match kind {
        Kind::Put => required("item", part.item.is_some()),
        Kind::Delete => required("key", part.key.is_some()),
        Kind::Update => {
            required("key", part.key.is_some());
            required("updateExpression", part.update.is_some());
        }
        Kind::Check => {
            required("key", part.key.is_some());
            required("conditionExpression", part.condition.is_some());
        }
    }
    if let Some(on_failure) = &part.on_failure {
        let place =
            format!("transactItems.{}.member.{}.returnValuesOnConditionCheckFailure", at + 1, kind.member());
        validation.one_of(&place, on_failure, &["ALL_OLD", "NONE"]);
    }
}

/// The write that a part means.
fn write_of(kind: Kind, part: &TransactPart) -> ApiResult<Write> {
    let expressions = match kind {
        Kind::Update => {
            vec![(Purpose::Update, part.update.is_some()), (Purpose::Condition, part.condition.is_some())]
        }
        Kind::Check | Kind::Put | Kind::Delete => vec![(Purpose::Condition, part.condition.is_some())],
    };
    let subject = part.item.as_ref().filter(|_| kind == Kind::Put).or(part.key.as_ref());
    let item = item_from_json(subject.unwrap_or(&Json::Null))?;
    let mut placeholders = Placeholders::new(part.names.as_ref(), part.values.as_ref(), &expressions)?;
    let update = match kind {
        Kind::Update => placeholders.update(part.update.as_deref())?,
        Kind::Check | Kind::Put | Kind::Delete => None,
    };
    let condition = placeholders.condition(Purpose::Condition, part.condition.as_deref())?;
    placeholders.finish()?;
    let action = match kind {
        Kind::Check => Action::Check(item),
        Kind::Put => Action::Put(item),
        Kind::Delete => Action::Delete(item),
        Kind::Update => Action::Update(item, update),
    };
    Ok(Write { action, condition, show_on_failure: part.on_failure.as_deref() == Some("ALL_OLD") })
}

fn check_count(validation: &mut Validation, count: usize) {
    if count == 0 {
        validation.problem(Some("[]"), "transactItems", "Member must have length greater than or equal to 1");
    }
    if count > limits::TRANSACTION_ITEMS {
        let shown = format!("[{count} items]");
        validation.problem(
            Some(&shown),
            "transactItems",
            "Member must have length less than or equal to 100",
        );
    }
}

fn transact_write_items(
    cx: &mut OpContext<'_>,
    input: TransactWriteItemsInput,
) -> ApiResult<TransactWriteItemsOutput> {
    let mut validation = Validation::new();
    let report = common::check_report(&mut validation, input.report.as_deref());
    check_count(&mut validation, input.items.len());
    if let Some(token) = &input.token {
        validation.length("clientRequestToken", token, 1, 36);
    }
    let mut writes: Vec<(Kind, String, Write)> = Vec::new();
    for (at, item) in input.items.iter().enumerate() {
        item.parts().for_each(|(kind, part)| check_members(&mut validation, at, kind, part));
    }
    validation.finish("ValidationException")?;
    for item in &input.items {
        let mut parts = item.parts();
        let (Some((kind, part)), None) = (parts.next(), parts.next()) else {
            return Err(errors::one_operation());
        };
        writes.push((kind, part.table_name.clone(), write_of(kind, part)?));
    }
    let request = sha256_hex(&cx.request.http.body);
    if is_repeated(cx, input.token.as_deref(), &request)? {
        return Ok(repeated_output(cx, report, &writes));
    }
    let plans = plan_all(cx, &writes)?;
    Ok(commit_all(cx, &input, report, plans, request))
}

/// Whether a transaction with this token was done lately; it must have been the same.
fn is_repeated(cx: &OpContext<'_>, token: Option<&str>, request: &str) -> ApiResult<bool> {
    let known = common::region_of(cx).and_then(|region| region.tokens.get(token?));
    match known.filter(|known| known.until_ms > cx.now_ms) {
        Some(known) if known.request != request => Err(errors::token_mismatch()),
        Some(_) => Ok(true),
        None => Ok(false),
    }
}

/// A repeated transaction only reads what it wrote.
fn repeated_output(
    cx: &OpContext<'_>,
    report: Report,
    writes: &[(Kind, String, Write)],
) -> TransactWriteItemsOutput {
    let mut consumed: IndexMap<String, Consumed> = IndexMap::new();
    for (_, given, write) in writes {
        let Ok(table) = usable(cx, given) else { continue };
        let item = write.key(table).ok().and_then(|key| table.items.get(&key));
        let cost = read_cost(item.map_or(0, item_bytes), Strength::Transaction);
        consumed.entry(table.name.clone()).or_default().add(cost, &[]);
    }
    let shown = consumed.iter().filter_map(|(name, own)| own.shown(report, name, Some("ReadCapacityUnits")));
    TransactWriteItemsOutput { consumed: (report != Report::None).then(|| shown.collect()), metrics: None }
}

type Planned = Vec<(Kind, String, Plan)>;

/// Plans every write, or tells of each why it cannot be.
fn plan_all(cx: &OpContext<'_>, writes: &[(Kind, String, Write)]) -> ApiResult<Planned> {
    let mut seen = BTreeSet::new();
    let mut bytes = 0;
    for (_, given, write) in writes {
        let table = usable(cx, given)?;
        let key = write.key(table);
        if let Err(error) = &key
            && errors::is_empty_key(error)
        {
            return Err(error.clone());
        }
        if key.is_ok_and(|key| !seen.insert((table.name.clone(), key))) {
            return Err(errors::same_item_twice());
        }
    }
    let mut reasons = Vec::new();
    let mut plans = Vec::new();
    for (kind, given, write) in writes {
        let table = usable(cx, given)?;
        let planned = write.plan(table, true).and_then(|plan| {
            common::check_write_capacity(table, &plan, cx.now_ms)?;
            Ok(plan)
        });
        match planned {
            Ok(plan) => {
                bytes += plan.new.as_ref().map_or(0, item_bytes);
                reasons.push(Reason::none());
                plans.push((*kind, table.name.clone(), plan));
            }
            Err(error) => reasons.push(Reason::of(&error)),
        }
    }
    if plans.len() < writes.len() {
        return Err(errors::transaction_cancelled(&reasons));
    }
    if bytes > limits::TRANSACTION_BYTES {
        return Err(errors::transaction_too_large());
    }
    Ok(plans)
}

fn commit_all(
    cx: &mut OpContext<'_>,
    input: &TransactWriteItemsInput,
    report: Report,
    plans: Planned,
    request: String,
) -> TransactWriteItemsOutput {
    let now_ms = cx.now_ms;
    let mut consumed: IndexMap<String, Consumed> = IndexMap::new();
    let mut collections = Object::new();
    for (kind, name, plan) in plans {
        let Ok(table) = usable_mut(cx, &name) else { continue };
        let own = Consumed::of(&plan);
        let total = consumed.entry(name.clone()).or_default();
        total.add(plan.table_cost, &plan.index_costs);
        common::take_write_capacity(table, &own, now_ms);
        if kind == Kind::Check {
            continue;
        }
        let new = plan.new.clone();
        let old = table.commit(plan, Author::Client, now_ms);
        if let Some(collection) = item_collection(table, old.as_ref().or(new.as_ref())) {
            let list = collections.entry(name.clone()).or_insert_with(|| json!([]));
            list.as_array_mut().into_iter().for_each(|list| list.push(collection.clone()));
        }
        common::schedule_expiry(cx, &name);
        feed::tell(cx, &name);
    }
    if let Some(token) = &input.token {
        let region = common::region_mut(cx);
        while let Some((_, old)) = region.token_ends.pop_front_if(|(until_ms, _)| *until_ms <= now_ms) {
            region.tokens.remove(&old);
        }
        let until_ms = now_ms + limits::TOKEN_MS;
        region.tokens.insert(token.clone(), Token { request, until_ms });
        region.token_ends.push_back((until_ms, token.clone()));
    }
    let shown = consumed.iter().filter_map(|(name, own)| own.shown(report, name, Some("WriteCapacityUnits")));
    TransactWriteItemsOutput {
        consumed: (report != Report::None).then(|| shown.collect()),
        metrics: (input.metrics.as_deref() == Some("SIZE") && !collections.is_empty())
            .then(|| json!(collections)),
    }
}

fn transact_get_items(
    cx: &mut OpContext<'_>,
    input: TransactGetItemsInput,
) -> ApiResult<TransactGetItemsOutput> {
    let mut validation = Validation::new();
    let report = common::check_report(&mut validation, input.report.as_deref());
    check_count(&mut validation, input.items.len());
    validation.finish("ValidationException")?;
    let mut reads: Vec<(&Get, Option<Vec<Path>>)> = Vec::new();
    for TransactGetItem { get } in &input.items {
        let expressions = [(Purpose::Projection, get.projection.is_some())];
        let mut placeholders = Placeholders::new(get.names.as_ref(), None, &expressions)?;
        let paths = placeholders.projection(get.projection.as_deref())?;
        placeholders.finish()?;
        reads.push((get, paths));
    }
    let now_ms = cx.now_ms;
    let mut reasons: Vec<Reason> = Vec::new();
    let mut output = TransactGetItemsOutput::default();
    let mut costs: Vec<(String, i64)> = Vec::new();
    let mut seen = BTreeSet::new();
    for (get, paths) in reads {
        let table = usable(cx, &get.table_name)?;
        let found = item_from_json(&get.key)
            .and_then(|item| key::check_key(&table.key, &table.kinds(), &item))
            .and_then(|key| common::check_read_capacity(table, None, now_ms).map(|()| key));
        let key = match found {
            Ok(key) => key,
            Err(error) => {
                reasons.push(Reason::of(&error));
                continue;
            }
        };
        reasons.push(Reason::none());
        if !seen.insert((table.name.clone(), key.clone())) {
            return Err(errors::same_item_twice());
        }
        let item = table.items.get(&key);
        let shown = item.map(|item| match &paths {
            Some(paths) => Json::Object(item_to_json(&project(item, paths))),
            None => Json::Object(item_to_json(item)),
        });
        costs.push((table.name.clone(), read_cost(item.map_or(0, item_bytes), Strength::Transaction)));
        output.responses.push(ItemResponse { item: shown });
    }
    if reasons.iter().any(|reason| reason.code != "None") {
        return Err(errors::transaction_cancelled(&reasons));
    }
    let mut consumed: IndexMap<String, Consumed> = IndexMap::new();
    for (name, cost) in costs {
        if let Ok(table) = usable_mut(cx, &name) {
            common::take_read_capacity(table, None, cost, Strength::Transaction, now_ms);
        }
        consumed.entry(name).or_default().add(cost, &[]);
    }
    let shown = consumed.iter().filter_map(|(name, own)| own.shown(report, name, Some("ReadCapacityUnits")));
    output.consumed = (report != Report::None).then(|| shown.collect());
    Ok(output)
}
