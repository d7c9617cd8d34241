//! The local backend as one among others: files in the folder.

use crate::backend::{Answer, Backend, LockFailure};
use crate::host::{Host, LocalBoxFuture};
use std::rc::Rc;

/// The files of the local backend.
pub struct Local {
    pub host: Rc<dyn Host>,
}

/// Where the states of other workspaces than the default one are.
pub const DIR: &str = "terraform.tfstate.d";

fn path(workspace: &str) -> String {
    match workspace {
        "default" => "terraform.tfstate".to_owned(),
        name => format!("{DIR}/{name}/terraform.tfstate"),
    }
}

fn ready<'a, T: 'a>(value: T) -> LocalBoxFuture<'a, T> {
    Box::pin(std::future::ready(value))
}

impl Backend for Local {
    fn workspaces(&self) -> Answer<'_, Vec<String>> {
        let mut names = vec!["default".to_owned()];
        let dirs = self.host.list_dir(DIR).unwrap_or_default();
        let there = |name: &String| self.host.file_kind(&path(name)).is_some();
        names.extend(dirs.into_iter().map(|entry| entry.name).filter(there));
        ready(Ok(names))
    }

    fn read<'a>(&'a self, workspace: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        ready(Ok(self.host.read_file(&path(workspace)).ok().filter(|bytes| !bytes.is_empty())))
    }

    fn write<'a>(&'a self, workspace: &'a str, bytes: Vec<u8>) -> Answer<'a, ()> {
        let path = path(workspace);
        if let Ok(old) = self.host.read_file(&path)
            && !old.is_empty()
            && let Err(error) = self.host.write_file(&format!("{path}.backup"), &old)
        {
            return ready(Err(error.to_string()));
        }
        ready(self.host.write_file(&path, &bytes).map_err(|error| error.to_string()))
    }

    fn delete<'a>(&'a self, workspace: &'a str) -> Answer<'a, ()> {
        ready(self.host.remove_file(&path(workspace)).map_err(|error| error.to_string()))
    }

    fn lock_path(&self, _workspace: &str) -> Option<String> {
        None
    }

    fn lock<'a>(&'a self, _workspace: &'a str, _info: String) -> LocalBoxFuture<'a, Result<(), LockFailure>> {
        ready(Ok(()))
    }

    fn unlock<'a>(
        &'a self,
        _workspace: &'a str,
        _id: &'a str,
    ) -> LocalBoxFuture<'a, Result<(), LockFailure>> {
        ready(Ok(()))
    }
}
