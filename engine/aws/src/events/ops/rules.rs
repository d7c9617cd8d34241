//! Rules: what events they wait for, or when they are due.

use crate::auth::Access;
use crate::context::OpContext;
use crate::events::errors;
use crate::events::lookup::{bus, bus_name, check_rule_name, rule, rule_arn, rule_mut};
use crate::events::ops::buses::page_of;
use crate::events::ops::tags::Tag;
use crate::events::schedule::Schedule;
use crate::events::state::{DEFAULT_BUS, Rule};
use crate::events::timers;
use crate::matching::Pattern;
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Map;
use nuvola_wire::shape;

shape! {
    /// What PutRule takes.
    pub struct PutRuleInput {
        #[wire("Name")] pub name: String,
        #[wire("ScheduleExpression")] pub schedule: Option<String>,
        #[wire("EventPattern")] pub pattern: Option<String>,
        #[wire("State")] pub state: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RoleArn")] pub role_arn: Option<String>,
        #[wire("Tags")] pub tags: Vec<Tag>,
        #[wire("EventBusName")] pub bus: Option<String>,
    }

    /// What PutRule answers.
    pub struct PutRuleOutput {
        #[wire("RuleArn")] pub arn: Option<String>,
    }

    /// The rule that an operation is about.
    pub struct RuleInput {
        #[wire("Name")] pub name: String,
        #[wire("EventBusName")] pub bus: Option<String>,
    }

    /// What DeleteRule takes.
    pub struct DeleteRuleInput {
        #[wire("Name")] pub name: String,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("Force")] pub force: Option<bool>,
    }

    /// A rule.
    pub struct RuleDescription {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("EventPattern")] pub pattern: Option<String>,
        #[wire("ScheduleExpression")] pub schedule: Option<String>,
        #[wire("State")] pub state: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("RoleArn")] pub role_arn: Option<String>,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("CreatedBy")] pub created_by: Option<String>,
    }

    /// What ListRules takes.
    pub struct ListRulesInput {
        #[wire("NamePrefix")] pub prefix: Option<String>,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// What ListRules answers.
    pub struct ListRulesOutput {
        #[wire("Rules")] pub rules: Vec<RuleDescription>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

/// The permission for `action` on a rule.
pub fn to_rule(cx: &OpContext<'_>, action: &str, bus: Option<&str>, name: &str) -> Access {
    Access::to(action, rule_arn(cx, &bus_name(bus), name))
}

operation! {
    /// Creates a rule or replaces its settings; the targets stay.
    ///
    /// **Source**: EventBridge API Reference, "PutRule".
    pub PUT_RULE: PutRule {
        http: "POST" "/" 200,
        input: PutRuleInput,
        output: PutRuleOutput,
        errors: ["InvalidEventPatternException", "ResourceNotFoundException"],
        access: |cx, input| {
            let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
            let access = to_rule(cx, "events:PutRule", input.bus.as_deref(), &input.name).with_request_tags(tags);
            match &input.role_arn {
                Some(role) => access.and(
                    Access::to("iam:PassRole", role.as_str())
                        .with_key("iam:PassedToService", ["events.amazonaws.com".to_owned()]),
                ),
                None => access,
            }
        },
        handler: put_rule,
    }
}

const STATES: [&str; 3] = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

fn put_rule(cx: &mut OpContext<'_>, input: PutRuleInput) -> ApiResult<PutRuleOutput> {
    check_rule_name("name", &input.name)?;
    let state = input.state.unwrap_or_else(|| "ENABLED".to_owned());
    let mut validation = Validation::new();
    validation.one_of("state", &state, &STATES);
    if let Some(text) = &input.description {
        validation.length("description", text, 0, 512);
    }
    if let Some(text) = &input.pattern {
        validation.length("eventPattern", text, 0, 4096);
    }
    validation.finish("ValidationException")?;
    let pattern = input.pattern.filter(|text| !text.is_empty());
    let schedule = input.schedule.filter(|text| !text.is_empty());
    let bus_name = bus_name(input.bus.as_deref());
    bus(cx, &bus_name)?;
    if pattern.is_none() && schedule.is_none() {
        return Err(errors::validation("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if let Some(text) = &pattern {
        Pattern::parse(text).map_err(|reason| errors::bad_pattern(&reason))?;
    }
    if let Some(text) = &schedule {
        if bus_name != DEFAULT_BUS {
            return Err(errors::validation("ScheduleExpression is supported only on the default event bus."));
        }
        if Schedule::parse(text).is_none() {
            return Err(errors::validation("Parameter ScheduleExpression is not valid."));
        }
    }
    let arn = rule_arn(cx, &bus_name, &input.name);
    let known = cx.state().events.rules.get(&arn);
    let same_schedule = known.is_some_and(|rule| rule.schedule == schedule && rule.enabled);
    let rule = Rule {
        name: input.name,
        arn: arn.clone(),
        bus: bus_name,
        region: cx.region.to_string(),
        pattern,
        schedule,
        enabled: state != "DISABLED",
        state,
        description: input.description.filter(|text| !text.is_empty()),
        role_arn: input.role_arn,
        tags: match known {
            // Tags are set at creation only.
            Some(rule) => rule.tags.clone(),
            None => input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        },
        targets: known.map_or_else(Map::new, |rule| rule.targets.clone()),
        next_at_ms: known.and_then(|rule| rule.next_at_ms),
        fired: known.map_or(0, |rule| rule.fired),
    };
    let still = same_schedule && rule.enabled;
    cx.events().rules.insert(arn.clone(), rule);
    if !still {
        let now_ms = cx.now_ms;
        timers::arm(cx, &arn, now_ms);
    }
    Ok(PutRuleOutput { arn: Some(arn) })
}

fn shown(rule: &Rule) -> RuleDescription {
    RuleDescription {
        name: Some(rule.name.clone()),
        arn: Some(rule.arn.clone()),
        pattern: rule.pattern.clone(),
        schedule: rule.schedule.clone(),
        state: Some(rule.state.clone()),
        description: rule.description.clone(),
        role_arn: rule.role_arn.clone(),
        bus: Some(rule.bus.clone()),
        created_by: None,
    }
}

operation! {
    /// Tells of a rule.
    ///
    /// **Source**: EventBridge API Reference, "DescribeRule".
    pub DESCRIBE_RULE: DescribeRule {
        http: "POST" "/" 200,
        input: RuleInput,
        output: RuleDescription,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_rule(cx, "events:DescribeRule", input.bus.as_deref(), &input.name),
        handler: describe_rule,
    }
}

fn describe_rule(cx: &mut OpContext<'_>, input: RuleInput) -> ApiResult<RuleDescription> {
    let rule = rule(cx, input.bus.as_deref(), &input.name)?;
    Ok(RuleDescription { created_by: Some(cx.account().to_string()), ..shown(rule) })
}

operation! {
    /// Deletes a rule without targets; one that is not there is deleted already.
    ///
    /// **Source**: EventBridge API Reference, "DeleteRule".
    pub DELETE_RULE: DeleteRule {
        http: "POST" "/" 200,
        input: DeleteRuleInput,
        output: (),
        errors: ["ResourceNotFoundException", "ValidationException"],
        access: |cx, input| to_rule(cx, "events:DeleteRule", input.bus.as_deref(), &input.name),
        handler: delete_rule,
    }
}

fn delete_rule(cx: &mut OpContext<'_>, input: DeleteRuleInput) -> ApiResult<()> {
    let bus_name = bus_name(input.bus.as_deref());
    bus(cx, &bus_name)?;
    let arn = rule_arn(cx, &bus_name, &input.name);
    if cx.state().events.rules.get(&arn).is_some_and(|rule| !rule.targets.is_empty()) {
        return Err(errors::validation("Rule can't be deleted since it has targets."));
    }
    cx.events().rules.remove(&arn);
    Ok(())
}

operation! {
    /// Turns a rule on.
    ///
    /// **Source**: EventBridge API Reference, "EnableRule".
    pub ENABLE_RULE: EnableRule {
        http: "POST" "/" 200,
        input: RuleInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_rule(cx, "events:EnableRule", input.bus.as_deref(), &input.name),
        handler: enable_rule,
    }
}

fn enable_rule(cx: &mut OpContext<'_>, input: RuleInput) -> ApiResult<()> {
    turn(cx, &input, true)
}

operation! {
    /// Turns a rule off.
    ///
    /// **Source**: EventBridge API Reference, "DisableRule".
    pub DISABLE_RULE: DisableRule {
        http: "POST" "/" 200,
        input: RuleInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_rule(cx, "events:DisableRule", input.bus.as_deref(), &input.name),
        handler: disable_rule,
    }
}

fn disable_rule(cx: &mut OpContext<'_>, input: RuleInput) -> ApiResult<()> {
    turn(cx, &input, false)
}

fn turn(cx: &mut OpContext<'_>, input: &RuleInput, on: bool) -> ApiResult<()> {
    let found = rule(cx, input.bus.as_deref(), &input.name)?;
    let (arn, same) = (found.arn.clone(), found.enabled == on);
    if same {
        return Ok(());
    }
    let rule = rule_mut(cx, &arn);
    rule.enabled = on;
    rule.state = if on { "ENABLED" } else { "DISABLED" }.to_owned();
    let now_ms = cx.now_ms;
    timers::arm(cx, &arn, now_ms);
    Ok(())
}

operation! {
    /// Lists the rules of a bus by name.
    ///
    /// **Source**: EventBridge API Reference, "ListRules".
    pub LIST_RULES: ListRules {
        http: "POST" "/" 200,
        input: ListRulesInput,
        output: ListRulesOutput,
        errors: ["ResourceNotFoundException"],
        access: |_, _| Access::to("events:ListRules", "*"),
        handler: list_rules,
    }
}

fn list_rules(cx: &mut OpContext<'_>, input: ListRulesInput) -> ApiResult<ListRulesOutput> {
    let bus_name = bus_name(input.bus.as_deref());
    bus(cx, &bus_name)?;
    let prefix = input.prefix.unwrap_or_default();
    let region = cx.region.as_str();
    let here = |rule: &&Rule| rule.region == region && rule.bus == bus_name && rule.name.starts_with(&prefix);
    let names = cx.state().events.rules.values().filter(here).map(|rule| rule.name.clone()).collect();
    let (names, next_token) = page_of("ListRules", names, input.next_token.as_deref(), input.limit)?;
    let rules = names.iter().filter_map(|name| cx.state().events.rules.get(&rule_arn(cx, &bus_name, name)));
    Ok(ListRulesOutput { rules: rules.map(shown).collect(), next_token })
}
