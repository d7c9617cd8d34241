//! The console of SNS: topics, who has subscribed, publishing, and the inbox of those outside the cloud.
//!
//! Paths: `[]`, `["inbox"]`, `["topic", NAME]`.

use super::call::{Api, text_of};
use super::look::{Look, Seen, look};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use nuvola_aws::sns::{Letter, LetterKind};
use nuvola_kernel::Timestamp;
use nuvola_wire::xml::Element;

/// How many letters are listed.
const LETTERS: usize = 50;

async fn call(api: &Api<'_>, action: &str, members: &[(&str, &str)]) -> Result<Element, Failure> {
    let given = members.iter().filter(|(_, value)| !value.is_empty());
    let members: Vec<(String, String)> =
        given.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    api.form("sns", "2010-03-31", action, &members).await
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => topics(api).await,
        ["inbox"] => Ok(inbox(api).await),
        ["topic", name] => topic(api, name).await,
        _ => Err("there is no such screen of SNS".to_owned()),
    }
}

/// The members of a list in an answer.
fn members<'e>(answer: &'e Element, result: &str, list: &str) -> Vec<&'e Element> {
    let list = answer.child(result).and_then(|result| result.child(list));
    list.map(|list| list.children.iter().collect()).unwrap_or_default()
}

fn name_of(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

fn tabs() -> Vec<Crumb> {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    vec![tab("Topics", &["sns"]), tab("Inbox", &["sns", "inbox"])]
}

async fn topics(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListTopics", &[]).await?;
    let mut rows = Vec::new();
    for one in members(&answer, "ListTopicsResult", "Topics") {
        let arn = text_of(one, "TopicArn");
        let attributes = attributes(api, &arn).await?;
        let get = |name: &str| value(&attributes, name);
        let name = name_of(&arn);
        let kind = if name.ends_with(".fifo") { "FIFO" } else { "standard" };
        let delete = Action::new("delete-topic", "Delete", &[("arn", &arn)])
            .asking(format!("Delete the topic `{name}` with its subscriptions? There is no way back."));
        let cells =
            [name.to_owned(), kind.to_owned(), get("SubscriptionsConfirmed"), get("SubscriptionsPending")];
        rows.push(Row::new(cells).opening(&["sns", "topic", name]).with(delete));
    }
    let table = Table::new(
        "Topics",
        &["Name", "Kind", "Confirmed", "Pending"],
        rows,
        "No topic yet. Create one here, with Terraform, or with `aws sns create-topic --name NAME`.",
    );
    let fields =
        vec![Field::text("name", "Name").hint("letters, digits, `-` and `_`; a FIFO topic ends in `.fifo`")];
    let form = Form::new("create-topic", "Create a topic", "Create", fields).folded();
    let blocks = vec![Block::Table(table), Block::Form(form)];
    Ok(Screen { tabs: tabs(), live: true, ..screen("SNS", &[], blocks) })
}

/// Names and values of a map in an answer.
type Attributes = Vec<(String, String)>;

async fn attributes(api: &Api<'_>, arn: &str) -> Result<Attributes, Failure> {
    let answer = call(api, "GetTopicAttributes", &[("TopicArn", arn)]).await?;
    let entries = members(&answer, "GetTopicAttributesResult", "Attributes");
    Ok(entries.into_iter().map(|entry| (text_of(entry, "key"), text_of(entry, "value"))).collect())
}

fn value(attributes: &Attributes, name: &str) -> String {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn arn_of(api: &Api<'_>, name: &str) -> Result<String, Failure> {
    let answer = call(api, "ListTopics", &[]).await?;
    let all = members(&answer, "ListTopicsResult", "Topics");
    let mut arns = all.into_iter().map(|one| text_of(one, "TopicArn"));
    arns.find(|arn| name_of(arn) == name).ok_or_else(|| format!("there is no topic `{name}`"))
}

async fn topic(api: &Api<'_>, name: &str) -> Result<Screen, Failure> {
    let arn = arn_of(api, name).await?;
    let attributes = attributes(api, &arn).await?;
    let answer = call(api, "ListSubscriptionsByTopic", &[("TopicArn", &arn)]).await?;
    let rows = members(&answer, "ListSubscriptionsByTopicResult", "Subscriptions").into_iter().map(|one| {
        let id = text_of(one, "SubscriptionArn");
        let confirmed = id.starts_with("arn:");
        let state = if confirmed { "confirmed" } else { "waits for its link in the inbox" };
        let row = Row::new([text_of(one, "Protocol"), text_of(one, "Endpoint"), state.to_owned()]);
        match confirmed {
            true => row.with(Action::new("unsubscribe", "End", &[("arn", &id)])),
            false => row,
        }
    });
    let empty = "Nobody has subscribed yet.";
    let table = Table::new("Subscriptions", &["Protocol", "Endpoint", "State"], rows.collect(), empty);
    let shown =
        ["TopicArn", "DisplayName", "SubscriptionsConfirmed", "SubscriptionsPending", "SubscriptionsDeleted"];
    let facts = shown.iter().map(|name| fact(name, value(&attributes, name))).collect();
    let protocols = [
        ("sqs", "SQS queue (ARN)"),
        ("lambda", "Lambda function (ARN)"),
        ("email", "e-mail address"),
        ("https", "web server (https://…)"),
        ("http", "web server (http://…)"),
    ];
    let subscribe = vec![
        Field::choice("protocol", "Protocol", &protocols),
        Field::text("endpoint", "Endpoint"),
        Field::new("filter", "Filter policy (JSON)", FieldKind::Area)
            .hint("{\"kind\": [\"order\"]}; may be empty"),
        Field::choice(
            "scope",
            "The filter looks at",
            &[("MessageAttributes", "attributes"), ("MessageBody", "the body")],
        ),
        Field::choice("raw", "Delivery", &[("false", "with SNS's envelope"), ("true", "raw")]),
    ];
    let mut publish = vec![
        Field::text("subject", "Subject").hint("may be empty"),
        Field::new("message", "Message", FieldKind::Area).value("{\"hello\": \"world\"}"),
        Field::text("attribute", "Attribute").hint("name=value; may be empty"),
    ];
    if name.ends_with(".fifo") {
        publish.push(Field::text("group", "Message group id").value("one"));
        publish.push(Field::text("deduplication", "Deduplication id"));
    }
    let policy =
        vec![Field::new("policy", "Policy (JSON)", FieldKind::Area).value(value(&attributes, "Policy"))];
    let blocks = vec![
        Block::Table(table),
        Block::Form(Form::new("publish", "Publish a message", "Publish", publish)),
        Block::Form(Form::new("subscribe", "Subscribe", "Subscribe", subscribe).folded()),
        Block::Form(Form::new("policy", "Who may publish", "Save", policy).folded()),
        Block::Facts { title: "Attributes".to_owned(), facts },
    ];
    Ok(Screen { live: true, ..screen(name, &[("SNS", &["sns"])], blocks) })
}

async fn inbox(api: &Api<'_>) -> Screen {
    let seen = look(api.shared, Look::Inbox).await;
    let letters = if let Seen::Inbox(letters) = seen { letters } else { Vec::new() };
    let note = "What SNS sends to e-mail addresses and web servers outside the cloud arrives here. A subscription begins when its link is followed.";
    let rows = letters.iter().take(LETTERS).map(row);
    let columns = ["When", "To", "Subject", "Text"];
    let table = Table::new("Inbox", &columns, rows.collect(), "Nothing has arrived.");
    let blocks = vec![Block::Note { tone: Tone::Info, text: note.to_owned() }, Block::Table(table)];
    Screen { tabs: tabs(), live: true, ..screen("SNS inbox", &[("SNS", &["sns"])], blocks) }
}

fn row(letter: &Letter) -> Row {
    let to = format!("{} {}", letter.protocol, letter.endpoint);
    let row =
        Row::new([Timestamp(letter.at_ms).iso_seconds(), to, letter.subject.clone(), letter.body.clone()]);
    match (letter.kind, &letter.token) {
        (LetterKind::SubscriptionConfirmation, Some(token)) => row.with(Action::new(
            "confirm",
            "Confirm subscription",
            &[("arn", &letter.topic_arn), ("token", token)],
        )),
        (LetterKind::SubscriptionConfirmation, None) | (LetterKind::Notification, _) => row,
    }
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    match act.verb {
        "create-topic" => {
            let name = act.value("name");
            let mut members = vec![("Name", name)];
            if name.ends_with(".fifo") {
                members.extend([
                    ("Attributes.entry.1.key", "FifoTopic"),
                    ("Attributes.entry.1.value", "true"),
                    ("Attributes.entry.2.key", "ContentBasedDeduplication"),
                    ("Attributes.entry.2.value", "true"),
                ]);
            }
            call(api, "CreateTopic", &members).await?;
            let go = Some(to(&["sns", "topic", name]));
            return Ok(Acted { text: format!("`{name}` is there"), go, ..Acted::default() });
        }
        "delete-topic" => {
            call(api, "DeleteTopic", &[("TopicArn", act.value("arn"))]).await?;
            return done("the topic is deleted");
        }
        "unsubscribe" => {
            call(api, "Unsubscribe", &[("SubscriptionArn", act.value("arn"))]).await?;
            return done("the subscription is ended");
        }
        "confirm" => {
            let members = [("TopicArn", act.value("arn")), ("Token", act.value("token"))];
            call(api, "ConfirmSubscription", &members).await?;
            return done("the subscription is confirmed");
        }
        _ => {}
    }
    let arn = arn_of(api, act.part(2)).await?;
    match act.verb {
        "publish" => publish(api, &act, &arn).await,
        "subscribe" => subscribe(api, &act, &arn).await,
        "policy" => {
            let members = [
                ("TopicArn", arn.as_str()),
                ("AttributeName", "Policy"),
                ("AttributeValue", act.value("policy")),
            ];
            call(api, "SetTopicAttributes", &members).await?;
            done("the policy is set")
        }
        verb => Err(unknown(verb)),
    }
}

async fn publish(api: &Api<'_>, act: &Act<'_>, arn: &str) -> Result<Acted, Failure> {
    let mut members = vec![
        ("TopicArn", arn),
        ("Message", act.value("message")),
        ("Subject", act.value("subject")),
        ("MessageGroupId", act.value("group")),
        ("MessageDeduplicationId", act.value("deduplication")),
    ];
    if let Some((name, value)) = act.value("attribute").split_once('=') {
        members.extend([
            ("MessageAttributes.entry.1.Name", name.trim()),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", value.trim()),
        ]);
    }
    let answer = call(api, "Publish", &members).await?;
    let id = answer.child("PublishResult").map(|result| text_of(result, "MessageId")).unwrap_or_default();
    done(format!("published: {id}"))
}

async fn subscribe(api: &Api<'_>, act: &Act<'_>, arn: &str) -> Result<Acted, Failure> {
    let wanted: Vec<(&str, &str)> = [
        ("FilterPolicy", act.value("filter")),
        ("FilterPolicyScope", if act.value("filter").is_empty() { "" } else { act.value("scope") }),
        ("RawMessageDelivery", if act.value("raw") == "true" { "true" } else { "" }),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect();
    let names: Vec<(String, String)> = (1..=wanted.len())
        .map(|at| (format!("Attributes.entry.{at}.key"), format!("Attributes.entry.{at}.value")))
        .collect();
    let mut members =
        vec![("TopicArn", arn), ("Protocol", act.value("protocol")), ("Endpoint", act.value("endpoint"))];
    for ((key, value), (name, text)) in names.iter().zip(&wanted) {
        members.extend([(key.as_str(), *name), (value.as_str(), *text)]);
    }
    let answer = call(api, "Subscribe", &members).await?;
    let id =
        answer.child("SubscribeResult").map(|result| text_of(result, "SubscriptionArn")).unwrap_or_default();
    match id.starts_with("arn:") {
        true => done("subscribed"),
        false => Ok(Acted {
            text: "a confirmation link has gone to the inbox".to_owned(),
            go: Some(to(&["sns", "inbox"])),
            ..Acted::default()
        }),
    }
}
