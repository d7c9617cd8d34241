//! What happens when time advances.

use super::integrate;
use super::map_run;
use super::ops::tasks;
use super::run::{self, Job};
use crate::context::OpContext;
use nuvola_asl::{Data, Failure, Outcome};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// An execution begins, or goes on after a burst of steps.
    Go { execution: String },
    /// A wait, a retry, a timeout of the interpreter.
    Fired { execution: String, thread: u32, serial: u32 },
    /// An execution has run for as long as it may.
    Limit { execution: String },
    /// Nobody waits for an execution that a task began.
    Stop { execution: String },
    /// A job that a task waits for is done.
    Answer { execution: String, task: u64, answer: Result<Data, Failure> },
    /// A call was answered.
    Received { call: u64 },
    /// A worker has waited long enough.
    PollOver { activity: String, http_id: u64 },
    /// A child of a map run is done.
    Child { map_run: String, index: u64 },
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Go { execution } => run::drive(cx, &execution, Job::Go),
        Timer::Fired { execution, thread, serial } => {
            run::drive(cx, &execution, Job::Fired { thread, serial });
        }
        Timer::Limit { execution } => {
            let outcome = Outcome::TimedOut(Failure::default());
            run::drive(cx, &execution, Job::Stop(outcome));
        }
        Timer::Stop { execution } => {
            run::drive(cx, &execution, Job::Stop(Outcome::Aborted(Failure::default())));
        }
        Timer::Answer { execution, task, answer } => run::drive(cx, &execution, Job::Answer { task, answer }),
        Timer::Received { call } => integrate::received(cx, call),
        Timer::PollOver { activity, http_id } => tasks::poll_over(cx, &activity, http_id),
        Timer::Child { map_run, index } => map_run::child_done(cx, &map_run, index),
    }
}

/// A client that waited has gone away: no worker waits any more.
pub fn abandon(cx: &mut OpContext<'_>, http_id: u64) {
    for activity in cx.states().activities.values_mut() {
        activity.workers.retain(|(waiting, _)| *waiting != http_id);
    }
}
