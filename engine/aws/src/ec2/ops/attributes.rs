//! Attributes of instances, one by one.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::catalog::types;
use crate::ec2::kinds::Kind;
use crate::ec2::launch;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::ops::instances::chosen;
use crate::ec2::ops::run::MetadataOptionsRequest;
use crate::ec2::shapes::{AttributeBooleanValue, AttributeValue, Filter, GroupIdentifier};
use crate::ec2::state::{Instance, InstanceState as State};
use crate::ec2::view::{self, InstanceMetadataOptionsResponse, Viewer};
use crate::ec2::{check, errors};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Tells one attribute of an instance.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstanceAttribute".
    pub DESCRIBE_INSTANCE_ATTRIBUTE: DescribeInstanceAttribute {
        http: "POST" "/" 200,
        input: DescribeInstanceAttributeInput,
        output: InstanceAttribute,
        errors: ["InvalidInstanceID.NotFound", "InvalidParameterValue"],
        access: |cx, input| check::access_to(cx, "ec2:DescribeInstanceAttribute", Kind::Instance, &input.instance_id),
        handler: describe_instance_attribute,
    }
}

operation! {
    /// Changes one attribute of an instance; some only while it is stopped.
    ///
    /// **Source**: EC2 API Reference, "ModifyInstanceAttribute".
    pub MODIFY_INSTANCE_ATTRIBUTE: ModifyInstanceAttribute {
        http: "POST" "/" 200,
        input: ModifyInstanceAttributeInput,
        output: (),
        errors: [
            "IncorrectInstanceState",
            "InvalidGroup.NotFound",
            "InvalidInstanceID.NotFound",
            "InvalidParameterCombination",
            "InvalidParameterValue",
        ],
        access: |cx, input| check::access_to(cx, "ec2:ModifyInstanceAttribute", Kind::Instance, &input.instance_id),
        handler: modify_instance_attribute,
    }
}

operation! {
    /// Changes how the metadata service of an instance answers.
    ///
    /// **Source**: EC2 API Reference, "ModifyInstanceMetadataOptions".
    pub MODIFY_INSTANCE_METADATA_OPTIONS: ModifyInstanceMetadataOptions {
        http: "POST" "/" 200,
        input: ModifyInstanceMetadataOptionsInput,
        output: ModifyInstanceMetadataOptionsOutput,
        errors: ["InvalidInstanceID.NotFound", "InvalidParameterValue", "IncorrectInstanceState"],
        access: |cx, input| check::access_to(cx, "ec2:ModifyInstanceMetadataOptions", Kind::Instance, &input.instance_id),
        handler: modify_instance_metadata_options,
    }
}

operation! {
    /// Tells what bursting costs, of burstable instances.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstanceCreditSpecifications".
    pub DESCRIBE_INSTANCE_CREDIT_SPECIFICATIONS: DescribeInstanceCreditSpecifications {
        http: "POST" "/" 200,
        input: DescribeInstanceCreditSpecificationsInput,
        output: DescribeInstanceCreditSpecificationsOutput,
        errors: ["InvalidInstanceID.NotFound"],
        access: |_, _| Access::to("ec2:DescribeInstanceCreditSpecifications", "*"),
        handler: describe_credits,
    }
}

operation! {
    /// Changes what bursting costs.
    ///
    /// **Source**: EC2 API Reference, "ModifyInstanceCreditSpecification".
    pub MODIFY_INSTANCE_CREDIT_SPECIFICATION: ModifyInstanceCreditSpecification {
        http: "POST" "/" 200,
        input: ModifyInstanceCreditSpecificationInput,
        output: ModifyInstanceCreditSpecificationOutput,
        errors: ["InvalidParameterValue"],
        access: modify_credits_access,
        handler: modify_credits,
    }
}

