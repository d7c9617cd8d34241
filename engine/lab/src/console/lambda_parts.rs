//! Of the console of Lambda: versions and aliases, triggers, asynchronous invocation, concurrency.

use super::call::{Api, text};
use super::lambda::of_function;
use super::{Act, Failure, done, unknown};
use crate::screen::{Acted, Action, Block, Field, FieldKind, Form, Row, Screen, Table, Tone, fact};
use serde_json::{Value, json};

const FUNCTIONS: &str = "/2015-03-31/functions";
const MAPPINGS: &str = "/2015-03-31/event-source-mappings";

/// What [`act`] does.
pub(super) const VERBS: &[&str] = &[
    "publish",
    "put-alias",
    "delete-alias",
    "add-trigger",
    "delete-trigger",
    "switch-trigger",
    "events",
    "no-events",
    "reserve",
    "unreserve",
];

async fn get(api: &Api<'_>, path: &str) -> Result<Value, Failure> {
    api.rest("lambda", "GET", path, &Value::Null).await
}

pub(super) async fn versions(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let answer = get(api, &format!("{FUNCTIONS}/{name}/versions")).await?;
    let rows = answer["Versions"].as_array().into_iter().flatten().map(|version| {
        Row::new([text(&version["Version"]), text(&version["Description"]), text(&version["CodeSha256"])])
    });
    let versions = Table::new("Versions", &["Version", "Description", "Code"], rows.collect(), "");
    let answer = get(api, &format!("{FUNCTIONS}/{name}/aliases")).await?;
    let rows = answer["Aliases"].as_array().into_iter().flatten().map(|alias| {
        let own = text(&alias["Name"]);
        let weights = alias["RoutingConfig"]["AdditionalVersionWeights"].as_object().into_iter().flatten();
        let share = |(version, weight): (&String, &Value)| {
            format!("{}% to {version}", weight.as_f64().unwrap_or(0.0) * 100.0)
        };
        let shares: Vec<String> = weights.map(share).collect();
        Row::new([own.clone(), text(&alias["FunctionVersion"]), shares.join(", ")]).with(Action::new(
            "delete-alias",
            "Delete",
            &[("alias", &own)],
        ))
    });
    let aliases = Table::new("Aliases", &["Name", "Version", "Shares"], rows.collect(), "No alias yet.");
    let fields = vec![
        Field::text("alias", "Name"),
        Field::text("version", "Version").value("1"),
        Field::text("second", "Second version").hint("empty: all traffic goes to the first"),
        Field::new("percent", "Share of the second (%)", FieldKind::Number).value("10"),
    ];
    let publish = vec![Field::text("description", "Description")];
    let blocks = vec![
        Block::Table(versions),
        Block::Form(Form::new("publish", "Publish $LATEST as a version", "Publish", publish)),
        Block::Table(aliases),
        Block::Form(Form::new("put-alias", "Point an alias", "Save", fields)),
    ];
    Ok(of_function(name, blocks))
}

