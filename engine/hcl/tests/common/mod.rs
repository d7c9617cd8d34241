//! Reading cases: the crate's own, and those of the shared folder, which may be absent.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read their cases from files, and a case that cannot be read fails the test"
)]
#![allow(dead_code, reason = "each test file uses a part of this")]

use nuvola_hcl::{Diagnostic, FileId, SourceFile, Sources, Style, diagnostic, render};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub const PLAIN: Style = Style { width: 78, color: false };
pub const COLOR: Style = Style { width: 78, color: true };

/// A folder of the shared cases; says so when it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases").join(path);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("skipped: {} is absent", folder.display());
    None
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn read_json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

pub fn own_cases(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    read_json(&path).as_array().unwrap().clone()
}

/// The files below a folder whose names end so, in order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_str().is_some_and(|path| path.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

pub fn source(name: &str, text: &str) -> (Sources, FileId) {
    let mut sources = Sources::new();
    let file = sources.add(SourceFile::new(name, text));
    (sources, file)
}

/// The diagnostics as a command prints them, each followed by an empty line.
pub fn print(mut diagnostics: Vec<Diagnostic>, sources: &Sources, style: Style) -> String {
    diagnostic::sort(&mut diagnostics, sources);
    diagnostics.iter().map(|diagnostic| render(diagnostic, sources, style) + "\n").collect()
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

/// Fails with all the differences at once.
pub fn report(failures: &[String], cases: usize) {
    assert!(cases > 0, "there are cases");
    assert!(failures.is_empty(), "{} of {cases} differ:\n{}", failures.len(), failures.join("\n"));
}

pub fn differ(id: &str, expected: &str, actual: &str) -> Option<String> {
    (expected != actual).then(|| format!("== {id}\n-- expected\n{expected}\n-- actual\n{actual}"))
}
