//! The AWS protocols, each written once and driven by the tables of [`crate::shape`].

use crate::error::ApiError;
use crate::http::{Request, Response};
use crate::router::Labels;
use crate::schema::{OperationSchema, ServiceSchema};
use crate::value::Structure;

/// Server: reads the input of an operation. `labels` come from the [`crate::Router`].
pub fn decode_request(
    service: &ServiceSchema,
    operation: &OperationSchema,
    request: &Request,
    labels: &Labels,
) -> Result<Structure, ApiError> {
    let _ = (service, operation, request, labels);
    Err(ApiError::new(501, "NotImplemented", "the codecs are being written"))
}

/// Server: writes the output of an operation.
pub fn encode_response(
    service: &ServiceSchema,
    operation: &OperationSchema,
    output: &Structure,
    request_id: &str,
) -> Response {
    let _ = (service, operation, output, request_id);
    Response::new(501)
}

/// Server: writes an error. `head`: the request was a HEAD, whose answer has no body.
pub fn encode_error(service: &ServiceSchema, error: &ApiError, request_id: &str, head: bool) -> Response {
    let _ = (service, request_id, head);
    Response::new(error.status)
}

/// Client: writes the request of an operation; `host` is the endpoint. Unsigned.
pub fn encode_request(
    service: &ServiceSchema,
    operation: &OperationSchema,
    input: &Structure,
    host: &str,
) -> Result<Request, ApiError> {
    let _ = (service, operation, input, host);
    Err(ApiError::new(501, "NotImplemented", "the codecs are being written"))
}

/// Client: reads the answer of an operation; an error answer becomes `Err`.
pub fn decode_response(
    service: &ServiceSchema,
    operation: &OperationSchema,
    response: &Response,
) -> Result<Structure, ApiError> {
    let _ = (operation, service);
    Err(ApiError::new(response.status, "NotImplemented", "the codecs are being written"))
}

/// Client: reads an error answer.
pub fn decode_error(service: &ServiceSchema, response: &Response) -> ApiError {
    let _ = service;
    ApiError::new(response.status, "NotImplemented", "the codecs are being written")
}
