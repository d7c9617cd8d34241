//! Runs the recorded workflows of the real program (`shared/cases/terraform/workflows`).
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read recorded cases and may fail")]

mod common;

use common::{NoProviders, TestHost};
use nuvola_terraform::exec::block_on;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases/terraform/workflows");
const KNOWN_FAILURES: &str = include_str!("known_failures/workflows.txt");

/// Replaces what differs between runs, as the cases' README says.
#[derive(Default)]
struct Normalizer {
    ids: BTreeMap<String, usize>,
    lineages: BTreeMap<String, usize>,
}

impl Normalizer {
    fn lineage(&mut self, id: &str) {
        let next = self.lineages.len() + 1;
        self.lineages.entry(id.to_owned()).or_insert(next);
    }

    fn text(&mut self, text: &str, any_ids: bool) -> String {
        let mut out = String::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if let Some(id) = text.get(at..at + 36).filter(|id| is_uuid(id)) {
                out += &self.id(id, any_ids);
                at += 36;
            } else {
                let char = text[at..].chars().next().unwrap();
                out.push(char);
                at += char.len_utf8();
            }
        }
        patterns(&out)
    }

    fn id(&mut self, id: &str, any: bool) -> String {
        if any {
            return "ID".to_owned();
        }
        if let Some(number) = self.lineages.get(id) {
            return format!("11111111-1111-1111-1111-{number:012}");
        }
        let next = self.ids.len() + 1;
        let number = *self.ids.entry(id.to_owned()).or_insert(next);
        format!("00000000-0000-0000-0000-{number:012}")
    }
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
    })
}

