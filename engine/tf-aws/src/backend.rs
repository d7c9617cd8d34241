//! Terraform's backend `s3`: states as objects, locks as objects beside them or as items of a table of DynamoDB
//! (`lock_table`).
//!
//! Not simulated, and said where it is asked for: assumed roles, keys of KMS and of customers.
//! Settings of connections (`endpoints`, proxies, styles) are accepted: requests go to AWS's own names.
//!
//! **Source**: Terraform's documentation, "Backend Type: s3"; texts recorded from Terraform 1.11.4.

mod lock_table;

use crate::client::Client;
use crate::config;
use crate::failure::Failure;
use crate::profile;
use crate::transport::Transport;
use crate::values::{attr_path, json_of};
use crate::wire::{s3, s3_objects, sts};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lock_table::LockTable;
use nuvola_terraform::backend::{Answer, Backend, BackendType, LockFailure};
use nuvola_terraform::host::{Host, LocalBoxFuture};
use nuvola_terraform::provider::ProviderDiagnostic;
use nuvola_terraform::schema::{BlockSchema, OPTIONAL};
use nuvola_tf_lang::{Type, Value};
use nuvola_wire::checksum::md5_hex;
use serde_json::{Value as Json, json};
use std::rc::Rc;

const TEXTS: &[&str] = &[
    "access_key",
    "acl",
    "bucket",
    "custom_ca_bundle",
    "dynamodb_endpoint",
    "dynamodb_table",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "endpoint",
    "http_proxy",
    "https_proxy",
    "iam_endpoint",
    "key",
    "kms_key_id",
    "no_proxy",
    "profile",
    "region",
    "retry_mode",
    "secret_key",
    "shared_credentials_file",
    "sse_customer_key",
    "sts_endpoint",
    "sts_region",
    "token",
    "workspace_key_prefix",
];
const SWITCHES: &[&str] = &[
    "encrypt",
    "force_path_style",
    "insecure",
    "skip_credentials_validation",
    "skip_metadata_api_check",
    "skip_region_validation",
    "skip_requesting_account_id",
    "skip_s3_checksum",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "use_lockfile",
    "use_path_style",
];
const SETS: &[&str] =
    &["allowed_account_ids", "forbidden_account_ids", "shared_config_files", "shared_credentials_files"];
/// Objects, of which nothing is read here.
const OBJECTS: &[&str] = &["assume_role", "assume_role_with_web_identity", "endpoints"];
const NOT_SIMULATED: &[&str] =
    &["assume_role", "assume_role_with_web_identity", "kms_key_id", "sse_customer_key"];

/// The kind of backend.
pub struct S3Type {
    pub transport: Rc<dyn Transport>,
}

impl BackendType for S3Type {
    fn schema(&self) -> BlockSchema {
        let mut out = BlockSchema::new();
        let groups: [(&[&str], Type); 5] = [
            (TEXTS, Type::String),
            (SWITCHES, Type::Bool),
            (&["max_retries"], Type::Number),
            (SETS, Type::set(Type::String)),
            (OBJECTS, Type::Dynamic),
        ];
        for (names, ty) in groups {
            for name in names {
                out = out.attr(name, ty.clone(), OPTIONAL);
            }
        }
        out.attributes.sort_keys();
        out
    }

