//! The `state` commands, `taint` and `untaint`.

use super::args::{Args, Known};
use super::inspect::{schema, schemas, store};
use super::session::{Session, problems_text};
use super::state_mv;
use crate::addr::{Mode, ProviderSource, ResourceInstance, Target};
use crate::render::state::object_text;
use crate::state::State;
use crate::state::file::StateFile;
use crate::state::store::Store;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;

pub const KNOWN: Known = Known {
    switches: &[
        "no-color",
        "force",
        "dry-run",
        "lock",
        "ignore-remote-version",
        "allow-missing",
        "auto-approve",
        "help",
        "h",
    ],
    values: &["state", "state-out", "backup", "backup-out", "id", "lock-timeout"],
};

const NO_STATE: &str = "No state file was found!\n\nState management commands require a state file. Run this command\nin a directory where Terraform has been run or use the -state flag\nto point the command to a specific state location.";
const NO_INSTANCE: &str = "\n\nThis command requires that the address references one specific instance.\nTo view the available instances, use \"terraform state list\". Please modify \nthe address to reference a specific instance.";

/// `state SUBCOMMAND`
pub async fn run(session: &mut Session, sub: &str, args: &Args) -> i32 {
    session.legacy = true;
    let session: &Session = session;
    let count = args.rest.len();
    let problem = match sub {
        "show" if count != 1 => {
            session.err("Exactly one argument expected.\n");
            return session.wrong_arguments("state show", "");
        }
        "push" if count != 1 => "Exactly one argument expected.",
        "mv" if count != 2 => "Exactly two arguments expected.",
        "replace-provider" if count != 2 => "Exactly two arguments expected.",
        "rm" if count == 0 => "At least one address is required.",
        _ => "",
    };
    if !problem.is_empty() {
        return session.wrong_arguments(&format!("state {sub}"), problem);
    }
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    if sub == "push" {
        return push(session, args, &mut store).await;
    }
    let file = match store.read() {
        Ok(file) => file,
        Err(problems) => {
            session.legacy_error(&format!("Failed to load state: {}", problems_text(&problems)));
            return 1;
        }
    };
    if sub == "pull" {
        if let Some(file) = file {
            session.out(&format!("{}\n", file.write()));
        }
        return 0;
    }
    let Some(file) = file else {
        match sub {
            "show" => session.err(&format!("{NO_STATE}\n")),
            _ => session.legacy_error(NO_STATE),
        }
        return 1;
    };
    store.backup_by_time();
    match sub {
        "list" => list(session, args, &file.state),
        "show" => show(session, &args.rest[0], &file.state),
        "rm" => remove(session, args, file.state, &mut store),
        "replace-provider" => replace_provider(session, args, file.state, &mut store).await,
        _ => state_mv::run(session, args, file.state, &mut store),
    }
}

