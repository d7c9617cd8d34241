//! Managed policies and their versions.

use crate::auth::Access;
use crate::auth::policy::PolicyUse;
use crate::context::OpContext;
use crate::iam::shapes::{Policy, PolicyVersion, Tag};
use crate::iam::{arns, check, errors, limits, state};
use crate::iam::{managed, managed_policy};
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::shape;

operation! {
    /// Creates a managed policy, whose first version is its default.
    ///
    /// **Source**: IAM API Reference, "CreatePolicy".
    pub CREATE_POLICY: CreatePolicy {
        http: "POST" "/" 200,
        input: CreatePolicyInput,
        output: CreatePolicyOutput,
        errors: [
            "InvalidInput",
            "LimitExceeded",
            "EntityAlreadyExists",
            "MalformedPolicyDocument",
        ],
        access: |cx, input| {
            let access = Access::to("iam:CreatePolicy", arns::named(cx, "policy", &input.policy_name));
            arns::with_request(access, &input.tags, None)
        },
        handler: create_policy,
    }
}

operation! {
    /// Tells what a managed policy is, without its document.
    ///
    /// **Source**: IAM API Reference, "GetPolicy".
    pub GET_POLICY: GetPolicy {
        http: "POST" "/" 200,
        input: GetPolicyInput,
        output: GetPolicyOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:GetPolicy", input.policy_arn.as_str()),
        handler: get_policy,
    }
}

operation! {
    /// Lists managed policies: the account's, AWS's, or both.
    ///
    /// **Source**: IAM API Reference, "ListPolicies".
    pub LIST_POLICIES: ListPolicies {
        http: "POST" "/" 200,
        input: ListPoliciesInput,
        output: ListPoliciesOutput,
        errors: [],
        access: |cx, input| Access::to("iam:ListPolicies", arns::under(cx, "policy", input.path_prefix.as_deref())),
        handler: list_policies,
    }
}

operation! {
    /// Deletes a managed policy that nothing uses and that has no other versions.
    ///
    /// **Source**: IAM API Reference, "DeletePolicy".
    pub DELETE_POLICY: DeletePolicy {
        http: "POST" "/" 200,
        input: DeletePolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "DeleteConflict",
        ],
        access: |_, input| Access::to("iam:DeletePolicy", input.policy_arn.as_str()),
        handler: delete_policy,
    }
}

operation! {
    /// Adds a version to a managed policy; five fit.
    ///
    /// **Source**: IAM API Reference, "CreatePolicyVersion".
    pub CREATE_POLICY_VERSION: CreatePolicyVersion {
        http: "POST" "/" 200,
        input: CreatePolicyVersionInput,
        output: CreatePolicyVersionOutput,
        errors: [
            "NoSuchEntity",
            "MalformedPolicyDocument",
            "InvalidInput",
            "LimitExceeded",
        ],
        access: |_, input| Access::to("iam:CreatePolicyVersion", input.policy_arn.as_str()),
        handler: create_policy_version,
    }
}

operation! {
    /// Reads one version of a managed policy; its document comes percent-encoded.
    ///
    /// **Source**: IAM API Reference, "GetPolicyVersion".
    pub GET_POLICY_VERSION: GetPolicyVersion {
        http: "POST" "/" 200,
        input: GetPolicyVersionInput,
        output: GetPolicyVersionOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:GetPolicyVersion", input.policy_arn.as_str()),
        handler: get_policy_version,
    }
}

operation! {
    /// Lists the versions of a managed policy, newest first.
    ///
    /// **Source**: IAM API Reference, "ListPolicyVersions".
    pub LIST_POLICY_VERSIONS: ListPolicyVersions {
        http: "POST" "/" 200,
        input: ListPolicyVersionsInput,
        output: ListPolicyVersionsOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:ListPolicyVersions", input.policy_arn.as_str()),
        handler: list_policy_versions,
    }
}

