//! What no API of AWS shows and the lab knows all the same: a queue's messages, who may do what, whether a security group lets
//! something through; and the controls that AWS does not have.

use crate::world::Shared;
use nuvola_aws::auth::{Decision, Permissions};
use nuvola_aws::sqs::QueueContents;
use nuvola_aws::{Cloud, Input};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How many messages of each kind are looked at.
const MESSAGES: usize = 50;

/// What is looked at.
#[derive(Debug, Clone)]
pub(crate) enum Look {
    /// A queue, by its ARN.
    Queue(String),
    WhoCan {
        action: String,
        resource: String,
    },
    /// A user or a role, by its ARN.
    WhatCan(String),
    /// Whether the internet reaches a port.
    Reach {
        address: String,
        port: u16,
    },
}

/// What is seen.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    Queue(QueueContents),
    Decisions(Vec<Decision>),
    Permissions(Permissions),
    /// The instance that has the address.
    Reachable(String),
    /// Why nothing gets through.
    Unreachable(String),
    Nothing,
}

impl Look {
    pub fn answer(self, cloud: &Cloud) -> Seen {
        match self {
            Look::Queue(arn) => cloud.queue_contents(&arn, MESSAGES).map_or(Seen::Nothing, Seen::Queue),
            Look::WhoCan { action, resource } => Seen::Decisions(cloud.who_can(&action, &resource)),
            Look::WhatCan(arn) => cloud.what_can(&arn).map_or(Seen::Nothing, Seen::Permissions),
            Look::Reach { address, port } => reach(cloud, &address, port),
        }
    }
}

fn reach(_cloud: &Cloud, _address: &str, _port: u16) -> Seen {
    Seen::Nothing
}

/// Looks past the APIs; the lab answers before the task goes on.
pub(crate) fn look(shared: &Shared, what: Look) -> Looking {
    let id = shared.borrow_mut().ask_look(what);
    Looking { shared: shared.clone(), id }
}

pub(crate) struct Looking {
    shared: Shared,
    id: u64,
}

impl Future for Looking {
    type Output = Seen;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Seen> {
        let seen = self.shared.borrow_mut().seen.remove(&self.id);
        seen.map_or(Poll::Pending, Poll::Ready)
    }
}

/// Turns a control of the lab.
pub(crate) fn control(shared: &Shared, input: Input) {
    shared.borrow_mut().controls.push(input);
}
