//! What every account has in every region from the start: a default VPC with a subnet in each of three
//! zones, an internet gateway, a route table, a network ACL, DHCP options and a security group.
//!
//! Their ids are digests of the cloud's seed, account and region: nothing is stored.
//!
//! **Source**: Amazon VPC User Guide, "Default VPCs" and "View your default VPC"; "DNS attributes for your VPC".

use crate::context::OpContext;
use crate::ec2::state::{Group, Peer, Regional, Rule, Traffic};
use crate::service::ApiResult;
use nuvola_kernel::Region;
use nuvola_wire::checksum::sha256_hex;
use std::borrow::Cow;

/// The CIDR block of default VPCs, and of their subnets.
pub const VPC_CIDR: &str = "172.31.0.0/16";
pub const SUBNET_CIDRS: [&str; 3] = ["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"];
/// Addresses of a subnet that AWS does not keep for itself: 4096 - 5.
pub const SUBNET_ADDRESSES: usize = 4091;
const ZONES: [&str; 3] = ["a", "b", "c"];

/// The default network of a region.
#[derive(Debug, Clone)]
pub struct Network {
    pub region: Region,
    seed: String,
}

/// A default subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    pub index: usize,
    pub id: String,
    pub zone: String,
    pub zone_id: String,
    pub cidr: &'static str,
}

impl Network {
    pub fn of(cx: &OpContext<'_>) -> Self {
        Self::in_region(&cx.state().options, &cx.region)
    }

    pub fn in_region(options: &crate::CloudOptions, region: &Region) -> Self {
        let seed = format!("{}/{}/{region}", options.seed, options.account);
        Network { region: region.clone(), seed }
    }

    /// `PREFIX-0…` with 17 digits, as ids of EC2 are since 2018.
    fn id(&self, prefix: &str, what: &str) -> String {
        format!("{prefix}-0{}", &sha256_hex(format!("{}/{prefix}/{what}", self.seed).as_bytes())[..16])
    }

    pub fn vpc(&self) -> String {
        self.id("vpc", "")
    }

    pub fn internet_gateway(&self) -> String {
        self.id("igw", "")
    }

    pub fn route_table(&self) -> String {
        self.id("rtb", "")
    }

    pub fn route_association(&self) -> String {
        self.id("rtbassoc", "")
    }

    pub fn cidr_association(&self) -> String {
        self.id("vpc-cidr-assoc", "")
    }

    pub fn acl(&self) -> String {
        self.id("acl", "")
    }

    pub fn acl_association(&self, subnet: &Subnet) -> String {
        self.id("aclassoc", &subnet.zone)
    }

    pub fn dhcp_options(&self) -> String {
        self.id("dopt", "")
    }

    pub fn default_group(&self) -> String {
        self.id("sg", "default")
    }

    /// The id of an image or snapshot by its name; images are the same in all accounts.
    pub fn public_id(&self, prefix: &str, name: &str) -> String {
        format!("{prefix}-0{}", &sha256_hex(format!("{}/{prefix}/{name}", self.region).as_bytes())[..16])
    }

    pub fn subnets(&self) -> Vec<Subnet> {
        let subnet = |(index, letter): (usize, &&str)| {
            let zone = format!("{}{letter}", self.region);
            let zone_id = format!("{}-az{}", zone_id_stem(self.region.as_str()), index + 1);
            Subnet { index, id: self.id("subnet", letter), zone, zone_id, cidr: SUBNET_CIDRS[index] }
        };
        ZONES.iter().enumerate().map(subnet).collect()
    }

    /// The default security group as it is in a new VPC.
    fn new_default_group(&self) -> Group {
        let id = self.default_group();
        let all = |peer| Traffic { protocol: "-1".to_owned(), from: None, to: None, peer };
        let rule = |egress, peer| Rule {
            id: self.id("sgr", if egress { "egress" } else { "ingress" }),
            egress,
            what: all(peer),
            description: None,
        };
        Group {
            rules: vec![rule(false, Peer::Group(id.clone())), rule(true, Peer::Cidr("0.0.0.0/0".to_owned()))],
            id,
            name: "default".to_owned(),
            description: "default VPC security group".to_owned(),
        }
    }