/// What an address that was typed names in the state.
fn find(session: &Session, state: &State, word: &str) -> Result<Vec<ResourceInstance>, Diagnostic> {
    let target = session.address("", word)?;
    let all = state.instances().into_iter().map(|(instance, _)| instance);
    let found: Vec<ResourceInstance> = all.filter(|instance| target.contains(instance)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let (summary, detail) = match &target {
        Target::Module(module) => (
            "Unknown module",
            format!(
                "The current state contains no module at {module}. If you've just added this module to the configuration, you must run \"terraform apply\" first to create the module's entry in the state."
            ),
        ),
        Target::Resource(..) => (
            "Unknown resource",
            format!(
                "The current state contains no resource {target}. If you've just added this resource to the configuration, you must run \"terraform apply\" first to create the resource's entry in the state."
            ),
        ),
        Target::Instance(_) => (
            "Unknown resource instance",
            format!(
                "The current state contains no resource instance {target}. If you've just added its resource to the configuration or have changed the count or for_each arguments, you must run \"terraform apply\" first to update the resource's entry in the state."
            ),
        ),
    };
    Err(Diagnostic::error(summary, detail))
}

fn list(session: &Session, args: &Args, state: &State) -> i32 {
    let mut wanted = Vec::new();
    for word in &args.rest {
        match find(session, state, word) {
            Ok(found) => wanted.extend(found),
            Err(problem) => {
                session.show(&[problem]);
                return 1;
            }
        }
    }
    for (instance, slot) in state.instances() {
        let id = slot.current.as_ref().and_then(|object| object.text("id"));
        let fits = args.value("id").is_none_or(|wanted| id == Some(wanted));
        if fits && (args.rest.is_empty() || wanted.contains(&instance)) {
            session.out(&format!("{instance}\n"));
        }
    }
    0
}

fn show(session: &Session, word: &str, state: &State) -> i32 {
    let Ok(instance) = session.instance_address("", word) else {
        session.err(&format!("Error parsing instance address: {word}{NO_INSTANCE}\n"));
        return 1;
    };
    let run = schemas(session);
    let Some(object) = state.object(&instance) else {
        session.err(&format!("No instance found for the given address!{NO_INSTANCE}\n"));
        return 1;
    };
    let provider = state.resource(&instance).map_or("", |resource| &resource.provider);
    match schema(&run, &instance, provider) {
        Some(schema) => {
            session.out(&object_text(&instance, None, object, &schema, session.color));
            0
        }
        None => session.fail("Missing schema", format!("The provider of {instance} is not available here.")),
    }
}

fn remove(session: &Session, args: &Args, mut state: State, store: &mut Store) -> i32 {
    let mut found = Vec::new();
    for word in &args.rest {
        match session.address("", word) {
            Ok(target) => {
                let all = state.instances().into_iter().map(|(instance, _)| instance);
                found.extend(all.filter(|instance| target.contains(instance)));
            }
            Err(problem) => {
                session.show(&[problem]);
                return 1;
            }
        }
    }
    let dry = args.on("dry-run");
    for instance in &found {
        session.out(&format!("{} {instance}\n", if dry { "Would remove" } else { "Removed" }));
        state.remove(instance);
    }
    if dry {
        if found.is_empty() {
            session.out("Would have removed nothing.\n");
        }
        return 0;
    }
    if found.is_empty() {
        session.show(&[Diagnostic::error("Invalid target address", "No matching objects found. To view the available instances, use \"terraform state list\". Please modify the address to reference a specific instance.")]);
        return 1;
    }
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error saving the state: {error}"));
        return 1;
    }
    session.out(&format!("Successfully removed {} resource instance(s).\n", found.len()));
    0
}

async fn push(session: &Session, args: &Args, store: &mut Store) -> i32 {
    let path = &args.rest[0];
    let bytes = if path == "-" {
        let mut text = String::new();
        while let Some(line) = session.host.read_line(false).await {
            text += &format!("{line}\n");
        }
        text.into_bytes()
    } else {
        match session.host.read_file(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                session.legacy_error(&format!("open {path}: {error}"));
                return 1;
            }
        }
    };
    let new = match StateFile::read(&String::from_utf8_lossy(&bytes)) {
        Ok(new) => new,
        Err(problems) => {
            session.legacy_error(&format!(
                "Error reading source state {}: {}",
                quote(path),
                problems_text(&problems)
            ));
            return 1;
        }
    };
    let old = store.read().ok().flatten();
    if let (Some(old), false) = (&old, args.on("force")) {
        if old.lineage != new.lineage && !old.lineage.is_empty() {
            session.legacy_error(&format!("Failed to write state: cannot import state with lineage {} over unrelated state with lineage {}", quote(&new.lineage), quote(&old.lineage)));
            return 1;
        }
        if old.serial > new.serial {
            session.legacy_error(&format!(
                "Failed to write state: cannot import state with serial {} over newer state with serial {}",
                new.serial, old.serial
            ));
            return 1;
        }
    }
    match store.put(new) {
        Ok(()) => 0,
        Err(error) => {
            session.legacy_error(&format!("Failed to write state: {error}"));
            1
        }
    }
}

/// A provider's address as typed, or why it is none.
fn provider(which: &str, text: &str) -> Result<ProviderSource, Diagnostic> {
    let summary = format!("Invalid {} provider {}", quote(which), quote(text));
    let parts: Vec<&str> = text.split('/').collect();
    if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
        let detail = "Invalid provider source string: The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"";
        return Err(Diagnostic::error(summary, detail));
    }
    ProviderSource::parse(text).ok_or_else(|| {
        let name = parts.last().copied().unwrap_or_default();
        let detail = format!(
            "Invalid provider type: Invalid provider type {} in source {}: must contain only letters, digits, and dashes, and may not use leading or trailing dashes\"",
            quote(name),
            quote(text)
        );
        Diagnostic::error(summary, detail)
    })
}

