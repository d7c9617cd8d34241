//! `aws_eip_association`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{filter, first, text};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::ec2;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["private_ip_address"],
    ..ResourceType::new("aws_eip_association", action!(create), action!(read), None, action!(delete))
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({
        "AllocationId": data.opt("allocation_id"),
        "PublicIp": if data.str("allocation_id").is_empty() { data.opt("public_ip") } else { Json::Null },
        "InstanceId": data.opt("instance_id"),
        "NetworkInterfaceId": data.opt("network_interface_id"),
        "AllowReassociation": data.opt("allow_reassociation"),
    });
    let passes = |failure: &Failure| failure.says("InvalidInstanceID", "pending instance");
    let made = data.client.call_until(&data.region, &ec2::ASSOCIATE_ADDRESS, input, passes).await;
    let made = made.map_err(|failure| format!("creating EC2 EIP Association: {failure}"))?;
    data.set_id(text(&made["AssociationId"]));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let input = json!({ "Filters": [filter("association-id", &id)] });
    let found = data.call(&ec2::DESCRIBE_ADDRESSES, input).await;
    let found = found.map_err(|failure| format!("reading EC2 EIP Association ({id}): {failure}"))?;
    let Some(address) = first(&found["Addresses"]).cloned() else {
        data.clear();
        return Ok(());
    };
    data.set_all(json!({
        "allocation_id": address["AllocationId"],
        "instance_id": text(&address["InstanceId"]),
        "network_interface_id": address["NetworkInterfaceId"],
        "private_ip_address": address["PrivateIpAddress"],
        "public_ip": address["PublicIp"],
    }));
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let done = data.remove(&ec2::DISASSOCIATE_ADDRESS, json!({ "AssociationId": id })).await;
    done.map_err(|failure| format!("deleting EC2 EIP Association ({id}): {failure}"))
}
