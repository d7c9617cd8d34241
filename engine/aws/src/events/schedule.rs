//! Schedules: `rate(5 minutes)` and `cron(0 10 * * ? *)`.
//!
//! **Source**: EventBridge User Guide, "Creating a rule that runs on a schedule", "Cron expressions",
//! "Rate expressions".

use nuvola_kernel::Timestamp;

/// When a rule is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    Rate { ms: i64 },
    Cron(Box<Cron>),
}

/// The six fields of a cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    months: u64,
    /// Nothing: any (`*` or `?`).
    days: Option<Vec<MonthDay>>,
    weekdays: Option<Vec<WeekDay>>,
    /// Nothing: any.
    years: Option<Vec<i32>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MonthDay {
    Day(u32),
    Last,
    /// The weekday that is nearest to a day.
    NearestWeekday(u32),
    LastWeekday,
}

/// Sunday is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WeekDay {
    Day(u32),
    /// The last one of the month.
    Last(u32),
    /// The so-manieth of the month.
    Nth(u32, u32),
}

const MINUTE_MS: i64 = 60_000;
const LAST_YEAR: i32 = 2199;

impl Schedule {
    pub fn parse(text: &str) -> Option<Schedule> {
        if let Some(inner) = text.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')')) {
            return rate(inner);
        }
        let inner = text.strip_prefix("cron(")?.strip_suffix(')')?;
        cron(inner).map(|cron| Schedule::Cron(Box::new(cron)))
    }

    /// When it is due next after a time. `since_ms` is when a rate began.
    pub fn next_after(&self, now_ms: i64, since_ms: i64) -> Option<i64> {
        match self {
            Schedule::Rate { ms } => Some(since_ms + ((now_ms - since_ms) / ms + 1) * ms),
            Schedule::Cron(cron) => cron.next_after(now_ms),
        }
    }
}

/// One minute, or several minutes: the unit goes with the number.
fn rate(text: &str) -> Option<Schedule> {
    let (number, unit) = text.split_once(' ')?;
    let count: i64 = number.parse().ok().filter(|count| *count > 0)?;
    let (one, many) = (count == 1, count > 1);
    let unit_ms = match unit {
        "minute" if one => MINUTE_MS,
        "minutes" if many => MINUTE_MS,
        "hour" if one => 60 * MINUTE_MS,
        "hours" if many => 60 * MINUTE_MS,
        "day" if one => 24 * 60 * MINUTE_MS,
        "days" if many => 24 * 60 * MINUTE_MS,
        _ => return None,
    };
    Some(Schedule::Rate { ms: count.checked_mul(unit_ms)? })
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

fn cron(text: &str) -> Option<Cron> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays, years] = fields[..] else { return None };
    // One of the two days must be left open.
    if (days == "?") == (weekdays == "?") {
        return None;
    }
    let month_days = match days {
        "*" | "?" => None,
        _ => Some(days.split(',').map(month_day).collect::<Option<Vec<_>>>()?.concat()),
    };
    let week_days = match weekdays {
        "*" | "?" => None,
        _ => Some(weekdays.split(',').map(week_day).collect::<Option<Vec<_>>>()?.concat()),
    };
    let years = match years {
        "*" => None,
        _ => Some(values(years, 1970, LAST_YEAR, &[])?),
    };
    Some(Cron {
        minutes: bits(&values(minutes, 0, 59, &[])?),
        hours: bits(&values(hours, 0, 23, &[])?),
        months: bits(&values(months, 1, 12, &MONTHS)?),
        days: month_days,
        weekdays: week_days,
        years,
    })
}

fn bits(values: &[i32]) -> u64 {
    values.iter().fold(0, |all, value| all | 1 << value)
}

fn has(bits: u64, value: u32) -> bool {
    bits & (1 << value) != 0
}

