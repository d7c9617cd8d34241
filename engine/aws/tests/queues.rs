//! SQS where a case cannot show it: receives that wait, both protocols, and laws under any interleaving.

#![expect(clippy::unwrap_used, reason = "a helper that cannot go on fails its test")]

use nuvola_aws::{Cloud, CloudOptions, Effect, Input, sqs};
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const START_MS: i64 = 1_795_456_800_000;
const HOST: &str = "sqs.eu-south-1.amazonaws.com";

fn arn(name: &str) -> String {
    format!("arn:aws:sqs:eu-south-1:123456789012:{name}")
}

fn url(name: &str) -> String {
    format!("https://{HOST}/123456789012/{name}")
}

/// A cloud, its clock, and the answers that have come.
struct World {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
    answers: BTreeMap<u64, Response>,
    answered_at_ms: BTreeMap<u64, i64>,
}

impl World {
    fn new() -> Self {
        let cloud = Cloud::new(CloudOptions::default());
        let (answers, answered_at_ms) = (BTreeMap::new(), BTreeMap::new());
        World { cloud, now_ms: START_MS, next_id: 1, answers, answered_at_ms }
    }

    fn step(&mut self, input: Input) {
        for effect in self.cloud.step(self.now_ms, input) {
            if let Effect::Respond { id, response } = effect {
                self.answers.insert(id, response);
                self.answered_at_ms.insert(id, self.now_ms);
            }
        }
    }

    /// Lets time pass, timer by timer as a host does.
    fn wait_ms(&mut self, ms: i64) {
        let end_ms = self.now_ms + ms;
        while let Some(due_ms) = self.cloud.next_due_ms().filter(|due_ms| *due_ms <= end_ms) {
            self.now_ms = self.now_ms.max(due_ms);
            self.step(Input::Tick);
        }
        self.now_ms = end_ms;
        self.step(Input::Tick);
    }

    fn ask(&mut self, mut request: Request) -> u64 {
        let credentials: Credentials = self.cloud.root_credentials().into();
        let signer =
            Signer { credentials: &credentials, region: "eu-south-1", service: "sqs", now_ms: self.now_ms };
        signer.sign(&mut request);
        let id = self.next_id;
        self.next_id += 1;
        self.step(Input::Request { id, request });
        id
    }

    /// Sends a request in JSON; the answer may come later.
    fn begin(&mut self, operation: &str, input: &Value) -> u64 {
        let mut request = Request::new("POST", HOST, "/");
        request.headers.set("X-Amz-Target", format!("AmazonSQS.{operation}"));
        request.headers.set("Content-Type", "application/x-amz-json-1.0");
        request.body = input.to_string().into();
        self.ask(request)
    }

    fn begin_form(&mut self, path: &str, form: &str) -> u64 {
        let mut request = Request::new("POST", HOST, path);
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = form.into();
        self.ask(request)
    }

    fn answer(&self, id: u64) -> Option<Value> {
        let response = self.answers.get(&id)?;
        let text = response.body.as_text().unwrap();
        Some(if text.is_empty() { Value::Null } else { serde_json::from_str(text).unwrap() })
    }

    /// Sends a request whose answer comes at once.
    fn call(&mut self, operation: &str, input: &Value) -> Value {
        let id = self.begin(operation, input);
        let answer = self.answer(id).unwrap_or_else(|| panic!("{operation} waits"));
        assert_eq!(self.answers[&id].status, 200, "{operation}: {answer}");
        answer
    }

    fn make(&mut self, name: &str, attributes: Value) {
        self.call("CreateQueue", &json!({"QueueName": name, "Attributes": attributes}));
    }

    fn send(&mut self, queue: &str, body: &str) {
        self.call("SendMessage", &json!({"QueueUrl": url(queue), "MessageBody": body}));
    }

    /// Bodies and handles of what is received now.
    fn receive(&mut self, queue: &str, most: usize) -> Vec<(String, String)> {
        let input = json!({"QueueUrl": url(queue), "MaxNumberOfMessages": most});
        messages(&self.call("ReceiveMessage", &input))
    }

    /// Begins a receive that waits.
    fn poll(&mut self, queue: &str, seconds: i64) -> u64 {
        self.begin("ReceiveMessage", &json!({"QueueUrl": url(queue), "WaitTimeSeconds": seconds}))
    }

    fn bodies(&self, id: u64) -> Option<Vec<String>> {
        Some(messages(&self.answer(id)?).into_iter().map(|(body, _)| body).collect())
    }

