//! A state as a person reads it.

use super::color::Color;
use super::compute::{self, Replace};
use super::human::{Options, render};
use super::item::Item;
use crate::addr::{Mode, ResourceInstance};
use crate::plan::instance::mark_by_schema;
use crate::schema::ResourceSchema;
use crate::state::{Object, OutputState, State};
use nuvola_hcl::text::quote;
use nuvola_tf_lang::{Marks, format_value};
use std::collections::BTreeMap;
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
    let mut parts = Vec::new();
    for (instance, slot) in state.instances() {
        let provider = state.resource(&instance).map_or("", |resource| &resource.provider);
        let Some(schema) = schemas(&instance, provider) else { continue };
        if let Some(object) = &slot.current {
            parts.push(object_text(&instance, None, object, &schema, color));
        }
        for (key, object) in &slot.deposed {
            parts.push(object_text(&instance, Some(key), object, &schema, color));
        }
    }
    let mut out = parts.join("\n");
    if !state.outputs.is_empty() {
        if !parts.is_empty() {
            out.push('\n');
        }
        out.push_str("\nOutputs:\n\n");
        for (name, output) in &state.outputs {
            let mut item = Item::from_value(&output.value);
            item.sensitive = output.sensitive;
            let opts = Options { no_symbols: true, show_unchanged: true, ..Options::new(color) };
            let text = render(&compute::output(&item, &item), 0, opts);
            out.push_str(&format!("{name} = {text}\n"));
        }
    }
    out
}

/// `name = value` for each output.
#[must_use]
pub fn outputs_text(outputs: &BTreeMap<String, OutputState>) -> String {
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
