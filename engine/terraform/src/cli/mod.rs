//! The `terraform` command.

pub mod args;
pub mod backend;
pub mod console;
pub mod diagnostics;
pub mod format;
pub mod help;
pub mod hooks;
pub mod init;
pub mod inspect;
pub mod json_ui;
pub mod misc;
pub mod operate;
pub mod session;
mod show_config;
pub mod show_json;
pub mod state;
mod state_mv;
pub mod validate;
pub mod variables;
pub mod workspace;

use crate::host::{FileKind, Host};
use crate::provider::ProviderRegistry;
use args::{Args, Known};
use nuvola_tf_lang::suggest::did_you_mean;
use operate::Command;
use session::Session;
use std::rc::Rc;

/// Runs a `terraform` command line (without the program's name) and gives its exit code.
pub async fn run(args: &[String], host: Rc<dyn Host>, providers: Rc<dyn ProviderRegistry>) -> i32 {
    let mut words = args.to_vec();
    let mut host = host;
    if let Some(first) = words.first().cloned().filter(|first| first.starts_with("-chdir")) {
        let Some(dir) = first.strip_prefix("-chdir=").filter(|dir| !dir.is_empty()) else {
            host.write_stderr("Invalid -chdir option: must include an equals sign followed by a directory path, like -chdir=example\n");
            return 1;
        };
        if host.file_kind(dir) != Some(FileKind::Directory) {
            let why =
                if host.file_kind(dir).is_some() { "not a directory" } else { "no such file or directory" };
            host.write_stderr(&format!("Error handling -chdir option: chdir {dir}: {why}\n"));
            return 1;
        }
        host = Rc::new(crate::host::InFolder::new(host, dir));
        words.remove(0);
    }
    let is_help = |word: &String| matches!(word.as_str(), "-help" | "--help" | "-h");
    let wants_help = words.iter().any(is_help);
    words.retain(|word| !is_help(word));
    let Some(command) = words.first().cloned().filter(|word| !word.starts_with('-') || is_version(word))
    else {
        host.write_stdout(help::text(""));
        return if wants_help { 0 } else { 127 };
    };
    let (name, rest) = named(&command, &words[1..]);
    let Some(kind) = kind(&name) else {
        return no_such_command(&*host, &command);
    };
    if wants_help {
        host.write_stdout(help::text(&name));
        return 0;
    }
    let (known, complaint) = match kind {
        Kind::Group => {
            host.write_stdout(help::text(&name));
            return 1;
        }
        Kind::NotSimulated => {
            let session = Session::new(host, providers, true);
            let detail = format!("Nuvola does not simulate the command {}.", nuvola_hcl::text::quote(&name));
            return session.fail("Command not simulated", detail);
        }
        Kind::Known(known, complaint) => (known, complaint),
    };
    let color = !rest.iter().any(|word| word == "-no-color");
    let rest: Vec<String> = rest.iter().filter(|word| *word != "-no-color").cloned().collect();
    let mut session = Session::new(host, providers, color);
    match Args::parse(&rest, known) {
        Ok(args) => dispatch(&mut session, &name, args).await,
        Err(problem) => wrong_flags(&mut session, &name, &problem, complaint),
    }
}

fn is_version(word: &str) -> bool {
    matches!(word, "-version" | "--version" | "-v")
}

/// The full name of a command, and the words after it.
fn named<'w>(command: &str, rest: &'w [String]) -> (String, &'w [String]) {
    if is_version(command) {
        return ("version".to_owned(), rest);
    }
    let sub = rest.first().filter(|sub| help::commands(command).any(|known| known == *sub));
    match sub {
        Some(sub) => (format!("{command} {sub}"), &rest[1..]),
        None => (command.to_owned(), rest),
    }
}

fn no_such_command(host: &dyn Host, command: &str) -> i32 {
    let hint = did_you_mean(command, help::commands(""));
    host.write_stderr(&format!("Terraform has no command named {}.{hint}\n\nTo see all of Terraform's top-level commands, run:\n  terraform -help\n\n", nuvola_hcl::text::quote(command)));
    1
}

/// How a command complains of options that it does not have.
#[derive(Clone, Copy)]
enum Complaint {
    /// A diagnostic, and where to find help.
    Hint,
    Diagnostic,
    /// The command's help, and a line.
    Usage,
    UsageAlone,
    Line,
    PlainLine,
    /// A line, and the command's help on standard output.
    Help,
}

