//! The account as a whole: its aliases, how much of everything it has, and all permissions at once.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::{
    AttachedPermissionsBoundary, AttachedPolicy, Group, InstanceProfile, Policy, PolicyVersion, Role,
    RoleLastUsed, Tag, User,
};
use crate::iam::state::{self, Entity};
use crate::iam::{check, errors, limits, managed, managed_policy};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::{shape, uri};
use std::collections::BTreeMap;

operation! {
    /// Gives the account a name beside its number, in place of the one it had.
    ///
    /// **Source**: IAM API Reference, "CreateAccountAlias".
    pub CREATE_ACCOUNT_ALIAS: CreateAccountAlias {
        http: "POST" "/" 200,
        input: CreateAccountAliasInput,
        output: (),
        errors: ["EntityAlreadyExists", "LimitExceeded"],
        access: |_, _| Access::to("iam:CreateAccountAlias", "*"),
        handler: create_account_alias,
    }
}

operation! {
    /// Takes the account's name away.
    ///
    /// **Source**: IAM API Reference, "DeleteAccountAlias".
    pub DELETE_ACCOUNT_ALIAS: DeleteAccountAlias {
        http: "POST" "/" 200,
        input: DeleteAccountAliasInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |_, _| Access::to("iam:DeleteAccountAlias", "*"),
        handler: delete_account_alias,
    }
}

operation! {
    /// Lists the account's names: one at most.
    ///
    /// **Source**: IAM API Reference, "ListAccountAliases".
    pub LIST_ACCOUNT_ALIASES: ListAccountAliases {
        http: "POST" "/" 200,
        input: ListAccountAliasesInput,
        output: ListAccountAliasesOutput,
        errors: [],
        access: |_, _| Access::to("iam:ListAccountAliases", "*"),
        handler: list_account_aliases,
    }
}

operation! {
    /// Counts what the account has of everything, beside the quotas.
    ///
    /// **Source**: IAM API Reference, "GetAccountSummary".
    pub GET_ACCOUNT_SUMMARY: GetAccountSummary {
        http: "POST" "/" 200,
        input: GetAccountSummaryInput,
        output: GetAccountSummaryOutput,
        errors: [],
        access: |_, _| Access::to("iam:GetAccountSummary", "*"),
        handler: get_account_summary,
    }
}

operation! {
    /// Tells all users, groups, roles and managed policies with their documents. Of AWS's own policies it
    /// tells those that are in use.
    ///
    /// **Source**: IAM API Reference, "GetAccountAuthorizationDetails".
    pub GET_ACCOUNT_AUTHORIZATION_DETAILS: GetAccountAuthorizationDetails {
        http: "POST" "/" 200,
        input: GetAccountAuthorizationDetailsInput,
        output: GetAccountAuthorizationDetailsOutput,
        errors: [],
        access: |_, _| Access::to("iam:GetAccountAuthorizationDetails", "*"),
        handler: get_account_authorization_details,
    }
}

