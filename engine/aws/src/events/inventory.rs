//! Rules and buses, for the inventory.

use super::state::{Rule, State};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    for bus in state.buses.values().filter(|bus| bus.name != super::state::DEFAULT_BUS) {
        let mut item = Item::new("aws_cloudwatch_event_bus", &bus.arn, &bus.name);
        item.subtitle = "event bus".to_owned();
        items.push(item);
    }
    items.extend(state.rules.values().map(item));
}

/// A rule notifies its targets.
fn item(rule: &Rule) -> Item {
    let id = match rule.bus.as_str() {
        super::state::DEFAULT_BUS => rule.name.clone(),
        bus => format!("{bus}/{}", rule.name),
    };
    let mut item = Item::new("aws_cloudwatch_event_rule", &rule.arn, id);
    item.title.clone_from(&rule.name);
    let what = rule.schedule.clone().unwrap_or_else(|| "event pattern".to_owned());
    item.subtitle = if rule.enabled { what } else { format!("{what}, disabled") };
    for target in rule.targets.values() {
        item.link(Relation::Notifies, &target.arn);
    }
    item
}
