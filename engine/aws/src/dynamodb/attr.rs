//! Attribute values: read from JSON with DynamoDB's checks, written, measured.

use crate::dynamodb::number::{Number, NumberProblem};
use crate::dynamodb::{errors, limits};
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::{Blob, Map};
use nuvola_wire::ApiError;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map as Object, Value as Json};

/// An item: attributes by name.
pub type Item = Map<String, Attr>;

/// The value of an attribute. Sets are in order and without duplicates.
#[derive(Debug, Clone, PartialEq)]
pub enum Attr {
    S(String),
    N(Number),
    B(Blob),
    Bool(bool),
    Null,
    M(Item),
    L(Vec<Attr>),
    Ss(Vec<String>),
    Ns(Vec<Number>),
    Bs(Vec<Blob>),
}

impl Attr {
    /// The name of the type, as it stands on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Attr::S(_) => "S",
            Attr::N(_) => "N",
            Attr::B(_) => "B",
            Attr::Bool(_) => "BOOL",
            Attr::Null => "NULL",
            Attr::M(_) => "M",
            Attr::L(_) => "L",
            Attr::Ss(_) => "SS",
            Attr::Ns(_) => "NS",
            Attr::Bs(_) => "BS",
        }
    }

    /// The name that errors of `ADD` and `DELETE` have for the type.
    pub fn long_kind(&self) -> &'static str {
        match self {
            Attr::S(_) => "STRING",
            Attr::N(_) => "NUMBER",
            Attr::B(_) => "BINARY",
            Attr::Bool(_) => "BOOLEAN",
            Attr::Null => "NULL",
            Attr::M(_) => "MAP",
            Attr::L(_) => "LIST",
            Attr::Ss(_) => "STRING_SET",
            Attr::Ns(_) => "NUMBER_SET",
            Attr::Bs(_) => "BINARY_SET",
        }
    }

    pub fn to_json(&self) -> Json {
        let value: Json = match self {
            Attr::S(text) => text.as_str().into(),
            Attr::N(number) => number.to_string().into(),
            Attr::B(bytes) => base64_of(bytes),
            Attr::Bool(truth) => (*truth).into(),
            Attr::Null => true.into(),
            Attr::M(item) => Json::Object(item_to_json(item)),
            Attr::L(items) => items.iter().map(Attr::to_json).collect(),
            Attr::Ss(texts) => texts.iter().map(|text| Json::from(text.as_str())).collect(),
            Attr::Ns(numbers) => numbers.iter().map(|number| Json::from(number.to_string())).collect(),
            Attr::Bs(blobs) => blobs.iter().map(|blob| base64_of(blob)).collect(),
        };
        Json::Object(Object::from_iter([(self.kind().to_owned(), value)]))
    }

    /// What the value counts in an item's size.
    ///
    /// **Source**: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
    pub fn size_bytes(&self) -> usize {
        const CONTAINER: usize = 3;
        const ENTRY: usize = 1;
        match self {
            Attr::S(text) => text.len(),
            Attr::N(number) => number.size_bytes(),
            Attr::B(bytes) => bytes.len(),
            Attr::Bool(_) | Attr::Null => 1,
            Attr::M(item) => CONTAINER + item_bytes(item) + ENTRY * item.len(),
            Attr::L(items) => CONTAINER + items.iter().map(|item| item.size_bytes() + ENTRY).sum::<usize>(),
            Attr::Ss(texts) => texts.iter().map(String::len).sum(),
            Attr::Ns(numbers) => numbers.iter().map(|number| number.size_bytes()).sum(),
            Attr::Bs(blobs) => blobs.iter().map(|blob| blob.len()).sum(),
        }
    }

    /// The value as errors of expressions write it: `S:a`.
    pub fn brief(&self) -> String {
        match self {
            Attr::S(text) => format!("S:{text}"),
            Attr::N(number) => format!("N:{number}"),
            Attr::B(bytes) => format!("B:{}", STANDARD.encode(&bytes[..])),
            Attr::Bool(_)
            | Attr::Null
            | Attr::M(_)
            | Attr::L(_)
            | Attr::Ss(_)
            | Attr::Ns(_)
            | Attr::Bs(_) => {
                format!("{}:{}", self.kind(), self.to_json()[self.kind()])
            }
        }
    }
}

