//! The small programs: files, text, the shell itself. Texts follow GNU coreutils and bash.

use super::run::PROGRAMS;
use super::session::Session;
use crate::event::Event;
use nuvola_kernel::{Blob, Timestamp};

/// Runs a built-in program; `None` when there is none of that name.
pub(crate) fn run(session: &Session, program: &str, arguments: &[String]) -> Option<i32> {
    let outcome = match program {
        "ls" => list(session, arguments),
        "cat" => print_files(session, arguments),
        "cp" => copy(session, arguments),
        "mv" => rename(session, arguments),
        "rm" => remove(session, arguments),
        "mkdir" => make_folders(session, arguments),
        "cd" => change_folder(session, arguments),
        "pwd" => {
            let root = session.root();
            let cwd = session.cwd();
            session.print(&if cwd.is_empty() { format!("{root}\n") } else { format!("{root}/{cwd}\n") });
            Ok(())
        }
        "touch" => touch(session, arguments),
        "grep" => grep(session, arguments),
        "head" => ends(session, arguments, true),
        "tail" => ends(session, arguments, false),
        "wc" => count(session, arguments),
        "echo" => {
            echo(session, arguments);
            Ok(())
        }
        "env" => {
            let lines = session.env.iter().filter(|(name, _)| *name != "?");
            session.print(&lines.map(|(name, value)| format!("{name}={value}\n")).collect::<String>());
            Ok(())
        }
        "export" => export(session, arguments),
        "unset" => unset(session, arguments),
        "sort" => sort(session, arguments),
        "uniq" => unique(session, arguments),
        "tee" => tee(session, arguments),
        "which" => return Some(which(session, arguments)),
        "date" => date(session, arguments),
        "history" => history(session),
        "clear" => clear(session),
        "true" | ":" => Ok(()),
        "false" => return Some(1),
        "help" => {
            help(session);
            Ok(())
        }
        _ => return None,
    };
    Some(match outcome {
        Ok(()) => 0,
        Err(text) => {
            session.print_error(&format!("{program}: {text}\n"));
            1
        }
    })
}

type Outcome = Result<(), String>;

/// Splits flags (`-la`, `--recursive`) from operands.
fn split_flags<'a>(arguments: &'a [String], known: &str) -> Result<(String, Vec<&'a str>), String> {
    let mut flags = String::new();
    let mut operands = Vec::new();
    let mut only_operands = false;
    for argument in arguments {
        match argument.strip_prefix('-') {
            Some("-") if !only_operands => only_operands = true,
            Some("-recursive") if !only_operands => flags.push('r'),
            Some(letters) if !only_operands && !letters.is_empty() => {
                if let Some(unknown) = letters.chars().find(|letter| !known.contains(*letter)) {
                    return Err(format!("invalid option -- '{unknown}'"));
                }
                flags.push_str(letters);
            }
            _ => operands.push(argument.as_str()),
        }
    }
    Ok((flags, operands))
}

fn missing(path: &str) -> String {
    format!("{path}: No such file or directory")
}

fn list(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, mut operands) = split_flags(arguments, "la1Ah")?;
    if operands.is_empty() {
        operands.push(".");
    }
    let several = operands.len() > 1;
    for (index, operand) in operands.iter().enumerate() {
        let path = session
            .resolve(operand)
            .ok_or_else(|| format!("cannot access '{operand}': Permission denied"))?;
        let (is_file, is_folder, names) = {
            let world = session.shared.borrow();
            let files = world.files(session.terminal);
            (files.is_file(&path), files.is_folder(&path), files.list(&path))
        };
        if is_file {
            print_names(session, &flags, &[((*operand).to_owned(), false)], "");
            continue;
        }
        if !is_folder {
            return Err(format!("cannot access '{operand}': No such file or directory"));
        }
        if several {
            session.print(&format!("{}{operand}:\n", if index > 0 { "\n" } else { "" }));
        }
        let hidden = flags.contains(['a', 'A']);
        let names: Vec<(String, bool)> =
            names.into_iter().filter(|(name, _)| hidden || !name.starts_with('.')).collect();
        print_names(session, &flags, &names, &path);
    }
    Ok(())
}

