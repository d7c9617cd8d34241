//! From an execution's history to what its drawing shows: which states run, failed, wait for another attempt.

use super::graph::{END, START};
use crate::console::call::text;
use crate::screen::{Block, Graph, StateStatus};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the history tells of one state.
#[derive(Debug, Default)]
struct Seen {
    status: StateStatus,
    entered: usize,
    exited: usize,
    input: Option<String>,
    output: Option<String>,
    /// Error and cause of the last failure.
    failure: Option<(String, String)>,
    /// Failures since it was entered last, and when the last one was. **Units**: milliseconds.
    failures: usize,
    failed_at_ms: i64,
    items: Option<usize>,
    iterations: [usize; 3],
}

/// Lights up a drawing by a history. `open`: the execution runs still.
pub(super) fn light_up(graph: &mut Graph, definition: &Value, events: &[Value], open: bool, now_ms: i64) {
    let history = read(events, open, graph);
    for node in &mut graph.nodes {
        if node.id == START {
            node.status = StateStatus::Done;
            continue;
        }
        if node.id == END {
            node.status = end_status(events);
            continue;
        }
        let Some(seen) = history.states.get(&node.id) else { continue };
        node.status = seen.status;
        node.note = note(seen, state_of(definition, &node.id), now_ms);
        let mut details = Vec::new();
        if let Some((error, cause)) = &seen.failure {
            details.push(Block::Code { title: format!("Error: {error}"), text: pretty(cause) });
        }
        for (title, shown) in [("Input", &seen.input), ("Output", &seen.output)] {
            if let Some(shown) = shown {
                details.push(Block::Code { title: title.to_owned(), text: pretty(shown) });
            }
        }
        details.append(&mut node.details);
        node.details = details;
    }
    for edge in &mut graph.edges {
        edge.taken = history.ways.iter().any(|(from, to)| *from == edge.from && *to == edge.to);
    }
}

struct History {
    states: BTreeMap<String, Seen>,
    ways: Vec<(String, String)>,
}

fn read(events: &[Value], open: bool, graph: &Graph) -> History {
    let mut states: BTreeMap<String, Seen> = BTreeMap::new();
    let mut ways = Vec::new();
    // The state within which each event happened, by the event's id.
    let mut owners: BTreeMap<i64, String> = BTreeMap::new();
    for event in events {
        let kind = event["type"].as_str().unwrap_or_default();
        let (id, before) =
            (event["id"].as_i64().unwrap_or(0), event["previousEventId"].as_i64().unwrap_or(0));
        let owner = owners.get(&before).cloned();
        if kind.ends_with("StateEntered") {
            let details = &event["stateEnteredEventDetails"];
            let name = text(&details["name"]);
            let from = owner.unwrap_or_else(|| START.to_owned());
            ways.push((from, name.clone()));
            let seen = states.entry(name.clone()).or_default();
            seen.entered += 1;
            seen.failures = 0;
            seen.input = details.get("input").map(text);
            seen.status = StateStatus::Running;
            owners.insert(id, name);
            continue;
        }
        if kind.ends_with("StateExited") {
            let details = &event["stateExitedEventDetails"];
            let name = text(&details["name"]);
            let seen = states.entry(name.clone()).or_default();
            seen.exited += 1;
            seen.output = details.get("output").map(text);
            // It left with an error that a catcher took, if its last attempt failed.
            let caught = matches!(seen.status, StateStatus::Retrying);
            seen.status = match seen.exited < seen.entered {
                true => StateStatus::Running,
                false if caught => StateStatus::Caught,
                false => StateStatus::Done,
            };
            owners.insert(id, name);
            continue;
        }
        if let Some(owner) = owner.map(|owner| owner_of(kind, event, owner, graph)) {
            let seen = states.entry(owner.clone()).or_default();
            within(seen, kind, event);
            owners.insert(id, owner);
        }
        if kind == "ExecutionSucceeded" {
            let last = owners.get(&before).cloned().unwrap_or_default();
            ways.push((last, END.to_owned()));
        }
    }
    let failed = events.last().is_some_and(|event| event["type"] == "ExecutionFailed");
    for seen in states.values_mut().filter(|seen| seen.entered > seen.exited && !open) {
        seen.status = if failed { StateStatus::Failed } else { StateStatus::Stopped };
    }
    // The one that failed says why, in the execution's words where it has none of its own.
    if failed && let Some(event) = events.last() {
        let before = event["previousEventId"].as_i64().unwrap_or(0);
        let details = &event["executionFailedEventDetails"];
        if let Some(seen) = owners.get(&before).and_then(|owner| states.get_mut(owner)) {
            seen.status = StateStatus::Failed;
            seen.failure.get_or_insert_with(|| (text(&details["error"]), text(&details["cause"])));
        }
    }
    History { states, ways }
}

