//! Query and scan: items of a table or an index, a page at a time.

use crate::context::OpContext;
use crate::dynamodb::attr::{Item, item_bytes, item_from_json, item_to_json};
use crate::dynamodb::capacity::{Strength, read_cost};
use crate::dynamodb::expression::ast::{Condition, Operand, Path};
use crate::dynamodb::expression::check::Placeholders;
use crate::dynamodb::expression::key_condition::{self, KeyRange};
use crate::dynamodb::expression::project::project;
use crate::dynamodb::expression::{Purpose, eval, legacy};
use crate::dynamodb::key::{self, Span};
use crate::dynamodb::ops::common::{self, Consumed, Report, to_index, usable, usable_mut};
use crate::dynamodb::ops::items::{check_not_mixed, strength, view, with_projection};
use crate::dynamodb::read::Source;
use crate::dynamodb::replicas::View;
use crate::dynamodb::state::{Index, Projection, Table};
use crate::dynamodb::{errors, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_kernel::Blob;
use nuvola_wire::shape;
use serde_json::Value as Json;
use std::ops::{Bound, RangeBounds};

operation! {
    /// Reads the items of one partition, in the order of their sort keys.
    ///
    /// **Source**: DynamoDB API Reference, "Query".
    pub QUERY: Query {
        http: "POST" "/" 200,
        input: QueryInput,
        output: PageOutput,
        errors: ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            let access = to_index(cx, "dynamodb:Query", &input.table_name, input.index_name.as_deref());
            let access = match partition(cx, input) {
                Some(text) => access.with_key("dynamodb:LeadingKeys", [text]),
                None => access,
            };
            with_projection(access, input.projection.as_deref(), input.names.as_ref(), input.attributes_to_get.as_deref())
        },
        handler: query,
    }
}

operation! {
    /// Reads all items, or those of one segment.
    ///
    /// **Source**: DynamoDB API Reference, "Scan".
    pub SCAN: Scan {
        http: "POST" "/" 200,
        input: ScanInput,
        output: PageOutput,
        errors: ["ProvisionedThroughputExceededException", "ResourceNotFoundException", "RequestLimitExceeded", "InternalServerError", "ThrottlingException"],
        access: |cx, input| {
            let access = to_index(cx, "dynamodb:Scan", &input.table_name, input.index_name.as_deref());
            with_projection(access, input.projection.as_deref(), input.names.as_ref(), input.attributes_to_get.as_deref())
        },
        handler: scan,
    }
}

shape! {
    /// What `Query` takes.
    pub struct QueryInput {
        #[wire("TableName")] pub table_name: String,
        #[wire("IndexName")] pub index_name: Option<String>,
        #[wire("Select")] pub select: Option<String>,
        #[wire("AttributesToGet")] pub attributes_to_get: Option<Vec<String>>,
        #[wire("Limit")] pub limit: Option<i32>,
        #[wire("ConsistentRead")] pub consistent: Option<bool>,
        #[wire("KeyConditions")] pub key_conditions: Option<Json>,
        #[wire("QueryFilter")] pub legacy_filter: Option<Json>,
        #[wire("ConditionalOperator")] pub conditional_operator: Option<String>,
        #[wire("ScanIndexForward")] pub forward: Option<bool>,
        #[wire("ExclusiveStartKey")] pub start: Option<Json>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
        #[wire("ProjectionExpression")] pub projection: Option<String>,
        #[wire("FilterExpression")] pub filter: Option<String>,
        #[wire("KeyConditionExpression")] pub key_condition: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
        #[wire("ExpressionAttributeValues")] pub values: Option<Json>,
    }

    /// What `Scan` takes.
    pub struct ScanInput {
        #[wire("TableName")] pub table_name: String,
        #[wire("IndexName")] pub index_name: Option<String>,
        #[wire("Select")] pub select: Option<String>,
        #[wire("AttributesToGet")] pub attributes_to_get: Option<Vec<String>>,
        #[wire("Limit")] pub limit: Option<i32>,
        #[wire("ConsistentRead")] pub consistent: Option<bool>,
        #[wire("ScanFilter")] pub legacy_filter: Option<Json>,
        #[wire("ConditionalOperator")] pub conditional_operator: Option<String>,
        #[wire("ExclusiveStartKey")] pub start: Option<Json>,
        #[wire("ReturnConsumedCapacity")] pub report: Option<String>,
        #[wire("TotalSegments")] pub total_segments: Option<i32>,
        #[wire("Segment")] pub segment: Option<i32>,
        #[wire("ProjectionExpression")] pub projection: Option<String>,
        #[wire("FilterExpression")] pub filter: Option<String>,
        #[wire("ExpressionAttributeNames")] pub names: Option<Json>,
        #[wire("ExpressionAttributeValues")] pub values: Option<Json>,
    }

    /// What `Query` and `Scan` answer.
    pub struct PageOutput {
        #[wire("Items")] pub items: Option<Vec<Json>>,
        #[wire("Count")] pub count: Option<i64>,
        #[wire("ScannedCount")] pub scanned: Option<i64>,
        #[wire("LastEvaluatedKey")] pub last: Option<Json>,
        #[wire("ConsumedCapacity")] pub consumed: Option<Json>,
    }
}

