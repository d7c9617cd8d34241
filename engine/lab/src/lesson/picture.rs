//! The goal as a map, with what exists already filled in.

use super::text;
use crate::view::{MapEdge, MapNode, MapView, NodeStatus};
use serde_json::Value;
use std::collections::BTreeMap;

/// The lesson's picture beside the map: of each kind, as many nodes are `Ready` as the cloud has.
pub(super) fn draw(lesson: &Value, map: &MapView) -> MapView {
    let mut existing: BTreeMap<String, usize> = BTreeMap::new();
    for node in &map.nodes {
        let exists = match node.status {
            NodeStatus::Ready | NodeStatus::Updating => true,
            NodeStatus::Planned | NodeStatus::Creating | NodeStatus::Deleting | NodeStatus::Failed => false,
        };
        if exists {
            *existing.entry(node.kind.clone()).or_default() += 1;
        }
    }
    let node = |node: &Value| {
        let kind = text(node, "kind");
        let left = existing.entry(kind.to_owned()).or_default();
        let status = if *left > 0 { NodeStatus::Ready } else { NodeStatus::Planned };
        *left = left.saturating_sub(1);
        MapNode {
            id: text(node, "id").to_owned(),
            kind: kind.to_owned(),
            title: text(node, "title").to_owned(),
            subtitle: text(node, "subtitle").to_owned(),
            address: None,
            status,
            parent: node["parent"].as_str().map(str::to_owned),
        }
    };
    let edge = |edge: &Value| MapEdge {
        from: text(edge, "from").to_owned(),
        to: text(edge, "to").to_owned(),
        label: text(edge, "label").to_owned(),
    };
    MapView {
        nodes: super::list(&lesson["picture"], "nodes").iter().map(node).collect(),
        edges: super::list(&lesson["picture"], "edges").iter().map(edge).collect(),
    }
}