enum Kind {
    Known(&'static Known, Complaint),
    /// A name with commands below it.
    Group,
    NotSimulated,
}

fn kind(name: &str) -> Option<Kind> {
    use Complaint::{Diagnostic, Help, Hint, Line, PlainLine, Usage, UsageAlone};
    Some(match name {
        "plan" => Kind::Known(&operate::PLAN, Hint),
        "apply" | "destroy" => Kind::Known(&operate::APPLY, Hint),
        "refresh" => Kind::Known(&operate::REFRESH, Hint),
        "init" => Kind::Known(&init::KNOWN, Diagnostic),
        "validate" => Kind::Known(&validate::KNOWN, Hint),
        "fmt" => Kind::Known(&format::KNOWN, Usage),
        "output" => Kind::Known(&inspect::OUTPUT, Hint),
        "show" => Kind::Known(&inspect::SHOW, Hint),
        "state list" | "state replace-provider" => Kind::Known(&state::KNOWN, Help),
        "state mv" | "state pull" | "state push" | "state rm" => Kind::Known(&state::KNOWN, Line),
        "state show" => Kind::Known(&state::KNOWN, PlainLine),
        "taint" | "untaint" => Kind::Known(&state::KNOWN, Usage),
        "console" => Kind::Known(&console::KNOWN, Usage),
        "import" => Kind::Known(&misc::IMPORT, UsageAlone),
        "workspace list" | "workspace show" | "workspace new" | "workspace select" | "workspace delete" => {
            Kind::Known(&workspace::KNOWN, Usage)
        }
        "modules" => Kind::Known(&misc::SIMPLE, Hint),
        "get" | "version" | "providers" | "graph" | "force-unlock" => Kind::Known(&misc::SIMPLE, Usage),
        "state" | "workspace" | "metadata" => Kind::Group,
        "test" | "login" | "logout" | "metadata functions" | "providers lock" | "providers mirror"
        | "providers schema" => Kind::NotSimulated,
        _ => return None,
    })
}

fn wrong_flags(session: &mut Session, name: &str, problem: &str, complaint: Complaint) -> i32 {
    let line = format!("Error parsing command-line flags: {problem}\n");
    match complaint {
        Complaint::Hint | Complaint::Diagnostic => {
            session.fail("Failed to parse command-line flags", problem);
            if matches!(complaint, Complaint::Hint) {
                session
                    .err(&format!("\nFor more help on using this command, run:\n  terraform {name} -help\n"));
            }
        }
        Complaint::UsageAlone => drop(session.usage(name)),
        Complaint::Usage => {
            session.usage(name);
            // The console writes "command line" without a hyphen.
            let line = if name == "console" { line.replace("command-line", "command line") } else { line };
            session.legacy_error(&line);
        }
        Complaint::Line => session.legacy_error(&line),
        Complaint::PlainLine => session.err(&line),
        Complaint::Help => {
            session.legacy_error(&line);
            session.out(help::text(name));
        }
    }
    1
}

/// Runs a command, with the state that a backend keeps fetched before and given back afterwards.
async fn dispatch(session: &mut Session, name: &str, args: Args) -> i32 {
    if let Err(code) = backend::open(session, name, &args).await {
        session.remote.take();
        return code;
    }
    let code = run_command(session, name, args).await;
    backend::close(session, code).await
}

async fn run_command(session: &mut Session, name: &str, args: Args) -> i32 {
    if let Some(sub) = name.strip_prefix("state ") {
        return state::run(session, sub, &args).await;
    }
    if let Some(sub) = name.strip_prefix("workspace ") {
        return workspace::run(session, sub, &args).await;
    }
    match name {
        "plan" => operate::run(session, Command::Plan, args).await,
        "apply" => operate::run(session, Command::Apply, args).await,
        "destroy" => operate::run(session, Command::Destroy, args).await,
        "refresh" => operate::run(session, Command::Refresh, args).await,
        "init" => init::run(session, &args).await,
        "validate" => validate::run(session, &args),
        "fmt" => format::run(session, &args).await,
        "output" => inspect::output(session, &args),
        "show" => inspect::show(session, &args),
        "taint" => state::taint(session, &args, true),
        "untaint" => state::taint(session, &args, false),
        "console" => console::run(session, &args).await,
        "import" => misc::import(session, &args).await,
        "get" => misc::get(session, &args),
        "modules" => misc::modules(session, &args),
        "providers" => misc::providers(session, &args),
        "graph" => misc::graph(session, &args),
        "force-unlock" => misc::force_unlock(session, &args).await,
        _ => misc::version(session, &args),
    }
}
