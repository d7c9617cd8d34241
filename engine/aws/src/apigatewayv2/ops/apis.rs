//! HTTP APIs.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::pipeline;
use crate::service::ApiResult;
use nuvola_wire::{ApiError, shape};

use super::{integrations, routes, stages};
use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{
    Api, ApiInput, Cors, CreateApiInput, IntegrationInput, RouteInput, StageInput, UpdateApiInput,
};
use crate::apigatewayv2::{errors, state};

shape! {
    /// What GetApis takes.
    pub struct GetApisInput {
        #[wire("MaxResults", query = "maxResults")] pub max_results: Option<String>,
        #[wire("NextToken", query = "nextToken")] pub next_token: Option<String>,
    }

    /// What GetApis answers.
    pub struct GetApisOutput {
        #[wire("Items", json = "items")] pub items: Vec<Api>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }
}

const METHODS: [&str; 8] = ["*", "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"];

/// **Source**: API Gateway V2 API Reference, "Cors"; the texts are our own reasoning.
fn check_cors(cors: &Cors) -> ApiResult<()> {
    let any = |list: &Option<Vec<String>>| list.iter().flatten().any(|item| item == "*");
    if cors.allow_credentials == Some(true) && any(&cors.allow_origins) {
        return Err(errors::bad_request(
            "Invalid CORS configuration: allowCredentials cannot be true when allowOrigins contains *",
        ));
    }
    if let Some(age) = cors.max_age.filter(|age| !(-1..=86_400).contains(age)) {
        return Err(errors::bad_request(format!(
            "Invalid value for maxAge: {age}. Must be between -1 and 86400"
        )));
    }
    if let Some(method) =
        cors.allow_methods.iter().flatten().find(|method| !METHODS.contains(&method.as_str()))
    {
        return Err(errors::bad_request(format!("Invalid method in allowMethods: {method}")));
    }
    let is_origin = |origin: &str| {
        origin == "*"
            || ["http://", "https://"].iter().any(|scheme| {
                origin.strip_prefix(scheme).is_some_and(|host| !host.is_empty() && !host.contains('/'))
            })
            || origin.split_once("://").is_some_and(|(scheme, _)| scheme != "http" && scheme != "https")
    };
    if let Some(origin) = cors.allow_origins.iter().flatten().find(|origin| !is_origin(origin)) {
        return Err(errors::bad_request(format!(
            "Invalid format for origin {origin}. Origins must start with http:// or https:// and have no path"
        )));
    }
    Ok(())
}

fn check_name(name: &str) -> ApiResult<()> {
    if name.is_empty() || name.chars().count() > 128 {
        return Err(errors::bad_request("Name must be between 1 and 128 characters"));
    }
    Ok(())
}

/// What is not there says so. **Source**: the API Reference's defaults.
fn filled(cors: Option<Cors>) -> Option<Cors> {
    cors.filter(|cors| *cors != Cors::default()).map(|cors| Cors {
        allow_credentials: Some(cors.allow_credentials.unwrap_or(false)),
        max_age: Some(cors.max_age.unwrap_or(0)),
        ..cors
    })
}

operation! {
    /// Creates an HTTP API; with a target it has a route and a stage at once.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateApi".
    pub CREATE_API: CreateApi {
        http: "POST" "/v2/apis" 201,
        input: CreateApiInput,
        output: Api,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, _| access(cx, "POST", "/apis"),
        handler: create_api,
    }
}

fn create_api(cx: &mut OpContext<'_>, input: CreateApiInput) -> ApiResult<Api> {
    match input.protocol_type.as_str() {
        "HTTP" => {}
        "WEBSOCKET" => return Err(web_sockets(cx)),
        _ => return Err(errors::bad_request("Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]")),
    }
    check_name(&input.name)?;
    if let Some(cors) = &input.cors_configuration {
        check_cors(cors)?;
    }
    if input.route_key.as_deref().is_some_and(|key| routes::parse(key).is_none()) {
        return Err(errors::route_key());
    }
    if input.route_key.is_some() && input.target.is_none() {
        return Err(errors::bad_request("Target must be specified with a route key"));
    }
    let quick = input.target.as_deref().map(quick_integration).transpose()?;
    let id = cx.ids().lower_alnum(10);
    let cors = filled(input.cors_configuration);
    let settings = Api {
        api_endpoint: Some(format!("https://{id}.execute-api.{}.amazonaws.com", cx.region)),
        api_id: Some(id.clone()),
        created_date: lookup::date(cx.now_ms),
        protocol_type: Some(input.protocol_type),
        tags: Some(input.tags.unwrap_or_default()),
        api_key_selection_expression: Some(
            input.api_key_selection_expression.unwrap_or_else(|| "$request.header.x-api-key".to_owned()),
        ),
        cors_configuration: cors.clone(),
        description: input.description,
        disable_execute_api_endpoint: Some(input.disable_execute_api_endpoint.unwrap_or(false)),
        ip_address_type: Some(input.ip_address_type.unwrap_or_else(|| "ipv4".to_owned())),
        name: Some(input.name),
        route_selection_expression: Some(
            input.route_selection_expression.unwrap_or_else(|| "$request.method $request.path".to_owned()),
        ),
        version: input.version,
    };
    let answer = settings.clone();
    let draft = state::Snapshot { cors: cors.map(Kept), ..Default::default() };
    let api = state::Api {
        settings: Kept(settings),
        draft,
        deployments: Default::default(),
        stages: Default::default(),
        changed_ms: cx.now_ms,
    };
    let region = cx.region.to_string();
    let apis = &mut cx.apigatewayv2().regions;
    if !apis.contains_key(&region) {
        apis.insert(region.clone(), Default::default());
    }
    apis.get_mut(&region).expect("it was put there").insert(id.clone(), api);
    if let Some(integration) = quick {
        let route_key = input.route_key.unwrap_or_else(|| "$default".to_owned());
        quick_create(cx, &id, integration, input.credentials_arn, route_key)?;
    }
    Ok(answer)
}

fn web_sockets(cx: &mut OpContext<'_>) -> ApiError {
    cx.not_simulated("API Gateway: WebSocket APIs");
    pipeline::not_simulated("WebSocket APIs of API Gateway are not simulated by Nuvola".to_owned())
}

/// A target is a function or an address.
fn quick_integration(target: &str) -> ApiResult<IntegrationInput> {
    let function = target.starts_with("arn:");
    let integration = IntegrationInput {
        integration_type: Some(if function { "AWS_PROXY" } else { "HTTP_PROXY" }.to_owned()),
        integration_uri: Some(target.to_owned()),
        integration_method: (!function).then(|| "ANY".to_owned()),
        payload_format_version: Some(if function { "2.0" } else { "1.0" }.to_owned()),
        ..IntegrationInput::default()
    };
    integrations::check(&integration)?;
    Ok(integration)
}

/// What quick create adds is API Gateway's own to manage.
fn quick_create(
    cx: &mut OpContext<'_>,
    api_id: &str,
    integration: IntegrationInput,
    credentials_arn: Option<String>,
    route_key: String,
) -> ApiResult<()> {
    let integration = IntegrationInput { api_id: api_id.to_owned(), credentials_arn, ..integration };
    let integration = integrations::add(cx, integration, true)?;
    let target = integration.integration_id.map(|id| format!("integrations/{id}"));
    let route =
        RouteInput { api_id: api_id.to_owned(), route_key: Some(route_key), target, ..RouteInput::default() };
    routes::add(cx, route, true)?;
    let stage = StageInput {
        api_id: api_id.to_owned(),
        stage_name: "$default".to_owned(),
        auto_deploy: Some(true),
        ..StageInput::default()
    };
    stages::add(cx, stage, true)?;
    Ok(())
}

operation! {
    /// Returns an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetApi".
    pub GET_API: GetApi {
        http: "GET" "/v2/apis/{apiId}" 200,
        input: ApiInput,
        output: Api,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}", input.api_id)),
        handler: |cx, input| Ok(lookup::api(cx, &input.api_id)?.settings.0.clone()),
    }
}

