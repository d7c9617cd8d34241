//! `UpdateTable`: capacity, indexes, streams and other settings.

use crate::context::OpContext;
use crate::dynamodb::capacity::Throughput;
use crate::dynamodb::ops::common::{self, find, to_table};
use crate::dynamodb::ops::definition::{
    self, AttributeDefinition, IndexInput, OnDemandThroughput, ProvisionedThroughput,
};
use crate::dynamodb::ops::describe;
use crate::dynamodb::ops::tables::{
    self, BILLING_MODES, SseSpecification, StreamSpecification, TABLE_CLASSES, TableDescriptionOutput,
    VIEW_TYPES,
};
use crate::dynamodb::state::{Index, Status, Table};
use crate::dynamodb::streams::{Stream, ViewKind};
use crate::dynamodb::{errors, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use serde_json::Value as Json;

operation! {
    /// Changes a table's settings, its capacity or one of its global indexes.
    ///
    /// **Source**: DynamoDB API Reference, "UpdateTable".
    pub UPDATE_TABLE: UpdateTable {
        http: "POST" "/" 200,
        input: UpdateTableInput,
        output: TableDescriptionOutput,
        errors: ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:UpdateTable", &input.table_name),
        handler: update_table,
    }
}

shape! {
    /// What `UpdateTable` takes.
    pub struct UpdateTableInput {
        #[wire("AttributeDefinitions")] pub definitions: Option<Vec<AttributeDefinition>>,
        #[wire("TableName")] pub table_name: String,
        #[wire("BillingMode")] pub billing_mode: Option<String>,
        #[wire("ProvisionedThroughput")] pub throughput: Option<ProvisionedThroughput>,
        #[wire("GlobalSecondaryIndexUpdates")] pub indexes: Vec<IndexUpdate>,
        #[wire("StreamSpecification")] pub stream: Option<StreamSpecification>,
        #[wire("SSESpecification")] pub encryption: Option<SseSpecification>,
        #[wire("ReplicaUpdates")] pub replicas: Option<Json>,
        #[wire("TableClass")] pub class: Option<String>,
        #[wire("DeletionProtectionEnabled")] pub deletion_protected: Option<bool>,
        #[wire("OnDemandThroughput")] pub on_demand: Option<OnDemandThroughput>,
        #[wire("WarmThroughput")] pub warm: Option<Json>,
    }

    /// A change of one global index.
    pub struct IndexUpdate {
        #[wire("Create")] pub create: Option<IndexInput>,
        #[wire("Update")] pub update: Option<IndexThroughput>,
        #[wire("Delete")] pub delete: Option<IndexName>,
    }

    /// New capacity of an index.
    pub struct IndexThroughput {
        #[wire("IndexName")] pub name: String,
        #[wire("ProvisionedThroughput")] pub throughput: Option<ProvisionedThroughput>,
        #[wire("OnDemandThroughput")] pub on_demand: Option<OnDemandThroughput>,
    }

    /// The index to delete.
    pub struct IndexName {
        #[wire("IndexName")] pub name: String,
    }
}

/// The changes of a request, checked.
#[derive(Default)]
struct Changes {
    /// To be paid per request (`true`) or provisioned.
    per_request: Option<bool>,
    throughput: Option<(i64, i64)>,
    create: Option<Index>,
    capacities: Vec<(String, i64, i64)>,
    delete: Option<String>,
    /// Nothing inside: the stream is to end.
    stream: Option<Option<ViewKind>>,
}

impl Changes {
    fn of_indexes(&self) -> usize {
        usize::from(self.create.is_some()) + usize::from(self.delete.is_some())
    }
}

fn check_words(input: &UpdateTableInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    if let Some(mode) = &input.billing_mode {
        validation.one_of("billingMode", mode, &BILLING_MODES);
    }
    definition::check_throughput(&mut validation, "provisionedThroughput", input.throughput.as_ref());
    if let Some(class) = &input.class {
        validation.one_of("tableClass", class, &TABLE_CLASSES);
    }
    if let Some(view) = input.stream.as_ref().and_then(|stream| stream.view.as_deref()) {
        validation.one_of("streamSpecification.streamViewType", view, &VIEW_TYPES);
    }
    for (at, update) in input.indexes.iter().enumerate() {
        let place = format!("globalSecondaryIndexUpdates.{}.member", at + 1);
        let given = update.update.as_ref().and_then(|update| update.throughput.as_ref());
        definition::check_throughput(
            &mut validation,
            &format!("{place}.update.provisionedThroughput"),
            given,
        );
    }
    validation.finish("ValidationException")
}

fn nothing_to_do(input: &UpdateTableInput) -> bool {
    input.billing_mode.is_none()
        && input.throughput.is_none()
        && input.indexes.is_empty()
        && input.stream.is_none()
        && input.encryption.is_none()
        && input.class.is_none()
        && input.deletion_protected.is_none()
        && input.on_demand.is_none()
        && input.replicas.is_none()
        && input.warm.is_none()
}

fn plan_billing(input: &UpdateTableInput, table: &Table, changes: &mut Changes) -> ApiResult<()> {
    let was_per_request = table.throughput.is_none();
    let will_be = match input.billing_mode.as_deref() {
        Some(mode) => mode == "PAY_PER_REQUEST",
        None => was_per_request,
    };
    if will_be && input.throughput.is_some() {
        return Err(errors::invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ));
    }
    if !will_be && was_per_request && input.throughput.is_none() {
        return Err(errors::invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ));
    }
    changes.per_request = (will_be != was_per_request).then_some(will_be);
    if let Some(wanted) = &input.throughput {
        if let Some(now) = &table.throughput
            && (now.read, now.write) == (wanted.read, wanted.write)
            && input.indexes.is_empty()
            && changes.per_request.is_none()
        {
            return Err(errors::validation(format!(
                "The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: {}. Requested ReadCapacityUnits: {}. Current WriteCapacityUnits provisioned for the table: {}. Requested WriteCapacityUnits: {}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
                now.read, wanted.read, now.write, wanted.write
            )));
        }
        changes.throughput = Some((wanted.read, wanted.write));
    }
    Ok(())
}

