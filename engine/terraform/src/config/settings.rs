//! `terraform` blocks: required versions and providers, the backend.

use super::content::{Kind, Shape, exact, optional, start_of};
use super::{Backend, Module, ProviderKey, RequiredProvider, fields};
use crate::addr::ProviderSource;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Attribute, Block, Diagnostic, ExprKind, ObjectItem, Sources};

const TERRAFORM: Shape = Shape {
    args: &[optional("required_version"), optional("experiments"), optional("language")],
    blocks: &[
        Kind { name: "backend", labels: &["type"] },
        Kind { name: "cloud", labels: &[] },
        Kind { name: "required_providers", labels: &[] },
        Kind { name: "provider_meta", labels: &["provider"] },
    ],
};

/// Reads a `terraform` block.
pub fn decode(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), TERRAFORM, diagnostics);
    if let Some(attribute) = content.arg("required_version")
        && let Some(text) = fields::constant_string(Some(attribute), diagnostics)
    {
        if super::version::allows(&text, "1.0.0").is_none() {
            let detail = "This string does not use correct version constraint syntax.";
            diagnostics
                .push(Diagnostic::error("Invalid version constraint", detail).at(attribute.expr.range));
        }
        module.required_versions.push((text, attribute.expr.range));
    }
    if let Some(attribute) = content.arg("experiments") {
        let detail = "Experimental features are intended only for gathering early feedback on new language designs, and so are available only in alpha releases of Terraform.";
        diagnostics
            .push(Diagnostic::error("Module uses experimental features", detail).at(attribute.name_range));
    }
    for inner in &content.blocks {
        match inner.kind.as_str() {
            "backend" => backend(inner, module, sources, diagnostics),
            "required_providers" => {
                for attribute in &inner.body.attributes {
                    required_provider(attribute, module, diagnostics);
                }
            }
            "cloud" => {
                let detail = "Nuvola runs Terraform in this tab and does not simulate HCP Terraform. Remove the `cloud` block to keep the state here.";
                diagnostics
                    .push(Diagnostic::error("HCP Terraform is not simulated", detail).at(inner.kind_range));
            }
            _ => {}
        }
    }
}

fn backend(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(first) = &module.backend {
        let detail = format!(
            "A module may have only one backend configuration. The backend was previously configured at {}.",
            sources.describe(first.range)
        );
        diagnostics
            .push(Diagnostic::error("Duplicate backend configuration", detail).at(block.header_range()));
        return;
    }
    module.backend = Some(Backend {
        kind: block.labels[0].name.clone(),
        body: block.body.clone(),
        body_start: start_of(block),
        kind_range: block.labels[0].range,
        range: block.header_range(),
    });
}

fn required_provider(attribute: &Attribute, module: &mut Module, diagnostics: &mut Vec<Diagnostic>) {
    let name = attribute.name.as_str();
    let mut out = RequiredProvider {
        source: ProviderSource::default_for(name),
        constraint: None,
        aliases: Vec::new(),
        range: attribute.name_range,
    };
    match &attribute.expr.kind {
        ExprKind::Template(_) => {
            out.constraint = fields::constant_string(Some(attribute), diagnostics);
        }
        ExprKind::Object { items, .. } => {
            for item in items {
                required_field(item, &mut out, diagnostics);
            }
        }
        _ => {
            let detail = "Required providers entries must be strings or objects.";
            diagnostics.push(
                Diagnostic::error("Invalid required_providers object", detail).at(attribute.expr.range),
            );
            return;
        }
    }
    module.required_providers.insert(name.to_owned(), out);
}

fn required_field(item: &ObjectItem, out: &mut RequiredProvider, diagnostics: &mut Vec<Diagnostic>) {
    let mut text = || {
        let found = fields::constant(&item.value, &nuvola_tf_lang::Type::String, diagnostics)?;
        found.as_str().map(str::to_owned)
    };
    match item.literal_key() {
        Some("version") => {
            out.constraint = text();
            if let Some(constraint) = &out.constraint
                && super::version::allows(constraint, "1.0.0").is_none()
            {
                let detail = "This string does not use correct version constraint syntax.";
                diagnostics
                    .push(Diagnostic::error("Invalid version constraint", detail).at(item.value.range));
            }
        }
        Some("source") => {
            let Some(source) = text() else { return };
            match ProviderSource::parse(&source) {
                Some(source) => out.source = source,
                None => {
                    let detail =
                        "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"";
                    diagnostics.push(
                        Diagnostic::error("Invalid provider source string", detail).at(item.value.range),
                    );
                }
            }
        }
        Some("configuration_aliases") => {
            for entry in fields::list(&item.value, diagnostics) {
                if let Some((ProviderKey { name, alias }, _)) =
                    super::resource::provider_key(entry, diagnostics)
                {
                    out.aliases.push(ProviderKey { name, alias });
                }
            }
        }
        other => {
            let name = other.unwrap_or_default();
            let detail = format!(
                "required_providers objects can only contain \"version\", \"source\" and \"configuration_aliases\" attributes. To configure a provider, use a \"provider\" block. The attribute {} is not expected.",
                quote(name)
            );
            diagnostics
                .push(Diagnostic::error("Invalid required_providers object", detail).at(item.key.range));
        }
    }
}
