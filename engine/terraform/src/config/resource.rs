//! `resource` and `data` blocks.

use super::content::{Content, Kind, Shape, exact, optional, partial, required, start_of};
use super::{CheckRule, Lifecycle, ProviderKey, Provisioner, Resource, fields};
use crate::addr::{Mode, ResourceName};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Attribute, Block, Body, Diagnostic, Expr, Range, Sources, is_identifier};

const NO_LABELS: &[&str] = &[];
const META: Shape = Shape {
    args: &[optional("count"), optional("for_each"), optional("provider"), optional("depends_on")],
    blocks: &[
        Kind { name: "lifecycle", labels: NO_LABELS },
        Kind { name: "connection", labels: NO_LABELS },
        Kind { name: "provisioner", labels: &["type"] },
        Kind { name: "_", labels: NO_LABELS },
    ],
};
const LIFECYCLE: Shape = Shape {
    args: &[
        optional("create_before_destroy"),
        optional("prevent_destroy"),
        optional("ignore_changes"),
        optional("replace_triggered_by"),
    ],
    blocks: &[
        Kind { name: "precondition", labels: NO_LABELS },
        Kind { name: "postcondition", labels: NO_LABELS },
    ],
};
const CHECK_RULE: Shape = Shape { args: &[required("condition"), required("error_message")], blocks: &[] };
const PROVISIONER: Shape = Shape {
    args: &[optional("when"), optional("on_failure")],
    blocks: &[Kind { name: "connection", labels: NO_LABELS }],
};

/// What is wrong with a name that is no identifier.
pub const BAD_NAME: &str = "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";

