//! Terraform's backend `s3` through the whole command.
//!
//! The texts are recorded from Terraform 1.11.4 with a bucket behind `nuvola gateway`.

use super::world::World;
use serde_json::{Value as Json, json};

const LOCK: &str = r#"{"ID":"11111111-2222-3333-4444-555555555555","Operation":"OperationTypeApply","Info":"","Who":"me@there","Version":"1.11.4","Created":"2026-11-28T06:00:00.123456789Z","Path":"tfstate/a/terraform.tfstate"}"#;

fn configure(world: &World, backend: &str) {
    let text = format!(
        "terraform {{\n{backend}\n}}\nresource \"terraform_data\" \"x\" {{ input = \"1\" }}\noutput \"o\" {{ value = terraform_data.x.output }}\n"
    );
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), text.into_bytes());
}

fn s3(world: &World, key: &str) {
    let block = format!(
        "  backend \"s3\" {{\n    bucket       = \"tfstate\"\n    key          = \"{key}\"\n    region       = \"eu-south-1\"\n    use_lockfile = true\n  }}"
    );
    configure(world, &block);
}

/// A world with a bucket for states.
fn world() -> World {
    // Commands of two words are known by their help.
    nuvola_terraform::cli::help::lend(include_str!("../../../terraform/src/cli/help.txt").to_owned());
    let world = World::new();
    world.create("aws_s3_bucket", json!({ "bucket": "tfstate", "force_destroy": true }));
    world
}

/// Runs a command that succeeds.
fn done(world: &World, words: &str) -> String {
    let (code, text) = world.terraform(&format!("{words} -no-color"));
    assert_eq!(code, 0, "{words}: {text}");
    text
}

/// Runs a command that fails.
fn failed(world: &World, words: &str) -> String {
    let (code, text) = world.terraform(&format!("{words} -no-color"));
    assert_eq!(code, 1, "{words}: {text}");
    text
}

fn object(world: &World, key: &str) -> Option<Json> {
    let found = world.data("aws_s3_object", &json!({ "bucket": "tfstate", "key": key })).ok()?;
    serde_json::from_str(found["body"].as_str()?).ok()
}

#[test]
fn a_state_lives_in_a_bucket() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    s3(&world, "a/terraform.tfstate");
    let text = failed(&world, "plan");
    assert!(
        text.contains("Error: Backend initialization required, please run \"terraform init\"\n\nReason: Initial configuration of the requested backend \"s3\"\n"),
        "{text}"
    );
    let text = done(&world, "init");
    assert!(
        text.starts_with("Initializing the backend...\n\nSuccessfully configured the backend \"s3\"! Terraform will automatically\nuse this backend unless the backend configuration changes.\n"),
        "{text}"
    );
    let note = world.folder.files.borrow()[".terraform/terraform.tfstate"].clone();
    let note: Json = serde_json::from_slice(&note).unwrap();
    assert_eq!((&note["version"], &note["backend"]["type"]), (&json!(3), &json!("s3")));
    assert_eq!(note["backend"]["config"]["bucket"], "tfstate");
    assert_eq!(note["backend"]["config"]["encrypt"], Json::Null);
    let text = done(&world, "apply -auto-approve");
    assert!(text.contains("Apply complete! Resources: 1 added, 0 changed, 0 destroyed."), "{text}");
    let state = object(&world, "a/terraform.tfstate").unwrap();
    assert_eq!((&state["serial"], &state["outputs"]["o"]["value"]), (&json!(1), &json!("1")));
    assert!(object(&world, "a/terraform.tfstate.tflock").is_none(), "the lock was given back");
    assert!(!world.folder.files.borrow().contains_key("terraform.tfstate"), "nothing is kept here");
    assert_eq!(done(&world, "state list"), "terraform_data.x\n");
    assert!(
        done(&world, "state mv terraform_data.x terraform_data.y")
            .contains("Successfully moved 1 object(s).")
    );
    assert!(done(&world, "plan -destroy").contains("terraform_data.y will be destroyed"));
    done(&world, "destroy -auto-approve");
    assert_eq!(object(&world, "a/terraform.tfstate").unwrap()["resources"], json!([]));
}

