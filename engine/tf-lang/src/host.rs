//! What functions need from outside: files, time and randomness, all supplied by the caller.

use std::sync::Arc;

/// The caller's answers to impure functions.
pub trait Host {
    /// The character sets of `textencodebase64` beyond Unicode's, ASCII and Latin-1; the classes of `regex`.
    fn characters(&self) -> Characters {
        Characters::NONE
    }
    /// The current time, for `timestamp`.
    fn now_ms(&self) -> i64;
    /// The time of the plan, for `plantimestamp`, which does not exist without a plan.
    fn plan_time_ms(&self) -> Option<i64>;
    /// Random bytes, for `uuid` and `bcrypt`.
    fn random_bytes(&self) -> [u8; 16];
    /// The content of a file; relative paths begin at the module's base folder.
    fn read_file(&self, path: &str) -> Result<Arc<[u8]>, FileError>;
    /// Whether something of that name exists.
    fn file_kind(&self, path: &str) -> Option<FileKind>;
    /// All regular files below a folder, at any depth, as paths relative to it with `/`.
    fn list_files(&self, folder: &str) -> Vec<String>;
    /// The absolute path of the base folder, for `abspath`.
    fn base_dir(&self) -> String;
    /// The user's home folder, for `~`.
    fn home_dir(&self) -> Option<String>;
}

/// The first and the last character of each range: sorted, disjoint.
pub type CharRanges = Vec<(char, char)>;

/// Tables of characters that a host lends: they weigh more than the whole language, and browsers have them.
/// The sets are those of the Encoding standard, the classes Unicode's, so every host gives the same answers
/// (but for characters that are newer than some host's edition of Unicode).
#[derive(Clone, Copy)]
pub struct Characters {
    /// The name of the set that has a label; labels are in lower case.
    pub find: fn(label: &str) -> Option<String>,
    /// The bytes of a text; `None` when a character is not in the set.
    pub encode: fn(name: &str, text: &str) -> Option<Vec<u8>>,
    /// The text of some bytes; `None` when they are not of the set.
    pub decode: fn(name: &str, bytes: &[u8]) -> Option<String>,
    /// The characters of a general category (`Lu`) or script (`Greek`).
    pub class: fn(name: &str) -> Option<CharRanges>,
}

impl Characters {
    pub const NONE: Characters =
        Characters { find: |_| None, encode: |_, _| None, decode: |_, _| None, class: |_| None };

    /// From tables of our own.
    #[cfg(feature = "characters")]
    pub const BUILT_IN: Characters = crate::characters::BUILT_IN;
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    File,
    Folder,
    /// A device, socket or the like.
    Other,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    NotFound,
    IsFolder,
    Denied,
    Other(String),
}

impl FileError {
    /// The reason as the operating system words it.
    pub fn reason(&self) -> &str {
        match self {
            FileError::NotFound => "no such file or directory",
            FileError::IsFolder => "is a directory",
            FileError::Denied => "permission denied",
            FileError::Other(reason) => reason,
        }
    }
}

/// A host without files, whose clock stands still: for checks that must be reproducible.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmptyHost;

impl Host for EmptyHost {
    fn now_ms(&self) -> i64 {
        0
    }

    fn plan_time_ms(&self) -> Option<i64> {
        None
    }

    fn random_bytes(&self) -> [u8; 16] {
        [0; 16]
    }

    fn read_file(&self, _path: &str) -> Result<Arc<[u8]>, FileError> {
        Err(FileError::NotFound)
    }

    fn file_kind(&self, _path: &str) -> Option<FileKind> {
        None
    }

    fn list_files(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }

    fn base_dir(&self) -> String {
        "/".to_owned()
    }

    fn home_dir(&self) -> Option<String> {
        None
    }
}
