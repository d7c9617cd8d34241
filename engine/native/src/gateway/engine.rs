//! The cloud on a thread of its own: requests and news of functions come in by a channel.

use super::{Config, functions::Functions};
use nuvola_aws::{Cloud, CloudOptions, Effect, Input};
use nuvola_wire::{Request, Response};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;

/// What reaches the engine's thread.
pub enum Message {
    Request {
        id: u64,
        request: Request,
        answer: oneshot::Sender<Option<Response>>,
    },
    /// The client of a request went away before it was answered.
    Gone {
        id: u64,
    },
    Function(Input),
    Reset {
        done: oneshot::Sender<()>,
    },
}

/// A handle on the engine.
#[derive(Clone)]
pub struct Engine {
    messages: Sender<Message>,
    next: Arc<AtomicU64>,
    root_keys: (String, String),
}

pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Engine {
    pub fn start(config: &Config, port: u16) -> Self {
        let options = CloudOptions { seed: config.seed, auth: config.auth, ..CloudOptions::default() };
        let cloud = Cloud::new(options.clone());
        let keys = cloud.root_credentials();
        let (messages, inbox) = channel();
        let functions = Functions::new(messages.clone(), format!("http://127.0.0.1:{port}"));
        std::thread::spawn(move || Machine { cloud, functions, waiting: BTreeMap::new() }.run(&inbox));
        let next = Arc::new(AtomicU64::new(1));
        Engine { messages, next, root_keys: (keys.access_key_id.clone(), keys.secret_access_key.clone()) }
    }

    /// A handle on whoever takes the messages: a lesson's stage has a lab in place of a bare cloud.
    pub fn over(messages: Sender<Message>) -> Self {
        Engine { messages, next: Arc::new(AtomicU64::new(1)), root_keys: (String::new(), String::new()) }
    }

    pub fn root_keys(&self) -> &(String, String) {
        &self.root_keys
    }

    /// The answer; nothing when there is no such host.
    pub async fn request(&self, request: Request) -> Option<Response> {
        let (answer, answered) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.messages.send(Message::Request { id, request, answer }).ok()?;
        let mut asker = Asker { messages: &self.messages, id, answered: false };
        let response = answered.await.ok().flatten();
        asker.answered = true;
        response
    }

    /// Empties the cloud.
    pub async fn reset(&self) {
        let (done, was_done) = oneshot::channel();
        if self.messages.send(Message::Reset { done }).is_ok() {
            let _ = was_done.await;
        }
    }
}

/// Tells the engine when the client goes away: the server drops the request's future then.
struct Asker<'a> {
    messages: &'a Sender<Message>,
    id: u64,
    answered: bool,
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let _ = self.messages.send(Message::Gone { id: self.id });
        }
    }
}

struct Machine {
    cloud: Cloud,
    functions: Functions,
    waiting: BTreeMap<u64, oneshot::Sender<Option<Response>>>,
}

impl Machine {
    fn run(mut self, inbox: &Receiver<Message>) {
        loop {
            let wait_ms = self.cloud.next_due_ms().map_or(60_000, |due| (due - now_ms()).clamp(0, 60_000));
            match inbox.recv_timeout(Duration::from_millis(wait_ms.unsigned_abs())) {
                Ok(Message::Gone { id }) => {
                    if self.waiting.remove(&id).is_some() {
                        self.step(Input::Abandoned { id });
                    }
                }
                Ok(Message::Request { id, request, answer }) => {
                    self.waiting.insert(id, answer);
                    self.step(Input::Request { id, request });
                }
                Ok(Message::Function(input)) => self.step(input),
                Ok(Message::Reset { done }) => {
                    self.functions.stop_all();
                    self.waiting.clear();
                    self.cloud = Cloud::new(self.cloud.options().clone());
                    let _ = done.send(());
                }
                Err(RecvTimeoutError::Timeout) => self.step(Input::Tick),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn step(&mut self, input: Input) {
        for effect in self.cloud.step(now_ms(), input) {
            match effect {
                Effect::Respond { id, response } => self.answer(id, Some(response)),
                Effect::Unresolved { id, host: _ } => self.answer(id, None),
                // There are no instances here, so nobody has an address.
                Effect::Fetch { id, request: _ } => self.step(Input::Fetched { id, response: None }),
                Effect::StartEnvironment(spec) => self.functions.start(*spec),
                Effect::Invoke {
                    environment_id,
                    request_id,
                    event,
                    timeout_ms,
                    deadline_ms,
                    client_context,
                    function_arn,
                } => {
                    let invocation = serde_json::json!({
                        "requestId": request_id, "event": event, "deadlineMs": deadline_ms,
                        "clientContext": client_context, "arn": function_arn,
                    });
                    self.functions.invoke(&environment_id, request_id, &invocation, timeout_ms);
                }
                Effect::StopEnvironment { environment_id } => self.functions.stop(&environment_id),
                // Instances are states and addresses here; the lab makes them places to work.
                Effect::Instance { .. } | Effect::Trace(_) => {}
            }
        }
    }

    fn answer(&mut self, id: u64, response: Option<Response>) {
        if let Some(answer) = self.waiting.remove(&id) {
            // The client may have gone away.
            let _ = answer.send(response);
        }
    }
}
