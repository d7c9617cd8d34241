//! Data sources of EC2.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::ec2::{default_vpc, filter, first, instance_read, tags_of, text};
use crate::wire::{Operation, ec2};
use nuvola_tf_lang::host::EmptyHost;
use nuvola_tf_lang::{Value, functions};
use serde_json::{Value as Json, json};

/// The `filter` blocks, and the tags.
fn filters(data: &ResourceData) -> Vec<Json> {
    let blocks = data.get("filter").as_array().into_iter().flatten();
    let mut out: Vec<Json> =
        blocks.map(|block| json!({ "Name": block["name"], "Values": block["values"] })).collect();
    for (key, value) in data.get("tags").as_object().into_iter().flatten() {
        out.push(filter(&format!("tag:{key}"), text(value)));
    }
    out
}

/// Adds a filter for each argument that is set.
fn add_filters(data: &ResourceData, out: &mut Vec<Json>, named: &[(&str, &str)]) {
    for (argument, name) in named {
        let value = data.opt(argument);
        match &value {
            Json::Bool(truth) => out.push(filter(name, &truth.to_string())),
            Json::String(text) => out.push(filter(name, text)),
            Json::Null | Json::Number(_) | Json::Array(_) | Json::Object(_) => {}
        }
    }
}

fn some(filters: Vec<Json>) -> Json {
    if filters.is_empty() { Json::Null } else { Json::Array(filters) }
}

/// The one thing that an operation finds.
async fn only(
    data: &ResourceData,
    operation: &Operation,
    input: Json,
    member: &str,
    noun: &str,
) -> Result<Json, String> {
    let wrap = |failure: Failure| match failure.is_absence() {
        true => format!("no matching {noun} found"),
        false => format!("reading {noun}: {failure}"),
    };
    let found = data.call(operation, input).await.map_err(wrap)?;
    match found[member].as_array().map(Vec::as_slice) {
        Some([only]) => Ok(only.clone()),
        Some([_, _, ..]) => Err(format!(
            "multiple {noun}s matched; use additional constraints to reduce matches to a single {noun}"
        )),
        Some([]) | None => Err(format!("no matching {noun} found")),
    }
}

/// Whether a name matches `name_regex`.
fn name_matches(pattern: &str, name: &str) -> Result<bool, String> {
    if pattern.is_empty() {
        return Ok(true);
    }
    let regexall = functions::builtin("regexall").expect("Terraform has this function");
    let found = regexall.call(&EmptyHost, &[Value::string(pattern), Value::string(name)]);
    found
        .map(|found| found.len() != Some(0))
        .map_err(|failure| format!("\"name_regex\": {}", failure.message()))
}

pub async fn ami(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({
        "Owners": data.opt("owners"),
        "ExecutableUsers": data.opt("executable_users"),
        "IncludeDeprecated": data.opt("include_deprecated"),
        "Filters": some(filters(data)),
    });
    let found = data.call(&ec2::DESCRIBE_IMAGES, input).await;
    let found = found.map_err(|failure| format!("reading EC2 AMIs: {failure}"))?;
    let mut images: Vec<Json> = Vec::new();
    for image in found["Images"].as_array().into_iter().flatten() {
        if name_matches(data.str("name_regex"), text(&image["Name"]))? {
            images.push(image.clone());
        }
    }
    nuvola_kernel::ordered::sort_by(&mut images, |a, b| {
        text(&b["CreationDate"]).cmp(text(&a["CreationDate"]))
    });
    let image = match images.as_slice() {
        [] => {
            return Err("Your query returned no results. Please change your search criteria and try again."
                .to_owned());
        }
        [only] => only.clone(),
        [newest, ..] if data.bool("most_recent") => newest.clone(),
        _ => {
            return Err("Your query returned more than one result. Please try a more specific search criteria, or set `most_recent` attribute to true.".to_owned());
        }
    };
    data.set_all(image_attributes(&image));
    let id = text(&image["ImageId"]);
    // Images of others have no account in their ARNs.
    let arn = format!("arn:{}:ec2:{}::image/{id}", data.client.partition, data.region);
    data.set("arn", arn);
    data.set("region", data.region.clone());
    data.set("tags", tags_of(&image["Tags"]));
    Ok(())
}