    pub fn group<'a>(&self, regional: &'a Regional, id: &str) -> Option<Cow<'a, Group>> {
        match regional.groups.get(id) {
            Some(group) => Some(Cow::Borrowed(group)),
            None if id == self.default_group() => Some(Cow::Owned(self.new_default_group())),
            None => None,
        }
    }

    /// A group to change, which exists.
    pub fn group_mut<'a>(&self, regional: &'a mut Regional, id: &str) -> Option<&'a mut Group> {
        if id == self.default_group() && !regional.groups.contains_key(id) {
            let group = self.new_default_group();
            for rule in &group.rules {
                regional.rules.insert(rule.id.clone(), group.id.clone());
            }
            regional.groups.insert(id.to_owned(), group);
        }
        regional.groups.get_mut(id)
    }

    /// All groups by id.
    pub fn groups<'a>(&self, regional: &'a Regional) -> Vec<Cow<'a, Group>> {
        let mut all: Vec<Cow<'a, Group>> = regional.groups.values().map(Cow::Borrowed).collect();
        let default = self.default_group();
        if !regional.groups.contains_key(&default) {
            let at = all.partition_point(|group| group.id < default);
            all.insert(at, Cow::Owned(self.new_default_group()));
        }
        all
    }

    pub fn group_by_name<'a>(&self, regional: &'a Regional, name: &str) -> Option<Cow<'a, Group>> {
        match regional.groups.values().find(|group| group.name == name) {
            Some(group) => Some(Cow::Borrowed(group)),
            None if name == "default" => self.group(regional, &self.default_group()),
            None => None,
        }
    }

    /// The group that a rule belongs to.
    pub fn group_of_rule<'a>(&self, regional: &'a Regional, rule: &str) -> Option<Cow<'a, Group>> {
        if let Some(group) = regional.rules.get(rule) {
            return self.group(regional, group);
        }
        let group = self.group(regional, &self.default_group())?;
        group.rules.iter().any(|own| own.id == rule).then_some(group)
    }
}

/// `eus1` for `eu-south-1`: what ids of availability zones begin with.
///
/// **Source**: AWS Regions and Availability Zones User Guide, "Availability Zone IDs".
fn zone_id_stem(region: &str) -> String {
    let mut parts = region.split('-');
    let (area, side, number) =
        (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let short = match side {
        "northeast" => "ne",
        "northwest" => "nw",
        "southeast" => "se",
        "southwest" => "sw",
        other => other.get(..1).unwrap_or(""),
    };
    format!("{area}{short}{number}")
}

/// The name that instances have inside their VPC.
pub fn private_dns(region: &Region, ip: &str) -> String {
    let host = format!("ip-{}", ip.replace('.', "-"));
    match region.as_str() {
        "us-east-1" => format!("{host}.ec2.internal"),
        other => format!("{host}.{other}.compute.internal"),
    }
}

/// The name of a public address.
pub fn public_dns(region: &Region, ip: &str) -> String {
    let host = format!("ec2-{}", ip.replace('.', "-"));
    match region.as_str() {
        "us-east-1" => format!("{host}.compute-1.amazonaws.com"),
        other => format!("{host}.{other}.compute.amazonaws.com"),
    }
}

/// An IPv4 address as a number.
pub fn number_of(ip: &str) -> Option<u32> {
    ip.parse::<std::net::Ipv4Addr>().ok().map(u32::from)
}

pub fn text_of(ip: u32) -> String {
    std::net::Ipv4Addr::from(ip).to_string()
}

/// First address and length of a prefix.
pub fn parse_cidr(cidr: &str) -> Option<(u32, u32)> {
    let (address, length) = cidr.split_once('/')?;
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    Some((number_of(address)?, length))
}

pub fn contains(cidr: &str, ip: &str) -> bool {
    let (Some((base, length)), Some(ip)) = (parse_cidr(cidr), number_of(ip)) else { return false };
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    base & mask == ip & mask
}

/// Draws a private address of a subnet that no instance has.
pub fn draw_private_ip(cx: &mut OpContext<'_>, subnet: &Subnet) -> ApiResult<String> {
    let (base, _) = parse_cidr(subnet.cidr).expect("the subnets' blocks are well-formed");
    let region = cx.region.clone();
    let offset = cx.ids().below(SUBNET_ADDRESSES as u64) as usize;
    let used = cx.ec2().regions.get(&region).map(|regional| &regional.private_ips);
    for step in 0..SUBNET_ADDRESSES {
        let last = u32::try_from((offset + step) % SUBNET_ADDRESSES).unwrap_or(0);
        // The first four addresses of a subnet, and its last, are AWS's.
        let ip = text_of(base + 4 + last);
        if used.is_none_or(|used| !used.contains_key(&ip)) {
            return Ok(ip);
        }
    }
    Err(crate::ec2::errors::no_free_addresses(&subnet.id))
}

/// Draws a public address that nobody has. All are of 198.18.0.0/15 (RFC 2544), which leads nowhere on the
/// real Internet: a real range would be other people's machines.
pub fn draw_public_ip(cx: &mut OpContext<'_>) -> String {
    const BASE: u32 = (198 << 24) | (18 << 16);
    loop {
        let low = u32::try_from(cx.ids().below((1 << 17) - 2)).unwrap_or(0);
        let ip = text_of(BASE + 1 + low);
        if !cx.ec2().public_ips.contains_key(&ip) {
            return ip;
        }
    }
}
