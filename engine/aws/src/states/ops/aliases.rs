//! Aliases of machines: names that lead to one version, or to two by weight.

use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::lookup::{access, machine_mut, page};
use crate::states::state::Alias;
use crate::states::{errors, limits, names};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use std::ops::Bound;

shape! {
    /// A version and its share.
    pub struct RoutingItem {
        #[wire("stateMachineVersionArn")] pub arn: String,
        #[wire("weight")] pub weight: Option<i32>,
    }

    /// What CreateStateMachineAlias takes.
    pub struct CreateAliasInput {
        #[wire("description")] pub description: Option<String>,
        #[wire("name")] pub name: String,
        #[wire("routingConfiguration", required)] pub routing: Vec<RoutingItem>,
    }

    /// What CreateStateMachineAlias answers.
    pub struct CreateAliasOutput {
        #[wire("stateMachineAliasArn")] pub arn: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// What UpdateStateMachineAlias takes.
    pub struct UpdateAliasInput {
        #[wire("stateMachineAliasArn")] pub arn: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("routingConfiguration")] pub routing: Option<Vec<RoutingItem>>,
    }

    /// What UpdateStateMachineAlias answers.
    pub struct UpdateAliasOutput {
        #[wire("updateDate")] pub updated_at: Timestamp,
    }

    /// An alias by its ARN.
    pub struct AliasInput {
        #[wire("stateMachineAliasArn")] pub arn: String,
    }

    /// What DescribeStateMachineAlias answers.
    pub struct DescribeAliasOutput {
        #[wire("stateMachineAliasArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("description")] pub description: Option<String>,
        #[wire("routingConfiguration")] pub routing: Vec<RoutingItem>,
        #[wire("creationDate")] pub created_at: Timestamp,
        #[wire("updateDate")] pub updated_at: Timestamp,
    }

    /// What ListStateMachineAliases takes.
    pub struct ListAliasesInput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("maxResults")] pub max_results: Option<i32>,
    }

    /// An alias in a listing.
    pub struct AliasListItem {
        #[wire("stateMachineAliasArn")] pub arn: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// What ListStateMachineAliases answers.
    pub struct ListAliasesOutput {
        #[wire("stateMachineAliases")] pub aliases: Vec<AliasListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }
}

/// The versions of a routing, all of one machine that has them; and the machine.
fn check_routing(cx: &OpContext<'_>, routing: &[RoutingItem]) -> ApiResult<(String, Vec<(String, i32)>)> {
    if routing.is_empty() || routing.len() > 2 {
        return Err(errors::validation("Invalid alias routing: it must have one or two versions"));
    }
    let mut machine_arn = String::new();
    let mut found = Vec::new();
    for item in routing {
        let name = names::expect(&item.arn, &["stateMachine"])?;
        let number: Option<u64> = name.rest.and_then(|rest| rest.parse().ok());
        let own = names::machine_arn(&item.arn);
        if !machine_arn.is_empty() && machine_arn != own {
            return Err(errors::validation("All versions in the routing must be of one state machine"));
        }
        let machine = cx.state().states.machines.get(&own);
        let exists =
            machine.zip(number).is_some_and(|(machine, number)| machine.versions.contains_key(&number));
        if !exists {
            return Err(errors::no_such_resource(&item.arn));
        }
        machine_arn = own;
        found.push((item.arn.clone(), item.weight.unwrap_or(0)));
    }
    let whole: i32 = found.iter().map(|(_, weight)| *weight).sum();
    if whole != 100 || found.iter().any(|(_, weight)| !(0..=100).contains(weight)) {
        return Err(errors::validation("The weights in the routing configuration must add up to 100"));
    }
    if found.len() == 2 && found[0].0 == found[1].0 {
        return Err(errors::validation(
            "Routing configuration must contain distinct state machine version ARNs. Received: duplicates",
        ));
    }
    Ok((machine_arn, found))
}

/// **Source**: API Reference, "CreateStateMachineAlias": not a number alone, so that versions are told apart.
fn check_name(name: &str) -> ApiResult<()> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let fits = (1..=80).contains(&name.len())
        && name.chars().all(legal)
        && name.chars().any(|c| !c.is_ascii_digit());
    if fits { Ok(()) } else { Err(errors::invalid_name(name)) }
}

