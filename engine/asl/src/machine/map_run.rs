//! Map states in distributed mode: their iterations are executions of their own, which the caller runs.

use super::{Action, Host, Machine, MapItem, Phase, Step, Thread, Trouble, World};
use crate::definition::{Kind, MachineId, MapState, QueryLanguage, State, StateId};
use crate::history::{Failure, THRESHOLD, What};
use crate::{Data, Variables, value};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Children at once where the state does not say.
/// **Source**: Step Functions Developer Guide, "Using Map state in Distributed mode".
const CONCURRENCY: u64 = 10_000;

/// A map run to be done; [`Machine::answered`] takes its result.
#[derive(Debug, Clone, PartialEq)]
pub struct MapRunCall {
    pub task: u64,
    pub state: StateId,
    pub arn: Arc<str>,
    pub machine: MachineId,
    pub express: bool,
    /// The items, or nothing where a reader brings them: then [`Machine::inputs`] makes the children's inputs.
    pub items: Option<Vec<Data>>,
    /// What the reader is called with.
    pub reader: Option<Data>,
    pub max_items: Option<u64>,
    /// What the writer is called with.
    pub writer: Option<Data>,
    /// 0 stands for no limit of the definition's.
    pub max_concurrency: u64,
    pub most_at_once: u64,
    pub tolerated_count: f64,
    pub tolerated_percentage: f64,
    pub variables: Arc<Variables>,
}

