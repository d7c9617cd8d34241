//! Keeps the state with the host: reading, writing after each change, backups, workspaces.

use super::State;
use super::file::{StateFile, TERRAFORM_VERSION};
use crate::host::{Host, WorkflowEvent};
use std::rc::Rc;

/// A state file at a path, with what was last read or written.
pub struct Store {
    host: Rc<dyn Host>,
    path: String,
    backup_path: String,
    last: Option<StateFile>,
    last_text: Option<Vec<u8>>,
    backup_written: bool,
}

impl Store {
    #[must_use]
    pub fn new(host: Rc<dyn Host>, path: &str) -> Self {
        Self {
            host,
            path: path.to_owned(),
            backup_path: format!("{path}.backup"),
            last: None,
            last_text: None,
            backup_written: false,
        }
    }

    /// Keeps the old state in a file named after the time: the commands that edit a state do so.
    pub fn backup_by_time(&mut self) {
        self.backup_path = format!("{}.{}.backup", self.path, self.host.now_ms() / 1000);
    }

    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reads the file; nothing when there is none.
    /// # Errors
    /// With the problems of the file's content, each a summary and a detail.
    pub fn read(&mut self) -> Result<Option<StateFile>, Vec<(String, String)>> {
        let bytes = self.host.read_file(&self.path).unwrap_or_default();
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
                serial: last.serial + 1,
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

    /// Writes a file as it is, whatever was there.
    /// # Errors
    /// With the host's words.
    pub fn put(&mut self, file: StateFile) -> Result<(), String> {
        if !self.backup_written {
            if let Some(old) = &self.last_text {
                let written = self.host.write_file(&self.backup_path, old);
                written.map_err(|error| error.to_string())?;
            }
            self.backup_written = true;
        }
        let written = self.host.write_file(&self.path, file.write().as_bytes());
        written.map_err(|error| error.to_string())?;
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
