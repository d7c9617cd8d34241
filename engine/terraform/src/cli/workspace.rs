//! The `workspace` commands.

use super::args::{Args, Known};
use super::backend;
use super::session::{Session, problems_text};
use crate::state::file::StateFile;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;

pub const KNOWN: Known = Known {
    switches: &["no-color", "force", "lock", "or-create", "help", "h"],
    values: &["state", "lock-timeout"],
};

const DIR: &str = "terraform.tfstate.d";
const OVERRIDDEN: &str = "\nThe selected workspace is currently overridden using the TF_WORKSPACE\nenvironment variable.\n\nTo select a new workspace, either update this environment variable or unset\nit and then run this command again.\n";
const NEW_OVERRIDDEN: &str = "\nThe workspace is currently overridden using the TF_WORKSPACE environment\nvariable. You cannot create a new workspace when using this setting.\n\nTo create a new workspace, either unset this environment variable or update it\nto match the workspace name you are trying to create, and then run this command\nagain.\n";
const CREATED: &str = "\n\nYou're now on a new, empty workspace. Workspaces isolate their state,\nso if you run \"terraform plan\" Terraform will not see any existing state\nfor this configuration.";

/// `workspace SUBCOMMAND`
pub async fn run(session: &mut Session, sub: &str, args: &Args) -> i32 {
    session.legacy = true;
    let session: &Session = session;
    let current = session.workspace();
    if sub == "show" {
        session.out(&format!("{current}\n"));
        return 0;
    }
    if sub == "list" {
        if !args.rest.is_empty() {
            return fail(session, "Too many command line arguments. Did you mean to use -chdir?");
        }
        for name in names(session) {
            session.out(&format!("{} {name}\n", if name == current { "*" } else { " " }));
        }
        session.out("\n");
        return 0;
    }
    let [name] = args.rest.as_slice() else {
        return session.wrong_arguments(&format!("workspace {sub}"), "Expected a single argument: NAME.");
    };
    let overridden =
        session.host.environment().iter().any(|(name, value)| name == "TF_WORKSPACE" && !value.is_empty());
    if sub != "delete" && !is_valid(name) {
        return fail(
            session,
            &format!(
                "\nThe workspace name {} is not allowed. The name must contain only URL safe\ncharacters, and no path separators.\n",
                quote(name)
            ),
        );
    }
    match sub {
        "new" if overridden => fail(session, NEW_OVERRIDDEN),
        "select" if overridden => fail(session, OVERRIDDEN),
        "new" => create(session, name, args.value("state")).await,
        "select" => select(session, name, &current, args.on("or-create")).await,
        _ => delete(session, name, &current, args.on("force")).await,
    }
}

fn fail(session: &Session, text: &str) -> i32 {
    session.legacy_error(text);
    1
}

fn say(session: &Session, text: &str) {
    session.out(&format!("{}\n", session.color.paint(text)));
}

/// All workspaces, the default one first.
fn names(session: &Session) -> Vec<String> {
    if let Some(remote) = &*session.remote.borrow() {
        return remote.workspaces.clone();
    }
    let dirs = session.host.list_dir(DIR).unwrap_or_default();
    let mut names: Vec<String> = dirs.into_iter().map(|entry| entry.name).collect();
    // A host may keep the folder of a workspace that was deleted.
    names.retain(|name| session.host.file_kind(&session.state_path(None, name)).is_some());
    names.insert(0, "default".to_owned());
    names
}

/// Whether a name can stand in a URL as it is.
fn is_valid(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_.~$&+=:@".contains(char))
}

