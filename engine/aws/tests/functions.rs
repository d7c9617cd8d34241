//! Functions as they run: a host that answers by rule, and clients of Invoke, function URLs and APIs.
#![expect(clippy::unwrap_used, reason = "tests may unwrap")]

use nuvola_aws::{
    AuthMode, Cloud, CloudOptions, Effect, EnvironmentSpec, FunctionOutcome, Input, SERVICES, Trace,
    TraceKind,
};
use nuvola_kernel::Blob;
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the host makes of an event.
type Handler = fn(&Value) -> FunctionOutcome;

/// A cloud with its host: environments start at once and handlers answer by `handler`.
struct World {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
    handler: Handler,
    /// Environments whose initialisation fails.
    broken_init: bool,
    /// While set, handlers do not answer.
    paused: bool,
    environments: BTreeMap<String, EnvironmentSpec>,
    started: usize,
    waiting: Vec<(String, String)>,
    responses: BTreeMap<u64, Response>,
    traces: Vec<Trace>,
}

const HOST: &str = "lambda.eu-south-1.amazonaws.com";
const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn success(event: &Value) -> FunctionOutcome {
    FunctionOutcome::Success { payload: json!({"echo": event}).to_string() }
}

impl World {
    fn new(handler: Handler) -> Self {
        let cloud = Cloud::new(CloudOptions { auth: AuthMode::Verify, ..CloudOptions::default() });
        let mut world = World {
            cloud,
            now_ms: 1_795_456_800_000,
            next_id: 1,
            handler,
            broken_init: false,
            paused: false,
            environments: BTreeMap::new(),
            started: 0,
            waiting: Vec::new(),
            responses: BTreeMap::new(),
            traces: Vec::new(),
        };
        world.iam("CreateRole", &[
            ("RoleName", "r"),
            ("AssumeRolePolicyDocument", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#),
        ]);
        world.iam(
            "AttachRolePolicy",
            &[
                ("RoleName", "r"),
                ("PolicyArn", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
            ],
        );
        world
    }

    fn iam(&mut self, action: &str, parameters: &[(&str, &str)]) {
        let mut body = format!("Action={action}&Version=2010-05-08");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", nuvola_wire::uri::encode(value)));
        }
        let mut request = Request::new("POST", "iam.amazonaws.com", "/");
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = Blob::from(body);
        let response = self.signed(request, "iam", "us-east-1");
        assert_eq!(response.status, 200, "{action}: {:?}", response.body.as_text());
    }

    fn step(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.cloud.step(self.now_ms, input) {
                self.obey(effect, &mut inputs);
            }
        }
    }

    fn obey(&mut self, effect: Effect, inputs: &mut Vec<Input>) {
        match effect {
            Effect::Respond { id, response } => {
                assert!(self.responses.insert(id, response).is_none(), "one answer per request");
            }
            Effect::Fetch { id, .. } => inputs.push(Input::Fetched { id, response: None }),
            Effect::Unresolved { id, host } => panic!("{id}: no host {host}"),
            Effect::StartEnvironment(spec) => {
                self.started += 1;
                let environment_id = spec.environment_id.clone();
                self.environments.insert(environment_id.clone(), *spec);
                inputs.push(match self.broken_init {
                    false => Input::EnvironmentReady { environment_id, init_ms: 100.0 },
                    true => Input::EnvironmentFailed {
                        environment_id,
                        error_payload:
                            r#"{"errorMessage":"no module","errorType":"Runtime.ImportModuleError"}"#
                                .to_owned(),
                        error_kind: "Runtime.ImportModuleError".to_owned(),
                    },
                });
            }
            Effect::Invoke { environment_id, request_id, event, .. } => {
                assert!(self.environments.contains_key(&environment_id), "the environment runs");
                if self.paused {
                    self.waiting.push((environment_id, request_id));
                    return;
                }
                let event = serde_json::from_str(&event).unwrap();
                let outcome = (self.handler)(&event);
                inputs.push(finished(&environment_id, &request_id, outcome));
                let text = "hello\n".to_owned();
                inputs.push(Input::FunctionLog { environment_id, text });
            }
            Effect::Instance { instance_id, .. } => panic!("no instance was asked for: {instance_id}"),
            Effect::StopEnvironment { environment_id } => {
                self.environments.remove(&environment_id);
            }
            Effect::Trace(trace) => self.traces.push(*trace),
        }
    }

