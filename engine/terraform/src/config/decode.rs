//! Reads the top-level blocks of a file into a module.

use super::content::{Kind, Shape, exact, optional, partial, required, start_of};
use super::resource::{self, BAD_NAME};
use super::types::{self, Constraint};
use super::{
    Check, Import, Local, Module, ModuleCall, Moved, Output, ProviderConfig, ProviderKey, Removed, Variable,
    fields, settings,
};
use crate::addr::{Mode, Target};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Attribute, Block, Body, Diagnostic, Label, Range, Sources, Traversal, is_identifier};
use nuvola_tf_lang::{Type, convert};
use std::rc::Rc;

const FILE: Shape = Shape {
    args: &[],
    blocks: &[
        Kind { name: "terraform", labels: &[] },
        Kind { name: "required_providers", labels: &[] },
        Kind { name: "provider", labels: &["name"] },
        Kind { name: "variable", labels: &["name"] },
        Kind { name: "locals", labels: &[] },
        Kind { name: "output", labels: &["name"] },
        Kind { name: "module", labels: &["name"] },
        Kind { name: "resource", labels: &["type", "name"] },
        Kind { name: "data", labels: &["type", "name"] },
        Kind { name: "ephemeral", labels: &["type", "name"] },
        Kind { name: "moved", labels: &[] },
        Kind { name: "import", labels: &[] },
        Kind { name: "check", labels: &["name"] },
        Kind { name: "removed", labels: &[] },
    ],
};
const VARIABLE: Shape = Shape {
    args: &[
        optional("description"),
        optional("default"),
        optional("type"),
        optional("sensitive"),
        optional("ephemeral"),
        optional("nullable"),
    ],
    blocks: &[Kind { name: "validation", labels: &[] }],
};
const OUTPUT: Shape = Shape {
    args: &[
        optional("description"),
        required("value"),
        optional("depends_on"),
        optional("sensitive"),
        optional("ephemeral"),
    ],
    blocks: &[Kind { name: "precondition", labels: &[] }, Kind { name: "postcondition", labels: &[] }],
};
const MODULE: Shape = Shape {
    args: &[
        required("source"),
        optional("version"),
        optional("count"),
        optional("for_each"),
        optional("depends_on"),
        optional("providers"),
    ],
    blocks: &[
        Kind { name: "_", labels: &[] },
        Kind { name: "lifecycle", labels: &[] },
        Kind { name: "locals", labels: &[] },
        Kind { name: "provider", labels: &["type"] },
    ],
};
const PROVIDER: Shape = Shape { args: &[optional("alias"), optional("version")], blocks: &[] };
const MOVED: Shape = Shape { args: &[required("from"), required("to")], blocks: &[] };
const REMOVED: Shape = Shape {
    args: &[required("from")],
    blocks: &[
        Kind { name: "lifecycle", labels: &[] },
        Kind { name: "provisioner", labels: &["type"] },
        Kind { name: "connection", labels: &[] },
    ],
};
const REMOVED_LIFECYCLE: Shape = Shape { args: &[optional("destroy")], blocks: &[] };
const IMPORT: Shape = Shape {
    args: &[optional("provider"), optional("for_each"), required("to"), required("id")],
    blocks: &[],
};
const CHECK: Shape = Shape {
    args: &[],
    blocks: &[Kind { name: "data", labels: &["type", "name"] }, Kind { name: "assert", labels: &[] }],
};

