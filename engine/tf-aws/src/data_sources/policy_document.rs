//! `aws_iam_policy_document`: a policy written in HCL, as the JSON that the real provider makes.
//!
//! Lists are sorted backwards, a list of one is its item, members come in a fixed order.
//!
//! **Source**: the provider's documentation of the data source, and the JSON in its examples.

use crate::data::ResourceData;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::checksum::Algorithm;
use serde_json::{Map, Value as Json, json};

/// A statement's members in the order in which they are written.
const MEMBERS: &[&str] = &[
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
];

/// A document in the making.
#[derive(Default)]
struct Document {
    version: Json,
    id: Json,
    statements: Vec<Json>,
}

pub fn read(data: &mut ResourceData) -> Result<(), String> {
    let mut document = Document::default();
    for (at, text) in texts(data, "source_json", "source_policy_documents").iter().enumerate() {
        let source = parse(text).map_err(|problem| format!("merging source document {at}: {problem}"))?;
        let taken: Vec<&str> = document.statements.iter().filter_map(sid).collect();
        if let Some(twice) = source.statements.iter().filter_map(sid).find(|sid| taken.contains(sid)) {
            return Err(format!(
                "merging source document {at}: duplicate Sid ({twice}). Remove the Sid or ensure the Sid is unique."
            ));
        }
        document.take(source);
    }
    document.take(own(data)?);
    for (at, text) in texts(data, "override_json", "override_policy_documents").iter().enumerate() {
        document.take(parse(text).map_err(|problem| format!("merging override document {at}: {problem}"))?);
    }
    let mut out = Map::new();
    out.insert("Version".to_owned(), document.version);
    out.insert("Id".to_owned(), document.id);
    out.insert("Statement".to_owned(), document.statements.into());
    out.retain(|_, value| !crate::data::non_zero(value).is_null());
    let out = Json::Object(out);
    let pretty = serde_json::to_string_pretty(&out).map_err(|problem| problem.to_string())?;
    let pretty = escaped(&pretty);
    data.set("id", hash(&pretty));
    data.set("json", pretty);
    data.set("minified_json", escaped(&out.to_string()));
    Ok(())
}

/// Go's encoder escapes what could be taken for HTML.
fn escaped(json: &str) -> String {
    let pairs = [
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u{2028}", "\\u2028"),
        ("\u{2029}", "\\u2029"),
    ];
    pairs.iter().fold(json.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The id: the CRC-32 of the JSON, as a number.
fn hash(text: &str) -> String {
    let digest = Algorithm::Crc32.digest(text.as_bytes());
    digest.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)).to_string()
}

/// The documents of an older argument for one, and of the newer one for many.
fn texts(data: &ResourceData, one: &str, many: &str) -> Vec<String> {
    let listed = data.get(many).as_array().into_iter().flatten();
    let all = std::iter::once(data.get(one)).chain(listed).filter_map(Json::as_str);
    all.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn sid(statement: &Json) -> Option<&str> {
    statement["Sid"].as_str().filter(|sid| !sid.is_empty())
}

impl Document {
    /// Adds a document; statements of the same id take the place of earlier ones.
    fn take(&mut self, other: Document) {
        for (own, new) in [(&mut self.version, other.version), (&mut self.id, other.id)] {
            if !crate::data::non_zero(&new).is_null() {
                *own = new;
            }
        }
        for statement in other.statements {
            let same = sid(&statement)
                .and_then(|wanted| self.statements.iter().position(|one| sid(one) == Some(wanted)));
            match same {
                Some(at) => self.statements[at] = statement,
                None => self.statements.push(statement),
            }
        }
    }
}

/// A document that is given as JSON.
fn parse(text: &str) -> Result<Document, String> {
    let json: Json = serde_json::from_str(text).map_err(|_| "contains an invalid JSON policy".to_owned())?;
    let statements = match &json["Statement"] {
        Json::Array(items) => items.iter().map(ordered).collect(),
        Json::Null => Vec::new(),
        one if one.is_object() => vec![ordered(one)],
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            return Err("contains an invalid JSON policy".to_owned());
        }
    };
    Ok(Document { version: json["Version"].clone(), id: json["Id"].clone(), statements })
}

/// A statement with its members in order.
fn ordered(statement: &Json) -> Json {
    let mut out = Map::new();
    for name in MEMBERS {
        let value = &statement[*name];
        if !crate::data::non_zero(value).is_null() {
            out.insert((*name).to_owned(), sorted(name, value));
        }
    }
    Json::Object(out)
}

