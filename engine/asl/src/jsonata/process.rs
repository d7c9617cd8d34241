//! The second pass over the tree: steps become paths, filters become stages, `%` finds the step it means, calls in
//! tail position become thunks.

use super::ast::{Group, Kind, Lambda, Literal, Node, Raw, Slot, Stage, Term, Transform};
use super::error::Error;
use super::item::Item;
use std::sync::Arc;

/// What the pass knows of each `%`.
#[derive(Debug, Clone, Copy)]
struct Parent {
    /// Two `%` that mean the same step share a label.
    label: usize,
    /// How many steps up it still has to look.
    level: i32,
}

#[derive(Default)]
struct Pass {
    parents: Vec<Parent>,
}

/// Processes a tree. Gives the label of each slot too.
pub(super) fn process(node: Node) -> Result<(Node, Vec<usize>), Error> {
    let mut pass = Pass::default();
    let node = pass.node(node)?;
    if matches!(node.kind, Kind::Parent(_)) || !node.seeking.is_empty() {
        return Err(Error::at("S0217", node.position));
    }
    Ok((node, pass.parents.iter().map(|parent| parent.label).collect()))
}

/// A node is a path already, or it becomes the first step of one.
fn steps_of(node: Node) -> (Vec<Node>, Node) {
    let position = node.position;
    match node.kind {
        Kind::Path(steps) => {
            let rest = Node { kind: Kind::Path(Vec::new()), ..node };
            (steps, rest)
        }
        _ => {
            let mut path = Node::new(Kind::Path(Vec::new()), position);
            path.depth = node.depth + 1;
            (vec![node], path)
        }
    }
}

impl Pass {
    fn node(&mut self, node: Node) -> Result<Node, Error> {
        let keep_array = node.keep_array;
        let mut result = self.kind(node)?;
        result.keep_array |= keep_array;
        Ok(result)
    }

    fn boxed(&mut self, mut node: Box<Node>) -> Result<Box<Node>, Error> {
        let inner = std::mem::replace(&mut *node, Node::new(Kind::Placeholder, 0));
        *node = self.node(inner)?;
        Ok(node)
    }

