//! The console of Step Functions: machines as drawings, executions that light them up, histories, trying a state.
//!
//! Paths: `[]`, `[MACHINE]`, `[MACHINE, "definition"]`, `[MACHINE, "try"]`, `[MACHINE, "execution", NAME]`,
//! `[MACHINE, "execution", NAME, "history"]`, `[MACHINE, "execution", NAME, "timeline"]`.

mod graph;
mod run;

use super::call::{Api, text};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Bar, Block, Crumb, Field, FieldKind, Form, Path, Row, Screen, Table, Tone, fact, to,
};
use nuvola_kernel::{DEFAULT_ACCOUNT, DEFAULT_REGION, Timestamp};
use serde_json::{Value, json};

/// How many events of a history are read. **Units**: pages of 1000.
const HISTORY_PAGES: usize = 5;
/// How many rows of a history are shown, the newest ones.
const SHOWN_EVENTS: usize = 200;
/// How much of an event's details a row shows. **Units**: characters.
const SHOWN_DETAILS: usize = 120;
/// How many states a timeline shows.
const SHOWN_SPANS: usize = 60;

/// What a new machine starts with.
const EXAMPLE: &str = r#"{
  "StartAt": "Hello",
  "States": {
    "Hello": {
      "Type": "Pass",
      "Result": "Hello, world!",
      "End": true
    }
  }
}"#;

async fn call(api: &Api<'_>, operation: &str, input: Value) -> Result<Value, Failure> {
    api.json("states", &format!("AWSStepFunctions.{operation}"), &input).await
}

fn machine_arn(name: &str) -> String {
    format!("arn:aws:states:{DEFAULT_REGION}:{DEFAULT_ACCOUNT}:stateMachine:{name}")
}

fn execution_arn(machine: &str, name: &str) -> String {
    format!("arn:aws:states:{DEFAULT_REGION}:{DEFAULT_ACCOUNT}:execution:{machine}:{name}")
}

/// An instant of an answer: seconds with a fraction.
fn instant(value: &Value) -> String {
    match value.as_f64() {
        Some(seconds) => Timestamp((seconds * 1000.0) as i64).iso_millis(),
        None => text(value),
    }
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => machines(api).await,
        [machine] => machine_screen(api, machine).await,
        [machine, "definition"] => definition_screen(api, machine).await,
        [machine, "try"] => try_screen(api, machine).await,
        [machine, "execution", name] => execution(api, machine, name).await,
        [machine, "execution", name, "history"] => history_table(api, machine, name).await,
        [machine, "execution", name, "timeline"] => timeline(api, machine, name).await,
        _ => Err("there is no such screen of Step Functions".to_owned()),
    }
}

async fn machines(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListStateMachines", json!({ "maxResults": 1000 })).await?;
    let row = |machine: &Value| {
        let (name, arn) = (text(&machine["name"]), text(&machine["stateMachineArn"]));
        let delete = Action::new("delete-machine", "Delete", &[("arn", &arn)])
            .asking(format!("Delete the state machine `{name}`? Its running executions end."));
        Row::new([name.clone(), text(&machine["type"]), instant(&machine["creationDate"])])
            .opening(&["states", &name])
            .with(delete)
    };
    let rows = answer["stateMachines"].as_array().into_iter().flatten().map(row).collect();
    let empty = "No state machine yet. Create one here, with Terraform, or with `aws stepfunctions create-state-machine`.";
    let table = Table::new("State machines", &["Name", "Type", "Created"], rows, empty);
    let fields = vec![
        Field::text("name", "Name"),
        Field::choice("type", "Type", &[("STANDARD", "Standard"), ("EXPRESS", "Express")]),
        Field::text("role", "Role (ARN)")
            .hint("what its tasks are allowed to do; empty: a new role that allows nothing yet"),
        Field::new("definition", "Definition (Amazon States Language)", FieldKind::Area).value(EXAMPLE),
    ];
    let form = Form::new("create-machine", "Create a state machine", "Create", fields).folded();
    Ok(Screen { live: true, ..screen("Step Functions", &[], vec![Block::Table(table), Block::Form(form)]) })
}

/// A screen of a machine, with its tabs.
fn of_machine(machine: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Machine", &["states", machine]),
            tab("Definition", &["states", machine, "definition"]),
            tab("Try a state", &["states", machine, "try"]),
        ],
        ..screen(machine, &[("Step Functions", &["states"])], blocks)
    }
}

