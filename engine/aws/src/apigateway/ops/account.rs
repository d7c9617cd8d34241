//! The account's settings for API Gateway.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchResult};
use crate::apigateway::shapes::PatchOperation;
use crate::apigateway::state;

shape! {
    /// What UpdateAccount takes.
    pub struct UpdateAccountInput {
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// The account's settings.
    pub struct Account {
        #[wire("cloudwatchRoleArn")] pub cloudwatch_role_arn: Option<String>,
        #[wire("throttleSettings")] pub throttle_settings: Option<ThrottleSettings>,
        #[wire("features")] pub features: Option<Vec<String>>,
        #[wire("apiKeyVersion")] pub api_key_version: Option<String>,
    }

    /// How many requests the account may make.
    pub struct ThrottleSettings {
        #[wire("burstLimit")] pub burst_limit: Option<i32>,
        #[wire("rateLimit")] pub rate_limit: Option<f64>,
    }
}

/// The quotas are the defaults of an account in most regions.
fn shown(account: &state::Account) -> Account {
    Account {
        cloudwatch_role_arn: account.cloudwatch_role_arn.clone(),
        throttle_settings: Some(ThrottleSettings { burst_limit: Some(5000), rate_limit: Some(10_000.0) }),
        features: Some(vec!["UsagePlans".to_owned()]),
        api_key_version: Some("4".to_owned()),
    }
}

fn settings<'a>(cx: &'a mut OpContext<'_>) -> &'a mut state::Account {
    let region = cx.region.to_string();
    cx.apigateway().accounts.entry(region).or_default()
}

operation! {
    /// Returns the account's settings in the region.
    ///
    /// **Source**: API Gateway API Reference, "GetAccount".
    pub GET_ACCOUNT: GetAccount {
        http: "GET" "/account" 200,
        input: (),
        output: Account,
        errors: [],
        access: |cx, _| access(cx, "GET", "/account"),
        handler: |cx, _| Ok(shown(settings(cx))),
    }
}

operation! {
    /// Changes the role with which API Gateway writes logs.
    ///
    /// **Source**: API Gateway API Reference, "UpdateAccount".
    pub UPDATE_ACCOUNT: UpdateAccount {
        http: "PATCH" "/account" 200,
        input: UpdateAccountInput,
        output: Account,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "PATCH", "/account"),
        handler: update_account,
    }
}

fn update_account(cx: &mut OpContext<'_>, input: UpdateAccountInput) -> ApiResult<Account> {
    let account = settings(cx);
    lookup::patch(account, &input.patch_operations, patch)?;
    Ok(shown(account))
}

fn patch(account: &mut state::Account, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["cloudwatchRoleArn"] => patch.optional(&mut account.cloudwatch_role_arn),
        _ => Err(patch.refused()),
    }
}
