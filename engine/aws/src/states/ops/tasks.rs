//! Workers and holders of tokens: they fetch tasks, and bring answers.

use crate::auth::Access;
use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::operation;
use crate::service::{ApiResult, Outcome};
use crate::states::lookup::access;
use crate::states::ops::machines::members;
use crate::states::run::{self, Job};
use crate::states::state::{Scheduled, TaskOf};
use crate::states::timers::Timer;
use crate::states::{errors, limits, names};
use crate::validate::Validation;
use nuvola_asl::Failure;
use nuvola_asl::value::to_text;
use nuvola_wire::shape;
use std::sync::Arc;

shape! {
    /// What GetActivityTask takes.
    pub struct GetActivityTaskInput {
        #[wire("activityArn")] pub arn: String,
        #[wire("workerName")] pub worker: Option<String>,
    }

    /// What GetActivityTask answers; nothing where there is no task.
    pub struct GetActivityTaskOutput {
        #[wire("taskToken")] pub token: Option<String>,
        #[wire("input")] pub input: Option<String>,
    }

    /// What SendTaskSuccess takes.
    pub struct SendTaskSuccessInput {
        #[wire("taskToken")] pub token: String,
        #[wire("output")] pub output: String,
    }

    /// What SendTaskFailure takes.
    pub struct SendTaskFailureInput {
        #[wire("taskToken")] pub token: String,
        #[wire("error")] pub error: Option<String>,
        #[wire("cause")] pub cause: Option<String>,
    }

    /// What SendTaskHeartbeat takes.
    pub struct SendTaskHeartbeatInput {
        #[wire("taskToken")] pub token: String,
    }
}

operation! {
    /// Fetches a task of an activity; waits up to 60 seconds for one.
    ///
    /// **Source**: Step Functions API Reference, "GetActivityTask".
    pub GET_ACTIVITY_TASK: GetActivityTask {
        http: "POST" "/" 200,
        input: GetActivityTaskInput,
        output: GetActivityTaskOutput,
        errors: ["ActivityDoesNotExist", "InvalidArn"],
        access: |_, input| access("states:GetActivityTask", &input.arn),
        handler: get_activity_task,
    }
}

fn get_activity_task(
    cx: &mut OpContext<'_>,
    input: GetActivityTaskInput,
) -> ApiResult<Outcome<GetActivityTaskOutput>> {
    names::expect(&input.arn, &["activity"])?;
    if let Some(worker) = &input.worker {
        names::check(worker)?;
    }
    if !cx.state().states.activities.contains_key(&input.arn) {
        return Err(errors::no_such_activity(&input.arn));
    }
    while let Some(scheduled) =
        cx.states().activities.get_mut(&input.arn).and_then(|activity| activity.queue.pop_front())
    {
        let Some(of) = awaited(cx, &scheduled.token) else { continue };
        run::drive(cx, &of.execution, Job::Taken { task: of.task, worker: input.worker.clone() });
        return Ok(Outcome::Done(handed(&scheduled)));
    }
    let http_id = cx.http_id();
    if let Some(activity) = cx.states().activities.get_mut(&input.arn) {
        activity.workers.push_back((http_id, input.worker));
    }
    let timer = Timer::PollOver { activity: input.arn, http_id };
    cx.schedule(cx.now_ms + limits::POLL_MS, cloud::Timer::States(timer));
    Ok(Outcome::Later)
}

fn handed(scheduled: &Scheduled) -> GetActivityTaskOutput {
    GetActivityTaskOutput { token: Some(scheduled.token.clone()), input: Some(to_text(&scheduled.input)) }
}

/// Gives a task to a worker that waits.
pub fn hand_over(cx: &mut OpContext<'_>, http_id: u64, scheduled: &Scheduled) {
    cx.complete(http_id, Completion::Operation(Ok(members(handed(scheduled)))));
}

/// A worker has waited long enough.
pub fn poll_over(cx: &mut OpContext<'_>, activity: &str, http_id: u64) {
    let Some(activity) = cx.states().activities.get_mut(activity) else { return };
    let before = activity.workers.len();
    activity.workers.retain(|(waiting, _)| *waiting != http_id);
    if activity.workers.len() < before {
        let nothing = members(GetActivityTaskOutput::default());
        cx.complete(http_id, Completion::Operation(Ok(nothing)));
    }
}

