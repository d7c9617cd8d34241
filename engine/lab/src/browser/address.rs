//! Addresses and origins of http and https.

use nuvola_wire::{Request, Scheme};

/// An address, without fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub scheme: Scheme,
    /// With `:port` where it is not the scheme's own.
    pub host: String,
    /// A user name or password stood before the host.
    pub has_credentials: bool,
    pub path: String,
    pub query: Option<String>,
}

impl Address {
    /// Reads an absolute address; `None` for other schemes and what is no address.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().split('#').next().unwrap_or("");
        let (scheme, rest) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let (user, host) =
            authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let host = without_default_port(&host.to_ascii_lowercase(), scheme)?;
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
        Some(Address {
            scheme,
            host,
            has_credentials: user.is_some(),
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: query.map(str::to_owned),
        })
    }

    /// Reads an address that may be relative to this one.
    pub fn join(&self, target: &str) -> Option<Self> {
        let target = target.trim();
        let scheme = self.scheme.as_str();
        let before_path = target.split(['/', '?', '#']).next().unwrap_or("");
        if before_path.contains(':') {
            return Address::parse(target);
        }
        if target.starts_with("//") {
            return Address::parse(&format!("{scheme}:{target}"));
        }
        let origin = self.origin();
        if target.starts_with('/') {
            return Address::parse(&format!("{origin}{target}"));
        }
        if target.starts_with('?') {
            return Address::parse(&format!("{origin}{}{target}", self.path));
        }
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Address::parse(&format!("{origin}{folder}/{target}"))
    }

    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.host)
    }

    /// The path and the query, as a request line has them.
    pub fn target(&self) -> String {
        match &self.query {
            None => self.path.clone(),
            Some(query) => format!("{}?{query}", self.path),
        }
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.origin(), self.target())
    }

    /// Whether a page from here counts as secure although it came over plain HTTP.
    pub fn is_local(&self) -> bool {
        let name = self.host.split(':').next().unwrap_or("");
        name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1]"
    }

    /// A bare request for this address.
    pub fn request(&self, method: &str) -> Request {
        let mut request = Request::new(method, &self.host, &self.path);
        request.scheme = self.scheme;
        request.query = self.query.clone().unwrap_or_default();
        request.headers.set("Host", self.host.as_str());
        request
    }
}

fn without_default_port(host: &str, scheme: Scheme) -> Option<String> {
    let default = match scheme {
        Scheme::Http => ":80",
        Scheme::Https => ":443",
    };
    let host = host.strip_suffix(default).or(host.strip_suffix(':')).unwrap_or(host);
    let plain =
        !host.is_empty() && !host.bytes().any(|b| b.is_ascii_whitespace() || b"<>\"\\^`{|}%".contains(&b));
    plain.then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_scheme_host_and_port() {
        // Source: HTML standard, section "Origin"; URL standard, section "Special schemes" (default ports).
        let origin = |text: &str| Address::parse(text).map(|address| address.origin());
        assert_eq!(origin("HTTP://Example.com:80/a?b#c").as_deref(), Some("http://example.com"));
        assert_eq!(origin("https://example.com:8443").as_deref(), Some("https://example.com:8443"));
        assert_eq!(origin("https://u:p@example.com/").as_deref(), Some("https://example.com"));
        for bad in ["ftp://example.com", "data:,x", "/relative", "http://", ""] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn relative_addresses_join_their_base() {
        // Source: RFC 3986, section 5.2.
        let base = Address::parse("http://a.example/b/c?d").unwrap();
        let join = |target: &str| base.join(target).unwrap().text();
        assert_eq!(join("/x?y"), "http://a.example/x?y");
        assert_eq!(join("x"), "http://a.example/b/x");
        assert_eq!(join("?q"), "http://a.example/b/c?q");
        assert_eq!(join("//b.example/z"), "http://b.example/z");
        assert_eq!(join("https://c.example"), "https://c.example/");
        assert_eq!(base.join("ftp://x/"), None);
    }
}
