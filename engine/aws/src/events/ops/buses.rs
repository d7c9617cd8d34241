//! Event buses and their policies.

use crate::auth::Access;
use crate::context::OpContext;
use crate::events::dispatch::to_bus;
use crate::events::errors;
use crate::events::lookup::{bus, bus_arn, bus_name, new_bus};
use crate::events::ops::tags::Tag;
use crate::events::state::{Bus, DEFAULT_BUS};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::{Arn, Timestamp};
use nuvola_wire::shape;
use serde_json::{Value, json};

/// How many a page of a listing has.
const PAGE: usize = 100;

shape! {
    /// A queue for what cannot be delivered.
    pub struct DeadLetterConfig {
        #[wire("Arn")] pub arn: Option<String>,
    }

    /// What CreateEventBus takes.
    pub struct CreateEventBusInput {
        #[wire("Name")] pub name: String,
        #[wire("EventSourceName")] pub event_source_name: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("KmsKeyIdentifier")] pub kms_key: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter: Option<DeadLetterConfig>,
        #[wire("LogConfig")] pub log_config: Option<Value>,
        #[wire("Tags")] pub tags: Vec<Tag>,
    }

    /// What CreateEventBus answers.
    pub struct CreateEventBusOutput {
        #[wire("EventBusArn")] pub arn: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter: Option<DeadLetterConfig>,
    }

    /// The bus that an operation is about.
    pub struct BusInput {
        #[wire("Name")] pub name: String,
    }

    /// What DescribeEventBus takes.
    pub struct DescribeEventBusInput {
        #[wire("Name")] pub name: Option<String>,
    }

    /// What DescribeEventBus answers.
    pub struct DescribeEventBusOutput {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("DeadLetterConfig")] pub dead_letter: Option<DeadLetterConfig>,
        #[wire("Policy")] pub policy: Option<String>,
        #[wire("CreationTime")] pub created: Option<Timestamp>,
        #[wire("LastModifiedTime")] pub modified: Option<Timestamp>,
    }

    /// What ListEventBuses takes.
    pub struct ListEventBusesInput {
        #[wire("NamePrefix")] pub prefix: Option<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// A bus in a list.
    pub struct ListedBus {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Policy")] pub policy: Option<String>,
        #[wire("CreationTime")] pub created: Option<Timestamp>,
        #[wire("LastModifiedTime")] pub modified: Option<Timestamp>,
    }

    /// What ListEventBuses answers.
    pub struct ListEventBusesOutput {
        #[wire("EventBuses")] pub buses: Vec<ListedBus>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What PutPermission takes.
    pub struct PutPermissionInput {
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("Action")] pub action: Option<String>,
        #[wire("Principal")] pub principal: Option<String>,
        #[wire("StatementId")] pub statement_id: Option<String>,
        #[wire("Condition")] pub condition: Option<Value>,
        #[wire("Policy")] pub policy: Option<String>,
    }

    /// What RemovePermission takes.
    pub struct RemovePermissionInput {
        #[wire("EventBusName")] pub bus: Option<String>,
        #[wire("StatementId")] pub statement_id: Option<String>,
        #[wire("RemoveAllPermissions")] pub all: Option<bool>,
    }
}

fn check_bus_name(name: &str) -> ApiResult<()> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    let mut validation = Validation::new();
    validation.length("name", name, 1, 256);
    validation.pattern("name", name, r"[/\.\-_A-Za-z0-9]+", !name.is_empty() && name.bytes().all(legal));
    validation.finish("ValidationException")
}

fn dead_letter(bus: &Bus) -> Option<DeadLetterConfig> {
    bus.dead_letter_arn.clone().map(|arn| DeadLetterConfig { arn: Some(arn) })
}

operation! {
    /// Creates a bus for one's own events.
    ///
    /// **Source**: EventBridge API Reference, "CreateEventBus".
    pub CREATE_EVENT_BUS: CreateEventBus {
        http: "POST" "/" 200,
        input: CreateEventBusInput,
        output: CreateEventBusOutput,
        errors: ["ResourceAlreadyExistsException"],
        access: |cx, input| {
            let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
            Access::to("events:CreateEventBus", bus_arn(cx, &input.name)).with_request_tags(tags)
        },
        handler: create_event_bus,
    }
}