shape! {
    /// What `DescribeInstanceAttribute` takes.
    pub struct DescribeInstanceAttributeInput {
        #[wire("InstanceId")] pub instance_id: String,
        #[wire("Attribute")] pub attribute: String,
    }

    /// An attribute; the others are absent.
    pub struct InstanceAttribute {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("BlockDeviceMappings", xml = "blockDeviceMapping")] pub block_device_mappings: Option<Vec<view::InstanceBlockDeviceMapping>>,
        #[wire("DisableApiStop")] pub disable_api_stop: Option<AttributeBooleanValue>,
        #[wire("DisableApiTermination")] pub disable_api_termination: Option<AttributeBooleanValue>,
        #[wire("EbsOptimized")] pub ebs_optimized: Option<AttributeBooleanValue>,
        #[wire("EnaSupport")] pub ena_support: Option<AttributeBooleanValue>,
        #[wire("Groups", xml = "groupSet")] pub groups: Option<Vec<GroupIdentifier>>,
        #[wire("InstanceInitiatedShutdownBehavior")] pub shutdown_behavior: Option<AttributeValue>,
        #[wire("InstanceType")] pub instance_type: Option<AttributeValue>,
        #[wire("RootDeviceName")] pub root_device_name: Option<AttributeValue>,
        #[wire("SourceDestCheck")] pub source_dest_check: Option<AttributeBooleanValue>,
        #[wire("UserData")] pub user_data: Option<AttributeValue>,
    }

    /// What `ModifyInstanceAttribute` takes.
    pub struct ModifyInstanceAttributeInput {
        #[wire("InstanceId")] pub instance_id: String,
        #[wire("Attribute")] pub attribute: Option<String>,
        #[wire("Value")] pub value: Option<String>,
        #[wire("DisableApiStop")] pub disable_api_stop: Option<AttributeBooleanValue>,
        #[wire("DisableApiTermination")] pub disable_api_termination: Option<AttributeBooleanValue>,
        #[wire("EbsOptimized")] pub ebs_optimized: Option<AttributeBooleanValue>,
        #[wire("Groups", xml = "GroupId")] pub groups: Vec<String>,
        #[wire("InstanceInitiatedShutdownBehavior")] pub shutdown_behavior: Option<AttributeValue>,
        #[wire("InstanceType")] pub instance_type: Option<AttributeValue>,
        #[wire("SourceDestCheck")] pub source_dest_check: Option<AttributeBooleanValue>,
        #[wire("UserData")] pub user_data: Option<AttributeValue>,
    }

    /// What `ModifyInstanceMetadataOptions` takes.
    pub struct ModifyInstanceMetadataOptionsInput {
        #[wire("InstanceId")] pub instance_id: String,
        #[wire("HttpTokens")] pub http_tokens: Option<String>,
        #[wire("HttpPutResponseHopLimit")] pub hop_limit: Option<i32>,
        #[wire("HttpEndpoint")] pub http_endpoint: Option<String>,
        #[wire("HttpProtocolIpv6")] pub http_protocol_ipv6: Option<String>,
        #[wire("InstanceMetadataTags")] pub instance_metadata_tags: Option<String>,
    }

    /// What `ModifyInstanceMetadataOptions` answers.
    pub struct ModifyInstanceMetadataOptionsOutput {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("InstanceMetadataOptions")] pub options: Option<InstanceMetadataOptionsResponse>,
    }

    /// What `DescribeInstanceCreditSpecifications` takes.
    pub struct DescribeInstanceCreditSpecificationsInput {
        #[wire("InstanceIds", xml = "InstanceId")] pub instance_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeInstanceCreditSpecifications` answers.
    pub struct DescribeInstanceCreditSpecificationsOutput {
        #[wire("InstanceCreditSpecifications", xml = "instanceCreditSpecificationSet")] pub specifications: Vec<InstanceCreditSpecification>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What bursting of an instance costs.
    pub struct InstanceCreditSpecification {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("CpuCredits")] pub cpu_credits: Option<String>,
    }

    /// What `ModifyInstanceCreditSpecification` takes.
    pub struct ModifyInstanceCreditSpecificationInput {
        #[wire("InstanceCreditSpecifications", xml = "InstanceCreditSpecification", required)] pub specifications: Vec<InstanceCreditSpecification>,
    }

    /// What `ModifyInstanceCreditSpecification` answers.
    pub struct ModifyInstanceCreditSpecificationOutput {
        #[wire("SuccessfulInstanceCreditSpecifications", xml = "successfulInstanceCreditSpecificationSet")] pub successful: Vec<InstanceCreditSpecification>,
        #[wire("UnsuccessfulInstanceCreditSpecifications", xml = "unsuccessfulInstanceCreditSpecificationSet")] pub unsuccessful: Vec<UnsuccessfulSpecification>,
    }

    /// An instance whose credits could not be changed.
    pub struct UnsuccessfulSpecification {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("Error")] pub error: Option<SpecificationError>,
    }

    /// Why.
    pub struct SpecificationError {
        #[wire("Code")] pub code: Option<String>,
        #[wire("Message")] pub message: Option<String>,
    }
}

