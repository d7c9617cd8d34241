//! Rules of security groups: between the objects of Terraform's `ingress` and `egress` and AWS's permissions.
//!
//! AWS keeps each rule by itself and merges nothing that Terraform wrote apart, so both sides are compared by
//! atoms: one protocol, port range, peer and description.

use super::text;
use serde_json::{Value as Json, json};

/// One rule of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom {
    pub protocol: String,
    pub from: i64,
    pub to: i64,
    pub peer: Peer,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    Cidr(String),
    Cidr6(String),
    PrefixList(String),
    Group(String),
}

/// The name or number of a protocol as AWS writes it.
pub fn protocol(given: &str) -> String {
    match given.to_lowercase().as_str() {
        "all" | "-1" => "-1",
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => return other.to_owned(),
    }
    .to_owned()
}

fn texts(json: &Json) -> impl Iterator<Item = String> + '_ {
    json.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned))
}

/// The atoms of a rule of Terraform; `own` is the group's id, which `self` stands for.
pub fn atoms_of_rule(rule: &Json, own: &str) -> Vec<Atom> {
    let mut peers: Vec<Peer> = texts(&rule["cidr_blocks"]).map(Peer::Cidr).collect();
    peers.extend(texts(&rule["ipv6_cidr_blocks"]).map(Peer::Cidr6));
    peers.extend(texts(&rule["prefix_list_ids"]).map(Peer::PrefixList));
    peers.extend(texts(&rule["security_groups"]).map(Peer::Group));
    if rule["self"] == true {
        peers.push(Peer::Group(own.to_owned()));
    }
    let atom = |peer| Atom {
        protocol: protocol(text(&rule["protocol"])),
        from: rule["from_port"].as_i64().unwrap_or(0),
        to: rule["to_port"].as_i64().unwrap_or(0),
        peer,
        description: text(&rule["description"]).to_owned(),
    };
    peers.into_iter().map(atom).collect()
}

/// Where a kind of peers stands: the list, and the member of its items.
type Place = (&'static str, &'static str, fn(String) -> Peer);

/// The atoms of AWS's permissions.
pub fn atoms_of_permissions(permissions: &Json) -> Vec<Atom> {
    let mut out = Vec::new();
    for permission in permissions.as_array().into_iter().flatten() {
        let kinds: [Place; 4] = [
            ("IpRanges", "CidrIp", Peer::Cidr),
            ("Ipv6Ranges", "CidrIpv6", Peer::Cidr6),
            ("PrefixListIds", "PrefixListId", Peer::PrefixList),
            ("UserIdGroupPairs", "GroupId", Peer::Group),
        ];
        for (list, member, peer) in kinds {
            for one in permission[list].as_array().into_iter().flatten() {
                out.push(Atom {
                    protocol: text(&permission["IpProtocol"]).to_owned(),
                    from: permission["FromPort"].as_i64().unwrap_or(0),
                    to: permission["ToPort"].as_i64().unwrap_or(0),
                    peer: peer(text(&one[member]).to_owned()),
                    description: text(&one["Description"]).to_owned(),
                });
            }
        }
    }
    out
}

/// Permissions for a request.
pub fn permissions(atoms: &[Atom]) -> Json {
    let one = |atom: &Atom| {
        let (list, member, value) = match &atom.peer {
            Peer::Cidr(cidr) => ("IpRanges", "CidrIp", cidr),
            Peer::Cidr6(cidr) => ("Ipv6Ranges", "CidrIpv6", cidr),
            Peer::PrefixList(id) => ("PrefixListIds", "PrefixListId", id),
            Peer::Group(id) => ("UserIdGroupPairs", "GroupId", id),
        };
        let mut peer = json!({ member: value });
        if !atom.description.is_empty() {
            peer["Description"] = atom.description.as_str().into();
        }
        let mut out = json!({ "IpProtocol": atom.protocol, list: [peer] });
        // All traffic has no ports.
        if atom.protocol != "-1" {
            out["FromPort"] = atom.from.into();
            out["ToPort"] = atom.to.into();
        }
        out
    };
    atoms.iter().map(one).collect()
}

/// Rules as the state has them: those of before that AWS still has whole, then what else there is, gathered by
/// protocol, ports and description.
pub fn rules_of(mut atoms: Vec<Atom>, before: &Json, own: &str) -> Json {
    let mut out: Vec<Json> = Vec::new();
    for rule in before.as_array().into_iter().flatten() {
        let wanted = atoms_of_rule(rule, own);
        if !wanted.is_empty() && wanted.iter().all(|atom| atoms.contains(atom)) {
            atoms.retain(|atom| !wanted.contains(atom));
            out.push(whole(rule));
        }
    }
    let mut rest: Vec<Json> = Vec::new();
    for atom in atoms {
        let fits = |rule: &Json| {
            rule["protocol"] == atom.protocol.as_str()
                && rule["from_port"] == atom.from
                && rule["to_port"] == atom.to
                && rule["description"] == atom.description.as_str()
        };
        let at = rest.iter().position(fits).unwrap_or_else(|| {
            rest.push(whole(&json!({
                "protocol": atom.protocol,
                "from_port": atom.from,
                "to_port": atom.to,
                "description": atom.description,
            })));
            rest.len() - 1
        });
        let (list, value) = match atom.peer {
            Peer::Cidr(cidr) => ("cidr_blocks", cidr),
            Peer::Cidr6(cidr) => ("ipv6_cidr_blocks", cidr),
            Peer::PrefixList(id) => ("prefix_list_ids", id),
            Peer::Group(id) if id == own => {
                rest[at]["self"] = true.into();
                continue;
            }
            Peer::Group(id) => ("security_groups", id),
        };
        if let Some(items) = rest[at][list].as_array_mut() {
            items.push(value.into());
        }
    }
    out.extend(rest);
    Json::Array(out)
}

/// A rule with everything that it does not say written out.
pub fn whole(rule: &Json) -> Json {
    let list = |name: &str| if rule[name].is_array() { rule[name].clone() } else { json!([]) };
    json!({
        "cidr_blocks": list("cidr_blocks"),
        "description": text(&rule["description"]),
        "from_port": rule["from_port"].as_i64().unwrap_or(0),
        "ipv6_cidr_blocks": list("ipv6_cidr_blocks"),
        "prefix_list_ids": list("prefix_list_ids"),
        "protocol": protocol(text(&rule["protocol"])),
        "security_groups": list("security_groups"),
        "self": rule["self"] == true,
        "to_port": rule["to_port"].as_i64().unwrap_or(0),
    })
}
