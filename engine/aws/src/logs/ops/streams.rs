//! Log streams.

use crate::auth::Access;
use crate::context::OpContext;
use crate::logs::ops::groups;
use crate::logs::{check, errors, limits, state};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::ordered::sort_by;
use nuvola_wire::shape;

operation! {
    /// Creates an empty stream in a log group.
    ///
    /// **Source**: CloudWatch Logs API Reference, "CreateLogStream".
    pub CREATE_LOG_STREAM: CreateLogStream {
        http: "POST" "/" 200,
        input: CreateLogStreamInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceAlreadyExistsException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("logs:CreateLogStream", arn_of(cx, &input.log_group_name, &input.log_stream_name)),
        handler: create_log_stream,
    }
}

operation! {
    /// Lists the streams of a group by name, or the latest first.
    ///
    /// **Source**: CloudWatch Logs API Reference, "DescribeLogStreams".
    pub DESCRIBE_LOG_STREAMS: DescribeLogStreams {
        http: "POST" "/" 200,
        input: DescribeLogStreamsInput,
        output: DescribeLogStreamsOutput,
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| {
            let name = check::group_name_of(input.log_group_name.as_deref(), input.log_group_identifier.as_deref());
            Access::to("logs:DescribeLogStreams", groups::arn_of(cx, name))
        },
        handler: describe_log_streams,
    }
}

operation! {
    /// Deletes a stream with its events.
    ///
    /// **Source**: CloudWatch Logs API Reference, "DeleteLogStream".
    pub DELETE_LOG_STREAM: DeleteLogStream {
        http: "POST" "/" 200,
        input: DeleteLogStreamInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException", "ValidationException"],
        access: |cx, input| Access::to("logs:DeleteLogStream", arn_of(cx, &input.log_group_name, &input.log_stream_name)),
        handler: delete_log_stream,
    }
}

shape! {
    /// What `CreateLogStream` takes.
    pub struct CreateLogStreamInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("logStreamName")] pub log_stream_name: String,
    }

    /// What `DescribeLogStreams` takes.
    pub struct DescribeLogStreamsInput {
        #[wire("logGroupName")] pub log_group_name: Option<String>,
        #[wire("logGroupIdentifier")] pub log_group_identifier: Option<String>,
        #[wire("logStreamNamePrefix")] pub log_stream_name_prefix: Option<String>,
        #[wire("orderBy")] pub order_by: Option<String>,
        #[wire("descending")] pub descending: Option<bool>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("limit")] pub limit: Option<i32>,
    }

    /// What `DescribeLogStreams` answers.
    pub struct DescribeLogStreamsOutput {
        #[wire("logStreams")] pub log_streams: Vec<LogStream>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// What `DeleteLogStream` takes.
    pub struct DeleteLogStreamInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("logStreamName")] pub log_stream_name: String,
    }

    /// A log stream.
    pub struct LogStream {
        #[wire("logStreamName")] pub log_stream_name: Option<String>,
        #[wire("creationTime")] pub creation_time: Option<i64>,
        #[wire("firstEventTimestamp")] pub first_event_timestamp: Option<i64>,
        #[wire("lastEventTimestamp")] pub last_event_timestamp: Option<i64>,
        #[wire("lastIngestionTime")] pub last_ingestion_time: Option<i64>,
        #[wire("uploadSequenceToken")] pub upload_sequence_token: Option<String>,
        #[wire("arn")] pub arn: Option<String>,
        #[wire("storedBytes")] pub stored_bytes: Option<i64>,
    }
}

/// The ARN of a stream.
pub fn arn_of(cx: &OpContext<'_>, group: &str, stream: &str) -> String {
    cx.arn("logs", &format!("log-group:{group}:log-stream:{stream}")).to_string()
}

pub fn make(cx: &OpContext<'_>, name: &str) -> state::Stream {
    state::Stream {
        name: name.to_owned(),
        created_at_ms: cx.now_ms,
        events: Vec::new(),
        last_ingestion_ms: None,
    }
}

