//! Queues and what belongs to them, in Terraform's hands.

use super::world::{Object, World};
use nuvola_tf_lang::Value;
use serde_json::{Value as Json, json};

const URL: &str = "https://sqs.eu-south-1.amazonaws.com/123456789012/";
const ARN: &str = "arn:aws:sqs:eu-south-1:123456789012:";

fn refused(world: &World, kind: &'static str, config: &Json) -> String {
    let null = Value::null(world.config(kind, config).ty().clone());
    world.apply(kind, &null, config).unwrap_err().remove(0)
}

fn replaces(world: &World, object: &Object, config: &Json) -> bool {
    let config = world.config(object.kind, config);
    !world.plan(object.kind, &object.state, &config).requires_replace.is_empty()
}

#[test]
fn queues_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type; defaults from the
    // provider's documentation of aws_sqs_queue.
    let world = World::new();
    let config =
        json!({ "name": "jobs", "visibility_timeout_seconds": 60, "tags": { "Project": "gallery" } });
    let queue = world.create("aws_sqs_queue", config);
    assert_eq!(queue.id(), format!("{URL}jobs"));
    for (name, value) in [
        ("arn", json!(format!("{ARN}jobs"))),
        ("url", json!(format!("{URL}jobs"))),
        ("visibility_timeout_seconds", json!(60)),
        ("max_message_size", json!(262_144)),
        ("message_retention_seconds", json!(345_600)),
        ("delay_seconds", json!(0)),
        ("kms_data_key_reuse_period_seconds", json!(300)),
        ("sqs_managed_sse_enabled", json!(true)),
        ("fifo_queue", json!(false)),
        ("tags_all", json!({ "Project": "gallery" })),
    ] {
        assert_eq!(queue.attr(name), value, "{name}");
    }
    world.assert_imports(&queue, &format!("{URL}jobs"), &[]);
    let config = json!({
        "name": "jobs", "visibility_timeout_seconds": 0, "delay_seconds": 5, "max_message_size": 1_048_576,
        "receive_wait_time_seconds": 20, "sqs_managed_sse_enabled": false, "tags": { "Other": "x" },
    });
    let changed = world.update(&queue, config);
    assert_eq!(changed.attr("visibility_timeout_seconds"), 0);
    assert_eq!(changed.attr("tags_all"), json!({ "Other": "x" }));
    assert!(replaces(&world, &changed, &json!({ "name": "tasks" })));
    assert!(replaces(&world, &changed, &json!({ "name": "jobs", "fifo_queue": true })));
    world.delete(&changed);
    // A minute must pass before the name is free; the provider waits for it.
    let again = world.create("aws_sqs_queue", json!({ "name": "jobs" }));
    world.delete(&again);
}

#[test]
fn fifo_queues_live() {
    // Source: the provider's documentation of aws_sqs_queue, "FIFO queue" and "High-throughput FIFO queue".
    let world = World::new();
    let queue = json!({ "name": "orders.fifo", "fifo_queue": true, "content_based_deduplication": true });
    let queue = world.create("aws_sqs_queue", queue);
    assert_eq!(queue.attr("deduplication_scope"), "queue");
    assert_eq!(queue.attr("fifo_throughput_limit"), "perQueue");
    let queue = world.update(
        &queue,
        json!({
            "name": "orders.fifo", "fifo_queue": true, "deduplication_scope": "messageGroup",
            "fifo_throughput_limit": "perMessageGroupId",
        }),
    );
    world.assert_imports(&queue, &queue.id(), &[]);
    world.delete(&queue);
    let made = world.create("aws_sqs_queue", json!({ "name_prefix": "orders-", "fifo_queue": true }));
    let name = made.attr("name").as_str().unwrap().to_owned();
    assert!(name.starts_with("orders-") && name.ends_with(".fifo"), "{name}");
    assert_eq!(made.attr("name_prefix"), "orders-");
    world.delete(&made);
    let made = world.create("aws_sqs_queue", json!({}));
    assert!(made.attr("name").as_str().unwrap().starts_with("terraform-"));
    world.delete(&made);
}

