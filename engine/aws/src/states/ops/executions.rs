//! Executions: started, stopped, described, listed, redriven.

use crate::auth::Access;
use crate::context::{Completion, OpContext};
use crate::operation;
use crate::paging;
use crate::service::{ApiResult, Outcome};
use crate::states::lookup::{access, execution, page};
use crate::states::ops::machines::{TracingConfiguration, encryption_of, logging_of, members};
use crate::states::ops::test_state;
use crate::states::run::{self, Job};
use crate::states::state::{Execution, MachineKind, Waiter};
use crate::states::{errors, limits, names};
use crate::validate::Validation;
use nuvola_asl::machine::{MAX_EVENTS, Machine};
use nuvola_asl::value::to_text;
use nuvola_asl::{Failure, Outcome as End};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use serde_json::{Value, json};
use std::sync::Arc;

shape! {
    /// What StartExecution and StartSyncExecution take.
    pub struct StartInput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("name")] pub name: Option<String>,
        #[wire("input")] pub input: Option<String>,
        #[wire("traceHeader")] pub trace_header: Option<String>,
    }

    /// What StartExecution answers.
    pub struct StartOutput {
        #[wire("executionArn")] pub arn: String,
        #[wire("startDate")] pub started_at: Timestamp,
    }

    /// Whether data is told.
    pub struct DataDetails {
        #[wire("included")] pub included: Option<bool>,
    }

    /// What an Express execution cost.
    pub struct BillingDetails {
        #[wire("billedMemoryUsedInMB")] pub memory_mb: Option<i64>,
        #[wire("billedDurationInMilliseconds")] pub duration_ms: Option<i64>,
    }

    /// What StartSyncExecution answers.
    pub struct SyncOutput {
        #[wire("executionArn")] pub arn: String,
        #[wire("stateMachineArn")] pub machine_arn: Option<String>,
        #[wire("name")] pub name: Option<String>,
        #[wire("startDate")] pub started_at: Timestamp,
        #[wire("stopDate")] pub stopped_at: Timestamp,
        #[wire("status")] pub status: String,
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
        #[wire("input")] pub input: Option<String>,
        #[wire("inputDetails")] pub input_details: Option<DataDetails>,
        #[wire("output")] pub output: Option<String>,
        #[wire("outputDetails")] pub output_details: Option<DataDetails>,
        #[wire("traceHeader")] pub trace_header: Option<String>,
        #[wire("billingDetails")] pub billing: Option<BillingDetails>,
    }

    /// What StopExecution takes.
    pub struct StopInput {
        #[wire("executionArn")] pub arn: String,
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
    }

    /// What StopExecution answers.
    pub struct StopOutput {
        #[wire("stopDate")] pub stopped_at: Timestamp,
    }

    /// An execution by its ARN.
    pub struct ExecutionInput {
        #[wire("executionArn")] pub arn: String,
    }

    /// What DescribeExecution answers.
    pub struct DescribeExecutionOutput {
        #[wire("executionArn")] pub arn: String,
        #[wire("stateMachineArn")] pub machine_arn: String,
        #[wire("name")] pub name: Option<String>,
        #[wire("status")] pub status: String,
        #[wire("startDate")] pub started_at: Timestamp,
        #[wire("stopDate")] pub stopped_at: Option<Timestamp>,
        #[wire("input")] pub input: Option<String>,
        #[wire("inputDetails")] pub input_details: Option<DataDetails>,
        #[wire("output")] pub output: Option<String>,
        #[wire("outputDetails")] pub output_details: Option<DataDetails>,
        #[wire("traceHeader")] pub trace_header: Option<String>,
        #[wire("mapRunArn")] pub map_run_arn: Option<String>,
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
        #[wire("stateMachineVersionArn")] pub version_arn: Option<String>,
        #[wire("stateMachineAliasArn")] pub alias_arn: Option<String>,
        #[wire("redriveCount")] pub redrives: Option<i32>,
        #[wire("redriveDate")] pub redriven_at: Option<Timestamp>,
        #[wire("redriveStatus")] pub redrive_status: Option<String>,
        #[wire("redriveStatusReason")] pub redrive_reason: Option<String>,
    }

    /// What ListExecutions takes.
    pub struct ListExecutionsInput {
        #[wire("stateMachineArn")] pub arn: Option<String>,
        #[wire("statusFilter")] pub status: Option<String>,
        #[wire("maxResults")] pub max_results: Option<i32>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("mapRunArn")] pub map_run_arn: Option<String>,
        #[wire("redriveFilter")] pub redrive: Option<String>,
    }

    /// An execution in a listing.
    pub struct ExecutionListItem {
        #[wire("executionArn")] pub arn: String,
        #[wire("stateMachineArn")] pub machine_arn: String,
        #[wire("name")] pub name: String,
        #[wire("status")] pub status: String,
        #[wire("startDate")] pub started_at: Timestamp,
        #[wire("stopDate")] pub stopped_at: Option<Timestamp>,
        #[wire("mapRunArn")] pub map_run_arn: Option<String>,
        #[wire("itemCount")] pub item_count: Option<i32>,
        #[wire("stateMachineVersionArn")] pub version_arn: Option<String>,
        #[wire("stateMachineAliasArn")] pub alias_arn: Option<String>,
        #[wire("redriveCount")] pub redrives: Option<i32>,
        #[wire("redriveDate")] pub redriven_at: Option<Timestamp>,
    }

    /// What ListExecutions answers.
    pub struct ListExecutionsOutput {
        #[wire("executions")] pub executions: Vec<ExecutionListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// What DescribeStateMachineForExecution answers.
    pub struct ForExecutionOutput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("definition")] pub definition: String,
        #[wire("roleArn")] pub role_arn: String,
        #[wire("updateDate")] pub updated_at: Timestamp,
        #[wire("loggingConfiguration")] pub logging: Option<Value>,
        #[wire("tracingConfiguration")] pub tracing: Option<TracingConfiguration>,
        #[wire("mapRunArn")] pub map_run_arn: Option<String>,
        #[wire("revisionId")] pub revision_id: Option<String>,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// What RedriveExecution takes.
    pub struct RedriveInput {
        #[wire("executionArn")] pub arn: String,
        #[wire("clientToken")] pub client_token: Option<String>,
    }

    /// What RedriveExecution answers.
    pub struct RedriveOutput {
        #[wire("redriveDate")] pub redriven_at: Timestamp,
    }
}

