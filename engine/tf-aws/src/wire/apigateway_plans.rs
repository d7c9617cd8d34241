//! What the provider calls of API Gateway.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`apigateway/2015-07-09/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    STAGE_KEY "StageKey" {
        "restApiId": STRING,
        "stageName": STRING,
    }
    PATCH_OPERATION "PatchOperation" {
        "op": STRING,
        "path": STRING,
        "value": STRING,
        "from": STRING,
    }
    API_STAGE "ApiStage" {
        "apiId": STRING,
        "stage": STRING,
        "throttle": map!(of!(THROTTLE_SETTINGS)),
    }
    THROTTLE_SETTINGS "ThrottleSettings" {
        "burstLimit": INTEGER,
        "rateLimit": DOUBLE,
    }
    QUOTA_SETTINGS "QuotaSettings" {
        "offset": INTEGER,
        "period": STRING,
    }
}

operations! { services::APIGATEWAY;
    CREATE_API_KEY "CreateApiKey" "POST" "/apikeys" {
        "name": STRING,
        "description": STRING,
        "enabled": BOOLEAN,
        "generateDistinctId": BOOLEAN,
        "value": STRING,
        "stageKeys": list!(of!(STAGE_KEY)),
        "customerId": STRING,
        "tags": map!(STRING),
    } -> {
        "id": STRING,
        "value": STRING,
        "name": STRING,
        "customerId": STRING,
        "description": STRING,
        "enabled": BOOLEAN,
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
        "stageKeys": list!(STRING),
        "tags": map!(STRING),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_API_KEY "GetApiKey" "GET" "/apikeys/{api_Key}" {
        "apiKey": STRING => label_as("api_Key"),
        "includeValue": BOOLEAN => query("includeValue"),
    } -> {
        "id": STRING,
        "value": STRING,
        "name": STRING,
        "customerId": STRING,
        "description": STRING,
        "enabled": BOOLEAN,
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
        "stageKeys": list!(STRING),
        "tags": map!(STRING),
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_API_KEY "UpdateApiKey" "PATCH" "/apikeys/{api_Key}" {
        "apiKey": STRING => label_as("api_Key"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "value": STRING,
        "name": STRING,
        "customerId": STRING,
        "description": STRING,
        "enabled": BOOLEAN,
        "createdDate": TIMESTAMP,
        "lastUpdatedDate": TIMESTAMP,
        "stageKeys": list!(STRING),
        "tags": map!(STRING),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_API_KEY "DeleteApiKey" "DELETE" "/apikeys/{api_Key}" {
        "apiKey": STRING => label_as("api_Key"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_USAGE_PLAN "CreateUsagePlan" "POST" "/usageplans" {
        "name": STRING,
        "description": STRING,
        "apiStages": list!(of!(API_STAGE)),
        "throttle": of!(THROTTLE_SETTINGS),
        "quota": of!(QUOTA_SETTINGS),
        "tags": map!(STRING),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "apiStages": list!(of!(API_STAGE)),
        "throttle": of!(THROTTLE_SETTINGS),
        "quota": of!(QUOTA_SETTINGS),
        "productCode": STRING,
        "tags": map!(STRING),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_USAGE_PLAN "GetUsagePlan" "GET" "/usageplans/{usageplanId}" {
        "usagePlanId": STRING => label_as("usageplanId"),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "apiStages": list!(of!(API_STAGE)),
        "throttle": of!(THROTTLE_SETTINGS),
        "quota": of!(QUOTA_SETTINGS),
        "productCode": STRING,
        "tags": map!(STRING),
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    UPDATE_USAGE_PLAN "UpdateUsagePlan" "PATCH" "/usageplans/{usageplanId}" {
        "usagePlanId": STRING => label_as("usageplanId"),
        "patchOperations": list!(of!(PATCH_OPERATION)),
    } -> {
        "id": STRING,
        "name": STRING,
        "description": STRING,
        "apiStages": list!(of!(API_STAGE)),
        "throttle": of!(THROTTLE_SETTINGS),
        "quota": of!(QUOTA_SETTINGS),
        "productCode": STRING,
        "tags": map!(STRING),
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_USAGE_PLAN "DeleteUsagePlan" "DELETE" "/usageplans/{usageplanId}" {
        "usagePlanId": STRING => label_as("usageplanId"),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    CREATE_USAGE_PLAN_KEY "CreateUsagePlanKey" "POST" "/usageplans/{usageplanId}/keys" {
        "usagePlanId": STRING => label_as("usageplanId"),
        "keyId": STRING,
        "keyType": STRING,
    } -> {
        "id": STRING,
        "type": STRING,
        "value": STRING,
        "name": STRING,
    } errors ["BadRequestException", "ConflictException", "LimitExceededException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    GET_USAGE_PLAN_KEY "GetUsagePlanKey" "GET" "/usageplans/{usageplanId}/keys/{keyId}" {
        "usagePlanId": STRING => label_as("usageplanId"),
        "keyId": STRING => label(),
    } -> {
        "id": STRING,
        "type": STRING,
        "value": STRING,
        "name": STRING,
    } errors ["BadRequestException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
    DELETE_USAGE_PLAN_KEY "DeleteUsagePlanKey" "DELETE" "/usageplans/{usageplanId}/keys/{keyId}" {
        "usagePlanId": STRING => label_as("usageplanId"),
        "keyId": STRING => label(),
    } -> {} errors ["BadRequestException", "ConflictException", "NotFoundException", "UnauthorizedException", "TooManyRequestsException"];
}
