//! The interpreter against rules of its own; what AWS recorded is run through the service.

use super::*;
use crate::definition::Definition;
use proptest::prelude::*;
use serde_json::json;

/// Time stands still unless a timer is due; tasks fail or answer by turns.
struct Quiet {
    now_ms: i64,
    draws: Draws,
    actions: Vec<Action>,
}

impl Host for Quiet {
    fn now_ms(&self) -> i64 {
        self.now_ms
    }

    fn draws(&mut self) -> &mut Draws {
        &mut self.draws
    }

    fn map_run_arn(&mut self, _: Option<&str>) -> Arc<str> {
        Arc::from("arn")
    }

    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
}

/// Runs a definition to its end; `through_text`: by way of the serialised form after each event.
fn run(definition: &Definition, input: Value, through_text: bool) -> Machine {
    let context = json!({});
    let world = World { definition, context: &context, region: "eu-south-1", max_events: 400 };
    let mut host = Quiet { now_ms: 0, draws: Draws::new(1), actions: Vec::new() };
    let mut machine = Machine::start_at(definition, 0, 0, "{}", Arc::new(input), Arc::default());
    machine.run(world, &mut host, 100_000);
    let mut timers = Vec::new();
    for turn in 0..2000 {
        if machine.outcome.is_some() {
            return machine;
        }
        let mut calls = Vec::new();
        for action in std::mem::take(&mut host.actions) {
            match action {
                Action::Call(call) => calls.push(call),
                Action::Timer { thread, serial, due_ms } => timers.push((due_ms, thread, serial)),
                Action::Drop { .. } | Action::Finished | Action::MapRun(_) => {}
            }
        }
        for call in calls {
            let answer = match turn % 3 {
                0 => Err(Failure::new("Unlucky", "by turns")),
                _ => Ok(call.parameters.clone()),
            };
            machine.answered(world, &mut host, call.task, answer);
        }
        if host.actions.is_empty() && machine.ready.is_empty() {
            timers.sort();
            assert!(!timers.is_empty(), "a machine that is not done waits for something");
            let (due_ms, thread, serial) = timers.remove(0);
            host.now_ms = host.now_ms.max(due_ms);
            machine.fired(world, &mut host, thread, serial);
        }
        if through_text {
            let text = serde_json::to_string(&machine).unwrap();
            machine = nuvola_kernel::stored::from_json(&text).unwrap();
        }
        machine.run(world, &mut host, 100_000);
    }
    panic!("the machine goes on for ever");
}

/// One state of any kind, which goes on to `next`.
fn state(depth: u32) -> BoxedStrategy<Value> {
    let plain = prop_oneof![
        Just(json!({"Type": "Pass", "Result": {"a": [1]}, "ResultPath": "$.r"})),
        Just(json!({"Type": "Pass", "OutputPath": "$.missing"})),
        Just(json!({"Type": "Wait", "Seconds": 3})),
        Just(json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "TimeoutSeconds": 9})),
        Just(json!({
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "end"}],
        })),
        Just(json!({"Type": "Fail", "Error": "E"})),
    ];
    if depth == 0 {
        return plain.boxed();
    }
    let nested = machine(depth - 1).prop_flat_map(move |inner| {
        prop_oneof![
            Just(json!({"Type": "Parallel", "Branches": [inner.clone(), inner.clone()]})),
            Just(json!({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "ItemProcessor": inner.clone()})),
            Just(json!({
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": inner.clone(),
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "end"}],
            })),
        ]
    });
    prop_oneof![plain, nested].boxed()
}

fn machine(depth: u32) -> BoxedStrategy<Value> {
    proptest::collection::vec(state(depth), 1..4)
        .prop_map(|states| {
            let count = states.len();
            let mut all = serde_json::Map::new();
            for (at, mut state) in states.into_iter().enumerate() {
                if state["Type"] != "Fail" {
                    let next = if at + 1 == count { "end".to_owned() } else { format!("s{}", at + 1) };
                    state["Next"] = json!(next);
                }
                all.insert(format!("s{at}"), state);
            }
            all.insert("end".into(), json!({"Type": "Succeed"}));
            json!({"StartAt": "s0", "States": all})
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_machine_ends_and_its_history_is_in_order(text in machine(2)) {
        let definition = Definition::parse(&text).unwrap();
        let machine = run(&definition, json!({"items": [{"items": [1, 2]}, {"items": []}]}), false);
        prop_assert!(machine.outcome.is_some());
        prop_assert!(machine.threads.is_empty() && machine.tasks.is_empty());
        let mut at_ms = 0;
        for (index, event) in machine.events.iter().enumerate() {
            prop_assert!(event.previous <= index as u64, "an event comes after the one before it");
            prop_assert!(event.at_ms >= at_ms);
            at_ms = event.at_ms;
        }
        let ends = |what: &What| matches!(what, What::ExecutionSucceeded(_) | What::ExecutionFailed(_));
        let count = machine.events.iter().filter(|event| ends(&event.what)).count();
        prop_assert_eq!(count, 1);
        prop_assert!(ends(&machine.events.last().unwrap().what));
    }

    #[test]
    fn being_stored_in_between_changes_nothing(text in machine(2)) {
        let definition = Definition::parse(&text).unwrap();
        let input = json!({"items": [{"items": [1, 2]}, 3]});
        let straight = run(&definition, input.clone(), false);
        let stored = run(&definition, input, true);
        prop_assert_eq!(straight.events, stored.events);
    }
}

#[test]
fn depth_costs_no_stack() {
    // Parallel states inside each other, as deep as JSON may be read.
    let mut inner = json!({"StartAt": "p", "States": {"p": {"Type": "Pass", "End": true}}});
    for _ in 0..30 {
        inner =
            json!({"StartAt": "n", "States": {"n": {"Type": "Parallel", "Branches": [inner], "End": true}}});
    }
    let definition = Definition::parse(&inner).unwrap();
    assert!(matches!(run(&definition, json!({}), false).outcome, Some(Outcome::Succeeded(_))));
}

#[test]
fn a_loop_ends_at_the_quota_of_events() {
    // Source: Step Functions Developer Guide, "Service quotas": the execution fails.
    let text = json!({"StartAt": "a", "States": {"a": {"Type": "Pass", "Next": "b"}, "b": {"Type": "Pass", "Next": "a"}}});
    let machine = run(&Definition::parse(&text).unwrap(), json!({}), false);
    assert_eq!(machine.events.len(), 400);
    assert!(matches!(machine.outcome, Some(Outcome::Failed(failure)) if failure.name() == "States.Runtime"));
}
