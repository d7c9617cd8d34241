//! Batches: up to 100 reads or 25 writes of several tables, each on its own.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::attr::{item_bytes, item_from_json, item_to_json};
use crate::dynamodb::capacity::read_cost;
use crate::dynamodb::expression::ast::Path;
use crate::dynamodb::expression::check::Placeholders;
use crate::dynamodb::expression::project::project;
use crate::dynamodb::expression::{Purpose, legacy};
use crate::dynamodb::ops::common::{self, Consumed, Report, to_table, usable, usable_mut};
use crate::dynamodb::ops::items::{check_not_mixed, item_collection, strength, view};
use crate::dynamodb::read::Source;
use crate::dynamodb::streams::Author;
use crate::dynamodb::streams::feed;
use crate::dynamodb::write::{Action, Write};
use crate::dynamodb::{errors, key, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use indexmap::IndexMap;
use nuvola_kernel::Blob;
use nuvola_wire::shape;
use serde_json::{Map as Object, Value as Json, json};
use std::collections::BTreeSet;

operation! {
    /// Reads up to 100 items of several tables.
    ///
    /// **Source**: DynamoDB API Reference, "BatchGetItem".
    pub BATCH_GET_ITEM: BatchGetItem {
        http: "POST" "/" 200,
        input: BatchGetItemInput,
        output: BatchGetItemOutput,
        errors: ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            input.requests.iter().fold(Access::none(), |access, (table, request)| {
                let own = to_table(cx, "dynamodb:BatchGetItem", table);
                access.and(common::leading_keys(cx, own, table, &request.keys))
            })
        },
        handler: batch_get_item,
    }
}

operation! {
    /// Puts or deletes up to 25 items of several tables.
    ///
    /// **Source**: DynamoDB API Reference, "BatchWriteItem".
    pub BATCH_WRITE_ITEM: BatchWriteItem {
        http: "POST" "/" 200,
        input: BatchWriteItemInput,
        output: BatchWriteItemOutput,
        errors: ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"],
        access: |cx, input| {
            input.requests.iter().fold(Access::none(), |access, (table, requests)| {
                let own = to_table(cx, "dynamodb:BatchWriteItem", table);
                let keys = requests.iter().filter_map(|request| {
                    request.put.as_ref().map(|put| &put.item).or(request.delete.as_ref().map(|delete| &delete.key))
                });
                access.and(common::leading_keys(cx, own, table, keys))
            })
        },
        handler: batch_write_item,
    }
}

shape! {
    /// What `BatchGetItem` takes.
    pub struct BatchGetItemInput {
        #[wire("RequestItems", required)] pub requests: IndexMap<String, KeysAndAttributes>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
    }

    /// The items of one table that are to be read.
    pub struct KeysAndAttributes {
        #[wire("Keys", required)] pub keys: Vec<Json>,
        #[wire("AttributesToGet")] pub attributes_to_get: Option<Vec<String>>,
        #[wire("ConsistentRead")] pub consistent: Option<bool>,
        #[wire("ProjectionExpression")] pub projection: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
    }

    /// What `BatchGetItem` answers.
    pub struct BatchGetItemOutput {
        #[wire("Responses")] pub responses: IndexMap<String, Json>,
        #[wire("UnprocessedKeys")] pub unprocessed: IndexMap<String, KeysAndAttributes>,
        #[wire("ConsumedCapacity")] pub consumed: Option<Vec<Json>>,
    }

    /// What `BatchWriteItem` takes.
    pub struct BatchWriteItemInput {
        #[wire("RequestItems", required)] pub requests: IndexMap<String, Vec<WriteRequest>>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
        #[wire("ReturnItemCollectionMetrics")] pub metrics: Option<String>,
    }

    /// One write: a put or a delete.
    pub struct WriteRequest {
        #[wire("PutRequest")] pub put: Option<PutRequest>,
        #[wire("DeleteRequest")] pub delete: Option<DeleteRequest>,
    }

    /// An item to put.
    pub struct PutRequest {
        #[wire("Item")] pub item: Json,
    }

    /// The key of an item to delete.
    pub struct DeleteRequest {
        #[wire("Key")] pub key: Json,
    }

    /// What `BatchWriteItem` answers.
    pub struct BatchWriteItemOutput {
        #[wire("UnprocessedItems")] pub unprocessed: IndexMap<String, Vec<WriteRequest>>,
        #[wire("ItemCollectionMetrics")] pub metrics: Option<Json>,
        #[wire("ConsumedCapacity")] pub consumed: Option<Vec<Json>>,
    }
}

