//! Writes a comparison as text, exactly as Terraform lays it out.

use super::Action;
use super::color::Color;
use super::compute::{self, Blocks, Diff, Kind};
use super::item::{Item, Node};
use super::sequence::match_common;
use crate::schema::Nesting;
use nuvola_hcl::text::quote;
use nuvola_kernel::Ordered;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How to write.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub color: Color,
    /// Leaves out `-> null`.
    pub no_null_suffix: bool,
    /// Says `# forces replacement` of each part.
    pub force_replacement: bool,
    /// Leaves out `+`, `-` and `~`, and the columns for them.
    pub no_symbols: bool,
    /// Shows what does not change, too.
    pub show_unchanged: bool,
}

impl Options {
    #[must_use]
    pub fn new(color: Color) -> Self {
        Self {
            color,
            no_null_suffix: false,
            force_replacement: false,
            no_symbols: false,
            show_unchanged: false,
        }
    }

    fn symbol(self, action: Action) -> String {
        if self.no_symbols { String::new() } else { format!("{} ", self.color.paint(action.symbol())) }
    }

    fn null_suffix(self, action: Action) -> String {
        if action == Action::Delete && !self.no_null_suffix {
            self.color.paint(" [dark_gray]-> null[reset]")
        } else {
            String::new()
        }
    }

    fn forces(self, replace: bool) -> String {
        if replace || self.force_replacement {
            self.color.paint(" [red]# forces replacement[reset]")
        } else {
            String::new()
        }
    }

    fn unchanged(self, what: &str, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        self.color.paint(&format!("[dark_gray]# ({count} unchanged {what}{plural} hidden)[reset]"))
    }

    fn arrow(self) -> String {
        self.color.paint("[yellow]->[reset]")
    }

    fn without_null_suffix(self) -> Self {
        Self { no_null_suffix: true, ..self }
    }

    fn showing_unchanged(self) -> Self {
        Self { show_unchanged: true, ..self }
    }
}

fn pad(indent: usize) -> String {
    "    ".repeat(indent)
}

/// Names that are always shown, because they tell what a block is.
fn is_important(name: &str) -> bool {
    matches!(name, "id" | "name" | "tags")
}

/// An attribute's name, in quotes where the language needs them.
#[must_use]
pub fn attribute_name(name: &str) -> String {
    if nuvola_hcl::is_identifier(name) { name.to_owned() } else { quote(name) }
}

/// Writes a comparison; the first line has no indentation.
#[must_use]
pub fn render(diff: &Diff, indent: usize, opts: Options) -> String {
    match &diff.kind {
        Kind::Primitive { before, after } => primitive(diff, before, after, indent, opts),
        Kind::Unknown { before } => {
            let forces = opts.forces(diff.replace);
            match before {
                None => format!("(known after apply){forces}"),
                Some(before) => {
                    let before = render(before, indent, opts.without_null_suffix());
                    // This arrow alone has no colour.
                    format!("{before} -> (known after apply){forces}")
                }
            }
        }
        Kind::Sensitive { .. } => {
            let forces = opts.forces(diff.replace);
            format!("(sensitive value){}{forces}", opts.null_suffix(diff.action))
        }
        Kind::Object(attributes) => object(diff, attributes, indent, opts),
        Kind::Map(elements) => map(diff, elements, indent, opts),
        Kind::List(items) => list(diff, items, indent, opts),
        Kind::Set(items) => set(diff, items, indent, opts),
        Kind::TypeChange { before, after } => {
            let opts = opts.without_null_suffix();
            let (before, after) = (render(before, indent, opts), render(after, indent, opts));
            format!("{before} {} {after}{}", opts.arrow(), opts.forces(diff.replace))
        }
        Kind::Block { attributes, blocks } => block(diff, attributes, blocks, indent, opts),
    }
}

