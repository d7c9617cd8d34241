//! What CI runs, in order. `cargo xtask test NAME ...` runs only the named steps.

use crate::{
    lessons,
    run::{Outcome, read, run, step},
    size, tidy, tools, web,
};
use std::{path::Path, process::Command, time::Instant};

type Step = (&'static str, &'static str, fn(&Path) -> Outcome);

const STEPS: &[Step] = &[
    ("format", "Formatting", format),
    ("clippy", "Lints, native", clippy),
    ("clippy-wasm", "Lints, wasm", clippy_wasm),
    ("tidy", "Tidiness", tidy::check),
    ("native", "Tests, native", native),
    ("lessons", "Lessons: solutions, variants and mutants with real programs", lessons::check),
    ("clients", "Tests with the real boto3 and AWS CLI against the gateway", clients),
    ("release", "Release build of the page, sizes", release),
    ("browser", "Tests in Chromium on the release build", browser),
    ("generated", "Generated files are as committed", generated),
];

pub fn all(root: &Path, only: &[String]) -> Outcome {
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|(step, _, _)| step != name)) {
        let names: Vec<&str> = STEPS.iter().map(|(name, _, _)| *name).collect();
        return Err(format!("no step `{unknown}`; the steps are: {}", names.join(", ")));
    }
    let mut times = Vec::new();
    for (name, title, action) in STEPS {
        if !only.is_empty() && !only.iter().any(|wanted| wanted == name) {
            continue;
        }
        step(title);
        let start = Instant::now();
        action(root)?;
        times.push((*name, start.elapsed().as_secs()));
    }
    println!();
    for (name, seconds) in &times {
        println!("  {seconds:>5} s  {name}");
    }
    println!("xtask: {} steps passed", times.len());
    Ok(())
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    command
}

fn format(root: &Path) -> Outcome {
    run(cargo(root).args(["fmt", "--all", "--check"]))
}

fn clippy(root: &Path) -> Outcome {
    run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
}

fn clippy_wasm(root: &Path) -> Outcome {
    let toolchain = tools::ensure(root)?;
    if !toolchain.has_clippy() {
        println!("  Debian's clippy is not installed (`apt-get install rust-web-clippy`): skipped");
        return Ok(());
    }
    run(toolchain.command(root, "cargo").args([
        "clippy",
        "--quiet",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "nuvola-app",
        "--package",
        "nuvola-cloud",
        "--",
        "-D",
        "warnings",
    ]))
}

fn native(root: &Path) -> Outcome {
    run(cargo(root).args(["test", "--workspace", "--quiet"]))
}

fn clients(root: &Path) -> Outcome {
    let python = tools::client_python(root)?;
    run(cargo(root).args(["build", "--quiet", "--package", "nuvola", "--bin", "nuvola"]))?;
    run(Command::new(python)
        .current_dir(root)
        .args(["-m", "pytest", "-q", "tests/clients"])
        .env("NUVOLA_BIN", tools::target_dir(root).join("debug/nuvola")))
}

fn release(root: &Path) -> Outcome {
    let toolchain = web::set_up(root)?;
    web::build_release(root, &toolchain)?;
    size::report(root)
}

fn browser(root: &Path) -> Outcome {
    tools::ensure_chromium()?;
    if !root.join("dist/index.html").exists() {
        return Err("dist/ is missing: run `cargo xtask dist` first".to_owned());
    }
    run(Command::new("npx")
        .current_dir(root)
        .args(["playwright", "test"])
        .env("NUVOLA_BIN", tools::target_dir(root).join("debug/nuvola")))
}

fn generated(root: &Path) -> Outcome {
    if read("git", &["-C", &root.to_string_lossy(), "rev-parse", "HEAD"]).is_none() {
        println!("  not a git checkout: skipped");
        return Ok(());
    }
    run(Command::new("git").current_dir(root).args(["diff", "--exit-code", "--stat"]))
}