    fn required(&self) -> &'static [(&'static str, &'static str)] {
        &[("bucket", "The name of the S3 bucket"), ("key", "The path to the state file inside the bucket")]
    }

    fn check(&self, config: &Value, host: &Rc<dyn Host>) -> Vec<ProviderDiagnostic> {
        problems(&json_of(config), &**host)
    }

    fn connect<'a>(
        &'a self,
        config: Value,
        host: &'a Rc<dyn Host>,
    ) -> LocalBoxFuture<'a, Result<Rc<dyn Backend>, Vec<ProviderDiagnostic>>> {
        Box::pin(async move {
            let mut config = json_of(&config);
            let problems = problems(&config, &**host);
            if !problems.is_empty() {
                return Err(problems);
            }
            // A file of credentials may be named alone, as older versions had it.
            if let Some(file) = config["shared_credentials_file"].as_str().map(str::to_owned)
                && config["shared_credentials_files"].is_null()
            {
                config["shared_credentials_files"] = json!([file]);
            }
            let client = Rc::new(client(Rc::clone(&self.transport), &**host, &config).await?);
            let text = |name: &str| config[name].as_str().unwrap_or_default().to_owned();
            let prefix = config["workspace_key_prefix"].as_str().unwrap_or("env:").to_owned();
            let table = config["dynamodb_table"].as_str().filter(|name| !name.is_empty());
            let table = table.map(|name| LockTable { client: Rc::clone(&client), name: name.to_owned() });
            let backend = S3Backend {
                region: client.region.clone(),
                client,
                table,
                bucket: text("bucket"),
                key: text("key"),
                prefix,
                acl: config["acl"].clone(),
                encrypts: config["encrypt"].as_bool() == Some(true),
                locks: config["use_lockfile"].as_bool() == Some(true),
            };
            Ok(Rc::new(backend) as Rc<dyn Backend>)
        })
    }
}

/// What can be said without asking anyone.
fn problems(config: &Json, host: &dyn Host) -> Vec<ProviderDiagnostic> {
    let mut out = Vec::new();
    let mut wrong = |name: &str, summary: &str, detail: String| {
        out.push(ProviderDiagnostic::error(summary, detail).at(attr_path(name)));
    };
    for name in ["bucket", "key"] {
        match config[name].as_str() {
            None => wrong(
                name,
                "Missing Required Value",
                format!(
                    "The attribute \"{name}\" is required by the backend.\n\nRefer to the backend documentation for additional information which attributes are required."
                ),
            ),
            Some(text) if text.trim().is_empty() => {
                wrong(name, "Invalid Value", "The value cannot be empty or all whitespace".to_owned());
            }
            Some(_) => {}
        }
    }
    for name in ["key", "workspace_key_prefix"] {
        if config[name].as_str().is_some_and(|text| text.starts_with('/') || text.ends_with('/')) {
            wrong(name, "Invalid Value", "The value must not start or end with \"/\"".to_owned());
        }
    }
    let region = config["region"].as_str().filter(|text| !text.is_empty());
    match region {
        None if profile::variable(host, &["AWS_REGION", "AWS_DEFAULT_REGION"]).is_none() => wrong(
            "region",
            "Missing region value",
            "The \"region\" attribute or the \"AWS_REGION\" or \"AWS_DEFAULT_REGION\" environment variables must be set.".to_owned(),
        ),
        Some(name) if config["skip_region_validation"].as_bool() != Some(true) && !is_region(name) => {
            wrong("region", "Invalid region value", format!("Invalid AWS Region: {name}"));
        }
        None | Some(_) => {}
    }
    for name in NOT_SIMULATED {
        if !config[*name].is_null() {
            let summary = format!("{name} of the backend \"s3\" is not simulated by Nuvola");
            wrong(name, &summary, String::new());
        }
    }
    out
}

/// The SDK knows regions by their continents.
fn is_region(text: &str) -> bool {
    const STARTS: &[&str] = &["af-", "ap-", "ca-", "cn-", "eu-", "il-", "me-", "mx-", "sa-", "us-"];
    config::is_region(text) && STARTS.iter().any(|start| text.starts_with(start))
}

async fn client(
    transport: Rc<dyn Transport>,
    host: &dyn Host,
    config: &Json,
) -> Result<Client, Vec<ProviderDiagnostic>> {
    let client = config::client(transport, host, config).map_err(|problem| vec![for_backend(problem)])?;
    if config["skip_credentials_validation"].as_bool() != Some(true) {
        let asked = client.call(&client.region, &sts::GET_CALLER_IDENTITY, json!({})).await;
        let identity = asked.map_err(|failure| {
            let summary =
                format!("validating provider credentials: retrieving caller identity from STS: {failure}");
            vec![ProviderDiagnostic::error(summary, "")]
        })?;
        let account = identity["Account"].as_str().unwrap_or_default();
        config::check_account(config, account).map_err(|problem| vec![problem])?;
    }
    Ok(client)
}

