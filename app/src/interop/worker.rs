//! The cloud's worker: texts in, texts out.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, MessageEvent, Worker};

/// Beside the page, wherever that is served from.
const LOADER: &str = "./nuvola-cloud_loader.js";

pub struct CloudWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl CloudWorker {
    pub fn start(on_text: impl Fn(String) + 'static, on_error: impl Fn() + 'static) -> Result<Self, String> {
        let worker = Worker::new(LOADER).map_err(|error| format!("{error:?}"))?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_text(text);
            }
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| on_error());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(CloudWorker { worker, _on_message: on_message, _on_error: on_error })
    }

    pub fn post(&self, text: &str) {
        self.worker.post_message(&text.into()).expect("texts can be cloned");
    }
}
