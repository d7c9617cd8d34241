//! Whether two JSON texts mean the same, so that a different spelling is not a change.

use crate::schema::Meaning;
use nuvola_kernel::ordered::sort_by_key;
use serde_json::{Map, Value as Json};

/// Whether two texts mean the same.
#[must_use]
pub fn same(meaning: Meaning, left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let (Ok(left), Ok(right)) = (serde_json::from_str::<Json>(left), serde_json::from_str::<Json>(right))
    else {
        return false;
    };
    match meaning {
        Meaning::Json => sorted(&left) == sorted(&right),
        Meaning::Policy => sorted(&policy(&left)) == sorted(&policy(&right)),
    }
}

/// A JSON text without spaces and with sorted keys, as the provider stores what it reads.
#[must_use]
pub fn normalized(text: &str) -> String {
    serde_json::from_str::<Json>(text).map_or_else(|_| text.to_owned(), |json| sorted(&json).to_string())
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(entries) => {
            let mut names: Vec<&String> = entries.keys().collect();
            names.sort();
            Json::Object(
                names.into_iter().map(|name| (name.clone(), sorted(&entries[name]))).collect::<Map<_, _>>(),
            )
        }
        Json::Array(items) => items.iter().map(sorted).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.clone(),
    }
}

/// A policy in one spelling.
fn policy(json: &Json) -> Json {
    let Json::Object(entries) = json else { return json.clone() };
    let change = |(name, value): (&String, &Json)| {
        let value = match name.as_str() {
            "Statement" => unordered(as_list(value).iter().map(statement).collect()),
            _ => value.clone(),
        };
        (name.clone(), value)
    };
    Json::Object(entries.iter().map(change).collect::<Map<_, _>>())
}

fn statement(json: &Json) -> Json {
    let Json::Object(entries) = json else { return json.clone() };
    let change = |(name, value): (&String, &Json)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => unordered(as_list(value).iter().map(lower).collect()),
            "Resource" | "NotResource" => unordered(as_list(value)),
            "Principal" | "NotPrincipal" => each(value, |item| unordered(as_list(item))),
            "Condition" => {
                each(value, |test| each(test, |values| unordered(as_list(values).iter().map(text).collect())))
            }
            _ => value.clone(),
        };
        (name.clone(), value)
    };
    // An empty statement id is none.
    let kept = entries.iter().filter(|(name, value)| !(*name == "Sid" && value.as_str() == Some("")));
    Json::Object(kept.map(change).collect::<Map<_, _>>())
}

fn each(json: &Json, change: impl Fn(&Json) -> Json) -> Json {
    match json {
        Json::Object(entries) => Json::Object(
            entries.iter().map(|(name, value)| (name.clone(), change(value))).collect::<Map<_, _>>(),
        ),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => json.clone(),
    }
}

fn as_list(json: &Json) -> Vec<Json> {
    match json {
        Json::Array(items) => items.clone(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            vec![json.clone()]
        }
    }
}

fn unordered(mut items: Vec<Json>) -> Json {
    sort_by_key(&mut items, |item| sorted(item).to_string());
    Json::Array(items)
}

fn lower(json: &Json) -> Json {
    json.as_str().map_or_else(|| json.clone(), |text| text.to_ascii_lowercase().into())
}

fn text(json: &Json) -> Json {
    match json {
        Json::Bool(_) | Json::Number(_) => json.to_string().into(),
        Json::Null | Json::String(_) | Json::Array(_) | Json::Object(_) => json.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_compare_by_meaning() {
        // Source: IAM User Guide, "Grammar of the IAM JSON policy language": a list of one item may be written as
        // the item; order has no meaning.
        let one = r#"{"Version":"2012-10-17","Statement":{"Action":"s3:GetObject","Effect":"Allow","Resource":["a","b"]}}"#;
        let other = r#"{"Statement":[{"Effect":"Allow","Action":["s3:getobject"],"Resource":["b","a"],"Sid":""}],"Version":"2012-10-17"}"#;
        assert!(same(Meaning::Policy, one, other));
        assert!(!same(Meaning::Json, one, other));
        assert!(!same(Meaning::Policy, one, &other.replace("Allow", "Deny")));
    }
}
