//! Progress of a run, told to whoever shows it.

use crate::addr::ResourceInstance;
use crate::render::Action;

/// A step in the life of a resource instance.
#[derive(Debug, Clone)]
pub enum Progress {
    Refreshing { address: ResourceInstance, id: Option<String> },
    Refreshed { address: ResourceInstance, id: Option<String> },
    PreparingImport { address: ResourceInstance, id: String },
    Importing { address: ResourceInstance, id: String },
    Imported { address: ResourceInstance, id: String },
    Started { address: ResourceInstance, deposed: Option<String>, action: Action, id: Option<String> },
    StillWorking { address: ResourceInstance, action: Action, id: Option<String>, elapsed_s: u64 },
    Finished { address: ResourceInstance, action: Action, id: Option<String>, elapsed_s: u64 },
    Failed { address: ResourceInstance, action: Action, elapsed_s: u64 },
    Provisioning { address: ResourceInstance, provisioner: String },
    ProvisionerOutput { address: ResourceInstance, provisioner: String, line: String },
    Provisioned { address: ResourceInstance, provisioner: String, failed: bool },
}

/// Shows progress.
pub trait Ui {
    fn progress(&self, progress: Progress);
}

/// Shows nothing.
pub struct Silent;

impl Ui for Silent {
    fn progress(&self, progress: Progress) {
        drop(progress);
    }
}
