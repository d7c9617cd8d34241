//! What the provider calls of SFN.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`stepfunctions/2016-11-23/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    LOGGING_CONFIGURATION "LoggingConfiguration" {
        "level": STRING,
        "includeExecutionData": BOOLEAN,
        "destinations": list!(of!(LOG_DESTINATION)),
    }
    LOG_DESTINATION "LogDestination" {
        "cloudWatchLogsLogGroup": of!(CLOUD_WATCH_LOGS_LOG_GROUP),
    }
    CLOUD_WATCH_LOGS_LOG_GROUP "CloudWatchLogsLogGroup" {
        "logGroupArn": STRING,
    }
    TAG "Tag" {
        "key": STRING,
        "value": STRING,
    }
    TRACING_CONFIGURATION "TracingConfiguration" {
        "enabled": BOOLEAN,
    }
    ENCRYPTION_CONFIGURATION "EncryptionConfiguration" {
        "kmsKeyId": STRING,
        "kmsDataKeyReusePeriodSeconds": INTEGER,
        "type": STRING,
    }
    STATE_MACHINE_LIST_ITEM "StateMachineListItem" {
        "stateMachineArn": STRING,
        "name": STRING,
        "type": STRING,
        "creationDate": TIMESTAMP,
    }
    STATE_MACHINE_VERSION_LIST_ITEM "StateMachineVersionListItem" {
        "stateMachineVersionArn": STRING,
        "creationDate": TIMESTAMP,
    }
    ACTIVITY_LIST_ITEM "ActivityListItem" {
        "activityArn": STRING,
        "name": STRING,
        "creationDate": TIMESTAMP,
    }
}

