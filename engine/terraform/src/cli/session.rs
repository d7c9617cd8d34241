//! What all commands share: the terminal, the configuration, the state.

use super::backend::Remote;
use crate::addr::{ResourceInstance, Target};
use crate::config::load::{self, Files, Manifest};
use crate::config::{Config, version};
use crate::host::{FileKind, Host};
use crate::provider::ProviderRegistry;
use crate::providers;
use crate::providers::resolve::Resolver;
use crate::render::color::Color;
use crate::run::{Op, Run};
use crate::state::file::{StateFile, TERRAFORM_VERSION};
use crate::state::json::{array, member, object, string, text_of};
use crate::state::store::Store;
use nuvola_hcl::{Diagnostic, Severity, SourceFile, Sources, Style, has_errors, render};
use nuvola_tf_lang::json::parse::{Json, parse};
use std::cell::RefCell;
use std::rc::Rc;

/// One command's surroundings.
pub struct Session {
    pub host: Rc<dyn Host>,
    pub registry: Rc<dyn ProviderRegistry>,
    pub color: Color,
    pub sources: Rc<RefCell<Sources>>,
    pub compact_warnings: bool,
    /// Diagnostics of older commands go through a printer that colours whole texts.
    pub legacy: bool,
    /// The state that a backend keeps, while a command works on it.
    pub remote: RefCell<Option<Rc<Remote>>>,
}

/// Where `init` notes the folders of modules.
pub const MANIFEST: &str = ".terraform/modules/modules.json";
const WORKSPACE: &str = ".terraform/environment";

struct HostFiles<'h>(&'h dyn Host);

