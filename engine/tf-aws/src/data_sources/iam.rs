//! Data sources of IAM: `aws_iam_user`, `aws_iam_group`, `aws_iam_instance_profile`, `aws_iam_account_alias`,
//! `aws_iam_session_context`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use super::things::tags;
use crate::data::{ResourceData, non_zero};
use crate::wire::iam;
use serde_json::{Value as Json, json};

pub async fn user(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("user_name").to_owned();
    let found = data.call(&iam::GET_USER, json!({ "UserName": name })).await;
    let found = found.map_err(|failure| format!("reading IAM User ({name}): {failure}"))?;
    let user = &found["User"];
    data.set_all(json!({
        "id": user["UserId"],
        "arn": user["Arn"],
        "path": user["Path"],
        "permissions_boundary": user["PermissionsBoundary"]["PermissionsBoundaryArn"].as_str().unwrap_or_default(),
        "tags": tags(&user["Tags"]),
        "user_id": user["UserId"],
    }));
    Ok(())
}

pub async fn group(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("group_name").to_owned();
    let mut users: Vec<Json> = Vec::new();
    let mut input = json!({ "GroupName": name });
    loop {
        let found = data.call(&iam::GET_GROUP, input.clone()).await;
        let found = found.map_err(|failure| format!("reading IAM Group ({name}): {failure}"))?;
        users.extend(found["Users"].as_array().into_iter().flatten().map(|user| {
            json!({
                "arn": user["Arn"],
                "path": user["Path"],
                "user_id": user["UserId"],
                "user_name": user["UserName"],
            })
        }));
        input["Marker"] = non_zero(&found["Marker"]);
        if input["Marker"].is_null() {
            let group = &found["Group"];
            data.set_all(json!({
                "id": group["GroupId"],
                "arn": group["Arn"],
                "group_id": group["GroupId"],
                "path": group["Path"],
                "users": users,
            }));
            return Ok(());
        }
    }
}

pub async fn instance_profile(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let found = data.call(&iam::GET_INSTANCE_PROFILE, json!({ "InstanceProfileName": name })).await;
    let found = found.map_err(|failure| format!("reading IAM Instance Profile ({name}): {failure}"))?;
    let profile = &found["InstanceProfile"];
    let role = &profile["Roles"][0];
    data.set_all(json!({
        "id": profile["InstanceProfileId"],
        "arn": profile["Arn"],
        "create_date": profile["CreateDate"],
        "path": profile["Path"],
        "role_arn": role["Arn"],
        "role_id": role["RoleId"],
        "role_name": role["RoleName"],
    }));
    Ok(())
}

pub async fn account_alias(data: &mut ResourceData) -> Result<(), String> {
    let listed = data.call(&iam::LIST_ACCOUNT_ALIASES, json!({})).await;
    let listed = listed.map_err(|failure| format!("reading IAM Account Alias: {failure}"))?;
    let alias = listed["AccountAliases"][0].clone();
    if alias.is_null() {
        return Err("reading IAM Account Alias: empty result".to_owned());
    }
    data.set_all(json!({ "id": alias, "account_alias": alias }));
    Ok(())
}

/// The role behind the ARN of its session; any other ARN is its own.
pub async fn session_context(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.str("arn").to_owned();
    let session = arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/'));
    let Some((role, session)) = session else {
        data.set_all(json!({
            "id": arn,
            "issuer_arn": arn,
            "issuer_id": "",
            "issuer_name": "",
            "session_name": "",
        }));
        return Ok(());
    };
    let found = data.call(&iam::GET_ROLE, json!({ "RoleName": role })).await;
    let found = found.map_err(|failure| format!("unable to get role ({role}): {failure}"))?;
    data.set_all(json!({
        "id": arn,
        "issuer_arn": found["Role"]["Arn"],
        "issuer_id": found["Role"]["RoleId"],
        "issuer_name": role,
        "session_name": session,
    }));
    Ok(())
}
