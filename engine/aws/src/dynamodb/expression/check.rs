//! Fills placeholders and checks what an expression says without looking at any item.
//!
//! An expression may have several mistakes; DynamoDB tells the one of the first kind in an order of its own.

use super::ast::{Comparator, Condition, Function, Operand, Parsed, Path, Step, Update};
use super::reserved::is_reserved;
use super::{Purpose, eval, parse_condition, parse_projection, parse_update};
use crate::dynamodb::attr::{Attr, Item, attr_from_json};
use crate::dynamodb::errors;
use crate::service::ApiResult;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request.
#[derive(Debug, Default)]
pub struct Placeholders {
    names: BTreeMap<String, String>,
    values: Item,
    used: BTreeSet<String>,
}

/// Kinds of mistakes, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Parentheses,
    UnknownFunction,
    MisusedFunction,
    Reserved,
    Section,
    Undefined,
    Overlap,
    Conflict,
    Operand,
    Distinct,
    Function,
}

/// The worst mistake so far.
#[derive(Default)]
struct Problems(Option<(Rank, String)>);

impl Problems {
    fn add(&mut self, rank: Rank, text: String) {
        if self.0.as_ref().is_none_or(|(known, _)| rank < *known) {
            self.0 = Some((rank, text));
        }
    }

    /// Takes over what one comparison has wrong: of several comparisons, the first that is wrong is told.
    fn absorb(&mut self, inner: Problems) {
        if let Some((rank, text)) = inner.0 {
            self.add(rank.min(Rank::Undefined), text);
        }
    }

    fn finish(self, purpose: Purpose) -> ApiResult<()> {
        match self.0 {
            Some((_, text)) => Err(errors::expression(purpose, &text)),
            None => Ok(()),
        }
    }
}

