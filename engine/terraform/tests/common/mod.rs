//! A host in memory, with real programs for provisioners.

use nuvola_terraform::host::{
    Characters, CommandRequest, CommandResult, DirEntry, FileError, FileKind, Host, LocalBoxFuture,
};
use nuvola_terraform::provider::{Provider, ProviderRegistry};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Default)]
pub struct TestHost {
    pub files: RefCell<BTreeMap<String, Vec<u8>>>,
    pub stdout: RefCell<String>,
    pub stderr: RefCell<String>,
    pub stdin: RefCell<String>,
    pub environment: RefCell<Vec<(String, String)>>,
    seed: Cell<u64>,
    pub clock_s: Cell<i64>,
}

fn clean(path: &str) -> String {
    nuvola_terraform::config::load::clean(path.strip_prefix("/project/").unwrap_or(path))
}

impl Host for TestHost {
    fn characters(&self) -> Characters {
        Characters::BUILT_IN
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.borrow().get(&clean(path)).cloned().ok_or(FileError::NotFound)
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.files.borrow_mut().insert(clean(path), bytes.to_vec());
        Ok(())
    }

    fn remove_file(&self, path: &str) -> Result<(), FileError> {
        self.files.borrow_mut().remove(&clean(path)).map(drop).ok_or(FileError::NotFound)
    }

    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        let dir = clean(path);
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let mut names = BTreeMap::new();
        for file in self.files.borrow().keys() {
            if let Some(rest) = file.strip_prefix(&prefix) {
                match rest.split_once('/') {
                    Some((name, _)) => names.insert(name.to_owned(), FileKind::Directory),
                    None => names.insert(rest.to_owned(), FileKind::File),
                };
            }
        }
        if names.is_empty() && !dir.is_empty() {
            return Err(FileError::NotFound);
        }
        Ok(names.into_iter().map(|(name, kind)| DirEntry { name, kind }).collect())
    }

    fn file_kind(&self, path: &str) -> Option<FileKind> {
        if self.files.borrow().contains_key(&clean(path)) {
            return Some(FileKind::File);
        }
        self.list_dir(path).ok().map(|_| FileKind::Directory)
    }

    fn current_dir(&self) -> String {
        "/project".to_owned()
    }

    fn write_stdout(&self, text: &str) {
        self.stdout.borrow_mut().push_str(text);
    }

    fn write_stderr(&self, text: &str) {
        self.stderr.borrow_mut().push_str(text);
    }

    fn stdout_columns(&self) -> usize {
        0
    }

    fn stderr_columns(&self) -> usize {
        0
    }

    fn wants_color(&self) -> bool {
        true
    }

    fn stdin_is_terminal(&self) -> bool {
        false
    }

    fn read_line(&self, _hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        let mut stdin = self.stdin.borrow_mut();
        let line = if stdin.is_empty() {
            None
        } else {
            let text = std::mem::take(&mut *stdin);
            let (line, rest) = text.split_once('\n').unwrap_or((&text, ""));
            rest.clone_into(&mut stdin);
            Some(line.to_owned())
        };
        Box::pin(std::future::ready(line))
    }

    fn now_ms(&self) -> i64 {
        1_700_000_000_000 + self.clock_s.get() * 1000
    }

    fn sleep_ms(&self, _duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }

    fn random_bytes(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self
                .seed
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            self.seed.set(next);
            *byte = (next >> 33) as u8;
        }
    }

    fn environment(&self) -> Vec<(String, String)> {
        self.environment.borrow().clone()
    }

    fn interruptions(&self) -> u32 {
        0
    }

    fn run_command(&self, request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        let output = std::process::Command::new(&request.argv[0])
            .args(&request.argv[1..])
            .envs(request.environment)
            .output();
        Box::pin(std::future::ready(match output {
            Ok(output) => Ok(CommandResult {
                output: String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr),
                exit_code: output.status.code().unwrap_or(-1),
            }),
            Err(error) => Err(error.to_string()),
        }))
    }
}

/// No providers beyond those of the program itself.
pub struct NoProviders;

impl ProviderRegistry for NoProviders {
    fn versions(&self, _source: &str) -> Vec<String> {
        Vec::new()
    }

    fn create(&self, _source: &str, _host: &Rc<dyn Host>) -> Option<Rc<dyn Provider>> {
        None
    }
}
