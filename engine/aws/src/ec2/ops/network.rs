//! Regions, zones, the default VPC and its subnets.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::{self, Network, Subnet};
use crate::ec2::shapes::{AttributeBooleanValue, Filter, Tag, tags_of};
use crate::ec2::{check, errors};
use crate::operation;
use crate::route::names::REGIONS;
use crate::service::ApiResult;
use nuvola_wire::{Value, WireType, shape};

operation! {
    /// Lists the regions that the account can use.
    ///
    /// **Source**: EC2 API Reference, "DescribeRegions".
    pub DESCRIBE_REGIONS: DescribeRegions {
        http: "POST" "/" 200,
        input: DescribeRegionsInput,
        output: DescribeRegionsOutput,
        errors: ["InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeRegions", "*"),
        handler: describe_regions,
    }
}

operation! {
    /// Lists the region's availability zones.
    ///
    /// **Source**: EC2 API Reference, "DescribeAvailabilityZones".
    pub DESCRIBE_AVAILABILITY_ZONES: DescribeAvailabilityZones {
        http: "POST" "/" 200,
        input: DescribeAvailabilityZonesInput,
        output: DescribeAvailabilityZonesOutput,
        errors: ["InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeAvailabilityZones", "*"),
        handler: describe_availability_zones,
    }
}

operation! {
    /// Describes the default VPC.
    ///
    /// **Source**: EC2 API Reference, "DescribeVpcs".
    pub DESCRIBE_VPCS: DescribeVpcs {
        http: "POST" "/" 200,
        input: DescribeVpcsInput,
        output: DescribeVpcsOutput,
        errors: ["InvalidParameterValue", "InvalidVpcID.NotFound"],
        access: |_, _| Access::to("ec2:DescribeVpcs", "*"),
        handler: describe_vpcs,
    }
}

operation! {
    /// Tells how names are resolved in the VPC.
    ///
    /// **Source**: EC2 API Reference, "DescribeVpcAttribute".
    pub DESCRIBE_VPC_ATTRIBUTE: DescribeVpcAttribute {
        http: "POST" "/" 200,
        input: DescribeVpcAttributeInput,
        output: DescribeVpcAttributeOutput,
        errors: ["InvalidParameterValue", "InvalidVpcID.NotFound"],
        access: |cx, input| check::access_to(cx, "ec2:DescribeVpcAttribute", Kind::Vpc, &input.vpc_id),
        handler: describe_vpc_attribute,
    }
}

operation! {
    /// Describes the default subnets.
    ///
    /// **Source**: EC2 API Reference, "DescribeSubnets".
    pub DESCRIBE_SUBNETS: DescribeSubnets {
        http: "POST" "/" 200,
        input: DescribeSubnetsInput,
        output: DescribeSubnetsOutput,
        errors: ["InvalidParameterValue", "InvalidSubnetID.NotFound"],
        access: |_, _| Access::to("ec2:DescribeSubnets", "*"),
        handler: describe_subnets,
    }
}

