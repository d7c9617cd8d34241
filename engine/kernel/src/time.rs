//! Instants, and the texts in which AWS writes them.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::FormatItem, macros::format_description};

/// An instant. **Units**: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

const ISO_SECONDS: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const ISO_MILLIS: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
const HTTP_DATE: &[FormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
const BASIC: &[FormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");

impl Timestamp {
    pub fn plus_ms(self, ms: i64) -> Self {
        Timestamp(self.0.saturating_add(ms))
    }

    pub fn epoch_s(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The calendar reading in UTC; instants outside the calendar (year ±9999) read as the epoch.
    pub fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn format(self, format: &[FormatItem<'_>]) -> String {
        self.utc().format(format).expect("every part of the format exists in a UTC time")
    }

    /// `2026-11-23T17:56:36Z`
    pub fn iso_seconds(self) -> String {
        self.format(ISO_SECONDS)
    }

    /// `2026-11-23T17:56:36.123Z`
    pub fn iso_millis(self) -> String {
        self.format(ISO_MILLIS)
    }

    /// `Mon, 23 Nov 2026 17:56:36 GMT` (RFC 9110, section 5.6.7)
    pub fn http_date(self) -> String {
        self.format(HTTP_DATE)
    }

    /// `20261123T175636Z`, as `X-Amz-Date` writes it
    pub fn basic(self) -> String {
        self.format(BASIC)
    }

    /// Reads RFC 3339, an HTTP date or the basic form.
    pub fn parse(text: &str) -> Option<Self> {
        use time::format_description::well_known::Rfc3339;
        if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
            return Some(Self::from_utc(at));
        }
        [HTTP_DATE, BASIC]
            .iter()
            .find_map(|format| time::PrimitiveDateTime::parse(text, *format).ok())
            .map(|at| Self::from_utc(at.assume_utc()))
    }

    fn from_utc(at: OffsetDateTime) -> Self {
        Timestamp(i64::try_from(at.unix_timestamp_nanos() / 1_000_000).expect("a calendar year fits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_standards() {
        // Source: RFC 9110, section 5.6.7 (the example date), and RFC 3339.
        let at = Timestamp(784_111_777_000);
        assert_eq!(at.http_date(), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(at.iso_seconds(), "1994-11-06T08:49:37Z");
        assert_eq!(at.iso_millis(), "1994-11-06T08:49:37.000Z");
        assert_eq!(at.basic(), "19941106T084937Z");
        for text in [at.http_date(), at.iso_seconds(), at.basic()] {
            assert_eq!(Timestamp::parse(&text), Some(at), "{text}");
        }
    }
}
