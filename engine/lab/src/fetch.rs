//! A call of a page's script, judged as the Fetch standard judges it.

use crate::browser_api::{Exchange, FetchReply, FetchRequest};
use crate::event::Reply;
use crate::preview::{pairs, request};
use crate::world::{self, Shared};
use nuvola_kernel::Blob;

pub(crate) async fn fetch(shared: Shared, asked: FetchRequest) -> Reply {
    let exchange = Exchange {
        page_origin: String::new(),
        method: asked.method.clone(),
        url: asked.url.clone(),
        blocked: false,
        steps: Vec::new(),
    };
    let response = match request(&asked.method, &asked.url, &asked.headers, asked.body.clone()) {
        Some(request) => world::http(&shared, request).await,
        None => None,
    };
    let (status, headers, body) = match response {
        Some(response) => (response.status, pairs(&response.headers), response.body),
        None => (0, Vec::new(), Blob::default()),
    };
    let response_type = if status == 0 { "error" } else { "cors" }.to_owned();
    Reply::Fetch(FetchReply {
        response_type,
        url: asked.url,
        redirected: false,
        status,
        headers,
        body,
        console: Vec::new(),
        exchange,
    })
}
