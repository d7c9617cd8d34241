//! From the ARNs in requests to topics and subscriptions, and the permissions on them.

use super::errors;
use super::state::{Subscription, Topic};
use crate::auth::{Access, ResourcePolicy};
use crate::context::OpContext;
use crate::service::ApiResult;
use nuvola_kernel::Arn;

/// The permission for `action` on a topic, judged with the topic's policy.
pub fn to_topic(cx: &OpContext<'_>, action: &str, arn: &str) -> Access {
    let topic = cx.state().sns.topics.get(arn);
    let policy = topic.map(|topic| ResourcePolicy { name: topic.arn.clone(), document: topic.policy_text() });
    Access::to(action, arn).with_resource_policy(policy)
}

/// Refuses what is no topic's ARN of this account and region.
pub fn check_arn(cx: &OpContext<'_>, arn: &str, parameter: &str) -> ApiResult<()> {
    let parsed = Arn::parse(arn).filter(|parsed| parsed.service() == "sns");
    let Some(parsed) = parsed else {
        let count = arn.split(':').count();
        let reason = match count < 6 {
            true => format!("An ARN must have at least 6 elements, not {count}"),
            false => "ARN is not of a topic".to_owned(),
        };
        return Err(errors::because(parameter, &reason));
    };
    if parsed.region() != cx.region.as_str() {
        return Err(errors::invalid(parameter));
    }
    Ok(())
}

pub fn topic<'a>(cx: &'a OpContext<'_>, arn: &str) -> ApiResult<&'a Topic> {
    check_arn(cx, arn, "TopicArn")?;
    cx.state().sns.topics.get(arn).ok_or_else(errors::no_topic)
}

/// The topic with this ARN, to change it; [`topic`] it first.
pub fn topic_mut<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> &'a mut Topic {
    cx.sns().topics.get_mut(arn).expect("the topic was found before")
}

pub fn check_subscription_arn(arn: &str) -> ApiResult<()> {
    let parts = arn.split(':').count();
    if parts < 6 {
        let reason = format!("An ARN must have at least 6 elements, not {parts}");
        return Err(errors::because("SubscriptionArn", &reason));
    }
    if parts != 7 {
        return Err(errors::invalid("SubscriptionId"));
    }
    Ok(())
}

pub fn subscription<'a>(cx: &'a OpContext<'_>, arn: &str) -> ApiResult<(&'a Topic, &'a Subscription)> {
    check_subscription_arn(arn)?;
    cx.state().sns.subscription(arn).ok_or_else(errors::no_subscription)
}