/// Lists, ranges and steps: `1,5-9,*/15`.
fn values(text: &str, min: i32, max: i32, names: &[&str]) -> Option<Vec<i32>> {
    let mut found = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<i32>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (value(from, min, names)?, value(to, min, names)?),
            None if range == "*" => (min, max),
            None => {
                let from = value(range, min, names)?;
                (from, if step.is_some() { max } else { from })
            }
        };
        if from < min || to > max || from > to {
            return None;
        }
        found.extend((from..=to).step_by(usize::try_from(step.unwrap_or(1)).ok()?));
    }
    Some(found)
}

fn value(text: &str, first: i32, names: &[&str]) -> Option<i32> {
    let named = names.iter().position(|name| text.eq_ignore_ascii_case(name));
    match named {
        Some(at) => Some(first + i32::try_from(at).ok()?),
        None => text.parse().ok(),
    }
}

fn month_day(text: &str) -> Option<Vec<MonthDay>> {
    match text {
        "L" => return Some(vec![MonthDay::Last]),
        "LW" => return Some(vec![MonthDay::LastWeekday]),
        _ => {}
    }
    if let Some(day) = text.strip_suffix('W') {
        let day: u32 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
        return Some(vec![MonthDay::NearestWeekday(day)]);
    }
    let days = values(text, 1, 31, &[])?;
    Some(days.into_iter().map(|day| MonthDay::Day(day.unsigned_abs())).collect())
}

fn week_day(text: &str) -> Option<Vec<WeekDay>> {
    if text == "L" {
        return Some(vec![WeekDay::Day(7)]);
    }
    let one =
        |text: &str| value(text, 1, &WEEKDAYS).filter(|day| (1..=7).contains(day)).map(i32::unsigned_abs);
    if let Some(day) = text.strip_suffix('L') {
        return Some(vec![WeekDay::Last(one(day)?)]);
    }
    if let Some((day, nth)) = text.split_once('#') {
        let nth: u32 = nth.parse().ok().filter(|nth| (1..=5).contains(nth))?;
        return Some(vec![WeekDay::Nth(one(day)?, nth)]);
    }
    let days = values(text, 1, 7, &WEEKDAYS)?;
    Some(days.into_iter().map(|day| WeekDay::Day(day.unsigned_abs())).collect())
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy)]
struct Date {
    year: i32,
    month: u32,
    day: u32,
    /// Sunday is 1.
    weekday: u32,
}

const MONTH_DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn days_in(year: i32, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match MONTH_DAYS.get(month as usize - 1) {
        Some(28) if leap => 29,
        Some(days) => *days,
        None => 0,
    }
}

impl Date {
    fn of(ms: i64) -> Date {
        let at = Timestamp(ms).utc();
        Date {
            year: at.year(),
            month: u32::from(u8::from(at.month())),
            day: u32::from(at.day()),
            weekday: u32::from(at.weekday().number_from_sunday()),
        }
    }

    /// The weekday of another day of the month.
    fn weekday_of(self, day: u32) -> u32 {
        (self.weekday + 70 + day - self.day - 1) % 7 + 1
    }
}

impl MonthDay {
    fn is(self, date: Date) -> bool {
        let last = days_in(date.year, date.month);
        match self {
            MonthDay::Day(day) => day == date.day,
            MonthDay::Last => date.day == last,
            MonthDay::NearestWeekday(day) if day > last => false,
            MonthDay::NearestWeekday(day) => date.day == nearest(date, day, last),
            MonthDay::LastWeekday => {
                let day = match date.weekday_of(last) {
                    1 => last - 2,
                    7 => last - 1,
                    _ => last,
                };
                date.day == day
            }
        }
    }
}

/// Saturday goes back, Sunday on, but never into another month.
fn nearest(date: Date, day: u32, last: u32) -> u32 {
    match date.weekday_of(day) {
        7 if day == 1 => 3,
        7 => day - 1,
        1 if day == last => day - 2,
        1 => day + 1,
        _ => day,
    }
}

impl WeekDay {
    fn is(self, date: Date) -> bool {
        match self {
            WeekDay::Day(day) => day == date.weekday,
            WeekDay::Last(day) => day == date.weekday && date.day + 7 > days_in(date.year, date.month),
            WeekDay::Nth(day, nth) => day == date.weekday && (date.day - 1) / 7 + 1 == nth,
        }
    }
}

