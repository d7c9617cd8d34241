//! `output` and `show`.

use super::args::{Args, Known};
use super::session::{Session, problems_text};
use crate::addr::ResourceInstance;
use crate::plan::Change;
use crate::plan::savefile::SavedPlan;
use crate::render::plan::{Look, plan_text};
use crate::render::state::{output_value, outputs_text, state_text};
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

/// What commands with one argument say of more.
pub const TOO_MANY: &str = "Too many command line arguments";
pub const AT_MOST_ONE: &str = "Expected at most one positional argument.";

const NO_OUTPUTS: &str = "The state file either has no outputs defined, or all the defined outputs are empty. Please define an output in your configuration with the `output` keyword and run `terraform refresh` for it to become available. If you are using interpolation, please verify the interpolated value is not empty. You can use the `terraform console` command to assist.";

/// Where the state is, which the configuration says: so that must make sense.
pub fn store(session: &Session, args: &Args) -> Result<Store, i32> {
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
    if args.rest.len() > 1 {
        return session.wrong_count("output", "Unexpected argument", "The output command expects exactly one argument with the name of an output variable or no arguments to show all outputs.");
    }
    if args.on("json") && args.on("raw") {
        return session.wrong_count(
            "output",
            "Invalid output format",
            "The -raw and -json options are mutually-exclusive.",
        );
    }
    if args.on("raw") && args.rest.is_empty() {
        return session.wrong_count(
            "output",
            "Output name required",
            "You must give the name of a single output value when using the -raw option.",
        );
    }
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
    if state.outputs.is_empty() && !args.on("json") {
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
pub fn schemas(session: &Session) -> Run {
    let config = session.load(&mut Vec::new());
    session.run(&config, Op::Eval)
}

pub fn schema(run: &Run, instance: &ResourceInstance, provider: &str) -> Option<Rc<ResourceSchema>> {
    let source = crate::providers::resolve::source_of(provider)?;
    run.resource_schema(&source, &instance.resource)
}

/// `show`
pub fn show(session: &Session, args: &Args) -> i32 {
    if args.rest.len() > 1 {
        return session.wrong_count("show", TOO_MANY, AT_MOST_ONE);
    }
    let run = schemas(session);
    let find = |instance: &ResourceInstance, provider: &str| schema(&run, instance, provider);
    if let Some(path) = args.rest.first() {
        let bytes = session.host.read_file(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(saved) = SavedPlan::read(&text) {
            if args.on("json") {
                session.out(&format!("{}\n", super::show_json::plan(&run, &saved.plan)));
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
            Err(_) if session.host.file_kind(path).is_none() => session.fail("Failed to read the given file as a state or plan file", format!("State read error: Error loading statefile: open {path}: no such file or directory\n\nPlan read error: couldn't load the provided path as either a local plan file (open {path}: no such file or directory) or a saved cloud plan (open {path}: no such file or directory)")),
            Err(problems) => session.fail("Failed to read the given file as a state or plan file", format!("State read error: Error reading {path} as a statefile: {}\n\nPlan read error: couldn't load the provided path as either a local plan file (zip: not a valid zip file) or a saved cloud plan (unable to parse plan file)", problems_text(&problems))),
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
