//! What the provider calls of S3.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`s3/2006-03-01/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    NOTIFICATION_CONFIGURATION "NotificationConfiguration" {
        "TopicConfigurations": list!(of!(TOPIC_CONFIGURATION)) => flattened().item("TopicConfiguration"),
        "QueueConfigurations": list!(of!(QUEUE_CONFIGURATION)) => flattened().item("QueueConfiguration"),
        "LambdaFunctionConfigurations": list!(of!(LAMBDA_FUNCTION_CONFIGURATION)) => flattened().item("CloudFunctionConfiguration"),
        "EventBridgeConfiguration": of!(EVENT_BRIDGE_CONFIGURATION),
    }
    TOPIC_CONFIGURATION "TopicConfiguration" {
        "Id": STRING,
        "TopicArn": STRING => xml("Topic"),
        "Events": list!(STRING) => flattened().item("Event"),
        "Filter": of!(NOTIFICATION_CONFIGURATION_FILTER),
    }
    NOTIFICATION_CONFIGURATION_FILTER "NotificationConfigurationFilter" {
        "Key": of!(S3_KEY_FILTER) => xml("S3Key"),
    }
    S3_KEY_FILTER "S3KeyFilter" {
        "FilterRules": list!(of!(FILTER_RULE)) => flattened().item("FilterRule"),
    }
    FILTER_RULE "FilterRule" {
        "Name": STRING,
        "Value": STRING,
    }
    QUEUE_CONFIGURATION "QueueConfiguration" {
        "Id": STRING,
        "QueueArn": STRING => xml("Queue"),
        "Events": list!(STRING) => flattened().item("Event"),
        "Filter": of!(NOTIFICATION_CONFIGURATION_FILTER),
    }
    LAMBDA_FUNCTION_CONFIGURATION "LambdaFunctionConfiguration" {
        "Id": STRING,
        "LambdaFunctionArn": STRING => xml("CloudFunction"),
        "Events": list!(STRING) => flattened().item("Event"),
        "Filter": of!(NOTIFICATION_CONFIGURATION_FILTER),
    }
    EVENT_BRIDGE_CONFIGURATION "EventBridgeConfiguration" {
    }
    SERVER_SIDE_ENCRYPTION_CONFIGURATION "ServerSideEncryptionConfiguration" {
        "Rules": list!(of!(SERVER_SIDE_ENCRYPTION_RULE)) => flattened().item("Rule"),
    }
    SERVER_SIDE_ENCRYPTION_RULE "ServerSideEncryptionRule" {
        "ApplyServerSideEncryptionByDefault": of!(SERVER_SIDE_ENCRYPTION_BY_DEFAULT),
        "BucketKeyEnabled": BOOLEAN,
        "BlockedEncryptionTypes": of!(BLOCKED_ENCRYPTION_TYPES),
    }
    SERVER_SIDE_ENCRYPTION_BY_DEFAULT "ServerSideEncryptionByDefault" {
        "SSEAlgorithm": STRING,
        "KMSMasterKeyID": STRING,
    }
    BLOCKED_ENCRYPTION_TYPES "BlockedEncryptionTypes" {
        "EncryptionType": list!(STRING) => flattened().item("EncryptionType"),
    }
    BUCKET_LIFECYCLE_CONFIGURATION "BucketLifecycleConfiguration" {
        "Rules": list!(of!(LIFECYCLE_RULE)) => flattened().item("Rule"),
    }
    LIFECYCLE_RULE "LifecycleRule" {
        "Expiration": of!(LIFECYCLE_EXPIRATION),
        "ID": STRING,
        "Prefix": STRING,
        "Filter": of!(LIFECYCLE_RULE_FILTER),
        "Status": STRING,
        "Transitions": list!(of!(TRANSITION)) => flattened().item("Transition"),
        "NoncurrentVersionTransitions": list!(of!(NONCURRENT_VERSION_TRANSITION)) => flattened().item("NoncurrentVersionTransition"),
        "NoncurrentVersionExpiration": of!(NONCURRENT_VERSION_EXPIRATION),
        "AbortIncompleteMultipartUpload": of!(ABORT_INCOMPLETE_MULTIPART_UPLOAD),
    }
    LIFECYCLE_EXPIRATION "LifecycleExpiration" {
        "Date": TIMESTAMP => timestamp("date-time"),
        "Days": INTEGER,
        "ExpiredObjectDeleteMarker": BOOLEAN,
    }
    LIFECYCLE_RULE_FILTER "LifecycleRuleFilter" {
        "Prefix": STRING,
        "Tag": of!(TAG),
        "ObjectSizeGreaterThan": LONG,
        "ObjectSizeLessThan": LONG,
        "And": of!(LIFECYCLE_RULE_AND_OPERATOR),
    }
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    LIFECYCLE_RULE_AND_OPERATOR "LifecycleRuleAndOperator" {
        "Prefix": STRING,
        "Tags": list!(of!(TAG)) => flattened().item("Tag"),
        "ObjectSizeGreaterThan": LONG,
        "ObjectSizeLessThan": LONG,
    }
    TRANSITION "Transition" {
        "Date": TIMESTAMP => timestamp("date-time"),
        "Days": INTEGER,
        "StorageClass": STRING,
    }
    NONCURRENT_VERSION_TRANSITION "NoncurrentVersionTransition" {
        "NoncurrentDays": INTEGER,
        "StorageClass": STRING,
        "NewerNoncurrentVersions": INTEGER,
    }
    NONCURRENT_VERSION_EXPIRATION "NoncurrentVersionExpiration" {
        "NoncurrentDays": INTEGER,
        "NewerNoncurrentVersions": INTEGER,
    }
    ABORT_INCOMPLETE_MULTIPART_UPLOAD "AbortIncompleteMultipartUpload" {
        "DaysAfterInitiation": INTEGER,
    }
    ACCESS_CONTROL_POLICY "AccessControlPolicy" {
        "Grants": list!(of!(GRANT)) => xml("AccessControlList").item("Grant"),
        "Owner": of!(OWNER),
    }
    GRANT "Grant" {
        "Grantee": of!(GRANTEE) => xml_namespace("http://www.w3.org/2001/XMLSchema-instance").xml_prefix("xsi"),
        "Permission": STRING,
    }
    GRANTEE "Grantee" {
        "DisplayName": STRING,
        "EmailAddress": STRING,
        "ID": STRING,
        "Type": STRING => xml("xsi:type").xml_attribute(),
        "URI": STRING,
    }
    OWNER "Owner" {
        "DisplayName": STRING,
        "ID": STRING,
    }
    BUCKET_LOGGING_STATUS "BucketLoggingStatus" {
        "LoggingEnabled": of!(LOGGING_ENABLED),
    }
    LOGGING_ENABLED "LoggingEnabled" {
        "TargetBucket": STRING,
        "TargetGrants": list!(of!(TARGET_GRANT)) => item("Grant"),
        "TargetPrefix": STRING,
        "TargetObjectKeyFormat": of!(TARGET_OBJECT_KEY_FORMAT),
    }
    TARGET_GRANT "TargetGrant" {
        "Grantee": of!(GRANTEE) => xml_namespace("http://www.w3.org/2001/XMLSchema-instance").xml_prefix("xsi"),
        "Permission": STRING,
    }
    TARGET_OBJECT_KEY_FORMAT "TargetObjectKeyFormat" {
        "SimplePrefix": of!(SIMPLE_PREFIX),
        "PartitionedPrefix": of!(PARTITIONED_PREFIX),
    }
    SIMPLE_PREFIX "SimplePrefix" {
    }
    PARTITIONED_PREFIX "PartitionedPrefix" {
        "PartitionDateSource": STRING,
    }
    ACCELERATE_CONFIGURATION "AccelerateConfiguration" {
        "Status": STRING,
    }
    REQUEST_PAYMENT_CONFIGURATION "RequestPaymentConfiguration" {
        "Payer": STRING,
    }
}

