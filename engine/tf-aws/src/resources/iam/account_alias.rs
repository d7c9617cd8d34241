//! `aws_iam_account_alias`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::ResourceData;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::json;

pub static TYPE: ResourceType =
    ResourceType::new("aws_iam_account_alias", action!(create), action!(read), None, action!(delete));

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let alias = data.str("account_alias").to_owned();
    let call = data.call(&iam::CREATE_ACCOUNT_ALIAS, json!({ "AccountAlias": alias })).await;
    call.map_err(|failure| format!("creating IAM Account Alias ({alias}): {failure}"))?;
    data.set_id(alias);
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let id = data.id().to_owned();
    let listed = data.call(&iam::LIST_ACCOUNT_ALIASES, json!({})).await;
    let listed = listed.map_err(|failure| format!("reading IAM Account Alias ({id}): {failure}"))?;
    match listed["AccountAliases"][0].as_str().filter(|alias| *alias == id) {
        Some(alias) => data.set("account_alias", alias),
        None => data.clear(),
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let alias = data.id().to_owned();
    let remove = data.remove(&iam::DELETE_ACCOUNT_ALIAS, json!({ "AccountAlias": alias })).await;
    remove.map_err(|failure| format!("deleting IAM Account Alias ({alias}): {failure}"))
}
