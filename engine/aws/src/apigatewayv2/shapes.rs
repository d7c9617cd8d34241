//! The shapes of HTTP APIs. What is kept of an API is what the API says of it, so these are the state too.

use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::collections::BTreeMap;

/// Declares a resource with the input that creates or changes it: the same members, and the labels of its path.
macro_rules! resource {
    (
        $(#[doc = $doc:literal])+
        pub struct $name:ident, $input:ident($($label:literal $label_as:literal $label_field:ident: $label_type:ty),*) {
            own: { $($own:literal $own_json:literal $(@ $format:literal)? $own_field:ident: $own_type:ty),* $(,)? }
            given: { $($wire:literal $json:literal $field:ident: $type:ty),* $(,)? }
        }
    ) => {
        shape! {
            $(#[doc = $doc])+
            pub struct $name {
                $(#[wire($own, json = $own_json $(, timestamp = $format)?)] pub $own_field: Option<$own_type>,)*
                $(#[wire($wire, json = $json)] pub $field: Option<$type>,)*
            }

            /// What creates or changes it.
            pub struct $input {
                $(#[wire($label, label_as = $label_as)] pub $label_field: $label_type,)*
                $(#[wire($wire, json = $json)] pub $field: Option<$type>,)*
            }
        }

        impl $name {
            /// Takes over every member that is given.
            pub fn apply(&mut self, input: $input) {
                $(if input.$field.is_some() {
                    self.$field = input.$field;
                })*
            }
        }
    };
}

shape! {
    /// Who may call an API from a page of another origin.
    pub struct Cors {
        #[wire("AllowCredentials", json = "allowCredentials")] pub allow_credentials: Option<bool>,
        #[wire("AllowHeaders", json = "allowHeaders")] pub allow_headers: Option<Vec<String>>,
        #[wire("AllowMethods", json = "allowMethods")] pub allow_methods: Option<Vec<String>>,
        #[wire("AllowOrigins", json = "allowOrigins")] pub allow_origins: Option<Vec<String>>,
        #[wire("ExposeHeaders", json = "exposeHeaders")] pub expose_headers: Option<Vec<String>>,
        #[wire("MaxAge", json = "maxAge")] pub max_age: Option<i32>,
    }

    /// Which tokens an authorizer takes.
    pub struct JwtConfiguration {
        #[wire("Audience", json = "audience")] pub audience: Option<Vec<String>>,
        #[wire("Issuer", json = "issuer")] pub issuer: Option<String>,
    }

    /// The name that a backend's certificate must have.
    pub struct TlsConfig {
        #[wire("ServerNameToVerify", json = "serverNameToVerify")] pub server_name_to_verify: Option<String>,
    }

    /// Whether a parameter must be there.
    pub struct ParameterConstraints {
        #[wire("Required", json = "required")] pub required: Option<bool>,
    }

    /// How much a route takes, and what it tells.
    pub struct RouteSettings {
        #[wire("DataTraceEnabled", json = "dataTraceEnabled")] pub data_trace_enabled: Option<bool>,
        #[wire("DetailedMetricsEnabled", json = "detailedMetricsEnabled")] pub detailed_metrics_enabled: Option<bool>,
        #[wire("LoggingLevel", json = "loggingLevel")] pub logging_level: Option<String>,
        #[wire("ThrottlingBurstLimit", json = "throttlingBurstLimit")] pub throttling_burst_limit: Option<i32>,
        #[wire("ThrottlingRateLimit", json = "throttlingRateLimit")] pub throttling_rate_limit: Option<f64>,
    }

    /// Where the access log goes.
    pub struct AccessLogSettings {
        #[wire("DestinationArn", json = "destinationArn")] pub destination_arn: Option<String>,
        #[wire("Format", json = "format")] pub format: Option<String>,
    }

    /// One thing of an API, by its id.
    pub struct ApiInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
    }

    /// A page of what an API has.
    pub struct PageInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("MaxResults", query = "maxResults")] pub max_results: Option<String>,
        #[wire("NextToken", query = "nextToken")] pub next_token: Option<String>,
    }

    /// A route of an API.
    pub struct RouteIdInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("RouteId", label_as = "routeId")] pub route_id: String,
    }

    /// An integration of an API.
    pub struct IntegrationIdInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("IntegrationId", label_as = "integrationId")] pub integration_id: String,
    }

    /// An authorizer of an API.
    pub struct AuthorizerIdInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("AuthorizerId", label_as = "authorizerId")] pub authorizer_id: String,
    }

    /// A stage of an API.
    pub struct StageNameInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("StageName", label_as = "stageName")] pub stage_name: String,
    }

    /// A deployment of an API.
    pub struct DeploymentIdInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("DeploymentId", label_as = "deploymentId")] pub deployment_id: String,
    }

    /// What creates or changes a stage of an API.
    pub struct StageInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("StageName", json = "stageName")] pub stage_name: String,
        #[wire("AccessLogSettings", json = "accessLogSettings")] pub access_log_settings: Option<AccessLogSettings>,
        #[wire("AutoDeploy", json = "autoDeploy")] pub auto_deploy: Option<bool>,
        #[wire("ClientCertificateId", json = "clientCertificateId")] pub client_certificate_id: Option<String>,
        #[wire("DefaultRouteSettings", json = "defaultRouteSettings")] pub default_route_settings: Option<RouteSettings>,
        #[wire("DeploymentId", json = "deploymentId")] pub deployment_id: Option<String>,
        #[wire("Description", json = "description")] pub description: Option<String>,
        #[wire("RouteSettings", json = "routeSettings")] pub route_settings: Option<BTreeMap<String, RouteSettings>>,
        #[wire("StageVariables", json = "stageVariables")] pub stage_variables: Option<BTreeMap<String, String>>,
        #[wire("Tags", json = "tags")] pub tags: Option<BTreeMap<String, String>>,
    }
}

