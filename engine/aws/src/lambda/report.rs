//! The lines that the platform itself writes into a function's log, and the errors that it answers.
//!
//! **Source**: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions",
//! "Understanding the Lambda execution environment lifecycle"; lines and payloads recorded from AWS.

use nuvola_kernel::Timestamp;
use serde_json::json;

/// How an invocation went, for its REPORT line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report<'a> {
    pub request_id: &'a str,
    pub duration_ms: f64,
    /// Set on a cold start only. It is billed, since August 2025 for every runtime.
    pub init_ms: Option<f64>,
    pub memory_mb: u32,
    pub max_memory_mb: u32,
    /// `timeout`, or `error` with the error's type.
    pub status: Option<Status<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status<'a> {
    Timeout,
    Error(&'a str),
}

impl Report<'_> {
    /// Whole milliseconds that the invocation costs: initialisation and handler together, rounded up.
    ///
    /// **Source**: AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase" (from 1 August 2025).
    pub fn billed_ms(&self) -> u64 {
        let total = self.duration_ms + self.init_ms.unwrap_or(0.0);
        // The times are shown in hundredths, and what is shown is what is billed.
        ((total * 100.0).round() / 100.0).ceil().max(1.0) as u64
    }

    pub fn line(&self) -> String {
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB\tMax Memory Used: {} MB\t",
            self.request_id,
            self.duration_ms,
            self.billed_ms(),
            self.memory_mb,
            self.max_memory_mb,
        );
        if let Some(init_ms) = self.init_ms {
            line.push_str(&format!("Init Duration: {init_ms:.2} ms\t"));
        }
        match self.status {
            None => {}
            Some(Status::Timeout) => line.push_str("Status: timeout"),
            Some(Status::Error(kind)) => line.push_str(&format!("Status: error\tError Type: {kind}")),
        }
        line.push('\n');
        line
    }
}

pub fn init_start(runtime_version: &str, runtime_arn: &str) -> String {
    format!("INIT_START Runtime Version: {runtime_version}\tRuntime Version ARN: {runtime_arn}\n")
}

pub fn start(request_id: &str, version: &str) -> String {
    format!("START RequestId: {request_id} Version: {version}\n")
}

pub fn end(request_id: &str) -> String {
    format!("END RequestId: {request_id}\n")
}

/// Written when initialisation fails; `phase` is `init`, or `invoke` when it was tried again.
pub fn init_report(init_ms: f64, phase: &str, error_type: &str) -> String {
    format!(
        "INIT_REPORT Init Duration: {init_ms:.2} ms\tPhase: {phase}\tStatus: error\tError Type: {error_type}\n"
    )
}

pub fn timed_out(now_ms: i64, request_id: &str, timeout_s: u32) -> String {
    let at = Timestamp(now_ms).iso_millis();
    format!("{at} {request_id} Task timed out after {timeout_s}.00 seconds\n\n")
}

pub fn exited(request_id: &str, how: &str) -> String {
    format!("{}\nRuntime.ExitError\n", exit_message(request_id, how))
}

/// A process that ends with status 0 gives no reason: `how` is empty then.
fn exit_message(request_id: &str, how: &str) -> String {
    match how {
        "" => format!("RequestId: {request_id} Error: Runtime exited without providing a reason"),
        _ => format!("RequestId: {request_id} Error: Runtime exited with error: {how}"),
    }
}

pub fn timed_out_payload(request_id: &str, timeout_s: u32) -> String {
    json!({
        "errorType": "Sandbox.Timedout",
        "errorMessage": format!("RequestId: {request_id} Error: Task timed out after {timeout_s}.00 seconds"),
    })
    .to_string()
}

pub fn exited_payload(request_id: &str, how: &str) -> String {
    json!({
        "errorType": "Runtime.ExitError",
        "errorMessage": exit_message(request_id, how),
    })
    .to_string()
}

/// The answer to a response that is larger than Lambda can return.
pub fn too_large_payload(size: usize, limit: usize) -> String {
    json!({
        "errorMessage": format!("Response payload size ({size} bytes) exceeded maximum allowed payload size ({limit} bytes)."),
        "errorType": "Function.ResponseSizeTooLarge",
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(init_ms: Option<f64>, status: Option<Status>) -> String {
        let report = Report {
            request_id: "r",
            duration_ms: 1.234,
            init_ms,
            memory_mb: 128,
            max_memory_mb: 35,
            status,
        };
        report.line()
    }

    #[test]
    fn init_is_told_and_billed_on_cold_starts_only() {
        // Source: a log recorded from AWS (the tab at the end), and the Compute Blog named above.
        assert_eq!(
            report(None, None),
            "REPORT RequestId: r\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\t\n"
        );
        assert_eq!(
            report(Some(100.0), None),
            "REPORT RequestId: r\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 100.00 ms\t\n"
        );
    }

    #[test]
    fn status_is_told_when_the_platform_ended_the_run() {
        // Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
        assert!(report(None, Some(Status::Timeout)).ends_with("\tStatus: timeout\n"));
        assert!(
            report(None, Some(Status::Error("Runtime.ExitError")))
                .ends_with("\tStatus: error\tError Type: Runtime.ExitError\n")
        );
    }

    #[test]
    fn exit_tells_its_reason_if_there_is_one() {
        // Source: logs in cargo-lambda issue 572 (no reason) and aws-lambda-python-runtime-interface-client
        // issue 94 (exit status 1).
        assert_eq!(
            exited("r", "exit status 1"),
            "RequestId: r Error: Runtime exited with error: exit status 1\nRuntime.ExitError\n"
        );
        assert_eq!(
            exited_payload("r", ""),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: r Error: Runtime exited without providing a reason"}"#
        );
    }

    #[test]
    fn timeout_answers_as_today() {
        // Source: an answer recorded from AWS in November 2025.
        assert_eq!(
            timed_out_payload("r", 1),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: r Error: Task timed out after 1.00 seconds"}"#
        );
        assert_eq!(
            timed_out(1_795_428_000_000, "r", 3),
            "2026-11-23T10:00:00.000Z r Task timed out after 3.00 seconds\n\n"
        );
    }
}
