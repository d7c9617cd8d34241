//! A bucket's CORS rules: preflights, and the headers that actual responses get.

use super::errors;
use nuvola_wire::{ApiError, Headers};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CorsRule {
    pub id: Option<String>,
    /// Each may hold one `*`.
    pub allowed_headers: Vec<String>,
    pub allowed_methods: Vec<String>,
    /// Each may hold one `*`.
    pub allowed_origins: Vec<String>,
    pub expose_headers: Vec<String>,
    pub max_age_s: Option<i64>,
}

impl CorsRule {
    /// The pattern that lets `origin` in.
    fn origin_pattern(&self, origin: &str) -> Option<&str> {
        self.allowed_origins.iter().find(|pattern| matches_wildcard(pattern, origin)).map(String::as_str)
    }

    fn allows_method(&self, method: &str) -> bool {
        self.allowed_methods.iter().any(|allowed| allowed == method)
    }

    fn allows_header(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.allowed_headers.iter().any(|pattern| matches_wildcard(&pattern.to_ascii_lowercase(), &name))
    }
}

/// A pattern with at most one `*`; without it, the text itself.
fn matches_wildcard(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => {
            text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail)
        }
    }
}

/// What a preflight asks.
#[derive(Debug, Clone, Copy)]
pub struct Preflight<'a> {
    pub origin: &'a str,
    pub method: &'a str,
    pub headers: &'a [&'a str],
}

/// Answers an `OPTIONS` request to a bucket or an object: the first rule that fits decides.
///
/// **Source**: S3 User Guide, "Using cross-origin resource sharing (CORS)", "How does Amazon S3 evaluate the
/// CORS configuration on a bucket?"; API reference, "OPTIONS object".
pub fn answer_preflight(
    rules: Option<&[CorsRule]>,
    request: &Headers,
    resource_type: &str,
) -> Result<Headers, ApiError> {
    let origin = request.get("Origin").ok_or_else(|| errors::preflight_lacks("Origin"))?;
    let method = request
        .get("Access-Control-Request-Method")
        .ok_or_else(|| errors::preflight_lacks("Access-Control-Request-Method"))?;
    let asked = request.get("Access-Control-Request-Headers").unwrap_or("");
    let headers: Vec<&str> = asked.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let rules = rules.ok_or_else(|| errors::cors_not_enabled("OPTIONS", resource_type))?;
    let preflight = Preflight { origin, method, headers: &headers };
    let Some((rule, pattern)) = rules.iter().find_map(|rule| fits(rule, preflight)) else {
        return Err(errors::cors_not_allowed(method, resource_type));
    };
    let mut answer = response_headers(rule, pattern, origin);
    if !headers.is_empty() {
        answer.set("Access-Control-Allow-Headers", headers.join(", ").to_ascii_lowercase());
    }
    Ok(answer)
}

fn fits<'r>(rule: &'r CorsRule, preflight: Preflight<'_>) -> Option<(&'r CorsRule, &'r str)> {
    let pattern = rule.origin_pattern(preflight.origin)?;
    let fits =
        rule.allows_method(preflight.method) && preflight.headers.iter().all(|name| rule.allows_header(name));
    fits.then_some((rule, pattern))
}

/// The headers that an actual cross-origin response gets; none if no rule fits its origin and method.
pub fn headers_for_actual(rules: &[CorsRule], origin: &str, method: &str) -> Headers {
    let rule = rules.iter().find_map(|rule| {
        let pattern = rule.origin_pattern(origin)?;
        rule.allows_method(method).then_some((rule, pattern))
    });
    rule.map_or_else(Headers::new, |(rule, pattern)| response_headers(rule, pattern, origin))
}

fn response_headers(rule: &CorsRule, pattern: &str, origin: &str) -> Headers {
    let mut headers = Headers::new();
    // A rule for everyone answers `*` and allows no credentials; any other names the origin.
    if pattern == "*" {
        headers.set("Access-Control-Allow-Origin", "*");
    } else {
        headers.set("Access-Control-Allow-Origin", origin);
        headers.set("Access-Control-Allow-Credentials", "true");
    }
    headers.set("Access-Control-Allow-Methods", rule.allowed_methods.join(", "));
    if !rule.expose_headers.is_empty() {
        headers.set("Access-Control-Expose-Headers", rule.expose_headers.join(", "));
    }
    if let Some(max_age_s) = rule.max_age_s {
        headers.set("Access-Control-Max-Age", max_age_s.to_string());
    }
    headers.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    headers
}

