//! From the lab's nodes and connections to places on the map. The layered layout itself is dagre's.

use nuvola_lab::view::{MapNode, MapView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sizes of a card, as the style sheet draws it. **Units**: pixels.
const CARD_WIDTH: f64 = 216.0;
const CARD_HEAD: f64 = 60.0;
const PART_HEIGHT: f64 = 30.0;
const PARTS_PADDING: f64 = 10.0;
const LETTER_WIDTH: f64 = 7.0;

/// A card: a resource with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    pub node: MapNode,
    pub parts: Vec<MapNode>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphInput {
    direction: &'static str,
    nodes: Vec<SizedNode>,
    edges: Vec<LabelledEdge>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct SizedNode {
    id: String,
    width: f64,
    height: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct LabelledEdge {
    from: String,
    to: String,
    label: String,
    label_width: f64,
}

impl GraphInput {
    /// Boxes (id, width, height) and lines (from, to, label) between them.
    pub fn new(
        direction: &'static str,
        boxes: impl IntoIterator<Item = (String, f64, f64)>,
        lines: impl IntoIterator<Item = (String, String, String)>,
    ) -> Self {
        let nodes = boxes.into_iter().map(|(id, width, height)| SizedNode { id, width, height });
        let edges = lines.into_iter().map(|(from, to, label)| {
            // A line without a label needs no room for one.
            let width = label.chars().count() as f64 * LETTER_WIDTH;
            let label_width = if label.is_empty() { 1.0 } else { width + 16.0 };
            LabelledEdge { from, to, label, label_width }
        });
        GraphInput { direction, nodes: nodes.collect(), edges: edges.collect() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placed {
    pub width: f64,
    pub height: f64,
    pub nodes: Vec<PlacedNode>,
    pub edges: Vec<PlacedEdge>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PlacedNode {
    pub id: String,
    pub x: f64,
    pub y: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedEdge {
    pub from: String,
    pub to: String,
    pub points: Vec<(f64, f64)>,
    pub label_at: (f64, f64),
}

/// Parts go into the cards of their parents; a part without a parent stands alone.
pub fn cards(map: &MapView) -> Vec<Card> {
    let is_top = |node: &MapNode| match &node.parent {
        Some(parent) => map.nodes.iter().all(|other| other.id != *parent),
        None => true,
    };
    let mut parts: BTreeMap<&str, Vec<MapNode>> = BTreeMap::new();
    for node in map.nodes.iter().filter(|node| !is_top(node)) {
        if let Some(parent) = &node.parent {
            parts.entry(parent).or_default().push(node.clone());
        }
    }
    let card = |node: &MapNode| Card {
        node: node.clone(),
        parts: parts.remove(node.id.as_str()).unwrap_or_default(),
    };
    map.nodes.iter().filter(|node| is_top(node)).map(card).collect()
}

pub fn card_size(card: &Card) -> (f64, f64) {
    let parts = card.parts.len() as f64;
    let padding = if card.parts.is_empty() { 0.0 } else { PARTS_PADDING };
    (CARD_WIDTH, CARD_HEAD + parts * PART_HEIGHT + padding)
}

/// Left to right and top to bottom: the one that shows larger in its area is taken.
pub const DIRECTIONS: &[&str] = &["LR", "TB"];

/// The one of several placements that fits an area best.
pub fn best(all: Vec<Placed>, area: (f64, f64)) -> Placed {
    let scale = |placed: &Placed| (area.0 / placed.width).min(area.1 / placed.height);
    all.into_iter().max_by(|a, b| scale(a).total_cmp(&scale(b))).unwrap_or_default()
}

pub fn graph_input(cards: &[Card], map: &MapView, direction: &'static str) -> GraphInput {
    let known = |id: &str| cards.iter().any(|card| card.node.id == id);
    let nodes = cards
        .iter()
        .map(|card| {
            let (width, height) = card_size(card);
            SizedNode { id: card.node.id.clone(), width, height }
        })
        .collect();
    let edges = map
        .edges
        .iter()
        .filter(|edge| edge.from != edge.to && known(&edge.from) && known(&edge.to))
        .map(|edge| LabelledEdge {
            from: edge.from.clone(),
            to: edge.to.clone(),
            label: edge.label.clone(),
            label_width: edge.label.chars().count() as f64 * LETTER_WIDTH + 16.0,
        })
        .collect();
    GraphInput { direction, nodes, edges }
}

/// A soft line through the layout's points.
pub fn path(points: &[(f64, f64)]) -> String {
    let Some((first, rest)) = points.split_first() else { return String::new() };
    let mut path = format!("M{:.1},{:.1}", first.0, first.1);
    let Some((last, inner)) = rest.split_last() else { return path };
    for (index, point) in inner.iter().enumerate() {
        // Each inner point bends the line; it ends half-way to the next.
        let next = inner.get(index + 1).unwrap_or(last);
        let end = if index + 1 == inner.len() {
            *last
        } else {
            ((point.0 + next.0) / 2.0, (point.1 + next.1) / 2.0)
        };
        path.push_str(&format!(" Q{:.1},{:.1} {:.1},{:.1}", point.0, point.1, end.0, end.1));
    }
    if inner.is_empty() {
        path.push_str(&format!(" L{:.1},{:.1}", last.0, last.1));
    }
    path
}

/// What part of the map is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    pub scale: f64,
    pub x: f64,
    pub y: f64,
}

const SMALLEST: f64 = 0.25;
const LARGEST: f64 = 2.0;

impl Camera {
    /// The whole map, in the middle of an area.
    pub fn fit(map: (f64, f64), area: (f64, f64)) -> Camera {
        let scale = (area.0 / map.0).min(area.1 / map.1).clamp(SMALLEST, 1.0);
        Camera { scale, x: (area.0 - map.0 * scale) / 2.0, y: (area.1 - map.1 * scale) / 2.0 }
    }

    /// Nearer or farther; the place under `at` stays where it is.
    pub fn zoomed(self, factor: f64, at: (f64, f64)) -> Camera {
        let scale = (self.scale * factor).clamp(SMALLEST, LARGEST);
        let grown = scale / self.scale;
        Camera { scale, x: at.0 - (at.0 - self.x) * grown, y: at.1 - (at.1 - self.y) * grown }
    }

    pub fn moved(self, by: (f64, f64)) -> Camera {
        Camera { x: self.x + by.0, y: self.y + by.1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nuvola_lab::view::{MapEdge, NodeStatus};

    fn node(id: &str, parent: Option<&str>) -> MapNode {
        MapNode {
            id: id.to_owned(),
            kind: "aws_s3_bucket".to_owned(),
            title: id.to_owned(),
            subtitle: String::new(),
            address: None,
            status: NodeStatus::Ready,
            parent: parent.map(str::to_owned),
        }
    }

    fn map() -> MapView {
        let edge = |from: &str, to: &str| MapEdge { from: from.into(), to: to.into(), label: "uses".into() };
        MapView {
            nodes: vec![
                node("api", None),
                node("get", Some("api")),
                node("lost", Some("gone")),
                node("f", None),
            ],
            edges: vec![edge("api", "f"), edge("f", "nowhere"), edge("f", "f")],
        }
    }

    #[test]
    fn parts_stand_in_their_parents_and_orphans_alone() {
        let cards = cards(&map());
        let names: Vec<_> = cards.iter().map(|card| (card.node.id.as_str(), card.parts.len())).collect();
        assert_eq!(names, [("api", 1), ("lost", 0), ("f", 0)]);
        assert!(card_size(&cards[0]).1 > card_size(&cards[1]).1);
    }

    #[test]
    fn connections_to_what_is_not_drawn_are_left_out() {
        let map = map();
        let input = graph_input(&cards(&map), &map, "LR");
        assert_eq!(
            input.edges.iter().map(|edge| (&*edge.from, &*edge.to)).collect::<Vec<_>>(),
            [("api", "f")]
        );
        assert_eq!(input.nodes.len(), 3);
    }

    #[test]
    fn the_placement_that_shows_larger_is_taken() {
        let placed = |width, height| Placed { width, height, ..Placed::default() };
        let all = vec![placed(900.0, 300.0), placed(400.0, 600.0)];
        assert_eq!(best(all.clone(), (500.0, 500.0)).width, 400.0);
        assert_eq!(best(all, (900.0, 300.0)).width, 900.0);
        assert_eq!(best(Vec::new(), (1.0, 1.0)), Placed::default());
    }

    #[test]
    fn lines_begin_and_end_at_the_layouts_ends() {
        assert_eq!(path(&[]), "");
        assert_eq!(path(&[(0.0, 0.0), (10.0, 0.0)]), "M0.0,0.0 L10.0,0.0");
        assert!(path(&[(0.0, 0.0), (5.0, 5.0), (9.0, 9.0)]).ends_with("9.0,9.0"));
    }

    #[test]
    fn the_place_under_the_pointer_stays_while_zooming() {
        let camera = Camera { scale: 1.0, x: 10.0, y: 20.0 }.zoomed(1.5, (110.0, 120.0));
        assert_eq!((camera.x, camera.y), (-40.0, -30.0));
        assert_eq!(camera.zoomed(100.0, (0.0, 0.0)).scale, LARGEST);
    }

    #[test]
    fn fitting_centres_and_never_magnifies() {
        assert_eq!(Camera::fit((100.0, 100.0), (300.0, 200.0)), Camera { scale: 1.0, x: 100.0, y: 50.0 });
        assert_eq!(Camera::fit((400.0, 100.0), (200.0, 200.0)).scale, 0.5);
    }
}
