//! `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`: one rule each.
//!
//! **Source**: the provider's documentation of the resources; texts as its logic words them.

use super::{first, tag_specifications, text, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::{Operation, ec2};
use serde_json::{Value as Json, json};

pub static INGRESS: ResourceType = ResourceType::new(
    "aws_vpc_security_group_ingress_rule",
    action!(create_ingress),
    action!(read),
    Some(action!(update)),
    action!(delete_ingress),
);

pub static EGRESS: ResourceType = ResourceType::new(
    "aws_vpc_security_group_egress_rule",
    action!(create_egress),
    action!(read),
    Some(action!(update)),
    action!(delete_egress),
);

async fn create_ingress(data: &mut ResourceData) -> Result<(), String> {
    create(data, &ec2::AUTHORIZE_SECURITY_GROUP_INGRESS, "Ingress").await
}

async fn create_egress(data: &mut ResourceData) -> Result<(), String> {
    create(data, &ec2::AUTHORIZE_SECURITY_GROUP_EGRESS, "Egress").await
}

async fn create(data: &mut ResourceData, operation: &Operation, side: &str) -> Result<(), String> {
    let description = data.get("description").clone();
    let peers = [
        ("cidr_ipv4", "IpRanges", "CidrIp"),
        ("cidr_ipv6", "Ipv6Ranges", "CidrIpv6"),
        ("prefix_list_id", "PrefixListIds", "PrefixListId"),
        ("referenced_security_group_id", "UserIdGroupPairs", "GroupId"),
    ];
    let mut permission = json!({
        "IpProtocol": data.get("ip_protocol"),
        "FromPort": data.get("from_port"),
        "ToPort": data.get("to_port"),
    });
    for (name, list, member) in peers {
        let peer = data.opt(name);
        if !peer.is_null() {
            permission[list] = json!([{ member: peer, "Description": description }]);
        }
    }
    let input = json!({
        "GroupId": data.get("security_group_id"),
        "IpPermissions": [permission],
        "TagSpecifications": tag_specifications(data, "security-group-rule"),
    });
    let made = data.call(operation, input).await;
    let made = made.map_err(|failure| format!("creating VPC Security Group {side} Rule: {failure}"))?;
    let rule = first(&made["SecurityGroupRules"]).cloned().unwrap_or_default();
    data.set_id(text(&rule["SecurityGroupRuleId"]));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let found = data.find(&ec2::DESCRIBE_SECURITY_GROUP_RULES, json!({ "SecurityGroupRuleIds": [id] })).await;
    let found = found.map_err(|failure| format!("reading VPC Security Group Rule ({id}): {failure}"))?;
    let Some(rule) = found.as_ref().and_then(|found| first(&found["SecurityGroupRules"])).cloned() else {
        data.clear();
        return Ok(());
    };
    // All traffic has no ports: what was said of them stays.
    let port = |name: &str, member: &str| match rule["IpProtocol"] == "-1" {
        true => data.get(name).clone(),
        false => rule[member].clone(),
    };
    let (from, to) = (port("from_port", "FromPort"), port("to_port", "ToPort"));
    data.set_all(json!({
        "arn": data.arn("ec2", true, &format!("security-group-rule/{id}")),
        "cidr_ipv4": rule["CidrIpv4"],
        "cidr_ipv6": rule["CidrIpv6"],
        "description": rule["Description"],
        "from_port": from,
        "ip_protocol": rule["IpProtocol"],
        "prefix_list_id": rule["PrefixListId"],
        "referenced_security_group_id": rule["ReferencedGroupInfo"]["GroupId"],
        "security_group_id": rule["GroupId"],
        "security_group_rule_id": id,
        "to_port": to,
    }));
    data.read_tag_list(&rule["Tags"]);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let named = [
        "cidr_ipv4",
        "cidr_ipv6",
        "description",
        "from_port",
        "ip_protocol",
        "prefix_list_id",
        "referenced_security_group_id",
        "to_port",
    ];
    if data.changed_any(&named) {
        let wanted: Json = json!({
            "IpProtocol": data.get("ip_protocol"),
            "FromPort": data.get("from_port"),
            "ToPort": data.get("to_port"),
            "CidrIpv4": data.opt("cidr_ipv4"),
            "CidrIpv6": data.opt("cidr_ipv6"),
            "PrefixListId": data.opt("prefix_list_id"),
            "ReferencedGroupId": data.opt("referenced_security_group_id"),
            "Description": data.opt("description"),
        });
        let input = json!({
            "GroupId": data.get("security_group_id"),
            "SecurityGroupRules": [{ "SecurityGroupRuleId": id, "SecurityGroupRule": wanted }],
        });
        let done = data.call(&ec2::MODIFY_SECURITY_GROUP_RULES, input).await;
        done.map_err(|failure| format!("updating VPC Security Group Rule ({id}): {failure}"))?;
    }
    update_tags(data, &id)
        .await
        .map_err(|failure| format!("updating tags for VPC Security Group Rule ({id}): {failure}"))
}

async fn delete_ingress(data: &mut ResourceData) -> Result<(), String> {
    delete(data, &ec2::REVOKE_SECURITY_GROUP_INGRESS).await
}

async fn delete_egress(data: &mut ResourceData) -> Result<(), String> {
    delete(data, &ec2::REVOKE_SECURITY_GROUP_EGRESS).await
}

async fn delete(data: &mut ResourceData, operation: &Operation) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting VPC Security Group Rule ({id}): {failure}");
    let input = json!({ "GroupId": data.get("security_group_id"), "SecurityGroupRuleIds": [id] });
    data.remove(operation, input).await.map_err(wrap)
}
