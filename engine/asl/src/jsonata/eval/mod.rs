//! From a tree and a scope to a value.
//!
//! Bounded: each node that is evaluated and each item that a function goes over is a step, of which there are
//! [`MAX_STEPS`]; calls nest [`MAX_DEPTH`] levels; values [`super::item::MAX_DEPTH`].

mod call;
mod group;
mod operators;
mod path;
mod sort;
mod transform;

pub(super) use operators::out_of_range;
pub(super) use sort::merge_sort;

use super::ast::{Kind, Node, Stage};
use super::error::Error;
use super::function::{Closure, Frame, Function};
use super::functions;
use super::item::{Item, List};
use crate::{Draws, Scope};
use indexmap::IndexMap;
use std::rc::Rc;
use std::sync::Arc;

const MAX_STEPS: usize = 1_000_000;
const MAX_DEPTH: usize = 400;

pub(super) struct Evaluator<'a> {
    pub scope: &'a Scope<'a>,
    pub draws: &'a mut Draws,
    /// The labels of the parents that `%` means.
    labels: &'a [usize],
    steps: usize,
    depth: usize,
    root: Rc<Frame>,
    /// Frames that closures hold.
    captured: Vec<Rc<Frame>>,
}

impl Drop for Evaluator<'_> {
    fn drop(&mut self) {
        // All frames are emptied while all are still held, so that none drops another within its own drop.
        let frames = std::mem::take(&mut self.captured);
        let held: Vec<_> = frames.iter().map(|frame| frame.clear()).collect();
        drop(held);
        self.root.clear();
    }
}

/// Evaluates a whole expression.
pub(super) fn run(
    node: &Node,
    labels: &[usize],
    document: Item,
    scope: &Scope,
    draws: &mut Draws,
) -> Result<Item, Error> {
    let root = Rc::new(Frame::default());
    root.bind(Arc::from("$"), document.clone());
    let mut evaluator =
        Evaluator { scope, draws, labels, steps: 0, depth: 0, root: root.clone(), captured: Vec::new() };
    evaluator.evaluate(node, &document, &root)
}

