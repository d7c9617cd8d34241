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

const TARGETS: &[&str] = &["operations", "json", "query", "rest", "hcl"];
/// The time is a limit for slow machines only; the inputs are short, so that they are many.
const BOUNDS: &[&str] =
    &["-seed=1", "-runs=20000", "-max_len=2048", "-max_total_time=40", "-timeout=20", "-verbosity=0"];
const TRIPLE: &str = "x86_64-unknown-linux-gnu";
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// `cargo xtask fuzz TARGET [LIBFUZZER ARGUMENTS]`: one target, until it finds something or is stopped.
pub fn one(root: &Path, arguments: &[String]) -> Outcome {
    if arguments.first().is_some_and(|name| name == "all") {
        return bounded(root);
    }
    let Some((target, rest)) = arguments.split_first().filter(|(name, _)| TARGETS.contains(&name.as_str()))
    else {
        return Err(format!("usage: cargo xtask fuzz all|{} [LIBFUZZER ARGUMENTS]", TARGETS.join("|")));
    };
    let programs = build(root)?;
    run(Command::new(programs.join(target)).args(rest).current_dir(&programs))
}

/// `cargo xtask fuzz all`: each target for a fixed number of inputs from a fixed seed, so that a failure comes again.
pub fn bounded(root: &Path) -> Outcome {
    let programs = build(root)?;
    for target in TARGETS {
        println!("  {target}");
        run(Command::new(programs.join(target)).args(BOUNDS).current_dir(&programs))?;
    }
    Ok(())
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
