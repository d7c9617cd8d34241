//! The conversation with the lab: commands out, replies to who asked, events to the store.

use crate::features::terminal::sessions;
use crate::interop::worker::CloudWorker;
use crate::store::{Store, ToastKind};
use crate::texts::t;
use leptos::prelude::*;
use nuvola_lab::{Ask, Command, Event, Reply};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Messages about the part of the cloud that is loaded after the opening begin so (`app/cloud/src/rest.rs`).
const REST: &str = "rest:";

type Waiting = Box<dyn FnOnce(Reply)>;

#[derive(Default)]
struct Client {
    worker: Option<CloudWorker>,
    ready: bool,
    /// Commands given before the lab was ready.
    unsent: Vec<String>,
    waiting: BTreeMap<u64, Waiting>,
    last_id: u64,
}

thread_local! {
    /// A page has one lab.
    static CLIENT: RefCell<Client> = RefCell::default();
}

/// Starts the cloud's worker; everything it tells goes into the store.
pub fn start(store: Store) {
    let started = CloudWorker::start(
        move |text| on_message(store, &text),
        move || store.toast(ToastKind::Error, t().cloud_failed_title, t().cloud_failed_text),
    );
    match started {
        Ok(worker) => CLIENT.with_borrow_mut(|client| client.worker = Some(worker)),
        Err(error) => store.toast(ToastKind::Error, t().cloud_failed_title, &error),
    }
}

fn on_message(store: Store, text: &str) {
    if text == "ready" {
        let unsent = CLIENT.with_borrow_mut(|client| {
            client.ready = true;
            std::mem::take(&mut client.unsent)
        });
        ask(Command::Attach, move |_| store.connected.set(true));
        CLIENT.with_borrow(|client| unsent.iter().for_each(|text| client.post(text)));
        return;
    }
    if let Some(state) = text.strip_prefix(REST) {
        store.on_rest(state);
        return;
    }
    match serde_json::from_str::<Vec<Event>>(text) {
        Ok(events) => events.into_iter().for_each(|event| on_event(store, event)),
        Err(error) => store.toast(ToastKind::Error, t().not_understood, &error.to_string()),
    }
}

fn on_event(store: Store, event: Event) {
    match event {
        Event::Reply { id, reply } => {
            let waiting = CLIENT.with_borrow_mut(|client| client.waiting.remove(&id));
            if let Some(waiting) = waiting {
                waiting(reply);
            }
        }
        Event::TerminalOutput { terminal, data } => sessions::on_output(terminal, &data),
        Event::TerminalState(view) => {
            store.on_terminal_state(&view);
            sessions::on_state(view);
        }
        Event::TerminalClosed { terminal } => {
            store.on_terminal_closed(terminal);
            sessions::on_closed(terminal);
        }
        Event::FileChanged { path, content } => {
            crate::features::editor::on_file_changed(store, &path, &content)
        }
        Event::Files { project, files } => {
            store.on_files(project, files);
            crate::features::editor::on_files(store);
        }
        Event::Map(map) => store.on_map(map),
        Event::Traffic(traffic) => store.on_traffic(traffic),
        Event::Environments { environments } => store.environments.set(environments),
        Event::Lesson { lesson, marks } => {
            store.lessons.on_lesson(store, lesson.map(|lesson| *lesson), marks)
        }
        Event::Clock(clock) => store.clock.set(Some(clock)),
        Event::Notice(notice) => store.on_notice(&notice),
    }
}

impl Client {
    fn post(&self, text: &str) {
        if let Some(worker) = &self.worker {
            worker.post(text);
        }
    }
}

/// Asks the worker to try at once to load what is missing of the cloud.
pub fn load_rest_again() {
    CLIENT.with_borrow(|client| client.post(&format!("{REST}again")));
}

/// Asks the lab; `done` gets the answer.
pub fn ask(command: Command, done: impl FnOnce(Reply) + 'static) {
    CLIENT.with_borrow_mut(|client| {
        client.last_id += 1;
        let id = client.last_id;
        client.waiting.insert(id, Box::new(done));
        let text = serde_json::to_string(&Ask { id, command }).expect("commands are plain data");
        match client.ready {
            true => client.post(&text),
            false => client.unsent.push(text),
        }
    });
}

/// Tells the lab something whose only interesting answer is a refusal.
pub fn tell(store: Store, command: Command) {
    ask(command, move |reply| store.show_refusal(&reply));
}
