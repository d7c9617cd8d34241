//! Data on its way through a state: paths, templates, results, variables.

use super::{Host, MAX_DATA_BYTES, Machine, Step, Thread, Trouble, TroubleKind, World};
use crate::definition::{Amount, Flow, QueryLanguage, Recipe, Reference, State, StateId, Text};
use crate::error::QUERY_EVALUATION_ERROR;
use crate::history::{DATA_LIMIT, Failure};
use crate::{AslError, Data, Payload, Scope, Variables, value};
use nuvola_kernel::Timestamp;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// What expressions of a state see, but for the input.
pub(super) struct Seen<'a> {
    context: Cow<'a, Value>,
    variables: [&'a Variables; 1],
    now_ms: u64,
}

impl Seen<'_> {
    pub(super) fn scope<'s>(&'s self, input: &'s Value) -> Scope<'s> {
        Scope { variables: &self.variables, now_ms: self.now_ms, ..Scope::new(input, &self.context) }
    }
}

/// With what a JSONata state is left.
pub(super) struct Leaving<'a> {
    pub flow: &'a Flow,
    /// The output where the state does not say.
    pub default: Data,
    pub result: Option<&'a Data>,
    pub error: Option<&'a Data>,
    pub next: Option<StateId>,
}

impl Machine {
    pub(super) fn seen<'t>(&self, world: World<'_>, now_ms: i64, thread: &'t Thread) -> Seen<'t> {
        let state = world.definition.state(thread.state);
        let context = match state.reads_context {
            true => Cow::Owned(context_object(world, thread, state)),
            false => Cow::Owned(Value::Null),
        };
        Seen { context, variables: [&*thread.variables], now_ms: u64::try_from(now_ms).unwrap_or(0) }
    }

    /// The failure that a failed expression is.
    pub(super) fn trouble(&self, world: World<'_>, thread: &Thread, error: AslError) -> Trouble {
        let failure = Failure::new(error.error, self.located(world, thread, &error.cause));
        match error.error == QUERY_EVALUATION_ERROR {
            true => Trouble {
                failure,
                kind: TroubleKind::Evaluation { location: error.location.map(String::into_boxed_str) },
            },
            false => Trouble::told(failure),
        }
    }

    /// Where a reference leads to, from `data`.
    pub(super) fn reference<H: Host>(
        &self,
        world: World<'_>,
        host: &H,
        thread: &Thread,
        reference: &Reference,
        data: &Data,
    ) -> Step<Data> {
        match reference {
            Reference::Whole => Ok(data.clone()),
            Reference::Nothing => Ok(Arc::new(json!({}))),
            Reference::Path(path) => {
                let seen = self.seen(world, host.now_ms(), thread);
                let found = path.evaluate(&seen.scope(data));
                found
                    .map(|found| Arc::new(found.into_owned()))
                    .map_err(|error| self.trouble(world, thread, error))
            }
        }
    }

