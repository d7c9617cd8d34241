//! What a launch is to make, and making it.

use crate::context::OpContext;
use crate::ec2::catalog::images::Image;
use crate::ec2::catalog::types::{self, InstanceType};
use crate::ec2::kinds::{self, Kind};
use crate::ec2::network::{self, Network, Subnet};
use crate::ec2::ops::run::{
    self, BlockDeviceMapping, EbsBlockDevice, MetadataOptionsRequest, RunInstancesInput,
};
use crate::ec2::state::{
    Change, Instance, InstanceState, MetadataOptions, PublicIp, Tags, Timer, Volume, VolumeAttachment,
};
use crate::ec2::{check, errors, limits, profile};
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A launch that is in order.
pub struct Plan {
    image_id: String,
    image: &'static Image,
    pub kind: &'static InstanceType,
    key_name: Option<String>,
    subnet: Subnet,
    groups: Vec<String>,
    private_ip: Option<String>,
    wants_public_ip: bool,
    profile: Option<profile::Found>,
    user_data: Option<String>,
    metadata: MetadataOptions,
    shutdown_behavior: String,
    cpu_credits: Option<String>,
    devices: Vec<Device>,
    tags: Vec<(Kind, Tags)>,
    disable_api_stop: bool,
    disable_api_termination: bool,
    monitoring: bool,
    ebs_optimized: bool,
    client_token: String,
}

/// A volume to be made.
#[derive(Debug, Clone)]
struct Device {
    name: String,
    size_gib: i32,
    kind: String,
    iops: Option<i32>,
    throughput: Option<i32>,
    encrypted: bool,
    snapshot_id: String,
    delete_on_termination: bool,
}

/// Checks everything that a launch asks for.
pub fn plan(cx: &mut OpContext<'_>, input: &RunInstancesInput, count: i32) -> ApiResult<Plan> {
    if input.launch_template.is_some() {
        return Err(errors::not_simulated("the parameter `LaunchTemplate` of `RunInstances`"));
    }
    let network = Network::of(cx);
    let image_id = input.image_id.clone().ok_or_else(|| errors::missing_parameter("ImageId"))?;
    let image = run::image(cx, &image_id)?;
    let kind = types::require(input.instance_type.as_deref().unwrap_or("m1.small"))?;
    if kind.architecture() != image.architecture() {
        return Err(errors::architecture(kind.architecture(), image.architecture()));
    }
    let key_name = input.key_name.clone();
    if let Some(name) = &key_name
        && !cx.state().ec2.at(&cx.region).key_pairs.contains_key(name)
    {
        return Err(errors::no_such_key_pair(name));
    }
    let place = place(cx, &network, input, count)?;
    check::one_of(
        input.shutdown_behavior.as_deref(),
        "instanceInitiatedShutdownBehavior",
        &["stop", "terminate"],
    )?;
    if let Some(tenancy) = input.placement.as_ref().and_then(|placement| placement.tenancy.as_deref())
        && tenancy != "default"
    {
        check::one_of(Some(tenancy), "tenancy", &["default", "dedicated", "host"])?;
        cx.not_simulated(format!("the tenancy `{tenancy}` of `RunInstances`"));
    }
    let profile = match &input.iam_instance_profile {
        Some(given) => Some(profile::require(cx, given)?),
        None => None,
    };
    Ok(Plan {
        user_data: user_data(input.user_data.as_deref())?,
        metadata: metadata(image, input.metadata_options.as_ref())?,
        shutdown_behavior: input.shutdown_behavior.clone().unwrap_or_else(|| "stop".to_owned()),
        cpu_credits: credits(kind, input)?,
        devices: devices(&network, image, &input.block_device_mappings)?,
        tags: check::tag_specifications(
            &input.tag_specifications,
            &[Kind::Instance, Kind::Volume, Kind::NetworkInterface],
        )?,
        disable_api_stop: input.disable_api_stop.unwrap_or(false),
        disable_api_termination: input.disable_api_termination.unwrap_or(false),
        monitoring: input.monitoring.as_ref().is_some_and(|monitoring| monitoring.enabled),
        ebs_optimized: input.ebs_optimized.unwrap_or(false),
        client_token: input.client_token.clone().unwrap_or_default(),
        subnet: place.subnet,
        groups: place.groups,
        private_ip: place.private_ip,
        wants_public_ip: place.wants_public_ip,
        image_id,
        image,
        kind,
        key_name,
        profile,
    })
}

/// Where in the network an instance goes.
struct Place {
    subnet: Subnet,
    groups: Vec<String>,
    private_ip: Option<String>,
    wants_public_ip: bool,
}

