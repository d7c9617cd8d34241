//! PutEvents and TestEventPattern.

use crate::auth::Access;
use crate::context::OpContext;
use crate::events::dispatch::{self, Entry, to_bus};
use crate::events::errors;
use crate::events::lookup::{bus_arn, bus_name};
use crate::matching::Pattern;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use serde_json::Value;

/// The most bytes of all entries of a request.
const ENTRIES_MAX_BYTES: usize = 1_048_576;

shape! {
    /// An event.
    pub struct PutEventsRequestEntry {
        #[wire("Time")] pub time: Option<Timestamp>,
        #[wire("Source")] pub source: Option<String>,
        #[wire("Resources")] pub resources: Vec<String>,
        #[wire("DetailType")] pub detail_type: Option<String>,
        #[wire("Detail")] pub detail: Option<String>,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("TraceHeader")] pub trace_header: Option<String>,
    }

    /// What PutEvents takes.
    pub struct PutEventsInput {
        #[wire("Entries", required)] pub entries: Vec<PutEventsRequestEntry>,
        #[wire("EndpointId")] pub endpoint_id: Option<String>,
    }

    /// What became of an event.
    pub struct PutEventsResultEntry {
        #[wire("EventId")] pub id: Option<String>,
        #[wire("ErrorCode")] pub code: Option<String>,
        #[wire("ErrorMessage")] pub message: Option<String>,
    }

    /// What PutEvents answers.
    pub struct PutEventsOutput {
        #[wire("FailedEntryCount")] pub failed: Option<i32>,
        #[wire("Entries")] pub entries: Vec<PutEventsResultEntry>,
    }

    /// What TestEventPattern takes.
    pub struct TestEventPatternInput {
        #[wire("EventPattern")] pub pattern: String,
        #[wire("Event")] pub event: String,
    }

    /// What TestEventPattern answers.
    pub struct TestEventPatternOutput {
        #[wire("Result")] pub result: Option<bool>,
    }
}

operation! {
    /// Puts up to ten events on buses; each succeeds or fails by itself.
    ///
    /// **Source**: EventBridge API Reference, "PutEvents".
    pub PUT_EVENTS: PutEvents {
        http: "POST" "/" 200,
        input: PutEventsInput,
        output: PutEventsOutput,
        errors: ["ValidationException"],
        access: |cx, input| {
            let checks = input.entries.iter().map(|entry| {
                to_bus(cx, "events:PutEvents", &bus_arn(cx, &bus_name(entry.bus.as_deref())))
                    .with_key("events:source", entry.source.clone())
                    .with_key("events:detail-type", entry.detail_type.clone())
            });
            checks.fold(Access::none(), Access::and)
        },
        handler: put_events,
    }
}

/// What is wrong with an entry: code and text.
fn refusal(entry: &PutEventsRequestEntry) -> Option<(&'static str, String)> {
    let required = [(&entry.source, "Source"), (&entry.detail_type, "DetailType"), (&entry.detail, "Detail")];
    for (value, name) in required {
        if value.as_ref().is_none_or(String::is_empty) {
            let text = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
            return Some(("InvalidArgument", text));
        }
    }
    if entry.source.as_ref().is_some_and(|source| source.starts_with("aws.")) {
        return Some(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
    }
    let detail: Option<Value> = entry.detail.as_ref().and_then(|text| serde_json::from_str(text).ok());
    match detail {
        Some(Value::Object(_)) => None,
        Some(_) | None => Some(("MalformedDetail", "Detail is malformed.".to_owned())),
    }
}

fn put_events(cx: &mut OpContext<'_>, input: PutEventsInput) -> ApiResult<PutEventsOutput> {
    let count = input.entries.len();
    let mut validation = Validation::new();
    if count == 0 || count > 10 {
        let (bound, size) = if count == 0 { ("greater", 1) } else { ("less", 10) };
        let constraint = format!("Member must have length {bound} than or equal to {size}");
        validation.problem(Some("[PutEventsRequestEntry]"), "entries", &constraint);
    }
    validation.finish("ValidationException")?;
    let bytes: usize = input
        .entries
        .iter()
        .map(|entry| {
            let texts = [&entry.source, &entry.detail_type, &entry.detail];
            texts.into_iter().flatten().map(String::len).sum::<usize>()
                + entry.resources.iter().map(String::len).sum::<usize>()
        })
        .sum();
    if bytes > ENTRIES_MAX_BYTES {
        return Err(errors::validation("Total size of the entries in the request is over the limit."));
    }
    if input.endpoint_id.is_some() {
        cx.not_simulated("EventBridge: global endpoints");
    }
    let mut output = PutEventsOutput::default();
    let mut failed = 0;
    for entry in input.entries {
        if let Some((code, message)) = refusal(&entry) {
            failed += 1;
            let refused =
                PutEventsResultEntry { code: Some(code.to_owned()), message: Some(message), id: None };
            output.entries.push(refused);
            continue;
        }
        let arn = bus_arn(cx, &bus_name(entry.bus.as_deref()));
        let sent = Entry {
            source: entry.source.unwrap_or_default(),
            detail_type: entry.detail_type.unwrap_or_default(),
            detail: serde_json::from_str(&entry.detail.unwrap_or_default()).unwrap_or_default(),
            resources: entry.resources,
            time_ms: entry.time.map(|at| at.0),
            parent: Some(cx.request.request_id.clone()),
            hops: 0,
        };
        let id = dispatch::put(cx, &arn, sent);
        output.entries.push(PutEventsResultEntry { id: Some(id), ..PutEventsResultEntry::default() });
    }
    output.failed = Some(failed);
    Ok(output)
}

operation! {
    /// Tells whether an event fits a pattern.
    ///
    /// **Source**: EventBridge API Reference, "TestEventPattern".
    pub TEST_EVENT_PATTERN: TestEventPattern {
        http: "POST" "/" 200,
        input: TestEventPatternInput,
        output: TestEventPatternOutput,
        errors: ["InvalidEventPatternException"],
        access: |_, _| Access::to("events:TestEventPattern", "*"),
        handler: test_event_pattern,
    }
}

fn test_event_pattern(
    _: &mut OpContext<'_>,
    input: TestEventPatternInput,
) -> ApiResult<TestEventPatternOutput> {
    let pattern = Pattern::parse(&input.pattern).map_err(|reason| errors::bad_pattern(&reason))?;
    let event: Option<Value> = serde_json::from_str(&input.event).ok();
    let Some(event) = event.filter(Value::is_object) else {
        return Err(errors::validation("Parameter Event is not valid."));
    };
    const REQUIRED: [&str; 7] = ["id", "account", "source", "time", "region", "resources", "detail-type"];
    if let Some(name) = REQUIRED.iter().find(|name| event.get(**name).is_none()) {
        let text = format!("Parameter Event is not valid. Reason: {name} is a required argument.");
        return Err(errors::validation(text));
    }
    Ok(TestEventPatternOutput { result: Some(pattern.fits(&event)) })
}
