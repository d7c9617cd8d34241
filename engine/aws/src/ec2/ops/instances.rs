//! Describing instances and their status checks.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::shapes::Filter;
use crate::ec2::state::{self, InstanceState as State, Regional};
use crate::ec2::view::{self, InstanceState, Reservation, Viewer};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{Value, WireType, shape};
use std::ops::Bound;

operation! {
    /// Lists instances by id or filter, launch by launch.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstances".
    pub DESCRIBE_INSTANCES: DescribeInstances {
        http: "POST" "/" 200,
        input: DescribeInstancesInput,
        output: DescribeInstancesOutput,
        errors: [
            "InvalidInstanceID.Malformed",
            "InvalidInstanceID.NotFound",
            "InvalidNextToken",
            "InvalidParameterCombination",
            "InvalidParameterValue",
        ],
        access: |_, _| Access::to("ec2:DescribeInstances", "*"),
        handler: describe_instances,
    }
}

operation! {
    /// Tells the status checks of running instances, or of all.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstanceStatus".
    pub DESCRIBE_INSTANCE_STATUS: DescribeInstanceStatus {
        http: "POST" "/" 200,
        input: DescribeInstanceStatusInput,
        output: DescribeInstanceStatusOutput,
        errors: ["InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeInstanceStatus", "*"),
        handler: describe_instance_status,
    }
}