    /// A JSONPath state's input after `InputPath` and, where the state has it so, `Parameters`.
    pub(super) fn effective_input<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        state: &State,
        with_parameters: bool,
    ) -> Step<Data> {
        let input = self.reference(world, host, thread, &state.flow.input_path, &thread.input)?;
        self.inspect(|inspection| inspection.after_input_path = Some(input.clone()));
        match &state.flow.parameters {
            Some(template) if with_parameters => {
                let recipe =
                    template.evaluate(&self.seen(world, host.now_ms(), thread).scope(&input), host.draws());
                let made = recipe.map(Arc::new).map_err(|error| self.trouble(world, thread, error))?;
                self.inspect(|inspection| inspection.after_parameters = Some(made.clone()));
                Ok(made)
            }
            Some(_) | None => {
                if with_parameters {
                    self.inspect(|inspection| inspection.after_parameters = Some(input.clone()));
                }
                Ok(input)
            }
        }
    }

    /// What a recipe makes of `data`.
    pub(super) fn make<H: Host>(
        &self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        recipe: &Recipe,
        field: &str,
        data: &Data,
    ) -> Step<Data> {
        let seen = self.seen(world, host.now_ms(), thread);
        let made = recipe.evaluate(&seen.scope(data), host.draws(), field);
        made.map(Arc::new).map_err(|error| self.trouble(world, thread, error))
    }

    /// A JSONata field of the state's input.
    pub(super) fn payload<H: Host>(
        &self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        payload: &Payload,
        field: &str,
        wanted: Option<&str>,
    ) -> Step<Data> {
        let seen = self.seen(world, host.now_ms(), thread);
        let scope = seen.scope(&thread.input);
        let made = match wanted {
            Some(wanted) => payload.evaluate_as(&scope, host.draws(), field, wanted),
            None => payload.evaluate(&scope, host.draws(), field),
        };
        made.map(Arc::new).map_err(|error| self.trouble(world, thread, error))
    }

    /// `Arguments` of a JSONata state; without them, its input.
    pub(super) fn arguments<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        state: &State,
    ) -> Step<Data> {
        let Some(payload) = &state.flow.arguments else { return Ok(thread.input.clone()) };
        let made = self.payload(world, host, thread, payload, "Arguments", None)?;
        self.inspect(|inspection| inspection.after_arguments = Some(made.clone()));
        Ok(made)
    }

    /// A text that may come from data: `Error`, `Cause`, `Timestamp`.
    pub(super) fn text_field<H: Host>(
        &self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        field: &str,
        text: &Text,
    ) -> Step<Option<String>> {
        let found = match text {
            Text::Absent => return Ok(None),
            Text::Literal(payload) => self.payload(world, host, thread, payload, field, Some("string"))?,
            Text::Path(expression) => {
                let seen = self.seen(world, host.now_ms(), thread);
                let field = format!("{field}Path");
                let state = world.definition.state(thread.state);
                let input = self.reference(world, host, thread, &state.flow.input_path, &thread.input)?;
                let found = expression.evaluate(&seen.scope(&input), host.draws(), &field);
                Arc::new(found.map_err(|error| self.trouble(world, thread, error))?.into_owned())
            }
        };
        Ok(Some(found.as_str().map_or_else(|| value::to_text(&found), str::to_owned)))
    }

    /// A number that may come from data.
    pub(super) fn amount<H: Host>(
        &self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        field: &str,
        amount: &Amount,
    ) -> Step<Option<f64>> {
        match amount {
            Amount::Absent => Ok(None),
            Amount::Literal(payload) => {
                let found = self.payload(world, host, thread, payload, field, Some("number"))?;
                Ok(number(&found))
            }
            Amount::Path(path) => {
                let state = world.definition.state(thread.state);
                let input = self.reference(world, host, thread, &state.flow.input_path, &thread.input)?;
                let seen = self.seen(world, host.now_ms(), thread);
                let found = path.evaluate(&seen.scope(&input));
                let found = found.map_err(|error| self.trouble(world, thread, error))?;
                match number(&found) {
                    Some(number) => Ok(Some(number)),
                    None => Err(self.runtime(world, thread, &no_number(field, path.text(), &found))),
                }
            }
        }
    }

    /// Puts a result where `ResultPath` says.
    pub(super) fn result_path(
        &mut self,
        world: World<'_>,
        thread: &Thread,
        reference: &Reference,
        result: Data,
    ) -> Step<Data> {
        match reference {
            Reference::Whole => Ok(result),
            Reference::Nothing => Ok(thread.input.clone()),
            Reference::Path(path) => {
                let mut whole = (*thread.input).clone();
                let put = path.put(&mut whole, Arc::unwrap_or_clone(result));
                put.map_err(|error| self.trouble(world, thread, error))?;
                Ok(Arc::new(whole))
            }
        }
    }

    /// The variables that a state assigns.
    pub(super) fn assign<H: Host>(
        &self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        recipe: Option<&Recipe>,
        data: &Data,
    ) -> Step<Option<Arc<Map<String, Value>>>> {
        let Some(recipe) = recipe else { return Ok(None) };
        let made = self.make(world, host, thread, recipe, "Assign", data)?;
        Ok(assigned(made))
    }

    /// Leaves a state with its result.
    pub(super) fn leave_with_result<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
        result: Data,
    ) -> Step<()> {
        self.inspect(|inspection| inspection.result = Some(result.clone()));
        if state.query == QueryLanguage::Jsonata {
            let leaving = Leaving {
                flow: &state.flow,
                default: result.clone(),
                result: Some(&result),
                error: None,
                next: state.next,
            };
            return self.leave_jsonata(world, host, thread, leaving);
        }
        let selected = match &state.flow.result_selector {
            None => result,
            Some(template) => {
                let seen = self.seen(world, host.now_ms(), thread);
                let made = template.evaluate(&seen.scope(&result), host.draws());
                Arc::new(made.map_err(|error| self.trouble(world, thread, error))?)
            }
        };
        self.inspect(|inspection| inspection.after_result_selector = Some(selected.clone()));
        let assigned = self.assign(world, host, thread, state.flow.assign.as_ref(), &selected)?;
        let whole = self.result_path(world, thread, &state.flow.result_path, selected)?;
        self.inspect(|inspection| inspection.after_result_path = Some(whole.clone()));
        let output = self.reference(world, host, thread, &state.flow.output_path, &whole)?;
        self.exit(host, thread, output, assigned, state.next)
    }

    /// Leaves a JSONata state, or a JSONata state's choice or catcher.
    pub(super) fn leave_jsonata<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        leaving: Leaving<'_>,
    ) -> Step<()> {
        let seen = self.seen(world, host.now_ms(), thread);
        let mut scope = seen.scope(&thread.input);
        scope.result = leaving.result.map(|result| &**result);
        scope.error_output = leaving.error.map(|error| &**error);
        let made = leaving.flow.assign.as_ref().map(|recipe| recipe.evaluate(&scope, host.draws(), "Assign"));
        let made = made.transpose().map_err(|error| self.trouble(world, thread, error))?;
        let output =
            leaving.flow.output.as_ref().map(|payload| payload.evaluate(&scope, host.draws(), "Output"));
        let output = output.transpose().map_err(|error| self.trouble(world, thread, error))?;
        let assigned = made.and_then(|made| assigned(Arc::new(made)));
        self.exit(host, thread, output.map_or(leaving.default, Arc::new), assigned, leaving.next)
    }

    /// Refuses what is larger than a state's output may be.
    pub(super) fn check_size(&self, world: World<'_>, thread: &Thread, data: &Data) -> Step<()> {
        if value::to_text(data).len() <= MAX_DATA_BYTES {
            return Ok(());
        }
        let name = &world.definition.state(thread.state).name;
        let text = format!(
            "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Err(Trouble::told(Failure::new(DATA_LIMIT, text)))
    }
}

