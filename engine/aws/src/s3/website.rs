//! Static website hosting as a pure decision: which object, redirect or error answers a request.

use super::errors;
use nuvola_wire::ApiError;
use serde::{Deserialize, Serialize};

/// A bucket's website configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Website {
    /// Everything goes to another host.
    RedirectAll {
        host: String,
        protocol: Option<String>,
    },
    Documents {
        index_suffix: String,
        error_key: Option<String>,
        rules: Vec<RoutingRule>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoutingRule {
    pub key_prefix: Option<String>,
    pub error_code: Option<u16>,
    /// Whether the rule had a `Condition` at all.
    pub has_condition: bool,
    pub redirect: RuleRedirect,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RuleRedirect {
    pub host: Option<String>,
    pub code: Option<u16>,
    pub protocol: Option<String>,
    pub replace_prefix: Option<String>,
    pub replace_key: Option<String>,
}

/// What the bucket says about a key when an anonymous visitor asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Object,
    /// The object asks to be answered with a redirect.
    RedirectTo(String),
    /// `NoSuchKey`, or `AccessDenied` when the visitor may not read it (or not even know that it is missing).
    Error(ApiError),
}

/// How the website answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// An object with 200.
    Object {
        key: String,
    },
    Redirect {
        status: u16,
        location: String,
    },
    /// An error: with the object at `document` as its body, or else S3's own page.
    Error {
        error: Box<ApiError>,
        document: Option<String>,
        document_error: Option<Box<ApiError>>,
    },
}

/// Answers a request for `path` (decoded, beginning with `/`) on `host`.
///
/// **Source**: S3 User Guide, "Configuring an index document", "Configuring a custom error document",
/// "(Optional) Configuring a webpage redirect".
pub fn answer(site: &Website, host: &str, path: &str, mut find: impl FnMut(&str) -> Found) -> Answer {
    let requested = path.strip_prefix('/').unwrap_or(path);
    let (index_suffix, error_key, rules) = match site {
        Website::RedirectAll { host, protocol } => {
            let protocol = protocol.as_deref().unwrap_or("http");
            let location = format!("{protocol}://{host}/{}", encode_key(requested));
            return Answer::Redirect { status: 301, location };
        }
        Website::Documents { index_suffix, error_key, rules } => (index_suffix, error_key, rules),
    };
    if let Some(redirect) = first_redirect(rules, None, requested, host) {
        return redirect;
    }
    let in_folder = requested.is_empty() || requested.ends_with('/');
    let key = if in_folder { format!("{requested}{index_suffix}") } else { requested.to_owned() };
    let error = match find(&key) {
        Found::Object => return Answer::Object { key },
        Found::RedirectTo(location) => return Answer::Redirect { status: 301, location },
        Found::Error(error) => error,
    };
    // `/folder` means `/folder/` where that has an index document.
    if !in_folder && !matches!(find(&format!("{requested}/{index_suffix}")), Found::Error(_)) {
        return Answer::Redirect { status: 302, location: format!("/{}/", encode_key(requested)) };
    }
    if let Some(redirect) = first_redirect(rules, Some(error.status), requested, host) {
        return redirect;
    }
    let error = Box::new(error);
    match error_key.as_ref().map(|key| (key, find(key))) {
        None => Answer::Error { error, document: None, document_error: None },
        Some((_, Found::Error(document_error))) => {
            Answer::Error { error, document: None, document_error: Some(Box::new(document_error)) }
        }
        Some((_, Found::RedirectTo(location))) => Answer::Redirect { status: 301, location },
        Some((key, Found::Object)) => {
            Answer::Error { error, document: Some(key.clone()), document_error: None }
        }
    }
}

/// The first routing rule that fits: before the lookup those without an error code, after it those with it.
fn first_redirect(rules: &[RoutingRule], status: Option<u16>, key: &str, host: &str) -> Option<Answer> {
    let rule = rules.iter().find(|rule| {
        rule.error_code == status && rule.key_prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix))
    })?;
    let redirect = &rule.redirect;
    let target = match (&redirect.replace_key, &redirect.replace_prefix) {
        (Some(replacement), _) => replacement.clone(),
        (None, Some(replacement)) => {
            let prefix = rule.key_prefix.as_deref().unwrap_or("");
            format!("{replacement}{}", key.strip_prefix(prefix).unwrap_or(key))
        }
        (None, None) => key.to_owned(),
    };
    let protocol = redirect.protocol.as_deref().unwrap_or("http");
    let host = redirect.host.as_deref().unwrap_or(host);
    Some(Answer::Redirect {
        status: redirect.code.unwrap_or(301),
        location: format!("{protocol}://{host}/{}", encode_key(&target)),
    })
}

