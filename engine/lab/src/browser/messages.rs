//! What Chrome prints in its console when it blocks a request.
//!
//! **Source**: Chromium, `third_party/blink/renderer/platform/loader/cors/cors_error_string.cc`, without the
//! advice on `no-cors`, which Chrome no longer gives; Chrome's console for the others.

/// Why a cross-origin answer was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsError {
    MissingAllowOrigin,
    MultipleAllowOrigin(String),
    InvalidAllowOrigin(String),
    AllowOriginMismatch(String),
    WildcardWithCredentials,
    InvalidAllowCredentials(String),
    PreflightStatus,
    PreflightRedirect,
    UnreadableAllowMethods,
    UnreadableAllowHeaders,
    MethodNotAllowed(String),
    HeaderNotAllowed(String),
    RedirectWithCredentials(String),
}

/// Who asks: the two interfaces word some errors differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    Fetch,
    Xhr,
}

impl Initiator {
    pub fn name(self) -> &'static str {
        match self {
            Initiator::Fetch => "fetch",
            Initiator::Xhr => "XMLHttpRequest",
        }
    }
}

impl CorsError {
    /// The reason, as the end of the console's sentence.
    pub fn reason(&self, initiator: Initiator) -> String {
        let valid_value = match initiator {
            Initiator::Fetch => " Have the server send the header with a valid value.",
            Initiator::Xhr => "",
        };
        let with_credentials = match initiator {
            Initiator::Fetch => "",
            Initiator::Xhr => {
                " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the \
                 withCredentials attribute."
            }
        };
        match self {
            CorsError::MissingAllowOrigin => {
                "No 'Access-Control-Allow-Origin' header is present on the requested resource.".to_owned()
            }
            CorsError::MultipleAllowOrigin(value) => format!(
                "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is \
                 allowed.{valid_value}"
            ),
            CorsError::InvalidAllowOrigin(value) => format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'.{valid_value}"
            ),
            CorsError::AllowOriginMismatch(value) => format!(
                "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied \
                 origin.{valid_value}"
            ),
            CorsError::WildcardWithCredentials => format!(
                "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard \
                 '*' when the request's credentials mode is 'include'.{with_credentials}"
            ),
            CorsError::InvalidAllowCredentials(value) => format!(
                "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which \
                 must be 'true' when the request's credentials mode is 'include'.{with_credentials}"
            ),
            CorsError::PreflightStatus => "It does not have HTTP ok status.".to_owned(),
            CorsError::PreflightRedirect => "Redirect is not allowed for a preflight request.".to_owned(),
            CorsError::UnreadableAllowMethods => {
                "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
                    .to_owned()
            }
            CorsError::UnreadableAllowHeaders => {
                "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
                    .to_owned()
            }
            CorsError::MethodNotAllowed(method) => format!(
                "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
            ),
            CorsError::HeaderNotAllowed(name) => format!(
                "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
            ),
            CorsError::RedirectWithCredentials(location) => format!(
                "Redirect location '{location}' contains a username and password, which is disallowed for \
                 cross-origin requests."
            ),
        }
    }

    /// Whether the error, when a preflight has it, is told as one of the preflight's access check.
    fn is_of_access_check(&self) -> bool {
        match self {
            CorsError::MissingAllowOrigin
            | CorsError::MultipleAllowOrigin(_)
            | CorsError::InvalidAllowOrigin(_)
            | CorsError::AllowOriginMismatch(_)
            | CorsError::WildcardWithCredentials
            | CorsError::InvalidAllowCredentials(_)
            | CorsError::PreflightStatus
            | CorsError::PreflightRedirect => true,
            CorsError::UnreadableAllowMethods
            | CorsError::UnreadableAllowHeaders
            | CorsError::MethodNotAllowed(_)
            | CorsError::HeaderNotAllowed(_)
            | CorsError::RedirectWithCredentials(_) => false,
        }
    }

    /// The header that decided.
    pub fn header(&self) -> Option<&'static str> {
        match self {
            CorsError::MissingAllowOrigin
            | CorsError::MultipleAllowOrigin(_)
            | CorsError::InvalidAllowOrigin(_)
            | CorsError::AllowOriginMismatch(_)
            | CorsError::WildcardWithCredentials => Some("Access-Control-Allow-Origin"),
            CorsError::InvalidAllowCredentials(_) => Some("Access-Control-Allow-Credentials"),
            CorsError::UnreadableAllowMethods | CorsError::MethodNotAllowed(_) => {
                Some("Access-Control-Allow-Methods")
            }
            CorsError::UnreadableAllowHeaders | CorsError::HeaderNotAllowed(_) => {
                Some("Access-Control-Allow-Headers")
            }
            CorsError::RedirectWithCredentials(_) => Some("Location"),
            CorsError::PreflightStatus | CorsError::PreflightRedirect => None,
        }
    }
}

