//! Amazon EC2: instances with their life cycle, images, instance types, key pairs, security groups, Elastic
//! IPs, instance profiles, tags, and the default network of each region.
//!
//! An instance changes its state on the cloud's clock ([`lifecycle`]) and tells the host ([`Effect::Instance`]),
//! which makes it a place to work; its metadata service ([`metadata`]) answers only from inside. Who reaches
//! it is [`reach`]. Private keys are texts that only look like keys ([`keymaterial`]); public addresses are of
//! a range that leads nowhere on the real Internet ([`network::draw_public_ip`]).
//! Not simulated: networks other than the default one, spot and reserved capacity, launch templates,
//! snapshots and volumes beyond those of launches, placement, images of one's own.
//!
//! [`Effect::Instance`]: crate::Effect::Instance

mod catalog;
mod check;
mod errors;
mod inventory;
mod keymaterial;
mod kinds;
mod launch;
mod lifecycle;
mod limits;
mod listing;
mod metadata;
mod missing;
mod network;
pub mod ops;
mod permissions;
mod profile;
mod reach;
pub mod shapes;
pub mod state;
pub mod view;

pub use inventory::inventory;
pub use lifecycle::on_timer;
pub use metadata::{HOST as METADATA_HOST, answer as metadata};
pub use reach::{Reach, Source, Verdict};
pub use state::{State, Timer};

use crate::context::OpContext;
use crate::route::query_parameter;
use crate::service::{ApiResult, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "EC2",
        protocol: Protocol::Ec2Query,
        signing_name: "ec2",
        endpoint_prefix: "ec2",
        api_version: "2016-11-15",
        xml_namespace: Some("http://ec2.amazonaws.com/doc/2016-11-15/"),
        small_xml_names: true,
        ..ServiceSchema::DEFAULT
    },
    operations: &[
        &ops::run::RUN_INSTANCES,
        &ops::instances::DESCRIBE_INSTANCES,
        &ops::instances::DESCRIBE_INSTANCE_STATUS,
        &ops::power::START_INSTANCES,
        &ops::power::STOP_INSTANCES,
        &ops::power::REBOOT_INSTANCES,
        &ops::power::TERMINATE_INSTANCES,
        &ops::attributes::DESCRIBE_INSTANCE_ATTRIBUTE,
        &ops::attributes::MODIFY_INSTANCE_ATTRIBUTE,
        &ops::attributes::MODIFY_INSTANCE_METADATA_OPTIONS,
        &ops::attributes::DESCRIBE_INSTANCE_CREDIT_SPECIFICATIONS,
        &ops::attributes::MODIFY_INSTANCE_CREDIT_SPECIFICATION,
        &ops::console::GET_CONSOLE_OUTPUT,
        &ops::console::MONITOR_INSTANCES,
        &ops::console::UNMONITOR_INSTANCES,
        &ops::types::DESCRIBE_INSTANCE_TYPES,
        &ops::types::DESCRIBE_INSTANCE_TYPE_OFFERINGS,
        &ops::images::DESCRIBE_IMAGES,
        &ops::keys::CREATE_KEY_PAIR,
        &ops::keys::IMPORT_KEY_PAIR,
        &ops::keys::DESCRIBE_KEY_PAIRS,
        &ops::keys::DELETE_KEY_PAIR,
        &ops::groups::CREATE_SECURITY_GROUP,
        &ops::groups::DESCRIBE_SECURITY_GROUPS,
        &ops::groups::DELETE_SECURITY_GROUP,
        &ops::rules::AUTHORIZE_SECURITY_GROUP_INGRESS,
        &ops::rules::AUTHORIZE_SECURITY_GROUP_EGRESS,
        &ops::rules::REVOKE_SECURITY_GROUP_INGRESS,
        &ops::rules::REVOKE_SECURITY_GROUP_EGRESS,
        &ops::rules::DESCRIBE_SECURITY_GROUP_RULES,
        &ops::rules::MODIFY_SECURITY_GROUP_RULES,
        &ops::rules::UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_INGRESS,
        &ops::rules::UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_EGRESS,
        &ops::network::DESCRIBE_REGIONS,
        &ops::network::DESCRIBE_AVAILABILITY_ZONES,
        &ops::network::DESCRIBE_VPCS,
        &ops::network::DESCRIBE_VPC_ATTRIBUTE,
        &ops::network::DESCRIBE_SUBNETS,
        &ops::tables::DESCRIBE_ROUTE_TABLES,
        &ops::tables::DESCRIBE_INTERNET_GATEWAYS,
        &ops::tables::DESCRIBE_NETWORK_ACLS,
        &ops::tables::DESCRIBE_DHCP_OPTIONS,
        &ops::interfaces::DESCRIBE_NETWORK_INTERFACES,
        &ops::volumes::DESCRIBE_VOLUMES,
        &ops::volumes::DELETE_VOLUME,
        &ops::addresses::ALLOCATE_ADDRESS,
        &ops::addresses::ASSOCIATE_ADDRESS,
        &ops::addresses::DISASSOCIATE_ADDRESS,
        &ops::addresses::RELEASE_ADDRESS,
        &ops::addresses::DESCRIBE_ADDRESSES,
        &ops::addresses::DESCRIBE_ADDRESSES_ATTRIBUTE,
        &ops::profiles::ASSOCIATE_IAM_INSTANCE_PROFILE,
        &ops::profiles::DISASSOCIATE_IAM_INSTANCE_PROFILE,
        &ops::profiles::REPLACE_IAM_INSTANCE_PROFILE_ASSOCIATION,
        &ops::profiles::DESCRIBE_IAM_INSTANCE_PROFILE_ASSOCIATIONS,
        &ops::tags::CREATE_TAGS,
        &ops::tags::DELETE_TAGS,
        &ops::tags::DESCRIBE_TAGS,
        &ops::account::DESCRIBE_ACCOUNT_ATTRIBUTES,
    ],
    not_simulated: missing::NOT_SIMULATED,
    is_missing: Some(missing::is_missing),
    before: Some(before),
    validation_code: "InvalidParameterValue",
    ..ServiceDef::DEFAULT
};

