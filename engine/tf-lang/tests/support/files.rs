//! Files of a case, held in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use nuvola_tf_lang::host::{Characters, FileError, FileKind, Host};

/// A folder in memory.
#[derive(Default)]
pub struct FixtureHost {
    pub files: BTreeMap<String, Arc<[u8]>>,
}

impl FixtureHost {
    /// Reads a folder of the disk.
    #[expect(clippy::disallowed_methods, reason = "a test reads its fixture")]
    pub fn load(root: &Path) -> FixtureHost {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, std::fs::read(&path).unwrap().into());
                }
            }
        }
        FixtureHost { files }
    }

    fn is_folder(&self, path: &str) -> bool {
        self.files.keys().any(|file| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }
}

impl Host for FixtureHost {
    fn characters(&self) -> Characters {
        Characters::BUILT_IN
    }

    fn now_ms(&self) -> i64 {
        1_700_000_000_000
    }

    fn plan_time_ms(&self) -> Option<i64> {
        None
    }

    fn random_bytes(&self) -> [u8; 16] {
        [7; 16]
    }

    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError> {
        match self.files.get(path) {
            Some(content) => Ok(content.clone()),
            None if self.is_folder(path) => Err(FileError::IsFolder),
            None => Err(FileError::NotFound),
        }
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        match self.files.contains_key(path) {
            true => Some(FileKind::File),
            false => self.is_folder(path).then_some(FileKind::Folder),
        }
    }

    fn list_files(&self, folder: &str) -> Vec<String> {
        let prefix = if folder == "." { String::new() } else { format!("{folder}/") };
        self.files.keys().filter_map(|file| file.strip_prefix(&prefix)).map(str::to_owned).collect()
    }

    fn base_dir(&self) -> String {
        "/project".to_owned()
    }

    fn home_dir(&self) -> Option<String> {
        Some("/home/someone".to_owned())
    }
}
