//! The two judgements of the CORS protocol: may the page see this answer, and does the preflight allow the request?

use super::messages::CorsError;
use super::safelist::is_safelisted_method;
use nuvola_wire::{Headers, Response};

/// The CORS check of an answer, for a request from `origin`.
///
/// **Source**: Fetch standard, section 4.10, "CORS check".
pub fn cors_check(headers: &Headers, origin: &str, with_credentials: bool) -> Result<(), CorsError> {
    let values: Vec<&str> = headers.get_all("Access-Control-Allow-Origin").collect();
    let combined = values.join(", ");
    if values.is_empty() {
        return Err(CorsError::MissingAllowOrigin);
    }
    if combined == "*" && !with_credentials {
        return Ok(());
    }
    if combined == "*" {
        return Err(CorsError::WildcardWithCredentials);
    }
    if combined != origin {
        return Err(origin_error(&combined));
    }
    if !with_credentials {
        return Ok(());
    }
    let allowed: Vec<&str> = headers.get_all("Access-Control-Allow-Credentials").collect();
    let allowed = allowed.join(", ");
    if allowed == "true" { Ok(()) } else { Err(CorsError::InvalidAllowCredentials(allowed)) }
}

/// Which of Chrome's three words fits a value that is not the origin.
fn origin_error(value: &str) -> CorsError {
    if value.contains(',') || value.contains(' ') {
        return CorsError::MultipleAllowOrigin(value.to_owned());
    }
    let well_formed = value == "null" || super::address::Address::parse(value).is_some();
    if well_formed {
        CorsError::AllowOriginMismatch(value.to_owned())
    } else {
        CorsError::InvalidAllowOrigin(value.to_owned())
    }
}

/// What a preflight asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub origin: &'a str,
    pub method: &'a str,
    /// The names that are not safelisted, in lower case.
    pub header_names: &'a [String],
    pub with_credentials: bool,
}

/// The judgement of a preflight's answer.
///
/// **Source**: Fetch standard, section 4.9, "CORS-preflight fetch", from step 7.
pub fn preflight_check(response: &Response, asked: Asked<'_>) -> Result<(), CorsError> {
    if matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Err(CorsError::PreflightRedirect);
    }
    let Asked { origin, method, header_names, with_credentials } = asked;
    cors_check(&response.headers, origin, with_credentials)?;
    if !(200..300).contains(&response.status) {
        return Err(CorsError::PreflightStatus);
    }
    let methods =
        list(&response.headers, "Access-Control-Allow-Methods").ok_or(CorsError::UnreadableAllowMethods)?;
    let headers =
        list(&response.headers, "Access-Control-Allow-Headers").ok_or(CorsError::UnreadableAllowHeaders)?;
    let starred = |names: &[String]| !with_credentials && names.iter().any(|name| name == "*");
    if !methods.iter().any(|name| name == method) && !is_safelisted_method(method) && !starred(&methods) {
        return Err(CorsError::MethodNotAllowed(method.to_owned()));
    }
    for name in header_names {
        let named = headers.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
        // The wildcard does not cover `Authorization`.
        let covered = starred(&headers) && name != "authorization";
        if !named && !covered {
            return Err(CorsError::HeaderNotAllowed(name.clone()));
        }
    }
    Ok(())
}

/// The tokens of a header that is a list; `None` where one is no token.
pub fn list(headers: &Headers, name: &str) -> Option<Vec<String>> {
    let mut tokens = Vec::new();
    for part in headers.get_all(name).flat_map(|value| value.split(',')) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        if !part.bytes().all(is_token_byte) {
            return None;
        }
        tokens.push(part.to_owned());
    }
    Some(tokens)
}

