//! The operations of DynamoDB Streams.

use super::{Author, Record, Stream, parse_sequence_number, sequence_number};
use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::attr::item_to_json;
use crate::dynamodb::ops::key_schema;
use crate::dynamodb::state::RegionState;
use crate::dynamodb::{errors, limits};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::checksum::sha256_hex;
use nuvola_wire::shape;
use serde_json::{Value as Json, json};

operation! {
    /// Lists streams, of all tables or of one.
    ///
    /// **Source**: DynamoDB Streams API Reference, "ListStreams".
    pub LIST_STREAMS: ListStreams {
        http: "POST" "/" 200,
        input: ListStreamsInput,
        output: ListStreamsOutput,
        errors: ["ResourceNotFoundException", "InternalServerError"],
        access: |cx, input| match &input.table_name {
            Some(name) => Access::to("dynamodb:ListStreams", cx.arn("dynamodb", &format!("table/{name}/stream/*")).to_string()),
            None => Access::to("dynamodb:ListStreams", "*"),
        },
        handler: list_streams,
    }
}

operation! {
    /// Tells a stream's shards, status and view.
    ///
    /// **Source**: DynamoDB Streams API Reference, "DescribeStream".
    pub DESCRIBE_STREAM: DescribeStream {
        http: "POST" "/" 200,
        input: DescribeStreamInput,
        output: DescribeStreamOutput,
        errors: ["ResourceNotFoundException", "InternalServerError"],
        access: |_, input| Access::to("dynamodb:DescribeStream", input.arn.as_str()),
        handler: describe_stream,
    }
}

operation! {
    /// Gives an iterator over the records of a shard.
    ///
    /// **Source**: DynamoDB Streams API Reference, "GetShardIterator".
    pub GET_SHARD_ITERATOR: GetShardIterator {
        http: "POST" "/" 200,
        input: GetShardIteratorInput,
        output: GetShardIteratorOutput,
        errors: ["ResourceNotFoundException", "InternalServerError", "TrimmedDataAccessException"],
        access: |_, input| Access::to("dynamodb:GetShardIterator", input.arn.as_str()),
        handler: get_shard_iterator,
    }
}

operation! {
    /// Reads records from an iterator on.
    ///
    /// **Source**: DynamoDB Streams API Reference, "GetRecords".
    pub GET_RECORDS: GetRecords {
        http: "POST" "/" 200,
        input: GetRecordsInput,
        output: GetRecordsOutput,
        errors: ["ResourceNotFoundException", "LimitExceededException", "InternalServerError", "ExpiredIteratorException", "TrimmedDataAccessException"],
        access: |_, input| Access::to("dynamodb:GetRecords", stream_of(&input.iterator)),
        handler: get_records,
    }
}

shape! {
    /// What `ListStreams` takes.
    pub struct ListStreamsInput {
        #[wire("TableName")] pub table_name: Option<String>,
        #[wire("Limit")] pub limit: Option<i32>,
        #[wire("ExclusiveStartStreamArn")] pub start: Option<String>,
    }

    /// What `ListStreams` answers.
    pub struct ListStreamsOutput {
        #[wire("Streams")] pub streams: Vec<StreamShown>,
        #[wire("LastEvaluatedStreamArn")] pub last: Option<String>,
    }

    /// A stream in a list.
    pub struct StreamShown {
        #[wire("StreamArn")] pub arn: String,
        #[wire("TableName")] pub table: String,
        #[wire("StreamLabel")] pub label: String,
    }

    /// What `DescribeStream` takes.
    pub struct DescribeStreamInput {
        #[wire("StreamArn")] pub arn: String,
        #[wire("Limit")] pub limit: Option<i32>,
        #[wire("ExclusiveStartShardId")] pub start: Option<String>,
        #[wire("ShardFilter")] pub filter: Option<Json>,
    }

    /// What `DescribeStream` answers.
    pub struct DescribeStreamOutput {
        #[wire("StreamDescription")] pub description: Option<Json>,
    }

    /// What `GetShardIterator` takes.
    pub struct GetShardIteratorInput {
        #[wire("StreamArn")] pub arn: String,
        #[wire("ShardId")] pub shard_id: String,
        #[wire("ShardIteratorType")] pub kind: String,
        #[wire("SequenceNumber")] pub number: Option<String>,
    }

    /// What `GetShardIterator` answers.
    pub struct GetShardIteratorOutput {
        #[wire("ShardIterator")] pub iterator: Option<String>,
    }

    /// What `GetRecords` takes.
    pub struct GetRecordsInput {
        #[wire("ShardIterator")] pub iterator: String,
        #[wire("Limit")] pub limit: Option<i32>,
    }

    /// What `GetRecords` answers.
    pub struct GetRecordsOutput {
        #[wire("Records")] pub records: Vec<Json>,
        #[wire("NextShardIterator")] pub next: Option<String>,
    }
}

