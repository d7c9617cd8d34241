//! Small questions to the browser.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::Window;

pub fn window() -> Window {
    web_sys::window().expect("the page has a window")
}

/// What the page stored under a name; nothing where storage is refused.
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Stores a small text; a browser that refuses just forgets it.
pub fn store(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(key, value);
    }
}

pub fn prefers(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Calls back when the answer to a media query changes.
pub fn watch_media(query: &str, changed: impl Fn(bool) + 'static) {
    let Ok(Some(list)) = window().match_media(query) else { return };
    let asked = list.clone();
    let closure = Closure::<dyn Fn()>::new(move || changed(asked.matches()));
    let _ = list.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Sets an attribute of the root element: the theme, for style sheets.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = window().document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

pub fn copy(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}

/// Runs once, later.
pub fn after(delay_ms: u32, action: impl FnOnce() + 'static) {
    gloo_timers::callback::Timeout::new(delay_ms, action).forget();
}

/// A local time of day, such as `14:03:59`.
pub fn time_of_day(at_ms: i64) -> String {
    let date = js_sys::Date::new(&(at_ms as f64).into());
    format!("{:02}:{:02}:{:02}", date.get_hours(), date.get_minutes(), date.get_seconds())
}

pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Registers the offline cache once the page has loaded; nothing happens where that is unavailable.
pub fn register_service_worker() {
    if !window().is_secure_context()
        || js_sys::Reflect::get(&window().navigator(), &"serviceWorker".into()).is_err()
    {
        return;
    }
    let container = js_sys::Reflect::get(&window().navigator(), &"serviceWorker".into()).unwrap_or_default();
    if container.is_undefined() {
        return;
    }
    let promise = window().navigator().service_worker().register("./service-worker.js");
    wasm_bindgen_futures::spawn_local(async move {
        // A browser that refuses (a private window, an embedded page) simply has no offline cache.
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    });
}
