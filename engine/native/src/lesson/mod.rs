//! `nuvola lesson`: proves a lesson's checks with real programs.
//!
//! `stage` is a lab with a clock and a keyboard, `programs` runs its Python and AWS CLI as processes whose
//! requests come back to the lab by a port, `judge` plays the solution, the variants and the mutants.

mod judge;
mod programs;
mod stage;

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
