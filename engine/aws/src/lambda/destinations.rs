//! Where the outcome of an event goes: dead-letter queues and destinations, in the name of the function's role.
//!
//! **Source**: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".

use crate::auth::Principal;
use crate::context::OpContext;
use crate::deliveries::{self, Note};
use crate::service::ApiResult;
use crate::sqs;
use nuvola_kernel::{Arn, Region};
use nuvola_wire::ApiError;
use serde_json::{Value, json};

use super::state::Function;
use super::{errors, events, role, target};

/// The kinds of destinations, by the service in their ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Queue,
    Topic,
    Function,
    Bus,
}

impl Kind {
    pub fn of(arn: &str) -> Option<Kind> {
        match Arn::parse(arn)?.service() {
            "sqs" => Some(Kind::Queue),
            "sns" => Some(Kind::Topic),
            "lambda" => Some(Kind::Function),
            "events" => Some(Kind::Bus),
            _ => None,
        }
    }

    /// What the role must be allowed, and the service's name in texts.
    pub fn action(self) -> (&'static str, &'static str) {
        match self {
            Kind::Queue => ("SendMessage", "SQS"),
            Kind::Topic => ("Publish", "SNS"),
            Kind::Function => ("InvokeFunction", "Lambda"),
            Kind::Bus => ("PutEvents", "EventBridge"),
        }
    }
}

/// Whether the role may send to a destination that exists.
pub fn authorise(cx: &mut OpContext<'_>, principal: &Principal, arn: &str, kind: Kind) -> ApiResult<()> {
    match kind {
        Kind::Queue => sqs::authorise(cx, principal, arn, "SendMessage"),
        Kind::Topic => crate::sns::authorise(cx, principal, arn),
        Kind::Function => events::authorise(cx, principal, None, arn).map(|_| ()),
        Kind::Bus => crate::events::authorise(cx, principal, arn),
    }
}

/// Refuses a destination that cannot be one, or that the role may not send to.
pub fn check(cx: &mut OpContext<'_>, function: &Function, role_arn: &str, arn: &str) -> ApiResult<()> {
    let invalid = || errors::invalid_parameter(format!("The destination ARN {arn} is invalid."));
    let kind = Kind::of(arn).filter(|_| !arn.ends_with(".fifo")).ok_or_else(invalid)?;
    let allowed = match role::actor(cx, role_arn, function) {
        Some(principal) => authorise(cx, &principal, arn, kind).is_ok(),
        None => false,
    };
    match allowed {
        true => Ok(()),
        false => Err(errors::no_permission_for_destination(kind.action().0, arn)),
    }
}

/// Refuses a dead-letter target that cannot be one, or that the role may not send to.
pub fn check_dead_letter(
    cx: &mut OpContext<'_>,
    function: &Function,
    role_arn: &str,
    arn: &str,
) -> ApiResult<()> {
    let kind = Kind::of(arn).filter(|kind| matches!(kind, Kind::Queue | Kind::Topic));
    let Some(kind) = kind.filter(|_| !arn.ends_with(".fifo")) else {
        // Our own text: that of AWS was not found.
        return Err(errors::invalid_parameter(format!(
            "The dead letter target {arn} is invalid: it must be a standard SQS queue or SNS topic."
        )));
    };
    let allowed = match role::actor(cx, role_arn, function) {
        Some(principal) => authorise(cx, &principal, arn, kind).is_ok(),
        None => false,
    };
    let (action, service) = kind.action();
    if allowed { Ok(()) } else { Err(errors::no_permission_for(action, service)) }
}

/// Something for a destination.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// `OnFailure`, `OnSuccess` or `DeadLetterQueue`, for the trace.
    pub what: &'static str,
    pub region: String,
    pub function_arn: String,
    pub function: String,
    pub role_arn: String,
    pub destination: String,
    pub body: String,
    /// Attributes of messages: name, type, value.
    pub attributes: Vec<(String, String, String)>,
    /// Whether the function failed, for EventBridge's detail type.
    pub failed: bool,
    pub parent: Option<String>,
}

