//! The services that the provider talks to.
//!
//! **Source**: the services' API references, as their models state it.

use nuvola_wire::{Protocol, ServiceSchema};

pub static IAM: ServiceSchema = ServiceSchema {
    id: "IAM",
    protocol: Protocol::Query,
    signing_name: "iam",
    endpoint_prefix: "iam",
    api_version: "2010-05-08",
    xml_namespace: Some("https://iam.amazonaws.com/doc/2010-05-08/"),
    global: true,
    ..ServiceSchema::DEFAULT
};

pub static STS: ServiceSchema = ServiceSchema {
    id: "STS",
    protocol: Protocol::Query,
    signing_name: "sts",
    endpoint_prefix: "sts",
    api_version: "2011-06-15",
    xml_namespace: Some("https://sts.amazonaws.com/doc/2011-06-15/"),
    ..ServiceSchema::DEFAULT
};

pub static LAMBDA: ServiceSchema = ServiceSchema {
    id: "Lambda",
    protocol: Protocol::RestJson,
    signing_name: "lambda",
    endpoint_prefix: "lambda",
    api_version: "2015-03-31",
    ..ServiceSchema::DEFAULT
};

pub static APIGATEWAY: ServiceSchema = ServiceSchema {
    id: "API Gateway",
    protocol: Protocol::RestJson,
    signing_name: "apigateway",
    endpoint_prefix: "apigateway",
    api_version: "2015-07-09",
    ..ServiceSchema::DEFAULT
};

pub static APIGATEWAYV2: ServiceSchema = ServiceSchema {
    id: "ApiGatewayV2",
    protocol: Protocol::RestJson,
    signing_name: "apigateway",
    endpoint_prefix: "apigateway",
    api_version: "2018-11-29",
    ..ServiceSchema::DEFAULT
};

pub static LOGS: ServiceSchema = ServiceSchema {
    id: "CloudWatch Logs",
    protocol: Protocol::Json11,
    signing_name: "logs",
    endpoint_prefix: "logs",
    api_version: "2014-03-28",
    target_prefix: Some("Logs_20140328"),
    ..ServiceSchema::DEFAULT
};

pub static SQS: ServiceSchema = ServiceSchema {
    id: "SQS",
    protocol: Protocol::Json10,
    signing_name: "sqs",
    endpoint_prefix: "sqs",
    api_version: "2012-11-05",
    target_prefix: Some("AmazonSQS"),
    query_compatible: true,
    ..ServiceSchema::DEFAULT
};

pub static S3: ServiceSchema = ServiceSchema {
    id: "S3",
    protocol: Protocol::RestXml,
    signing_name: "s3",
    endpoint_prefix: "s3",
    api_version: "2006-03-01",
    xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/"),
    bare_xml_errors: true,
    ..ServiceSchema::DEFAULT
};

pub static EC2: ServiceSchema = ServiceSchema {
    id: "EC2",
    protocol: Protocol::Ec2Query,
    signing_name: "ec2",
    endpoint_prefix: "ec2",
    api_version: "2016-11-15",
    small_xml_names: true,
    ..ServiceSchema::DEFAULT
};

pub static DYNAMODB: ServiceSchema = ServiceSchema {
    id: "DynamoDB",
    protocol: Protocol::Json10,
    signing_name: "dynamodb",
    endpoint_prefix: "dynamodb",
    api_version: "2012-08-10",
    target_prefix: Some("DynamoDB_20120810"),
    ..ServiceSchema::DEFAULT
};

pub static STEPFUNCTIONS: ServiceSchema = ServiceSchema {
    id: "SFN",
    protocol: Protocol::Json10,
    signing_name: "states",
    endpoint_prefix: "states",
    api_version: "2016-11-23",
    target_prefix: Some("AWSStepFunctions"),
    ..ServiceSchema::DEFAULT
};

pub static SNS: ServiceSchema = ServiceSchema {
    id: "SNS",
    protocol: Protocol::Query,
    signing_name: "sns",
    endpoint_prefix: "sns",
    api_version: "2010-03-31",
    xml_namespace: Some("http://sns.amazonaws.com/doc/2010-03-31/"),
    ..ServiceSchema::DEFAULT
};

pub static EVENTS: ServiceSchema = ServiceSchema {
    id: "EventBridge",
    protocol: Protocol::Json11,
    signing_name: "events",
    endpoint_prefix: "events",
    api_version: "2015-10-07",
    target_prefix: Some("AWSEvents"),
    ..ServiceSchema::DEFAULT
};
