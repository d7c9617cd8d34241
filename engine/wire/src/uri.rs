//! Percent-encoding as AWS does it, and query strings.

/// The decoded pairs of a raw query string or form body, in order. `+` is a space in both.
pub fn parse_query(raw: &str) -> Vec<(String, String)> {
    raw.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode_form(name), decode_form(value))
        })
        .collect()
}

/// Decodes `%XX` and `+`; bytes that are not UTF-8 are replaced.
pub fn decode_form(text: &str) -> String {
    if text.contains('+') { decode(&text.replace('+', " ")) } else { decode(text) }
}

/// Decodes `%XX` and leaves everything else; bytes that are not UTF-8 are replaced.
pub fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Encodes all but RFC 3986's unreserved characters.
pub fn encode(text: &str) -> String {
    encode_bytes(text.as_bytes(), b"")
}

/// Like [`encode`], but leaves `/`: for a path, or a greedy label.
pub fn encode_path(text: &str) -> String {
    encode_bytes(text.as_bytes(), b"/")
}

pub(crate) fn encode_bytes(bytes: &[u8], kept: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}
