//! The configuration as `show -json` of a plan repeats it.

use crate::addr::{Key, ResourceName};
use crate::config::{Config, ModuleCall, ProviderKey, Resource};
use crate::eval::refs::{self, Reference, Subject};
use crate::providers::resolve::Resolver;
use crate::run::Run;
use crate::schema::{BlockSchema, Nesting};
use crate::state::json::{object, string};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Body, Expr, Step, StepKind, Traversal};
use nuvola_tf_lang::json::encode_plain;
use nuvola_tf_lang::json::parse::{Json, parse};
use std::collections::{BTreeMap, BTreeSet};

/// `provider_config` and `root_module`.
#[must_use]
pub fn configuration(run: &Run) -> Json {
    let mut members = Vec::new();
    let providers = providers(run);
    if !providers.is_empty() {
        members.push(("provider_config", map(providers)));
    }
    members.push(("root_module", module(run, &run.config)));
    object(members)
}

fn map(members: BTreeMap<String, Json>) -> Json {
    Json::Object(members.into_iter().collect())
}

/// `aws.west`, or `module.app:aws` in a child module.
fn provider_key(module: &[String], key: &ProviderKey) -> String {
    let prefix = crate::addr::module_path_text(module);
    if prefix.is_empty() { key.to_string() } else { format!("{prefix}:{key}") }
}

fn providers(run: &Run) -> BTreeMap<String, Json> {
    let mut out = BTreeMap::new();
    for provider in run.resolver().all() {
        let key = ProviderKey { name: provider.local_name.clone(), alias: provider.alias.clone() };
        let node = run.config.descendant(&provider.module);
        let mut members =
            vec![("name", string(&provider.local_name)), ("full_name", string(&provider.source.to_string()))];
        if let Some(alias) = &provider.alias {
            members.push(("alias", string(alias)));
        }
        let required = node.and_then(|node| node.module.required_providers.get(&provider.local_name));
        if let Some(constraint) = required.and_then(|required| required.constraint.as_ref()) {
            members.push(("version_constraint", string(&crate::config::version::tidy(constraint))));
        }
        if !provider.module.is_empty() {
            members.push(("module_address", string(&crate::addr::module_path_text(&provider.module))));
        }
        if let (Some(config), Some(schema)) = (provider.config(&run.config), run.schema(&provider.source)) {
            let expressions = expressions(&config.body, &schema.config);
            if !expressions.is_empty() {
                members.push(("expressions", map(expressions)));
            }
        }
        out.insert(provider_key(&provider.module, &key), object(members));
    }
    out
}

fn module(run: &Run, node: &Config) -> Json {
    let module = &node.module;
    let mut members = Vec::new();
    if !module.outputs.is_empty() {
        let outputs = module.outputs.iter().map(|(name, output)| {
            let mut members = Vec::new();
            if output.sensitive {
                members.push(("sensitive", Json::Bool(true)));
            }
            if output.ephemeral {
                members.push(("ephemeral", Json::Bool(true)));
            }
            members.push(("expression", expression(&output.expr)));
            members.extend(depends_on(&output.depends_on));
            if let Some(text) = output.description.as_ref().filter(|text| !text.is_empty()) {
                members.push(("description", string(text)));
            }
            (name.clone(), object(members))
        });
        members.push(("outputs", Json::Object(outputs.collect())));
    }
    if !module.resources.is_empty() {
        // Managed resources come first, each kind sorted by its address.
        let mut resources: Vec<_> = module.resources.values().collect();
        nuvola_kernel::ordered::sort_by_key(&mut resources, |resource| {
            let is_data = resource.name.mode == crate::addr::Mode::Data;
            (is_data, resource.name.to_string())
        });
        let list = resources.into_iter().map(|found| resource(run, node, found));
        members.push(("resources", Json::Array(list.collect())));
    }
    if !module.calls.is_empty() {
        let calls = module.calls.iter().map(|(name, found)| (name.clone(), call(run, node, found)));
        members.push(("module_calls", Json::Object(calls.collect())));
    }
    if !module.variables.is_empty() {
        let variables = module.variables.iter().map(|(name, variable)| {
            let mut members = Vec::new();
            let default = variable.default.as_ref().and_then(|value| encode_plain(value).ok());
            if let Some(default) = default.and_then(|text| parse(&text).ok()) {
                members.push(("default", default));
            }
            if let Some(text) = variable.description.as_ref().filter(|text| !text.is_empty()) {
                members.push(("description", string(text)));
            }
            if variable.sensitive {
                members.push(("sensitive", Json::Bool(true)));
            }
            if variable.ephemeral {
                members.push(("ephemeral", Json::Bool(true)));
            }
            (name.clone(), object(members))
        });
        members.push(("variables", Json::Object(variables.collect())));
    }
    object(members)
}

/// `count` or `for_each`, unless nothing can be said of it.
fn repetition(count: Option<&Expr>, for_each: Option<&Expr>) -> Option<(&'static str, Json)> {
    let empty = Json::Object(Vec::new());
    let named = |name: &'static str, expr: Option<&Expr>| {
        expr.map(expression).filter(|json| *json != empty).map(|json| (name, json))
    };
    named("count_expression", count).or_else(|| named("for_each_expression", for_each))
}

