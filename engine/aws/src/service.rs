//! What a service is to the pipeline: a const table of operations.
//!
//! An operation is declared and handled in one place with [`operation!`]; one line in the service's
//! `SERVICE` table registers it. Nothing else knows it by name.

use crate::auth::Access;
use crate::cloud::CloudState;
use crate::context::OpContext;
use nuvola_wire::{ApiError, OperationSchema, Request, Response, ServiceSchema, Structure, Value, WireType};

pub type ApiResult<T> = Result<T, ApiError>;

/// A service's table.
pub struct ServiceDef {
    pub schema: ServiceSchema,
    /// The protocol that clients spoke before: requests without `X-Amz-Target` are in it (SQS).
    pub second: Option<ServiceSchema>,
    pub operations: &'static [&'static OperationDef],
    /// Operations that AWS has and we lack: they are answered honestly, and counted.
    pub not_simulated: &'static [MissingOperation],
    /// Tells names of further operations that AWS has, where the list itself would be too much to carry.
    pub is_missing: Option<fn(&str) -> bool>,
    /// Runs between permission and handler, and may end the request (EC2's dry runs).
    pub before: Option<fn(&mut OpContext<'_>) -> ApiResult<()>>,
    /// The code of an error about a member's value: `ValidationError`, `ValidationException`.
    pub validation_code: &'static str,
    /// The error about a required member that is absent, where it is not one of `validation_code`.
    pub missing_member: Option<fn(&str) -> ApiError>,
    /// Adds to an input what the request tells elsewhere (the queue in a queue's address).
    pub complement: Option<fn(&Request, &OperationDef, &mut Structure)>,
    /// Requests without a signature go on as [`crate::auth::Principal::Anonymous`] (S3).
    pub anonymous: bool,
    /// Sees each request before it becomes an operation, and may answer it (CORS preflight).
    pub intercept: Option<fn(&mut OpContext<'_>, &Request) -> Option<Response>>,
    /// Sees each answer before it leaves (CORS headers).
    pub finish: Option<fn(&mut OpContext<'_>, &mut Response)>,
    /// Answers requests to what users build with the service: websites, function URLs, stages.
    pub data_plane: Option<fn(&mut OpContext<'_>, &Request, &DataPlane) -> Answer>,
    /// What permissions read of one of the service's resources, by ARN.
    pub facts: Option<fn(&CloudState, &str) -> ResourceFacts>,
}

/// What permissions read of a resource; of one that does not exist there is nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceFacts {
    /// The JSON text of its own policy: a bucket's, a function's, a role's trust policy.
    pub policy: Option<String>,
    /// `aws:ResourceTag/KEY`.
    pub tags: Vec<(String, String)>,
}

impl ServiceDef {
    /// What most services have.
    pub const DEFAULT: ServiceDef = ServiceDef {
        schema: ServiceSchema::DEFAULT,
        second: None,
        operations: &[],
        not_simulated: &[],
        is_missing: None,
        before: None,
        validation_code: "ValidationException",
        missing_member: None,
        complement: None,
        anonymous: false,
        intercept: None,
        finish: None,
        data_plane: None,
        facts: None,
    };

    /// What permissions read of the resource that an action (`lambda:InvokeFunction`) is about.
    pub fn facts_of(state: &CloudState, action: &str, resource: &str) -> ResourceFacts {
        let vendor = action.split(':').next().unwrap_or_default();
        // Roles are assumed by STS and are IAM's.
        let vendor = if vendor == "sts" { "iam" } else { vendor };
        let service = crate::SERVICES.iter().find(|service| service.schema.signing_name == vendor);
        let facts = service.and_then(|service| service.facts);
        facts.map(|facts| facts(state, resource)).unwrap_or_default()
    }

    pub fn operation(&self, name: &str) -> Option<&'static OperationDef> {
        self.operations.iter().copied().find(|op| op.schema.name == name)
    }

    /// The schema of the protocol that a request speaks.
    pub fn schema_of(&self, speaks_second: bool) -> &ServiceSchema {
        self.second.as_ref().filter(|_| speaks_second).unwrap_or(&self.schema)
    }

    /// Whether a request speaks the service's second protocol.
    pub fn is_in_second(&self, request: &Request) -> bool {
        self.second.is_some() && !request.headers.contains("x-amz-target")
    }
}

/// An operation of AWS that is not simulated. Method and URI matter to the rest protocols only.
#[derive(Debug, Clone, Copy)]
pub struct MissingOperation {
    pub name: &'static str,
    pub method: &'static str,
    pub uri: &'static str,
}

impl MissingOperation {
    /// An operation of a json or query service.
    pub const fn rpc(name: &'static str) -> Self {
        MissingOperation { name, method: "POST", uri: "/" }
    }

    /// An operation of a rest service.
    pub const fn rest(name: &'static str, method: &'static str, uri: &'static str) -> Self {
        MissingOperation { name, method, uri }
    }
}

/// An operation's declaration.
pub struct OperationDef {
    pub schema: OperationSchema,
    pub doc: &'static str,
    /// Codes of the errors it declares.
    pub errors: &'static [&'static str],
    /// Authorises and handles a decoded input.
    pub run: fn(&mut OpContext<'_>, Structure) -> ApiResult<Outcome>,
}

/// What a handler leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T = Structure> {
    Done(T),
    /// The answer comes later, through [`OpContext::complete`].
    Later,
}

