//! ARNs and names of Step Functions.
//!
//! **Source**: Step Functions API Reference, "CreateStateMachine" (names), and the Service Authorization
//! Reference, "Resource types defined by AWS Step Functions".

use super::errors;
use crate::context::OpContext;
use crate::service::ApiResult;

/// What an ARN of Step Functions names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    pub region: &'a str,
    /// `stateMachine`, `execution`, `express`, `activity`, `mapRun`.
    pub kind: &'a str,
    /// What is behind the kind, up to the next colon.
    pub name: &'a str,
    /// A version, an alias, an execution's name.
    pub rest: Option<&'a str>,
}

/// Reads an ARN.
pub fn parse(arn: &str) -> Option<Name<'_>> {
    let mut parts = arn.splitn(8, ':');
    let head = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account) = (parts.next()?, parts.next()?);
    let (kind, name) = (parts.next()?, parts.next()?);
    let fits = head.0 == "arn" && head.1.starts_with("aws") && head.2 == "states";
    let known = matches!(kind, "stateMachine" | "execution" | "express" | "activity" | "mapRun");
    (fits && known && !region.is_empty() && !account.is_empty() && !name.is_empty()).then_some(Name {
        region,
        kind,
        name,
        rest: parts.next(),
    })
}

/// Reads an ARN of one of some kinds, or refuses it.
pub fn expect<'a>(arn: &'a str, kinds: &[&str]) -> ApiResult<Name<'a>> {
    match parse(arn) {
        Some(name) if kinds.contains(&name.kind) => Ok(name),
        Some(name) => Err(errors::wrong_resource_type(name.kind, kinds)),
        None => Err(errors::invalid_arn(arn)),
    }
}

/// The machine's own ARN, without a version or an alias.
pub fn machine_arn(arn: &str) -> String {
    match parse(arn) {
        Some(Name { kind: "stateMachine", rest: Some(rest), .. }) => {
            arn[..arn.len() - rest.len() - 1].to_owned()
        }
        Some(_) | None => arn.to_owned(),
    }
}

/// Characters that names may not have.
fn is_bad(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
        || ('\u{80}'..='\u{9f}').contains(&c)
}

/// Refuses what is no name of a machine, an execution or an activity.
pub fn check(name: &str) -> ApiResult<()> {
    match name.is_empty() || name.chars().count() > 80 || name.chars().any(is_bad) {
        true => Err(errors::invalid_name(name)),
        false => Ok(()),
    }
}

pub fn execution_arn(machine: &str, kind: super::state::MachineKind, name: &str, id: &str) -> String {
    let base = machine_arn(machine);
    match kind {
        super::state::MachineKind::Standard => {
            format!("{}:{name}", base.replacen(":stateMachine:", ":execution:", 1))
        }
        super::state::MachineKind::Express => {
            format!("{}:{name}:{id}", base.replacen(":stateMachine:", ":express:", 1))
        }
    }
}

/// The ARN of a machine by name, here.
pub fn machine(cx: &OpContext<'_>, name: &str) -> String {
    cx.arn("states", &format!("stateMachine:{name}")).to_string()
}
