//! The live map: what the configuration declares and what exists, and how they are connected.
//!
//! Nodes are Terraform's resources: planned ones from the configuration, existing ones from the state.
//! Small parts (a method, an attachment) stand inside the resource that they belong to.

use crate::files::Files;
use crate::view::{MapEdge, MapNode, MapView, NodeStatus};
use crate::world::World;
use nuvola_aws::inventory::{Item, Relation};
use nuvola_kernel::Map;
use nuvola_kernel::ordered::sort_by;
use nuvola_terraform::language::StaticResource;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A resource instance of Terraform's state.
#[derive(Debug, Clone)]
pub(crate) struct Existing {
    pub address: String,
    pub kind: String,
    pub attributes: Value,
    /// Addresses without instance keys.
    pub dependencies: Vec<String>,
}

/// Kinds that are parts of another resource: the kind that they stand inside.
const PARTS: &[(&str, &str)] = &[
    ("aws_api_gateway_deployment", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_gateway_response", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_integration", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_integration_response", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_method", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_method_response", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_resource", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_stage", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_authorizer", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_method_settings", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_model", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_request_validator", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_rest_api_policy", "aws_api_gateway_rest_api"),
    ("aws_api_gateway_usage_plan_key", "aws_api_gateway_usage_plan"),
    ("aws_apigatewayv2_authorizer", "aws_apigatewayv2_api"),
    ("aws_apigatewayv2_deployment", "aws_apigatewayv2_api"),
    ("aws_apigatewayv2_integration", "aws_apigatewayv2_api"),
    ("aws_apigatewayv2_route", "aws_apigatewayv2_api"),
    ("aws_apigatewayv2_stage", "aws_apigatewayv2_api"),
    ("aws_dynamodb_table_item", "aws_dynamodb_table"),
    ("aws_eip_association", "aws_eip"),
    ("aws_cloudwatch_event_permission", "aws_cloudwatch_event_bus"),
    ("aws_cloudwatch_event_target", "aws_cloudwatch_event_rule"),
    ("aws_iam_access_key", "aws_iam_user"),
    ("aws_iam_group_membership", "aws_iam_group"),
    ("aws_iam_group_policy", "aws_iam_group"),
    ("aws_iam_group_policy_attachment", "aws_iam_group"),
    ("aws_iam_role_policy", "aws_iam_role"),
    ("aws_iam_role_policy_attachment", "aws_iam_role"),
    ("aws_iam_user_group_membership", "aws_iam_user"),
    ("aws_iam_user_policy", "aws_iam_user"),
    ("aws_iam_user_policy_attachment", "aws_iam_user"),
    ("aws_lambda_alias", "aws_lambda_function"),
    ("aws_lambda_function_event_invoke_config", "aws_lambda_function"),
    ("aws_lambda_function_url", "aws_lambda_function"),
    ("aws_lambda_permission", "aws_lambda_function"),
    ("aws_s3_bucket_acl", "aws_s3_bucket"),
    ("aws_s3_bucket_cors_configuration", "aws_s3_bucket"),
    ("aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket"),
    ("aws_s3_bucket_logging", "aws_s3_bucket"),
    ("aws_s3_bucket_notification", "aws_s3_bucket"),
    ("aws_s3_bucket_ownership_controls", "aws_s3_bucket"),
    ("aws_s3_bucket_policy", "aws_s3_bucket"),
    ("aws_s3_bucket_public_access_block", "aws_s3_bucket"),
    ("aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket"),
    ("aws_s3_bucket_versioning", "aws_s3_bucket"),
    ("aws_s3_bucket_website_configuration", "aws_s3_bucket"),
    ("aws_s3_object", "aws_s3_bucket"),
    ("aws_s3_object_copy", "aws_s3_bucket"),
    ("aws_security_group_rule", "aws_security_group"),
    ("aws_sns_topic_policy", "aws_sns_topic"),
    ("aws_sns_topic_subscription", "aws_sns_topic"),
    ("aws_sqs_queue_policy", "aws_sqs_queue"),
    ("aws_sqs_queue_redrive_allow_policy", "aws_sqs_queue"),
    ("aws_sqs_queue_redrive_policy", "aws_sqs_queue"),
    ("aws_vpc_security_group_egress_rule", "aws_security_group"),
    ("aws_vpc_security_group_ingress_rule", "aws_security_group"),
];

