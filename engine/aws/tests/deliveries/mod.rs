//! Event notifications of S3 as they arrive: what a function is given, and what a trace tells of it.
#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "tests may unwrap, and look for one kind of effect"
)]

use crate::support::{self, Client};
use nuvola_aws::{CloudOptions, Effect, Input, SERVICES, TraceKind};
use serde_json::{Value, json};

/// A client with the effects of everything that time brings.
struct World {
    client: Client,
    effects: Vec<Effect>,
}

const ARN: &str = "arn:aws:lambda:eu-south-1:123456789012:function:thumb";

impl World {
    /// A bucket whose events go to a function.
    fn new(events: &[&str]) -> Self {
        let client = Client::new(CloudOptions::default(), 1_795_456_800_000);
        let mut world = World { client, effects: Vec::new() };
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
        }]});
        world
            .call("iam:CreateRole", &json!({"RoleName": "r", "AssumeRolePolicyDocument": trust.to_string()}));
        let case =
            support::all_cases().into_iter().find(|case| case.name == "s3/notifications.json").unwrap();
        let steps = case.body["steps"].as_array().unwrap().clone();
        let create = steps.iter().find(|step| step["call"] == "lambda:CreateFunction").unwrap();
        world.call("lambda:CreateFunction", &create["input"]);
        world.wait(60_000);
        let location = json!({"LocationConstraint": "eu-south-1"});
        world.call("s3:CreateBucket", &json!({"Bucket": "notes", "CreateBucketConfiguration": location}));
        world.call(
            "lambda:AddPermission",
            &json!({
                "FunctionName": "thumb", "StatementId": "s3", "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::notes",
                "SourceAccount": "123456789012",
            }),
        );
        let target = json!({"Id": "t", "LambdaFunctionArn": ARN, "Events": events});
        world.call(
            "s3:PutBucketNotificationConfiguration",
            &json!({
                "Bucket": "notes",
                "NotificationConfiguration": {"LambdaFunctionConfigurations": [target]},
            }),
        );
        world
    }

    fn call(&mut self, name: &str, input: &Value) -> Value {
        let (service, operation) = name.split_once(':').unwrap();
        let service = SERVICES.iter().find(|found| found.schema.endpoint_prefix == service).unwrap();
        let op = service.operation(operation).unwrap();
        self.client.call("root", &service.schema, &op.schema, input).unwrap()
    }

    /// Time passes, step by step; environments of functions start at once.
    fn wait(&mut self, ms: i64) {
        let end = self.client.now_ms + ms;
        while let Some(due) = self.client.cloud.next_due_ms().filter(|due| *due <= end) {
            self.client.now_ms = due;
            let mut inputs = vec![Input::Tick];
            while let Some(input) = inputs.pop() {
                let effects = self.client.cloud.step(self.client.now_ms, input);
                for effect in &effects {
                    if let Effect::StartEnvironment(spec) = effect {
                        let environment_id = spec.environment_id.clone();
                        inputs.push(Input::EnvironmentReady { environment_id, init_ms: 1.0 });
                    }
                }
                self.effects.extend(effects);
            }
        }
        self.client.now_ms = end;
    }

    /// The records that the function was given, in order.
    fn records(&self) -> Vec<Value> {
        let events = self.effects.iter().filter_map(|effect| match effect {
            Effect::Invoke { event, .. } => Some(event),
            Effect::Respond { .. }
            | Effect::Unresolved { .. }
            | Effect::Fetch { .. }
            | Effect::StartEnvironment(_)
            | Effect::StopEnvironment { .. }
            | Effect::Instance { .. }
            | Effect::Trace(_) => None,
        });
        events
            .map(|event| {
                let event: Value = serde_json::from_str(event).unwrap();
                assert_eq!(event["Records"].as_array().unwrap().len(), 1, "one record an event");
                event["Records"][0].clone()
            })
            .collect()
    }
}

