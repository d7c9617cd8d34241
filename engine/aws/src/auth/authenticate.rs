//! From a signature to a principal.

use crate::auth::{Principal, UserPrincipal, errors};
use crate::context::OpContext;
use crate::service::{ApiResult, ServiceDef};
use nuvola_kernel::{Arn, Blob};
use nuvola_wire::sigv4::{self, Problem};
use nuvola_wire::{Headers, Request, chunked};
use serde::{Deserialize, Serialize};

/// Whether signatures and policies count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMode {
    /// As on AWS.
    Verify,
    /// Any credentials act as the account's root user.
    Off,
}

/// Who sent a request, and the body without its `aws-chunked` frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub principal: Principal,
    pub access_key_id: Option<String>,
    pub body: Blob,
    /// Headers that came after the body.
    pub trailers: Headers,
}

/// Finds out who sent the request, by its signature.
pub fn authenticate(cx: &OpContext<'_>, service: &ServiceDef) -> ApiResult<Identity> {
    let request = &cx.request.http;
    let schema = service.schema_of(cx.speaks_second);
    let worded = |problem: Problem| problem.api_error(schema);
    let Some(presented) = sigv4::presented(request).map_err(worded)? else {
        if !service.anonymous {
            return Err(errors::missing_token(schema));
        }
        return unframed(request, Principal::Anonymous, None).map_err(worded);
    };
    let key = Some(presented.access_key_id.clone());
    if cx.state().options.auth == AuthMode::Off {
        return unframed(request, Principal::Root, key).map_err(worded);
    }
    if ![service.schema.signing_name, "execute-api"].contains(&presented.scope.service.as_str()) {
        return Err(errors::wrong_service(schema));
    }
    if !service.schema.global && presented.scope.region != cx.region.as_str() {
        let (given, expected) = (presented.scope.region, cx.region.to_string());
        return Err(worded(Problem::WrongRegion { given, expected }));
    }
    let (principal, secret) =
        owner(cx, &presented.access_key_id, presented.session_token.as_deref()).map_err(worded)?;
    // Source: STS API Reference, "GetSessionToken": without MFA its credentials may not call IAM.
    if presented.session_token.is_some()
        && service.schema.id == "IAM"
        && !matches!(principal, Principal::Role(_))
    {
        return Err(worded(Problem::InvalidToken { token: String::new() }));
    }
    let verified = sigv4::verify(request, &presented, &secret, cx.now_ms).map_err(worded)?;
    Ok(Identity { principal, access_key_id: key, body: verified.body, trailers: verified.trailers })
}

/// An identity that needs no proof.
fn unframed(request: &Request, principal: Principal, key: Option<String>) -> Result<Identity, Problem> {
    let hash = request.headers.get("x-amz-content-sha256").unwrap_or("");
    if !hash.starts_with("STREAMING-") {
        let (body, trailers) = (request.body.clone(), Headers::new());
        return Ok(Identity { principal, access_key_id: key, body, trailers });
    }
    let decoded = chunked::decode(&request.body, None).map_err(|_| Problem::IncompleteBody)?;
    Ok(Identity { principal, access_key_id: key, body: decoded.body, trailers: decoded.trailers })
}

/// The owner of the access key, and its secret.
pub(crate) fn owner(
    cx: &OpContext<'_>,
    id: &str,
    session_token: Option<&str>,
) -> Result<(Principal, String), Problem> {
    let state = cx.state();
    if let Some(session) = state.sts.sessions.get(id) {
        let token = session_token.unwrap_or_default().to_owned();
        if session.credentials.session_token.as_deref() != Some(token.as_str()) {
            return Err(Problem::InvalidToken { token });
        }
        if session.credentials.expires_at_ms.is_some_and(|expires_at_ms| expires_at_ms <= cx.now_ms) {
            return Err(Problem::ExpiredToken { token });
        }
        return Ok((session.principal.clone(), session.credentials.secret_access_key.clone()));
    }
    if let Some(token) = session_token {
        return Err(Problem::InvalidToken { token: token.to_owned() });
    }
    if state.root.access_key_id == id {
        return Ok((Principal::Root, state.root.secret_access_key.clone()));
    }
    let unknown = || Problem::UnknownKey { access_key_id: id.to_owned() };
    let key = state.iam.access_keys.get(id).filter(|key| key.active).ok_or_else(unknown)?;
    let entity = &state.iam.users.get(&key.user).ok_or_else(unknown)?.entity;
    let user = UserPrincipal {
        name: entity.name.clone(),
        id: entity.id.clone(),
        arn: Arn::parse(&entity.arn).expect("a user's ARN is well-formed"),
    };
    Ok((Principal::User(user), key.secret.clone()))
}

/// Remembers for what the access key and the role were used last; refused requests do not count.
pub fn note_use(cx: &mut OpContext<'_>) {
    let (now, region) = (cx.now(), cx.region.to_string());
    let service = cx.trace.service.clone();
    if let Some(key) = cx.request.access_key_id.clone().and_then(|id| cx.iam().access_keys.get_mut(&id)) {
        key.last_used = Some((now, service, region.clone()));
    }
    if let Principal::Role(session) = &cx.principal {
        let name = session.role_name.clone();
        cx.iam().note_role_use(&name, now, region);
    }
}
