//! Uploads by HTML forms: `POST` to a bucket, with a signed policy that says what the form may hold.
//!
//! The form's fields become the headers of a PutObject, which is authorised and carried out as any other.
//! Not simulated: policies that are signed with Signature Version 2.
//!
//! **Source**: S3 API Reference, "POST Object", "Authenticating requests in browser-based uploads using POST
//! (AWS Signature Version 4)".

mod form;
mod policy;
mod problems;

use super::{SERVICE, errors, ops};
use crate::auth::{self, AuthMode, Principal};
use crate::context::OpContext;
use crate::pipeline;
use crate::service::{ApiResult, Outcome};
use form::Form;
use nuvola_kernel::Timestamp;
use nuvola_wire::sigv4::{Problem, Scope};
use nuvola_wire::{Headers, Request, Response, protocol, uri, xml};
use policy::Policy;

/// The operation's name, as traces and CloudTrail have it.
const NAME: &str = "PostObject";

/// Whether a request is an upload by form: every POST to a bucket that asks for nothing of the bucket's own.
pub fn is_form(request: &Request, key: &str) -> bool {
    request.method == "POST" && key.is_empty() && request.query.is_empty()
}

/// Takes an upload by form.
pub fn answer(cx: &mut OpContext<'_>, request: &Request, bucket: &str) -> Response {
    NAME.clone_into(&mut cx.trace.operation);
    match upload(cx, request, bucket) {
        Ok(response) => {
            auth::note_use(cx);
            response
        }
        Err(error) => {
            cx.trace.error_code = Some(error.code.clone());
            cx.trace.error_message = Some(error.message.clone());
            protocol::encode_error(&SERVICE.schema, &error, &cx.request.request_id, false)
        }
    }
}

fn upload(cx: &mut OpContext<'_>, request: &Request, bucket: &str) -> ApiResult<Response> {
    let form = Form::read(request)?;
    let key = form.required("key")?.to_owned();
    if key.is_empty() {
        let text = "User key must have a length greater than 0.";
        return Err(problems::bad_field("key", "", text));
    }
    if let Some(policy) = authenticate(cx, &form)? {
        policy.check(&form, bucket, cx.now())?;
    }
    let address = address(cx, &key);
    let put = put_request(request, &form)?;
    cx.request.http.headers = put.headers.clone();
    cx.request.http.body = put.body.clone();
    let operation = &ops::put::PUT_OBJECT_PLAIN;
    let labels = vec![("Bucket", bucket.to_owned()), ("Key", key.clone())];
    let input = protocol::decode_request(&SERVICE.schema, &operation.schema, &put, &labels)?;
    let Outcome::Done(output) = (operation.run)(cx, input)? else {
        unreachable!("putting an object is answered at once")
    };
    let etag = output.get_str("ETag").unwrap_or_default().to_owned();
    let mut response =
        protocol::encode_response(&SERVICE.schema, &operation.schema, &output, &cx.request.request_id);
    response.headers.remove("Content-Type");
    response.body = Default::default();
    finish(&mut response, &form, &Stored { bucket, key: &key, etag: &etag, address: &address });
    Ok(response)
}

/// Finds out who signed the policy and acts as them; nothing where nobody did.
fn authenticate(cx: &mut OpContext<'_>, form: &Form) -> ApiResult<Option<Policy>> {
    const SIGNED_BY: [&str; 4] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
    if form.get("AWSAccessKeyId").is_some() || form.get("Signature").is_some() {
        cx.not_simulated("Signature Version 2 of a form's policy");
        return Err(problems::unsupported_signature());
    }
    if SIGNED_BY.iter().all(|name| form.get(name).is_none()) {
        return Ok(None);
    }
    for name in SIGNED_BY {
        form.required(name)?;
    }
    let encoded = form.required("policy")?;
    let algorithm = form.required("X-Amz-Algorithm")?;
    if algorithm != "AWS4-HMAC-SHA256" {
        let text = "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"";
        return Err(problems::bad_field("X-Amz-Algorithm", algorithm, text));
    }
    let date = form.required("X-Amz-Date")?;
    if Timestamp::parse(date).is_none() || date.len() != "20261123T000000Z".len() {
        let text = "X-Amz-Date must be formated via ISO8601 Long format";
        return Err(problems::bad_field("X-Amz-Date", date, text));
    }
    let (key_id, scope) = credential(cx, form.required("X-Amz-Credential")?)?;
    if cx.state().options.auth == AuthMode::Off {
        pipeline::act_as(cx, Principal::Root, Some(key_id));
        return Policy::read(encoded).map(Some);
    }
    let worded = |problem: Problem| problem.api_error(&SERVICE.schema);
    let token = form.get("X-Amz-Security-Token");
    let (principal, secret) = auth::owner(cx, &key_id, token).map_err(worded)?;
    let signature = form.required("X-Amz-Signature")?;
    if !scope.has_signed(&secret, encoded, signature) {
        return Err(worded(Problem::SignatureDoesNotMatch {
            access_key_id: key_id,
            signature: signature.to_owned(),
            string_to_sign: encoded.to_owned(),
            canonical_request: String::new(),
        }));
    }
    pipeline::act_as(cx, principal, Some(key_id));
    Policy::read(encoded).map(Some)
}

