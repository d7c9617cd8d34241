//! Smaller commands: `get`, `version`, `providers`, `workspace`, `import`, `graph`, `force-unlock`.

use super::args::{Args, Known};
use super::backend::Remote;
use super::hooks::HumanUi;
use super::session::Session;
use super::{init, variables};
use crate::addr::{Key, Mode, ResourceInstance};
use crate::graph::{Node, ancestors, build};
use crate::plan::PlanOptions;
use crate::plan::planner::Planner;
use crate::providers::resolve::Resolver;
use crate::run::Op;
use crate::state::file::TERRAFORM_VERSION;
use crate::state::json::{object, pretty, string};
use crate::ui::Ui;
use nuvola_hcl::text::quote;
use nuvola_hcl::{Diagnostic, has_errors};
use nuvola_tf_lang::json::parse::Json;
use std::collections::BTreeMap;

pub const SIMPLE: Known = Known {
    switches: &["no-color", "json", "update", "force", "lock", "draw-cycles", "verbose", "help", "h"],
    values: &["type", "plan", "state", "module-depth", "lock-timeout", "test-directory"],
};
pub const IMPORT: Known = Known {
    switches: &["no-color", "input", "lock", "allow-missing-config", "help", "h"],
    values: &["config", "var", "var-file", "state", "state-out", "backup", "lock-timeout", "parallelism"],
};

const TOO_MANY: &str = "Too many command line arguments. Did you mean to use -chdir?";

/// A command that takes no arguments got some.
pub fn too_many(session: &Session, args: &Args) -> bool {
    if !args.rest.is_empty() {
        session.legacy_error(TOO_MANY);
    }
    !args.rest.is_empty()
}

/// `force-unlock ID`: the local state is only locked while a command runs.
pub async fn force_unlock(session: &mut Session, args: &Args) -> i32 {
    let [id] = args.rest.as_slice() else {
        session.legacy_error("Expected a single argument: LOCK_ID");
        session.out(super::help::text("force-unlock"));
        return 1;
    };
    let remote = session.remote.borrow().clone();
    if let Some(remote) = remote {
        return unlock_remote(session, args, &remote, id).await;
    }
    session.legacy_error(if args.on("force") {
        "Failed to unlock state: LocalState not locked"
    } else {
        "Local state cannot be unlocked by another process"
    });
    1
}

/// Gives a lock back in another's name.
async fn unlock_remote(session: &Session, args: &Args, remote: &Remote, id: &str) -> i32 {
    if !args.on("force") {
        let question = "Do you really want to force-unlock?";
        let detail = "Terraform will remove the lock on the remote state.\nThis will allow local Terraform commands to modify this state, even though it\nmay still be in use. Only 'yes' will be accepted to confirm.";
        let Some(answer) = variables::prompt(session, question, detail, false).await else {
            session.legacy_error("Error asking for confirmation: EOF");
            return 1;
        };
        if answer.trim() != "yes" {
            session.out("force-unlock cancelled.\n");
            return 1;
        }
    }
    if let Err(failure) = remote.backend.unlock(&remote.workspace, id).await {
        session.legacy_error(&format!("Failed to unlock state: {}", super::backend::lock::text(&failure)));
        return 1;
    }
    session.out(&format!("{}\n", session.color.paint("[reset][bold][green]Terraform state has been successfully unlocked![reset][green]\n\nThe state has been unlocked, and Terraform commands should now be able to\nobtain a new lock on the remote state.")));
    0
}