fn image_attributes(image: &Json) -> Json {
    let devices: Json = image["BlockDeviceMappings"].as_array().into_iter().flatten().map(device).collect();
    let root = image["BlockDeviceMappings"].as_array().into_iter().flatten();
    let mut root = root.filter(|mapping| mapping["DeviceName"] == image["RootDeviceName"]);
    let snapshot = root.next().map(|mapping| mapping["Ebs"]["SnapshotId"].clone()).unwrap_or_default();
    json!({
        "id": image["ImageId"],
        "architecture": image["Architecture"],
        "block_device_mappings": devices,
        "boot_mode": text(&image["BootMode"]),
        "creation_date": image["CreationDate"],
        "deprecation_time": text(&image["DeprecationTime"]),
        "description": text(&image["Description"]),
        "ena_support": image["EnaSupport"],
        "hypervisor": image["Hypervisor"],
        "image_id": image["ImageId"],
        "image_location": image["ImageLocation"],
        "image_owner_alias": text(&image["ImageOwnerAlias"]),
        "image_type": image["ImageType"],
        "imds_support": text(&image["ImdsSupport"]),
        "kernel_id": "",
        "last_launched_time": "",
        "name": image["Name"],
        "owner_id": image["OwnerId"],
        "platform": "",
        "platform_details": image["PlatformDetails"],
        "product_codes": [],
        "public": image["Public"],
        "ramdisk_id": "",
        "root_device_name": image["RootDeviceName"],
        "root_device_type": image["RootDeviceType"],
        "root_snapshot_id": snapshot,
        "sriov_net_support": text(&image["SriovNetSupport"]),
        "state": image["State"],
        "state_reason": { "code": "UNSET", "message": "UNSET" },
        "tpm_support": "",
        "usage_operation": image["UsageOperation"],
        "virtualization_type": image["VirtualizationType"],
    })
}

