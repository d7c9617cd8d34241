//! `aws_iam_role_policy_attachment`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_iam_role_policy_attachment",
        action!(create),
        action!(read),
        None,
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let (role, arn) = (data.str("role").to_owned(), data.str("policy_arn").to_owned());
    let call = data.call(&iam::ATTACH_ROLE_POLICY, json!({ "RoleName": role, "PolicyArn": arn }));
    call.await.map_err(|failure| format!("attaching IAM Policy ({arn}) to IAM Role ({role}): {failure}"))?;
    data.set_id(format!("{role}/{arn}"));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let (role, arn) = (data.str("role").to_owned(), data.str("policy_arn").to_owned());
    let wrap = |failure: Failure| format!("reading IAM Role ({role}) Policy ({arn}) Attachment: {failure}");
    let found =
        data.find(&iam::LIST_ATTACHED_ROLE_POLICIES, json!({ "RoleName": role })).await.map_err(wrap)?;
    let found = found.unwrap_or_default();
    let attached = found["AttachedPolicies"].as_array().into_iter().flatten();
    if !attached.into_iter().any(|policy| policy["PolicyArn"] == arn) {
        data.clear();
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (role, arn) = (data.str("role").to_owned(), data.str("policy_arn").to_owned());
    let remove = data.remove(&iam::DETACH_ROLE_POLICY, json!({ "RoleName": role, "PolicyArn": arn }));
    remove.await.map_err(|failure| format!("detaching IAM Policy ({arn}) from IAM Role ({role}): {failure}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (role, arn) = id
        .split_once('/')
        .filter(|(role, arn)| !role.is_empty() && !arn.is_empty())
        .ok_or_else(|| format!("unexpected format of ID ({id:?}), expected <role-name>/<policy_arn>"))?;
    data.set_all(json!({ "id": id, "role": role, "policy_arn": arn }));
    Ok(())
}
