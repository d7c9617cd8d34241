//! What is wrong with `moved` and `removed` blocks, seen against the whole configuration.

use crate::addr::{Key, ModuleInstance, ResourceInstance, Target};
use crate::config::{Config, Moved};
use crate::run::Run;
use nuvola_hcl::{Diagnostic, Range, Sources};
use std::collections::BTreeMap;

/// A `moved` block with the addresses as the root module sees them.
struct Statement<'c> {
    from: String,
    to: String,
    block: &'c Moved,
    node: &'c Config,
}

/// Checks all blocks, once the walk knows what the configuration declares.
pub fn check(run: &Run) -> Vec<Diagnostic> {
    let sources = run.sources.borrow();
    let mut problems = Vec::new();
    let mut statements = Vec::new();
    for node in run.config.all() {
        let prefix = crate::addr::module_path_text(&node.path);
        let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}.") };
        statements.extend(node.module.moved.iter().map(|block| Statement {
            from: format!("{prefix}{}", block.from),
            to: format!("{prefix}{}", block.to),
            block,
            node,
        }));
    }
    let (mut sources_seen, mut targets_seen) = (BTreeMap::new(), BTreeMap::new());
    for statement in &statements {
        let Statement { from, to, block, .. } = statement;
        let mut report = |summary: &str, detail: String| {
            problems.push(Diagnostic::error(summary, detail).at(block.range));
        };
        if from == to {
            report(
                "Redundant move statement",
                format!(
                    "This statement declares a move from {from} to the same address, which is the same as not declaring this move at all."
                ),
            );
            continue;
        }
        let (noun, short) = nouns(block);
        if let Some(range) = declared(run, statement) {
            let at = start(&sources, range);
            report(
                "Moved object still exists",
                format!(
                    "This statement declares a move from {from}, but that {noun} is still declared at {at}.\n\nChange your configuration so that this {short} will be declared as {to} instead."
                ),
            );
        }
        let first = sources_seen.entry(from).or_insert(statement);
        if first.to != *to {
            let at = start(&sources, first.block.range);
            report(
                AMBIGUOUS,
                format!(
                    "A statement at {at} declared that {from} moved to {}, but this statement instead declares that it moved to {to}.\n\nEach {noun} can move to only one destination {short}.",
                    first.to
                ),
            );
        }
        let first = targets_seen.entry(to).or_insert(statement);
        if first.from != *from {
            let at = start(&sources, first.block.range);
            report(
                AMBIGUOUS,
                format!(
                    "A statement at {at} declared that {} moved to {to}, but this statement instead declares that {from} moved there.\n\nEach {noun} can have moved from only one source {short}.",
                    first.from
                ),
            );
        }
    }
    if problems.is_empty() {
        problems.extend(cycle(&statements, &sources));
    }
    problems
}

const AMBIGUOUS: &str = "Ambiguous move statements";

/// Checks `removed` blocks, which needs no walk.
pub fn check_removed(run: &Run) -> Vec<Diagnostic> {
    run.config.all().into_iter().flat_map(removed).collect()
}

/// What a block moves, in a long and a short word.
fn nouns(block: &Moved) -> (&'static str, &'static str) {
    match (&block.from, &block.to) {
        (Target::Module(from), Target::Module(to)) => {
            let has_key = |module: &ModuleInstance| module.0.last().is_some_and(|(_, key)| *key != Key::None);
            if has_key(from) || has_key(to) {
                ("module instance", "instance")
            } else {
                ("module call", "call")
            }
        }
        (Target::Resource(..), Target::Resource(..)) => ("resource", "resource"),
        _ => ("resource instance", "instance"),
    }
}