operations! { services::S3;
    PUT_BUCKET_NOTIFICATION_CONFIGURATION "PutBucketNotificationConfiguration" "PUT" "/{Bucket}?notification" {
        "Bucket": STRING => label(),
        "NotificationConfiguration": of!(NOTIFICATION_CONFIGURATION) => payload().xml("NotificationConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "SkipDestinationValidation": BOOLEAN => header("x-amz-skip-destination-validation"),
    } -> {} errors [];
    GET_BUCKET_NOTIFICATION_CONFIGURATION "GetBucketNotificationConfiguration" "GET" "/{Bucket}?notification" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "TopicConfigurations": list!(of!(TOPIC_CONFIGURATION)) => flattened().item("TopicConfiguration"),
        "QueueConfigurations": list!(of!(QUEUE_CONFIGURATION)) => flattened().item("QueueConfiguration"),
        "LambdaFunctionConfigurations": list!(of!(LAMBDA_FUNCTION_CONFIGURATION)) => flattened().item("CloudFunctionConfiguration"),
        "EventBridgeConfiguration": of!(EVENT_BRIDGE_CONFIGURATION),
    } errors [];
    PUT_BUCKET_ENCRYPTION "PutBucketEncryption" "PUT" "/{Bucket}?encryption" {
        "Bucket": STRING => label(),
        "ServerSideEncryptionConfiguration": of!(SERVER_SIDE_ENCRYPTION_CONFIGURATION) => payload().xml("ServerSideEncryptionConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_BUCKET_ENCRYPTION "DeleteBucketEncryption" "DELETE" "/{Bucket}?encryption" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    PUT_BUCKET_LIFECYCLE_CONFIGURATION "PutBucketLifecycleConfiguration" "PUT" "/{Bucket}?lifecycle" {
        "Bucket": STRING => label(),
        "LifecycleConfiguration": of!(BUCKET_LIFECYCLE_CONFIGURATION) => payload().xml("LifecycleConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "TransitionDefaultMinimumObjectSize": STRING => header("x-amz-transition-default-minimum-object-size"),
    } -> {
        "TransitionDefaultMinimumObjectSize": STRING => header("x-amz-transition-default-minimum-object-size"),
    } errors [];
    GET_BUCKET_LIFECYCLE_CONFIGURATION "GetBucketLifecycleConfiguration" "GET" "/{Bucket}?lifecycle" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Rules": list!(of!(LIFECYCLE_RULE)) => flattened().item("Rule"),
        "TransitionDefaultMinimumObjectSize": STRING => header("x-amz-transition-default-minimum-object-size"),
    } errors [];
    DELETE_BUCKET_LIFECYCLE "DeleteBucketLifecycle" "DELETE" "/{Bucket}?lifecycle" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    PUT_BUCKET_ACL "PutBucketAcl" "PUT" "/{Bucket}?acl" {
        "ACL": STRING => header("x-amz-acl"),
        "AccessControlPolicy": of!(ACCESS_CONTROL_POLICY) => payload().xml("AccessControlPolicy"),
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    PUT_BUCKET_LOGGING "PutBucketLogging" "PUT" "/{Bucket}?logging" {
        "Bucket": STRING => label(),
        "BucketLoggingStatus": of!(BUCKET_LOGGING_STATUS) => payload().xml("BucketLoggingStatus"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_LOGGING "GetBucketLogging" "GET" "/{Bucket}?logging" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "LoggingEnabled": of!(LOGGING_ENABLED),
    } errors [];
    PUT_BUCKET_ACCELERATE_CONFIGURATION "PutBucketAccelerateConfiguration" "PUT" "/{Bucket}?accelerate" {
        "Bucket": STRING => label(),
        "AccelerateConfiguration": of!(ACCELERATE_CONFIGURATION) => payload().xml("AccelerateConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_ACCELERATE_CONFIGURATION "GetBucketAccelerateConfiguration" "GET" "/{Bucket}?accelerate" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Status": STRING,
    } errors [];
    PUT_BUCKET_REQUEST_PAYMENT "PutBucketRequestPayment" "PUT" "/{Bucket}?requestPayment" {
        "Bucket": STRING => label(),
        "RequestPaymentConfiguration": of!(REQUEST_PAYMENT_CONFIGURATION) => payload().xml("RequestPaymentConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_REQUEST_PAYMENT "GetBucketRequestPayment" "GET" "/{Bucket}?requestPayment" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Payer": STRING,
    } errors [];
}
