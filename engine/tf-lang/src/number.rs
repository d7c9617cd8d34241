//! Numbers as Terraform has them: binary floating point with 512 bits of precision.
//!
//! Each number carries its own precision, because an operation works in the larger precision of its operands:
//! a literal has 512 bits, a length 64, the result of `pow` 53.
//! Start reading at [`Number::parse`] and [`Number::to_text`].

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};

/// Bits of precision of a number that is written in a configuration.
pub const LITERAL_PREC_BITS: u32 = 512;
/// Precision of numbers made from machine integers.
const INT_PREC_BITS: u32 = 64;
/// Binary exponents beyond this are refused, so that printing a number is never unbounded work.
const MAX_EXP_BITS: i64 = 1 << 21;

/// A number: finite with its own precision, or infinite. Zero is signed.
#[derive(Clone)]
pub struct Number {
    form: Form,
    neg: bool,
    prec: u32,
}

#[derive(Clone, PartialEq, Eq)]
enum Form {
    Zero,
    /// `mant * 2^exp`, with an odd mantissa.
    Finite {
        mant: BigUint,
        exp: i64,
    },
    Inf,
}

/// An operation whose result is not a number, as `0 / 0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl Number {
    /// Zero with the precision of a literal.
    pub fn zero() -> Number {
        Number { form: Form::Zero, neg: false, prec: LITERAL_PREC_BITS }
    }

    /// Positive or negative infinity.
    pub fn infinity(neg: bool) -> Number {
        Number { form: Form::Inf, neg, prec: LITERAL_PREC_BITS }
    }

    /// A whole number as Terraform's functions return it (64 bits of precision).
    pub fn from_bigint(value: &BigInt) -> Number {
        let prec = u32::try_from(value.bits()).unwrap_or(u32::MAX).max(INT_PREC_BITS);
        Number::build(value.sign() == Sign::Minus, value.magnitude().clone(), 0, false, prec)
    }

    /// A binary double, exactly; `None` for NaN.
    pub fn from_f64(value: f64) -> Option<Number> {
        const PREC: u32 = 53;
        if value.is_nan() {
            return None;
        }
        let neg = value.is_sign_negative();
        if value.is_infinite() {
            return Some(Number::infinity(neg));
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let exponent = i64::try_from((bits >> 52) & 0x7ff).expect("eleven bits fit");
        let (mant, exp) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
        Some(Number::build(neg, BigUint::from(mant), exp, false, PREC))
    }

    /// Parses a decimal number: optional sign, digits with an optional point, optional `e` (or binary `p`)
    /// exponent, or `Inf`.
    pub fn parse(text: &str) -> Option<Number> {
        let (neg, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "Inf" || rest == "inf" {
            return Some(Number::infinity(neg));
        }
        let mantissa_len = rest.find(['e', 'E', 'p', 'P']).unwrap_or(rest.len());
        let (mantissa, exponent) = rest.split_at(mantissa_len);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (binary, exponent) = match exponent.as_bytes().first() {
            None => (false, 0),
            Some(b'p' | b'P') => (true, parse_exponent(&exponent[1..])?),
            Some(_) => (false, parse_exponent(&exponent[1..])?),
        };
        let mant = BigUint::parse_bytes(digits.as_bytes(), 10)?;
        let scale = -i64::try_from(fraction.len()).ok()?;
        let (exp2, exp5) =
            if binary { (scale + exponent, scale) } else { (scale + exponent, scale + exponent) };
        Number::from_scaled(neg, mant, exp2, exp5)
    }

    /// `mant * 2^exp2 * 5^exp5`, rounded once to the precision of a literal.
    fn from_scaled(neg: bool, mant: BigUint, exp2: i64, exp5: i64) -> Option<Number> {
        let bits = i64::try_from(mant.bits()).ok()?;
        if mant.bits() == 0 {
            return Some(Number { form: Form::Zero, neg, prec: LITERAL_PREC_BITS });
        }
        if (exp2 + bits).abs() > MAX_EXP_BITS || exp5.abs() > MAX_EXP_BITS {
            return None;
        }
        if exp5 == 0 {
            return Some(Number::build(neg, mant, exp2, false, LITERAL_PREC_BITS));
        }
        let wide = LITERAL_PREC_BITS + 64;
        let scale = pow5(exp5.unsigned_abs(), wide);
        let unrounded = Number::build(neg, mant, exp2, false, u32::MAX);
        Some(if exp5 < 0 {
            unrounded.quo(&scale, LITERAL_PREC_BITS)
        } else {
            unrounded.mul_at(&scale, LITERAL_PREC_BITS)
        })
    }

    /// Normalises and rounds half to even. `sticky` says that something non-zero was cut off below.
    fn build(neg: bool, mant: BigUint, exp: i64, sticky: bool, prec: u32) -> Number {
        let bits = mant.bits();
        if bits == 0 {
            return Number { form: Form::Zero, neg, prec };
        }
        let (mut mant, mut exp) = (mant, exp);
        if bits > u64::from(prec) {
            let cut = bits - u64::from(prec);
            let half = mant.bit(cut - 1);
            let below = sticky || mant.trailing_zeros().is_some_and(|zeros| zeros < cut - 1);
            mant >>= cut;
            exp += i64::try_from(cut).expect("bit counts are far below 2^63");
            if half && (below || mant.bit(0)) {
                mant += 1u8;
            }
        }
        let zeros = mant.trailing_zeros().unwrap_or(0);
        mant >>= zeros;
        exp += i64::try_from(zeros).expect("bit counts are far below 2^63");
        Number { form: Form::Finite { mant, exp }, neg, prec }
    }

    /// Whether this is positive or negative infinity.
    pub fn is_infinite(&self) -> bool {
        self.form == Form::Inf
    }

    /// Whether this is zero of either sign.
    pub fn is_zero(&self) -> bool {
        self.form == Form::Zero
    }

    /// Whether the sign bit is set (true for `-0`).
    pub fn is_negative(&self) -> bool {
        self.neg
    }

    /// Whether this is a finite whole number.
    pub fn is_integer(&self) -> bool {
        match &self.form {
            Form::Zero => true,
            Form::Finite { exp, .. } => *exp >= 0,
            Form::Inf => false,
        }
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match (&self.form, self.neg) {
            (Form::Zero, _) => 0,
            (Form::Finite { .. } | Form::Inf, true) => -1,
            (Form::Finite { .. } | Form::Inf, false) => 1,
        }
    }

    /// The value with the opposite sign.
    pub fn neg(&self) -> Number {
        Number { neg: !self.neg, ..self.clone() }
    }

    /// The value without its sign.
    pub fn abs(&self) -> Number {
        Number { neg: false, ..self.clone() }
    }

    /// Sum; fails for infinities of opposite signs.
    pub fn add(&self, other: &Number) -> Result<Number, NotANumber> {
        let prec = self.prec.max(other.prec);
        match (&self.form, &other.form) {
            (Form::Inf, Form::Inf) if self.neg != other.neg => Err(NotANumber),
            (Form::Inf, Form::Zero | Form::Finite { .. } | Form::Inf) => Ok(Number::infinity(self.neg)),
            (Form::Zero | Form::Finite { .. }, Form::Inf) => Ok(Number::infinity(other.neg)),
            (Form::Zero, Form::Zero) => Ok(Number { form: Form::Zero, neg: self.neg && other.neg, prec }),
            (Form::Zero, Form::Finite { .. }) => Ok(other.with_prec(prec)),
            (Form::Finite { .. }, Form::Zero) => Ok(self.with_prec(prec)),
            (Form::Finite { mant: a, exp: ea }, Form::Finite { mant: b, exp: eb }) => {
                let exp = *ea.min(eb);
                let a = signed(self.neg, a << shift(ea - exp));
                let b = signed(other.neg, b << shift(eb - exp));
                let sum = a + b;
                Ok(Number::build(sum.sign() == Sign::Minus, sum.magnitude().clone(), exp, false, prec))
            }
        }
    }

    /// Difference; fails for infinities of the same sign.
    pub fn sub(&self, other: &Number) -> Result<Number, NotANumber> {
        self.add(&other.neg())
    }

    /// Product. The precision grows up to 512 bits when the product needs it.
    pub fn mul(&self, other: &Number) -> Result<Number, NotANumber> {
        match (&self.form, &other.form) {
            (Form::Zero, Form::Inf) | (Form::Inf, Form::Zero) => Err(NotANumber),
            (Form::Zero | Form::Finite { .. } | Form::Inf, Form::Zero | Form::Finite { .. } | Form::Inf) => {
                let wide = self.mul_at(other, LITERAL_PREC_BITS);
                let needed = match &wide.form {
                    Form::Finite { mant, .. } => u32::try_from(mant.bits()).unwrap_or(LITERAL_PREC_BITS),
                    Form::Zero | Form::Inf => 0,
                };
                Ok(Number { prec: self.prec.max(other.prec).max(needed), ..wide })
            }
        }
    }

    fn mul_at(&self, other: &Number, prec: u32) -> Number {
        let neg = self.neg != other.neg;
        match (&self.form, &other.form) {
            (Form::Inf, _) | (_, Form::Inf) => Number::infinity(neg),
            (Form::Zero, _) | (_, Form::Zero) => Number { form: Form::Zero, neg, prec },
            (Form::Finite { mant: a, exp: ea }, Form::Finite { mant: b, exp: eb }) => {
                Number::build(neg, a * b, ea + eb, false, prec)
            }
        }
    }

    /// Quotient; fails for zero by zero and infinity by infinity. A finite number by zero is an infinity.
    pub fn div(&self, other: &Number) -> Result<Number, NotANumber> {
        match (&self.form, &other.form) {
            (Form::Zero, Form::Zero) | (Form::Inf, Form::Inf) => Err(NotANumber),
            (Form::Zero | Form::Finite { .. } | Form::Inf, Form::Zero | Form::Finite { .. } | Form::Inf) => {
                Ok(self.quo(other, self.prec.max(other.prec)))
            }
        }
    }

    fn quo(&self, other: &Number, prec: u32) -> Number {
        let neg = self.neg != other.neg;
        match (&self.form, &other.form) {
            (Form::Inf, _) | (_, Form::Zero) => Number::infinity(neg),
            (Form::Zero, _) | (_, Form::Inf) => Number { form: Form::Zero, neg, prec },
            (Form::Finite { mant: a, exp: ea }, Form::Finite { mant: b, exp: eb }) => {
                let wanted = u64::from(prec) + 2 + b.bits();
                let extra = wanted.saturating_sub(a.bits());
                let numerator = a << extra;
                let quotient = &numerator / b;
                let sticky = &quotient * b != numerator;
                let exp = ea - eb - i64::try_from(extra).expect("bit counts are far below 2^63");
                Number::build(neg, quotient, exp, sticky, prec)
            }
        }
    }

    /// Remainder of truncated division. By zero it is the number itself, as Terraform has it.
    pub fn rem(&self, other: &Number) -> Result<Number, NotANumber> {
        if self.is_infinite() || other.is_infinite() {
            return self.mul(other);
        }
        if other.is_zero() {
            return Ok(self.clone());
        }
        let whole = self.div(other)?.trunc();
        let whole =
            Number::build(whole.sign() == Sign::Minus, whole.magnitude().clone(), 0, false, self.prec);
        let multiple = other.mul_at(&whole, self.prec);
        self.with_prec(self.prec).add(&Number { neg: !multiple.neg, ..multiple })
    }

    /// The number rounded towards zero; zero for an infinity.
    pub fn trunc(&self) -> BigInt {
        match &self.form {
            Form::Zero | Form::Inf => BigInt::ZERO,
            Form::Finite { mant, exp } if *exp >= 0 => signed(self.neg, mant << shift(*exp)),
            Form::Finite { mant, exp } => signed(self.neg, mant >> shift(-exp)),
        }
    }

    /// A whole number in this number's precision.
    pub fn with_integer(&self, value: &BigInt) -> Number {
        Number::build(value.sign() == Sign::Minus, value.magnitude().clone(), 0, false, self.prec)
    }

    fn with_prec(&self, prec: u32) -> Number {
        match &self.form {
            Form::Finite { mant, exp } => Number::build(self.neg, mant.clone(), *exp, false, prec),
            Form::Zero | Form::Inf => Number { prec, ..self.clone() },
        }
    }

    /// The exact value as `i64`, where it is a whole number of that range.
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_integer() { i64::try_from(self.trunc()).ok() } else { None }
    }

    /// The nearest binary double.
    pub fn to_f64(&self) -> f64 {
        if self.is_infinite() {
            return if self.neg { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        let (digits, exp10) = self.digits();
        let sign = if self.neg { "-" } else { "" };
        format!("{sign}0.{digits}0e{exp10}").parse().expect("this is a decimal literal")
    }

    /// Exact decimal digits without trailing zeros, and the place of the point: `0.DIGITS * 10^exp`.
    pub(crate) fn digits(&self) -> (String, i64) {
        match &self.form {
            Form::Zero | Form::Inf => (String::new(), 0),
            Form::Finite { mant, exp } => decimal_digits(mant, *exp),
        }
    }

    /// The shortest digits that give this number back at its precision.
    pub(crate) fn shortest_digits(&self) -> (String, i64) {
        match &self.form {
            Form::Zero | Form::Inf => (String::new(), 0),
            Form::Finite { mant, exp } => {
                let (digits, place) = decimal_digits(mant, *exp);
                shorten(&digits, place, mant, *exp, self.prec)
            }
        }
    }

    /// The text Terraform gives for a number: plain decimal notation, as many digits as are needed.
    pub fn to_text(&self) -> String {
        let sign = if self.neg { "-" } else { "" };
        match &self.form {
            Form::Zero => format!("{sign}0"),
            Form::Inf => if self.neg { "-Inf" } else { "+Inf" }.to_owned(),
            Form::Finite { .. } => {
                let (digits, place) = self.shortest_digits();
                format!("{sign}{}", plain(&digits, place))
            }
        }
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -value } else { value })
}

fn shift(bits: i64) -> u64 {
    u64::try_from(bits).expect("callers pass a non-negative difference")
}

fn signed(neg: bool, magnitude: BigUint) -> BigInt {
    BigInt::from_biguint(if neg { Sign::Minus } else { Sign::Plus }, magnitude)
}

/// `5^n` rounded to a precision; repeated squaring keeps large exponents cheap.
fn pow5(n: u64, prec: u32) -> Number {
    let mut result = Number::build(false, BigUint::from(1u8), 0, false, prec);
    let mut factor = Number::build(false, BigUint::from(5u8), 0, false, prec + 64);
    let mut left = n;
    while left > 0 {
        if left & 1 == 1 {
            result = result.mul_at(&factor, prec);
        }
        factor = factor.mul_at(&factor, prec + 64);
        left >>= 1;
    }
    result
}

fn decimal_digits(mant: &BigUint, exp: i64) -> (String, i64) {
    let (text, point) = if exp >= 0 {
        ((mant << shift(exp)).to_string(), 0)
    } else {
        let power = u32::try_from(-exp).expect("exponents are bounded when a number is made");
        ((mant * BigUint::from(5u8).pow(power)).to_string(), exp)
    };
    let place = i64::try_from(text.len()).expect("a text's length fits") + point;
    (text.trim_end_matches('0').to_owned(), place)
}

/// Cuts decimal digits to the shortest text within half a unit of the last binary place.
fn shorten(digits: &str, place: i64, mant: &BigUint, exp: i64, prec: u32) -> (String, i64) {
    let pad = u64::from(prec) + 1 - mant.bits().min(u64::from(prec));
    let scaled = mant << pad;
    let scaled_exp = exp - i64::try_from(pad).expect("bit counts are far below 2^63");
    let (lower, _) = decimal_digits(&(&scaled - 1u8), scaled_exp);
    let (upper, _) = decimal_digits(&(&scaled + 1u8), scaled_exp);
    let inclusive = !scaled.bit(1);
    let at = |text: &str, index: usize| text.as_bytes().get(index).copied().unwrap_or(b'0');
    for (index, digit) in digits.bytes().enumerate() {
        let (low, up) = (at(&lower, index), at(&upper, index));
        let down_ok = low != digit || inclusive && index + 1 == lower.len();
        let up_ok = digit != up && (inclusive || digit + 1 < up || index + 1 < upper.len());
        match (down_ok, up_ok) {
            (true, true) => return round_digits(digits, place, index + 1),
            (true, false) => return (digits[..index + 1].trim_end_matches('0').to_owned(), place),
            (false, true) => return round_up(digits, place, index + 1),
            (false, false) => {}
        }
    }
    (digits.to_owned(), place)
}

/// Rounds decimal digits to `keep` places, half to even.
pub(crate) fn round_digits(digits: &str, place: i64, keep: usize) -> (String, i64) {
    let bytes = digits.as_bytes();
    let Some(&next) = bytes.get(keep) else { return (digits.to_owned(), place) };
    let exactly_half = next == b'5' && keep + 1 == bytes.len();
    let up = if exactly_half { keep > 0 && (bytes[keep - 1] - b'0') % 2 == 1 } else { next >= b'5' };
    if up { round_up(digits, place, keep) } else { (digits[..keep].trim_end_matches('0').to_owned(), place) }
}

fn round_up(digits: &str, place: i64, keep: usize) -> (String, i64) {
    let mut kept = digits.as_bytes()[..keep].to_vec();
    while kept.last() == Some(&b'9') {
        kept.pop();
    }
    match kept.last_mut() {
        Some(last) => *last += 1,
        None => return ("1".to_owned(), place + 1),
    }
    (String::from_utf8(kept).expect("decimal digits are ASCII"), place)
}

/// Plain notation of `0.DIGITS * 10^place`.
pub(crate) fn plain(digits: &str, place: i64) -> String {
    let len = i64::try_from(digits.len()).expect("a text's length fits");
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if place <= 0 {
        if digits.is_empty() { "0".to_owned() } else { format!("0.{}{digits}", zeros(-place)) }
    } else if len <= place {
        format!("{digits}{}", zeros(place - len))
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(place).expect("place is positive here"));
        format!("{whole}.{fraction}")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let by_sign = self.signum().cmp(&other.signum());
        if by_sign != Ordering::Equal || self.signum() == 0 {
            return by_sign;
        }
        let by_magnitude = match (&self.form, &other.form) {
            (Form::Inf, Form::Inf) => Ordering::Equal,
            (Form::Inf, Form::Zero | Form::Finite { .. }) => Ordering::Greater,
            (Form::Zero | Form::Finite { .. }, Form::Inf) => Ordering::Less,
            (Form::Finite { mant: a, exp: ea }, Form::Finite { mant: b, exp: eb }) => {
                cmp_magnitude(a, *ea, b, *eb)
            }
            (Form::Zero, Form::Zero | Form::Finite { .. }) | (Form::Finite { .. }, Form::Zero) => {
                unreachable!("zeros were compared by sign")
            }
        };
        if self.neg { by_magnitude.reverse() } else { by_magnitude }
    }
}

fn cmp_magnitude(a: &BigUint, ea: i64, b: &BigUint, eb: i64) -> Ordering {
    let top = |mant: &BigUint, exp: i64| i64::try_from(mant.bits()).unwrap_or(i64::MAX / 2) + exp;
    top(a, ea).cmp(&top(b, eb)).then_with(|| {
        let exp = ea.min(eb);
        (a << shift(ea - exp)).cmp(&(b << shift(eb - exp)))
    })
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number::from_bigint(&BigInt::from(value))
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Number {
        Number::from_bigint(&BigInt::from(value))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