#[test]
fn a_lock_that_is_held_stops_commands_that_write() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    s3(&world, "a/terraform.tfstate");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    let lock = json!({ "bucket": "tfstate", "key": "a/terraform.tfstate.tflock", "content": LOCK, "content_type": "application/json" });
    world.create("aws_s3_object", lock);
    let text = failed(&world, "plan");
    assert!(text.contains("Error: Error acquiring the state lock\n\nError message: operation error S3: PutObject, https response error\nStatusCode: 412, RequestID: "), "{text}");
    let holder = "Lock Info:\n  ID:        11111111-2222-3333-4444-555555555555\n  Path:      tfstate/a/terraform.tfstate\n  Operation: OperationTypeApply\n  Who:       me@there\n  Version:   1.11.4\n  Created:   2026-11-28 06:00:00.123456789 +0000 UTC\n  Info:      \n\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time.";
    assert!(text.contains(holder), "{text}");
    let text = failed(&world, "state rm terraform_data.x");
    assert!(text.contains("Error acquiring the state lock"), "{text}");
    assert_eq!(done(&world, "state list"), "terraform_data.x\n");
    assert!(done(&world, "plan -lock=false").contains("No changes."));
    let text = failed(&world, "force-unlock -force 99999999-2222-3333-4444-555555555555");
    assert!(text.starts_with("Failed to unlock state: lock ID '99999999-2222-3333-4444-555555555555' does not match the existing lock ID '11111111-2222-3333-4444-555555555555'\nLock Info:\n"), "{text}");
    let text = done(&world, "force-unlock -force 11111111-2222-3333-4444-555555555555");
    assert!(text.starts_with("Terraform state has been successfully unlocked!"), "{text}");
    assert!(done(&world, "plan").contains("No changes."));
}

/// A backend whose locks are in the table `locks`, in whatever `more` says too.
fn with_table(world: &World, more: &str) {
    let block = format!(
        "  backend \"s3\" {{\n    bucket         = \"tfstate\"\n    key            = \"a/terraform.tfstate\"\n    region         = \"eu-south-1\"\n    dynamodb_table = \"locks\"\n{more}  }}"
    );
    configure(world, &block);
}

fn make_table(world: &World) {
    let table = json!({
        "name": "locks", "billing_mode": "PAY_PER_REQUEST", "hash_key": "LockID",
        "attribute": [{ "name": "LockID", "type": "S" }],
    });
    world.create("aws_dynamodb_table", table);
}

fn put_item(world: &World, item: &Json) {
    let config = json!({ "table_name": "locks", "hash_key": "LockID", "item": item.to_string() });
    world.create("aws_dynamodb_table_item", config);
}

fn item(world: &World, lock: &str) -> Option<Json> {
    let key = json!({ "LockID": { "S": lock } }).to_string();
    let found = world.data("aws_dynamodb_table_item", &json!({ "table_name": "locks", "key": key })).ok()?;
    serde_json::from_str(found["item"].as_str()?).ok()
}