/// One table's reads, checked.
struct Reads {
    name: String,
    given: String,
    request: KeysAndAttributes,
    keys: Vec<Blob>,
    paths: Option<Vec<Path>>,
}

fn check_reads(cx: &OpContext<'_>, given: &str, request: KeysAndAttributes) -> ApiResult<Reads> {
    let expressions = [(Purpose::Projection, request.projection.is_some())];
    let mut placeholders = Placeholders::new(request.names.as_ref(), None, &expressions)?;
    let mut paths = placeholders.projection(request.projection.as_deref())?;
    placeholders.finish()?;
    if let Some(names) = &request.attributes_to_get {
        paths = Some(legacy::attributes_to_get(names)?);
    }
    let table = usable(cx, given)?;
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for key in &request.keys {
        let key = key::check_key(&table.key, &table.kinds(), &item_from_json(key)?)?;
        if !seen.insert(key.clone()) {
            return Err(errors::duplicate_keys());
        }
        keys.push(key);
    }
    Ok(Reads { name: table.name.clone(), given: given.to_owned(), request, keys, paths })
}

fn batch_get_item(cx: &mut OpContext<'_>, input: BatchGetItemInput) -> ApiResult<BatchGetItemOutput> {
    let mut validation = Validation::new();
    let report = common::check_report(&mut validation, input.report.as_deref());
    validation.finish("ValidationException")?;
    if input.requests.is_empty() {
        return Err(errors::length_at("RequestItems", "greater than or equal to 1"));
    }
    for (table, request) in &input.requests {
        let place = format!("RequestItems.{table}.member.Keys");
        match request.keys.len() {
            0 => return Err(errors::length_at(&place, "greater than or equal to 1")),
            1..=limits::BATCH_GET_ITEMS => {}
            _ => return Err(errors::length_at(&place, "less than or equal to 100")),
        }
    }
    // What one table's part says, the others must not contradict.
    let any = |given: fn(&KeysAndAttributes) -> bool| input.requests.values().any(given);
    check_not_mixed(
        &[("AttributesToGet", any(|request| request.attributes_to_get.is_some()))],
        &[("ProjectionExpression", any(|request| request.projection.is_some()))],
    )?;
    if input.requests.values().map(|request| request.keys.len()).sum::<usize>() > limits::BATCH_GET_ITEMS {
        return Err(errors::too_many_in_batch("BatchGetItem"));
    }
    let checked: ApiResult<Vec<Reads>> =
        input.requests.into_iter().map(|(given, request)| check_reads(cx, &given, request)).collect();
    let mut output = BatchGetItemOutput::default();
    let mut bytes = 0;
    let mut read = 0;
    let mut consumed = Vec::new();
    for reads in checked? {
        let done = read_table(cx, &reads, &mut bytes)?;
        read += done.read;
        consumed.extend(done.consumed.shown(report, &reads.name, None));
        output.responses.insert(reads.given.clone(), done.items.into());
        if !done.left.is_empty() {
            let rest = KeysAndAttributes { keys: done.left, ..reads.request };
            output.unprocessed.insert(reads.given, rest);
        }
    }
    if read == 0 && !output.unprocessed.is_empty() {
        return Err(errors::throttled());
    }
    output.consumed = (report != Report::None).then_some(consumed);
    Ok(output)
}

struct Done {
    items: Vec<Json>,
    read: usize,
    /// Keys for which there was no capacity, or no room in the answer.
    left: Vec<Json>,
    consumed: Consumed,
}

fn read_table(cx: &mut OpContext<'_>, reads: &Reads, bytes: &mut usize) -> ApiResult<Done> {
    let now_ms = cx.now_ms;
    let strength = strength(reads.request.consistent);
    let mut done = Done { items: Vec::new(), read: 0, left: Vec::new(), consumed: Consumed::default() };
    for (at, key) in reads.keys.iter().enumerate() {
        let table = usable(cx, &reads.name)?;
        let source = Source { table, index: None, view: view(table, strength), now_ms };
        let item = source.item(key);
        let size = item.map_or(0, item_bytes);
        if common::check_read_capacity(table, None, now_ms).is_err()
            || (*bytes > 0 && *bytes + size > limits::BATCH_GET_BYTES)
        {
            done.left.push(reads.request.keys[at].clone());
            continue;
        }
        *bytes += size;
        done.read += 1;
        let shown = item.map(|item| match &reads.paths {
            Some(paths) => Json::Object(item_to_json(&project(item, paths))),
            None => Json::Object(item_to_json(item)),
        });
        done.items.extend(shown);
        let cost = read_cost(size, strength);
        done.consumed.add(cost, &[]);
        common::take_read_capacity(usable_mut(cx, &reads.name)?, None, cost, strength, now_ms);
    }
    Ok(done)
}

