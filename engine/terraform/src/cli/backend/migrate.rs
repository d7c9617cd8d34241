//! Takes states from one backend to another.

use super::lock;
use crate::backend::Backend;
use crate::cli::args::Args;
use crate::cli::session::{Session, problems_text};
use crate::cli::variables::prompt;
use crate::state::file::StateFile;
use nuvola_hcl::text::quote;
use std::rc::Rc;

/// A backend with the name of its kind.
pub struct End {
    pub kind: String,
    pub backend: Rc<dyn Backend>,
}

/// Copies what there is, after asking.
/// # Errors
/// With the exit code, after the problem was shown.
pub async fn migrate(session: &Session, args: &Args, from: &End, to: &End) -> Result<(), i32> {
    let workspaces = names(session, from).await?;
    // Where the new backend cannot tell its workspaces, nothing can be put there either.
    names(session, to).await?;
    if workspaces.len() == 1 {
        return one(session, args, from, to, "default", false).await;
    }
    let query = format!("Do you want to migrate all workspaces to {}?", quote(&to.kind));
    let description = format!(
        "Both the existing {} backend and the newly configured {} backend\nsupport workspaces. When migrating between backends, Terraform will copy\nall workspaces (with the same names). THIS WILL OVERWRITE any conflicting\nstates in the destination.\n\nTerraform initialization doesn't currently migrate only select workspaces.\nIf you want to migrate a select number of workspaces, you must manually\npull and push those states.\n\nIf you answer \"yes\", Terraform will migrate all states. If you answer\n\"no\", Terraform will abort.",
        quote(&from.kind),
        quote(&to.kind)
    );
    let prefix = "Error asking for state migration action: ";
    if !ask(session, args, &query, &description, prefix).await? {
        return Err(session.fail("Migration aborted by user.", ""));
    }
    for workspace in workspaces {
        one(session, args, from, to, &workspace, true).await?;
    }
    Ok(())
}

async fn names(session: &Session, end: &End) -> Result<Vec<String>, i32> {
    let names = end.backend.workspaces().await;
    names.map_err(|text| session.fail(format!("Failed to get existing workspaces: {text}"), ""))
}

/// A yes or no; `-force-copy` is a yes.
async fn ask(
    session: &Session,
    args: &Args,
    query: &str,
    description: &str,
    prefix: &str,
) -> Result<bool, i32> {
    if args.on("force-copy") {
        return Ok(true);
    }
    if !args.or("input", true) {
        return Err(session.fail(
            "Can't ask approval for state migration when interactive input is disabled.",
            "Please remove the \"-input=false\" option and try again.",
        ));
    }
    match prompt(session, query, description, false).await {
        Some(answer) => Ok(answer.trim() == "yes"),
        None => Err(session.fail(format!("{prefix}Error asking for confirmation: EOF"), "")),
    }
}

/// The state file at an end; nothing when there is none or nothing in it.
async fn read(session: &Session, end: &End, workspace: &str) -> Result<Option<StateFile>, i32> {
    let bytes = end.backend.read(workspace).await;
    let bytes = bytes.map_err(|text| session.fail(format!("Failed to load state: {text}"), ""))?;
    let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
    match StateFile::read(&String::from_utf8_lossy(&bytes)) {
        Ok(file) => Ok(Some(file)),
        Err(problems) if end.kind == "local" => Err(session.fail(
            format!("\nError reading local state: {}\n\nTerraform is trying to read your local state to determine if there is\nstate to migrate to your newly configured backend. Terraform can't continue\nwithout this check because that would risk losing state. Please resolve the\nerror above and try again.\n", problems_text(&problems)),
            "",
        )),
        Err(problems) => Err(session.fail(format!("Failed to load state: {}", problems_text(&problems)), "")),
    }
}

fn holds(file: &StateFile) -> bool {
    !file.state.resources.is_empty() || !file.state.outputs.is_empty()
}

/// Copies one workspace's state; `sure`: it was asked for all of them.
async fn one(
    session: &Session,
    args: &Args,
    from: &End,
    to: &End,
    workspace: &str,
    sure: bool,
) -> Result<(), i32> {
    let lock_from = lock::acquire(session, &*from.backend, workspace, "migration source state", 0).await?;
    let lock_to = lock::acquire(session, &*to.backend, workspace, "migration destination state", 0).await;
    let done = match &lock_to {
        Ok(_) => copy(session, args, from, to, workspace, sure).await,
        Err(code) => Err(*code),
    };
    for (end, id) in [(from, lock_from), (to, lock_to.ok().flatten())] {
        if let Some(id) = id
            && let Err(failure) = end.backend.unlock(workspace, &id).await
        {
            lock::show_unreleased(session, &failure);
            return Err(1);
        }
    }
    done
}

async fn copy(
    session: &Session,
    args: &Args,
    from: &End,
    to: &End,
    workspace: &str,
    sure: bool,
) -> Result<(), i32> {
    let Some(old) = read(session, from, workspace).await?.filter(|file| sure || holds(file)) else {
        return Ok(());
    };
    let new = read(session, to, workspace).await?;
    if new.as_ref().is_some_and(|new| new.lineage == old.lineage && new.serial == old.serial && *new == old) {
        return Ok(());
    }
    if !sure && !may_copy(session, args, from, to, &old, new.as_ref().filter(|new| holds(new))).await? {
        return Ok(());
    }
    let written = to.backend.write(workspace, old.write().into_bytes()).await;
    written.map_err(|text| session.fail(format!("Error copying state from the previous {} backend to the newly configured \n{} backend:\n    {text}\n\nThe state in the previous backend remains intact and unmodified. Please resolve\nthe error above and try again.\n", quote(&from.kind), quote(&to.kind)), ""))
}

async fn may_copy(
    session: &Session,
    args: &Args,
    from: &End,
    to: &End,
    old: &StateFile,
    new: Option<&StateFile>,
) -> Result<bool, i32> {
    let query = "Do you want to copy existing state to the new backend?";
    let (a, b) = (quote(&from.kind), quote(&to.kind));
    let Some(new) = new else {
        let description = format!(
            "Pre-existing state was found while migrating the previous {a} backend to the\nnewly configured {b} backend. No existing state was found in the newly\nconfigured {b} backend. Do you want to copy this state to the new {b}\nbackend? Enter \"yes\" to copy and \"no\" to start with an empty state."
        );
        return ask(session, args, query, &description, "").await;
    };
    let paths = [
        format!(".terraform/migrate/1-{}.tfstate", from.kind),
        format!(".terraform/migrate/2-{}.tfstate", to.kind),
    ];
    for (path, file) in paths.iter().zip([old, new]) {
        let written = session.host.write_file(path, file.write().as_bytes());
        written.map_err(|error| session.fail(format!("Error saving temporary state: {error}"), ""))?;
    }
    let description = format!(
        "Pre-existing state was found while migrating the previous {a} backend to the\nnewly configured {b} backend. An existing non-empty state already exists in\nthe new backend. The two states have been saved to temporary files that will be\nremoved after responding to this query.\n\nPrevious (type {a}): {}\nNew      (type {b}): {}\n\nDo you want to overwrite the state in the new backend with the previous state?\nEnter \"yes\" to copy and \"no\" to start with the existing state in the newly\nconfigured {b} backend.",
        paths[0], paths[1]
    );
    let answer = ask(session, args, query, &description, "").await;
    for path in &paths {
        drop(session.host.remove_file(path));
    }
    answer
}