/// `modules`
pub fn modules(session: &Session, args: &Args) -> i32 {
    if !args.rest.is_empty() {
        return session.wrong_count(
            "modules",
            "Too many command line arguments",
            "Expected no positional arguments",
        );
    }
    let mut diagnostics = Vec::new();
    let config = session.load(&mut diagnostics);
    if has_errors(&diagnostics) {
        session.show(&diagnostics);
        return 1;
    }
    let mut found = Vec::new();
    let mut text = String::new();
    module_tree(&config, "", &mut text, &mut found);
    if args.on("json") {
        let entry = |(name, source): &(String, String)| {
            object([("key", string(name)), ("source", string(source)), ("version", string(""))])
        };
        let list = if found.is_empty() { Json::Null } else { Json::Array(found.iter().map(entry).collect()) };
        let json = object([("format_version", string("1.0")), ("modules", list)]);
        session.out(&format!("{}\n", crate::state::json::compact(&json)));
    } else if found.is_empty() {
        session.out("No modules found in configuration.\n");
    } else {
        session.out(&format!("\nModules declared by configuration:\n.\n{text}\n"));
    }
    0
}

/// The calls of modules as a tree, and as a list of names and sources.
fn module_tree(
    node: &crate::config::Config,
    indent: &str,
    text: &mut String,
    found: &mut Vec<(String, String)>,
) {
    let total = node.children.len();
    for (at, (name, child)) in node.children.iter().enumerate() {
        let source = node.module.calls.get(name).and_then(|call| call.source.clone()).unwrap_or_default();
        let (branch, next) = if at + 1 == total { ("└── ", "    ") } else { ("├── ", "│   ") };
        *text += &format!("{indent}{branch}{}[{source}]\n", quote(name));
        found.push((name.clone(), source));
        module_tree(child, &format!("{indent}{next}"), text, found);
    }
}

/// `get`
pub fn get(session: &mut Session, args: &Args) -> i32 {
    if too_many(session, args) {
        return 1;
    }
    session.legacy = true;
    let session: &Session = session;
    let mut diagnostics = Vec::new();
    let root = session.load_module("", &mut diagnostics);
    if !has_errors(&diagnostics) {
        init::install_modules(session, &root, &mut diagnostics);
    }
    session.show(&diagnostics);
    i32::from(has_errors(&diagnostics))
}

/// `version`
pub fn version(session: &Session, args: &Args) -> i32 {
    let locked = init::locked(&*session.host);
    if args.on("json") {
        let providers = locked.iter().map(|(name, version)| (name.clone(), string(version)));
        let json = object([
            ("terraform_version", string(TERRAFORM_VERSION)),
            ("platform", string("linux_amd64")),
            ("provider_selections", Json::Object(providers.collect())),
            ("terraform_outdated", Json::Bool(false)),
        ]);
        session.out(&format!("{}\n", pretty(&json)));
        return 0;
    }
    session.out(&format!("Terraform v{TERRAFORM_VERSION}\non linux_amd64\n"));
    for (name, version) in locked {
        session.out(&format!("+ provider {name} v{version}\n"));
    }
    0
}

/// `providers`
pub fn providers(session: &mut Session, args: &Args) -> i32 {
    if too_many(session, args) {
        return 1;
    }
    session.legacy = true;
    let session: &Session = session;
    let mut diagnostics = Vec::new();
    let config = session.load(&mut diagnostics);
    if has_errors(&diagnostics) {
        session.show(&diagnostics);
        return 1;
    }
    let mut out = "\nProviders required by configuration:\n.\n".to_owned();
    let resolver = Resolver::new(&config);
    tree(&resolver, &config, "", &mut out);
    let mut has_state = false;
    let mut store = session.store(Some(&config));
    if let Ok(Some(file)) = store.read() {
        let mut used: Vec<String> = file
            .state
            .resources
            .values()
            .filter_map(|resource| crate::providers::resolve::source_of(&resource.provider))
            .map(|source| source.to_string())
            .collect();
        used.sort();
        used.dedup();
        if !used.is_empty() {
            has_state = true;
            out += "\nProviders required by state:\n\n";
            for source in used {
                out += &format!("    provider[{source}]\n\n");
            }
        }
    }
    if !has_state {
        out.push('\n');
    }
    session.out(&out);
    0
}

