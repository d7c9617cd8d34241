//! What happens in SQS when time passes.

use super::delivery;
use super::ops::moves;
use crate::context::OpContext;
use nuvola_kernel::Region;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// Messages of a queue become visible, or too old.
    Queue { region: Region, name: String },
    /// A receive has waited long enough.
    WaitOver { region: Region, name: String, number: u64 },
    /// A task moves some more messages.
    Move { region: Region, number: u64 },
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Queue { region, name } => {
            cx.region = region;
            show(cx, &name);
        }
        Timer::WaitOver { region, name, number } => {
            let queue = cx.sqs().queue_mut(&region, &name);
            let Some(waiter) = queue.and_then(|queue| queue.waiters.remove(&number)) else { return };
            cx.region = region;
            delivery::answer(cx, waiter.http_id, Vec::new());
        }
        Timer::Move { region, number } => {
            cx.region = region;
            moves::on_timer(cx, number);
        }
    }
}

fn show(cx: &mut OpContext<'_>, name: &str) {
    let (now_ms, region) = (cx.now_ms, cx.region.clone());
    let Some(queue) = cx.sqs().queue_mut(&region, name) else { return };
    if queue.timer_at_ms.is_none_or(|at_ms| at_ms > now_ms) {
        // An earlier timer has taken this one's place.
        return;
    }
    queue.timer_at_ms = None;
    queue.settle(now_ms);
    delivery::attend(cx, name);
}

/// The client of a receive has gone away: no message may go to it.
pub fn abandon(cx: &mut OpContext<'_>, http_id: u64) {
    for region in cx.sqs().regions.values_mut() {
        for queue in region.queues.values_mut() {
            queue.waiters.retain(|_, waiter| waiter.http_id != http_id);
        }
    }
}
