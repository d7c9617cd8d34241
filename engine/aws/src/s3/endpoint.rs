//! What is around the operations: choosing between upload and copy, CORS, digests of documents, and the
//! website endpoint.

use super::checksum::{self, Algorithm, Given};
use super::website::{self, Answer as Page, Found};
use super::{access, cors, errors, names, ops, post, read};
use crate::auth::Principal;
use crate::context::OpContext;
use crate::service::{Answer, ApiResult, DataPlane, OperationDef, Outcome};
use nuvola_wire::{ApiError, Headers, Request, Response, Structure, protocol, uri};

/// PutObject, or CopyObject where the request names a source: they share their address.
pub static PUT_OBJECT: OperationDef = OperationDef {
    schema: ops::put::PUT_OBJECT_PLAIN.schema,
    doc: ops::put::PUT_OBJECT_PLAIN.doc,
    errors: ops::put::PUT_OBJECT_PLAIN.errors,
    run: |cx, input| put_or_copy(cx, input, &ops::put::PUT_OBJECT_PLAIN, &ops::copy::COPY_OBJECT),
};

/// UploadPart, or UploadPartCopy where the request names a source.
pub static UPLOAD_PART: OperationDef = OperationDef {
    schema: ops::multipart::UPLOAD_PART_PLAIN.schema,
    doc: ops::multipart::UPLOAD_PART_PLAIN.doc,
    errors: ops::multipart::UPLOAD_PART_PLAIN.errors,
    run: |cx, input| {
        put_or_copy(cx, input, &ops::multipart::UPLOAD_PART_PLAIN, &ops::multipart::UPLOAD_PART_COPY)
    },
};

fn put_or_copy(
    cx: &mut OpContext<'_>,
    input: Structure,
    put: &'static OperationDef,
    copy: &'static OperationDef,
) -> ApiResult<Outcome> {
    if !cx.request.http.headers.contains("x-amz-copy-source") {
        return (put.run)(cx, input);
    }
    let label = |name: &'static str| (name, input.get_str(name).unwrap_or_default().to_owned());
    let labels = vec![label("Bucket"), label("Key")];
    cx.trace.operation = copy.schema.name.to_owned();
    let input = protocol::decode_request(&super::SERVICE.schema, &copy.schema, &cx.request.http, &labels)?;
    (copy.run)(cx, input)
}

/// The bucket and the key of a path that begins with the bucket.
fn split_path(path: &str) -> (String, String) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    (uri::decode(bucket), uri::decode(key))
}

/// Answers preflights and documents with wrong digests; prepares the CORS headers of everything else.
pub fn intercept(cx: &mut OpContext<'_>, request: &Request) -> Option<Response> {
    let (bucket, key) = split_path(&request.path);
    if request.method == "OPTIONS" {
        return Some(preflight(cx, request, &bucket, &key));
    }
    prepare_cors(cx, request, &bucket);
    if post::is_form(request, &key) && !bucket.is_empty() {
        let mut response = post::answer(cx, request, &bucket);
        finish(cx, &mut response);
        return Some(response);
    }
    match check_document(request, &key) {
        Ok(()) => None,
        Err(error) => {
            let head = request.method == "HEAD";
            let mut response =
                protocol::encode_error(&super::SERVICE.schema, &error, &cx.request.request_id, head);
            finish(cx, &mut response);
            Some(response)
        }
    }
}

fn preflight(cx: &mut OpContext<'_>, request: &Request, bucket: &str, key: &str) -> Response {
    cx.trace.operation = "OPTIONS".to_owned();
    let result = match cx.s3().buckets.get(bucket) {
        None => Err(errors::no_such_bucket(bucket)),
        Some(found) => {
            let resource = if key.is_empty() { "BUCKET" } else { "OBJECT" };
            cors::answer_preflight(found.cors.as_deref(), &request.headers, resource)
        }
    };
    match result {
        Ok(headers) => {
            let mut response = bare_response(cx, 200);
            copy_headers(&headers, &mut response);
            response
        }
        Err(error) => protocol::encode_error(&super::SERVICE.schema, &error, &cx.request.request_id, false),
    }
}

