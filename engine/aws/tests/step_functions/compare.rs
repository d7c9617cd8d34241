//! Compares answers with recorded ones, as the cases' README says.

use serde_json::Value;

/// What stands for any value at all.
const ANY: &[&str] = &[
    "date",
    "timestamp",
    "snf_role_arn",
    "start-date",
    "stop-date",
    "start-time",
    "entered-time",
    "\"date\"",
];

/// Members that differ from run to run, or that a client does not look at.
const IGNORED: &[&str] = &[
    "SdkHttpMetadata",
    "SdkResponseMetadata",
    "ResponseMetadata",
    "RedriveCount",
    "RedriveStatus",
    "RedriveStatusReason",
    "RedriveTime",
    "redriveCount",
    "redriveStatus",
    "redriveStatusReason",
    "requestId",
    "stackTrace",
    "timestamp",
];

pub struct Comparison {
    masks: Vec<String>,
    bindings: Vec<(String, String)>,
    loose: Vec<Vec<Step>>,
    problems: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
    Gap,
}

fn pattern(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let rest = text.strip_prefix('$').unwrap_or(text);
    for (at, part) in rest.split('.').enumerate() {
        if part.is_empty() {
            if at > 0 {
                steps.push(Step::Gap);
            }
            continue;
        }
        let (name, index) = part.split_once('[').unwrap_or((part, ""));
        steps.push(Step::Name(name.to_owned()));
        if let Ok(index) = index.trim_end_matches(']').parse() {
            steps.push(Step::Index(index));
        }
    }
    steps
}

fn fits(pattern: &[Step], path: &[Step]) -> bool {
    match pattern.split_first() {
        None => path.is_empty(),
        Some((Step::Gap, rest)) => (0..=path.len()).any(|skip| fits(rest, &path[skip..])),
        Some((first, rest)) => path.first() == Some(first) && fits(rest, &path[1..]),
    }
}

fn shown(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Name(name) => format!(".{name}"),
            Step::Index(index) => format!("[{index}]"),
            Step::Gap => "..".to_owned(),
        })
        .collect()
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(400).collect()
}

