//! How a function's duration follows its memory size.
//!
//! Lambda gives a function CPU in proportion to its memory: one whole vCPU at 1,769 MB, a part of one below. So
//! what a handler computes takes longer with less memory, and what it waits for (answers, sleep) does not.
//! The model is that and nothing else: `duration = waiting + computing x max(1, 1769 / memory)`. More than one
//! vCPU helps programs with several threads only, which handlers here do not have; initialisation runs with full
//! CPU on Lambda and is not scaled. A duration never goes beyond the timeout: a handler that was in time is not
//! turned into one that was not, since the host's own computer may be slower than Lambda's.
//!
//! `Input::LambdaSizing` turns the model off; `docs/lambda-sizing.md` tells it to users.
//!
//! **Source**: AWS Lambda Developer Guide, "Configure Lambda function memory".

/// The memory size at which a function has one vCPU.
const MEMORY_OF_ONE_CPU_MB: f64 = 1769.0;

/// What an invocation's REPORT line says. `cpu_ms` is what of the time was spent computing, if that is known and
/// is to count; `most_ms` the function's timeout.
pub fn duration_ms(wall_ms: f64, cpu_ms: Option<f64>, memory_mb: u32, most_ms: f64) -> f64 {
    let wall_ms = wall_ms.max(0.0);
    let Some(cpu_ms) = cpu_ms.filter(|_| memory_mb > 0) else { return wall_ms };
    let cpu_ms = cpu_ms.clamp(0.0, wall_ms);
    let slower = (MEMORY_OF_ONE_CPU_MB / f64::from(memory_mb)).max(1.0);
    let scaled_ms = wall_ms - cpu_ms + cpu_ms * slower;
    scaled_ms.min(most_ms.max(wall_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn computing_is_scaled_and_waiting_is_not() {
        // Source: the page named above: 1 vCPU at 1,769 MB. The figures are our own reckoning.
        let check = |wall_ms, cpu_ms, memory_mb, expected: f64| {
            let found = duration_ms(wall_ms, cpu_ms, memory_mb, 60_000.0);
            assert!((found - expected).abs() < 0.01, "{found} {expected}");
        };
        check(100.0, Some(100.0), 1769, 100.0);
        check(100.0, Some(100.0), 3538, 100.0);
        check(100.0, Some(100.0), 128, 1382.03);
        check(1100.0, Some(100.0), 128, 2382.03);
        check(1100.0, Some(0.0), 128, 1100.0);
        check(100.0, None, 128, 100.0);
        assert_eq!(duration_ms(100.0, Some(100.0), 128, 1000.0), 1000.0);
    }
}
