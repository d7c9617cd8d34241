//! Topics, subscriptions, and the letters that came to people and web servers: plain data.

use super::inbox::Letter;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// By ARN.
    pub topics: Map<String, Topic>,
    /// The topic of each subscription, by the subscription's ARN.
    pub topic_of: Map<String, String>,
    /// The subscription of each token.
    pub tokens: Map<String, String>,
    /// The newest last.
    pub inbox: VecDeque<Letter>,
    pub next_letter: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    pub name: String,
    pub arn: String,
    pub region: String,
    pub account: String,
    pub fifo: bool,
    /// Those that were set, by name: `DisplayName`, `DeliveryPolicy`, ...
    pub attributes: BTreeMap<String, String>,
    pub policy: Option<String>,
    pub tags: BTreeMap<String, String>,
    /// By ARN.
    pub subscriptions: Map<String, Subscription>,
    pub deleted_subscriptions: u64,
    /// Of a FIFO topic: the last sequence number, ...
    pub sequence: u64,
    /// ... and what was published lately: until when, message id, sequence number.
    pub published: Map<String, (i64, String, u64)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    pub arn: String,
    pub topic_arn: String,
    pub protocol: String,
    pub endpoint: String,
    pub owner: String,
    pub principal: String,
    /// Its endpoint has said yes; until then the token can do so.
    pub confirmed: bool,
    pub token: String,
    /// Those that were set, by name: `RawMessageDelivery`, `FilterPolicy`, `RedrivePolicy`, ...
    pub attributes: BTreeMap<String, String>,
}

impl Topic {
    /// What everyone has who never set a policy.
    pub fn policy_text(&self) -> String {
        let default = || {
            let actions = [
                "GetTopicAttributes",
                "SetTopicAttributes",
                "AddPermission",
                "RemovePermission",
                "DeleteTopic",
                "Subscribe",
                "ListSubscriptionsByTopic",
                "Publish",
            ];
            json!({
                "Version": "2008-10-17",
                "Id": "__default_policy_ID",
                "Statement": [{
                    "Sid": "__default_statement_ID",
                    "Effect": "Allow",
                    "Principal": {"AWS": "*"},
                    "Action": actions.map(|name| format!("SNS:{name}")),
                    "Resource": self.arn,
                    "Condition": {"StringEquals": {"AWS:SourceOwner": self.account}},
                }],
            })
            .to_string()
        };
        self.policy.clone().unwrap_or_else(default)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub fn is_on(&self, name: &str) -> bool {
        self.attribute(name) == Some("true")
    }
}

impl Subscription {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    pub fn is_raw(&self) -> bool {
        self.attribute("RawMessageDelivery") == Some("true")
    }
}

impl State {
    pub fn subscription(&self, arn: &str) -> Option<(&Topic, &Subscription)> {
        let topic = self.topics.get(self.topic_of.get(arn)?)?;
        Some((topic, topic.subscriptions.get(arn)?))
    }

    pub fn subscription_mut(&mut self, arn: &str) -> Option<&mut Subscription> {
        let topic = self.topics.get_mut(self.topic_of.get(arn)?)?;
        topic.subscriptions.get_mut(arn)
    }
}