    fn contents(&self, queue: &str) -> sqs::QueueContents {
        self.cloud.queue_contents(&arn(queue), 1000).unwrap()
    }
}

fn messages(answer: &Value) -> Vec<(String, String)> {
    let text = |message: &Value, name: &str| message[name].as_str().unwrap().to_owned();
    let list = answer["Messages"].as_array().into_iter().flatten();
    list.map(|message| (text(message, "Body"), text(message, "ReceiptHandle"))).collect()
}

// Source of the next four: SQS Developer Guide, "Amazon SQS short and long polling".

#[test]
fn a_waiting_receive_is_answered_when_a_message_comes() {
    let mut world = World::new();
    world.make("jobs", json!({}));
    let (first, second) = (world.poll("jobs", 20), world.poll("jobs", 20));
    world.wait_ms(5_000);
    assert_eq!((world.bodies(first), world.bodies(second)), (None, None));
    world.send("jobs", "a");
    assert_eq!((world.bodies(first), world.bodies(second)), (Some(vec!["a".to_owned()]), None));
    world.send("jobs", "b");
    assert_eq!(world.bodies(second), Some(vec!["b".to_owned()]));
    assert_eq!(world.contents("jobs").in_flight_count, 2);
}

#[test]
fn a_waiting_receive_ends_empty_when_its_time_is_over() {
    let mut world = World::new();
    world.make("jobs", json!({"ReceiveMessageWaitTimeSeconds": "3"}));
    let id = world.begin("ReceiveMessage", &json!({"QueueUrl": url("jobs")}));
    world.wait_ms(2_999);
    assert_eq!(world.answer(id), None);
    world.wait_ms(1);
    assert_eq!(world.answer(id), Some(json!({})));
    world.send("jobs", "a");
    assert_eq!(world.contents("jobs").visible_count, 1, "nobody waits any more");
}

#[test]
fn a_waiting_receive_gets_what_becomes_visible() {
    let mut world = World::new();
    world.make("jobs", json!({"VisibilityTimeout": "4"}));
    world.call("SendMessage", &json!({"QueueUrl": url("jobs"), "MessageBody": "late", "DelaySeconds": 3}));
    let id = world.poll("jobs", 10);
    world.wait_ms(2_999);
    assert_eq!(world.bodies(id), None);
    world.wait_ms(1);
    assert_eq!(world.bodies(id), Some(vec!["late".to_owned()]));
    let again = world.poll("jobs", 10);
    world.wait_ms(4_000);
    assert_eq!(world.bodies(again), Some(vec!["late".to_owned()]), "after its visibility timeout");
    let handle = messages(&world.answer(again).unwrap())[0].1.clone();
    let third = world.poll("jobs", 10);
    let change = json!({"QueueUrl": url("jobs"), "ReceiptHandle": handle, "VisibilityTimeout": 0});
    world.call("ChangeMessageVisibility", &change);
    assert_eq!(world.bodies(third), Some(vec!["late".to_owned()]), "given back by its receiver");
}

#[test]
fn a_client_that_went_away_takes_no_message() {
    let mut world = World::new();
    world.make("jobs", json!({}));
    let gone = world.poll("jobs", 20);
    world.step(Input::Abandoned { id: gone });
    world.send("jobs", "a");
    assert_eq!(world.answer(gone), None);
    assert_eq!(world.contents("jobs").visible_count, 1);
}

#[test]
fn a_queue_that_is_deleted_tells_who_waits_for_it() {
    // Source: our own reasoning.
    let mut world = World::new();
    world.make("jobs", json!({}));
    let id = world.poll("jobs", 20);
    world.call("DeleteQueue", &json!({"QueueUrl": url("jobs")}));
    assert_eq!(world.answers[&id].status, 400);
    assert_eq!(world.answer(id).unwrap()["__type"], "com.amazonaws.sqs#QueueDoesNotExist");
}

#[test]
fn dead_letters_reach_who_waits_for_them() {
    // Source: SQS Developer Guide, "Using dead-letter queues in Amazon SQS".
    let mut world = World::new();
    world.make("dead", json!({}));
    let policy = json!({"deadLetterTargetArn": arn("dead"), "maxReceiveCount": 1}).to_string();
    world.make("jobs", json!({"RedrivePolicy": policy, "VisibilityTimeout": "2"}));
    world.send("jobs", "poison");
    let dead = world.poll("dead", 20);
    assert_eq!(world.receive("jobs", 1).len(), 1);
    let next = world.poll("jobs", 10);
    world.wait_ms(2_000);
    assert_eq!(world.bodies(dead), Some(vec!["poison".to_owned()]));
    assert_eq!(world.bodies(next), None);
}