/// The access key and the scope of the field `X-Amz-Credential`.
fn credential(cx: &OpContext<'_>, text: &str) -> ApiResult<(String, Scope)> {
    let bad = |message: &str| problems::bad_field("X-Amz-Credential", text, message);
    if text.starts_with('/') {
        return Err(bad("a non-empty Access Key (AKID) must be provided in the credential."));
    }
    let read = Scope::of_credential(text);
    let (key_id, scope) = read.ok_or_else(|| {
        bad("the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
    })?;
    if scope.service != "s3" {
        return Err(bad(&format!(
            "incorrect service \"{}\". This endpoint belongs to \"s3\".",
            scope.service
        )));
    }
    if scope.region != cx.region.as_str() {
        let message = format!("the region '{}' is wrong; expecting '{}'", scope.region, cx.region);
        return Err(bad(&message).with_member("Region", cx.region.as_str()));
    }
    Ok((key_id, scope))
}

/// Where the object can be had: the form's own address and the key, whose slashes are escaped too.
fn address(cx: &OpContext<'_>, key: &str) -> String {
    let request = &cx.request.http;
    let (scheme, host) = (request.scheme.as_str(), &request.host);
    format!("{scheme}://{host}{}/{}", request.path.trim_end_matches('/'), uri::encode(key))
}

/// The form as the request that puts the same object.
fn put_request(request: &Request, form: &Form) -> ApiResult<Request> {
    const PASSED_ON: [&str; 7] = [
        "cache-control",
        "content-type",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "expires",
    ];
    const OF_THE_SIGNATURE: [&str; 5] =
        ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature", "x-amz-security-token"];
    let mut headers = Headers::new();
    for field in form.fields() {
        let name = field.name.to_ascii_lowercase();
        let name = name.as_str();
        if PASSED_ON.contains(&name)
            || name.starts_with("x-amz-") && !OF_THE_SIGNATURE.contains(&name) && name != "x-amz-copy-source"
        {
            headers.set(name, field.value.clone());
        } else if name == "acl" {
            headers.set("x-amz-acl", field.value.clone());
        } else if name == "tagging" {
            headers.set("x-amz-tagging", tags(&field.value)?);
        }
    }
    headers.set("Content-Length", form.file.len().to_string());
    Ok(Request { headers, body: form.file.clone(), ..request.clone() })
}

/// The field `tagging` holds XML; the header that says the same is a query string.
fn tags(document: &str) -> ApiResult<String> {
    let root = xml::parse(document).ok_or_else(errors::malformed_xml)?;
    let set = root.child("TagSet");
    let tags = set.into_iter().flat_map(|set| set.children("Tag")).map(|tag| {
        let text = |name: &str| tag.child(name).map(|child| uri::encode(&child.text)).unwrap_or_default();
        format!("{}={}", text("Key"), text("Value"))
    });
    Ok(tags.collect::<Vec<_>>().join("&"))
}

/// What the answer tells of the new object.
struct Stored<'a> {
    bucket: &'a str,
    key: &'a str,
    /// With quotes.
    etag: &'a str,
    address: &'a str,
}

/// Answers as the form wishes: by a redirect, by a document, or without a body.
fn finish(response: &mut Response, form: &Form, stored: &Stored<'_>) {
    response.headers.set("Location", stored.address);
    let target = form.get("success_action_redirect").or_else(|| form.get("redirect"));
    // An address that is none counts as absent.
    let is_address = |text: &&str| {
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    };
    if let Some(target) = target.filter(is_address) {
        response.status = 303;
        response.headers.set("Location", redirect(target, stored));
        return;
    }
    response.status = match form.get("success_action_status") {
        Some("200") => 200,
        Some("201") => 201,
        _ => 204,
    };
    if response.status == 201 {
        let mut document = xml::Writer::with_declaration();
        document.open("PostResponse", &[]);
        for (name, value) in [
            ("Location", stored.address),
            ("Bucket", stored.bucket),
            ("Key", stored.key),
            ("ETag", stored.etag),
        ] {
            document.leaf(name, value);
        }
        document.close("PostResponse");
        response.headers.set("Content-Type", "application/xml");
        response.body = document.finish().into();
    }
}

/// The address to go on to, with what was stored as parameters.
fn redirect(target: &str, stored: &Stored<'_>) -> String {
    let plus = |text: &str| uri::encode(text).replace("%20", "+");
    let joint = if target.contains('?') { '&' } else { '?' };
    format!(
        "{target}{joint}bucket={}&key={}&etag={}",
        plus(stored.bucket),
        plus(stored.key),
        plus(stored.etag)
    )
}
