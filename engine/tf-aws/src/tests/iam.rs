//! The types of IAM: created, read, changed, imported, deleted, and found again by data sources.

use super::world::World;
use nuvola_tf_lang::Value;
use serde_json::{Value as Json, json};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const TRUST: &str = r#"{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}],"Version":"2012-10-17"}"#;
const ACCOUNT: &str = "arn:aws:iam::123456789012";

fn policy(action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
    )
}

#[test]
fn users_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let bound = world.create("aws_iam_policy", json!({ "name": "bound", "policy": policy("s3:*") }));
    let user = world.create("aws_iam_user", json!({ "name": "bob", "tags": { "Team": "red" } }));
    assert_eq!(user.attr("arn"), format!("{ACCOUNT}:user/bob"));
    assert_eq!(user.attr("tags_all"), json!({ "Team": "red" }));
    world.assert_imports(&user, "bob", &["force_destroy"]);
    let config = json!({
        "name": "bob", "permissions_boundary": bound.id(), "force_destroy": true, "tags": { "Team": "blue" },
    });
    let changed = world.update(&user, config);
    let inline = json!({ "user": "bob", "name": "in", "policy": policy("s3:GetObject") });
    let inline = world.create("aws_iam_user_policy", inline);
    assert_eq!(inline.id(), "bob:in");
    world.assert_imports(&inline, "bob:in", &["policy"]);
    let inline =
        world.update(&inline, json!({ "user": "bob", "name": "in", "policy": policy("s3:PutObject") }));
    let attached = json!({ "user": "bob", "policy_arn": READ_ONLY });
    let attached = world.create("aws_iam_user_policy_attachment", attached);
    world.assert_imports(&attached, &format!("bob/{READ_ONLY}"), &["id"]);
    let found = world.data("aws_iam_user", &json!({ "user_name": "bob" })).unwrap();
    assert_eq!(found["arn"], user.attr("arn"));
    assert_eq!(found["permissions_boundary"], bound.id());
    assert_eq!(found["tags"], json!({ "Team": "blue" }));
    let unbounded = world.update(&changed, json!({ "name": "bob", "force_destroy": true }));
    world.delete(&attached);
    world.delete(&inline);
    // A key that Terraform does not know is no hindrance, by force_destroy.
    let key = world.create("aws_iam_access_key", json!({ "user": "bob" }));
    world.delete(&unbounded);
    assert!(world.read(&key).is_null());
    world.delete(&bound);
}

#[test]
fn access_keys_live() {
    // Source: our own reasoning; of the SMTP password the formula in the SES Developer Guide, "Obtaining Amazon
    // SES SMTP credentials".
    let world = World::new();
    let user = world.create("aws_iam_user", json!({ "name": "bob" }));
    let key = world.create("aws_iam_access_key", json!({ "user": "bob" }));
    assert_eq!(key.attr("status"), "Active");
    assert!(key.id().starts_with("AKIA"));
    assert_eq!(key.attr("secret").as_str().unwrap().len(), 40);
    assert_eq!(key.attr("ses_smtp_password_v4").as_str().unwrap().len(), 44);
    world.assert_imports(&key, &key.id(), &["secret", "ses_smtp_password_v4"]);
    let off = world.update(&key, json!({ "user": "bob", "status": "Inactive" }));
    world.delete(&off);
    let made_off = world.create("aws_iam_access_key", json!({ "user": "bob", "status": "Inactive" }));
    assert_eq!(made_off.attr("status"), "Inactive");
    world.delete(&made_off);
    world.delete(&user);
}

