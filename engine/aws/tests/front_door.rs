//! Whatever arrives, the cloud answers, and does not panic.

use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input, SERVICES};
use nuvola_wire::{Headers, Request};
use proptest::prelude::*;

fn hosts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9.:-]{0,30}",
        Just("localhost:4566".to_owned()),
        prop::sample::select(vec![
            "iam",
            "ec2",
            "sts",
            "logs",
            "s3",
            "lambda",
            "apigateway",
            "sqs",
            "dynamodb",
            "kinesis"
        ])
        .prop_map(|service| format!("{service}.eu-south-1.amazonaws.com")),
        prop::sample::select(vec![
            "b.s3.eu-south-1.amazonaws.com",
            "b.s3-website.eu-south-1.amazonaws.com",
            "abc.lambda-url.eu-south-1.on.aws",
            "abc.execute-api.eu-south-1.amazonaws.com",
        ])
        .prop_map(str::to_owned),
    ]
}

/// The name of any operation, known or not.
fn operation_name() -> impl Strategy<Value = String> {
    let known: Vec<String> = SERVICES
        .iter()
        .flat_map(|service| service.operations.iter().map(|op| op.schema.name.to_owned()))
        .collect();
    prop_oneof![prop::sample::select(known), "[A-Za-z]{0,12}"]
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "[\\[\\]{}\":,a-zA-Z0-9]{0,60}".prop_map(String::into_bytes),
        (operation_name(), "[A-Za-z0-9.=&%+]{0,60}")
            .prop_map(|(name, rest)| format!("Action={name}&Version=2010-05-08&{rest}").into_bytes()),
    ]
}

fn requests() -> impl Strategy<Value = Request> {
    let method = prop::sample::select(vec!["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]);
    let credential = "Credential=AK/20261123/[a-z0-9-]{0,12}/(iam|ec2|sts|logs|s3|lambda|apigateway|sqs|dynamodb)/aws4_request";
    let signed = prop_oneof![
        Just(String::new()),
        credential.prop_map(|text| format!("AWS4-HMAC-SHA256 {text}, SignedHeaders=host, Signature=00")),
        "[ -~]{0,40}",
    ];
    let target = operation_name().prop_map(|name| format!("Logs_20140328.{name}"));
    let path = prop_oneof!["/[a-z0-9/%{}.-]{0,40}", Just("/2015-03-31/functions/f/invocations".to_owned())];
    (method, hosts(), path, "[a-zA-Z0-9=&%+-]{0,30}", signed, target, bodies()).prop_map(
        |(method, host, path, query, signed, target, body)| {
            let mut request = Request::new(method, &host, &path);
            request.query = query;
            request.headers = Headers::from_iter([
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("X-Amz-Date", "20261123T180000Z"),
            ]);
            if !signed.is_empty() {
                request.headers.set("Authorization", signed);
            }
            request.headers.set("X-Amz-Target", target);
            request.body = body.into();
            request
        },
    )
}

proptest! {
    #[test]
    fn every_request_is_answered(requests in prop::collection::vec(requests(), 1..6), open in any::<bool>()) {
        let auth = if open { AuthMode::Off } else { AuthMode::Verify };
        let mut cloud = Cloud::new(CloudOptions { auth, ..CloudOptions::default() });
        for (index, request) in requests.into_iter().enumerate() {
            let id = index as u64;
            let effects = cloud.step(1_795_456_800_000, Input::Request { id, request });
            let answered = effects.iter().any(|effect| match effect {
                Effect::Respond { id: of, .. } | Effect::Unresolved { id: of, .. } => *of == id,
                Effect::StartEnvironment(_)
                | Effect::Fetch { .. }
                | Effect::Invoke { .. }
                | Effect::StopEnvironment { .. }
                | Effect::Instance { .. }
                | Effect::Trace(_) => false,
            });
            prop_assert!(answered, "{effects:?}");
        }
    }
}
