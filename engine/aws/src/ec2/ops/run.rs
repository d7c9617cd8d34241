//! Launching instances.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::catalog::{images, types};
use crate::ec2::kinds::Kind;
use crate::ec2::launch::{self, Plan};
use crate::ec2::profile::IamInstanceProfileSpecification;
use crate::ec2::shapes::TagSpecification;
use crate::ec2::state::Token;
use crate::ec2::view::{Reservation, Viewer};
use crate::ec2::{check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::checksum::sha256_hex;
use nuvola_wire::shape;

operation! {
    /// Launches instances from an image.
    ///
    /// **Source**: EC2 API Reference, "RunInstances".
    pub RUN_INSTANCES: RunInstances {
        http: "POST" "/" 200,
        input: RunInstancesInput,
        output: Reservation,
        errors: [
            "IdempotentParameterMismatch",
            "InvalidAMIID.NotFound",
            "InvalidBlockDeviceMapping",
            "InvalidGroup.NotFound",
            "InvalidIPAddress.InUse",
            "InvalidKeyPair.NotFound",
            "InvalidParameterCombination",
            "InvalidParameterValue",
            "InvalidSubnetID.NotFound",
            "MissingParameter",
            "VcpuLimitExceeded",
        ],
        access: access,
        handler: run_instances,
    }
}

shape! {
    /// What `RunInstances` takes.
    pub struct RunInstancesInput {
        #[wire("BlockDeviceMappings", xml = "BlockDeviceMapping")] pub block_device_mappings: Vec<BlockDeviceMapping>,
        #[wire("ImageId")] pub image_id: Option<String>,
        #[wire("InstanceType")] pub instance_type: Option<String>,
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("MaxCount")] pub max_count: i32,
        #[wire("MinCount")] pub min_count: i32,
        #[wire("Monitoring")] pub monitoring: Option<MonitoringEnabled>,
        #[wire("Placement")] pub placement: Option<LaunchPlacement>,
        #[wire("SecurityGroupIds", xml = "SecurityGroupId")] pub security_group_ids: Vec<String>,
        #[wire("SecurityGroups", xml = "SecurityGroup")] pub security_groups: Vec<String>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
        #[wire("UserData")] pub user_data: Option<String>,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
        #[wire("LaunchTemplate")] pub launch_template: Option<LaunchTemplateSpecification>,
        #[wire("CreditSpecification")] pub credit_specification: Option<CreditSpecification>,
        #[wire("MetadataOptions")] pub metadata_options: Option<MetadataOptionsRequest>,
        #[wire("DisableApiStop")] pub disable_api_stop: Option<bool>,
        #[wire("DisableApiTermination")] pub disable_api_termination: Option<bool>,
        #[wire("InstanceInitiatedShutdownBehavior")] pub shutdown_behavior: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
        #[wire("ClientToken")] pub client_token: Option<String>,
        #[wire("NetworkInterfaces", xml = "NetworkInterface")] pub network_interfaces: Vec<InterfaceSpecification>,
        #[wire("IamInstanceProfile")] pub iam_instance_profile: Option<IamInstanceProfileSpecification>,
        #[wire("EbsOptimized")] pub ebs_optimized: Option<bool>,
    }

    /// A device that a launch asks for.
    pub struct BlockDeviceMapping {
        #[wire("DeviceName")] pub device_name: Option<String>,
        #[wire("Ebs")] pub ebs: Option<EbsBlockDevice>,
    }

    /// A volume that a launch asks for, or that an image has.
    pub struct EbsBlockDevice {
        #[wire("DeleteOnTermination")] pub delete_on_termination: Option<bool>,
        #[wire("Iops")] pub iops: Option<i32>,
        #[wire("SnapshotId")] pub snapshot_id: Option<String>,
        #[wire("VolumeSize")] pub volume_size: Option<i32>,
        #[wire("VolumeType")] pub volume_type: Option<String>,
        #[wire("Throughput")] pub throughput: Option<i32>,
        #[wire("Encrypted")] pub encrypted: Option<bool>,
    }

    /// Whether detailed monitoring is wanted.
    pub struct MonitoringEnabled {
        #[wire("Enabled")] pub enabled: bool,
    }

    /// Where to launch.
    pub struct LaunchPlacement {
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
        #[wire("Tenancy")] pub tenancy: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
    }

    /// A launch template.
    pub struct LaunchTemplateSpecification {
        #[wire("LaunchTemplateId")] pub id: Option<String>,
        #[wire("LaunchTemplateName")] pub name: Option<String>,
    }

    /// What bursting costs.
    pub struct CreditSpecification {
        #[wire("CpuCredits")] pub cpu_credits: String,
    }

    /// How the metadata service is to answer.
    pub struct MetadataOptionsRequest {
        #[wire("HttpTokens")] pub http_tokens: Option<String>,
        #[wire("HttpPutResponseHopLimit")] pub hop_limit: Option<i32>,
        #[wire("HttpEndpoint")] pub http_endpoint: Option<String>,
        #[wire("HttpProtocolIpv6")] pub http_protocol_ipv6: Option<String>,
        #[wire("InstanceMetadataTags")] pub instance_metadata_tags: Option<String>,
    }

    /// A network interface that a launch asks for.
    pub struct InterfaceSpecification {
        #[wire("AssociatePublicIpAddress")] pub associate_public_ip_address: Option<bool>,
        #[wire("DeviceIndex")] pub device_index: Option<i32>,
        #[wire("Groups", xml = "SecurityGroupId")] pub groups: Vec<String>,
        #[wire("NetworkInterfaceId")] pub network_interface_id: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
    }
}

