//! `init`: the backend, modules in folders, providers.

use super::args::{Args, Known};
use super::session::Session;
use crate::config::load::{clean, is_local, join};
use crate::config::{Module, ModuleCall, version};
use crate::host::Host;
use crate::providers::{self, resolve::Resolver};
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, has_errors};
use std::collections::BTreeMap;

pub const KNOWN: Known = Known {
    switches: &[
        "no-color",
        "upgrade",
        "input",
        "get",
        "backend",
        "reconfigure",
        "migrate-state",
        "force-copy",
        "json",
        "lock",
        "help",
        "h",
    ],
    values: &["backend-config", "from-module", "plugin-dir", "lockfile", "lock-timeout", "test-directory"],
};

const LOCK: &str = ".terraform.lock.hcl";

const INVALID: &str = "Terraform encountered problems during initialisation, including problems\nwith the configuration, described below.\n\nThe Terraform configuration must be valid before initialization so that\nTerraform can determine which modules and providers need to be installed.";

/// Providers in the lock file, with their versions.
#[must_use]
pub fn locked(host: &dyn Host) -> BTreeMap<String, String> {
    let bytes = host.read_file(LOCK).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut out = BTreeMap::new();
    let mut current = None;
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("provider \"") {
            current = rest.split('"').next().map(str::to_owned);
        } else if let (Some(provider), Some(rest)) = (&current, line.strip_prefix("version")) {
            let version = rest.trim_start_matches([' ', '=']).trim_matches('"');
            out.insert(provider.clone(), version.to_owned());
        }
    }
    out
}

/// The `init` command.
pub async fn run(session: &Session, args: &Args) -> i32 {
    if !args.rest.is_empty() {
        return session.fail("Too many command line arguments. Did you mean to use -chdir?", "");
    }
    if args.on("migrate-state") && args.on("reconfigure") {
        return session.fail(
            "Invalid init options",
            "The -migrate-state and -reconfigure options are mutually-exclusive.",
        );
    }
    if !session.has_config() {
        session.out(&session.color.paint("[reset][bold]Terraform initialized in an empty directory![reset]\n\nThe directory has no Terraform configuration files. You may begin working\nwith Terraform immediately by creating Terraform configuration files.\n"));
        return 0;
    }
    let heading =
        |text: &str| session.out(&format!("{}\n", session.color.paint(&format!("[reset][bold]{text}"))));
    let mut diagnostics = Vec::new();
    let root = session.load_module("", &mut diagnostics);
    if args.or("backend", true) {
        heading("Initializing the backend...");
    }
    if !has_errors(&diagnostics)
        && let Err(code) = super::backend::init::run(session, args, &root).await
    {
        return code;
    }
    if !root.calls.is_empty() {
        heading("Initializing modules...");
        if !has_errors(&diagnostics) || root.calls.values().any(|call| call.source.is_some()) {
            install_modules(session, &root, &mut diagnostics);
        }
    }
    if has_errors(&diagnostics) {
        if root.calls.is_empty() {
            // The module is read twice, and only syntax is remembered from the first time.
            diagnostics.extend(session.meaning_problems());
            diagnostics.push(Diagnostic::error(INVALID, ""));
        }
        session.show(&diagnostics);
        return 1;
    }
    let config = session.load(&mut diagnostics);
    if has_errors(&diagnostics) {
        session.show(&diagnostics);
        return 1;
    }
    heading("Initializing provider plugins...");
    let fine = install_providers(session, &config, &mut diagnostics);
    session.show(&diagnostics);
    if !fine {
        return 1;
    }
    session.out(&format!(
        "\n{}\n",
        session.color.paint("[reset][bold][green]Terraform has been successfully initialized![reset][green]")
    ));
    session.out(&format!("{}\n", session.color.paint("[reset][green]\nYou may now begin working with Terraform. Try running \"terraform plan\" to see\nany changes that are required for your infrastructure. All Terraform commands\nshould now work.\n\nIf you ever set or change modules or backend configuration for Terraform,\nrerun this command to reinitialize your working directory. If you forget, other\ncommands will detect it and remind you to do so if necessary.")));
    0
}

/// Finds the folders of all modules and notes them.
pub fn install_modules(session: &Session, root: &Module, diagnostics: &mut Vec<Diagnostic>) {
    let known = session.manifest();
    let mut found = Vec::new();
    visit(session, root, &[], &known, &mut found, diagnostics);
    if let Err(error) = session.write_manifest(&found) {
        diagnostics.push(Diagnostic::error("Failed to update module manifest", error));
    }
}

fn visit(
    session: &Session,
    module: &Module,
    path: &[String],
    known: &BTreeMap<String, String>,
    found: &mut Vec<(String, String, String)>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    /// A module that calls itself would never end.
    const MAX_DEPTH: usize = 20;
    for call in module.calls.values() {
        let Some(source) = &call.source else { continue };
        if let Some(problem) = source_problem(call, source) {
            diagnostics.push(problem);
            continue;
        }
        let dir = clean(&join(&module.dir, source));
        let mut child = path.to_vec();
        child.push(call.name.clone());
        let key = child.join(".");
        found.push((key.clone(), source.clone(), dir.clone()));
        if !session.dir_exists(&dir) {
            session.out(&format!("- {key} in\n"));
            let detail = format!(
                "Unable to evaluate directory symlink: lstat {}: no such file or directory",
                dir.split('/').next().unwrap_or(&dir)
            );
            diagnostics.push(Diagnostic::error("Unreadable module directory", detail));
            let detail = format!(
                "The directory  could not be read for module {} at {}.",
                quote(&call.name),
                place(session, call)
            );
            diagnostics.push(Diagnostic::error("Unreadable module directory", detail));
            continue;
        }
        if known.get(&key) != Some(&dir) {
            session.out(&format!("- {key} in {dir}\n"));
        }
        if path.len() < MAX_DEPTH {
            let inner = session.load_module(&dir, diagnostics);
            visit(session, &inner, &child, known, found, diagnostics);
        }
    }
}

