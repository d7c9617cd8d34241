//! The console of SQS: queues, what is in them, sending, receiving, the dead-letter queue and the way back.
//!
//! Paths: `[]`, `[QUEUE]`, `[QUEUE, "settings"]`.

use super::call::{Api, text};
use super::look::{Look, Seen, control, look};
use super::{Act, Failure, done, screen, unknown};
use crate::screen::{
    Acted, Action, Bar, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use nuvola_aws::Input;
use nuvola_aws::sqs::QueueContents;
use serde_json::{Value, json};

/// How many messages of a queue are listed.
const SHOWN_MESSAGES: usize = 50;
/// How much of a body a table shows. **Units**: characters.
const SHOWN_BODY: usize = 120;

async fn call(api: &Api<'_>, operation: &str, input: Value) -> Result<Value, Failure> {
    api.json("sqs", &format!("AmazonSQS.{operation}"), &input).await
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => queues(api).await,
        [queue] => messages(api, queue).await,
        [queue, "settings"] => settings(api, queue).await,
        _ => Err("there is no such screen of SQS".to_owned()),
    }
}

async fn url_of(api: &Api<'_>, queue: &str) -> Result<String, Failure> {
    let answer = call(api, "GetQueueUrl", json!({ "QueueName": queue })).await?;
    Ok(text(&answer["QueueUrl"]))
}

async fn attributes(api: &Api<'_>, url: &str) -> Result<Value, Failure> {
    let input = json!({ "QueueUrl": url, "AttributeNames": ["All"] });
    Ok(call(api, "GetQueueAttributes", input).await?["Attributes"].take())
}

async fn queues(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListQueues", json!({ "MaxResults": 1000 })).await?;
    let mut rows = Vec::new();
    for url in answer["QueueUrls"].as_array().into_iter().flatten().map(text) {
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        let attributes = attributes(api, &url).await?;
        let kind = if name.ends_with(".fifo") { "FIFO" } else { "standard" };
        let delete = Action::new("delete-queue", "Delete", &[("queue", &name)])
            .asking(format!("Delete the queue `{name}` with all its messages? There is no way back."));
        let counts = COUNTS.iter().map(|(attribute, _)| text(&attributes[*attribute]));
        let cells = [name.clone(), kind.to_owned()].into_iter().chain(counts);
        rows.push(Row::new(cells).opening(&["sqs", &name]).with(delete));
    }
    let table = Table::new(
        "Queues",
        &["Name", "Kind", "Visible", "In flight", "Delayed"],
        rows,
        "No queue yet. Create one here, with Terraform, or with `aws sqs create-queue --queue-name NAME`.",
    );
    let fields = vec![
        Field::text("queue", "Name").hint("letters, digits, `-` and `_`; a FIFO queue ends in `.fifo`"),
        Field::new("visibility", "Visibility timeout (s)", FieldKind::Number).value("30"),
        Field::new("delay", "Delay (s)", FieldKind::Number).value("0"),
        Field::text("dlq", "Dead-letter queue")
            .hint("the name of a queue that is there already; may be empty"),
        Field::new("receives", "Receives before that", FieldKind::Number).value("3"),
    ];
    let form = Form::new("create-queue", "Create a queue", "Create", fields).folded();
    let blocks = vec![Block::Table(table), Block::Form(form)];
    Ok(Screen { live: true, ..screen("SQS", &[], blocks) })
}

/// Attributes with the numbers of messages, and what people call them.
const COUNTS: &[(&str, &str)] = &[
    ("ApproximateNumberOfMessages", "visible"),
    ("ApproximateNumberOfMessagesNotVisible", "in flight"),
    ("ApproximateNumberOfMessagesDelayed", "delayed"),
];

fn of_queue(queue: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![tab("Messages", &["sqs", queue]), tab("Settings", &["sqs", queue, "settings"])],
        live: true,
        ..screen(queue, &[("SQS", &["sqs"])], blocks)
    }
}

