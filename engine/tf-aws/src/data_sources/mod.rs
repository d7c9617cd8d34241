//! The data sources, one file each.

use crate::data::ResourceData;
use crate::wire::sts;
use serde_json::json;

/// Reads a data source into its data.
///
/// # Errors
/// With the summary that Terraform shows.
pub async fn read(type_name: &str, data: &mut ResourceData) -> Result<(), String> {
    match type_name {
        "aws_caller_identity" => caller_identity(data).await,
        other => Err(crate::provider::not_simulated(other)),
    }
}

async fn caller_identity(data: &mut ResourceData) -> Result<(), String> {
    let call = data.call(&sts::GET_CALLER_IDENTITY, json!({}));
    let identity = call.await.map_err(|failure| format!("reading STS Caller Identity: {failure}"))?;
    data.set_all(json!({
        "id": identity["Account"],
        "account_id": identity["Account"],
        "arn": identity["Arn"],
        "user_id": identity["UserId"],
    }));
    Ok(())
}
