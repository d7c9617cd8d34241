//! Users and roles, for the inventory.

use super::state::{Entity, State};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    items.extend(state.users.values().map(|user| item("aws_iam_user", &user.entity)));
    items.extend(state.roles.values().map(|role| item("aws_iam_role", &role.entity)));
}

fn item(kind: &str, entity: &Entity) -> Item {
    let mut item = Item::new(kind, &entity.arn, &entity.name);
    let attached = entity.attached.iter().filter_map(|arn| arn.rsplit('/').next());
    item.subtitle = attached.chain(entity.inline.keys().map(String::as_str)).collect::<Vec<_>>().join(", ");
    for arn in &entity.attached {
        item.link(Relation::HasPolicy, arn);
    }
    item
}