#[test]
fn plans_are_checked_as_the_provider_does() {
    // Source: the provider's texts, as its acceptance tests and issues show them.
    let world = World::new();
    for (config, text) in [
        (json!({ "name": "a b" }), "invalid queue name: a b"),
        (json!({ "name": "a.fifo" }), "invalid queue name: a.fifo"),
        (json!({ "name": "a", "fifo_queue": true }), "invalid queue name: a"),
        (
            json!({ "name": "a", "content_based_deduplication": true }),
            "content-based deduplication can only be set for FIFO queue",
        ),
    ] {
        assert_eq!(refused(&world, "aws_sqs_queue", &config), text);
    }
    let problems = |config: Json| {
        let config = world.config("aws_sqs_queue", &config);
        let found = world.provider.validate_resource("aws_sqs_queue", &config);
        found.into_iter().map(|problem| (problem.summary, problem.detail)).collect::<Vec<_>>()
    };
    let found = problems(json!({ "name": "a", "name_prefix": "b" }));
    assert_eq!(found[0].1, "\"name\": conflicts with name_prefix");
    let found = problems(json!({ "delay_seconds": 901 }));
    assert_eq!(found[0].0, "expected delay_seconds to be in the range (0 - 900), got 901");
    let found = problems(json!({ "fifo_throughput_limit": "x" }));
    let text = r#"expected fifo_throughput_limit to be one of ["perMessageGroupId" "perQueue"], got x"#;
    assert_eq!(found[0].0, text);
    let policy = json!({ "deadLetterTargetArn": format!("{ARN}none"), "maxReceiveCount": 3 }).to_string();
    let text = refused(&world, "aws_sqs_queue", &json!({ "name": "a", "redrive_policy": policy }));
    let (start, end) = text.split_once("RequestID: ").unwrap();
    assert_eq!(
        start,
        "creating SQS Queue (a): operation error SQS: CreateQueue, https response error StatusCode: 400, "
    );
    let expected = format!(
        ", api error InvalidParameterValue: Value {policy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."
    );
    assert!(end.ends_with(&expected), "{end}");
}

#[test]
fn policies_of_queues_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let dead = world.create("aws_sqs_queue", json!({ "name": "dead" }));
    let queue = world.create("aws_sqs_queue", json!({ "name": "jobs" }));
    let url = queue.id();
    let redrive = |count: i64| {
        let policy = json!({ "deadLetterTargetArn": dead.attr("arn"), "maxReceiveCount": count });
        json!({ "queue_url": url, "redrive_policy": policy.to_string() })
    };
    let made = world.create("aws_sqs_queue_redrive_policy", redrive(3));
    let made = world.update(&made, redrive(4));
    world.assert_imports(&made, &url, &[]);
    let allow = json!({ "redrivePermission": "byQueue", "sourceQueueArns": [queue.attr("arn")] }).to_string();
    let allow = json!({ "queue_url": dead.id(), "redrive_allow_policy": allow });
    let allow = world.create("aws_sqs_queue_redrive_allow_policy", allow);
    world.assert_imports(&allow, &dead.id(), &[]);
    let policy = |action: &str| {
        let statement = json!({
            "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": action,
            "Resource": queue.attr("arn"),
        });
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        json!({ "queue_url": url, "policy": policy.to_string() })
    };
    let policy_made = world.create("aws_sqs_queue_policy", policy("sqs:SendMessage"));
    let policy_made = world.update(&policy_made, policy("sqs:*"));
    world.assert_imports(&policy_made, &url, &["policy"]);
    for object in [&policy_made, &allow, &made, &queue, &dead] {
        world.delete(object);
    }
    assert!(replaces(&world, &made, &json!({ "queue_url": dead.id(), "redrive_policy": "{}" })));
}

