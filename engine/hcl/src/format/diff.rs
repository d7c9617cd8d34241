//! The unified diff that `terraform fmt -diff` shows.

use nuvola_kernel::ordered::sort_by_key;

/// How many unchanged lines surround a change.
const CONTEXT: usize = 3;

/// One step from the old lines to the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Keep,
    Remove,
    Add,
}

/// What changes between two texts, under the names `old/NAME` and `new/NAME`; empty when nothing.
#[must_use]
pub fn unified_diff(old: &str, new: &str, name: &str) -> String {
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = new.split_inclusive('\n').collect();
    let steps = steps(&old_lines, &new_lines);
    if steps.iter().all(|step| *step == Step::Keep) {
        return String::new();
    }
    let mut out = format!("--- old/{name}\n+++ new/{name}\n");
    for hunk in hunks(&steps) {
        print_hunk(&mut out, &steps, hunk, &old_lines, &new_lines);
    }
    out
}

/// The ranges of steps to show: changes with their surroundings, joined where these touch.
fn hunks(steps: &[Step]) -> Vec<std::ops::Range<usize>> {
    let mut hunks: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        if *step == Step::Keep {
            continue;
        }
        let start = index.saturating_sub(CONTEXT);
        let end = (index + 1 + CONTEXT).min(steps.len());
        match hunks.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            Some(_) | None => hunks.push(start..end),
        }
    }
    hunks
}

fn print_hunk(out: &mut String, steps: &[Step], hunk: std::ops::Range<usize>, old: &[&str], new: &[&str]) {
    let count = |steps: &[Step], other: Step| steps.iter().filter(|step| **step != other).count();
    let (before, shown) = (&steps[..hunk.start], &steps[hunk]);
    let mut old_at = count(before, Step::Add);
    let mut new_at = count(before, Step::Remove);
    let old_span = line_span(old_at, count(shown, Step::Add));
    let new_span = line_span(new_at, count(shown, Step::Remove));
    *out += &format!("@@ -{old_span} +{new_span} @@\n");
    for step in shown {
        let (sign, line) = match step {
            Step::Keep => (' ', old[old_at]),
            Step::Remove => ('-', old[old_at]),
            Step::Add => ('+', new[new_at]),
        };
        old_at += usize::from(*step != Step::Add);
        new_at += usize::from(*step != Step::Remove);
        out.push(sign);
        *out += line;
        if !line.ends_with('\n') {
            *out += "\n\\ No newline at end of file\n";
        }
    }
}

/// The first line, from 1, and the count unless it is one; an empty span names the line before it.
fn line_span(start: usize, count: usize) -> String {
    match count {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        _ => format!("{},{count}", start + 1),
    }
}

/// The shortest way from the old lines to the new, removals before additions.
fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    let mut steps = vec![Step::Keep; prefix];
    steps.extend(shortest(old, new));
    steps.extend(std::iter::repeat_n(Step::Keep, suffix));
    for run in steps.split_mut(|step| *step == Step::Keep) {
        sort_by_key(run, |step| *step == Step::Add);
    }
    steps
}

/// With more differences than this all lines are shown as replaced: the search is quadratic in
/// their number.
const MAX_DIFFERENCES: usize = 2000;

/// Myers' greedy search ("An O(ND) Difference Algorithm and Its Variations", 1986).
fn shortest(old: &[&str], new: &[&str]) -> Vec<Step> {
    // Diagonal k, where k = x - y, has slot k + middle; a slot holds the furthest x.
    let limit = (old.len() + new.len()).min(MAX_DIFFERENCES);
    let middle = limit + 1;
    let mut furthest = vec![0_usize; 2 * middle + 1];
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for distance in 0..=limit {
        rounds.push(furthest[middle - distance..=middle + distance].to_vec());
        for slot in (middle - distance..=middle + distance).step_by(2) {
            let mut x = if goes_down(&furthest, slot, middle, distance) {
                furthest[slot + 1]
            } else {
                furthest[slot - 1] + 1
            };
            if distance == 0 {
                x = 0;
            }
            while x < old.len() && x + middle - slot < new.len() && old[x] == new[x + middle - slot] {
                x += 1;
            }
            furthest[slot] = x;
            if x >= old.len() && x + middle - slot >= new.len() {
                return walk_back(&rounds, old.len(), new.len());
            }
        }
    }
    let removed = std::iter::repeat_n(Step::Remove, old.len());
    removed.chain(std::iter::repeat_n(Step::Add, new.len())).collect()
}

/// Whether a diagonal is reached from the one above, by an addition, rather than by a removal.
fn goes_down(furthest: &[usize], slot: usize, middle: usize, distance: usize) -> bool {
    slot + distance == middle || (slot != middle + distance && furthest[slot - 1] < furthest[slot + 1])
}

fn walk_back(rounds: &[Vec<usize>], old_len: usize, new_len: usize) -> Vec<Step> {
    let (mut x, mut y) = (old_len, new_len);
    let mut steps = Vec::with_capacity(old_len + new_len);
    for (distance, furthest) in rounds.iter().enumerate().skip(1).rev() {
        // This round's slots run from -distance to distance.
        let slot = x + distance - y;
        let down = goes_down(furthest, slot, distance, distance);
        let from_slot = if down { slot + 1 } else { slot - 1 };
        let from_x = furthest[from_slot];
        let from_y = from_x + distance - from_slot;
        while x > from_x && y > from_y {
            steps.push(Step::Keep);
            (x, y) = (x - 1, y - 1);
        }
        steps.push(if down { Step::Add } else { Step::Remove });
        (x, y) = (from_x, from_y);
    }
    steps.extend(std::iter::repeat_n(Step::Keep, x));
    steps.reverse();
    steps
}
