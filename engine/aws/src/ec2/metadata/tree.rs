//! The tree of metadata: leaves with their texts; a directory lists what is in it.

use super::credentials;
use crate::context::OpContext;
use crate::ec2::catalog::{images, types};
use crate::ec2::lifecycle::decoded;
use crate::ec2::network::{self, Network};
use crate::ec2::state::Instance;
use crate::ec2::view::Viewer;
use serde_json::json;

/// `latest`, or the date of a version.
pub fn is_version(name: &str) -> bool {
    let is_date = name.len() == 10
        && name.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    name == "latest" || name == "1.0" || is_date
}

/// The text at a path below the version.
pub fn look_up(cx: &mut OpContext<'_>, instance: &Instance, path: &str) -> Option<String> {
    // These two are made only when they are asked for.
    if let Some(name) = path.strip_prefix("meta-data/iam/security-credentials/")
        && !name.is_empty()
    {
        let (own, arn) = credentials::role(cx, instance)?;
        return if own == name { credentials::document(cx, instance, &arn) } else { None };
    }
    if path == "user-data" {
        let data = decoded(instance.user_data.as_deref()?)?;
        return Some(
            data.as_text().map_or_else(|| String::from_utf8_lossy(&data).into_owned(), str::to_owned),
        );
    }
    let leaves = leaves(cx, instance);
    let exact = leaves.iter().find(|(own, _)| own == path);
    exact.map(|(_, text)| text.clone()).or_else(|| listing(&leaves, path))
}