/// The provider's words for missing credentials, as the backend has them.
fn for_backend(problem: ProviderDiagnostic) -> ProviderDiagnostic {
    if let Some((_, reason)) = problem.detail.split_once("Error: failed to get shared config profile, ") {
        return ProviderDiagnostic::error(
            format!("failed to get shared config profile, {}", reason.trim()),
            "",
        );
    }
    let detail = problem.detail.replace(
        "https://registry.terraform.io/providers/hashicorp/aws",
        "https://developer.hashicorp.com/terraform/language/backend/s3",
    );
    ProviderDiagnostic { detail, ..problem }
}

struct S3Backend {
    client: Rc<Client>,
    region: String,
    bucket: String,
    key: String,
    /// Below which the states of other workspaces than the default one are.
    prefix: String,
    acl: Json,
    encrypts: bool,
    /// Locks are objects in the bucket.
    locks: bool,
    /// Locks are items of a table too, or alone.
    table: Option<LockTable>,
}

/// How long a state that is not what the table says is read again, and how often. **Units**: milliseconds.
/// **Source**: Terraform 1.11's waiting, as measured with a wrong digest.
const CONSISTENCY_MS: i64 = 10_000;
const CONSISTENCY_POLL_MS: u64 = 2_000;

impl S3Backend {
    fn path(&self, workspace: &str) -> String {
        match workspace {
            "default" => self.key.clone(),
            name if self.prefix.is_empty() => format!("{name}/{}", self.key),
            name => format!("{}/{name}/{}", self.prefix, self.key),
        }
    }

    fn lock_key(&self, workspace: &str) -> String {
        format!("{}.tflock", self.path(workspace))
    }

