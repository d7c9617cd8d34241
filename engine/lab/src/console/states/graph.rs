//! From a definition to a drawing: states, the ways between them, and what stands in what.

use crate::console::call::text;
use crate::screen::{Block, Graph, GraphEdge, GraphNode, StateStatus};
use serde_json::Value;

/// The ids of the two ends, which no state can have: names of states are not empty.
pub(super) const START: &str = "\u{1}start";
pub(super) const END: &str = "\u{1}end";

/// How deep states nest before the drawing stops.
const MAX_DEPTH: usize = 12;
/// How much of a condition or a definition is shown. **Units**: characters.
const SHOWN_LABEL: usize = 28;

/// The drawing of a definition; of no text that is JSON, an empty one.
pub(super) fn of_definition(title: &str, definition: &Value) -> Graph {
    let mut graph = Graph { title: title.to_owned(), nodes: Vec::new(), edges: Vec::new() };
    let start = definition["StartAt"].as_str().unwrap_or_default();
    graph.nodes.push(end(START, "Start"));
    if !start.is_empty() {
        graph.edges.push(edge(START, start, String::new()));
    }
    add_states(&mut graph, &definition["States"], None, MAX_DEPTH);
    if graph.edges.iter().any(|edge| edge.to == END) {
        graph.nodes.push(end(END, "End"));
    }
    // A definition that is being written may name states that are not there yet.
    let known: Vec<String> = graph.nodes.iter().map(|node| node.id.clone()).collect();
    graph.edges.retain(|edge| known.contains(&edge.from) && known.contains(&edge.to));
    graph
}

fn end(id: &str, title: &str) -> GraphNode {
    GraphNode {
        id: id.to_owned(),
        title: title.to_owned(),
        text: String::new(),
        parent: None,
        status: StateStatus::Idle,
        note: String::new(),
        details: Vec::new(),
    }
}

fn edge(from: &str, to: &str, label: String) -> GraphEdge {
    GraphEdge { from: from.to_owned(), to: to.to_owned(), label, caught: false, taken: false }
}

fn add_states(graph: &mut Graph, states: &Value, parent: Option<&str>, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (name, state) in states.as_object().into_iter().flatten() {
        graph.nodes.push(GraphNode {
            id: name.clone(),
            title: name.clone(),
            text: kind_of(state),
            parent: parent.map(str::to_owned),
            status: StateStatus::Idle,
            note: String::new(),
            details: vec![definition_of(state)],
        });
        add_ways(graph, name, state, parent.is_none());
        for inner in inner_machines(state) {
            add_states(graph, &inner["States"], Some(name), depth);
        }
    }
}

/// The machines within a state: branches, or what is done with each item.
pub(super) fn inner_machines(state: &Value) -> Vec<&Value> {
    let mut all: Vec<&Value> = state["Branches"].as_array().into_iter().flatten().collect();
    all.extend(["ItemProcessor", "Iterator"].iter().filter_map(|field| state.get(*field)));
    all
}

/// `Task: lambda:invoke`, `Map (distributed)`, `Wait`.
fn kind_of(state: &Value) -> String {
    let kind = text(&state["Type"]);
    match kind.as_str() {
        "Task" => {
            let resource = text(&state["Resource"]);
            let what = match resource.split_once(":::") {
                Some((_, integration)) => integration.to_owned(),
                None => resource.rsplit(':').next().unwrap_or_default().to_owned(),
            };
            if what.is_empty() { kind } else { format!("Task: {what}") }
        }
        "Map" if state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED" => {
            "Map (distributed)".to_owned()
        }
        "Parallel" => format!("Parallel, {} branches", state["Branches"].as_array().map_or(0, Vec::len)),
        _ => kind,
    }
}

/// A state's own definition, without the machines within.
fn definition_of(state: &Value) -> Block {
    let mut own = state.clone();
    if let Some(members) = own.as_object_mut() {
        for field in ["Branches", "ItemProcessor", "Iterator"] {
            members.shift_remove(field);
        }
    }
    let text = serde_json::to_string_pretty(&own).unwrap_or_default();
    Block::Code { title: "Definition".to_owned(), text }
}

fn add_ways(graph: &mut Graph, name: &str, state: &Value, outermost: bool) {
    for choice in state["Choices"].as_array().into_iter().flatten() {
        if let Some(next) = choice["Next"].as_str() {
            add_way(graph, name, next, condition(choice), false);
        }
    }
    if let Some(next) = state["Default"].as_str() {
        add_way(graph, name, next, "default".to_owned(), false);
    }
    for catcher in state["Catch"].as_array().into_iter().flatten() {
        if let Some(next) = catcher["Next"].as_str() {
            let errors: Vec<String> =
                catcher["ErrorEquals"].as_array().into_iter().flatten().map(text).collect();
            add_way(graph, name, next, shortened(&format!("catch {}", errors.join(", "))), true);
        }
    }
    match state["Next"].as_str() {
        Some(next) => add_way(graph, name, next, String::new(), false),
        None if outermost && ends(state) => add_way(graph, name, END, String::new(), false),
        None => {}
    }
}

