//! Integrations: what stands behind routes.

use crate::context::OpContext;
use crate::kept::Kept;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

use crate::apigatewayv2::lookup::{self, access};
use crate::apigatewayv2::shapes::{Integration, IntegrationIdInput, IntegrationInput, PageInput};
use crate::apigatewayv2::{errors, limits, mapping};

shape! {
    /// What GetIntegrations answers.
    pub struct GetIntegrationsOutput {
        #[wire("Items", json = "items")] pub items: Vec<Integration>,
        #[wire("NextToken", json = "nextToken")] pub next_token: Option<String>,
    }
}

/// **Source**: API Gateway V2 API Reference, "CreateIntegration". The texts are our own reasoning, but for the
/// one about proxies, which users quote.
pub fn check(input: &IntegrationInput) -> ApiResult<()> {
    let uri = input.integration_uri.as_deref();
    match input.integration_type.as_deref().unwrap_or("") {
        "AWS_PROXY" if input.integration_subtype.is_some() => {}
        "AWS_PROXY" => {
            if !uri.is_some_and(|uri| uri.starts_with("arn:")) {
                return Err(errors::bad_request("Invalid integration URI specified"));
            }
            if input.payload_format_version.is_none() {
                return Err(errors::bad_request(
                    "PayloadFormatVersion is a required parameter for integration",
                ));
            }
        }
        "HTTP_PROXY" => {
            let is_address = |uri: &str| uri.starts_with("http://") || uri.starts_with("https://");
            let private = input.connection_type.as_deref() == Some("VPC_LINK");
            if !private && !uri.is_some_and(is_address) {
                return Err(errors::bad_request("Invalid HTTP endpoint specified for URI"));
            }
            if input.integration_method.is_none() {
                return Err(errors::bad_request("IntegrationMethod is a required parameter for integration"));
            }
        }
        "AWS" | "HTTP" | "MOCK" => {
            return Err(errors::bad_request("Only Proxy Integrations allowed for HttpApi protocol type"));
        }
        _ => return Err(errors::bad_request("Invalid integration type specified")),
    }
    if let Some(version) =
        input.payload_format_version.as_deref().filter(|text| !["1.0", "2.0"].contains(text))
    {
        return Err(errors::bad_request(format!("Invalid PayloadFormatVersion specified: {version}")));
    }
    let (least, most) = (limits::INTEGRATION_TIMEOUT_MIN_MS, limits::INTEGRATION_TIMEOUT_MS);
    if input.timeout_in_millis.is_some_and(|ms| !(least..=most).contains(&ms)) {
        return Err(errors::bad_request(format!("Timeout should be between {least} ms and {most} ms")));
    }
    mapping::check(input)
}

fn note(cx: &mut OpContext<'_>, integration: &Integration) {
    if let Some(subtype) = &integration.integration_subtype {
        cx.not_simulated(format!("API Gateway: integrations with {subtype}"));
    }
    if integration.connection_type.as_deref() == Some("VPC_LINK") {
        cx.not_simulated("API Gateway: VPC links");
    }
}

operation! {
    /// Adds an integration to an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "CreateIntegration".
    pub CREATE_INTEGRATION: CreateIntegration {
        http: "POST" "/v2/apis/{apiId}/integrations" 201,
        input: IntegrationInput,
        output: Integration,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "POST", &format!("/apis/{}/integrations", input.api_id)),
        handler: |cx, input| add(cx, input, false),
    }
}

