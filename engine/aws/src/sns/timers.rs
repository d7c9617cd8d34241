//! What happens in SNS when time passes.

use super::publish::{self, Parcel};
use crate::context::OpContext;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// A message arrives at a subscription.
    Deliver(Box<Parcel>),
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Deliver(parcel) => publish::arrive(cx, *parcel),
    }
}