fn base64_of(bytes: &[u8]) -> Json {
    STANDARD.encode(bytes).into()
}

/// The attributes of an item as JSON.
pub fn item_to_json(item: &Item) -> Object<String, Json> {
    item.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}

/// Names and values of an item, in bytes.
pub fn item_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value.size_bytes()).sum()
}

/// Reads the attributes of an item.
pub fn item_from_json(json: &Json) -> ApiResult<Item> {
    read_item(json, 0)
}

/// Reads one value, alone.
pub fn attr_from_json(json: &Json) -> ApiResult<Attr> {
    read(json, 0)
}

fn read_item(json: &Json, depth: usize) -> ApiResult<Item> {
    let Some(entries) = json.as_object() else { return Err(errors::unexpected_type(json)) };
    let mut item = Item::new();
    for (name, value) in entries {
        if name.len() > limits::NAME_BYTES {
            return Err(errors::name_too_long());
        }
        if !value.is_null() {
            item.insert(name.clone(), read(value, depth)?);
        }
    }
    Ok(item)
}

const KINDS: [&str; 10] = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"];

/// `depth` counts the maps and lists around the value.
fn read(json: &Json, depth: usize) -> ApiResult<Attr> {
    let Some(entries) = json.as_object() else { return Err(errors::unexpected_type(json)) };
    if depth >= limits::NESTING {
        return Err(errors::too_deep());
    }
    let mut found = None;
    for (kind, value) in entries {
        if value.is_null() || !KINDS.contains(&kind.as_str()) {
            continue;
        }
        let attr = read_kind(kind, value, depth)?;
        if found.replace(attr).is_some() {
            return Err(errors::several_types());
        }
    }
    found.ok_or_else(errors::no_type)
}

fn read_kind(kind: &str, value: &Json, depth: usize) -> ApiResult<Attr> {
    let items = || value.as_array().ok_or_else(|| errors::unexpected_type(value));
    Ok(match kind {
        "S" => Attr::S(text(value)?.to_owned()),
        "N" => Attr::N(number(text(value)?)?),
        "B" => Attr::B(blob(value)?),
        "BOOL" => Attr::Bool(value.as_bool().ok_or_else(|| errors::unexpected_type(value))?),
        "NULL" => match value.as_bool() {
            Some(true) => Attr::Null,
            Some(false) => return Err(errors::null_is_false()),
            None => return Err(errors::unexpected_type(value)),
        },
        "M" => Attr::M(read_item(value, depth + 1)?),
        "L" => Attr::L(items()?.iter().map(|item| read(item, depth + 1)).collect::<ApiResult<_>>()?),
        "SS" => {
            let texts = items()?.iter().map(|item| text(item).map(str::to_owned));
            Attr::Ss(set(texts.collect::<ApiResult<_>>()?, "string", |texts| {
                errors::duplicates(&texts.join(", "))
            })?)
        }
        "NS" => {
            let numbers = items()?.iter().map(|item| number(text(item)?));
            Attr::Ns(set(numbers.collect::<ApiResult<_>>()?, "number", |_| errors::duplicate_numbers())?)
        }
        _ => {
            let blobs = items()?.iter().map(blob).collect::<ApiResult<Vec<Blob>>>()?;
            if blobs.is_empty() {
                return Err(errors::empty_binary_set());
            }
            Attr::Bs(set(blobs, "binary", |blobs| {
                let texts: Vec<String> = blobs.iter().map(|blob| STANDARD.encode(&blob[..])).collect();
                errors::duplicate_binaries(&texts.join(", "))
            })?)
        }
    })
}