/// Checks a configuration before it is kept.
///
/// **Source**: S3 User Guide, "Elements of a CORS configuration".
pub fn validate(rules: &[CorsRule]) -> Result<(), ApiError> {
    const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
    if rules.is_empty() || rules.len() > super::limits::MAX_CORS_RULES {
        return Err(errors::malformed_xml());
    }
    for rule in rules {
        if rule.allowed_methods.is_empty() || rule.allowed_origins.is_empty() {
            return Err(errors::malformed_xml());
        }
        if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            return Err(errors::invalid_request(&format!(
                "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            )));
        }
        if let Some(origin) = rule.allowed_origins.iter().find(|origin| origin.matches('*').count() > 1) {
            return Err(errors::invalid_request(&format!(
                "AllowedOrigin \"{origin}\" can not have more than one wildcard."
            )));
        }
        if let Some(header) = rule.allowed_headers.iter().find(|header| header.matches('*').count() > 1) {
            return Err(errors::invalid_request(&format!(
                "AllowedHeader \"{header}\" can not have more than one wildcard."
            )));
        }
        if let Some(header) = rule.expose_headers.iter().find(|header| header.contains('*')) {
            return Err(errors::invalid_request(&format!(
                "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for \
                 ExposeHeader."
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<CorsRule> {
        let texts = |list: &[&str]| list.iter().map(|text| text.to_string()).collect();
        vec![
            CorsRule {
                allowed_headers: texts(&["*"]),
                allowed_methods: texts(&["PUT", "POST"]),
                allowed_origins: texts(&["http://www.example1.com"]),
                expose_headers: texts(&["x-amz-request-id"]),
                max_age_s: Some(3000),
                ..CorsRule::default()
            },
            CorsRule {
                allowed_methods: texts(&["GET"]),
                allowed_origins: texts(&["*"]),
                ..CorsRule::default()
            },
        ]
    }

    fn preflight(fields: &[(&str, &str)]) -> Result<Headers, ApiError> {
        answer_preflight(Some(&rules()), &fields.iter().copied().collect(), "OBJECT")
    }

    #[test]
    fn first_fitting_rule_answers_a_preflight() {
        // Source: S3 User Guide, "Elements of a CORS configuration" (its example of two origins and a wildcard).
        let answer = preflight(&[
            ("Origin", "http://www.example1.com"),
            ("Access-Control-Request-Method", "PUT"),
            ("Access-Control-Request-Headers", "Content-Type, X-Amz-Date"),
        ])
        .unwrap();
        assert_eq!(answer.get("access-control-allow-origin"), Some("http://www.example1.com"));
        assert_eq!(answer.get("access-control-allow-methods"), Some("PUT, POST"));
        assert_eq!(answer.get("access-control-allow-headers"), Some("content-type, x-amz-date"));
        assert_eq!(answer.get("access-control-max-age"), Some("3000"));
        assert_eq!(answer.get("access-control-allow-credentials"), Some("true"));
        let any = preflight(&[("Origin", "http://x.org"), ("Access-Control-Request-Method", "GET")]).unwrap();
        assert_eq!(any.get("access-control-allow-origin"), Some("*"));
        assert!(!any.contains("access-control-allow-credentials"));
    }

    #[test]
    fn refused_preflights_say_why() {
        // Source: S3 User Guide, "Troubleshooting CORS"; API reference, "OPTIONS object".
        let refused = preflight(&[("Origin", "http://x.org"), ("Access-Control-Request-Method", "PUT")]);
        assert_eq!(refused.unwrap_err().code, "AccessForbidden");
        let header = preflight(&[
            ("Origin", "http://x.org"),
            ("Access-Control-Request-Method", "GET"),
            ("Access-Control-Request-Headers", "x-y"),
        ]);
        assert_eq!(header.unwrap_err().status, 403);
        let bare = preflight(&[("Access-Control-Request-Method", "GET")]).unwrap_err();
        assert_eq!(bare.message, "Insufficient information. Origin request header needed.");
        let none = answer_preflight(
            None,
            &[("Origin", "http://x.org"), ("Access-Control-Request-Method", "GET")].into_iter().collect(),
            "BUCKET",
        );
        assert_eq!(none.unwrap_err().message, "CORSResponse: CORS is not enabled for this bucket.");
    }

    #[test]
    fn wildcards_stand_for_any_text() {
        // Source: S3 User Guide, "Elements of a CORS configuration", "AllowedOrigins element".
        assert!(matches_wildcard("http://*.example.com", "http://a.b.example.com"));
        assert!(!matches_wildcard("http://*.example.com", "http://.example.co"));
        assert!(!matches_wildcard("aba*ba", "aba"));
    }
}
