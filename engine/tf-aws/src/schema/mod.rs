//! What the provider knows of its types: the facts of `types.txt`, and the core's schemas made of them.

mod names;
mod parse;

pub use names::{is_known_elsewhere, lend_type_names, types_not_simulated};

use indexmap::IndexMap;
use nuvola_terraform::schema::{
    BlockSchema, COMPUTED, DEPRECATED, Flags, Nesting, OPTIONAL, REQUIRED, ResourceSchema, SENSITIVE,
};
use nuvola_tf_lang::{Type, Value};
use std::collections::BTreeMap;
use std::rc::Rc;

/// All types of the provider that are simulated.
pub struct Types {
    pub resources: BTreeMap<String, Rc<TypeFacts>>,
    pub data_sources: BTreeMap<String, Rc<TypeFacts>>,
}

impl Types {
    /// Reads the facts that are built in.
    #[must_use]
    pub fn load() -> Self {
        parse::types(include_str!("types.txt"))
    }
}

/// A resource type or data source.
pub struct TypeFacts {
    pub block: Block,
    pub schema: Rc<ResourceSchema>,
    pub ty: Type,
}

/// The facts of a block's content.
#[derive(Debug, Default)]
pub struct Block {
    pub attributes: IndexMap<String, Attribute>,
    pub blocks: IndexMap<String, NestedBlock>,
}

/// The facts of an attribute.
#[derive(Debug)]
pub struct Attribute {
    pub ty: Type,
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
    pub force_new: bool,
    pub sensitive: bool,
    pub deprecated: bool,
    pub default: Option<Value>,
    pub meaning: Option<Meaning>,
    pub rules: Rules,
}

/// How texts of JSON are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// As a policy of IAM: one item and a list of one are the same, order says nothing.
    Policy,
    Json,
}

/// What the provider's SDK checks.
#[derive(Debug, Default)]
pub struct Rules {
    pub conflicts: Vec<String>,
    pub exactly_one: Vec<String>,
    pub at_least_one: Vec<String>,
    pub required_with: Vec<String>,
    pub one_of: Vec<String>,
    pub range: Option<(i64, i64)>,
    pub length: Option<(usize, usize)>,
    /// Least and most items of a list; 0 is no limit.
    pub items: (usize, usize),
}

/// The facts of a nested block.
#[derive(Debug)]
pub struct NestedBlock {
    pub nesting: Nesting,
    pub min: usize,
    pub max: usize,
    pub computed: bool,
    pub deprecated: bool,
    pub force_new: bool,
    pub rules: Rules,
    pub block: Block,
}

impl NestedBlock {
    /// The type of the value that all blocks of this kind together become.
    #[must_use]
    pub fn ty(&self) -> Type {
        let item = self.block.core().implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => item,
            Nesting::List => Type::list(item),
            Nesting::Set => Type::set(item),
            Nesting::Map => Type::map(item),
        }
    }
}

impl Block {
    /// The block as the core wants it described.
    #[must_use]
    pub fn core(&self) -> BlockSchema {
        let mut out = BlockSchema::new();
        for (name, attribute) in &self.attributes {
            out = out.attr(name, attribute.ty.clone(), attribute.flags());
        }
        for (name, nested) in &self.blocks {
            let mut inner = nested.block.core();
            inner.deprecated = nested.deprecated;
            // The SDK asks for no least number of blocks that are optional.
            let min = if nested.computed { 0 } else { nested.min };
            out = out.block(name, nested.nesting, (min, nested.max), inner);
        }
        out
    }
}

impl Attribute {
    fn flags(&self) -> Flags {
        let all = [
            (self.required, REQUIRED),
            (self.optional, OPTIONAL),
            (self.computed, COMPUTED),
            (self.sensitive, SENSITIVE),
            (self.deprecated, DEPRECATED),
        ];
        let set = all.into_iter().filter(|(on, _)| *on);
        set.fold(Flags::default(), |flags, (_, flag)| flags | flag)
    }
}
