//! Roles: what they are, and who may assume them.

use crate::auth::Access;
use crate::auth::policy::{PolicyProblem, PolicyUse};
use crate::context::OpContext;
use crate::iam::shapes::{Role, Tag};
use crate::iam::state::{Entity, key};
use crate::iam::{arns, boundary, check, errors, limits, state};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;

operation! {
    /// Creates a role that the principals of its trust policy may assume.
    ///
    /// **Source**: IAM API Reference, "CreateRole".
    pub CREATE_ROLE: CreateRole {
        http: "POST" "/" 200,
        input: CreateRoleInput,
        output: CreateRoleOutput,
        errors: [
            "LimitExceeded",
            "InvalidInput",
            "EntityAlreadyExists",
            "MalformedPolicyDocument",
        ],
        access: |cx, input| {
            let access = Access::to("iam:CreateRole", arns::role_arn(cx, &input.role_name));
            arns::with_request(access, &input.tags, input.permissions_boundary.as_ref())
        },
        handler: create_role,
    }
}

operation! {
    /// Tells what a role is; its trust policy comes percent-encoded.
    ///
    /// **Source**: IAM API Reference, "GetRole".
    pub GET_ROLE: GetRole {
        http: "POST" "/" 200,
        input: GetRoleInput,
        output: GetRoleOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetRole", arns::role_arn(cx, &input.role_name)),
        handler: get_role,
    }
}

operation! {
    /// Lists the roles under a path.
    ///
    /// **Source**: IAM API Reference, "ListRoles".
    pub LIST_ROLES: ListRoles {
        http: "POST" "/" 200,
        input: ListRolesInput,
        output: ListRolesOutput,
        errors: [],
        access: |cx, input| Access::to("iam:ListRoles", arns::under(cx, "role", input.path_prefix.as_deref())),
        handler: list_roles,
    }
}

operation! {
    /// Changes a role's description and how long its sessions may last.
    ///
    /// **Source**: IAM API Reference, "UpdateRole".
    pub UPDATE_ROLE: UpdateRole {
        http: "POST" "/" 200,
        input: UpdateRoleInput,
        output: UpdateRoleOutput,
        errors: ["UnmodifiableEntity", "NoSuchEntity"],
        access: |cx, input| Access::to("iam:UpdateRole", arns::role_arn(cx, &input.role_name)),
        handler: update_role,
    }
}

operation! {
    /// Changes a role's description.
    ///
    /// **Source**: IAM API Reference, "UpdateRoleDescription".
    pub UPDATE_ROLE_DESCRIPTION: UpdateRoleDescription {
        http: "POST" "/" 200,
        input: UpdateRoleDescriptionInput,
        output: UpdateRoleDescriptionOutput,
        errors: ["NoSuchEntity", "UnmodifiableEntity"],
        access: |cx, input| Access::to("iam:UpdateRoleDescription", arns::role_arn(cx, &input.role_name)),
        handler: update_role_description,
    }
}

operation! {
    /// Replaces a role's trust policy.
    ///
    /// **Source**: IAM API Reference, "UpdateAssumeRolePolicy".
    pub UPDATE_ASSUME_ROLE_POLICY: UpdateAssumeRolePolicy {
        http: "POST" "/" 200,
        input: UpdateAssumeRolePolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "MalformedPolicyDocument",
            "LimitExceeded",
            "UnmodifiableEntity",
        ],
        access: |cx, input| Access::to("iam:UpdateAssumeRolePolicy", arns::role_arn(cx, &input.role_name)),
        handler: update_assume_role_policy,
    }
}

operation! {
    /// Deletes a role that has no policies and no instance profile any more.
    ///
    /// **Source**: IAM API Reference, "DeleteRole".
    pub DELETE_ROLE: DeleteRole {
        http: "POST" "/" 200,
        input: DeleteRoleInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "DeleteConflict",
            "LimitExceeded",
            "UnmodifiableEntity",
        ],
        access: |cx, input| Access::to("iam:DeleteRole", arns::role_arn(cx, &input.role_name)),
        handler: delete_role,
    }
}

