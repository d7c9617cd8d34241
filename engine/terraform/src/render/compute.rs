//! Compares two trees, by a schema where there is one, and says what happens to each part.

use super::Action;
use super::item::{ABSENT, Item, Node};
use super::sequence::match_lists;
use crate::schema::{BlockSchema, NestedBlock, Nesting};
use nuvola_kernel::Ordered;
use nuvola_tf_lang::{Path, Step, Type};
use std::collections::{BTreeMap, BTreeSet};

/// What happens to a part.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    pub kind: Kind,
    pub action: Action,
    /// Whether the change forces a new resource.
    pub replace: bool,
}

/// What the part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Primitive { before: Item, after: Item },
    Unknown { before: Option<Box<Diff>> },
    Sensitive { inner: Box<Diff>, before: bool, after: bool },
    Object(BTreeMap<String, Diff>),
    Map(BTreeMap<String, Diff>),
    List(Vec<Diff>),
    Set(Vec<Diff>),
    TypeChange { before: Box<Diff>, after: Box<Diff> },
    Block { attributes: BTreeMap<String, Diff>, blocks: BTreeMap<String, Blocks> },
}

/// All blocks of one type.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocks {
    pub nesting: Nesting,
    /// With the label of a map's block.
    pub items: Vec<(String, Diff)>,
    pub replace: bool,
    pub sensitive: bool,
}

/// The paths whose change forces a new resource, as seen from a part.
#[derive(Debug, Clone, Default)]
pub struct Replace<'a>(Vec<&'a [Step]>);

impl<'a> Replace<'a> {
    #[must_use]
    pub fn new(paths: &'a [Path]) -> Self {
        Self(paths.iter().map(Vec::as_slice).collect())
    }

    fn here(&self) -> bool {
        self.0.iter().any(|path| path.is_empty())
    }

    fn child(&self, name: &str) -> Self {
        self.filter(|step| match step {
            Step::Attr(step) | Step::Key(step) => &**step == name,
            Step::Index(_) | Step::Element => false,
        })
    }

    fn element(&self, at: usize) -> Self {
        self.filter(|step| match step {
            Step::Index(step) => *step == at,
            Step::Attr(_) | Step::Key(_) | Step::Element => false,
        })
    }

    fn filter(&self, matches: impl Fn(&Step) -> bool) -> Self {
        let split = self.0.iter().filter_map(|path| path.split_first());
        Self(split.filter(|(step, _)| matches(step)).map(|(_, rest)| rest).collect())
    }
}

/// Two parts to compare.
#[derive(Debug, Clone)]
struct Change<'a> {
    before: &'a Item,
    after: &'a Item,
    /// Whether a null stands there, rather than nothing.
    before_explicit: bool,
    after_explicit: bool,
    replace: Replace<'a>,
}

impl<'a> Change<'a> {
    fn new(before: &'a Item, after: &'a Item, replace: Replace<'a>) -> Self {
        Self {
            before,
            after,
            before_explicit: before.node != Node::Absent,
            after_explicit: !matches!(after.node, Node::Absent | Node::Unknown),
            replace,
        }
    }

    fn implicit(mut self) -> Self {
        self.before_explicit = false;
        self.after_explicit = false;
        self
    }

    fn action(&self) -> Action {
        let created = self.before.is_nil() && !self.before_explicit;
        let deleted = self.after.is_nil() && !self.after_explicit;
        if created && (!self.after.is_nil() || self.after_explicit) {
            Action::Create
        } else if deleted && (!self.before.is_nil() || self.before_explicit) {
            Action::Delete
        } else if self.before.same_json(self.after) && self.after_explicit == self.before_explicit {
            Action::NoOp
        } else {
            Action::Update
        }
    }

    /// What a collection starts from before its elements are looked at.
    fn base_action(&self) -> Action {
        match (self.before.is_nil(), self.after.is_nil()) {
            (true, true) | (false, false) => Action::NoOp,
            (true, false) => Action::Create,
            (false, true) => Action::Delete,
        }
    }

    fn diff(&self, kind: Kind, action: Action) -> Diff {
        Diff { kind, action, replace: self.replace.here() }
    }

