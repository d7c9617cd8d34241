//! The tree of an expression.

use super::item::Item;
use super::regex::Pattern;
use super::signature::Signature;
use serde_json::Number;
use std::sync::Arc;

/// A place in the table of parents that `%` refers to.
pub(super) type Slot = usize;

/// A constant of the text. Not an [`Item`]: parsed expressions are kept in the state, which travels between
/// threads, and items belong to one evaluation.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(Number),
}

impl Literal {
    /// JavaScript's numbers: one that JSON cannot hold is no value.
    pub fn number(item: Item) -> Self {
        if let Item::Number(number) = item { Literal::Number(number) } else { Literal::Null }
    }

    pub fn item(&self) -> Item {
        match self {
            Literal::Null => Item::Null,
            Literal::Bool(value) => Item::Bool(*value),
            Literal::Number(number) => Item::Number(number.clone()),
        }
    }
}

/// A node with what the steps of a path add to it.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub kind: Kind,
    /// Where it is written, in characters.
    pub position: usize,
    /// How deep the tree below is.
    pub depth: u16,
    /// `[...]` on a value that is no step of a path.
    pub predicates: Vec<Stage>,
    /// `[...]` and `#$i` on a step.
    pub stages: Vec<Stage>,
    /// `{key: value}` behind it.
    pub group: Option<Box<Group>>,
    /// `[]` behind it.
    pub keep_array: bool,
    /// On a path: a step of it has `[]`.
    pub keep_singleton: bool,
    /// On an array constructor at either end of a path, and what holds it.
    pub cons: bool,
    /// `@$v` on a step.
    pub focus: Option<Arc<str>>,
    /// `#$i` on a step.
    pub index: Option<Arc<str>>,
    /// On a step: some `%` means the value that this step started from.
    pub ancestor: Option<Slot>,
    /// The step makes tuples.
    pub tuple: bool,
    /// Parents that are looked for further up.
    pub seeking: Vec<Slot>,
}

#[derive(Debug, Clone)]
pub(super) enum Stage {
    Filter(Node),
    Index(Arc<str>),
}

#[derive(Debug, Clone)]
pub(super) struct Group {
    pub pairs: Vec<(Node, Node)>,
    pub position: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Term {
    pub descending: bool,
    pub expression: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concat,
    And,
    Or,
    In,
    Range,
}

#[derive(Debug)]
pub(super) struct Lambda {
    pub parameters: Vec<Arc<str>>,
    pub signature: Option<Signature>,
    pub body: Node,
    /// A call in tail position, made a function so that the caller's loop does it.
    pub thunk: bool,
}

#[derive(Debug)]
pub(super) struct Transform {
    pub pattern: Node,
    pub update: Node,
    pub delete: Option<Node>,
    pub position: usize,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Path(Vec<Node>),
    Name(Arc<str>),
    Text(Arc<str>),
    Number(Literal),
    /// `true`, `false`, `null`.
    Constant(Literal),
    Variable(Arc<str>),
    Wildcard,
    Descendants,
    /// `%`
    Parent(Slot),
    Regex(Arc<Pattern>),
    Binary(Operator, Box<Node>, Box<Node>),
    Negate(Box<Node>),
    Array(Vec<Node>),
    Object(Vec<(Node, Node)>),
    Block(Vec<Node>),
    Condition(Box<Node>, Box<Node>, Option<Box<Node>>),
    Bind(Arc<str>, Box<Node>),
    Call(Box<Node>, Vec<Node>),
    Partial(Box<Node>, Vec<Node>),
    /// `?` among the arguments of a partial application.
    Placeholder,
    Lambda(Arc<Lambda>),
    /// `~>`
    Apply(Box<Node>, Box<Node>),
    Transform(Arc<Transform>),
    Sort(Vec<Term>),
    /// What the parser makes and the second pass turns into paths and stages.
    Raw(Raw),
}

#[derive(Debug, Clone)]
pub(super) enum Raw {
    /// The end of the text where a value should be.
    End,
    Dot(Box<Node>, Box<Node>),
    Filter(Box<Node>, Box<Node>),
    Group(Box<Node>, Vec<(Node, Node)>),
    Sort(Box<Node>, Vec<Term>),
    Focus(Box<Node>, Arc<str>),
    Index(Box<Node>, Arc<str>),
    Lambda(Vec<Arc<str>>, Option<Signature>, Box<Node>),
    Transform(Box<Node>, Box<Node>, Option<Box<Node>>),
}

impl Node {
    pub fn new(kind: Kind, position: usize) -> Node {
        Node {
            kind,
            position,
            depth: 1,
            predicates: Vec::new(),
            stages: Vec::new(),
            group: None,
            keep_array: false,
            keep_singleton: false,
            cons: false,
            focus: None,
            index: None,
            ancestor: None,
            tuple: false,
            seeking: Vec::new(),
        }
    }
}
