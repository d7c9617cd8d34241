//! What happens in EventBridge when time passes.

use super::dispatch::{self, Parcel};
use super::schedule::Schedule;
use crate::cloud;
use crate::context::OpContext;
use nuvola_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// An event arrives at a target.
    Deliver(Box<Parcel>),
    /// A schedule is due.
    Schedule { rule_arn: String },
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Deliver(parcel) => dispatch::arrive(cx, *parcel),
        Timer::Schedule { rule_arn } => due(cx, &rule_arn),
    }
}

/// Sets when a rule's schedule is due next; without one, or while it is disabled, it is not.
pub fn arm(cx: &mut OpContext<'_>, rule_arn: &str, since_ms: i64) {
    let now_ms = cx.now_ms;
    let Some(rule) = cx.events().rules.get_mut(rule_arn) else { return };
    let schedule = rule.schedule.as_deref().and_then(Schedule::parse).filter(|_| rule.enabled);
    rule.next_at_ms = schedule.and_then(|schedule| schedule.next_after(now_ms, since_ms));
    if let Some(due_ms) = rule.next_at_ms {
        let timer = Timer::Schedule { rule_arn: rule_arn.to_owned() };
        cx.schedule(due_ms, cloud::Timer::Events(timer));
    }
}

fn due(cx: &mut OpContext<'_>, rule_arn: &str) {
    let now_ms = cx.now_ms;
    let Some(rule) = cx.state().events.rules.get(rule_arn) else { return };
    if rule.next_at_ms != Some(now_ms) {
        // The schedule was changed since.
        return;
    }
    let region = rule.region.clone();
    let id = cx.ids().uuid();
    let event = json!({
        "version": "0",
        "id": id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": cx.account().as_str(),
        "time": Timestamp(now_ms).iso_seconds(),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    });
    dispatch::fire(cx, rule_arn, &event, None, 0);
    arm(cx, rule_arn, now_ms);
}
