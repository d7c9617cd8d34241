//! Tasks that move the messages of a dead-letter queue back to where they came from, or elsewhere.

use crate::auth::Access;
use crate::cloud;
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::delivery;
use crate::sqs::lookup::{queue_mut, to_name};
use crate::sqs::state::{MoveTask, TaskStatus};
use crate::sqs::timers::Timer;
use crate::sqs::{errors, limits, redrive};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_wire::shape;
use serde_json::{Value, json};

/// How often a task moves some messages.
const ROUND_MS: i64 = 1000;

shape! {
    /// What StartMessageMoveTask takes.
    pub struct StartMoveInput {
        #[wire("SourceArn")] pub source_arn: String,
        #[wire("DestinationArn")] pub destination_arn: Option<String>,
        #[wire("MaxNumberOfMessagesPerSecond")] pub per_second: Option<i32>,
    }

    /// What StartMessageMoveTask answers.
    pub struct StartMoveOutput {
        #[wire("TaskHandle")] pub task_handle: String,
    }

    /// What CancelMessageMoveTask takes.
    pub struct CancelMoveInput {
        #[wire("TaskHandle")] pub task_handle: String,
    }

    /// What CancelMessageMoveTask answers.
    pub struct CancelMoveOutput {
        #[wire("ApproximateNumberOfMessagesMoved")] pub moved: i64,
    }

    /// What ListMessageMoveTasks takes.
    pub struct ListMovesInput {
        #[wire("SourceArn")] pub source_arn: String,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// A task as it is listed.
    pub struct ListedTask {
        #[wire("TaskHandle")] pub task_handle: Option<String>,
        #[wire("Status")] pub status: String,
        #[wire("SourceArn")] pub source_arn: String,
        #[wire("DestinationArn")] pub destination_arn: Option<String>,
        #[wire("MaxNumberOfMessagesPerSecond")] pub per_second: Option<i32>,
        #[wire("ApproximateNumberOfMessagesMoved")] pub moved: i64,
        #[wire("ApproximateNumberOfMessagesToMove")] pub to_move: i64,
        #[wire("FailureReason")] pub failure: Option<String>,
        #[wire("StartedTimestamp")] pub started_at_ms: i64,
    }

    /// What ListMessageMoveTasks answers.
    pub struct ListMovesOutput {
        #[wire("Results", flattened, item = "ListMessageMoveTasksResultEntry")] pub results: Vec<ListedTask>,
    }
}

/// A task's handle names the task and its queue.
fn handle_of(task: &MoveTask) -> String {
    STANDARD.encode(json!({"taskId": task.id, "sourceArn": task.source_arn}).to_string())
}

/// The task's id, and the ARN of its queue.
fn read_handle(handle: &str) -> Option<(String, String)> {
    let parsed: Value = serde_json::from_slice(&STANDARD.decode(handle).ok()?).ok()?;
    let text = |name: &str| parsed[name].as_str().map(str::to_owned);
    Some((text("taskId")?, text("sourceArn")?))
}

/// The permission for `action` on the queue of this region that an ARN names.
fn to_arn(cx: &OpContext<'_>, action: &str, arn: &str) -> Access {
    match redrive::name_in(cx, arn) {
        Some(name) => to_name(cx, action, &name),
        None => Access::to(action, arn),
    }
}

operation! {
    /// Starts to move the messages of a dead-letter queue, to their source queues or to another queue.
    ///
    /// **Source**: SQS API Reference, "StartMessageMoveTask"; SQS Developer Guide, "Learn how to configure a
    /// dead-letter queue redrive" (permissions).
    pub START_MESSAGE_MOVE_TASK: StartMessageMoveTask {
        http: "POST" "/" 200,
        input: StartMoveInput,
        output: StartMoveOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| {
            let source = input.source_arn.as_str();
            let own = ["sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            let access = own.iter().fold(Access::none(), |all, action| all.and(to_arn(cx, action, source)));
            match &input.destination_arn {
                Some(arn) => access.and(to_arn(cx, "sqs:SendMessage", arn)),
                None => access,
            }
        },
        handler: start_move,
    }
}

fn start_move(cx: &mut OpContext<'_>, input: StartMoveInput) -> ApiResult<StartMoveOutput> {
    if let Some(rate) = input.per_second.filter(|rate| !(1..=limits::MOVES_PER_S).contains(rate)) {
        let reason = "Value must be between 1 and 500.";
        return Err(errors::invalid_value(&rate.to_string(), "MaxNumberOfMessagesPerSecond", reason));
    }
    let queue = redrive::by_arn(cx, &input.source_arn);
    let queue = queue.ok_or_else(|| errors::no_such_resource("SourceArn"))?;
    if redrive::sources(cx, &queue.arn).next().is_none() {
        return Err(errors::invalid_parameter("Source queue must be configured as a Dead Letter Queue."));
    }
    if let Some(arn) = &input.destination_arn {
        let destination =
            redrive::by_arn(cx, arn).ok_or_else(|| errors::no_such_resource("DestinationArn"))?;
        if destination.fifo != queue.fifo || destination.arn == queue.arn {
            // Our own text: that of AWS was not found.
            let reason = "The destination must be another queue of the same type as the source.";
            return Err(errors::invalid_value(arn, "DestinationArn", reason));
        }
    }
    let region_state = cx.state().sqs.regions.get(&cx.region);
    let is_running = |task: &MoveTask| task.source == queue.name && task.status == TaskStatus::Running;
    if region_state.is_some_and(|region| region.tasks.values().any(is_running)) {
        let text = "There is already a task running. Only one active task is allowed for a source queue arn at a \
                    given time.";
        return Err(errors::invalid_parameter(text));
    }
    let mut task = MoveTask {
        id: String::new(),
        source: queue.name.clone(),
        source_arn: queue.arn.clone(),
        destination_arn: input.destination_arn,
        per_second: input.per_second,
        status: TaskStatus::Running,
        moved: 0,
        to_move: i64::try_from(queue.visible()).unwrap_or(i64::MAX),
        failure: None,
        started_at_ms: cx.now_ms,
        before_message: queue.next_message,
    };
    task.id = cx.ids().uuid();
    let task_handle = handle_of(&task);
    let region = cx.region.clone();
    let state = cx.sqs().regions.entry(region.clone()).or_default();
    let number = state.next_task;
    state.next_task += 1;
    let same: Vec<u64> = state
        .tasks
        .iter()
        .filter(|(_, other)| other.source == task.source)
        .map(|(number, _)| *number)
        .collect();
    // The oldest are forgotten.
    for old in same.iter().take((same.len() + 1).saturating_sub(limits::MOVE_TASKS)) {
        state.tasks.remove(old);
    }
    state.tasks.insert(number, task);
    cx.schedule(cx.now_ms + ROUND_MS, cloud::Timer::Sqs(Timer::Move { region, number }));
    Ok(StartMoveOutput { task_handle })
}

/// One round of a task.
pub fn on_timer(cx: &mut OpContext<'_>, number: u64) {
    let region = cx.region.clone();
    let Some(task) = task_mut(cx, number).filter(|task| task.status == TaskStatus::Running) else { return };
    let task = task.clone();
    let most = task.per_second.unwrap_or(limits::MOVES_PER_S_DEFAULT);
    let mut moved = 0;
    let mut end = None;
    while moved < most {
        let Some(queue) = cx.state().sqs.queue(&region, &task.source) else {
            end = Some((TaskStatus::Failed, Some("AWS.SimpleQueueService.NonExistentQueue")));
            break;
        };
        let first = queue.ready.first().map(|(_, number)| *number);
        let Some(first) = first.filter(|number| *number < task.before_message) else {
            end = Some((TaskStatus::Completed, None));
            break;
        };
        if let Err(reason) = move_one(cx, &task, first) {
            end = Some((TaskStatus::Failed, Some(reason)));
            break;
        }
        moved += 1;
    }
    let Some(task) = task_mut(cx, number) else { return };
    task.moved += i64::from(moved);
    match end {
        Some((status, failure)) => {
            task.status = status;
            task.failure = failure.map(str::to_owned);
        }
        None => cx.schedule(cx.now_ms + ROUND_MS, cloud::Timer::Sqs(Timer::Move { region, number })),
    }
}

fn task_mut<'a>(cx: &'a mut OpContext<'_>, number: u64) -> Option<&'a mut MoveTask> {
    let region = cx.region.clone();
    cx.sqs().regions.get_mut(&region)?.tasks.get_mut(&number)
}

/// Moves one message; it is a new one where it arrives.
///
/// **Source**: SQS Developer Guide, "Learn how to configure a dead-letter queue redrive".
fn move_one(cx: &mut OpContext<'_>, task: &MoveTask, number: u64) -> Result<(), &'static str> {
    let queue = cx.state().sqs.queue(&cx.region, &task.source);
    let message = queue.and_then(|queue| queue.messages.get(&number));
    let source = message.and_then(|message| message.dead_letter_source.as_deref());
    let arn = task.destination_arn.as_deref().or(source);
    let arn = arn.ok_or("AWS.SimpleQueueService.CouldNotDetermineMessageSource")?;
    let target = redrive::by_arn(cx, arn).ok_or("AWS.SimpleQueueService.NonExistentQueue")?.name.clone();
    let (id, now_ms) = (cx.ids().uuid(), cx.now_ms);
    let Some(mut message) = queue_mut(cx, &task.source).remove(number) else { return Ok(()) };
    message.id = id;
    message.sent_at_ms = now_ms;
    message.received = 0;
    message.first_received_at_ms = None;
    message.dead_letter_source = None;
    queue_mut(cx, &target).push(message, None);
    delivery::attend(cx, &target);
    Ok(())
}

operation! {
    /// Stops a task; what it has moved stays moved.
    ///
    /// **Source**: SQS API Reference, "CancelMessageMoveTask".
    pub CANCEL_MESSAGE_MOVE_TASK: CancelMessageMoveTask {
        http: "POST" "/" 200,
        input: CancelMoveInput,
        output: CancelMoveOutput,
        errors: ["ResourceNotFoundException", "UnsupportedOperation"],
        access: |cx, input| match read_handle(&input.task_handle) {
            Some((_, arn)) => to_arn(cx, "sqs:CancelMessageMoveTask", &arn),
            None => Access::to("sqs:CancelMessageMoveTask", cx.arn("sqs", "").to_string()),
        },
        handler: cancel_move,
    }
}

fn cancel_move(cx: &mut OpContext<'_>, input: CancelMoveInput) -> ApiResult<CancelMoveOutput> {
    let invalid = || errors::invalid_parameter("Value for parameter TaskHandle is invalid.");
    let (id, arn) = read_handle(&input.task_handle).ok_or_else(invalid)?;
    if redrive::by_arn(cx, &arn).is_none() {
        return Err(errors::no_such_resource("SourceArn"));
    }
    let region = cx.region.clone();
    let tasks = cx.sqs().regions.get_mut(&region).map(|region| &mut region.tasks);
    let mut tasks = tasks.into_iter().flat_map(|tasks| tasks.values_mut());
    let task = tasks.find(|task| task.id == id && task.source_arn == arn);
    let task = task.ok_or_else(errors::no_such_task)?;
    if task.status != TaskStatus::Running {
        return Err(errors::task_not_running());
    }
    task.status = TaskStatus::Cancelled;
    Ok(CancelMoveOutput { moved: task.moved })
}

operation! {
    /// Lists the latest tasks of a dead-letter queue, the newest first.
    ///
    /// **Source**: SQS API Reference, "ListMessageMoveTasks".
    pub LIST_MESSAGE_MOVE_TASKS: ListMessageMoveTasks {
        http: "POST" "/" 200,
        input: ListMovesInput,
        output: ListMovesOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_arn(cx, "sqs:ListMessageMoveTasks", &input.source_arn),
        handler: list_moves,
    }
}

fn list_moves(cx: &mut OpContext<'_>, input: ListMovesInput) -> ApiResult<ListMovesOutput> {
    let most = input.max_results.unwrap_or(1);
    let bound = limits::MOVE_TASKS;
    let Some(most) = usize::try_from(most).ok().filter(|most| (1..=bound).contains(most)) else {
        let reason = "Value must be between 1 and 10.";
        return Err(errors::invalid_value(&most.to_string(), "MaxResults", reason));
    };
    let queue = redrive::by_arn(cx, &input.source_arn);
    let name = &queue.ok_or_else(|| errors::no_such_resource("SourceArn"))?.name;
    let region = cx.state().sqs.regions.get(&cx.region);
    let tasks = region.into_iter().flat_map(|region| region.tasks.values().rev());
    let results = tasks.filter(|task| task.source == *name).take(most).map(ListedTask::of).collect();
    Ok(ListMovesOutput { results })
}

impl ListedTask {
    fn of(task: &MoveTask) -> Self {
        let status = match task.status {
            TaskStatus::Running => "RUNNING",
            TaskStatus::Completed => "COMPLETED",
            TaskStatus::Cancelled => "CANCELLED",
            TaskStatus::Failed => "FAILED",
        };
        ListedTask {
            task_handle: (task.status == TaskStatus::Running).then(|| handle_of(task)),
            status: status.to_owned(),
            source_arn: task.source_arn.clone(),
            destination_arn: task.destination_arn.clone(),
            per_second: task.per_second,
            moved: task.moved,
            to_move: task.to_move,
            failure: task.failure.clone(),
            started_at_ms: task.started_at_ms,
        }
    }
}
