//! Each type is created, read, changed, imported and deleted.

use super::world::{Object, World};
use crate::transport::Transport as _;
use serde_json::{Value as Json, json};

const TRUST: &str = r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}],"Version":"2012-10-17"}"#;
const BASIC: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

fn role(world: &World) -> Object {
    world.create(
        "aws_iam_role",
        json!({ "name": "pow-role", "assume_role_policy": TRUST, "tags": { "Project": "pow" } }),
    )
}

/// A ZIP file with one stored entry.
pub(super) fn zip(text: &str) -> Vec<u8> {
    let name = b"lambda_function.py";
    let crc = crc(text.as_bytes());
    let (size, length) = (u32::try_from(text.len()).unwrap(), u16::try_from(name.len()).unwrap());
    let fields = |out: &mut Vec<u8>| {
        out.extend([20, 0, 0, 0, 0, 0, 0, 0, 33, 0]);
        out.extend(crc.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(size.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend([0, 0]);
    };
    let mut out = b"PK\x03\x04".to_vec();
    fields(&mut out);
    out.extend(name);
    out.extend(text.as_bytes());
    let start = u32::try_from(out.len()).unwrap();
    let mut directory = b"PK\x01\x02\x14\x00".to_vec();
    fields(&mut directory);
    directory.extend([0; 14]);
    directory.extend(name);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00");
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn function_config(role: &Object, hash: &str) -> Json {
    json!({
        "function_name": "pow", "role": role.attr("arn"), "runtime": "python3.13", "filename": "code.zip",
        "handler": "lambda_function.lambda_handler", "source_code_hash": hash,
        "environment": [{ "variables": { "BUCKET": "b" } }], "tags": { "Project": "pow" },
    })
}

fn hash_of(text: &str) -> String {
    nuvola_wire::checksum::Algorithm::Sha256.text(&zip(text))
}

pub(super) fn function(world: &World) -> (Object, Object) {
    let role = role(world);
    world.folder.files.borrow_mut().insert("code.zip".to_owned(), zip("one"));
    let function = world.create("aws_lambda_function", function_config(&role, &hash_of("one")));
    (role, function)
}

#[test]
fn roles_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let made = role(&world);
    assert_eq!(made.attr("arn"), "arn:aws:iam::123456789012:role/pow-role");
    world.assert_imports(&made, "pow-role", &["force_detach_policies"]);
    let config = json!({
        "name": "pow-role", "assume_role_policy": TRUST, "description": "d", "max_session_duration": 7200,
        "tags": { "Other": "x" },
    });
    let changed = world.update(&made, config.clone());
    assert_eq!(changed.attr("tags_all"), json!({ "Other": "x" }));
    let attachment =
        world.create("aws_iam_role_policy_attachment", json!({ "role": "pow-role", "policy_arn": BASIC }));
    world.assert_imports(&attachment, &format!("pow-role/{BASIC}"), &["id"]);
    world.delete(&attachment);
    let inline =
        json!({ "role": "pow-role", "name": "in", "policy": r#"{"Version":"2012-10-17","Statement":[]}"# });
    let policy =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let inline = Json::Object(
        inline
            .as_object()
            .unwrap()
            .clone()
            .into_iter()
            .chain([("policy".to_owned(), policy.into())])
            .collect(),
    );
    let inline = world.create("aws_iam_role_policy", inline);
    assert_eq!(inline.attr("policy"), policy);
    world.assert_imports(&inline, "pow-role:in", &["policy"]);
    world.delete(&inline);
    world.delete(&changed);
}

#[test]
fn policies_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let policy = |action: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
        )
    };
    let mut made = world.create("aws_iam_policy", json!({ "name": "p", "policy": policy("s3:Get*") }));
    for round in 0..7 {
        made = world.update(&made, json!({ "name": "p", "policy": policy(&format!("s3:Put{round}")) }));
    }
    world.assert_imports(&made, &made.id(), &[]);
    world.delete(&made);
}

#[test]
fn functions_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let (role, made) = function(&world);
    assert_eq!(made.attr("version"), "$LATEST");
    world.assert_imports(&made, "pow", &["filename", "publish", "skip_destroy"]);
    world.folder.files.borrow_mut().insert("code.zip".to_owned(), zip("two"));
    let changed = world.update(&made, function_config(&role, &hash_of("two")));
    assert_eq!(changed.attr("code_sha256"), hash_of("two"));
    let mut config = function_config(&role, &hash_of("two"));
    config["timeout"] = 30.into();
    config["publish"] = true.into();
    config["environment"] = json!([]);
    let changed = world.update(&changed, config);
    assert_eq!(changed.attr("version"), "1");
    let alias = json!({ "name": "live", "function_name": "pow", "function_version": "1" });
    let alias = world.create("aws_lambda_alias", alias);
    let moved =
        json!({ "name": "live", "function_name": "pow", "function_version": "$LATEST", "description": "d" });
    let alias = world.update(&alias, moved);
    world.assert_imports(&alias, "pow/live", &[]);
    let url = world
        .create("aws_lambda_function_url", json!({ "function_name": "pow", "authorization_type": "NONE" }));
    // Source: AWS Lambda Developer Guide, "Control access to Lambda function URLs": with NONE everyone may call.
    let host = url.attr("function_url").as_str().unwrap().trim_start_matches("https://").replace('/', "");
    let answer =
        nuvola_terraform::exec::block_on(world.transport.send(nuvola_wire::Request::new("GET", &host, "/")));
    assert!(answer.is_err(), "the function is started, so the answer comes later");
    let cors = json!([{ "allow_origins": ["*"], "max_age": 5 }]);
    let url =
        world.update(&url, json!({ "function_name": "pow", "authorization_type": "AWS_IAM", "cors": cors }));
    world.assert_imports(&url, "pow", &[]);
    let permission = world.create(
        "aws_lambda_permission",
        json!({
            "statement_id": "AllowApi", "action": "lambda:InvokeFunction", "function_name": "pow",
            "principal": "apigateway.amazonaws.com",
            "source_arn": "arn:aws:execute-api:eu-south-1:123456789012:abc/*/GET/pow",
        }),
    );
    world.assert_imports(&permission, "pow/AllowApi", &[]);
    let everyone = world.create("aws_lambda_permission", json!({
        "statement_id": "Url", "action": "lambda:InvokeFunction", "function_name": "pow", "principal": "*",
        "invoked_via_function_url": true,
    }));
    for object in [&everyone, &permission, &url, &alias, &changed] {
        world.delete(object);
    }
}