#[test]
fn a_record_has_the_documented_structure() {
    // Source: S3 User Guide, "Event message structure".
    let mut world = World::new(&["s3:ObjectCreated:*"]);
    world.call("s3:PutObject", &json!({"Bucket": "notes", "Key": "a b/ü.txt", "Body": "hello"}));
    world.wait(1_000);
    let records = world.records();
    let [record] = records.as_slice() else { panic!("one event: {records:?}") };
    let text = |path: &str| record.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(record["eventVersion"], "2.1");
    assert_eq!(record["eventSource"], "aws:s3");
    assert_eq!(record["awsRegion"], "eu-south-1");
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    assert_eq!(record["eventTime"], "2026-11-23T18:01:00.000Z");
    assert_eq!(record["requestParameters"]["sourceIPAddress"], "203.0.113.10");
    assert_eq!(text("/responseElements/x-amz-request-id").len(), 36);
    assert_eq!(text("/responseElements/x-amz-id-2").len(), 76);
    assert_eq!(text("/userIdentity/principalId"), text("/s3/bucket/ownerIdentity/principalId"));
    assert_eq!(record["s3"]["s3SchemaVersion"], "1.0");
    assert_eq!(record["s3"]["configurationId"], "t");
    assert_eq!(record["s3"]["bucket"]["name"], "notes");
    assert_eq!(record["s3"]["bucket"]["arn"], "arn:aws:s3:::notes");
    let object = &record["s3"]["object"];
    assert_eq!(object["key"], "a+b/%C3%BC.txt");
    assert_eq!(object["size"], 5);
    // Source: MD5 of "hello" (RFC 1321).
    assert_eq!(object["eTag"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(object["versionId"], Value::Null);
    assert_eq!(text("/s3/object/sequencer").len(), 18);
}

#[test]
fn every_change_of_an_object_is_told_in_order() {
    // Source: S3 User Guide, "Supported event types for SQS, SNS, and Lambda".
    let mut world = World::new(&["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"]);
    let key = |key: &str| json!({"Bucket": "notes", "Key": key});
    world.call("s3:PutObject", &json!({"Bucket": "notes", "Key": "a", "Body": "x"}));
    world.call("s3:CopyObject", &json!({"Bucket": "notes", "Key": "b", "CopySource": "notes/a"}));
    let upload = world.call("s3:CreateMultipartUpload", &key("c"))["UploadId"].clone();
    let part = json!({"Bucket": "notes", "Key": "c", "UploadId": upload, "PartNumber": 1, "Body": "x"});
    let etag = world.call("s3:UploadPart", &part)["ETag"].clone();
    let parts = json!({"Parts": [{"PartNumber": 1, "ETag": etag}]});
    let complete = json!({"Bucket": "notes", "Key": "c", "UploadId": upload, "MultipartUpload": parts});
    world.call("s3:CompleteMultipartUpload", &complete);
    let tags = json!({"TagSet": [{"Key": "k", "Value": "v"}]});
    world.call("s3:PutObjectTagging", &json!({"Bucket": "notes", "Key": "a", "Tagging": tags}));
    world.call("s3:DeleteObjectTagging", &key("a"));
    world.call("s3:DeleteObject", &key("a"));
    // Nothing was there: nothing is told.
    world.call("s3:DeleteObject", &key("a"));
    let on = json!({"Bucket": "notes", "VersioningConfiguration": {"Status": "Enabled"}});
    world.call("s3:PutBucketVersioning", &on);
    let marker = world.call("s3:DeleteObject", &key("b"))["VersionId"].clone();
    world.call("s3:DeleteObject", &json!({"Bucket": "notes", "Key": "b", "VersionId": marker}));
    world.wait(1_000);
    let mut records = world.records();
    nuvola_kernel::ordered::sort_by_key(&mut records, |record| {
        record["s3"]["object"]["sequencer"].as_str().unwrap().to_owned()
    });
    let told: Vec<(&str, &str, &str)> = records
        .iter()
        .map(|record| {
            let text = |value: &'_ Value| value.as_str().unwrap().to_owned().leak() as &str;
            (text(&record["eventVersion"]), text(&record["eventName"]), text(&record["s3"]["object"]["key"]))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2.1", "ObjectCreated:Put", "a"),
            ("2.1", "ObjectCreated:Copy", "b"),
            ("2.1", "ObjectCreated:CompleteMultipartUpload", "c"),
            ("2.3", "ObjectTagging:Put", "a"),
            ("2.3", "ObjectTagging:Delete", "a"),
            ("2.1", "ObjectRemoved:Delete", "a"),
            ("2.1", "ObjectRemoved:DeleteMarkerCreated", "b"),
            ("2.1", "ObjectRemoved:Delete", "b"),
        ]
    );
    assert_eq!(records[6]["s3"]["object"]["versionId"], marker);
}

#[test]
fn a_destination_that_shuts_s3_out_loses_the_event_and_a_trace_says_so() {
    // Source: our own reasoning: the function's policy is asked for each event.
    let mut world = World::new(&["s3:ObjectCreated:*"]);
    world.call("lambda:RemovePermission", &json!({"FunctionName": "thumb", "StatementId": "s3"}));
    world.call("s3:PutObject", &json!({"Bucket": "notes", "Key": "a", "Body": "x"}));
    world.wait(1_000);
    assert_eq!(world.records(), [] as [Value; 0]);
    let traces = world.effects.iter().filter_map(|effect| match effect {
        Effect::Trace(trace) if trace.kind == TraceKind::Delivery => Some(trace),
        _ => None,
    });
    let lost: Vec<_> = traces.collect();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost[0].operation, "s3:ObjectCreated:Put");
    assert_eq!(lost[0].error_code.as_deref(), Some("DeliveryFailed"));
    assert_eq!(lost[0].caller.as_deref(), Some("arn:aws:s3:::notes"));
    assert_eq!(lost[0].resources[0], ARN);
    assert!(!lost[0].decisions.is_empty(), "the refusal can be explained");
}

#[test]
fn a_queue_gets_a_test_event_and_then_records() {
    // Source: S3 User Guide, "Supported event types", `s3:TestEvent`; "Event message structure".
    let mut world = World::new(&["s3:ObjectRemoved:*"]);
    let queue = world.call("sqs:CreateQueue", &json!({"QueueName": "q"}))["QueueUrl"].clone();
    let arn = "arn:aws:sqs:eu-south-1:123456789012:q";
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
    }]});
    let attributes = json!({"Policy": policy.to_string()});
    world.call("sqs:SetQueueAttributes", &json!({"QueueUrl": queue, "Attributes": attributes}));
    let targets =
        json!({"QueueConfigurations": [{"Id": "q", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]});
    let input = json!({"Bucket": "notes", "NotificationConfiguration": targets});
    world.call("s3:PutBucketNotificationConfiguration", &input);
    world.wait(1_000);
    world.call("s3:PutObject", &json!({"Bucket": "notes", "Key": "k", "Body": "x"}));
    world.wait(1_000);
    let received = world.call("sqs:ReceiveMessage", &json!({"QueueUrl": queue, "MaxNumberOfMessages": 10}));
    let bodies =
        received["Messages"].as_array().unwrap().iter().map(|message| message["Body"].as_str().unwrap());
    let mut bodies: Vec<Value> = bodies.map(|body| serde_json::from_str(body).unwrap()).collect();
    nuvola_kernel::ordered::sort_by_key(&mut bodies, |body| body["Event"].is_null());
    let [test, event] = bodies.as_slice() else { panic!("two messages: {bodies:?}") };
    assert_eq!(test["Event"], "s3:TestEvent");
    assert_eq!(test["Service"], "Amazon S3");
    assert_eq!(test["Bucket"], "notes");
    assert_eq!(test["Time"], "2026-11-23T18:01:00.000Z");
    assert_eq!(event["Records"][0]["s3"]["configurationId"], "q");
    assert_eq!(event["Records"][0]["s3"]["object"]["key"], "k");
}
