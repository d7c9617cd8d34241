//! Parallel states, and Map states whose iterations run inside the execution.

use super::{Host, Machine, MapItem, Phase, Step, Thread, World};
use crate::definition::{Items, Kind, MachineId, MapState, QueryLanguage, State};
use crate::history::What;
use crate::{Data, value};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// How many iterations of an inline Map run at once where it does not say.
/// **Source**: Step Functions Developer Guide, "Map state processing modes".
const INLINE_CONCURRENCY: u64 = 40;

/// The branches or iterations of a state under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Children {
    /// The items that a Map state hands out; none for branches.
    items: Vec<Data>,
    /// The context of selectors: the effective input.
    input: Data,
    results: Vec<Option<Data>>,
    /// Parts that were begun, and parts that are done.
    begun: u64,
    done: u64,
    most: u64,
    /// The last event of the part that was done last.
    last: u64,
}

impl Machine {
    pub(super) fn parallel<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        branches: &[MachineId],
    ) -> Step<()> {
        let input = match state.query {
            QueryLanguage::JsonPath => self.effective_input(world, host, thread, state, true)?,
            QueryLanguage::Jsonata => self.arguments(world, host, thread, state)?,
        };
        if self.waits_for_mock(state) {
            thread.phase = Phase::Waiting;
            return Ok(());
        }
        let started = self.log(host, thread, What::ParallelStarted);
        for (at, branch) in branches.iter().enumerate() {
            let start = world.definition.machine(*branch).start;
            let variables = thread.variables.clone();
            let item = thread.item.clone();
            self.spawn(*branch, Some((id, at as u64)), start, input.clone(), variables, started, item);
        }
        let count = branches.len() as u64;
        thread.phase = Phase::Children(Box::new(Children {
            items: Vec::new(),
            input,
            results: vec![None; branches.len()],
            begun: count,
            done: 0,
            most: count,
            last: started,
        }));
        Ok(())
    }

    pub(super) fn map<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        map: &MapState,
    ) -> Step<()> {
        let input = match state.query {
            QueryLanguage::JsonPath => self.effective_input(world, host, thread, state, false)?,
            QueryLanguage::Jsonata => thread.input.clone(),
        };
        if map.distributed {
            return self.map_run(world, host, id, thread, state, map, input);
        }
        let items = self.items(world, host, thread, state, map, &input)?;
        let length = items.len() as u64;
        let most = self.max_concurrency(world, host, thread, map)?;
        let most = if most == 0 { INLINE_CONCURRENCY } else { most.min(INLINE_CONCURRENCY) };
        if self.waits_for_mock(state) {
            thread.phase = Phase::Waiting;
            return Ok(());
        }
        let started = self.log(host, thread, What::MapStarted(length));
        let results = vec![None; items.len()];
        let mut children = Children { items, input, results, begun: 0, done: 0, most, last: started };
        if length == 0 {
            return self.all_done(world, host, thread, children);
        }
        while children.begun < length.min(most) {
            self.iteration(world, host, id, thread, &mut children, started)?;
        }
        thread.phase = Phase::Children(Box::new(children));
        Ok(())
    }

    /// The items of a Map state, as they are.
    pub(super) fn items<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        state: &State,
        map: &MapState,
        input: &Data,
    ) -> Step<Vec<Data>> {
        let found: Data = match &map.items {
            Items::Input => input.clone(),
            Items::Path(path) => {
                let seen = self.seen(world, host.now_ms(), thread);
                let found = path.evaluate(&seen.scope(input));
                let found = found.map_err(|error| self.trouble(world, thread, error))?;
                if !found.is_array() {
                    let shown = path.text();
                    let shown = shown.strip_prefix('$').filter(|rest| rest.starts_with('$')).unwrap_or(shown);
                    let text = format!("Reference path \"{shown}\" must point to array.");
                    return Err(self.runtime(world, thread, &text));
                }
                let found = Arc::new(found.into_owned());
                self.inspect(|inspection| inspection.after_items_path = Some(found.clone()));
                found
            }
            Items::Payload(payload) => self.payload(world, host, thread, payload, "Items", Some("array"))?,
        };
        match Arc::unwrap_or_clone(found) {
            Value::Array(items) => Ok(items.into_iter().map(Arc::new).collect()),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_)) => {
                let text = format!("Map state input must be an array but was: {}", value::to_text(&other));
                Err(match state.query {
                    QueryLanguage::Jsonata => self.evaluation(world, thread, None, &text),
                    QueryLanguage::JsonPath => {
                        self.runtime(world, thread, "Reference path \"$\" must point to array.")
                    }
                })
            }
        }
    }

    /// Begins the next iteration.
    fn iteration<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        children: &mut Children,
        previous: u64,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        let Kind::Map(map) = &state.kind else { return Ok(()) };
        let index = children.begun;
        let Some(value) = children.items.get(index as usize).cloned() else { return Ok(()) };
        children.begun += 1;
        let item = Arc::new(MapItem { index, value: value.clone() });
        let input = self.selected(world, host, thread, map, &children.input, item.clone())?;
        let what = What::IterationStarted { state: thread.state, index };
        let started = self.push(host.now_ms(), previous, what);
        let start = world.definition.machine(map.processor).start;
        let variables = thread.variables.clone();
        self.spawn(map.processor, Some((id, index)), start, input, variables, started, Some(item));
        Ok(())
    }

    /// What an iteration gets: the item, or what the selector makes of it.
    pub(super) fn selected<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        map: &MapState,
        input: &Data,
        item: Arc<MapItem>,
    ) -> Step<Data> {
        let Some(selector) = &map.selector else { return Ok(item.value.clone()) };
        let outer = thread.item.replace(item);
        let result = self.make(world, host, thread, selector, "ItemSelector", input);
        thread.item = outer;
        result
    }

    /// A branch or an iteration came to its end.
    pub(super) fn part_done<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        _id: u32,
        parent: u32,
        part: u64,
        thread: Thread,
    ) {
        let Some(mut outer) = self.threads.remove(&parent) else { return };
        let phase = std::mem::replace(&mut outer.phase, Phase::Done);
        let Phase::Children(mut children) = phase else {
            outer.phase = phase;
            self.threads.insert(parent, outer);
            return;
        };
        let is_map = matches!(world.definition.state(outer.state).kind, Kind::Map(_));
        children.last = thread.previous;
        if is_map {
            let what = What::IterationSucceeded { state: outer.state, index: part };
            children.last = self.push(host.now_ms(), thread.previous, what);
        }
        if let Some(result) = children.results.get_mut(part as usize) {
            *result = Some(thread.input);
        }
        children.done += 1;
        let result = if children.done == children.results.len() as u64 {
            self.all_done(world, host, &mut outer, *children)
        } else {
            let result = match is_map && children.begun < children.results.len() as u64 {
                true => self.iteration(world, host, parent, &mut outer, &mut children, thread.previous),
                false => Ok(()),
            };
            outer.phase = Phase::Children(children);
            result
        };
        if result.is_err() {
            self.drop_parts(host, parent, &outer);
        }
        self.settle(world, host, parent, outer, result);
    }

    /// All parts are done: their results are the state's.
    fn all_done<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        children: Children,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        thread.previous = children.last;
        let what = match matches!(state.kind, Kind::Map(_)) {
            true => What::MapSucceeded,
            false => What::ParallelSucceeded,
        };
        self.push(host.now_ms(), thread.previous, what);
        let results = children.results.into_iter();
        let results = results.map(|result| result.map_or(Value::Null, Arc::unwrap_or_clone)).collect();
        self.leave_with_result(world, host, thread, state, Arc::new(Value::Array(results)))
    }

    /// A part failed: the others end with it.
    pub(super) fn part_failed<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        parent: u32,
        outer: &mut Thread,
        part: u64,
        previous: u64,
    ) {
        let is_map = matches!(world.definition.state(outer.state).kind, Kind::Map(_));
        if is_map {
            let what = What::IterationFailed { state: outer.state, index: part };
            self.push(host.now_ms(), previous, what);
        }
        for (index, thread) in self.drop_parts(host, parent, outer) {
            if is_map {
                let what = What::IterationAborted { state: outer.state, index };
                self.push(host.now_ms(), thread.previous, what);
            }
        }
        outer.phase = Phase::Execute;
    }

    /// Ends the parts that are under way.
    fn drop_parts<H: Host>(&mut self, host: &mut H, parent: u32, outer: &Thread) -> Vec<(u64, Thread)> {
        if !matches!(outer.phase, Phase::Children(_)) {
            return Vec::new();
        }
        let parts: Vec<(u32, u64)> = self
            .threads
            .iter()
            .filter_map(|(id, thread)| thread.parent.filter(|own| own.0 == parent).map(|own| (*id, own.1)))
            .collect();
        parts.into_iter().filter_map(|(id, part)| Some((part, self.drop_thread(host, id)?))).collect()
    }
}
