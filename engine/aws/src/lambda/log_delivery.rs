//! From what a function writes to events in CloudWatch Logs, in the name of its execution role.

use crate::context::OpContext;
use crate::logs;
use nuvola_kernel::Region;

use super::limits;

/// Cuts what a handler wrote into log events: a line each, except for what the runtimes frame themselves.
///
/// **Source**: AWS Lambda Developer Guide, "Log and monitor Python Lambda functions" and "… Node.js …":
/// a logged message or an error is one event, however many lines it has.
pub fn events_of(text: &str) -> Vec<String> {
    match frame(text) {
        Some(Frame::Python) => vec![text.trim_end_matches('\n').to_owned()],
        Some(Frame::NodeJs) => vec![format!("{}\n", text.trim_end_matches('\n'))],
        None => text.lines().map(|line| format!("{line}\n")).collect(),
    }
}

/// Whose frame a message has. As recorded from AWS, only Node.js's ends in a line feed.
enum Frame {
    Python,
    NodeJs,
}

/// `[ERROR]\t…` as Python's runtime writes; `2026-…Z\t<request id>\tINFO\t…` as Node.js's does.
fn frame(text: &str) -> Option<Frame> {
    const LEVELS: [&str; 8] = ["TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"];
    if let Some((level, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return LEVELS.contains(&level).then_some(Frame::Python);
    }
    let mut parts = text.splitn(4, '\t');
    let (first, _, level) = (parts.next(), parts.next(), parts.next());
    let is_time = first.is_some_and(|time| time.len() == 24 && time.ends_with('Z'));
    (is_time && level.is_some_and(|level| LEVELS.contains(&level))).then_some(Frame::NodeJs)
}

/// Writes events to the log of an environment. Without permission there is no log, as on AWS.
pub fn write(cx: &mut OpContext<'_>, environment_id: &str, events: Vec<String>) {
    let Some(environment) = cx.state().lambda.environments.get(environment_id) else { return };
    let (group, stream) = (environment.log_group.clone(), environment.log_stream.clone());
    let Some(principal) = environment.principal.clone() else { return };
    let own_region = Region::new(environment.region.clone());
    let region = std::mem::replace(&mut cx.region, own_region);
    let now_ms = cx.now_ms;
    let events = events.into_iter().map(|text| (now_ms, shortened(text))).collect();
    let before = cx.trace.decisions.len();
    let written = logs::write(cx, &principal, &group, &stream, events);
    cx.region = region;
    // These permissions are told with the invocation, not with whatever request happens to be served.
    let decisions = cx.trace.decisions.split_off(before);
    let refusal = decisions.into_iter().find(|decision| !decision.allowed);
    if let Some(environment) = cx.lambda().environments.get_mut(environment_id)
        && !written
    {
        environment.log_refusal = refusal;
    }
}

/// A log event has a largest size; what is beyond it is lost, as on AWS.
fn shortened(mut text: String) -> String {
    if text.len() > limits::LOG_EVENT_MAX_BYTES {
        let mut cut = limits::LOG_EVENT_MAX_BYTES;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        text.truncate(cut);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_events_unless_the_runtime_framed_them() {
        // Source: the two pages named above.
        assert_eq!(events_of("a\nb\n"), ["a\n", "b\n"]);
        let error = "[ERROR] ValueError: x\nTraceback (most recent call last):\n  File \"f\"\n";
        assert_eq!(events_of(error), [error.trim_end()]);
        let node = "2026-11-23T10:00:00.000Z\tr\tINFO\t{\n  a: 1\n}\n";
        assert_eq!(events_of(node), [node]);
    }
}