/// The partition key of a query, for its permission.
fn partition(cx: &OpContext<'_>, input: &QueryInput) -> Option<String> {
    let table = common::region_of(cx)?.tables.get(common::table_name(&input.table_name))?;
    let hash = match &input.index_name {
        Some(name) => &table.indexes.get(name)?.key.hash,
        None => &table.key.hash,
    };
    let tests = match &input.key_conditions {
        Some(conditions) => legacy::key_conditions(conditions).ok()?,
        None => {
            let expressions = [(Purpose::KeyCondition, true)];
            let mut placeholders =
                Placeholders::new(input.names.as_ref(), input.values.as_ref(), &expressions).ok()?;
            let condition = placeholders.condition(Purpose::KeyCondition, input.key_condition.as_deref());
            key_condition::tests(condition.ok()??).ok()?
        }
    };
    let (_, test) = tests.into_iter().find(|(name, _)| name == hash)?;
    if let key_condition::KeyTest::Compare(_, value) = test { common::leading_text(&value) } else { None }
}

/// What a page shows of its items.
enum Shown {
    /// What the table or index has.
    Projected,
    /// The whole item, fetched from the table where the index has only a part.
    Whole,
    Paths(Vec<Path>),
    Count,
}

/// A page that is to be read.
struct Reading {
    index: Option<String>,
    strength: Strength,
    filter: Option<Condition>,
    shown: Shown,
    limit: usize,
    forward: bool,
    start: Option<Item>,
    report: Report,
}

/// The words and numbers that query and scan have in common.
struct Common<'i> {
    select: Option<&'i str>,
    limit: Option<i32>,
    report: Option<&'i str>,
    conditional_operator: Option<&'i str>,
    index_name: Option<&'i str>,
    attributes_to_get: Option<&'i [String]>,
    projection: Option<&'i str>,
    filter: Option<&'i str>,
    legacy_filter: Option<&'i Json>,
    start: Option<&'i Json>,
    consistent: Option<bool>,
    names: Option<&'i Json>,
    values: Option<&'i Json>,
}

macro_rules! common {
    ($input:expr) => {
        Common {
            select: $input.select.as_deref(),
            limit: $input.limit,
            report: $input.report.as_deref(),
            conditional_operator: $input.conditional_operator.as_deref(),
            index_name: $input.index_name.as_deref(),
            attributes_to_get: $input.attributes_to_get.as_deref(),
            projection: $input.projection.as_deref(),
            filter: $input.filter.as_deref(),
            legacy_filter: $input.legacy_filter.as_ref(),
            start: $input.start.as_ref(),
            consistent: $input.consistent,
            names: $input.names.as_ref(),
            values: $input.values.as_ref(),
        }
    };
}