/// The state that an event tells of: what ends a branch or an iteration tells of the state around it.
fn owner_of(kind: &str, event: &Value, owner: String, graph: &Graph) -> String {
    if kind.starts_with("MapIteration") {
        let details =
            event.as_object().into_iter().flatten().find(|(name, _)| name.starts_with("mapIteration"));
        return details.map_or(owner, |(_, details)| text(&details["name"]));
    }
    let Some(wanted) = ["ParallelState", "MapState"].iter().find(|start| kind.starts_with(**start)) else {
        return owner;
    };
    let wanted = wanted.trim_end_matches("State");
    let mut at = graph.nodes.iter().find(|node| node.id == owner);
    while let Some(node) = at.filter(|node| !node.text.starts_with(wanted)) {
        at = graph.nodes.iter().find(|other| Some(&other.id) == node.parent.as_ref());
    }
    at.map_or(owner, |node| node.id.clone())
}

/// What an event within a state changes.
fn within(seen: &mut Seen, kind: &str, event: &Value) {
    match kind {
        "MapStateStarted" => {
            let length = &event["mapStateStartedEventDetails"]["length"];
            seen.items = length.as_u64().map(|length| length as usize);
        }
        "MapIterationSucceeded" => seen.iterations[0] += 1,
        "MapIterationFailed" => seen.iterations[1] += 1,
        "MapIterationAborted" => seen.iterations[2] += 1,
        "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" if seen.failures > 0 => {
            seen.status = StateStatus::Running;
        }
        _ if is_failure(kind) => {
            let details = event.as_object().into_iter().flatten().find(|(name, _)| name.ends_with("Details"));
            let details = details.map_or(&Value::Null, |(_, details)| details);
            seen.failure = Some((text(&details["error"]), text(&details["cause"])));
            seen.failures += 1;
            seen.failed_at_ms = timestamp_ms(event);
            seen.status = StateStatus::Retrying;
        }
        _ => {}
    }
}

fn is_failure(kind: &str) -> bool {
    kind != "ExecutionFailed"
        && (kind == "EvaluationFailed"
            || kind.ends_with("TimedOut")
            || kind.ends_with("Failed") && !kind.starts_with("MapIteration"))
}

fn end_status(events: &[Value]) -> StateStatus {
    match events.last().and_then(|event| event["type"].as_str()) {
        Some("ExecutionSucceeded") => StateStatus::Done,
        Some("ExecutionFailed" | "ExecutionTimedOut") => StateStatus::Failed,
        Some("ExecutionAborted") => StateStatus::Stopped,
        _ => StateStatus::Idle,
    }
}

/// A visit of a state, from the execution's start on. **Units**: milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub name: String,
    pub from_ms: i64,
    pub ms: i64,
}

/// The visits in the order of their starts; one that runs lasts until `now_ms`, or until the last event.
pub(super) fn spans(events: &[Value], now_ms: Option<i64>) -> Vec<Span> {
    let start_ms = events.first().map_or(0, timestamp_ms);
    let end_ms = now_ms.or(events.last().map(timestamp_ms)).unwrap_or(start_ms);
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for event in events {
        let at_ms = timestamp_ms(event);
        let name_in = |details: &str| event[details]["name"].as_str();
        if let Some(name) = name_in("stateEnteredEventDetails") {
            open.push(spans.len());
            spans.push(Span {
                name: name.to_owned(),
                from_ms: at_ms - start_ms,
                ms: (end_ms - at_ms).max(0),
            });
        } else if let Some(name) = name_in("stateExitedEventDetails")
            && let Some(at) = open.iter().position(|index| spans[*index].name == name)
        {
            // Of several visits at once the first that came is the first that goes.
            let span = &mut spans[open.remove(at)];
            span.ms = at_ms - start_ms - span.from_ms;
        }
    }
    spans
}

/// An event's time: seconds with a fraction, as the JSON protocol has it.
pub(super) fn timestamp_ms(event: &Value) -> i64 {
    (event["timestamp"].as_f64().unwrap_or(0.0) * 1000.0) as i64
}