#[test]
fn a_table_holds_locks_and_the_digest_of_the_state() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    make_table(&world);
    with_table(&world, "");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    let path = "tfstate/a/terraform.tfstate";
    assert!(item(&world, path).is_none(), "the lock was given back");
    let body =
        world.data("aws_s3_object", &json!({ "bucket": "tfstate", "key": "a/terraform.tfstate" })).unwrap();
    let digest = nuvola_wire::checksum::md5_hex(body["body"].as_str().unwrap().as_bytes());
    let noted = json!({ "LockID": { "S": format!("{path}-md5") }, "Digest": { "S": digest } });
    assert_eq!(item(&world, &format!("{path}-md5")), Some(noted));
    put_item(&world, &json!({ "LockID": { "S": path }, "Info": { "S": LOCK } }));
    let text = failed(&world, "plan");
    assert!(text.contains("Error: Error acquiring the state lock\n\nError message: operation error DynamoDB: PutItem, https response error\nStatusCode: 400, RequestID: "), "{text}");
    assert!(text.contains("\nConditionalCheckFailedException: The conditional request failed\nLock Info:\n  ID:        11111111-2222-3333-4444-555555555555\n"), "{text}");
    assert!(done(&world, "plan -lock=false").contains("No changes."));
    let text = failed(&world, "force-unlock -force 99999999-2222-3333-4444-555555555555");
    assert!(text.starts_with("Failed to unlock state: lock ID \"99999999-2222-3333-4444-555555555555\" does not match existing lock (\"11111111-2222-3333-4444-555555555555\")\nLock Info:\n"), "{text}");
    done(&world, "force-unlock -force 11111111-2222-3333-4444-555555555555");
    let text = failed(&world, "force-unlock -force 11111111-2222-3333-4444-555555555555");
    assert!(text.starts_with("Failed to unlock state: failed to retrieve lock info for lock ID \"11111111-2222-3333-4444-555555555555\": unexpected end of JSON input"), "{text}");
    // A workspace has a digest of its own, and takes it along.
    done(&world, "workspace new dev");
    assert!(item(&world, "tfstate/env:/dev/a/terraform.tfstate-md5").is_some());
    done(&world, "workspace select default");
    done(&world, "workspace delete dev");
    assert!(item(&world, "tfstate/env:/dev/a/terraform.tfstate-md5").is_none());
}

#[test]
fn a_state_that_is_not_the_one_of_the_digest_is_refused() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    make_table(&world);
    with_table(&world, "");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    let key = "tfstate/a/terraform.tfstate-md5";
    let digest = item(&world, key).unwrap()["Digest"]["S"].as_str().unwrap().to_owned();
    let noted = json!({ "LockID": { "S": key }, "Digest": { "S": "00000000000000000000000000000000" } });
    let table = world.data("aws_dynamodb_table", &json!({ "name": "locks" })).unwrap();
    assert_eq!(table["hash_key"], "LockID");
    world.overwrite_item("locks", &noted);
    let text = failed(&world, "plan");
    let told = format!(
        "Error: error loading state: state data in S3 does not have the expected content.\n\nThe checksum calculated for the state stored in S3 does not match the checksum\nstored in DynamoDB.\n\nBucket: tfstate\nKey:    a/terraform.tfstate\nCalculated checksum: {digest}\nStored checksum:     00000000000000000000000000000000\n"
    );
    assert!(text.contains(&told), "{text}");
    // What is no digest is passed over.
    world.overwrite_item("locks", &json!({ "LockID": { "S": key }, "Digest": { "S": "zz" } }));
    assert!(done(&world, "plan").contains("No changes."));
}

#[test]
fn both_kinds_of_locks_go_together() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    make_table(&world);
    with_table(&world, "    use_lockfile = true\n");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    put_item(&world, &json!({ "LockID": { "S": "tfstate/a/terraform.tfstate" }, "Info": { "S": LOCK } }));
    let text = failed(&world, "plan");
    assert!(text.contains("ConditionalCheckFailedException"), "{text}");
    assert!(object(&world, "a/terraform.tfstate.tflock").is_none(), "neither lock is kept");
    let text = failed(&world, "force-unlock -force 11111111-2222-3333-4444-555555555555");
    assert!(text.starts_with("Failed to unlock state: failed to unlock S3: unable to retrieve file from S3 bucket 'tfstate' with key 'a/terraform.tfstate.tflock': operation error S3: GetObject, https response error StatusCode: 404, "), "{text}");
    assert!(text.contains("\nLock Info:\n  ID:        11111111-2222-3333-4444-555555555555\n"), "{text}");
    assert!(item(&world, "tfstate/a/terraform.tfstate").is_none());
    let text = failed(&world, "force-unlock -force 11111111-2222-3333-4444-555555555555");
    assert!(
        text.starts_with(
            "Failed to unlock state: failed to unlock both S3 and DynamoDB: S3 error: unable to retrieve file"
        ),
        "{text}"
    );
}

