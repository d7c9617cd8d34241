//! Folders of lessons: packed for the page, and read with their variants and mutants for the tests.
//!
//! `lessons/README.md` says what lies where. A packed lesson is one JSON text: `lesson.toml` as it stands, the
//! files of `start/`, and each step's `solution/`. Whether it makes sense is the lab's to say.

mod plays;

pub use plays::{Play, PlayKind, StepPlay, plays};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The form of packed lessons; the lab reads only its own.
const FORMAT: u64 = 1;

/// Texts as they are, other bytes as base64: by path below a folder.
pub type Files = BTreeMap<String, Value>;

/// A lesson's folder as one JSON value.
///
/// # Errors
/// With the file concerned, when something cannot be read.
pub fn pack(folder: &Path) -> Result<Value, String> {
    let mut lesson = read_toml(&folder.join("lesson.toml"))?;
    let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(members) = lesson.as_object_mut() else { return Err(format!("{id}: lesson.toml is no table")) };
    members.insert("format".to_owned(), FORMAT.into());
    members.insert("id".to_owned(), id.into());
    members.insert("start".to_owned(), object(files_below(&folder.join("start"))?));
    for step in lesson["steps"].as_array_mut().into_iter().flatten() {
        let Some(step) = step.as_object_mut() else { continue };
        let name = step.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let files = files_below(&folder.join("solution").join(&name))?;
        let commands = step.remove("commands").unwrap_or_else(|| json!([]));
        let is_empty = files.is_empty() && commands.as_array().is_none_or(Vec::is_empty);
        if !is_empty {
            step.insert("solution".to_owned(), json!({ "files": object(files), "commands": commands }));
        }
    }
    Ok(lesson)
}

/// What the list of lessons says of one.
fn entry(lesson: &Value) -> Value {
    let mut entry = Map::new();
    for name in ["id", "title", "summary", "minutes", "order"] {
        entry.insert(name.to_owned(), lesson[name].clone());
    }
    entry.insert("steps".to_owned(), lesson["steps"].as_array().map_or(0, Vec::len).into());
    Value::Object(entry)
}

/// The folders below `lessons` that hold a lesson, in the order in which students see them.
///
/// # Errors
/// When the folder cannot be read.
pub fn folders(lessons: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(lessons).map_err(|error| format!("{}: {error}", lessons.display()))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.join("lesson.toml").exists())
        .collect();
    found.sort();
    Ok(found)
}

/// Packs every lesson below `lessons` into `out`: `index.json`, and one file each.
///
/// # Errors
/// With the file concerned, when something cannot be read or written.
pub fn pack_all(lessons: &Path, out: &Path) -> Result<usize, String> {
    let _ = fs::remove_dir_all(out);
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mut index = Vec::new();
    for folder in folders(lessons)? {
        let lesson = pack(&folder)?;
        write(&out.join(format!("{}.json", lesson["id"].as_str().unwrap_or_default())), &lesson)?;
        index.push(entry(&lesson));
    }
    index.sort_by_key(|entry| (entry["order"].as_i64().unwrap_or(i64::MAX), entry["id"].to_string()));
    let count = index.len();
    write(&out.join("index.json"), &Value::Array(index))?;
    Ok(count)
}

fn write(path: &Path, value: &Value) -> Result<(), String> {
    fs::write(path, value.to_string()).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_toml(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The files below a folder by path; none where there is no such folder.
fn files_below(folder: &Path) -> Result<Files, String> {
    let mut found = Files::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(at) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&at) else { continue };
        for entry in entries {
            let path = entry.map_err(|error| format!("{}: {error}", at.display()))?.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let content = match String::from_utf8(bytes) {
                Ok(text) => Value::String(text),
                Err(error) => json!({ "base64": STANDARD.encode(error.into_bytes()) }),
            };
            found.insert(name, content);
        }
    }
    Ok(found)
}

fn object(files: Files) -> Value {
    Value::Object(files.into_iter().collect())
}