/// Remarks that stand above a part: that it becomes, or ceases to be, sensitive.
fn warnings(diff: &Diff, indent: usize, opts: Options) -> Vec<String> {
    let Kind::Sensitive { inner, before, after } = &diff.kind else {
        return match &diff.kind {
            // Only the outermost part can change: what is inside a list is not looked at.
            Kind::Unknown { before: Some(before) } => warnings(before, indent, opts),
            Kind::Primitive { .. }
            | Kind::Unknown { before: None }
            | Kind::Sensitive { .. }
            | Kind::Object(_)
            | Kind::Map(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::TypeChange { .. }
            | Kind::Block { .. } => Vec::new(),
        };
    };
    if before == after || matches!(inner.action, Action::Create | Action::Delete) {
        return Vec::new();
    }
    let pad = pad(indent);
    let text = if *before {
        format!(
            "  # [yellow]Warning[reset]: this attribute value will no longer be marked as sensitive\n{pad}  # after applying this change."
        )
    } else {
        format!(
            "  # [yellow]Warning[reset]: this attribute value will be marked as sensitive and will not\n{pad}  # display in UI output after applying this change."
        )
    };
    let mut text = opts.color.paint(&text);
    if inner.action == Action::NoOp {
        text.push_str(" The value is unchanged.");
    }
    vec![text]
}

fn write_warnings(out: &mut String, diff: &Diff, indent: usize, opts: Options) {
    for warning in warnings(diff, indent, opts) {
        out.push_str(&pad(indent));
        out.push_str(&warning);
        out.push('\n');
    }
}

/// A part in one line of a list or object: its mark, perhaps its name, the part itself.
fn write_line(out: &mut String, name: &str, diff: &Diff, indent: usize, opts: Options, end: &str) {
    write_warnings(out, diff, indent, opts);
    let (pad, symbol) = (pad(indent), opts.symbol(diff.action));
    let value = render(diff, indent, opts);
    writeln!(out, "{pad}{symbol}{name}{value}{end}").expect("writing to a string succeeds");
}

fn write_unchanged(out: &mut String, what: &str, count: usize, indent: usize, opts: Options) {
    if count > 0 {
        let (pad, symbol) = (pad(indent), opts.symbol(Action::NoOp));
        let text = opts.unchanged(what, count);
        writeln!(out, "{pad}{symbol}{text}").expect("writing to a string succeeds");
    }
}

/// Names padded to one width, in bytes as Terraform counts them.
fn padded<'a>(names: impl Iterator<Item = &'a String>) -> BTreeMap<&'a String, String> {
    let names: Vec<_> = names.map(|name| (name, attribute_name(name))).collect();
    let width = names.iter().map(|(_, text)| text.len()).max().unwrap_or(0);
    names.into_iter().map(|(name, text)| (name, format!("{text:width$} = "))).into_map()
}

fn object(diff: &Diff, attributes: &BTreeMap<String, Diff>, indent: usize, opts: Options) -> String {
    let (suffix, forces) = (opts.null_suffix(diff.action), opts.forces(diff.replace));
    if attributes.is_empty() {
        return format!("{{}}{suffix}{forces}");
    }
    let inner = Options { no_null_suffix: true, force_replacement: false, ..opts };
    let names = padded(attributes.keys());
    let mut hidden = 0;
    let mut out = format!("{{{forces}\n");
    for (name, attribute) in attributes {
        if attribute.action == Action::NoOp && !opts.show_unchanged {
            hidden += 1;
            continue;
        }
        write_line(&mut out, &names[name], attribute, indent + 1, inner, "");
    }
    write_unchanged(&mut out, "attribute", hidden, indent + 1, opts);
    out + &format!("{}{}}}{suffix}", pad(indent), opts.symbol(Action::NoOp))
}

fn map(diff: &Diff, elements: &BTreeMap<String, Diff>, indent: usize, opts: Options) -> String {
    let (suffix, forces) = (opts.null_suffix(diff.action), opts.forces(diff.replace));
    if elements.is_empty() {
        return format!("{{}}{suffix}{forces}");
    }
    let inner = Options {
        no_null_suffix: opts.no_null_suffix || diff.action == Action::Delete,
        force_replacement: false,
        ..opts
    };
    let width = elements.keys().map(|name| quote(name).len()).max().unwrap_or(0);
    let mut hidden = 0;
    let mut out = format!("{{{forces}\n");
    for (name, element) in elements {
        if element.action == Action::NoOp && !opts.show_unchanged {
            hidden += 1;
            continue;
        }
        let comma = if matches!(element.kind, Kind::Object(_)) { "," } else { "" };
        let name = format!("{:width$} = ", quote(name));
        write_line(&mut out, &name, element, indent + 1, inner, comma);
    }
    write_unchanged(&mut out, "element", hidden, indent + 1, opts);
    out + &format!("{}{}}}{suffix}", pad(indent), opts.symbol(Action::NoOp))
}

