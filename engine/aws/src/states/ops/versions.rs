//! Versions of machines.

use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::lookup::{access, machine, machine_mut, page};
use crate::states::state::Version;
use crate::states::{errors, limits, names};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

shape! {
    /// What PublishStateMachineVersion takes.
    pub struct PublishInput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("revisionId")] pub revision_id: Option<String>,
        #[wire("description")] pub description: Option<String>,
    }

    /// What PublishStateMachineVersion answers.
    pub struct PublishOutput {
        #[wire("creationDate")] pub created_at: Timestamp,
        #[wire("stateMachineVersionArn")] pub arn: String,
    }

    /// A version by its ARN.
    pub struct VersionInput {
        #[wire("stateMachineVersionArn")] pub arn: String,
    }

    /// What ListStateMachineVersions takes.
    pub struct ListVersionsInput {
        #[wire("stateMachineArn")] pub arn: String,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("maxResults")] pub max_results: Option<i32>,
    }

    /// A version in a listing.
    pub struct VersionListItem {
        #[wire("stateMachineVersionArn")] pub arn: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// What ListStateMachineVersions answers.
    pub struct ListVersionsOutput {
        #[wire("stateMachineVersions")] pub versions: Vec<VersionListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }
}

/// Publishes what a machine is now; the same again is the version that is there.
pub fn publish(cx: &mut OpContext<'_>, arn: &str, description: Option<String>) -> ApiResult<(String, i64)> {
    let now_ms = cx.now_ms;
    let machine = machine_mut(cx, arn)?;
    if let Some((number, last)) = machine.versions.last_key_value()
        && last.definition == machine.definition
        && last.role_arn == machine.role_arn
        && last.revision_id == machine.revision_id
    {
        return Ok((format!("{arn}:{number}"), last.created_ms));
    }
    if machine.versions.len() >= limits::VERSIONS {
        return Err(errors::quota("The number of versions exceeds the quota of 1000"));
    }
    let number = machine.next_version;
    machine.next_version += 1;
    let version = Version {
        definition: machine.definition,
        role_arn: machine.role_arn.clone(),
        revision_id: machine.revision_id.clone(),
        description,
        created_ms: now_ms,
    };
    machine.versions.insert(number, version);
    Ok((format!("{arn}:{number}"), now_ms))
}

operation! {
    /// Makes a version of what a machine is now.
    ///
    /// **Source**: Step Functions API Reference, "PublishStateMachineVersion".
    pub PUBLISH_STATE_MACHINE_VERSION: PublishStateMachineVersion {
        http: "POST" "/" 200,
        input: PublishInput,
        output: PublishOutput,
        errors: ["ConflictException", "InvalidArn", "ServiceQuotaExceededException", "StateMachineDoesNotExist", "ValidationException"],
        access: |_, input| access("states:PublishStateMachineVersion", &input.arn),
        handler: publish_version,
    }
}

fn publish_version(cx: &mut OpContext<'_>, input: PublishInput) -> ApiResult<PublishOutput> {
    let own = machine(cx, &input.arn)?;
    if let Some(revision) = &input.revision_id {
        let current = own.revision_id.as_deref().unwrap_or("INITIAL");
        if current != revision {
            let text = format!(
                "Failed to publish the State Machine version for revision {revision}. The current State Machine \
                 revision is {current}."
            );
            return Err(errors::conflict(text));
        }
    }
    let (arn, created_ms) = publish(cx, &input.arn, input.description)?;
    Ok(PublishOutput { created_at: Timestamp(created_ms), arn })
}

operation! {
    /// Deletes a version that no alias routes to.
    ///
    /// **Source**: Step Functions API Reference, "DeleteStateMachineVersion".
    pub DELETE_STATE_MACHINE_VERSION: DeleteStateMachineVersion {
        http: "POST" "/" 200,
        input: VersionInput,
        output: (),
        errors: ["ConflictException", "InvalidArn", "ValidationException"],
        access: |_, input| access("states:DeleteStateMachineVersion", &input.arn),
        handler: delete_version,
    }
}

fn delete_version(cx: &mut OpContext<'_>, input: VersionInput) -> ApiResult<()> {
    let name = names::expect(&input.arn, &["stateMachine"])?;
    let number: Option<u64> = name.rest.and_then(|rest| rest.parse().ok());
    let Some(number) = number else { return Err(errors::invalid_arn(&input.arn)) };
    let Some(machine) = cx.states().machines.get_mut(&names::machine_arn(&input.arn)) else { return Ok(()) };
    let users: Vec<&str> = machine
        .aliases
        .iter()
        .filter(|(_, alias)| alias.routing.iter().any(|(arn, _)| *arn == input.arn))
        .map(|(name, _)| name.as_str())
        .collect();
    if !users.is_empty() {
        let text = format!(
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this \
             version: [{}]",
            users.join(", ")
        );
        return Err(errors::conflict(text));
    }
    machine.versions.remove(&number);
    Ok(())
}

operation! {
    /// Lists the versions of a machine, the newest first.
    ///
    /// **Source**: Step Functions API Reference, "ListStateMachineVersions".
    pub LIST_STATE_MACHINE_VERSIONS: ListStateMachineVersions {
        http: "POST" "/" 200,
        input: ListVersionsInput,
        output: ListVersionsOutput,
        errors: ["InvalidArn", "InvalidToken", "ValidationException"],
        access: |_, input| access("states:ListStateMachineVersions", &input.arn),
        handler: list_versions,
    }
}

fn list_versions(cx: &mut OpContext<'_>, input: ListVersionsInput) -> ApiResult<ListVersionsOutput> {
    names::expect(&input.arn, &["stateMachine"])?;
    let scope = format!("ListStateMachineVersions {}", input.arn);
    let (size, before) = page(&scope, input.max_results, input.next_token.as_deref())?;
    let before = before.and_then(|before| before.parse().ok()).unwrap_or(u64::MAX);
    let machine = cx.state().states.machines.get(&input.arn);
    let mut found = machine.into_iter().flat_map(|own| own.versions.range(..before).rev());
    let shown: Vec<(u64, i64)> =
        found.by_ref().take(size).map(|(number, version)| (*number, version.created_ms)).collect();
    let last = shown.last().filter(|_| found.next().is_some());
    let next_token = last.map(|(number, _)| paging::token(&scope, &number.to_string()));
    let versions = shown.iter().map(|(number, created_ms)| VersionListItem {
        arn: format!("{}:{number}", input.arn),
        created_at: Timestamp(*created_ms),
    });
    Ok(ListVersionsOutput { versions: versions.collect(), next_token })
}