/// Parameters that say how a request is made, not what it wants.
const COMMON: &[&str] = &["Action", "Version", "DryRun", "AWSAccessKeyId", "Signature"];

/// Tells of parameters that the operation does not know here, and ends a dry run.
fn before(cx: &mut OpContext<'_>) -> ApiResult<()> {
    let operation = cx.trace.operation.clone();
    let Some(known) = SERVICE.operation(&operation).map(|op| op.schema.input.members) else { return Ok(()) };
    let form = cx.request.http.body.as_text().unwrap_or_default().to_owned();
    let mut seen: Vec<String> = Vec::new();
    for (name, _) in nuvola_wire::uri::parse_query(&form) {
        let name = name.split('.').next().unwrap_or_default();
        let is_known = |own: &str| own.eq_ignore_ascii_case(name);
        let mut names = known.iter().map(|member| member.xml_name.unwrap_or(member.name));
        let common = COMMON.contains(&name) || name.starts_with("Signature") || name.starts_with("X-Amz-");
        if !common && !names.any(is_known) && !seen.iter().any(|own| own == name) {
            cx.not_simulated(format!("the parameter `{name}` of `{operation}`"));
            seen.push(name.to_owned());
        }
    }
    let dry_run = query_parameter(&cx.request.http, "DryRun");
    match dry_run.is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        true => Err(errors::dry_run()),
        false => Ok(()),
    }
}

/// Adds to what `GetConsoleOutput` tells; of too much, the end stays.
pub fn console(cx: &mut OpContext<'_>, instance_id: &str, text: &str) {
    let Some(region) = cx.state().ec2.region_of(instance_id).cloned() else { return };
    let Some(instance) = cx.ec2().at_mut(&region).instances.get_mut(instance_id) else { return };
    instance.console.push_str(text);
    let excess = instance.console.len().saturating_sub(limits::CONSOLE_BYTES);
    let cut = (excess..=instance.console.len()).find(|at| instance.console.is_char_boundary(*at));
    instance.console.drain(..cut.unwrap_or(0));
}

/// The operating system of an instance shut down.
pub fn shut_down(cx: &mut OpContext<'_>, instance_id: &str) {
    let Some(region) = cx.state().ec2.region_of(instance_id).cloned() else { return };
    cx.region = region;
    lifecycle::shut_down_by_itself(cx, instance_id);
}
