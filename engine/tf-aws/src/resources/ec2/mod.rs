//! EC2: instances, security groups, key pairs, Elastic IPs, and the defaults of a VPC.

pub mod default_security_group;
pub mod default_vpc;
pub mod eip;
pub mod eip_association;
pub mod instance;
pub mod instance_read;
pub mod key_pair;
mod rules;
pub mod security_group;
pub mod security_group_rule;
pub mod vpc_rule;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::ec2;
use serde_json::{Map, Value as Json, json};

/// How long things may take (the resources' default timeout).
const TIMEOUT_MS: u64 = 600_000;

/// Tags for what a request creates; null where there are none.
fn tag_specifications(data: &ResourceData, resource_type: &str) -> Json {
    let tags = data.tag_list();
    if tags.is_null() { Json::Null } else { json!([{ "ResourceType": resource_type, "Tags": tags }]) }
}

/// Brings a resource's tags up to date.
async fn update_tags(data: &ResourceData, id: &str) -> Result<(), Failure> {
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        let tags: Json = removed.iter().map(|key| json!({ "Key": key })).collect();
        data.call(&ec2::DELETE_TAGS, json!({ "Resources": [id], "Tags": tags })).await?;
    }
    if !added.is_empty() {
        let tags: Json = added.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        data.call(&ec2::CREATE_TAGS, json!({ "Resources": [id], "Tags": tags })).await?;
    }
    Ok(())
}

/// Tags by their keys.
pub(crate) fn tags_of(list: &Json) -> Map<String, Json> {
    let pairs = list.as_array().into_iter().flatten();
    pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect()
}

/// A text, empty where there is none.
pub(crate) fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

/// The one member of a list in an answer; nothing for an empty list.
pub(crate) fn first(json: &Json) -> Option<&Json> {
    json.as_array().and_then(|items| items.first())
}

/// A filter of a listing.
pub(crate) fn filter(name: &str, value: &str) -> Json {
    json!({ "Name": name, "Values": [value] })
}

/// The instance as AWS has it; nothing when it is gone or terminated.
pub(crate) async fn find_instance(data: &ResourceData, id: &str) -> Result<Option<Json>, Failure> {
    let found = data.find(&ec2::DESCRIBE_INSTANCES, json!({ "InstanceIds": [id] })).await?;
    let reservation = found.as_ref().and_then(|found| first(&found["Reservations"]));
    let instance = reservation.and_then(|reservation| first(&reservation["Instances"])).cloned();
    Ok(instance.filter(|instance| instance["State"]["Name"] != "terminated"))
}

/// Waits until an instance is in a state; `terminated` is also where it cannot be found.
async fn wait_for_state(data: &ResourceData, id: &str, wanted: &str) -> Result<(), Failure> {
    let start_ms = data.client.transport.now_ms();
    loop {
        let instance = find_instance(data, id).await?;
        let state = instance.as_ref().map_or("terminated", |instance| text(&instance["State"]["Name"]));
        if state == wanted {
            return Ok(());
        }
        let ended = matches!(state, "terminated" | "shutting-down") && wanted != "terminated";
        if ended {
            let text = format!("unexpected state '{state}', wanted target '{wanted}'");
            return Err(Failure::own(text));
        }
        if data.client.waited_ms(start_ms) >= TIMEOUT_MS {
            let text = format!(
                "timeout while waiting for state to become '{wanted}' (last state: '{state}', timeout: 10m0s)"
            );
            return Err(Failure::own(text));
        }
        data.client.pause().await;
    }
}
