//! Inline policies of users, groups and roles.

use crate::auth::Access;
use crate::auth::policy::PolicyUse;
use crate::context::OpContext;
use crate::iam::state::Kind;
use crate::iam::{arns, check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Writes an inline policy of a role, over one of the same name.
    ///
    /// **Source**: IAM API Reference, "PutRolePolicy".
    pub PUT_ROLE_POLICY: PutRolePolicy {
        http: "POST" "/" 200,
        input: PutRolePolicyInput,
        output: (),
        errors: [
            "LimitExceeded",
            "MalformedPolicyDocument",
            "NoSuchEntity",
            "UnmodifiableEntity",
        ],
        access: |cx, input| Access::to("iam:PutRolePolicy", arns::role_arn(cx, &input.role_name)),
        handler: put_role_policy,
    }
}

operation! {
    /// Reads an inline policy of a role; its document comes percent-encoded.
    ///
    /// **Source**: IAM API Reference, "GetRolePolicy".
    pub GET_ROLE_POLICY: GetRolePolicy {
        http: "POST" "/" 200,
        input: GetRolePolicyInput,
        output: GetRolePolicyOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetRolePolicy", arns::role_arn(cx, &input.role_name)),
        handler: get_role_policy,
    }
}

operation! {
    /// Deletes an inline policy of a role.
    ///
    /// **Source**: IAM API Reference, "DeleteRolePolicy".
    pub DELETE_ROLE_POLICY: DeleteRolePolicy {
        http: "POST" "/" 200,
        input: DeleteRolePolicyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded", "UnmodifiableEntity"],
        access: |cx, input| Access::to("iam:DeleteRolePolicy", arns::role_arn(cx, &input.role_name)),
        handler: delete_role_policy,
    }
}

operation! {
    /// Lists the names of the inline policies of a role.
    ///
    /// **Source**: IAM API Reference, "ListRolePolicies".
    pub LIST_ROLE_POLICIES: ListRolePolicies {
        http: "POST" "/" 200,
        input: ListRolePoliciesInput,
        output: ListRolePoliciesOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListRolePolicies", arns::role_arn(cx, &input.role_name)),
        handler: list_role_policies,
    }
}

operation! {
    /// Writes an inline policy of a user, over one of the same name.
    ///
    /// **Source**: IAM API Reference, "PutUserPolicy".
    pub PUT_USER_POLICY: PutUserPolicy {
        http: "POST" "/" 200,
        input: PutUserPolicyInput,
        output: (),
        errors: ["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity"],
        access: |cx, input| Access::to("iam:PutUserPolicy", arns::user_arn(cx, &input.user_name)),
        handler: put_user_policy,
    }
}

operation! {
    /// Reads an inline policy of a user; its document comes percent-encoded.
    ///
    /// **Source**: IAM API Reference, "GetUserPolicy".
    pub GET_USER_POLICY: GetUserPolicy {
        http: "POST" "/" 200,
        input: GetUserPolicyInput,
        output: GetUserPolicyOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetUserPolicy", arns::user_arn(cx, &input.user_name)),
        handler: get_user_policy,
    }
}

operation! {
    /// Deletes an inline policy of a user.
    ///
    /// **Source**: IAM API Reference, "DeleteUserPolicy".
    pub DELETE_USER_POLICY: DeleteUserPolicy {
        http: "POST" "/" 200,
        input: DeleteUserPolicyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:DeleteUserPolicy", arns::user_arn(cx, &input.user_name)),
        handler: delete_user_policy,
    }
}

operation! {
    /// Lists the names of the inline policies of a user.
    ///
    /// **Source**: IAM API Reference, "ListUserPolicies".
    pub LIST_USER_POLICIES: ListUserPolicies {
        http: "POST" "/" 200,
        input: ListUserPoliciesInput,
        output: ListUserPoliciesOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListUserPolicies", arns::user_arn(cx, &input.user_name)),
        handler: list_user_policies,
    }
}

operation! {
    /// Writes an inline policy of a group, over one of the same name.
    ///
    /// **Source**: IAM API Reference, "PutGroupPolicy".
    pub PUT_GROUP_POLICY: PutGroupPolicy {
        http: "POST" "/" 200,
        input: PutGroupPolicyInput,
        output: (),
        errors: ["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity"],
        access: |cx, input| Access::to("iam:PutGroupPolicy", arns::group_arn(cx, &input.group_name)),
        handler: put_group_policy,
    }
}

