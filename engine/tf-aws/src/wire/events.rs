//! What the provider calls of EventBridge.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`events/2015-10-07/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    DEAD_LETTER_CONFIG "DeadLetterConfig" {
        "Arn": STRING,
    }
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    TARGET "Target" {
        "Id": STRING,
        "Arn": STRING,
        "RoleArn": STRING,
        "Input": STRING,
        "InputPath": STRING,
        "InputTransformer": of!(INPUT_TRANSFORMER),
        "SqsParameters": of!(SQS_PARAMETERS),
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "RetryPolicy": of!(RETRY_POLICY),
    }
    INPUT_TRANSFORMER "InputTransformer" {
        "InputPathsMap": map!(STRING),
        "InputTemplate": STRING,
    }
    SQS_PARAMETERS "SqsParameters" {
        "MessageGroupId": STRING,
    }
    RETRY_POLICY "RetryPolicy" {
        "MaximumRetryAttempts": INTEGER,
        "MaximumEventAgeInSeconds": INTEGER,
    }
    PUT_TARGETS_RESULT_ENTRY "PutTargetsResultEntry" {
        "TargetId": STRING,
        "ErrorCode": STRING,
        "ErrorMessage": STRING,
    }
    REMOVE_TARGETS_RESULT_ENTRY "RemoveTargetsResultEntry" {
        "TargetId": STRING,
        "ErrorCode": STRING,
        "ErrorMessage": STRING,
    }
    CONDITION "Condition" {
        "Type": STRING,
        "Key": STRING,
        "Value": STRING,
    }
}

operations! { services::EVENTS;
    CREATE_EVENT_BUS "CreateEventBus" "POST" "/" {
        "Name": STRING,
        "Description": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Tags": list!(of!(TAG)),
    } -> {
        "EventBusArn": STRING,
        "Description": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
    } errors ["ResourceAlreadyExistsException", "ResourceNotFoundException", "InvalidStateException", "InternalException", "ConcurrentModificationException", "LimitExceededException", "OperationDisabledException"];
    DESCRIBE_EVENT_BUS "DescribeEventBus" "POST" "/" {
        "Name": STRING,
    } -> {
        "Name": STRING,
        "Arn": STRING,
        "Description": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Policy": STRING,
        "CreationTime": TIMESTAMP,
        "LastModifiedTime": TIMESTAMP,
    } errors ["ResourceNotFoundException", "InternalException"];
    DELETE_EVENT_BUS "DeleteEventBus" "POST" "/" {
        "Name": STRING,
    } -> {} errors ["InternalException", "ConcurrentModificationException"];
    PUT_RULE "PutRule" "POST" "/" {
        "Name": STRING,
        "ScheduleExpression": STRING,
        "EventPattern": STRING,
        "State": STRING,
        "Description": STRING,
        "RoleArn": STRING,
        "Tags": list!(of!(TAG)),
        "EventBusName": STRING,
    } -> {
        "RuleArn": STRING,
    } errors ["InvalidEventPatternException", "LimitExceededException", "ConcurrentModificationException", "ManagedRuleException", "InternalException", "ResourceNotFoundException"];
    DESCRIBE_RULE "DescribeRule" "POST" "/" {
        "Name": STRING,
        "EventBusName": STRING,
    } -> {
        "Name": STRING,
        "Arn": STRING,
        "EventPattern": STRING,
        "ScheduleExpression": STRING,
        "State": STRING,
        "Description": STRING,
        "RoleArn": STRING,
        "EventBusName": STRING,
        "CreatedBy": STRING,
    } errors ["ResourceNotFoundException", "InternalException"];
    DELETE_RULE "DeleteRule" "POST" "/" {
        "Name": STRING,
        "EventBusName": STRING,
        "Force": BOOLEAN,
    } -> {} errors ["ConcurrentModificationException", "ManagedRuleException", "InternalException", "ResourceNotFoundException"];
    PUT_TARGETS "PutTargets" "POST" "/" {
        "Rule": STRING,
        "EventBusName": STRING,
        "Targets": list!(of!(TARGET)),
    } -> {
        "FailedEntryCount": INTEGER,
        "FailedEntries": list!(of!(PUT_TARGETS_RESULT_ENTRY)),
    } errors ["ResourceNotFoundException", "ConcurrentModificationException", "LimitExceededException", "ManagedRuleException", "InternalException"];
    REMOVE_TARGETS "RemoveTargets" "POST" "/" {
        "Rule": STRING,
        "EventBusName": STRING,
        "Ids": list!(STRING),
        "Force": BOOLEAN,
    } -> {
        "FailedEntryCount": INTEGER,
        "FailedEntries": list!(of!(REMOVE_TARGETS_RESULT_ENTRY)),
    } errors ["ResourceNotFoundException", "ConcurrentModificationException", "ManagedRuleException", "InternalException"];
    LIST_TARGETS_BY_RULE "ListTargetsByRule" "POST" "/" {
        "Rule": STRING,
        "EventBusName": STRING,
        "NextToken": STRING,
        "Limit": INTEGER,
    } -> {
        "Targets": list!(of!(TARGET)),
        "NextToken": STRING,
    } errors ["ResourceNotFoundException", "InternalException"];
    PUT_PERMISSION "PutPermission" "POST" "/" {
        "EventBusName": STRING,
        "Action": STRING,
        "Principal": STRING,
        "StatementId": STRING,
        "Condition": of!(CONDITION),
        "Policy": STRING,
    } -> {} errors ["ResourceNotFoundException", "PolicyLengthExceededException", "InternalException", "ConcurrentModificationException", "OperationDisabledException"];
    REMOVE_PERMISSION "RemovePermission" "POST" "/" {
        "StatementId": STRING,
        "RemoveAllPermissions": BOOLEAN,
        "EventBusName": STRING,
    } -> {} errors ["ResourceNotFoundException", "InternalException", "ConcurrentModificationException", "OperationDisabledException"];
    TAG_RESOURCE "TagResource" "POST" "/" {
        "ResourceARN": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["ResourceNotFoundException", "ConcurrentModificationException", "InternalException", "ManagedRuleException"];
    UNTAG_RESOURCE "UntagResource" "POST" "/" {
        "ResourceARN": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["ResourceNotFoundException", "InternalException", "ConcurrentModificationException", "ManagedRuleException"];
    LIST_TAGS_FOR_RESOURCE "ListTagsForResource" "POST" "/" {
        "ResourceARN": STRING,
    } -> {
        "Tags": list!(of!(TAG)),
    } errors ["ResourceNotFoundException", "InternalException"];
}
