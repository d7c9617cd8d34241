//! The lines under a diagnostic that show the values of the names in the expression: `var.x is "a"`.

use nuvola_hcl::text::quote;
use nuvola_hcl::{Expr, Step, StepKind, Traversal, ValueNote};
use nuvola_kernel::ordered::sort_by;

use super::EvalContext;
use super::traversal::walk;
use crate::format::number_general;
use crate::marks::Marks;
use crate::references::traversals;
use crate::types::Type;
use crate::value::{Data, Value};

/// The notes about all names in an expression.
pub fn value_notes(expr: &Expr, cx: &EvalContext<'_>) -> Vec<ValueNote> {
    collect(traversals(expr).into_iter(), cx)
}

pub(super) fn traversal_notes(traversal: &Traversal, cx: &EvalContext<'_>) -> Vec<ValueNote> {
    collect([traversal].into_iter(), cx)
}

fn collect<'t>(traversals: impl Iterator<Item = &'t Traversal>, cx: &EvalContext<'_>) -> Vec<ValueNote> {
    let mut notes: Vec<ValueNote> = traversals.filter_map(|traversal| note(traversal, cx)).collect();
    sort_by(&mut notes, |a, b| a.traversal.cmp(&b.traversal));
    notes.dedup_by(|a, b| a.traversal == b.traversal);
    notes
}

/// The longest beginning of a traversal that has a value.
fn note(traversal: &Traversal, cx: &EvalContext<'_>) -> Option<ValueNote> {
    let root = cx.lookup(&traversal.root.name)?;
    for count in (1..=traversal.steps.len()).rev() {
        let steps = &traversal.steps[..count];
        let mut failures = Vec::new();
        let value = walk(root.clone(), steps, &mut failures);
        if failures.is_empty() {
            let text = format!("{}{}", traversal.root.name, steps_text(steps));
            return statement(&value).map(|statement| ValueNote { traversal: text, statement });
        }
    }
    None
}

fn statement(value: &Value) -> Option<String> {
    if value.marks().contains(Marks::SENSITIVE) || value.marks().contains(Marks::EPHEMERAL) {
        return None;
    }
    if value.is_known() {
        return Some(format!("is {}", compact_value(value)));
    }
    (*value.ty() != Type::Dynamic).then(|| format!("is a {}", value.ty().friendly_name()))
}

fn steps_text(steps: &[Step]) -> String {
    let texts = steps.iter().map(|step| match &step.kind {
        StepKind::Attr(name) => format!(".{name}"),
        StepKind::Number(text) => format!("[{text}]"),
        StepKind::Key(key) => format!("[{}]", quote(key)),
        StepKind::Splat => "[*]".to_owned(),
    });
    texts.collect()
}

/// A value in a few words.
pub fn compact_value(value: &Value) -> String {
    if value.marks().contains(Marks::SENSITIVE) {
        return "(sensitive value)".to_owned();
    }
    let name = value.ty().friendly_name();
    let counted = |count: usize| match count {
        0 => format!("empty {name}"),
        1 => format!("{name} with 1 element"),
        count => format!("{name} with {count} elements"),
    };
    match (value.data(), value.ty()) {
        (Data::Null, _) => "null".to_owned(),
        (Data::Unknown(_), _) => "(not yet known)".to_owned(),
        (Data::Bool(flag), _) => flag.to_string(),
        (Data::Number(number), _) => number_general(number, Some(10), false),
        (Data::String(text), _) => quote(text),
        (Data::Seq(elements), _) => counted(elements.len()),
        (Data::Members(members), Type::Object(_)) => match members.len() {
            0 => "object with no attributes".to_owned(),
            1 => format!("object with 1 attribute {}", quote(members.keys().next().map_or("", |name| name))),
            count => format!("object with {count} attributes"),
        },
        (Data::Members(members), _) => counted(members.len()),
        (Data::Type(ty), _) => ty.to_text(),
    }
}
