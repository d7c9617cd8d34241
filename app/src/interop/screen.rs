//! A terminal's screen: `app/js/terminal.js`.

use super::lazy;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    type ScreenModule;
    #[wasm_bindgen(method, getter, js_name = Screen)]
    fn screen_class(this: &ScreenModule) -> js_sys::Function;

    #[derive(Clone)]
    pub type Screen;
    #[wasm_bindgen(method)]
    pub fn columns(this: &Screen) -> u16;
    #[wasm_bindgen(method)]
    pub fn write(this: &Screen, data: &str);
    #[wasm_bindgen(method)]
    pub fn focus(this: &Screen);
    #[wasm_bindgen(method)]
    pub fn fit(this: &Screen);
    #[wasm_bindgen(method, js_name = setDark)]
    pub fn set_dark(this: &Screen, dark: bool);
    #[wasm_bindgen(method)]
    pub fn dispose(this: &Screen);
}

/// Loads the terminal and puts a screen into an element.
pub async fn create(
    element: &HtmlElement,
    dark: bool,
    on_data: impl Fn(String) + 'static,
    on_resize: impl Fn(u16) + 'static,
) -> Result<Screen, JsValue> {
    lazy::style_sheet("terminal").await;
    let module: ScreenModule = lazy::module("terminal").await?.unchecked_into();
    let on_data = Closure::<dyn Fn(String)>::new(on_data).into_js_value();
    let on_resize = Closure::<dyn Fn(u16)>::new(on_resize).into_js_value();
    let arguments = js_sys::Array::of4(element, &dark.into(), &on_data, &on_resize);
    let screen = js_sys::Reflect::construct(&module.screen_class(), &arguments)?;
    // Tests and screen readers' owners read the text from the element.
    let _ = js_sys::Reflect::set(element, &"screen".into(), &screen);
    Ok(screen.unchecked_into())
}