shape! {
    /// What `DescribeRegions` takes.
    pub struct DescribeRegionsInput {
        #[wire("RegionNames", xml = "RegionName")] pub region_names: Vec<String>,
        #[wire("AllRegions")] pub all_regions: Option<bool>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
    }

    /// What `DescribeRegions` answers.
    pub struct DescribeRegionsOutput {
        #[wire("Regions", xml = "regionInfo")] pub regions: Vec<RegionInfo>,
    }

    /// A region.
    pub struct RegionInfo {
        #[wire("OptInStatus")] pub opt_in_status: Option<String>,
        #[wire("RegionName")] pub region_name: Option<String>,
        #[wire("Endpoint", xml = "regionEndpoint")] pub endpoint: Option<String>,
    }

    /// What `DescribeAvailabilityZones` takes.
    pub struct DescribeAvailabilityZonesInput {
        #[wire("ZoneNames", xml = "ZoneName")] pub zone_names: Vec<String>,
        #[wire("ZoneIds", xml = "ZoneId")] pub zone_ids: Vec<String>,
        #[wire("AllAvailabilityZones")] pub all_availability_zones: Option<bool>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
    }

    /// What `DescribeAvailabilityZones` answers.
    pub struct DescribeAvailabilityZonesOutput {
        #[wire("AvailabilityZones", xml = "availabilityZoneInfo")] pub availability_zones: Vec<AvailabilityZone>,
    }

    /// A zone.
    pub struct AvailabilityZone {
        #[wire("OptInStatus")] pub opt_in_status: Option<String>,
        #[wire("Messages", xml = "messageSet")] pub messages: Vec<String>,
        #[wire("RegionName")] pub region_name: Option<String>,
        #[wire("ZoneName")] pub zone_name: Option<String>,
        #[wire("ZoneId")] pub zone_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("NetworkBorderGroup")] pub network_border_group: Option<String>,
        #[wire("ZoneType")] pub zone_type: Option<String>,
        #[wire("State", xml = "zoneState")] pub state: Option<String>,
    }

    /// What `DescribeVpcs` takes.
    pub struct DescribeVpcsInput {
        #[wire("VpcIds", xml = "VpcId")] pub vpc_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeVpcs` answers.
    pub struct DescribeVpcsOutput {
        #[wire("Vpcs", xml = "vpcSet")] pub vpcs: Vec<Vpc>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A VPC.
    pub struct Vpc {
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("InstanceTenancy")] pub instance_tenancy: Option<String>,
        #[wire("CidrBlockAssociationSet")] pub cidr_block_association_set: Vec<VpcCidrBlockAssociation>,
        #[wire("IsDefault")] pub is_default: Option<bool>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("State")] pub state: Option<String>,
        #[wire("CidrBlock")] pub cidr_block: Option<String>,
        #[wire("DhcpOptionsId")] pub dhcp_options_id: Option<String>,
    }

    /// A block of a VPC.
    pub struct VpcCidrBlockAssociation {
        #[wire("AssociationId")] pub association_id: Option<String>,
        #[wire("CidrBlock")] pub cidr_block: Option<String>,
        #[wire("CidrBlockState")] pub cidr_block_state: Option<BlockState>,
    }

    /// The state of an association.
    pub struct BlockState {
        #[wire("State")] pub state: Option<String>,
    }

    /// What `DescribeVpcAttribute` takes.
    pub struct DescribeVpcAttributeInput {
        #[wire("Attribute")] pub attribute: String,
        #[wire("VpcId")] pub vpc_id: String,
    }

    /// What `DescribeVpcAttribute` answers.
    pub struct DescribeVpcAttributeOutput {
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("EnableDnsHostnames")] pub enable_dns_hostnames: Option<AttributeBooleanValue>,
        #[wire("EnableDnsSupport")] pub enable_dns_support: Option<AttributeBooleanValue>,
        #[wire("EnableNetworkAddressUsageMetrics")] pub enable_metrics: Option<AttributeBooleanValue>,
    }

    /// What `DescribeSubnets` takes.
    pub struct DescribeSubnetsInput {
        #[wire("SubnetIds", xml = "SubnetId")] pub subnet_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeSubnets` answers.
    pub struct DescribeSubnetsOutput {
        #[wire("Subnets", xml = "subnetSet")] pub subnets: Vec<SubnetInfo>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A subnet.
    pub struct SubnetInfo {
        #[wire("AvailabilityZoneId")] pub availability_zone_id: Option<String>,
        #[wire("MapCustomerOwnedIpOnLaunch")] pub map_customer_owned_ip_on_launch: Option<bool>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("AssignIpv6AddressOnCreation")] pub assign_ipv6_address_on_creation: Option<bool>,
        #[wire("Ipv6CidrBlockAssociationSet")] pub ipv6_cidr_block_association_set: Vec<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("SubnetArn")] pub subnet_arn: Option<String>,
        #[wire("EnableDns64")] pub enable_dns64: Option<bool>,
        #[wire("Ipv6Native")] pub ipv6_native: Option<bool>,
        #[wire("PrivateDnsNameOptionsOnLaunch")] pub private_dns_name_options: Option<crate::ec2::view::PrivateDnsNameOptionsResponse>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
        #[wire("State")] pub state: Option<String>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("CidrBlock")] pub cidr_block: Option<String>,
        #[wire("AvailableIpAddressCount")] pub available_ip_address_count: Option<i32>,
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
        #[wire("DefaultForAz")] pub default_for_az: Option<bool>,
        #[wire("MapPublicIpOnLaunch")] pub map_public_ip_on_launch: Option<bool>,
    }
}

pub fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

/// A listing of few things.
pub struct Few<'i> {
    pub operation: &'static str,
    pub member: &'static str,
    pub known: Filters,
    pub filters: &'i [Filter],
    pub max_results: Option<i32>,
    pub next_token: Option<&'i str>,
}

impl Few<'_> {
    /// Those of the items that have one of the ids, if ids were given.
    pub fn listed(self, ids: &[String], items: Vec<(String, Value)>) -> ApiResult<Listed> {
        let listing = Listing {
            operation: self.operation,
            filters: self.filters,
            known: self.known,
            max_results: self.max_results,
            next_token: self.next_token,
            named: !ids.is_empty(),
        };
        let mut chosen: Vec<(String, Value)> =
            items.into_iter().filter(|(id, _)| ids.is_empty() || ids.contains(id)).collect();
        nuvola_kernel::ordered::sort_by_key(&mut chosen, |(id, _)| id.clone());
        Ok(listing.page_of(chosen)?.listed(self.member))
    }
}