fn tree(resolver: &Resolver<'_>, node: &crate::config::Config, indent: &str, out: &mut String) {
    let mut sources: BTreeMap<String, Option<String>> = BTreeMap::new();
    for provider in resolver.used_in(&node.path) {
        sources.entry(provider.source.to_string()).or_default();
    }
    for required in node.module.required_providers.values() {
        sources.insert(required.source.to_string(), required.constraint.clone());
    }
    let total = sources.len() + node.children.len();
    let mut at = 0;
    for (source, constraint) in sources {
        at += 1;
        let branch = if at == total { "└── " } else { "├── " };
        let constraint = constraint.map_or(String::new(), |constraint| format!(" {constraint}"));
        *out += &format!("{indent}{branch}provider[{source}]{constraint}\n");
    }
    for (name, child) in &node.children {
        at += 1;
        let (branch, next) =
            if at == total { ("└── ", "    ") } else { ("├── ", "│\u{a0}\u{a0} ") };
        *out += &format!("{indent}{branch}module.{name}\n");
        tree(resolver, child, &format!("{indent}{next}"), out);
    }
}

/// `graph`
pub fn graph(session: &mut Session, args: &Args) -> i32 {
    if too_many(session, args) {
        return 1;
    }
    session.legacy = true;
    let mut diagnostics = Vec::new();
    let config = session.load(&mut diagnostics);
    if has_errors(&diagnostics) {
        session.show(&diagnostics);
        return 1;
    }
    let graph = build::build(&config);
    if let Some(kind) = args.value("type")
        && !["plan", "plan-refresh-only", "plan-destroy", "apply"].contains(&kind)
    {
        let detail = "The -type=... argument must be either \"plan\", \"plan-refresh-only\", \"plan-destroy\", or \"apply\".";
        return session.fail("Unsupported graph type", detail);
    }
    match args.value("type") {
        None => session.out(&resources_dot(&graph)),
        Some(_) => session.out(&crate::graph::dot::full(&graph)),
    }
    0
}

fn resources_dot(graph: &crate::graph::Graph<Node>) -> String {
    let resources: Vec<&Node> = graph.keys().filter(|node| matches!(node, Node::Resource(_))).collect();
    let name = |node: &Node| match node {
        Node::Resource(resource) => resource.to_string(),
        other => other.to_string(),
    };
    let mut out =
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n".to_owned();
    let mut edges = String::new();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in &resources {
        let Node::Resource(resource) = node else { continue };
        groups.entry(crate::addr::module_path_text(&resource.module)).or_default().push(format!(
            "{} [label={}];",
            quote(&name(node)),
            quote(&resource.resource.to_string())
        ));
        let mut before = ancestors(graph, node);
        before.retain(|node| matches!(node, Node::Resource(_)));
        let direct: Vec<&Node> = before
            .iter()
            .filter(|dep| !before.iter().any(|other| other != *dep && ancestors(graph, other).contains(dep)))
            .collect();
        for dep in direct {
            edges += &format!("  {} -> {};\n", quote(&name(node)), quote(&name(dep)));
        }
    }
    for (module, lines) in groups {
        if module.is_empty() {
            lines.iter().for_each(|line| out += &format!("  {line}\n"));
        } else {
            out += &format!(
                "  subgraph {} {{\n    label = {}\n    fontname = \"sans-serif\"\n",
                quote(&format!("cluster_{module}")),
                quote(&module)
            );
            lines.iter().for_each(|line| out += &format!("    {line}\n"));
            out += "  }\n";
        }
    }
    out + &edges + "}\n"
}

