//! Libraries that load when they are first needed: modules under `vendor/ui/`, with their style sheets.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(inline_js = "export function load_module(url) { return import(url); }")]
extern "C" {
    fn load_module(url: &str) -> js_sys::Promise;
}

/// The address of a file of the page, whatever sub-path it is served from.
pub fn address(path: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map(|url| url.href()).unwrap_or_else(|_| path.to_owned())
}

fn document() -> web_sys::Document {
    web_sys::window().and_then(|window| window.document()).expect("the page has a document")
}

/// A module of `vendor/ui/`; the browser keeps it, so asking again costs nothing.
pub async fn module(name: &str) -> Result<JsValue, JsValue> {
    JsFuture::from(load_module(&address(&format!("vendor/ui/{name}.js")))).await
}

/// A text file that lies beside the page.
pub async fn text(path: &str) -> Result<String, String> {
    let said = |error: JsValue| js_sys::Error::from(error).message().as_string().unwrap_or_default();
    let window = web_sys::window().expect("the page has a window");
    let response = JsFuture::from(window.fetch_with_str(&address(path))).await.map_err(said)?;
    let response: web_sys::Response = response.into();
    if !response.ok() {
        return Err(format!("{} {}", response.status(), response.status_text()));
    }
    let text = JsFuture::from(response.text().map_err(said)?).await.map_err(said)?;
    Ok(text.as_string().unwrap_or_default())
}

/// Adds a style sheet of `vendor/ui/` once and waits until it counts.
pub async fn style_sheet(name: &str) {
    let id = format!("nv-style-{name}");
    if document().get_element_by_id(&id).is_some() {
        return;
    }
    let loaded = js_sys::Promise::new(&mut |done, _| {
        let link = document().create_element("link").expect("`link` is an element's name");
        link.set_id(&id);
        let set = |name: &str, value: &str| link.set_attribute(name, value).expect("the name is plain");
        set("rel", "stylesheet");
        set("href", &address(&format!("vendor/ui/{name}.css")));
        for event in ["load", "error"] {
            link.add_event_listener_with_callback(event, &done).expect("elements take listeners");
        }
        let head = document().head().expect("the page has a head");
        head.append_child(&link).expect("the head takes links");
    });
    let _ = JsFuture::from(loaded).await;
}
