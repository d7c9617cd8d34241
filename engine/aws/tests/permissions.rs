//! Decisions keep what they have read of policies.

#![expect(clippy::unwrap_used, reason = "a request that fails fails its test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use nuvola_aws::{Cloud, CloudOptions, SERVICES};
use serde_json::{Value, json};
use support::Client;

const USERS: usize = 60;
const STATEMENTS: usize = 5;

fn call(client: &mut Client, name: &str, input: &Value) {
    let iam = SERVICES.iter().find(|service| service.schema.endpoint_prefix == "iam").unwrap();
    let op = iam.operation(name).unwrap();
    client.call("root", &iam.schema, &op.schema, input).unwrap();
}

/// An account with many users, each with a policy of its own.
fn crowd() -> Client {
    let mut client = Client::new(CloudOptions::default(), 1_795_456_800_000);
    for number in 0..USERS {
        let name = format!("user-{number}");
        let statements: Vec<Value> = (0..STATEMENTS)
            .map(|at| {
                json!({
                    "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "sqs:*"],
                    "Resource": format!("arn:aws:s3:::bucket-{number}-{at}/*"),
                    "Condition": {"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}},
                })
            })
            .collect();
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        call(&mut client, "CreateUser", &json!({ "UserName": name }));
        let policy = json!({ "UserName": name, "PolicyName": "own", "PolicyDocument": document });
        call(&mut client, "PutUserPolicy", &policy);
    }
    client
}

fn allowed(cloud: &Cloud) -> usize {
    cloud.who_can("s3:GetObject", "arn:aws:s3:::bucket-7-3/x").len()
}

/// Source: our own reasoning: what was read once is no part of the state, and a new policy is read anew.
#[test]
fn policies_that_were_read_follow_their_texts() {
    let mut client = crowd();
    let text = serde_json::to_string(&client.cloud).unwrap();
    // The root user always may.
    assert_eq!(allowed(&client.cloud), 1);
    assert_eq!(serde_json::to_string(&client.cloud).unwrap(), text);
    let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let policy = json!({ "UserName": "user-7", "PolicyName": "own", "PolicyDocument": document });
    call(&mut client, "PutUserPolicy", &policy);
    assert_eq!(allowed(&client.cloud), 2);
    let restored: Cloud =
        nuvola_kernel::stored::from_json(&serde_json::to_string(&client.cloud).unwrap()).unwrap();
    assert_eq!(allowed(&restored), 2);
}
