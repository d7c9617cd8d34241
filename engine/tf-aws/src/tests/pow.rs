//! The course's first project through the whole `terraform` command.

use super::world::World;
use serde_json::Value as Json;

const MAIN: &str = include_str!("../../../lab/projects/pow/main.tf");
const HANDLER: &str = include_str!("../../../lab/projects/pow/lambda_function.py");
const PAGE: &str = include_str!("../../../lab/projects/pow/web/index.html");

fn world() -> World {
    let world = World::new();
    let files = [("main.tf", MAIN), ("lambda_function.py", HANDLER), ("web/index.html", PAGE)];
    for (name, text) in files {
        world.folder.files.borrow_mut().insert(name.to_owned(), text.as_bytes().to_vec());
    }
    let (code, text) = world.terraform("init -no-color");
    assert_eq!(code, 0, "{text}");
    world
}

#[test]
fn the_project_is_applied_kept_changed_and_destroyed() {
    // Source: Terraform's documentation, "Provision infrastructure"; the texts are those of the real command.
    let world = world();
    let (code, text) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Plan: 16 to add, 0 to change, 0 to destroy."), "{text}");
    assert!(text.contains("Apply complete! Resources: 16 added, 0 changed, 0 destroyed."), "{text}");

    let (code, text) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("No changes. Your infrastructure matches the configuration."), "{text}");

    let changed = HANDLER.replace("import json", "import json  # changed");
    world.folder.files.borrow_mut().insert("lambda_function.py".to_owned(), changed.into_bytes());
    let (code, text) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("# aws_lambda_function.pow will be updated in-place"), "{text}");
    assert!(text.contains("Plan: 0 to add, 1 to change, 0 to destroy."), "{text}");
    for changing in ["~ code_sha256", "~ last_modified", "~ source_code_hash"] {
        assert!(text.contains(changing), "{text}");
    }

    let (code, text) = world.terraform("destroy -auto-approve -no-color");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Destroy complete! Resources: 16 destroyed."), "{text}");
    let snapshot = serde_json::to_value(&*world.transport.cloud.borrow()).unwrap();
    assert!(
        !mentions(&snapshot["s3"], "pow-site") && !mentions(&snapshot["lambda"], "pow"),
        "nothing is left"
    );
    assert!(
        !mentions(&snapshot["iam"], "pow-role") && !mentions(&snapshot["apigateway"], "pow-api"),
        "nothing is left"
    );
}

fn mentions(json: &Json, text: &str) -> bool {
    json.to_string().contains(&format!("\"{text}"))
}

#[test]
fn the_plan_reads_as_the_real_one() {
    // Source: plans of the real provider in its documentation and issues, put together for this project.
    let (code, text) = world().terraform("plan -no-color");
    assert_eq!(code, 0, "{text}");
    let start = text.find("Terraform will perform").expect("there is a plan");
    let end = text.find("\n\n\u{2500}").expect("there is a note below the plan");
    // How blocks that are not known yet are laid out is the renderer's business.
    let shown =
        text[start..end].replace("{\n            (known after apply)\n        }", "(known after apply)");
    assert_eq!(shown, include_str!("pow_plan.txt").trim_end(), "{text}");
}
