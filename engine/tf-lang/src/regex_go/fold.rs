//! Case folding as Go's `unicode.SimpleFold` has it.

/// Where the letters with case are: looking further costs time and finds nothing.
const CASED: &[(u32, u32)] = &[
    (0x41, 0x58f),
    (0x10a0, 0x10ff),
    (0x13a0, 0x13ff),
    (0x1c80, 0x1cbf),
    (0x1d79, 0x1d8e),
    (0x1e00, 0x2188),
    (0x24b6, 0x24e9),
    (0x2c00, 0x2d2d),
    (0xa640, 0xa7ff),
    (0xab53, 0xabbf),
    (0xff21, 0xff5a),
    (0x1_0400, 0x1_05bc),
    (0x1_0c80, 0x1_0cf2),
    (0x1_18a0, 0x1_18df),
    (0x1_6e40, 0x1_6e7f),
    (0x1_e900, 0x1_e943),
];

/// The characters that differ from others by case only.
pub(super) struct Folds {
    /// Pairs of what a character folds to and the character, sorted.
    pairs: Vec<(u32, u32)>,
}

impl Folds {
    pub fn new() -> Folds {
        let mut pairs = Vec::new();
        for code in CASED.iter().flat_map(|(low, high)| *low..=*high) {
            let to = fold(code);
            if to != code {
                pairs.extend([(to, to), (to, code)]);
            }
        }
        pairs.sort();
        pairs.dedup();
        Folds { pairs }
    }

    /// Groups of pairs whose second members differ by case only.
    pub fn orbits(&self) -> impl Iterator<Item = &[(u32, u32)]> {
        self.pairs.chunk_by(|one, other| one.0 == other.0)
    }

    /// The orbit of one character; empty when it has no case.
    pub fn orbit(&self, code: u32) -> &[(u32, u32)] {
        let to = fold(code);
        let start = self.pairs.partition_point(|pair| pair.0 < to);
        let end = self.pairs.partition_point(|pair| pair.0 <= to);
        &self.pairs[start..end]
    }
}

/// The small letter of a character's capital, which is Unicode's simple folding.
fn fold(code: u32) -> u32 {
    match char::from_u32(code) {
        // The dotless i has the capital I and yet is no variant of i.
        None | Some('ı') => code,
        Some(c) => {
            let capital = single(c.to_uppercase(), c);
            u32::from(single(capital.to_lowercase(), capital))
        }
    }
}

/// What a letter becomes, unless that is several letters.
fn single(mut mapped: impl ExactSizeIterator<Item = char>, c: char) -> char {
    if mapped.len() == 1 { mapped.next().unwrap_or(c) } else { c }
}
