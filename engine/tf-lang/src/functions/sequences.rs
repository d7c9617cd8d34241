//! Functions that rearrange lists and tuples.

use super::{Failure, Function, seq, text, whole};
use crate::convert::convert;
use crate::host::Host;
use crate::marks::Marks;
use crate::ops::equals;
use crate::types::Type;
use crate::unify::unify;
use crate::value::Value;
use nuvola_kernel::ordered::sort_by;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("chunklist", "list:list(any)! size:number! -> any", chunklist)
            .typed(|args| Ok(Type::list(args[0].ty().clone()))),
        Function::new("compact", "list:list(string) -> list(string)", compact),
        Function::new("concat", "...seqs:any! -> any", concat).typed(concat_type),
        Function::new("distinct", "list:list(any) -> any", distinct).typed(|args| Ok(args[0].ty().clone())),
        Function::new("element", "list:any! index:number -> any?", element).typed(element_type),
        Function::new("flatten", "list:any! -> any", flatten).typed(flatten_type),
        Function::new("reverse", "list:any! -> any", reverse).typed(reverse_type),
        Function::new("slice", "list:any! start_index:number end_index:number -> any", slice)
            .typed(slice_type),
        Function::new("sort", "list:list(string)~ -> list(string)", sort),
    ]
}

/// Takes the marks off a value's outside only: its elements keep theirs.
fn outer(value: &Value) -> (Value, Marks) {
    value.clone().unmark()
}

fn chunklist(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (list, marks) = outer(&args[0]);
    let (size, size_marks) = outer(&args[1]);
    let marks = marks | size_marks;
    let size = whole(&size).map_err(|message| Failure::Call(format!("invalid size: {message}")))?;
    let Ok(size) = usize::try_from(size) else { return Failure::call("the size argument must be positive") };
    let elements = seq(&list);
    if elements.is_empty() {
        return Ok(Value::list_empty(list.ty().clone()).with_marks(marks));
    }
    let chunks = elements.chunks(if size == 0 { elements.len() } else { size });
    Ok(Value::list(chunks.map(|chunk| Value::list(chunk.to_vec())).collect()).with_marks(marks))
}

fn compact(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(returns.clone()));
    }
    let kept = seq(&args[0]).iter().filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    Ok(Value::list_of(Type::String, kept.cloned().collect()))
}

fn concat_type(args: &[Value]) -> Result<Type, Failure> {
    if args.is_empty() {
        return Failure::call("at least one argument is required");
    }
    if args.iter().all(|arg| matches!(arg.ty(), Type::List(_))) {
        let types: Vec<Type> = args.iter().map(|arg| arg.ty().clone()).collect();
        if let Some(common) = unify(&types, true) {
            return Ok(common);
        }
    }
    let mut elements = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        match arg.ty() {
            Type::Tuple(types) => elements.extend(types.iter().cloned()),
            Type::List(element) => match arg.len() {
                Some(count) => elements.extend(std::iter::repeat_n((**element).clone(), count)),
                None => return Ok(Type::Dynamic),
            },
            other => {
                let message = format!("all arguments must be lists or tuples; got {}", other.friendly_name());
                return Failure::arg(index, message);
            }
        }
    }
    Ok(Type::tuple(elements))
}

fn concat(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let mut marks = Marks::NONE;
    let mut elements = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        let (plain, own) = outer(arg);
        marks |= own;
        let plain = match returns {
            Type::List(_) => convert(&plain, returns).map_err(|error| Failure::Arg(index, error.message))?,
            _ => plain,
        };
        elements.extend(seq(&plain).iter().cloned());
    }
    let result = match returns {
        Type::List(element) => Value::list_of((**element).clone(), elements),
        _ => Value::tuple(elements),
    };
    Ok(result.with_marks(marks))
}

fn distinct(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if !args[0].is_wholly_known() {
        return Ok(Value::unknown(returns.clone()));
    }
    let mut kept: Vec<Value> = Vec::new();
    for element in seq(&args[0]) {
        if !kept.iter().any(|other| equals(other, element).as_bool() == Some(true)) {
            kept.push(element.clone());
        }
    }
    let element = returns.element_type().cloned().unwrap_or(Type::Dynamic);
    Ok(Value::list_of(element, kept))
}

fn element_index(index: &Value, count: usize) -> Result<usize, Failure> {
    let index = whole(index).map_err(|message| Failure::Call(format!("invalid index: {message}")))?;
    let Ok(index) = usize::try_from(index) else {
        return Failure::call("cannot use element function with a negative index");
    };
    if count == 0 {
        return Failure::call("cannot use element function with an empty list");
    }
    Ok(index % count)
}

fn element_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::List(element) => Ok((**element).clone()),
        Type::Tuple(_) if !args[1].is_known() => Ok(Type::Dynamic),
        Type::Tuple(types) => Ok(types[element_index(&args[1], types.len())?].clone()),
        other => Failure::call(format!("cannot read elements from {}", other.friendly_name())),
    }
}