fn print_names(session: &Session, flags: &str, names: &[(String, bool)], folder: &str) {
    let paint = |name: &str, is_folder: bool| match is_folder && session.is_terminal() {
        true => format!("\x1b[1;34m{name}\x1b[0m"),
        false => name.to_owned(),
    };
    if flags.contains('l') {
        let world = session.shared.borrow();
        let mut text = String::new();
        for (name, is_folder) in names {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let size = world.files(session.terminal).read(&path).map_or(4096, |content| content.len());
            let mode = if *is_folder { "drwxr-xr-x" } else { "-rw-r--r--" };
            text.push_str(&format!("{mode} 1 student student {size:>8} {}\n", paint(name, *is_folder)));
        }
        drop(world);
        return session.print(&text);
    }
    if flags.contains('1') || !session.is_terminal() {
        return session.print(&names.iter().map(|(name, _)| format!("{name}\n")).collect::<String>());
    }
    let width = names.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    let per_row = (usize::from(session.columns()) / width.max(1)).max(1);
    let mut text = String::new();
    for row in names.chunks(per_row) {
        for (name, is_folder) in row {
            let padding = " ".repeat(width - name.chars().count());
            text.push_str(&format!("{}{padding}", paint(name, *is_folder)));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    session.print(&text);
}

/// The content of the files named, or what a pipe feeds where none is.
fn inputs(session: &Session, operands: &[&str]) -> Result<Vec<(String, Blob)>, String> {
    if operands.is_empty() {
        return Ok(vec![(String::new(), session.stdin.clone().unwrap_or_default())]);
    }
    operands
        .iter()
        .map(|operand| {
            let path = session.resolve(operand).ok_or_else(|| missing(operand))?;
            let world = session.shared.borrow();
            match world.files(session.terminal).read(&path) {
                Some(content) => Ok(((*operand).to_owned(), content.clone())),
                None if world.files(session.terminal).is_folder(&path) => {
                    Err(format!("{operand}: Is a directory"))
                }
                None => Err(missing(operand)),
            }
        })
        .collect()
}

fn print_files(session: &Session, arguments: &[String]) -> Outcome {
    let (_, operands) = split_flags(arguments, "")?;
    for (_, content) in inputs(session, &operands)? {
        session.print_bytes(&content);
    }
    Ok(())
}

/// Where a copy or move ends up: inside `target` when that is a folder.
fn destination(session: &Session, source: &str, target: &str) -> Result<String, String> {
    let path = session.resolve(target).ok_or_else(|| format!("{target}: Permission denied"))?;
    let name = source.rsplit('/').next().unwrap_or(source);
    Ok(match session.shared.borrow().files(session.terminal).is_folder(&path) {
        true if path.is_empty() => name.to_owned(),
        true => format!("{path}/{name}"),
        false => path,
    })
}

fn copy(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "rRaf")?;
    let Some((target, sources)) = operands.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return Err("missing file operand".to_owned());
    };
    for source in sources {
        let from =
            session.resolve(source).ok_or_else(|| format!("cannot stat '{source}': Permission denied"))?;
        let to = destination(session, &from, target)?;
        let (content, inside): (Option<Blob>, Vec<(String, Blob)>) = {
            let world = session.shared.borrow();
            let inside = world
                .files(session.terminal)
                .below(&from)
                .map(|(path, content)| (path.to_owned(), content.clone()));
            (world.files(session.terminal).read(&from).cloned(), inside.collect())
        };
        let copies = match content {
            Some(content) => vec![(to, Some(content))],
            None if inside.is_empty() => {
                return Err(format!("cannot stat '{source}': No such file or directory"));
            }
            None if !flags.contains(['r', 'R', 'a']) => {
                return Err(format!("-r not specified; omitting directory '{source}'"));
            }
            None => {
                let moved = |path: String| format!("{to}{}", &path[from.len()..]);
                inside.into_iter().map(|(path, content)| (moved(path), Some(content))).collect()
            }
        };
        let machine = session.machine();
        crate::world::take_in_files(&mut session.shared.borrow_mut(), machine.as_deref(), copies);
    }
    Ok(())
}

