//! Log groups.

use crate::auth::Access;
use crate::context::OpContext;
use crate::logs::state::{self, Tags};
use crate::logs::{check, errors, limits};
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::validate::Validation;
use indexmap::IndexMap;
use nuvola_kernel::Map;
use nuvola_wire::shape;

operation! {
    /// Creates a log group, whose events never expire until told otherwise.
    ///
    /// **Source**: CloudWatch Logs API Reference, "CreateLogGroup".
    pub CREATE_LOG_GROUP: CreateLogGroup {
        http: "POST" "/" 200,
        input: CreateLogGroupInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceAlreadyExistsException"],
        access: |cx, input| {
            let tags = input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Access::to("logs:CreateLogGroup", arn_of(cx, &input.log_group_name)).with_request_tags(tags)
        },
        handler: create_log_group,
    }
}

operation! {
    /// Lists log groups by prefix or by part of their names.
    ///
    /// **Source**: CloudWatch Logs API Reference, "DescribeLogGroups".
    pub DESCRIBE_LOG_GROUPS: DescribeLogGroups {
        http: "POST" "/" 200,
        input: DescribeLogGroupsInput,
        output: DescribeLogGroupsOutput,
        errors: ["InvalidParameterException"],
        access: |cx, input| Access::to("logs:DescribeLogGroups", arn_of(cx, input.log_group_name_prefix.as_deref().unwrap_or(""))),
        handler: describe_log_groups,
    }
}

operation! {
    /// Deletes a log group with all its streams and events.
    ///
    /// **Source**: CloudWatch Logs API Reference, "DeleteLogGroup".
    pub DELETE_LOG_GROUP: DeleteLogGroup {
        http: "POST" "/" 200,
        input: DeleteLogGroupInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException", "ValidationException"],
        access: |cx, input| Access::to("logs:DeleteLogGroup", arn_of(cx, &input.log_group_name)),
        handler: delete_log_group,
    }
}

operation! {
    /// Sets after how many days events expire.
    ///
    /// **Source**: CloudWatch Logs API Reference, "PutRetentionPolicy".
    pub PUT_RETENTION_POLICY: PutRetentionPolicy {
        http: "POST" "/" 200,
        input: PutRetentionPolicyInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("logs:PutRetentionPolicy", arn_of(cx, &input.log_group_name)),
        handler: put_retention_policy,
    }
}

operation! {
    /// Lets events never expire.
    ///
    /// **Source**: CloudWatch Logs API Reference, "DeleteRetentionPolicy".
    pub DELETE_RETENTION_POLICY: DeleteRetentionPolicy {
        http: "POST" "/" 200,
        input: DeleteRetentionPolicyInput,
        output: (),
        errors: ["InvalidParameterException", "ResourceNotFoundException"],
        access: |cx, input| Access::to("logs:DeleteRetentionPolicy", arn_of(cx, &input.log_group_name)),
        handler: delete_retention_policy,
    }
}

shape! {
    /// What `CreateLogGroup` takes.
    pub struct CreateLogGroupInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("kmsKeyId")] pub kms_key_id: Option<String>,
        #[wire("tags")] pub tags: IndexMap<String, String>,
        #[wire("logGroupClass")] pub log_group_class: Option<String>,
        #[wire("deletionProtectionEnabled")] pub deletion_protection_enabled: Option<bool>,
    }

    /// What `DescribeLogGroups` takes.
    pub struct DescribeLogGroupsInput {
        #[wire("logGroupNamePrefix")] pub log_group_name_prefix: Option<String>,
        #[wire("logGroupNamePattern")] pub log_group_name_pattern: Option<String>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("limit")] pub limit: Option<i32>,
        #[wire("logGroupClass")] pub log_group_class: Option<String>,
        #[wire("logGroupIdentifiers")] pub log_group_identifiers: Vec<String>,
    }

    /// What `DescribeLogGroups` answers.
    pub struct DescribeLogGroupsOutput {
        #[wire("logGroups")] pub log_groups: Vec<LogGroup>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// What `DeleteLogGroup` takes.
    pub struct DeleteLogGroupInput {
        #[wire("logGroupName")] pub log_group_name: String,
    }

    /// What `PutRetentionPolicy` takes.
    pub struct PutRetentionPolicyInput {
        #[wire("logGroupName")] pub log_group_name: String,
        #[wire("retentionInDays")] pub retention_in_days: i32,
    }

    /// What `DeleteRetentionPolicy` takes.
    pub struct DeleteRetentionPolicyInput {
        #[wire("logGroupName")] pub log_group_name: String,
    }

    /// A log group.
    pub struct LogGroup {
        #[wire("logGroupName")] pub log_group_name: Option<String>,
        #[wire("creationTime")] pub creation_time: Option<i64>,
        #[wire("retentionInDays")] pub retention_in_days: Option<i32>,
        #[wire("metricFilterCount")] pub metric_filter_count: Option<i32>,
        #[wire("arn")] pub arn: Option<String>,
        #[wire("storedBytes")] pub stored_bytes: Option<i64>,
        #[wire("kmsKeyId")] pub kms_key_id: Option<String>,
        #[wire("logGroupClass")] pub log_group_class: Option<String>,
        #[wire("logGroupArn")] pub log_group_arn: Option<String>,
        #[wire("deletionProtectionEnabled")] pub deletion_protection_enabled: Option<bool>,
    }
}

/// The ARN of a group, as permissions name it.
pub fn arn_of(cx: &OpContext<'_>, name: &str) -> String {
    format!("{}:*", cx.arn("logs", &format!("log-group:{name}")))
}

