//! Functions on strings. Positions and lengths count grapheme clusters.

use unicode_segmentation::UnicodeSegmentation;

use super::format_verbs;
use super::{Failure, Function, seq, text, whole};
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("upper", "str:string* -> string", |_, args, _| Ok(mapped(&args[0], upper))),
        Function::new("lower", "str:string* -> string", |_, args, _| Ok(mapped(&args[0], lower))),
        Function::new("title", "str:string -> string", |_, args, _| Ok(title(text(&args[0])))),
        Function::new("strrev", "str:string* -> string", |_, args, _| {
            Ok(text(&args[0]).graphemes(true).rev().collect::<String>().into())
        }),
        Function::new("substr", "str:string* offset:number* length:number* -> string", substr),
        Function::new("split", "separator:string str:string -> list(string)", split),
        Function::new("join", "separator:string ...lists:list(string)~ -> string", join),
        Function::new("chomp", "str:string -> string", |_, args, _| {
            Ok(text(&args[0]).trim_end_matches(['\r', '\n']).into())
        }),
        Function::new("trim", "str:string cutset:string -> string", |_, args, _| {
            let cutset = text(&args[1]);
            Ok(text(&args[0]).trim_matches(|c| cutset.contains(c)).into())
        }),
        Function::new("trimspace", "str:string -> string", |_, args, _| Ok(text(&args[0]).trim().into())),
        Function::new("trimprefix", "str:string prefix:string -> string", |_, args, _| {
            let whole = text(&args[0]);
            Ok(whole.strip_prefix(text(&args[1])).unwrap_or(whole).into())
        }),
        Function::new("trimsuffix", "str:string suffix:string -> string", |_, args, _| {
            let whole = text(&args[0]);
            Ok(whole.strip_suffix(text(&args[1])).unwrap_or(whole).into())
        }),
        Function::new("indent", "spaces:number str:string -> string", indent),
        Function::new("startswith", "str:string~ prefix:string -> bool", startswith),
        Function::new("endswith", "str:string suffix:string -> bool", |_, args, _| {
            Ok(text(&args[0]).ends_with(text(&args[1])).into())
        }),
        Function::new("strcontains", "str:string substr:string -> bool", |_, args, _| {
            Ok(text(&args[0]).contains(text(&args[1])).into())
        }),
        Function::new("format", "format:string~ ...args:any?~ -> string", format),
        Function::new("formatlist", "format:string~ ...args:any?~ -> list(string)", formatlist),
    ]
}

fn mapped(value: &Value, map: fn(char) -> char) -> Value {
    text(value).chars().map(map).collect::<String>().into()
}

/// Go maps each character to one character: `ß` has no capital of one character and stays.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    if mapped.len() == 1 { mapped.next().unwrap_or(c) } else { c }
}

fn lower(c: char) -> char {
    let mut mapped = c.to_lowercase();
    if mapped.len() == 1 { mapped.next().unwrap_or(c) } else { c }
}

fn title(text: &str) -> Value {
    let mut previous = ' ';
    let titled = text.chars().map(|c| {
        let start = if previous.is_ascii() {
            !(previous.is_ascii_alphanumeric() || previous == '_')
        } else {
            !previous.is_alphanumeric() && previous.is_whitespace()
        };
        previous = c;
        if start { upper(c) } else { c }
    });
    titled.collect::<String>().into()
}

fn substr(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let offset = whole(&args[1]).map_err(Failure::Call)?;
    let length = whole(&args[2]).map_err(Failure::Call)?;
    let clusters: Vec<&str> = text(&args[0]).graphemes(true).collect();
    let total = i64::try_from(clusters.len()).expect("a text's length fits");
    let start = if offset < 0 { (offset + total).max(0) } else { offset.min(total) };
    let end = if length < 0 { total } else { start.saturating_add(length).min(total) };
    let place = |at: i64| usize::try_from(at).expect("both ends were brought into the text");
    Ok(clusters[place(start)..place(end)].concat().into())
}

fn split(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (separator, whole) = (text(&args[0]), text(&args[1]));
    let parts: Vec<Value> = if separator.is_empty() {
        whole.chars().map(|c| c.to_string().into()).collect()
    } else {
        whole.split(separator).map(Value::from).collect()
    };
    Ok(Value::list_of(Type::String, parts))
}

