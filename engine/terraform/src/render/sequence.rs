//! Which elements of two sequences correspond.

/// A pair of positions; past the end of a sequence means that it has no such element.
pub type Pair = (Option<usize>, Option<usize>);

/// Matches elements: those in common stay, others are removed or added; with `pairs` true for both,
/// a removed and an added element at the same place are one changed element.
///
/// Sequences of equal length whose elements are not merely in another order are matched by position.
pub fn match_lists<T>(
    before: &[T],
    after: &[T],
    same: impl Fn(&T, &T) -> bool,
    pairs: impl Fn(&T) -> bool,
) -> Vec<Pair> {
    if before.len() == after.len() && !is_reordered(before, after, &same) {
        return (0..before.len()).map(|at| (Some(at), Some(at))).collect();
    }
    match_common(before, after, same, pairs)
}

/// As [`match_lists`], always by what is in common: for lines of text.
pub fn match_common<T>(
    before: &[T],
    after: &[T],
    same: impl Fn(&T, &T) -> bool,
    pairs: impl Fn(&T) -> bool,
) -> Vec<Pair> {
    let common = longest_common(before, after, &same);
    let mut out = Vec::new();
    let (mut b, mut a) = (0, 0);
    for next in common.iter().copied().chain([(before.len(), after.len())]) {
        while b < next.0 {
            if pairs(&before[b]) && a < next.1 && pairs(&after[a]) {
                out.push((Some(b), Some(a)));
                a += 1;
            } else {
                out.push((Some(b), None));
            }
            b += 1;
        }
        while a < next.1 {
            out.push((None, Some(a)));
            a += 1;
        }
        if b < before.len() && a < after.len() {
            out.push((Some(b), Some(a)));
            b += 1;
            a += 1;
        }
    }
    out
}

fn is_reordered<T>(before: &[T], after: &[T], same: &impl Fn(&T, &T) -> bool) -> bool {
    let mut used = vec![false; after.len()];
    before.iter().all(|b| {
        let found = (0..after.len()).find(|at| !used[*at] && same(b, &after[*at]));
        if let Some(at) = found {
            used[at] = true;
        }
        found.is_some()
    })
}

/// Positions of a longest common subsequence; of several, the one Terraform's walk from the end finds.
fn longest_common<T>(before: &[T], after: &[T], same: &impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let width = after.len() + 1;
    let mut lengths = vec![0_u32; (before.len() + 1) * width];
    for b in 0..before.len() {
        for a in 0..after.len() {
            lengths[(b + 1) * width + a + 1] = if same(&before[b], &after[a]) {
                lengths[b * width + a] + 1
            } else {
                lengths[b * width + a + 1].max(lengths[(b + 1) * width + a])
            };
        }
    }
    let (mut b, mut a) = (before.len(), after.len());
    let mut out = Vec::new();
    while b > 0 && a > 0 {
        if same(&before[b - 1], &after[a - 1]) {
            out.push((b - 1, a - 1));
            b -= 1;
            a -= 1;
        } else if lengths[(b - 1) * width + a] > lengths[b * width + a - 1] {
            b -= 1;
        } else {
            a -= 1;
        }
    }
    out.reverse();
    out
}