#[test]
fn the_query_protocol_answers_in_its_own_form() {
    // Source: SQS Developer Guide, "Making Query API requests", and answers recorded from the service.
    let mut world = World::new();
    world.make("jobs", json!({}));
    let body = |world: &World, id: u64| world.answers[&id].body.as_text().unwrap().to_owned();
    let form = "Action=SendMessage&Version=2012-11-05&MessageBody=hello";
    let id = world.begin_form("/123456789012/jobs", form);
    let text = body(&world, id);
    let head = r#"<SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><SendMessageResult><MD5OfMessageBody>5d41402abc4b2a76b9719d911017c592</MD5OfMessageBody>"#;
    assert!(text.starts_with(head), "{text}");
    let form = "Action=ReceiveMessage&Version=2012-11-05&WaitTimeSeconds=5&AttributeName.1=SenderId";
    let id = world.begin_form("/123456789012/jobs", form);
    assert!(
        body(&world, id).contains("<Attribute><Name>SenderId</Name><Value>123456789012</Value></Attribute>")
    );
    let id = world.begin_form("/123456789012/jobs", form);
    world.wait_ms(5_000);
    assert!(
        body(&world, id).contains("<ReceiveMessageResult></ReceiveMessageResult>"),
        "a wait that ends empty"
    );
    let id = world.begin_form("/123456789012/none", form);
    let text = body(&world, id);
    let error = "<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message><Detail></Detail></Error>";
    assert!(text.contains(error), "{text}");
    assert_eq!(world.answers[&id].status, 400);
    let id = world.begin("DeleteMessage", &json!({"QueueUrl": url("jobs"), "ReceiptHandle": "x"}));
    let header = world.answers[&id].headers.get("x-amzn-query-error");
    assert_eq!(header, Some("ReceiptHandleIsInvalid;Sender"));
}

#[test]
fn to_look_into_a_queue_changes_nothing() {
    let mut world = World::new();
    world.make("jobs", json!({}));
    for body in ["a", "b"] {
        world.send("jobs", body);
    }
    world.call("SendMessage", &json!({"QueueUrl": url("jobs"), "MessageBody": "c", "DelaySeconds": 60}));
    world.receive("jobs", 1);
    let before = world.cloud.state_hash();
    let contents = world.contents("jobs");
    assert_eq!(world.cloud.state_hash(), before);
    let bodies = |list: &[sqs::PeekedMessage]| list.iter().map(|one| one.body.clone()).collect::<String>();
    let kinds = [&contents.visible, &contents.in_flight, &contents.delayed].map(|list| bodies(list));
    assert_eq!(kinds, ["b", "a", "c"]);
    assert_eq!(contents.in_flight[0].visible_at_ms, Some(START_MS + 30_000));
    assert_eq!(contents.delayed[0].visible_at_ms, Some(START_MS + 60_000));
    assert_eq!(contents.visible[0].expires_at_ms, START_MS + 345_600_000);
    assert_eq!((contents.in_flight[0].receive_count, contents.visible[0].receive_count), (1, 0));
    assert_eq!(world.cloud.queue_contents(&arn("none"), 10), None);
    let one = world.cloud.queue_contents(&arn("jobs"), 0).unwrap();
    assert_eq!((one.visible.len(), one.visible_count), (0, 1));
}

#[test]
fn disorder_doubles_and_mixes_but_loses_nothing() {
    // Source: SQS Developer Guide, "Amazon SQS standard queues" (at-least-once delivery, best-effort ordering).
    let run = |permille: u64| {
        let mut world = World::new();
        world.make("jobs", json!({}));
        world.step(Input::SqsDisorder { queue_arn: arn("jobs"), permille });
        for number in 0..40 {
            world.send("jobs", &format!("{number:02}"));
        }
        let mut got = Vec::new();
        for _ in 0..200 {
            got.extend(world.receive("jobs", 10).into_iter().map(|(body, _)| body));
        }
        got
    };
    let orderly = run(0);
    assert_eq!(orderly.len(), 40);
    assert!(orderly.is_sorted());
    let mixed = run(500);
    assert!(mixed.len() > 45, "doubles: {mixed:?}");
    assert!(!mixed[..20].is_sorted(), "disorder: {mixed:?}");
    assert_eq!(mixed.iter().collect::<BTreeSet<_>>().len(), 40, "none lost");
    assert_eq!(run(500), mixed, "the same seed gives the same disorder");
}