/// Sends a parcel in the name of the function's role; what cannot be delivered is lost, as on AWS, and told.
pub fn send(cx: &mut OpContext<'_>, parcel: Parcel) {
    let home = std::mem::replace(&mut cx.region, Region::new(parcel.region.clone()));
    let found = cx.state().lambda.function(&parcel.region, &parcel.function).cloned();
    let principal = found.and_then(|function| role::actor(cx, &parcel.role_arn, &function));
    let note = Note {
        service: "lambda",
        operation: parcel.what.to_owned(),
        principal: principal.as_ref().map_or_else(|| role::LAMBDA.to_owned(), |one| one.arn(cx.account())),
        caller: parcel.function_arn.clone(),
        target: parcel.destination.clone(),
        parent: parcel.parent.clone(),
        bytes: parcel.body.len(),
    };
    deliveries::tell(cx, note, &mut |cx| match &principal {
        Some(principal) => hand_over(cx, principal, &parcel),
        None => Err(errors::role_not_assumable()),
    });
    cx.region = home;
}

fn hand_over(cx: &mut OpContext<'_>, principal: &Principal, parcel: &Parcel) -> ApiResult<()> {
    let arn = parcel.destination.as_str();
    match Kind::of(arn) {
        Some(Kind::Queue) => {
            let delivery = sqs::Delivery {
                queue_arn: arn,
                body: parcel.body.clone(),
                attributes: parcel.attributes.clone(),
                service: role::LAMBDA,
                source_arn: &parcel.function_arn,
                principal: Some(principal),
                ..sqs::Delivery::default()
            };
            sqs::deliver(cx, delivery).map(|_| ())
        }
        Some(Kind::Topic) => {
            let message = crate::sns::Message {
                body: parcel.body.clone(),
                attributes: parcel.attributes.clone(),
                ..crate::sns::Message::default()
            };
            crate::sns::deliver(cx, principal, None, arn, message).map(|_| ())
        }
        Some(Kind::Function) => {
            let target = events::authorise(cx, principal, None, arn)?;
            events::accept_event(cx, target, parcel.body.clone(), parcel.parent.clone());
            Ok(())
        }
        Some(Kind::Bus) => {
            let end = if parcel.failed { "Failure" } else { "Success" };
            let event = crate::events::Entry {
                source: "lambda".to_owned(),
                detail_type: format!("Lambda Function Invocation Result - {end}"),
                detail: serde_json::from_str(&parcel.body).unwrap_or(Value::Null),
                resources: vec![parcel.function_arn.clone(), arn.to_owned()],
                ..crate::events::Entry::default()
            };
            crate::events::deliver(cx, principal, arn, event)
        }
        None => Err(ApiError::new(
            400,
            "InvalidParameterValueException",
            format!("The destination ARN {arn} is invalid."),
        )),
    }
}

/// The start of every record of an invocation.
pub fn record(now_ms: i64, request: Value, response: Option<Value>) -> Value {
    let mut record = json!({
        "version": "1.0",
        "timestamp": nuvola_kernel::Timestamp(now_ms).iso_millis(),
        "requestContext": request,
    });
    if let Some(response) = response {
        record["responseContext"] = response;
    }
    record
}

/// What a record says of the last answer.
pub fn response_context(executed_version: &str, failed: bool) -> Value {
    let mut context = json!({"statusCode": 200, "executedVersion": executed_version});
    if failed {
        context["functionError"] = "Unhandled".into();
    }
    context
}

/// The ARN as records name functions: with a qualifier always.
pub fn qualified(cx: &OpContext<'_>, region: &str, function: &str, qualifier: &str) -> String {
    let qualifier = if qualifier.is_empty() { super::limits::LATEST } else { qualifier };
    target::arn(region, cx.account().as_str(), function, qualifier)
}
