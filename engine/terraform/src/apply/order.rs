//! In which order the changes of a plan are made.

use crate::addr::ConfigResource;
use crate::graph::{Graph, Node, ancestors};
use crate::plan::planner::Planner;
use crate::plan::{Plan, PlanMode};
use crate::render::Action;
use nuvola_kernel::Ordered;
use std::collections::{BTreeMap, BTreeSet};

/// A step of applying; changes by their position in the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Config(Node),
    Destroy(usize),
    Create(usize),
}

/// How messages about cycles name a step.
#[must_use]
pub fn describe(step: &Step, plan: &Plan) -> String {
    match step {
        Step::Config(node) => node.to_string(),
        Step::Create(at) => plan.changes[*at].address.to_string(),
        Step::Destroy(at) => format!("{} (destroy)", plan.changes[*at].address),
    }
}

/// The steps of a plan with what each comes after.
#[must_use]
pub fn order(planner: &Planner<'_>, plan: &Plan) -> Graph<Step> {
    let mut graph: Graph<Step> = Graph::new();
    let mut creates: BTreeMap<ConfigResource, Vec<usize>> = BTreeMap::new();
    let mut destroys: BTreeMap<ConfigResource, Vec<usize>> = BTreeMap::new();
    for (at, change) in plan.changes.iter().enumerate() {
        let config = change.address.config();
        if matches!(change.action, Action::Create | Action::Update | Action::Read | Action::NoOp)
            || change.action.is_replace()
        {
            creates.entry(config.clone()).or_default().push(at);
        }
        if matches!(change.action, Action::Delete | Action::Forget) || change.action.is_replace() {
            destroys.entry(config).or_default().push(at);
        }
    }
    for node in config_nodes(planner, plan) {
        let deps = planner.graph.get(&node).into_iter().flatten().cloned().map(Step::Config);
        let mut deps: BTreeSet<Step> = deps.into_set();
        if let Node::Resource(resource) = &node {
            let made = creates.get(resource).cloned().unwrap_or_default();
            for at in made {
                graph.insert(Step::Create(at), deps.clone());
                deps.insert(Step::Create(at));
            }
        }
        graph.insert(Step::Config(node), deps);
    }
    for at in destroys.values().flatten() {
        let provider = Step::Config(Node::Provider(plan.changes[*at].provider.clone()));
        graph.insert(Step::Destroy(*at), BTreeSet::from([provider]));
    }
    for at in 0..plan.changes.len() {
        connect(planner, plan, at, &creates, &destroys, &mut graph);
    }
    // What was reported already (no such node) need not be waited for.
    let known: BTreeSet<Step> = graph.keys().cloned().into_set();
    for deps in graph.values_mut() {
        deps.retain(|dep| known.contains(dep));
    }
    graph
}

/// The nodes of the configuration that matter: all, or when destroying what providers need.
fn config_nodes(planner: &Planner<'_>, plan: &Plan) -> BTreeSet<Node> {
    let all = planner.graph.keys();
    if plan.mode == PlanMode::Normal && plan.targets.is_empty() {
        return all.cloned().collect();
    }
    let mut keep = BTreeSet::new();
    let changed: BTreeSet<ConfigResource> =
        plan.changes.iter().map(|change| change.address.config()).collect();
    for node in all {
        let wanted = match node {
            Node::Provider(address) => plan.changes.iter().any(|change| change.provider == *address),
            Node::Resource(resource) => plan.mode == PlanMode::Normal && changed.contains(resource),
            Node::Output(path, name) => {
                path.is_empty() && plan.mode != PlanMode::Destroy && plan.outputs.contains_key(name)
            }
            Node::Variable(..)
            | Node::ModuleExpand(_)
            | Node::Local(..)
            | Node::ModuleClose(_)
            | Node::Check(..) => false,
        };
        if wanted {
            keep.extend(ancestors(&planner.graph, node));
            keep.insert(node.clone());
        }
    }
    keep
}

fn connect(
    planner: &Planner<'_>,
    plan: &Plan,
    at: usize,
    creates: &BTreeMap<ConfigResource, Vec<usize>>,
    destroys: &BTreeMap<ConfigResource, Vec<usize>>,
    graph: &mut Graph<Step>,
) {
    let change = &plan.changes[at];
    let add = |graph: &mut Graph<Step>, step: Step, after: Step| {
        if graph.contains_key(&after)
            && let Some(deps) = graph.get_mut(&step)
        {
            deps.insert(after);
        }
    };
    match change.action {
        Action::DeleteThenCreate => add(graph, Step::Create(at), Step::Destroy(at)),
        Action::CreateThenDelete => add(graph, Step::Destroy(at), Step::Create(at)),
        Action::NoOp | Action::Create | Action::Read | Action::Update | Action::Delete | Action::Forget => {}
    }
    let dependencies = stored_dependencies(planner, plan, at);
    let is_destroyed = matches!(change.action, Action::Delete | Action::Forget) || change.action.is_replace();
    for dependency in &dependencies {
        for other in destroys.get(dependency).into_iter().flatten().copied().filter(|other| *other != at) {
            // What depends on something goes before it.
            if is_destroyed {
                add(graph, Step::Destroy(other), Step::Destroy(at));
            }
            if creates.get(&change.address.config()).is_some_and(|made| made.contains(&at)) {
                if plan.changes[other].action == Action::CreateThenDelete {
                    add(graph, Step::Destroy(other), Step::Create(at));
                } else if !planner.create_first.contains(dependency)
                    || plan.changes[other].action.is_replace()
                {
                    add(graph, Step::Create(at), Step::Destroy(other));
                } else {
                    add(graph, Step::Destroy(other), Step::Create(at));
                }
            }
        }
    }
}

fn stored_dependencies(planner: &Planner<'_>, plan: &Plan, at: usize) -> Vec<ConfigResource> {
    let change = &plan.changes[at];
    let state = planner.state.borrow();
    let slot = state.instance(&change.address);
    let object = match &change.deposed {
        Some(key) => slot.and_then(|slot| slot.deposed.get(key)),
        None => slot.and_then(|slot| slot.current.as_ref()),
    };
    object.map_or_else(Vec::new, |object| object.dependencies.clone())
}