fn create_event_bus(cx: &mut OpContext<'_>, input: CreateEventBusInput) -> ApiResult<CreateEventBusOutput> {
    check_bus_name(&input.name)?;
    if input.event_source_name.is_some() {
        cx.not_simulated("EventBridge: partner event sources");
        return Err(errors::not_simulated("partner event sources"));
    }
    if input.name.contains('/') {
        return Err(errors::validation("Event bus name must not contain '/'."));
    }
    let arn = bus_arn(cx, &input.name);
    if input.name == DEFAULT_BUS || cx.state().events.buses.contains_key(&arn) {
        return Err(errors::bus_exists(&input.name));
    }
    for (given, what) in [
        (input.kms_key.is_some_and(|key| !key.is_empty()), "customer managed KMS keys"),
        (input.log_config.is_some(), "logs of event buses"),
        (input.dead_letter.is_some(), "dead-letter queues of event buses"),
    ] {
        if given {
            cx.not_simulated(format!("EventBridge: {what}"));
        }
    }
    let bus = Bus {
        description: input.description,
        dead_letter_arn: input.dead_letter.and_then(|config| config.arn),
        tags: input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        ..new_bus(cx, &input.name)
    };
    let output = CreateEventBusOutput {
        arn: Some(arn.clone()),
        description: bus.description.clone(),
        dead_letter: dead_letter(&bus),
    };
    cx.events().buses.insert(arn, bus);
    Ok(output)
}

operation! {
    /// Deletes a bus that has no rules; one that is not there is deleted already.
    ///
    /// **Source**: EventBridge API Reference, "DeleteEventBus".
    pub DELETE_EVENT_BUS: DeleteEventBus {
        http: "POST" "/" 200,
        input: BusInput,
        output: (),
        errors: ["ValidationException"],
        access: |cx, input| Access::to("events:DeleteEventBus", bus_arn(cx, &bus_name(Some(&input.name)))),
        handler: delete_event_bus,
    }
}

fn delete_event_bus(cx: &mut OpContext<'_>, input: BusInput) -> ApiResult<()> {
    let name = bus_name(Some(&input.name));
    if name == DEFAULT_BUS {
        return Err(errors::validation("Cannot delete event bus default."));
    }
    let region = cx.region.to_string();
    if cx.state().events.rules.values().any(|rule| rule.bus == name && rule.region == region) {
        return Err(errors::validation("Event bus can't be deleted since it has rules."));
    }
    let arn = bus_arn(cx, &name);
    cx.events().buses.remove(&arn);
    Ok(())
}

operation! {
    /// Tells of a bus; the default one, if none is named.
    ///
    /// **Source**: EventBridge API Reference, "DescribeEventBus".
    pub DESCRIBE_EVENT_BUS: DescribeEventBus {
        http: "POST" "/" 200,
        input: DescribeEventBusInput,
        output: DescribeEventBusOutput,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_bus(cx, "events:DescribeEventBus", &bus_arn(cx, &bus_name(input.name.as_deref()))),
        handler: describe_event_bus,
    }
}

fn describe_event_bus(
    cx: &mut OpContext<'_>,
    input: DescribeEventBusInput,
) -> ApiResult<DescribeEventBusOutput> {
    let bus = bus(cx, &bus_name(input.name.as_deref()))?;
    Ok(DescribeEventBusOutput {
        dead_letter: dead_letter(&bus),
        policy: bus.policy_text(),
        name: Some(bus.name),
        arn: Some(bus.arn),
        description: bus.description,
        created: Some(Timestamp(bus.created_ms)),
        modified: Some(Timestamp(bus.modified_ms)),
    })
}

operation! {
    /// Lists the buses of the region, the default one with them.
    ///
    /// **Source**: EventBridge API Reference, "ListEventBuses".
    pub LIST_EVENT_BUSES: ListEventBuses {
        http: "POST" "/" 200,
        input: ListEventBusesInput,
        output: ListEventBusesOutput,
        errors: ["ValidationException"],
        access: |_, _| Access::to("events:ListEventBuses", "*"),
        handler: list_event_buses,
    }
}

/// One page of names in order; the token names the first of the next page.
pub fn page_of(
    scope: &str,
    mut names: Vec<String>,
    token: Option<&str>,
    limit: Option<i32>,
) -> ApiResult<(Vec<String>, Option<String>)> {
    let mut validation = Validation::new();
    if let Some(limit) = limit {
        validation.range("limit", limit.into(), 1, 100);
    }
    validation.finish("ValidationException")?;
    let size = limit.map_or(PAGE, |limit| usize::try_from(limit).unwrap_or(PAGE));
    nuvola_kernel::ordered::sort_by(&mut names, |a, b| a.cmp(b));
    if let Some(token) = token {
        let invalid = || errors::validation("Parameter NextToken is not valid.");
        let first = paging::position(scope, token).ok_or_else(invalid)?;
        names.retain(|name| *name >= first);
    }
    let next = names.get(size).map(|name| paging::token(scope, name));
    names.truncate(size);
    Ok((names, next))
}

