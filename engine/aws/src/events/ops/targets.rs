//! Targets: where the events of a rule go.

use crate::auth::Access;
use crate::context::OpContext;
use crate::events::errors;
use crate::events::lookup::{bus, bus_name, check_rule_name, rule, rule_mut};
use crate::events::ops::buses::{DeadLetterConfig, page_of};
use crate::events::ops::rules::to_rule;
use crate::events::state::{Rule, Target, Transformer};
use crate::events::transform;
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Arn;
use nuvola_wire::shape;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many targets a rule may have.
const TARGETS_MOST: usize = 5;

shape! {
    /// How an event is made into a target's input.
    pub struct InputTransformer {
        #[wire("InputPathsMap")] pub paths: Option<BTreeMap<String, String>>,
        #[wire("InputTemplate")] pub template: String,
    }

    /// Settings of a queue.
    pub struct SqsParameters {
        #[wire("MessageGroupId")] pub group_id: Option<String>,
    }

    /// How often a target is tried.
    pub struct RetryPolicy {
        #[wire("MaximumRetryAttempts")] pub attempts: Option<i32>,
        #[wire("MaximumEventAgeInSeconds")] pub age_s: Option<i32>,
    }

    /// A target.
    pub struct TargetShape {
        #[wire("Id")] pub id: String,
        #[wire("Arn")] pub arn: String,
        #[wire("RoleArn")] pub role_arn: Option<String>,
        #[wire("Input")] pub input: Option<String>,
        #[wire("InputPath")] pub input_path: Option<String>,
        #[wire("InputTransformer")] pub transformer: Option<InputTransformer>,
        #[wire("SqsParameters")] pub sqs: Option<SqsParameters>,
        #[wire("DeadLetterConfig")] pub dead_letter: Option<DeadLetterConfig>,
        #[wire("RetryPolicy")] pub retry: Option<RetryPolicy>,
        #[wire("KinesisParameters")] pub kinesis: Option<Value>,
        #[wire("EcsParameters")] pub ecs: Option<Value>,
        #[wire("BatchParameters")] pub batch: Option<Value>,
        #[wire("HttpParameters")] pub http: Option<Value>,
        #[wire("RunCommandParameters")] pub run_command: Option<Value>,
    }

    /// What PutTargets takes.
    pub struct PutTargetsInput {
        #[wire("Rule")] pub rule: String,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("Targets", required)] pub targets: Vec<TargetShape>,
    }

    /// A target that was refused.
    pub struct FailedTarget {
        #[wire("TargetId")] pub id: Option<String>,
        #[wire("ErrorCode")] pub code: Option<String>,
        #[wire("ErrorMessage")] pub message: Option<String>,
    }

    /// What PutTargets and RemoveTargets answer.
    pub struct FailedTargetsOutput {
        #[wire("FailedEntryCount")] pub count: Option<i32>,
        #[wire("FailedEntries")] pub entries: Vec<FailedTarget>,
    }

    /// What RemoveTargets takes.
    pub struct RemoveTargetsInput {
        #[wire("Rule")] pub rule: String,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("Ids", required)] pub ids: Vec<String>,
        #[wire("Force")] pub force: Option<bool>,
    }

    /// What ListTargetsByRule takes.
    pub struct ListTargetsByRuleInput {
        #[wire("Rule")] pub rule: String,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// What ListTargetsByRule answers.
    pub struct ListTargetsByRuleOutput {
        #[wire("Targets")] pub targets: Vec<TargetShape>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What ListRuleNamesByTarget takes.
    pub struct ListRuleNamesByTargetInput {
        #[wire("TargetArn")] pub target_arn: String,
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// What ListRuleNamesByTarget answers.
    pub struct ListRuleNamesByTargetOutput {
        #[wire("RuleNames")] pub names: Vec<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }
}

operation! {
    /// Adds targets to a rule, or replaces those of the same ids.
    ///
    /// **Source**: EventBridge API Reference, "PutTargets".
    pub PUT_TARGETS: PutTargets {
        http: "POST" "/" 200,
        input: PutTargetsInput,
        output: FailedTargetsOutput,
        errors: ["LimitExceededException", "ResourceNotFoundException", "ValidationException"],
        access: |cx, input| {
            let access = to_rule(cx, "events:PutTargets", input.bus.as_deref(), &input.rule)
                .with_key("events:TargetArn", input.targets.iter().map(|target| target.arn.clone()));
            input.targets.iter().filter_map(|target| target.role_arn.as_ref()).fold(access, |access, role| {
                access.and(
                    Access::to("iam:PassRole", role.as_str())
                        .with_key("iam:PassedToService", ["events.amazonaws.com".to_owned()]),
                )
            })
        },
        handler: put_targets,
    }
}

/// Whether a target can be one; the error is of the whole request.
fn check(cx: &mut OpContext<'_>, target: &TargetShape) -> ApiResult<()> {
    check_rule_name("targets.1.member.id", &target.id)?;
    let parsed = Arn::parse(&target.arn);
    let Some(arn) = parsed else {
        let text =
            format!("Parameter {} is not valid. Reason: Provided Arn is not in correct format.", target.arn);
        return Err(errors::validation(text));
    };
    match arn.service() {
        "lambda" | "sqs" | "sns" => {}
        "events" | "states" if target.role_arn.is_none() => {
            return Err(errors::validation(format!("RoleArn is required for target {}.", target.arn)));
        }
        "events" => {}
        other => {
            let what = format!("targets of the service {other}");
            cx.not_simulated(format!("EventBridge: {what}"));
            return Err(errors::not_simulated(&what));
        }
    }
    let group = target.sqs.as_ref().and_then(|parameters| parameters.group_id.as_ref());
    if arn.service() == "sqs" && target.arn.ends_with(".fifo") && group.is_none() {
        let text = format!("Parameter(s) SqsParameters must be specified for target: {}.", target.id);
        return Err(errors::validation(text));
    }
    let inputs = [target.input.is_some(), target.input_path.is_some(), target.transformer.is_some()];
    if inputs.iter().filter(|given| **given).count() > 1 {
        let text = format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
            target.id
        );
        return Err(errors::validation(text));
    }
    if let Some(text) = &target.input
        && serde_json::from_str::<Value>(text).is_err()
    {
        return Err(errors::validation(format!("JSON syntax error in input for target {}.", target.id)));
    }
    let path = |path: &String| transform::is_path(path);
    if target.input_path.as_ref().is_some_and(|one| !path(one)) {
        return Err(errors::validation("Invalid InputPath."));
    }
    let paths = target.transformer.as_ref().and_then(|transformer| transformer.paths.as_ref());
    if paths.is_some_and(|paths| !paths.values().all(path)) {
        return Err(errors::validation(format!("Invalid InputTransformer for target {}.", target.id)));
    }
    Ok(())
}

fn put_targets(cx: &mut OpContext<'_>, input: PutTargetsInput) -> ApiResult<FailedTargetsOutput> {
    let found = rule(cx, input.bus.as_deref(), &input.rule)?.clone();
    for target in &input.targets {
        check(cx, target)?;
    }
    let mut targets = found.targets;
    for shape in input.targets {
        let transformer = shape
            .transformer
            .map(|transformer| Transformer { paths: transformer.paths, template: transformer.template });
        let (attempts, age_s) = shape.retry.map_or((None, None), |retry| (retry.attempts, retry.age_s));
        let target = Target {
            id: shape.id.clone(),
            arn: shape.arn,
            role_arn: shape.role_arn,
            input: shape.input,
            input_path: shape.input_path,
            transformer,
            group_id: shape.sqs.and_then(|parameters| parameters.group_id),
            dead_letter_arn: shape.dead_letter.and_then(|config| config.arn),
            retry_attempts: attempts,
            retry_age_s: age_s,
        };
        targets.insert(shape.id, target);
    }
    if targets.len() > TARGETS_MOST {
        return Err(errors::limit());
    }
    rule_mut(cx, &found.arn).targets = targets;
    Ok(FailedTargetsOutput { count: Some(0), entries: Vec::new() })
}

operation! {
    /// Removes targets from a rule.
    ///
    /// **Source**: EventBridge API Reference, "RemoveTargets".
    pub REMOVE_TARGETS: RemoveTargets {
        http: "POST" "/" 200,
        input: RemoveTargetsInput,
        output: FailedTargetsOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_rule(cx, "events:RemoveTargets", input.bus.as_deref(), &input.rule),
        handler: remove_targets,
    }
}

fn remove_targets(cx: &mut OpContext<'_>, input: RemoveTargetsInput) -> ApiResult<FailedTargetsOutput> {
    let found = rule(cx, input.bus.as_deref(), &input.rule)?;
    let arn = found.arn.clone();
    let missing = input.ids.iter().filter(|id| !found.targets.contains_key(*id));
    let entries: Vec<FailedTarget> = missing
        .map(|id| FailedTarget {
            id: Some(id.clone()),
            code: Some("ResourceNotFoundException".to_owned()),
            message: Some(format!("Rule {} does not have a target with the Id {id}.", input.rule)),
        })
        .collect();
    let targets = &mut rule_mut(cx, &arn).targets;
    targets.retain(|id, _| !input.ids.contains(id));
    Ok(FailedTargetsOutput { count: Some(entries.len() as i32), entries })
}

fn shown(target: &Target) -> TargetShape {
    let retry = target.retry_attempts.is_some() || target.retry_age_s.is_some();
    TargetShape {
        id: target.id.clone(),
        arn: target.arn.clone(),
        role_arn: target.role_arn.clone(),
        input: target.input.clone(),
        input_path: target.input_path.clone(),
        transformer: target
            .transformer
            .clone()
            .map(|transformer| InputTransformer { paths: transformer.paths, template: transformer.template }),
        sqs: target.group_id.clone().map(|group| SqsParameters { group_id: Some(group) }),
        dead_letter: target.dead_letter_arn.clone().map(|arn| DeadLetterConfig { arn: Some(arn) }),
        retry: retry.then_some(RetryPolicy { attempts: target.retry_attempts, age_s: target.retry_age_s }),
        ..TargetShape::default()
    }
}

operation! {
    /// Lists a rule's targets by id.
    ///
    /// **Source**: EventBridge API Reference, "ListTargetsByRule".
    pub LIST_TARGETS_BY_RULE: ListTargetsByRule {
        http: "POST" "/" 200,
        input: ListTargetsByRuleInput,
        output: ListTargetsByRuleOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_rule(cx, "events:ListTargetsByRule", input.bus.as_deref(), &input.rule),
        handler: list_targets_by_rule,
    }
}

fn list_targets_by_rule(
    cx: &mut OpContext<'_>,
    input: ListTargetsByRuleInput,
) -> ApiResult<ListTargetsByRuleOutput> {
    let rule = rule(cx, input.bus.as_deref(), &input.rule)?;
    let ids = rule.targets.keys().cloned().collect();
    let (ids, next_token) = page_of(&rule.arn, ids, input.next_token.as_deref(), input.limit)?;
    let targets = ids.iter().filter_map(|id| rule.targets.get(id)).map(shown).collect();
    Ok(ListTargetsByRuleOutput { targets, next_token })
}

operation! {
    /// Lists the rules of a bus that have a target.
    ///
    /// **Source**: EventBridge API Reference, "ListRuleNamesByTarget".
    pub LIST_RULE_NAMES_BY_TARGET: ListRuleNamesByTarget {
        http: "POST" "/" 200,
        input: ListRuleNamesByTargetInput,
        output: ListRuleNamesByTargetOutput,
        errors: ["ResourceNotFoundException"],
        access: |_, _| Access::to("events:ListRuleNamesByTarget", "*"),
        handler: list_rule_names_by_target,
    }
}

fn list_rule_names_by_target(
    cx: &mut OpContext<'_>,
    input: ListRuleNamesByTargetInput,
) -> ApiResult<ListRuleNamesByTargetOutput> {
    let bus_name = bus_name(input.bus.as_deref());
    bus(cx, &bus_name)?;
    let region = cx.region.as_str();
    let wanted = |rule: &&Rule| {
        rule.region == region
            && rule.bus == bus_name
            && rule.targets.values().any(|target| target.arn == input.target_arn)
    };
    let names = cx.state().events.rules.values().filter(wanted).map(|rule| rule.name.clone()).collect();
    let (names, next_token) = page_of(&input.target_arn, names, input.next_token.as_deref(), input.limit)?;
    Ok(ListRuleNamesByTargetOutput { names, next_token })
}
