//! The machine's host: messages in, outputs out, the clock, the journal.

use crate::sandbox::Sandboxes;
use crate::storage::Storage;
use crate::{characters, js, rest};
use gloo_timers::callback::Timeout;
use nuvola_lab::host::{Input, Output, Sandbox};
use nuvola_lab::journal::{Entry, Journal};
use nuvola_lab::view::{Notice, Severity};
use nuvola_lab::{Ask, Event, Lab};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Response};

/// After so many inputs the journal is folded into a snapshot, as soon as nothing runs.
const JOURNAL_LENGTH: usize = 200;
/// A lab that rests so long is folded too. **Units**: milliseconds.
const REST_MS: u32 = 1_500;

pub struct Host {
    scope: DedicatedWorkerGlobalScope,
    /// The page's folder, ending in `/`: the lab is served from any sub-path.
    pub base: String,
    lab: RefCell<Lab>,
    pub sandboxes: Sandboxes,
    storage: Option<Rc<Storage>>,
    /// The whole journal stays, for comparing this host with another (`?keep-journal`).
    keeps_journal: bool,
    /// Journal entries that wait to be written.
    unwritten: RefCell<Vec<String>>,
    writing: Cell<bool>,
    since_snapshot: Cell<usize>,
    tick: RefCell<Option<Timeout>>,
    rest: RefCell<Option<Timeout>>,
    warned: Cell<bool>,
    /// What waits for the rest of the program, in order.
    kept_back: RefCell<Vec<Ask>>,
}