/// Adds an integration; a `managed` one is API Gateway's own.
pub fn add(cx: &mut OpContext<'_>, mut input: IntegrationInput, managed: bool) -> ApiResult<Integration> {
    let api_id = input.api_id.clone();
    lookup::api(cx, &api_id)?;
    if input.integration_type.as_deref() == Some("HTTP_PROXY") && input.payload_format_version.is_none() {
        input.payload_format_version = Some("1.0".to_owned());
    }
    check(&input)?;
    let lambda =
        input.integration_type.as_deref() == Some("AWS_PROXY") && input.integration_subtype.is_none();
    let mut integration = Integration {
        api_gateway_managed: managed.then_some(true),
        connection_type: Some("INTERNET".to_owned()),
        // Lambda's own API is a POST.
        integration_method: lambda.then(|| "POST".to_owned()),
        timeout_in_millis: Some(limits::INTEGRATION_TIMEOUT_MS),
        ..Integration::default()
    };
    integration.apply(input);
    note(cx, &integration);
    let id = cx.ids().lower_alnum(7);
    integration.integration_id = Some(id.clone());
    lookup::api_mut(cx, &api_id)?.draft.integrations.insert(id, Kept(integration.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(integration)
}

fn path(api_id: &str, id: &str) -> String {
    format!("/apis/{api_id}/integrations/{id}")
}

operation! {
    /// Returns an integration.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetIntegration".
    pub GET_INTEGRATION: GetIntegration {
        http: "GET" "/v2/apis/{apiId}/integrations/{integrationId}" 200,
        input: IntegrationIdInput,
        output: Integration,
        errors: ["NotFoundException"],
        access: |cx, input| access(cx, "GET", &path(&input.api_id, &input.integration_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            Ok(lookup::thing(&api.draft.integrations, "Integration", &input.integration_id)?.0.clone())
        },
    }
}

operation! {
    /// Lists the integrations of an API.
    ///
    /// **Source**: API Gateway V2 API Reference, "GetIntegrations".
    pub GET_INTEGRATIONS: GetIntegrations {
        http: "GET" "/v2/apis/{apiId}/integrations" 200,
        input: PageInput,
        output: GetIntegrationsOutput,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| access(cx, "GET", &format!("/apis/{}/integrations", input.api_id)),
        handler: |cx, input| {
            let api = lookup::api(cx, &input.api_id)?;
            let all = api.draft.integrations.values().map(|integration| integration.0.clone()).collect();
            let (items, next_token) =
                lookup::page(all, input.max_results.as_deref(), input.next_token.as_deref())?;
            Ok(GetIntegrationsOutput { items, next_token })
        },
    }
}

operation! {
    /// Changes an integration. An empty value takes a mapping away.
    ///
    /// **Source**: API Gateway V2 API Reference, "UpdateIntegration".
    pub UPDATE_INTEGRATION: UpdateIntegration {
        http: "PATCH" "/v2/apis/{apiId}/integrations/{integrationId}" 200,
        input: IntegrationInput,
        output: Integration,
        errors: ["BadRequestException", "ConflictException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PATCH", &path(&input.api_id, input.integration.as_deref().unwrap_or("")))
        },
        handler: update_integration,
    }
}

fn update_integration(cx: &mut OpContext<'_>, mut input: IntegrationInput) -> ApiResult<Integration> {
    let (api_id, id) = (input.api_id.clone(), input.integration.clone().unwrap_or_default());
    let api = lookup::api(cx, &api_id)?;
    let mut integration = lookup::thing(&api.draft.integrations, "Integration", &id)?.0.clone();
    // Mappings are changed one by one.
    if let Some(given) = input.request_parameters.take() {
        let mut all = integration.request_parameters.clone().unwrap_or_default();
        all.extend(given);
        all.retain(|_, value| !value.is_empty());
        input.request_parameters = Some(all);
    }
    if let Some(given) = input.response_parameters.take() {
        let mut all = integration.response_parameters.clone().unwrap_or_default();
        for (status, given) in given {
            let entry = all.entry(status).or_default();
            entry.extend(given);
            entry.retain(|_, value| !value.is_empty());
        }
        all.retain(|_, map| !map.is_empty());
        input.response_parameters = Some(all);
    }
    let whole = |integration: &Integration| IntegrationInput {
        connection_type: integration.connection_type.clone(),
        integration_method: integration.integration_method.clone(),
        integration_subtype: integration.integration_subtype.clone(),
        integration_type: integration.integration_type.clone(),
        integration_uri: integration.integration_uri.clone(),
        payload_format_version: integration.payload_format_version.clone(),
        request_parameters: integration.request_parameters.clone(),
        response_parameters: integration.response_parameters.clone(),
        timeout_in_millis: integration.timeout_in_millis,
        ..IntegrationInput::default()
    };
    integration.apply(input);
    integration.request_parameters = integration.request_parameters.filter(|map| !map.is_empty());
    integration.response_parameters = integration.response_parameters.filter(|map| !map.is_empty());
    check(&whole(&integration))?;
    note(cx, &integration);
    lookup::api_mut(cx, &api_id)?.draft.integrations.insert(id, Kept(integration.clone()));
    lookup::changed(cx, &api_id)?;
    Ok(integration)
}

operation! {
    /// Deletes an integration that no route leads to.
    ///
    /// **Source**: API Gateway V2 API Reference, "DeleteIntegration".
    pub DELETE_INTEGRATION: DeleteIntegration {
        http: "DELETE" "/v2/apis/{apiId}/integrations/{integrationId}" 204,
        input: IntegrationIdInput,
        output: (),
        errors: ["ConflictException", "NotFoundException"],
        access: |cx, input| access(cx, "DELETE", &path(&input.api_id, &input.integration_id)),
        handler: delete_integration,
    }
}

fn delete_integration(cx: &mut OpContext<'_>, input: IntegrationIdInput) -> ApiResult<()> {
    let api = lookup::api_mut(cx, &input.api_id)?;
    let id = &input.integration_id;
    lookup::thing(&api.draft.integrations, "Integration", id)?;
    let target = format!("integrations/{id}");
    if let Some(route) = api.draft.routes.values().find(|route| route.target.as_ref() == Some(&target)) {
        return Err(errors::in_use("Integration", id, route.route_key.as_deref().unwrap_or("")));
    }
    api.draft.integrations.shift_remove(id);
    lookup::changed(cx, &input.api_id)
}
