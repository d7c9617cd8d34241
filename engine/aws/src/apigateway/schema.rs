//! Request validation: does a body fit a model?
//!
//! **Source**: JSON Schema draft 4 (core and validation), which models are written in; the sentences are those of
//! the validator behind API Gateway, as `$context.error.validationErrorString` shows them to users.

use serde_json::Value;
use std::collections::BTreeMap;

use super::pattern::Pattern;

/// How deep references may lead.
const DEPTH_MAX: usize = 60;

/// Everything that is wrong with a body; nothing, if it fits. `models` are the API's schemas by name.
pub fn problems(schema: &Value, models: &BTreeMap<String, Value>, body: &Value) -> Vec<String> {
    let mut out = Vec::new();
    Check { root: schema, models, depth: 0 }.value(schema, body, &mut out);
    out
}

struct Check<'a> {
    root: &'a Value,
    models: &'a BTreeMap<String, Value>,
    depth: usize,
}

fn quoted(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", items.join(","))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() && number.as_f64().is_some_and(|n| n.fract() != 0.0) => {
            "number"
        }
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Check<'_> {
    fn value(&self, schema: &Value, value: &Value, out: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.reference(reference, value, out);
        }
        if !self.kind(schema, value, out) {
            return;
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.contains(value)
        {
            let allowed = serde_json::to_string(allowed).unwrap_or_default();
            out.push(format!("instance value ({value}) not found in enum (possible values: {allowed})"));
        }
        match value {
            Value::Number(_) => numbers(schema, value, out),
            Value::String(text) => texts(schema, text, out),
            Value::Array(items) => self.array(schema, items, out),
            Value::Object(members) => self.object(schema, members, out),
            Value::Null | Value::Bool(_) => {}
        }
        self.combined(schema, value, out);
    }

    fn reference(&self, reference: &str, value: &Value, out: &mut Vec<String>) {
        if self.depth > DEPTH_MAX {
            return;
        }
        let (place, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let root = match place.rsplit_once("/models/") {
            Some((_, name)) => self.models.get(name),
            None => Some(self.root),
        };
        let Some(root) = root else { return };
        if let Some(schema) = root.pointer(pointer) {
            Check { root, models: self.models, depth: self.depth + 1 }.value(schema, value, out);
        }
    }

    fn kind(&self, schema: &Value, value: &Value, out: &mut Vec<String>) -> bool {
        let mut allowed: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return true,
        };
        let found = kind(value);
        if allowed.contains(&found) || found == "integer" && allowed.contains(&"number") {
            return true;
        }
        if allowed.contains(&"number") {
            allowed.push("integer");
        }
        nuvola_kernel::ordered::sort_by(&mut allowed, |a, b| a.cmp(b));
        let allowed = quoted(&allowed);
        out.push(format!(
            "instance type ({found}) does not match any allowed primitive type (allowed: {allowed})"
        ));
        false
    }

    fn array(&self, schema: &Value, items: &[Value], out: &mut Vec<String>) {
        let count = items.len() as u64;
        if let Some(least) = schema["minItems"].as_u64().filter(|least| count < *least) {
            out.push(format!(
                "array is too short: must have at least {least} elements but instance has {count} elements"
            ));
        }
        if let Some(most) = schema["maxItems"].as_u64().filter(|most| count > *most) {
            out.push(format!(
                "array is too long: must have at most {most} elements but instance has {count} elements"
            ));
        }
        let doubled = items.iter().enumerate().any(|(at, item)| items[..at].contains(item));
        if schema["uniqueItems"] == true && doubled {
            out.push("array must not contain duplicate elements".to_owned());
        }
        for (at, item) in items.iter().enumerate() {
            let all = &schema["items"];
            let of_item = match all.as_array() {
                Some(each) => each.get(at).unwrap_or(&schema["additionalItems"]),
                None => all,
            };
            if *of_item == Value::Bool(false) {
                out.push("array is too long for its schema".to_owned());
                break;
            }
            self.value(of_item, item, out);
        }
    }

    fn object(&self, schema: &Value, members: &serde_json::Map<String, Value>, out: &mut Vec<String>) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut missing: Vec<&str> = required.filter(|name| !members.contains_key(*name)).collect();
        if !missing.is_empty() {
            nuvola_kernel::ordered::sort_by(&mut missing, |a, b| a.cmp(b));
            out.push(format!("object has missing required properties ({})", quoted(&missing)));
        }
        let count = members.len() as u64;
        if let Some(least) = schema["minProperties"].as_u64().filter(|least| count < *least) {
            out.push(format!(
                "object has too few members (found {count} but schema requires at least {least})"
            ));
        }
        if let Some(most) = schema["maxProperties"].as_u64().filter(|most| count > *most) {
            out.push(format!(
                "object has too many members (found {count} but schema requires at most {most})"
            ));
        }
        let mut unknown = Vec::new();
        for (name, value) in members {
            let own = schema["properties"].get(name);
            if let Some(schema) = own {
                self.value(schema, value, out);
            }
            let fits = |pattern: &str| {
                let chars: Vec<char> = name.chars().collect();
                Pattern::new(pattern).is_some_and(|pattern| pattern.find(&chars, 0).is_some())
            };
            let patterns = schema["patternProperties"].as_object().into_iter().flatten();
            let by_pattern: Vec<&Value> =
                patterns.filter(|(pattern, _)| fits(pattern)).map(|(_, schema)| schema).collect();
            by_pattern.iter().for_each(|schema| self.value(schema, value, out));
            if own.is_none() && by_pattern.is_empty() {
                match &schema["additionalProperties"] {
                    Value::Bool(false) => unknown.push(name.as_str()),
                    of_others @ Value::Object(_) => self.value(of_others, value, out),
                    Value::Null
                    | Value::Bool(true)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_) => {}
                }
            }
        }
        if !unknown.is_empty() {
            let unknown = quoted(&unknown);
            out.push(format!(
                "object instance has properties which are not allowed by the schema: {unknown}"
            ));
        }
    }

    fn combined(&self, schema: &Value, value: &Value, out: &mut Vec<String>) {
        let fits = |schema: &Value| {
            let mut found = Vec::new();
            self.value(schema, value, &mut found);
            found.is_empty()
        };
        let list = |name: &str| schema[name].as_array().cloned().unwrap_or_default();
        list("allOf").iter().for_each(|schema| self.value(schema, value, out));
        let any = list("anyOf");
        if !any.is_empty() && !any.iter().any(fits) {
            let count = any.len();
            out.push(format!("instance failed to match at least one required schema among {count}"));
        }
        let one = list("oneOf");
        let matched = one.iter().filter(|schema| fits(schema)).count();
        if !one.is_empty() && matched != 1 {
            out.push(format!(
                "instance failed to match exactly one schema (matched {matched} out of {})",
                one.len()
            ));
        }
        if schema["not"].is_object() && fits(&schema["not"]) {
            out.push("instance matched a schema which it should not have".to_owned());
        }
    }
}