fn note(seen: &Seen, state: Option<&Value>, now_ms: i64) -> String {
    let mut parts = Vec::new();
    if let Some(items) = seen.items {
        let [done, failed, aborted] = seen.iterations;
        parts.push(format!("{done} of {items} done"));
        for (count, word) in [(failed, "failed"), (aborted, "aborted")] {
            if count > 0 {
                parts.push(format!("{count} {word}"));
            }
        }
    } else if seen.entered > 1 {
        parts.push(format!("{} of {} done", seen.exited, seen.entered));
    }
    if seen.status == StateStatus::Retrying {
        parts.push(countdown(seen, state, now_ms));
    } else if seen.failures > 0 && seen.status == StateStatus::Running {
        parts.push(format!("attempt {}", seen.failures + 1));
    }
    parts.join(", ")
}

/// When the next attempt comes, from the definition's retriers: no API of AWS tells.
fn countdown(seen: &Seen, state: Option<&Value>, now_ms: i64) -> String {
    let error = seen.failure.as_ref().map_or("", |(error, _)| error.as_str());
    let retriers = state.and_then(|state| state["Retry"].as_array());
    let matches = |retrier: &&Value| {
        let mut names = retrier["ErrorEquals"].as_array().into_iter().flatten().filter_map(Value::as_str);
        names.any(|name| {
            name == error
                || name == "States.ALL"
                || (name == "States.TaskFailed" && error != "States.Timeout")
        })
    };
    let Some(retrier) = retriers.into_iter().flatten().find(matches) else { return "failed".to_owned() };
    let number = |field: &str, default: f64| retrier[field].as_f64().unwrap_or(default);
    if seen.failures as f64 > number("MaxAttempts", 3.0) {
        return "failed".to_owned();
    }
    let mut wait_s = number("IntervalSeconds", 1.0);
    for _ in 1..seen.failures.min(100) {
        wait_s *= number("BackoffRate", 2.0);
    }
    wait_s = wait_s.min(number("MaxDelaySeconds", f64::MAX)).min(31_622_400.0);
    let left_s = wait_s - (now_ms - seen.failed_at_ms) as f64 / 1000.0;
    let word = if retrier["JitterStrategy"] == "FULL" { "within" } else { "in" };
    format!("retry {} {word} {} s", seen.failures, (left_s.max(0.0) + 0.999) as i64)
}

/// A state's definition, wherever it stands.
fn state_of<'a>(definition: &'a Value, name: &str) -> Option<&'a Value> {
    let mut waiting = vec![definition];
    while let Some(machine) = waiting.pop() {
        if let Some(state) = machine["States"].get(name) {
            return Some(state);
        }
        for state in machine["States"].as_object().into_iter().flatten().map(|(_, state)| state) {
            waiting.extend(super::graph::inner_machines(state));
        }
    }
    None
}

