//! `$formatNumber`: decimal pictures such as `#,##0.00;(#,##0.00)`, `0.0%`, `00.000e0`.
//!
//! Source: "fn:format-number", XPath and XQuery Functions and Operators 3.1.

use super::super::error::Error;
use super::super::eval::Evaluator;
use super::super::item::Item;
use super::Arguments;
use super::numbers::round_even;
use super::picture::regular;

/// The signs of pictures, which options replace.
struct Signs {
    decimal: char,
    grouping: char,
    exponent: char,
    minus: String,
    percent: char,
    per_mille: char,
    zero: char,
    digit: char,
    pattern: char,
}

impl Signs {
    fn of(options: &Item) -> Signs {
        let members = options.members();
        let text = |name: &str| {
            members
                .iter()
                .find(|(key, _)| **key == *name)
                .and_then(|(_, value)| value.as_text().map(String::from))
        };
        let sign =
            |name: &str, default: char| text(name).and_then(|text| text.chars().next()).unwrap_or(default);
        Signs {
            decimal: sign("decimal-separator", '.'),
            grouping: sign("grouping-separator", ','),
            exponent: sign("exponent-separator", 'e'),
            minus: text("minus-sign").unwrap_or_else(|| "-".to_string()),
            percent: sign("percent", '%'),
            per_mille: sign("per-mille", '\u{2030}'),
            zero: sign("zero-digit", '0'),
            digit: sign("digit", '#'),
            pattern: sign("pattern-separator", ';'),
        }
    }

    fn is_decimal(&self, c: char) -> bool {
        (self.zero as u32..self.zero as u32 + 10).contains(&(c as u32))
    }

    fn is_digit(&self, c: char) -> bool {
        self.is_decimal(c) || c == self.digit
    }

    fn is_active(&self, c: char) -> bool {
        self.is_digit(c) || [self.decimal, self.exponent, self.grouping, self.pattern].contains(&c)
    }
}

/// One half of a picture, taken apart.
struct Picture {
    prefix: String,
    suffix: String,
    integer: Vec<char>,
    fraction: Vec<char>,
    exponent: Option<Vec<char>>,
    whole: Vec<char>,
    active: Vec<char>,
    mantissa: Vec<char>,
}

fn take_apart(picture: &str, signs: &Signs) -> Picture {
    let whole: Vec<char> = picture.chars().collect();
    let bound = |c: &char| signs.is_active(*c) && *c != signs.exponent;
    let start = whole.iter().position(bound).unwrap_or(0);
    let end = whole.iter().rposition(bound).map_or(whole.len(), |last| last + 1);
    let active = whole[start..end].to_vec();
    let (mantissa, exponent) = match active.iter().position(|c| *c == signs.exponent) {
        Some(at) => (active[..at].to_vec(), Some(active[at + 1..].to_vec())),
        // An exponent sign directly behind is one without digits, which is a fault.
        None if whole.get(end) == Some(&signs.exponent) => (active.clone(), Some(Vec::new())),
        None => (active.clone(), None),
    };
    let (integer, fraction) = match mantissa.iter().position(|c| *c == signs.decimal) {
        Some(at) => (mantissa[..at].to_vec(), mantissa[at + 1..].to_vec()),
        None => (mantissa.clone(), Vec::new()),
    };
    Picture {
        prefix: whole[..start].iter().collect(),
        suffix: whole[end..].iter().collect(),
        integer,
        fraction,
        exponent,
        whole,
        active,
        mantissa,
    }
}

fn validate(picture: &Picture, signs: &Signs) -> Result<(), Error> {
    let whole = &picture.whole;
    let count = |sign: char| whole.iter().filter(|c| **c == sign).count();
    let decimal = whole.iter().position(|c| *c == signs.decimal);
    let grouping = |at: Option<usize>| at.and_then(|at| whole.get(at)) == Some(&signs.grouping);
    let first_optional = picture.integer.iter().position(|c| *c == signs.digit);
    let last_optional = picture.fraction.iter().rposition(|c| *c == signs.digit);
    let decimals_in = |part: &[char]| part.iter().any(|c| signs.is_decimal(*c));
    let scaled = count(signs.percent) + count(signs.per_mille) > 0;
    let exponent = picture.exponent.as_deref();
    // Of several faults the last one is told, as in the reference.
    let faults = [
        ("D3093", exponent.is_some_and(|part| part.is_empty() || !part.iter().all(|c| signs.is_decimal(*c)))),
        ("D3092", exponent.is_some_and(|part| !part.is_empty() && scaled)),
        ("D3091", last_optional.is_some_and(|at| decimals_in(&picture.fraction[at..]))),
        ("D3090", first_optional.is_some_and(|at| decimals_in(&picture.integer[..at]))),
        ("D3089", whole.windows(2).any(|pair| pair[0] == signs.grouping && pair[1] == signs.grouping)),
        ("D3088", decimal.is_none() && picture.integer.last() == Some(&signs.grouping)),
        ("D3087", decimal.is_some_and(|at| grouping(at.checked_sub(1)) || grouping(Some(at + 1)))),
        ("D3086", picture.active.iter().any(|c| !signs.is_active(*c))),
        ("D3085", !picture.mantissa.iter().any(|c| signs.is_digit(*c))),
        ("D3084", count(signs.percent) > 0 && count(signs.per_mille) > 0),
        ("D3083", count(signs.per_mille) > 1),
        ("D3082", count(signs.percent) > 1),
        ("D3081", count(signs.decimal) > 1),
    ];
    match faults.iter().find(|(_, wrong)| *wrong) {
        Some((code, _)) => Err(Error::new(code)),
        None => Ok(()),
    }
}