fn place(
    cx: &mut OpContext<'_>,
    network: &Network,
    input: &RunInstancesInput,
    count: i32,
) -> ApiResult<Place> {
    let mut subnet_id = input.subnet_id.clone();
    let mut private_ip = input.private_ip_address.clone();
    let mut group_ids = input.security_group_ids.clone();
    let mut wants_public_ip = true;
    match input.network_interfaces.as_slice() {
        [] => {}
        [only] if only.device_index.unwrap_or(0) == 0 => {
            if subnet_id.is_some() {
                return Err(errors::combination(
                    "Network interfaces and an instance-level subnet ID may not be specified on the same request",
                ));
            }
            if !group_ids.is_empty() || !input.security_groups.is_empty() {
                return Err(errors::combination(
                    "Network interfaces and an instance-level security groups may not be specified on the same request",
                ));
            }
            if only.network_interface_id.is_some() {
                return Err(errors::not_simulated(
                    "attaching an existing network interface by `RunInstances`",
                ));
            }
            wants_public_ip = only.associate_public_ip_address.unwrap_or(true);
            (subnet_id, group_ids) = (only.subnet_id.clone(), only.groups.clone());
            private_ip = only.private_ip_address.clone().or(private_ip);
        }
        _ => return Err(errors::not_simulated("more than one network interface of an instance")),
    }
    let subnet = subnet(network, input, subnet_id.as_deref())?;
    let groups = groups(cx, network, group_ids, &input.security_groups, subnet_id.is_some())?;
    if let Some(ip) = &private_ip {
        check_private_ip(cx, &subnet, ip, count)?;
    }
    Ok(Place { subnet, groups, private_ip, wants_public_ip })
}

fn subnet(network: &Network, input: &RunInstancesInput, id: Option<&str>) -> ApiResult<Subnet> {
    let mut all = network.subnets().into_iter();
    let zone = input.placement.as_ref().and_then(|placement| placement.availability_zone.as_deref());
    let zone = zone.filter(|zone| !zone.is_empty());
    match (id, zone) {
        (Some(id), _) => {
            Kind::Subnet.check(id)?;
            let found = all.find(|subnet| subnet.id == id).ok_or_else(|| Kind::Subnet.not_found(id))?;
            if zone.is_some_and(|zone| zone != found.zone) {
                let text =
                    "The availability zone of the subnet does not match the requested availability zone";
                return Err(errors::invalid_value(text));
            }
            Ok(found)
        }
        (None, Some(zone)) => all
            .find(|subnet| subnet.zone == zone)
            .ok_or_else(|| errors::invalid_value(format!("Invalid availability zone: [{zone}]"))),
        (None, None) => Ok(all.next().expect("there are three default subnets")),
    }
}

/// The ids of the groups that are meant; the default group where none is.
fn groups(
    cx: &OpContext<'_>,
    network: &Network,
    mut ids: Vec<String>,
    names: &[String],
    in_subnet: bool,
) -> ApiResult<Vec<String>> {
    let regional = cx.state().ec2.at(&cx.region);
    if !names.is_empty() && in_subnet {
        let text = "The parameter groupName cannot be used with the parameter subnet";
        return Err(errors::combination(text));
    }
    require_groups(network, regional, &ids)?;
    for name in names {
        let found = network.group_by_name(regional, name);
        let id = found.map(|group| group.id.clone());
        ids.push(id.ok_or_else(|| errors::no_such_group_name(name, &network.vpc()))?);
    }
    let mut out: Vec<String> = Vec::new();
    for id in ids {
        if !out.contains(&id) {
            out.push(id);
        }
    }
    if out.is_empty() {
        out.push(network.default_group());
    }
    Ok(out)
}

/// Fails unless all groups are there, and not too many.
pub fn require_groups(
    network: &Network,
    regional: &crate::ec2::state::Regional,
    ids: &[String],
) -> ApiResult<()> {
    for id in ids {
        Kind::SecurityGroup.check(id)?;
        if network.group(regional, id).is_none() {
            return Err(errors::no_such_group(id));
        }
    }
    if ids.len() > limits::GROUPS_PER_INTERFACE {
        let text = "The maximum number of security groups per interface has been reached.";
        return Err(errors::error("SecurityGroupsPerInterfaceLimitExceeded", text));
    }
    Ok(())
}

