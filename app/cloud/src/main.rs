//! The cloud worker: hosts the lab's machine, its journal and its sandboxes, away from the UI thread.
//!
//! The page posts [`Ask`]s as JSON texts; the worker posts arrays of events back.
//! `host` runs the machine, `storage` keeps the journal, `sandbox` runs user code in workers of its own.
//!
//! Invariant: the worker decides nothing about the cloud; it carries messages, keeps time and stores bytes.

mod characters;
mod charset;
mod host;
mod js;
mod rest;
mod sandbox;
mod storage;

use wasm_bindgen_futures::spawn_local;

fn main() {
    console_error_panic_hook::set_once();
    spawn_local(host::start());
}