impl Evaluator<'_> {
    /// Counts steps; too many end the evaluation.
    pub fn charge(&mut self, steps: usize) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS { Err(Error::new("U1001")) } else { Ok(()) }
    }

    /// The value of a node in a context.
    pub fn evaluate(&mut self, node: &Node, input: &Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        self.charge(1)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::at("D1011", node.position));
        }
        let mut result = self.kind(node, input, frame)?;
        if !node.predicates.is_empty() || node.group.is_some() {
            result = self.narrow(node, result, frame)?;
        }
        self.depth -= 1;
        let result = collapse(result, node.keep_array);
        result.check_depth()?;
        Ok(result)
    }

    /// Predicates and grouping on what is no path.
    fn narrow(&mut self, node: &Node, mut result: Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        for predicate in &node.predicates {
            if let Stage::Filter(filter) = predicate {
                result = self.filter(filter, result, frame)?;
            }
        }
        match &node.group {
            Some(group) if !matches!(node.kind, Kind::Path(_)) => {
                self.group(&group.pairs, group.position, result, frame)
            }
            _ => Ok(result),
        }
    }

    /// Only calls: this frame is on the stack once per level, so its arms keep nothing.
    fn kind(&mut self, node: &Node, input: &Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        match &node.kind {
            Kind::Path(steps) => self.path(node, steps, input, frame),
            Kind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, node.position, input, frame)
            }
            Kind::Negate(inner) => self.negate(inner, node.position, input, frame),
            Kind::Array(items) => self.array(items, node.cons, input, frame),
            Kind::Object(pairs) => self.group(pairs, node.position, input.clone(), frame),
            Kind::Block(parts) => self.block(parts, input, frame),
            Kind::Condition(condition, then, otherwise) => {
                self.condition(condition, then, otherwise.as_deref(), input, frame)
            }
            Kind::Bind(name, value) => self.bind(name, value, input, frame),
            Kind::Call(procedure, arguments) => {
                self.call(procedure, arguments, node.position, input, frame, None)
            }
            Kind::Partial(procedure, arguments) => {
                self.partial(procedure, arguments, node.position, input, frame)
            }
            Kind::Apply(left, right) => self.chain(left, right, node.position, input, frame),
            Kind::Wildcard => self.wildcard(input),
            Kind::Descendants => self.descendants(input),
            Kind::Name(_)
            | Kind::Text(_)
            | Kind::Number(_)
            | Kind::Constant(_)
            | Kind::Variable(_)
            | Kind::Parent(_)
            | Kind::Regex(_)
            | Kind::Lambda(_)
            | Kind::Transform(_)
            | Kind::Placeholder
            | Kind::Sort(_)
            | Kind::Raw(_) => Ok(self.leaf(&node.kind, input, frame)),
        }
    }

    /// What needs no other node's value.
    fn leaf(&mut self, kind: &Kind, input: &Item, frame: &Rc<Frame>) -> Item {
        match kind {
            Kind::Name(name) => lookup(input, name),
            Kind::Text(text) => Item::Text(text.clone()),
            Kind::Number(literal) | Kind::Constant(literal) => literal.item(),
            Kind::Variable(name) if name.is_empty() => input.clone(),
            Kind::Variable(name) => self.variable(name, frame),
            Kind::Parent(slot) => frame.find(&self.label(*slot)).unwrap_or(Item::Nothing),
            Kind::Regex(pattern) => Item::Function(Rc::new(Function::Regex(pattern.clone()))),
            Kind::Lambda(lambda) => {
                if !lambda.thunk {
                    self.capture(frame);
                }
                let closure = Closure { lambda: lambda.clone(), input: input.clone(), frame: frame.clone() };
                Item::Function(Rc::new(Function::Lambda(closure)))
            }
            Kind::Transform(transform) => {
                self.capture(frame);
                Item::Function(Rc::new(Function::Transform(transform.clone(), frame.clone())))
            }
            // The others stand only where their parents handle them.
            _ => Item::Nothing,
        }
    }

    fn negate(
        &mut self,
        inner: &Node,
        position: usize,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        match self.evaluate(inner, input, frame)? {
            Item::Nothing => Ok(Item::Nothing),
            Item::Number(number) => Ok(Item::number(-number.as_f64().unwrap_or(0.0))),
            other => Err(Error::at("D1002", position).with_text("token", "-").with_value("value", &other)),
        }
    }

    fn block(&mut self, parts: &[Node], input: &Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        let inner = Frame::within(frame);
        let mut result = Item::Nothing;
        for part in parts {
            result = self.evaluate(part, input, &inner)?;
        }
        Ok(result)
    }

    fn condition(
        &mut self,
        condition: &Node,
        then: &Node,
        otherwise: Option<&Node>,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let holds = self.evaluate(condition, input, frame)?.is_true();
        match if holds { Some(then) } else { otherwise } {
            Some(chosen) => self.evaluate(chosen, input, frame),
            None => Ok(Item::Nothing),
        }
    }

    fn bind(
        &mut self,
        name: &Arc<str>,
        value: &Node,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let value = self.evaluate(value, input, frame)?;
        frame.bind(name.clone(), value.clone());
        Ok(value)
    }

    fn capture(&mut self, frame: &Rc<Frame>) {
        if !self.captured.last().is_some_and(|last| Rc::ptr_eq(last, frame)) {
            self.captured.push(frame.clone());
        }
    }

    /// The name under which tuples hold the parent of a slot.
    fn label(&self, slot: usize) -> Arc<str> {
        Arc::from(format!("!{}", self.labels.get(slot).copied().unwrap_or(slot)))
    }

    /// A variable: bound in the expression, `$states`, one of the state machine, or a function of the language.
    fn variable(&mut self, name: &Arc<str>, frame: &Rc<Frame>) -> Item {
        if let Some(bound) = frame.find(name) {
            return bound;
        }
        let outer = match &**name {
            "states" => self.states(),
            _ => match self.scope.variable(name) {
                Some(value) => Item::from_json(value),
                None => {
                    return functions::find(name)
                        .map_or(Item::Nothing, |native| Item::Function(Rc::new(Function::Native(native))));
                }
            },
        };
        self.root.bind(name.clone(), outer.clone());
        outer
    }

    /// `$states`: what it holds depends on where in the state the expression stands.
    fn states(&self) -> Item {
        let scope = self.scope;
        let mut members = IndexMap::new();
        members.insert(Arc::from("input"), Item::from_json(scope.input));
        if let Some(result) = scope.result {
            members.insert(Arc::from("result"), Item::from_json(result));
        }
        if let Some(error) = scope.error_output {
            members.insert(Arc::from("errorOutput"), Item::from_json(error));
        }
        members.insert(Arc::from("context"), Item::from_json(scope.context));
        Item::object(members)
    }

    fn array(&mut self, nodes: &[Node], cons: bool, input: &Item, frame: &Rc<Frame>) -> Result<Item, Error> {
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            let value = self.evaluate(node, input, frame)?;
            match value {
                // An array written in an array stays one; what an expression gives is spread.
                Item::Array(list) if !matches!(node.kind, Kind::Array(_)) => {
                    self.charge(list.items.len())?;
                    items.extend(list.items.iter().cloned());
                }
                Item::Nothing => {}
                other => items.push(other),
            }
        }
        Ok(Item::Array(Rc::new(List { cons, ..List::of(items) })))
    }

    fn wildcard(&mut self, input: &Item) -> Result<Item, Error> {
        let mut out = Vec::new();
        let values: Vec<Item> = match input {
            Item::Array(list) => list.items.clone(),
            other => other.members().into_iter().map(|(_, value)| value).collect(),
        };
        for value in values {
            flatten(value, &mut out);
        }
        self.charge(out.len())?;
        Ok(Item::sequence(out))
    }

    fn descendants(&mut self, input: &Item) -> Result<Item, Error> {
        if input.is_nothing() {
            return Ok(Item::Nothing);
        }
        let mut out = Vec::new();
        let mut waiting = vec![input.clone()];
        while let Some(item) = waiting.pop() {
            self.charge(1)?;
            match &item {
                Item::Array(list) => waiting.extend(list.items.iter().rev().cloned()),
                other => {
                    waiting.extend(other.members().into_iter().rev().map(|(_, value)| value));
                    out.push(item);
                }
            }
        }
        match out.len() {
            1 => Ok(out.remove(0)),
            _ => Ok(Item::sequence(out)),
        }
    }
}

