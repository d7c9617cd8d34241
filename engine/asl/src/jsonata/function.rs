//! Functions as values, and the frames that hold variables.

use super::ast::{Lambda, Transform};
use super::error::Error;
use super::eval::Evaluator;
use super::item::Item;
use super::regex::Pattern;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A built-in function.
pub(super) struct Native {
    pub name: &'static str,
    /// As in the language's documentation: `<s-n?:s>`.
    pub signature: &'static str,
    /// How many arguments `$map` and its like hand it at most.
    pub arity: usize,
    pub call: fn(&mut Evaluator, Vec<Item>) -> Result<Item, Error>,
}

pub(super) enum Function {
    Native(&'static Native),
    Lambda(Closure),
    /// A function with some arguments given; `None` waits for one.
    Partial(Rc<Function>, Vec<Option<Item>>),
    /// `f ~> g`
    Composed(Rc<Function>, Rc<Function>),
    Transform(Arc<Transform>, Rc<Frame>),
    Regex(Arc<Pattern>),
    /// `next` of a match: goes on in the text from a place, in bytes.
    Next(Arc<Pattern>, Arc<str>, usize),
}

pub(super) struct Closure {
    pub lambda: Arc<Lambda>,
    /// The context where it was defined.
    pub input: Item,
    pub frame: Rc<Frame>,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("function")
    }
}

impl Function {
    pub fn arity(&self) -> usize {
        match self {
            Function::Native(native) => native.arity,
            Function::Lambda(closure) => closure.lambda.parameters.len(),
            Function::Partial(_, arguments) => arguments.iter().filter(|argument| argument.is_none()).count(),
            Function::Composed(..) | Function::Transform(..) => 1,
            Function::Regex(_) => 2,
            Function::Next(..) => 0,
        }
    }

    /// How deep values and functions nest within it.
    pub fn depth(&self) -> u16 {
        let inner = match self {
            Function::Native(_) | Function::Transform(..) | Function::Regex(_) | Function::Next(..) => 0,
            Function::Lambda(closure) => closure.input.depth(),
            Function::Partial(function, arguments) => {
                let given = arguments.iter().flatten().map(Item::depth).max().unwrap_or(0);
                function.depth().max(given)
            }
            Function::Composed(first, second) => first.depth().max(second.depth()),
        };
        inner.saturating_add(1)
    }
}

/// Variables by name.
type Bindings = Vec<(Arc<str>, Item)>;

/// Variables of a block, a call, a tuple.
#[derive(Default)]
pub(super) struct Frame {
    bindings: RefCell<Bindings>,
    parent: RefCell<Option<Rc<Frame>>>,
}

impl Frame {
    pub fn within(parent: &Rc<Frame>) -> Rc<Frame> {
        Rc::new(Frame { bindings: RefCell::default(), parent: RefCell::new(Some(parent.clone())) })
    }

    pub fn bind(&self, name: Arc<str>, value: Item) {
        let mut bindings = self.bindings.borrow_mut();
        match bindings.iter_mut().find(|(known, _)| *known == name) {
            Some(binding) => binding.1 = value,
            None => bindings.push((name, value)),
        }
    }

    /// The value of a variable here or further out.
    pub fn find(self: &Rc<Frame>, name: &str) -> Option<Item> {
        let mut frame = self.clone();
        loop {
            let found =
                frame.bindings.borrow().iter().find(|(known, _)| **known == *name).map(|b| b.1.clone());
            if found.is_some() {
                return found;
            }
            let parent = frame.parent.borrow().clone()?;
            frame = parent;
        }
    }

    /// Lets go of everything. Closures and the frames that hold them keep each other alive; this ends it.
    pub fn clear(&self) -> (Bindings, Option<Rc<Frame>>) {
        (self.bindings.take(), self.parent.take())
    }
}
