//! Authorizers: JWT and Lambda.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigatewayv2::errors;
use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{
    Authorizer, AuthorizerIdInput, AuthorizerInput, PageInput, StageNameInput,
};

shape! {
    /// What GetAuthorizers answers.
    pub struct GetAuthorizersOutput {
        #[wire("Items", json = "items")] pub items: Vec<Authorizer>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }
}

/// **Source**: API Gateway V2 API Reference, "CreateAuthorizer". The texts are our own reasoning.
fn check(authorizer: &Authorizer) -> ApiResult<()> {
    let bad = |text: &str| Err(errors::bad_request(text));
    if authorizer.name.as_deref().unwrap_or("").is_empty() {
        return bad("Name is a required field");
    }
    let sources = authorizer.identity_source.clone().unwrap_or_default();
    match authorizer.authorizer_type.as_deref().unwrap_or("") {
        "JWT" => {
            let Some(jwt) = &authorizer.jwt_configuration else {
                return bad("JwtConfiguration is required for JWT authorizers");
            };
            if !jwt.issuer.as_deref().is_some_and(|issuer| issuer.starts_with("https://")) {
                return bad("Invalid issuer: must be an https URL");
            }
            if sources.len() != 1 {
                return bad("Exactly one identity source is required for JWT authorizers");
            }
        }
        "REQUEST" => {
            let uri = authorizer.authorizer_uri.as_deref().unwrap_or("");
            if crate::apigateway::function_arn(uri).is_none() {
                return bad("Invalid authorizer URI");
            }
            let version = authorizer.authorizer_payload_format_version.as_deref();
            if !matches!(version, Some("1.0" | "2.0")) {
                return bad("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer");
            }
            if version == Some("1.0") && authorizer.enable_simple_responses == Some(true) {
                return bad("Simple responses need AuthorizerPayloadFormatVersion 2.0");
            }
            let ttl = authorizer.authorizer_result_ttl_in_seconds.unwrap_or(0);
            if !(0..=3600).contains(&ttl) {
                return bad("AuthorizerResultTtlInSeconds must be between 0 and 3600");
            }
            if ttl > 0 && sources.is_empty() {
                return bad("An identity source is required when caching is enabled");
            }
        }
        _ => return bad("Invalid authorizer type specified. Must be one of [JWT, REQUEST]"),
    }
    let known = ["$request.header.", "$request.querystring.", "$context.", "$stageVariables."];
    match sources.iter().find(|source| !known.iter().any(|start| source.starts_with(start))) {
        Some(source) => bad(&format!("Invalid identity source specified: {source}")),
        None => Ok(()),
    }
}

fn path(api_id: &str, id: &str) -> String {
    format!("/apis/{api_id}/authorizers/{id}")
}

operation! {
    /// Adds an authorizer to an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateAuthorizer".
    pub CREATE_AUTHORIZER: CreateAuthorizer {
        http: "POST" "/v2/apis/{apiId}/authorizers" 201,
        input: AuthorizerInput,
        output: Authorizer,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/apis/{}/authorizers", input.api_id)),
        handler: create_authorizer,
    }
}

fn create_authorizer(cx: &mut OpContext<'_>, input: AuthorizerInput) -> ApiResult<Authorizer> {
    let api_id = input.api_id.clone();
    lookup::api(cx, &api_id)?;
    let mut authorizer = Authorizer::default();
    authorizer.apply(input);
    check(&authorizer)?;
    let id = cx.ids().lower_alnum(6);
    authorizer.authorizer_id = Some(id.clone());
    lookup::api_mut(cx, &api_id)?.draft.authorizers.insert(id, Kept(authorizer.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(authorizer)
}

operation! {
    /// Returns an authorizer.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetAuthorizer".
    pub GET_AUTHORIZER: GetAuthorizer {
        http: "GET" "/v2/apis/{apiId}/authorizers/{authorizerId}" 200,
        input: AuthorizerIdInput,
        output: Authorizer,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.api_id, &input.authorizer_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            Ok(lookup::thing(&api.draft.authorizers, "Authorizer", &input.authorizer_id)?.0.clone())
        },
    }
}

operation! {
    /// Lists the authorizers of an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetAuthorizers".
    pub GET_AUTHORIZERS: GetAuthorizers {
        http: "GET" "/v2/apis/{apiId}/authorizers" 200,
        input: PageInput,
        output: GetAuthorizersOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}/authorizers", input.api_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            let all = api.draft.authorizers.values().map(|authorizer| authorizer.0.clone()).collect();
            let (items, next_token) =
                lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
            Ok(GetAuthorizersOutput { items, next_token })
        },
    }
}

operation! {
    /// Changes an authorizer.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateAuthorizer".
    pub UPDATE_AUTHORIZER: UpdateAuthorizer {
        http: "PATCH" "/v2/apis/{apiId}/authorizers/{authorizerId}" 200,
        input: AuthorizerInput,
        output: Authorizer,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PATCH", &path(&input.api_id, input.authorizer.as_deref().unwrap_or("")))
        },
        handler: update_authorizer,
    }
}

fn update_authorizer(cx: &mut OpContext<'_>, input: AuthorizerInput) -> ApiResult<Authorizer> {
    let (api_id, id) = (input.api_id.clone(), input.authorizer.clone().unwrap_or_default());
    let api = lookup::api(cx, &api_id)?;
    let mut authorizer = lookup::thing(&api.draft.authorizers, "Authorizer", &id)?.0.clone();
    authorizer.apply(input);
    check(&authorizer)?;
    lookup::api_mut(cx, &api_id)?.draft.authorizers.insert(id, Kept(authorizer.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(authorizer)
}

operation! {
    /// Deletes an authorizer that no route uses.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteAuthorizer".
    pub DELETE_AUTHORIZER: DeleteAuthorizer {
        http: "DELETE" "/v2/apis/{apiId}/authorizers/{authorizerId}" 204,
        input: AuthorizerIdInput,
        output: (),
        errors: ["ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.api_id, &input.authorizer_id)),
        handler: |cx, input| {
            let (api, id) = (lookup::api_mut(cx, &input.api_id)?, &input.authorizer_id);
            lookup::thing(&api.draft.authorizers, "Authorizer", id)?;
            if let Some(route) = api.draft.routes.values().find(|route| route.authorizer_id.as_ref() == Some(id)) {
                return Err(errors::in_use("Authorizer", id, route.route_key.as_deref().unwrap_or("")));
            }
            api.draft.authorizers.shift_remove(id);
            lookup::changed(cx, &input.api_id)
        },
    }
}

operation! {
    /// Forgets what the authorizers of a stage have said.
    ///
    /// **Source**: API Gateway V2 API Reference, "ResetAuthorizersCache".
    pub RESET_AUTHORIZERS_CACHE: ResetAuthorizersCache {
        http: "DELETE" "/v2/apis/{apiId}/stages/{stageName}/cache/authorizers" 204,
        input: StageNameInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "DELETE", &format!("/apis/{}/stages/{}/cache/authorizers", input.api_id, input.stage_name))
        },
        handler: |cx, input| {
            if !lookup::api(cx, &input.api_id)?.stages.contains_key(&input.stage_name) {
                return Err(errors::stage_not_found());
            }
            let start = format!("{}/{}/", input.api_id, input.stage_name);
            cx.apigatewayv2().verdicts.retain(|key, _| !key.starts_with(&start));
            Ok(())
        },
    }
}