fn plan_indexes(input: &UpdateTableInput, table: &Table, changes: &mut Changes) -> ApiResult<()> {
    let per_request = changes.per_request.unwrap_or(table.throughput.is_none());
    for update in &input.indexes {
        match (&update.create, &update.update, &update.delete) {
            (Some(create), None, None) => {
                let attributes = match &input.definitions {
                    Some(definitions) => definition::attributes(definitions)?,
                    None => table.attributes.clone(),
                };
                let mut index = definition::index(create, true, &table.key, &attributes)?;
                if table.indexes.contains_key(&index.name) {
                    return Err(errors::validation(format!(
                        "Attempting to create an index which already exists: {}",
                        index.name
                    )));
                }
                let globals = table.indexes.values().filter(|index| index.global).count();
                if globals >= limits::GLOBAL_INDEXES {
                    return Err(errors::limit_exceeded(
                        "Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table limit of 20",
                    ));
                }
                definition::check_projected(table.indexes.values().chain([&index]))?;
                index.throughput = create.throughput.as_ref().map(definition::provisioned);
                check_index_billing(&index.name, index.throughput.is_some(), per_request)?;
                if changes.of_indexes() > 0 {
                    return Err(one_index_at_a_time());
                }
                changes.create = Some(index);
            }
            (None, Some(update), None) => {
                let index = global_index(table, &update.name)?;
                let Some(throughput) = &update.throughput else { continue };
                check_index_billing(&index.name, true, per_request)?;
                changes.capacities.push((update.name.clone(), throughput.read, throughput.write));
            }
            (None, None, Some(delete)) => {
                let index = global_index(table, &delete.name)?;
                if index.status == Status::Deleting {
                    return Err(errors::index_busy("deleted", &index.name, &table.name));
                }
                if changes.of_indexes() > 0 {
                    return Err(one_index_at_a_time());
                }
                changes.delete = Some(delete.name.clone());
            }
            _ => {
                return Err(errors::invalid(
                    "Only one of Create, Update or Delete may be specified for a GlobalSecondaryIndexUpdate",
                ));
            }
        }
    }
    Ok(())
}

fn one_index_at_a_time() -> nuvola_wire::ApiError {
    errors::limit_exceeded(
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
}

fn check_index_billing(index: &str, has_throughput: bool, per_request: bool) -> ApiResult<()> {
    match (has_throughput, per_request) {
        (true, true) => Err(errors::invalid(&format!(
            "ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
        ))),
        (false, false) => {
            Err(errors::invalid(&format!("ProvisionedThroughput must be specified for index: {index}")))
        }
        (true, false) | (false, true) => Ok(()),
    }
}

fn global_index<'t>(table: &'t Table, name: &str) -> ApiResult<&'t Index> {
    let index = table.indexes.get(name).filter(|index| index.global);
    index.ok_or_else(|| {
        let text = format!("Requested resource not found: Table: {} not found, Index: {name}", table.name);
        nuvola_wire::ApiError::new(400, "ResourceNotFoundException", text)
    })
}

fn plan_stream(input: &UpdateTableInput, table: &Table, changes: &mut Changes) -> ApiResult<()> {
    let Some(wanted) = &input.stream else { return Ok(()) };
    let view = tables::stream_view(Some(wanted))?;
    match (&table.stream, view) {
        (Some(_), Some(_)) => {
            Err(errors::validation(format!("Table already has an enabled stream: TableName: {}", table.name)))
        }
        (None, None) => {
            Err(errors::validation(format!("Table has no stream to disable: TableName: {}", table.name)))
        }
        (Some(_), None) | (None, Some(_)) => {
            changes.stream = Some(view);
            Ok(())
        }
    }
}

