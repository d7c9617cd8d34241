//! The `nuvola` program: the engine behind a real HTTP port, and Terraform on a folder of the disk.
//!
//! Invariant: this crate is the only one below `engine/` with I/O; it decides nothing about the cloud.

mod gateway;
mod terraform;

use std::process::ExitCode;

const HELP: &str = "\
usage: nuvola gateway [--port N] [--host ADDRESS] [--auth off|verify] [--seed N]
       nuvola terraform ARGUMENTS
       nuvola coverage

  gateway     every AWS service of Nuvola on one port (4566 unless told otherwise), for any SDK or CLI:
              aws --endpoint-url http://127.0.0.1:4566 s3 ls
              `POST /_nuvola/reset` empties it. It listens on this machine only unless --host says more.
  terraform   stands in for `terraform` in the current folder: against $AWS_ENDPOINT_URL where that is set,
              else against a cloud of its own kept in .nuvola/
  coverage    prints what is simulated and what is not (docs/coverage.md)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, rest)) if command == "gateway" => match gateway::Config::parse(rest) {
            Ok(config) => gateway::run(config),
            Err(text) => fail(&text),
        },
        Some((command, rest)) if command == "terraform" => terraform::run(rest),
        Some((command, _)) if command == "coverage" => {
            print!("{}", nuvola_lab::coverage::markdown());
            ExitCode::SUCCESS
        }
        Some((command, _)) if command == "help" || command == "--help" || command == "-h" => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Some((command, _)) => fail(&format!("no command `{command}`")),
        None => fail("a command is needed"),
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
    }
}