operation! {
    /// Makes a version the one that counts.
    ///
    /// **Source**: IAM API Reference, "SetDefaultPolicyVersion".
    pub SET_DEFAULT_POLICY_VERSION: SetDefaultPolicyVersion {
        http: "POST" "/" 200,
        input: SetDefaultPolicyVersionInput,
        output: (),
        errors: ["NoSuchEntity", "InvalidInput", "LimitExceeded"],
        access: |_, input| Access::to("iam:SetDefaultPolicyVersion", input.policy_arn.as_str()),
        handler: set_default_policy_version,
    }
}

operation! {
    /// Deletes a version that is not the default.
    ///
    /// **Source**: IAM API Reference, "DeletePolicyVersion".
    pub DELETE_POLICY_VERSION: DeletePolicyVersion {
        http: "POST" "/" 200,
        input: DeletePolicyVersionInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "DeleteConflict",
        ],
        access: |_, input| Access::to("iam:DeletePolicyVersion", input.policy_arn.as_str()),
        handler: delete_policy_version,
    }
}

shape! {
    /// What `CreatePolicy` takes.
    pub struct CreatePolicyInput {
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("Path")] pub path: Option<String>,
        #[wire("PolicyDocument")] pub policy_document: String,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
    }

    /// What `CreatePolicy` answers.
    pub struct CreatePolicyOutput {
        #[wire("Policy")] pub policy: Option<Policy>,
    }

    /// What `GetPolicy` takes.
    pub struct GetPolicyInput {
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `GetPolicy` answers.
    pub struct GetPolicyOutput {
        #[wire("Policy")] pub policy: Option<Policy>,
    }

    /// What `ListPolicies` takes.
    pub struct ListPoliciesInput {
        #[wire("Scope")] pub scope: Option<String>,
        #[wire("OnlyAttached")] pub only_attached: Option<bool>,
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("PolicyUsageFilter")] pub policy_usage_filter: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListPolicies` answers.
    pub struct ListPoliciesOutput {
        #[wire("Policies")] pub policies: Vec<Policy>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `DeletePolicy` takes.
    pub struct DeletePolicyInput {
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `CreatePolicyVersion` takes.
    pub struct CreatePolicyVersionInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("PolicyDocument")] pub policy_document: String,
        #[wire("SetAsDefault")] pub set_as_default: Option<bool>,
    }

    /// What `CreatePolicyVersion` answers.
    pub struct CreatePolicyVersionOutput {
        #[wire("PolicyVersion")] pub policy_version: Option<PolicyVersion>,
    }

    /// What `GetPolicyVersion` takes.
    pub struct GetPolicyVersionInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("VersionId")] pub version_id: String,
    }

    /// What `GetPolicyVersion` answers.
    pub struct GetPolicyVersionOutput {
        #[wire("PolicyVersion")] pub policy_version: Option<PolicyVersion>,
    }

    /// What `ListPolicyVersions` takes.
    pub struct ListPolicyVersionsInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListPolicyVersions` answers.
    pub struct ListPolicyVersionsOutput {
        #[wire("Versions")] pub versions: Vec<PolicyVersion>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `SetDefaultPolicyVersion` takes.
    pub struct SetDefaultPolicyVersionInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("VersionId")] pub version_id: String,
    }

    /// What `DeletePolicyVersion` takes.
    pub struct DeletePolicyVersionInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("VersionId")] pub version_id: String,
    }
}

fn create_policy(cx: &mut OpContext<'_>, input: CreatePolicyInput) -> ApiResult<CreatePolicyOutput> {
    check::name("policyName", &input.policy_name, 128)?;
    let path = check::path("path", input.path.as_deref())?;
    let tags = check::tags(&input.tags)?;
    document(&input.policy_document)?;
    let taken = |policy: &state::ManagedPolicy| policy.name.eq_ignore_ascii_case(&input.policy_name);
    if cx.iam().policies.values().any(taken) {
        return Err(errors::policy_name_taken(&input.policy_name));
    }
    if cx.iam().policies.len() >= limits::POLICIES {
        return Err(errors::quota("PoliciesPerAccount", limits::POLICIES));
    }
    let now = check::now(cx);
    let version =
        state::PolicyVersion { id: "v1".to_owned(), document: input.policy_document, created_at: now };
    let policy = state::ManagedPolicy {
        arn: arns::with_path(cx, "policy", &path, &input.policy_name),
        name: input.policy_name,
        path,
        id: format!("ANPA{}", cx.ids().upper_base32(17)),
        description: input.description,
        created_at: now,
        updated_at: now,
        tags,
        versions: vec![version],
        default_version: "v1".to_owned(),
        next_version: 2,
    };
    let mut answer = Policy::listed(cx.iam(), &policy);
    answer.tags = super::tags::shown(&policy.tags);
    cx.iam().policies.insert(policy.arn.clone(), policy);
    Ok(CreatePolicyOutput { policy: Some(answer) })
}

