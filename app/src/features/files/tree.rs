//! The project's files as a tree.

use nuvola_lab::view::FileEntry;
use std::collections::{BTreeMap, BTreeSet};

/// A line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub path: String,
    pub name: String,
    pub depth: usize,
    /// `Some` for a folder: whether it is open.
    pub folder: Option<bool>,
    pub generated: bool,
}

#[derive(Default)]
struct Folder<'a> {
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: BTreeMap<&'a str, &'a FileEntry>,
}

/// The visible lines: folders first, each list by name; generated files after all others.
pub fn rows(files: &[FileEntry], closed: &BTreeSet<String>) -> (Vec<Row>, Vec<Row>) {
    let (generated, own): (Vec<&FileEntry>, Vec<&FileEntry>) = files.iter().partition(|file| file.generated);
    let mut own_rows = Vec::new();
    collect(&grown(&own), "", 0, closed, &mut own_rows);
    let made = |file: &&FileEntry| Row {
        path: file.path.clone(),
        name: file.path.clone(),
        depth: 0,
        folder: None,
        generated: true,
    };
    (own_rows, generated.iter().map(made).collect())
}

fn grown<'a>(files: &[&'a FileEntry]) -> Folder<'a> {
    let mut root = Folder::default();
    for file in files {
        let mut at = &mut root;
        let mut parts = file.path.split('/').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                at.files.insert(part, file);
                break;
            }
            at = at.folders.entry(part).or_default();
        }
    }
    root
}

fn collect(folder: &Folder<'_>, prefix: &str, depth: usize, closed: &BTreeSet<String>, rows: &mut Vec<Row>) {
    for (name, inner) in &folder.folders {
        let path = format!("{prefix}{name}");
        let is_open = !closed.contains(&path);
        let row = Row {
            path: path.clone(),
            name: (*name).to_owned(),
            depth,
            folder: Some(is_open),
            generated: false,
        };
        rows.push(row);
        if is_open {
            collect(inner, &format!("{path}/"), depth + 1, closed, rows);
        }
    }
    for (name, file) in &folder.files {
        let (path, name) = (file.path.clone(), (*name).to_owned());
        rows.push(Row { path, name, depth, folder: None, generated: false });
    }
}

/// Paths of all files in a folder, or the file itself.
pub fn below(files: &[FileEntry], path: &str) -> Vec<String> {
    let inside = format!("{path}/");
    files
        .iter()
        .filter(|file| file.path == path || file.path.starts_with(&inside))
        .map(|file| file.path.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<FileEntry> {
        let file = |path: &str, generated| FileEntry { path: path.to_owned(), size_bytes: 1, generated };
        vec![
            file("main.tf", false),
            file("web/img/a.png", false),
            file("web/index.html", false),
            file("terraform.tfstate", true),
            file(".terraform/providers/x", true),
        ]
    }

    fn drawn(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|row| format!("{}{}", "  ".repeat(row.depth), row.name)).collect()
    }

    #[test]
    fn folders_come_first_and_generated_files_stand_apart() {
        let (own, made) = rows(&files(), &BTreeSet::new());
        assert_eq!(drawn(&own), ["web", "  img", "    a.png", "  index.html", "main.tf"]);
        assert_eq!(drawn(&made), ["terraform.tfstate", ".terraform/providers/x"]);
    }

    #[test]
    fn closed_folders_hide_what_is_in_them() {
        let (own, _) = rows(&files(), &BTreeSet::from(["web".to_owned()]));
        assert_eq!(drawn(&own), ["web", "main.tf"]);
    }

    #[test]
    fn a_folder_stands_for_all_files_below_it() {
        assert_eq!(below(&files(), "web"), ["web/img/a.png", "web/index.html"]);
        assert_eq!(below(&files(), "main.tf"), ["main.tf"]);
    }
}