fn real_ms() -> i64 {
    js_sys::Date::now() as i64
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

pub async fn start() {
    let mut notices = Vec::new();
    let href = scope().location().href();
    let address = href.split(['?', '#']).next().unwrap_or(&href);
    let base = address.rsplit_once('/').map_or(address, |(folder, _)| folder).to_owned() + "/";
    let texts = lend_texts(&base);
    let folder = base.clone();
    let (all_here, told) = futures_pair();
    spawn_local(async move {
        rest::load(&scope(), &folder).await;
        told(true);
    });
    let storage = open_storage(&mut notices).await;
    texts.await;
    let found = match &storage {
        Some(storage) => storage.load().await.unwrap_or_else(|error| {
            notices.push(notice("What an earlier visit left cannot be read", &error.to_string()));
            Journal::default()
        }),
        None => Journal::default(),
    };
    // A new lab needs the first part of the program only; what an earlier visit left may need all of it.
    let is_whole = !found.is_empty() || rest::is_here();
    if is_whole {
        await_promise(&all_here).await;
    }
    let (lab, first_entry) = restore(&found, &mut notices);
    let host = Rc::new(Host {
        scope: scope(),
        base,
        lab: RefCell::new(lab),
        sandboxes: Sandboxes::default(),
        storage,
        keeps_journal: scope().location().search().contains("keep-journal"),
        unwritten: RefCell::new(Vec::new()),
        writing: Cell::new(false),
        since_snapshot: Cell::new(found.entries.len()),
        tick: RefCell::new(None),
        rest: RefCell::new(None),
        warned: Cell::new(false),
        kept_back: RefCell::default(),
    });
    if let Some(entry) = first_entry {
        host.keep(&entry);
    }
    host.take_in(Input::HostRestarted);
    host.listen();
    host.post(&[js_ready()]);
    host.post_events(&notices.into_iter().map(Event::Notice).collect::<Vec<_>>());
    if !is_whole {
        await_promise(&all_here).await;
        host.catch_up();
    }
}

async fn await_promise(promise: &js_sys::Promise) {
    JsFuture::from(promise.clone()).await.expect("it is only ever fulfilled");
}

/// Loads the texts that Terraform needs seldom; a lab without them answers all but `-help`.
fn lend_texts(base: &str) -> impl Future<Output = ()> + use<> {
    let load = |name: &str| {
        let response = scope().fetch_with_str(&format!("{base}texts/{name}"));
        async move {
            let response: Response = JsFuture::from(response).await.ok()?.into();
            JsFuture::from(response.text().ok()?).await.ok()?.as_string().filter(|_| response.ok())
        }
    };
    // Both requests leave at once.
    let (help, names) = (load("help.txt"), load("names.txt"));
    async move {
        if let Some(text) = help.await {
            nuvola_lab::lend_help(text);
        }
        if let Some(text) = names.await {
            nuvola_lab::lend_type_names(text);
        }
    }
}

/// Tells the page that commands are taken from now on.
fn js_ready() -> JsValue {
    JsValue::from_str("ready")
}

async fn open_storage(notices: &mut Vec<Notice>) -> Option<Rc<Storage>> {
    if !take_lock().await {
        let text =
            "Changes made here are not kept. Close the other tab and load this page again to keep them.";
        notices.push(notice("The lab is open in another tab", text));
        return None;
    }
    match Storage::open().await {
        Ok(storage) => Some(Rc::new(storage)),
        Err(error) => {
            let text = format!(
                "This browser keeps no data for the page ({error}), as private windows do. \
                                The lab works, but a reload starts it anew: use Export to keep your project."
            );
            notices.push(notice("Nothing will be kept", &text));
            None
        }
    }
}

/// One tab at a time writes the journal; the lock lasts as long as this worker.
async fn take_lock() -> bool {
    let locks = js::get(&js::get(&scope(), "navigator"), "locks");
    if locks.is_undefined() {
        return true;
    }
    let (answer, told) = futures_pair();
    let held = Closure::once_into_js(move |lock: JsValue| -> js_sys::Promise {
        told(!lock.is_null());
        // Never settled: the lock is held until the worker ends.
        js_sys::Promise::new(&mut |_, _| {})
    });
    let request: js_sys::Function = js::get(&locks, "request").unchecked_into();
    let options = js::object(&[("ifAvailable", true.into())]);
    let asked = request.call3(&locks, &"nuvola-lab".into(), &options, &held);
    if asked.is_err() {
        return true;
    }
    JsFuture::from(answer).await.ok().and_then(|value| value.as_bool()).unwrap_or(true)
}

/// A promise and the function that settles it.
fn futures_pair() -> (js_sys::Promise, impl FnOnce(bool)) {
    let mut settle = None;
    let promise = js_sys::Promise::new(&mut |resolve, _| settle = Some(resolve));
    let settle = settle.expect("a promise calls its executor at once");
    (promise, move |value: bool| {
        let _ = settle.call1(&JsValue::UNDEFINED, &value.into());
    })
}

fn notice(title: &str, text: &str) -> Notice {
    Notice { severity: Severity::Warning, title: title.to_owned(), text: text.to_owned() }
}

/// The lab as it was, or a new one with the journal's first entry.
fn restore(found: &Journal, notices: &mut Vec<Notice>) -> (Lab, Option<Entry>) {
    match found.replay(characters::CHARACTERS) {
        Ok(Some(lab)) => return (lab, None),
        Ok(None) => {}
        Err(text) => notices.push(notice("The lab could not be taken up where it was", &text)),
    }
    let seed = (js_sys::Math::random() * 9e15) as u64;
    let real_ms = real_ms();
    (Lab::new(seed, real_ms).with_characters(characters::CHARACTERS), Some(Entry::Start { seed, real_ms }))
}

impl Host {
    fn listen(self: &Rc<Self>) {
        let host = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else { return };
            if text == rest::AGAIN {
                return;
            }
            match nuvola_kernel::stored::from_json::<Ask>(&text) {
                // What concerns files alone goes ahead of what waits, so that nothing typed is ever lost.
                Ok(ask) if rest::is_here() || ask.command.is_light() => host.take_in(Input::Ask(ask)),
                Ok(ask) => host.kept_back.borrow_mut().push(ask),
                Err(error) => host.post_events(&[Event::Notice(notice(
                    "A command was not understood",
                    &error.to_string(),
                ))]),
            }
        });
        self.scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
    }

    /// The rest of the program is there: does what waited for it.
    fn catch_up(self: &Rc<Self>) {
        for ask in self.kept_back.take() {
            self.take_in(Input::Ask(ask));
        }
        self.schedule();
    }

    /// Journals an input, lets the lab take it in, and does what it wishes.
    pub fn take_in(self: &Rc<Self>, input: Input) {
        let real_ms = real_ms();
        let entry = Entry::Input { real_ms, input: Box::new(input) };
        if matches!(&entry, Entry::Input { input, .. } if input.is_kept()) {
            self.keep(&entry);
        }
        let Entry::Input { input, .. } = entry else { return };
        let outputs = self.lab.borrow_mut().step(real_ms, *input);
        let mut events = Vec::new();
        for output in outputs {
            self.perform(output, &mut events);
        }
        self.post_events(&events);
        self.schedule();
    }

    /// The lab's time now. **Units**: milliseconds since 1970.
    pub fn lab_now_ms(&self) -> f64 {
        self.lab.borrow().time_at(real_ms()) as f64
    }

    fn perform(self: &Rc<Self>, output: Output, events: &mut Vec<Event>) {
        match output {
            Output::Event(event) => events.push(event),
            Output::StartEnvironment(spec) => self.sandboxes.start_environment(self, *spec),
            Output::Invoke(invocation) => self.sandboxes.invoke(self, &invocation),
            Output::StopEnvironment { environment_id } => {
                self.sandboxes.end(&Sandbox::Environment(environment_id));
            }
            Output::StartProcess(spec) => self.sandboxes.start_process(self, *spec),
            Output::ProcessInput { pid, data } => self.sandboxes.input(pid, Some(&data)),
            Output::ProcessEof { pid } => self.sandboxes.input(pid, None),
            Output::InterruptProcess { pid } => self.sandboxes.interrupt(self, pid),
            Output::KillProcess { pid } => self.sandboxes.end(&Sandbox::Process(pid)),
            Output::ProcessConnect { pid, port, connection, data } => {
                self.sandboxes.connect(pid, port, connection, &data);
            }
            Output::ProcessDisconnect { pid, connection } => self.sandboxes.disconnect(pid, connection),
            Output::HttpAnswer { sandbox, http_id, response } => {
                self.sandboxes.answer(&sandbox, http_id, response.as_ref());
            }
        }
    }

    fn post(&self, messages: &[JsValue]) {
        for message in messages {
            self.scope.post_message(message).expect("texts can be cloned");
        }
    }

    fn post_events(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let text = serde_json::to_string(events).expect("events are plain data");
        self.post(&[JsValue::from_str(&text)]);
    }

    /// Sets the alarm for what is due next.
    fn schedule(self: &Rc<Self>) {
        // Ticks and snapshots concern the whole cloud.
        if !rest::is_here() {
            return;
        }
        let now_ms = real_ms();
        let due = self.lab.borrow().next_due_ms(now_ms);
        let tick = due.map(|due| {
            let host = self.clone();
            let wait_ms = u32::try_from((due - now_ms).max(0)).unwrap_or(u32::MAX).min(i32::MAX as u32);
            Timeout::new(wait_ms, move || host.take_in(Input::Tick))
        });
        *self.tick.borrow_mut() = tick;
        if self.storage.is_some() {
            let host = self.clone();
            *self.rest.borrow_mut() = Some(Timeout::new(REST_MS, move || host.fold()));
        }
    }

    fn keep(self: &Rc<Self>, entry: &Entry) {
        if self.storage.is_none() {
            return;
        }
        let text = serde_json::to_string(entry).expect("inputs are plain data");
        self.unwritten.borrow_mut().push(text);
        self.since_snapshot.set(self.since_snapshot.get() + 1);
        self.write();
    }

    /// Writes what waits, one transaction at a time, in order.
    fn write(self: &Rc<Self>) {
        if self.writing.replace(true) {
            return;
        }
        let host = self.clone();
        spawn_local(async move {
            let Some(storage) = host.storage.clone() else { return };
            loop {
                let snapshot = (host.since_snapshot.get() > JOURNAL_LENGTH && rest::is_here())
                    .then(|| host.lab.borrow().snapshot())
                    .flatten();
                let outcome = match snapshot {
                    Some(snapshot) => {
                        // The snapshot holds what the waiting entries did.
                        host.unwritten.borrow_mut().clear();
                        host.since_snapshot.set(0);
                        storage.replace(snapshot).await
                    }
                    None => {
                        let entries = std::mem::take(&mut *host.unwritten.borrow_mut());
                        if entries.is_empty() {
                            break;
                        }
                        storage.append(entries).await
                    }
                };
                if let Err(error) = outcome {
                    host.warn_once(&error.to_string());
                }
            }
            host.writing.set(false);
        });
    }

    /// Folds the journal into a snapshot while nothing happens.
    fn fold(self: &Rc<Self>) {
        if self.keeps_journal || self.since_snapshot.get() == 0 || self.lab.borrow().snapshot().is_none() {
            return;
        }
        self.since_snapshot.set(JOURNAL_LENGTH + 1);
        self.write();
    }

    fn warn_once(&self, error: &str) {
        if self.warned.replace(true) {
            return;
        }
        let text = format!(
            "The browser refused to store the lab ({error}). It goes on in memory; \
                            use Export to keep your project."
        );
        self.post_events(&[Event::Notice(notice("The lab is no longer being kept", &text))]);
    }

    /// Python's memory for a quick start; null the first time on a device.
    pub async fn python_snapshot(&self, preload: &'static str) -> JsValue {
        if let Some(bytes) = self.sandboxes.snapshot(preload) {
            return bytes;
        }
        let Some(storage) = &self.storage else { return JsValue::NULL };
        match storage.python(preload).await {
            Ok(Some(bytes)) => {
                self.sandboxes.keep_snapshot(preload, bytes.clone());
                bytes
            }
            Ok(None) | Err(_) => JsValue::NULL,
        }
    }

    pub fn keep_python_snapshot(self: &Rc<Self>, preload: &str, bytes: JsValue) {
        let preload = if preload == "awscli" { "awscli" } else { "boto3" };
        self.sandboxes.keep_snapshot(preload, bytes.clone());
        if let Some(storage) = self.storage.clone() {
            let host = self.clone();
            spawn_local(async move {
                if let Err(error) = storage.keep_python(preload, bytes).await {
                    host.warn_once(&error.to_string());
                }
            });
        }
    }

    pub fn forget_python_snapshot(&self, preload: &'static str) {
        if let Some(storage) = self.storage.clone() {
            spawn_local(async move { drop(storage.forget_python(preload).await) });
        }
    }
}