    /// Lets the invocations that were held back answer.
    fn release(&mut self) {
        self.paused = false;
        for (environment_id, request_id) in std::mem::take(&mut self.waiting) {
            let outcome = (self.handler)(&json!({}));
            self.step(finished(&environment_id, &request_id, outcome));
        }
    }

    fn wait(&mut self, seconds: i64) {
        let until = self.now_ms + seconds * 1000;
        while let Some(due_ms) = self.cloud.next_due_ms().filter(|due_ms| *due_ms <= until) {
            self.now_ms = self.now_ms.max(due_ms);
            self.step(Input::Tick);
        }
        self.now_ms = until;
    }

    fn post(&mut self, request: Request) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.step(Input::Request { id, request });
        id
    }

    fn send(&mut self, request: Request) -> Response {
        let id = self.post(request);
        self.responses.remove(&id).expect("the answer is there")
    }

    fn sign(&self, request: &mut Request, service: &str, region: &str) {
        let credentials = Credentials::from(self.cloud.root_credentials());
        Signer { credentials: &credentials, region, service, now_ms: self.now_ms }.sign(request);
    }

    fn signed(&mut self, mut request: Request, service: &str, region: &str) -> Response {
        self.sign(&mut request, service, region);
        self.send(request)
    }

    /// Calls an operation of a rest-json service.
    fn api(&mut self, service: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = Request::new(method, &format!("{service}.eu-south-1.amazonaws.com"), path);
        request.query = query.to_owned();
        if !body.is_null() {
            request.headers.set("Content-Type", "application/json");
            request.body = Blob::from(body.to_string());
        }
        let response = self.signed(request, service, "eu-south-1");
        let text = response.body.as_text().unwrap_or("");
        (response.status, serde_json::from_str(text).unwrap_or(Value::Null))
    }

    fn ok(&mut self, service: &str, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.api(service, method, path, body);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    fn create_function(&mut self, name: &str) {
        let body = json!({
            "FunctionName": name, "Runtime": "python3.13", "Handler": "lambda_function.lambda_handler",
            "Role": ROLE, "Code": {"ZipFile": zip(name)}, "Environment": {"Variables": {"TABLE": "t"}},
        });
        self.ok("lambda", "POST", "/2015-03-31/functions", body);
        self.wait(2);
    }

    fn invoke_request(&self, name: &str, kind: &str) -> Request {
        let mut request = Request::new("POST", HOST, &format!("/2015-03-31/functions/{name}/invocations"));
        request.headers.set("X-Amz-Invocation-Type", kind);
        request.headers.set("X-Amz-Log-Type", "Tail");
        request.body = Blob::from(r#"{"x":1}"#);
        request
    }

    fn invoke(&mut self, name: &str, kind: &str) -> Response {
        let request = self.invoke_request(name, kind);
        self.signed(request, "lambda", "eu-south-1")
    }

    /// The end of the log that an answer carries.
    fn tail(&self, response: &Response) -> String {
        let text = response.headers.get("X-Amz-Log-Result").expect("the tail was asked for");
        let blob: Blob = serde_json::from_value(json!(text)).unwrap();
        blob.as_text().unwrap().to_owned()
    }

    /// All messages of a function's log, in the state as it is kept.
    fn log(&self, name: &str) -> String {
        let logs = serde_json::to_value(&self.cloud).unwrap()["logs"].to_string();
        logs.find(name).map_or("", |at| &logs[at..]).to_owned()
    }
}

fn finished(environment_id: &str, request_id: &str, outcome: FunctionOutcome) -> Input {
    Input::FunctionFinished {
        environment_id: environment_id.to_owned(),
        request_id: request_id.to_owned(),
        outcome,
        duration_ms: 1.234,
        cpu_ms: None,
        max_memory_mb: 35,
    }
}

/// A ZIP archive with one stored file, in base64.
fn zip(content: &str) -> Value {
    let name = b"lambda_function.py";
    let (size, crc) = (content.len() as u32, crc32(content.as_bytes()));
    let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5a];
    common.extend(crc.to_le_bytes());
    common.extend(size.to_le_bytes());
    common.extend(size.to_le_bytes());
    common.extend((name.len() as u16).to_le_bytes());
    common.extend([0, 0]);
    let mut archive = b"PK\x03\x04".to_vec();
    archive.extend(&common);
    archive.extend(name);
    archive.extend(content.as_bytes());
    let directory_at = archive.len() as u32;
    archive.extend(b"PK\x01\x02\x14\x00");
    archive.extend(&common);
    archive.extend([0; 14]);
    archive.extend(name);
    let directory_size = archive.len() as u32 - directory_at;
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00");
    archive.extend(directory_size.to_le_bytes());
    archive.extend(directory_at.to_le_bytes());
    archive.extend([0, 0]);
    serde_json::to_value(Blob::from(archive)).unwrap()
}