fn element(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (list, marks) = outer(&args[0]);
    let elements = seq(&list);
    Ok(elements[element_index(&args[1], elements.len())?].clone().with_marks(marks))
}

fn flatten_type(args: &[Value]) -> Result<Type, Failure> {
    if !args[0].is_wholly_known() {
        return Ok(Type::Dynamic);
    }
    match args[0].ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => {}
        _ => return Failure::call("can only flatten lists, sets and tuples"),
    }
    let mut flat = Vec::new();
    flatten_into(&args[0], &mut flat);
    Ok(Type::tuple(flat.iter().map(|value| value.ty().clone())))
}

/// Returns the marks of what was opened.
fn flatten_into(value: &Value, out: &mut Vec<Value>) -> Marks {
    let mut marks = value.marks();
    for element in seq(value) {
        let nested = matches!(element.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if nested && element.as_seq().is_some() {
            marks |= flatten_into(element, out);
        } else {
            out.push(element.clone());
        }
    }
    marks
}

fn flatten(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (_, top) = outer(&args[0]);
    if has_unknown_sequence(&args[0]) {
        return Ok(Value::dynamic_unknown().with_marks(top));
    }
    let mut flat = Vec::new();
    let marks = flatten_into(&args[0], &mut flat);
    Ok(Value::tuple(flat).with_marks(marks))
}

fn has_unknown_sequence(value: &Value) -> bool {
    seq(value).iter().any(|element| match element.ty() {
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => !element.is_known() || has_unknown_sequence(element),
        Type::Dynamic => !element.is_known(),
        Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) | Type::Type => false,
    })
}

fn reverse_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::Tuple(types) => Ok(Type::tuple(types.iter().rev().cloned())),
        Type::List(element) | Type::Set(element) => Ok(Type::list((**element).clone())),
        other => {
            let message = format!("can only reverse list or tuple values, not {}", other.friendly_name());
            Failure::arg(0, message)
        }
    }
}

fn reverse(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let (list, marks) = outer(&args[0]);
    let reversed: Vec<Value> = seq(&list).iter().rev().cloned().collect();
    let result = match returns {
        Type::List(element) => Value::list_of((**element).clone(), reversed),
        _ => Value::tuple(reversed),
    };
    Ok(result.with_marks(marks))
}

/// Both ends of a slice, as far as they are known.
fn slice_ends(args: &[Value]) -> Result<Option<(usize, usize)>, Failure> {
    let length = match args[0].ty() {
        Type::Tuple(types) => Some(types.len()),
        _ => args[0].len(),
    };
    let end = |index: usize, name: &str| -> Result<Option<usize>, Failure> {
        if !args[index].is_known() {
            return Ok(None);
        }
        let value = whole(&args[index])
            .map_err(|message| Failure::Arg(index, format!("invalid {name} index: {message}")))?;
        let Ok(value) = usize::try_from(value) else {
            return Failure::arg(index, format!("{name} index must not be less than zero"));
        };
        if length.is_some_and(|length| value > length) {
            return Failure::arg(
                index,
                format!("{name} index must not be greater than the length of the list"),
            );
        }
        Ok(Some(value))
    };
    match (end(1, "start")?, end(2, "end")?) {
        (Some(start), Some(end)) if start > end => {
            Failure::arg(1, "start index must not be greater than end index")
        }
        (Some(start), Some(end)) => Ok(Some((start, end))),
        (None, _) | (_, None) => Ok(None),
    }
}

fn slice_type(args: &[Value]) -> Result<Type, Failure> {
    match args[0].ty() {
        Type::Set(_) => Failure::arg(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
        ),
        Type::List(_) => slice_ends(args).map(|_| args[0].ty().clone()),
        Type::Tuple(types) => Ok(match slice_ends(args)? {
            Some((start, end)) => Type::tuple(types[start..end].iter().cloned()),
            None => Type::Dynamic,
        }),
        _ => Failure::arg(0, "must be a list or tuple value"),
    }
}

fn slice(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let (list, marks) = outer(&args[0]);
    let Some((start, end)) = slice_ends(&[list.clone(), args[1].clone(), args[2].clone()])? else {
        return Ok(Value::unknown(returns.clone()).with_marks(marks));
    };
    let kept = seq(&list)[start..end].to_vec();
    let result = match returns {
        Type::List(element) => Value::list_of((**element).clone(), kept),
        _ => Value::tuple(kept),
    };
    Ok(result.with_marks(marks))
}

fn sort(_: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    if !args[0].is_wholly_known() {
        let (min, max) = args[0].known_len_range().unwrap_or((0, None));
        let unknown = Value::unknown(returns.clone()).refine_not_null();
        return Ok(unknown.refine(|r| (r.min_len, r.max_len) = (min, max)));
    }
    let mut elements = seq(&args[0]).to_vec();
    if let Some(index) = elements.iter().position(Value::is_null) {
        return Failure::call(format!("given list element {index} is null; a null string cannot be sorted"));
    }
    sort_by(&mut elements, |a, b| text(a).cmp(text(b)));
    Ok(Value::list_of(Type::String, elements))
}
