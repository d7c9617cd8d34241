//! What `aws_instance` and the data source of that name read.

use super::{find_instance, first, tags_of, text};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::ec2;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

pub async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading EC2 Instance ({id}): {failure}");
    let Some(instance) = find_instance(data, &id).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    read_basics(data, &instance);
    read_blocks(data, &instance);
    read_attributes(data, &id).await.map_err(wrap)?;
    let root = root_volume(data, &instance).await.map_err(wrap)?;
    data.set("root_block_device", root);
    let credits = credits(data, &id).await.map_err(wrap)?;
    let credits = credits.map_or_else(|| json!([]), |credits| json!([{ "cpu_credits": credits }]));
    data.set("credit_specification", credits);
    data.read_tag_list(&instance["Tags"]);
    // What EC2 does not have for these.
    for name in ["get_password_data", "hibernation", "user_data_replace_on_change"] {
        if data.get(name).is_null() {
            data.set(name, false);
        }
    }
    Ok(())
}

/// The attributes that the resource and the data source have in common, by their names in the resource.
pub(crate) fn basics(data: &ResourceData, instance: &Json) -> Json {
    let id = text(&instance["InstanceId"]);
    let groups = |member: &str| -> Json {
        let all = instance["SecurityGroups"].as_array().into_iter().flatten();
        all.map(|group| group[member].clone()).collect()
    };
    let profile = text(&instance["IamInstanceProfile"]["Arn"]);
    json!({
        "ami": instance["ImageId"],
        "arn": data.arn("ec2", true, &format!("instance/{id}")),
        "availability_zone": instance["Placement"]["AvailabilityZone"],
        "ebs_optimized": instance["EbsOptimized"],
        "iam_instance_profile": profile.rsplit('/').next(),
        "instance_state": instance["State"]["Name"],
        "instance_type": instance["InstanceType"],
        "ipv6_addresses": [],
        "key_name": text(&instance["KeyName"]),
        "launch_time": instance["LaunchTime"],
        "monitoring": matches!(text(&instance["Monitoring"]["State"]), "enabled" | "pending"),
        "outpost_arn": "",
        "password_data": "",
        "placement_group": text(&instance["Placement"]["GroupName"]),
        "placement_group_id": "",
        "placement_partition_number": 0,
        "private_dns": text(&instance["PrivateDnsName"]),
        "private_ip": text(&instance["PrivateIpAddress"]),
        "public_dns": text(&instance["PublicDnsName"]),
        "public_ip": text(&instance["PublicIpAddress"]),
        "secondary_private_ips": [],
        "security_groups": groups("GroupName"),
        "source_dest_check": instance["SourceDestCheck"],
        "subnet_id": text(&instance["SubnetId"]),
        "tenancy": instance["Placement"]["Tenancy"],
        "vpc_security_group_ids": groups("GroupId"),
        "metadata_options": [metadata_options(&instance["MetadataOptions"])],
        "maintenance_options": [{ "auto_recovery": instance["MaintenanceOptions"]["AutoRecovery"] }],
        "enclave_options": [{ "enabled": instance["EnclaveOptions"]["Enabled"] }],
        "private_dns_name_options": [private_dns_name_options(&instance["PrivateDnsNameOptions"])],
    })
}

fn metadata_options(options: &Json) -> Json {
    json!({
        "http_endpoint": options["HttpEndpoint"],
        "http_protocol_ipv6": options["HttpProtocolIpv6"],
        "http_put_response_hop_limit": options["HttpPutResponseHopLimit"],
        "http_tokens": options["HttpTokens"],
        "instance_metadata_tags": options["InstanceMetadataTags"],
    })
}

fn private_dns_name_options(options: &Json) -> Json {
    json!({
        "enable_resource_name_dns_a_record": options["EnableResourceNameDnsARecord"],
        "enable_resource_name_dns_aaaa_record": options["EnableResourceNameDnsAAAARecord"],
        "hostname_type": options["HostnameType"],
    })
}

fn read_basics(data: &mut ResourceData, instance: &Json) {
    let mut basics = basics(data, instance);
    if let Json::Object(members) = &mut basics {
        members.remove("launch_time");
    }
    // The state keeps the form of the configuration: a name, or an ARN.
    let profile = data.str("iam_instance_profile").to_owned();
    data.set_all(basics);
    let arn = text(&instance["IamInstanceProfile"]["Arn"]);
    if !profile.is_empty() && profile == arn {
        data.set("iam_instance_profile", profile);
    }
    data.set_all(json!({
        "host_id": "",
        "instance_lifecycle": "",
        "ipv6_address_count": 0,
        "spot_instance_request_id": "",
    }));
    let public = data.get("associate_public_ip_address").clone();
    // A stopped instance has no address, and yet it was asked for.
    if public.is_null() || instance["State"]["Name"] == "running" {
        let has_address = !text(&instance["PublicIpAddress"]).is_empty();
        data.set("associate_public_ip_address", has_address);
    }
}