/// Adds what a file declares to a module.
pub fn file(body: &Body, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(body, body.range, FILE, diagnostics);
    for block in content.blocks {
        match block.kind.as_str() {
            "terraform" => settings::decode(block, module, sources, diagnostics),
            "provider" => provider(block, module, sources, diagnostics),
            "variable" => variable(block, module, sources, diagnostics),
            "locals" => locals(block, module, sources, diagnostics),
            "output" => output(block, module, sources, diagnostics),
            "module" => call(block, module, sources, diagnostics),
            "resource" => add_resource(block, Mode::Managed, None, module, sources, diagnostics),
            "data" => add_resource(block, Mode::Data, None, module, sources, diagnostics),
            "moved" => moved(block, module, diagnostics),
            "removed" => removed(block, module, diagnostics),
            "import" => import(block, module, sources, diagnostics),
            "check" => check(block, module, sources, diagnostics),
            "ephemeral" => {
                let detail = "Nuvola does not simulate ephemeral resources.";
                let diagnostic = Diagnostic::error("Ephemeral resources are not simulated", detail);
                diagnostics.push(diagnostic.at(block.header_range()));
            }
            _ => {
                let detail = "A \"required_providers\" block must be nested inside a \"terraform\" block.";
                diagnostics.push(
                    Diagnostic::error("Invalid required_providers block", detail).at(block.header_range()),
                );
            }
        }
    }
}

fn check_name(label: &Label, summary: &str, diagnostics: &mut Vec<Diagnostic>) {
    if !is_identifier(&label.name) {
        diagnostics.push(Diagnostic::error(summary, BAD_NAME).at(label.range));
    }
}

fn duplicate(summary: impl Into<String>, detail: String, at: Range) -> Diagnostic {
    Diagnostic::error(summary, detail).at(at)
}

fn add_resource(
    block: &Block,
    mode: Mode,
    check: Option<&str>,
    module: &mut Module,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut resource = resource::decode(block, mode, sources, diagnostics);
    resource.check = check.map(str::to_owned);
    if let Some(first) = module.resources.get(&resource.name) {
        let (kind, name) = (&resource.name.kind, quote(&resource.name.name));
        let first = sources.describe(first.range);
        let (summary, what) = match mode {
            Mode::Managed => (format!("Duplicate resource {} configuration", quote(kind)), "resource"),
            Mode::Data => (format!("Duplicate data {} configuration", quote(kind)), "data resource"),
        };
        let detail = format!(
            "A {kind} {what} named {name} was already declared at {first}. Resource names must be unique per type in each module."
        );
        diagnostics.push(duplicate(summary, detail, resource.range));
        return;
    }
    module.resources.insert(resource.name.clone(), Rc::new(resource));
}

const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

fn variable(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), VARIABLE, diagnostics);
    let label = &block.labels[0];
    check_name(label, "Invalid variable name", diagnostics);
    if RESERVED.contains(&label.name.as_str()) {
        let detail = format!(
            "The variable name {} is reserved due to its special meaning inside module blocks.",
            quote(&label.name)
        );
        diagnostics.push(Diagnostic::error("Invalid variable name", detail).at(label.range));
    }
    let (constraint, literal) = match content.arg("type") {
        Some(attribute) => variable_type(attribute, diagnostics),
        None => (Constraint::any(), true),
    };
    let nullable = fields::constant_bool(content.arg("nullable"), diagnostics).unwrap_or(true);
    let default = content
        .arg("default")
        .and_then(|attribute| default_value(attribute, &constraint, nullable, diagnostics));
    let validations = content
        .blocks
        .iter()
        .filter_map(|rule| resource::validation_rule(rule, &label.name, diagnostics))
        .collect();
    let out = Variable {
        name: label.name.clone(),
        description: fields::constant_string(content.arg("description"), diagnostics),
        constraint,
        literal,
        default,
        nullable,
        sensitive: fields::constant_bool(content.arg("sensitive"), diagnostics).unwrap_or(false),
        ephemeral: fields::constant_bool(content.arg("ephemeral"), diagnostics).unwrap_or(false),
        validations,
        range: block.header_range(),
    };
    if let Some(first) = module.variables.get(&out.name) {
        let first = sources.describe(first.range);
        let detail = format!(
            "A variable named {} was already declared at {first}. Variable names must be unique within a module.",
            quote(&out.name)
        );
        diagnostics.push(duplicate("Duplicate variable declaration", detail, out.range));
        return;
    }
    module.variables.insert(out.name.clone(), out);
}

