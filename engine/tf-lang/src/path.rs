//! Paths into values, and errors that say where in a value they happened.

use std::fmt;
use std::sync::Arc;

use nuvola_hcl::text::quote;

use crate::number::Number;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute of an object.
    Attr(Arc<str>),
    /// An element of a map.
    Key(Arc<str>),
    /// An element of a list or tuple.
    Index(usize),
    /// An element of a set.
    Element,
}

/// Steps from a value to a part of it.
pub type Path = Vec<Step>;

/// A path as Terraform writes it after the name of a value: `.a["b"][0]`.
pub fn path_text(path: &[Step]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Attr(name) => format!(".{name}"),
        Step::Key(key) => format!("[{}]", quote(key)),
        Step::Index(index) => format!("[{index}]"),
        Step::Element => "[...]".to_owned(),
    });
    steps.collect()
}

/// A failure at some place in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    pub path: Path,
    pub message: String,
}

impl PathError {
    /// A failure of the value as a whole.
    pub fn new(message: impl Into<String>) -> PathError {
        PathError { path: Path::new(), message: message.into() }
    }

    /// The same failure, seen from one step further out.
    #[must_use]
    pub fn within(mut self, step: Step) -> PathError {
        self.path.insert(0, step);
        self
    }
}

impl fmt::Display for PathError {
    /// As Terraform prints it: `a.b: a number is required`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(&self.message);
        }
        let path = path_text(&self.path);
        write!(f, "{path}: {}", self.message)
    }
}

/// The index of a list element as a number that fits.
pub(crate) fn index_of(number: &Number) -> Option<usize> {
    number.to_i64().and_then(|index| usize::try_from(index).ok())
}