/// Where the configuration still declares what a block says was moved away.
fn declared(run: &Run, statement: &Statement<'_>) -> Option<Range> {
    let values = run.values.borrow();
    let whole = matches!(nouns(statement.block).0, "resource" | "module call");
    let absolute = |module: &ModuleInstance| {
        let mut path = statement.node.path.clone();
        path.extend(module.path());
        let mut instance: Vec<(String, Key)> =
            statement.node.path.iter().map(|name| (name.clone(), Key::None)).collect();
        instance.extend(module.0.iter().cloned());
        (path, ModuleInstance(instance))
    };
    match &statement.block.from {
        Target::Module(module) => {
            let (path, mut instance) = absolute(module);
            let (name, parent) = path.split_last()?;
            let call = run.config.descendant(parent)?.call(name)?;
            let (_, key) = instance.0.pop()?;
            let here = values.modules.get(&(instance, name.clone()));
            (whole || here.is_some_and(|expansion| expansion.keys().contains(&key))).then_some(call.range)
        }
        Target::Resource(module, name)
        | Target::Instance(ResourceInstance { module, resource: name, .. }) => {
            let (path, instance) = absolute(module);
            let resource = run.config.descendant(&path)?.module.resources.get(name)?;
            let key = match &statement.block.from {
                Target::Instance(from) => from.key.clone(),
                Target::Resource(..) | Target::Module(_) => Key::None,
            };
            let here = values.expansions.get(&(instance, name.clone()));
            (whole || here.is_some_and(|expansion| expansion.keys().contains(&key))).then_some(resource.range)
        }
    }
}

/// `main.tf:1,1`
fn start(sources: &Sources, range: Range) -> String {
    let Some(file) = sources.get(range.file) else { return String::new() };
    let place = file.line_column(range.span.start);
    format!("{}:{},{}", file.name(), place.line, place.column)
}

/// Moves that lead in a circle.
fn cycle(statements: &[Statement<'_>], sources: &Sources) -> Option<Diagnostic> {
    let next = |address: &str| statements.iter().find(|statement| statement.from == address);
    for first in statements {
        let mut chain = vec![first];
        while let Some(found) = chain.last().and_then(|last| next(&last.to)) {
            if std::ptr::eq(found, first) {
                let all = |block: &Moved, text: &str| {
                    if matches!(nouns(block).0, "resource" | "module call") {
                        format!("{text}[*]")
                    } else {
                        text.to_owned()
                    }
                };
                let mut lines: Vec<String> = chain
                    .iter()
                    .map(|statement| {
                        let at = start(sources, statement.block.range);
                        let (from, to) =
                            (all(statement.block, &statement.from), all(statement.block, &statement.to));
                        format!("\n  - {at}: {from} → {to}")
                    })
                    .collect();
                lines.sort();
                let detail = format!(
                    "The following chained move statements form a cycle, and so there is no final location to move objects to:{}\n\nA chain of move statements must end with an address that doesn't appear in any other statements, and which typically also refers to an object still declared in the configuration.",
                    lines.concat()
                );
                return Some(Diagnostic::error("Cyclic dependency in move statements", detail));
            }
            if chain.len() > statements.len() {
                break;
            }
            chain.push(found);
        }
    }
    None
}

/// `removed` blocks about what is still there.
fn removed(node: &Config) -> Vec<Diagnostic> {
    let prefix = crate::addr::module_path_text(&node.path);
    let prefix = if prefix.is_empty() { prefix } else { format!("{prefix}.") };
    let check = |from: &Target| {
        let (summary, range) = match from {
            Target::Module(module) => {
                let path = module.path();
                let (name, parent) = path.split_last()?;
                ("Removed module still exists", node.descendant(parent)?.call(name)?.range)
            }
            Target::Resource(module, name)
            | Target::Instance(ResourceInstance { module, resource: name, .. }) => {
                let holder = node.descendant(&module.path())?;
                ("Removed resource still exists", holder.module.resources.get(name)?.range)
            }
        };
        let detail = format!(
            "This statement declares that {prefix}{from} was removed, but it is still declared in configuration."
        );
        Some(Diagnostic::error(summary, detail).at(range))
    };
    node.module.removed.iter().filter_map(|removed| check(&removed.from)).collect()
}
