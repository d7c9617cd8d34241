//! Paths: step by step over sequences, or over tuples where a step binds `@`, `#` or a parent.

use super::Evaluator;
use crate::jsonata::ast::{Kind, Node, Stage};
use crate::jsonata::error::Error;
use crate::jsonata::function::Frame;
use crate::jsonata::item::{Item, List, Tuple};
use std::rc::Rc;

impl Evaluator<'_> {
    pub(super) fn path(
        &mut self,
        node: &Node,
        steps: &[Node],
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        // A path that starts with a variable is absolute: it does not go over a context of several items.
        let mut current: Item = match input {
            Item::Array(_) if !matches!(steps[0].kind, Kind::Variable(_)) => input.clone(),
            other => Item::sequence(vec![other.clone()]),
        };
        let mut tuples: Option<Vec<Rc<Tuple>>> = None;
        let mut streaming = false;
        let mut result = Item::Nothing;
        for (index, step) in steps.iter().enumerate() {
            streaming |= step.tuple;
            if index == 0 && step.cons {
                result = self.evaluate(step, &current, frame)?;
            } else if streaming {
                let items = current.as_list().map_or(&[][..], |list| &list.items);
                tuples = Some(self.tuple_step(step, items, tuples, frame)?);
            } else {
                let last = index + 1 == steps.len();
                result = self.step(step, &current, last, frame)?;
            }
            let empty = match &result {
                Item::Nothing => true,
                Item::Array(list) => list.items.is_empty(),
                _ => false,
            };
            if !streaming && empty {
                break;
            }
            if step.focus.is_none() {
                current = result.clone();
            }
        }
        let stream = tuples.unwrap_or_default();
        if streaming {
            result = match node.tuple {
                true => tuple_list(stream.clone()),
                false => Item::sequence(stream.iter().map(|tuple| tuple.context.clone()).collect()),
            };
        }
        if node.keep_singleton {
            result = keep_singleton(result);
        }
        match &node.group {
            Some(group) => {
                let input = if streaming { tuple_list(stream) } else { result };
                self.group(&group.pairs, group.position, input, frame)
            }
            None => Ok(result),
        }
    }

    /// One step from each item, results in one sequence.
    fn step(&mut self, step: &Node, input: &Item, last: bool, frame: &Rc<Frame>) -> Result<Item, Error> {
        if let Kind::Sort(terms) = &step.kind {
            let items = input.clone().into_items();
            let mut sorted = Item::sequence(self.sort(terms, items, step.position, frame)?);
            for stage in &step.stages {
                if let Stage::Filter(filter) = stage {
                    sorted = self.filter(filter, sorted, frame)?;
                }
            }
            return Ok(sorted);
        }
        let items = match input {
            Item::Array(list) => list.clone(),
            other => Rc::new(List::of(vec![other.clone()])),
        };
        let mut results = Vec::new();
        for item in &items.items {
            let mut result = self.evaluate(step, item, frame)?;
            for stage in &step.stages {
                if let Stage::Filter(filter) = stage {
                    result = self.filter(filter, result, frame)?;
                }
            }
            if !result.is_nothing() {
                results.push(result);
            }
        }
        // A single array as the result of the last step stays as it is.
        if let ([Item::Array(list)], true) = (results.as_slice(), last)
            && !list.sequence
        {
            return Ok(results.remove(0));
        }
        let mut out = Vec::with_capacity(results.len());
        for result in results {
            match result {
                Item::Array(list) if !list.cons => {
                    self.charge(list.items.len())?;
                    out.extend(list.items.iter().cloned());
                }
                other => out.push(other),
            }
        }
        Ok(Item::sequence(out))
    }

    /// One step from each tuple; the results carry on the tuple's bindings.
    fn tuple_step(
        &mut self,
        step: &Node,
        input: &[Item],
        tuples: Option<Vec<Rc<Tuple>>>,
        frame: &Rc<Frame>,
    ) -> Result<Vec<Rc<Tuple>>, Error> {
        if let Kind::Sort(terms) = &step.kind {
            let items = match &tuples {
                Some(tuples) => tuples.iter().cloned().map(Item::Tuple).collect(),
                None => input.to_vec(),
            };
            let sorted = self.sort(terms, items, step.position, frame)?;
            let mut out = Vec::with_capacity(sorted.len());
            for (index, item) in sorted.into_iter().enumerate() {
                out.push(match (item, &step.index) {
                    (Item::Tuple(tuple), _) => tuple,
                    (context, name) => {
                        let bindings = name.iter().map(|name| (name.clone(), Item::count(index))).collect();
                        Rc::new(Tuple { context, bindings })
                    }
                });
            }
            return self.tuple_stages(step, out, frame);
        }
        let plain = |item: &Item| Rc::new(Tuple { context: item.clone(), bindings: Vec::new() });
        let tuples = tuples.unwrap_or_else(|| input.iter().map(plain).collect());
        let mut out = Vec::new();
        for tuple in &tuples {
            let inner = self.tuple_frame(tuple, frame);
            let result = self.evaluate(step, &tuple.context, &inner)?;
            let (results, carries) = match &result {
                Item::Nothing => continue,
                Item::Array(list) => (list.items.clone(), list.tuples),
                other => (vec![other.clone()], false),
            };
            self.charge(results.len())?;
            for (index, result) in results.into_iter().enumerate() {
                let mut next = Tuple { context: result, bindings: tuple.bindings.clone() };
                if carries {
                    if let Item::Tuple(inner) = next.context.clone() {
                        next.context = inner.context.clone();
                        for (name, value) in &inner.bindings {
                            next.bind(name, value.clone());
                        }
                    }
                } else {
                    if let Some(focus) = &step.focus {
                        let value = std::mem::replace(&mut next.context, tuple.context.clone());
                        next.bind(focus, value);
                    }
                    if let Some(name) = &step.index {
                        next.bind(name, Item::count(index));
                    }
                    if let Some(slot) = step.ancestor {
                        let label = self.label(slot);
                        next.bind(&label, tuple.context.clone());
                    }
                }
                out.push(Rc::new(next));
            }
        }
        self.tuple_stages(step, out, frame)
    }

    fn tuple_stages(
        &mut self,
        step: &Node,
        mut tuples: Vec<Rc<Tuple>>,
        frame: &Rc<Frame>,
    ) -> Result<Vec<Rc<Tuple>>, Error> {
        for stage in &step.stages {
            match stage {
                Stage::Filter(filter) => {
                    let kept = self.filter(filter, tuple_list(tuples), frame)?;
                    let tuple = |item| match item {
                        Item::Tuple(tuple) => Some(tuple),
                        _ => None,
                    };
                    tuples = kept.into_items().into_iter().filter_map(tuple).collect();
                }
                Stage::Index(name) => {
                    for (index, tuple) in tuples.iter_mut().enumerate() {
                        let mut next = Tuple::clone(tuple);
                        next.bind(name, Item::count(index));
                        *tuple = Rc::new(next);
                    }
                }
            }
        }
        Ok(tuples)
    }

    /// A frame in which a tuple's bindings are variables.
    pub(super) fn tuple_frame(&mut self, tuple: &Tuple, frame: &Rc<Frame>) -> Rc<Frame> {
        let inner = Frame::within(frame);
        for (name, value) in &tuple.bindings {
            inner.bind(name.clone(), value.clone());
        }
        inner
    }

    /// The items that a predicate accepts: by number, or by truth.
    pub(super) fn filter(&mut self, predicate: &Node, input: Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        let list = match input {
            Item::Array(list) => list,
            other => Rc::new(List { sequence: true, ..List::of(vec![other]) }),
        };
        let length = list.items.len();
        let place = |number: f64| {
            let index = libm::floor(number);
            if index < 0.0 { index + length as f64 } else { index }
        };
        let mut out = Vec::new();
        if let Kind::Number(number) = &predicate.kind {
            let at = place(number.item().as_number().unwrap_or(0.0));
            match list.items.get(at as usize).filter(|_| at >= 0.0) {
                Some(Item::Array(inner)) => return Ok(Item::Array(inner.clone())),
                Some(item) => out.push(item.clone()),
                None => {}
            }
        } else {
            for (index, item) in list.items.iter().enumerate() {
                let result = match item {
                    Item::Tuple(tuple) if list.tuples => {
                        let inner = self.tuple_frame(tuple, frame);
                        self.evaluate(predicate, &tuple.context, &inner)?
                    }
                    other => self.evaluate(predicate, other, frame)?,
                };
                match numbers(&result) {
                    Some(wanted) => {
                        let hits = wanted.iter().filter(|number| place(**number) == index as f64);
                        out.extend(hits.map(|_| item.clone()));
                    }
                    None if result.is_true() => out.push(item.clone()),
                    None => {}
                }
            }
        }
        Ok(Item::Array(Rc::new(List { sequence: true, tuples: list.tuples, ..List::of(out) })))
    }
}

/// The numbers of a number or of an array of numbers.
fn numbers(result: &Item) -> Option<Vec<f64>> {
    match result {
        Item::Number(number) => Some(vec![number.as_f64()?]),
        Item::Array(list) => list.items.iter().map(Item::as_number).collect(),
        _ => None,
    }
}

fn tuple_list(tuples: Vec<Rc<Tuple>>) -> Item {
    let items = tuples.into_iter().map(Item::Tuple).collect();
    Item::Array(Rc::new(List { sequence: true, tuples: true, ..List::of(items) }))
}

fn keep_singleton(result: Item) -> Item {
    let Item::Array(list) = result else { return result };
    let mut list = match list.cons && !list.sequence {
        true => List { sequence: true, ..List::of(vec![Item::Array(list)]) },
        false => List::clone(&list),
    };
    list.keep_singleton = true;
    Item::Array(Rc::new(list))
}
