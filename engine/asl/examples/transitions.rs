//! How many transitions a second the interpreter makes: a loop of a Pass and a Choice state.
//!
//!     cargo run --profile native -p nuvola-asl --example transitions
#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]

use nuvola_asl::{Action, Definition, Draws, Host, Machine, World};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;

const ROUNDS: u64 = 100_000;

struct Quiet(Draws);

impl Host for Quiet {
    fn now_ms(&self) -> i64 {
        0
    }

    fn draws(&mut self) -> &mut Draws {
        &mut self.0
    }

    fn map_run_arn(&mut self, _: Option<&str>) -> Arc<str> {
        Arc::from("")
    }

    fn act(&mut self, _: Action) {}
}

fn main() {
    let text = json!({"StartAt": "Add", "States": {
        "Add": {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.n, 1)", "text.$": "$.text"},
            "Next": "More",
        },
        "More": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": ROUNDS, "Next": "Add"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    }});
    let definition = Definition::parse(&text).expect("the definition is one");
    let input = Arc::new(json!({"n": 0, "text": "x".repeat(200)}));
    let mut machine = Machine::start_at(&definition, 0, 0, "{}", input, Arc::default());
    let context = Value::Null;
    let world = World { definition: &definition, context: &context, region: "", max_events: usize::MAX };
    let start = Instant::now();
    machine.run(world, &mut Quiet(Draws::new(1)), usize::MAX);
    let seconds = start.elapsed().as_secs_f64();
    let transitions = 2 * ROUNDS;
    println!("{transitions} transitions in {seconds:.2} s: {:.0} a second", transitions as f64 / seconds);
}