/// The type, and whether values from the command line are texts rather than expressions.
fn variable_type(attribute: &Attribute, diagnostics: &mut Vec<Diagnostic>) -> (Constraint, bool) {
    if let Some(text) = attribute.expr.literal_string() {
        let hint = match text {
            "list" => {
                " and write list(string) instead to explicitly indicate that the list elements are strings"
            }
            "map" => {
                " and write map(string) instead to explicitly indicate that the map elements are strings"
            }
            _ => "",
        };
        if matches!(text, "string" | "list" | "map") {
            let detail = format!(
                "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and will be removed in a future version of Terraform. Remove the quotes around {}{hint}.",
                quote(text)
            );
            diagnostics
                .push(Diagnostic::error("Invalid quoted type constraints", detail).at(attribute.expr.range));
        } else {
            let detail = "To provide a full type expression, remove the surrounding quotes and give the type expression directly.";
            diagnostics.push(
                Diagnostic::error("Invalid legacy variable type hint", detail).at(attribute.expr.range),
            );
        }
        return (Constraint::any(), true);
    }
    let ty = match attribute.expr.keyword() {
        Some("list") => Some(Type::list(Type::Dynamic)),
        Some("map") => Some(Type::map(Type::Dynamic)),
        Some("set") => Some(Type::set(Type::Dynamic)),
        Some(_) | None => None,
    };
    if let Some(ty) = ty {
        return (Constraint { ty, ..Constraint::any() }, false);
    }
    let constraint = types::parse(&attribute.expr, diagnostics);
    let literal = constraint.ty.is_primitive();
    (constraint, literal)
}

fn default_value(
    attribute: &Attribute,
    constraint: &Constraint,
    nullable: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<nuvola_tf_lang::Value> {
    let (value, problems) = crate::eval::constant(&attribute.expr);
    let failed = nuvola_hcl::has_errors(&problems);
    diagnostics.extend(problems);
    if failed {
        return Some(nuvola_tf_lang::Value::dynamic_unknown());
    }
    let summary = "Invalid default value for variable";
    let value = constraint.defaults.apply(&value);
    match convert(&value, &constraint.ty) {
        Ok(value) => {
            if !nullable && value.is_null() {
                let detail = "A null default value is not valid when nullable=false.";
                diagnostics.push(Diagnostic::error(summary, detail).at(attribute.expr.range));
            }
            Some(value)
        }
        Err(error) => {
            let detail =
                format!("This default value is not compatible with the variable's type constraint: {error}.");
            diagnostics.push(Diagnostic::error(summary, detail).at(attribute.expr.range));
            Some(nuvola_tf_lang::Value::unknown(constraint.ty.clone()))
        }
    }
}

fn locals(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    for nested in &block.body.blocks {
        let summary = format!("Unexpected {} block", quote(&nested.kind));
        diagnostics.push(Diagnostic::error(summary, crate::cli::variables::NO_BLOCKS).at(nested.kind_range));
    }
    for attribute in &block.body.attributes {
        if let Some(first) = module.locals.get(&attribute.name) {
            let first = sources.describe(first.range);
            let detail = format!(
                "A local value named {} was already defined at {first}. Local value names must be unique within a module.",
                quote(&attribute.name)
            );
            diagnostics.push(duplicate("Duplicate local value definition", detail, attribute.range));
        }
        let local = Local { expr: attribute.expr.clone(), range: attribute.range };
        module.locals.insert(attribute.name.clone(), local);
    }
}

fn output(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), OUTPUT, diagnostics);
    let label = &block.labels[0];
    check_name(label, "Invalid output name", diagnostics);
    let depends_on = fields::references(content.arg("depends_on"), diagnostics);
    let mut preconditions = Vec::new();
    for rule in &content.blocks {
        if rule.kind == "postcondition" {
            let detail = "Postconditions are not allowed for output values: use a precondition.";
            diagnostics.push(Diagnostic::error("Postconditions are not allowed", detail).at(rule.kind_range));
            continue;
        }
        preconditions.extend(resource::check_rule(rule, diagnostics));
    }
    let description = fields::constant_string(content.arg("description"), diagnostics);
    let sensitive = fields::constant_bool(content.arg("sensitive"), diagnostics).unwrap_or(false);
    let ephemeral = fields::constant_bool(content.arg("ephemeral"), diagnostics).unwrap_or(false);
    let Some(value) = content.arg("value") else { return };
    let out = Output {
        name: label.name.clone(),
        expr: value.expr.clone(),
        description,
        sensitive,
        ephemeral,
        depends_on,
        preconditions,
        range: block.header_range(),
    };
    if let Some(first) = module.outputs.get(&out.name) {
        let first = sources.describe(first.range);
        let detail = format!(
            "An output named {} was already defined at {first}. Output names must be unique within a module.",
            quote(&out.name)
        );
        diagnostics.push(duplicate("Duplicate output definition", detail, out.range));
        return;
    }
    module.outputs.insert(out.name.clone(), out);
}

