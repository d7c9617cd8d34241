//! What the provider calls of Lambda.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`lambda/2015-03-31/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    FUNCTION_CODE "FunctionCode" {
        "ZipFile": BLOB,
        "S3Bucket": STRING,
        "S3Key": STRING,
        "S3ObjectVersion": STRING,
        "ImageUri": STRING,
    }
    DEAD_LETTER_CONFIG "DeadLetterConfig" {
        "TargetArn": STRING,
    }
    ENVIRONMENT "Environment" {
        "Variables": map!(STRING),
    }
    TRACING_CONFIG "TracingConfig" {
        "Mode": STRING,
    }
    EPHEMERAL_STORAGE "EphemeralStorage" {
        "Size": INTEGER,
    }
    SNAP_START "SnapStart" {
        "ApplyOn": STRING,
    }
    LOGGING_CONFIG "LoggingConfig" {
        "LogFormat": STRING,
        "ApplicationLogLevel": STRING,
        "SystemLogLevel": STRING,
        "LogGroup": STRING,
    }
    ENVIRONMENT_RESPONSE "EnvironmentResponse" {
        "Variables": map!(STRING),
        "Error": of!(ENVIRONMENT_ERROR),
    }
    ENVIRONMENT_ERROR "EnvironmentError" {
        "ErrorCode": STRING,
        "Message": STRING,
    }
    TRACING_CONFIG_RESPONSE "TracingConfigResponse" {
        "Mode": STRING,
    }
    LAYER "Layer" {
        "Arn": STRING,
        "CodeSize": LONG,
    }
    SNAP_START_RESPONSE "SnapStartResponse" {
        "ApplyOn": STRING,
        "OptimizationStatus": STRING,
    }
    FUNCTION_CONFIGURATION "FunctionConfiguration" {
        "FunctionName": STRING,
        "FunctionArn": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "CodeSize": LONG,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "LastModified": STRING,
        "CodeSha256": STRING,
        "Version": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT_RESPONSE),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG_RESPONSE),
        "Layers": list!(of!(LAYER)),
        "State": STRING,
        "StateReason": STRING,
        "LastUpdateStatus": STRING,
        "LastUpdateStatusReason": STRING,
        "PackageType": STRING,
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START_RESPONSE),
        "LoggingConfig": of!(LOGGING_CONFIG),
    }
    FUNCTION_CODE_LOCATION "FunctionCodeLocation" {
        "RepositoryType": STRING,
        "Location": STRING,
        "ImageUri": STRING,
        "ResolvedImageUri": STRING,
    }
    TAGS_ERROR "TagsError" {
        "ErrorCode": STRING,
        "Message": STRING,
    }
    CONCURRENCY "Concurrency" {
        "ReservedConcurrentExecutions": INTEGER,
    }
    CORS "Cors" {
        "AllowCredentials": BOOLEAN,
        "AllowHeaders": list!(STRING),
        "AllowMethods": list!(STRING),
        "AllowOrigins": list!(STRING),
        "ExposeHeaders": list!(STRING),
        "MaxAge": INTEGER,
    }
    ALIAS_ROUTING_CONFIGURATION "AliasRoutingConfiguration" {
        "AdditionalVersionWeights": map!(DOUBLE),
    }
    FILTER_CRITERIA "FilterCriteria" {
        "Filters": list!(of!(FILTER)),
    }
    FILTER "Filter" {
        "Pattern": STRING,
    }
    DESTINATION_CONFIG "DestinationConfig" {
        "OnSuccess": of!(ON_SUCCESS),
        "OnFailure": of!(ON_FAILURE),
    }
    ON_SUCCESS "OnSuccess" {
        "Destination": STRING,
    }
    ON_FAILURE "OnFailure" {
        "Destination": STRING,
    }
    SCALING_CONFIG "ScalingConfig" {
        "MaximumConcurrency": INTEGER,
    }
    EVENT_SOURCE_MAPPING_METRICS_CONFIG "EventSourceMappingMetricsConfig" {
        "Metrics": list!(STRING),
    }
    EVENT_SOURCE_MAPPING_LOGGING_CONFIG "EventSourceMappingLoggingConfig" {
        "SystemLogLevel": STRING,
    }
    PROVISIONED_POLLER_CONFIG "ProvisionedPollerConfig" {
        "MinimumPollers": INTEGER,
        "MaximumPollers": INTEGER,
        "PollerGroupName": STRING,
    }
    LAYER_VERSION_CONTENT_INPUT "LayerVersionContentInput" {
        "S3Bucket": STRING,
        "S3Key": STRING,
        "S3ObjectVersion": STRING,
        "ZipFile": BLOB,
    }
    LAYER_VERSION_CONTENT_OUTPUT "LayerVersionContentOutput" {
        "Location": STRING,
        "CodeSha256": STRING,
        "CodeSize": LONG,
    }
    LAYER_VERSIONS_LIST_ITEM "LayerVersionsListItem" {
        "LayerVersionArn": STRING,
        "Version": LONG,
        "Description": STRING,
        "CreatedDate": STRING,
        "CompatibleRuntimes": list!(STRING),
        "LicenseInfo": STRING,
        "CompatibleArchitectures": list!(STRING),
    }
}

