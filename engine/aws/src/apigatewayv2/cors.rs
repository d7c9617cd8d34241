//! CORS settings of an HTTP API: it answers preflights by itself, and its headers replace the integration's.
//!
//! **Source**: API Gateway Developer Guide, "Configure CORS for HTTP APIs in API Gateway".

use nuvola_wire::{Request, Response};

use super::shapes::Cors;

pub fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS"
        && request.headers.contains("origin")
        && request.headers.contains("access-control-request-method")
}

/// The answer to a preflight: 204, without headers for an origin that is not allowed.
pub fn preflight(cors: &Cors, request: &Request) -> Response {
    let mut response = Response::new(204);
    let origin = request.headers.get("origin").unwrap_or("");
    let Some(allowed) = allowed_origin(cors, origin) else { return response };
    response.headers.set("access-control-allow-origin", allowed);
    for (name, list) in [
        ("access-control-allow-methods", &cors.allow_methods),
        ("access-control-allow-headers", &cors.allow_headers),
        ("access-control-expose-headers", &cors.expose_headers),
    ] {
        if let Some(list) = list.as_ref().filter(|list| !list.is_empty()) {
            response.headers.set(name, list.join(","));
        }
    }
    if let Some(age) = cors.max_age.filter(|age| *age != 0) {
        response.headers.set("access-control-max-age", age.to_string());
    }
    credentials(cors, &mut response);
    response
}

/// The settings' headers on an answer; those of the integration go, whatever the settings allow.
pub fn decorate(cors: Option<&Cors>, origin: Option<&str>, response: &mut Response) {
    let Some(cors) = cors else { return };
    for name in ["origin", "methods", "headers", "credentials"] {
        response.headers.remove(&format!("access-control-allow-{name}"));
    }
    response.headers.remove("access-control-expose-headers");
    response.headers.remove("access-control-max-age");
    let Some(allowed) = origin.and_then(|origin| allowed_origin(cors, origin)) else { return };
    response.headers.set("access-control-allow-origin", allowed);
    if let Some(list) = cors.expose_headers.as_ref().filter(|list| !list.is_empty()) {
        response.headers.set("access-control-expose-headers", list.join(","));
    }
    credentials(cors, response);
}

fn credentials(cors: &Cors, response: &mut Response) {
    if cors.allow_credentials == Some(true) {
        response.headers.set("access-control-allow-credentials", "true");
    }
}

/// What the header says to an origin; `https://*` stands for every origin of the scheme.
fn allowed_origin(cors: &Cors, origin: &str) -> Option<String> {
    let origins = cors.allow_origins.as_deref().unwrap_or_default();
    if origins.iter().any(|known| known == "*") {
        return Some("*".to_owned());
    }
    let fits = |known: &String| {
        known == origin
            || known
                .strip_suffix('*')
                .is_some_and(|start| start.ends_with("://") && origin.starts_with(start))
    };
    origins.iter().any(fits).then(|| origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_answer_preflights_and_replace_headers() {
        // Source: API Gateway Developer Guide, "Configure CORS for HTTP APIs in API Gateway".
        let cors = Cors {
            allow_origins: Some(vec!["https://a.example".to_owned()]),
            allow_methods: Some(vec!["GET".to_owned(), "POST".to_owned()]),
            max_age: Some(300),
            ..Cors::default()
        };
        let mut request = Request::new("OPTIONS", "h", "/");
        request.headers.set("Origin", "https://a.example");
        assert!(!is_preflight(&request));
        request.headers.set("Access-Control-Request-Method", "POST");
        assert!(is_preflight(&request));
        let response = preflight(&cors, &request);
        assert_eq!(
            (response.status, response.headers.get("access-control-allow-methods")),
            (204, Some("GET,POST"))
        );
        assert_eq!(response.headers.get("access-control-max-age"), Some("300"));
        request.headers.set("Origin", "https://b.example");
        assert!(preflight(&cors, &request).headers.is_empty());
        let mut own = Response::new(200).with_header("Access-Control-Allow-Origin", "*");
        decorate(Some(&cors), Some("https://b.example"), &mut own);
        assert_eq!(own.headers.get("access-control-allow-origin"), None);
        decorate(None, Some("https://b.example"), &mut own);
        decorate(Some(&cors), Some("https://a.example"), &mut own);
        assert_eq!(own.headers.get("access-control-allow-origin"), Some("https://a.example"));
    }
}