fn check_private_ip(cx: &OpContext<'_>, subnet: &Subnet, ip: &str, count: i32) -> ApiResult<()> {
    let Some(number) = network::number_of(ip) else { return Err(errors::bad_value(ip, "privateIpAddress")) };
    if count > 1 {
        let text = "The parameter privateIpAddress cannot be used when launching more than one instance";
        return Err(errors::combination(text));
    }
    if !network::contains(subnet.cidr, ip) {
        return Err(errors::outside_subnet(ip));
    }
    let (base, _) = network::parse_cidr(subnet.cidr).expect("the subnets' blocks are well-formed");
    let offset = (number - base) as usize;
    if !(4..network::SUBNET_ADDRESSES + 4).contains(&offset) {
        return Err(errors::invalid_value(format!("Address {ip} is in subnet's reserved address range")));
    }
    let used = cx.state().ec2.at(&cx.region).private_ips.contains_key(ip);
    if used { Err(errors::address_in_use(ip)) } else { Ok(()) }
}

/// User data in base64, as it is kept.
pub fn user_data(given: Option<&str>) -> ApiResult<Option<String>> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(None) };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD.decode(&plain).map_err(|_| errors::user_data_not_base64())?;
    if bytes.len() > limits::USER_DATA_BYTES { Err(errors::user_data_too_long()) } else { Ok(Some(plain)) }
}

fn metadata(image: &Image, given: Option<&MetadataOptionsRequest>) -> ApiResult<MetadataOptions> {
    let mut options = MetadataOptions {
        http_tokens: if image.imds_v2 { "required" } else { "optional" }.to_owned(),
        hop_limit: if image.imds_v2 { 2 } else { 1 },
        http_endpoint: "enabled".to_owned(),
        instance_tags: "disabled".to_owned(),
    };
    if let Some(given) = given {
        set_metadata(&mut options, given)?;
    }
    Ok(options)
}

/// Takes over what a request says of the metadata service.
pub fn set_metadata(options: &mut MetadataOptions, given: &MetadataOptionsRequest) -> ApiResult<()> {
    let switch = &["enabled", "disabled"];
    check::one_of(given.http_tokens.as_deref(), "httpTokens", &["optional", "required"])?;
    check::one_of(given.http_endpoint.as_deref(), "httpEndpoint", switch)?;
    check::one_of(given.http_protocol_ipv6.as_deref(), "httpProtocolIpv6", switch)?;
    check::one_of(given.instance_metadata_tags.as_deref(), "instanceMetadataTags", switch)?;
    if let Some(hops) = given.hop_limit {
        if !(1..=64).contains(&hops) {
            return Err(errors::bad_value(&hops.to_string(), "httpPutResponseHopLimit"));
        }
        options.hop_limit = hops;
    }
    let texts = [
        (&mut options.http_tokens, &given.http_tokens),
        (&mut options.http_endpoint, &given.http_endpoint),
        (&mut options.instance_tags, &given.instance_metadata_tags),
    ];
    for (own, given) in texts {
        if let Some(given) = given {
            own.clone_from(given);
        }
    }
    Ok(())
}

fn credits(kind: &InstanceType, input: &RunInstancesInput) -> ApiResult<Option<String>> {
    let given = input.credit_specification.as_ref().map(|credits| credits.cpu_credits.as_str());
    check::one_of(given, "creditSpecification.cpuCredits", &["standard", "unlimited"])?;
    match kind.family().credits {
        Some(default) => Ok(Some(given.unwrap_or(default).to_owned())),
        None if given.is_some() => Err(errors::combination(format!(
            "The instance type '{}' does not support CPU credits.",
            kind.name
        ))),
        None => Ok(None),
    }
}

fn devices(network: &Network, image: &Image, given: &[BlockDeviceMapping]) -> ApiResult<Vec<Device>> {
    let is_root = |mapping: &&BlockDeviceMapping| mapping.device_name.as_deref() == Some(image.root_device);
    let root = given.iter().find(is_root).and_then(|mapping| mapping.ebs.as_ref());
    let mut out =
        vec![device(image.root_device, root, image.volume_type, image.root_gib, &image.snapshot(network))?];
    for mapping in given.iter().filter(|mapping| !is_root(mapping)) {
        let name = mapping.device_name.as_deref().unwrap_or_default();
        let Some(ebs) = &mapping.ebs else {
            return Err(errors::not_simulated("a block device mapping without `Ebs`"));
        };
        if name.is_empty() {
            return Err(errors::missing_parameter("deviceName"));
        }
        if ebs.volume_size.is_none() {
            return Err(errors::missing_parameter("size/snapshotId"));
        }
        if out.iter().any(|other| other.name == name) {
            let text = format!("Duplicate device name {name}");
            return Err(errors::error("InvalidBlockDeviceMapping", text));
        }
        let mut made = device(name, Some(ebs), "gp2", 1, "")?;
        made.delete_on_termination = ebs.delete_on_termination.unwrap_or(true);
        out.push(made);
    }
    Ok(out)
}

