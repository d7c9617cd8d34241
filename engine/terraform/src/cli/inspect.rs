//! `output`, `show` and the `state` commands.

use super::args::{Args, Known};
use super::session::{Session, problems_text};
use crate::addr::{ResourceInstance, Target};
use crate::parse_addr;
use crate::plan::Change;
use crate::plan::savefile::SavedPlan;
use crate::render::plan::{Look, plan_text};
use crate::render::state::{object_text, output_value, outputs_text, state_text};
use crate::run::{Op, Run};
use crate::schema::ResourceSchema;
use crate::state::State;
use crate::state::file::StateFile;
use crate::state::json::{compact, object, pretty};
use crate::state::store::Store;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;
use nuvola_tf_lang::json::parse::{Json, parse};
use nuvola_tf_lang::json::{encode_plain, encode_type};
use nuvola_tf_lang::{Type, convert};
use std::rc::Rc;

pub const OUTPUT: Known = Known { switches: &["no-color", "json", "raw", "help", "h"], values: &["state"] };
pub const SHOW: Known = Known { switches: &["no-color", "json", "help", "h"], values: &[] };
pub const STATE: Known = Known {
    switches: &[
        "no-color",
        "force",
        "dry-run",
        "lock",
        "ignore-remote-version",
        "allow-missing",
        "help",
        "h",
    ],
    values: &["state", "state-out", "backup", "backup-out", "id", "lock-timeout"],
};

const NO_OUTPUTS: &str = "The state file either has no outputs defined, or all the defined outputs are empty. Please define an output in your configuration with the `output` keyword and run `terraform refresh` for it to become available. If you are using interpolation, please verify the interpolated value is not empty. You can use the `terraform console` command to assist.";
const NO_STATE: &str = "No state file was found!\n\nState management commands require a state file. Run this command\nin a directory where Terraform has been run or use the -state flag\nto point the command to a specific state location.";

/// Where the state is, which the configuration says: so that must make sense.
fn store(session: &Session, args: &Args) -> Result<Store, i32> {
    if let Some(path) = args.value("state") {
        return Ok(Store::new(Rc::clone(&session.host), path));
    }
    let mut diagnostics = Vec::new();
    let module = session.load_module("", &mut diagnostics);
    if nuvola_hcl::has_errors(&diagnostics) {
        session.show(&diagnostics);
        return Err(1);
    }
    let config = crate::config::Config { module, ..crate::config::Config::default() };
    Ok(session.store(Some(&config)))
}

fn read(session: &Session, store: &mut Store) -> Result<Option<StateFile>, i32> {
    store.read().map_err(|problems| session.fail("Failed to load state", problems_text(&problems)))
}

/// `output`
pub fn output(session: &Session, args: &Args) -> i32 {
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    let state = match read(session, &mut store) {
        Ok(file) => file.map(|file| file.state).unwrap_or_default(),
        Err(code) => return code,
    };
    let json = |value: &nuvola_tf_lang::Value| {
        let text = encode_plain(value).unwrap_or_default();
        parse(&text).unwrap_or(Json::Null)
    };
    let Some(name) = args.rest.first() else {
        if args.on("json") {
            let outputs = state.outputs.iter().map(|(name, output)| {
                let ty = parse(&encode_type(output.value.ty())).unwrap_or(Json::Null);
                let members = [
                    ("sensitive", Json::Bool(output.sensitive)),
                    ("type", ty),
                    ("value", json(&output.value)),
                ];
                (name.clone(), object(members))
            });
            session.out(&format!("{}\n", pretty(&Json::Object(outputs.collect()))));
        } else if state.outputs.is_empty() {
            session.show(&[Diagnostic::warning("No outputs found", NO_OUTPUTS)]);
        } else {
            session.out(&outputs_text(&state.outputs));
        }
        return 0;
    };
    if state.outputs.is_empty() {
        session.show(&[Diagnostic::warning("No outputs found", NO_OUTPUTS)]);
        return 0;
    }
    let Some(output) = state.outputs.get(name) else {
        return session.fail(format!("Output {} not found", quote(name)), "The output variable requested could not be found in the state file. If you recently added this to your configuration, be sure to run `terraform apply`, since the state won't be updated with new output variables until that command is run.");
    };
    if args.on("json") {
        session.out(&format!("{}\n", compact(&json(&output.value))));
    } else if args.on("raw") {
        let text = convert(&output.value, &Type::String).ok();
        let Some(text) = text.filter(|text| !text.is_null()) else {
            let detail = format!(
                "The -raw option only supports strings, numbers, and boolean values, but output value {} is {}.\n\nUse the -json option for machine-readable representations of output values that have complex types.",
                quote(name),
                output.value.ty().friendly_name()
            );
            return session.fail("Unsupported value for raw output", detail);
        };
        session.out(text.as_str().unwrap_or_default());
    } else {
        session.out(&format!("{}\n", output_value(output)));
    }
    0
}