    fn kind(&mut self, mut node: Node) -> Result<Node, Error> {
        let position = node.position;
        let kind = std::mem::replace(&mut node.kind, Kind::Placeholder);
        let keep_array = std::mem::take(&mut node.keep_array);
        match kind {
            Kind::Raw(raw) => return self.raw(raw, node),
            Kind::Name(name) => {
                let mut step = Node::new(Kind::Name(name), position);
                step.keep_array = keep_array;
                node.keep_singleton = keep_array;
                node.kind = Kind::Path(vec![step]);
            }
            Kind::Parent(_) => {
                let slot = self.parents.len();
                self.parents.push(Parent { label: slot, level: 1 });
                node.kind = Kind::Parent(slot);
            }
            Kind::Binary(operator, left, right) => {
                let (left, right) = (self.boxed(left)?, self.boxed(right)?);
                self.seek(&mut node, &left);
                self.seek(&mut node, &right);
                node.kind = Kind::Binary(operator, left, right);
            }
            Kind::Negate(inner) => {
                let inner = self.boxed(inner)?;
                if let Kind::Number(number) = &inner.kind {
                    let negative = -number.item().as_number().unwrap_or(0.0);
                    return Ok(Node {
                        kind: Kind::Number(Literal::number(Item::number(negative))),
                        ..*inner
                    });
                }
                self.seek(&mut node, &inner);
                node.kind = Kind::Negate(inner);
            }
            Kind::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    let item = self.node(item)?;
                    self.seek(&mut node, &item);
                    out.push(item);
                }
                node.kind = Kind::Array(out);
            }
            Kind::Object(pairs) => {
                let pairs = self.pairs(pairs)?;
                for (key, value) in &pairs {
                    self.seek(&mut node, key);
                    self.seek(&mut node, value);
                }
                node.kind = Kind::Object(pairs);
            }
            Kind::Block(parts) => {
                let mut out = Vec::with_capacity(parts.len());
                for part in parts {
                    let part = self.node(part)?;
                    self.seek(&mut node, &part);
                    let first_is_cons = matches!(&part.kind, Kind::Path(steps) if steps[0].cons);
                    node.cons |= part.cons || first_is_cons;
                    out.push(part);
                }
                node.kind = Kind::Block(out);
            }
            Kind::Condition(condition, then, otherwise) => {
                let (condition, then) = (self.boxed(condition)?, self.boxed(then)?);
                self.seek(&mut node, &condition);
                self.seek(&mut node, &then);
                let mut last = None;
                if let Some(otherwise) = otherwise {
                    let otherwise = self.boxed(otherwise)?;
                    self.seek(&mut node, &otherwise);
                    last = Some(otherwise);
                }
                node.kind = Kind::Condition(condition, then, last);
            }
            Kind::Bind(name, value) => {
                let value = self.boxed(value)?;
                self.seek(&mut node, &value);
                node.kind = Kind::Bind(name, value);
            }
            Kind::Call(procedure, arguments) => {
                let arguments = self.arguments(arguments, &mut node)?;
                node.kind = Kind::Call(self.boxed(procedure)?, arguments);
            }
            Kind::Partial(procedure, arguments) => {
                let arguments = self.arguments(arguments, &mut node)?;
                node.kind = Kind::Partial(self.boxed(procedure)?, arguments);
            }
            Kind::Apply(left, right) => {
                let (left, right) = (self.boxed(left)?, self.boxed(right)?);
                node.keep_array = left.keep_array || right.keep_array;
                node.kind = Kind::Apply(left, right);
            }
            leaf @ (Kind::Text(_)
            | Kind::Number(_)
            | Kind::Constant(_)
            | Kind::Variable(_)
            | Kind::Wildcard
            | Kind::Descendants
            | Kind::Regex(_)
            | Kind::Placeholder
            | Kind::Path(_)
            | Kind::Lambda(_)
            | Kind::Transform(_)
            | Kind::Sort(_)) => node.kind = leaf,
        }
        Ok(node)
    }

    fn arguments(&mut self, arguments: Vec<Node>, node: &mut Node) -> Result<Vec<Node>, Error> {
        let mut out = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let argument = self.node(argument)?;
            self.seek(node, &argument);
            out.push(argument);
        }
        Ok(out)
    }

    fn pairs(&mut self, pairs: Vec<(Node, Node)>) -> Result<Vec<(Node, Node)>, Error> {
        let mut out = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            out.push((self.node(key)?, self.node(value)?));
        }
        Ok(out)
    }

    fn raw(&mut self, raw: Raw, node: Node) -> Result<Node, Error> {
        let position = node.position;
        match raw {
            Raw::End => Err(Error::at("S0207", position)),
            Raw::Dot(left, right) => self.dot(*left, *right, node.depth),
            Raw::Filter(left, predicate) => self.filter(*left, *predicate, position),
            Raw::Group(left, pairs) => {
                let mut result = self.node(*left)?;
                if result.group.is_some() {
                    return Err(Error::at("S0210", position));
                }
                result.group = Some(Box::new(Group { pairs: self.pairs(pairs)?, position }));
                Ok(result)
            }
            Raw::Sort(left, terms) => {
                let left = self.node(*left)?;
                let (mut steps, mut path) = steps_of(left);
                let mut sort = Node::new(Kind::Placeholder, position);
                let mut out = Vec::with_capacity(terms.len());
                for term in terms {
                    let expression = self.node(term.expression)?;
                    self.seek(&mut sort, &expression);
                    out.push(Term { descending: term.descending, expression });
                }
                sort.kind = Kind::Sort(out);
                steps.push(sort);
                self.resolve(&mut steps, &mut path)?;
                path.kind = Kind::Path(steps);
                Ok(path)
            }
            Raw::Focus(left, name) => {
                let mut result = self.node(*left)?;
                let step = last_step(&mut result);
                if !step.stages.is_empty() || !step.predicates.is_empty() {
                    return Err(Error::at("S0215", position));
                }
                if matches!(step.kind, Kind::Sort(_)) {
                    return Err(Error::at("S0216", position));
                }
                step.focus = Some(name);
                step.tuple = true;
                Ok(result)
            }
            Raw::Index(left, name) => {
                let left = self.node(*left)?;
                let was_path = matches!(left.kind, Kind::Path(_));
                let (mut steps, mut path) = steps_of(left);
                let step = steps.last_mut().expect("a path has steps");
                if !was_path {
                    step.stages.append(&mut step.predicates);
                }
                match step.stages.is_empty() {
                    true => step.index = Some(name),
                    false => step.stages.push(Stage::Index(name)),
                }
                step.tuple = true;
                path.kind = Kind::Path(steps);
                Ok(path)
            }
            Raw::Lambda(parameters, signature, body) => {
                let body = tail_calls(self.node(*body)?);
                let lambda = Lambda { parameters, signature, body, thunk: false };
                Ok(Node { kind: Kind::Lambda(Arc::new(lambda)), ..node })
            }
            Raw::Transform(pattern, update, delete) => {
                let delete = match delete {
                    Some(delete) => Some(self.node(*delete)?),
                    None => None,
                };
                let (pattern, update) = (self.node(*pattern)?, self.node(*update)?);
                let transform = Transform { pattern, update, delete, position };
                Ok(Node { kind: Kind::Transform(Arc::new(transform)), ..node })
            }
        }
    }

    fn dot(&mut self, left: Node, right: Node, depth: u16) -> Result<Node, Error> {
        let left = self.node(left)?;
        let first_parent = match left.kind {
            Kind::Parent(slot) => Some(slot),
            _ => None,
        };
        let (mut steps, mut path) = steps_of(left);
        path.depth = depth;
        path.seeking.extend(first_parent);
        let mut right = self.node(right)?;
        match right.kind {
            Kind::Path(more) if right.predicates.is_empty() && right.group.is_none() => {
                path.keep_singleton |= right.keep_singleton;
                steps.extend(more);
            }
            _ => {
                right.stages.append(&mut right.predicates);
                steps.push(right);
            }
        }
        for step in &mut steps {
            match &step.kind {
                Kind::Number(_) | Kind::Constant(_) => {
                    let value = match &step.kind {
                        Kind::Number(literal) | Kind::Constant(literal) => literal.item().json_text(),
                        _ => String::new(),
                    };
                    return Err(Error::at("S0213", step.position).with("value", value));
                }
                Kind::Text(text) => step.kind = Kind::Name(text.clone()),
                _ => {}
            }
        }
        path.keep_singleton |= steps.iter().any(|step| step.keep_array);
        let last = steps.len() - 1;
        for index in [0, last] {
            if matches!(steps[index].kind, Kind::Array(_)) {
                steps[index].cons = true;
            }
        }
        self.resolve(&mut steps, &mut path)?;
        path.kind = Kind::Path(steps);
        Ok(path)
    }

    fn filter(&mut self, left: Node, predicate: Node, position: usize) -> Result<Node, Error> {
        let mut result = self.node(left)?;
        let mut predicate = self.node(predicate)?;
        let is_path = matches!(result.kind, Kind::Path(_));
        let step = last_step(&mut result);
        if step.group.is_some() {
            return Err(Error::at("S0209", position));
        }
        for slot in predicate.seeking.clone() {
            match self.parents[slot].level {
                1 => self.seek_parent(step, slot)?,
                _ => self.parents[slot].level -= 1,
            }
        }
        if let Kind::Parent(slot) = predicate.kind {
            predicate.seeking.push(slot);
        }
        step.seeking.extend(&predicate.seeking);
        match is_path {
            true => step.stages.push(Stage::Filter(predicate)),
            false => step.predicates.push(Stage::Filter(predicate)),
        }
        Ok(result)
    }

    /// A node looks for the parents that its part looks for.
    fn seek(&self, node: &mut Node, part: &Node) {
        node.seeking.extend(&part.seeking);
        if let Kind::Parent(slot) = part.kind {
            node.seeking.push(slot);
        }
    }

    /// The step may be the one that a `%` means: one level up.
    fn seek_parent(&mut self, node: &mut Node, slot: Slot) -> Result<(), Error> {
        match &mut node.kind {
            Kind::Name(_) | Kind::Wildcard => {
                self.parents[slot].level -= 1;
                if self.parents[slot].level == 0 {
                    if let Some(known) = node.ancestor {
                        self.parents[slot].label = self.parents[known].label;
                    }
                    node.ancestor = Some(slot);
                    node.tuple = true;
                }
            }
            Kind::Parent(_) => self.parents[slot].level += 1,
            Kind::Block(parts) => {
                if let Some(last) = parts.last_mut() {
                    node.tuple = true;
                    self.seek_parent(last, slot)?;
                }
            }
            Kind::Path(steps) => {
                node.tuple = true;
                for (index, step) in steps.iter_mut().rev().enumerate() {
                    if index > 0 && self.parents[slot].level <= 0 {
                        break;
                    }
                    self.seek_parent(step, slot)?;
                }
            }
            _ => return Err(Error::at("S0217", node.position)),
        }
        Ok(())
    }

    /// Finds the steps that the last step's parents mean; what is not found is for the path's own path.
    fn resolve(&mut self, steps: &mut [Node], path: &mut Node) -> Result<(), Error> {
        let last = steps.len() - 1;
        if let Kind::Parent(slot) = steps[last].kind {
            steps[last].seeking.push(slot);
        }
        for slot in steps[last].seeking.clone() {
            let mut index = last;
            while self.parents[slot].level > 0 {
                if index == 0 {
                    path.seeking.push(slot);
                    break;
                }
                index -= 1;
                // Of steps in a row that bind the focus, only the first one moves it.
                while index > 0 && steps[index].focus.is_some() && steps[index - 1].focus.is_some() {
                    index -= 1;
                }
                self.seek_parent(&mut steps[index], slot)?;
            }
        }
        Ok(())
    }
}

