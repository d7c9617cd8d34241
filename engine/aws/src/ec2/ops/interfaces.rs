//! Network interfaces: those of instances.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::shapes::Filter;
use crate::ec2::view::{NetworkInterface, Viewer};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};
use std::ops::Bound;

operation! {
    /// Lists network interfaces by id or filter.
    ///
    /// **Source**: EC2 API Reference, "DescribeNetworkInterfaces".
    pub DESCRIBE_NETWORK_INTERFACES: DescribeNetworkInterfaces {
        http: "POST" "/" 200,
        input: DescribeNetworkInterfacesInput,
        output: DescribeNetworkInterfacesOutput,
        errors: ["InvalidNetworkInterfaceID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeNetworkInterfaces", "*"),
        handler: describe_network_interfaces,
    }
}

shape! {
    /// What `DescribeNetworkInterfaces` takes.
    pub struct DescribeNetworkInterfacesInput {
        #[wire("NetworkInterfaceIds", xml = "NetworkInterfaceId")] pub network_interface_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeNetworkInterfaces` answers.
    pub struct DescribeNetworkInterfacesOutput {
        #[wire("NetworkInterfaces", xml = "networkInterfaceSet")] pub network_interfaces: Vec<NetworkInterface>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("addresses.private-ip-address", "PrivateIpAddresses.PrivateIpAddress"),
    ("association.allocation-id", "Association.AllocationId"),
    ("association.association-id", "Association.AssociationId"),
    ("association.public-ip", "Association.PublicIp"),
    ("attachment.attachment-id", "Attachment.AttachmentId"),
    ("attachment.device-index", "Attachment.DeviceIndex"),
    ("attachment.instance-id", "Attachment.InstanceId"),
    ("attachment.status", "Attachment.Status"),
    ("availability-zone", "AvailabilityZone"),
    ("description", "Description"),
    ("group-id", "Groups.GroupId"),
    ("group-name", "Groups.GroupName"),
    ("interface-type", "InterfaceType"),
    ("mac-address", "MacAddress"),
    ("network-interface-id", "NetworkInterfaceId"),
    ("owner-id", "OwnerId"),
    ("private-dns-name", "PrivateDnsName"),
    ("private-ip-address", "PrivateIpAddress"),
    ("requester-managed", "RequesterManaged"),
    ("source-dest-check", "SourceDestCheck"),
    ("status", "Status"),
    ("subnet-id", "SubnetId"),
    ("tag", "TagSet"),
    ("vpc-id", "VpcId"),
];

fn describe_network_interfaces(
    cx: &mut OpContext<'_>,
    input: DescribeNetworkInterfacesInput,
) -> ApiResult<Listed> {
    let ids = &input.network_interface_ids;
    let listing = Listing {
        operation: "DescribeNetworkInterfaces",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !ids.is_empty(),
    };
    let start = listing.start()?;
    let viewer = Viewer::new(cx);
    Kind::NetworkInterface.require(&viewer.network, viewer.regional, ids)?;
    let after = start.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let rest = viewer.regional.interfaces.range::<str>((after, Bound::Unbounded));
    let mut shown = rest.filter(|(id, _)| ids.is_empty() || ids.contains(id)).filter_map(|(id, instance)| {
        let instance = viewer.regional.instances.get(instance)?;
        Some((id.clone(), viewer.interface(instance).into_value()))
    });
    Ok(listing.page(&mut shown).listed("NetworkInterfaces"))
}
