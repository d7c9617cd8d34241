//! STS: who am I, and temporary credentials.
//!
//! Other services get credentials for a role through [`role_session`], which asks the role's trust policy.
//! Not simulated: federation (SAML, web identity), and decoding of authorisation messages.

mod errors;
pub mod ops;
mod session;

pub use session::{Session, State, can_assume, can_assume_for, role_actor, role_session};

use crate::service::{MissingOperation, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "STS",
        protocol: Protocol::Query,
        signing_name: "sts",
        endpoint_prefix: "sts",
        api_version: "2011-06-15",
        xml_namespace: Some("https://sts.amazonaws.com/doc/2011-06-15/"),
        ..ServiceSchema::DEFAULT
    },
    operations: &[
        &ops::identity::GET_CALLER_IDENTITY,
        &ops::identity::GET_ACCESS_KEY_INFO,
        &ops::sessions::ASSUME_ROLE,
        &ops::sessions::GET_SESSION_TOKEN,
    ],
    not_simulated: &[
        MissingOperation::rpc("AssumeRoleWithSAML"),
        MissingOperation::rpc("AssumeRoleWithWebIdentity"),
        MissingOperation::rpc("AssumeRoot"),
        MissingOperation::rpc("DecodeAuthorizationMessage"),
        MissingOperation::rpc("GetDelegatedAccessToken"),
        MissingOperation::rpc("GetFederationToken"),
        MissingOperation::rpc("GetWebIdentityToken"),
    ],
    validation_code: "ValidationError",
    ..ServiceDef::DEFAULT
};
