//! Functions on sets.

use super::{Failure, Function, seq};
use crate::convert::convert;
use crate::host::Host;
use crate::types::Type;
use crate::unify::unify;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

/// A product with more elements is refused, so that a short expression cannot exhaust memory.
const MAX_PRODUCT: usize = 1_000_000;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("setunion", "first_set:set(any)* ...other_sets:set(any)* -> any", setunion)
            .typed(common_set_type),
        Function::new(
            "setintersection",
            "first_set:set(any)* ...other_sets:set(any)* -> any",
            setintersection,
        )
        .typed(common_set_type),
        Function::new("setsubtract", "a:set(any)* b:set(any)* -> any", setsubtract).typed(common_set_type),
        Function::new("setproduct", "...sets:any -> any", setproduct).typed(setproduct_type),
    ]
}

fn common_set_type(args: &[Value]) -> Result<Type, Failure> {
    let mut elements = Vec::new();
    for arg in args {
        let element = arg.ty().element_type().cloned().unwrap_or(Type::Dynamic);
        // An empty set of nothing in particular fits any other.
        if !(arg.is_empty() == Some(true) && element == Type::Dynamic) {
            elements.push(element);
        }
    }
    if elements.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    match unify(&elements, true) {
        Some(element) => Ok(Type::set(element)),
        None => Failure::call("given sets must all have compatible element types"),
    }
}

fn converted(args: &[Value], returns: &Type) -> Result<Vec<Vec<Value>>, Failure> {
    let sets = args.iter().enumerate().map(|(index, arg)| {
        let set = convert(arg, returns).map_err(|error| Failure::Arg(index, error.message))?;
        Ok(seq(&set).to_vec())
    });
    sets.collect()
}

fn set_of(returns: &Type, elements: Vec<Value>) -> Value {
    Value::set_of(returns.element_type().cloned().unwrap_or(Type::Dynamic), elements)
}

fn setunion(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    Ok(set_of(returns, converted(args, returns)?.concat()))
}

fn setintersection(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if args.iter().any(|arg| !arg.is_wholly_known()) {
        return Ok(Value::unknown(returns.clone()));
    }
    let mut sets = converted(args, returns)?.into_iter();
    let mut kept = sets.next().unwrap_or_default();
    for other in sets {
        kept.retain(|element| other.contains(element));
    }
    Ok(set_of(returns, kept))
}

fn setsubtract(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if args.iter().any(|arg| !arg.is_wholly_known()) {
        return Ok(Value::unknown(returns.clone()));
    }
    let sets = converted(args, returns)?;
    let kept = sets[0].iter().filter(|element| !sets[1].contains(element));
    Ok(set_of(returns, kept.cloned().collect()))
}

fn setproduct_type(args: &[Value]) -> Result<Type, Failure> {
    if args.len() < 2 {
        return Failure::call("at least two arguments are required");
    }
    let mut elements = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        elements.push(match arg.ty() {
            Type::Set(element) | Type::List(element) => (**element).clone(),
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => match unify(types, true) {
                Some(element) => element,
                None => return Failure::arg(index, "all elements must be of the same type"),
            },
            _ => return Failure::arg(index, "a set or a list is required"),
        });
    }
    let ordered = args.iter().all(|arg| arg.ty().is_sequence());
    let element = Type::tuple(elements);
    Ok(if ordered { Type::list(element) } else { Type::set(element) })
}

fn setproduct(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let element = returns.element_type().cloned().unwrap_or(Type::Dynamic);
    let Type::Tuple(types) = &element else { return Failure::call("at least two arguments are required") };
    let unsure = |arg: &Value| arg.known_len_range().is_none_or(|(min, max)| max != Some(min));
    if args.iter().any(unsure) {
        return Ok(Value::unknown(returns.clone()));
    }
    let mut product: Vec<Vec<Value>> = vec![Vec::new()];
    for (index, (arg, ty)) in args.iter().zip(types.iter()).enumerate() {
        let mut next = Vec::new();
        if product.len().saturating_mul(seq(arg).len()) > MAX_PRODUCT {
            return Failure::call("the product has too many elements");
        }
        for prefix in &product {
            for item in seq(arg) {
                let item = convert(item, ty).map_err(|error| Failure::Arg(index, error.message))?;
                next.push([prefix.as_slice(), &[item]].concat());
            }
        }
        product = next;
    }
    let tuples = product.into_iter().map(Value::tuple).collect();
    Ok(match returns {
        Type::List(_) => Value::list_of(element.clone(), tuples),
        _ => Value::set_of(element.clone(), tuples),
    })
}
