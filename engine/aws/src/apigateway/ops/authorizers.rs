//! Authorizers of REST APIs: functions that decide by a token, or by the whole request.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use super::stages::StageInput;
use crate::apigateway::lookup::{self, access};
use crate::apigateway::patch::{Patch, PatchError, PatchResult};
use crate::apigateway::shapes::{ApiPageInput, PatchOperation};
use crate::apigateway::{errors, execute, limits, pages};

shape! {
    /// An authorizer.
    pub struct Authorizer {
        #[wire("id")] pub id: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("type")] pub kind: Option<String>,
        #[wire("providerARNs")] pub provider_arns: Option<Vec<String>>,
        #[wire("authType")] pub auth_type: Option<String>,
        #[wire("authorizerUri")] pub authorizer_uri: Option<String>,
        #[wire("authorizerCredentials")] pub authorizer_credentials: Option<String>,
        #[wire("identitySource")] pub identity_source: Option<String>,
        #[wire("identityValidationExpression")] pub identity_validation_expression: Option<String>,
        #[wire("authorizerResultTtlInSeconds")] pub authorizer_result_ttl_in_seconds: Option<i32>,
    }

    /// What CreateAuthorizer takes.
    pub struct CreateAuthorizerInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("name")] pub name: String,
        #[wire("type")] pub kind: String,
        #[wire("providerARNs")] pub provider_arns: Option<Vec<String>>,
        #[wire("authType")] pub auth_type: Option<String>,
        #[wire("authorizerUri")] pub authorizer_uri: Option<String>,
        #[wire("authorizerCredentials")] pub authorizer_credentials: Option<String>,
        #[wire("identitySource")] pub identity_source: Option<String>,
        #[wire("identityValidationExpression")] pub identity_validation_expression: Option<String>,
        #[wire("authorizerResultTtlInSeconds")] pub authorizer_result_ttl_in_seconds: Option<i32>,
    }

    /// An authorizer of an API.
    pub struct AuthorizerInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("authorizerId", label_as = "authorizer_id")] pub authorizer_id: String,
    }

    /// What UpdateAuthorizer takes.
    pub struct UpdateAuthorizerInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("authorizerId", label_as = "authorizer_id")] pub authorizer_id: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// What GetAuthorizers answers.
    pub struct GetAuthorizersOutput {
        #[wire("position")] pub position: Option<String>,
        #[wire("items", json = "item")] pub items: Vec<Authorizer>,
    }
}

/// How long a verdict is kept, unless the authorizer says otherwise.
/// **Source**: API Gateway API Reference, "CreateAuthorizer".
const TTL_DEFAULT_S: i32 = 300;

/// **Source**: API Gateway API Reference, "CreateAuthorizer"; the texts are our own reasoning.
fn check(authorizer: &Authorizer) -> ApiResult<()> {
    let bad = |text: &str| Err(errors::bad_request(text));
    let kind = authorizer.kind.as_deref().unwrap_or("");
    if !["TOKEN", "REQUEST", "COGNITO_USER_POOLS"].contains(&kind) {
        let set = "TOKEN, REQUEST, COGNITO_USER_POOLS";
        return Err(errors::enumeration(kind, "createAuthorizerInput.type", set));
    }
    let ttl = authorizer.authorizer_result_ttl_in_seconds.unwrap_or(TTL_DEFAULT_S);
    if !(0..=3600).contains(&ttl) {
        return bad("Authorizer result TTL must be between 0 and 3600 seconds");
    }
    let source = authorizer.identity_source.as_deref().unwrap_or("");
    let known = |source: &str| {
        ["method.request.header.", "method.request.querystring.", "stageVariables.", "context."]
            .iter()
            .any(|start| source.trim().starts_with(start))
    };
    match kind {
        "COGNITO_USER_POOLS" => return Ok(()),
        _ if execute::function_arn(authorizer.authorizer_uri.as_deref().unwrap_or("")).is_none() => {
            return bad("Invalid Authorizer URI specified");
        }
        "TOKEN" if !source.starts_with("method.request.header.") => {
            return bad("Invalid identity source specified: a TOKEN authorizer reads one header");
        }
        "REQUEST" if ttl > 0 && source.is_empty() => {
            return bad("Identity sources are required when caching is enabled");
        }
        _ => {}
    }
    match source.split(',').find(|source| !source.is_empty() && !known(source)) {
        Some(source) => bad(&format!("Invalid identity source specified: {source}")),
        None => Ok(()),
    }
}

