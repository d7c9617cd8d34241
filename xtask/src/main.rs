//! Everything that is done to the project: `cargo xtask serve | test | dist | gateway | bench | lessons | tidy`.
//!
//! Each step says what it does; what is missing on the machine is fetched, or named in one sentence
//! with the command that installs it.

mod bench;
mod fuzz;
mod lessons;
mod run;
mod size;
mod split;
mod test;
mod tidy;
mod tools;
mod vendor;
mod web;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

const HELP: &str = "\
usage: cargo xtask COMMAND

  serve             get what is missing, build, serve the lab on http://127.0.0.1:8080
  test [STEP ...]   get what is missing, run every test (or only the named steps)
  dist              release build into dist/, with a size report against the budgets
  gateway ARGS      the engine on a real port, e.g. --port 4566 [--auth off]
  bench [page | services] [--json F]
                    the figures of the page in Chromium, and of the services beside other simulators
  fuzz TARGET       look for inputs that break operations, a protocol's front door (json, query, rest), hcl
  lessons [NAME ..] packs the lessons and proves them: solutions, variants, mutants
  new-lesson NAME   begins a lesson from a template
  tidy              file sizes, links, sources of cases
  setup             only get what is missing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[] as &[String]),
    };
    let root = root();
    let outcome = match command {
        "serve" => web::serve(&root),
        "test" => test::all(&root, rest),
        "dist" => web::dist(&root),
        "gateway" => run::gateway(&root, rest),
        "bench" => bench::run_all(&root, rest),
        "fuzz" => fuzz::one(&root, rest),
        "lessons" => lessons::command(&root, rest),
        "new-lesson" => lessons::new(&root, rest),
        // The build of the page runs it (`app/js/finish.mjs`).
        "split" => split::build(&root, Path::new(rest.first().map_or("dist", String::as_str))),
        "tidy" => tidy::check(&root),
        "setup" => web::set_up(&root).map(|_| ()),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no command `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("\nxtask: {text}");
            ExitCode::FAILURE
        }
    }
}

/// The checkout that this xtask was built from.
fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask/ lies in the project's root").to_path_buf()
}