    fn child(&self, name: &str) -> Change<'a> {
        let (before, after) = (self.before.child(name), self.after.child(name));
        Change::new(before, after, self.replace.child(name))
    }

    fn pair(&self, before: Option<usize>, after: Option<usize>) -> Change<'a> {
        let item = |list: &'a Item, at: Option<usize>| at.map_or(&ABSENT, |at| &list.list()[at]);
        let replace = before.or(after).map_or_else(Replace::default, |at| self.replace.element(at));
        Change::new(item(self.before, before), item(self.after, after), replace)
    }
}

/// Compares two objects of a resource type.
#[must_use]
pub fn resource(before: &Item, after: &Item, schema: &BlockSchema, replace: Replace<'_>) -> Diff {
    block(&Change::new(before, after, replace), schema)
}

/// Compares two values without a type: outputs.
#[must_use]
pub fn output(before: &Item, after: &Item) -> Diff {
    dynamic(&Change::new(before, after, Replace::default()))
}

/// A value as it stands, by its type.
#[must_use]
pub fn typed(item: &Item, ty: &Type) -> Diff {
    of_type(&Change::new(item, item, Replace::default()), ty)
}

/// Compares two JSON texts.
#[must_use]
pub fn json(before: Option<&Item>, after: Option<&Item>) -> Diff {
    let change = Change::new(before.unwrap_or(&ABSENT), after.unwrap_or(&ABSENT), Replace::default());
    dynamic(&change)
}

/// Handles what is sensitive or unknown; `compute` compares what is under it.
fn special(change: &Change<'_>, compute: &dyn Fn(&Change<'_>) -> Diff) -> Option<Diff> {
    let (before, after) = (change.before.sensitive, change.after.sensitive);
    if before || after {
        let plain = |item: &Item| Item::plain(item.node.clone());
        let (plain_before, plain_after) = (plain(change.before), plain(change.after));
        let inner = compute(&Change {
            before: &plain_before,
            after: &plain_after,
            replace: change.replace.clone(),
            ..*change
        });
        let changed = inner.action == Action::NoOp && before != after;
        let action = if changed { Action::Update } else { inner.action };
        return Some(change.diff(Kind::Sensitive { inner: Box::new(inner), before, after }, action));
    }
    if change.after.node != Node::Unknown {
        return None;
    }
    if change.before.is_nil() {
        let action = if change.before_explicit { Action::Update } else { Action::Create };
        return Some(change.diff(Kind::Unknown { before: None }, action));
    }
    let gone = Change::new(change.before, &ABSENT, change.replace.clone());
    let old = Some(Box::new(compute(&gone)));
    Some(change.diff(Kind::Unknown { before: old }, Action::Update))
}

fn of_type(change: &Change<'_>, ty: &Type) -> Diff {
    if let Some(diff) = special(change, &|inner| of_type(inner, ty)) {
        return diff;
    }
    match ty {
        Type::Dynamic | Type::Type => dynamic(change),
        Type::Bool | Type::Number | Type::String => primitive(change),
        Type::Object(object) => {
            let members = object.attrs.iter().map(|(name, ty)| (&**name, ty));
            let (attributes, action) = object_members(change, members);
            change.diff(Kind::Object(attributes), action)
        }
        Type::Map(element) => {
            let names: BTreeSet<_> = change.before.keys().into_iter().chain(change.after.keys()).into_set();
            let mut action = change.base_action();
            let mut members = BTreeMap::new();
            for name in names {
                let diff = of_type(&change.child(name), element);
                action = action.and(diff.action);
                members.insert(name.clone(), diff);
            }
            change.diff(Kind::Map(members), action)
        }
        Type::List(element) => {
            let pairs = matches!(**element, Type::Object(_));
            let (items, action) = list_items(change, |_| pairs, |pair| of_type(pair, element));
            change.diff(Kind::List(items), action)
        }
        Type::Tuple(elements) => {
            let mut action = change.base_action();
            let mut items = Vec::new();
            for (at, element) in elements.iter().enumerate() {
                let has = |item: &Item| (at < item.list().len()).then_some(at);
                let diff = of_type(&change.pair(has(change.before), has(change.after)), element);
                action = action.and(diff.action);
                items.push(diff);
            }
            change.diff(Kind::List(items), action)
        }
        Type::Set(element) => {
            let (items, action) = set_items(change, &|pair| of_type(pair, element));
            change.diff(Kind::Set(items), action)
        }
    }
}

