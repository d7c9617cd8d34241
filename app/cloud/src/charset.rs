//! The browser's character sets, for Terraform's `textencodebase64` and `textdecodebase64`.
//!
//! Browsers decode every set of the Encoding standard but encode only UTF-8, so encoding looks for the bytes
//! that decode to a character. It costs some thousand calls, and nearly nobody asks for it: tables of our own
//! would cost each visitor 170 kB.
//!
//! **Source**: WHATWG Encoding standard, the encoders' remarks on which of several byte sequences is right.

use std::collections::BTreeMap;
use web_sys::{TextDecoder, TextDecoderOptions};

/// The decoder of a label; none for the two sets that exist for web pages only.
fn decoder(label: &str) -> Option<TextDecoder> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options(label, &options).ok()?;
    (decoder.encoding() != "x-user-defined").then_some(decoder)
}

/// The name of the set that has a label.
pub fn find(label: &str) -> Option<String> {
    decoder(label).map(|decoder| written(&decoder.encoding()))
}

/// A set's name as the standard writes it; browsers give it in lower case.
fn written(name: &str) -> String {
    match name {
        "shift_jis" => "Shift_JIS".to_owned(),
        "big5" => "Big5".to_owned(),
        "gb18030" | "macintosh" => name.to_owned(),
        _ if name.starts_with("windows-") || name.starts_with("x-") => name.to_owned(),
        _ => name.to_ascii_uppercase(),
    }
}

/// The text of some bytes of a set.
pub fn decode(name: &str, bytes: &[u8]) -> Option<String> {
    decoder(name)?.decode_with_u8_array(bytes).ok()
}

/// Decodes some bytes of a set.
type Decode<'a> = &'a dyn Fn(&[u8]) -> Option<String>;

/// The bytes of a text in a set.
pub fn encode(name: &str, text: &str) -> Option<Vec<u8>> {
    encode_by(name, text, &|bytes| decode(name, bytes))
}

/// The bytes of `text` in a set of which only the decoder is at hand.
fn encode_by(name: &str, text: &str, decode: Decode<'_>) -> Option<Vec<u8>> {
    if name == "ISO-2022-JP" {
        return encode_iso_2022_jp(text);
    }
    let mut bytes = Vec::new();
    let mut pairs = None;
    for character in text.chars().map(|character| written_as(name, character)) {
        if let Ok(ascii) = u8::try_from(u32::from(character))
            && ascii < 0x80
        {
            bytes.push(ascii);
        } else if let Some(byte) = single(name, character, decode) {
            bytes.push(byte);
        } else if let Some(pair) = pairs.get_or_insert_with(|| double(name, decode)).get(&character) {
            bytes.extend(pair);
        } else if name == "gb18030" {
            bytes.extend(gb18030_range(character, decode)?);
        } else {
            return None;
        }
    }
    Some(bytes)
}

/// Japanese sets write the minus sign as its full-width form.
fn written_as(name: &str, character: char) -> char {
    let japanese = matches!(name, "Shift_JIS" | "EUC-JP" | "ISO-2022-JP");
    if japanese && character == '\u{2212}' { '\u{ff0d}' } else { character }
}

fn single(name: &str, character: char, decode: Decode<'_>) -> Option<u8> {
    match (name, character) {
        ("GBK", '\u{20ac}') => return Some(0x80),
        // Its decoder takes GBK's 0x80 too, its encoder never writes it.
        ("gb18030", _) => return None,
        ("Shift_JIS" | "EUC-JP", '\u{a5}') => return Some(0x5c),
        ("Shift_JIS" | "EUC-JP", '\u{203e}') => return Some(0x7e),
        _ => {}
    }
    let wanted = character.to_string();
    (0x80..=0xff).find(|byte| decode(&[*byte]).as_deref() == Some(&wanted))
}

