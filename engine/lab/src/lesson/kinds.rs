//! The kinds of checks: each observes something, and leaves one JSON document. All do it in a fork of the lab,
//! except `visit` (see `live`).

use super::conditions;
use super::traces::{self, Seen};
use super::{list, text};
use crate::terminal::{Terminal, run, strip_controls};
use crate::world::{self, Keys, Shared};
use crate::{console, machine};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_aws::service::{OperationDef, ServiceDef};
use nuvola_kernel::{Blob, DEFAULT_ACCOUNT, DEFAULT_REGION};
use nuvola_tf_aws::{json_of, structure_from};
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::{Response, protocol};
use serde_json::{Value, json};
use std::rc::Rc;

/// Every kind, with the texts that it needs.
pub(super) const KINDS: &[(&str, &[&str])] = &[
    ("aws", &[]),
    ("http", &["url"]),
    ("state", &["type"]),
    ("plan_empty", &[]),
    ("invoke", &["function"]),
    ("trace", &[]),
    ("run", &["command"]),
    ("file", &["path"]),
    ("visit", &[]),
];

/// Kinds that cost nothing: they may run by themselves whenever things have settled.
pub(super) const CHEAP: &[&str] = &["aws", "state", "trace", "file"];

/// The terminal of the fork in which commands run.
const TERMINAL: u32 = 1;
/// Where a command's input and Terraform's state lie in the fork.
const INPUT: &str = ".nuvola-check-input";
const STATE: &str = ".nuvola-check-state";
/// Who asks, for the cloud.
pub(super) const AGENT: &str = "nuvola-lesson";

/// How a check ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub passed: bool,
    pub hint: String,
}

/// A check under way in a fork.
pub(super) struct Probe {
    pub shared: Shared,
    pub lesson: Rc<Value>,
    pub step: usize,
    pub check: usize,
    pub seen: Vec<Seen>,
    /// In the student's own lab, not in a fork.
    pub live: bool,
}

impl Probe {
    fn check(&self) -> &Value {
        &list(&list(&self.lesson, "steps")[self.step], "checks")[self.check]
    }

    /// Observes and judges.
    pub async fn judge(self) -> Verdict {
        let check = self.check();
        let kind = text(check, "kind");
        let state = match needs_state(check, kind) {
            true if self.live => self.state_file(),
            true => self.state().await,
            false => Value::Null,
        };
        let known = |name: &str| known(&state, name);
        let filled = conditions::fill(check, &known);
        let observed = match kind {
            "aws" => self.aws(&filled).await,
            "http" => self.http(&filled).await,
            "state" => resources(&state, &filled),
            "plan_empty" => self.plan().await,
            "invoke" => self.invoke(&filled).await,
            "trace" => traces::observe(&filled, &self.seen),
            "run" => self.run(&filled).await,
            "visit" => self.visit(&filled).await,
            _ => self.file(&filled),
        };
        let passed = by_itself(kind, &filled, &observed) && conditions::hold(&filled["expect"], &observed);
        Verdict { passed, hint: if passed { String::new() } else { hint(&filled, &observed) } }
    }

    /// Types a line at the fork's prompt: its exit status, and all that it printed.
    async fn shell(&self, line: String) -> (i32, String) {
        {
            let mut world = self.shared.borrow_mut();
            if let Some(at) = world.kept.terminals.get_mut(&TERMINAL) {
                at.clear();
            }
        }
        run::run_line(self.shared.clone(), TERMINAL, line).await;
        let world = self.shared.borrow();
        let at = world.kept.terminals.get(&TERMINAL);
        at.map(|at| (at.last_status, strip_controls(at.scrollback()))).unwrap_or((1, String::new()))
    }

    /// Terraform's state, wherever the configuration keeps it.
    async fn state(&self) -> Value {
        let (status, _) = self.shell(format!("terraform state pull > {STATE}")).await;
        let pulled = if status == 0 { self.json_file(STATE) } else { None };
        pulled.unwrap_or_else(|| self.state_file())
    }

    fn state_file(&self) -> Value {
        self.json_file("terraform.tfstate").unwrap_or_default()
    }

    fn json_file(&self, path: &str) -> Option<Value> {
        let world = self.shared.borrow();
        world.kept.files.read(path).and_then(|content| serde_json::from_slice(content).ok())
    }

