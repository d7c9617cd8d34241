//! `aws_security_group`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::rules::{self, Atom};
use super::{filter, first, tag_specifications, text, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action, name_prefix};
use crate::values::rebuilt;
use crate::wire::ec2;
use nuvola_tf_lang::{Members, Type, Value};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    ..ResourceType::new(
        "aws_security_group",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// Rules are planned with everything that they do not say written out, as the state has them.
pub fn customize(diff: &mut Diff<'_>) {
    for name in ["ingress", "egress"] {
        let Some(value) = diff.planned.get(name).cloned() else { continue };
        if let Some(items) = value.as_seq() {
            let items = items.iter().map(written_out).collect();
            diff.set(name, rebuilt(value.ty(), items));
        }
    }
}

fn written_out(rule: &Value) -> Value {
    let Some(members) = rule.as_members() else { return rule.clone() };
    let filled: Members = members
        .iter()
        .map(|(name, value)| {
            let value = match value.is_null() {
                true => nothing(value.ty()),
                false => value.clone(),
            };
            let all = &**name == "protocol" && value.as_str() == Some("all");
            (name.clone(), if all { Value::string("-1") } else { value })
        })
        .collect();
    Value::object(filled)
}

/// The value that says nothing.
fn nothing(ty: &Type) -> Value {
    crate::values::value_of(
        &if matches!(ty, Type::List(_) | Type::Set(_)) {
            json!([])
        } else if matches!(ty, Type::Bool) {
            json!(false)
        } else if matches!(ty, Type::Number) {
            json!(0)
        } else {
            json!("")
        },
        ty,
    )
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let wrap = |failure: Failure| format!("creating Security Group ({name}): {failure}");
    let input = json!({
        "GroupName": name,
        "Description": data.get("description"),
        "VpcId": data.opt("vpc_id"),
        "TagSpecifications": tag_specifications(data, "security-group"),
    });
    let made = data.call(&ec2::CREATE_SECURITY_GROUP, input).await.map_err(wrap)?;
    let id = text(&made["GroupId"]).to_owned();
    data.set_id(id.clone());
    // AWS lets everything out of a new group; Terraform only what is said.
    let everything = Atom {
        protocol: "-1".to_owned(),
        from: 0,
        to: 0,
        peer: rules::Peer::Cidr("0.0.0.0/0".to_owned()),
        description: String::new(),
    };
    let input = json!({ "GroupId": id, "IpPermissions": rules::permissions(&[everything]) });
    data.call(&ec2::REVOKE_SECURITY_GROUP_EGRESS, input).await.map_err(|failure| {
        format!("revoking default IPv4 egress rule for Security Group ({id}): {failure}")
    })?;
    update_rules(data, &id).await
}

/// Takes away the rules that are no longer wanted and adds those that are missing.
pub async fn update_rules(data: &ResourceData, id: &str) -> Result<(), String> {
    let nothing = Json::Null;
    for (name, authorize, revoke) in [
        ("ingress", &ec2::AUTHORIZE_SECURITY_GROUP_INGRESS, &ec2::REVOKE_SECURITY_GROUP_INGRESS),
        ("egress", &ec2::AUTHORIZE_SECURITY_GROUP_EGRESS, &ec2::REVOKE_SECURITY_GROUP_EGRESS),
    ] {
        let atoms = |rules: &Json| -> Vec<Atom> {
            let all = rules.as_array().into_iter().flatten();
            all.flat_map(|rule| rules::atoms_of_rule(rule, id)).collect()
        };
        let old = atoms(data.prior.get(name).unwrap_or(&nothing));
        let new = atoms(data.get(name));
        let gone: Vec<Atom> = old.iter().filter(|atom| !new.contains(atom)).cloned().collect();
        let added: Vec<Atom> = new.iter().filter(|atom| !old.contains(atom)).cloned().collect();
        for (atoms, operation, verb) in [(gone, revoke, "revoking"), (added, authorize, "authorizing")] {
            if atoms.is_empty() {
                continue;
            }
            let input = json!({ "GroupId": id, "IpPermissions": rules::permissions(&atoms) });
            let done = data.call(operation, input).await;
            done.map_err(|failure| {
                format!("updating Security Group ({id}) {name} rules: {verb} Security Group ({name}) rules: {failure}")
            })?;
        }
    }
    Ok(())
}

pub async fn find(data: &ResourceData, id: &str) -> Result<Option<Json>, Failure> {
    let found = data.find(&ec2::DESCRIBE_SECURITY_GROUPS, json!({ "GroupIds": [id] })).await?;
    Ok(found.as_ref().and_then(|found| first(&found["SecurityGroups"])).cloned())
}

pub async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let found = find(data, &id).await;
    let found = found.map_err(|failure| format!("reading Security Group ({id}): {failure}"))?;
    let Some(group) = found else {
        data.clear();
        return Ok(());
    };
    let name = text(&group["GroupName"]);
    let rules = |member: &str, name: &str| {
        rules::rules_of(rules::atoms_of_permissions(&group[member]), data.get(name), &id)
    };
    let (ingress, egress) = (rules("IpPermissions", "ingress"), rules("IpPermissionsEgress", "egress"));
    data.set_all(json!({
        "arn": data.arn("ec2", true, &format!("security-group/{id}")),
        "description": group["Description"],
        "egress": egress,
        "ingress": ingress,
        "name": name,
        "name_prefix": name_prefix(name),
        "owner_id": group["OwnerId"],
        "vpc_id": group["VpcId"],
    }));
    data.read_tag_list(&group["Tags"]);
    Ok(())
}

pub async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    update_rules(data, &id).await?;
    update_tags(data, &id).await.map_err(|failure| {
        format!("updating tags for EC2 (Elastic Compute Cloud) Security Group ({id}): {failure}")
    })
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting Security Group ({id}): {failure}");
    if data.bool("revoke_rules_on_delete") {
        forget_group(data, &id).await.map_err(wrap)?;
    }
    // What uses the group may still be ending.
    let passes = |failure: &Failure| failure.is("DependencyViolation");
    let input = json!({ "GroupId": id });
    let done = data.client.call_until(&data.region, &ec2::DELETE_SECURITY_GROUP, input, passes).await;
    match done {
        Err(failure) if !failure.is_absence() => Err(wrap(failure)),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Takes away the rules of other groups that name this one.
async fn forget_group(data: &ResourceData, id: &str) -> Result<(), Failure> {
    let sides = [
        ("ip-permission.group-id", "IpPermissions", &ec2::REVOKE_SECURITY_GROUP_INGRESS),
        ("egress.ip-permission.group-id", "IpPermissionsEgress", &ec2::REVOKE_SECURITY_GROUP_EGRESS),
    ];
    for (name, member, revoke) in sides {
        let found =
            data.call(&ec2::DESCRIBE_SECURITY_GROUPS, json!({ "Filters": [filter(name, id)] })).await?;
        for group in found["SecurityGroups"].as_array().into_iter().flatten() {
            let mut atoms = rules::atoms_of_permissions(&group[member]);
            atoms.retain(|atom| atom.peer == rules::Peer::Group(id.to_owned()));
            let input = json!({ "GroupId": group["GroupId"], "IpPermissions": rules::permissions(&atoms) });
            data.remove(revoke, input).await?;
        }
    }
    Ok(())
}