/// The task of a token, while it is waited for.
fn awaited(cx: &OpContext<'_>, token: &str) -> Option<TaskOf> {
    let states = &cx.state().states;
    let of = states.tokens.get(token)?;
    let execution = states.executions.get(&of.execution)?;
    execution.machine.awaits(of.task).then(|| of.clone())
}

/// The task that a token stands for, or what is wrong with it.
fn task_of(cx: &OpContext<'_>, token: &str) -> ApiResult<TaskOf> {
    let mut validation = Validation::new();
    validation.length("taskToken", token, 1, 2048);
    validation.finish("ValidationException")?;
    if !cx.state().states.tokens.contains_key(token) {
        return Err(errors::invalid_token("Invalid token"));
    }
    awaited(cx, token).ok_or_else(errors::task_timed_out)
}

operation! {
    /// Brings the result of a task.
    ///
    /// **Source**: Step Functions API Reference, "SendTaskSuccess".
    pub SEND_TASK_SUCCESS: SendTaskSuccess {
        http: "POST" "/" 200,
        input: SendTaskSuccessInput,
        output: (),
        errors: ["InvalidOutput", "InvalidToken", "TaskTimedOut"],
        access: |_, _| Access::to("states:SendTaskSuccess", "*"),
        handler: send_task_success,
    }
}

fn send_task_success(cx: &mut OpContext<'_>, input: SendTaskSuccessInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    if input.output.len() > limits::INPUT_BYTES {
        validation.length("output", &input.output, 0, limits::INPUT_BYTES);
    }
    validation.finish("ValidationException")?;
    let of = task_of(cx, &input.token)?;
    let output = nuvola_asl::value::parse(&input.output)
        .map_err(|error| errors::invalid_output(&error.to_string()))?;
    run::drive(cx, &of.execution, Job::Answer { task: of.task, answer: Ok(Arc::new(output)) });
    Ok(())
}

operation! {
    /// Tells that a task failed.
    ///
    /// **Source**: Step Functions API Reference, "SendTaskFailure".
    pub SEND_TASK_FAILURE: SendTaskFailure {
        http: "POST" "/" 200,
        input: SendTaskFailureInput,
        output: (),
        errors: ["InvalidToken", "TaskTimedOut"],
        access: |_, _| Access::to("states:SendTaskFailure", "*"),
        handler: send_task_failure,
    }
}

fn send_task_failure(cx: &mut OpContext<'_>, input: SendTaskFailureInput) -> ApiResult<()> {
    let mut validation = Validation::new();
    if let Some(error) = &input.error {
        validation.length("error", error, 0, limits::ERROR_LENGTH);
    }
    if let Some(cause) = &input.cause {
        validation.length("cause", cause, 0, limits::CAUSE_LENGTH);
    }
    validation.finish("ValidationException")?;
    let of = task_of(cx, &input.token)?;
    let short = |text: Option<String>| text.map(|text| Arc::from(text.as_str()));
    let failure = Failure { error: short(input.error), cause: short(input.cause) };
    run::drive(cx, &of.execution, Job::Answer { task: of.task, answer: Err(failure) });
    Ok(())
}

operation! {
    /// Tells that a task is being worked on.
    ///
    /// **Source**: Step Functions API Reference, "SendTaskHeartbeat".
    pub SEND_TASK_HEARTBEAT: SendTaskHeartbeat {
        http: "POST" "/" 200,
        input: SendTaskHeartbeatInput,
        output: (),
        errors: ["InvalidToken", "TaskTimedOut"],
        access: |_, _| Access::to("states:SendTaskHeartbeat", "*"),
        handler: send_task_heartbeat,
    }
}

fn send_task_heartbeat(cx: &mut OpContext<'_>, input: SendTaskHeartbeatInput) -> ApiResult<()> {
    let of = task_of(cx, &input.token)?;
    run::drive(cx, &of.execution, Job::Heartbeat { task: of.task });
    Ok(())
}
