//! HTTP messages as plain data: what every client sends and every host carries.

use nuvola_kernel::Blob;
use serde::{Deserialize, Serialize};

/// Header fields in the order in which they were sent; names compare without case (RFC 9110, section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    pub fn new() -> Self {
        Headers(Vec::new())
    }

    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Replaces whatever stands under this name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter().position(|(key, _)| key.eq_ignore_ascii_case(name)) {
            None => self.0.push((name.to_owned(), value)),
            Some(first) => {
                self.0[first].1 = value;
                let mut index = 0;
                self.0.retain(|(key, _)| {
                    index += 1;
                    index - 1 <= first || !key.eq_ignore_ascii_case(name)
                });
            }
        }
    }

    /// Adds a field and leaves others of the same name.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Takes the field out, and tells its first value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let found = self.get(name).map(str::to_owned);
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        found
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Headers(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    Http,
    #[default]
    Https,
}

impl Scheme {
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

/// A request as the client sent it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Request {
    /// Upper case, as sent.
    pub method: String,
    #[serde(default)]
    pub scheme: Scheme,
    /// The name the client asked for, with `:port` where it named one.
    pub host: String,
    /// Raw and percent-encoded; starts with `/`.
    pub path: String,
    /// Raw, without the `?`.
    #[serde(default)]
    pub query: String,
    #[serde(default)]
    pub headers: Headers,
    #[serde(default)]
    pub body: Blob,
}

impl Request {
    /// A request without query, headers or body.
    pub fn new(method: &str, host: &str, path: &str) -> Self {
        Request { method: method.into(), host: host.into(), path: path.into(), ..Request::default() }
    }

    /// The host without its port.
    pub fn host_name(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            Some(_) | None => &self.host,
        }
    }

    /// The decoded query parameters in order; one without `=` has an empty value.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        crate::uri::parse_query(&self.query)
    }

    /// The first query parameter of this name, decoded.
    pub fn query_get(&self, name: &str) -> Option<String> {
        self.query_pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The whole address.
    pub fn url(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}://{}{}{mark}{}", self.scheme.as_str(), self.host, self.path, self.query)
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Response {
    pub status: u16,
    #[serde(default)]
    pub headers: Headers,
    #[serde(default)]
    pub body: Blob,
}

impl Response {
    pub fn new(status: u16) -> Self {
        Response { status, ..Response::default() }
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    pub fn with_body(mut self, content_type: &str, body: impl Into<Blob>) -> Self {
        self.headers.set("Content-Type", content_type);
        self.body = body.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_ignore_case_and_keep_their_order() {
        // Source: RFC 9110, section 5.1.
        let mut headers = Headers::from_iter([("A", "1"), ("b", "2"), ("a", "3"), ("C", "4")]);
        assert_eq!(headers.get_all("a").collect::<Vec<_>>(), ["1", "3"]);
        headers.set("B", "5");
        headers.set("a", "6");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("A", "6"), ("b", "5"), ("C", "4")]);
        assert_eq!(headers.remove("c").as_deref(), Some("4"));
        assert!(!headers.contains("C"));
    }

    #[test]
    fn host_name_drops_only_a_port() {
        // Source: RFC 3986, section 3.2.
        assert_eq!(Request::new("GET", "s3.localhost:4566", "/").host_name(), "s3.localhost");
        assert_eq!(Request::new("GET", "s3.amazonaws.com", "/").host_name(), "s3.amazonaws.com");
    }
}
