//! JSONPath as Step Functions reads it: Jayway's dialect, with `$$` (the context object) and `$name` (variables).
//!
//! A *reference path* names one place (names and single indices), so it can be written to as well ([`Path::put`]).
//! A full path may have wildcards, slices, lists, filters and deep scans; then it is *indefinite* and its value
//! is the array of everything it matches, empty when nothing does.
//!
//! Source: "JSONPath" and "Paths" in the Amazon States Language specification, <https://states-language.net/spec.html>,
//! which names Jayway's implementation; texts of errors as recorded in `shared/cases/asl`.

mod eval;
mod filter;
pub(crate) mod parse;
mod put;

use crate::{AslError, Scope, value};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    root: Root,
    steps: Vec<Step>,
    /// `.length()` and its like at the end.
    function: Option<Function>,
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`
    Input,
    /// `$$`
    Context,
    /// `$name`
    Variable(String),
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// `.name`, `['name']`, `['a','b']`
    Names(Vec<String>),
    /// `[0]`, `[-1]`, `[0,2]`
    Indices(Vec<i64>),
    /// `[from:to]`; a third number is read and has no effect, as in Jayway's.
    Slice(Option<i64>, Option<i64>),
    /// `*`, `[*]`
    Wildcard,
    /// `..`: the next step applies to the value and everything below it.
    Scan,
    /// `[?(...)]`
    Filter(filter::Filter, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Length,
    Keys,
    First,
    Last,
    /// `min`, `max`, `sum`, `avg`, `stddev`: Jayway's know no numbers in Jackson's trees, so they always fail.
    Aggregate,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    pub message: String,
    /// The offset in bytes at which reading stopped.
    pub offset: usize,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Path {
    /// Reads a path: `$`, `$.a.b[0]`, `$$.Execution.Id`, `$count`, `$.items[?(@.price > 10)].name`.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        parse::parse(text)
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Is it `$` alone?
    pub fn is_whole_input(&self) -> bool {
        self.root == Root::Input && self.steps.is_empty() && self.function.is_none()
    }

    /// Does it name exactly one place: names and indices from 0 on, no operator of several values?
    pub fn is_reference(&self) -> bool {
        self.function.is_none()
            && self.steps.iter().all(|step| match step {
                Step::Names(names) => names.len() == 1,
                Step::Indices(indices) => indices.len() == 1 && indices[0] >= 0,
                Step::Slice(..) | Step::Wildcard | Step::Scan | Step::Filter(..) => false,
            })
    }

    /// The value that it leads to, for `InputPath`, `OutputPath`, `ItemsPath`, `SecondsPath` and such.
    /// Fails with `States.Runtime`, "Invalid path '...' : ...".
    pub fn evaluate<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, AslError> {
        self.find(scope).map_err(|why| AslError::runtime(format!("Invalid path '{}' : {why}", self.text)))
    }

    /// The value for a payload template's field (`name.$`), `ErrorPath` or `CausePath`.
    /// Fails with `States.Runtime`, "The JSONPath '...' specified for the field '...' could not be found in the
    /// input '...'".
    pub fn evaluate_field<'a>(&self, scope: &Scope<'a>, field: &str) -> Result<Cow<'a, Value>, AslError> {
        self.find(scope).map_err(|_| {
            AslError::runtime(format!(
                "The JSONPath '{}' specified for the field '{field}' could not be found in the input '{}'",
                self.text,
                value::to_text(scope.input)
            ))
        })
    }

    /// The value, or Jayway's words for why there is none. Choice rules' `IsPresent` asks this way.
    pub fn find<'a>(&self, scope: &Scope<'a>) -> Result<Cow<'a, Value>, String> {
        let root = match &self.root {
            Root::Input => scope.input,
            Root::Context => scope.context,
            Root::Variable(name) => {
                scope.variable(name).ok_or_else(|| format!("No results for path: ${name}"))?
            }
        };
        eval::find(self, root)
    }

    /// Writes at a reference path from `$` (`ResultPath`), making the objects on the way.
    /// Fails with `States.ResultPathMatchFailure` when a value on the way is no object.
    pub fn put(&self, target: &mut Value, new: Value) -> Result<(), AslError> {
        put::put(self, target, new)
    }
}