/// Percent-encodes a key for a `Location` header: slashes stay, and so does what a query string needs.
pub fn encode_key(key: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'%');
    utf8_percent_encode(key, UNSAFE).to_string()
}

/// S3's own error page. The members of the error stand between its text and the request's ids.
pub fn error_page(
    error: &ApiError,
    document_error: Option<&ApiError>,
    request_id: &str,
    host_id: &str,
) -> String {
    let title = format!("{} {}", error.status, reason_phrase(error.status));
    let mut page = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n<ul>\n");
    push_items(&mut page, error);
    page.push_str(&format!("<li>RequestId: {request_id}</li>\n<li>HostId: {host_id}</li>\n</ul>\n"));
    if let Some(inner) = document_error {
        page.push_str(
            "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n",
        );
        push_items(&mut page, inner);
        page.push_str("</ul>\n");
    }
    page.push_str("<hr/>\n</body>\n</html>\n");
    page
}

fn push_items(page: &mut String, error: &ApiError) {
    page.push_str(&format!("<li>Code: {}</li>\n<li>Message: {}</li>\n", error.code, escape(&error.message)));
    for (name, value) in &error.members {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        page.push_str(&format!("<li>{name}: {}</li>\n", escape(&text)));
    }
}

/// Keys come from the visitor: nothing of them may act as markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The reason phrases that appear in S3's pages.
pub fn reason_phrase(status: u16) -> &'static str {
    match status {
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        412 => "Precondition Failed",
        416 => "Requested Range Not Satisfiable",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// Checks a configuration before it is kept.
///
/// **Source**: API reference, "PutBucketWebsite" and the types it names.
pub fn validate(site: &Website) -> Result<(), ApiError> {
    let (index_suffix, rules) = match site {
        Website::RedirectAll { host, .. } if host.is_empty() => return Err(errors::malformed_xml()),
        Website::RedirectAll { .. } => return Ok(()),
        Website::Documents { index_suffix, rules, .. } => (index_suffix, rules),
    };
    if index_suffix.is_empty() || index_suffix.contains('/') {
        return Err(errors::invalid_argument(
            "The IndexDocument Suffix is not well formed",
            "IndexDocument",
            index_suffix,
        ));
    }
    if rules.len() > super::limits::MAX_ROUTING_RULES {
        return Err(errors::invalid_request(&format!(
            "{} routing rules provided, the number of routing rules in a website configuration is limited to 50.",
            rules.len()
        )));
    }
    rules.iter().try_for_each(validate_rule)
}

fn validate_rule(rule: &RoutingRule) -> Result<(), ApiError> {
    let redirect = &rule.redirect;
    if rule.has_condition && rule.key_prefix.is_none() && rule.error_code.is_none() {
        return Err(errors::invalid_request(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element \
             shouldn't be present.",
        ));
    }
    if redirect.replace_key.is_some() && redirect.replace_prefix.is_some() {
        return Err(errors::invalid_request(
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
        ));
    }
    if *redirect == RuleRedirect::default() {
        return Err(errors::malformed_xml());
    }
    if redirect.code.is_some_and(|code| !matches!(code, 301..=399)) {
        return Err(errors::invalid_request(
            "The provided HTTP redirect code is not valid. Valid codes are 3XX except 300.",
        ));
    }
    if rule.error_code.is_some_and(|code| !matches!(code, 400..=417 | 500..=505)) {
        return Err(errors::invalid_request(
            "The provided HTTP error code is not valid. Valid codes are 4XX or 5XX.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "site.s3-website.eu-south-1.amazonaws.com";

    fn ask(site: &Website, path: &str) -> Answer {
        answer(site, HOST, path, |key| match key {
            "index.html" | "docs/index.html" | "a b/index.html" | "x.png" | "error.html" => Found::Object,
            "moved" => Found::RedirectTo("/x.png".into()),
            "secret" => Found::Error(errors::access_denied()),
            _ => Found::Error(errors::no_such_key(key)),
        })
    }

    fn site(error_key: Option<&str>, rules: Vec<RoutingRule>) -> Website {
        Website::Documents {
            index_suffix: "index.html".into(),
            error_key: error_key.map(str::to_owned),
            rules,
        }
    }

    fn redirect(status: u16, location: &str) -> Answer {
        Answer::Redirect { status, location: location.into() }
    }

    #[test]
    fn folders_have_index_documents() {
        // Source: S3 User Guide, "Configuring an index document", "Index document and folders".
        let site = site(None, Vec::new());
        assert_eq!(ask(&site, "/"), Answer::Object { key: "index.html".into() });
        assert_eq!(ask(&site, "/docs/"), Answer::Object { key: "docs/index.html".into() });
        assert_eq!(ask(&site, "/docs"), redirect(302, "/docs/"));
        assert_eq!(ask(&site, "/a b"), redirect(302, "/a%20b/"));
        assert_eq!(ask(&site, "/x.png"), Answer::Object { key: "x.png".into() });
        assert_eq!(ask(&site, "/moved"), redirect(301, "/x.png"));
        let Answer::Error { error, document: None, document_error: None } = ask(&site, "/none/") else {
            panic!("an error page")
        };
        assert_eq!(*error, errors::no_such_key("none/index.html"));
    }

    #[test]
    fn error_documents_replace_the_page() {
        // Source: S3 User Guide, "Configuring a custom error document".
        let Answer::Error { error, document, .. } = ask(&site(Some("error.html"), Vec::new()), "/secret")
        else {
            panic!("an error")
        };
        assert_eq!((error.status, document.as_deref()), (403, Some("error.html")));
        let lost = ask(&site(Some("lost.html"), Vec::new()), "/secret");
        let Answer::Error { document: None, document_error: Some(inner), error } = lost else {
            panic!("an error")
        };
        let page = error_page(&error, Some(&*inner), "REQ", "HOST");
        assert!(page.contains("<li>Code: AccessDenied</li>"), "{page}");
        assert!(page.contains("Retrieve a Custom Error Document</h3>"), "{page}");
        assert!(page.contains("<li>Key: lost.html</li>"), "{page}");
    }

    #[test]
    fn routing_rules_redirect_before_and_after_the_lookup() {
        // Source: S3 User Guide, "(Optional) Configuring a webpage redirect", examples 1 to 3.
        let renamed = RoutingRule {
            key_prefix: Some("docs/".into()),
            has_condition: true,
            redirect: RuleRedirect { replace_prefix: Some("documents/".into()), ..RuleRedirect::default() },
            ..RoutingRule::default()
        };
        let on_error = RoutingRule {
            error_code: Some(404),
            has_condition: true,
            redirect: RuleRedirect {
                host: Some("ec2.example.com".into()),
                replace_prefix: Some("report-404/".into()),
                ..RuleRedirect::default()
            },
            ..RoutingRule::default()
        };
        let site = site(None, vec![renamed, on_error]);
        assert_eq!(ask(&site, "/docs/a"), redirect(301, &format!("http://{HOST}/documents/a")));
        assert_eq!(ask(&site, "/Page"), redirect(301, "http://ec2.example.com/report-404/Page"));
        assert!(matches!(ask(&site, "/secret"), Answer::Error { .. }));
    }

    #[test]
    fn everything_may_go_elsewhere() {
        // Source: S3 User Guide, "(Optional) Configuring a webpage redirect", "Redirect requests for your bucket".
        let site = Website::RedirectAll { host: "example.com".into(), protocol: Some("https".into()) };
        assert_eq!(ask(&site, "/a/b"), redirect(301, "https://example.com/a/b"));
    }

    #[test]
    fn keys_never_act_as_markup() {
        // Our own reasoning: the key is the visitor's text.
        let page = error_page(&errors::no_such_key("<script>"), None, "R", "H");
        assert!(page.contains("<li>Key: &lt;script&gt;</li>"), "{page}");
    }
}