/// Around each change the neighbours are shown, since order matters.
fn list(diff: &Diff, items: &[Diff], indent: usize, opts: Options) -> String {
    let (suffix, forces) = (opts.null_suffix(diff.action), opts.forces(diff.replace));
    if items.is_empty() {
        return format!("[]{suffix}{forces}");
    }
    let opts = Options { force_replacement: false, ..opts };
    let inner = opts.without_null_suffix();
    let mut skipped: Vec<&Diff> = Vec::new();
    let mut show_next = false;
    let mut out = format!("[{forces}\n");
    for item in items {
        let unchanged = item.action == Action::NoOp;
        if unchanged && !show_next && !opts.show_unchanged {
            skipped.push(item);
            continue;
        }
        if let Some((last, others)) = skipped.split_last() {
            write_unchanged(&mut out, "element", others.len(), indent + 1, inner);
            write_line(&mut out, "", last, indent + 1, opts.showing_unchanged(), ",");
        }
        skipped.clear();
        show_next = !unchanged;
        let item_opts = if unchanged { opts.showing_unchanged() } else { inner };
        write_line(&mut out, "", item, indent + 1, item_opts, ",");
    }
    write_unchanged(&mut out, "element", skipped.len(), indent + 1, opts);
    out + &format!("{}{}]{suffix}", pad(indent), opts.symbol(Action::NoOp))
}

fn set(diff: &Diff, items: &[Diff], indent: usize, opts: Options) -> String {
    let (suffix, forces) = (opts.null_suffix(diff.action), opts.forces(diff.replace));
    if items.is_empty() {
        return format!("[]{suffix}{forces}");
    }
    let opts = Options { force_replacement: false, ..opts };
    let mut hidden = 0;
    let mut out = format!("[{forces}\n");
    for item in items {
        if item.action == Action::NoOp && !opts.show_unchanged {
            hidden += 1;
            continue;
        }
        write_line(&mut out, "", item, indent + 1, opts.without_null_suffix(), ",");
    }
    write_unchanged(&mut out, "element", hidden, indent + 1, opts);
    out + &format!("{}{}]{suffix}", pad(indent), opts.symbol(Action::NoOp))
}

fn block(
    diff: &Diff,
    attributes: &BTreeMap<String, Diff>,
    blocks: &BTreeMap<String, Blocks>,
    indent: usize,
    opts: Options,
) -> String {
    let forces = opts.forces(diff.replace);
    if attributes.is_empty() && blocks.is_empty() {
        return format!("{{}}{forces}");
    }
    let opts = Options { force_replacement: false, ..opts };
    let names = padded(attributes.keys());
    let mut hidden = 0;
    let mut out = format!("{{{forces}\n");
    for (name, attribute) in attributes {
        let important = is_important(name);
        if attribute.action == Action::NoOp && !opts.show_unchanged && !important {
            hidden += 1;
            continue;
        }
        let attribute_opts = if important { opts.showing_unchanged() } else { opts };
        write_line(&mut out, &names[name], attribute, indent + 1, attribute_opts, "");
    }
    write_unchanged(&mut out, "attribute", hidden, indent + 1, opts);
    let mut hidden_blocks = 0;
    for (name, group) in blocks {
        let has_attributes = !attributes.is_empty();
        hidden_blocks += block_group(&mut out, name, group, indent + 1, opts, has_attributes);
    }
    if hidden_blocks > 0 {
        out.push('\n');
        write_unchanged(&mut out, "block", hidden_blocks, indent + 1, opts);
    }
    out + &format!("{}{}}}", pad(indent), opts.symbol(Action::NoOp))
}

