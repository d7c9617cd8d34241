//! What the student's programs asked of the cloud since the step began.

use super::conditions::text;
use crate::terminal::run::matches_pattern;
use nuvola_aws::{Trace, TraceKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many requests are remembered; the oldest go first.
pub(super) const KEPT: usize = 3_000;

/// One request of a student's program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// `s3:PutObject`.
    action: String,
    principal: String,
    /// `ok`, or the error's code.
    outcome: String,
    agent: String,
    resource: String,
}

/// What a trace tells a lesson; nothing where it is no call of an API.
pub(super) fn seen(trace: &Trace, agent: String) -> Option<Seen> {
    if trace.kind != TraceKind::Api {
        return None;
    }
    Some(Seen {
        action: format!("{}:{}", trace.service, trace.operation),
        principal: trace.principal.clone(),
        outcome: trace.error_code.clone().unwrap_or_else(|| "ok".to_owned()),
        agent,
        resource: trace.resources.first().cloned().unwrap_or_default(),
    })
}

/// The fields by which a filter tells requests apart.
pub(super) const FIELDS: &[&str] = &["action", "principal", "outcome", "agent", "resource"];

impl Seen {
    fn field(&self, name: &str) -> &str {
        match name {
            "action" => &self.action,
            "principal" => &self.principal,
            "outcome" => &self.outcome,
            "agent" => &self.agent,
            _ => &self.resource,
        }
    }

    /// Whether every field that the filter names fits its pattern (`*`, `?`; `!` before it: does not fit).
    fn fits(&self, filter: &Value) -> bool {
        FIELDS.iter().all(|name| {
            let Some(pattern) = filter.get(name) else { return true };
            let pattern = text(pattern);
            let found = self.field(name).as_bytes();
            match pattern.strip_prefix('!') {
                Some(pattern) => !matches_pattern(pattern.as_bytes(), found),
                None => matches_pattern(pattern.as_bytes(), found),
            }
        })
    }
}

/// How many requests fit the check's filter, what the last of them said, and how far its `sequence` was seen.
pub(super) fn observe(check: &Value, all: &[Seen]) -> Value {
    let fitting: Vec<&Seen> = all.iter().filter(|seen| seen.fits(check)).collect();
    let steps = check["sequence"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut reached = 0;
    for seen in &fitting {
        if steps.get(reached).is_some_and(|step| seen.fits(step)) {
            reached += 1;
        }
    }
    let last = fitting.last().copied();
    let of_last = |name: &str| last.map(|seen| seen.field(name).to_owned()).unwrap_or_default();
    json!({
        "count": fitting.len(),
        "outcome": of_last("outcome"),
        "principal": of_last("principal"),
        "action": of_last("action"),
        "reached": reached,
        "missing": steps.len() - reached,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_pattern_and_in_order() {
        // Source: our own reasoning, as lessons/README.md tells teachers.
        let seen = |action: &str, outcome: &str| Seen {
            action: action.into(),
            principal: "arn:aws:iam::123456789012:root".into(),
            outcome: outcome.into(),
            agent: "Boto3/1.43.11 md/Botocore#1.43.11".into(),
            resource: String::new(),
        };
        let all = [
            seen("sqs:SendMessage", "ok"),
            seen("sqs:ReceiveMessage", "ok"),
            seen("sqs:DeleteMessage", "AccessDenied"),
        ];
        let count = |check: Value| observe(&check, &all)["count"].as_u64().unwrap();
        assert_eq!(count(json!({ "action": "sqs:*" })), 3);
        assert_eq!(count(json!({ "action": "sqs:*", "outcome": "!ok" })), 1);
        assert_eq!(count(json!({ "agent": "Boto3*", "action": "sqs:Send*" })), 1);
        let order =
            json!({ "sequence": [{ "action": "sqs:SendMessage" }, { "action": "sqs:DeleteMessage" }] });
        assert_eq!(observe(&order, &all)["missing"], 0);
        let order =
            json!({ "sequence": [{ "action": "sqs:DeleteMessage" }, { "action": "sqs:SendMessage" }] });
        assert_eq!(observe(&order, &all)["missing"], 1);
    }
}
