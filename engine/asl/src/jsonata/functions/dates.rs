//! Dates and times: `$now`, `$millis`, `$fromMillis`, `$toMillis`, with pictures such as `[D1o] [MNn] [Y0001]`.
//!
//! Source: "Date/Time functions", JSONata Documentation; "fn:format-dateTime", XPath and XQuery Functions and
//! Operators 3.1.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;
use super::calendar::{DAY_MS, civil_from_days, days_from_civil, part};
use super::integers;
use super::picture::{Case, IntegerPicture, Primary};

const ISO_8601: &str = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]";
/// The farthest instant of JavaScript's dates.
const MAX_MILLIS: f64 = 8.64e15;
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
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

/// A piece of a picture.
enum Piece {
    Literal(String),
    Marker(Marker),
}

struct Marker {
    component: char,
    /// Names instead of numbers, in this case.
    names: Option<Case>,
    /// `t`: zero offsets are `Z`.
    zulu: bool,
    integer: Option<IntegerPicture>,
    most: Option<usize>,
    /// Years are cut to so many digits.
    year_digits: Option<usize>,
}

pub(super) fn now(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (picture, zone) = (given.text(), given.text());
    let text = format(cx.scope.now_ms as i64, picture.as_deref(), zone.as_deref())?;
    Ok(Item::text(&text))
}

pub(super) fn millis(cx: &mut Evaluator, _: Vec<Item>) -> Result<Item, Error> {
    Ok(Item::Number(cx.scope.now_ms.into()))
}

pub(super) fn from_millis(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(millis) = given.number() else { return Ok(Item::Nothing) };
    let (picture, zone) = (given.text(), given.text());
    cx.charge(picture.as_ref().map_or(1, |picture| picture.len()))?;
    if millis.abs() > MAX_MILLIS {
        return Err(super::super::eval::out_of_range(millis));
    }
    let text = format(libm::floor(millis) as i64, picture.as_deref(), zone.as_deref())?;
    Ok(Item::text(&text))
}

pub(super) fn to_millis(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let Some(text) = given.text() else { return Ok(Item::Nothing) };
    cx.charge(text.len())?;
    match given.text() {
        None => {
            let millis = iso_8601(&text);
            let wrong = || Error::new("D3110").with_value("value", &Item::Text(text.clone()));
            millis.map(|millis| Item::number(millis as f64)).ok_or_else(wrong)
        }
        Some(picture) => {
            let found = parse(&text, &pieces(&picture)?, cx.scope.now_ms as i64)?;
            Ok(found.map_or(Item::Nothing, |millis| Item::number(millis as f64)))
        }
    }
}

/// Takes a picture apart.
fn pieces(picture: &str) -> Result<Vec<Piece>, Error> {
    let mut out: Vec<Piece> = Vec::new();
    let mut rest = picture;
    while let Some(open) = rest.find('[') {
        literal(&rest[..open], &mut out);
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('[') {
            out.push(Piece::Literal("[".to_string()));
            rest = after;
            continue;
        }
        let close = rest.find(']').ok_or_else(|| Error::new("D3135"))?;
        let text: String = rest[..close].chars().filter(|c| !c.is_whitespace()).collect();
        let marker = marker(&text)?;
        // A number directly before another one has a fixed width when it is read.
        if marker.integer.is_some()
            && let Some(Piece::Marker(Marker { integer: Some(before), .. })) = out.last_mut()
        {
            before.parse_width = Some(before.mandatory);
        }
        out.push(Piece::Marker(marker));
        rest = &rest[close + 1..];
    }
    literal(rest, &mut out);
    Ok(out)
}

fn literal(text: &str, out: &mut Vec<Piece>) {
    if !text.is_empty() {
        out.push(Piece::Literal(text.replace("]]", "]")));
    }
}

