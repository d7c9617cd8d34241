//! What exists in the account, as plain data for lists and maps.
//!
//! Each service tells of its own resources in its `inventory.rs`; bodies, code and log events are not
//! touched, so this is cheap enough to ask for after every step.

use crate::cloud::Cloud;
use crate::{apigateway, apigatewayv2, dynamodb, ec2, events, iam, lambda, logs, s3, sns, sqs, states};
use serde::{Deserialize, Serialize};

/// A resource.
///
/// Invariant: no two items have both their kind and their ARN in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Terraform's name of the type: `aws_lambda_function`.
    pub kind: String,
    /// A resource without an ARN of its own (a function URL) has that of what it belongs to.
    pub arn: String,
    /// The id that Terraform gives it.
    pub id: String,
    pub title: String,
    /// One line more, for people: a runtime, an address, a retention.
    pub subtitle: String,
    /// How it depends on other resources: what it does with each, and the other's ARN, which may be that of
    /// something that does not exist.
    pub links: Vec<(Relation, String)>,
}

/// What a resource does with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// A user, a group or a role has the permissions of a managed policy.
    HasPolicy,
    /// A function, or an instance with the profile, runs with the permissions of a role.
    AssumesRole,
    /// A function writes to a log group.
    LogsTo,
    /// A function lets this invoke it: a REST API, a bucket.
    InvokedBy,
    /// A function URL or a REST API passes requests on to a function.
    Invokes,
    /// A function's, a bucket's, a topic's or a rule's events are sent there.
    Notifies,
    /// An event source mapping takes what a queue or a table's stream has.
    ReadsFrom,
    /// A stage belongs to a REST API.
    StageOf,
    /// A queue gives messages that nobody could process to a dead-letter queue.
    RedrivesTo,
    /// An instance is behind a security group.
    ProtectedBy,
    /// An instance has an instance profile.
    HasProfile,
    /// An instance is opened by a key pair.
    OpenedBy,
    /// An Elastic IP is the address of an instance.
    AddressOf,
}

impl Item {
    /// An item whose title is its id.
    pub(crate) fn new(kind: &str, arn: impl Into<String>, id: impl Into<String>) -> Self {
        let id = id.into();
        Item {
            kind: kind.to_owned(),
            arn: arn.into(),
            title: id.clone(),
            id,
            subtitle: String::new(),
            links: Vec::new(),
        }
    }

    /// Adds a link that is not there yet.
    pub(crate) fn link(&mut self, relation: Relation, arn: impl Into<String>) {
        let link = (relation, arn.into());
        if !self.links.contains(&link) {
            self.links.push(link);
        }
    }
}

impl Cloud {
    /// Everything that exists, service by service, each in the order of names.
    pub fn inventory(&self) -> Vec<Item> {
        let state = self.state();
        let mut items = Vec::new();
        iam::inventory(&state.iam, &mut items);
        lambda::inventory(&state.lambda, &mut items);
        apigateway::inventory(&state.apigateway, &mut items);
        apigatewayv2::inventory(&state.apigatewayv2, &mut items);
        s3::inventory(&state.s3, &mut items);
        dynamodb::inventory(&state.dynamodb, &mut items);
        logs::inventory(&state.logs, &mut items);
        sqs::inventory(&state.sqs, &mut items);
        sns::inventory(&state.sns, &mut items);
        events::inventory(&state.events, &mut items);
        ec2::inventory(&state.ec2, &state.options, &mut items);
        states::inventory(&state.states, &mut items);
        items
    }
}
