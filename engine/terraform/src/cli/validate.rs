//! `validate`: what the configuration itself says, without looking at anything real.

use super::args::{Args, Known};
use super::inspect;
use super::session::Session;
use crate::config::Config;
use crate::exec::block_on;
use crate::plan::PlanOptions;
use crate::plan::planner::Planner;
use crate::run::Op;
use crate::state::State;
use crate::state::json::{object, pretty, string};
use crate::ui::Silent;
use nuvola_hcl::{Diagnostic, has_errors};
use nuvola_tf_lang::json::parse::{Json, parse};
use std::rc::Rc;

pub const KNOWN: Known =
    Known { switches: &["no-color", "json", "no-tests", "help", "h"], values: &["test-directory"] };

/// Walks the configuration without values; nothing in that walk has to be waited for.
#[must_use]
pub fn static_check(session: &Session, config: &Rc<Config>) -> Vec<Diagnostic> {
    let run = session.run(config, Op::Validate);
    let options = PlanOptions::default();
    let planner = Planner::new(&run, &options, &Silent, State::default());
    block_on(planner.walk());
    let mut problems = run.diagnostics.take();
    problems.extend(config.all().into_iter().flat_map(|node| node.module.late.clone()));
    problems
}

/// The `validate` command.
pub fn run(session: &Session, args: &Args) -> i32 {
    if args.rest.len() > 1 {
        return session.wrong_count("validate", inspect::TOO_MANY, inspect::AT_MOST_ONE);
    }
    let mut diagnostics = Vec::new();
    // Another folder than this one is asked for by `-chdir`; one that is not there gets its own words.
    if let Some(dir) = args.rest.first().filter(|dir| !session.dir_exists(dir)) {
        let detail = format!("Module directory {dir} does not exist or cannot be read.");
        diagnostics.push(Diagnostic::error("Failed to read module directory", detail));
    }
    let config = session.load(&mut diagnostics);
    if !has_errors(&diagnostics) {
        diagnostics.extend(session.missing_providers(&config));
    }
    if !has_errors(&diagnostics) {
        diagnostics.extend(static_check(session, &config));
    }
    let failed = has_errors(&diagnostics);
    if args.on("json") {
        json(session, diagnostics);
        return i32::from(failed);
    }
    session.show(&diagnostics);
    if failed {
        return 1;
    }
    let warned =
        if diagnostics.is_empty() { "" } else { ", but there were some validation warnings as shown above" };
    let text =
        session.color.paint(&format!("[green][bold]Success![reset] The configuration is valid{warned}.\n"));
    session.out(&crate::render::color::word_wrap(&text, session.columns()));
    session.out("\n");
    0
}

fn json(session: &Session, mut diagnostics: Vec<Diagnostic>) {
    super::diagnostics::sort(&mut diagnostics, &session.sources.borrow());
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let views = diagnostics.iter().map(|diagnostic| {
        let view = diagnostic.to_view(&session.sources.borrow());
        let text = serde_json::to_string(&view).expect("a diagnostic is plain data");
        parse(&text).unwrap_or(Json::Null)
    });
    let out = object([
        ("format_version", string("1.0")),
        ("valid", Json::Bool(errors == 0)),
        ("error_count", Json::Number(errors.to_string())),
        ("warning_count", Json::Number(warnings.to_string())),
        ("diagnostics", Json::Array(views.collect())),
    ]);
    session.out(&format!("{}\n", pretty(&out)));
}