/// All characters of two bytes. Of several sequences for one character the first counts, except where the
/// standard says otherwise.
fn double(name: &str, decode: Decode<'_>) -> BTreeMap<char, [u8; 2]> {
    const LAST_OF_BIG5: &str = "\u{2550}\u{255e}\u{2561}\u{256a}\u{5341}\u{5345}";
    let first_lead = if name == "Big5" { 0xa1 } else { 0x81 };
    let mut found = BTreeMap::new();
    for lead in first_lead..=0xfe_u8 {
        if name == "Shift_JIS" && (0xed..=0xee).contains(&lead) {
            // NEC's selection of IBM's extensions, which stand again further on.
            continue;
        }
        for trail in 0x40..=0xfe_u8 {
            let Some(text) = decode(&[lead, trail]) else { continue };
            let mut characters = text.chars();
            let (Some(character), None) = (characters.next(), characters.next()) else { continue };
            if ('\u{e000}'..='\u{e757}').contains(&character) && name == "Shift_JIS" {
                continue;
            }
            if LAST_OF_BIG5.contains(character) && name == "Big5" {
                found.insert(character, [lead, trail]);
            }
            found.entry(character).or_insert([lead, trail]);
        }
    }
    found
}

/// GB 18030's sequences of four bytes stand in the order of their characters.
fn gb18030_range(character: char, decode: Decode<'_>) -> Option<[u8; 4]> {
    /// How many of them the Basic Multilingual Plane has, and where the other planes begin.
    const BASIC: u32 = 39_420;
    const OTHERS: u32 = 189_000;
    let bytes = |pointer: u32| {
        let part = |divisor: u32, count: u32| u8::try_from(pointer / divisor % count).expect("below 126");
        [0x81 + part(12_600, 126), 0x30 + part(1_260, 10), 0x81 + part(10, 126), 0x30 + part(1, 10)]
    };
    if u32::from(character) > 0xffff {
        return Some(bytes(OTHERS + u32::from(character) - 0x1_0000));
    }
    let decoded = |pointer: u32| decode(&bytes(pointer)).and_then(|text| text.chars().next());
    let (mut low, mut high) = (0, BASIC);
    while low < high {
        let middle = low.midpoint(high);
        match decoded(middle) {
            Some(found) if found >= character => high = middle,
            Some(_) => low = middle + 1,
            None => return None,
        }
    }
    (decoded(low) == Some(character)).then(|| bytes(low))
}

/// The sets of ISO-2022-JP are those of EUC-JP, named by escape sequences.
fn encode_iso_2022_jp(text: &str) -> Option<Vec<u8>> {
    encode_iso_2022_jp_with(text, &|bytes| decode("EUC-JP", bytes))
}