/// What is to be started: a machine as it is, or one of its versions.
struct Wanted {
    machine_arn: String,
    version_arn: Option<String>,
    alias_arn: Option<String>,
    kind: MachineKind,
    name: String,
    definition: u64,
    role_arn: String,
    revision_id: Option<String>,
}

fn wanted(cx: &mut OpContext<'_>, arn: &str) -> ApiResult<Wanted> {
    let name = names::expect(arn, &["stateMachine"])?;
    let machine_arn = names::machine_arn(arn);
    let missing = || errors::no_such_machine(arn);
    let machine = cx.state().states.machines.get(&machine_arn).ok_or_else(missing)?;
    let mut found = Wanted {
        machine_arn: machine_arn.clone(),
        version_arn: None,
        alias_arn: None,
        kind: machine.kind,
        name: machine.name.clone(),
        definition: machine.definition,
        role_arn: machine.role_arn.clone(),
        revision_id: machine.revision_id.clone(),
    };
    let Some(rest) = name.rest else { return Ok(found) };
    let number = match (rest.parse::<u64>(), machine.aliases.get(rest)) {
        (Ok(number), _) => number,
        (Err(_), None) => return Err(missing()),
        (Err(_), Some(alias)) => {
            let routing = alias.routing.clone();
            let drawn = i32::try_from(cx.ids().below(100)).unwrap_or(0);
            let first = routing.first().filter(|(_, weight)| drawn < *weight);
            let chosen = first.or(routing.last()).map(|(arn, _)| arn.clone()).unwrap_or_default();
            found.alias_arn = Some(arn.to_owned());
            chosen.rsplit(':').next().and_then(|number| number.parse().ok()).unwrap_or(0)
        }
    };
    let machine = cx.state().states.machines.get(&machine_arn).ok_or_else(missing)?;
    let version = machine.versions.get(&number).ok_or_else(missing)?;
    found.version_arn = Some(format!("{machine_arn}:{number}"));
    found.definition = version.definition;
    found.role_arn.clone_from(&version.role_arn);
    found.revision_id.clone_from(&version.revision_id);
    Ok(found)
}