impl Cron {
    fn fits(&self, date: Date) -> bool {
        has(self.months, date.month)
            && self.years.as_ref().is_none_or(|years| years.contains(&date.year))
            && self.days.as_ref().is_none_or(|days| days.iter().any(|day| day.is(date)))
            && self.weekdays.as_ref().is_none_or(|days| days.iter().any(|day| day.is(date)))
    }

    fn next_after(&self, now_ms: i64) -> Option<i64> {
        const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
        let first_minute = now_ms.div_euclid(MINUTE_MS) + 1;
        let mut day_ms = (first_minute * MINUTE_MS).div_euclid(DAY_MS) * DAY_MS;
        let mut from = u32::try_from(first_minute - day_ms / MINUTE_MS).unwrap_or(0);
        loop {
            let date = Date::of(day_ms);
            if date.year > LAST_YEAR {
                return None;
            }
            if self.fits(date) {
                let due = (from..24 * 60)
                    .find(|minute| has(self.hours, minute / 60) && has(self.minutes, minute % 60));
                if let Some(minute) = due {
                    return Some(day_ms + i64::from(minute) * MINUTE_MS);
                }
            }
            day_ms += DAY_MS;
            from = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, from: &str) -> String {
        let schedule = Schedule::parse(text).unwrap_or_else(|| panic!("{text}"));
        let from = Timestamp::parse(from).expect("a time").0;
        schedule.next_after(from, from).map_or("never".to_owned(), |ms| Timestamp(ms).iso_seconds())
    }

    #[test]
    fn schedules_are_due_as_documented() {
        // Source: EventBridge User Guide, "Cron expressions", its examples; times are our own reckoning.
        let from = "2026-11-23T18:00:00Z";
        assert_eq!(next("cron(0 10 * * ? *)", from), "2026-11-24T10:00:00Z");
        assert_eq!(next("cron(15 12 * * ? *)", from), "2026-11-24T12:15:00Z");
        assert_eq!(next("cron(0 18 ? * MON-FRI *)", from), "2026-11-24T18:00:00Z");
        assert_eq!(next("cron(0 8 1 * ? *)", from), "2026-12-01T08:00:00Z");
        assert_eq!(next("cron(0/15 * * * ? *)", from), "2026-11-23T18:15:00Z");
        assert_eq!(next("cron(0/5 8-17 ? * MON-FRI *)", from), "2026-11-24T08:00:00Z");
        assert_eq!(next("cron(0 9 ? * 2#1 *)", from), "2026-12-07T09:00:00Z");
        assert_eq!(next("cron(0 0 L * ? *)", from), "2026-11-30T00:00:00Z");
        assert_eq!(next("cron(0 0 LW * ? *)", "2026-10-01T00:00:00Z"), "2026-10-30T00:00:00Z");
        assert_eq!(next("cron(0 0 15W * ? *)", "2026-11-01T00:00:00Z"), "2026-11-16T00:00:00Z");
        assert_eq!(next("cron(0 0 ? * 6L *)", from), "2026-11-27T00:00:00Z");
        assert_eq!(next("cron(0 0 29 FEB ? *)", from), "2028-02-29T00:00:00Z");
        assert_eq!(next("cron(0 0 1 1 ? 2020)", from), "never");
        assert_eq!(next("rate(5 minutes)", from), "2026-11-23T18:05:00Z");
        assert_eq!(next("rate(1 day)", from), "2026-11-24T18:00:00Z");
    }

    #[test]
    fn bad_schedules_are_refused() {
        // Source: the same pages, on restrictions.
        for text in [
            "",
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(5 seconds)",
            "rate(5minutes)",
            "cron(* * * * * *)",
            "cron(0 10 ? * ? *)",
            "cron(60 * * * ? *)",
            "cron(0 10 * * ?)",
            "cron(0 10 * 13 ? *)",
            "cron(5-1 * * * ? *)",
            "every day",
        ] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }
}