async fn describe(api: &Api<'_>, machine: &str) -> Result<Value, Failure> {
    call(api, "DescribeStateMachine", json!({ "stateMachineArn": machine_arn(machine) })).await
}

fn definition_of(machine: &Value) -> Value {
    serde_json::from_str(machine["definition"].as_str().unwrap_or_default()).unwrap_or_default()
}

async fn machine_screen(api: &Api<'_>, machine: &str) -> Result<Screen, Failure> {
    let described = describe(api, machine).await?;
    let express = described["type"] == "EXPRESS";
    let mut blocks = vec![Block::Facts {
        title: "Machine".to_owned(),
        facts: vec![
            fact("ARN", text(&described["stateMachineArn"])),
            fact("Type", text(&described["type"])),
            fact("Status", text(&described["status"])),
            fact("Role", text(&described["roleArn"])),
        ],
    }];
    blocks.push(Block::Graph(graph::of_definition("Drawing", &definition_of(&described))));
    let mut fields = vec![Field::new("input", "Input (JSON)", FieldKind::Area).value("{}")];
    if !express {
        fields.push(Field::text("name", "Name of the execution").hint("empty: made up"));
    }
    blocks.push(Block::Form(Form::new("start", "Start an execution", "Start", fields)));
    if express {
        let note = "Executions of an express machine leave no history here: started from this form, one runs to its end and shows its output.";
        blocks.push(Block::Note { tone: Tone::Info, text: note.to_owned() });
    } else {
        blocks.push(Block::Table(executions(api, machine).await?));
    }
    Ok(Screen { live: true, ..of_machine(machine, blocks) })
}

async fn executions(api: &Api<'_>, machine: &str) -> Result<Table, Failure> {
    let input = json!({ "stateMachineArn": machine_arn(machine), "maxResults": 100 });
    let answer = call(api, "ListExecutions", input).await?;
    let row = |execution: &Value| {
        let (name, arn) = (text(&execution["name"]), text(&execution["executionArn"]));
        let dates = [instant(&execution["startDate"]), instant(&execution["stopDate"])];
        let cells = [name.clone(), text(&execution["status"])].into_iter().chain(dates);
        let row = Row::new(cells).opening(&["states", machine, "execution", &name]);
        match execution["status"] == "RUNNING" {
            true => row.with(Action::new("stop", "Stop", &[("arn", &arn)])),
            false => row,
        }
    };
    let rows = answer["executions"].as_array().into_iter().flatten().map(row).collect();
    let empty = "No execution yet. Start one above.";
    Ok(Table::new("Executions", &["Name", "Status", "Started", "Ended"], rows, empty))
}

async fn definition_screen(api: &Api<'_>, machine: &str) -> Result<Screen, Failure> {
    let described = describe(api, machine).await?;
    let definition = text(&described["definition"]);
    let area = || Field::new("definition", "Amazon States Language", FieldKind::Area);
    let blocks = vec![
        Block::Graph(graph::of_definition("Drawing", &definition_of(&described))),
        Block::Form(Form::new(
            "save-definition",
            "Change the definition",
            "Check and save",
            vec![area().value(run::pretty(&definition))],
        )),
        Block::Form(
            Form::new(
                "check-definition",
                "Check a definition without saving",
                "Check",
                vec![area().value(run::pretty(&definition))],
            )
            .folded(),
        ),
    ];
    Ok(of_machine(machine, blocks))
}

async fn try_screen(api: &Api<'_>, machine: &str) -> Result<Screen, Failure> {
    let described = describe(api, machine).await?;
    let definition = definition_of(&described);
    let names: Vec<(String, String)> = definition["States"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, state)| !matches!(state["Type"].as_str(), Some("Parallel" | "Map")))
        .map(|(name, state)| (name.clone(), format!("{name} ({})", text(&state["Type"]))))
        .collect();
    let note = "Runs one state with an input of yours, with the machine's role, and shows what each of its steps makes of it (TestState).";
    let mut blocks = vec![Block::Note { tone: Tone::Info, text: note.to_owned() }];
    if !names.is_empty() {
        let value = names[0].0.clone();
        let fields = vec![
            Field::new("state", "State", FieldKind::Choice { options: names }).value(value),
            Field::new("input", "Input (JSON)", FieldKind::Area).value("{}"),
        ];
        blocks.push(Block::Form(Form::new("test-state", "Try a state", "Try", fields)));
    }
    let expression = vec![
        Field::choice(
            "language",
            "Language",
            &[("JSONata", "JSONata"), ("JSONPath", "JSONPath, intrinsic functions")],
        ),
        Field::new("expression", "Expression", FieldKind::Area)
            .value("$sum($states.input.items.price)")
            .hint("JSONata, or for JSONPath `$.a[0]` or `States.Format('{}', $.a)`"),
        Field::new("input", "Input (JSON)", FieldKind::Area)
            .value("{\"items\": [{\"price\": 2}, {\"price\": 3}]}"),
    ];
    blocks.push(Block::Form(Form::new("test-expression", "Try an expression", "Try", expression)));
    Ok(of_machine(machine, blocks))
}

