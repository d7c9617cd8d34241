//! A cloud behind a [`Transport`], a folder of files, and the steps of Terraform's workflow by hand.

use crate::transport::{Transport, TransportError};
use nuvola_aws::{Cloud, CloudOptions, Effect, Input};
use nuvola_terraform::exec::block_on;
use nuvola_terraform::host::{
    CommandRequest, CommandResult, DirEntry, FileError, FileKind, Host, LocalBoxFuture,
};
use nuvola_terraform::provider::{ApplyRequest, PlanRequest, PlanResponse, Provider};
use nuvola_tf_lang::Value;
use nuvola_wire::{Request, Response};
use serde_json::{Value as Json, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// When the tests take place: 2026-11-23T10:00:00Z.
const START_MS: i64 = 1_795_428_000_000;

pub struct CloudTransport {
    pub cloud: RefCell<Cloud>,
    pub now_ms: Cell<i64>,
    next_id: Cell<u64>,
}

impl Transport for CloudTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, TransportError>> {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        let effects = self.cloud.borrow_mut().step(self.now_ms.get(), Input::Request { id, request });
        let answer = effects.into_iter().find_map(|effect| {
            if let Effect::Respond { id: of, response } = effect {
                (of == id).then_some(response)
            } else {
                None
            }
        });
        let answer = answer.ok_or_else(|| TransportError::Failed { message: "no answer".to_owned() });
        Box::pin(async move { answer })
    }

    fn sleep_ms(&self, duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        self.now_ms.set(self.now_ms.get() + i64::try_from(duration_ms).unwrap());
        self.cloud.borrow_mut().step(self.now_ms.get(), Input::Tick);
        Box::pin(async {})
    }

    fn now_ms(&self) -> i64 {
        self.now_ms.get()
    }
}

/// Files by their paths below the current directory, and what was printed.
#[derive(Default)]
pub struct Folder {
    pub files: RefCell<BTreeMap<String, Vec<u8>>>,
    pub printed: RefCell<String>,
    pub variables: RefCell<Vec<(String, String)>>,
}

/// A path without its needless beginning.
fn plain(path: &str) -> String {
    let path = path.strip_prefix("/work").unwrap_or(path);
    let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

impl Host for Folder {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        self.files.borrow().get(&plain(path)).cloned().ok_or(FileError::NotFound)
    }
    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.files.borrow_mut().insert(plain(path), bytes.to_vec());
        Ok(())
    }
    fn remove_file(&self, path: &str) -> Result<(), FileError> {
        self.files.borrow_mut().remove(&plain(path)).map(|_| ()).ok_or(FileError::NotFound)
    }
    fn list_dir(&self, path: &str) -> Result<Vec<DirEntry>, FileError> {
        let start = plain(path);
        let mut out: Vec<DirEntry> = Vec::new();
        for file in self.files.borrow().keys() {
            let inside =
                if start.is_empty() { Some(file.as_str()) } else { file.strip_prefix(&format!("{start}/")) };
            let Some(inside) = inside else { continue };
            let (name, kind) = match inside.split_once('/') {
                Some((name, _)) => (name, FileKind::Directory),
                None => (inside, FileKind::File),
            };
            if out.last().is_none_or(|last| last.name != name) {
                out.push(DirEntry { name: name.to_owned(), kind });
            }
        }
        if out.is_empty() && !start.is_empty() { Err(FileError::NotFound) } else { Ok(out) }
    }
    fn file_kind(&self, path: &str) -> Option<FileKind> {
        let path = plain(path);
        if path.is_empty() {
            return Some(FileKind::Directory);
        }
        let files = self.files.borrow();
        let is_directory = || files.keys().any(|file| file.starts_with(&format!("{path}/")));
        if files.contains_key(&path) {
            Some(FileKind::File)
        } else {
            is_directory().then_some(FileKind::Directory)
        }
    }
    fn current_dir(&self) -> String {
        "/work".to_owned()
    }
    fn write_stdout(&self, text: &str) {
        self.printed.borrow_mut().push_str(text);
    }
    fn write_stderr(&self, text: &str) {
        self.printed.borrow_mut().push_str(text);
    }
    fn stdout_columns(&self) -> usize {
        0
    }
    fn stderr_columns(&self) -> usize {
        0
    }
    fn wants_color(&self) -> bool {
        false
    }
    fn stdin_is_terminal(&self) -> bool {
        false
    }
    fn read_line(&self, _hidden: bool) -> LocalBoxFuture<'_, Option<String>> {
        Box::pin(async { None })
    }
    fn now_ms(&self) -> i64 {
        START_MS
    }
    fn sleep_ms(&self, _duration_ms: u64) -> LocalBoxFuture<'_, ()> {
        Box::pin(async {})
    }
    fn random_bytes(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
    fn environment(&self) -> Vec<(String, String)> {
        self.variables.borrow().clone()
    }
    fn interruptions(&self) -> u32 {
        0
    }
    fn run_command(&self, _request: CommandRequest) -> LocalBoxFuture<'_, Result<CommandResult, String>> {
        Box::pin(async { Err("no processes here".to_owned()) })
    }
}

