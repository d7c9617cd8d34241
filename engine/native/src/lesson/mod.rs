//! `nuvola lesson`: proves a lesson's checks with real programs.
//!
//! `stage` is a lab with a clock and a keyboard, `programs` runs its Python and AWS CLI as processes (forks of
//! `zygote`) whose requests come back to the lab by a port, `judge` plays the solution, the variants and the mutants.

mod judge;
mod programs;
mod stage;
mod zygote;

use std::path::PathBuf;

/// # Errors
/// With a text for people, when an argument makes no sense or a lesson fails.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let (command, rest) = arguments.split_first().ok_or("usage: nuvola lesson test|pack FOLDER ...")?;
    let folders: Vec<PathBuf> =
        rest.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    let only = rest.iter().find_map(|argument| argument.strip_prefix("--only="));
    match (command.as_str(), folders.as_slice()) {
        ("pack", [folder]) => {
            println!("{}", nuvola_lesson_pack::pack(folder)?);
            Ok(())
        }
        ("test", [_, ..]) => judge::all(&folders, only),
        _ => Err("usage: nuvola lesson test|pack FOLDER ...".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::stage::Stage;
    use nuvola_lab::{Command, Reply};
    use std::path::Path;

    #[test]
    fn every_lesson_opens() {
        // Source: lessons/README.md.
        let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
        let folders = nuvola_lesson_pack::folders(&lessons).unwrap();
        assert!(!folders.is_empty());
        for folder in folders {
            let lesson = nuvola_lesson_pack::pack(&folder).unwrap();
            nuvola_lesson_pack::plays(&folder, &lesson).unwrap();
            let mut stage = Stage::new().unwrap();
            let reply = stage.ask(Command::OpenLesson { lesson: lesson.to_string() });
            assert!(matches!(reply, Ok(Reply::Done)), "{}: {reply:?}", folder.display());
        }
    }
}
