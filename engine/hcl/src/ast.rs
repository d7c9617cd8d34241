//! The syntax tree of HCL's native syntax (and of its JSON form).
//!
//! Every node has a [`Range`]. A tree is always complete: where the text is wrong, the parser
//! leaves what it could read and an [`ExprKind::Invalid`], and says so in a diagnostic.

use crate::diagnostic::Diagnostic;
use crate::span::Range;

/// The content of a file or of a block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// In source order; names are unique (a duplicate is a diagnostic, and only the first is kept).
    pub attributes: Vec<Attribute>,
    /// In source order.
    pub blocks: Vec<Block>,
    pub range: Range,
    /// Where an attribute that is missing would have been: just before the closing brace.
    pub end: Range,
    /// What is wrong with templates in JSON's strings: they are only read when they are evaluated.
    pub late: Vec<Diagnostic>,
}

impl Body {
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub fn blocks_of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}

/// `name = expr`
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub expr: Expr,
    pub name_range: Range,
    pub equals_range: Range,
    /// From the name to the end of the expression.
    pub range: Range,
}

/// `type "label" label { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The block's type, such as `resource`.
    pub kind: String,
    pub labels: Vec<Label>,
    pub body: Body,
    pub kind_range: Range,
    pub open_brace_range: Range,
    pub close_brace_range: Range,
}

impl Block {
    /// The type and the labels: what a diagnostic about the whole block points at.
    #[must_use]
    pub fn header_range(&self) -> Range {
        let last = self.labels.last().map_or(self.kind_range, |label| label.range);
        self.kind_range.to(last)
    }

    /// From the type to the closing brace.
    #[must_use]
    pub fn range(&self) -> Range {
        self.kind_range.to(self.close_brace_range)
    }

    /// As diagnostics name a block: `resource "a" "b"`.
    #[must_use]
    pub fn describe(&self) -> String {
        let labels = self.labels.iter();
        labels.fold(self.kind.clone(), |text, label| format!("{text} {}", crate::text::quote(&label.name)))
    }
}

/// One label of a block, quoted or bare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub name: String,
    pub range: Range,
}

/// A name with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    pub name: String,
    pub range: Range,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub range: Range,
}

impl Expr {
    #[must_use]
    pub fn new(kind: ExprKind, range: Range) -> Self {
        Self { kind, range }
    }

    /// The bare word that this expression is, if it is one: `string` in `type = string`.
    #[must_use]
    pub fn keyword(&self) -> Option<&str> {
        match self.as_traversal() {
            Some(traversal) if traversal.steps.is_empty() => Some(&traversal.root.name),
            Some(_) | None => None,
        }
    }

    /// The absolute traversal that this expression is, if it is one.
    #[must_use]
    pub fn as_traversal(&self) -> Option<&Traversal> {
        if let ExprKind::Traversal(traversal) = &self.kind { Some(traversal) } else { None }
    }

    /// The text of a template without interpolations: `"abc"`.
    #[must_use]
    pub fn literal_string(&self) -> Option<&str> {
        if let ExprKind::Template(template) = &self.kind { template.literal() } else { None }
    }
}

/// The kinds of expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// What could not be read; a diagnostic has already said why.
    Invalid,
    Null,
    Bool(bool),
    /// A number as written: numbers are wider than any machine type.
    Number(String),
    Template(Template),
    /// `a.b[0]`, beginning at a name in scope.
    Traversal(Traversal),
    /// Attribute and literal index steps after any other expression: `f(x).b[0]`.
    RelativeTraversal {
        source: Box<Expr>,
        steps: Vec<Step>,
    },
    /// `collection[key]` where the key is not a literal.
    Index {
        collection: Box<Expr>,
        key: Box<Expr>,
        open_bracket_range: Range,
        bracket_range: Range,
    },
    Splat(Splat),
    /// The element that a splat's `each` is applied to.
    SplatItem,
    Call(Call),
    Unary {
        op: UnaryOp,
        op_range: Range,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        op_range: Range,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Conditional {
        condition: Box<Expr>,
        if_true: Box<Expr>,
        if_false: Box<Expr>,
    },
    /// `(inner)`
    Parens(Box<Expr>),
    Tuple {
        items: Vec<Expr>,
        open_range: Range,
    },
    Object {
        items: Vec<ObjectItem>,
        open_range: Range,
    },
    For(Box<ForExpr>),
}

