//! Conversion functions, and those about marks.

use super::{Failure, Function};
use crate::convert::{convert, convertible, mismatch_message};
use crate::format::quote_go;
use crate::host::Host;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::{Data, Value};
use nuvola_kernel::Ordered;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("tostring", "v:any?~*! -> string?", to).typed(|args| check(args, Type::String)),
        Function::new("tonumber", "v:any?~*! -> number?", to).typed(|args| check(args, Type::Number)),
        Function::new("tobool", "v:any?~*! -> bool?", to).typed(|args| check(args, Type::Bool)),
        Function::new("tolist", "v:any?~*! -> list(any)?", to)
            .typed(|args| check(args, Type::list(Type::Dynamic))),
        Function::new("toset", "v:any?~*! -> set(any)?", to)
            .typed(|args| check(args, Type::set(Type::Dynamic))),
        Function::new("tomap", "v:any?~*! -> map(any)?", to)
            .typed(|args| check(args, Type::map(Type::Dynamic))),
        Function::new("sensitive", "value:any?~*! -> any?", |_, args, _| {
            Ok(args[0].clone().with_marks(Marks::SENSITIVE))
        }),
        Function::new("nonsensitive", "value:any?~*! -> any?", |_, args, _| {
            let (value, marks) = args[0].clone().unmark();
            Ok(value.with_marks(marks.without(Marks::SENSITIVE)))
        }),
        Function::new("issensitive", "value:any?~*! -> bool", |_, args, _| {
            Ok(match (args[0].marks().contains(Marks::SENSITIVE), args[0].is_known()) {
                (true, _) => true.into(),
                (false, true) => false.into(),
                (false, false) => Value::unknown(Type::Bool),
            })
        }),
        Function::new("ephemeralasnull", "value:any?~*! -> any?", |_, args, _| {
            Ok(ephemeral_as_null(&args[0]))
        }),
    ]
}

fn check(args: &[Value], wanted: Type) -> Result<Type, Failure> {
    let got = args[0].ty();
    if *got == wanted || convertible(got, &wanted, true) {
        return Ok(wanted);
    }
    let message = match (got, &wanted) {
        (Type::Tuple(_), Type::Tuple(_)) => {
            format!("incompatible tuple type for conversion: {}", mismatch_message(got, &wanted))
        }
        _ => format!("cannot convert {} to {}", got.friendly_name(), wanted.friendly_constraint_name()),
    };
    Failure::arg(0, message)
}

fn to(_: &dyn Host, args: &[Value], wanted: &Type) -> Outcome {
    if let Ok(value) = convert(&args[0], wanted) {
        return Ok(value);
    }
    let got = args[0].ty();
    let names = format!("{} to {}", got.friendly_name(), wanted.friendly_constraint_name());
    let message = match (args[0].as_str(), wanted) {
        _ if args[0].deep_marks().contains(Marks::SENSITIVE) => {
            format!("cannot convert this sensitive {names}")
        }
        (Some(text), Type::Bool) => format!(
            "cannot convert {} to bool; only the strings \"true\" or \"false\" are allowed",
            quote_go(text)
        ),
        (Some(text), Type::Number) => format!(
            "cannot convert {} to number; given string must be a decimal representation of a number",
            quote_go(text)
        ),
        _ => format!("cannot convert {names}"),
    };
    Failure::arg(0, message)
}

/// Puts null in place of every ephemeral part.
fn ephemeral_as_null(value: &Value) -> Value {
    if value.marks().contains(Marks::EPHEMERAL) {
        return Value::null(value.ty().clone()).with_marks(value.marks().without(Marks::EPHEMERAL));
    }
    if !value.deep_marks().contains(Marks::EPHEMERAL) {
        return value.clone();
    }
    let data = match value.data() {
        Data::Seq(elements) => Data::Seq(elements.iter().map(ephemeral_as_null).collect()),
        Data::Members(members) => Data::Members(std::sync::Arc::new(
            members.iter().map(|(key, member)| (key.clone(), ephemeral_as_null(member))).into_map(),
        )),
        data @ (Data::Null
        | Data::Unknown(_)
        | Data::Bool(_)
        | Data::Number(_)
        | Data::String(_)
        | Data::Type(_)) => data.clone(),
    };
    Value::new(value.ty().clone(), data).with_marks(value.marks())
}
