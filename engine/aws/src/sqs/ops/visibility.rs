//! How long a message that is in flight stays with its receiver.

use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs::delivery;
use crate::sqs::lookup::{find, queue_mut, to_queue};
use crate::sqs::state::{Place, Queue};
use crate::sqs::{errors, handles, limits};
use nuvola_wire::shape;

shape! {
    /// What ChangeMessageVisibility takes.
    pub struct ChangeVisibilityInput {
        #[wire("QueueUrl")] pub queue_url: String,
        #[wire("ReceiptHandle")] pub receipt_handle: String,
        #[wire("VisibilityTimeout")] pub visibility_s: i32,
    }
}

operation! {
    /// Changes how long a received message stays invisible, from now on; 0 shows it at once.
    ///
    /// **Source**: SQS API Reference, "ChangeMessageVisibility".
    pub CHANGE_MESSAGE_VISIBILITY: ChangeMessageVisibility {
        http: "POST" "/" 200,
        input: ChangeVisibilityInput,
        output: (),
        errors: ["InvalidAddress", "MessageNotInflight", "QueueDoesNotExist", "ReceiptHandleIsInvalid"],
        access: |cx, input| to_queue(cx, "sqs:ChangeMessageVisibility", &input.queue_url),
        handler: change_visibility,
    }
}

fn change_visibility(cx: &mut OpContext<'_>, input: ChangeVisibilityInput) -> ApiResult<()> {
    let queue = find(cx, &input.queue_url)?;
    let name = queue.name.clone();
    let number = changeable(queue, &input.receipt_handle, input.visibility_s, cx.now_ms)?;
    change(cx, &name, number, input.visibility_s);
    delivery::attend(cx, &name);
    Ok(())
}

/// The number of the message whose visibility a handle may change.
///
/// **Source**: the API Reference; the service accepts a change after the timeout has run out, as recorded in a
/// public test suite. That a timeout which was ended by 0 is `MessageNotInflight` is our own reasoning.
pub fn changeable(queue: &Queue, handle: &str, visibility_s: i32, now_ms: i64) -> ApiResult<u64> {
    let value = visibility_s.to_string();
    if !(0..=limits::VISIBILITY_S).contains(&visibility_s) {
        let reason = "VisibilityTimeout must be an integer between 0 and 43200.";
        return Err(errors::invalid_value(&value, "VisibilityTimeout", reason));
    }
    let receipt = handles::read(queue, handle).ok_or_else(|| errors::invalid_handle(handle))?;
    let message = queue.messages.get(&receipt.message);
    let Some(message) = message.filter(|message| message.receipt == receipt.receipt) else {
        return Err(errors::not_available(handle));
    };
    if !matches!(message.place, Place::InFlight { .. }) {
        if queue.fifo {
            return Err(errors::handle_expired(handle));
        }
        if message.ended {
            return Err(errors::not_in_flight());
        }
    }
    let total_ms = now_ms - message.received_at_ms + i64::from(visibility_s) * 1000;
    if total_ms > i64::from(limits::VISIBILITY_S) * 1000 {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].";
        return Err(errors::invalid_value(&value, "VisibilityTimeout", reason));
    }
    Ok(receipt.message)
}

pub fn change(cx: &mut OpContext<'_>, name: &str, number: u64, visibility_s: i32) {
    let until_ms = cx.now_ms + i64::from(visibility_s) * 1000;
    let queue = queue_mut(cx, name);
    let place = match visibility_s {
        0 => Place::Visible,
        _ => Place::InFlight { until_ms },
    };
    if let Some(message) = queue.messages.get_mut(&number) {
        (message.changed, message.ended) = (true, visibility_s == 0);
    }
    queue.set_place(number, place);
}