/// The input as its text, and as JSON.
fn input_of(text: Option<String>) -> ApiResult<(String, Value)> {
    let text = text.unwrap_or_else(|| "{}".to_owned());
    if text.len() > limits::INPUT_BYTES {
        let mut validation = Validation::new();
        validation.length("input", &text, 0, limits::INPUT_BYTES);
        validation.finish("ValidationException")?;
    }
    match nuvola_asl::value::parse(&text) {
        Ok(value) => Ok((text, value)),
        Err(error) => Err(errors::invalid_input(&error.to_string())),
    }
}

/// The parts of the context object that stay the same.
pub fn context_of(
    arn: &str,
    input: &Value,
    name: &str,
    role: &str,
    now_ms: i64,
    machine: (&str, &str),
) -> Value {
    json!({
        "Execution": {
            "Id": arn,
            "Input": input,
            "StartTime": Timestamp(now_ms).iso_millis(),
            "Name": name,
            "RoleArn": role,
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": machine.0, "Name": machine.1},
    })
}

/// An execution of what is wanted, not begun yet.
fn execution_of(
    cx: &mut OpContext<'_>,
    wanted: Wanted,
    arn: String,
    name: String,
    input: (String, Value),
    trace_header: Option<String>,
) -> Execution {
    let now_ms = cx.now_ms;
    let context =
        context_of(&arn, &input.1, &name, &wanted.role_arn, now_ms, (&wanted.machine_arn, &wanted.name));
    let mut execution = Execution {
        arn,
        name,
        machine_arn: wanted.machine_arn,
        version_arn: wanted.version_arn,
        alias_arn: wanted.alias_arn,
        kind: wanted.kind,
        definition: wanted.definition,
        root: 0,
        role_arn: wanted.role_arn,
        revision_id: wanted.revision_id,
        input: input.0.into(),
        trace_header,
        started_ms: now_ms,
        stopped_ms: None,
        machine: Machine::default(),
        context: Arc::new(context),
        map_run_arn: None,
        item_count: 0,
        waiter: None,
        session: None,
        redrives: 0,
        redriven_ms: None,
        test: None,
    };
    ready(cx, &mut execution, Arc::new(input.1), Arc::default());
    execution
}

/// Gives an execution its interpreter.
pub fn ready(
    cx: &OpContext<'_>,
    execution: &mut Execution,
    input: nuvola_asl::Data,
    variables: Arc<nuvola_asl::Variables>,
) {
    let source = cx.state().states.definitions.get(&execution.definition);
    if let Some(definition) = source.and_then(crate::states::state::Source::definition) {
        execution.machine =
            Machine::start_at(&definition, cx.now_ms, execution.root, &execution.input, input, variables);
    }
}

operation! {
    /// Starts an execution. The same name with the same input again is answered as before while it runs.
    ///
    /// **Source**: Step Functions API Reference, "StartExecution".
    pub START_EXECUTION: StartExecution {
        http: "POST" "/" 200,
        input: StartInput,
        output: StartOutput,
        errors: [
            "ExecutionAlreadyExists",
            "InvalidArn",
            "InvalidExecutionInput",
            "InvalidName",
            "StateMachineDoesNotExist",
            "ValidationException",
        ],
        access: |_, input| access("states:StartExecution", &input.arn),
        handler: start_execution,
    }
}

fn start_execution(cx: &mut OpContext<'_>, input: StartInput) -> ApiResult<StartOutput> {
    let wanted = wanted(cx, &input.arn)?;
    if let Some(name) = &input.name {
        names::check(name)?;
    }
    let data = input_of(input.input)?;
    let name = match input.name {
        Some(name) => name,
        None => cx.ids().uuid(),
    };
    let id = cx.ids().uuid();
    let arn = names::execution_arn(&wanted.machine_arn, wanted.kind, &name, &id);
    if let Some(before) = cx.state().states.executions.get(&arn) {
        let same = before.machine.outcome.is_none() && *before.input == *data.0;
        return match same {
            true => Ok(StartOutput { arn, started_at: Timestamp(before.started_ms) }),
            false => Err(errors::execution_exists(&arn)),
        };
    }
    let execution = execution_of(cx, wanted, arn.clone(), name, data, input.trace_header);
    run::begin(cx, execution);
    Ok(StartOutput { arn, started_at: cx.now() })
}

operation! {
    /// Runs an Express execution and answers when it is over.
    ///
    /// **Source**: Step Functions API Reference, "StartSyncExecution".
    pub START_SYNC_EXECUTION: StartSyncExecution {
        http: "POST" "/" 200,
        input: StartInput,
        output: SyncOutput,
        errors: [
            "InvalidArn",
            "InvalidExecutionInput",
            "InvalidName",
            "StateMachineDoesNotExist",
            "StateMachineTypeNotSupported",
        ],
        access: |_, input| access("states:StartSyncExecution", &input.arn),
        handler: start_sync_execution,
    }
}

fn start_sync_execution(cx: &mut OpContext<'_>, input: StartInput) -> ApiResult<Outcome<SyncOutput>> {
    let wanted = wanted(cx, &input.arn)?;
    if wanted.kind != MachineKind::Express {
        return Err(errors::wrong_type(&input.arn));
    }
    if let Some(name) = &input.name {
        names::check(name)?;
    }
    let data = input_of(input.input)?;
    let name = match input.name {
        Some(name) => name,
        None => cx.ids().uuid(),
    };
    let id = cx.ids().uuid();
    let arn = names::execution_arn(&wanted.machine_arn, wanted.kind, &name, &id);
    let execution = execution_of(cx, wanted, arn.clone(), name, data, input.trace_header);
    run::begin(cx, execution);
    run::drive(cx, &arn, Job::Go);
    let http_id = cx.http_id();
    let Some(own) = cx.states().executions.get_mut(&arn) else { return Ok(Outcome::Later) };
    if own.machine.outcome.is_some() {
        return Ok(Outcome::Done(sync_output(own)));
    }
    own.waiter = Some(Waiter::Client(http_id));
    Ok(Outcome::Later)
}

/// Memory is billed in chunks of 64 MB, time in 100 ms.
fn sync_output(execution: &Execution) -> SyncOutput {
    let stopped_ms = execution.stopped_ms.unwrap_or(execution.started_ms);
    let duration_ms = (stopped_ms - execution.started_ms).max(1);
    let output = execution.output().map(|output| to_text(output));
    let failure = execution.failure();
    SyncOutput {
        arn: execution.arn.clone(),
        machine_arn: Some(execution.machine_arn.clone()),
        name: Some(execution.name.clone()),
        started_at: Timestamp(execution.started_ms),
        stopped_at: Timestamp(stopped_ms),
        status: execution.status().to_owned(),
        error: failure.and_then(|failure| failure.error.as_deref().map(str::to_owned)),
        cause: failure.and_then(|failure| failure.cause.as_deref().map(str::to_owned)),
        input: Some(execution.input.to_string()),
        input_details: Some(DataDetails { included: Some(true) }),
        output_details: output.as_ref().map(|_| DataDetails { included: Some(true) }),
        output,
        trace_header: execution.trace_header.clone(),
        billing: Some(BillingDetails {
            memory_mb: Some(64),
            duration_ms: Some((duration_ms + 99) / 100 * 100),
        }),
    }
}

/// Answers a client that waited for an execution, or for the test of a state.
pub fn answer_client(cx: &mut OpContext<'_>, arn: &str, http_id: u64) {
    let Some(execution) = cx.state().states.executions.get(arn) else { return };
    let output = match execution.test {
        Some(_) => members(test_state::output(cx, execution)),
        None => members(sync_output(execution)),
    };
    let is_test = execution.test.is_some();
    if is_test {
        cx.states().executions.remove(arn);
    }
    cx.complete(http_id, Completion::Operation(Ok(output)));
}

operation! {
    /// Ends an execution that runs.
    ///
    /// **Source**: Step Functions API Reference, "StopExecution".
    pub STOP_EXECUTION: StopExecution {
        http: "POST" "/" 200,
        input: StopInput,
        output: StopOutput,
        errors: ["ExecutionDoesNotExist", "InvalidArn", "ValidationException"],
        access: |_, input| access("states:StopExecution", &input.arn),
        handler: stop_execution,
    }
}

fn stop_execution(cx: &mut OpContext<'_>, input: StopInput) -> ApiResult<StopOutput> {
    let mut validation = Validation::new();
    if let Some(error) = &input.error {
        validation.length("error", error, 0, limits::ERROR_LENGTH);
    }
    if let Some(cause) = &input.cause {
        validation.length("cause", cause, 0, limits::CAUSE_LENGTH);
    }
    validation.finish("ValidationException")?;
    let own = execution(cx, &input.arn)?;
    if let Some(stopped_ms) = own.stopped_ms {
        return Ok(StopOutput { stopped_at: Timestamp(stopped_ms) });
    }
    let short = |text: Option<String>| text.map(|text| Arc::from(text.as_str()));
    let failure = Failure { error: short(input.error), cause: short(input.cause) };
    run::drive(cx, &input.arn, Job::Stop(End::Aborted(failure)));
    Ok(StopOutput { stopped_at: cx.now() })
}

/// Whether an execution may be redriven, and why not.
pub fn redrivable(execution: &Execution) -> (bool, Option<String>) {
    let status = execution.status();
    match (execution.kind, status) {
        (MachineKind::Express, _) => {
            (false, Some("Execution is an Express workflow and cannot be redriven".to_owned()))
        }
        (_, "RUNNING" | "SUCCEEDED") => {
            (false, Some(format!("Execution is {status} and cannot be redriven")))
        }
        (_, _) if execution.machine.events.len() >= MAX_EVENTS => {
            (false, Some("Execution history event limit exceeded".to_owned()))
        }
        (_, _) => (true, None),
    }
}

operation! {
    /// Tells of an execution.
    ///
    /// **Source**: Step Functions API Reference, "DescribeExecution".
    pub DESCRIBE_EXECUTION: DescribeExecution {
        http: "POST" "/" 200,
        input: ExecutionInput,
        output: DescribeExecutionOutput,
        errors: ["ExecutionDoesNotExist", "InvalidArn"],
        access: |_, input| access("states:DescribeExecution", &input.arn),
        handler: describe_execution,
    }
}

fn describe_execution(cx: &mut OpContext<'_>, input: ExecutionInput) -> ApiResult<DescribeExecutionOutput> {
    let own = execution(cx, &input.arn)?;
    let output = own.output().map(|output| to_text(output));
    let failure = own.failure();
    let (redrivable, redrive_reason) = redrivable(own);
    Ok(DescribeExecutionOutput {
        arn: own.arn.clone(),
        machine_arn: own.machine_arn.clone(),
        name: Some(own.name.clone()),
        status: own.status().to_owned(),
        started_at: Timestamp(own.started_ms),
        stopped_at: own.stopped_ms.map(Timestamp),
        input: Some(own.input.to_string()),
        input_details: Some(DataDetails { included: Some(true) }),
        output_details: output.as_ref().map(|_| DataDetails { included: Some(true) }),
        output,
        trace_header: own.trace_header.clone(),
        map_run_arn: own.map_run_arn.clone(),
        error: failure.and_then(|failure| failure.error.as_deref().map(str::to_owned)),
        cause: failure.and_then(|failure| failure.cause.as_deref().map(str::to_owned)),
        version_arn: own.version_arn.clone(),
        alias_arn: own.alias_arn.clone(),
        redrives: Some(i32::try_from(own.redrives).unwrap_or(i32::MAX)),
        redriven_at: own.redriven_ms.map(Timestamp),
        redrive_status: Some(if redrivable { "REDRIVABLE" } else { "NOT_REDRIVABLE" }.to_owned()),
        redrive_reason,
    })
}

operation! {
    /// Lists the executions of a machine, or of a map run, the newest first.
    ///
    /// **Source**: Step Functions API Reference, "ListExecutions".
    pub LIST_EXECUTIONS: ListExecutions {
        http: "POST" "/" 200,
        input: ListExecutionsInput,
        output: ListExecutionsOutput,
        errors: ["InvalidArn", "InvalidToken", "ResourceNotFound", "StateMachineDoesNotExist", "StateMachineTypeNotSupported", "ValidationException"],
        access: |_, input| match (&input.arn, &input.map_run_arn) {
            (Some(arn), _) => access("states:ListExecutions", arn),
            (None, Some(arn)) => access("states:ListExecutions", arn),
            (None, None) => Access::to("states:ListExecutions", "*"),
        },
        handler: list_executions,
    }
}

const STATUSES: [&str; 6] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

fn list_executions(cx: &mut OpContext<'_>, input: ListExecutionsInput) -> ApiResult<ListExecutionsOutput> {
    let mut validation = Validation::new();
    if let Some(status) = &input.status {
        validation.one_of("statusFilter", status, &STATUSES);
    }
    if let Some(filter) = &input.redrive {
        validation.one_of("redriveFilter", filter, &["REDRIVEN", "NOT_REDRIVEN"]);
    }
    validation.finish("ValidationException")?;
    let states = &cx.state().states;
    let (arns, base) = match (&input.arn, &input.map_run_arn) {
        (Some(_), Some(_)) | (None, None) => {
            let text = "Must provide exactly one of stateMachineArn or mapRunArn";
            return Err(errors::validation(text));
        }
        (None, Some(arn)) => {
            names::expect(arn, &["mapRun"])?;
            let run = states.map_runs.get(arn).ok_or_else(|| errors::no_such_resource(arn))?;
            (&run.children, arn)
        }
        (Some(arn), None) => {
            names::expect(arn, &["stateMachine"])?;
            let machine = states.machines.get(&names::machine_arn(arn));
            let machine = machine.ok_or_else(|| errors::no_such_machine(arn))?;
            if machine.kind == MachineKind::Express {
                return Err(errors::wrong_type(arn));
            }
            (&machine.executions, arn)
        }
    };
    let scope = format!("ListExecutions {base}");
    let (size, before) = page(&scope, input.max_results, input.next_token.as_deref())?;
    let before = before.and_then(|before| before.parse().ok()).unwrap_or(arns.len()).min(arns.len());
    let fits = |own: &&Execution| {
        let version = own.version_arn.as_deref() == Some(base.as_str());
        let alias = own.alias_arn.as_deref() == Some(base.as_str());
        let qualified = input.arn.is_some() && names::machine_arn(base) != *base;
        input.status.as_deref().is_none_or(|status| own.status() == status)
            && input.redrive.as_deref().is_none_or(|filter| (filter == "REDRIVEN") == (own.redrives > 0))
            && (!qualified || version || alias)
    };
    let mut found = arns[..before]
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(at, arn)| Some((at, states.executions.get(arn)?)))
        .filter(|(_, own)| fits(own));
    let shown: Vec<(usize, ExecutionListItem)> =
        found.by_ref().take(size).map(|(at, own)| (at, list_item(own))).collect();
    let last = shown.last().filter(|_| found.next().is_some());
    let next_token = last.map(|(at, _)| paging::token(&scope, &at.to_string()));
    Ok(ListExecutionsOutput { executions: shown.into_iter().map(|(_, item)| item).collect(), next_token })
}

