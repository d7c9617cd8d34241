//! `show -json`: states and plans for programs.

use crate::addr::ModuleInstance;
use crate::plan::savefile::key_json;
use crate::plan::{Change, Plan, PlanMode, Reason};
use crate::render::Action;
use crate::run::Run;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{compact, object, string};
use crate::state::{CheckResult, CheckStatus, State};
use nuvola_tf_lang::json::encode_plain;
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::{Data, Marks, Type, Value};
use std::collections::{BTreeMap, BTreeSet};

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

/// Where a value is sensitive; objects and lists that are not say so with nothing in them.
fn sensitive(value: &Value) -> Json {
    if value.marks().contains(Marks::SENSITIVE) {
        return Json::Bool(true);
    }
    let ty = value.ty();
    let plain = Json::Bool(false);
    if value.is_null() || ty.is_primitive() || *ty == Type::Dynamic {
        return plain;
    }
    match value.data() {
        Data::Seq(items) => Json::Array(items.iter().map(sensitive).collect()),
        Data::Members(members) => {
            let members = members.iter().map(|(name, item)| (name.to_string(), sensitive(item)));
            Json::Object(members.filter(|(_, json)| *json != plain).collect())
        }
        _ if ty.is_mapping() => Json::Object(Vec::new()),
        _ => Json::Array(Vec::new()),
    }
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
        let members = [
            ("address", address),
            ("status", string(check.status.text())),
            ("instances", Json::Array(instances.collect())),
        ];
        // A check that was not made has no instances.
        let made = usize::from(check.objects.is_some());
        object(members.into_iter().take(2 + made))
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
    let mut modules: BTreeMap<ModuleInstance, Vec<Json>> = BTreeMap::new();
    for (instance, slot) in state.instances() {
        let provider = state.resource(&instance).map_or("", |resource| &resource.provider);
        let Some(source) = crate::providers::resolve::source_of(provider) else { continue };
        let Some(schema) = run.resource_schema(&source, &instance.resource) else { continue };
        let Some(object_state) = &slot.current else { continue };
        let Ok(value) = object_state.value(&schema) else { continue };
        let value = crate::plan::instance::mark_by_schema(&value, &schema.block);
        let mut json = address_members(&instance);
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
        modules.entry(instance.module.clone()).or_default().push(object(json));
    }
    members.push(("root_module", module_tree(modules)));
    object(members)
}

/// Resources by module, nested.
fn module_tree(mut modules: BTreeMap<ModuleInstance, Vec<Json>>) -> Json {
    let root = ModuleInstance::root();
    let resources = modules.remove(&root);
    object(module_members(&root, resources, &modules))
}

fn module_members(
    module: &ModuleInstance,
    resources: Option<Vec<Json>>,
    modules: &BTreeMap<ModuleInstance, Vec<Json>>,
) -> Vec<(&'static str, Json)> {
    let mut members = Vec::new();
    if let Some(resources) = resources {
        members.push(("resources", Json::Array(resources)));
    }
    if !module.is_root() {
        members.push(("address", string(&module.to_string())));
    }
    let depth = module.0.len();
    let inside = modules.keys().filter(|inner| inner.0.len() > depth && inner.is_within(module));
    let children: BTreeSet<ModuleInstance> =
        inside.map(|inner| ModuleInstance(inner.0[..=depth].to_vec())).collect();
    if !children.is_empty() {
        let list =
            children.iter().map(|child| object(module_members(child, modules.get(child).cloned(), modules)));
        members.push(("child_modules", Json::Array(list.collect())));
    }
    members
}

/// What a plan leaves behind, as far as it is known.
fn planned_values(run: &Run, plan: &Plan) -> Json {
    let mut members = Vec::new();
    let outputs = plan.outputs.iter().filter(|(_, output)| output.action != Action::Delete);
    let outputs: Vec<(String, Json)> = outputs
        .map(|(name, output)| {
            let mut members = vec![("sensitive", Json::Bool(output.sensitive))];
            if output.after.is_wholly_known() {
                let (value, _) = output.after.clone().unmark_deep();
                let ty = parse(&nuvola_tf_lang::json::encode_type(value.ty())).unwrap_or(Json::Null);
                members.extend([("type", ty), ("value", plain(&value))]);
            }
            (name.clone(), object(members))
        })
        .collect();
    if !outputs.is_empty() {
        members.push(("outputs", Json::Object(outputs)));
    }
    let mut modules: BTreeMap<ModuleInstance, Vec<Json>> = BTreeMap::new();
    for change in &plan.changes {
        if change.deposed.is_some() || matches!(change.action, Action::Delete | Action::Forget) {
            continue;
        }
        let Some(source) = crate::providers::resolve::source_of(&change.provider) else { continue };
        let Some(schema) = run.resource_schema(&source, &change.address.resource) else { continue };
        let value = crate::plan::instance::mark_by_schema(&change.after, &schema.block);
        let mut json = address_members(&change.address);
        json.push(("provider_name", string(&source.to_string())));
        json.push(("schema_version", Json::Number(schema.version.to_string())));
        json.push(("values", plain(&value)));
        json.push(("sensitive_values", sensitive(&value)));
        modules.entry(change.address.module.clone()).or_default().push(object(json));
    }
    members.push(("root_module", module_tree(modules)));
    object(members)
}

