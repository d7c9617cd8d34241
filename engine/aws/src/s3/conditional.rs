//! Conditional requests: which condition wins, and byte ranges.

use nuvola_kernel::Timestamp;
use std::ops::Range;

/// The four conditions that a read may carry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conditions<'a> {
    pub if_match: Option<&'a str>,
    pub if_none_match: Option<&'a str>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

/// How the conditions turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Proceed,
    /// 304, for reads.
    NotModified,
    /// 412, with the header whose condition did not hold.
    Failed(&'static str),
}

impl Conditions<'_> {
    /// Judges a read of an object. `If-Match` outranks `If-Unmodified-Since`, and `If-None-Match` outranks
    /// `If-Modified-Since`.
    ///
    /// **Source**: RFC 9110, section 13.2.2; API reference, "GetObject", "If both of the …".
    pub fn judge(&self, etag: &str, last_modified: Timestamp) -> Verdict {
        let modified_s = last_modified.epoch_s();
        if let Some(tags) = self.if_match {
            if !matches_etag(tags, etag) {
                return Verdict::Failed("If-Match");
            }
        } else if self.if_unmodified_since.is_some_and(|at| modified_s > at.epoch_s()) {
            return Verdict::Failed("If-Unmodified-Since");
        }
        let unchanged = match self.if_none_match {
            Some(tags) => matches_etag(tags, etag),
            None => self.if_modified_since.is_some_and(|at| modified_s <= at.epoch_s()),
        };
        if unchanged { Verdict::NotModified } else { Verdict::Proceed }
    }

    /// Judges a copy's source: there is no 304, every condition that does not hold is 412.
    ///
    /// **Source**: API reference, "CopyObject".
    pub fn judge_copy(&self, etag: &str, last_modified: Timestamp) -> Verdict {
        match self.judge(etag, last_modified) {
            Verdict::Proceed => Verdict::Proceed,
            Verdict::NotModified if self.if_none_match.is_some() => {
                Verdict::Failed("x-amz-copy-source-If-None-Match")
            }
            Verdict::NotModified => Verdict::Failed("x-amz-copy-source-If-Modified-Since"),
            Verdict::Failed("If-Match") => Verdict::Failed("x-amz-copy-source-If-Match"),
            Verdict::Failed(_) => Verdict::Failed("x-amz-copy-source-If-Unmodified-Since"),
        }
    }
}

/// Whether a list of entity tags (or `*`) has `etag`; quotes are optional, as S3 takes them.
pub fn matches_etag(list: &str, etag: &str) -> bool {
    list.split(',').map(str::trim).any(|tag| {
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || tag.trim_matches('"') == etag
    })
}

/// A `Range` header read against an object's size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeVerdict {
    /// No range, or one that RFC 9110 says to ignore: the whole object, 200.
    Whole,
    Part(Range<u64>),
    /// 416
    Unsatisfiable,
}

/// Reads `bytes=first-last`, `bytes=first-` or `bytes=-suffix`; several ranges at once are ignored.
///
/// **Source**: RFC 9110, section 14; API reference, "GetObject": "Amazon S3 doesn't support retrieving
/// multiple ranges of data per GET request."
pub fn read_range(header: Option<&str>, size: u64) -> RangeVerdict {
    let Some(spec) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return RangeVerdict::Whole;
    };
    let Some((first, last)) = spec.trim().split_once('-') else { return RangeVerdict::Whole };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(first), number(last)) {
        (Some(first), Some(last)) if last < first => RangeVerdict::Whole,
        (Some(_), None) if !last.trim().is_empty() => RangeVerdict::Whole,
        (Some(first), _) if first >= size => RangeVerdict::Unsatisfiable,
        (Some(first), last) => {
            RangeVerdict::Part(first..last.map_or(size, |last| size.min(last.saturating_add(1))))
        }
        (None, Some(suffix)) if first.trim().is_empty() => {
            if suffix == 0 || size == 0 {
                RangeVerdict::Unsatisfiable
            } else {
                RangeVerdict::Part(size.saturating_sub(suffix)..size)
            }
        }
        (None, _) => RangeVerdict::Whole,
    }
}

/// Reads `x-amz-copy-source-range`, which must be `bytes=first-last` within the source.
pub fn read_copy_range(header: &str, size: u64) -> Option<Range<u64>> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    (first <= last && last < size).then(|| first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODIFIED: Timestamp = Timestamp(1_000_500);

    #[test]
    fn conditions_have_precedence() {
        // Source: RFC 9110, section 13.2.2, and API reference, "GetObject".
        let before = Some(Timestamp(900_000));
        let after = Some(Timestamp(1_100_000));
        let judge = |conditions: Conditions<'_>| conditions.judge("abc", MODIFIED);
        let none = Conditions::default();
        assert_eq!(judge(none), Verdict::Proceed);
        assert_eq!(judge(Conditions { if_match: Some("\"x\", \"abc\""), ..none }), Verdict::Proceed);
        assert_eq!(judge(Conditions { if_match: Some("\"x\""), ..none }), Verdict::Failed("If-Match"));
        let both = Conditions { if_match: Some("abc"), if_unmodified_since: before, ..none };
        assert_eq!(judge(both), Verdict::Proceed);
        assert_eq!(
            judge(Conditions { if_unmodified_since: before, ..none }),
            Verdict::Failed("If-Unmodified-Since")
        );
        assert_eq!(judge(Conditions { if_none_match: Some("*"), ..none }), Verdict::NotModified);
        let both = Conditions { if_none_match: Some("\"abc\""), if_modified_since: before, ..none };
        assert_eq!(judge(both), Verdict::NotModified);
        let both = Conditions { if_none_match: Some("\"x\""), if_modified_since: after, ..none };
        assert_eq!(judge(both), Verdict::Proceed);
        assert_eq!(judge(Conditions { if_modified_since: after, ..none }), Verdict::NotModified);
        // The header has whole seconds: an object of 1000.5 s is not newer than 1000 s.
        let same = Some(Timestamp(1_000_000));
        assert_eq!(judge(Conditions { if_modified_since: same, ..none }), Verdict::NotModified);
        assert_eq!(judge(Conditions { if_unmodified_since: same, ..none }), Verdict::Proceed);
    }

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        // Source: RFC 9110, section 14.1.2 and 15.5.17.
        use RangeVerdict::{Part, Unsatisfiable, Whole};
        let read = |text| read_range(Some(text), 10);
        assert_eq!(read("bytes=0-3"), Part(0..4));
        assert_eq!(read("bytes=5-"), Part(5..10));
        assert_eq!(read("bytes=5-999"), Part(5..10));
        assert_eq!(read("bytes=-4"), Part(6..10));
        assert_eq!(read("bytes=-40"), Part(0..10));
        assert_eq!(read("bytes=10-"), Unsatisfiable);
        assert_eq!(read("bytes=-0"), Unsatisfiable);
        for ignored in
            ["bytes=4-2", "bytes=0-1,3-4", "lines=0-1", "bytes=x-", "bytes=1-x", "bytes=-", "bytes="]
        {
            assert_eq!(read(ignored), Whole, "{ignored}");
        }
        assert_eq!(read_range(Some("bytes=0-"), 0), Unsatisfiable);
        assert_eq!(read_range(Some("bytes=0-18446744073709551615"), 10), Part(0..10));
        assert_eq!(read_range(None, 10), Whole);
    }
}
