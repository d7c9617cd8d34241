//! Instances, security groups, key pairs and Elastic IPs, for the inventory.

use super::state::{Instance, InstanceState, State};
use crate::CloudOptions;
use crate::ec2::kinds::Kind;
use crate::ec2::network::Network;
use crate::inventory::{Item, Relation};
use nuvola_kernel::{Arn, Region};

pub fn inventory(state: &State, options: &CloudOptions, items: &mut Vec<Item>) {
    for region in state.regions.keys() {
        let teller = Teller { state, region, network: Network::in_region(options, region), options };
        teller.tell(items);
    }
}

struct Teller<'a> {
    state: &'a State,
    region: &'a Region,
    network: Network,
    options: &'a CloudOptions,
}

impl Teller<'_> {
    fn arn(&self, kind: Kind, id: &str) -> String {
        let resource = format!("{}/{id}", kind.resource_type());
        Arn::build("ec2", self.region.as_str(), self.options.account.as_str(), &resource).to_string()
    }

    /// The name that its tag gives it, or the id.
    fn title(&self, id: &str) -> String {
        let tags = self.state.at(self.region).tags.get(id);
        tags.and_then(|tags| tags.get("Name")).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn tell(&self, items: &mut Vec<Item>) {
        let regional = self.state.at(self.region);
        let live: Vec<&Instance> = regional
            .instances
            .values()
            .filter(|instance| instance.state != InstanceState::Terminated)
            .collect();
        items.extend(live.iter().map(|instance| self.instance(instance)));
        let default = self.network.default_group();
        for group in self.network.groups(regional) {
            // The default group is of interest once something uses it.
            let used = live.iter().any(|instance| instance.groups.contains(&group.id));
            if group.id == default && !used {
                continue;
            }
            let mut item =
                Item::new("aws_security_group", self.arn(Kind::SecurityGroup, &group.id), &group.id);
            item.title.clone_from(&group.name);
            let count = |egress| group.rules.iter().filter(|rule| rule.egress == egress).count();
            item.subtitle = format!("{} in, {} out", count(false), count(true));
            items.push(item);
        }
        for pair in regional.key_pairs.values() {
            let mut item = Item::new("aws_key_pair", self.arn(Kind::KeyPair, &pair.id), &pair.name);
            item.subtitle.clone_from(&pair.kind);
            items.push(item);
        }
        for address in regional.addresses.values() {
            let id = &address.allocation_id;
            let mut item = Item::new("aws_eip", self.arn(Kind::Address, id), id);
            item.title = self.title(id);
            item.subtitle.clone_from(&address.public_ip);
            if let Some(association) = &address.association {
                item.link(Relation::AddressOf, self.arn(Kind::Instance, &association.instance_id));
            }
            items.push(item);
        }
    }

    fn instance(&self, instance: &Instance) -> Item {
        let mut item = Item::new("aws_instance", self.arn(Kind::Instance, &instance.id), &instance.id);
        item.title = self.title(&instance.id);
        item.subtitle = format!("{}, {}", instance.instance_type, instance.state.name());
        if let Some(ip) = &instance.public_ip {
            item.subtitle.push_str(&format!(", {ip}"));
        }
        for group in &instance.groups {
            item.link(Relation::ProtectedBy, self.arn(Kind::SecurityGroup, group));
        }
        if let Some(profile) = &instance.profile {
            item.link(Relation::HasProfile, &profile.arn);
        }
        let pair = instance.key_name.as_ref().and_then(|name| self.state.at(self.region).key_pairs.get(name));
        if let Some(pair) = pair {
            item.link(Relation::OpenedBy, self.arn(Kind::KeyPair, &pair.id));
        }
        item
    }
}
