//! Instants, and the texts in which AWS writes them.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

/// An instant. **Units**: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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

    /// `2026-11-23T17:56:36Z`
    pub fn iso_seconds(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}Z")
    }

    /// `2026-11-23T17:56:36.123Z`
    pub fn iso_millis(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}.{:03}Z", self.utc().millisecond())
    }

    /// `Mon, 23 Nov 2026 17:56:36 GMT` (RFC 9110, section 5.6.7)
    pub fn http_date(self) -> String {
        let at = self.utc();
        let weekday = WEEKDAYS[usize::from(at.weekday().number_days_from_monday())];
        let month = MONTHS[usize::from(u8::from(at.month()) - 1)];
        let (_, time) = self.parts();
        format!("{weekday}, {:02} {month} {:04} {time} GMT", at.day(), at.year())
    }

    /// `20261123T175636Z`, as `X-Amz-Date` writes it
    pub fn basic(self) -> String {
        self.iso_seconds().replace(['-', ':'], "")
    }

    /// Date and time of day: `2026-11-23`, `17:56:36`.
    fn parts(self) -> (String, String) {
        let at = self.utc();
        let date = format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day());
        (date, format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second()))
    }

    /// Reads RFC 3339, an HTTP date or the basic form.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, offset_s) =
            rfc_3339(text).or_else(|| Some((http_date(text).or_else(|| basic(text))?, 0)))?;
        let utc_ms = at.assume_utc().unix_timestamp_nanos() / 1_000_000;
        Some(Timestamp(i64::try_from(utc_ms).ok()? - offset_s * 1000))
    }
}

/// A number of exactly so many digits; nothing of anything else.
fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<T> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// `2026-11-23T17:56:36.123+01:00`: the local reading, and how far it is ahead of UTC in seconds.
fn rfc_3339(text: &str) -> Option<(PrimitiveDateTime, i64)> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') || !date.is_ascii() {
        return None;
    }
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let zone_at = rest.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = rest.split_at(zone_at);
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (time, fraction),
        None => (time, "0"),
    };
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: u32 = digits(&format!("{fraction:0<9}")[..9], 9).filter(|_| is_number)?;
    let offset_s = match zone.split_at(1) {
        ("Z" | "z", "") => 0,
        (sign, offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let (hours, minutes): (i64, i64) = (digits(hours, 2)?, digits(minutes, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if sign == "-" { -1 } else { 1 }
        }
    };
    let date = calendar(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?)?;
    Some((PrimitiveDateTime::new(date, time_of_day(time, nanos)?), offset_s))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn http_date(text: &str) -> Option<PrimitiveDateTime> {
    let (weekday, rest) = text.strip_suffix(" GMT")?.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)?;
    let date = calendar(digits(year, 4)?, u8::try_from(month + 1).ok()?, digits(day, 2)?)?;
    let is_weekday = WEEKDAYS[usize::from(date.weekday().number_days_from_monday())] == weekday;
    (is_weekday && parts.next().is_none()).then_some(PrimitiveDateTime::new(date, time_of_day(time, 0)?))
}

/// `20261123T175636Z`
fn basic(text: &str) -> Option<PrimitiveDateTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let part = |text: &str, at: usize, count: usize| digits(text.get(at..at + count)?, count);
    if date.len() != 8 || time.len() != 6 {
        return None;
    }
    let date = calendar(digits(date.get(..4)?, 4)?, part(date, 4, 2)?, part(date, 6, 2)?)?;
    let time = Time::from_hms(part(time, 0, 2)?, part(time, 2, 2)?, part(time, 4, 2)?).ok()?;
    Some(PrimitiveDateTime::new(date, time))
}

fn calendar(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, month.try_into().ok()?, day).ok()
}

/// `17:56:36`
fn time_of_day(text: &str, nanos: u32) -> Option<Time> {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Time::from_hms_nano(digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?, nanos).ok()
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

    #[test]
    fn offsets_and_fractions_are_read() {
        // Source: RFC 3339, section 5.8, its examples; the instants are those of GNU date.
        let cases = [
            ("1985-04-12T23:20:50.52Z", 482_196_050_520),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
        ];
        for (text, ms) in cases {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(ms)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        let wrong = [
            "",
            "x",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+1:00",
            "+026-01-01T00:00:00Z",
            "20260101T000000",
            "20260101T0000+0Z",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "ééééééééééé",
            "2026-01-01é00:00:00Z",
        ];
        for text in wrong {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