fn list_item(own: &Execution) -> ExecutionListItem {
    ExecutionListItem {
        arn: own.arn.clone(),
        machine_arn: own.machine_arn.clone(),
        name: own.name.clone(),
        status: own.status().to_owned(),
        started_at: Timestamp(own.started_ms),
        stopped_at: own.stopped_ms.map(Timestamp),
        map_run_arn: own.map_run_arn.clone(),
        item_count: own.map_run_arn.as_ref().map(|_| i32::try_from(own.item_count).unwrap_or(i32::MAX)),
        version_arn: own.version_arn.clone(),
        alias_arn: own.alias_arn.clone(),
        redrives: Some(i32::try_from(own.redrives).unwrap_or(i32::MAX)),
        redriven_at: own.redriven_ms.map(Timestamp),
    }
}

operation! {
    /// Tells of the machine as it was when an execution started.
    ///
    /// **Source**: Step Functions API Reference, "DescribeStateMachineForExecution".
    pub DESCRIBE_STATE_MACHINE_FOR_EXECUTION: DescribeStateMachineForExecution {
        http: "POST" "/" 200,
        input: ExecutionInput,
        output: ForExecutionOutput,
        errors: ["ExecutionDoesNotExist", "InvalidArn"],
        access: |_, input| access("states:DescribeStateMachineForExecution", &input.arn),
        handler: describe_for_execution,
    }
}

