//! Variables, and how many instances modules and resources have.

use super::planner::Planner;
use crate::addr::ModuleInstance;
use crate::config::{CheckRule, Variable};
use crate::run::{Expansion, Op, Place};
use crate::state::CheckStatus;
use nuvola_hcl::{Diagnostic, Expr, ValueNote};
use nuvola_tf_lang::{Marks, Type, Value, convert};
use std::collections::BTreeMap;

impl Planner<'_> {
    /// A variable in all instances of its module.
    pub fn variable(&self, path: &[String], name: &str) -> bool {
        let Some(variable) = self.config(path).and_then(|config| config.module.variables.get(name)) else {
            return false;
        };
        let Some((call_name, parent_path)) = path.split_last() else {
            return self.root_variable(variable);
        };
        let mut fine = true;
        for parent in self.run.module_instances(parent_path) {
            let expansion =
                self.run.values.borrow().modules.get(&(parent.clone(), call_name.clone())).cloned();
            let Some(expansion) = expansion else { return false };
            for key in expansion.keys() {
                let module = parent.child(call_name, key.clone());
                let place = Place {
                    module: parent.clone(),
                    repetition: expansion.repetition(&key),
                    ..Place::default()
                };
                fine &= self.child_variable(variable, &module, &place, call_name);
            }
        }
        fine
    }

    fn root_variable(&self, variable: &Variable) -> bool {
        let root = ModuleInstance::root();
        let key = (root.clone(), variable.name.clone());
        if self.run.op == Op::Validate {
            let value = Value::unknown(variable.constraint.ty.clone());
            self.run.values.borrow_mut().variables.insert(key, marked(value, variable));
            return true;
        }
        // Values of the root module's variables were set, and checked, before the walk.
        let known = self.run.values.borrow().variables.get(&key).cloned();
        let Some(known) = known else { return false };
        let (plain, _) = known.clone().unmark();
        let fine = self.validate(variable, &root, plain);
        self.run.values.borrow_mut().variables.insert(key, known);
        fine
    }

    fn child_variable(
        &self,
        variable: &Variable,
        module: &ModuleInstance,
        place: &Place,
        call_name: &str,
    ) -> bool {
        let parent = self.config(&place.module.path());
        let Some(call) = parent.and_then(|config| config.call(call_name)) else { return false };
        let ty = &variable.constraint.ty;
        let argument = call.inputs.attribute(&variable.name);
        let mut given = None;
        if let Some(argument) = argument {
            let (value, problems) = self.run.eval(&argument.expr, place);
            if !self.run.accept(problems) {
                return false;
            }
            given = Some(value);
        }
        let given = given.filter(|value| !value.is_null() || variable.default.is_none() || variable.nullable);
        let Some(value) = given.or_else(|| variable.default.clone()) else {
            if argument.is_none() {
                self.run.report([crate::config::content::missing_argument(&variable.name, call.body_start)]);
            }
            return false;
        };
        let address = format!("{}var.{}", module.prefix(), variable.name);
        let at = argument.map_or(variable.range, |argument| argument.expr.range);
        let declared = self.sources_describe(variable.range);
        let (plain, marks) = (variable.constraint.defaults.apply(&value), value.marks());
        let value = match convert(&plain, ty) {
            Ok(value) => value.with_marks(marks),
            Err(error) => {
                let detail =
                    format!("The given value is not suitable for {address} declared at {declared}: {error}.");
                self.run.report([Diagnostic::error("Invalid value for input variable", detail).at(at)]);
                return false;
            }
        };
        if value.is_null() && !variable.nullable {
            let detail = format!(
                "The given value is not suitable for {address} defined at {declared}: required variable may not be set to null."
            );
            self.run.report([Diagnostic::error("Required variable not set", detail).at(at)]);
            return false;
        }
        let key = (module.clone(), variable.name.clone());
        let fine = self.run.op == Op::Validate || self.validate(variable, module, value.clone());
        self.run.values.borrow_mut().variables.insert(key, marked(value, variable));
        fine
    }

    fn sources_describe(&self, range: nuvola_hcl::Range) -> String {
        self.run.sources.borrow().describe(range)
    }

    /// Checks a value by the variable's rules, which see it without the marks of the declaration.
    fn validate(&self, variable: &Variable, module: &ModuleInstance, value: Value) -> bool {
        if !variable.validations.is_empty() {
            let key = (module.clone(), variable.name.clone());
            self.run.values.borrow_mut().variables.insert(key, value);
        }
        let place = Place::in_module(module);
        let mut fine = true;
        for rule in &variable.validations {
            fine &= self.validate_rule(variable, rule, &place);
        }
        if !variable.validations.is_empty() {
            let status = if fine { CheckStatus::Pass } else { CheckStatus::Fail };
            let address = |prefix: String| format!("{prefix}var.{}", variable.name);
            let path = crate::addr::module_path_text(&module.path());
            let config = address(if path.is_empty() { path } else { format!("{path}.") });
            self.record_check("var", &config, &address(module.prefix()), (status, Vec::new()));
        }
        fine
    }

    fn validate_rule(&self, variable: &Variable, rule: &CheckRule, place: &Place) -> bool {
        let (value, problems) = self.run.eval(&rule.condition, place);
        if !self.run.accept(problems) {
            return false;
        }
        let bad_result = |detail: &str| {
            let notes = crate::eval::functions::notes(self.run, &rule.condition, place);
            let problem = Diagnostic::error("Invalid variable validation result", detail);
            self.run.report([problem.at(rule.condition.range).with_values(notes)]);
            false
        };
        let value = match convert(&value, &Type::Bool) {
            Ok(value) => value,
            Err(error) => return bad_result(&format!("Invalid validation condition result value: {error}.")),
        };
        let (value, _) = value.unmark();
        if !value.is_known() || value.as_bool() == Some(true) {
            return true;
        }
        if value.is_null() {
            return bad_result("Validation condition expression must return either true or false, not null.");
        }
        let message = self.error_message(rule, place);
        let place_of_rule = self.sources_describe(rule.range);
        let notes = crate::eval::functions::notes(self.run, &rule.condition, place);
        let at = match self.run.variable_places.borrow().get(&variable.name) {
            Some(range) if place.module.is_root() => *range,
            _ => variable.range,
        };
        let at = if place.module.is_root() {
            at
        } else {
            self.argument_place(variable, &place.module).unwrap_or(at)
        };
        let detail = format!("{message}\n\nThis was checked by the validation rule at {place_of_rule}.");
        self.run.report([Diagnostic::error("Invalid value for variable", detail).at(at).with_values(notes)]);
        false
    }

    fn argument_place(&self, variable: &Variable, module: &ModuleInstance) -> Option<nuvola_hcl::Range> {
        let path = module.path();
        let (name, parent) = path.split_last()?;
        let call = self.config(parent)?.call(name)?;
        Some(call.inputs.attribute(&variable.name)?.expr.range)
    }

    /// How many instances a module has, in each instance of its parent.
    pub fn expand_module(&self, path: &[String]) -> bool {
        let Some((name, parent)) = path.split_last() else { return true };
        let Some(call) = self.config(parent).and_then(|config| config.call(name)) else { return false };
        let mut fine = true;
        for module in self.run.module_instances(parent) {
            let place = Place::in_module(&module);
            match self.expansion(call.count.as_ref(), call.for_each.as_ref(), &place) {
                Some(expansion) => {
                    self.run.values.borrow_mut().modules.insert((module, name.clone()), expansion);
                }
                None => fine = false,
            }
        }
        fine && self.check_arguments(path, call)
    }

    /// Arguments that the module has no variable for.
    fn check_arguments(&self, path: &[String], call: &crate::config::ModuleCall) -> bool {
        let Some(child) = self.config(path) else { return false };
        let variables = &child.module.variables;
        let mut problems = Vec::new();
        for attribute in &call.inputs.attributes {
            if !variables.contains_key(&attribute.name) {
                let open = variables.keys().filter(|name| call.inputs.attribute(name).is_none());
                let hint = crate::config::content::did_you_mean(&attribute.name, open.map(String::as_str));
                problems.push(crate::config::content::unsupported_argument(
                    &attribute.name,
                    &hint,
                    attribute.name_range,
                ));
            }
        }
        for block in &call.inputs.blocks {
            problems.push(crate::config::content::unsupported_block(&block.kind, "", block.kind_range));
        }
        self.run.accept(problems)
    }

    /// Evaluates `count` or `for_each`.
    pub fn expansion(
        &self,
        count: Option<&Expr>,
        for_each: Option<&Expr>,
        place: &Place,
    ) -> Option<Expansion> {
        match (count, for_each) {
            (Some(count), _) => self.count(count, place),
            (None, Some(for_each)) => self.for_each(for_each, place),
            (None, None) => Some(Expansion::Single),
        }
    }

    fn count(&self, expr: &Expr, place: &Place) -> Option<Expansion> {
        let (value, problems) = self.run.eval_as(expr, &Type::Number, place);
        if !self.run.accept(problems) {
            return None;
        }
        let fail = |detail: &str| {
            self.run.report([Diagnostic::error("Invalid count argument", detail).at(expr.range)]);
            None
        };
        let (value, marks) = value.unmark();
        if marks.contains(Marks::EPHEMERAL) {
            return fail(
                "The given \"count\" is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.",
            );
        }
        if value.is_null() {
            return fail("The given \"count\" argument value is null. An integer is required.");
        }
        if !value.is_known() {
            if self.run.op == Op::Validate {
                return Some(Expansion::Unknown { for_each: false });
            }
            let detail = "The \"count\" value depends on resource attributes that cannot be determined until apply, so Terraform cannot predict how many instances will be created. To work around this, use the -target argument to first apply only the resources that the count depends on.";
            self.run.report([Diagnostic::error("Invalid count argument", detail).at(expr.range)]);
            return None;
        }
        let number = value.as_number()?;
        if !number.is_integer() {
            return fail(
                "The given \"count\" argument value is unsuitable: value must be a whole number, between -9223372036854775808 and 9223372036854775807.",
            );
        }
        match number.to_i64() {
            Some(count) if count >= 0 => Some(Expansion::Count(count.unsigned_abs())),
            _ => fail(
                "The given \"count\" argument value is unsuitable: must be greater than or equal to zero.",
            ),
        }
    }

    /// Which parts of an expression are secret.
    fn sensitive_notes(&self, expr: &Expr, place: &Place) -> Vec<ValueNote> {
        let note = |traversal: nuvola_hcl::Traversal| {
            let range = traversal.range();
            let part = Expr::new(nuvola_hcl::ExprKind::Traversal(traversal), range);
            let secret = self.run.eval(&part, place).0.marks().contains(Marks::SENSITIVE);
            let traversal = self.run.sources.borrow().text(range).to_owned();
            secret.then(|| ValueNote { traversal, statement: "has a sensitive value".to_owned() })
        };
        crate::eval::refs::traversals(expr).into_iter().filter_map(note).collect()
    }

    fn for_each(&self, expr: &Expr, place: &Place) -> Option<Expansion> {
        let (value, problems) = self.run.eval(expr, place);
        if !self.run.accept(problems) {
            return None;
        }
        let notes = crate::eval::functions::notes(self.run, expr, place);
        let unknown = !value.is_wholly_known();
        let fail = |summary: &str, detail: String| {
            let notes = if unknown { unknown_notes(&notes) } else { notes.clone() };
            self.run.report([Diagnostic::error(summary, detail).at(expr.range).with_values(notes)]);
            None
        };
        const ARGUMENT: &str = "Invalid for_each argument";
        const SET: &str = "Invalid for_each set argument";
        let (value, marks) = value.unmark();
        // A value of no known type may turn out to be without secrets.
        if marks.contains(Marks::SENSITIVE) && *value.ty() != Type::Dynamic {
            let detail = "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.";
            let diagnostic = Diagnostic::error(ARGUMENT, detail).at(expr.range);
            self.run.report([diagnostic.with_values(self.sensitive_notes(expr, place))]);
            return None;
        }
        let ty = value.ty().clone();
        if value.is_null() {
            return fail(ARGUMENT, "The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".to_owned());
        }
        let is_mapping = ty.is_mapping();
        let is_set = matches!(ty, Type::Set(_));
        if !value.is_known() {
            if self.run.op == Op::Validate {
                return Some(Expansion::Unknown { for_each: true });
            }
            return fail(ARGUMENT, unknown_for_each(is_mapping).to_owned());
        }
        if !is_mapping && !is_set {
            let detail = format!(
                "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {}.",
                ty.friendly_name()
            );
            return fail(ARGUMENT, detail);
        }
        if is_mapping {
            let items: BTreeMap<String, Value> = value
                .as_members()?
                .iter()
                .map(|(key, item)| (key.to_string(), item.clone().with_marks(marks)))
                .collect();
            return Some(Expansion::ForEach(items));
        }
        if !value.is_wholly_known() {
            if self.run.op == Op::Validate {
                return Some(Expansion::Unknown { for_each: true });
            }
            return fail(ARGUMENT, unknown_for_each(false).to_owned());
        }
        let items = value.as_seq()?;
        let element = ty.element_type().cloned().unwrap_or(Type::Dynamic);
        if element != Type::String && !(items.is_empty() && element == Type::Dynamic) {
            let detail = format!(
                "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                element.friendly_name()
            );
            return fail(SET, detail);
        }
        if items.iter().any(Value::is_null) {
            return fail(SET, "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.".to_owned());
        }
        Some(Expansion::ForEach(
            items.iter().filter_map(|item| Some((item.as_str()?.to_owned(), item.clone()))).collect(),
        ))
    }
}

