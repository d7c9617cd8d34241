//! Managed policies on users and groups: `aws_iam_user_policy_attachment`, `aws_iam_group_policy_attachment`, and
//! `aws_iam_policy_attachment`, which holds all that a policy is attached to.
//!
//! **Source**: the provider's documentation of the resources; texts as their logic words them.

use super::texts;
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, iam};
use serde_json::{Value as Json, json};

/// What policies are attached to.
struct Holder {
    /// As texts write it.
    noun: &'static str,
    /// The attribute with the holder's name.
    attribute: &'static str,
    /// The attribute of `aws_iam_policy_attachment` with all names.
    plural: &'static str,
    /// The member of requests with the holder's name.
    member: &'static str,
    attach: &'static Operation,
    detach: &'static Operation,
    list: &'static Operation,
    /// The members of ListEntitiesForPolicy.
    listed: &'static str,
}

static USER: Holder = Holder {
    noun: "User",
    attribute: "user",
    plural: "users",
    member: "UserName",
    attach: &iam::ATTACH_USER_POLICY,
    detach: &iam::DETACH_USER_POLICY,
    list: &iam::LIST_ATTACHED_USER_POLICIES,
    listed: "PolicyUsers",
};

static GROUP: Holder = Holder {
    noun: "Group",
    attribute: "group",
    plural: "groups",
    member: "GroupName",
    attach: &iam::ATTACH_GROUP_POLICY,
    detach: &iam::DETACH_GROUP_POLICY,
    list: &iam::LIST_ATTACHED_GROUP_POLICIES,
    listed: "PolicyGroups",
};

static ROLE: Holder = Holder {
    noun: "Role",
    attribute: "role",
    plural: "roles",
    member: "RoleName",
    attach: &iam::ATTACH_ROLE_POLICY,
    detach: &iam::DETACH_ROLE_POLICY,
    list: &iam::LIST_ATTACHED_ROLE_POLICIES,
    listed: "PolicyRoles",
};

pub static USER_POLICY_ATTACHMENT: ResourceType = ResourceType {
    import: |data, id| import(data, id, &USER),
    ..ResourceType::new(
        "aws_iam_user_policy_attachment",
        |data| Box::pin(create(data, &USER)),
        |data| Box::pin(read(data, &USER)),
        None,
        |data| Box::pin(delete(data, &USER)),
    )
};

pub static GROUP_POLICY_ATTACHMENT: ResourceType = ResourceType {
    import: |data, id| import(data, id, &GROUP),
    ..ResourceType::new(
        "aws_iam_group_policy_attachment",
        |data| Box::pin(create(data, &GROUP)),
        |data| Box::pin(read(data, &GROUP)),
        None,
        |data| Box::pin(delete(data, &GROUP)),
    )
};

pub static POLICY_ATTACHMENT: ResourceType = ResourceType {
    import: |_, _| Err("resource aws_iam_policy_attachment doesn't support import".to_owned()),
    ..ResourceType::new(
        "aws_iam_policy_attachment",
        action!(create_all),
        action!(read_all),
        Some(action!(update_all)),
        action!(delete_all),
    )
};

impl Holder {
    async fn attach(&self, data: &ResourceData, name: &str, arn: &str) -> Result<(), String> {
        let call = data.call(self.attach, json!({ self.member: name, "PolicyArn": arn })).await;
        call.map(|_| ()).map_err(|failure| {
            format!("attaching IAM Policy ({arn}) to IAM {} ({name}): {failure}", self.noun)
        })
    }

    async fn detach(&self, data: &ResourceData, name: &str, arn: &str) -> Result<(), String> {
        let remove = data.remove(self.detach, json!({ self.member: name, "PolicyArn": arn })).await;
        remove.map_err(|failure| {
            format!("detaching IAM Policy ({arn}) from IAM {} ({name}): {failure}", self.noun)
        })
    }
}

fn parts(data: &ResourceData, holder: &Holder) -> (String, String) {
    (data.str(holder.attribute).to_owned(), data.str("policy_arn").to_owned())
}

