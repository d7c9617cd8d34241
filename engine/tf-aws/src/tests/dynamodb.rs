//! Tables of DynamoDB and their items: plans, changes in place, replacement, drift, import.

use super::world::World;
use nuvola_tf_lang::Value;
use serde_json::{Value as Json, json};

fn table() -> Json {
    json!({
        "name": "songs", "billing_mode": "PAY_PER_REQUEST", "hash_key": "artist", "range_key": "year",
        "attribute": [
            { "name": "artist", "type": "S" }, { "name": "year", "type": "N" }, { "name": "genre", "type": "S" },
        ],
        "global_secondary_index": [{ "name": "by-genre", "hash_key": "genre", "projection_type": "ALL" }],
        "tags": { "Project": "songs" },
    })
}

fn with(mut config: Json, changes: Json) -> Json {
    for (name, value) in changes.as_object().unwrap() {
        config[name] = value.clone();
    }
    config
}

#[test]
fn tables_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let made = world.create("aws_dynamodb_table", table());
    assert_eq!(made.attr("arn"), "arn:aws:dynamodb:eu-south-1:123456789012:table/songs");
    assert_eq!((made.id(), made.attr("stream_enabled")), ("songs".to_owned(), false.into()));
    world.assert_imports(&made, "songs", &[]);
    let streamed = with(
        table(),
        json!({
            "stream_enabled": true, "stream_view_type": "KEYS_ONLY", "tags": { "Other": "x" },
            "ttl": [{ "attribute_name": "at", "enabled": true }], "table_class": "STANDARD_INFREQUENT_ACCESS",
            "point_in_time_recovery": [{ "enabled": true }], "deletion_protection_enabled": true,
        }),
    );
    let changed = world.update(&made, streamed.clone());
    assert!(changed.attr("stream_arn").as_str().unwrap().contains("table/songs/stream/"));
    assert_eq!(changed.attr("ttl"), json!([{ "attribute_name": "at", "enabled": true }]));
    let provisioned = with(
        streamed,
        json!({
            "billing_mode": "PROVISIONED", "read_capacity": 2, "write_capacity": 3, "stream_view_type": "NEW_IMAGE",
            "deletion_protection_enabled": false, "point_in_time_recovery": [{ "enabled": false }],
            "ttl": [{ "attribute_name": "at", "enabled": false }],
            "global_secondary_index": [{
                "name": "by-genre", "hash_key": "genre", "projection_type": "ALL", "read_capacity": 4, "write_capacity": 5,
            }],
        }),
    );
    let changed = world.update(&changed, provisioned.clone());
    assert_eq!(changed.attr("read_capacity"), 2);
    let without = with(
        provisioned,
        json!({
            "global_secondary_index": [], "write_capacity": 9,
            "attribute": [{ "name": "artist", "type": "S" }, { "name": "year", "type": "N" }],
        }),
    );
    let changed = world.update(&changed, without);
    assert_eq!(
        (changed.attr("write_capacity"), changed.attr("global_secondary_index")),
        (9.into(), json!([]))
    );
    world.delete(&changed);
}