#[test]
fn apis_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let (_, function) = function(&world);
    let api = world.create("aws_api_gateway_rest_api", json!({ "name": "pow-api", "tags": { "a": "b" } }));
    let api = world
        .update(&api, json!({ "name": "pow-api2", "description": "d", "binary_media_types": ["image/png"] }));
    world.assert_imports(&api, &api.id(), &["put_rest_api_mode"]);
    let id = api.id();
    let resource =
        json!({ "rest_api_id": id, "parent_id": api.attr("root_resource_id"), "path_part": "pow" });
    let resource = world.create("aws_api_gateway_resource", resource);
    assert_eq!(resource.attr("path"), "/pow");
    world.assert_imports(&resource, &format!("{id}/{}", resource.id()), &[]);
    let own = |more: Json| {
        let mut out = json!({ "rest_api_id": id, "resource_id": resource.id(), "http_method": "GET" });
        out.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        out
    };
    let method = world.create("aws_api_gateway_method", own(json!({ "authorization": "NONE" })));
    let parameters = json!({ "method.request.querystring.x": true });
    let method =
        world.update(&method, own(json!({ "authorization": "NONE", "request_parameters": parameters })));
    let place = format!("{id}/{}/GET", resource.id());
    world.assert_imports(&method, &place, &[]);
    let response = world.create("aws_api_gateway_method_response", own(json!({ "status_code": "200" })));
    let headers = json!({ "method.response.header.Access-Control-Allow-Origin": true });
    let response =
        world.update(&response, own(json!({ "status_code": "200", "response_parameters": headers })));
    world.assert_imports(&response, &format!("{place}/200"), &[]);
    let proxy =
        json!({ "type": "AWS_PROXY", "integration_http_method": "POST", "uri": function.attr("invoke_arn") });
    let integration = world.create("aws_api_gateway_integration", own(proxy.clone()));
    let mut slower = proxy;
    slower["timeout_milliseconds"] = 5000.into();
    let integration = world.update(&integration, own(slower));
    world.assert_imports(&integration, &place, &[]);
    let answer = own(json!({ "status_code": "200", "response_templates": { "application/json": "{}" } }));
    let answer = world.create("aws_api_gateway_integration_response", answer);
    world.assert_imports(&answer, &format!("{place}/200"), &[]);
    let deployment =
        world.create("aws_api_gateway_deployment", json!({ "rest_api_id": id, "triggers": { "a": "1" } }));
    world.assert_imports(&deployment, &format!("{id}/{}", deployment.id()), &["triggers"]);
    let stage = json!({ "rest_api_id": id, "deployment_id": deployment.id(), "stage_name": "prod" });
    let stage = world.create("aws_api_gateway_stage", stage);
    assert_eq!(stage.attr("invoke_url"), format!("https://{id}.execute-api.eu-south-1.amazonaws.com/prod"));
    let stage = world.update(&stage, json!({
        "rest_api_id": id, "deployment_id": deployment.id(), "stage_name": "prod", "variables": { "a": "b" },
        "tags": { "t": "1" },
    }));
    world.assert_imports(&stage, &format!("{id}/prod"), &[]);
    let refusal = json!({ "rest_api_id": id, "response_type": "DEFAULT_4XX", "status_code": "418", "response_templates": { "application/json": "{}" } });
    let refusal = world.create("aws_api_gateway_gateway_response", refusal);
    world.assert_imports(&refusal, &format!("{id}/DEFAULT_4XX"), &[]);
    world.remove(&refusal);
    for object in [&stage, &deployment, &answer, &integration, &response, &method, &resource, &api] {
        world.delete(object);
    }
}

