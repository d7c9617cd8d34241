//! The default internet gateway, route table, network ACL and DHCP options.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::Listed;
use crate::ec2::network::{self, Network, Subnet};
use crate::ec2::ops::network::{BlockState, Few, require, some};
use crate::ec2::shapes::{AttributeValue, Filter, Tag, tags_of};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Describes the main route table: to the VPC itself, and to the Internet.
    ///
    /// **Source**: EC2 API Reference, "DescribeRouteTables".
    pub DESCRIBE_ROUTE_TABLES: DescribeRouteTables {
        http: "POST" "/" 200,
        input: DescribeRouteTablesInput,
        output: DescribeRouteTablesOutput,
        errors: ["InvalidParameterValue", "InvalidRouteTableID.NotFound"],
        access: |_, _| Access::to("ec2:DescribeRouteTables", "*"),
        handler: describe_route_tables,
    }
}

operation! {
    /// Describes the internet gateway.
    ///
    /// **Source**: EC2 API Reference, "DescribeInternetGateways".
    pub DESCRIBE_INTERNET_GATEWAYS: DescribeInternetGateways {
        http: "POST" "/" 200,
        input: DescribeInternetGatewaysInput,
        output: DescribeInternetGatewaysOutput,
        errors: ["InvalidInternetGatewayID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeInternetGateways", "*"),
        handler: describe_internet_gateways,
    }
}

operation! {
    /// Describes the default network ACL, which lets everything through.
    ///
    /// **Source**: EC2 API Reference, "DescribeNetworkAcls".
    pub DESCRIBE_NETWORK_ACLS: DescribeNetworkAcls {
        http: "POST" "/" 200,
        input: DescribeNetworkAclsInput,
        output: DescribeNetworkAclsOutput,
        errors: ["InvalidNetworkAclID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeNetworkAcls", "*"),
        handler: describe_network_acls,
    }
}

operation! {
    /// Describes the default DHCP options.
    ///
    /// **Source**: EC2 API Reference, "DescribeDhcpOptions".
    pub DESCRIBE_DHCP_OPTIONS: DescribeDhcpOptions {
        http: "POST" "/" 200,
        input: DescribeDhcpOptionsInput,
        output: DescribeDhcpOptionsOutput,
        errors: ["InvalidDhcpOptionID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeDhcpOptions", "*"),
        handler: describe_dhcp_options,
    }
}

