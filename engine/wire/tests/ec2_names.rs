//! EC2's names: in answers they follow from the members' own, in requests they begin with a capital.

use nuvola_wire::{OperationSchema, Protocol, ServiceSchema, Structure, Value, WireType, protocol, shape};

shape! {
    /// What a request takes.
    struct Input {
        #[wire("InstanceIds", xml = "InstanceId")] instance_ids: Vec<String>,
        #[wire("DryRun")] dry_run: Option<bool>,
        #[wire("Options")] options: Option<Inner>,
    }

    /// What is inside.
    struct Inner {
        #[wire("HttpTokens")] http_tokens: Option<String>,
    }

    /// What an answer has.
    struct Output {
        #[wire("InstanceId")] instance_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] tags: Vec<Inner>,
        #[wire("VCpuInfo")] vcpu_info: Option<Inner>,
    }
}

const SERVICE: ServiceSchema = ServiceSchema {
    id: "EC2",
    protocol: Protocol::Ec2Query,
    api_version: "2016-11-15",
    small_xml_names: true,
    ..ServiceSchema::DEFAULT
};

fn members(value: impl WireType) -> Structure {
    if let Value::Structure(members) = value.into_value() { members } else { Structure::new() }
}

#[test]
fn names_follow_from_the_members() {
    // Source: EC2 API Reference, "Query requests" and the sample answers of its operations (`instanceId`,
    // `tagSet`, `item`); the AWS SDKs' protocol of EC2.
    let operation = OperationSchema::rpc("Describe", Input::TABLE, Output::TABLE);
    let inner = || Inner { http_tokens: Some("required".to_owned()) };
    let input = Input {
        instance_ids: vec!["i-1".to_owned(), "i-2".to_owned()],
        dry_run: Some(true),
        options: Some(inner()),
    };
    let input = members(input);
    let request = protocol::encode_request(&SERVICE, &operation, &input, "ec2").expect("it can be written");
    let body = "Action=Describe&Version=2016-11-15&InstanceId.1=i-1&InstanceId.2=i-2&DryRun=true&Options.HttpTokens=required";
    assert_eq!(request.body.as_text(), Some(body));
    let read = protocol::decode_request(&SERVICE, &operation, &request, &Vec::new());
    assert_eq!(read.expect("it can be read"), input);
    let output =
        Output { instance_id: Some("i-1".to_owned()), tags: vec![inner()], vcpu_info: Some(inner()) };
    let output = members(output);
    let response = protocol::encode_response(&SERVICE, &operation, &output, "r");
    let text = response.body.as_text().expect("it is text");
    for part in [
        "<instanceId>i-1</instanceId>",
        "<tagSet><item><httpTokens>required</httpTokens></item></tagSet>",
        "<vCpuInfo><httpTokens>required</httpTokens></vCpuInfo>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let read = protocol::decode_response(&SERVICE, &operation, &response);
    assert_eq!(read.expect("it can be read"), output);
}
