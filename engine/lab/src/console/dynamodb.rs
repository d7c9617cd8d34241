//! The console of DynamoDB: tables, items by scan or by a query that it writes down, indexes, capacity and
//! replicas.
//!
//! Paths: `[]`, `[TABLE]`, `[TABLE, "items", QUESTION]` with the question as JSON, `[TABLE, "item", KEY]` with
//! the key as DynamoDB's JSON, `[TABLE, "indexes"]`, `[TABLE, "replicas"]`.

use super::call::{Api, text};
use super::look::{Look, Seen, control, look};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Bar, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use nuvola_aws::Input;
use nuvola_aws::dynamodb::{ConsumedSecond, TableView};
use serde_json::{Map, Value, json};

/// How many items one page shows.
const PAGE: u32 = 50;
/// How many attributes beyond the key a table of items shows.
const SHOWN_ATTRIBUTES: usize = 5;

async fn call(api: &Api<'_>, operation: &str, input: Value) -> Result<Value, Failure> {
    api.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), &input).await
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => tables(api).await,
        [table] => items(api, table, "{}").await,
        [table, "items", question] => items(api, table, question).await,
        [table, "item", key] => item(api, table, key).await,
        [table, "indexes"] => indexes(api, table).await,
        [table, "replicas"] => replicas(api, table).await,
        _ => Err("there is no such screen of DynamoDB".to_owned()),
    }
}

async fn tables(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListTables", json!({})).await?;
    let mut rows = Vec::new();
    for name in answer["TableNames"].as_array().into_iter().flatten().map(text) {
        let table = describe(api, &name).await?;
        let delete = Action::new("delete-table", "Delete", &[("table", &name)])
            .asking(format!("Delete the table `{name}` with all its items? There is no way back."));
        let cells =
            [name.clone(), text(&table["TableStatus"]), keys_in_words(&table["KeySchema"]), billing(&table)];
        rows.push(Row::new(cells).opening(&["dynamodb", &name]).with(delete));
    }
    let list = Table::new(
        "Tables",
        &["Name", "Status", "Key", "Billing"],
        rows,
        "No table yet. Create one here, with Terraform, or with boto3.",
    );
    let types: &[(&str, &str)] = &[("S", "String"), ("N", "Number"), ("B", "Binary")];
    let fields = vec![
        Field::text("table", "Name"),
        Field::text("hash", "Partition key"),
        Field::choice("hash_type", "Its type", types),
        Field::text("range", "Sort key").hint("may be empty"),
        Field::choice("range_type", "Its type", types),
        Field::choice(
            "billing",
            "Billing",
            &[("PAY_PER_REQUEST", "on demand"), ("PROVISIONED", "provisioned")],
        ),
        Field::new("read", "Read units (provisioned)", FieldKind::Number).value("5"),
        Field::new("write", "Write units (provisioned)", FieldKind::Number).value("5"),
    ];
    let form = Form::new("create-table", "Create a table", "Create", fields).folded();
    Ok(Screen { live: true, ..screen("DynamoDB", &[], vec![Block::Table(list), Block::Form(form)]) })
}

async fn describe(api: &Api<'_>, table: &str) -> Result<Value, Failure> {
    Ok(call(api, "DescribeTable", json!({ "TableName": table })).await?["Table"].take())
}

fn billing(table: &Value) -> String {
    match table["BillingModeSummary"]["BillingMode"].as_str() {
        Some("PAY_PER_REQUEST") => "on demand".to_owned(),
        _ => throughput(&table["ProvisionedThroughput"]),
    }
}

fn throughput(provisioned: &Value) -> String {
    format!("{} read, {} write units", provisioned["ReadCapacityUnits"], provisioned["WriteCapacityUnits"])
}

/// The names of a key's attributes, the partition key first.
fn key_names(schema: &Value) -> Vec<String> {
    schema.as_array().into_iter().flatten().map(|part| text(&part["AttributeName"])).collect()
}

