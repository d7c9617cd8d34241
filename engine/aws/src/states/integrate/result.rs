//! The results of tasks, from the answers to their calls.

use super::convert;
use super::failure;
use super::lookup::{Found, Style};
use crate::states::state::Execution;
use nuvola_asl::value::to_text;
use nuvola_asl::{Data, Failure};
use nuvola_kernel::Timestamp;
use nuvola_wire::{Response, Shape, Structure, StructureShape, Value, protocol};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The name of a failure of which a function tells none.
const UNKNOWN: &str = "Lambda.Unknown";

/// What an answer means: the task's output, or its failure.
pub fn of_response(found: &Found<'_>, response: &Response) -> Result<Json, Failure> {
    let schema = &found.service.schema;
    let request_id = request_id(response);
    let is_invoke = schema.id == "Lambda" && found.operation.schema.name == "Invoke";
    let members =
        protocol::decode_response(schema, &found.operation.schema, response).map_err(|mut error| {
            if is_invoke && error.code == "ResourceNotFoundException" && error.message.split(':').count() == 8
            {
                // The version that was looked for is told as well.
                error.message.push_str(":$LATEST");
            }
            failure::of(found, &error, &request_id)
        })?;
    let mut output = match is_invoke && found.style != Style::Sdk {
        true => invoked(found, &members)?,
        false => Json::Object(convert::output(&members, found.style == Style::Optimized)),
    };
    let failed = output.get("FailedEntryCount").and_then(Json::as_i64).unwrap_or(0);
    if found.style == Style::Optimized && schema.id == "EventBridge" && failed > 0 {
        return Err(Failure::new("EventBridge.FailedEntry", to_text(&output)));
    }
    if found.style == Style::Optimized {
        metadata(&mut output, response, &request_id);
    }
    Ok(output)
}

fn request_id(response: &Response) -> String {
    let names = ["x-amzn-RequestId", "x-amz-request-id"];
    names.iter().find_map(|name| response.headers.get(name)).unwrap_or_default().to_owned()
}

/// A function's answer: its payload is JSON, not text.
fn invoked(found: &Found<'_>, members: &Structure) -> Result<Json, Failure> {
    let payload = if let Some(Value::Blob(blob)) = members.get("Payload") {
        String::from_utf8_lossy(blob).into_owned()
    } else {
        String::new()
    };
    let parsed = nuvola_asl::value::parse(&payload);
    if members.get_str("FunctionError").is_some() {
        let name = parsed.ok().and_then(|error| error.get("errorType")?.as_str().map(str::to_owned));
        return Err(Failure::new(name.as_deref().unwrap_or(UNKNOWN), payload));
    }
    let payload = parsed.unwrap_or(Json::from(payload));
    if found.style == Style::Function {
        return Ok(payload);
    }
    let mut output = Map::new();
    if let Some(version) = members.get_str("ExecutedVersion") {
        output.insert("ExecutedVersion".into(), Json::from(version));
    }
    output.insert("Payload".into(), payload);
    output.insert("StatusCode".into(), Json::from(members.get_int("StatusCode").unwrap_or(200)));
    Ok(Json::Object(output))
}

/// What the SDK tells of the answer itself.
fn metadata(output: &mut Json, response: &Response, request_id: &str) {
    let Some(output) = output.as_object_mut() else { return };
    let mut all = Map::new();
    let mut first = Map::new();
    for (name, value) in response.headers.iter() {
        all.entry(name).or_insert_with(|| json!([])).as_array_mut().into_iter().for_each(|values| {
            values.push(Json::from(value));
        });
        first.entry(name).or_insert_with(|| Json::from(value));
    }
    let http = json!({"AllHttpHeaders": all, "HttpHeaders": first, "HttpStatusCode": response.status});
    output.insert("SdkHttpMetadata".into(), http);
    output.insert("SdkResponseMetadata".into(), json!({"RequestId": request_id}));
}

/// What a task that waited for an execution gets of it.
pub fn job_result(execution: &Execution, parsed: bool) -> Result<Data, Failure> {
    let data = |text: &str| match parsed {
        true => nuvola_asl::value::parse(text).unwrap_or(Json::Null),
        false => Json::from(text),
    };
    let mut map = Map::new();
    let mut put = |name: &str, value: Json| {
        map.insert(name.to_owned(), value);
    };
    put("ExecutionArn", Json::from(execution.arn.as_str()));
    put("Input", data(&execution.input));
    put("InputDetails", json!({"Included": true}));
    put("Name", Json::from(execution.name.as_str()));
    if let Some(output) = execution.output() {
        put("Output", data(&to_text(output)));
        put("OutputDetails", json!({"Included": true}));
    }
    if let Some(failure) = execution.failure() {
        if let Some(error) = &failure.error {
            put("Error", Json::from(&**error));
        }
        if let Some(cause) = &failure.cause {
            put("Cause", Json::from(&**cause));
        }
    }
    put("RedriveCount", Json::from(execution.redrives));
    let (redrivable, reason) = super::super::ops::executions::redrivable(execution);
    put("RedriveStatus", Json::from(if redrivable { "REDRIVABLE" } else { "NOT_REDRIVABLE" }));
    if let Some(reason) = reason {
        put("RedriveStatusReason", Json::from(reason));
    }
    put("StartDate", Json::from(Timestamp(execution.started_ms).0));
    put("StateMachineArn", Json::from(execution.machine_arn.as_str()));
    put("Status", Json::from(execution.status()));
    put("StopDate", Json::from(execution.stopped_ms.unwrap_or(execution.started_ms)));
    let map = Json::Object(map);
    match execution.status() {
        "SUCCEEDED" => Ok(Arc::new(map)),
        _ => Err(Failure::new("States.TaskFailed", to_text(&map))),
    }
}

/// What is wrong with a made-up result of a call, by the types of the operation's output.
pub fn mock_problem(resource: &str, result: &Json) -> Option<String> {
    let found = super::lookup::find(resource).ok()?;
    match found.style {
        Style::Function => None,
        Style::Optimized | Style::Sdk => table_problem(found.operation.schema.output, result),
    }
}

fn table_problem(table: &StructureShape, json: &Json) -> Option<String> {
    let fields = json.as_object()?;
    for (name, value) in fields {
        let member = table.members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
        if let Some(problem) = member.and_then(|member| shape_problem(member.shape, name, value)) {
            return Some(problem);
        }
    }
    None
}

fn shape_problem(shape: Shape, name: &str, value: &Json) -> Option<String> {
    let (fits, wanted) = match shape {
        Shape::Boolean => (value.is_boolean(), "a boolean"),
        Shape::Integer | Shape::Long | Shape::Float | Shape::Double => (value.is_number(), "a number"),
        Shape::String | Shape::Timestamp => (value.is_string(), "a string"),
        Shape::Blob | Shape::Document => (true, ""),
        Shape::List(list) => {
            if let Some(items) = value.as_array() {
                return items.iter().find_map(|item| shape_problem(list.item, name, item));
            }
            (false, "an array")
        }
        Shape::Map(map) => {
            if let Some(entries) = value.as_object() {
                return entries.iter().find_map(|(key, item)| shape_problem(map.value, key, item));
            }
            (false, "an object")
        }
        Shape::Structure(table) => match value.is_object() {
            true => return table_problem(table.get(), value),
            false => (false, "an object"),
        },
    };
    (!fits).then(|| format!("Field '{name}' must be {wanted}"))
}