/// Times, deposed keys, serials and the registry's name.
fn patterns(text: &str) -> String {
    let mut out = text.replace(nuvola_terraform::addr::REGISTRY_HOST, "REGISTRY");
    for year in ["2023-"] {
        while let Some(start) = out.find(year) {
            let rest = &out[start..];
            let end = rest.find('Z').filter(|end| *end < 30);
            match end {
                Some(end) => out.replace_range(start..start + end + 1, "2000-01-01T00:00:00Z"),
                None => break,
            }
        }
    }
    let mark = "(deposed object ";
    let mut from = 0;
    while let Some(found) = out[from..].find(mark) {
        let start = from + found + mark.len();
        if out.len() >= start + 8 {
            out.replace_range(start..start + 8, "00000000");
        }
        from = start;
    }
    let mut lines: Vec<String> = Vec::new();
    for line in out.split('\n') {
        let trimmed = line.trim_start();
        if let Some(rest) = trimmed.strip_prefix("\"serial\": ") {
            let end = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let indent = &line[..line.len() - trimmed.len()];
            lines.push(format!("{indent}\"serial\": 0{end}"));
        } else {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    lines.sort();
    lines
}

fn strings(value: &Value) -> Vec<(String, String)> {
    let object = value.as_object();
    object
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}

/// The first difference of a case, if any.
fn run_case(case: &Value) -> Result<(), String> {
    let host = Rc::new(TestHost::default());
    for (path, text) in strings(&case["files"]) {
        host.files.borrow_mut().insert(path, text.into_bytes());
    }
    let mut ours = Normalizer::default();
    let mut theirs = Normalizer::default();
    for (at, step) in case["steps"].as_array().unwrap().iter().enumerate() {
        let step_name = format!("step {at} {}", step["argv"]);
        for (path, text) in strings(&step["write"]) {
            host.files.borrow_mut().insert(path, text.into_bytes());
        }
        for path in step["delete"].as_array().into_iter().flatten() {
            host.files.borrow_mut().remove(path.as_str().unwrap());
        }
        let stdin = step["stdin"].as_str().unwrap_or_default().to_owned();
        let mut environment = strings(&case["env"]);
        environment.extend(strings(&step["env"]));
        *host.environment.borrow_mut() = environment;
        *host.stdin.borrow_mut() = stdin;
        host.clock_s.set(host.clock_s.get() + 1);
        let argv: Vec<String> = step["argv"]
            .as_array()
            .unwrap()
            .iter()
            .skip(1)
            .map(|arg| arg.as_str().unwrap().to_owned())
            .collect();
        let code = block_on(nuvola_terraform::cli::run(&argv, host.clone(), Rc::new(NoProviders)));
        let (stdout, stderr) = (host.stdout.take(), host.stderr.take());
        for (path, text) in host.files.borrow().iter() {
            if path.ends_with("terraform.tfstate")
                && let Ok(json) = serde_json::from_slice::<Value>(text)
                && let Some(lineage) = json["lineage"].as_str()
            {
                ours.lineage(lineage);
            }
        }
        if step["unstable"].as_bool() == Some(true) {
            continue;
        }
        let any = step["order"].as_str() == Some("any");
        if i64::from(code) != step["exit"].as_i64().unwrap() {
            return Err(format!("{step_name}: exit {code}\n{stdout}\n{stderr}"));
        }
        for (name, got) in [("stdout", stdout), ("stderr", stderr)] {
            let (got, want) = (ours.text(&got, any), step[name].as_str().unwrap_or_default());
            let want = if any { theirs.text(want, any) } else { want.to_owned() };
            let same = if any { sorted(&got) == sorted(&want) } else { got == want };
            if !same {
                let (want, got) =
                    if any { (sorted(&want).join("\n"), sorted(&got).join("\n")) } else { (want, got) };
                return Err(format!("{step_name}: {name}\n--- want\n{want}\n--- got\n{got}"));
            }
        }
        compare_state(&host, step, &mut ours).map_err(|error| format!("{step_name}: {error}"))?;
    }
    Ok(())
}

fn compare_state(host: &TestHost, step: &Value, ours: &mut Normalizer) -> Result<(), String> {
    let want = &step["state_after"];
    if !want.is_object() {
        return Ok(());
    }
    let bytes = host.files.borrow().get("terraform.tfstate").cloned().unwrap_or_default();
    let any = step["ids"].as_str() == Some("any");
    let text = ours.text(&String::from_utf8_lossy(&bytes), any);
    let mut got: Value = serde_json::from_str(&text).map_err(|error| format!("state: {error}"))?;
    let mut want = want.clone();
    for state in [&mut got, &mut want] {
        state["serial"] = Value::from(0);
        state["lineage"] = Value::Null;
    }
    let want = if any {
        let text = Normalizer::default().text(&want.to_string(), true);
        serde_json::from_str(&text).unwrap()
    } else {
        want
    };
    if got == want { Ok(()) } else { Err(format!("state\n--- want\n{want:#}\n--- got\n{got:#}")) }
}

#[test]
fn recorded_workflows_end_as_recorded() {
    let Ok(folder) = std::fs::read_dir(FOLDER) else {
        eprintln!("skipped: {FOLDER} is not there");
        return;
    };
    let known: BTreeSet<&str> = KNOWN_FAILURES
        .lines()
        .map(|line| line.split(" #").next().unwrap().trim())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let only = std::env::var("CASE").ok();
    let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut failed, mut healed, mut passed) = (Vec::new(), Vec::new(), 0);
    for path in paths {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let id = case["id"].as_str().unwrap().to_owned();
        if only.as_ref().is_some_and(|only| *only != id) {
            continue;
        }
        let result =
            std::panic::catch_unwind(|| run_case(&case)).unwrap_or_else(|_| Err("panicked".to_owned()));
        match (result, known.contains(id.as_str())) {
            (Ok(()), true) => healed.push(id),
            (Ok(()), false) => passed += 1,
            (Err(error), is_known) => {
                if !is_known || only.is_some() {
                    println!("== {id}: {error}\n");
                }
                if !is_known {
                    failed.push(id);
                }
            }
        }
    }
    println!("{passed} workflows pass, {} known failures", known.len());
    assert!(failed.is_empty(), "failing: {failed:?}");
    assert!(healed.is_empty(), "these pass now, strike them from the list: {healed:?}");
}

// Source: recorded from Terraform 1.11.4, with configurations written for this project; the format is
// that of the shared workflows, one case a line.
#[test]
fn commands_answer_as_recorded() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/recorded.json")).unwrap();
    let only = std::env::var("CASE").ok();
    let mut failed = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        if only.as_ref().is_some_and(|only| only != id) {
            continue;
        }
        if let Err(error) = run_case(case) {
            println!("== {id}: {error}\n");
            failed.push(id);
        }
    }
    assert!(failed.is_empty(), "failing: {failed:?}");
}
