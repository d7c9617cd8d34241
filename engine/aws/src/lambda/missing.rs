//! Operations of Lambda that Nuvola does not simulate: layers, event source mappings, code signing,
//! provisioned concurrency, capacity providers, durable executions, response streaming.

use crate::service::MissingOperation;

/// **Source**: the service's public model, 2015-03-31.
pub static NOT_SIMULATED: &[MissingOperation] = &[
    MissingOperation::rest(
        "AddLayerVersionPermission",
        "POST",
        "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy",
    ),
    MissingOperation::rest(
        "CheckpointDurableExecution",
        "POST",
        "/2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint",
    ),
    MissingOperation::rest("CreateCapacityProvider", "POST", "/2025-11-30/capacity-providers"),
    MissingOperation::rest("CreateCodeSigningConfig", "POST", "/2020-04-22/code-signing-configs"),
    MissingOperation::rest("CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings"),
    MissingOperation::rest(
        "DeleteCapacityProvider",
        "DELETE",
        "/2025-11-30/capacity-providers/{CapacityProviderName}",
    ),
    MissingOperation::rest(
        "DeleteCodeSigningConfig",
        "DELETE",
        "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}",
    ),
    MissingOperation::rest("DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}"),
    MissingOperation::rest(
        "DeleteFunctionCodeSigningConfig",
        "DELETE",
        "/2020-06-30/functions/{FunctionName}/code-signing-config",
    ),
    MissingOperation::rest(
        "DeleteLayerVersion",
        "DELETE",
        "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}",
    ),
    MissingOperation::rest(
        "DeleteProvisionedConcurrencyConfig",
        "DELETE",
        "/2019-09-30/functions/{FunctionName}/provisioned-concurrency",
    ),
    MissingOperation::rest(
        "GetCapacityProvider",
        "GET",
        "/2025-11-30/capacity-providers/{CapacityProviderName}",
    ),
    MissingOperation::rest(
        "GetCodeSigningConfig",
        "GET",
        "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}",
    ),
    MissingOperation::rest(
        "GetDurableExecution",
        "GET",
        "/2025-12-01/durable-executions/{DurableExecutionArn}",
    ),
    MissingOperation::rest(
        "GetDurableExecutionHistory",
        "GET",
        "/2025-12-01/durable-executions/{DurableExecutionArn}/history",
    ),
    MissingOperation::rest(
        "GetDurableExecutionState",
        "GET",
        "/2025-12-01/durable-executions/{DurableExecutionArn}/state",
    ),
    MissingOperation::rest("GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"),
    MissingOperation::rest(
        "GetFunctionScalingConfig",
        "GET",
        "/2025-11-30/functions/{FunctionName}/function-scaling-config",
    ),
    MissingOperation::rest(
        "GetLayerVersion",
        "GET",
        "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}",
    ),
    MissingOperation::rest("GetLayerVersionByArn", "GET", "/2018-10-31/layers?find=LayerVersion"),
    MissingOperation::rest(
        "GetLayerVersionPolicy",
        "GET",
        "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy",
    ),
    MissingOperation::rest(
        "GetProvisionedConcurrencyConfig",
        "GET",
        "/2019-09-30/functions/{FunctionName}/provisioned-concurrency",
    ),
    MissingOperation::rest("InvokeAsync", "POST", "/2014-11-13/functions/{FunctionName}/invoke-async"),
    MissingOperation::rest(
        "InvokeWithResponseStream",
        "POST",
        "/2021-11-15/functions/{FunctionName}/response-streaming-invocations",
    ),
    MissingOperation::rest("ListCapacityProviders", "GET", "/2025-11-30/capacity-providers"),
    MissingOperation::rest("ListCodeSigningConfigs", "GET", "/2020-04-22/code-signing-configs"),
    MissingOperation::rest(
        "ListDurableExecutionsByFunction",
        "GET",
        "/2025-12-01/functions/{FunctionName}/durable-executions",
    ),
    MissingOperation::rest("ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings"),
    MissingOperation::rest(
        "ListFunctionVersionsByCapacityProvider",
        "GET",
        "/2025-11-30/capacity-providers/{CapacityProviderName}/function-versions",
    ),
    MissingOperation::rest(
        "ListFunctionsByCodeSigningConfig",
        "GET",
        "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions",
    ),
    MissingOperation::rest("ListLayerVersions", "GET", "/2018-10-31/layers/{LayerName}/versions"),
    MissingOperation::rest("ListLayers", "GET", "/2018-10-31/layers"),
    MissingOperation::rest(
        "ListProvisionedConcurrencyConfigs",
        "GET",
        "/2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL",
    ),
    MissingOperation::rest("PublishLayerVersion", "POST", "/2018-10-31/layers/{LayerName}/versions"),
    MissingOperation::rest(
        "PutFunctionCodeSigningConfig",
        "PUT",
        "/2020-06-30/functions/{FunctionName}/code-signing-config",
    ),
    MissingOperation::rest(
        "PutFunctionRecursionConfig",
        "PUT",
        "/2024-08-31/functions/{FunctionName}/recursion-config",
    ),
    MissingOperation::rest(
        "PutFunctionScalingConfig",
        "PUT",
        "/2025-11-30/functions/{FunctionName}/function-scaling-config",
    ),
    MissingOperation::rest(
        "PutProvisionedConcurrencyConfig",
        "PUT",
        "/2019-09-30/functions/{FunctionName}/provisioned-concurrency",
    ),
    MissingOperation::rest(
        "PutRuntimeManagementConfig",
        "PUT",
        "/2021-07-20/functions/{FunctionName}/runtime-management-config",
    ),
    MissingOperation::rest(
        "RemoveLayerVersionPermission",
        "DELETE",
        "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
    ),
    MissingOperation::rest(
        "SendDurableExecutionCallbackFailure",
        "POST",
        "/2025-12-01/durable-execution-callbacks/{CallbackId}/fail",
    ),
    MissingOperation::rest(
        "SendDurableExecutionCallbackHeartbeat",
        "POST",
        "/2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat",
    ),
    MissingOperation::rest(
        "SendDurableExecutionCallbackSuccess",
        "POST",
        "/2025-12-01/durable-execution-callbacks/{CallbackId}/succeed",
    ),
    MissingOperation::rest(
        "StopDurableExecution",
        "POST",
        "/2025-12-01/durable-executions/{DurableExecutionArn}/stop",
    ),
    MissingOperation::rest(
        "UpdateCapacityProvider",
        "PUT",
        "/2025-11-30/capacity-providers/{CapacityProviderName}",
    ),
    MissingOperation::rest(
        "UpdateCodeSigningConfig",
        "PUT",
        "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}",
    ),
    MissingOperation::rest("UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"),
];
