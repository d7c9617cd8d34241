//! Invoke.

use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::operation;
use crate::service::{ApiResult, Outcome};
use crate::validate::Validation;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Blob;
use nuvola_wire::{Value, WireType, shape};

use crate::lambda::invocations::{Call, InvocationResult, QueuedEvent, begin};
use crate::lambda::state::State;
use crate::lambda::target::{self, Target, target};
use crate::lambda::{Continuation, errors, events, limits};

shape! {
    /// What Invoke takes.
    pub struct InvokeInput {
        #[wire("FunctionName", label)] pub function_name: String,
        #[wire("InvocationType", header = "X-Amz-Invocation-Type")] pub invocation_type: Option<String>,
        #[wire("LogType", header = "X-Amz-Log-Type")] pub log_type: Option<String>,
        #[wire("ClientContext", header = "X-Amz-Client-Context")] pub client_context: Option<String>,
        #[wire("Payload", payload)] pub payload: Option<Blob>,
        #[wire("Qualifier", query = "Qualifier")] pub qualifier: Option<String>,
    }

    /// What Invoke answers.
    pub struct InvokeOutput {
        #[wire("StatusCode", status_code)] pub status_code: Option<i32>,
        #[wire("FunctionError", header = "X-Amz-Function-Error")] pub function_error: Option<String>,
        #[wire("LogResult", header = "X-Amz-Log-Result")] pub log_result: Option<String>,
        #[wire("Payload", payload)] pub payload: Option<Blob>,
        #[wire("ExecutedVersion", header = "X-Amz-Executed-Version")] pub executed_version: Option<String>,
    }
}

operation! {
    /// Runs a function: and waits for its answer, or later, or not at all (DryRun).
    ///
    /// **Source**: AWS Lambda API Reference, "Invoke".
    pub INVOKE: Invoke {
        http: "POST" "/2015-03-31/functions/{FunctionName}/invocations" 200,
        input: InvokeInput,
        output: InvokeOutput,
        errors: [
            "InvalidRequestContentException",
            "RequestTooLargeException",
            "ResourceConflictException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
        access: |cx, input| {
            target::access(cx, "lambda:InvokeFunction", &input.function_name, input.qualifier.as_deref())
        },
        handler: invoke,
    }
}

fn invoke(cx: &mut OpContext<'_>, input: InvokeInput) -> ApiResult<Outcome<InvokeOutput>> {
    let kind = input.invocation_type.as_deref().unwrap_or("RequestResponse");
    let mut validation = Validation::new();
    validation.one_of("invocationType", kind, &["Event", "RequestResponse", "DryRun"]);
    if let Some(log_type) = &input.log_type {
        validation.one_of("logType", log_type, &["None", "Tail"]);
    }
    validation.finish("ValidationException")?;
    let target = target(cx, &input.function_name, input.qualifier.as_deref())?;
    let event = event(input.payload, kind == "Event")?;
    let client_context = input.client_context.map(|text| decode_context(&text)).transpose()?;
    let (_, version) = target.version(cx)?;
    let (state, executed) = (version.state, version.version.clone());
    match kind {
        "DryRun" => {
            let output = InvokeOutput { status_code: Some(204), ..InvokeOutput::default() };
            Ok(Outcome::Done(InvokeOutput { executed_version: Some(executed), ..output }))
        }
        "Event" => {
            if state == State::Pending {
                return Err(errors::pending());
            }
            accept(cx, target, event, client_context);
            Ok(Outcome::Done(InvokeOutput { status_code: Some(202), ..InvokeOutput::default() }))
        }
        _ => {
            let tail = input.log_type.as_deref() == Some("Tail");
            let continuation = Continuation::Invoke { http_id: cx.http_id(), tail };
            let call = Call {
                region: target.region,
                function: target.name,
                qualifier: target.qualifier,
                event,
                client_context,
                request_id: Some(cx.request.request_id.clone()),
                parent: Some(cx.request.request_id.clone()),
                continuation: cloud::Continuation::Lambda(continuation),
            };
            begin(cx, call)?;
            Ok(Outcome::Later)
        }
    }
}

/// The event as text; nothing at all is an empty object.
fn event(payload: Option<Blob>, asynchronous: bool) -> ApiResult<String> {
    let payload = payload.unwrap_or_default();
    let limit = if asynchronous { limits::EVENT_PAYLOAD_MAX_BYTES } else { limits::PAYLOAD_MAX_BYTES };
    if payload.len() > limit {
        let operation = if asynchronous { "InvokeAsync" } else { "InvokeFunction" };
        return Err(errors::payload_too_large(limit, operation));
    }
    if payload.iter().all(u8::is_ascii_whitespace) {
        return Ok("{}".to_owned());
    }
    let Some(text) = payload.as_text() else {
        return Err(errors::payload_not_json("Invalid UTF-8 at [Source: (byte[])]"));
    };
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(errors::payload_not_json(&error.to_string())),
    }
}

/// The client context is JSON in base64.
fn decode_context(text: &str) -> ApiResult<String> {
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let json = decoded.filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok());
    json.ok_or_else(|| errors::invalid_request("Client context must be a valid Base64-encoded JSON object."))
}

fn accept(cx: &mut OpContext<'_>, target: Target, event: String, client_context: Option<String>) {
    let event = QueuedEvent {
        request_id: cx.request.request_id.clone(),
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        event,
        client_context,
        parent: Some(cx.request.request_id.clone()),
        accepted_ms: cx.now_ms,
        failures: 0,
        last: None,
        throttle_wait_ms: limits::EVENT_THROTTLE_FIRST_MS,
    };
    events::enqueue(cx, event);
}

/// Answers a client that waited for the function.
pub fn answer(cx: &mut OpContext<'_>, http_id: u64, tail: bool, result: InvocationResult) {
    let output = InvokeOutput {
        status_code: Some(200),
        function_error: result.failed.then(|| "Unhandled".to_owned()),
        log_result: tail.then(|| STANDARD.encode(&result.log_tail)),
        payload: Some(Blob::from(result.payload)),
        executed_version: Some(result.executed_version),
    };
    let Value::Structure(members) = output.into_value() else { return };
    cx.complete(http_id, Completion::Operation(Ok(members)));
}