/// One table's writes, checked.
struct Writes {
    name: String,
    given: String,
    writes: Vec<(Write, WriteRequest)>,
}

fn check_writes(cx: &OpContext<'_>, given: &str, requests: Vec<WriteRequest>) -> ApiResult<Writes> {
    let mut writes = Vec::new();
    for request in requests {
        let action = match (&request.put, &request.delete) {
            (Some(put), None) => Action::Put(item_from_json(&put.item)?),
            (None, Some(delete)) => Action::Delete(item_from_json(&delete.key)?),
            (Some(_), Some(_)) | (None, None) => return Err(errors::one_write_request()),
        };
        writes.push((Write::new(action), request));
    }
    let table = usable(cx, given)?;
    let mut seen = BTreeSet::new();
    for (write, _) in &writes {
        // A batch does not tell what is wrong with a key.
        let key = write.key(table).map_err(|error| match errors::is_empty_key(&error) {
            true => error,
            false => errors::key_mismatch(),
        })?;
        write.plan(table, false)?;
        if !seen.insert(key) {
            return Err(errors::duplicate_keys());
        }
    }
    Ok(Writes { name: table.name.clone(), given: given.to_owned(), writes })
}

fn batch_write_item(cx: &mut OpContext<'_>, input: BatchWriteItemInput) -> ApiResult<BatchWriteItemOutput> {
    let mut validation = Validation::new();
    let report = common::check_report(&mut validation, input.report.as_deref());
    if let Some(metrics) = &input.metrics {
        validation.one_of("returnItemCollectionMetrics", metrics, &["SIZE", "NONE"]);
    }
    validation.finish("ValidationException")?;
    if input.requests.is_empty() {
        return Err(errors::no_requests("BatchWriteItem"));
    }
    for (table, requests) in &input.requests {
        if requests.is_empty() || requests.len() > limits::BATCH_WRITE_ITEMS {
            let shown: Vec<&str> = requests.iter().map(|_| "WriteRequest").collect();
            return Err(errors::requests_per_table(table, &shown.join(", ")));
        }
    }
    if input.requests.values().map(Vec::len).sum::<usize>() > limits::BATCH_WRITE_ITEMS {
        return Err(errors::too_many_in_batch("BatchWriteItem"));
    }
    let checked: ApiResult<Vec<Writes>> =
        input.requests.into_iter().map(|(given, requests)| check_writes(cx, &given, requests)).collect();
    let mut output = BatchWriteItemOutput::default();
    let mut consumed = Vec::new();
    let mut collections = Object::new();
    let mut written = 0;
    for writes in checked? {
        let mut own = Consumed::default();
        let mut left = Vec::new();
        let mut metrics: Vec<Json> = Vec::new();
        for (write, request) in writes.writes {
            match write_unless_throttled(cx, &writes.name, &write, &mut own)? {
                Some(collection) => {
                    written += 1;
                    metrics.extend(collection.filter(|collection| !metrics.contains(collection)));
                }
                None => left.push(request),
            }
        }
        common::schedule_expiry(cx, &writes.name);
        consumed.extend(own.shown(report, &writes.name, None));
        if !metrics.is_empty() {
            collections.insert(writes.name.clone(), metrics.into());
        }
        if !left.is_empty() {
            output.unprocessed.insert(writes.given, left);
        }
    }
    if written == 0 && !output.unprocessed.is_empty() {
        return Err(errors::throttled());
    }
    output.consumed = (report != Report::None).then_some(consumed);
    output.metrics =
        (input.metrics.as_deref() == Some("SIZE") && !collections.is_empty()).then(|| json!(collections));
    Ok(output)
}

/// Does a write, and gives the metrics of its collection; nothing where there is no capacity for it.
fn write_unless_throttled(
    cx: &mut OpContext<'_>,
    name: &str,
    write: &Write,
    consumed: &mut Consumed,
) -> ApiResult<Option<Option<Json>>> {
    let now_ms = cx.now_ms;
    let table = usable(cx, name)?;
    let plan = write.plan(table, false)?;
    if common::check_write_capacity(table, &plan, now_ms).is_err() {
        return Ok(None);
    }
    let own = Consumed::of(&plan);
    consumed.add(plan.table_cost, &plan.index_costs);
    let new = plan.new.clone();
    let table = usable_mut(cx, name)?;
    let old = table.commit(plan, Author::Client, now_ms);
    common::take_write_capacity(table, &own, now_ms);
    let collection = item_collection(table, old.as_ref().or(new.as_ref()));
    feed::tell(cx, name);
    Ok(Some(collection))
}