shape! {
    /// What `CreateAccountAlias` takes.
    pub struct CreateAccountAliasInput {
        #[wire("AccountAlias")] pub account_alias: String,
    }

    /// What `DeleteAccountAlias` takes.
    pub struct DeleteAccountAliasInput {
        #[wire("AccountAlias")] pub account_alias: String,
    }

    /// What `ListAccountAliases` takes.
    pub struct ListAccountAliasesInput {
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListAccountAliases` answers.
    pub struct ListAccountAliasesOutput {
        #[wire("AccountAliases", required)] pub account_aliases: Vec<String>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// GetAccountSummary takes nothing.
    pub struct GetAccountSummaryInput {}

    /// What `GetAccountSummary` answers.
    pub struct GetAccountSummaryOutput {
        #[wire("SummaryMap")] pub summary_map: Option<BTreeMap<String, i32>>,
    }

    /// What `GetAccountAuthorizationDetails` takes.
    pub struct GetAccountAuthorizationDetailsInput {
        #[wire("Filter")] pub filter: Vec<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `GetAccountAuthorizationDetails` answers.
    pub struct GetAccountAuthorizationDetailsOutput {
        #[wire("UserDetailList")] pub user_detail_list: Vec<UserDetail>,
        #[wire("GroupDetailList")] pub group_detail_list: Vec<GroupDetail>,
        #[wire("RoleDetailList")] pub role_detail_list: Vec<RoleDetail>,
        #[wire("Policies")] pub policies: Vec<ManagedPolicyDetail>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// A user with all that gives it permissions.
    pub struct UserDetail {
        #[wire("Path")] pub path: String,
        #[wire("UserName")] pub user_name: String,
        #[wire("UserId")] pub user_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("UserPolicyList")] pub user_policy_list: Vec<PolicyDetail>,
        #[wire("GroupList")] pub group_list: Vec<String>,
        #[wire("AttachedManagedPolicies")] pub attached_managed_policies: Vec<AttachedPolicy>,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<AttachedPermissionsBoundary>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
    }

    /// A group with its policies.
    pub struct GroupDetail {
        #[wire("Path")] pub path: String,
        #[wire("GroupName")] pub group_name: String,
        #[wire("GroupId")] pub group_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("GroupPolicyList")] pub group_policy_list: Vec<PolicyDetail>,
        #[wire("AttachedManagedPolicies")] pub attached_managed_policies: Vec<AttachedPolicy>,
    }

    /// A role with all that gives it permissions.
    pub struct RoleDetail {
        #[wire("Path")] pub path: String,
        #[wire("RoleName")] pub role_name: String,
        #[wire("RoleId")] pub role_id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("CreateDate")] pub create_date: Timestamp,
        #[wire("AssumeRolePolicyDocument")] pub assume_role_policy_document: Option<String>,
        #[wire("InstanceProfileList")] pub instance_profile_list: Vec<InstanceProfile>,
        #[wire("RolePolicyList")] pub role_policy_list: Vec<PolicyDetail>,
        #[wire("AttachedManagedPolicies")] pub attached_managed_policies: Vec<AttachedPolicy>,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<AttachedPermissionsBoundary>,
        #[wire("Tags")] pub tags: Option<Vec<Tag>>,
        #[wire("RoleLastUsed")] pub role_last_used: Option<RoleLastUsed>,
    }

    /// A managed policy with its versions.
    pub struct ManagedPolicyDetail {
        #[wire("PolicyName")] pub policy_name: Option<String>,
        #[wire("PolicyId")] pub policy_id: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Path")] pub path: Option<String>,
        #[wire("DefaultVersionId")] pub default_version_id: Option<String>,
        #[wire("AttachmentCount")] pub attachment_count: Option<i32>,
        #[wire("PermissionsBoundaryUsageCount")] pub permissions_boundary_usage_count: Option<i32>,
        #[wire("IsAttachable")] pub is_attachable: Option<bool>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("CreateDate")] pub create_date: Option<Timestamp>,
        #[wire("UpdateDate")] pub update_date: Option<Timestamp>,
        #[wire("PolicyVersionList")] pub policy_version_list: Vec<PolicyVersion>,
    }

    /// An inline policy.
    pub struct PolicyDetail {
        #[wire("PolicyName")] pub policy_name: Option<String>,
        #[wire("PolicyDocument")] pub policy_document: Option<String>,
    }
}

fn check_alias(alias: &str) -> ApiResult<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let holds = alias.bytes().all(|byte| plain(byte) || byte == b'-')
        && !alias.starts_with('-')
        && !alias.ends_with('-')
        && !alias.contains("--");
    Validation::new()
        .length("accountAlias", alias, 3, 63)
        .pattern("accountAlias", alias, "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", holds)
        .finish("ValidationError")
}

fn create_account_alias(cx: &mut OpContext<'_>, input: CreateAccountAliasInput) -> ApiResult<()> {
    check_alias(&input.account_alias)?;
    if cx.iam().account_alias.as_ref() == Some(&input.account_alias) {
        return Err(errors::alias_taken(&input.account_alias));
    }
    cx.iam().account_alias = Some(input.account_alias);
    Ok(())
}

fn delete_account_alias(cx: &mut OpContext<'_>, input: DeleteAccountAliasInput) -> ApiResult<()> {
    check_alias(&input.account_alias)?;
    if cx.iam().account_alias.as_ref() != Some(&input.account_alias) {
        return Err(errors::no_such_alias(&input.account_alias));
    }
    cx.iam().account_alias = None;
    Ok(())
}

fn list_account_aliases(
    cx: &mut OpContext<'_>,
    input: ListAccountAliasesInput,
) -> ApiResult<ListAccountAliasesOutput> {
    let items = cx.iam().account_alias.iter().map(|alias| (alias.clone(), alias.clone())).collect();
    let page = check::page("ListAccountAliases", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListAccountAliasesOutput {
        account_aliases: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn get_account_summary(
    cx: &mut OpContext<'_>,
    _input: GetAccountSummaryInput,
) -> ApiResult<GetAccountSummaryOutput> {
    let iam = cx.iam();
    let versions: usize = iam.policies.values().map(|policy| policy.versions.len()).sum();
    let counts = [
        ("AccessKeysPerUserQuota", limits::ACCESS_KEYS_PER_USER),
        // The root user's key is the one that the lab begins with.
        ("AccountAccessKeysPresent", 1),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountSigningCertificatesPresent", 0),
        ("AssumeRolePolicySizeQuota", limits::TRUST_POLICY_CHARS),
        ("AttachedPoliciesPerGroupQuota", limits::POLICIES_PER_ENTITY),
        ("AttachedPoliciesPerRoleQuota", limits::POLICIES_PER_ENTITY),
        ("AttachedPoliciesPerUserQuota", limits::POLICIES_PER_ENTITY),
        ("GlobalEndpointTokenVersion", 1),
        ("GroupPolicySizeQuota", limits::GROUP_INLINE_CHARS),
        ("Groups", iam.groups.len()),
        ("GroupsPerUserQuota", limits::GROUPS_PER_USER),
        ("GroupsQuota", limits::GROUPS),
        ("InstanceProfiles", iam.instance_profiles.len()),
        ("InstanceProfilesQuota", limits::INSTANCE_PROFILES),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("Policies", iam.policies.len()),
        ("PoliciesQuota", limits::POLICIES),
        ("PolicySizeQuota", limits::MANAGED_POLICY_CHARS),
        ("PolicyVersionsInUse", versions),
        ("PolicyVersionsInUseQuota", limits::POLICY_VERSIONS_IN_ACCOUNT),
        ("Providers", 0),
        ("RolePolicySizeQuota", limits::ROLE_INLINE_CHARS),
        ("Roles", iam.roles.len()),
        ("RolesQuota", limits::ROLES),
        ("ServerCertificates", 0),
        ("ServerCertificatesQuota", limits::SERVER_CERTIFICATES),
        ("SigningCertificatesPerUserQuota", limits::SIGNING_CERTIFICATES_PER_USER),
        ("UserPolicySizeQuota", limits::USER_INLINE_CHARS),
        ("Users", iam.users.len()),
        ("UsersQuota", limits::USERS),
        ("VersionsPerPolicyQuota", limits::POLICY_VERSIONS),
    ];
    let mut summary_map = BTreeMap::new();
    for (name, count) in counts {
        summary_map.insert(name.to_owned(), i32::try_from(count).unwrap_or(i32::MAX));
    }
    Ok(GetAccountSummaryOutput { summary_map: Some(summary_map) })
}

/// One thing that the account has.
enum Detail {
    User(String),
    Group(String),
    Role(String),
    Policy(Box<state::ManagedPolicy>),
}

fn get_account_authorization_details(
    cx: &mut OpContext<'_>,
    input: GetAccountAuthorizationDetailsInput,
) -> ApiResult<GetAccountAuthorizationDetailsOutput> {
    let kinds = ["User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"];
    let mut validation = Validation::new();
    for (at, kind) in input.filter.iter().enumerate() {
        validation.one_of(&format!("filter.{}.member", at + 1), kind, &kinds);
    }
    validation.finish("ValidationError")?;
    let wanted = |kind: &str| input.filter.is_empty() || input.filter.iter().any(|one| one == kind);
    let iam = cx.iam();
    let mut items: Vec<(String, Detail)> = Vec::new();
    if wanted("Group") {
        items.extend(iam.groups.keys().map(|key| (format!("1{key}"), Detail::Group(key.clone()))));
    }
    if wanted("LocalManagedPolicy") {
        let own = iam.policies.values();
        items
            .extend(own.map(|policy| (format!("2{}", policy.arn), Detail::Policy(Box::new(policy.clone())))));
    }
    if wanted("AWSManagedPolicy") {
        let used = |policy: &state::ManagedPolicy| {
            iam.attachment_count(&policy.arn) + iam.boundary_count(&policy.arn) > 0
        };
        // Their table is sorted by name, but some have a path.
        let mut arns: BTreeMap<String, state::ManagedPolicy> = BTreeMap::new();
        for policy in managed::all().filter(used) {
            arns.insert(format!("3{}", policy.arn), policy);
        }
        items.extend(arns.into_iter().map(|(key, policy)| (key, Detail::Policy(Box::new(policy)))));
    }
    if wanted("Role") {
        items.extend(iam.roles.keys().map(|key| (format!("4{key}"), Detail::Role(key.clone()))));
    }
    if wanted("User") {
        items.extend(iam.users.keys().map(|key| (format!("5{key}"), Detail::User(key.clone()))));
    }
    let scope = "GetAccountAuthorizationDetails";
    let page = check::page(scope, items, input.marker.as_deref(), input.max_items)?;
    let mut output = GetAccountAuthorizationDetailsOutput {
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
        ..GetAccountAuthorizationDetailsOutput::default()
    };
    for item in page.items {
        match item {
            Detail::User(key) => output.user_detail_list.push(user_detail(iam, &iam.users[&key])),
            Detail::Group(key) => output.group_detail_list.push(group_detail(iam, &iam.groups[&key])),
            Detail::Role(key) => output.role_detail_list.push(role_detail(iam, &key)),
            Detail::Policy(policy) => output.policies.push(policy_detail(iam, &policy)),
        }
    }
    Ok(output)
}

fn inline(entity: &Entity) -> Vec<PolicyDetail> {
    let detail = |(name, document): (&String, &String)| PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(uri::encode(document)),
    };
    entity.inline.iter().map(detail).collect()
}

fn attached(iam: &state::State, entity: &Entity) -> Vec<AttachedPolicy> {
    let policies = entity.attached.iter().filter_map(|arn| managed_policy(iam, arn));
    policies
        .map(|policy| AttachedPolicy { policy_name: Some(policy.name), policy_arn: Some(policy.arn) })
        .collect()
}

fn user_detail(iam: &state::State, user: &state::User) -> UserDetail {
    let shown = User::detailed(user);
    UserDetail {
        path: shown.path,
        user_name: shown.user_name,
        user_id: shown.user_id,
        arn: shown.arn,
        create_date: shown.create_date,
        user_policy_list: inline(&user.entity),
        group_list: iam.groups_of(&user.entity.name).map(|group| group.entity.name.clone()).collect(),
        attached_managed_policies: attached(iam, &user.entity),
        permissions_boundary: shown.permissions_boundary,
        tags: shown.tags,
    }
}

fn group_detail(iam: &state::State, group: &state::Group) -> GroupDetail {
    let shown = Group::shown(group);
    GroupDetail {
        path: shown.path,
        group_name: shown.group_name,
        group_id: shown.group_id,
        arn: shown.arn,
        create_date: shown.create_date,
        group_policy_list: inline(&group.entity),
        attached_managed_policies: attached(iam, &group.entity),
    }
}

fn role_detail(iam: &state::State, key: &String) -> RoleDetail {
    let role = &iam.roles[key];
    let shown = Role::detailed(role);
    let profiles = iam.instance_profiles.values().filter(|profile| profile.role.as_ref() == Some(key));
    RoleDetail {
        path: shown.path,
        role_name: shown.role_name,
        role_id: shown.role_id,
        arn: shown.arn,
        create_date: shown.create_date,
        assume_role_policy_document: shown.assume_role_policy_document,
        instance_profile_list: profiles.map(|profile| InstanceProfile::shown(iam, profile)).collect(),
        role_policy_list: inline(&role.entity),
        attached_managed_policies: attached(iam, &role.entity),
        permissions_boundary: shown.permissions_boundary,
        tags: shown.tags,
        role_last_used: shown.role_last_used,
    }
}

fn policy_detail(iam: &state::State, policy: &state::ManagedPolicy) -> ManagedPolicyDetail {
    let shown = Policy::listed(iam, policy);
    ManagedPolicyDetail {
        policy_name: shown.policy_name,
        policy_id: shown.policy_id,
        arn: shown.arn,
        path: shown.path,
        default_version_id: shown.default_version_id,
        attachment_count: shown.attachment_count,
        permissions_boundary_usage_count: shown.permissions_boundary_usage_count,
        is_attachable: shown.is_attachable,
        description: policy.description.clone(),
        create_date: shown.create_date,
        update_date: shown.update_date,
        policy_version_list: policy
            .versions
            .iter()
            .rev()
            .map(|version| PolicyVersion::detailed(policy, version))
            .collect(),
    }
}
