//! What survives a reload: the lab's snapshot, the journal since, and Python's memory snapshots, in IndexedDB.
//!
//! Where IndexedDB is absent or full (a private window) the lab runs on in memory, and says so once.

use indexed_db_futures::{database::Database, prelude::*, transaction::TransactionMode};
use nuvola_lab::journal::Journal;
use wasm_bindgen::JsValue;

const DATABASE: &str = "nuvola";
/// Grows when the stores' shape changes.
const VERSION: u32 = 1;
/// The inputs since the snapshot: JSON texts under growing numbers.
const JOURNAL: &str = "journal";
/// The lab's snapshot under `lab`, its seed under `seed`.
const LAB: &str = "lab";
/// Memory snapshots of Python, by what they hold.
const PYTHON: &str = "python";

type Outcome<T> = Result<T, indexed_db_futures::error::Error>;

pub struct Storage {
    database: Database,
}

impl Storage {
    pub async fn open() -> Result<Self, String> {
        let database = Database::open(DATABASE)
            .with_version(VERSION)
            .with_on_upgrade_needed(|_, database| {
                database.create_object_store(JOURNAL).with_auto_increment(true).build()?;
                database.create_object_store(LAB).build()?;
                database.create_object_store(PYTHON).build()?;
                Ok(())
            })
            .await
            .map_err(|error| error.to_string())?;
        Ok(Storage { database })
    }

    /// What an earlier visit left.
    pub async fn load(&self) -> Outcome<Journal> {
        let transaction = self.database.transaction([LAB, JOURNAL]).build()?;
        let snapshot: Option<String> = transaction.object_store(LAB)?.get("lab").primitive()?.await?;
        let entries = transaction.object_store(JOURNAL)?.get_all::<String>().primitive()?.await?;
        let entries = entries.collect::<Result<Vec<String>, _>>()?;
        Ok(Journal { snapshot, entries })
    }

    /// Adds inputs to the journal: all or none.
    pub async fn append(&self, entries: Vec<String>) -> Outcome<()> {
        let transaction = self.database.transaction(JOURNAL).with_mode(TransactionMode::Readwrite).build()?;
        let store = transaction.object_store(JOURNAL)?;
        for entry in entries {
            store.add(entry).primitive()?.await?;
        }
        transaction.commit().await
    }

    /// Replaces snapshot and journal in one transaction, so that a closed tab leaves one or the other whole.
    pub async fn replace(&self, snapshot: String) -> Outcome<()> {
        let transaction =
            self.database.transaction([LAB, JOURNAL]).with_mode(TransactionMode::Readwrite).build()?;
        transaction.object_store(LAB)?.put(snapshot).with_key("lab").primitive()?.await?;
        transaction.object_store(JOURNAL)?.clear()?.await?;
        transaction.commit().await
    }

    /// The memory snapshot kept under a name.
    pub async fn python(&self, name: &str) -> Outcome<Option<JsValue>> {
        let transaction = self.database.transaction(PYTHON).build()?;
        transaction.object_store(PYTHON)?.get(name.to_owned()).primitive()?.await
    }

    pub async fn keep_python(&self, name: &str, bytes: JsValue) -> Outcome<()> {
        let transaction = self.database.transaction(PYTHON).with_mode(TransactionMode::Readwrite).build()?;
        transaction.object_store(PYTHON)?.put(bytes).with_key(name.to_owned()).primitive()?.await?;
        transaction.commit().await
    }

    pub async fn forget_python(&self, name: &str) -> Outcome<()> {
        let transaction = self.database.transaction(PYTHON).with_mode(TransactionMode::Readwrite).build()?;
        transaction.object_store(PYTHON)?.delete(name.to_owned()).primitive()?.await?;
        transaction.commit().await
    }
}
