//! Finding the one type that several types can be converted to.
//!
//! `unsafe_` conversions may fail for some values (string to number); the others never do.

use std::cmp::Ordering;

use crate::convert::convertible;
use crate::types::Type;

/// The type that values of all the given types can be converted to, if there is one.
pub fn unify(types: &[Type], unsafe_: bool) -> Option<Type> {
    let first = types.first()?;
    if types.iter().all(|ty| ty == first) {
        return Some(first.clone());
    }
    match by_kind(types, unsafe_) {
        Kind::Decided(result) => result,
        Kind::Open => preferred(types, unsafe_),
    }
}

enum Kind {
    Decided(Option<Type>),
    Open,
}

/// Types of one kind may unify to a type that is none of them.
fn by_kind(types: &[Type], unsafe_: bool) -> Kind {
    let count = |wanted: fn(&Type) -> bool| types.iter().filter(|ty| wanted(ty)).count();
    let dynamic = count(|ty| *ty == Type::Dynamic);
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    let sets = count(|ty| matches!(ty, Type::Set(_)));
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let all = |found: usize| found > 0 && found + dynamic == types.len();
    let or_dynamic =
        |result: Option<Type>| Kind::Decided(if dynamic > 0 { Some(Type::Dynamic) } else { result });
    if all(maps) {
        return or_dynamic(unify_elements(types, unsafe_).map(Type::map));
    }
    if maps > 0 && all(maps + objects) {
        let listed = flattened(types, |ty| matches!(ty, Type::Object(_)), |tys| objects_to_map(tys, unsafe_));
        return match listed.and_then(|types| unify(&types, unsafe_)) {
            Some(found @ Type::Map(_)) => Kind::Decided(Some(found)),
            _ => Kind::Open,
        };
    }
    if all(lists) {
        return or_dynamic(unify_elements(types, unsafe_).map(Type::list));
    }
    if lists > 0 && all(lists + tuples) {
        let listed = flattened(types, |ty| matches!(ty, Type::Tuple(_)), |tys| tuples_to_list(tys, unsafe_));
        return match listed.and_then(|types| unify(&types, unsafe_)) {
            Some(found @ Type::List(_)) => Kind::Decided(Some(found)),
            _ => Kind::Open,
        };
    }
    if all(sets) {
        return or_dynamic(unify_elements(types, unsafe_).map(Type::set));
    }
    if all(objects) {
        return or_dynamic(unify_objects(types, unsafe_));
    }
    if all(tuples) {
        return or_dynamic(unify_tuples(types, unsafe_));
    }
    if objects > 0 && tuples > 0 { Kind::Decided(None) } else { Kind::Open }
}

/// Replaces the structural types among others by the one collection type they unify to.
fn flattened(
    types: &[Type],
    structural: fn(&Type) -> bool,
    join: impl Fn(&[Type]) -> Option<Type>,
) -> Option<Vec<Type>> {
    let picked: Vec<Type> = types.iter().filter(|ty| structural(ty)).cloned().collect();
    let joined = join(&picked)?;
    Some(types.iter().map(|ty| if structural(ty) { joined.clone() } else { ty.clone() }).collect())
}

fn unify_elements(types: &[Type], unsafe_: bool) -> Option<Type> {
    let elements: Vec<Type> = types.iter().filter_map(|ty| ty.element_type().cloned()).collect();
    unify(&elements, unsafe_)
}

fn unify_objects(types: &[Type], unsafe_: bool) -> Option<Type> {
    let objects: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Object(object) = ty { Some(object) } else { None })
        .collect();
    let (first, rest) = objects.split_first()?;
    if rest.iter().any(|object| !object.attrs.keys().eq(first.attrs.keys())) {
        return objects_to_map(types, unsafe_);
    }
    let mut attrs = Vec::new();
    for name in first.attrs.keys() {
        let across: Vec<Type> = objects.iter().map(|object| object.attrs[name].clone()).collect();
        attrs.push((name.clone(), unify(&across, unsafe_)?));
    }
    let result = Type::object(attrs);
    if reachable(types, &result, unsafe_) { Some(result) } else { objects_to_map(types, unsafe_) }
}

fn objects_to_map(types: &[Type], unsafe_: bool) -> Option<Type> {
    let mut attrs = Vec::new();
    for ty in types {
        if let Type::Object(object) = ty {
            attrs.extend(object.attrs.values().cloned());
        }
    }
    let result = Type::map(unify(&attrs, unsafe_)?);
    reachable(types, &result, unsafe_).then_some(result)
}

fn unify_tuples(types: &[Type], unsafe_: bool) -> Option<Type> {
    let tuples: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Tuple(elements) = ty { Some(elements) } else { None })
        .collect();
    let (first, rest) = tuples.split_first()?;
    if rest.iter().any(|tuple| tuple.len() != first.len()) {
        return tuples_to_list(types, unsafe_);
    }
    let mut elements = Vec::new();
    for index in 0..first.len() {
        let across: Vec<Type> = tuples.iter().map(|tuple| tuple[index].clone()).collect();
        elements.push(unify(&across, unsafe_)?);
    }
    let result = Type::tuple(elements);
    if reachable(types, &result, unsafe_) { Some(result) } else { tuples_to_list(types, unsafe_) }
}

fn tuples_to_list(types: &[Type], unsafe_: bool) -> Option<Type> {
    let mut elements = Vec::new();
    for ty in types {
        if let Type::Tuple(own) = ty {
            elements.extend(own.iter().cloned());
        }
    }
    let result = Type::list(unify(&elements, unsafe_)?);
    reachable(types, &result, unsafe_).then_some(result)
}

fn reachable(types: &[Type], wanted: &Type, unsafe_: bool) -> bool {
    types.iter().all(|ty| ty == wanted || convertible(ty, wanted, unsafe_))
}

/// The first of the types, in order of preference, that all others convert to.
fn preferred(types: &[Type], unsafe_: bool) -> Option<Type> {
    let mut left: Vec<&Type> = types.iter().collect();
    while !left.is_empty() {
        let best = left
            .iter()
            .position(|ty| !left.iter().any(|other| compare(other, ty) == Ordering::Less))
            .unwrap_or(0);
        let wanted = left.remove(best);
        if reachable(types, wanted, unsafe_) {
            return Some(wanted.clone());
        }
    }
    None
}

/// `Less` when the first type is the better result of a unification.
fn compare(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        (Type::Dynamic, _) => Ordering::Greater,
        (_, Type::Dynamic) => Ordering::Less,
        (Type::String, Type::Number | Type::Bool) => Ordering::Less,
        (Type::Number | Type::Bool, Type::String) => Ordering::Greater,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            compare(a, b)
        }
        (Type::List(_) | Type::Tuple(_), Type::Set(_)) => Ordering::Greater,
        (Type::Set(_), Type::List(_) | Type::Tuple(_)) => Ordering::Less,
        (Type::List(_), Type::Tuple(_)) | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Tuple(_), Type::List(_)) | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}
