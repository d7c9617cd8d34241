//! What each type of state does.

use super::flow::Leaving;
use super::{Action, Host, Machine, Phase, Step, Thread, Trouble, World};
use crate::Data;
use crate::choice::{Rule, parse_instant};
use crate::definition::{ChoiceRule, Flow, Kind, QueryLanguage, State, StateId, Text, WaitFor};
use crate::history::{Failure, NO_CHOICE, What};
use crate::{Expression, Variables};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

impl Machine {
    pub(super) fn execute<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        match &state.kind {
            Kind::Pass { result } => self.pass(world, host, thread, state, result.as_ref()),
            Kind::Choice { rules, default } => self.choice(world, host, thread, state, rules, *default),
            Kind::Succeed => self.succeed(world, host, thread, state),
            Kind::Fail { error, cause } => self.fail_state(world, host, thread, error, cause),
            Kind::Wait(wait) => self.wait(world, host, id, thread, state, wait),
            Kind::Task(task) => self.call(world, host, id, thread, state, task),
            Kind::Parallel { branches } => self.parallel(world, host, id, thread, state, branches),
            Kind::Map(map) => self.map(world, host, id, thread, state, map),
        }
    }

    fn pass<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
        result: Option<&Arc<Value>>,
    ) -> Step<()> {
        if state.query == QueryLanguage::Jsonata {
            return self.leave_input(world, host, thread, state);
        }
        let input = self.effective_input(world, host, thread, state, true)?;
        let result = result.map_or(input, Data::clone);
        self.leave_with_result(world, host, thread, state, result)
    }

    fn succeed<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
    ) -> Step<()> {
        match state.query {
            QueryLanguage::Jsonata => self.leave_input(world, host, thread, state)?,
            QueryLanguage::JsonPath => self.leave_plain(world, host, thread, state)?,
        }
        thread.phase = Phase::Done;
        Ok(())
    }

    /// Leaves a JSONata state that has no result.
    fn leave_input<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
    ) -> Step<()> {
        let default = thread.input.clone();
        let leaving = Leaving { flow: &state.flow, default, result: None, error: None, next: state.next };
        self.leave_jsonata(world, host, thread, leaving)
    }

    /// Leaves a state that has no result: input path, output path.
    pub(super) fn leave_plain<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
    ) -> Step<()> {
        let input = self.effective_input(world, host, thread, state, false)?;
        let assigned = self.assign(world, host, thread, state.flow.assign.as_ref(), &input)?;
        let output = self.reference(world, host, thread, &state.flow.output_path, &input)?;
        self.exit(host, thread, output, assigned, state.next)
    }

    fn fail_state<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        error: &Text,
        cause: &Text,
    ) -> Step<()> {
        let error = self.text_field(world, host, thread, "Error", error)?;
        let cause = self.text_field(world, host, thread, "Cause", cause)?;
        let short = |text: Option<String>| text.map(|text| Arc::from(text.as_str()));
        Err(Trouble::told(Failure { error: short(error), cause: short(cause) }))
    }

    fn choice<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
        state: &State,
        rules: &[ChoiceRule],
        default: Option<StateId>,
    ) -> Step<()> {
        let input = match state.query {
            QueryLanguage::JsonPath => self.effective_input(world, host, thread, state, false)?,
            QueryLanguage::Jsonata => thread.input.clone(),
        };
        let mut chosen = None;
        for (at, rule) in rules.iter().enumerate() {
            if self.rule_holds(world, host, thread, &rule.rule, at, &input)? {
                chosen = Some(rule);
                break;
            }
        }
        let (next, flow) = match chosen {
            Some(rule) => {
                // Each rule may shape the output by itself.
                let flow =
                    Flow { output: rule.output.clone(), assign: rule.assign.clone(), ..Flow::default() };
                (rule.next, Cow::Owned(flow))
            }
            None => (default, Cow::Borrowed(&state.flow)),
        };
        if next.is_none() {
            let text = "Failed to transition out of the state. The state's choices did not match any path, and no \
                        default was given.";
            let text = self.located(world, thread, text);
            return Err(Trouble::told(Failure::new(NO_CHOICE, text)));
        }
        match state.query {
            QueryLanguage::Jsonata => {
                let leaving = Leaving { flow: &flow, default: input, result: None, error: None, next };
                self.leave_jsonata(world, host, thread, leaving)
            }
            QueryLanguage::JsonPath => {
                let assigned = self.assign(world, host, thread, flow.assign.as_ref(), &input)?;
                let output = self.reference(world, host, thread, &state.flow.output_path, &input)?;
                self.exit(host, thread, output, assigned, next)
            }
        }
    }

    fn rule_holds<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &Thread,
        rule: &Rule,
        at: usize,
        input: &Data,
    ) -> Step<bool> {
        if let Rule::Condition(payload) = rule {
            let field = format!("Choices[{at}]/Condition");
            let value = self.payload(world, host, thread, payload, &field, Some("boolean"))?;
            return Ok(*value == Value::Bool(true));
        }
        let seen = self.seen(world, host.now_ms(), thread);
        rule.holds(&seen.scope(input)).map_err(|error| self.trouble(world, thread, error))
    }

    fn wait<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        id: u32,
        thread: &mut Thread,
        state: &State,
        wait: &WaitFor,
    ) -> Step<()> {
        let now_ms = host.now_ms();
        let due_ms = match wait {
            WaitFor::Seconds(amount) => {
                let seconds = self.amount(world, host, thread, "Seconds", amount)?.unwrap_or(0.0);
                now_ms.saturating_add((seconds.max(0.0) * 1000.0) as i64)
            }
            WaitFor::Until(text) => {
                let value = self.text_field(world, host, thread, "Timestamp", text)?;
                let value = value.unwrap_or_default();
                match parse_instant(&value) {
                    Some((ms, _)) => ms,
                    None => return Err(self.bad_instant(world, thread, state, text, &value)),
                }
            }
        };
        thread.serial += 1;
        thread.phase = Phase::Waiting;
        if due_ms <= now_ms {
            return self.after_wait(world, host, thread);
        }
        host.act(Action::Timer { thread: id, serial: thread.serial, due_ms });
        Ok(())
    }

    fn bad_instant(
        &self,
        world: World<'_>,
        thread: &Thread,
        state: &State,
        text: &Text,
        value: &str,
    ) -> Trouble {
        let (what, place) = match text {
            Text::Path(path) => ("TimestampPath", format!("{} == ", written(path))),
            Text::Literal(_) | Text::Absent => ("Timestamp", String::new()),
        };
        let text = format!(
            "The {what} parameter does not reference a valid ISO-8601 extended offset date-time format string: \
             {place}{value}"
        );
        match state.query {
            QueryLanguage::JsonPath => self.runtime(world, thread, &text),
            QueryLanguage::Jsonata => self.evaluation(world, thread, Some("Timestamp"), &text),
        }
    }

    pub(super) fn after_wait<H: Host>(
        &mut self,
        world: World<'_>,
        host: &mut H,
        thread: &mut Thread,
    ) -> Step<()> {
        let state = world.definition.state(thread.state);
        match state.query {
            QueryLanguage::Jsonata => self.leave_input(world, host, thread, state),
            QueryLanguage::JsonPath => self.leave_plain(world, host, thread, state),
        }
    }

    /// The state is left; what comes next is the next state, or the end.
    pub(super) fn exit<H: Host>(
        &mut self,
        host: &mut H,
        thread: &mut Thread,
        output: Data,
        assigned: Option<Arc<serde_json::Map<String, Value>>>,
        next: Option<StateId>,
    ) -> Step<()> {
        if let Some(assigned) = &assigned {
            let variables: &mut Variables = Arc::make_mut(&mut thread.variables);
            for (name, value) in assigned.iter() {
                variables.insert(name.clone(), value.clone());
            }
        }
        self.log(host, thread, What::Exited { state: thread.state, output: output.clone(), assigned });
        thread.input = output;
        match next {
            Some(next) if self.inspection.is_none() => {
                thread.state = next;
                thread.phase = Phase::Enter;
            }
            Some(next) => {
                self.inspected_next(next);
                thread.phase = Phase::Done;
            }
            None => thread.phase = Phase::Done,
        }
        Ok(())
    }
}

/// A path as it was written.
fn written(expression: &Expression) -> &str {
    match expression {
        Expression::Path(path) => path.text(),
        Expression::Call(call) => call.text(),
    }
}
