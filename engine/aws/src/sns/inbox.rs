//! What SNS sends to e-mail addresses and web servers outside the cloud comes here, where it can be read.

use super::state::Topic;
use crate::cloud::Cloud;
use crate::context::OpContext;
use serde::{Deserialize, Serialize};

/// How many letters are kept.
const KEPT: usize = 500;

/// Something that SNS sent to the world outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub number: u64,
    pub at_ms: i64,
    pub kind: LetterKind,
    /// `email`, `email-json`, `http` or `https`.
    pub protocol: String,
    /// Whom it went to.
    pub endpoint: String,
    pub topic_arn: String,
    pub subject: String,
    pub body: String,
    /// What confirms the subscription, while that is asked.
    pub token: Option<String>,
    /// Opening it confirms the subscription, or ends it.
    pub link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LetterKind {
    SubscriptionConfirmation,
    Notification,
}

/// What a letter is about.
pub struct Draft<'a> {
    pub kind: LetterKind,
    pub protocol: &'a str,
    pub endpoint: &'a str,
    pub subject: String,
    pub body: String,
    pub token: Option<String>,
    pub link: Option<String>,
}

pub fn put(cx: &mut OpContext<'_>, topic_arn: &str, draft: Draft<'_>) {
    let at_ms = cx.now_ms;
    let state = cx.sns();
    let number = state.next_letter;
    state.next_letter += 1;
    state.inbox.push_back(Letter {
        number,
        at_ms,
        kind: draft.kind,
        protocol: draft.protocol.to_owned(),
        endpoint: draft.endpoint.to_owned(),
        topic_arn: topic_arn.to_owned(),
        subject: draft.subject,
        body: draft.body,
        token: draft.token,
        link: draft.link,
    });
    if state.inbox.len() > KEPT {
        state.inbox.pop_front();
    }
}

/// The address that confirms a subscription.
pub fn confirmation_link(topic: &Topic, token: &str) -> String {
    format!(
        "https://sns.{}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token={token}",
        topic.region, topic.arn
    )
}

/// The address that ends a subscription.
pub fn unsubscribe_link(topic: &Topic, subscription_arn: &str) -> String {
    format!(
        "https://sns.{}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
        topic.region
    )
}

impl Cloud {
    /// What SNS has sent to e-mail addresses and web servers, the newest first.
    pub fn sns_inbox(&self) -> Vec<Letter> {
        self.state().sns.inbox.iter().rev().cloned().collect()
    }
}