/// The names within principals and conditions are sorted.
fn sorted(name: &str, value: &Json) -> Json {
    let deep = matches!(name, "Principal" | "NotPrincipal" | "Condition");
    let Some(entries) = value.as_object().filter(|_| deep) else { return value.clone() };
    let mut names: Vec<&String> = entries.keys().collect();
    names.sort();
    Json::Object(names.into_iter().map(|key| (key.clone(), sorted(name, &entries[key]))).collect())
}

/// The document that the blocks describe.
fn own(data: &ResourceData) -> Result<Document, String> {
    let version = data.str("version").to_owned();
    let mut statements: Vec<Json> = Vec::new();
    for block in data.get("statement").as_array().into_iter().flatten() {
        let statement = statement(block, &version)?;
        if let Some(sid) =
            sid(&statement).filter(|wanted| statements.iter().any(|one| sid(one) == Some(wanted)))
        {
            return Err(format!("duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique."));
        }
        statements.push(statement);
    }
    Ok(Document { version: version.into(), id: data.get("policy_id").clone(), statements })
}

fn statement(block: &Json, version: &str) -> Result<Json, String> {
    let mut out = json!({
        "Sid": block["sid"],
        "Effect": block["effect"].as_str().filter(|effect| !effect.is_empty()).unwrap_or("Allow"),
        "Action": backwards(&block["actions"]),
        "NotAction": backwards(&block["not_actions"]),
        "Resource": variables(backwards(&block["resources"]), version)?,
        "NotResource": variables(backwards(&block["not_resources"]), version)?,
        "Principal": principals(&block["principals"], version)?,
        "NotPrincipal": principals(&block["not_principals"], version)?,
    });
    let mut conditions: Map<String, Json> = Map::new();
    for condition in block["condition"].as_array().into_iter().flatten() {
        let (test, variable) =
            (condition["test"].as_str().unwrap_or_default(), condition["variable"].clone());
        let variable = variables(variable, version)?;
        let values = variables(condition["values"].clone(), version)?;
        let values = match values.as_array().map(Vec::as_slice) {
            Some([one]) => one.clone(),
            _ => values,
        };
        let tests = conditions.entry(test).or_insert_with(|| json!({}));
        let slot = &mut tests[variable.as_str().unwrap_or_default()];
        *slot = match (slot.take(), values) {
            (Json::Null, values) => values,
            (earlier, values) => listed(earlier).into_iter().chain(listed(values)).collect(),
        };
    }
    out["Condition"] = Json::Object(conditions);
    Ok(ordered(&out))
}

fn listed(json: Json) -> Vec<Json> {
    if let Json::Array(items) = json { items } else { vec![json] }
}

/// Texts in reverse order; a single one alone.
fn backwards(list: &Json) -> Json {
    let mut items: Vec<&str> = list.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    sort_by(&mut items, |a, b| b.cmp(a));
    match items.as_slice() {
        [one] => (*one).into(),
        _ => items.into(),
    }
}

fn principals(blocks: &Json, version: &str) -> Result<Json, String> {
    let mut out: Map<String, Json> = Map::new();
    for block in blocks.as_array().into_iter().flatten() {
        let kind = block["type"].as_str().unwrap_or_default();
        let identifiers = variables(backwards(&block["identifiers"]), version)?;
        let slot = out.entry(kind).or_insert(Json::Null);
        let earlier = slot.take();
        *slot = if earlier.is_null() {
            identifiers
        } else {
            listed(earlier).into_iter().chain(listed(identifiers)).collect()
        };
    }
    // Everyone, whether with an account or not.
    if out.len() == 1 && out.get("*") == Some(&json!("*")) {
        return Ok(json!("*"));
    }
    Ok(Json::Object(out))
}

/// `&{..}` stands for `${..}`, which HCL would evaluate; only the newer version has variables.
fn variables(json: Json, version: &str) -> Result<Json, String> {
    let change = |text: &str| {
        if text.contains("&{") && version == "2008-10-17" {
            return Err(format!(
                "found &{{ sequence in ({text}), which is not supported in document version 2008-10-17"
            ));
        }
        Ok(Json::from(text.replace("&{", "${")))
    };
    match &json {
        Json::String(text) => change(text),
        Json::Array(items) => items.iter().filter_map(Json::as_str).map(change).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => Ok(json),
    }
}
