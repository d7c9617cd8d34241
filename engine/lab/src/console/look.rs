//! What no API of AWS shows and the lab knows all the same: a queue's messages, a table's replicas, who may do what, whether a security group lets
//! something through; and the controls that AWS does not have.

use crate::world::Shared;
use nuvola_aws::auth::{Decision, Permissions};
use nuvola_aws::dynamodb::TableView;
use nuvola_aws::ec2::{Source, Verdict};
use nuvola_aws::lambda::EnvironmentBox;
use nuvola_aws::sns::Letter;
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
    /// A table, by its ARN.
    Table(String),
    /// What SNS sent to the world outside.
    Inbox,
    /// The environments of a function, by its name.
    Environments(String),
    WhoCan {
        action: String,
        resource: String,
    },
    /// A user or a role, by its ARN.
    WhatCan(String),
    /// Whether an instance, or the internet, reaches a port.
    Reach {
        from: Option<String>,
        address: String,
        port: u16,
    },
}

/// What is seen.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    Queue(QueueContents),
    Table(Box<TableView>),
    Inbox(Vec<Letter>),
    Environments(Vec<EnvironmentBox>),
    Decisions(Vec<Decision>),
    Permissions(Permissions),
    /// The instance that has the address.
    Reachable(String),
    /// Why nothing gets through.
    Unreachable(String),
    Nothing,
}

impl Seen {
    pub fn permissions(self) -> Option<Permissions> {
        if let Seen::Permissions(permissions) = self { Some(permissions) } else { None }
    }
}

impl Look {
    pub fn answer(self, cloud: &Cloud) -> Seen {
        match self {
            Look::Queue(arn) => cloud.queue_contents(&arn, MESSAGES).map_or(Seen::Nothing, Seen::Queue),
            Look::Inbox => Seen::Inbox(cloud.sns_inbox()),
            Look::Environments(function) => Seen::Environments(cloud.lambda_environments(&function)),
            Look::WhoCan { action, resource } => Seen::Decisions(cloud.who_can(&action, &resource)),
            Look::WhatCan(arn) => cloud.what_can(&arn).map_or(Seen::Nothing, Seen::Permissions),
            Look::Table(arn) => {
                cloud.table_view(&arn).map_or(Seen::Nothing, |view| Seen::Table(Box::new(view)))
            }
            Look::Reach { from, address, port } => reach(cloud, from.as_deref(), &address, port),
        }
    }
}

/// Where the student's browser stands: anywhere on the internet.
/// **Source**: RFC 5737, the addresses of documentation.
const BROWSER: &str = "198.51.100.7";

fn reach(cloud: &Cloud, from: Option<&str>, address: &str, port: u16) -> Seen {
    let source = from.map_or(Source::Address(BROWSER), Source::Instance);
    let reach = cloud.reach(&source, address, port);
    match (reach.verdict, reach.instance_id) {
        (Verdict::Allowed, Some(instance_id)) => Seen::Reachable(instance_id),
        _ => Seen::Unreachable(reach.explanation),
    }
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
