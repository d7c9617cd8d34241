//! Checks that visit the student's web servers.
//!
//! A fork cannot have the programs that run, so these checks run in the student's own lab: they send requests
//! to a server as a browser does, and look with calls of APIs. What a visit left in the buckets and tables that
//! the check names under `undo` is deleted afterwards, whatever the verdict; nothing else is put back.

use super::conditions;
use super::kinds::{AGENT, Probe, Verdict, of_response};
use super::{content, list, text};
use crate::{preview, world};
use nuvola_kernel::Blob;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// The kind of check that runs here.
pub(super) const KIND: &str = "visit";
/// How long a check may take. **Units**: milliseconds of the host's clock.
const LIMIT_MS: i64 = 120_000;
/// How long a visit with `until` is repeated, unless told. **Units**: seconds of the lab's clock.
const PATIENCE_S: i64 = 60;
/// Between the parts of a form; no picture and no text of a lesson holds it.
const BOUNDARY: &str = "nuvola-lesson-5f1c2e77";

/// A check under way in the student's lab.
pub(super) struct Live {
    future: Option<Pin<Box<dyn Future<Output = Verdict>>>>,
    verdict: Option<Verdict>,
    limit_ms: i64,
}

impl Live {
    pub fn start(real_ms: i64, probe: Probe) -> Self {
        let future = Box::pin(probe.judge());
        Live { future: Some(future), verdict: None, limit_ms: real_ms + LIMIT_MS }
    }

    pub fn step(&mut self, real_ms: i64) {
        let Some(future) = &mut self.future else { return };
        if let Poll::Ready(verdict) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            self.verdict = Some(verdict);
        } else if real_ms > self.limit_ms {
            let hint = "the visit did not end within two minutes".to_owned();
            self.verdict = Some(Verdict { passed: false, hint });
        }
        if self.verdict.is_some() {
            self.future = None;
        }
    }

    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict.clone()
    }

    pub fn limit_ms(&self) -> i64 {
        self.limit_ms + 1
    }
}

impl Probe {
    /// Visits and calls one after the other; the observation is that of the last, with all in `/visits`.
    pub(super) async fn visit(&self, check: &Value) -> Value {
        let mut before = Vec::new();
        for undo in list(check, "undo") {
            before.push(self.contents(undo).await);
        }
        let mut all: Vec<Value> = Vec::new();
        for visit in list(check, "visits") {
            let known = |name: &str| {
                let pointer = name.strip_prefix("visits")?;
                Value::Array(all.clone()).pointer(pointer).map(conditions::text)
            };
            let filled = conditions::fill(visit, &known);
            let observed = self.once_or_until(&filled).await;
            all.push(observed);
        }
        for (undo, before) in list(check, "undo").iter().zip(before) {
            let after = self.contents(undo).await;
            for key in after.into_iter().filter(|key| !before.contains(key)) {
                self.delete(undo, key).await;
            }
        }
        let mut observed = all.last().cloned().unwrap_or_default();
        observed["visits"] = Value::Array(all);
        observed
    }

    async fn once_or_until(&self, visit: &Value) -> Value {
        if let Some(seconds) = visit["after_seconds"].as_i64() {
            self.wait(seconds).await;
        }
        let limit_s = visit["within_seconds"].as_i64().unwrap_or(PATIENCE_S);
        let now_ms = || self.shared.borrow().now_ms;
        let until_ms = now_ms() + limit_s * 1_000;
        loop {
            let mut observed = match visit["url"].is_string() {
                true => self.http(visit).await,
                false => self.call(visit).await,
            };
            let holds = conditions::hold(&visit["until"], &observed);
            observed["held"] = holds.into();
            if holds || now_ms() >= until_ms {
                return observed;
            }
            self.wait(1).await;
        }
    }

    /// The keys of a bucket's objects or of a table's items, up to a page of them.
    async fn contents(&self, undo: &Value) -> Vec<Value> {
        if let Some(bucket) = undo["bucket"].as_str() {
            let listed =
                self.call(&json!({ "call": "s3:ListObjectsV2", "params": { "Bucket": bucket } })).await;
            return list(&listed["answer"], "Contents").iter().map(|object| object["Key"].clone()).collect();
        }
        let table = json!({ "TableName": undo["table"] });
        let described = self.call(&json!({ "call": "dynamodb:DescribeTable", "params": table })).await;
        let names: Vec<&str> = list(&described["answer"]["Table"], "KeySchema")
            .iter()
            .map(|key| text(key, "AttributeName"))
            .collect();
        let params = json!({ "TableName": undo["table"], "ConsistentRead": true });
        let scanned = self.call(&json!({ "call": "dynamodb:Scan", "params": params })).await;
        let key = |item: &Value| {
            names.iter().map(|name| ((*name).to_owned(), item[*name].clone())).collect::<Value>()
        };
        list(&scanned["answer"], "Items").iter().map(key).collect()
    }

    async fn delete(&self, undo: &Value, key: Value) {
        let call = match undo["bucket"].as_str() {
            Some(bucket) => {
                json!({ "call": "s3:DeleteObject", "params": { "Bucket": bucket, "Key": key } })
            }
            None => {
                let params = json!({ "TableName": undo["table"], "Key": key });
                json!({ "call": "dynamodb:DeleteItem", "params": params })
            }
        };
        self.call(&call).await;
    }

    pub(super) async fn http(&self, visit: &Value) -> Value {
        let mut headers: Vec<(String, String)> = visit["headers"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), conditions::text(value)))
            .collect();
        let is_form = visit["form"].is_object() || visit["files"].is_object();
        let body = match is_form {
            true => {
                let kind = format!("multipart/form-data; boundary={BOUNDARY}");
                headers.push(("Content-Type".to_owned(), kind));
                form(visit)
            }
            false => Blob::from(text(visit, "body")),
        };
        let method = visit["method"].as_str().unwrap_or(if is_form { "POST" } else { "GET" });
        let Some(mut request) = preview::request(method, text(visit, "url"), &headers, body) else {
            return json!({ "status": 0, "unresolved": true, "url": text(visit, "url"), "code": "NoAddress",
                "message": "this is no address" });
        };
        request.headers.set("User-Agent", AGENT);
        let response = world::http(&self.shared, request).await;
        let mut observed = of_response(response);
        observed["url"] = visit["url"].clone();
        observed
    }
}

/// A form as browsers send it: fields, then files (`{ name, type, base64 }`).
fn form(visit: &Value) -> Blob {
    let mut body: Vec<u8> = Vec::new();
    let mut part = |head: String, bytes: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    };
    for (name, value) in visit["form"].as_object().into_iter().flatten() {
        part(format!("name=\"{name}\""), conditions::text(value).as_bytes());
    }
    for (name, file) in visit["files"].as_object().into_iter().flatten() {
        let (file_name, kind) = (text(file, "name"), text(file, "type"));
        let head = format!("name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {kind}");
        part(head, &content(file).unwrap_or_default());
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    Blob::from(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_written_as_browsers_write_them() {
        // Source: RFC 7578, section 4.
        let visit = json!({ "form": { "tags": "cat" }, "files": {
            "picture": { "name": "a.png", "type": "image/png", "base64": "aGk=" } } });
        let text = String::from_utf8(form(&visit).to_vec()).unwrap();
        let expected = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\ncat\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
             Content-Type: image/png\r\n\r\nhi\r\n--{BOUNDARY}--\r\n"
        );
        assert_eq!(text, expected);
    }
}
