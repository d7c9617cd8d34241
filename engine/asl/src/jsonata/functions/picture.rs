//! Pictures of integers: `#,##0`, `001;o`, `Ww`, `i`, `A`. Dates use them for their parts.
//!
//! Source: "fn:format-integer", XPath and XQuery Functions and Operators 3.1.

use super::super::error::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Primary {
    Decimal,
    Letters,
    Roman,
    Words,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    Title,
}

#[derive(Debug, Clone)]
pub(super) struct IntegerPicture {
    pub primary: Primary,
    pub case: Case,
    pub ordinal: bool,
    pub zero: u32,
    pub mandatory: usize,
    pub optional: usize,
    /// Separators with the number of digits behind them.
    pub separators: Vec<(usize, char)>,
    /// The digits between separators, if it is the same everywhere.
    pub regular: usize,
    /// In dates: how many digits are read, when another number follows directly.
    pub parse_width: Option<usize>,
}

/// Where Unicode's groups of decimal digits start.
const GROUPS: [u32; 37] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

impl IntegerPicture {
    pub fn parse(picture: &str) -> Result<IntegerPicture, Error> {
        let (primary, modifier) = picture.rsplit_once(';').unwrap_or((picture, ""));
        let mut out = IntegerPicture {
            primary: Primary::Decimal,
            case: Case::Lower,
            ordinal: modifier.starts_with('o'),
            zero: 0x30,
            mandatory: 0,
            optional: 0,
            separators: Vec::new(),
            regular: 0,
            parse_width: None,
        };
        let named = match primary {
            "A" => Some((Primary::Letters, Case::Upper)),
            "a" => Some((Primary::Letters, Case::Lower)),
            "I" => Some((Primary::Roman, Case::Upper)),
            "i" => Some((Primary::Roman, Case::Lower)),
            "W" => Some((Primary::Words, Case::Upper)),
            "Ww" => Some((Primary::Words, Case::Title)),
            "w" => Some((Primary::Words, Case::Lower)),
            _ => None,
        };
        match named {
            Some((primary, case)) => (out.primary, out.case) = (primary, case),
            None => out.digits(primary)?,
        }
        Ok(out)
    }

    /// A pattern of digits, read from the right.
    fn digits(&mut self, pattern: &str) -> Result<(), Error> {
        let mut zero = None;
        let mut place = 0;
        for c in pattern.chars().rev() {
            let code = c as u32;
            if let Some(group) = GROUPS.iter().find(|group| (**group..**group + 10).contains(&code)) {
                if *zero.get_or_insert(*group) != *group {
                    return Err(Error::new("D3131"));
                }
                self.mandatory += 1;
                place += 1;
            } else if c == '#' {
                self.optional += 1;
                place += 1;
            } else {
                self.separators.push((place, c));
            }
        }
        let Some(zero) = zero else {
            return Err(Error::new("D3130").with("value", format!("\"{pattern}\"")));
        };
        self.zero = zero;
        let same = self.separators.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let places: Vec<usize> = self.separators.iter().map(|(place, _)| *place).collect();
        self.regular = if same { regular(&places) } else { 0 };
        Ok(())
    }
}

/// The distance of places that are evenly spaced from the right; 0 for others.
pub(super) fn regular(places: &[usize]) -> usize {
    fn divisor(a: usize, b: usize) -> usize {
        if b == 0 { a } else { divisor(b, a % b) }
    }
    let factor = places.iter().copied().reduce(divisor).unwrap_or(0);
    let even = (1..=places.len()).all(|index| places.contains(&(index * factor)));
    if even { factor } else { 0 }
}
