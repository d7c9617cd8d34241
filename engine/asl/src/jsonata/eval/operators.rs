//! Operators between two values.

use super::Evaluator;
use crate::jsonata::ast::{Node, Operator};
use crate::jsonata::error::Error;
use crate::jsonata::function::Frame;
use crate::jsonata::functions::strings;
use crate::jsonata::item::Item;
use std::cmp::Ordering;
use std::rc::Rc;

/// The longest range, "implementation defined" in the reference.
const MAX_RANGE: f64 = 1e7;

impl Evaluator<'_> {
    pub(super) fn binary(
        &mut self,
        operator: Operator,
        left: &Node,
        right: &Node,
        position: usize,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let left = self.evaluate(left, input, frame)?;
        // Only what is needed of the right side is evaluated.
        match operator {
            Operator::And if !left.is_true() => return Ok(Item::Bool(false)),
            Operator::Or if left.is_true() => return Ok(Item::Bool(true)),
            _ => {}
        }
        let right = self.evaluate(right, input, frame)?;
        self.operate(operator, left, right).map_err(|mut error| {
            error.position.get_or_insert(position);
            error.fill("token", Item::text(spelling(operator)).json_text());
            error
        })
    }

    fn operate(&mut self, operator: Operator, left: Item, right: Item) -> Result<Item, Error> {
        match operator {
            Operator::And | Operator::Or => Ok(Item::Bool(right.is_true())),
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Remainder => arithmetic(operator, &left, &right),
            Operator::Equal | Operator::NotEqual => {
                let known = !left.is_nothing() && !right.is_nothing();
                Ok(Item::Bool(known && left.same(&right) == (operator == Operator::Equal)))
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                compare(operator, &left, &right)
            }
            Operator::Concat => {
                let mut text = strings::to_text(&left)?;
                text.push_str(&strings::to_text(&right)?);
                self.charge(text.len() / 16)?;
                Ok(Item::text(&text))
            }
            Operator::In => {
                let simple = |item: &Item| !matches!(item, Item::Array(_) | Item::Object(_));
                let found = match &right {
                    _ if left.is_nothing() => false,
                    Item::Array(list) => list.items.iter().any(|item| simple(item) && item.same(&left)),
                    Item::Nothing => false,
                    other => simple(other) && other.same(&left),
                };
                Ok(Item::Bool(found))
            }
            Operator::Range => self.range(&left, &right),
        }
    }

    fn range(&mut self, left: &Item, right: &Item) -> Result<Item, Error> {
        let whole = |item: &Item| item.as_number().filter(|number| libm::trunc(*number) == *number);
        if !left.is_nothing() && whole(left).is_none() {
            return Err(Error::new("T2003"));
        }
        if !right.is_nothing() && whole(right).is_none() {
            return Err(Error::new("T2004"));
        }
        let (Some(first), Some(last)) = (whole(left), whole(right)) else { return Ok(Item::Nothing) };
        if first > last {
            return Ok(Item::Nothing);
        }
        let size = last - first + 1.0;
        if size > MAX_RANGE {
            return Err(Error::new("D2014").with_value("value", &Item::number(size)));
        }
        self.charge(size as usize)?;
        Ok(Item::sequence((0..size as usize).map(|offset| Item::number(first + offset as f64)).collect()))
    }
}

fn arithmetic(operator: Operator, left: &Item, right: &Item) -> Result<Item, Error> {
    for (side, code) in [(left, "T2001"), (right, "T2002")] {
        if !side.is_nothing() && side.as_number().is_none() {
            return Err(Error::new(code).with_value("value", side));
        }
    }
    let (Some(a), Some(b)) = (left.as_number(), right.as_number()) else { return Ok(Item::Nothing) };
    // Whole numbers beyond 2^53 stay exact, as they do in Java.
    if let (Item::Number(a), Item::Number(b)) = (left, right)
        && let (Some(a), Some(b)) = (a.as_i64(), b.as_i64())
    {
        let exact = match operator {
            Operator::Add => a.checked_add(b),
            Operator::Subtract => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            _ => None,
        };
        if let Some(exact) = exact {
            return Ok(Item::Number(exact.into()));
        }
    }
    let result = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        _ => libm::fmod(a, b),
    };
    match result.is_finite() {
        true => Ok(Item::number(result)),
        false => Err(out_of_range(result)),
    }
}

/// D1001: a result that JSON cannot hold.
pub(in crate::jsonata) fn out_of_range(number: f64) -> Error {
    let shown = match number {
        _ if number.is_nan() => "NaN",
        _ if number > 0.0 => "Infinity",
        _ => "-Infinity",
    };
    Error::new("D1001").with("value", shown)
}

fn compare(operator: Operator, left: &Item, right: &Item) -> Result<Item, Error> {
    let comparable = |item: &Item| matches!(item, Item::Nothing | Item::Number(_) | Item::Text(_));
    if !comparable(left) || !comparable(right) {
        return Err(Error::new("T2010"));
    }
    if left.is_nothing() || right.is_nothing() {
        return Ok(Item::Nothing);
    }
    let Some(order) = left.order(right) else {
        return Err(Error::new("T2009").with_value("value", left).with_value("value2", right));
    };
    Ok(Item::Bool(match operator {
        Operator::Less => order == Ordering::Less,
        Operator::LessOrEqual => order != Ordering::Greater,
        Operator::Greater => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }))
}

fn spelling(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Remainder => "%",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Concat => "&",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::In => "in",
        Operator::Range => "..",
    }
}
