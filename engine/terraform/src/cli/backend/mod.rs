//! Backends on the command line: what the block says, what `init` noted, and the state that a command holds.
//!
//! Real Terraform writes a remote state back every twenty seconds and at the end; here it is written at the
//! end of the command, and after `apply` before its summary.

pub mod init;
mod local;
pub mod lock;
mod migrate;
pub mod settings;

use super::args::Args;
use super::session::Session;
use crate::backend::Backend;
use crate::host::Host;
use crate::state::file::{StateFile, TERRAFORM_VERSION};
use crate::state::store::{Held, new_uuid};
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;
use std::cell::RefCell;
use std::rc::Rc;

/// The state of a command, as a backend gave it.
pub struct Remote {
    pub backend: Rc<dyn Backend>,
    pub workspace: String,
    pub workspaces: Vec<String>,
    pub held: Rc<Held>,
    lock_id: RefCell<Option<String>>,
}

/// What a command wants of the backend.
enum Need {
    Nothing,
    /// The names of the workspaces.
    Names,
    Read,
    /// The state under a lock that is named so.
    Lock(&'static str),
}

/// **Source**: the lock files that Terraform 1.11.4 leaves in a bucket with versioning.
fn need(command: &str) -> Need {
    match command {
        "plan" => Need::Lock("OperationTypePlan"),
        "apply" | "destroy" => Need::Lock("OperationTypeApply"),
        "refresh" => Need::Lock("OperationTypeRefresh"),
        "console" | "import" => Need::Lock("OperationTypeInvalid"),
        "taint" => Need::Lock("taint"),
        "untaint" => Need::Lock("untaint"),
        "state mv" => Need::Lock("state-mv"),
        "state rm" => Need::Lock("state-rm"),
        "state push" => Need::Lock("state-push"),
        "state replace-provider" => Need::Lock("state-replace-provider"),
        "output" | "show" | "providers" | "graph" | "state list" | "state show" | "state pull" => Need::Read,
        "workspace list" | "workspace new" | "workspace select" | "workspace delete" | "force-unlock" => {
            Need::Names
        }
        _ => Need::Nothing,
    }
}

/// Commands whose errors go through the older printer.
fn is_older(command: &str) -> bool {
    command.starts_with("state ")
        || command.starts_with("workspace ")
        || matches!(command, "taint" | "untaint" | "import" | "console" | "providers" | "force-unlock")
}

const REINITIALIZE: &str = "The \"backend\" is the interface that Terraform uses to store state,\nperform operations, etc. If this message is showing up, it means that the\nTerraform configuration you're using is using a custom configuration for\nthe Terraform backend.\n\nChanges to backend configurations require reinitialization. This allows\nTerraform to set up the new configuration, copy existing state, etc. Please run\n\"terraform init\" with either the \"-reconfigure\" or \"-migrate-state\" flags to\nuse the current configuration.\n\nIf the change reason above is incorrect, please verify your configuration\nhasn't changed and try again. At this point, no changes to your existing\nconfiguration or state have been made.";

/// Fetches the state that a command works on, where a backend keeps it.
/// # Errors
/// With the exit code, after the problem was shown.
pub async fn open(session: &mut Session, command: &str, args: &Args) -> Result<(), i32> {
    let need = need(command);
    if matches!(need, Need::Nothing) {
        return Ok(());
    }
    session.legacy = is_older(command);
    let opened = open_for(session, command, args, &need).await;
    session.legacy = false;
    opened
}

async fn open_for(session: &Session, command: &str, args: &Args, need: &Need) -> Result<(), i32> {
    let Some(backend) = connected(session, command).await? else { return Ok(()) };
    let workspaces = match backend.workspaces().await {
        Ok(workspaces) => workspaces,
        Err(text) => return Err(cannot_open(session, command, &text)),
    };
    let workspace = session.workspace();
    let held = Rc::new(Held::default());
    let remote = Rc::new(Remote {
        backend: Rc::clone(&backend),
        workspace: workspace.clone(),
        workspaces,
        held: Rc::clone(&held),
        lock_id: RefCell::default(),
    });
    session.remote.replace(Some(Rc::clone(&remote)));
    if matches!(need, Need::Names) {
        return Ok(());
    }
    if !remote.workspaces.contains(&workspace) {
        begin(&*session.host, &*backend, &workspace)
            .await
            .map_err(|text| cannot_open(session, command, &text))?;
    }
    if let Need::Lock(operation) = need
        && args.or("lock", true)
    {
        let timeout_ms = lock::timeout_ms(args.value("lock-timeout"));
        let id = lock::acquire(session, &*backend, &workspace, operation, timeout_ms).await?;
        remote.lock_id.replace(id);
    }
    match backend.read(&workspace).await {
        Ok(bytes) => {
            held.bytes.replace(bytes.unwrap_or_default());
            Ok(())
        }
        Err(text) => {
            let code = cannot_read(session, command, &text);
            release(session, &remote).await;
            Err(code)
        }
    }
}

/// The backend that `init` noted, if it is still the one that the configuration names.
async fn connected(session: &Session, command: &str) -> Result<Option<Rc<dyn Backend>>, i32> {
    let mut diagnostics = Vec::new();
    let module = session.load_module("", &mut diagnostics);
    if nuvola_hcl::has_errors(&diagnostics) {
        // The command itself will say what is wrong.
        return Ok(None);
    }
    let block = module.backend.as_ref().filter(|block| block.kind != "local");
    let saved = settings::saved(session);
    let kind = match (block, &saved) {
        (None, None) => return Ok(None),
        (Some(block), None) => {
            let reason = format!("Initial configuration of the requested backend {}", quote(&block.kind));
            return Err(must_initialize(session, command, &reason, ","));
        }
        (None, Some(saved)) => {
            let reason = format!("Unsetting the previously set backend {}", quote(&saved.kind));
            return Err(must_initialize(session, command, &reason, ","));
        }
        (Some(block), Some(saved)) => {
            if settings::differs(session, block, saved) {
                return Err(must_initialize(
                    session,
                    command,
                    "Backend configuration block has changed",
                    ":",
                ));
            }
            &block.kind
        }
    };
    let Some(kind) = session.registry.backend(kind) else {
        session.show(&[settings::unsupported(kind)]);
        return Err(1);
    };
    let config = settings::value(&saved.expect("every other case was left above").config, &*kind);
    match kind.connect(config, &session.host).await {
        Ok(backend) => Ok(Some(backend)),
        Err(problems) => {
            let shown: Vec<Diagnostic> =
                problems.into_iter().map(|problem| settings::placed(problem, block)).collect();
            session.show(&shown);
            Err(1)
        }
    }
}

fn must_initialize(session: &Session, command: &str, reason: &str, mark: &str) -> i32 {
    let summary = format!("Backend initialization required{mark} please run \"terraform init\"");
    let detail = format!("Reason: {reason}\n\n{REINITIALIZE}");
    match command {
        "state mv" | "state rm" | "state replace-provider" => {
            session.legacy_error(&format!("Error loading the state: {summary}: {detail}\n\n{ENSURE}"));
            1
        }
        _ => session.fail(summary, detail),
    }
}

const ENSURE: &str = "Please ensure that your Terraform state exists and that you've\nconfigured it properly. You can use the \"-state\" flag to point\nTerraform at another state file.";

/// The backend cannot say which workspaces it has.
fn cannot_open(session: &Session, command: &str, text: &str) -> i32 {
    match command {
        "workspace new" => session.legacy_error(&format!("Failed to get configured named states: {text}")),
        "workspace list" | "workspace select" | "workspace delete" | "force-unlock" => {
            session.legacy_error(text);
        }
        _ if command.starts_with("state ") => {
            session.legacy_error(&format!("Error loading the state: {text}\n\n{ENSURE}"));
        }
        _ => return cannot_read(session, command, text),
    }
    1
}

fn cannot_read(session: &Session, command: &str, text: &str) -> i32 {
    match command {
        "output" | "show" => session.fail(format!("Failed to load state: {text}"), ""),
        "plan" | "apply" | "destroy" | "refresh" | "console" | "import" => {
            session.fail(format!("error loading state: {text}"), "")
        }
        _ => {
            session.legacy_error(&format!("Failed to load state: {text}"));
            1
        }
    }
}

/// A state without anything in it, which is how a workspace begins.
#[must_use]
pub fn empty_state(host: &dyn Host) -> Vec<u8> {
    let file = StateFile {
        lineage: new_uuid(host),
        serial: 1,
        terraform_version: TERRAFORM_VERSION.to_owned(),
        ..StateFile::default()
    };
    file.write().into_bytes()
}

/// Begins a workspace that the backend does not have yet.
pub async fn begin(host: &dyn Host, backend: &dyn Backend, workspace: &str) -> Result<(), String> {
    let id = lock::try_to(host, backend, workspace, "init").await;
    let id = id.map_err(|failure| {
        format!("failed to lock {} state: {}", backend_name(backend, workspace), failure.message)
    })?;
    let written = backend.write(workspace, empty_state(host)).await;
    if let Some(id) = id {
        backend.unlock(workspace, &id).await.map_err(|failure| failure.message)?;
    }
    written
}

fn backend_name(backend: &dyn Backend, workspace: &str) -> String {
    backend.lock_path(workspace).unwrap_or_default()
}

/// Gives the state back if it was changed.
/// # Errors
/// With the backend's words.
pub async fn persist(session: &Session) -> Result<(), String> {
    let Some(remote) = session.remote.borrow().clone() else { return Ok(()) };
    if !remote.held.changed.get() {
        return Ok(());
    }
    let bytes = remote.held.bytes.borrow().clone();
    let written = remote.backend.write(&remote.workspace, bytes).await;
    if written.is_ok() {
        remote.held.changed.set(false);
    }
    written
}

/// The problems of a state that could not be given back after an apply: it is kept in a file here.
pub fn rescue(session: &Session, text: &str) -> Vec<Diagnostic> {
    let mut out = vec![Diagnostic::error("Failed to save state", format!("Error saving state: {text}"))];
    let Some(remote) = session.remote.borrow().clone() else { return out };
    remote.held.changed.set(false);
    let kept = session.host.write_file("errored.tfstate", &remote.held.bytes.borrow());
    let detail = match kept {
        Ok(()) => "The error shown above has prevented Terraform from writing the updated state to the configured backend. To allow for recovery, the state has been written to the file \"errored.tfstate\" in the current working directory.\n\nRunning \"terraform apply\" again at this point will create a forked state, making it harder to recover.\n\nTo retry writing this state, use the following command:\n    terraform state push errored.tfstate\n".to_owned(),
        Err(error) => format!("The state could not be written to the file \"errored.tfstate\" either: {error}"),
    };
    out.push(Diagnostic::error("Failed to persist state to backend", detail));
    out
}

/// Ends a command's work on a remote state: the state is given back, and then the lock.
pub async fn close(session: &Session, code: i32) -> i32 {
    let mut code = code;
    if let Err(text) = persist(session).await {
        session.legacy_error(&format!("Failed to persist state: {text}"));
        code = 1;
    }
    let Some(remote) = session.remote.take() else { return code };
    if release(session, &remote).await { code } else { 1 }
}

async fn release(session: &Session, remote: &Remote) -> bool {
    let Some(id) = remote.lock_id.take() else { return true };
    match remote.backend.unlock(&remote.workspace, &id).await {
        Ok(()) => true,
        Err(failure) => {
            lock::show_unreleased(session, &failure);
            false
        }
    }
}
