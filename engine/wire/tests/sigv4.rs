//! Signatures made by botocore (`generate_cases.py`) and published by AWS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use nuvola_wire::sigv4::{Credentials, Problem, Signer, presented, verify};
use nuvola_wire::{Headers, Protocol, Request, Scheme, ServiceSchema, checksum};
use serde_json::Value as Json;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn now_ms() -> i64 {
    Timestamp::parse("2026-11-23T17:56:36Z").unwrap().0
}

fn request_of(case: &Json) -> Request {
    let part = |key: &str| case[key].as_str().unwrap().to_owned();
    let fields = case["headers"].as_object().unwrap().iter();
    Request {
        method: part("method"),
        scheme: if case["scheme"] == "http" { Scheme::Http } else { Scheme::Https },
        host: part("host"),
        path: part("path"),
        query: part("query"),
        headers: fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect(),
        body: STANDARD.decode(case["body"].as_str().unwrap()).unwrap().into(),
    }
}

fn cases() -> Vec<Json> {
    let file: Json = serde_json::from_str(include_str!("cases/sigv4.json")).unwrap();
    file["cases"].as_array().unwrap().clone()
}

#[test]
fn what_botocore_signs_is_verified_and_an_altered_request_is_not() {
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let request = request_of(&case);
        let who = presented(&request).unwrap().unwrap();
        assert_eq!(
            (who.access_key_id.as_str(), who.session_token.as_deref()),
            ("AKIDEXAMPLE", case["token"].as_str())
        );
        let verified =
            verify(&request, &who, SECRET, now_ms()).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        if name == "s3 trailer" {
            assert_eq!(verified.body.as_text(), Some("hello"));
            assert_eq!(checksum::verify(&verified.trailers, &verified.body), Ok(()));
            assert!(verified.trailers.contains("x-amz-checksum-crc32"));
        }
        let refused = |request: &Request, secret: &str| {
            let who = presented(request).unwrap().unwrap();
            matches!(verify(request, &who, secret, now_ms()), Err(Problem::SignatureDoesNotMatch { .. }))
        };
        assert!(refused(&request, "another secret"), "{name}");
        assert!(refused(&Request { method: "PATCH".into(), ..request.clone() }, SECRET), "{name}");
        assert!(
            refused(&Request { path: format!("{}x", request.path), ..request.clone() }, SECRET),
            "{name}"
        );
        let late = verify(&request, &who, SECRET, now_ms() + 700_000_000);
        assert!(matches!(late, Err(Problem::Expired { .. } | Problem::TimeTooSkewed { .. })), "{name}");
    }
}

#[test]
fn we_sign_as_botocore_does() {
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let theirs = request_of(&case);
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: SECRET.into(),
            session_token: case["token"].as_str().map(str::to_owned),
        };
        let service = case["service"].as_str().unwrap();
        let signer = Signer { credentials: &credentials, region: "eu-south-1", service, now_ms: now_ms() };
        let mut ours = theirs.clone();
        if let Some(expires_s) = case["expires"].as_u64() {
            let kept = theirs.query.split('&').filter(|part| !part.starts_with("X-Amz-"));
            ours.query = kept.collect::<Vec<_>>().join("&");
            signer.presign(&mut ours, expires_s as u32);
            assert_eq!(ours.query_get("X-Amz-Signature"), theirs.query_get("X-Amz-Signature"), "{name}");
        } else {
            ours.headers.remove("Authorization");
            signer.sign(&mut ours);
            assert_eq!(ours.headers.get("Authorization"), theirs.headers.get("Authorization"), "{name}");
        }
    }
}

#[test]
fn the_published_example_of_a_get_with_parameters() {
    // Source: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
    // in a Single Chunk", example "GET Object".
    let credentials = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        session_token: None,
    };
    let now_ms = Timestamp::parse("2013-05-24T00:00:00Z").unwrap().0;
    let signer = Signer { credentials: &credentials, region: "us-east-1", service: "s3", now_ms };
    let mut request = Request::new("GET", "examplebucket.s3.amazonaws.com", "/test.txt");
    request.headers.set("Range", "bytes=0-9");
    signer.sign(&mut request);
    let text = request.headers.get("Authorization").unwrap();
    let expected = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
    assert!(text.ends_with(expected), "{text}");

    // Source: the same reference, "Authenticating Requests: Using Query Parameters".
    let mut request = Request::new("GET", "examplebucket.s3.amazonaws.com", "/test.txt");
    signer.presign(&mut request, 86400);
    let expected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert_eq!(request.query_get("X-Amz-Signature").as_deref(), Some(expected));
}

