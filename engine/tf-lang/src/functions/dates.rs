//! Dates and times: RFC 3339 texts, durations, and `formatdate`'s own format language.

use super::{Failure, Function, text};
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("timestamp", "-> string", |host, _, _| {
            Ok(utc_text(host.now_ms().div_euclid(1000)).into())
        }),
        Function::new("plantimestamp", "-> string", |host, _, _| match host.plan_time_ms() {
            Some(at) => Ok(utc_text(at.div_euclid(1000)).into()),
            None => Ok(Value::unknown(Type::String)),
        }),
        Function::new("formatdate", "format:string time:string -> string", formatdate),
        Function::new("timeadd", "timestamp:string duration:string -> string", timeadd),
        Function::new("timecmp", "timestamp_a:string timestamp_b:string -> number", timecmp),
    ]
}

const NANOS: i128 = 1_000_000_000;
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A moment with the offset it was written with.
struct Moment {
    /// Nanoseconds since 1970 in UTC.
    nanos: i128,
    offset_s: i64,
}

/// A calendar date and time of day.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: usize,
}

impl Moment {
    fn civil(&self) -> Civil {
        let local = i64::try_from(self.nanos.div_euclid(NANOS)).unwrap_or(0) + self.offset_s;
        let (days, second_of_day) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let weekday = usize::try_from((days + 4).rem_euclid(7)).expect("a weekday is below seven");
        Civil {
            year,
            month,
            day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            weekday,
        }
    }

    fn rfc3339(&self) -> String {
        let Civil { year, month, day, hour, minute, second, .. } = self.civil();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{}", self.zone(true, true))
    }