fn note(cx: &mut OpContext<'_>, authorizer: &Authorizer) {
    if authorizer.kind.as_deref() == Some("COGNITO_USER_POOLS") {
        cx.not_simulated("API Gateway: authorizers with Cognito user pools");
    }
}

fn path(api_id: &str, id: &str) -> String {
    format!("/restapis/{api_id}/authorizers/{id}")
}

operation! {
    /// Adds an authorizer to an API.
    ///
    /// **Source**: API Gateway API Reference, "CreateAuthorizer".
    pub CREATE_AUTHORIZER: CreateAuthorizer {
        http: "POST" "/restapis/{restapi_id}/authorizers" 201,
        input: CreateAuthorizerInput,
        output: Authorizer,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/restapis/{}/authorizers", input.rest_api_id)),
        handler: create_authorizer,
    }
}

fn create_authorizer(cx: &mut OpContext<'_>, input: CreateAuthorizerInput) -> ApiResult<Authorizer> {
    lookup::api(cx, &input.rest_api_id)?;
    let lambda = input.kind != "COGNITO_USER_POOLS";
    let mut authorizer =
        Authorizer {
            id: None,
            name: Some(input.name),
            auth_type: Some(input.auth_type.unwrap_or_else(|| {
                if lambda { "custom".to_owned() } else { "cognito_user_pools".to_owned() }
            })),
            kind: Some(input.kind),
            provider_arns: input.provider_arns,
            authorizer_uri: input.authorizer_uri,
            authorizer_credentials: input.authorizer_credentials,
            identity_source: input.identity_source,
            identity_validation_expression: input.identity_validation_expression,
            authorizer_result_ttl_in_seconds: input
                .authorizer_result_ttl_in_seconds
                .or_else(|| lambda.then_some(TTL_DEFAULT_S)),
        };
    check(&authorizer)?;
    note(cx, &authorizer);
    let id = cx.ids().lower_alnum(limits::RESOURCE_ID_CHARS);
    authorizer.id = Some(id.clone());
    lookup::api_mut(cx, &input.rest_api_id)?.authorizers.insert(id, Kept(authorizer.clone()));
    Ok(authorizer)
}

operation! {
    /// Returns an authorizer.
    ///
    /// **Source**: API Gateway API Reference, "GetAuthorizer".
    pub GET_AUTHORIZER: GetAuthorizer {
        http: "GET" "/restapis/{restapi_id}/authorizers/{authorizer_id}" 200,
        input: AuthorizerInput,
        output: Authorizer,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.rest_api_id, &input.authorizer_id)),
        handler: |cx, input| {
            let found = lookup::api(cx, &input.rest_api_id)?.authorizers.get(&input.authorizer_id);
            found.map(|authorizer| authorizer.0.clone()).ok_or_else(errors::authorizer_not_found)
        },
    }
}

operation! {
    /// Lists the authorizers of an API.
    ///
    /// **Source**: API Gateway API Reference, "GetAuthorizers".
    pub GET_AUTHORIZERS: GetAuthorizers {
        http: "GET" "/restapis/{restapi_id}/authorizers" 200,
        input: ApiPageInput,
        output: GetAuthorizersOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/restapis/{}/authorizers", input.rest_api_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.rest_api_id)?;
            let all = api.authorizers.values().map(|authorizer| authorizer.0.clone()).collect();
            let key = |authorizer: &Authorizer| authorizer.id.clone().unwrap_or_default();
            let (items, position) = pages::page(all, key, input.position.as_deref(), input.limit)?;
            Ok(GetAuthorizersOutput { position, items })
        },
    }
}

