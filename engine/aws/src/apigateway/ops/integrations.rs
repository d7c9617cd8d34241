//! Integrations: what stands behind a method.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Map;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use crate::apigateway::lookup::{self, access, method_path};
use crate::apigateway::patch::{Patch, PatchError, PatchResult};
use crate::apigateway::shapes::{Integration, MethodInput, MethodPatchInput, TlsConfig};
use crate::apigateway::{errors, limits, state};

shape! {
    /// What PutIntegration takes.
    pub struct PutIntegrationInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("type")] pub kind: String,
        #[wire("integrationHttpMethod", json = "httpMethod")] pub integration_http_method: Option<String>,
        #[wire("uri")] pub uri: Option<String>,
        #[wire("connectionType")] pub connection_type: Option<String>,
        #[wire("connectionId")] pub connection_id: Option<String>,
        #[wire("credentials")] pub credentials: Option<String>,
        #[wire("requestParameters")] pub request_parameters: Option<BTreeMap<String, String>>,
        #[wire("requestTemplates")] pub request_templates: Option<BTreeMap<String, String>>,
        #[wire("passthroughBehavior")] pub passthrough_behavior: Option<String>,
        #[wire("cacheNamespace")] pub cache_namespace: Option<String>,
        #[wire("cacheKeyParameters")] pub cache_key_parameters: Option<Vec<String>>,
        #[wire("contentHandling")] pub content_handling: Option<String>,
        #[wire("timeoutInMillis")] pub timeout_in_millis: Option<i32>,
        #[wire("tlsConfig")] pub tls_config: Option<TlsConfig>,
    }
}

fn path(api_id: &str, resource_id: &str, http_method: &str) -> String {
    format!("{}/integration", method_path(api_id, resource_id, http_method))
}

/// **Source**: API Gateway API Reference, "PutIntegration", uri.
fn check_uri(kind: &str, uri: Option<&str>) -> ApiResult<()> {
    match (kind, uri) {
        ("MOCK", _) => Ok(()),
        ("HTTP" | "HTTP_PROXY", Some(uri)) if uri.starts_with("http://") || uri.starts_with("https://") => {
            Ok(())
        }
        ("HTTP" | "HTTP_PROXY", Some(uri)) if uri.contains("${stageVariables.") => Ok(()),
        ("HTTP" | "HTTP_PROXY", _) => Err(errors::bad_request("Invalid HTTP endpoint specified for URI")),
        (_, uri) => {
            let uri = uri.unwrap_or("");
            let parts: Vec<&str> = uri.splitn(6, ':').collect();
            if parts.len() < 6 || parts[0] != "arn" || parts[2] != "apigateway" {
                return Err(errors::bad_request("Invalid ARN specified in the request"));
            }
            if !parts[5].starts_with("path/") && !parts[5].starts_with("action/") {
                return Err(errors::bad_request("AWS ARN for integration must contain path or action"));
            }
            let is_proxy_target = parts[4] == "lambda" || parts[4] == "firehose";
            if kind == "AWS_PROXY" && !is_proxy_target {
                let text = "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.";
                return Err(errors::bad_request(text));
            }
            Ok(())
        }
    }
}

fn check_timeout(timeout_ms: i32) -> Result<i32, PatchError> {
    let (least, most) = (limits::INTEGRATION_TIMEOUT_MIN_MS, limits::INTEGRATION_TIMEOUT_MS);
    if (least..=most).contains(&timeout_ms) {
        return Ok(timeout_ms);
    }
    Err(PatchError::Text(format!("Timeout should be between {least} ms and {most} ms")))
}

operation! {
    /// Puts an integration behind a method, in place of any former one.
    ///
    /// **Source**: API Gateway API Reference, "PutIntegration".
    pub PUT_INTEGRATION: PutIntegration {
        http: "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" 201,
        input: PutIntegrationInput,
        output: Integration,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PUT", &path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: put_integration,
    }
}

