//! The rules, machine by machine. Nested machines wait in a list, so depth costs no stack.

use super::fields::{self, COMMON, JSONATA_ONLY, JSONPATH_ONLY};
use super::{MachineType, Problem, SCHEMA, TARGET};
use crate::choice::Test;
use crate::resource::{Pattern, Resource};
use crate::{Expression, Path, Payload, Template};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

type Fields = Map<String, Value>;

/// Fields that hold one path, `null`, or (the second list) an intrinsic function too.
const PATHS: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
];
const EXPRESSIONS: &[&str] = &["ErrorPath", "CausePath"];
const TEMPLATES: &[&str] = &["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials"];
const PAYLOADS: &[&str] = &["Arguments", "Output", "Assign", "Items", "ItemSelector", "Credentials"];

pub struct Checking<'v> {
    machine: MachineType,
    problems: Vec<Problem>,
    /// Machines still to be looked at: place, fields, whether JSONata is the rule, whether Express is.
    todo: Vec<(String, &'v Fields, bool, bool)>,
}

impl<'v> Checking<'v> {
    pub fn new(machine: MachineType) -> Self {
        Checking { machine, problems: Vec::new(), todo: Vec::new() }
    }

    fn problem(&mut self, code: &'static str, location: &str, message: impl Into<String>) {
        if self.problems.len() < super::MAX_PROBLEMS {
            let location = if location.is_empty() { "/" } else { location };
            let message = message.into();
            self.problems.push(Problem { code, message, location: location.to_owned(), warning: false });
        }
    }

    fn schema(&mut self, location: &str, message: impl Into<String>) {
        self.problem(SCHEMA, location, message);
    }