/// What a connection means, by the kinds at its ends.
const MEANINGS: &[(&str, &str, &str)] = &[
    ("aws_iam_instance_profile", "aws_iam_role", "assumes"),
    ("aws_lambda_function", "aws_iam_role", "assumes"),
    ("aws_lambda_function", "aws_s3_bucket", "uses"),
    ("aws_api_gateway_rest_api", "aws_lambda_function", "invokes"),
    ("aws_apigatewayv2_api", "aws_lambda_function", "invokes"),
    ("aws_s3_bucket", "aws_api_gateway_rest_api", "page calls"),
    ("aws_s3_bucket", "aws_apigatewayv2_api", "page calls"),
    ("aws_lambda_function", "aws_cloudwatch_log_group", "logs to"),
    ("aws_lambda_event_source_mapping", "aws_sqs_queue", "polls"),
    ("aws_lambda_event_source_mapping", "aws_dynamodb_table", "polls"),
    ("aws_lambda_event_source_mapping", "aws_lambda_function", "invokes"),
    ("aws_sns_topic", "aws_sqs_queue", "notifies"),
    ("aws_sns_topic", "aws_lambda_function", "notifies"),
    ("aws_cloudwatch_event_rule", "aws_lambda_function", "notifies"),
    ("aws_cloudwatch_event_rule", "aws_sqs_queue", "notifies"),
    ("aws_cloudwatch_event_rule", "aws_sns_topic", "notifies"),
    ("aws_s3_bucket", "aws_sns_topic", "notifies"),
    ("aws_instance", "aws_security_group", "protected by"),
    ("aws_instance", "aws_iam_instance_profile", "has"),
    ("aws_iam_instance_profile", "aws_iam_role", "assumes"),
    ("aws_eip", "aws_instance", "address of"),
    ("aws_sqs_queue", "aws_sqs_queue", "gives up to"),
    ("aws_s3_bucket", "aws_sqs_queue", "notifies"),
    ("aws_s3_bucket", "aws_lambda_function", "notifies"),
    ("aws_sfn_state_machine", "aws_iam_role", "assumes"),
    ("aws_sfn_state_machine", "aws_lambda_function", "invokes"),
    ("aws_sfn_state_machine", "aws_sfn_activity", "waits for workers of"),
    ("aws_sfn_state_machine", "aws_sfn_state_machine", "starts"),
    ("aws_sfn_state_machine", "aws_sqs_queue", "sends to"),
    ("aws_sfn_state_machine", "aws_dynamodb_table", "uses"),
];

/// The resource instances of the state file, in the order of their addresses.
pub(crate) fn existing(files: &Files) -> Vec<Existing> {
    let state: Value = files
        .read("terraform.tfstate")
        .and_then(|content| serde_json::from_slice(content).ok())
        .unwrap_or_default();
    let mut all = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        if resource["mode"] != "managed" {
            continue;
        }
        let text = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        let module = resource["module"].as_str().map(|module| format!("{module}.")).unwrap_or_default();
        let base = format!("{module}{}.{}", text("type"), text("name"));
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let key = &instance["index_key"];
            let key = if key.is_null() { String::new() } else { format!("[{key}]") };
            let dependencies = instance["dependencies"].as_array().into_iter().flatten();
            all.push(Existing {
                address: format!("{base}{key}"),
                kind: text("type"),
                attributes: instance["attributes"].clone(),
                dependencies: dependencies.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            });
        }
    }
    sort_by(&mut all, |a, b| a.address.cmp(&b.address));
    all
}

/// ARNs (and ids of what has none) to addresses, so that traffic finds its nodes.
pub(crate) fn arns(existing: &[Existing]) -> BTreeMap<String, String> {
    let mut index = BTreeMap::new();
    for resource in existing {
        if PARTS.iter().any(|(part, _)| *part == resource.kind) {
            continue;
        }
        if let Some(arn) = resource.attributes["arn"].as_str() {
            index.insert(arn.to_owned(), resource.address.clone());
        }
    }
    index
}