/// JSON inside texts is JSON.
fn parsed(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => match serde_json::from_str::<Value>(text) {
            Ok(inner) => parsed(&inner),
            Err(_) => value.clone(),
        },
        Value::Array(items) => items.iter().map(parsed).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), parsed(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

impl Comparison {
    pub fn new(case: &Value) -> Self {
        let texts = |name: &str| -> Vec<String> {
            let list = case[name].as_array().cloned().unwrap_or_default();
            list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let bindings = case["bindings"].as_object().cloned().unwrap_or_default();
        let mut bindings: Vec<(String, String)> =
            bindings.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect();
        bindings.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
        Comparison {
            masks: texts("masks"),
            bindings,
            loose: texts("loose_paths").iter().map(|text| pattern(text)).collect(),
            problems: Vec::new(),
        }
    }

    pub fn problems(mut self, expected: &Value, found: &Value) -> Vec<String> {
        self.value(&mut Vec::new(), &parsed(expected), &parsed(found));
        self.problems
    }

    fn problem(&mut self, path: &[Step], expected: &Value, found: &Value) {
        self.problems.push(format!("{}: expected {}, found {}", shown(path), short(expected), short(found)));
    }

    fn is_loose(&self, path: &[Step]) -> bool {
        self.loose.iter().any(|pattern| fits(pattern, path))
    }

    fn value(&mut self, path: &mut Vec<Step>, expected: &Value, found: &Value) {
        if self.is_loose(path) {
            return;
        }
        match (expected, found) {
            (Value::Object(left), Value::Object(right)) => {
                for (key, value) in left {
                    if IGNORED.contains(&key.as_str()) {
                        continue;
                    }
                    let other = right.get(key).or_else(|| {
                        let key = self.bound(key);
                        right.get(&key)
                    });
                    path.push(Step::Name(key.clone()));
                    if key == "events" {
                        self.events(path, value, other.unwrap_or(&Value::Null));
                    } else if !self.is_loose(path) {
                        match other {
                            Some(other) => self.value(path, value, other),
                            None => self.problem(path, value, &Value::from("nothing")),
                        }
                    }
                    path.pop();
                }
                for (key, value) in right {
                    path.push(Step::Name(key.clone()));
                    let known = left.keys().any(|own| own == key || self.bound(own) == *key);
                    if !known && !IGNORED.contains(&key.as_str()) && !self.is_loose(path) {
                        self.problem(path, &Value::from("nothing"), value);
                    }
                    path.pop();
                }
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                for (at, (left, right)) in left.iter().zip(right).enumerate() {
                    path.push(Step::Index(at));
                    self.value(path, left, right);
                    path.pop();
                }
            }
            (Value::String(text), found) => {
                if !self.text(text, found) {
                    self.problem(path, expected, found);
                }
            }
            (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
            // Texts of one number were parsed in the recording.
            (Value::Number(left), Value::String(right)) if left.to_string() == *right => {}
            (left, right) if left == right => {}
            (left, right) => self.problem(path, left, right),
        }
    }

    /// The placeholders of a text as the literals that the case uses.
    fn bound(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (placeholder, literal) in &self.bindings {
            text = text.replace(placeholder.as_str(), literal);
        }
        text
    }

    fn text(&self, expected: &str, found: &Value) -> bool {
        if ANY.contains(&expected) || self.masks.iter().any(|mask| mask == expected) {
            return !found.is_null();
        }
        let text = match found {
            Value::String(text) => text.clone(),
            // Texts that are one scalar were parsed on one side only.
            Value::Number(_) | Value::Bool(_) | Value::Null => found.to_string(),
            // A placeholder in it may keep JSON from being read as such.
            Value::Array(_) | Value::Object(_) => found.to_string(),
        };
        matches(&self.bound(expected), &text)
    }

    fn events(&mut self, path: &mut Vec<Step>, expected: &Value, found: &Value) {
        let (Value::Array(left), Value::Array(right)) = (expected, found) else {
            return self.problem(path, expected, found);
        };
        let nested = |event: &Value| {
            matches!(event["type"].as_str(), Some("MapStateEntered" | "ParallelStateEntered"))
        };
        if !left.iter().any(nested) {
            let types = |events: &[Value]| -> Vec<String> {
                events.iter().map(|event| event["type"].as_str().unwrap_or("?").to_owned()).collect()
            };
            if left.len() != right.len() {
                let (left, right) = (types(left), types(right));
                return self.problem(path, &Value::from(left), &Value::from(right));
            }
            for (at, (left, right)) in left.iter().zip(right).enumerate() {
                path.push(Step::Index(at));
                self.value(path, left, right);
                path.pop();
            }
            return;
        }
        let plain = |event: &Value| {
            let mut event = event.clone();
            let map = event.as_object_mut().unwrap();
            map.remove("id");
            map.remove("previousEventId");
            event
        };
        let mut left_over: Vec<Value> = right.iter().map(plain).collect();
        for (at, event) in left.iter().enumerate() {
            let event = plain(event);
            path.push(Step::Index(at));
            let mark = self.problems.len();
            let same = |own: &Value| own["type"] == event["type"];
            let hit = (0..left_over.len()).filter(|at| same(&left_over[*at])).find(|at| {
                self.value(path, &event, &left_over[*at]);
                let good = self.problems.len() == mark;
                self.problems.truncate(mark);
                good
            });
            match hit {
                Some(at) => {
                    left_over.remove(at);
                }
                None => {
                    let near = left_over.iter().find(|own| same(own)).cloned().unwrap_or(Value::Null);
                    self.problem(path, &event, &near);
                }
            }
            path.pop();
        }
        // What happened inside Parallel states, and their own success, was left out of some recordings.
        let parallel = left.iter().any(|event| event["type"] == "ParallelStateEntered");
        let left_out = ["ParallelStateSucceeded", "ParallelStateExited"];
        left_over
            .retain(|event| !(parallel && left_out.contains(&event["type"].as_str().unwrap_or_default())));
        for event in left_over {
            self.problem(path, &Value::from("nothing"), &event);
        }
    }
}

/// `<anything>` in the expected text stands for anything.
fn matches(expected: &str, found: &str) -> bool {
    let mut literals = Vec::new();
    let mut rest = expected;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((_, tail)) = after.split_once('>') else { break };
        literals.push(before);
        rest = tail;
    }
    if literals.is_empty() {
        return expected == found;
    }
    literals.push(rest);
    let (first, last) = (literals[0], literals[literals.len() - 1]);
    let Some(mut text) = found.strip_prefix(first).and_then(|text| text.strip_suffix(last)) else {
        return false;
    };
    for literal in &literals[1..literals.len() - 1] {
        match text.find(literal) {
            Some(at) => text = &text[at + literal.len()..],
            None => return false,
        }
    }
    true
}
