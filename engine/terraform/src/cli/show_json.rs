//! `show -json`: states and plans for programs.

use super::session::Session;
use crate::plan::savefile::key_json;
use crate::plan::{Change, Plan, Reason};
use crate::run::Run;
use crate::state::State;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{compact, object, string};
use nuvola_tf_lang::json::encode_plain;
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::{Data, Marks, Value};
use std::collections::BTreeMap;

fn plain(value: &Value) -> Json {
    let (value, _) = value.clone().unmark_deep();
    known(&value).unwrap_or(Json::Null)
}

/// A value without its unknown parts.
fn known(value: &Value) -> Option<Json> {
    match value.data() {
        Data::Unknown(_) => None,
        Data::Seq(items) => {
            Some(Json::Array(items.iter().map(|item| known(item).unwrap_or(Json::Null)).collect()))
        }
        Data::Members(members) => Some(Json::Object(
            members.iter().filter_map(|(name, item)| Some((name.to_string(), known(item)?))).collect(),
        )),
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Type(_) => {
            parse(&encode_plain(value).ok()?).ok()
        }
    }
}

/// Where a value has a property: `true`, or an object or array of the parts that have it.
fn where_is(value: &Value, has: &dyn Fn(&Value) -> bool) -> Option<Json> {
    if has(value) {
        return Some(Json::Bool(true));
    }
    match value.data() {
        Data::Seq(items) => Some(Json::Array(
            items.iter().map(|item| where_is(item, has).unwrap_or(Json::Bool(false))).collect(),
        )),
        Data::Members(members) => Some(Json::Object(
            members
                .iter()
                .filter_map(|(name, item)| Some((name.to_string(), where_is(item, has)?)))
                .collect(),
        )),
        Data::Null | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Type(_) => {
            None
        }
    }
}

fn sensitive(value: &Value) -> Json {
    where_is(value, &|part| part.marks().contains(Marks::SENSITIVE)).unwrap_or(Json::Bool(false))
}

fn unknown(value: &Value) -> Json {
    where_is(value, &|part| !part.is_known()).unwrap_or(Json::Bool(false))
}

/// `check.a`, `module.b.output.c` or `module.b.data.d.e` with its parts.
fn check_address(check: &crate::state::CheckResult) -> Vec<(&'static str, Json)> {
    let mut words: Vec<&str> = check.config.split('.').collect();
    let name = words.pop().unwrap_or_default();
    let kind = words.pop().unwrap_or_default();
    let mut members = vec![("kind", string(&check.kind))];
    if check.kind == "resource" {
        let is_data = words.last() == Some(&"data");
        if is_data {
            words.pop();
        }
        members.push(("mode", string(if is_data { "data" } else { "managed" })));
    }
    if !words.is_empty() {
        members.push(("module", string(&words.join("."))));
    }
    members.push(("name", string(name)));
    members.push(("to_display", string(&check.config)));
    if check.kind == "resource" {
        members.push(("type", string(kind)));
    }
    members
}

fn checks(results: &[crate::state::CheckResult]) -> Json {
    let one = |check: &crate::state::CheckResult| {
        let address = object(check_address(check));
        let instances = check.objects.iter().flatten().map(|(address, status, messages)| {
            let mut members = vec![
                ("address", object([("to_display", string(address))])),
                ("status", string(status.text())),
            ];
            if !messages.is_empty() {
                let problems = messages.iter().map(|message| object([("message", string(message))]));
                members.push(("problems", Json::Array(problems.collect())));
            }
            object(members)
        });
        object([
            ("address", address),
            ("status", string(check.status.text())),
            ("instances", Json::Array(instances.collect())),
        ])
    };
    Json::Array(results.iter().map(one).collect())
}

fn values(run: &Run, state: &State) -> Json {
    let mut members = Vec::new();
    if !state.outputs.is_empty() {
        let outputs = state.outputs.iter().map(|(name, output)| {
            let ty = parse(&nuvola_tf_lang::json::encode_type(output.value.ty())).unwrap_or(Json::Null);
            (
                name.clone(),
                object([
                    ("sensitive", Json::Bool(output.sensitive)),
                    ("value", plain(&output.value)),
                    ("type", ty),
                ]),
            )
        });
        members.push(("outputs", Json::Object(outputs.collect())));
    }
    let mut modules: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for (instance, slot) in state.instances() {
        let provider = state.resource(&instance).map_or("", |resource| &resource.provider);
        let Some(source) = crate::providers::resolve::source_of(provider) else { continue };
        let Some(schema) = run.resource_schema(&source, &instance.resource) else { continue };
        let Some(object_state) = &slot.current else { continue };
        let Ok(value) = object_state.value(&schema) else { continue };
        let value = crate::plan::instance::mark_by_schema(&value, &schema.block);
        let mut json = vec![
            ("address", string(&instance.to_string())),
            ("mode", string(instance.resource.mode.text())),
            ("type", string(&instance.resource.kind)),
            ("name", string(&instance.resource.name)),
        ];
        if instance.key != crate::addr::Key::None {
            json.push(("index", key_json(&instance.key)));
        }
        json.push(("provider_name", string(&source.to_string())));
        json.push(("schema_version", Json::Number(object_state.schema_version.to_string())));
        json.push(("values", plain(&value)));
        json.push(("sensitive_values", sensitive(&value)));
        if !object_state.dependencies.is_empty() {
            let texts = object_state.dependencies.iter().map(|dependency| string(&dependency.to_string()));
            json.push(("depends_on", Json::Array(texts.collect())));
        }
        if object_state.tainted {
            json.push(("tainted", Json::Bool(true)));
        }
        modules.entry(instance.module.to_string()).or_default().push(object(json));
    }
    members.push(("root_module", module_tree(modules)));
    object(members)
}