fn update_table(cx: &mut OpContext<'_>, input: UpdateTableInput) -> ApiResult<TableDescriptionOutput> {
    check_words(&input)?;
    let table = find(cx, &input.table_name)?;
    let name = table.name.clone();
    if nothing_to_do(&input) {
        return Err(errors::validation(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
        ));
    }
    if input.replicas.is_some() {
        return Err(errors::not_simulated("a replica of a table in another region"));
    }
    let mut changes = Changes::default();
    plan_billing(&input, table, &mut changes)?;
    plan_indexes(&input, table, &mut changes)?;
    plan_stream(&input, table, &mut changes)?;
    tables::check_active(table)?;
    if input.warm.is_some() {
        cx.not_simulated("`WarmThroughput` of `UpdateTable`");
    }
    let encryption = tables::encryption(cx, input.encryption.as_ref())?;
    let now_ms = cx.now_ms;
    let closed = {
        let table = common::usable_mut(cx, &name)?;
        if input.encryption.is_some() {
            table.encryption = encryption;
        }
        if let Some(protected) = input.deletion_protected {
            table.deletion_protected = protected;
        }
        if let Some(limits) = &input.on_demand {
            table.on_demand_limits = Some((limits.read, limits.write));
        }
        if let Some(class) = &input.class {
            table.infrequent_access = class == "STANDARD_INFREQUENT_ACCESS";
            table.class_changed_at_ms = Some(now_ms);
        }
        apply(table, &input, changes, now_ms)
    };
    if let Some(stream) = closed {
        close_stream(cx, stream);
    }
    let table = common::usable_mut(cx, &name)?;
    let only_protection = input.deletion_protected.is_some()
        && nothing_to_do(&UpdateTableInput { deletion_protected: None, ..input.clone() });
    if only_protection {
        return Ok(TableDescriptionOutput { table: Some(describe::table(table)) });
    }
    table.status = Status::Updating;
    let building = table.indexes.values().any(|index| index.backfilling);
    let shown = describe::table(table);
    let after_ms = if building { limits::BACKFILLING_MS } else { limits::UPDATING_MS };
    let timer = crate::dynamodb::Timer::Settle {
        region: cx.region.clone(),
        table: name,
        id: shown["TableId"].as_str().unwrap_or_default().to_owned(),
    };
    cx.schedule(now_ms + after_ms, crate::cloud::Timer::DynamoDb(timer));
    Ok(TableDescriptionOutput { table: Some(shown) })
}

/// Keeps a stream that ended for as long as its records may be read.
pub fn close_stream(cx: &mut OpContext<'_>, stream: Stream) {
    let region = cx.region.clone();
    let timer = crate::dynamodb::Timer::DropStream { region, arn: stream.arn.clone() };
    cx.schedule(cx.now_ms + limits::STREAM_MS, crate::cloud::Timer::DynamoDb(timer));
    common::region_mut(cx).closed_streams.insert(stream.arn.clone(), stream);
}

fn changed(old: Option<&Throughput>, read: i64, write: i64, now_ms: i64) -> Throughput {
    let Some(old) = old else { return Throughput { read, write, ..Throughput::default() } };
    let mut new = Throughput { read, write, ..old.clone() };
    if read > old.read || write > old.write {
        new.increased_at_ms = Some(now_ms);
    }
    if read < old.read || write < old.write {
        new.decreased_at_ms = Some(now_ms);
        new.decreases_today += 1;
    }
    new
}

/// Makes the changes, and gives the stream that ended.
fn apply(table: &mut Table, input: &UpdateTableInput, changes: Changes, now_ms: i64) -> Option<Stream> {
    if changes.per_request == Some(true) {
        table.throughput = None;
        table.on_demand_at_ms = Some(now_ms);
        for index in table.indexes.values_mut() {
            index.throughput = None;
        }
    }
    if let Some((read, write)) = changes.throughput {
        let first = table.throughput.is_none();
        table.throughput = Some(changed(table.throughput.as_ref(), read, write, now_ms));
        for index in table.indexes.values_mut().filter(|index| first && index.global) {
            index.throughput = Some(Throughput { read, write, ..Throughput::default() });
        }
    }
    for (name, read, write) in changes.capacities {
        if let Some(index) = table.indexes.get_mut(&name) {
            index.throughput = Some(changed(index.throughput.as_ref(), read, write, now_ms));
            index.status = Status::Updating;
        }
    }
    if let Some(mut index) = changes.create {
        for definition in input.definitions.iter().flatten() {
            if table.attributes.iter().all(|(name, _)| *name != definition.name)
                && let Ok(mut found) = definition::attributes(std::slice::from_ref(definition))
            {
                table.attributes.append(&mut found);
            }
        }
        index.backfilling = true;
        let name = index.name.clone();
        table.indexes.insert(name.clone(), index);
        table.fill_index(&name);
    }
    if let Some(name) = changes.delete
        && let Some(index) = table.indexes.get_mut(&name)
    {
        index.status = Status::Deleting;
    }
    match changes.stream {
        Some(Some(view)) => {
            table.stream = Some(Stream::new(&table.arn, &table.name, &table.key, view, now_ms));
            None
        }
        Some(None) => {
            let mut stream = table.stream.take()?;
            stream.closed_at_ms = Some(now_ms);
            Some(stream)
        }
        None => None,
    }
}
