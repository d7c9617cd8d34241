//! Checks of a configuration, with the texts of the provider's SDK.

use crate::resources::ResourceType;
use crate::schema::{Attribute, Block, Meaning, NestedBlock, Rules, TypeFacts};
use nuvola_terraform::provider::ProviderDiagnostic;
use nuvola_tf_lang::{Path, Step, Value};
use std::sync::Arc;

/// Checks a `resource` block.
#[must_use]
pub fn resource(kind: &ResourceType, facts: &TypeFacts, config: &Value) -> Vec<ProviderDiagnostic> {
    let mut out = Vec::new();
    for name in kind.not_simulated {
        if config.get(name).is_some_and(is_given) {
            let summary = format!("{name} of {} is not simulated by Nuvola", kind.name);
            out.push(ProviderDiagnostic::error(summary, "").at(path_to(&Path::new(), name)));
        }
    }
    if config.get("id").is_some_and(is_given) {
        out.push(ProviderDiagnostic::error("Invalid or unknown key", "").at(path_to(&Path::new(), "id")));
    }
    check_region(config, &mut out);
    check_block(&facts.block, config, config, &Path::new(), &mut out);
    out
}

/// Checks a `data` block.
#[must_use]
pub fn data_source(facts: &TypeFacts, config: &Value) -> Vec<ProviderDiagnostic> {
    let mut out = Vec::new();
    check_region(config, &mut out);
    check_block(&facts.block, config, config, &Path::new(), &mut out);
    out
}

fn check_region(config: &Value, out: &mut Vec<ProviderDiagnostic>) {
    if let Some(region) = config.get("region").and_then(Value::as_str)
        && !crate::config::is_region(region)
    {
        let summary = format!("Invalid Region Value: {region:?} is not a valid AWS Region");
        out.push(ProviderDiagnostic::error(summary, "").at(path_to(&Path::new(), "region")));
    }
}

fn path_to(at: &Path, name: &str) -> Path {
    let mut path = at.clone();
    path.push(Step::Attr(Arc::from(name)));
    path
}

/// Whether the configuration says something: a value, even an unknown one, or at least one block.
fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_seq().is_none_or(|items| !items.is_empty())
}

fn check_block(block: &Block, root: &Value, config: &Value, at: &Path, out: &mut Vec<ProviderDiagnostic>) {
    for (name, attribute) in &block.attributes {
        let value = config.get(name);
        let path = path_to(at, name);
        if !check_rules(name, &attribute.rules, value, root, config, &path, out) {
            continue;
        }
        if let Some(value) = value.filter(|value| is_given(value) && value.is_known()) {
            check_value(name, attribute, value, &path, out);
        }
    }
    for (name, nested) in &block.blocks {
        check_nested(name, nested, root, config, at, out);
    }
}

fn check_nested(
    name: &str,
    nested: &NestedBlock,
    root: &Value,
    config: &Value,
    at: &Path,
    out: &mut Vec<ProviderDiagnostic>,
) {
    let path = path_to(at, name);
    let value = config.get(name);
    if !check_rules(name, &nested.rules, value, root, config, &path, out) {
        return;
    }
    for (index, item) in value.and_then(Value::as_seq).unwrap_or_default().iter().enumerate() {
        let mut path = path.clone();
        path.push(Step::Index(index));
        check_block(&nested.block, root, item, &path, out);
    }
}

/// An argument by the SDK's way of naming it: `a`, or `a.0.b` from the root.
fn lookup<'v>(root: &'v Value, config: &'v Value, name: &str) -> Option<&'v Value> {
    let mut found = if name.contains('.') { Some(root) } else { Some(config) };
    for step in name.split('.') {
        found = match step.parse::<usize>() {
            Ok(index) => found.and_then(Value::as_seq).and_then(|items| items.get(index)),
            Err(_) => found.and_then(|value| value.get(step)),
        };
    }
    found.filter(|value| is_given(value))
}

