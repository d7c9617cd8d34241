//! What `init` does about the backend: sets it up, changes it, or takes it away.

use super::local::Local;
use super::migrate::{End, migrate};
use super::settings::{self, Given, Saved};
use crate::backend::{Backend, BackendType};
use crate::cli::args::Args;
use crate::cli::session::Session;
use crate::config::{Backend as Block, Module};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, has_errors};
use std::rc::Rc;

const CHANGED: &str = "A change in the backend configuration has been detected, which may require migrating existing state.\n\nIf you wish to attempt automatic migration of the state, use \"terraform init -migrate-state\".\nIf you wish to store the current configuration with no changes to the state, use \"terraform init -reconfigure\".";

/// Prepares the backend that the configuration names.
/// # Errors
/// With the exit code, after the problem was shown.
pub async fn run(session: &Session, args: &Args, root: &Module) -> Result<(), i32> {
    if !args.or("backend", true) {
        return Ok(());
    }
    let block = root.backend.as_ref().filter(|block| block.kind != "local");
    let saved = settings::saved(session).filter(|_| !args.on("reconfigure"));
    match (block, saved) {
        (None, None) => Ok(()),
        (None, Some(saved)) => unset(session, args, &saved).await,
        (Some(block), saved) => set(session, args, block, saved).await,
    }
}

fn may_migrate(args: &Args) -> bool {
    args.on("migrate-state") || args.on("force-copy")
}

fn fail(session: &Session, problem: Diagnostic) -> i32 {
    session.show(&[problem]);
    1
}

fn say(session: &Session, text: &str) {
    session.out(&format!("{}\n", session.color.paint(text)));
}

fn local(session: &Session) -> End {
    End { kind: "local".to_owned(), backend: Rc::new(Local { host: Rc::clone(&session.host) }) }
}

async fn connect(
    session: &Session,
    kind: &dyn BackendType,
    config: nuvola_tf_lang::Value,
    block: Option<&Block>,
) -> Result<Rc<dyn Backend>, i32> {
    kind.connect(config, &session.host).await.map_err(|problems| {
        let shown: Vec<Diagnostic> =
            problems.into_iter().map(|problem| settings::placed(problem, block)).collect();
        session.show(&shown);
        1
    })
}

/// The backend that was noted before, as a place to take states from.
async fn earlier(session: &Session, saved: &Saved) -> Result<End, i32> {
    let Some(kind) = session.registry.backend(&saved.kind) else {
        return Err(fail(session, settings::unsupported(&saved.kind)));
    };
    let backend = connect(session, &*kind, settings::value(&saved.config, &*kind), None).await?;
    Ok(End { kind: saved.kind.clone(), backend })
}

async fn unset(session: &Session, args: &Args, saved: &Saved) -> Result<(), i32> {
    if !may_migrate(args) {
        return Err(session.fail("Backend configuration changed", CHANGED));
    }
    say(
        session,
        &format!(
            "[reset]Terraform has detected you're unconfiguring your previously set {} backend.",
            quote(&saved.kind)
        ),
    );
    let from = earlier(session, saved).await?;
    migrate(session, args, &from, &local(session)).await?;
    settings::save(session, None).map_err(|error| session.fail("Failed to save the backend", error))?;
    say(
        session,
        &format!(
            "[reset][green]\n\nSuccessfully unset the backend {}. Terraform will now operate locally.",
            quote(&saved.kind)
        ),
    );
    Ok(())
}

async fn set(session: &Session, args: &Args, block: &Block, saved: Option<Saved>) -> Result<(), i32> {
    let Some(kind) = session.registry.backend(&block.kind) else {
        return Err(fail(session, settings::unsupported(&block.kind).at(block.kind_range)));
    };
    let mut diagnostics = Vec::new();
    let given = settings::given(session, block, &*kind, args.all("backend-config"), &mut diagnostics);
    let Some(mut given) = given.filter(|_| !has_errors(&diagnostics)) else {
        // What was noted is told to have changed before the block is read with care.
        if saved.is_some() && !may_migrate(args) {
            return Err(session.fail("Backend configuration changed", CHANGED));
        }
        session.show(&diagnostics);
        return Err(1);
    };
    if let Some(saved) = &saved {
        if given.is(saved, &*kind) {
            return same(session, &*kind, block, saved, &given).await;
        }
        if !may_migrate(args) {
            return Err(session.fail("Backend configuration changed", CHANGED));
        }
    }
    if args.or("input", true) {
        given.ask(session, &*kind).await.map_err(|problem| fail(session, problem))?;
    }
    let from = match &saved {
        None => local(session),
        Some(saved) => {
            say(
                session,
                "[reset]Backend configuration changed!\n\nTerraform has detected that the configuration specified for the backend\nhas changed. Terraform will now check for existing state in the backends.\n",
            );
            earlier(session, saved).await?
        }
    };
    let backend = connect(session, &*kind, given.config.clone(), Some(block)).await?;
    let to = End { kind: block.kind.clone(), backend };
    migrate(session, args, &from, &to).await?;
    if saved.is_none() {
        forget_local(session, &from).await;
    }
    settings::save(session, Some(&given.saved))
        .map_err(|error| session.fail("Failed to save the backend", error))?;
    say(
        session,
        &format!(
            "[reset][green]\nSuccessfully configured the backend {}! Terraform will automatically\nuse this backend unless the backend configuration changes.",
            quote(&block.kind)
        ),
    );
    Ok(())
}

/// Nothing changed: the note may still get the block's new spelling.
async fn same(
    session: &Session,
    kind: &dyn BackendType,
    block: &Block,
    saved: &Saved,
    given: &Given,
) -> Result<(), i32> {
    connect(session, kind, settings::value(&saved.config, kind), Some(block)).await?;
    if given.saved.hash != saved.hash {
        let note = Saved { hash: given.saved.hash, ..saved.clone() };
        settings::save(session, Some(&note))
            .map_err(|error| session.fail("Failed to save the backend", error))?;
    }
    Ok(())
}

/// The states here are not the ones that count any more: they are emptied, each with a backup.
async fn forget_local(session: &Session, from: &End) {
    for workspace in from.backend.workspaces().await.unwrap_or_default() {
        if matches!(from.backend.read(&workspace).await, Ok(Some(_)))
            && let Err(error) = from.backend.write(&workspace, Vec::new()).await
        {
            session.err(&format!("{error}\n"));
        }
    }
}