/// Writes the blocks of one type and gives the number of those not shown.
fn block_group(
    out: &mut String,
    name: &str,
    group: &Blocks,
    indent: usize,
    opts: Options,
    has_attributes: bool,
) -> usize {
    let inner = Options { force_replacement: group.replace, ..opts };
    let mut hidden = 0;
    let mut first = true;
    for (label, item) in &group.items {
        if item.action == Action::NoOp && !opts.show_unchanged {
            hidden += 1;
            continue;
        }
        if first && has_attributes {
            out.push('\n');
        }
        first = false;
        let label = match group.nesting {
            Nesting::Map => format!(" {}", quote(label)),
            Nesting::Single | Nesting::Group | Nesting::List | Nesting::Set => String::new(),
        };
        let header = format!("{}{label} ", attribute_name(name));
        let body = match &item.kind {
            Kind::Unknown { before: None } => {
                // A block that a provider decides: `root_block_device (known after apply)`.
                format!("(known after apply){}", opts.forces(item.replace))
            }
            Kind::Sensitive { .. } => sensitive_block(item, indent, opts),
            Kind::Primitive { .. }
            | Kind::Unknown { .. }
            | Kind::Object(_)
            | Kind::Map(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::TypeChange { .. }
            | Kind::Block { .. } => render(item, indent, inner),
        };
        write_warnings(out, item, indent, inner);
        let symbol = opts.symbol(if matches!(item.kind, Kind::Unknown { before: None }) {
            Action::Create
        } else {
            item.action
        });
        writeln!(out, "{}{symbol}{header}{body}", pad(indent)).expect("writing to a string succeeds");
    }
    hidden
}

fn sensitive_block(diff: &Diff, indent: usize, opts: Options) -> String {
    let (pad, outer) = (pad(indent + 1), pad(indent));
    let symbol = opts.symbol(Action::NoOp);
    let forces = opts.forces(diff.replace);
    format!(
        "{{{forces}\n{pad}{symbol}# At least one attribute in this block is (or was) sensitive,\n{pad}{symbol}# so its contents will not be displayed.\n{outer}{symbol}}}"
    )
}

/// A string as it is to be shown.
struct Shown {
    text: String,
    json: Option<Item>,
    lines: bool,
}

fn shown(item: &Item, color: Color) -> Shown {
    let Node::Text(text) = &item.node else {
        return Shown { text: scalar(item, color), json: None, lines: false };
    };
    if text.starts_with(['{', '['])
        && let Ok(json) = nuvola_tf_lang::json::parse::parse(text)
    {
        return Shown { text: text.clone(), json: Some(Item::from_json(&json)), lines: false };
    }
    if text.contains('\n') {
        return Shown { text: text.trim().to_owned(), json: None, lines: true };
    }
    Shown { text: quote(text), json: None, lines: false }
}

fn scalar(item: &Item, color: Color) -> String {
    match &item.node {
        Node::Bool(value) => value.to_string(),
        Node::Number(text) => text.clone(),
        Node::Text(text) => quote(text),
        Node::Absent | Node::Null | Node::Unknown | Node::List(_) | Node::Map(_) => {
            color.paint("[dark_gray]null[reset]")
        }
    }
}

fn primitive(diff: &Diff, before: &Item, after: &Item, indent: usize, opts: Options) -> String {
    let is_text = |item: &Item| matches!(item.node, Node::Text(_));
    if is_text(before) || is_text(after) {
        return string(diff, before, after, indent, opts);
    }
    let forces = opts.forces(diff.replace);
    match diff.action {
        Action::Create | Action::NoOp => {
            let shown =
                if diff.action == Action::NoOp && after.node == Node::Absent { before } else { after };
            format!("{}{forces}", scalar(shown, opts.color))
        }
        Action::Delete => {
            format!("{}{}{forces}", scalar(before, opts.color), opts.null_suffix(diff.action))
        }
        Action::Update
        | Action::Read
        | Action::DeleteThenCreate
        | Action::CreateThenDelete
        | Action::Forget => {
            let (before, after) = (scalar(before, opts.color), scalar(after, opts.color));
            format!("{before} {} {after}{forces}", opts.arrow())
        }
    }
}

fn string(diff: &Diff, before: &Item, after: &Item, indent: usize, opts: Options) -> String {
    let forces = opts.forces(diff.replace);
    let single = |item: &Item, no_op: bool| {
        let text = shown(item, opts.color);
        if let Some(json) = &text.json {
            let (old, new) = match diff.action {
                Action::Delete => (Some(json), None),
                _ if no_op => (Some(json), Some(json)),
                _ => (None, Some(json)),
            };
            return json_string(diff, old, new, indent, opts);
        }
        let suffix = opts.null_suffix(diff.action);
        if !text.lines {
            return format!("{}{suffix}{forces}", text.text);
        }
        let start = format!("{}{}", pad(indent + 1), opts.symbol(Action::NoOp));
        let lines: Vec<String> = text.text.split('\n').map(|line| format!("{start}{line}")).collect();
        heredoc(&lines, &forces, &suffix, indent, opts)
    };
    match diff.action {
        Action::Create => single(after, false),
        Action::NoOp => single(if after.is_nil() { before } else { after }, true),
        Action::Delete => single(before, false),
        Action::Update
        | Action::Read
        | Action::DeleteThenCreate
        | Action::CreateThenDelete
        | Action::Forget => changed_string(diff, before, after, indent, opts),
    }
}

fn changed_string(diff: &Diff, before: &Item, after: &Item, indent: usize, opts: Options) -> String {
    let forces = opts.forces(diff.replace);
    let (old, new) = (shown(before, opts.color), shown(after, opts.color));
    match (&old.json, &new.json) {
        (Some(old), Some(new)) => return json_string(diff, Some(old), Some(new), indent, opts),
        (None, None) => {}
        (Some(_), None) | (None, Some(_)) => {
            let part = |before: Item, after: Item, action| {
                let diff = Diff { kind: Kind::Primitive { before, after }, action, replace: false };
                render(&diff, indent, opts.without_null_suffix())
            };
            let nothing = Item::plain(Node::Absent);
            let old = part(before.clone(), nothing.clone(), Action::Delete);
            let new = part(nothing, after.clone(), Action::Create);
            return format!("{old} {} {new}{forces}", opts.arrow());
        }
    }
    if !old.lines && !new.lines {
        return format!("{} {} {}{forces}", old.text, opts.arrow(), new.text);
    }
    let raw = |item: &Item, shown: Shown| match &item.node {
        Node::Text(text) if !shown.lines => text.clone(),
        _ => shown.text,
    };
    let (old, new) = (raw(before, old), raw(after, new));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let line = |(b, a): (Option<usize>, Option<usize>)| {
        let (action, text) = match (b, a) {
            (Some(_), Some(a)) => (Action::NoOp, new[a]),
            (Some(b), None) => (Action::Delete, old[b]),
            (None, Some(a)) => (Action::Create, new[a]),
            (None, None) => (Action::NoOp, ""),
        };
        format!("{}{}{text}", pad(indent + 1), opts.symbol(action))
    };
    let pairs = match_common(&old, &new, |a, b| a == b, |_| false);
    let lines: Vec<String> = pairs.into_iter().map(line).collect();
    heredoc(&lines, &forces, "", indent, opts)
}

fn heredoc(lines: &[String], forces: &str, suffix: &str, indent: usize, opts: Options) -> String {
    let (pad, symbol) = (pad(indent), opts.symbol(Action::NoOp));
    format!("<<-EOT{forces}\n{}\n{pad}{symbol}EOT{suffix}", lines.join("\n"))
}

/// A string that holds JSON is compared by its content.
fn json_string(
    diff: &Diff,
    before: Option<&Item>,
    after: Option<&Item>,
    indent: usize,
    opts: Options,
) -> String {
    let content = compute::json(before, after);
    let mut inner = opts.without_null_suffix();
    let mut forces = opts.forces(diff.replace);
    let mut remark = "";
    if content.action == Action::NoOp && diff.action == Action::Update {
        remark =
            if diff.replace { " # whitespace changes force replacement" } else { " # whitespace changes" };
        forces.clear();
        inner = inner.showing_unchanged();
    }
    inner.force_replacement = false;
    let action = match content.action {
        Action::Create | Action::Delete => Action::NoOp,
        action => action,
    };
    let text = render(&content, indent + 1, inner);
    if !text.contains('\n') {
        return format!("jsonencode({text}){remark}{forces}");
    }
    let (pad, outer) = (pad(indent + 1), pad(indent));
    let (symbol, closing) = (opts.symbol(action), opts.symbol(Action::NoOp));
    let suffix = opts.null_suffix(diff.action);
    format!("jsonencode({remark}\n{pad}{symbol}{text}{forces}\n{outer}{closing}){suffix}")
}