fn rename(session: &Session, arguments: &[String]) -> Outcome {
    let (_, operands) = split_flags(arguments, "f")?;
    let Some((target, sources)) = operands.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return Err("missing file operand".to_owned());
    };
    for source in sources {
        let from =
            session.resolve(source).ok_or_else(|| format!("cannot stat '{source}': Permission denied"))?;
        let to = destination(session, &from, target)?;
        if to.starts_with(&format!("{from}/")) || from.is_empty() {
            return Err(format!("cannot move '{source}' to a subdirectory of itself, '{target}'"));
        }
        if !session.shared.borrow_mut().files_mut(session.terminal).rename(&from, &to) {
            return Err(format!("cannot stat '{source}': No such file or directory"));
        }
    }
    Ok(())
}

fn remove(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "rRf")?;
    if operands.is_empty() && !flags.contains('f') {
        return Err("missing operand".to_owned());
    }
    for operand in operands {
        let path = session
            .resolve(operand)
            .ok_or_else(|| format!("cannot remove '{operand}': Permission denied"))?;
        let mut world = session.shared.borrow_mut();
        let is_file = world.files(session.terminal).is_file(&path);
        if !is_file && world.files(session.terminal).is_folder(&path) && !flags.contains(['r', 'R']) {
            return Err(format!("cannot remove '{operand}': Is a directory"));
        }
        if path.is_empty() {
            return Err(format!("refusing to remove '.' or '..' directory: skipping '{operand}'"));
        }
        if !world.files_mut(session.terminal).remove(&path) && !flags.contains('f') {
            return Err(format!("cannot remove '{operand}': No such file or directory"));
        }
    }
    Ok(())
}

fn make_folders(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "p")?;
    if operands.is_empty() {
        return Err("missing operand".to_owned());
    }
    for operand in operands {
        let path = session
            .resolve(operand)
            .ok_or_else(|| format!("cannot create directory '{operand}': Permission denied"))?;
        let mut world = session.shared.borrow_mut();
        let files = world.files_mut(session.terminal);
        if (files.is_folder(&path) && !flags.contains('p')) || files.is_file(&path) {
            return Err(format!("cannot create directory '{operand}': File exists"));
        }
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        if !files.is_folder(parent) && !flags.contains('p') {
            return Err(format!("cannot create directory '{operand}': No such file or directory"));
        }
        files.make_folder(&path);
    }
    Ok(())
}

fn change_folder(session: &Session, arguments: &[String]) -> Outcome {
    let target = arguments.first().map_or("", String::as_str);
    let path = match target {
        "" | "~" => String::new(),
        path => session.resolve(path).ok_or_else(|| format!("{path}: the project is all there is"))?,
    };
    let mut world = session.shared.borrow_mut();
    if world.files(session.terminal).is_file(&path) {
        return Err(format!("{target}: Not a directory"));
    }
    if !world.files(session.terminal).is_folder(&path) {
        return Err(missing(target));
    }
    if let Some(at) = world.kept.terminals.get_mut(&session.terminal) {
        at.cwd = path;
    }
    Ok(())
}

fn touch(session: &Session, arguments: &[String]) -> Outcome {
    for path in arguments {
        if session.read(path).is_none() {
            session.write_file(path, Blob::default())?;
        }
    }
    Ok(())
}

fn grep(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "inv")?;
    let Some((needle, files)) = operands.split_first() else { return Err("missing pattern".to_owned()) };
    let fold = |text: &str| if flags.contains('i') { text.to_lowercase() } else { text.to_owned() };
    let needle = fold(needle);
    let several = files.len() > 1;
    for (name, content) in inputs(session, files)? {
        for (index, line) in String::from_utf8_lossy(&content).lines().enumerate() {
            if fold(line).contains(&needle) == flags.contains('v') {
                continue;
            }
            let place = if several { format!("{name}:") } else { String::new() };
            let number = if flags.contains('n') { format!("{}:", index + 1) } else { String::new() };
            session.print(&format!("{place}{number}{line}\n"));
        }
    }
    Ok(())
}

