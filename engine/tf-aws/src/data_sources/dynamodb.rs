//! Data sources of DynamoDB: `aws_dynamodb_table`, `aws_dynamodb_table_item`.
//!
//! **Source**: the provider's documentation of the data sources; texts as its logic words them.

use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::dynamodb::attributes;
use crate::wire::dynamodb;
use serde_json::{Map, Value as Json, json};

pub async fn table(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("name").to_owned();
    let wrap = |failure: Failure| format!("reading DynamoDB Table ({name}): {failure}");
    let found = data.call(&dynamodb::DESCRIBE_TABLE, json!({ "TableName": name })).await.map_err(wrap)?;
    let table = &found["Table"];
    let mut known = attributes::of_table(table);
    known["id"] = table["TableName"].clone();
    known["stream_view_type"] =
        table["StreamSpecification"]["StreamViewType"].as_str().unwrap_or_default().into();
    known["point_in_time_recovery"] = attributes::recovery(data, &name).await.map_err(wrap)?;
    known["ttl"] = attributes::time_to_live(data, &name).await.map_err(wrap)?;
    known["tags"] = attributes::tags(data, &table["TableArn"]).await.map_err(wrap)?.into();
    known["region"] = data.region.as_str().into();
    data.set_all(known);
    Ok(())
}

pub async fn item(data: &mut ResourceData) -> Result<(), String> {
    let name = data.str("table_name").to_owned();
    let key: Map<String, Json> = match serde_json::from_str::<Json>(data.str("key")) {
        Ok(Json::Object(key)) => key,
        Ok(_) => return Err("decoding failed: the key is no object".to_owned()),
        Err(error) => return Err(format!("decoding failed: {error}")),
    };
    let input = json!({
        "TableName": name,
        "Key": key,
        "ConsistentRead": true,
        "ProjectionExpression": data.opt("projection_expression"),
        "ExpressionAttributeNames": data.opt("expression_attribute_names"),
    });
    let mut id = vec![name.clone()];
    for (attribute, value) in &key {
        id.push(attribute.clone());
        let values = value.as_object().into_iter().flatten();
        id.extend(values.filter_map(|(_, value)| value.as_str().map(str::to_owned)));
    }
    let id = id.join("|");
    let found = data.call(&dynamodb::GET_ITEM, input).await;
    let found = found.map_err(|failure| format!("reading DynamoDB Table Item ({id}): {failure}"))?;
    if !found["Item"].is_object() {
        return Err(format!("no item with that key found in table {name}"));
    }
    data.set_all(json!({ "id": id, "item": found["Item"].to_string(), "region": data.region }));
    Ok(())
}
