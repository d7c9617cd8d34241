//! What the frame shows for an answer: the page itself, or a page about it.

use crate::texts::t;
use nuvola_kernel::Blob;
use nuvola_lab::browser_api::PageReply;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color:#1d2433;background:#fff}\
    pre{font:13px/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:0}\
    main{max-width:36rem;margin:12vh auto}h1{font-size:1.5rem;font-weight:600}code{color:#5b6579}\
    img{max-width:100%}";

pub fn html(page: &PageReply) -> String {
    if let Some(error) = &page.error {
        return error_page(&page.url, error);
    }
    let essence = page.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => String::from_utf8_lossy(&page.body).into_owned(),
        kind if kind.starts_with("image/") => {
            around(&format!("<img alt=\"\" src=\"{}\">", data_url(kind, &page.body)))
        }
        "application/json" => around(&format!("<pre>{}</pre>", escape(&pretty(&page.body)))),
        kind => match page.body.as_text() {
            Some(text) => around(&format!("<pre>{}</pre>", escape(text))),
            None => {
                let words = format!("{} {} ({})", page.body.len(), t().bytes_not_shown, escape(kind));
                around(&format!("<p>{words}</p>"))
            }
        },
    }
}

fn around(body: &str) -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><style>{STYLE}</style></head><body>{body}</body></html>"
    )
}

fn pretty(body: &[u8]) -> String {
    let value = serde_json::from_slice::<serde_json::Value>(body).ok();
    value
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

/// Chrome's page when there is no answer.
fn error_page(url: &str, error: &str) -> String {
    let host = url.split("://").nth(1).unwrap_or(url).split(['/', '?', '#']).next().unwrap_or(url);
    let text = match error {
        "ERR_NAME_NOT_RESOLVED" => {
            format!("{}<p>{}</p>", t().site_typo.replace("{host}", &escape(host)), t().site_unknown)
        }
        _ => t().site_other.replace("{host}", &escape(host)),
    };
    around(&format!(
        "<main><h1>{}</h1><p>{text}</p><p><code>{}</code></p></main>",
        t().site_unreachable,
        escape(error)
    ))
}

fn data_url(kind: &str, body: &Blob) -> String {
    // A blob is written as base64 wherever it becomes text.
    let base64 = serde_json::to_value(body)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    format!("data:{};base64,{base64}", escape(kind))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content_type: &str, body: &str, error: Option<&str>) -> PageReply {
        PageReply {
            url: "http://nowhere.example/x".to_owned(),
            status: 200,
            headers: Vec::new(),
            content_type: content_type.to_owned(),
            body: Blob::from(body),
            error: error.map(str::to_owned),
        }
    }

    #[test]
    fn html_is_shown_as_it_is_and_text_is_escaped() {
        assert_eq!(html(&page("text/html; charset=utf-8", "<b>x</b>", None)), "<b>x</b>");
        assert!(html(&page("text/plain", "<b>x</b>", None)).contains("&lt;b&gt;x"));
        assert!(html(&page("application/json", r#"{"a":1}"#, None)).contains("&quot;a&quot;: 1"));
        assert!(html(&page("image/png", "x", None)).contains("src=\"data:image/png;base64,eA==\""));
    }

    #[test]
    fn unknown_hosts_get_chromes_page() {
        // Source: Chrome's own page for a host that has no address.
        let shown = html(&page("", "", Some("ERR_NAME_NOT_RESOLVED")));
        for part in ["This site can’t be reached", "nowhere.example", "ERR_NAME_NOT_RESOLVED"] {
            assert!(shown.contains(part), "{part}");
        }
    }
}
