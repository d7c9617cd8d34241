//! Protocol cases made by botocore (`generate_cases.py` names its version in each file).
//!
//! Input: what botocore serialises, we read as its params, and write as it does.
//! Output: what we encode stands in a snapshot that `generate_cases.py verify` lets botocore parse;
//! what botocore parses of a service's answer, we read too.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_wire::protocol::{
    decode_error, decode_request, decode_response, encode_error, encode_request, encode_response,
};
use nuvola_wire::{ApiError, Headers, Protocol, Request, Response, Router, ServiceSchema, uri};
use serde_json::{Map, Value as Json, json};
use support::{Loader, blob, plain_structure, structure_of};

fn cases(text: &str) -> Vec<Json> {
    let Json::Object(mut file) = serde_json::from_str(text).unwrap() else { panic!() };
    let Some(Json::Array(cases)) = file.remove("cases") else { panic!() };
    cases
}

fn headers(json: &Json) -> Headers {
    json.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect()
}

fn request(json: &Json) -> Request {
    let part = |key: &str| json[key].as_str().unwrap().to_owned();
    Request {
        method: part("method"),
        host: "service.example.com".into(),
        path: part("path"),
        query: part("query"),
        headers: headers(&json["headers"]),
        body: blob(&json["body"]),
        ..Request::default()
    }
}

/// Runs the cases of a file and returns what we encode, for the snapshot.
fn check(text: &str) -> Json {
    let mut encoded = Map::new();
    let mut wrong = Vec::new();
    for case in cases(text) {
        let name = case["name"].as_str().unwrap();
        let loader = Loader::new(&case["model"]);
        let (service, operation) = (&loader.service, loader.operation(case["operation"].as_str().unwrap()));
        let mut report = |what: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
            wrong.push(format!("{name}: {what}\n  ours   {ours:?}\n  theirs {theirs:?}"));
        };

        let given = request(&case["request"]);
        let router = Router::new([(operation.method, operation.uri)]);
        let labels = router.find(&given.method, &given.path, &given.query).expect(name).labels;
        match decode_request(service, &operation, &given, &labels) {
            Ok(members) => {
                let ours = plain_structure(&members);
                if ours != case["params"] {
                    report("read", &ours.to_string(), &case["params"].to_string());
                }
            }
            Err(error) => report("read", &error, &case["params"]),
        }

        let input = structure_of(operation.input, &case["params"]);
        let ours = encode_request(service, &operation, &input, "service.example.com").expect(name);
        for difference in differences(service.protocol, &ours, &given) {
            report("write", &difference.0, &difference.1);
        }

        let output = structure_of(operation.output, &case["output"]);
        let response = encode_response(service, &operation, &output, "11111111-2222-4333-8444-555555555555");
        match decode_response(service, &operation, &response) {
            Ok(back) if back == output => {}
            other => report("output there and back", &other, &output),
        }
        let body = match response.body.as_text() {
            Some(text) => ("text", text.to_owned()),
            None => ("base64", STANDARD.encode(&*response.body)),
        };
        encoded.insert(
            name.to_owned(),
            json!({"status": response.status, "headers": headers_json(&response), body.0: body.1}),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Json::Object(encoded)
}

fn headers_json(response: &Response) -> Json {
    Json::Object(response.headers.iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
}

fn differences(protocol: Protocol, ours: &Request, theirs: &Request) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut compare = |ours: String, theirs: String| {
        if ours != theirs {
            found.push((ours, theirs));
        }
    };
    let sorted = |query: &str| {
        let mut pairs = uri::parse_query(query);
        pairs.sort();
        format!("{pairs:?}")
    };
    compare(format!("{} {}", ours.method, ours.path), format!("{} {}", theirs.method, theirs.path));
    compare(sorted(&ours.query), sorted(&theirs.query));
    for (name, value) in theirs.headers.iter() {
        // SDKs add it in places where no service looks at it.
        if !name.eq_ignore_ascii_case("content-type") || ours.headers.contains(name) {
            compare(
                format!("{name}: {}", ours.headers.get(name).unwrap_or("absent")),
                format!("{name}: {value}"),
            );
        }
    }
    let (our_text, their_text) = (ours.body.as_text().unwrap_or(""), theirs.body.as_text().unwrap_or(""));
    match protocol {
        Protocol::Query | Protocol::Ec2Query => compare(sorted(our_text), sorted(their_text)),
        Protocol::RestXml => compare(plain_xml(our_text), plain_xml(their_text)),
        Protocol::RestJson | Protocol::Json10 | Protocol::Json11 => {
            let parse = |text| serde_json::from_str::<Json>(text).unwrap_or_else(|_| text.into());
            if parse(our_text) != parse(their_text) {
                compare(our_text.to_owned(), their_text.to_owned());
            }
        }
    }
    found
}

/// Without declaration, with full end tags, and with quotes as they are.
fn plain_xml(text: &str) -> String {
    let text = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap_or(text);
    let mut out = String::new();
    for part in text.split_inclusive('>') {
        match part.strip_suffix(" />").and_then(|open| open.rsplit_once('<')) {
            Some((before, tag)) => {
                let name = tag.split(' ').next().unwrap();
                out.push_str(&format!("{before}<{tag}></{name}>"));
            }
            None => out.push_str(part),
        }
    }
    out.replace("&quot;", "\"")
}

macro_rules! protocol_tests {
    ($($test:ident, $file:literal;)*) => {$(
        #[test]
        fn $test() {
            let encoded = check(include_str!(concat!("cases/", $file, ".json")));
            let text = serde_json::to_string_pretty(&encoded).unwrap();
            insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!($file, text) });
        }
    )*};
}