/// An answer of this status with nothing but the request's ids.
fn bare_response(cx: &OpContext<'_>, status: u16) -> Response {
    let error = ApiError::new(status, "", "");
    let mut response = protocol::encode_error(&super::SERVICE.schema, &error, &cx.request.request_id, true);
    response.headers.remove("Content-Type");
    response.headers.set("Server", "AmazonS3");
    response
}

fn copy_headers(from: &Headers, to: &mut Response) {
    for (name, value) in from.iter() {
        to.headers.set(name, value);
    }
}

/// Puts the headers that a cross-origin request gets where the pipeline adds them.
fn prepare_cors(cx: &mut OpContext<'_>, request: &Request, bucket: &str) {
    let Some(origin) = request.headers.get("Origin") else { return };
    let rules = cx.s3().buckets.get(bucket).and_then(|bucket| bucket.cors.as_deref()).unwrap_or_default();
    let headers = cors::headers_for_actual(rules, origin, &request.method);
    for (name, value) in headers.iter() {
        cx.response_headers.set(name, value);
    }
}

/// Errors get the CORS headers too, and a 304 has no body.
pub fn finish(cx: &mut OpContext<'_>, response: &mut Response) {
    for (name, value) in cx.response_headers.iter() {
        if name.starts_with("Access-Control-") || name == "Vary" {
            response.headers.set(name, value);
        }
    }
    response.headers.set("Server", "AmazonS3");
    if response.status == 304 {
        response.body = Default::default();
        response.headers.remove("Content-Type");
    }
}

/// Verifies the digests that came with a document. Objects and parts are verified where they are stored.
fn check_document(request: &Request, key: &str) -> ApiResult<()> {
    let names_document = |name: &str| request.query_get(name).is_some();
    let stores_body =
        request.method == "PUT" && !key.is_empty() && !["tagging", "acl"].into_iter().any(names_document);
    let completes = request.method == "POST" && names_document("uploadId");
    let chunked =
        request.headers.get("x-amz-content-sha256").is_some_and(|hash| hash.starts_with("STREAMING-"));
    if stores_body || completes || chunked || !matches!(request.method.as_str(), "PUT" | "POST") {
        return Ok(());
    }
    let header = |algorithm: Algorithm| request.headers.get(algorithm.header()).map(str::to_owned);
    let given = Given {
        crc32: header(Algorithm::Crc32),
        crc32c: header(Algorithm::Crc32c),
        crc64nvme: header(Algorithm::Crc64Nvme),
        sha1: header(Algorithm::Sha1),
        sha256: header(Algorithm::Sha256),
    };
    let md5 = request.headers.get("Content-MD5");
    if names_document("delete") && md5.is_none() && given == Given::default() {
        return Err(errors::invalid_request(
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
        ));
    }
    checksum::check_md5(md5, &request.body)?;
    checksum::verify(&request.body, given, None).map(|_| ())
}

/// Serves a bucket's website endpoint: plain HTTP, for anonymous visitors.
///
/// **Source**: S3 User Guide, "Website endpoints", "Key differences between a website endpoint and a REST API
/// endpoint".
pub fn website(cx: &mut OpContext<'_>, request: &Request, target: &DataPlane) -> Answer {
    if request.scheme == nuvola_wire::Scheme::Https {
        // Nothing listens on the port for HTTPS.
        return Answer::Unresolved;
    }
    cx.principal = Principal::Anonymous;
    let bucket = target.key.as_str();
    prepare_cors(cx, request, bucket);
    let mut response = match serve(cx, request, bucket) {
        Ok(response) => response,
        Err(error) => error_response(cx, &error, None),
    };
    if request.method == "HEAD" {
        response.headers.set("Content-Length", response.body.len().to_string());
        response.body = Default::default();
    }
    finish(cx, &mut response);
    Answer::Now(response)
}

