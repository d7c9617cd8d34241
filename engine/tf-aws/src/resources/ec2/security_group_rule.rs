//! `aws_security_group_rule`: rules of one protocol and port range.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::rules::{self, Atom};
use super::{filter, security_group, text};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, ec2};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_security_group_rule",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

/// The rule with the names that `ingress` and `egress` of a group have.
fn rule(data: &ResourceData) -> Json {
    let source = data.opt("source_security_group_id");
    let groups = if source.is_null() || data.bool("self") { json!([]) } else { json!([source]) };
    rules::whole(&json!({
        "cidr_blocks": data.get("cidr_blocks"),
        "ipv6_cidr_blocks": data.get("ipv6_cidr_blocks"),
        "prefix_list_ids": data.get("prefix_list_ids"),
        "security_groups": groups,
        "self": data.get("self"),
        "protocol": data.get("protocol"),
        "from_port": data.get("from_port"),
        "to_port": data.get("to_port"),
        "description": data.get("description"),
    }))
}

fn atoms(data: &ResourceData) -> Vec<Atom> {
    let mut out = rules::atoms_of_rule(&rule(data), data.str("security_group_id"));
    for atom in out.iter_mut().filter(|atom| atom.protocol == "-1") {
        (atom.from, atom.to) = (0, 0);
    }
    out
}

/// An id that tells the rule's parts.
fn id(data: &ResourceData) -> String {
    let mut parts = format!(
        "{}-{}-{}-{}-{}-",
        data.str("security_group_id"),
        data.get("from_port"),
        data.get("to_port"),
        rules::protocol(data.str("protocol")),
        data.str("type")
    );
    let mut peers: Vec<String> = atoms(data).iter().map(|atom| format!("{:?}", atom.peer)).collect();
    peers.sort();
    parts.push_str(&peers.join("-"));
    format!("sgrule-{}", nuvola_kernel::crc::crc32(parts.as_bytes()))
}

fn operations(data: &ResourceData) -> [&'static Operation; 3] {
    match data.str("type") {
        "egress" => [
            &ec2::AUTHORIZE_SECURITY_GROUP_EGRESS,
            &ec2::REVOKE_SECURITY_GROUP_EGRESS,
            &ec2::UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_EGRESS,
        ],
        _ => [
            &ec2::AUTHORIZE_SECURITY_GROUP_INGRESS,
            &ec2::REVOKE_SECURITY_GROUP_INGRESS,
            &ec2::UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_INGRESS,
        ],
    }
}

fn request(data: &ResourceData) -> Json {
    json!({ "GroupId": data.str("security_group_id"), "IpPermissions": rules::permissions(&atoms(data)) })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let group = data.str("security_group_id").to_owned();
    let [authorize, ..] = operations(data);
    match data.call(authorize, request(data)).await {
        Ok(_) => {}
        Err(failure) if failure.is("InvalidPermission.Duplicate") => {
            return Err(format!(
                "[WARN] A duplicate Security Group rule was found on ({group}). This may be\na side effect of a \
                 now-fixed Terraform issue causing two security groups with\nidentical attributes but different \
                 source_security_group_ids to overwrite each\nother in the state. See https://github.com/hashicorp/terraform/pull/2376 \
                 for more\ninformation and instructions for recovery. Error: {failure}"
            ));
        }
        Err(failure) => {
            return Err(format!("authorizing Security Group ({group}) Rule ({}): {failure}", id(data)));
        }
    }
    data.set_id(id(data));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let group_id = data.str("security_group_id").to_owned();
    let wrap = |failure: Failure| format!("reading Security Group ({group_id}) Rule: {failure}");
    let Some(group) = security_group::find(data, &group_id).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let egress = data.str("type") == "egress";
    let member = if egress { "IpPermissionsEgress" } else { "IpPermissions" };
    let there = rules::atoms_of_permissions(&group[member]);
    let same =
        |own: &Atom, other: &Atom| Atom { description: other.description.clone(), ..own.clone() } == *other;
    let wanted = atoms(data);
    let found: Vec<&Atom> =
        wanted.iter().filter_map(|own| there.iter().find(|other| same(own, other))).collect();
    if found.is_empty() || found.len() < wanted.len() {
        data.clear();
        return Ok(());
    }
    let description = found[0].description.clone();
    data.set_all(json!({
        "description": description,
        "protocol": rules::protocol(data.str("protocol")),
        "self": data.bool("self"),
        "source_security_group_id": data.opt("source_security_group_id"),
    }));
    if data.str("id").is_empty() || !data.str("id").starts_with("sgrule-") {
        data.set_id(id(data));
    }
    let rule_id = single_rule_id(data, &wanted, egress).await.map_err(wrap)?;
    data.set("security_group_rule_id", rule_id);
    Ok(())
}