#[test]
fn a_long_queue_is_as_fast_as_a_short_one() {
    // Source: our own reasoning: what a receive and a delete touch does not grow with the queue. Counted in
    // messages, not in time: a queue of 3,000 is worked off within the test's patience.
    let mut world = World::new();
    world.make("jobs", json!({"VisibilityTimeout": "43200"}));
    let entries: Vec<Value> =
        (0..10).map(|number| json!({"Id": number.to_string(), "MessageBody": "x"})).collect();
    for _ in 0..300 {
        world.call("SendMessageBatch", &json!({"QueueUrl": url("jobs"), "Entries": entries}));
    }
    let mut left = 3_000;
    while left > 0 {
        let got = world.receive("jobs", 10);
        let entries: Vec<Value> = got
            .iter()
            .enumerate()
            .map(|(number, (_, handle))| json!({"Id": number.to_string(), "ReceiptHandle": handle}))
            .collect();
        world.call("DeleteMessageBatch", &json!({"QueueUrl": url("jobs"), "Entries": entries}));
        left -= got.len();
    }
    let contents = world.contents("jobs");
    assert_eq!((contents.visible_count, contents.in_flight_count), (0, 0));
}

/// What may happen to a queue.
#[derive(Debug, Clone)]
enum Deed {
    Send { group: u8, delay_s: u8 },
    Receive { most: u8, visibility_s: u8 },
    Poll,
    Delete { which: u8 },
    GiveBack { which: u8 },
    Extend { which: u8, seconds: u8 },
    Wait { ms: u16 },
    Reload,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0_u8..3, 0_u8..4).prop_map(|(group, delay_s)| Deed::Send { group, delay_s }),
        4 => (1_u8..5, 0_u8..6).prop_map(|(most, visibility_s)| Deed::Receive { most, visibility_s }),
        1 => Just(Deed::Poll),
        3 => any::<u8>().prop_map(|which| Deed::Delete { which }),
        1 => any::<u8>().prop_map(|which| Deed::GiveBack { which }),
        1 => (any::<u8>(), 1_u8..9).prop_map(|(which, seconds)| Deed::Extend { which, seconds }),
        3 => (0_u16..4_000).prop_map(|ms| Deed::Wait { ms }),
        1 => Just(Deed::Reload),
    ];
    prop::collection::vec(deed, 1..60)
}

/// A receipt that a consumer holds: body, handle, and until when the message is its own.
#[derive(Debug, Clone)]
struct Held {
    body: String,
    handle: String,
    until_ms: i64,
}

/// What happened while deeds were done.
struct Run {
    world: World,
    fifo: bool,
    sent: usize,
    deleted: BTreeSet<String>,
    held: Vec<Held>,
    polls: Vec<u64>,
}