fn text(value: impl Into<String>) -> Option<AttributeValue> {
    Some(AttributeValue { value: Some(value.into()) })
}

fn truth(value: bool) -> Option<AttributeBooleanValue> {
    Some(AttributeBooleanValue { value: Some(value) })
}

/// The instance, which is there.
fn require<'a>(cx: &'a OpContext<'_>, id: &str) -> ApiResult<&'a Instance> {
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Instance.check(id)?;
    regional.instances.get(id).ok_or_else(|| Kind::Instance.not_found(id))
}

fn describe_instance_attribute(
    cx: &mut OpContext<'_>,
    input: DescribeInstanceAttributeInput,
) -> ApiResult<InstanceAttribute> {
    let instance = require(cx, &input.instance_id)?;
    let viewer = Viewer::new(cx);
    let mut out =
        InstanceAttribute { instance_id: Some(instance.id.clone()), ..InstanceAttribute::default() };
    match input.attribute.as_str() {
        "blockDeviceMapping" => {
            out.block_device_mappings = Some(viewer.instance(instance).block_device_mappings)
        }
        "disableApiStop" => out.disable_api_stop = truth(instance.disable_api_stop),
        "disableApiTermination" => out.disable_api_termination = truth(instance.disable_api_termination),
        "ebsOptimized" => out.ebs_optimized = truth(instance.ebs_optimized),
        "enaSupport" => out.ena_support = truth(true),
        "groupSet" => out.groups = Some(viewer.groups(&instance.groups)),
        "instanceInitiatedShutdownBehavior" => out.shutdown_behavior = text(&instance.shutdown_behavior),
        "instanceType" => out.instance_type = text(&instance.instance_type),
        "rootDeviceName" => out.root_device_name = text(&instance.root_device),
        "sourceDestCheck" => out.source_dest_check = truth(instance.source_dest_check),
        "userData" => {
            out.user_data = Some(AttributeValue { value: instance.user_data.clone() });
        }
        "enclaveOptions" | "kernel" | "productCodes" | "ramdisk" | "sriovNetSupport" => {
            let what = format!("the attribute `{}` of `DescribeInstanceAttribute`", input.attribute);
            return Err(errors::not_simulated(&what));
        }
        other => return Err(errors::bad_value(other, "attribute")),
    }
    Ok(out)
}

/// The older form names the attribute and gives its value as a text.
fn unfold(mut input: ModifyInstanceAttributeInput) -> ApiResult<ModifyInstanceAttributeInput> {
    let (Some(name), Some(value)) = (input.attribute.take(), input.value.take()) else { return Ok(input) };
    let as_truth = match value.as_str() {
        "true" => truth(true),
        "false" => truth(false),
        _ => None,
    };
    let mut set_truth =
        |slot: fn(&mut ModifyInstanceAttributeInput) -> &mut Option<AttributeBooleanValue>| {
            *slot(&mut input) = as_truth.clone();
            as_truth.as_ref().map(|_| ()).ok_or_else(|| errors::bad_value(&value, "value"))
        };
    match name.as_str() {
        "disableApiStop" => set_truth(|input| &mut input.disable_api_stop)?,
        "disableApiTermination" => set_truth(|input| &mut input.disable_api_termination)?,
        "ebsOptimized" => set_truth(|input| &mut input.ebs_optimized)?,
        "sourceDestCheck" => set_truth(|input| &mut input.source_dest_check)?,
        "instanceInitiatedShutdownBehavior" => input.shutdown_behavior = text(value),
        "instanceType" => input.instance_type = text(value),
        "userData" => input.user_data = text(value),
        other => {
            let what = format!("the attribute `{other}` of `ModifyInstanceAttribute`");
            return Err(errors::not_simulated(&what));
        }
    }
    Ok(input)
}

