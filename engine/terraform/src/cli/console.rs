//! `console`: evaluates expressions about the state, line by line.

use super::args::{Args, Known};
use super::operate::make_plan;
use super::session::Session;
use super::variables;
use crate::plan::PlanOptions;
use crate::plan::planner::Planner;
use crate::run::{Op, Place};
use crate::ui::Silent;
use nuvola_hcl::{SourceFile, has_errors};
use nuvola_tf_lang::format_value;

pub const KNOWN: Known = Known {
    switches: &["no-color", "plan", "input", "compact-warnings", "lock", "help", "h"],
    values: &["state", "var", "var-file", "lock-timeout", "parallelism"],
};

const HELP: &str = "The Terraform console allows you to experiment with Terraform interpolations.\nYou may access resources in the state (if you have one) just as you would\nfrom a configuration. For example: \"aws_instance.foo.id\" would evaluate\nto the ID of \"aws_instance.foo\" if it exists in your state.\n\nType in the interpolation to test and hit <enter> to see the result.\n\nTo exit the console, type \"exit\" and hit <enter>, or use Control-C or\nControl-D.";

/// The `console` command.
pub async fn run(session: &mut Session, args: &Args) -> i32 {
    if super::misc::too_many(session, args) {
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
    let mut store = session.store(Some(&config));
    let state = match session.read_state(&mut store) {
        Ok(file) => file.map(|file| file.state).unwrap_or_default(),
        Err(code) => return code,
    };
    let op = if args.on("plan") { Op::Plan } else { Op::Eval };
    let mut run = session.run(&config, op);
    if !variables::collect(session, args, &config, &run, &mut diagnostics).await {
        session.show(&diagnostics);
        return 1;
    }
    let options = PlanOptions::default();
    if args.on("plan") {
        drop(make_plan(&run, &options, &Silent, state).await);
        run.op = Op::Eval;
    } else {
        let planner = Planner::new(&run, &options, &Silent, state);
        planner.walk().await;
    }
    diagnostics.extend(run.diagnostics.take());
    if has_errors(&diagnostics) {
        let summary = "Due to the problems above, some expressions may produce unexpected results.";
        diagnostics.push(nuvola_hcl::Diagnostic::warning(summary, ""));
    }
    session.show(&diagnostics);
    if session.host.stdin_is_terminal() {
        interactive(session, &run).await
    } else {
        piped(session, &run).await
    }
}

/// Prints only the last result; the first error ends it.
async fn piped(session: &Session, run: &crate::run::Run) -> i32 {
    let mut last = String::new();
    let mut pending = String::new();
    while let Some(line) = session.host.read_line(false).await {
        pending.push_str(&line);
        if is_open(&pending) {
            pending.push('\n');
            continue;
        }
        match answer(session, run, &std::mem::take(&mut pending)) {
            Answer::Text(text) => last = text,
            Answer::Exit => return 0,
            Answer::Failed => return 1,
        }
    }
    // What was left open ends where the text ends.
    let pending = pending.trim_end_matches('\n');
    if !pending.is_empty() {
        match answer(session, run, pending) {
            Answer::Text(text) => last = text,
            Answer::Exit => return 0,
            Answer::Failed => return 1,
        }
    }
    session.out(&format!("{last}\n"));
    0
}

async fn interactive(session: &Session, run: &crate::run::Run) -> i32 {
    let mut pending = String::new();
    loop {
        session.out(if pending.is_empty() { "> " } else { ": " });
        let Some(line) = session.host.read_line(false).await else { break };
        pending.push_str(&line);
        if is_open(&pending) {
            pending.push('\n');
            continue;
        }
        match answer(session, run, &std::mem::take(&mut pending)) {
            Answer::Text(text) if text.is_empty() => {}
            Answer::Text(text) => session.out(&format!("{text}\n")),
            Answer::Exit => break,
            Answer::Failed => {}
        }
    }
    0
}

/// Whether brackets, quotes or a heredoc are not closed yet.
fn is_open(text: &str) -> bool {
    let mut depth = 0_i64;
    let mut quoted = false;
    let mut escaped = false;
    for char in text.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

enum Answer {
    Text(String),
    Exit,
    Failed,
}

fn answer(session: &Session, run: &crate::run::Run, line: &str) -> Answer {
    match line.trim() {
        "" => return Answer::Text(String::new()),
        "exit" => return Answer::Exit,
        "help" => return Answer::Text(HELP.to_owned()),
        _ => {}
    }
    let file = session.sources.borrow_mut().add(SourceFile::hidden("<console-input>", line));
    let (expr, mut problems) = nuvola_hcl::parse_expression(&session.sources.borrow(), file);
    if has_errors(&problems) {
        session.show(&problems);
        return Answer::Failed;
    }
    let (value, more) = run.eval(&expr, &Place::default());
    problems.extend(more);
    session.show(&problems);
    if has_errors(&problems) {
        return Answer::Failed;
    }
    Answer::Text(format_value(&value, 0))
}
