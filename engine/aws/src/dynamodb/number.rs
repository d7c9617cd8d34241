//! Numbers as DynamoDB has them: exact decimals of up to 38 significant digits.
//!
//! **Source**: DynamoDB Developer Guide, "Supported data types and naming rules in Amazon DynamoDB", "Number".

use std::cmp::Ordering;
use std::fmt;

/// How many significant digits a number has at most.
const DIGITS: u32 = 38;
/// The exponents of the first digit that are in range: 1E-130 to 9.99…E+125.
const LEAST_EXPONENT: i32 = -130;
const GREATEST_EXPONENT: i32 = 125;
/// How far the exponents of two numbers can be apart so that their sum may have 38 digits.
const ALIGNED: i32 = 38;

/// `±coefficient × 10^exponent`.
///
/// Invariant: the coefficient has at most 38 digits and does not end in a zero; zero is `0 × 10^0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    coefficient: u128,
    exponent: i32,
}

/// Why a text or a result is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberProblem {
    NotNumeric,
    TooManyDigits,
    Overflow,
    Underflow,
}

impl Number {
    pub const ZERO: Number = Number { negative: false, coefficient: 0, exponent: 0 };

    /// Brings digits into the one form that a value has.
    fn normal(negative: bool, coefficient: u128, exponent: i32) -> Result<Self, NumberProblem> {
        let (mut coefficient, mut exponent) = (coefficient, exponent);
        if coefficient == 0 {
            return Ok(Number::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let digits = coefficient.ilog10() + 1;
        let first = exponent + digits as i32 - 1;
        if digits > DIGITS {
            Err(NumberProblem::TooManyDigits)
        } else if first > GREATEST_EXPONENT {
            Err(NumberProblem::Overflow)
        } else if first < LEAST_EXPONENT {
            Err(NumberProblem::Underflow)
        } else {
            Ok(Number { negative, coefficient, exponent })
        }
    }

    /// Reads `-12.50`, `+3`, `.5`, `1e-7`.
    pub fn parse(text: &str) -> Result<Self, NumberProblem> {
        let negative = text.starts_with('-');
        let body = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = match body.find(['e', 'E']) {
            Some(at) => (&body[..at], parse_exponent(&body[at + 1..])?),
            None => (body, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().next().is_none() || !digits().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberProblem::NotNumeric);
        }
        let mut coefficient: u128 = 0;
        // Zeros that follow the last other digit; they count only once another digit comes.
        let mut zeros: u32 = 0;
        for digit in digits().map(|byte| u128::from(byte - b'0')) {
            if digit == 0 {
                zeros = zeros.saturating_add(u32::from(coefficient != 0));
                continue;
            }
            let shift = if coefficient == 0 { 1 } else { zeros + 1 };
            let grown = 10u128.checked_pow(shift).and_then(|power| coefficient.checked_mul(power));
            coefficient =
                grown.and_then(|grown| grown.checked_add(digit)).ok_or(NumberProblem::TooManyDigits)?;
            zeros = 0;
        }
        let trailing = i32::try_from(zeros).map_err(|_| NumberProblem::Overflow)?;
        let scale = i32::try_from(fraction.len()).map_err(|_| NumberProblem::Underflow)?;
        Number::normal(negative, coefficient, exponent.saturating_add(trailing).saturating_sub(scale))
    }

    pub fn from_i64(number: i64) -> Self {
        Number::normal(number < 0, number.unsigned_abs().into(), 0).expect("an i64 has at most 19 digits")
    }

    /// The whole number that this is, if it is one.
    pub fn to_i64(self) -> Option<i64> {
        let power = 10i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let size = i128::try_from(self.coefficient).ok()?.checked_mul(power)?;
        i64::try_from(if self.negative { -size } else { size }).ok()
    }

    fn digits(self) -> u32 {
        if self.coefficient == 0 { 1 } else { self.coefficient.ilog10() + 1 }
    }

    /// The exponent of the first digit.
    fn first(self) -> i32 {
        self.exponent + self.digits() as i32 - 1
    }

    pub fn negated(self) -> Self {
        Number { negative: !self.negative && self.coefficient != 0, ..self }
    }

    /// The exact sum, where it has no more than 38 digits.
    pub fn plus(self, other: Self) -> Result<Self, NumberProblem> {
        if self.coefficient == 0 {
            return Ok(other);
        }
        if other.coefficient == 0 {
            return Ok(self);
        }
        let exponent = self.exponent.min(other.exponent);
        let highest = self.first().max(other.first());
        if highest - exponent > ALIGNED {
            return Err(NumberProblem::TooManyDigits);
        }
        let aligned = |number: Number| {
            let shift = (number.exponent - exponent).unsigned_abs();
            let power = 10u128.checked_pow(shift);
            power.and_then(|power| number.coefficient.checked_mul(power)).ok_or(NumberProblem::TooManyDigits)
        };
        let (a, b) = (aligned(self)?, aligned(other)?);
        if self.negative == other.negative {
            let sum = a.checked_add(b).ok_or(NumberProblem::TooManyDigits)?;
            return Number::normal(self.negative, sum, exponent);
        }
        let negative = if a >= b { self.negative } else { other.negative };
        Number::normal(negative, a.abs_diff(b), exponent)
    }

    pub fn minus(self, other: Self) -> Result<Self, NumberProblem> {
        self.plus(other.negated())
    }

    /// What a number counts in an item's size: a byte for each two digits before the point and each two behind it,
    /// one more, and one for a minus sign. Zeros at both ends do not count.
    ///
    /// **Source**: measured against the service by public conformance tests; the Developer Guide ("DynamoDB item
    /// sizes and formats") says approximately the same.
    pub fn size_bytes(self) -> usize {
        if self.coefficient == 0 {
            return 1;
        }
        let places = if self.exponent < 0 { self.exponent.unsigned_abs() } else { 0 };
        let behind = places.min(self.digits());
        let before = self.digits() - behind;
        (before.div_ceil(2) + behind.div_ceil(2) + 1 + u32::from(self.negative)) as usize
    }

    /// Bytes whose order is that of the numbers.
    pub fn order_bytes(self) -> [u8; 18] {
        let mut bytes = [0; 18];
        if self.coefficient == 0 {
            bytes[0] = 0x80;
            return bytes;
        }
        let exponent = u8::try_from(self.first() - LEAST_EXPONENT).expect("exponents are in range");
        let scaled = self.coefficient * 10u128.pow(DIGITS - self.digits());
        bytes[0] = 0x81;
        bytes[1] = exponent;
        bytes[2..].copy_from_slice(&scaled.to_be_bytes());
        if self.negative {
            bytes[0] = 0x7f;
            bytes[1..].iter_mut().for_each(|byte| *byte = !*byte);
        }
        bytes
    }
}

fn parse_exponent(text: &str) -> Result<i32, NumberProblem> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberProblem::NotNumeric);
    }
    // More digits than any exponent in range has.
    let size = digits.parse::<i32>().unwrap_or(1_000_000).min(1_000_000);
    Ok(if text.starts_with('-') { -size } else { size })
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order_bytes().cmp(&other.order_bytes())
    }
}

