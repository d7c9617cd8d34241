//! Point-in-time recovery: whether a table has it. There is no restoring.

use crate::context::OpContext;
use crate::dynamodb::errors;
use crate::dynamodb::ops::common::{find, to_table, usable_mut};
use crate::dynamodb::ops::describe::seconds;
use crate::dynamodb::ops::tables::TableInput;
use crate::dynamodb::state::{Recovery, Table};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;
use serde_json::{Value as Json, json};

operation! {
    /// Tells whether a table could be restored to a point in time.
    ///
    /// **Source**: DynamoDB API Reference, "DescribeContinuousBackups".
    pub DESCRIBE_CONTINUOUS_BACKUPS: DescribeContinuousBackups {
        http: "POST" "/" 200,
        input: TableInput,
        output: ContinuousBackupsOutput,
        errors: ["TableNotFoundException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:DescribeContinuousBackups", &input.table_name),
        handler: describe_continuous_backups,
    }
}

operation! {
    /// Turns point-in-time recovery on or off.
    ///
    /// **Source**: DynamoDB API Reference, "UpdateContinuousBackups".
    pub UPDATE_CONTINUOUS_BACKUPS: UpdateContinuousBackups {
        http: "POST" "/" 200,
        input: UpdateContinuousBackupsInput,
        output: ContinuousBackupsOutput,
        errors: ["TableNotFoundException", "ContinuousBackupsUnavailableException", "InternalServerError"],
        access: |cx, input| to_table(cx, "dynamodb:UpdateContinuousBackups", &input.table_name),
        handler: update_continuous_backups,
    }
}

shape! {
    /// What `UpdateContinuousBackups` takes.
    pub struct UpdateContinuousBackupsInput {
        #[wire("TableName")] pub table_name: String,
        #[wire("PointInTimeRecoverySpecification")] pub specification: RecoverySpecification,
    }

    /// Whether a table can be restored, and how far back.
    pub struct RecoverySpecification {
        #[wire("PointInTimeRecoveryEnabled")] pub enabled: bool,
        #[wire("RecoveryPeriodInDays")] pub period_days: Option<i32>,
    }

    /// What both operations answer.
    pub struct ContinuousBackupsOutput {
        #[wire("ContinuousBackupsDescription")] pub description: Option<Json>,
    }
}

const MOST_DAYS: i32 = 35;

fn describe(table: &Table, now_ms: i64) -> ContinuousBackupsOutput {
    let recovery = match &table.recovery {
        Some(recovery) => {
            let first_ms =
                (now_ms - i64::from(recovery.period_days) * 24 * 3600 * 1000).max(recovery.enabled_at_ms);
            json!({
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": recovery.period_days,
                "EarliestRestorableDateTime": seconds(first_ms),
                "LatestRestorableDateTime": seconds(now_ms),
            })
        }
        None => json!({ "PointInTimeRecoveryStatus": "DISABLED" }),
    };
    let description =
        json!({ "ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery });
    ContinuousBackupsOutput { description: Some(description) }
}

fn describe_continuous_backups(
    cx: &mut OpContext<'_>,
    input: TableInput,
) -> ApiResult<ContinuousBackupsOutput> {
    let missing = |error: nuvola_wire::ApiError| match error.code.as_str() {
        "ResourceNotFoundException" => errors::table_not_found(&input.table_name),
        _ => error,
    };
    Ok(describe(find(cx, &input.table_name).map_err(missing)?, cx.now_ms))
}

fn update_continuous_backups(
    cx: &mut OpContext<'_>,
    input: UpdateContinuousBackupsInput,
) -> ApiResult<ContinuousBackupsOutput> {
    let RecoverySpecification { enabled, period_days } = input.specification;
    let mut validation = Validation::new();
    if let Some(days) = period_days {
        let place = "pointInTimeRecoverySpecification.recoveryPeriodInDays";
        validation.range(place, days.into(), 1, MOST_DAYS.into());
    }
    validation.finish("ValidationException")?;
    let missing = |error: nuvola_wire::ApiError| match error.code.as_str() {
        "ResourceNotFoundException" => errors::table_not_found(&input.table_name),
        _ => error,
    };
    let name = find(cx, &input.table_name).map_err(missing)?.name.clone();
    let now_ms = cx.now_ms;
    if enabled {
        cx.not_simulated("restoring a table to a point in time");
    }
    let table = usable_mut(cx, &name)?;
    table.recovery = enabled.then(|| {
        let before = table.recovery.take();
        Recovery {
            enabled_at_ms: before.as_ref().map_or(now_ms, |recovery| recovery.enabled_at_ms),
            period_days: period_days.or(before.map(|recovery| recovery.period_days)).unwrap_or(MOST_DAYS),
        }
    });
    Ok(describe(table, now_ms))
}
