//! `aws_lambda_function_url`.
//!
//! With `NONE` the provider also lets everyone in: two statements of the function's policy, which stay when the
//! resource goes, as they do with the real one. The second of them came with version 6.29 of the provider
//! (pull request 44858 of hashicorp/terraform-provider-aws), when AWS began to demand it.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use crate::data::{ResourceData, non_zero};
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::lambda_fn as lambda;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType = ResourceType {
    import,
    ..ResourceType::new(
        "aws_lambda_function_url",
        action!(create),
        action!(read),
        Some(action!(update)),
        action!(delete),
    )
};

fn cors(data: &ResourceData) -> Json {
    data.block("cors").map_or(Json::Null, |cors| {
        json!({
            "AllowCredentials": cors["allow_credentials"],
            "AllowHeaders": non_zero(&cors["allow_headers"]),
            "AllowMethods": non_zero(&cors["allow_methods"]),
            "AllowOrigins": non_zero(&cors["allow_origins"]),
            "ExposeHeaders": non_zero(&cors["expose_headers"]),
            "MaxAge": non_zero(&cors["max_age"]),
        })
    })
}

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let (name, qualifier) = (data.str("function_name").to_owned(), data.str("qualifier").to_owned());
    let id = if qualifier.is_empty() { name.clone() } else { format!("{name}/{qualifier}") };
    let input = json!({
        "FunctionName": name,
        "Qualifier": data.opt("qualifier"),
        "AuthType": data.get("authorization_type"),
        "InvokeMode": data.opt("invoke_mode"),
        "Cors": cors(data),
    });
    let call = data.call(&lambda::CREATE_FUNCTION_URL_CONFIG, input);
    call.await.map_err(|failure| format!("creating Lambda Function URL ({id}): {failure}"))?;
    data.set_id(id.clone());
    if data.str("authorization_type") == "NONE" {
        let_everyone_in(data, &name)
            .await
            .map_err(|failure| format!("adding Lambda Function URL ({id}) permission: {failure}"))?;
    }
    Ok(())
}

async fn let_everyone_in(data: &ResourceData, name: &str) -> Result<(), Failure> {
    let statement = |id: &str, action: &str| {
        json!({
            "FunctionName": name,
            "Qualifier": data.opt("qualifier"),
            "StatementId": id,
            "Action": action,
            "Principal": "*",
        })
    };
    let mut url = statement("FunctionURLAllowPublicAccess", "lambda:InvokeFunctionUrl");
    url["FunctionUrlAuthType"] = "NONE".into();
    let mut invoke = statement("FunctionURLAllowInvokeAction", "lambda:InvokeFunction");
    invoke["InvokedViaFunctionUrl"] = true.into();
    for input in [url, invoke] {
        match data.call(&lambda::ADD_PERMISSION, input).await {
            Err(failure) if failure.is("ResourceConflictException") => {}
            result => {
                result?;
            }
        }
    }
    Ok(())
}

fn target(data: &ResourceData) -> Json {
    let (name, qualifier) = data.id().split_once('/').unwrap_or((data.id(), ""));
    json!({ "FunctionName": name, "Qualifier": non_zero(&qualifier.into()) })
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let input = target(data);
    let wrap = |failure: Failure| format!("reading Lambda Function URL ({}): {failure}", data.id());
    let Some(found) = data.find(&lambda::GET_FUNCTION_URL_CONFIG, input.clone()).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let url = found["FunctionUrl"].as_str().unwrap_or_default();
    let url_id = url.trim_start_matches("https://").split('.').next().unwrap_or_default();
    let cors = &found["Cors"];
    let block = json!([{
        "allow_credentials": cors["AllowCredentials"].as_bool().unwrap_or(false),
        "allow_headers": cors["AllowHeaders"],
        "allow_methods": cors["AllowMethods"],
        "allow_origins": cors["AllowOrigins"],
        "expose_headers": cors["ExposeHeaders"],
        "max_age": cors["MaxAge"].as_i64().unwrap_or(0),
    }]);
    let name = match data.str("function_name") {
        "" => input["FunctionName"].clone(),
        name => name.into(),
    };
    data.set_all(json!({
        "authorization_type": found["AuthType"],
        "cors": if cors.is_object() { block } else { json!([]) },
        "function_arn": found["FunctionArn"],
        "function_name": name,
        "function_url": url,
        "invoke_mode": found["InvokeMode"].as_str().unwrap_or("BUFFERED"),
        "qualifier": input["Qualifier"].as_str().unwrap_or_default(),
        "url_id": url_id,
    }));
    Ok(())
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let mut input = target(data);
    if data.changed("authorization_type") {
        input["AuthType"] = data.get("authorization_type").clone();
    }
    if data.changed("cors") {
        input["Cors"] = if data.block("cors").is_some() { cors(data) } else { json!({}) };
    }
    if data.changed("invoke_mode") {
        input["InvokeMode"] = data.get("invoke_mode").clone();
    }
    let call = data.call(&lambda::UPDATE_FUNCTION_URL_CONFIG, input);
    call.await.map_err(|failure| format!("updating Lambda Function URL ({}): {failure}", data.id()))?;
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let remove = data.remove(&lambda::DELETE_FUNCTION_URL_CONFIG, target(data));
    remove.await.map_err(|failure| format!("deleting Lambda Function URL ({}): {failure}", data.id()))
}

fn import(data: &mut ResourceData, id: &str) -> Result<(), String> {
    let (name, qualifier) = id.split_once('/').unwrap_or((id, ""));
    data.set_all(json!({ "id": id, "function_name": name, "qualifier": qualifier }));
    Ok(())
}
