//! HTTP APIs and their stages, for the inventory.

use super::lookup::api_arn;
use super::shapes::Stage;
use super::state::{Api, State};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &State, items: &mut Vec<Item>) {
    for (region, apis) in &state.regions {
        for (id, api) in apis {
            items.push(item(api, id, region));
            items.extend(api.stages.values().map(|stage| stage_item(id, stage, region)));
        }
    }
}

/// An API and the functions that it calls: now, or where it is deployed.
fn item(api: &Api, id: &str, region: &str) -> Item {
    let mut item = Item::new("aws_apigatewayv2_api", api_arn(region, id), id);
    item.title = api.settings.name.clone().unwrap_or_default();
    item.subtitle = api.settings.protocol_type.clone().unwrap_or_default();
    let served = api.stages.values().filter_map(|stage| api.deployments.get(stage.deployment_id.as_ref()?));
    let snapshots = std::iter::once(&api.draft).chain(served.map(|deployment| &deployment.snapshot));
    for integration in snapshots.flat_map(|snapshot| snapshot.integrations.values()) {
        let uri = integration.integration_uri.as_deref().unwrap_or("");
        let arn = crate::apigateway::function_arn(uri).unwrap_or(uri);
        if arn.contains(":function:") && !arn.contains("${") {
            item.link(Relation::Invokes, arn.split(':').take(7).collect::<Vec<_>>().join(":"));
        }
    }
    item
}

fn stage_item(api_id: &str, stage: &Stage, region: &str) -> Item {
    let arn = api_arn(region, api_id);
    let name = stage.stage_name.clone().unwrap_or_default();
    let mut item = Item::new("aws_apigatewayv2_stage", format!("{arn}/stages/{name}"), &name);
    let path = if name == "$default" { String::new() } else { format!("/{name}") };
    item.subtitle = format!("https://{api_id}.execute-api.{region}.amazonaws.com{path}");
    item.title = name;
    item.link(Relation::StageOf, arn);
    item
}