fn keys_in_words(schema: &Value) -> String {
    key_names(schema).join(", ")
}

fn of_table(title: &str, table: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Items", &["dynamodb", table]),
            tab("Indexes", &["dynamodb", table, "indexes"]),
            tab("Capacity and replicas", &["dynamodb", table, "replicas"]),
        ],
        ..screen(title, &[("DynamoDB", &["dynamodb"]), (table, &["dynamodb", table])], blocks)
    }
}

/// What the query builder was filled in with.
struct Question(Value);

impl Question {
    fn read(text: &str) -> Self {
        Question(serde_json::from_str(text).unwrap_or_default())
    }

    fn get(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }
}

async fn items(api: &Api<'_>, table: &str, question: &str) -> Result<Screen, Failure> {
    let described = describe(api, table).await?;
    let question = Question::read(question);
    let keys = key_names(schema_of(&described, question.get("index")));
    let input = request(table, &described, &keys, &question);
    let operation = if input.get("KeyConditionExpression").is_some() { "Query" } else { "Scan" };
    let mut blocks = vec![Block::Form(builder(&described, &keys, &question))];
    match call(api, operation, input.clone()).await {
        Ok(answer) => {
            blocks.push(Block::Code {
                title: "The same in Python".to_owned(),
                text: in_python(operation, &input),
            });
            blocks.push(answer_note(&answer, operation));
            blocks.push(Block::Table(items_table(table, &described, &question, &answer)));
        }
        Err(text) => blocks.push(Block::Note { tone: Tone::Warning, text }),
    }
    let example = example_item(&described);
    let fields = vec![Field::new("item", "Item (DynamoDB's JSON)", FieldKind::Area).value(example)];
    blocks.push(Block::Form(Form::new("put-item", "Put an item", "Put", fields).folded()));
    // A table that is still being made changes by itself.
    let live = described["TableStatus"] != "ACTIVE";
    Ok(Screen { live, ..of_table(table, table, blocks) })
}

fn schema_of<'a>(table: &'a Value, index: &str) -> &'a Value {
    let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let mut all = indexes.iter().flat_map(|kind| table[*kind].as_array().into_iter().flatten());
    let found = all.find(|other| other["IndexName"] == index);
    &found.unwrap_or(table)["KeySchema"]
}

/// The type of a key attribute: `S`, `N` or `B`.
fn key_type(table: &Value, name: &str) -> String {
    let mut all = table["AttributeDefinitions"].as_array().into_iter().flatten();
    all.find(|attribute| attribute["AttributeName"] == name)
        .map_or_else(|| "S".to_owned(), |attribute| text(&attribute["AttributeType"]))
}

const COMPARISONS: &[(&str, &str)] = &[
    ("=", "="),
    ("<", "<"),
    ("<=", "≤"),
    (">", ">"),
    (">=", "≥"),
    ("begins_with", "begins with"),
    ("between", "between"),
];

fn builder(table: &Value, keys: &[String], question: &Question) -> Form {
    let mut indexes = vec![(String::new(), "the table itself".to_owned())];
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let all = table[kind].as_array().into_iter().flatten();
        indexes.extend(all.map(|index| (text(&index["IndexName"]), text(&index["IndexName"]))));
    }
    let named = |name: &str| question.get(name).to_owned();
    let mut fields = Vec::new();
    if indexes.len() > 1 {
        let kind = FieldKind::Choice { options: indexes };
        fields.push(Field::new("index", "Read from", kind).value(named("index")));
    }
    let hash = keys.first().map_or("", String::as_str);
    fields
        .push(Field::text("hash", &format!("{hash} =")).value(named("hash")).hint("empty: scan everything"));
    if let Some(range) = keys.get(1) {
        fields.push(Field::choice("op", range, COMPARISONS).value(or(named("op"), "=")));
        fields.push(Field::text("range", "Value").value(named("range")));
        fields.push(Field::text("upper", "and (between)").value(named("upper")));
        let orders = &[("", "ascending"), ("down", "descending")];
        fields.push(Field::choice("order", "Order", orders).value(named("order")));
    }
    fields.push(Field::text("filter", "Filter: attribute").value(named("filter")));
    fields.push(Field::choice("filter_op", "is", FILTERS).value(or(named("filter_op"), "=")));
    fields.push(Field::text("filter_value", "Value").value(named("filter_value")));
    let consistencies = &[("", "eventually consistent"), ("strong", "strongly consistent")];
    fields.push(Field::choice("read", "Read", consistencies).value(named("read")));
    Form::new("ask", "Query or scan", "Run", fields)
}

