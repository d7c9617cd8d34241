//! Places of a state machine's states: each container is laid out by itself and then is a box in the one around.

use crate::features::map::layout::{GraphInput, Placed, PlacedEdge};
use nuvola_lab::screen::{Graph, GraphNode};

/// Sizes of a box, as the style sheet draws it. **Units**: pixels.
const LEAST_WIDTH: f64 = 132.0;
const MOST_WIDTH: f64 = 260.0;
const HEIGHT: f64 = 54.0;
const END_SIZE: (f64, f64) = (64.0, 30.0);
const LETTER_WIDTH: f64 = 7.6;
/// What a container has around and above its inside.
const PADDING: f64 = 10.0;
const HEAD: f64 = 54.0;
/// How deep containers are followed.
const MAX_DEPTH: usize = 16;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    pub width: f64,
    pub height: f64,
    /// Containers before what stands in them.
    pub boxes: Vec<Place>,
    pub lines: Vec<PlacedEdge>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub id: String,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub container: bool,
}

/// Places all states with a layout for one level.
pub fn places(graph: &Graph, lay_out: &dyn Fn(&GraphInput) -> Option<Placed>) -> Places {
    level(graph, None, lay_out, MAX_DEPTH)
}

fn level(
    graph: &Graph,
    parent: Option<&str>,
    lay_out: &dyn Fn(&GraphInput) -> Option<Placed>,
    depth: usize,
) -> Places {
    let own: Vec<&GraphNode> = graph.nodes.iter().filter(|node| node.parent.as_deref() == parent).collect();
    let has_inside = |node: &GraphNode| {
        depth > 0 && graph.nodes.iter().any(|other| other.parent.as_ref() == Some(&node.id))
    };
    let insides: Vec<Option<Places>> = own
        .iter()
        .map(|node| has_inside(node).then(|| level(graph, Some(&node.id), lay_out, depth - 1)))
        .collect();
    let sizes: Vec<(f64, f64)> =
        own.iter().zip(&insides).map(|(node, inside)| size(node, inside.as_ref())).collect();
    let boxes = own.iter().zip(&sizes).map(|(node, size)| (node.id.clone(), size.0, size.1));
    let is_own = |id: &str| own.iter().any(|node| node.id == id);
    let lines =
        graph.edges.iter().filter(|edge| edge.from != edge.to && is_own(&edge.from) && is_own(&edge.to));
    let lines = lines.map(|edge| (edge.from.clone(), edge.to.clone(), edge.label.clone()));
    let Some(placed) = lay_out(&GraphInput::new("TB", boxes, lines)) else { return Places::default() };
    let mut out =
        Places { width: placed.width, height: placed.height, boxes: Vec::new(), lines: placed.edges };
    for ((node, inside), (width, height)) in own.iter().zip(insides).zip(sizes) {
        let Some(at) = placed.nodes.iter().find(|at| at.id == node.id) else { continue };
        let container = inside.is_some();
        out.boxes.push(Place { id: node.id.clone(), x: at.x, y: at.y, width, height, container });
        let Some(inside) = inside else { continue };
        let by = (at.x + (width - inside.width) / 2.0, at.y + HEAD);
        out.boxes.extend(inside.boxes.into_iter().map(|place| Place {
            x: place.x + by.0,
            y: place.y + by.1,
            ..place
        }));
        out.lines.extend(inside.lines.into_iter().map(|line| moved(line, by)));
    }
    out
}

fn moved(line: PlacedEdge, by: (f64, f64)) -> PlacedEdge {
    let shift = |point: (f64, f64)| (point.0 + by.0, point.1 + by.1);
    PlacedEdge {
        points: line.points.into_iter().map(shift).collect(),
        label_at: shift(line.label_at),
        ..line
    }
}

fn size(node: &GraphNode, inside: Option<&Places>) -> (f64, f64) {
    if node.text.is_empty() {
        return END_SIZE;
    }
    let letters = node.title.chars().count().max(node.text.chars().count() + 2);
    let width = (letters as f64 * LETTER_WIDTH + 28.0).clamp(LEAST_WIDTH, MOST_WIDTH);
    match inside {
        None => (width, HEIGHT),
        Some(inside) => (width.max(inside.width + 2.0 * PADDING), HEAD + inside.height + PADDING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::map::layout::PlacedNode;
    use nuvola_lab::screen::{GraphEdge, StateStatus};
    use serde_json::Value;

    fn node(id: &str, parent: Option<&str>) -> GraphNode {
        GraphNode {
            id: id.to_owned(),
            title: id.to_owned(),
            text: "Pass".to_owned(),
            parent: parent.map(str::to_owned),
            status: StateStatus::Idle,
            note: String::new(),
            details: Vec::new(),
        }
    }

    /// One below the other, without dagre.
    fn column(input: &GraphInput) -> Option<Placed> {
        let input: Value = serde_json::to_value(input).unwrap();
        let mut placed = Placed::default();
        for node in input["nodes"].as_array().unwrap() {
            let id = node["id"].as_str().unwrap().to_owned();
            placed.nodes.push(PlacedNode { id, x: 0.0, y: placed.height });
            placed.width = placed.width.max(node["width"].as_f64().unwrap());
            placed.height += node["height"].as_f64().unwrap();
        }
        for edge in input["edges"].as_array().unwrap() {
            let end = |name: &str| edge[name].as_str().unwrap().to_owned();
            let points = vec![(0.0, 0.0), (0.0, 1.0)];
            placed.edges.push(PlacedEdge { from: end("from"), to: end("to"), points, label_at: (0.0, 0.5) });
        }
        Some(placed)
    }

    #[test]
    fn what_stands_in_a_container_is_within_its_box() {
        let edge = |from: &str, to: &str| GraphEdge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: String::new(),
            caught: false,
            taken: false,
        };
        let graph = Graph {
            title: "m".to_owned(),
            nodes: vec![
                node("a", None),
                node("both", None),
                node("x", Some("both")),
                node("y", Some("both")),
            ],
            edges: vec![edge("a", "both"), edge("x", "y"), edge("a", "a")],
        };
        let places = places(&graph, &column);
        let at = |id: &str| places.boxes.iter().find(|place| place.id == id).unwrap();
        let (outer, inner) = (at("both"), at("y"));
        assert!(outer.container && !inner.container);
        assert!(inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width);
        assert!(inner.y >= outer.y + HEAD && inner.y + inner.height <= outer.y + outer.height);
        let order: Vec<&str> = places.boxes.iter().map(|place| place.id.as_str()).collect();
        assert_eq!(order, ["a", "both", "x", "y"]);
        // The line within moved with its container.
        assert_eq!(places.lines.len(), 2);
        assert!(places.lines[1].points[0].1 >= outer.y + HEAD);
    }

    #[test]
    fn without_a_layout_nothing_is_placed() {
        let graph = Graph { title: String::new(), nodes: vec![node("a", None)], edges: Vec::new() };
        assert_eq!(places(&graph, &|_| None), Places::default());
    }
}
