//! Override files: their blocks replace arguments of blocks in the ordinary files.

use nuvola_hcl::text::quote;
use nuvola_hcl::{Block, Body, Diagnostic};

/// Merges an override file into the files that were read before it.
pub fn apply(bodies: &mut [Body], overrides: &Body, diagnostics: &mut Vec<Diagnostic>) {
    for block in &overrides.blocks {
        let same = |other: &&mut Block| {
            other.kind == block.kind
                && other
                    .labels
                    .iter()
                    .map(|label| &label.name)
                    .eq(block.labels.iter().map(|label| &label.name))
        };
        let found = bodies.iter_mut().flat_map(|body| body.blocks.iter_mut()).find(same);
        match found {
            Some(base) => merge(&mut base.body, &block.body),
            None if matches!(block.kind.as_str(), "locals" | "terraform") => {
                if let Some(body) = bodies.first_mut() {
                    body.blocks.push(block.clone());
                }
            }
            None => {
                let name = block.labels.last().map_or("", |label| &label.name);
                let detail = format!(
                    "There is no {} named {}. An override file can only override a {} block defined in a primary configuration file.",
                    block.kind,
                    quote(name),
                    block.kind
                );
                let diagnostic =
                    Diagnostic::error(format!("Missing base {} declaration to override", block.kind), detail);
                diagnostics.push(diagnostic.at(block.header_range()));
            }
        }
    }
}

fn merge(base: &mut Body, over: &Body) {
    for attribute in &over.attributes {
        match base.attributes.iter_mut().find(|other| other.name == attribute.name) {
            Some(slot) => *slot = attribute.clone(),
            None => base.attributes.push(attribute.clone()),
        }
    }
    // Blocks of one type are replaced all together.
    base.blocks.retain(|block| !over.blocks.iter().any(|other| other.kind == block.kind));
    base.blocks.extend(over.blocks.iter().cloned());
}
