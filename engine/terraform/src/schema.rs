//! What a provider says about its resource types: attributes and nested blocks, with their types.
//!
//! Build schemas with [`BlockSchema::new`], [`BlockSchema::attr`] and [`BlockSchema::block`]:
//! `BlockSchema::new().attr("bucket", Type::String, OPTIONAL | COMPUTED)`.

use indexmap::IndexMap;
use nuvola_tf_lang::Type;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Properties of an attribute, joined with `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u8);

impl std::ops::BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Flags {
    #[must_use]
    pub fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

/// The configuration must set it.
pub const REQUIRED: Flags = Flags(1);
/// The configuration may set it.
pub const OPTIONAL: Flags = Flags(2);
/// The provider may set it.
pub const COMPUTED: Flags = Flags(4);
/// Its value is hidden in output.
pub const SENSITIVE: Flags = Flags(8);
/// Using it gives a warning.
pub const DEPRECATED: Flags = Flags(16);
/// Never stored: passed to the provider only.
pub const WRITE_ONLY: Flags = Flags(32);

/// One attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeSchema {
    pub ty: Type,
    pub flags: Flags,
    pub description: &'static str,
}

impl AttributeSchema {
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.flags.has(REQUIRED)
    }

    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.flags.has(OPTIONAL)
    }

    #[must_use]
    pub fn is_computed(&self) -> bool {
        self.flags.has(COMPUTED)
    }

    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.flags.has(SENSITIVE)
    }

    #[must_use]
    pub fn is_write_only(&self) -> bool {
        self.flags.has(WRITE_ONLY)
    }

    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.flags.has(DEPRECATED)
    }

    /// Whether a configuration may mention it.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        self.is_required() || self.is_optional()
    }
}

/// How the blocks of one type become a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// At most one: an object or null.
    Single,
    /// At most one, and always an object (attributes null when absent): `timeouts` in newer providers.
    Group,
    List,
    Set,
    /// Keyed by one label.
    Map,
}

/// A kind of nested block.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedBlock {
    pub nesting: Nesting,
    pub block: BlockSchema,
    pub min_items: usize,
    /// 0 means any number.
    pub max_items: usize,
}

/// The content of a block: attributes and nested blocks. The order is how they were declared;
/// Terraform itself sorts by name wherever it prints.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlockSchema {
    pub attributes: IndexMap<String, AttributeSchema>,
    pub blocks: IndexMap<String, NestedBlock>,
    pub description: &'static str,
    pub deprecated: bool,
}

impl BlockSchema {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn attr(self, name: &str, ty: Type, flags: Flags) -> Self {
        self.described(name, ty, flags, "")
    }

    #[must_use]
    pub fn described(mut self, name: &str, ty: Type, flags: Flags, description: &'static str) -> Self {
        self.attributes.insert(name.to_owned(), AttributeSchema { ty, flags, description });
        self
    }

    /// Adds a nested block; `max_items` 0 means any number.
    #[must_use]
    pub fn block(
        mut self,
        name: &str,
        nesting: Nesting,
        (min_items, max_items): (usize, usize),
        block: BlockSchema,
    ) -> Self {
        self.blocks.insert(name.to_owned(), NestedBlock { nesting, block, min_items, max_items });
        self
    }

    /// The type of the object that a block of this schema becomes.
    #[must_use]
    pub fn implied_type(&self) -> Type {
        let mut fields = BTreeMap::new();
        for (name, attribute) in &self.attributes {
            fields.insert(name.clone(), attribute.ty.clone());
        }
        for (name, nested) in &self.blocks {
            fields.insert(name.clone(), nested.implied_type());
        }
        Type::object(fields)
    }
}

impl NestedBlock {
    /// The type of the value that all blocks of this kind together become.
    #[must_use]
    pub fn implied_type(&self) -> Type {
        let item = self.block.implied_type();
        match self.nesting {
            Nesting::Single | Nesting::Group => item,
            // Where an attribute has no fixed type the items may differ, so they make no list.
            Nesting::List if item.has_dynamic() => Type::Dynamic,
            Nesting::List => Type::list(item),
            Nesting::Set => Type::set(item),
            Nesting::Map if item.has_dynamic() => Type::Dynamic,
            Nesting::Map => Type::map(item),
        }
    }
}

/// A resource type or a data source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceSchema {
    pub version: u64,
    pub block: BlockSchema,
}

impl ResourceSchema {
    #[must_use]
    pub fn new(version: u64, block: BlockSchema) -> Self {
        Self { version, block }
    }
}

/// A function that a provider defines (`provider::NAME::FUNCTION`).
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionSchema {
    /// Names and types.
    pub parameters: Vec<(String, Type)>,
    pub variadic: Option<(String, Type)>,
    pub returns: Type,
}

/// All that a provider declares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProviderSchema {
    /// The content of its `provider` block.
    pub config: BlockSchema,
    pub resources: BTreeMap<String, Rc<ResourceSchema>>,
    pub data_sources: BTreeMap<String, Rc<ResourceSchema>>,
    pub functions: BTreeMap<String, FunctionSchema>,
}
