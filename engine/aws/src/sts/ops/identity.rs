//! Who am I?

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// GetCallerIdentity takes nothing.
    pub struct GetCallerIdentityRequest {}

    /// Who signed the request.
    pub struct GetCallerIdentityResponse {
        /// `AIDA…`, `AROA…:session`, or the account's number for root.
        #[wire("UserId")] pub user_id: Option<String>,
        #[wire("Account")] pub account: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
    }
}

operation! {
    /// Tells whose credentials signed the request. It needs no permission.
    ///
    /// **Source**: STS API Reference, "GetCallerIdentity".
    pub GET_CALLER_IDENTITY: GetCallerIdentity {
        http: "POST" "/" 200,
        input: GetCallerIdentityRequest,
        output: GetCallerIdentityResponse,
        errors: [],
        access: |_, _| Access::none(),
        handler: get_caller_identity,
    }
}

fn get_caller_identity(
    cx: &mut OpContext<'_>,
    _input: GetCallerIdentityRequest,
) -> ApiResult<GetCallerIdentityResponse> {
    Ok(GetCallerIdentityResponse {
        user_id: Some(cx.principal.user_id(cx.account())),
        account: Some(cx.account().to_string()),
        arn: Some(cx.principal_arn()),
    })
}
