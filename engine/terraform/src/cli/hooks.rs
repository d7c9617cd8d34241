//! Progress lines for people.

use super::session::Session;
use crate::render::Action;
use crate::ui::{Progress, Ui};

/// Prints each step as Terraform does.
pub struct HumanUi<'s>(pub &'s Session);

fn id_text(id: Option<&String>) -> String {
    id.map_or(String::new(), |id| format!(" [id={id}]"))
}

/// `Creating...` and the like.
#[must_use]
pub fn started_text(action: Action) -> &'static str {
    match action {
        Action::Delete => "Destroying...",
        Action::Create => "Creating...",
        Action::Update => "Modifying...",
        Action::Read => "Reading...",
        Action::NoOp | Action::DeleteThenCreate | Action::CreateThenDelete | Action::Forget => "Working...",
    }
}

/// `Creation complete` and the like.
#[must_use]
pub fn finished_text(action: Action) -> &'static str {
    match action {
        Action::Delete => "Destruction complete",
        Action::Create => "Creation complete",
        Action::Update => "Modifications complete",
        Action::Read => "Read complete",
        Action::NoOp | Action::DeleteThenCreate | Action::CreateThenDelete | Action::Forget => "Complete",
    }
}

/// `Still creating...` and the like.
#[must_use]
pub fn still_text(action: Action) -> &'static str {
    match action {
        Action::Delete => "Still destroying...",
        Action::Create => "Still creating...",
        Action::Update => "Still modifying...",
        Action::Read => "Still reading...",
        Action::NoOp | Action::DeleteThenCreate | Action::CreateThenDelete | Action::Forget => {
            "Still working..."
        }
    }
}

/// A duration as Go prints it, in whole seconds.
#[must_use]
pub fn elapsed_text(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

impl Ui for HumanUi<'_> {
    fn progress(&self, progress: Progress) {
        let text = match progress {
            Progress::Refreshing { address, id } => {
                format!("[reset][bold]{address}: Refreshing state...{}", id_text(id.as_ref()))
            }
            Progress::Refreshed { .. } | Progress::Failed { .. } | Progress::Provisioned { .. } => return,
            Progress::PreparingImport { address, id } => {
                format!("[reset][bold]{address}: Preparing import... [id={id}]")
            }
            Progress::Importing { address, id } => format!("[reset][bold]{address}: Importing... [id={id}]"),
            Progress::Imported { address, id } => {
                format!("[reset][bold]{address}: Import complete [id={id}]")
            }
            Progress::Started { address, deposed, action, id } => {
                let deposed = deposed.map_or(String::new(), |key| format!(" (deposed object {key})"));
                format!(
                    "[reset][bold]{address}{deposed}: {}{}[reset]",
                    started_text(action),
                    id_text(id.as_ref())
                )
            }
            Progress::StillWorking { address, action, id, elapsed_s } => {
                let id = id.map_or(String::new(), |id| format!("id={id}, "));
                format!(
                    "[reset][bold]{address}: {} [{id}{} elapsed][reset]",
                    still_text(action),
                    elapsed_text(elapsed_s)
                )
            }
            Progress::Finished { address, action, id, elapsed_s } => {
                format!(
                    "[reset][bold]{address}: {} after {}{}",
                    finished_text(action),
                    elapsed_text(elapsed_s),
                    id_text(id.as_ref())
                )
            }
            Progress::Provisioning { address, provisioner } => {
                format!("[reset][bold]{address}: Provisioning with '{provisioner}'...[reset]")
            }
            Progress::ProvisionerOutput { address, provisioner, line } => {
                let start = self.0.color.paint(&format!("[reset][bold]{address} ({provisioner}):[reset] "));
                self.0.out(&format!("{start}{line}\n"));
                return;
            }
        };
        self.0.out(&format!("{}\n", self.0.color.paint(&text)));
    }
}
