//! Runs cases: data that says what a client sends and what AWS answers.
//!
//! A case is a JSON file, `tests/cases/SERVICE/NAME.json`:
//!
//! - `title`: the rule that it shows; `source`: where the expected answers come from;
//! - `now` (optional): the clock at the start; `auth` (optional): `off`;
//! - `inventory` (optional): all that exists in the end, item by item;
//! - `{"$repeat": ["x", 4000]}` anywhere in a step is a long text;
//! - `steps`: each one either
//!   - `call` (`iam:CreateRole`) with `input`, and then `output` (members that the answer must have; what
//!     is not named is not compared; `null` stands for an absent member) or `error` (`code`, and
//!     optionally `message`, `status`); or
//!   - `http` (`method`, `url`, `headers`, `body`), unsigned, with `status`, `headers`, `body` (a JSON body may be saved from); or
//!   - `http` (`method`, `url`, `headers`, `body`), unsigned, with `status`, `headers`, `body`; or
//!   - `form`, an upload to S3 by a browser's form: see `form.rs`; or
//!   - `ask` (`can`, `who_can` or `what_can`) with `principal`, `action`, `resource` as the question of that
//!     name takes them, and in `answer` what the answer must have (of `who_can`, the principals); or
//!   - `wait_s`: time passes; or
//!   - `save_token`: the name for the token of the newest letter in the inbox of SNS.
//!
//!   `as` names credentials: `root` (the default), `anonymous`, or what an earlier step saved;
//!   `save` maps a name to the path of a member of the answer (`Role.RoleId`), which later steps write as
//!   `${name}`; `save_credentials` maps a name for `as` to the path of a structure with an access key.

#![expect(clippy::unwrap_used, reason = "a case that cannot be read fails its test")]

mod form;
mod json;

use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input, SERVICES};
use nuvola_kernel::Timestamp;
use nuvola_wire::checksum::Algorithm;
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{ApiError, OperationSchema, Request, Response, Scheme, ServiceSchema, protocol};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One case with the name of its file.
pub struct Case {
    pub name: String,
    pub body: Value,
}

/// All cases, by name.
#[expect(clippy::disallowed_methods, reason = "cases are files; the ban is for the engine")]
pub fn all_cases() -> Vec<Case> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            let text = std::fs::read_to_string(&path).unwrap();
            let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            cases.push(Case { name, body });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Operations (`iam:CreateRole`) that the case calls with success.
pub fn successes(case: &Case) -> Vec<String> {
    let steps = case.body["steps"].as_array().cloned().unwrap_or_default();
    let good = steps.iter().filter(|step| step.get("error").is_none());
    good.filter_map(|step| step["call"].as_str().map(str::to_owned)).collect()
}

/// A client of a cloud.
pub struct Client {
    pub cloud: Cloud,
    pub now_ms: i64,
    pub journal: Vec<(i64, Input)>,
    next_id: u64,
    region: String,
    credentials: BTreeMap<String, Credentials>,
    variables: BTreeMap<String, String>,
}

impl Client {
    pub fn new(options: CloudOptions, now_ms: i64) -> Self {
        let region = options.region.to_string();
        let cloud = Cloud::new(options);
        let credentials = BTreeMap::from([("root".to_owned(), cloud.root_credentials().into())]);
        let (journal, variables) = (Vec::new(), BTreeMap::new());
        Client { cloud, now_ms, journal, next_id: 1, region, credentials, variables }
    }

    /// Sends a request and gives the answer, which must come at once.
    pub fn send(&mut self, request: Request) -> Response {
        let id = self.next_id;
        self.next_id += 1;
        let input = Input::Request { id, request };
        self.journal.push((self.now_ms, input.clone()));
        let mut effects = self.cloud.step(self.now_ms, input);
        // Nothing has an address here.
        let asked = |effect: &Effect| if let Effect::Fetch { id, .. } = effect { Some(*id) } else { None };
        while let Some((at, id)) =
            effects.iter().enumerate().find_map(|(at, effect)| Some((at, asked(effect)?)))
        {
            effects.remove(at);
            let input = Input::Fetched { id, response: None };
            self.journal.push((self.now_ms, input.clone()));
            effects.extend(self.cloud.step(self.now_ms, input));
        }
        let traced = effects.iter().any(|effect| matches!(effect, Effect::Trace(_)));
        assert!(traced, "every request leaves a trace");
        let answer = effects.into_iter().find_map(|effect| {
            if let Effect::Respond { id: of, response } = effect {
                (of == id).then_some(response)
            } else {
                None
            }
        });
        answer.expect("the answer comes at once")
    }

