//! The code editor: `app/js/editor.js`.

use super::lazy;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    type EditorModule;
    #[wasm_bindgen(method, getter, js_name = Editor)]
    fn editor_class(this: &EditorModule) -> js_sys::Function;

    #[derive(Clone)]
    pub type Editor;
    #[wasm_bindgen(method, js_name = setText)]
    pub fn set_text(this: &Editor, path: &str, text: &str, read_only: bool);
    #[wasm_bindgen(method)]
    pub fn text(this: &Editor, path: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    pub fn show(this: &Editor, path: &str, focus: bool);
    #[wasm_bindgen(method)]
    pub fn close(this: &Editor, path: &str);
    #[wasm_bindgen(method)]
    pub fn mark(this: &Editor, path: &str, problems: &str);
    #[wasm_bindgen(method)]
    pub fn reveal(this: &Editor, line: u32, column: u32);
    #[wasm_bindgen(method, js_name = setDark)]
    pub fn set_dark(this: &Editor, dark: bool);
}

/// Loads the editor and puts it into an element; the callbacks get the path of the file concerned.
pub async fn create(
    element: &HtmlElement,
    dark: bool,
    on_change: impl Fn(String) + 'static,
    on_save: impl Fn(String) + 'static,
) -> Result<Editor, JsValue> {
    lazy::style_sheet("editor").await;
    let module: EditorModule = lazy::module("editor").await?.unchecked_into();
    // The editor lives as long as the page.
    let on_change = Closure::<dyn Fn(String)>::new(on_change).into_js_value();
    let on_save = Closure::<dyn Fn(String)>::new(on_save).into_js_value();
    let arguments = js_sys::Array::of4(element, &dark.into(), &on_change, &on_save);
    Ok(js_sys::Reflect::construct(&module.editor_class(), &arguments)?.unchecked_into())
}