fn describe_for_execution(cx: &mut OpContext<'_>, input: ExecutionInput) -> ApiResult<ForExecutionOutput> {
    let own = execution(cx, &input.arn)?;
    let states = &cx.state().states;
    let machine = states.machines.get(&own.machine_arn);
    let name = names::parse(&own.machine_arn).map(|name| name.name.to_owned()).unwrap_or_default();
    Ok(ForExecutionOutput {
        arn: own.machine_arn.clone(),
        name,
        definition: states.text(own.definition).to_owned(),
        role_arn: own.role_arn.clone(),
        updated_at: Timestamp(machine.map_or(own.started_ms, |machine| machine.created_ms)),
        logging: machine.map(logging_of),
        tracing: machine.map(|machine| TracingConfiguration { enabled: Some(machine.tracing) }),
        map_run_arn: own.map_run_arn.clone(),
        revision_id: own.revision_id.clone(),
        encryption: Some(encryption_of(machine.and_then(|machine| machine.encryption.as_ref()))),
    })
}

operation! {
    /// Lets an execution that failed go on from the states that failed.
    ///
    /// **Source**: Step Functions API Reference, "RedriveExecution".
    pub REDRIVE_EXECUTION: RedriveExecution {
        http: "POST" "/" 200,
        input: RedriveInput,
        output: RedriveOutput,
        errors: ["ExecutionDoesNotExist", "ExecutionNotRedrivable", "InvalidArn", "ValidationException"],
        access: |_, input| access("states:RedriveExecution", &input.arn),
        handler: redrive_execution,
    }
}

