//! The page: what a student sees and does. It sends commands to the lab and shows the events that come back.
//!
//! Start reading at `app.rs`. `store` holds what the lab told, `client` asks it, `features` are the screens,
//! `ui` the widgets, `interop` the only place that touches JavaScript.
//!
//! Invariant: the page decides nothing about the cloud; a fact that a screen needs comes from the lab.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a question takes the one kind of reply that answers it; any other is shown as a refusal"
)]

mod app;
mod client;
mod features;
mod interop;
mod preferences;
mod store;
mod texts;
mod ui;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