fn list_event_buses(cx: &mut OpContext<'_>, input: ListEventBusesInput) -> ApiResult<ListEventBusesOutput> {
    let region = cx.region.as_str();
    let here = cx.state().events.buses.values().filter(|bus| bus.region == region);
    let mut names: Vec<String> = here.map(|bus| bus.name.clone()).collect();
    if !names.iter().any(|name| name == DEFAULT_BUS) {
        names.push(DEFAULT_BUS.to_owned());
    }
    let prefix = input.prefix.unwrap_or_default();
    names.retain(|name| name.starts_with(&prefix));
    let (names, next_token) = page_of("ListEventBuses", names, input.next_token.as_deref(), input.limit)?;
    let mut buses = Vec::new();
    for name in names {
        let bus = bus(cx, &name)?;
        buses.push(ListedBus {
            policy: bus.policy_text(),
            name: Some(bus.name),
            arn: Some(bus.arn),
            description: bus.description,
            created: Some(Timestamp(bus.created_ms)),
            modified: Some(Timestamp(bus.modified_ms)),
        });
    }
    Ok(ListEventBusesOutput { buses, next_token })
}

operation! {
    /// Lets other accounts put events on a bus, or sets its whole policy.
    ///
    /// **Source**: EventBridge API Reference, "PutPermission".
    pub PUT_PERMISSION: PutPermission {
        http: "POST" "/" 200,
        input: PutPermissionInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_bus(cx, "events:PutPermission", &bus_arn(cx, &bus_name(input.bus.as_deref()))),
        handler: put_permission,
    }
}

fn put_permission(cx: &mut OpContext<'_>, input: PutPermissionInput) -> ApiResult<()> {
    let mut bus = bus(cx, &bus_name(input.bus.as_deref()))?;
    if let Some(text) = input.policy {
        let parsed: Value = serde_json::from_str(&text)
            .map_err(|_| errors::validation("This policy contains invalid Json"))?;
        let given = &parsed["Statement"];
        let one = || given.is_object().then(|| vec![given.clone()]);
        let statements = given.as_array().cloned().or_else(one);
        bus.statements = statements.ok_or_else(|| errors::validation("Missing required field Statement"))?;
    } else {
        let (Some(sid), Some(principal), Some(action)) = (input.statement_id, input.principal, input.action)
        else {
            return Err(errors::validation("Parameter StatementId, Action and Principal must be specified."));
        };
        if action != "events:PutEvents" {
            return Err(errors::validation("Provided value in parameter 'action' is not supported."));
        }
        let who = match principal.as_str() {
            "*" => json!("*"),
            account => json!({"AWS": Arn::build("iam", "", account, "root").as_str()}),
        };
        let mut statement = json!({
            "Sid": sid, "Effect": "Allow", "Principal": who, "Action": action, "Resource": bus.arn,
        });
        if let Some(condition) = input.condition {
            let (kind, key) =
                (condition["Type"].as_str().unwrap_or(""), condition["Key"].as_str().unwrap_or(""));
            statement["Condition"] = json!({kind: {key: condition["Value"]}});
        }
        bus.statements.retain(|one| one["Sid"] != sid.as_str());
        bus.statements.push(statement);
    }
    bus.modified_ms = cx.now_ms;
    cx.events().buses.insert(bus.arn.clone(), bus);
    Ok(())
}

operation! {
    /// Takes a statement out of a bus's policy, or all.
    ///
    /// **Source**: EventBridge API Reference, "RemovePermission".
    pub REMOVE_PERMISSION: RemovePermission {
        http: "POST" "/" 200,
        input: RemovePermissionInput,
        output: (),
        errors: ["ResourceNotFoundException"],
        access: |cx, input| to_bus(cx, "events:RemovePermission", &bus_arn(cx, &bus_name(input.bus.as_deref()))),
        handler: remove_permission,
    }
}

fn remove_permission(cx: &mut OpContext<'_>, input: RemovePermissionInput) -> ApiResult<()> {
    let mut bus = bus(cx, &bus_name(input.bus.as_deref()))?;
    if input.all == Some(true) {
        bus.statements.clear();
    } else {
        let sid = input.statement_id.unwrap_or_default();
        let at = bus.statements.iter().position(|one| one["Sid"] == sid.as_str());
        bus.statements.remove(at.ok_or_else(errors::no_statement)?);
    }
    bus.modified_ms = cx.now_ms;
    cx.events().buses.insert(bus.arn.clone(), bus);
    Ok(())
}
