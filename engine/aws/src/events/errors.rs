//! EventBridge's errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the EventBridge API Reference; texts as SDK users cite them and
//! as recorded in public test suites. Where no record was found the text is our own.

use nuvola_wire::ApiError;

pub fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationException", text)
}

pub fn no_bus(name: &str) -> ApiError {
    ApiError::new(400, "ResourceNotFoundException", format!("Event bus {name} does not exist."))
}

pub fn bus_exists(name: &str) -> ApiError {
    ApiError::new(400, "ResourceAlreadyExistsException", format!("Event bus {name} already exists."))
}

pub fn no_rule(rule: &str, bus: &str) -> ApiError {
    let text = format!("Rule {rule} does not exist on EventBus {bus}.");
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn no_resource(arn: &str) -> ApiError {
    // Of a rule and of a bus AWS says it as it does elsewhere.
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let text = match resource.split('/').collect::<Vec<&str>>()[..] {
        ["rule", name] => return no_rule(name, super::state::DEFAULT_BUS),
        ["rule", bus, name] => return no_rule(name, bus),
        ["event-bus", name] => return no_bus(name),
        _ => format!("Resource {arn} does not exist."),
    };
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn no_statement() -> ApiError {
    ApiError::new(400, "ResourceNotFoundException", "Statement with the provided id does not exist.")
}

pub fn bad_pattern(reason: &str) -> ApiError {
    ApiError::new(
        400,
        "InvalidEventPatternException",
        format!("Event pattern is not valid. Reason: {reason}"),
    )
}

pub fn limit() -> ApiError {
    ApiError::new(400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

pub fn not_simulated(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("EventBridge: {what}: not simulated by Nuvola"))
}
