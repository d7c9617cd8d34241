//! `aws_eip`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{first, tag_specifications, text, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::ec2;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    not_simulated: &[
        "address",
        "associate_with_private_ip",
        "customer_owned_ipv4_pool",
        "ipam_pool_id",
        "network_border_group",
        "public_ipv4_pool",
    ],
    ..ResourceType::new("aws_eip", action!(create), action!(read), Some(action!(update)), action!(delete))
};

/// What moves with the association.
fn customize(diff: &mut Diff<'_>) {
    if !diff.is_create() && diff.changes_any(&["instance", "network_interface"]) {
        for name in ["association_id", "private_dns", "private_ip"] {
            diff.set_unknown(name);
        }
        let moved = if diff.changes("instance") { "network_interface" } else { "instance" };
        if diff.config.get(moved).is_none_or(nuvola_tf_lang::Value::is_null) {
            diff.set_unknown(moved);
        }
    }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({
        "Domain": data.opt("domain"),
        "TagSpecifications": tag_specifications(data, "elastic-ip"),
    });
    let made = data.call(&ec2::ALLOCATE_ADDRESS, input).await;
    let made = made.map_err(|failure| format!("creating EC2 EIP: {failure}"))?;
    data.set_id(text(&made["AllocationId"]));
    associate(data).await
}

async fn associate(data: &ResourceData) -> Result<(), String> {
    let (instance, interface) = (data.opt("instance"), data.opt("network_interface"));
    if instance.is_null() && interface.is_null() {
        return Ok(());
    }
    let id = data.id();
    let input = json!({
        "AllocationId": id,
        "InstanceId": instance,
        "NetworkInterfaceId": if instance.is_null() { interface } else { Json::Null },
        "AllowReassociation": true,
    });
    let passes = |failure: &Failure| failure.says("InvalidInstanceID", "pending instance");
    let done = data.client.call_until(&data.region, &ec2::ASSOCIATE_ADDRESS, input, passes).await;
    done.map(|_| ()).map_err(|failure| format!("associating EC2 EIP ({id}): {failure}"))
}

async fn find(data: &ResourceData, id: &str) -> Result<Option<Json>, Failure> {
    let found = data.find(&ec2::DESCRIBE_ADDRESSES, json!({ "AllocationIds": [id] })).await?;
    Ok(found.as_ref().and_then(|found| first(&found["Addresses"])).cloned())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let found = find(data, &id).await;
    let found = found.map_err(|failure| format!("reading EC2 EIP ({id}): {failure}"))?;
    let Some(address) = found else {
        data.clear();
        return Ok(());
    };
    let region = data.region.clone();
    let (public, private) = (text(&address["PublicIp"]), text(&address["PrivateIpAddress"]));
    let public_dns = match region.as_str() {
        "us-east-1" => format!("ec2-{}.compute-1.amazonaws.com", public.replace('.', "-")),
        other => format!("ec2-{}.{other}.compute.amazonaws.com", public.replace('.', "-")),
    };
    let private_dns = match (private, region.as_str()) {
        ("", _) => String::new(),
        (ip, "us-east-1") => format!("ip-{}.ec2.internal", ip.replace('.', "-")),
        (ip, other) => format!("ip-{}.{other}.compute.internal", ip.replace('.', "-")),
    };
    data.set_all(json!({
        "allocation_id": id,
        "arn": data.arn("ec2", true, &format!("elastic-ip/{id}")),
        "association_id": text(&address["AssociationId"]),
        "carrier_ip": "",
        "customer_owned_ip": "",
        "domain": address["Domain"],
        "instance": text(&address["InstanceId"]),
        "network_border_group": address["NetworkBorderGroup"],
        "network_interface": text(&address["NetworkInterfaceId"]),
        "private_dns": private_dns,
        "private_ip": private,
        "ptr_record": "",
        "public_dns": public_dns,
        "public_ip": public,
        "public_ipv4_pool": address["PublicIpv4Pool"],
    }));
    data.read_tag_list(&address["Tags"]);
    Ok(())
}

async fn disassociate(data: &ResourceData, association: &str) -> Result<(), String> {
    if association.is_empty() {
        return Ok(());
    }
    let done = data.remove(&ec2::DISASSOCIATE_ADDRESS, json!({ "AssociationId": association })).await;
    done.map_err(|failure| format!("disassociating EC2 EIP ({}): {failure}", data.id()))
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    if data.changed_any(&["instance", "network_interface"]) {
        let old = data.prior.get("association_id").map(text).unwrap_or_default().to_owned();
        disassociate(data, &old).await?;
        associate(data).await?;
    }
    update_tags(data, &id).await.map_err(|failure| format!("updating tags for EC2 EIP ({id}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting EC2 EIP ({id}): {failure}");
    let Some(address) = find(data, &id).await.map_err(wrap)? else { return Ok(()) };
    disassociate(data, text(&address["AssociationId"])).await?;
    data.remove(&ec2::RELEASE_ADDRESS, json!({ "AllocationId": id })).await.map_err(wrap)
}
