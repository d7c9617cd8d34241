//! Tables: made, described, listed, deleted.

use crate::auth::Access;
use crate::cloud;
use crate::context::OpContext;
use crate::dynamodb::key::KeySchema;
use crate::dynamodb::ops::common::{self, find, region_mut, region_of, to_table};
use crate::dynamodb::ops::definition::{
    self, AttributeDefinition, IndexInput, KeySchemaElement, OnDemandThroughput, ProvisionedThroughput,
};
use crate::dynamodb::ops::describe;
use crate::dynamodb::ops::tags::Tag;
use crate::dynamodb::state::{Encryption, Index, Status, Table, Ttl};
use crate::dynamodb::streams::{Stream, ViewKind};
use crate::dynamodb::{Timer, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Map;
use nuvola_wire::shape;
use serde_json::Value as Json;

operation! {
    /// Makes a table with its indexes; it can be used when its status is `ACTIVE`.
    ///
    /// **Source**: DynamoDB API Reference, "CreateTable".
    pub CREATE_TABLE: CreateTable {
        http: "POST" "/" 200,
        input: CreateTableInput,
        output: TableDescriptionOutput,
        errors: ["ResourceInUseException", "LimitExceededException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:CreateTable", &input.table_name),
        handler: create_table,
    }
}

operation! {
    /// Tells a table's keys, indexes, settings, status and size.
    ///
    /// **Source**: DynamoDB API Reference, "DescribeTable".
    pub DESCRIBE_TABLE: DescribeTable {
        http: "POST" "/" 200,
        input: TableInput,
        output: TableOutput,
        errors: ["ResourceNotFoundException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:DescribeTable", &input.table_name),
        handler: describe_table,
    }
}

operation! {
    /// Lists the names of tables.
    ///
    /// **Source**: DynamoDB API Reference, "ListTables".
    pub LIST_TABLES: ListTables {
        http: "POST" "/" 200,
        input: ListTablesInput,
        output: ListTablesOutput,
        errors: ["InternalServerError"],
        access: |_, _| Access::to("dynamodb:ListTables", "*"),
        handler: list_tables,
    }
}

operation! {
    /// Deletes a table with all its items; its stream can be read for another day.
    ///
    /// **Source**: DynamoDB API Reference, "DeleteTable".
    pub DELETE_TABLE: DeleteTable {
        http: "POST" "/" 200,
        input: TableInput,
        output: TableDescriptionOutput,
        errors: ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:DeleteTable", &input.table_name),
        handler: delete_table,
    }
}

shape! {
    /// What `CreateTable` takes.
    pub struct CreateTableInput {
        #[wire("AttributeDefinitions")] pub definitions: Vec<AttributeDefinition>,
        #[wire("TableName")] pub table_name: String,
        #[wire("KeySchema")] pub key_schema: Vec<KeySchemaElement>,
        #[wire("LocalSecondaryIndexes")] pub local_indexes: Option<Vec<IndexInput>>,
        #[wire("GlobalSecondaryIndexes")] pub global_indexes: Option<Vec<IndexInput>>,
        #[wire("BillingMode")] pub billing_mode: Option<String>,
        #[wire("ProvisionedThroughput")] pub throughput: Option<ProvisionedThroughput>,
        #[wire("StreamSpecification")] pub stream: Option<StreamSpecification>,
        #[wire("SSESpecification")] pub encryption: Option<SseSpecification>,
        #[wire("Tags")] pub tags: Vec<Tag>,
        #[wire("TableClass")] pub class: Option<String>,
        #[wire("DeletionProtectionEnabled")] pub deletion_protected: Option<bool>,
        #[wire("OnDemandThroughput")] pub on_demand: Option<OnDemandThroughput>,
        #[wire("WarmThroughput")] pub warm: Option<Json>,
        #[wire("ResourcePolicy")] pub policy: Option<String>,
    }

    /// Whether a table has a stream, and what its records show.
    pub struct StreamSpecification {
        #[wire("StreamEnabled")] pub enabled: bool,
        #[wire("StreamViewType")] pub view: Option<String>,
    }

    /// How a table is encrypted.
    pub struct SseSpecification {
        #[wire("Enabled")] pub enabled: Option<bool>,
        #[wire("SSEType")] pub kind: Option<String>,
        #[wire("KMSMasterKeyId")] pub key_id: Option<String>,
    }

    /// The name or the ARN of a table.
    pub struct TableInput {
        #[wire("TableName")] pub table_name: String,
    }

    /// What operations that change a table answer.
    pub struct TableDescriptionOutput {
        #[wire("TableDescription")] pub table: Option<Json>,
    }

    /// What `DescribeTable` answers.
    pub struct TableOutput {
        #[wire("Table")] pub table: Option<Json>,
    }

    /// What `ListTables` takes.
    pub struct ListTablesInput {
        #[wire("ExclusiveStartTableName")] pub start: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// What `ListTables` answers.
    pub struct ListTablesOutput {
        #[wire("TableNames")] pub names: Vec<String>,
        #[wire("LastEvaluatedTableName")] pub last: Option<String>,
    }
}

pub const BILLING_MODES: [&str; 2] = ["PROVISIONED", "PAY_PER_REQUEST"];
pub const TABLE_CLASSES: [&str; 2] = ["STANDARD", "STANDARD_INFREQUENT_ACCESS"];
pub const VIEW_TYPES: [&str; 4] = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

fn check_words(input: &CreateTableInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    common::check_table_name(&mut validation, common::table_name(&input.table_name));
    let local = input.local_indexes.as_deref().unwrap_or_default();
    let global = input.global_indexes.as_deref().unwrap_or_default();
    let lists = [("globalSecondaryIndexes", global), ("localSecondaryIndexes", local)];
    definition::check_words(&mut validation, &input.definitions, &input.key_schema, &lists);
    if let Some(mode) = &input.billing_mode {
        validation.one_of("billingMode", mode, &BILLING_MODES);
    }
    definition::check_throughput(&mut validation, "provisionedThroughput", input.throughput.as_ref());
    for (at, index) in global.iter().enumerate() {
        let place = format!("globalSecondaryIndexes.{}.member.provisionedThroughput", at + 1);
        definition::check_throughput(&mut validation, &place, index.throughput.as_ref());
    }
    if let Some(class) = &input.class {
        validation.one_of("tableClass", class, &TABLE_CLASSES);
    }
    if let Some(view) = input.stream.as_ref().and_then(|stream| stream.view.as_deref()) {
        validation.one_of("streamSpecification.streamViewType", view, &VIEW_TYPES);
    }
    validation.finish("ValidationException")
}

/// The indexes of a request, checked against its keys and each other.
fn indexes(
    input: &CreateTableInput,
    key: &KeySchema,
    attributes: &[(String, crate::dynamodb::key::KeyKind)],
) -> ApiResult<Vec<Index>> {
    let mut indexes: Vec<Index> = Vec::new();
    for (list, global) in [(&input.local_indexes, false), (&input.global_indexes, true)] {
        let Some(list) = list else { continue };
        if list.is_empty() {
            let kind = if global { "Global" } else { "Local" };
            return Err(errors::invalid(&format!("List of {kind}SecondaryIndexes is empty")));
        }
        if !global && key.range.is_none() {
            return Err(errors::invalid(
                "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
            ));
        }
        for one in list {
            let index = definition::index(one, global, key, attributes)?;
            if indexes.iter().any(|other| other.name == index.name) {
                return Err(errors::invalid(&format!("Duplicate index name: {}", index.name)));
            }
            indexes.push(index);
        }
        if !global && list.len() > limits::LOCAL_INDEXES {
            return Err(errors::invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
        }
        if global && list.len() > limits::GLOBAL_INDEXES {
            return Err(errors::invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20"));
        }
    }
    definition::check_projected(indexes.iter())?;
    Ok(indexes)
}

/// How a table is paid, and its global indexes with it.
fn check_billing(input: &CreateTableInput) -> ApiResult<bool> {
    let per_request = input.billing_mode.as_deref() == Some("PAY_PER_REQUEST");
    let global = input.global_indexes.iter().flatten();
    if per_request {
        let neither = "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
        if input.throughput.is_some() {
            return Err(errors::invalid(neither));
        }
        if let Some(index) = global.into_iter().find(|index| index.throughput.is_some()) {
            return Err(errors::invalid(&format!(
                "ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST",
                index.name
            )));
        }
        return Ok(true);
    }
    if input.throughput.is_none() {
        return Err(errors::invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ));
    }
    if let Some(index) = global.into_iter().find(|index| index.throughput.is_none()) {
        return Err(errors::invalid(&format!(
            "ProvisionedThroughput is not specified for index: {}",
            index.name
        )));
    }
    Ok(false)
}

/// What a stream specification wants: nothing, or what its records show.
pub fn stream_view(stream: Option<&StreamSpecification>) -> ApiResult<Option<ViewKind>> {
    match stream {
        Some(StreamSpecification { enabled: true, view: Some(view) }) => Ok(ViewKind::parse(view)),
        Some(StreamSpecification { enabled: true, view: None }) => Err(errors::validation(
            "One or more parameter values were invalid: StreamViewType must be specified when StreamEnabled is true",
        )),
        Some(StreamSpecification { enabled: false, view: Some(_) }) => Err(errors::validation(
            "One or more parameter values were invalid: StreamViewType cannot be specified when StreamEnabled is false",
        )),
        Some(StreamSpecification { enabled: false, view: None }) | None => Ok(None),
    }
}

/// The key of KMS that a table is encrypted with; nothing for DynamoDB's own.
pub fn encryption(cx: &mut OpContext<'_>, input: Option<&SseSpecification>) -> ApiResult<Option<Encryption>> {
    let Some(input) = input else { return Ok(None) };
    let enabled = input.enabled.unwrap_or(false);
    if !enabled {
        if input.kind.is_some() || input.key_id.is_some() {
            return Err(errors::invalid(
                "SSEType and KMSMasterKeyId must not be specified when SSE is disabled",
            ));
        }
        return Ok(None);
    }
    if input.kind.as_deref() == Some("AES256") {
        return Err(errors::invalid("SSEType AES256 is not supported"));
    }
    let key_arn = match &input.key_id {
        Some(key) if key.starts_with("arn:") => key.clone(),
        Some(key) if key.starts_with("alias/") => cx.arn("kms", key).to_string(),
        Some(key) => cx.arn("kms", &format!("key/{key}")).to_string(),
        // The key that AWS manages for DynamoDB, one per account.
        None => cx.arn("kms", "key/aws-dynamodb").to_string(),
    };
    cx.not_simulated("encryption with a key of KMS: the key is only noted");
    Ok(Some(Encryption { key_arn }))
}

fn create_table(cx: &mut OpContext<'_>, input: CreateTableInput) -> ApiResult<TableDescriptionOutput> {
    check_words(&input)?;
    let per_request = check_billing(&input)?;
    let attributes = definition::attributes(&input.definitions)?;
    let key = definition::key(&input.key_schema, &attributes)?;
    let mut indexes = indexes(&input, &key, &attributes)?;
    let keys: Vec<&KeySchema> = std::iter::once(&key).chain(indexes.iter().map(|index| &index.key)).collect();
    definition::check_all_used(&attributes, &keys)?;
    let view = stream_view(input.stream.as_ref())?;
    common::check_tag_count(input.tags.len())?;
    let name = common::table_name(&input.table_name).to_owned();
    if region_of(cx).is_some_and(|region| region.tables.contains_key(&name)) {
        return Err(errors::table_exists(&name));
    }
    if region_of(cx).is_some_and(|region| region.tables.len() >= limits::TABLES) {
        return Err(errors::limit_exceeded(format!(
            "Subscriber limit exceeded: The number of tables exceeds the limit of {}",
            limits::TABLES
        )));
    }
    if input.policy.is_some() {
        return Err(errors::not_simulated("a resource policy of a table"));
    }
    if input.warm.is_some() {
        cx.not_simulated("`WarmThroughput` of `CreateTable`");
    }
    let encryption = encryption(cx, input.encryption.as_ref())?;
    let provided = input.global_indexes.iter().flatten();
    let throughputs: Vec<_> =
        provided.filter_map(|index| Some((&index.name, index.throughput.as_ref()?))).collect();
    for index in &mut indexes {
        let given = throughputs.iter().find(|(name, _)| **name == index.name);
        index.throughput = given.map(|(_, throughput)| definition::provisioned(throughput));
        if !index.global {
            index.status = Status::Active;
        }
    }
    let arn = common::table_arn(cx, &name);
    let now_ms = cx.now_ms;
    let table = Table {
        name: name.clone(),
        id: cx.ids().uuid(),
        created_at_ms: now_ms,
        status: Status::Creating,
        attributes,
        stream: view.map(|view| Stream::new(&arn, &name, &key, view, now_ms)),
        key,
        throughput: input.throughput.as_ref().map(definition::provisioned),
        on_demand_at_ms: per_request.then_some(now_ms),
        on_demand_limits: input.on_demand.as_ref().map(|limits| (limits.read, limits.write)),
        infrequent_access: input.class.as_deref() == Some("STANDARD_INFREQUENT_ACCESS"),
        class_changed_at_ms: None,
        deletion_protected: input.deletion_protected.unwrap_or(false),
        encryption,
        ttl: Ttl::default(),
        recovery: None,
        tags: input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        items: Map::new(),
        size_bytes: 0,
        indexes: indexes.into_iter().map(|index| (index.name.clone(), index)).collect(),
        recent: Default::default(),
        replica_lag_ms: 0,
        reads: 0,
        meter: Default::default(),
        read_bucket: Default::default(),
        write_bucket: Default::default(),
        arn,
    };
    let shown = describe::table(&table);
    settle_later(cx, &table, limits::CREATING_MS);
    region_mut(cx).tables.insert(name, table);
    Ok(TableDescriptionOutput { table: Some(shown) })
}

/// Ends what the table is doing after a while.
pub fn settle_later(cx: &mut OpContext<'_>, table: &Table, after_ms: i64) {
    let timer = Timer::Settle { region: cx.region.clone(), table: table.name.clone(), id: table.id.clone() };
    cx.schedule(cx.now_ms + after_ms, cloud::Timer::DynamoDb(timer));
}

fn describe_table(cx: &mut OpContext<'_>, input: TableInput) -> ApiResult<TableOutput> {
    Ok(TableOutput { table: Some(describe::table(find(cx, &input.table_name)?)) })
}

fn list_tables(cx: &mut OpContext<'_>, input: ListTablesInput) -> ApiResult<ListTablesOutput> {
    let limit = input.limit.unwrap_or(100);
    let mut validation = Validation::new();
    validation.range("limit", limit.into(), 1, 100).finish("ValidationException")?;
    let size = usize::try_from(limit).unwrap_or(1);
    let start = input.start.unwrap_or_default();
    let Some(region) = region_of(cx) else { return Ok(ListTablesOutput::default()) };
    let mut rest = region.tables.range::<String>(start.clone()..).map(|(name, _)| name);
    let mut rest = rest.by_ref().filter(|name| start.is_empty() || **name != start);
    let names: Vec<String> = rest.by_ref().take(size).cloned().collect();
    let last = names.last().filter(|_| rest.next().is_some()).cloned();
    Ok(ListTablesOutput { names, last })
}

/// Refuses a change of a table that is not `ACTIVE`.
pub fn check_active(table: &Table) -> ApiResult<()> {
    let name = &table.name;
    match table.status {
        Status::Active => Ok(()),
        Status::Creating => Err(errors::table_busy("created", name)),
        Status::Updating => Err(errors::table_busy("updated", name)),
        Status::Deleting => Err(errors::table_busy("deleted", name)),
    }
}

fn delete_table(cx: &mut OpContext<'_>, input: TableInput) -> ApiResult<TableDescriptionOutput> {
    let table = find(cx, &input.table_name)?;
    check_active(table)?;
    if table.deletion_protected {
        return Err(errors::deletion_protected());
    }
    let name = table.name.clone();
    let now_ms = cx.now_ms;
    let table = common::usable_mut(cx, &name)?;
    table.status = Status::Deleting;
    for index in table.indexes.values_mut() {
        index.status = Status::Deleting;
    }
    let shown = describe::table(table);
    if let Some(stream) = &mut table.stream {
        stream.closed_at_ms = Some(now_ms);
    }
    let timer = Timer::Settle {
        region: cx.region.clone(),
        table: name,
        id: shown["TableId"].as_str().unwrap_or_default().to_owned(),
    };
    cx.schedule(now_ms + limits::DELETING_MS, cloud::Timer::DynamoDb(timer));
    // A table that is being deleted shows little of itself.
    let kept = [
        "TableName",
        "TableStatus",
        "ProvisionedThroughput",
        "TableSizeBytes",
        "ItemCount",
        "TableArn",
        "TableId",
        "DeletionProtectionEnabled",
        "BillingModeSummary",
    ];
    let shown: serde_json::Map<String, Json> = shown
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| kept.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Ok(TableDescriptionOutput { table: Some(shown.into()) })
}
