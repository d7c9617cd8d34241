//! The layered layout of the map: `app/js/graph.js`.

use super::lazy;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub type GraphModule;
    #[wasm_bindgen(method)]
    fn layout(this: &GraphModule, json: &str) -> String;
}

impl GraphModule {
    pub async fn load() -> Result<Self, JsValue> {
        Ok(lazy::module("graph").await?.unchecked_into())
    }

    /// JSON in, JSON out: see `features::map::layout`.
    pub fn lay_out(&self, json: &str) -> String {
        self.layout(json)
    }
}
