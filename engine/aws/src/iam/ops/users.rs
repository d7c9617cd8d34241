//! Users.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::{Tag, User};
use crate::iam::state::{Entity, key};
use crate::iam::{arns, boundary, check, errors, limits, state};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Creates a user without any credentials.
    ///
    /// **Source**: IAM API Reference, "CreateUser".
    pub CREATE_USER: CreateUser {
        http: "POST" "/" 200,
        input: CreateUserInput,
        output: CreateUserOutput,
        errors: [
            "LimitExceeded",
            "EntityAlreadyExists",
            "NoSuchEntity",
            "InvalidInput",
        ],
        access: |cx, input| {
            let access = Access::to("iam:CreateUser", arns::user_arn(cx, &input.user_name));
            arns::with_request(access, &input.tags, input.permissions_boundary.as_ref())
        },
        handler: create_user,
    }
}

operation! {
    /// Tells what a user is; without a name, the one who asks.
    ///
    /// **Source**: IAM API Reference, "GetUser".
    pub GET_USER: GetUser {
        http: "POST" "/" 200,
        input: GetUserInput,
        output: GetUserOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetUser", arns::user_or_caller(cx, input.user_name.as_deref())),
        handler: get_user,
    }
}

operation! {
    /// Lists the users under a path.
    ///
    /// **Source**: IAM API Reference, "ListUsers".
    pub LIST_USERS: ListUsers {
        http: "POST" "/" 200,
        input: ListUsersInput,
        output: ListUsersOutput,
        errors: [],
        access: |cx, input| Access::to("iam:ListUsers", arns::under(cx, "user", input.path_prefix.as_deref())),
        handler: list_users,
    }
}

operation! {
    /// Gives a user another name or path.
    ///
    /// **Source**: IAM API Reference, "UpdateUser".
    pub UPDATE_USER: UpdateUser {
        http: "POST" "/" 200,
        input: UpdateUserInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "EntityAlreadyExists",
            "EntityTemporarilyUnmodifiable",
        ],
        access: |cx, input| Access::to("iam:UpdateUser", arns::user_arn(cx, &input.user_name)),
        handler: update_user,
    }
}

operation! {
    /// Deletes a user that has no keys, policies or groups any more.
    ///
    /// **Source**: IAM API Reference, "DeleteUser".
    pub DELETE_USER: DeleteUser {
        http: "POST" "/" 200,
        input: DeleteUserInput,
        output: (),
        errors: [
            "LimitExceeded",
            "NoSuchEntity",
            "DeleteConflict",
        ],
        access: |cx, input| Access::to("iam:DeleteUser", arns::user_arn(cx, &input.user_name)),
        handler: delete_user,
    }
}

