//! Visits a graph's nodes, each after those it depends on, several at a time.

use super::Graph;
use crate::exec::Together;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

/// How many nodes are visited side by side unless `-parallelism` says otherwise.
pub const PARALLELISM: usize = 10;

/// Visits all nodes; what depends on a node whose visit fails (gives `false`) is left out.
/// Gives the nodes that were left out.
pub async fn walk<N, Fut>(graph: &Graph<N>, limit: usize, visit: impl Fn(N) -> Fut) -> BTreeSet<N>
where
    N: Ord + Clone,
    Fut: Future<Output = (N, bool)>,
{
    let mut waiting: BTreeMap<&N, usize> = BTreeMap::new();
    let mut users: BTreeMap<&N, Vec<&N>> = BTreeMap::new();
    for (node, deps) in graph {
        let deps: Vec<&N> = deps.iter().filter(|dep| graph.contains_key(dep)).collect();
        waiting.insert(node, deps.len());
        for dep in deps {
            users.entry(dep).or_default().push(node);
        }
    }
    let mut ready: BTreeSet<&N> =
        waiting.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut skipped: BTreeSet<N> = BTreeSet::new();
    let mut running = Together::default();
    loop {
        while running.len() < limit.max(1) {
            let Some(node) = ready.pop_first() else { break };
            if skipped.contains(node) {
                // Whatever waits for it is left out, too, but must be reached to be counted.
                finish(node, false, &users, &mut waiting, &mut ready, &mut skipped);
            } else {
                running.push(visit(node.clone()));
            }
        }
        let Some((node, ok)) = running.next_done().await else { break };
        finish(&node, ok, &users, &mut waiting, &mut ready, &mut skipped);
    }
    skipped
}

fn finish<'g, N: Ord + Clone>(
    node: &N,
    ok: bool,
    users: &BTreeMap<&'g N, Vec<&'g N>>,
    waiting: &mut BTreeMap<&'g N, usize>,
    ready: &mut BTreeSet<&'g N>,
    skipped: &mut BTreeSet<N>,
) {
    for user in users.get(node).into_iter().flatten() {
        if !ok {
            skipped.insert((*user).clone());
        }
        let count = waiting.get_mut(user).expect("each user is a node");
        *count -= 1;
        if *count == 0 {
            ready.insert(user);
        }
    }
}
