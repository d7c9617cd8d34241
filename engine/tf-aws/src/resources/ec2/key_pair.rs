//! `aws_key_pair`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{first, tag_specifications, text, update_tags};
use crate::data::ResourceData;
use crate::resources::{ResourceType, action, name_prefix};
use crate::wire::ec2;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

pub static TYPE: ResourceType =
    ResourceType::new("aws_key_pair", action!(create), action!(read), Some(action!(update)), action!(delete));

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "key_name", "key_name_prefix");
    let input = json!({
        "KeyName": name,
        "PublicKeyMaterial": STANDARD.encode(data.str("public_key")),
        "TagSpecifications": tag_specifications(data, "key-pair"),
    });
    let made = data.call(&ec2::IMPORT_KEY_PAIR, input).await;
    let made = made.map_err(|failure| format!("importing EC2 Key Pair ({name}): {failure}"))?;
    data.set_id(text(&made["KeyName"]));
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let found = data.find(&ec2::DESCRIBE_KEY_PAIRS, json!({ "KeyNames": [name] })).await;
    let found = found.map_err(|failure| format!("reading EC2 Key Pair ({name}): {failure}"))?;
    let Some(pair) = found.as_ref().and_then(|found| first(&found["KeyPairs"])).cloned() else {
        data.clear();
        return Ok(());
    };
    data.set_all(json!({
        "arn": data.arn("ec2", true, &format!("key-pair/{name}")),
        "fingerprint": pair["KeyFingerprint"],
        "key_name": pair["KeyName"],
        "key_name_prefix": name_prefix(&name),
        "key_pair_id": pair["KeyPairId"],
        "key_type": pair["KeyType"],
    }));
    data.read_tag_list(&pair["Tags"]);
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let id = data.str("key_pair_id").to_owned();
    update_tags(data, &id)
        .await
        .map_err(|failure| format!("updating tags for EC2 Key Pair ({id}): {failure}"))
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let done = data.remove(&ec2::DELETE_KEY_PAIR, json!({ "KeyName": name })).await;
    done.map_err(|failure| format!("deleting EC2 Key Pair ({name}): {failure}"))
}