shape! {
    /// An HTTP API.
    pub struct Api {
        #[wire("ApiEndpoint", json = "apiEndpoint")] pub api_endpoint: Option<String>,
        #[wire("ApiId", json = "apiId")] pub api_id: Option<String>,
        #[wire("CreatedDate", json = "createdDate", timestamp = "date-time")] pub created_date: Option<Timestamp>,
        #[wire("ProtocolType", json = "protocolType")] pub protocol_type: Option<String>,
        #[wire("Tags", json = "tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("ApiKeySelectionExpression", json = "apiKeySelectionExpression")] pub api_key_selection_expression: Option<String>,
        #[wire("CorsConfiguration", json = "corsConfiguration")] pub cors_configuration: Option<Cors>,
        #[wire("Description", json = "description")] pub description: Option<String>,
        #[wire("DisableExecuteApiEndpoint", json = "disableExecuteApiEndpoint")] pub disable_execute_api_endpoint: Option<bool>,
        #[wire("IpAddressType", json = "ipAddressType")] pub ip_address_type: Option<String>,
        #[wire("Name", json = "name")] pub name: Option<String>,
        #[wire("RouteSelectionExpression", json = "routeSelectionExpression")] pub route_selection_expression: Option<String>,
        #[wire("Version", json = "version")] pub version: Option<String>,
    }
}