/// JSON with line breaks; any other text as it is.
pub(super) fn pretty(shown: &str) -> String {
    let parsed: Result<Value, _> = serde_json::from_str(shown);
    parsed
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::graph::of_definition;
    use super::*;
    use serde_json::json;

    fn event(id: i64, before: i64, kind: &str, details: Value) -> Value {
        let mut event = json!({"id": id, "previousEventId": before, "type": kind, "timestamp": id});
        let field = match kind {
            _ if kind.ends_with("StateEntered") => "stateEnteredEventDetails".to_owned(),
            _ if kind.ends_with("StateExited") => "stateExitedEventDetails".to_owned(),
            _ => format!("{}{}EventDetails", kind[..1].to_lowercase(), &kind[1..]),
        };
        event[field] = details;
        event
    }

    fn drawn(
        definition: &Value,
        events: &[Value],
        open: bool,
        now_ms: i64,
    ) -> Vec<(String, StateStatus, String)> {
        let mut graph = of_definition("m", definition);
        light_up(&mut graph, definition, events, open, now_ms);
        let states = graph.nodes.iter().filter(|node| node.id != START && node.id != END);
        states.map(|node| (node.id.clone(), node.status, node.note.clone())).collect()
    }

    fn machine() -> Value {
        json!({"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": "arn:x:y", "Next": "B",
                  "Retry": [{"ErrorEquals": ["Oops"], "IntervalSeconds": 4, "BackoffRate": 3, "MaxAttempts": 2}],
                  "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}]},
            "B": {"Type": "Pass", "End": true}}})
    }

    #[test]
    fn a_failed_attempt_counts_down_to_the_next_one() {
        let mut events = vec![
            event(1, 0, "ExecutionStarted", json!({})),
            event(2, 0, "TaskStateEntered", json!({"name": "A", "input": "{}"})),
            event(3, 2, "TaskScheduled", json!({})),
            event(4, 3, "TaskFailed", json!({"error": "Oops", "cause": "no"})),
        ];
        let at = |events: &[Value], now_ms| drawn(&machine(), events, true, now_ms)[0].clone();
        assert_eq!(at(&events, 5_000), ("A".into(), StateStatus::Retrying, "retry 1 in 3 s".into()));
        events.push(event(5, 4, "TaskScheduled", json!({})));
        assert_eq!(at(&events, 9_000), ("A".into(), StateStatus::Running, "attempt 2".into()));
        events.push(event(6, 5, "TaskFailed", json!({"error": "Oops", "cause": "no"})));
        assert_eq!(at(&events, 6_500), ("A".into(), StateStatus::Retrying, "retry 2 in 12 s".into()));
    }

    #[test]
    fn a_caught_error_is_told_from_a_success() {
        let events = [
            event(1, 0, "ExecutionStarted", json!({})),
            event(2, 0, "TaskStateEntered", json!({"name": "A", "input": "{}"})),
            event(3, 2, "TaskFailed", json!({"error": "Other", "cause": "no"})),
            event(4, 3, "TaskStateExited", json!({"name": "A", "output": "{}"})),
            event(5, 4, "PassStateEntered", json!({"name": "B", "input": "{}"})),
            event(6, 5, "PassStateExited", json!({"name": "B", "output": "1"})),
            event(7, 6, "ExecutionSucceeded", json!({"output": "1"})),
        ];
        let states = drawn(&machine(), &events, false, 0);
        assert_eq!(states[0].1, StateStatus::Caught);
        assert_eq!(states[1].1, StateStatus::Done);
        let mut graph = of_definition("m", &machine());
        light_up(&mut graph, &machine(), &events, false, 0);
        let taken: Vec<_> =
            graph.edges.iter().filter(|edge| edge.taken).map(|edge| edge.to.as_str()).collect();
        assert_eq!(taken, ["A", "B", END]);
        assert!(matches!(&graph.nodes[1].details[0], Block::Code { title, .. } if title == "Error: Other"));
    }

    #[test]
    fn visits_have_a_start_and_a_length() {
        let events = [
            event(1, 0, "ExecutionStarted", json!({})),
            event(2, 0, "TaskStateEntered", json!({"name": "A"})),
            event(5, 2, "TaskStateExited", json!({"name": "A"})),
            event(6, 5, "PassStateEntered", json!({"name": "B"})),
        ];
        let span = |name: &str, from_ms, ms| Span { name: name.to_owned(), from_ms, ms };
        assert_eq!(spans(&events, Some(9_000)), [span("A", 1_000, 3_000), span("B", 5_000, 3_000)]);
        assert_eq!(spans(&events, None)[1].ms, 0);
    }

    #[test]
    fn a_map_counts_and_what_ran_at_the_end_failed() {
        let machine = json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
            "StartAt": "I", "States": {"I": {"Type": "Fail"}}}}}});
        let mut events = vec![
            event(1, 0, "ExecutionStarted", json!({})),
            event(2, 0, "MapStateEntered", json!({"name": "M", "input": "[1,2]"})),
            event(3, 2, "MapStateStarted", json!({"length": 2})),
            event(4, 3, "MapIterationStarted", json!({"name": "M", "index": 0})),
            event(5, 4, "FailStateEntered", json!({"name": "I", "input": "1"})),
            event(6, 5, "MapIterationFailed", json!({"name": "M", "index": 0})),
        ];
        let states = drawn(&machine, &events, true, 0);
        assert_eq!(states[0], ("M".into(), StateStatus::Running, "0 of 2 done, 1 failed".into()));
        events.push(event(7, 6, "MapStateFailed", json!({"error": "E"})));
        events.push(event(8, 7, "ExecutionFailed", json!({"error": "E", "cause": "c"})));
        let states = drawn(&machine, &events, false, 0);
        assert_eq!((states[0].1, states[1].1), (StateStatus::Failed, StateStatus::Failed));
    }
}