/// The group of this name, in the region that is asked.
pub fn find<'a>(cx: &'a mut OpContext<'_>, name: &str) -> ApiResult<&'a mut state::Group> {
    let region = cx.region.clone();
    cx.logs().group_mut(&region, name).ok_or_else(errors::no_such_group)
}

/// Makes an empty group; the name is free and well-formed.
pub fn make(cx: &mut OpContext<'_>, name: &str) -> state::Group {
    state::Group {
        name: name.to_owned(),
        arn: arn_of(cx, name),
        created_at_ms: cx.now_ms,
        retention_days: None,
        kms_key_id: None,
        class: "STANDARD".to_owned(),
        deletion_protected: false,
        tags: Tags::new(),
        streams: Map::new(),
        next_event: 0,
    }
}

pub fn insert(cx: &mut OpContext<'_>, group: state::Group) {
    let region = cx.region.clone();
    cx.logs().regions.entry(region).or_default().insert(group.name.clone(), group);
}

fn create_log_group(cx: &mut OpContext<'_>, input: CreateLogGroupInput) -> ApiResult<()> {
    let class = input.log_group_class.as_deref().unwrap_or("STANDARD");
    let classes = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];
    let mut validation = check::group_name(&input.log_group_name);
    validation.one_of("logGroupClass", class, &classes).finish("InvalidParameterException")?;
    if input.tags.len() > limits::TAGS {
        return Err(errors::too_many_tags());
    }
    let region = cx.region.clone();
    if cx.logs().group(&region, &input.log_group_name).is_some() {
        return Err(errors::group_exists());
    }
    if input.kms_key_id.is_some() {
        cx.not_simulated("encryption by `kmsKeyId` of `CreateLogGroup`");
    }
    let mut group = make(cx, &input.log_group_name);
    group.class = class.to_owned();
    group.kms_key_id = input.kms_key_id;
    group.deletion_protected = input.deletion_protection_enabled.unwrap_or(false);
    group.tags = input.tags.into_iter().collect();
    insert(cx, group);
    Ok(())
}

fn describe_log_groups(
    cx: &mut OpContext<'_>,
    input: DescribeLogGroupsInput,
) -> ApiResult<DescribeLogGroupsOutput> {
    if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
        return Err(errors::prefix_and_pattern());
    }
    let size = check::page_size(input.limit, limits::PAGE_DESCRIPTIONS)?;
    let after = match &input.next_token {
        Some(token) => Some(paging::position("DescribeLogGroups", token).ok_or_else(errors::invalid_token)?),
        None => None,
    };
    let prefix = input.log_group_name_prefix.unwrap_or_default();
    let pattern = input.log_group_name_pattern.unwrap_or_default().to_lowercase();
    let named = |name: &str| {
        let given = &input.log_group_identifiers;
        given.is_empty() || given.iter().any(|id| check::group_name_of(None, Some(id)) == name)
    };
    let groups = cx.state().logs.regions.get(&cx.region);
    let mut rest = groups
        .into_iter()
        .flat_map(|groups| groups.values())
        .filter(|group| after.as_ref().is_none_or(|after| group.name > *after))
        .filter(|group| group.name.starts_with(&prefix) && group.name.to_lowercase().contains(&pattern))
        .filter(|group| input.log_group_class.as_ref().is_none_or(|class| *class == group.class))
        .filter(|group| named(&group.name));
    let log_groups: Vec<LogGroup> = rest.by_ref().take(size).map(LogGroup::shown).collect();
    let last = log_groups.last().and_then(|group| group.log_group_name.clone());
    let next_token = last.filter(|_| rest.next().is_some());
    let next_token = next_token.map(|name| paging::token("DescribeLogGroups", &name));
    Ok(DescribeLogGroupsOutput { log_groups, next_token })
}

impl LogGroup {
    fn shown(group: &state::Group) -> Self {
        LogGroup {
            log_group_name: Some(group.name.clone()),
            creation_time: Some(group.created_at_ms),
            retention_in_days: group.retention_days,
            metric_filter_count: Some(0),
            arn: Some(group.arn.clone()),
            stored_bytes: Some(group.stored_bytes()),
            kms_key_id: group.kms_key_id.clone(),
            log_group_class: Some(group.class.clone()),
            log_group_arn: group.arn.strip_suffix(":*").map(str::to_owned),
            deletion_protection_enabled: Some(group.deletion_protected),
        }
    }
}

fn delete_log_group(cx: &mut OpContext<'_>, input: DeleteLogGroupInput) -> ApiResult<()> {
    check::group_name(&input.log_group_name).finish("InvalidParameterException")?;
    if find(cx, &input.log_group_name)?.deletion_protected {
        return Err(errors::deletion_protected());
    }
    let region = cx.region.clone();
    if let Some(groups) = cx.logs().regions.get_mut(&region) {
        groups.remove(&input.log_group_name);
    }
    Ok(())
}

fn put_retention_policy(cx: &mut OpContext<'_>, input: PutRetentionPolicyInput) -> ApiResult<()> {
    let days = input.retention_in_days;
    let mut validation = Validation::new();
    if !limits::RETENTION_DAYS.contains(&days) {
        let set = limits::RETENTION_DAYS.map(|days| days.to_string());
        let constraint = format!("Member must satisfy enum value set: [{}]", set.join(", "));
        validation.problem(Some(&days.to_string()), "retentionInDays", &constraint);
    }
    validation.finish("InvalidParameterException")?;
    find(cx, &input.log_group_name)?.retention_days = Some(days);
    Ok(())
}

fn delete_retention_policy(cx: &mut OpContext<'_>, input: DeleteRetentionPolicyInput) -> ApiResult<()> {
    find(cx, &input.log_group_name)?.retention_days = None;
    Ok(())
}
