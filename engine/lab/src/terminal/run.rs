//! Running a command line: expansion, pipes, redirections, and finding the program.

use super::commands;
use super::jobs;
use super::packages;
use super::parse::{self, Piece, Pipeline, Redirection, SimpleCommand, When, Word};
use super::session::{Session, Sink};
use super::{curl, terraform};
use crate::host::ProcessSpec;
use crate::running::Position;
use crate::view::WaitsFor;
use crate::world::{Capture, Shared, Sleep, end_of_process, run_process, sleep_until};
use nuvola_kernel::Ordered;
use nuvola_kernel::{Blob, DEFAULT_REGION};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// The programs, with what `help` says of each.
pub(crate) const PROGRAMS: &[(&str, &str)] = &[
    ("terraform", "init, validate, plan, apply, destroy, show, output, console, fmt, ..."),
    ("python", "run a Python script, or the interpreter (real CPython with boto3)"),
    ("aws", "the AWS command line interface (the real one)"),
    ("curl", "send an HTTP request to any address of the cloud"),
    ("ls", "list files"),
    ("cat", "print files"),
    ("cp", "copy files (-r for folders)"),
    ("mv", "move or rename"),
    ("rm", "remove files (-r for folders)"),
    ("mkdir", "make a folder"),
    ("cd", "change the folder"),
    ("pwd", "print the folder"),
    ("touch", "make an empty file"),
    ("grep", "lines that hold a text"),
    ("head", "the first lines"),
    ("tail", "the last lines"),
    ("wc", "count lines, words and bytes"),
    ("sort", "the lines in order (-n, -r, -u)"),
    ("uniq", "each of several equal lines once (-c)"),
    ("tee", "print, and write to a file too (-a)"),
    ("echo", "print its arguments"),
    ("sleep", "wait some seconds"),
    ("date", "the lab's time"),
    ("which", "where a program is"),
    ("pip", "what Python has: `pip list`"),
    ("jobs", "the programs in the background (started with `&`)"),
    ("ps", "the same, with their numbers"),
    ("kill", "end a program in the background, by its number"),
    ("pkill", "end those whose command line holds a text (-f)"),
    ("env", "print the variables"),
    ("export", "set a variable for later commands"),
    ("history", "print the lines typed before"),
    ("clear", "clear the terminal"),
    ("help", "this list"),
];

/// Runs one line that was typed at a terminal's prompt, and shows the prompt again.
pub(crate) async fn run_line(shared: Shared, terminal: u32, line: String) {
    run_line_from(shared, terminal, line, None).await;
}

/// Where a line is taken up that waits for a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From {
    /// The place of the program's command in the line.
    pub command: usize,
    pub pid: u32,
}

/// Runs a line, or the rest of one that a snapshot holds.
pub(crate) async fn run_line_from(shared: Shared, terminal: u32, line: String, from: Option<From>) {
    let status = match parse::parse(&line) {
        Ok(pipelines) => run_pipelines(&shared, terminal, (&line, pipelines), from).await,
        Err(text) => {
            shared.borrow_mut().print(terminal, &format!("{text}\n"));
            2
        }
    };
    let mut world = shared.borrow_mut();
    world.roots.remove(&terminal);
    if let Some(at) = world.kept.terminals.get_mut(&terminal) {
        at.last_status = status;
        at.interruptions = 0;
        at.input.clear();
    }
    world.set_waits_for(terminal, WaitsFor::Command);
}

/// Whether all that a pipeline does is one command at the terminal.
fn is_plain(pipeline: &Pipeline) -> bool {
    matches!(pipeline.commands.as_slice(), [command] if command.redirections.is_empty())
}

