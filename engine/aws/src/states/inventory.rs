//! Machines and activities, for lists and maps.

use super::state::State;
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    for machine in state.machines.values() {
        let mut item = Item::new("aws_sfn_state_machine", &machine.arn, &machine.arn);
        item.title.clone_from(&machine.name);
        item.subtitle = machine.kind.name().to_owned();
        item.link(Relation::AssumesRole, &machine.role_arn);
        for target in targets(state.text(machine.definition)) {
            item.link(Relation::Invokes, target);
        }
        items.push(item);
    }
    for activity in state.activities.values() {
        let mut item = Item::new("aws_sfn_activity", &activity.arn, &activity.arn);
        item.title.clone_from(&activity.name);
        items.push(item);
    }
}

/// ARNs of functions, activities, machines and queues that a definition names.
fn targets(definition: &str) -> Vec<String> {
    let mut found = Vec::new();
    for text in definition.split('"').filter(|text| text.starts_with("arn:aws:")) {
        let mut parts = text.splitn(6, ':').skip(2);
        let (service, region) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let known = matches!(service, "lambda" | "states" | "sqs" | "sns") && !region.is_empty();
        if known {
            // A version or an alias is drawn as the function.
            let whole = match (service, text.split(':').nth(6)) {
                ("lambda", Some(name)) => {
                    let head: Vec<&str> = text.split(':').take(6).collect();
                    format!("{}:{name}", head.join(":"))
                }
                _ => text.to_owned(),
            };
            found.push(whole);
        }
    }
    found
}