fn address_members(address: &crate::addr::ResourceInstance) -> Vec<(&'static str, Json)> {
    let mut json = vec![
        ("address", string(&address.to_string())),
        ("mode", string(address.resource.mode.text())),
        ("type", string(&address.resource.kind)),
        ("name", string(&address.resource.name)),
    ];
    if address.key != crate::addr::Key::None {
        json.push(("index", key_json(&address.key)));
    }
    json
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
        (
            "after_unknown",
            if change.after.is_wholly_known() { Json::Object(Vec::new()) } else { unknown(&change.after) },
        ),
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

/// The state after refreshing, with the outputs that planning found out.
fn known_outputs(plan: &Plan) -> State {
    let mut state = plan.prior.clone();
    for (name, output) in plan.outputs.iter().filter(|(_, output)| output.action != Action::Delete) {
        if output.after.is_wholly_known() && !output.after.is_null() {
            let (value, _) = output.after.clone().unmark_deep();
            let known = crate::state::OutputState { value, sensitive: output.sensitive };
            state.outputs.insert(name.clone(), known);
        }
    }
    state
}

/// The results of all checks; those that were not made are unknown.
fn all_checks(run: &Run, plan: &Plan) -> Vec<CheckResult> {
    let mut out = if plan.mode == PlanMode::Destroy { Vec::new() } else { plan.checks.clone() };
    let mut add = |kind: &str, config: String| {
        if !out.iter().any(|check| check.kind == kind && check.config == config) {
            let kind = kind.to_owned();
            out.push(CheckResult { kind, config, status: CheckStatus::Unknown, objects: None });
        }
    };
    for node in run.config.all() {
        let prefix = crate::addr::module_path_text(&node.path);
        let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}.") };
        for name in node.module.checks.keys() {
            add("check", format!("{prefix}check.{name}"));
        }
        for (name, output) in &node.module.outputs {
            if !output.preconditions.is_empty() {
                add("output_value", format!("{prefix}output.{name}"));
            }
        }
        for (name, resource) in &node.module.resources {
            if !resource.preconditions.is_empty() || !resource.postconditions.is_empty() {
                add("resource", format!("{prefix}{name}"));
            }
        }
        for (name, variable) in &node.module.variables {
            if !variable.validations.is_empty() {
                add("var", format!("{prefix}var.{name}"));
            }
        }
    }
    out
}

/// A plan as one line.
#[must_use]
pub fn plan(run: &Run, plan: &Plan) -> String {
    let source = |change: &Change| {
        crate::providers::resolve::source_of(&change.provider)
            .map_or(String::new(), |source| source.to_string())
    };
    let variables =
        plan.variables.iter().map(|(name, value)| (name.clone(), object([("value", plain(value))])));
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
        let known = output.after.is_wholly_known();
        members.push(("after_unknown", if known { Json::Bool(false) } else { unknown(&output.after) }));
        members.push(("before_sensitive", Json::Bool(output.sensitive)));
        members.push(("after_sensitive", Json::Bool(output.sensitive)));
        (name.clone(), object(members))
    });
    let before = known_outputs(plan);
    let prior = object([
        ("format_version", string("1.0")),
        ("terraform_version", string(TERRAFORM_VERSION)),
        ("values", values(run, &before)),
    ]);
    let mut members =
        vec![("format_version", string("1.2")), ("terraform_version", string(TERRAFORM_VERSION))];
    let variables: Vec<(String, Json)> = variables.collect();
    if !variables.is_empty() {
        members.push(("variables", Json::Object(variables)));
    }
    members.push(("planned_values", planned_values(run, plan)));
    let list = |changes: &[Change]| {
        Json::Array(changes.iter().map(|change| change_json(change, &source(change))).collect())
    };
    if !plan.drift.is_empty() {
        members.push(("resource_drift", list(&plan.drift)));
    }
    if !plan.changes.is_empty() {
        members.push(("resource_changes", list(&plan.changes)));
    }
    let outputs: Vec<(String, Json)> = outputs.collect();
    if !outputs.is_empty() {
        members.push(("output_changes", Json::Object(outputs)));
    }
    if !before.is_empty() {
        members.push(("prior_state", prior));
    }
    members.push(("configuration", super::show_config::configuration(run)));
    let changed = plan.changes.iter().filter(|change| change.action != Action::NoOp);
    let changed = changed.map(|change| change.address.config()).collect();
    let moving = plan.outputs.iter().filter(|(_, output)| output.action != Action::NoOp);
    let moving: Vec<String> = moving.map(|(name, _)| name.clone()).collect();
    let relevant = super::show_config::relevant_attributes(run, &changed, &moving);
    if relevant != Json::Array(Vec::new()) {
        members.push(("relevant_attributes", relevant));
    }
    let results = all_checks(run, plan);
    if !results.is_empty() {
        members.push(("checks", checks(&results)));
    }
    members.extend([
        ("timestamp", string(&super::json_ui::rfc3339(plan.timestamp_ms))),
        ("applyable", Json::Bool(plan.can_apply())),
        ("complete", Json::Bool(plan.targets.is_empty())),
        ("errored", Json::Bool(plan.errored)),
    ]);
    compact(&object(members))
}
