#!/usr/bin/env python3
"""Writes `src/schema/types.txt` and `src/schema/names.txt` from the AWS provider's schema.

    python3 engine/tf-aws/schema/generate.py ../shared/aws-provider-schema.json NAMES

NAMES is a file of JSON, `{"resources": [..], "data": [..]}`, with the names of all types of that version of
the provider: those that the modules of the npm package @cdktf/provider-aws 21.22.1 (made from the schema of
provider 6.25.0) give as `tfResourceType`. Without it, `names.txt` stays as it is.

Facts that the source does not hold stand below with where they come from. The format is described in
`src/schema/parse.rs`.
"""

import json
import pathlib
import sys

RESOURCES = """
aws_iam_role aws_iam_role_policy_attachment aws_iam_role_policy aws_iam_policy
aws_iam_user aws_iam_access_key aws_iam_user_policy aws_iam_user_policy_attachment aws_iam_user_group_membership
aws_iam_group aws_iam_group_membership aws_iam_group_policy aws_iam_group_policy_attachment
aws_iam_policy_attachment aws_iam_instance_profile aws_iam_account_alias
aws_lambda_function aws_lambda_function_url aws_lambda_permission aws_lambda_alias
aws_api_gateway_rest_api aws_api_gateway_resource aws_api_gateway_method aws_api_gateway_method_response
aws_api_gateway_integration aws_api_gateway_integration_response aws_api_gateway_deployment
aws_api_gateway_stage aws_api_gateway_gateway_response aws_api_gateway_request_validator aws_api_gateway_model
aws_api_gateway_api_key aws_api_gateway_usage_plan aws_api_gateway_usage_plan_key aws_api_gateway_authorizer
aws_api_gateway_method_settings aws_api_gateway_rest_api_policy aws_api_gateway_account
aws_apigatewayv2_api aws_apigatewayv2_route aws_apigatewayv2_integration aws_apigatewayv2_stage
aws_apigatewayv2_deployment aws_apigatewayv2_authorizer
aws_s3_bucket aws_s3_bucket_website_configuration aws_s3_bucket_policy aws_s3_bucket_public_access_block
aws_s3_bucket_cors_configuration aws_s3_bucket_ownership_controls aws_s3_bucket_versioning aws_s3_object
aws_s3_bucket_notification aws_s3_bucket_server_side_encryption_configuration aws_s3_bucket_acl
aws_s3_bucket_lifecycle_configuration aws_s3_bucket_logging aws_s3_bucket_accelerate_configuration
aws_s3_bucket_request_payment_configuration aws_s3_object_copy
aws_cloudwatch_log_group
aws_instance aws_security_group aws_security_group_rule aws_vpc_security_group_ingress_rule
aws_vpc_security_group_egress_rule aws_key_pair aws_eip aws_eip_association aws_default_vpc
aws_default_security_group
aws_dynamodb_table aws_dynamodb_table_item
aws_sqs_queue aws_sqs_queue_policy aws_sqs_queue_redrive_policy aws_sqs_queue_redrive_allow_policy
aws_sfn_state_machine aws_sfn_activity
aws_lambda_event_source_mapping aws_lambda_function_event_invoke_config aws_lambda_layer_version
aws_sns_topic aws_sns_topic_policy aws_sns_topic_subscription
aws_cloudwatch_event_bus aws_cloudwatch_event_permission aws_cloudwatch_event_rule aws_cloudwatch_event_target
""".split()

DATA = """
aws_caller_identity aws_region aws_partition aws_iam_policy_document aws_iam_policy aws_iam_role
aws_iam_user aws_iam_group aws_iam_instance_profile aws_iam_account_alias aws_iam_session_context
aws_ami aws_instance aws_vpc aws_subnet aws_subnets aws_security_group aws_availability_zones
aws_dynamodb_table aws_dynamodb_table_item
aws_s3_bucket aws_s3_bucket_policy aws_s3_object aws_s3_objects aws_lambda_function
aws_sqs_queue aws_sqs_queues aws_sfn_state_machine aws_sfn_activity
aws_sqs_queue aws_sqs_queues
aws_lambda_alias aws_lambda_layer_version aws_lambda_invocation aws_sns_topic aws_cloudwatch_event_bus
aws_cloudwatch_log_group
""".split()