operation! {
    /// Reads an inline policy of a group; its document comes percent-encoded.
    ///
    /// **Source**: IAM API Reference, "GetGroupPolicy".
    pub GET_GROUP_POLICY: GetGroupPolicy {
        http: "POST" "/" 200,
        input: GetGroupPolicyInput,
        output: GetGroupPolicyOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetGroupPolicy", arns::group_arn(cx, &input.group_name)),
        handler: get_group_policy,
    }
}

operation! {
    /// Deletes an inline policy of a group.
    ///
    /// **Source**: IAM API Reference, "DeleteGroupPolicy".
    pub DELETE_GROUP_POLICY: DeleteGroupPolicy {
        http: "POST" "/" 200,
        input: DeleteGroupPolicyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:DeleteGroupPolicy", arns::group_arn(cx, &input.group_name)),
        handler: delete_group_policy,
    }
}

operation! {
    /// Lists the names of the inline policies of a group.
    ///
    /// **Source**: IAM API Reference, "ListGroupPolicies".
    pub LIST_GROUP_POLICIES: ListGroupPolicies {
        http: "POST" "/" 200,
        input: ListGroupPoliciesInput,
        output: ListGroupPoliciesOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListGroupPolicies", arns::group_arn(cx, &input.group_name)),
        handler: list_group_policies,
    }
}