/// A screen of an execution, with its tabs.
fn of_execution(machine: &str, name: &str, running: bool, blocks: Vec<Block>) -> Screen {
    let path = ["states", machine, "execution", name];
    let tab = |label: &str, more: &[&str]| {
        let path: Path = path.iter().chain(more).map(|part| (*part).to_owned()).collect();
        Crumb { label: label.to_owned(), path }
    };
    Screen {
        tabs: vec![tab("Drawing", &[]), tab("History", &["history"]), tab("Timeline", &["timeline"])],
        live: running,
        ..screen(name, &[("Step Functions", &["states"]), (machine, &["states", machine])], blocks)
    }
}

async fn history(api: &Api<'_>, arn: &str) -> Result<Vec<Value>, Failure> {
    let mut events = Vec::new();
    let mut input = json!({ "executionArn": arn, "maxResults": 1000 });
    for _ in 0..HISTORY_PAGES {
        let mut answer = call(api, "GetExecutionHistory", input.clone()).await?;
        if let Some(page) = answer["events"].as_array_mut() {
            events.append(page);
        }
        if answer["nextToken"].is_null() {
            break;
        }
        input["nextToken"] = answer["nextToken"].take();
    }
    Ok(events)
}

async fn execution(api: &Api<'_>, machine: &str, name: &str) -> Result<Screen, Failure> {
    let arn = execution_arn(machine, name);
    let described = call(api, "DescribeExecution", json!({ "executionArn": arn })).await?;
    let definition = call(api, "DescribeStateMachineForExecution", json!({ "executionArn": arn })).await?;
    let definition = definition_of(&definition);
    let events = history(api, &arn).await?;
    let running = described["status"] == "RUNNING";
    let mut facts =
        vec![fact("Status", text(&described["status"])), fact("Started", instant(&described["startDate"]))];
    if !running {
        facts.push(fact("Ended", instant(&described["stopDate"])));
    }
    for (label, member) in [("Error", "error"), ("Cause", "cause")] {
        if !described[member].is_null() {
            facts.push(fact(label, text(&described[member])));
        }
    }
    let mut drawing = graph::of_definition("Drawing", &definition);
    run::light_up(&mut drawing, &definition, &events, running, api.shared.borrow().now_ms);
    let mut blocks = vec![Block::Facts { title: "Execution".to_owned(), facts }, Block::Graph(drawing)];
    for (title, member) in [("Input", "input"), ("Output", "output")] {
        if let Some(shown) = described[member].as_str() {
            blocks.push(Block::Code { title: title.to_owned(), text: run::pretty(shown) });
        }
    }
    let mut actions = Vec::new();
    if running {
        actions.push(Action::new("stop", "Stop", &[("arn", &arn)]));
    } else {
        let input = text(&described["input"]);
        actions.push(Action::new("start", "Start again with this input", &[("input", &input)]));
    }
    blocks.push(Block::Actions { actions });
    Ok(of_execution(machine, name, running, blocks))
}