/// The expressions of a page, read.
struct Expressions {
    start: Option<Item>,
    paths: Option<Vec<Path>>,
    filter: Option<Condition>,
    /// Only a query has one.
    key_condition: Option<Condition>,
}

impl Common<'_> {
    fn check(&self, validation: &mut Validation) -> Report {
        if let Some(select) = self.select {
            let words = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"];
            validation.one_of("select", select, &words);
        }
        if let Some(limit) = self.limit {
            validation.range("limit", limit.into(), 1, i64::MAX);
        }
        if let Some(operator) = self.conditional_operator {
            validation.one_of("conditionalOperator", operator, &["AND", "OR"]);
        }
        if let Some(name) = self.index_name {
            let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
            validation.pattern("indexName", name, "[a-zA-Z0-9_.-]+", name.chars().all(legal));
            validation.length("indexName", name, 3, 255);
        }
        common::check_report(validation, self.report)
    }

    /// Reads the expressions. `key_condition` is nothing for a scan.
    fn expressions(&self, key_condition: Option<Option<&str>>) -> ApiResult<Expressions> {
        let start = self.start.map(item_from_json).transpose()?;
        let mut expressions =
            vec![(Purpose::Projection, self.projection.is_some()), (Purpose::Filter, self.filter.is_some())];
        expressions.extend(key_condition.map(|text| (Purpose::KeyCondition, text.is_some())));
        let mut placeholders = Placeholders::new(self.names, self.values, &expressions)?;
        let paths = placeholders.projection(self.projection)?;
        let filter = placeholders.condition(Purpose::Filter, self.filter)?;
        let key_condition = match key_condition {
            Some(text) => placeholders.condition(Purpose::KeyCondition, text)?,
            None => None,
        };
        placeholders.finish()?;
        Ok(Expressions { start, paths, filter, key_condition })
    }

    /// The page that is asked for, legacy parameters in place of their expressions.
    fn reading(&self, report: Report, expressions: Expressions, forward: bool) -> ApiResult<Reading> {
        let Expressions { start, mut paths, mut filter, key_condition: _ } = expressions;
        if let Some(names) = self.attributes_to_get {
            paths = Some(legacy::attributes_to_get(names)?);
        }
        if let Some(legacy_filter) = self.legacy_filter {
            filter = legacy::filter(legacy_filter, self.conditional_operator)?;
        }
        let parameter =
            if self.attributes_to_get.is_some() { "AttributesToGet" } else { "ProjectionExpression" };
        Ok(Reading {
            shown: self.shown(paths, parameter)?,
            index: self.index_name.map(str::to_owned),
            strength: strength(self.consistent),
            filter,
            limit: self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX),
            forward,
            start,
            report,
        })
    }

    /// What `Select` and a projection mean together.
    fn shown(&self, paths: Option<Vec<Path>>, parameter: &str) -> ApiResult<Shown> {
        match (self.select, paths) {
            (None | Some("SPECIFIC_ATTRIBUTES"), Some(paths)) => Ok(Shown::Paths(paths)),
            (Some("SPECIFIC_ATTRIBUTES"), None) => Err(errors::validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
            )),
            (Some("COUNT"), Some(_)) => Err(errors::validation(format!(
                "Cannot specify the {parameter} when choosing to get only the Count"
            ))),
            (Some(select), Some(_)) => Err(errors::validation(format!(
                "Cannot specify the {parameter} when choosing to get {select}"
            ))),
            (Some("COUNT"), None) => Ok(Shown::Count),
            (Some("ALL_ATTRIBUTES"), None) => Ok(Shown::Whole),
            (Some("ALL_PROJECTED_ATTRIBUTES"), None) if self.index_name.is_none() => Err(errors::validation(
                "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
            )),
            (Some(_) | None, None) => Ok(Shown::Projected),
        }
    }
}

