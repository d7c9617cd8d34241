//! Instance profiles: how a role gets into an EC2 instance.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::{InstanceProfile, Tag};
use crate::iam::state::{self, key};
use crate::iam::{arns, check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Creates an instance profile without a role.
    ///
    /// **Source**: IAM API Reference, "CreateInstanceProfile".
    pub CREATE_INSTANCE_PROFILE: CreateInstanceProfile {
        http: "POST" "/" 200,
        input: CreateInstanceProfileInput,
        output: CreateInstanceProfileOutput,
        errors: [
            "EntityAlreadyExists",
            "InvalidInput",
            "LimitExceeded",
        ],
        access: |cx, input| {
            let access =
                Access::to("iam:CreateInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name));
            arns::with_request(access, &input.tags, None)
        },
        handler: create_instance_profile,
    }
}

operation! {
    /// Tells what an instance profile is, with its role.
    ///
    /// **Source**: IAM API Reference, "GetInstanceProfile".
    pub GET_INSTANCE_PROFILE: GetInstanceProfile {
        http: "POST" "/" 200,
        input: GetInstanceProfileInput,
        output: GetInstanceProfileOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name)),
        handler: get_instance_profile,
    }
}

operation! {
    /// Lists the instance profiles under a path.
    ///
    /// **Source**: IAM API Reference, "ListInstanceProfiles".
    pub LIST_INSTANCE_PROFILES: ListInstanceProfiles {
        http: "POST" "/" 200,
        input: ListInstanceProfilesInput,
        output: ListInstanceProfilesOutput,
        errors: [],
        access: |cx, input| Access::to("iam:ListInstanceProfiles", arns::under(cx, "instance-profile", input.path_prefix.as_deref())),
        handler: list_instance_profiles,
    }
}

operation! {
    /// Lists the instance profiles that hold a role.
    ///
    /// **Source**: IAM API Reference, "ListInstanceProfilesForRole".
    pub LIST_INSTANCE_PROFILES_FOR_ROLE: ListInstanceProfilesForRole {
        http: "POST" "/" 200,
        input: ListInstanceProfilesForRoleInput,
        output: ListInstanceProfilesForRoleOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListInstanceProfilesForRole", arns::role_arn(cx, &input.role_name)),
        handler: list_instance_profiles_for_role,
    }
}

operation! {
    /// Puts a role into an instance profile; one fits.
    ///
    /// **Source**: IAM API Reference, "AddRoleToInstanceProfile".
    pub ADD_ROLE_TO_INSTANCE_PROFILE: AddRoleToInstanceProfile {
        http: "POST" "/" 200,
        input: AddRoleToInstanceProfileInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "EntityAlreadyExists",
            "LimitExceeded",
            "UnmodifiableEntity",
        ],
        access: |cx, input| {
            let pass = Access::to("iam:PassRole", arns::role_arn(cx, &input.role_name));
            Access::to("iam:AddRoleToInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name))
                .and(pass.with_key("iam:PassedToService", ["ec2.amazonaws.com".to_owned()]))
        },
        handler: add_role_to_instance_profile,
    }
}

operation! {
    /// Takes a role out of an instance profile.
    ///
    /// **Source**: IAM API Reference, "RemoveRoleFromInstanceProfile".
    pub REMOVE_ROLE_FROM_INSTANCE_PROFILE: RemoveRoleFromInstanceProfile {
        http: "POST" "/" 200,
        input: RemoveRoleFromInstanceProfileInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded", "UnmodifiableEntity"],
        access: |cx, input| Access::to("iam:RemoveRoleFromInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name)),
        handler: remove_role_from_instance_profile,
    }
}

operation! {
    /// Deletes an instance profile that holds no role.
    ///
    /// **Source**: IAM API Reference, "DeleteInstanceProfile".
    pub DELETE_INSTANCE_PROFILE: DeleteInstanceProfile {
        http: "POST" "/" 200,
        input: DeleteInstanceProfileInput,
        output: (),
        errors: ["NoSuchEntity", "DeleteConflict", "LimitExceeded"],
        access: |cx, input| Access::to("iam:DeleteInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name)),
        handler: delete_instance_profile,
    }
}

shape! {
    /// What `CreateInstanceProfile` takes.
    pub struct CreateInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("Path")] pub path: Option<String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
    }

    /// What `CreateInstanceProfile` answers.
    pub struct CreateInstanceProfileOutput {
        #[wire("InstanceProfile")] pub instance_profile: InstanceProfile,
    }

    /// What `GetInstanceProfile` takes.
    pub struct GetInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
    }

    /// What `GetInstanceProfile` answers.
    pub struct GetInstanceProfileOutput {
        #[wire("InstanceProfile")] pub instance_profile: InstanceProfile,
    }

    /// What `ListInstanceProfiles` takes.
    pub struct ListInstanceProfilesInput {
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListInstanceProfiles` answers.
    pub struct ListInstanceProfilesOutput {
        #[wire("InstanceProfiles", required)] pub instance_profiles: Vec<InstanceProfile>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `ListInstanceProfilesForRole` takes.
    pub struct ListInstanceProfilesForRoleInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListInstanceProfilesForRole` answers.
    pub struct ListInstanceProfilesForRoleOutput {
        #[wire("InstanceProfiles", required)] pub instance_profiles: Vec<InstanceProfile>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `AddRoleToInstanceProfile` takes.
    pub struct AddRoleToInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("RoleName")] pub role_name: String,
    }

    /// What `RemoveRoleFromInstanceProfile` takes.
    pub struct RemoveRoleFromInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("RoleName")] pub role_name: String,
    }

    /// What `DeleteInstanceProfile` takes.
    pub struct DeleteInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
    }
}

