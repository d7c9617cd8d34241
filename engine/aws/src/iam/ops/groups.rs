//! Groups, and who is in them.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::{Group, User};
use crate::iam::state::{Entity, key};
use crate::iam::{arns, check, errors, limits, state};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Creates a group.
    ///
    /// **Source**: IAM API Reference, "CreateGroup".
    pub CREATE_GROUP: CreateGroup {
        http: "POST" "/" 200,
        input: CreateGroupInput,
        output: CreateGroupOutput,
        errors: ["LimitExceeded", "EntityAlreadyExists", "NoSuchEntity"],
        access: |cx, input| Access::to("iam:CreateGroup", arns::group_arn(cx, &input.group_name)),
        handler: create_group,
    }
}

operation! {
    /// Tells what a group is, and its users.
    ///
    /// **Source**: IAM API Reference, "GetGroup".
    pub GET_GROUP: GetGroup {
        http: "POST" "/" 200,
        input: GetGroupInput,
        output: GetGroupOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:GetGroup", arns::group_arn(cx, &input.group_name)),
        handler: get_group,
    }
}

operation! {
    /// Lists the groups under a path.
    ///
    /// **Source**: IAM API Reference, "ListGroups".
    pub LIST_GROUPS: ListGroups {
        http: "POST" "/" 200,
        input: ListGroupsInput,
        output: ListGroupsOutput,
        errors: [],
        access: |cx, input| Access::to("iam:ListGroups", arns::under(cx, "group", input.path_prefix.as_deref())),
        handler: list_groups,
    }
}

operation! {
    /// Gives a group another name or path.
    ///
    /// **Source**: IAM API Reference, "UpdateGroup".
    pub UPDATE_GROUP: UpdateGroup {
        http: "POST" "/" 200,
        input: UpdateGroupInput,
        output: (),
        errors: ["NoSuchEntity", "EntityAlreadyExists", "LimitExceeded"],
        access: |cx, input| Access::to("iam:UpdateGroup", arns::group_arn(cx, &input.group_name)),
        handler: update_group,
    }
}

operation! {
    /// Deletes a group without users and policies.
    ///
    /// **Source**: IAM API Reference, "DeleteGroup".
    pub DELETE_GROUP: DeleteGroup {
        http: "POST" "/" 200,
        input: DeleteGroupInput,
        output: (),
        errors: ["NoSuchEntity", "DeleteConflict", "LimitExceeded"],
        access: |cx, input| Access::to("iam:DeleteGroup", arns::group_arn(cx, &input.group_name)),
        handler: delete_group,
    }
}

operation! {
    /// Puts a user into a group.
    ///
    /// **Source**: IAM API Reference, "AddUserToGroup".
    pub ADD_USER_TO_GROUP: AddUserToGroup {
        http: "POST" "/" 200,
        input: AddUserToGroupInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:AddUserToGroup", arns::group_arn(cx, &input.group_name)),
        handler: add_user_to_group,
    }
}

operation! {
    /// Takes a user out of a group.
    ///
    /// **Source**: IAM API Reference, "RemoveUserFromGroup".
    pub REMOVE_USER_FROM_GROUP: RemoveUserFromGroup {
        http: "POST" "/" 200,
        input: RemoveUserFromGroupInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:RemoveUserFromGroup", arns::group_arn(cx, &input.group_name)),
        handler: remove_user_from_group,
    }
}

operation! {
    /// Lists the groups that a user is in.
    ///
    /// **Source**: IAM API Reference, "ListGroupsForUser".
    pub LIST_GROUPS_FOR_USER: ListGroupsForUser {
        http: "POST" "/" 200,
        input: ListGroupsForUserInput,
        output: ListGroupsForUserOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListGroupsForUser", arns::user_arn(cx, &input.user_name)),
        handler: list_groups_for_user,
    }
}