# Blocks that are optional and computed: the plans in the provider's documentation and issues show
# `+ cors_rule (known after apply)` for them.
COMPUTED_BLOCKS = {
    "aws_instance": [
        "capacity_reservation_specification", "cpu_options", "ebs_block_device", "enclave_options",
        "ephemeral_block_device", "instance_market_options", "maintenance_options", "metadata_options",
        "network_interface", "primary_network_interface", "private_dns_name_options", "root_block_device",
    ],
    "aws_iam_role": ["inline_policy"],
    "aws_sfn_state_machine": ["encryption_configuration", "logging_configuration", "tracing_configuration"],
    "aws_sfn_activity": ["encryption_configuration"],
    "aws_lambda_function": ["ephemeral_storage", "logging_config", "tracing_config"],
    "aws_api_gateway_rest_api": ["endpoint_configuration"],
    "aws_s3_bucket": [
        "cors_rule", "grant", "lifecycle_rule", "logging", "object_lock_configuration",
        "replication_configuration", "server_side_encryption_configuration", "versioning", "website",
    ],
    "aws_s3_bucket_acl": ["access_control_policy"],
    "aws_s3_bucket_website_configuration": ["routing_rule"],
    "aws_dynamodb_table": ["point_in_time_recovery", "server_side_encryption", "warm_throughput"],
}

# JSON that is compared by its meaning: IAM policies (`policy`), or any JSON (`json`).
MEANING = {
    "aws_iam_role.assume_role_policy": "policy",
    "aws_iam_role.inline_policy.policy": "policy",
    "aws_iam_role_policy.policy": "policy",
    "aws_iam_user_policy.policy": "policy",
    "aws_iam_group_policy.policy": "policy",
    "aws_iam_policy.policy": "policy",
    "aws_api_gateway_rest_api.policy": "policy",
    "aws_api_gateway_rest_api_policy.policy": "policy",
    "aws_api_gateway_model.schema": "json",
    "aws_s3_bucket.policy": "policy",
    "aws_s3_bucket_policy.policy": "policy",
    "aws_s3_bucket_website_configuration.routing_rules": "json",
    "aws_dynamodb_table_item.item": "json",
    "aws_sfn_state_machine.definition": "json",
    "aws_sqs_queue.policy": "policy",
    "aws_sqs_queue.redrive_policy": "json",
    "aws_sqs_queue.redrive_allow_policy": "json",
    "aws_sqs_queue_policy.policy": "policy",
    "aws_sqs_queue_redrive_policy.redrive_policy": "json",
    "aws_sqs_queue_redrive_allow_policy.redrive_allow_policy": "json",
    "aws_sns_topic.policy": "policy",
    "aws_sns_topic.delivery_policy": "json",
    "aws_sns_topic_policy.policy": "policy",
    "aws_sns_topic_subscription.filter_policy": "json",
    "aws_sns_topic_subscription.redrive_policy": "json",
    "aws_sns_topic_subscription.delivery_policy": "json",
    "aws_cloudwatch_event_rule.event_pattern": "json",
    "aws_lambda_event_source_mapping.filter_criteria.filter.pattern": "json",
}