fn assigned(made: Data) -> Option<Arc<Map<String, Value>>> {
    if let Value::Object(map) = Arc::unwrap_or_clone(made) { Some(Arc::new(map)) } else { None }
}

/// Numbers, and texts that hold one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn no_number(field: &str, path: &str, value: &Value) -> String {
    let shown = value.as_str().map_or_else(|| value::to_text(value), str::to_owned);
    match field {
        "Seconds" | "TimeoutSeconds" | "HeartbeatSeconds" => {
            format!("The {field}Path parameter does not reference an integer: {path} == {shown}")
        }
        _ => {
            format!("The {field}Path field refers to value \"{shown}\" which is not a valid integer: {path}")
        }
    }
}

/// **Source**: Step Functions Developer Guide, "Accessing execution data from the Context object".
pub(super) fn context_object(world: World<'_>, thread: &Thread, state: &State) -> Value {
    let mut context = world.context.as_object().cloned().unwrap_or_default();
    let given = context.get("State").is_some();
    if !given {
        let mut own = Map::new();
        own.insert("EnteredTime".into(), Value::from(Timestamp(thread.entered_at_ms).iso_millis()));
        own.insert("Name".into(), Value::from(&*state.name));
        if state.kind.retries() {
            own.insert("RetryCount".into(), Value::from(thread.retries));
        }
        context.insert("State".into(), Value::Object(own));
    }
    if let Some(token) = &thread.token {
        context.insert("Task".into(), json!({"Token": &**token}));
    }
    if let Some(item) = &thread.item {
        context.insert("Map".into(), json!({"Item": {"Index": item.index, "Value": &*item.value}}));
    }
    Value::Object(context)
}
