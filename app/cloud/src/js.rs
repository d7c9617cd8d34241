//! Small bridges to JavaScript values.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// An object from pairs.
pub fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        set(&object, name, value);
    }
    object.into()
}

pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(object, &JsValue::from_str(name), value).expect("a plain object takes any property");
}

pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

pub fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name).as_f64().unwrap_or_default()
}

pub fn flag(object: &JsValue, name: &str) -> bool {
    get(object, name).as_bool().unwrap_or_default()
}

/// The bytes of a `Uint8Array` or `ArrayBuffer`; none of anything else.
pub fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    let is_bytes = value.is_instance_of::<Uint8Array>() || value.is_instance_of::<js_sys::ArrayBuffer>();
    is_bytes.then(|| Uint8Array::new(value).to_vec())
}

/// `[[name, value], ...]`
pub fn pairs(value: &JsValue) -> Vec<(String, String)> {
    let Some(array) = value.dyn_ref::<Array>() else { return Vec::new() };
    let pair = |entry: JsValue| {
        let entry = entry.dyn_into::<Array>().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    array.iter().filter_map(pair).collect()
}

pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> JsValue {
    let array = Array::new();
    for (name, value) in pairs {
        array.push(&Array::of2(&JsValue::from_str(name), &JsValue::from_str(value)));
    }
    array.into()
}

/// A record of texts.
pub fn record<'a>(entries: impl Iterator<Item = (&'a String, &'a String)>) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        set(&object, name, &JsValue::from_str(value));
    }
    object.into()
}

pub fn uint8_array(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}