#[test]
fn a_queue_has_its_policies_as_arguments_too() {
    // Source: the provider's documentation of aws_sqs_queue, "Dead-letter queue".
    let world = World::new();
    let allow = json!({ "redrivePermission": "denyAll" }).to_string();
    let dead = world.create("aws_sqs_queue", json!({ "name": "dead" }));
    let redrive = json!({ "deadLetterTargetArn": dead.attr("arn"), "maxReceiveCount": 3 }).to_string();
    // The same JSON with other spaces is no change.
    let spaced = redrive.replace(',', " , ");
    let config = json!({ "name": "jobs", "redrive_policy": spaced });
    let queue = world.create("aws_sqs_queue", config);
    assert_eq!(queue.attr("redrive_policy"), spaced);
    let dead = world.update(&dead, json!({ "name": "dead", "redrive_allow_policy": allow }));
    world.assert_imports(&queue, &queue.id(), &["redrive_policy"]);
    for object in [&queue, &dead] {
        world.delete(object);
    }
}

#[test]
fn changes_by_others_are_seen() {
    // Source: Terraform's documentation, "Manage resource drift".
    let world = World::new();
    let queue = world.create("aws_sqs_queue", json!({ "name": "jobs" }));
    world.update(&queue, json!({ "name": "jobs", "delay_seconds": 9 }));
    let read = world.read(&queue);
    assert_eq!(read.get("delay_seconds").map(crate::values::json_of), Some(json!(9)));
    let plan = world.plan(queue.kind, &read, &queue.config);
    assert_eq!(plan.planned.get("delay_seconds").map(crate::values::json_of), Some(json!(0)));
    world.delete(&queue);
    assert!(world.read(&queue).is_null());
}

#[test]
fn queues_are_found_by_name() {
    // Source: the provider's documentation of the data sources.
    let world = World::new();
    let queue = world.create("aws_sqs_queue", json!({ "name": "jobs", "tags": { "a": "b" } }));
    world.create("aws_sqs_queue", json!({ "name": "other" }));
    let found = world.data("aws_sqs_queue", &json!({ "name": "jobs" })).unwrap();
    assert_eq!((&found["arn"], &found["url"]), (&queue.attr("arn"), &queue.attr("url")));
    assert_eq!(found["tags"], json!({ "a": "b" }));
    let all = world.data("aws_sqs_queues", &json!({})).unwrap();
    assert_eq!(all["queue_urls"], json!([format!("{URL}jobs"), format!("{URL}other")]));
    let some = world.data("aws_sqs_queues", &json!({ "queue_name_prefix": "jo" })).unwrap();
    assert_eq!(some["queue_urls"], json!([format!("{URL}jobs")]));
    let text = world.data("aws_sqs_queue", &json!({ "name": "none" })).unwrap_err().remove(0);
    assert!(text.starts_with("reading SQS Queue (none) URL: operation error SQS: GetQueueUrl, "), "{text}");
    let end = "AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn the_command_makes_a_queue_with_its_dead_letter_queue_and_is_done() {
    // Source: the provider's documentation of aws_sqs_queue, "Dead-letter queue"; Terraform's messages.
    let world = World::new();
    let config = r#"
provider "aws" {
  region = "eu-south-1"
}
resource "aws_sqs_queue" "dead" {
  name = "gallery-dead"
}
resource "aws_sqs_queue" "jobs" {
  name           = "gallery-jobs"
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 3
  })
}
output "url" {
  value = aws_sqs_queue.jobs.url
}
"#;
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), config.into());
    assert_eq!(world.terraform("init -no-color").0, 0);
    let (code, printed) = world.terraform("apply -no-color -auto-approve");
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("Apply complete! Resources: 2 added, 0 changed, 0 destroyed."), "{printed}");
    assert!(printed.contains(&format!("url = \"{URL}gallery-jobs\"")), "{printed}");
    let (code, printed) = world.terraform("plan -no-color");
    assert_eq!(code, 0);
    assert!(printed.contains("No changes. Your infrastructure matches the configuration."), "{printed}");
    let (code, printed) = world.terraform("destroy -no-color -auto-approve");
    assert_eq!(code, 0, "{printed}");
}
