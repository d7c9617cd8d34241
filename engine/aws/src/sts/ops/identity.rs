//! Who am I?

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
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

    /// What `GetAccessKeyInfo` takes.
    pub struct GetAccessKeyInfoInput {
        #[wire("AccessKeyId")] pub access_key_id: String,
    }

    /// What `GetAccessKeyInfo` answers.
    pub struct GetAccessKeyInfoOutput {
        #[wire("Account")] pub account: Option<String>,
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

operation! {
    /// Tells which account an access key belongs to.
    ///
    /// **Source**: STS API Reference, "GetAccessKeyInfo".
    pub GET_ACCESS_KEY_INFO: GetAccessKeyInfo {
        http: "POST" "/" 200,
        input: GetAccessKeyInfoInput,
        output: GetAccessKeyInfoOutput,
        errors: [],
        access: |_, _| Access::to("sts:GetAccessKeyInfo", "*"),
        handler: get_access_key_info,
    }
}

fn get_access_key_info(
    cx: &mut OpContext<'_>,
    input: GetAccessKeyInfoInput,
) -> ApiResult<GetAccessKeyInfoOutput> {
    let id = &input.access_key_id;
    let word = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    Validation::new()
        .length("accessKeyId", id, 16, 128)
        .pattern("accessKeyId", id, r"[\w]*", word)
        .finish("ValidationError")?;
    Ok(GetAccessKeyInfoOutput { account: Some(cx.account().to_string()) })
}
