//! The names and causes of failed calls.
//!
//! **Source**: Step Functions Developer Guide, "Error names"; texts as recorded from the service. Optimized
//! integrations word failures as the Java SDK of version 1 does, SDK integrations as that of version 2.

use super::lookup::{Found, Style};
use nuvola_asl::Failure;
use nuvola_wire::ApiError;

/// Step Functions' prefix of error names, and the SDK's name of the service, by the service's id.
const OPTIMIZED: &[(&str, &str, &str)] = &[
    ("Lambda", "Lambda", "AWSLambda"),
    ("DynamoDB", "DynamoDB", "AmazonDynamoDBv2"),
    ("SQS", "SQS", "AmazonSQS"),
    ("SNS", "SNS", "AmazonSNS"),
    ("SFN", "StepFunctions", "AWSStepFunctions"),
    ("EventBridge", "EventBridge", "AmazonEventBridge"),
    ("S3", "S3", "Amazon S3"),
];

/// `DynamoDB` → `DynamoDb`, `API Gateway` → `ApiGateway`, `SFN` → `Sfn`
pub fn class_name(id: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = id.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let after_upper = at > 0 && chars[at - 1].is_ascii_uppercase();
        let before_lower = chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        match c {
            ' ' => {}
            c if c.is_ascii_uppercase() && after_upper && !before_lower => out.push(c.to_ascii_lowercase()),
            c => out.push(*c),
        }
    }
    out
}

fn exception(code: &str) -> String {
    match code.ends_with("Exception") {
        true => code.to_owned(),
        false => format!("{code}Exception"),
    }
}

/// The failure of a task whose call was refused.
pub fn of(found: &Found<'_>, error: &ApiError, request_id: &str) -> Failure {
    // S3 has two ids for each request.
    let extended = error.headers.get("x-amz-id-2").map(|id| format!(", Extended Request ID: {id}"));
    let extended = extended.unwrap_or_default();
    let id = found.service.schema.id;
    // What the operation does not declare has the name of the service's most general exception.
    let declared = found.operation.errors.contains(&error.code.as_str());
    match found.style {
        Style::Sdk => {
            let service = class_name(id);
            let name = if declared { exception(&error.code) } else { format!("{service}Exception") };
            let cause = format!(
                "{} (Service: {service}, Status Code: {}, Request ID: {request_id}{extended})",
                error.message, error.status
            );
            Failure::new(&format!("{service}.{name}"), cause)
        }
        Style::Function | Style::Optimized => {
            let row = OPTIMIZED.iter().find(|(own, _, _)| *own == id);
            let (prefix, service) = row.map_or((id, id), |(_, prefix, service)| (*prefix, *service));
            let general = format!("{}Exception", service.trim_end_matches("v2").replace(' ', ""));
            let name = if declared { exception(&error.code) } else { general };
            let cause = format!(
                "{} (Service: {service}; Status Code: {}; Error Code: {}; Request ID: {request_id}; Proxy: null)",
                error.message, error.status, error.code
            );
            Failure::new(&format!("{prefix}.{name}"), cause)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::class_name;

    #[test]
    fn services_are_named_as_classes() {
        // Source: names in recorded errors (`DynamoDb.`, `SecretsManager.`), and the packages of the AWS SDK for Java.
        for (id, name) in [
            ("DynamoDB", "DynamoDb"),
            ("API Gateway", "ApiGateway"),
            ("SFN", "Sfn"),
            ("S3", "S3"),
            ("EC2", "Ec2"),
            ("CloudWatch Logs", "CloudWatchLogs"),
            ("EventBridge", "EventBridge"),
        ] {
            assert_eq!(class_name(id), name);
        }
    }
}
