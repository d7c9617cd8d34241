//! The canonical request.

use crate::http::{Headers, Request};
use crate::uri;

/// S3 encodes a path once; every other service encodes the encoded path again, without `.` and `..`.
fn path(request: &Request, service: &str) -> String {
    let raw = if request.path.is_empty() { "/" } else { &request.path };
    if is_s3(service) {
        let decoded: Vec<u8> = percent_encoding::percent_decode_str(raw).collect();
        return uri::encode_bytes(&decoded, b"/");
    }
    let mut kept: Vec<&str> = Vec::new();
    for segment in raw.split('/').filter(|segment| !segment.is_empty() && *segment != ".") {
        if segment == ".." {
            kept.pop();
        } else {
            kept.push(segment);
        }
    }
    let slash = if raw.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    uri::encode_path(&format!("/{}{slash}", kept.join("/")))
}

/// The services that S3's rules hold for.
pub(super) fn is_s3(service: &str) -> bool {
    matches!(service, "s3" | "s3-object-lambda" | "s3express" | "s3-outposts")
}

/// Parameters by encoded name and value; the signature itself is no part of it.
fn query(request: &Request) -> String {
    let mut pairs: Vec<(String, String)> = request
        .query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (reencode(name), reencode(value))
        })
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn reencode(raw: &str) -> String {
    let spaced = raw.replace('+', " ");
    let decoded: Vec<u8> = percent_encoding::percent_decode_str(&spaced).collect();
    uri::encode_bytes(&decoded, b"")
}

/// The value of a signed header: of all fields of that name, with runs of spaces made one.
pub(super) fn header(request: &Request, name: &str) -> Option<String> {
    let values: Vec<String> = request
        .headers
        .get_all(name)
        .map(|value| value.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .map(|value| value.trim().to_owned())
        .collect();
    if !values.is_empty() {
        return Some(values.join(","));
    }
    match name {
        "host" => Some(request.host.clone()),
        // Hosts that frame messages themselves drop it.
        "content-length" => Some(request.body.len().to_string()),
        _ => None,
    }
}

/// The whole text. `signed` are lower-case names in order.
pub(super) fn request(request: &Request, service: &str, signed: &[String], payload_hash: &str) -> String {
    let headers: String =
        signed.iter().map(|name| format!("{name}:{}\n", header(request, name).unwrap_or_default())).collect();
    let (path, query) = (path(request, service), query(request));
    format!("{}\n{path}\n{query}\n{headers}\n{}\n{payload_hash}", request.method, signed.join(";"))
}

/// The names to sign, in order: all that proxies leave alone, and `host`.
pub(super) fn signable(headers: &Headers) -> Vec<String> {
    const LEFT_ALONE: [&str; 6] =
        ["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];
    let mut names: Vec<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.retain(|name| !LEFT_ALONE.contains(&name.as_str()));
    names.push("host".to_owned());
    names.sort();
    names.dedup();
    names
}