async fn messages(api: &Api<'_>, queue: &str) -> Result<Screen, Failure> {
    let url = url_of(api, queue).await?;
    let attributes = attributes(api, &url).await?;
    let bar = |(attribute, label): &(&str, &str)| {
        let text = text(&attributes[*attribute]);
        Bar { label: (*label).to_owned(), value: text.parse().unwrap_or(0.0), full: 0.0, text }
    };
    let bars = COUNTS.iter().map(bar).collect();
    let mut blocks = vec![
        Block::Bars { title: "Messages".to_owned(), bars },
        Block::Actions { actions: message_actions(api, queue, &url, &attributes).await },
    ];
    if let Seen::Queue(contents) = look(api.shared, Look::Queue(text(&attributes["QueueArn"]))).await {
        if contents.waiting_receives > 0 {
            let text = format!("{} receives wait for a message (long polling)", contents.waiting_receives);
            blocks.push(Block::Note { tone: Tone::Info, text });
        }
        blocks.push(contents_table(&contents, api.shared.borrow().now_ms));
    }
    let mut fields = vec![Field::new("body", "Body", FieldKind::Area).value("{\"hello\": \"world\"}")];
    if queue.ends_with(".fifo") {
        fields.push(Field::text("group", "Message group id").value("one"));
        fields.push(
            Field::text("deduplication", "Deduplication id")
                .hint("empty: made from the content, if the queue says so"),
        );
    } else {
        fields.push(Field::new("delay", "Delay (s)", FieldKind::Number).value("0"));
    }
    blocks.push(Block::Form(Form::new("send", "Send a message", "Send", fields)));
    Ok(of_queue(queue, blocks))
}

async fn message_actions(api: &Api<'_>, queue: &str, url: &str, attributes: &Value) -> Vec<Action> {
    let mut actions = vec![
        Action::new("receive", "Receive", &[]),
        Action::new("purge", "Purge", &[])
            .asking(format!("Delete all messages of `{queue}`? There is no way back.")),
    ];
    let sources = call(api, "ListDeadLetterSourceQueues", json!({ "QueueUrl": url })).await;
    if sources.is_ok_and(|answer| answer["queueUrls"].as_array().is_some_and(|all| !all.is_empty())) {
        let arn = text(&attributes["QueueArn"]);
        actions.push(Action::new("redrive", "Send back to the source", &[("arn", &arn)]));
    }
    actions
}

/// What is in a queue, without taking anything out of it.
fn contents_table(contents: &QueueContents, now_ms: i64) -> Block {
    let mut rows = Vec::new();
    let lists =
        [(&contents.visible, "visible"), (&contents.in_flight, "in flight"), (&contents.delayed, "delayed")];
    for (messages, state) in lists {
        for message in messages.iter().take(SHOWN_MESSAGES) {
            let state = match message.visible_at_ms {
                Some(at_ms) => format!("{state}, visible in {} s", (at_ms - now_ms).max(0) / 1000 + 1),
                None => state.to_owned(),
            };
            rows.push(Row::new([
                shortened(&message.body),
                state,
                message.receive_count.to_string(),
                message.group_id.clone().unwrap_or_default(),
            ]));
        }
    }
    let columns = ["Body", "State", "Received", "Group"];
    let title = "In the queue (looking takes nothing out)";
    Block::Table(Table::new(title, &columns, rows, "The queue is empty. Send a message below."))
}

fn shortened(body: &str) -> String {
    match body.char_indices().nth(SHOWN_BODY) {
        Some((end, _)) => format!("{}…", &body[..end]),
        None => body.to_owned(),
    }
}