    /// Calls an operation as one of the credentials.
    pub fn call(
        &mut self,
        who: &str,
        service: &ServiceSchema,
        op: &OperationSchema,
        input: &Value,
    ) -> Result<Value, ApiError> {
        let input = json::structure_from(op.input, input);
        let region = if service.global { "us-east-1".to_owned() } else { self.region.clone() };
        let host = match service.global {
            true => format!("{}.amazonaws.com", service.endpoint_prefix),
            // Both generations of API Gateway have one endpoint.
            false => format!("{}.{region}.amazonaws.com", service.endpoint_prefix.trim_end_matches("v2")),
        };
        let mut request = protocol::encode_request(service, op, &input, &host)?;
        // As clients do: S3 refuses to delete many objects without a digest of their list.
        if request.query_get("delete").is_some() {
            request.headers.set(Algorithm::Crc32.header(), Algorithm::Crc32.text(&request.body));
        }
        if who != "anonymous" {
            let credentials = self.credentials.get(who).unwrap_or_else(|| panic!("no credentials `{who}`"));
            let service = service.signing_name;
            Signer { credentials, region: &region, service, now_ms: self.now_ms }.sign(&mut request);
        }
        let response = self.send(request);
        protocol::decode_response(service, op, &response).map(|output| json::of_structure(&output))
    }

    fn wait(&mut self, seconds: i64) {
        self.now_ms += seconds * 1000;
        self.journal.push((self.now_ms, Input::Tick));
        self.cloud.step(self.now_ms, Input::Tick);
    }

    /// The state without what every request moves on.
    fn settled(&self) -> Value {
        let mut state = serde_json::to_value(&self.cloud).unwrap();
        let object = state.as_object_mut().unwrap();
        object.remove("ids");
        object.remove("now_ms");
        state
    }

    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let mut text = text.clone();
                for (name, value) in &self.variables {
                    text = text.replace(&format!("${{{name}}}"), value);
                }
                Value::String(text)
            }
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            // `{"$repeat": ["x", 400000]}` is a long text.
            Value::Object(members) if members.contains_key("$repeat") => {
                let count = members["$repeat"][1].as_u64().unwrap() as usize;
                Value::String(members["$repeat"][0].as_str().unwrap().repeat(count))
            }
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// Runs a case; a failed expectation panics with the case's name and the step's number.
pub fn run(case: &Case) -> Client {
    assert!(
        case.body["title"].is_string() && case.body["source"].is_string(),
        "{}: title, source",
        case.name
    );
    let now = case.body["now"].as_str().unwrap_or("2026-11-23T18:00:00Z");
    let auth = if case.body["auth"] == "off" { AuthMode::Off } else { AuthMode::Verify };
    let options = CloudOptions { auth, ..CloudOptions::default() };
    let mut client = Client::new(options, Timestamp::parse(now).unwrap().0);
    for (index, step) in case.body["steps"].as_array().unwrap().iter().enumerate() {
        let place = format!("{} step {}", case.name, index + 1);
        let step = client.fill(step);
        if let Some(seconds) = step["wait_s"].as_i64() {
            client.wait(seconds);
        } else if let Some(name) = step["save_token"].as_str() {
            let token = client.cloud.sns_inbox().into_iter().find_map(|letter| letter.token);
            client.variables.insert(name.to_owned(), token.expect("a letter asks for a confirmation"));
        } else if step.get("ask").is_some() {
            run_ask(&client, &step, &place);
        } else if step.get("http").is_some() {
            run_http(&mut client, &step, &place);
        } else if step.get("form").is_some() {
            form::run(&mut client, &step, &place);
        } else {
            run_call(&mut client, &step, &place);
        }
    }
    if let Some(expected) = case.body.get("inventory") {
        let found = serde_json::to_value(client.cloud.inventory()).unwrap();
        assert_eq!(found, client.fill(expected), "{}: inventory", case.name);
    }
    client
}

