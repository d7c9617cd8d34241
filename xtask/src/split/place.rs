//! Which functions the first module has, and which the second.

use super::module::{Module, Outcome, exported_function};
use std::collections::BTreeSet;

/// What a list of rules says: which parts of the program open the lab, and which come after.
///
/// A line has a sign and texts with ` & ` between them; it fits a function whose name has all of them.
/// `-`: the second module. `+`: the first. The last line that fits decides; what none fits is in the first.
pub struct Rules<'r> {
    lines: Vec<Rule<'r>>,
}

struct Rule<'r> {
    line: &'r str,
    later: bool,
    texts: Vec<&'r str>,
}

impl<'r> Rules<'r> {
    pub fn parse(text: &'r str) -> Outcome<Self> {
        let mut lines: Vec<Rule<'r>> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let later = match line.split_at_checked(2) {
                Some(("- ", _)) => true,
                Some(("+ ", _)) => false,
                _ => return Err(format!("a rule begins with `+ ` or `- `: `{line}`")),
            };
            if lines.iter().any(|other| other.line[1..] == line[1..]) {
                return Err(format!("the rule `{line}` stands twice"));
            }
            lines.push(Rule { line, later, texts: line[2..].split(" & ").map(str::trim).collect() });
        }
        Ok(Rules { lines })
    }

    /// Whether a function belongs to the second module by its name. `used` hears which rules fit.
    fn is_later(&self, name: &str, used: &mut BTreeSet<&'r str>) -> bool {
        let name = without_hashes(name);
        let fitting = self.lines.iter().filter(|rule| rule.texts.iter().all(|text| name.contains(text)));
        let mut later = false;
        for rule in fitting {
            used.insert(rule.line);
            later = rule.later;
        }
        later
    }
}

/// A demangled name without the crates' hashes: `alloc[2f87868a39ab2bb1]::vec` is `alloc::vec`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, after)) if hash.len() > 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                rest = after;
            }
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

/// The functions of the second module.
pub struct Placement {
    pub later: BTreeSet<u32>,
    /// Rules that fit no function.
    pub unused: Vec<String>,
}

/// A function of the first module has callees of this size with it, whatever their names: equal functions have been
/// merged under any of their names, and a stand-in would be hardly smaller.
pub const SMALL_BYTES: u64 = 256;

/// Places every function. The first module has what the host and the table of functions reach by direct calls,
/// as far as no rule sends a function away that is larger than `small_bytes`; the second has the rest.
pub fn place(module: &Module<'_>, rules: &Rules<'_>, small_bytes: u64) -> Placement {
    let mut used = BTreeSet::new();
    let sent: BTreeSet<u32> = module
        .defined()
        .filter(|function| {
            let name = module.names.get(function).copied().unwrap_or_default();
            rules.is_later(name, &mut used)
        })
        .collect();
    // What the host calls by name must be there.
    let fixed = module.exports.iter().filter_map(exported_function).chain(module.start);
    let in_table = module.slots.values().copied().filter(|function| !sent.contains(function));
    let mut waiting: Vec<u32> = fixed.chain(in_table).collect();
    let mut first: BTreeSet<u32> = waiting.iter().copied().collect();
    while let Some(function) = waiting.pop() {
        for called in module.calls_of(function) {
            let is_sent = sent.contains(&called) && module.size(called) > small_bytes;
            if !is_sent && first.insert(called) {
                waiting.push(called);
            }
        }
    }
    let later = module.defined().filter(|function| !first.contains(function)).collect();
    let unused = rules.lines.iter().filter(|rule| !used.contains(rule.line));
    let unused = unused.map(|rule| rule.line.to_owned()).collect();
    Placement { later, unused }
}