fn redrive_execution(cx: &mut OpContext<'_>, input: RedriveInput) -> ApiResult<RedriveOutput> {
    let now_ms = cx.now_ms;
    let own = execution(cx, &input.arn)?;
    if let (false, reason) = redrivable(own) {
        return Err(errors::not_redrivable(&reason.unwrap_or_default()));
    }
    if own.started_ms + limits::REDRIVE_MS < now_ms {
        return Err(errors::not_redrivable("Execution redrivable period exceeded"));
    }
    let Some(own) = cx.states().executions.get_mut(&input.arn) else {
        return Err(errors::no_such_execution(&input.arn));
    };
    own.redrives += 1;
    own.redriven_ms = Some(now_ms);
    own.stopped_ms = None;
    let redrives = own.redrives;
    if let Some(execution) =
        Arc::make_mut(&mut own.context).get_mut("Execution").and_then(Value::as_object_mut)
    {
        execution.insert("RedriveCount".into(), Value::from(redrives));
        execution.insert("RedriveTime".into(), Value::from(Timestamp(now_ms).iso_millis()));
    }
    own.machine.redrive(now_ms, redrives);
    let timer = crate::states::Timer::Go { execution: input.arn };
    cx.schedule(now_ms, crate::cloud::Timer::States(timer));
    Ok(RedriveOutput { redriven_at: Timestamp(now_ms) })
}
