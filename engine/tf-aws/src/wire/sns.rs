//! What the provider calls of SNS.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`sns/2010-03-31/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    TOPIC "Topic" {
        "TopicArn": STRING,
    }
}

operations! { services::SNS;
    CREATE_TOPIC "CreateTopic" "POST" "/" {
        "Name": STRING,
        "Attributes": map!(STRING),
        "Tags": list!(of!(TAG)),
    } -> {
        "TopicArn": STRING,
    } errors ["InvalidParameter", "TopicLimitExceeded", "InternalError", "AuthorizationError", "InvalidSecurity", "TagLimitExceeded", "StaleTag", "TagPolicy", "ConcurrentAccess"];
    GET_TOPIC_ATTRIBUTES "GetTopicAttributes" "POST" "/" {
        "TopicArn": STRING,
    } -> {
        "Attributes": map!(STRING),
    } errors ["InvalidParameter", "InternalError", "NotFound", "AuthorizationError", "InvalidSecurity"];
    SET_TOPIC_ATTRIBUTES "SetTopicAttributes" "POST" "/" {
        "TopicArn": STRING,
        "AttributeName": STRING,
        "AttributeValue": STRING,
    } -> {} errors ["InvalidParameter", "InternalError", "NotFound", "AuthorizationError", "InvalidSecurity"];
    DELETE_TOPIC "DeleteTopic" "POST" "/" {
        "TopicArn": STRING,
    } -> {} errors ["InvalidParameter", "InvalidState", "InternalError", "AuthorizationError", "NotFound", "StaleTag", "TagPolicy", "ConcurrentAccess"];
    LIST_TOPICS "ListTopics" "POST" "/" {
        "NextToken": STRING,
    } -> {
        "Topics": list!(of!(TOPIC)),
        "NextToken": STRING,
    } errors ["InvalidParameter", "InternalError", "AuthorizationError"];
    SUBSCRIBE "Subscribe" "POST" "/" {
        "TopicArn": STRING,
        "Protocol": STRING,
        "Endpoint": STRING,
        "Attributes": map!(STRING),
        "ReturnSubscriptionArn": BOOLEAN,
    } -> {
        "SubscriptionArn": STRING,
    } errors ["SubscriptionLimitExceeded", "FilterPolicyLimitExceeded", "ReplayLimitExceeded", "InvalidParameter", "InternalError", "NotFound", "AuthorizationError", "InvalidSecurity"];
    GET_SUBSCRIPTION_ATTRIBUTES "GetSubscriptionAttributes" "POST" "/" {
        "SubscriptionArn": STRING,
    } -> {
        "Attributes": map!(STRING),
    } errors ["InvalidParameter", "InternalError", "NotFound", "AuthorizationError"];
    SET_SUBSCRIPTION_ATTRIBUTES "SetSubscriptionAttributes" "POST" "/" {
        "SubscriptionArn": STRING,
        "AttributeName": STRING,
        "AttributeValue": STRING,
    } -> {} errors ["InvalidParameter", "FilterPolicyLimitExceeded", "ReplayLimitExceeded", "InternalError", "NotFound", "AuthorizationError"];
    UNSUBSCRIBE "Unsubscribe" "POST" "/" {
        "SubscriptionArn": STRING,
    } -> {} errors ["InvalidParameter", "InternalError", "AuthorizationError", "NotFound", "InvalidSecurity"];
    TAG_RESOURCE "TagResource" "POST" "/" {
        "ResourceArn": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["ResourceNotFound", "TagLimitExceeded", "StaleTag", "TagPolicy", "InvalidParameter", "AuthorizationError", "ConcurrentAccess"];
    UNTAG_RESOURCE "UntagResource" "POST" "/" {
        "ResourceArn": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["ResourceNotFound", "TagLimitExceeded", "StaleTag", "TagPolicy", "InvalidParameter", "AuthorizationError", "ConcurrentAccess"];
    LIST_TAGS_FOR_RESOURCE "ListTagsForResource" "POST" "/" {
        "ResourceArn": STRING,
    } -> {
        "Tags": list!(of!(TAG)),
    } errors ["ResourceNotFound", "TagPolicy", "InvalidParameter", "AuthorizationError", "ConcurrentAccess"];
}