/// Names in a directory, one a line; directories among them end in a slash.
fn listing(leaves: &[(String, String)], path: &str) -> Option<String> {
    let prefix = match path.trim_end_matches('/') {
        "" => String::new(),
        path => format!("{path}/"),
    };
    let mut names: Vec<String> = Vec::new();
    for rest in leaves.iter().filter_map(|(own, _)| own.strip_prefix(&prefix)) {
        let name = match rest.split_once('/') {
            // Roles and keys are listed as what they are.
            Some((name, _)) if !prefix.ends_with("public-keys/") => format!("{name}/"),
            Some((name, _)) => name.to_owned(),
            None => rest.to_owned(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { None } else { Some(names.join("\n")) }
}

/// All leaves, in the order of their paths.
fn leaves(cx: &OpContext<'_>, instance: &Instance) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let viewer = Viewer::new(cx);
    let mut add = |path: &str, text: String| out.push((path.to_owned(), text));
    add("dynamic/instance-identity/document", identity(&viewer, instance));
    if instance.user_data.is_some() {
        add("user-data", String::new());
    }
    let mut meta = |path: &str, text: String| add(&format!("meta-data/{path}"), text);
    own_facts(&viewer, instance, &mut meta);
    interface(&viewer, instance, &mut meta);
    if let Some(info) = credentials::info(cx, instance) {
        meta("iam/info", info);
        if let Some((role, _)) = credentials::role(cx, instance) {
            meta(&format!("iam/security-credentials/{role}"), String::new());
        }
    }
    if let Some(pair) = instance.key_name.as_ref().and_then(|name| viewer.regional.key_pairs.get(name)) {
        meta(&format!("public-keys/0={}", pair.name), String::new());
        meta("public-keys/0/openssh-key", pair.public_key.clone());
    }
    if instance.metadata.instance_tags == "enabled" {
        for (key, value) in viewer.regional.tags.get(&instance.id).into_iter().flatten() {
            meta(&format!("tags/instance/{key}"), value.clone());
        }
    }
    nuvola_kernel::ordered::sort_by_key(&mut out, |(path, _)| path.clone());
    out
}

fn own_facts(viewer: &Viewer<'_>, instance: &Instance, meta: &mut dyn FnMut(&str, String)) {
    let region = &viewer.network.region;
    let device = instance.root_device.trim_start_matches("/dev/");
    let private_dns = network::private_dns(region, &instance.private_ip);
    let zone_id = viewer.network.subnets().into_iter().find(|subnet| subnet.zone == instance.zone);
    let nitro = types::find(&instance.instance_type).is_some_and(|kind| kind.family().nitro);
    let texts: [(&str, &str); 20] = [
        ("ami-id", &instance.image_id),
        ("ami-launch-index", &instance.launch_index.to_string()),
        ("ami-manifest-path", "(unknown)"),
        ("block-device-mapping/ami", device),
        ("block-device-mapping/root", &instance.root_device),
        ("hostname", &private_dns),
        ("instance-action", "none"),
        ("instance-id", &instance.id),
        ("instance-life-cycle", "on-demand"),
        ("instance-type", &instance.instance_type),
        ("local-hostname", &private_dns),
        ("local-ipv4", &instance.private_ip),
        ("mac", &instance.mac),
        ("placement/availability-zone", &instance.zone),
        ("placement/region", region.as_str()),
        ("profile", "default-hvm"),
        ("reservation-id", &instance.reservation_id),
        ("services/domain", "amazonaws.com"),
        ("services/partition", "aws"),
        ("system", if nitro { "nitro" } else { "xen" }),
    ];
    for (path, text) in texts {
        meta(path, text.to_owned());
    }
    if let Some(subnet) = zone_id {
        meta("placement/availability-zone-id", subnet.zone_id);
    }
    meta("security-groups", group_names(viewer, instance));
    if let Some(ip) = &instance.public_ip {
        meta("public-ipv4", ip.clone());
        meta("public-hostname", network::public_dns(region, ip));
    }
}

fn group_names(viewer: &Viewer<'_>, instance: &Instance) -> String {
    let groups = viewer.groups(&instance.groups).into_iter();
    groups.filter_map(|group| group.group_name).collect::<Vec<_>>().join("\n")
}

fn interface(viewer: &Viewer<'_>, instance: &Instance, meta: &mut dyn FnMut(&str, String)) {
    let network: &Network = &viewer.network;
    let subnet = network.subnets().into_iter().find(|subnet| subnet.id == instance.subnet_id);
    let cidr = subnet.map_or("", |subnet| subnet.cidr);
    let texts: [(&str, &str); 13] = [
        ("device-number", "0"),
        ("interface-id", &instance.interface_id),
        ("local-hostname", &network::private_dns(&network.region, &instance.private_ip)),
        ("local-ipv4s", &instance.private_ip),
        ("mac", &instance.mac),
        ("owner-id", &viewer.account),
        ("security-group-ids", &instance.groups.join("\n")),
        ("security-groups", &group_names(viewer, instance)),
        ("subnet-id", &instance.subnet_id),
        ("subnet-ipv4-cidr-block", cidr),
        ("vpc-id", &network.vpc()),
        ("vpc-ipv4-cidr-block", network::VPC_CIDR),
        ("vpc-ipv4-cidr-blocks", network::VPC_CIDR),
    ];
    let base = format!("network/interfaces/macs/{}", instance.mac);
    for (path, text) in texts {
        meta(&format!("{base}/{path}"), text.to_owned());
    }
    if let Some(ip) = &instance.public_ip {
        meta(&format!("{base}/ipv4-associations/{ip}"), instance.private_ip.clone());
        meta(&format!("{base}/public-hostname"), network::public_dns(&network.region, ip));
        meta(&format!("{base}/public-ipv4s"), ip.clone());
    }
}

/// The identity document.
fn identity(viewer: &Viewer<'_>, instance: &Instance) -> String {
    let image = images::find(&viewer.network, &instance.image_id);
    let document = json!({
        "accountId": viewer.account,
        "architecture": image.map(|image| image.architecture()),
        "availabilityZone": instance.zone,
        "billingProducts": null,
        "devpayProductCodes": null,
        "marketplaceProductCodes": null,
        "imageId": instance.image_id,
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "kernelId": null,
        "pendingTime": instance.launched_at.iso_seconds(),
        "privateIp": instance.private_ip,
        "ramdiskId": null,
        "region": viewer.network.region.as_str(),
        "version": "2017-09-30",
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
