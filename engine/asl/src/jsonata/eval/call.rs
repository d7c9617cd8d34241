//! Calls: of the language's functions, of lambdas, of partial applications, and chains of functions.

use super::Evaluator;
use crate::jsonata::ast::{Kind, Node};
use crate::jsonata::error::Error;
use crate::jsonata::function::{Closure, Frame, Function, Native};
use crate::jsonata::functions::matching;
use crate::jsonata::item::Item;
use crate::jsonata::signature::Signature;
use std::rc::Rc;
use std::sync::Arc;

/// The name by which a function is called, as errors show it.
fn name_of(procedure: &Node) -> Option<&str> {
    match &procedure.kind {
        Kind::Variable(name) => Some(name),
        Kind::Path(steps) => match &steps[0].kind {
            Kind::Name(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// An error of a call says where it was called, and by which name.
fn placed(mut error: Error, procedure: &Node, position: usize) -> Error {
    error.position.get_or_insert(position);
    if let Some(name) = name_of(procedure) {
        error.fill("token", Item::text(name).json_text());
    }
    error
}

/// The function, if it is a call in tail position that its caller is to make.
fn thunk_of(result: &Item) -> Option<Rc<Function>> {
    match result {
        Item::Function(function) => match &**function {
            Function::Lambda(closure) if closure.lambda.thunk => Some(function.clone()),
            _ => None,
        },
        _ => None,
    }
}

impl Evaluator<'_> {
    /// A call; `first` goes before the arguments (`value ~> $f(...)`).
    pub(super) fn call(
        &mut self,
        procedure: &Node,
        arguments: &[Node],
        position: usize,
        input: &Item,
        frame: &Rc<Frame>,
        first: Option<Item>,
    ) -> Result<Item, Error> {
        let function = self.evaluate(procedure, input, frame)?;
        self.check_dollar(&function, procedure, "T1005", position, frame)?;
        let mut values: Vec<Item> = first.into_iter().collect();
        for argument in arguments {
            values.push(self.evaluate(argument, input, frame)?);
        }
        let result = self.apply(&function, values, input);
        result.map_err(|error| placed(error, procedure, position))
    }

    /// Someone who forgot the `$` before a function's name is told so.
    fn check_dollar(
        &mut self,
        function: &Item,
        procedure: &Node,
        code: &'static str,
        position: usize,
        frame: &Rc<Frame>,
    ) -> Result<(), Error> {
        if let (Item::Nothing, Kind::Path(_), Some(name)) = (function, &procedure.kind, name_of(procedure))
            && !self.variable(&Arc::from(name), frame).is_nothing()
        {
            return Err(Error::at(code, position).with("token", name));
        }
        Ok(())
    }

    pub(super) fn partial(
        &mut self,
        procedure: &Node,
        arguments: &[Node],
        position: usize,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(match argument.kind {
                Kind::Placeholder => None,
                _ => Some(self.evaluate(argument, input, frame)?),
            });
        }
        let function = self.evaluate(procedure, input, frame)?;
        self.check_dollar(&function, procedure, "T1007", position, frame)?;
        match function {
            Item::Function(function) => Ok(Item::Function(Rc::new(Function::Partial(function, values)))),
            _ => Err(Error::at("T1008", position)),
        }
    }

    /// `left ~> right`: applies a function to a value, or makes one function of two.
    pub(super) fn chain(
        &mut self,
        left: &Node,
        right: &Node,
        position: usize,
        input: &Item,
        frame: &Rc<Frame>,
    ) -> Result<Item, Error> {
        let value = self.evaluate(left, input, frame)?;
        if let Kind::Call(procedure, arguments) = &right.kind
            && right.predicates.is_empty()
        {
            return self.call(procedure, arguments, right.position, input, frame, Some(value));
        }
        let function = self.evaluate(right, input, frame)?;
        let Item::Function(second) = &function else {
            return Err(Error::at("T2006", position).with_value("value", &function));
        };
        match value {
            Item::Function(first) => Ok(Item::Function(Rc::new(Function::Composed(first, second.clone())))),
            value => self.apply(&function, vec![value], &Item::Null),
        }
    }

    /// Calls a function value. Calls in tail position come back as thunks and go round the loop.
    pub fn apply(&mut self, function: &Item, arguments: Vec<Item>, input: &Item) -> Result<Item, Error> {
        let mut result = self.apply_once(function, arguments, input)?;
        while let Some(next) = thunk_of(&result) {
            result = self.bounce(&next)?;
        }
        Ok(result)
    }

    /// Makes the call that a thunk stands for.
    fn bounce(&mut self, thunk: &Rc<Function>) -> Result<Item, Error> {
        let Function::Lambda(closure) = &**thunk else { return Ok(Item::Nothing) };
        let body = &closure.lambda.body;
        let Kind::Call(procedure, arguments) = &body.kind else { return Ok(Item::Nothing) };
        let next = self.evaluate(procedure, &closure.input, &closure.frame)?;
        self.check_dollar(&next, procedure, "T1005", body.position, &closure.frame)?;
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.evaluate(argument, &closure.input, &closure.frame)?);
        }
        let result = self.apply_once(&next, values, &closure.input);
        result.map_err(|error| placed(error, procedure, body.position))
    }

    fn apply_once(&mut self, function: &Item, arguments: Vec<Item>, input: &Item) -> Result<Item, Error> {
        let Item::Function(function) = function else { return Err(Error::new("T1006")) };
        self.charge(1)?;
        match &**function {
            Function::Native(native) => self.apply_native(native, arguments, input),
            Function::Lambda(closure) => self.apply_closure(closure, arguments, input),
            Function::Partial(inner, given) => self.apply_partial(inner, given, arguments, input),
            Function::Composed(first, second) => self.apply_composed(first, second, arguments),
            Function::Transform(transform, frame) => {
                self.transform(transform, frame, arguments.first().unwrap_or(&Item::Nothing))
            }
            Function::Regex(pattern) => match arguments.first() {
                Some(Item::Text(text)) => matching::match_object(pattern, text, 0, false),
                _ => Ok(Item::Nothing),
            },
            Function::Next(pattern, text, from) => matching::match_object(pattern, text, *from, true),
        }
    }

    fn apply_native(&mut self, native: &Native, arguments: Vec<Item>, input: &Item) -> Result<Item, Error> {
        let arguments = Signature::parse(native.signature, 0)?.validate(arguments, input)?;
        (native.call)(self, arguments)
    }

    fn apply_partial(
        &mut self,
        inner: &Rc<Function>,
        given: &[Option<Item>],
        arguments: Vec<Item>,
        input: &Item,
    ) -> Result<Item, Error> {
        let mut rest = arguments.into_iter();
        let mut next = || rest.next().unwrap_or(Item::Nothing);
        let all = given.iter().map(|argument| argument.clone().unwrap_or_else(&mut next)).collect();
        self.apply(&Item::Function(inner.clone()), all, input)
    }

    fn apply_composed(
        &mut self,
        first: &Rc<Function>,
        second: &Rc<Function>,
        arguments: Vec<Item>,
    ) -> Result<Item, Error> {
        let middle = self.apply(&Item::Function(first.clone()), arguments, &Item::Null)?;
        self.apply(&Item::Function(second.clone()), vec![middle], &Item::Null)
    }

    fn apply_closure(
        &mut self,
        closure: &Closure,
        arguments: Vec<Item>,
        input: &Item,
    ) -> Result<Item, Error> {
        let lambda = &closure.lambda;
        let arguments = match &lambda.signature {
            Some(signature) => signature.validate(arguments, input)?,
            None => arguments,
        };
        let frame = Frame::within(&closure.frame);
        let mut rest = arguments.into_iter();
        for parameter in &lambda.parameters {
            frame.bind(parameter.clone(), rest.next().unwrap_or(Item::Nothing));
        }
        self.evaluate(&lambda.body, &closure.input, &frame)
    }
}
