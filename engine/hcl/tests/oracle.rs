//! The real Terraform, where it is installed: `fmt` on inputs that are made up as the test runs.

mod common;

use common::*;
use nuvola_hcl::{format, unified_diff};
use std::io::Write;
use std::process::{Command, Stdio};

/// Where CI images and the project's machines have it.
const TERRAFORM: &str = "/usr/local/bin/terraform";

/// What `terraform fmt` prints for a text: formatted, or errors.
fn terraform_fmt(text: &str, arguments: &[&str]) -> (String, String) {
    let mut child = Command::new(TERRAFORM)
        .arg("fmt")
        .arg("-no-color")
        .args(arguments)
        .arg("-")
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("terraform starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(text.as_bytes()).expect("terraform reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("terraform ends");
    let utf8 = |bytes| String::from_utf8(bytes).expect("terraform prints UTF-8");
    (utf8(output.stdout), utf8(output.stderr))
}

/// Spaces and line breaks changed here and there, by a fixed sequence.
fn disturb(text: &str, seed: &mut u64) -> String {
    let mut out = String::new();
    for char in text.chars() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        match (char, (*seed >> 33) % 24) {
            (' ', 0) => {}
            (' ', 1) => out.push_str("   "),
            (' ', 2) => out.push('\t'),
            ('\n', 0) => out.push_str("\n\n"),
            ('\n', 1) => out.push_str(" # c\n"),
            ('\n', 2) => out.push_str(" /* d */\n  "),
            ('=' | '{' | '(' | '[', 0 | 1) => {
                out.push(' ');
                out.push(char);
            }
            ('{' | '(' | '[', 2) => {
                out.push(char);
                out.push('\n');
            }
            ('}' | ')' | '"' | ',', 3) => {}
            _ => out.push(char),
        }
    }
    out
}

#[test]
fn formats_and_complains_as_the_installed_terraform() {
    let (true, Some(folder)) = (std::path::Path::new(TERRAFORM).exists(), shared("terraform/workflows"))
    else {
        eprintln!("skipped: {TERRAFORM} or its inputs are absent");
        return;
    };
    let mut seed = 11;
    let mut failures = Vec::new();
    let mut inputs = Vec::new();
    for path in files(&folder, ".json").iter().step_by(2) {
        let case = read_json(path);
        let texts = case["files"].as_object().into_iter().flatten();
        let texts = texts.filter(|(name, _)| name.ends_with(".tf")).filter_map(|(_, text)| text.as_str());
        inputs.extend(texts.map(|text| disturb(text, &mut seed)));
    }
    for input in &inputs {
        let (sources, file) = source("<stdin>", input);
        let (stdout, stderr) = terraform_fmt(input, &[]);
        match format(&sources, file) {
            Ok(output) => {
                failures.extend(differ(input, stdout.trim_end_matches('\n'), output.trim_end_matches('\n')));
                failures.extend(differ(input, "", &stderr));
                let diff = unified_diff(input, &output, "<stdin>");
                let (stdout, _) = terraform_fmt(input, &["-diff"]);
                failures.extend(differ(input, stdout.trim_end(), diff.trim_end()));
            }
            Err(diagnostics) => {
                failures.extend(differ(input, &stderr, &print(diagnostics, &sources, PLAIN)));
            }
        }
    }
    report(&failures, inputs.len());
}
