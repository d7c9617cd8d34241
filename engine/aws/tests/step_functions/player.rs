//! The client of a case, and the host of its functions.

use crate::members;
use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, FunctionOutcome, Input, SERVICES};
use nuvola_kernel::{AccountId, Region};
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{ApiError, Response, protocol};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ACCOUNT: &str = "111111111111";
const REGION: &str = "us-east-1";
const ROLE: &str = "arn:aws:iam::111111111111:role/machine";

pub struct Player {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
    functions: BTreeMap<String, Value>,
    responses: BTreeMap<u64, Response>,
}

impl Player {
    pub fn new() -> Self {
        let options = CloudOptions {
            seed: 7,
            account: AccountId::new(ACCOUNT),
            region: Region::new(REGION),
            auth: AuthMode::Verify,
        };
        let mut player = Player {
            cloud: Cloud::new(options),
            now_ms: 1_795_456_800_000,
            next_id: 1,
            functions: BTreeMap::new(),
            responses: BTreeMap::new(),
        };
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": ["states.amazonaws.com", "lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }]});
        let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
        for name in ["machine", "admin-test-role-cross-account-00000001"] {
            let role = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
            player.call("iam", "CreateRole", &role).unwrap();
            let policy = json!({"RoleName": name, "PolicyName": "all", "PolicyDocument": all.to_string()});
            player.call("iam", "PutRolePolicy", &policy).unwrap();
        }
        player
    }

    /// Makes the functions, and what the case sets up.
    pub fn prepare(&mut self, case: &Value) {
        for function in case["lambdas"].as_array().cloned().unwrap_or_default() {
            let name = function["name"].as_str().unwrap().to_owned();
            let input = json!({
                "FunctionName": name,
                "Runtime": "python3.12",
                "Handler": "handler.handler",
                "Role": ROLE,
                "Timeout": 900,
                "Code": {"ZipFile": PACKAGE},
            });
            self.functions.insert(name, function);
            self.call("lambda", "CreateFunction", &input).unwrap();
        }
        for step in case["setup"].as_array().cloned().unwrap_or_default() {
            let service = step["service"].as_str().unwrap();
            let operation = step["op"].as_str().unwrap();
            let _ = self.call(service, operation, &step["params"]);
        }
        let needs = case["needs"].to_string();
        if needs.contains("stepfunctions") {
            let text = case["input"].to_string() + &case["definition"].to_string();
            let targets = text.split('"').filter_map(|part| part.split(":stateMachine:").nth(1));
            for name in targets {
                let definition = json!({"StartAt": "S", "States": {
                    "S": {"Type": "Pass", "Result": {"Arg1": "argument1"}, "End": true},
                }});
                let input = json!({"name": name, "definition": definition.to_string(), "roleArn": ROLE});
                let _ = self.call("states", "CreateStateMachine", &input);
            }
        }
        self.wait(10);
    }

    /// The case's definition as text; an activity that it names is made.
    pub fn definition(&mut self, case: &Value) -> String {
        let text = match case["definition_text"].as_str() {
            Some(text) => text.to_owned(),
            None => case["definition"].to_string(),
        };
        if !text.contains("<activityArn>") {
            return text;
        }
        let activity = self.call("states", "CreateActivity", &json!({"name": "activity"})).unwrap();
        text.replace("<activityArn>", activity["activityArn"].as_str().unwrap())
    }

    fn obey(&mut self, effects: Vec<Effect>) {
        let mut todo = effects;
        while let Some(effect) = todo.pop() {
            match effect {
                Effect::Respond { id, response } => {
                    self.responses.insert(id, response);
                }
                Effect::StartEnvironment(spec) => {
                    let environment_id = spec.environment_id;
                    let input = Input::EnvironmentReady { environment_id, init_ms: 100.0 };
                    todo.extend(self.cloud.step(self.now_ms, input));
                }
                Effect::Invoke { environment_id, request_id, event, function_arn, .. } => {
                    let name = function_arn.split(':').nth(6).unwrap().to_owned();
                    let Some((outcome, wait_ms)) = self.run(&name, &event, &request_id) else { continue };
                    if wait_ms > 0 {
                        // The task may be late by then, so its timers run first.
                        let end_ms = self.now_ms + wait_ms;
                        while let Some(due_ms) = self.cloud.next_due_ms().filter(|due_ms| *due_ms < end_ms) {
                            self.now_ms = self.now_ms.max(due_ms);
                            todo.extend(self.cloud.step(self.now_ms, Input::Tick));
                        }
                        self.now_ms = end_ms;
                    }
                    let input = Input::FunctionFinished {
                        environment_id,
                        request_id,
                        outcome,
                        duration_ms: 2.0,
                        max_memory_mb: 40,
                        cpu_ms: None,
                    };
                    todo.extend(self.cloud.step(self.now_ms, input));
                }
                Effect::Unresolved { host, .. } => panic!("no host {host}"),
                Effect::StopEnvironment { .. }
                | Effect::Instance { .. }
                | Effect::Fetch { .. }
                | Effect::Trace(_) => {}
            }
        }
    }

    fn run(&self, name: &str, event: &str, request_id: &str) -> Option<(FunctionOutcome, i64)> {
        let function = self.functions.get(name)?;
        let success = |payload: String| FunctionOutcome::Success { payload };
        Some(match function["do"].as_str().unwrap() {
            "return-event" => (success(event.to_owned()), 0),
            "return" => (success(function["value"].to_string()), 0),
            "return-unserialisable" => (success("\"HelloWorld!\"".to_owned()), 0),
            "sleep-then-return-event" => {
                (success(event.to_owned()), function["seconds"].as_i64().unwrap() * 1000)
            }
            "raise" => {
                let payload = json!({
                    "errorMessage": function["errorMessage"],
                    "errorType": function["errorType"],
                    "requestId": request_id,
                    "stackTrace": [TRACE],
                });
                (FunctionOutcome::Error { payload: payload.to_string() }, 0)
            }
            other => panic!("a function that is not known: {other}"),
        })
    }

    fn step(&mut self, input: Input) {
        let effects = self.cloud.step(self.now_ms, input);
        self.obey(effects);
    }

    fn wait(&mut self, seconds: i64) {
        self.now_ms += seconds * 1000;
        self.step(Input::Tick);
    }

    /// Calls an operation, by AWS's name or by boto3's.
    pub fn call(&mut self, service: &str, operation: &str, input: &Value) -> Result<Value, ApiError> {
        let found = SERVICES.iter().find(|own| own.schema.endpoint_prefix == service);
        let found = found.ok_or_else(|| ApiError::new(501, "NotImplemented", service))?;
        let plain = operation.replace('_', "");
        let op = found.operations.iter().find(|op| op.schema.name.eq_ignore_ascii_case(&plain));
        let op = op.ok_or_else(|| ApiError::new(501, "NotImplemented", operation))?;
        let input = members::structure_from(op.schema.input, input);
        let schema = &found.schema;
        let host = match schema.global {
            true => format!("{}.amazonaws.com", schema.endpoint_prefix),
            false => format!("{}.{REGION}.amazonaws.com", schema.endpoint_prefix),
        };
        let mut request = protocol::encode_request(schema, &op.schema, &input, &host)?;
        let credentials: Credentials = self.cloud.root_credentials().into();
        let signing = schema.signing_name;
        Signer { credentials: &credentials, region: REGION, service: signing, now_ms: self.now_ms }
            .sign(&mut request);
        let id = self.next_id;
        self.next_id += 1;
        self.step(Input::Request { id, request });
        for _ in 0..100_000 {
            if self.responses.contains_key(&id) {
                break;
            }
            let Some(due_ms) = self.cloud.next_due_ms() else { break };
            self.now_ms = self.now_ms.max(due_ms);
            self.step(Input::Tick);
        }
        let response = self.responses.remove(&id).expect("every request is answered in the end");
        protocol::decode_response(schema, &op.schema, &response).map(|output| members::of_structure(&output))
    }

    fn create(&mut self, case: &Value, definition: &str) -> Result<Value, ApiError> {
        let mut input = json!({"name": "machine", "definition": definition, "roleArn": ROLE});
        if let Some(kind) = case["type"].as_str() {
            input["type"] = json!(kind);
        }
        if case["id"].as_str().is_some_and(|id| id.contains("invalid_logging_configuration")) {
            input["loggingConfiguration"] = json!({"level": "ALL", "destinations": []});
        }
        self.call("states", "CreateStateMachine", &input)
    }

    pub fn execution(&mut self, case: &Value, definition: &str) -> Value {
        let machine = match self.create(case, definition) {
            Ok(machine) => machine["stateMachineArn"].clone(),
            Err(error) => return json!({"create": error.to_string()}),
        };
        let mut input = json!({"stateMachineArn": machine});
        if let Some(text) = case["input_text"].as_str() {
            input["input"] = json!(text);
        } else if !case["input"].is_null() {
            // As Python writes it.
            input["input"] = json!(python(&case["input"]));
        }
        if case["sync"].as_bool() == Some(true) {
            return match self.call("states", "StartSyncExecution", &input) {
                Ok(answer) => told(&answer, case, None),
                Err(error) => json!({"start": error.to_string()}),
            };
        }
        let arn = match self.call("states", "StartExecution", &input) {
            Ok(answer) => answer["executionArn"].clone(),
            Err(error) => return json!({"start": error.to_string()}),
        };
        let by_arn = json!({"executionArn": arn});
        let mut answer = Value::Null;
        for _ in 0..100_000 {
            answer = self.call("states", "DescribeExecution", &by_arn).unwrap();
            if answer["status"] != "RUNNING" {
                break;
            }
            self.work(definition);
            self.read_queue(case);
            let Some(due_ms) = self.cloud.next_due_ms() else { break };
            self.now_ms = self.now_ms.max(due_ms);
            self.step(Input::Tick);
        }
        let mut events = Vec::new();
        let mut page = json!({"executionArn": arn, "maxResults": 1000});
        loop {
            let history = self.call("states", "GetExecutionHistory", &page).unwrap();
            events.extend(history["events"].as_array().cloned().unwrap());
            match history.get("nextToken") {
                Some(token) => page["nextToken"] = token.clone(),
                None => break,
            }
        }
        told(&answer, case, Some(events))
    }

    /// Plays who reads the case's queue of tokens, if it has one.
    fn read_queue(&mut self, case: &Value) {
        let is_callback = case["needs"].as_array().is_some_and(|needs| needs.contains(&json!("callback")));
        let Some(url) = case["input"]["QueueUrl"].as_str().filter(|_| is_callback) else { return };
        let id = case["id"].as_str().unwrap();
        if id.contains("heartbeat") {
            return;
        }
        let input = json!({"QueueUrl": url, "WaitTimeSeconds": 0});
        let Ok(answer) = self.call("sqs", "ReceiveMessage", &input) else { return };
        let Some(body) = answer["Messages"][0]["Body"].as_str() else { return };
        let body: Value = serde_json::from_str(body).unwrap();
        let token = &body["TaskToken"];
        let (operation, done) = match id.contains("failure") {
            true => (
                "SendTaskFailure",
                json!({"taskToken": token, "error": "Failure error", "cause": "Failure cause"}),
            ),
            false => ("SendTaskSuccess", json!({"taskToken": token, "output": body["Message"].to_string()})),
        };
        self.call("states", operation, &done).unwrap();
    }

    /// Plays the worker of the case's activity, if it has one.
    fn work(&mut self, definition: &str) {
        let Some(arn) = definition.split('"').find(|text| text.contains(":activity:")) else { return };
        let worker = json!({"activityArn": arn, "workerName": "BASE_ID_ACTIVITY_CONSUMER"});
        let task = self.call("states", "GetActivityTask", &worker).unwrap();
        if let Some(token) = task.get("taskToken") {
            let done = json!({"taskToken": token, "output": task["input"]});
            self.call("states", "SendTaskSuccess", &done).unwrap();
        }
    }

    pub fn create_invalid(&mut self, case: &Value, definition: &str) -> Value {
        let answer = self.create(case, definition);
        refused("CreateStateMachine", &case["expected"], answer)
    }

    pub fn validate(&mut self, case: &Value, definition: &str) -> Value {
        let mut input = json!({"definition": definition});
        if let Some(kind) = case["type"].as_str() {
            input["type"] = json!(kind);
        }
        let answer = self.call("states", "ValidateStateMachineDefinition", &input);
        refused("ValidateStateMachineDefinition", &case["expected"], answer)
    }

    pub fn test_state(&mut self, case: &Value, definition: &str) -> Value {
        let mut input = case["request"].clone();
        input["definition"] = json!(definition);
        let message = case["expected"]["message"].as_str().unwrap_or_default();
        if !message.contains("RoleArn must be") {
            input["roleArn"] = json!(ROLE);
        }
        let answer = self.call("states", "TestState", &input);
        refused("TestState", &case["expected"], answer)
    }
}

