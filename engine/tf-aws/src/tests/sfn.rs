//! State machines and activities, in Terraform's hands.

use super::world::World;
use serde_json::json;

const ARN: &str = "arn:aws:states:eu-south-1:123456789012:";

fn definition(result: &str) -> String {
    json!({ "StartAt": "A", "States": { "A": { "Type": "Pass", "Result": result, "End": true } } })
        .to_string()
}

#[test]
fn machines_and_activities_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type; defaults from the
    // provider's documentation of aws_sfn_state_machine.
    let world = World::new();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "states.amazonaws.com" }, "Action": "sts:AssumeRole",
    }] });
    let role = json!({ "name": "machines", "assume_role_policy": trust.to_string() });
    let role = world.create("aws_iam_role", role);
    let config = json!({
        "name": "m", "role_arn": role.attr("arn"), "definition": definition("x"), "tags": { "a": "1" },
    });
    let machine = world.create("aws_sfn_state_machine", config);
    assert_eq!(machine.id(), format!("{ARN}stateMachine:m"));
    for (name, value) in [
        ("arn", json!(format!("{ARN}stateMachine:m"))),
        ("type", json!("STANDARD")),
        ("status", json!("ACTIVE")),
        ("definition", json!(definition("x"))),
        ("tags_all", json!({ "a": "1" })),
    ] {
        assert_eq!(machine.attr(name), value, "{name}");
    }
    let config = json!({
        "name": "m", "role_arn": role.attr("arn"), "definition": definition("y"), "tags": { "b": "2" },
    });
    let machine = world.update(&machine, config);
    assert_eq!(machine.attr("definition"), json!(definition("y")));
    assert_eq!(machine.attr("tags_all"), json!({ "b": "2" }));
    let activity = world.create("aws_sfn_activity", json!({ "name": "work", "tags": { "a": "1" } }));
    assert_eq!(activity.id(), format!("{ARN}activity:work"));
    assert_eq!(activity.attr("tags_all"), json!({ "a": "1" }));
    world.delete(&activity);
    world.delete(&machine);
}