/// What a link between two things of the cloud says on the map.
fn meaning(relation: Relation) -> &'static str {
    match relation {
        Relation::HasPolicy => "has",
        Relation::AssumesRole => "assumes",
        Relation::LogsTo => "logs to",
        Relation::InvokedBy => "invoked by",
        Relation::Invokes => "invokes",
        Relation::Notifies => "notifies",
        Relation::StageOf => "stage of",
        Relation::RedrivesTo => "dead letters",
        Relation::ReadsFrom => "polls",
        Relation::ProtectedBy => "protected by",
        Relation::HasProfile => "has",
        Relation::OpenedBy => "opened by",
        Relation::AddressOf => "address of",
    }
}

/// The node of something that Terraform does not manage.
pub(crate) fn unmanaged_id(item: &Item) -> String {
    format!("{} {}", item.kind, item.arn)
}

/// Adds what exists without Terraform: made by the CLI, by boto3, or by a service itself (a log group).
fn add_unmanaged(view: &mut MapView, items: &[Item], arns: &BTreeMap<String, String>) {
    let managed = |item: &Item| {
        view.nodes.iter().any(|node| node.kind == item.kind && arns.get(&item.arn) == Some(&node.id))
            || view.nodes.iter().any(|node| {
                node.kind == item.kind && node.subtitle == item.subtitle && node.title == item.title
            })
    };
    let is_shown =
        |item: &Item| !matches!(item.kind.as_str(), "aws_lambda_function_url" | "aws_api_gateway_stage");
    let new: Vec<&Item> = items.iter().filter(|item| is_shown(item) && !managed(item)).collect();
    let place = |arn: &String| {
        let own = new.iter().find(|item| &item.arn == arn).map(|item| unmanaged_id(item));
        own.or_else(|| arns.get(arn).cloned())
    };
    let mut edges = Vec::new();
    for item in items.iter().filter(|item| is_shown(item)) {
        let Some(from) = place(&item.arn) else { continue };
        for (relation, target) in &item.links {
            let Some(to) = place(target) else { continue };
            let known =
                |edge: &MapEdge| edge.from == from && edge.to == to || edge.from == to && edge.to == from;
            if from != to && !view.edges.iter().chain(&edges).any(known) {
                edges.push(MapEdge { from: from.clone(), to, label: meaning(*relation).to_owned() });
            }
        }
    }
    view.edges.extend(edges);
    view.nodes.extend(new.into_iter().map(|item| MapNode {
        id: unmanaged_id(item),
        kind: item.kind.clone(),
        title: item.title.clone(),
        subtitle: item.subtitle.clone(),
        address: None,
        status: NodeStatus::Ready,
        parent: None,
    }));
}

pub(crate) fn draw(
    world: &World,
    existing: &[Existing],
    declared: &[StaticResource],
    items: &[Item],
) -> MapView {
    let mut nodes: Map<String, MapNode> = Map::new();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for resource in existing {
        let status = world.progress.get(&resource.address).copied().unwrap_or(NodeStatus::Ready);
        let node = node(&resource.address, &resource.kind, Some(&resource.attributes), status);
        nodes.insert(resource.address.clone(), node);
        uses.entry(resource.address.clone()).or_default().extend(resource.dependencies.clone());
    }
    for resource in declared {
        let is_resource = resource.address == format!("{}.{}", resource.type_name, resource.name);
        if !is_resource || resource.type_name == "terraform_data" {
            continue;
        }
        uses.entry(resource.address.clone()).or_default().extend(resource.depends_on.clone());
        let has_instances = nodes.keys().any(|address| base(address) == resource.address);
        if !has_instances {
            let status = world.progress.get(&resource.address).copied().unwrap_or(NodeStatus::Planned);
            nodes
                .insert(resource.address.clone(), node(&resource.address, &resource.type_name, None, status));
        }
    }
    for (address, status) in &world.progress {
        // Instances of `count` and `for_each` that are coming into being.
        let kind = base(address).rsplit('.').nth(1).unwrap_or_default().to_owned();
        nodes.entry(address.clone()).or_insert_with(|| node(address, &kind, None, *status));
    }
    let mut view = connect(nodes, &uses);
    add_unmanaged(&mut view, items, &world.arns);
    view
}

/// An address without its instance key.
fn base(address: &str) -> &str {
    address.split('[').next().unwrap_or(address)
}