shape! {
    /// What `DescribeInstances` takes.
    pub struct DescribeInstancesInput {
        #[wire("InstanceIds", xml = "InstanceId")] pub instance_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeInstances` answers.
    pub struct DescribeInstancesOutput {
        #[wire("Reservations", xml = "reservationSet")] pub reservations: Vec<Reservation>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeInstanceStatus` takes.
    pub struct DescribeInstanceStatusInput {
        #[wire("InstanceIds", xml = "InstanceId")] pub instance_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("IncludeAllInstances")] pub include_all_instances: Option<bool>,
    }

    /// What `DescribeInstanceStatus` answers.
    pub struct DescribeInstanceStatusOutput {
        #[wire("InstanceStatuses", xml = "instanceStatusSet")] pub instance_statuses: Vec<InstanceStatus>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// The checks of an instance.
    pub struct InstanceStatus {
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("InstanceState")] pub instance_state: Option<InstanceState>,
        #[wire("InstanceStatus")] pub instance_status: Option<StatusSummary>,
        #[wire("SystemStatus")] pub system_status: Option<StatusSummary>,
        #[wire("AttachedEbsStatus")] pub attached_ebs_status: Option<StatusSummary>,
    }

    /// A group of checks.
    pub struct StatusSummary {
        #[wire("Details")] pub details: Vec<StatusDetails>,
        #[wire("Status")] pub status: Option<String>,
    }

    /// A check.
    pub struct StatusDetails {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Status")] pub status: Option<String>,
    }
}

/// What instances can be filtered by.
const FILTERS: Filters = &[
    ("architecture", "Instances.Architecture"),
    ("association.public-ip", "Instances.NetworkInterfaces.Association.PublicIp"),
    ("availability-zone", "Instances.Placement.AvailabilityZone"),
    ("block-device-mapping.delete-on-termination", "Instances.BlockDeviceMappings.Ebs.DeleteOnTermination"),
    ("block-device-mapping.device-name", "Instances.BlockDeviceMappings.DeviceName"),
    ("block-device-mapping.volume-id", "Instances.BlockDeviceMappings.Ebs.VolumeId"),
    ("client-token", "Instances.ClientToken"),
    ("dns-name", "Instances.PublicDnsName"),
    ("group-id", "Instances.SecurityGroups.GroupId"),
    ("group-name", "Instances.SecurityGroups.GroupName"),
    ("iam-instance-profile.arn", "Instances.IamInstanceProfile.Arn"),
    ("iam-instance-profile.id", "Instances.IamInstanceProfile.Id"),
    ("image-id", "Instances.ImageId"),
    ("instance-id", "Instances.InstanceId"),
    ("instance-state-code", "Instances.State.Code"),
    ("instance-state-name", "Instances.State.Name"),
    ("instance-type", "Instances.InstanceType"),
    ("instance.group-id", "Instances.SecurityGroups.GroupId"),
    ("instance.group-name", "Instances.SecurityGroups.GroupName"),
    ("ip-address", "Instances.PublicIpAddress"),
    ("key-name", "Instances.KeyName"),
    ("launch-index", "Instances.AmiLaunchIndex"),
    ("launch-time", "Instances.LaunchTime"),
    ("metadata-options.http-endpoint", "Instances.MetadataOptions.HttpEndpoint"),
    ("metadata-options.http-tokens", "Instances.MetadataOptions.HttpTokens"),
    ("monitoring-state", "Instances.Monitoring.State"),
    ("network-interface.group-id", "Instances.NetworkInterfaces.Groups.GroupId"),
    ("network-interface.network-interface-id", "Instances.NetworkInterfaces.NetworkInterfaceId"),
    ("network-interface.subnet-id", "Instances.NetworkInterfaces.SubnetId"),
    ("network-interface.vpc-id", "Instances.NetworkInterfaces.VpcId"),
    ("owner-id", "OwnerId"),
    ("placement-group-name", "Instances.Placement.GroupName"),
    ("private-dns-name", "Instances.PrivateDnsName"),
    ("private-ip-address", "Instances.PrivateIpAddress"),
    ("reason", "Instances.StateTransitionReason"),
    ("reservation-id", "ReservationId"),
    ("root-device-name", "Instances.RootDeviceName"),
    ("root-device-type", "Instances.RootDeviceType"),
    ("source-dest-check", "Instances.SourceDestCheck"),
    ("state-reason-code", "Instances.StateReason.Code"),
    ("state-reason-message", "Instances.StateReason.Message"),
    ("subnet-id", "Instances.SubnetId"),
    ("tag", "Instances.Tags"),
    ("tenancy", "Instances.Placement.Tenancy"),
    ("virtualization-type", "Instances.VirtualizationType"),
    ("vpc-id", "Instances.VpcId"),
];

const STATUS_FILTERS: Filters = &[
    ("availability-zone", "AvailabilityZone"),
    ("instance-state-code", "InstanceState.Code"),
    ("instance-state-name", "InstanceState.Name"),
    ("instance-status.reachability", "InstanceStatus.Details.Status"),
    ("instance-status.status", "InstanceStatus.Status"),
    ("system-status.reachability", "SystemStatus.Details.Status"),
    ("system-status.status", "SystemStatus.Status"),
];

/// The instances that a listing is about, in the order of their launch, with their keys.
///
/// Those that are named must all be there.
pub fn chosen<'a>(
    viewer: &'a Viewer<'_>,
    ids: &'a [String],
    start: Option<&str>,
) -> ApiResult<Box<dyn Iterator<Item = (String, &'a state::Instance)> + 'a>> {
    Kind::Instance.require(&viewer.network, viewer.regional, ids)?;
    let regional: &'a Regional = viewer.regional;
    let find = |id: &String| regional.instances.get(id);
    if !ids.is_empty() {
        let mut named: Vec<&state::Instance> = ids.iter().filter_map(find).collect();
        nuvola_kernel::ordered::sort_by_key(&mut named, |instance| instance.launch);
        named.dedup_by_key(|instance| instance.launch);
        return Ok(Box::new(named.into_iter().map(|instance| (instance.launch.to_string(), instance))));
    }
    let after = start.and_then(|start| start.parse::<u64>().ok()).map_or(Bound::Unbounded, Bound::Excluded);
    let rest = regional.launches.range((after, Bound::Unbounded));
    Ok(Box::new(rest.filter_map(move |(number, id)| Some((number.to_string(), regional.instances.get(id)?)))))
}

fn describe_instances(cx: &mut OpContext<'_>, input: DescribeInstancesInput) -> ApiResult<Listed> {
    let listing = Listing {
        operation: "DescribeInstances",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !input.instance_ids.is_empty(),
    };
    let start = listing.start()?;
    let viewer = Viewer::new(cx);
    let found = chosen(&viewer, &input.instance_ids, start.as_deref())?;
    let mut shown = found.map(|(key, instance)| (key, viewer.reservation(instance).into_value()));
    let mut page = listing.page(&mut shown);
    page.items = joined(page.items);
    Ok(page.listed("Reservations"))
}

/// Instances of one launch stand in one reservation.
fn joined(parts: Vec<Value>) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for part in parts {
        let Value::Structure(mut part) = part else { continue };
        if let Some(Value::Structure(last)) = out.last_mut()
            && last.get("ReservationId") == part.get("ReservationId")
            && let (Some(Value::List(mut instances)), Some(Value::List(more))) =
                (last.remove("Instances"), part.remove("Instances"))
        {
            instances.extend(more);
            last.insert("Instances", Value::List(instances));
            continue;
        }
        out.push(Value::Structure(part));
    }
    out
}

fn describe_instance_status(cx: &mut OpContext<'_>, input: DescribeInstanceStatusInput) -> ApiResult<Listed> {
    let listing = Listing {
        operation: "DescribeInstanceStatus",
        filters: &input.filters,
        known: STATUS_FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !input.instance_ids.is_empty(),
    };
    let start = listing.start()?;
    let now_ms = cx.now_ms;
    let viewer = Viewer::new(cx);
    let all = input.include_all_instances.unwrap_or(false);
    let found = chosen(&viewer, &input.instance_ids, start.as_deref())?;
    let mut shown = found
        .filter(|(_, instance)| all || instance.state == State::Running)
        .map(|(key, instance)| (key, status(instance, now_ms).into_value()));
    Ok(listing.page(&mut shown).listed("InstanceStatuses"))
}

fn status(instance: &state::Instance, now_ms: i64) -> InstanceStatus {
    let running = instance.state == State::Running;
    let (word, detail) = match (running, now_ms >= instance.checked_at_ms) {
        (false, _) => ("not-applicable", None),
        (true, false) => ("initializing", Some("initializing")),
        (true, true) => ("ok", Some("passed")),
    };
    let summary = || StatusSummary {
        details: detail
            .into_iter()
            .map(|status| StatusDetails {
                name: Some("reachability".to_owned()),
                status: Some(status.to_owned()),
            })
            .collect(),
        status: Some(word.to_owned()),
    };
    InstanceStatus {
        availability_zone: Some(instance.zone.clone()),
        instance_id: Some(instance.id.clone()),
        instance_state: Some(view::state_of(instance.state)),
        instance_status: Some(summary()),
        system_status: Some(summary()),
        attached_ebs_status: Some(summary()),
    }
}
