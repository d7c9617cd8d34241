//! Queues, for the inventory.

use super::state::{Queue, State};
use crate::inventory::{Item, Relation};
use nuvola_kernel::Arn;

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    items.extend(state.regions.values().flat_map(|region| region.queues.values()).map(item));
}

fn item(queue: &Queue) -> Item {
    let arn = Arn::parse(&queue.arn);
    let (region, account) = arn.as_ref().map_or(("", ""), |arn| (arn.region(), arn.account()));
    let id = format!("https://sqs.{region}.amazonaws.com/{account}/{}", queue.name);
    let mut item = Item::new("aws_sqs_queue", &queue.arn, id);
    item.title.clone_from(&queue.name);
    let count = queue.messages.len();
    let kind = if queue.fifo { "FIFO" } else { "standard" };
    item.subtitle = match count {
        0 => format!("{kind}, empty"),
        1 => format!("{kind}, 1 message"),
        _ => format!("{kind}, {count} messages"),
    };
    if let Some(redrive) = &queue.redrive {
        item.link(Relation::RedrivesTo, redrive.target_arn.as_str());
    }
    item
}