async fn history_table(api: &Api<'_>, machine: &str, name: &str) -> Result<Screen, Failure> {
    let arn = execution_arn(machine, name);
    let described = call(api, "DescribeExecution", json!({ "executionArn": arn })).await?;
    let events = history(api, &arn).await?;
    let start_ms = events.first().map_or(0, run::timestamp_ms);
    let row = |event: &Value| {
        let details =
            event.as_object().into_iter().flatten().find(|(name, _)| name.ends_with("EventDetails"));
        let details = details.map_or(&Value::Null, |(_, details)| details);
        let shown = ["error", "cause", "output", "input", "parameters"]
            .iter()
            .find_map(|name| details[*name].as_str());
        Row::new([
            text(&event["id"]),
            text(&event["type"]),
            text(&details["name"]),
            format!("{:.3} s", (run::timestamp_ms(event) - start_ms) as f64 / 1000.0),
            graph::cut(shown.unwrap_or_default(), SHOWN_DETAILS),
        ])
    };
    let skipped = events.len().saturating_sub(SHOWN_EVENTS);
    let rows = events.iter().skip(skipped).map(row).collect();
    let title = match skipped {
        0 => format!("{} events", events.len()),
        _ => format!("The last {SHOWN_EVENTS} of {} events", events.len()),
    };
    let table =
        Table::new(&title, &["Id", "Event", "State", "After", "Details"], rows, "Nothing happened yet.");
    let running = described["status"] == "RUNNING";
    Ok(of_execution(machine, name, running, vec![Block::Table(table)]))
}

async fn timeline(api: &Api<'_>, machine: &str, name: &str) -> Result<Screen, Failure> {
    let arn = execution_arn(machine, name);
    let described = call(api, "DescribeExecution", json!({ "executionArn": arn })).await?;
    let events = history(api, &arn).await?;
    let running = described["status"] == "RUNNING";
    let now_ms = api.shared.borrow().now_ms;
    let spans = run::spans(&events, running.then_some(now_ms));
    let whole = spans.iter().map(|span| span.from_ms + span.ms).max().unwrap_or(0) as f64;
    let bar = |span: &run::Span| Bar {
        label: span.name.clone(),
        value: span.ms as f64,
        full: whole,
        text: format!("{:.3} s, from {:.3} s", span.ms as f64 / 1000.0, span.from_ms as f64 / 1000.0),
    };
    let bars = spans.iter().take(SHOWN_SPANS).map(bar).collect();
    let mut blocks = vec![Block::Bars { title: "How long each state took".to_owned(), bars }];
    if spans.len() > SHOWN_SPANS {
        let text = format!("{} more states are in the history", spans.len() - SHOWN_SPANS);
        blocks.push(Block::Note { tone: Tone::Info, text });
    }
    Ok(of_execution(machine, name, running, blocks))
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let machine = act.part(1);
    match act.verb {
        "create-machine" => create(api, &act).await,
        "delete-machine" => {
            call(api, "DeleteStateMachine", json!({ "stateMachineArn": act.value("arn") })).await?;
            done("the state machine is deleted")
        }
        "start" => start(api, machine, &act).await,
        "stop" => {
            call(api, "StopExecution", json!({ "executionArn": act.value("arn") })).await?;
            done("the execution is stopped")
        }
        "save-definition" => {
            let definition = act.value("definition");
            let input = json!({ "stateMachineArn": machine_arn(machine), "definition": definition });
            match call(api, "UpdateStateMachine", input).await {
                Ok(_) => done("the definition is saved; executions that run go on with the old one"),
                Err(failure) => {
                    let mut acted = check(api, definition).await?;
                    acted.blocks.insert(0, Block::Note { tone: Tone::Warning, text: failure });
                    Ok(acted)
                }
            }
        }
        "check-definition" => check(api, act.value("definition")).await,
        "test-state" => test_state(api, machine, act.value("state"), act.value("input")).await,
        "test-expression" => test_expression(api, machine, &act).await,
        verb => Err(unknown(verb)),
    }
}

async fn create(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let name = act.value("name");
    let role = match act.value("role") {
        "" => make_role(api, name).await?,
        given => given.to_owned(),
    };
    let input = json!({
        "name": name, "type": act.value("type"), "roleArn": role, "definition": act.value("definition"),
    });
    call(api, "CreateStateMachine", input).await?;
    Ok(Acted { text: format!("`{name}` is there"), go: Some(to(&["states", name])), ..Acted::default() })
}

/// A role that Step Functions can assume, named as AWS's console names it.
async fn make_role(api: &Api<'_>, machine: &str) -> Result<String, Failure> {
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "states.amazonaws.com" }, "Action": "sts:AssumeRole",
    }] });
    let name = format!("StepFunctions-{machine}-role");
    let member = |name: &str, value: String| (name.to_owned(), value);
    let members = [member("RoleName", name), member("AssumeRolePolicyDocument", trust.to_string())];
    let answer = api.form("iam", "2010-05-08", "CreateRole", &members).await?;
    let role = answer.child("CreateRoleResult").and_then(|result| result.child("Role"));
    Ok(role.map(|role| super::call::text_of(role, "Arn")).unwrap_or_default())
}