fn place(session: &Session, call: &ModuleCall) -> String {
    let sources = session.sources.borrow();
    let Some(file) = sources.get(call.range.file) else { return String::new() };
    format!("{}:{}", file.name(), file.line_of(call.range.span.start))
}

fn source_problem(call: &ModuleCall, source: &str) -> Option<Diagnostic> {
    let local = is_local(source);
    if let Some(_version) = &call.version
        && local
    {
        let detail = format!(
            "Failed to parse module registry address: can't use local directory {} as a module registry address.\n\nTerraform assumed that you intended a module registry source address because you also set the argument \"version\", which applies only to registry modules.",
            quote(source)
        );
        return Some(
            Diagnostic::error("Invalid registry module source address", detail).at(call.source_range),
        );
    }
    if local {
        return None;
    }
    if source.contains('/') || source.contains(':') {
        let detail = format!(
            "Nuvola installs modules from folders of this project only. Copy the module {} into a folder and use a path that begins with \"./\".",
            quote(source)
        );
        return Some(Diagnostic::error("Module source not simulated", detail).at(call.source_range));
    }
    let detail = format!(
        "Terraform failed to determine your intended installation method for remote module package {}.\n\nIf you intended this as a path relative to the current module, use {} instead. The \"./\" prefix indicates that the address is a relative filesystem path.",
        quote(source),
        quote(&format!("./{source}"))
    );
    Some(Diagnostic::error("Invalid module source address", detail).at(call.source_range))
}

fn install_providers(
    session: &Session,
    config: &crate::config::Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let mut wanted: BTreeMap<crate::addr::ProviderSource, Vec<String>> = BTreeMap::new();
    for provider in Resolver::new(config).all() {
        wanted.entry(provider.source).or_default();
    }
    for node in config.all() {
        for required in node.module.required_providers.values() {
            wanted.entry(required.source.clone()).or_default().extend(required.constraint.clone());
        }
    }
    let held = locked(&*session.host);
    let mut chosen: Vec<(String, String, String)> = Vec::new();
    let mut fine = true;
    for (source, constraints) in &wanted {
        let name = source.for_display();
        if source.is_builtin() {
            session.out(&format!("- {source} is built in to Terraform\n"));
            continue;
        }
        let all = constraints.join(", ");
        let versions = providers::versions(source, &*session.registry);
        if versions.is_empty() {
            let detail = format!("Nuvola does not simulate the provider {source}.");
            diagnostics.push(Diagnostic::error(
                "Failed to query available provider packages",
                format!("Could not retrieve the list of available versions for provider {name}: {detail}"),
            ));
            fine = false;
            continue;
        }
        let allowed = |version: &&String| {
            constraints.iter().all(|constraint| version::allows(constraint, version) != Some(false))
        };
        let kept = held
            .get(&source.to_string())
            .filter(|version| allowed(version) && versions.contains(version))
            .cloned();
        if let Some(version) = kept {
            session.out(&format!("- Reusing previous version of {name} from the dependency lock file\n- Using previously-installed {name} v{version}\n"));
            chosen.push((source.to_string(), version, all));
            continue;
        }
        let finding = if all.is_empty() {
            format!("- Finding latest version of {name}...\n")
        } else {
            format!("- Finding {name} versions matching {}...\n", quote(&version::tidy(&all)))
        };
        session.out(&finding);
        match versions.iter().rev().find(allowed) {
            Some(version) => {
                session.out(&format!(
                    "- Installing {name} v{version}...\n- Installed {name} v{version} (simulated by Nuvola)\n"
                ));
                chosen.push((source.to_string(), version.clone(), all));
            }
            None => {
                let detail = format!(
                    "Could not retrieve the list of available versions for provider {name}: no available releases match the given constraints {}. Nuvola has {}.",
                    version::tidy(&all),
                    versions.join(", ")
                );
                diagnostics.push(Diagnostic::error("Failed to query available provider packages", detail));
                fine = false;
            }
        }
    }
    if fine && !chosen.is_empty() {
        write_lock(session, &chosen, &held);
    }
    fine
}

fn write_lock(session: &Session, chosen: &[(String, String, String)], held: &BTreeMap<String, String>) {
    let mut text = "# This file is maintained automatically by \"terraform init\".\n# Manual edits may be lost in future updates.\n".to_owned();
    for (source, version, constraints) in chosen {
        text += &format!("\nprovider {} {{\n", quote(source));
        if constraints.is_empty() {
            text += &format!("  version = {}\n}}\n", quote(version));
        } else {
            text += &format!(
                "  version     = {}\n  constraints = {}\n}}\n",
                quote(version),
                quote(&version::tidy(constraints))
            );
        }
    }
    let changed = chosen.iter().any(|(source, version, _)| held.get(source) != Some(version));
    if !changed || session.host.write_file(LOCK, text.as_bytes()).is_err() {
        return;
    }
    if held.is_empty() {
        session.out("\nTerraform has created a lock file .terraform.lock.hcl to record the provider\nselections it made above. Include this file in your version control repository\nso that Terraform can guarantee to make the same selections by default when\nyou run \"terraform init\" in the future.\n");
    } else {
        session.out("\nTerraform has made some changes to the provider dependency selections recorded\nin the .terraform.lock.hcl file. Review those changes and commit them to your\nversion control system if they represent changes you intended to make.\n");
    }
}
