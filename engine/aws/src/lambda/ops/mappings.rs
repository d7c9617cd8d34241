//! Event source mappings: create, change, list, delete.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::streams::feed;
use crate::operation;
use crate::service::ApiResult;
use crate::sqs;
use crate::validate::Validation;
use nuvola_kernel::{Arn, Timestamp};
use nuvola_wire::shape;
use serde_json::Value as Json;
use std::collections::BTreeMap;

use crate::lambda::mappings::state::{Mapping, MappingState, Settings, Work};
use crate::lambda::mappings::{self, filter};
use crate::lambda::ops::event_configs::{Destination, DestinationConfig};
use crate::lambda::target::{Target, target};
use crate::lambda::{destinations, errors, pages, role, tags};

shape! {
    /// A pattern of records.
    pub struct Filter {
        #[wire("Pattern")] pub pattern: Option<String>,
    }

    /// Which records reach the function.
    pub struct FilterCriteria {
        #[wire("Filters")] pub filters: Vec<Filter>,
    }

    /// How far a queue's mapping scales.
    pub struct ScalingConfig {
        #[wire("MaximumConcurrency")] pub maximum_concurrency: Option<i32>,
    }

    /// Metrics of a mapping.
    pub struct EventSourceMappingMetricsConfig {
        #[wire("Metrics")] pub metrics: Vec<String>,
    }

    /// What CreateEventSourceMapping takes.
    pub struct CreateEventSourceMappingInput {
        #[wire("EventSourceArn")] pub event_source_arn: Option<String>,
        #[wire("FunctionName", required)] pub function_name: String,
        #[wire("Enabled")] pub enabled: Option<bool>,
        #[wire("BatchSize")] pub batch_size: Option<i32>,
        #[wire("FilterCriteria")] pub filter_criteria: Option<FilterCriteria>,
        #[wire("MaximumBatchingWindowInSeconds")] pub window_s: Option<i32>,
        #[wire("ParallelizationFactor")] pub parallelization_factor: Option<i32>,
        #[wire("StartingPosition")] pub starting_position: Option<String>,
        #[wire("StartingPositionTimestamp")] pub starting_position_timestamp: Option<Timestamp>,
        #[wire("DestinationConfig")] pub destination_config: Option<DestinationConfig>,
        #[wire("MaximumRecordAgeInSeconds")] pub maximum_record_age_s: Option<i32>,
        #[wire("BisectBatchOnFunctionError")] pub bisect: Option<bool>,
        #[wire("MaximumRetryAttempts")] pub maximum_retry_attempts: Option<i32>,
        #[wire("Tags")] pub tags: Option<BTreeMap<String, String>>,
        #[wire("TumblingWindowInSeconds")] pub tumbling_window_s: Option<i32>,
        #[wire("FunctionResponseTypes")] pub function_response_types: Option<Vec<String>>,
        #[wire("ScalingConfig")] pub scaling_config: Option<ScalingConfig>,
        #[wire("KMSKeyArn")] pub kms_key_arn: Option<String>,
        #[wire("MetricsConfig")] pub metrics_config: Option<EventSourceMappingMetricsConfig>,
        #[wire("SelfManagedEventSource")] pub self_managed: Option<Json>,
        #[wire("ProvisionedPollerConfig")] pub provisioned_poller: Option<Json>,
    }

    /// What UpdateEventSourceMapping takes.
    pub struct UpdateEventSourceMappingInput {
        #[wire("UUID", label)] pub uuid: String,
        #[wire("FunctionName")] pub function_name: Option<String>,
        #[wire("Enabled")] pub enabled: Option<bool>,
        #[wire("BatchSize")] pub batch_size: Option<i32>,
        #[wire("FilterCriteria")] pub filter_criteria: Option<FilterCriteria>,
        #[wire("MaximumBatchingWindowInSeconds")] pub window_s: Option<i32>,
        #[wire("ParallelizationFactor")] pub parallelization_factor: Option<i32>,
        #[wire("DestinationConfig")] pub destination_config: Option<DestinationConfig>,
        #[wire("MaximumRecordAgeInSeconds")] pub maximum_record_age_s: Option<i32>,
        #[wire("BisectBatchOnFunctionError")] pub bisect: Option<bool>,
        #[wire("MaximumRetryAttempts")] pub maximum_retry_attempts: Option<i32>,
        #[wire("TumblingWindowInSeconds")] pub tumbling_window_s: Option<i32>,
        #[wire("FunctionResponseTypes")] pub function_response_types: Option<Vec<String>>,
        #[wire("ScalingConfig")] pub scaling_config: Option<ScalingConfig>,
        #[wire("KMSKeyArn")] pub kms_key_arn: Option<String>,
        #[wire("MetricsConfig")] pub metrics_config: Option<EventSourceMappingMetricsConfig>,
        #[wire("ProvisionedPollerConfig")] pub provisioned_poller: Option<Json>,
    }

    /// The mapping that an operation is about.
    pub struct MappingInput {
        #[wire("UUID", label)] pub uuid: String,
    }

    /// A mapping.
    pub struct EventSourceMappingConfiguration {
        #[wire("UUID")] pub uuid: Option<String>,
        #[wire("StartingPosition")] pub starting_position: Option<String>,
        #[wire("BatchSize")] pub batch_size: Option<i32>,
        #[wire("MaximumBatchingWindowInSeconds")] pub window_s: Option<i32>,
        #[wire("ParallelizationFactor")] pub parallelization_factor: Option<i32>,
        #[wire("EventSourceArn")] pub event_source_arn: Option<String>,
        #[wire("FilterCriteria")] pub filter_criteria: Option<FilterCriteria>,
        #[wire("FunctionArn")] pub function_arn: Option<String>,
        #[wire("LastModified")] pub last_modified: Option<Timestamp>,
        #[wire("LastProcessingResult")] pub last_processing_result: Option<String>,
        #[wire("State")] pub state: Option<String>,
        #[wire("StateTransitionReason")] pub state_transition_reason: Option<String>,
        #[wire("DestinationConfig")] pub destination_config: Option<DestinationConfig>,
        #[wire("MaximumRecordAgeInSeconds")] pub maximum_record_age_s: Option<i32>,
        #[wire("BisectBatchOnFunctionError")] pub bisect: Option<bool>,
        #[wire("MaximumRetryAttempts")] pub maximum_retry_attempts: Option<i32>,
        #[wire("TumblingWindowInSeconds")] pub tumbling_window_s: Option<i32>,
        #[wire("FunctionResponseTypes")] pub function_response_types: Option<Vec<String>>,
        #[wire("ScalingConfig")] pub scaling_config: Option<ScalingConfig>,
        #[wire("EventSourceMappingArn")] pub event_source_mapping_arn: Option<String>,
        #[wire("MetricsConfig")] pub metrics_config: Option<EventSourceMappingMetricsConfig>,
    }

    /// What ListEventSourceMappings takes.
    pub struct ListEventSourceMappingsInput {
        #[wire("EventSourceArn", query = "EventSourceArn")] pub event_source_arn: Option<String>,
        #[wire("FunctionName", query = "FunctionName")] pub function_name: Option<String>,
        #[wire("Marker", query = "Marker")] pub marker: Option<String>,
        #[wire("MaxItems", query = "MaxItems")] pub max_items: Option<i32>,
    }

    /// What ListEventSourceMappings answers.
    pub struct ListEventSourceMappingsOutput {
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("EventSourceMappings")] pub mappings: Vec<EventSourceMappingConfiguration>,
    }
}

