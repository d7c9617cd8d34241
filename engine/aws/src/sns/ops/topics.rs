//! Topics: create, change, list, delete.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::sns::lookup::{self, to_topic, topic_mut};
use crate::sns::state::Topic;
use crate::sns::{attributes, errors};
use indexmap::IndexMap;
use nuvola_kernel::Map;
use nuvola_wire::shape;
use std::collections::BTreeMap;

/// How many a page of a listing has.
pub const PAGE: usize = 100;
pub const TAGS_MAX: usize = 50;

shape! {
    /// A tag.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }

    /// What CreateTopic takes.
    pub struct CreateTopicInput {
        #[wire("Name")] pub name: String,
        #[wire("Attributes")] pub attributes: IndexMap<String, String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
        #[wire("DataProtectionPolicy")] pub data_protection_policy: Option<String>,
    }

    /// What CreateTopic answers.
    pub struct CreateTopicOutput {
        #[wire("TopicArn")] pub topic_arn: Option<String>,
    }

    /// The topic that an operation is about.
    pub struct TopicInput {
        #[wire("TopicArn")] pub topic_arn: String,
    }

    /// What ListTopics takes.
    pub struct ListTopicsInput {
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A topic in a list.
    pub struct ListedTopic {
        #[wire("TopicArn")] pub topic_arn: String,
    }

    /// What ListTopics answers.
    pub struct ListTopicsOutput {
        #[wire("Topics")] pub topics: Vec<ListedTopic>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What GetTopicAttributes answers.
    pub struct GetTopicAttributesOutput {
        #[wire("Attributes")] pub attributes: IndexMap<String, String>,
    }

    /// What SetTopicAttributes takes.
    pub struct SetTopicAttributesInput {
        #[wire("TopicArn")] pub topic_arn: String,
        #[wire("AttributeName")] pub name: String,
        #[wire("AttributeValue")] pub value: Option<String>,
    }
}

operation! {
    /// Creates a topic, or gives the one that is there and has the same attributes.
    ///
    /// **Source**: SNS API Reference, "CreateTopic".
    pub CREATE_TOPIC: CreateTopic {
        http: "POST" "/" 200,
        input: CreateTopicInput,
        output: CreateTopicOutput,
        errors: ["InvalidParameter", "TagLimitExceeded"],
        access: |cx, input| {
            let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
            Access::to("sns:CreateTopic", cx.arn("sns", &input.name).to_string()).with_request_tags(tags)
        },
        handler: create_topic,
    }
}

fn create_topic(cx: &mut OpContext<'_>, input: CreateTopicInput) -> ApiResult<CreateTopicOutput> {
    let fifo = input.attributes.get("FifoTopic").is_some_and(|value| value == "true");
    let base = input.name.strip_suffix(".fifo").filter(|_| fifo).unwrap_or(&input.name);
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let fits = (1..=256).contains(&input.name.len()) && !base.is_empty() && base.bytes().all(legal);
    if fifo && !input.name.ends_with(".fifo") {
        return Err(errors::invalid(
            "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
        ));
    }
    if !fits {
        return Err(errors::invalid("Topic Name"));
    }
    let arn = cx.arn("sns", &input.name).to_string();
    let tags: BTreeMap<String, String> = input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    if tags.len() > TAGS_MAX {
        return Err(errors::too_many_tags());
    }
    if let Some(known) = cx.state().sns.topics.get(&arn) {
        let shown = attributes::shown_topic(known);
        let same =
            |(name, value): (&String, &String)| shown.get(name).map_or(value.is_empty(), |own| own == value);
        if !input.attributes.iter().all(same) {
            return Err(errors::topic_differs("attributes"));
        }
        if !tags.is_empty() && tags != known.tags {
            return Err(errors::topic_differs("tags"));
        }
        return Ok(CreateTopicOutput { topic_arn: Some(arn) });
    }
    let mut topic = Topic {
        name: input.name,
        arn: arn.clone(),
        region: cx.region.to_string(),
        account: cx.account().to_string(),
        fifo,
        attributes: BTreeMap::new(),
        policy: None,
        tags,
        subscriptions: Map::new(),
        deleted_subscriptions: 0,
        sequence: 0,
        published: Map::new(),
    };
    for (name, value) in &input.attributes {
        attributes::set_topic(cx, &mut topic, name, value).map_err(|error| match error.message.as_str() {
            "Invalid parameter: AttributeName" => {
                errors::because("Attributes", &format!("Unknown attribute {name}"))
            }
            _ => error,
        })?;
    }
    if input.data_protection_policy.is_some() {
        cx.not_simulated("SNS: data protection policies");
    }
    cx.sns().topics.insert(arn.clone(), topic);
    Ok(CreateTopicOutput { topic_arn: Some(arn) })
}

operation! {
    /// Deletes a topic with all its subscriptions; one that is not there is deleted already.
    ///
    /// **Source**: SNS API Reference, "DeleteTopic".
    pub DELETE_TOPIC: DeleteTopic {
        http: "POST" "/" 200,
        input: TopicInput,
        output: (),
        errors: ["InvalidParameter"],
        access: |cx, input| to_topic(cx, "sns:DeleteTopic", &input.topic_arn),
        handler: delete_topic,
    }
}

fn delete_topic(cx: &mut OpContext<'_>, input: TopicInput) -> ApiResult<()> {
    lookup::check_arn(cx, &input.topic_arn, "TopicArn")?;
    let state = cx.sns();
    let Some(topic) = state.topics.remove(&input.topic_arn) else { return Ok(()) };
    for subscription in topic.subscriptions.values() {
        state.topic_of.remove(&subscription.arn);
        state.tokens.remove(&subscription.token);
    }
    Ok(())
}

operation! {
    /// Lists topics, a hundred at a time.
    ///
    /// **Source**: SNS API Reference, "ListTopics".
    pub LIST_TOPICS: ListTopics {
        http: "POST" "/" 200,
        input: ListTopicsInput,
        output: ListTopicsOutput,
        errors: ["InvalidParameter"],
        access: |_, _| Access::to("sns:ListTopics", "*"),
        handler: list_topics,
    }
}

fn list_topics(cx: &mut OpContext<'_>, input: ListTopicsInput) -> ApiResult<ListTopicsOutput> {
    let start = start_of("ListTopics", input.next_token.as_deref())?;
    let region = cx.region.as_str();
    let from = cx.state().sns.topics.range(start..);
    let here = from.map(|(_, topic)| topic).filter(|topic| topic.region == region);
    let mut arns: Vec<String> = here.take(PAGE + 1).map(|topic| topic.arn.clone()).collect();
    let next_token = next_of("ListTopics", &mut arns);
    Ok(ListTopicsOutput {
        topics: arns.into_iter().map(|topic_arn| ListedTopic { topic_arn }).collect(),
        next_token,
    })
}

/// Where a page begins.
pub fn start_of(scope: &str, token: Option<&str>) -> ApiResult<String> {
    match token.filter(|token| !token.is_empty()) {
        None => Ok(String::new()),
        Some(token) => paging::position(scope, token).ok_or_else(|| errors::invalid("NextToken")),
    }
}

/// Cuts a page off, and gives the token of the next one: it names its first item.
pub fn next_of(scope: &str, arns: &mut Vec<String>) -> Option<String> {
    let next = arns.get(PAGE).map(|arn| paging::token(scope, arn));
    arns.truncate(PAGE);
    next
}

operation! {
    /// Tells a topic's attributes.
    ///
    /// **Source**: SNS API Reference, "GetTopicAttributes".
    pub GET_TOPIC_ATTRIBUTES: GetTopicAttributes {
        http: "POST" "/" 200,
        input: TopicInput,
        output: GetTopicAttributesOutput,
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| to_topic(cx, "sns:GetTopicAttributes", &input.topic_arn),
        handler: get_topic_attributes,
    }
}

fn get_topic_attributes(cx: &mut OpContext<'_>, input: TopicInput) -> ApiResult<GetTopicAttributesOutput> {
    let topic = lookup::topic(cx, &input.topic_arn)?;
    Ok(GetTopicAttributesOutput { attributes: attributes::shown_topic(topic) })
}

operation! {
    /// Sets one attribute of a topic.
    ///
    /// **Source**: SNS API Reference, "SetTopicAttributes".
    pub SET_TOPIC_ATTRIBUTES: SetTopicAttributes {
        http: "POST" "/" 200,
        input: SetTopicAttributesInput,
        output: (),
        errors: ["InvalidParameter", "NotFound"],
        access: |cx, input| to_topic(cx, "sns:SetTopicAttributes", &input.topic_arn),
        handler: set_topic_attributes,
    }
}

fn set_topic_attributes(cx: &mut OpContext<'_>, input: SetTopicAttributesInput) -> ApiResult<()> {
    let mut topic = lookup::topic(cx, &input.topic_arn)?.clone();
    if input.name == "FifoTopic" {
        return Err(errors::invalid("AttributeName"));
    }
    attributes::set_topic(cx, &mut topic, &input.name, input.value.as_deref().unwrap_or_default())?;
    *topic_mut(cx, &input.topic_arn) = topic;
    Ok(())
}