/// Reads a block with two labels.
pub fn decode(block: &Block, mode: Mode, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Resource {
    let (kind, name) = (&block.labels[0], &block.labels[1]);
    let what = if mode == Mode::Managed { "resource" } else { "data" };
    for (label, part) in [(kind, "type"), (name, "name")] {
        if !is_identifier(&label.name) {
            let summary = match (mode, part) {
                (Mode::Managed, "type") => "Invalid resource type name".to_owned(),
                (Mode::Data, "type") => "Invalid data source name".to_owned(),
                _ => format!("Invalid {what} {part}"),
            };
            diagnostics.push(Diagnostic::error(summary, BAD_NAME).at(label.range));
        }
    }
    let (meta, rest) = partial(&block.body, start_of(block), META, diagnostics);
    let repetition = repetition(&meta, diagnostics);
    let mut out = Resource {
        name: ResourceName::new(mode, &kind.name, &name.name),
        body: rest_body(&block.body, &rest),
        body_start: start_of(block),
        count: repetition.0,
        for_each: repetition.1,
        depends_on: fields::references(meta.arg("depends_on"), diagnostics),
        provider: provider_reference(meta.arg("provider"), diagnostics),
        lifecycle: Lifecycle::default(),
        preconditions: Vec::new(),
        postconditions: Vec::new(),
        provisioners: Vec::new(),
        range: block.header_range(),
        type_range: kind.range,
        check: None,
    };
    meta_blocks(&mut out, &meta, sources, diagnostics);
    out
}

/// `count` and `for_each`, of which only one may be given.
pub fn repetition(meta: &Content<'_>, diagnostics: &mut Vec<Diagnostic>) -> (Option<Expr>, Option<Expr>) {
    let (count, for_each) = (meta.arg("count"), meta.arg("for_each"));
    if let (Some(_), Some(for_each)) = (count, for_each) {
        diagnostics.push(
            Diagnostic::error(
                "Invalid combination of \"count\" and \"for_each\"",
                "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of resources to be created.",
            )
            .at(for_each.name_range),
        );
    }
    (count.map(|attribute| attribute.expr.clone()), for_each.map(|attribute| attribute.expr.clone()))
}

/// `aws` or `aws.west`.
pub fn provider_reference(
    attribute: Option<&Attribute>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(ProviderKey, Range)> {
    provider_key(&attribute?.expr, diagnostics)
}

/// Reads a provider's name and alias from an expression.
pub fn provider_key(expr: &Expr, diagnostics: &mut Vec<Diagnostic>) -> Option<(ProviderKey, Range)> {
    let traversal = fields::reference(expr, diagnostics)?;
    let range = expr.range;
    let name = traversal.root.name.clone();
    let alias = match traversal.steps.as_slice() {
        [] => None,
        [step] => match fields::step_name(step) {
            Some(alias) => Some(alias.to_owned()),
            None => return invalid_provider(range, diagnostics),
        },
        [_, _, ..] => return invalid_provider(range, diagnostics),
    };
    Some((ProviderKey { name, alias }, range))
}

fn invalid_provider(range: Range, diagnostics: &mut Vec<Diagnostic>) -> Option<(ProviderKey, Range)> {
    let detail = "The provider argument requires a provider type name, optionally followed by a period and then a configuration alias.";
    diagnostics.push(Diagnostic::error("Invalid provider configuration reference", detail).at(range));
    None
}

/// The body with only what the schema's own arguments and blocks are.
#[must_use]
pub fn rest_body(body: &Body, rest: &Content<'_>) -> Body {
    Body {
        attributes: rest.args.iter().map(|attribute| (*attribute).clone()).collect(),
        blocks: rest.blocks.iter().map(|block| (*block).clone()).collect(),
        range: body.range,
        end: body.end,
        late: Vec::new(),
    }
}

fn meta_blocks(out: &mut Resource, meta: &Content<'_>, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&str, Range)> = Vec::new();
    for block in &meta.blocks {
        match block.kind.as_str() {
            "lifecycle" | "connection" | "_" => {
                if let Some((_, first)) = seen.iter().find(|(kind, _)| *kind == block.kind) {
                    let what = if block.kind == "_" { "escaping" } else { &block.kind };
                    let first = sources.describe(*first);
                    let diagnostic = Diagnostic::error(
                        format!("Duplicate {what} block"),
                        format!("This resource already has a {what} block at {first}."),
                    );
                    diagnostics.push(diagnostic.at(block.header_range()));
                    continue;
                }
                seen.push((&block.kind, block.header_range()));
                match block.kind.as_str() {
                    "lifecycle" => lifecycle(out, block, diagnostics),
                    "_" => {
                        out.body.attributes.extend(block.body.attributes.iter().cloned());
                        out.body.blocks.extend(block.body.blocks.iter().cloned());
                    }
                    _ => {}
                }
            }
            _ if out.name.mode == Mode::Data => {
                let detail = format!(
                    "The provisioner block is not allowed in a data source; {} has no lifecycle of its own.",
                    out.name
                );
                diagnostics
                    .push(Diagnostic::error("Invalid data resource block", detail).at(block.kind_range));
            }
            _ => out.provisioners.extend(provisioner(block, diagnostics)),
        }
    }
}

fn lifecycle(out: &mut Resource, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), LIFECYCLE, diagnostics);
    let settings = &mut out.lifecycle;
    if out.name.mode == Mode::Data {
        for attribute in &content.args {
            let detail = format!(
                "The lifecycle argument {} is defined only for managed resources (\"resource\" blocks), and is not valid for data resources.",
                quote(&attribute.name)
            );
            let diagnostic = Diagnostic::error("Invalid data resource lifecycle argument", detail);
            diagnostics.push(diagnostic.at(attribute.name_range));
        }
    } else {
        settings.create_before_destroy =
            fields::constant_bool(content.arg("create_before_destroy"), diagnostics);
        settings.prevent_destroy =
            fields::constant_bool(content.arg("prevent_destroy"), diagnostics).unwrap_or(false);
        if let Some(attribute) = content.arg("ignore_changes") {
            if attribute.expr.keyword() == Some("all") {
                settings.ignore_all = true;
            } else {
                settings.ignore_changes = fields::references(Some(attribute), diagnostics);
            }
        }
        if let Some(attribute) = content.arg("replace_triggered_by") {
            let items = fields::list(&attribute.expr, diagnostics);
            settings.replace_triggered_by = items.into_iter().cloned().collect();
            for item in &settings.replace_triggered_by {
                crate::eval::refs::check_trigger(item, diagnostics);
            }
        }
    }
    for rule in &content.blocks {
        if let Some(rule_content) = check_rule(rule, diagnostics) {
            let list =
                if rule.kind == "precondition" { &mut out.preconditions } else { &mut out.postconditions };
            list.push(rule_content);
        }
    }
}

/// A `precondition`, `postcondition` or `assert` block.
pub fn check_rule(block: &Block, diagnostics: &mut Vec<Diagnostic>) -> Option<CheckRule> {
    let content = exact(&block.body, start_of(block), CHECK_RULE, diagnostics);
    let condition = content.arg("condition");
    refers_to_something(&block.kind, condition, diagnostics);
    Some(CheckRule {
        condition: condition?.expr.clone(),
        error_message: content.arg("error_message")?.expr.clone(),
        range: block.header_range(),
    })
}