const SOURCE_PATTERN: &str =
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)";
const FILTERS_MAX: usize = 5;
const FILTER_MAX_BYTES: usize = 4096;

fn mapping_arn(cx: &OpContext<'_>, uuid: &str) -> String {
    cx.arn("lambda", &format!("event-source-mapping:{uuid}")).to_string()
}

fn shown(cx: &OpContext<'_>, mapping: &Mapping) -> EventSourceMappingConfiguration {
    let account = cx.account().as_str();
    let settings = &mapping.settings;
    let stream = matches!(mapping.work, Work::Stream(_));
    let filters = settings.filters.iter().map(|text| Filter { pattern: Some(text.clone()) });
    let responses = match settings.reports_failures {
        true => vec!["ReportBatchItemFailures".to_owned()],
        false => Vec::new(),
    };
    let on_failure = Destination { destination: settings.on_failure.clone() };
    EventSourceMappingConfiguration {
        uuid: Some(mapping.uuid.clone()),
        starting_position: settings.starting_position.clone(),
        batch_size: Some(settings.batch_size),
        window_s: Some(settings.window_s),
        parallelization_factor: stream.then_some(settings.parallelization),
        event_source_arn: Some(mapping.source_arn.clone()),
        filter_criteria: (!settings.filters.is_empty())
            .then(|| FilterCriteria { filters: filters.collect() }),
        function_arn: Some(crate::lambda::target::arn(
            &mapping.region,
            account,
            &mapping.function,
            &mapping.qualifier,
        )),
        last_modified: Some(Timestamp(mapping.modified_ms)),
        last_processing_result: stream.then(|| mapping.last_result.clone()),
        state: Some(mapping.state.name().to_owned()),
        state_transition_reason: Some(if stream { "User action" } else { "USER_INITIATED" }.to_owned()),
        destination_config: stream.then(|| DestinationConfig {
            on_success: None,
            on_failure: Some(on_failure).filter(|one| one.destination.is_some()),
        }),
        maximum_record_age_s: stream.then_some(settings.max_age_s),
        bisect: stream.then_some(settings.bisect),
        maximum_retry_attempts: stream.then_some(settings.max_retries),
        tumbling_window_s: stream.then_some(0),
        function_response_types: Some(responses),
        scaling_config: settings
            .max_concurrency
            .map(|most| ScalingConfig { maximum_concurrency: Some(most) }),
        event_source_mapping_arn: Some(mapping.arn(account)),
        metrics_config: (!settings.metrics.is_empty())
            .then(|| EventSourceMappingMetricsConfig { metrics: settings.metrics.clone() }),
    }
}