fn depends_on(traversals: &[Traversal]) -> Option<(&'static str, Json)> {
    let references = refs::parse_all(traversals, &mut Vec::new());
    let texts = references.iter().map(|reference| string(&subject_text(&reference.subject)));
    let list: Vec<Json> = texts.collect();
    (!list.is_empty()).then_some(("depends_on", Json::Array(list)))
}

fn resource(run: &Run, node: &Config, resource: &Resource) -> Json {
    let name = &resource.name;
    let mut members = vec![
        ("address", string(&name.to_string())),
        ("mode", string(name.mode.text())),
        ("type", string(&name.kind)),
        ("name", string(&name.name)),
    ];
    let found = Resolver::new(&run.config).for_resource(&node.path, resource);
    if let Some(provider) = &found {
        let key = ProviderKey { name: provider.local_name.clone(), alias: provider.alias.clone() };
        members.push(("provider_config_key", string(&provider_key(&provider.module, &key))));
    }
    if !resource.provisioners.is_empty() {
        let list = resource.provisioners.iter().map(|provisioner| {
            let given = provisioner.body.attributes.iter();
            let given = given.map(|attribute| (attribute.name.clone(), expression(&attribute.expr)));
            object([("type", string(&provisioner.kind)), ("expressions", map(given.collect()))])
        });
        members.push(("provisioners", Json::Array(list.collect())));
    }
    if let Some(schema) = run.schema_of(&node.path, name) {
        let given = expressions(&resource.body, &schema.block);
        if !given.is_empty() {
            members.push(("expressions", map(given)));
        }
        members.push(("schema_version", Json::Number(schema.version.to_string())));
    }
    members.extend(repetition(resource.count.as_ref(), resource.for_each.as_ref()));
    members.extend(depends_on(&resource.depends_on));
    object(members)
}

fn call(run: &Run, node: &Config, call: &ModuleCall) -> Json {
    let mut members = Vec::new();
    if let Some(source) = &call.source {
        members.push(("source", string(source)));
    }
    let given = call.inputs.attributes.iter();
    let given: BTreeMap<String, Json> =
        given.map(|attribute| (attribute.name.clone(), expression(&attribute.expr))).collect();
    if !given.is_empty() {
        members.push(("expressions", map(given)));
    }
    members.extend(repetition(call.count.as_ref(), call.for_each.as_ref()));
    if let Some(child) = node.children.get(&call.name) {
        members.push(("module", module(run, child)));
    }
    if let Some(version) = &call.version {
        members.push(("version_constraint", string(version)));
    }
    members.extend(depends_on(&call.depends_on));
    object(members)
}

/// A body's arguments and blocks that the schema knows.
fn expressions(body: &Body, schema: &BlockSchema) -> BTreeMap<String, Json> {
    let mut out = BTreeMap::new();
    for attribute in &body.attributes {
        if schema.attributes.contains_key(&attribute.name) {
            out.insert(attribute.name.clone(), expression(&attribute.expr));
        }
    }
    for (name, nested) in &schema.blocks {
        let mut found: Vec<Json> = body
            .blocks
            .iter()
            .filter(|block| block.kind == *name)
            .map(|block| map(expressions(&block.body, &nested.block)))
            .collect();
        if found.is_empty() {
            continue;
        }
        let json = match nested.nesting {
            Nesting::Single | Nesting::Group => found.remove(0),
            Nesting::List | Nesting::Set | Nesting::Map => Json::Array(found),
        };
        out.insert(name.clone(), json);
    }
    out
}

/// An expression's value, where it is constant, or what it refers to.
fn expression(expr: &Expr) -> Json {
    let mut members = Vec::new();
    let (value, problems) = crate::eval::constant(expr);
    if !nuvola_hcl::has_errors(&problems)
        && let Some(json) = encode_plain(&value).ok().and_then(|text| parse(&text).ok())
    {
        members.push(("constant_value", json));
    }
    let mut texts = Vec::new();
    for reference in refs::references(expr, &mut Vec::new()) {
        names(&reference, &mut texts);
    }
    if !texts.is_empty() {
        members.push(("references", Json::Array(texts.iter().map(|text| string(text)).collect())));
    }
    object(members)
}

/// A reference with all that follows, then without its last parts, then what holds it.
fn names(reference: &Reference, out: &mut Vec<String>) {
    let subject = subject_text(&reference.subject);
    for length in (1..=reference.rest.len()).rev() {
        let rest: String = reference.rest[..length].iter().map(step_text).collect();
        out.push(format!("{subject}{rest}"));
    }
    out.push(subject);
    match &reference.subject {
        Subject::Resource(name, Some(_)) => out.push(name.to_string()),
        Subject::Module { call, output: Some(_), key } => {
            out.push(format!("module.{call}{}", key.clone().unwrap_or_default()));
        }
        Subject::Module { call, key: Some(_), .. } => out.push(format!("module.{call}")),
        Subject::Resource(..)
        | Subject::Module { .. }
        | Subject::Var(_)
        | Subject::Local(_)
        | Subject::Count(_)
        | Subject::Each(_)
        | Subject::Path(_)
        | Subject::Terraform(_)
        | Subject::SelfObject => {}
    }
}

fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Var(name) => format!("var.{name}"),
        Subject::Local(name) => format!("local.{name}"),
        Subject::Resource(name, key) => format!("{name}{}", key.clone().unwrap_or_default()),
        Subject::Module { call, key, output } => {
            let output = output.as_ref().map_or(String::new(), |name| format!(".{name}"));
            format!("module.{call}{}{output}", key.clone().unwrap_or_default())
        }
        Subject::Count(name) => format!("count.{name}"),
        Subject::Each(name) => format!("each.{name}"),
        Subject::Path(name) => format!("path.{name}"),
        Subject::Terraform(name) => format!("terraform.{name}"),
        Subject::SelfObject => "self".to_owned(),
    }
}

fn step_text(step: &Step) -> String {
    match &step.kind {
        StepKind::Attr(name) => format!(".{name}"),
        StepKind::Number(text) => format!("[{text}]"),
        StepKind::Key(key) => format!("[{}]", quote(key)),
        StepKind::Splat => "[...]".to_owned(),
    }
}

/// The attributes of resources that what changes is made of.
#[must_use]
pub fn relevant_attributes(
    run: &Run,
    changed: &BTreeSet<crate::addr::ConfigResource>,
    outputs: &[String],
) -> Json {
    let mut found: BTreeMap<(String, String), Json> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for resource in changed {
        let node = run.config.descendant(&resource.module);
        let Some(config) = node.and_then(|node| node.module.resources.get(&resource.resource)) else {
            continue;
        };
        let mut exprs = Vec::new();
        collect(&config.body, &mut exprs);
        exprs.extend(config.count.iter().chain(&config.for_each));
        for expr in exprs {
            follow(run, &resource.module, expr, &mut seen, &mut found);
        }
    }
    for name in outputs {
        if let Some(output) = run.config.module.outputs.get(name) {
            follow(run, &[], &output.expr, &mut seen, &mut found);
        }
    }
    Json::Array(found.into_values().collect())
}

fn collect<'b>(body: &'b Body, out: &mut Vec<&'b Expr>) {
    out.extend(body.attributes.iter().map(|attribute| &attribute.expr));
    body.blocks.iter().for_each(|block| collect(&block.body, out));
}

/// Follows an expression through locals, variables and outputs to resources.
fn follow(
    run: &Run,
    module: &[String],
    expr: &Expr,
    seen: &mut BTreeSet<(Vec<String>, String)>,
    found: &mut BTreeMap<(String, String), Json>,
) {
    let Some(node) = run.config.descendant(module) else { return };
    for reference in refs::references(expr, &mut Vec::new()) {
        let text = subject_text(&reference.subject);
        if let Subject::Resource(name, key) = &reference.subject {
            add(module, name, key.as_ref(), &reference.rest, found);
            continue;
        }
        if !seen.insert((module.to_vec(), text)) {
            continue;
        }
        match &reference.subject {
            Subject::Local(name) => {
                if let Some(local) = node.module.locals.get(name) {
                    follow(run, module, &local.expr, seen, found);
                }
            }
            Subject::Var(name) => {
                let call = module.split_last().and_then(|(call, parent)| {
                    let call = run.config.descendant(parent)?.call(call)?;
                    Some((parent, call.inputs.attribute(name)?))
                });
                if let Some((parent, argument)) = call {
                    follow(run, parent, &argument.expr, seen, found);
                }
            }
            Subject::Module { call, output, .. } => {
                let Some(child) = node.children.get(call) else { continue };
                let outputs = child.module.outputs.values();
                for found_output in
                    outputs.filter(|found| output.as_ref().is_none_or(|name| *name == found.name))
                {
                    follow(run, &child.path, &found_output.expr, seen, found);
                }
            }
            Subject::Resource(..)
            | Subject::Count(_)
            | Subject::Each(_)
            | Subject::Path(_)
            | Subject::Terraform(_)
            | Subject::SelfObject => {}
        }
    }
}

fn add(
    module: &[String],
    name: &ResourceName,
    key: Option<&Key>,
    rest: &[Step],
    found: &mut BTreeMap<(String, String), Json>,
) {
    let prefix = crate::addr::module_path_text(module);
    let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}.") };
    let address = format!("{prefix}{name}{}", key.cloned().unwrap_or_default());
    let path = rest.iter().map_while(|step| match &step.kind {
        StepKind::Attr(name) | StepKind::Key(name) => Some(string(name)),
        StepKind::Number(text) => Some(Json::Number(text.clone())),
        StepKind::Splat => None,
    });
    let path = Json::Array(path.collect());
    let sorting = (address.clone(), crate::state::json::compact(&path));
    found.entry(sorting).or_insert_with(|| object([("resource", string(&address)), ("attribute", path)]));
}