/// `state replace-provider FROM TO`
async fn replace_provider(session: &Session, args: &Args, mut state: State, store: &mut Store) -> i32 {
    let ends = (provider("from", &args.rest[0]), provider("to", &args.rest[1]));
    let (from, to) = match ends {
        (Ok(from), Ok(to)) => (from, to),
        (from, to) => {
            let problems: Vec<Diagnostic> = [from.err(), to.err()].into_iter().flatten().collect();
            session.show(&problems);
            return 1;
        }
    };
    let uses = |provider: &str| crate::providers::resolve::source_of(provider).as_ref() == Some(&from);
    let keys: Vec<_> =
        state.resources.iter().filter(|(_, resource)| uses(&resource.provider)).map(|(key, _)| key).collect();
    if keys.is_empty() {
        session.out("No matching resources found.\n");
        return 0;
    }
    let mut text = format!(
        "Terraform will perform the following actions:\n\n  [yellow]~[reset] Updating provider:[reset]\n    [red]-[reset] {from}[reset]\n    [green]+[reset] {to}\n\x00[bold]Changing[reset] {} resources:\n\x00",
        keys.len()
    );
    for key in &keys {
        text += &format!("  {}{}\n", key.module.prefix(), key.resource);
    }
    for part in text.split('\0') {
        session.out(&session.color.paint(part));
        if !part.starts_with("  ") {
            session.out("\n");
        }
    }
    session.out("\n");
    if !args.on("auto-approve") {
        session.out(&session.color.paint(
            "[bold]Do you want to make these changes?[reset]\nOnly 'yes' will be accepted to continue.\n",
        ));
        session.out("\nEnter a value: ");
        let Some(answer) = session.host.read_line(false).await else {
            session.legacy_error("Error asking for approval: EOF");
            return 1;
        };
        session.out("\n");
        if answer.trim() != "yes" {
            session.out("Cancelled replacing providers.\n");
            return 0;
        }
    }
    let count = keys.len();
    for resource in state.resources.values_mut().filter(|resource| uses(&resource.provider)) {
        resource.provider = format!("provider[{}]", quote(&to.to_string()));
    }
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error saving the state: {error}"));
        return 1;
    }
    session.out(&format!("Successfully replaced provider for {count} resources.\n"));
    0
}

/// `taint` and `untaint`
pub fn taint(session: &mut Session, args: &Args, taint: bool) -> i32 {
    session.legacy = true;
    let session: &Session = session;
    let command = if taint { "taint" } else { "untaint" };
    let [word] = args.rest.as_slice() else {
        session.legacy_error(&format!("The {command} command expects exactly one argument."));
        return session.usage(command);
    };
    let instance = match session.instance_address("", word) {
        Ok(instance) => instance,
        Err(problem) => {
            session.show(&[problem]);
            return 1;
        }
    };
    if taint && instance.resource.mode == Mode::Data {
        session.legacy_error(&format!("Resource instance {instance} cannot be tainted"));
        return 1;
    }
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    let mut state = match store.read() {
        Ok(file) => file.map(|file| file.state).unwrap_or_default(),
        Err(problems) => {
            session.legacy_error(&format!("Failed to load state: {}", problems_text(&problems)));
            return 1;
        }
    };
    let nothing = state.resources.is_empty();
    let Some(object) = state.instance_mut(&instance).and_then(|slot| slot.current.as_mut()) else {
        return missing(session, &instance, nothing, args.on("allow-missing"));
    };
    if !taint && !object.tainted {
        let detail =
            format!("Resource instance {instance} is not currently tainted, and so it cannot be untainted.");
        session.show(&[Diagnostic::error("Resource instance is not tainted", detail)]);
        return 1;
    }
    object.tainted = taint;
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error writing state file: {error}"));
        return 1;
    }
    let text = if taint { "has been marked as tainted" } else { "has been successfully untainted" };
    session.out(&format!("Resource instance {instance} {text}.\n"));
    0
}

fn missing(session: &Session, instance: &ResourceInstance, nothing: bool, allowed: bool) -> i32 {
    const SUMMARY: &str = "No such resource instance";
    if allowed {
        let detail = format!(
            "Resource instance {instance} was not found, but this is not an error because -allow-missing was set."
        );
        session.show(&[Diagnostic::warning(SUMMARY, detail)]);
        return 0;
    }
    let detail = if nothing {
        "The state currently contains no resource instances whatsoever. This may occur if the configuration has never been applied or if it has recently been destroyed.".to_owned()
    } else {
        format!(
            "There is no resource instance in the state with the address {instance}. If the resource configuration has just been added, you must run \"terraform apply\" once to create the corresponding instance(s) before they can be tainted."
        )
    };
    session.show(&[Diagnostic::error(SUMMARY, detail)]);
    1
}
