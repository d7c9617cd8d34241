//! Reading a lesson: everything that its author may have got wrong is told with its place.

use super::conditions::{self, WORDS};
use super::traces::FIELDS;
use super::{kinds, list, text};
use regex_lite::Regex;
use serde_json::Value;

/// The form of lesson files that this lab reads.
pub(super) const FORMAT: u64 = 1;
/// Limits that keep a lesson a lesson.
const MAX_STEPS: usize = 40;
const MAX_CHECKS: usize = 40;

type Read = Result<(), String>;

/// The lesson of a text.
pub(super) fn lesson(content: &str) -> Result<Value, String> {
    let lesson: Value = serde_json::from_str(content).map_err(|error| format!("it is no JSON: {error}"))?;
    if lesson["format"].as_u64() != Some(FORMAT) {
        return Err(format!("format: it must be {FORMAT}"));
    }
    for name in ["id", "title", "summary", "goal"] {
        needs_text(&lesson, name, "")?;
    }
    let id = text(&lesson, "id");
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err("id: small letters, digits and dashes only".to_owned());
    }
    files(&lesson, "start", "")?;
    picture(&lesson["picture"])?;
    let steps = list(&lesson, "steps");
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(format!("steps: 1 to {MAX_STEPS} are needed"));
    }
    for (index, step) in steps.iter().enumerate() {
        read_step(step).map_err(|problem| format!("steps[{index}].{problem}"))?;
    }
    Ok(lesson)
}

fn needs_text(value: &Value, name: &str, place: &str) -> Read {
    match value[name].as_str() {
        Some(text) if !text.trim().is_empty() => Ok(()),
        _ => Err(format!("{place}{name}: a text is needed")),
    }
}

/// Files by path: texts, or `{ "base64": "..." }`.
fn files(value: &Value, name: &str, place: &str) -> Read {
    if value[name].is_null() {
        return Ok(());
    }
    let Some(all) = value[name].as_object() else {
        return Err(format!("{place}{name}: files by path are needed"));
    };
    for (path, content) in all {
        if crate::files::resolve("", "/", path).is_none_or(|path| path.is_empty()) {
            return Err(format!("{place}{name}: `{path}` is no path inside the project"));
        }
        if super::content(content).is_none() {
            return Err(format!("{place}{name}.{path}: a text or {{ base64 = \"...\" }} is needed"));
        }
    }
    Ok(())
}

fn picture(picture: &Value) -> Read {
    let nodes = list(picture, "nodes");
    for (index, node) in nodes.iter().enumerate() {
        for name in ["id", "kind", "title"] {
            needs_text(node, name, &format!("picture.nodes[{index}]."))?;
        }
    }
    for (index, edge) in list(picture, "edges").iter().enumerate() {
        for name in ["from", "to"] {
            if !nodes.iter().any(|node| text(node, "id") == text(edge, name)) {
                return Err(format!(
                    "picture.edges[{index}].{name}: no node has the id `{}`",
                    text(edge, name)
                ));
            }
        }
    }
    Ok(())
}

fn read_step(step: &Value) -> Read {
    for name in ["id", "title", "text"] {
        needs_text(step, name, "")?;
    }
    if !step["prediction"].is_null() {
        prediction(&step["prediction"]).map_err(|problem| format!("prediction.{problem}"))?;
    }
    if list(step, "hints").iter().any(|hint| !hint.is_string()) {
        return Err("hints: texts are needed".to_owned());
    }
    files(&step["solution"], "files", "solution.")?;
    let checks = list(step, "checks");
    if checks.len() > MAX_CHECKS || checks.is_empty() && step["prediction"].is_null() {
        return Err(format!("checks: 1 to {MAX_CHECKS} are needed, or a prediction"));
    }
    for (index, check) in checks.iter().enumerate() {
        read_check(check).map_err(|problem| format!("checks[{index}].{problem}"))?;
    }
    Ok(())
}

fn prediction(prediction: &Value) -> Read {
    needs_text(prediction, "question", "")?;
    let options = list(prediction, "options");
    for (index, option) in options.iter().enumerate() {
        needs_text(option, "text", &format!("options[{index}]."))?;
        needs_text(option, "reply", &format!("options[{index}]."))?;
    }
    match options.len() >= 2 && options.iter().any(|option| option["right"] == true) {
        true => Ok(()),
        false => Err("options: at least two are needed, and one with `right = true`".to_owned()),
    }
}

