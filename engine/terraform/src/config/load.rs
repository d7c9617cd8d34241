//! Reads a configuration: the files of the root module and of the modules that it calls.

use super::{Config, Module, decode};
use nuvola_hcl::{Body, Diagnostic, SourceFile, Sources};
use std::collections::BTreeMap;

/// Where files come from.
pub trait Files {
    /// The names of the files in a folder; nothing when there is no such folder.
    fn list(&self, dir: &str) -> Option<Vec<String>>;
    fn read(&self, path: &str) -> Option<String>;
}

/// Which folder a module call leads to; keys are like `app.inner`.
pub type Manifest = BTreeMap<String, String>;

/// Whether a folder holds any configuration.
#[must_use]
pub fn has_config(files: &dyn Files, dir: &str) -> bool {
    files.list(dir).is_some_and(|names| names.iter().any(|name| is_config(name)))
}

fn is_config(name: &str) -> bool {
    (name.ends_with(".tf") || name.ends_with(".tf.json"))
        && !name.starts_with('.')
        && !name.ends_with('~')
        && !(name.starts_with('#') && name.ends_with('#'))
}

fn is_override(name: &str) -> bool {
    let stem = name.trim_end_matches(".json").trim_end_matches(".tf");
    stem == "override" || stem.ends_with("_override")
}

/// A path below a folder, which may be empty for the current one.
#[must_use]
pub fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() || dir == "." { name.to_owned() } else { format!("{dir}/{name}") }
}

/// A path with `.` and `..` worked out as far as possible.
#[must_use]
pub fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

/// Reads one module, without its children.
pub fn module(
    files: &dyn Files,
    dir: &str,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Module {
    let mut meaning = Vec::new();
    let module = module_in_two(files, dir, sources, diagnostics, &mut meaning);
    diagnostics.append(&mut meaning);
    module
}

/// As [`module`], with what is wrong with the syntax apart from what is wrong with the meaning.
pub fn module_in_two(
    files: &dyn Files,
    dir: &str,
    sources: &mut Sources,
    syntax: &mut Vec<Diagnostic>,
    meaning: &mut Vec<Diagnostic>,
) -> Module {
    let mut module = Module { dir: dir.to_owned(), ..Module::default() };
    let mut names = files.list(dir).unwrap_or_default();
    names.retain(|name| is_config(name));
    names.sort();
    let (overrides, primary): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| is_override(name));
    let mut bodies: Vec<Body> = Vec::new();
    for name in &primary {
        bodies.push(parse(files, &join(dir, name), sources, syntax));
    }
    for name in &overrides {
        let body = parse(files, &join(dir, name), sources, syntax);
        super::overrides::apply(&mut bodies, &body, meaning);
    }
    for body in &mut bodies {
        module.late.append(&mut body.late);
    }
    for body in &bodies {
        decode::file(body, &mut module, sources, meaning);
    }
    module
}

fn parse(files: &dyn Files, path: &str, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Body {
    let file = sources.add(SourceFile::new(path, files.read(path).unwrap_or_default()));
    let (body, problems) = super::parse_file(sources, file, path);
    diagnostics.extend(problems);
    body
}

/// Reads the root module and its descendants, whose folders `manifest` knows.
pub fn load(
    files: &dyn Files,
    manifest: &Manifest,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Config {
    load_at(files, manifest, String::new(), &[], sources, diagnostics)
}

/// Modules may not be nested deeper: a module that calls itself would never end.
const MAX_DEPTH: usize = 20;

fn load_at(
    files: &dyn Files,
    manifest: &Manifest,
    dir: String,
    path: &[String],
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Config {
    let module = module(files, &dir, sources, diagnostics);
    let mut children = BTreeMap::new();
    for call in module.calls.values() {
        let mut child_path = path.to_vec();
        child_path.push(call.name.clone());
        let Some(child_dir) = manifest.get(&child_path.join(".")).filter(|_| path.len() < MAX_DEPTH) else {
            if call.source.is_some() {
                let detail = "This module is not yet installed. Run \"terraform init\" to install all modules required by this configuration.";
                diagnostics.push(Diagnostic::error("Module not installed", detail).at(call.range));
            }
            continue;
        };
        let child = load_at(files, manifest, child_dir.clone(), &child_path, sources, diagnostics);
        children.insert(call.name.clone(), child);
    }
    Config { path: path.to_vec(), module, children }
}

/// The folders of all modules that are reached through local paths.
#[must_use]
pub fn local_manifest(files: &dyn Files, sources: &mut Sources) -> Manifest {
    let mut out = Manifest::new();
    let mut open = vec![(Vec::<String>::new(), String::new())];
    while let Some((path, dir)) = open.pop() {
        if path.len() >= MAX_DEPTH {
            continue;
        }
        let found = module(files, &dir, sources, &mut Vec::new());
        for call in found.calls.values() {
            let Some(source) = call.source.as_deref().filter(|source| is_local(source)) else {
                continue;
            };
            let child_dir = clean(&join(&dir, source));
            let mut child_path = path.clone();
            child_path.push(call.name.clone());
            out.insert(child_path.join("."), child_dir.clone());
            open.push((child_path, child_dir));
        }
    }
    out
}

/// Whether a module's source is a folder of this project.
#[must_use]
pub fn is_local(source: &str) -> bool {
    source == "." || source == ".." || source.starts_with("./") || source.starts_with("../")
}
