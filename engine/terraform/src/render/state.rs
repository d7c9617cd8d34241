//! A state as a person reads it.

use super::color::Color;
use super::compute::{self, Replace};
use super::human::{Options, render};
use super::item::Item;
use crate::addr::{Mode, ModuleInstance, ResourceInstance};
use crate::plan::instance::mark_by_schema;
use crate::schema::ResourceSchema;
use crate::state::{Object, OutputState, State};
use nuvola_hcl::text::quote;
use nuvola_kernel::Map;
use nuvola_tf_lang::{Marks, format_value};

use std::rc::Rc;

/// Finds the schema of a stored resource, by the provider's address.
pub type Schemas<'s> = dyn Fn(&ResourceInstance, &str) -> Option<Rc<ResourceSchema>> + 's;

/// One object: `# address:` and its block.
#[must_use]
pub fn object_text(
    instance: &ResourceInstance,
    deposed: Option<&str>,
    object: &Object,
    schema: &ResourceSchema,
    color: Color,
) -> String {
    let remark = match deposed {
        Some(key) => format!(" (deposed object {key})"),
        None if object.tainted => " (tainted)".to_owned(),
        None => String::new(),
    };
    let colon = ":";
    let word = if instance.resource.mode == Mode::Managed { "resource" } else { "data" };
    let (kind, name) = (quote(&instance.resource.kind), quote(&instance.resource.name));
    let body = match object.value(schema) {
        Ok(value) => {
            let item = Item::from_value(&mark_by_schema(&value, &schema.block));
            let diff = compute::resource(&item, &item, &schema.block, Replace::default());
            let opts = Options { no_symbols: true, show_unchanged: true, ..Options::new(color) };
            render(&diff, 0, opts)
        }
        Err(error) => format!("{{\n    # {error}\n}}"),
    };
    format!("# {instance}{colon}{remark}\n{word} {kind} {name} {body}\n")
}

/// Everything in a state.
#[must_use]
pub fn state_text(state: &State, schemas: &Schemas<'_>, color: Color) -> String {
    let mut out = String::new();
    let mut last: Option<ModuleInstance> = None;
    let mut modules: Vec<ModuleInstance> = Vec::new();
    for (instance, slot) in state.instances() {
        let provider = state.resource(&instance).map_or("", |resource| &resource.provider);
        let Some(schema) = schemas(&instance, provider) else { continue };
        let current = slot.current.iter().map(|object| (None, object));
        let deposed = slot.deposed.iter().map(|(key, object)| (Some(key.as_str()), object));
        for (key, object) in current.chain(deposed) {
            let module = &instance.module;
            if last.as_ref() == Some(module) {
                out.push('\n');
            } else if modules.iter().any(|outer| module.is_within(outer)) {
                // A module stands apart from the resources of those around it, though not from its siblings.
                out.push_str("\n\n");
            }
            if last.as_ref() != Some(module) {
                modules.push(module.clone());
                last = Some(module.clone());
            }
            out.push_str(&object_text(&instance, key, object, &schema, color));
        }
    }
    if !state.outputs.is_empty() {
        out.push_str("\n\nOutputs:\n\n");
        for (name, output) in &state.outputs {
            let mut item = Item::from_value(&output.value);
            item.sensitive = output.sensitive;
            let opts = Options { no_symbols: true, show_unchanged: true, ..Options::new(color) };
            let text = render(&compute::typed(&item, output.value.ty()), 0, opts);
            out.push_str(&format!("{name} = {text}\n"));
        }
    }
    out
}

/// `name = value` for each output.
#[must_use]
pub fn outputs_text(outputs: &Map<String, OutputState>) -> String {
    let line = |(name, output): (&String, &OutputState)| {
        let hidden = output.sensitive || output.value.marks().contains(Marks::SENSITIVE);
        let text = if hidden { "<sensitive>".to_owned() } else { output_value(output) };
        format!("{name} = {text}\n")
    };
    outputs.iter().map(line).collect()
}

/// One output's value.
#[must_use]
pub fn output_value(output: &OutputState) -> String {
    format_value(&output.value, 0)
}