    fn zone(&self, colon: bool, z: bool) -> String {
        if z && self.offset_s == 0 {
            return "Z".to_owned();
        }
        let sign = if self.offset_s < 0 { '-' } else { '+' };
        let minutes = self.offset_s.abs() / 60;
        let colon = if colon { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

fn utc_text(unix_s: i64) -> String {
    Moment { nanos: i128::from(unix_s) * NANOS, offset_s: 0 }.rfc3339()
}

/// Days since 1970 to a date of the proleptic Gregorian calendar.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Reads an RFC 3339 timestamp; the error names what is missing or wrong.
fn parse_timestamp(source: &str) -> Result<Moment, String> {
    let mut reader = Reader { source, at: 0 };
    reader.timestamp().map_err(|problem| format!("not a valid RFC3339 timestamp: {problem}"))
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn digits(
        &mut self,
        count: usize,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Result<i64, String> {
        let part = self.source.get(self.at..self.at + count);
        let is_time = matches!(name, "hour" | "minute" | "second");
        let Some(part) = part.filter(|part| part.bytes().all(|b| b.is_ascii_digit())) else {
            return Err(if self.rest().is_empty() {
                format!("end of string before {name}")
            } else if is_time && self.rest().starts_with(|c: char| c.is_ascii_digit()) {
                format!("{name} must have exactly two digits")
            } else {
                format!("cannot use {} as {name}", crate::format::quote_go(self.rest()))
            });
        };
        self.at += count;
        let value = part.parse().expect("these are a few digits");
        if range.contains(&value) {
            return Ok(value);
        }
        Err(match name {
            "hour" => "hour must be between 0 and 23 inclusive".to_owned(),
            "minute" => "minute must have exactly two digits".to_owned(),
            "day of month" => "day out of range".to_owned(),
            // The date has been read past the field when its range is judged.
            _ => format!("cannot use {} as {name}", crate::format::quote_go(self.rest())),
        })
    }

    /// A separator between fields.
    fn separator(&mut self, sign: char) -> Result<(), String> {
        if self.rest().starts_with(sign) {
            self.at += 1;
            return Ok(());
        }
        Err(if self.rest().is_empty() {
            format!("end of string where \"{sign}\" is expected")
        } else {
            format!("found {} where \"{sign}\" is expected", crate::format::quote_go(self.rest()))
        })
    }

    fn expect(&mut self, sign: char, problem: &str) -> Result<(), String> {
        if !self.rest().starts_with(sign) {
            return Err(problem.to_owned());
        }
        self.at += 1;
        Ok(())
    }

    fn timestamp(&mut self) -> Result<Moment, String> {
        let year = self.digits(4, "year", 0..=9999)?;
        self.separator('-')?;
        let month = self.digits(2, "month", 1..=12)?;
        self.separator('-')?;
        let day = self.digits(2, "day of month", 1..=month_days(year, month))?;
        self.expect('T', "missing required time introducer 'T'")?;
        let hour = self.digits(2, "hour", 0..=23)?;
        self.separator(':')?;
        let minute = self.digits(2, "minute", 0..=59)?;
        self.separator(':')?;
        let second = self.digits(2, "second", 0..=59)?;
        let mut nanos = 0;
        if self.rest().starts_with('.') {
            let digits: String = self.rest()[1..].chars().take_while(char::is_ascii_digit).collect();
            self.at += 1 + digits.len();
            nanos = format!("{digits:0<9}")[..9].parse::<i128>().unwrap_or(0);
        }
        let offset_s = self.offset()?;
        if !self.rest().is_empty() {
            return Err(format!("cannot use {} as timestamp segment", crate::format::quote_go(self.rest())));
        }
        let unix = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset_s;
        Ok(Moment { nanos: i128::from(unix) * NANOS + nanos, offset_s })
    }

    fn offset(&mut self) -> Result<i64, String> {
        let rest = self.rest();
        let wrong = || {
            if rest.is_empty() {
                "end of string before UTC offset".to_owned()
            } else {
                format!("cannot use {} as UTC offset", crate::format::quote_go(rest))
            }
        };
        if rest.starts_with('Z') {
            self.at += 1;
            return Ok(0);
        }
        let sign = match rest.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Err(wrong()),
        };
        let number = |range: std::ops::Range<usize>, limit: i64| -> Option<i64> {
            let digits = rest.get(range).filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse().ok().filter(|value: &i64| *value < limit)
        };
        let (Some(hours), Some(":"), Some(minutes)) = (number(1..3, 24), rest.get(3..4), number(4..6, 60))
        else {
            return Err(wrong());
        };
        self.at += 6;
        Ok(sign * (hours * 3600 + minutes * 60))
    }
}

fn formatdate(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let moment = parse_timestamp(text(&args[1])).map_err(|message| Failure::Arg(1, message))?;
    let civil = moment.civil();
    let format = text(&args[0]);
    let mut out = String::new();
    let mut at = 0;
    while let Some(c) = format[at..].chars().next() {
        if c == '\'' {
            at = quoted_literal(format, at, &mut out)?;
        } else if c.is_ascii_alphabetic() {
            let len = format[at..].chars().take_while(|next| *next == c).count();
            let verb = &format[at..at + len];
            out.push_str(&date_part(verb, &civil, &moment).ok_or_else(|| {
                Failure::Arg(
                    0,
                    format!("invalid date format verb {}{}", crate::format::quote_go(verb), verb_hint(c)),
                )
            })?);
            at += len;
        } else {
            out.push(c);
            at += c.len_utf8();
        }
    }
    Ok(out.into())
}

/// Text in single quotes; two quotes in it are one.
fn quoted_literal(format: &str, start: usize, out: &mut String) -> Result<usize, Failure> {
    let mut at = start + 1;
    loop {
        let Some(len) = format[at..].find('\'') else { return Failure::arg(0, "unterminated literal '") };
        out.push_str(&format[at..at + len]);
        at += len + 1;
        if !format[at..].starts_with('\'') {
            return Ok(at);
        }
        out.push('\'');
        at += 1;
    }
}

/// What a run of this letter may look like.
fn verb_hint(letter: char) -> &'static str {
    match letter {
        'Y' => ": year must either be \"YY\" or \"YYYY\"",
        'M' => ": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        'D' => ": day of month must either be \"D\" or \"DD\"",
        'E' => ": day of week must either be \"EEE\" or \"EEEE\"",
        'h' => ": 24-hour must either be \"h\" or \"hh\"",
        'H' => ": 12-hour must either be \"H\" or \"HH\"",
        'A' => ": must be \"AA\"",
        'a' => ": must be \"aa\"",
        'm' => ": minute must either be \"m\" or \"mm\"",
        's' => ": second must either be \"s\" or \"ss\"",
        'Z' => ": timezone must be Z, ZZZZ, or ZZZZZ",
        _ => "",
    }
}

fn date_part(verb: &str, civil: &Civil, moment: &Moment) -> Option<String> {
    let month = MONTHS[usize::try_from(civil.month - 1).ok()?];
    let day = DAYS[civil.weekday];
    let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
    let half = if civil.hour < 12 { "am" } else { "pm" };
    Some(match verb {
        "YYYY" => format!("{:04}", civil.year),
        "YY" => format!("{:02}", civil.year % 100),
        "MMMM" => month.to_owned(),
        "MMM" => month[..3].to_owned(),
        "MM" => format!("{:02}", civil.month),
        "M" => civil.month.to_string(),
        "DD" => format!("{:02}", civil.day),
        "D" => civil.day.to_string(),
        "EEEE" => day.to_owned(),
        "EEE" => day[..3].to_owned(),
        "hh" => format!("{:02}", civil.hour),
        "h" => civil.hour.to_string(),
        "HH" => format!("{hour12:02}"),
        "H" => hour12.to_string(),
        "AA" => half.to_uppercase(),
        "aa" => half.to_owned(),
        "mm" => format!("{:02}", civil.minute),
        "m" => civil.minute.to_string(),
        "ss" => format!("{:02}", civil.second),
        "s" => civil.second.to_string(),
        "ZZZZZ" => moment.zone(true, false),
        "ZZZZ" => moment.zone(false, false),
        "ZZZ" if moment.offset_s == 0 => "UTC".to_owned(),
        "ZZZ" => moment.zone(false, false),
        "Z" => moment.zone(true, true),
        _ => return None,
    })
}

/// A date or a date with time as YAML allows them without quotes, as an RFC 3339 text.
pub(super) fn yaml_timestamp(source: &str) -> Option<String> {
    let (date, time) = match source.find(['T', 't', ' ']) {
        Some(at) => (&source[..at], source[at + 1..].trim()),
        None => (source, "00:00:00Z"),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    if year.len() != 4 || !parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if parts[1..].iter().any(|part| part.is_empty() || part.len() > 2) {
        return None;
    }
    let zoned = time.ends_with('Z') || time.get(8..).is_some_and(|rest| rest.contains(['+', '-']));
    let zone = if zoned { "" } else { "Z" };
    parse_timestamp(&format!("{year}-{month:0>2}-{day:0>2}T{time:0>8}{zone}"))
        .ok()
        .map(|moment| moment.rfc3339())
}

/// A Go duration such as `1h30m` or `-500ms`, in nanoseconds.
fn parse_duration(source: &str) -> Option<i128> {
    let (negative, mut rest) = match source.as_bytes().first()? {
        b'-' => (true, &source[1..]),
        b'+' => (false, &source[1..]),
        _ => (false, source),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: i128 = 0;
    loop {
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|len| *len > 0)?;
        let (number, after) = rest.split_at(len);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let unit_len = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_len);
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3600 * NANOS,
            _ => return None,
        };
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || number.len() > 30 {
            return None;
        }
        total += format!("0{whole}").parse::<i128>().ok()?.checked_mul(scale)?;
        if !fraction.is_empty() {
            let digits = u32::try_from(fraction.len()).ok()?;
            total += fraction.parse::<i128>().ok()?.checked_mul(scale)? / 10i128.checked_pow(digits)?;
        }
        if total > i128::from(i64::MAX) {
            return None;
        }
        if after.is_empty() {
            return Some(if negative { -total } else { total });
        }
        rest = after;
    }
}

fn timeadd(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let moment = parse_timestamp(text(&args[0])).map_err(Failure::Call)?;
    let source = text(&args[1]);
    let Some(duration) = parse_duration(source) else {
        let quoted = crate::format::quote_go(source);
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let unit = source.trim_start_matches(['+', '-']).trim_start_matches(number);
        let unit = unit.split(number).next().unwrap_or_default();
        let numeric = source.trim_start_matches(['+', '-']).starts_with(number);
        return Failure::call(match (numeric, unit) {
            (false, _) => format!("time: invalid duration {quoted}"),
            (true, "") => format!("time: missing unit in duration {quoted}"),
            (true, unit) if !["ns", "us", "µs", "μs", "ms", "s", "m", "h"].contains(&unit) => {
                format!("time: unknown unit {} in duration {quoted}", crate::format::quote_go(unit))
            }
            (true, _) => format!("time: invalid duration {quoted}"),
        });
    };
    Ok(Moment { nanos: moment.nanos + duration, ..moment }.rfc3339().into())
}

fn timecmp(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let at =
        |index: usize| parse_timestamp(text(&args[index])).map_err(|message| Failure::Arg(index, message));
    Ok(Value::int(at(0)?.nanos.cmp(&at(1)?.nanos) as i64))
}