fn access(cx: &OpContext<'_>, input: &RunInstancesInput) -> Access {
    let specifications = &input.tag_specifications;
    let mut access = check::access_to_create(cx, "ec2:RunInstances", Kind::Instance, specifications);
    if let Some(kind) = &input.instance_type
        && let Some(check) = access.checks.first_mut()
    {
        check.context.insert("ec2:InstanceType".to_owned(), vec![kind.clone()]);
    }
    if let Some(image) = &input.image_id {
        let arn = nuvola_kernel::Arn::build("ec2", cx.region.as_str(), "", &format!("image/{image}"));
        access = access.and(Access::to("ec2:RunInstances", arn.to_string()));
    }
    for kind in [Kind::NetworkInterface, Kind::Volume] {
        access = access.and(Access::to("ec2:RunInstances", check::arn(cx, kind, "*")));
    }
    let subnet = input.subnet_id.as_deref().unwrap_or("*");
    access = access.and(check::access_to(cx, "ec2:RunInstances", Kind::Subnet, subnet));
    access = access.and(check::access_to_all(
        cx,
        "ec2:RunInstances",
        Kind::SecurityGroup,
        &input.security_group_ids,
    ));
    match &input.key_name {
        Some(key) => access.and(Access::to("ec2:RunInstances", check::arn(cx, Kind::KeyPair, key))),
        None => access,
    }
}

fn run_instances(cx: &mut OpContext<'_>, input: RunInstancesInput) -> ApiResult<Reservation> {
    let digest = sha256_hex(&cx.request.http.body);
    let token = input.client_token.clone().filter(|token| !token.is_empty());
    if let Some(known) = token.as_ref().and_then(|token| cx.state().ec2.at(&cx.region).tokens.get(token)) {
        return match known.request == digest {
            true => shown(cx, &known.instance_ids.clone()),
            false => Err(errors::token_mismatch()),
        };
    }
    let count = count(&input)?;
    let plan = launch::plan(cx, &input, count)?;
    check_quota(cx, &plan, count)?;
    let instance_ids = launch::launch(cx, plan, count)?;
    if let Some(token) = token {
        let region = cx.region.clone();
        let known = Token { request: digest, instance_ids: instance_ids.clone() };
        cx.ec2().at_mut(&region).tokens.insert(token, known);
    }
    shown(cx, &instance_ids)
}

/// How many instances to launch: the largest number there is room for, which is all.
fn count(input: &RunInstancesInput) -> ApiResult<i32> {
    let (min, max) = (input.min_count, input.max_count);
    if min < 1 {
        return Err(errors::invalid_value(format!(
            "Value ({min}) for parameter minCount is invalid. Expected a positive integer greater than or equal to 1."
        )));
    }
    if max < min {
        return Err(errors::invalid_value(format!(
            "Value ({min}) for parameter minCount is invalid. minCount must be less than or equal to maxCount."
        )));
    }
    Ok(max)
}

/// Standard instances share a quota of vCPUs.
fn check_quota(cx: &OpContext<'_>, plan: &Plan, count: i32) -> ApiResult<()> {
    let regional = cx.state().ec2.at(&cx.region);
    let mut used = plan.kind.vcpus.saturating_mul(count);
    for instance in regional.instances.values() {
        use crate::ec2::state::InstanceState::{Pending, Running};
        if matches!(instance.state, Pending | Running) {
            used = used.saturating_add(types::find(&instance.instance_type).map_or(0, |kind| kind.vcpus));
        }
    }
    if used > limits::VCPUS { Err(errors::vcpu_limit(limits::VCPUS)) } else { Ok(()) }
}

/// The reservation with these instances, as they are now.
fn shown(cx: &OpContext<'_>, instance_ids: &[String]) -> ApiResult<Reservation> {
    let viewer = Viewer::new(cx);
    let found = instance_ids.iter().filter_map(|id| viewer.regional.instances.get(id));
    let mut whole: Option<Reservation> = None;
    for instance in found {
        let part = viewer.reservation(instance);
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.instances.extend(part.instances),
        }
    }
    whole.ok_or_else(|| Kind::Instance.none_found(instance_ids))
}

/// The image, or what is wrong with its id.
pub fn image(cx: &OpContext<'_>, id: &str) -> ApiResult<&'static images::Image> {
    let network = crate::ec2::network::Network::of(cx);
    images::find(&network, id).ok_or_else(|| {
        let tail = id.strip_prefix("ami-").unwrap_or_default();
        let formed = matches!(tail.len(), 8 | 17) && tail.bytes().all(|byte| byte.is_ascii_hexdigit());
        match formed {
            true => errors::error("InvalidAMIID.NotFound", format!("The image id '[{id}]' does not exist")),
            false => errors::error(
                "InvalidAMIID.Malformed",
                format!("Invalid id: \"{id}\" (expecting \"ami-...\")"),
            ),
        }
    })
}
