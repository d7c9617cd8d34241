//! Lifecycle rules: checked and kept; `expiry.rs` acts on them.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket};
use crate::s3::ops::buckets::BucketInput;
use crate::s3::ops::tagging::Tag;
use crate::s3::state::{
    Lifecycle, LifecycleAge, LifecycleFilter, LifecycleRule, LifecycleTransition, NoncurrentExpiration,
    NoncurrentTransition,
};
use crate::s3::{errors, expiry, limits};
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

shape! {
    /// What PutBucketLifecycleConfiguration takes.
    pub struct PutLifecycleInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("TransitionDefaultMinimumObjectSize", header = "x-amz-transition-default-minimum-object-size")]
        pub minimum_size: Option<String>,
        #[wire("LifecycleConfiguration", payload)] pub configuration: Option<LifecycleConfiguration>,
    }

    /// Lifecycle rules as a document.
    pub struct LifecycleConfiguration {
        #[wire("Rules", xml = "Rule", flattened, required)] pub rules: Vec<RuleShape>,
    }

    /// What PutBucketLifecycleConfiguration answers.
    pub struct PutLifecycleOutput {
        #[wire("TransitionDefaultMinimumObjectSize", header = "x-amz-transition-default-minimum-object-size")]
        pub minimum_size: String,
    }

    /// What GetBucketLifecycleConfiguration answers.
    #[wire(xml = "LifecycleConfiguration")]
    pub struct LifecycleOutput {
        #[wire("TransitionDefaultMinimumObjectSize", header = "x-amz-transition-default-minimum-object-size")]
        pub minimum_size: String,
        #[wire("Rules", xml = "Rule", flattened)] pub rules: Vec<RuleShape>,
    }

    /// A lifecycle rule.
    pub struct RuleShape {
        #[wire("ID")] pub id: Option<String>,
        #[wire("Prefix")] pub prefix: Option<String>,
        #[wire("Filter")] pub filter: Option<FilterShape>,
        #[wire("Status", required)] pub status: Option<String>,
        #[wire("Expiration")] pub expiration: Option<ExpirationShape>,
        #[wire("Transitions", xml = "Transition", flattened)] pub transitions: Vec<TransitionShape>,
        #[wire("NoncurrentVersionTransitions", xml = "NoncurrentVersionTransition", flattened)]
        pub noncurrent_transitions: Vec<NoncurrentShape>,
        #[wire("NoncurrentVersionExpiration")] pub noncurrent_expiration: Option<NoncurrentShape>,
        #[wire("AbortIncompleteMultipartUpload")] pub abort: Option<AbortShape>,
    }

    /// Which objects a rule is for.
    pub struct FilterShape {
        #[wire("Prefix")] pub prefix: Option<String>,
        #[wire("Tag")] pub tag: Option<Tag>,
        #[wire("ObjectSizeGreaterThan")] pub size_greater_than: Option<i64>,
        #[wire("ObjectSizeLessThan")] pub size_less_than: Option<i64>,
        #[wire("And")] pub and: Option<AndShape>,
    }

    /// Several conditions at once.
    pub struct AndShape {
        #[wire("Prefix")] pub prefix: Option<String>,
        #[wire("Tags", xml = "Tag", flattened)] pub tags: Vec<Tag>,
        #[wire("ObjectSizeGreaterThan")] pub size_greater_than: Option<i64>,
        #[wire("ObjectSizeLessThan")] pub size_less_than: Option<i64>,
    }

    /// When objects expire.
    pub struct ExpirationShape {
        #[wire("Date")] pub date: Option<Timestamp>,
        #[wire("Days")] pub days: Option<i64>,
        #[wire("ExpiredObjectDeleteMarker")] pub delete_markers: Option<bool>,
    }

    /// When objects move to another storage class.
    pub struct TransitionShape {
        #[wire("Date")] pub date: Option<Timestamp>,
        #[wire("Days")] pub days: Option<i64>,
        #[wire("StorageClass")] pub storage_class: Option<String>,
    }

    /// When versions that are not current expire or move.
    pub struct NoncurrentShape {
        #[wire("NoncurrentDays")] pub days: Option<i64>,
        #[wire("NewerNoncurrentVersions")] pub newer: Option<i64>,
        #[wire("StorageClass")] pub storage_class: Option<String>,
    }

    /// When unfinished uploads are given up.
    pub struct AbortShape {
        #[wire("DaysAfterInitiation")] pub days: Option<i64>,
    }
}

const DEFAULT_MINIMUM_SIZE: &str = "all_storage_classes_128K";

operation! {
    /// Sets a bucket's lifecycle rules, which act every midnight, UTC.
    ///
    /// **Source**: S3 API Reference, "PutBucketLifecycleConfiguration".
    pub PUT_BUCKET_LIFECYCLE_CONFIGURATION: PutBucketLifecycleConfiguration {
        http: "PUT" "/{Bucket}?lifecycle" 200,
        input: PutLifecycleInput,
        output: PutLifecycleOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutLifecycleConfiguration", &input.bucket),
        handler: put_lifecycle,
    }
}

