//! Queues: created, found, listed, emptied, deleted.

use crate::auth::Access;
use crate::context::{Completion, OpContext};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::sqs::attributes::{Configuration, first_difference, is_true};
use crate::sqs::lookup::{find, name_of, queue_mut, to_name, to_queue, url};
use crate::sqs::state::{Queue, RegionState};
use crate::sqs::{errors, limits, redrive};
use indexmap::IndexMap;
use nuvola_wire::shape;
use std::ops::Bound;

shape! {
    /// What CreateQueue takes.
    pub struct CreateQueueInput {
        #[wire("QueueName")] pub queue_name: String,
        #[wire("Attributes", xml = "Attribute", flattened, key = "Name", value = "Value")]
        pub attributes: IndexMap<String, String>,
        #[wire("tags", xml = "Tag", flattened, key = "Key", value = "Value")]
        pub tags: IndexMap<String, String>,
    }

    /// A queue's address.
    pub struct QueueUrlOutput {
        #[wire("QueueUrl")] pub queue_url: String,
    }

    /// What GetQueueUrl takes.
    pub struct GetQueueUrlInput {
        #[wire("QueueName")] pub queue_name: String,
        #[wire("QueueOwnerAWSAccountId")] pub owner: Option<String>,
    }

    /// What ListQueues takes.
    pub struct ListQueuesInput {
        #[wire("QueueNamePrefix")] pub prefix: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What ListQueues answers.
    pub struct ListQueuesOutput {
        #[wire("QueueUrls", flattened, item = "QueueUrl")] pub queue_urls: Option<Vec<String>>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What an operation on a queue takes that needs nothing else.
    pub struct QueueInput {
        #[wire("QueueUrl")] pub queue_url: String,
    }

    /// What ListDeadLetterSourceQueues takes.
    pub struct ListSourcesInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What ListDeadLetterSourceQueues answers.
    pub struct ListSourcesOutput {
        #[wire("queueUrls", flattened, item = "QueueUrl")] pub queue_urls: Vec<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

operation! {
    /// Creates a queue, or finds the one of the same name and attributes.
    ///
    /// **Source**: SQS API Reference, "CreateQueue".
    pub CREATE_QUEUE: CreateQueue {
        http: "POST" "/" 200,
        input: CreateQueueInput,
        output: QueueUrlOutput,
        errors: ["InvalidAttributeName", "InvalidAttributeValue", "QueueDeletedRecently", "QueueNameExists"],
        access: |cx, input| {
            let access = to_name(cx, "sqs:CreateQueue", &input.queue_name);
            match input.tags.is_empty() {
                true => access,
                false => access.and(to_name(cx, "sqs:TagQueue", &input.queue_name)),
            }
        },
        handler: create_queue,
    }
}

fn is_name(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.bytes().all(legal)
}

fn check_name(name: &str, fifo: bool) -> ApiResult<()> {
    let fits = name.len() <= limits::QUEUE_NAME_LENGTH;
    if fifo {
        let reason = "The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
                      underscores, must end with .fifo suffix and be 1 to 80 in length.";
        return match fits && name.strip_suffix(".fifo").is_some_and(is_name) {
            true => Ok(()),
            false => Err(errors::invalid_value(name, "QueueName", reason)),
        };
    }
    match fits && is_name(name) {
        true => Ok(()),
        false => Err(errors::invalid_parameter(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )),
    }
}

fn create_queue(cx: &mut OpContext<'_>, input: CreateQueueInput) -> ApiResult<QueueUrlOutput> {
    let name = input.queue_name.as_str();
    let fifo = input.attributes.get("FifoQueue").is_some_and(|value| is_true(value));
    check_name(name, fifo)?;
    let arn = cx.arn("sqs", name).to_string();
    let mut wanted = Queue::new(name, arn.clone(), fifo, cx.now_ms);
    let mut configuration = Configuration::of(&wanted);
    configuration.set(cx, &arn, fifo, &input.attributes)?;
    if configuration.settings.kms_key_id.is_some() {
        cx.not_simulated("encryption by `KmsMasterKeyId` of `CreateQueue`");
    }
    configuration.put_into(&mut wanted);
    if let Some(queue) = cx.state().sqs.queue(&cx.region, name) {
        return match first_difference(queue, &wanted, &input.attributes) {
            Some(attribute) => Err(errors::queue_exists(&attribute)),
            None => Ok(QueueUrlOutput { queue_url: url(cx, name) }),
        };
    }
    let now_ms = cx.now_ms;
    let rests = |region: &RegionState| {
        region.deleted.get(name).is_some_and(|deleted_ms| now_ms < deleted_ms + limits::NAME_REST_MS)
    };
    if cx.state().sqs.regions.get(&cx.region).is_some_and(rests) {
        return Err(errors::queue_deleted_recently());
    }
    if input.tags.len() > limits::TAGS {
        return Err(errors::too_many_tags());
    }
    wanted.tags = input.tags.into_iter().collect();
    let region = cx.region.clone();
    let state = cx.sqs().regions.entry(region).or_default();
    state.deleted.remove(name);
    state.queues.insert(name.to_owned(), wanted);
    Ok(QueueUrlOutput { queue_url: url(cx, name) })
}

operation! {
    /// Tells a queue's address by its name.
    ///
    /// **Source**: SQS API Reference, "GetQueueUrl".
    pub GET_QUEUE_URL: GetQueueUrl {
        http: "POST" "/" 200,
        input: GetQueueUrlInput,
        output: QueueUrlOutput,
        errors: ["QueueDoesNotExist"],
        access: |cx, input| to_name(cx, "sqs:GetQueueUrl", &input.queue_name),
        handler: get_queue_url,
    }
}

fn get_queue_url(cx: &mut OpContext<'_>, input: GetQueueUrlInput) -> ApiResult<QueueUrlOutput> {
    let ours = input.owner.is_none_or(|owner| owner == cx.account().as_str());
    match cx.state().sqs.queue(&cx.region, &input.queue_name).filter(|_| ours) {
        Some(queue) => Ok(QueueUrlOutput { queue_url: url(cx, &queue.name) }),
        None => Err(errors::queue_does_not_exist(cx)),
    }
}

operation! {
    /// Lists the addresses of the region's queues, by name.
    ///
    /// **Source**: SQS API Reference, "ListQueues".
    pub LIST_QUEUES: ListQueues {
        http: "POST" "/" 200,
        input: ListQueuesInput,
        output: ListQueuesOutput,
        errors: [],
        access: |cx, _| Access::to("sqs:ListQueues", cx.arn("sqs", "").to_string()),
        handler: list_queues,
    }
}

/// The size of a page, and the name after which it begins.
fn page(
    operation: &str,
    max_results: Option<i32>,
    token: Option<&String>,
) -> ApiResult<(usize, Option<String>)> {
    let size = max_results.unwrap_or(limits::PAGE);
    if !(1..=limits::PAGE).contains(&size) {
        let reason = "MaxResults must be an integer between 1 and 1000.";
        return Err(errors::invalid_value(&size.to_string(), "MaxResults", reason));
    }
    let invalid =
        |token: &String| errors::invalid_value(token, "NextToken", "Invalid or expired next token.");
    let after = token.map(|token| paging::position(operation, token).ok_or_else(|| invalid(token)));
    Ok((usize::try_from(size).unwrap_or(1), after.transpose()?))
}

fn list_queues(cx: &mut OpContext<'_>, input: ListQueuesInput) -> ApiResult<ListQueuesOutput> {
    let (size, after) = page("ListQueues", input.max_results, input.next_token.as_ref())?;
    let prefix = input.prefix.unwrap_or_default();
    let start = match &after {
        Some(after) => Bound::Excluded(after.as_str()),
        None => Bound::Included(prefix.as_str()),
    };
    let region = cx.state().sqs.regions.get(&cx.region);
    let mut names = region
        .into_iter()
        .flat_map(|region| region.queues.range::<str>((start, Bound::Unbounded)))
        .map(|(name, _)| name)
        .take_while(|name| name.starts_with(&prefix));
    let found: Vec<String> = names.by_ref().take(size).cloned().collect();
    // Without MaxResults there are no further pages: the answer ends at a thousand.
    let more = input.max_results.is_some() && names.next().is_some();
    let next_token = found.last().filter(|_| more).map(|name| paging::token("ListQueues", name));
    let urls: Vec<String> = found.iter().map(|name| url(cx, name)).collect();
    Ok(ListQueuesOutput { queue_urls: (!urls.is_empty()).then_some(urls), next_token })
}

operation! {
    /// Deletes a queue with its messages. Its name is free again after 60 seconds.
    ///
    /// **Source**: SQS API Reference, "DeleteQueue".
    pub DELETE_QUEUE: DeleteQueue {
        http: "POST" "/" 200,
        input: QueueInput,
        output: (),
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:DeleteQueue", &input.queue_url),
        handler: delete_queue,
    }
}

fn delete_queue(cx: &mut OpContext<'_>, input: QueueInput) -> ApiResult<()> {
    let name = find(cx, &input.queue_url)?.name.clone();
    let (now_ms, region) = (cx.now_ms, cx.region.clone());
    let state = cx.sqs().regions.entry(region).or_default();
    // Names that are free again need not be remembered.
    state.deleted.retain(|_, deleted_ms| now_ms < *deleted_ms + limits::NAME_REST_MS);
    state.deleted.insert(name.clone(), now_ms);
    let Some(queue) = state.queues.remove(&name) else { return Ok(()) };
    for waiter in queue.waiters.into_values() {
        let error = errors::queue_does_not_exist(cx);
        cx.complete(waiter.http_id, Completion::Operation(Err(error)));
    }
    Ok(())
}

operation! {
    /// Deletes all messages of a queue.
    ///
    /// **Source**: SQS API Reference, "PurgeQueue".
    pub PURGE_QUEUE: PurgeQueue {
        http: "POST" "/" 200,
        input: QueueInput,
        output: (),
        errors: ["InvalidAddress", "PurgeQueueInProgress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:PurgeQueue", &input.queue_url),
        handler: purge_queue,
    }
}

fn purge_queue(cx: &mut OpContext<'_>, input: QueueInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let now_ms = cx.now_ms;
    if queue.purged_at_ms.is_some_and(|at_ms| now_ms < at_ms + limits::PURGE_REST_MS) {
        return Err(errors::purge_in_progress(&queue.name));
    }
    let name = queue.name.clone();
    let queue = queue_mut(cx, &name);
    queue.purge();
    queue.purged_at_ms = Some(now_ms);
    Ok(())
}

operation! {
    /// Lists the queues that have this one as their dead-letter queue.
    ///
    /// **Source**: SQS API Reference, "ListDeadLetterSourceQueues".
    pub LIST_DEAD_LETTER_SOURCE_QUEUES: ListDeadLetterSourceQueues {
        http: "POST" "/" 200,
        input: ListSourcesInput,
        output: ListSourcesOutput,
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:ListDeadLetterSourceQueues", &input.queue_url),
        handler: list_sources,
    }
}

fn list_sources(cx: &mut OpContext<'_>, input: ListSourcesInput) -> ApiResult<ListSourcesOutput> {
    let operation = "ListDeadLetterSourceQueues";
    let (size, after) = page(operation, input.max_results, input.next_token.as_ref())?;
    let name = name_of(cx, &input.queue_url)?;
    let arn = find(cx, &input.queue_url).map(|queue| queue.arn.clone())?;
    debug_assert!(arn.ends_with(&name), "an ARN ends in the queue's name");
    let mut sources = redrive::sources(cx, &arn)
        .map(|queue| &queue.name)
        .filter(|name| after.as_ref().is_none_or(|after| *name > after));
    let found: Vec<String> = sources.by_ref().take(size).cloned().collect();
    let more = input.max_results.is_some() && sources.next().is_some();
    let next_token = found.last().filter(|_| more).map(|name| paging::token(operation, name));
    Ok(ListSourcesOutput { queue_urls: found.iter().map(|name| url(cx, name)).collect(), next_token })
}
