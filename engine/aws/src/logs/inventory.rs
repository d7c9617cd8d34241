//! Log groups, for the inventory.

use super::state::{Group, State};
use crate::inventory::Item;

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    items.extend(state.regions.values().flat_map(|groups| groups.values()).map(item));
}

fn item(group: &Group) -> Item {
    // Terraform's ARN of a group is without the `:*` that stands for its streams.
    let arn = group.arn.strip_suffix(":*").unwrap_or(&group.arn);
    let mut item = Item::new("aws_cloudwatch_log_group", arn, &group.name);
    item.subtitle = match group.retention_days {
        Some(1) => "kept for 1 day".to_owned(),
        Some(days) => format!("kept for {days} days"),
        None => "kept forever".to_owned(),
    };
    item
}