protocol_tests! {
    rest_json, "rest-json";
    rest_xml, "rest-xml";
    json_1_0, "json10";
    json_1_1, "json11";
    query, "query";
    ec2_query, "ec2";
}

#[test]
fn errors_have_the_form_of_each_protocol() {
    let json = ServiceSchema {
        protocol: Protocol::Json10,
        error_namespace: Some("com.amazonaws.sqs"),
        query_compatible: true,
        ..ServiceSchema::DEFAULT
    };
    let services = [
        ("rest-json", ServiceSchema { error_message_key: "Message", ..ServiceSchema::DEFAULT }),
        ("rest-xml", ServiceSchema { protocol: Protocol::RestXml, bare_xml_errors: true, ..json }),
        ("json", json),
        ("query", ServiceSchema { protocol: Protocol::Query, xml_namespace: Some("https://q/"), ..json }),
        ("ec2", ServiceSchema { protocol: Protocol::Ec2Query, ..json }),
    ];
    let error = ApiError::new(404, "NoSuchThing", "The <thing> & \"more\"").with_member("Thing", "t & u");
    let encoded = services.map(|(name, service)| {
        let response = encode_error(&service, &error, "11111111-2222-4333-8444-555555555555", false);
        let text = response.body.as_text().unwrap();
        let json = json!({"status": response.status, "headers": headers_json(&response), "text": text});
        (name.to_owned(), json)
    });
    let text = serde_json::to_string_pretty(&Json::Object(encoded.into_iter().collect())).unwrap();
    insta::with_settings!({omit_expression => true}, { insta::assert_snapshot!("errors", text) });
    let head = encode_error(&services[1].1, &error, "r", true);
    assert!(head.body.is_empty() && !head.headers.contains("Content-Type"));
}

#[test]
fn answers_read_as_botocore_reads_them() {
    for case in cases(include_str!("cases/responses.json")) {
        let name = case["name"].as_str().unwrap();
        let loader = Loader::new(&case["model"]);
        let operation = loader.operation(case["operation"].as_str().unwrap());
        let response = Response {
            status: case["response"]["status"].as_u64().unwrap() as u16,
            headers: headers(&case["response"]["headers"]),
            body: blob(&case["response"]["body"]),
        };
        match decode_response(&loader.service, &operation, &response) {
            Ok(members) => assert_eq!(plain_structure(&members), case["output"], "{name}"),
            Err(error) => {
                assert_eq!(error, decode_error(&loader.service, &response));
                // Botocore takes the former query code where there is one, and names a bare status in words.
                let code = error.query_code.as_deref().unwrap_or(&error.code);
                assert_eq!(code, case["error"]["Code"].as_str().unwrap(), "{name}");
                if case["error"]["Message"] != "Not Found" {
                    assert_eq!(error.message, case["error"]["Message"].as_str().unwrap(), "{name}");
                }
            }
        }
    }
}
