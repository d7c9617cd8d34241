//! What the provider calls of API Gateway.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`apigateway/2015-07-09/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    ENDPOINT_CONFIGURATION "EndpointConfiguration" {
        "types": list!(STRING),
        "ipAddressType": STRING,
        "vpcEndpointIds": list!(STRING),
    }
    PATCH_OPERATION "PatchOperation" {
        "op": STRING,
        "path": STRING,
        "value": STRING,
        "from": STRING,
    }
    RESOURCE "Resource" {
        "id": STRING,
        "parentId": STRING,
        "pathPart": STRING,
        "path": STRING,
        "resourceMethods": map!(of!(METHOD)),
    }
    METHOD "Method" {
        "httpMethod": STRING,
        "authorizationType": STRING,
        "authorizerId": STRING,
        "apiKeyRequired": BOOLEAN,
        "requestValidatorId": STRING,
        "operationName": STRING,
        "requestParameters": map!(BOOLEAN),
        "requestModels": map!(STRING),
        "methodResponses": map!(of!(METHOD_RESPONSE)),
        "methodIntegration": of!(INTEGRATION),
        "authorizationScopes": list!(STRING),
    }
    METHOD_RESPONSE "MethodResponse" {
        "statusCode": STRING,
        "responseParameters": map!(BOOLEAN),
        "responseModels": map!(STRING),
    }
    INTEGRATION "Integration" {
        "type": STRING,
        "httpMethod": STRING,
        "uri": STRING,
        "connectionType": STRING,
        "connectionId": STRING,
        "credentials": STRING,
        "requestParameters": map!(STRING),
        "requestTemplates": map!(STRING),
        "passthroughBehavior": STRING,
        "contentHandling": STRING,
        "timeoutInMillis": INTEGER,
        "cacheNamespace": STRING,
        "cacheKeyParameters": list!(STRING),
        "integrationResponses": map!(of!(INTEGRATION_RESPONSE)),
    }
    INTEGRATION_RESPONSE "IntegrationResponse" {
        "statusCode": STRING,
        "selectionPattern": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "contentHandling": STRING,
    }
    ACCESS_LOG_SETTINGS "AccessLogSettings" {
        "format": STRING,
        "destinationArn": STRING,
    }
    THROTTLE_SETTINGS "ThrottleSettings" {
        "burstLimit": INTEGER,
        "rateLimit": DOUBLE,
    }
}