fn call(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let (meta, rest) = partial(&block.body, start_of(block), MODULE, diagnostics);
    let label = &block.labels[0];
    check_name(label, "Invalid module instance name", diagnostics);
    for reserved in &meta.blocks {
        let detail = format!(
            "The block type name {} is reserved for use by Terraform in a future version.",
            quote(&reserved.kind)
        );
        diagnostics.push(
            Diagnostic::error("Reserved block type name in module block", detail).at(reserved.kind_range),
        );
    }
    let (count, for_each) = resource::repetition(&meta, diagnostics);
    let source = meta.arg("source");
    let out = ModuleCall {
        name: label.name.clone(),
        source: fields::constant_string(source, diagnostics),
        source_range: source.map_or(block.header_range(), |attribute| attribute.expr.range),
        version: fields::constant_string(meta.arg("version"), diagnostics),
        inputs: resource::rest_body(&block.body, &rest),
        body_start: start_of(block),
        count,
        for_each,
        depends_on: fields::references(meta.arg("depends_on"), diagnostics),
        providers: passed_providers(meta.arg("providers"), diagnostics),
        range: block.header_range(),
    };
    if let Some(first) = module.calls.get(&out.name) {
        let first = sources.describe(first.range);
        let detail = format!(
            "A module call named {} was already defined at {first}. Module calls must have unique names within a module.",
            quote(&out.name)
        );
        diagnostics.push(duplicate("Duplicate module call", detail, out.range));
        return;
    }
    module.calls.insert(out.name.clone(), out);
}

