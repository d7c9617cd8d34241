//! Log events: written, read and searched.

use crate::auth::Access;
use crate::context::OpContext;
use crate::logs::filter::{Filter, FilterProblem};
use crate::logs::ops::{groups, streams};
use crate::logs::state::Event;
use crate::logs::{check, errors, limits, state};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::ordered::sort_by_key;
use nuvola_wire::shape;

operation! {
    /// Writes a batch of events to a stream.
    ///
    /// **Source**: CloudWatch Logs API Reference, "PutLogEvents".
    pub PUT_LOG_EVENTS: PutLogEvents {
        http: "POST" "/" 200,
        input: PutLogEventsInput,
        output: PutLogEventsOutput,
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| {
            let arn = streams::arn_of(cx, &input.log_group_name, &input.log_stream_name);
            Access::to("logs:PutLogEvents", arn)
        },
        handler: put_log_events,
    }
}

operation! {
    /// Reads the events of one stream, forwards or backwards.
    ///
    /// **Source**: CloudWatch Logs API Reference, "GetLogEvents".
    pub GET_LOG_EVENTS: GetLogEvents {
        http: "POST" "/" 200,
        input: GetLogEventsInput,
        output: GetLogEventsOutput,
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| {
            let name = check::group_name_of(input.log_group_name.as_deref(), input.log_group_identifier.as_deref());
            Access::to("logs:GetLogEvents", streams::arn_of(cx, name, &input.log_stream_name))
        },
        handler: get_log_events,
    }
}

operation! {
    /// Searches the events of a group by time and pattern.
    ///
    /// **Source**: CloudWatch Logs API Reference, "FilterLogEvents".
    pub FILTER_LOG_EVENTS: FilterLogEvents {
        http: "POST" "/" 200,
        input: FilterLogEventsInput,
        output: FilterLogEventsOutput,
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| {
            let name = check::group_name_of(input.log_group_name.as_deref(), input.log_group_identifier.as_deref());
            Access::to("logs:FilterLogEvents", groups::arn_of(cx, name))
        },
        handler: filter_log_events,
    }
}

shape! {
    /// What `PutLogEvents` takes.
    pub struct PutLogEventsInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("logStreamName")] pub log_stream_name: String,
        #[wire("logEvents", required)] pub log_events: Vec<InputLogEvent>,
        #[wire("sequenceToken")] pub sequence_token: Option<String>,
    }

    /// What `PutLogEvents` answers.
    pub struct PutLogEventsOutput {
        #[wire("nextSequenceToken")] pub next_sequence_token: Option<String>,
        #[wire("rejectedLogEventsInfo")] pub rejected_log_events_info: Option<RejectedLogEventsInfo>,
    }

    /// What `GetLogEvents` takes.
    pub struct GetLogEventsInput {
        #[wire("logGroupName")] pub log_group_name: Option<String>,
        #[wire("logGroupIdentifier")] pub log_group_identifier: Option<String>,
        #[wire("logStreamName")] pub log_stream_name: String,
        #[wire("startTime")] pub start_time: Option<i64>,
        #[wire("endTime")] pub end_time: Option<i64>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("limit")] pub limit: Option<i32>,
        #[wire("startFromHead")] pub start_from_head: Option<bool>,
        #[wire("unmask")] pub unmask: Option<bool>,
    }

    /// What `GetLogEvents` answers.
    pub struct GetLogEventsOutput {
        #[wire("events")] pub events: Vec<OutputLogEvent>,
        #[wire("nextForwardToken")] pub next_forward_token: Option<String>,
        #[wire("nextBackwardToken")] pub next_backward_token: Option<String>,
    }

    /// What `FilterLogEvents` takes.
    pub struct FilterLogEventsInput {
        #[wire("logGroupName")] pub log_group_name: Option<String>,
        #[wire("logGroupIdentifier")] pub log_group_identifier: Option<String>,
        #[wire("logStreamNames")] pub log_stream_names: Vec<String>,
        #[wire("logStreamNamePrefix")] pub log_stream_name_prefix: Option<String>,
        #[wire("startTime")] pub start_time: Option<i64>,
        #[wire("endTime")] pub end_time: Option<i64>,
        #[wire("filterPattern")] pub filter_pattern: Option<String>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("limit")] pub limit: Option<i32>,
        #[wire("interleaved")] pub interleaved: Option<bool>,
        #[wire("unmask")] pub unmask: Option<bool>,
    }

    /// What `FilterLogEvents` answers.
    pub struct FilterLogEventsOutput {
        #[wire("events")] pub events: Vec<FilteredLogEvent>,
        #[wire("searchedLogStreams")] pub searched_log_streams: Vec<SearchedLogStream>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// An event to write.
    pub struct InputLogEvent {
        #[wire("timestamp")] pub timestamp: i64,
        #[wire("message")] pub message: String,
    }

    /// Which events of a batch were not taken.
    pub struct RejectedLogEventsInfo {
        #[wire("tooNewLogEventStartIndex")] pub too_new_log_event_start_index: Option<i32>,
        #[wire("tooOldLogEventEndIndex")] pub too_old_log_event_end_index: Option<i32>,
        #[wire("expiredLogEventEndIndex")] pub expired_log_event_end_index: Option<i32>,
    }

    /// An event as read.
    pub struct OutputLogEvent {
        #[wire("timestamp")] pub timestamp: Option<i64>,
        #[wire("message")] pub message: Option<String>,
        #[wire("ingestionTime")] pub ingestion_time: Option<i64>,
    }

    /// An event as found.
    pub struct FilteredLogEvent {
        #[wire("logStreamName")] pub log_stream_name: Option<String>,
        #[wire("timestamp")] pub timestamp: Option<i64>,
        #[wire("message")] pub message: Option<String>,
        #[wire("ingestionTime")] pub ingestion_time: Option<i64>,
        #[wire("eventId")] pub event_id: Option<String>,
    }

    /// A stream that was searched.
    pub struct SearchedLogStream {
        #[wire("logStreamName")] pub log_stream_name: Option<String>,
        #[wire("searchedCompletely")] pub searched_completely: Option<bool>,
    }
}

