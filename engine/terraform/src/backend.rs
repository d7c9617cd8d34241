//! Backends: where the state is, when it is not a file here.
//!
//! This crate has one of its own, the files of the local backend; others come from the registry, as providers do.

use crate::host::{Host, LocalBoxFuture};
use crate::provider::ProviderDiagnostic;
use crate::schema::BlockSchema;
use nuvola_tf_lang::Value;
use std::rc::Rc;

/// A backend's answer; the error is a text as the real backend words it.
pub type Answer<'a, T> = LocalBoxFuture<'a, Result<T, String>>;

/// A kind of backend, by the name that its block has.
pub trait BackendType {
    /// The content of the block; nothing in it is required, since arguments may come from the command line.
    fn schema(&self) -> BlockSchema;

    /// Arguments that are asked for where nobody gave them, with their descriptions.
    fn required(&self) -> &'static [(&'static str, &'static str)];

    /// What can be said of a configuration without asking anyone.
    fn check(&self, config: &Value, host: &Rc<dyn Host>) -> Vec<ProviderDiagnostic>;

    /// Checks a configuration and connects.
    fn connect<'a>(
        &'a self,
        config: Value,
        host: &'a Rc<dyn Host>,
    ) -> LocalBoxFuture<'a, Result<Rc<dyn Backend>, Vec<ProviderDiagnostic>>>;
}

/// A place that keeps states, one for each workspace.
pub trait Backend {
    /// The names of the workspaces, `default` first.
    fn workspaces(&self) -> Answer<'_, Vec<String>>;

    /// The state file of a workspace; nothing when there is none.
    fn read<'a>(&'a self, workspace: &'a str) -> Answer<'a, Option<Vec<u8>>>;

    fn write<'a>(&'a self, workspace: &'a str, bytes: Vec<u8>) -> Answer<'a, ()>;

    /// Deletes a workspace with its state.
    fn delete<'a>(&'a self, workspace: &'a str) -> Answer<'a, ()>;

    /// What the lock of a workspace is called to people; nothing when this backend keeps no locks.
    fn lock_path(&self, workspace: &str) -> Option<String>;

    /// Takes the lock; `info` says in JSON who does, and why.
    fn lock<'a>(&'a self, workspace: &'a str, info: String) -> LocalBoxFuture<'a, Result<(), LockFailure>>;

    /// Gives the lock with this id back.
    fn unlock<'a>(&'a self, workspace: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<(), LockFailure>>;
}

/// Why a lock was not taken or given back, and what is known of who holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LockFailure {
    pub message: String,
    /// The holder's JSON.
    pub holder: Option<String>,
}
