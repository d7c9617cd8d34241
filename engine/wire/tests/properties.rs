//! Properties of every protocol: what is encoded decodes to the same, and nothing makes it panic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::protocol::{
    decode_error, decode_request, decode_response, encode_error, encode_request, encode_response,
};
use nuvola_wire::sigv4::{Credentials, Signer, presented, verify};
use nuvola_wire::{
    ApiError, Headers, OperationSchema, Protocol, Request, Response, Router, ServiceSchema, Structure, Value,
    WireType, chunked,
};
use proptest::prelude::*;

nuvola_wire::shape! {
    struct Inner {
        #[wire("Text", xml = "text", json = "text")] text: String,
        #[wire("At")] at: Option<Timestamp>,
        #[wire("Next")] next: Option<Box<Inner>>,
    }

    struct Rich {
        #[wire("Flag")] flag: Option<bool>,
        #[wire("Small")] small: Option<i32>,
        #[wire("Big")] big: i64,
        #[wire("Ratio")] ratio: Option<f64>,
        #[wire("Data")] data: Option<Blob>,
        #[wire("When", timestamp = "date-time")] when: Option<Timestamp>,
        #[wire("Names", item = "Name")] names: Vec<String>,
        #[wire("Inners", item = "Inner")] inners: Vec<Inner>,
        #[wire("Map", key = "Key", value = "Value")] map: IndexMap<String, String>,
        #[wire("Deep")] deep: Option<IndexMap<String, Inner>>,
    }

    struct Bound {
        #[wire("Bucket", label)] bucket: String,
        #[wire("Key", label)] key: String,
        #[wire("Query", query = "q")] query: Option<String>,
        #[wire("Queries", query = "qs")] queries: Option<Vec<String>>,
        #[wire("Count", header = "X-Count")] count: Option<i32>,
        #[wire("Since", header = "If-Modified-Since")] since: Option<Timestamp>,
        #[wire("Body", payload)] body: Option<Inner>,
    }

    struct Flat {
        #[wire("Tags", flattened, item = "Tag")] tags: Option<Vec<Inner>>,
        #[wire("Entries", flattened, key = "Name", value = "Value")] entries: Option<IndexMap<String, String>>,
        #[wire("Kind", xml = "xsi:type", xml_attribute)] kind: Option<String>,
    }
}

const PROTOCOLS: [Protocol; 6] = [
    Protocol::RestJson,
    Protocol::RestXml,
    Protocol::Json10,
    Protocol::Json11,
    Protocol::Query,
    Protocol::Ec2Query,
];

fn service(protocol: Protocol) -> ServiceSchema {
    ServiceSchema { id: "Odd", protocol, api_version: "2020-01-01", ..ServiceSchema::DEFAULT }
}

fn rich_operation() -> OperationSchema {
    OperationSchema { uri: "/rich", ..OperationSchema::rpc("Rich", Rich::TABLE, Rich::TABLE) }
}

fn bound_operation() -> OperationSchema {
    let uri = "/{Bucket}/{Key+}?fixed";
    OperationSchema {
        method: "PUT",
        uri,
        ..OperationSchema::rpc("Bound", Bound::TABLE, <()>::SHAPE.structure())
    }
}

/// Any text that XML 1.0 can hold.
fn text() -> impl Strategy<Value = String> {
    proptest::string::string_regex("[ -~\n\téüñ€\u{10000}-\u{10010}]{0,12}").unwrap()
}

fn instant() -> impl Strategy<Value = Timestamp> {
    (-1_000_000_000_000i64..4_000_000_000_000).prop_map(|ms| Timestamp(ms - ms.rem_euclid(125)))
}

fn inner() -> impl Strategy<Value = Inner> {
    let leaf =
        (text(), proptest::option::of(instant())).prop_map(|(text, at)| Inner { text, at, next: None });
    leaf.prop_recursive(3, 6, 1, |next| {
        (text(), next).prop_map(|(text, next)| Inner { text, at: None, next: Some(Box::new(next)) })
    })
}