fn device(
    name: &str,
    given: Option<&EbsBlockDevice>,
    kind: &str,
    least_gib: i32,
    snapshot: &str,
) -> ApiResult<Device> {
    let kind = given.and_then(|given| given.volume_type.as_deref()).unwrap_or(kind);
    let kinds = &["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"];
    if !kinds.contains(&kind) {
        return Err(errors::bad_value(kind, "volumeType"));
    }
    let size_gib = given.and_then(|given| given.volume_size).unwrap_or(least_gib);
    if size_gib < least_gib {
        return Err(errors::volume_too_small(size_gib, snapshot, least_gib));
    }
    if size_gib > 16_384 {
        let text = format!("Volume size {size_gib}GiB is larger than the maximum of 16384GiB");
        return Err(errors::error("InvalidBlockDeviceMapping", text));
    }
    let iops = given.and_then(|given| given.iops);
    let iops = match kind {
        "gp3" => Some(iops.unwrap_or(3000)),
        "gp2" if iops.is_some() => {
            let text = "The parameter iops is not supported for gp2 volumes.";
            return Err(errors::combination(text));
        }
        // Three for each GiB, between 100 and 16,000.
        "gp2" => Some(size_gib.saturating_mul(3).clamp(100, 16_000)),
        "io1" | "io2" => Some(iops.ok_or_else(|| errors::missing_parameter("iops"))?),
        _ => None,
    };
    let throughput = given.and_then(|given| given.throughput);
    Ok(Device {
        name: name.to_owned(),
        size_gib,
        kind: kind.to_owned(),
        iops,
        throughput: (kind == "gp3").then(|| throughput.unwrap_or(125)),
        encrypted: given.and_then(|given| given.encrypted).unwrap_or(false),
        snapshot_id: snapshot.to_owned(),
        delete_on_termination: given.and_then(|given| given.delete_on_termination).unwrap_or(true),
    })
}

/// Makes the instances of a plan; their ids.
pub fn launch(cx: &mut OpContext<'_>, plan: Plan, count: i32) -> ApiResult<Vec<String>> {
    let region = cx.region.clone();
    // The one thing that may still be lacking.
    let used =
        cx.state().ec2.at(&region).private_ips.keys().filter(|ip| network::contains(plan.subnet.cidr, ip));
    if used.count() + usize::try_from(count).unwrap_or(usize::MAX) > network::SUBNET_ADDRESSES {
        return Err(errors::no_free_addresses(&plan.subnet.id));
    }
    let reservation_id = kinds::draw(cx, "r");
    let mut ids = Vec::new();
    for index in 0..count {
        ids.push(launch_one(cx, &plan, &reservation_id, index)?);
    }
    Ok(ids)
}

fn launch_one(cx: &mut OpContext<'_>, plan: &Plan, reservation_id: &str, index: i32) -> ApiResult<String> {
    let region = cx.region.clone();
    let id = Kind::Instance.draw(cx);
    let private_ip = match &plan.private_ip {
        Some(ip) => ip.clone(),
        None => network::draw_private_ip(cx, &plan.subnet)?,
    };
    let volumes = make_volumes(cx, plan, &id);
    let profile = plan.profile.as_ref().map(|found| profile::associate(cx, found));
    let instance = Instance {
        launch: cx.state().ec2.at(&region).next_launch,
        reservation_id: reservation_id.to_owned(),
        launch_index: index,
        image_id: plan.image_id.clone(),
        instance_type: plan.kind.name.to_owned(),
        key_name: plan.key_name.clone(),
        state: InstanceState::Pending,
        state_reason: Some(("pending".to_owned(), "pending".to_owned())),
        transition_reason: String::new(),
        launched_at: second(cx),
        created_at: second(cx),
        checked_at_ms: i64::MAX,
        boots: 0,
        subnet_id: plan.subnet.id.clone(),
        zone: plan.subnet.zone.clone(),
        private_ip,
        public_ip: None,
        wants_public_ip: plan.wants_public_ip,
        groups: plan.groups.clone(),
        interface_id: Kind::NetworkInterface.draw(cx),
        attachment_id: kinds::draw(cx, "eni-attach"),
        mac: draw_mac(cx),
        root_device: plan.image.root_device.to_owned(),
        volumes: volumes.iter().map(|volume| volume.id.clone()).collect(),
        allocation_id: None,
        profile,
        user_data: plan.user_data.clone(),
        metadata: plan.metadata.clone(),
        shutdown_behavior: plan.shutdown_behavior.clone(),
        disable_api_termination: plan.disable_api_termination,
        disable_api_stop: plan.disable_api_stop,
        monitoring: plan.monitoring,
        ebs_optimized: plan.ebs_optimized,
        source_dest_check: true,
        cpu_credits: plan.cpu_credits.clone(),
        client_token: plan.client_token.clone(),
        console: String::new(),
        metadata_secret: cx.ids().hex(32),
        credentials: None,
        id: id.clone(),
    };
    insert(cx, instance, volumes, &plan.tags);
    let timer = Timer { region, instance_id: id.clone(), change: Change::Running };
    let due_ms = cx.now_ms + limits::BOOT_MS;
    cx.schedule(due_ms, crate::cloud::Timer::Ec2(timer));
    Ok(id)
}