fn primitive(change: &Change<'_>) -> Diff {
    let kind = Kind::Primitive { before: change.before.clone(), after: change.after.clone() };
    change.diff(kind, change.action())
}

fn object_members<'t>(
    change: &Change<'_>,
    types: impl Iterator<Item = (&'t str, &'t Type)>,
) -> (BTreeMap<String, Diff>, Action) {
    let mut action = change.base_action();
    let mut attributes = BTreeMap::new();
    for (name, ty) in types {
        let child = change.child(name);
        // What is null before and after is not even counted as unchanged.
        if child.before.is_nil() && child.after.is_nil() {
            continue;
        }
        let diff = of_type(&child, ty);
        action = action.and(diff.action);
        attributes.insert(name.to_owned(), diff);
    }
    (attributes, action)
}

fn list_items(
    change: &Change<'_>,
    pairs: impl Fn(&Item) -> bool,
    compute: impl Fn(&Change<'_>) -> Diff,
) -> (Vec<Diff>, Action) {
    let (before, after) = (change.before.list(), change.after.list());
    let mut action = change.base_action();
    let mut items = Vec::new();
    for (b, a) in match_lists(before, after, Item::same_json, pairs) {
        let diff = compute(&change.pair(b, a));
        action = action.and(diff.action);
        items.push(diff);
    }
    (items, action)
}

fn set_items(change: &Change<'_>, compute: &dyn Fn(&Change<'_>) -> Diff) -> (Vec<Diff>, Action) {
    let (before, after) = (change.before.list(), change.after.list());
    let mut taken = vec![false; after.len()];
    let mut pairs = Vec::new();
    for (b, old) in before.iter().enumerate() {
        let same = |new: &Item| new.node != Node::Unknown && old == new;
        let found = (0..after.len()).find(|a| !taken[*a] && same(&after[*a]));
        if let Some(a) = found {
            taken[a] = true;
        }
        pairs.push((Some(b), found));
    }
    pairs.extend((0..after.len()).filter(|a| !taken[*a]).map(|a| (None, Some(a))));
    let mut action = change.base_action();
    let mut items = Vec::new();
    for (b, a) in pairs {
        let diff = compute(&change.pair(b, a));
        action = action.and(diff.action);
        items.push(diff);
    }
    (items, action)
}

