//! Step Functions.

pub mod activity;
pub mod state_machine;

use crate::data::ResourceData;
use crate::wire::stepfunctions as sfn;
use serde_json::{Value as Json, json};

/// A time as the provider writes it.
pub fn instant(value: &Json) -> Json {
    let ms = value.as_f64().map(|seconds| (seconds * 1000.0) as i64);
    ms.map_or_else(|| value.clone(), |ms| nuvola_kernel::Timestamp(ms).iso_seconds().into())
}

/// Reads the tags of what an ARN names.
async fn read_tags(data: &mut ResourceData, arn: &str, what: &str) -> Result<(), String> {
    let tags = data.call(&sfn::LIST_TAGS_FOR_RESOURCE, json!({ "resourceArn": arn })).await;
    let tags = tags.map_err(|failure| format!("listing tags for {what} ({arn}): {failure}"))?;
    let entries = tags["tags"].as_array().into_iter().flatten();
    let entries = entries.filter_map(|tag| Some((tag["key"].as_str()?.to_owned(), tag["value"].clone())));
    data.read_tags(entries.collect());
    Ok(())
}

/// Changes the tags of what an ARN names.
async fn update_tags(data: &ResourceData, arn: &str, what: &str) -> Result<(), String> {
    let (added, removed) = data.tag_changes();
    let wrap = |failure| format!("updating tags for {what} ({arn}): {failure}");
    if !removed.is_empty() {
        let input = json!({ "resourceArn": arn, "tagKeys": removed });
        data.call(&sfn::UNTAG_RESOURCE, input).await.map_err(wrap)?;
    }
    if !added.is_empty() {
        let tags: Vec<Json> =
            added.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
        let input = json!({ "resourceArn": arn, "tags": tags });
        data.call(&sfn::TAG_RESOURCE, input).await.map_err(wrap)?;
    }
    Ok(())
}

/// The tags of a new resource.
fn tags_of(data: &ResourceData) -> Json {
    let tags = data.get("tags_all").as_object().cloned().unwrap_or_default();
    tags.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}
