//! Benchmarks: the page's figures in Chromium, each against its target, in one run.

use crate::{
    run::{Outcome, run, step},
    tools, web,
};
use std::{path::Path, process::Command};

pub fn run_all(root: &Path, arguments: &[String]) -> Outcome {
    let json = match arguments {
        [] => None,
        [flag, file] if flag == "--json" => Some(file),
        _ => return Err("usage: cargo xtask bench [--json FILE]".to_owned()),
    };
    let toolchain = web::set_up(root)?;
    tools::ensure_chromium()?;
    web::build_release(root, &toolchain)?;
    step("Figures of the page, in Chromium");
    let mut command = Command::new("npx");
    command.current_dir(root).args(["playwright", "test", "--config", "playwright.bench.config.mjs"]);
    if let Some(file) = json {
        command.env("BENCH_JSON", file);
    }
    run(&mut command)
}
