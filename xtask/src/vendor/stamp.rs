//! Stamps: a file beside what was made, with the hash of all that it was made from.

use crate::run::Outcome;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The hash of some inputs, to be compared with what an earlier run wrote down.
pub struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// `file` is where the stamp is kept; `inputs` are the files that something is made from, `words`
    /// whatever else decides how it comes out.
    pub fn new(file: PathBuf, inputs: &[PathBuf], words: &str) -> Outcome<Self> {
        let mut hasher = Sha256::new();
        hasher.update(words);
        for input in inputs {
            let content = read(input)?;
            hasher.update(content.len().to_le_bytes());
            hasher.update(&content);
        }
        let hash = hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { file, hash })
    }

    pub fn hash(&self) -> &str {
        &self.hash
    }

    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|written| written == self.hash)
    }

    pub fn write(&self) -> Outcome {
        write(&self.file, self.hash.as_bytes())
    }
}

pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn write(path: &Path, content: &[u8]) -> Outcome {
    fs::write(path, content).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn create_dir(path: &Path) -> Outcome {
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Every file below a folder that ends in `ending`, sorted.
pub fn files_below(folder: &Path, ending: &str) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files_below(&path, ending)?);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
