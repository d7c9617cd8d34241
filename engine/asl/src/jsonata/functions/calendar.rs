//! Days and instants of the Gregorian calendar, in UTC.

pub(super) const DAY_MS: i64 = 86_400_000;

/// The days from 1970-01-01 to a date; months from 1, beyond 12 they are those of later years.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01: year, month, day.
pub(super) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Monday is 1, Sunday 7.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The day on which the first week starts: the one with the month's first Thursday.
fn first_week(year: i64, month: i64) -> i64 {
    let first = days_from_civil(year, month, 1);
    let weekday = weekday(first);
    if weekday > 4 { first + 8 - weekday } else { first - (weekday - 1) }
}

/// One part of an instant, by its letter in pictures.
pub(super) fn part(millis: i64, component: char) -> i64 {
    let days = millis.div_euclid(DAY_MS);
    let within = millis.rem_euclid(DAY_MS);
    let (year, month, day) = civil_from_days(days);
    match component {
        'Y' => year,
        'M' => month,
        'D' => day,
        'd' => days - days_from_civil(year, 1, 1) + 1,
        'F' => weekday(days),
        'W' => week(days, (year, 1), (year + 1, 1), (year - 1, 1), 52),
        'w' => week(days, (year, month), (year, month + 1), (year, month - 1), 4),
        'X' => match () {
            () if days < first_week(year, 1) => year - 1,
            () if days >= first_week(year + 1, 1) => year + 1,
            () => year,
        },
        'x' => match () {
            () if days < first_week(year, month) => (month + 10) % 12 + 1,
            () if days >= first_week(year, month + 1) => month % 12 + 1,
            () => month,
        },
        'H' | 'P' => within / 3_600_000,
        'h' => (within / 3_600_000 + 11) % 12 + 1,
        'm' => within / 60_000 % 60,
        's' => within / 1000 % 60,
        'f' => within % 1000,
        _ => 0,
    }
}

/// The week within a year or a month; days at either end may belong to the next or the one before.
fn week(days: i64, this: (i64, i64), next: (i64, i64), before: (i64, i64), most: i64) -> i64 {
    let from = |start: (i64, i64)| (days - first_week(start.0, start.1)).div_euclid(7) + 1;
    match from(this) {
        week if week > most && days >= first_week(next.0, next.1) => 1,
        week if week < 1 => from(before),
        week => week,
    }
}
