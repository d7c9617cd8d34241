//! From a signature to a principal.

use crate::auth::{Credentials, Principal, errors};
use crate::context::OpContext;
use crate::service::{ApiResult, ServiceDef};
use nuvola_wire::Request;
use serde::{Deserialize, Serialize};

/// Whether signatures and policies count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMode {
    /// As on AWS.
    Verify,
    /// Any credentials act as the account's root user.
    Off,
}

/// Who sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub principal: Principal,
    pub access_key_id: Option<String>,
}

/// Finds out who sent the request, by its signature.
pub fn authenticate(cx: &OpContext<'_>, service: &ServiceDef) -> ApiResult<Identity> {
    let request = &cx.request.http;
    let Some(access_key_id) = claimed_key(request) else {
        return match service.anonymous {
            true => Ok(Identity { principal: Principal::Anonymous, access_key_id: None }),
            false => Err(errors::missing_token(service)),
        };
    };
    if cx.state().options.auth == AuthMode::Off {
        return Ok(Identity { principal: Principal::Root, access_key_id: Some(access_key_id) });
    }
    let Some((principal, _credentials)) = find_key(cx, &access_key_id) else {
        return Err(errors::unknown_key(service, &access_key_id));
    };
    Ok(Identity { principal, access_key_id: Some(access_key_id) })
}

/// The access key id that the request claims, in its header or its query.
fn claimed_key(request: &Request) -> Option<String> {
    let credential = match request.headers.get("authorization") {
        Some(header) => header.split("Credential=").nth(1)?.split([',', ' ']).next()?.to_owned(),
        None => request.query_get("X-Amz-Credential")?,
    };
    credential.split('/').next().map(str::to_owned)
}

/// The owner of an access key.
fn find_key(cx: &OpContext<'_>, access_key_id: &str) -> Option<(Principal, Credentials)> {
    let state = cx.state();
    if state.root.access_key_id == access_key_id {
        return Some((Principal::Root, state.root.clone()));
    }
    None
}

/// Takes the transfer encoding of signed chunks off the body.
pub fn unwrap_body(_cx: &mut OpContext<'_>, _request: &mut Request) -> ApiResult<()> {
    Ok(())
}
