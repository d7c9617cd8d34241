//! The `nuvola` program: the engine behind a real HTTP port, and Terraform on a folder of the disk.
//!
//! Invariant: this crate is the only one below `engine/` with I/O; it decides nothing about the cloud.

mod gateway;
mod lesson;
mod terraform;

use nuvola_lab::Characters;
use nuvola_lab::journal::Journal;
use std::process::ExitCode;

const HELP: &str = "\
usage: nuvola gateway [--port N] [--host ADDRESS] [--auth off|verify] [--seed N]
       nuvola terraform ARGUMENTS
       nuvola lesson test|pack FOLDER ...
       nuvola coverage [--json]
       nuvola replay FILE

  gateway     every AWS service of Nuvola on one port (4566 unless told otherwise), for any SDK or CLI:
              aws --endpoint-url http://127.0.0.1:4566 s3 ls
              `POST /_nuvola/reset` empties it. It listens on this machine only unless --host says more.
  terraform   stands in for `terraform` in the current folder: against $AWS_ENDPOINT_URL where that is set,
              else against a cloud of its own kept in .nuvola/
  lesson      test: plays each lesson's solution, variants and mutants with real programs, and runs its checks
              pack: prints one lesson's folder as the text that the page loads (lessons/README.md)
  coverage    prints what is simulated and what is not (docs/coverage.md, public/coverage.json)
  replay      takes up a journal of the page and prints the state's hash";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, rest)) if command == "gateway" => match gateway::Config::parse(rest) {
            Ok(config) => gateway::run(config),
            Err(text) => fail(&text),
        },
        Some((command, rest)) if command == "terraform" => terraform::run(rest),
        Some((command, rest)) if command == "lesson" => match lesson::run(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(text) => {
                eprintln!("nuvola: {text}");
                ExitCode::FAILURE
            }
        },
        Some((command, [])) if command == "coverage" => {
            print!("{}", nuvola_lab::coverage::markdown());
            ExitCode::SUCCESS
        }
        Some((command, [form])) if command == "coverage" && form == "--json" => {
            print!("{}", nuvola_lab::coverage::json());
            ExitCode::SUCCESS
        }
        Some((command, [file])) if command == "replay" => replay(file),
        Some((command, _)) if command == "help" || command == "--help" || command == "-h" => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Some((command, _)) => fail(&format!("no command `{command}`")),
        None => fail("a command is needed"),
    }
}

fn replay(file: &str) -> ExitCode {
    let replayed = std::fs::read_to_string(file)
        .map_err(|error| error.to_string())
        .and_then(|text| serde_json::from_str::<Journal>(&text).map_err(|error| error.to_string()))
        .and_then(|journal| {
            journal.replay(Characters::BUILT_IN)?.ok_or_else(|| "the journal is empty".to_owned())
        });
    match replayed {
        Ok(lab) => {
            println!("{}", lab.state_hash());
            ExitCode::SUCCESS
        }
        Err(text) => fail(&format!("{file}: {text}")),
    }
}

fn fail(text: &str) -> ExitCode {
    eprintln!("nuvola: {text}\n\n{HELP}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_coverage_page_tells_the_truth() {
        let kept = include_str!("../../../docs/coverage.md");
        let hint = "run `cargo run -p nuvola -- coverage > docs/coverage.md`";
        assert!(kept == nuvola_lab::coverage::markdown(), "{hint}");
        let kept = include_str!("../../../public/coverage.json");
        let hint = "run `cargo run -p nuvola -- coverage --json > public/coverage.json`";
        assert!(kept == nuvola_lab::coverage::json(), "{hint}");
    }
}
