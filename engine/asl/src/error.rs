//! The errors that a state ends with when an expression fails.

use std::fmt;

/// An error of the States Language: what `ErrorEquals` matches, and its cause.
///
/// `cause` is the part behind "An error occurred while executing the state '...' (entered at the event id #...). ",
/// which the interpreter puts in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AslError {
    /// `States.Runtime`, `States.IntrinsicFailure`, `States.QueryEvaluationError` ...
    pub error: &'static str,
    pub cause: String,
    /// JSONata: the field whose expression failed (`Output/result`), as `EvaluationFailed` events tell it.
    pub location: Option<String>,
}

pub const RUNTIME: &str = "States.Runtime";
pub const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
pub const PARAMETER_PATH_FAILURE: &str = "States.ParameterPathFailure";
pub const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";

impl AslError {
    pub fn new(error: &'static str, cause: String) -> Self {
        AslError { error, cause, location: None }
    }

    pub fn runtime(cause: String) -> Self {
        AslError::new(RUNTIME, cause)
    }

    pub fn intrinsic(cause: String) -> Self {
        AslError::new(INTRINSIC_FAILURE, cause)
    }

    /// A failed JSONata expression at `location`.
    pub fn query(location: &str, cause: String) -> Self {
        AslError { error: QUERY_EVALUATION_ERROR, cause, location: Some(location.to_string()) }
    }
}

impl fmt::Display for AslError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.cause)
    }
}
