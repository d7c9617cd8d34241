//! Reading and changing parts of values by their paths.

use nuvola_tf_lang::{Data, Marks, Members, Path, Step, Type, Value};
use std::sync::Arc;

/// The path to an attribute at the top.
#[must_use]
pub fn attr_path(name: &str) -> Path {
    vec![Step::Attr(Arc::from(name))]
}

/// The part of a value at a path, if it is there and known that far.
#[must_use]
pub fn get<'a>(value: &'a Value, path: &[Step]) -> Option<&'a Value> {
    let Some((step, rest)) = path.split_first() else {
        return Some(value);
    };
    let child = match (step, value.data()) {
        (Step::Attr(name) | Step::Key(name), Data::Members(members)) => members.get(name),
        (Step::Index(at), Data::Seq(items)) => items.get(*at),
        _ => None,
    };
    get(child?, rest)
}

/// Paths of all parts with any of some marks, from the outside in, each where its mark begins.
#[must_use]
pub fn marked_paths(value: &Value, marks: Marks) -> Vec<Path> {
    let mut out = Vec::new();
    collect_marked(value, marks, &mut Vec::new(), &mut out);
    out
}

fn collect_marked(value: &Value, marks: Marks, at: &mut Path, out: &mut Vec<Path>) {
    if value.marks().without(marks) != value.marks() {
        out.push(at.clone());
    }
    match value.data() {
        Data::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                let set = matches!(value.ty(), Type::Set(_));
                at.push(if set { Step::Element } else { Step::Index(index) });
                collect_marked(item, marks, at, out);
                at.pop();
            }
        }
        Data::Members(members) => {
            let is_object = matches!(value.ty(), Type::Object(_));
            for (name, item) in members.iter() {
                let name = Arc::clone(name);
                at.push(if is_object { Step::Attr(name) } else { Step::Key(name) });
                collect_marked(item, marks, at, out);
                at.pop();
            }
        }
        Data::Null | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Type(_) => {
        }
    }
}

/// The value with marks added at a path; where the path leads nowhere, at the last part that exists.
#[must_use]
pub fn mark_at(value: &Value, path: &[Step], marks: Marks) -> Value {
    let Some((step, rest)) = path.split_first() else {
        return value.clone().with_marks(marks);
    };
    change_child(value, step, |child| mark_at(child, rest, marks))
        .unwrap_or_else(|| if value.is_null() { value.clone() } else { value.clone().with_marks(marks) })
}

/// The value with the part at a path replaced, if the path leads somewhere.
#[must_use]
pub fn set(value: &Value, path: &[Step], new: &Value) -> Option<Value> {
    let Some((step, rest)) = path.split_first() else {
        return Some(new.clone());
    };
    let mut done = false;
    let out = change_child(value, step, |child| {
        let changed = set(child, rest, new);
        done = changed.is_some();
        changed.unwrap_or_else(|| child.clone())
    });
    out.filter(|_| done)
}

fn change_child(value: &Value, step: &Step, change: impl FnOnce(&Value) -> Value) -> Option<Value> {
    let marks = value.marks();
    match (value.data(), step) {
        (Data::Members(members), Step::Attr(name) | Step::Key(name)) => {
            let child = change(members.get(name)?);
            let mut members: Members = (**members).clone();
            members.insert(Arc::clone(name), child);
            Some(rebuild_members(value.ty(), members).with_marks(marks))
        }
        (Data::Seq(items), Step::Index(at)) => {
            let child = change(items.get(*at)?);
            let mut items: Vec<Value> = items.to_vec();
            items[*at] = child;
            Some(rebuild_seq(value.ty(), items).with_marks(marks))
        }
        _ => None,
    }
}

/// A map or object with other elements of the same types.
#[must_use]
pub fn rebuild_members(ty: &Type, members: Members) -> Value {
    match ty {
        Type::Map(element) => Value::map_of((**element).clone(), members),
        _ => Value::object(members),
    }
}

/// A list, set or tuple with other elements of the same types.
#[must_use]
pub fn rebuild_seq(ty: &Type, items: Vec<Value>) -> Value {
    match ty {
        Type::List(element) => Value::list_of((**element).clone(), items),
        Type::Set(element) => Value::set_of((**element).clone(), items),
        _ => Value::tuple(items),
    }
}