/// Puts the members of a set in order.
fn set<T: Ord>(members: Vec<T>, kind: &str, duplicates: impl Fn(&[T]) -> ApiError) -> ApiResult<Vec<T>> {
    if members.is_empty() {
        return Err(errors::empty_set(kind));
    }
    let mut sorted: Vec<T> = Vec::with_capacity(members.len());
    let mut double = false;
    let given: Vec<usize> = {
        let mut order: Vec<usize> = (0..members.len()).collect();
        nuvola_kernel::ordered::sort_by(&mut order, |a, b| members[*a].cmp(&members[*b]));
        order
    };
    double |= given.windows(2).any(|pair| members[pair[0]] == members[pair[1]]);
    if double {
        return Err(duplicates(&members));
    }
    let mut slots: Vec<Option<T>> = members.into_iter().map(Some).collect();
    sorted.extend(given.into_iter().filter_map(|at| slots[at].take()));
    Ok(sorted)
}

fn text(json: &Json) -> ApiResult<&str> {
    json.as_str().ok_or_else(|| errors::unexpected_type(json))
}

fn blob(json: &Json) -> ApiResult<Blob> {
    let text = text(json)?;
    STANDARD.decode(text).map(Blob::from).map_err(|_| errors::not_base64(text.len()))
}

/// A number of a request.
pub fn number(text: &str) -> ApiResult<Number> {
    Number::parse(text).map_err(|problem| match problem {
        NumberProblem::NotNumeric => errors::not_numeric(text),
        NumberProblem::TooManyDigits | NumberProblem::Overflow | NumberProblem::Underflow => {
            errors::number(problem)
        }
    })
}

/// As in requests: `{"S": "text"}`.
impl Serialize for Attr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Attr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        attr_from_json(&json).map_err(|error| D::Error::custom(error.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(json: Json) -> String {
        attr_from_json(&json).unwrap_err().message
    }

    #[test]
    fn values_are_checked_as_dynamodb_does() {
        // Source: answers of DynamoDB in public issues and in the tests of emulators that were recorded from it.
        assert_eq!(
            problem(json!({})),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        );
        assert_eq!(
            problem(json!({"S": "a", "N": "1"})),
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        );
        assert_eq!(problem(json!({"N": "abc"})), "The parameter cannot be converted to a numeric value: abc");
        assert_eq!(problem(json!({"N": ""})), "The parameter cannot be converted to a numeric value");
        assert_eq!(
            problem(json!({"NULL": false})),
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        );
        assert_eq!(
            problem(json!({"SS": ["b", "a", "b"]})),
            "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."
        );
        assert_eq!(problem(json!({"NS": ["1", "1.0"]})), "Input collection contains duplicates");
    }

    #[test]
    fn sets_have_no_order() {
        let a = attr_from_json(&json!({"NS": ["10", "9", "-1"]})).unwrap();
        assert_eq!(a, attr_from_json(&json!({"NS": ["-1", "10", "9"]})).unwrap());
        assert_eq!(a.to_json(), json!({"NS": ["-1", "9", "10"]}));
    }

    #[test]
    fn sizes_are_those_of_the_documentation() {
        // Source: Developer Guide, "DynamoDB item sizes and formats": names and values in UTF-8, a byte for each two
        // digits and one more, 3 bytes for a list or map and 1 for each of its elements.
        let item =
            item_from_json(&json!({"a": {"S": "ü"}, "bc": {"N": "1234"}, "d": {"L": [{"BOOL": true}]}}))
                .unwrap();
        assert_eq!(item_bytes(&item), (1 + 2) + (2 + 3) + (1 + 3 + 2));
    }

    #[test]
    fn nesting_ends_at_32_levels() {
        let nested = |depth: usize| (0..depth).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}));
        // Source: measured by public conformance tests: the attribute itself is the first of 32 levels.
        assert!(attr_from_json(&nested(31)).is_ok());
        assert!(problem(nested(32)).starts_with("Nesting Levels have exceeded supported limits"));
    }
}
