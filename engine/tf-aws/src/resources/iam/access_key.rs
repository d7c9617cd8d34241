//! `aws_iam_access_key`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use nuvola_wire::sigv4::smtp_password;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    not_simulated: &["pgp_key"],
    ..ResourceType::new(
        "aws_iam_access_key",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let user = data.str("user").to_owned();
    let made = data.call(&iam::CREATE_ACCESS_KEY, json!({ "UserName": user })).await;
    let made = made.map_err(|failure| format!("creating IAM Access Key ({user}): {failure}"))?;
    let key = &made["AccessKey"];
    let secret = key["SecretAccessKey"].as_str().unwrap_or_default();
    data.set_all(json!({
        "id": key["AccessKeyId"],
        "secret": secret,
        "ses_smtp_password_v4": smtp_password(secret, &data.region),
    }));
    if data.str("status") == "Inactive" {
        set_status(data).await?;
    }
    Ok(())
}

async fn set_status(data: &ResourceData) -> Result<(), String> {
    let id = data.id();
    let input = json!({ "UserName": data.get("user"), "AccessKeyId": id, "Status": data.get("status") });
    let call = data.call(&iam::UPDATE_ACCESS_KEY, input).await;
    call.map(|_| ()).map_err(|failure| format!("updating IAM Access Key ({id}): {failure}"))
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading IAM Access Key ({id}): {failure}");
    // An import knows the id alone.
    if data.str("user").is_empty() {
        let input = json!({ "AccessKeyId": id });
        let used = data.find(&iam::GET_ACCESS_KEY_LAST_USED, input).await.map_err(wrap)?;
        data.set("user", used.unwrap_or_default()["UserName"].clone());
    }
    let input = json!({ "UserName": data.get("user") });
    let listed = data.find(&iam::LIST_ACCESS_KEYS, input).await.map_err(wrap)?.unwrap_or_default();
    let mut keys = listed["AccessKeyMetadata"].as_array().into_iter().flatten();
    match keys.find(|key| key["AccessKeyId"] == id) {
        Some(key) => data.set_all(json!({
            "create_date": key["CreateDate"],
            "status": key["Status"],
            "user": key["UserName"],
        })),
        None => data.clear(),
    }
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    if data.changed("status") { set_status(data).await } else { Ok(()) }
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let input = json!({ "UserName": data.get("user"), "AccessKeyId": id });
    let remove = data.remove(&iam::DELETE_ACCESS_KEY, input).await;
    remove.map_err(|failure| format!("deleting IAM Access Key ({id}): {failure}"))
}