#[test]
fn groups_and_memberships_live() {
    // Source: our own reasoning; what each membership owns as the provider's documentation says.
    let world = World::new();
    let users = ["ann", "bob", "eve"].map(|name| world.create("aws_iam_user", json!({ "name": name })));
    let devs = world.create("aws_iam_group", json!({ "name": "devs" }));
    let ops = world.create("aws_iam_group", json!({ "name": "ops" }));
    world.assert_imports(&devs, "devs", &[]);
    let inline = json!({ "group": "devs", "name_prefix": "in-", "policy": policy("s3:*") });
    let inline = world.create("aws_iam_group_policy", inline);
    world.assert_imports(&inline, &inline.id(), &["policy"]);
    world.delete(&inline);
    let attached =
        world.create("aws_iam_group_policy_attachment", json!({ "group": "devs", "policy_arn": READ_ONLY }));
    world.assert_imports(&attached, &format!("devs/{READ_ONLY}"), &["id"]);
    world.delete(&attached);
    let members = json!({ "name": "team", "group": "devs", "users": ["ann", "bob"] });
    let members = world.create("aws_iam_group_membership", members);
    let fewer = json!({ "name": "team", "group": "devs", "users": ["bob", "eve"] });
    let members = world.update(&members, fewer);
    let found = world.data("aws_iam_group", &json!({ "group_name": "devs" })).unwrap();
    let names: Vec<&Json> =
        found["users"].as_array().unwrap().iter().map(|user| &user["user_name"]).collect();
    assert_eq!(names, ["bob", "eve"]);
    // The user's own membership does not touch groups that it does not name.
    let own = world.create("aws_iam_user_group_membership", json!({ "user": "bob", "groups": ["ops"] }));
    world.assert_imports(&own, "bob/ops", &["id"]);
    world.remove(&own);
    assert!(world.read(&members).get("users").is_some_and(|users| !users.is_null()));
    // Drift: someone took a member out behind Terraform's back.
    let taken = json!({ "user": "eve", "groups": ["devs"] });
    let taken = world.create("aws_iam_user_group_membership", taken);
    world.remove(&taken);
    let read = world.read(&members);
    assert_eq!(crate::values::json_of(read.get("users").unwrap()), json!(["bob"]));
    let plan = world.plan("aws_iam_group_membership", &read, &members.config);
    assert_ne!(plan.planned, read);
    world.remove(&members);
    for group in [&devs, &ops] {
        world.delete(group);
    }
    for user in &users {
        world.delete(user);
    }
}

#[test]
fn renamed_users_and_groups_keep_what_they_have() {
    // Source: IAM API Reference, "UpdateUser" and "UpdateGroup"; the provider changes names in place.
    let world = World::new();
    let files = |name: &str| {
        format!(
            "provider \"aws\" {{\n  region = \"eu-south-1\"\n}}\n\
             resource \"aws_iam_user\" \"u\" {{\n  name = \"{name}\"\n  path = \"/staff/\"\n}}\n\
             resource \"aws_iam_group\" \"g\" {{\n  name = \"{name}s\"\n}}\n\
             resource \"aws_iam_group_membership\" \"m\" {{\n  name = \"m\"\n  group = aws_iam_group.g.name\n  \
             users = [aws_iam_user.u.name]\n}}\n\
             output \"arn\" {{\n  value = aws_iam_user.u.arn\n}}\n"
        )
    };
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), files("dev").into());
    assert_eq!(world.terraform("init -no-color").0, 0);
    let (code, printed) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("Apply complete! Resources: 3 added, 0 changed, 0 destroyed."), "{printed}");
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), files("maker").into());
    let (code, printed) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("~ name"), "{printed}");
    let (code, printed) = world.terraform("plan -no-color -detailed-exitcode");
    assert_eq!(code, 0, "{printed}");
    let (code, printed) = world.terraform("destroy -auto-approve -no-color");
    assert_eq!(code, 0, "{printed}");
}