fn find<'a>(cx: &'a mut OpContext<'_>, name: &str) -> ApiResult<&'a mut state::InstanceProfile> {
    check::name("instanceProfileName", name, 128)?;
    let profile = cx.iam().instance_profiles.get_mut(&key(name)).filter(|profile| profile.name == name);
    profile.ok_or_else(|| errors::no_such_instance_profile(name))
}

fn create_instance_profile(
    cx: &mut OpContext<'_>,
    input: CreateInstanceProfileInput,
) -> ApiResult<CreateInstanceProfileOutput> {
    let name = input.instance_profile_name;
    check::name("instanceProfileName", &name, 128)?;
    let path = check::path("path", input.path.as_deref())?;
    let tags = check::tags(&input.tags)?;
    if cx.iam().instance_profiles.contains_key(&key(&name)) {
        return Err(errors::instance_profile_taken(&name));
    }
    if cx.iam().instance_profiles.len() >= limits::INSTANCE_PROFILES {
        return Err(errors::quota("InstanceProfilesPerAccount", limits::INSTANCE_PROFILES));
    }
    let profile = state::InstanceProfile {
        arn: arns::with_path(cx, "instance-profile", &path, &name),
        id: format!("AIPA{}", cx.ids().upper_base32(17)),
        created_at: check::now(cx),
        name,
        path,
        tags,
        role: None,
    };
    let answer = InstanceProfile::shown(cx.iam(), &profile);
    cx.iam().instance_profiles.insert(key(&profile.name), profile);
    Ok(CreateInstanceProfileOutput { instance_profile: answer })
}

fn get_instance_profile(
    cx: &mut OpContext<'_>,
    input: GetInstanceProfileInput,
) -> ApiResult<GetInstanceProfileOutput> {
    let profile = find(cx, &input.instance_profile_name)?.clone();
    Ok(GetInstanceProfileOutput { instance_profile: InstanceProfile::shown(cx.iam(), &profile) })
}

fn list_instance_profiles(
    cx: &mut OpContext<'_>,
    input: ListInstanceProfilesInput,
) -> ApiResult<ListInstanceProfilesOutput> {
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let iam = cx.iam();
    let profiles = iam.instance_profiles.iter().filter(|(_, profile)| profile.path.starts_with(&prefix));
    let items = profiles.map(|(key, profile)| (key.clone(), InstanceProfile::shown(iam, profile))).collect();
    let page = check::page("ListInstanceProfiles", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListInstanceProfilesOutput {
        instance_profiles: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn list_instance_profiles_for_role(
    cx: &mut OpContext<'_>,
    input: ListInstanceProfilesForRoleInput,
) -> ApiResult<ListInstanceProfilesForRoleOutput> {
    let iam = cx.iam();
    if iam.role(&input.role_name).is_none() {
        return Err(errors::no_such("role", &input.role_name));
    }
    let role = Some(key(&input.role_name));
    let profiles = iam.instance_profiles.iter().filter(|(_, profile)| profile.role == role);
    let items = profiles.map(|(key, profile)| (key.clone(), InstanceProfile::shown(iam, profile))).collect();
    let scope = "ListInstanceProfilesForRole";
    let page = check::page(scope, items, input.marker.as_deref(), input.max_items)?;
    Ok(ListInstanceProfilesForRoleOutput {
        instance_profiles: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn add_role_to_instance_profile(
    cx: &mut OpContext<'_>,
    input: AddRoleToInstanceProfileInput,
) -> ApiResult<()> {
    let exists = cx.iam().role(&input.role_name).is_some();
    let profile = find(cx, &input.instance_profile_name)?;
    if !exists {
        return Err(errors::no_such("role", &input.role_name));
    }
    if profile.role.is_some() {
        return Err(errors::quota("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role = Some(key(&input.role_name));
    Ok(())
}

fn remove_role_from_instance_profile(
    cx: &mut OpContext<'_>,
    input: RemoveRoleFromInstanceProfileInput,
) -> ApiResult<()> {
    let profile = find(cx, &input.instance_profile_name)?;
    if profile.role.as_ref() != Some(&key(&input.role_name)) {
        return Err(errors::no_such("role", &input.role_name));
    }
    profile.role = None;
    Ok(())
}

fn delete_instance_profile(cx: &mut OpContext<'_>, input: DeleteInstanceProfileInput) -> ApiResult<()> {
    if find(cx, &input.instance_profile_name)?.role.is_some() {
        return Err(errors::delete_conflict(errors::LEAVE_PROFILES));
    }
    cx.iam().instance_profiles.remove(&key(&input.instance_profile_name));
    Ok(())
}