fn map() -> impl Strategy<Value = IndexMap<String, String>> {
    proptest::collection::vec((text(), text()), 1..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn rich() -> impl Strategy<Value = Rich> {
    let scalars = (
        any::<Option<bool>>(),
        any::<Option<i32>>(),
        any::<i64>(),
        proptest::option::of(-1e9..1e9),
        any::<Option<Vec<u8>>>(),
        proptest::option::of(instant()),
    );
    let lists =
        (proptest::collection::vec(text(), 1..4), proptest::collection::vec(inner(), 1..3), map(), inner());
    (scalars, lists).prop_map(|((flag, small, big, ratio, data, when), (names, inners, map, deep))| Rich {
        flag,
        small,
        big,
        ratio,
        data: data.map(Blob::from),
        when,
        names,
        inners,
        map,
        deep: Some(IndexMap::from_iter([("k".to_owned(), deep)])),
    })
}

fn structure<T: WireType>(value: T) -> Structure {
    let Value::Structure(members) = value.into_value() else { unreachable!() };
    members
}

/// What Ec2's forms cannot hold.
fn for_protocol(protocol: Protocol, mut value: Rich) -> Rich {
    if protocol == Protocol::Ec2Query {
        value.map.clear();
        value.deep = None;
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inputs_and_outputs_go_there_and_back(value in rich()) {
        let operation = rich_operation();
        for protocol in PROTOCOLS {
            let service = service(protocol);
            let value = for_protocol(protocol, value.clone());
            let mut input = structure(value.clone());
            if protocol == Protocol::Ec2Query {
                input.remove("Map");
            }
            let request = encode_request(&service, &operation, &input, "odd.example.com").unwrap();
            let read = decode_request(&service, &operation, &request, &Vec::new()).unwrap();
            prop_assert_eq!(&read, &input, "{:?} {:?}", protocol, request.body.as_text());
            prop_assert_eq!(Rich::from_value(read.into()), Some(value.clone()));
            let output = structure(value);
            let response = encode_response(&service, &operation, &output, "r");
            let read = decode_response(&service, &operation, &response);
            prop_assert_eq!(read, Ok(output), "{:?} {:?}", protocol, response.body.as_text());
        }
    }

    #[test]
    fn flattened_members_go_there_and_back(tags in proptest::collection::vec(inner(), 1..4), entries in map()) {
        let operation = OperationSchema { uri: "/flat", ..OperationSchema::rpc("Flat", Flat::TABLE, Flat::TABLE) };
        for protocol in [Protocol::RestXml, Protocol::Query, Protocol::RestJson] {
            let input = structure(Flat { tags: Some(tags.clone()), entries: Some(entries.clone()), kind: None });
            let request = encode_request(&service(protocol), &operation, &input, "h").unwrap();
            let read = decode_request(&service(protocol), &operation, &request, &Vec::new());
            prop_assert_eq!(read, Ok(input.clone()));
            let response = encode_response(&service(protocol), &operation, &input, "r");
            prop_assert_eq!(decode_response(&service(protocol), &operation, &response), Ok(input));
        }
    }

    #[test]
    fn bindings_go_there_and_back_signed(
        bucket in "[^\u{0}-\u{1f}]{1,8}", key in "[^\u{0}-\u{1f}]{1,12}", query in proptest::option::of(text()),
        queries in proptest::option::of(proptest::collection::vec(text(), 1..3)), count in any::<Option<i32>>(),
        body in inner(),
    ) {
        let operation = bound_operation();
        let since = Some(Timestamp(784_111_777_000));
        let value = Bound { bucket, key, query, queries, count, since, body: Some(body) };
        for protocol in [Protocol::RestJson, Protocol::RestXml] {
            let input = structure(value.clone());
            let mut request = encode_request(&service(protocol), &operation, &input, "h").unwrap();
            let credentials = Credentials { access_key_id: "A".into(), secret_access_key: "S".into(), session_token: None };
            let name = if protocol == Protocol::RestXml { "s3" } else { "lambda" };
            Signer { credentials: &credentials, region: "eu-south-1", service: name, now_ms: 0 }.sign(&mut request);
            let who = presented(&request).unwrap().unwrap();
            prop_assert!(verify(&request, &who, "S", 0).is_ok());
            let router = Router::new([(operation.method, operation.uri)]);
            let found = router.find(&request.method, &request.path, &request.query).unwrap();
            let read = decode_request(&service(protocol), &operation, &request, &found.labels);
            prop_assert_eq!(read, Ok(input), "{}", request.url());
        }
    }

    #[test]
    fn errors_go_there_and_back(message in text(), detail in text()) {
        for protocol in PROTOCOLS {
            for bare_xml_errors in [false, true] {
                let service = ServiceSchema { bare_xml_errors, ..service(protocol) };
                let error = ApiError::new(404, "NoSuchThing", message.clone()).with_member("Thing", detail.clone());
                let response = encode_error(&service, &error, "r", false);
                let read = decode_error(&service, &response);
                prop_assert_eq!((&read.code, &read.message, &read.members), (&error.code, &error.message, &error.members));
            }
        }
    }

    #[test]
    fn nothing_makes_the_front_doors_panic(
        body in proptest::collection::vec(any::<u8>(), 0..60),
        path in "/[ -~]{0,30}", query in "[ -~]{0,40}", header in "\\PC{0,30}", authorization in "(AWS4-HMAC-SHA256)?[ -~]{0,60}",
    ) {
        let mut bodies = vec![Blob::from(body.clone())];
        // Beginnings that get past the first check.
        for start in ["{\"Names\":[", "<Rich><Names>", "<a b='", "Inners.Inner.1.Next.", "5\r\n", "ffffffffffffffff;chunk-signature="] {
            bodies.push([start.as_bytes(), &body].concat().into());
        }
        for body in bodies {
            let headers = Headers::from_iter([("X-Count", header.clone()), ("Authorization", authorization.clone())]);
            let request = Request { method: "PUT".into(), host: "h".into(), path: path.clone(), query: query.clone(), headers: headers.clone(), body: body.clone(), ..Request::default() };
            if let Ok(Some(who)) = presented(&request) {
                let _ = verify(&request, &who, "S", 0);
            }
            let _ = chunked::decode(&body, None);
            let router = Router::new([("PUT", "/{Bucket}/{Key+}"), ("PUT", "/a/{b}")]);
            let labels = router.find("PUT", &path, &query).map(|found| found.labels).unwrap_or_default();
            for protocol in PROTOCOLS {
                for operation in [rich_operation(), bound_operation()] {
                    let _ = decode_request(&service(protocol), &operation, &request, &labels);
                    let response = Response { status: 200, headers: headers.clone(), body: body.clone() };
                    let _ = decode_response(&service(protocol), &operation, &response);
                    let _ = decode_error(&service(protocol), &response);
                }
            }
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    // Source: our own reasoning: a stack must not overflow on what a client sends.
    let deep = [
        (Protocol::RestXml, format!("{}{}", "<Rich>".repeat(100_000), "</Rich>".repeat(100_000))),
        (Protocol::Json10, format!("{}{}", "{\"Deep\":".repeat(100_000), "}".repeat(100_000))),
        (Protocol::Query, format!("{}=1", "Deep.".repeat(100_000))),
    ];
    for (protocol, body) in deep {
        let request = Request { body: body.into(), ..Request::new("POST", "h", "/rich") };
        let error = decode_request(&service(protocol), &rich_operation(), &request, &Vec::new()).unwrap_err();
        assert_eq!(error.status, 400);
    }
}

#[test]
fn malformed_requests_get_the_codes_of_aws() {
    // Source: S3 API Reference, "Error responses"; Amazon EC2 API Reference, "Error codes"; DynamoDB's answers.
    let check = |protocol, body: &str, query: &str| {
        let request =
            Request { body: body.into(), query: query.into(), ..Request::new("POST", "h", "/rich") };
        let error = decode_request(&service(protocol), &rich_operation(), &request, &Vec::new()).unwrap_err();
        (error.code, error.message)
    };
    assert_eq!(check(Protocol::Json10, "{", "").0, "SerializationException");
    assert_eq!(
        check(Protocol::Json10, "{\"Names\":[1]}", "").1,
        "NUMBER_VALUE cannot be converted to String"
    );
    assert_eq!(
        check(Protocol::Json11, "{\"Names\":{}}", "").1,
        "Start of structure or map found where not expected"
    );
    assert_eq!(check(Protocol::RestJson, "x", "").0, "SerializationException");
    assert_eq!(check(Protocol::RestXml, "<Rich><Big>x</Big></Rich>", "").0, "MalformedXML");
    assert_eq!(check(Protocol::RestXml, "<!DOCTYPE x><Rich/>", "").0, "MalformedXML");
    assert_eq!(check(Protocol::Query, "Big=x", "").0, "MalformedInput");
    assert_eq!(check(Protocol::Ec2Query, "Big=x", "").0, "InvalidParameterValue");
}
