//! Plans from the facts of the schema, as the provider's SDK does.
//!
//! Invariant: only the configuration and the prior state decide. What a type adds of its own
//! (`customize`) works on a [`Diff`] afterwards.

use crate::client::Client;
use crate::meaning;
use crate::schema::{Attribute, Block, NestedBlock, TypeFacts};
use crate::values::{is_empty, is_zero, json_of, rebuilt};

use nuvola_terraform::schema::Nesting;
use nuvola_tf_lang::{Members, Path, Step, Value};
use serde_json::Value as Json;
use std::rc::Rc;
use std::sync::Arc;

/// A plan in the making.
pub struct Diff<'a> {
    pub facts: &'a TypeFacts,
    /// Nothing when the resource is to be created.
    pub prior: Option<&'a Members>,
    pub config: &'a Members,
    pub planned: Members,
    /// Absent while the provider's own configuration is unknown.
    pub client: Option<Rc<Client>>,
    pub replace: Vec<Path>,
    /// What is wrong with the plan.
    pub errors: Vec<String>,
}

impl<'a> Diff<'a> {
    /// What the schema alone makes of a configuration.
    pub fn new(
        facts: &'a TypeFacts,
        prior: Option<&'a Members>,
        config: &'a Members,
        client: Option<Rc<Client>>,
    ) -> Self {
        let planned = plan_block(&facts.block, prior, config);
        let mut replace = Vec::new();
        if let Some(prior) = prior {
            find_replacing(&facts.block, prior, &planned, &mut Vec::new(), &mut replace);
        }
        Self { facts, prior, config, planned, client, replace, errors: Vec::new() }
    }

    #[must_use]
    pub fn is_create(&self) -> bool {
        self.prior.is_none()
    }

    /// Whether an attribute or block is planned to change; of a new resource, everything that is set does.
    #[must_use]
    pub fn changes(&self, name: &str) -> bool {
        let (Some(new), old) = (self.planned.get(name), self.prior.and_then(|prior| prior.get(name))) else {
            return false;
        };
        match old {
            Some(old) => old != new && !(is_zero(old) && is_zero(new)),
            None => !is_zero(new),
        }
    }

    #[must_use]
    pub fn changes_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.changes(name))
    }

    /// The planned value as JSON; null when unknown.
    #[must_use]
    pub fn json(&self, name: &str) -> Json {
        self.planned.get(name).map_or(Json::Null, json_of)
    }

    /// Plans a computed attribute as known after apply, if there is such an attribute.
    pub fn set_unknown(&mut self, name: &str) {
        if let Some(attribute) = self.facts.block.attributes.get(name) {
            self.set(name, Value::unknown(attribute.ty.clone()));
        }
    }

    pub fn set(&mut self, name: &str, value: Value) {
        self.planned.insert(Arc::from(name), value);
    }

    /// Makes a changing attribute force a new resource.
    pub fn force_new(&mut self, name: &str) {
        if self.prior.is_some() && self.changes(name) {
            self.replace.push(vec![Step::Attr(Arc::from(name))]);
        }
    }
}

fn plan_block(block: &Block, prior: Option<&Members>, config: &Members) -> Members {
    let mut out = Members::new();
    for (name, attribute) in &block.attributes {
        let null = || Value::null(attribute.ty.clone());
        let old = prior.map(|prior| prior.get(name.as_str()).cloned().unwrap_or_else(null));
        let wanted = config.get(name.as_str()).cloned().unwrap_or_else(null);
        out.insert(Arc::from(name.as_str()), plan_attribute(attribute, old, wanted));
    }
    for (name, nested) in &block.blocks {
        let old = prior.and_then(|prior| prior.get(name.as_str()));
        let wanted = config.get(name.as_str()).cloned().unwrap_or_else(|| Value::null(nested.ty()));
        out.insert(Arc::from(name.as_str()), plan_nested(nested, prior.is_some(), old, wanted));
    }
    out
}

