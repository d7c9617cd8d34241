//! IAM.

pub mod access_key;
pub mod account_alias;
pub mod attachment;
pub mod group;
pub mod inline;
pub mod instance_profile;
pub mod membership;
pub mod policy;
pub mod role;
pub mod role_policy;
pub mod role_policy_attachment;
pub mod user;

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::wire::Operation;
use serde_json::{Value as Json, json};

/// Brings an entity's tags up to date.
async fn update_tags(
    data: &ResourceData,
    (tag, untag): (&Operation, &Operation),
    key: &str,
    value: &str,
) -> Result<(), Failure> {
    let (added, removed) = data.tag_changes();
    if !removed.is_empty() {
        data.call(untag, json!({ key: value, "TagKeys": removed })).await?;
    }
    if !added.is_empty() {
        let tags: Json = added.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
        data.call(tag, json!({ key: value, "Tags": tags })).await?;
    }
    Ok(())
}

/// The texts in a list or set.
fn texts(json: &Json) -> Vec<String> {
    json.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// A document as IAM answers it: percent-encoded.
pub(crate) fn decode_document(text: &Json) -> String {
    nuvola_wire::uri::decode(text.as_str().unwrap_or_default())
}