/// The last step of a path; any other node is its own only step.
fn last_step(node: &mut Node) -> &mut Node {
    if matches!(node.kind, Kind::Path(_)) {
        let Kind::Path(steps) = &mut node.kind else { unreachable!("it was just seen to be a path") };
        return steps.last_mut().expect("a path has steps");
    }
    node
}

/// Wraps the calls that a function ends with.
fn tail_calls(mut node: Node) -> Node {
    let tail = matches!(node.kind, Kind::Call(..)) && node.predicates.is_empty() && node.group.is_none();
    if tail {
        let position = node.position;
        let depth = node.depth;
        let lambda = Lambda { parameters: Vec::new(), signature: None, body: node, thunk: true };
        let mut thunk = Node::new(Kind::Lambda(Arc::new(lambda)), position);
        thunk.depth = depth;
        return thunk;
    }
    node.kind = match node.kind {
        Kind::Condition(condition, then, otherwise) => Kind::Condition(
            condition,
            Box::new(tail_calls(*then)),
            otherwise.map(|otherwise| Box::new(tail_calls(*otherwise))),
        ),
        Kind::Block(mut parts) => {
            if let Some(last) = parts.pop() {
                parts.push(tail_calls(last));
            }
            Kind::Block(parts)
        }
        other => other,
    };
    node
}
