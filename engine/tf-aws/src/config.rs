//! The `provider "aws"` block.
//!
//! Accepted without effect: settings of connections and of credentials checks that a simulated cloud does not
//! have. `endpoints` gets a warning, since requests always go to AWS's own names.

use crate::client::Client;
use crate::failure::Failure;
use crate::profile;
use crate::transport::Transport;
use crate::values::{attr_path, json_of};
use crate::wire::sts;
use indexmap::IndexMap;
use nuvola_terraform::host::Host;
use nuvola_terraform::provider::ProviderDiagnostic;
use nuvola_terraform::schema::{BlockSchema, Nesting, OPTIONAL};
use nuvola_tf_lang::{Type, Value};
use nuvola_wire::sigv4::Credentials;
use serde_json::{Value as Json, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const TEXTS: &[&str] = &[
    "access_key",
    "custom_ca_bundle",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "profile",
    "region",
    "retry_mode",
    "s3_us_east_1_regional_endpoint",
    "secret_key",
    "skip_metadata_api_check",
    "sts_region",
    "tag_policy_compliance",
    "token",
];
const SWITCHES: &[&str] = &[
    "insecure",
    "s3_use_path_style",
    "skip_credentials_validation",
    "skip_region_validation",
    "skip_requesting_account_id",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
];
const NUMBERS: &[&str] = &["max_retries", "token_bucket_rate_limiter_capacity"];
const LISTS: &[&str] = &["shared_config_files", "shared_credentials_files", "user_agent"];
const SETS: &[&str] = &["allowed_account_ids", "forbidden_account_ids"];
const ENDPOINTS: &[&str] = &[
    "acm",
    "apigateway",
    "apigatewayv2",
    "athena",
    "autoscaling",
    "batch",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "cloudwatchlogs",
    "codebuild",
    "cognitoidentity",
    "cognitoidp",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elb",
    "elbv2",
    "es",
    "events",
    "eventbridge",
    "firehose",
    "glue",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "opensearch",
    "rds",
    "redshift",
    "route53",
    "s3",
    "s3api",
    "s3control",
    "scheduler",
    "secretsmanager",
    "servicediscovery",
    "ses",
    "sesv2",
    "sfn",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
    "transfer",
];

/// The content of the block.
///
/// **Source**: the provider's documentation, "AWS Provider", "AWS Configuration Reference".
#[must_use]
pub fn schema() -> BlockSchema {
    let texts = || Type::map(Type::String);
    let mut out = BlockSchema::new();
    let groups: [(&[&str], Type); 5] = [
        (TEXTS, Type::String),
        (SWITCHES, Type::Bool),
        (NUMBERS, Type::Number),
        (LISTS, Type::list(Type::String)),
        (SETS, Type::set(Type::String)),
    ];
    for (names, ty) in groups {
        for name in names {
            out = out.attr(name, ty.clone(), OPTIONAL);
        }
    }
    let mut role = BlockSchema::new();
    for name in ["duration", "external_id", "policy", "role_arn", "session_name", "source_identity"] {
        role = role.attr(name, Type::String, OPTIONAL);
    }
    role = role.attr("policy_arns", Type::set(Type::String), OPTIONAL).attr("tags", texts(), OPTIONAL);
    role = role.attr("transitive_tag_keys", Type::set(Type::String), OPTIONAL);
    let mut web = BlockSchema::new();
    for name in
        ["duration", "policy", "role_arn", "session_name", "web_identity_token", "web_identity_token_file"]
    {
        web = web.attr(name, Type::String, OPTIONAL);
    }
    web = web.attr("policy_arns", Type::set(Type::String), OPTIONAL);
    let defaults = BlockSchema::new().attr("tags", texts(), OPTIONAL);
    let ignored = BlockSchema::new().attr("keys", Type::set(Type::String), OPTIONAL).attr(
        "key_prefixes",
        Type::set(Type::String),
        OPTIONAL,
    );
    let mut endpoints = BlockSchema::new();
    for name in ENDPOINTS {
        endpoints = endpoints.attr(name, Type::String, OPTIONAL);
    }
    out.block("assume_role", Nesting::List, (0, 0), role)
        .block("assume_role_with_web_identity", Nesting::List, (0, 1), web)
        .block("default_tags", Nesting::List, (0, 1), defaults)
        .block("endpoints", Nesting::Set, (0, 0), endpoints)
        .block("ignore_tags", Nesting::List, (0, 1), ignored)
}

/// What can be said without asking anyone.
#[must_use]
pub fn validate(config: &Value) -> Vec<ProviderDiagnostic> {
    let mut out = Vec::new();
    for name in ["assume_role", "assume_role_with_web_identity"] {
        if config.get(name).and_then(Value::len).unwrap_or(0) > 0 {
            let summary = format!("{name} is not simulated by Nuvola");
            out.push(ProviderDiagnostic::error(summary, "").at(attr_path(name)));
        }
    }
    out
}

/// Whether a text has the form of a region's name.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() >= 3
        && parts.last().is_some_and(digits)
        && parts[..parts.len() - 1].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

type Configured = Result<(Option<Client>, Vec<ProviderDiagnostic>), Vec<ProviderDiagnostic>>;

/// Makes the client: nothing while the configuration is not known.
pub async fn configure(transport: Rc<dyn Transport>, host: &dyn Host, config: &Value) -> Configured {
    let known = ["region", "access_key", "secret_key", "token", "profile"];
    if known.iter().any(|name| config.get(name).is_some_and(|value| !value.is_known())) {
        return Ok((None, Vec::new()));
    }
    let config = json_of(config);
    let client = client(transport, host, &config).map_err(|problem| vec![problem])?;
    let mut warnings = Vec::new();
    if config["endpoints"].as_array().is_some_and(|endpoints| !endpoints.is_empty()) {
        let detail = "Requests go to the names of AWS itself, for which Nuvola answers.";
        warnings.push(ProviderDiagnostic::warning("endpoints has no effect in Nuvola", detail));
    }
    if config["skip_requesting_account_id"].as_bool() != Some(true)
        || config["skip_credentials_validation"].as_bool() != Some(true)
    {
        let identity = client.call(&client.region, &sts::GET_CALLER_IDENTITY, json!({}));
        let identity = identity.await.map_err(|failure| vec![identity_problem(&failure)])?;
        let account = identity["Account"].as_str().unwrap_or_default().to_owned();
        check_account(&config, &account).map_err(|problem| vec![problem])?;
        *client.account_id.borrow_mut() = account;
    }
    Ok((Some(client), warnings))
}

fn identity_problem(failure: &Failure) -> ProviderDiagnostic {
    let summary = format!(
        "Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: {failure}"
    );
    ProviderDiagnostic::error(summary, "")
}

fn texts(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

pub(crate) fn check_account(config: &Json, account: &str) -> Result<(), ProviderDiagnostic> {
    let (allowed, forbidden) =
        (texts(&config["allowed_account_ids"]), texts(&config["forbidden_account_ids"]));
    if forbidden.iter().any(|id| id == account)
        || !allowed.is_empty() && !allowed.iter().any(|id| id == account)
    {
        return Err(ProviderDiagnostic::error(format!("AWS account ID not allowed: {account}"), ""));
    }
    Ok(())
}

pub(crate) fn client(
    transport: Rc<dyn Transport>,
    host: &dyn Host,
    config: &Json,
) -> Result<Client, ProviderDiagnostic> {
    let text = |name: &str| config[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let named = text("profile").or_else(|| profile::variable(host, &["AWS_PROFILE"]));
    let name = named.clone().unwrap_or_else(|| "default".to_owned());
    let (configs, credentials) =
        (texts(&config["shared_config_files"]), texts(&config["shared_credentials_files"]));
    let settings = profile::settings(host, &name, &configs, &credentials);
    let region = text("region")
        .or_else(|| profile::variable(host, &["AWS_REGION", "AWS_DEFAULT_REGION"]))
        .or_else(|| settings.get("region").cloned())
        .unwrap_or_default();
    if region.is_empty() || config["skip_region_validation"].as_bool() != Some(true) && !is_region(&region) {
        return Err(ProviderDiagnostic::error(format!("invalid AWS Region: {region}"), ""));
    }
    let pair = |id: Option<String>, secret: Option<String>, token: Option<String>| {
        Some(Credentials { access_key_id: id?, secret_access_key: secret?, session_token: token })
    };
    let env = |name: &str| profile::variable(host, &[name]);
    let own = pair(text("access_key"), text("secret_key"), text("token"));
    let from_env = || pair(env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY"), env("AWS_SESSION_TOKEN"));
    let setting = |name: &str| settings.get(name).cloned();
    let from_profile =
        || pair(setting("aws_access_key_id"), setting("aws_secret_access_key"), setting("aws_session_token"));
    // A profile in the configuration itself is asked before the environment.
    let found = if text("profile").is_some() {
        own.or_else(from_profile)
    } else {
        own.or_else(from_env).or_else(from_profile)
    };
    let credentials = found.ok_or_else(|| no_credentials(named.as_deref(), settings.is_empty()))?;
    let defaults = config["default_tags"][0]["tags"].as_object().into_iter().flatten();
    let default_tags: IndexMap<String, String> =
        defaults.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    let partition = match region.split('-').next() {
        Some("cn") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    Ok(Client {
        transport,
        credentials,
        partition: partition.to_owned(),
        region,
        default_tags,
        ignored_keys: texts(&config["ignore_tags"][0]["keys"]),
        ignored_prefixes: texts(&config["ignore_tags"][0]["key_prefixes"]),
        account_id: RefCell::default(),
        names_made: Cell::new(0),
    })
}

fn no_credentials(profile: Option<&str>, unknown: bool) -> ProviderDiagnostic {
    let reason = match profile {
        Some(name) if unknown => format!("failed to get shared config profile, {name}"),
        Some(_) | None => "failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded".to_owned(),
    };
    let detail = format!(
        "Please see https://registry.terraform.io/providers/hashicorp/aws\nfor more information about providing credentials.\n\nError: {reason}\n"
    );
    ProviderDiagnostic::error("No valid credential sources found", detail)
}