operations! { services::APIGATEWAY;
    CREATE_REST_API "CreateRestApi" "POST" "/restapis" {
        "name": STRING,
        "description": STRING,
        "version": STRING,
        "binaryMediaTypes": list!(STRING),
        "minimumCompressionSize": INTEGER,
        "apiKeySource": STRING,
        "endpointConfiguration": of!(ENDPOINT_CONFIGURATION),
        "policy": STRING,
        "tags": map!(STRING),
        "disableExecuteApiEndpoint": BOOLEAN,
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
        "version": STRING,
        "binaryMediaTypes": list!(STRING),
        "minimumCompressionSize": INTEGER,
        "apiKeySource": STRING,
        "endpointConfiguration": of!(ENDPOINT_CONFIGURATION),
        "policy": STRING,
        "tags": map!(STRING),
        "disableExecuteApiEndpoint": BOOLEAN,
        "rootResourceId": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "UnauthorizedException", "TooManyRequestsException"];
    GET_REST_API "GetRestApi" "GET" "/restapis/{restapi_id}" {
        "restApiId": STRING => label_as("restapi_id"),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
        "version": STRING,
        "binaryMediaTypes": list!(STRING),
        "minimumCompressionSize": INTEGER,
        "apiKeySource": STRING,
        "endpointConfiguration": of!(ENDPOINT_CONFIGURATION),
        "policy": STRING,
        "tags": map!(STRING),
        "disableExecuteApiEndpoint": BOOLEAN,
        "rootResourceId": STRING,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_REST_API "UpdateRestApi" "PATCH" "/restapis/{restapi_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
        "version": STRING,
        "binaryMediaTypes": list!(STRING),
        "minimumCompressionSize": INTEGER,
        "apiKeySource": STRING,
        "endpointConfiguration": of!(ENDPOINT_CONFIGURATION),
        "policy": STRING,
        "tags": map!(STRING),
        "disableExecuteApiEndpoint": BOOLEAN,
        "rootResourceId": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_REST_API "DeleteRestApi" "DELETE" "/restapis/{restapi_id}" {
        "restApiId": STRING => label_as("restapi_id"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_RESOURCES "GetResources" "GET" "/restapis/{restapi_id}/resources" {
        "restApiId": STRING => label_as("restapi_id"),
        "embed": list!(STRING) => query("embed"),
    } -> {
        "items": list!(of!(RESOURCE)) => json("item"),
    } errors ["BadRequestException", "UnauthorizedException", "NotFoundException", "TooManyRequestsException"];
    CREATE_RESOURCE "CreateResource" "POST" "/restapis/{restapi_id}/resources/{parent_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "parentId": STRING => label_as("parent_id"),
        "pathPart": STRING,
    } -> {
        "id": STRING,
        "parentId": STRING,
        "pathPart": STRING,
        "path": STRING,
        "resourceMethods": map!(of!(METHOD)),
    } errors ["UnauthorizedException", "NotFoundException", "ConflictException", "LimitExceededException", "BadRequestException", "TooManyRequestsException"];
    GET_RESOURCE "GetResource" "GET" "/restapis/{restapi_id}/resources/{resource_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "embed": list!(STRING) => query("embed"),
    } -> {
        "id": STRING,
        "parentId": STRING,
        "pathPart": STRING,
        "path": STRING,
        "resourceMethods": map!(of!(METHOD)),
    } errors ["UnauthorizedException", "NotFoundException", "TooManyRequestsException"];
    UPDATE_RESOURCE "UpdateResource" "PATCH" "/restapis/{restapi_id}/resources/{resource_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "parentId": STRING,
        "pathPart": STRING,
        "path": STRING,
        "resourceMethods": map!(of!(METHOD)),
    } errors ["UnauthorizedException", "NotFoundException", "ConflictException", "BadRequestException", "TooManyRequestsException"];
    DELETE_RESOURCE "DeleteResource" "DELETE" "/restapis/{restapi_id}/resources/{resource_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
    } -> {} errors ["UnauthorizedException", "NotFoundException", "BadRequestException", "ConflictException", "TooManyRequestsException"];
    PUT_METHOD "PutMethod" "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "authorizationType": STRING,
        "authorizerId": STRING,
        "apiKeyRequired": BOOLEAN,
        "operationName": STRING,
        "requestParameters": map!(BOOLEAN),
        "requestModels": map!(STRING),
        "requestValidatorId": STRING,
        "authorizationScopes": list!(STRING),
    } -> {
        "httpMethod": STRING,
        "authorizationType": STRING,
        "authorizerId": STRING,
        "apiKeyRequired": BOOLEAN,
        "requestValidatorId": STRING,
        "operationName": STRING,
        "requestParameters": map!(BOOLEAN),
        "requestModels": map!(STRING),
        "methodResponses": map!(of!(METHOD_RESPONSE)),
        "methodIntegration": of!(INTEGRATION),
        "authorizationScopes": list!(STRING),
    } errors ["BadRequestException", "UnauthorizedException", "NotFoundException", "ConflictException", "LimitExceededException", "TooManyRequestsException"];
    GET_METHOD "GetMethod" "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
    } -> {
        "httpMethod": STRING,
        "authorizationType": STRING,
        "authorizerId": STRING,
        "apiKeyRequired": BOOLEAN,
        "requestValidatorId": STRING,
        "operationName": STRING,
        "requestParameters": map!(BOOLEAN),
        "requestModels": map!(STRING),
        "methodResponses": map!(of!(METHOD_RESPONSE)),
        "methodIntegration": of!(INTEGRATION),
        "authorizationScopes": list!(STRING),
    } errors ["UnauthorizedException", "NotFoundException", "TooManyRequestsException"];
    UPDATE_METHOD "UpdateMethod" "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "httpMethod": STRING,
        "authorizationType": STRING,
        "authorizerId": STRING,
        "apiKeyRequired": BOOLEAN,
        "requestValidatorId": STRING,
        "operationName": STRING,
        "requestParameters": map!(BOOLEAN),
        "requestModels": map!(STRING),
        "methodResponses": map!(of!(METHOD_RESPONSE)),
        "methodIntegration": of!(INTEGRATION),
        "authorizationScopes": list!(STRING),
    } errors ["UnauthorizedException", "NotFoundException", "BadRequestException", "ConflictException", "TooManyRequestsException"];
    DELETE_METHOD "DeleteMethod" "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
    } -> {} errors ["UnauthorizedException", "NotFoundException", "TooManyRequestsException", "ConflictException"];
    PUT_METHOD_RESPONSE "PutMethodResponse" "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
        "responseParameters": map!(BOOLEAN),
        "responseModels": map!(STRING),
    } -> {
        "statusCode": STRING,
        "responseParameters": map!(BOOLEAN),
        "responseModels": map!(STRING),
    } errors ["UnauthorizedException", "NotFoundException", "ConflictException", "LimitExceededException", "BadRequestException", "TooManyRequestsException"];
    GET_METHOD_RESPONSE "GetMethodResponse" "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
    } -> {
        "statusCode": STRING,
        "responseParameters": map!(BOOLEAN),
        "responseModels": map!(STRING),
    } errors ["UnauthorizedException", "NotFoundException", "TooManyRequestsException"];
    UPDATE_METHOD_RESPONSE "UpdateMethodResponse" "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "statusCode": STRING,
        "responseParameters": map!(BOOLEAN),
        "responseModels": map!(STRING),
    } errors ["UnauthorizedException", "NotFoundException", "ConflictException", "LimitExceededException", "BadRequestException", "TooManyRequestsException"];
    DELETE_METHOD_RESPONSE "DeleteMethodResponse" "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
    } -> {} errors ["UnauthorizedException", "NotFoundException", "TooManyRequestsException", "BadRequestException", "ConflictException"];
    PUT_INTEGRATION "PutIntegration" "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "type": STRING,
        "integrationHttpMethod": STRING => json("httpMethod"),
        "uri": STRING,
        "connectionType": STRING,
        "connectionId": STRING,
        "credentials": STRING,
        "requestParameters": map!(STRING),
        "requestTemplates": map!(STRING),
        "passthroughBehavior": STRING,
        "cacheNamespace": STRING,
        "cacheKeyParameters": list!(STRING),
        "contentHandling": STRING,
        "timeoutInMillis": INTEGER,
    } -> {
        "type": STRING,
        "httpMethod": STRING,
        "uri": STRING,
        "connectionType": STRING,
        "connectionId": STRING,
        "credentials": STRING,
        "requestParameters": map!(STRING),
        "requestTemplates": map!(STRING),
        "passthroughBehavior": STRING,
        "contentHandling": STRING,
        "timeoutInMillis": INTEGER,
        "cacheNamespace": STRING,
        "cacheKeyParameters": list!(STRING),
        "integrationResponses": map!(of!(INTEGRATION_RESPONSE)),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_INTEGRATION "GetIntegration" "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
    } -> {
        "type": STRING,
        "httpMethod": STRING,
        "uri": STRING,
        "connectionType": STRING,
        "connectionId": STRING,
        "credentials": STRING,
        "requestParameters": map!(STRING),
        "requestTemplates": map!(STRING),
        "passthroughBehavior": STRING,
        "contentHandling": STRING,
        "timeoutInMillis": INTEGER,
        "cacheNamespace": STRING,
        "cacheKeyParameters": list!(STRING),
        "integrationResponses": map!(of!(INTEGRATION_RESPONSE)),
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_INTEGRATION "UpdateIntegration" "PATCH" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "type": STRING,
        "httpMethod": STRING,
        "uri": STRING,
        "connectionType": STRING,
        "connectionId": STRING,
        "credentials": STRING,
        "requestParameters": map!(STRING),
        "requestTemplates": map!(STRING),
        "passthroughBehavior": STRING,
        "contentHandling": STRING,
        "timeoutInMillis": INTEGER,
        "cacheNamespace": STRING,
        "cacheKeyParameters": list!(STRING),
        "integrationResponses": map!(of!(INTEGRATION_RESPONSE)),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_INTEGRATION "DeleteIntegration" "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    PUT_INTEGRATION_RESPONSE "PutIntegrationResponse" "PUT" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
        "selectionPattern": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "contentHandling": STRING,
    } -> {
        "statusCode": STRING,
        "selectionPattern": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "contentHandling": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_INTEGRATION_RESPONSE "GetIntegrationResponse" "GET" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
    } -> {
        "statusCode": STRING,
        "selectionPattern": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "contentHandling": STRING,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_INTEGRATION_RESPONSE "DeleteIntegrationResponse" "DELETE" "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}" {
        "restApiId": STRING => label_as("restapi_id"),
        "resourceId": STRING => label_as("resource_id"),
        "httpMethod": STRING => label_as("http_method"),
        "statusCode": STRING => label_as("status_code"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_DEPLOYMENT "CreateDeployment" "POST" "/restapis/{restapi_id}/deployments" {
        "restApiId": STRING => label_as("restapi_id"),
        "stageName": STRING,
        "stageDescription": STRING,
        "description": STRING,
        "cacheClusterEnabled": BOOLEAN,
        "cacheClusterSize": STRING,
        "variables": map!(STRING),
        "tracingEnabled": BOOLEAN,
    } -> {
        "id": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException", "ServiceUnavailableException"];
    GET_DEPLOYMENT "GetDeployment" "GET" "/restapis/{restapi_id}/deployments/{deployment_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "deploymentId": STRING => label_as("deployment_id"),
        "embed": list!(STRING) => query("embed"),
    } -> {
        "id": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException", "ServiceUnavailableException"];
    UPDATE_DEPLOYMENT "UpdateDeployment" "PATCH" "/restapis/{restapi_id}/deployments/{deployment_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "deploymentId": STRING => label_as("deployment_id"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "description": STRING,
        "createdDate": TIMESTAMP,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException", "ServiceUnavailableException"];
    DELETE_DEPLOYMENT "DeleteDeployment" "DELETE" "/restapis/{restapi_id}/deployments/{deployment_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "deploymentId": STRING => label_as("deployment_id"),
    } -> {} errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_STAGE "CreateStage" "POST" "/restapis/{restapi_id}/stages" {
        "restApiId": STRING => label_as("restapi_id"),
        "stageName": STRING,
        "deploymentId": STRING,
        "description": STRING,
        "cacheClusterEnabled": BOOLEAN,
        "cacheClusterSize": STRING,
        "variables": map!(STRING),
        "documentationVersion": STRING,
        "tracingEnabled": BOOLEAN,
        "tags": map!(STRING),
    } -> {
        "deploymentId": STRING,
        "clientCertificateId": STRING,
        "stageName": STRING,
        "description": STRING,
        "cacheClusterEnabled": BOOLEAN,
        "cacheClusterSize": STRING,
        "variables": map!(STRING),
        "documentationVersion": STRING,
        "accessLogSettings": of!(ACCESS_LOG_SETTINGS),
        "tracingEnabled": BOOLEAN,
        "webAclArn": STRING,
        "tags": map!(STRING),
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
    } errors ["UnauthorizedException", "BadRequestException", "NotFoundException", "ConflictException", "LimitExceededException", "TooManyRequestsException"];
    GET_STAGE "GetStage" "GET" "/restapis/{restapi_id}/stages/{stage_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "stageName": STRING => label_as("stage_name"),
    } -> {
        "deploymentId": STRING,
        "clientCertificateId": STRING,
        "stageName": STRING,
        "description": STRING,
        "cacheClusterEnabled": BOOLEAN,
        "cacheClusterSize": STRING,
        "variables": map!(STRING),
        "documentationVersion": STRING,
        "accessLogSettings": of!(ACCESS_LOG_SETTINGS),
        "tracingEnabled": BOOLEAN,
        "webAclArn": STRING,
        "tags": map!(STRING),
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_STAGE "UpdateStage" "PATCH" "/restapis/{restapi_id}/stages/{stage_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "stageName": STRING => label_as("stage_name"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "deploymentId": STRING,
        "clientCertificateId": STRING,
        "stageName": STRING,
        "description": STRING,
        "cacheClusterEnabled": BOOLEAN,
        "cacheClusterSize": STRING,
        "variables": map!(STRING),
        "documentationVersion": STRING,
        "accessLogSettings": of!(ACCESS_LOG_SETTINGS),
        "tracingEnabled": BOOLEAN,
        "webAclArn": STRING,
        "tags": map!(STRING),
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_STAGE "DeleteStage" "DELETE" "/restapis/{restapi_id}/stages/{stage_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "stageName": STRING => label_as("stage_name"),
    } -> {} errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    PUT_GATEWAY_RESPONSE "PutGatewayResponse" "PUT" "/restapis/{restapi_id}/gatewayresponses/{response_type}" {
        "restApiId": STRING => label_as("restapi_id"),
        "responseType": STRING => label_as("response_type"),
        "statusCode": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
    } -> {
        "responseType": STRING,
        "statusCode": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "defaultResponse": BOOLEAN,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_GATEWAY_RESPONSE "GetGatewayResponse" "GET" "/restapis/{restapi_id}/gatewayresponses/{response_type}" {
        "restApiId": STRING => label_as("restapi_id"),
        "responseType": STRING => label_as("response_type"),
    } -> {
        "responseType": STRING,
        "statusCode": STRING,
        "responseParameters": map!(STRING),
        "responseTemplates": map!(STRING),
        "defaultResponse": BOOLEAN,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_GATEWAY_RESPONSE "DeleteGatewayResponse" "DELETE" "/restapis/{restapi_id}/gatewayresponses/{response_type}" {
        "restApiId": STRING => label_as("restapi_id"),
        "responseType": STRING => label_as("response_type"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    TAG_RESOURCE "TagResource" "PUT" "/tags/{resource_arn}" {
        "resourceArn": STRING => label_as("resource_arn"),
        "tags": map!(STRING),
    } -> {} errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UNTAG_RESOURCE "UntagResource" "DELETE" "/tags/{resource_arn}" {
        "resourceArn": STRING => label_as("resource_arn"),
        "tagKeys": list!(STRING) => query("tagKeys"),
    } -> {} errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_REQUEST_VALIDATOR "CreateRequestValidator" "POST" "/restapis/{restapi_id}/requestvalidators" {
        "restApiId": STRING => label_as("restapi_id"),
        "name": STRING,
        "validateRequestBody": BOOLEAN,
        "validateRequestParameters": BOOLEAN,
    } -> {
        "id": STRING,
        "name": STRING,
        "validateRequestBody": BOOLEAN,
        "validateRequestParameters": BOOLEAN,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_REQUEST_VALIDATOR "GetRequestValidator" "GET" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "requestValidatorId": STRING => label_as("requestvalidator_id"),
    } -> {
        "id": STRING,
        "name": STRING,
        "validateRequestBody": BOOLEAN,
        "validateRequestParameters": BOOLEAN,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_REQUEST_VALIDATOR "UpdateRequestValidator" "PATCH" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "requestValidatorId": STRING => label_as("requestvalidator_id"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "name": STRING,
        "validateRequestBody": BOOLEAN,
        "validateRequestParameters": BOOLEAN,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_REQUEST_VALIDATOR "DeleteRequestValidator" "DELETE" "/restapis/{restapi_id}/requestvalidators/{requestvalidator_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "requestValidatorId": STRING => label_as("requestvalidator_id"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_MODEL "CreateModel" "POST" "/restapis/{restapi_id}/models" {
        "restApiId": STRING => label_as("restapi_id"),
        "name": STRING,
        "description": STRING,
        "schema": STRING,
        "contentType": STRING,
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "schema": STRING,
        "contentType": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_MODEL "GetModel" "GET" "/restapis/{restapi_id}/models/{model_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "modelName": STRING => label_as("model_name"),
        "flatten": BOOLEAN => query("flatten"),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "schema": STRING,
        "contentType": STRING,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_MODEL "UpdateModel" "PATCH" "/restapis/{restapi_id}/models/{model_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "modelName": STRING => label_as("model_name"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "schema": STRING,
        "contentType": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_MODEL "DeleteModel" "DELETE" "/restapis/{restapi_id}/models/{model_name}" {
        "restApiId": STRING => label_as("restapi_id"),
        "modelName": STRING => label_as("model_name"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_AUTHORIZER "CreateAuthorizer" "POST" "/restapis/{restapi_id}/authorizers" {
        "restApiId": STRING => label_as("restapi_id"),
        "name": STRING,
        "type": STRING,
        "providerARNs": list!(STRING),
        "authType": STRING,
        "authorizerUri": STRING,
        "authorizerCredentials": STRING,
        "identitySource": STRING,
        "identityValidationExpression": STRING,
        "authorizerResultTtlInSeconds": INTEGER,
    } -> {
        "id": STRING,
        "name": STRING,
        "type": STRING,
        "providerARNs": list!(STRING),
        "authType": STRING,
        "authorizerUri": STRING,
        "authorizerCredentials": STRING,
        "identitySource": STRING,
        "identityValidationExpression": STRING,
        "authorizerResultTtlInSeconds": INTEGER,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_AUTHORIZER "GetAuthorizer" "GET" "/restapis/{restapi_id}/authorizers/{authorizer_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "authorizerId": STRING => label_as("authorizer_id"),
    } -> {
        "id": STRING,
        "name": STRING,
        "type": STRING,
        "providerARNs": list!(STRING),
        "authType": STRING,
        "authorizerUri": STRING,
        "authorizerCredentials": STRING,
        "identitySource": STRING,
        "identityValidationExpression": STRING,
        "authorizerResultTtlInSeconds": INTEGER,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_AUTHORIZER "UpdateAuthorizer" "PATCH" "/restapis/{restapi_id}/authorizers/{authorizer_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "authorizerId": STRING => label_as("authorizer_id"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "name": STRING,
        "type": STRING,
        "providerARNs": list!(STRING),
        "authType": STRING,
        "authorizerUri": STRING,
        "authorizerCredentials": STRING,
        "identitySource": STRING,
        "identityValidationExpression": STRING,
        "authorizerResultTtlInSeconds": INTEGER,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_AUTHORIZER "DeleteAuthorizer" "DELETE" "/restapis/{restapi_id}/authorizers/{authorizer_id}" {
        "restApiId": STRING => label_as("restapi_id"),
        "authorizerId": STRING => label_as("authorizer_id"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_ACCOUNT "GetAccount" "GET" "/account" {} -> {
        "cloudwatchRoleArn": STRING,
        "throttleSettings": of!(THROTTLE_SETTINGS),
        "features": list!(STRING),
        "apiKeyVersion": STRING,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_ACCOUNT "UpdateAccount" "PATCH" "/account" {
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "cloudwatchRoleArn": STRING,
        "throttleSettings": of!(THROTTLE_SETTINGS),
        "features": list!(STRING),
        "apiKeyVersion": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
}