fn passed_providers(
    attribute: Option<&Attribute>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(ProviderKey, ProviderKey, Range)> {
    let Some(attribute) = attribute else {
        return Vec::new();
    };
    let nuvola_hcl::ExprKind::Object { items, .. } = &attribute.expr.kind else {
        let detail = "A static map expression is required.";
        diagnostics.push(Diagnostic::error("Invalid expression", detail).at(attribute.expr.range));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        let child = resource::provider_key(&item.key, diagnostics);
        let parent = resource::provider_key(&item.value, diagnostics);
        if let (Some((child, range)), Some((parent, _))) = (child, parent) {
            out.push((child, parent, range));
        }
    }
    out
}

fn provider(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let (meta, rest) = partial(&block.body, start_of(block), PROVIDER, diagnostics);
    let label = &block.labels[0];
    if !label.name.chars().all(|char| char.is_ascii_alphanumeric() || char == '-')
        || label.name.starts_with('-')
        || label.name.ends_with('-')
    {
        let detail = format!(
            "{} is an invalid provider local name: must contain only letters, digits, and dashes, and may not use leading or trailing dashes",
            label.name
        );
        diagnostics.push(Diagnostic::error("Invalid provider local name", detail).at(label.range));
        return;
    }
    let alias = fields::constant_string(meta.arg("alias"), diagnostics);
    let version = fields::constant_string(meta.arg("version"), diagnostics);
    if let Some(attribute) = meta.arg("version") {
        let detail = "Terraform 0.13 and earlier allowed provider version constraints inside the provider configuration block, but that is now deprecated and will be removed in a future version of Terraform. To silence this warning, move the provider version constraint into the required_providers block.";
        diagnostics.push(
            Diagnostic::warning(
                "Version constraints inside provider configuration blocks are deprecated",
                detail,
            )
            .at(attribute.expr.range),
        );
    }
    let key = ProviderKey { name: label.name.clone(), alias };
    let range = block.header_range();
    if let Some(first) = module.providers.get(&key) {
        let (name, first) = (quote(&key.name), sources.describe(first.range));
        let detail = match &key.alias {
            None => format!(
                "A default (non-aliased) provider configuration for {name} was already given at {first}. If multiple configurations are required, set the \"alias\" argument for alternative configurations."
            ),
            Some(alias) => format!(
                "A provider configuration for {name} with alias {} was already given at {first}. Each configuration for the same provider must have a distinct alias.",
                quote(alias)
            ),
        };
        diagnostics.push(duplicate("Duplicate provider configuration", detail, range));
        return;
    }
    let body = resource::rest_body(&block.body, &rest);
    let out = ProviderConfig { key: key.clone(), body, body_start: start_of(block), version, range };
    module.providers.insert(key, out);
}

fn target(attribute: Option<&Attribute>, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
    let attribute = attribute?;
    let Some(traversal) = attribute.expr.as_traversal() else {
        diagnostics.push(fields::not_a_reference(attribute.expr.range));
        return None;
    };
    target_of(traversal, diagnostics)
}

/// What a traversal names: a module, a resource or an instance.
pub fn target_of(traversal: &Traversal, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
    match crate::parse_addr::target(traversal) {
        Ok(target) => Some(target),
        Err(problem) => {
            diagnostics.push(problem);
            None
        }
    }
}

fn moved(block: &Block, module: &mut Module, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), MOVED, diagnostics);
    let from = target(content.arg("from"), diagnostics);
    let to = target(content.arg("to"), diagnostics);
    if let (Some(from), Some(to)) = (from, to) {
        if matches!(from, Target::Module(_)) != matches!(to, Target::Module(_)) {
            let detail = "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.";
            diagnostics
                .push(Diagnostic::error("Invalid \"moved\" addresses", detail).at(block.header_range()));
            return;
        }
        module.moved.push(Moved { from, to, range: block.header_range() });
    }
}

fn removed(block: &Block, module: &mut Module, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), REMOVED, diagnostics);
    let mut destroy = true;
    let mut provisioners = Vec::new();
    for inner in content.blocks_of("provisioner") {
        let Some(provisioner) = resource::provisioner(inner, diagnostics) else { continue };
        if !provisioner.on_destroy {
            let detail = "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a destroy-time provisioner, use:\n    when = destroy";
            let problem = Diagnostic::error("Invalid provisioner block", detail);
            diagnostics.push(problem.at(inner.header_range()));
            continue;
        }
        provisioners.push(provisioner);
    }
    for inner in content.blocks_of("lifecycle") {
        let lifecycle = exact(&inner.body, start_of(inner), REMOVED_LIFECYCLE, diagnostics);
        destroy = fields::constant_bool(lifecycle.arg("destroy"), diagnostics).unwrap_or(true);
    }
    if let Some(from) = target(content.arg("from"), diagnostics) {
        if let (Target::Resource(_, resource), Some(attribute)) = (&from, content.arg("from"))
            && resource.mode == Mode::Data
        {
            let detail = "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the data source from state, remove the data source block from configuration.";
            let problem = Diagnostic::error("Data source address not allowed", detail);
            diagnostics.push(problem.at(attribute.expr.range));
            return;
        }
        if let Target::Instance(instance) = &from
            && instance.key != crate::addr::Key::None
        {
            let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \"test_instance.foo[1]\").";
            diagnostics
                .push(Diagnostic::error("Resource instance keys not allowed", detail).at(key_range(block)));
            return;
        }
        module.removed.push(Removed { from, destroy, provisioners, range: block.header_range() });
    }
}