fn create_log_stream(cx: &mut OpContext<'_>, input: CreateLogStreamInput) -> ApiResult<()> {
    check::group_name(&input.log_group_name).finish("InvalidParameterException")?;
    check::stream_name(&input.log_stream_name)?;
    let stream = make(cx, &input.log_stream_name);
    let group = groups::find(cx, &input.log_group_name)?;
    if group.streams.contains_key(&input.log_stream_name) {
        return Err(errors::stream_exists());
    }
    group.streams.insert(input.log_stream_name, stream);
    Ok(())
}

fn delete_log_stream(cx: &mut OpContext<'_>, input: DeleteLogStreamInput) -> ApiResult<()> {
    let group = groups::find(cx, &input.log_group_name)?;
    let removed = group.streams.remove(&input.log_stream_name);
    removed.map(|_| ()).ok_or_else(errors::no_such_stream)
}

fn describe_log_streams(
    cx: &mut OpContext<'_>,
    input: DescribeLogStreamsInput,
) -> ApiResult<DescribeLogStreamsOutput> {
    let name = check::one_group(input.log_group_name.as_deref(), input.log_group_identifier.as_deref())?;
    let order = input.order_by.as_deref().unwrap_or("LogStreamName");
    let orders = ["LogStreamName", "LastEventTime"];
    Validation::new().one_of("orderBy", order, &orders).finish("InvalidParameterException")?;
    let by_time = order == "LastEventTime";
    if by_time && input.log_stream_name_prefix.is_some() {
        return Err(errors::order_with_prefix());
    }
    let size = check::page_size(input.limit, limits::PAGE_DESCRIPTIONS)?;
    let scope = "DescribeLogStreams";
    let after = match &input.next_token {
        Some(token) => Some(paging::position(scope, token).ok_or_else(errors::invalid_token)?),
        None => None,
    };
    let prefix = input.log_stream_name_prefix.unwrap_or_default();
    let arn_prefix = arn_of(cx, name, "");
    let group = groups::find(cx, name)?;
    let last_event = |stream: &state::Stream| stream.events.last().map_or(0, |event| event.at_ms);
    let key = |stream: &state::Stream| match by_time {
        true => format!("{:020} {}", last_event(stream), stream.name),
        false => stream.name.clone(),
    };
    let streams = group.streams.values().filter(|stream| stream.name.starts_with(&prefix));
    let mut items: Vec<_> = streams.map(|stream| (key(stream), stream)).collect();
    sort_by(&mut items, |a, b| a.0.cmp(&b.0));
    if input.descending.unwrap_or(false) {
        items.reverse();
    }
    let start = match after {
        Some(after) => items.iter().position(|(key, _)| *key == after).map_or(items.len(), |at| at + 1),
        None => 0,
    };
    let page = &items[start..items.len().min(start + size)];
    let more = start + page.len() < items.len();
    Ok(DescribeLogStreamsOutput {
        log_streams: page.iter().map(|(_, stream)| LogStream::shown(&arn_prefix, stream)).collect(),
        next_token: page.last().filter(|_| more).map(|(key, _)| paging::token(scope, key)),
    })
}

impl LogStream {
    fn shown(arn_prefix: &str, stream: &state::Stream) -> Self {
        LogStream {
            log_stream_name: Some(stream.name.clone()),
            creation_time: Some(stream.created_at_ms),
            first_event_timestamp: stream.events.first().map(|event| event.at_ms),
            last_event_timestamp: stream.events.last().map(|event| event.at_ms),
            last_ingestion_time: stream.last_ingestion_ms,
            upload_sequence_token: Some(check::SEQUENCE_TOKEN.to_owned()),
            arn: Some(format!("{arn_prefix}{}", stream.name)),
            // Since 2019 a stream always says zero.
            stored_bytes: Some(0),
        }
    }
}
