//! Makes the graph of a configuration from the references in it.

use super::{Graph, Node};
use crate::addr::{ConfigResource, ModulePath};
use crate::config::{Config, Module, Resource};
use crate::eval::refs::{Reference, Subject, body_traversals, parse_all, traversals};
use crate::providers::resolve::Resolver;
use nuvola_hcl::{Expr, Traversal};
use std::collections::BTreeSet;

/// The graph of all things in a configuration.
#[must_use]
pub fn build(config: &Config) -> Graph<Node> {
    let mut graph = Graph::new();
    let resolver = Resolver::new(config);
    for node in config.all() {
        add_module(config, node, &resolver, &mut graph);
    }
    graph
}

fn child(path: &[String], name: &str) -> ModulePath {
    let mut out = path.to_vec();
    out.push(name.to_owned());
    out
}

fn refs(traversals: &[Traversal]) -> Vec<Reference> {
    parse_all(traversals, &mut Vec::new())
}

fn expr_refs(expr: &Expr) -> Vec<Reference> {
    refs(&traversals(expr))
}

/// The node that a reference in a module leads to.
fn add_targets(config: &Config, path: &[String], references: &[Reference], out: &mut BTreeSet<Node>) {
    let Some(here) = config.descendant(path) else { return };
    for reference in references {
        match &reference.subject {
            Subject::Var(name) => {
                out.insert(Node::Variable(path.to_vec(), name.clone()));
            }
            Subject::Local(name) => {
                out.insert(Node::Local(path.to_vec(), name.clone()));
            }
            Subject::Resource(resource, _) => {
                let (module, resource) = (path.to_vec(), resource.clone());
                out.insert(Node::Resource(ConfigResource { module, resource }));
            }
            Subject::Module { call, output, .. } => {
                let path = child(path, call);
                let known = |name: &String| {
                    here.children.get(call).is_some_and(|child| child.module.outputs.contains_key(name))
                };
                match output.as_ref().filter(|name| known(name)) {
                    Some(name) => {
                        out.insert(Node::ModuleExpand(path.clone()));
                        out.insert(Node::Output(path, name.clone()));
                    }
                    None => {
                        out.insert(Node::ModuleClose(path));
                    }
                }
            }
            Subject::Count(_)
            | Subject::Each(_)
            | Subject::Path(_)
            | Subject::Terraform(_)
            | Subject::SelfObject => {}
        }
    }
}

fn add_module(config: &Config, node: &Config, resolver: &Resolver<'_>, graph: &mut Graph<Node>) {
    let path = &node.path;
    let module = &node.module;
    let mut inside: Vec<(Node, Vec<Reference>)> = Vec::new();
    for (name, local) in &module.locals {
        inside.push((Node::Local(path.clone(), name.clone()), expr_refs(&local.expr)));
    }
    for (name, output) in &module.outputs {
        let mut found = expr_refs(&output.expr);
        found.extend(refs(&output.depends_on));
        for rule in &output.preconditions {
            found.extend(expr_refs(&rule.condition));
            found.extend(expr_refs(&rule.error_message));
        }
        inside.push((Node::Output(path.clone(), name.clone()), found));
    }
    for (name, resource) in &module.resources {
        let address = ConfigResource { module: path.clone(), resource: name.clone() };
        inside.push((Node::Resource(address), resource_refs(resource)));
    }
    for (name, check) in &module.checks {
        let mut found = Vec::new();
        for rule in &check.asserts {
            found.extend(expr_refs(&rule.condition));
            found.extend(expr_refs(&rule.error_message));
        }
        inside.push((Node::Check(path.clone(), name.clone()), found));
    }
    let mut all = BTreeSet::new();
    for (item, references) in inside {
        let mut deps = BTreeSet::new();
        add_targets(config, path, &references, &mut deps);
        if let Node::Resource(address) = &item {
            let resource = &module.resources[&address.resource];
            deps.extend(resolver.for_resource(path, resource).map(|found| Node::Provider(found.address())));
        }
        if let Node::Check(_, name) = &item
            && let Some(data) = &module.checks[name].data
        {
            let (module, resource) = (path.clone(), data.clone());
            deps.insert(Node::Resource(ConfigResource { module, resource }));
        }
        if !path.is_empty() {
            deps.insert(Node::ModuleExpand(path.clone()));
        }
        // A thing may mention itself; that is an error of its own, not a cycle.
        deps.remove(&item);
        all.insert(item.clone());
        graph.insert(item, deps);
    }
    add_variables(config, path, module, graph, &mut all);
    add_providers(config, node, resolver, graph);
    for name in node.children.keys() {
        add_call(config, node, name, graph);
        all.insert(Node::ModuleClose(child(path, name)));
    }
    if !path.is_empty() {
        all.insert(Node::ModuleExpand(path.clone()));
        graph.insert(Node::ModuleClose(path.clone()), all);
    }
}

