//! What expressions are made of, and how they are written.

use crate::dynamodb::attr::Attr;
use std::fmt;

/// A parsed expression with what the parser noticed beside the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    pub tree: T,
    /// Parentheses around parentheses: refused later, after worse mistakes.
    pub redundant_parentheses: bool,
    /// Sections of an update that come twice.
    pub repeated_section: Option<&'static str>,
}

/// One step of a document path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// An attribute as the expression writes it, or `#name`; after [`super::check`], the attribute's real name.
    Name(String),
    Index(usize),
}

/// A document path: `a.b[0].#c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path of a top-level attribute.
    pub fn top(name: &str) -> Self {
        Path(vec![Step::Name(name.to_owned())])
    }

    /// The attribute that the path begins with.
    pub fn head(&self) -> &str {
        match self.0.first() {
            Some(Step::Name(name)) => name,
            Some(Step::Index(_)) | None => "",
        }
    }

    /// As errors write it: `[a, [0], b]`.
    pub fn in_brackets(&self) -> String {
        let steps: Vec<String> = self
            .0
            .iter()
            .map(|step| match step {
                Step::Name(name) => name.clone(),
                Step::Index(index) => format!("[{index}]"),
            })
            .collect();
        format!("[{}]", steps.join(", "))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Path(Path),
    /// `:value`
    Placeholder(String),
    /// A value, once its placeholder is filled.
    Value(Attr),
    Function(Function),
    /// `a + b`, in updates only.
    Plus(Box<(Operand, Operand)>),
    Minus(Box<(Operand, Operand)>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub name: String,
    pub arguments: Vec<Operand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparator {
    pub const ALL: [Comparator; 6] =
        [Comparator::Eq, Comparator::Ne, Comparator::Lt, Comparator::Le, Comparator::Gt, Comparator::Ge];

    pub fn sign(self) -> &'static str {
        match self {
            Comparator::Eq => "=",
            Comparator::Ne => "<>",
            Comparator::Lt => "<",
            Comparator::Le => "<=",
            Comparator::Gt => ">",
            Comparator::Ge => ">=",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Compare(Comparator, Operand, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    /// `attribute_exists(a)`, `contains(a, :b)`, ...
    Function(Function),
    Not(Box<Condition>),
    And(Box<(Condition, Condition)>),
    Or(Box<(Condition, Condition)>),
}

/// What an update does, section by section.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Update {
    pub set: Vec<(Path, Operand)>,
    pub remove: Vec<Path>,
    pub add: Vec<(Path, Operand)>,
    pub delete: Vec<(Path, Operand)>,
}

impl Update {
    /// All paths that are changed.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let set = self.set.iter().map(|(path, _)| path);
        let changed = self.add.iter().chain(&self.delete).map(|(path, _)| path);
        set.chain(&self.remove).chain(changed)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Path(path) => path.fmt(f),
            Operand::Placeholder(name) => f.write_str(name),
            Operand::Value(value) => write!(f, "{{{}}}", value.brief()),
            Operand::Function(function) => function.fmt(f),
            Operand::Plus(sides) => write!(f, "{} + {}", sides.0, sides.1),
            Operand::Minus(sides) => write!(f, "{} - {}", sides.0, sides.1),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, operands: &[Operand]) -> fmt::Result {
    for (at, operand) in operands.iter().enumerate() {
        write!(f, "{}{operand}", if at == 0 { "" } else { ", " })?;
    }
    Ok(())
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        list(f, &self.arguments)?;
        f.write_str(")")
    }
}

impl Condition {
    /// How strongly the outermost operator binds.
    fn strength(&self) -> u8 {
        match self {
            Condition::Or(_) => 0,
            Condition::And(_) => 1,
            Condition::Not(_) => 2,
            Condition::Compare(..) | Condition::Between(..) | Condition::In(..) | Condition::Function(_) => 3,
        }
    }

    /// Writes it in parentheses where it binds less than is needed.
    fn within(&self, f: &mut fmt::Formatter<'_>, needed: u8) -> fmt::Result {
        if self.strength() < needed { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Compare(comparator, a, b) => write!(f, "{a} {} {b}", comparator.sign()),
            Condition::Between(a, low, high) => write!(f, "{a} BETWEEN {low} AND {high}"),
            Condition::In(a, choices) => {
                write!(f, "{a} IN (")?;
                list(f, choices)?;
                f.write_str(")")
            }
            Condition::Function(function) => function.fmt(f),
            Condition::Not(inner) => {
                f.write_str("NOT ")?;
                inner.within(f, 2)
            }
            Condition::And(sides) => {
                sides.0.within(f, 1)?;
                f.write_str(" AND ")?;
                sides.1.within(f, 2)
            }
            Condition::Or(sides) => {
                sides.0.within(f, 0)?;
                f.write_str(" OR ")?;
                sides.1.within(f, 1)
            }
        }
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sections: Vec<String> = Vec::new();
        let join = |parts: Vec<String>| parts.join(", ");
        if !self.set.is_empty() {
            let parts = self.set.iter().map(|(path, value)| format!("{path} = {value}"));
            sections.push(format!("SET {}", join(parts.collect())));
        }
        if !self.remove.is_empty() {
            sections.push(format!("REMOVE {}", join(self.remove.iter().map(Path::to_string).collect())));
        }
        for (name, list) in [("ADD", &self.add), ("DELETE", &self.delete)] {
            if !list.is_empty() {
                let parts = list.iter().map(|(path, value)| format!("{path} {value}"));
                sections.push(format!("{name} {}", join(parts.collect())));
            }
        }
        f.write_str(&sections.join(" "))
    }
}