fn put_log_events(cx: &mut OpContext<'_>, input: PutLogEventsInput) -> ApiResult<PutLogEventsOutput> {
    check_batch(&input.log_events)?;
    let now_ms = cx.now_ms;
    let group = groups::find(cx, &input.log_group_name)?;
    if !group.streams.contains_key(&input.log_stream_name) {
        return Err(errors::no_such_stream());
    }
    let expired_ms = group.retention_days.map(|days| now_ms - i64::from(days) * 24 * 3600 * 1000);
    let times = input.log_events.iter().map(|event| event.timestamp);
    let count = |keep: &dyn Fn(i64) -> bool| times.clone().take_while(|at_ms| keep(*at_ms)).count();
    let too_old = count(&|at_ms| at_ms < now_ms - limits::TOO_OLD_MS);
    let expired = count(&|at_ms| expired_ms.is_some_and(|expired_ms| at_ms < expired_ms));
    let first_too_new = count(&|at_ms| at_ms <= now_ms + limits::TOO_NEW_MS);
    let index = |at: usize| i32::try_from(at).ok();
    let total = input.log_events.len();
    let rejected = RejectedLogEventsInfo {
        too_old_log_event_end_index: index(too_old).filter(|_| too_old > 0),
        expired_log_event_end_index: index(expired).filter(|_| expired > 0),
        too_new_log_event_start_index: index(first_too_new).filter(|_| first_too_new < total),
    };
    let first = too_old.max(expired);
    let taken = input.log_events.into_iter().take(first_too_new).skip(first);
    let taken: Vec<_> = taken.map(|event| (event.timestamp, event.message)).collect();
    group.add(&input.log_stream_name, now_ms, taken);
    Ok(PutLogEventsOutput {
        next_sequence_token: Some(check::SEQUENCE_TOKEN.to_owned()),
        rejected_log_events_info: Some(rejected)
            .filter(|rejected| *rejected != RejectedLogEventsInfo::default()),
    })
}

