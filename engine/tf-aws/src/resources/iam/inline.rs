//! Inline policies of users and groups: `aws_iam_user_policy` and `aws_iam_group_policy`.
//!
//! **Source**: the provider's documentation of the resources; texts as their logic words them.

use super::decode_document;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::ResourceType;
use crate::wire::{Operation, iam};
use serde_json::{Value as Json, json};

/// Whose policies they are.
struct Owner {
    /// As texts write it.
    noun: &'static str,
    /// The attribute with the owner's name.
    attribute: &'static str,
    /// The member of requests with the owner's name.
    member: &'static str,
    put: &'static Operation,
    get: &'static Operation,
    delete: &'static Operation,
}

static USER: Owner = Owner {
    noun: "User",
    attribute: "user",
    member: "UserName",
    put: &iam::PUT_USER_POLICY,
    get: &iam::GET_USER_POLICY,
    delete: &iam::DELETE_USER_POLICY,
};

static GROUP: Owner = Owner {
    noun: "Group",
    attribute: "group",
    member: "GroupName",
    put: &iam::PUT_GROUP_POLICY,
    get: &iam::GET_GROUP_POLICY,
    delete: &iam::DELETE_GROUP_POLICY,
};

pub static USER_POLICY: ResourceType = ResourceType {
    import: |data, id| import(data, id, &USER),
    ..ResourceType::new(
        "aws_iam_user_policy",
        |data| Box::pin(put(data, &USER)),
        |data| Box::pin(read(data, &USER)),
        Some(|data| Box::pin(put(data, &USER))),
        |data| Box::pin(delete(data, &USER)),
    )
};

pub static GROUP_POLICY: ResourceType = ResourceType {
    import: |data, id| import(data, id, &GROUP),
    ..ResourceType::new(
        "aws_iam_group_policy",
        |data| Box::pin(put(data, &GROUP)),
        |data| Box::pin(read(data, &GROUP)),
        Some(|data| Box::pin(put(data, &GROUP))),
        |data| Box::pin(delete(data, &GROUP)),
    )
};

impl Owner {
    fn input(&self, owner: &str, name: &str) -> Json {
        json!({ self.member: owner, "PolicyName": name })
    }

    /// The parts of an id.
    fn split(&self, id: &str) -> Result<(String, String), String> {
        let parts = id.split_once(':').filter(|(owner, name)| !owner.is_empty() && !name.is_empty());
        let owner = self.attribute;
        parts.map(|(owner, name)| (owner.to_owned(), name.to_owned())).ok_or_else(|| {
            format!("{owner}_policy id must be of the form <{owner} name>:<{owner} policy name>, got {id}")
        })
    }
}

async fn put(data: &mut ResourceData, owner: &Owner) -> Result<(), String> {
    let (holder, name) = owner.split(data.id()).unwrap_or_else(|_| {
        (data.str(owner.attribute).to_owned(), crate::names::of(data, "name", "name_prefix"))
    });
    let mut input = owner.input(&holder, &name);
    input["PolicyDocument"] = data.get("policy").clone();
    let call = data.call(owner.put, input).await;
    call.map_err(|failure| format!("putting IAM {} ({holder}) Policy ({name}): {failure}", owner.noun))?;
    data.set_id(format!("{holder}:{name}"));
    Ok(())
}

async fn read(data: &mut ResourceData, owner: &Owner) -> Result<(), String> {
    let (holder, name) = owner.split(data.id())?;
    let wrap = |failure: Failure| format!("reading IAM {} Policy ({holder}:{name}): {failure}", owner.noun);
    match data.find(owner.get, owner.input(&holder, &name)).await.map_err(wrap)? {
        Some(found) => data.set_all(json!({
            "name": name,
            "name_prefix": crate::resources::name_prefix(&name),
            "policy": decode_document(&found["PolicyDocument"]),
            owner.attribute: holder,
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData, owner: &Owner) -> Result<(), String> {
    let (holder, name) = owner.split(data.id())?;
    let remove = data.remove(owner.delete, owner.input(&holder, &name)).await;
    remove.map_err(|failure| format!("deleting IAM {} Policy ({holder}:{name}): {failure}", owner.noun))
}

fn import(data: &mut ResourceData, id: &str, owner: &Owner) -> Result<(), String> {
    let (holder, name) = owner.split(id)?;
    data.set_all(json!({ "id": id, owner.attribute: holder, "name": name }));
    Ok(())
}