operation! {
    /// Lists the APIs of a region.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetApis".
    pub GET_APIS: GetApis {
        http: "GET" "/v2/apis" 200,
        input: GetApisInput,
        output: GetApisOutput,
        errors: ["BadRequestException"],
        access: |cx, _| access(cx, "GET", "/apis"),
        handler: get_apis,
    }
}

fn get_apis(cx: &mut OpContext<'_>, input: GetApisInput) -> ApiResult<GetApisOutput> {
    let apis = cx.state().apigatewayv2.regions.get(cx.region.as_str());
    let all = apis.into_iter().flat_map(|apis| apis.values()).map(|api| api.settings.0.clone()).collect();
    let (items, next_token) = lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
    Ok(GetApisOutput { items, next_token })
}

operation! {
    /// Changes an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateApi".
    pub UPDATE_API: UpdateApi {
        http: "PATCH" "/v2/apis/{apiId}" 200,
        input: UpdateApiInput,
        output: Api,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "PATCH", &format!("/apis/{}", input.api_id)),
        handler: update_api,
    }
}

fn update_api(cx: &mut OpContext<'_>, input: UpdateApiInput) -> ApiResult<Api> {
    let api = lookup::api(cx, &input.api_id)?;
    if let Some(name) = &input.name {
        check_name(name)?;
    }
    if let Some(cors) = &input.cors_configuration {
        check_cors(cors)?;
    }
    quick_update(api, &input)?;
    let api = lookup::api_mut(cx, &input.api_id)?;
    let settings = &mut api.settings;
    let put = |target: &mut Option<String>, value: Option<String>| {
        if value.is_some() {
            *target = value;
        }
    };
    put(&mut settings.name, input.name);
    put(&mut settings.description, input.description);
    put(&mut settings.version, input.version);
    put(&mut settings.ip_address_type, input.ip_address_type);
    put(&mut settings.route_selection_expression, input.route_selection_expression);
    put(&mut settings.api_key_selection_expression, input.api_key_selection_expression);
    if let Some(flag) = input.disable_execute_api_endpoint {
        settings.disable_execute_api_endpoint = Some(flag);
    }
    if input.cors_configuration.is_some() {
        settings.cors_configuration = filled(input.cors_configuration);
        api.draft.cors = api.settings.cors_configuration.clone().map(Kept);
    }
    let managed = |flag: Option<bool>| flag == Some(true);
    if let Some(target) = input.target
        && let Some(integration) =
            api.draft.integrations.values_mut().find(|found| managed(found.api_gateway_managed))
    {
        integration.integration_uri = Some(target);
    }
    if let Some(route_key) = input.route_key
        && let Some(route) = api.draft.routes.values_mut().find(|found| managed(found.api_gateway_managed))
    {
        route.route_key = Some(route_key);
    }
    if let Some(credentials) = input.credentials_arn
        && let Some(integration) =
            api.draft.integrations.values_mut().find(|found| managed(found.api_gateway_managed))
    {
        integration.credentials_arn = Some(credentials);
    }
    lookup::changed(cx, &input.api_id)?;
    Ok(lookup::api(cx, &input.api_id)?.settings.0.clone())
}