/// A question about permissions, straight to the cloud: it is no request.
fn run_ask(client: &Client, step: &Value, place: &str) {
    let text = |name: &str| step[name].as_str().unwrap_or_default();
    let cloud = &client.cloud;
    let answer = match text("ask") {
        "can" => serde_json::to_value(cloud.can(text("principal"), text("action"), text("resource"))),
        "what_can" => serde_json::to_value(cloud.what_can(text("principal"))),
        "who_can" => {
            let found = cloud.who_can(text("action"), text("resource"));
            assert!(found.iter().all(|decision| decision.allowed), "{place}");
            serde_json::to_value(found.into_iter().map(|decision| decision.principal).collect::<Vec<_>>())
        }
        other => panic!("{place}: no question `{other}`"),
    };
    json::assert_within(&step["answer"], &answer.unwrap(), place);
}

fn run_http(client: &mut Client, step: &Value, place: &str) {
    let http = &step["http"];
    let url = http["url"].as_str().unwrap();
    let (scheme, rest) = url.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = Request::new(http["method"].as_str().unwrap_or("GET"), host, &format!("/{path}"));
    request.scheme = if scheme == "http" { Scheme::Http } else { Scheme::Https };
    request.query = query.to_owned();
    for (name, value) in http["headers"].as_object().into_iter().flatten() {
        request.headers.append(name, value.as_str().unwrap());
    }
    request.body = http["body"].as_str().unwrap_or("").into();
    let response = client.send(request);
    assert_eq!(Some(u64::from(response.status)), step["status"].as_u64(), "{place}: {response:?}");
    for (name, value) in step["headers"].as_object().into_iter().flatten() {
        assert_eq!(response.headers.get(name), value.as_str(), "{place}: header {name}");
    }
    if let Some(body) = step["body"].as_str() {
        assert_eq!(response.body.as_text(), Some(body), "{place}: body");
    }
    if step.get("save").is_some() {
        let output = serde_json::from_slice(&response.body).unwrap();
        save(client, step, &output, place);
    }
}

fn run_call(client: &mut Client, step: &Value, place: &str) {
    let call = step["call"].as_str().unwrap_or_else(|| panic!("{place}: no call"));
    let (service, name) = call.split_once(':').unwrap();
    let service = SERVICES.iter().find(|found| found.schema.endpoint_prefix == service).unwrap();
    let op = service.operation(name).unwrap_or_else(|| panic!("{place}: no operation {call}"));
    let who = step["as"].as_str().unwrap_or("root");
    let before = step.get("error").map(|_| client.settled());
    let answer = client.call(who, &service.schema, &op.schema, &step["input"]);
    match (answer, step.get("error")) {
        (Ok(output), None) => {
            if let Some(expected) = step.get("output") {
                json::assert_within(expected, &output, place);
            }
            save(client, step, &output, place);
        }
        (Err(error), Some(expected)) => {
            assert_eq!(Some(error.code.as_str()), expected["code"].as_str(), "{place}: {error}");
            if let Some(message) = expected["message"].as_str() {
                assert_eq!(error.message, message, "{place}");
            }
            if let Some(status) = expected["status"].as_u64() {
                assert_eq!(u64::from(error.status), status, "{place}");
            }
            assert!(before == Some(client.settled()), "{place}: an error leaves the state untouched");
        }
        (Ok(output), Some(expected)) => panic!("{place}: wanted {expected}, got {output}"),
        (Err(error), None) => panic!("{place}: {error}"),
    }
}

fn save(client: &mut Client, step: &Value, output: &Value, place: &str) {
    for (name, path) in step["save"].as_object().into_iter().flatten() {
        let value = json::at(output, path.as_str().unwrap());
        let text = value.as_str().unwrap_or_else(|| panic!("{place}: nothing to save as `{name}`"));
        client.variables.insert(name.clone(), text.to_owned());
    }
    for (name, path) in step["save_credentials"].as_object().into_iter().flatten() {
        let found = json::at(output, path.as_str().unwrap());
        let text = |member: &str| found[member].as_str().map(str::to_owned);
        let credentials = Credentials {
            access_key_id: text("AccessKeyId").unwrap(),
            secret_access_key: text("SecretAccessKey").unwrap(),
            session_token: text("SessionToken"),
        };
        client.credentials.insert(name.clone(), credentials);
    }
}
