//! Functions, their URLs and event source mappings, for the inventory.

use super::mappings::state::Mapping;
use super::state::{Function, LambdaState, UrlConfig};
use crate::inventory::{Item, Relation};
use nuvola_kernel::Arn;

pub fn inventory(state: &LambdaState, items: &mut Vec<Item>) {
    for (region, functions) in &state.regions {
        for function in functions.values() {
            items.push(item(function, region));
            items.extend(
                function.urls.iter().map(|(qualifier, url)| url_item(function, region, qualifier, url)),
            );
        }
    }
    items.extend(state.mappings.values().map(mapping_item));
}

/// A mapping takes from its source and invokes its function.
fn mapping_item(mapping: &Mapping) -> Item {
    let account = mapping.source_arn.split(':').nth(4).unwrap_or_default();
    let mut item = Item::new("aws_lambda_event_source_mapping", mapping.arn(account), &mapping.uuid);
    let source = mapping.source_arn.rsplit(':').next().unwrap_or_default();
    item.title = format!("{} to {}", source.split("/stream/").next().unwrap_or_default(), mapping.function);
    item.subtitle = match &mapping.refusal {
        Some(_) => "may not read its source".to_owned(),
        None => format!("{}, batches of {}", mapping.state.name(), mapping.settings.batch_size),
    };
    item.link(Relation::Invokes, super::target::arn(&mapping.region, account, &mapping.function, ""));
    let table = mapping.source_arn.split("/stream/").next().unwrap_or_default();
    item.link(Relation::ReadsFrom, table);
    item
}

fn item(function: &Function, region: &str) -> Item {
    let settings = &function.latest.settings;
    let mut item = Item::new("aws_lambda_function", &function.arn, &function.name);
    item.subtitle = format!("{}, {} MB", settings.runtime, settings.memory_mb);
    item.link(Relation::AssumesRole, &settings.role);
    if let Some(function_arn) = Arn::parse(&function.arn) {
        let group = format!("log-group:{}", settings.logging.group);
        item.link(Relation::LogsTo, Arn::build("logs", region, function_arn.account(), &group).to_string());
    }
    let statements = function.policies.values().flat_map(|policy| &policy.statements);
    let sources =
        statements.filter_map(|statement| statement["Condition"]["ArnLike"]["AWS:SourceArn"].as_str());
    for source in sources {
        item.link(Relation::InvokedBy, source_resource(source));
    }
    for config in function.event_configs.values() {
        for destination in config.on_success.iter().chain(&config.on_failure) {
            item.link(Relation::Notifies, destination);
        }
    }
    if let Some(queue) = &settings.dead_letter_arn {
        item.link(Relation::Notifies, queue);
    }
    item
}

/// Permissions name paths of an API (`arn:aws:execute-api:REGION:ACCOUNT:ID/*/GET/x`); the resource is the API.
fn source_resource(source: &str) -> String {
    let api = Arn::parse(source).filter(|arn| arn.service() == "execute-api");
    let Some(api) = api else { return source.to_owned() };
    let id = api.resource().split('/').next().unwrap_or_default();
    crate::apigateway::api_arn(api.region(), id)
}

fn url_item(function: &Function, region: &str, qualifier: &str, url: &UrlConfig) -> Item {
    let id = match qualifier {
        "" => function.name.clone(),
        _ => format!("{}/{qualifier}", function.name),
    };
    let mut item = Item::new("aws_lambda_function_url", function.qualified_arn(qualifier), id);
    item.title = url.address(region);
    item.subtitle = format!("authorization {}", url.auth_type);
    item.link(Relation::Invokes, &function.arn);
    item
}