fn region<'s>(cx: &'s OpContext<'_>) -> Option<&'s RegionState> {
    cx.state().dynamodb.regions.get(&cx.region)
}

/// A stream by its ARN, open or closed.
pub fn find<'s>(cx: &'s OpContext<'_>, arn: &str) -> Option<&'s Stream> {
    find_in(region(cx)?, arn, cx.now_ms)
}

/// As [`find`], in a region.
pub fn find_in<'s>(region: &'s RegionState, arn: &str, now_ms: i64) -> Option<&'s Stream> {
    let table = arn.split_once(":table/")?.1.split('/').next()?;
    let open = region.tables.get(table).and_then(|table| table.stream.as_ref());
    let closed = || region.closed_streams.get(arn).filter(|stream| is_kept(stream, now_ms));
    open.filter(|stream| stream.arn == arn).or_else(closed)
}

fn is_kept(stream: &Stream, now_ms: i64) -> bool {
    stream.closed_at_ms.is_none_or(|at_ms| at_ms + limits::STREAM_MS > now_ms)
}

fn page_size(limit: Option<i32>, most: i32) -> ApiResult<usize> {
    let limit = limit.unwrap_or(most);
    let mut validation = Validation::new();
    validation.range("limit", limit.into(), 1, most.into()).finish("ValidationException")?;
    Ok(usize::try_from(limit).unwrap_or(1))
}

fn list_streams(cx: &mut OpContext<'_>, input: ListStreamsInput) -> ApiResult<ListStreamsOutput> {
    let size = page_size(input.limit, 100)?;
    let Some(region) = region(cx) else { return Ok(ListStreamsOutput::default()) };
    let open = region.tables.values().filter_map(|table| table.stream.as_ref());
    let closed = region.closed_streams.values().filter(|stream| is_kept(stream, cx.now_ms));
    let wanted = |stream: &&Stream| input.table_name.as_ref().is_none_or(|name| *name == stream.table);
    let mut streams: Vec<&Stream> = open.chain(closed).filter(wanted).collect();
    nuvola_kernel::ordered::sort_by(&mut streams, |a, b| a.arn.cmp(&b.arn));
    if let Some(start) = &input.start {
        streams.retain(|stream| stream.arn > *start);
    }
    let more = streams.len() > size;
    streams.truncate(size);
    let last = streams.last().filter(|_| more).map(|stream| stream.arn.clone());
    let shown = streams.into_iter().map(|stream| StreamShown {
        arn: stream.arn.clone(),
        table: stream.table.clone(),
        label: stream.label.clone(),
    });
    Ok(ListStreamsOutput { streams: shown.collect(), last })
}

fn describe_stream(cx: &mut OpContext<'_>, input: DescribeStreamInput) -> ApiResult<DescribeStreamOutput> {
    page_size(input.limit, 100)?;
    if input.filter.is_some() {
        cx.not_simulated("`ShardFilter` of `DescribeStream`");
    }
    let stream = find(cx, &input.arn).ok_or_else(|| errors::no_such_stream(&input.arn))?;
    let mut range = json!({ "StartingSequenceNumber": sequence_number(1) });
    if stream.closed_at_ms.is_some() {
        range["EndingSequenceNumber"] = sequence_number(stream.next.max(2) - 1).into();
    }
    let shards = match input.start.as_deref() == Some(stream.shard_id.as_str()) {
        true => json!([]),
        false => json!([{ "ShardId": stream.shard_id, "SequenceNumberRange": range }]),
    };
    let status = if stream.closed_at_ms.is_some() { "DISABLED" } else { "ENABLED" };
    let description = json!({
        "StreamArn": stream.arn,
        "StreamLabel": stream.label,
        "StreamStatus": status,
        "StreamViewType": stream.view.name(),
        "CreationRequestDateTime": seconds(stream.created_at_ms),
        "TableName": stream.table,
        "KeySchema": key_schema(&stream.key),
        "Shards": shards,
    });
    Ok(DescribeStreamOutput { description: Some(description) })
}

fn seconds(at_ms: i64) -> Json {
    Timestamp(at_ms).epoch_s().into()
}

