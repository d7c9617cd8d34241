//! House rules that no compiler checks: file lengths, links of the documents, marks of unfinished work.

use crate::run::{Outcome, read};
use std::{fs, path::Path};

const LONGEST_FILE: usize = 800;

pub fn check(root: &Path) -> Outcome {
    let listing = read("git", &["-C", &root.to_string_lossy(), "ls-files"])
        .ok_or("`git ls-files` failed: tidy needs a git checkout")?;
    let mut complaints = Vec::new();
    for name in listing.lines() {
        let Ok(text) = fs::read_to_string(root.join(name)) else { continue };
        if is_source(name) {
            check_source(name, &text, &mut complaints);
        }
        if name.ends_with(".md") {
            check_links(root, name, &text, &mut complaints);
        }
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(format!("{} complaints:\n  {}", complaints.len(), complaints.join("\n  "))),
    }
}

fn is_source(name: &str) -> bool {
    [".rs", ".js", ".mjs", ".ts", ".py", ".css"].iter().any(|ending| name.ends_with(ending))
}

fn check_source(name: &str, text: &str, complaints: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > LONGEST_FILE {
        complaints.push(format!("{name}: {lines} lines, at most {LONGEST_FILE}: split it"));
    }
    for (index, line) in text.lines().enumerate() {
        // The marks are put together so that this file does not complain about itself.
        let marks = [
            concat!("TO", "DO"),
            concat!("FIX", "ME"),
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
        ];
        if marks.iter().any(|mark| line.contains(mark)) {
            complaints.push(format!("{name}:{}: a mark of unfinished work", index + 1));
        }
    }
    if name.starts_with("engine/") && name.ends_with("/src/lib.rs") && !text.starts_with("//!") {
        complaints.push(format!("{name}: a crate begins with what it does (`//!`)"));
    }
}

/// Links to files of the project must lead somewhere.
fn check_links(root: &Path, name: &str, text: &str, complaints: &mut Vec<String>) {
    let folder = root.join(name);
    let folder = folder.parent().expect("a tracked file lies in a folder");
    for part in text.split("](").skip(1) {
        let Some(target) = part.split(')').next() else { continue };
        let target = target.split('#').next().unwrap_or("");
        let outside = target.contains("://") || target.starts_with("mailto:") || target.is_empty();
        if !outside && !folder.join(target).exists() {
            complaints.push(format!("{name}: the link to {target} leads nowhere"));
        }
    }
}
