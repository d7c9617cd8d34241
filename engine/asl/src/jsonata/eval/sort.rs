//! Order: `^(price, >name)`, and the stable sort that `$sort` uses too.

use super::Evaluator;
use crate::jsonata::ast::Term;
use crate::jsonata::error::Error;
use crate::jsonata::function::Frame;
use crate::jsonata::item::Item;
use std::cmp::Ordering;
use std::rc::Rc;

/// Sorts; `swap` says whether the first of two belongs behind the second. It may fail.
pub(in crate::jsonata) fn merge_sort(
    items: Vec<Item>,
    swap: &mut dyn FnMut(&Item, &Item) -> Result<bool, Error>,
) -> Result<Vec<Item>, Error> {
    if items.len() <= 1 {
        return Ok(items);
    }
    let mut left = items;
    let right = left.split_off(left.len() / 2);
    let left = merge_sort(left, swap)?;
    let right = merge_sort(right, swap)?;
    merge(left, right, swap)
}

fn merge(
    left: Vec<Item>,
    right: Vec<Item>,
    swap: &mut dyn FnMut(&Item, &Item) -> Result<bool, Error>,
) -> Result<Vec<Item>, Error> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        out.extend(if swap(a, b)? { right.next() } else { left.next() });
    }
    out.extend(left);
    out.extend(right);
    Ok(out)
}

impl Evaluator<'_> {
    pub(super) fn sort(
        &mut self,
        terms: &[Term],
        items: Vec<Item>,
        position: usize,
        frame: &Rc<Frame>,
    ) -> Result<Vec<Item>, Error> {
        // What is sorted are places; the items' keys are evaluated when first needed, and kept.
        let places = (0..items.len()).map(Item::count).collect();
        let mut keys: Vec<Vec<Item>> = vec![Vec::new(); items.len()];
        let sorted = merge_sort(places, &mut |a, b| {
            self.charge(1)?;
            let (a, b) = (place(a), place(b));
            for (index, term) in terms.iter().enumerate() {
                for at in [a, b] {
                    if keys[at].len() == index {
                        let key = match &items[at] {
                            Item::Tuple(tuple) => {
                                let inner = self.tuple_frame(tuple, frame);
                                self.evaluate(&term.expression, &tuple.context, &inner)?
                            }
                            other => self.evaluate(&term.expression, other, frame)?,
                        };
                        keys[at].push(key);
                    }
                }
                let order = order(&keys[a][index], &keys[b][index], term.descending, position)?;
                if order != Ordering::Equal {
                    return Ok(order == Ordering::Greater);
                }
            }
            Ok(false)
        })?;
        Ok(sorted.iter().map(|at| items[place(at)].clone()).collect())
    }
}

fn place(item: &Item) -> usize {
    item.as_number().unwrap_or(0.0) as usize
}

/// What is missing comes last, whichever the direction.
fn order(a: &Item, b: &Item, descending: bool, position: usize) -> Result<Ordering, Error> {
    match (a.is_nothing(), b.is_nothing()) {
        (true, true) => return Ok(Ordering::Equal),
        (true, false) => return Ok(Ordering::Greater),
        (false, true) => return Ok(Ordering::Less),
        (false, false) => {}
    }
    let sortable = |item: &Item| matches!(item, Item::Number(_) | Item::Text(_));
    if !sortable(a) || !sortable(b) {
        return Err(Error::at("T2008", position));
    }
    let order = a
        .order(b)
        .ok_or_else(|| Error::at("T2007", position).with_value("value", a).with_value("value2", b))?;
    Ok(if descending { order.reverse() } else { order })
}