fn modify_instance_attribute(cx: &mut OpContext<'_>, input: ModifyInstanceAttributeInput) -> ApiResult<()> {
    let input = unfold(input)?;
    let mut changed = require(cx, &input.instance_id)?.clone();
    let given = [
        input.disable_api_stop.is_some(),
        input.disable_api_termination.is_some(),
        input.ebs_optimized.is_some(),
        !input.groups.is_empty(),
        input.shutdown_behavior.is_some(),
        input.instance_type.is_some(),
        input.source_dest_check.is_some(),
        input.user_data.is_some(),
    ];
    match given.iter().filter(|given| **given).count() {
        0 => return Err(errors::combination("No attributes specified.")),
        1 => {}
        _ => return Err(errors::combination("Fields for multiple attribute types specified")),
    }
    apply(cx, &mut changed, &input)?;
    let region = cx.region.clone();
    cx.ec2().at_mut(&region).instances.insert(changed.id.clone(), changed);
    Ok(())
}

fn apply(cx: &OpContext<'_>, instance: &mut Instance, input: &ModifyInstanceAttributeInput) -> ApiResult<()> {
    let needs_stop =
        input.instance_type.is_some() || input.user_data.is_some() || input.ebs_optimized.is_some();
    if needs_stop && instance.state != State::Stopped {
        let text = format!("The instance '{}' is not in the 'stopped' state.", instance.id);
        return Err(errors::incorrect_state(text));
    }
    if instance.state.is_ending() {
        let text = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(errors::incorrect_state(text));
    }
    if !input.groups.is_empty() {
        launch::require_groups(&Network::of(cx), cx.state().ec2.at(&cx.region), &input.groups)?;
        instance.groups.clone_from(&input.groups);
    }
    if let Some(value) = &input.shutdown_behavior {
        let value = value.value.as_deref().unwrap_or_default();
        check::one_of(Some(value), "instanceInitiatedShutdownBehavior", &["stop", "terminate"])?;
        value.clone_into(&mut instance.shutdown_behavior);
    }
    if let Some(value) = &input.instance_type {
        change_type(instance, value.value.as_deref().unwrap_or_default())?;
    }
    if let Some(value) = &input.user_data {
        instance.user_data = launch::user_data(value.value.as_deref())?;
    }
    let flags = [
        (&mut instance.disable_api_stop, &input.disable_api_stop),
        (&mut instance.disable_api_termination, &input.disable_api_termination),
        (&mut instance.ebs_optimized, &input.ebs_optimized),
        (&mut instance.source_dest_check, &input.source_dest_check),
    ];
    for (own, given) in flags {
        if let Some(value) = given.as_ref().and_then(|given| given.value) {
            *own = value;
        }
    }
    Ok(())
}

fn change_type(instance: &mut Instance, name: &str) -> ApiResult<()> {
    let kind = types::require(name)?;
    let old = types::find(&instance.instance_type);
    if let Some(old) = old.filter(|old| old.architecture() != kind.architecture()) {
        let text = format!(
            "The architecture '{}' of the specified instance type does not match the architecture '{}' of the instance.",
            kind.architecture(),
            old.architecture()
        );
        return Err(errors::invalid_value(text));
    }
    let default = kind.family().credits.map(str::to_owned);
    instance.cpu_credits = match default {
        Some(default) => Some(instance.cpu_credits.take().unwrap_or(default)),
        None => None,
    };
    name.clone_into(&mut instance.instance_type);
    Ok(())
}