fn encode_iso_2022_jp_with(text: &str, euc_jp: Decode<'_>) -> Option<Vec<u8>> {
    const ASCII: &[u8] = b"\x1b(B";
    const ROMAN: &[u8] = b"\x1b(J";
    const JIS_X_0208: &[u8] = b"\x1b$B";
    /// What the half-width forms U+FF61 to U+FF9F are written as.
    const FULL_WIDTH: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノ\
                              ハヒフヘホマミムメモヤユヨラリルレロワン゛゜";
    let pairs = double("EUC-JP", euc_jp);
    let mut bytes = Vec::new();
    let mut state = ASCII;
    for character in text.chars() {
        let character = match character {
            '\u{ff61}'..='\u{ff9f}' => FULL_WIDTH.chars().nth(character as usize - 0xff61)?,
            _ => written_as("ISO-2022-JP", character),
        };
        let (wanted, code) = match character {
            '\u{a5}' => (ROMAN, vec![0x5c]),
            '\u{203e}' => (ROMAN, vec![0x7e]),
            '\u{0e}' | '\u{0f}' | '\u{1b}' => return None,
            '\\' | '~' => (ASCII, vec![character as u8]),
            _ if character.is_ascii() => (if state == ROMAN { ROMAN } else { ASCII }, vec![character as u8]),
            _ => (JIS_X_0208, pairs.get(&character)?.iter().map(|byte| byte & 0x7f).collect()),
        };
        if wanted != state {
            bytes.extend(wanted);
            state = wanted;
        }
        bytes.extend(code);
    }
    if state != ASCII {
        bytes.extend(ASCII);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::Encoding;

    /// encoding_rs implements the same standard with tables: both must give the same bytes.
    #[test]
    fn inverted_decoders_agree_with_tables() {
        let names = [
            "Big5",
            "EUC-JP",
            "EUC-KR",
            "GBK",
            "IBM866",
            "ISO-8859-2",
            "KOI8-R",
            "Shift_JIS",
            "gb18030",
            "macintosh",
            "windows-1252",
            "windows-1258",
            "x-mac-cyrillic",
        ];
        let all: Vec<char> =
            (0..0xffff).chain([0x1_0348, 0x2_0021, 0x10_fffd]).filter_map(char::from_u32).collect();
        for name in names {
            let encoding = Encoding::for_label(name.as_bytes()).unwrap();
            assert_eq!(written(&encoding.name().to_ascii_lowercase()), encoding.name());
            let decode = |bytes: &[u8]| {
                encoding
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .map(|text| text.into_owned())
            };
            let singles: BTreeMap<String, u8> = (0x80..=0xff)
                .filter(|_| name != "gb18030")
                .filter_map(|byte| Some((decode(&[byte])?, byte)))
                .collect();
            let pairs = double(name, &decode);
            let gb = name.to_ascii_lowercase().starts_with("gb");
            // Older editions of GB 18030 kept some characters in the private use area; decoders give today's.
            let old = |character: &char| gb && ('\u{e000}'..='\u{f8ff}').contains(character);
            for character in
                all.iter().filter(|character| !old(character)).step_by(if name == "gb18030" { 17 } else { 3 })
            {
                let text = character.to_string();
                let (want, _, failed) = encoding.encode(&text);
                // What is in no table is looked for once, or the test would take minutes.
                let known = character.is_ascii()
                    || singles.contains_key(&text)
                    || pairs.contains_key(&written_as(name, *character))
                    || single(name, *character, &|_| None).is_some();
                let got = match name {
                    _ if !known && name != "gb18030" => None,
                    _ => one(name, *character, &singles, &pairs, &decode),
                };
                let want = (!failed).then(|| want.into_owned());
                assert_eq!(got, want, "{name} U+{:04X}", u32::from(*character));
            }
        }
    }

    /// As `encode`, with what it would look up for each text looked up once.
    fn one(
        name: &str,
        character: char,
        singles: &BTreeMap<String, u8>,
        pairs: &BTreeMap<char, [u8; 2]>,
        decode: Decode<'_>,
    ) -> Option<Vec<u8>> {
        let text = character.to_string();
        match pairs.get(&written_as(name, character)) {
            Some(pair) if !character.is_ascii() && !singles.contains_key(&text) => Some(pair.to_vec()),
            _ => encode_without_pairs(name, &text, decode),
        }
    }

    fn encode_without_pairs(name: &str, text: &str, decode: Decode<'_>) -> Option<Vec<u8>> {
        encode_by(name, text, &|bytes| if bytes.len() == 2 { None } else { decode(bytes) })
    }

    #[test]
    fn iso_2022_jp_agrees_with_tables() {
        let euc_jp = |bytes: &[u8]| {
            encoding_rs::EUC_JP
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(|text| text.into_owned())
        };
        for text in [
            "plain",
            "\u{65e5}\u{672c} and \u{a5}5 \\ ~",
            "\u{203e}a\u{3042}",
            "\u{1b}",
            "\u{ff71}\u{ff9f}\u{2212}",
        ] {
            let (want, _, failed) = encoding_rs::ISO_2022_JP.encode(text);
            let want = (!failed).then(|| want.into_owned());
            assert_eq!(encode_iso_2022_jp_with(text, &euc_jp), want, "{text}");
        }
    }
}
