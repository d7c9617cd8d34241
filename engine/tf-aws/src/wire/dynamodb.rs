//! What the provider calls of DynamoDB.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`dynamodb/2012-08-10/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    ATTRIBUTE_DEFINITION "AttributeDefinition" {
        "AttributeName": STRING,
        "AttributeType": STRING,
    }
    KEY_SCHEMA_ELEMENT "KeySchemaElement" {
        "AttributeName": STRING,
        "KeyType": STRING,
    }
    LOCAL_SECONDARY_INDEX "LocalSecondaryIndex" {
        "IndexName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "Projection": of!(PROJECTION),
    }
    PROJECTION "Projection" {
        "ProjectionType": STRING,
        "NonKeyAttributes": list!(STRING),
    }
    GLOBAL_SECONDARY_INDEX "GlobalSecondaryIndex" {
        "IndexName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "Projection": of!(PROJECTION),
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT),
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(WARM_THROUGHPUT),
    }
    PROVISIONED_THROUGHPUT "ProvisionedThroughput" {
        "ReadCapacityUnits": LONG,
        "WriteCapacityUnits": LONG,
    }
    ON_DEMAND_THROUGHPUT "OnDemandThroughput" {
        "MaxReadRequestUnits": LONG,
        "MaxWriteRequestUnits": LONG,
    }
    WARM_THROUGHPUT "WarmThroughput" {
        "ReadUnitsPerSecond": LONG,
        "WriteUnitsPerSecond": LONG,
    }
    STREAM_SPECIFICATION "StreamSpecification" {
        "StreamEnabled": BOOLEAN,
        "StreamViewType": STRING,
    }
    SSE_SPECIFICATION "SSESpecification" {
        "Enabled": BOOLEAN,
        "SSEType": STRING,
        "KMSMasterKeyId": STRING,
    }
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    TABLE_DESCRIPTION "TableDescription" {
        "AttributeDefinitions": list!(of!(ATTRIBUTE_DEFINITION)),
        "TableName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "TableStatus": STRING,
        "CreationDateTime": TIMESTAMP,
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT_DESCRIPTION),
        "TableSizeBytes": LONG,
        "ItemCount": LONG,
        "TableArn": STRING,
        "TableId": STRING,
        "BillingModeSummary": of!(BILLING_MODE_SUMMARY),
        "LocalSecondaryIndexes": list!(of!(LOCAL_SECONDARY_INDEX_DESCRIPTION)),
        "GlobalSecondaryIndexes": list!(of!(GLOBAL_SECONDARY_INDEX_DESCRIPTION)),
        "StreamSpecification": of!(STREAM_SPECIFICATION),
        "LatestStreamLabel": STRING,
        "LatestStreamArn": STRING,
        "SSEDescription": of!(SSE_DESCRIPTION),
        "TableClassSummary": of!(TABLE_CLASS_SUMMARY),
        "DeletionProtectionEnabled": BOOLEAN,
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(TABLE_WARM_THROUGHPUT_DESCRIPTION),
    }
    PROVISIONED_THROUGHPUT_DESCRIPTION "ProvisionedThroughputDescription" {
        "LastIncreaseDateTime": TIMESTAMP,
        "LastDecreaseDateTime": TIMESTAMP,
        "NumberOfDecreasesToday": LONG,
        "ReadCapacityUnits": LONG,
        "WriteCapacityUnits": LONG,
    }
    BILLING_MODE_SUMMARY "BillingModeSummary" {
        "BillingMode": STRING,
        "LastUpdateToPayPerRequestDateTime": TIMESTAMP,
    }
    LOCAL_SECONDARY_INDEX_DESCRIPTION "LocalSecondaryIndexDescription" {
        "IndexName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "Projection": of!(PROJECTION),
        "IndexSizeBytes": LONG,
        "ItemCount": LONG,
        "IndexArn": STRING,
    }
    GLOBAL_SECONDARY_INDEX_DESCRIPTION "GlobalSecondaryIndexDescription" {
        "IndexName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "Projection": of!(PROJECTION),
        "IndexStatus": STRING,
        "Backfilling": BOOLEAN,
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT_DESCRIPTION),
        "IndexSizeBytes": LONG,
        "ItemCount": LONG,
        "IndexArn": STRING,
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(GLOBAL_SECONDARY_INDEX_WARM_THROUGHPUT_DESCRIPTION),
    }
    GLOBAL_SECONDARY_INDEX_WARM_THROUGHPUT_DESCRIPTION "GlobalSecondaryIndexWarmThroughputDescription" {
        "ReadUnitsPerSecond": LONG,
        "WriteUnitsPerSecond": LONG,
        "Status": STRING,
    }
    SSE_DESCRIPTION "SSEDescription" {
        "Status": STRING,
        "SSEType": STRING,
        "KMSMasterKeyArn": STRING,
        "InaccessibleEncryptionDateTime": TIMESTAMP,
    }
    TABLE_CLASS_SUMMARY "TableClassSummary" {
        "TableClass": STRING,
        "LastUpdateDateTime": TIMESTAMP,
    }
    TABLE_WARM_THROUGHPUT_DESCRIPTION "TableWarmThroughputDescription" {
        "ReadUnitsPerSecond": LONG,
        "WriteUnitsPerSecond": LONG,
        "Status": STRING,
    }
    GLOBAL_SECONDARY_INDEX_UPDATE "GlobalSecondaryIndexUpdate" {
        "Update": of!(UPDATE_GLOBAL_SECONDARY_INDEX_ACTION),
        "Create": of!(CREATE_GLOBAL_SECONDARY_INDEX_ACTION),
        "Delete": of!(DELETE_GLOBAL_SECONDARY_INDEX_ACTION),
    }
    UPDATE_GLOBAL_SECONDARY_INDEX_ACTION "UpdateGlobalSecondaryIndexAction" {
        "IndexName": STRING,
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT),
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(WARM_THROUGHPUT),
    }
    CREATE_GLOBAL_SECONDARY_INDEX_ACTION "CreateGlobalSecondaryIndexAction" {
        "IndexName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "Projection": of!(PROJECTION),
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT),
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(WARM_THROUGHPUT),
    }
    DELETE_GLOBAL_SECONDARY_INDEX_ACTION "DeleteGlobalSecondaryIndexAction" {
        "IndexName": STRING,
    }
    TIME_TO_LIVE_SPECIFICATION "TimeToLiveSpecification" {
        "Enabled": BOOLEAN,
        "AttributeName": STRING,
    }
    TIME_TO_LIVE_DESCRIPTION "TimeToLiveDescription" {
        "TimeToLiveStatus": STRING,
        "AttributeName": STRING,
    }
    POINT_IN_TIME_RECOVERY_SPECIFICATION "PointInTimeRecoverySpecification" {
        "PointInTimeRecoveryEnabled": BOOLEAN,
        "RecoveryPeriodInDays": INTEGER,
    }
    CONTINUOUS_BACKUPS_DESCRIPTION "ContinuousBackupsDescription" {
        "ContinuousBackupsStatus": STRING,
        "PointInTimeRecoveryDescription": of!(POINT_IN_TIME_RECOVERY_DESCRIPTION),
    }
    POINT_IN_TIME_RECOVERY_DESCRIPTION "PointInTimeRecoveryDescription" {
        "PointInTimeRecoveryStatus": STRING,
        "RecoveryPeriodInDays": INTEGER,
        "EarliestRestorableDateTime": TIMESTAMP,
        "LatestRestorableDateTime": TIMESTAMP,
    }
}