/// A device; its volume's settings are texts.
fn device(mapping: &Json) -> Json {
    let ebs = &mapping["Ebs"];
    let plain = |member: &str| match &ebs[member] {
        Json::String(text) => text.clone(),
        Json::Null => "0".to_owned(),
        other @ (Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => other.to_string(),
    };
    json!({
        "device_name": mapping["DeviceName"],
        "no_device": "",
        "virtual_name": "",
        "ebs": {
            "delete_on_termination": plain("DeleteOnTermination"),
            "encrypted": plain("Encrypted"),
            "iops": plain("Iops"),
            "snapshot_id": plain("SnapshotId"),
            "throughput": plain("Throughput"),
            "volume_initialization_rate": "0",
            "volume_size": plain("VolumeSize"),
            "volume_type": plain("VolumeType"),
        },
    })
}

pub async fn vpc(data: &mut ResourceData) -> Result<(), String> {
    let mut wanted = filters(data);
    let named = [
        ("cidr_block", "cidr"),
        ("default", "isDefault"),
        ("dhcp_options_id", "dhcp-options-id"),
        ("state", "state"),
    ];
    add_filters(data, &mut wanted, &named);
    let ids = if data.id().is_empty() { Json::Null } else { json!([data.id()]) };
    let input = json!({ "VpcIds": ids, "Filters": some(wanted) });
    let vpc = only(data, &ec2::DESCRIBE_VPCS, input, "Vpcs", "EC2 VPC").await?;
    let id = text(&vpc["VpcId"]).to_owned();
    let wrap = |failure: Failure| format!("reading EC2 VPC ({id}): {failure}");
    let parts = default_vpc::parts(data, &id).await.map_err(wrap)?;
    for (name, member) in [
        ("enable_dns_hostnames", "enableDnsHostnames"),
        ("enable_dns_support", "enableDnsSupport"),
        ("enable_network_address_usage_metrics", "enableNetworkAddressUsageMetrics"),
    ] {
        let value = default_vpc::attribute(data, &id, member).await.map_err(wrap)?;
        data.set(name, value);
    }
    let blocks = vpc["CidrBlockAssociationSet"].as_array().into_iter().flatten();
    let blocks: Json = blocks
        .map(|block| {
            json!({
                "association_id": block["AssociationId"],
                "cidr_block": block["CidrBlock"],
                "state": block["CidrBlockState"]["State"],
            })
        })
        .collect();
    data.set_all(json!({
        "id": id,
        "arn": data.arn("ec2", true, &format!("vpc/{id}")),
        "cidr_block": vpc["CidrBlock"],
        "cidr_block_associations": blocks,
        "default": vpc["IsDefault"],
        "dhcp_options_id": vpc["DhcpOptionsId"],
        "instance_tenancy": vpc["InstanceTenancy"],
        "main_route_table_id": parts["table"],
        "owner_id": vpc["OwnerId"],
        "region": data.region,
        "state": vpc["State"],
        "tags": tags_of(&vpc["Tags"]),
    }));
    Ok(())
}

pub async fn subnet(data: &mut ResourceData) -> Result<(), String> {
    let mut wanted = filters(data);
    let named = [
        ("availability_zone", "availabilityZone"),
        ("availability_zone_id", "availability-zone-id"),
        ("cidr_block", "cidrBlock"),
        ("default_for_az", "defaultForAz"),
        ("state", "state"),
        ("vpc_id", "vpc-id"),
    ];
    add_filters(data, &mut wanted, &named);
    let ids = if data.id().is_empty() { Json::Null } else { json!([data.id()]) };
    let input = json!({ "SubnetIds": ids, "Filters": some(wanted) });
    let subnet = only(data, &ec2::DESCRIBE_SUBNETS, input, "Subnets", "EC2 Subnet").await?;
    let options = &subnet["PrivateDnsNameOptionsOnLaunch"];
    data.set_all(json!({
        "id": subnet["SubnetId"],
        "arn": subnet["SubnetArn"],
        "assign_ipv6_address_on_creation": subnet["AssignIpv6AddressOnCreation"],
        "availability_zone": subnet["AvailabilityZone"],
        "availability_zone_id": subnet["AvailabilityZoneId"],
        "available_ip_address_count": subnet["AvailableIpAddressCount"],
        "cidr_block": subnet["CidrBlock"],
        "customer_owned_ipv4_pool": "",
        "default_for_az": subnet["DefaultForAz"],
        "enable_dns64": subnet["EnableDns64"],
        "enable_lni_at_device_index": 0,
        "enable_resource_name_dns_a_record_on_launch": options["EnableResourceNameDnsARecord"],
        "enable_resource_name_dns_aaaa_record_on_launch": options["EnableResourceNameDnsAAAARecord"],
        "ipv6_native": subnet["Ipv6Native"],
        "map_customer_owned_ip_on_launch": subnet["MapCustomerOwnedIpOnLaunch"],
        "map_public_ip_on_launch": subnet["MapPublicIpOnLaunch"],
        "outpost_arn": "",
        "owner_id": subnet["OwnerId"],
        "private_dns_hostname_type_on_launch": options["HostnameType"],
        "region": data.region,
        "state": subnet["State"],
        "tags": tags_of(&subnet["Tags"]),
        "vpc_id": subnet["VpcId"],
    }));
    Ok(())
}

pub async fn subnets(data: &mut ResourceData) -> Result<(), String> {
    let input = json!({ "Filters": some(filters(data)) });
    let found = data.call(&ec2::DESCRIBE_SUBNETS, input).await;
    let found = found.map_err(|failure| format!("reading EC2 Subnets: {failure}"))?;
    let ids: Json =
        found["Subnets"].as_array().into_iter().flatten().map(|one| one["SubnetId"].clone()).collect();
    data.set_all(json!({ "id": data.region, "ids": ids, "region": data.region }));
    if data.get("tags").is_null() {
        data.set("tags", json!({}));
    }
    Ok(())
}

pub async fn security_group(data: &mut ResourceData) -> Result<(), String> {
    let mut wanted = filters(data);
    add_filters(data, &mut wanted, &[("name", "group-name"), ("vpc_id", "vpc-id")]);
    let ids = if data.id().is_empty() { Json::Null } else { json!([data.id()]) };
    let input = json!({ "GroupIds": ids, "Filters": some(wanted) });
    let group =
        only(data, &ec2::DESCRIBE_SECURITY_GROUPS, input, "SecurityGroups", "EC2 Security Group").await?;
    let id = text(&group["GroupId"]);
    data.set_all(json!({
        "id": id,
        "arn": data.arn("ec2", true, &format!("security-group/{id}")),
        "description": group["Description"],
        "name": group["GroupName"],
        "region": data.region,
        "tags": tags_of(&group["Tags"]),
        "vpc_id": group["VpcId"],
    }));
    Ok(())
}

pub async fn availability_zones(data: &mut ResourceData) -> Result<(), String> {
    let mut wanted = filters(data);
    add_filters(data, &mut wanted, &[("state", "state")]);
    let input =
        json!({ "AllAvailabilityZones": data.opt("all_availability_zones"), "Filters": some(wanted) });
    let found = data.call(&ec2::DESCRIBE_AVAILABILITY_ZONES, input).await;
    let found = found.map_err(|failure| format!("reading EC2 Availability Zones: {failure}"))?;
    let excluded =
        |list: &str, value: &Json| data.get(list).as_array().is_some_and(|all| all.contains(value));
    let zones = found["AvailabilityZones"].as_array().into_iter().flatten();
    let zones: Vec<&Json> = zones
        .filter(|zone| !excluded("exclude_names", &zone["ZoneName"]))
        .filter(|zone| !excluded("exclude_zone_ids", &zone["ZoneId"]))
        .collect();
    let all = |member: &str| -> Json { zones.iter().map(|zone| zone[member].clone()).collect() };
    let mut groups: Vec<Json> = Vec::new();
    for zone in &zones {
        if !groups.contains(&zone["GroupName"]) {
            groups.push(zone["GroupName"].clone());
        }
    }
    data.set_all(json!({
        "id": data.region,
        "group_names": groups,
        "names": all("ZoneName"),
        "region": data.region,
        "zone_ids": all("ZoneId"),
    }));
    Ok(())
}

pub async fn instance(data: &mut ResourceData) -> Result<(), String> {
    let mut wanted = filters(data);
    let tags = data.get("instance_tags").as_object().cloned().unwrap_or_default();
    wanted.extend(tags.iter().map(|(key, value)| filter(&format!("tag:{key}"), text(value))));
    let ids = data.opt("instance_id");
    let ids = if ids.is_null() { Json::Null } else { json!([ids]) };
    let input = json!({ "InstanceIds": ids, "Filters": some(wanted) });
    let found = data.call(&ec2::DESCRIBE_INSTANCES, input).await;
    let found = found.map_err(|failure| match failure.is_absence() {
        true => {
            "Your query returned no results. Please change your search criteria and try again.".to_owned()
        }
        false => format!("reading EC2 Instance: {failure}"),
    })?;
    let reservations = found["Reservations"].as_array().into_iter().flatten();
    let all = reservations.flat_map(|one| one["Instances"].as_array().into_iter().flatten());
    let live: Vec<&Json> = all.filter(|one| one["State"]["Name"] != "terminated").collect();
    let instance = match live.as_slice() {
        [only] => (*only).clone(),
        [] => {
            return Err("Your query returned no results. Please change your search criteria and try again."
                .to_owned());
        }
        _ => {
            return Err(
                "Your query returned more than one result. Please try a more specific search criteria."
                    .to_owned(),
            );
        }
    };
    let id = text(&instance["InstanceId"]).to_owned();
    read_instance(data, &id, &instance)
        .await
        .map_err(|failure| format!("reading EC2 Instance ({id}): {failure}"))
}

async fn read_instance(data: &mut ResourceData, id: &str, instance: &Json) -> Result<(), Failure> {
    let basics = instance_read::basics(data, instance);
    data.set_all(basics);
    let root = instance_read::root_volume(data, instance).await?;
    let credits = instance_read::credits(data, id).await?;
    let credits = credits.map_or_else(|| json!([]), |credits| json!([{ "cpu_credits": credits }]));
    for (name, attribute, member) in [
        ("disable_api_stop", "disableApiStop", "DisableApiStop"),
        ("disable_api_termination", "disableApiTermination", "DisableApiTermination"),
    ] {
        let found = instance_read::attribute_of(data, id, attribute).await?;
        data.set(name, found[member]["Value"].clone());
    }
    if data.bool("get_user_data") {
        let found = instance_read::attribute_of(data, id, "userData").await?;
        data.set("user_data_base64", text(&found["UserData"]["Value"]));
    }
    let interfaces = first(&instance["NetworkInterfaces"]);
    data.set_all(json!({
        "id": id,
        "associate_public_ip_address": !text(&instance["PublicIpAddress"]).is_empty(),
        "credit_specification": credits,
        "ebs_block_device": [],
        "ephemeral_block_device": [],
        "host_id": "",
        "instance_id": id,
        "instance_tags": tags_of(&instance["Tags"]),
        "network_interface_id": interfaces.map(|one| one["NetworkInterfaceId"].clone()),
        "region": data.region,
        "root_block_device": root,
        "tags": tags_of(&instance["Tags"]),
    }));
    Ok(())
}