fn check_batch(events: &[InputLogEvent]) -> ApiResult<()> {
    let mut validation = Validation::new();
    if events.is_empty() || events.len() > limits::BATCH_EVENTS {
        let (word, limit) = if events.is_empty() { ("greater", 1) } else { ("less", limits::BATCH_EVENTS) };
        let constraint = format!("Member must have length {word} than or equal to {limit}");
        validation.problem(Some("[]").filter(|_| events.is_empty()), "logEvents", &constraint);
    }
    for (index, event) in events.iter().enumerate() {
        let place = format!("logEvents.{}.member", index + 1);
        validation.length(&format!("{place}.message"), &event.message, 1, usize::MAX);
        validation.range(&format!("{place}.timestamp"), event.timestamp, 0, i64::MAX);
    }
    validation.finish("InvalidParameterException")?;
    let bytes: usize = events.iter().map(|event| event.message.len() + limits::EVENT_OVERHEAD_BYTES).sum();
    if bytes > limits::BATCH_BYTES {
        return Err(errors::upload_too_large(bytes, limits::BATCH_BYTES));
    }
    if events.windows(2).any(|pair| pair[0].timestamp > pair[1].timestamp) {
        return Err(errors::not_chronological());
    }
    match (events.first(), events.last()) {
        (Some(first), Some(last)) if last.timestamp - first.timestamp > limits::BATCH_SPAN_MS => {
            Err(errors::spans_a_day())
        }
        _ => Ok(()),
    }
}

/// A place between events: `f/` continues after it, `b/` before it.
#[derive(Clone, Copy)]
struct Place {
    at_ms: i64,
    number: u64,
}

impl Place {
    fn of(event: &Event) -> Self {
        Place { at_ms: event.at_ms, number: event.number }
    }

    /// Digits, as the service's own tokens are.
    fn digits(self) -> String {
        let at_ms = self.at_ms.max(0);
        let check =
            (at_ms.unsigned_abs() ^ self.number.wrapping_mul(2_654_435_761)) % 100_000_000_000_000_000;
        format!("{at_ms:019}{:020}{check:017}", self.number)
    }

    fn parse(digits: &str) -> Option<Self> {
        if digits.len() != 56 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let place = Place { at_ms: digits[..19].parse().ok()?, number: digits[19..39].parse().ok()? };
        (place.digits() == digits).then_some(place)
    }

    fn key(self) -> (i64, u64) {
        (self.at_ms, self.number)
    }
}

/// Where a page begins.
enum From {
    Head,
    Tail,
    After(Place),
    Before(Place),
}

fn start_of(input: &GetLogEventsInput) -> ApiResult<From> {
    let Some(token) = &input.next_token else {
        return Ok(if input.start_from_head.unwrap_or(false) { From::Head } else { From::Tail });
    };
    let (direction, digits) = token.split_once('/').ok_or_else(errors::invalid_token)?;
    let place = Place::parse(digits).ok_or_else(errors::invalid_token)?;
    match direction {
        "f" => Ok(From::After(place)),
        "b" => Ok(From::Before(place)),
        _ => Err(errors::invalid_token()),
    }
}

fn get_log_events(cx: &mut OpContext<'_>, input: GetLogEventsInput) -> ApiResult<GetLogEventsOutput> {
    let name = check::one_group(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    let size = check::page_size(input.limit, limits::PAGE_EVENTS)?;
    let from = start_of(&input)?;
    let group = groups::find(cx, name)?;
    let stream = group.streams.get(&input.log_stream_name).ok_or_else(errors::no_such_stream)?;
    let within = |event: &&Event| {
        input.start_time.is_none_or(|start| event.at_ms >= start)
            && input.end_time.is_none_or(|end| event.at_ms < end)
    };
    let events: Vec<&Event> = stream.events.iter().filter(within).collect();
    let (page, asked) = match from {
        From::Head => (first(&events, size), None),
        From::Tail => (last(&events, size), None),
        From::After(place) => {
            let at = events.partition_point(|event| event.place() <= place.key());
            (first(&events[at..], size), Some(place))
        }
        From::Before(place) => {
            let at = events.partition_point(|event| event.place() < place.key());
            (last(&events[..at], size), Some(place))
        }
    };
    let start = Place { at_ms: input.start_time.unwrap_or(0), number: 0 };
    let place = |event: Option<&&Event>| event.map(|event| Place::of(event)).or(asked).unwrap_or(start);
    Ok(GetLogEventsOutput {
        next_forward_token: Some(format!("f/{}", place(page.last()).digits())),
        next_backward_token: Some(format!("b/{}", place(page.first()).digits())),
        events: page
            .iter()
            .map(|event| OutputLogEvent {
                timestamp: Some(event.at_ms),
                message: Some(event.message.clone()),
                ingestion_time: Some(event.ingested_at_ms),
            })
            .collect(),
    })
}

/// How many events fit into a page; one always does.
fn fitting<'e>(events: impl Iterator<Item = &'e &'e Event>, size: usize) -> usize {
    let mut bytes = 0;
    let within = events.take(size).take_while(|event| {
        bytes += event.message.len() + limits::EVENT_OVERHEAD_BYTES;
        bytes <= limits::PAGE_BYTES
    });
    within.count().max(1)
}

