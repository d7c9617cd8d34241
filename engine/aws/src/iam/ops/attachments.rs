//! Managed policies on users, groups and roles.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::{AttachedPolicy, PolicyGroup, PolicyRole, PolicyUser};
use crate::iam::state::Kind;
use crate::iam::{arns, check, errors, limits, managed_policy};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Attaches a managed policy to a role; once more does nothing.
    ///
    /// **Source**: IAM API Reference, "AttachRolePolicy".
    pub ATTACH_ROLE_POLICY: AttachRolePolicy {
        http: "POST" "/" 200,
        input: AttachRolePolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "UnmodifiableEntity",
            "PolicyNotAttachable",
        ],
        access: |cx, input| {
            Access::to("iam:AttachRolePolicy", arns::role_arn(cx, &input.role_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: attach_role_policy,
    }
}

operation! {
    /// Takes a managed policy off a role.
    ///
    /// **Source**: IAM API Reference, "DetachRolePolicy".
    pub DETACH_ROLE_POLICY: DetachRolePolicy {
        http: "POST" "/" 200,
        input: DetachRolePolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "UnmodifiableEntity",
        ],
        access: |cx, input| {
            Access::to("iam:DetachRolePolicy", arns::role_arn(cx, &input.role_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: detach_role_policy,
    }
}

operation! {
    /// Lists the managed policies of a role.
    ///
    /// **Source**: IAM API Reference, "ListAttachedRolePolicies".
    pub LIST_ATTACHED_ROLE_POLICIES: ListAttachedRolePolicies {
        http: "POST" "/" 200,
        input: ListAttachedRolePoliciesInput,
        output: ListAttachedRolePoliciesOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |cx, input| Access::to("iam:ListAttachedRolePolicies", arns::role_arn(cx, &input.role_name)),
        handler: list_attached_role_policies,
    }
}

operation! {
    /// Attaches a managed policy to a user; once more does nothing.
    ///
    /// **Source**: IAM API Reference, "AttachUserPolicy".
    pub ATTACH_USER_POLICY: AttachUserPolicy {
        http: "POST" "/" 200,
        input: AttachUserPolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "PolicyNotAttachable",
        ],
        access: |cx, input| {
            Access::to("iam:AttachUserPolicy", arns::user_arn(cx, &input.user_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: attach_user_policy,
    }
}

operation! {
    /// Takes a managed policy off a user.
    ///
    /// **Source**: IAM API Reference, "DetachUserPolicy".
    pub DETACH_USER_POLICY: DetachUserPolicy {
        http: "POST" "/" 200,
        input: DetachUserPolicyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded", "InvalidInput"],
        access: |cx, input| {
            Access::to("iam:DetachUserPolicy", arns::user_arn(cx, &input.user_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: detach_user_policy,
    }
}

operation! {
    /// Lists the managed policies of a user.
    ///
    /// **Source**: IAM API Reference, "ListAttachedUserPolicies".
    pub LIST_ATTACHED_USER_POLICIES: ListAttachedUserPolicies {
        http: "POST" "/" 200,
        input: ListAttachedUserPoliciesInput,
        output: ListAttachedUserPoliciesOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |cx, input| Access::to("iam:ListAttachedUserPolicies", arns::user_arn(cx, &input.user_name)),
        handler: list_attached_user_policies,
    }
}

operation! {
    /// Attaches a managed policy to a group; once more does nothing.
    ///
    /// **Source**: IAM API Reference, "AttachGroupPolicy".
    pub ATTACH_GROUP_POLICY: AttachGroupPolicy {
        http: "POST" "/" 200,
        input: AttachGroupPolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
            "PolicyNotAttachable",
        ],
        access: |cx, input| {
            Access::to("iam:AttachGroupPolicy", arns::group_arn(cx, &input.group_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: attach_group_policy,
    }
}

operation! {
    /// Takes a managed policy off a group.
    ///
    /// **Source**: IAM API Reference, "DetachGroupPolicy".
    pub DETACH_GROUP_POLICY: DetachGroupPolicy {
        http: "POST" "/" 200,
        input: DetachGroupPolicyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded", "InvalidInput"],
        access: |cx, input| {
            Access::to("iam:DetachGroupPolicy", arns::group_arn(cx, &input.group_name))
                .with_key("iam:PolicyARN", [input.policy_arn.clone()])
        },
        handler: detach_group_policy,
    }
}

operation! {
    /// Lists the managed policies of a group.
    ///
    /// **Source**: IAM API Reference, "ListAttachedGroupPolicies".
    pub LIST_ATTACHED_GROUP_POLICIES: ListAttachedGroupPolicies {
        http: "POST" "/" 200,
        input: ListAttachedGroupPoliciesInput,
        output: ListAttachedGroupPoliciesOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |cx, input| Access::to("iam:ListAttachedGroupPolicies", arns::group_arn(cx, &input.group_name)),
        handler: list_attached_group_policies,
    }
}

operation! {
    /// Lists the users, groups and roles that a managed policy is attached to.
    ///
    /// **Source**: IAM API Reference, "ListEntitiesForPolicy".
    pub LIST_ENTITIES_FOR_POLICY: ListEntitiesForPolicy {
        http: "POST" "/" 200,
        input: ListEntitiesForPolicyInput,
        output: ListEntitiesForPolicyOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:ListEntitiesForPolicy", input.policy_arn.as_str()),
        handler: list_entities_for_policy,
    }
}

shape! {
    /// What `AttachRolePolicy` takes.
    pub struct AttachRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `DetachRolePolicy` takes.
    pub struct DetachRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `ListAttachedRolePolicies` takes.
    pub struct ListAttachedRolePoliciesInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListAttachedRolePolicies` answers.
    pub struct ListAttachedRolePoliciesOutput {
        #[wire("AttachedPolicies")] pub attached_policies: Vec<AttachedPolicy>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `AttachUserPolicy` takes.
    pub struct AttachUserPolicyInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `DetachUserPolicy` takes.
    pub struct DetachUserPolicyInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `ListAttachedUserPolicies` takes.
    pub struct ListAttachedUserPoliciesInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListAttachedUserPolicies` answers.
    pub struct ListAttachedUserPoliciesOutput {
        #[wire("AttachedPolicies")] pub attached_policies: Vec<AttachedPolicy>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `AttachGroupPolicy` takes.
    pub struct AttachGroupPolicyInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `DetachGroupPolicy` takes.
    pub struct DetachGroupPolicyInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyArn")] pub policy_arn: String,
    }

    /// What `ListAttachedGroupPolicies` takes.
    pub struct ListAttachedGroupPoliciesInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListAttachedGroupPolicies` answers.
    pub struct ListAttachedGroupPoliciesOutput {
        #[wire("AttachedPolicies")] pub attached_policies: Vec<AttachedPolicy>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `ListEntitiesForPolicy` takes.
    pub struct ListEntitiesForPolicyInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("EntityFilter")] pub entity_filter: Option<String>,
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("PolicyUsageFilter")] pub policy_usage_filter: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListEntitiesForPolicy` answers.
    pub struct ListEntitiesForPolicyOutput {
        #[wire("PolicyGroups")] pub policy_groups: Vec<PolicyGroup>,
        #[wire("PolicyUsers")] pub policy_users: Vec<PolicyUser>,
        #[wire("PolicyRoles")] pub policy_roles: Vec<PolicyRole>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }
}

fn attach_role_policy(cx: &mut OpContext<'_>, input: AttachRolePolicyInput) -> ApiResult<()> {
    attach(cx, Kind::Role, &input.role_name, &input.policy_arn)
}

fn detach_role_policy(cx: &mut OpContext<'_>, input: DetachRolePolicyInput) -> ApiResult<()> {
    detach(cx, Kind::Role, &input.role_name, &input.policy_arn)
}

fn list_attached_role_policies(
    cx: &mut OpContext<'_>,
    input: ListAttachedRolePoliciesInput,
) -> ApiResult<ListAttachedRolePoliciesOutput> {
    let items = attached(cx, Kind::Role, &input.role_name, input.path_prefix.as_deref())?;
    let page = check::page("ListAttachedRolePolicies", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListAttachedRolePoliciesOutput {
        attached_policies: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn attach_user_policy(cx: &mut OpContext<'_>, input: AttachUserPolicyInput) -> ApiResult<()> {
    attach(cx, Kind::User, &input.user_name, &input.policy_arn)
}

fn detach_user_policy(cx: &mut OpContext<'_>, input: DetachUserPolicyInput) -> ApiResult<()> {
    detach(cx, Kind::User, &input.user_name, &input.policy_arn)
}

fn list_attached_user_policies(
    cx: &mut OpContext<'_>,
    input: ListAttachedUserPoliciesInput,
) -> ApiResult<ListAttachedUserPoliciesOutput> {
    let items = attached(cx, Kind::User, &input.user_name, input.path_prefix.as_deref())?;
    let page = check::page("ListAttachedUserPolicies", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListAttachedUserPoliciesOutput {
        attached_policies: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn attach_group_policy(cx: &mut OpContext<'_>, input: AttachGroupPolicyInput) -> ApiResult<()> {
    attach(cx, Kind::Group, &input.group_name, &input.policy_arn)
}

fn detach_group_policy(cx: &mut OpContext<'_>, input: DetachGroupPolicyInput) -> ApiResult<()> {
    detach(cx, Kind::Group, &input.group_name, &input.policy_arn)
}

fn list_attached_group_policies(
    cx: &mut OpContext<'_>,
    input: ListAttachedGroupPoliciesInput,
) -> ApiResult<ListAttachedGroupPoliciesOutput> {
    let items = attached(cx, Kind::Group, &input.group_name, input.path_prefix.as_deref())?;
    let page = check::page("ListAttachedGroupPolicies", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListAttachedGroupPoliciesOutput {
        attached_policies: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}
fn attach(cx: &mut OpContext<'_>, kind: Kind, name: &str, arn: &str) -> ApiResult<()> {
    arns::check_policy(arn)?;
    if managed_policy(cx.iam(), arn).is_none() {
        return Err(errors::policy_not_attachable(arn));
    }
    let entity = cx.iam().entity_mut(kind, name)?;
    if entity.attached.iter().any(|attached| attached == arn) {
        return Ok(());
    }
    if entity.attached.len() >= limits::POLICIES_PER_ENTITY {
        let quota = format!("PoliciesPer{}", kind.capital());
        return Err(errors::quota(&quota, limits::POLICIES_PER_ENTITY));
    }
    entity.attached.push(arn.to_owned());
    Ok(())
}

fn detach(cx: &mut OpContext<'_>, kind: Kind, name: &str, arn: &str) -> ApiResult<()> {
    arns::check_policy(arn)?;
    let entity = cx.iam().entity_mut(kind, name)?;
    if !entity.attached.iter().any(|attached| attached == arn) {
        return Err(errors::no_such_policy(arn));
    }
    entity.attached.retain(|attached| attached != arn);
    Ok(())
}

/// In the order of attachment.
fn attached(
    cx: &mut OpContext<'_>,
    kind: Kind,
    name: &str,
    prefix: Option<&str>,
) -> ApiResult<Vec<(String, AttachedPolicy)>> {
    let prefix = check::path_prefix(prefix)?;
    let iam = cx.iam();
    let arns = iam.entity_mut(kind, name)?.attached.clone();
    let policies = arns.iter().filter_map(|arn| managed_policy(iam, arn));
    let listed = policies.filter(|policy| policy.path.starts_with(&prefix)).enumerate();
    Ok(listed
        .map(|(at, policy)| {
            let shown = AttachedPolicy { policy_name: Some(policy.name), policy_arn: Some(policy.arn) };
            (format!("{at:06}"), shown)
        })
        .collect())
}

/// One user, group or role that a policy is attached to.
enum Attached {
    User(PolicyUser),
    Group(PolicyGroup),
    Role(PolicyRole),
}

fn list_entities_for_policy(
    cx: &mut OpContext<'_>,
    input: ListEntitiesForPolicyInput,
) -> ApiResult<ListEntitiesForPolicyOutput> {
    arns::check_policy(&input.policy_arn)?;
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let filter = input.entity_filter.as_deref();
    let usage = input.policy_usage_filter.as_deref();
    let iam = cx.iam();
    if managed_policy(iam, &input.policy_arn).is_none() {
        return Err(errors::no_such_policy(&input.policy_arn));
    }
    let uses = |entity: &crate::iam::Entity| {
        let permissions = entity.attached.contains(&input.policy_arn);
        let bounds = entity.boundary.as_ref() == Some(&input.policy_arn);
        entity.path.starts_with(&prefix)
            && ((permissions && usage != Some("PermissionsBoundary"))
                || (bounds && usage != Some("PermissionsPolicy")))
    };
    let wanted = |kind: &str| filter.is_none_or(|filter| filter == kind);
    let mut items = Vec::new();
    for (key, group) in iam.groups.iter().filter(|(_, group)| wanted("Group") && uses(&group.entity)) {
        let entity = &group.entity;
        let shown = PolicyGroup { group_name: Some(entity.name.clone()), group_id: Some(entity.id.clone()) };
        items.push((format!("1{key}"), Attached::Group(shown)));
    }
    for (key, user) in iam.users.iter().filter(|(_, user)| wanted("User") && uses(&user.entity)) {
        let entity = &user.entity;
        let shown = PolicyUser { user_name: Some(entity.name.clone()), user_id: Some(entity.id.clone()) };
        items.push((format!("2{key}"), Attached::User(shown)));
    }
    for (key, role) in iam.roles.iter().filter(|(_, role)| wanted("Role") && uses(&role.entity)) {
        let entity = &role.entity;
        let shown = PolicyRole { role_name: Some(entity.name.clone()), role_id: Some(entity.id.clone()) };
        items.push((format!("3{key}"), Attached::Role(shown)));
    }
    let page = check::page("ListEntitiesForPolicy", items, input.marker.as_deref(), input.max_items)?;
    let mut output = ListEntitiesForPolicyOutput {
        policy_groups: Vec::new(),
        policy_users: Vec::new(),
        policy_roles: Vec::new(),
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    };
    for item in page.items {
        match item {
            Attached::User(user) => output.policy_users.push(user),
            Attached::Group(group) => output.policy_groups.push(group),
            Attached::Role(role) => output.policy_roles.push(role),
        }
    }
    Ok(output)
}