/// Where a request was blocked.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub initiator: Initiator,
    pub url: &'a str,
    /// The address that the script asked for, where redirects led elsewhere.
    pub first_url: &'a str,
    pub origin: &'a str,
    pub in_preflight: bool,
}

/// The console's line about a blocked request.
pub fn blocked(place: Place<'_>, error: &CorsError) -> String {
    let Place { initiator, url, first_url, origin, in_preflight } = place;
    let redirected =
        if url == first_url { String::new() } else { format!("(redirected from '{first_url}') ") };
    let preflight = if in_preflight && error.is_of_access_check() {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    format!(
        "Access to {} at '{url}' {redirected}from origin '{origin}' has been blocked by CORS policy: \
         {preflight}{}",
        initiator.name(),
        error.reason(initiator)
    )
}

/// The console's line about a request without a usable answer.
pub fn failed(method: &str, url: &str, net_error: &str, status: Option<u16>) -> String {
    match status {
        None => format!("{method} {url} net::{net_error}"),
        Some(200) => format!("{method} {url} net::{net_error} 200 (OK)"),
        Some(status) => format!("{method} {url} net::{net_error} {status}"),
    }
}

/// A secure page may not ask an insecure address.
pub fn mixed_content(page_url: &str, initiator: Initiator, url: &str) -> String {
    let what = match initiator {
        Initiator::Fetch => "resource",
        Initiator::Xhr => "XMLHttpRequest endpoint",
    };
    format!(
        "Mixed Content: The page at '{page_url}' was loaded over HTTPS, but requested an insecure {what} '{url}'. \
         This request has been blocked; the content must be served over HTTPS."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_chrome() {
        // Source: Chromium, `cors_error_string.cc`.
        let place = |initiator, in_preflight| Place {
            initiator,
            url: "https://api.example/pow",
            first_url: "https://api.example/pow",
            origin: "http://site.example",
            in_preflight,
        };
        assert_eq!(
            blocked(place(Initiator::Fetch, false), &CorsError::MissingAllowOrigin),
            "Access to fetch at 'https://api.example/pow' from origin 'http://site.example' has been blocked by \
             CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        );
        assert_eq!(
            blocked(place(Initiator::Xhr, true), &CorsError::PreflightStatus),
            "Access to XMLHttpRequest at 'https://api.example/pow' from origin 'http://site.example' has been \
             blocked by CORS policy: Response to preflight request doesn't pass access control check: It does not \
             have HTTP ok status."
        );
        assert_eq!(
            blocked(place(Initiator::Fetch, true), &CorsError::HeaderNotAllowed("content-type".into())),
            "Access to fetch at 'https://api.example/pow' from origin 'http://site.example' has been blocked by \
             CORS policy: Request header field content-type is not allowed by Access-Control-Allow-Headers in \
             preflight response."
        );
        let redirected = Place { first_url: "https://old.example/", ..place(Initiator::Fetch, false) };
        assert!(
            blocked(redirected, &CorsError::AllowOriginMismatch("http://x".into())).ends_with(
                "'https://api.example/pow' (redirected from 'https://old.example/') from origin \
                 'http://site.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header \
                 has a value 'http://x' that is not equal to the supplied origin. Have the server send the header \
                 with a valid value."
            )
        );
    }
}
