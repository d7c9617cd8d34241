//! TestState: one state, tried alone.

mod context;
mod mock;

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::{ApiResult, Outcome};
use crate::states::integrate::STATES;
use crate::states::run::{self, Job};
use crate::states::state::{Execution, MachineKind, Test, Waiter};
use crate::states::{errors, names};
use crate::validate::Validation;
use nuvola_asl::check;
use nuvola_asl::machine::{Inspection, Machine};
use nuvola_asl::value::to_text;
use nuvola_asl::{Data, Failure, Variables};
use nuvola_wire::shape;
use serde_json::{Map, Value, json};
use std::sync::Arc;

shape! {
    /// What the state's call is to answer.
    pub struct MockErrorOutput {
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
    }

    /// What stands in for the state's call.
    pub struct MockInput {
        #[wire("result")] pub result: Option<String>,
        #[wire("errorOutput")] pub error: Option<MockErrorOutput>,
        #[wire("fieldValidationMode")] pub mode: Option<String>,
    }

    /// In what situation the state is tried.
    pub struct TestStateConfiguration {
        #[wire("retrierRetryCount")] pub retries: Option<i32>,
        #[wire("errorCausedByState")] pub culprit: Option<String>,
        #[wire("mapIterationFailureCount")] pub map_failures: Option<i32>,
        #[wire("mapItemReaderData")] pub reader_data: Option<String>,
    }

    /// What TestState takes.
    pub struct TestStateInput {
        #[wire("definition")] pub definition: String,
        #[wire("roleArn")] pub role_arn: Option<String>,
        #[wire("input")] pub input: Option<String>,
        #[wire("inspectionLevel")] pub level: Option<String>,
        #[wire("revealSecrets")] pub reveal: Option<bool>,
        #[wire("variables")] pub variables: Option<String>,
        #[wire("stateName")] pub state: Option<String>,
        #[wire("mock")] pub mock: Option<MockInput>,
        #[wire("context")] pub context: Option<String>,
        #[wire("stateConfiguration")] pub configuration: Option<TestStateConfiguration>,
    }

    /// What TestState answers.
    pub struct TestStateOutput {
        #[wire("output")] pub output: Option<String>,
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
        #[wire("inspectionData")] pub inspection: Option<Value>,
        #[wire("nextState")] pub next: Option<String>,
        #[wire("status")] pub status: String,
    }
}

/// What a state that comes alone is called.
const NAME: &str = "StateName";

const NESTED: &str = "TestState API does not support Map or Parallel states. Supported state types include: [Task, \
                      Wait, Pass, Succeed, Fail, Choice]";

operation! {
    /// Tries one state with an input, with or without its call.
    ///
    /// **Source**: Step Functions API Reference, "TestState".
    pub TEST_STATE: TestState {
        http: "POST" "/" 200,
        input: TestStateInput,
        output: TestStateOutput,
        errors: ["InvalidArn", "InvalidDefinition", "InvalidExecutionInput", "ValidationException"],
        access: |_, input| {
            let own = Access::to("states:TestState", "*");
            match &input.role_arn {
                Some(role) => own.and(
                    Access::to("iam:PassRole", role).with_key("iam:PassedToService", [STATES.to_owned()]),
                ),
                None => own,
            }
        },
        handler: test_state,
    }
}

/// The state, and a definition that holds it alone: what it may go to is there as well, and ends.
fn alone(definition: &Value, wanted: Option<&str>) -> ApiResult<(String, Value, Value)> {
    let (name, state, language) = match definition.get("States") {
        None => (NAME, definition, None),
        Some(_) => {
            let wanted = wanted.ok_or_else(|| {
                errors::validation("StateName must be specified when the definition is a state machine")
            })?;
            let state = find(definition, wanted).ok_or_else(|| {
                errors::validation(format!("State '{wanted}' does not exist in the definition"))
            })?;
            (wanted, state, definition.get("QueryLanguage"))
        }
    };
    let mut states = Map::new();
    states.insert(name.to_owned(), state.clone());
    let handlers = ["Catch", "Choices"].iter().filter_map(|list| state.get(list)?.as_array()).flatten();
    let places = handlers.map(|own| own.get("Next")).chain([state.get("Next"), state.get("Default")]);
    for target in places.flatten().filter_map(Value::as_str) {
        states.entry(target).or_insert_with(|| json!({"Type": "Succeed"}));
    }
    let mut whole = json!({"StartAt": name, "States": states});
    if let (Some(language), Some(map)) = (language, whole.as_object_mut()) {
        map.insert("QueryLanguage".into(), language.clone());
    }
    Ok((name.to_owned(), state.clone(), whole))
}

