//! What a service and an operation look like from outside, as const tables.

use crate::shape::StructureShape;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    RestJson,
    RestXml,
    Json10,
    Json11,
    Query,
    Ec2Query,
}

/// A service. Write it as a const with the rest from [`ServiceSchema::DEFAULT`]:
///
/// ```
/// # use nuvola_wire::{Protocol, ServiceSchema};
/// const LAMBDA: ServiceSchema = ServiceSchema {
///     id: "Lambda",
///     protocol: Protocol::RestJson,
///     signing_name: "lambda",
///     endpoint_prefix: "lambda",
///     api_version: "2015-03-31",
///     ..ServiceSchema::DEFAULT
/// };
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ServiceSchema {
    /// The service's id in AWS's models: `Lambda`, `API Gateway`.
    pub id: &'static str,
    /// A service that speaks two has a second schema that differs in this.
    pub protocol: Protocol,
    /// The service's name in a signature's scope.
    pub signing_name: &'static str,
    /// The first label of its host names.
    pub endpoint_prefix: &'static str,
    pub api_version: &'static str,
    /// What stands before the dot of `X-Amz-Target`, for the json protocols.
    pub target_prefix: Option<&'static str>,
    /// The default namespace of its XML.
    pub xml_namespace: Option<&'static str>,
    /// One endpoint for all regions, signed for `us-east-1` (IAM).
    pub global: bool,
    /// S3: errors are a bare `<Error>`, the request ids are `x-amz-request-id` and `x-amz-id-2`.
    pub bare_xml_errors: bool,
    /// EC2: in answers members have a small first letter and items are called `item`, where the table names
    /// no other element; so hundreds of names need not be written out.
    pub small_xml_names: bool,
    /// A json service that once spoke query: its errors carry `x-amzn-query-error`. Set in its schema for
    /// query too, whose errors have an empty `Detail`.
    pub query_compatible: bool,
    /// What stands before `#` in `__type`: `com.amazonaws.dynamodb.v20120810`.
    pub error_namespace: Option<&'static str>,
    /// The member of a JSON error that holds its text: `message`, or Lambda's `Message`.
    pub error_message_key: &'static str,
    /// The code of an unreadable body, where it is not the protocol's own (`SerializationException`).
    pub malformed_code: Option<&'static str>,
}

impl ServiceSchema {
    pub const DEFAULT: ServiceSchema = ServiceSchema {
        id: "",
        protocol: Protocol::RestJson,
        signing_name: "",
        endpoint_prefix: "",
        api_version: "",
        target_prefix: None,
        xml_namespace: None,
        global: false,
        bare_xml_errors: false,
        small_xml_names: false,
        query_compatible: false,
        error_namespace: None,
        error_message_key: "message",
        malformed_code: None,
    };
}

/// An operation. The input and output tables come from the shapes: `CreateRoleInput::TABLE`.
#[derive(Debug, Clone, Copy)]
pub struct OperationSchema {
    pub name: &'static str,
    /// `POST` for the protocols that are not rest.
    pub method: &'static str,
    /// `/2015-03-31/functions/{FunctionName}`, `/{Bucket}/{Key+}?uploads`; `/` where not rest.
    pub uri: &'static str,
    /// The status of success.
    pub status: u16,
    pub input: &'static StructureShape,
    /// [`crate::shape::UNIT`] where the model names no output.
    pub output: &'static StructureShape,
}

impl OperationSchema {
    /// An operation of a protocol that has one address: json, query.
    pub const fn rpc(
        name: &'static str,
        input: &'static StructureShape,
        output: &'static StructureShape,
    ) -> Self {
        OperationSchema { name, method: "POST", uri: "/", status: 200, input, output }
    }
}