fn numbers(schema: &Value, value: &Value, out: &mut Vec<String>) {
    let Some(number) = value.as_f64() else { return };
    if let Some(least) = schema["minimum"].as_f64() {
        let strict = schema["exclusiveMinimum"] == true;
        let shown = &schema["minimum"];
        if number < least {
            out.push(format!(
                "numeric instance is lower than the required minimum (minimum: {shown}, found: {value})"
            ));
        } else if strict && number == least {
            out.push(format!("numeric instance is not strictly greater than the required minimum {shown}"));
        }
    }
    if let Some(most) = schema["maximum"].as_f64() {
        let strict = schema["exclusiveMaximum"] == true;
        let shown = &schema["maximum"];
        if number > most {
            out.push(format!(
                "numeric instance is greater than the required maximum (maximum: {shown}, found: {value})"
            ));
        } else if strict && number == most {
            out.push(format!("numeric instance is not strictly lower than the required maximum {shown}"));
        }
    }
    if let Some(unit) =
        schema["multipleOf"].as_f64().filter(|unit| *unit > 0.0 && (number / unit).fract() != 0.0)
    {
        out.push(format!("remainder of division is not zero ({value} / {unit})"));
    }
}

fn texts(schema: &Value, text: &str, out: &mut Vec<String>) {
    let count = text.chars().count() as u64;
    if let Some(least) = schema["minLength"].as_u64().filter(|least| count < *least) {
        out.push(format!("string \"{text}\" is too short (length: {count}, required minimum: {least})"));
    }
    if let Some(most) = schema["maxLength"].as_u64().filter(|most| count > *most) {
        out.push(format!("string \"{text}\" is too long (length: {count}, maximum allowed: {most})"));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let chars: Vec<char> = text.chars().collect();
        let fits = Pattern::new(pattern).is_none_or(|pattern| pattern.find(&chars, 0).is_some());
        if !fits {
            out.push(format!("ECMA 262 regex \"{pattern}\" does not match input string \"{text}\""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bodies_fit_models_or_say_why() {
        // Source: JSON Schema Validation draft 4, section 5; the texts of json-schema-validator's messages.
        let schema = json!({
            "type": "object",
            "required": ["name", "age"],
            "properties": {
                "name": {"type": "string", "minLength": 2, "pattern": "^[A-Z]"},
                "age": {"type": "number", "minimum": 0},
                "kind": {"enum": ["cat", "dog"]},
                "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "other": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Other"},
            },
            "additionalProperties": false,
        });
        let models = BTreeMap::from([("Other".to_owned(), json!({"type": "integer"}))]);
        let check = |body: Value, expected: &[&str]| {
            assert_eq!(problems(&schema, &models, &body), expected, "{body}")
        };
        check(json!({"name": "Rex", "age": 3.5, "kind": "dog", "tags": ["a"], "other": 1}), &[]);
        check(json!({}), &["object has missing required properties ([\"age\",\"name\"])"]);
        check(
            json!({"name": 1, "age": 1}),
            &["instance type (integer) does not match any allowed primitive type (allowed: [\"string\"])"],
        );
        check(
            json!({"name": "Rex", "age": -1}),
            &["numeric instance is lower than the required minimum (minimum: 0, found: -1)"],
        );
        check(
            json!({"name": "Rex", "age": 1, "x": 1}),
            &["object instance has properties which are not allowed by the schema: [\"x\"]"],
        );
        check(
            json!({"name": "Rex", "age": 1, "other": "x"}),
            &["instance type (string) does not match any allowed primitive type (allowed: [\"integer\"])"],
        );
        check(
            json!([]),
            &["instance type (array) does not match any allowed primitive type (allowed: [\"object\"])"],
        );
        assert_eq!(
            problems(&json!({"oneOf": [{"type": "string"}, {"maxLength": 3}]}), &models, &json!("ab")).len(),
            1
        );
    }
}
