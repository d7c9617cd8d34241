//! Benchmarks: ratios against a named baseline in the same run.

use crate::run::Outcome;
use std::{path::Path, process::Command};

pub fn run(root: &Path, arguments: &[String]) -> Outcome {
    crate::run::run(
        Command::new("cargo")
            .current_dir(root)
            .args([
                "run",
                "--quiet",
                "--profile",
                "native",
                "--package",
                "nuvola",
                "--bin",
                "nuvola-bench",
                "--",
            ])
            .args(arguments),
    )
}
