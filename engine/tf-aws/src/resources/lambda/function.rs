//! `aws_lambda_function`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::invoke_arn;
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, lambda_fn as lambda};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    import,
    not_simulated: &[
        "vpc_config",
        "file_system_config",
        "image_config",
        "code_signing_config_arn",
        "capacity_provider_config",
        "durable_config",
        "tenancy_config",
        "source_kms_key_arn",
        "publish_to",
        "replace_security_groups_on_destroy",
        "replacement_security_group_ids",
    ],
    ..ResourceType::new(
        "aws_lambda_function",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// How long a function may take to become active or updated (the resource's default timeout).
const TIMEOUT_MS: u64 = 600_000;

const CODE: &[&str] = &[
    "filename",
    "source_code_hash",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "image_uri",
    "architectures",
];
const CONFIGURATION: &[&str] = &[
    "dead_letter_config",
    "description",
    "environment",
    "ephemeral_storage",
    "handler",
    "kms_key_arn",
    "layers",
    "logging_config",
    "memory_size",
    "role",
    "runtime",
    "snap_start",
    "timeout",
    "tracing_config",
];

fn customize(diff: &mut Diff<'_>) {
    let image = diff.json("package_type") == "Image";
    if !image && diff.planned.get("package_type").is_some_and(nuvola_tf_lang::Value::is_known) {
        let missing = |name: &str| diff.planned.get(name).is_none_or(nuvola_tf_lang::Value::is_null);
        if missing("handler") || missing("runtime") {
            diff.errors.push("handler and runtime must be set when PackageType is Zip".to_owned());
        }
    }
    if diff.is_create() {
        return;
    }
    let code = diff.changes_any(CODE);
    if code {
        diff.set_unknown("code_sha256");
    }
    if code || diff.changes_any(CONFIGURATION) {
        diff.set_unknown("last_modified");
        let published = diff.json("publish") == true || diff.changes("publish");
        if published {
            for name in ["version", "qualified_arn", "qualified_invoke_arn"] {
                diff.set_unknown(name);
            }
        }
    }
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let name = super::function_name(id).to_owned();
    data.set_all(json!({ "id": name, "function_name": name }));
    Ok(())
}

/// Where the code is: the file's bytes, an object, or an image.
fn code(data: &ResourceData) -> Result<Json, String> {
    let filename = data.str("filename");
    if filename.is_empty() {
        return Ok(json!({
            "S3Bucket": data.opt("s3_bucket"),
            "S3Key": data.opt("s3_key"),
            "S3ObjectVersion": data.opt("s3_object_version"),
            "ImageUri": data.opt("image_uri"),
        }));
    }
    let bytes = crate::resources::read_file(data, filename)
        .map_err(|problem| format!("reading ZIP file ({filename}): {problem}"))?;
    Ok(json!({ "ZipFile": STANDARD.encode(bytes) }))
}

/// The configuration's part of a request.
fn configuration(data: &ResourceData, updating: bool) -> Json {
    // An update must say what is to be empty again.
    let text = |name: &str| if updating { data.str(name).into() } else { data.opt(name) };
    let environment = data.block("environment").map(|block| json!({ "Variables": block["variables"] }));
    let environment = environment.or_else(|| updating.then(|| json!({ "Variables": {} })));
    let letters = data.block("dead_letter_config").map(|block| json!({ "TargetArn": block["target_arn"] }));
    let letters = letters
        .or_else(|| (updating && data.changed("dead_letter_config")).then(|| json!({ "TargetArn": "" })));
    let layers = if updating && data.changed("layers") && data.opt("layers").is_null() {
        json!([])
    } else {
        data.opt("layers")
    };
    let snap = data.block("snap_start").map(|block| json!({ "ApplyOn": block["apply_on"] }));
    json!({
        "Role": data.get("role"),
        "Runtime": data.opt("runtime"),
        "Handler": data.opt("handler"),
        "Description": text("description"),
        "Timeout": data.get("timeout"),
        "MemorySize": data.get("memory_size"),
        "KMSKeyArn": text("kms_key_arn"),
        "Layers": layers,
        "Environment": environment,
        "DeadLetterConfig": letters,
        "EphemeralStorage": data.block("ephemeral_storage").map(|block| json!({ "Size": block["size"] })),
        "TracingConfig": data.block("tracing_config").map(|block| json!({ "Mode": block["mode"] })),
        "SnapStart": snap.or_else(|| (updating && data.changed("snap_start")).then(|| json!({ "ApplyOn": "None" }))),
        "LoggingConfig": data.block("logging_config").map(|block| json!({
            "LogFormat": block["log_format"],
            "LogGroup": non_zero(&block["log_group"]),
            "ApplicationLogLevel": non_zero(&block["application_log_level"]),
            "SystemLogLevel": non_zero(&block["system_log_level"]),
        })),
    })
}

/// A role that was made or changed just now may not be usable everywhere yet.
fn passes(failure: &Failure) -> bool {
    const PASSING: &[&str] = &[
        "The role defined for the function cannot be assumed by Lambda",
        "The provided execution role does not have permissions",
        "Lambda was unable to configure access to your environment variables because the KMS key",
    ];
    PASSING.iter().any(|words| failure.says("InvalidParameterValueException", words))
        || failure.says("ResourceConflictException", "The operation cannot be performed at this time")
}

async fn call(data: &ResourceData, operation: &Operation, input: Json) -> Result<Json, Failure> {
    data.client.call_until(&data.region, operation, input, passes).await
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("function_name").to_owned();
    let mut input = configuration(data, false);
    input["FunctionName"] = name.clone().into();
    input["Code"] = code(data)?;
    input["PackageType"] = data.get("package_type").clone();
    input["Publish"] = data.bool("publish").into();
    input["Architectures"] = data.opt("architectures");
    let tags = data.get("tags_all").clone();
    input["Tags"] = non_zero(&tags);
    let output = call(data, &lambda::CREATE_FUNCTION, input).await;
    output.map_err(|failure| format!("creating Lambda Function ({name}): {failure}"))?;
    data.set_id(name.clone());
    wait(data, &name, "State", "Pending", "Active")
        .await
        .map_err(|text| format!("waiting for Lambda Function ({name}) create: {text}"))?;
    reserve(data, &name).await
}

async fn reserve(data: &ResourceData, name: &str) -> Result<(), String> {
    let wrap = |failure: Failure| format!("setting Lambda Function ({name}) concurrency: {failure}");
    let wanted = data.get("reserved_concurrent_executions").as_i64().unwrap_or(-1);
    if wanted >= 0 {
        let input = json!({ "FunctionName": name, "ReservedConcurrentExecutions": wanted });
        data.call(&lambda::PUT_FUNCTION_CONCURRENCY, input).await.map_err(wrap)?;
    } else if !data.is_new() {
        data.remove(&lambda::DELETE_FUNCTION_CONCURRENCY, json!({ "FunctionName": name }))
            .await
            .map_err(wrap)?;
    }
    Ok(())
}

/// Looks at the function until it is no longer `pending`.
async fn wait(
    data: &ResourceData,
    name: &str,
    member: &str,
    pending: &str,
    done: &str,
) -> Result<(), String> {
    let start_ms = data.client.transport.now_ms();
    loop {
        let found = data.call(&lambda::GET_FUNCTION, json!({ "FunctionName": name })).await;
        let found = found.map_err(|failure| failure.to_string())?;
        let configuration = &found["Configuration"];
        let state = configuration[member].as_str().unwrap_or(done);
        if state == done {
            return Ok(());
        }
        if state != pending {
            let reason =
                configuration["StateReason"].as_str().or(configuration["LastUpdateStatusReason"].as_str());
            let reason = reason.map_or(String::new(), |reason| format!(". last error: {reason}"));
            return Err(format!("unexpected state '{state}', wanted target '{done}'{reason}"));
        }
        if data.client.waited_ms(start_ms) > TIMEOUT_MS {
            return Err(format!(
                "timeout while waiting for state to become '{done}' (last state: '{state}', timeout: 10m0s)"
            ));
        }
        data.client.pause().await;
    }
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading Lambda Function ({name}): {failure}");
    let Some(found) =
        data.find(&lambda::GET_FUNCTION, json!({ "FunctionName": name })).await.map_err(wrap)?
    else {
        data.clear();
        return Ok(());
    };
    let function = &found["Configuration"];
    data.set_all(attributes(data, function));
    let arn = function["FunctionArn"].as_str().unwrap_or_default().to_owned();
    data.set_all(json!({
        "reserved_concurrent_executions": found["Concurrency"]["ReservedConcurrentExecutions"].as_i64().unwrap_or(-1),
        "image_uri": found["Code"]["ImageUri"].as_str().unwrap_or_default(),
    }));
    let (qualified, version) = latest(data, &name, &arn).await.map_err(wrap)?;
    data.set_all(json!({
        "qualified_invoke_arn": invoke_arn(data, &qualified),
        "qualified_arn": qualified,
        "version": version,
    }));
    data.read_tags(found["Tags"].as_object().cloned().unwrap_or_default());
    Ok(())
}

/// The newest published version and its ARN; `$LATEST` while there is none or none is wanted.
async fn latest(data: &ResourceData, name: &str, arn: &str) -> Result<(String, String), Failure> {
    let mut version = "$LATEST".to_owned();
    if data.bool("publish") {
        let mut marker = Json::Null;
        loop {
            let input = json!({ "FunctionName": name, "Marker": marker });
            let page = data.call(&lambda::LIST_VERSIONS_BY_FUNCTION, input).await?;
            if let Some(last) = page["Versions"].as_array().and_then(|versions| versions.last()) {
                last["Version"].as_str().unwrap_or_default().clone_into(&mut version);
            }
            marker = page["NextMarker"].clone();
            if non_zero(&marker).is_null() {
                break;
            }
        }
    }
    Ok((format!("{arn}:{version}"), version))
}

/// What a function's configuration says, for the resource and the data source.
pub(crate) fn attributes(data: &ResourceData, function: &Json) -> Json {
    let text = |name: &str| function[name].as_str().unwrap_or_default().to_owned();
    let arn = text("FunctionArn");
    let variables = &function["Environment"]["Variables"];
    let filled = variables.as_object().is_some_and(|variables| !variables.is_empty());
    let has_environment = filled || data.block("environment").is_some();
    let one = |present: bool, block: Json| if present { json!([block]) } else { json!([]) };
    let logging = &function["LoggingConfig"];
    let snap = &function["SnapStart"]["ApplyOn"];
    let hash = match data.str("source_code_hash") {
        "" => text("CodeSha256"),
        configured => configured.to_owned(),
    };
    let level = |name: &str| logging[name].as_str().unwrap_or_default();
    json!({
        "architectures": function["Architectures"],
        "arn": arn,
        "code_sha256": text("CodeSha256"),
        "code_signing_config_arn": "",
        "dead_letter_config": one(function["DeadLetterConfig"]["TargetArn"].is_string(),
            json!({ "target_arn": function["DeadLetterConfig"]["TargetArn"] })),
        "description": text("Description"),
        "environment": one(has_environment, json!({ "variables": variables })),
        "ephemeral_storage": one(true, json!({ "size": function["EphemeralStorage"]["Size"].as_i64().unwrap_or(512) })),
        "function_name": function["FunctionName"],
        "handler": text("Handler"),
        "invoke_arn": invoke_arn(data, &arn),
        "kms_key_arn": text("KMSKeyArn"),
        "last_modified": text("LastModified"),
        "layers": function["Layers"].as_array().into_iter().flatten().map(|layer| layer["Arn"].clone()).collect::<Json>(),
        "logging_config": one(logging.is_object(), json!({
            "log_format": logging["LogFormat"],
            "log_group": logging["LogGroup"],
            "application_log_level": level("ApplicationLogLevel"),
            "system_log_level": level("SystemLogLevel"),
        })),
        "memory_size": function["MemorySize"],
        "package_type": function["PackageType"].as_str().unwrap_or("Zip"),
        "role": text("Role"),
        "runtime": text("Runtime"),
        "signing_job_arn": "",
        "signing_profile_version_arn": "",
        "snap_start": one(snap == "PublishedVersions", json!({
            "apply_on": snap,
            "optimization_status": function["SnapStart"]["OptimizationStatus"],
        })),
        "source_code_hash": hash,
        "source_code_size": function["CodeSize"],
        "timeout": function["Timeout"],
        "tracing_config": one(true, json!({ "mode": function["TracingConfig"]["Mode"].as_str().unwrap_or("PassThrough") })),
    })
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let changed = data.changed_any(CONFIGURATION);
    if changed {
        let mut input = configuration(data, true);
        input["FunctionName"] = name.clone().into();
        let output = call(data, &lambda::UPDATE_FUNCTION_CONFIGURATION, input).await;
        output.map_err(|failure| format!("updating Lambda Function ({name}) configuration: {failure}"))?;
        wait(data, &name, "LastUpdateStatus", "InProgress", "Successful")
            .await
            .map_err(|text| format!("waiting for Lambda Function ({name}) configuration update: {text}"))?;
    }
    let code_changed = data.changed_any(CODE);
    if code_changed {
        let mut input = code(data)?;
        input["FunctionName"] = name.clone().into();
        input["Architectures"] = data.opt("architectures");
        let output = call(data, &lambda::UPDATE_FUNCTION_CODE, input).await;
        output.map_err(|failure| format!("updating Lambda Function ({name}) code: {failure}"))?;
        wait(data, &name, "LastUpdateStatus", "InProgress", "Successful")
            .await
            .map_err(|text| format!("waiting for Lambda Function ({name}) code update: {text}"))?;
    }
    if data.changed("reserved_concurrent_executions") {
        reserve(data, &name).await?;
    }
    if data.bool("publish") && (code_changed || changed || data.changed("publish")) {
        let output = call(data, &lambda::PUBLISH_VERSION, json!({ "FunctionName": name })).await;
        output.map_err(|failure| format!("publishing Lambda Function ({name}) version: {failure}"))?;
    }
    update_tags(data, &name).await
}

async fn update_tags(data: &ResourceData, name: &str) -> Result<(), String> {
    let wrap = |failure: Failure| format!("updating tags for Lambda Function ({name}): {failure}");
    let (added, removed) = data.tag_changes();
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    if !removed.is_empty() {
        let input = json!({ "Resource": arn, "TagKeys": removed });
        data.call(&lambda::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        data.call(&lambda::TAG_RESOURCE, json!({ "Resource": arn, "Tags": added })).await.map_err(wrap)?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    if data.bool("skip_destroy") {
        return Ok(());
    }
    let remove = data.remove(&lambda::DELETE_FUNCTION, json!({ "FunctionName": name }));
    remove.await.map_err(|failure| format!("deleting Lambda Function ({name}): {failure}"))
}