fn query(cx: &mut OpContext<'_>, input: QueryInput) -> ApiResult<PageOutput> {
    let words = common!(input);
    let mut validation = Validation::new();
    let report = words.check(&mut validation);
    validation.finish("ValidationException")?;
    check_not_mixed(
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("QueryFilter", input.legacy_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
            ("KeyConditions", input.key_conditions.is_some()),
        ],
        &[
            ("ProjectionExpression", input.projection.is_some()),
            ("FilterExpression", input.filter.is_some()),
            ("KeyConditionExpression", input.key_condition.is_some()),
        ],
    )?;
    let mut expressions = words.expressions(Some(input.key_condition.as_deref()))?;
    let tests = match (expressions.key_condition.take(), &input.key_conditions) {
        (Some(condition), _) => key_condition::tests(condition)?,
        (None, Some(conditions)) => legacy::key_conditions(conditions)?,
        (None, None) => return Err(errors::no_key_condition()),
    };
    let reading = words.reading(report, expressions, input.forward != Some(false))?;
    let table = usable(cx, &input.table_name)?;
    let index = find_index(table, &reading)?;
    let schema = index.map_or(&table.key, |index| &index.key);
    let range = key_condition::key_range(tests, schema, &table.kinds())?;
    if let Some(filter) = &reading.filter
        && let Some(name) = heads(filter).into_iter().find(|head| schema.names().any(|name| name == head))
    {
        return Err(match input.legacy_filter {
            Some(_) => errors::legacy_filter_on_key(name),
            None => errors::filter_on_key(name),
        });
    }
    let span = query_span(table, index, &reading, &range)?;
    read_page(cx, &input.table_name, &reading, span)
}

fn scan(cx: &mut OpContext<'_>, input: ScanInput) -> ApiResult<PageOutput> {
    let words = common!(input);
    let mut validation = Validation::new();
    let report = words.check(&mut validation);
    if let Some(segment) = input.segment {
        validation.range("segment", segment.into(), 0, 999_999);
    }
    if let Some(total) = input.total_segments {
        validation.range("totalSegments", total.into(), 1, 1_000_000);
    }
    validation.finish("ValidationException")?;
    check_not_mixed(
        &[
            ("AttributesToGet", input.attributes_to_get.is_some()),
            ("ScanFilter", input.legacy_filter.is_some()),
            ("ConditionalOperator", input.conditional_operator.is_some()),
        ],
        &[("ProjectionExpression", input.projection.is_some()), ("FilterExpression", input.filter.is_some())],
    )?;
    let segment = match (input.segment, input.total_segments) {
        (None, None) => None,
        (Some(_), None) => return Err(errors::segment_without_total()),
        (None, Some(_)) => return Err(errors::total_without_segment()),
        (Some(segment), Some(total)) if segment >= total => {
            return Err(errors::segment_too_large(segment, total));
        }
        (Some(segment), Some(total)) => Some((segment.unsigned_abs(), total.unsigned_abs())),
    };
    let reading = words.reading(report, words.expressions(None)?, true)?;
    let table = usable(cx, &input.table_name)?;
    let index = find_index(table, &reading)?;
    let mut span: Span = match segment {
        Some((segment, total)) => key::segment_span(segment.into(), total.into()),
        None => (Bound::Unbounded, Bound::Unbounded),
    };
    if let Some(start) = &reading.start {
        let start = start_bytes(table, index, start)?;
        if let (Some((segment, total)), false) = (segment, span.contains(&start)) {
            return Err(errors::start_key(&format!(
                "invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {segment}"
            )));
        }
        span.0 = Bound::Excluded(start);
    }
    read_page(cx, &input.table_name, &reading, span)
}

