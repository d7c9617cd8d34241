//! JSONPath as templates use it: members, indices, wildcards and the deep scan.
//!
//! **Source**: the grammar of Jayway's JsonPath, which API Gateway uses, without filters and functions.

use serde_json::Value;

/// What a path leads to; several values become a list. `None`: nothing is there, or the path is none.
pub fn find(document: &Value, path: &str) -> Option<Value> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut found = vec![document];
    let mut many = false;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix("..") {
            many = true;
            let mut all = Vec::new();
            found.iter().for_each(|value| descend(value, &mut all));
            found = all;
            // `..name` goes on as a member, `..[0]` as an index.
            rest = tail;
            if !rest.starts_with('[') {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                found = step(&found, &rest[..end], &mut many);
                rest = &rest[end..];
            }
            continue;
        }
        if let Some(tail) = rest.strip_prefix('[') {
            let end = tail.find(']')?;
            let inner = tail[..end].trim();
            let name = inner.trim_matches(|c| c == '\'' || c == '"');
            found = match inner.parse::<i64>() {
                Ok(index) => found.iter().filter_map(|value| at(value, index)).collect(),
                Err(_) if inner == "*" => step(&found, "*", &mut many),
                Err(_) if inner != name => found.iter().filter_map(|value| value.get(name)).collect(),
                Err(_) => return None,
            };
            rest = &tail[end + 1..];
            continue;
        }
        let tail = rest.strip_prefix('.')?;
        let end = tail.find(['.', '[']).unwrap_or(tail.len());
        found = step(&found, &tail[..end], &mut many);
        rest = &tail[end..];
    }
    match many {
        true => Some(Value::Array(found.into_iter().cloned().collect())),
        false => found.first().map(|value| (*value).clone()),
    }
}

fn step<'a>(found: &[&'a Value], name: &str, many: &mut bool) -> Vec<&'a Value> {
    if name != "*" {
        return found.iter().filter_map(|value| value.get(name)).collect();
    }
    *many = true;
    found.iter().flat_map(|value| children(value)).collect()
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Every value below one, itself first.
fn descend<'a>(value: &'a Value, out: &mut Vec<&'a Value>) {
    out.push(value);
    children(value).into_iter().for_each(|child| descend(child, out));
}

fn at(value: &Value, index: i64) -> Option<&Value> {
    let items = value.as_array()?;
    let index = if index < 0 { items.len() as i64 + index } else { index };
    items.get(usize::try_from(index).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_to_values() {
        // Source: Jayway JsonPath, README, "Path examples" (those without filters).
        let document = json!({"store": {"book": [{"price": 8, "title": "a"}, {"price": 9}]}, "a-b": 1});
        let check = |path: &str, expected: Value| assert_eq!(find(&document, path), Some(expected), "{path}");
        check("$.store.book[0].title", json!("a"));
        check("$['store']['book'][-1].price", json!(9));
        check("$.store.book[*].price", json!([8, 9]));
        check("$..price", json!([8, 9]));
        check("$.a-b", json!(1));
        assert_eq!(find(&document, "$.none"), None);
        assert_eq!(find(&document, "none"), None);
    }
}
