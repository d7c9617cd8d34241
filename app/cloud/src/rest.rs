//! The rest of the program: what the lab does not need to open lies in a second wasm file, made by `xtask dist`.
//!
//! The first module names that file in an export; a build that was not parted has no such export, and is whole.
//! The second module works in the first one's memory and table: once it is instantiated, everything is one program.

use crate::js;
use gloo_timers::callback::Timeout;
use js_sys::{Object, Uint8Array, WebAssembly};
use std::cell::OnceCell;
use wasm_bindgen::{
    JsCast, JsValue,
    prelude::{Closure, wasm_bindgen},
};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DedicatedWorkerGlobalScope, MessageEvent, ReadableStreamDefaultReader, Response, XmlHttpRequest,
};

/// The export that names the file begins so (`xtask/src/split/write.rs`).
const MARK: &str = "rest:";
/// The export that says whether the second module is there.
const LOADED: &str = "loaded";
/// The namespace under which the second module imports what the first exports.
const FIRST: &str = "first";
const MIME: &str = "application/wasm";
/// What the page says when someone wants another attempt at once.
pub const AGAIN: &str = "rest:again";
/// After a failed attempt the next one follows by itself, later each time. **Units**: milliseconds.
const FIRST_WAIT_MS: u32 = 5_000;
/// The page hears of an attempt that takes longer.
const QUIET_MS: u32 = 1_000;
const LONGEST_WAIT_MS: u32 = 60_000;

thread_local! {
    /// The file's name and size in bytes; none of a whole build.
    static FILE: Option<(String, f64)> = find();
    /// The page's folder, for [`fetch_rest`].
    static BASE: OnceCell<String> = const { OnceCell::new() };
}

/// What the export `rest:NAME:BYTES` says.
fn find() -> Option<(String, f64)> {
    let names = Object::keys(wasm_bindgen::exports().unchecked_ref::<Object>());
    let mark = names.iter().find_map(|name| name.as_string()?.strip_prefix(MARK).map(str::to_owned))?;
    let (name, size) = mark.rsplit_once(':')?;
    Some((name.to_owned(), size.parse().ok()?))
}

/// Whether the whole program is there.
pub fn is_here() -> bool {
    let loaded = || js::number(&js::get(&wasm_bindgen::exports(), LOADED), "value") != 0.0;
    FILE.with(Option::is_none) || loaded()
}

/// What the second module imports.
fn imports() -> Object {
    js::object(&[(FIRST, wasm_bindgen::exports())]).unchecked_into()
}

/// Loads the rest, unless it is there, however often it takes, and tells the page how that goes.
pub async fn load(scope: &DedicatedWorkerGlobalScope, base: &str) {
    let Some((name, size)) = FILE.with(Clone::clone) else { return };
    BASE.with(|known| drop(known.set(base.to_owned())));
    let url = format!("{base}{name}");
    let mut wait_ms = FIRST_WAIT_MS;
    while let Err(text) = attempt(scope, &url, size).await {
        post(scope, &format!("{MARK}failed:{text}"));
        pause(scope, wait_ms).await;
        wait_ms = (wait_ms * 2).min(LONGEST_WAIT_MS);
    }
    post(scope, &format!("{MARK}here"));
}

fn post(scope: &DedicatedWorkerGlobalScope, text: &str) {
    scope.post_message(&text.into()).expect("texts can be cloned");
}

/// Waits until it is time for another attempt, or until the page asks for one.
async fn pause(scope: &DedicatedWorkerGlobalScope, wait_ms: u32) {
    let asked = js_sys::Promise::new(&mut |resolve, _| {
        Timeout::new(wait_ms, {
            let resolve = resolve.clone();
            move || drop(resolve.call0(&JsValue::UNDEFINED))
        })
        .forget();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if event.data().as_string().is_some_and(|text| text == AGAIN) {
                drop(resolve.call0(&JsValue::UNDEFINED));
            }
        });
        let function = on_message.into_js_value();
        scope
            .add_event_listener_with_callback("message", function.unchecked_ref())
            .expect("workers have listeners");
    });
    drop(JsFuture::from(asked).await);
}

async fn attempt(scope: &DedicatedWorkerGlobalScope, url: &str, size: f64) -> Result<(), String> {
    let begun_ms = js_sys::Date::now();
    // Nobody need know of what takes less.
    let _slow = Timeout::new(QUIET_MS, {
        let scope = scope.clone();
        move || post(&scope, &format!("{MARK}0"))
    });
    let response = JsFuture::from(scope.fetch_with_str(url)).await.map_err(said)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(format!("the server answered {} for {url}", response.status()));
    }
    if let Ok(copy) = response.clone() {
        spawn_local(watch(scope.clone(), copy, size, begun_ms));
    }
    let kind = response.headers().get("content-type").ok().flatten();
    let instance = if kind.is_some_and(|kind| kind.starts_with(MIME)) {
        let response = js_sys::Promise::resolve(&response);
        JsFuture::from(WebAssembly::instantiate_streaming(&response.unchecked_into(), &imports())).await
    } else {
        let bytes = JsFuture::from(response.array_buffer().map_err(said)?).await.map_err(said)?;
        let bytes = Uint8Array::new(&bytes).to_vec();
        JsFuture::from(WebAssembly::instantiate_buffer(&bytes, &imports())).await
    };
    instance.map(drop).map_err(said)
}

/// Counts what comes, and tells the page.
async fn watch(scope: DedicatedWorkerGlobalScope, response: Response, size: f64, begun_ms: f64) {
    let Some(body) = response.body() else { return };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (mut come, mut told) = (0.0, 0.0);
    while let Ok(part) = JsFuture::from(reader.read()).await {
        // The page has been told of the end already.
        if js::flag(&part, "done") || is_here() {
            return;
        }
        come += js::number(&js::get(&part, "value"), "length");
        let percent = (come / size * 100.0).min(99.0).floor();
        if percent > told && js_sys::Date::now() - begun_ms > f64::from(QUIET_MS) {
            told = percent;
            post(&scope, &format!("{MARK}{percent}"));
        }
    }
}

fn said(error: JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}

/// Loads the rest at once, while everything waits: for a function of it that was called before [`load`] ended.
/// The first module's stand-ins call it; the host keeps back what may need the rest, so it is a last resort.
#[wasm_bindgen]
pub fn fetch_rest() {
    let early = js_sys::Error::new("a part of the cloud was needed before it had come");
    warn(&js::text(&early, "stack"));
    if let Err(error) = fetch_now() {
        wasm_bindgen::throw_str(&format!("the rest of the lab cannot be loaded: {}", said(error)));
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(text: &str);
}

fn fetch_now() -> Result<(), JsValue> {
    let Some((name, _)) = FILE.with(Clone::clone) else { return Ok(()) };
    let base = BASE.with(|known| known.get().cloned().unwrap_or_default());
    let request = XmlHttpRequest::new()?;
    request.open_with_async("GET", &format!("{base}{name}"), false)?;
    request.set_response_type(web_sys::XmlHttpRequestResponseType::Arraybuffer);
    request.send()?;
    let module = WebAssembly::Module::new(&request.response()?)?;
    WebAssembly::Instance::new(&module, &imports()).map(drop)
}