/// The attributes that a condition looks at.
fn heads(condition: &Condition) -> Vec<&str> {
    fn of_operand<'c>(operand: &'c Operand, found: &mut Vec<&'c str>) {
        match operand {
            Operand::Path(path) => found.push(path.head()),
            Operand::Function(function) => {
                function.arguments.iter().for_each(|argument| of_operand(argument, found));
            }
            Operand::Placeholder(_) | Operand::Value(_) => {}
            Operand::Plus(sides) | Operand::Minus(sides) => {
                of_operand(&sides.0, found);
                of_operand(&sides.1, found);
            }
        }
    }
    fn of<'c>(condition: &'c Condition, found: &mut Vec<&'c str>) {
        match condition {
            Condition::And(sides) | Condition::Or(sides) => {
                of(&sides.0, found);
                of(&sides.1, found);
            }
            Condition::Not(inner) => of(inner, found),
            Condition::Compare(_, left, right) => {
                of_operand(left, found);
                of_operand(right, found);
            }
            Condition::Between(value, low, high) => {
                [value, low, high].into_iter().for_each(|operand| of_operand(operand, found));
            }
            Condition::In(value, choices) => {
                of_operand(value, found);
                choices.iter().for_each(|choice| of_operand(choice, found));
            }
            Condition::Function(function) => {
                function.arguments.iter().for_each(|argument| of_operand(argument, found));
            }
        }
    }
    let mut found = Vec::new();
    of(condition, &mut found);
    found
}

/// The index that is read, if it can answer what is asked.
fn find_index<'t>(table: &'t Table, reading: &Reading) -> ApiResult<Option<&'t Index>> {
    let Some(name) = &reading.index else { return Ok(None) };
    let index = table.indexes.get(name).ok_or_else(|| errors::no_such_index(name))?;
    if !index.global {
        return Ok(Some(index));
    }
    if reading.strength == Strength::Strong {
        return Err(errors::consistent_on_global());
    }
    if index.backfilling {
        return Err(errors::backfilling(name));
    }
    match &reading.shown {
        Shown::Whole if index.projection != Projection::All => Err(errors::invalid(&format!(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index {name} because its projection type is not ALL"
        ))),
        Shown::Paths(paths) => {
            let lacking: Vec<&str> =
                paths.iter().map(Path::head).filter(|head| !index.shows(&table.key, head)).collect();
            if lacking.is_empty() {
                return Ok(Some(index));
            }
            Err(errors::invalid(&format!(
                "Global secondary index {name} does not project [{}]",
                lacking.join(", ")
            )))
        }
        Shown::Whole | Shown::Projected | Shown::Count => Ok(Some(index)),
    }
}

/// The place of a starting key: the table's key and that of the index.
fn start_bytes(table: &Table, index: Option<&Index>, start: &Item) -> ApiResult<Blob> {
    let mismatch = || errors::start_key("invalid: The provided key element does not match the schema");
    let mut names: Vec<&String> = table.key.names().collect();
    for name in index.into_iter().flat_map(|index| index.key.names()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if start.len() != names.len() {
        return Err(errors::start_key("invalid"));
    }
    for name in names {
        let value = start.get(name).ok_or_else(mismatch)?;
        if value.kind() != table.kind_of(name) {
            return Err(mismatch());
        }
    }
    let own = key::key_bytes(&table.key, start).ok_or_else(mismatch)?;
    let Some(index) = index else { return Ok(own.into()) };
    let mut bytes = key::key_bytes(&index.key, start).ok_or_else(mismatch)?;
    bytes.extend(own);
    Ok(bytes.into())
}

fn query_span(table: &Table, index: Option<&Index>, reading: &Reading, range: &KeyRange) -> ApiResult<Span> {
    let mut span = key::span(range);
    let Some(start) = &reading.start else { return Ok(span) };
    let at = start_bytes(table, index, start)?;
    if !span.contains(&at) {
        let schema = index.map_or(&table.key, |index| &index.key);
        return Err(match start.get(&schema.hash) == Some(&range.hash) {
            true => errors::validation("The provided starting key does not match the range key predicate"),
            false => errors::start_key("outside query boundaries based on provided conditions"),
        });
    }
    if reading.forward {
        span.0 = Bound::Excluded(at);
    } else {
        span.1 = Bound::Excluded(at);
    }
    Ok(span)
}

/// What was seen of a page.
#[derive(Default)]
struct Seen<'t> {
    items: Vec<&'t Item>,
    scanned: usize,
    bytes: usize,
    /// What fetching whole items from the table costs beside the index.
    fetched: i64,
    last: Option<&'t Item>,
    more: bool,
}

