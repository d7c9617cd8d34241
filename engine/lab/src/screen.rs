//! A console's screens as plain data: what the page draws with one small set of components.
//!
//! The lab decides what is on a screen and words it; the page lays it out, keeps what is typed, and sends
//! back verbs with values. A path names a screen: `["s3", "photos", "objects", "2026/"]`.

use crate::view::Fact;
use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};

pub type Path = Vec<String>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Screen {
    pub path: Path,
    pub title: String,
    /// The screens above this one, outermost first.
    pub crumbs: Vec<Crumb>,
    /// Sides of the same thing; empty where there is one only.
    pub tabs: Vec<Crumb>,
    /// It changes as time goes on, without anybody's request.
    pub live: bool,
    pub blocks: Vec<Block>,
}

/// A way to another screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Crumb {
    pub label: String,
    pub path: Path,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Block {
    Tiles { tiles: Vec<Tile> },
    Facts { title: String, facts: Vec<Fact> },
    Table(Table),
    Form(Form),
    Actions { actions: Vec<Action> },
    Bars { title: String, bars: Vec<Bar> },
    Code { title: String, text: String },
    Image { title: String, media_type: String, content: Blob },
    Note { tone: Tone, text: String },
    Graph(Graph),
}

/// A state machine, drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    pub title: String,
    pub nodes: Vec<GraphNode>,
    pub edges: Vec<GraphEdge>,
}

/// A state, or one of the two ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphNode {
    pub id: String,
    pub title: String,
    /// What it is, in words: `Task: lambda:invoke`.
    pub text: String,
    /// The state whose branches or iterations it belongs to.
    pub parent: Option<String>,
    pub status: StateStatus,
    /// What is worth a glance: `3 of 10 done`, `retry 2 in 4 s`; may be empty.
    pub note: String,
    /// What a press shows: input, output, error, the definition.
    pub details: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphEdge {
    pub from: String,
    pub to: String,
    pub label: String,
    /// It leads on after an error.
    pub caught: bool,
    /// The execution went this way.
    pub taken: bool,
}

/// How far an execution is with a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StateStatus {
    /// Not reached; or there is no execution.
    #[default]
    Idle,
    Running,
    /// An attempt failed and another one follows.
    Retrying,
    Done,
    /// It failed and a catcher took over.
    Caught,
    Failed,
    /// The execution ended while it ran.
    Stopped,
}

/// A service on the first screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tile {
    /// The Terraform type whose icon it wears.
    pub kind: String,
    pub title: String,
    pub text: String,
    pub path: Path,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    /// What is said where there are no rows.
    pub empty: String,
    /// The next page.
    pub more: Option<Path>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub cells: Vec<String>,
    /// The screen behind the first cell.
    pub opens: Option<Path>,
    pub actions: Vec<Action>,
}

/// Something that a press does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    pub verb: String,
    pub label: String,
    /// It destroys something: the page asks with this text first.
    pub confirm: Option<String>,
    pub values: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Form {
    pub verb: String,
    pub title: String,
    /// The word on its button.
    pub submit: String,
    pub fields: Vec<Field>,
    /// Folded away until it is wanted.
    pub folded: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    pub value: String,
    /// A word of help; may be empty.
    pub hint: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FieldKind {
    Text,
    Number,
    /// Several lines, in the code's letters.
    Area,
    /// One of these: value and label.
    Choice {
        options: Vec<(String, String)>,
    },
    /// Files of the student's disk, also by drag and drop.
    Files,
}

/// One measure beside others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// Where the bar is full; 0 for the greatest of the block.
    pub full: f64,
    /// The value in words, with its unit.
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tone {
    Info,
    Good,
    Warning,
}

/// What an action or a form led to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acted {
    /// A sentence for people; may be empty.
    pub text: String,
    /// The screen to show now; nothing: the same, fresh.
    pub go: Option<Path>,
    /// What came out, shown above the screen until the next action.
    pub blocks: Vec<Block>,
    /// A file for the student's disk: name and content.
    pub file: Option<(String, Blob)>,
    /// A terminal to look at.
    pub terminal: Option<u32>,
}

impl Row {
    pub(crate) fn new(cells: impl IntoIterator<Item = String>) -> Self {
        Row { cells: cells.into_iter().collect(), ..Row::default() }
    }

    pub(crate) fn opening(mut self, path: &[&str]) -> Self {
        self.opens = Some(to(path));
        self
    }

    pub(crate) fn with(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }
}

impl Action {
    pub(crate) fn new(verb: &str, label: &str, values: &[(&str, &str)]) -> Self {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Action { verb: verb.to_owned(), label: label.to_owned(), confirm: None, values }
    }

    pub(crate) fn asking(mut self, question: impl Into<String>) -> Self {
        self.confirm = Some(question.into());
        self
    }
}

impl Field {
    pub(crate) fn new(name: &str, label: &str, kind: FieldKind) -> Self {
        let (name, label) = (name.to_owned(), label.to_owned());
        Field { name, label, kind, value: String::new(), hint: String::new() }
    }

    pub(crate) fn text(name: &str, label: &str) -> Self {
        Field::new(name, label, FieldKind::Text)
    }

    pub(crate) fn choice(name: &str, label: &str, options: &[(&str, &str)]) -> Self {
        let options = options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned()));
        let mut field = Field::new(name, label, FieldKind::Choice { options: options.collect() });
        if let FieldKind::Choice { options } = &field.kind {
            field.value = options.first().map(|(value, _)| value.clone()).unwrap_or_default();
        }
        field
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub(crate) fn hint(mut self, hint: &str) -> Self {
        self.hint = hint.to_owned();
        self
    }
}

impl Form {
    pub(crate) fn new(verb: &str, title: &str, submit: &str, fields: Vec<Field>) -> Self {
        let (verb, title, submit) = (verb.to_owned(), title.to_owned(), submit.to_owned());
        Form { verb, title, submit, fields, folded: false }
    }

    pub(crate) fn folded(mut self) -> Self {
        self.folded = true;
        self
    }
}

impl Table {
    pub(crate) fn new(title: &str, columns: &[&str], rows: Vec<Row>, empty: &str) -> Self {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        Table { title: title.to_owned(), columns, rows, empty: empty.to_owned(), more: None }
    }
}

pub(crate) fn fact(label: &str, value: impl Into<String>) -> Fact {
    Fact { label: label.to_owned(), value: value.into() }
}

pub(crate) fn to(path: &[&str]) -> Path {
    path.iter().map(|part| (*part).to_owned()).collect()
}