/// A run for schemas only.
fn schemas(session: &Session) -> Run {
    let config = session.load(&mut Vec::new());
    session.run(&config, Op::Eval)
}

fn schema(run: &Run, instance: &ResourceInstance, provider: &str) -> Option<Rc<ResourceSchema>> {
    let source = crate::providers::resolve::source_of(provider)?;
    run.resource_schema(&source, &instance.resource)
}

/// `show`
pub fn show(session: &Session, args: &Args) -> i32 {
    let run = schemas(session);
    let find = |instance: &ResourceInstance, provider: &str| schema(&run, instance, provider);
    if let Some(path) = args.rest.first() {
        let bytes = session.host.read_file(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(saved) = SavedPlan::read(&text) {
            if args.on("json") {
                session.out(&format!("{}\n", super::show_json::plan(session, &run, &saved.plan)));
                return 0;
            }
            let look = Look { color: session.color, columns: session.columns() };
            session.out(&plan_text(
                &saved.plan,
                &|change: &Change| find(&change.address, &change.provider),
                look,
            ));
            return 0;
        }
        return match StateFile::read(&text) {
            Ok(file) => show_state(session, args, &run, Some(file.state)),
            Err(_) => session.fail("Failed to read the given file as a state or plan file", format!("State read error: stat {path}: no such file or directory\n\nPlan read error: stat {path}: no such file or directory")),
        };
    }
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    match read(session, &mut store) {
        Ok(file) => show_state(session, args, &run, file.map(|file| file.state)),
        Err(code) => code,
    }
}

fn show_state(session: &Session, args: &Args, run: &Run, state: Option<State>) -> i32 {
    if args.on("json") {
        session.out(&format!("{}\n", super::show_json::state(run, state.as_ref())));
        return 0;
    }
    let find = |instance: &ResourceInstance, provider: &str| schema(run, instance, provider);
    match state {
        None => session.out("No state.\n"),
        Some(state) if state.is_empty() => {
            session.out("The state file is empty. No resources are represented.\n")
        }
        Some(state) => session.out(&state_text(&state, &find, session.color)),
    }
    0
}

/// `state SUBCOMMAND`
pub fn state(session: &mut Session, sub: &str, args: &Args) -> i32 {
    session.legacy = true;
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    if sub == "push" {
        return push(session, args, &mut store);
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
        session.legacy_error(NO_STATE);
        return 1;
    };
    match sub {
        "list" => list(session, args, &file.state),
        "show" => show_one(session, args, &file.state),
        "rm" => remove(session, args, file.state, &mut store),
        _ => move_to(session, args, file.state, &mut store),
    }
}

fn targets(session: &Session, words: &[String]) -> Result<Vec<Target>, i32> {
    words
        .iter()
        .map(|word| {
            parse_addr::from_text(word).map_err(|problem| {
                session.show(&[Diagnostic::error(
                    format!("Error parsing instance address: {word}"),
                    problem.detail,
                )]);
                1
            })
        })
        .collect()
}

fn list(session: &Session, args: &Args, state: &State) -> i32 {
    let targets = match targets(session, &args.rest) {
        Ok(targets) => targets,
        Err(code) => return code,
    };
    for (instance, slot) in state.instances() {
        let id = slot.current.as_ref().and_then(|object| object.text("id"));
        let wanted = args.value("id").is_none_or(|wanted| id == Some(wanted));
        if wanted && (targets.is_empty() || targets.iter().any(|target| target.contains(&instance))) {
            session.out(&format!("{instance}\n"));
        }
    }
    0
}

fn show_one(session: &Session, args: &Args, state: &State) -> i32 {
    let Some(word) = args.rest.first() else {
        session.legacy_error("Exactly one argument expected.\n");
        return 1;
    };
    let found = parse_addr::instance(word).ok();
    let run = schemas(session);
    let object = found.as_ref().and_then(|instance| Some((instance, state.object(instance)?)));
    let Some((instance, object)) = object else {
        session.legacy_error("No instance found for the given address!\n\nThis command requires that the address references one specific instance.\nTo view the available instances, use \"terraform state list\". Please modify \nthe address to reference a specific instance.");
        return 1;
    };
    let provider = state.resource(instance).map_or("", |resource| &resource.provider);
    match schema(&run, instance, provider) {
        Some(schema) => {
            session.out(&object_text(instance, None, object, &schema, session.color));
            0
        }
        None => session.fail("Missing schema", format!("The provider of {instance} is not available here.")),
    }
}

fn remove(session: &Session, args: &Args, mut state: State, store: &mut Store) -> i32 {
    let targets = match targets(session, &args.rest) {
        Ok(targets) => targets,
        Err(code) => return code,
    };
    let found: Vec<ResourceInstance> = state
        .instances()
        .into_iter()
        .map(|(instance, _)| instance)
        .filter(|instance| targets.iter().any(|target| target.contains(instance)))
        .collect();
    if found.is_empty() {
        session.show(&[Diagnostic::error("Invalid target address", "No matching objects found. To view the available instances, use \"terraform state list\". Please modify the address to reference a specific instance.")]);
        return 1;
    }
    let dry = args.on("dry-run");
    for instance in &found {
        session.out(&format!("{} {instance}\n", if dry { "Would remove" } else { "Removed" }));
        state.remove(instance);
    }
    if dry {
        return 0;
    }
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error saving the state: {error}"));
        return 1;
    }
    session.out(&format!("Successfully removed {} resource instance(s).\n", found.len()));
    0
}