shape! {
    /// What CreateApi takes.
    pub struct CreateApiInput {
        #[wire("ApiKeySelectionExpression", json = "apiKeySelectionExpression")] pub api_key_selection_expression: Option<String>,
        #[wire("CorsConfiguration", json = "corsConfiguration")] pub cors_configuration: Option<Cors>,
        #[wire("CredentialsArn", json = "credentialsArn")] pub credentials_arn: Option<String>,
        #[wire("Description", json = "description")] pub description: Option<String>,
        #[wire("DisableSchemaValidation", json = "disableSchemaValidation")] pub disable_schema_validation: Option<bool>,
        #[wire("DisableExecuteApiEndpoint", json = "disableExecuteApiEndpoint")] pub disable_execute_api_endpoint: Option<bool>,
        #[wire("IpAddressType", json = "ipAddressType")] pub ip_address_type: Option<String>,
        #[wire("Name", json = "name")] pub name: String,
        #[wire("ProtocolType", json = "protocolType")] pub protocol_type: String,
        #[wire("RouteKey", json = "routeKey")] pub route_key: Option<String>,
        #[wire("RouteSelectionExpression", json = "routeSelectionExpression")] pub route_selection_expression: Option<String>,
        #[wire("Tags", json = "tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("Target", json = "target")] pub target: Option<String>,
        #[wire("Version", json = "version")] pub version: Option<String>,
    }

    /// What UpdateApi takes.
    pub struct UpdateApiInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("ApiKeySelectionExpression", json = "apiKeySelectionExpression")] pub api_key_selection_expression: Option<String>,
        #[wire("CorsConfiguration", json = "corsConfiguration")] pub cors_configuration: Option<Cors>,
        #[wire("CredentialsArn", json = "credentialsArn")] pub credentials_arn: Option<String>,
        #[wire("Description", json = "description")] pub description: Option<String>,
        #[wire("DisableExecuteApiEndpoint", json = "disableExecuteApiEndpoint")] pub disable_execute_api_endpoint: Option<bool>,
        #[wire("IpAddressType", json = "ipAddressType")] pub ip_address_type: Option<String>,
        #[wire("Name", json = "name")] pub name: Option<String>,
        #[wire("RouteKey", json = "routeKey")] pub route_key: Option<String>,
        #[wire("RouteSelectionExpression", json = "routeSelectionExpression")] pub route_selection_expression: Option<String>,
        #[wire("Target", json = "target")] pub target: Option<String>,
        #[wire("Version", json = "version")] pub version: Option<String>,
    }
}

resource! {
    /// A route of an API.
    pub struct Route, RouteInput("ApiId" "apiId" api_id: String, "RouteId" "routeId" route: Option<String>) {
        own: {
            "ApiGatewayManaged" "apiGatewayManaged" api_gateway_managed: bool,
            "RouteId" "routeId" route_id: String,
        }
        given: {
            "ApiKeyRequired" "apiKeyRequired" api_key_required: bool,
            "AuthorizationScopes" "authorizationScopes" authorization_scopes: Vec<String>,
            "AuthorizationType" "authorizationType" authorization_type: String,
            "AuthorizerId" "authorizerId" authorizer_id: String,
            "ModelSelectionExpression" "modelSelectionExpression" model_selection_expression: String,
            "OperationName" "operationName" operation_name: String,
            "RequestModels" "requestModels" request_models: BTreeMap<String, String>,
            "RequestParameters" "requestParameters" request_parameters: BTreeMap<String, ParameterConstraints>,
            "RouteKey" "routeKey" route_key: String,
            "RouteResponseSelectionExpression" "routeResponseSelectionExpression" route_response_selection_expression: String,
            "Target" "target" target: String,
        }
    }
}

resource! {
    /// What stands behind routes.
    pub struct Integration, IntegrationInput("ApiId" "apiId" api_id: String, "IntegrationId" "integrationId" integration: Option<String>) {
        own: {
            "ApiGatewayManaged" "apiGatewayManaged" api_gateway_managed: bool,
            "IntegrationId" "integrationId" integration_id: String,
        }
        given: {
            "ConnectionId" "connectionId" connection_id: String,
            "ConnectionType" "connectionType" connection_type: String,
            "ContentHandlingStrategy" "contentHandlingStrategy" content_handling_strategy: String,
            "CredentialsArn" "credentialsArn" credentials_arn: String,
            "Description" "description" description: String,
            "IntegrationMethod" "integrationMethod" integration_method: String,
            "IntegrationSubtype" "integrationSubtype" integration_subtype: String,
            "IntegrationType" "integrationType" integration_type: String,
            "IntegrationUri" "integrationUri" integration_uri: String,
            "PassthroughBehavior" "passthroughBehavior" passthrough_behavior: String,
            "PayloadFormatVersion" "payloadFormatVersion" payload_format_version: String,
            "RequestParameters" "requestParameters" request_parameters: BTreeMap<String, String>,
            "RequestTemplates" "requestTemplates" request_templates: BTreeMap<String, String>,
            "ResponseParameters" "responseParameters" response_parameters: BTreeMap<String, BTreeMap<String, String>>,
            "TemplateSelectionExpression" "templateSelectionExpression" template_selection_expression: String,
            "TimeoutInMillis" "timeoutInMillis" timeout_in_millis: i32,
            "TlsConfig" "tlsConfig" tls_config: TlsConfig,
        }
    }
}

