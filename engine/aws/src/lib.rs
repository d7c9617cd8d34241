//! A simulated AWS account: one deterministic state machine behind AWS's own wire protocols.
//!
//! Start reading at [`cloud::Cloud::step`], then [`pipeline`]; each service has a folder, whose `mod.rs`
//! says what is and is not simulated and holds its `SERVICE` table.
//!
//! Invariant: services see each other only through authorised internal calls of this crate's public
//! functions, never through another service's state.

pub mod auth;
pub mod cloud;
pub mod context;
pub mod coverage;
pub mod deliveries;
pub mod effects;
pub mod http_event;
pub mod inventory;
pub mod issuer;
pub mod kept;
pub mod matching;
pub mod outbound;
pub mod paging;
pub mod pipeline;
pub mod route;
pub mod service;
pub mod trace;
pub mod validate;

pub mod apigateway;
pub mod apigatewayv2;
pub mod dynamodb;
pub mod ec2;
pub mod events;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod sqs;
pub mod states;
pub mod sts;

pub use auth::{AuthMode, Credentials, Decision, Permissions, PolicyView, Principal, StatementView};
pub use cloud::{Cloud, CloudOptions, CloudState};
pub use effects::{Effect, EnvironmentSpec, FunctionOutcome, Input, InstanceChange};
pub use inventory::{Item, Relation};
pub use trace::{Trace, TraceKind};

/// Every service that is simulated, at least in part.
pub static SERVICES: &[&service::ServiceDef] = &[
    &iam::SERVICE,
    &sts::SERVICE,
    &logs::SERVICE,
    &s3::SERVICE,
    &lambda::SERVICE,
    &apigateway::SERVICE,
    &apigatewayv2::SERVICE,
    &sqs::SERVICE,
    &sns::SERVICE,
    &events::SERVICE,
    &ec2::SERVICE,
    &dynamodb::SERVICE,
    &dynamodb::streams::SERVICE,
    &states::SERVICE,
];
