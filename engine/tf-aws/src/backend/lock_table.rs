//! Locks and digests of states in a table of DynamoDB: the backend's argument `dynamodb_table`.
//!
//! A lock is an item whose `LockID` is the state's bucket and key, with who holds it in `Info`. Beside it stands
//! `LockID` with `-md5`, whose `Digest` says what the state in the bucket must be.
//!
//! **Source**: Terraform's documentation, "Backend Type: s3", "DynamoDB State Locking"; items and texts recorded
//! from Terraform 1.11.4.

use crate::client::Client;
use crate::failure::Failure;
use crate::wire::dynamodb::{DELETE_ITEM, GET_ITEM, PUT_ITEM};
use nuvola_terraform::backend::LockFailure;
use serde_json::{Value as Json, json};
use std::rc::Rc;

pub(super) struct LockTable {
    pub client: Rc<Client>,
    pub name: String,
}

/// Whose lock an `Info` describes.
pub(super) fn id_of(info: &str) -> Option<String> {
    serde_json::from_str::<Json>(info).ok()?["ID"].as_str().map(str::to_owned)
}

fn key(lock: &str) -> Json {
    json!({ "LockID": { "S": lock } })
}

fn digest_of(lock: &str) -> String {
    format!("{lock}-md5")
}

impl LockTable {
    async fn put(&self, item: Json, condition: Option<&str>) -> Result<Json, Failure> {
        let input = json!({ "TableName": self.name, "Item": item, "ConditionExpression": condition });
        self.client.call(&self.client.region, &PUT_ITEM, input).await
    }

    async fn get(&self, lock: &str, attribute: &str) -> Result<Option<String>, Failure> {
        let input = json!({
            "TableName": self.name, "Key": key(lock), "ConsistentRead": true,
            "ProjectionExpression": format!("LockID, {attribute}"),
        });
        let found = self.client.call(&self.client.region, &GET_ITEM, input).await?;
        Ok(found["Item"][attribute]["S"].as_str().map(str::to_owned))
    }

    async fn delete(&self, lock: &str) -> Result<(), Failure> {
        let input = json!({ "TableName": self.name, "Key": key(lock) });
        self.client.call(&self.client.region, &DELETE_ITEM, input).await.map(|_| ())
    }

    /// Who holds a lock.
    pub async fn holder(&self, lock: &str) -> Result<String, String> {
        let info = self.get(lock, "Info").await.map_err(|failure| {
            format!("Unable to retrieve item from DynamoDB table \"{}\": {failure}", self.name)
        })?;
        info.ok_or_else(|| "unexpected end of JSON input".to_owned())
    }

    pub async fn lock(&self, lock: &str, info: &str) -> Result<(), LockFailure> {
        let mut item = key(lock);
        item["Info"] = json!({ "S": info });
        let Err(failure) = self.put(item, Some("attribute_not_exists(LockID)")).await else { return Ok(()) };
        Err(match self.holder(lock).await {
            Ok(holder) => LockFailure { message: failure.to_string(), holder: Some(holder) },
            Err(text) => LockFailure { message: format!("{failure}\n{text}"), holder: None },
        })
    }

    pub async fn unlock(&self, lock: &str, id: &str) -> Result<(), LockFailure> {
        let holder = self.holder(lock).await.map_err(|text| LockFailure {
            message: format!("failed to retrieve lock info for lock ID \"{id}\": {text}"),
            holder: None,
        })?;
        let held_id = id_of(&holder).unwrap_or_default();
        if held_id != id {
            let message = format!("lock ID \"{id}\" does not match existing lock (\"{held_id}\")");
            return Err(LockFailure { message, holder: Some(holder) });
        }
        let gone = self.delete(lock).await;
        gone.map_err(|failure| LockFailure { message: failure.to_string(), holder: Some(holder) })
    }

    /// The digest of a state; nothing where there is none that can be read.
    pub async fn digest(&self, lock: &str) -> Option<String> {
        let digest = self.get(&digest_of(lock), "Digest").await.ok().flatten()?;
        (digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
    }

    /// Notes a state's digest. A table that refuses it is passed over, as the real backend does.
    pub async fn note_digest(&self, lock: &str, digest: &str) {
        let mut item = key(&digest_of(lock));
        item["Digest"] = json!({ "S": digest });
        drop(self.put(item, None).await);
    }

    pub async fn forget_digest(&self, lock: &str) -> Result<(), String> {
        self.delete(&digest_of(lock)).await.map_err(|failure| failure.to_string())
    }
}
