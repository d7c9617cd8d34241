//! Shapes that several operations share, and how state becomes them.

use nuvola_kernel::Ordered;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

use super::state;

shape! {
    /// A REST API.
    pub struct ApiInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
    }

    /// A page of what belongs to a REST API.
    pub struct ApiPageInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("position", query = "position")] pub position: Option<String>,
        #[wire("limit", query = "limit")] pub limit: Option<i32>,
    }

    /// A method of a resource.
    pub struct MethodInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
    }

    /// Changes of a method, or of what hangs on it.
    pub struct MethodPatchInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// A response of a method.
    pub struct StatusInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("statusCode", label_as = "status_code")] pub status_code: String,
    }

    /// Changes of a response of a method.
    pub struct StatusPatchInput {
        #[wire("restApiId", label_as = "restapi_id")] pub rest_api_id: String,
        #[wire("resourceId", label_as = "resource_id")] pub resource_id: String,
        #[wire("httpMethod", label_as = "http_method")] pub http_method: String,
        #[wire("statusCode", label_as = "status_code")] pub status_code: String,
        #[wire("patchOperations")] pub patch_operations: Vec<PatchOperation>,
    }

    /// One change.
    pub struct PatchOperation {
        #[wire("op")] pub op: Option<String>,
        #[wire("path")] pub path: Option<String>,
        #[wire("value")] pub value: Option<String>,
        #[wire("from")] pub from: Option<String>,
    }

    /// A node of an API's tree.
    pub struct Resource {
        #[wire("id")] pub id: Option<String>,
        #[wire("parentId")] pub parent_id: Option<String>,
        #[wire("pathPart")] pub path_part: Option<String>,
        #[wire("path")] pub path: Option<String>,
        #[wire("resourceMethods")] pub resource_methods: Option<BTreeMap<String, Method>>,
    }

    /// A method of a resource.
    pub struct Method {
        #[wire("httpMethod")] pub http_method: Option<String>,
        #[wire("authorizationType")] pub authorization_type: Option<String>,
        #[wire("authorizerId")] pub authorizer_id: Option<String>,
        #[wire("requestValidatorId")] pub request_validator_id: Option<String>,
        #[wire("authorizationScopes")] pub authorization_scopes: Option<Vec<String>>,
        #[wire("apiKeyRequired")] pub api_key_required: Option<bool>,
        #[wire("operationName")] pub operation_name: Option<String>,
        #[wire("requestParameters")] pub request_parameters: Option<BTreeMap<String, bool>>,
        #[wire("requestModels")] pub request_models: Option<BTreeMap<String, String>>,
        #[wire("methodResponses")] pub method_responses: Option<BTreeMap<String, MethodResponse>>,
        #[wire("methodIntegration")] pub method_integration: Option<Integration>,
    }

    /// What a method may answer.
    pub struct MethodResponse {
        #[wire("statusCode")] pub status_code: Option<String>,
        #[wire("responseParameters")] pub response_parameters: Option<BTreeMap<String, bool>>,
        #[wire("responseModels")] pub response_models: Option<BTreeMap<String, String>>,
    }

    /// What stands behind a method.
    pub struct Integration {
        #[wire("type")] pub kind: Option<String>,
        #[wire("httpMethod")] pub http_method: Option<String>,
        #[wire("uri")] pub uri: Option<String>,
        #[wire("connectionType")] pub connection_type: Option<String>,
        #[wire("connectionId")] pub connection_id: Option<String>,
        #[wire("credentials")] pub credentials: Option<String>,
        #[wire("requestParameters")] pub request_parameters: Option<BTreeMap<String, String>>,
        #[wire("requestTemplates")] pub request_templates: Option<BTreeMap<String, String>>,
        #[wire("passthroughBehavior")] pub passthrough_behavior: Option<String>,
        #[wire("contentHandling")] pub content_handling: Option<String>,
        #[wire("timeoutInMillis")] pub timeout_in_millis: Option<i32>,
        #[wire("cacheNamespace")] pub cache_namespace: Option<String>,
        #[wire("cacheKeyParameters")] pub cache_key_parameters: Option<Vec<String>>,
        #[wire("integrationResponses")] pub integration_responses: Option<BTreeMap<String, IntegrationResponse>>,
        #[wire("tlsConfig")] pub tls_config: Option<TlsConfig>,
    }

    /// How an integration's answer becomes the method's.
    pub struct IntegrationResponse {
        #[wire("statusCode")] pub status_code: Option<String>,
        #[wire("selectionPattern")] pub selection_pattern: Option<String>,
        #[wire("responseParameters")] pub response_parameters: Option<BTreeMap<String, String>>,
        #[wire("responseTemplates")] pub response_templates: Option<BTreeMap<String, String>>,
        #[wire("contentHandling")] pub content_handling: Option<String>,
    }

    /// How an HTTP integration treats certificates.
    pub struct TlsConfig {
        #[wire("insecureSkipVerification")] pub insecure_skip_verification: Option<bool>,
    }
}

