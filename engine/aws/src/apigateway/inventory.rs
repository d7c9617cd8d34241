//! REST APIs and their stages, for the inventory.

use super::lookup::api_arn;
use super::state::{ApiGatewayState, Method, RestApi, Stage};
use crate::inventory::{Item, Relation};

pub fn inventory(state: &ApiGatewayState, items: &mut Vec<Item>) {
    for (region, apis) in &state.regions {
        for api in apis.values() {
            items.push(item(api, region));
            items.extend(api.stages.values().map(|stage| stage_item(api, stage, region)));
        }
    }
}

/// An API and the functions that it calls: now, or where it is deployed.
fn item(api: &RestApi, region: &str) -> Item {
    let mut item = Item::new("aws_api_gateway_rest_api", api_arn(region, &api.id), &api.id);
    item.title.clone_from(&api.name);
    item.subtitle = api.endpoint_types.join(", ");
    let served = api.stages.values().filter_map(|stage| api.deployments.get(&stage.deployment_id));
    let deployed = served.flat_map(|deployment| deployment.snapshot.resources.values());
    for resource in api.resources.values().chain(deployed) {
        for function in resource.methods.values().filter_map(function) {
            item.link(Relation::Invokes, function);
        }
    }
    item
}

/// The ARN of the function behind a method, without version or alias. A function that stage variables name
/// differs by stage and is left out.
fn function(method: &Method) -> Option<String> {
    let uri = method.integration.as_ref()?.uri.as_ref()?;
    let arn = super::execute::function_arn(uri).filter(|arn| !arn.contains("${"))?;
    Some(arn.split(':').take(7).collect::<Vec<_>>().join(":"))
}

fn stage_item(api: &RestApi, stage: &Stage, region: &str) -> Item {
    let arn = api_arn(region, &api.id);
    let id = format!("ags-{}-{}", api.id, stage.name);
    let mut item = Item::new("aws_api_gateway_stage", format!("{arn}/stages/{}", stage.name), id);
    item.title.clone_from(&stage.name);
    item.subtitle = format!("https://{}.execute-api.{region}.amazonaws.com/{}", api.id, stage.name);
    item.link(Relation::StageOf, arn);
    item
}