operations! { services::STEPFUNCTIONS;
    CREATE_STATE_MACHINE "CreateStateMachine" "POST" "/" {
        "name": STRING,
        "definition": STRING,
        "roleArn": STRING,
        "type": STRING,
        "loggingConfiguration": of!(LOGGING_CONFIGURATION),
        "tags": list!(of!(TAG)),
        "tracingConfiguration": of!(TRACING_CONFIGURATION),
        "publish": BOOLEAN,
        "versionDescription": STRING,
        "encryptionConfiguration": of!(ENCRYPTION_CONFIGURATION),
    } -> {
        "stateMachineArn": STRING,
        "creationDate": TIMESTAMP,
        "stateMachineVersionArn": STRING,
    } errors ["InvalidArn", "InvalidDefinition", "InvalidName", "InvalidLoggingConfiguration", "InvalidTracingConfiguration", "StateMachineAlreadyExists", "StateMachineDeleting", "StateMachineLimitExceeded", "StateMachineTypeNotSupported", "TooManyTags", "ValidationException", "ConflictException", "InvalidEncryptionConfiguration", "KmsAccessDeniedException", "KmsThrottlingException"];
    UPDATE_STATE_MACHINE "UpdateStateMachine" "POST" "/" {
        "stateMachineArn": STRING,
        "definition": STRING,
        "roleArn": STRING,
        "loggingConfiguration": of!(LOGGING_CONFIGURATION),
        "tracingConfiguration": of!(TRACING_CONFIGURATION),
        "publish": BOOLEAN,
        "versionDescription": STRING,
        "encryptionConfiguration": of!(ENCRYPTION_CONFIGURATION),
    } -> {
        "updateDate": TIMESTAMP,
        "revisionId": STRING,
        "stateMachineVersionArn": STRING,
    } errors ["InvalidArn", "InvalidDefinition", "InvalidLoggingConfiguration", "InvalidTracingConfiguration", "MissingRequiredParameter", "StateMachineDeleting", "StateMachineDoesNotExist", "ServiceQuotaExceededException", "ConflictException", "ValidationException", "InvalidEncryptionConfiguration", "KmsAccessDeniedException", "KmsThrottlingException"];
    DESCRIBE_STATE_MACHINE "DescribeStateMachine" "POST" "/" {
        "stateMachineArn": STRING,
        "includedData": STRING,
    } -> {
        "stateMachineArn": STRING,
        "name": STRING,
        "status": STRING,
        "definition": STRING,
        "roleArn": STRING,
        "type": STRING,
        "creationDate": TIMESTAMP,
        "loggingConfiguration": of!(LOGGING_CONFIGURATION),
        "tracingConfiguration": of!(TRACING_CONFIGURATION),
        "label": STRING,
        "revisionId": STRING,
        "description": STRING,
        "encryptionConfiguration": of!(ENCRYPTION_CONFIGURATION),
        "variableReferences": map!(list!(STRING)),
    } errors ["InvalidArn", "StateMachineDoesNotExist", "KmsAccessDeniedException", "KmsInvalidStateException", "KmsThrottlingException"];
    DELETE_STATE_MACHINE "DeleteStateMachine" "POST" "/" {
        "stateMachineArn": STRING,
    } -> {} errors ["InvalidArn", "ValidationException"];
    LIST_STATE_MACHINES "ListStateMachines" "POST" "/" {
        "maxResults": INTEGER,
        "nextToken": STRING,
    } -> {
        "stateMachines": list!(of!(STATE_MACHINE_LIST_ITEM)),
        "nextToken": STRING,
    } errors ["InvalidToken"];
    LIST_STATE_MACHINE_VERSIONS "ListStateMachineVersions" "POST" "/" {
        "stateMachineArn": STRING,
        "nextToken": STRING,
        "maxResults": INTEGER,
    } -> {
        "stateMachineVersions": list!(of!(STATE_MACHINE_VERSION_LIST_ITEM)),
        "nextToken": STRING,
    } errors ["ValidationException", "InvalidArn", "InvalidToken"];
    CREATE_ACTIVITY "CreateActivity" "POST" "/" {
        "name": STRING,
        "tags": list!(of!(TAG)),
        "encryptionConfiguration": of!(ENCRYPTION_CONFIGURATION),
    } -> {
        "activityArn": STRING,
        "creationDate": TIMESTAMP,
    } errors ["ActivityLimitExceeded", "ActivityAlreadyExists", "InvalidName", "TooManyTags", "InvalidEncryptionConfiguration", "KmsAccessDeniedException", "KmsThrottlingException"];
    DESCRIBE_ACTIVITY "DescribeActivity" "POST" "/" {
        "activityArn": STRING,
    } -> {
        "activityArn": STRING,
        "name": STRING,
        "creationDate": TIMESTAMP,
        "encryptionConfiguration": of!(ENCRYPTION_CONFIGURATION),
    } errors ["ActivityDoesNotExist", "InvalidArn"];
    DELETE_ACTIVITY "DeleteActivity" "POST" "/" {
        "activityArn": STRING,
    } -> {} errors ["InvalidArn"];
    LIST_ACTIVITIES "ListActivities" "POST" "/" {
        "maxResults": INTEGER,
        "nextToken": STRING,
    } -> {
        "activities": list!(of!(ACTIVITY_LIST_ITEM)),
        "nextToken": STRING,
    } errors ["InvalidToken"];
    TAG_RESOURCE "TagResource" "POST" "/" {
        "resourceArn": STRING,
        "tags": list!(of!(TAG)),
    } -> {} errors ["InvalidArn", "ResourceNotFound", "TooManyTags"];
    UNTAG_RESOURCE "UntagResource" "POST" "/" {
        "resourceArn": STRING,
        "tagKeys": list!(STRING),
    } -> {} errors ["InvalidArn", "ResourceNotFound"];
    LIST_TAGS_FOR_RESOURCE "ListTagsForResource" "POST" "/" {
        "resourceArn": STRING,
    } -> {
        "tags": list!(of!(TAG)),
    } errors ["InvalidArn", "ResourceNotFound"];
}
