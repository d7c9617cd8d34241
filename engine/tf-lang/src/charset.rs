//! Character sets for `textencodebase64` and `textdecodebase64`.
//!
//! Unicode's own encodings and Latin-1 are here; others are the host's ([`Characters`]), or come with the
//! feature `characters`.

use crate::host::Characters;

/// A character set.
pub(crate) enum Charset {
    Utf8,
    Utf16 { big: bool, mark: bool },
    Ascii,
    Latin1,
    Lent { name: String, characters: Characters },
}

/// Finds a character set by its IANA name or an alias of it.
pub(crate) fn find(name: &str, characters: Characters) -> Option<Charset> {
    match name.to_ascii_lowercase().as_str() {
        "utf8" => None,
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "cp367" | "ibm367" | "us" | "csascii"
        | "iso-ir-6" => Some(Charset::Ascii),
        "utf-8" | "csutf8" => Some(Charset::Utf8),
        "utf-16" | "csutf16" => Some(Charset::Utf16 { big: true, mark: true }),
        "utf-16be" | "csutf16be" => Some(Charset::Utf16 { big: true, mark: false }),
        "utf-16le" | "csutf16le" => Some(Charset::Utf16 { big: false, mark: false }),
        "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" | "ibm819" | "cp819" | "csisolatin1" | "iso-ir-100"
        | "iso_8859-1:1987" => Some(Charset::Latin1),
        other => (characters.find)(other).map(|name| Charset::Lent { name, characters }),
    }
}

impl Charset {
    /// The IANA name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Charset::Utf8 => "UTF-8",
            Charset::Utf16 { mark: true, .. } => "UTF-16",
            Charset::Utf16 { big: true, .. } => "UTF-16BE",
            Charset::Utf16 { .. } => "UTF-16LE",
            Charset::Ascii => "US-ASCII",
            Charset::Latin1 => "ISO_8859-1:1987",
            Charset::Lent { name, .. } => name,
        }
    }

    /// The bytes of a text; `None` when a character is not in the set.
    pub(crate) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Charset::Utf8 => Some(text.as_bytes().to_vec()),
            Charset::Utf16 { big, mark } => {
                let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
                Some(
                    units
                        .flat_map(|unit| if *big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                        .collect(),
                )
            }
            Charset::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Charset::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Charset::Lent { name, characters } => (characters.encode)(name, text),
        }
    }

    /// The text of some bytes; `None` when they are not of the set.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Option<String> {
        match self {
            Charset::Utf8 => String::from_utf8(bytes.to_vec()).ok(),
            Charset::Utf16 { big, mark } => {
                let (bytes, big) = match bytes {
                    [0xfe, 0xff, rest @ ..] if *mark => (rest, true),
                    [0xff, 0xfe, rest @ ..] if *mark => (rest, false),
                    _ => (bytes, *big),
                };
                let pairs = bytes.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
                let units =
                    pairs.map(|pair| if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
                let text: Result<String, _> = char::decode_utf16(units).collect();
                text.ok().filter(|_| bytes.len() % 2 == 0)
            }
            Charset::Ascii => String::from_utf8(bytes.to_vec()).ok().filter(|text| text.is_ascii()),
            Charset::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
            Charset::Lent { name, characters } => (characters.decode)(name, bytes),
        }
    }
}