/// What a resource reads.
#[must_use]
pub fn resource_refs(resource: &Resource) -> Vec<Reference> {
    let mut found = refs(&body_traversals(&resource.body));
    for expr in
        resource.count.iter().chain(&resource.for_each).chain(&resource.lifecycle.replace_triggered_by)
    {
        found.extend(expr_refs(expr));
    }
    found.extend(refs(&resource.depends_on));
    for rule in resource.preconditions.iter().chain(&resource.postconditions) {
        found.extend(expr_refs(&rule.condition));
        found.extend(expr_refs(&rule.error_message));
    }
    for provisioner in resource.provisioners.iter().filter(|provisioner| !provisioner.on_destroy) {
        found.extend(refs(&body_traversals(&provisioner.body)));
    }
    found
}

fn add_variables(
    config: &Config,
    path: &ModulePath,
    module: &Module,
    graph: &mut Graph<Node>,
    all: &mut BTreeSet<Node>,
) {
    let call = path.split_last().and_then(|(name, parent)| {
        let parent_config = config.descendant(parent)?;
        Some((parent, parent_config.call(name)?))
    });
    for (name, variable) in &module.variables {
        let mut deps = BTreeSet::new();
        if let Some((parent, call)) = &call {
            if let Some(argument) = call.inputs.attribute(name) {
                add_targets(config, parent, &expr_refs(&argument.expr), &mut deps);
            }
            deps.insert(Node::ModuleExpand(path.clone()));
        }
        let item = Node::Variable(path.clone(), name.clone());
        for rule in &variable.validations {
            add_targets(config, path, &expr_refs(&rule.condition), &mut deps);
            add_targets(config, path, &expr_refs(&rule.error_message), &mut deps);
        }
        deps.remove(&item);
        all.insert(item.clone());
        graph.insert(item, deps);
    }
}

fn add_providers(config: &Config, node: &Config, resolver: &Resolver<'_>, graph: &mut Graph<Node>) {
    for found in resolver.used_in(&node.path) {
        let mut deps = BTreeSet::new();
        if let Some(provider) = found.config(config) {
            add_targets(config, &found.module, &refs(&body_traversals(&provider.body)), &mut deps);
        }
        graph.entry(Node::Provider(found.address())).or_default().extend(deps);
    }
}

fn add_call(config: &Config, node: &Config, name: &str, graph: &mut Graph<Node>) {
    let Some(call) = node.call(name) else { return };
    let mut deps = BTreeSet::new();
    for expr in call.count.iter().chain(&call.for_each) {
        add_targets(config, &node.path, &expr_refs(expr), &mut deps);
    }
    add_targets(config, &node.path, &refs(&call.depends_on), &mut deps);
    if !node.path.is_empty() {
        deps.insert(Node::ModuleExpand(node.path.clone()));
    }
    graph.insert(Node::ModuleExpand(child(&node.path, name)), deps);
}