#[test]
fn buckets_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let config = json!({ "bucket": "pow-site", "force_destroy": true, "tags": { "Project": "pow" } });
    let bucket = world.create("aws_s3_bucket", config);
    assert_eq!(bucket.attr("bucket_regional_domain_name"), "pow-site.s3.eu-south-1.amazonaws.com");
    let bucket = world.update(&bucket, json!({ "bucket": "pow-site", "force_destroy": true }));
    world.assert_imports(&bucket, "pow-site", &["force_destroy"]);
    let index = json!([{ "suffix": "index.html" }]);
    let site = json!({ "bucket": "pow-site", "index_document": index });
    let site = world.create("aws_s3_bucket_website_configuration", site);
    assert_eq!(site.attr("website_endpoint"), "pow-site.s3-website.eu-south-1.amazonaws.com");
    let rule = json!([{ "condition": [{ "key_prefix_equals": "a/" }], "redirect": [{ "replace_key_prefix_with": "b/" }] }]);
    let more = json!({ "bucket": "pow-site", "index_document": index, "error_document": [{ "key": "e.html" }], "routing_rule": rule });
    let site = world.update(&site, more);
    world.assert_imports(&site, "pow-site", &["routing_rules"]);
    let block = world.create(
        "aws_s3_bucket_public_access_block",
        json!({ "bucket": "pow-site", "block_public_acls": true }),
    );
    world.assert_imports(&block, "pow-site", &[]);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Sid":"EveryoneReads","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::pow-site/*"}]}"#;
    let policy = world.create("aws_s3_bucket_policy", json!({ "bucket": "pow-site", "policy": policy }));
    world.assert_imports(&policy, "pow-site", &["policy"]);
    let rule = json!([{ "allowed_methods": ["GET"], "allowed_origins": ["*"], "max_age_seconds": 3 }]);
    let cors =
        world.create("aws_s3_bucket_cors_configuration", json!({ "bucket": "pow-site", "cors_rule": rule }));
    world.assert_imports(&cors, "pow-site", &[]);
    let rule = json!([{ "object_ownership": "BucketOwnerPreferred" }]);
    let owner =
        world.create("aws_s3_bucket_ownership_controls", json!({ "bucket": "pow-site", "rule": rule }));
    world.assert_imports(&owner, "pow-site", &[]);
    let page = |text: &str| json!({ "bucket": "pow-site", "key": "index.html", "content_type": "text/html", "content": text });
    let object = world.create("aws_s3_object", page("one"));
    let object = world.update(&object, page("two"));
    // Source: MD5 of "two" (RFC 1321), which is the ETag of an object that was put in one piece.
    assert_eq!(object.attr("etag"), "b8a9f715dbb64fd5c56e7783c6820a61");
    world.assert_imports(&object, "pow-site/index.html", &["content", "force_destroy"]);
    let status =
        |status: &str| json!({ "bucket": "pow-site", "versioning_configuration": [{ "status": status }] });
    let versioning = world.create("aws_s3_bucket_versioning", status("Enabled"));
    let versioning = world.update(&versioning, status("Suspended"));
    world.assert_imports(&versioning, "pow-site", &[]);
    for object in [&object, &owner, &cors, &policy, &block, &site] {
        world.delete(object);
    }
    world.create("aws_s3_object", page("left behind"));
    world.delete(&bucket);
}

#[test]
fn log_groups_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let group = world
        .create("aws_cloudwatch_log_group", json!({ "name": "/aws/lambda/pow", "retention_in_days": 7 }));
    let group = world.update(&group, json!({ "name": "/aws/lambda/pow", "tags": { "a": "b" } }));
    assert_eq!(group.attr("retention_in_days"), 0);
    world.assert_imports(&group, "/aws/lambda/pow", &["skip_destroy"]);
    world.delete(&group);
}

#[test]
fn what_was_deleted_elsewhere_leaves_the_state() {
    // Source: Terraform's documentation, "Manage resource drift".
    let world = World::new();
    let made = role(&world);
    world.delete(&made);
    assert!(world.read(&made).is_null());
}

#[test]
fn what_was_changed_elsewhere_is_seen() {
    // Source: Terraform's documentation, "Manage resource drift".
    let world = World::new();
    let made = role(&world);
    let mut config = json!({ "name": "pow-role", "assume_role_policy": TRUST, "tags": { "Project": "pow" } });
    config["description"] = "by hand".into();
    world.update(&made, config);
    let read = world.read(&made);
    assert_eq!(read.get("description").and_then(|text| text.as_str()), Some("by hand"));
    assert_eq!(
        world.plan(made.kind, &read, &made.config).planned.get("description").map(|text| text.is_null()),
        Some(true)
    );
}