/// API Gateway's times have whole seconds.
pub fn date(ms: i64) -> Option<Timestamp> {
    Some(Timestamp(ms - ms.rem_euclid(1000)))
}

/// Empty maps are left out.
fn filled<T: Clone>(map: &BTreeMap<String, T>) -> Option<BTreeMap<String, T>> {
    (!map.is_empty()).then(|| map.clone())
}

impl Resource {
    /// `methods`: whether they are embedded in full, as `embed=methods` asks.
    pub fn of(api: &state::RestApi, resource: &state::Resource, methods: bool) -> Self {
        let shown = |method: &state::Method| if methods { Method::of(method) } else { Method::default() };
        let all: BTreeMap<String, Method> =
            resource.methods.iter().map(|(name, method)| (name.clone(), shown(method))).into_map();
        Resource {
            id: Some(resource.id.clone()),
            parent_id: resource.parent_id.clone(),
            path_part: resource.parent_id.is_some().then(|| resource.path_part.clone()),
            path: Some(api.path_of(&resource.id)),
            resource_methods: filled(&all),
        }
    }
}

impl Method {
    pub fn of(method: &state::Method) -> Self {
        let responses: BTreeMap<String, MethodResponse> = method
            .responses
            .iter()
            .map(|(code, response)| (code.clone(), MethodResponse::of(response)))
            .into_map();
        Method {
            http_method: Some(method.http_method.clone()),
            authorization_type: Some(method.authorization_type.clone()),
            authorizer_id: method.authorizer_id.clone(),
            request_validator_id: method.request_validator_id.clone(),
            authorization_scopes: method.authorization_scopes.clone(),
            api_key_required: Some(method.api_key_required),
            operation_name: method.operation_name.clone(),
            request_parameters: filled(&method.request_parameters),
            request_models: filled(&method.request_models),
            method_responses: filled(&responses),
            method_integration: method.integration.as_ref().map(Integration::of),
        }
    }
}

impl MethodResponse {
    pub fn of(response: &state::MethodResponse) -> Self {
        MethodResponse {
            status_code: Some(response.status_code.clone()),
            response_parameters: filled(&response.parameters),
            response_models: filled(&response.models),
        }
    }
}

impl Integration {
    pub fn of(integration: &state::Integration) -> Self {
        let responses: BTreeMap<String, IntegrationResponse> = integration
            .responses
            .iter()
            .map(|(code, response)| (code.clone(), IntegrationResponse::of(response)))
            .into_map();
        Integration {
            kind: Some(integration.kind.clone()),
            http_method: integration.http_method.clone(),
            uri: integration.uri.clone(),
            connection_type: integration.connection_type.clone(),
            connection_id: integration.connection_id.clone(),
            credentials: integration.credentials.clone(),
            request_parameters: filled(&integration.request_parameters),
            request_templates: filled(&integration.request_templates),
            passthrough_behavior: Some(integration.passthrough_behavior.clone()),
            content_handling: integration.content_handling.clone(),
            timeout_in_millis: Some(integration.timeout_ms),
            cache_namespace: Some(integration.cache_namespace.clone()),
            cache_key_parameters: Some(integration.cache_key_parameters.clone()),
            integration_responses: filled(&responses),
            tls_config: integration
                .tls_insecure
                .map(|insecure| TlsConfig { insecure_skip_verification: Some(insecure) }),
        }
    }
}

impl IntegrationResponse {
    pub fn of(response: &state::IntegrationResponse) -> Self {
        IntegrationResponse {
            status_code: Some(response.status_code.clone()),
            selection_pattern: response.selection_pattern.clone(),
            response_parameters: filled(&response.parameters),
            response_templates: filled(&response.templates),
            content_handling: response.content_handling.clone(),
        }
    }
}