fn put_lifecycle(cx: &mut OpContext<'_>, input: PutLifecycleInput) -> ApiResult<PutLifecycleOutput> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let minimum_size = input.minimum_size.unwrap_or_else(|| DEFAULT_MINIMUM_SIZE.to_owned());
    let given = input.configuration.ok_or_else(errors::malformed_xml)?.rules;
    if given.is_empty() || given.len() > limits::MAX_LIFECYCLE_RULES {
        return Err(errors::malformed_xml());
    }
    let mut rules: Vec<LifecycleRule> = Vec::new();
    for rule in given {
        // A rule without a name gets one.
        let id = match rule.id.clone().filter(|id| !id.is_empty()) {
            Some(id) => id,
            None => cx.ids().uuid(),
        };
        if id.len() > 255 {
            return Err(errors::invalid_argument(
                "ID length should not exceed allowed limit of 255",
                "ID",
                &id,
            ));
        }
        if rules.iter().any(|other| other.id == id) {
            return Err(errors::invalid_argument(
                "Rule ID must be unique. Found same ID for more than one rule",
                "ID",
                &id,
            ));
        }
        rules.push(read_rule(id, rule)?);
    }
    find_bucket(cx, &input.bucket, None)?.lifecycle =
        Some(Lifecycle { rules, minimum_object_size: minimum_size.clone() });
    expiry::schedule(cx);
    Ok(PutLifecycleOutput { minimum_size })
}

/// **Source**: S3 User Guide, "Lifecycle configuration elements"; texts as the service answers them.
fn read_rule(id: String, rule: RuleShape) -> ApiResult<LifecycleRule> {
    let enabled = match rule.status.as_deref() {
        Some("Enabled") => true,
        Some("Disabled") => false,
        Some(_) | None => return Err(errors::malformed_xml()),
    };
    if rule.prefix.is_some() == rule.filter.is_some() {
        return Err(errors::malformed_xml());
    }
    let acts = rule.expiration.is_some()
        || !rule.transitions.is_empty()
        || !rule.noncurrent_transitions.is_empty()
        || rule.noncurrent_expiration.is_some()
        || rule.abort.is_some();
    if !acts {
        return Err(errors::invalid_request("At least one action needs to be specified in a rule"));
    }
    let expiration = match rule.expiration {
        None => None,
        Some(given) => Some(read_expiration(given)?),
    };
    let transition = |given: TransitionShape| -> ApiResult<LifecycleTransition> {
        let after = match (given.days, given.date) {
            (Some(days), None) if days >= 0 => LifecycleAge::Days(days),
            (None, Some(date)) => LifecycleAge::Date(date),
            (_, None) if given.days.is_some() => {
                return Err(errors::invalid_argument(
                    "'Days' in Transition action must be nonnegative",
                    "Days",
                    &given.days.unwrap_or(0).to_string(),
                ));
            }
            (_, _) => return Err(errors::malformed_xml()),
        };
        Ok(LifecycleTransition { after, storage_class: read_class(given.storage_class)? })
    };
    let noncurrent = |given: NoncurrentShape| -> ApiResult<NoncurrentTransition> {
        Ok(NoncurrentTransition {
            days: given.days.ok_or_else(errors::malformed_xml)?,
            newer_versions: given.newer,
            storage_class: read_class(given.storage_class)?,
        })
    };
    let noncurrent_expiration = match rule.noncurrent_expiration {
        None => None,
        Some(NoncurrentShape { days: Some(days), newer, .. }) if days > 0 => {
            Some(NoncurrentExpiration { days, newer_versions: newer })
        }
        Some(NoncurrentShape { days, .. }) => {
            return Err(errors::invalid_argument(
                "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
                "NoncurrentDays",
                &days.unwrap_or(0).to_string(),
            ));
        }
    };
    let abort_uploads_after_days = match rule.abort {
        None => None,
        Some(AbortShape { days: Some(days) }) if days > 0 => Some(days),
        Some(AbortShape { days }) => {
            return Err(errors::invalid_argument(
                "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
                "DaysAfterInitiation",
                &days.unwrap_or(0).to_string(),
            ));
        }
    };
    Ok(LifecycleRule {
        id,
        enabled,
        prefix: rule.prefix,
        filter: rule.filter.map(read_filter),
        expiration,
        transitions: rule.transitions.into_iter().map(transition).collect::<ApiResult<_>>()?,
        noncurrent_transitions: rule
            .noncurrent_transitions
            .into_iter()
            .map(noncurrent)
            .collect::<ApiResult<_>>()?,
        noncurrent_expiration,
        abort_uploads_after_days,
    })
}

