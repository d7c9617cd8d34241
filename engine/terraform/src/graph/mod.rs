//! What depends on what in a configuration, and walking it in that order.

pub mod build;
pub mod dot;
pub mod walk;

use crate::addr::{ConfigResource, ModulePath, module_path_text};
use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One thing of the configuration, for all instances of its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    Variable(ModulePath, String),
    /// Decides how many instances a module has.
    ModuleExpand(ModulePath),
    Local(ModulePath, String),
    /// A provider configuration, by its address.
    Provider(String),
    Resource(ConfigResource),
    Output(ModulePath, String),
    /// Everything in a module.
    ModuleClose(ModulePath),
    Check(ModulePath, String),
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = |path: &ModulePath, name: String| {
            if path.is_empty() { name } else { format!("{}.{name}", module_path_text(path)) }
        };
        let text = match self {
            Self::Variable(path, name) => within(path, format!("var.{name}")),
            Self::ModuleExpand(path) => module_path_text(path),
            Self::Local(path, name) => within(path, format!("local.{name}")),
            Self::Provider(address) => address.clone(),
            Self::Resource(resource) => resource.to_string(),
            Self::Output(path, name) => within(path, format!("output.{name}")),
            Self::ModuleClose(path) => format!("{} (close)", module_path_text(path)),
            Self::Check(path, name) => within(path, format!("check.{name}")),
        };
        let expands = match self {
            Self::Variable(path, _) => !path.is_empty(),
            Self::Local(..) | Self::Resource(_) | Self::Output(..) | Self::ModuleExpand(_) => true,
            Self::Provider(_) | Self::ModuleClose(_) | Self::Check(..) => false,
        };
        f.write_str(&text)?;
        f.write_str(if expands { " (expand)" } else { "" })
    }
}

/// Each node with the nodes that come before it.
pub type Graph<N> = BTreeMap<N, BTreeSet<N>>;

/// The nodes of a cycle, if there is one.
#[must_use]
pub fn find_cycle<N: Ord + Clone>(graph: &Graph<N>) -> Option<Vec<N>> {
    let mut left: BTreeMap<&N, usize> = graph
        .iter()
        .map(|(node, deps)| (node, deps.iter().filter(|dep| graph.contains_key(dep)).count()))
        .into_map();
    let mut users: BTreeMap<&N, Vec<&N>> = BTreeMap::new();
    for (node, deps) in graph {
        for dep in deps {
            users.entry(dep).or_default().push(node);
        }
    }
    let mut ready: Vec<&N> = left.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    while let Some(node) = ready.pop() {
        left.remove(node);
        for user in users.get(node).into_iter().flatten() {
            if let Some(count) = left.get_mut(user) {
                *count -= 1;
                if *count == 0 {
                    ready.push(user);
                }
            }
        }
    }
    // What is left is in a cycle or behind one; following any dependency leads into the cycle.
    let mut at = *left.keys().next()?;
    let mut path: Vec<&N> = Vec::new();
    loop {
        if let Some(start) = path.iter().position(|node| *node == at) {
            return Some(path[start..].iter().map(|node| (*node).clone()).collect());
        }
        path.push(at);
        at = graph[at]
            .iter()
            .find(|dep| left.contains_key(dep))
            .expect("a node that is left waits for another one");
    }
}

/// All nodes that a node comes after, directly or not.
#[must_use]
pub fn ancestors<N: Ord + Clone>(graph: &Graph<N>, start: &N) -> BTreeSet<N> {
    let mut out = BTreeSet::new();
    let mut open: Vec<&N> = graph.get(start).into_iter().flatten().collect();
    while let Some(node) = open.pop() {
        if out.insert(node.clone()) {
            open.extend(graph.get(node).into_iter().flatten());
        }
    }
    out
}

/// The nodes in an order in which each comes after those it depends on.
#[must_use]
pub fn in_order<N: Ord + Clone>(graph: &Graph<N>) -> Vec<N> {
    fn visit<'g, N: Ord + Clone>(
        graph: &'g Graph<N>,
        node: &'g N,
        seen: &mut BTreeSet<&'g N>,
        out: &mut Vec<N>,
    ) {
        let mut open = vec![(node, graph.get(node).into_iter().flatten().collect::<Vec<_>>())];
        if !seen.insert(node) {
            return;
        }
        while let Some((node, deps)) = open.last_mut() {
            match deps.pop() {
                Some(dep) => {
                    if graph.contains_key(dep) && seen.insert(dep) {
                        open.push((dep, graph[dep].iter().rev().collect()));
                    }
                }
                None => {
                    out.push((*node).clone());
                    open.pop();
                }
            }
        }
    }
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for node in graph.keys() {
        visit(graph, node, &mut seen, &mut out);
    }
    out
}