fn document(text: &str) -> ApiResult<()> {
    let limit = limits::MANAGED_POLICY_CHARS;
    let checked = check::document(text, PolicyUse::Identity, limit, || errors::quota("PolicySize", limit));
    let old = match &checked {
        Ok(policy) => !policy.has_variables,
        // What cannot be read at all has no version.
        Err(error) if error.message == "Syntax errors in policy." => false,
        Err(_) => serde_json::from_str::<serde_json::Value>(text)
            .is_ok_and(|document| document["Version"] != "2012-10-17"),
    };
    if old { Err(errors::old_version()) } else { checked.map(|_| ()) }
}

/// A policy of the account that may be changed.
fn own<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> ApiResult<&'a mut state::ManagedPolicy> {
    arns::check_policy(arn)?;
    if managed::find(arn).is_some() {
        return Err(errors::aws_managed(arn));
    }
    cx.iam().policies.get_mut(arn).ok_or_else(|| errors::no_such_policy(arn))
}

fn get_policy(cx: &mut OpContext<'_>, input: GetPolicyInput) -> ApiResult<GetPolicyOutput> {
    arns::check_policy(&input.policy_arn)?;
    let policy = managed_policy(cx.iam(), &input.policy_arn)
        .ok_or_else(|| errors::no_such_policy(&input.policy_arn))?;
    let mut answer = Policy::listed(cx.iam(), &policy);
    answer.description = policy.description.clone();
    answer.tags = super::tags::shown(&policy.tags);
    Ok(GetPolicyOutput { policy: Some(answer) })
}

