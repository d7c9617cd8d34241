//! The classes that have names.

use super::set::Set;
use super::{PatternError, Translator, fail};
use crate::host::CharRanges;

/// The characters of a Unicode category or script, which a host knows.
pub(crate) type ClassOf = fn(&str) -> Option<CharRanges>;

/// The categories that Go knows.
const CATEGORIES: &str = "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm \
    So Z Zl Zp Zs";

/// The scripts that Go knows.
const SCRIPTS: &str = "Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali \
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma \
    Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari \
    Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic \
    Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana \
    Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana \
    Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A \
    Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi \
    Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro \
    Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong \
    Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian \
    Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa \
    Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala \
    Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet \
    Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho \
    Warang_Citi Yezidi Yi Zanabazar_Square";

impl Translator<'_> {
    /// `[:alpha:]` (inside a class only), `\d` or `\p{Greek}`.
    pub(super) fn named_class(&mut self) -> Result<Option<Set>, PatternError> {
        let rest = self.rest();
        if rest.starts_with("[:")
            && let Some(end) = rest[2..].find(":]")
        {
            let class = &rest[..end + 4];
            let name = &rest[2..end + 2];
            let Some(pairs) = posix_class(name.strip_prefix('^').unwrap_or(name)) else {
                return fail("invalid character class range", class);
            };
            self.at += class.len();
            return Ok(Some(self.flagged(Set::of_pairs(pairs), name.starts_with('^'))));
        }
        let Some(c) = rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) else { return Ok(None) };
        if let Some(pairs) = perl_class(c) {
            self.at += 2;
            return Ok(Some(self.flagged(Set::of_pairs(pairs), c.is_ascii_uppercase())));
        }
        if c.eq_ignore_ascii_case(&'p') { self.unicode_class().map(Some) } else { Ok(None) }
    }

    fn unicode_class(&mut self) -> Result<Set, PatternError> {
        let rest = self.rest();
        let (name, len) = match rest[2..].strip_prefix('{') {
            Some(braced) => match braced.find('}') {
                Some(end) => (&braced[..end], end + 4),
                None => return fail("invalid character class range", rest),
            },
            None => {
                let len = rest[2..].chars().next().map_or(0, char::len_utf8);
                (&rest[2..2 + len], 2 + len)
            }
        };
        let inverse = name.strip_prefix('^');
        let negated = rest.starts_with("\\P") != inverse.is_some();
        let Some(class) = self.category_or_script(inverse.unwrap_or(name)) else {
            return fail("invalid character class range", &rest[..len]);
        };
        self.at += len;
        Ok(self.flagged(class, negated))
    }

    fn category_or_script(&self, name: &str) -> Option<Set> {
        let lent = |name: &str| {
            let ranges = (self.class_of)(name)?;
            Some(Set::of(ranges.into_iter().map(|(low, high)| (u32::from(low), u32::from(high)))))
        };
        match name {
            "Any" => Some(Set::default().complement()),
            // Surrogates are in no text.
            "Cs" => Some(Set::default()),
            // Unlike Unicode's, Go's C has no unassigned code points.
            "C" => {
                let parts = [lent("Cc")?, lent("Cf")?, lent("Co")?];
                Some(Set::of(parts.iter().flat_map(Set::ranges)))
            }
            _ => {
                let known = CATEGORIES.split(' ').chain(SCRIPTS.split(' ')).any(|known| known == name);
                if known { lent(name) } else { None }
            }
        }
    }
}

fn posix_class(name: &str) -> Option<&'static str> {
    Some(match name {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "ascii" => "\0\x7f",
        "blank" => "\t\t  ",
        "cntrl" => "\0\x1f\x7f\x7f",
        "digit" => "09",
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "word" => "09AZ__az",
        "xdigit" => "09AFaf",
        _ => return None,
    })
}

/// The class of a small letter; the capital is the negation.
fn perl_class(c: char) -> Option<&'static str> {
    Some(match c.to_ascii_lowercase() {
        'd' => "09",
        's' => "\t\n\x0c\r  ",
        'w' => "09AZ__az",
        _ => return None,
    })
}
