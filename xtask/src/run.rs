//! Running other programs, aloud.

use std::{path::Path, process::Command, time::Instant};

pub type Outcome<T = ()> = Result<T, String>;

/// Says what begins now.
pub fn step(text: &str) {
    println!("\n=== {text}");
}

/// Runs a program to its end; its failure names the whole command line.
pub fn run(command: &mut Command) -> Outcome {
    let line = describe(command);
    println!("$ {line}");
    let start = Instant::now();
    let status = command.status().map_err(|error| missing(command, &error))?;
    if !status.success() {
        return Err(format!("`{line}` ended with {status}"));
    }
    println!("  ({:.1} s)", start.elapsed().as_secs_f64());
    Ok(())
}

/// Runs a program quietly and gives what it printed, or nothing where it is absent or fails.
pub fn read(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

fn missing(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy().into_owned();
    let advice = match program.as_str() {
        "npm" | "node" | "npx" => {
            "install Node.js 20 or later with npm (Debian: `apt-get install nodejs npm`)"
        }
        "python3" => "install Python 3 with pip (Debian: `apt-get install python3 python3-pip`)",
        "rustup" | "cargo" => "install Rust with rustup",
        _ => "is it installed and on PATH?",
    };
    format!("cannot start `{program}` ({error}): {advice}")
}

/// `cargo run` of the native binary, release build.
pub fn gateway(root: &Path, arguments: &[String]) -> Outcome {
    run(Command::new("cargo")
        .current_dir(root)
        .args([
            "run",
            "--quiet",
            "--profile",
            "native",
            "--package",
            "nuvola",
            "--bin",
            "nuvola",
            "--",
            "gateway",
        ])
        .args(arguments))
}