#[test]
fn items_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type; the id's form is that of
    // states in the provider's issues.
    let world = World::new();
    world.create("aws_dynamodb_table", table());
    let item = |text: &str| json!({ "table_name": "songs", "hash_key": "artist", "range_key": "year", "item": text });
    let made = world.create(
        "aws_dynamodb_table_item",
        item(r#"{"artist": {"S": "Bach"}, "year": {"N": "1741"}, "title": {"S": "Goldberg"}}"#),
    );
    assert_eq!(made.id(), "songs|artist||Bach||year|||1741");
    let changed = world.update(
        &made,
        item(r#"{"artist": {"S": "Bach"}, "year": {"N": "1741"}, "opus": {"L": [{"N": "988"}]}}"#),
    );
    let moved = world.update(&changed, item(r#"{"artist": {"S": "Bach"}, "year": {"N": "1742"}}"#));
    assert_eq!(moved.id(), "songs|artist||Bach||year|||1742");
    world.delete(&moved);
}

fn planned(config: Json) -> Vec<String> {
    let world = World::new();
    let config = world.config("aws_dynamodb_table", &config);
    let ty = world.provider.schema().resources["aws_dynamodb_table"].block.implied_type();
    let plan = world.plan("aws_dynamodb_table", &Value::null(ty), &config);
    plan.diagnostics.into_iter().map(|problem| problem.summary).collect()
}

#[test]
fn plans_find_what_does_not_fit() {
    // Source: texts of the provider in its issues: "all attributes must be indexed. Unused attributes: [...]".
    let extra = json!({
        "attribute": [{ "name": "artist", "type": "S" }, { "name": "year", "type": "N" }, { "name": "x", "type": "S" }],
    });
    assert_eq!(
        planned(with(table(), extra)),
        [
            "all indexes must match a defined attribute. Unmatched indexes: [\"genre\"]\nall attributes must be indexed. Unused attributes: [\"x\"]"
        ]
    );
    assert_eq!(
        planned(with(table(), json!({ "billing_mode": "PROVISIONED", "read_capacity": 1 }))),
        ["\"write_capacity\" must be at least 1 when billing_mode is \"PROVISIONED\""]
    );
    assert_eq!(
        planned(with(table(), json!({ "stream_enabled": true }))),
        ["stream_view_type is required when stream_enabled = true"]
    );
}

const MAIN: &str = r#"
provider "aws" {
  region = "eu-south-1"
}
resource "aws_dynamodb_table" "songs" {
  name         = "songs"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "artist"
  attribute {
    name = "artist"
    type = "S"
  }
}
resource "aws_dynamodb_table_item" "one" {
  table_name = aws_dynamodb_table.songs.name
  hash_key   = aws_dynamodb_table.songs.hash_key
  item       = jsonencode({ artist = { S = "Bach" }, n = { N = "1" } })
}
data "aws_dynamodb_table" "songs" {
  name = aws_dynamodb_table.songs.id
}
data "aws_dynamodb_table_item" "one" {
  table_name = aws_dynamodb_table.songs.name
  key        = jsonencode({ artist = { S = "Bach" } })
  depends_on = [aws_dynamodb_table_item.one]
}
output "found" {
  value = "${data.aws_dynamodb_table.songs.billing_mode} ${jsondecode(data.aws_dynamodb_table_item.one.item).n.N}"
}
"#;

#[test]
fn the_whole_workflow_runs() {
    // Source: our own reasoning for the values; the words of plans as Terraform 1.11.4 has them.
    let world = World::new();
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), MAIN.into());
    assert_eq!(world.terraform("init -no-color").0, 0);
    let (code, printed) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{printed}");
    for expected in [
        "+ read_capacity    = (known after apply)",
        "+ point_in_time_recovery",
        "+ server_side_encryption",
        "found = \"PAY_PER_REQUEST 1\"",
    ] {
        assert!(printed.contains(expected), "{expected}\n{printed}");
    }
    let (code, printed) = world.terraform("plan -no-color -detailed-exitcode");
    assert_eq!(code, 0, "nothing is left to do: {printed}");
    let changed = MAIN
        .replace("\"artist\"\n    type", "\"composer\"\n    type")
        .replace("= \"artist\"", "= \"composer\"");
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), changed.into());
    let (_, printed) = world.terraform("plan -no-color");
    assert!(printed.contains("# aws_dynamodb_table.songs must be replaced"), "{printed}");
    assert!(
        printed.contains("~ hash_key                    = \"artist\" -> \"composer\" # forces replacement"),
        "{printed}"
    );
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), MAIN.into());
    let (code, printed) = world.terraform("destroy -auto-approve -no-color");
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("Destroy complete! Resources: 2 destroyed."), "{printed}");
}
