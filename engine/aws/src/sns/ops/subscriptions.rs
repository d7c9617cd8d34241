//! Subscriptions: subscribe, confirm, change, list, unsubscribe.

use crate::auth::{Access, Principal};
use crate::context::OpContext;
use crate::operation;
use crate::service::ApiResult;
use crate::sns::inbox::{self, Draft, LetterKind};
use crate::sns::lookup::{self, to_topic, topic_mut};
use crate::sns::ops::topics::{next_of, start_of};
use crate::sns::state::{Subscription, Topic};
use crate::sns::{attributes, errors, format};
use indexmap::IndexMap;
use nuvola_kernel::Arn;
use nuvola_wire::shape;
use std::collections::BTreeMap;

shape! {
    /// What Subscribe takes.
    pub struct SubscribeInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("Protocol")] pub protocol: String,
        #[wire("Endpoint")] pub endpoint: Option<String>,
        #[wire("Attributes")] pub attributes: IndexMap<String, String>,
        #[wire("ReturnSubscriptionArn")] pub return_arn: Option<bool>,
    }

    /// What Subscribe and ConfirmSubscription answer.
    pub struct SubscribeOutput {
        #[wire("SubscriptionArn")] pub subscription_arn: Option<String>,
    }

    /// What ConfirmSubscription takes.
    pub struct ConfirmSubscriptionInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("Token")] pub token: String,
        #[wire("AuthenticateOnUnsubscribe")] pub authenticate_on_unsubscribe: Option<String>,
    }

    /// The subscription that an operation is about.
    pub struct SubscriptionInput {
        #[wire("SubscriptionArn")] pub subscription_arn: String,
    }

    /// What ListSubscriptions takes.
    pub struct ListSubscriptionsInput {
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What ListSubscriptionsByTopic takes.
    pub struct ListSubscriptionsByTopicInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A subscription in a list.
    pub struct ListedSubscription {
        #[wire("SubscriptionArn")] pub subscription_arn: String,
        #[wire("Owner")] pub owner: String,
        #[wire("Protocol")] pub protocol: String,
        #[wire("Endpoint")] pub endpoint: String,
        #[wire("TopicArn")] pub topic_arn: String,
    }

    /// What both listings answer.
    pub struct ListSubscriptionsOutput {
        #[wire("Subscriptions")] pub subscriptions: Vec<ListedSubscription>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What GetSubscriptionAttributes answers.
    pub struct GetSubscriptionAttributesOutput {
        #[wire("Attributes")] pub attributes: IndexMap<String, String>,
    }

    /// What SetSubscriptionAttributes takes.
    pub struct SetSubscriptionAttributesInput {
        #[wire("SubscriptionArn")] pub subscription_arn: String,
        #[wire("AttributeName")] pub name: String,
        #[wire("AttributeValue")] pub value: Option<String>,
    }
}

operation! {
    /// Subscribes an endpoint to a topic; people and web servers are asked first.
    ///
    /// **Source**: SNS API Reference, "Subscribe".
    pub SUBSCRIBE: Subscribe {
        http: "POST" "/" 200,
        input: SubscribeInput,
        output: SubscribeOutput,
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| {
            to_topic(cx, "sns:Subscribe", &input.topic_arn)
                .with_key("sns:Protocol", [input.protocol.clone()])
                .with_key("sns:Endpoint", input.endpoint.clone())
        },
        handler: subscribe,
    }
}

fn check_endpoint(cx: &mut OpContext<'_>, topic: &Topic, protocol: &str, endpoint: &str) -> ApiResult<()> {
    let service = Arn::parse(endpoint).map(|arn| arn.service().to_owned());
    let is = |name: &str| service.as_deref() == Some(name);
    match protocol {
        "sqs" if !is("sqs") => Err(errors::invalid("SQS endpoint ARN")),
        "lambda" if !is("lambda") => Err(errors::invalid("Lambda endpoint ARN")),
        "sqs" if endpoint.ends_with(".fifo") && !topic.fifo => Err(errors::invalid(
            "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        )),
        "sqs" => Ok(()),
        _ if topic.fifo => Err(errors::invalid(format!(
            "Invalid parameter: Endpoint Reason: Please use FIFO SQS queue or standard SQS queue as endpoint of a FIFO topic, not {protocol}"
        ))),
        "lambda" => Ok(()),
        "email" | "email-json" if !endpoint.contains('@') || endpoint.contains(char::is_whitespace) => {
            Err(errors::invalid("Email address"))
        }
        "http" | "https" if !endpoint.starts_with(&format!("{protocol}://")) => {
            Err(errors::invalid("Endpoint must match the specified protocol"))
        }
        "email" | "email-json" | "http" | "https" => Ok(()),
        "sms" | "application" | "firehose" => {
            cx.not_simulated(format!("SNS: subscriptions with the protocol {protocol}"));
            Err(errors::not_simulated(&format!("subscriptions with the protocol {protocol}")))
        }
        _ => Err(errors::invalid(format!("Amazon SNS does not support this protocol string: {protocol}"))),
    }
}

fn subscribe(cx: &mut OpContext<'_>, input: SubscribeInput) -> ApiResult<SubscribeOutput> {
    let topic = lookup::topic(cx, &input.topic_arn)?.clone();
    let endpoint = input.endpoint.unwrap_or_default();
    check_endpoint(cx, &topic, &input.protocol, &endpoint)?;
    let confirmed = matches!(input.protocol.as_str(), "sqs" | "lambda");
    let mut subscription = Subscription {
        arn: String::new(),
        topic_arn: topic.arn.clone(),
        protocol: input.protocol,
        endpoint,
        owner: cx.account().to_string(),
        principal: cx.principal_arn(),
        confirmed,
        token: String::new(),
        attributes: BTreeMap::new(),
    };
    // The scope decides how the policy is read.
    if let Some(scope) = input.attributes.get("FilterPolicyScope") {
        attributes::set_subscription(cx, &mut subscription, "FilterPolicyScope", scope)?;
    }
    for (name, value) in input.attributes.iter().filter(|(name, _)| *name != "FilterPolicyScope") {
        attributes::set_subscription(cx, &mut subscription, name, value).map_err(|error| {
            match error.message.as_str() {
                "Invalid parameter: AttributeName" => {
                    errors::because("Attributes", &format!("Unknown attribute: {name}"))
                }
                _ => error,
            }
        })?;
    }
    let same =
        |one: &&Subscription| one.protocol == subscription.protocol && one.endpoint == subscription.endpoint;
    if let Some(known) = topic.subscriptions.values().find(same) {
        if !input.attributes.is_empty() && known.attributes != subscription.attributes {
            return Err(errors::because(
                "Attributes",
                "Subscription already exists with different attributes",
            ));
        }
        let (arn, confirmed) = (known.arn.clone(), known.confirmed);
        if !confirmed {
            ask(cx, &topic, &known.clone());
        }
        return Ok(answer(arn, confirmed, input.return_arn));
    }
    subscription.arn = format!("{}:{}", topic.arn, cx.ids().uuid());
    subscription.token = cx.ids().hex(128);
    let arn = subscription.arn.clone();
    let state = cx.sns();
    state.topic_of.insert(arn.clone(), topic.arn.clone());
    if !confirmed {
        state.tokens.insert(subscription.token.clone(), arn.clone());
    }
    topic_mut(cx, &input.topic_arn).subscriptions.insert(arn.clone(), subscription.clone());
    if !confirmed {
        ask(cx, &topic, &subscription);
    }
    Ok(answer(arn, confirmed, input.return_arn))
}

fn answer(arn: String, confirmed: bool, wants_arn: Option<bool>) -> SubscribeOutput {
    let shown = match confirmed || wants_arn == Some(true) {
        true => arn,
        false => "pending confirmation".to_owned(),
    };
    SubscribeOutput { subscription_arn: Some(shown) }
}

/// Sends the link that confirms.
fn ask(cx: &mut OpContext<'_>, topic: &Topic, subscription: &Subscription) {
    let id = cx.ids().uuid();
    let body = match subscription.protocol.as_str() {
        "email" => format::confirmation_letter(topic, subscription),
        _ => format::confirmation(topic, subscription, &id, cx.now_ms),
    };
    let draft = Draft {
        kind: LetterKind::SubscriptionConfirmation,
        protocol: &subscription.protocol,
        endpoint: &subscription.endpoint,
        subject: "AWS Notification - Subscription Confirmation".to_owned(),
        body,
        token: Some(subscription.token.clone()),
        link: Some(inbox::confirmation_link(topic, &subscription.token)),
    };
    inbox::put(cx, &topic.arn, draft);
}

operation! {
    /// Says yes to a subscription, by the token that its endpoint was sent.
    ///
    /// **Source**: SNS API Reference, "ConfirmSubscription".
    pub CONFIRM_SUBSCRIPTION: ConfirmSubscription {
        http: "POST" "/" 200,
        input: ConfirmSubscriptionInput,
        output: SubscribeOutput,
        errors: ["InvalidParameter", "NotFound"],
        // Whoever has the token may use it.
        access: |_, _| Access::none(),
        handler: confirm_subscription,
    }
}

fn confirm_subscription(
    cx: &mut OpContext<'_>,
    input: ConfirmSubscriptionInput,
) -> ApiResult<SubscribeOutput> {
    lookup::topic(cx, &input.topic_arn)?;
    let invalid = || errors::invalid("Token");
    let arn = cx.state().sns.tokens.get(&input.token).cloned().ok_or_else(invalid)?;
    let subscription = cx.sns().subscription_mut(&arn).filter(|one| one.topic_arn == input.topic_arn);
    let subscription = subscription.ok_or_else(invalid)?;
    subscription.confirmed = true;
    Ok(SubscribeOutput { subscription_arn: Some(arn) })
}

operation! {
    /// Ends a subscription.
    ///
    /// **Source**: SNS API Reference, "Unsubscribe".
    pub UNSUBSCRIBE: Unsubscribe {
        http: "POST" "/" 200,
        input: SubscriptionInput,
        output: (),
        errors: ["InvalidParameter", "NotFound"],
        // The link in a message bears no signature: whoever knows the ARN may use it.
        access: |cx, input| match cx.principal {
            Principal::Anonymous => Access::none(),
            Principal::Root | Principal::User(_) | Principal::Role(_) | Principal::Service(_) => Access::to("sns:Unsubscribe", input.subscription_arn.as_str()),
        },
        handler: unsubscribe,
    }
}

fn unsubscribe(cx: &mut OpContext<'_>, input: SubscriptionInput) -> ApiResult<()> {
    let arn = input.subscription_arn;
    lookup::check_subscription_arn(&arn)?;
    let state = cx.sns();
    let Some(topic_arn) = state.topic_of.get(&arn).cloned() else {
        // A subscription that is gone is ended already.
        return Ok(());
    };
    let pending = state.subscription(&arn).is_some_and(|(_, one)| !one.confirmed);
    if pending {
        return Err(errors::pending_subscription());
    }
    state.topic_of.remove(&arn);
    if let Some(topic) = state.topics.get_mut(&topic_arn) {
        topic.subscriptions.remove(&arn);
        topic.deleted_subscriptions += 1;
    }
    state.tokens.retain(|_, own| *own != arn);
    Ok(())
}

fn listed(subscription: &Subscription) -> ListedSubscription {
    let arn = if subscription.confirmed { subscription.arn.as_str() } else { "PendingConfirmation" };
    ListedSubscription {
        subscription_arn: arn.to_owned(),
        owner: subscription.owner.clone(),
        protocol: subscription.protocol.clone(),
        endpoint: subscription.endpoint.clone(),
        topic_arn: subscription.topic_arn.clone(),
    }
}

fn page(cx: &OpContext<'_>, scope: &str, mut arns: Vec<String>) -> ListSubscriptionsOutput {
    let next_token = next_of(scope, &mut arns);
    let found = arns.iter().filter_map(|arn| cx.state().sns.subscription(arn));
    ListSubscriptionsOutput { subscriptions: found.map(|(_, one)| listed(one)).collect(), next_token }
}

operation! {
    /// Lists all subscriptions of the region, a hundred at a time.
    ///
    /// **Source**: SNS API Reference, "ListSubscriptions".
    pub LIST_SUBSCRIPTIONS: ListSubscriptions {
        http: "POST" "/" 200,
        input: ListSubscriptionsInput,
        output: ListSubscriptionsOutput,
        errors: ["InvalidParameter"],
        access: |_, _| Access::to("sns:ListSubscriptions", "*"),
        handler: list_subscriptions,
    }
}

fn list_subscriptions(
    cx: &mut OpContext<'_>,
    input: ListSubscriptionsInput,
) -> ApiResult<ListSubscriptionsOutput> {
    const SCOPE: &str = "ListSubscriptions";
    let start = start_of(SCOPE, input.next_token.as_deref())?;
    let prefix = cx.arn("sns", "").to_string();
    let from = cx.state().sns.topic_of.range(start..).map(|(arn, _)| arn.clone());
    let arns = from.filter(|arn| arn.starts_with(&prefix)).take(super::topics::PAGE + 1).collect();
    Ok(page(cx, SCOPE, arns))
}

operation! {
    /// Lists a topic's subscriptions, a hundred at a time.
    ///
    /// **Source**: SNS API Reference, "ListSubscriptionsByTopic".
    pub LIST_SUBSCRIPTIONS_BY_TOPIC: ListSubscriptionsByTopic {
        http: "POST" "/" 200,
        input: ListSubscriptionsByTopicInput,
        output: ListSubscriptionsOutput,
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| to_topic(cx, "sns:ListSubscriptionsByTopic", &input.topic_arn),
        handler: list_subscriptions_by_topic,
    }
}

fn list_subscriptions_by_topic(
    cx: &mut OpContext<'_>,
    input: ListSubscriptionsByTopicInput,
) -> ApiResult<ListSubscriptionsOutput> {
    let topic = lookup::topic(cx, &input.topic_arn)?;
    let start = start_of(&topic.arn, input.next_token.as_deref())?;
    let from = topic.subscriptions.range(start..).map(|(arn, _)| arn.clone());
    let arns = from.take(super::topics::PAGE + 1).collect();
    Ok(page(cx, &input.topic_arn, arns))
}

operation! {
    /// Tells a subscription's attributes.
    ///
    /// **Source**: SNS API Reference, "GetSubscriptionAttributes".
    pub GET_SUBSCRIPTION_ATTRIBUTES: GetSubscriptionAttributes {
        http: "POST" "/" 200,
        input: SubscriptionInput,
        output: GetSubscriptionAttributesOutput,
        errors: ["InvalidParameter", "NotFound"],
        access: |_, input| Access::to("sns:GetSubscriptionAttributes", input.subscription_arn.as_str()),
        handler: get_subscription_attributes,
    }
}

fn get_subscription_attributes(
    cx: &mut OpContext<'_>,
    input: SubscriptionInput,
) -> ApiResult<GetSubscriptionAttributesOutput> {
    let (_, subscription) = lookup::subscription(cx, &input.subscription_arn)?;
    Ok(GetSubscriptionAttributesOutput { attributes: attributes::shown_subscription(subscription) })
}

operation! {
    /// Sets one attribute of a subscription.
    ///
    /// **Source**: SNS API Reference, "SetSubscriptionAttributes".
    pub SET_SUBSCRIPTION_ATTRIBUTES: SetSubscriptionAttributes {
        http: "POST" "/" 200,
        input: SetSubscriptionAttributesInput,
        output: (),
        errors: ["InvalidParameter", "NotFound"],
        access: |_, input| Access::to("sns:SetSubscriptionAttributes", input.subscription_arn.as_str()),
        handler: set_subscription_attributes,
    }
}

fn set_subscription_attributes(
    cx: &mut OpContext<'_>,
    input: SetSubscriptionAttributesInput,
) -> ApiResult<()> {
    let mut subscription = lookup::subscription(cx, &input.subscription_arn)?.1.clone();
    let value = input.value.as_deref().unwrap_or_default();
    attributes::set_subscription(cx, &mut subscription, &input.name, value)?;
    if let Some(kept) = cx.sns().subscription_mut(&input.subscription_arn) {
        *kept = subscription;
    }
    Ok(())
}
