//! The preview browser's network: documents, and what their scripts ask for.

use crate::browser_api::{Navigation, PageReply};
use crate::commands::refused;
use crate::event::Reply;
use crate::machine;
use crate::terminal::parse_url;
use crate::world::{self, Shared};
use nuvola_kernel::Blob;
use nuvola_wire::{Headers, Request, Response};

/// Chrome's limit. **Source**: Fetch standard, section 4.4 (HTTP-redirect fetch): 20 redirects.
const MAX_REDIRECTS: usize = 20;

pub(crate) fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A request as the page describes it; nothing for an address that is none.
pub fn request(method: &str, url: &str, headers: &[(String, String)], body: Blob) -> Option<Request> {
    let mut request = parse_url(url)?;
    request.method = method.to_owned();
    request.headers.set("Host", request.host.clone());
    for (name, value) in headers {
        request.headers.append(name, value.clone());
    }
    if !body.is_empty() {
        request.headers.set("Content-Length", body.len().to_string());
    }
    request.body = body;
    Some(request)
}

pub(crate) async fn http(
    shared: Shared,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Blob,
) -> Reply {
    let Some(request) = request(&method, &url, &headers, body) else {
        return refused(format!("`{url}` is no address"));
    };
    let start_ms = shared.borrow().now_ms;
    let response = world::http(&shared, request).await;
    let duration_ms = (shared.borrow().now_ms - start_ms) as f64;
    match response {
        Some(Response { status, headers, body }) => {
            Reply::Http { status, headers: pairs(&headers), body, unresolved: false, duration_ms }
        }
        None => Reply::Http {
            status: 0,
            headers: Vec::new(),
            body: Blob::default(),
            unresolved: true,
            duration_ms,
        },
    }
}

/// Loads a document, following redirects.
pub(crate) async fn navigate(shared: Shared, navigation: Navigation) -> Reply {
    let Navigation { url, method, headers, body } = navigation;
    let failed = |url: String, error: &str| {
        let error = Some(error.to_owned());
        let (headers, body) = (Vec::new(), Blob::default());
        Reply::Page(PageReply { url, status: 0, headers, content_type: String::new(), body, error })
    };
    let Some(mut request) = request(&method, &url, &headers, body) else {
        return failed(url, "ERR_INVALID_URL");
    };
    for name in [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("User-Agent", USER_AGENT)] {
        request.headers.set(name.0, name.1);
    }
    for _ in 0..=MAX_REDIRECTS {
        let Some(response) = world::http(&shared, request.clone()).await else {
            return failed(request.url(), "ERR_NAME_NOT_RESOLVED");
        };
        if let Some((error, why)) = machine::failure(&response) {
            return failed(request.url(), &format!("{error}: {why}"));
        }
        let target = response
            .headers
            .get("location")
            .filter(|_| matches!(response.status, 301 | 302 | 303 | 307 | 308));
        let Some(target) = target else {
            let content_type = response.headers.get("content-type").unwrap_or("").to_owned();
            return Reply::Page(PageReply {
                url: request.url(),
                status: response.status,
                headers: pairs(&response.headers),
                content_type,
                body: response.body,
                error: None,
            });
        };
        let Some(mut next) = parse_url(&absolute(&request, target)) else {
            return failed(request.url(), "ERR_INVALID_REDIRECT");
        };
        let keeps_method = matches!(response.status, 307 | 308);
        next.method =
            if keeps_method || request.method == "HEAD" { request.method.clone() } else { "GET".to_owned() };
        next.body = if keeps_method { request.body.clone() } else { Blob::default() };
        next.headers = request.headers.clone();
        next.headers.set("Host", next.host.clone());
        request = next;
    }
    failed(request.url(), "ERR_TOO_MANY_REDIRECTS")
}

/// What Chrome on a desktop sends.
pub(crate) const USER_AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// A `Location` against the address that it came from.
pub(crate) fn absolute(base: &Request, target: &str) -> String {
    if target.contains("://") {
        return target.to_owned();
    }
    let origin = format!("{}://{}", base.scheme.as_str(), base.host);
    if let Some(rest) = target.strip_prefix("//") {
        return format!("{}://{rest}", base.scheme.as_str());
    }
    match target.starts_with('/') {
        true => format!("{origin}{target}"),
        false => {
            let folder = base.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{origin}{folder}/{target}")
        }
    }
}
