//! The project's files: a small tree in memory, kept with the lab's state.

use crate::view::FileEntry;
use nuvola_kernel::Blob;
use nuvola_kernel::Map;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Files and folders by path relative to the project's root, `/` between names.
/// Folders exist with their files; only empty ones need to be remembered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Files {
    entries: Map<String, Blob>,
    folders: BTreeSet<String>,
    /// Grows with each change, so that views know when to be made again.
    #[serde(skip)]
    pub revision: u64,
}

/// Largest file that is taken in. **Units**: bytes.
pub const FILE_LIMIT_BYTES: usize = 64 << 20;

/// Where the files of the home folder are kept that is above the project: `~/.aws/credentials`.
pub const HOME: &str = "~";

/// Resolves `path` against the folder `cwd` (both inside the project); nothing when it leads outside. What lies
/// in the home folder beside the project is in the folder [`HOME`].
pub fn resolve(cwd: &str, root: &str, path: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix(HOME).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        let home = home_of(root)?;
        let full = format!("{home}{rest}");
        let in_root = full.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        return match in_root {
            true => resolve("", root, &full),
            false if rest.is_empty() => None,
            false => resolve(HOME, root, &rest[1..]).filter(|path| path.starts_with("~/")),
        };
    }
    let (start, rest) = match path.strip_prefix(root) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => ("", rest),
        Some(_) | None if path.starts_with('/') => return None,
        Some(_) | None => (cwd, path),
    };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// `/home/student` of `/home/student/project`.
fn home_of(root: &str) -> Option<&str> {
    let end = root.match_indices('/').nth(2).map_or(root.len(), |(at, _)| at);
    root.starts_with("/home/").then(|| &root[..end])
}

impl Files {
    pub fn read(&self, path: &str) -> Option<&Blob> {
        self.entries.get(path)
    }

    pub fn write(&mut self, path: &str, content: Blob) {
        self.revision += 1;
        self.remember_parents(path);
        self.entries.insert(path.to_owned(), content);
    }

    pub fn make_folder(&mut self, path: &str) {
        self.revision += 1;
        self.folders.insert(path.to_owned());
    }

    /// A folder that loses its last file stays, as on a disk.
    fn remember_parents(&mut self, path: &str) {
        let mut at = path;
        while let Some((parent, _)) = at.rsplit_once('/') {
            if !self.folders.insert(parent.to_owned()) {
                break;
            }
            at = parent;
        }
    }

    pub fn remove_file(&mut self, path: &str) -> Option<Blob> {
        self.revision += 1;
        self.entries.remove(path)
    }

    /// Removes a file, or a folder with all in it; says whether there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        let inside = format!("{path}/");
        let before = self.entries.len() + self.folders.len();
        self.entries.retain(|name, _| name != path && !name.starts_with(&inside));
        self.folders.retain(|name| name != path && !name.starts_with(&inside));
        self.revision += 1;
        self.entries.len() + self.folders.len() < before
    }

    /// Renames a file or a folder with all in it; says whether there was one.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let moved = |name: &str| match name.strip_prefix(from) {
            Some("") => Some(to.to_owned()),
            Some(rest) if rest.starts_with('/') => Some(format!("{to}{rest}")),
            Some(_) | None => None,
        };
        let files: Vec<(String, String)> =
            self.entries.keys().filter_map(|name| Some((name.clone(), moved(name)?))).collect();
        let folders: Vec<(String, String)> =
            self.folders.iter().filter_map(|name| Some((name.clone(), moved(name)?))).collect();
        for (old, new) in &files {
            if let Some(content) = self.entries.remove(old) {
                self.write(new, content);
            }
        }
        for (old, new) in &folders {
            self.folders.remove(old);
            self.folders.insert(new.clone());
        }
        self.revision += 1;
        !files.is_empty() || !folders.is_empty()
    }

    pub fn is_file(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    pub fn is_folder(&self, path: &str) -> bool {
        path.is_empty() || path == HOME || self.folders.contains(path) || self.below(path).next().is_some()
    }

    /// All files below a folder, by path.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a Blob)> + use<'a> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        self.entries
            .range(prefix.clone()..)
            .take_while(move |(name, _)| name.starts_with(&prefix))
            .map(|(name, content)| (name.as_str(), content))
    }

    /// The names directly inside a folder, sorted, with whether each is a folder.
    pub fn list(&self, folder: &str) -> Vec<(String, bool)> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut names: BTreeMap<String, bool> = BTreeMap::new();
        let all =
            self.entries.keys().map(|name| (name, false)).chain(self.folders.iter().map(|name| (name, true)));
        for (name, is_folder) in all {
            let Some(rest) = name.strip_prefix(&prefix) else { continue };
            match rest.split_once('/') {
                Some((first, _)) => names.insert(first.to_owned(), true),
                None => names.insert(rest.to_owned(), is_folder || names.get(rest) == Some(&true)),
            };
        }
        names.remove("");
        names.into_iter().collect()
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.folders.clear();
        self.revision += 1;
    }

    pub fn entries(&self) -> Vec<FileEntry> {
        let files = self.entries.iter().map(|(path, content)| FileEntry {
            path: path.clone(),
            size_bytes: content.len(),
            generated: is_generated(path),
        });
        files.collect()
    }
}

/// What tools write for themselves: shown apart from what the student wrote.
pub fn is_generated(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.starts_with(".terraform/")
        || name.starts_with("terraform.tfstate")
        || name == ".terraform.lock.hcl"
        || name.ends_with(".zip")
        || name.ends_with(".tfplan")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Files {
        let mut files = Files::default();
        for path in paths {
            files.write(path, Blob::from(*path));
        }
        files
    }

    #[test]
    fn a_path_that_leaves_the_project_is_refused() {
        let root = "/home/student/pow";
        assert_eq!(resolve("web", root, "../main.tf").as_deref(), Some("main.tf"));
        assert_eq!(resolve("web", root, "/home/student/pow/web/./a").as_deref(), Some("web/a"));
        assert_eq!(resolve("", root, ".").as_deref(), Some(""));
        assert_eq!(resolve("", root, "../x"), None);
        assert_eq!(resolve("", root, "/etc/passwd"), None);
        assert_eq!(resolve("", root, "/home/student/power"), None);
    }

    #[test]
    fn folders_list_their_own_names_only() {
        let files = tree(&["main.tf", "web/index.html", "web/css/a.css"]);
        assert_eq!(files.list(""), [("main.tf".to_owned(), false), ("web".to_owned(), true)]);
        assert_eq!(files.list("web"), [("css".to_owned(), true), ("index.html".to_owned(), false)]);
        assert!(files.is_folder("web/css") && !files.is_folder("we"));
    }

    #[test]
    fn renaming_a_folder_moves_what_is_in_it() {
        let mut files = tree(&["web/index.html", "website.txt"]);
        assert!(files.rename("web", "site"));
        assert!(files.is_file("site/index.html") && files.is_file("website.txt"));
        assert!(!files.is_folder("web"));
    }
}
