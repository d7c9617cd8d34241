//! What names stand for: gathers the values that an expression refers to.

use super::refs::{Reference, Subject};
use super::{functions, refs};
use crate::addr::{Key, Mode, ModuleInstance, ResourceInstance, ResourceName, module_path_text};
use crate::run::{Expansion, Op, Place, Repetition, Run};
use nuvola_hcl::{Diagnostic, Expr};
use nuvola_tf_lang::{Type, Value, convert};
use std::collections::BTreeMap;

/// Values by their first names.
pub type Roots = BTreeMap<String, Value>;

impl Run {
    /// Evaluates an expression.
    #[must_use]
    pub fn eval(&self, expr: &Expr, place: &Place) -> (Value, Vec<Diagnostic>) {
        self.eval_bound(expr, place, &Vec::new())
    }

    /// Evaluates an expression in which some more names are bound.
    #[must_use]
    pub fn eval_bound(
        &self,
        expr: &Expr,
        place: &Place,
        bound: &[(String, Value)],
    ) -> (Value, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut traversals = refs::traversals(expr);
        traversals.retain(|traversal| bound.iter().all(|(name, _)| *name != traversal.root.name));
        let references = refs::parse_all(&traversals, &mut diagnostics);
        self.check_references(&references, place, &mut diagnostics);
        if nuvola_hcl::has_errors(&diagnostics) {
            return (Value::dynamic_unknown(), diagnostics);
        }
        let mut roots = self.roots(&references, place, &mut diagnostics);
        if nuvola_hcl::has_errors(&diagnostics) {
            return (Value::dynamic_unknown(), diagnostics);
        }
        roots.extend(bound.iter().cloned());
        let (value, problems) = functions::evaluate(self, expr, &roots, &place.module);
        diagnostics.extend(problems);
        (value, diagnostics)
    }

    /// Evaluates an expression and converts the result.
    #[must_use]
    pub fn eval_as(&self, expr: &Expr, ty: &Type, place: &Place) -> (Value, Vec<Diagnostic>) {
        let (value, mut diagnostics) = self.eval(expr, place);
        if nuvola_hcl::has_errors(&diagnostics) {
            return (Value::unknown(ty.clone()), diagnostics);
        }
        match convert(&value, ty) {
            Ok(value) => (value, diagnostics),
            Err(error) => {
                let detail = format!("Invalid expression value: {error}.");
                let notes = super::functions::notes(self, expr, place);
                let problem = Diagnostic::error("Incorrect value type", detail);
                diagnostics.push(problem.at(expr.range).with_values(notes));
                (Value::unknown(ty.clone()), diagnostics)
            }
        }
    }

    /// The values of all names in an expression.
    #[must_use]
    pub fn names_for(&self, expr: &Expr, place: &Place) -> Roots {
        self.roots(&refs::references(expr, &mut Vec::new()), place, &mut Vec::new())
    }