fn modify_instance_metadata_options(
    cx: &mut OpContext<'_>,
    input: ModifyInstanceMetadataOptionsInput,
) -> ApiResult<ModifyInstanceMetadataOptionsOutput> {
    let mut changed = require(cx, &input.instance_id)?.clone();
    if changed.state.is_ending() {
        let text = format!("The instance '{}' is not in a valid state for this operation.", changed.id);
        return Err(errors::incorrect_state(text));
    }
    let wanted = MetadataOptionsRequest {
        http_tokens: input.http_tokens,
        hop_limit: input.hop_limit,
        http_endpoint: input.http_endpoint,
        http_protocol_ipv6: input.http_protocol_ipv6,
        instance_metadata_tags: input.instance_metadata_tags,
    };
    launch::set_metadata(&mut changed.metadata, &wanted)?;
    let output = ModifyInstanceMetadataOptionsOutput {
        instance_id: Some(changed.id.clone()),
        options: Some(view::metadata_options(&changed, "pending")),
    };
    let region = cx.region.clone();
    cx.ec2().at_mut(&region).instances.insert(changed.id.clone(), changed);
    Ok(output)
}

const CREDIT_FILTERS: Filters = &[("instance-id", "InstanceId")];

fn describe_credits(
    cx: &mut OpContext<'_>,
    input: DescribeInstanceCreditSpecificationsInput,
) -> ApiResult<Listed> {
    let listing = Listing {
        operation: "DescribeInstanceCreditSpecifications",
        filters: &input.filters,
        known: CREDIT_FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !input.instance_ids.is_empty(),
    };
    let start = listing.start()?;
    let viewer = Viewer::new(cx);
    let found = chosen(&viewer, &input.instance_ids, start.as_deref())?;
    let mut shown =
        found.filter(|(_, instance)| !instance.state.is_ending()).filter_map(|(key, instance)| {
            let shown = InstanceCreditSpecification {
                instance_id: Some(instance.id.clone()),
                cpu_credits: Some(instance.cpu_credits.clone()?),
            };
            Some((key, shown.into_value()))
        });
    Ok(listing.page(&mut shown).listed("InstanceCreditSpecifications"))
}

fn modify_credits_access(cx: &OpContext<'_>, input: &ModifyInstanceCreditSpecificationInput) -> Access {
    let ids = input.specifications.iter().filter_map(|one| one.instance_id.clone());
    let ids: Vec<String> = ids.collect();
    check::access_to_all(cx, "ec2:ModifyInstanceCreditSpecification", Kind::Instance, &ids)
}

fn modify_credits(
    cx: &mut OpContext<'_>,
    input: ModifyInstanceCreditSpecificationInput,
) -> ApiResult<ModifyInstanceCreditSpecificationOutput> {
    for one in &input.specifications {
        check::one_of(one.cpu_credits.as_deref(), "cpuCredits", &["standard", "unlimited"])?;
    }
    let mut out = ModifyInstanceCreditSpecificationOutput::default();
    let region = cx.region.clone();
    for one in input.specifications {
        let id = one.instance_id.unwrap_or_default();
        let failed = |code: &str, text: &str| UnsuccessfulSpecification {
            instance_id: Some(id.clone()),
            error: Some(SpecificationError { code: Some(code.to_owned()), message: Some(text.to_owned()) }),
        };
        let found = cx.ec2().regions.get_mut(&region).and_then(|regional| regional.instances.get_mut(&id));
        match (found, one.cpu_credits) {
            (None, _) => out.unsuccessful.push(failed(
                "InvalidInstanceID.NotFound",
                &format!("The instance ID '{id}' does not exist"),
            )),
            (Some(instance), Some(credits)) if instance.cpu_credits.is_some() => {
                instance.cpu_credits = Some(credits);
                out.successful
                    .push(InstanceCreditSpecification { instance_id: Some(id.clone()), cpu_credits: None });
            }
            (Some(_), _) => out.unsuccessful.push(failed(
                "InstanceCreditSpecification.NotSupported",
                "The instance does not support CPU credits.",
            )),
        }
    }
    Ok(out)
}
