//! Steps that upload by a browser's form.
//!
//! `form` has `url`, `fields` (pairs, in order), `file` (its text; absent: no file), `file_name`; and, where the
//! form is signed, `policy` (the document, or its text) with `as` (whose key signs) and `change` (fields that
//! differ after signing; `null` leaves one out). The answer has `status`, `headers`, `body`, or an `error`.

use super::Client;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use nuvola_wire::sigv4::Scope;
use nuvola_wire::{Request, protocol};
use serde_json::Value;

const BOUNDARY: &str = "----WebKitFormBoundaryABCDEFGHIJKLMNOP";

fn pair(value: &Value) -> (String, String) {
    (value[0].as_str().unwrap().to_owned(), value[1].as_str().unwrap().to_owned())
}

/// The fields that sign a policy.
fn signed(client: &Client, step: &Value) -> Vec<(String, String)> {
    let credentials = &client.credentials[step["form"]["as"].as_str().unwrap_or("root")];
    let at = Timestamp(client.now_ms).basic();
    let scope = Scope { date: at[..8].to_owned(), region: client.region.clone(), service: "s3".to_owned() };
    let credential = format!("{}/{}", credentials.access_key_id, scope.text());
    let policy = &step["form"]["policy"];
    let policy = policy.as_str().map_or_else(|| policy.to_string(), str::to_owned);
    let policy = STANDARD.encode(policy.replace("$DATE", &at).replace("$CREDENTIAL", &credential));
    let signature = scope.sign_text(&credentials.secret_access_key, &policy);
    let mut fields = vec![
        ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
        ("x-amz-credential", credential),
        ("x-amz-date", at),
    ];
    fields.extend(credentials.session_token.iter().map(|token| ("x-amz-security-token", token.clone())));
    fields.extend([("policy", policy), ("x-amz-signature", signature)]);
    let mut fields: Vec<(String, String)> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (name, value) in step["form"]["change"].as_object().into_iter().flatten() {
        fields.retain(|(other, _)| other != name);
        fields.extend(value.as_str().map(|value| (name.clone(), value.to_owned())));
    }
    fields
}

pub fn run(client: &mut Client, step: &Value, place: &str) {
    let form = &step["form"];
    let (scheme, rest) = form["url"].as_str().unwrap().split_once("://").unwrap();
    assert_eq!(scheme, "https", "{place}");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut fields: Vec<(String, String)> =
        form["fields"].as_array().into_iter().flatten().map(pair).collect();
    if form.get("policy").is_some() {
        fields.extend(signed(client, step));
    }
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    if let Some(file) = form["file"].as_str() {
        let name =
            form["file_name"].as_str().map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let head = format!("Content-Disposition: form-data; name=\"file\"{name}\r\nContent-Type: text/x-own");
        body += &format!("--{BOUNDARY}\r\n{head}\r\n\r\n{file}\r\n");
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let mut request = Request::new("POST", host, &format!("/{path}"));
    request.headers.set("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"));
    request.headers.set("Content-Length", body.len().to_string());
    request.body = body.into();
    let before = step.get("error").map(|_| client.settled());
    let response = client.send(request);
    if let Some(expected) = step.get("error") {
        let error = protocol::decode_error(&nuvola_aws::s3::SERVICE.schema, &response);
        assert_eq!(Some(error.code.as_str()), expected["code"].as_str(), "{place}: {error}");
        if let Some(message) = expected["message"].as_str() {
            assert_eq!(error.message, message, "{place}");
        }
        assert_eq!(Some(u64::from(error.status)), expected["status"].as_u64(), "{place}");
        for (name, value) in expected["members"].as_object().into_iter().flatten() {
            let element = format!("<{name}>{}</{name}>", value.as_str().unwrap());
            assert!(
                response.body.as_text().unwrap().contains(&element),
                "{place}: {:?}",
                response.body.as_text()
            );
        }
        assert!(before == Some(client.settled()), "{place}: an error leaves the state untouched");
        return;
    }
    let text = response.body.as_text();
    assert_eq!(Some(u64::from(response.status)), step["status"].as_u64(), "{place}: {text:?}");
    for (name, value) in step["headers"].as_object().into_iter().flatten() {
        assert_eq!(response.headers.get(name), value.as_str(), "{place}: header {name}");
    }
    if let Some(body) = step["body"].as_str() {
        assert_eq!(text, Some(body), "{place}: body");
    }
}