fn first<'s, 'e>(events: &'s [&'e Event], size: usize) -> &'s [&'e Event] {
    &events[..fitting(events.iter(), size).min(events.len())]
}

fn last<'s, 'e>(events: &'s [&'e Event], size: usize) -> &'s [&'e Event] {
    &events[events.len().saturating_sub(fitting(events.iter().rev(), size))..]
}

fn filter_log_events(
    cx: &mut OpContext<'_>,
    input: FilterLogEventsInput,
) -> ApiResult<FilterLogEventsOutput> {
    let name = check::one_group(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    let size = check::page_size(input.limit, limits::PAGE_EVENTS)?;
    if !input.log_stream_names.is_empty() && input.log_stream_name_prefix.is_some() {
        return Err(errors::streams_and_prefix());
    }
    let filter = match Filter::parse(input.filter_pattern.as_deref().unwrap_or("")) {
        Ok(filter) => filter,
        Err(FilterProblem::Invalid) => return Err(errors::invalid_filter()),
        Err(FilterProblem::NotSimulated(what)) => {
            cx.not_simulated(what);
            return Err(errors::pattern_not_simulated(what));
        }
    };
    let after = match &input.next_token {
        Some(token) => {
            let digits = paging::position("FilterLogEvents", token).ok_or_else(errors::invalid_token)?;
            Some(Place::parse(&digits).ok_or_else(errors::invalid_token)?.key())
        }
        None => None,
    };
    let group = groups::find(cx, name)?;
    if input.log_stream_names.iter().any(|stream| !group.streams.contains_key(stream)) {
        return Err(errors::no_such_stream());
    }
    let prefix = input.log_stream_name_prefix.as_deref().unwrap_or("");
    let wanted = |stream: &&state::Stream| match input.log_stream_names.is_empty() {
        true => stream.name.starts_with(prefix),
        false => input.log_stream_names.contains(&stream.name),
    };
    let mut found: Vec<(&state::Stream, &Event)> = group
        .streams
        .values()
        .filter(wanted)
        .flat_map(|stream| stream.events.iter().map(move |event| (stream, event)))
        .filter(|(_, event)| after.is_none_or(|after| event.place() > after))
        .filter(|(_, event)| input.start_time.is_none_or(|start| event.at_ms >= start))
        .filter(|(_, event)| input.end_time.is_none_or(|end| event.at_ms <= end))
        .filter(|(_, event)| filter.matches(&event.message))
        .collect();
    sort_by_key(&mut found, |(_, event)| event.place());
    let events: Vec<&Event> = found.iter().map(|(_, event)| *event).collect();
    let count = first(&events, size).len();
    let next_token = events[..count].last().filter(|_| count < events.len());
    Ok(FilterLogEventsOutput {
        next_token: next_token.map(|event| paging::token("FilterLogEvents", &Place::of(event).digits())),
        events: found[..count].iter().map(|(stream, event)| FilteredLogEvent::shown(stream, event)).collect(),
        // Always empty since 2019: every stream is searched.
        searched_log_streams: Vec::new(),
    })
}

impl FilteredLogEvent {
    fn shown(stream: &state::Stream, event: &Event) -> Self {
        FilteredLogEvent {
            log_stream_name: Some(stream.name.clone()),
            timestamp: Some(event.at_ms),
            message: Some(event.message.clone()),
            ingestion_time: Some(event.ingested_at_ms),
            event_id: Some(Place::of(event).digits()),
        }
    }
}