/// Whether `key` is `#` or `:` and a word.
fn is_placeholder(key: &str, sign: char) -> bool {
    let word = key.strip_prefix(sign).unwrap_or("");
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Placeholders {
    /// Takes the maps of a request. `without` names the expressions that the request could have had and does not.
    pub fn new(
        names: Option<&Json>,
        values: Option<&Json>,
        expressions: &[(Purpose, bool)],
    ) -> ApiResult<Self> {
        let some = expressions.iter().any(|(_, given)| *given);
        let mut placeholders = Placeholders::default();
        if let Some(names) = names {
            let entries = names.as_object().ok_or_else(|| errors::unexpected_type(names))?;
            if !some {
                return Err(errors::names_without_expression());
            }
            if entries.is_empty() {
                return Err(errors::empty_map("ExpressionAttributeNames"));
            }
            for (key, name) in entries {
                let name = name.as_str().ok_or_else(|| errors::unexpected_type(name))?;
                if !is_placeholder(key, '#') {
                    return Err(errors::invalid_placeholder("ExpressionAttributeNames", key));
                }
                placeholders.names.insert(key.clone(), name.to_owned());
            }
        }
        if let Some(values) = values {
            let entries = values.as_object().ok_or_else(|| errors::unexpected_type(values))?;
            let usable: Vec<&(Purpose, bool)> =
                expressions.iter().filter(|(purpose, _)| *purpose != Purpose::Projection).collect();
            if !usable.iter().any(|(_, given)| *given) {
                let lacking: Vec<&str> = usable.iter().map(|(purpose, _)| purpose.name()).collect();
                return Err(errors::values_without_expression(&lacking));
            }
            if entries.is_empty() {
                return Err(errors::empty_map("ExpressionAttributeValues"));
            }
            for (key, value) in entries {
                if !is_placeholder(key, ':') {
                    return Err(errors::invalid_placeholder("ExpressionAttributeValues", key));
                }
                let value = attr_from_json(value).map_err(|error| errors::invalid_value(error, key))?;
                placeholders.values.insert(key.clone(), value);
            }
        }
        Ok(placeholders)
    }

    /// Reads and fills a condition.
    pub fn condition(&mut self, purpose: Purpose, text: Option<&str>) -> ApiResult<Option<Condition>> {
        let Some(text) = text else { return Ok(None) };
        let parsed = parse_condition(purpose, text)?;
        self.fill_condition(purpose, parsed).map(Some)
    }

    /// Reads and fills a projection.
    pub fn projection(&mut self, text: Option<&str>) -> ApiResult<Option<Vec<Path>>> {
        let Some(text) = text else { return Ok(None) };
        let mut paths = parse_projection(text)?;
        let mut problems = Problems::default();
        for path in &mut paths {
            self.fill_path(path, &mut problems);
        }
        check_paths(&paths.iter().collect::<Vec<_>>(), &mut problems);
        problems.finish(Purpose::Projection)?;
        Ok(Some(paths))
    }

    /// Reads and fills an update.
    pub fn update(&mut self, text: Option<&str>) -> ApiResult<Option<Update>> {
        let Some(text) = text else { return Ok(None) };
        let Parsed { tree: mut update, repeated_section, .. } = parse_update(text)?;
        let mut problems = Problems::default();
        if let Some(section) = repeated_section {
            let text = format!("The \"{section}\" section can only be used once in an update expression;");
            problems.add(Rank::Section, text);
        }
        for (path, value) in &mut update.set {
            self.fill_path(path, &mut problems);
            self.fill_operand(value, &mut problems);
            check_update_operand(value, &mut problems);
        }
        for path in &mut update.remove {
            self.fill_path(path, &mut problems);
        }
        for (section, list) in [("ADD", &mut update.add), ("DELETE", &mut update.delete)] {
            for (path, value) in list {
                self.fill_path(path, &mut problems);
                self.fill_operand(value, &mut problems);
                check_change(section, value, &mut problems);
            }
        }
        check_paths(&update.paths().collect::<Vec<_>>(), &mut problems);
        problems.finish(Purpose::Update)?;
        Ok(Some(update))
    }

    /// Every placeholder must have been used.
    pub fn finish(&self) -> ApiResult<()> {
        let unused = |keys: &mut dyn Iterator<Item = &String>| {
            let keys: Vec<&str> = keys.filter(|key| !self.used.contains(*key)).map(String::as_str).collect();
            keys.join(", ")
        };
        let names = unused(&mut self.names.keys());
        if !names.is_empty() {
            return Err(errors::unused("ExpressionAttributeNames", &names));
        }
        let values = unused(&mut self.values.keys());
        if !values.is_empty() {
            return Err(errors::unused("ExpressionAttributeValues", &values));
        }
        Ok(())
    }

    fn fill_condition(&mut self, purpose: Purpose, parsed: Parsed<Condition>) -> ApiResult<Condition> {
        let mut problems = Problems::default();
        if parsed.redundant_parentheses {
            problems.add(Rank::Parentheses, "The expression has redundant parentheses;".to_owned());
        }
        let mut condition = parsed.tree;
        self.walk(&mut condition, &mut problems);
        problems.finish(purpose)?;
        Ok(condition)
    }

    fn walk(&mut self, condition: &mut Condition, problems: &mut Problems) {
        match condition {
            Condition::And(sides) | Condition::Or(sides) => {
                self.walk(&mut sides.0, problems);
                self.walk(&mut sides.1, problems);
            }
            Condition::Not(inner) => self.walk(inner, problems),
            Condition::Compare(..) | Condition::Between(..) | Condition::In(..) | Condition::Function(_) => {
                let mut own = Problems::default();
                self.check_leaf(condition, &mut own);
                problems.absorb(own);
            }
        }
    }

    /// A condition without conditions inside.
    fn check_leaf(&mut self, condition: &mut Condition, problems: &mut Problems) {
        match condition {
            Condition::And(_) | Condition::Or(_) | Condition::Not(_) => {}
            Condition::Compare(comparator, left, right) => {
                let sign = comparator.sign();
                for side in [&mut *left, &mut *right] {
                    self.fill_operand(side, problems);
                    check_used_as_value(side, problems);
                    if !matches!(comparator, Comparator::Eq | Comparator::Ne) {
                        check_ordered(sign, side, problems);
                    }
                }
                check_distinct(sign, left, right, problems);
            }
            Condition::Between(value, low, high) => {
                for side in [value, &mut *low, &mut *high] {
                    self.fill_operand(side, problems);
                    check_used_as_value(side, problems);
                    check_ordered("BETWEEN", side, problems);
                }
                check_bounds(low, high, problems);
            }
            Condition::In(value, choices) => {
                for side in std::iter::once(value).chain(choices) {
                    self.fill_operand(side, problems);
                    check_used_as_value(side, problems);
                }
            }
            Condition::Function(function) => {
                self.fill_function(function, problems);
                if function.name == "size" {
                    problems.add(Rank::MisusedFunction, misused(function));
                }
            }
        }
    }

    fn fill_function(&mut self, function: &mut Function, problems: &mut Problems) {
        for argument in &mut function.arguments {
            self.fill_operand(argument, problems);
            check_used_as_value(argument, problems);
        }
        check_function(function, problems);
    }

    fn fill_operand(&mut self, operand: &mut Operand, problems: &mut Problems) {
        match operand {
            Operand::Path(path) => self.fill_path(path, problems),
            Operand::Placeholder(key) => match self.values.get(key) {
                Some(value) => {
                    self.used.insert(key.clone());
                    *operand = Operand::Value(value.clone());
                }
                None => problems.add(
                    Rank::Undefined,
                    format!(
                        "An expression attribute value used in expression is not defined; attribute value: {key}"
                    ),
                ),
            },
            Operand::Value(_) => {}
            Operand::Function(function) => {
                // Functions of updates are checked with the update.
                let of_update = matches!(function.name.as_str(), "if_not_exists" | "list_append");
                if of_update {
                    for argument in &mut function.arguments {
                        self.fill_operand(argument, problems);
                    }
                } else {
                    self.fill_function(function, problems);
                }
            }
            Operand::Plus(sides) | Operand::Minus(sides) => {
                self.fill_operand(&mut sides.0, problems);
                self.fill_operand(&mut sides.1, problems);
            }
        }
    }

    fn fill_path(&mut self, path: &mut Path, problems: &mut Problems) {
        for step in &mut path.0 {
            let Step::Name(name) = step else { continue };
            if !name.starts_with('#') {
                if is_reserved(name) {
                    let text = format!("Attribute name is a reserved keyword; reserved keyword: {name}");
                    problems.add(Rank::Reserved, text);
                }
                continue;
            }
            match self.names.get(name) {
                Some(real) => {
                    self.used.insert(name.clone());
                    *name = real.clone();
                }
                None => problems.add(
                    Rank::Undefined,
                    format!(
                        "An expression attribute name used in the document path is not defined; attribute name: {name}"
                    ),
                ),
            }
        }
    }
}

fn misused(function: &Function) -> String {
    let name = &function.name;
    format!("The function is not allowed to be used this way in an expression; function: {name}")
}

/// Only `size` gives something to compare.
fn check_used_as_value(operand: &Operand, problems: &mut Problems) {
    if let Operand::Function(function) = operand
        && function.name != "size"
        && FUNCTIONS.iter().any(|(name, _)| *name == function.name)
    {
        problems.add(Rank::MisusedFunction, misused(function));
    }
}

/// The functions of conditions, and how many operands they have.
const FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

/// The names of types, in the order in which errors list them.
const TYPE_NAMES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/// The type of an operand that does not depend on the item.
fn fixed_type(operand: &Operand) -> Option<&'static str> {
    match operand {
        Operand::Value(value) => Some(value.kind()),
        Operand::Function(function) if function.name == "size" => Some("N"),
        Operand::Path(_)
        | Operand::Placeholder(_)
        | Operand::Function(_)
        | Operand::Plus(_)
        | Operand::Minus(_) => None,
    }
}

