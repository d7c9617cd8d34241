//! The resource types, one file each below the folder of their service.

use crate::data::ResourceData;
use crate::plan::Diff;
use nuvola_terraform::host::{FileError, LocalBoxFuture};

pub mod apigateway;
pub mod apigatewayv2;
pub mod dynamodb;
pub mod ec2;
pub mod events;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sfn;
pub mod sns;
pub mod sqs;

/// Work on a resource; the error is the summary that Terraform shows.
pub type Work<'a> = LocalBoxFuture<'a, Result<(), String>>;
/// One of create, read, update and delete.
pub type Action = for<'a> fn(&'a mut ResourceData) -> Work<'a>;

/// A resource type.
pub struct ResourceType {
    pub name: &'static str,
    /// Ends with a set id; reading follows.
    pub create: Action,
    /// Takes in what AWS has; clears the id when there is nothing any more.
    pub read: Action,
    /// Reading follows. Nothing where every change needs a new resource.
    pub update: Option<Action>,
    pub delete: Action,
    /// What its plans have beyond the schema.
    pub customize: fn(&mut Diff<'_>),
    /// Takes an import id apart.
    pub import: fn(&mut ResourceData, &str) -> Result<(), String>,
    /// Arguments that Nuvola does not simulate: using one is an error that says so.
    pub not_simulated: &'static [&'static str],
}

/// An [`Action`] of an `async fn`.
macro_rules! action {
    ($function:path) => {
        |data| Box::pin($function(data))
    };
}
pub(crate) use action;

impl ResourceType {
    /// A type whose parts are as they mostly are.
    const fn new(
        name: &'static str,
        create: Action,
        read: Action,
        update: Option<Action>,
        delete: Action,
    ) -> Self {
        Self { name, create, read, update, delete, customize: |_| (), import: import_id, not_simulated: &[] }
    }
}

/// The import id is the id.
fn import_id(data: &mut ResourceData, id: &str) -> Result<(), String> {
    data.set_id(id);
    Ok(())
}

/// All resource types.
pub static ALL: &[&ResourceType] = &[
    &apigateway::deployment::TYPE,
    &apigateway::gateway_response::TYPE,
    &apigateway::integration::TYPE,
    &apigateway::integration_response::TYPE,
    &apigateway::method::TYPE,
    &apigateway::method_response::TYPE,
    &apigateway::resource::TYPE,
    &apigateway::rest_api::TYPE,
    &apigateway::stage::TYPE,
    &apigateway::account::TYPE,
    &apigateway::api_key::TYPE,
    &apigateway::authorizer::TYPE,
    &apigateway::method_settings::TYPE,
    &apigateway::model::TYPE,
    &apigateway::request_validator::TYPE,
    &apigateway::rest_api_policy::TYPE,
    &apigateway::usage_plan::TYPE,
    &apigateway::usage_plan_key::TYPE,
    &apigatewayv2::api::TYPE,
    &apigatewayv2::authorizer::TYPE,
    &apigatewayv2::deployment::TYPE,
    &apigatewayv2::integration::TYPE,
    &apigatewayv2::route::TYPE,
    &apigatewayv2::stage::TYPE,
    &ec2::default_security_group::TYPE,
    &ec2::default_vpc::TYPE,
    &ec2::eip::TYPE,
    &ec2::eip_association::TYPE,
    &ec2::instance::TYPE,
    &ec2::key_pair::TYPE,
    &ec2::security_group::TYPE,
    &ec2::security_group_rule::TYPE,
    &ec2::vpc_rule::EGRESS,
    &ec2::vpc_rule::INGRESS,
    &iam::access_key::TYPE,
    &iam::account_alias::TYPE,
    &iam::attachment::GROUP_POLICY_ATTACHMENT,
    &iam::attachment::POLICY_ATTACHMENT,
    &iam::attachment::USER_POLICY_ATTACHMENT,
    &iam::group::TYPE,
    &iam::inline::GROUP_POLICY,
    &iam::inline::USER_POLICY,
    &iam::instance_profile::TYPE,
    &iam::membership::GROUP_MEMBERSHIP,
    &iam::membership::USER_GROUP_MEMBERSHIP,
    &events::bus::TYPE,
    &events::permission::TYPE,
    &events::rule::TYPE,
    &events::target::TYPE,
    &dynamodb::item::TYPE,
    &dynamodb::table::TYPE,
    &iam::policy::TYPE,
    &iam::role::TYPE,
    &iam::role_policy::TYPE,
    &iam::role_policy_attachment::TYPE,
    &iam::user::TYPE,
    &lambda::alias::TYPE,
    &lambda::event_source_mapping::TYPE,
    &lambda::event_invoke_config::TYPE,
    &lambda::layer_version::TYPE,
    &lambda::function::TYPE,
    &lambda::function_url::TYPE,
    &lambda::permission::TYPE,
    &logs::log_group::TYPE,
    &s3::acl::TYPE,
    &s3::bucket::TYPE,
    &s3::cors::TYPE,
    &s3::encryption::TYPE,
    &s3::lifecycle::TYPE,
    &s3::notification::TYPE,
    &s3::object::TYPE,
    &s3::object_copy::TYPE,
    &s3::ownership_controls::TYPE,
    &s3::policy::TYPE,
    &s3::public_access_block::TYPE,
    &s3::small::ACCELERATE,
    &s3::small::LOGGING,
    &s3::small::REQUEST_PAYMENT,
    &s3::versioning::TYPE,
    &s3::website::TYPE,
    &sfn::activity::TYPE,
    &sfn::state_machine::TYPE,
    &sns::topic::TYPE,
    &sns::topic_policy::TYPE,
    &sns::topic_subscription::TYPE,
    &sqs::queue::TYPE,
    &sqs::setting::POLICY,
    &sqs::setting::REDRIVE_ALLOW_POLICY,
    &sqs::setting::REDRIVE_POLICY,
];

/// A resource type by its name.
#[must_use]
pub fn find(name: &str) -> Option<&'static ResourceType> {
    ALL.iter().find(|kind| kind.name == name).copied()
}

/// The prefix of a name that [`crate::names::unique`] made; empty for any other.
#[must_use]
pub fn name_prefix(name: &str) -> &str {
    const SUFFIX: usize = 26;
    match name.len().checked_sub(SUFFIX).and_then(|at| name.split_at_checked(at)) {
        Some((prefix, suffix)) if suffix.bytes().all(|byte| byte.is_ascii_hexdigit()) => prefix,
        _ => "",
    }
}

/// A file of the configuration's folder.
///
/// # Errors
/// When it cannot be read, in Go's words.
pub(crate) fn read_file(data: &ResourceData, path: &str) -> Result<Vec<u8>, String> {
    data.files.read_file(path).map_err(|problem| match problem {
        FileError::IsDirectory => format!("read {path}: is a directory"),
        other @ (FileError::NotFound | FileError::Other(_)) => format!("open {path}: {other}"),
    })
}

/// Parts of an import id between slashes.
///
/// # Errors
/// When it has not as many parts as names, none of them empty.
pub(crate) fn split_id<'t, const N: usize>(id: &'t str, expected: &str) -> Result<[&'t str; N], String> {
    let parts: Vec<&str> = id.splitn(N, '/').collect();
    let parts = <[&str; N]>::try_from(parts).ok().filter(|parts| parts.iter().all(|part| !part.is_empty()));
    parts.ok_or_else(|| format!("unexpected format of ID ({id:?}), expected {expected}"))
}