fn join(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let separator = text(&args[0]);
    if args.len() < 2 {
        return Failure::call("at least one list is required");
    }
    if args[1..].iter().any(|list| !list.is_wholly_known()) {
        return Ok(Value::unknown(Type::String));
    }
    let mut parts = Vec::new();
    for (index, list) in args.iter().enumerate().skip(1) {
        for (position, element) in seq(list).iter().enumerate() {
            if element.is_null() {
                let message = if args.len() > 2 {
                    format!("element {position} of list {index} is null; cannot concatenate null values")
                } else {
                    format!("element {position} is null; cannot concatenate null values")
                };
                return Failure::arg(index, message);
            }
            parts.push(text(element));
        }
    }
    Ok(parts.join(separator).into())
}

fn indent(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let spaces = whole(&args[0]).map_err(Failure::Call)?;
    let Ok(spaces) = usize::try_from(spaces) else {
        return Failure::call("the number of spaces cannot be negative");
    };
    if spaces > 1 << 20 {
        return Failure::call("the number of spaces is too large");
    }
    Ok(text(&args[1]).replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

/// A prefix that is known of an unknown string may already decide.
fn startswith(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let prefix = text(&args[1]);
    if let Some(whole) = args[0].as_str() {
        return Ok(whole.starts_with(prefix).into());
    }
    let known = args[0].refinement().map_or("", |refinement| &refinement.prefix);
    if prefix.is_empty() || known.starts_with(prefix) {
        return Ok(true.into());
    }
    let disagree = known.bytes().zip(prefix.bytes()).any(|(a, b)| a != b);
    Ok(if disagree { false.into() } else { Value::unknown(Type::Bool) })
}

fn format(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    if !args[0].is_known() {
        return Ok(Value::unknown(Type::String));
    }
    if args[1..].iter().any(|arg| !arg.is_wholly_known()) {
        // The text before the first verb is certain.
        let prefix = text(&args[0]).split('%').next().unwrap_or_default().to_owned();
        return Ok(Value::unknown(Type::String).refine_not_null().refine(|r| r.prefix = prefix.into()));
    }
    Ok(format_verbs::format(text(&args[0]), &args[1..])?.into())
}

fn formatlist(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let unknown = || Ok(Value::unknown(Type::list(Type::String)));
    if !args[0].is_known() {
        return unknown();
    }
    if args.len() == 1 {
        return Ok(Value::list(vec![format_verbs::format(text(&args[0]), &[])?.into()]));
    }
    let mut length: Option<(usize, usize)> = None;
    let mut undecided = false;
    for (index, arg) in args.iter().enumerate().skip(1) {
        let is_list = matches!(arg.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
        if *arg.ty() == Type::Dynamic && !arg.is_known() || is_list && arg.len().is_none() && !arg.is_null() {
            undecided = true;
        }
        let Some(own) = arg.len().filter(|_| is_list) else { continue };
        match length {
            Some((first, expected)) if own != expected => {
                let message = format!(
                    "argument {index} has length {own}, which is inconsistent with argument {first} of length {expected}"
                );
                return Failure::arg(index, message);
            }
            Some(_) => {}
            None => length = Some((index, own)),
        }
    }
    if undecided {
        return unknown();
    }
    format_each(args, length.map_or(1, |(_, length)| length))
}

fn format_each(args: &[Value], count: usize) -> Outcome {
    let mut results = Vec::with_capacity(count);
    for iteration in 0..count {
        let own: Vec<Value> = args[1..]
            .iter()
            .map(|arg| arg.as_seq().and_then(|elements| elements.get(iteration)).unwrap_or(arg).clone())
            .collect();
        if own.iter().any(|arg| !arg.is_wholly_known()) {
            results.push(Value::unknown(Type::String));
            continue;
        }
        match format_verbs::format(text(&args[0]), &own) {
            Ok(text) => results.push(text.into()),
            Err(failure) => {
                let message = format!("error on format iteration {iteration}: {}", failure.message());
                return Failure::call(message);
            }
        }
    }
    Ok(Value::list_of(Type::String, results))
}