/// `head` and `tail`: `-n 5` or `-5`.
fn ends(session: &Session, arguments: &[String], from_start: bool) -> Outcome {
    let mut lines = 10usize;
    let mut operands = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let number = match argument.strip_prefix("-n").or_else(|| argument.strip_prefix('-')) {
            Some("") if argument == "-n" => rest.next().map(String::as_str),
            Some(number) => Some(number),
            None => {
                operands.push(argument.as_str());
                continue;
            }
        };
        let number = number.unwrap_or("");
        lines = number.parse().map_err(|_| format!("invalid number of lines: '{number}'"))?;
    }
    for (_, content) in inputs(session, &operands)? {
        let text = String::from_utf8_lossy(&content);
        let all: Vec<&str> = text.lines().collect();
        let skipped = if from_start { 0 } else { all.len().saturating_sub(lines) };
        session
            .print(&all.iter().skip(skipped).take(lines).map(|line| format!("{line}\n")).collect::<String>());
    }
    Ok(())
}

fn count(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "lwc")?;
    for (name, content) in inputs(session, &operands)? {
        let text = String::from_utf8_lossy(&content);
        let counts =
            [('l', text.matches('\n').count()), ('w', text.split_whitespace().count()), ('c', content.len())];
        let shown = counts.iter().filter(|(letter, _)| flags.is_empty() || flags.contains(*letter));
        let numbers: Vec<String> = shown.map(|(_, number)| number.to_string()).collect();
        session.print(format!("{} {name}", numbers.join(" ")).trim_end());
        session.print("\n");
    }
    Ok(())
}

/// The lines of all inputs together.
fn all_lines(session: &Session, operands: &[&str]) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (_, content) in inputs(session, operands)? {
        lines.extend(String::from_utf8_lossy(&content).lines().map(str::to_owned));
    }
    Ok(lines)
}

fn print_lines(session: &Session, lines: &[String]) {
    session.print(&lines.iter().map(|line| format!("{line}\n")).collect::<String>());
}

fn sort(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "nru")?;
    let mut lines = all_lines(session, &operands)?;
    lines.sort();
    if flags.contains('n') {
        let mut numbered: Vec<(i64, String)> =
            lines.into_iter().map(|line| (number_order(&line), line)).collect();
        numbered.sort();
        lines = numbered.into_iter().map(|(_, line)| line).collect();
    }
    if flags.contains('r') {
        lines.reverse();
    }
    if flags.contains('u') {
        lines.dedup();
    }
    print_lines(session, &lines);
    Ok(())
}

/// The number that a line begins with (0 where there is none), as a whole one of the same order.
fn number_order(line: &str) -> i64 {
    let text = line.trim_start();
    let end =
        text.find(|part: char| !part.is_ascii_digit() && !matches!(part, '.' | '-')).unwrap_or(text.len());
    let bits = text[..end].parse::<f64>().unwrap_or(0.0).to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn unique(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "c")?;
    let mut counted: Vec<(usize, String)> = Vec::new();
    for line in all_lines(session, &operands)? {
        match counted.last_mut() {
            Some((count, last)) if *last == line => *count += 1,
            Some(_) | None => counted.push((1, line)),
        }
    }
    let shown = |(count, line): (usize, String)| {
        if flags.contains('c') { format!("{count:>7} {line}") } else { line }
    };
    let lines: Vec<String> = counted.into_iter().map(shown).collect();
    print_lines(session, &lines);
    Ok(())
}

fn tee(session: &Session, arguments: &[String]) -> Outcome {
    let (flags, operands) = split_flags(arguments, "a")?;
    let content = session.stdin.clone().unwrap_or_default();
    session.print_bytes(&content);
    for path in operands {
        let mut whole = match flags.contains('a') {
            true => session.read(path).map(|old| old.to_vec()).unwrap_or_default(),
            false => Vec::new(),
        };
        whole.extend_from_slice(&content);
        session.write_file(path, Blob::from(whole))?;
    }
    Ok(())
}

fn which(session: &Session, arguments: &[String]) -> i32 {
    let known = |name: &String| PROGRAMS.iter().any(|(program, _)| program == name) || name == "python3";
    for name in arguments.iter().filter(|name| known(name)) {
        session.print(&format!("/usr/bin/{name}\n"));
    }
    i32::from(arguments.is_empty() || !arguments.iter().all(known))
}

