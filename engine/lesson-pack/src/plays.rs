//! Plays: how a student may go through a lesson. The solution, its variants (as right as it), and mutants
//! (each wrong in one way). A play is the solution with some files, texts or commands replaced.

use crate::{Files, files_below, read_toml};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// One way through a lesson.
#[derive(Debug, Clone)]
pub struct Play {
    pub name: String,
    pub kind: PlayKind,
    pub steps: Vec<StepPlay>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayKind {
    /// Every check of every step passes.
    Right,
    /// In this step, this check fails and no other; its hint holds these words.
    Wrong { step: usize, check: String, hint: String },
}

/// What is written and typed in a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepPlay {
    pub files: Files,
    pub removed: Vec<String>,
    pub commands: Vec<String>,
}

/// The solution first, then `variants/` and `mutants/`, by name.
///
/// # Errors
/// With the play concerned, when it cannot be read or does not fit the solution.
pub fn plays(folder: &Path, lesson: &Value) -> Result<Vec<Play>, String> {
    let solution: Vec<StepPlay> = steps(lesson).iter().map(of_solution).collect();
    let mut all = vec![Play { name: "solution".to_owned(), kind: PlayKind::Right, steps: solution.clone() }];
    for (group, is_mutant) in [("variants", false), ("mutants", true)] {
        let mut names: Vec<String> = fs::read_dir(folder.join(group))
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        for name in names {
            let place = format!("{group}/{name}");
            let play = read(&folder.join(&place), &place, lesson, &solution, is_mutant)
                .map_err(|problem| format!("{place}: {problem}"))?;
            all.push(play);
        }
    }
    Ok(all)
}

fn steps(lesson: &Value) -> &[Value] {
    lesson["steps"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn of_solution(step: &Value) -> StepPlay {
    let files = step["solution"]["files"].as_object().into_iter().flatten();
    StepPlay {
        files: files.map(|(path, content)| (path.clone(), content.clone())).collect(),
        removed: Vec::new(),
        commands: texts(&step["solution"]["commands"]),
    }
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn read(
    folder: &Path,
    name: &str,
    lesson: &Value,
    solution: &[StepPlay],
    is_mutant: bool,
) -> Result<Play, String> {
    let about = read_toml(&folder.join("play.toml"))?;
    let ids: Vec<&str> = steps(lesson).iter().map(|step| step["id"].as_str().unwrap_or_default()).collect();
    let mut by_id: BTreeMap<&str, StepPlay> = ids.iter().copied().zip(solution.iter().cloned()).collect();
    for id in &ids {
        let step = by_id.get_mut(id).ok_or("two steps have the same id")?;
        step.files.extend(files_below(&folder.join(id))?);
        if about["commands"][*id].is_array() {
            step.commands = texts(&about["commands"][*id]);
        }
        step.removed = texts(&about["remove"][*id]);
        step.files.retain(|path, _| !texts(&about["remove"][*id]).contains(path));
    }
    for part in ["commands", "remove"] {
        if let Some(unknown) =
            about[part].as_object().and_then(|all| all.keys().find(|id| !ids.contains(&id.as_str())))
        {
            return Err(format!("{part}: there is no step `{unknown}`"));
        }
    }
    for edit in about["edits"].as_array().into_iter().flatten() {
        apply_edit(edit, &mut by_id)?;
    }
    let text = |member: &str| about[member].as_str().unwrap_or_default().to_owned();
    let kind = match is_mutant {
        false => PlayKind::Right,
        true => {
            let step = ids
                .iter()
                .position(|id| *id == text("step"))
                .ok_or("`step` must name the step that fails")?;
            PlayKind::Wrong { step, check: text("fails"), hint: text("hint") }
        }
    };
    let steps = ids.iter().map(|id| by_id.remove(id).unwrap_or_default()).collect();
    Ok(Play { name: name.to_owned(), kind, steps })
}

/// `{ step, file, find, replace }`: a text that must be there becomes another. Without `step`: in all steps.
fn apply_edit(edit: &Value, steps: &mut BTreeMap<&str, StepPlay>) -> Result<(), String> {
    let text = |member: &str| edit[member].as_str().unwrap_or_default();
    let (file, find) = (text("file"), text("find"));
    let mut found = false;
    for (id, step) in steps.iter_mut() {
        if !text("step").is_empty() && text("step") != *id {
            continue;
        }
        let Some(Value::String(content)) = step.files.get_mut(file) else { continue };
        if !find.is_empty() && content.contains(find) {
            *content = content.replace(find, text("replace"));
            found = true;
        }
    }
    match found {
        true => Ok(()),
        false => Err(format!("edits: no step's `{file}` holds `{find}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_edit_must_find_its_text() {
        // Source: lessons/README.md, "Variants and mutants".
        let mut step = StepPlay::default();
        step.files.insert("main.tf".to_owned(), json!("a = 1\n"));
        let mut steps = BTreeMap::from([("one", step.clone()), ("two", step)]);
        let edit = json!({ "step": "two", "file": "main.tf", "find": "1", "replace": "2" });
        assert_eq!(apply_edit(&edit, &mut steps), Ok(()));
        assert_eq!(
            (&steps["one"].files["main.tf"], &steps["two"].files["main.tf"]),
            (&json!("a = 1\n"), &json!("a = 2\n"))
        );
        assert!(apply_edit(&edit, &mut steps).is_err(), "the text is gone");
    }
}
