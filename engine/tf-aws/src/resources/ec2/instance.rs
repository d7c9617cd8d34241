//! `aws_instance`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{first, tag_specifications, text, update_tags, wait_for_state};
use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::plan::Diff;
use crate::resources::{ResourceType, action};
use crate::wire::ec2;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    customize,
    not_simulated: &[
        "capacity_reservation_specification",
        "cpu_options",
        "ebs_block_device",
        "enable_primary_ipv6",
        "enclave_options",
        "ephemeral_block_device",
        "get_password_data",
        "hibernation",
        "host_id",
        "host_resource_group_arn",
        "instance_market_options",
        "ipv6_address_count",
        "ipv6_addresses",
        "launch_template",
        "maintenance_options",
        "network_interface",
        "placement_group",
        "placement_group_id",
        "placement_partition_number",
        "primary_network_interface",
        "private_dns_name_options",
        "secondary_private_ips",
        "volume_tags",
    ],
    ..ResourceType::new(
        "aws_instance",
        action!(create),
        action!(super::instance_read::read),
        Some(action!(update)),
        action!(delete),
    )
};

/// What is changed only while the instance is stopped.
const STOPS: &[&str] = &["instance_type", "user_data", "user_data_base64"];

fn customize(diff: &mut Diff<'_>) {
    // A burstable instance has a credit specification whether it was asked for or not.
    let configured = diff.config.get("credit_specification").is_some_and(|blocks| blocks.len() != Some(0));
    if let Some(old) = diff.prior.and_then(|prior| prior.get("credit_specification")).cloned()
        && !configured
    {
        diff.set("credit_specification", old);
    }
    if diff.is_create() {
        return;
    }
    if diff.json("user_data_replace_on_change") == true {
        diff.force_new("user_data");
        diff.force_new("user_data_base64");
    }
    if diff.changes_any(STOPS) && diff.replace.is_empty() {
        // It may start with another address.
        diff.set_unknown("public_dns");
        diff.set_unknown("public_ip");
    }
}

/// User data in base64, as AWS takes it.
fn user_data(data: &ResourceData) -> Json {
    match data.str("user_data") {
        "" => data.opt("user_data_base64"),
        plain => STANDARD.encode(plain).into(),
    }
}

fn metadata_options(block: &Json) -> Json {
    json!({
        "HttpEndpoint": non_zero(&block["http_endpoint"]),
        "HttpProtocolIpv6": non_zero(&block["http_protocol_ipv6"]),
        "HttpTokens": non_zero(&block["http_tokens"]),
        "HttpPutResponseHopLimit": non_zero(&block["http_put_response_hop_limit"]),
        "InstanceMetadataTags": non_zero(&block["instance_metadata_tags"]),
    })
}

/// The root volume as it is wanted; its device's name is the image's.
async fn root_device(data: &ResourceData) -> Result<Json, Failure> {
    let Some(block) = data.block("root_block_device") else { return Ok(Json::Null) };
    let images = data.call(&ec2::DESCRIBE_IMAGES, json!({ "ImageIds": [data.str("ami")] })).await?;
    let name = first(&images["Images"]).map(|image| image["RootDeviceName"].clone()).unwrap_or_default();
    Ok(json!([{
        "DeviceName": name,
        "Ebs": {
            "DeleteOnTermination": block["delete_on_termination"],
            "Encrypted": non_zero(&block["encrypted"]),
            "Iops": non_zero(&block["iops"]),
            "Throughput": non_zero(&block["throughput"]),
            "VolumeSize": non_zero(&block["volume_size"]),
            "VolumeType": non_zero(&block["volume_type"]),
        },
    }]))
}