fn insert(cx: &mut OpContext<'_>, instance: Instance, volumes: Vec<Volume>, tags: &[(Kind, Tags)]) {
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    regional.next_launch += 1;
    regional.launches.insert(instance.launch, instance.id.clone());
    regional.interfaces.insert(instance.interface_id.clone(), instance.id.clone());
    regional.private_ips.insert(instance.private_ip.clone(), instance.id.clone());
    if let Some(tags) = check::tags_for(tags, Kind::Instance) {
        regional.tags.insert(instance.id.clone(), tags);
    }
    if let Some(tags) = check::tags_for(tags, Kind::NetworkInterface) {
        regional.tags.insert(instance.interface_id.clone(), tags);
    }
    for volume in volumes {
        if let Some(tags) = check::tags_for(tags, Kind::Volume) {
            regional.tags.insert(volume.id.clone(), tags);
        }
        regional.volumes.insert(volume.id.clone(), volume);
    }
    regional.instances.insert(instance.id.clone(), instance);
}

fn make_volumes(cx: &mut OpContext<'_>, plan: &Plan, instance_id: &str) -> Vec<Volume> {
    let mut out = Vec::new();
    for device in &plan.devices {
        out.push(Volume {
            id: Kind::Volume.draw(cx),
            size_gib: device.size_gib,
            kind: device.kind.clone(),
            iops: device.iops,
            throughput: device.throughput,
            encrypted: device.encrypted,
            snapshot_id: device.snapshot_id.clone(),
            zone: plan.subnet.zone.clone(),
            created_at: cx.now(),
            attachment: Some(VolumeAttachment {
                instance_id: instance_id.to_owned(),
                device: device.name.clone(),
                delete_on_termination: device.delete_on_termination,
                attached_at: second(cx),
            }),
        });
    }
    out
}

/// EC2 tells launch times in whole seconds.
pub fn second(cx: &OpContext<'_>) -> nuvola_kernel::Timestamp {
    nuvola_kernel::Timestamp(cx.now().epoch_s() * 1000)
}

/// A locally administered address, as interfaces of EC2 have.
fn draw_mac(cx: &mut OpContext<'_>) -> String {
    let block = cx.ids().block();
    let octets: Vec<String> = block[..5].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("02:{}", octets.join(":"))
}

/// Gives an instance that starts a public address, if it is to have one.
pub fn give_public_ip(cx: &mut OpContext<'_>, instance_id: &str) {
    let region = cx.region.clone();
    let regional = cx.state().ec2.at(&region);
    let wants = regional
        .instances
        .get(instance_id)
        .is_some_and(|instance| instance.wants_public_ip && instance.public_ip.is_none());
    if !wants {
        return;
    }
    let ip = network::draw_public_ip(cx);
    let held = PublicIp { region: region.clone(), instance_id: Some(instance_id.to_owned()) };
    cx.ec2().public_ips.insert(ip.clone(), held);
    if let Some(instance) = cx.ec2().at_mut(&region).instances.get_mut(instance_id) {
        instance.public_ip = Some(ip);
    }
}

/// Takes a public address from an instance that stops; an Elastic IP stays.
pub fn take_public_ip(cx: &mut OpContext<'_>, instance_id: &str) {
    let region = cx.region.clone();
    let Some(instance) = cx.ec2().at_mut(&region).instances.get_mut(instance_id) else { return };
    if instance.allocation_id.is_none()
        && let Some(ip) = instance.public_ip.take()
    {
        cx.ec2().public_ips.remove(&ip);
    }
}
