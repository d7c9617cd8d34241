//! Tables, for the inventory.

use super::state::{State, Table};
use crate::inventory::Item;

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    items.extend(state.regions.values().flat_map(|region| region.tables.values()).map(item));
}

fn item(table: &Table) -> Item {
    let mut item = Item::new("aws_dynamodb_table", &table.arn, &table.name);
    let noun = if table.items.len() == 1 { "item" } else { "items" };
    item.subtitle = format!("{} {noun}", table.items.len());
    item
}