operation! {
    /// Changes an authorizer.
    ///
    /// **Source**: API Gateway API Reference, "UpdateAuthorizer".
    pub UPDATE_AUTHORIZER: UpdateAuthorizer {
        http: "PATCH" "/restapis/{restapi_id}/authorizers/{authorizer_id}" 200,
        input: UpdateAuthorizerInput,
        output: Authorizer,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &path(&input.rest_api_id, &input.authorizer_id)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.rest_api_id)?;
            let found = api.authorizers.get_mut(&input.authorizer_id);
            let authorizer = found.ok_or_else(errors::authorizer_not_found)?;
            let mut changed = authorizer.clone();
            lookup::patch(&mut changed, &input.patch_operations, patch)?;
            check(&changed)?;
            *authorizer = changed.clone();
            note(cx, &changed);
            Ok(changed.0)
        },
    }
}

fn patch(authorizer: &mut Kept<Authorizer>, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["name"] => patch.optional(&mut authorizer.name),
        ["type"] => patch.optional(&mut authorizer.kind),
        ["authType"] => patch.optional(&mut authorizer.auth_type),
        ["authorizerUri"] => patch.optional(&mut authorizer.authorizer_uri),
        ["authorizerCredentials"] => patch.optional(&mut authorizer.authorizer_credentials),
        ["identitySource"] => patch.optional(&mut authorizer.identity_source),
        ["identityValidationExpression"] => patch.optional(&mut authorizer.identity_validation_expression),
        ["providerARNs"] => {
            let list = authorizer.provider_arns.get_or_insert_default();
            patch.item(list, patch.value.as_deref().unwrap_or(""))
        }
        ["authorizerResultTtlInSeconds"] => {
            let ttl = patch.value.as_deref().and_then(|text| text.parse().ok());
            authorizer.authorizer_result_ttl_in_seconds = Some(ttl.ok_or_else(|| {
                PatchError::Text("Authorizer result TTL must be between 0 and 3600 seconds".to_owned())
            })?);
            Ok(())
        }
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Deletes an authorizer that no method uses.
    ///
    /// **Source**: API Gateway API Reference, "DeleteAuthorizer".
    pub DELETE_AUTHORIZER: DeleteAuthorizer {
        http: "DELETE" "/restapis/{restapi_id}/authorizers/{authorizer_id}" 202,
        input: AuthorizerInput,
        output: (),
        errors: ["ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.rest_api_id, &input.authorizer_id)),
        handler: |cx, input| {
            let (api, id) = (lookup::api_mut(cx, &input.rest_api_id)?, &input.authorizer_id);
            if !api.authorizers.contains_key(id) {
                return Err(errors::authorizer_not_found());
            }
            let mut methods = api.resources.values().flat_map(|resource| resource.methods.values());
            if methods.any(|method| method.authorizer_id.as_ref() == Some(id)) {
                return Err(errors::conflict(format!("Cannot delete authorizer '{id}', is referenced in method")));
            }
            api.authorizers.remove(id);
            Ok(())
        },
    }
}

operation! {
    /// Forgets what the authorizers of a stage have said.
    ///
    /// **Source**: API Gateway API Reference, "FlushStageAuthorizersCache".
    pub FLUSH_STAGE_AUTHORIZERS_CACHE: FlushStageAuthorizersCache {
        http: "DELETE" "/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers" 202,
        input: StageInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            let path = format!("/restapis/{}/stages/{}/cache/authorizers", input.rest_api_id, input.stage_name);
            access(cx, "DELETE", &path)
        },
        handler: |cx, input| {
            if !lookup::api(cx, &input.rest_api_id)?.stages.contains_key(&input.stage_name) {
                return Err(errors::stage_not_found());
            }
            let start = format!("{}/{}/", input.rest_api_id, input.stage_name);
            cx.apigateway().verdicts.retain(|key, _| !key.starts_with(&start));
            Ok(())
        },
    }
}