/// `date`, `date +%s`, `date +%F`, `date -u +%Y-%m-%dT%H:%M:%SZ`.
fn date(session: &Session, arguments: &[String]) -> Outcome {
    let now = Timestamp(session.shared.borrow().now_ms);
    let iso = now.iso_seconds();
    let (day, time) = (iso.get(..10).unwrap_or_default(), iso.get(11..19).unwrap_or_default());
    let Some(format) = arguments.iter().find_map(|argument| argument.strip_prefix('+')) else {
        // `Fri, 28 Nov 2026 07:12:00 GMT` has all the parts.
        let http = now.http_date();
        let parts: Vec<&str> = http.split([',', ' ']).filter(|part| !part.is_empty()).collect();
        if let [week_day, day, month, year, time, ..] = parts[..] {
            let day = day.trim_start_matches('0');
            session.print(&format!("{week_day} {month} {day:>2} {time} UTC {year}\n"));
        }
        return Ok(());
    };
    let mut text = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('Y') => text.push_str(&day[..4]),
            Some('m') => text.push_str(&day[5..7]),
            Some('d') => text.push_str(&day[8..]),
            Some('H') => text.push_str(&time[..2]),
            Some('M') => text.push_str(&time[3..5]),
            Some('S') => text.push_str(&time[6..]),
            Some('F') => text.push_str(day),
            Some('T') => text.push_str(time),
            Some('s') => text.push_str(&now.epoch_s().to_string()),
            Some('%') => text.push('%'),
            Some(other) => return Err(format!("nuvola: the format `%{other}` is not simulated")),
            None => text.push('%'),
        }
    }
    session.print(&format!("{text}\n"));
    Ok(())
}

fn echo(session: &Session, arguments: &[String]) {
    let (end, words) = match arguments.split_first() {
        Some((first, rest)) if first == "-n" => ("", rest),
        _ => ("\n", arguments),
    };
    session.print(&format!("{}{end}", words.join(" ")));
}

fn export(session: &Session, arguments: &[String]) -> Outcome {
    let mut world = session.shared.borrow_mut();
    let Some(at) = world.kept.terminals.get_mut(&session.terminal) else { return Ok(()) };
    for argument in arguments {
        if let Some((name, value)) = argument.split_once('=') {
            if looks_like_a_real_key(name, value) {
                return Err(
                    "this looks like a real AWS key; Nuvola never stores one: use the lab's own".to_owned()
                );
            }
            at.unset.remove(name);
            at.env.insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(())
}

/// Keys of the lab carry its mark; any other text in the form of an AWS key may be a real one.
pub(crate) fn looks_like_a_real_key(name: &str, value: &str) -> bool {
    let has_form = value.len() == 20 && (value.starts_with("AKIA") || value.starts_with("ASIA"));
    has_form && name.contains("KEY") && !value.contains("NUVOLA") && !value.ends_with("EXAMPLE")
}

fn unset(session: &Session, arguments: &[String]) -> Outcome {
    let mut world = session.shared.borrow_mut();
    if let Some(at) = world.kept.terminals.get_mut(&session.terminal) {
        at.env.retain(|name, _| !arguments.contains(name));
        at.unset.extend(arguments.iter().cloned());
    }
    Ok(())
}

fn history(session: &Session) -> Outcome {
    let lines = {
        let world = session.shared.borrow();
        world.kept.terminals.get(&session.terminal).map(|at| at.history.clone()).unwrap_or_default()
    };
    let numbered = lines.iter().enumerate().map(|(index, line)| format!("{:>5}  {line}\n", index + 1));
    session.print(&numbered.collect::<String>());
    Ok(())
}

fn clear(session: &Session) -> Outcome {
    let mut world = session.shared.borrow_mut();
    if let Some(at) = world.kept.terminals.get_mut(&session.terminal) {
        at.clear();
    }
    let data = "\x1b[2J\x1b[3J\x1b[H".to_owned();
    world.emit(Event::TerminalOutput { terminal: session.terminal, data });
    Ok(())
}

fn help(session: &Session) {
    let mut text = String::from("What this terminal runs:\n\n");
    for (name, purpose) in PROGRAMS {
        text.push_str(&format!("  {name:<10} {purpose}\n"));
    }
    text.push_str("\nPipes (|), redirections (> >> <), &&, ||, ; and variables work. Tab completes, Ctrl-C interrupts.\n");
    session.print(&text);
}