operation! {
    /// Makes an alias of one version, or of two.
    ///
    /// **Source**: Step Functions API Reference, "CreateStateMachineAlias".
    pub CREATE_STATE_MACHINE_ALIAS: CreateStateMachineAlias {
        http: "POST" "/" 200,
        input: CreateAliasInput,
        output: CreateAliasOutput,
        errors: ["ConflictException", "InvalidArn", "InvalidName", "ResourceNotFound", "ServiceQuotaExceededException", "ValidationException"],
        access: |_, input| {
            let version = input.routing.first().map(|item| names::machine_arn(&item.arn)).unwrap_or_default();
            access("states:CreateStateMachineAlias", &version)
        },
        handler: create_alias,
    }
}

fn create_alias(cx: &mut OpContext<'_>, input: CreateAliasInput) -> ApiResult<CreateAliasOutput> {
    check_name(&input.name)?;
    let (machine_arn, routing) = check_routing(cx, &input.routing)?;
    let now_ms = cx.now_ms;
    let arn = format!("{machine_arn}:{}", input.name);
    let machine = machine_mut(cx, &machine_arn)?;
    if let Some(before) = machine.aliases.get(&input.name) {
        return match before.routing == routing && before.description == input.description {
            true => Ok(CreateAliasOutput { arn, created_at: Timestamp(before.created_ms) }),
            false => {
                let text = "Failed to create alias because an alias with the same name and a different routing \
                            configuration already exists.";
                Err(errors::conflict(text))
            }
        };
    }
    if machine.aliases.len() >= limits::ALIASES {
        return Err(errors::quota("The number of aliases exceeds the quota of 100"));
    }
    let alias = Alias { description: input.description, routing, created_ms: now_ms, updated_ms: now_ms };
    machine.aliases.insert(input.name, alias);
    Ok(CreateAliasOutput { arn, created_at: Timestamp(now_ms) })
}

/// The machine and the name of an alias' ARN.
fn parts(arn: &str) -> ApiResult<(String, String)> {
    let name = names::expect(arn, &["stateMachine"])?;
    match name.rest {
        Some(alias) => Ok((names::machine_arn(arn), alias.to_owned())),
        None => Err(errors::invalid_arn(arn)),
    }
}

operation! {
    /// Changes an alias.
    ///
    /// **Source**: Step Functions API Reference, "UpdateStateMachineAlias".
    pub UPDATE_STATE_MACHINE_ALIAS: UpdateStateMachineAlias {
        http: "POST" "/" 200,
        input: UpdateAliasInput,
        output: UpdateAliasOutput,
        errors: ["ConflictException", "InvalidArn", "ResourceNotFound", "ValidationException"],
        access: |_, input| access("states:UpdateStateMachineAlias", &input.arn),
        handler: update_alias,
    }
}

fn update_alias(cx: &mut OpContext<'_>, input: UpdateAliasInput) -> ApiResult<UpdateAliasOutput> {
    let (machine_arn, name) = parts(&input.arn)?;
    let machine = cx.state().states.machines.get(&machine_arn);
    if !machine.is_some_and(|machine| machine.aliases.contains_key(&name)) {
        return Err(errors::no_such_resource(&input.arn));
    }
    let routing = match &input.routing {
        None => None,
        Some(routing) => {
            let (of, routing) = check_routing(cx, routing)?;
            if of != machine_arn {
                return Err(errors::validation("The versions must be of the alias' own state machine"));
            }
            Some(routing)
        }
    };
    if routing.is_none() && input.description.is_none() {
        return Err(errors::validation("Either routingConfiguration or description must be specified"));
    }
    let now_ms = cx.now_ms;
    if let Some(alias) = machine_mut(cx, &machine_arn)?.aliases.get_mut(&name) {
        alias.routing = routing.unwrap_or_else(|| alias.routing.clone());
        alias.description = input.description.or_else(|| alias.description.take());
        alias.updated_ms = now_ms;
    }
    Ok(UpdateAliasOutput { updated_at: Timestamp(now_ms) })
}

