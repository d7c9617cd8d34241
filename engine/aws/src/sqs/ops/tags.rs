//! Tags of queues.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::lookup::{find, queue_mut, to_queue};
use crate::sqs::ops::queues::QueueInput;
use crate::sqs::{errors, limits};
use indexmap::IndexMap;
use nuvola_wire::shape;

shape! {
    /// What TagQueue takes.
    pub struct TagQueueInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("Tags", required, xml = "Tag", flattened, key = "Key", value = "Value")]
        pub tags: IndexMap<String, String>,
    }

    /// What UntagQueue takes.
    pub struct UntagQueueInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("TagKeys", required, flattened, item = "TagKey")] pub tag_keys: Vec<String>,
    }

    /// What ListQueueTags answers.
    pub struct ListQueueTagsOutput {
        #[wire("Tags", xml = "Tag", flattened, key = "Key", value = "Value")]
        pub tags: Option<IndexMap<String, String>>,
    }
}

operation! {
    /// Adds tags to a queue, over those of the same keys.
    ///
    /// **Source**: SQS API Reference, "TagQueue".
    pub TAG_QUEUE: TagQueue {
        http: "POST" "/" 200,
        input: TagQueueInput,
        output: (),
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:TagQueue", &input.queue_url),
        handler: tag_queue,
    }
}

fn tag_queue(cx: &mut OpContext<'_>, input: TagQueueInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let mut tags = queue.tags.clone();
    tags.extend(input.tags);
    if tags.len() > limits::TAGS {
        return Err(errors::too_many_tags());
    }
    queue_mut(cx, &name).tags = tags;
    Ok(())
}

operation! {
    /// Removes tags from a queue.
    ///
    /// **Source**: SQS API Reference, "UntagQueue".
    pub UNTAG_QUEUE: UntagQueue {
        http: "POST" "/" 200,
        input: UntagQueueInput,
        output: (),
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:UntagQueue", &input.queue_url),
        handler: untag_queue,
    }
}

fn untag_queue(cx: &mut OpContext<'_>, input: UntagQueueInput) -> ApiResult<()> {
    let name = find(cx, &input.queue_url)?.name.clone();
    queue_mut(cx, &name).tags.retain(|key, _| !input.tag_keys.contains(key));
    Ok(())
}

operation! {
    /// Lists the tags of a queue.
    ///
    /// **Source**: SQS API Reference, "ListQueueTags".
    pub LIST_QUEUE_TAGS: ListQueueTags {
        http: "POST" "/" 200,
        input: QueueInput,
        output: ListQueueTagsOutput,
        errors: ["InvalidAddress", "QueueDoesNotExist"],
        access: |cx, input| to_queue(cx, "sqs:ListQueueTags", &input.queue_url),
        handler: list_queue_tags,
    }
}

fn list_queue_tags(cx: &mut OpContext<'_>, input: QueueInput) -> ApiResult<ListQueueTagsOutput> {
    let tags = find(cx, &input.queue_url)?.tags.clone();
    Ok(ListQueueTagsOutput { tags: (!tags.is_empty()).then(|| tags.into_iter().collect()) })
}
