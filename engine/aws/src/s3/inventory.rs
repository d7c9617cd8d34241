//! Buckets, for the inventory.

use super::names::website_host;
use super::state::{Bucket, S3State};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &S3State, items: &mut Vec<Item>) {
    items.extend(state.buckets.values().map(item));
}

fn item(bucket: &Bucket) -> Item {
    let mut item = Item::new("aws_s3_bucket", format!("arn:aws:s3:::{}", bucket.name), &bucket.name);
    item.subtitle = match &bucket.website {
        Some(_) => format!("http://{}", website_host(&bucket.name, &bucket.region)),
        None => bucket.region.clone(),
    };
    for target in &bucket.notifications.targets {
        item.link(Relation::Notifies, &target.arn);
    }
    item
}
