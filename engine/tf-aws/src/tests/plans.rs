//! What plans, checks and errors say.

use super::world::World;
use nuvola_tf_lang::Value;
use serde_json::{Value as Json, json};

fn problems(kind: &str, config: Json) -> Vec<(String, String)> {
    let world = World::new();
    let config = world.config(kind, &config);
    let found = world.provider.validate_resource(kind, &config);
    found.into_iter().map(|problem| (problem.summary, problem.detail)).collect()
}

#[test]
fn checks_have_the_sdks_texts() {
    // Source: Terraform's plugin SDK, schema checks and `helper/validation`.
    let both = json!({ "name": "a", "name_prefix": "b", "assume_role_policy": "{}" });
    let conflict = |detail: &str| ("Conflicting configuration arguments".to_owned(), detail.to_owned());
    assert_eq!(
        problems("aws_iam_role", both),
        [conflict("\"name\": conflicts with name_prefix"), conflict("\"name_prefix\": conflicts with name")]
    );
    let none = problems("aws_lambda_function", json!({ "function_name": "f", "role": "r" }));
    assert_eq!(none.len(), 3);
    assert_eq!(none[0].0, "Invalid combination of arguments");
    assert_eq!(none[0].1, "\"filename\": one of `filename,image_uri,s3_bucket` must be specified");
    let method =
        json!({ "rest_api_id": "a", "resource_id": "b", "http_method": "get", "authorization": "NONE" });
    let text = r#"expected http_method to be one of ["ANY" "DELETE" "GET" "HEAD" "OPTIONS" "PATCH" "POST" "PUT"], got get"#;
    assert_eq!(problems("aws_api_gateway_method", method), [(text.to_owned(), String::new())]);
    let role = json!({ "name": "a", "assume_role_policy": "{}", "max_session_duration": 1 });
    let text = "expected max_session_duration to be in the range (3600 - 43200), got 1";
    assert_eq!(problems("aws_iam_role", role), [(text.to_owned(), String::new())]);
}

#[test]
fn arguments_without_simulation_say_so() {
    // Source: our own reasoning: what is not simulated is said.
    let found = problems("aws_s3_bucket", json!({ "bucket": "b", "acl": "private" }));
    assert_eq!(found[0].0, "acl of aws_s3_bucket is not simulated by Nuvola");
    let world = World::new();
    let found = world.provider.validate_resource("aws_vpc", &Value::dynamic_unknown());
    assert_eq!(found[0].summary, "aws_vpc is not simulated by Nuvola");
    assert!(crate::is_known_elsewhere("aws_vpc", false) && !crate::is_known_elsewhere("aws_nonsense", false));
    assert!(crate::is_known_elsewhere("aws_vpcs", true) && !crate::is_known_elsewhere("aws_s3_bucket", true));
    // Source: the provider's documentation lists well over a thousand resources.
    assert!(crate::schema::types_not_simulated(false).len() > 1500);
}

#[test]
fn types_without_simulation_are_told_from_misspelled_ones() {
    // Source: our own reasoning for the first two; the last as Terraform 1.11.4 words it for any provider.
    let world = World::new();
    let config = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
data "aws_vpcs" "all" {
}
resource "aws_s3_buckett" "b" {
}
"#;
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), config.into());
    assert_eq!(world.terraform("init -no-color").0, 0);
    let (code, printed) = world.terraform("validate -no-color");
    assert_eq!(code, 1);
    for expected in [
        "Error: Resource type not simulated\n\n  on main.tf line 2, in resource \"aws_vpc\" \"main\":\n   2: resource",
        "Error: Data source not simulated\n\n  on main.tf line 5, in data \"aws_vpcs\" \"all\":",
        "Nuvola does not simulate the resource type \"aws_vpc\".",
        "The provider hashicorp/aws does not support resource type \"aws_s3_buckett\".\nDid you mean \"aws_s3_bucket\"?",
    ] {
        assert!(printed.contains(expected), "{expected}\n{printed}");
    }
}

#[test]
fn errors_of_aws_are_worded_as_the_provider_does() {
    // Source: the provider's texts in its issues: "creating IAM Role (..): operation error IAM: CreateRole, ...".
    let world = World::new();
    let config = json!({ "name": "r", "assume_role_policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}]}" });
    let made = world.create("aws_iam_role", config.clone());
    let null = Value::null(made.state.ty().clone());
    let text = world.apply("aws_iam_role", &null, &config).unwrap_err().remove(0);
    let (start, end) = text.split_once("RequestID: ").unwrap();
    assert_eq!(
        start,
        "creating IAM Role (r): operation error IAM: CreateRole, https response error StatusCode: 409, "
    );
    assert!(end.ends_with(", EntityAlreadyExists: Role with name r already exists."), "{end}");
}

