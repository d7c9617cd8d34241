//! The lab's clock: real time, stretched, squeezed or stopped.

use crate::view::ClockView;
use serde::{Deserialize, Serialize};

/// Maps the host's clock to the lab's. **Units**: milliseconds since 1970 on both sides.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Clock {
    real_ms: i64,
    lab_ms: i64,
    speed: f64,
    paused: bool,
}

/// The fastest that the clock goes.
pub const MAX_SPEED: f64 = 1000.0;

impl Clock {
    pub fn new(real_ms: i64) -> Self {
        Clock { real_ms, lab_ms: real_ms, speed: 1.0, paused: false }
    }

    /// The lab's time when the host's clock shows `real_ms`; it never goes back.
    pub fn at(&self, real_ms: i64) -> i64 {
        let passed = (real_ms - self.real_ms).max(0);
        match self.paused {
            true => self.lab_ms,
            false => self.lab_ms + (passed as f64 * self.speed) as i64,
        }
    }

    /// When the host's clock will show the lab's time `lab_ms`; never, while paused.
    pub fn real(&self, lab_ms: i64) -> Option<i64> {
        let ahead = (lab_ms - self.lab_ms) as f64 / self.speed;
        (!self.paused).then_some(self.real_ms + ahead.ceil() as i64)
    }

    pub fn set(&mut self, real_ms: i64, paused: bool, speed: f64) {
        let lab_ms = self.at(real_ms);
        let speed = if speed.is_finite() { speed.clamp(0.01, MAX_SPEED) } else { 1.0 };
        *self = Clock { real_ms, lab_ms, speed, paused };
    }

    /// After a time in which the page was closed the lab goes on where it stood.
    pub fn resume(&mut self, real_ms: i64, lab_ms: i64) {
        (self.real_ms, self.lab_ms) = (real_ms, lab_ms);
    }

    pub fn view(&self, now_ms: i64) -> ClockView {
        ClockView { now_ms, paused: self.paused, speed: self.speed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_and_speed_change_what_passes() {
        let mut clock = Clock::new(1_000);
        assert_eq!(clock.at(1_500), 1_500);
        clock.set(1_500, false, 10.0);
        assert_eq!(clock.at(1_600), 2_500);
        assert_eq!(clock.real(2_500), Some(1_600));
        clock.set(1_600, true, 10.0);
        assert_eq!(clock.at(9_999), 2_500);
        assert_eq!(clock.real(3_000), None);
    }
}
