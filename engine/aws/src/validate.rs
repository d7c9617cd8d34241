//! Constraints on members, in the words that AWS's services share.
//!
//! **Source**: recorded answers of IAM, Lambda and CloudWatch Logs; the form is
//! `N validation errors detected: Value 'x' at 'member' failed to satisfy constraint: …; …`.

use crate::service::{ApiResult, ServiceDef};
use nuvola_wire::{ApiError, Protocol, Shape, Structure, StructureShape, Value};

/// Collects what is wrong with an input, and answers for all of it at once.
#[derive(Debug, Default)]
pub struct Validation {
    problems: Vec<String>,
}

impl Validation {
    pub fn new() -> Self {
        Validation::default()
    }

    /// `place` is the member's path in lower camel case (`tags.1.member.key`), `constraint` what must hold.
    pub fn problem(&mut self, value: Option<&str>, place: &str, constraint: &str) {
        let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
        self.problems.push(format!("Value {value} at '{place}' failed to satisfy constraint: {constraint}"));
    }

    /// The length of a text in characters.
    pub fn length(&mut self, place: &str, value: &str, min: usize, max: usize) -> &mut Self {
        let length = value.chars().count();
        if length < min {
            let constraint = format!("Member must have length greater than or equal to {min}");
            self.problem(Some(value), place, &constraint);
        }
        if length > max {
            let constraint = format!("Member must have length less than or equal to {max}");
            self.problem(Some(value), place, &constraint);
        }
        self
    }

    /// A regular expression, as AWS's model writes it, and whether it `holds`.
    pub fn pattern(&mut self, place: &str, value: &str, pattern: &str, holds: bool) -> &mut Self {
        if !holds {
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            self.problem(Some(value), place, &constraint);
        }
        self
    }

    pub fn range(&mut self, place: &str, value: i64, min: i64, max: i64) -> &mut Self {
        if value < min {
            let constraint = format!("Member must have value greater than or equal to {min}");
            self.problem(Some(&value.to_string()), place, &constraint);
        }
        if value > max {
            let constraint = format!("Member must have value less than or equal to {max}");
            self.problem(Some(&value.to_string()), place, &constraint);
        }
        self
    }

    /// One of a set of words, in the model's order.
    pub fn one_of(&mut self, place: &str, value: &str, set: &[&str]) -> &mut Self {
        if !set.contains(&value) {
            let constraint = format!("Member must satisfy enum value set: [{}]", set.join(", "));
            self.problem(Some(value), place, &constraint);
        }
        self
    }

    /// Fails, with `code`, if anything was wrong.
    pub fn finish(&self, code: &str) -> ApiResult<()> {
        match self.problems.len() {
            0 => Ok(()),
            count => {
                let noun = if count == 1 { "error" } else { "errors" };
                let text = format!("{count} validation {noun} detected: {}", self.problems.join("; "));
                Err(ApiError::new(400, code, text))
            }
        }
    }
}

/// Refuses an input in which a required member is absent, at any depth.
pub fn required_members(service: &ServiceDef, shape: &StructureShape, input: &Structure) -> ApiResult<()> {
    if service.schema.protocol == Protocol::Ec2Query {
        return match shape.members.iter().find(|member| member.required && input.get(member.name).is_none()) {
            Some(member) => Err(ec2_missing(member.xml_name.unwrap_or(member.name))),
            None => Ok(()),
        };
    }
    if let Some(error) = service.missing_member {
        return first_missing(shape, input).map_or(Ok(()), |name| Err(error(&name)));
    }
    let mut validation = Validation::new();
    missing(&mut validation, service, shape, input, "");
    validation.finish(service.validation_code)
}

/// The path of the first required member that is absent: `Entries.1.Id`.
fn first_missing(shape: &StructureShape, input: &Structure) -> Option<String> {
    for member in shape.members {
        match (input.get(member.name), member.shape) {
            (None, _) if member.required => return Some(member.name.to_owned()),
            (Some(Value::List(items)), Shape::List(list)) => {
                for (index, item) in items.iter().enumerate() {
                    let Value::Structure(members) = item else { continue };
                    if let Some(name) = first_missing(list.item.structure(), members) {
                        return Some(format!("{}.{}.{name}", list.item.structure().name, index + 1));
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// **Source**: Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API", `MissingParameter`.
fn ec2_missing(name: &str) -> ApiError {
    ApiError::new(400, "MissingParameter", format!("The request must contain the parameter {name}"))
}

fn missing(
    validation: &mut Validation,
    service: &ServiceDef,
    shape: &StructureShape,
    input: &Structure,
    prefix: &str,
) {
    for member in shape.members {
        let place = format!("{prefix}{}", lower_camel(member.name));
        match input.get(member.name) {
            None if member.required => validation.problem(None, &place, "Member must not be null"),
            None => {}
            Some(value) => missing_inside(validation, service, member.shape, value, &place),
        }
    }
}

fn missing_inside(
    validation: &mut Validation,
    service: &ServiceDef,
    shape: Shape,
    value: &Value,
    place: &str,
) {
    match (shape, value) {
        (Shape::Structure(table), Value::Structure(members)) => {
            missing(validation, service, table.get(), members, &format!("{place}."));
        }
        (Shape::List(list), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                let place = format!("{place}.{}.member", index + 1);
                missing_inside(validation, service, list.item, item, &place);
            }
        }
        (Shape::Map(map), Value::Map(entries)) => {
            for (key, entry) in entries {
                missing_inside(validation, service, map.value, entry, &format!("{place}.{key}.member"));
            }
        }
        _ => {}
    }
}

/// `RoleName` → `roleName`: validation texts name members so.
fn lower_camel(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}