/// A state by name, in a machine or in those inside it.
fn find<'v>(definition: &'v Value, name: &str) -> Option<&'v Value> {
    let mut todo = vec![definition];
    while let Some(machine) = todo.pop() {
        let states = machine.get("States").and_then(Value::as_object)?;
        if let Some(found) = states.get(name) {
            return Some(found);
        }
        for state in states.values() {
            todo.extend(state.get("ItemProcessor"));
            todo.extend(state.get("Iterator"));
            todo.extend(state.get("Branches").and_then(Value::as_array).into_iter().flatten());
        }
    }
    None
}

fn json_of(text: &str, what: &str) -> ApiResult<Value> {
    nuvola_asl::value::parse(text).map_err(|_| errors::validation(format!("{what} must be valid JSON")))
}

fn test_state(cx: &mut OpContext<'_>, input: TestStateInput) -> ApiResult<Outcome<TestStateOutput>> {
    let level = input.level.clone().unwrap_or_else(|| "INFO".to_owned());
    let mut validation = Validation::new();
    validation.one_of("inspectionLevel", &level, &["INFO", "DEBUG", "TRACE"]);
    validation.finish("ValidationException")?;
    let definition: Value = nuvola_asl::value::parse(&input.definition).map_err(|error| {
        errors::invalid_definition(format!(
            "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: {error}'"
        ))
    })?;
    let (name, state, whole) = alone(&definition, input.state.as_deref())?;
    let problems = check::check_state(&state, &format!("/States/{name}"), definition.get("QueryLanguage"));
    if problems.iter().any(|problem| !problem.warning) {
        return Err(errors::invalid_definition(check::message(&problems)));
    }
    let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let resource = state.get("Resource").and_then(Value::as_str).unwrap_or_default().to_owned();
    let answer = mock::check(&input, &kind, &resource)?;
    if answer.is_none() && matches!(kind.as_str(), "Map" | "Parallel") {
        let counts = input.configuration.as_ref().is_some_and(|own| own.map_failures.is_some());
        return Err(match counts {
            true => errors::validation(
                "TestState does not support MapIterationFailureCount when a mock is not specified.",
            ),
            false => errors::invalid_definition(NESTED),
        });
    }
    if answer.is_none() && kind == "Task" && input.role_arn.is_none() {
        return Err(errors::validation("RoleArn must be specified when testing a Task state"));
    }
    let text = input.input.clone().unwrap_or_else(|| "{}".to_owned());
    let data = nuvola_asl::value::parse(&text).map_err(|error| errors::invalid_input(&error.to_string()))?;
    let variables: Variables = match &input.variables {
        None => Variables::new(),
        Some(text) => {
            let Value::Object(map) = json_of(text, "Variables")? else {
                return Err(errors::validation("Variables must be a JSON object"));
            };
            map
        }
    };
    let given = match &input.context {
        None => None,
        Some(text) => Some(context::check(&json_of(text, "Context object")?, &kind, &resource)?),
    };
    let asked = Asked { name, whole, data, text, variables, given, level, answer };
    begin(cx, &input, asked)
}

/// A test that is in order.
struct Asked {
    name: String,
    whole: Value,
    data: Value,
    text: String,
    variables: Variables,
    given: Option<Value>,
    level: String,
    answer: Option<Result<Data, Failure>>,
}

fn begin(
    cx: &mut OpContext<'_>,
    input: &TestStateInput,
    asked: Asked,
) -> ApiResult<Outcome<TestStateOutput>> {
    let (name, machine) = (cx.ids().uuid(), cx.ids().uuid());
    let machine_arn = names::machine(cx, &machine);
    let arn = machine_arn.replacen(":stateMachine:", ":express:", 1) + ":" + &name;
    let role_arn = input.role_arn.clone();
    let context = match asked.given {
        Some(given) => given,
        None => json!({
            "Execution": {
                "Id": arn,
                "Input": asked.data,
                "Name": name,
                "RoleArn": role_arn,
                "StartTime": cx.now().iso_millis(),
            },
            "StateMachine": {"Id": machine_arn, "Name": machine},
        }),
    };
    let number = cx.states().keep(&to_text(&asked.whole), None);
    let now_ms = cx.now_ms;
    let mut execution = Execution {
        arn: arn.clone(),
        name,
        machine_arn,
        version_arn: None,
        alias_arn: None,
        kind: MachineKind::Express,
        definition: number,
        root: 0,
        role_arn: role_arn.unwrap_or_default(),
        revision_id: None,
        input: asked.text.as_str().into(),
        trace_header: None,
        started_ms: now_ms,
        stopped_ms: None,
        machine: Machine::default(),
        context: Arc::new(context),
        map_run_arn: None,
        item_count: 0,
        waiter: None,
        session: None,
        redrives: 0,
        redriven_ms: None,
        test: Some(Test {
            level: asked.level,
            variables: input.variables.clone(),
            map_failures: input.configuration.as_ref().and_then(|own| own.map_failures).map(|n| n as u64),
        }),
    };
    super::executions::ready(cx, &mut execution, Arc::new(asked.data), Arc::new(asked.variables));
    let states = cx.states();
    let definition = states.definitions.get(&number).and_then(crate::states::state::Source::definition);
    let at = definition.and_then(|definition| definition.find(&asked.name)).unwrap_or(0);
    let retries = input.configuration.as_ref().and_then(|own| own.retries).unwrap_or(0);
    let inspection = Inspection {
        mocked: asked.answer.is_some(),
        retry_count: u32::try_from(retries).unwrap_or(0),
        ..Inspection::default()
    };
    execution.machine.inspect_state(at, inspection);
    run::begin(cx, execution);
    run::drive(cx, &arn, Job::Go);
    if let Some(answer) = asked.answer {
        mock::answer(cx, &arn, answer);
    }
    let http_id = cx.http_id();
    let Some(own) = cx.states().executions.get_mut(&arn) else { return Ok(Outcome::Later) };
    if own.machine.outcome.is_none() {
        own.waiter = Some(Waiter::Client(http_id));
        return Ok(Outcome::Later);
    }
    let Some(own) = cx.states().executions.remove(&arn) else { return Ok(Outcome::Later) };
    let answer = output(cx, &own);
    cx.states().definitions.remove(&number);
    Ok(Outcome::Done(answer))
}

