//! Calls of the consoles: signed requests, answers read as JSON or XML, errors in AWS's words.

use super::{ACTING, Failure, LOOKING};
use crate::sign::sign;
use crate::world::{self, Shared};
use nuvola_kernel::{Blob, DEFAULT_REGION};
use nuvola_wire::xml::{self, Element};
use nuvola_wire::{Request, Response, uri};
use serde_json::Value;

/// The way to the services' APIs.
pub(crate) struct Api<'a> {
    pub shared: &'a Shared,
    looks: bool,
}

impl<'a> Api<'a> {
    /// For screens: what is asked leaves no activity.
    pub fn looking(shared: &'a Shared) -> Self {
        Api { shared, looks: true }
    }

    /// For actions.
    pub fn acting(shared: &'a Shared) -> Self {
        Api { shared, looks: false }
    }

    async fn send(&self, service: &str, region: &str, mut request: Request) -> Result<Response, Failure> {
        let agent = if self.looks { LOOKING } else { ACTING };
        request.headers.set("User-Agent", agent);
        request.headers.set("Host", request.host.clone());
        if !request.body.is_empty() || request.method == "PUT" {
            request.headers.set("Content-Length", request.body.len().to_string());
        }
        let signed = sign(&self.shared.borrow(), request, service, region);
        let answer = world::http(self.shared, signed).await;
        answer.ok_or_else(|| format!("the endpoint of {service} did not answer"))
    }

    /// A call of a JSON service: `target` is `DynamoDB_20120810.Query`.
    pub async fn json(&self, service: &str, target: &str, input: &Value) -> Result<Value, Failure> {
        let mut request = Request::new("POST", &format!("{service}.{DEFAULT_REGION}.amazonaws.com"), "/");
        request.headers.set("Content-Type", "application/x-amz-json-1.0");
        request.headers.set("X-Amz-Target", target);
        request.body = Blob::from(input.to_string());
        let response = self.send(service, DEFAULT_REGION, request).await?;
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        if response.status < 300 {
            return Ok(answer);
        }
        let code = answer["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default();
        let text = answer["message"].as_str().or(answer["Message"].as_str()).unwrap_or_default();
        Err(worded(code, text, response.status))
    }

    /// A call of a rest service that speaks JSON; `path` may have a query, `input` may be nothing.
    pub async fn rest(
        &self,
        service: &str,
        method: &str,
        path: &str,
        input: &Value,
    ) -> Result<Value, Failure> {
        let body = if input.is_null() { Blob::default() } else { Blob::from(input.to_string()) };
        let response = self.rest_raw(service, method, path, &[], body).await?;
        Ok(serde_json::from_slice(&response.body).unwrap_or_default())
    }

    /// As [`Api::rest`], with headers, and the answer as it came.
    pub async fn rest_raw(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Blob,
    ) -> Result<Response, Failure> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = Request::new(method, &format!("{service}.{DEFAULT_REGION}.amazonaws.com"), path);
        request.query = query.to_owned();
        if !body.is_empty() {
            request.headers.set("Content-Type", "application/json");
        }
        for (name, value) in headers {
            request.headers.set(name, *value);
        }
        request.body = body;
        let response = self.send(service, DEFAULT_REGION, request).await?;
        if response.status < 300 {
            return Ok(response);
        }
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let code = response.headers.get("x-amzn-errortype").unwrap_or_default();
        let code = code.split(':').next().unwrap_or_default();
        let text = answer["message"].as_str().or(answer["Message"].as_str()).unwrap_or_default();
        Err(worded(code, text, response.status))
    }

    /// A call of a query service: the form's members are given as they stand on the wire.
    pub async fn form(
        &self,
        service: &str,
        version: &str,
        action: &str,
        members: &[(String, String)],
    ) -> Result<Element, Failure> {
        let host = match service {
            "iam" => "iam.amazonaws.com".to_owned(),
            _ => format!("{service}.{DEFAULT_REGION}.amazonaws.com"),
        };
        let mut request = Request::new("POST", &host, "/");
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in members {
            body.push('&');
            body.push_str(name);
            body.push('=');
            body.push_str(&uri::encode(value));
        }
        request.body = Blob::from(body);
        let region = if service == "iam" { "us-east-1" } else { DEFAULT_REGION };
        read_xml(&self.send(service, region, request).await?)
    }

    /// A call of S3; `key` is empty for the bucket itself, `bucket` for the service.
    pub async fn s3(&self, call: S3Call<'_>) -> Result<Response, Failure> {
        let host = match call.bucket {
            "" => format!("s3.{DEFAULT_REGION}.amazonaws.com"),
            bucket => format!("{bucket}.s3.{DEFAULT_REGION}.amazonaws.com"),
        };
        let mut request = Request::new(call.method, &host, &format!("/{}", uri::encode_path(call.key)));
        request.query = call.query;
        for (name, value) in call.headers {
            request.headers.set(name, value);
        }
        request.body = call.body;
        let response = self.send("s3", DEFAULT_REGION, request).await?;
        if response.status < 300 {
            return Ok(response);
        }
        match read_xml(&response) {
            Err(failure) => Err(failure),
            Ok(_) => Err(worded("", "", response.status)),
        }
    }

    /// A call of S3 whose answer is XML.
    pub async fn s3_xml(&self, bucket: &str, query: &str) -> Result<Element, Failure> {
        let call = S3Call { bucket, query: query.to_owned(), ..S3Call::get() };
        read_xml(&self.s3(call).await?)
    }
}

/// A request to S3.
pub(crate) struct S3Call<'a> {
    pub method: &'a str,
    pub bucket: &'a str,
    pub key: &'a str,
    pub query: String,
    pub headers: Vec<(&'a str, String)>,
    pub body: Blob,
}

impl S3Call<'_> {
    pub fn get() -> Self {
        S3Call {
            method: "GET",
            bucket: "",
            key: "",
            query: String::new(),
            headers: Vec::new(),
            body: Blob::default(),
        }
    }
}

fn read_xml(response: &Response) -> Result<Element, Failure> {
    let root = xml::parse(response.body.as_text().unwrap_or_default()).unwrap_or_default();
    if response.status < 300 {
        return Ok(root);
    }
    // `<Error>` itself (S3), `<ErrorResponse><Error>` (query), `<Response><Errors><Error>` (EC2).
    let inner = root.child("Errors").unwrap_or(&root);
    let error = inner.child("Error").unwrap_or(&root);
    Err(worded(&text_of(error, "Code"), &text_of(error, "Message"), response.status))
}

fn worded(code: &str, text: &str, status: u16) -> Failure {
    match (code, text) {
        ("", "") => format!("the answer was {status}"),
        (code, "") => code.to_owned(),
        (code, text) => format!("{code}: {text}"),
    }
}

/// The text of an element inside another; empty where it is missing.
pub(crate) fn text_of(element: &Element, name: &str) -> String {
    element.child(name).map(|child| child.text.clone()).unwrap_or_default()
}

/// A JSON string's text, another value as JSON, nothing for nothing.
pub(crate) fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_null() => String::new(),
        None => value.to_string(),
    }
}
