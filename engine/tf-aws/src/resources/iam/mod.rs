//! IAM.

pub mod policy;
pub mod role;
pub mod role_policy;
pub mod role_policy_attachment;

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

/// A document as IAM answers it: percent-encoded.
pub(crate) fn decode_document(text: &Json) -> String {
    nuvola_wire::uri::decode(text.as_str().unwrap_or_default())
}
