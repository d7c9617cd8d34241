//! Topics, rules, mappings and layers in Terraform's hands.

use super::lifecycle::{function, zip};
use super::world::{Object, World};
use serde_json::{Value as Json, json};

const ARN: &str = "arn:aws:sns:eu-south-1:123456789012:";
const QUEUE: &str = "arn:aws:sqs:eu-south-1:123456789012:";

fn replaces(world: &World, object: &Object, config: &Json) -> bool {
    let config = world.config(object.kind, config);
    !world.plan(object.kind, &object.state, &config).requires_replace.is_empty()
}

fn policy(statement: &str, service: &str, resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Sid": statement, "Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish",
        "Resource": resource,
    }]})
    .to_string()
}

#[test]
fn topics_and_subscriptions_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type; defaults from the
    // provider's documentation of aws_sns_topic and aws_sns_topic_subscription.
    let world = World::new();
    let topic = world.create("aws_sns_topic", json!({ "name": "news", "tags": { "a": "1" } }));
    assert_eq!(topic.id(), format!("{ARN}news"));
    for (name, value) in [
        ("arn", json!(format!("{ARN}news"))),
        ("owner", json!("123456789012")),
        ("fifo_topic", json!(false)),
        ("display_name", json!("")),
        ("tags_all", json!({ "a": "1" })),
    ] {
        assert_eq!(topic.attr(name), value, "{name}");
    }
    world.assert_imports(&topic, &format!("{ARN}news"), &[]);
    let topic = world.update(&topic, json!({ "name": "news", "display_name": "News" }));
    assert_eq!((topic.attr("display_name"), topic.attr("tags_all")), (json!("News"), json!({})));
    assert!(replaces(&world, &topic, &json!({ "name": "olds" })));
    let text = policy("s3", "s3.amazonaws.com", &format!("{ARN}news"));
    let rule = world.create("aws_sns_topic_policy", json!({ "arn": topic.id(), "policy": text }));
    // AWS tells a policy with its members in an order of its own.
    world.assert_imports(&rule, &topic.id(), &["policy"]);
    let queue = world.create("aws_sqs_queue", json!({ "name": "jobs" }));
    let config = |filter: &str| {
        json!({
            "topic_arn": format!("{ARN}news"), "protocol": "sqs", "endpoint": format!("{QUEUE}jobs"),
            "raw_message_delivery": true, "filter_policy": filter,
        })
    };
    let subscription = world.create("aws_sns_topic_subscription", config(r#"{"kind": ["a"]}"#));
    assert_eq!(subscription.attr("pending_confirmation"), false);
    assert_eq!(subscription.attr("filter_policy_scope"), "MessageAttributes");
    let not_told = ["confirmation_timeout_in_minutes", "endpoint_auto_confirms"];
    world.assert_imports(&subscription, &subscription.id(), &not_told);
    let subscription = world.update(&subscription, config(r#"{"kind": ["b"]}"#));
    let config =
        json!({ "topic_arn": format!("{ARN}news"), "protocol": "email", "endpoint": "a@example.com" });
    let mail = world.create("aws_sns_topic_subscription", config);
    assert_eq!(mail.attr("pending_confirmation"), true);
    let found = world.data("aws_sns_topic", &json!({ "name": "news" })).unwrap();
    assert_eq!(found["arn"], topic.id());
    // What waits for its confirmation cannot be ended; it goes with its topic.
    world.remove(&mail);
    // A topic without a policy of its own has the default one.
    world.remove(&rule);
    for object in [&subscription, &queue, &topic] {
        world.delete(object);
    }
}

#[test]
fn rules_and_targets_live() {
    // Source: the same; ids from the provider's documentation of the import of each type.
    let world = World::new();
    let bus = world.create("aws_cloudwatch_event_bus", json!({ "name": "orders", "tags": { "a": "1" } }));
    world.assert_imports(&bus, "orders", &[]);
    let may = world.create(
        "aws_cloudwatch_event_permission",
        json!({
            "event_bus_name": "orders", "principal": "210987654321", "statement_id": "other",
        }),
    );
    world.assert_imports(&may, "orders/other", &[]);
    let config = |state: &str| {
        json!({
            "name": "sold", "event_bus_name": "orders", "event_pattern": r#"{"source": ["shop"]}"#, "state": state,
        })
    };
    let rule = world.create("aws_cloudwatch_event_rule", config("ENABLED"));
    assert_eq!(rule.id(), "orders/sold");
    // A rule that is on may or may not say so.
    world.assert_imports(&rule, "orders/sold", &["force_destroy", "state"]);
    let rule = world.update(&rule, config("DISABLED"));
    let target = |template: &str| {
        json!({
            "rule": "sold", "event_bus_name": "orders", "target_id": "queue", "arn": format!("{QUEUE}jobs"),
            "input_transformer": [{ "input_paths": { "a": "$.detail.a" }, "input_template": template }],
        })
    };
    let made = world.create("aws_cloudwatch_event_target", target("{\"a\": <a>}"));
    world.assert_imports(&made, "orders/sold/queue", &["force_destroy"]);
    let made = world.update(&made, target("{\"b\": <a>}"));
    let tick = json!({ "name": "tick", "schedule_expression": "rate(5 minutes)" });
    let tick = world.create("aws_cloudwatch_event_rule", tick);
    assert_eq!((tick.id(), tick.attr("state")), ("tick".to_owned(), json!(null)));
    let found = world.data("aws_cloudwatch_event_bus", &json!({ "name": "orders" })).unwrap();
    assert_eq!(found["arn"], bus.attr("arn"));
    for object in [&tick, &made, &rule, &may, &bus] {
        world.delete(object);
    }
}

#[test]
fn mappings_layers_and_settings_of_events_live() {
    // Source: the same.
    let world = World::new();
    let (role, function) = function(&world);
    let rights = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["sqs:*"], "Resource": "*",
    }]});
    let rights = json!({ "role": role.id(), "name": "p", "policy": rights.to_string() });
    let rights = world.create("aws_iam_role_policy", rights);
    let queue = world.create("aws_sqs_queue", json!({ "name": "jobs", "visibility_timeout_seconds": 120 }));
    let config = |size: i64| {
        json!({
            "function_name": function.attr("arn"), "event_source_arn": queue.attr("arn"), "batch_size": size,
            "filter_criteria": [{ "filter": [{ "pattern": r#"{"body":{"a":[1]}}"# }] }],
            "function_response_types": ["ReportBatchItemFailures"],
        })
    };
    let mapping = world.create("aws_lambda_event_source_mapping", config(5));
    assert_eq!((mapping.attr("state"), mapping.attr("batch_size")), (json!("Enabled"), json!(5)));
    assert_eq!(mapping.attr("function_arn"), function.attr("arn"));
    world.assert_imports(&mapping, &mapping.id(), &[]);
    let mapping = world.update(&mapping, config(7));
    let name = function.id();
    let settings = json!({
        "function_name": name, "maximum_retry_attempts": 0,
        "destination_config": [{ "on_failure": [{ "destination": queue.attr("arn") }] }],
    });
    let settings = world.create("aws_lambda_function_event_invoke_config", settings);
    assert_eq!(settings.id(), name);
    world.assert_imports(&settings, &name, &[]);
    let settings =
        world.update(&settings, json!({ "function_name": name, "maximum_event_age_in_seconds": 60 }));
    assert_eq!(settings.attr("maximum_retry_attempts"), 2);
    world.folder.files.borrow_mut().insert("layer.zip".to_owned(), zip("layer"));
    let config = json!({
        "layer_name": "shared", "filename": "layer.zip", "compatible_runtimes": ["python3.13"],
    });
    let layer = world.create("aws_lambda_layer_version", config.clone());
    assert_eq!(
        (layer.attr("version"), layer.attr("layer_arn").as_str().map(str::len).is_some()),
        (json!("1"), true)
    );
    world.assert_imports(&layer, &layer.id(), &["filename"]);
    let mut other = config;
    other["description"] = json!("d");
    assert!(replaces(&world, &layer, &other));
    let found = world.data("aws_lambda_layer_version", &json!({ "layer_name": "shared" })).unwrap();
    assert_eq!(found["arn"], layer.id());
    for object in [&layer, &settings, &mapping, &queue, &rights, &function, &role] {
        world.delete(object);
    }
}
