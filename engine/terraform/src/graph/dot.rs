//! The whole graph in the DOT language, as `terraform graph -type=plan` prints it.

use super::{Graph, Node};
use nuvola_hcl::text::quote;
use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};

fn label(node: &Node) -> String {
    format!("[root] {node}")
}

/// All nodes that are drawn, and the edges that follow from no others.
#[must_use]
pub fn full(graph: &Graph<Node>) -> String {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut shapes: BTreeMap<String, (String, &str)> = BTreeMap::new();
    for (node, deps) in graph {
        let name = label(node);
        let shape = match node {
            Node::Provider(address) => Some((address.clone(), "diamond")),
            Node::Resource(resource) => Some((resource.to_string(), "box")),
            Node::Variable(..) => Some((node.to_string().trim_end_matches(" (expand)").to_owned(), "note")),
            Node::ModuleExpand(_)
            | Node::Local(..)
            | Node::Output(..)
            | Node::ModuleClose(_)
            | Node::Check(..) => None,
        };
        if let Some(shape) = shape {
            shapes.insert(name.clone(), shape);
        }
        edges.insert(name, deps.iter().filter(|dep| graph.contains_key(dep)).map(label).into_set());
    }
    let root = "[root] root".to_owned();
    let mut ends = BTreeSet::new();
    for provider in graph.keys().filter(|node| matches!(node, Node::Provider(_))) {
        let users = graph.iter().filter(|(_, deps)| deps.contains(provider)).map(|(node, _)| label(node));
        let close = format!("{} (close)", label(provider));
        edges.insert(close.clone(), users.into_set());
        ends.insert(close);
    }
    ends.extend(graph.keys().map(label));
    edges.insert(root, ends);
    let reduced = reduce(&edges);
    let mut out =
        "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n".to_owned();
    for (name, (text, shape)) in shapes {
        out += &format!("\t\t{} [label = {}, shape = {}]\n", quote(&name), quote(&text), quote(shape));
    }
    for (from, tos) in reduced {
        for to in tos {
            out += &format!("\t\t{} -> {}\n", quote(&from), quote(&to));
        }
    }
    out + "\t}\n}\n"
}

/// Leaves out edges that a longer way stands for.
fn reduce(edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, BTreeSet<String>> {
    let keep = |targets: &BTreeSet<String>| {
        let reachable: Vec<BTreeSet<String>> =
            targets.iter().map(|target| super::ancestors(edges, target)).collect();
        targets
            .iter()
            .filter(|target| !reachable.iter().any(|below| below.contains(*target)))
            .cloned()
            .into_set()
    };
    edges.iter().map(|(from, targets)| (from.clone(), keep(targets))).into_map()
}