    async fn plan(&self) -> Value {
        let (exit, output) = self
            .shell("terraform plan -detailed-exitcode -input=false -no-color -lock=false".to_owned())
            .await;
        let line = output.lines().find(|line| line.starts_with("Plan:") || line.contains("Error:"));
        json!({ "exit": exit, "summary": line.unwrap_or_default().trim_start_matches(['│', ' ']), "output": output })
    }

    async fn run(&self, check: &Value) -> Value {
        if check["fresh"] == true {
            let mut world = self.shared.borrow_mut();
            world.kept.terminals.insert(TERMINAL, Terminal::new());
        }
        let mut line = text(check, "command").to_owned();
        if let Some(stdin) = check["stdin"].as_str() {
            self.shared.borrow_mut().kept.files.write(INPUT, Blob::from(stdin));
            line = format!("{line} < {INPUT}");
        }
        let before = self.series(list(check, "before")).await;
        self.shared.borrow_mut().fork_seen.clear();
        let (exit, output) = self.shell(line).await;
        let traces = match check["traces"].is_object() {
            true => traces::observe(&check["traces"], &self.shared.borrow().fork_seen)["count"].clone(),
            false => Value::Null,
        };
        let after = self.series(list(check, "after")).await;
        let last = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
        let answer = serde_json::from_str::<Value>(&output).ok();
        json!({
            "exit": exit, "output": output, "last": last, "json": answer, "before": before, "after": after,
            "traces": traces,
        })
    }

    fn file(&self, check: &Value) -> Value {
        let world = self.shared.borrow();
        let content = world.kept.files.read(text(check, "path"));
        let content = content.map(|content| String::from_utf8_lossy(content).into_owned());
        let answer = content.as_deref().and_then(|content| serde_json::from_str::<Value>(content).ok());
        json!({ "exists": content.is_some(), "text": content, "json": answer })
    }