/// `import ADDRESS ID`
pub async fn import(session: &mut Session, args: &Args) -> i32 {
    session.legacy = true;
    let session: &Session = session;
    let [address, id] = args.rest.as_slice() else {
        session.legacy_error("The import command expects two arguments.");
        return session.usage("import");
    };
    let instance = match session.instance_address("<import-address>", address) {
        Ok(instance) => instance,
        Err(problem) => {
            session.show(&[problem]);
            session.out("For information on valid syntax, see:\nhttps://developer.hashicorp.com/terraform/cli/state/resource-addressing\n");
            return 1;
        }
    };
    if instance.resource.mode == Mode::Data {
        session.show(&[Diagnostic::error(
            "A managed resource address is required. Importing into a data resource is not allowed.",
            "",
        )]);
        return 1;
    }
    let mut diagnostics = Vec::new();
    let config = session.load(&mut diagnostics);
    if has_errors(&diagnostics) {
        session.show(&diagnostics);
        return 1;
    }
    let path = instance.module.path();
    let known =
        config.descendant(&path).is_some_and(|node| node.module.resources.contains_key(&instance.resource));
    if !known {
        let place = crate::eval::scope::display_module(&path);
        let name = ResourceInstance { key: Key::None, ..instance.clone() };
        session.legacy_error(&format!("Error: resource address {} does not exist in the configuration.\n\nBefore importing this resource, please create its configuration in {place}. For example:\n\nresource {} {} {{\n  # (resource arguments)\n}}\n", quote(&name.to_string()), quote(&instance.resource.kind), quote(&instance.resource.name)));
        return 1;
    }
    let mut store = session.store(Some(&config));
    let state = match session.read_state(&mut store) {
        Ok(file) => file.map(|file| file.state).unwrap_or_default(),
        Err(code) => return code,
    };
    let run = session.run(&config, Op::Plan);
    diagnostics.extend(session.missing_providers(&config));
    if has_errors(&diagnostics) || !variables::collect(session, args, &config, &run, &mut diagnostics).await {
        session.show(&diagnostics);
        return 1;
    }
    let options = PlanOptions { skip_refresh: true, ..PlanOptions::default() };
    let ui = ImportUi { human: HumanUi(session), id, kind: &instance.resource.kind };
    let managed = state.object(&instance).is_some();
    let planner = Planner::new(&run, &options, &ui, state);
    if managed {
        ui.prepared(&instance);
        let detail = format!(
            "Terraform is already managing a remote object for {instance}. To import to this address you must first remove the existing object from the state."
        );
        session.show(&[Diagnostic::error("Resource already managed by Terraform", detail)]);
        return 1;
    }
    planner.imports.borrow_mut().insert(instance.clone(), id.clone());
    planner.walk().await;
    diagnostics.extend(run.diagnostics.take());
    let failed = has_errors(&diagnostics);
    if !failed && let Err(error) = store.write(&planner.state.borrow()) {
        session.legacy_error(&format!("Error writing state file: {error}"));
        return 1;
    }
    if failed {
        session.show(&diagnostics);
        return 1;
    }
    session.out(&format!("{}\n", session.color.paint("[reset][green]\nImport successful!\n\nThe resources that were imported are shown above. These resources are now in\nyour Terraform state and will henceforth be managed by Terraform.\n")));
    session.show(&diagnostics);
    0
}

struct ImportUi<'s> {
    human: HumanUi<'s>,
    id: &'s str,
    kind: &'s str,
}

impl ImportUi<'_> {
    fn prepared(&self, address: &ResourceInstance) {
        let session = self.human.0;
        let id = quote(self.id);
        session.out(&format!(
            "{}\n",
            session.color.paint(&format!("[reset][bold]{address}: Importing from ID {id}..."))
        ));
        session.out(&format!(
            "{}\n",
            session.color.paint(&format!("[reset][bold][green]{address}: Import prepared!"))
        ));
        session.out(&format!(
            "{}\n",
            session.color.paint(&format!("[reset][green]  Prepared {} for import", self.kind))
        ));
    }
}

impl Ui for ImportUi<'_> {
    fn progress(&self, progress: crate::ui::Progress) {
        match progress {
            crate::ui::Progress::PreparingImport { address, .. } => self.prepared(&address),
            other => self.human.progress(other),
        }
    }
}