    /// The workspace whose state has this key.
    fn workspace_of<'k>(&self, key: &'k str) -> Option<&'k str> {
        let rest = match self.prefix.as_str() {
            "" => key,
            prefix => key.strip_prefix(prefix)?.strip_prefix('/')?,
        };
        let (name, rest) = rest.split_once('/')?;
        (rest == self.key && !name.is_empty()).then_some(name)
    }

    async fn call(&self, operation: &crate::wire::Operation, input: Json) -> Result<Json, Failure> {
        self.client.call(&self.region, operation, input).await
    }

    fn object(&self, key: &str, bytes: &[u8]) -> Json {
        let encryption = if self.encrypts { json!("AES256") } else { Json::Null };
        json!({
            "Bucket": self.bucket,
            "Key": key,
            "Body": STANDARD.encode(bytes),
            "ContentType": "application/json",
            "ACL": self.acl,
            "ServerSideEncryption": encryption,
        })
    }

    fn no_bucket(&self, failure: &Failure) -> String {
        if failure.is("NoSuchBucket") {
            return format!(
                "S3 bucket \"{}\" does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 bucket\nwas created within the last minute, please wait for a minute or two and try\nagain.\n\nError: {failure}\n",
                self.bucket
            );
        }
        format!(
            "Unable to list objects in S3 bucket \"{}\" with prefix \"{}/\": {failure}",
            self.bucket, self.prefix
        )
    }

    async fn list(&self) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        let mut token = Json::Null;
        loop {
            let prefix = if self.prefix.is_empty() { Json::Null } else { format!("{}/", self.prefix).into() };
            let input = json!({ "Bucket": self.bucket, "Prefix": prefix, "ContinuationToken": token });
            let page = self.call(&s3_objects::LIST_OBJECTS_V2, input).await;
            let page = page.map_err(|failure| self.no_bucket(&failure))?;
            let keys = page["Contents"].as_array().into_iter().flatten();
            let found = keys.filter_map(|object| self.workspace_of(object["Key"].as_str()?));
            names.extend(found.map(str::to_owned));
            token = page["NextContinuationToken"].clone();
            if token.is_null() {
                break;
            }
        }
        names.sort();
        names.insert(0, "default".to_owned());
        Ok(names)
    }

    async fn get(&self, key: &str) -> Result<Vec<u8>, Failure> {
        let found = self.call(&s3_objects::GET_OBJECT, json!({ "Bucket": self.bucket, "Key": key })).await?;
        Ok(STANDARD.decode(found["Body"].as_str().unwrap_or_default()).unwrap_or_default())
    }

    /// Reads a state until it is the one whose digest the table holds.
    async fn read_state(&self, workspace: &str) -> Result<Option<Vec<u8>>, String> {
        let deadline_ms = self.client.transport.now_ms() + CONSISTENCY_MS;
        loop {
            let found = self.read_object(workspace).await?;
            let Some(table) = &self.table else { return Ok(found) };
            let calculated = found.as_deref().map(md5_hex).unwrap_or_default();
            // A digest that cannot be read is passed over, as the real backend does.
            let Some(stored) = table.digest(&self.lock_name(workspace)).await else { return Ok(found) };
            if stored == calculated {
                return Ok(found);
            }
            if self.client.transport.now_ms() >= deadline_ms {
                return Err(self.not_expected(workspace, &calculated, &stored));
            }
            self.client.transport.sleep_ms(CONSISTENCY_POLL_MS).await;
        }
    }

    fn not_expected(&self, workspace: &str, calculated: &str, stored: &str) -> String {
        let (bucket, key) = (&self.bucket, self.path(workspace));
        format!(
            "state data in S3 does not have the expected content.\n\nThe checksum calculated for the state stored in S3 does not match the checksum\nstored in DynamoDB.\n\nBucket: {bucket}\nKey:    {key}\nCalculated checksum: {calculated}\nStored checksum:     {stored}\n\nThis may be caused by unusually long delays in S3 processing a previous state\nupdate. Please wait for a minute or two and try again.\n\nIf this problem persists, and neither S3 nor DynamoDB are experiencing an\noutage, you may need to manually verify the remote state and update the Digest\nvalue stored in the DynamoDB table to the following value: {calculated}\n"
        )
    }

    /// What a workspace's lock is called, by file and in the table.
    fn lock_name(&self, workspace: &str) -> String {
        format!("{}/{}", self.bucket, self.path(workspace))
    }

    async fn lock_file(&self, workspace: &str, info: &str) -> Result<(), LockFailure> {
        let key = self.lock_key(workspace);
        let mut input = self.object(&key, info.as_bytes());
        input["IfNoneMatch"] = "*".into();
        let Err(failure) = self.call(&s3::PUT_OBJECT, input).await else { return Ok(()) };
        Err(match self.holder(&key).await {
            Ok(holder) => LockFailure { message: failure.to_string(), holder: Some(holder) },
            Err(text) => LockFailure { message: format!("{failure}\n{text}"), holder: None },
        })
    }

    async fn unlock_file(&self, workspace: &str, id: &str) -> Result<(), LockFailure> {
        let key = self.lock_key(workspace);
        let holder = self.holder(&key).await.map_err(|message| LockFailure { message, holder: None })?;
        let held_id = lock_table::id_of(&holder).unwrap_or_default();
        if held_id != id {
            let message = format!("lock ID '{id}' does not match the existing lock ID '{held_id}'");
            return Err(LockFailure { message, holder: Some(holder) });
        }
        let gone = self.call(&s3::DELETE_OBJECT, json!({ "Bucket": self.bucket, "Key": key })).await;
        gone.map(|_| ()).map_err(|failure| LockFailure { message: failure.to_string(), holder: None })
    }

    async fn read_object(&self, workspace: &str) -> Result<Option<Vec<u8>>, String> {
        let key = self.path(workspace);
        let refused = |failure: Failure| {
            format!("Unable to access object \"{key}\" in S3 bucket \"{}\": {failure}", self.bucket)
        };
        match self.call(&s3::HEAD_OBJECT, json!({ "Bucket": self.bucket, "Key": key })).await {
            Ok(_) => self.get(&key).await.map(Some).map_err(refused),
            Err(failure) if failure.is_absence() || failure.status() == 404 => Ok(None),
            Err(failure) => Err(refused(failure)),
        }
    }

    /// The lock that is there.
    async fn holder(&self, key: &str) -> Result<String, String> {
        let bytes = self.get(key).await.map_err(|failure| {
            format!("unable to retrieve file from S3 bucket '{}' with key '{key}': {failure}", self.bucket)
        })?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Backend for S3Backend {
    fn workspaces(&self) -> Answer<'_, Vec<String>> {
        Box::pin(self.list())
    }

    fn read<'a>(&'a self, workspace: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(self.read_state(workspace))
    }

    fn write<'a>(&'a self, workspace: &'a str, bytes: Vec<u8>) -> Answer<'a, ()> {
        Box::pin(async move {
            let put = self.call(&s3::PUT_OBJECT, self.object(&self.path(workspace), &bytes)).await;
            put.map_err(|failure| format!("failed to upload state: {failure}"))?;
            if let Some(table) = &self.table {
                table.note_digest(&self.lock_name(workspace), &md5_hex(&bytes)).await;
            }
            Ok(())
        })
    }

    fn delete<'a>(&'a self, workspace: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            let input = json!({ "Bucket": self.bucket, "Key": self.path(workspace) });
            self.call(&s3::DELETE_OBJECT, input).await.map_err(|failure| failure.to_string())?;
            match &self.table {
                Some(table) => table.forget_digest(&self.lock_name(workspace)).await,
                None => Ok(()),
            }
        })
    }

    fn lock_path(&self, workspace: &str) -> Option<String> {
        (self.locks || self.table.is_some()).then(|| self.lock_name(workspace))
    }

    fn lock<'a>(&'a self, workspace: &'a str, info: String) -> LocalBoxFuture<'a, Result<(), LockFailure>> {
        Box::pin(async move {
            if self.locks {
                self.lock_file(workspace, &info).await?;
            }
            let Some(table) = &self.table else { return Ok(()) };
            let taken = table.lock(&self.lock_name(workspace), &info).await;
            if taken.is_err() && self.locks {
                // Both or none.
                let id = lock_table::id_of(&info).unwrap_or_default();
                self.unlock_file(workspace, &id).await?;
            }
            taken
        })
    }

    fn unlock<'a>(&'a self, workspace: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<(), LockFailure>> {
        Box::pin(async move {
            let by_file = if self.locks { self.unlock_file(workspace, id).await } else { Ok(()) };
            let Some(table) = &self.table else { return by_file };
            // Whoever holds it is told of by the table, even where that lock is given back.
            let holder = table.holder(&self.lock_name(workspace)).await.ok();
            match (by_file, table.unlock(&self.lock_name(workspace), id).await) {
                (Ok(()), Ok(())) => Ok(()),
                (Ok(()), Err(of_table)) if !self.locks => Err(of_table),
                (Ok(()), Err(of_table)) => Err(LockFailure {
                    message: format!("failed to unlock DynamoDB: {}", of_table.message),
                    ..of_table
                }),
                (Err(of_file), Ok(())) => {
                    Err(LockFailure { message: format!("failed to unlock S3: {}", of_file.message), holder })
                }
                (Err(of_file), Err(of_table)) => Err(LockFailure {
                    message: format!(
                        "failed to unlock both S3 and DynamoDB: S3 error: {}, DynamoDB error: {}",
                        of_file.message, of_table.message
                    ),
                    holder,
                }),
            }
        })
    }
}