shape! {
    /// What `CreateUser` takes.
    pub struct CreateUserInput {
        #[wire("Path")] pub path: Option<String>,
        #[wire("UserName")] pub user_name: String,
        #[wire("PermissionsBoundary")] pub permissions_boundary: Option<String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
    }

    /// What `CreateUser` answers.
    pub struct CreateUserOutput {
        #[wire("User")] pub user: Option<User>,
    }

    /// What `GetUser` takes.
    pub struct GetUserInput {
        #[wire("UserName")] pub user_name: Option<String>,
    }

    /// What `GetUser` answers.
    pub struct GetUserOutput {
        #[wire("User")] pub user: User,
    }

    /// What `ListUsers` takes.
    pub struct ListUsersInput {
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListUsers` answers.
    pub struct ListUsersOutput {
        #[wire("Users", required)] pub users: Vec<User>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `UpdateUser` takes.
    pub struct UpdateUserInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("NewPath")] pub new_path: Option<String>,
        #[wire("NewUserName")] pub new_user_name: Option<String>,
    }

    /// What `DeleteUser` takes.
    pub struct DeleteUserInput {
        #[wire("UserName")] pub user_name: String,
    }
}

fn create_user(cx: &mut OpContext<'_>, input: CreateUserInput) -> ApiResult<CreateUserOutput> {
    check::name("userName", &input.user_name, 64)?;
    let path = check::path("path", input.path.as_deref())?;
    let tags = check::tags(&input.tags)?;
    boundary::check(cx, input.permissions_boundary.as_deref())?;
    if cx.iam().users.contains_key(&key(&input.user_name)) {
        return Err(errors::name_taken("User", &input.user_name));
    }
    if cx.iam().users.len() >= limits::USERS {
        return Err(errors::quota("UsersPerAccount", limits::USERS));
    }
    let entity = Entity {
        arn: arns::with_path(cx, "user", &path, &input.user_name),
        id: format!("AIDA{}", cx.ids().upper_base32(17)),
        created_at: check::now(cx),
        name: input.user_name,
        path,
        tags,
        attached: Vec::new(),
        inline: std::collections::BTreeMap::new(),
        boundary: input.permissions_boundary,
    };
    let user = state::User { entity };
    let answer = User::detailed(&user);
    cx.iam().users.insert(key(&user.entity.name), user);
    Ok(CreateUserOutput { user: Some(answer) })
}

fn get_user(cx: &mut OpContext<'_>, input: GetUserInput) -> ApiResult<GetUserOutput> {
    let name = match (&input.user_name, &cx.principal) {
        (Some(name), _) => name.clone(),
        (None, crate::auth::Principal::User(user)) => user.name.clone(),
        (None, crate::auth::Principal::Root) => {
            let root = User {
                path: "/".to_owned(),
                user_name: cx.account().to_string(),
                user_id: cx.account().to_string(),
                arn: cx.principal_arn(),
                create_date: nuvola_kernel::Timestamp(0),
                ..User::default()
            };
            return Ok(GetUserOutput { user: root });
        }
        (
            None,
            crate::auth::Principal::Role(_)
            | crate::auth::Principal::Service(_)
            | crate::auth::Principal::Anonymous,
        ) => {
            let text = "Must specify userName when calling with non-User credentials";
            return Err(errors::validation(text));
        }
    };
    let user = cx.iam().user(&name).ok_or_else(|| errors::no_such("user", &name))?;
    Ok(GetUserOutput { user: User::detailed(user) })
}

fn list_users(cx: &mut OpContext<'_>, input: ListUsersInput) -> ApiResult<ListUsersOutput> {
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let users = cx.iam().users.iter().filter(|(_, user)| user.entity.path.starts_with(&prefix));
    let users = users.map(|(key, user)| (key.clone(), User::listed(user))).collect();
    let page = check::page("ListUsers", users, input.marker.as_deref(), input.max_items)?;
    Ok(ListUsersOutput { users: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}

fn update_user(cx: &mut OpContext<'_>, input: UpdateUserInput) -> ApiResult<()> {
    let old = key(&input.user_name);
    let mut user =
        cx.iam().user(&input.user_name).ok_or_else(|| errors::no_such("user", &input.user_name))?.clone();
    if let Some(path) = input.new_path.as_deref() {
        user.entity.path = check::path("newPath", Some(path))?;
    }
    if let Some(name) = input.new_user_name {
        check::name("newUserName", &name, 64)?;
        if key(&name) != old && cx.iam().users.contains_key(&key(&name)) {
            return Err(errors::name_taken("User", &name));
        }
        user.entity.name = name;
    }
    user.entity.arn = arns::with_path(cx, "user", &user.entity.path, &user.entity.name);
    let new = key(&user.entity.name);
    let iam = cx.iam();
    iam.users.remove(&old);
    iam.users.insert(new.clone(), user);
    for member in iam.groups.values_mut().flat_map(|group| &mut group.members).filter(|m| **m == old) {
        *member = new.clone();
    }
    for access_key in iam.access_keys.values_mut().filter(|access_key| access_key.user == old) {
        access_key.user = new.clone();
    }
    Ok(())
}

fn delete_user(cx: &mut OpContext<'_>, input: DeleteUserInput) -> ApiResult<()> {
    let name = key(&input.user_name);
    let iam = cx.iam();
    let user = iam.user(&input.user_name).ok_or_else(|| errors::no_such("user", &input.user_name))?;
    if iam.access_keys.values().any(|access_key| access_key.user == name) {
        return Err(errors::delete_conflict(errors::DELETE_KEYS));
    }
    if !user.entity.attached.is_empty() {
        return Err(errors::delete_conflict(errors::DETACH_POLICIES));
    }
    if !user.entity.inline.is_empty() {
        return Err(errors::delete_conflict(errors::DELETE_POLICIES));
    }
    if iam.groups_of(&name).next().is_some() {
        return Err(errors::delete_conflict(errors::REMOVE_FROM_GROUP));
    }
    iam.users.remove(&name);
    Ok(())
}
