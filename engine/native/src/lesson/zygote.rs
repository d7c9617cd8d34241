//! One Python for all terminal programs of this process: it has imported what they import, and forks.
//!
//! Starting boto3 or the AWS CLI takes most of a second, a fork takes some milliseconds. A program is the same
//! either way: `runtime/zygote.py` runs it as the interpreter would.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

const SCRIPT: &str = include_str!("../runtime/zygote.py");

/// What is told of a program.
pub enum Told {
    /// Its streams can be opened.
    Started,
    Exit(i32),
}

type Waiting = Arc<Mutex<BTreeMap<u64, Sender<Told>>>>;

pub struct Zygote {
    orders: Mutex<ChildStdin>,
    waiting: Waiting,
    next_id: AtomicU64,
}

/// The zygote of this process, started when it is first wanted.
pub fn zygote() -> Result<&'static Zygote, String> {
    static ONLY: OnceLock<Result<Zygote, String>> = OnceLock::new();
    ONLY.get_or_init(start).as_ref().map_err(Clone::clone)
}

fn start() -> Result<Zygote, String> {
    let script = std::env::temp_dir().join(format!("nuvola-zygote-{}.py", std::process::id()));
    std::fs::write(&script, SCRIPT).map_err(|error| format!("{}: {error}", script.display()))?;
    let mut child = Command::new("python3")
        .arg(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`python3` cannot be started: {error}"))?;
    let orders = child.stdin.take().expect("the standard input was asked for");
    let news = child.stdout.take().expect("the standard output was asked for");
    let waiting = Waiting::default();
    let told = waiting.clone();
    std::thread::spawn(move || {
        for line in BufReader::new(news).lines() {
            let Ok(line) = line else { break };
            pass_on(&told, &line);
        }
        // Nobody is told anything any more: whoever waits sees that its sender is gone.
        lock(&told).clear();
        let _ = child.wait();
    });
    Ok(Zygote { orders: Mutex::new(orders), waiting, next_id: AtomicU64::new(1) })
}

fn pass_on(waiting: &Waiting, line: &str) {
    let news: Value = serde_json::from_str(line).unwrap_or_default();
    let Some(id) = news["id"].as_u64() else { return };
    let mut waiting = lock(waiting);
    let (told, is_last) = match news["exit"].as_i64() {
        Some(code) => (Told::Exit(i32::try_from(code).unwrap_or(1)), true),
        None => (Told::Started, false),
    };
    if let Some(listener) = waiting.get(&id) {
        // The play may be over.
        let _ = listener.send(told);
    }
    if is_last {
        waiting.remove(&id);
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Zygote {
    /// Starts a program; its number, and what is told of it.
    pub fn run(
        &self,
        folder: &str,
        cwd: &str,
        argv: &[String],
        env: &BTreeMap<String, String>,
    ) -> Result<(u64, Receiver<Told>), String> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, told) = channel();
        lock(&self.waiting).insert(id, sender);
        self.order(&json!({ "id": id, "folder": folder, "cwd": cwd, "argv": argv, "env": env }))?;
        match told.recv() {
            Ok(Told::Started) => Ok((id, told)),
            Ok(Told::Exit(_)) | Err(_) => Err("Python has ended".to_owned()),
        }
    }

    /// Sends a signal to a program and all that it has started.
    pub fn signal(&self, id: u64, signal: i32) {
        // A zygote that is gone has taken its programs with it.
        let _ = self.order(&json!({ "id": id, "signal": signal }));
    }

    fn order(&self, order: &Value) -> Result<(), String> {
        writeln!(lock(&self.orders), "{order}").map_err(|error| format!("Python has ended: {error}"))
    }
}