fn put_integration(cx: &mut OpContext<'_>, input: PutIntegrationInput) -> ApiResult<Integration> {
    if !["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"].contains(&input.kind.as_str()) {
        let set = "HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS";
        return Err(errors::enumeration(&input.kind, "putIntegrationInput.type", set));
    }
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    let http_method = input.integration_http_method.filter(|method| !method.is_empty());
    if input.kind != "MOCK" && http_method.is_none() {
        return Err(errors::bad_request("Enumeration value for HttpMethod must be non-empty"));
    }
    check_uri(&input.kind, input.uri.as_deref())?;
    let behavior = input.passthrough_behavior.unwrap_or_else(|| "WHEN_NO_MATCH".to_owned());
    if !["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"].contains(&behavior.as_str()) {
        let text = format!("Invalid passthrough behavior specified: {behavior}");
        return Err(errors::bad_request(text));
    }
    let timeout_ms = check_timeout(input.timeout_in_millis.unwrap_or(limits::INTEGRATION_TIMEOUT_MS))
        .map_err(|error| errors::patch(&error))?;
    let integration = state::Integration {
        kind: input.kind,
        http_method,
        uri: input.uri,
        credentials: input.credentials,
        connection_type: input.connection_type,
        connection_id: input.connection_id,
        request_parameters: input.request_parameters.unwrap_or_default(),
        request_templates: input.request_templates.unwrap_or_default(),
        passthrough_behavior: behavior,
        content_handling: input.content_handling,
        timeout_ms,
        cache_namespace: input.cache_namespace.unwrap_or(input.resource_id),
        cache_key_parameters: input.cache_key_parameters.unwrap_or_default(),
        tls_insecure: input.tls_config.and_then(|config| config.insecure_skip_verification),
        responses: Map::new(),
    };
    let answer = Integration::of(&integration);
    method.integration = Some(integration);
    Ok(answer)
}

operation! {
    /// Returns the integration of a method.
    ///
    /// **Source**: API Gateway API Reference, "GetIntegration".
    pub GET_INTEGRATION: GetIntegration {
        http: "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" 200,
        input: MethodInput,
        output: Integration,
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "GET", &path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: |cx, input| {
            let (api, resource, method) = (&input.rest_api_id, &input.resource_id, &input.http_method);
            Ok(Integration::of(lookup::integration_mut(cx, api, resource, method)?))
        },
    }
}

operation! {
    /// Changes the integration of a method.
    ///
    /// **Source**: API Gateway API Reference, "UpdateIntegration".
    pub UPDATE_INTEGRATION: UpdateIntegration {
        http: "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" 200,
        input: MethodPatchInput,
        output: Integration,
        errors: ["BadRequestException", "NotFoundException"],
        access: |cx, input| {
            access(cx, "PATCH", &path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: update_integration,
    }
}

fn update_integration(cx: &mut OpContext<'_>, input: MethodPatchInput) -> ApiResult<Integration> {
    let (api, resource, method) = (&input.rest_api_id, &input.resource_id, &input.http_method);
    let integration = lookup::integration_mut(cx, api, resource, method)?;
    let mut changed = integration.clone();
    lookup::patch(&mut changed, &input.patch_operations, patch)?;
    check_uri(&changed.kind, changed.uri.as_deref())?;
    *integration = changed;
    Ok(Integration::of(integration))
}

fn patch(integration: &mut state::Integration, patch: &Patch) -> PatchResult {
    match patch.parts()[..] {
        ["uri"] => patch.optional(&mut integration.uri),
        ["httpMethod"] => patch.optional(&mut integration.http_method),
        ["credentials"] => patch.optional(&mut integration.credentials),
        ["connectionType"] => patch.optional(&mut integration.connection_type),
        ["connectionId"] => patch.optional(&mut integration.connection_id),
        ["contentHandling"] => patch.optional(&mut integration.content_handling),
        ["passthroughBehavior"] => patch.text(&mut integration.passthrough_behavior),
        ["cacheNamespace"] => patch.text(&mut integration.cache_namespace),
        ["timeoutInMillis"] => {
            let timeout_ms = patch.value.as_deref().and_then(|text| text.parse().ok());
            integration.timeout_ms = check_timeout(timeout_ms.ok_or_else(|| patch.refused())?)?;
            Ok(())
        }
        ["requestParameters", name] => patch.text_entry(&mut integration.request_parameters, name),
        ["requestTemplates", media_type] => patch.text_entry(&mut integration.request_templates, media_type),
        ["cacheKeyParameters", name] => patch.item(&mut integration.cache_key_parameters, name),
        ["tlsConfig", "insecureSkipVerification"] => {
            integration.tls_insecure = Some(patch.flag_value());
            Ok(())
        }
        _ => Err(patch.refused()),
    }
}

operation! {
    /// Takes the integration of a method away.
    ///
    /// **Source**: API Gateway API Reference, "DeleteIntegration".
    pub DELETE_INTEGRATION: DeleteIntegration {
        http: "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" 204,
        input: MethodInput,
        output: (),
        errors: ["NotFoundException"],
        access: |cx, input| {
            access(cx, "DELETE", &path(&input.rest_api_id, &input.resource_id, &input.http_method))
        },
        handler: delete_integration,
    }
}

fn delete_integration(cx: &mut OpContext<'_>, input: MethodInput) -> ApiResult<()> {
    let method = lookup::method_mut(cx, &input.rest_api_id, &input.resource_id, &input.http_method)?;
    method.integration.take().map(drop).ok_or_else(errors::integration_not_found)
}
