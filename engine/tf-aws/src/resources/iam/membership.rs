//! Who is in which group: `aws_iam_group_membership` holds all users of a group, `aws_iam_user_group_membership` some
//! groups of a user.
//!
//! **Source**: the provider's documentation of the resources; texts as their logic words them.

use super::texts;
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, iam};
use serde_json::{Value as Json, json};

pub static GROUP_MEMBERSHIP: ResourceType = ResourceType {
    import: |_, _| Err("resource aws_iam_group_membership doesn't support import".to_owned()),
    ..ResourceType::new(
        "aws_iam_group_membership",
        action!(create_members),
        action!(read_members),
        Some(action!(update_members)),
        action!(delete_members),
    )
};

pub static USER_GROUP_MEMBERSHIP: ResourceType = ResourceType {
    import: import_groups,
    ..ResourceType::new(
        "aws_iam_user_group_membership",
        action!(create_groups),
        action!(read_groups),
        Some(action!(update_groups)),
        action!(delete_groups),
    )
};

/// The names that came to a list, and those that left it.
fn changes(data: &ResourceData, list: &str) -> (Vec<String>, Vec<String>) {
    let old = texts(data.prior.get(list).unwrap_or(&Json::Null));
    let new = texts(data.get(list));
    let added = new.iter().filter(|name| !old.contains(name)).cloned().collect();
    (added, old.into_iter().filter(|name| !new.contains(name)).collect())
}

async fn add(data: &ResourceData, user: &str, group: &str) -> Result<(), Failure> {
    data.call(&iam::ADD_USER_TO_GROUP, json!({ "UserName": user, "GroupName": group })).await.map(|_| ())
}

async fn remove(data: &ResourceData, user: &str, group: &str) -> Result<(), Failure> {
    data.remove(&iam::REMOVE_USER_FROM_GROUP, json!({ "UserName": user, "GroupName": group })).await
}

/// The names in all pages of a listing; nothing where it is about something that does not exist.
async fn names(
    data: &ResourceData,
    operation: &Operation,
    input: Json,
    (list, member): (&str, &str),
) -> Result<Option<Vec<String>>, Failure> {
    let mut out = Vec::new();
    let mut input = input;
    loop {
        let Some(page) = data.find(operation, input.clone()).await? else { return Ok(None) };
        let items = page[list].as_array().into_iter().flatten();
        out.extend(items.filter_map(|item| item[member].as_str().map(str::to_owned)));
        input["Marker"] = non_zero(&page["Marker"]);
        if input["Marker"].is_null() {
            return Ok(Some(out));
        }
    }
}

async fn change_members(data: &ResourceData) -> Result<(), Failure> {
    let group = data.str("group");
    let (added, removed) = changes(data, "users");
    for user in removed {
        remove(data, &user, group).await?;
    }
    for user in added {
        add(data, &user, group).await?;
    }
    Ok(())
}

async fn create_members(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let changed = change_members(data).await;
    changed.map_err(|failure| format!("creating IAM Group Membership ({name}): {failure}"))?;
    data.set_id(name);
    Ok(())
}

async fn update_members(data: &mut ResourceData) -> Result<(), String> {
    let changed = change_members(data).await;
    changed.map_err(|failure| format!("updating IAM Group Membership ({}): {failure}", data.id()))
}

async fn read_members(data: &mut ResourceData) -> Result<(), String> {
    let group = data.str("group").to_owned();
    let input = json!({ "GroupName": group });
    let users = names(data, &iam::GET_GROUP, input, ("Users", "UserName")).await;
    match users.map_err(|failure| format!("reading IAM Group Membership ({group}): {failure}"))? {
        Some(users) => data.set("users", users),
        None => data.clear(),
    }
    Ok(())
}

async fn delete_members(data: &mut ResourceData) -> Result<(), String> {
    let group = data.str("group").to_owned();
    for user in texts(data.get("users")) {
        let removed = remove(data, &user, &group).await;
        removed.map_err(|failure| format!("deleting IAM Group Membership ({group}): {failure}"))?;
    }
    Ok(())
}

async fn change_groups(data: &ResourceData) -> Result<(), Failure> {
    let user = data.str("user");
    let (added, removed) = changes(data, "groups");
    for group in removed {
        remove(data, user, &group).await?;
    }
    for group in added {
        add(data, user, &group).await?;
    }
    Ok(())
}

async fn create_groups(data: &mut ResourceData) -> Result<(), String> {
    let user = data.str("user").to_owned();
    let changed = change_groups(data).await;
    changed.map_err(|failure| format!("creating IAM User Group Membership ({user}): {failure}"))?;
    let id = crate::names::unique(data, "terraform-");
    data.set_id(id);
    Ok(())
}

async fn update_groups(data: &mut ResourceData) -> Result<(), String> {
    let changed = change_groups(data).await;
    changed.map_err(|failure| format!("updating IAM User Group Membership ({}): {failure}", data.id()))
}

/// Other groups of the user are not this resource's.
async fn read_groups(data: &mut ResourceData) -> Result<(), String> {
    let user = data.str("user").to_owned();
    let input = json!({ "UserName": user });
    let groups = names(data, &iam::LIST_GROUPS_FOR_USER, input, ("Groups", "GroupName")).await;
    match groups.map_err(|failure| format!("reading IAM User Group Membership ({user}): {failure}"))? {
        Some(groups) => {
            let own = texts(data.get("groups"));
            let still: Vec<String> = groups.into_iter().filter(|group| own.contains(group)).collect();
            data.set("groups", still);
        }
        None => data.clear(),
    }
    Ok(())
}

async fn delete_groups(data: &mut ResourceData) -> Result<(), String> {
    let user = data.str("user").to_owned();
    for group in texts(data.get("groups")) {
        let removed = remove(data, &user, &group).await;
        removed.map_err(|failure| format!("deleting IAM User Group Membership ({user}): {failure}"))?;
    }
    Ok(())
}

fn import_groups(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let mut parts = id.split('/');
    let user = parts.next().unwrap_or_default().to_owned();
    let groups: Vec<&str> = parts.collect();
    if user.is_empty() || groups.is_empty() {
        return Err(format!("unexpected format of ID ({id:?}), expected <user-name>/<group-name1>/..."));
    }
    data.set_all(json!({ "user": user, "groups": groups }));
    let id = crate::names::unique(data, "terraform-");
    data.set_id(id);
    Ok(())
}