async fn create(session: &Session, name: &str, from: Option<&str>) -> i32 {
    if names(session).iter().any(|known| known == name) {
        return fail(session, &format!("Workspace {} already exists", quote(name)));
    }
    // A folder cannot be empty here, so the workspace begins with an empty file.
    let path = session.state_path(None, name);
    let remote = session.remote.borrow().clone();
    let written = match &remote {
        Some(remote) => backend::begin(&*session.host, &*remote.backend, name).await,
        None => session.host.write_file(&path, b"").map_err(|error| error.to_string()),
    };
    if let Err(error) = written.and_then(|()| session.select_workspace(name)) {
        return fail(session, &error);
    }
    say(
        session,
        &format!(
            "[reset][green][bold]Created and switched to workspace {}![reset][green]{CREATED}",
            quote(name)
        ),
    );
    let Some(from) = from else { return 0 };
    match session.host.read_file(from) {
        Ok(bytes) => match StateFile::read(&String::from_utf8_lossy(&bytes)) {
            Ok(_) => {
                let written = match &remote {
                    Some(remote) => remote.backend.write(name, bytes).await,
                    None => session.host.write_file(&path, &bytes).map_err(|error| error.to_string()),
                };
                written.map_or_else(|error| fail(session, &error), |()| 0)
            }
            Err(problems) => fail(session, &problems_text(&problems)),
        },
        Err(error) => fail(session, &format!("open {from}: {error}")),
    }
}

async fn select(session: &Session, name: &str, current: &str, or_create: bool) -> i32 {
    if name == current {
        return 0;
    }
    if !names(session).iter().any(|known| known == name) {
        return if or_create { create(session, name, None).await } else { fail(session, &unknown(name)) };
    }
    if let Err(error) = session.select_workspace(name) {
        return fail(session, &error);
    }
    say(session, &format!("[reset][green]Switched to workspace {}.", quote(name)));
    0
}

fn unknown(name: &str) -> String {
    format!(
        "\nWorkspace {} doesn't exist.\n\nYou can create this workspace with the \"new\" subcommand \nor include the \"-or-create\" flag with the \"select\" subcommand.",
        quote(name)
    )
}

async fn delete(session: &Session, name: &str, current: &str, force: bool) -> i32 {
    if !names(session).iter().any(|known| known == name) {
        return fail(session, unknown(name).trim_start());
    }
    if name == current {
        return fail(
            session,
            &format!(
                "Workspace {} is your active workspace.\n\nYou cannot delete the currently active workspace. Please switch\nto another workspace and try again.",
                quote(name)
            ),
        );
    }
    if name == "default" {
        return fail(session, "can't delete default state");
    }
    let path = session.state_path(None, name);
    let remote = session.remote.borrow().clone();
    let bytes = match &remote {
        Some(remote) => match remote.backend.read(name).await {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(text) => return fail(session, &text),
        },
        None => session.host.read_file(&path).unwrap_or_default(),
    };
    let state = StateFile::read(&String::from_utf8_lossy(&bytes)).unwrap_or_default().state;
    let holds = !state.resources.is_empty();
    if holds && !force {
        let list: Vec<String> =
            state.instances().iter().map(|(instance, _)| format!("  - {instance}")).collect();
        let detail = format!(
            "Workspace {} is currently tracking the following resource instances:\n{}\n\nDeleting this workspace would cause Terraform to lose track of any associated remote objects, which would then require you to delete them manually outside of Terraform. You should destroy these objects with Terraform before deleting the workspace.\n\nIf you want to delete this workspace anyway, and have Terraform forget about these managed objects, use the -force option to disable this safety check.",
            quote(name),
            list.join("\n")
        );
        session.show(&[Diagnostic::error("Workspace is not empty", detail)]);
        return 1;
    }
    if let Some(remote) = &remote {
        if let Err(text) = remote.backend.delete(name).await {
            return fail(session, &text);
        }
    } else {
        drop(session.host.remove_file(&path));
        drop(session.host.remove_file(&format!("{path}.backup")));
    }
    say(session, &format!("[reset][green]Deleted workspace {}!", quote(name)));
    if holds {
        say(
            session,
            &format!(
                "[reset][yellow]WARNING: {} was non-empty.\nThe resources managed by the deleted workspace may still exist,\nbut are no longer manageable by Terraform since the state has\nbeen deleted.\n",
                quote(name)
            ),
        );
    }
    0
}