shape! {
    /// What `CreateRole` takes.
    pub struct CreateRoleInput {
        #[wire("Path")] pub path: Option<String>,
        #[wire("RoleName")] pub role_name: String,
        #[wire("AssumeRolePolicyDocument")] pub assume_role_policy_document: String,
        #[wire("Description")] pub description: Option<String>,
        #[wire("MaxSessionDuration")] pub max_session_duration: Option<i32>,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
    }

    /// What `CreateRole` answers.
    pub struct CreateRoleOutput {
        #[wire("Role")] pub role: Role,
    }

    /// What `GetRole` takes.
    pub struct GetRoleInput {
        #[wire("RoleName")] pub role_name: String,
    }

    /// What `GetRole` answers.
    pub struct GetRoleOutput {
        #[wire("Role")] pub role: Role,
    }

    /// What `ListRoles` takes.
    pub struct ListRolesInput {
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListRoles` answers.
    pub struct ListRolesOutput {
        #[wire("Roles", required)] pub roles: Vec<Role>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `UpdateRole` takes.
    pub struct UpdateRoleInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Description")] pub description: Option<String>,
        #[wire("MaxSessionDuration")] pub max_session_duration: Option<i32>,
    }

    /// What `UpdateRole` answers.
    pub struct UpdateRoleOutput {}

    /// What `UpdateRoleDescription` takes.
    pub struct UpdateRoleDescriptionInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Description")] pub description: String,
    }

    /// What `UpdateRoleDescription` answers.
    pub struct UpdateRoleDescriptionOutput {
        #[wire("Role")] pub role: Option<Role>,
    }

    /// What `UpdateAssumeRolePolicy` takes.
    pub struct UpdateAssumeRolePolicyInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PolicyDocument")] pub policy_document: String,
    }

    /// What `DeleteRole` takes.
    pub struct DeleteRoleInput {
        #[wire("RoleName")] pub role_name: String,
    }
}

fn create_role(cx: &mut OpContext<'_>, input: CreateRoleInput) -> ApiResult<CreateRoleOutput> {
    check::name("roleName", &input.role_name, 64)?;
    let path = check::path("path", input.path.as_deref())?;
    let max_session_duration_s = session_duration(input.max_session_duration)?.unwrap_or(3600);
    description(input.description.as_deref())?;
    let tags = check::tags(&input.tags)?;
    trust_policy(cx, &input.assume_role_policy_document)?;
    boundary::check(cx, input.permissions_boundary.as_deref())?;
    if cx.iam().roles.contains_key(&key(&input.role_name)) {
        return Err(errors::name_taken("Role", &input.role_name));
    }
    if cx.iam().roles.len() >= limits::ROLES {
        return Err(errors::quota("RolesPerAccount", limits::ROLES));
    }
    let id = format!("AROA{}", cx.ids().upper_base32(17));
    let entity = Entity {
        arn: arns::with_path(cx, "role", &path, &input.role_name),
        path,
        id,
        created_at: check::now(cx),
        tags,
        attached: Vec::new(),
        inline: std::collections::BTreeMap::new(),
        boundary: input.permissions_boundary,
        name: input.role_name,
    };
    let role = state::Role {
        entity,
        trust_policy: input.assume_role_policy_document,
        description: input.description,
        max_session_duration_s,
        last_used: None,
    };
    let mut answer = Role::detailed(&role);
    // Unlike GetRole, the answer to the creation tells neither of these.
    answer.role_last_used = None;
    answer.max_session_duration = None;
    answer.description = None;
    cx.iam().roles.insert(key(&role.entity.name), role);
    Ok(CreateRoleOutput { role: answer })
}

fn session_duration(seconds: Option<i32>) -> ApiResult<Option<i32>> {
    if let Some(seconds) = seconds {
        let mut validation = Validation::new();
        validation.range("maxSessionDuration", seconds.into(), 3600, 43200).finish("ValidationError")?;
    }
    Ok(seconds)
}

fn description(text: Option<&str>) -> ApiResult<()> {
    let mut validation = Validation::new();
    validation.length("description", text.unwrap_or(""), 0, 1000).finish("ValidationError")
}

/// A trust policy; users and roles of the account that it names have to exist.
fn trust_policy(cx: &OpContext<'_>, document: &str) -> ApiResult<()> {
    let limit = limits::TRUST_POLICY_CHARS;
    let policy =
        check::document(document, PolicyUse::RoleTrust, limit, || errors::quota("ACLSizePerRole", limit))?;
    let iam = &cx.state().iam;
    for arn in policy.named_arns() {
        let own = arn.strip_prefix(&format!("arn:aws:iam::{}:", cx.account()));
        let Some((kind, path)) = own.and_then(|resource| resource.split_once('/')) else { continue };
        let name = path.rsplit('/').next().unwrap_or(path);
        let known = match kind {
            "user" => iam.user(name).is_some_and(|user| user.entity.arn == arn),
            "role" => iam.role_by_arn(arn).is_some(),
            _ => false,
        };
        if !known {
            let problem = PolicyProblem::InvalidPrincipal { kind: "AWS".to_owned(), name: arn.to_owned() };
            return Err(errors::malformed_policy(&problem, true));
        }
    }
    Ok(())
}

fn find<'a>(cx: &'a mut OpContext<'_>, name: &str) -> ApiResult<&'a mut state::Role> {
    check::name("roleName", name, 64)?;
    let role = cx.iam().roles.get_mut(&key(name)).filter(|role| role.entity.name == name);
    role.ok_or_else(|| errors::no_such("role", name))
}

fn get_role(cx: &mut OpContext<'_>, input: GetRoleInput) -> ApiResult<GetRoleOutput> {
    Ok(GetRoleOutput { role: Role::detailed(find(cx, &input.role_name)?) })
}

fn list_roles(cx: &mut OpContext<'_>, input: ListRolesInput) -> ApiResult<ListRolesOutput> {
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let roles = cx.iam().roles.iter().filter(|(_, role)| role.entity.path.starts_with(&prefix));
    let roles = roles.map(|(key, role)| (key.clone(), Role::listed(role))).collect();
    let page = check::page("ListRoles", roles, input.marker.as_deref(), input.max_items)?;
    Ok(ListRolesOutput { roles: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}

fn update_role(cx: &mut OpContext<'_>, input: UpdateRoleInput) -> ApiResult<UpdateRoleOutput> {
    description(input.description.as_deref())?;
    let duration = session_duration(input.max_session_duration)?;
    let role = find(cx, &input.role_name)?;
    if input.description.is_some() {
        role.description = input.description;
    }
    role.max_session_duration_s = duration.unwrap_or(role.max_session_duration_s);
    Ok(UpdateRoleOutput {})
}

fn update_role_description(
    cx: &mut OpContext<'_>,
    input: UpdateRoleDescriptionInput,
) -> ApiResult<UpdateRoleDescriptionOutput> {
    description(Some(&input.description))?;
    let role = find(cx, &input.role_name)?;
    role.description = Some(input.description);
    Ok(UpdateRoleDescriptionOutput { role: Some(Role::detailed(role)) })
}

fn update_assume_role_policy(cx: &mut OpContext<'_>, input: UpdateAssumeRolePolicyInput) -> ApiResult<()> {
    trust_policy(cx, &input.policy_document)?;
    find(cx, &input.role_name)?.trust_policy = input.policy_document;
    Ok(())
}

fn delete_role(cx: &mut OpContext<'_>, input: DeleteRoleInput) -> ApiResult<()> {
    let name = key(&input.role_name);
    let role = find(cx, &input.role_name)?;
    if !role.entity.attached.is_empty() {
        return Err(errors::delete_conflict(errors::DETACH_POLICIES));
    }
    if !role.entity.inline.is_empty() {
        return Err(errors::delete_conflict(errors::DELETE_POLICIES));
    }
    if cx.iam().instance_profiles.values().any(|profile| profile.role.as_ref() == Some(&name)) {
        return Err(errors::delete_conflict(errors::LEAVE_PROFILES));
    }
    cx.iam().roles.remove(&name);
    Ok(())
}
