//! Activities: tasks that workers fetch.

use crate::context::OpContext;
use crate::states::ops::tasks;
use crate::states::run::Job;
use crate::states::state::{Scheduled, TaskOf};
use nuvola_asl::{Failure, TaskCall};

/// Puts a task in an activity's queue, or into the hands of a worker that waits.
pub fn schedule(cx: &mut OpContext<'_>, arn: &str, of: &TaskOf, call: TaskCall) -> Vec<Job> {
    let token = call.token.unwrap_or_default();
    let Some(activity) = cx.states().activities.get_mut(arn) else {
        let failure = Failure::runtime(format!("The activity {arn} does not exist."));
        return vec![Job::Answer { task: of.task, answer: Err(failure) }];
    };
    let scheduled = Scheduled { token, input: call.parameters };
    match activity.workers.pop_front() {
        None => {
            activity.queue.push_back(scheduled);
            Vec::new()
        }
        Some((http_id, worker)) => {
            tasks::hand_over(cx, http_id, &scheduled);
            vec![Job::Taken { task: of.task, worker }]
        }
    }
}