/// Compares by what is there, as JSON would be.
fn dynamic(change: &Change<'_>) -> Diff {
    let plain = |kind, action| Diff { kind, action, replace: false };
    if let Some(diff) = special(change, &dynamic) {
        return Diff { replace: false, ..diff };
    }
    let (before, after) = (shape(change.before), shape(change.after));
    let deleted = after == Shape::Null && !change.after_explicit;
    let created = before == Shape::Null && !change.before_explicit;
    if before != after && !deleted && !created {
        let old = dynamic(&Change::new(change.before, &ABSENT, Replace::default()));
        let new = dynamic(&Change::new(&ABSENT, change.after, Replace::default()));
        let kind = Kind::TypeChange { before: Box::new(old), after: Box::new(new) };
        return plain(kind, Action::Update);
    }
    match if before == Shape::Null { after } else { before } {
        Shape::Null | Shape::Bool | Shape::Number | Shape::Text => {
            let kind = Kind::Primitive { before: change.before.clone(), after: change.after.clone() };
            let action = if created {
                Action::Create
            } else if deleted {
                Action::Delete
            } else if change.before.same_json(change.after) {
                Action::NoOp
            } else {
                Action::Update
            };
            plain(kind, action)
        }
        Shape::Map => {
            let names: BTreeSet<_> = change.before.keys().into_iter().chain(change.after.keys()).into_set();
            let mut action = change.base_action();
            let mut members = BTreeMap::new();
            for name in names {
                let diff = dynamic(&change.child(name));
                action = action.and(diff.action);
                members.insert(name.clone(), diff);
            }
            plain(Kind::Object(members), action)
        }
        Shape::List => {
            let is_map = |item: &Item| shape(item) == Shape::Map;
            let (items, action) = list_items(change, is_map, dynamic);
            plain(Kind::List(items), action)
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
}

fn shape(item: &Item) -> Shape {
    match item.node {
        Node::Absent | Node::Null | Node::Unknown => Shape::Null,
        Node::Bool(_) => Shape::Bool,
        Node::Number(_) => Shape::Number,
        Node::Text(_) => Shape::Text,
        Node::List(_) => Shape::List,
        Node::Map(_) => Shape::Map,
    }
}

fn block(change: &Change<'_>, schema: &BlockSchema) -> Diff {
    if let Some(diff) = special(change, &|inner| block(inner, schema)) {
        return diff;
    }
    let mut action = change.base_action();
    let mut attributes = BTreeMap::new();
    for (name, attribute) in &schema.attributes {
        let child = change.child(name);
        // The older SDK cannot store null strings, so an empty string counts as none.
        let no_text = |item: &'_ Item| matches!(&item.node, Node::Text(text) if text.is_empty());
        let before = if no_text(child.before) { &ABSENT } else { child.before };
        let after = if no_text(child.after) { &ABSENT } else { child.after };
        let hidden = |item: &Item| Item { node: item.node.clone(), sensitive: true };
        let (secret_before, secret_after);
        let child = if attribute.is_sensitive() && !(before.is_nil() && after.is_nil()) {
            // A sensitive attribute is hidden whether or not its value carries a mark.
            secret_before = hidden(before);
            secret_after = hidden(after);
            Change { before: &secret_before, after: &secret_after, ..child }
        } else {
            Change { before, after, ..child }
        };
        if child.before.is_nil() && child.after.is_nil() {
            continue;
        }
        let diff = of_type(&child.implicit(), &attribute.ty);
        action = action.and(diff.action);
        attributes.insert(name.clone(), diff);
    }
    let mut blocks = BTreeMap::new();
    for (name, nested) in &schema.blocks {
        let child = change.child(name);
        let (found, nested_action) = nested_blocks(&child, nested);
        if nested_action == Action::NoOp && found.items.is_empty() {
            continue;
        }
        action = action.and(nested_action);
        blocks.insert(name.clone(), found);
    }
    change.diff(Kind::Block { attributes, blocks }, action)
}

fn nested_blocks(change: &Change<'_>, nested: &NestedBlock) -> (Blocks, Action) {
    let sensitive = change.before.sensitive || change.after.sensitive;
    let replace = change.replace.here();
    let unnamed = |items: Vec<Diff>| items.into_iter().map(|item| (String::new(), item)).collect();
    let (items, action) = if change.after.node == Node::Unknown {
        // Not even the number of blocks is known: one unknown block stands for them.
        let diff = change.diff(Kind::Unknown { before: None }, Action::Update);
        (unnamed(vec![diff]), Action::Update)
    } else {
        match nested.nesting {
            Nesting::List => {
                let (items, action) = list_items(change, |_| true, |pair| block(pair, &nested.block));
                (unnamed(items), action)
            }
            Nesting::Set => {
                let (items, action) = set_items(change, &|pair| block(pair, &nested.block));
                (unnamed(items), action)
            }
            Nesting::Map => {
                let names: BTreeSet<_> =
                    change.before.keys().into_iter().chain(change.after.keys()).into_set();
                let named = |name: &String| (name.clone(), block(&change.child(name), &nested.block));
                let items: Vec<_> = names.into_iter().map(named).collect();
                let actions = items.iter().map(|(_, diff)| diff.action);
                let action = actions.fold(change.base_action(), Action::and);
                (items, action)
            }
            Nesting::Single | Nesting::Group => {
                let nothing = change.before.is_nil() && change.after.is_nil();
                let diff = (!nothing).then(|| block(change, &nested.block));
                let action = diff.as_ref().map_or(Action::NoOp, |diff| diff.action);
                (unnamed(diff.into_iter().collect()), action)
            }
        }
    };
    (Blocks { nesting: nested.nesting, items, replace, sensitive }, action)
}