/// What both operations may set.
struct Wanted {
    batch_size: Option<i32>,
    filters: Option<FilterCriteria>,
    window_s: Option<i32>,
    parallelization: Option<i32>,
    destination: Option<DestinationConfig>,
    max_age_s: Option<i32>,
    bisect: Option<bool>,
    max_retries: Option<i32>,
    tumbling_s: Option<i32>,
    responses: Option<Vec<String>>,
    scaling: Option<ScalingConfig>,
    metrics: Option<EventSourceMappingMetricsConfig>,
}

impl Wanted {
    fn check(&self) -> ApiResult<()> {
        let mut validation = Validation::new();
        for (place, value, min, max) in [
            ("batchSize", self.batch_size, 1, 10_000),
            ("maximumBatchingWindowInSeconds", self.window_s, 0, 300),
            ("parallelizationFactor", self.parallelization, 1, 10),
            ("maximumRecordAgeInSeconds", self.max_age_s, -1, 604_800),
            ("maximumRetryAttempts", self.max_retries, -1, 10_000),
            ("tumblingWindowInSeconds", self.tumbling_s, 0, 900),
            (
                "scalingConfig.maximumConcurrency",
                self.scaling.as_ref().and_then(|one| one.maximum_concurrency),
                2,
                1000,
            ),
        ] {
            if let Some(value) = value {
                validation.range(place, value.into(), min, max);
            }
        }
        for kind in self.responses.iter().flatten() {
            if kind != "ReportBatchItemFailures" {
                let constraint = "Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]";
                validation.problem(Some(&format!("[{kind}]")), "functionResponseTypes", constraint);
            }
        }
        validation.finish("ValidationException")
    }

