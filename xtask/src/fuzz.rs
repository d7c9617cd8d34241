//! Fuzzing with libFuzzer on the stable compiler: the flags that cargo-fuzz would pass, without sanitizers,
//! which memory-safe code does not need.

use crate::{
    run::{Outcome, run, step},
    tools,
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const TARGETS: &[&str] = &["json", "query", "rest", "hcl"];
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// `cargo xtask fuzz TARGET [LIBFUZZER ARGUMENTS]`: one target, until it finds something or is stopped.
pub fn one(root: &Path, arguments: &[String]) -> Outcome {
    let Some((target, rest)) = arguments.split_first().filter(|(name, _)| TARGETS.contains(&name.as_str()))
    else {
        return Err(format!("usage: cargo xtask fuzz {} [LIBFUZZER ARGUMENTS]", TARGETS.join("|")));
    };
    let programs = build(root)?;
    run(Command::new(programs.join(target)).args(rest).current_dir(&programs))
}

fn build(root: &Path) -> Outcome<PathBuf> {
    step("Fuzz targets");
    let folder = tools::target_dir(root).join("fuzz");
    run(Command::new("cargo")
        .current_dir(root.join("fuzz"))
        .args(["build", "--quiet", "--profile", "fuzz", "--bins", "--target", TRIPLE])
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", COVERAGE))?;
    Ok(folder.join(TRIPLE).join("fuzz"))
}