shape! {
    /// What `CreateGroup` takes.
    pub struct CreateGroupInput {
        #[wire("Path")] pub path: Option<String>,
        #[wire("GroupName")] pub group_name: String,
    }

    /// What `CreateGroup` answers.
    pub struct CreateGroupOutput {
        #[wire("Group")] pub group: Group,
    }

    /// What `GetGroup` takes.
    pub struct GetGroupInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `GetGroup` answers.
    pub struct GetGroupOutput {
        #[wire("Group")] pub group: Group,
        #[wire("Users", required)] pub users: Vec<User>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `ListGroups` takes.
    pub struct ListGroupsInput {
        #[wire("PathPrefix")] pub path_prefix: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListGroups` answers.
    pub struct ListGroupsOutput {
        #[wire("Groups", required)] pub groups: Vec<Group>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `UpdateGroup` takes.
    pub struct UpdateGroupInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("NewPath")] pub new_path: Option<String>,
        #[wire("NewGroupName")] pub new_group_name: Option<String>,
    }

    /// What `DeleteGroup` takes.
    pub struct DeleteGroupInput {
        #[wire("GroupName")] pub group_name: String,
    }

    /// What `AddUserToGroup` takes.
    pub struct AddUserToGroupInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("UserName")] pub user_name: String,
    }

    /// What `RemoveUserFromGroup` takes.
    pub struct RemoveUserFromGroupInput {
        #[wire("GroupName")] pub group_name: String,
        #[wire("UserName")] pub user_name: String,
    }

    /// What `ListGroupsForUser` takes.
    pub struct ListGroupsForUserInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListGroupsForUser` answers.
    pub struct ListGroupsForUserOutput {
        #[wire("Groups", required)] pub groups: Vec<Group>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }
}

fn create_group(cx: &mut OpContext<'_>, input: CreateGroupInput) -> ApiResult<CreateGroupOutput> {
    check::name("groupName", &input.group_name, 128)?;
    let path = check::path("path", input.path.as_deref())?;
    if cx.iam().groups.contains_key(&key(&input.group_name)) {
        return Err(errors::name_taken("Group", &input.group_name));
    }
    if cx.iam().groups.len() >= limits::GROUPS {
        return Err(errors::quota("GroupsPerAccount", limits::GROUPS));
    }
    let entity = Entity {
        arn: arns::with_path(cx, "group", &path, &input.group_name),
        id: format!("AGPA{}", cx.ids().upper_base32(17)),
        created_at: check::now(cx),
        name: input.group_name,
        path,
        tags: Vec::new(),
        attached: Vec::new(),
        inline: std::collections::BTreeMap::new(),
        boundary: None,
    };
    let group = state::Group { entity, members: Vec::new() };
    let answer = Group::shown(&group);
    cx.iam().groups.insert(key(&group.entity.name), group);
    Ok(CreateGroupOutput { group: answer })
}

fn find<'a>(cx: &'a mut OpContext<'_>, name: &str) -> ApiResult<&'a mut state::Group> {
    let group = cx.iam().groups.get_mut(&key(name)).filter(|group| group.entity.name == name);
    group.ok_or_else(|| errors::no_such("group", name))
}

fn get_group(cx: &mut OpContext<'_>, input: GetGroupInput) -> ApiResult<GetGroupOutput> {
    let group = find(cx, &input.group_name)?.clone();
    let iam = cx.iam();
    let users = group.members.iter().filter_map(|name| iam.users.get(name));
    let items = users.enumerate().map(|(at, user)| (format!("{at:06}"), User::listed(user))).collect();
    let page = check::page("GetGroup", items, input.marker.as_deref(), input.max_items)?;
    Ok(GetGroupOutput {
        group: Group::shown(&group),
        users: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn list_groups(cx: &mut OpContext<'_>, input: ListGroupsInput) -> ApiResult<ListGroupsOutput> {
    let prefix = check::path_prefix(input.path_prefix.as_deref())?;
    let groups = cx.iam().groups.iter().filter(|(_, group)| group.entity.path.starts_with(&prefix));
    let groups = groups.map(|(key, group)| (key.clone(), Group::shown(group))).collect();
    let page = check::page("ListGroups", groups, input.marker.as_deref(), input.max_items)?;
    Ok(ListGroupsOutput { groups: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}

fn update_group(cx: &mut OpContext<'_>, input: UpdateGroupInput) -> ApiResult<()> {
    let mut group = find(cx, &input.group_name)?.clone();
    if let Some(path) = input.new_path.as_deref() {
        group.entity.path = check::path("newPath", Some(path))?;
    }
    if let Some(name) = input.new_group_name {
        check::name("newGroupName", &name, 128)?;
        if key(&name) != key(&input.group_name) && cx.iam().groups.contains_key(&key(&name)) {
            return Err(errors::name_taken("Group", &name));
        }
        group.entity.name = name;
    }
    group.entity.arn = arns::with_path(cx, "group", &group.entity.path, &group.entity.name);
    cx.iam().groups.remove(&key(&input.group_name));
    cx.iam().groups.insert(key(&group.entity.name), group);
    Ok(())
}

fn delete_group(cx: &mut OpContext<'_>, input: DeleteGroupInput) -> ApiResult<()> {
    let group = find(cx, &input.group_name)?;
    if !group.members.is_empty() {
        return Err(errors::delete_conflict(errors::REMOVE_FROM_GROUP));
    }
    if !group.entity.attached.is_empty() {
        return Err(errors::delete_conflict(errors::DETACH_POLICIES));
    }
    if !group.entity.inline.is_empty() {
        return Err(errors::delete_conflict(errors::DELETE_POLICIES));
    }
    cx.iam().groups.remove(&key(&input.group_name));
    Ok(())
}

fn add_user_to_group(cx: &mut OpContext<'_>, input: AddUserToGroupInput) -> ApiResult<()> {
    let user = key(&input.user_name);
    find(cx, &input.group_name)?;
    if cx.iam().user(&input.user_name).is_none() {
        return Err(errors::no_such("user", &input.user_name));
    }
    let joined = cx.iam().groups_of(&user).count();
    let group = find(cx, &input.group_name)?;
    if group.members.contains(&user) {
        return Ok(());
    }
    if joined >= limits::GROUPS_PER_USER {
        return Err(errors::quota("GroupsPerUser", limits::GROUPS_PER_USER));
    }
    group.members.push(user);
    Ok(())
}

fn remove_user_from_group(cx: &mut OpContext<'_>, input: RemoveUserFromGroupInput) -> ApiResult<()> {
    let user = key(&input.user_name);
    let known = cx.iam().user(&input.user_name).is_some();
    let group = find(cx, &input.group_name)?;
    if !known || !group.members.contains(&user) {
        return Err(errors::no_such("user", &input.user_name));
    }
    group.members.retain(|member| *member != user);
    Ok(())
}

fn list_groups_for_user(
    cx: &mut OpContext<'_>,
    input: ListGroupsForUserInput,
) -> ApiResult<ListGroupsForUserOutput> {
    let iam = cx.iam();
    if iam.user(&input.user_name).is_none() {
        return Err(errors::no_such("user", &input.user_name));
    }
    let groups = iam.groups_of(&input.user_name);
    let items = groups.map(|group| (key(&group.entity.name), Group::shown(group))).collect();
    let page = check::page("ListGroupsForUser", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListGroupsForUserOutput {
        groups: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}
