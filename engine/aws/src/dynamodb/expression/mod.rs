//! Expressions: conditions, projections, updates.
//!
//! A text becomes a tree (`token`, `parse`), whose placeholders are then filled and whose operands are checked
//! (`check`); conditions are asked of an item (`eval`), updates change one (`update`), projections pick from one
//! (`project`). Legacy parameters become the same trees (`legacy`).
//!
//! **Source**: DynamoDB Developer Guide, "Using expressions in DynamoDB"; error texts as DynamoDB answers them,
//! collected from public issues and from the tests of emulators.

pub mod ast;
pub mod check;
pub mod eval;
pub mod key_condition;
pub mod legacy;
mod parse;
pub mod project;
mod reserved;
mod token;
pub mod update;

#[cfg(test)]
mod tests;

use crate::dynamodb::errors;
use crate::service::ApiResult;

/// What an expression is for; errors begin with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}

impl Purpose {
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Condition => "ConditionExpression",
            Purpose::Filter => "FilterExpression",
            Purpose::KeyCondition => "KeyConditionExpression",
            Purpose::Projection => "ProjectionExpression",
            Purpose::Update => "UpdateExpression",
        }
    }
}

/// What an expression has at most.
const EXPRESSION_BYTES: usize = 4096;
const OPERATORS: usize = 300;
/// Parentheses within each other. AWS names no number; the parser's stack needs one.
const DEPTH: usize = 40;

/// A text that is neither empty nor too long.
fn checked_text(purpose: Purpose, text: &str) -> ApiResult<&str> {
    if text.trim().is_empty() {
        return Err(errors::expression(purpose, "The expression can not be empty;"));
    }
    if text.len() > EXPRESSION_BYTES {
        let size = text.len();
        let problem =
            format!("Expression size has exceeded the maximum allowed size; expression size: {size}");
        return Err(errors::expression(purpose, &problem));
    }
    Ok(text)
}

/// Reads a condition of any purpose.
pub fn parse_condition(purpose: Purpose, text: &str) -> ApiResult<ast::Parsed<ast::Condition>> {
    parse::condition(checked_text(purpose, text)?).map_err(|problem| errors::expression(purpose, &problem))
}

pub fn parse_projection(text: &str) -> ApiResult<Vec<ast::Path>> {
    let purpose = Purpose::Projection;
    parse::projection(checked_text(purpose, text)?).map_err(|problem| errors::expression(purpose, &problem))
}

pub fn parse_update(text: &str) -> ApiResult<ast::Parsed<ast::Update>> {
    let purpose = Purpose::Update;
    parse::update(checked_text(purpose, text)?).map_err(|problem| errors::expression(purpose, &problem))
}
