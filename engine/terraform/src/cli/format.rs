//! `fmt`: rewrites configuration files in the canonical style.

use super::args::{Args, Known};
use super::session::Session;
use crate::config::load::join;
use crate::host::FileKind;
use nuvola_hcl::{Diagnostic, SourceFile};

pub const KNOWN: Known = Known {
    switches: &["list", "write", "diff", "check", "recursive", "no-color", "help", "h"],
    values: &[],
};

/// The `fmt` command.
pub async fn run(session: &mut Session, args: &Args) -> i32 {
    session.legacy = true;
    let session: &Session = session;
    if args.rest.iter().any(|path| path == "-") {
        let mut text = String::new();
        while let Some(line) = session.host.read_line(false).await {
            text.push_str(&line);
            text.push('\n');
        }
        return file(session, args, "<stdin>", &text, true).unwrap_or_else(|code| code);
    }
    let mut code = 0;
    let paths = if args.rest.is_empty() { vec![String::new()] } else { args.rest.clone() };
    for path in paths {
        let target = if path.is_empty() { "." } else { &path };
        match session.host.file_kind(target) {
            None => {
                session.show(&[Diagnostic::error(format!("No file or directory at {path}"), "")]);
                return 2;
            }
            Some(FileKind::Directory) => code = code.max(directory(session, args, &path)),
            Some(FileKind::File) => {
                if ![".tf", ".tfvars", ".tftest.hcl"].iter().any(|end| path.ends_with(end)) {
                    session.show(&[Diagnostic::error(
                        "Only .tf, .tfvars, and .tftest.hcl files can be processed with terraform fmt",
                        "",
                    )]);
                    return 2;
                }
                code = code.max(read(session, args, &path));
            }
        }
    }
    code
}

fn directory(session: &Session, args: &Args, dir: &str) -> i32 {
    let mut code = 0;
    let entries = session.host.list_dir(if dir.is_empty() { "." } else { dir }).unwrap_or_default();
    for entry in entries {
        let path = join(dir, &entry.name);
        match entry.kind {
            FileKind::Directory if args.on("recursive") && !entry.name.starts_with('.') => {
                code = code.max(directory(session, args, &path));
            }
            FileKind::File
                if !entry.name.starts_with('.')
                    && [".tf", ".tfvars", ".tftest.hcl"].iter().any(|end| entry.name.ends_with(end)) =>
            {
                code = code.max(read(session, args, &path));
            }
            FileKind::Directory | FileKind::File => {}
        }
    }
    code
}

fn read(session: &Session, args: &Args, path: &str) -> i32 {
    let bytes = session.host.read_file(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    file(session, args, path, &text, false).unwrap_or_else(|code| code)
}

fn file(session: &Session, args: &Args, path: &str, text: &str, stdin: bool) -> Result<i32, i32> {
    let id = session.sources.borrow_mut().add(SourceFile::new(path, text));
    let formatted = match nuvola_hcl::format(&session.sources.borrow(), id) {
        Ok(formatted) => formatted,
        Err(problems) => {
            session.show(&problems);
            return Err(2);
        }
    };
    let changed = formatted != text;
    if stdin && args.on("check") {
        return Ok(if changed { 3 } else { 0 });
    }
    if stdin {
        session.out(if formatted.is_empty() { "\n" } else { &formatted });
        return Ok(0);
    }
    if !args.or("list", true) && !args.or("write", true) && !args.on("diff") {
        session.out(&formatted);
    }
    if changed {
        if args.or("list", true) {
            session.out(&format!("{path}\n"));
        }
        if args.or("write", true)
            && !args.on("check")
            && let Err(error) = session.host.write_file(path, formatted.as_bytes())
        {
            session.legacy_error(&format!("Failed to write {path}: {error}"));
            return Err(2);
        }
        if args.on("diff") {
            session.out(&nuvola_hcl::unified_diff(text, &formatted, path));
        }
    }
    Ok(if changed && args.on("check") { 3 } else { 0 })
}