const FILTERS: &[(&str, &str)] = &[
    ("=", "="),
    ("<>", "≠"),
    ("<", "<"),
    (">", ">"),
    ("contains", "contains"),
    ("attribute_exists", "exists"),
    ("attribute_not_exists", "does not exist"),
];

fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// The input of Query or Scan that the filled-in builder stands for.
fn request(table: &str, described: &Value, keys: &[String], question: &Question) -> Value {
    let mut input = json!({ "TableName": table, "Limit": PAGE, "ReturnConsumedCapacity": "TOTAL" });
    let (mut names, mut values) = (Map::new(), Map::new());
    if !question.get("index").is_empty() {
        input["IndexName"] = json!(question.get("index"));
    }
    if !question.get("hash").is_empty() && !keys.is_empty() {
        let mut expression = "#pk = :pk".to_owned();
        names.insert("#pk".to_owned(), json!(keys[0]));
        values.insert(":pk".to_owned(), typed(&key_type(described, &keys[0]), question.get("hash")));
        if let Some(range) = keys.get(1).filter(|_| !question.get("range").is_empty()) {
            let kind = key_type(described, range);
            names.insert("#sk".to_owned(), json!(range));
            values.insert(":sk".to_owned(), typed(&kind, question.get("range")));
            expression.push_str(&match question.get("op") {
                "begins_with" => " AND begins_with(#sk, :sk)".to_owned(),
                "between" => {
                    values.insert(":upper".to_owned(), typed(&kind, question.get("upper")));
                    " AND #sk BETWEEN :sk AND :upper".to_owned()
                }
                comparison => format!(" AND #sk {} :sk", or(comparison.to_owned(), "=")),
            });
        }
        input["KeyConditionExpression"] = json!(expression);
        if question.get("order") == "down" {
            input["ScanIndexForward"] = json!(false);
        }
    }
    if !question.get("filter").is_empty() {
        names.insert("#f".to_owned(), json!(question.get("filter")));
        let expression = match question.get("filter_op") {
            function @ ("attribute_exists" | "attribute_not_exists") => format!("{function}(#f)"),
            "contains" => "contains(#f, :f)".to_owned(),
            comparison => format!("#f {} :f", or(comparison.to_owned(), "=")),
        };
        if expression.contains(":f") {
            values.insert(":f".to_owned(), guessed(question.get("filter_value")));
        }
        input["FilterExpression"] = json!(expression);
    }
    if question.get("read") == "strong" {
        input["ConsistentRead"] = json!(true);
    }
    if !names.is_empty() {
        input["ExpressionAttributeNames"] = Value::Object(names);
    }
    if !values.is_empty() {
        input["ExpressionAttributeValues"] = Value::Object(values);
    }
    if !question.0["after"].is_null() {
        input["ExclusiveStartKey"] = question.0["after"].clone();
    }
    input
}

fn typed(kind: &str, value: &str) -> Value {
    json!({ kind: value })
}

/// A number where it looks like one, `true` and `false`, else a text.
fn guessed(value: &str) -> Value {
    match value {
        "true" | "false" => json!({ "BOOL": value == "true" }),
        number if number.parse::<f64>().is_ok() => json!({ "N": number }),
        text => json!({ "S": text }),
    }
}

