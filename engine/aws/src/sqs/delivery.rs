//! How messages reach those who ask for them: receives, those who wait, dead letters, and the queue's timer.

use super::handles::{self, Receipt};
use super::lookup::queue_mut;
use super::ops::receive::{self, ReceivedMessage};
use super::state::{Attempt, Message, Place, Queue, Wish};
use super::timers::Timer;
use super::{limits, redrive};
use crate::cloud;
use crate::context::{Completion, OpContext};
use crate::service::{IntoOutcome, Outcome};
use nuvola_kernel::IdSource;

/// Among how many of the next messages a disorderly queue chooses.
const DISORDER_REACH: u64 = 10;

/// Receives what `wish` says from the queue `name` of the context's region. The queue exists.
pub fn receive(cx: &mut OpContext<'_>, name: &str, wish: &Wish) -> Vec<ReceivedMessage> {
    let (now_ms, region) = (cx.now_ms, cx.region.clone());
    let dead_letters = {
        let redrive = cx.state().sqs.queue(&region, name).and_then(|queue| queue.redrive.as_ref());
        redrive.filter(|redrive| redrive::by_arn(cx, &redrive.target_arn).is_some()).cloned()
    };
    let cloud::CloudState { sqs, ids, .. } = &mut *cx.state;
    let Some(queue) = sqs.queue_mut(&region, name) else { return Vec::new() };
    if let Some(numbers) = wish.attempt_id.as_ref().and_then(|id| repeated(queue, id, now_ms)) {
        return show_again(queue, wish, &numbers, now_ms);
    }
    let mut taking = Taking {
        most: wish.most,
        max_receives: dead_letters.as_ref().map(|redrive| redrive.max_receive_count),
        until_ms: until(queue, wish.visibility_s, now_ms),
        now_ms,
        taken: Vec::new(),
        kept_visible: Vec::new(),
        dead: Vec::new(),
    };
    match queue.fifo {
        true => taking.in_order(queue),
        false => taking.any(queue, ids),
    }
    let Taking { taken, dead, kept_visible, .. } = taking;
    for number in kept_visible {
        queue.set_place(number, Place::Visible);
    }
    remember_attempt(queue, wish, &taken, now_ms);
    let found = taken.iter().filter_map(|number| queue.messages.get(number));
    let shown = found.map(|message| receive::shown(queue, message, wish)).collect();
    let source_arn = queue.arn.clone();
    if let Some(redrive) = dead_letters.filter(|_| !dead.is_empty()) {
        bury(cx, dead, &source_arn, &redrive.target_arn);
    }
    shown
}

/// When messages that are received now become visible again.
fn until(queue: &Queue, visibility_s: Option<i32>, now_ms: i64) -> i64 {
    now_ms + i64::from(visibility_s.unwrap_or(queue.settings.visibility_s)) * 1000
}

/// One receive under way.
struct Taking {
    most: usize,
    max_receives: Option<u32>,
    until_ms: i64,
    now_ms: i64,
    taken: Vec<u64>,
    /// Taken, but to be found by others too.
    kept_visible: Vec<u64>,
    /// What could not be processed often enough, with no one left to try it.
    dead: Vec<Message>,
}

impl Taking {
    /// A standard queue: the oldest first, as far as it keeps order at all.
    fn any(&mut self, queue: &mut Queue, ids: &mut IdSource) {
        let disorder = queue.disorder_permille;
        while self.taken.len() < self.most && queue.in_flight < limits::IN_FLIGHT {
            let Some(&(_, first)) = queue.ready.first() else { return };
            let mut number = first;
            if disorder > 0 && ids.below(1000) < disorder {
                let reach = DISORDER_REACH.min(queue.ready.len() as u64);
                let skip = usize::try_from(ids.below(reach)).unwrap_or(0);
                number = queue.ready.iter().nth(skip).map_or(first, |(_, number)| *number);
            }
            if self.take(queue, number) && disorder > 0 && ids.below(1000) < disorder {
                self.kept_visible.push(number);
            }
        }
    }

    /// A FIFO queue: of the first free group as many as possible, then of the next one.
    fn in_order(&mut self, queue: &mut Queue) {
        while self.taken.len() < self.most {
            let Some(&(_, first)) = queue.ready.first() else { return };
            let Some(group) = queue.group_of(first) else { return };
            let visible =
                |number: &u64| queue.messages.get(number).is_some_and(|found| found.place == Place::Visible);
            // Dead letters do not count for the answer, so that more of the group may be looked at.
            let members: Vec<u64> =
                group.members.iter().map(|(_, number)| *number).take_while(visible).take(self.most).collect();
            for number in members {
                if self.taken.len() >= self.most || queue.in_flight >= limits::IN_FLIGHT {
                    return;
                }
                self.take(queue, number);
            }
        }
    }

    /// Takes one message; `false` if it is a dead letter now.
    fn take(&mut self, queue: &mut Queue, number: u64) -> bool {
        let receipt = queue.next_receipt;
        let Some(message) = queue.messages.get_mut(&number) else { return false };
        if self.max_receives.is_some_and(|most| message.received_here >= most) {
            self.dead.extend(queue.remove(number));
            return false;
        }
        queue.next_receipt += 1;
        message.received += 1;
        message.received_here += 1;
        message.first_received_at_ms.get_or_insert(self.now_ms);
        message.received_at_ms = self.now_ms;
        message.receipt = receipt;
        (message.changed, message.ended) = (false, false);
        if self.until_ms <= self.now_ms {
            // Nobody else is kept from it, but this answer has it once.
            self.kept_visible.push(number);
        }
        queue.set_place(number, Place::InFlight { until_ms: self.until_ms });
        self.taken.push(number);
        true
    }
}

