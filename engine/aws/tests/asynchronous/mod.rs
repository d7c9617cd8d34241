//! Functions that are invoked by events: retries and destinations, event source mappings, topics and rules. The
//! host answers by rule, and time passes from timer to timer.
#![expect(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "tests may unwrap")]

use crate::support::{Client, all_cases};
use nuvola_aws::{CloudOptions, Effect, FunctionOutcome, Input, SERVICES, Trace, TraceKind};
use serde_json::{Value, json};

/// What a handler answers to an event, at the so-manieth run.
type Handler = fn(&Value, usize) -> FunctionOutcome;

struct World {
    client: Client,
    handler: Handler,
    /// While set, handlers do not answer.
    paused: bool,
    waiting: Vec<(String, String, Value)>,
    /// The events of all runs: when, and what.
    runs: Vec<(i64, Value)>,
    traces: Vec<Trace>,
    running: usize,
    most_running: usize,
}

const START_MS: i64 = 1_795_456_800_000;
const Q: &str = "arn:aws:sqs:eu-south-1:123456789012:";
const F: &str = "arn:aws:lambda:eu-south-1:123456789012:function:";

fn good(_: &Value, _: usize) -> FunctionOutcome {
    FunctionOutcome::Success { payload: "null".to_owned() }
}

fn bad(_: &Value, _: usize) -> FunctionOutcome {
    FunctionOutcome::Error { payload: r#"{"errorMessage":"no","errorType":"ValueError"}"#.to_owned() }
}

impl World {
    /// A function `f` whose role may do everything.
    fn new(handler: Handler) -> Self {
        let client = Client::new(CloudOptions::default(), START_MS);
        let mut world = World {
            client,
            handler,
            paused: false,
            waiting: Vec::new(),
            runs: Vec::new(),
            traces: Vec::new(),
            running: 0,
            most_running: 0,
        };
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
        }]});
        world.call("iam:CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust.to_string()}));
        world.allow("*");
        world.function("f");
        world
    }

    fn allow(&mut self, actions: &str) {
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": actions, "Resource": "*",
        }]});
        let input = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": policy.to_string()});
        self.call("iam:PutRolePolicy", input);
    }

    fn function(&mut self, name: &str) {
        let case = all_cases().into_iter().find(|case| case.name == "lambda/event_configs.json").unwrap();
        let steps = case.body["steps"].as_array().unwrap().clone();
        let create = steps.iter().find(|step| step["call"] == "lambda:CreateFunction").unwrap();
        let mut input = create["input"].clone();
        input["FunctionName"] = name.into();
        self.call("lambda:CreateFunction", input);
        self.wait(3000);
    }

    fn queue(&mut self, name: &str, attributes: Value) -> String {
        self.call("sqs:CreateQueue", json!({"QueueName": name, "Attributes": attributes}));
        format!("https://sqs.eu-south-1.amazonaws.com/123456789012/{name}")
    }

    fn map(&mut self, settings: Value) -> String {
        let mut input = json!({"FunctionName": "f"});
        for (name, value) in settings.as_object().unwrap() {
            input[name] = value.clone();
        }
        let made = self.call("lambda:CreateEventSourceMapping", input);
        self.wait(3000);
        made["UUID"].as_str().unwrap().to_owned()
    }

    fn call(&mut self, name: &str, input: Value) -> Value {
        let (service, operation) = name.split_once(':').unwrap();
        let service = SERVICES.iter().find(|found| found.schema.endpoint_prefix == service).unwrap();
        let op = service.operation(operation).unwrap();
        let output = self.client.call("root", &service.schema, &op.schema, &input).unwrap();
        // Whatever the request caused waits for its timer.
        output
    }

    /// Time passes from timer to timer; environments start at once and handlers answer by rule.
    fn wait(&mut self, ms: i64) {
        let end = self.client.now_ms + ms;
        while let Some(due) = self.client.cloud.next_due_ms().filter(|due| *due <= end) {
            self.client.now_ms = self.client.now_ms.max(due);
            self.step(Input::Tick);
        }
        self.client.now_ms = end;
    }

    fn step(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.client.cloud.step(self.client.now_ms, input) {
                match effect {
                    Effect::StartEnvironment(spec) => inputs
                        .push(Input::EnvironmentReady { environment_id: spec.environment_id, init_ms: 1.0 }),
                    Effect::Invoke { environment_id, request_id, event, .. } => {
                        let event: Value = serde_json::from_str(&event).unwrap();
                        self.runs.push((self.client.now_ms, event.clone()));
                        self.running += 1;
                        self.most_running = self.most_running.max(self.running);
                        if self.paused {
                            self.waiting.push((environment_id, request_id, event));
                        } else {
                            self.running -= 1;
                            inputs.push(self.answer(environment_id, request_id, &event));
                        }
                    }
                    Effect::Trace(trace) => self.traces.push(*trace),
                    _ => {}
                }
            }
        }
    }

    fn answer(&self, environment_id: String, request_id: String, event: &Value) -> Input {
        let outcome = (self.handler)(event, self.runs.len());
        Input::FunctionFinished {
            environment_id,
            request_id,
            outcome,
            duration_ms: 1.0,
            cpu_ms: None,
            max_memory_mb: 30,
        }
    }

    /// The handlers that were held back answer, in the order of `seed`.
    fn release(&mut self, seed: usize) {
        if self.waiting.is_empty() {
            return;
        }
        let at = seed % self.waiting.len();
        let (environment_id, request_id, event) = self.waiting.remove(at);
        self.running -= 1;
        let input = self.answer(environment_id, request_id, &event);
        self.step(input);
    }

    fn send(&mut self, url: &str, body: &str) {
        self.call("sqs:SendMessage", json!({"QueueUrl": url, "MessageBody": body}));
    }

    /// The bodies of what a queue has.
    fn receive(&mut self, url: &str) -> Vec<Value> {
        let input = json!({
            "QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0, "MessageAttributeNames": ["All"],
        });
        let output = self.call("sqs:ReceiveMessage", input);
        output["Messages"].as_array().cloned().unwrap_or_default()
    }

    fn contents(&self, name: &str) -> (u64, u64) {
        let contents = self.client.cloud.queue_contents(&format!("{Q}{name}"), 1).unwrap();
        (contents.visible_count, contents.in_flight_count)
    }

    /// Bodies of the records of each run.
    fn batches(&self) -> Vec<Vec<String>> {
        let body = |record: &Value| record["body"].as_str().unwrap().to_owned();
        let records = |event: &Value| event["Records"].as_array().unwrap().iter().map(body).collect();
        self.runs.iter().map(|(_, event)| records(event)).collect()
    }

    fn invoke(&mut self, payload: &str) {
        self.call(
            "lambda:Invoke",
            json!({"FunctionName": "f", "InvocationType": "Event", "Payload": payload}),
        );
    }
}