operation! {
    /// Deletes an alias.
    ///
    /// **Source**: Step Functions API Reference, "DeleteStateMachineAlias".
    pub DELETE_STATE_MACHINE_ALIAS: DeleteStateMachineAlias {
        http: "POST" "/" 200,
        input: AliasInput,
        output: (),
        errors: ["InvalidArn", "ResourceNotFound", "ValidationException"],
        access: |_, input| access("states:DeleteStateMachineAlias", &input.arn),
        handler: delete_alias,
    }
}

fn delete_alias(cx: &mut OpContext<'_>, input: AliasInput) -> ApiResult<()> {
    let (machine_arn, name) = parts(&input.arn)?;
    if let Some(machine) = cx.states().machines.get_mut(&machine_arn) {
        machine.aliases.remove(&name);
    }
    Ok(())
}

operation! {
    /// Tells of an alias.
    ///
    /// **Source**: Step Functions API Reference, "DescribeStateMachineAlias".
    pub DESCRIBE_STATE_MACHINE_ALIAS: DescribeStateMachineAlias {
        http: "POST" "/" 200,
        input: AliasInput,
        output: DescribeAliasOutput,
        errors: ["InvalidArn", "ResourceNotFound", "ValidationException"],
        access: |_, input| access("states:DescribeStateMachineAlias", &input.arn),
        handler: describe_alias,
    }
}

fn describe_alias(cx: &mut OpContext<'_>, input: AliasInput) -> ApiResult<DescribeAliasOutput> {
    let (machine_arn, name) = parts(&input.arn)?;
    let machine = cx.state().states.machines.get(&machine_arn);
    let alias = machine.and_then(|machine| machine.aliases.get(&name));
    let alias = alias.ok_or_else(|| errors::no_such_resource(&input.arn))?;
    let routing = alias.routing.iter();
    Ok(DescribeAliasOutput {
        routing: routing
            .map(|(arn, weight)| RoutingItem { arn: arn.clone(), weight: Some(*weight) })
            .collect(),
        arn: input.arn,
        name,
        description: alias.description.clone(),
        created_at: Timestamp(alias.created_ms),
        updated_at: Timestamp(alias.updated_ms),
    })
}

operation! {
    /// Lists the aliases of a machine, or those that route to a version, by name.
    ///
    /// **Source**: Step Functions API Reference, "ListStateMachineAliases".
    pub LIST_STATE_MACHINE_ALIASES: ListStateMachineAliases {
        http: "POST" "/" 200,
        input: ListAliasesInput,
        output: ListAliasesOutput,
        errors: ["InvalidArn", "InvalidToken", "StateMachineDoesNotExist"],
        access: |_, input| access("states:ListStateMachineAliases", &input.arn),
        handler: list_aliases,
    }
}

fn list_aliases(cx: &mut OpContext<'_>, input: ListAliasesInput) -> ApiResult<ListAliasesOutput> {
    let name = names::expect(&input.arn, &["stateMachine"])?;
    let scope = format!("ListStateMachineAliases {}", input.arn);
    let (size, after) = page(&scope, input.max_results, input.next_token.as_deref())?;
    let base = names::machine_arn(&input.arn);
    let machine = cx.state().states.machines.get(&base);
    let machine = machine.ok_or_else(|| errors::no_such_machine(&input.arn))?;
    let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let mut found = machine
        .aliases
        .range::<str>((start, Bound::Unbounded))
        .filter(|(_, alias)| name.rest.is_none() || alias.routing.iter().any(|(arn, _)| *arn == input.arn));
    let shown: Vec<(&String, i64)> =
        found.by_ref().take(size).map(|(name, alias)| (name, alias.created_ms)).collect();
    let last = shown.last().filter(|_| found.next().is_some());
    let next_token = last.map(|(name, _)| paging::token(&scope, name));
    let aliases = shown.iter().map(|(name, created_ms)| AliasListItem {
        arn: format!("{base}:{name}"),
        created_at: Timestamp(*created_ms),
    });
    Ok(ListAliasesOutput { aliases: aliases.collect(), next_token })
}