/// The messages of an earlier receive with the same attempt id, if nothing has happened to them since.
fn repeated(queue: &Queue, attempt_id: &str, now_ms: i64) -> Option<Vec<u64>> {
    let attempt = queue.attempts.get(attempt_id).filter(|attempt| now_ms < attempt.until_ms)?;
    let untouched = |(number, receipt): &(u64, u64)| {
        queue.messages.get(number).is_some_and(|message| {
            message.receipt == *receipt && !message.changed && matches!(message.place, Place::InFlight { .. })
        })
    };
    let all = attempt.messages.iter().all(untouched);
    all.then(|| attempt.messages.iter().map(|(number, _)| *number).collect())
}

/// A repeated receive gives the same messages and handles, and begins the visibility timeout anew.
fn show_again(queue: &mut Queue, wish: &Wish, numbers: &[u64], now_ms: i64) -> Vec<ReceivedMessage> {
    let until_ms = until(queue, wish.visibility_s, now_ms);
    for number in numbers {
        queue.set_place(*number, Place::InFlight { until_ms });
    }
    let found = numbers.iter().filter_map(|number| queue.messages.get(number));
    found.map(|message| receive::shown(queue, message, wish)).collect()
}

fn remember_attempt(queue: &mut Queue, wish: &Wish, taken: &[u64], now_ms: i64) {
    const KEPT: usize = 1000;
    let Some(id) = wish.attempt_id.as_ref().filter(|_| queue.fifo && !taken.is_empty()) else { return };
    if queue.attempts.len() >= KEPT {
        queue.attempts.retain(|_, attempt| now_ms < attempt.until_ms);
    }
    let receipt = |number: &u64| Some((*number, queue.messages.get(number)?.receipt));
    let messages = taken.iter().filter_map(receipt).collect();
    queue.attempts.insert(id.clone(), Attempt { until_ms: now_ms + limits::ATTEMPT_MS, messages });
}

/// The handle of a message's last receipt.
pub fn handle_of(queue: &Queue, message: &Message) -> String {
    handles::handle(queue, Receipt { message: message.number, receipt: message.receipt })
}

/// Moves messages to a dead-letter queue.
fn bury(cx: &mut OpContext<'_>, dead: Vec<Message>, source_arn: &str, target_arn: &str) {
    let Some(target) = redrive::name_in(cx, target_arn) else { return };
    let now_ms = cx.now_ms;
    let queue = queue_mut(cx, &target);
    for mut message in dead {
        message.dead_letter_source = Some(source_arn.to_owned());
        if queue.fifo {
            // A standard queue's message keeps its age, a FIFO queue's begins anew.
            message.sent_at_ms = now_ms;
        }
        queue.push(message, None);
    }
    attend(cx, &target);
}

/// After a queue has changed: serves those who wait for its messages, and sets its timer.
pub fn attend(cx: &mut OpContext<'_>, name: &str) {
    let region = cx.region.clone();
    loop {
        let Some(queue) = cx.sqs().queue_mut(&region, name) else { return };
        let Some((&number, waiter)) = queue.waiters.iter().next() else { break };
        let waiter = waiter.clone();
        if !cx.state().waiting.contains_key(&waiter.http_id) {
            queue_mut(cx, name).waiters.remove(&number);
            continue;
        }
        let queue = queue_mut(cx, name);
        if !queue.has_ready() {
            break;
        }
        let messages = receive(cx, name, &waiter.wish);
        if messages.is_empty() {
            // All that was ready were dead letters.
            break;
        }
        queue_mut(cx, name).waiters.remove(&number);
        answer(cx, waiter.http_id, messages);
    }
    arm(cx, name);
    // A function may be waiting for the queue's messages.
    let ready = cx.state().sqs.queue(&region, name).filter(|queue| queue.has_ready());
    if let Some(arn) = ready.map(|queue| queue.arn.clone()) {
        crate::lambda::source_ready(cx, &arn);
    }
}

/// Answers a receive that has waited.
pub fn answer(cx: &mut OpContext<'_>, http_id: u64, messages: Vec<ReceivedMessage>) {
    let Outcome::Done(output) = receive::output(messages).into_outcome() else { return };
    cx.complete(http_id, Completion::Operation(Ok(output)));
}

/// Lets the queue's timer fire when a message becomes visible or too old.
fn arm(cx: &mut OpContext<'_>, name: &str) {
    let region = cx.region.clone();
    let Some(queue) = cx.sqs().queue_mut(&region, name) else { return };
    let Some(due_ms) = queue.next_due_ms() else { return };
    if queue.timer_at_ms.is_some_and(|at_ms| at_ms <= due_ms) {
        return;
    }
    queue.timer_at_ms = Some(due_ms);
    let timer = Timer::Queue { region, name: name.to_owned() };
    cx.schedule(due_ms, cloud::Timer::Sqs(timer));
}
