//! The preview's sandboxed frame: it gets a document and a port, and asks through the port.
//! Its other side is `public/preview/frame.js`.

use js_sys::{Array, Object, Reflect, Uint8Array};
use nuvola_kernel::Blob;
use nuvola_lab::browser_api::{FetchReply, FetchRequest, Navigation, PageReply};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

/// What a page in the frame wants.
pub enum Wish {
    /// `id` is the frame's number of the question.
    Fetch {
        id: f64,
        request: FetchRequest,
    },
    /// Something that the markup names: an image, a script, a style sheet.
    Resource {
        id: f64,
        url: String,
    },
    Navigate(Navigation),
    /// The page's address changed without a load.
    Address(String),
    Console {
        level: String,
        text: String,
    },
    Shown {
        title: String,
    },
}

/// One document's line to the frame; dropping it closes the line.
pub struct Line {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.port.close();
    }
}

impl Line {
    /// Hands a document to a freshly loaded frame.
    pub fn open(
        frame: &HtmlIFrameElement,
        url: &str,
        html: &str,
        on_wish: impl Fn(Wish) + 'static,
    ) -> Option<Line> {
        let window = frame.content_window()?;
        let channel = MessageChannel::new().ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(wish) = read(&event.data()) {
                on_wish(wish);
            }
        });
        let port = channel.port1();
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let document = object(&[("url", url.into()), ("html", html.into())]);
        // The frame has no origin to name; only it holds this window, and the document is no secret.
        window.post_message_with_transfer(&document, "*", &Array::of1(&channel.port2())).ok()?;
        Some(Line { port, _on_message: on_message })
    }

    pub fn answer_fetch(&self, id: f64, reply: &FetchReply) {
        let reply = object(&[
            ("responseType", reply.response_type.as_str().into()),
            ("url", reply.url.as_str().into()),
            ("redirected", reply.redirected.into()),
            ("status", reply.status.into()),
            ("headers", pairs(&reply.headers)),
            ("body", Uint8Array::from(&reply.body[..]).into()),
        ]);
        self.answer(id, &reply);
    }

    pub fn answer_resource(&self, id: f64, reply: &PageReply) {
        let reply = object(&[
            ("status", reply.status.into()),
            ("contentType", reply.content_type.as_str().into()),
            ("error", reply.error.as_deref().into()),
            ("body", Uint8Array::from(&reply.body[..]).into()),
        ]);
        self.answer(id, &reply);
    }

    /// The call could not be made at all: the script's promise rejects.
    pub fn answer_error(&self, id: f64) {
        let error =
            object(&[("responseType", "error".into()), ("error", "ERR_FAILED".into()), ("status", 0.into())]);
        self.answer(id, &error);
    }

    fn answer(&self, id: f64, reply: &JsValue) {
        let _ = self.port.post_message(&object(&[("id", id.into()), ("reply", reply.clone())]));
    }
}

fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object takes any property");
    }
    object.into()
}

fn pairs(headers: &[(String, String)]) -> JsValue {
    let pair = |(name, value): &(String, String)| Array::of2(&name.as_str().into(), &value.as_str().into());
    headers.iter().map(pair).collect::<Array>().into()
}

/// A message of the frame. It comes from the previewed page, so nothing in it is believed to be well formed.
fn read(data: &JsValue) -> Option<Wish> {
    let get = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let text = |name: &str| get(name).as_string().unwrap_or_default();
    let headers = || -> Vec<(String, String)> {
        let pair = |value: JsValue| {
            let pair: Array = value.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        };
        get("headers")
            .dyn_into::<Array>()
            .map(|all| all.iter().filter_map(pair).collect())
            .unwrap_or_default()
    };
    let body = || match get("body").dyn_into::<js_sys::ArrayBuffer>() {
        Ok(buffer) => Blob::from(Uint8Array::new(&buffer).to_vec()),
        Err(_) => Blob::default(),
    };
    let id = get("id").as_f64().unwrap_or_default();
    Some(match text("type").as_str() {
        "fetch" => {
            let request = FetchRequest {
                page_url: text("pageUrl"),
                url: text("url"),
                method: text("method"),
                headers: headers(),
                body: body(),
                mode: text("mode"),
                credentials: text("credentials"),
                redirect: text("redirect"),
                initiator: text("initiator"),
            };
            Wish::Fetch { id, request }
        }
        "resource" => Wish::Resource { id, url: text("url") },
        "navigate" => Wish::Navigate(Navigation {
            url: text("url"),
            method: text("method"),
            headers: headers(),
            body: body(),
        }),
        "address" => Wish::Address(text("url")),
        "console" => Wish::Console { level: text("level"), text: text("text") },
        "shown" => Wish::Shown { title: text("title") },
        _ => return None,
    })
}