impl Run {
    fn queue(&self) -> &'static str {
        if self.fifo { "q.fifo" } else { "q" }
    }

    /// Who holds a message whose visibility timeout is running, nobody else gets it.
    fn take(&mut self, got: Vec<(String, String)>, now_ms: i64, visibility_s: i64) {
        let before = self.held.clone();
        for (body, handle) in got {
            assert!(!self.deleted.contains(&body), "{body} came after it was deleted");
            let others = self.held.iter().find(|held| held.body == body && held.until_ms > now_ms);
            assert!(others.is_none(), "{body} is with {others:?}");
            let group = &body[..2];
            let locked = |held: &&Held| held.body.starts_with(group) && held.until_ms > now_ms;
            let lock = before.iter().find(locked).filter(|_| self.fifo);
            assert!(lock.is_none(), "{body} came while its group was locked by {lock:?}");
            self.held.retain(|held| held.body != body);
            self.held.push(Held { body, handle, until_ms: now_ms + visibility_s * 1000 });
        }
    }

    /// Polls that were answered meanwhile.
    fn collect(&mut self) {
        for id in std::mem::take(&mut self.polls) {
            match self.world.answer(id) {
                Some(answer) => self.take(messages(&answer), self.world.answered_at_ms[&id], 5),
                None => self.polls.push(id),
            }
        }
    }

    fn pick(&self, which: u8) -> Option<Held> {
        let index = usize::from(which).checked_rem(self.held.len())?;
        Some(self.held[index].clone())
    }

    fn change(&mut self, held: &Held, seconds: i64) {
        let input = json!({"QueueUrl": url(self.queue()), "ReceiptHandle": held.handle, "VisibilityTimeout": seconds});
        let id = self.world.begin("ChangeMessageVisibility", &input);
        if self.world.answers[&id].status == 200 {
            let until_ms = self.world.now_ms + seconds * 1000;
            if let Some(found) = self.held.iter_mut().find(|other| other.handle == held.handle) {
                found.until_ms = until_ms;
            }
        }
    }

    fn deed(&mut self, deed: &Deed) {
        let queue = self.queue();
        match *deed {
            Deed::Send { group, delay_s } => {
                let body = format!("{group}-{:04}", self.sent);
                let mut input = json!({"QueueUrl": url(queue), "MessageBody": body});
                match self.fifo {
                    true => input["MessageGroupId"] = json!(group.to_string()),
                    false => input["DelaySeconds"] = json!(delay_s),
                }
                self.sent += 1;
                self.world.call("SendMessage", &input);
            }
            Deed::Receive { most, visibility_s } => {
                let input = json!({
                    "QueueUrl": url(queue), "MaxNumberOfMessages": most, "VisibilityTimeout": visibility_s,
                });
                let got = messages(&self.world.call("ReceiveMessage", &input));
                let bodies: BTreeSet<&String> = got.iter().map(|(body, _)| body).collect();
                assert_eq!(bodies.len(), got.len(), "one answer has a message once");
                self.take(got, self.world.now_ms, visibility_s.into());
            }
            Deed::Poll => {
                let id = self.world.poll(queue, 3);
                self.polls.push(id);
            }
            Deed::Delete { which } => {
                let Some(held) = self.pick(which) else { return };
                let input = json!({"QueueUrl": url(queue), "ReceiptHandle": held.handle});
                let id = self.world.begin("DeleteMessage", &input);
                if self.world.answers[&id].status == 200 {
                    self.deleted.insert(held.body.clone());
                    self.held.retain(|other| other.body != held.body);
                }
            }
            Deed::GiveBack { which } => {
                let Some(held) = self.pick(which) else { return };
                self.change(&held, 0);
            }
            Deed::Extend { which, seconds } => {
                let Some(held) = self.pick(which) else { return };
                self.change(&held, seconds.into());
            }
            Deed::Wait { ms } => self.world.wait_ms(ms.into()),
            Deed::Reload => {
                let text = serde_json::to_string(&self.world.cloud).unwrap();
                self.world.cloud = nuvola_kernel::stored::from_json(&text).unwrap();
            }
        }
        self.collect();
    }

    /// In the end everything that was not deleted is there once, in the order of each group.
    fn finish(mut self) {
        self.world.wait_ms(20_000);
        self.collect();
        self.world.wait_ms(60_000);
        let mut order: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut left = BTreeSet::new();
        loop {
            let got = self.world.receive(self.queue(), 10);
            if got.is_empty() {
                break;
            }
            for (body, handle) in got {
                assert!(left.insert(body.clone()), "{body} came twice");
                order.entry(body[..1].to_owned()).or_default().push(body);
                let input = json!({"QueueUrl": url(self.queue()), "ReceiptHandle": handle});
                self.world.call("DeleteMessage", &input);
            }
        }
        assert_eq!(left.len() + self.deleted.len(), self.sent, "none lost, none doubled");
        assert!(left.is_disjoint(&self.deleted));
        for bodies in order.values().filter(|_| self.fifo) {
            assert!(bodies.is_sorted(), "{bodies:?}");
        }
        let contents = self.world.contents(self.queue());
        assert_eq!((contents.visible_count, contents.in_flight_count, contents.delayed_count), (0, 0, 0));
    }
}

fn run(fifo: bool, deeds: &[Deed]) {
    let mut world = World::new();
    match fifo {
        true => world.make(
            "q.fifo",
            json!({"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "5"}),
        ),
        false => world.make("q", json!({"VisibilityTimeout": "5"})),
    }
    let (deleted, held, polls) = (BTreeSet::new(), Vec::new(), Vec::new());
    let mut run = Run { world, fifo, sent: 0, deleted, held, polls };
    for deed in deeds {
        run.deed(deed);
    }
    run.finish();
}

// Source: SQS Developer Guide, "Amazon SQS standard queues", "FIFO queue delivery logic", "Amazon SQS
// visibility timeout". Our standard queues promise more than AWS's while no disorder is asked for.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_message_of_a_standard_queue_is_lost(deeds in deeds()) {
        run(false, &deeds);
    }

    #[test]
    fn fifo_keeps_order_and_doubles_nothing(deeds in deeds()) {
        run(true, &deeds);
    }
}