operations! { services::DYNAMODB;
    CREATE_TABLE "CreateTable" "POST" "/" {
        "AttributeDefinitions": list!(of!(ATTRIBUTE_DEFINITION)),
        "TableName": STRING,
        "KeySchema": list!(of!(KEY_SCHEMA_ELEMENT)),
        "LocalSecondaryIndexes": list!(of!(LOCAL_SECONDARY_INDEX)),
        "GlobalSecondaryIndexes": list!(of!(GLOBAL_SECONDARY_INDEX)),
        "BillingMode": STRING,
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT),
        "StreamSpecification": of!(STREAM_SPECIFICATION),
        "SSESpecification": of!(SSE_SPECIFICATION),
        "Tags": list!(of!(TAG)),
        "TableClass": STRING,
        "DeletionProtectionEnabled": BOOLEAN,
        "WarmThroughput": of!(WARM_THROUGHPUT),
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
    } -> {
        "TableDescription": of!(TABLE_DESCRIPTION),
    } errors ["ResourceInUseException", "LimitExceededException", "InternalServerError"];
    DESCRIBE_TABLE "DescribeTable" "POST" "/" {
        "TableName": STRING,
    } -> {
        "Table": of!(TABLE_DESCRIPTION),
    } errors ["ResourceNotFoundException", "InternalServerError"];
    UPDATE_TABLE "UpdateTable" "POST" "/" {
        "AttributeDefinitions": list!(of!(ATTRIBUTE_DEFINITION)),
        "TableName": STRING,
        "BillingMode": STRING,
        "ProvisionedThroughput": of!(PROVISIONED_THROUGHPUT),
        "GlobalSecondaryIndexUpdates": list!(of!(GLOBAL_SECONDARY_INDEX_UPDATE)),
        "StreamSpecification": of!(STREAM_SPECIFICATION),
        "SSESpecification": of!(SSE_SPECIFICATION),
        "TableClass": STRING,
        "DeletionProtectionEnabled": BOOLEAN,
        "OnDemandThroughput": of!(ON_DEMAND_THROUGHPUT),
        "WarmThroughput": of!(WARM_THROUGHPUT),
    } -> {
        "TableDescription": of!(TABLE_DESCRIPTION),
    } errors ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"];
    DELETE_TABLE "DeleteTable" "POST" "/" {
        "TableName": STRING,
    } -> {
        "TableDescription": of!(TABLE_DESCRIPTION),
    } errors ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"];
    TAG_RESOURCE "TagResource" "POST" "/" {
        "ResourceArn": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["LimitExceededException", "ResourceNotFoundException", "InternalServerError", "ResourceInUseException"];
    UNTAG_RESOURCE "UntagResource" "POST" "/" {
        "ResourceArn": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["LimitExceededException", "ResourceNotFoundException", "InternalServerError", "ResourceInUseException"];
    LIST_TAGS_OF_RESOURCE "ListTagsOfResource" "POST" "/" {
        "ResourceArn": STRING,
        "NextToken": STRING,
    } -> {
        "Tags": list!(of!(TAG)),
        "NextToken": STRING,
    } errors ["ResourceNotFoundException", "InternalServerError"];
    UPDATE_TIME_TO_LIVE "UpdateTimeToLive" "POST" "/" {
        "TableName": STRING,
        "TimeToLiveSpecification": of!(TIME_TO_LIVE_SPECIFICATION),
    } -> {
        "TimeToLiveSpecification": of!(TIME_TO_LIVE_SPECIFICATION),
    } errors ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"];
    DESCRIBE_TIME_TO_LIVE "DescribeTimeToLive" "POST" "/" {
        "TableName": STRING,
    } -> {
        "TimeToLiveDescription": of!(TIME_TO_LIVE_DESCRIPTION),
    } errors ["ResourceNotFoundException", "InternalServerError"];
    UPDATE_CONTINUOUS_BACKUPS "UpdateContinuousBackups" "POST" "/" {
        "TableName": STRING,
        "PointInTimeRecoverySpecification": of!(POINT_IN_TIME_RECOVERY_SPECIFICATION),
    } -> {
        "ContinuousBackupsDescription": of!(CONTINUOUS_BACKUPS_DESCRIPTION),
    } errors ["TableNotFoundException", "ContinuousBackupsUnavailableException", "InternalServerError"];
    DESCRIBE_CONTINUOUS_BACKUPS "DescribeContinuousBackups" "POST" "/" {
        "TableName": STRING,
    } -> {
        "ContinuousBackupsDescription": of!(CONTINUOUS_BACKUPS_DESCRIPTION),
    } errors ["TableNotFoundException", "InternalServerError"];
    PUT_ITEM "PutItem" "POST" "/" {
        "TableName": STRING,
        "Item": DOCUMENT,
        "ConditionExpression": STRING,
        "ExpressionAttributeNames": map!(STRING),
        "ExpressionAttributeValues": DOCUMENT,
    } -> {
        "Attributes": DOCUMENT,
    } errors ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"];
    GET_ITEM "GetItem" "POST" "/" {
        "TableName": STRING,
        "Key": DOCUMENT,
        "ConsistentRead": BOOLEAN,
        "ProjectionExpression": STRING,
        "ExpressionAttributeNames": map!(STRING),
    } -> {
        "Item": DOCUMENT,
    } errors ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"];
    UPDATE_ITEM "UpdateItem" "POST" "/" {
        "TableName": STRING,
        "Key": DOCUMENT,
        "AttributeUpdates": DOCUMENT,
        "UpdateExpression": STRING,
        "ConditionExpression": STRING,
        "ExpressionAttributeNames": map!(STRING),
        "ExpressionAttributeValues": DOCUMENT,
    } -> {
        "Attributes": DOCUMENT,
    } errors ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"];
    DELETE_ITEM "DeleteItem" "POST" "/" {
        "TableName": STRING,
        "Key": DOCUMENT,
        "ConditionExpression": STRING,
        "ExpressionAttributeNames": map!(STRING),
        "ExpressionAttributeValues": DOCUMENT,
    } -> {
        "Attributes": DOCUMENT,
    } errors ["ConditionalCheckFailedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException", "ItemCollectionSizeLimitExceededException", "TransactionConflictException", "RequestLimitExceeded", "InternalServerError", "ReplicatedWriteConflictException", "ThrottlingException"];
}