async fn start(api: &Api<'_>, machine: &str, act: &Act<'_>) -> Result<Acted, Failure> {
    let described = describe(api, machine).await?;
    let mut input = json!({ "stateMachineArn": machine_arn(machine), "input": act.value("input") });
    if described["type"] == "EXPRESS" {
        let answer = call(api, "StartSyncExecution", input).await?;
        return Ok(Acted { blocks: outcome(&answer), ..Acted::default() });
    }
    if !act.value("name").is_empty() {
        input["name"] = json!(act.value("name"));
    }
    let answer = call(api, "StartExecution", input).await?;
    let arn = text(&answer["executionArn"]);
    let name = arn.rsplit(':').next().unwrap_or_default();
    let go = Some(to(&["states", machine, "execution", name]));
    Ok(Acted { text: "the execution runs".to_owned(), go, ..Acted::default() })
}

/// Status, error, cause and output of an answer.
fn outcome(answer: &Value) -> Vec<Block> {
    let mut facts = vec![fact("Status", text(&answer["status"]))];
    for (label, member) in [("Error", "error"), ("Cause", "cause"), ("Next state", "nextState")] {
        if !answer[member].is_null() {
            facts.push(fact(label, text(&answer[member])));
        }
    }
    let mut blocks = vec![Block::Facts { title: "Result".to_owned(), facts }];
    if let Some(output) = answer["output"].as_str() {
        blocks.push(Block::Code { title: "Output".to_owned(), text: run::pretty(output) });
    }
    blocks
}

async fn check(api: &Api<'_>, definition: &str) -> Result<Acted, Failure> {
    let answer = call(api, "ValidateStateMachineDefinition", json!({ "definition": definition })).await?;
    let row = |problem: &Value| {
        Row::new(["severity", "location", "message", "code"].iter().map(|name| text(&problem[*name])))
    };
    let rows: Vec<Row> = answer["diagnostics"].as_array().into_iter().flatten().map(row).collect();
    if rows.is_empty() {
        let text = "the definition is valid".to_owned();
        return Ok(Acted { blocks: vec![Block::Note { tone: Tone::Good, text }], ..Acted::default() });
    }
    let table = Table::new("Problems", &["Severity", "Where", "What", "Code"], rows, "");
    Ok(Acted { blocks: vec![Block::Table(table)], ..Acted::default() })
}

async fn test_state(api: &Api<'_>, machine: &str, name: &str, input: &str) -> Result<Acted, Failure> {
    let described = describe(api, machine).await?;
    let definition = definition_of(&described);
    let mut state = definition["States"][name].clone();
    // A state alone does not know its machine's language.
    if state.get("QueryLanguage").is_none() && !definition["QueryLanguage"].is_null() {
        state["QueryLanguage"] = definition["QueryLanguage"].clone();
    }
    run_state(api, &state, text(&described["roleArn"]), input).await
}

async fn test_expression(api: &Api<'_>, machine: &str, act: &Act<'_>) -> Result<Acted, Failure> {
    let described = describe(api, machine).await?;
    let expression = act.value("expression").trim();
    let state = match act.value("language") {
        "JSONPath" => json!({ "Type": "Pass", "Parameters": { "result.$": expression }, "End": true }),
        _ => {
            let marked = match expression.starts_with("{%") {
                true => expression.to_owned(),
                false => format!("{{% {expression} %}}"),
            };
            json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": marked, "End": true })
        }
    };
    run_state(api, &state, text(&described["roleArn"]), act.value("input")).await
}

/// Tries a state: its outcome, and what its steps made of the input.
async fn run_state(api: &Api<'_>, state: &Value, role: String, input: &str) -> Result<Acted, Failure> {
    let request = json!({
        "definition": state.to_string(), "roleArn": role, "input": input, "inspectionLevel": "DEBUG",
    });
    let answer = call(api, "TestState", request).await?;
    let mut blocks = outcome(&answer);
    for (name, shown) in answer["inspectionData"].as_object().into_iter().flatten() {
        if let Some(shown) = shown.as_str() {
            blocks.push(Block::Code { title: name.clone(), text: run::pretty(shown) });
        }
    }
    Ok(Acted { blocks, ..Acted::default() })
}
