//! Checks references against the configuration, before anything is evaluated.

use super::refs::{Reference, Subject, first_attribute};
use super::scope::display_module;
use crate::addr::{Key, Mode, ResourceName};
use crate::config::Config;
use crate::config::content::{did_you_mean, similar};
use crate::run::{Place, Repetition, Run};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, Range};

/// `self` where there is none.
#[must_use]
pub fn no_self(at: Range) -> Diagnostic {
    let detail = "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.";
    Diagnostic::error("Invalid \"self\" reference", detail).at(at)
}

impl Run {
    /// Reports references to what does not exist.
    pub fn check_references(
        &self,
        references: &[Reference],
        place: &Place,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let path = place.module.path();
        let Some(config) = self.config.descendant(&path) else { return };
        for reference in references {
            if let Subject::Resource(name, key) = &reference.subject {
                self.resource_problems(reference, name, key.as_ref(), place, config, diagnostics);
            } else {
                diagnostics.extend(self.problem(reference, place, config));
            }
        }
    }

    fn problem(&self, reference: &Reference, place: &Place, config: &Config) -> Option<Diagnostic> {
        let at = reference.range;
        match &reference.subject {
            Subject::Var(name) => undeclared_variable(config, name, at),
            Subject::Local(name) => {
                if config.module.locals.contains_key(name) {
                    return None;
                }
                let hint = did_you_mean(name, config.module.locals.keys().map(String::as_str));
                let detail =
                    format!("A local value with the name {} has not been declared.{hint}", quote(name));
                Some(Diagnostic::error("Reference to undeclared local value", detail).at(at))
            }
            Subject::Module { call, .. } => {
                if config.module.calls.contains_key(call) {
                    return None;
                }
                let hint = did_you_mean(call, config.module.calls.keys().map(String::as_str));
                let place = display_module(&config.path);
                let detail = format!("No module call named {} is declared in {place}.{hint}", quote(call));
                Some(Diagnostic::error("Reference to undeclared module", detail).at(at))
            }
            Subject::Resource(..) => None,
            Subject::Count(name) => {
                if name != "index" {
                    let detail = format!(
                        "The \"count\" object does not have an attribute named {}. The only supported attribute is count.index, which is the index of each instance of a resource block that has the \"count\" argument set.",
                        quote(name)
                    );
                    return Some(Diagnostic::error("Invalid \"count\" attribute", detail).at(at));
                }
                if matches!(place.repetition, Repetition::Count(_)) {
                    return None;
                }
                let detail = "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.";
                Some(Diagnostic::error("Reference to \"count\" in non-counted context", detail).at(at))
            }
            Subject::Each(name) => {
                if name != "key" && name != "value" {
                    let detail = format!(
                        "The \"each\" object does not have an attribute named {}. The supported attributes are each.key and each.value, the current key and value pair of the \"for_each\" attribute set.",
                        quote(name)
                    );
                    return Some(Diagnostic::error("Invalid \"each\" attribute", detail).at(at));
                }
                if matches!(place.repetition, Repetition::Each(..)) {
                    return None;
                }
                if name == "value" {
                    let detail = "A reference to \"each.value\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.value in your configuration to work around this error.";
                    return Some(
                        Diagnostic::error("each.value cannot be used in this context", detail).at(at),
                    );
                }
                let detail = "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.";
                Some(Diagnostic::error("Reference to \"each\" in context without for_each", detail).at(at))
            }
            Subject::Path(name) => {
                let known = ["cwd", "module", "root"];
                if known.contains(&name.as_str()) {
                    return None;
                }
                let hint = did_you_mean(name, known);
                let detail =
                    format!("The \"path\" object does not have an attribute named {}.{hint}", quote(name));
                Some(Diagnostic::error("Invalid \"path\" attribute", detail).at(at))
            }
            Subject::Terraform(name) => {
                if matches!(name.as_str(), "workspace" | "applying") {
                    return None;
                }
                let detail = if name == "env" {
                    "The terraform.env attribute was deprecated in v0.10 and removed in v0.12. The \"state environment\" concept was renamed to \"workspace\" in v0.12, and so the workspace name can now be accessed using the terraform.workspace attribute.".to_owned()
                } else {
                    format!(
                        "The \"terraform\" object does not have an attribute named {}. The only supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean which is true only during apply.",
                        quote(name)
                    )
                };
                Some(Diagnostic::error("Invalid \"terraform\" attribute", detail).at(at))
            }
            Subject::SelfObject => place.self_value.is_none().then(|| no_self(at)),
        }
    }