    fn required(&mut self, location: &str, fields: &Fields, names: &[&str]) {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !fields.contains_key(*name)).collect();
        if !missing.is_empty() {
            self.schema(location, format!("These fields are required: [{}]", missing.join(", ")));
        }
    }

    pub fn whole(mut self, definition: &'v Value) -> Vec<Problem> {
        let Some(fields) = definition.as_object() else {
            self.schema("", "Expected value of type Object");
            return self.problems;
        };
        let jsonata = self.language("", fields, false);
        self.todo.push((String::new(), fields, jsonata, self.machine == MachineType::Express));
        self.run();
        self.problems
    }

    pub fn alone(mut self, state: &'v Value, place: &str, jsonata: bool) -> Vec<Problem> {
        let Some(fields) = state.as_object() else {
            self.schema(place, "Expected value of type Object");
            return self.problems;
        };
        self.state(place, fields, jsonata, false);
        self.run();
        self.problems
    }

    fn run(&mut self) {
        while let Some((place, fields, jsonata, express)) = self.todo.pop() {
            self.states(&place, fields, jsonata, express);
        }
    }

    /// Whether JSONata is the language; `outer`: it is that of the machine around.
    fn language(&mut self, location: &str, fields: &Fields, outer: bool) -> bool {
        match fields.get("QueryLanguage") {
            None => outer,
            Some(Value::String(language)) if language == "JSONata" => true,
            Some(Value::String(language)) if language == "JSONPath" => {
                if outer {
                    let text =
                        "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
                    self.schema(location, text);
                }
                false
            }
            Some(_) => {
                let place = format!("{location}/QueryLanguage");
                self.schema(&place, "Value is not valid. Must be one of [JSONPath, JSONata]");
                outer
            }
        }
    }

    fn states(&mut self, place: &str, fields: &'v Fields, jsonata: bool, express: bool) {
        self.required(place, fields, &["StartAt", "States"]);
        let Some(states) = fields.get("States") else { return };
        let at = format!("{place}/States");
        let Some(states) = states.as_object() else {
            return self.schema(&at, "Expected value of type Object");
        };
        if states.is_empty() {
            return self.schema(&at, "Value cannot be empty");
        }
        let mut targets = BTreeSet::new();
        if let Some(start) = fields.get("StartAt") {
            self.target(&format!("{place}/StartAt"), start, states, &mut targets);
        }
        for (name, value) in states {
            let own = format!("{at}/{name}");
            if name.chars().count() > 80 {
                self.schema(&own, "State name length should not exceed 80 characters");
            }
            match value.as_object() {
                Some(fields) => {
                    self.state(&own, fields, jsonata, express);
                    self.transitions(&own, fields, states, &mut targets);
                }
                None => self.schema(&own, "Expected value of type Object"),
            }
        }
        for name in states.keys().filter(|name| !targets.contains(name.as_str())) {
            self.problem(TARGET, &format!("{at}/{name}"), format!("State \"{name}\" is not reachable."));
        }
    }

    fn target(&mut self, place: &str, name: &'v Value, states: &Fields, targets: &mut BTreeSet<&'v str>) {
        match name.as_str() {
            None => self.schema(place, "Expected value of type String"),
            Some(name) if states.contains_key(name) => {
                targets.insert(name);
            }
            Some(name) => self.problem(TARGET, place, format!("Missing 'Next' target: {name}")),
        }
    }

    fn transitions(
        &mut self,
        place: &str,
        fields: &'v Fields,
        states: &Fields,
        targets: &mut BTreeSet<&'v str>,
    ) {
        for name in ["Next", "Default"] {
            if let Some(target) = fields.get(name) {
                self.target(&format!("{place}/{name}"), target, states, targets);
            }
        }
        for list in ["Choices", "Catch"] {
            for (index, value) in fields.get(list).and_then(Value::as_array).into_iter().flatten().enumerate()
            {
                if let Some(target) = value.get("Next") {
                    self.target(&format!("{place}/{list}[{index}]/Next"), target, states, targets);
                }
            }
        }
    }

    fn state(&mut self, place: &str, fields: &'v Fields, outer: bool, express: bool) {
        self.required(place, fields, &["Type"]);
        let jsonata = self.language(place, fields, outer);
        let Some(kind) = fields.get("Type") else { return };
        let Some(table) = kind.as_str().and_then(fields::of) else {
            let names: Vec<&str> = fields::TYPES.iter().map(|table| table.name).collect();
            let text = format!("Value is not valid. Must be one of [{}]", names.join(", "));
            return self.schema(&format!("{place}/Type"), text);
        };
        self.required(place, fields, table.required);
        self.known(place, fields, table, jsonata);
        if table.goes_on {
            match (fields.contains_key("Next"), fields.get("End").and_then(Value::as_bool).unwrap_or(false)) {
                (false, false) => self.schema(place, "Missing 'Next' or 'End' field"),
                (true, true) => self.schema(place, "Only one of the fields 'Next' and 'End' is allowed"),
                (true, false) | (false, true) => {}
            }
        }
        self.expressions(place, fields, jsonata);
        match table.name {
            "Task" => self.task(place, fields, express),
            "Choice" => self.choices(place, fields, jsonata),
            "Wait" => self.wait(place, fields),
            "Parallel" => self.branches(place, fields, outer, express),
            "Map" => self.map(place, fields, outer, express),
            _ => {}
        }
        self.handlers(place, fields);
    }

    fn known(&mut self, place: &str, fields: &Fields, table: &fields::TypeFields, jsonata: bool) {
        for name in fields.keys().map(String::as_str) {
            let known = COMMON.contains(&name)
                || table.required.contains(&name)
                || table.optional.contains(&name)
                || (matches!(name, "Next" | "End") && table.goes_on);
            let (wrong, language) = match jsonata {
                true => (JSONPATH_ONLY, "JSONata"),
                false => (JSONATA_ONLY, "JSONPath"),
            };
            let label = format!("{place}/{name}");
            if !known {
                self.schema(&label, format!("Field '{name}' is not supported in '{}' state", table.name));
            } else if wrong.contains(&name) {
                self.schema(
                    &label,
                    format!("Field '{name}' is not supported when 'QueryLanguage' is '{language}'"),
                );
            }
        }
    }

    /// Paths, templates and JSONata that cannot be read.
    fn expressions(&mut self, place: &str, fields: &Fields, jsonata: bool) {
        let text = |name: &str| fields.get(name).and_then(Value::as_str);
        for name in PATHS {
            if text(name).is_some_and(|path| Path::parse(path).is_err()) {
                self.schema(&format!("{place}/{name}"), "Value is not a valid JSONPath");
            }
        }
        for name in EXPRESSIONS {
            if text(name).is_some_and(|path| Expression::parse(path).is_err()) {
                let message = format!(
                    "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
                );
                self.schema(&format!("{place}/{name}"), message);
            }
        }
        type Errors = fn(&Value) -> Vec<crate::PayloadError>;
        let (names, errors): (&[&str], Errors) = match jsonata {
            true => (PAYLOADS, |value| Payload::parse(value).err().unwrap_or_default()),
            false => (TEMPLATES, |value| Template::parse(value).err().unwrap_or_default()),
        };
        for name in names {
            for error in fields.get(*name).map(errors).unwrap_or_default() {
                let at = format!("{place}/{name}{}", error.location);
                let message = match jsonata {
                    true => format!("The JSONata expression is not valid: {}", error.message),
                    false => {
                        let field = error.location.rsplit('/').next().unwrap_or_default();
                        format!(
                            "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
                        )
                    }
                };
                self.schema(&at, message);
            }
        }
    }

    fn task(&mut self, place: &str, fields: &Fields, express: bool) {
        let Some(resource) = fields.get("Resource") else { return };
        let at = format!("{place}/Resource");
        let Some(resource) = resource.as_str() else {
            return self.schema(&at, "Expected value of type String");
        };
        if !resource.starts_with("arn:") {
            return self.schema(&at, "Value is not a valid resource ARN");
        }
        let refused = match Resource::parse(resource) {
            Resource::Activity(_) => Some("Activity ARN".to_owned()),
            Resource::Service(call) => match call.pattern {
                Pattern::WaitForTaskToken => Some("'.waitForTaskToken' service integration ".to_owned()),
                Pattern::Sync { .. } => Some("'.sync' service integration ".to_owned()),
                Pattern::RequestResponse => None,
            },
            Resource::Function(_) | Resource::Unknown => None,
        };
        if let Some(what) = refused.filter(|_| express) {
            self.schema(&at, format!("Express state machine does not support {what}"));
        }
    }

    fn wait(&mut self, place: &str, fields: &Fields) {
        let names = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
        match names.iter().filter(|name| fields.contains_key(**name)).count() {
            1 => {}
            0 => {
                let text = "One of the fields [Seconds, SecondsPath, Timestamp, TimestampPath] is required";
                self.schema(place, text);
            }
            _ => {
                let text =
                    "Only one of the fields [Seconds, SecondsPath, Timestamp, TimestampPath] is allowed";
                self.schema(place, text);
            }
        }
    }

    fn choices(&mut self, place: &str, fields: &Fields, jsonata: bool) {
        let Some(choices) = fields.get("Choices") else { return };
        let at = format!("{place}/Choices");
        let Some(choices) = choices.as_array() else {
            return self.schema(&at, "Expected value of type Array");
        };
        if choices.is_empty() {
            self.schema(&at, "Value cannot be empty");
        }
        for (index, choice) in choices.iter().enumerate() {
            let own = format!("{at}[{index}]");
            let Some(rule) = choice.as_object() else {
                self.schema(&own, "Expected value of type Object");
                continue;
            };
            self.required(&own, rule, &["Next"]);
            self.rule(own, rule, jsonata);
        }
    }

    /// One rule, and those inside it.
    fn rule(&mut self, place: String, rule: &Fields, jsonata: bool) {
        let mut todo = vec![(place, rule)];
        while let Some((place, rule)) = todo.pop() {
            if jsonata {
                self.required(&place, rule, &["Condition"]);
                if let Some(errors) = rule.get("Condition").and_then(|own| Payload::parse(own).err()) {
                    for error in errors {
                        let text = format!("The JSONata expression is not valid: {}", error.message);
                        self.schema(&format!("{place}/Condition"), text);
                    }
                }
                continue;
            }
            let mut nested = false;
            for name in ["And", "Or"] {
                if let Some(rules) = rule.get(name).and_then(Value::as_array) {
                    nested = true;
                    for (index, inner) in rules.iter().enumerate() {
                        if let Some(inner) = inner.as_object() {
                            todo.push((format!("{place}/{name}[{index}]"), inner));
                        }
                    }
                }
            }
            if let Some(inner) = rule.get("Not").and_then(Value::as_object) {
                nested = true;
                todo.push((format!("{place}/Not"), inner));
            }
            if nested {
                continue;
            }
            self.required(&place, rule, &["Variable"]);
            if rule.get("Variable").and_then(Value::as_str).is_some_and(|path| Path::parse(path).is_err()) {
                self.schema(&format!("{place}/Variable"), "Value is not a valid JSONPath");
            }
            if !rule.keys().any(|name| Test::of(name).is_some()) {
                self.schema(&place, "A choice rule needs one comparison operator");
            }
        }
    }

    fn branches(&mut self, place: &str, fields: &'v Fields, jsonata: bool, express: bool) {
        let Some(branches) = fields.get("Branches") else { return };
        let at = format!("{place}/Branches");
        let Some(branches) = branches.as_array() else {
            return self.schema(&at, "Expected value of type Array");
        };
        if branches.is_empty() {
            self.schema(&at, "Value cannot be empty");
        }
        for (index, branch) in branches.iter().enumerate() {
            self.nested(format!("{at}[{index}]"), branch, jsonata, express);
        }
    }

    fn nested(&mut self, place: String, machine: &'v Value, jsonata: bool, express: bool) {
        match machine.as_object() {
            Some(fields) => self.todo.push((place, fields, jsonata, express)),
            None => self.schema(&place, "Expected value of type Object"),
        }
    }

    fn map(&mut self, place: &str, fields: &'v Fields, jsonata: bool, express: bool) {
        let name = if fields.contains_key("Iterator") { "Iterator" } else { "ItemProcessor" };
        self.required(place, fields, &[name]);
        let Some(processor) = fields.get(name) else { return };
        let config = processor.get("ProcessorConfig");
        let setting = |name: &str| config.and_then(|config| config.get(name)).and_then(Value::as_str);
        let distributed = setting("Mode") == Some("DISTRIBUTED");
        let at = format!("{place}/{name}");
        if distributed && express {
            let text = "Express state machine does not support Distributed Map state";
            self.schema(&format!("{at}/ProcessorConfig/Mode"), text);
        }
        if distributed && setting("ExecutionType").is_none() {
            self.schema(&format!("{at}/ProcessorConfig"), "These fields are required: [ExecutionType]");
        }
        for field in ["ItemReader", "ItemBatcher", "ResultWriter"] {
            if !distributed && fields.contains_key(field) {
                let text = format!("Field '{field}' is supported in 'DISTRIBUTED' mode only");
                self.schema(&format!("{place}/{field}"), text);
            }
        }
        let express = if distributed { setting("ExecutionType") == Some("EXPRESS") } else { express };
        self.nested(at, processor, jsonata, express);
    }

    fn handlers(&mut self, place: &str, fields: &Fields) {
        for (list, required) in [("Retry", &["ErrorEquals"][..]), ("Catch", &["ErrorEquals", "Next"][..])] {
            let Some(value) = fields.get(list) else { continue };
            let at = format!("{place}/{list}");
            let Some(handlers) = value.as_array() else {
                self.schema(&at, "Expected value of type Array");
                continue;
            };
            for (index, handler) in handlers.iter().enumerate() {
                let own = format!("{at}[{index}]");
                let Some(fields) = handler.as_object() else {
                    self.schema(&own, "Expected value of type Object");
                    continue;
                };
                self.required(&own, fields, required);
                let errors = fields.get("ErrorEquals").and_then(Value::as_array);
                let all = errors.is_some_and(|errors| errors.iter().any(|name| name == "States.ALL"));
                if all && (index + 1 < handlers.len() || errors.is_some_and(|errors| errors.len() > 1)) {
                    let text = "'States.ALL' must appear alone, in the last element of the array";
                    self.schema(&format!("{own}/ErrorEquals"), text);
                }
            }
        }
    }
}