/// A sequence of one item is that item, an empty one is nothing.
fn collapse(result: Item, keep_array: bool) -> Item {
    let Item::Array(mut list) = result else { return result };
    if !list.sequence || list.tuples {
        return Item::Array(list);
    }
    let keep = list.keep_singleton || keep_array;
    match list.items.len() {
        0 => return Item::Nothing,
        1 if !keep => return list.items[0].clone(),
        _ => {}
    }
    if keep && !list.keep_singleton {
        Rc::make_mut(&mut list).keep_singleton = true;
    }
    Item::Array(list)
}

fn flatten(value: Item, out: &mut Vec<Item>) {
    match value {
        Item::Array(list) => list.items.iter().for_each(|item| flatten(item.clone(), out)),
        other => out.push(other),
    }
}

/// A member of an object, or those of all objects of an array.
pub(super) fn lookup(input: &Item, name: &str) -> Item {
    match input {
        Item::Object(members) => members.map.borrow().get(name).cloned().unwrap_or(Item::Nothing),
        Item::Array(list) => {
            let mut out = Vec::new();
            for item in &list.items {
                match lookup(item, name) {
                    Item::Nothing => {}
                    Item::Array(found) => out.extend(found.items.iter().cloned()),
                    other => out.push(other),
                }
            }
            Item::sequence(out)
        }
        _ => Item::Nothing,
    }
}

/// Two values as one array: arrays are joined, others become items.
pub(super) fn append(first: Item, second: Item) -> Item {
    match (first, second) {
        (Item::Nothing, second) => second,
        (first, Item::Nothing) => first,
        (first, second) => {
            let mut items = first.into_items();
            items.extend(second.into_items());
            Item::array(items)
        }
    }
}
