//! What the provider calls of CloudWatch Logs.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`logs/2014-03-28/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    LOG_GROUP "LogGroup" {
        "logGroupName": STRING,
        "creationTime": LONG,
        "retentionInDays": INTEGER,
        "arn": STRING,
        "storedBytes": LONG,
        "kmsKeyId": STRING,
        "dataProtectionStatus": STRING,
        "logGroupClass": STRING,
        "logGroupArn": STRING,
        "deletionProtectionEnabled": BOOLEAN,
        "bearerTokenAuthenticationEnabled": BOOLEAN,
    }
}

operations! { services::LOGS;
    CREATE_LOG_GROUP "CreateLogGroup" "POST" "/" {
        "logGroupName": STRING,
        "kmsKeyId": STRING,
        "tags": map!(STRING),
        "logGroupClass": STRING,
        "deletionProtectionEnabled": BOOLEAN,
    } -> {} errors ["InvalidParameterException", "ResourceAlreadyExistsException", "LimitExceededException", "OperationAbortedException", "ServiceUnavailableException"];
    DESCRIBE_LOG_GROUPS "DescribeLogGroups" "POST" "/" {
        "logGroupNamePrefix": STRING,
        "logGroupNamePattern": STRING,
        "nextToken": STRING,
        "logGroupClass": STRING,
    } -> {
        "logGroups": list!(of!(LOG_GROUP)),
        "nextToken": STRING,
    } errors ["InvalidParameterException", "ServiceUnavailableException"];
    DELETE_LOG_GROUP "DeleteLogGroup" "POST" "/" {
        "logGroupName": STRING,
    } -> {} errors ["InvalidParameterException", "ResourceNotFoundException", "OperationAbortedException", "ServiceUnavailableException", "ValidationException"];
    PUT_RETENTION_POLICY "PutRetentionPolicy" "POST" "/" {
        "logGroupName": STRING,
        "retentionInDays": INTEGER,
    } -> {} errors ["InvalidParameterException", "ResourceNotFoundException", "OperationAbortedException", "ServiceUnavailableException"];
    DELETE_RETENTION_POLICY "DeleteRetentionPolicy" "POST" "/" {
        "logGroupName": STRING,
    } -> {} errors ["InvalidParameterException", "ResourceNotFoundException", "OperationAbortedException", "ServiceUnavailableException"];
    TAG_RESOURCE "TagResource" "POST" "/" {
        "resourceArn": STRING,
        "tags": map!(STRING),
    } -> {} errors ["InvalidParameterException", "ResourceNotFoundException", "ServiceUnavailableException", "TooManyTagsException"];
    UNTAG_RESOURCE "UntagResource" "POST" "/" {
        "resourceArn": STRING,
        "tagKeys": list!(STRING),
    } -> {} errors ["InvalidParameterException", "ResourceNotFoundException", "ServiceUnavailableException"];
    LIST_TAGS_FOR_RESOURCE "ListTagsForResource" "POST" "/" {
        "resourceArn": STRING,
    } -> {
        "tags": map!(STRING),
    } errors ["InvalidParameterException", "ResourceNotFoundException", "ServiceUnavailableException"];
}