fn incorrect_type(function: &str, kind: &str) -> String {
    format!(
        "Incorrect operand type for operator or function; operator or function: {function}, operand type: {kind}"
    )
}

fn wrong_count(function: &Function) -> String {
    let (name, count) = (&function.name, function.arguments.len());
    format!(
        "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {count}"
    )
}

fn needs_path(name: &str) -> String {
    format!("Operator or function requires a document path; operator or function: {name}")
}

fn check_function(function: &Function, problems: &mut Problems) {
    let name = function.name.as_str();
    let Some((_, count)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        problems.add(Rank::UnknownFunction, format!("Invalid function name; function: {name}"));
        return;
    };
    if function.arguments.len() != *count {
        return problems.add(Rank::Operand, wrong_count(function));
    }
    if let [first, second] = function.arguments.as_slice() {
        check_distinct(name, first, second, problems);
    }
    match name {
        "attribute_exists" | "attribute_not_exists" if !matches!(function.arguments[0], Operand::Path(_)) => {
            problems.add(Rank::Operand, needs_path(name));
        }
        "begins_with" => {
            for kind in function.arguments.iter().filter_map(fixed_type) {
                if kind != "S" && kind != "B" {
                    problems.add(Rank::Function, incorrect_type(name, kind));
                }
            }
        }
        "attribute_type" => check_type_name(&function.arguments[1], problems),
        "size" => {
            if let Some(kind @ ("N" | "BOOL" | "NULL")) = fixed_type(&function.arguments[0]) {
                problems.add(Rank::Function, incorrect_type(name, kind));
            }
        }
        _ => {}
    }
}

fn check_type_name(operand: &Operand, problems: &mut Problems) {
    match operand {
        Operand::Value(Attr::S(kind)) if TYPE_NAMES.contains(&kind.as_str()) => {}
        Operand::Value(Attr::S(kind)) => {
            let valid = TYPE_NAMES.join(",");
            let text = format!("Invalid attribute type name found; type: {kind}, valid types: {{{valid}}}");
            problems.add(Rank::Function, text);
        }
        Operand::Path(_)
        | Operand::Placeholder(_)
        | Operand::Value(_)
        | Operand::Function(_)
        | Operand::Plus(_)
        | Operand::Minus(_) => {
            let kind = fixed_type(operand).unwrap_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
            problems.add(Rank::Function, incorrect_type("attribute_type", kind));
        }
    }
}

