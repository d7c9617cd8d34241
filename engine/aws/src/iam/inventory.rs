//! Users, groups, roles, managed policies and instance profiles, for the inventory.

use super::state::{Entity, State};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    items.extend(state.users.values().map(|user| item("aws_iam_user", &user.entity)));
    items.extend(state.groups.values().map(|group| item("aws_iam_group", &group.entity)));
    items.extend(state.roles.values().map(|role| item("aws_iam_role", &role.entity)));
    items.extend(state.policies.values().map(|policy| {
        let mut item = Item::new("aws_iam_policy", &policy.arn, &policy.arn);
        item.title.clone_from(&policy.name);
        item.subtitle.clone_from(&policy.default_version);
        item
    }));
    for profile in state.instance_profiles.values() {
        let mut item = Item::new("aws_iam_instance_profile", &profile.arn, &profile.name);
        if let Some(role) = state.profile_role(profile) {
            item.subtitle.clone_from(&role.entity.name);
            item.link(Relation::AssumesRole, &role.entity.arn);
        }
        items.push(item);
    }
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