/// **Source**: RFC 9110, section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "http://site.example";

    fn headers(fields: &[(&str, &str)]) -> Headers {
        fields.iter().copied().collect()
    }

    #[test]
    fn cors_check_follows_the_standard() {
        // Source: Fetch standard, section 4.10, and the table of section 3.3.5, "CORS protocol and credentials".
        let allow = |value: &'static str| headers(&[("access-control-allow-origin", value)]);
        assert_eq!(cors_check(&allow("*"), ORIGIN, false), Ok(()));
        assert_eq!(cors_check(&allow(ORIGIN), ORIGIN, false), Ok(()));
        assert_eq!(cors_check(&allow("*"), ORIGIN, true), Err(CorsError::WildcardWithCredentials));
        let with_credentials = |value: &'static str| {
            let fields =
                [("Access-Control-Allow-Origin", ORIGIN), ("Access-Control-Allow-Credentials", value)];
            cors_check(&headers(&fields), ORIGIN, true)
        };
        assert_eq!(with_credentials("true"), Ok(()));
        assert_eq!(with_credentials("True"), Err(CorsError::InvalidAllowCredentials("True".into())));
        assert_eq!(cors_check(&headers(&[]), ORIGIN, false), Err(CorsError::MissingAllowOrigin));
        let two = headers(&[("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Origin", "*")]);
        assert_eq!(cors_check(&two, ORIGIN, false), Err(CorsError::MultipleAllowOrigin("*, *".into())));
        let slash = format!("{ORIGIN}/");
        let other = headers(&[("Access-Control-Allow-Origin", &slash)]);
        assert_eq!(cors_check(&other, ORIGIN, false), Err(CorsError::AllowOriginMismatch(slash)));
        assert_eq!(
            cors_check(&allow("site"), ORIGIN, false),
            Err(CorsError::InvalidAllowOrigin("site".into()))
        );
    }

    #[test]
    fn preflights_allow_methods_and_headers() {
        // Source: Fetch standard, section 4.9, steps 7 and following.
        let names = ["authorization".to_owned(), "x-a".to_owned()];
        let ask = |method: &'static str, fields: &[(&str, &str)], with_credentials| {
            let mut response = Response::new(200);
            response.headers = headers(fields);
            response.headers.set("Access-Control-Allow-Origin", ORIGIN);
            response.headers.set("Access-Control-Allow-Credentials", "true");
            preflight_check(
                &response,
                Asked { origin: ORIGIN, method, header_names: &names, with_credentials },
            )
        };
        let all =
            [("Access-Control-Allow-Headers", "X-A, Authorization"), ("Access-Control-Allow-Methods", "PUT")];
        assert_eq!(ask("PUT", &all, false), Ok(()));
        assert_eq!(ask("POST", &all, true), Ok(()));
        assert_eq!(ask("PATCH", &all, false), Err(CorsError::MethodNotAllowed("PATCH".into())));
        let star = [("Access-Control-Allow-Headers", "*"), ("Access-Control-Allow-Methods", "*")];
        assert_eq!(ask("PUT", &star, false), Err(CorsError::HeaderNotAllowed("authorization".into())));
        assert_eq!(ask("PUT", &star, true), Err(CorsError::MethodNotAllowed("PUT".into())));
        let bad = [("Access-Control-Allow-Methods", "PUT;GET")];
        assert_eq!(ask("PUT", &bad, false), Err(CorsError::UnreadableAllowMethods));
    }

    #[test]
    fn preflights_must_be_ok_and_stay() {
        // Source: Fetch standard, section 4.9, step 7 (an ok status), and section 4.4 (no redirect is followed).
        let asked = Asked { origin: ORIGIN, method: "PUT", header_names: &[], with_credentials: false };
        let answer = |status| Response::new(status).with_header("Access-Control-Allow-Origin", "*");
        assert_eq!(preflight_check(&answer(403), asked), Err(CorsError::PreflightStatus));
        assert_eq!(preflight_check(&answer(302), asked), Err(CorsError::PreflightRedirect));
        assert_eq!(preflight_check(&Response::new(403), asked), Err(CorsError::MissingAllowOrigin));
    }
}