async fn run_pipelines(
    shared: &Shared,
    terminal: u32,
    (line, pipelines): (&str, Vec<Pipeline>),
    from: Option<From>,
) -> i32 {
    let mut status = 0;
    for (command, pipeline) in pipelines.into_iter().enumerate() {
        if from.is_some_and(|from| command < from.command) {
            continue;
        }
        let runs = match pipeline.when {
            When::Always => true,
            When::AfterSuccess => status == 0,
            When::AfterFailure => status != 0,
        };
        let resumed = from.filter(|from| command == from.command);
        if !runs && resumed.is_none() {
            continue;
        }
        if pipeline.background {
            status = jobs::start(shared, terminal, pipeline);
            continue;
        }
        if is_plain(&pipeline) {
            let position = Position { line: line.to_owned(), command };
            shared.borrow_mut().positions.insert(terminal, position);
        }
        status = match resumed {
            Some(from) => end_of_process(shared, terminal, from.pid).await.code,
            None => run_pipeline(shared, terminal, pipeline.commands).await,
        };
        let mut world = shared.borrow_mut();
        world.positions.remove(&terminal);
        let Some(at) = world.kept.terminals.get_mut(&terminal) else { return status };
        at.last_status = status;
        if at.interruptions > 0 {
            return 130;
        }
    }
    status
}

/// Runs the commands of a pipeline one after the other, each with the output of the one before.
async fn run_pipeline(shared: &Shared, terminal: u32, commands: Vec<SimpleCommand>) -> i32 {
    let last = commands.len() - 1;
    let mut piped: Option<Blob> = None;
    let mut status = 0;
    for (index, command) in commands.into_iter().enumerate() {
        let buffer = Rc::new(RefCell::new(Vec::new()));
        let stdout = if index == last { Sink::Terminal } else { Sink::Buffer(buffer.clone()) };
        let session = Session {
            shared: shared.clone(),
            terminal,
            stdout,
            stderr: Sink::Terminal,
            stdin: piped.take(),
            env: environment(shared, terminal),
        };
        status = run_command(session, command).await;
        if index < last {
            piped = Some(Blob::from(buffer.take()));
        }
    }
    status
}

/// What programs see: the lab's own variables under those that were exported.
pub(crate) fn environment(shared: &Shared, terminal: u32) -> BTreeMap<String, String> {
    let world = shared.borrow();
    let keys = &world.kept.keys;
    // An instance has no keys: its programs ask the metadata service for those of its role.
    let (user, keys) = match world.machine(terminal) {
        Some(machine) => (machine.user.as_str(), None),
        None => ("student", Some(keys)),
    };
    let home = format!("/home/{user}");
    let own = [
        ("AWS_DEFAULT_REGION", DEFAULT_REGION),
        ("AWS_REGION", DEFAULT_REGION),
        ("HOME", home.as_str()),
        ("LANG", "C.UTF-8"),
        ("TERM", "xterm-256color"),
        ("USER", user),
    ];
    let mut all: BTreeMap<String, String> =
        own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).into_map();
    if let Some(keys) = keys {
        all.insert("AWS_ACCESS_KEY_ID".to_owned(), keys.access_key_id.clone());
        all.insert("AWS_SECRET_ACCESS_KEY".to_owned(), keys.secret_access_key.clone());
    }
    all.insert("PWD".to_owned(), world.root(terminal));
    if let Some(at) = world.kept.terminals.get(&terminal) {
        all.retain(|name, _| !at.unset.contains(name));
        all.extend(at.env.clone());
        all.insert("?".to_owned(), at.last_status.to_string());
    }
    all
}

/// A file that output is redirected into.
struct Output {
    path: String,
    append: bool,
    content: Rc<RefCell<Vec<u8>>>,
}

async fn run_command(mut session: Session, command: SimpleCommand) -> i32 {
    let mut outputs: Vec<Output> = Vec::new();
    for redirection in &command.redirections {
        if let Err(text) = redirect(&mut session, redirection, &mut outputs) {
            session.print_error(&format!("bash: {text}\n"));
            return 1;
        }
    }
    let mut words = Vec::new();
    let mut words_left = command.words.iter().peekable();
    while let Some((name, value)) = words_left.peek().and_then(|word| assignment(&session, word)) {
        words_left.next();
        if words_left.peek().is_none() {
            let mut world = session.shared.borrow_mut();
            if let Some(at) = world.kept.terminals.get_mut(&session.terminal) {
                at.unset.remove(&name);
                at.env.insert(name, value);
            }
            return 0;
        }
        session.env.insert(name, value);
    }
    for word in words_left {
        words.extend(expand(&session, word));
    }
    let status = dispatch(&session, &words).await;
    for Output { path, append, content: buffer } in outputs {
        let mut content = match append {
            true => session.read(&path).map(|old| old.to_vec()).unwrap_or_default(),
            false => Vec::new(),
        };
        content.extend(buffer.take());
        if let Err(text) = session.write_file(&path, Blob::from(content)) {
            Session { stderr: Sink::Terminal, ..session.clone() }.print_error(&format!("bash: {text}\n"));
            return 1;
        }
    }
    status
}