/// A string template: quoted, heredoc, or a whole file.
///
/// Escapes are decoded, heredoc indentation (`<<-`) is removed and strip markers (`~`) have been
/// applied to the neighbouring literals, so the value is the parts put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    pub parts: Vec<TemplatePart>,
    pub style: TemplateStyle,
}

impl Template {
    /// The text, when there is nothing to evaluate.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [TemplatePart::Literal { value, .. }] => Some(value),
            [_, ..] => None,
        }
    }

    /// The expression of `"${expr}"` alone, which keeps its type.
    #[must_use]
    pub fn wrapped(&self) -> Option<&Expr> {
        match self.parts.as_slice() {
            [TemplatePart::Interpolation { expr, .. }] => Some(expr),
            [] | [_, ..] => None,
        }
    }
}

/// How a template was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateStyle {
    Quoted,
    /// `<<EOT`
    Heredoc,
    /// `<<-EOT`: the common indentation has been removed.
    FlushHeredoc,
    /// A whole text, as `templatefile` reads it.
    Bare,
    /// A string of the JSON syntax.
    Json,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    Literal {
        value: String,
        range: Range,
    },
    /// `${expr}`
    Interpolation {
        expr: Expr,
        /// With the markers.
        range: Range,
    },
    /// `%{if condition}...%{else}...%{endif}`
    If {
        condition: Expr,
        if_true: Vec<TemplatePart>,
        if_false: Vec<TemplatePart>,
        /// From the opening to the closing directive.
        range: Range,
    },
    /// `%{for key, value in collection}...%{endfor}`
    For {
        key: Option<Ident>,
        value: Ident,
        collection: Expr,
        body: Vec<TemplatePart>,
        /// From the opening to the closing directive.
        range: Range,
    },
}

impl TemplatePart {
    #[must_use]
    pub fn range(&self) -> Range {
        match self {
            Self::Literal { range, .. }
            | Self::Interpolation { range, .. }
            | Self::If { range, .. }
            | Self::For { range, .. } => *range,
        }
    }
}

/// A path that begins at a name: `var.tags["a"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traversal {
    pub root: Ident,
    pub steps: Vec<Step>,
}

impl Traversal {
    #[must_use]
    pub fn range(&self) -> Range {
        let last = self.steps.last().map_or(self.root.range, |step| step.range);
        self.root.range.to(last)
    }
}

/// One step of a traversal; its range begins at the dot or the bracket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    pub range: Range,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// `.name`
    Attr(String),
    /// `[0]`, or the legacy `.0`: the number as written.
    Number(String),
    /// `["key"]`
    Key(String),
    /// `[*]` or `.*`, which only [`crate::parse_partial_traversal`] gives.
    Splat,
}

/// `source.*.a` or `source[*].a`
#[derive(Debug, Clone, PartialEq)]
pub struct Splat {
    pub source: Box<Expr>,
    /// What is done to each element: an expression about [`ExprKind::SplatItem`].
    pub each: Box<Expr>,
    pub style: SplatStyle,
    /// The `.*` or `[*]`.
    pub marker_range: Range,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplatStyle {
    /// `.*`: only the attributes that follow belong to `each`; an index applies to the result.
    AttributeOnly,
    /// `[*]`: all the steps that follow belong to `each`.
    Full,
}

/// `name(args)` or `name(args...)`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// With its namespace: `provider::aws::arn_parse`.
    pub name: String,
    pub name_range: Range,
    pub args: Vec<Expr>,
    /// Whether the last argument is followed by `...`.
    pub expand_final: bool,
    pub open_paren_range: Range,
    pub close_paren_range: Range,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Negate,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// `key = value` in an object.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectItem {
    pub key: Expr,
    pub value: Expr,
}

impl ObjectItem {
    /// The key as a plain text: a bare word or a quoted string without interpolations.
    /// A key in parentheses is an expression.
    #[must_use]
    pub fn literal_key(&self) -> Option<&str> {
        self.key.keyword().or_else(|| self.key.literal_string())
    }
}

/// `[for k, v in xs : v if c]` or `{for k, v in xs : k => v... if c}`
#[derive(Debug, Clone, PartialEq)]
pub struct ForExpr {
    pub key_var: Option<Ident>,
    pub value_var: Ident,
    pub collection: Expr,
    /// Present when an object is built.
    pub key: Option<Expr>,
    pub value: Expr,
    pub condition: Option<Expr>,
    /// Whether `...` after the value groups values by key.
    pub grouping: bool,
    pub open_range: Range,
    pub close_range: Range,
}
