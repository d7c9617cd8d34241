//! Benchmarks: the page's figures in Chromium, each against its target, and the services over a port beside
//! other simulators, each in one run.

mod services;

use crate::{
    run::{Outcome, run, step},
    tools, web,
};
use std::{fs, path::Path, process::Command};

const USAGE: &str = "usage: cargo xtask bench [page | services] [--json FILE]";

pub fn run_all(root: &Path, arguments: &[String]) -> Outcome {
    let (part, rest) = match arguments.split_first() {
        Some((part, rest)) if part == "page" || part == "services" => (Some(part.as_str()), rest),
        Some(_) | None => (None, arguments),
    };
    let json = match rest {
        [] => None,
        [flag, file] if flag == "--json" => Some(file),
        _ => return Err(USAGE.to_owned()),
    };
    let mut all = serde_json::Map::new();
    if part != Some("page") {
        all.insert("services".to_owned(), services::run_all(root)?);
    }
    if part != Some("services") {
        all.insert("page".to_owned(), page(root)?);
    }
    match json {
        Some(file) => {
            let text = serde_json::to_string_pretty(&all).expect("figures are plain data");
            fs::write(file, text).map_err(|error| format!("{file}: {error}"))
        }
        None => Ok(()),
    }
}

fn page(root: &Path) -> Outcome<serde_json::Value> {
    let toolchain = web::set_up(root)?;
    tools::ensure_chromium()?;
    web::build_release(root, &toolchain)?;
    step("Figures of the page, in Chromium");
    let file = tools::target_dir(root).join("bench-page.json");
    let mut command = Command::new("npx");
    command.current_dir(root).args(["playwright", "test", "--config", "playwright.bench.config.mjs"]);
    command.env("BENCH_JSON", &file);
    run(&mut command)?;
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))
}
