//! The console of Lambda: functions, test events, environments; versions, triggers and settings are in
//! [`super::lambda_parts`].
//!
//! Paths: `[]`, `["function", NAME]` and, below it, `test`, `versions`, `triggers`, `events`, `concurrency`.

use super::call::{Api, text};
use super::look::{Look, Seen, look};
use super::{Act, Failure, done, lambda_parts as parts, screen, unknown};
use crate::screen::{
    Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::archive;
use serde_json::{Value, json};

const FUNCTIONS: &str = "/2015-03-31/functions";

/// The blueprint: what a function is at least.
const HELLO_PYTHON: &str = "import json\n\n\ndef lambda_handler(event, context):\n    print(\"event:\", json.dumps(event))\n    return {\"statusCode\": 200, \"body\": json.dumps(\"Hello, world!\")}\n";
const HELLO_JAVASCRIPT: &str = "export const handler = async (event) => {\n  console.log(\"event:\", JSON.stringify(event));\n  return { statusCode: 200, body: JSON.stringify(\"Hello, world!\") };\n};\n";

/// What a function's role must trust.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const BASIC_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

pub(super) async fn show(api: &Api<'_>, path: &[&str]) -> Result<Screen, Failure> {
    match path {
        [] => functions(api).await,
        ["function", name] => overview(api, name).await,
        ["function", name, "test"] => Ok(test(api, name).await),
        ["function", name, "versions"] => parts::versions(api, name).await,
        ["function", name, "triggers"] => parts::triggers(api, name).await,
        ["function", name, "events"] => parts::events(api, name).await,
        ["function", name, "concurrency"] => parts::concurrency(api, name).await,
        _ => Err("there is no such screen of Lambda".to_owned()),
    }
}

/// A function's screen with its tabs.
pub(super) fn of_function(name: &str, blocks: Vec<Block>) -> Screen {
    let sides = [
        ("Overview", ""),
        ("Test", "test"),
        ("Versions", "versions"),
        ("Triggers", "triggers"),
        ("Asynchronous", "events"),
        ("Concurrency", "concurrency"),
    ];
    let tab = |(label, side): &(&str, &str)| {
        let mut path = to(&["lambda", "function", name]);
        path.extend((!side.is_empty()).then(|| (*side).to_owned()));
        Crumb { label: (*label).to_owned(), path }
    };
    Screen {
        tabs: sides.iter().map(tab).collect(),
        live: true,
        ..screen(name, &[("Lambda", &["lambda"])], blocks)
    }
}

async fn functions(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = api.rest("lambda", "GET", FUNCTIONS, &Value::Null).await?;
    let rows = answer["Functions"].as_array().into_iter().flatten().map(|function| {
        let name = text(&function["FunctionName"]);
        let delete = Action::new("delete-function", "Delete", &[("function", &name)])
            .asking(format!("Delete the function `{name}` with its versions? There is no way back."));
        let cells = [
            name.clone(),
            text(&function["Runtime"]),
            format!("{} MB", text(&function["MemorySize"])),
            format!("{} s", text(&function["Timeout"])),
        ];
        Row::new(cells).opening(&["lambda", "function", &name]).with(delete)
    });
    let table = Table::new(
        "Functions",
        &["Name", "Runtime", "Memory", "Timeout"],
        rows.collect(),
        "No function yet. Create one here or with Terraform.",
    );
    let fields = vec![
        Field::text("function", "Name").hint("letters, digits, `-` and `_`"),
        Field::choice("runtime", "Language", &[("python3.13", "Python 3.13"), ("nodejs22.x", "Node.js 22")]),
        Field::text("role", "Role (ARN)").hint("empty: a new role that may write logs"),
    ];
    let form = Form::new("create-function", "Create a function: \"Hello, world!\"", "Create", fields);
    Ok(Screen { live: true, ..screen("Lambda", &[], vec![Block::Table(table), Block::Form(form)]) })
}

async fn overview(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let answer = api.rest("lambda", "GET", &format!("{FUNCTIONS}/{name}"), &Value::Null).await?;
    let function = &answer["Configuration"];
    let facts = [
        ("ARN", "FunctionArn"),
        ("State", "State"),
        ("Last update", "LastUpdateStatus"),
        ("Runtime", "Runtime"),
        ("Handler", "Handler"),
        ("Memory (MB)", "MemorySize"),
        ("Timeout (s)", "Timeout"),
        ("Role", "Role"),
        ("Package (bytes)", "CodeSize"),
        ("Last change", "LastModified"),
    ];
    let facts = facts.iter().map(|(label, member)| fact(label, text(&function[*member]))).collect();
    let group = format!("/aws/lambda/{name}");
    let layers =
        function["Layers"].as_array().into_iter().flatten().map(|layer| Row::new([text(&layer["Arn"])]));
    let layers: Vec<Row> = layers.collect();
    let mut blocks =
        vec![environments(api, name).await, Block::Facts { title: "Function".to_owned(), facts }];
    if !layers.is_empty() {
        blocks.push(Block::Table(Table::new("Layers, in `/opt`", &["Version"], layers, "")));
    }
    let logs = Row::new([group.clone()]).opening(&["logs", "group", &group]);
    blocks.push(Block::Table(Table::new("Log", &["Log group"], vec![logs], "")));
    let fields = vec![
        Field::new("memory", "Memory (MB)", FieldKind::Number).value(text(&function["MemorySize"])),
        Field::new("timeout", "Timeout (s)", FieldKind::Number).value(text(&function["Timeout"])),
    ];
    blocks.push(Block::Form(Form::new("configure", "Size", "Save", fields).folded()));
    let note = "CPU follows memory on Lambda, one vCPU at 1,769 MB: the lab scales what a handler computes, not what it waits for.";
    let choice = Field::choice("on", "Durations", &[("true", "as on Lambda"), ("false", "of this computer")]);
    blocks.push(Block::Note { tone: Tone::Info, text: note.to_owned() });
    blocks.push(Block::Form(Form::new("sizing", "Sizing model", "Set", vec![choice]).folded()));
    Ok(of_function(name, blocks))
}

/// The boxes in which the function runs, one request at a time each.
async fn environments(api: &Api<'_>, name: &str) -> Block {
    let seen = look(api.shared, Look::Environments(name.to_owned())).await;
    let boxes = if let Seen::Environments(boxes) = seen { boxes } else { Vec::new() };
    let now_ms = api.shared.borrow().now_ms;
    let rows = boxes.into_iter().map(|one| {
        let since_ms = if one.phase == "idle" { one.idle_since_ms } else { one.started_ms };
        let id = one.id.chars().take(8).collect();
        let age = format!("{} s", (now_ms - since_ms).max(0) / 1000);
        Row::new([id, one.version, one.phase.to_owned(), age, format!("{} MB", one.max_memory_mb)])
    });
    let empty = "No environment runs: the next invocation is a cold start.";
    let columns = ["Environment", "Version", "Phase", "For", "Most memory"];
    Block::Table(Table::new("Execution environments", &columns, rows.collect(), empty))
}

async fn test(api: &Api<'_>, name: &str) -> Screen {
    let saved = api.shared.borrow().kept.test_events.get(name).cloned().unwrap_or_default();
    let rows = saved.iter().map(|(event, content)| {
        Row::new([event.clone(), content.chars().take(120).collect()])
            .with(Action::new("run-saved", "Run", &[("name", event)]))
            .with(Action::new("drop-event", "Delete", &[("name", event)]))
    });
    let table = Table::new("Saved test events", &["Name", "Event"], rows.collect(), "None is saved yet.");
    let fields = vec![
        Field::new("event", "Event (JSON)", FieldKind::Area).value("{\n  \"key\": \"value\"\n}"),
        Field::text("name", "Save as").hint("empty: not saved"),
        Field::text("qualifier", "Version or alias").hint("empty: $LATEST"),
        Field::choice(
            "kind",
            "Invocation",
            &[("RequestResponse", "wait for the answer"), ("Event", "asynchronous")],
        ),
    ];
    let form = Form::new("run", "Test", "Run", fields);
    of_function(name, vec![Block::Form(form), Block::Table(table), environments(api, name).await])
}

/// An archive with one file, in base64.
fn zip(name: &str, content: &str) -> Result<String, Failure> {
    let mut writer = archive::Writer::new();
    let made = writer.file(name, content.as_bytes(), 0o644, archive::NO_DATE).and_then(|()| writer.finish());
    made.map(|bytes| STANDARD.encode(bytes)).map_err(|error| error.to_string())
}

async fn create(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let (name, runtime) = (act.value("function"), act.value("runtime"));
    let role = match act.value("role") {
        "" => new_role(api, name).await?,
        role => role.to_owned(),
    };
    let (file, content, handler) = match runtime.starts_with("nodejs") {
        true => ("index.mjs", HELLO_JAVASCRIPT, "index.handler"),
        false => ("lambda_function.py", HELLO_PYTHON, "lambda_function.lambda_handler"),
    };
    let input = json!({
        "FunctionName": name, "Runtime": runtime, "Handler": handler, "Role": role,
        "Code": { "ZipFile": zip(file, content)? },
    });
    api.rest("lambda", "POST", FUNCTIONS, &input).await?;
    let go = Some(to(&["lambda", "function", name, "test"]));
    Ok(Acted { text: format!("`{name}` is there"), go, ..Acted::default() })
}

/// A role that Lambda may assume and that may write logs.
async fn new_role(api: &Api<'_>, function: &str) -> Result<String, Failure> {
    let role = format!("{function}-role");
    let member = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let members = [member("RoleName", &role), member("AssumeRolePolicyDocument", TRUST)];
    let made = api.form("iam", "2010-05-08", "CreateRole", &members).await?;
    let members = [member("RoleName", &role), member("PolicyArn", BASIC_POLICY)];
    api.form("iam", "2010-05-08", "AttachRolePolicy", &members).await?;
    let arn = made.child("CreateRoleResult").and_then(|result| result.child("Role"));
    Ok(arn.map(|role| super::call::text_of(role, "Arn")).unwrap_or_default())
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let name = act.part(2).to_owned();
    match act.verb {
        "create-function" => create(api, &act).await,
        "delete-function" => {
            let function = act.value("function");
            api.rest("lambda", "DELETE", &format!("{FUNCTIONS}/{function}"), &Value::Null).await?;
            done(format!("`{function}` is deleted"))
        }
        "configure" => {
            let number = |name: &str| act.value(name).trim().parse::<i64>().ok();
            let input = json!({ "MemorySize": number("memory"), "Timeout": number("timeout") });
            api.rest("lambda", "PUT", &format!("{FUNCTIONS}/{name}/configuration"), &input).await?;
            done("the function is updated")
        }
        "sizing" => {
            let on = act.value("on") != "false";
            super::look::control(api.shared, nuvola_aws::Input::LambdaSizing { on });
            done(if on { "durations follow memory" } else { "durations are those of this computer" })
        }
        "run" => {
            let (event, saved) = (act.value("event").to_owned(), act.value("name").trim().to_owned());
            if serde_json::from_str::<Value>(&event).is_err() {
                return Err("the test event is not JSON".to_owned());
            }
            if !saved.is_empty() {
                let mut world = api.shared.borrow_mut();
                world.kept.test_events.entry(name.clone()).or_default().insert(saved, event.clone());
            }
            run(api, &name, act.value("qualifier").trim(), act.value("kind"), event).await
        }
        "run-saved" => {
            let found = api
                .shared
                .borrow()
                .kept
                .test_events
                .get(&name)
                .and_then(|all| all.get(act.value("name")))
                .cloned();
            let event = found.ok_or("this test event is gone")?;
            run(api, &name, "", "RequestResponse", event).await
        }
        "drop-event" => {
            if let Some(all) = api.shared.borrow_mut().kept.test_events.get_mut(&name) {
                all.remove(act.value("name"));
            }
            done("the test event is deleted")
        }
        verb if parts::VERBS.contains(&verb) => parts::act(api, &act, &name).await,
        verb => Err(unknown(verb)),
    }
}

async fn run(
    api: &Api<'_>,
    name: &str,
    qualifier: &str,
    kind: &str,
    event: String,
) -> Result<Acted, Failure> {
    let tail = if qualifier.is_empty() { String::new() } else { format!("?Qualifier={qualifier}") };
    let path = format!("{FUNCTIONS}/{name}/invocations{tail}");
    let headers = [("X-Amz-Invocation-Type", kind), ("X-Amz-Log-Type", "Tail")];
    let response = api.rest_raw("lambda", "POST", &path, &headers, event.into()).await?;
    if kind == "Event" {
        return done("the event is accepted: the function runs in a moment");
    }
    let log = response.headers.get("x-amz-log-result").and_then(|text| STANDARD.decode(text).ok());
    let log = String::from_utf8_lossy(&log.unwrap_or_default()).into_owned();
    let report = log.lines().rev().find(|line| line.starts_with("REPORT")).unwrap_or_default();
    let mut facts =
        vec![fact("Executed version", response.headers.get("x-amz-executed-version").unwrap_or_default())];
    facts.extend(
        report
            .split('\t')
            .skip(1)
            .filter_map(|part| part.split_once(": "))
            .map(|(label, value)| fact(label, value)),
    );
    let failed = response.headers.get("x-amz-function-error");
    let payload: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let payload = serde_json::to_string_pretty(&payload).unwrap_or_default();
    let text = match failed {
        Some(kind) => format!("the function failed ({kind})"),
        None => "the function answered".to_owned(),
    };
    let blocks = vec![
        Block::Code { title: "Answer".to_owned(), text: payload },
        Block::Facts { title: "Report".to_owned(), facts },
        Block::Code { title: "Log".to_owned(), text: log },
    ];
    Ok(Acted { text, blocks, ..Acted::default() })
}