/// The call as boto3's client takes it.
fn in_python(operation: &str, input: &Value) -> String {
    let method = if operation == "Query" { "query" } else { "scan" };
    let mut lines = format!("client = boto3.client(\"dynamodb\")\nanswer = client.{method}(\n");
    for (name, value) in input.as_object().into_iter().flatten() {
        let value = match value.as_bool() {
            Some(flag) => if flag { "True" } else { "False" }.to_owned(),
            None => value
                .to_string()
                .replace("{\"BOOL\":true}", "{\"BOOL\":True}")
                .replace("{\"BOOL\":false}", "{\"BOOL\":False}"),
        };
        lines.push_str(&format!("    {name}={value},\n"));
    }
    lines.push(')');
    lines
}

fn answer_note(answer: &Value, operation: &str) -> Block {
    let (count, scanned) = (&answer["Count"], &answer["ScannedCount"]);
    let units = &answer["ConsumedCapacity"]["CapacityUnits"];
    let text = format!("{operation}: {count} items of {scanned} that were read, for {units} read units");
    let wasteful = scanned.as_u64().unwrap_or(0) > 4 * count.as_u64().unwrap_or(0).max(5);
    Block::Note { tone: if wasteful { Tone::Warning } else { Tone::Info }, text }
}

fn items_table(table: &str, described: &Value, question: &Question, answer: &Value) -> Table {
    let keys = key_names(&described["KeySchema"]);
    let items = answer["Items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut columns = keys.clone();
    for item in items {
        for name in item.as_object().into_iter().flatten().map(|(name, _)| name) {
            if columns.len() < keys.len() + SHOWN_ATTRIBUTES && !columns.contains(name) {
                columns.push(name.clone());
            }
        }
    }
    let row = |item: &Value| {
        let key = key_of(item, &keys);
        let delete = Action::new("delete-item", "Delete", &[("key", &key)])
            .asking(format!("Delete the item {key}? There is no way back."));
        let cells = columns.iter().map(|name| plain(&item[name.as_str()]));
        Row::new(cells).opening(&["dynamodb", table, "item", &key]).with(delete)
    };
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut shown = Table::new("Items", &names, items.iter().map(row).collect(), "No item fits.");
    if !answer["LastEvaluatedKey"].is_null() {
        let mut next = question.0.clone();
        if !next.is_object() {
            next = json!({});
        }
        next["after"] = answer["LastEvaluatedKey"].clone();
        shown.more = Some(to(&["dynamodb", table, "items", &next.to_string()]));
    }
    shown
}

/// An item's key as DynamoDB's JSON.
fn key_of(item: &Value, keys: &[String]) -> String {
    let key: Map<String, Value> =
        keys.iter().map(|name| (name.clone(), item[name.as_str()].clone())).collect();
    Value::Object(key).to_string()
}

/// A typed value as people would write it.
fn plain(value: &Value) -> String {
    let Some((kind, inner)) = value.as_object().and_then(|typed| typed.iter().next()) else {
        return String::new();
    };
    match (kind.as_str(), inner) {
        ("S" | "N" | "B", _) => text(inner),
        ("NULL", _) => "null".to_owned(),
        ("M", Value::Object(members)) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        ("L", Value::Array(members)) => {
            format!("[{}]", members.iter().map(plain).collect::<Vec<_>>().join(", "))
        }
        (_, Value::Array(members)) => {
            format!("{{{}}}", members.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        _ => text(inner),
    }
}

fn example_item(table: &Value) -> String {
    let mut item = Map::new();
    for name in key_names(&table["KeySchema"]) {
        let kind = key_type(table, &name);
        let value = if kind == "N" { "1" } else { "a" };
        item.insert(name, json!({ kind: value }));
    }
    item.insert("note".to_owned(), json!({ "S": "hello" }));
    pretty(&Value::Object(item))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

async fn item(api: &Api<'_>, table: &str, key: &str) -> Result<Screen, Failure> {
    let key: Value = serde_json::from_str(key).map_err(|error| format!("the key is no JSON: {error}"))?;
    let input = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
    let answer = call(api, "GetItem", input).await?;
    let Some(item) = answer.get("Item") else { return Err("there is no item with this key".to_owned()) };
    let key_text = key.to_string();
    let delete = Action::new("delete-item", "Delete", &[("key", &key_text)])
        .asking("Delete this item? There is no way back.");
    let field = Field::new("item", "Item (DynamoDB's JSON)", FieldKind::Area).value(pretty(item));
    let blocks = vec![
        Block::Form(Form::new("put-item", "Item", "Save", vec![field])),
        Block::Actions { actions: vec![delete] },
    ];
    let names: Vec<String> = key.as_object().into_iter().flatten().map(|(_, value)| plain(value)).collect();
    Ok(of_table(&names.join(" / "), table, blocks))
}

async fn indexes(api: &Api<'_>, table: &str) -> Result<Screen, Failure> {
    let described = describe(api, table).await?;
    let mut rows = Vec::new();
    for (kind, word) in [("GlobalSecondaryIndexes", "global"), ("LocalSecondaryIndexes", "local")] {
        for index in described[kind].as_array().into_iter().flatten() {
            rows.push(Row::new([
                text(&index["IndexName"]),
                word.to_owned(),
                keys_in_words(&index["KeySchema"]),
                text(&index["Projection"]["ProjectionType"]),
                text(&index["IndexStatus"]),
            ]));
        }
    }
    let columns = ["Name", "Kind", "Key", "Projection", "Status"];
    let empty = "No index: queries go by the table's own key. Terraform's `global_secondary_index` adds one.";
    let facts = vec![
        fact("ARN", text(&described["TableArn"])),
        fact("Status", text(&described["TableStatus"])),
        fact("Key", keys_in_words(&described["KeySchema"])),
        fact("Billing", billing(&described)),
        fact("Items", text(&described["ItemCount"])),
        fact("Size (bytes)", text(&described["TableSizeBytes"])),
    ];
    let blocks = vec![
        Block::Table(Table::new("Indexes", &columns, rows, empty)),
        Block::Facts { title: "Table".to_owned(), facts },
    ];
    Ok(Screen { live: true, ..of_table(table, table, blocks) })
}

async fn replicas(api: &Api<'_>, table: &str) -> Result<Screen, Failure> {
    let described = describe(api, table).await?;
    let arn = text(&described["TableArn"]);
    let Seen::Table(view) = look(api.shared, Look::Table(arn.clone())).await else {
        return Err("the lab does not know this table".to_owned());
    };
    let note = "DynamoDB keeps each item three times. A strongly consistent read asks the replica that took the last write; an eventually consistent one asks any, for half the price, and may see the past. Global secondary indexes follow in the same way. On AWS the lag is some milliseconds; turn it up and see.";
    let mut pending = vec![bar(
        "table",
        view.pending_changes as f64,
        0.0,
        format!("{} changes on the way", view.pending_changes),
    )];
    for index in view.indexes.iter().filter(|index| index.global) {
        let text = format!("{} changes on the way", index.pending_changes);
        pending.push(bar(&index.name, index.pending_changes as f64, 0.0, text));
    }
    let field = Field::new("lag_ms", "Lag of replicas and global indexes (ms)", FieldKind::Number);
    let hidden = Field::choice("arn", "Table", &[(&arn, table)]);
    let fields = vec![field.value(view.replica_lag_ms.to_string()), hidden];
    let blocks = vec![
        Block::Note { tone: Tone::Info, text: note.to_owned() },
        Block::Bars { title: "What replicas do not know yet".to_owned(), bars: pending },
        Block::Form(Form::new("lag", "Lag", "Set", fields)),
        Block::Bars { title: "Capacity used lately, per second".to_owned(), bars: capacity(&view) },
    ];
    Ok(Screen { live: true, ..of_table(table, table, blocks) })
}

fn bar(label: &str, value: f64, full: f64, text: String) -> Bar {
    Bar { label: label.to_owned(), value, full, text }
}

/// The peak of the last minute, against what is provisioned.
fn capacity(view: &TableView) -> Vec<Bar> {
    let peak = |units: fn(&ConsumedSecond) -> f64| view.consumed.iter().map(units).fold(0.0, f64::max);
    let (read, write) = (peak(|second| second.read_units), peak(|second| second.write_units));
    let (full_read, full_write) =
        view.provisioned.map_or((0.0, 0.0), |(read, write)| (read as f64, write as f64));
    let words = |units: f64, full: f64| match view.provisioned {
        Some(_) => format!("{units} of {full} units"),
        None => format!("{units} units, paid per request"),
    };
    vec![
        bar("read, at most", read, full_read, words(read, full_read)),
        bar("write, at most", write, full_write, words(write, full_write)),
    ]
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let table = act.part(1);
    match act.verb {
        "create-table" => create(api, &act).await,
        "delete-table" => {
            call(api, "DeleteTable", json!({ "TableName": act.value("table") })).await?;
            done(format!("`{}` is being deleted", act.value("table")))
        }
        "ask" => {
            let filled = act.values.iter().filter(|(_, value)| !value.is_empty());
            let question: Map<String, Value> =
                filled.map(|(name, value)| (name.clone(), json!(value.trim()))).collect();
            let go = to(&["dynamodb", table, "items", &Value::Object(question).to_string()]);
            Ok(Acted { go: Some(go), ..Acted::default() })
        }
        "put-item" => {
            let item: Value = serde_json::from_str(act.value("item"))
                .map_err(|error| format!("the item is no JSON: {error}"))?;
            call(api, "PutItem", json!({ "TableName": table, "Item": item })).await?;
            done("the item is stored")
        }
        "delete-item" => {
            let key: Value = serde_json::from_str(act.value("key")).map_err(|error| error.to_string())?;
            call(api, "DeleteItem", json!({ "TableName": table, "Key": key })).await?;
            let go = (act.part(2) == "item").then(|| to(&["dynamodb", table]));
            Ok(Acted { text: "the item is deleted".to_owned(), go, ..Acted::default() })
        }
        "lag" => {
            let lag_ms = act.value("lag_ms").parse::<f64>().unwrap_or(0.0).clamp(0.0, 600_000.0) as i64;
            let table_arn = act.value("arn").to_owned();
            control(api.shared, Input::ReplicaLag { table_arn, lag_ms });
            done(format!("replicas follow after up to {lag_ms} ms"))
        }
        verb => Err(unknown(verb)),
    }
}

async fn create(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let table = act.value("table");
    let mut attributes =
        vec![json!({ "AttributeName": act.value("hash"), "AttributeType": act.value("hash_type") })];
    let mut schema = vec![json!({ "AttributeName": act.value("hash"), "KeyType": "HASH" })];
    if !act.value("range").is_empty() {
        attributes
            .push(json!({ "AttributeName": act.value("range"), "AttributeType": act.value("range_type") }));
        schema.push(json!({ "AttributeName": act.value("range"), "KeyType": "RANGE" }));
    }
    let mut input = json!({
        "TableName": table,
        "AttributeDefinitions": attributes,
        "KeySchema": schema,
        "BillingMode": act.value("billing"),
    });
    if act.value("billing") == "PROVISIONED" {
        let units = |name: &str| act.value(name).parse::<i64>().unwrap_or(5);
        input["ProvisionedThroughput"] =
            json!({ "ReadCapacityUnits": units("read"), "WriteCapacityUnits": units("write") });
    }
    call(api, "CreateTable", input).await?;
    Ok(Acted {
        text: format!("`{table}` is being created"),
        go: Some(to(&["dynamodb", table])),
        ..Acted::default()
    })
}