/// What a test found.
pub fn output(cx: &OpContext<'_>, execution: &Execution) -> TestStateOutput {
    let Some(inspection) = execution.machine.inspection() else { return TestStateOutput::default() };
    let source = cx.state().states.definitions.get(&execution.definition);
    let definition = source.and_then(crate::states::state::Source::definition);
    let name = |id: u32| definition.as_ref().map(|own| own.state(id).name.to_string());
    let failure = inspection.failure.as_ref().or_else(|| execution.failure());
    let succeeded = execution.output().is_some();
    let status = match (succeeded, inspection.retry.is_some(), inspection.catch_index.is_some()) {
        (_, true, _) => "RETRIABLE",
        (true, _, true) => "CAUGHT_ERROR",
        (true, _, false) => "SUCCEEDED",
        (false, _, _) => "FAILED",
    };
    TestStateOutput {
        output: execution.output().map(|output| to_text(output)),
        error: failure.and_then(|failure| failure.error.as_deref().map(str::to_owned)),
        cause: failure.and_then(|failure| failure.cause.as_deref().map(str::to_owned)),
        inspection: inspection_data(execution, inspection),
        next: inspection.next.filter(|_| succeeded).and_then(name),
        status: status.to_owned(),
    }
}

/// **Source**: API Reference, "InspectionData".
fn inspection_data(execution: &Execution, inspection: &Inspection) -> Option<Value> {
    let test = execution.test.as_ref().filter(|test| test.level != "INFO")?;
    let mut map = Map::new();
    map.insert("input".into(), Value::from(&*execution.input));
    let texts = [
        ("afterArguments", &inspection.after_arguments),
        ("afterInputPath", &inspection.after_input_path),
        ("afterParameters", &inspection.after_parameters),
        ("afterItemsPath", &inspection.after_items_path),
        ("result", &inspection.result),
        ("afterResultSelector", &inspection.after_result_selector),
        ("afterResultPath", &inspection.after_result_path),
    ];
    for (name, data) in texts {
        let hidden = name == "result" && inspection.mocked;
        if let Some(data) = data.as_ref().filter(|_| !hidden) {
            map.insert(name.into(), Value::from(to_text(data)));
        }
    }
    if let Some(most) = inspection.max_concurrency {
        map.insert("maxConcurrency".into(), Value::from(most));
    }
    if let Some(count) = inspection.tolerated_count {
        map.insert("toleratedFailureCount".into(), Value::from(count as i64));
    }
    if let Some(share) = inspection.tolerated_percentage {
        map.insert("toleratedFailurePercentage".into(), Value::from(share));
    }
    if let Some(variables) = test.variables.as_ref().filter(|text| text.trim() != "{}") {
        map.insert("variables".into(), Value::from(variables.as_str()));
    }
    let mut details = Map::new();
    if let Some(at) = inspection.catch_index {
        details.insert("catchIndex".into(), Value::from(at));
    }
    if let Some((at, seconds)) = inspection.retry {
        details.insert("retryIndex".into(), Value::from(at));
        details.insert("retryBackoffIntervalSeconds".into(), Value::from(seconds as i64));
    }
    if !details.is_empty() {
        map.insert("errorDetails".into(), Value::Object(details));
    }
    Some(Value::Object(map))
}