fn see<'t>(source: &Source<'t>, reading: &Reading, span: Span, fetches: bool) -> Seen<'t> {
    let mut seen = Seen::default();
    let table = source.table;
    source.walk(span, reading.forward, &mut |item| {
        let bytes = match source.index {
            Some(index) => index.projected_bytes(&table.key, item),
            None => item_bytes(item),
        };
        if seen.scanned > 0 && seen.bytes + bytes > limits::PAGE_BYTES {
            seen.more = true;
            return false;
        }
        seen.scanned += 1;
        seen.bytes += bytes;
        seen.last = Some(item);
        if fetches {
            seen.fetched += read_cost(item_bytes(item), reading.strength);
        }
        let holds = match (&reading.filter, source.index) {
            (None, _) => true,
            // A filter sees what the index shows.
            (Some(filter), Some(index)) if !fetches && index.projection != Projection::All => {
                eval::holds(filter, &index.projected(&table.key, item))
            }
            (Some(filter), _) => eval::holds(filter, item),
        };
        if holds {
            seen.items.push(item);
        }
        // At the limit it is not known whether there is more.
        seen.more = seen.scanned >= reading.limit;
        !seen.more
    });
    seen
}

fn read_page(
    cx: &mut OpContext<'_>,
    table_name: &str,
    reading: &Reading,
    span: Span,
) -> ApiResult<PageOutput> {
    let now_ms = cx.now_ms;
    let table = usable(cx, table_name)?;
    let index = reading.index.as_ref().and_then(|name| table.indexes.get(name));
    common::check_read_capacity(table, reading.index.as_deref(), now_ms)?;
    let global = index.is_some_and(|index| index.global);
    let view = if global { View::Far } else { view(table, reading.strength) };
    let source = Source { table, index, view, now_ms };
    let fetches = index.is_some_and(|index| {
        !index.global
            && index.projection != Projection::All
            && match &reading.shown {
                Shown::Whole => true,
                Shown::Paths(paths) => paths.iter().any(|path| !index.shows(&table.key, path.head())),
                Shown::Projected | Shown::Count => false,
            }
    });
    let seen = see(&source, reading, span, fetches);
    let show = |item: &Item| -> Json {
        let shown = match (&reading.shown, index) {
            (Shown::Paths(paths), _) => project(item, paths),
            (Shown::Projected, Some(index)) => index.projected(&table.key, item),
            (Shown::Whole | Shown::Projected | Shown::Count, _) => return item_to_json(item).into(),
        };
        item_to_json(&shown).into()
    };
    let counts = matches!(reading.shown, Shown::Count);
    let items: Option<Vec<Json>> = (!counts).then(|| seen.items.iter().map(|item| show(item)).collect());
    let last = seen.last.filter(|_| seen.more).map(|item| {
        let mut key = table.key_of(item);
        let own = index.into_iter().flat_map(|index| index.key.names());
        key.extend(own.filter_map(|name| Some((name.clone(), item.get(name)?.clone()))));
        Json::Object(item_to_json(&key))
    });
    let (count, scanned) = (seen.items.len() as i64, seen.scanned as i64);
    let cost = read_cost(seen.bytes, reading.strength);
    let mut consumed = Consumed::default();
    match index {
        Some(index) => {
            let list = if index.global { &mut consumed.global } else { &mut consumed.local };
            list.push((index.name.clone(), cost));
            consumed.table = seen.fetched;
        }
        None => consumed.table = cost,
    }
    let name = table.name.clone();
    let looks = cx.looks;
    let table = usable_mut(cx, &name)?;
    if !looks {
        common::take_read_capacity(
            table,
            reading.index.as_deref(),
            consumed.total(),
            reading.strength,
            now_ms,
        );
    }
    Ok(PageOutput {
        items,
        count: Some(count),
        scanned: Some(scanned),
        last,
        consumed: consumed.shown(reading.report, &name, None),
    })
}