    fn resource_problems(
        &self,
        reference: &Reference,
        name: &ResourceName,
        key: Option<&Key>,
        place: &Place,
        config: &Config,
        found: &mut Vec<Diagnostic>,
    ) {
        let at = reference.range;
        let Some(resource) = config.module.resources.get(name) else {
            found.push(undeclared_resource(config, name, at));
            return;
        };
        if place.resource.as_ref() == Some(name)
            && place.self_value.is_none()
            && self.op != crate::run::Op::Validate
        {
            let detail = format!("Configuration for {name} may not refer to itself.");
            found.push(Diagnostic::error("Self-referential block", detail).at(at));
            return;
        }
        let attribute = first_attribute(reference);
        if let (None, Some((_, _))) = (key, attribute) {
            let example = if resource.count.is_some() {
                Some(("count", format!("{name}[count.index]")))
            } else if resource.for_each.is_some() {
                Some(("for_each", format!("{name}[each.key]")))
            } else {
                None
            };
            let splat =
                matches!(reference.rest.first().map(|step| &step.kind), Some(nuvola_hcl::StepKind::Attr(_)));
            if let Some((what, example)) = example.filter(|_| splat) {
                let detail = format!(
                    "Because {name} has \"{what}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {example}"
                );
                found.push(Diagnostic::error("Missing resource instance key", detail).at(at));
            }
        }
        if key.is_some() && resource.count.is_none() && resource.for_each.is_none() {
            let detail = format!(
                "Because {name} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
            );
            found.push(Diagnostic::error("Unexpected resource instance key", detail).at(at));
            return;
        }
        let Some((attribute, range)) = attribute else { return };
        let Some(schema) = self.schema_of(&config.path, name) else { return };
        let block = &schema.block;
        if let Some(known) = block.attributes.get(attribute) {
            // What follows the attribute must make sense for its type.
            let at = reference.rest.iter().position(|step| step.range == range).map_or(0, |at| at + 1);
            let steps = reference.rest.get(at..).unwrap_or_default();
            nuvola_tf_lang::walk_steps(nuvola_tf_lang::Value::unknown(known.ty.clone()), steps, found);
            return;
        }
        if block.blocks.contains_key(attribute) {
            return;
        }
        let mut names: Vec<&str> =
            block.attributes.keys().chain(block.blocks.keys()).map(String::as_str).collect();
        names.sort();
        let hint = did_you_mean(attribute, names);
        let detail = format!(
            "This object has no argument, nested block, or exported attribute named {}.{hint}",
            quote(attribute)
        );
        found.push(Diagnostic::error("Unsupported attribute", detail).at(range));
    }
}

fn undeclared_variable(config: &Config, name: &str, at: Range) -> Option<Diagnostic> {
    let variables = &config.module.variables;
    if variables.contains_key(name) {
        return None;
    }
    let hint = match similar(name, variables.keys().map(String::as_str)) {
        Some(other) => format!(" Did you mean {}?", quote(other)),
        None => format!(" This variable can be declared with a variable {} {{}} block.", quote(name)),
    };
    let detail = format!("An input variable with the name {} has not been declared.{hint}", quote(name));
    Some(Diagnostic::error("Reference to undeclared input variable", detail).at(at))
}

fn undeclared_resource(config: &Config, name: &ResourceName, at: Range) -> Diagnostic {
    let (mode, other) = match name.mode {
        Mode::Managed => ("managed", Mode::Data),
        Mode::Data => ("data", Mode::Managed),
    };
    let twin = ResourceName { mode: other, ..name.clone() };
    let hint = if config.module.resources.contains_key(&twin) {
        let what = if other == Mode::Data { "data" } else { "managed" };
        format!("\n\nDid you mean the {what} resource {twin}?")
    } else {
        String::new()
    };
    let place = display_module(&config.path);
    let detail = format!(
        "A {mode} resource {} {} has not been declared in {place}.{hint}",
        quote(&name.kind),
        quote(&name.name)
    );
    Diagnostic::error("Reference to undeclared resource", detail).at(at)
}