operations! { services::LAMBDA;
    CREATE_FUNCTION "CreateFunction" "POST" "/2015-03-31/functions" {
        "FunctionName": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "Code": of!(FUNCTION_CODE),
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "Publish": BOOLEAN,
        "PackageType": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG),
        "Tags": map!(STRING),
        "Layers": list!(STRING),
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } -> {
        "FunctionName": STRING,
        "FunctionArn": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "CodeSize": LONG,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "LastModified": STRING,
        "CodeSha256": STRING,
        "Version": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT_RESPONSE),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG_RESPONSE),
        "Layers": list!(of!(LAYER)),
        "State": STRING,
        "StateReason": STRING,
        "LastUpdateStatus": STRING,
        "LastUpdateStatusReason": STRING,
        "PackageType": STRING,
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START_RESPONSE),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "InvalidCodeSignatureException", "ResourceNotFoundException", "CodeVerificationFailedException", "CodeSigningConfigNotFoundException", "CodeStorageExceededException", "FunctionVersionsPerCapacityProviderLimitExceededException"];
    GET_FUNCTION "GetFunction" "GET" "/2015-03-31/functions/{FunctionName}" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "Configuration": of!(FUNCTION_CONFIGURATION),
        "Code": of!(FUNCTION_CODE_LOCATION),
        "Tags": map!(STRING),
        "TagsError": of!(TAGS_ERROR),
        "Concurrency": of!(CONCURRENCY),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    UPDATE_FUNCTION_CODE "UpdateFunctionCode" "PUT" "/2015-03-31/functions/{FunctionName}/code" {
        "FunctionName": STRING => label(),
        "ZipFile": BLOB,
        "S3Bucket": STRING,
        "S3Key": STRING,
        "S3ObjectVersion": STRING,
        "ImageUri": STRING,
        "Publish": BOOLEAN,
        "Architectures": list!(STRING),
    } -> {
        "FunctionName": STRING,
        "FunctionArn": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "CodeSize": LONG,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "LastModified": STRING,
        "CodeSha256": STRING,
        "Version": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT_RESPONSE),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG_RESPONSE),
        "Layers": list!(of!(LAYER)),
        "State": STRING,
        "StateReason": STRING,
        "LastUpdateStatus": STRING,
        "LastUpdateStatusReason": STRING,
        "PackageType": STRING,
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START_RESPONSE),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "InvalidCodeSignatureException", "ResourceNotFoundException", "CodeVerificationFailedException", "CodeSigningConfigNotFoundException", "CodeStorageExceededException", "PreconditionFailedException"];
    UPDATE_FUNCTION_CONFIGURATION "UpdateFunctionConfiguration" "PUT" "/2015-03-31/functions/{FunctionName}/configuration" {
        "FunctionName": STRING => label(),
        "Role": STRING,
        "Handler": STRING,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "Environment": of!(ENVIRONMENT),
        "Runtime": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG),
        "Layers": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } -> {
        "FunctionName": STRING,
        "FunctionArn": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "CodeSize": LONG,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "LastModified": STRING,
        "CodeSha256": STRING,
        "Version": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT_RESPONSE),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG_RESPONSE),
        "Layers": list!(of!(LAYER)),
        "State": STRING,
        "StateReason": STRING,
        "LastUpdateStatus": STRING,
        "LastUpdateStatusReason": STRING,
        "PackageType": STRING,
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START_RESPONSE),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "InvalidCodeSignatureException", "ResourceNotFoundException", "CodeVerificationFailedException", "CodeSigningConfigNotFoundException", "PreconditionFailedException"];
    DELETE_FUNCTION "DeleteFunction" "DELETE" "/2015-03-31/functions/{FunctionName}" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "StatusCode": INTEGER => status_code(),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    PUBLISH_VERSION "PublishVersion" "POST" "/2015-03-31/functions/{FunctionName}/versions" {
        "FunctionName": STRING => label(),
        "CodeSha256": STRING,
        "Description": STRING,
    } -> {
        "FunctionName": STRING,
        "FunctionArn": STRING,
        "Runtime": STRING,
        "Role": STRING,
        "Handler": STRING,
        "CodeSize": LONG,
        "Description": STRING,
        "Timeout": INTEGER,
        "MemorySize": INTEGER,
        "LastModified": STRING,
        "CodeSha256": STRING,
        "Version": STRING,
        "DeadLetterConfig": of!(DEAD_LETTER_CONFIG),
        "Environment": of!(ENVIRONMENT_RESPONSE),
        "KMSKeyArn": STRING,
        "TracingConfig": of!(TRACING_CONFIG_RESPONSE),
        "Layers": list!(of!(LAYER)),
        "State": STRING,
        "StateReason": STRING,
        "LastUpdateStatus": STRING,
        "LastUpdateStatusReason": STRING,
        "PackageType": STRING,
        "Architectures": list!(STRING),
        "EphemeralStorage": of!(EPHEMERAL_STORAGE),
        "SnapStart": of!(SNAP_START_RESPONSE),
        "LoggingConfig": of!(LOGGING_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException", "CodeStorageExceededException", "PreconditionFailedException", "FunctionVersionsPerCapacityProviderLimitExceededException"];
    LIST_VERSIONS_BY_FUNCTION "ListVersionsByFunction" "GET" "/2015-03-31/functions/{FunctionName}/versions" {
        "FunctionName": STRING => label(),
        "Marker": STRING => query("Marker"),
        "MaxItems": INTEGER => query("MaxItems"),
    } -> {
        "NextMarker": STRING,
        "Versions": list!(of!(FUNCTION_CONFIGURATION)),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    PUT_FUNCTION_CONCURRENCY "PutFunctionConcurrency" "PUT" "/2017-10-31/functions/{FunctionName}/concurrency" {
        "FunctionName": STRING => label(),
        "ReservedConcurrentExecutions": INTEGER,
    } -> {
        "ReservedConcurrentExecutions": INTEGER,
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    DELETE_FUNCTION_CONCURRENCY "DeleteFunctionConcurrency" "DELETE" "/2017-10-31/functions/{FunctionName}/concurrency" {
        "FunctionName": STRING => label(),
    } -> {} errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    TAG_RESOURCE "TagResource" "POST" "/2017-03-31/tags/{Resource}" {
        "Resource": STRING => label(),
        "Tags": map!(STRING),
    } -> {} errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    UNTAG_RESOURCE "UntagResource" "DELETE" "/2017-03-31/tags/{Resource}" {
        "Resource": STRING => label(),
        "TagKeys": list!(STRING) => query("tagKeys"),
    } -> {} errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    CREATE_FUNCTION_URL_CONFIG "CreateFunctionUrlConfig" "POST" "/2021-10-31/functions/{FunctionName}/url" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
        "AuthType": STRING,
        "Cors": of!(CORS),
        "InvokeMode": STRING,
    } -> {
        "FunctionUrl": STRING,
        "FunctionArn": STRING,
        "AuthType": STRING,
        "Cors": of!(CORS),
        "CreationTime": STRING,
        "InvokeMode": STRING,
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    GET_FUNCTION_URL_CONFIG "GetFunctionUrlConfig" "GET" "/2021-10-31/functions/{FunctionName}/url" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "FunctionUrl": STRING,
        "FunctionArn": STRING,
        "AuthType": STRING,
        "Cors": of!(CORS),
        "CreationTime": STRING,
        "LastModifiedTime": STRING,
        "InvokeMode": STRING,
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    UPDATE_FUNCTION_URL_CONFIG "UpdateFunctionUrlConfig" "PUT" "/2021-10-31/functions/{FunctionName}/url" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
        "AuthType": STRING,
        "Cors": of!(CORS),
        "InvokeMode": STRING,
    } -> {
        "FunctionUrl": STRING,
        "FunctionArn": STRING,
        "AuthType": STRING,
        "Cors": of!(CORS),
        "CreationTime": STRING,
        "LastModifiedTime": STRING,
        "InvokeMode": STRING,
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    DELETE_FUNCTION_URL_CONFIG "DeleteFunctionUrlConfig" "DELETE" "/2021-10-31/functions/{FunctionName}/url" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {} errors ["ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    ADD_PERMISSION "AddPermission" "POST" "/2015-03-31/functions/{FunctionName}/policy" {
        "FunctionName": STRING => label(),
        "StatementId": STRING,
        "Action": STRING,
        "Principal": STRING,
        "SourceArn": STRING,
        "SourceAccount": STRING,
        "EventSourceToken": STRING,
        "Qualifier": STRING => query("Qualifier"),
        "PrincipalOrgID": STRING,
        "FunctionUrlAuthType": STRING,
        "InvokedViaFunctionUrl": BOOLEAN,
    } -> {
        "Statement": STRING,
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "PolicyLengthExceededException", "ResourceNotFoundException", "PreconditionFailedException"];
    GET_POLICY "GetPolicy" "GET" "/2015-03-31/functions/{FunctionName}/policy" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "Policy": STRING,
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    REMOVE_PERMISSION "RemovePermission" "DELETE" "/2015-03-31/functions/{FunctionName}/policy/{StatementId}" {
        "FunctionName": STRING => label(),
        "StatementId": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {} errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException", "PreconditionFailedException"];
    CREATE_ALIAS "CreateAlias" "POST" "/2015-03-31/functions/{FunctionName}/aliases" {
        "FunctionName": STRING => label(),
        "Name": STRING,
        "FunctionVersion": STRING,
        "Description": STRING,
        "RoutingConfig": of!(ALIAS_ROUTING_CONFIGURATION),
    } -> {
        "AliasArn": STRING,
        "Name": STRING,
        "FunctionVersion": STRING,
        "Description": STRING,
        "RoutingConfig": of!(ALIAS_ROUTING_CONFIGURATION),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    GET_ALIAS "GetAlias" "GET" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" {
        "FunctionName": STRING => label(),
        "Name": STRING => label(),
    } -> {
        "AliasArn": STRING,
        "Name": STRING,
        "FunctionVersion": STRING,
        "Description": STRING,
        "RoutingConfig": of!(ALIAS_ROUTING_CONFIGURATION),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    UPDATE_ALIAS "UpdateAlias" "PUT" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" {
        "FunctionName": STRING => label(),
        "Name": STRING => label(),
        "FunctionVersion": STRING,
        "Description": STRING,
        "RoutingConfig": of!(ALIAS_ROUTING_CONFIGURATION),
    } -> {
        "AliasArn": STRING,
        "Name": STRING,
        "FunctionVersion": STRING,
        "Description": STRING,
        "RoutingConfig": of!(ALIAS_ROUTING_CONFIGURATION),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException", "PreconditionFailedException"];
    DELETE_ALIAS "DeleteAlias" "DELETE" "/2015-03-31/functions/{FunctionName}/aliases/{Name}" {
        "FunctionName": STRING => label(),
        "Name": STRING => label(),
    } -> {} errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException"];
    CREATE_EVENT_SOURCE_MAPPING "CreateEventSourceMapping" "POST" "/2015-03-31/event-source-mappings" {
        "EventSourceArn": STRING,
        "FunctionName": STRING,
        "Enabled": BOOLEAN,
        "BatchSize": INTEGER,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "MaximumBatchingWindowInSeconds": INTEGER,
        "ParallelizationFactor": INTEGER,
        "StartingPosition": STRING,
        "StartingPositionTimestamp": TIMESTAMP,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "Tags": map!(STRING),
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } -> {
        "UUID": STRING,
        "StartingPosition": STRING,
        "StartingPositionTimestamp": TIMESTAMP,
        "BatchSize": INTEGER,
        "MaximumBatchingWindowInSeconds": INTEGER,
        "ParallelizationFactor": INTEGER,
        "EventSourceArn": STRING,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "FunctionArn": STRING,
        "LastModified": TIMESTAMP,
        "LastProcessingResult": STRING,
        "State": STRING,
        "StateTransitionReason": STRING,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "EventSourceMappingArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    GET_EVENT_SOURCE_MAPPING "GetEventSourceMapping" "GET" "/2015-03-31/event-source-mappings/{UUID}" {
        "UUID": STRING => label(),
    } -> {
        "UUID": STRING,
        "StartingPosition": STRING,
        "StartingPositionTimestamp": TIMESTAMP,
        "BatchSize": INTEGER,
        "MaximumBatchingWindowInSeconds": INTEGER,
        "ParallelizationFactor": INTEGER,
        "EventSourceArn": STRING,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "FunctionArn": STRING,
        "LastModified": TIMESTAMP,
        "LastProcessingResult": STRING,
        "State": STRING,
        "StateTransitionReason": STRING,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "EventSourceMappingArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    UPDATE_EVENT_SOURCE_MAPPING "UpdateEventSourceMapping" "PUT" "/2015-03-31/event-source-mappings/{UUID}" {
        "UUID": STRING => label(),
        "FunctionName": STRING,
        "Enabled": BOOLEAN,
        "BatchSize": INTEGER,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "MaximumBatchingWindowInSeconds": INTEGER,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "ParallelizationFactor": INTEGER,
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } -> {
        "UUID": STRING,
        "StartingPosition": STRING,
        "StartingPositionTimestamp": TIMESTAMP,
        "BatchSize": INTEGER,
        "MaximumBatchingWindowInSeconds": INTEGER,
        "ParallelizationFactor": INTEGER,
        "EventSourceArn": STRING,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "FunctionArn": STRING,
        "LastModified": TIMESTAMP,
        "LastProcessingResult": STRING,
        "State": STRING,
        "StateTransitionReason": STRING,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "EventSourceMappingArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceInUseException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    DELETE_EVENT_SOURCE_MAPPING "DeleteEventSourceMapping" "DELETE" "/2015-03-31/event-source-mappings/{UUID}" {
        "UUID": STRING => label(),
    } -> {
        "UUID": STRING,
        "StartingPosition": STRING,
        "StartingPositionTimestamp": TIMESTAMP,
        "BatchSize": INTEGER,
        "MaximumBatchingWindowInSeconds": INTEGER,
        "ParallelizationFactor": INTEGER,
        "EventSourceArn": STRING,
        "FilterCriteria": of!(FILTER_CRITERIA),
        "FunctionArn": STRING,
        "LastModified": TIMESTAMP,
        "LastProcessingResult": STRING,
        "State": STRING,
        "StateTransitionReason": STRING,
        "DestinationConfig": of!(DESTINATION_CONFIG),
        "MaximumRecordAgeInSeconds": INTEGER,
        "BisectBatchOnFunctionError": BOOLEAN,
        "MaximumRetryAttempts": INTEGER,
        "TumblingWindowInSeconds": INTEGER,
        "FunctionResponseTypes": list!(STRING),
        "ScalingConfig": of!(SCALING_CONFIG),
        "KMSKeyArn": STRING,
        "EventSourceMappingArn": STRING,
        "MetricsConfig": of!(EVENT_SOURCE_MAPPING_METRICS_CONFIG),
        "LoggingConfig": of!(EVENT_SOURCE_MAPPING_LOGGING_CONFIG),
        "ProvisionedPollerConfig": of!(PROVISIONED_POLLER_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceInUseException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    PUT_FUNCTION_EVENT_INVOKE_CONFIG "PutFunctionEventInvokeConfig" "PUT" "/2019-09-25/functions/{FunctionName}/event-invoke-config" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
        "MaximumRetryAttempts": INTEGER,
        "MaximumEventAgeInSeconds": INTEGER,
        "DestinationConfig": of!(DESTINATION_CONFIG),
    } -> {
        "LastModified": TIMESTAMP,
        "FunctionArn": STRING,
        "MaximumRetryAttempts": INTEGER,
        "MaximumEventAgeInSeconds": INTEGER,
        "DestinationConfig": of!(DESTINATION_CONFIG),
    } errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    GET_FUNCTION_EVENT_INVOKE_CONFIG "GetFunctionEventInvokeConfig" "GET" "/2019-09-25/functions/{FunctionName}/event-invoke-config" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "LastModified": TIMESTAMP,
        "FunctionArn": STRING,
        "MaximumRetryAttempts": INTEGER,
        "MaximumEventAgeInSeconds": INTEGER,
        "DestinationConfig": of!(DESTINATION_CONFIG),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    DELETE_FUNCTION_EVENT_INVOKE_CONFIG "DeleteFunctionEventInvokeConfig" "DELETE" "/2019-09-25/functions/{FunctionName}/event-invoke-config" {
        "FunctionName": STRING => label(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {} errors ["InvalidParameterValueException", "ResourceConflictException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    PUBLISH_LAYER_VERSION "PublishLayerVersion" "POST" "/2018-10-31/layers/{LayerName}/versions" {
        "LayerName": STRING => label(),
        "Description": STRING,
        "Content": of!(LAYER_VERSION_CONTENT_INPUT),
        "CompatibleRuntimes": list!(STRING),
        "LicenseInfo": STRING,
        "CompatibleArchitectures": list!(STRING),
    } -> {
        "Content": of!(LAYER_VERSION_CONTENT_OUTPUT),
        "LayerArn": STRING,
        "LayerVersionArn": STRING,
        "Description": STRING,
        "CreatedDate": STRING,
        "Version": LONG,
        "CompatibleRuntimes": list!(STRING),
        "LicenseInfo": STRING,
        "CompatibleArchitectures": list!(STRING),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException", "CodeStorageExceededException"];
    GET_LAYER_VERSION "GetLayerVersion" "GET" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}" {
        "LayerName": STRING => label(),
        "VersionNumber": LONG => label(),
    } -> {
        "Content": of!(LAYER_VERSION_CONTENT_OUTPUT),
        "LayerArn": STRING,
        "LayerVersionArn": STRING,
        "Description": STRING,
        "CreatedDate": STRING,
        "Version": LONG,
        "CompatibleRuntimes": list!(STRING),
        "LicenseInfo": STRING,
        "CompatibleArchitectures": list!(STRING),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    LIST_LAYER_VERSIONS "ListLayerVersions" "GET" "/2018-10-31/layers/{LayerName}/versions" {
        "CompatibleRuntime": STRING => query("CompatibleRuntime"),
        "LayerName": STRING => label(),
        "Marker": STRING => query("Marker"),
        "MaxItems": INTEGER => query("MaxItems"),
        "CompatibleArchitecture": STRING => query("CompatibleArchitecture"),
    } -> {
        "NextMarker": STRING,
        "LayerVersions": list!(of!(LAYER_VERSIONS_LIST_ITEM)),
    } errors ["InvalidParameterValueException", "ServiceException", "TooManyRequestsException", "ResourceNotFoundException"];
    DELETE_LAYER_VERSION "DeleteLayerVersion" "DELETE" "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}" {
        "LayerName": STRING => label(),
        "VersionNumber": LONG => label(),
    } -> {} errors ["ServiceException", "TooManyRequestsException"];
    INVOKE "Invoke" "POST" "/2015-03-31/functions/{FunctionName}/invocations" {
        "FunctionName": STRING => label(),
        "InvocationType": STRING => header("X-Amz-Invocation-Type"),
        "LogType": STRING => header("X-Amz-Log-Type"),
        "ClientContext": STRING => header("X-Amz-Client-Context"),
        "Payload": BLOB => payload(),
        "Qualifier": STRING => query("Qualifier"),
    } -> {
        "StatusCode": INTEGER => status_code(),
        "FunctionError": STRING => header("X-Amz-Function-Error"),
        "LogResult": STRING => header("X-Amz-Log-Result"),
        "Payload": BLOB => payload(),
        "ExecutedVersion": STRING => header("X-Amz-Executed-Version"),
    } errors ["ResourceNotReadyException", "InvalidSecurityGroupIDException", "SnapStartTimeoutException", "TooManyRequestsException", "EC2ThrottledException", "EFSMountConnectivityException", "SubnetIPAddressLimitReachedException", "KMSAccessDeniedException", "RequestTooLargeException", "KMSDisabledException", "UnsupportedMediaTypeException", "S3FilesMountConnectivityException", "SerializedRequestEntityTooLargeException", "InvalidRuntimeException", "NoPublishedVersionException", "EC2UnexpectedException", "InvalidSubnetIDException", "KMSNotFoundException", "InvalidParameterValueException", "EC2AccessDeniedException", "EFSIOException", "KMSInvalidStateException", "ResourceConflictException", "ENILimitReachedException", "SnapStartNotReadyException", "ServiceException", "SnapStartException", "RecursiveInvocationException", "S3FilesMountFailureException", "EFSMountTimeoutException", "S3FilesMountTimeoutException", "ResourceNotFoundException", "InvalidRequestContentException", "DurableExecutionAlreadyStartedException", "InvalidZipFileException", "EFSMountFailureException"];
}