/// What an iterator says: the stream, the next record's number, and when it was given.
fn iterator(stream: &Stream, number: u64, now_ms: i64) -> String {
    let token = paging::token("GetRecords", &format!("{}|{number}|{now_ms}", stream.arn));
    format!("{}|1|{token}", stream.arn)
}

/// The ARN that stands readably before the token.
fn stream_of(iterator: &str) -> &str {
    iterator.split('|').next().unwrap_or_default()
}

fn parse_iterator(text: &str) -> Option<(String, u64, i64)> {
    let position = paging::position("GetRecords", text.rsplit('|').next()?)?;
    let mut parts = position.rsplitn(3, '|');
    let given_at_ms = parts.next()?.parse().ok()?;
    let number = parts.next()?.parse().ok()?;
    let arn = parts.next()?;
    (stream_of(text) == arn).then(|| (arn.to_owned(), number, given_at_ms))
}

fn get_shard_iterator(
    cx: &mut OpContext<'_>,
    input: GetShardIteratorInput,
) -> ApiResult<GetShardIteratorOutput> {
    let kinds = ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"];
    let mut validation = Validation::new();
    validation.one_of("shardIteratorType", &input.kind, &kinds).finish("ValidationException")?;
    let stream = find(cx, &input.arn).ok_or_else(|| errors::no_such_stream(&input.arn))?;
    if stream.shard_id != input.shard_id {
        return Err(errors::no_such_shard());
    }
    let oldest = stream.oldest(cx.now_ms);
    let given = || {
        let number = input.number.as_deref().and_then(parse_sequence_number);
        let number =
            number.filter(|number| *number < stream.next).ok_or_else(errors::invalid_sequence_number)?;
        if number < oldest && number > 1 { Err(errors::trimmed()) } else { Ok(number) }
    };
    let number = match input.kind.as_str() {
        "LATEST" => stream.next,
        "AT_SEQUENCE_NUMBER" => given()?,
        "AFTER_SEQUENCE_NUMBER" => given()? + 1,
        _ => oldest,
    };
    Ok(GetShardIteratorOutput { iterator: Some(iterator(stream, number, cx.now_ms)) })
}

fn get_records(cx: &mut OpContext<'_>, input: GetRecordsInput) -> ApiResult<GetRecordsOutput> {
    let size = page_size(input.limit, 1000)?.min(limits::STREAM_RECORDS);
    let (arn, number, given_at_ms) = parse_iterator(&input.iterator).ok_or_else(errors::invalid_iterator)?;
    if given_at_ms + limits::ITERATOR_MS < cx.now_ms {
        return Err(errors::expired_iterator());
    }
    let stream = find(cx, &arn).ok_or_else(|| errors::no_such_stream(&arn))?;
    let oldest = stream.oldest(cx.now_ms);
    if number < oldest {
        return Err(errors::trimmed());
    }
    let mut bytes = 0;
    let page: Vec<&Record> = stream
        .from(number, cx.now_ms)
        .take(size)
        .take_while(|record| {
            let first = bytes == 0;
            bytes += record.size_bytes();
            first || bytes <= limits::STREAM_PAGE_BYTES
        })
        .collect();
    let next = page.last().map_or(number, |record| record.number + 1);
    let ended = stream.closed_at_ms.is_some() && next >= stream.next;
    Ok(GetRecordsOutput {
        records: page.iter().map(|record| shown(cx.region.as_str(), stream, record)).collect(),
        next: (!ended).then(|| iterator(stream, next, cx.now_ms)),
    })
}

/// A record as `GetRecords` shows it, and as a function gets it.
pub fn shown(region: &str, stream: &Stream, record: &Record) -> Json {
    let number = sequence_number(record.number);
    let mut change = json!({
        "ApproximateCreationDateTime": seconds(record.at_ms),
        "Keys": item_to_json(&record.keys),
        "SequenceNumber": number,
        "SizeBytes": record.size_bytes(),
        "StreamViewType": stream.view.name(),
    });
    for (member, image) in [("NewImage", &record.new), ("OldImage", &record.old)] {
        if let Some(image) = image {
            change[member] = item_to_json(image).into();
        }
    }
    let event_id = sha256_hex(format!("{} {number}", stream.arn).as_bytes());
    let mut shown = json!({
        "eventID": &event_id[..32],
        "eventName": record.event.name(),
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": region,
        "dynamodb": change,
    });
    if record.author == Author::TimeToLive {
        shown["userIdentity"] = json!({ "Type": "Service", "PrincipalId": "dynamodb.amazonaws.com" });
    }
    shown
}