#[test]
fn instance_profiles_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let roles = ["one", "two"]
        .map(|name| world.create("aws_iam_role", json!({ "name": name, "assume_role_policy": TRUST })));
    let profile =
        world.create("aws_iam_instance_profile", json!({ "name": "web", "role": "one", "path": "/a/" }));
    assert_eq!(profile.attr("arn"), format!("{ACCOUNT}:instance-profile/a/web"));
    world.assert_imports(&profile, "web", &[]);
    let config = json!({ "name": "web", "role": "two", "path": "/a/", "tags": { "Team": "red" } });
    let changed = world.update(&profile, config);
    let found = world.data("aws_iam_instance_profile", &json!({ "name": "web" })).unwrap();
    assert_eq!(found["role_name"], "two");
    assert_eq!(found["role_arn"], format!("{ACCOUNT}:role/two"));
    let emptied = world.update(&changed, json!({ "name": "web", "path": "/a/" }));
    world.delete(&emptied);
    let prefixed = world.create("aws_iam_instance_profile", json!({ "name_prefix": "web-", "role": "one" }));
    assert!(prefixed.id().starts_with("web-2026"));
    world.delete(&prefixed);
    for role in &roles {
        world.delete(role);
    }
}

#[test]
fn a_policy_attachment_holds_everything_that_the_policy_is_attached_to() {
    // Source: the provider's documentation of aws_iam_policy_attachment.
    let world = World::new();
    let policy = world.create("aws_iam_policy", json!({ "name": "p", "policy": policy("s3:*") }));
    let user = world.create("aws_iam_user", json!({ "name": "bob" }));
    let group = world.create("aws_iam_group", json!({ "name": "devs" }));
    let config = json!({ "name": "all", "policy_arn": policy.id(), "users": ["bob"], "groups": ["devs"] });
    let all = world.create("aws_iam_policy_attachment", config);
    let fewer = json!({ "name": "all", "policy_arn": policy.id(), "groups": ["devs"] });
    let all = world.update(&all, fewer);
    world.remove(&all);
    world.delete(&policy);
    world.delete(&user);
    world.delete(&group);
}

#[test]
fn the_account_has_an_alias_and_sessions_have_a_role() {
    // Source: the provider's documentation of aws_iam_account_alias and aws_iam_session_context.
    let world = World::new();
    assert!(world.data("aws_iam_account_alias", &json!({})).is_err());
    let alias = world.create("aws_iam_account_alias", json!({ "account_alias": "our-course" }));
    world.assert_imports(&alias, "our-course", &[]);
    let found = world.data("aws_iam_account_alias", &json!({})).unwrap();
    assert_eq!(found["account_alias"], "our-course");
    world.delete(&alias);
    let role =
        world.create("aws_iam_role", json!({ "name": "r", "path": "/a/", "assume_role_policy": TRUST }));
    let session = json!({ "arn": "arn:aws:sts::123456789012:assumed-role/r/s" });
    let found = world.data("aws_iam_session_context", &session).unwrap();
    assert_eq!(found["issuer_arn"], role.attr("arn"));
    assert_eq!(found["session_name"], "s");
    let own = world.data("aws_iam_session_context", &json!({ "arn": format!("{ACCOUNT}:root") })).unwrap();
    assert_eq!(own["issuer_arn"], format!("{ACCOUNT}:root"));
}

#[test]
fn failures_are_worded_as_the_provider_does() {
    // Source: the provider's texts in its issues: "creating IAM User (..): operation error IAM: CreateUser, ...".
    let world = World::new();
    let user = json!({ "name": "bob" });
    let made = world.create("aws_iam_user", user.clone());
    let null = Value::null(made.state.ty().clone());
    let text = world.apply("aws_iam_user", &null, &user).unwrap_err().remove(0);
    assert!(text.starts_with("creating IAM User (bob): operation error IAM: CreateUser, "), "{text}");
    assert!(text.ends_with("EntityAlreadyExists: User with name bob already exists."), "{text}");
    let key = json!({ "user": "eve" });
    let null = Value::null(world.config("aws_iam_access_key", &key).ty().clone());
    let text = world.apply("aws_iam_access_key", &null, &key).unwrap_err().remove(0);
    assert!(text.ends_with("NoSuchEntity: The user with name eve cannot be found."), "{text}");
}