/// Resources by module, nested.
fn module_tree(mut modules: BTreeMap<String, Vec<Json>>) -> Json {
    let mut root = Vec::new();
    if let Some(resources) = modules.remove("") {
        root.push(("resources", Json::Array(resources)));
    }
    if !modules.is_empty() {
        let children = modules.into_iter().map(|(address, resources)| {
            object([("resources", Json::Array(resources)), ("address", string(&address))])
        });
        root.push(("child_modules", Json::Array(children.collect())));
    }
    object(root)
}

/// A state as one line.
#[must_use]
pub fn state(run: &Run, state: Option<&State>) -> String {
    let mut members = vec![("format_version", string("1.0"))];
    if let Some(state) = state.filter(|state| !state.is_empty()) {
        members.push(("terraform_version", string(TERRAFORM_VERSION)));
        members.push(("values", values(run, state)));
        if !state.checks.is_empty() {
            members.push(("checks", checks(&state.checks)));
        }
    }
    compact(&object(members))
}

fn change_json(change: &Change, source: &str) -> Json {
    let address = &change.address;
    let mut members = vec![("address", string(&address.to_string()))];
    if let Some(previous) = &change.previous_address {
        members.push(("previous_address", string(&previous.to_string())));
    }
    if !address.module.is_root() {
        members.push(("module_address", string(&address.module.to_string())));
    }
    members.push(("mode", string(address.resource.mode.text())));
    members.push(("type", string(&address.resource.kind)));
    members.push(("name", string(&address.resource.name)));
    if address.key != crate::addr::Key::None {
        members.push(("index", key_json(&address.key)));
    }
    members.push(("provider_name", string(source)));
    if let Some(key) = &change.deposed {
        members.push(("deposed", string(key)));
    }
    let mut inner = vec![
        ("actions", Json::Array(change.action.json_actions().iter().map(|action| string(action)).collect())),
        ("before", plain(&change.before)),
        ("after", plain(&change.after)),
        ("after_unknown", unknown(&change.after)),
        ("before_sensitive", sensitive(&change.before)),
        ("after_sensitive", sensitive(&change.after)),
    ];
    if let Some(id) = &change.importing {
        inner.push(("importing", object([("id", string(id))])));
    }
    members.push(("change", object(inner)));
    if change.reason != Reason::None {
        members.push(("action_reason", string(change.reason.plan_json_text())));
    }
    object(members)
}

/// A plan as one line; the configuration is not repeated in it.
#[must_use]
pub fn plan(session: &Session, run: &Run, plan: &Plan) -> String {
    let _ = session;
    let source = |change: &Change| {
        crate::providers::resolve::source_of(&change.provider)
            .map_or(String::new(), |source| source.to_string())
    };
    let variables =
        plan.variables.iter().map(|(name, value)| (name.clone(), object([("value", plain(value))])));
    let changes = plan.changes.iter().map(|change| change_json(change, &source(change)));
    let outputs = plan.outputs.iter().map(|(name, output)| {
        let mut members = vec![
            (
                "actions",
                Json::Array(output.action.json_actions().iter().map(|action| string(action)).collect()),
            ),
            ("before", plain(&output.before)),
        ];
        if output.after.is_known() {
            members.push(("after", plain(&output.after)));
        }
        members.push(("after_unknown", unknown(&output.after)));
        members.push(("before_sensitive", Json::Bool(output.sensitive)));
        members.push(("after_sensitive", Json::Bool(output.sensitive)));
        (name.clone(), object(members))
    });
    let prior = object([
        ("format_version", string("1.0")),
        ("terraform_version", string(TERRAFORM_VERSION)),
        ("values", values(run, &plan.prior)),
    ]);
    compact(&object([
        ("format_version", string("1.2")),
        ("terraform_version", string(TERRAFORM_VERSION)),
        ("variables", Json::Object(variables.collect())),
        ("resource_changes", Json::Array(changes.collect())),
        ("output_changes", Json::Object(outputs.collect())),
        ("prior_state", prior),
        ("timestamp", string(&super::json_ui::rfc3339(plan.timestamp_ms))),
        ("applyable", Json::Bool(plan.can_apply())),
        ("complete", Json::Bool(plan.targets.is_empty())),
        ("errored", Json::Bool(plan.errored)),
    ]))
}