async fn create(data: &mut ResourceData, holder: &Holder) -> Result<(), String> {
    let (name, arn) = parts(data, holder);
    holder.attach(data, &name, &arn).await?;
    let id = crate::names::unique(data, &format!("{name}-"));
    data.set_id(id);
    Ok(())
}

async fn read(data: &mut ResourceData, holder: &Holder) -> Result<(), String> {
    let (name, arn) = parts(data, holder);
    let wrap = |failure: Failure| {
        format!("reading IAM {} ({name}) Policy ({arn}) Attachment: {failure}", holder.noun)
    };
    let found = data.find(holder.list, json!({ holder.member: name })).await.map_err(wrap)?;
    let found = found.unwrap_or_default();
    let mut attached = found["AttachedPolicies"].as_array().into_iter().flatten();
    if !attached.any(|policy| policy["PolicyArn"] == arn) {
        data.clear();
    }
    Ok(())
}

async fn delete(data: &mut ResourceData, holder: &Holder) -> Result<(), String> {
    let (name, arn) = parts(data, holder);
    holder.detach(data, &name, &arn).await
}

fn import(data: &mut ResourceData, id: &str, holder: &Holder) -> Result<(), String> {
    let parts = id.split_once('/').filter(|(name, arn)| !name.is_empty() && !arn.is_empty());
    let Some((name, arn)) = parts else {
        let noun = holder.attribute;
        return Err(format!("unexpected format of ID ({id:?}), expected <{noun}-name>/<policy_arn>"));
    };
    data.set_all(json!({ holder.attribute: name, "policy_arn": arn }));
    let id = crate::names::unique(data, &format!("{name}-"));
    data.set_id(id);
    Ok(())
}

static HOLDERS: [&Holder; 3] = [&USER, &ROLE, &GROUP];

/// Attaches to what is new in the lists, and detaches from what is gone.
async fn apply_all(data: &ResourceData) -> Result<(), String> {
    let arn = data.str("policy_arn").to_owned();
    for holder in HOLDERS {
        let old = texts(data.prior.get(holder.plural).unwrap_or(&Json::Null));
        let new = texts(data.get(holder.plural));
        for name in old.iter().filter(|name| !new.contains(name)) {
            holder.detach(data, name, &arn).await?;
        }
        for name in new.iter().filter(|name| !old.contains(name)) {
            holder.attach(data, name, &arn).await?;
        }
    }
    Ok(())
}

async fn create_all(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    apply_all(data).await?;
    data.set_id(name);
    Ok(())
}

async fn update_all(data: &mut ResourceData) -> Result<(), String> {
    apply_all(data).await
}

async fn read_all(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.str("policy_arn").to_owned();
    let mut names: [Vec<Json>; 3] = Default::default();
    let mut marker = Json::Null;
    loop {
        let input = json!({ "PolicyArn": arn, "Marker": marker });
        let found = data.find(&iam::LIST_ENTITIES_FOR_POLICY, input).await;
        let found = found.map_err(|failure| format!("reading IAM Policy Attachment ({arn}): {failure}"))?;
        let Some(page) = found else {
            data.clear();
            return Ok(());
        };
        for (holder, names) in HOLDERS.iter().zip(&mut names) {
            let listed = page[holder.listed].as_array().into_iter().flatten();
            names.extend(listed.map(|one| one[holder.member].clone()));
        }
        marker = crate::data::non_zero(&page["Marker"]);
        if marker.is_null() {
            break;
        }
    }
    for (holder, names) in HOLDERS.iter().zip(names) {
        data.set(holder.plural, names);
    }
    Ok(())
}

async fn delete_all(data: &mut ResourceData) -> Result<(), String> {
    let arn = data.str("policy_arn").to_owned();
    for holder in HOLDERS {
        for name in texts(data.get(holder.plural)) {
            holder.detach(data, &name, &arn).await?;
        }
    }
    Ok(())
}
