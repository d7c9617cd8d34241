//! Who is told of what happens to objects.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket};
use crate::s3::ops::buckets::BucketInput;
use crate::s3::state::{NotificationKind, NotificationTarget, Notifications};
use crate::s3::{destinations, errors, events};
use crate::service::ApiResult;
use nuvola_kernel::Arn;
use nuvola_wire::shape;

shape! {
    /// What PutBucketNotificationConfiguration takes.
    pub struct PutNotificationInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("SkipDestinationValidation", header = "x-amz-skip-destination-validation")]
        pub skip_validation: Option<bool>,
        #[wire("NotificationConfiguration", payload)] pub configuration: Option<NotificationConfiguration>,
    }

    /// Everyone who is told.
    #[wire(xml = "NotificationConfiguration")]
    pub struct NotificationConfiguration {
        #[wire("TopicConfigurations", xml = "TopicConfiguration", flattened)] pub topics: Vec<TopicTarget>,
        #[wire("QueueConfigurations", xml = "QueueConfiguration", flattened)] pub queues: Vec<QueueTarget>,
        #[wire("LambdaFunctionConfigurations", xml = "CloudFunctionConfiguration", flattened)]
        pub functions: Vec<FunctionTarget>,
        #[wire("EventBridgeConfiguration")] pub event_bridge: Option<EventBridgeTarget>,
    }

    /// A topic that is told.
    pub struct TopicTarget {
        #[wire("Id")] pub id: Option<String>,
        #[wire("TopicArn", xml = "Topic", required)] pub arn: Option<String>,
        #[wire("Events", xml = "Event", flattened, required)] pub events: Vec<String>,
        #[wire("Filter")] pub filter: Option<FilterShape>,
    }

    /// A queue that is told.
    pub struct QueueTarget {
        #[wire("Id")] pub id: Option<String>,
        #[wire("QueueArn", xml = "Queue", required)] pub arn: Option<String>,
        #[wire("Events", xml = "Event", flattened, required)] pub events: Vec<String>,
        #[wire("Filter")] pub filter: Option<FilterShape>,
    }

    /// A function that is told.
    pub struct FunctionTarget {
        #[wire("Id")] pub id: Option<String>,
        #[wire("LambdaFunctionArn", xml = "CloudFunction", required)] pub arn: Option<String>,
        #[wire("Events", xml = "Event", flattened, required)] pub events: Vec<String>,
        #[wire("Filter")] pub filter: Option<FilterShape>,
    }

    /// EventBridge is told of everything.
    pub struct EventBridgeTarget {}

    /// Which keys it is about.
    pub struct FilterShape {
        #[wire("Key", xml = "S3Key")] pub key: Option<KeyFilter>,
    }

    /// A beginning and an end of keys.
    pub struct KeyFilter {
        #[wire("FilterRules", xml = "FilterRule", flattened)] pub rules: Vec<FilterRule>,
    }

    /// A beginning or an end of keys.
    pub struct FilterRule {
        #[wire("Name")] pub name: Option<String>,
        #[wire("Value")] pub value: Option<String>,
    }
}

/// **Source**: S3 User Guide, "Supported event types for SQS, SNS, and Lambda".
const EVENTS: [&str; 27] = [
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
];

operation! {
    /// Says who is told of what happens to objects; every queue among them gets a test event.
    ///
    /// **Source**: S3 API Reference, "PutBucketNotificationConfiguration".
    pub PUT_BUCKET_NOTIFICATION_CONFIGURATION: PutBucketNotificationConfiguration {
        http: "PUT" "/{Bucket}?notification" 200,
        input: PutNotificationInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketNotification", &input.bucket),
        handler: put_notifications,
    }
}

fn put_notifications(cx: &mut OpContext<'_>, input: PutNotificationInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let given = input.configuration.ok_or_else(errors::malformed_xml)?;
    let topics = given.topics.into_iter();
    let topics = topics.map(|t| (NotificationKind::Topic, t.id, t.arn, t.events, t.filter));
    let queues = given.queues.into_iter();
    let queues = queues.map(|q| (NotificationKind::Queue, q.id, q.arn, q.events, q.filter));
    let functions = given.functions.into_iter();
    let functions = functions.map(|f| (NotificationKind::Function, f.id, f.arn, f.events, f.filter));
    let mut targets: Vec<NotificationTarget> = Vec::new();
    for (kind, id, arn, events, filter) in topics.chain(queues).chain(functions) {
        let arn = arn.ok_or_else(errors::malformed_xml)?;
        check_target(kind, &arn, &events)?;
        let id = match id.filter(|id| !id.is_empty()) {
            Some(id) => id,
            None => cx.ids().uuid(),
        };
        if targets.iter().any(|other| other.id == id) {
            return Err(errors::invalid_argument(
                "Configurations must have a unique ID. Configuration Id is repeated",
                "Id",
                &id,
            ));
        }
        let filter = match filter {
            None => None,
            Some(filter) => Some(read_filter(filter)?),
        };
        targets.push(NotificationTarget { id, kind, arn, events, filter });
    }
    check_overlaps(&targets)?;
    if input.skip_validation != Some(true) {
        check_destinations(cx, &input.bucket, &targets)?;
    }
    let event_bridge = given.event_bridge.is_some();
    let told: Vec<NotificationTarget> =
        targets.iter().filter(|target| target.kind != NotificationKind::Function).cloned().collect();
    find_bucket(cx, &input.bucket, None)?.notifications = Notifications { targets, event_bridge };
    for target in told {
        let message = events::test_message(cx, &input.bucket);
        events::deliver_later(cx, &input.bucket, target, "TestEvent".to_owned(), message);
    }
    Ok(())
}

