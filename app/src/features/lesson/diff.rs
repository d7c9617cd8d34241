//! Lines of two texts, told apart: what stays, what goes, what comes.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    Gone,
    New,
}

/// Longer texts are not compared line by line.
const LINES: usize = 600;

/// The lines of `old` and `new` by their longest common subsequence; nothing for texts that are too long.
pub fn lines<'a>(old: &'a str, new: &'a str) -> Option<Vec<(Change, &'a str)>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    if old.len() > LINES || new.len() > LINES {
        return None;
    }
    // The length of the longest common subsequence of the rests from each pair of lines.
    let width = new.len() + 1;
    let mut length = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            length[i * width + j] = match old[i] == new[j] {
                true => length[(i + 1) * width + j + 1] + 1,
                false => length[(i + 1) * width + j].max(length[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push((Change::Same, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || i < old.len() && length[(i + 1) * width + j] >= length[i * width + j + 1]
        {
            all.push((Change::Gone, old[i]));
            i += 1;
        } else {
            all.push((Change::New, new[j]));
            j += 1;
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stay_are_found() {
        // Source: our own reasoning.
        use Change::{Gone, New, Same};
        assert_eq!(
            lines("a\nb\nc", "a\nx\nc\nd").unwrap(),
            [(Same, "a"), (Gone, "b"), (New, "x"), (Same, "c"), (New, "d")]
        );
        assert_eq!(lines("", "a").unwrap(), [(New, "a")]);
        assert_eq!(lines(&"a\n".repeat(LINES + 1), ""), None);
    }
}
