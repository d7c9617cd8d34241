//! Ids: what kind of resource an id is of, whether it is well-formed, and what EC2 says when it is not there.

use crate::context::OpContext;
use crate::ec2::errors;
use crate::ec2::network::Network;
use crate::ec2::state::Regional;
use crate::service::ApiResult;
use nuvola_wire::ApiError;

/// A kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Instance,
    Volume,
    NetworkInterface,
    SecurityGroup,
    SecurityGroupRule,
    KeyPair,
    Address,
    Subnet,
    Vpc,
    InternetGateway,
    RouteTable,
    NetworkAcl,
    DhcpOptions,
}

/// What is known of a kind.
struct Facts {
    kind: Kind,
    prefix: &'static str,
    /// As tags and ARNs name it.
    resource_type: &'static str,
    /// The code of a missing one, and how the text calls one and several.
    not_found: &'static str,
    noun: &'static str,
    /// The code of an ill-formed id.
    malformed: &'static str,
}

const fn facts(
    kind: Kind,
    prefix: &'static str,
    resource_type: &'static str,
    not_found: &'static str,
    noun: &'static str,
    malformed: &'static str,
) -> Facts {
    Facts { kind, prefix, resource_type, not_found, noun, malformed }
}

/// **Source**: Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API".
const FACTS: &[Facts] = &[
    facts(
        Kind::Instance,
        "i",
        "instance",
        "InvalidInstanceID.NotFound",
        "instance ID",
        "InvalidInstanceID.Malformed",
    ),
    facts(Kind::Volume, "vol", "volume", "InvalidVolume.NotFound", "volume", "InvalidParameterValue"),
    facts(
        Kind::NetworkInterface,
        "eni",
        "network-interface",
        "InvalidNetworkInterfaceID.NotFound",
        "networkInterface ID",
        "InvalidNetworkInterfaceId.Malformed",
    ),
    facts(
        Kind::SecurityGroup,
        "sg",
        "security-group",
        "InvalidGroup.NotFound",
        "security group",
        "InvalidGroupId.Malformed",
    ),
    facts(
        Kind::SecurityGroupRule,
        "sgr",
        "security-group-rule",
        "InvalidSecurityGroupRuleId.NotFound",
        "security group rule ID",
        "InvalidSecurityGroupRuleId.Malformed",
    ),
    facts(Kind::KeyPair, "key", "key-pair", "InvalidKeyPair.NotFound", "key pair", "InvalidParameterValue"),
    facts(
        Kind::Address,
        "eipalloc",
        "elastic-ip",
        "InvalidAllocationID.NotFound",
        "allocation ID",
        "InvalidParameterValue",
    ),
    facts(Kind::Subnet, "subnet", "subnet", "InvalidSubnetID.NotFound", "subnet ID", "InvalidParameterValue"),
    facts(Kind::Vpc, "vpc", "vpc", "InvalidVpcID.NotFound", "vpc ID", "InvalidParameterValue"),
    facts(
        Kind::InternetGateway,
        "igw",
        "internet-gateway",
        "InvalidInternetGatewayID.NotFound",
        "internetGateway ID",
        "InvalidParameterValue",
    ),
    facts(
        Kind::RouteTable,
        "rtb",
        "route-table",
        "InvalidRouteTableID.NotFound",
        "routeTable ID",
        "InvalidRouteTableId.Malformed",
    ),
    facts(
        Kind::NetworkAcl,
        "acl",
        "network-acl",
        "InvalidNetworkAclID.NotFound",
        "networkAcl ID",
        "InvalidParameterValue",
    ),
    facts(
        Kind::DhcpOptions,
        "dopt",
        "dhcp-options",
        "InvalidDhcpOptionID.NotFound",
        "dhcpOption ID",
        "InvalidParameterValue",
    ),
];

impl Kind {
    fn facts(self) -> &'static Facts {
        FACTS.iter().find(|facts| facts.kind == self).expect("every kind has its line")
    }

    pub fn resource_type(self) -> &'static str {
        self.facts().resource_type
    }

    /// The kind that an id's prefix tells.
    pub fn of_id(id: &str) -> Option<Kind> {
        let (prefix, rest) = id.rsplit_once('-')?;
        is_tail(rest).then(|| FACTS.iter().find(|facts| facts.prefix == prefix).map(|facts| facts.kind))?
    }

    /// Fails if an id is not formed as ids of this kind are.
    pub fn check(self, id: &str) -> ApiResult<()> {
        let facts = self.facts();
        match id.rsplit_once('-') {
            Some((prefix, rest)) if prefix == facts.prefix && is_tail(rest) => Ok(()),
            Some((prefix, _)) if prefix == facts.prefix => {
                Err(errors::error(facts.malformed, format!("Invalid id: \"{id}\"")))
            }
            Some(_) | None => {
                let text = format!("Invalid id: \"{id}\" (expecting \"{}-...\")", facts.prefix);
                Err(errors::error(facts.malformed, text))
            }
        }
    }

    /// None of this kind has the id.
    pub fn not_found(self, id: &str) -> ApiError {
        let facts = self.facts();
        let stop = if self == Kind::Volume { "." } else { "" };
        errors::error(facts.not_found, format!("The {} '{id}' does not exist{stop}", facts.noun))
    }

    /// Several are missing.
    pub fn none_found(self, ids: &[String]) -> ApiError {
        match ids {
            [id] => self.not_found(id),
            _ => {
                let facts = self.facts();
                let text = format!("The {}s '{}' do not exist", facts.noun, ids.join(", "));
                errors::error(facts.not_found, text)
            }
        }
    }

    /// Whether there is one with this id.
    pub fn exists(self, network: &Network, regional: &Regional, id: &str) -> bool {
        match self {
            Kind::Instance => regional.instances.contains_key(id),
            Kind::Volume => regional.volumes.contains_key(id),
            Kind::NetworkInterface => regional.interfaces.contains_key(id),
            Kind::SecurityGroup => network.group(regional, id).is_some(),
            Kind::SecurityGroupRule => network.group_of_rule(regional, id).is_some(),
            Kind::KeyPair => regional.key_pairs.values().any(|pair| pair.id == id),
            Kind::Address => regional.addresses.contains_key(id),
            Kind::Subnet => network.subnets().iter().any(|subnet| subnet.id == id),
            Kind::Vpc => network.vpc() == id,
            Kind::InternetGateway => network.internet_gateway() == id,
            Kind::RouteTable => network.route_table() == id,
            Kind::NetworkAcl => network.acl() == id,
            Kind::DhcpOptions => network.dhcp_options() == id,
        }
    }

    /// Fails unless every id is well-formed and there.
    pub fn require(self, network: &Network, regional: &Regional, ids: &[String]) -> ApiResult<()> {
        for id in ids {
            self.check(id)?;
        }
        let missing: Vec<String> =
            ids.iter().filter(|id| !self.exists(network, regional, id)).cloned().collect();
        if missing.is_empty() { Ok(()) } else { Err(self.none_found(&missing)) }
    }

    /// A new id.
    pub fn draw(self, cx: &mut OpContext<'_>) -> String {
        draw(cx, self.facts().prefix)
    }
}

/// Eight digits, or seventeen since 2016.
fn is_tail(text: &str) -> bool {
    matches!(text.len(), 8 | 17)
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
}

/// A new id with another prefix.
pub fn draw(cx: &mut OpContext<'_>, prefix: &str) -> String {
    format!("{prefix}-0{}", cx.ids().hex(16))
}
