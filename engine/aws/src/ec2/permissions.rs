//! Rules of security groups as requests write them and answers show them.
//!
//! Inside, a rule lets one kind of traffic through to or from one peer. Outside, rules of one protocol and
//! port range stand together as an `IpPermission`.

use crate::context::OpContext;
use crate::ec2::errors;
use crate::ec2::kinds::Kind;
use crate::ec2::network::{self, Network};
use crate::ec2::ops::groups;
use crate::ec2::state::{Group, Peer, Rule, Traffic};
use crate::service::ApiResult;
use nuvola_wire::shape;
use std::net::Ipv6Addr;

shape! {
    /// Traffic of one protocol and port range, with its peers.
    pub struct IpPermission {
        #[wire("IpProtocol")] pub ip_protocol: Option<String>,
        #[wire("FromPort")] pub from_port: Option<i32>,
        #[wire("ToPort")] pub to_port: Option<i32>,
        #[wire("UserIdGroupPairs", xml = "groups")] pub user_id_group_pairs: Vec<UserIdGroupPair>,
        #[wire("IpRanges")] pub ip_ranges: Vec<IpRange>,
        #[wire("Ipv6Ranges")] pub ipv6_ranges: Vec<Ipv6Range>,
        #[wire("PrefixListIds")] pub prefix_list_ids: Vec<PrefixListId>,
    }

    /// A block of IPv4 addresses.
    pub struct IpRange {
        #[wire("Description")] pub description: Option<String>,
        #[wire("CidrIp")] pub cidr_ip: Option<String>,
    }

    /// A block of IPv6 addresses.
    pub struct Ipv6Range {
        #[wire("Description")] pub description: Option<String>,
        #[wire("CidrIpv6")] pub cidr_ipv6: Option<String>,
    }

    /// The instances of a group.
    pub struct UserIdGroupPair {
        #[wire("Description")] pub description: Option<String>,
        #[wire("UserId")] pub user_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("GroupId")] pub group_id: Option<String>,
    }

    /// A prefix list.
    pub struct PrefixListId {
        #[wire("Description")] pub description: Option<String>,
        #[wire("PrefixListId")] pub prefix_list_id: Option<String>,
    }
}

/// A rule that a request describes: what it lets through, and its description.
pub type Wanted = (Traffic, Option<String>);

/// The rules that permissions describe.
pub fn unfolded(cx: &OpContext<'_>, given: &[IpPermission]) -> ApiResult<Vec<Wanted>> {
    let mut out = Vec::new();
    for permission in given {
        let ports = ports(permission.ip_protocol.as_deref(), permission.from_port, permission.to_port)?;
        let before = out.len();
        for range in &permission.ip_ranges {
            let peer = Peer::Cidr(cidr(range.cidr_ip.as_deref().unwrap_or_default())?);
            out.push(wanted(&ports, peer, range.description.as_deref())?);
        }
        for range in &permission.ipv6_ranges {
            let peer = Peer::Cidr6(cidr6(range.cidr_ipv6.as_deref().unwrap_or_default())?);
            out.push(wanted(&ports, peer, range.description.as_deref())?);
        }
        for pair in &permission.user_id_group_pairs {
            let peer = group(cx, pair.group_id.as_deref(), pair.group_name.as_deref())?;
            out.push(wanted(&ports, peer, pair.description.as_deref())?);
        }
        if !permission.prefix_list_ids.is_empty() {
            return Err(errors::not_simulated("a prefix list in a security group's rule"));
        }
        if out.len() == before {
            let text = "Source or destination of the rule must be specified (cidrIp, cidrIpv6, prefixListId, or groupId)";
            return Err(errors::error("MissingParameter", text));
        }
    }
    Ok(out)
}

fn wanted(ports: &Ports, peer: Peer, description: Option<&str>) -> ApiResult<Wanted> {
    let what = Traffic { protocol: ports.protocol.clone(), from: ports.from, to: ports.to, peer };
    Ok((what, self::description(description)?))
}

/// **Source**: EC2 API Reference, "IpRange" (description).
pub fn description(given: Option<&str>) -> ApiResult<Option<String>> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(None) };
    let legal = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.chars().count() > 255 || !text.chars().all(legal) {
        let text = "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*";
        return Err(errors::invalid_value(text));
    }
    Ok(Some(text.to_owned()))
}

/// A protocol and its ports.
pub struct Ports {
    pub protocol: String,
    pub from: Option<i32>,
    pub to: Option<i32>,
}