fn read_expiration(given: ExpirationShape) -> ApiResult<LifecycleAge> {
    match (given.days, given.date, given.delete_markers) {
        (Some(days), None, None) if days > 0 => Ok(LifecycleAge::Days(days)),
        (Some(days), None, None) => Err(errors::invalid_argument(
            "'Days' for Expiration action must be a positive integer",
            "Days",
            &days.to_string(),
        )),
        (None, Some(date), None) if date.0.rem_euclid(86_400_000) == 0 => Ok(LifecycleAge::Date(date)),
        (None, Some(date), None) => {
            Err(errors::invalid_argument("'Date' must be at midnight GMT", "Date", &date.iso_millis()))
        }
        (None, None, Some(on)) => Ok(LifecycleAge::ExpiredDeleteMarkers(on)),
        (_, _, _) => Err(errors::malformed_xml()),
    }
}

fn read_class(given: Option<String>) -> ApiResult<String> {
    const CLASSES: [&str; 6] =
        ["GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"];
    given.filter(|class| CLASSES.contains(&class.as_str())).ok_or_else(errors::malformed_xml)
}

fn read_filter(given: FilterShape) -> LifecycleFilter {
    let and = given.and.is_some();
    let inner = given.and.unwrap_or_default();
    let tags = inner.tags.into_iter().chain(given.tag);
    LifecycleFilter {
        prefix: given.prefix.or(inner.prefix),
        tags: tags.map(|tag| (tag.key, tag.value)).collect(),
        size_greater_than: given.size_greater_than.or(inner.size_greater_than),
        size_less_than: given.size_less_than.or(inner.size_less_than),
        and,
    }
}

operation! {
    /// Shows a bucket's lifecycle rules.
    ///
    /// **Source**: S3 API Reference, "GetBucketLifecycleConfiguration".
    pub GET_BUCKET_LIFECYCLE_CONFIGURATION: GetBucketLifecycleConfiguration {
        http: "GET" "/{Bucket}?lifecycle" 200,
        input: BucketInput,
        output: LifecycleOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetLifecycleConfiguration", &input.bucket),
        handler: get_lifecycle,
    }
}

fn get_lifecycle(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<LifecycleOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let kept = bucket.lifecycle.clone().ok_or_else(|| errors::no_such_lifecycle(&input.bucket))?;
    Ok(LifecycleOutput {
        minimum_size: kept.minimum_object_size,
        rules: kept.rules.into_iter().map(write_rule).collect(),
    })
}

fn write_rule(rule: LifecycleRule) -> RuleShape {
    let age = |age: &LifecycleAge| match age {
        LifecycleAge::Days(days) => (Some(*days), None, None),
        LifecycleAge::Date(date) => (None, Some(*date), None),
        LifecycleAge::ExpiredDeleteMarkers(on) => (None, None, Some(*on)),
    };
    let transitions = rule.transitions.into_iter().map(|transition| {
        let (days, date, _) = age(&transition.after);
        TransitionShape { date, days, storage_class: Some(transition.storage_class) }
    });
    let noncurrent = rule.noncurrent_transitions.into_iter().map(|transition| NoncurrentShape {
        days: Some(transition.days),
        newer: transition.newer_versions,
        storage_class: Some(transition.storage_class),
    });
    RuleShape {
        id: Some(rule.id),
        prefix: rule.prefix,
        filter: rule.filter.map(write_filter),
        status: Some(if rule.enabled { "Enabled" } else { "Disabled" }.to_owned()),
        expiration: rule.expiration.as_ref().map(|expiration| {
            let (days, date, delete_markers) = age(expiration);
            ExpirationShape { date, days, delete_markers }
        }),
        transitions: transitions.collect(),
        noncurrent_transitions: noncurrent.collect(),
        noncurrent_expiration: rule.noncurrent_expiration.map(|expiration| NoncurrentShape {
            days: Some(expiration.days),
            newer: expiration.newer_versions,
            storage_class: None,
        }),
        abort: rule.abort_uploads_after_days.map(|days| AbortShape { days: Some(days) }),
    }
}

fn write_filter(filter: LifecycleFilter) -> FilterShape {
    let mut tags = filter.tags.into_iter().map(|(key, value)| Tag { key, value });
    if filter.and {
        let and = AndShape {
            prefix: filter.prefix,
            tags: tags.collect(),
            size_greater_than: filter.size_greater_than,
            size_less_than: filter.size_less_than,
        };
        return FilterShape { and: Some(and), ..FilterShape::default() };
    }
    FilterShape {
        prefix: filter.prefix,
        tag: tags.next(),
        size_greater_than: filter.size_greater_than,
        size_less_than: filter.size_less_than,
        and: None,
    }
}

operation! {
    /// Removes a bucket's lifecycle rules.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketLifecycle".
    pub DELETE_BUCKET_LIFECYCLE: DeleteBucketLifecycle {
        http: "DELETE" "/{Bucket}?lifecycle" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutLifecycleConfiguration", &input.bucket),
        handler: delete_lifecycle,
    }
}

fn delete_lifecycle(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.lifecycle = None;
    Ok(())
}
