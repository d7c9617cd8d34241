//! The console of CloudWatch Logs: groups, streams, search, and the newest lines as they come.
//!
//! Paths: `[]`, `["group", GROUP]`, `["stream", GROUP, STREAM]`, `["search", GROUP, PATTERN]`.

use super::call::{Api, text};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, to};
use nuvola_kernel::Timestamp;
use serde_json::{Value, json};

/// How many events are listed.
const EVENTS: usize = 200;

async fn call(api: &Api<'_>, operation: &str, input: Value) -> Result<Value, Failure> {
    api.json("logs", &format!("Logs_20140328.{operation}"), &input).await
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => groups(api).await,
        ["group", group] => streams(api, group).await,
        ["stream", group, stream] => stream_events(api, group, stream).await,
        ["tail", group] => search(api, group, "").await,
        ["search", group, pattern] => search(api, group, pattern).await,
        _ => Err("there is no such screen of the logs".to_owned()),
    }
}

fn at(value: &Value) -> String {
    value.as_i64().map_or_else(String::new, |ms| Timestamp(ms).iso_millis())
}

async fn groups(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "DescribeLogGroups", json!({ "limit": 50 })).await?;
    let rows = answer["logGroups"].as_array().into_iter().flatten().map(|group| {
        let name = text(&group["logGroupName"]);
        let days =
            group["retentionInDays"].as_i64().map_or("for ever".to_owned(), |days| format!("{days} days"));
        let bytes = format!("{} bytes", group["storedBytes"].as_i64().unwrap_or(0));
        let delete = Action::new("delete-group", "Delete", &[("group", &name)])
            .asking(format!("Delete the log group `{name}` with all its events? There is no way back."));
        Row::new([name.clone(), days, bytes]).opening(&["logs", "group", &name]).with(delete)
    });
    let table = Table::new(
        "Log groups",
        &["Name", "Kept", "Size"],
        rows.collect(),
        "No log group yet. A function makes one when it first writes, if its role may.",
    );
    Ok(Screen { live: true, ..screen("CloudWatch Logs", &[], vec![Block::Table(table)]) })
}

fn of_group(title: &str, group: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![tab("Streams", &["logs", "group", group]), tab("Live tail", &["logs", "tail", group])],
        live: true,
        ..screen(title, &[("CloudWatch Logs", &["logs"]), (group, &["logs", "group", group])], blocks)
    }
}

fn search_form(pattern: &str) -> Block {
    let fields =
        vec![Field::text("pattern", "Filter pattern").value(pattern).hint(
            "words that all must be there; `?ERROR ?WARN` for either; `{ $.level = \"ERROR\" }` for JSON",
        )];
    Block::Form(Form::new("search", "Search", "Search", fields))
}

async fn streams(api: &Api<'_>, group: &str) -> Result<Screen, Failure> {
    let input = json!({ "logGroupName": group, "orderBy": "LastEventTime", "descending": true, "limit": 50 });
    let answer = call(api, "DescribeLogStreams", input).await?;
    let rows = answer["logStreams"].as_array().into_iter().flatten().map(|stream| {
        let name = text(&stream["logStreamName"]);
        Row::new([name.clone(), at(&stream["lastEventTimestamp"])]).opening(&["logs", "stream", group, &name])
    });
    let empty = "No stream yet: nothing was written.";
    let table = Table::new(
        "Log streams (one per execution environment)",
        &["Stream", "Last event"],
        rows.collect(),
        empty,
    );
    let days = vec![
        Field::new("days", "Days that events are kept", FieldKind::Number)
            .hint("1, 3, 5, 7, 14, 30, …; 0: for ever"),
    ];
    let form = Form::new("retain", "Retention", "Save", days).folded();
    Ok(of_group(group, group, vec![search_form(""), Block::Table(table), Block::Form(form)]))
}

fn lines(title: &str, events: &[Value]) -> Block {
    let rows = events
        .iter()
        .rev()
        .take(EVENTS)
        .map(|event| Row::new([at(&event["timestamp"]), text(&event["message"]).trim_end().to_owned()]));
    Block::Table(Table::new(title, &["When", "Message"], rows.collect(), "No event."))
}

async fn stream_events(api: &Api<'_>, group: &str, stream: &str) -> Result<Screen, Failure> {
    let input = json!({
        "logGroupName": group, "logStreamName": stream, "startFromHead": false, "limit": EVENTS,
    });
    let answer = call(api, "GetLogEvents", input).await?;
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    Ok(of_group(stream, group, vec![lines("Events, the newest first", &events)]))
}

async fn search(api: &Api<'_>, group: &str, pattern: &str) -> Result<Screen, Failure> {
    let mut input = json!({ "logGroupName": group, "limit": 10_000 });
    if !pattern.is_empty() {
        input["filterPattern"] = pattern.into();
    }
    let answer = call(api, "FilterLogEvents", input).await?;
    let events = answer["events"].as_array().cloned().unwrap_or_default();
    let title = if pattern.is_empty() { "Live tail, the newest first" } else { "Found, the newest first" };
    Ok(of_group(group, group, vec![search_form(pattern), lines(title, &events)]))
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let group = act.part(2);
    match act.verb {
        "search" => {
            let pattern = act.value("pattern").trim();
            let go = match pattern {
                "" => to(&["logs", "tail", group]),
                pattern => to(&["logs", "search", group, pattern]),
            };
            Ok(Acted { go: Some(go), ..Acted::default() })
        }
        "delete-group" => {
            call(api, "DeleteLogGroup", json!({ "logGroupName": act.value("group") })).await?;
            done(format!("`{}` is deleted", act.value("group")))
        }
        "retain" => {
            let days: i64 = act.value("days").trim().parse().unwrap_or(0);
            match days {
                0 => call(api, "DeleteRetentionPolicy", json!({ "logGroupName": group })).await?,
                days => {
                    let input = json!({ "logGroupName": group, "retentionInDays": days });
                    call(api, "PutRetentionPolicy", input).await?
                }
            };
            done("the retention is set")
        }
        verb => Err(unknown(verb)),
    }
}