fn body(message: &Value) -> Value {
    serde_json::from_str(message["Body"].as_str().unwrap()).unwrap()
}

#[test]
fn failed_events_are_retried_after_one_and_two_minutes_then_told() {
    // Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation",
    // "Capturing records of Lambda asynchronous invocations" (the record), "Adding a dead-letter queue".
    let mut world = World::new(bad);
    let told = world.queue("told", json!({}));
    let dead = world.queue("dead", json!({}));
    world.call(
        "lambda:PutFunctionEventInvokeConfig",
        json!({
            "FunctionName": "f", "DestinationConfig": {"OnFailure": {"Destination": format!("{Q}told")}},
        }),
    );
    world.call(
        "lambda:UpdateFunctionConfiguration",
        json!({
            "FunctionName": "f", "DeadLetterConfig": {"TargetArn": format!("{Q}dead")},
        }),
    );
    world.wait(3000);
    world.invoke(r#"{"a":1}"#);
    world.wait(600_000);
    let times: Vec<i64> = world.runs.iter().map(|(at_ms, _)| at_ms - world.runs[0].0).collect();
    assert_eq!(times, [0, 60_000, 180_000]);
    let messages = world.receive(&told);
    let record = body(&messages[0]);
    let request = &record["requestContext"];
    assert_eq!(record["version"], "1.0");
    assert_eq!(request["functionArn"], format!("{F}f:$LATEST"));
    assert_eq!(
        (&request["condition"], &request["approximateInvokeCount"]),
        (&json!("RetriesExhausted"), &json!(3))
    );
    assert_eq!(record["requestPayload"], json!({"a": 1}));
    assert_eq!(
        record["responseContext"],
        json!({"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"})
    );
    assert_eq!(record["responsePayload"]["errorMessage"], "no");
    let letters = world.receive(&dead);
    let letter = &letters[0];
    assert_eq!(body(letter), json!({"a": 1}));
    assert_eq!(letter["MessageAttributes"]["ErrorCode"]["StringValue"], "200");
    assert_eq!(letter["MessageAttributes"]["ErrorMessage"]["StringValue"], "no");
    assert_eq!(letter["MessageAttributes"]["RequestID"]["StringValue"], request["requestId"]);
    let delivery = world.traces.iter().find(|trace| trace.operation == "OnFailure").unwrap();
    assert_eq!((delivery.kind, delivery.status), (TraceKind::Delivery, 200));
}

#[test]
fn retries_and_age_are_limited_and_successes_told() {
    // Source: the same pages.
    let mut world = World::new(bad);
    let told = world.queue("told", json!({}));
    let destination = json!({"Destination": format!("{Q}told")});
    world.call(
        "lambda:PutFunctionEventInvokeConfig",
        json!({
            "FunctionName": "f", "MaximumRetryAttempts": 0,
            "DestinationConfig": {"OnFailure": destination, "OnSuccess": destination},
        }),
    );
    world.invoke("{}");
    world.wait(600_000);
    assert_eq!(world.runs.len(), 1);
    world.call(
        "lambda:PutFunctionEventInvokeConfig",
        json!({
            "FunctionName": "f", "MaximumEventAgeInSeconds": 60,
            "DestinationConfig": {"OnFailure": destination, "OnSuccess": destination},
        }),
    );
    world.invoke("{}");
    world.wait(600_000);
    world.handler = good;
    world.invoke("{}");
    world.wait(1000);
    let conditions: Vec<Value> =
        world.receive(&told).iter().map(|one| body(one)["requestContext"]["condition"].clone()).collect();
    assert_eq!(conditions, [json!("RetriesExhausted"), json!("EventAgeExceeded"), json!("Success")]);
}

#[test]
fn a_stopped_function_gives_its_events_up_at_once() {
    // Source: AWS Lambda Developer Guide, "Configuring reserved concurrency for a function": with zero, events go
    // to the dead-letter queue or the destination without retries.
    let mut world = World::new(good);
    let told = world.queue("told", json!({}));
    world.call(
        "lambda:PutFunctionEventInvokeConfig",
        json!({
            "FunctionName": "f", "DestinationConfig": {"OnFailure": {"Destination": format!("{Q}told")}},
        }),
    );
    world.call(
        "lambda:PutFunctionConcurrency",
        json!({"FunctionName": "f", "ReservedConcurrentExecutions": 0}),
    );
    world.invoke("{}");
    world.wait(1000);
    let messages = world.receive(&told);
    let record = body(&messages[0]);
    assert_eq!(record["requestContext"]["condition"], "ZeroReservedConcurrency");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 0);
    assert_eq!(record.get("responseContext"), None);
    assert!(world.runs.is_empty());
}

