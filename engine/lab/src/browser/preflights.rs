//! Permissions that preflights gave and that are kept for a while.
//!
//! **Source**: Fetch standard, section 4.9, "CORS-preflight cache"; the limit of two hours is Chromium's.

use super::check::list;
use super::safelist::is_safelisted_method;
use nuvola_wire::Response;

/// How long a permission is kept that names no time.
const DEFAULT_S: i64 = 5;
const MAX_S: i64 = 7200;
/// How many are kept; the oldest go first.
const KEPT_MAX: usize = 200;

/// What a permission is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub origin: String,
    pub url: String,
    pub with_credentials: bool,
}

#[derive(Debug, Clone)]
struct Kept {
    place: Place,
    until_ms: i64,
    methods: Vec<String>,
    headers: Vec<String>,
}

/// All that are kept.
#[derive(Debug, Clone, Default)]
pub struct Preflights(Vec<Kept>);

impl Preflights {
    /// Keeps what a preflight allowed.
    pub fn keep(&mut self, place: Place, method: &str, response: &Response, now_ms: i64) {
        let given =
            response.headers.get("Access-Control-Max-Age").and_then(|text| text.trim().parse::<i64>().ok());
        let age_s = given.unwrap_or(DEFAULT_S).min(MAX_S);
        if age_s <= 0 {
            return;
        }
        let names = |name: &str| list(&response.headers, name).unwrap_or_default();
        let mut methods = names("Access-Control-Allow-Methods");
        if methods.is_empty() {
            methods.push(method.to_owned());
        }
        let headers = names("Access-Control-Allow-Headers");
        self.0.retain(|kept| kept.until_ms > now_ms);
        if self.0.len() >= KEPT_MAX {
            self.0.remove(0);
        }
        self.0.push(Kept { place, until_ms: now_ms + age_s * 1000, methods, headers });
    }

    /// Whether all that a request needs has been allowed not long ago.
    pub fn allow(&self, place: &Place, method: &str, header_names: &[String], now_ms: i64) -> bool {
        let fresh = || self.0.iter().filter(|kept| kept.until_ms > now_ms && kept.place == *place);
        let starred = |names: &[String]| !place.with_credentials && names.iter().any(|name| name == "*");
        let method_fits = is_safelisted_method(method)
            || fresh().any(|kept| kept.methods.iter().any(|name| name == method) || starred(&kept.methods));
        let header_fits = |wanted: &String| {
            fresh().any(|kept| {
                let named = kept.headers.iter().any(|name| name.eq_ignore_ascii_case(wanted));
                named || starred(&kept.headers) && wanted != "authorization"
            })
        };
        fresh().next().is_some() && method_fits && header_fits_all(header_names, header_fits)
    }

    /// Forgets what was allowed: the request failed after all.
    pub fn forget(&mut self, place: &Place) {
        self.0.retain(|kept| kept.place != *place);
    }
}

fn header_fits_all(names: &[String], fits: impl Fn(&String) -> bool) -> bool {
    names.iter().all(fits)
}
