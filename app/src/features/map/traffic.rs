//! What crosses the map, made visible: a dot along a line, or a pulse on a card.

use super::layout::{Card, Placed, path};
use nuvola_lab::view::Traffic;

/// How long a dot or a pulse is seen. **Units**: milliseconds.
pub const SHOWN_MS: u32 = 1_100;

#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    pub id: u64,
    pub failed: bool,
    /// Along this line; else a pulse on `card`.
    pub path: Option<String>,
    pub card: String,
}

/// The card that shows a node: itself, or the one it is part of.
fn card_of<'a>(cards: &'a [Card], id: &str) -> Option<&'a str> {
    let holds = |card: &&Card| card.node.id == id || card.parts.iter().any(|part| part.id == id);
    cards.iter().find(holds).map(|card| card.node.id.as_str())
}

pub fn sign(id: u64, traffic: &Traffic, cards: &[Card], placed: &Placed) -> Option<Sign> {
    let to = card_of(cards, &traffic.to)?;
    let path = card_of(cards, &traffic.from).and_then(|from| {
        let joins = |a: &str, b: &str| placed.edges.iter().find(|edge| edge.from == a && edge.to == b);
        joins(from, to).map(|edge| path(&edge.points)).or_else(|| {
            let back = joins(to, from)?;
            Some(path(&back.points.iter().rev().copied().collect::<Vec<_>>()))
        })
    });
    Some(Sign { id, failed: traffic.failed, path, card: to.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::super::layout::PlacedEdge;
    use super::*;
    use nuvola_lab::view::{MapNode, NodeStatus};

    fn card(id: &str, part: &str) -> Card {
        let node = |id: &str| MapNode {
            id: id.to_owned(),
            kind: String::new(),
            title: String::new(),
            subtitle: String::new(),
            address: None,
            status: NodeStatus::Ready,
            parent: None,
        };
        Card { node: node(id), parts: vec![node(part)] }
    }

    fn traffic(from: &str, to: &str) -> Traffic {
        let (title, outcome) = ("Invoke".to_owned(), "200".to_owned());
        Traffic {
            at_ms: 0,
            from: from.into(),
            to: to.into(),
            title,
            outcome,
            failed: false,
            duration_ms: 1.0,
        }
    }

    #[test]
    fn traffic_follows_lines_both_ways_and_else_pulses() {
        let cards = [card("api", "get"), card("f", "url")];
        let points = vec![(0.0, 0.0), (9.0, 0.0)];
        let edge = PlacedEdge { from: "api".into(), to: "f".into(), points, label_at: (0.0, 0.0) };
        let placed = Placed { edges: vec![edge], ..Placed::default() };
        let path = |from: &str, to: &str| sign(1, &traffic(from, to), &cards, &placed).map(|sign| sign.path);
        assert_eq!(path("get", "f"), Some(Some("M0.0,0.0 L9.0,0.0".into())));
        assert_eq!(path("f", "api"), Some(Some("M9.0,0.0 L0.0,0.0".into())));
        assert_eq!(path("client", "url"), Some(None));
        assert_eq!(path("client", "iam"), None, "a service without a card shows nothing");
    }
}