# Values that the services' API references enumerate (the provider checks them with its SDK's enums).
RUNTIMES = (
    "nodejs nodejs4.3 nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x nodejs16.x java8 java8.al2 java11 "
    "python2.7 python3.6 python3.7 python3.8 python3.9 dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 "
    "dotnet6 dotnet8 nodejs4.3-edge go1.x ruby2.5 ruby2.7 provided provided.al2 nodejs18.x python3.10 java17 "
    "ruby3.2 ruby3.3 ruby3.4 python3.11 nodejs20.x provided.al2023 python3.12 java21 python3.13 nodejs22.x "
    "nodejs24.x python3.14 java25 dotnet10"
).split()
GATEWAY_RESPONSES = (
    "DEFAULT_4XX DEFAULT_5XX RESOURCE_NOT_FOUND UNAUTHORIZED INVALID_API_KEY ACCESS_DENIED AUTHORIZER_FAILURE "
    "AUTHORIZER_CONFIGURATION_ERROR INVALID_SIGNATURE EXPIRED_TOKEN MISSING_AUTHENTICATION_TOKEN "
    "INTEGRATION_FAILURE INTEGRATION_TIMEOUT API_CONFIGURATION_ERROR UNSUPPORTED_MEDIA_TYPE "
    "BAD_REQUEST_PARAMETERS BAD_REQUEST_BODY REQUEST_TOO_LARGE THROTTLED QUOTA_EXCEEDED WAF_FILTERED"
).split()
ENUMS = {
    "aws_iam_access_key.status": ["Active", "Inactive", "Expired"],
    "aws_lambda_function.runtime": RUNTIMES,
    "aws_lambda_event_source_mapping.starting_position": ["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"],
    "aws_cloudwatch_event_rule.state": ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"],
    "aws_lambda_function.package_type": ["Zip", "Image"],
    "aws_lambda_function.architectures": ["x86_64", "arm64"],
    "aws_lambda_function.tracing_config.mode": ["Active", "PassThrough"],
    "aws_lambda_function.logging_config.log_format": ["JSON", "Text"],
    "aws_lambda_function.snap_start.apply_on": ["PublishedVersions", "None"],
    "aws_lambda_function_url.authorization_type": ["NONE", "AWS_IAM"],
    "aws_lambda_function_url.invoke_mode": ["BUFFERED", "RESPONSE_STREAM"],
    "aws_lambda_permission.function_url_auth_type": ["NONE", "AWS_IAM"],
    "aws_api_gateway_integration.type": ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"],
    "aws_api_gateway_integration.connection_type": ["INTERNET", "VPC_LINK"],
    "aws_api_gateway_integration.content_handling": ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"],
    "aws_api_gateway_integration_response.content_handling": ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"],
    "aws_api_gateway_rest_api.api_key_source": ["HEADER", "AUTHORIZER"],
    "aws_api_gateway_rest_api.put_rest_api_mode": ["merge", "overwrite"],
    "aws_api_gateway_gateway_response.response_type": GATEWAY_RESPONSES,
    "aws_api_gateway_authorizer.type": ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"],
    "aws_api_gateway_usage_plan.quota_settings.period": ["MONTH", "WEEK", "DAY"],
    "aws_apigatewayv2_api.protocol_type": ["WEBSOCKET", "HTTP"],
    "aws_apigatewayv2_authorizer.authorizer_type": ["REQUEST", "JWT"],
    "aws_apigatewayv2_integration.integration_type": ["AWS", "HTTP", "MOCK", "HTTP_PROXY", "AWS_PROXY"],
    "aws_apigatewayv2_integration.connection_type": ["INTERNET", "VPC_LINK"],
    "aws_apigatewayv2_route.authorization_type": ["NONE", "AWS_IAM", "CUSTOM", "JWT"],
    "aws_s3_bucket_ownership_controls.rule.object_ownership": [
        "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced",
    ],
    "aws_s3_bucket_versioning.versioning_configuration.status": ["Enabled", "Suspended", "Disabled"],
    "aws_s3_bucket_versioning.versioning_configuration.mfa_delete": ["Enabled", "Disabled"],
    "aws_s3_bucket_website_configuration.redirect_all_requests_to.protocol": ["http", "https"],
    "aws_s3_bucket_website_configuration.routing_rule.redirect.protocol": ["http", "https"],
    "aws_s3_bucket_acl.acl": [
        "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
        "bucket-owner-full-control", "log-delivery-write",
    ],
    "aws_s3_bucket_acl.access_control_policy.grant.permission": [
        "FULL_CONTROL", "WRITE", "WRITE_ACP", "READ", "READ_ACP",
    ],
    "aws_s3_bucket_acl.access_control_policy.grant.grantee.type": [
        "CanonicalUser", "AmazonCustomerByEmail", "Group",
    ],
    "aws_s3_bucket_server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm": [
        "AES256", "aws:fsx", "aws:kms", "aws:kms:dsse",
    ],
    "aws_s3_bucket_accelerate_configuration.status": ["Enabled", "Suspended"],
    "aws_s3_bucket_request_payment_configuration.payer": ["Requester", "BucketOwner"],
    "aws_s3_object_copy.metadata_directive": ["COPY", "REPLACE"],
    "aws_s3_object_copy.tagging_directive": ["COPY", "REPLACE"],
    "aws_s3_object_copy.checksum_algorithm": ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"],
    "aws_s3_object.acl": [
        "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read",
        "bucket-owner-read", "bucket-owner-full-control",
    ],
    "aws_security_group_rule.type": ["ingress", "egress"],
    "aws_eip.domain": ["vpc", "standard"],
    "aws_instance.instance_initiated_shutdown_behavior": ["stop", "terminate"],
    "aws_instance.tenancy": ["default", "dedicated", "host"],
    "aws_instance.metadata_options.http_endpoint": ["disabled", "enabled"],
    "aws_instance.metadata_options.http_protocol_ipv6": ["disabled", "enabled"],
    "aws_instance.metadata_options.http_tokens": ["optional", "required"],
    "aws_instance.metadata_options.instance_metadata_tags": ["disabled", "enabled"],
    "aws_s3_object.server_side_encryption": ["AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"],
    "aws_dynamodb_table.billing_mode": ["PROVISIONED", "PAY_PER_REQUEST"],
    "aws_dynamodb_table.table_class": ["STANDARD", "STANDARD_INFREQUENT_ACCESS"],
    "aws_dynamodb_table.stream_view_type": ["", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"],
    "aws_dynamodb_table.attribute.type": ["S", "N", "B"],
    "aws_dynamodb_table.global_secondary_index.projection_type": ["ALL", "KEYS_ONLY", "INCLUDE"],
    "aws_dynamodb_table.local_secondary_index.projection_type": ["ALL", "KEYS_ONLY", "INCLUDE"],
    "aws_cloudwatch_log_group.log_group_class": ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"],
    "aws_cloudwatch_log_group.retention_in_days": [
        0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ],
}

# What the course needs of versions after the source's: AWS demands it of function URLs since October 2025, and the
# provider has it since 6.29 (pull request 44858 of hashicorp/terraform-provider-aws).
# Queues take messages of 1 MiB since August 2025, the provider since pull request 43710.
LATER = {
    # The plans in the provider's issues show this value for rules that do not say otherwise.
    "aws_s3_bucket_lifecycle_configuration": {
        "transition_default_minimum_object_size": {
            "optional": True, "computed": True, "type": "string", "default": "all_storage_classes_128K",
        },
    },
    "aws_sqs_queue": {
        "max_message_size": {"optional": True, "type": "number", "default": 262144, "range": [1024, 1048576]},
    },
    "aws_lambda_permission": {"invoked_via_function_url": {"optional": True, "type": "bool", "forceNew": True}},
}

PLAIN = {"string": "s", "number": "n", "bool": "b", "any": "*"}
BRACKETS = {"list": "[]", "set": "<>", "map": "()"}


def type_text(ty):
    if isinstance(ty, str):
        return PLAIN[ty]
    if isinstance(ty, list):
        left, right = BRACKETS[ty[0]]
        return left + type_text(ty[1]) + right
    fields = (f"{name}:{type_text(field['type'])}" for name, field in ty["object"].items())
    return "{" + ",".join(fields) + "}"


def rules(path, node):
    out = []
    for key, word in [
        ("conflictsWith", "conflicts"), ("exactlyOneOf", "exactly"),
        ("atLeastOneOf", "atleast"), ("requiredWith", "with"),
    ]:
        if key in node:
            out.append(f"{word}={','.join(node[key])}")
    enum = ENUMS.get(path, node.get("oneOf"))
    if enum:
        out.append(f"oneof={','.join(map(str, enum))}")
    for key in ("range", "length"):
        if key in node:
            out.append("{}={}..{}".format(key, *node[key]))
    return out


def attribute(path, name, node):
    flags = "".join(
        letter
        for key, letter in [
            ("required", "r"), ("optional", "o"), ("computed", "c"), ("forceNew", "f"), ("sensitive", "x"),
            ("deprecated", "d"),
        ]
        if node.get(key)
    )
    words = [name, type_text(node["type"]), flags]
    if "default" in node:
        # Words end at spaces.
        words.append("default=" + json.dumps(node["default"], separators=(",", ":")).replace(" ", "\\u0020"))
    words += rules(path, node)
    if node.get("min") or node.get("max"):
        words.append(f"items={node.get('min', 0)}..{node.get('max', 0)}")
    if path in MEANING:
        words.append("meaning=" + MEANING[path])
    return " ".join(words)


def block(kind, path, node, depth, out):
    indent = " " * depth
    for name, inner in node.get("attributes", {}).items():
        out.append(indent + attribute(f"{path}.{name}", name, inner))
    for name, inner in node.get("blocks", {}).items():
        if inner.get("attrAsBlocks"):
            # Lists and sets of objects that people may write as blocks.
            ty = [inner["nesting"], {"object": inner["attributes"]}]
            out.append(indent + attribute(f"{path}.{name}", name, {"optional": True, "computed": True, "type": ty}))
            continue
        words = [name, "{", inner["nesting"], f"{inner.get('min', 0)}..{inner.get('max', 0)}"]
        if depth == 0 and name in COMPUTED_BLOCKS.get(kind, []):
            words.append("computed")
        if inner.get("deprecated"):
            words.append("deprecated")
        if inner.get("forceNew"):
            words.append("forcenew")
        out.append(indent + " ".join(words + rules(f"{path}.{name}", inner)))
        block(kind, f"{path}.{name}", inner, depth + 1, out)
        out.append(indent + "}")


def main():
    source = json.loads(pathlib.Path(sys.argv[1]).read_text())
    # HTTP APIs pass everything through: the provider suppresses this default for them, as its plans show.
    source["resources"]["aws_apigatewayv2_integration"]["attributes"]["passthrough_behavior"].pop("default", None)
    target = pathlib.Path(__file__).parent.parent / "src/schema"
    head = f"# {source['provider']} {source['version']}: written by engine/tf-aws/schema/generate.py, which names its sources."
    out = [head]
    for word, kinds, types in [("resource", RESOURCES, source["resources"]), ("data", DATA, source["data"])]:
        for kind in kinds:
            out.append(f"= {word} {kind}")
            if word == "resource":
                types[kind]["attributes"].update(LATER.get(kind, {}))
            block(kind if word == "resource" else "", kind, types[kind], 0, out)
    (target / "types.txt").write_text("\n".join(out) + "\n")
    if len(sys.argv) < 3:
        return
    known = json.loads(pathlib.Path(sys.argv[2]).read_text())
    lists = [sorted(set(known[word]) - set(kinds)) for word, kinds in [("resources", RESOURCES), ("data", DATA)]]
    (target / "names.txt").write_text("\n".join([head, *lists[0], "data", *lists[1]]) + "\n")


main()