/// What a data plane leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Now(Response),
    /// The answer comes later, through [`OpContext::complete`].
    Later,
    /// As if the host name did not exist.
    Unresolved,
}

/// The thing behind a data plane's host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPlane {
    /// The first part of the host name: a bucket's name, a function URL's or an API's id.
    pub key: String,
    pub kind: DataPlaneKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataPlaneKind {
    Website,
    FunctionUrl,
    ExecuteApi,
}

/// What a handler may return: an output, or an [`Outcome`] of one.
pub trait IntoOutcome {
    fn into_outcome(self) -> Outcome;
}

impl<T: WireType> IntoOutcome for T {
    fn into_outcome(self) -> Outcome {
        match self.into_value() {
            Value::Structure(members) => Outcome::Done(members),
            Value::Boolean(_)
            | Value::Integer(_)
            | Value::Double(_)
            | Value::String(_)
            | Value::Blob(_)
            | Value::Timestamp(_)
            | Value::Document(_)
            | Value::List(_)
            | Value::Map(_) => unreachable!("an operation's output is a structure"),
        }
    }
}

impl<T: WireType> IntoOutcome for Outcome<T> {
    fn into_outcome(self) -> Outcome {
        match self {
            Outcome::Done(output) => output.into_outcome(),
            Outcome::Later => Outcome::Later,
        }
    }
}

/// The body of [`OperationDef::run`]: typed input, permission, handler.
pub fn run_operation<I: WireType, O: IntoOutcome>(
    cx: &mut OpContext<'_>,
    input: Structure,
    access: fn(&OpContext<'_>, &I) -> Access,
    handler: fn(&mut OpContext<'_>, I) -> ApiResult<O>,
) -> ApiResult<Outcome> {
    let Some(input) = I::from_value(Value::Structure(input)) else {
        return Err(cx.validation_error("The request is missing a required parameter."));
    };
    let access = access(cx, &input);
    cx.require(&access)?;
    if let Some(before) = cx.service.and_then(|service| service.before) {
        before(cx)?;
    }
    Ok(handler(cx, input)?.into_outcome())
}

/// Declares an operation: schema, documentation, errors, permission and handler.
///
/// ```ignore
/// operation! {
///     /// Creates a role that principals of its trust policy may assume.
///     pub CREATE_ROLE: CreateRole {
///         http: "POST" "/" 200,
///         input: CreateRoleInput,
///         output: CreateRoleOutput,
///         errors: ["EntityAlreadyExists", "LimitExceeded"],
///         access: |cx, input| Access::to("iam:CreateRole", role_arn(cx, &input.role_name)),
///         handler: create_role,
///     }
/// }
/// ```
///
/// `http` is the method, the URI template and the status of success. `input` and `output` are names of
/// shapes in scope, or `()`. A handler is `fn(&mut OpContext<'_>, Input) -> ApiResult<Output>`, or `ApiResult<Outcome<Output>>`
/// where the answer may come later.
#[macro_export]
macro_rules! operation {
    (@table ()) => { &::nuvola_wire::shape::UNIT };
    (@table $shape:ident) => { $shape::TABLE };
    (
        $(#[doc = $doc:literal])+
        $vis:vis $constant:ident : $name:ident {
            http: $method:literal $uri:literal $status:literal,
            input: $input:tt,
            output: $output:tt,
            errors: [$($error:literal),* $(,)?],
            access: $access:expr,
            handler: $handler:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        $vis static $constant: $crate::service::OperationDef = $crate::service::OperationDef {
            schema: ::nuvola_wire::OperationSchema {
                name: stringify!($name),
                method: $method,
                uri: $uri,
                status: $status,
                input: $crate::operation!(@table $input),
                output: $crate::operation!(@table $output),
            },
            // For the coverage page, which is made natively: the page's wasm need not carry it.
            doc: if cfg!(feature = "documentation") { concat!($($doc, "\n"),+) } else { "" },
            errors: &[$($error),*],
            run: |cx, input| $crate::service::run_operation::<$input, _>(cx, input, $access, $handler),
        };
    };
}
