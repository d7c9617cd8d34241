//! Functions on files, which the host supplies, and on paths.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use std::sync::Arc;

use super::crypto::{base64, hex};
use super::{Failure, Function, text};
use crate::format::quote_go;
use crate::host::{FileError, FileKind, Host};
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("file", "path:string -> string", |host, args, _| {
            let path = text(&args[0]);
            Ok(read_text(host, path)?.into())
        }),
        Function::new("filebase64", "path:string -> string", |host, args, _| {
            Ok(STANDARD.encode(read_bytes(host, text(&args[0]))?).into())
        }),
        Function::new("fileexists", "path:string -> bool", fileexists),
        Function::new("fileset", "path:string pattern:string -> set(string)", fileset),
        Function::new("filemd5", "path:string -> string", |host, args, _| hashed(host, args, hex::<Md5>)),
        Function::new("filesha1", "path:string -> string", |host, args, _| hashed(host, args, hex::<Sha1>)),
        Function::new("filesha256", "path:string -> string", |host, args, _| {
            hashed(host, args, hex::<Sha256>)
        }),
        Function::new("filesha512", "path:string -> string", |host, args, _| {
            hashed(host, args, hex::<Sha512>)
        }),
        Function::new("filebase64sha256", "path:string -> string", |host, args, _| {
            hashed(host, args, base64::<Sha256>)
        }),
        Function::new("filebase64sha512", "path:string -> string", |host, args, _| {
            hashed(host, args, base64::<Sha512>)
        }),
        Function::new("abspath", "path:string -> string", |host, args, _| {
            let path = expand_home(host, text(&args[0]))?;
            let joined = if path.starts_with('/') { path } else { format!("{}/{path}", host.base_dir()) };
            Ok(clean(&joined).into())
        }),
        Function::new("basename", "path:string -> string", |_, args, _| Ok(basename(text(&args[0])).into())),
        Function::new("dirname", "path:string -> string", |_, args, _| Ok(dirname(text(&args[0])).into())),
        Function::new("pathexpand", "path:string -> string", |host, args, _| {
            Ok(expand_home(host, text(&args[0]))?.into())
        }),
    ]
}

fn expand_home(host: &dyn Host, path: &str) -> Result<String, Failure> {
    match path.strip_prefix('~') {
        None => Ok(path.to_owned()),
        Some(rest) if rest.is_empty() || rest.starts_with('/') => match host.home_dir() {
            Some(home) => Ok(clean(&format!("{home}/{rest}"))),
            None => Ok(path.to_owned()),
        },
        Some(_) => Failure::call("cannot expand user-specific home dir"),
    }
}

/// The content of a file for the functions that show it.
fn read_bytes(host: &dyn Host, path: &str) -> Result<Arc<[u8]>, Failure> {
    let expanded = expand_home(host, path)
        .or_else(|failure| Failure::arg(0, format!("failed to expand ~: {}", failure.message())))?;
    host.read_file(&clean(&expanded)).map_err(|error| {
        Failure::Arg(0, match error {
            FileError::NotFound => format!(
                "no file exists at {}; this function works only with files that are distributed as part of the configuration source code, so if this file will be created by a resource in this configuration you must instead obtain this result from an attribute of that resource",
                quote_go(path)
            ),
            FileError::IsFolder => {
                let path = if path.is_empty() { "." } else { path };
                format!("failed to read file: read {path}: is a directory")
            }
            FileError::Denied | FileError::Other(_) => format!("failed to open file: open {path}: {}", error.reason()),
        })
    })
}

/// The text of a file.
pub(crate) fn read_text(host: &dyn Host, path: &str) -> Result<String, Failure> {
    let bytes = read_bytes(host, path)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Failure::call(format!(
            "contents of {} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead",
            quote_go(path)
        )),
    }
}

fn hashed(host: &dyn Host, args: &[Value], hash: fn(&[u8]) -> String) -> Outcome {
    let path = text(&args[0]);
    let expanded = expand_home(host, path)?;
    match host.read_file(&clean(&expanded)) {
        Ok(bytes) => Ok(hash(&bytes).into()),
        Err(FileError::IsFolder) => Failure::call(format!("read {path}: is a directory")),
        Err(error) => Failure::call(format!("open {path}: {}", error.reason())),
    }
}