fn list_policies(cx: &mut OpContext<'_>, input: ListPoliciesInput) -> ApiResult<ListPoliciesOutput> {
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let scope = input.scope.as_deref().unwrap_or("All");
    let mut validation = crate::validate::Validation::new();
    validation.one_of("scope", scope, &["All", "AWS", "Local"]).finish("ValidationError")?;
    let mut policies: Vec<state::ManagedPolicy> = Vec::new();
    if scope != "AWS" {
        policies.extend(cx.iam().policies.values().cloned());
    }
    if scope != "Local" {
        policies.extend(managed::all());
    }
    let attached_only = input.only_attached.unwrap_or(false);
    let usage = input.policy_usage_filter.as_deref();
    let kinds = ["PermissionsPolicy", "PermissionsBoundary"];
    if let Some(usage) = usage {
        validation.one_of("policyUsageFilter", usage, &kinds).finish("ValidationError")?;
    }
    let iam = cx.iam();
    let uses = iam.policy_uses();
    let used = |policy: &state::ManagedPolicy| {
        let (attached, bounding) = uses.get(policy.arn.as_str()).copied().unwrap_or_default();
        (!attached_only || attached > 0)
            && match usage {
                Some("PermissionsBoundary") => bounding > 0,
                Some(_) => attached > 0,
                None => true,
            }
    };
    policies.retain(|policy| policy.path.starts_with(&prefix) && used(policy));
    let mut items: Vec<(String, state::ManagedPolicy)> =
        policies.into_iter().map(|policy| (policy.arn.clone(), policy)).collect();
    sort_by(&mut items, |a, b| a.0.cmp(&b.0));
    let page = check::page("ListPolicies", items, input.marker.as_deref(), input.max_items)?;
    let iam = cx.iam();
    Ok(ListPoliciesOutput {
        policies: page.items.iter().map(|policy| Policy::listed(iam, policy)).collect(),
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn delete_policy(cx: &mut OpContext<'_>, input: DeletePolicyInput) -> ApiResult<()> {
    let versions = own(cx, &input.policy_arn)?.versions.len();
    let iam = cx.iam();
    if iam.attachment_count(&input.policy_arn) + iam.boundary_count(&input.policy_arn) > 0 {
        return Err(errors::delete_conflict(errors::ATTACHED));
    }
    if versions > 1 {
        return Err(errors::delete_conflict(errors::MORE_VERSIONS));
    }
    iam.policies.remove(&input.policy_arn);
    Ok(())
}

fn create_policy_version(
    cx: &mut OpContext<'_>,
    input: CreatePolicyVersionInput,
) -> ApiResult<CreatePolicyVersionOutput> {
    document(&input.policy_document)?;
    let now = check::now(cx);
    let policy = own(cx, &input.policy_arn)?;
    if policy.versions.len() >= limits::POLICY_VERSIONS {
        return Err(errors::too_many_versions());
    }
    let id = format!("v{}", policy.next_version);
    let version = state::PolicyVersion { id: id.clone(), document: input.policy_document, created_at: now };
    policy.versions.push(version.clone());
    policy.next_version += 1;
    if input.set_as_default.unwrap_or(false) {
        policy.default_version = id;
    }
    policy.updated_at = now;
    let answer = PolicyVersion::listed(policy, &version);
    Ok(CreatePolicyVersionOutput { policy_version: Some(answer) })
}

fn version_id(text: &str) -> ApiResult<()> {
    let number = text.strip_prefix('v').unwrap_or("");
    let holds =
        number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty() && !number.starts_with('0');
    crate::validate::Validation::new()
        .pattern("versionId", text, r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", holds)
        .finish("ValidationError")
}

fn get_policy_version(
    cx: &mut OpContext<'_>,
    input: GetPolicyVersionInput,
) -> ApiResult<GetPolicyVersionOutput> {
    arns::check_policy(&input.policy_arn)?;
    version_id(&input.version_id)?;
    let policy = managed_policy(cx.iam(), &input.policy_arn)
        .ok_or_else(|| errors::no_such_policy(&input.policy_arn))?;
    let version = policy
        .version(&input.version_id)
        .ok_or_else(|| errors::no_such_version(&input.policy_arn, &input.version_id))?;
    Ok(GetPolicyVersionOutput { policy_version: Some(PolicyVersion::detailed(&policy, version)) })
}

fn list_policy_versions(
    cx: &mut OpContext<'_>,
    input: ListPolicyVersionsInput,
) -> ApiResult<ListPolicyVersionsOutput> {
    arns::check_policy(&input.policy_arn)?;
    let policy = managed_policy(cx.iam(), &input.policy_arn)
        .ok_or_else(|| errors::no_such_policy(&input.policy_arn))?;
    let newest_first = policy.versions.iter().rev().enumerate();
    let items = newest_first
        .map(|(at, version)| (format!("{at:06}"), PolicyVersion::listed(&policy, version)))
        .collect();
    let page = check::page("ListPolicyVersions", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyVersionsOutput {
        versions: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn set_default_policy_version(cx: &mut OpContext<'_>, input: SetDefaultPolicyVersionInput) -> ApiResult<()> {
    version_id(&input.version_id)?;
    let now = check::now(cx);
    let policy = own(cx, &input.policy_arn)?;
    if policy.version(&input.version_id).is_none() {
        return Err(errors::no_such_version(&input.policy_arn, &input.version_id));
    }
    policy.default_version = input.version_id;
    policy.updated_at = now;
    Ok(())
}

fn delete_policy_version(cx: &mut OpContext<'_>, input: DeletePolicyVersionInput) -> ApiResult<()> {
    version_id(&input.version_id)?;
    let policy = own(cx, &input.policy_arn)?;
    if policy.version(&input.version_id).is_none() {
        return Err(errors::no_such_version(&input.policy_arn, &input.version_id));
    }
    if policy.default_version == input.version_id {
        return Err(errors::delete_conflict(errors::DEFAULT_VERSION));
    }
    policy.versions.retain(|version| version.id != input.version_id);
    Ok(())
}
