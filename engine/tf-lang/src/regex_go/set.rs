//! Sets of characters, as ranges of code points.

use super::fold::Folds;

const MAX: u32 = char::MAX as u32;

/// Sorted ranges that neither overlap nor touch.
#[derive(Clone, Default)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Set {
        let mut sorted: Vec<(u32, u32)> = ranges.into_iter().collect();
        sorted.sort();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (low, high) in sorted {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Set(merged)
    }

    /// From the first and the last character of each range, one after the other: `"09AZ"`.
    pub fn of_pairs(pairs: &str) -> Set {
        let codes: Vec<u32> = pairs.chars().map(u32::from).collect();
        Set::of(codes.chunks_exact(2).map(|pair| (pair[0], pair[1])))
    }

    pub fn complement(&self) -> Set {
        let mut gaps = Vec::new();
        let mut next = 0;
        for (low, high) in &self.0 {
            if *low > next {
                gaps.push((next, low - 1));
            }
            next = high + 1;
        }
        if next <= MAX {
            gaps.push((next, MAX));
        }
        Set(gaps)
    }

    /// With everything that differs from a member by case only.
    pub fn folded(&self, folds: &Folds) -> Set {
        let more = folds.orbits().filter(|orbit| orbit.iter().any(|(_, code)| self.contains(*code)));
        Set::of(self.ranges().chain(more.flatten().map(|(_, code)| (*code, *code))))
    }

    fn contains(&self, code: u32) -> bool {
        let at = self.0.partition_point(|(_, high)| *high < code);
        self.0.get(at).is_some_and(|(low, _)| *low <= code)
    }

    pub fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().copied()
    }

    /// Writes the set as a class. Texts contain no surrogates, and classes may not name them.
    pub fn write(&self, out: &mut String) {
        let ends = self.0.iter().filter_map(|(low, high)| {
            let low = if (0xd800..0xe000).contains(low) { 0xe000 } else { *low };
            let high = if (0xd800..0xe000).contains(high) { 0xd7ff } else { *high };
            (low <= high).then_some((low, high))
        });
        let start = out.len();
        for (low, high) in ends {
            write_code(out, low);
            if high > low {
                out.push('-');
                write_code(out, high);
            }
        }
        match out.len() == start {
            true => out.push_str("[^\\x{0}-\\x{10ffff}]"),
            false => {
                out.insert(start, '[');
                out.push(']');
            }
        }
    }
}

/// Writes one character so that it stands for itself anywhere.
fn write_code(out: &mut String, code: u32) {
    match char::from_u32(code) {
        Some(c) if c.is_ascii_alphanumeric() => out.push(c),
        _ => out.push_str(&format!("\\x{{{code:x}}}")),
    }
}

/// Writes one character, or nothing that ever matches.
pub(super) fn write_literal(out: &mut String, code: u32) {
    match char::from_u32(code) {
        Some(_) => write_code(out, code),
        None => Set::default().write(out),
    }
}
