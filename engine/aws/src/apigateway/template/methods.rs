//! What values can do in a template: the methods of Java's strings, lists and maps that templates use, and `$util`.
//!
//! **Source**: API Gateway Developer Guide, "Variables for data transformations for API Gateway" (`$util`); Java SE
//! API, `String`, `List`, `Map`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::super::pattern::Pattern;

/// A value as a template writes it: maps as Java does.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) => value.to_string(),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// Everything but `false` and nothing holds.
pub fn truth(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

/// Values of different kinds are compared as texts, as Velocity does.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b || text(a) == text(b),
    }
}

pub fn member(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(members) => members.get(name).cloned().or_else(|| match name {
            "empty" => Some(members.is_empty().into()),
            "size" => Some(members.len().into()),
            _ => None,
        }),
        Value::Array(items) => match name.parse::<usize>() {
            Ok(index) => items.get(index).cloned(),
            Err(_) if name == "empty" => Some(items.is_empty().into()),
            Err(_) if name == "size" => Some(items.len().into()),
            Err(_) => None,
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Methods that change what they are called on.
pub fn changes(method: &str) -> bool {
    ["add", "addAll", "put", "putAll", "remove", "set", "clear"].contains(&method)
}

pub fn change(target: &mut Value, method: &str, arguments: Vec<Value>) -> Result<Option<Value>, String> {
    let mut arguments = arguments.into_iter();
    let (first, second) = (arguments.next(), arguments.next());
    let unknown = || format!("there is no method `{method}` here");
    Ok(match (target, method, first, second) {
        (Value::Array(items), "add", Some(item), None) => {
            items.push(item);
            Some(true.into())
        }
        (Value::Array(items), "add", Some(at), Some(item)) => {
            let at = usize::try_from(at.as_u64().ok_or_else(unknown)?).map_err(|_| unknown())?;
            if at <= items.len() {
                items.insert(at, item);
            }
            None
        }
        (Value::Array(items), "addAll", Some(Value::Array(more)), None) => {
            items.extend(more);
            Some(true.into())
        }
        (Value::Array(items), "set", Some(at), Some(item)) => {
            let slot = at.as_u64().and_then(|at| items.get_mut(at as usize));
            slot.map(|slot| std::mem::replace(slot, item))
        }
        (Value::Array(items), "remove", Some(Value::Number(at)), None) => {
            let at = at.as_u64().map_or(usize::MAX, |at| at as usize);
            (at < items.len()).then(|| items.remove(at))
        }
        (Value::Array(items), "remove", Some(item), None) => {
            let at = items.iter().position(|known| *known == item);
            at.map(|at| items.remove(at));
            Some(at.is_some().into())
        }
        (Value::Object(members), "put", Some(key), Some(value)) => {
            members.insert(text(&key), value).or_else(|| Some("".into()))
        }
        (Value::Object(members), "putAll", Some(Value::Object(more)), None) => {
            members.extend(more);
            Some("".into())
        }
        (Value::Object(members), "remove", Some(key), None) => members.shift_remove(&text(&key)),
        (target @ Value::Array(_), "clear", None, None) => {
            *target = json!([]);
            Some("".into())
        }
        (target @ Value::Object(_), "clear", None, None) => {
            *target = json!({});
            Some("".into())
        }
        _ => return Err(unknown()),
    })
}

pub fn call(value: &Value, method: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    match value {
        Value::Array(items) => of_list(items, method, arguments),
        Value::Object(members) => of_map(members, method, arguments),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            of_text(&text(value), method, arguments)
        }
    }
}

fn of_list(items: &[Value], method: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    let index = || arguments.first().and_then(Value::as_u64).map(|at| at as usize);
    Ok(match method {
        "size" => Some(items.len().into()),
        "isEmpty" => Some(items.is_empty().into()),
        "get" => index().and_then(|at| items.get(at)).cloned(),
        "contains" => Some(items.iter().any(|item| arguments.first() == Some(item)).into()),
        "indexOf" => {
            let at = items.iter().position(|item| arguments.first() == Some(item));
            Some(at.map_or(json!(-1), |at| json!(at)))
        }
        "toString" => Some(text(&json!(items)).into()),
        _ => return Err(format!("lists have no method `{method}` here")),
    })
}

fn of_map(
    members: &serde_json::Map<String, Value>,
    method: &str,
    arguments: &[Value],
) -> Result<Option<Value>, String> {
    let key = arguments.first().map(text).unwrap_or_default();
    Ok(match method {
        "get" => members.get(&key).cloned(),
        "getOrDefault" => members.get(&key).or(arguments.get(1)).cloned(),
        "containsKey" => Some(members.contains_key(&key).into()),
        "containsValue" => Some(members.values().any(|value| arguments.first() == Some(value)).into()),
        "keySet" => Some(members.keys().cloned().collect::<Vec<_>>().into()),
        "values" => Some(members.values().cloned().collect::<Vec<_>>().into()),
        "entrySet" => Some(
            members.iter().map(|(key, value)| json!({"key": key, "value": value})).collect::<Vec<_>>().into(),
        ),
        "size" => Some(members.len().into()),
        "isEmpty" => Some(members.is_empty().into()),
        "getKey" => members.get("key").cloned(),
        "getValue" => members.get("value").cloned(),
        "toString" => Some(text(&json!(members)).into()),
        _ => return Err(format!("maps have no method `{method}` here")),
    })
}

fn of_text(own: &str, method: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    let first = arguments.first().map(text).unwrap_or_default();
    let second = arguments.get(1).map(text).unwrap_or_default();
    let number = |at: usize| arguments.get(at).and_then(Value::as_u64).map(|number| number as usize);
    let chars: Vec<char> = own.chars().collect();
    let position = |found: Option<usize>| found.map_or(json!(-1), |at| json!(own[..at].chars().count()));
    let pattern = || Pattern::new(&first).ok_or_else(|| format!("the pattern `{first}` cannot be used here"));
    Ok(Some(match method {
        "length" => chars.len().into(),
        "toString" | "intern" => own.into(),
        "isEmpty" => own.is_empty().into(),
        "trim" => own.trim().into(),
        "toLowerCase" => own.to_lowercase().into(),
        "toUpperCase" => own.to_uppercase().into(),
        "concat" => format!("{own}{first}").into(),
        "contains" => own.contains(&first).into(),
        "startsWith" => own.starts_with(&first).into(),
        "endsWith" => own.ends_with(&first).into(),
        "equals" => (own == first).into(),
        "equalsIgnoreCase" => own.eq_ignore_ascii_case(&first).into(),
        "indexOf" => position(own.find(&first)),
        "lastIndexOf" => position(own.rfind(&first)),
        "charAt" => match number(0).and_then(|at| chars.get(at)) {
            Some(c) => c.to_string().into(),
            None => return Ok(None),
        },
        "substring" => {
            let from = number(0).unwrap_or(0);
            let to = if arguments.len() > 1 { number(1).unwrap_or(usize::MAX) } else { chars.len() };
            match chars.get(from..to) {
                Some(part) => part.iter().collect::<String>().into(),
                None => return Ok(None),
            }
        }
        "replace" => own.replace(&first, &second).into(),
        "matches" => pattern()?.matches(own).into(),
        "replaceAll" | "replaceFirst" => {
            replaced(&chars, &pattern()?, &second, method == "replaceAll").into()
        }
        "split" => {
            let pattern = pattern()?;
            let mut parts = Vec::new();
            let (mut from, mut search) = (0, 0);
            while let Some((start, end)) =
                pattern.find(&chars, search).filter(|(start, _)| *start < chars.len())
            {
                if end > start {
                    parts.push(chars[from..start].iter().collect::<String>());
                    from = end;
                }
                search = end.max(start + 1);
            }
            parts.push(chars[from..].iter().collect());
            while parts.len() > 1 && parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
            parts.into()
        }
        "hashCode" => {
            json!(own.encode_utf16().fold(0_i32, |sum, unit| sum.wrapping_mul(31).wrapping_add(unit.into())))
        }
        _ => return Err(format!("texts have no method `{method}` here")),
    }))
}

fn replaced(chars: &[char], pattern: &Pattern, with: &str, all: bool) -> String {
    let mut out = String::new();
    let mut from = 0;
    while let Some((start, end)) = pattern.find(chars, from) {
        out.extend(&chars[from..start]);
        out.push_str(&with.replace("\\$", "$").replace("\\\\", "\\"));
        from = end;
        if end == start {
            match chars.get(start) {
                Some(c) => out.push(*c),
                None => return out,
            }
            from += 1;
        }
        if !all {
            break;
        }
    }
    out.extend(chars.get(from..).unwrap_or_default());
    out
}

pub fn util(name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
    let given = arguments.first().map(text).unwrap_or_default();
    Ok(Some(match name {
        "escapeJavaScript" => escaped(&given).into(),
        "parseJson" => serde_json::from_str(&given).map_err(|error| format!("parseJson: {error}"))?,
        "urlEncode" => nuvola_wire::uri::encode(&given).replace("%20", "+").into(),
        "urlDecode" => nuvola_wire::uri::decode_form(&given).into(),
        "base64Encode" => STANDARD.encode(given).into(),
        "base64Decode" => {
            let bytes = STANDARD.decode(&given).map_err(|error| format!("base64Decode: {error}"))?;
            String::from_utf8_lossy(&bytes).into_owned().into()
        }
        other => return Err(format!("there is no `$util.{other}`")),
    }))
}

/// As JavaScript's texts escape. Single quotes too: in JSON they must be unescaped again, as the guide warns.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' | '/' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 0x20 || (c as u32) > 0x7e => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04X}")));
            }
            c => out.push(c),
        }
    }
    out
}