pub(super) async fn triggers(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let answer = get(api, &format!("{MAPPINGS}?FunctionName={name}")).await?;
    let rows = answer["EventSourceMappings"].as_array().into_iter().flatten().map(|mapping| {
        let (id, state) = (text(&mapping["UUID"]), text(&mapping["State"]));
        let on = state == "Enabled";
        let (label, wanted) = if on { ("Turn off", "false") } else { ("Turn on", "true") };
        Row::new([
            text(&mapping["EventSourceArn"]),
            state,
            text(&mapping["BatchSize"]),
            text(&mapping["LastProcessingResult"]),
        ])
        .with(Action::new("switch-trigger", label, &[("id", &id), ("on", wanted)]))
        .with(Action::new("delete-trigger", "Delete", &[("id", &id)]))
    });
    let empty = "Lambda polls nothing for this function.";
    let columns = ["Source", "State", "Batch size", "Last result"];
    let polled = Table::new("Polled by Lambda (event source mappings)", &columns, rows.collect(), empty);
    let policy = get(api, &format!("{FUNCTIONS}/{name}/policy")).await;
    let policy = policy.map(|answer| text(&answer["Policy"])).unwrap_or_default();
    let policy: Value = serde_json::from_str(&policy).unwrap_or_default();
    let rows = policy["Statement"].as_array().into_iter().flatten().map(|statement| {
        let who = &statement["Principal"];
        let who = text(&who["Service"]) + &text(&who["AWS"]) + who.as_str().unwrap_or_default();
        let source = text(&statement["Condition"]["ArnLike"]["AWS:SourceArn"]);
        Row::new([who, source, text(&statement["Action"])])
    });
    let empty = "The function's policy lets nobody in but the account's own principals.";
    let pushed =
        Table::new("Who may invoke it (its policy)", &["Principal", "For", "Action"], rows.collect(), empty);
    let input = json!({ "TargetArn": arn(api, name).await? });
    let rules = api.json("events", "AWSEvents.ListRuleNamesByTarget", &input).await?;
    let rows = rules["RuleNames"].as_array().into_iter().flatten().map(|rule| Row::new([text(rule)]));
    let rules = Table::new("Rules of EventBridge with this target", &["Rule"], rows.collect(), "None.");
    let fields = vec![
        Field::text("source", "Queue or stream (ARN)"),
        Field::new("batch", "Batch size", FieldKind::Number).value("10"),
        Field::new("window", "Batch window (s)", FieldKind::Number).value("0"),
        Field::choice(
            "failures",
            "Failures",
            &[("false", "the whole batch comes again"), ("true", "the function reports which")],
        ),
        Field::text("filter", "Filter pattern (JSON)")
            .hint("{\"body\": {\"kind\": [\"order\"]}}; may be empty"),
    ];
    let note = "The function's role must be allowed to read the source: for a queue sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes.";
    let blocks = vec![
        Block::Table(polled),
        Block::Table(pushed),
        Block::Table(rules),
        Block::Note { tone: Tone::Info, text: note.to_owned() },
        Block::Form(Form::new("add-trigger", "Poll a queue or a stream", "Add", fields)),
    ];
    Ok(of_function(name, blocks))
}

async fn arn(api: &Api<'_>, name: &str) -> Result<String, Failure> {
    let answer = get(api, &format!("{FUNCTIONS}/{name}/configuration")).await?;
    Ok(text(&answer["FunctionArn"]))
}

pub(super) async fn events(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let configuration = get(api, &format!("{FUNCTIONS}/{name}/configuration")).await?;
    let config =
        get(api, &format!("/2019-09-25/functions/{name}/event-invoke-config")).await.unwrap_or_default();
    let destination = |side: &str| text(&config["DestinationConfig"][side]["Destination"]);
    let shown = |value: &Value, default: &str| if value.is_null() { default.to_owned() } else { text(value) };
    let retries = shown(&config["MaximumRetryAttempts"], "2");
    let age = shown(&config["MaximumEventAgeInSeconds"], "21600");
    let dead = text(&configuration["DeadLetterConfig"]["TargetArn"]);
    let fields = vec![
        Field::new("retries", "Retries", FieldKind::Number)
            .value(&retries)
            .hint("0, 1 or 2: after one and two minutes"),
        Field::new("age", "Longest age of an event (s)", FieldKind::Number).value(&age),
        Field::text("success", "On success (ARN)")
            .value(destination("OnSuccess"))
            .hint("a queue, topic, function or bus"),
        Field::text("failure", "On failure (ARN)").value(destination("OnFailure")),
    ];
    let facts = vec![
        fact("Retries", retries),
        fact("Longest age (s)", age),
        fact("On success", destination("OnSuccess")),
        fact("On failure", destination("OnFailure")),
        fact("Dead-letter target", dead),
    ];
    let blocks = vec![
        Block::Facts { title: "Events that nobody waits for".to_owned(), facts },
        Block::Form(Form::new("events", "Change", "Save", fields)),
        Block::Actions { actions: vec![Action::new("no-events", "Back to the defaults", &[])] },
    ];
    Ok(of_function(name, blocks))
}

pub(super) async fn concurrency(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let answer = get(api, &format!("/2019-09-30/functions/{name}/concurrency")).await?;
    let account = get(api, "/2016-08-19/account-settings").await?;
    let reserved = &answer["ReservedConcurrentExecutions"];
    let limit = &account["AccountLimit"];
    let own = if reserved.is_null() { "none: it shares with the others".to_owned() } else { text(reserved) };
    let facts = vec![
        fact("Reserved for this function", own),
        fact("Account, at once", text(&limit["ConcurrentExecutions"])),
        fact("Shared by all others", text(&limit["UnreservedConcurrentExecutions"])),
    ];
    let fields = vec![
        Field::new("reserved", "Reserve", FieldKind::Number)
            .value(text(reserved))
            .hint("0 stops the function"),
    ];
    let blocks = vec![
        Block::Facts { title: "Concurrency".to_owned(), facts },
        Block::Form(Form::new("reserve", "Reserved concurrency", "Save", fields)),
        Block::Actions { actions: vec![Action::new("unreserve", "Reserve nothing", &[])] },
    ];
    Ok(of_function(name, blocks))
}