impl Machine {
    #[expect(clippy::too_many_arguments, reason = "a state is executed where it stands")]
    pub(super) fn map_run<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        map: &MapState,
        input: Data,
    ) -> Step<()> {
        let items = match &map.reader {
            None => Some(self.items(world, host, thread, state, map, &input)?),
            Some(_) => None,
        };
        let length = items.as_ref().map_or(0, Vec::len) as u64;
        self.log(host, thread, What::MapStarted(length));
        let max_concurrency = self.max_concurrency(world, host, thread, map)?;
        let tolerated_count =
            self.tolerated(world, host, thread, "ToleratedFailureCount", &map.tolerated_count)?;
        let tolerated_percentage =
            self.tolerated(world, host, thread, "ToleratedFailurePercentage", &map.tolerated_percentage)?;
        let reader = match map.reader.as_ref().and_then(|reader| reader.parameters.as_ref()) {
            None => None,
            Some(recipe) => Some(self.make(world, host, thread, recipe, "ItemReader/Arguments", &input)?),
        };
        let max_items = match &map.reader {
            None => None,
            Some(reader) => self.amount(world, host, thread, "MaxItems", &reader.max_items)?,
        };
        let writer = match map.writer.as_ref().and_then(|writer| writer.parameters.as_ref()) {
            None => None,
            Some(recipe) => Some(self.make(world, host, thread, recipe, "ResultWriter/Arguments", &input)?),
        };
        if self.waits_for_mock(state) {
            thread.phase = Phase::Waiting;
            return Ok(());
        }
        let arn = host.map_run_arn(map.label.as_deref());
        self.log(host, thread, What::MapRunStarted(arn.clone()));
        let task = self.next_task;
        self.next_task += 1;
        self.tasks.insert(task, id);
        thread.serial += 1;
        thread.phase = Phase::MapRun { task };
        let most_at_once = if max_concurrency == 0 { CONCURRENCY } else { max_concurrency.min(CONCURRENCY) };
        host.act(Action::MapRun(Box::new(MapRunCall {
            task,
            state: thread.state,
            arn,
            machine: map.processor,
            express: map.express,
            items,
            reader,
            max_items: max_items.map(|most| most as u64).filter(|most| *most > 0),
            writer,
            max_concurrency,
            most_at_once,
            tolerated_count: tolerated_count.unwrap_or(0.0),
            tolerated_percentage: tolerated_percentage.unwrap_or(0.0),
            variables: thread.variables.clone(),
        })));
        Ok(())
    }

    fn tolerated<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        field: &str,
        amount: &crate::definition::Amount,
    ) -> Step<Option<f64>> {
        let found = self.amount(world, host, thread, field, amount)?;
        let is_count = field == "ToleratedFailureCount";
        match found {
            Some(number) if number < 0.0 => {
                let text = format!("{field} cannot be negative.");
                Err(self.runtime(world, thread, &text))
            }
            found => {
                self.inspect(|inspection| match is_count {
                    true => inspection.tolerated_count = found,
                    false => inspection.tolerated_percentage = found,
                });
                Ok(found)
            }
        }
    }

    /// `MaxConcurrency` as the state has it; 0 where it says nothing.
    pub(super) fn max_concurrency<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        map: &MapState,
    ) -> Step<u64> {
        let most = self.amount(world, host, thread, "MaxConcurrency", &map.max_concurrency)?.unwrap_or(0.0);
        let most = if most >= 1.0 { most as u64 } else { 0 };
        self.inspect(|inspection| inspection.max_concurrency = i64::try_from(most).ok());
        Ok(most)
    }

    /// The inputs of a map run's children: each item, selected, and then batched.
    ///
    /// # Errors
    /// When an expression fails, which ends the state.
    pub fn inputs<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        task: u64,
        items: Vec<Data>,
    ) -> Result<Vec<Data>, Failure> {
        let Some(id) = self.tasks.get(&task).copied() else { return Ok(Vec::new()) };
        let Some(mut thread) = self.threads.remove(&id) else { return Ok(Vec::new()) };
        let result = self.selected_inputs(world, host, &mut thread, items);
        self.threads.insert(id, thread);
        result.map_err(|trouble| trouble.failure)
    }

    fn selected_inputs<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        items: Vec<Data>,
    ) -> Step<Vec<Data>> {
        let state = world.definition.state(thread.state);
        let Kind::Map(map) = &state.kind else { return Ok(Vec::new()) };
        let input = match state.query {
            QueryLanguage::JsonPath => {
                self.reference(world, host, thread, &state.flow.input_path, &thread.input)?
            }
            QueryLanguage::Jsonata => thread.input.clone(),
        };
        let mut inputs = Vec::with_capacity(items.len());
        for (index, value) in items.into_iter().enumerate() {
            let item = Arc::new(MapItem { index: index as u64, value });
            inputs.push(self.selected(world, host, thread, map, &input, item)?);
        }
        let Some(batcher) = &map.batcher else { return Ok(inputs) };
        let most = self.amount(world, host, thread, "MaxItemsPerBatch", &batcher.max_items)?;
        let most = most.filter(|most| *most >= 1.0).map_or(usize::MAX, |most| most as usize);
        let bytes = self.amount(world, host, thread, "MaxInputBytesPerBatch", &batcher.max_bytes)?;
        let bytes = bytes.filter(|most| *most >= 1.0).map_or(super::MAX_DATA_BYTES, |most| most as usize);
        let head = match &batcher.input {
            None => None,
            Some(recipe) => Some(self.make(world, host, thread, recipe, "ItemBatcher/BatchInput", &input)?),
        };
        Ok(batches(inputs, head.as_ref(), most, bytes))
    }

    /// The map run is over.
    pub(super) fn map_run_answered<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        answer: Result<Data, Failure>,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        thread.serial += 1;
        thread.phase = Phase::Execute;
        match answer {
            Ok(result) => {
                self.log(host, thread, What::MapRunSucceeded);
                self.push(host.now_ms(), thread.previous, What::MapSucceeded);
                self.leave_with_result(world, host, thread, state, result)
            }
            Err(failure) => {
                self.log(host, thread, What::MapRunFailed(failure.clone()));
                Err(Trouble::told(failure))
            }
        }
    }
}

/// `{"BatchInput": .., "Items": [..]}`, as many items in each as fit.
fn batches(items: Vec<Data>, head: Option<&Data>, most: usize, bytes: usize) -> Vec<Data> {
    let mut out = Vec::new();
    let mut batch: Vec<Value> = Vec::new();
    let mut size = 0;
    let close = |batch: &mut Vec<Value>, out: &mut Vec<Data>| {
        if batch.is_empty() {
            return;
        }
        let mut map = Map::new();
        if let Some(head) = head {
            map.insert("BatchInput".into(), (**head).clone());
        }
        map.insert("Items".into(), Value::Array(std::mem::take(batch)));
        out.push(Arc::new(Value::Object(map)));
    };
    for item in items {
        let length = value::to_text(&item).len() + 1;
        if batch.len() >= most || (!batch.is_empty() && size + length > bytes) {
            close(&mut batch, &mut out);
            size = 0;
        }
        size += length;
        batch.push(Arc::unwrap_or_clone(item));
    }
    close(&mut batch, &mut out);
    out
}

/// The failure of a map run of which too many children failed.
pub fn too_many_failures() -> Failure {
    Failure::new(THRESHOLD, "The specified tolerated failure threshold was exceeded")
}