/// The published upload in chunks: 66560 letters `a`, 64 kB and 1 kB.
fn published_upload() -> Request {
    let chunk = |size: usize, signature: &str| {
        format!("{size:x};chunk-signature={signature}\r\n{}\r\n", "a".repeat(size))
    };
    let body = [
        chunk(65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ];
    let mut request = Request::new("PUT", "s3.amazonaws.com", "/examplebucket/chunkObject.txt");
    request.headers = Headers::from_iter([
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
             SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
             x-amz-decoded-content-length;x-amz-storage-class,\
             Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        ),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("Content-Encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
        ("Content-Length", "66824"),
    ]);
    request.body = body.concat().into();
    request
}

#[test]
fn the_published_example_of_signed_chunks() {
    // Source: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
    // in Multiple Chunks", example.
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let now_ms = Timestamp::parse("2013-05-24T00:00:00Z").unwrap().0;
    let mut request = published_upload();
    assert_eq!(request.body.len(), 66824);
    let who = presented(&request).unwrap().unwrap();
    assert_eq!(verify(&request, &who, secret, now_ms).unwrap().body.len(), 66560);
    let altered = request.body.as_text().unwrap().replacen("aaa", "aab", 1);
    request.body = altered.into();
    assert_eq!(verify(&request, &who, secret, now_ms), Err(Problem::ChunkSignatureDoesNotMatch));
    request.body = request.body[..4000].to_vec().into();
    assert_eq!(verify(&request, &who, secret, now_ms), Err(Problem::IncompleteBody));
}

const S3: ServiceSchema =
    ServiceSchema { protocol: Protocol::RestXml, bare_xml_errors: true, ..ServiceSchema::DEFAULT };
const IAM: ServiceSchema = ServiceSchema { protocol: Protocol::Query, ..ServiceSchema::DEFAULT };
const LAMBDA: ServiceSchema = ServiceSchema { protocol: Protocol::RestJson, ..ServiceSchema::DEFAULT };

#[test]
fn problems_are_worded_as_each_family_words_them() {
    // Source: S3 API Reference, "Error responses"; IAM User Guide, "Troubleshoot Signature Version 4".
    let unknown = Problem::UnknownKey { access_key_id: "A".into() };
    let codes = [S3, IAM, LAMBDA].map(|service| unknown.api_error(&service).code);
    assert_eq!(codes, ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"]);
    let (signed_at, now) = (Timestamp(0), Timestamp(1_800_000));
    let skewed = Problem::TimeTooSkewed { signed_at, now };
    assert_eq!(skewed.api_error(&S3).code, "RequestTimeTooSkewed");
    assert_eq!(
        skewed.api_error(&IAM).message,
        "Signature expired: 19700101T000000Z is now earlier than 19700101T001500Z (19700101T003000Z - 15 min.)"
    );
    let service = Problem::WrongService { given: "s3".into(), expected: "iam".into() };
    assert_eq!(service.api_error(&IAM).message, "Credential should be scoped to correct service: 'iam'.");
    assert_eq!(service.api_error(&S3).code, "AuthorizationHeaderMalformed");
    let mut request = Request::new("GET", "s3.amazonaws.com", "/b/k");
    assert_eq!(presented(&request), Ok(None));
    let mut code = |query: &str| {
        request.query = query.into();
        presented(&request).unwrap_err().api_error(&S3)
    };
    assert_eq!(code("X-Amz-Signature=x").code, "AuthorizationQueryParametersError");
    let rest = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F20261123%2Feu-south-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20261123T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=x&X-Amz-Expires=";
    assert_eq!(code(&format!("{rest}x")).message, "X-Amz-Expires should be a number");
    assert_eq!(code(&format!("{rest}-1")).message, "X-Amz-Expires must be non-negative");
    assert!(code(&format!("{rest}604801")).message.starts_with("X-Amz-Expires must be less than a week"));
}
