//! What a bucket can be told, as resources, and what is read of it as data.

use super::world::{Object, World};
use serde_json::{Value as Json, json};

fn bucket(world: &World) -> Object {
    world.create("aws_s3_bucket", json!({ "bucket": "notes", "force_destroy": true }))
}

/// A function that S3 may invoke for the bucket.
fn function(world: &World) -> String {
    let trust = r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}],"Version":"2012-10-17"}"#;
    let role = world.create("aws_iam_role", json!({ "name": "r", "assume_role_policy": trust }));
    let zip = super::lifecycle::zip("one");
    world.folder.files.borrow_mut().insert("code.zip".to_owned(), zip);
    let function = world.create(
        "aws_lambda_function",
        json!({
            "function_name": "thumb", "role": role.attr("arn"), "runtime": "python3.13", "filename": "code.zip",
            "handler": "lambda_function.lambda_handler",
        }),
    );
    function.attr("arn").as_str().unwrap().to_owned()
}

fn allow(world: &World) {
    world.create(
        "aws_lambda_permission",
        json!({
            "statement_id": "s3", "action": "lambda:InvokeFunction", "function_name": "thumb",
            "principal": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::notes",
        }),
    );
}

#[test]
fn notifications_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type; the texts of the
    // refusal are those that users of the provider quote in its issues.
    let world = World::new();
    bucket(&world);
    let arn = function(&world);
    let config = |suffix: &str| {
        json!({ "bucket": "notes", "lambda_function": [{
            "lambda_function_arn": arn, "events": ["s3:ObjectCreated:*"], "filter_prefix": "in/",
            "filter_suffix": suffix,
        }] })
    };
    let null =
        nuvola_tf_lang::Value::null(world.config("aws_s3_bucket_notification", &config("")).ty().clone());
    let refused = world.apply("aws_s3_bucket_notification", &null, &config(".jpg")).unwrap_err();
    assert!(refused[0].starts_with("creating S3 Bucket (notes) Notification: operation error S3: PutBucketNotificationConfiguration, https response error StatusCode: 400, "), "{refused:?}");
    assert!(
        refused[0].ends_with(
            "api error InvalidArgument: Unable to validate the following destination configurations"
        ),
        "{refused:?}"
    );
    allow(&world);
    let made = world.create("aws_s3_bucket_notification", config(".jpg"));
    let id = made.attr("lambda_function")[0]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("tf-s3-lambda-"), "{id}");
    let changed = world.update(&made, config(".png"));
    assert_eq!(changed.attr("lambda_function")[0]["id"], id, "the configuration keeps its id");
    world.assert_imports(&changed, "notes", &[]);
    // Someone else's change is seen, and planned back.
    let drifted = world.read(&made);
    assert_ne!(drifted, made.state);
    assert_ne!(world.plan(made.kind, &drifted, &made.config).planned, drifted);
    world.remove(&changed);
    assert_eq!(crate::values::json_of(&world.read(&changed))["lambda_function"], json!([]));
}

#[test]
fn encryption_and_small_settings_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    bucket(&world);
    let rule = |key: bool| {
        json!({ "bucket": "notes", "rule": [{
            "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256" }],
            "bucket_key_enabled": key,
        }] })
    };
    let kind = "aws_s3_bucket_server_side_encryption_configuration";
    let encryption = world.create(kind, rule(true));
    let encryption = world.update(&encryption, rule(false));
    world.assert_imports(&encryption, "notes", &[]);
    world.remove(&encryption);
    let logging =
        |prefix: &str| json!({ "bucket": "notes", "target_bucket": "notes", "target_prefix": prefix });
    let made = world.create("aws_s3_bucket_logging", logging("log/"));
    let made = world.update(&made, logging("logs/"));
    world.assert_imports(&made, "notes", &[]);
    world.delete(&made);
    let status = |status: &str| json!({ "bucket": "notes", "status": status });
    let made = world.create("aws_s3_bucket_accelerate_configuration", status("Enabled"));
    let made = world.update(&made, status("Suspended"));
    world.assert_imports(&made, "notes", &[]);
    let payer = |payer: &str| json!({ "bucket": "notes", "payer": payer });
    let made = world.create("aws_s3_bucket_request_payment_configuration", payer("Requester"));
    let made = world.update(&made, payer("BucketOwner"));
    world.assert_imports(&made, "notes", &[]);
    world.remove(&made);
}