/// Where the trouble is that a value is not known yet, the notes say so.
fn unknown_notes(notes: &[ValueNote]) -> Vec<ValueNote> {
    let note = |note: &ValueNote| {
        let known = !note.statement.starts_with("is a ") || note.statement.contains("after apply");
        let suffix = if known { "" } else { ", known only after apply" };
        ValueNote { statement: format!("{}{suffix}", note.statement), ..note.clone() }
    };
    notes.iter().map(note).collect()
}

fn unknown_for_each(mapping: bool) -> &'static str {
    if mapping {
        "The \"for_each\" map includes keys derived from resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of keys that will identify the instances of this resource.\n\nWhen working with unknown values in for_each, it's better to define the map keys statically in your configuration and place apply-time results only in the map values.\n\nAlternatively, you could use the -target planning option to first apply only the resources that the for_each value depends on, and then apply a second time to fully converge."
    } else {
        "The \"for_each\" set includes values derived from resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of keys that will identify the instances of this resource.\n\nWhen working with unknown values in for_each, it's better to use a map value where the keys are defined statically in your configuration and where only the values contain apply-time results.\n\nAlternatively, you could use the -target planning option to first apply only the resources that the for_each value depends on, and then apply a second time to fully converge."
    }
}

/// The value with the marks that its declaration gives.
#[must_use]
pub fn marked(value: Value, variable: &Variable) -> Value {
    let mut marks = Marks::NONE;
    if variable.sensitive {
        marks |= Marks::SENSITIVE;
    }
    if variable.ephemeral {
        marks |= Marks::EPHEMERAL;
    }
    value.with_marks(marks)
}