fn read_blocks(data: &mut ResourceData, instance: &Json) {
    let interfaces = instance["NetworkInterfaces"].as_array().into_iter().flatten();
    let primary = interfaces.into_iter().find(|one| one["Attachment"]["DeviceIndex"] == 0);
    let primary_id = primary.map(|one| one["NetworkInterfaceId"].clone()).unwrap_or_default();
    data.set_all(json!({
        "primary_network_interface_id": primary_id,
        "primary_network_interface": [{ "delete_on_termination": true, "network_interface_id": primary_id }],
        "capacity_reservation_specification": [{
            "capacity_reservation_preference":
                instance["CapacityReservationSpecification"]["CapacityReservationPreference"],
            "capacity_reservation_target": [],
        }],
        "cpu_options": [{
            "amd_sev_snp": "",
            "core_count": instance["CpuOptions"]["CoreCount"],
            "threads_per_core": instance["CpuOptions"]["ThreadsPerCore"],
        }],
        "ebs_block_device": [],
        "ephemeral_block_device": [],
        "instance_market_options": [],
        "launch_template": [],
        "network_interface": [],
    }));
}

/// Attributes that have to be asked for one by one.
async fn read_attributes(data: &mut ResourceData, id: &str) -> Result<(), Failure> {
    for (name, attribute, member) in [
        ("disable_api_stop", "disableApiStop", "DisableApiStop"),
        ("disable_api_termination", "disableApiTermination", "DisableApiTermination"),
        (
            "instance_initiated_shutdown_behavior",
            "instanceInitiatedShutdownBehavior",
            "InstanceInitiatedShutdownBehavior",
        ),
    ] {
        let found = attribute_of(data, id, attribute).await?;
        data.set(name, found[member]["Value"].clone());
    }
    let found = attribute_of(data, id, "userData").await?;
    let encoded = text(&found["UserData"]["Value"]).to_owned();
    if !data.str("user_data_base64").is_empty() {
        data.set("user_data_base64", encoded);
    } else if encoded.is_empty() {
        data.set("user_data", Json::Null);
    } else {
        let plain = STANDARD.decode(&encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        data.set("user_data", plain.unwrap_or(encoded));
    }
    Ok(())
}

pub(crate) async fn attribute_of(data: &ResourceData, id: &str, attribute: &str) -> Result<Json, Failure> {
    let input = json!({ "InstanceId": id, "Attribute": attribute });
    data.call(&ec2::DESCRIBE_INSTANCE_ATTRIBUTE, input).await
}

/// The root volume as a block of the state.
pub(crate) async fn root_volume(data: &ResourceData, instance: &Json) -> Result<Json, Failure> {
    let name = &instance["RootDeviceName"];
    let devices = instance["BlockDeviceMappings"].as_array().into_iter().flatten();
    let Some(device) = devices.into_iter().find(|device| device["DeviceName"] == *name) else {
        return Ok(json!([]));
    };
    let input = json!({ "VolumeIds": [device["Ebs"]["VolumeId"]] });
    let found = data.call(&ec2::DESCRIBE_VOLUMES, input).await?;
    let volume = first(&found["Volumes"]).cloned().unwrap_or_default();
    let tags = tags_of(&volume["Tags"]);
    Ok(json!([{
        "delete_on_termination": device["Ebs"]["DeleteOnTermination"],
        "device_name": name,
        "encrypted": volume["Encrypted"],
        "iops": volume["Iops"].as_i64().unwrap_or(0),
        "kms_key_id": text(&volume["KmsKeyId"]),
        "tags": tags,
        "tags_all": tags,
        "throughput": volume["Throughput"].as_i64().unwrap_or(0),
        "volume_id": volume["VolumeId"],
        "volume_size": volume["Size"],
        "volume_type": volume["VolumeType"],
    }]))
}

/// What bursting costs; nothing for types that do not burst.
pub(crate) async fn credits(data: &ResourceData, id: &str) -> Result<Option<Json>, Failure> {
    let input = json!({ "InstanceIds": [id] });
    let found = data.call(&ec2::DESCRIBE_INSTANCE_CREDIT_SPECIFICATIONS, input).await?;
    Ok(first(&found["InstanceCreditSpecifications"]).map(|one| one["CpuCredits"].clone()))
}