/// The request, apart from its root volume.
fn launch_request(data: &ResourceData) -> Json {
    let mut input = json!({
        "MinCount": 1,
        "MaxCount": 1,
        "ImageId": data.opt("ami"),
        "InstanceType": data.opt("instance_type"),
        "KeyName": data.opt("key_name"),
        "UserData": user_data(data),
        "DisableApiStop": data.opt("disable_api_stop"),
        "DisableApiTermination": data.opt("disable_api_termination"),
        "EbsOptimized": data.opt("ebs_optimized"),
        "InstanceInitiatedShutdownBehavior": data.opt("instance_initiated_shutdown_behavior"),
        "Monitoring": { "Enabled": data.bool("monitoring") },
        "Placement": { "AvailabilityZone": data.opt("availability_zone"), "Tenancy": data.opt("tenancy") },
        "TagSpecifications": launch_tags(data),
        "ClientToken": crate::names::unique(data, "terraform-"),
    });
    if let Some(name) = non_zero(data.get("iam_instance_profile")).as_str() {
        let member = if name.starts_with("arn:") { "Arn" } else { "Name" };
        input["IamInstanceProfile"] = json!({ member: name });
    }
    if let Some(block) = data.block("credit_specification").filter(|block| !block["cpu_credits"].is_null()) {
        input["CreditSpecification"] = json!({ "CpuCredits": block["cpu_credits"] });
    }
    if let Some(block) = data.block("metadata_options") {
        input["MetadataOptions"] = metadata_options(block);
    }
    let address = data.get("associate_public_ip_address");
    if address.is_boolean() {
        input["NetworkInterfaces"] = json!([{
            "DeviceIndex": 0,
            "AssociatePublicIpAddress": address,
            "SubnetId": data.opt("subnet_id"),
            "PrivateIpAddress": data.opt("private_ip"),
            "Groups": data.opt("vpc_security_group_ids"),
        }]);
    } else {
        input["SubnetId"] = data.opt("subnet_id");
        input["PrivateIpAddress"] = data.opt("private_ip");
        input["SecurityGroupIds"] = data.opt("vpc_security_group_ids");
        input["SecurityGroups"] = data.opt("security_groups");
    }
    input
}

fn launch_tags(data: &ResourceData) -> Json {
    let own = tag_specifications(data, "instance");
    let mut out = own.as_array().cloned().unwrap_or_default();
    let of_volume = data.block("root_block_device").and_then(|block| block["tags"].as_object());
    if let Some(tags) = of_volume.filter(|tags| !tags.is_empty()) {
        let tags: Json = tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        out.push(json!({ "ResourceType": "volume", "Tags": tags }));
    }
    if out.is_empty() { Json::Null } else { Json::Array(out) }
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("creating EC2 Instance: {failure}");
    let mut input = launch_request(data);
    input["BlockDeviceMappings"] = root_device(data).await.map_err(wrap)?;
    // A profile that was made just now may not be known everywhere yet.
    let passes = |failure: &Failure| {
        failure.says("InvalidParameterValue", "Invalid IAM Instance Profile")
            || failure.says("InvalidParameterValue", "has no associated IAM Roles")
    };
    let call = data.client.call_until(&data.region, &ec2::RUN_INSTANCES, input, passes);
    let made = call.await.map_err(wrap)?;
    let id = first(&made["Instances"]).map(|instance| text(&instance["InstanceId"])).unwrap_or_default();
    let id = id.to_owned();
    data.set_id(id.clone());
    wait_for_state(data, &id, "running")
        .await
        .map_err(|failure| format!("waiting for EC2 Instance ({id}) create: {failure}"))?;
    if data.get("source_dest_check") == &Json::Bool(false) {
        modify(data, &id, "SourceDestCheck", json!({ "Value": false })).await?;
    }
    Ok(())
}

async fn modify(data: &ResourceData, id: &str, attribute: &str, value: Json) -> Result<(), String> {
    let input = json!({ "InstanceId": id, attribute: value });
    let call = data.call(&ec2::MODIFY_INSTANCE_ATTRIBUTE, input);
    call.await
        .map(|_| ())
        .map_err(|failure| format!("modifying EC2 Instance ({id}) {attribute} attribute: {failure}"))
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    if data.changed("root_block_device") {
        root_volume_change(data)?;
    }
    update_tags(data, &id)
        .await
        .map_err(|failure| format!("updating tags for EC2 Instance ({id}): {failure}"))?;
    if data.changed("iam_instance_profile") {
        update_profile(data, &id)
            .await
            .map_err(|failure| format!("updating EC2 Instance ({id}): {failure}"))?;
    }
    if data.changed("source_dest_check") {
        modify(data, &id, "SourceDestCheck", json!({ "Value": data.bool("source_dest_check") })).await?;
    }
    if data.changed("vpc_security_group_ids") {
        modify(data, &id, "Groups", data.get("vpc_security_group_ids").clone()).await?;
    }
    for (name, attribute) in
        [("disable_api_stop", "DisableApiStop"), ("disable_api_termination", "DisableApiTermination")]
    {
        if data.changed(name) {
            modify(data, &id, attribute, json!({ "Value": data.bool(name) })).await?;
        }
    }
    if data.changed("instance_initiated_shutdown_behavior") {
        let value = json!({ "Value": data.get("instance_initiated_shutdown_behavior") });
        modify(data, &id, "InstanceInitiatedShutdownBehavior", value).await?;
    }
    if data.changed_any(STOPS) {
        change_stopped(data, &id).await?;
    }
    update_options(data, &id).await.map_err(|failure| format!("updating EC2 Instance ({id}): {failure}"))
}