/// Fails unless all of them are there.
pub fn require(cx: &OpContext<'_>, kind: Kind, ids: &[String]) -> ApiResult<()> {
    kind.require(&Network::of(cx), cx.state().ec2.at(&cx.region), ids)
}

/// Tags, absent where there are none.
fn some_tags(cx: &OpContext<'_>, id: &str) -> Option<Vec<Tag>> {
    Some(tags_of(cx, id)).filter(|tags| !tags.is_empty())
}

/// Regions that every account can use from the start.
///
/// **Source**: AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account".
const FROM_THE_START: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

fn describe_regions(cx: &mut OpContext<'_>, input: DescribeRegionsInput) -> ApiResult<Listed> {
    let _ = cx;
    let names = &input.region_names;
    if let Some(name) = names.iter().find(|name| REGIONS.binary_search(&name.as_str()).is_err()) {
        return Err(errors::invalid_value(format!("Invalid region names: [{name}]")));
    }
    // All of them answer here, so the account counts as opted in.
    let shown = |name: &&str| {
        let from_the_start = FROM_THE_START.contains(name);
        let region = RegionInfo {
            opt_in_status: some(if from_the_start { "opt-in-not-required" } else { "opted-in" }),
            region_name: some(*name),
            endpoint: Some(format!("ec2.{name}.amazonaws.com")),
        };
        ((*name).to_owned(), region.into_value())
    };
    let few = Few {
        operation: "DescribeRegions",
        member: "Regions",
        known: &[("endpoint", "Endpoint"), ("opt-in-status", "OptInStatus"), ("region-name", "RegionName")],
        filters: &input.filters,
        max_results: None,
        next_token: None,
    };
    few.listed(names, REGIONS.iter().map(shown).collect())
}

fn describe_availability_zones(
    cx: &mut OpContext<'_>,
    input: DescribeAvailabilityZonesInput,
) -> ApiResult<Listed> {
    let network = Network::of(cx);
    let subnets = network.subnets();
    if let Some(name) = input.zone_names.iter().find(|name| !subnets.iter().any(|one| one.zone == **name)) {
        return Err(errors::invalid_value(format!("Invalid availability zone: [{name}]")));
    }
    if let Some(id) = input.zone_ids.iter().find(|id| !subnets.iter().any(|one| one.zone_id == **id)) {
        return Err(errors::invalid_value(format!("Invalid availability zone-id: [{id}]")));
    }
    let region = network.region.to_string();
    let chosen = subnets.into_iter().filter(|one| {
        (input.zone_names.is_empty() && input.zone_ids.is_empty())
            || input.zone_names.contains(&one.zone)
            || input.zone_ids.contains(&one.zone_id)
    });
    let shown = chosen.map(|one| {
        let zone = AvailabilityZone {
            opt_in_status: some("opt-in-not-required"),
            messages: Vec::new(),
            region_name: some(&region),
            zone_name: some(&one.zone),
            zone_id: some(one.zone_id),
            group_name: Some(format!("{region}-zg-1")),
            network_border_group: some(&region),
            zone_type: some("availability-zone"),
            state: some("available"),
        };
        (one.zone, zone.into_value())
    });
    let few = Few {
        operation: "DescribeAvailabilityZones",
        member: "AvailabilityZones",
        known: &[
            ("group-name", "GroupName"),
            ("network-border-group", "NetworkBorderGroup"),
            ("opt-in-status", "OptInStatus"),
            ("region-name", "RegionName"),
            ("state", "State"),
            ("zone-id", "ZoneId"),
            ("zone-name", "ZoneName"),
            ("zone-type", "ZoneType"),
        ],
        filters: &input.filters,
        max_results: None,
        next_token: None,
    };
    few.listed(&[], shown.collect())
}