/// The instance key at the end of a block's `from`.
fn key_range(block: &Block) -> Range {
    let from = block.body.attribute("from").and_then(|attribute| attribute.expr.as_traversal());
    from.and_then(|from| from.steps.last()).map_or(block.header_range(), |step| step.range)
}

/// The instance that an import names without any expression.
fn static_address(to: &nuvola_hcl::Expr) -> Option<crate::addr::ResourceInstance> {
    match crate::parse_addr::target(to.as_traversal()?).ok()? {
        Target::Instance(instance) => Some(instance),
        Target::Resource(module, resource) => {
            Some(crate::addr::ResourceInstance::new(module, resource, crate::addr::Key::None))
        }
        Target::Module(_) => None,
    }
}

fn import(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), IMPORT, diagnostics);
    let provider = resource::provider_reference(content.arg("provider"), diagnostics);
    let (Some(to), Some(id)) = (content.arg("to"), content.arg("id")) else { return };
    if let Some(address) = static_address(&to.expr) {
        if address.resource.mode == Mode::Data {
            let problem =
                Diagnostic::error("Invalid import address", "Only managed resources can be imported.");
            diagnostics.push(problem.at(to.expr.range));
            return;
        }
        let same = module.imports.iter().find(|import| static_address(&import.to).as_ref() == Some(&address));
        if let Some(first) = same {
            let resource = address.without_key();
            let name = quote(&resource.to_string());
            let detail = format!(
                "An import block for the resource {name} was already declared at {}. A resource can have only one import block.",
                sources.describe(first.range)
            );
            let problem = Diagnostic::error(format!("Duplicate import configuration for {name}"), detail);
            diagnostics.push(problem.at(to.expr.range));
            return;
        }
    }
    module.imports.push(Import {
        to: to.expr.clone(),
        id: id.expr.clone(),
        for_each: content.arg("for_each").map(|attribute| attribute.expr.clone()),
        provider,
        range: block.header_range(),
    });
}

fn check(block: &Block, module: &mut Module, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let content = exact(&block.body, start_of(block), CHECK, diagnostics);
    let label = &block.labels[0];
    check_name(label, "Invalid check block name", diagnostics);
    let mut asserts = Vec::new();
    let mut data = None;
    for inner in &content.blocks {
        if inner.kind == "data" {
            add_resource(inner, Mode::Data, Some(&label.name), module, sources, diagnostics);
            data = Some(crate::addr::ResourceName::new(
                Mode::Data,
                &inner.labels[0].name,
                &inner.labels[1].name,
            ));
        } else {
            // An assertion that is wrong in itself does not count.
            let mut problems = Vec::new();
            let rule = resource::check_rule(inner, &mut problems);
            asserts.extend(rule.filter(|_| !nuvola_hcl::has_errors(&problems)));
            diagnostics.append(&mut problems);
        }
    }
    if asserts.is_empty() {
        let detail = "Check blocks must have at least one assert block.";
        diagnostics.push(Diagnostic::error("Zero assert blocks", detail).at(block.header_range()));
    }
    if let Some(first) = module.checks.get(&label.name) {
        let first = sources.describe(first.range);
        let detail = format!(
            "A check block named {} was already declared at {first}. Check blocks must be unique within each module.",
            quote(&label.name)
        );
        diagnostics.push(duplicate(
            format!("Duplicate check {} configuration", quote(&label.name)),
            detail,
            block.header_range(),
        ));
        return;
    }
    let out = Check { name: label.name.clone(), data, asserts, range: block.header_range() };
    module.checks.insert(label.name.clone(), out);
}