shape! {
    /// What `PutRolePolicy` takes.
    pub struct PutRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `GetRolePolicy` takes.
    pub struct GetRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `GetRolePolicy` answers.
    pub struct GetRolePolicyOutput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `DeleteRolePolicy` takes.
    pub struct DeleteRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `ListRolePolicies` takes.
    pub struct ListRolePoliciesInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListRolePolicies` answers.
    pub struct ListRolePoliciesOutput {
        #[wire("PolicyNames", required)] pub policy_names: Vec<String>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `PutUserPolicy` takes.
    pub struct PutUserPolicyInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `GetUserPolicy` takes.
    pub struct GetUserPolicyInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `GetUserPolicy` answers.
    pub struct GetUserPolicyOutput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `DeleteUserPolicy` takes.
    pub struct DeleteUserPolicyInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `ListUserPolicies` takes.
    pub struct ListUserPoliciesInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListUserPolicies` answers.
    pub struct ListUserPoliciesOutput {
        #[wire("PolicyNames", required)] pub policy_names: Vec<String>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `PutGroupPolicy` takes.
    pub struct PutGroupPolicyInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `GetGroupPolicy` takes.
    pub struct GetGroupPolicyInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `GetGroupPolicy` answers.
    pub struct GetGroupPolicyOutput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyName")] pub policy_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `DeleteGroupPolicy` takes.
    pub struct DeleteGroupPolicyInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("PolicyName")] pub policy_name: String,
    }

    /// What `ListGroupPolicies` takes.
    pub struct ListGroupPoliciesInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListGroupPolicies` answers.
    pub struct ListGroupPoliciesOutput {
        #[wire("PolicyNames", required)] pub policy_names: Vec<String>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }
}

fn put_role_policy(cx: &mut OpContext<'_>, input: PutRolePolicyInput) -> ApiResult<()> {
    put(cx, Kind::Role, &input.role_name, &input.policy_name, &input.policy_document)
}

fn get_role_policy(cx: &mut OpContext<'_>, input: GetRolePolicyInput) -> ApiResult<GetRolePolicyOutput> {
    let policy_document = get(cx, Kind::Role, &input.role_name, &input.policy_name)?;
    Ok(GetRolePolicyOutput { role_name: input.role_name, policy_name: input.policy_name, policy_document })
}

fn delete_role_policy(cx: &mut OpContext<'_>, input: DeleteRolePolicyInput) -> ApiResult<()> {
    delete(cx, Kind::Role, &input.role_name, &input.policy_name)
}

fn list_role_policies(
    cx: &mut OpContext<'_>,
    input: ListRolePoliciesInput,
) -> ApiResult<ListRolePoliciesOutput> {
    let names = names(cx, Kind::Role, &input.role_name)?;
    let page = check::page("ListRolePolicies", names, input.marker.as_deref(), input.max_items)?;
    Ok(ListRolePoliciesOutput {
        policy_names: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn put_user_policy(cx: &mut OpContext<'_>, input: PutUserPolicyInput) -> ApiResult<()> {
    put(cx, Kind::User, &input.user_name, &input.policy_name, &input.policy_document)
}

fn get_user_policy(cx: &mut OpContext<'_>, input: GetUserPolicyInput) -> ApiResult<GetUserPolicyOutput> {
    let policy_document = get(cx, Kind::User, &input.user_name, &input.policy_name)?;
    Ok(GetUserPolicyOutput { user_name: input.user_name, policy_name: input.policy_name, policy_document })
}

fn delete_user_policy(cx: &mut OpContext<'_>, input: DeleteUserPolicyInput) -> ApiResult<()> {
    delete(cx, Kind::User, &input.user_name, &input.policy_name)
}

fn list_user_policies(
    cx: &mut OpContext<'_>,
    input: ListUserPoliciesInput,
) -> ApiResult<ListUserPoliciesOutput> {
    let names = names(cx, Kind::User, &input.user_name)?;
    let page = check::page("ListUserPolicies", names, input.marker.as_deref(), input.max_items)?;
    Ok(ListUserPoliciesOutput {
        policy_names: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn put_group_policy(cx: &mut OpContext<'_>, input: PutGroupPolicyInput) -> ApiResult<()> {
    put(cx, Kind::Group, &input.group_name, &input.policy_name, &input.policy_document)
}

fn get_group_policy(cx: &mut OpContext<'_>, input: GetGroupPolicyInput) -> ApiResult<GetGroupPolicyOutput> {
    let policy_document = get(cx, Kind::Group, &input.group_name, &input.policy_name)?;
    Ok(GetGroupPolicyOutput { group_name: input.group_name, policy_name: input.policy_name, policy_document })
}

fn delete_group_policy(cx: &mut OpContext<'_>, input: DeleteGroupPolicyInput) -> ApiResult<()> {
    delete(cx, Kind::Group, &input.group_name, &input.policy_name)
}

fn list_group_policies(
    cx: &mut OpContext<'_>,
    input: ListGroupPoliciesInput,
) -> ApiResult<ListGroupPoliciesOutput> {
    let names = names(cx, Kind::Group, &input.group_name)?;
    let page = check::page("ListGroupPolicies", names, input.marker.as_deref(), input.max_items)?;
    Ok(ListGroupPoliciesOutput {
        policy_names: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}
fn put(cx: &mut OpContext<'_>, kind: Kind, name: &str, policy: &str, document: &str) -> ApiResult<()> {
    check::name("policyName", policy, 128)?;
    let limit = match kind {
        Kind::User => limits::USER_INLINE_CHARS,
        Kind::Group => limits::GROUP_INLINE_CHARS,
        Kind::Role => limits::ROLE_INLINE_CHARS,
    };
    let exceeded = || errors::inline_size(kind.word(), name, limit);
    check::document(document, PolicyUse::Identity, limit, exceeded)?;
    let entity = cx.iam().entity_mut(kind, name)?;
    let others = entity.inline.iter().filter(|(other, _)| *other != policy);
    let used: usize = others.map(|(_, document)| check::size(document)).sum();
    if used + check::size(document) > limit {
        return Err(exceeded());
    }
    entity.inline.insert(policy.to_owned(), document.to_owned());
    Ok(())
}

fn get(cx: &mut OpContext<'_>, kind: Kind, name: &str, policy: &str) -> ApiResult<String> {
    let document = cx.iam().entity_mut(kind, name)?.inline.get(policy);
    let document = document.ok_or_else(|| errors::no_such_inline_policy(kind.word(), policy))?;
    Ok(nuvola_wire::uri::encode(document))
}

fn delete(cx: &mut OpContext<'_>, kind: Kind, name: &str, policy: &str) -> ApiResult<()> {
    let removed = cx.iam().entity_mut(kind, name)?.inline.remove(policy);
    removed.map(|_| ()).ok_or_else(|| errors::no_such_inline_policy(kind.word(), policy))
}

fn names(cx: &mut OpContext<'_>, kind: Kind, name: &str) -> ApiResult<Vec<(String, String)>> {
    let entity = cx.iam().entity_mut(kind, name)?;
    Ok(entity.inline.keys().map(|policy| (policy.clone(), policy.clone())).collect())
}