fn read_check(check: &Value) -> Read {
    for name in ["id", "title", "kind"] {
        needs_text(check, name, "")?;
    }
    let kind = text(check, "kind");
    let Some((_, needed)) = kinds::KINDS.iter().find(|(name, _)| *name == kind) else {
        let names: Vec<&str> = kinds::KINDS.iter().map(|(name, _)| *name).collect();
        return Err(format!("kind: there is no kind `{kind}`; there are {}", names.join(", ")));
    };
    for name in needed.iter() {
        needs_text(check, name, "")?;
    }
    match kind {
        "aws" if kinds::calls(check).is_empty() => {
            return Err("call: `SERVICE:Operation` is needed, or a list `calls`".to_owned());
        }
        "aws" => calls(kinds::calls(check))?,
        "run" => {
            calls(list(check, "before"))?;
            calls(list(check, "after"))?;
        }
        "visit" => visits(check)?,
        "trace" => trace(check)?,
        _ => {}
    }
    conditions(&check["expect"], "expect")?;
    let hints = list(check, "hints");
    for (index, hint) in hints.iter().enumerate() {
        needs_text(hint, "text", &format!("hints[{index}]."))?;
        conditions(&hint["when"], &format!("hints[{index}].when"))?;
    }
    match hints.last().is_some_and(|hint| hint["when"].is_null()) {
        true => Ok(()),
        false => {
            Err("hints: the last must be one without `when`, for all that the others do not fit".to_owned())
        }
    }
}

/// The visits of a live check: addresses and calls, and what is put back afterwards.
fn visits(check: &Value) -> Read {
    let all = list(check, "visits");
    if all.is_empty() {
        return Err("visits: a list of `{ url = \"...\" }` and `{ call = \"...\" }` is needed".to_owned());
    }
    let is_visit = |visit: &&Value| visit["url"].is_string();
    let others: Vec<Value> = all.iter().filter(|visit| !is_visit(visit)).cloned().collect();
    calls(&others)?;
    for (index, visit) in all.iter().enumerate() {
        conditions(&visit["until"], &format!("visits[{index}].until"))?;
    }
    let known = |undo: &Value| undo["bucket"].is_string() || undo["table"].is_string();
    match list(check, "undo").iter().all(known) {
        true => Ok(()),
        false => Err("undo: `{ bucket = \"...\" }` or `{ table = \"...\" }` is needed".to_owned()),
    }
}

fn calls(calls: &[Value]) -> Read {
    for call in calls {
        if call["lag_ms"].is_i64() {
            needs_text(call, "table", "lag_ms.")?;
            continue;
        }
        let name = text(call, "call");
        let Some((_, operation)) = kinds::operation(name) else {
            return Err(format!("call: `{name}` is no operation that is simulated"));
        };
        for parameter in call["params"].as_object().into_iter().flat_map(|params| params.keys()) {
            if operation.schema.input.members.iter().all(|member| member.name != parameter.as_str()) {
                return Err(format!("params: {name} has no parameter `{parameter}`"));
            }
        }
    }
    Ok(())
}

fn trace(check: &Value) -> Read {
    let known = |filter: &Value| FIELDS.iter().any(|name| filter[*name].is_string());
    match known(check) || !list(check, "sequence").is_empty() && list(check, "sequence").iter().all(known) {
        true => Ok(()),
        false => Err(format!("kind: a trace needs at least one of {}", FIELDS.join(", "))),
    }
}

fn conditions(conditions: &Value, place: &str) -> Read {
    for condition in conditions::all(conditions) {
        let Some(words) = condition.as_object() else {
            return Err(format!(
                "{place}: conditions are tables such as {{ at = \"/status\", equals = 200 }}"
            ));
        };
        let pointer = words.get("at").and_then(Value::as_str);
        if pointer.is_none_or(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
            return Err(format!("{place}.at: a JSON pointer is needed, such as /status"));
        }
        if let Some(unknown) = words.keys().find(|word| *word != "at" && !WORDS.contains(&word.as_str())) {
            return Err(format!("{place}: there is no word `{unknown}`; there are {}", WORDS.join(", ")));
        }
        if words.len() < 2 {
            return Err(format!("{place}: what is expected at {}?", pointer.unwrap_or_default()));
        }
        if let Some(pattern) = words.get("matches").and_then(Value::as_str)
            && let Err(error) = Regex::new(pattern)
        {
            return Err(format!("{place}.matches: {error}"));
        }
    }
    Ok(())
}