fn describe_vpcs(cx: &mut OpContext<'_>, input: DescribeVpcsInput) -> ApiResult<Listed> {
    require(cx, Kind::Vpc, &input.vpc_ids)?;
    let network = Network::of(cx);
    let id = network.vpc();
    let vpc = Vpc {
        owner_id: some(cx.account().as_str()),
        instance_tenancy: some("default"),
        cidr_block_association_set: vec![VpcCidrBlockAssociation {
            association_id: some(network.cidr_association()),
            cidr_block: some(network::VPC_CIDR),
            cidr_block_state: Some(BlockState { state: some("associated") }),
        }],
        is_default: Some(true),
        tags: some_tags(cx, &id),
        vpc_id: some(&id),
        state: some("available"),
        cidr_block: some(network::VPC_CIDR),
        dhcp_options_id: some(network.dhcp_options()),
    };
    let few = Few {
        operation: "DescribeVpcs",
        member: "Vpcs",
        known: &[
            ("cidr", "CidrBlock"),
            ("cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId"),
            ("cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock"),
            ("cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State"),
            ("dhcp-options-id", "DhcpOptionsId"),
            ("is-default", "IsDefault"),
            ("isDefault", "IsDefault"),
            ("owner-id", "OwnerId"),
            ("state", "State"),
            ("tag", "Tags"),
            ("vpc-id", "VpcId"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.vpc_ids, vec![(id, vpc.into_value())])
}

fn describe_vpc_attribute(
    cx: &mut OpContext<'_>,
    input: DescribeVpcAttributeInput,
) -> ApiResult<DescribeVpcAttributeOutput> {
    require(cx, Kind::Vpc, std::slice::from_ref(&input.vpc_id))?;
    let mut out =
        DescribeVpcAttributeOutput { vpc_id: Some(input.vpc_id), ..DescribeVpcAttributeOutput::default() };
    let truth = |value| Some(AttributeBooleanValue { value: Some(value) });
    match input.attribute.as_str() {
        "enableDnsHostnames" => out.enable_dns_hostnames = truth(true),
        "enableDnsSupport" => out.enable_dns_support = truth(true),
        "enableNetworkAddressUsageMetrics" => out.enable_metrics = truth(false),
        other => return Err(errors::bad_value(other, "attribute")),
    }
    Ok(out)
}

fn describe_subnets(cx: &mut OpContext<'_>, input: DescribeSubnetsInput) -> ApiResult<Listed> {
    require(cx, Kind::Subnet, &input.subnet_ids)?;
    let network = Network::of(cx);
    let shown = network.subnets().into_iter().map(|subnet| {
        let shown = shown_subnet(cx, &network, &subnet).into_value();
        (subnet.id, shown)
    });
    let few = Few {
        operation: "DescribeSubnets",
        member: "Subnets",
        known: &[
            ("availability-zone", "AvailabilityZone"),
            ("availability-zone-id", "AvailabilityZoneId"),
            ("availabilityZone", "AvailabilityZone"),
            ("available-ip-address-count", "AvailableIpAddressCount"),
            ("cidr", "CidrBlock"),
            ("cidr-block", "CidrBlock"),
            ("cidrBlock", "CidrBlock"),
            ("default-for-az", "DefaultForAz"),
            ("defaultForAz", "DefaultForAz"),
            ("ipv6-native", "Ipv6Native"),
            ("map-public-ip-on-launch", "MapPublicIpOnLaunch"),
            ("owner-id", "OwnerId"),
            ("state", "State"),
            ("subnet-arn", "SubnetArn"),
            ("subnet-id", "SubnetId"),
            ("tag", "Tags"),
            ("vpc-id", "VpcId"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.subnet_ids, shown.collect())
}

fn shown_subnet(cx: &OpContext<'_>, network: &Network, subnet: &Subnet) -> SubnetInfo {
    let used = cx.state().ec2.at(&cx.region).private_ips.keys();
    let used = used.filter(|ip| network::contains(subnet.cidr, ip)).count();
    let free = i32::try_from(network::SUBNET_ADDRESSES.saturating_sub(used)).unwrap_or(0);
    SubnetInfo {
        availability_zone_id: some(&subnet.zone_id),
        map_customer_owned_ip_on_launch: Some(false),
        owner_id: some(cx.account().as_str()),
        assign_ipv6_address_on_creation: Some(false),
        ipv6_cidr_block_association_set: Vec::new(),
        tags: some_tags(cx, &subnet.id),
        subnet_arn: some(check::arn(cx, Kind::Subnet, &subnet.id)),
        enable_dns64: Some(false),
        ipv6_native: Some(false),
        private_dns_name_options: Some(crate::ec2::view::PrivateDnsNameOptionsResponse {
            hostname_type: some("ip-name"),
            enable_a: Some(false),
            enable_aaaa: Some(false),
        }),
        subnet_id: some(&subnet.id),
        state: some("available"),
        vpc_id: some(network.vpc()),
        cidr_block: some(subnet.cidr),
        available_ip_address_count: Some(free),
        availability_zone: some(&subnet.zone),
        default_for_az: Some(true),
        map_public_ip_on_launch: Some(true),
    }
}