/// **Source**: EC2 API Reference, "IpPermission": names of four protocols, numbers of others, -1 for all.
pub fn ports(protocol: Option<&str>, from: Option<i32>, to: Option<i32>) -> ApiResult<Ports> {
    let given = protocol.ok_or_else(|| errors::missing_parameter("IpProtocol"))?.to_ascii_lowercase();
    let protocol = match given.as_str() {
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        "-1" | "all" => "-1",
        number if number.parse::<u8>().is_ok() => number,
        _ => {
            let text = format!("Invalid value '{given}' for IP protocol. Unknown protocol.");
            return Err(errors::invalid_value(text));
        }
    };
    let protocol = protocol.to_owned();
    match protocol.as_str() {
        "tcp" | "udp" => {
            let (Some(from), Some(to)) = (from, to) else {
                let text = "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
                return Err(errors::invalid_value(text));
            };
            for port in [from, to] {
                let all = from == -1 && to == -1;
                if !all && !(0..=65_535).contains(&port) {
                    return Err(errors::invalid_value(format!("Invalid port range: {from} - {to}.")));
                }
            }
            if from > to {
                let text = format!("Invalid TCP/UDP port range ({from}:{to})");
                return Err(errors::invalid_value(text));
            }
            // All ports may be written as -1.
            let (from, to) = if from == -1 { (0, 65_535) } else { (from, to) };
            Ok(Ports { protocol, from: Some(from), to: Some(to) })
        }
        "icmp" | "icmpv6" => {
            let (from, to) = (from.unwrap_or(-1), to.unwrap_or(-1));
            if !(-1..=255).contains(&from) || !(-1..=255).contains(&to) {
                return Err(errors::invalid_value(format!("Invalid ICMP type or code ({from}:{to})")));
            }
            Ok(Ports { protocol, from: Some(from), to: Some(to) })
        }
        // All traffic: ports say nothing.
        _ => Ok(Ports { protocol, from: None, to: None }),
    }
}

/// A block of addresses in its shortest form: bits beyond the prefix are cleared, as EC2 does.
pub fn cidr(text: &str) -> ApiResult<String> {
    let malformed = || errors::invalid_value(format!("CIDR block {text} is malformed"));
    let (ip, length) = network::parse_cidr(text).ok_or_else(malformed)?;
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    Ok(format!("{}/{length}", network::text_of(ip & mask)))
}

pub fn cidr6(text: &str) -> ApiResult<String> {
    let malformed = || errors::invalid_value(format!("CIDR block {text} is malformed"));
    let (ip, length) = text.split_once('/').ok_or_else(malformed)?;
    let ip: Ipv6Addr = ip.parse().map_err(|_| malformed())?;
    let length: u32 = length.parse().ok().filter(|length| *length <= 128).ok_or_else(malformed)?;
    let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
    Ok(format!("{}/{length}", Ipv6Addr::from(u128::from(ip) & mask)))
}

/// The instances of a group as a peer.
pub fn group(cx: &OpContext<'_>, id: Option<&str>, name: Option<&str>) -> ApiResult<Peer> {
    groups::named(cx, id, name).map(Peer::Group)
}

/// The rules of one direction, those of one protocol and port range together.
pub fn folded(group: &Group, egress: bool, account: &str) -> Vec<IpPermission> {
    let mut out: Vec<IpPermission> = Vec::new();
    for rule in group.rules.iter().filter(|rule| rule.egress == egress) {
        let what = &rule.what;
        let same = |permission: &IpPermission| {
            permission.ip_protocol.as_deref() == Some(&what.protocol)
                && (permission.from_port, permission.to_port) == (what.from, what.to)
        };
        let at = out.iter().position(same).unwrap_or_else(|| {
            out.push(IpPermission {
                ip_protocol: Some(what.protocol.clone()),
                from_port: what.from,
                to_port: what.to,
                ..IpPermission::default()
            });
            out.len() - 1
        });
        add_peer(&mut out[at], rule, account);
    }
    out
}

fn add_peer(permission: &mut IpPermission, rule: &Rule, account: &str) {
    let description = rule.description.clone();
    match &rule.what.peer {
        Peer::Cidr(cidr) => {
            permission.ip_ranges.push(IpRange { description, cidr_ip: Some(cidr.clone()) });
        }
        Peer::Cidr6(cidr) => {
            permission.ipv6_ranges.push(Ipv6Range { description, cidr_ipv6: Some(cidr.clone()) });
        }
        Peer::Group(id) => permission.user_id_group_pairs.push(UserIdGroupPair {
            description,
            user_id: Some(account.to_owned()),
            group_name: None,
            group_id: Some(id.clone()),
        }),
    }
}

/// How the text about a duplicate names a rule: its peer, and its ports.
pub fn wording(what: &Traffic) -> (String, String) {
    let peer = match &what.peer {
        Peer::Cidr(cidr) | Peer::Cidr6(cidr) => cidr.clone(),
        Peer::Group(id) => id.clone(),
    };
    let protocol = match what.protocol.as_str() {
        "-1" => return (peer, "ALL".to_owned()),
        other => other.to_ascii_uppercase(),
    };
    let ports = match (what.from, what.to, protocol.as_str()) {
        (Some(kind), Some(code), "ICMP" | "ICMPV6") => format!("{protocol}, type: {kind}, code: {code}"),
        (Some(from), Some(to), _) => format!("{protocol}, from port: {from}, to port: {to}"),
        _ => protocol,
    };
    (peer, ports)
}

/// Fails unless a rule's id is well-formed.
pub fn check_rule_id(id: &str) -> ApiResult<()> {
    Kind::SecurityGroupRule.check(id)
}

/// The group with the id, which is there, of this request's region.
pub fn load(cx: &OpContext<'_>, id: &str) -> ApiResult<Group> {
    let network = Network::of(cx);
    let found = network.group(cx.state().ec2.at(&cx.region), id).map(std::borrow::Cow::into_owned);
    found.ok_or_else(|| errors::no_such_group(id))
}