/// `Y0001`, `MNn,3-3`, `Z01:01t`: component, presentation, width.
fn marker(text: &str) -> Result<Marker, Error> {
    let component = text.chars().next().unwrap_or(' ');
    let rest = &text[component.len_utf8().min(text.len())..];
    let (presentation, width) = match rest.rsplit_once(',') {
        Some((presentation, width)) => (presentation, Some(width)),
        None => (rest, None),
    };
    let (least, most) = match width.map(|width| width.split_once('-').unwrap_or((width, "*"))) {
        Some((least, most)) => (least.parse().ok(), most.parse().ok()),
        None => (None, None),
    };
    let mut modifier = None;
    let mut first = presentation;
    if presentation.chars().count() > 1 && presentation.ends_with(['a', 't', 'c', 'o']) {
        modifier = presentation.chars().last();
        first = &presentation[..presentation.len() - 1];
    }
    if first.is_empty() {
        first = match component {
            'Y' | 'M' | 'D' | 'd' | 'W' | 'w' | 'X' | 'x' | 'H' | 'h' | 'f' => "1",
            'F' | 'P' | 'C' | 'E' => "n",
            'm' | 's' => "01",
            'Z' | 'z' => "01:01",
            _ => return Err(Error::new("D3132").with("value", format!("\"{component}\""))),
        };
    }
    let names = match first.as_bytes() {
        [b'n', ..] => Some(Case::Lower),
        [b'N', b'n', ..] => Some(Case::Title),
        [b'N', ..] => Some(Case::Upper),
        _ => None,
    };
    let mut out =
        Marker { component, names, zulu: modifier == Some('t'), integer: None, most, year_digits: None };
    if names.is_none() && "YMDdFWwXxHhmsf".contains(component) {
        let suffix = modifier.map_or(String::new(), |modifier| format!(";{modifier}"));
        let mut integer = IntegerPicture::parse(&format!("{first}{suffix}"))?;
        integer.mandatory = integer.mandatory.max(least.unwrap_or(0));
        if component == 'Y' {
            out.year_digits = match most {
                Some(most) => {
                    integer.mandatory = most;
                    Some(most)
                }
                None => Some(integer.mandatory + integer.optional).filter(|digits| *digits >= 2),
            };
        }
        out.integer = Some(integer);
    }
    if matches!(component, 'Z' | 'z') {
        out.integer = Some(IntegerPicture::parse(first)?);
    }
    Ok(out)
}

/// An instant as text; the zone is an offset such as `+0530`.
fn format(millis: i64, picture: Option<&str>, zone: Option<&str>) -> Result<String, Error> {
    let digits = |zone: &str| {
        let end = zone.find(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | '-')).unwrap_or(zone.len());
        zone[..end].parse::<i64>().unwrap_or(0)
    };
    let offset = zone.map_or(0, digits).clamp(-9999, 9999);
    let (hours, minutes) = (offset.div_euclid(100), offset % 100);
    let local = millis + (60 * hours + minutes) * 60_000;
    let mut out = String::new();
    for piece in pieces(picture.unwrap_or(ISO_8601))? {
        match piece {
            Piece::Literal(text) => out.push_str(&text),
            Piece::Marker(marker) => component(&marker, local, hours, minutes, &mut out)?,
        }
    }
    Ok(out)
}

fn component(marker: &Marker, local: i64, hours: i64, minutes: i64, out: &mut String) -> Result<(), Error> {
    let value = part(local, marker.component);
    match marker.component {
        'Z' | 'z' => return zone(marker, hours, minutes, out),
        'P' => {
            let text = if value >= 12 { "pm" } else { "am" };
            out.push_str(&if marker.names == Some(Case::Upper) {
                text.to_uppercase()
            } else {
                text.to_string()
            });
        }
        'C' | 'E' => out.push_str("ISO"),
        _ => match (marker.names, &marker.integer) {
            (Some(case), _) => {
                let name = match marker.component {
                    'M' | 'x' => MONTHS[value.clamp(1, 12) as usize - 1],
                    'F' => DAYS[value.clamp(1, 7) as usize - 1],
                    other => return Err(Error::new("D3133").with("value", format!("\"{other}\""))),
                };
                let name = &name[..marker.most.unwrap_or(name.len()).min(name.len())];
                out.push_str(&match case {
                    Case::Upper => name.to_uppercase(),
                    Case::Lower => name.to_lowercase(),
                    Case::Title => name.to_string(),
                });
            }
            (None, Some(integer)) => {
                let mut value = value as f64;
                if let Some(digits) = marker.year_digits.filter(|digits| *digits < 16) {
                    value = libm::fmod(value, libm::pow(10.0, digits as f64));
                }
                out.push_str(&integers::format(value, integer));
            }
            (None, None) => {}
        },
    }
    Ok(())
}