/// A target and a route key change what quick create made.
fn quick_update(api: &state::Api, input: &UpdateApiInput) -> ApiResult<()> {
    if let Some(target) = &input.target {
        quick_integration(target)?;
    }
    if let Some(key) = &input.route_key {
        if routes::parse(key).is_none() {
            return Err(errors::route_key());
        }
        let taken = |route: &&Kept<crate::apigatewayv2::shapes::Route>| {
            route.route_key.as_ref() == Some(key) && route.api_gateway_managed != Some(true)
        };
        if api.draft.routes.values().any(|route| taken(&route)) {
            return Err(errors::route_exists(key));
        }
    }
    let managed = api.draft.integrations.values().any(|found| found.api_gateway_managed == Some(true));
    let wanted = input.target.is_some() || input.route_key.is_some() || input.credentials_arn.is_some();
    if wanted && !managed {
        return Err(errors::bad_request("This API was not made by quick create: it has no target"));
    }
    Ok(())
}

operation! {
    /// Takes the CORS settings of an API away.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteCorsConfiguration".
    pub DELETE_CORS_CONFIGURATION: DeleteCorsConfiguration {
        http: "DELETE" "/v2/apis/{apiId}/cors" 204,
        input: ApiInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("/apis/{}/cors", input.api_id)),
        handler: |cx, input| {
            let api = lookup::api_mut(cx, &input.api_id)?;
            api.settings.cors_configuration = None;
            api.draft.cors = None;
            lookup::changed(cx, &input.api_id)
        },
    }
}

operation! {
    /// Deletes an API with all that it has.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteApi".
    pub DELETE_API: DeleteApi {
        http: "DELETE" "/v2/apis/{apiId}" 204,
        input: ApiInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &format!("/apis/{}", input.api_id)),
        handler: |cx, input| {
            lookup::api(cx, &input.api_id)?;
            let region = cx.region.to_string();
            if let Some(apis) = cx.apigatewayv2().regions.get_mut(&region) {
                apis.shift_remove(&input.api_id);
            }
            Ok(())
        },
    }
}
