//! What a page may send and read without asking: safelisted methods, request headers, response headers.

/// **Source**: Fetch standard, section 2.2.1, "CORS-safelisted method".
pub fn is_safelisted_method(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// **Source**: Fetch standard, section 2.2.1, "forbidden method".
pub fn is_forbidden_method(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|name| name.eq_ignore_ascii_case(method))
}

/// Six methods are understood in any case; all others are taken as they are.
///
/// **Source**: Fetch standard, section 2.2.1, "normalize a method".
pub fn normalize_method(method: &str) -> String {
    const KNOWN: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    match KNOWN.iter().find(|name| name.eq_ignore_ascii_case(method)) {
        Some(name) => (*name).to_owned(),
        None => method.to_owned(),
    }
}

/// Headers that scripts cannot set.
///
/// **Source**: Fetch standard, section 2.2.2, "forbidden request-header".
pub fn is_forbidden_request_header(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || name == "set-cookie"
        || name.starts_with("proxy-")
        || name.starts_with("sec-")
}

/// A header with this value may be sent without a preflight.
///
/// **Source**: Fetch standard, section 2.2.2, "CORS-safelisted request-header".
pub fn is_safelisted_header(name: &str, value: &str) -> bool {
    if value.len() > 128 {
        return false;
    }
    match name.to_ascii_lowercase().as_str() {
        "accept" => !has_unsafe_byte(value),
        "accept-language" | "content-language" => {
            value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte))
        }
        "content-type" => !has_unsafe_byte(value) && is_form_type(value),
        "range" => is_simple_range(value),
        _ => false,
    }
}

fn has_unsafe_byte(value: &str) -> bool {
    value.bytes().any(|byte| (byte < 0x20 && byte != 0x09) || b"\"():<>?@[\\]{}\x7f".contains(&byte))
}

/// The types that a form could always send.
fn is_form_type(value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    matches!(essence.as_str(), "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain")
}

fn is_simple_range(value: &str) -> bool {
    let Some((first, last)) = value.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| text.parse::<u64>().ok();
    !first.is_empty() && digits(first) && digits(last) && (last.is_empty() || number(first) <= number(last))
}

/// The names, in lower case and sorted, that need a preflight: those whose values are not safelisted, and all
/// of them once the safelisted values sum up to more than 1024 bytes.
///
/// **Source**: Fetch standard, section 2.2.2, "CORS-unsafe request-header names".
pub fn unsafe_header_names(headers: &[(String, String)]) -> Vec<String> {
    let (mut unsafe_names, mut potentially) = (Vec::new(), Vec::new());
    let mut safe_bytes = 0;
    for (name, value) in headers {
        if is_safelisted_header(name, value) {
            potentially.push(name.to_ascii_lowercase());
            safe_bytes += value.len();
        } else {
            unsafe_names.push(name.to_ascii_lowercase());
        }
    }
    if safe_bytes > 1024 {
        unsafe_names.append(&mut potentially);
    }
    unsafe_names.sort();
    unsafe_names.dedup();
    unsafe_names
}

/// Whether a script may read a header of a cross-origin answer; `exposed` is `Access-Control-Expose-Headers`.
///
/// **Source**: Fetch standard, section 2.2.2, "CORS-safelisted response-header name", and section 3.3.3.
pub fn is_readable(name: &str, exposed: &[String], with_credentials: bool) -> bool {
    const ALWAYS: [&str; 7] = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    let name = name.to_ascii_lowercase();
    if is_hidden(&name) {
        return false;
    }
    let named = exposed.iter().any(|other| other.eq_ignore_ascii_case(&name));
    let starred = !with_credentials && exposed.iter().any(|other| other == "*");
    ALWAYS.contains(&name.as_str()) || named || starred
}

/// **Source**: Fetch standard, section 2.2.2, "forbidden response-header name".
pub fn is_hidden(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie") || name.eq_ignore_ascii_case("set-cookie2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safelisted_headers_are_judged_by_value_too() {
        // Source: Fetch standard, section 2.2.2, "CORS-safelisted request-header".
        for (name, value) in [
            ("Accept", "*/*"),
            ("accept-language", "it, en;q=0.5"),
            ("Content-Type", "text/plain;charset=UTF-8"),
            ("content-type", "multipart/form-data; boundary=x"),
            ("Range", "bytes=0-255"),
            ("Range", "bytes=5-"),
        ] {
            assert!(is_safelisted_header(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("content-type", "application/json"),
            ("content-type", "text/plain; a=\"b\""),
            ("accept", "a\x01"),
            ("accept-language", "it_IT"),
            ("range", "bytes=-5"),
            ("range", "bytes=5-2"),
            ("range", "bytes=0-1,3-4"),
            ("x-api-key", "k"),
            ("authorization", "Bearer x"),
            ("accept", &"a".repeat(129)),
        ] {
            assert!(!is_safelisted_header(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn many_safelisted_bytes_need_permission() {
        // Source: Fetch standard, section 2.2.2, "CORS-unsafe request-header names" (1024).
        let header = |n: usize| vec![("Accept".to_owned(), "a".repeat(128)); n];
        assert!(unsafe_header_names(&header(8)).is_empty());
        assert_eq!(unsafe_header_names(&header(9)), ["accept"]);
        let mixed =
            [("X-B", "1"), ("x-a", "2"), ("Accept", "*/*")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(unsafe_header_names(&mixed), ["x-a", "x-b"]);
    }

    #[test]
    fn responses_show_what_is_exposed() {
        // Source: Fetch standard, section 3.3.3, `Access-Control-Expose-Headers`.
        let star = ["*".to_owned()];
        assert!(is_readable("Content-Type", &[], false));
        assert!(!is_readable("ETag", &[], false));
        assert!(is_readable("ETag", &["etag".to_owned()], true));
        assert!(is_readable("ETag", &star, false));
        assert!(!is_readable("ETag", &star, true));
        assert!(!is_readable("Set-Cookie", &star, false));
    }
}