/// Only strings, numbers and binaries have an order.
fn check_ordered(operator: &str, operand: &Operand, problems: &mut Problems) {
    if let Operand::Value(value) = operand
        && !matches!(value, Attr::S(_) | Attr::N(_) | Attr::B(_))
    {
        let kind = value.kind();
        let text = format!(
            "Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}"
        );
        problems.add(Rank::Function, text);
    }
}

fn check_distinct(operator: &str, left: &Operand, right: &Operand, problems: &mut Problems) {
    if let (Operand::Path(left), Operand::Path(right)) = (left, right)
        && left == right
    {
        let text = format!(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: {operator}, first operand: {}",
            left.in_brackets()
        );
        problems.add(Rank::Distinct, text);
    }
}

fn check_bounds(low: &Operand, high: &Operand, problems: &mut Problems) {
    let (Operand::Value(low), Operand::Value(high)) = (low, high) else { return };
    let rule = match eval::order(low, high) {
        _ if low.kind() != high.kind() => "same data type for lower and upper bounds",
        Some(std::cmp::Ordering::Greater) => "upper bound to be greater than or equal to lower bound",
        Some(std::cmp::Ordering::Less | std::cmp::Ordering::Equal) | None => return,
    };
    let text = format!(
        "The BETWEEN operator requires {rule}; lower bound operand: AttributeValue: {{{}}}, upper bound operand: AttributeValue: {{{}}}",
        low.brief(),
        high.brief()
    );
    problems.add(Rank::Function, text);
}

/// Operands of `SET`.
fn check_update_operand(operand: &Operand, problems: &mut Problems) {
    match operand {
        Operand::Path(_) | Operand::Placeholder(_) | Operand::Value(_) => {}
        Operand::Plus(sides) | Operand::Minus(sides) => {
            let sign = if matches!(operand, Operand::Plus(_)) { "+" } else { "-" };
            for side in [&sides.0, &sides.1] {
                check_update_operand(side, problems);
                if let Operand::Value(value) = side
                    && !matches!(value, Attr::N(_))
                {
                    problems.add(Rank::Function, incorrect_type(sign, value.kind()));
                }
            }
        }
        Operand::Function(function) => check_update_function(function, problems),
    }
}

fn check_update_function(function: &Function, problems: &mut Problems) {
    let name = function.name.as_str();
    if name != "if_not_exists" && name != "list_append" {
        if FUNCTIONS.iter().any(|(known, _)| *known == name) {
            let text = format!("The function is not allowed in an update expression; function: {name}");
            problems.0 = Some((Rank::Parentheses, text));
        }
        return;
    }
    for argument in &function.arguments {
        check_update_operand(argument, problems);
    }
    if function.arguments.len() != 2 {
        return problems.add(Rank::Operand, wrong_count(function));
    }
    if name == "if_not_exists" {
        if !matches!(function.arguments[0], Operand::Path(_)) {
            problems.add(Rank::Function, needs_path(name));
        }
        return;
    }
    for argument in &function.arguments {
        if let Operand::Value(value) = argument
            && !matches!(value, Attr::L(_))
        {
            problems.add(Rank::Function, incorrect_type(name, value.kind()));
        }
    }
}

/// Values of `ADD` and `DELETE`.
fn check_change(section: &str, operand: &Operand, problems: &mut Problems) {
    let Operand::Value(value) = operand else { return };
    let allowed = match value {
        Attr::Ss(_) | Attr::Ns(_) | Attr::Bs(_) => true,
        Attr::N(_) => section == "ADD",
        Attr::S(_) | Attr::B(_) | Attr::Bool(_) | Attr::Null | Attr::M(_) | Attr::L(_) => false,
    };
    if !allowed {
        let text = format!(
            "Incorrect operand type for operator or function; operator: {section}, operand type: {}, typeSet: ALLOWED_FOR_{section}_OPERAND",
            value.long_kind()
        );
        problems.add(Rank::Operand, text);
    }
}

/// No path may be, hold, or be at odds with another.
fn check_paths(paths: &[&Path], problems: &mut Problems) {
    for (at, later) in paths.iter().enumerate() {
        for earlier in &paths[..at] {
            let mut steps = earlier.0.iter().zip(&later.0);
            let parted = steps.find(|(a, b)| a != b);
            let (rank, word) = match parted {
                None => (Rank::Overlap, "overlap"),
                Some((Step::Name(_), Step::Index(_)) | (Step::Index(_), Step::Name(_))) => {
                    (Rank::Conflict, "conflict")
                }
                Some(_) => continue,
            };
            let text = format!(
                "Two document paths {word} with each other; must remove or rewrite one of these paths; path one: {}, path two: {}",
                earlier.in_brackets(),
                later.in_brackets()
            );
            problems.add(rank, text);
        }
    }
}