/// A configured provider with its cloud.
pub struct World {
    pub transport: Rc<CloudTransport>,
    pub folder: Rc<Folder>,
    pub provider: Rc<dyn Provider>,
}

/// A resource in the state.
#[derive(Debug, Clone)]
pub struct Object {
    pub kind: &'static str,
    pub config: Value,
    pub state: Value,
}

impl Object {
    /// An attribute of the state as JSON.
    pub fn attr(&self, name: &str) -> Json {
        self.state.get(name).map_or(Json::Null, crate::values::json_of)
    }

    pub fn id(&self) -> String {
        self.attr("id").as_str().unwrap().to_owned()
    }
}

impl World {
    /// Puts an item into a table, whatever is there.
    pub fn overwrite_item(&self, table: &str, item: &Json) {
        let transport = Rc::clone(&self.transport) as Rc<dyn Transport>;
        let client =
            crate::config::client(transport, &*self.folder, &json!({ "region": "eu-south-1" })).unwrap();
        let input = json!({ "TableName": table, "Item": item });
        block_on(client.call("eu-south-1", &crate::wire::dynamodb::PUT_ITEM, input)).unwrap();
    }

    pub fn new() -> World {
        World::with(json!({ "region": "eu-south-1" }))
    }

    pub fn with(config: Json) -> World {
        let cloud = Cloud::new(CloudOptions::default());
        let root = cloud.root_credentials();
        let transport = Rc::new(CloudTransport {
            cloud: RefCell::new(cloud),
            now_ms: Cell::new(START_MS),
            next_id: Cell::new(1),
        });
        let folder = Rc::new(Folder::default());
        folder.variables.replace(vec![
            ("AWS_ACCESS_KEY_ID".to_owned(), root.access_key_id),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), root.secret_access_key),
        ]);
        let registry = crate::registry(Rc::clone(&transport) as Rc<dyn Transport>);
        let host: Rc<dyn Host> = Rc::clone(&folder) as Rc<dyn Host>;
        let provider = registry.create("hashicorp/aws", &host).unwrap();
        let ty = provider.schema().config.implied_type();
        let problems = block_on(provider.configure(crate::values::value_of(&config, &ty)));
        assert_eq!(problems, [], "the provider can be configured");
        World { transport, folder, provider }
    }

    /// Runs the `terraform` command; its exit code, and what it printed.
    pub fn terraform(&self, words: &str) -> (i32, String) {
        let args: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let registry = crate::registry(Rc::clone(&self.transport) as Rc<dyn Transport>);
        let host: Rc<dyn Host> = Rc::clone(&self.folder) as Rc<dyn Host>;
        let code = block_on(nuvola_terraform::cli::run(&args, host, registry));
        (code, self.folder.printed.take())
    }

    pub fn config(&self, kind: &str, config: &Json) -> Value {
        let schema = self.provider.schema();
        crate::values::value_of(config, &schema.resources[kind].block.implied_type())
    }

    pub fn plan(&self, kind: &str, prior: &Value, config: &Value) -> PlanResponse {
        let problems = self.provider.validate_resource(kind, config);
        assert_eq!(problems, [], "{kind} is valid");
        block_on(self.provider.plan_resource(PlanRequest {
            type_name: kind.to_owned(),
            prior: prior.clone(),
            proposed_new: config.clone(),
            config: config.clone(),
            private: Vec::new(),
        }))
    }

    /// Plans and applies; `prior` null creates.
    pub fn apply(&self, kind: &'static str, prior: &Value, config: &Json) -> Result<Object, Vec<String>> {
        let config = self.config(kind, config);
        let plan = self.plan(kind, prior, &config);
        let texts = |problems: &[nuvola_terraform::provider::ProviderDiagnostic]| -> Vec<String> {
            problems.iter().map(|problem| problem.summary.clone()).collect()
        };
        if !plan.diagnostics.is_empty() {
            return Err(texts(&plan.diagnostics));
        }
        assert_eq!(plan.requires_replace, [] as [nuvola_tf_lang::Path; 0], "{kind} is not replaced");
        let response = block_on(self.provider.apply_resource(ApplyRequest {
            type_name: kind.to_owned(),
            prior: prior.clone(),
            planned: plan.planned.clone(),
            config: config.clone(),
            private: Vec::new(),
        }));
        if !response.diagnostics.is_empty() {
            return Err(texts(&response.diagnostics));
        }
        let ty = &self.provider.schema().resources[kind].block.implied_type();
        assert!(response.new_state.ty().conforms_to(ty), "the new state of {kind} has the schema's type");
        check_agreement(kind, &config, &plan.planned, &response.new_state);
        Ok(Object { kind, config, state: response.new_state })
    }

    /// Creates a resource, and checks that nothing is left to do.
    pub fn create(&self, kind: &'static str, config: Json) -> Object {
        let null = Value::null(self.config(kind, &config).ty().clone());
        let made = self.apply(kind, &null, &config).unwrap_or_else(|problems| panic!("{kind}: {problems:?}"));
        self.assert_settled(&made);
        made
    }

    /// Changes a resource in place, and checks that nothing is left to do.
    pub fn update(&self, object: &Object, config: Json) -> Object {
        let changed = self.apply(object.kind, &object.state, &config);
        let changed = changed.unwrap_or_else(|problems| panic!("{}: {problems:?}", object.kind));
        self.assert_settled(&changed);
        changed
    }

    pub fn read(&self, object: &Object) -> Value {
        let kind = object.kind.to_owned();
        let response = block_on(self.provider.read_resource(kind, object.state.clone(), Vec::new()));
        assert_eq!(response.diagnostics, [], "{} can be read", object.kind);
        response.new_state
    }

    /// The property that a plan after an apply is empty.
    pub fn assert_settled(&self, object: &Object) {
        let read = self.read(object);
        assert_eq!(read, object.state, "reading {} again gives the same", object.kind);
        let plan = self.plan(object.kind, &read, &object.config);
        assert_eq!(plan.planned, read, "planning {} again changes nothing", object.kind);
        assert!(plan.requires_replace.is_empty(), "{} is not replaced", object.kind);
    }

    pub fn delete(&self, object: &Object) {
        self.remove(object);
        assert!(self.read(object).is_null(), "{} is gone", object.kind);
    }

    /// Deletes what AWS has a default for.
    pub fn remove(&self, object: &Object) {
        let response = block_on(self.provider.apply_resource(ApplyRequest {
            type_name: object.kind.to_owned(),
            prior: object.state.clone(),
            planned: Value::null(object.state.ty().clone()),
            config: Value::null(object.state.ty().clone()),
            private: Vec::new(),
        }));
        assert_eq!(response.diagnostics, [], "{} can be deleted", object.kind);
    }

    /// Imports by id and reads: what the object's state has must come, apart from some attributes.
    pub fn assert_imports(&self, object: &Object, id: &str, except: &[&str]) {
        let imported = block_on(self.provider.import_resource(object.kind.to_owned(), id.to_owned()));
        let imported = imported.unwrap().remove(0);
        let read = self.read(&Object { state: imported.state, ..object.clone() });
        assert!(!read.is_null(), "{} {id} is found", object.kind);
        for (name, value) in object.state.as_members().unwrap().iter() {
            let found = read.get(name).unwrap();
            let same = crate::values::kept_spelling(value, found) == *value
                || crate::values::is_zero(found) && crate::values::is_zero(value);
            assert!(
                same || except.contains(&&**name),
                "{} imports {name}: {found:?}, not {value:?}",
                object.kind
            );
        }
    }

    pub fn data(&self, kind: &str, config: &Json) -> Result<Json, Vec<String>> {
        let schema = self.provider.schema();
        let value = crate::values::value_of(config, &schema.data_sources[kind].block.implied_type());
        let read = block_on(self.provider.read_data_source(kind.to_owned(), value));
        let read =
            read.map_err(|problems| problems.into_iter().map(|problem| problem.summary).collect::<Vec<_>>())?;
        Ok(crate::values::json_of(&read))
    }
}

/// What was configured must be what came about (the core forgives what the older SDK blurs).
fn check_agreement(kind: &str, config: &Value, planned: &Value, actual: &Value) {
    // Blocks that are not written are an empty list.
    let written = |value: &Value| value.as_seq().is_none_or(|items| !items.is_empty());
    let configured = |name: &str| config.get(name).is_some_and(|value| !value.is_null() && written(value));
    for (name, wanted) in planned.as_members().unwrap().iter().filter(|(name, _)| configured(name)) {
        let got = actual.get(name).unwrap();
        let blurred = crate::values::is_zero(wanted) && crate::values::is_zero(got);
        assert!(
            !wanted.is_wholly_known() || wanted == got || blurred,
            "{kind}.{name}: planned {wanted:?}, got {got:?}"
        );
    }
}