shape! {
    /// What `DescribeRouteTables` takes.
    pub struct DescribeRouteTablesInput {
        #[wire("RouteTableIds", xml = "RouteTableId")] pub route_table_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeRouteTables` answers.
    pub struct DescribeRouteTablesOutput {
        #[wire("RouteTables", xml = "routeTableSet")] pub route_tables: Vec<RouteTable>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A route table.
    pub struct RouteTable {
        #[wire("Associations", xml = "associationSet")] pub associations: Vec<RouteTableAssociation>,
        #[wire("PropagatingVgws", xml = "propagatingVgwSet")] pub propagating_vgws: Vec<String>,
        #[wire("RouteTableId")] pub route_table_id: Option<String>,
        #[wire("Routes", xml = "routeSet")] pub routes: Vec<Route>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
    }

    /// What a table is for.
    pub struct RouteTableAssociation {
        #[wire("Main")] pub main: Option<bool>,
        #[wire("RouteTableAssociationId")] pub route_table_association_id: Option<String>,
        #[wire("RouteTableId")] pub route_table_id: Option<String>,
        #[wire("AssociationState")] pub association_state: Option<BlockState>,
    }

    /// A route.
    pub struct Route {
        #[wire("DestinationCidrBlock")] pub destination_cidr_block: Option<String>,
        #[wire("GatewayId")] pub gateway_id: Option<String>,
        #[wire("Origin")] pub origin: Option<String>,
        #[wire("State")] pub state: Option<String>,
    }

    /// What `DescribeInternetGateways` takes.
    pub struct DescribeInternetGatewaysInput {
        #[wire("InternetGatewayIds", xml = "InternetGatewayId")] pub internet_gateway_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeInternetGateways` answers.
    pub struct DescribeInternetGatewaysOutput {
        #[wire("InternetGateways", xml = "internetGatewaySet")] pub internet_gateways: Vec<InternetGateway>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// An internet gateway.
    pub struct InternetGateway {
        #[wire("Attachments", xml = "attachmentSet")] pub attachments: Vec<InternetGatewayAttachment>,
        #[wire("InternetGatewayId")] pub internet_gateway_id: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
    }

    /// The VPC of a gateway.
    pub struct InternetGatewayAttachment {
        #[wire("State")] pub state: Option<String>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
    }

    /// What `DescribeNetworkAcls` takes.
    pub struct DescribeNetworkAclsInput {
        #[wire("NetworkAclIds", xml = "NetworkAclId")] pub network_acl_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeNetworkAcls` answers.
    pub struct DescribeNetworkAclsOutput {
        #[wire("NetworkAcls", xml = "networkAclSet")] pub network_acls: Vec<NetworkAcl>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A network ACL.
    pub struct NetworkAcl {
        #[wire("Associations", xml = "associationSet")] pub associations: Vec<NetworkAclAssociation>,
        #[wire("Entries", xml = "entrySet")] pub entries: Vec<NetworkAclEntry>,
        #[wire("IsDefault", xml = "default")] pub is_default: Option<bool>,
        #[wire("NetworkAclId")] pub network_acl_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
    }

    /// A subnet of an ACL.
    pub struct NetworkAclAssociation {
        #[wire("NetworkAclAssociationId")] pub network_acl_association_id: Option<String>,
        #[wire("NetworkAclId")] pub network_acl_id: Option<String>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
    }

    /// An entry of an ACL.
    pub struct NetworkAclEntry {
        #[wire("CidrBlock")] pub cidr_block: Option<String>,
        #[wire("Egress")] pub egress: Option<bool>,
        #[wire("Protocol")] pub protocol: Option<String>,
        #[wire("RuleAction")] pub rule_action: Option<String>,
        #[wire("RuleNumber")] pub rule_number: Option<i32>,
    }

    /// What `DescribeDhcpOptions` takes.
    pub struct DescribeDhcpOptionsInput {
        #[wire("DhcpOptionsIds", xml = "DhcpOptionsId")] pub dhcp_options_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeDhcpOptions` answers.
    pub struct DescribeDhcpOptionsOutput {
        #[wire("DhcpOptions", xml = "dhcpOptionsSet")] pub dhcp_options: Vec<DhcpOptions>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// DHCP options.
    pub struct DhcpOptions {
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("DhcpOptionsId")] pub dhcp_options_id: Option<String>,
        #[wire("DhcpConfigurations", xml = "dhcpConfigurationSet")] pub dhcp_configurations: Vec<DhcpConfiguration>,
    }

    /// One of them.
    pub struct DhcpConfiguration {
        #[wire("Key")] pub key: Option<String>,
        #[wire("Values", xml = "valueSet")] pub values: Vec<AttributeValue>,
    }
}

fn describe_route_tables(cx: &mut OpContext<'_>, input: DescribeRouteTablesInput) -> ApiResult<Listed> {
    require(cx, Kind::RouteTable, &input.route_table_ids)?;
    let network = Network::of(cx);
    let id = network.route_table();
    let route = |to: &str, gateway: String, origin: &str| Route {
        destination_cidr_block: some(to),
        gateway_id: Some(gateway),
        origin: some(origin),
        state: some("active"),
    };
    let table = RouteTable {
        associations: vec![RouteTableAssociation {
            main: Some(true),
            route_table_association_id: some(network.route_association()),
            route_table_id: some(&id),
            association_state: Some(BlockState { state: some("associated") }),
        }],
        propagating_vgws: Vec::new(),
        route_table_id: some(&id),
        routes: vec![
            route(network::VPC_CIDR, "local".to_owned(), "CreateRouteTable"),
            route("0.0.0.0/0", network.internet_gateway(), "CreateRoute"),
        ],
        tags: tags_of(cx, &id),
        vpc_id: some(network.vpc()),
        owner_id: some(cx.account().as_str()),
    };
    let few = Few {
        operation: "DescribeRouteTables",
        member: "RouteTables",
        known: &[
            ("association.main", "Associations.Main"),
            ("association.route-table-association-id", "Associations.RouteTableAssociationId"),
            ("association.route-table-id", "Associations.RouteTableId"),
            ("association.subnet-id", "Associations.SubnetId"),
            ("owner-id", "OwnerId"),
            ("route-table-id", "RouteTableId"),
            ("route.destination-cidr-block", "Routes.DestinationCidrBlock"),
            ("route.gateway-id", "Routes.GatewayId"),
            ("tag", "Tags"),
            ("vpc-id", "VpcId"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.route_table_ids, vec![(id, table.into_value())])
}

fn describe_internet_gateways(
    cx: &mut OpContext<'_>,
    input: DescribeInternetGatewaysInput,
) -> ApiResult<Listed> {
    require(cx, Kind::InternetGateway, &input.internet_gateway_ids)?;
    let network = Network::of(cx);
    let id = network.internet_gateway();
    let attachment = InternetGatewayAttachment { state: some("available"), vpc_id: some(network.vpc()) };
    let gateway = InternetGateway {
        attachments: vec![attachment],
        internet_gateway_id: some(&id),
        owner_id: some(cx.account().as_str()),
        tags: tags_of(cx, &id),
    };
    let few = Few {
        operation: "DescribeInternetGateways",
        member: "InternetGateways",
        known: &[
            ("attachment.state", "Attachments.State"),
            ("attachment.vpc-id", "Attachments.VpcId"),
            ("internet-gateway-id", "InternetGatewayId"),
            ("owner-id", "OwnerId"),
            ("tag", "Tags"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.internet_gateway_ids, vec![(id, gateway.into_value())])
}

fn describe_network_acls(cx: &mut OpContext<'_>, input: DescribeNetworkAclsInput) -> ApiResult<Listed> {
    require(cx, Kind::NetworkAcl, &input.network_acl_ids)?;
    let network = Network::of(cx);
    let id = network.acl();
    let entry = |egress, action: &str, number| NetworkAclEntry {
        cidr_block: some("0.0.0.0/0"),
        egress: Some(egress),
        protocol: some("-1"),
        rule_action: some(action),
        rule_number: Some(number),
    };
    let association = |subnet: Subnet| NetworkAclAssociation {
        network_acl_association_id: some(network.acl_association(&subnet)),
        network_acl_id: some(&id),
        subnet_id: Some(subnet.id),
    };
    let acl = NetworkAcl {
        associations: network.subnets().into_iter().map(association).collect(),
        entries: vec![
            entry(true, "allow", 100),
            entry(true, "deny", 32_767),
            entry(false, "allow", 100),
            entry(false, "deny", 32_767),
        ],
        is_default: Some(true),
        network_acl_id: some(&id),
        tags: tags_of(cx, &id),
        vpc_id: some(network.vpc()),
        owner_id: some(cx.account().as_str()),
    };
    let few = Few {
        operation: "DescribeNetworkAcls",
        member: "NetworkAcls",
        known: &[
            ("association.association-id", "Associations.NetworkAclAssociationId"),
            ("association.network-acl-id", "Associations.NetworkAclId"),
            ("association.subnet-id", "Associations.SubnetId"),
            ("default", "IsDefault"),
            ("network-acl-id", "NetworkAclId"),
            ("owner-id", "OwnerId"),
            ("tag", "Tags"),
            ("vpc-id", "VpcId"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.network_acl_ids, vec![(id.clone(), acl.into_value())])
}

fn describe_dhcp_options(cx: &mut OpContext<'_>, input: DescribeDhcpOptionsInput) -> ApiResult<Listed> {
    require(cx, Kind::DhcpOptions, &input.dhcp_options_ids)?;
    let network = Network::of(cx);
    let id = network.dhcp_options();
    let domain = match network.region.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        other => format!("{other}.compute.internal"),
    };
    let configuration = |key: &str, value: String| DhcpConfiguration {
        key: some(key),
        values: vec![AttributeValue { value: Some(value) }],
    };
    let options = DhcpOptions {
        owner_id: some(cx.account().as_str()),
        tags: tags_of(cx, &id),
        dhcp_options_id: some(&id),
        dhcp_configurations: vec![
            configuration("domain-name", domain),
            configuration("domain-name-servers", "AmazonProvidedDNS".to_owned()),
        ],
    };
    let few = Few {
        operation: "DescribeDhcpOptions",
        member: "DhcpOptions",
        known: &[
            ("dhcp-options-id", "DhcpOptionsId"),
            ("key", "DhcpConfigurations.Key"),
            ("owner-id", "OwnerId"),
            ("tag", "Tags"),
            ("value", "DhcpConfigurations.Values.Value"),
        ],
        filters: &input.filters,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
    };
    few.listed(&input.dhcp_options_ids, vec![(id, options.into_value())])
}