pub(super) async fn act(api: &Api<'_>, act: &Act<'_>, name: &str) -> Result<Acted, Failure> {
    let of = |rest: &str| format!("{FUNCTIONS}/{name}/{rest}");
    let number = |field: &str| act.value(field).trim().parse::<i64>().ok();
    let send = |method: &'static str, path: String, input: Value| async move {
        api.rest("lambda", method, &path, &input).await
    };
    match act.verb {
        "publish" => {
            let made =
                send("POST", of("versions"), json!({ "Description": act.value("description") })).await?;
            done(format!("version {} is published", text(&made["Version"])))
        }
        "put-alias" => put_alias(api, act, name).await,
        "delete-alias" => {
            send("DELETE", of(&format!("aliases/{}", act.value("alias"))), Value::Null).await?;
            done("the alias is deleted")
        }
        "add-trigger" => add_trigger(api, act, name).await,
        "delete-trigger" => {
            send("DELETE", format!("{MAPPINGS}/{}", act.value("id")), Value::Null).await?;
            done("the mapping is being deleted")
        }
        "switch-trigger" => {
            let input = json!({ "Enabled": act.value("on") == "true" });
            send("PUT", format!("{MAPPINGS}/{}", act.value("id")), input).await?;
            done("the mapping changes")
        }
        "events" => {
            let destination = |field: &str| json!({ "Destination": act.value(field).trim() });
            let input = json!({
                "MaximumRetryAttempts": number("retries"),
                "MaximumEventAgeInSeconds": number("age"),
                "DestinationConfig": { "OnSuccess": destination("success"), "OnFailure": destination("failure") },
            });
            send("PUT", format!("/2019-09-25/functions/{name}/event-invoke-config"), input).await?;
            done("the settings are saved")
        }
        "no-events" => {
            send("DELETE", format!("/2019-09-25/functions/{name}/event-invoke-config"), Value::Null).await?;
            done("the defaults are back")
        }
        "reserve" => {
            let input = json!({ "ReservedConcurrentExecutions": number("reserved") });
            send("PUT", format!("/2017-10-31/functions/{name}/concurrency"), input).await?;
            done("the concurrency is reserved")
        }
        "unreserve" => {
            send("DELETE", format!("/2017-10-31/functions/{name}/concurrency"), Value::Null).await?;
            done("nothing is reserved")
        }
        verb => Err(unknown(verb)),
    }
}

async fn put_alias(api: &Api<'_>, act: &Act<'_>, name: &str) -> Result<Acted, Failure> {
    let (alias, version, second) =
        (act.value("alias").trim(), act.value("version").trim(), act.value("second").trim());
    let share = act.value("percent").trim().parse::<f64>().unwrap_or(0.0) / 100.0;
    let weights = if second.is_empty() { json!({}) } else { json!({ second: share }) };
    let mut input =
        json!({ "FunctionVersion": version, "RoutingConfig": { "AdditionalVersionWeights": weights } });
    let path = format!("{FUNCTIONS}/{name}/aliases");
    let known = api.rest("lambda", "GET", &format!("{path}/{alias}"), &Value::Null).await.is_ok();
    if known {
        api.rest("lambda", "PUT", &format!("{path}/{alias}"), &input).await?;
    } else {
        input["Name"] = alias.into();
        api.rest("lambda", "POST", &path, &input).await?;
    }
    done(format!("`{alias}` points to version {version}"))
}

async fn add_trigger(api: &Api<'_>, act: &Act<'_>, name: &str) -> Result<Acted, Failure> {
    let number = |field: &str| act.value(field).trim().parse::<i64>().ok();
    let source = act.value("source").trim();
    let mut input = json!({
        "FunctionName": name,
        "EventSourceArn": source,
        "BatchSize": number("batch"),
        "MaximumBatchingWindowInSeconds": number("window"),
    });
    if source.contains(":dynamodb:") {
        input["StartingPosition"] = "LATEST".into();
    }
    if act.value("failures") == "true" {
        input["FunctionResponseTypes"] = json!(["ReportBatchItemFailures"]);
    }
    if !act.value("filter").trim().is_empty() {
        input["FilterCriteria"] = json!({ "Filters": [{ "Pattern": act.value("filter").trim() }] });
    }
    api.rest("lambda", "POST", MAPPINGS, &input).await?;
    done("the mapping is being made: it polls in a moment")
}
