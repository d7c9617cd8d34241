//! All recorded console expressions, compared in levels: value, summary, detail, whole text.
//!
//! Source of every expected answer: Terraform 1.11.4 itself, recorded in
//! `/work/shared/cases/terraform/expressions.json` (or the folder in `NUVOLA_CASES`).
//! `tests/known_failures.txt` lists ids with the level they fail at; it may only shrink.

#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at what it does not expect"
)]

mod regex;
mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use nuvola_hcl::{
    Body, Diagnostic, SourceFile, Sources, Style, has_errors, parse_config, parse_expression, render,
};
use nuvola_tf_lang::{Value, console_text};
use serde_json::Value as Json;
use support::{FixtureHost, Module};

/// What an evaluation prints.
enum Printed {
    Value(String),
    Errors { diagnostics: Vec<Diagnostic>, raw: String },
}

struct Case<'a> {
    json: &'a Json,
    host: FixtureHost,
}

impl Case<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.json.get(field).and_then(Json::as_str)
    }

    fn eval(&self, source: &str) -> Printed {
        let mut sources = Sources::new();
        let mut diagnostics = Vec::new();
        let mut bodies: BTreeMap<String, Vec<Body>> = BTreeMap::new();
        for (name, content) in &self.host.files {
            if let Some(stem) = name.strip_suffix(".tf") {
                let file = sources.add(SourceFile::new(name.as_str(), String::from_utf8_lossy(content)));
                let (body, found) = parse_config(&sources, file);
                diagnostics.extend(found);
                let folder = stem.rsplit_once('/').map_or(".", |(folder, _)| folder);
                bodies.entry(folder.to_owned()).or_default().push(body);
            }
        }
        let files = |folder: &str| bodies.get(folder).cloned().unwrap_or_default();
        let module = Module::load(&self.host, &files, ".", &BTreeMap::new(), &mut diagnostics);
        let mut value = Value::dynamic_unknown();
        if !has_errors(&diagnostics) {
            let file = sources.add(SourceFile::hidden("<console-input>", source));
            let (expr, found) = parse_expression(&sources, file);
            diagnostics = found;
            if !has_errors(&diagnostics) {
                (value, diagnostics) = module.eval(&expr, true, &BTreeMap::new());
            }
        }
        if !has_errors(&diagnostics) {
            match console_text(&value) {
                Ok(text) => return Printed::Value(text),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        let raw = diagnostics
            .iter()
            .map(|diagnostic| render(diagnostic, &sources, Style::default()) + "\n")
            .collect();
        Printed::Errors { diagnostics, raw }
    }

    /// The first level at which the case differs, with what was printed.
    fn failure(&self) -> Option<(&'static str, String)> {
        let expr = self.text("expr").unwrap();
        match (self.eval(expr), self.text("out")) {
            (Printed::Value(out), Some(expected)) => self.value_failure(&out, expected),
            (Printed::Errors { raw, .. }, Some(_)) => Some(("out", raw)),
            (Printed::Value(out), None) => Some(("summary", out)),
            (Printed::Errors { diagnostics, raw }, None) => self.error_failure(&diagnostics, raw),
        }
    }

    fn value_failure(&self, out: &str, expected: &str) -> Option<(&'static str, String)> {
        let packed = self.text("compare") == Some("compare-decompressed");
        if packed && gunzip(out) == gunzip(expected) {
            return None;
        }
        // A case with a warning prints it as well, which is the console's business.
        if self.json.get("stderr").is_some() {
            return None;
        }
        if out != expected {
            return Some(("out", out.to_owned()));
        }
        let expr = self.text("expr").unwrap();
        let checks =
            [("type", format!("type({expr})")), ("json", format!("nonsensitive(jsonencode({expr}))"))];
        for (field, source) in checks {
            let Some(expected) = self.text(field) else { continue };
            let expected =
                if field == "json" { nuvola_tf_lang::quote_go(expected) } else { expected.to_owned() };
            match self.eval(&source) {
                Printed::Value(text) if text == expected => {}
                Printed::Value(text) if field == "json" && text.starts_with("<<EOT") => {}
                Printed::Value(text) => return Some((field, text)),
                Printed::Errors { raw, .. } => return Some((field, raw)),
            }
        }
        None
    }

    fn error_failure(&self, diagnostics: &[Diagnostic], raw: String) -> Option<(&'static str, String)> {
        if self.text("compare") == Some("error-only") {
            return None;
        }
        let first = &self.json["error"][0];
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = |field: &str| words(first[field].as_str().unwrap_or_default());
        if words(&diagnostics[0].summary) != expected("summary") {
            return Some(("summary", raw));
        }
        if words(&diagnostics[0].detail) != expected("detail") {
            return Some(("detail", raw));
        }
        (self.text("raw") != Some(raw.as_str())).then_some(("raw", raw))
    }
}

fn gunzip(text: &str) -> Option<Vec<u8>> {
    let packed = base64::engine::general_purpose::STANDARD.decode(text.trim_matches('"')).ok()?;
    miniz_oxide::inflate::decompress_to_vec(packed.get(10..packed.len().checked_sub(8)?)?).ok()
}

fn folder() -> PathBuf {
    let named = option_env!("NUVOLA_CASES").unwrap_or("/work/shared/cases/terraform");
    PathBuf::from(named)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads its cases")]
fn recorded_expressions() {
    let folder = folder();
    let Ok(text) = std::fs::read_to_string(folder.join("expressions.json")) else {
        eprintln!("no cases in {}: skipped", folder.display());
        return;
    };
    let all: Json = serde_json::from_str(&text).unwrap();
    let known: BTreeMap<&str, &str> =
        include_str!("known_failures.txt").lines().filter_map(|line| line.split_once(' ')).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexpected = Vec::new();
    let cases = all["cases"].as_array().unwrap();
    for json in cases {
        let host = match json.get("setup").and_then(Json::as_object) {
            Some(files) => FixtureHost {
                files: files
                    .iter()
                    .map(|(name, text)| (name.clone(), text.as_str().unwrap().as_bytes().into()))
                    .collect(),
            },
            None => FixtureHost::load(&folder.join("expr-fixture")),
        };
        let case = Case { json, host };
        let id = case.text("id").unwrap();
        let failure = case.failure();
        let level = failure.as_ref().map_or("passed", |(level, _)| *level);
        *counts.entry(level).or_default() += 1;
        let listed = known.get(id).map(|rest| rest.split(' ').next().unwrap_or_default());
        if listed != failure.as_ref().map(|(level, _)| *level) {
            let got = failure.map_or_else(|| "passes: take it off the list".to_owned(), |(_, got)| got);
            let want = case.text("out").or(case.text("raw")).unwrap_or_default();
            unexpected.push(format!(
                "{id} {level} `{}`\n--- got\n{got}\n--- want\n{want}",
                case.text("expr").unwrap()
            ));
        }
    }
    eprintln!("{} expressions; by first level that differs: {counts:?}", cases.len());
    assert!(
        unexpected.is_empty(),
        "{} cases differ from the list:\n{}",
        unexpected.len(),
        unexpected.join("\n\n")
    );
}
