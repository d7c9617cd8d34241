//! The journal: what a host writes down so that a lab can be taken up again, anywhere.

use crate::host::Input;
use crate::{Characters, Lab};
use serde::{Deserialize, Serialize};

/// One entry. **Units**: the host's clock in milliseconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Entry {
    /// The first: a new lab.
    Start {
        seed: u64,
        real_ms: i64,
    },
    Input {
        real_ms: i64,
        input: Box<Input>,
    },
}

/// A snapshot, and the entries since (JSON texts).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Journal {
    pub snapshot: Option<String>,
    pub entries: Vec<String>,
}

impl Journal {
    /// Whether there is nothing to take up.
    pub fn is_empty(&self) -> bool {
        self.snapshot.is_none() && self.entries.is_empty()
    }

    /// The lab at the journal's end; nothing for an empty journal.
    /// What the lab wished on the way has been done, so its outputs go nowhere.
    ///
    /// # Errors
    /// With a text for people, when the journal cannot be read.
    pub fn replay(&self, characters: Characters) -> Result<Option<Lab>, String> {
        let mut lab = self.snapshot.as_deref().map(Lab::restore).transpose()?;
        lab = lab.map(|lab| lab.with_characters(characters));
        for text in &self.entries {
            match nuvola_kernel::stored::from_json(text).map_err(|error| error.to_string())? {
                Entry::Start { seed, real_ms } => {
                    lab = Some(Lab::new(seed, real_ms).with_characters(characters));
                }
                Entry::Input { real_ms, input } => {
                    let lab = lab.as_mut().ok_or("the journal does not begin with a start")?;
                    drop(lab.step(real_ms, *input));
                }
            }
        }
        Ok(lab)
    }
}
