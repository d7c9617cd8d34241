//! `regex`, `regexall` and `replace`, in Go's regular expression syntax.

use regex_lite::{Captures, Regex};

use super::{Failure, Function, text};
use crate::host::Host;
use crate::regex_go::{self, ClassOf, Pattern, PatternError};
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("regex", "pattern:string string:string -> any?", regex).typed(match_type),
        Function::new("regexall", "pattern:string string:string -> any", regexall)
            .typed(|args| Ok(Type::list(match_type(args)?))),
        Function::new("replace", "str:string substr:string replace:string -> string", replace),
    ]
}

fn translated(pattern: &Value, class_of: ClassOf) -> Result<Pattern, Failure> {
    regex_go::translate(text(pattern), class_of).map_err(invalid)
}

fn invalid(error: PatternError) -> Failure {
    Failure::Arg(0, format!("invalid regexp pattern: {error}"))
}

fn compiled(host: &dyn Host, pattern: &Value) -> Result<(Pattern, Regex), Failure> {
    let pattern = translated(pattern, host.characters().class)?;
    let regex = regex_go::compile(&pattern).map_err(invalid)?;
    Ok((pattern, regex))
}

/// A string without groups, a tuple of unnamed groups, an object of named ones.
fn match_type(args: &[Value]) -> Result<Type, Failure> {
    if !args[0].is_known() {
        return Ok(Type::Dynamic);
    }
    // The groups are the same whatever is in the classes, and a type is asked for without a host.
    let pattern = translated(&args[0], |_| Some(Vec::new()))?;
    let named = pattern.groups.iter().filter(|name| name.is_some()).count();
    if named > 0 && named < pattern.groups.len() {
        return Failure::arg(0, "invalid regexp pattern: cannot mix both named and unnamed capture groups");
    }
    Ok(if pattern.groups.is_empty() {
        Type::String
    } else if named == 0 {
        Type::tuple(pattern.groups.iter().map(|_| Type::String))
    } else {
        Type::object(pattern.groups.iter().flatten().map(|name| (name.as_str(), Type::String)))
    })
}

fn match_value(pattern: &Pattern, captures: &Captures<'_>) -> Value {
    let group = |index: usize| match captures.get(index) {
        Some(found) => found.as_str().into(),
        None => Value::null(Type::String),
    };
    if pattern.groups.is_empty() {
        return group(0);
    }
    let values = pattern.groups.iter().enumerate().map(|(index, name)| (name, group(index + 1)));
    if pattern.groups.iter().all(Option::is_some) {
        Value::object(values.filter_map(|(name, value)| name.as_deref().map(|name| (name, value))))
    } else {
        Value::tuple(values.map(|(_, value)| value).collect())
    }
}

fn regex(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let (pattern, regex) = compiled(host, &args[0])?;
    match regex.captures(text(&args[1])) {
        Some(captures) => Ok(match_value(&pattern, &captures)),
        None => Failure::call("pattern did not match any part of the given string"),
    }
}

fn regexall(host: &dyn Host, args: &[Value], returns: &Type) -> Outcome {
    let (pattern, regex) = compiled(host, &args[0])?;
    let found = regex.captures_iter(text(&args[1])).map(|captures| match_value(&pattern, &captures));
    let element = returns.element_type().cloned().unwrap_or(Type::String);
    Ok(Value::list_of(element, found.collect()))
}

/// A pattern between slashes is a regular expression, anything else is plain text.
fn replace(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let [source, substr, replacement] = [text(&args[0]), text(&args[1]), text(&args[2])];
    let pattern = substr.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let Some(pattern) = pattern else { return Ok(source.replace(substr, replacement).into()) };
    let invalid = |error: PatternError| {
        Failure::Call(format!("error parsing regexp: {}: `{}`", error.code, error.expr))
    };
    let pattern = regex_go::translate(pattern, host.characters().class).map_err(invalid)?;
    let regex = regex_go::compile(&pattern).map_err(invalid)?;
    let replaced = regex
        .replace_all(source, |captures: &Captures<'_>| regex_go::expand(replacement, &pattern, captures));
    Ok(replaced.as_ref().into())
}