/// Two targets must not be told of the same thing.
///
/// **Source**: S3 User Guide, "Configuring event notifications using object key name filtering"; texts as the
/// service answers them.
fn check_overlaps(targets: &[NotificationTarget]) -> ApiResult<()> {
    let covers = |wide: &str, narrow: &str| {
        wide == narrow || wide.strip_suffix('*').is_some_and(|group| narrow.starts_with(group))
    };
    for (index, one) in targets.iter().enumerate() {
        for other in &targets[index + 1..] {
            let mut pairs = one.events.iter().flat_map(|a| other.events.iter().map(move |b| (a, b)));
            let shared = pairs.any(|(a, b)| covers(a, b) || covers(b, a));
            let (first, second) = (events::affixes(one), events::affixes(other));
            if !shared || !first.overlaps(&second) {
                continue;
            }
            let unfiltered = first == second && first == events::Affixes::default();
            return Err(errors::overlapping_notifications(unfiltered));
        }
    }
    Ok(())
}

fn check_destinations(cx: &mut OpContext<'_>, bucket: &str, targets: &[NotificationTarget]) -> ApiResult<()> {
    let bucket_region = find_bucket(cx, bucket, None)?.region.clone();
    let mut refusals: Vec<(String, String)> = Vec::new();
    for target in targets {
        if destinations::region(&target.arn).is_none_or(|region| region != bucket_region) {
            return Err(errors::notification_region(&target.arn));
        }
        if let Some(reason) = destinations::refusal(cx, bucket, target) {
            refusals.push((target.arn.clone(), reason));
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(errors::bad_destinations(&refusals)) }
}

fn check_target(kind: NotificationKind, arn: &str, events: &[String]) -> ApiResult<()> {
    let service = match kind {
        NotificationKind::Topic => "sns",
        NotificationKind::Queue => "sqs",
        NotificationKind::Function => "lambda",
    };
    if Arn::parse(arn).is_none_or(|arn| arn.service() != service) {
        return Err(errors::invalid_argument("The ARN could not be parsed", service_argument(kind), arn));
    }
    if events.is_empty() {
        return Err(errors::malformed_xml());
    }
    match events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        None => Ok(()),
        Some(event) => {
            Err(errors::invalid_argument("The event is not supported for notifications", "Event", event))
        }
    }
}

fn service_argument(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::Topic => "Topic",
        NotificationKind::Queue => "Queue",
        NotificationKind::Function => "CloudFunction",
    }
}

fn read_filter(filter: FilterShape) -> ApiResult<Vec<(String, String)>> {
    let mut rules: Vec<(String, String)> = Vec::new();
    for rule in filter.key.map(|key| key.rules).unwrap_or_default() {
        let name = rule.name.unwrap_or_default();
        // Terraform writes `Prefix`, the reference `prefix`; S3 takes both.
        let lower = name.to_ascii_lowercase();
        if lower != "prefix" && lower != "suffix" {
            return Err(errors::invalid_argument(
                "filter rule name must be either prefix or suffix",
                "FilterRule.Name",
                &name,
            ));
        }
        if rules.iter().any(|(other, _)| other.eq_ignore_ascii_case(&lower)) {
            return Err(errors::invalid_argument(
                &format!("Cannot specify more than one {lower} rule in a filter."),
                "FilterRule.Name",
                &name,
            ));
        }
        rules.push((name, rule.value.unwrap_or_default()));
    }
    Ok(rules)
}

operation! {
    /// Shows who is told of what happens to objects.
    ///
    /// **Source**: S3 API Reference, "GetBucketNotificationConfiguration".
    pub GET_BUCKET_NOTIFICATION_CONFIGURATION: GetBucketNotificationConfiguration {
        http: "GET" "/{Bucket}?notification" 200,
        input: BucketInput,
        output: NotificationConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketNotification", &input.bucket),
        handler: get_notifications,
    }
}

fn get_notifications(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<NotificationConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let Notifications { targets, event_bridge } = bucket.notifications.clone();
    let mut output = NotificationConfiguration {
        event_bridge: event_bridge.then(EventBridgeTarget::default),
        ..NotificationConfiguration::default()
    };
    for target in targets {
        let NotificationTarget { id, kind, arn, events, filter } = target;
        let (id, arn) = (Some(id), Some(arn));
        let filter = filter.map(|rules| FilterShape {
            key: Some(KeyFilter {
                rules: rules
                    .into_iter()
                    .map(|(name, value)| FilterRule { name: Some(name), value: Some(value) })
                    .collect(),
            }),
        });
        match kind {
            NotificationKind::Topic => output.topics.push(TopicTarget { id, arn, events, filter }),
            NotificationKind::Queue => output.queues.push(QueueTarget { id, arn, events, filter }),
            NotificationKind::Function => output.functions.push(FunctionTarget { id, arn, events, filter }),
        }
    }
    Ok(output)
}