async fn settings(api: &Api<'_>, queue: &str) -> Result<Screen, Failure> {
    let url = url_of(api, queue).await?;
    let attributes = attributes(api, &url).await?;
    let mut facts = vec![fact("URL", url)];
    let all = attributes.as_object().into_iter().flatten();
    facts.extend(all.filter(|(name, _)| *name != "Policy").map(|(name, value)| fact(name, text(value))));
    let field =
        |name: &str, label: &str| Field::new(name, label, FieldKind::Number).value(text(&attributes[name]));
    let fields = vec![
        field("VisibilityTimeout", "Visibility timeout (s)"),
        field("DelaySeconds", "Delay (s)"),
        field("ReceiveMessageWaitTimeSeconds", "Waiting time of a receive (s)"),
        field("MessageRetentionPeriod", "Retention (s)"),
        Field::new("RedrivePolicy", "Redrive policy (JSON)", FieldKind::Area)
            .value(text(&attributes["RedrivePolicy"]))
            .hint("{\"deadLetterTargetArn\": \"…\", \"maxReceiveCount\": 3}"),
        Field::new("Policy", "Policy (JSON)", FieldKind::Area).value(text(&attributes["Policy"])),
    ];
    let mut blocks = vec![
        Block::Facts { title: "Attributes".to_owned(), facts },
        Block::Form(Form::new("configure", "Change", "Save", fields)),
    ];
    if !queue.ends_with(".fifo") {
        let note = "A standard queue may deliver a message twice, and in another order: seldom on AWS, so programs that rely on luck work until they do not. Here you can make it frequent.";
        let share = Field::new("percent", "Share of messages concerned (%)", FieldKind::Number).value("50");
        let arn = text(&attributes["QueueArn"]);
        let hidden = Field::choice("arn", "Queue", &[(&arn, queue)]);
        blocks.push(Block::Note { tone: Tone::Info, text: note.to_owned() });
        let fields = vec![share.hint("0 is AWS's everyday"), hidden];
        blocks.push(Block::Form(Form::new("disorder", "Duplicates and disorder", "Set", fields)));
    }
    Ok(of_queue(queue, blocks))
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let queue = act.part(1);
    match act.verb {
        "create-queue" => return create(api, &act).await,
        "delete-queue" => {
            let url = url_of(api, act.value("queue")).await?;
            call(api, "DeleteQueue", json!({ "QueueUrl": url })).await?;
            return done(format!("`{}` is deleted", act.value("queue")));
        }
        "redrive" => {
            call(api, "StartMessageMoveTask", json!({ "SourceArn": act.value("arn") })).await?;
            return done("the messages go back to where they came from");
        }
        "disorder" => {
            let percent = act.value("percent").parse::<f64>().unwrap_or(0.0).clamp(0.0, 100.0);
            let (queue_arn, permille) = (act.value("arn").to_owned(), (percent * 10.0) as u64);
            control(api.shared, Input::SqsDisorder { queue_arn, permille });
            return done(format!("{percent} % of the deliveries are doubled or out of order"));
        }
        _ => {}
    }
    let url = url_of(api, queue).await?;
    match act.verb {
        "send" => {
            let mut input = json!({ "QueueUrl": url, "MessageBody": act.value("body") });
            if let Ok(delay_s) = act.value("delay").parse::<i64>()
                && delay_s != 0
            {
                input["DelaySeconds"] = json!(delay_s);
            }
            for (name, member) in [("group", "MessageGroupId"), ("deduplication", "MessageDeduplicationId")] {
                if !act.value(name).is_empty() {
                    input[member] = json!(act.value(name));
                }
            }
            let answer = call(api, "SendMessage", input).await?;
            done(format!("sent: {}", text(&answer["MessageId"])))
        }
        "receive" => receive(api, &url).await,
        "delete-message" => {
            let input = json!({ "QueueUrl": url, "ReceiptHandle": act.value("receipt") });
            call(api, "DeleteMessage", input).await?;
            done("the message is deleted")
        }
        "release" => {
            let receipt = act.value("receipt");
            let input = json!({ "QueueUrl": url, "ReceiptHandle": receipt, "VisibilityTimeout": 0 });
            call(api, "ChangeMessageVisibility", input).await?;
            done("the message is visible again")
        }
        "purge" => {
            call(api, "PurgeQueue", json!({ "QueueUrl": url })).await?;
            done("the queue is purged")
        }
        "configure" => {
            let named = act.values.iter().map(|(name, value)| (name.clone(), json!(value.trim())));
            let input = json!({ "QueueUrl": url, "Attributes": Value::Object(named.collect()) });
            call(api, "SetQueueAttributes", input).await?;
            done("the attributes are set")
        }
        verb => Err(unknown(verb)),
    }
}

async fn create(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    let queue = act.value("queue");
    let mut attributes = json!({
        "VisibilityTimeout": act.value("visibility"),
        "DelaySeconds": act.value("delay"),
    });
    if queue.ends_with(".fifo") {
        attributes["FifoQueue"] = json!("true");
        attributes["ContentBasedDeduplication"] = json!("true");
    }
    if !act.value("dlq").is_empty() {
        let url = url_of(api, act.value("dlq")).await?;
        let arn = text(&self::attributes(api, &url).await?["QueueArn"]);
        let receives = act.value("receives").parse::<i64>().unwrap_or(3);
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": receives });
        attributes["RedrivePolicy"] = json!(policy.to_string());
    }
    call(api, "CreateQueue", json!({ "QueueName": queue, "Attributes": attributes })).await?;
    Ok(Acted { text: format!("`{queue}` is there"), go: Some(to(&["sqs", queue])), ..Acted::default() })
}

async fn receive(api: &Api<'_>, url: &str) -> Result<Acted, Failure> {
    let input = json!({
        "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"],
    });
    let answer = call(api, "ReceiveMessage", input).await?;
    let received = answer["Messages"].as_array().cloned().unwrap_or_default();
    let rows = received.iter().map(|message| {
        let receipt = text(&message["ReceiptHandle"]);
        let count = text(&message["Attributes"]["ApproximateReceiveCount"]);
        Row::new([shortened(&text(&message["Body"])), count])
            .with(Action::new("delete-message", "Delete", &[("receipt", &receipt)]))
            .with(Action::new("release", "Make visible", &[("receipt", &receipt)]))
    });
    let title = "Received: delete each before its visibility timeout ends";
    let empty = "No message was visible.";
    let table = Table::new(title, &["Body", "Received"], rows.collect(), empty);
    Ok(Acted { blocks: vec![Block::Table(table)], ..Acted::default() })
}