#[test]
fn plans_are_those_of_the_real_provider() {
    // Source: plans of these types in the provider's issues and documentation; order and marks as Terraform's.
    let world = World::new();
    let config = r#"
provider "aws" {
  region = "eu-south-1"
}
resource "aws_iam_user" "u" {
  name = "bob"
}
resource "aws_iam_access_key" "k" {
  user = aws_iam_user.u.name
}
resource "aws_iam_instance_profile" "p" {
  name = "web"
  role = "web"
}
"#;
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), config.into());
    assert_eq!(world.terraform("init -no-color").0, 0);
    let (code, printed) = world.terraform("plan -no-color");
    assert_eq!(code, 0, "{printed}");
    let expected = r#"
  # aws_iam_access_key.k will be created
  + resource "aws_iam_access_key" "k" {
      + create_date                    = (known after apply)
      + encrypted_secret               = (known after apply)
      + encrypted_ses_smtp_password_v4 = (known after apply)
      + id                             = (known after apply)
      + key_fingerprint                = (known after apply)
      + secret                         = (sensitive value)
      + ses_smtp_password_v4           = (sensitive value)
      + status                         = "Active"
      + user                           = "bob"
    }

  # aws_iam_instance_profile.p will be created
  + resource "aws_iam_instance_profile" "p" {
      + arn         = (known after apply)
      + create_date = (known after apply)
      + id          = (known after apply)
      + name        = "web"
      + name_prefix = (known after apply)
      + path        = "/"
      + role        = "web"
      + tags_all    = (known after apply)
      + unique_id   = (known after apply)
    }

  # aws_iam_user.u will be created
  + resource "aws_iam_user" "u" {
      + arn           = (known after apply)
      + force_destroy = false
      + id            = (known after apply)
      + name          = "bob"
      + path          = "/"
      + tags_all      = (known after apply)
      + unique_id     = (known after apply)
    }

Plan: 3 to add, 0 to change, 0 to destroy.
"#;
    assert!(printed.contains(expected), "{printed}");
}

#[test]
fn policy_documents_merge_sources_and_overrides() {
    // Source: the provider's documentation of aws_iam_policy_document: "Example of Merging Source Documents" and
    // "Example of Merging Override Documents", rules by statement id.
    let world = World::new();
    let source = r#"{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"Two","Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#;
    let override_one = r#"{"Statement":[{"Sid":"Three","Effect":"Deny","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;
    let config = json!({
        "source_policy_documents": [source],
        "override_policy_documents": [override_one],
        "statement": [
            { "sid": "Two", "actions": ["sns:Publish", "sns:Subscribe"], "resources": ["*"] },
            {
                "sid": "Three",
                "effect": "Deny",
                "not_actions": ["iam:*"],
                "resources": ["arn:aws:s3:::b/&{aws:username}/*"],
                "principals": [{ "type": "AWS", "identifiers": ["*"] }],
                "condition": [
                    { "test": "StringLike", "variable": "s3:prefix", "values": ["", "home/"] },
                    { "test": "Bool", "variable": "aws:SecureTransport", "values": ["false"] },
                ],
            },
            {
                "actions": ["s3:GetObject"],
                "resources": ["arn:aws:s3:::b/&{aws:username}/*"],
                "condition": [{ "test": "Bool", "variable": "aws:SecureTransport", "values": ["true"] }],
            },
        ],
    });
    let read = world.data("aws_iam_policy_document", &config).unwrap();
    let found: Json = serde_json::from_str(read["json"].as_str().unwrap()).unwrap();
    assert_eq!(
        found,
        json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "One", "Effect": "Allow", "Action": "s3:*", "Resource": "*" },
            { "Sid": "Two", "Effect": "Allow", "Action": ["sns:Subscribe", "sns:Publish"], "Resource": "*" },
            { "Sid": "Three", "Effect": "Deny", "Action": "*", "Resource": "*" },
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/${aws:username}/*",
                "Condition": { "Bool": { "aws:SecureTransport": "true" } },
            },
            { "Effect": "Allow", "Action": "sqs:*", "Resource": "*" },
        ] })
    );
}