/// The id that AWS gave the rule, if it is one.
async fn single_rule_id(data: &ResourceData, wanted: &[Atom], egress: bool) -> Result<String, Failure> {
    let [only] = wanted else { return Ok(String::new()) };
    let input = json!({ "Filters": [filter("group-id", data.str("security_group_id"))] });
    let found = data.call(&ec2::DESCRIBE_SECURITY_GROUP_RULES, input).await?;
    let mut all = found["SecurityGroupRules"].as_array().into_iter().flatten();
    let is_it = |rule: &&Json| {
        let peer = match &only.peer {
            rules::Peer::Cidr(cidr) => rule["CidrIpv4"] == cidr.as_str(),
            rules::Peer::Cidr6(cidr) => rule["CidrIpv6"] == cidr.as_str(),
            rules::Peer::PrefixList(id) => rule["PrefixListId"] == id.as_str(),
            rules::Peer::Group(id) => rule["ReferencedGroupInfo"]["GroupId"] == id.as_str(),
        };
        let ports = only.protocol == "-1" || rule["FromPort"] == only.from && rule["ToPort"] == only.to;
        peer && ports && rule["IsEgress"] == egress && rule["IpProtocol"] == only.protocol.as_str()
    };
    Ok(all.find(is_it).map(|rule| text(&rule["SecurityGroupRuleId"]).to_owned()).unwrap_or_default())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let [_, _, describe] = operations(data);
    let group = data.str("security_group_id").to_owned();
    let done = data.call(describe, request(data)).await;
    done.map(|_| ()).map_err(|failure| {
        format!("updating Security Group ({group}) Rule ({}) description: {failure}", data.id())
    })
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let [_, revoke, _] = operations(data);
    let group = data.str("security_group_id").to_owned();
    let done = data.remove(revoke, request(data)).await;
    done.map_err(|failure| format!("revoking Security Group ({group}) Rule ({}): {failure}", data.id()))
}

/// `GROUP_TYPE_PROTOCOL_FROM_TO_PEER[_PEER..]`
fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let wrong = || {
        format!(
            "unexpected format of import string ({id:?}), expected SECURITYGROUPID_TYPE_PROTOCOL_FROMPORT_TOPORT_SOURCE[_SOURCE]*"
        )
    };
    let parts: Vec<&str> = id.split('_').collect();
    let [group, kind, protocol, from, to, peers @ ..] = parts.as_slice() else { return Err(wrong()) };
    if peers.is_empty() || !matches!(*kind, "ingress" | "egress") {
        return Err(wrong());
    }
    let port = |text: &str| text.parse::<i64>().or_else(|_| if text == "all" { Ok(0) } else { Err(wrong()) });
    data.set_all(json!({
        "id": id,
        "security_group_id": group,
        "type": kind,
        "protocol": rules::protocol(protocol),
        "from_port": port(from)?,
        "to_port": port(to)?,
        "self": false,
    }));
    let (mut cidrs, mut cidrs6, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for peer in peers {
        match *peer {
            "self" => data.set("self", true),
            group if group.starts_with("sg-") => data.set("source_security_group_id", group),
            list if list.starts_with("pl-") => lists.push(list),
            cidr if cidr.contains(':') => cidrs6.push(cidr),
            cidr => cidrs.push(cidr),
        }
    }
    for (name, items) in [("cidr_blocks", cidrs), ("ipv6_cidr_blocks", cidrs6), ("prefix_list_ids", lists)] {
        if !items.is_empty() {
            data.set(name, items);
        }
    }
    Ok(())
}
