//! How objects may change: what is proposed to a provider, and whether its answer agrees.

use crate::schema::{AttributeSchema, BlockSchema, NestedBlock, Nesting};
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Data, Members, Type, Value};
use std::sync::Arc;

/// The configuration over the prior object: what is computed and not configured is kept.
/// A null prior gives null computed attributes.
#[must_use]
pub fn proposed_new(schema: &BlockSchema, prior: &Value, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let mut members = Members::new();
    for (name, attribute) in &schema.attributes {
        let configured = config.get(name).cloned().unwrap_or_else(|| Value::null(attribute.ty.clone()));
        let keep = attribute.is_computed() && (configured.is_null() || !attribute.is_optional());
        let value = if keep {
            prior.get(name).cloned().unwrap_or_else(|| Value::null(attribute.ty.clone()))
        } else {
            configured
        };
        members.insert(Arc::from(name.as_str()), value);
    }
    for (name, nested) in &schema.blocks {
        let null = || Value::null(nested.implied_type());
        let old = prior.get(name).cloned().unwrap_or_else(null);
        let new = config.get(name).cloned().unwrap_or_else(null);
        members.insert(Arc::from(name.as_str()), proposed_blocks(nested, &old, &new));
    }
    Value::object(members)
}

fn proposed_blocks(nested: &NestedBlock, prior: &Value, config: &Value) -> Value {
    if config.is_null() || !config.is_known() {
        return config.clone();
    }
    let block = &nested.block;
    let nothing = Value::null(block.implied_type());
    match nested.nesting {
        Nesting::Single | Nesting::Group => proposed_new(block, prior, config),
        Nesting::List => {
            let old = prior.as_seq().unwrap_or_default();
            let new = config.as_seq().unwrap_or_default().iter().enumerate();
            let items = new.map(|(at, item)| proposed_new(block, old.get(at).unwrap_or(&nothing), item));
            crate::path::rebuild_seq(config.ty(), items.collect())
        }
        Nesting::Set => {
            let mut old: Vec<&Value> = prior.as_seq().unwrap_or_default().iter().collect();
            let mut items = Vec::new();
            for item in config.as_seq().unwrap_or_default() {
                let found = old.iter().position(|candidate| could_become(block, candidate, item));
                let base = found.map(|at| old.remove(at));
                items.push(proposed_new(block, base.unwrap_or(&nothing), item));
            }
            crate::path::rebuild_seq(config.ty(), items)
        }
        Nesting::Map => {
            let new = config.as_members().cloned().unwrap_or_default();
            let items: Members = new
                .iter()
                .map(|(key, item)| {
                    let base = prior.get(key).unwrap_or(&nothing);
                    (Arc::clone(key), proposed_new(block, base, item))
                })
                .into_map();
            crate::path::rebuild_members(config.ty(), items)
        }
    }
}

/// Whether a prior object may have come from a configured one: only computed parts differ.
fn could_become(schema: &BlockSchema, prior: &Value, config: &Value) -> bool {
    let attributes = schema.attributes.iter().all(|(name, attribute)| {
        let (old, new) = (prior.get(name), config.get(name));
        old == new || attribute.is_computed() && new.is_none_or(Value::is_null)
    });
    attributes
        && schema.blocks.iter().all(|(name, nested)| match (prior.get(name), config.get(name)) {
            (Some(old), Some(new)) => {
                let (a, b) = (old.as_seq(), new.as_seq());
                old == new
                    || a.zip(b).is_some_and(|(a, b)| {
                        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| could_become(&nested.block, a, b))
                    })
            }
            (a, b) => a == b,
        })
}

/// The object with everything computed that is null made unknown: how most providers plan a create.
#[must_use]
pub fn computed_unknown(schema: &BlockSchema, value: &Value) -> Value {
    if value.is_null() || !value.is_known() {
        return value.clone();
    }
    let mut members = value.as_members().cloned().unwrap_or_default();
    for (name, attribute) in &schema.attributes {
        if attribute.is_computed() && members.get(name.as_str()).is_none_or(Value::is_null) {
            members.insert(Arc::from(name.as_str()), Value::unknown(attribute.ty.clone()));
        }
    }
    for (name, nested) in &schema.blocks {
        if let Some(blocks) = members.get(name.as_str()).cloned() {
            members.insert(Arc::from(name.as_str()), blocks_computed_unknown(nested, &blocks));
        }
    }
    Value::object(members)
}

fn blocks_computed_unknown(nested: &NestedBlock, value: &Value) -> Value {
    match value.data() {
        Data::Seq(items) => {
            let items = items.iter().map(|item| computed_unknown(&nested.block, item)).collect();
            crate::path::rebuild_seq(value.ty(), items)
        }
        Data::Members(members) if nested.nesting == Nesting::Map => {
            let items =
                members.iter().map(|(key, item)| (Arc::clone(key), computed_unknown(&nested.block, item)));
            crate::path::rebuild_members(value.ty(), items.into_map())
        }
        Data::Members(_) => computed_unknown(&nested.block, value),
        Data::Null | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Type(_) => {
            value.clone()
        }
    }
}

/// Problems of a plan that disagrees with the configuration; each names a path like `.bucket`.
#[must_use]
pub fn plan_problems(schema: &BlockSchema, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut out = Vec::new();
    plan_problems_at(schema, prior, config, planned, "", &mut out);
    out
}

