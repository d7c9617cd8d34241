//! State machines: made, changed, described, listed, deleted; definitions judged.

use crate::auth::{Access, AuthMode};
use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::integrate::STATES;
use crate::states::lookup::{Tag, access, machine, machine_mut, page, tagged};
use crate::states::ops::versions;
use crate::states::state::{MachineKind, StateMachine};
use crate::states::{errors, limits, names};
use crate::sts;
use crate::validate::Validation;
use nuvola_asl::check::{self, MachineType, Problem};
use nuvola_kernel::{Map, Timestamp};
use nuvola_wire::{Value as WireValue, WireType, shape};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Bound;

shape! {
    /// What CreateStateMachine takes.
    pub struct CreateStateMachineInput {
        #[wire("name")] pub name: String,
        #[wire("definition")] pub definition: String,
        #[wire("roleArn")] pub role_arn: String,
        #[wire("type")] pub kind: Option<String>,
        #[wire("loggingConfiguration")] pub logging: Option<Value>,
        #[wire("tags")] pub tags: Vec<Tag>,
        #[wire("tracingConfiguration")] pub tracing: Option<TracingConfiguration>,
        #[wire("publish")] pub publish: Option<bool>,
        #[wire("versionDescription")] pub version_description: Option<String>,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// Whether X-Ray sees executions.
    pub struct TracingConfiguration {
        #[wire("enabled")] pub enabled: Option<bool>,
    }

    /// What CreateStateMachine answers.
    pub struct CreateStateMachineOutput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("creationDate")] pub created_at: Timestamp,
        #[wire("stateMachineVersionArn")] pub version_arn: Option<String>,
    }

    /// What UpdateStateMachine takes.
    pub struct UpdateStateMachineInput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("definition")] pub definition: Option<String>,
        #[wire("roleArn")] pub role_arn: Option<String>,
        #[wire("loggingConfiguration")] pub logging: Option<Value>,
        #[wire("tracingConfiguration")] pub tracing: Option<TracingConfiguration>,
        #[wire("publish")] pub publish: Option<bool>,
        #[wire("versionDescription")] pub version_description: Option<String>,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// What UpdateStateMachine answers.
    pub struct UpdateStateMachineOutput {
        #[wire("updateDate")] pub updated_at: Timestamp,
        #[wire("revisionId")] pub revision_id: Option<String>,
        #[wire("stateMachineVersionArn")] pub version_arn: Option<String>,
    }

    /// A machine by its ARN.
    pub struct MachineInput {
        #[wire("stateMachineArn")] pub arn: String,
    }

    /// What DescribeStateMachine answers.
    pub struct DescribeStateMachineOutput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("status")] pub status: String,
        #[wire("definition")] pub definition: String,
        #[wire("roleArn")] pub role_arn: String,
        #[wire("type")] pub kind: String,
        #[wire("creationDate")] pub created_at: Timestamp,
        #[wire("loggingConfiguration")] pub logging: Option<Value>,
        #[wire("tracingConfiguration")] pub tracing: Option<TracingConfiguration>,
        #[wire("revisionId")] pub revision_id: Option<String>,
        #[wire("description")] pub description: Option<String>,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// What ListStateMachines takes.
    pub struct ListStateMachinesInput {
        #[wire("maxResults")] pub max_results: Option<i32>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// A machine in a listing.
    pub struct StateMachineListItem {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("type")] pub kind: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// What ListStateMachines answers.
    pub struct ListStateMachinesOutput {
        #[wire("stateMachines")] pub machines: Vec<StateMachineListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// What ValidateStateMachineDefinition takes.
    pub struct ValidateInput {
        #[wire("definition")] pub definition: String,
        #[wire("type")] pub kind: Option<String>,
        #[wire("severity")] pub severity: Option<String>,
        #[wire("maxResults")] pub max_results: Option<i32>,
    }

    /// Something that is wrong.
    pub struct Diagnostic {
        #[wire("severity")] pub severity: String,
        #[wire("code")] pub code: String,
        #[wire("message")] pub message: String,
        #[wire("location")] pub location: Option<String>,
    }

    /// What ValidateStateMachineDefinition answers.
    pub struct ValidateOutput {
        #[wire("result")] pub result: String,
        #[wire("diagnostics")] pub diagnostics: Vec<Diagnostic>,
        #[wire("truncated")] pub truncated: bool,
    }
}

const KINDS: [&str; 2] = ["STANDARD", "EXPRESS"];

fn kind_of(name: Option<&str>) -> ApiResult<MachineKind> {
    let name = name.unwrap_or("STANDARD");
    let mut validation = Validation::new();
    validation.one_of("type", name, &KINDS);
    validation.finish("ValidationException")?;
    Ok(if name == "EXPRESS" { MachineKind::Express } else { MachineKind::Standard })
}

fn type_of(kind: MachineKind) -> MachineType {
    match kind {
        MachineKind::Standard => MachineType::Standard,
        MachineKind::Express => MachineType::Express,
    }
}

/// Refuses a definition that is none.
fn check_definition(text: &str, kind: MachineKind) -> ApiResult<()> {
    let problems = check::check_text(text, type_of(kind));
    match problems.iter().any(|problem| !problem.warning) {
        true => Err(errors::invalid_definition(check::message(&problems))),
        false => Ok(()),
    }
}

/// **Source**: API Reference, "LoggingConfiguration".
fn check_logging(logging: Option<&Value>) -> ApiResult<Option<Value>> {
    let Some(logging) = logging else { return Ok(None) };
    let level = logging.get("level").and_then(Value::as_str).unwrap_or("OFF");
    let destinations = logging.get("destinations").and_then(Value::as_array);
    let count = destinations.map_or(0, Vec::len);
    if level != "OFF" && count != 1 || count > 1 {
        return Err(errors::invalid_logging("Must specify exactly one Log Destination."));
    }
    let mut whole = json!({"level": level, "includeExecutionData": logging.get("includeExecutionData").and_then(Value::as_bool).unwrap_or(false)});
    if let (Some(destinations), Some(map)) = (destinations.filter(|_| count > 0), whole.as_object_mut()) {
        map.insert("destinations".into(), Value::Array(destinations.clone()));
    }
    Ok(Some(whole))
}

/// The role is one that Step Functions may assume for the machine.
fn check_role(cx: &mut OpContext<'_>, role_arn: &str, machine: &str) -> ApiResult<()> {
    let parts: Vec<&str> = role_arn.splitn(6, ':').collect();
    let is_role = parts.len() == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[5].starts_with("role/");
    if !is_role {
        return Err(errors::invalid_arn(role_arn));
    }
    if cx.state().options.auth == AuthMode::Off {
        return Ok(());
    }
    match sts::can_assume_for(cx, role_arn, STATES, Some(machine)) {
        true => Ok(()),
        false => Err(errors::role_not_assumable()),
    }
}

fn pass_role(role_arn: &str) -> Access {
    Access::to("iam:PassRole", role_arn).with_key("iam:PassedToService", [STATES.to_owned()])
}

operation! {
    /// Makes a state machine. The same request again is answered as before.
    ///
    /// **Source**: Step Functions API Reference, "CreateStateMachine".
    pub CREATE_STATE_MACHINE: CreateStateMachine {
        http: "POST" "/" 200,
        input: CreateStateMachineInput,
        output: CreateStateMachineOutput,
        errors: [
            "ConflictException",
            "InvalidArn",
            "InvalidDefinition",
            "InvalidLoggingConfiguration",
            "InvalidName",
            "StateMachineAlreadyExists",
            "TooManyTags",
            "ValidationException",
        ],
        access: |cx, input| {
            let tags = input.tags.iter().filter_map(|tag| Some((tag.key.as_deref()?, tag.value.as_deref()?)));
            access("states:CreateStateMachine", &names::machine(cx, &input.name))
                .with_request_tags(tags)
                .and(pass_role(&input.role_arn))
        },
        handler: create_state_machine,
    }
}

fn create_state_machine(
    cx: &mut OpContext<'_>,
    input: CreateStateMachineInput,
) -> ApiResult<CreateStateMachineOutput> {
    names::check(&input.name)?;
    let kind = kind_of(input.kind.as_deref())?;
    let arn = names::machine(cx, &input.name);
    let logging = check_logging(input.logging.as_ref())?;
    check_definition(&input.definition, kind)?;
    check_role(cx, &input.role_arn, &arn)?;
    let publish = input.publish.unwrap_or(false);
    if input.version_description.is_some() && !publish {
        let text = "Version description can only be set when publish is true";
        return Err(errors::validation(text));
    }
    let tracing = input.tracing.as_ref().and_then(|tracing| tracing.enabled).unwrap_or(false);
    if let Some(before) = cx.state().states.machines.get(&arn) {
        let same = before.kind == kind
            && before.role_arn == input.role_arn
            && before.tracing == tracing
            && before.logging == logging
            && cx.state().states.text(before.definition) == input.definition;
        if !same {
            return Err(errors::machine_exists(&arn));
        }
        let created_at = Timestamp(before.created_ms);
        let version_arn =
            publish.then(|| before.versions.last_key_value().map(|(number, _)| format!("{arn}:{number}")));
        return Ok(CreateStateMachineOutput { arn, created_at, version_arn: version_arn.flatten() });
    }
    let tags = tagged(&arn, &BTreeMap::new(), input.tags)?;
    tell_unused(cx, logging.as_ref(), tracing, input.encryption.as_ref());
    let (now_ms, definition) = (cx.now_ms, cx.states().keep(&input.definition, None));
    let machine = StateMachine {
        name: input.name,
        arn: arn.clone(),
        kind,
        definition,
        role_arn: input.role_arn,
        created_ms: now_ms,
        revision_id: None,
        logging,
        tracing,
        encryption: input.encryption,
        tags,
        versions: Map::new(),
        next_version: 1,
        aliases: Map::new(),
        executions: Vec::new(),
    };
    cx.states().machines.insert(arn.clone(), machine);
    let version_arn = match publish {
        true => Some(versions::publish(cx, &arn, input.version_description)?.0),
        false => None,
    };
    Ok(CreateStateMachineOutput { arn, created_at: Timestamp(now_ms), version_arn })
}

fn tell_unused(cx: &mut OpContext<'_>, logging: Option<&Value>, tracing: bool, encryption: Option<&Value>) {
    let level = logging.and_then(|logging| logging.get("level")).and_then(Value::as_str);
    if level.is_some_and(|level| level != "OFF") {
        cx.not_simulated("logs of executions by `loggingConfiguration`");
    }
    if tracing {
        cx.not_simulated("traces by `tracingConfiguration`");
    }
    if encryption
        .is_some_and(|own| own.get("type").and_then(Value::as_str) == Some("CUSTOMER_MANAGED_KMS_KEY"))
    {
        cx.not_simulated("encryption by `encryptionConfiguration`");
    }
}

operation! {
    /// Changes a machine. Executions that run keep what they were started with.
    ///
    /// **Source**: Step Functions API Reference, "UpdateStateMachine".
    pub UPDATE_STATE_MACHINE: UpdateStateMachine {
        http: "POST" "/" 200,
        input: UpdateStateMachineInput,
        output: UpdateStateMachineOutput,
        errors: [
            "ConflictException",
            "InvalidArn",
            "InvalidDefinition",
            "InvalidLoggingConfiguration",
            "MissingRequiredParameter",
            "StateMachineDoesNotExist",
            "ValidationException",
        ],
        access: |_, input| {
            let own = access("states:UpdateStateMachine", &input.arn);
            match &input.role_arn {
                Some(role_arn) => own.and(pass_role(role_arn)),
                None => own,
            }
        },
        handler: update_state_machine,
    }
}

fn update_state_machine(
    cx: &mut OpContext<'_>,
    input: UpdateStateMachineInput,
) -> ApiResult<UpdateStateMachineOutput> {
    let arn = input.arn.clone();
    let before = machine(cx, &arn)?;
    let (kind, number) = (before.kind, before.definition);
    let nothing = input.definition.is_none()
        && input.role_arn.is_none()
        && input.logging.is_none()
        && input.tracing.is_none()
        && input.encryption.is_none();
    if nothing {
        return Err(errors::missing_parameter());
    }
    if let Some(text) = &input.definition {
        check_definition(text, kind)?;
    }
    let logging = check_logging(input.logging.as_ref())?;
    if let Some(role_arn) = &input.role_arn {
        check_role(cx, role_arn, &arn)?;
    }
    let publish = input.publish.unwrap_or(false);
    if input.version_description.is_some() && !publish {
        return Err(errors::validation("Version description can only be set when publish is true"));
    }
    let tracing = input.tracing.and_then(|tracing| tracing.enabled);
    tell_unused(cx, logging.as_ref(), tracing == Some(true), input.encryption.as_ref());
    let definition = input.definition.map(|text| cx.states().keep(&text, Some(number)));
    let revision_id = cx.ids().uuid();
    let machine = machine_mut(cx, &arn)?;
    let changed = definition.is_some_and(|definition| definition != machine.definition)
        || input.role_arn.as_ref().is_some_and(|role| *role != machine.role_arn);
    machine.definition = definition.unwrap_or(machine.definition);
    machine.role_arn = input.role_arn.unwrap_or_else(|| machine.role_arn.clone());
    machine.logging = logging.or_else(|| machine.logging.take());
    machine.tracing = tracing.unwrap_or(machine.tracing);
    machine.encryption = input.encryption.or_else(|| machine.encryption.take());
    if changed {
        machine.revision_id = Some(revision_id);
    }
    let revision_id = machine.revision_id.clone();
    let version_arn = match publish {
        true => Some(versions::publish(cx, &arn, input.version_description)?.0),
        false => None,
    };
    let revision_id = revision_id.filter(|_| publish || changed);
    Ok(UpdateStateMachineOutput { updated_at: cx.now(), revision_id, version_arn })
}

operation! {
    /// Deletes a machine with its versions and aliases. Its executions stay to be looked at; those that run
    /// end with it.
    ///
    /// **Source**: Step Functions API Reference, "DeleteStateMachine".
    pub DELETE_STATE_MACHINE: DeleteStateMachine {
        http: "POST" "/" 200,
        input: MachineInput,
        output: (),
        errors: ["InvalidArn", "ValidationException"],
        access: |_, input| access("states:DeleteStateMachine", &input.arn),
        handler: delete_state_machine,
    }
}

fn delete_state_machine(cx: &mut OpContext<'_>, input: MachineInput) -> ApiResult<()> {
    names::expect(&input.arn, &["stateMachine"])?;
    let Some(machine) = cx.states().machines.remove(&input.arn) else { return Ok(()) };
    for execution in machine.executions {
        if cx.state().states.executions.get(&execution).is_some_and(|own| own.machine.outcome.is_none()) {
            let timer = crate::states::Timer::Stop { execution };
            cx.schedule(cx.now_ms, crate::cloud::Timer::States(timer));
        }
    }
    Ok(())
}

operation! {
    /// Tells of a machine, or of one of its versions.
    ///
    /// **Source**: Step Functions API Reference, "DescribeStateMachine".
    pub DESCRIBE_STATE_MACHINE: DescribeStateMachine {
        http: "POST" "/" 200,
        input: MachineInput,
        output: DescribeStateMachineOutput,
        errors: ["InvalidArn", "StateMachineDoesNotExist"],
        access: |_, input| access("states:DescribeStateMachine", &input.arn),
        handler: describe_state_machine,
    }
}

fn describe_state_machine(
    cx: &mut OpContext<'_>,
    input: MachineInput,
) -> ApiResult<DescribeStateMachineOutput> {
    let name = names::expect(&input.arn, &["stateMachine"])?;
    let missing = || errors::no_such_machine(&input.arn);
    let own = cx.state().states.machines.get(&names::machine_arn(&input.arn)).ok_or_else(missing)?;
    let version = match name.rest {
        None => None,
        Some(number) => {
            let number: u64 = number.parse().map_err(|_| missing())?;
            Some(own.versions.get(&number).ok_or_else(missing)?)
        }
    };
    let (definition, role_arn, revision_id, created_ms) = match version {
        Some(version) => (version.definition, &version.role_arn, &version.revision_id, version.created_ms),
        None => (own.definition, &own.role_arn, &own.revision_id, own.created_ms),
    };
    Ok(DescribeStateMachineOutput {
        arn: input.arn.clone(),
        name: own.name.clone(),
        status: "ACTIVE".to_owned(),
        definition: cx.state().states.text(definition).to_owned(),
        role_arn: role_arn.clone(),
        kind: own.kind.name().to_owned(),
        created_at: Timestamp(created_ms),
        logging: Some(logging_of(own)),
        tracing: Some(TracingConfiguration { enabled: Some(own.tracing) }),
        revision_id: revision_id.clone(),
        description: version.and_then(|version| version.description.clone()),
        encryption: Some(encryption_of(own.encryption.as_ref())),
    })
}

/// The settings of logs, as they are told.
pub fn logging_of(machine: &StateMachine) -> Value {
    machine.logging.clone().unwrap_or_else(|| json!({"level": "OFF", "includeExecutionData": false}))
}

pub fn encryption_of(encryption: Option<&Value>) -> Value {
    encryption.cloned().unwrap_or_else(|| json!({"type": "AWS_OWNED_KEY"}))
}

operation! {
    /// Lists the machines of the region, by name.
    ///
    /// **Source**: Step Functions API Reference, "ListStateMachines".
    pub LIST_STATE_MACHINES: ListStateMachines {
        http: "POST" "/" 200,
        input: ListStateMachinesInput,
        output: ListStateMachinesOutput,
        errors: ["InvalidToken"],
        access: |_, _| Access::to("states:ListStateMachines", "*"),
        handler: list_state_machines,
    }
}

fn list_state_machines(
    cx: &mut OpContext<'_>,
    input: ListStateMachinesInput,
) -> ApiResult<ListStateMachinesOutput> {
    let (size, after) = page("ListStateMachines", input.max_results, input.next_token.as_deref())?;
    let prefix = names::machine(cx, "");
    let start = after.unwrap_or_else(|| prefix.clone());
    let range = cx.state().states.machines.range::<str>((Bound::Excluded(start.as_str()), Bound::Unbounded));
    let mut found = range.map(|(_, machine)| machine).take_while(|machine| machine.arn.starts_with(&prefix));
    let machines: Vec<StateMachineListItem> = found
        .by_ref()
        .take(size)
        .map(|machine| StateMachineListItem {
            arn: machine.arn.clone(),
            name: machine.name.clone(),
            kind: machine.kind.name().to_owned(),
            created_at: Timestamp(machine.created_ms),
        })
        .collect();
    let last = machines.last().filter(|_| found.next().is_some());
    let next_token = last.map(|machine| paging::token("ListStateMachines", &machine.arn));
    Ok(ListStateMachinesOutput { machines, next_token })
}

operation! {
    /// Judges a definition without making a machine of it.
    ///
    /// **Source**: Step Functions API Reference, "ValidateStateMachineDefinition".
    pub VALIDATE_STATE_MACHINE_DEFINITION: ValidateStateMachineDefinition {
        http: "POST" "/" 200,
        input: ValidateInput,
        output: ValidateOutput,
        errors: ["ValidationException"],
        access: |_, _| Access::to("states:ValidateStateMachineDefinition", "*"),
        handler: validate_definition,
    }
}

fn validate_definition(_: &mut OpContext<'_>, input: ValidateInput) -> ApiResult<ValidateOutput> {
    let kind = kind_of(input.kind.as_deref())?;
    let severity = input.severity.as_deref().unwrap_or("ERROR");
    let most = input.max_results.unwrap_or(0);
    let mut validation = Validation::new();
    validation.one_of("severity", severity, &["ERROR", "WARNING"]);
    validation.range("maxResults", most.into(), 0, check::MAX_PROBLEMS as i64);
    validation.finish("ValidationException")?;
    let most = if most == 0 { check::MAX_PROBLEMS } else { usize::try_from(most).unwrap_or(1) };
    let problems = check::check_text(&input.definition, type_of(kind));
    let failed = problems.iter().any(|problem| !problem.warning);
    let mut diagnostics: Vec<Diagnostic> = problems
        .into_iter()
        .filter(|problem| severity == "WARNING" || !problem.warning)
        .map(diagnostic)
        .collect();
    let truncated = diagnostics.len() > most;
    diagnostics.truncate(most);
    let result = if failed { "FAIL" } else { "OK" };
    Ok(ValidateOutput { result: result.to_owned(), diagnostics, truncated })
}

fn diagnostic(problem: Problem) -> Diagnostic {
    Diagnostic {
        severity: if problem.warning { "WARNING" } else { "ERROR" }.to_owned(),
        code: problem.code.to_owned(),
        message: problem.message,
        location: Some(problem.location).filter(|location| !location.is_empty()),
    }
}

/// An output as the members of an answer.
pub fn members<T: WireType>(output: T) -> nuvola_wire::Structure {
    if let WireValue::Structure(members) = output.into_value() {
        members
    } else {
        nuvola_wire::Structure::new()
    }
}

const _: () = assert!(limits::PAGE_MAX >= limits::PAGE as i32);