fn zone(marker: &Marker, hours: i64, minutes: i64, out: &mut String) -> Result<(), Error> {
    let Some(integer) = &marker.integer else { return Ok(()) };
    let offset = hours * 100 + minutes;
    if offset == 0 && marker.zulu {
        out.push('Z');
        return Ok(());
    }
    if marker.component == 'z' {
        out.push_str("GMT");
    }
    if offset >= 0 {
        out.push('+');
    }
    let whole = integers::format(offset as f64, integer);
    match integer.mandatory {
        _ if integer.regular > 0 => out.push_str(&whole),
        1 | 2 => {
            out.push_str(&integers::format(hours as f64, integer));
            if minutes != 0 {
                out.push_str(&format!(":{minutes:02}"));
            }
        }
        3 | 4 => out.push_str(&whole),
        digits => return Err(Error::new("D3134").with("value", digits.to_string())),
    }
    Ok(())
}

/// `2018`, `2018-02`, `2018-02-01T09:42:13.123Z` and such, up to what is written.
fn iso_8601(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let number = |from: usize, count: usize| {
        let digits = bytes.get(from..from + count)?;
        digits.iter().all(u8::is_ascii_digit).then(|| text[from..from + count].parse::<i64>().ok())?
    };
    let year = number(0, 4)?;
    let mut at = 4;
    let (mut month, mut day) = (1, 1);
    for value in [&mut month, &mut day] {
        if bytes.get(at) == Some(&b'-') && bytes.get(at + 3) != Some(&b':') {
            let Some(found) = number(at + 1, 2) else { break };
            // `2018-0530` is a year and an offset.
            if bytes.get(at + 3).is_some_and(u8::is_ascii_digit) {
                break;
            }
            *value = found;
            at += 3;
        }
    }
    let mut within = 0;
    let mut timed = false;
    if bytes.get(at) == Some(&b'T') {
        let (hour, minute, second) = (number(at + 1, 2)?, number(at + 4, 2)?, number(at + 7, 2)?);
        let colons = bytes.get(at + 3) == Some(&b':') && bytes.get(at + 6) == Some(&b':');
        let midnight = hour == 24 && minute == 0 && second == 0;
        if !colons || minute > 59 || second > 59 || (hour > 23 && !midnight) {
            return None;
        }
        within = ((hour * 60 + minute) * 60 + second) * 1000;
        timed = true;
        at += 9;
    }
    if bytes.get(at) == Some(&b'.') {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || !timed {
            return None;
        }
        let padded = format!("{:0<3}", &text[at + 1..at + 1 + digits]);
        within += padded[..3].parse::<i64>().ok()?;
        at += 1 + digits;
    }
    let offset = match bytes.get(at) {
        None => 0,
        Some(b'Z') if at + 1 == bytes.len() => 0,
        Some(sign @ (b'+' | b'-')) => {
            let hours = number(at + 1, 2)?;
            let colon = usize::from(bytes.get(at + 3) == Some(&b':'));
            let minutes = number(at + 3 + colon, 2)?;
            if at + 5 + colon != bytes.len() || hours > 23 || minutes > 59 || !timed {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        Some(_) => return None,
    };
    let days = days_from_civil(year, month, day);
    // A day that the month does not have is no date.
    if civil_from_days(days) != (year, month, day) {
        return None;
    }
    Some(days * DAY_MS + within - offset * 60_000)
}

/// Reads an instant. What the picture leaves out is taken from `now` at the front, and is zero at the end.
fn parse(text: &str, pieces: &[Piece], now: i64) -> Result<Option<i64>, Error> {
    let mut found: Vec<(char, f64)> = Vec::new();
    let mut chosen = Vec::new();
    if !read(text, pieces, &mut chosen) {
        return Ok(None);
    }
    for (marker, spelled) in chosen {
        if let Some(value) = value_of(marker, &spelled)? {
            found.push((marker.component, value));
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let given =
        |component: char| found.iter().rev().find(|(known, _)| *known == component).map(|(_, value)| *value);
    // The letters that make a date or a time in one way: no other may be there, one at least must be.
    let is_type = |all: &str, wanted: &str| {
        let there = |c: &char| given(*c).is_some_and(|value| value != 0.0);
        all.chars().filter(there).all(|c| wanted.contains(c)) && all.chars().filter(there).count() > 0
    };
    let (dates, times) = ("YXMxWwdD", "PHhmsf");
    let day_of_year = !is_type(dates, "YMD") && is_type(dates, "Yd");
    let weeks = is_type(dates, "Xxw") || is_type(dates, "XW");
    let half_day = !is_type(times, "Hmsf") && is_type(times, "Phmsf");
    if weeks {
        return Err(Error::new("D3136"));
    }
    let date_parts = if day_of_year { "Yd" } else { "YMD" };
    let time_parts = if half_day { "Phmsf" } else { "Hmsf" };
    let mut values: Vec<(char, f64)> = Vec::new();
    let (mut started, mut ended) = (false, false);
    for component in date_parts.chars().chain(time_parts.chars()) {
        let value = match given(component) {
            Some(value) => {
                if ended {
                    return Err(Error::new("D3136"));
                }
                started = true;
                value
            }
            None if started => {
                ended = true;
                if matches!(component, 'M' | 'D' | 'd') { 1.0 } else { 0.0 }
            }
            None => match component {
                'P' => f64::from(u8::from(part(now, 'P') >= 12)),
                component => part(now, component) as f64,
            },
        };
        values.push((component, value));
    }
    let value = |component: char| {
        values.iter().find(|(known, _)| *known == component).map_or(0, |(_, value)| *value as i64)
    };
    let days = match day_of_year {
        true => days_from_civil(value('Y'), 1, 1) + value('d') - 1,
        false => days_from_civil(value('Y'), value('M').max(1), value('D')),
    };
    let hour = match half_day {
        true => value('h') % 12 + 12 * value('P'),
        false => value('H'),
    };
    let offset = given('Z').or(given('z')).unwrap_or(0.0) as i64;
    let millis = ((hour * 60 + value('m')) * 60 + value('s')) * 1000 + value('f');
    Ok(Some(days * DAY_MS + millis - offset * 60_000))
}

/// Cuts a text into what the picture's markers stand for. Each takes as much as it can.
fn read<'a>(text: &str, pieces: &'a [Piece], chosen: &mut Vec<(&'a Marker, String)>) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return text.is_empty() };
    match piece {
        Piece::Literal(literal) => {
            let head = text.get(..literal.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(literal))
                && read(&text[literal.len()..], rest, chosen)
        }
        Piece::Marker(marker) => {
            let most = reach(marker, text);
            let width = marker.integer.as_ref().and_then(|integer| integer.parse_width);
            let least = width.unwrap_or(1);
            for end in (least..=most.min(width.unwrap_or(usize::MAX))).rev() {
                if !text.is_char_boundary(end) || !acceptable(marker, &text[..end]) {
                    continue;
                }
                chosen.push((marker, text[..end].to_string()));
                if read(&text[end..], rest, chosen) {
                    return true;
                }
                chosen.pop();
            }
            false
        }
    }
}

/// How many bytes at the start of a text a marker could take.
fn reach(marker: &Marker, text: &str) -> usize {
    let while_ = |wanted: &dyn Fn(char) -> bool| text.find(|c: char| !wanted(c)).unwrap_or(text.len());
    match (&marker.integer, marker.component) {
        (_, 'Z' | 'z') => while_(&|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | ':')).min(12),
        (_, 'f') => while_(&|c| c.is_ascii_digit()),
        (Some(integer), _) => match integer.primary {
            Primary::Decimal if integer.ordinal => while_(&|c| c.is_ascii_alphanumeric()),
            Primary::Decimal => while_(&|c| c.is_ascii_digit()),
            Primary::Letters | Primary::Roman => while_(&|c| c.is_ascii_alphabetic()),
            Primary::Words => while_(&|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | ',')),
        },
        (None, _) => while_(&|c| c.is_ascii_alphabetic()),
    }
}

fn acceptable(marker: &Marker, text: &str) -> bool {
    match (&marker.integer, marker.component) {
        (_, 'Z' | 'z') => {
            let sign = text.strip_prefix("GMT").filter(|_| marker.component == 'z').unwrap_or(text);
            let digits = sign.strip_prefix(['+', '-']);
            let separator = marker.integer.as_ref().filter(|integer| integer.regular > 0);
            let parts = digits.map(|digits| match separator.and_then(|integer| integer.separators.first()) {
                Some((_, separator)) => digits.split(*separator).map(str::to_string).collect::<Vec<_>>(),
                None => vec![digits.to_string()],
            });
            parts.is_some_and(|parts| {
                parts.len() == 1 + usize::from(separator.is_some())
                    && parts
                        .iter()
                        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
            })
        }
        (Some(integer), _) if integer.primary == Primary::Decimal && integer.ordinal => {
            let suffixes = ["th", "st", "nd", "rd"];
            let digits = suffixes.iter().find_map(|suffix| text.strip_suffix(suffix));
            digits
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        }
        (Some(integer), _) if matches!(integer.primary, Primary::Words | Primary::Roman) => {
            integers::parse(text, integer).is_some() && !text.ends_with([' ', ',', '-'])
        }
        _ => true,
    }
}

fn value_of(marker: &Marker, text: &str) -> Result<Option<f64>, Error> {
    Ok(match (&marker.integer, marker.component) {
        (_, 'Z' | 'z') => Some(offset_of(text)),
        (_, 'f') => format!("0.{}", &text[..text.len().min(3)]).parse::<f64>().ok().map(|part| part * 1000.0),
        (Some(integer), _) => integers::parse(text, integer),
        (None, 'M' | 'x') => name_index(&MONTHS, text, marker.most),
        (None, 'F') => name_index(&DAYS, text, marker.most),
        (None, 'P') => Some(f64::from(u8::from(text.eq_ignore_ascii_case("pm")))),
        (None, other) => return Err(Error::new("D3133").with("value", format!("\"{other}\""))),
    })
}

fn name_index(names: &[&str], text: &str, most: Option<usize>) -> Option<f64> {
    let cut = |name: &&str| name[..most.unwrap_or(name.len()).min(name.len())] == *text;
    names.iter().position(cut).map(|index| index as f64 + 1.0)
}

/// Minutes east of Greenwich.
fn offset_of(text: &str) -> f64 {
    let negative = text.contains('-');
    let digits: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
    let (hours, minutes) = match digits.as_slice() {
        [hours, minutes] => (number(hours), number(minutes)),
        [one] if one.len() <= 2 => (number(one), 0.0),
        [one] => (number(&one[..2]), number(&one[2..])),
        _ => (0.0, 0.0),
    };
    // The minutes of a negative offset count forwards in the reference; here they go the hours' way.
    (hours * 60.0 + minutes) * if negative { -1.0 } else { 1.0 }
}