fn redirect(
    session: &mut Session,
    redirection: &Redirection,
    outputs: &mut Vec<Output>,
) -> Result<(), String> {
    let mut file = |word: &Word, append: bool| {
        let buffer = Rc::new(RefCell::new(Vec::new()));
        outputs.push(Output { path: expand(session, word).concat(), append, content: buffer.clone() });
        Sink::Buffer(buffer)
    };
    match redirection {
        Redirection::From(word) => {
            let path = expand(session, word).concat();
            let content = session.read(&path).ok_or_else(|| format!("{path}: No such file or directory"))?;
            session.stdin = Some(content);
        }
        Redirection::To(word) => {
            let sink = file(word, false);
            session.stdout = sink;
        }
        Redirection::Append(word) => {
            let sink = file(word, true);
            session.stdout = sink;
        }
        Redirection::ErrorsTo(word) => {
            let sink = file(word, false);
            session.stderr = sink;
        }
        Redirection::ErrorsToOutput => session.stderr = session.stdout.clone(),
    }
    Ok(())
}

/// `NAME=value` before a command.
fn assignment(session: &Session, word: &Word) -> Option<(String, String)> {
    let Some(Piece::Plain(first)) = word.first() else { return None };
    let (name, _) = first.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let text = expand_quoted(session, word);
    text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn expand_quoted(session: &Session, word: &Word) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Plain(text) | Piece::Quoted(text) => text.clone(),
        Piece::Variable { name, .. } => session.env.get(name).cloned().unwrap_or_default(),
    };
    word.iter().map(text).collect()
}

/// A word's values: none (an empty variable), one, or several (a split variable, a pattern's files).
fn expand(session: &Session, word: &Word) -> Vec<String> {
    if let [Piece::Variable { name, quoted: false }] = word.as_slice() {
        let value = session.env.get(name).cloned().unwrap_or_default();
        return value.split_whitespace().map(str::to_owned).collect();
    }
    let text = expand_quoted(session, word);
    let has_pattern =
        word.iter().any(|piece| matches!(piece, Piece::Plain(text) if text.contains(['*', '?'])));
    if has_pattern && !text.contains("://") {
        let matches = glob(session, &text);
        if !matches.is_empty() {
            return matches;
        }
    }
    vec![text]
}

/// The names in one folder that a pattern of its last part fits.
fn glob(session: &Session, pattern: &str) -> Vec<String> {
    let (folder, last) = pattern.rsplit_once('/').map_or(("", pattern), |(folder, last)| (folder, last));
    let Some(resolved) = session.resolve(if folder.is_empty() { "." } else { folder }) else {
        return Vec::new();
    };
    let names = session.shared.borrow().files(session.terminal).list(&resolved);
    let fits = |name: &str| !name.starts_with('.') && matches_pattern(last.as_bytes(), name.as_bytes());
    let join = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
    names.into_iter().filter(|(name, _)| fits(name)).map(|(name, _)| join(name)).collect()
}

