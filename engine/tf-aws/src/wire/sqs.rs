//! What the provider calls of SQS.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`sqs/2012-11-05/service-2.json`).

use super::tables::*;
use super::{Operation, services};

operations! { services::SQS;
    CREATE_QUEUE "CreateQueue" "POST" "/" {
        "QueueName": STRING,
        "Attributes": map!(STRING),
        "tags": map!(STRING),
    } -> {
        "QueueUrl": STRING,
    } errors ["QueueDeletedRecently", "QueueNameExists", "RequestThrottled", "InvalidAddress", "InvalidAttributeName", "InvalidAttributeValue", "UnsupportedOperation", "InvalidSecurity"];
    GET_QUEUE_URL "GetQueueUrl" "POST" "/" {
        "QueueName": STRING,
        "QueueOwnerAWSAccountId": STRING,
    } -> {
        "QueueUrl": STRING,
    } errors ["RequestThrottled", "QueueDoesNotExist", "InvalidAddress", "InvalidSecurity", "UnsupportedOperation"];
    GET_QUEUE_ATTRIBUTES "GetQueueAttributes" "POST" "/" {
        "QueueUrl": STRING,
        "AttributeNames": list!(STRING),
    } -> {
        "Attributes": map!(STRING),
    } errors ["InvalidAttributeName", "RequestThrottled", "QueueDoesNotExist", "UnsupportedOperation", "InvalidSecurity", "InvalidAddress"];
    SET_QUEUE_ATTRIBUTES "SetQueueAttributes" "POST" "/" {
        "QueueUrl": STRING,
        "Attributes": map!(STRING),
    } -> {} errors ["InvalidAttributeName", "InvalidAttributeValue", "RequestThrottled", "QueueDoesNotExist", "UnsupportedOperation", "OverLimit", "InvalidAddress", "InvalidSecurity"];
    DELETE_QUEUE "DeleteQueue" "POST" "/" {
        "QueueUrl": STRING,
    } -> {} errors ["RequestThrottled", "QueueDoesNotExist", "InvalidAddress", "UnsupportedOperation", "InvalidSecurity"];
    LIST_QUEUES "ListQueues" "POST" "/" {
        "QueueNamePrefix": STRING,
        "NextToken": STRING,
        "MaxResults": INTEGER,
    } -> {
        "QueueUrls": list!(STRING),
        "NextToken": STRING,
    } errors ["RequestThrottled", "InvalidSecurity", "InvalidAddress", "UnsupportedOperation"];
    LIST_QUEUE_TAGS "ListQueueTags" "POST" "/" {
        "QueueUrl": STRING,
    } -> {
        "Tags": map!(STRING),
    } errors ["RequestThrottled", "QueueDoesNotExist", "UnsupportedOperation", "InvalidAddress", "InvalidSecurity"];
    TAG_QUEUE "TagQueue" "POST" "/" {
        "QueueUrl": STRING,
        "Tags": map!(STRING),
    } -> {} errors ["InvalidAddress", "RequestThrottled", "QueueDoesNotExist", "InvalidSecurity", "UnsupportedOperation"];
    UNTAG_QUEUE "UntagQueue" "POST" "/" {
        "QueueUrl": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["InvalidAddress", "RequestThrottled", "QueueDoesNotExist", "InvalidSecurity", "UnsupportedOperation"];
}