fn move_to(session: &Session, args: &Args, mut state: State, store: &mut Store) -> i32 {
    let [from, to] = args.rest.as_slice() else {
        session.legacy_error("Exactly two arguments expected.\n");
        return 1;
    };
    let (Ok(from), Ok(to)) = (parse_addr::from_text(from), parse_addr::from_text(to)) else {
        session.show(&[Diagnostic::error("Invalid address", "A resource or module address is required.")]);
        return 1;
    };
    let before = state.clone();
    let mut config = crate::config::Config::default();
    config.module.moved.push(crate::config::Moved {
        from: from.clone(),
        to: to.clone(),
        range: nuvola_hcl::Range::default(),
    });
    let moves = crate::plan::moves::apply(&config, &mut state);
    if state == before {
        let detail = format!("Cannot move {from}: does not match anything in the current state.");
        session.show(&[Diagnostic::error("Invalid source address", detail)]);
        return 1;
    }
    let dry = args.on("dry-run");
    session.out(&format!(
        "{} {} to {}\n",
        if dry { "Would move" } else { "Move" },
        quote(&from.to_string()),
        quote(&to.to_string())
    ));
    if dry {
        return 0;
    }
    if let Err(error) = store.write(&state) {
        session.legacy_error(&format!("Error saving the state: {error}"));
        return 1;
    }
    session.out(&format!("Successfully moved {} object(s).\n", moves.len()));
    0
}

fn push(session: &Session, args: &Args, store: &mut Store) -> i32 {
    let Some(path) = args.rest.first() else {
        session.legacy_error("Exactly one argument expected.\n");
        return 1;
    };
    let bytes = session.host.read_file(path).unwrap_or_default();
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

/// `taint` and `untaint`
pub fn taint(session: &mut Session, args: &Args, taint: bool) -> i32 {
    session.legacy = true;
    let mut store = match store(session, args) {
        Ok(store) => store,
        Err(code) => return code,
    };
    let Some(word) = args.rest.first() else {
        session.legacy_error("The taint command expects exactly one argument.");
        return 1;
    };
    let Ok(instance) = parse_addr::instance(word) else {
        session.show(&[Diagnostic::error(
            "Invalid address",
            format!("{} is no resource instance address.", quote(word)),
        )]);
        return 1;
    };
    let mut state = match store.read() {
        Ok(file) => file.map(|file| file.state).unwrap_or_default(),
        Err(problems) => {
            session.legacy_error(&format!("Failed to load state: {}", problems_text(&problems)));
            return 1;
        }
    };
    let word = if taint { "tainted" } else { "untainted" };
    let Some(object) = state.instance_mut(&instance).and_then(|slot| slot.current.as_mut()) else {
        let detail = format!(
            "There is no resource instance in the state with the address {instance}. If the resource configuration has just been added, you must run \"terraform apply\" once to create the corresponding instance(s) before they can be {word}."
        );
        session.show(&[Diagnostic::error("No such resource instance", detail)]);
        return 1;
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
