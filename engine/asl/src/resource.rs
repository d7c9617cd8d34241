//! What a Task state calls, read from its `Resource`.
//!
//! **Source**: Step Functions Developer Guide, "Integrating services with Step Functions".

/// A task's resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A function's ARN.
    Function(&'a str),
    /// An activity's ARN.
    Activity(&'a str),
    Service(ServiceCall<'a>),
    Unknown,
}

/// `arn:aws:states:::SERVICE:ACTION.PATTERN`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceCall<'a> {
    /// `lambda`, `aws-sdk:dynamodb`.
    whole: &'a str,
    /// `lambda`, `dynamodb`.
    pub service: &'a str,
    /// The call is one of the SDK's, not one that Step Functions knows better.
    pub sdk: bool,
    /// With the pattern: `startExecution.sync:2`.
    pub action: &'a str,
    /// Without it.
    pub operation: &'a str,
    pub pattern: Pattern,
}

/// When a task is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// When the call is answered.
    RequestResponse,
    /// When the job that it began is done; `parsed`: the output is JSON and not a text (`.sync:2`).
    Sync { parsed: bool },
    /// When someone brings the token back.
    WaitForTaskToken,
}

impl<'a> ServiceCall<'a> {
    /// What events call `resourceType`.
    pub fn kind(&self) -> &'a str {
        self.whole
    }
}

impl<'a> Resource<'a> {
    pub fn parse(arn: &'a str) -> Resource<'a> {
        let mut parts = arn.splitn(6, ':');
        let (Some("arn"), Some(_), Some(service), Some(region), Some(_), Some(rest)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Resource::Unknown;
        };
        match service {
            "lambda" if rest.starts_with("function:") => Resource::Function(arn),
            "states" if rest.starts_with("activity:") => Resource::Activity(arn),
            "states" if region.is_empty() => service_call(rest).map_or(Resource::Unknown, Resource::Service),
            _ => Resource::Unknown,
        }
    }
}

fn service_call(rest: &str) -> Option<ServiceCall<'_>> {
    let (sdk, tail) = match rest.strip_prefix("aws-sdk:") {
        Some(tail) => (true, tail),
        None => (false, rest),
    };
    let (service, action) = tail.split_once(':')?;
    let (operation, pattern) = match action.split_once('.') {
        None => (action, Pattern::RequestResponse),
        Some((operation, "sync")) => (operation, Pattern::Sync { parsed: false }),
        Some((operation, "sync:2")) => (operation, Pattern::Sync { parsed: true }),
        Some((operation, "waitForTaskToken")) => (operation, Pattern::WaitForTaskToken),
        Some(_) => return None,
    };
    if service.is_empty() || operation.is_empty() {
        return None;
    }
    let whole = &rest[..rest.len() - action.len() - 1];
    Some(ServiceCall { whole, service, sdk, action, operation, pattern })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_told_apart() {
        // Source: Step Functions Developer Guide, "Integrating services with Step Functions".
        let function = "arn:aws:lambda:eu-south-1:123456789012:function:f";
        assert_eq!(Resource::parse(function), Resource::Function(function));
        let Resource::Service(call) = Resource::parse("arn:aws:states:::states:startExecution.sync:2") else {
            panic!("a service's call");
        };
        assert_eq!(
            (call.kind(), call.operation, call.action, call.pattern),
            ("states", "startExecution", "startExecution.sync:2", Pattern::Sync { parsed: true })
        );
        let Resource::Service(call) = Resource::parse("arn:aws:states:::aws-sdk:s3:getObject") else {
            panic!("a service's call");
        };
        assert_eq!((call.kind(), call.service, call.sdk), ("aws-sdk:s3", "s3", true));
        for text in ["", "f", "arn:aws:sqs:eu-south-1:1:q", "arn:aws:states:::x", "arn:aws:states:::sqs:a.b"]
        {
            assert_eq!(Resource::parse(text), Resource::Unknown, "{text}");
        }
    }
}