/// What a picture asks of a number.
struct Sizes {
    least_integer: usize,
    scaling: usize,
    least_fraction: usize,
    most_fraction: usize,
    least_exponent: usize,
    integer_groups: Vec<usize>,
    fraction_groups: Vec<usize>,
}

fn analyse(picture: &Picture, signs: &Signs) -> Sizes {
    let count = |part: &[char], wanted: &dyn Fn(char) -> bool| part.iter().filter(|c| wanted(**c)).count();
    let decimal = |c: char| signs.is_decimal(c);
    let digit = |c: char| signs.is_digit(c);
    let groups = |part: &[char], before: bool| {
        let separators = part.iter().enumerate().filter(|(_, c)| **c == signs.grouping);
        separators.map(|(at, _)| count(if before { &part[..at] } else { &part[at..] }, &digit)).collect()
    };
    let scaling = count(&picture.integer, &decimal);
    let mut sizes = Sizes {
        least_integer: scaling,
        scaling,
        least_fraction: count(&picture.fraction, &decimal),
        most_fraction: count(&picture.fraction, &digit),
        least_exponent: picture.exponent.as_deref().map_or(0, |part| count(part, &decimal)),
        integer_groups: groups(&picture.integer, false),
        fraction_groups: groups(&picture.fraction, true),
    };
    let exponent = picture.exponent.is_some();
    if sizes.least_integer == 0 && sizes.most_fraction == 0 {
        if exponent {
            (sizes.least_fraction, sizes.most_fraction) = (1, 1);
        } else {
            sizes.least_integer = 1;
        }
    }
    if exponent && sizes.least_integer == 0 && picture.integer.contains(&signs.digit) {
        sizes.least_integer = 1;
    }
    if sizes.least_integer == 0 && sizes.least_fraction == 0 {
        sizes.least_fraction = 1;
    }
    sizes
}

pub(super) fn format_number(cx: &mut Evaluator, arguments: Vec<Item>) -> Result<Item, Error> {
    let mut given = Arguments::of(arguments);
    let (Some(value), Some(picture)) = (given.number(), given.text()) else { return Ok(Item::Nothing) };
    let signs = Signs::of(&given.next());
    cx.charge(picture.len())?;
    let mut pictures = Vec::new();
    for part in picture.split(signs.pattern) {
        pictures.push(take_apart(part, &signs));
    }
    if pictures.len() > 2 {
        return Err(Error::new("D3080"));
    }
    for picture in &pictures {
        validate(picture, &signs)?;
    }
    let negative = value < 0.0;
    let (picture, minus) = match (pictures.get(1), negative) {
        (Some(second), true) => (second, ""),
        (None, true) => (&pictures[0], signs.minus.as_str()),
        (_, false) => (&pictures[0], ""),
    };
    let body = digits_of(value, picture, &signs);
    Ok(Item::text(&format!("{minus}{}{body}{}", picture.prefix, picture.suffix)))
}

fn digits_of(value: f64, picture: &Picture, signs: &Signs) -> String {
    let sizes = analyse(picture, signs);
    let mut mantissa = value.abs();
    if picture.whole.contains(&signs.percent) {
        mantissa *= 100.0;
    } else if picture.whole.contains(&signs.per_mille) {
        mantissa *= 1000.0;
    }
    let mut exponent = None;
    if sizes.least_exponent > 0 {
        let (least, most) = (power_of_ten(sizes.scaling as i32 - 1), power_of_ten(sizes.scaling as i32));
        let mut power = 0_i32;
        while mantissa != 0.0 && mantissa < least {
            mantissa *= 10.0;
            power -= 1;
        }
        while mantissa > most {
            mantissa /= 10.0;
            power += 1;
        }
        exponent = Some(power);
    }
    let rounded = round_even(mantissa, sizes.most_fraction as i32);
    let plain = format!("{rounded:.places$}", places = sizes.most_fraction);
    let (integer, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let integer = format!("{:0>width$}", integer.trim_start_matches('0'), width = sizes.least_integer);
    let fraction = format!("{:0<width$}", fraction.trim_end_matches('0'), width = sizes.least_fraction);
    let shown = |c: char| char::from_u32(c as u32 - 0x30 + signs.zero as u32).unwrap_or(c);
    let mut out = String::new();
    let every = regular(&sizes.integer_groups);
    for (index, c) in integer.chars().enumerate() {
        let behind = integer.len() - index;
        let groups = match every {
            0 => sizes.integer_groups.contains(&behind),
            every => behind % every == 0,
        };
        if groups && index > 0 {
            out.push(signs.grouping);
        }
        out.push(shown(c));
    }
    if !fraction.is_empty() {
        out.push(signs.decimal);
    }
    for (index, c) in fraction.chars().enumerate() {
        if index > 0 && sizes.fraction_groups.contains(&index) {
            out.push(signs.grouping);
        }
        out.push(shown(c));
    }
    if let Some(power) = exponent {
        out.push(signs.exponent);
        if power < 0 {
            out.push_str(&signs.minus);
        }
        let digits = format!("{:0>width$}", power.unsigned_abs(), width = sizes.least_exponent);
        out.extend(digits.chars().map(shown));
    }
    out
}

fn power_of_ten(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(1.0)
}
