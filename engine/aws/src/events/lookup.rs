//! From the names in requests to buses and rules.

use super::errors;
use super::state::{Bus, DEFAULT_BUS, Rule};
use crate::context::OpContext;
use crate::service::ApiResult;
use crate::validate::Validation;
use std::collections::BTreeMap;

/// The name of the bus that a request names by name or ARN; the default one, if by nothing.
pub fn bus_name(given: Option<&str>) -> String {
    let name = given.unwrap_or(DEFAULT_BUS);
    match name.split_once(":event-bus/") {
        Some((_, name)) => name.to_owned(),
        None => name.to_owned(),
    }
}

pub fn bus_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.arn("events", &format!("event-bus/{name}")).to_string()
}

pub fn rule_arn(cx: &OpContext<'_>, bus: &str, rule: &str) -> String {
    let resource = match bus {
        DEFAULT_BUS => format!("rule/{rule}"),
        _ => format!("rule/{bus}/{rule}"),
    };
    cx.arn("events", &resource).to_string()
}

/// A bus as it is before anything was set.
pub fn new_bus(cx: &OpContext<'_>, name: &str) -> Bus {
    Bus {
        name: name.to_owned(),
        arn: bus_arn(cx, name),
        region: cx.region.to_string(),
        description: None,
        dead_letter_arn: None,
        statements: Vec::new(),
        tags: BTreeMap::new(),
        created_ms: cx.now_ms,
        modified_ms: cx.now_ms,
    }
}

/// The bus of this name. The default one is always there.
pub fn bus(cx: &OpContext<'_>, name: &str) -> ApiResult<Bus> {
    match cx.state().events.buses.get(&bus_arn(cx, name)) {
        Some(bus) => Ok(bus.clone()),
        None if name == DEFAULT_BUS => Ok(new_bus(cx, name)),
        None => Err(errors::no_bus(name)),
    }
}

pub fn rule<'a>(cx: &'a OpContext<'_>, bus_given: Option<&str>, name: &str) -> ApiResult<&'a Rule> {
    let bus_name = bus_name(bus_given);
    bus(cx, &bus_name)?;
    cx.state()
        .events
        .rules
        .get(&rule_arn(cx, &bus_name, name))
        .ok_or_else(|| errors::no_rule(name, &bus_name))
}

/// The rule with this ARN, to change it; [`rule`] it first.
pub fn rule_mut<'a>(cx: &'a mut OpContext<'_>, arn: &str) -> &'a mut Rule {
    cx.events().rules.get_mut(arn).expect("the rule was found before")
}

const RULE_PATTERN: &str = r"[\.\-_A-Za-z0-9]+";

pub fn check_rule_name(place: &str, name: &str) -> ApiResult<()> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let mut validation = Validation::new();
    validation.length(place, name, 1, 64);
    validation.pattern(place, name, RULE_PATTERN, !name.is_empty() && name.bytes().all(legal));
    validation.finish("ValidationException")
}
