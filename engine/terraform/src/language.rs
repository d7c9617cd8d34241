//! What an editor wants to know as one types: problems, and how resources refer to each other.

use crate::addr::ConfigResource;
use crate::cli::session::Session;
use crate::cli::validate::static_check;
use crate::config::load::{self, Files};
use crate::config::{Config, load::Manifest};
use crate::graph::{Graph, Node, build};
use crate::host::{CommandRequest, CommandResult, DirEntry, FileError, FileKind, Host, LocalBoxFuture};
use crate::provider::ProviderRegistry;
use nuvola_hcl::{Diagnostic, Range, Sources, has_errors};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A resource or data source of the configuration, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticResource {
    /// `aws_s3_bucket.site`, `data.archive_file.code`, `module.app.aws_sqs_queue.jobs`.
    pub address: String,
    pub type_name: String,
    pub name: String,
    /// The block's header.
    pub range: Range,
    /// Addresses of those that it refers to, sorted; locals, variables and outputs are followed through.
    pub depends_on: Vec<String>,
}

/// What [`check`] found.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The files that the ranges refer to.
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub resources: Vec<StaticResource>,
}

/// What `terraform validate` would say of a project's files, without `init`.
/// `files` maps paths (`main.tf`, `modules/app/main.tf`) to texts.
#[must_use]
pub fn check(files: &BTreeMap<String, String>, providers: Rc<dyn ProviderRegistry>) -> Checked {
    let host: Rc<dyn Host> = Rc::new(Memory { files: files.clone() });
    let session = Session::new(host, providers, false);
    let memory = Memory { files: files.clone() };
    let manifest: Manifest = load::local_manifest(&memory, &mut Sources::new());
    let mut diagnostics = Vec::new();
    let config = Rc::new(load::load(&memory, &manifest, &mut session.sources.borrow_mut(), &mut diagnostics));
    if !has_errors(&diagnostics) {
        diagnostics.extend(static_check(&session, &config));
    }
    let resources = resources(&config);
    let sources = session.sources.borrow().clone();
    crate::cli::diagnostics::sort(&mut diagnostics, &sources);
    Checked { sources, diagnostics, resources }
}

fn resources(config: &Config) -> Vec<StaticResource> {
    let graph = build::build(config);
    let mut out = Vec::new();
    for node in config.all() {
        for (name, resource) in &node.module.resources {
            let address = ConfigResource { module: node.path.clone(), resource: name.clone() };
            let mut depends_on: Vec<String> =
                nearest(&graph, &Node::Resource(address.clone())).into_iter().collect();
            depends_on.sort();
            out.push(StaticResource {
                address: address.to_string(),
                type_name: name.kind.clone(),
                name: name.name.clone(),
                range: resource.range,
                depends_on,
            });
        }
    }
    out
}

/// The resources that a node reaches without passing another one.
fn nearest(graph: &Graph<Node>, start: &Node) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&Node> = graph.get(start).into_iter().flatten().collect();
    while let Some(node) = open.pop() {
        if !seen.insert(node) || node == start {
            continue;
        }
        match node {
            Node::Resource(resource) => {
                out.insert(resource.to_string());
            }
            // A provider's settings concern all resources alike and tell nothing about this one.
            Node::Provider(_) => {}
            Node::Variable(..)
            | Node::ModuleExpand(_)
            | Node::Local(..)
            | Node::Output(..)
            | Node::ModuleClose(_)
            | Node::Check(..) => open.extend(graph.get(node).into_iter().flatten()),
        }
    }
    out
}

/// A project's files, and nothing else of the world.
struct Memory {
    files: BTreeMap<String, String>,
}

impl Memory {
    fn entries(&self, dir: &str) -> Option<Vec<DirEntry>> {
        let dir = load::clean(dir);
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let mut names: BTreeMap<String, FileKind> = BTreeMap::new();
        for path in self.files.keys() {
            let Some(rest) = path.strip_prefix(&prefix) else { continue };
            match rest.split_once('/') {
                Some((folder, _)) => names.insert(folder.to_owned(), FileKind::Directory),
                None => names.insert(rest.to_owned(), FileKind::File),
            };
        }
        let found = !names.is_empty() || dir.is_empty();
        found.then(|| names.into_iter().map(|(name, kind)| DirEntry { name, kind }).collect())
    }
}

impl Files for Memory {
    fn list(&self, dir: &str) -> Option<Vec<String>> {
        let entries = self.entries(dir)?.into_iter();
        Some(entries.filter(|entry| entry.kind == FileKind::File).map(|entry| entry.name).collect())
    }

    fn read(&self, path: &str) -> Option<String> {
        self.files.get(&load::clean(path)).cloned()
    }
}

impl Host for Memory {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let text = self.files.get(&load::clean(path)).ok_or(FileError::NotFound)?;
        Ok(text.clone().into_bytes())
    }

    fn write_file(&self, _path: &str, _bytes: &[u8]) -> Result<(), FileError> {
        Err(FileError::Other("nothing is written while checking".to_owned()))
    }

    fn remove_file(&self, _path: &str) -> Result<(), FileError> {
        Err(FileError::NotFound)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        self.entries(path).ok_or(FileError::NotFound)
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        if self.files.contains_key(&load::clean(path)) {
            return Some(FileKind::File);
        }
        self.entries(path).map(|_| FileKind::Directory)
    }

    fn current_dir(&self) -> String {
        "/project".to_owned()
    }

    fn write_stdout(&self, _text: &str) {}

    fn write_stderr(&self, _text: &str) {}

    fn stdout_columns(&self) -> usize {
        0
    }

    fn stderr_columns(&self) -> usize {
        0
    }

    fn wants_color(&self) -> bool {
        false
    }

    fn stdin_is_terminal(&self) -> bool {
        false
    }

    fn read_line(&self, _hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        Box::pin(std::future::ready(None))
    }

    fn now_ms(&self) -> i64 {
        0
    }

    fn sleep_ms(&self, _duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn random_bytes(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn interruptions(&self) -> u32 {
        0
    }

    fn run_command(&self, _request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        Box::pin(std::future::ready(Err("nothing runs while checking".to_owned())))
    }
}