#[test]
fn default_tags_are_merged_and_ignored_ones_left_alone() {
    // Source: the provider's documentation, "Resource Tagging".
    let world = World::with(json!({
        "region": "eu-south-1",
        "default_tags": [{ "tags": { "Team": "a", "Env": "dev" } }],
        "ignore_tags": [{ "keys": ["Auto"] }],
    }));
    let made = world.create("aws_s3_bucket", json!({ "bucket": "tagged", "tags": { "Env": "prod" } }));
    assert_eq!(made.attr("tags"), json!({ "Env": "prod" }));
    assert_eq!(made.attr("tags_all"), json!({ "Env": "prod", "Team": "a" }));
}

#[test]
fn a_new_bucket_is_planned_as_the_real_provider_does() {
    // Source: plans of aws_s3_bucket in the provider's issues (version 6).
    let world = World::new();
    let config = world.config("aws_s3_bucket", &json!({ "bucket": "bbb" }));
    let null = Value::null(config.ty().clone());
    let plan = world.plan("aws_s3_bucket", &null, &config).planned;
    let known: Vec<(String, Json)> = plan
        .as_members()
        .unwrap()
        .iter()
        .filter(|(_, value)| value.is_known() && !value.is_null())
        .map(|(name, value)| (name.to_string(), crate::values::json_of(value)))
        .collect();
    assert_eq!(
        known,
        [
            ("bucket".to_owned(), json!("bbb")),
            ("force_destroy".to_owned(), json!(false)),
            ("region".to_owned(), json!("eu-south-1"))
        ]
    );
    assert!(!plan.get("cors_rule").unwrap().is_known() && plan.get("tags").unwrap().is_null());
    let moved = world.config("aws_s3_bucket", &json!({ "bucket": "ccc" }));
    let made = world.create("aws_s3_bucket", json!({ "bucket": "bbb" }));
    let plan = world.plan("aws_s3_bucket", &made.state, &moved);
    assert_eq!(plan.requires_replace, [crate::values::attr_path("bucket")]);
}

#[test]
fn credentials_must_be_there_and_be_right() {
    // Source: the provider's texts in its issues.
    let world = World::new();
    let configure = |config: Json| {
        let ty = world.provider.schema().config.implied_type();
        let value = crate::values::value_of(&config, &ty);
        nuvola_terraform::exec::block_on(world.provider.configure(value)).remove(0).summary
    };
    let wrong =
        configure(json!({ "region": "eu-south-1", "access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": "x" }));
    assert!(
        wrong.starts_with("Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: "),
        "{wrong}"
    );
    assert!(
        wrong.ends_with(
            "api error InvalidClientTokenId: The security token included in the request is invalid."
        ),
        "{wrong}"
    );
    world.folder.variables.borrow_mut().clear();
    assert_eq!(configure(json!({ "region": "eu-south-1" })), "No valid credential sources found");
}

#[test]
fn policy_documents_have_the_real_layout() {
    // Source: the provider's documentation of aws_iam_policy_document, "Example Usage" and its resulting JSON.
    let world = World::new();
    let found = world.data("aws_iam_policy_document", &json!({ "statement": [
        { "sid": "1", "actions": ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], "resources": ["arn:aws:s3:::*"] },
        {
            "actions": ["s3:ListBucket"], "resources": ["arn:aws:s3:::b"],
            "principals": [{ "type": "Service", "identifiers": ["lambda.amazonaws.com"] }],
            "condition": [{ "test": "StringLike", "variable": "s3:prefix", "values": ["", "home/", "home/&{aws:username}/"] }],
        },
    ] }));
    let expected = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "1",
      "Effect": "Allow",
      "Action": [
        "s3:ListAllMyBuckets",
        "s3:GetBucketLocation"
      ],
      "Resource": "arn:aws:s3:::*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::b",
      "Principal": {
        "Service": "lambda.amazonaws.com"
      },
      "Condition": {
        "StringLike": {
          "s3:prefix": [
            "",
            "home/",
            "home/${aws:username}/"
          ]
        }
      }
    }
  ]
}"#;
    assert_eq!(found.unwrap()["json"], expected);
}

#[test]
fn data_sources_tell_what_is_there() {
    // Source: our own reasoning: a data source says what the resource's own state says.
    let world = World::new();
    assert_eq!(world.data("aws_caller_identity", &json!({})).unwrap()["account_id"], "123456789012");
    assert_eq!(world.data("aws_region", &json!({})).unwrap()["description"], "Europe (Milan)");
    assert_eq!(world.data("aws_partition", &json!({})).unwrap()["partition"], "aws");
    let bucket = world.create("aws_s3_bucket", json!({ "bucket": "found" }));
    assert_eq!(
        world.data("aws_s3_bucket", &json!({ "bucket": "found" })).unwrap()["arn"],
        bucket.attr("arn")
    );
    let basic = world.data("aws_iam_policy", &json!({ "name": "AWSLambdaBasicExecutionRole" })).unwrap();
    assert_eq!(basic["arn"], "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
}