fn node(address: &str, kind: &str, attributes: Option<&Value>, status: NodeStatus) -> MapNode {
    let text = |name: &str| attributes.and_then(|all| all[name].as_str()).filter(|text| !text.is_empty());
    let name = base(address).rsplit('.').next().unwrap_or(address);
    let title = ["function_name", "bucket", "stage_name", "path_part", "key", "name", "http_method"]
        .iter()
        .find_map(|attribute| text(attribute))
        .unwrap_or(name);
    let subtitle = match kind {
        "aws_lambda_function" => text("runtime"),
        "aws_s3_bucket_website_configuration" => text("website_endpoint"),
        "aws_lambda_function_url" => text("function_url"),
        "aws_api_gateway_stage" => text("invoke_url"),
        "aws_api_gateway_resource" => text("path"),
        "aws_api_gateway_integration" => text("type"),
        _ => None,
    };
    let title = if kind == "aws_s3_object" { text("key").unwrap_or(name) } else { title };
    MapNode {
        id: address.to_owned(),
        kind: kind.to_owned(),
        title: title.to_owned(),
        subtitle: subtitle.unwrap_or_default().to_owned(),
        address: Some(address.to_owned()),
        status,
        parent: None,
    }
}

/// Puts parts into their wholes and lifts connections to what is drawn.
fn connect(mut nodes: Map<String, MapNode>, uses: &BTreeMap<String, BTreeSet<String>>) -> MapView {
    let addresses: Vec<String> = nodes.keys().cloned().collect();
    let instances = |target: &String| -> Vec<String> {
        addresses.iter().filter(|address| base(address) == base(target)).cloned().collect()
    };
    for address in &addresses {
        let kind = nodes[address].kind.clone();
        let Some((_, whole)) = PARTS.iter().find(|(part, _)| *part == kind) else { continue };
        let used = uses.get(address).or_else(|| uses.get(base(address)));
        let parent =
            used.into_iter().flatten().flat_map(instances).find(|target| nodes[target].kind == *whole);
        if let Some(node) = nodes.get_mut(address) {
            node.parent = parent;
        }
    }
    let top = |address: &String| nodes[address].parent.clone().unwrap_or_else(|| address.clone());
    let mut edges: BTreeMap<(String, String), String> = BTreeMap::new();
    for address in &addresses {
        let used = uses.get(address).or_else(|| uses.get(base(address)));
        for target in used.into_iter().flatten().flat_map(instances) {
            let (from, to) = (top(address), top(&target));
            if from == to {
                continue;
            }
            // What the state lists is the whole chain; only what has a meaning of its own is drawn from parts.
            let (from_kind, to_kind) = (&nodes[&from].kind, &nodes[&to].kind);
            let meaning =
                MEANINGS.iter().find(|(a, b, _)| a == from_kind && b == to_kind).map(|(_, _, text)| *text);
            let reversed = MEANINGS.iter().any(|(a, b, _)| a == to_kind && b == from_kind);
            if meaning.is_none() && reversed {
                continue;
            }
            edges.entry((from, to)).or_insert_with(|| meaning.unwrap_or("depends on").to_owned());
        }
    }
    let mut view = MapView {
        edges: edges.into_iter().map(|((from, to), label)| MapEdge { from, to, label }).collect(),
        nodes: nodes.into_values().collect(),
    };
    drop_implied(&mut view);
    view
}

/// Plain `depends on` arrows that other arrows imply say nothing new.
fn drop_implied(view: &mut MapView) {
    let mut targets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for edge in &view.edges {
        targets.entry(&edge.from).or_default().push(&edge.to);
    }
    let reach = |from: &str, to: &str, without: &MapEdge| {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(at) = waiting.pop() {
            for next in targets.get(at).into_iter().flatten() {
                if at == without.from && *next == without.to {
                    continue;
                }
                if *next == to {
                    return true;
                }
                if seen.insert(*next) {
                    waiting.push(next);
                }
            }
        }
        false
    };
    let kept: Vec<MapEdge> = view
        .edges
        .iter()
        .filter(|edge| edge.label != "depends on" || !reach(&edge.from, &edge.to, edge))
        .cloned()
        .collect();
    view.edges = kept;
}
