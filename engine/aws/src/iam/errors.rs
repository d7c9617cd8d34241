//! IAM's errors, one constructor per code and text.
//!
//! **Source**: the "Errors" of each operation in the IAM API Reference; texts as IAM answers them.

use crate::auth::policy::PolicyProblem;
use nuvola_wire::ApiError;

fn no_such_entity(text: String) -> ApiError {
    ApiError::new(404, "NoSuchEntity", text)
}

/// `kind` is `role`, `user` or `group`.
pub fn no_such(kind: &str, name: &str) -> ApiError {
    no_such_entity(format!("The {kind} with name {name} cannot be found."))
}

pub fn no_such_inline_policy(kind: &str, name: &str) -> ApiError {
    no_such_entity(format!("The {kind} policy with name {name} cannot be found."))
}

pub fn no_such_policy(arn: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} was not found."))
}

pub fn policy_not_attachable(arn: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

pub fn no_such_version(arn: &str, version: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

pub fn no_such_instance_profile(name: &str) -> ApiError {
    no_such_entity(format!("Instance Profile {name} cannot be found."))
}

pub fn no_such_access_key(id: &str) -> ApiError {
    no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

pub fn no_boundary(kind: &str, name: &str) -> ApiError {
    no_such_entity(format!("The {kind} with name {name} has no permissions boundary."))
}

pub fn no_such_alias(alias: &str) -> ApiError {
    no_such_entity(format!("The account alias with name {alias} cannot be found."))
}

pub fn alias_taken(alias: &str) -> ApiError {
    already_exists(format!("The account alias {alias} already exists."))
}

fn already_exists(text: String) -> ApiError {
    ApiError::new(409, "EntityAlreadyExists", text)
}

/// `kind` is `Role`, `User` or `Group`.
pub fn name_taken(kind: &str, name: &str) -> ApiError {
    already_exists(format!("{kind} with name {name} already exists."))
}

pub fn policy_name_taken(name: &str) -> ApiError {
    already_exists(format!("A policy called {name} already exists. Duplicate names are not allowed."))
}

pub fn instance_profile_taken(name: &str) -> ApiError {
    already_exists(format!("Instance Profile {name} already exists."))
}

/// Why something cannot be deleted yet.
pub fn delete_conflict(text: &str) -> ApiError {
    ApiError::new(409, "DeleteConflict", text)
}

pub const DETACH_POLICIES: &str = "Cannot delete entity, must detach all policies first.";
pub const DELETE_POLICIES: &str = "Cannot delete entity, must delete policies first.";
pub const LEAVE_PROFILES: &str = "Cannot delete entity, must remove roles from instance profile first.";
pub const DELETE_KEYS: &str = "Cannot delete entity, must delete access keys first.";
pub const REMOVE_FROM_GROUP: &str = "Cannot delete entity, must remove users from group first.";
pub const ATTACHED: &str = "Cannot delete a policy attached to entities.";
pub const MORE_VERSIONS: &str = "This policy has more than one version. Before you delete a policy, you must \
     delete the policy's versions. The default version is deleted with the policy.";
pub const DEFAULT_VERSION: &str = "Cannot delete the default version of a policy.";

pub fn quota(name: &str, limit: usize) -> ApiError {
    ApiError::new(409, "LimitExceeded", format!("Cannot exceed quota for {name}: {limit}"))
}

pub fn inline_size(kind: &str, name: &str, limit: usize) -> ApiError {
    let text = format!("Maximum policy size of {limit} bytes exceeded for {kind} {name}");
    ApiError::new(409, "LimitExceeded", text)
}

pub fn too_many_versions() -> ApiError {
    let text = "A managed policy can have up to 5 versions. Before you create a new version, you must \
         delete an existing version.";
    ApiError::new(409, "LimitExceeded", text)
}

/// AWS's own policies and service-linked roles belong to AWS.
pub fn aws_managed(arn: &str) -> ApiError {
    let text = format!("Cannot modify the AWS managed policy {arn}.");
    ApiError::new(403, "AccessDenied", text)
}

pub fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationError", text)
}

pub fn invalid_input(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidInput", text)
}

pub fn invalid_arn(arn: &str) -> ApiError {
    validation(format!("ARN {arn} is not valid."))
}

pub fn invalid_marker() -> ApiError {
    validation("Invalid Marker.")
}

pub fn duplicate_tag_keys() -> ApiError {
    invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

/// Managed policies have to be of the newer version; others may be of either.
pub fn old_version() -> ApiError {
    let text = "Policy document must be version 2012-10-17 or greater.";
    ApiError::new(400, "MalformedPolicyDocument", text)
}

/// What IAM says of a document that is no policy.
pub fn malformed_policy(problem: &PolicyProblem, trust: bool) -> ApiError {
    let text = match problem {
        PolicyProblem::NotJson if trust => "This policy contains invalid Json".to_owned(),
        PolicyProblem::NotJson | PolicyProblem::Syntax => "Syntax errors in policy.".to_owned(),
        PolicyProblem::Version(_) if !trust => "Syntax errors in policy.".to_owned(),
        PolicyProblem::Legacy => "The policy failed legacy parsing".to_owned(),
        PolicyProblem::ActionColons(_) => "Actions/Condition can contain only one colon.".to_owned(),
        PolicyProblem::Partition { partition, arn } => {
            format!("Partition \"{partition}\" is not valid for resource \"{arn}\".")
        }
        PolicyProblem::ResourceVendor => {
            "Resource vendor must be fully qualified and cannot contain regexes.".to_owned()
        }
        PolicyProblem::IamPath => {
            "IAM resource path must either be \"*\" or start with user/, federated-user/, \
             role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, \
             oidc-provider/, report/, access-report/."
                .to_owned()
        }
        PolicyProblem::Version(_) => "The policy must contain a valid version string".to_owned(),
        PolicyProblem::Missing("Action") => "Policy statement must contain actions.".to_owned(),
        PolicyProblem::Missing("Resource") => "Policy statement must contain resources.".to_owned(),
        PolicyProblem::Missing(element) if trust => format!("Missing required field {element}"),
        PolicyProblem::Missing(_) => "Syntax errors in policy.".to_owned(),
        PolicyProblem::Prohibited("Principal") => {
            "Policy document should not specify a principal.".to_owned()
        }
        PolicyProblem::Prohibited(element) => format!("Has prohibited field {element}"),
        PolicyProblem::Sid => "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies \
             the regular expression [0-9A-Za-z]*"
            .to_owned(),
        PolicyProblem::DuplicateSid => "Statement IDs (SID) in a single policy must be unique.".to_owned(),
        PolicyProblem::ActionWithoutVendor(_) => {
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".to_owned()
        }
        PolicyProblem::InvalidVendor(vendor) => format!("Vendor {vendor} is not valid"),
        PolicyProblem::ResourceNotArn(resource) => {
            format!("Resource {resource} must be in ARN format or \"*\".")
        }
        PolicyProblem::InvalidPrincipal { kind, name } => {
            format!("Invalid principal in policy: \"{}\":\"{name}\"", kind.to_uppercase())
        }
        PolicyProblem::NotAssumeRole => {
            "AssumeRole policy may only specify STS AssumeRole actions.".to_owned()
        }
    };
    ApiError::new(400, "MalformedPolicyDocument", text)
}