fn ends(state: &Value) -> bool {
    state["End"] == true || matches!(state["Type"].as_str(), Some("Succeed" | "Fail"))
}

/// Several ways between the same two states are one line with all their labels: the layout draws one.
fn add_way(graph: &mut Graph, from: &str, to: &str, label: String, caught: bool) {
    if let Some(known) = graph.edges.iter_mut().find(|edge| edge.from == from && edge.to == to) {
        if !label.is_empty() {
            known.label = if known.label.is_empty() { label } else { format!("{} | {label}", known.label) };
        }
        known.caught &= caught;
        return;
    }
    graph.edges.push(GraphEdge { caught, ..edge(from, to, label) });
}

/// A rule of a choice in a few words: `$.type = "Public"`, or the JSONata condition.
fn condition(rule: &Value) -> String {
    if let Some(condition) = rule["Condition"].as_str() {
        return shortened(condition.trim_start_matches("{%").trim_end_matches("%}").trim());
    }
    for (field, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(rules) = rule[field].as_array() {
            return shortened(&rules.iter().map(condition).collect::<Vec<_>>().join(word));
        }
    }
    if rule["Not"].is_object() {
        return shortened(&format!("not {}", condition(&rule["Not"])));
    }
    let variable = text(&rule["Variable"]);
    let other =
        |name: &&String| !matches!(name.as_str(), "Variable" | "Next" | "Comment" | "Assign" | "Output");
    let operator = rule.as_object().into_iter().flatten().find(|(name, _)| other(name));
    let Some((name, value)) = operator else { return shortened(&variable) };
    let sign = match name.trim_end_matches("Path") {
        name if name.starts_with("Is") => return shortened(&format!("{variable} {name}: {value}")),
        name if name.ends_with("GreaterThanEquals") => "≥",
        name if name.ends_with("LessThanEquals") => "≤",
        name if name.ends_with("GreaterThan") => ">",
        name if name.ends_with("LessThan") => "<",
        name if name.ends_with("Matches") => "matches",
        _ => "=",
    };
    shortened(&format!("{variable} {sign} {value}"))
}

fn shortened(label: &str) -> String {
    cut(label, SHOWN_LABEL)
}

/// A text, up to so many characters of it.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ways(graph: &Graph) -> Vec<(&str, &str, &str)> {
        graph.edges.iter().map(|edge| (&*edge.from, &*edge.to, &*edge.label)).collect()
    }

    #[test]
    fn states_ways_and_containers_are_drawn() {
        let graph = of_definition(
            "m",
            &json!({
                "StartAt": "Check",
                "States": {
                    "Check": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Is it?",
                              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Broken"}]},
                    "Is it?": {"Type": "Choice", "Default": "Broken",
                               "Choices": [{"Variable": "$.kind", "StringEquals": "photo", "Next": "Both"}]},
                    "Both": {"Type": "Parallel", "End": true, "Branches": [
                        {"StartAt": "Small", "States": {"Small": {"Type": "Pass", "End": true}}},
                        {"StartAt": "Grey", "States": {"Grey": {"Type": "Pass", "Next": "Kept"}, "Kept": {"Type": "Succeed"}}}]},
                    "Broken": {"Type": "Fail"}
                }
            }),
        );
        let parents: Vec<_> =
            graph.nodes.iter().map(|node| (node.title.as_str(), node.parent.as_deref())).collect();
        assert_eq!(
            parents,
            [
                ("Start", None),
                ("Check", None),
                ("Is it?", None),
                ("Both", None),
                ("Small", Some("Both")),
                ("Grey", Some("Both")),
                ("Kept", Some("Both")),
                ("Broken", None),
                ("End", None),
            ]
        );
        assert_eq!(
            ways(&graph),
            [
                (START, "Check", ""),
                ("Check", "Broken", "catch States.ALL"),
                ("Check", "Is it?", ""),
                ("Is it?", "Both", "$.kind = \"photo\""),
                ("Is it?", "Broken", "default"),
                ("Both", END, ""),
                ("Grey", "Kept", ""),
                ("Broken", END, ""),
            ]
        );
        assert!(graph.edges[1].caught);
        assert_eq!(graph.nodes[1].text, "Task: lambda:invoke");
    }

    #[test]
    fn what_is_no_machine_is_drawn_as_far_as_it_goes() {
        assert_eq!(of_definition("m", &Value::Null).nodes.len(), 1);
        let graph = of_definition(
            "m",
            &json!({"StartAt": "Gone", "States": {"A": {"Type": "Pass", "Next": "Gone"}}}),
        );
        assert!(graph.edges.is_empty());
    }
}