    async fn invoke(&self, check: &Value) -> Value {
        let event = match &check["event"] {
            Value::String(text) => text.clone(),
            Value::Null => "{}".to_owned(),
            event @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                event.to_string()
            }
        };
        let params = json!({ "FunctionName": check["function"], "Payload": STANDARD.encode(event) });
        let observed = self.call(&json!({ "call": "lambda:Invoke", "params": params })).await;
        let error = observed.pointer("/answer/FunctionError").cloned().unwrap_or_default();
        json!({
            "status": observed["status"],
            "error": if error.is_null() { observed["code"].clone() } else { error },
            "payload": observed["json"],
            "text": observed["text"],
        })
    }

    /// One call, or several one after the other: the observation is that of the last, with all in `/calls`.
    async fn aws(&self, check: &Value) -> Value {
        let all = self.series(calls(check)).await;
        let mut observed = all.last().cloned().unwrap_or_default();
        observed["calls"] = Value::Array(all);
        observed
    }

    /// Calls one after the other; each may use what the earlier ones answered.
    async fn series(&self, calls: &[Value]) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        for call in calls {
            let known = |name: &str| {
                let pointer = name.strip_prefix("calls")?;
                Value::Array(all.clone()).pointer(pointer).map(conditions::text)
            };
            let filled = conditions::fill(call, &known);
            if let Some(seconds) = filled["after_seconds"].as_i64() {
                self.wait(seconds).await;
            }
            if let Some(lag_ms) = filled["lag_ms"].as_i64() {
                self.let_replicas_lag(text(&filled, "table"), lag_ms);
                all.push(Value::Null);
                continue;
            }
            all.push(self.call(&filled).await);
        }
        all
    }

    pub(super) async fn wait(&self, seconds: i64) {
        let until = self.shared.borrow().now_ms + seconds * 1_000;
        world::sleep_until(&self.shared, until).await;
    }

    /// Turns up what the console of a table turns up.
    fn let_replicas_lag(&self, table: &str, lag_ms: i64) {
        let table_arn = format!("arn:aws:dynamodb:{DEFAULT_REGION}:{DEFAULT_ACCOUNT}:table/{table}");
        self.shared.borrow_mut().controls.push(nuvola_aws::Input::ReplicaLag { table_arn, lag_ms });
    }

    pub(super) async fn call(&self, call: &Value) -> Value {
        let Some((service, operation)) = operation(text(call, "call")) else { return Value::Null };
        let schema = &service.schema;
        let region =
            if schema.global { "us-east-1" } else { call["region"].as_str().unwrap_or(DEFAULT_REGION) };
        let host = match schema.global {
            true => format!("{}.amazonaws.com", schema.endpoint_prefix),
            false => format!("{}.{region}.amazonaws.com", schema.endpoint_prefix),
        };
        let credentials = match self.credentials(text(call, "as")).await {
            Ok(credentials) => credentials,
            Err(observed) => return observed,
        };
        let input = structure_from(operation.schema.input, &call["params"]);
        let mut request = match protocol::encode_request(schema, &operation.schema, &input, &host) {
            Ok(request) => request,
            Err(error) => return json!({ "status": 0, "code": error.code, "message": error.message }),
        };
        request.headers.set("Host", request.host.clone());
        // In the student's lab the calls of a check are those of a screen that looks.
        request.headers.set("User-Agent", if self.live { console::LOOKING } else { AGENT });
        if let Some(credentials) = credentials {
            let now_ms = self.shared.borrow().now_ms;
            Signer { credentials: &credentials, region, service: schema.signing_name, now_ms }
                .sign(&mut request);
        }
        let response = world::http(&self.shared, request).await;
        let decoded =
            response.as_ref().map(|response| protocol::decode_response(schema, &operation.schema, response));
        let mut observed = of_response(response);
        match decoded {
            Some(Ok(members)) => observed["answer"] = json_of(&members),
            Some(Err(error)) => {
                observed["code"] = error.code.into();
                observed["message"] = error.message.into();
            }
            None => {}
        }
        observed
    }

    /// The lab's own keys, an IAM user's, a role's, or none (`anonymous`).
    async fn credentials(&self, who: &str) -> Result<Option<Credentials>, Value> {
        let (kind, name) = who.split_once('/').unwrap_or((who, ""));
        let (call, key) = match kind {
            "" | "root" => {
                let keys = self.shared.borrow().kept.keys.clone();
                let Keys { access_key_id, secret_access_key } = keys;
                return Ok(Some(Credentials { access_key_id, secret_access_key, session_token: None }));
            }
            "user" => (
                json!({ "call": "iam:CreateAccessKey", "params": { "UserName": name } }),
                "/answer/AccessKey",
            ),
            "role" => {
                let params = json!({ "RoleArn": name, "RoleSessionName": "lesson" });
                (json!({ "call": "sts:AssumeRole", "params": params }), "/answer/Credentials")
            }
            _ => return Ok(None),
        };
        let made = Box::pin(self.call(&call)).await;
        let member =
            |name: &str| made.pointer(&format!("{key}/{name}")).and_then(Value::as_str).map(str::to_owned);
        match (member("AccessKeyId"), member("SecretAccessKey")) {
            (Some(access_key_id), Some(secret_access_key)) => Ok(Some(Credentials {
                access_key_id,
                secret_access_key,
                session_token: member("SessionToken"),
            })),
            _ => Err(made),
        }
    }
}

/// The calls of an `aws` check: its list, or itself.
pub(super) fn calls(check: &Value) -> &[Value] {
    match check["call"].is_string() {
        true => std::slice::from_ref(check),
        false => list(check, "calls"),
    }
}

/// `s3:PutObject`, found in the cloud's own tables.
pub(super) fn operation(name: &str) -> Option<(&'static ServiceDef, &'static OperationDef)> {
    let (service, operation) = name.split_once(':')?;
    let is_it =
        |def: &&&ServiceDef| def.schema.endpoint_prefix == service || def.schema.signing_name == service;
    let service = nuvola_aws::SERVICES.iter().find(is_it)?;
    Some((service, service.operation(operation)?))
}

/// What the kind itself expects, beside `expect`.
fn by_itself(kind: &str, check: &Value, observed: &Value) -> bool {
    let count = observed["count"].as_u64().unwrap_or_default();
    let least = |otherwise: u64| check["at_least"].as_u64().unwrap_or(otherwise);
    let most = check["at_most"].as_u64().unwrap_or(u64::MAX);
    let has_own = check["at_most"].is_u64() || !check["expect"].is_null();
    match kind {
        "plan_empty" => observed["exit"] == 0,
        "state" => count >= least(1) && count <= most,
        "trace" => count >= least(u64::from(!has_own)) && count <= most && observed["missing"] == 0,
        "aws" | "http" | "invoke" | "run" if check["expect"].is_null() => succeeded(observed),
        "file" if check["expect"].is_null() => observed["exists"] == true,
        _ => true,
    }
}

