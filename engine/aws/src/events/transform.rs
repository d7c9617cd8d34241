//! What a target gets of an event.
//!
//! **Source**: EventBridge User Guide, "Amazon EventBridge input transformation".

use super::state::{Rule, Target};
use nuvola_kernel::Timestamp;
use serde_json::Value;

/// The text for a target.
pub fn input(rule: &Rule, target: &Target, event: &Value, now_ms: i64) -> String {
    if let Some(input) = &target.input {
        return input.clone();
    }
    if let Some(path) = &target.input_path {
        return at(event, path).cloned().unwrap_or(Value::Null).to_string();
    }
    let Some(transformer) = &target.transformer else { return event.to_string() };
    let value = |name: &str| -> Option<Value> {
        match name {
            "aws.events.rule-arn" => Some(rule.arn.as_str().into()),
            "aws.events.rule-name" => Some(rule.name.as_str().into()),
            "aws.events.event.ingestion-time" => Some(Timestamp(now_ms).iso_seconds().into()),
            "aws.events.event" => {
                let mut shown = event.clone();
                shown.as_object_mut()?.remove("detail");
                Some(shown)
            }
            "aws.events.event.json" => Some(event.clone()),
            _ => at(event, transformer.paths.as_ref()?.get(name)?).cloned(),
        }
    };
    fill(&transformer.template, &value)
}

/// Puts values in place of `<name>`. Within a JSON string they are text, elsewhere JSON.
fn fill(template: &str, value: &dyn Fn(&str) -> Option<Value>) -> String {
    let mut out = String::new();
    let mut rest = template;
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        match c {
            '\\' if quoted => {
                let escaped = tail.chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..1 + escaped]);
                rest = &tail[escaped..];
                continue;
            }
            '"' => quoted = !quoted,
            '<' => {
                let name = tail.split_once('>').map(|(name, _)| name).filter(|name| is_name(name));
                if let Some(name) = name {
                    match value(name) {
                        Some(Value::String(text)) if quoted => {
                            let shown = Value::from(text).to_string();
                            out.push_str(&shown[1..shown.len() - 1]);
                        }
                        Some(value) if quoted => {
                            // JSON within a string is escaped.
                            let shown = Value::from(value.to_string()).to_string();
                            out.push_str(&shown[1..shown.len() - 1]);
                        }
                        Some(value) => out.push_str(&value.to_string()),
                        // A variable whose path leads nowhere does not appear.
                        None => {}
                    }
                    rest = &tail[name.len() + 1..];
                    continue;
                }
            }
            _ => {}
        }
        out.push(c);
        rest = tail;
    }
    out
}

fn is_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(legal)
}

/// Follows `$.detail.items[0]['name']`.
pub fn at<'v>(event: &'v Value, path: &str) -> Option<&'v Value> {
    let mut rest = path.strip_prefix('$')?;
    let mut value = event;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix('.') {
            let end = tail.find(['.', '[']).unwrap_or(tail.len());
            value = value.get(&tail[..end])?;
            rest = &tail[end..];
        } else {
            let (index, tail) = rest.strip_prefix('[')?.split_once(']')?;
            let name = index.strip_prefix('\'').and_then(|index| index.strip_suffix('\''));
            value = match name {
                Some(name) => value.get(name)?,
                None => value.get(index.parse::<usize>().ok()?)?,
            };
            rest = tail;
        }
    }
    Some(value)
}

/// Whether a text is such a path.
pub fn is_path(path: &str) -> bool {
    path == "$" || path.starts_with("$.") || path.starts_with("$[")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_are_filled_as_documented() {
        // Source: the page named above, "Common issues with transforming input" and its examples.
        let event =
            json!({"detail": {"instance-id": "i-0123456789", "state": "RUNNING", "n": 5, "tags": ["a"]}});
        let value = |name: &str| match name {
            "instance" => at(&event, "$.detail.instance-id").cloned(),
            "state" => at(&event, "$.detail.state").cloned(),
            "n" => at(&event, "$.detail.n").cloned(),
            "tag" => at(&event, "$.detail.tags[0]").cloned(),
            _ => None,
        };
        let check = |template: &str, expected: &str| assert_eq!(fill(template, &value), expected);
        check("\"instance <instance> is in <state>\"", "\"instance i-0123456789 is in RUNNING\"");
        check("{\"instance\": <instance>, \"n\": <n>}", "{\"instance\": \"i-0123456789\", \"n\": 5}");
        check(
            "{\"text\": \"<instance> \\\"<state>\\\" <n>\"}",
            "{\"text\": \"i-0123456789 \\\"RUNNING\\\" 5\"}",
        );
        check("\"<none>|<tag>\"", "\"|a\"");
        check("a < b", "a < b");
    }
}