/// `*` and `?` as the shell has them, in time linear in both texts.
pub(crate) fn matches_pattern(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => (p, t) = (p + 1, t + 1),
            Some(_) | None => match star {
                Some((at, seen)) => {
                    (p, t) = (at + 1, seen + 1);
                    star = Some((at, seen + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

async fn dispatch(session: &Session, words: &[String]) -> i32 {
    let words = match words {
        // Everything that runs here may do what the user may.
        [first, rest @ ..] if first == "sudo" && session.machine().is_some() => rest,
        [first, rest @ ..] if first == "nohup" => rest,
        words => words,
    };
    let Some((program, arguments)) = words.split_first() else { return 0 };
    if matches!(program.as_str(), "python" | "python3")
        && let [module, name, rest @ ..] = arguments
        && module == "-m"
        && name == "pip"
    {
        return packages::run(session, "pip", rest).unwrap_or(127);
    }
    if let Some(status) =
        jobs::run(session, program, arguments).or_else(|| packages::run(session, program, arguments))
    {
        return status;
    }
    match program.as_str() {
        "terraform" => terraform::run(session, arguments).await,
        "curl" => curl::run(session, arguments).await,
        "sleep" => sleep(session, arguments).await,
        "python" | "python3" | "aws" => sandboxed(session, words).await,
        _ => commands::run(session, program, arguments).unwrap_or_else(|| {
            session.print_error(&format!(
                "bash: {program}: command not found (type `help` for what there is)\n"
            ));
            127
        }),
    }
}

/// Programs that run on real CPython in a worker of their own.
async fn sandboxed(session: &Session, words: &[String]) -> i32 {
    let (pid, files) = {
        let mut world = session.shared.borrow_mut();
        let pid = world.kept.next_pid;
        world.kept.next_pid += 1;
        let files = world
            .files(session.terminal)
            .below("")
            .map(|(path, content)| (path.to_owned(), content.clone()))
            .collect();
        (pid, files)
    };
    let mut env = session.env.clone();
    env.remove("?");
    let spec = ProcessSpec {
        pid,
        argv: words.to_vec(),
        root: session.root(),
        cwd: session.cwd(),
        env,
        files,
        columns: session.columns(),
        stdin: session.stdin.clone(),
        is_tty: session.stdin.is_none() && session.is_terminal(),
    };
    let capture = Capture {
        output: !session.is_terminal(),
        errors: matches!(session.stderr, Sink::Buffer(_)),
        errors_follow: session.errors_follow(),
    };
    let ended = run_process(&session.shared, session.terminal, spec, capture).await;
    session.print(&ended.output);
    session.print_error(&ended.errors);
    ended.code
}

/// `sleep 1.5`, which Ctrl-C ends.
async fn sleep(session: &Session, arguments: &[String]) -> i32 {
    let mut seconds = 0.0;
    for argument in arguments {
        let (number, unit) = match argument.strip_suffix(['s', 'm', 'h']) {
            Some(number) => (number, argument.as_bytes().last().copied()),
            None => (argument.as_str(), None),
        };
        let Some(number) = number.parse::<f64>().ok().filter(|number| *number >= 0.0) else {
            session.print_error(&format!("sleep: invalid time interval '{argument}'\n"));
            return 1;
        };
        seconds += number
            * match unit {
                Some(b'm') => 60.0,
                Some(b'h') => 3600.0,
                Some(_) | None => 1.0,
            };
    }
    if arguments.is_empty() {
        session.print_error("sleep: missing operand\n");
        return 1;
    }
    let until_ms = session.shared.borrow().now_ms + (seconds * 1000.0).min(1e15) as i64;
    Nap { session: session.clone(), until: sleep_until(&session.shared, until_ms) }.await;
    if session.interruptions() > 0 { 130 } else { 0 }
}

struct Nap {
    session: Session,
    until: Sleep,
}

impl Future for Nap {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.session.interruptions() {
            0 => Pin::new(&mut self.until).poll(context),
            _ => Poll::Ready(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns_fit_as_in_the_shell() {
        // Source: POSIX.1-2024, section 2.14 (Pattern Matching Notation).
        let fits = |pattern: &str, text: &str| matches_pattern(pattern.as_bytes(), text.as_bytes());
        assert!(fits("*.tf", "main.tf") && fits("*", "") && fits("a?c*", "abcde") && fits("*a*b", "xxaxxb"));
        assert!(!fits("*.tf", "main.tfvars") && !fits("?", "") && !fits("a", "b"));
    }
}