impl Files for HostFiles<'_> {
    fn list(&self, dir: &str) -> Option<Vec<String>> {
        let entries = self.0.list_dir(if dir.is_empty() { "." } else { dir }).ok()?;
        Some(
            entries
                .into_iter()
                .filter(|entry| entry.kind == FileKind::File)
                .map(|entry| entry.name)
                .collect(),
        )
    }

    fn read(&self, path: &str) -> Option<String> {
        let bytes = self.0.read_file(path).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Session {
    #[must_use]
    pub fn new(host: Rc<dyn Host>, registry: Rc<dyn ProviderRegistry>, color: bool) -> Self {
        let color = Color(color && host.wants_color());
        Self {
            host,
            registry,
            color,
            sources: Rc::default(),
            compact_warnings: false,
            legacy: false,
            remote: RefCell::default(),
        }
    }

    pub fn out(&self, text: &str) {
        self.host.write_stdout(text);
    }

    pub fn err(&self, text: &str) {
        self.host.write_stderr(text);
    }

    /// A line of an older command: an error is red as a whole.
    pub fn legacy_error(&self, text: &str) {
        let text =
            if self.color.0 { self.color.paint(&format!("[red]{text}[reset]")) } else { text.to_owned() };
        self.err(&format!("{text}\n"));
    }

    /// The help of a command as an error of an older command.
    pub fn usage(&self, command: &str) -> i32 {
        self.legacy_error(super::help::text(command).trim_end());
        1
    }

    /// A complaint about arguments, with where to find help.
    pub fn wrong_count(&self, command: &str, summary: &str, detail: &str) -> i32 {
        self.fail(summary, detail);
        self.err(&format!("\nFor more help on using this command, run:\n  terraform {command} -help\n"));
        1
    }

    /// A complaint about arguments, with the command's help on standard output.
    pub fn wrong_arguments(&self, command: &str, problem: &str) -> i32 {
        if !problem.is_empty() {
            self.legacy_error(&format!("{problem}\n"));
        }
        self.out(super::help::text(command));
        1
    }

    /// Reads an address that was typed, so that a problem is shown at its place.
    /// # Errors
    /// With the problem.
    pub fn address(&self, file: &str, text: &str) -> Result<Target, Diagnostic> {
        let source =
            if file.is_empty() { SourceFile::hidden(file, text) } else { SourceFile::new(file, text) };
        let id = self.sources.borrow_mut().add(source);
        crate::parse_addr::from_source(&self.sources.borrow(), id)
    }

    /// As [`Self::address`], for one resource instance.
    /// # Errors
    /// With the problem.
    pub fn instance_address(&self, file: &str, text: &str) -> Result<ResourceInstance, Diagnostic> {
        let source =
            if file.is_empty() { SourceFile::hidden(file, text) } else { SourceFile::new(file, text) };
        let id = self.sources.borrow_mut().add(source);
        crate::parse_addr::instance_of_source(&self.sources.borrow(), id)
    }

    /// The width of standard output; a usual one when it is no terminal.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self.host.stdout_columns() {
            0 => 78,
            columns => columns,
        }
    }

    /// Prints diagnostics in Terraform's order: warnings, then errors.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        let mut sorted = diagnostics.to_vec();
        super::diagnostics::sort(&mut sorted, &self.sources.borrow());
        let shown = super::diagnostics::consolidate(sorted);
        if self.compact_warnings && shown.iter().all(|diagnostic| !diagnostic.is_error()) {
            self.out(&super::diagnostics::compact(
                &shown,
                &self.sources.borrow(),
                self.columns(),
                self.color,
            ));
            return;
        }
        for diagnostic in &shown {
            let width = match diagnostic.severity {
                Severity::Error => self.host.stderr_columns(),
                Severity::Warning => self.host.stdout_columns(),
            };
            let style = Style { width: if width == 0 { 78 } else { width }, color: self.color.0 };
            let text = render(diagnostic, &self.sources.borrow(), style);
            match (diagnostic.severity, self.legacy) {
                (Severity::Error, true) => self.legacy_error(&text),
                (Severity::Error, false) => self.err(&text),
                (Severity::Warning, true) => {
                    let text =
                        if self.color.0 { self.color.paint(&format!("[yellow]{text}[reset]")) } else { text };
                    self.out(&format!("{text}\n"));
                }
                (Severity::Warning, false) => self.out(&text),
            }
        }
    }

    /// Prints one error without a place.
    pub fn fail(&self, summary: impl Into<String>, detail: impl Into<String>) -> i32 {
        self.show(&[Diagnostic::error(summary, detail)]);
        1
    }

    /// The selected workspace.
    #[must_use]
    pub fn workspace(&self) -> String {
        let environment = self.host.environment();
        if let Some((_, name)) =
            environment.into_iter().find(|(name, value)| name == "TF_WORKSPACE" && !value.is_empty())
        {
            return name;
        }
        let bytes = self.host.read_file(WORKSPACE).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        if text.is_empty() { "default".to_owned() } else { text }
    }

    pub fn select_workspace(&self, name: &str) -> Result<(), String> {
        self.host.write_file(WORKSPACE, name.as_bytes()).map_err(|error| error.to_string())
    }

    /// The state file of a workspace, as the local backend places it.
    #[must_use]
    pub fn state_path(&self, config: Option<&Config>, workspace: &str) -> String {
        let backend = config
            .and_then(|config| config.module.backend.as_ref())
            .filter(|backend| backend.kind == "local");
        let setting = |name: &str| {
            let attribute = backend?.body.attribute(name)?;
            crate::config::fields::constant_string(Some(attribute), &mut Vec::new())
        };
        if workspace == "default" {
            setting("path").unwrap_or_else(|| "terraform.tfstate".to_owned())
        } else {
            let dir = setting("workspace_dir").unwrap_or_else(|| "terraform.tfstate.d".to_owned());
            format!("{dir}/{workspace}/terraform.tfstate")
        }
    }

    #[must_use]
    pub fn store(&self, config: Option<&Config>) -> Store {
        if let Some(remote) = &*self.remote.borrow() {
            return Store::held(Rc::clone(&self.host), Rc::clone(&remote.held));
        }
        Store::new(Rc::clone(&self.host), &self.state_path(config, &self.workspace()))
    }

    /// The modules that `init` has found.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        let bytes = self.host.read_file(MANIFEST).unwrap_or_default();
        let json = parse(&String::from_utf8_lossy(&bytes)).unwrap_or(Json::Null);
        let modules = array(member(&json, "Modules")).iter();
        let entry = |module: &Json| {
            let key = member(module, "Key").and_then(text_of)?.to_owned();
            let dir = member(module, "Dir").and_then(text_of)?.to_owned();
            (!key.is_empty()).then_some((key, dir))
        };
        modules.filter_map(entry).collect()
    }

    pub fn write_manifest(&self, manifest: &[(String, String, String)]) -> Result<(), String> {
        let entry = |key: &str, source: &str, dir: &str| {
            object([("Key", string(key)), ("Source", string(source)), ("Dir", string(dir))])
        };
        let mut modules = vec![entry("", "", ".")];
        modules.extend(manifest.iter().map(|(key, source, dir)| entry(key, source, dir)));
        let json = object([("Modules", Json::Array(modules))]);
        let text = crate::state::json::compact(&json);
        self.host.write_file(MANIFEST, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Whether the folder has any configuration.
    #[must_use]
    pub fn has_config(&self) -> bool {
        load::has_config(&HostFiles(&*self.host), "")
    }

    /// Reads the configuration with its modules; problems are added to the list.
    pub fn load(&self, diagnostics: &mut Vec<Diagnostic>) -> Rc<Config> {
        let files = HostFiles(&*self.host);
        let manifest = self.manifest();
        let config = load::load(&files, &manifest, &mut self.sources.borrow_mut(), diagnostics);
        for node in config.all() {
            for (constraint, range) in &node.module.required_versions {
                if version::allows(constraint, TERRAFORM_VERSION) == Some(false) {
                    let place = if node.path.is_empty() {
                        "This configuration".to_owned()
                    } else {
                        format!("Module {}", node.path.join("."))
                    };
                    let detail = format!(
                        "{place} does not support Terraform version {TERRAFORM_VERSION}. To proceed, either choose another supported Terraform version or update this version constraint. Version constraints are normally set for good reason, so updating the constraint may lead to other errors or unexpected behavior."
                    );
                    diagnostics
                        .push(Diagnostic::error("Unsupported Terraform Core version", detail).at(*range));
                }
            }
        }
        Rc::new(config)
    }

    /// Reads one module only, for `init`.
    pub fn load_module(&self, dir: &str, diagnostics: &mut Vec<Diagnostic>) -> crate::config::Module {
        load::module(&HostFiles(&*self.host), dir, &mut self.sources.borrow_mut(), diagnostics)
    }

    /// Problems of the root module's meaning alone, not of its syntax.
    #[must_use]
    pub fn meaning_problems(&self) -> Vec<Diagnostic> {
        let (files, mut meaning) = (HostFiles(&*self.host), Vec::new());
        let sources = &mut self.sources.borrow_mut();
        load::module_in_two(&files, "", sources, &mut Vec::new(), &mut meaning);
        meaning
    }

    #[must_use]
    pub fn dir_exists(&self, dir: &str) -> bool {
        self.host.file_kind(if dir.is_empty() { "." } else { dir }) == Some(FileKind::Directory)
    }

    #[must_use]
    pub fn run(&self, config: &Rc<Config>, op: Op) -> Run {
        Run::new(
            Rc::clone(config),
            Rc::clone(&self.sources),
            Rc::clone(&self.host),
            Rc::clone(&self.registry),
            op,
            &self.workspace(),
        )
    }

    /// Providers that the configuration needs and that are not here, or not initialised.
    #[must_use]
    pub fn missing_providers(&self, config: &Config) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let locked = super::init::locked(&*self.host);
        let used = Resolver::new(config).all().into_iter().map(|provider| provider.source);
        let required = config.all().into_iter().flat_map(|node| node.module.required_providers.values());
        for source in used.chain(required.map(|required| required.source.clone())) {
            if source.is_builtin() || !seen.insert(source.clone()) {
                continue;
            }
            if locked.contains_key(&source.to_string())
                && !providers::versions(&source, &*self.registry).is_empty()
            {
                continue;
            }
            let detail = format!(
                "This configuration requires provider {}, but that provider isn't available. You may be able to install it automatically by running:\n  terraform init",
                source
            );
            out.push(Diagnostic::error("Missing required provider", detail));
        }
        out
    }

    /// Reads the state.
    /// # Errors
    /// With the exit code, after the problem was shown as a failure to lock.
    pub fn read_state(&self, store: &mut Store) -> Result<Option<StateFile>, i32> {
        store.read().map_err(|problems| {
            let text = problems_text(&problems);
            self.fail(
                "Error acquiring the state lock",
                format!("Error message: {text}\n\nTerraform acquires a state lock to protect the state from being written\nby multiple users at the same time. Please resolve the issue above and try\nagain. For most commands, you can disable locking with the \"-lock=false\"\nflag, but this is not recommended."),
            )
        })
    }
}

/// Several problems in one text, as Go prints them.
#[must_use]
pub fn problems_text(problems: &[(String, String)]) -> String {
    match problems {
        [(summary, detail)] => format!("{summary}: {detail}"),
        _ => {
            let lines: Vec<String> =
                problems.iter().map(|(summary, detail)| format!("- {summary}: {detail}")).collect();
            format!("{} problems:\n\n{}", problems.len(), lines.join("\n"))
        }
    }
}

/// Whether loading went well.
#[must_use]
pub fn fine(diagnostics: &[Diagnostic]) -> bool {
    !has_errors(diagnostics)
}
