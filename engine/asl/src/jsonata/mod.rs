//! JSONata 2: parsed once into an [`Expression`], evaluated within bounds.
//!
//! The text goes through [`lexer`], [`parser`] and [`process`] into a tree ([`ast`]); [`eval`] walks it.
//! Semantics are those of the reference implementation; where Step Functions' (which is written in Java) is known to
//! differ, it counts: object members keep their order, whole numbers beyond 2^53 stay exact, Base64 is of UTF-8.
//! Not simulated: regular expressions with lookaround or back references (U1003).
//!
//! Source: JSONata Documentation, <https://docs.jsonata.org>; recorded answers of jsonata 2.2.2 in
//! `tests/jsonata.json`.

mod ast;
mod error;
mod eval;
mod function;
mod functions;
mod item;
mod lexer;
mod names;
mod parser;
mod process;
mod regex;
mod signature;

pub use error::Error;

use crate::{Draws, Scope};
use serde_json::Value;

/// A parsed expression.
#[derive(Clone)]
pub struct Expression {
    text: String,
    tree: std::sync::Arc<(ast::Node, Vec<usize>)>,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Expression").field(&self.text).finish()
    }
}

impl Expression {
    /// Reads an expression: the text between `{%` and `%}`.
    pub fn parse(text: &str) -> Result<Expression, Error> {
        let tree = process::process(parser::parse(text)?)?;
        Ok(Expression { text: text.to_string(), tree: std::sync::Arc::new(tree) })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The result; none when it is undefined.
    pub fn evaluate(&self, scope: &Scope, draws: &mut Draws) -> Result<Option<Value>, Error> {
        self.run(item::Item::Nothing, scope, draws)
    }

    /// As JSONata alone does, with a document as `$` and `$$`. In Step Functions there is none.
    pub fn evaluate_on(
        &self,
        document: &Value,
        scope: &Scope,
        draws: &mut Draws,
    ) -> Result<Option<Value>, Error> {
        self.run(item::Item::from_json(document), scope, draws)
    }

    fn run(&self, document: item::Item, scope: &Scope, draws: &mut Draws) -> Result<Option<Value>, Error> {
        let (node, labels) = &*self.tree;
        let result = eval::run(node, labels, document, scope, draws)?;
        match result {
            // A function is no JSON: the expression gave nothing that a state could use.
            item::Item::Function(_) => Ok(None),
            other => Ok(other.into_json()),
        }
    }

    /// The names of variables that it reads and does not bind itself, without `$`: `states`, variables of the
    /// machine, functions of the language. For checks.
    pub fn free_variables(&self) -> Vec<String> {
        names::free_variables(&self.tree.0)
    }

    /// Is this the name of a function of the language?
    pub fn is_function(name: &str) -> bool {
        functions::find(name).is_some()
    }
}