    /// The settings that come of it for a source.
    fn apply(self, settings: &mut Settings, stream: bool, fifo: bool) -> ApiResult<()> {
        let refuse = |text: &str| Err(errors::invalid_parameter(text));
        settings.batch_size = self.batch_size.unwrap_or(settings.batch_size);
        settings.window_s = self.window_s.unwrap_or(settings.window_s);
        if let Some(criteria) = self.filters {
            settings.filters = filters(criteria)?;
        }
        if let Some(responses) = self.responses {
            settings.reports_failures = !responses.is_empty();
        }
        if let Some(metrics) = self.metrics {
            settings.metrics = metrics.metrics;
        }
        let for_streams = [
            (self.parallelization.is_some(), "ParallelizationFactor"),
            (self.max_age_s.is_some(), "MaximumRecordAgeInSeconds"),
            (self.bisect.is_some(), "BisectBatchOnFunctionError"),
            (self.max_retries.is_some(), "MaximumRetryAttempts"),
            (self.tumbling_s.is_some_and(|seconds| seconds > 0), "TumblingWindowInSeconds"),
            (self.destination.as_ref().is_some_and(|one| one.on_failure.is_some()), "DestinationConfig"),
        ];
        if !stream && let Some((_, name)) = for_streams.iter().find(|(given, _)| *given) {
            return refuse(&format!("{name} is not valid for SQS event sources."));
        }
        if stream && self.scaling.as_ref().is_some_and(|one| one.maximum_concurrency.is_some()) {
            return refuse("ScalingConfig is only valid for SQS event sources.");
        }
        settings.parallelization = self.parallelization.unwrap_or(settings.parallelization);
        settings.max_age_s = self.max_age_s.unwrap_or(settings.max_age_s);
        settings.max_retries = self.max_retries.unwrap_or(settings.max_retries);
        settings.bisect = self.bisect.unwrap_or(settings.bisect);
        if (0..60).contains(&settings.max_age_s) {
            return refuse("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
        }
        if let Some(destination) = self.destination {
            settings.on_failure =
                destination.on_failure.and_then(|one| one.destination).filter(|arn| !arn.is_empty());
        }
        if let Some(scaling) = self.scaling {
            settings.max_concurrency = scaling.maximum_concurrency;
        }
        if !stream && fifo && settings.window_s > 0 {
            return refuse("Batching window is not supported for FIFO queues");
        }
        if !stream && fifo && settings.batch_size > 10 {
            return refuse("Batch size must be at most 10 for FIFO queues.");
        }
        if !stream && settings.batch_size > 10 && settings.window_s == 0 {
            return refuse(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
            );
        }
        Ok(())
    }
}

fn filters(criteria: FilterCriteria) -> ApiResult<Vec<String>> {
    let patterns: Vec<String> = criteria.filters.into_iter().filter_map(|one| one.pattern).collect();
    let fits = patterns.iter().all(|text| text.len() <= FILTER_MAX_BYTES);
    if patterns.len() > FILTERS_MAX {
        // Our own text: the quota can be raised, and its text was not found.
        return Err(errors::invalid_parameter(format!(
            "An event source can have at most {FILTERS_MAX} filters."
        )));
    }
    match filter::read(&patterns) {
        Some(_) if fits => Ok(patterns),
        Some(_) | None => Err(errors::invalid_parameter("Invalid filter pattern definition.")),
    }
}

/// The source behind an ARN.
enum Source {
    Queue { fifo: bool, visibility_s: i32 },
    Stream,
}

fn source(cx: &mut OpContext<'_>, arn: &str) -> ApiResult<Source> {
    let parsed = Arn::parse(arn).ok_or_else(|| errors::invalid_parameter("Unrecognized event source."))?;
    if parsed.region() != cx.region.as_str() && matches!(parsed.service(), "sqs" | "dynamodb") {
        let text = format!("The event source and the function must be in the same region: {arn}");
        return Err(errors::invalid_parameter(text));
    }
    match parsed.service() {
        "sqs" => {
            let missing = || {
                errors::invalid_parameter(
                    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
                )
            };
            let queue = sqs::source(cx, arn).ok_or_else(missing)?;
            Ok(Source::Queue { fifo: queue.fifo, visibility_s: queue.visibility_s })
        }
        "dynamodb" if arn.contains("/stream/") => match feed::source(cx, arn) {
            Some(_) => Ok(Source::Stream),
            None => Err(errors::invalid_parameter(format!("Stream not found: {arn}"))),
        },
        "kinesis" | "kafka" | "mq" | "rds" => {
            let what = format!("event source mappings of {}", parsed.service());
            Err(errors::not_simulated(cx, &what))
        }
        _ => Err(errors::invalid_parameter("Unrecognized event source.")),
    }
}

/// The function's role must be allowed to read the source, and to send to the destination.
fn check_permissions(
    cx: &mut OpContext<'_>,
    target: &Target,
    source: &Source,
    arn: &str,
    on_failure: Option<&str>,
) -> ApiResult<()> {
    let (function, version) = target.version(cx)?;
    let (function, role_arn) = (function.clone(), version.settings.role.clone());
    let principal = role::actor(cx, &role_arn, &function).ok_or_else(errors::role_not_assumable)?;
    match source {
        Source::Queue { .. } => {
            for action in sqs::SOURCE_ACTIONS {
                sqs::authorise(cx, &principal, arn, action)
                    .map_err(|_| errors::no_permission_of_function(action, "SQS"))?;
            }
        }
        Source::Stream => feed::authorise(cx, &principal, arn).map_err(|_| {
            errors::invalid_parameter(format!(
                "Cannot access stream {arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM."
            ))
        })?,
    }
    match on_failure {
        Some(destination) => destinations::check(cx, &function, &role_arn, destination),
        None => Ok(()),
    }
}

operation! {
    /// Lets Lambda read a queue or a stream and invoke a function with what it finds.
    ///
    /// **Source**: AWS Lambda API Reference, "CreateEventSourceMapping".
    pub CREATE_EVENT_SOURCE_MAPPING: CreateEventSourceMapping {
        http: "POST" "/2015-03-31/event-source-mappings" 202,
        input: CreateEventSourceMappingInput,
        output: EventSourceMappingConfiguration,
        errors: ["InvalidParameterValueException", "ResourceConflictException", "ResourceNotFoundException"],
        access: |cx, input| {
            let tags = input.tags.iter().flatten();
            Access::to("lambda:CreateEventSourceMapping", "*")
                .with_key("lambda:FunctionArn", target(cx, &input.function_name, None).map(|found| found.arn).ok())
                .with_request_tags(tags.map(|(key, value)| (key.as_str(), value.as_str())))
        },
        handler: create_event_source_mapping,
    }
}

/// What both operations' inputs say of a mapping, under the same names.
macro_rules! wanted {
    ($input:ident) => {
        Wanted {
            batch_size: $input.batch_size,
            filters: $input.filter_criteria,
            window_s: $input.window_s,
            parallelization: $input.parallelization_factor,
            destination: $input.destination_config,
            max_age_s: $input.maximum_record_age_s,
            bisect: $input.bisect,
            max_retries: $input.maximum_retry_attempts,
            tumbling_s: $input.tumbling_window_s,
            responses: $input.function_response_types,
            scaling: $input.scaling_config,
            metrics: $input.metrics_config,
        }
    };
}

fn create_event_source_mapping(
    cx: &mut OpContext<'_>,
    input: CreateEventSourceMappingInput,
) -> ApiResult<EventSourceMappingConfiguration> {
    let wanted = wanted!(input);
    wanted.check()?;
    if input.self_managed.is_some() {
        return Err(errors::not_simulated(cx, "event source mappings of Kafka"));
    }
    let Some(arn) = input.event_source_arn else {
        return Err(errors::invalid_parameter("Unrecognized event source."));
    };
    let mut validation = Validation::new();
    validation.pattern("eventSourceArn", &arn, SOURCE_PATTERN, Arn::parse(&arn).is_some());
    validation.finish("ValidationException")?;
    let target = target(cx, &input.function_name, None)?;
    let (_, version) = target.version(cx)?;
    let timeout_s = version.settings.timeout_s;
    let found = source(cx, &arn)?;
    let tags = input.tags.unwrap_or_default();
    tags::check(&BTreeMap::new(), &tags)?;
    let tumbling = wanted.tumbling_s.is_some_and(|seconds| seconds > 0);
    let mut settings = Settings {
        parallelization: 1,
        max_retries: -1,
        max_age_s: -1,
        batch_size: if matches!(found, Source::Stream) { 100 } else { 10 },
        ..Settings::default()
    };
    let work = match found {
        Source::Queue { fifo, visibility_s } => {
            if input.starting_position.is_some() {
                return Err(errors::invalid_parameter(
                    "StartingPosition is not valid for SQS event sources.",
                ));
            }
            wanted.apply(&mut settings, false, fifo)?;
            if i64::from(visibility_s) < i64::from(timeout_s) {
                return Err(errors::invalid_parameter(format!(
                    "Queue visibility timeout: {visibility_s} seconds is less than Function timeout: {timeout_s} seconds"
                )));
            }
            Work::of_queue()
        }
        Source::Stream => {
            settings.starting_position = Some(starting_position(input.starting_position)?);
            wanted.apply(&mut settings, true, false)?;
            Work::of_stream()
        }
    };
    check_permissions(cx, &target, &found, &arn, settings.on_failure.as_deref())?;
    if let Some(other) = existing(cx, &target, &arn) {
        let queue = matches!(found, Source::Queue { .. });
        return Err(errors::mapping_exists(queue, &arn, &target.name, &other));
    }
    for (given, what) in [
        (tumbling, "tumbling windows of event source mappings"),
        (input.kms_key_arn.is_some(), "customer managed KMS keys"),
        (input.provisioned_poller.is_some(), "provisioned pollers"),
    ] {
        if given {
            cx.not_simulated(format!("Lambda: {what}"));
        }
    }
    let uuid = cx.ids().uuid();
    let mapping = Mapping {
        uuid: uuid.clone(),
        region: target.region,
        function: target.name,
        qualifier: target.qualifier,
        source_arn: arn.clone(),
        state: MappingState::Creating,
        enabled: input.enabled != Some(false),
        change: 0,
        modified_ms: cx.now_ms,
        settings,
        tags,
        last_result: "No records processed".to_owned(),
        refusal: None,
        wake_at_ms: None,
        work,
    };
    let state = cx.lambda();
    state.mappings.insert(uuid.clone(), mapping);
    state.mappings_of.entry(arn).or_default().push(uuid.clone());
    mappings::change(cx, &uuid, MappingState::Creating);
    Ok(shown(cx, &cx.state().lambda.mappings[&uuid]))
}

fn starting_position(given: Option<String>) -> ApiResult<String> {
    let mut validation = Validation::new();
    match &given {
        None => {
            return Err(errors::invalid_parameter(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
            ));
        }
        Some(name) => {
            validation.one_of("startingPosition", name, &["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"])
        }
    };
    validation.finish("ValidationException")?;
    match given.filter(|name| name != "AT_TIMESTAMP") {
        Some(name) => Ok(name),
        None => Err(errors::invalid_parameter(
            "Unsupported starting position for stream type: only TRIM_HORIZON and LATEST are supported by DynamoDB Streams.",
        )),
    }
}

/// The mapping that the function and the source have already.
fn existing(cx: &OpContext<'_>, target: &Target, arn: &str) -> Option<String> {
    let state = &cx.state().lambda;
    let same = |uuid: &&String| {
        state.mappings.get(*uuid).is_some_and(|mapping| {
            mapping.function == target.name
                && mapping.qualifier == target.qualifier
                && mapping.region == target.region
        })
    };
    state.mappings_of.get(arn)?.iter().find(same).cloned()
}

fn find<'a>(cx: &'a OpContext<'_>, uuid: &str) -> ApiResult<&'a Mapping> {
    let found = cx.state().lambda.mappings.get(uuid);
    found.filter(|mapping| mapping.region == cx.region.as_str()).ok_or_else(errors::resource_missing)
}

operation! {
    /// Returns a mapping.
    ///
    /// **Source**: AWS Lambda API Reference, "GetEventSourceMapping".
    pub GET_EVENT_SOURCE_MAPPING: GetEventSourceMapping {
        http: "GET" "/2015-03-31/event-source-mappings/{UUID}" 200,
        input: MappingInput,
        output: EventSourceMappingConfiguration,
        errors: ["ResourceNotFoundException"],
        access: |cx, input| Access::to("lambda:GetEventSourceMapping", mapping_arn(cx, &input.uuid)),
        handler: get_event_source_mapping,
    }
}

fn get_event_source_mapping(
    cx: &mut OpContext<'_>,
    input: MappingInput,
) -> ApiResult<EventSourceMappingConfiguration> {
    Ok(shown(cx, find(cx, &input.uuid)?))
}

operation! {
    /// Lists mappings, of a function, of a source, or all.
    ///
    /// **Source**: AWS Lambda API Reference, "ListEventSourceMappings".
    pub LIST_EVENT_SOURCE_MAPPINGS: ListEventSourceMappings {
        http: "GET" "/2015-03-31/event-source-mappings" 200,
        input: ListEventSourceMappingsInput,
        output: ListEventSourceMappingsOutput,
        errors: ["InvalidParameterValueException", "ResourceNotFoundException"],
        access: |_, _| Access::to("lambda:ListEventSourceMappings", "*"),
        handler: list_event_source_mappings,
    }
}

fn list_event_source_mappings(
    cx: &mut OpContext<'_>,
    input: ListEventSourceMappingsInput,
) -> ApiResult<ListEventSourceMappingsOutput> {
    let target = match &input.function_name {
        Some(name) => {
            let target = target(cx, name, None)?;
            target.function(cx)?;
            Some(target)
        }
        None => None,
    };
    let wanted = |mapping: &&Mapping| {
        mapping.region == cx.region.as_str()
            && target
                .as_ref()
                .is_none_or(|target| mapping.function == target.name && mapping.qualifier == target.qualifier)
            && input.event_source_arn.as_ref().is_none_or(|arn| mapping.source_arn == *arn)
    };
    let all = cx.state().lambda.mappings.values().filter(wanted).map(|mapping| shown(cx, mapping)).collect();
    let key = |one: &EventSourceMappingConfiguration| one.uuid.clone().unwrap_or_default();
    let (mappings, next_marker) = pages::page(all, key, input.marker.as_deref(), input.max_items)?;
    Ok(ListEventSourceMappingsOutput { next_marker, mappings })
}

/// Refuses a change while another one is under way.
fn check_changeable(mapping: &Mapping, verb: &str) -> ApiResult<()> {
    match mapping.state {
        MappingState::Enabled | MappingState::Disabled => Ok(()),
        MappingState::Creating
        | MappingState::Enabling
        | MappingState::Updating
        | MappingState::Disabling
        | MappingState::Deleting => Err(errors::mapping_in_use(verb)),
    }
}

operation! {
    /// Changes a mapping, turns it off or on.
    ///
    /// **Source**: AWS Lambda API Reference, "UpdateEventSourceMapping".
    pub UPDATE_EVENT_SOURCE_MAPPING: UpdateEventSourceMapping {
        http: "PUT" "/2015-03-31/event-source-mappings/{UUID}" 202,
        input: UpdateEventSourceMappingInput,
        output: EventSourceMappingConfiguration,
        errors: ["InvalidParameterValueException", "ResourceInUseException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("lambda:UpdateEventSourceMapping", mapping_arn(cx, &input.uuid)),
        handler: update_event_source_mapping,
    }
}

fn update_event_source_mapping(
    cx: &mut OpContext<'_>,
    input: UpdateEventSourceMappingInput,
) -> ApiResult<EventSourceMappingConfiguration> {
    let wanted = wanted!(input);
    wanted.check()?;
    let mapping = find(cx, &input.uuid)?.clone();
    check_changeable(&mapping, "update")?;
    let name = input.function_name.unwrap_or_else(|| match mapping.qualifier.as_str() {
        "" => mapping.function.clone(),
        qualifier => format!("{}:{qualifier}", mapping.function),
    });
    let target = target(cx, &name, None)?;
    target.version(cx)?;
    let stream = matches!(mapping.work, Work::Stream(_));
    let found = source(cx, &mapping.source_arn)?;
    let fifo = matches!(found, Source::Queue { fifo: true, .. });
    let tumbling = wanted.tumbling_s.is_some_and(|seconds| seconds > 0);
    let mut settings = mapping.settings.clone();
    wanted.apply(&mut settings, stream, fifo)?;
    check_permissions(cx, &target, &found, &mapping.source_arn, settings.on_failure.as_deref())?;
    if tumbling {
        cx.not_simulated("Lambda: tumbling windows of event source mappings");
    }
    let enabled = input.enabled.unwrap_or(mapping.enabled);
    let state = match (mapping.enabled, enabled) {
        (true, false) => MappingState::Disabling,
        (false, true) => MappingState::Enabling,
        (true, true) | (false, false) => MappingState::Updating,
    };
    let changed = Mapping {
        function: target.name,
        qualifier: target.qualifier,
        settings,
        enabled,
        modified_ms: cx.now_ms,
        ..mapping
    };
    cx.lambda().mappings.insert(input.uuid.clone(), changed);
    mappings::change(cx, &input.uuid, state);
    Ok(shown(cx, &cx.state().lambda.mappings[&input.uuid]))
}

operation! {
    /// Deletes a mapping, which is `Deleting` for a moment.
    ///
    /// **Source**: AWS Lambda API Reference, "DeleteEventSourceMapping".
    pub DELETE_EVENT_SOURCE_MAPPING: DeleteEventSourceMapping {
        http: "DELETE" "/2015-03-31/event-source-mappings/{UUID}" 202,
        input: MappingInput,
        output: EventSourceMappingConfiguration,
        errors: ["ResourceInUseException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("lambda:DeleteEventSourceMapping", mapping_arn(cx, &input.uuid)),
        handler: delete_event_source_mapping,
    }
}

fn delete_event_source_mapping(
    cx: &mut OpContext<'_>,
    input: MappingInput,
) -> ApiResult<EventSourceMappingConfiguration> {
    check_changeable(find(cx, &input.uuid)?, "delete")?;
    mappings::change(cx, &input.uuid, MappingState::Deleting);
    Ok(shown(cx, &cx.state().lambda.mappings[&input.uuid]))
}
