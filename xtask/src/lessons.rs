//! Lessons: packed for the page, proved with real programs, begun from a template.

use crate::{
    run::{Outcome, run, step},
    tools,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where the page finds them; made by [`pack`], not kept in git.
const PACKED: &str = "public/lessons";

/// Packs every lesson for the page.
pub fn pack(root: &Path) -> Outcome {
    let count = nuvola_lesson_pack::pack_all(&root.join("lessons"), &root.join(PACKED))?;
    println!("  lessons: {count} packed into {PACKED}/");
    Ok(())
}

/// `cargo xtask lessons [NAME ...]`: packs all, then plays the named ones (all, unless named).
pub fn command(root: &Path, names: &[String]) -> Outcome {
    step("Lessons");
    pack(root)?;
    let folders = match names {
        [] => nuvola_lesson_pack::folders(&root.join("lessons"))?,
        names => names.iter().map(|name| root.join("lessons").join(name)).collect(),
    };
    prove(root, &folders)
}

/// The step of `cargo xtask test`.
pub fn check(root: &Path) -> Outcome {
    command(root, &[])
}

/// Solution, variants and mutants, with the boto3 and the AWS CLI that the clients' tests use.
fn prove(root: &Path, folders: &[PathBuf]) -> Outcome {
    let python = tools::client_python(root)?;
    run(Command::new("cargo").current_dir(root).args([
        "build",
        "--quiet",
        "--package",
        "nuvola",
        "--bin",
        "nuvola",
    ]))?;
    let programs = python.parent().map(Path::to_path_buf).into_iter();
    let inherited = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths(programs.chain(env::split_paths(&inherited))).map_err(|error| error.to_string())?;
    run(Command::new(tools::target_dir(root).join("debug/nuvola"))
        .current_dir(root)
        .args(["lesson", "test"])
        .args(folders)
        .env("PATH", path))
}

/// `cargo xtask new-lesson NAME`.
pub fn new(root: &Path, arguments: &[String]) -> Outcome {
    let [name] = arguments else { return Err("usage: cargo xtask new-lesson NAME".to_owned()) };
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_name {
        return Err(format!("`{name}`: small letters, digits and dashes only"));
    }
    let folder = root.join("lessons").join(name);
    if folder.exists() {
        return Err(format!("lessons/{name} exists already"));
    }
    for (path, text) in TEMPLATE {
        let file = folder.join(path);
        let parent = file.parent().expect("a template's file lies in the lesson's folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    println!("  lessons/{name} is begun: read lessons/README.md, then run `cargo xtask lessons {name}`");
    Ok(())
}

const TEMPLATE: &[(&str, &str)] = &[
    ("lesson.toml", include_str!("lessons/lesson.toml")),
    ("start/main.tf", include_str!("lessons/start.tf")),
    ("solution/first/main.tf", include_str!("lessons/solution.tf")),
    ("variants/typed-yes/play.toml", include_str!("lessons/variant.toml")),
    ("mutants/not-applied/play.toml", include_str!("lessons/mutant.toml")),
];
