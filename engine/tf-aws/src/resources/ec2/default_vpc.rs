//! `aws_default_vpc`: takes over the VPC that every region has, and leaves it when it is deleted.
//!
//! **Source**: the provider's documentation of the resource.

use super::{filter, first, text, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::ec2;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &[
        "assign_generated_ipv6_cidr_block",
        "enable_network_address_usage_metrics",
        "force_destroy",
        "ipv6_cidr_block",
        "ipv6_cidr_block_network_border_group",
        "ipv6_ipam_pool_id",
        "ipv6_netmask_length",
    ],
    ..ResourceType::new(
        "aws_default_vpc",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({ "Filters": [filter("is-default", "true")] });
    let found = data.call(&ec2::DESCRIBE_VPCS, input).await;
    let found = found.map_err(|failure| format!("reading EC2 Default VPC: {failure}"))?;
    let id = first(&found["Vpcs"]).map(|vpc| text(&vpc["VpcId"]).to_owned());
    let id = id.ok_or_else(|| "reading EC2 Default VPC: couldn't find resource".to_owned())?;
    data.set_id(id.clone());
    data.set("existing_default_vpc", true);
    update(data).await
}

/// Ids of what a VPC has from the start.
pub(crate) async fn parts(data: &ResourceData, vpc: &str) -> Result<Json, Failure> {
    let of_vpc = filter("vpc-id", vpc);
    let input = json!({ "Filters": [of_vpc, filter("default", "true")] });
    let acls = data.call(&ec2::DESCRIBE_NETWORK_ACLS, input).await?;
    let input = json!({ "Filters": [of_vpc, filter("association.main", "true")] });
    let tables = data.call(&ec2::DESCRIBE_ROUTE_TABLES, input).await?;
    let input = json!({ "Filters": [of_vpc, filter("group-name", "default")] });
    let groups = data.call(&ec2::DESCRIBE_SECURITY_GROUPS, input).await?;
    let id = |answer: &Json, list: &str, member: &str| first(&answer[list]).map(|one| one[member].clone());
    Ok(json!({
        "acl": id(&acls, "NetworkAcls", "NetworkAclId"),
        "table": id(&tables, "RouteTables", "RouteTableId"),
        "group": id(&groups, "SecurityGroups", "GroupId"),
    }))
}

/// An attribute of a VPC.
pub(crate) async fn attribute(data: &ResourceData, vpc: &str, name: &str) -> Result<Json, Failure> {
    let input = json!({ "VpcId": vpc, "Attribute": name });
    let found = data.call(&ec2::DESCRIBE_VPC_ATTRIBUTE, input).await?;
    let mut member = name.to_owned();
    member[..1].make_ascii_uppercase();
    Ok(found[member.as_str()]["Value"].clone())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading EC2 VPC ({id}): {failure}");
    let found = data.find(&ec2::DESCRIBE_VPCS, json!({ "VpcIds": [id] })).await.map_err(wrap)?;
    let Some(vpc) = found.as_ref().and_then(|found| first(&found["Vpcs"])).cloned() else {
        data.clear();
        return Ok(());
    };
    let parts = parts(data, &id).await.map_err(wrap)?;
    for (name, member) in [
        ("enable_dns_hostnames", "enableDnsHostnames"),
        ("enable_dns_support", "enableDnsSupport"),
        ("enable_network_address_usage_metrics", "enableNetworkAddressUsageMetrics"),
    ] {
        let value = attribute(data, &id, member).await.map_err(wrap)?;
        data.set(name, value);
    }
    data.set_all(json!({
        "arn": data.arn("ec2", true, &format!("vpc/{id}")),
        "cidr_block": vpc["CidrBlock"],
        "default_network_acl_id": parts["acl"],
        "default_route_table_id": parts["table"],
        "default_security_group_id": parts["group"],
        "dhcp_options_id": vpc["DhcpOptionsId"],
        "instance_tenancy": vpc["InstanceTenancy"],
        "ipv6_association_id": "",
        "ipv6_cidr_block": "",
        "ipv6_cidr_block_network_border_group": "",
        "main_route_table_id": parts["table"],
        "owner_id": vpc["OwnerId"],
    }));
    if data.get("existing_default_vpc").is_null() {
        data.set("existing_default_vpc", true);
    }
    data.read_tag_list(&vpc["Tags"]);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    for name in ["enable_dns_hostnames", "enable_dns_support"] {
        if data.get(name) == &Json::Bool(false) {
            return Err(format!("{name} = false of an aws_default_vpc is not simulated by Nuvola"));
        }
    }
    update_tags(data, &id).await.map_err(|failure| format!("updating tags for EC2 VPC ({id}): {failure}"))
}

/// Without `force_destroy` it is only forgotten.
async fn delete(_data: &mut ResourceData) -> Result<(), String> {
    Ok(())
}
