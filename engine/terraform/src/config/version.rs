//! Version constraints: `>= 1.2, < 2.0`, `~> 5.0`.

use std::cmp::Ordering;

/// A version's numbers; a pre-release comes before the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    /// How many numbers were written.
    given: usize,
    prerelease: String,
}

impl Version {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let (text, _) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, prerelease) = text.split_once('-').unwrap_or((text, ""));
        let mut out = Self { numbers: [0; 3], given: 0, prerelease: prerelease.to_owned() };
        for part in numbers.split('.') {
            *out.numbers.get_mut(out.given)? = part.parse().ok()?;
            out.given += 1;
        }
        Some(out)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => self.prerelease.cmp(&other.prerelease),
            }
        })
    }
}

/// Whether a version meets all parts of a constraint; nothing when the constraint cannot be read.
#[must_use]
pub fn allows(constraint: &str, version: &str) -> Option<bool> {
    let version = Version::parse(version)?;
    let mut all = true;
    for part in constraint.split(',') {
        all &= allows_one(part.trim(), &version)?;
    }
    Some(all)
}

fn allows_one(part: &str, version: &Version) -> Option<bool> {
    let (op, text) = part.split_at(part.find(|c: char| !"<>=!~".contains(c)).unwrap_or(part.len()));
    let wanted = Version::parse(text)?;
    Some(match op {
        "" | "=" => *version == Version { given: version.given, ..wanted },
        "!=" => version.cmp(&wanted) != Ordering::Equal,
        ">" => *version > wanted,
        ">=" => *version >= wanted,
        "<" => *version < wanted,
        "<=" => *version <= wanted,
        "~>" => {
            let fixed = wanted.given.saturating_sub(1).max(1);
            *version >= wanted && version.numbers[..fixed] == wanted.numbers[..fixed]
        }
        _ => return None,
    })
}

/// A constraint as lock files and messages write it: `>= 1.2.0, < 2.0.0`.
#[must_use]
pub fn tidy(constraint: &str) -> String {
    let part = |part: &str| {
        let part = part.trim();
        let at = part.find(|c: char| !"<>=!~".contains(c)).unwrap_or(part.len());
        let (op, text) = part.split_at(at);
        let text = text.trim();
        let missing = 3_usize.saturating_sub(text.split('.').count());
        let full = if op == "~>" || text.contains('-') {
            text.to_owned()
        } else {
            format!("{text}{}", ".0".repeat(missing))
        };
        if op.is_empty() || op == "=" { full } else { format!("{op} {full}") }
    };
    constraint.split(',').map(part).collect::<Vec<_>>().join(", ")
}