fn plan_problems_at(
    schema: &BlockSchema,
    prior: &Value,
    config: &Value,
    planned: &Value,
    at: &str,
    out: &mut Vec<String>,
) {
    if planned.is_null() != config.is_null() && config.is_known() {
        let what = if planned.is_null() {
            "planned for absence but config wants existence"
        } else {
            "planned for existence but config wants absence"
        };
        out.push(format!("{at}: {what}"));
        return;
    }
    for (name, attribute) in &schema.attributes {
        let part =
            |value: &Value| value.get(name).cloned().unwrap_or_else(|| Value::null(attribute.ty.clone()));
        let (old, wanted, new) = (part(prior), part(config), part(planned));
        if let Some(problem) = attribute_problem(attribute, &old, &wanted, &new) {
            out.push(format!("{at}.{name}: {problem}"));
        }
    }
    for (name, nested) in &schema.blocks {
        let (Some(wanted), Some(new)) = (config.get(name), planned.get(name)) else { continue };
        if let (Some(a), Some(b)) = (wanted.as_seq(), new.as_seq()) {
            if a.len() != b.len() && wanted.is_wholly_known() {
                out.push(format!(
                    "{at}.{name}: block count in plan ({}) disagrees with count in config ({})",
                    b.len(),
                    a.len()
                ));
            } else if nested.nesting == Nesting::List {
                let old = prior.get(name).and_then(Value::as_seq).unwrap_or_default();
                let nothing = Value::null(nested.block.implied_type());
                for (index, (a, b)) in a.iter().zip(b).enumerate() {
                    let old = old.get(index).unwrap_or(&nothing);
                    plan_problems_at(&nested.block, old, a, b, &format!("{at}.{name}[{index}]"), out);
                }
            }
        }
    }
}

fn attribute_problem(
    attribute: &AttributeSchema,
    old: &Value,
    wanted: &Value,
    new: &Value,
) -> Option<&'static str> {
    if new == wanted || attribute.is_computed() && (wanted.is_null() || !wanted.is_known()) {
        return None;
    }
    if !wanted.is_wholly_known() {
        return None;
    }
    // A provider may find the configured value to mean the same as the one it had.
    if new == old && !old.is_null() && !wanted.is_null() {
        return None;
    }
    if attribute.is_settable() { Some("planned value does not match config value") } else { None }
}

/// Problems of a new object that disagrees with what was planned, such as
/// `.id: was cty.StringVal("a"), but now cty.StringVal("b")`.
#[must_use]
pub fn apply_problems(planned: &Value, actual: &Value) -> Vec<String> {
    let mut out = Vec::new();
    apply_problems_at(planned, actual, "", &mut out);
    out
}

fn apply_problems_at(planned: &Value, actual: &Value, at: &str, out: &mut Vec<String>) {
    if !planned.is_known() {
        return;
    }
    if !actual.is_known() {
        out.push(format!("{at}: was known, but now unknown"));
        return;
    }
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return,
        (false, true) => {
            out.push(format!("{at}: was present, but now absent"));
            return;
        }
        (true, false) => {
            out.push(format!("{at}: was absent, but now present"));
            return;
        }
        (false, false) => {}
    }
    match (planned.data(), actual.data()) {
        (Data::Members(old), Data::Members(new)) => {
            let object = matches!(planned.ty(), Type::Object(_));
            for (name, old) in old.iter() {
                let at = if object {
                    format!("{at}.{name}")
                } else {
                    format!("{at}[{}]", nuvola_hcl::text::quote(name))
                };
                match new.get(name) {
                    Some(new) => apply_problems_at(old, new, &at, out),
                    None => out.push(format!("{at}: element has vanished")),
                }
            }
            for name in new.keys().filter(|name| !old.contains_key(*name)) {
                out.push(format!("{at}: new element {} has appeared", nuvola_hcl::text::quote(name)));
            }
        }
        (Data::Seq(old), Data::Seq(new)) => {
            if old.len() != new.len() {
                if matches!(planned.ty(), Type::Set(_)) && !planned.is_wholly_known() {
                    return;
                }
                let word =
                    if old.len() < new.len() { "new element appeared" } else { "an element has vanished" };
                out.push(format!("{at}: {word}"));
                return;
            }
            if matches!(planned.ty(), Type::Set(_)) {
                if planned.is_wholly_known() && old != new {
                    out.push(format!("{at}: actual set element does not correlate with any element in plan"));
                }
                return;
            }
            for (index, (old, new)) in old.iter().zip(new.iter()).enumerate() {
                apply_problems_at(old, new, &format!("{at}[{index}]"), out);
            }
        }
        (old, new) => {
            if old != new {
                out.push(format!("{at}: was {}, but now {}", go_value(planned), go_value(actual)));
            }
        }
    }
}

/// A scalar as Go prints it in these messages.
fn go_value(value: &Value) -> String {
    match value.data() {
        Data::String(text) => format!("cty.StringVal({})", nuvola_hcl::text::quote(text)),
        Data::Number(number) => format!("cty.NumberIntVal({})", number.to_text()),
        Data::Bool(true) => "cty.True".to_owned(),
        Data::Bool(false) => "cty.False".to_owned(),
        Data::Null | Data::Unknown(_) | Data::Seq(_) | Data::Members(_) | Data::Type(_) => {
            value.ty().friendly_name()
        }
    }
}
