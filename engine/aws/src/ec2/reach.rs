//! Who reaches whom: what security groups let through, as plain data with the reason.
//!
//! Groups are stateful: answers to what was let through always pass. The network ACL and the route table are
//! the default ones, which let everything through.
//!
//! **Source**: Amazon VPC User Guide, "Control traffic to your AWS resources using security groups",
//! "Security group rules".

use crate::cloud::{Cloud, CloudState};
use crate::ec2::network::{self, Network};
use crate::ec2::state::{Instance, InstanceState, Peer, Regional, Rule, Traffic};
use nuvola_kernel::Region;
use serde::{Deserialize, Serialize};

/// Whether traffic arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Allowed,
    /// Nobody has the address.
    NoSuchAddress,
    /// An Elastic IP that nothing uses, or an instance that does not run.
    NotRunning,
    /// No rule lets it in: the packets are dropped, and the client waits until it gives up.
    NotAllowedIn,
    /// No rule of the sender lets it out.
    NotAllowedOut,
}

/// The answer, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    pub verdict: Verdict,
    pub region: Option<String>,
    /// The instance that has the address.
    pub instance_id: Option<String>,
    /// The group and the rule that let it through.
    pub group_id: Option<String>,
    pub rule_id: Option<String>,
    /// One sentence for people.
    pub explanation: String,
}