fn succeeded(observed: &Value) -> bool {
    let status = observed["status"].as_u64();
    observed["exit"] == 0
        || status.is_some_and(|status| (200..300).contains(&status))
            && observed["error"].as_str().is_none_or(str::is_empty)
}

/// The first hint whose conditions hold.
fn hint(check: &Value, observed: &Value) -> String {
    let fitting = list(check, "hints").iter().find(|hint| conditions::hold(&hint["when"], observed));
    fitting.map(|hint| conditions::with_observed(text(hint, "text"), observed)).unwrap_or_default()
}

pub(super) fn of_response(response: Option<Response>) -> Value {
    let Some(response) = response else {
        return json!({ "status": 0, "code": "NoSuchHost", "message": "there is no such host", "unresolved": true });
    };
    if let Some((error, why)) = machine::failure(&response) {
        return json!({ "status": 0, "code": error, "message": why, "text": "", "unresolved": false });
    }
    let headers: serde_json::Map<String, Value> =
        response.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.into())).collect();
    let image = image(&response.body);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let answer = serde_json::from_str::<Value>(&text).ok();
    json!({
        "status": response.status, "code": "", "message": "", "headers": headers, "text": text, "json": answer,
        "unresolved": false, "image": image,
    })
}

/// What the head of a PNG tells. **Source**: PNG specification (third edition), section 11.2.1 (IHDR).
fn image(body: &[u8]) -> Value {
    let is_png = body.starts_with(b"\x89PNG\r\n\x1a\n") && body.get(12..16) == Some(b"IHDR");
    let number = |at: usize| body.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    match (number(16), number(20), body.get(25)) {
        (Some(width), Some(height), Some(kind)) if is_png => {
            // Types 0 and 4 are grey, without and with alpha.
            json!({ "width": width, "height": height, "colour": !matches!(kind, 0 | 4) })
        }
        _ => Value::Null,
    }
}

fn needs_state(check: &Value, kind: &str) -> bool {
    let text = check.to_string();
    kind == "state" || text.contains("${output.") || text.contains("${state.")
}

/// `output.NAME`, `state.ADDRESS.ATTRIBUTE`, `base64.TEXT`.
fn known(state: &Value, name: &str) -> Option<String> {
    if let Some(plain) = name.strip_prefix("base64.") {
        return Some(STANDARD.encode(plain));
    }
    if let Some(output) = name.strip_prefix("output.") {
        let value = state.pointer(&format!("/outputs/{output}/value"))?;
        return Some(conditions::text(value));
    }
    let (address, attribute) = name.strip_prefix("state.")?.rsplit_once('.')?;
    let found = instances(state).find(|(of, _)| of == address)?.1;
    found.get(attribute).map(conditions::text)
}

/// Addresses and attributes of all managed resource instances.
fn instances(state: &Value) -> impl Iterator<Item = (String, &Value)> {
    let managed = list(state, "resources").iter().filter(|resource| resource["mode"] == "managed");
    managed.flat_map(|resource| {
        list(resource, "instances").iter().map(move |instance| {
            let key = &instance["index_key"];
            let key = if key.is_null() { String::new() } else { format!("[{key}]") };
            let module = resource["module"].as_str().map(|module| format!("{module}.")).unwrap_or_default();
            let address = format!("{module}{}.{}{key}", text(resource, "type"), text(resource, "name"));
            (address, &instance["attributes"])
        })
    })
}

/// The instances of a type in the state that fit the check's `where`.
fn resources(state: &Value, check: &Value) -> Value {
    let of_type = format!("{}.", text(check, "type"));
    let is_it = |address: &str| address.starts_with(&of_type) || address.contains(&format!(".{of_type}"));
    let all: Vec<Value> = instances(state)
        .filter(|(address, _)| is_it(address))
        .map(|(address, attributes)| json!({ "address": address, "attributes": attributes }))
        .collect();
    let total = all.len();
    let fitting: Vec<Value> =
        all.iter().filter(|one| conditions::hold(&check["where"], &one["attributes"])).cloned().collect();
    let first = fitting.first().or(all.first()).cloned().unwrap_or_default();
    json!({
        "count": fitting.len(), "total": total, "first": first["attributes"], "address": first["address"],
        "serial": state["serial"], "resources": fitting,
    })
}
