//! Topics and subscriptions, for the inventory.

use super::state::{State, Topic};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    for topic in state.topics.values() {
        items.push(item(topic));
    }
}

/// A topic notifies the queues and functions that have subscribed to it.
fn item(topic: &Topic) -> Item {
    let mut item = Item::new("aws_sns_topic", &topic.arn, &topic.arn);
    item.title.clone_from(&topic.name);
    let kind = if topic.fifo { "FIFO" } else { "standard" };
    item.subtitle = match topic.subscriptions.len() {
        1 => format!("{kind}, 1 subscription"),
        count => format!("{kind}, {count} subscriptions"),
    };
    for subscription in topic.subscriptions.values() {
        if matches!(subscription.protocol.as_str(), "sqs" | "lambda") {
            item.link(Relation::Notifies, &subscription.endpoint);
        }
    }
    item
}