resource! {
    /// Who decides whether a request may go on.
    pub struct Authorizer, AuthorizerInput("ApiId" "apiId" api_id: String, "AuthorizerId" "authorizerId" authorizer: Option<String>) {
        own: {
            "AuthorizerId" "authorizerId" authorizer_id: String,
        }
        given: {
            "AuthorizerCredentialsArn" "authorizerCredentialsArn" authorizer_credentials_arn: String,
            "AuthorizerPayloadFormatVersion" "authorizerPayloadFormatVersion" authorizer_payload_format_version: String,
            "AuthorizerResultTtlInSeconds" "authorizerResultTtlInSeconds" authorizer_result_ttl_in_seconds: i32,
            "AuthorizerType" "authorizerType" authorizer_type: String,
            "AuthorizerUri" "authorizerUri" authorizer_uri: String,
            "EnableSimpleResponses" "enableSimpleResponses" enable_simple_responses: bool,
            "IdentitySource" "identitySource" identity_source: Vec<String>,
            "IdentityValidationExpression" "identityValidationExpression" identity_validation_expression: String,
            "JwtConfiguration" "jwtConfiguration" jwt_configuration: JwtConfiguration,
            "Name" "name" name: String,
        }
    }
}

resource! {
    /// A name under which a deployment is served.
    pub struct Stage, StageChange("ApiId" "apiId" api_id: String, "StageName" "stageName" stage: String) {
        own: {
            "ApiGatewayManaged" "apiGatewayManaged" api_gateway_managed: bool,
            "CreatedDate" "createdDate" @ "date-time" created_date: Timestamp,
            "LastDeploymentStatusMessage" "lastDeploymentStatusMessage" last_deployment_status_message: String,
            "LastUpdatedDate" "lastUpdatedDate" @ "date-time" last_updated_date: Timestamp,
            "StageName" "stageName" stage_name: String,
            "Tags" "tags" tags: BTreeMap<String, String>,
        }
        given: {
            "AccessLogSettings" "accessLogSettings" access_log_settings: AccessLogSettings,
            "AutoDeploy" "autoDeploy" auto_deploy: bool,
            "ClientCertificateId" "clientCertificateId" client_certificate_id: String,
            "DefaultRouteSettings" "defaultRouteSettings" default_route_settings: RouteSettings,
            "DeploymentId" "deploymentId" deployment_id: String,
            "Description" "description" description: String,
            "RouteSettings" "routeSettings" route_settings: BTreeMap<String, RouteSettings>,
            "StageVariables" "stageVariables" stage_variables: BTreeMap<String, String>,
        }
    }
}

shape! {
    /// What a stage serves.
    pub struct Deployment {
        #[wire("AutoDeployed", json = "autoDeployed")] pub auto_deployed: Option<bool>,
        #[wire("CreatedDate", json = "createdDate", timestamp = "date-time")] pub created_date: Option<Timestamp>,
        #[wire("DeploymentId", json = "deploymentId")] pub deployment_id: Option<String>,
        #[wire("DeploymentStatus", json = "deploymentStatus")] pub deployment_status: Option<String>,
        #[wire("Description", json = "description")] pub description: Option<String>,
    }

    /// What CreateDeployment takes.
    pub struct CreateDeploymentInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("Description", json = "description")] pub description: Option<String>,
        #[wire("StageName", json = "stageName")] pub stage_name: Option<String>,
    }

    /// What UpdateDeployment takes.
    pub struct UpdateDeploymentInput {
        #[wire("ApiId", label_as = "apiId")] pub api_id: String,
        #[wire("DeploymentId", label_as = "deploymentId")] pub deployment_id: String,
        #[wire("Description", json = "description")] pub description: Option<String>,
    }
}