/// Where traffic comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<'a> {
    /// An address on the Internet.
    Address(&'a str),
    /// An instance, by its id.
    Instance(&'a str),
}

impl Cloud {
    /// Whether a TCP connection to a public address (or from an instance to a private one) is let through.
    pub fn reach(&self, from: &Source<'_>, to: &str, port: u16) -> Reach {
        reach(self.state(), from, to, port)
    }

    /// Whether an instance's groups let it connect to any other address: a service of AWS, say.
    pub fn leaves(&self, instance_id: &str, to: &str, port: u16) -> Reach {
        let Some((region, instance)) = find(self.state(), instance_id) else {
            return no_instance(instance_id);
        };
        let network = Network::in_region(&self.state().options, &region);
        out_of(self.state(), &network, &instance, to, None, port)
    }
}

fn find(state: &CloudState, id: &str) -> Option<(Region, Instance)> {
    let region = state.ec2.region_of(id)?;
    Some((region.clone(), state.ec2.at(region).instances.get(id)?.clone()))
}

fn no_instance(id: &str) -> Reach {
    refused(Verdict::NoSuchAddress, None, format!("there is no instance `{id}`"))
}

fn refused(verdict: Verdict, instance: Option<(&Region, &Instance)>, explanation: String) -> Reach {
    Reach {
        verdict,
        region: instance.map(|(region, _)| region.to_string()),
        instance_id: instance.map(|(_, instance)| instance.id.clone()),
        group_id: None,
        rule_id: None,
        explanation,
    }
}

fn reach(state: &CloudState, from: &Source<'_>, to: &str, port: u16) -> Reach {
    let sender = match from {
        Source::Address(_) => None,
        Source::Instance(id) => match find(state, id) {
            Some(found) => Some(found),
            None => return no_instance(id),
        },
    };
    let target = match target(state, sender.as_ref().map(|(region, _)| region), to) {
        Ok(target) => target,
        Err(reach) => return *reach,
    };
    let (region, instance) = (&target.0, &target.1);
    if instance.state != InstanceState::Running {
        let text = format!("the instance `{}` is {}", instance.id, instance.state.name());
        return refused(Verdict::NotRunning, Some((region, instance)), text);
    }
    let network = Network::in_region(&state.options, region);
    if let Some((_, own)) = &sender {
        let to_group = (to == instance.private_ip).then_some(instance);
        let leaving = out_of(state, &network, own, to, to_group, port);
        if leaving.verdict != Verdict::Allowed {
            return leaving;
        }
    }
    into(state, &network, from, sender.as_ref().map(|(_, own)| own), &target, to, port)
}

/// The instance that has an address. A private one is known only inside its VPC.
fn target(state: &CloudState, region: Option<&Region>, to: &str) -> Result<(Region, Instance), Box<Reach>> {
    if let Some(region) = region
        && let Some(id) = state.ec2.at(region).private_ips.get(to)
    {
        return find(state, id).ok_or_else(|| Box::new(no_instance(id)));
    }
    let Some(held) = state.ec2.public_ips.get(to) else {
        let text = format!("nothing has the address {to}");
        return Err(Box::new(refused(Verdict::NoSuchAddress, None, text)));
    };
    match &held.instance_id {
        Some(id) => find(state, id).ok_or_else(|| Box::new(no_instance(id))),
        None => {
            let text = format!("the Elastic IP {to} is not associated with an instance");
            Err(Box::new(refused(Verdict::NotRunning, None, text)))
        }
    }
}

/// Whether the receiver's groups let it in.
fn into(
    state: &CloudState,
    network: &Network,
    from: &Source<'_>,
    sender: Option<&Instance>,
    target: &(Region, Instance),
    to: &str,
    port: u16,
) -> Reach {
    let (region, instance) = target;
    // Inside the VPC the sender is known by its private address and its groups.
    let inside = sender.filter(|_| to == instance.private_ip);
    let address = match (inside, sender, from) {
        (Some(sender), _, _) => sender.private_ip.clone(),
        (None, Some(sender), _) => sender.public_ip.clone().unwrap_or_else(|| sender.private_ip.clone()),
        (None, None, Source::Address(address) | Source::Instance(address)) => (*address).to_owned(),
    };
    let regional = state.ec2.at(region);
    let found = permit(network, regional, instance, false, port, &address, inside);
    let name = &instance.id;
    match found {
        Some((group_id, rule)) => {
            let text = format!(
                "the rule `{}` of the security group `{group_id}` lets TCP port {port} in from {address}",
                rule.id
            );
            Reach {
                verdict: Verdict::Allowed,
                region: Some(region.to_string()),
                instance_id: Some(name.clone()),
                group_id: Some(group_id),
                rule_id: Some(rule.id),
                explanation: text,
            }
        }
        None => {
            let groups = described(network, regional, instance);
            let text = format!(
                "no inbound rule of {groups} lets TCP port {port} in from {address}: the connection times out"
            );
            refused(Verdict::NotAllowedIn, Some((region, instance)), text)
        }
    }
}

/// Whether the sender's groups let it out.
fn out_of(
    state: &CloudState,
    network: &Network,
    sender: &Instance,
    to: &str,
    receiver: Option<&Instance>,
    port: u16,
) -> Reach {
    let regional = state.ec2.at(&network.region);
    match permit(network, regional, sender, true, port, to, receiver) {
        Some((group_id, rule)) => Reach {
            verdict: Verdict::Allowed,
            region: Some(network.region.to_string()),
            instance_id: Some(sender.id.clone()),
            explanation: format!(
                "the rule `{}` of the security group `{group_id}` lets TCP port {port} out to {to}",
                rule.id
            ),
            group_id: Some(group_id),
            rule_id: Some(rule.id),
        },
        None => {
            let groups = described(network, regional, sender);
            let text = format!(
                "no outbound rule of {groups} lets TCP port {port} out to {to}: the connection times out"
            );
            refused(Verdict::NotAllowedOut, Some((&network.region, sender)), text)
        }
    }
}

/// The first rule of an instance's groups that lets TCP to a port through, with its group. `other` is the
/// instance at the other end, if it is one of the VPC.
fn permit(
    network: &Network,
    regional: &Regional,
    instance: &Instance,
    egress: bool,
    port: u16,
    address: &str,
    other: Option<&Instance>,
) -> Option<(String, Rule)> {
    for id in &instance.groups {
        let Some(group) = network.group(regional, id) else { continue };
        let mut rules = group.rules.iter().filter(|rule| rule.egress == egress);
        if let Some(rule) = rules.find(|rule| lets(&rule.what, port, address, other)) {
            return Some((id.clone(), rule.clone()));
        }
    }
    None
}

fn lets(what: &Traffic, port: u16, address: &str, other: Option<&Instance>) -> bool {
    let in_range = match what.protocol.as_str() {
        "-1" => true,
        "tcp" => {
            let port = i32::from(port);
            what.from.is_none_or(|from| from <= port) && what.to.is_none_or(|to| port <= to)
        }
        _ => false,
    };
    in_range
        && match &what.peer {
            Peer::Cidr(cidr) => network::contains(cidr, address),
            Peer::Cidr6(_) => false,
            Peer::Group(id) => other.is_some_and(|other| other.groups.contains(id)),
        }
}

/// The groups of an instance, for people.
fn described(network: &Network, regional: &Regional, instance: &Instance) -> String {
    let named = |id: &String| {
        let name = network.group(regional, id).map(|group| group.name.clone()).unwrap_or_default();
        format!("`{id}` ({name})")
    };
    let all: Vec<String> = instance.groups.iter().map(named).collect();
    let noun = if all.len() == 1 { "the security group" } else { "the security groups" };
    format!("{noun} {}", all.join(", "))
}