/// What arguments demand of one another; the SDK stops at the first that is wrong.
fn check_rules(
    name: &str,
    rules: &Rules,
    value: Option<&Value>,
    root: &Value,
    config: &Value,
    path: &Path,
    out: &mut Vec<ProviderDiagnostic>,
) -> bool {
    let given = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| lookup(root, config, name).is_some()).cloned().collect()
    };
    let mut wrong = |summary: &str, detail: String| {
        out.push(ProviderDiagnostic::error(summary, detail).at(path.clone()));
        false
    };
    if !rules.exactly_one.is_empty() {
        let mut names = rules.exactly_one.clone();
        names.sort();
        let specified = given(&names);
        let all = names.join(",");
        if specified.is_empty() {
            return wrong(
                "Invalid combination of arguments",
                format!("{name:?}: one of `{all}` must be specified"),
            );
        }
        if specified.len() > 1 {
            let some = specified.join(",");
            let detail =
                format!("{name:?}: only one of `{all}` can be specified, but `{some}` were specified.");
            return wrong("Invalid combination of arguments", detail);
        }
    }
    if !rules.at_least_one.is_empty() && given(&rules.at_least_one).is_empty() {
        let mut names = rules.at_least_one.clone();
        names.sort();
        let detail = format!("{name:?}: one of `{}` must be specified", names.join(","));
        return wrong("Missing required argument", detail);
    }
    if !value.is_some_and(is_given) {
        return true;
    }
    let mut with: Vec<String> = rules.required_with.clone();
    if !with.is_empty() && given(&with).len() < with.len() {
        let own = path_name(path);
        if !with.contains(&own) {
            with.push(own);
        }
        with.sort();
        let detail = format!("{name:?}: all of `{}` must be specified", with.join(","));
        return wrong("Missing required argument", detail);
    }
    if let Some(other) = given(&rules.conflicts).first() {
        return wrong("Conflicting configuration arguments", format!("{name:?}: conflicts with {other}"));
    }
    true
}

fn path_name(path: &Path) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Attr(name) | Step::Key(name) => name.to_string(),
        Step::Index(index) => index.to_string(),
        Step::Element => "0".to_owned(),
    });
    steps.collect::<Vec<_>>().join(".")
}

fn check_value(
    name: &str,
    attribute: &Attribute,
    value: &Value,
    path: &Path,
    out: &mut Vec<ProviderDiagnostic>,
) {
    let rules = &attribute.rules;
    if let Some(items) = value.as_seq() {
        let (min, max) = rules.items;
        if max > 0 && items.len() > max {
            let noun = if max == 1 { "item" } else { "items" };
            let detail = format!(
                "Attribute {name} supports {max} {noun} maximum, but config has {} declared.",
                items.len()
            );
            out.push(ProviderDiagnostic::error("Too many list items", detail).at(path.clone()));
        } else if items.len() < min {
            let noun = if min == 1 { "item" } else { "items" };
            let detail = format!(
                "Attribute {name} requires {min} {noun} minimum, but config has only {} declared.",
                items.len()
            );
            out.push(ProviderDiagnostic::error("Not enough list items", detail).at(path.clone()));
        }
        for (index, item) in items.iter().enumerate() {
            let mut path = path.clone();
            path.push(Step::Index(index));
            scalar_problem(&format!("{name}.{index}"), attribute, item)
                .into_iter()
                .for_each(|text| out.push(ProviderDiagnostic::error(text, "").at(path.clone())));
        }
        return;
    }
    if let Some(text) = scalar_problem(name, attribute, value) {
        out.push(ProviderDiagnostic::error(text, "").at(path.clone()));
    }
}

fn scalar_problem(name: &str, attribute: &Attribute, value: &Value) -> Option<String> {
    let rules = &attribute.rules;
    let number = value.as_number().and_then(nuvola_tf_lang::Number::to_i64);
    if let (Some(number), Some((low, high))) = (number, rules.range)
        && !(low..=high).contains(&number)
    {
        return Some(format!("expected {name} to be in the range ({low} - {high}), got {number}"));
    }
    if let (Some(number), false) = (number, rules.one_of.is_empty())
        && !rules.one_of.contains(&number.to_string())
    {
        return Some(format!("expected {name} to be one of [{}], got {number}", rules.one_of.join(" ")));
    }
    let text = value.as_str()?;
    if !rules.one_of.is_empty() && !rules.one_of.iter().any(|one| one == text) {
        let quoted: Vec<String> = rules.one_of.iter().map(|one| format!("{one:?}")).collect();
        return Some(format!("expected {name} to be one of [{}], got {text}", quoted.join(" ")));
    }
    if let Some((low, high)) = rules.length
        && !(low..=high).contains(&text.len())
    {
        return Some(format!("expected length of {name} to be in the range ({low} - {high}), got {text}"));
    }
    json_problem(name, attribute.meaning?, text)
}

/// What is wrong with an argument that must be JSON.
fn json_problem(name: &str, meaning: Meaning, text: &str) -> Option<String> {
    if text.is_empty() && meaning == Meaning::Policy && name != "assume_role_policy" {
        return None;
    }
    match nuvola_tf_lang::json::parse::parse(text) {
        Ok(nuvola_tf_lang::json::parse::Json::Object(_)) => None,
        Ok(_) if meaning == Meaning::Policy && name != "assume_role_policy" => {
            Some(format!("{name:?} contains an invalid JSON policy: contains invalid JSON"))
        }
        Ok(_) => None,
        Err(_) if meaning == Meaning::Policy && name != "assume_role_policy" => {
            Some(format!("{name:?} contains an invalid JSON policy: not a JSON object"))
        }
        Err(problem) => Some(format!("{name:?} contains an invalid JSON: {problem}")),
    }
}
