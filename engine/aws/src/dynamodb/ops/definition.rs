//! What `CreateTable` and `UpdateTable` say of keys and indexes, and whether it is right.

use crate::dynamodb::capacity::Throughput;
use crate::dynamodb::key::{KeyKind, KeySchema};
use crate::dynamodb::state::{Index, Projection, Status};
use crate::dynamodb::{errors, limits};
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::{Map, Ordered};
use nuvola_wire::shape;

shape! {
    /// The type of a key attribute.
    pub struct AttributeDefinition {
        #[wire("AttributeName")] pub name: String,
        #[wire("AttributeType")] pub kind: String,
    }

    /// An attribute of a key.
    pub struct KeySchemaElement {
        #[wire("AttributeName")] pub name: String,
        #[wire("KeyType")] pub role: String,
    }

    /// Which attributes an index shows.
    pub struct ProjectionInput {
        #[wire("ProjectionType")] pub kind: Option<String>,
        #[wire("NonKeyAttributes")] pub names: Option<Vec<String>>,
    }

    /// Provisioned units per second.
    pub struct ProvisionedThroughput {
        #[wire("ReadCapacityUnits")] pub read: i64,
        #[wire("WriteCapacityUnits")] pub write: i64,
    }

    /// The most request units per second.
    pub struct OnDemandThroughput {
        #[wire("MaxReadRequestUnits")] pub read: Option<i64>,
        #[wire("MaxWriteRequestUnits")] pub write: Option<i64>,
    }

    /// An index, local or global.
    pub struct IndexInput {
        #[wire("IndexName")] pub name: String,
        #[wire("KeySchema", required)] pub key_schema: Vec<KeySchemaElement>,
        #[wire("Projection")] pub projection: ProjectionInput,
        #[wire("ProvisionedThroughput")] pub throughput: Option<ProvisionedThroughput>,
        #[wire("OnDemandThroughput")] pub on_demand: Option<OnDemandThroughput>,
    }
}

/// Words and lengths that the model constrains.
pub fn check_words(
    validation: &mut Validation,
    definitions: &[AttributeDefinition],
    key_schema: &[KeySchemaElement],
    indexes: &[(&str, &[IndexInput])],
) {
    for (at, definition) in definitions.iter().enumerate() {
        let place = format!("attributeDefinitions.{}.member", at + 1);
        validation.length(&format!("{place}.attributeName"), &definition.name, 1, limits::KEY_NAME_BYTES);
        validation.one_of(&format!("{place}.attributeType"), &definition.kind, &["B", "N", "S"]);
    }
    check_key_words(validation, "keySchema", key_schema);
    for (list, indexes) in indexes {
        for (at, index) in indexes.iter().enumerate() {
            let place = format!("{list}.{}.member", at + 1);
            let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
            let name = format!("{place}.indexName");
            validation.length(&name, &index.name, 3, 255);
            validation.pattern(&name, &index.name, "[a-zA-Z0-9_.-]+", index.name.chars().all(legal));
            check_key_words(validation, &format!("{place}.keySchema"), &index.key_schema);
            if let Some(kind) = &index.projection.kind {
                let kinds = ["ALL", "INCLUDE", "KEYS_ONLY"];
                validation.one_of(&format!("{place}.projection.projectionType"), kind, &kinds);
            }
        }
    }
}

fn check_key_words(validation: &mut Validation, place: &str, key_schema: &[KeySchemaElement]) {
    if key_schema.is_empty() {
        validation.problem(Some("[]"), place, "Member must have length greater than or equal to 1");
    }
    if key_schema.len() > 2 {
        let roles: Vec<String> = key_schema
            .iter()
            .map(|element| {
                format!("KeySchemaElement(attributeName={}, keyType={})", element.name, element.role)
            })
            .collect();
        let shown = format!("[{}]", roles.join(", "));
        validation.problem(Some(&shown), place, "Member must have length less than or equal to 2");
    }
    for (at, element) in key_schema.iter().enumerate() {
        let place = format!("{place}.{}.member", at + 1);
        validation.length(&format!("{place}.attributeName"), &element.name, 1, limits::KEY_NAME_BYTES);
        validation.one_of(&format!("{place}.keyType"), &element.role, &["HASH", "RANGE"]);
    }
}

pub fn check_throughput(
    validation: &mut Validation,
    place: &str,
    throughput: Option<&ProvisionedThroughput>,
) {
    if let Some(throughput) = throughput {
        validation.range(&format!("{place}.writeCapacityUnits"), throughput.write, 1, i64::MAX);
        validation.range(&format!("{place}.readCapacityUnits"), throughput.read, 1, i64::MAX);
    }
}

/// The types that definitions give.
pub fn attributes(definitions: &[AttributeDefinition]) -> ApiResult<Vec<(String, KeyKind)>> {
    let mut attributes: Vec<(String, KeyKind)> = Vec::new();
    for definition in definitions {
        if attributes.iter().any(|(name, _)| *name == definition.name) {
            return Err(errors::invalid("Cannot have two attributes with the same name"));
        }
        let kind = match definition.kind.as_str() {
            "S" => KeyKind::S,
            "N" => KeyKind::N,
            _ => KeyKind::B,
        };
        attributes.push((definition.name.clone(), kind));
    }
    Ok(attributes)
}

fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    format!("[{}]", names.into_iter().collect::<Vec<_>>().join(", "))
}

/// A key of a table or an index: a `HASH` and perhaps a `RANGE`, both defined.
pub fn key(elements: &[KeySchemaElement], attributes: &[(String, KeyKind)]) -> ApiResult<KeySchema> {
    let mut elements = elements.iter();
    let hash = elements.next().filter(|element| element.role == "HASH");
    let hash = hash.ok_or_else(|| {
        errors::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
    })?;
    let range = elements.next();
    if let Some(range) = range {
        if range.role != "RANGE" {
            return Err(errors::validation(
                "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
            ));
        }
        if range.name == hash.name {
            return Err(errors::validation(
                "Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the same name",
            ));
        }
    }
    let names: Vec<&str> = std::iter::once(hash).chain(range).map(|element| element.name.as_str()).collect();
    if names.iter().any(|name| !attributes.iter().any(|(known, _)| known == name)) {
        return Err(errors::invalid(&format!(
            "Some index key attributes are not defined in AttributeDefinitions. Keys: {}, AttributeDefinitions: {}",
            listed(names),
            listed(attributes.iter().map(|(name, _)| name.as_str()))
        )));
    }
    Ok(KeySchema { hash: hash.name.clone(), range: range.map(|range| range.name.clone()) })
}

/// Every definition must be used by a key.
pub fn check_all_used(attributes: &[(String, KeyKind)], keys: &[&KeySchema]) -> ApiResult<()> {
    let used = keys.iter().flat_map(|key| key.names()).map(String::as_str).into_set();
    if attributes.iter().all(|(name, _)| used.contains(name.as_str())) {
        return Ok(());
    }
    if keys.len() == 1 {
        return Err(errors::invalid(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        ));
    }
    Err(errors::invalid(&format!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: {}, keys used: {}",
        listed(attributes.iter().map(|(name, _)| name.as_str())),
        listed(used)
    )))
}

fn projection(input: &ProjectionInput) -> ApiResult<Projection> {
    let names = input.names.as_ref();
    match input.kind.as_deref() {
        Some(kind @ ("ALL" | "KEYS_ONLY")) => match names {
            Some(_) => {
                Err(errors::invalid(&format!("ProjectionType is {kind}, but NonKeyAttributes is specified")))
            }
            None if kind == "ALL" => Ok(Projection::All),
            None => Ok(Projection::KeysOnly),
        },
        Some("INCLUDE") => match names {
            Some(names) if !names.is_empty() => Ok(Projection::Include(names.clone())),
            Some(_) | None => {
                Err(errors::invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"))
            }
        },
        Some(kind) => Err(errors::invalid(&format!("Unknown ProjectionType: {kind}"))),
        None => Err(errors::invalid("Unknown ProjectionType: null")),
    }
}

/// An index of a table with this key; it is not filled yet.
pub fn index(
    input: &IndexInput,
    global: bool,
    table_key: &KeySchema,
    attributes: &[(String, KeyKind)],
) -> ApiResult<Index> {
    let key = key(&input.key_schema, attributes)?;
    if !global {
        let name = &input.name;
        if key.range.is_none() {
            return Err(errors::invalid(&format!(
                "Index KeySchema does not have a range key for index: {name}"
            )));
        }
        if key.hash != table_key.hash {
            return Err(errors::invalid(&format!(
                "Index KeySchema does not have the same leading hash key as table KeySchema for index: {name}. index hash key: {}, table hash key: {}",
                key.hash, table_key.hash
            )));
        }
    }
    Ok(Index {
        name: input.name.clone(),
        global,
        key,
        projection: projection(&input.projection)?,
        status: Status::Creating,
        backfilling: false,
        throughput: None,
        entries: Map::new(),
        size_bytes: 0,
        recent: Default::default(),
        read_bucket: Default::default(),
        write_bucket: Default::default(),
    })
}

pub fn provisioned(input: &ProvisionedThroughput) -> Throughput {
    Throughput { read: input.read, write: input.write, ..Throughput::default() }
}

/// How many attributes the indexes of a table project by name.
pub fn check_projected<'i>(indexes: impl Iterator<Item = &'i Index>) -> ApiResult<()> {
    let count = |index: &Index| match &index.projection {
        Projection::Include(names) => names.len(),
        Projection::All | Projection::KeysOnly => 0,
    };
    let total: usize = indexes.map(count).sum();
    if total > limits::PROJECTED_ATTRIBUTES {
        return Err(errors::invalid(&format!(
            "Number of NonKeyAttributes of all indexes exceeds the limit of {}: {total}",
            limits::PROJECTED_ATTRIBUTES
        )));
    }
    Ok(())
}
