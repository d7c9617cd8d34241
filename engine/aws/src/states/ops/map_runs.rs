//! Map runs: described, listed, changed.

use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::lookup::{access, execution, page};
use crate::states::state::MapRun;
use crate::states::{errors, map_run, names};
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::ops::Bound;

shape! {
    /// A map run by its ARN.
    pub struct MapRunInput {
        #[wire("mapRunArn")] pub arn: String,
    }

    /// How many there are of each kind.
    pub struct Counts {
        #[wire("pending")] pub pending: i64,
        #[wire("running")] pub running: i64,
        #[wire("succeeded")] pub succeeded: i64,
        #[wire("failed")] pub failed: i64,
        #[wire("timedOut")] pub timed_out: i64,
        #[wire("aborted")] pub aborted: i64,
        #[wire("total")] pub total: i64,
        #[wire("resultsWritten")] pub results_written: i64,
        #[wire("failuresNotRedrivable")] pub failures_not_redrivable: Option<i64>,
        #[wire("pendingRedrive")] pub pending_redrive: Option<i64>,
    }

    /// What DescribeMapRun answers.
    pub struct DescribeMapRunOutput {
        #[wire("mapRunArn")] pub arn: String,
        #[wire("executionArn")] pub execution_arn: String,
        #[wire("status")] pub status: String,
        #[wire("startDate")] pub started_at: Timestamp,
        #[wire("stopDate")] pub stopped_at: Option<Timestamp>,
        #[wire("maxConcurrency")] pub max_concurrency: i64,
        #[wire("toleratedFailurePercentage")] pub tolerated_percentage: f64,
        #[wire("toleratedFailureCount")] pub tolerated_count: i64,
        #[wire("itemCounts")] pub items: Counts,
        #[wire("executionCounts")] pub executions: Counts,
        #[wire("redriveCount")] pub redrives: Option<i32>,
    }

    /// What ListMapRuns takes.
    pub struct ListMapRunsInput {
        #[wire("executionArn")] pub arn: String,
        #[wire("maxResults")] pub max_results: Option<i32>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// A map run in a listing.
    pub struct MapRunListItem {
        #[wire("executionArn")] pub execution_arn: String,
        #[wire("mapRunArn")] pub arn: String,
        #[wire("stateMachineArn")] pub machine_arn: String,
        #[wire("startDate")] pub started_at: Timestamp,
        #[wire("stopDate")] pub stopped_at: Option<Timestamp>,
    }

    /// What ListMapRuns answers.
    pub struct ListMapRunsOutput {
        #[wire("mapRuns")] pub runs: Vec<MapRunListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// What UpdateMapRun takes.
    pub struct UpdateMapRunInput {
        #[wire("mapRunArn")] pub arn: String,
        #[wire("maxConcurrency")] pub max_concurrency: Option<i64>,
        #[wire("toleratedFailurePercentage")] pub tolerated_percentage: Option<f64>,
        #[wire("toleratedFailureCount")] pub tolerated_count: Option<i64>,
    }
}

operation! {
    /// Tells of a map run.
    ///
    /// **Source**: Step Functions API Reference, "DescribeMapRun".
    pub DESCRIBE_MAP_RUN: DescribeMapRun {
        http: "POST" "/" 200,
        input: MapRunInput,
        output: DescribeMapRunOutput,
        errors: ["InvalidArn", "ResourceNotFound"],
        access: |_, input| access("states:DescribeMapRun", &input.arn),
        handler: describe_map_run,
    }
}

fn counts(cx: &OpContext<'_>, run: &MapRun, items: bool) -> Counts {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut counts = Counts { results_written: whole(run.results_written), ..Counts::default() };
    counts.failures_not_redrivable = Some(0);
    counts.pending_redrive = Some(0);
    for (at, input) in run.inputs.iter().enumerate() {
        let weight = if items { whole(map_run::item_count(input)) } else { 1 };
        let child = run.children.get(at).and_then(|arn| cx.state().states.executions.get(arn));
        let place = match child.map(|child| child.status()) {
            None => &mut counts.pending,
            Some("SUCCEEDED") => &mut counts.succeeded,
            Some("FAILED") => &mut counts.failed,
            Some("TIMED_OUT") => &mut counts.timed_out,
            Some("ABORTED") => &mut counts.aborted,
            Some(_) => &mut counts.running,
        };
        *place += weight;
        counts.total += weight;
    }
    counts
}

fn describe_map_run(cx: &mut OpContext<'_>, input: MapRunInput) -> ApiResult<DescribeMapRunOutput> {
    names::expect(&input.arn, &["mapRun"])?;
    let run = cx.state().states.map_runs.get(&input.arn);
    let run = run.ok_or_else(|| errors::no_such_resource(&input.arn))?;
    Ok(DescribeMapRunOutput {
        arn: run.arn.clone(),
        execution_arn: run.execution.clone(),
        status: run.status.name().to_owned(),
        started_at: Timestamp(run.started_ms),
        stopped_at: run.stopped_ms.map(Timestamp),
        max_concurrency: i64::try_from(run.max_concurrency).unwrap_or(i64::MAX),
        tolerated_percentage: run.tolerated_percentage,
        tolerated_count: run.tolerated_count as i64,
        items: counts(cx, run, true),
        executions: counts(cx, run, false),
        redrives: Some(i32::try_from(run.redrives).unwrap_or(i32::MAX)),
    })
}

operation! {
    /// Lists the map runs of an execution.
    ///
    /// **Source**: Step Functions API Reference, "ListMapRuns".
    pub LIST_MAP_RUNS: ListMapRuns {
        http: "POST" "/" 200,
        input: ListMapRunsInput,
        output: ListMapRunsOutput,
        errors: ["ExecutionDoesNotExist", "InvalidArn", "InvalidToken"],
        access: |_, input| access("states:ListMapRuns", &input.arn),
        handler: list_map_runs,
    }
}

fn list_map_runs(cx: &mut OpContext<'_>, input: ListMapRunsInput) -> ApiResult<ListMapRunsOutput> {
    let own = execution(cx, &input.arn)?;
    let scope = format!("ListMapRuns {}", input.arn);
    let (size, after) = page(&scope, input.max_results, input.next_token.as_deref())?;
    let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let range = cx.state().states.map_runs.range::<str>((start, Bound::Unbounded));
    let mut found = range.map(|(_, run)| run).filter(|run| run.execution == input.arn);
    let runs: Vec<MapRunListItem> = found
        .by_ref()
        .take(size)
        .map(|run| MapRunListItem {
            execution_arn: run.execution.clone(),
            arn: run.arn.clone(),
            machine_arn: own.machine_arn.clone(),
            started_at: Timestamp(run.started_ms),
            stopped_at: run.stopped_ms.map(Timestamp),
        })
        .collect();
    let last = runs.last().filter(|_| found.next().is_some());
    let next_token = last.map(|run| paging::token(&scope, &run.arn));
    Ok(ListMapRunsOutput { runs, next_token })
}

operation! {
    /// Changes the limits of a map run that is under way.
    ///
    /// **Source**: Step Functions API Reference, "UpdateMapRun".
    pub UPDATE_MAP_RUN: UpdateMapRun {
        http: "POST" "/" 200,
        input: UpdateMapRunInput,
        output: (),
        errors: ["InvalidArn", "ResourceNotFound", "ValidationException"],
        access: |_, input| access("states:UpdateMapRun", &input.arn),
        handler: update_map_run,
    }
}

fn update_map_run(cx: &mut OpContext<'_>, input: UpdateMapRunInput) -> ApiResult<()> {
    names::expect(&input.arn, &["mapRun"])?;
    let mut validation = Validation::new();
    validation.range("maxConcurrency", input.max_concurrency.unwrap_or(0), 0, i32::MAX.into());
    validation.range("toleratedFailureCount", input.tolerated_count.unwrap_or(0), 0, i64::MAX);
    validation.range("toleratedFailurePercentage", input.tolerated_percentage.unwrap_or(0.0) as i64, 0, 100);
    validation.finish("ValidationException")?;
    let Some(run) = cx.states().map_runs.get_mut(&input.arn) else {
        return Err(errors::no_such_resource(&input.arn));
    };
    if let Some(most) = input.max_concurrency {
        run.max_concurrency = most.unsigned_abs();
        run.most_at_once = if most == 0 { map_run::MOST_AT_ONCE } else { most.unsigned_abs() };
    }
    run.tolerated_count = input.tolerated_count.map_or(run.tolerated_count, |count| count as f64);
    run.tolerated_percentage = input.tolerated_percentage.unwrap_or(run.tolerated_percentage);
    map_run::go_on(cx, &input.arn);
    Ok(())
}
