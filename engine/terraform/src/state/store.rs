//! Keeps the state with the host: reading, writing after each change, backups, workspaces.

use super::State;
use super::file::{StateFile, TERRAFORM_VERSION};
use crate::host::{Host, WorkflowEvent};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A state that a backend gave, until it is given back.
#[derive(Debug, Default)]
pub struct Held {
    pub bytes: RefCell<Vec<u8>>,
    /// Whether it was changed since.
    pub changed: Cell<bool>,
}

/// Where a state file is.
enum Medium {
    File {
        path: String,
        backup_path: String,
    },
    /// A backend's, of which earlier states are the backend's business.
    Held(Rc<Held>),
}

/// A state file, with what was last read or written.
pub struct Store {
    host: Rc<dyn Host>,
    medium: Medium,
    last: Option<StateFile>,
    last_text: Option<Vec<u8>>,
    backup_written: bool,
}

impl Store {
    #[must_use]
    pub fn new(host: Rc<dyn Host>, path: &str) -> Self {
        Self::with(host, Medium::File { path: path.to_owned(), backup_path: format!("{path}.backup") })
    }

    /// The state that a backend gave.
    #[must_use]
    pub fn held(host: Rc<dyn Host>, held: Rc<Held>) -> Self {
        Self::with(host, Medium::Held(held))
    }

    fn with(host: Rc<dyn Host>, medium: Medium) -> Self {
        Self { host, medium, last: None, last_text: None, backup_written: false }
    }

    /// Keeps the old state in a file named after the time: the commands that edit a state do so.
    pub fn backup_by_time(&mut self) {
        if let Medium::File { path, backup_path } = &mut self.medium {
            *backup_path = format!("{path}.{}.backup", self.host.now_ms() / 1000);
        }
    }

    /// Reads the file; nothing when there is none.
    /// # Errors
    /// With the problems of the file's content, each a summary and a detail.
    pub fn read(&mut self) -> Result<Option<StateFile>, Vec<(String, String)>> {
        let bytes = match &self.medium {
            Medium::File { path, .. } => self.host.read_file(path).unwrap_or_default(),
            Medium::Held(held) => held.bytes.borrow().clone(),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let file = StateFile::read(&text)?;
        self.last_text = Some(bytes);
        self.last = Some(file.clone());
        Ok(Some(file))
    }

    /// The file as last read or written.
    #[must_use]
    pub fn current(&self) -> Option<&StateFile> {
        self.last.as_ref()
    }

    /// Writes a new state if it differs from what was last stored.
    /// # Errors
    /// With the host's words.
    pub fn write(&mut self, state: &State) -> Result<(), String> {
        let file = match &self.last {
            Some(last) if last.state == *state => return Ok(()),
            Some(last) => StateFile {
                // A backend's state counts how often it was given back.
                serial: if self.is_unsaved() { last.serial } else { last.serial + 1 },
                state: state.clone(),
                terraform_version: TERRAFORM_VERSION.to_owned(),
                lineage: if last.lineage.is_empty() { new_uuid(&*self.host) } else { last.lineage.clone() },
            },
            None => StateFile {
                lineage: new_uuid(&*self.host),
                serial: 1,
                terraform_version: TERRAFORM_VERSION.to_owned(),
                state: state.clone(),
            },
        };
        self.put(file)
    }

    fn is_unsaved(&self) -> bool {
        match &self.medium {
            Medium::File { .. } => false,
            Medium::Held(held) => held.changed.get(),
        }
    }

    /// Writes a file as it is, whatever was there.
    /// # Errors
    /// With the host's words.
    pub fn put(&mut self, file: StateFile) -> Result<(), String> {
        match &self.medium {
            Medium::File { path, backup_path } => {
                if let (false, Some(old)) = (self.backup_written, &self.last_text) {
                    let written = self.host.write_file(backup_path, old);
                    written.map_err(|error| error.to_string())?;
                }
                self.backup_written = true;
                let written = self.host.write_file(path, file.write().as_bytes());
                written.map_err(|error| error.to_string())?;
            }
            Medium::Held(held) => {
                held.bytes.replace(file.write().into_bytes());
                held.changed.set(true);
            }
        }
        self.host.on_event(WorkflowEvent::StateSaved { serial: file.serial });
        self.last = Some(file);
        Ok(())
    }
}

/// A random UUID.
#[must_use]
pub fn new_uuid(host: &dyn Host) -> String {
    let mut bytes = [0_u8; 16];
    host.random_bytes(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