/// An answer, or an error in the form that the case has.
fn refused(operation: &str, expected: &Value, answer: Result<Value, ApiError>) -> Value {
    match answer {
        Ok(answer) => answer,
        Err(error) if expected.get("exception_typename").is_some() => json!({
            "exception_typename": error.code,
            "exception_value": format!(
                "An error occurred ({}) when calling the {operation} operation: {}", error.code, error.message
            ),
        }),
        Err(error) => {
            json!({"Error": {"Code": error.code, "Message": error.message}, "message": error.message})
        }
    }
}

fn told(answer: &Value, case: &Value, events: Option<Vec<Value>>) -> Value {
    let mut whole = json!({"status": answer["status"]});
    for name in ["output", "error", "cause"] {
        if let Some(value) = answer.get(name) {
            let text = value.as_str().unwrap_or_default();
            let json =
                serde_json::from_str(text).ok().filter(|json: &Value| json.is_object() || json.is_array());
            whole[name] = json.filter(|_| name == "output").unwrap_or_else(|| value.clone());
        }
    }
    // What the case does not tell is not compared.
    let expected = case["expected"].as_object().unwrap();
    if let (true, Some(events)) = (expected.contains_key("events"), events) {
        whole["events"] = Value::Array(events);
    }
    whole
}

/// JSON with Python's spaces.
fn python(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", "))
        }
        Value::Object(map) => {
            let members =
                map.iter().map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), python(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// Where the recorded functions raise.
const TRACE: &str = concat!(
    "  File \"/var/task/handler.py\", line 2, in handler\n",
    "    raise Exception(\"Some exception was raised.\")\n",
);

/// A deployment package with a file of one line, whose bytes happen to be text.
const PACKAGE: &str = concat!(
    "PK\u{3}\u{4}\u{14}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}!!Zg!\u{1d}\u{4}\u{8}\u{0}\u{0}\u{0}\u{8}\u{0}\u{0}\u{0}\u{12}\u{0}\u{0}\u{0}lambda_function.pyx = a32\nPK\u{1}\u{2}",
    "\u{14}\u{0}\u{14}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}!!Zg!\u{1d}\u{4}\u{8}\u{0}\u{0}\u{0}\u{8}\u{0}\u{0}\u{0}\u{12}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}lambda_function.py",
    "PK\u{5}\u{6}\u{0}\u{0}\u{0}\u{0}\u{1}\u{0}\u{1}\u{0}@\u{0}\u{0}\u{0}8\u{0}\u{0}\u{0}\u{0}\u{0}",
);