fn serve(cx: &mut OpContext<'_>, request: &Request, bucket: &str) -> ApiResult<Response> {
    let region = cx.region.clone();
    let found = cx.s3().buckets.get(bucket).ok_or_else(|| errors::no_such_bucket(bucket))?;
    if found.region != region.as_str() {
        return Err(errors::incorrect_endpoint(&names::website_host(bucket, &found.region)));
    }
    if request.method == "OPTIONS" {
        let headers = cors::answer_preflight(found.cors.as_deref(), &request.headers, "OBJECT")?;
        let mut response = bare_response(cx, 200);
        copy_headers(&headers, &mut response);
        return Ok(response);
    }
    let site = found.website.clone().ok_or_else(|| errors::no_such_website(bucket))?;
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(errors::method_not_allowed(&request.method, "OBJECT"));
    }
    let path = uri::decode(&request.path);
    match website::answer(&site, &request.host, &path, |key| look_up(cx, bucket, key)) {
        Page::Object { key } => object_response(cx, request, bucket, &key),
        Page::Redirect { status, location } => Ok(redirect_response(cx, status, &location)),
        Page::Error { error, document: Some(key), .. } => {
            let plain = Request { headers: Headers::new(), ..request.clone() };
            let mut response = object_response(cx, &plain, bucket, &key)?;
            response.status = error.status;
            add_error_headers(&mut response, &error);
            Ok(response)
        }
        Page::Error { error, document: None, document_error } => {
            Ok(error_response(cx, &error, document_error.as_deref()))
        }
    }
}

/// What an anonymous visitor finds at a key.
fn look_up(cx: &mut OpContext<'_>, bucket: &str, key: &str) -> Found {
    let reading = access::to_object(cx, "s3:GetObject", bucket, key);
    if !reading.checks.iter().all(|check| cx.judge(check).allowed) {
        return Found::Error(errors::access_denied());
    }
    let Some(found) = cx.s3().buckets.get(bucket) else {
        return Found::Error(errors::no_such_bucket(bucket));
    };
    match read::object(found, key, None, "GET") {
        Ok(found) => match &found.object.headers.website_redirect {
            Some(location) => Found::RedirectTo(location.clone()),
            None => Found::Object,
        },
        Err(error) => {
            let listing = access::to_bucket(cx, "s3:ListBucket", bucket);
            let may_know = listing.checks.iter().all(|check| cx.judge(check).allowed);
            Found::Error(if may_know { error } else { errors::access_denied() })
        }
    }
}

/// The object as GetObject would answer it, with the conditions and the range of the visitor's request.
fn object_response(
    cx: &mut OpContext<'_>,
    request: &Request,
    bucket: &str,
    key: &str,
) -> ApiResult<Response> {
    let operation = &ops::get::GET_OBJECT.schema;
    let labels = vec![("Bucket", bucket.to_owned()), ("Key", key.to_owned())];
    // The query string is the page's own business here.
    let request = Request { query: String::new(), ..request.clone() };
    let input = protocol::decode_request(&super::SERVICE.schema, operation, &request, &labels)?;
    let output = ops::get::read_for_website(cx, input)?;
    Ok(protocol::encode_response(&super::SERVICE.schema, operation, &output, &cx.request.request_id))
}

fn redirect_response(cx: &OpContext<'_>, status: u16, location: &str) -> Response {
    let mut response = bare_response(cx, status).with_header("Location", location);
    if status == 302 {
        let found = ApiError::new(302, "Found", "Resource Found");
        response = with_page(response, &found, None);
    }
    response
}

fn error_response(cx: &OpContext<'_>, error: &ApiError, document_error: Option<&ApiError>) -> Response {
    let mut response = bare_response(cx, error.status);
    copy_headers(&error.headers, &mut response);
    add_error_headers(&mut response, error);
    with_page(response, error, document_error)
}

fn with_page(response: Response, error: &ApiError, document_error: Option<&ApiError>) -> Response {
    let id = |name: &str| response.headers.get(name).unwrap_or("").to_owned();
    let page = website::error_page(error, document_error, &id("x-amz-request-id"), &id("x-amz-id-2"));
    response.with_body("text/html; charset=utf-8", page)
}

fn add_error_headers(response: &mut Response, error: &ApiError) {
    response.headers.set("x-amz-error-code", error.code.as_str());
    response.headers.set("x-amz-error-message", error.message.as_str());
    for (name, value) in &error.members {
        // A key may hold what a header may not.
        if let Some(text) =
            value.as_str().filter(|text| text.bytes().all(|byte| (0x20..0x7f).contains(&byte)))
        {
            response.headers.set(&format!("x-amz-error-detail-{name}"), text);
        }
    }
}