#[test]
fn the_state_of_another_configuration_is_read_from_its_bucket() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    s3(&world, "a/terraform.tfstate");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    let read = |settings: &str, more: &str| {
        let text = format!(
            "data \"terraform_remote_state\" \"s\" {{\n  backend = \"s3\"\n{more}  config = {{ {settings} }}\n}}\noutput \"o\" {{ value = data.terraform_remote_state.s.outputs }}\n"
        );
        world.folder.files.borrow_mut().retain(|name, _| !name.contains("terraform"));
        world.folder.files.borrow_mut().insert("main.tf".to_owned(), text.into_bytes());
        done(&world, "init");
        world.terraform("apply -auto-approve -no-color")
    };
    let good = "bucket = \"tfstate\", key = \"a/terraform.tfstate\", region = \"eu-south-1\"";
    let (code, text) = read(good, "");
    assert!(code == 0 && text.contains("  \"o\" = \"1\"\n"), "{text}");
    let (code, text) = read(good, "  workspace = \"dev\"\n  defaults = { z = 1 }\n");
    assert!(code == 0 && text.contains("  \"z\" = 1\n") && !text.contains("\"o\" ="), "{text}");
    assert_eq!(object(&world, "env:/dev/a/terraform.tfstate").unwrap()["resources"], json!([]));
    for (settings, expected) in [
        (
            "bucket = \"tfstate\", key = \"none\", region = \"eu-south-1\"",
            "Error: Unable to find remote state\n\n  with data.terraform_remote_state.s,\n  on main.tf line 1, in data \"terraform_remote_state\" \"s\":\n   1: data \"terraform_remote_state\" \"s\" {\n\nNo stored state was found for the given workspace in the given backend.",
        ),
        (
            "bucket = \"nobucket-x\", key = \"none\", region = \"eu-south-1\"",
            "Error: Error loading state error\n\n  with data.terraform_remote_state.s,\n  on main.tf line 2, in data \"terraform_remote_state\" \"s\":\n   2:   backend = \"s3\"\n\nerror loading the remote state: S3 bucket \"nobucket-x\" does not exist.\n",
        ),
        (
            "key = \"none\", region = \"eu-south-1\"",
            "\n   3:   config = { key = \"none\", region = \"eu-south-1\" }\n\nThe given configuration is not valid for backend \"s3\": attribute \"bucket\" is\nrequired.",
        ),
        (
            "bucket = \"tfstate\", key = \"/none\", nonsense = 1",
            "The given configuration is not valid for backend \"s3\": unexpected attribute\n\"nonsense\".",
        ),
        (
            "bucket = [\"x\"], key = \"none\", region = \"eu-south-1\"",
            "The given configuration is not valid for backend \"s3\": .bucket: string\nrequired.",
        ),
        (
            "bucket = \"tfstate\", key = \"/none\", region = \"nowhere-1\"",
            "Error: Invalid Value\n\n  with data.terraform_remote_state.s,\n  on main.tf line 1, in data \"terraform_remote_state\" \"s\":\n   1: data \"terraform_remote_state\" \"s\" {\n\nThe value must not start or end with \"/\"",
        ),
    ] {
        let (code, text) = read(settings, "");
        assert!(code == 1 && text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn workspaces_are_states_of_their_own() {
    // Source: recorded from Terraform 1.11.4; Terraform's documentation, "Backend Type: s3", `workspace_key_prefix`.
    let world = world();
    s3(&world, "k");
    done(&world, "init");
    assert!(done(&world, "workspace new dev").starts_with("Created and switched to workspace \"dev\"!"));
    assert_eq!(object(&world, "env:/dev/k").unwrap()["resources"], json!([]));
    assert_eq!(done(&world, "workspace list"), "  default\n* dev\n\n");
    done(&world, "apply -auto-approve");
    assert!(object(&world, "k").is_none());
    assert!(failed(&world, "workspace new dev").contains("Workspace \"dev\" already exists"));
    done(&world, "workspace select default");
    assert!(
        failed(&world, "workspace delete dev")
            .contains("Workspace \"dev\" is currently tracking the following resource instances:")
    );
    assert!(done(&world, "workspace delete -force dev").starts_with("Deleted workspace \"dev\"!"));
    assert!(object(&world, "env:/dev/k").is_none());
}

#[test]
fn states_move_with_the_backend() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    configure(&world, "");
    done(&world, "init");
    done(&world, "apply -auto-approve");
    s3(&world, "one");
    let text = failed(&world, "init");
    assert!(text.contains("Do you want to copy existing state to the new backend?\n  Pre-existing state was found while migrating the previous \"local\" backend to the\n  newly configured \"s3\" backend. No existing state was found in the newly\n  configured \"s3\" backend. Do you want to copy this state to the new \"s3\"\n  backend? Enter \"yes\" to copy and \"no\" to start with an empty state.\n\n  Enter a value: \nError: Error asking for confirmation: EOF\n"), "{text}");
    let text = failed(&world, "init -input=false");
    assert!(text.contains("Error: Can't ask approval for state migration when interactive input is disabled.\n\nPlease remove the \"-input=false\" option and try again."), "{text}");
    done(&world, "init -force-copy");
    let lineage = object(&world, "one").unwrap()["lineage"].clone();
    assert_eq!(world.folder.files.borrow()["terraform.tfstate"], b"", "the local state counts no more");
    s3(&world, "two");
    let text = failed(&world, "init");
    assert!(text.contains("Error: Backend configuration changed\n\nA change in the backend configuration has been detected, which may require\nmigrating existing state.\n"), "{text}");
    let text = failed(&world, "plan");
    assert!(text.contains("Error: Backend initialization required: please run \"terraform init\"\n\nReason: Backend configuration block has changed\n"), "{text}");
    done(&world, "init -reconfigure");
    let text = failed(&world, "state list");
    assert!(text.starts_with("No state file was found!"), "{text}");
    s3(&world, "one");
    done(&world, "init -reconfigure");
    s3(&world, "two");
    let text = done(&world, "init -migrate-state -force-copy");
    assert!(text.contains("Backend configuration changed!\n\nTerraform has detected that the configuration specified for the backend\nhas changed. Terraform will now check for existing state in the backends.\n\n\nSuccessfully configured the backend \"s3\"!"), "{text}");
    assert_eq!(object(&world, "two").unwrap()["lineage"], lineage);
    configure(&world, "");
    let text = failed(&world, "plan");
    assert!(text.contains("Reason: Unsetting the previously set backend \"s3\""), "{text}");
    let text = done(&world, "init -migrate-state -force-copy");
    assert!(text.contains("Terraform has detected you're unconfiguring your previously set \"s3\" backend.\n\n\nSuccessfully unset the backend \"s3\". Terraform will now operate locally.\n"), "{text}");
    assert_eq!(done(&world, "state list"), "terraform_data.x\n");
    assert!(failed(&world, "init -migrate-state -reconfigure").contains("Error: Invalid init options"));
}

#[test]
fn settings_come_from_the_command_line_too() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    configure(&world, "  backend \"s3\" {}");
    let text = failed(&world, "init -input=false");
    assert!(text.contains("Error: Missing Required Value\n\n  on main.tf line 2, in terraform:\n   2:   backend \"s3\" {}\n\nThe attribute \"bucket\" is required by the backend.\n"), "{text}");
    let text = failed(&world, "init");
    assert!(text.contains("bucket\n  The name of the S3 bucket\n\n  Enter a value: \nError: Error asking for input to configure backend \"s3\": bucket: EOF\n"), "{text}");
    done(
        &world,
        "init -backend-config=bucket=tfstate -backend-config=key=k -backend-config=region=eu-south-1",
    );
    done(&world, "init");
    done(&world, "apply -auto-approve");
    assert!(object(&world, "k").is_some());
    let file = "bucket = \"tfstate\"\nkey = \"other\"\nregion = \"eu-south-1\"\n";
    world.folder.files.borrow_mut().insert("s3.tfbackend".to_owned(), file.into());
    assert!(
        failed(&world, "init -backend-config=s3.tfbackend").contains("Error: Backend configuration changed")
    );
    done(&world, "init -reconfigure -backend-config=s3.tfbackend");
    let text = failed(&world, "init -reconfigure -backend-config=none");
    assert!(text.contains("Error: Failed to read file\n\nThe file \"none\" could not be read."), "{text}");
    let text = failed(&world, "init -reconfigure -backend-config=nope=1");
    assert!(text.contains("Error: Invalid backend configuration argument\n\nThe backend configuration argument \"nope\" given on the command line is not\nexpected for the selected backend type."), "{text}");
}

