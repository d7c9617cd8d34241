//! How a message looks to each kind of endpoint.
//!
//! **Source**: SNS Developer Guide, "HTTP/HTTPS notification JSON format", "HTTP/HTTPS subscription confirmation
//! JSON format"; Lambda Developer Guide, "Using AWS Lambda with Amazon SNS", example event.

use super::inbox::{confirmation_link, unsubscribe_link};
use super::publish::Message;
use super::state::{Subscription, Topic};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The lab's signature over what AWS would sign: it changes with every signed member, and no certificate of AWS
/// verifies it.
fn signature(parts: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in parts {
        text.push_str(&format!("{name}\n{value}\n"));
    }
    // As long as a signature of a 2048-bit key.
    let blocks = (0u8..8).flat_map(|block| {
        let mut hash = Sha256::new();
        hash.update([block]);
        hash.update(text.as_bytes());
        hash.finalize().to_vec()
    });
    STANDARD.encode(blocks.collect::<Vec<u8>>())
}

fn certificate(topic: &Topic) -> String {
    format!("https://sns.{}.amazonaws.com/SimpleNotificationService-nuvola-lab.pem", topic.region)
}

fn version(topic: &Topic) -> &str {
    topic.attribute("SignatureVersion").unwrap_or("1")
}

fn attributes(message: &Message) -> Value {
    let shown = |(name, kind, value): &(String, String, String)| {
        (name.clone(), json!({"Type": kind, "Value": value}))
    };
    Value::Object(message.attributes.iter().map(shown).collect::<Map<String, Value>>())
}

fn sign(message: &Message, topic: &Topic, text: &str, at: &str) -> String {
    let mut parts = vec![("Message", text), ("MessageId", message.id.as_str())];
    if let Some(subject) = &message.subject {
        parts.push(("Subject", subject));
    }
    parts.extend([("Timestamp", at), ("TopicArn", topic.arn.as_str()), ("Type", "Notification")]);
    signature(&parts)
}

/// The JSON text of a notification: to queues and web servers.
pub fn notification(topic: &Topic, subscription: &Subscription, message: &Message) -> String {
    let at = Timestamp(message.at_ms).iso_millis();
    let text = message.text_for(&subscription.protocol);
    let signed = sign(message, topic, &text, &at);
    let mut members: Vec<(&str, Value)> =
        vec![("Type", "Notification".into()), ("MessageId", message.id.as_str().into())];
    if let Some(sequence) = &message.sequence {
        members.push(("SequenceNumber", sequence.as_str().into()));
    }
    members.push(("TopicArn", topic.arn.as_str().into()));
    if let Some(subject) = &message.subject {
        members.push(("Subject", subject.as_str().into()));
    }
    members.push(("Message", text.into()));
    members.push(("Timestamp", at.into()));
    // Topics that keep order do not sign.
    if !topic.fifo {
        members.push(("SignatureVersion", version(topic).into()));
        members.push(("Signature", signed.into()));
        members.push(("SigningCertURL", certificate(topic).into()));
    }
    members.push(("UnsubscribeURL", unsubscribe_link(topic, &subscription.arn).into()));
    if !message.attributes.is_empty() {
        members.push(("MessageAttributes", attributes(message)));
    }
    pretty(&members)
}

/// SNS writes its JSON with a space on both sides of the colon, a member a line.
fn pretty(members: &[(&str, Value)]) -> String {
    let lines: Vec<String> = members
        .iter()
        .map(|(name, value)| match value.as_object() {
            Some(inner) => format!("  \"{name}\" : {{\n{}\n  }}", attribute_lines(inner)),
            None => format!("  \"{name}\" : {value}"),
        })
        .collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn attribute_lines(attributes: &Map<String, Value>) -> String {
    let line = |(name, value): (&String, &Value)| {
        let (kind, text) = (&value["Type"], &value["Value"]);
        format!("    {} : {{\"Type\":{kind},\"Value\":{text}}}", Value::from(name.as_str()))
    };
    attributes.iter().map(line).collect::<Vec<String>>().join(",\n")
}

/// The event of a function.
pub fn event(topic: &Topic, subscription: &Subscription, message: &Message) -> String {
    let at = Timestamp(message.at_ms).iso_millis();
    let text = message.text_for("lambda");
    let signed = sign(message, topic, &text, &at);
    json!({"Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": {
            "Type": "Notification",
            "MessageId": message.id,
            "TopicArn": topic.arn,
            "Subject": message.subject,
            "Message": text,
            "Timestamp": at,
            "SignatureVersion": version(topic),
            "Signature": signed,
            "SigningCertUrl": certificate(topic),
            "UnsubscribeUrl": unsubscribe_link(topic, &subscription.arn),
            "MessageAttributes": attributes(message),
        },
    }]})
    .to_string()
}

/// What an endpoint gets that is to confirm its subscription.
pub fn confirmation(topic: &Topic, subscription: &Subscription, id: &str, at_ms: i64) -> String {
    let at = Timestamp(at_ms).iso_millis();
    let text = format!(
        "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
        topic.arn
    );
    let link = confirmation_link(topic, &subscription.token);
    let signed = signature(&[
        ("Message", &text),
        ("MessageId", id),
        ("SubscribeURL", &link),
        ("Timestamp", &at),
        ("Token", &subscription.token),
        ("TopicArn", &topic.arn),
        ("Type", "SubscriptionConfirmation"),
    ]);
    pretty(&[
        ("Type", "SubscriptionConfirmation".into()),
        ("MessageId", id.into()),
        ("Token", subscription.token.as_str().into()),
        ("TopicArn", topic.arn.as_str().into()),
        ("Message", text.into()),
        ("SubscribeURL", link.into()),
        ("Timestamp", at.into()),
        ("SignatureVersion", version(topic).into()),
        ("Signature", signed.into()),
        ("SigningCertURL", certificate(topic).into()),
    ])
}

/// The letter that asks a person.
pub fn confirmation_letter(topic: &Topic, subscription: &Subscription) -> String {
    format!(
        "You have chosen to subscribe to the topic:\n{}\n\nTo confirm this subscription, click or visit the link below (If this was in error no action is necessary):\n{}\n",
        topic.arn,
        confirmation_link(topic, &subscription.token)
    )
}

/// The letter with a message.
pub fn letter(topic: &Topic, subscription: &Subscription, message: &Message) -> String {
    format!(
        "{}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n{}\n",
        message.text_for("email"),
        unsubscribe_link(topic, &subscription.arn)
    )
}