    fn roots(&self, references: &[Reference], place: &Place, diagnostics: &mut Vec<Diagnostic>) -> Roots {
        let mut named: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
        let mut kinds: BTreeMap<(Mode, String), BTreeMap<String, Value>> = BTreeMap::new();
        let mut out = Roots::new();
        for reference in references {
            let mut put = |root: &'static str, name: &str, value: Value| {
                named.entry(root).or_default().insert(name.to_owned(), value);
            };
            match &reference.subject {
                Subject::Var(name) => put("var", name, self.variable(&place.module, name)),
                Subject::Local(name) => {
                    let key = (place.module.clone(), name.clone());
                    let value = self.values.borrow().locals.get(&key).cloned();
                    put("local", name, value.unwrap_or_else(Value::dynamic_unknown));
                }
                Subject::Module { call, .. } => put("module", call, self.module_value(&place.module, call)),
                Subject::Resource(name, _) => {
                    let value = self.resource_value(&place.module, name);
                    kinds.entry((name.mode, name.kind.clone())).or_default().insert(name.name.clone(), value);
                }
                Subject::Count(name) => {
                    if let Repetition::Count(index) = &place.repetition {
                        put("count", name, index.clone());
                    }
                }
                Subject::Each(name) => {
                    if let Repetition::Each(key, value) = &place.repetition {
                        put("each", name, if name == "key" { key.clone() } else { value.clone() });
                    }
                }
                Subject::Path(name) => put("path", name, self.path_value(&place.module, name)),
                Subject::Terraform(name) if name == "applying" => {
                    let applying = Value::bool(self.op == Op::Apply);
                    put("terraform", name, applying.with_marks(nuvola_tf_lang::Marks::EPHEMERAL));
                }
                Subject::Terraform(name) => put("terraform", name, Value::string(&self.workspace)),
                Subject::SelfObject => match &place.self_value {
                    Some(value) => {
                        out.insert("self".to_owned(), value.clone());
                    }
                    None => diagnostics.push(super::statics::no_self(reference.range)),
                },
            }
        }
        for (root, members) in named {
            out.insert(root.to_owned(), Value::object(members));
        }
        let mut data: BTreeMap<String, Value> = BTreeMap::new();
        let mut managed: BTreeMap<String, Value> = BTreeMap::new();
        for ((mode, kind), members) in kinds {
            let group = if mode == Mode::Data { &mut data } else { &mut managed };
            group.insert(kind, Value::object(members));
        }
        if !data.is_empty() {
            out.insert("data".to_owned(), Value::object(data));
        }
        if !managed.is_empty() {
            out.insert("resource".to_owned(), Value::object(managed.clone()));
            out.extend(managed);
        }
        out
    }

    fn variable(&self, module: &ModuleInstance, name: &str) -> Value {
        let key = (module.clone(), name.to_owned());
        let value = self.values.borrow().variables.get(&key).cloned();
        value.unwrap_or_else(Value::dynamic_unknown)
    }

    fn path_value(&self, module: &ModuleInstance, name: &str) -> Value {
        let dir = |dir: &str| Value::string(if dir.is_empty() { "." } else { dir });
        match name {
            "cwd" => Value::string(self.host.current_dir()),
            "root" => dir(&self.config.module.dir),
            _ => dir(self.config.descendant(&module.path()).map_or("", |config| &config.module.dir)),
        }
    }

    /// A module's outputs, for all its instances.
    fn module_value(&self, parent: &ModuleInstance, call: &str) -> Value {
        let values = self.values.borrow();
        let mut path = parent.path();
        path.push(call.to_owned());
        let Some(config) = self.config.descendant(&path) else {
            return Value::dynamic_unknown();
        };
        let one = |key: Key| {
            let instance = parent.child(call, key);
            let outputs = config.module.outputs.keys().map(|name| {
                let value = values.outputs.get(&(instance.clone(), name.clone())).cloned();
                (name.clone(), value.unwrap_or_else(Value::dynamic_unknown))
            });
            Value::object(outputs.collect::<Vec<_>>())
        };
        if self.op == Op::Validate {
            let outputs = config.module.outputs.keys().map(|name| (name.as_str(), Type::Dynamic));
            let ty = Type::object(outputs);
            let call = self.config.descendant(&parent.path()).and_then(|config| config.call(call));
            return Value::unknown(match call {
                Some(call) if call.count.is_some() => Type::list(ty),
                Some(call) if call.for_each.is_some() => Type::map(ty),
                Some(_) | None => ty,
            });
        }
        match values.modules.get(&(parent.clone(), call.to_owned())) {
            None | Some(Expansion::Unknown { .. }) => Value::dynamic_unknown(),
            Some(Expansion::Single) => one(Key::None),
            Some(Expansion::Count(count)) => Value::tuple((0..*count).map(|at| one(Key::Int(at))).collect()),
            Some(Expansion::ForEach(items)) => Value::object(
                items.keys().map(|key| (key.clone(), one(Key::Str(key.clone())))).collect::<Vec<_>>(),
            ),
        }
    }

    /// A resource's value, for all its instances.
    #[must_use]
    pub fn resource_value(&self, module: &ModuleInstance, name: &ResourceName) -> Value {
        let values = self.values.borrow();
        let one = |key: Key| {
            let instance = ResourceInstance::new(module.clone(), name.clone(), key);
            values.instances.get(&instance).cloned().unwrap_or_else(Value::dynamic_unknown)
        };
        // The console without a plan knows only what the state has.
        let instances = || {
            values.instances.keys().any(|instance| instance.module == *module && instance.resource == *name)
        };
        if self.op == Op::Eval && !instances() {
            return Value::dynamic_unknown();
        }
        match values.expansions.get(&(module.clone(), name.clone())) {
            None | Some(Expansion::Unknown { .. }) => {
                let config = self.config.descendant(&module.path());
                let resource = config.and_then(|config| config.module.resources.get(name));
                let single =
                    resource.is_some_and(|resource| resource.count.is_none() && resource.for_each.is_none());
                match self.schema_of(&module.path(), name).filter(|_| single && self.op == Op::Validate) {
                    Some(schema) => Value::unknown(schema.block.implied_type()),
                    None => Value::dynamic_unknown(),
                }
            }
            Some(Expansion::Single) => one(Key::None),
            Some(Expansion::Count(count)) => Value::tuple((0..*count).map(|at| one(Key::Int(at))).collect()),
            Some(Expansion::ForEach(items)) => Value::object(
                items.keys().map(|key| (key.clone(), one(Key::Str(key.clone())))).collect::<Vec<_>>(),
            ),
        }
    }
}

/// A module as messages name it.
#[must_use]
pub fn display_module(path: &[String]) -> String {
    if path.is_empty() { "the root module".to_owned() } else { module_path_text(path) }
}