/// Without exponent, however long that is: as DynamoDB answers numbers.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient.to_string();
        if self.negative {
            f.write_str("-")?;
        }
        if self.exponent >= 0 {
            let zeros = self.exponent.unsigned_abs() as usize;
            return write!(f, "{digits}{:0<zeros$}", "");
        }
        let places = self.exponent.unsigned_abs() as usize;
        match digits.len().checked_sub(places) {
            Some(at) if at > 0 => write!(f, "{}.{}", &digits[..at], &digits[at..]),
            Some(_) | None => write!(f, "0.{digits:0>places$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Result<String, NumberProblem> {
        Number::parse(text).map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_kept_in_one_form() {
        // Source: Developer Guide, "Supported data types and naming rules in Amazon DynamoDB": leading and trailing
        // zeroes are trimmed, 38 digits, 1E-130 to 9.9…E+125 of both signs.
        for (text, expected) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("007", "7"),
            ("1.50", "1.5"),
            ("1e2", "100"),
            ("-1E-3", "-0.001"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+3", "3"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            (
                "0.00000000000000000000000000000000000000000000001",
                "0.00000000000000000000000000000000000000000000001",
            ),
        ] {
            assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(shown("1e125").map(|text| text.len()), Ok(126));
        for (text, problem) in [
            ("", NumberProblem::NotNumeric),
            ("-", NumberProblem::NotNumeric),
            (".", NumberProblem::NotNumeric),
            ("1e", NumberProblem::NotNumeric),
            ("0x1", NumberProblem::NotNumeric),
            ("NaN", NumberProblem::NotNumeric),
            (" 1", NumberProblem::NotNumeric),
            ("1e126", NumberProblem::Overflow),
            ("-1e999999999999", NumberProblem::Overflow),
            ("1e-131", NumberProblem::Underflow),
            ("123456789012345678901234567890123456789", NumberProblem::TooManyDigits),
            ("1000000000000000000000000000000000000000000001", NumberProblem::TooManyDigits),
        ] {
            assert_eq!(shown(text), Err(problem), "{text}");
        }
    }

    #[test]
    fn sizes_are_those_that_were_measured() {
        // Source: as of `size_bytes`.
        for (text, bytes) in [("1", 2), ("1E125", 2), ("123456", 4), ("3.14159", 5), ("-1", 3), ("0.001", 2)]
        {
            assert_eq!(Number::parse(text).unwrap().size_bytes(), bytes, "{text}");
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let sum = |a: &str, b: &str| {
            Number::parse(a).unwrap().plus(Number::parse(b).unwrap()).map(|sum| sum.to_string())
        };
        assert_eq!(sum("0.1", "0.2").as_deref(), Ok("0.3"));
        assert_eq!(sum("99999999999999999999999999999999999999", "1").map(|text| text.len()), Ok(39));
        assert_eq!(sum("1e30", "-1e30").as_deref(), Ok("0"));
        assert_eq!(sum("1e40", "1"), Err(NumberProblem::TooManyDigits));
        let most = "9.9999999999999999999999999999999999999E+125";
        assert_eq!(sum(most, "1e88"), Err(NumberProblem::Overflow));
    }

    fn decimal() -> impl Strategy<Value = (i64, u32)> {
        (-1_000_000_000_000i64..1_000_000_000_000, 0u32..9)
    }

    proptest! {
        /// Against whole numbers of the same scale: a reference that needs no decimals.
        #[test]
        fn order_and_sums_are_those_of_scaled_integers((a, p) in decimal(), (b, q) in decimal()) {
            let scaled = |number: i64, places: u32| i128::from(number) * 10i128.pow(9 - places);
            let number = |number: i64, places: u32| Number::parse(&format!("{number}e-{places}")).unwrap();
            let (x, y) = (number(a, p), number(b, q));
            prop_assert_eq!(x.cmp(&y), scaled(a, p).cmp(&scaled(b, q)));
            prop_assert_eq!(x == y, scaled(a, p) == scaled(b, q));
            let sum = Number::parse(&format!("{}e-9", scaled(a, p) + scaled(b, q))).unwrap();
            prop_assert_eq!(x.plus(y).unwrap(), sum);
            prop_assert_eq!(x.plus(y).unwrap().minus(y).unwrap(), x);
        }

        #[test]
        fn what_is_shown_reads_back(digits in "-?[1-9][0-9]{0,37}", exponent in -90i32..80) {
            let number = Number::parse(&format!("{digits}e{exponent}")).unwrap();
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }
}