#[test]
fn acls_live() {
    // Source: our own reasoning; the import ids are those of the resource's documentation.
    let world = World::new();
    bucket(&world);
    let ownership = json!([{ "object_ownership": "BucketOwnerPreferred" }]);
    world.create("aws_s3_bucket_ownership_controls", json!({ "bucket": "notes", "rule": ownership }));
    let made = world.create("aws_s3_bucket_acl", json!({ "bucket": "notes", "acl": "private" }));
    assert_eq!(made.id(), "notes,private");
    world.assert_imports(&made, "notes,private", &[]);
    let owner = made.attr("access_control_policy")[0]["owner"][0]["id"].clone();
    assert_eq!(owner.as_str().unwrap().len(), 64);
    let log = world.update(&made, json!({ "bucket": "notes", "acl": "log-delivery-write" }));
    assert_eq!(log.id(), "notes,log-delivery-write");
    assert_eq!(log.attr("access_control_policy")[0]["grant"].as_array().unwrap().len(), 3);
    world.remove(&log);
}

#[test]
fn lifecycle_rules_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    bucket(&world);
    let first = json!({ "bucket": "notes", "rule": [{
        "id": "old", "status": "Enabled", "filter": [{ "prefix": "log/" }],
        "expiration": [{ "days": 30 }],
        "transition": [{ "days": 10, "storage_class": "STANDARD_IA" }],
        "noncurrent_version_expiration": [{ "noncurrent_days": 5 }],
    }] });
    let made = world.create("aws_s3_bucket_lifecycle_configuration", first);
    assert_eq!(made.attr("transition_default_minimum_object_size"), "all_storage_classes_128K");
    assert_eq!(made.attr("rule")[0]["filter"][0]["prefix"], "log/");
    let second = json!({ "bucket": "notes", "rule": [
        {
            "id": "tagged", "status": "Enabled",
            "filter": [{ "and": [{ "prefix": "a/", "tags": { "k": "v", "l": "w" } }] }],
            "expiration": [{ "days": 1 }],
        },
        {
            "id": "uploads", "status": "Disabled", "filter": [{}],
            "abort_incomplete_multipart_upload": [{ "days_after_initiation": 7 }],
        },
    ] });
    let made = world.update(&made, second);
    assert_eq!(made.attr("rule")[0]["filter"][0]["and"][0]["tags"], json!({ "k": "v", "l": "w" }));
    world.assert_imports(&made, "notes", &[]);
    world.delete(&made);
}

#[test]
fn copies_and_data_of_objects() {
    // Source: our own reasoning; the texts are those of the provider's logic.
    let world = World::new();
    bucket(&world);
    for key in ["a/1.txt", "a/2.txt", "b.txt"] {
        let config = json!({
            "bucket": "notes", "key": key, "content": key, "content_type": "text/plain",
        });
        world.create("aws_s3_object", config);
    }
    let copy = |class: &str| json!({ "bucket": "notes", "key": "copy.txt", "source": "notes/a/1.txt", "storage_class": class, "tags": { "t": "1" } });
    let copied = world.create("aws_s3_object_copy", copy("STANDARD"));
    // Source: MD5 of "a/1.txt" (RFC 1321).
    assert_eq!(copied.attr("etag"), "af905ad84e94e7bba5ebad4928a1f464");
    let copied = world.update(&copied, copy("STANDARD_IA"));
    let data = world.data("aws_s3_object", &json!({ "bucket": "notes", "key": "copy.txt" })).unwrap();
    assert_eq!(data["body"], "a/1.txt");
    assert_eq!(data["storage_class"], "STANDARD_IA");
    assert_eq!(data["tags"], json!({ "t": "1" }));
    assert_eq!(data["content_type"], "text/plain");
    let listed = |config: Json| world.data("aws_s3_objects", &config).unwrap();
    let all = listed(json!({ "bucket": "notes" }));
    assert_eq!(all["keys"], json!(["a/1.txt", "a/2.txt", "b.txt", "copy.txt"]));
    let top = listed(json!({ "bucket": "notes", "delimiter": "/", "max_keys": 2 }));
    assert_eq!((&top["common_prefixes"], &top["keys"]), (&json!(["a/"]), &json!(["b.txt"])));
    world.delete(&copied);
    let missing = world.data("aws_s3_object", &json!({ "bucket": "notes", "key": "copy.txt" })).unwrap_err();
    assert_eq!(missing, ["reading S3 Bucket (notes) Object (copy.txt): couldn't find resource"]);
    let policy = r#"{"Statement":[{"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Resource":"arn:aws:s3:::notes/*"}],"Version":"2012-10-17"}"#;
    world.create("aws_s3_bucket_policy", json!({ "bucket": "notes", "policy": policy }));
    let read = world.data("aws_s3_bucket_policy", &json!({ "bucket": "notes" })).unwrap();
    assert_eq!(read["policy"], policy);
}