fn refers_to_something(kind: &str, condition: Option<&Attribute>, diagnostics: &mut Vec<Diagnostic>) {
    let Some(condition) = condition else { return };
    if crate::eval::refs::traversals(&condition.expr).is_empty() {
        let summary = format!("Invalid {kind} expression");
        let detail = "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.";
        diagnostics.push(Diagnostic::error(summary, detail).at(condition.expr.range));
    }
}

/// A `validation` block of a variable.
pub fn validation_rule(
    block: &Block,
    variable: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CheckRule> {
    let content = exact(&block.body, start_of(block), CHECK_RULE, diagnostics);
    let condition = content.arg("condition");
    refers_to_something("validation", condition, diagnostics);
    if let Some(condition) = condition {
        let own = |traversal: &&nuvola_hcl::Traversal| {
            traversal.root.name == "var"
                && traversal.steps.first().and_then(fields::step_name) == Some(variable)
        };
        if !nuvola_hcl::variables(&condition.expr).iter().any(own) {
            let detail = format!(
                "The condition for variable {} must refer to var.{variable} in order to test incoming values.",
                quote(variable)
            );
            let problem = Diagnostic::error("Invalid variable validation condition", detail);
            diagnostics.push(problem.at(condition.expr.range));
        }
    }
    Some(CheckRule {
        condition: content.arg("condition")?.expr.clone(),
        error_message: content.arg("error_message")?.expr.clone(),
        range: block.header_range(),
    })
}

pub fn provisioner(block: &Block, diagnostics: &mut Vec<Diagnostic>) -> Option<Provisioner> {
    let kind = block.labels[0].name.clone();
    if matches!(kind.as_str(), "chef" | "habitat" | "puppet" | "salt-masterless") {
        let detail = format!(
            "The {} provisioner was removed in Terraform 0.15.0 because it was deprecated since Terraform 0.13.4. For alternatives, see the documentation of provisioners.",
            quote(&kind)
        );
        let diagnostic =
            Diagnostic::error(format!("The {} provisioner has been removed", quote(&kind)), detail);
        diagnostics.push(diagnostic.at(block.kind_range));
        return None;
    }
    let (meta, rest) = partial(&block.body, start_of(block), PROVISIONER, diagnostics);
    let mut keyword = |name: &str, summary: &str, words: [&str; 2]| {
        let attribute = meta.arg(name)?;
        let quoted = attribute.expr.literal_string();
        if quoted.is_some() {
            let detail = "In this context, keywords are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but quoted keywords are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding this keyword to silence this warning.";
            let warning = Diagnostic::warning("Quoted keywords are deprecated", detail);
            diagnostics.push(warning.at(attribute.expr.range));
        }
        let text = attribute.expr.keyword().or(quoted);
        if text.is_none_or(|text| !words.contains(&text)) {
            let detail = format!(
                "The {} argument requires one of the following keywords: {} or {}.",
                quote(name),
                words[0],
                words[1]
            );
            diagnostics.push(Diagnostic::error(summary, detail).at(attribute.expr.range));
        }
        text.map(|text| text == words[1])
    };
    let on_destroy = keyword("when", "Invalid \"when\" keyword", ["create", "destroy"]).unwrap_or(false);
    let fails = keyword("on_failure", "Invalid \"on_failure\" keyword", ["continue", "fail"]);
    if on_destroy {
        rest.args.iter().for_each(|attribute| only_itself(attribute, diagnostics));
    }
    Some(Provisioner {
        kind,
        body: rest_body(&block.body, &rest),
        body_start: start_of(block),
        on_destroy,
        continue_on_failure: fails == Some(false),
        range: block.header_range(),
    })
}

/// When a resource is destroyed, nothing else is there to refer to.
fn only_itself(attribute: &Attribute, diagnostics: &mut Vec<Diagnostic>) {
    for traversal in nuvola_hcl::variables(&attribute.expr) {
        let first = traversal.steps.first().and_then(fields::step_name);
        let fine = match traversal.root.name.as_str() {
            "self" | "path" | "terraform" => true,
            "count" => first == Some("index"),
            "each" => first == Some("key"),
            _ => false,
        };
        if !fine {
            let detail = "Destroy-time provisioners and their connection configurations may only reference attributes of the related resource, via 'self', 'count.index', or 'each.key'.\n\nReferences to other resources during the destroy phase can cause dependency cycles and interact poorly with create_before_destroy.";
            let error = Diagnostic::error("Invalid reference from destroy provisioner", detail);
            diagnostics.push(error.at(attribute.expr.range));
        }
    }
}
