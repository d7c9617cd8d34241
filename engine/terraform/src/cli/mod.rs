//! The `terraform` command.

pub mod args;
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
pub mod show_json;
pub mod validate;
pub mod variables;

use crate::host::Host;
use crate::provider::ProviderRegistry;
use args::{Args, Known};
use operate::Command;
use session::Session;
use std::rc::Rc;

/// Runs a `terraform` command line (without the program's name) and gives its exit code.
pub async fn run(args: &[String], host: Rc<dyn Host>, providers: Rc<dyn ProviderRegistry>) -> i32 {
    let mut words = args.to_vec();
    let mut host = host;
    while let Some(first) = words.first().cloned() {
        if let Some(dir) = first.strip_prefix("-chdir=") {
            host = Rc::new(crate::host::InFolder::new(host, dir));
            words.remove(0);
        } else {
            break;
        }
    }
    let Some(command) = words.first().cloned() else {
        host.write_stdout(help::MAIN);
        return 127;
    };
    let rest = &words[1..];
    if matches!(command.as_str(), "-help" | "--help" | "-h" | "help") {
        host.write_stdout(help::MAIN);
        return 0;
    }
    let (sub, rest) = match command.as_str() {
        "state" | "workspace" => match rest.first() {
            Some(sub) if !sub.starts_with('-') => (sub.clone(), &rest[1..]),
            Some(_) | None => {
                host.write_stdout(&help::group(&command));
                return 127;
            }
        },
        _ => (String::new(), rest),
    };
    let Some(known) = known(&command, &sub) else {
        host.write_stderr(&format!("Terraform has no command named \"{command}\".\n\nTo see all of Terraform's top-level commands, run:\n  terraform -help\n\n"));
        return 1;
    };
    let mut color = true;
    let args = match Args::parse(rest, known) {
        Ok(args) => args,
        Err(problem) => {
            let session = Session::new(host, providers, !rest.iter().any(|word| word == "-no-color"));
            session.fail("Failed to parse command-line flags", problem.clone());
            session
                .err(&format!("\nFor more help on using this command, run:\n  terraform {command} -help\n"));
            return 1;
        }
    };
    if args.on("help") || args.on("h") {
        host.write_stdout(&help::command(&command, &sub));
        return 0;
    }
    if args.on("no-color") {
        color = false;
    }
    let mut session = Session::new(host, providers, color);
    dispatch(&mut session, &command, &sub, args).await
}

fn known(command: &str, sub: &str) -> Option<&'static Known> {
    Some(match command {
        "plan" | "apply" | "destroy" | "refresh" => &operate::KNOWN,
        "init" => &init::KNOWN,
        "validate" => &validate::KNOWN,
        "fmt" => &format::KNOWN,
        "output" => &inspect::OUTPUT,
        "show" => &inspect::SHOW,
        "state" if matches!(sub, "list" | "show" | "rm" | "mv" | "pull" | "push") => &inspect::STATE,
        "taint" | "untaint" => &inspect::STATE,
        "console" => &console::KNOWN,
        "import" => &misc::IMPORT,
        "workspace" if matches!(sub, "list" | "show" | "new" | "select" | "delete") => &misc::SIMPLE,
        "get" | "version" | "-version" | "--version" | "-v" | "providers" | "graph" | "force-unlock" => {
            &misc::SIMPLE
        }
        _ => return None,
    })
}

async fn dispatch(session: &mut Session, command: &str, sub: &str, args: Args) -> i32 {
    match command {
        "plan" => operate::run(session, Command::Plan, args).await,
        "apply" => operate::run(session, Command::Apply, args).await,
        "destroy" => operate::run(session, Command::Destroy, args).await,
        "refresh" => operate::run(session, Command::Refresh, args).await,
        "init" => init::run(session),
        "validate" => validate::run(session, &args),
        "fmt" => format::run(session, &args).await,
        "output" => inspect::output(session, &args),
        "show" => inspect::show(session, &args),
        "state" => inspect::state(session, sub, &args),
        "taint" => inspect::taint(session, &args, true),
        "untaint" => inspect::taint(session, &args, false),
        "console" => console::run(session, &args).await,
        "import" => misc::import(session, &args).await,
        "workspace" => misc::workspace(session, sub, &args),
        "get" => misc::get(session),
        "providers" => misc::providers(session),
        "graph" => misc::graph(session, &args),
        "force-unlock" => {
            session.out("There is no lock to remove: only one command at a time uses the state here.\n");
            0
        }
        _ => misc::version(session, &args),
    }
}
