//! EventBridge.

pub mod bus;
pub mod permission;
pub mod rule;
pub mod target;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::events;
use serde_json::{Value as Json, json};

pub const DEFAULT_BUS: &str = "default";

/// `BUS/NAME`, or the name alone on the default bus.
fn id_of(bus: &str, name: &str) -> String {
    if bus == DEFAULT_BUS || bus.is_empty() { name.to_owned() } else { format!("{bus}/{name}") }
}

/// Bus and name of an id.
fn parts(id: &str) -> (String, String) {
    match id.rsplit_once('/') {
        Some((bus, name)) => (bus.to_owned(), name.to_owned()),
        None => (DEFAULT_BUS.to_owned(), id.to_owned()),
    }
}

/// Takes the tags of a rule or a bus in.
async fn read_tags(data: &mut ResourceData, arn: &Json) -> Result<(), Failure> {
    let tags = data.call(&events::LIST_TAGS_FOR_RESOURCE, json!({ "ResourceARN": arn })).await?;
    data.read_tag_list(&tags["Tags"]);
    Ok(())
}

/// Makes the tags of a rule or a bus what is wanted.
async fn update_tags(data: &ResourceData) -> Result<(), Failure> {
    let arn = data.prior.get("arn").cloned().unwrap_or_default();
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        data.call(&events::UNTAG_RESOURCE, json!({ "ResourceARN": arn, "TagKeys": removed })).await?;
    }
    if !added.is_empty() {
        let tags: Json = added.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        data.call(&events::TAG_RESOURCE, json!({ "ResourceARN": arn, "Tags": tags })).await?;
    }
    Ok(())
}
