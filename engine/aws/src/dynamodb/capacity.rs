//! Capacity: what requests consume, and what provisioned tables have.
//!
//! Amounts are thousandths of a unit, so that half a read unit is a whole number.
//!
//! **Source**: DynamoDB Developer Guide, "Read and write operations" (units by item size), "Burst and adaptive
//! capacity" (five minutes of unused capacity are kept).

use crate::dynamodb::limits;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

pub const UNIT: i64 = 1000;
const READ_BYTES: usize = 4096;
const WRITE_BYTES: usize = 1024;
/// How many seconds the meter looks back.
const METER_S: i64 = 60;

fn units(bytes: usize, unit_bytes: usize) -> i64 {
    i64::try_from(bytes.div_ceil(unit_bytes).max(1)).unwrap_or(i64::MAX / UNIT) * UNIT
}

/// How strongly a request reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    Eventual,
    Strong,
    Transaction,
}

/// What reading `bytes` costs.
pub fn read_cost(bytes: usize, strength: Strength) -> i64 {
    match strength {
        Strength::Eventual => units(bytes, READ_BYTES) / 2,
        Strength::Strong => units(bytes, READ_BYTES),
        Strength::Transaction => units(bytes, READ_BYTES) * 2,
    }
}

/// What writing an item of `bytes` costs.
pub fn write_cost(bytes: usize, transaction: bool) -> i64 {
    units(bytes, WRITE_BYTES) * if transaction { 2 } else { 1 }
}

/// Provisioned capacity in units per second, when it was changed last, and how often it was decreased today.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Throughput {
    pub read: i64,
    pub write: i64,
    pub increased_at_ms: Option<i64>,
    pub decreased_at_ms: Option<i64>,
    pub decreases_today: i64,
}

/// What is left of a capacity. It may go below zero by one request, whose size is known only when it is done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bucket {
    /// What was used of a full bucket, and when.
    used: i64,
    at_ms: i64,
}

impl Bucket {
    fn used_now(&self, rate: i64, now_ms: i64) -> i64 {
        // A unit per second is a thousandth per millisecond.
        (self.used - rate.saturating_mul(now_ms - self.at_ms)).max(0)
    }

    /// Whether a request may begin.
    pub fn allows(&self, rate: i64, now_ms: i64) -> bool {
        self.used_now(rate, now_ms) < rate * limits::BURST_S * UNIT
    }

    pub fn take(&mut self, amount: i64, rate: i64, now_ms: i64) {
        self.used = self.used_now(rate, now_ms) + amount;
        self.at_ms = now_ms;
    }
}

/// What was consumed in each of the last seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Meter {
    seconds: VecDeque<Second>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Second {
    at_s: i64,
    read: i64,
    write: i64,
}

impl Meter {
    pub fn add(&mut self, read: i64, write: i64, now_ms: i64) {
        let at_s = now_ms.div_euclid(1000);
        match self.seconds.back_mut() {
            Some(second) if second.at_s == at_s => {
                second.read += read;
                second.write += write;
            }
            Some(_) | None => self.seconds.push_back(Second { at_s, read, write }),
        }
        while self.seconds.pop_front_if(|second| second.at_s <= at_s - METER_S).is_some() {}
    }

    /// `(second, read, write)` of the last minute, in thousandths of units; seconds without requests are left out.
    pub fn lately(&self, now_ms: i64) -> Vec<(i64, i64, i64)> {
        let now_s = now_ms.div_euclid(1000);
        let recent = self.seconds.iter().filter(|second| second.at_s > now_s - METER_S);
        recent.map(|second| (second.at_s, second.read, second.write)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_counted_by_size() {
        // Source: Developer Guide, "Read and write operations": 4 kB a read unit, half for eventual consistency, two
        // for transactions; 1 kB a write unit.
        assert_eq!(read_cost(0, Strength::Eventual), 500);
        assert_eq!(read_cost(4096, Strength::Strong), 1000);
        assert_eq!(read_cost(4097, Strength::Transaction), 4000);
        assert_eq!(write_cost(1024, false), 1000);
        assert_eq!(write_cost(1025, true), 4000);
    }

    #[test]
    fn a_bucket_holds_five_minutes_and_refills() {
        let mut bucket = Bucket::default();
        for _ in 0..300 {
            assert!(bucket.allows(1, 0));
            bucket.take(UNIT, 1, 0);
        }
        assert!(!bucket.allows(1, 0));
        assert!(bucket.allows(1, 1));
        assert!(!bucket.allows(0, 1));
    }
}