fn fileexists(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let path = text(&args[0]);
    let expanded = expand_home(host, path)?;
    match host.file_kind(&clean(&expanded)) {
        None => Ok(false.into()),
        Some(FileKind::File) => Ok(true.into()),
        Some(FileKind::Folder) => {
            let path = if path.is_empty() { "." } else { path };
            Failure::call(format!("{} is a directory, not a file", quote_go(path)))
        }
        Some(FileKind::Other) => {
            Failure::call(format!("{} is not a regular file, but {}", quote_go(path), quote_go("a device")))
        }
    }
}

fn fileset(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let folder = expand_home(host, text(&args[0]))?;
    let pattern = text(&args[1]);
    let joined = clean(&format!("{folder}/{pattern}"));
    let Some(alternatives) = glob_alternatives(&clean(pattern)) else {
        let message = format!("failed to glob pattern {}: syntax error in pattern", quote_go(&joined));
        return Failure::call(message);
    };
    let files = host.list_files(&clean(&folder));
    let matching = files.into_iter().filter(|file| {
        let parts: Vec<&str> = file.split('/').collect();
        alternatives.iter().any(|pattern| {
            let pattern: Vec<&str> = pattern.split('/').collect();
            match_path(&pattern, &parts)
        })
    });
    Ok(Value::set_of(Type::String, matching.map(Value::from).collect()))
}

/// Expands `{a,b}` and checks the syntax.
fn glob_alternatives(pattern: &str) -> Option<Vec<String>> {
    const MAX_ALTERNATIVES: usize = 1000;
    let mut open = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(pattern) = open.pop() {
        let Some(start) = pattern.find('{') else {
            done.push(pattern);
            continue;
        };
        let end = start + pattern[start..].find('}')?;
        for choice in pattern[start + 1..end].split(',') {
            open.push(format!("{}{choice}{}", &pattern[..start], &pattern[end + 1..]));
        }
        if open.len() + done.len() > MAX_ALTERNATIVES {
            return None;
        }
    }
    done.iter().all(|pattern| well_formed(pattern)).then_some(done)
}

fn well_formed(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '[' if !chars.by_ref().any(|c| c == ']') => return false,
            _ => {}
        }
    }
    true
}

fn match_path(pattern: &[&str], parts: &[&str]) -> bool {
    match (pattern.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=parts.len()).any(|skipped| match_path(rest, &parts[skipped..])),
        (Some((first, rest)), Some((part, others))) => {
            let first: Vec<char> = first.chars().collect();
            let part: Vec<char> = part.chars().collect();
            match_name(&first, &part) && match_path(rest, others)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn match_name(pattern: &[char], name: &[char]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some(('*', rest)) => (0..=name.len()).any(|skipped| match_name(rest, &name[skipped..])),
        Some(('?', rest)) => !name.is_empty() && match_name(rest, &name[1..]),
        Some(('[', rest)) => {
            let Some(end) = rest.iter().position(|c| *c == ']') else { return false };
            let (Some((first, others)), class) = (name.split_first(), &rest[..end]) else { return false };
            in_class(class, *first) && match_name(&rest[end + 1..], others)
        }
        Some(('\\', rest)) if !rest.is_empty() => {
            name.first() == rest.first() && match_name(&rest[1..], &name[1..])
        }
        Some((c, rest)) => name.first() == Some(c) && match_name(rest, &name[1..]),
    }
}

fn in_class(class: &[char], c: char) -> bool {
    let (negated, class) = match class.split_first() {
        Some(('^' | '!', rest)) => (true, rest),
        Some(_) | None => (false, class),
    };
    let mut at = 0;
    let mut found = false;
    while at < class.len() {
        if class.get(at + 1) == Some(&'-') && at + 2 < class.len() {
            found |= (class[at]..=class[at + 2]).contains(&c);
            at += 3;
        } else {
            found |= class[at] == c;
            at += 1;
        }
    }
    found != negated
}

/// The shortest path that leads to the same place, by its text alone.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn basename(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed.rsplit('/').next().unwrap_or(trimmed) }
}

fn dirname(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}