#[test]
fn what_is_wrong_with_a_backend_is_said() {
    // Source: recorded from Terraform 1.11.4, but for what Nuvola does not simulate.
    let world = world();
    let rest = "    bucket = \"tfstate\"\n    key = \"k\"\n    region = \"eu-south-1\"\n";
    let check = |body: &str, expected: &str| {
        configure(&world, &format!("  backend \"s3\" {{\n{body}\n  }}"));
        let text = failed(&world, "init");
        assert!(text.contains(expected), "{expected}\n{text}");
    };
    check(
        &format!("{rest}    nonsense = 1"),
        "Error: Unsupported argument\n\n  on main.tf line 6, in terraform:\n   6:     nonsense = 1\n\nAn argument named \"nonsense\" is not expected here.",
    );
    check(
        "    bucket = var.b\n    key = \"k\"\n    region = \"eu-south-1\"",
        "Error: Variables not allowed\n\n  on main.tf line 3, in terraform:\n   3:     bucket = var.b\n\nVariables may not be used here.",
    );
    check(
        "    bucket = \"tfstate\"\n    key = \"/k\"\n    region = \"eu-south-1\"",
        "Error: Invalid Value\n\n  on main.tf line 4, in terraform:\n   4:     key = \"/k\"\n\nThe value must not start or end with \"/\"",
    );
    check(
        "    bucket = \"tfstate\"\n    key = \"k\"\n    region = \"nowhere-1\"",
        "Error: Invalid region value\n\n  on main.tf line 5, in terraform:\n   5:     region = \"nowhere-1\"\n\nInvalid AWS Region: nowhere-1",
    );
    check(
        "    bucket = \"tfstate\"\n    key = \"k\"",
        "Error: Missing region value\n\n  on main.tf line 2, in terraform:\n   2:   backend \"s3\" {\n\nThe \"region\" attribute or the \"AWS_REGION\" or \"AWS_DEFAULT_REGION\"\nenvironment variables must be set.",
    );
    check(
        &format!("{rest}    kms_key_id = \"t\""),
        "Error: kms_key_id of the backend \"s3\" is not simulated by Nuvola",
    );
    check(
        "    bucket = \"no-such-bucket-here\"\n    key = \"k\"\n    region = \"eu-south-1\"",
        "Error: Failed to get existing workspaces: S3 bucket \"no-such-bucket-here\" does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 bucket\nwas created within the last minute, please wait for a minute or two and try\nagain.\n\nError: operation error S3: ListObjectsV2, https response error StatusCode: 404, ",
    );
    configure(&world, "  backend \"gcs\" {}");
    assert!(failed(&world, "init").contains("Nuvola does not simulate the backend type \"gcs\""));
    configure(&world, "  backend \"s3x\" {}");
    assert!(failed(&world, "init").contains("There is no backend type named \"s3x\"."));
}

#[test]
fn a_state_that_cannot_be_stored_is_kept_here() {
    // Source: recorded from Terraform 1.11.4.
    let world = world();
    s3(&world, "k");
    done(&world, "init");
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::tfstate/k"}]}"#;
    world.create("aws_s3_bucket_policy", json!({ "bucket": "tfstate", "policy": policy }));
    let text = failed(&world, "apply -auto-approve");
    assert!(text.contains("Error: Failed to save state\n\nError saving state: failed to upload state: operation error S3: PutObject,\nhttps response error StatusCode: 403, RequestID:\n"), "{text}");
    assert!(text.contains("Error: Failed to persist state to backend\n\nThe error shown above has prevented Terraform from writing the updated state\nto the configured backend. To allow for recovery, the state has been written\nto the file \"errored.tfstate\" in the current working directory.\n"), "{text}");
    assert!(!text.contains("Apply complete!"), "{text}");
    assert!(world.folder.files.borrow().contains_key("errored.tfstate"));
    assert!(object(&world, "k.tflock").is_none(), "the lock was given back");
}