#[test]
fn mapped_messages_reach_the_function_and_are_deleted() {
    // Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", example event.
    let mut world = World::new(good);
    let url = world.queue("q", json!({}));
    world.map(json!({"EventSourceArn": format!("{Q}q"), "FilterCriteria": {"Filters": [
        {"Pattern": r#"{"body":{"kind":["good"]}}"#},
    ]}}));
    world.call(
        "sqs:SendMessage",
        json!({
            "QueueUrl": url, "MessageBody": r#"{"kind":"good"}"#,
            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "x"}},
        }),
    );
    world.send(&url, r#"{"kind":"bad"}"#);
    world.send(&url, "no json");
    world.wait(1000);
    assert_eq!(world.runs.len(), 1);
    let record = &world.runs[0].1["Records"][0];
    assert_eq!(record["body"], r#"{"kind":"good"}"#);
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(record["eventSourceARN"], format!("{Q}q"));
    assert_eq!(record["awsRegion"], "eu-south-1");
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(
        record["messageAttributes"]["a"],
        json!({
            "stringValue": "x", "stringListValues": [], "binaryListValues": [], "dataType": "String",
        })
    );
    assert_eq!(world.contents("q"), (0, 0), "handled or left out, all are deleted");
}

#[test]
fn failed_batches_come_again_and_end_as_dead_letters() {
    // Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda".
    let mut world = World::new(bad);
    world.queue("dead", json!({}));
    let policy = json!({"deadLetterTargetArn": format!("{Q}dead"), "maxReceiveCount": 3}).to_string();
    let url = world.queue("q", json!({"RedrivePolicy": policy}));
    world.map(json!({"EventSourceArn": format!("{Q}q")}));
    world.send(&url, "a");
    world.wait(600_000);
    let times: Vec<i64> = world.runs.iter().map(|(at_ms, _)| (at_ms - world.runs[0].0) / 1000).collect();
    assert_eq!(times, [0, 30, 60], "after the visibility timeout each");
    assert_eq!((world.contents("q"), world.contents("dead")), ((0, 0), (1, 0)));
}

#[test]
fn only_the_failures_that_a_function_reports_come_again() {
    // Source: AWS Lambda Developer Guide, "Implementing partial batch responses".
    fn partly(event: &Value, _: usize) -> FunctionOutcome {
        let failed: Vec<Value> = event["Records"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|record| record["body"] == "b" && record["attributes"]["ApproximateReceiveCount"] == "1")
            .map(|record| json!({"itemIdentifier": record["messageId"]}))
            .collect();
        FunctionOutcome::Success { payload: json!({"batchItemFailures": failed}).to_string() }
    }
    let mut world = World::new(partly);
    let url = world.queue("q", json!({}));
    world.map(
        json!({"EventSourceArn": format!("{Q}q"), "FunctionResponseTypes": ["ReportBatchItemFailures"]}),
    );
    for text in ["a", "b", "c"] {
        world.send(&url, text);
    }
    world.wait(120_000);
    assert_eq!(world.batches(), [vec!["a", "b", "c"], vec!["b"]]);
    assert_eq!(world.contents("q"), (0, 0));
}

#[test]
fn a_window_gathers_a_batch() {
    // Source: AWS Lambda Developer Guide, "How Lambda processes records from stream and queue-based event sources".
    let mut world = World::new(good);
    let url = world.queue("q", json!({"VisibilityTimeout": "120"}));
    world.map(json!({
        "EventSourceArn": format!("{Q}q"), "BatchSize": 25, "MaximumBatchingWindowInSeconds": 10,
    }));
    for number in 0..12 {
        world.send(&url, &number.to_string());
        world.wait(500);
    }
    assert!(world.runs.is_empty(), "the window is open");
    world.wait(10_000);
    assert_eq!(world.batches().iter().map(Vec::len).collect::<Vec<_>>(), [12]);
    for number in 0..25 {
        world.send(&url, &number.to_string());
    }
    world.wait(1000);
    assert_eq!(world.batches()[1].len(), 25, "a full batch does not wait");
}

#[test]
fn concurrency_is_limited_and_idle_mappings_cost_nothing() {
    // Source: AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings".
    let mut world = World::new(good);
    let url = world.queue("q", json!({"VisibilityTimeout": "900"}));
    world.map(json!({
        "EventSourceArn": format!("{Q}q"), "BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 3},
    }));
    assert_eq!(world.client.cloud.next_due_ms(), None, "an idle mapping has no timer");
    world.paused = true;
    for number in 0..20 {
        world.send(&url, &number.to_string());
    }
    world.wait(60_000);
    assert_eq!(world.waiting.len(), 3);
    while !world.waiting.is_empty() {
        world.release(0);
        world.wait(100);
    }
    assert_eq!((world.most_running, world.runs.len()), (3, 20));
    assert_eq!(world.contents("q"), (0, 0));
}

#[test]
fn a_missing_permission_is_told_and_the_messages_wait() {
    // Source: our own reasoning, from the permissions that the Developer Guide lists for queues.
    let mut world = World::new(good);
    let url = world.queue("q", json!({}));
    world.map(json!({"EventSourceArn": format!("{Q}q")}));
    world.allow("logs:*");
    world.send(&url, "a");
    world.wait(60_000);
    assert!(world.runs.is_empty());
    let refused: Vec<&Trace> =
        world.traces.iter().filter(|trace| trace.operation == "ReceiveMessage").collect();
    assert_eq!(refused.len(), 1, "told once");
    let decision = refused[0].decisions.iter().find(|decision| !decision.allowed).unwrap();
    assert_eq!((decision.action.as_str(), refused[0].status), ("sqs:ReceiveMessage", 403));
    assert!(decision.principal.contains("assumed-role/r/"), "{}", decision.principal);
    world.allow("*");
    world.wait(60_000);
    assert_eq!(world.batches(), [["a"]]);
}

#[test]
fn throttled_batches_are_tried_until_their_messages_are_visible() {
    // Source: AWS Lambda Developer Guide, "Handling errors for an SQS event source in Lambda", on throttling.
    let mut world = World::new(good);
    let url = world.queue("q", json!({}));
    world.map(json!({"EventSourceArn": format!("{Q}q")}));
    world.call(
        "lambda:PutFunctionConcurrency",
        json!({"FunctionName": "f", "ReservedConcurrentExecutions": 0}),
    );
    world.send(&url, "a");
    world.wait(100_000);
    assert!(world.runs.is_empty());
    world.call("lambda:DeleteFunctionConcurrency", json!({"FunctionName": "f"}));
    world.wait(60_000);
    assert_eq!(world.batches(), [["a"]]);
    assert_eq!(world.contents("q"), (0, 0));
}

#[test]
fn groups_of_a_fifo_queue_keep_their_order() {
    // Source: SQS Developer Guide, "FIFO queue and message group ID": one batch of a group at a time.
    let mut world = World::new(good);
    let url = world.queue(
        "q.fifo",
        json!({"FifoQueue": "true", "ContentBasedDeduplication": "true", "VisibilityTimeout": "900"}),
    );
    world.map(json!({"EventSourceArn": format!("{Q}q.fifo"), "BatchSize": 2}));
    world.paused = true;
    for number in 0..12 {
        world.call("sqs:SendMessage", json!({
            "QueueUrl": url, "MessageBody": number.to_string(), "MessageGroupId": format!("g{}", number % 2),
        }));
    }
    let mut seed = 7usize;
    for _ in 0..40 {
        world.wait(100);
        seed = seed.wrapping_mul(31).wrapping_add(11);
        world.release(seed);
    }
    for group in 0..2 {
        let numbers: Vec<u32> = world.batches().concat().iter().map(|text| text.parse().unwrap()).collect();
        let own: Vec<u32> = numbers.into_iter().filter(|number| number % 2 == group).collect();
        let mut sorted = own.clone();
        sorted.sort();
        assert_eq!((own.len(), &own), (6, &sorted));
    }
}

/// A table with a stream; gives the stream's ARN.
fn table(world: &mut World) -> String {
    let made = world.call(
        "dynamodb:CreateTable",
        json!({
            "TableName": "things", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        }),
    );
    world.wait(60_000);
    made["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned()
}

fn put(world: &mut World, key: &str, value: u32) {
    let item = json!({"k": {"S": key}, "v": {"N": value.to_string()}});
    world.call("dynamodb:PutItem", json!({"TableName": "things", "Item": item}));
}

fn values(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    records.map(|one| one["dynamodb"]["NewImage"]["v"]["N"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn stream_records_reach_the_function_in_order() {
    // Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB", example event.
    let mut world = World::new(good);
    let stream = table(&mut world);
    put(&mut world, "a", 0);
    world.map(json!({"EventSourceArn": stream, "StartingPosition": "LATEST", "FilterCriteria": {"Filters": [
        {"Pattern": r#"{"dynamodb":{"NewImage":{"v":{"N":[{"anything-but":"2"}]}}}}"#},
    ]}}));
    for value in 1..5 {
        put(&mut world, "a", value);
    }
    world.wait(1000);
    assert_eq!(world.runs.iter().map(|(_, event)| values(event)).collect::<Vec<_>>(), [["1", "3", "4"]]);
    let record = &world.runs[0].1["Records"][0];
    assert_eq!((&record["eventName"], &record["eventSource"]), (&json!("MODIFY"), &json!("aws:dynamodb")));
    assert_eq!(record["eventSourceARN"], stream);
    assert_eq!(record["dynamodb"]["Keys"], json!({"k": {"S": "a"}}));
}

#[test]
fn failing_records_of_a_stream_are_split_off_and_told() {
    // Source: AWS Lambda Developer Guide, "Retain discarded records for a DynamoDB event source in Lambda".
    fn poison(event: &Value, run: usize) -> FunctionOutcome {
        if values(event).contains(&"2".to_owned()) { bad(event, run) } else { good(event, run) }
    }
    let mut world = World::new(poison);
    let told = world.queue("told", json!({}));
    let stream = table(&mut world);
    world.map(json!({
        "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON", "BisectBatchOnFunctionError": true,
        "MaximumRetryAttempts": 1, "DestinationConfig": {"OnFailure": {"Destination": format!("{Q}told")}},
    }));
    for value in 0..4 {
        put(&mut world, "a", value);
    }
    world.wait(600_000);
    let handled: Vec<String> = world
        .runs
        .iter()
        .filter(|(_, event)| !values(event).contains(&"2".to_owned()))
        .flat_map(|(_, event)| values(event))
        .collect();
    assert_eq!(handled, ["0", "1", "3"]);
    let messages = world.receive(&told);
    assert_eq!(messages.len(), 1);
    let record = body(&messages[0]);
    let info = &record["DDBStreamBatchInfo"];
    assert_eq!(record["requestContext"]["condition"], "RetryAttemptsExhausted");
    assert_eq!((&info["batchSize"], &info["streamArn"]), (&json!(1), &json!(stream)));
    assert_eq!(info["startSequenceNumber"], info["endSequenceNumber"]);
}

#[test]
fn keys_keep_their_order_on_parallel_lanes() {
    // Source: AWS Lambda Developer Guide, "Polling and batching streams", on the parallelization factor.
    let mut world = World::new(good);
    let stream = table(&mut world);
    world.map(json!({
        "EventSourceArn": stream, "StartingPosition": "LATEST", "ParallelizationFactor": 4, "BatchSize": 3,
    }));
    world.paused = true;
    for value in 0..40 {
        put(&mut world, &format!("k{}", value % 8), value);
    }
    world.wait(1000);
    assert!(world.waiting.len() > 1, "several batches at once");
    let mut seed = 3usize;
    while !world.waiting.is_empty() {
        seed = seed.wrapping_mul(31).wrapping_add(11);
        world.release(seed);
        world.wait(1000);
    }
    let all: Vec<u32> =
        world.runs.iter().flat_map(|(_, event)| values(event)).map(|text| text.parse().unwrap()).collect();
    assert_eq!(all.len(), 40);
    for key in 0..8 {
        let own: Vec<u32> = all.iter().copied().filter(|value| value % 8 == key).collect();
        assert!(own.is_sorted(), "{own:?}");
    }
}

#[test]
fn no_message_is_lost_whatever_fails_and_when() {
    // Source: our own reasoning: a message is with the queue until the function has handled it.
    fn moody(event: &Value, run: usize) -> FunctionOutcome {
        match (run * 7919 + event.to_string().len()) % 5 {
            0 => bad(event, run),
            1 => FunctionOutcome::TimedOut,
            2 => FunctionOutcome::Crashed { message: "exit status 1".to_owned() },
            _ => good(event, run),
        }
    }
    for start in 1..12usize {
        let mut world = World::new(moody);
        let url = world.queue("q", json!({"VisibilityTimeout": "10"}));
        world.map(json!({"EventSourceArn": format!("{Q}q"), "BatchSize": 1 + start as i32 % 4}));
        let mut seed = start;
        let mut next = move |bound: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        let mut sent = Vec::new();
        for number in 0..60 {
            world.paused = next(3) == 0;
            world.send(&url, &number.to_string());
            sent.push(number.to_string());
            world.wait(next(4000) as i64);
            for _ in 0..next(3) {
                let at = next(9);
                world.release(at);
            }
            if next(10) == 0 {
                let reserved = next(3);
                world.call(
                    "lambda:PutFunctionConcurrency",
                    json!({
                        "FunctionName": "f", "ReservedConcurrentExecutions": reserved,
                    }),
                );
            }
        }
        world.paused = false;
        world.handler = good;
        world.call("lambda:DeleteFunctionConcurrency", json!({"FunctionName": "f"}));
        while !world.waiting.is_empty() {
            world.release(0);
        }
        world.wait(600_000);
        assert_eq!(world.contents("q"), (0, 0), "start {start}: all are handled in the end");
        let seen = world.batches().concat();
        assert!(sent.iter().all(|text| seen.contains(text)), "start {start}: none was lost");
    }
}

#[test]
fn a_hundred_events_at_once_are_all_handled() {
    // Source: AWS Lambda Developer Guide, "Understanding Lambda function scaling": throttled events wait.
    let mut world = World::new(good);
    world.call(
        "lambda:PutFunctionConcurrency",
        json!({"FunctionName": "f", "ReservedConcurrentExecutions": 10}),
    );
    world.paused = true;
    for number in 0..100 {
        world.invoke(&json!({"n": number}).to_string());
    }
    world.wait(100);
    assert_eq!(world.waiting.len(), 10, "no more than was set aside");
    let mut rounds = 0;
    while world.runs.len() < 100 || !world.waiting.is_empty() {
        world.release(rounds);
        world.wait(1000);
        rounds += 1;
        assert!(rounds < 2000, "{} ran", world.runs.len());
    }
    let mut numbers: Vec<i64> = world.runs.iter().map(|(_, event)| event["n"].as_i64().unwrap()).collect();
    numbers.sort();
    assert_eq!(numbers, (0..100).collect::<Vec<i64>>(), "each ran once");
    assert_eq!(world.most_running, 10);
}

#[test]
fn topics_and_rules_invoke_functions_that_let_them() {
    // Source: Lambda Developer Guide, "Using AWS Lambda with Amazon SNS", example event; EventBridge User Guide,
    // "Using resource-based policies for Amazon EventBridge".
    let mut world = World::new(good);
    let topic = world.call("sns:CreateTopic", json!({"Name": "t"}))["TopicArn"].clone();
    world
        .call("sns:Subscribe", json!({"TopicArn": topic, "Protocol": "lambda", "Endpoint": format!("{F}f")}));
    let publish = json!({"TopicArn": topic, "Message": "hello", "Subject": "s"});
    world.call("sns:Publish", publish.clone());
    world.wait(1000);
    assert!(world.runs.is_empty(), "the function's policy does not name SNS");
    let refused = world.traces.iter().find(|trace| trace.service == "sns" && trace.status == 403).unwrap();
    assert!(refused.decisions.iter().any(|one| one.action == "lambda:InvokeFunction" && !one.allowed));
    for (sid, service, source) in [
        ("sns", "sns.amazonaws.com", topic.as_str().unwrap().to_owned()),
        ("events", "events.amazonaws.com", "arn:aws:events:eu-south-1:123456789012:rule/r".to_owned()),
    ] {
        world.call("lambda:AddPermission", json!({
            "FunctionName": "f", "StatementId": sid, "Action": "lambda:InvokeFunction", "Principal": service,
            "SourceArn": source,
        }));
    }
    world.call("sns:Publish", publish);
    world.call("events:PutRule", json!({"Name": "r", "ScheduleExpression": "cron(0/5 * * * ? *)"}));
    world.call("events:PutTargets", json!({"Rule": "r", "Targets": [{"Id": "1", "Arn": format!("{F}f")}]}));
    world.wait(301_000);
    let sns = &world.runs[0].1["Records"][0];
    assert_eq!((&sns["EventSource"], &sns["Sns"]["Message"]), (&json!("aws:sns"), &json!("hello")));
    assert_eq!((&sns["Sns"]["Subject"], &sns["Sns"]["Type"]), (&json!("s"), &json!("Notification")));
    let scheduled = &world.runs[1].1;
    assert_eq!(
        (&scheduled["source"], &scheduled["detail-type"]),
        (&json!("aws.events"), &json!("Scheduled Event"))
    );
    assert_eq!(scheduled["resources"], json!(["arn:aws:events:eu-south-1:123456789012:rule/r"]));
    assert_eq!(scheduled["detail"], json!({}));
}

#[test]
fn people_confirm_by_the_link_in_their_inbox() {
    // Source: SNS Developer Guide, "Email notifications", "HTTP/HTTPS subscription confirmation JSON format".
    let mut world = World::new(good);
    let topic = world.call("sns:CreateTopic", json!({"Name": "t"}))["TopicArn"].as_str().unwrap().to_owned();
    for (protocol, endpoint) in [("email", "a@example.com"), ("https", "https://example.com/hook")] {
        world.call("sns:Subscribe", json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint}));
    }
    let inbox = world.client.cloud.sns_inbox();
    assert_eq!(inbox.len(), 2);
    let asked: Value = serde_json::from_str(&inbox[0].body).unwrap();
    assert_eq!((&asked["Type"], &asked["TopicArn"]), (&json!("SubscriptionConfirmation"), &json!(topic)));
    assert_eq!(asked["Token"].as_str(), inbox[0].token.as_deref());
    world.call("sns:Publish", json!({"TopicArn": topic, "Message": "too early"}));
    for letter in &inbox {
        world.call("sns:ConfirmSubscription", json!({"TopicArn": topic, "Token": letter.token}));
    }
    world.call("sns:Publish", json!({"TopicArn": topic, "Message": "hello"}));
    world.wait(1000);
    let inbox = world.client.cloud.sns_inbox();
    assert_eq!(inbox.len(), 4);
    let hook = inbox.iter().find(|letter| letter.protocol == "https").unwrap();
    let note: Value = serde_json::from_str(&hook.body).unwrap();
    let names: Vec<&String> = note.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Type",
            "MessageId",
            "TopicArn",
            "Message",
            "Timestamp",
            "SignatureVersion",
            "Signature",
            "SigningCertURL",
            "UnsubscribeURL",
        ]
    );
    assert!(hook.body.starts_with("{\n  \"Type\" : \"Notification\",\n"), "{}", hook.body);
    assert!(inbox.iter().any(|letter| letter.protocol == "email" && letter.body.starts_with("hello\n")));
}
