//! From a task's resource to a service and an operation of ours.

use crate::SERVICES;
use crate::service::{OperationDef, ServiceDef};
use nuvola_asl::Failure;
use nuvola_asl::resource::{Pattern, Resource};

/// The error of a task that Nuvola cannot do.
pub const NOT_SIMULATED: &str = "Nuvola.NotSimulated";

/// What a task calls.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    pub service: &'static ServiceDef,
    pub operation: &'static OperationDef,
    pub style: Style,
    pub pattern: Pattern,
    /// The function, where the resource is one.
    pub function: Option<&'a str>,
}

/// How results and failures are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The resource is a function's ARN.
    Function,
    /// Step Functions knows the service better than its SDK.
    Optimized,
    /// As the service's SDK has it.
    Sdk,
}

/// The services that Step Functions knows: its name for each, ours, and the operations.
const OPTIMIZED: &[(&str, &str, &[&str])] = &[
    ("lambda", "Lambda", &["invoke"]),
    ("dynamodb", "DynamoDB", &["getItem", "putItem", "updateItem", "deleteItem"]),
    ("sqs", "SQS", &["sendMessage"]),
    ("sns", "SNS", &["publish"]),
    ("states", "SFN", &["startExecution"]),
    ("events", "EventBridge", &["putEvents"]),
    ("s3", "S3", &["getObject", "listObjectsV2", "putObject"]),
];

/// `CloudWatch Logs` → `cloudwatchlogs`
fn plain(id: &str) -> String {
    id.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()).collect()
}

fn by_id(id: &str) -> Option<&'static ServiceDef> {
    SERVICES.iter().copied().find(|service| plain(service.schema.id) == id)
}

fn operation(service: &'static ServiceDef, name: &str) -> Option<&'static OperationDef> {
    service.operations.iter().copied().find(|op| op.schema.name.eq_ignore_ascii_case(name))
}

fn missing(what: &str) -> Failure {
    Failure::new(NOT_SIMULATED, format!("the integration `{what}` is not simulated by Nuvola"))
}

/// Finds what a resource calls.
pub fn find(arn: &str) -> Result<Found<'_>, Failure> {
    match Resource::parse(arn) {
        Resource::Function(function) => {
            let service = by_id("lambda").ok_or_else(|| missing(arn))?;
            let operation = operation(service, "Invoke").ok_or_else(|| missing(arn))?;
            let pattern = Pattern::RequestResponse;
            Ok(Found { service, operation, style: Style::Function, pattern, function: Some(function) })
        }
        Resource::Service(call) => {
            let (id, style) = match call.sdk {
                true => (call.service.to_owned(), Style::Sdk),
                false => {
                    let row = OPTIMIZED.iter().find(|(name, _, operations)| {
                        *name == call.service && operations.contains(&call.operation)
                    });
                    let (_, id, _) = row.ok_or_else(|| missing(arn))?;
                    (plain(id), Style::Optimized)
                }
            };
            let service = by_id(&id).ok_or_else(|| missing(arn))?;
            let operation = operation(service, call.operation).ok_or_else(|| missing(arn))?;
            Ok(Found { service, operation, style, pattern: call.pattern, function: None })
        }
        Resource::Activity(_) | Resource::Unknown => Err(missing(arn)),
    }
}
