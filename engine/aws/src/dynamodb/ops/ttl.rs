//! Time to live: the attribute that says when an item expires.

use crate::context::OpContext;
use crate::dynamodb::ops::common::{find, to_table, usable_mut};
use crate::dynamodb::ops::tables::{TableInput, check_active};
use crate::dynamodb::state::TtlStatus;
use crate::dynamodb::{Timer, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;

operation! {
    /// Lets items expire, or not any more.
    ///
    /// **Source**: DynamoDB API Reference, "UpdateTimeToLive".
    pub UPDATE_TIME_TO_LIVE: UpdateTimeToLive {
        http: "POST" "/" 200,
        input: UpdateTimeToLiveInput,
        output: UpdateTimeToLiveOutput,
        errors: ["ResourceInUseException", "ResourceNotFoundException", "LimitExceededException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:UpdateTimeToLive", &input.table_name),
        handler: update_time_to_live,
    }
}

operation! {
    /// Tells whether items expire, and by which attribute.
    ///
    /// **Source**: DynamoDB API Reference, "DescribeTimeToLive".
    pub DESCRIBE_TIME_TO_LIVE: DescribeTimeToLive {
        http: "POST" "/" 200,
        input: TableInput,
        output: DescribeTimeToLiveOutput,
        errors: ["ResourceNotFoundException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:DescribeTimeToLive", &input.table_name),
        handler: describe_time_to_live,
    }
}

shape! {
    /// What `UpdateTimeToLive` takes.
    pub struct UpdateTimeToLiveInput {
        #[wire("TableName")] pub table_name: String,
        #[wire("TimeToLiveSpecification")] pub specification: TimeToLiveSpecification,
    }

    /// Whether items expire, and by which attribute.
    pub struct TimeToLiveSpecification {
        #[wire("Enabled")] pub enabled: bool,
        #[wire("AttributeName")] pub attribute: String,
    }

    /// What `UpdateTimeToLive` answers.
    pub struct UpdateTimeToLiveOutput {
        #[wire("TimeToLiveSpecification")] pub specification: Option<TimeToLiveSpecification>,
    }

    /// What `DescribeTimeToLive` answers.
    pub struct DescribeTimeToLiveOutput {
        #[wire("TimeToLiveDescription")] pub description: Option<TimeToLiveDescription>,
    }

    /// The status of time to live.
    pub struct TimeToLiveDescription {
        #[wire("TimeToLiveStatus")] pub status: Option<String>,
        #[wire("AttributeName")] pub attribute: Option<String>,
    }
}

fn update_time_to_live(
    cx: &mut OpContext<'_>,
    input: UpdateTimeToLiveInput,
) -> ApiResult<UpdateTimeToLiveOutput> {
    let TimeToLiveSpecification { enabled, attribute } = &input.specification;
    let mut validation = Validation::new();
    validation.length("timeToLiveSpecification.attributeName", attribute, 1, limits::KEY_NAME_BYTES);
    validation.finish("ValidationException")?;
    let table = find(cx, &input.table_name)?;
    check_active(table)?;
    match (table.ttl.status, enabled) {
        (TtlStatus::Enabled, true) => return Err(errors::validation("TimeToLive is already enabled")),
        (TtlStatus::Disabled, false) => return Err(errors::validation("TimeToLive is already disabled")),
        (TtlStatus::Enabling | TtlStatus::Disabling, _) => {
            return Err(errors::validation(
                "Time to live has been modified multiple times within a fixed interval",
            ));
        }
        (TtlStatus::Enabled, false) => {
            if let Some(current) = table.ttl.attribute.as_ref().filter(|current| *current != attribute) {
                return Err(errors::validation(format!(
                    "TimeToLive is active on a different AttributeName: current AttributeName is {current}"
                )));
            }
        }
        (TtlStatus::Disabled, true) => {}
    }
    let (name, id) = (table.name.clone(), table.id.clone());
    let table = usable_mut(cx, &name)?;
    if *enabled {
        table.ttl.attribute = Some(attribute.clone());
        table.ttl.status = TtlStatus::Enabling;
        table.index_expiries();
    } else {
        table.ttl.status = TtlStatus::Disabling;
    }
    let timer = Timer::TtlSettle { region: cx.region.clone(), table: name, id };
    cx.schedule(cx.now_ms + limits::TTL_ENABLING_MS, crate::cloud::Timer::DynamoDb(timer));
    Ok(UpdateTimeToLiveOutput { specification: Some(input.specification) })
}

fn describe_time_to_live(cx: &mut OpContext<'_>, input: TableInput) -> ApiResult<DescribeTimeToLiveOutput> {
    let ttl = &find(cx, &input.table_name)?.ttl;
    let description = TimeToLiveDescription {
        status: Some(ttl.status.name().to_owned()),
        attribute: ttl.attribute.clone(),
    };
    Ok(DescribeTimeToLiveOutput { description: Some(description) })
}