fn plan_attribute(attribute: &Attribute, prior: Option<Value>, config: Value) -> Value {
    if !config.is_null() {
        let Some(prior) = prior else { return config };
        let alike = match (attribute.meaning, prior.as_str(), config.as_str()) {
            (Some(meaning), Some(old), Some(new)) => meaning::same(meaning, old, new),
            _ => prior.is_null() && is_empty(&config),
        };
        return if alike { prior } else { config };
    }
    if let (Some(default), false) = (&attribute.default, attribute.computed) {
        // An empty default is no value: the SDK cannot tell.
        return match prior {
            Some(prior) if is_empty(&prior) && is_empty(default) => prior,
            _ => default.clone(),
        };
    }
    match prior {
        None if attribute.computed => Value::unknown(attribute.ty.clone()),
        None => config,
        Some(prior) if attribute.computed || is_zero(&prior) => prior,
        Some(_) => config,
    }
}

fn plan_nested(nested: &NestedBlock, updating: bool, prior: Option<&Value>, config: Value) -> Value {
    let Some(wanted) = config.as_seq() else {
        // `timeouts`, or blocks that are not known yet.
        return config;
    };
    if wanted.is_empty() {
        return match (nested.computed, prior) {
            (true, Some(prior)) if updating => prior.clone(),
            (true, _) => Value::unknown(nested.ty()),
            (false, _) => config,
        };
    }
    let mut old: Vec<&Value> = prior.and_then(Value::as_seq).unwrap_or_default().iter().collect();
    let mut items = Vec::new();
    for (at, item) in wanted.iter().enumerate() {
        let Some(members) = item.as_members() else {
            items.push(item.clone());
            continue;
        };
        let base = match nested.nesting {
            Nesting::Set => {
                let found = old.iter().position(|old| agrees(&nested.block, old, item));
                found.map(|at| old.remove(at))
            }
            Nesting::List | Nesting::Single | Nesting::Group | Nesting::Map => old.get(at).copied(),
        };
        items.push(Value::object(plan_block(&nested.block, base.and_then(Value::as_members), members)));
    }
    rebuilt(config.ty(), items)
}

/// Whether an element of a set in the state is the configured one, apart from what is computed.
fn agrees(block: &Block, prior: &Value, config: &Value) -> bool {
    let (Some(old), Some(new)) = (prior.as_members(), config.as_members()) else { return false };
    let planned = plan_block(block, Some(old), new);
    planned == *old
}

fn find_replacing(block: &Block, prior: &Members, planned: &Members, at: &mut Path, out: &mut Vec<Path>) {
    for (name, attribute) in block.attributes.iter().filter(|(_, attribute)| attribute.force_new) {
        let (old, new) = (prior.get(name.as_str()), planned.get(name.as_str()));
        let both_zero = old.is_none_or(is_zero) && new.is_none_or(is_zero);
        if old != new && !both_zero && !(attribute.computed && new.is_some_and(Value::is_null)) {
            let mut path = at.clone();
            path.push(Step::Attr(Arc::from(name.as_str())));
            out.push(path);
        }
    }
    for (name, nested) in &block.blocks {
        let items =
            |members: &Members| members.get(name.as_str()).and_then(Value::as_seq).map(<[Value]>::to_vec);
        let (Some(old), Some(new)) = (items(prior), items(planned)) else { continue };
        at.push(Step::Attr(Arc::from(name.as_str())));
        if nested.force_new && old != new {
            out.push(at.clone());
        }
        for (index, (old, new)) in old.iter().zip(&new).enumerate() {
            if let (Some(old), Some(new)) = (old.as_members(), new.as_members()) {
                at.push(if nested.nesting == Nesting::Set { Step::Element } else { Step::Index(index) });
                find_replacing(&nested.block, old, new, at, out);
                at.pop();
            }
        }
        at.pop();
    }
}
