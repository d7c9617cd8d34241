//! `aws_iam_role_policy`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::decode_document;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_iam_role_policy",
        action!(put),
        action!(read),
        Some(action!(put)),
        action!(delete),
    )
};

async fn put(data: &mut ResourceData) -> Result<(), String> {
    let (role, name) = match split(data.id()) {
        Ok((role, name)) => (role.to_owned(), name.to_owned()),
        Err(_) => (data.str("role").to_owned(), crate::names::of(data, "name", "name_prefix")),
    };
    let input = json!({ "RoleName": role, "PolicyName": name, "PolicyDocument": data.get("policy") });
    let call = data.call(&iam::PUT_ROLE_POLICY, input);
    call.await.map_err(|failure| format!("putting IAM Role ({role}) Policy ({name}): {failure}"))?;
    data.set_id(format!("{role}:{name}"));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let (role, name) = split(data.id()).map(|(role, name)| (role.to_owned(), name.to_owned()))?;
    let wrap = |failure: Failure| format!("reading IAM Role Policy ({role}:{name}): {failure}");
    let input = json!({ "RoleName": role, "PolicyName": name });
    match data.find(&iam::GET_ROLE_POLICY, input).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "name": name,
            "name_prefix": crate::resources::name_prefix(&name),
            "policy": decode_document(&found["PolicyDocument"]),
            "role": role,
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let (role, name) = split(data.id())?;
    let remove = data.remove(&iam::DELETE_ROLE_POLICY, json!({ "RoleName": role, "PolicyName": name }));
    remove.await.map_err(|failure| format!("deleting IAM Role Policy ({role}:{name}): {failure}"))
}

fn split(id: &str) -> Result<(&str, &str), String> {
    id.split_once(':')
        .ok_or_else(|| format!("role_policy id must be of the form <role name>:<role policy name>, got {id}"))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (role, name) = split(id)?;
    data.set_all(json!({ "id": id, "role": role, "name": name }));
    Ok(())
}