/// Changes of the root volume besides its deletion with the instance need operations of EBS.
fn root_volume_change(data: &ResourceData) -> Result<(), String> {
    let old = data.prior.get("root_block_device").and_then(first).cloned().unwrap_or_default();
    let new = data.block("root_block_device").cloned().unwrap_or_default();
    let named = ["delete_on_termination", "iops", "tags", "throughput", "volume_size", "volume_type"];
    let changed = named.iter().find(|name| non_zero(&old[**name]) != non_zero(&new[**name]));
    match changed {
        Some(name) => Err(format!(
            "changing root_block_device.{name} of an aws_instance in place is not simulated by Nuvola"
        )),
        None => Ok(()),
    }
}

async fn update_profile(data: &ResourceData, id: &str) -> Result<(), Failure> {
    let input = json!({ "Filters": [super::filter("instance-id", id)] });
    let found = data.call(&ec2::DESCRIBE_IAM_INSTANCE_PROFILE_ASSOCIATIONS, input).await?;
    let old = first(&found["IamInstanceProfileAssociations"]).map(|one| one["AssociationId"].clone());
    let name = data.str("iam_instance_profile");
    let member = if name.starts_with("arn:") { "Arn" } else { "Name" };
    let passes = |failure: &Failure| failure.says("InvalidParameterValue", "Invalid IAM Instance Profile");
    match (old, name) {
        (Some(old), "") => {
            let input = json!({ "AssociationId": old });
            data.call(&ec2::DISASSOCIATE_IAM_INSTANCE_PROFILE, input).await?;
        }
        (None, "") => {}
        (Some(old), name) => {
            let input = json!({ "AssociationId": old, "IamInstanceProfile": { member: name } });
            let operation = &ec2::REPLACE_IAM_INSTANCE_PROFILE_ASSOCIATION;
            data.client.call_until(&data.region, operation, input, passes).await?;
        }
        (None, name) => {
            let input = json!({ "InstanceId": id, "IamInstanceProfile": { member: name } });
            let operation = &ec2::ASSOCIATE_IAM_INSTANCE_PROFILE;
            data.client.call_until(&data.region, operation, input, passes).await?;
        }
    }
    Ok(())
}

/// Stops the instance, changes it, and starts it again.
async fn change_stopped(data: &ResourceData, id: &str) -> Result<(), String> {
    let stopping = |failure: Failure| format!("stopping EC2 Instance ({id}): {failure}");
    let ids = json!({ "InstanceIds": [id] });
    data.call(&ec2::STOP_INSTANCES, ids.clone()).await.map_err(stopping)?;
    wait_for_state(data, id, "stopped").await.map_err(stopping)?;
    if data.changed("instance_type") {
        modify(data, id, "InstanceType", json!({ "Value": data.get("instance_type") })).await?;
    }
    if data.changed_any(&["user_data", "user_data_base64"]) {
        let value = user_data(data).as_str().unwrap_or_default().to_owned();
        modify(data, id, "UserData", json!({ "Value": value })).await?;
    }
    let starting = |failure: Failure| format!("starting EC2 Instance ({id}): {failure}");
    data.call(&ec2::START_INSTANCES, ids).await.map_err(starting)?;
    wait_for_state(data, id, "running").await.map_err(starting)
}

async fn update_options(data: &ResourceData, id: &str) -> Result<(), Failure> {
    if data.changed("monitoring") {
        let operation =
            if data.bool("monitoring") { &ec2::MONITOR_INSTANCES } else { &ec2::UNMONITOR_INSTANCES };
        data.call(operation, json!({ "InstanceIds": [id] })).await?;
    }
    if data.changed("credit_specification")
        && let Some(block) = data.block("credit_specification")
    {
        let credits = block["cpu_credits"].as_str().unwrap_or("standard");
        let input = json!({ "InstanceCreditSpecifications": [{ "InstanceId": id, "CpuCredits": credits }] });
        data.call(&ec2::MODIFY_INSTANCE_CREDIT_SPECIFICATION, input).await?;
    }
    if data.changed("metadata_options")
        && let Some(block) = data.block("metadata_options")
    {
        let mut input = metadata_options(block);
        input["InstanceId"] = id.into();
        data.call(&ec2::MODIFY_INSTANCE_METADATA_OPTIONS, input).await?;
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    if data.bool("force_destroy") {
        for attribute in ["DisableApiTermination", "DisableApiStop"] {
            modify(data, &id, attribute, json!({ "Value": false })).await?;
        }
    }
    let wrap = |failure: Failure| format!("terminating EC2 Instance ({id}): {failure}");
    data.remove(&ec2::TERMINATE_INSTANCES, json!({ "InstanceIds": [id] })).await.map_err(wrap)?;
    wait_for_state(data, &id, "terminated").await.map_err(wrap)
}