/// CRC-32 as ZIP uses it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    let next = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc));
    !bytes.iter().fold(!0, next)
}

#[test]
fn first_invocation_is_cold_and_second_is_warm() {
    // Source: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions", and a log tail
    // recorded from AWS.
    let mut world = World::new(success);
    world.create_function("pow");
    let cold = world.invoke("pow", "RequestResponse");
    assert_eq!((cold.status, cold.body.as_text()), (200, Some(r#"{"echo":{"x":1}}"#)));
    assert_eq!(cold.headers.get("X-Amz-Executed-Version"), Some("$LATEST"));
    assert_eq!(cold.headers.get("X-Amz-Function-Error"), None);
    let id = cold.headers.get("x-amzn-RequestId").unwrap().to_owned();
    assert_eq!(
        world.tail(&cold),
        format!(
            "START RequestId: {id} Version: $LATEST\nhello\nEND RequestId: {id}\nREPORT RequestId: {id}\tDuration: 1.23 ms\tBilled Duration: 102 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 100.00 ms\t\n"
        )
    );
    let warm = world.invoke("pow", "RequestResponse");
    assert!(!world.tail(&warm).contains("Init Duration"));
    assert_eq!(world.started, 1);
    let spec = world.environments.values().next().unwrap().clone();
    for (name, value) in [
        ("_HANDLER", "lambda_function.lambda_handler"),
        ("AWS_REGION", "eu-south-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "pow"),
        ("TABLE", "t"),
        ("TZ", ":UTC"),
    ] {
        assert_eq!(spec.env.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(spec.env["AWS_ACCESS_KEY_ID"].starts_with("ASIANUVOLA"));
    let log = world.log("/aws/lambda/pow");
    for line in ["INIT_START Runtime Version: python:3.13", "START RequestId", "hello", "REPORT"] {
        assert!(log.contains(line), "{line} in {log}");
    }
    assert!(world.traces.iter().any(|trace| trace.kind == TraceKind::Invocation));
}

#[test]
fn requests_at_once_get_environments_of_their_own_and_idle_ones_end() {
    // Source: AWS Lambda Developer Guide, "Understanding Lambda function scaling".
    let mut world = World::new(success);
    world.create_function("f");
    world.paused = true;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let mut request = world.invoke_request("f", "RequestResponse");
        world.sign(&mut request, "lambda", "eu-south-1");
        ids.push(world.post(request));
    }
    assert_eq!(world.started, 3);
    world.release();
    assert!(ids.iter().all(|id| world.responses[id].status == 200));
    world.invoke("f", "RequestResponse");
    assert_eq!(world.started, 3);
    world.wait(3600);
    assert_eq!(world.environments.len(), 0);
}

#[test]
fn reserved_concurrency_is_a_limit() {
    // Source: an answer recorded from AWS.
    let mut world = World::new(success);
    world.create_function("f");
    let path = "/2017-10-31/functions/f/concurrency";
    world.ok("lambda", "PUT", path, json!({"ReservedConcurrentExecutions": 1}));
    world.paused = true;
    let mut request = world.invoke_request("f", "RequestResponse");
    world.sign(&mut request, "lambda", "eu-south-1");
    world.post(request);
    let second = world.invoke("f", "RequestResponse");
    assert_eq!(second.status, 429);
    let body: Value = serde_json::from_slice(&second.body).unwrap();
    assert_eq!(body["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");
    assert_eq!((&body["Type"], &body["message"]), (&json!("User"), &json!("Rate Exceeded.")));
}

#[test]
fn failures_are_answers_with_a_header() {
    // Source: AWS Lambda API Reference, "Invoke"; the timeout's payload recorded from AWS.
    let mut world = World::new(|_| FunctionOutcome::TimedOut);
    world.create_function("f");
    let slow = world.invoke("f", "RequestResponse");
    assert_eq!((slow.status, slow.headers.get("X-Amz-Function-Error")), (200, Some("Unhandled")));
    let body: Value = serde_json::from_slice(&slow.body).unwrap();
    assert_eq!(body["errorType"], "Sandbox.Timedout");
    assert!(world.tail(&slow).contains("Task timed out after 3.00 seconds"));
    assert!(world.tail(&slow).contains("Duration: 3000.00 ms\tBilled Duration: 3100 ms"));
    assert!(world.tail(&slow).ends_with("Status: timeout\n"));
    assert_eq!(world.environments.len(), 0);
    world.handler = |_| FunctionOutcome::OutOfMemory;
    let killed = world.invoke("f", "RequestResponse");
    assert!(killed.body.as_text().unwrap().contains("Runtime exited with error: signal: killed"));
    world.handler = |_| FunctionOutcome::Crashed { message: String::new() };
    let left = world.invoke("f", "RequestResponse");
    assert!(left.body.as_text().unwrap().contains("Runtime exited without providing a reason"));
    world.handler = |_| FunctionOutcome::Error { payload: r#"{"errorMessage":"x"}"#.to_owned() };
    let raised = world.invoke("f", "RequestResponse");
    assert_eq!(raised.body.as_text(), Some(r#"{"errorMessage":"x"}"#));
    assert_eq!(world.environments.len(), 1);
}

#[test]
fn failed_initialisation_is_tried_again_and_then_answered() {
    // Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
    let mut world = World::new(success);
    world.create_function("f");
    world.broken_init = true;
    let broken = world.invoke("f", "RequestResponse");
    assert_eq!(broken.headers.get("X-Amz-Function-Error"), Some("Unhandled"));
    assert!(broken.body.as_text().unwrap().contains("Runtime.ImportModuleError"));
    assert_eq!(world.started, 2);
    let log = world.log("/aws/lambda/f");
    assert!(log.contains(r"Phase: init\tStatus: error\tError Type: Runtime.ImportModuleError"), "{log}");
    assert!(log.contains(r"Phase: invoke\tStatus: error"), "{log}");
}

#[test]
fn changed_code_runs_in_new_environments() {
    // Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
    let mut world = World::new(success);
    world.create_function("f");
    world.invoke("f", "RequestResponse");
    let body = json!({"ZipFile": zip("other")});
    let answer = world.ok("lambda", "PUT", "/2015-03-31/functions/f/code", body);
    assert_eq!(answer["LastUpdateStatus"], "InProgress");
    let (status, conflict) =
        world.api("lambda", "PUT", "/2015-03-31/functions/f/code", json!({"ZipFile": zip("x")}));
    assert_eq!(status, 409);
    assert_eq!(
        conflict["message"],
        "The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:eu-south-1:123456789012:function:f"
    );
    assert_eq!(world.environments.len(), 0);
    world.wait(2);
    world.invoke("f", "RequestResponse");
    assert_eq!(world.started, 2);
    // A version is published once, until something changes.
    let publish = "/2015-03-31/functions/f/versions";
    assert_eq!(world.ok("lambda", "POST", publish, json!({}))["Version"], "1");
    assert_eq!(world.ok("lambda", "POST", publish, json!({}))["Version"], "1");
    let versioned = world.invoke("f:1", "RequestResponse");
    assert_eq!(versioned.headers.get("X-Amz-Executed-Version"), Some("1"));
}

#[test]
fn failed_events_are_tried_three_times() {
    // Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
    let mut world = World::new(|_| FunctionOutcome::Error { payload: "{}".to_owned() });
    world.create_function("f");
    assert_eq!(world.invoke("f", "Event").status, 202);
    let runs =
        |world: &World| world.traces.iter().filter(|trace| trace.kind == TraceKind::Invocation).count();
    for (seconds, expected) in [(1, 1), (58, 1), (2, 2), (118, 2), (3, 3), (3600, 3)] {
        world.wait(seconds);
        assert_eq!(runs(&world), expected, "after {seconds} s more");
    }
    assert_eq!(world.invoke("f", "DryRun").status, 204);
}

fn url_request(url: &str, query: &str) -> Request {
    let host = url.trim_start_matches("https://").trim_end_matches('/');
    let mut request = Request::new("GET", host, "/");
    request.query = query.to_owned();
    request
}

#[test]
fn function_url_needs_both_permissions() {
    // Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs" (October 2025).
    let mut world = World::new(|event| {
        let x: i64 = event["queryStringParameters"]["x"].as_str().unwrap().parse().unwrap();
        FunctionOutcome::Success {
            payload: json!({"statusCode": 200, "body": (x * 2).to_string()}).to_string(),
        }
    });
    world.create_function("f");
    let config = world.ok("lambda", "POST", "/2021-10-31/functions/f/url", json!({"AuthType": "NONE"}));
    let url = config["FunctionUrl"].as_str().unwrap().to_owned();
    let policy = "/2015-03-31/functions/f/policy";
    assert_eq!(world.send(url_request(&url, "x=2")).status, 403);
    let first = json!({"StatementId": "a", "Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"});
    world.ok("lambda", "POST", policy, first);
    let refused = world.send(url_request(&url, "x=2"));
    assert!(refused.body.as_text().unwrap().starts_with(r#"{"Message":"Forbidden"#));
    let second = json!({"StatementId": "b", "Action": "lambda:InvokeFunction", "Principal": "*", "InvokedViaFunctionUrl": true});
    world.ok("lambda", "POST", policy, second);
    let answer = world.send(url_request(&url, "x=2"));
    assert_eq!((answer.status, answer.body.as_text()), (200, Some("4")));
    assert_eq!(answer.headers.get("content-type"), Some("application/json"));
    world.handler = |_| FunctionOutcome::Error { payload: "{}".to_owned() };
    let failed = world.send(url_request(&url, "x=2"));
    assert_eq!((failed.status, failed.body.as_text()), (502, Some("Internal Server Error")));
    let limit = json!({"ReservedConcurrentExecutions": 0});
    world.ok("lambda", "PUT", "/2017-10-31/functions/f/concurrency", limit);
    let throttled = world.send(url_request(&url, "x=2"));
    let body: Value = serde_json::from_slice(&throttled.body).unwrap();
    assert_eq!((throttled.status, &body["message"]), (429, &json!("Rate Exceeded.")));
}

/// An API with `ANY /{proxy+}` in front of `f`, deployed to the stage `test`; returns its id.
fn deploy(world: &mut World) -> String {
    let api = world.ok("apigateway", "POST", "/restapis", json!({"name": "a"}));
    let (id, root) =
        (api["id"].as_str().unwrap().to_owned(), api["rootResourceId"].as_str().unwrap().to_owned());
    let path = format!("/restapis/{id}/resources/{root}");
    let resource = world.ok("apigateway", "POST", &path, json!({"pathPart": "{proxy+}"}));
    let path = format!("/restapis/{id}/resources/{}/methods/ANY", resource["id"].as_str().unwrap());
    world.ok("apigateway", "PUT", &path, json!({"authorizationType": "NONE"}));
    let uri = "arn:aws:apigateway:eu-south-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-south-1:123456789012:function:f/invocations";
    let integration = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri});
    world.ok("apigateway", "PUT", &format!("{path}/integration"), integration);
    world.ok("apigateway", "POST", &format!("/restapis/{id}/deployments"), json!({"stageName": "test"}));
    id
}

fn stage_request(id: &str, path: &str) -> Request {
    Request::new("GET", &format!("{id}.execute-api.eu-south-1.amazonaws.com"), path)
}

fn body(response: &Response) -> (u16, &str) {
    (response.status, response.body.as_text().unwrap())
}

#[test]
fn api_calls_the_function_with_its_permission() {
    // Source: API Gateway Developer Guide, "Lambda proxy integrations in API Gateway", "Gateway response
    // types for API Gateway".
    let mut world = World::new(|event| {
        let path = event["path"].as_str().unwrap();
        FunctionOutcome::Success { payload: json!({"statusCode": 201, "body": path}).to_string() }
    });
    world.create_function("f");
    let id = deploy(&mut world);
    let denied = world.send(stage_request(&id, "/test/x"));
    assert_eq!(body(&denied), (500, r#"{"message": "Internal server error"}"#));
    let statement = json!({
        "StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": format!("arn:aws:execute-api:eu-south-1:123456789012:{id}/*/*"),
    });
    world.ok("lambda", "POST", "/2015-03-31/functions/f/policy", statement);
    let answer = world.send(stage_request(&id, "/test/x"));
    assert_eq!(body(&answer), (201, "/x"));
    assert!(answer.headers.contains("x-amz-apigw-id"));
    let root = world.send(stage_request(&id, "/test"));
    assert_eq!(body(&root), (403, r#"{"message":"Missing Authentication Token"}"#));
    let stage = world.send(stage_request(&id, "/other/x"));
    assert_eq!(body(&stage), (403, r#"{"message":"Forbidden"}"#));
    world.handler = |_| FunctionOutcome::Success { payload: "1024".to_owned() };
    let malformed = world.send(stage_request(&id, "/test/x"));
    assert_eq!(body(&malformed), (502, r#"{"message": "Internal server error"}"#));
    world.paused = true;
    let late = world.post(stage_request(&id, "/test/x"));
    world.wait(30);
    assert_eq!(body(&world.responses[&late]), (504, r#"{"message": "Endpoint request timed out"}"#));
    world.release();
}

#[test]
fn without_permission_there_is_no_log_and_the_trace_says_why() {
    // Source: AWS Lambda Developer Guide, "Defining Lambda function permissions with an execution role".
    let mut world = World::new(success);
    world.iam(
        "DetachRolePolicy",
        &[
            ("RoleName", "r"),
            ("PolicyArn", "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"),
        ],
    );
    world.create_function("f");
    assert_eq!(world.invoke("f", "RequestResponse").status, 200);
    assert_eq!(world.log("/aws/lambda/f"), "");
    let run = world.traces.iter().find(|trace| trace.kind == TraceKind::Invocation).unwrap();
    assert_eq!(run.decisions[0].action, "logs:CreateLogGroup");
}

#[test]
fn a_snapshot_holds_everything() {
    // Source: our own rule: nothing lives outside the snapshot.
    let mut world = World::new(success);
    world.create_function("f");
    world.paused = true;
    let mut request = world.invoke_request("f", "RequestResponse");
    world.sign(&mut request, "lambda", "eu-south-1");
    let id = world.post(request);
    world.cloud = nuvola_kernel::stored::from_json(&serde_json::to_string(&world.cloud).unwrap()).unwrap();
    // The host has lost the environment meanwhile: the request gets another one.
    let (environment_id, _) = world.waiting.remove(0);
    world.paused = false;
    world.step(Input::EnvironmentFailed {
        environment_id,
        error_payload: String::new(),
        error_kind: nuvola_aws::lambda::ENVIRONMENT_LOST.to_owned(),
    });
    assert_eq!(world.responses[&id].status, 200);
    assert_eq!(world.started, 2);
    assert!(SERVICES.iter().any(|service| service.schema.id == "Lambda"));
}
