//! Activities: made, described, listed, deleted.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::lookup::{Tag, access, page, tagged};
use crate::states::ops::machines::encryption_of;
use crate::states::state::Activity;
use crate::states::{errors, names};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Bound;

shape! {
    /// What CreateActivity takes.
    pub struct CreateActivityInput {
        #[wire("name")] pub name: String,
        #[wire("tags")] pub tags: Vec<Tag>,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// What CreateActivity answers.
    pub struct CreateActivityOutput {
        #[wire("activityArn")] pub arn: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// An activity by its ARN.
    pub struct ActivityInput {
        #[wire("activityArn")] pub arn: String,
    }

    /// What DescribeActivity answers.
    pub struct DescribeActivityOutput {
        #[wire("activityArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("creationDate")] pub created_at: Timestamp,
        #[wire("encryptionConfiguration")] pub encryption: Option<Value>,
    }

    /// What ListActivities takes.
    pub struct ListActivitiesInput {
        #[wire("maxResults")] pub max_results: Option<i32>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }

    /// An activity in a listing.
    pub struct ActivityListItem {
        #[wire("activityArn")] pub arn: String,
        #[wire("name")] pub name: String,
        #[wire("creationDate")] pub created_at: Timestamp,
    }

    /// What ListActivities answers.
    pub struct ListActivitiesOutput {
        #[wire("activities")] pub activities: Vec<ActivityListItem>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }
}

fn activity_arn(cx: &OpContext<'_>, name: &str) -> String {
    cx.arn("states", &format!("activity:{name}")).to_string()
}

operation! {
    /// Makes an activity. The same name again is answered as before.
    ///
    /// **Source**: Step Functions API Reference, "CreateActivity".
    pub CREATE_ACTIVITY: CreateActivity {
        http: "POST" "/" 200,
        input: CreateActivityInput,
        output: CreateActivityOutput,
        errors: ["ActivityAlreadyExists", "InvalidName", "TooManyTags"],
        access: |cx, input| access("states:CreateActivity", &activity_arn(cx, &input.name)),
        handler: create_activity,
    }
}

fn create_activity(cx: &mut OpContext<'_>, input: CreateActivityInput) -> ApiResult<CreateActivityOutput> {
    names::check(&input.name)?;
    let arn = activity_arn(cx, &input.name);
    if let Some(before) = cx.state().states.activities.get(&arn) {
        return match before.encryption == input.encryption {
            true => Ok(CreateActivityOutput { arn, created_at: Timestamp(before.created_ms) }),
            false => Err(errors::activity_exists(&input.name)),
        };
    }
    let tags = tagged(&arn, &BTreeMap::new(), input.tags)?;
    let activity = Activity {
        name: input.name,
        arn: arn.clone(),
        created_ms: cx.now_ms,
        tags,
        encryption: input.encryption,
        ..Activity::default()
    };
    cx.states().activities.insert(arn.clone(), activity);
    Ok(CreateActivityOutput { arn, created_at: cx.now() })
}

operation! {
    /// Deletes an activity.
    ///
    /// **Source**: Step Functions API Reference, "DeleteActivity".
    pub DELETE_ACTIVITY: DeleteActivity {
        http: "POST" "/" 200,
        input: ActivityInput,
        output: (),
        errors: ["InvalidArn"],
        access: |_, input| access("states:DeleteActivity", &input.arn),
        handler: delete_activity,
    }
}

fn delete_activity(cx: &mut OpContext<'_>, input: ActivityInput) -> ApiResult<()> {
    names::expect(&input.arn, &["activity"])?;
    cx.states().activities.remove(&input.arn);
    Ok(())
}

operation! {
    /// Tells of an activity.
    ///
    /// **Source**: Step Functions API Reference, "DescribeActivity".
    pub DESCRIBE_ACTIVITY: DescribeActivity {
        http: "POST" "/" 200,
        input: ActivityInput,
        output: DescribeActivityOutput,
        errors: ["ActivityDoesNotExist", "InvalidArn"],
        access: |_, input| access("states:DescribeActivity", &input.arn),
        handler: describe_activity,
    }
}

fn describe_activity(cx: &mut OpContext<'_>, input: ActivityInput) -> ApiResult<DescribeActivityOutput> {
    names::expect(&input.arn, &["activity"])?;
    let activity = cx.state().states.activities.get(&input.arn);
    let activity = activity.ok_or_else(|| errors::no_such_activity(&input.arn))?;
    Ok(DescribeActivityOutput {
        arn: activity.arn.clone(),
        name: activity.name.clone(),
        created_at: Timestamp(activity.created_ms),
        encryption: Some(encryption_of(activity.encryption.as_ref())),
    })
}

operation! {
    /// Lists the activities of the region, by name.
    ///
    /// **Source**: Step Functions API Reference, "ListActivities".
    pub LIST_ACTIVITIES: ListActivities {
        http: "POST" "/" 200,
        input: ListActivitiesInput,
        output: ListActivitiesOutput,
        errors: ["InvalidToken"],
        access: |_, _| Access::to("states:ListActivities", "*"),
        handler: list_activities,
    }
}

fn list_activities(cx: &mut OpContext<'_>, input: ListActivitiesInput) -> ApiResult<ListActivitiesOutput> {
    let (size, after) = page("ListActivities", input.max_results, input.next_token.as_deref())?;
    let prefix = activity_arn(cx, "");
    let start = after.unwrap_or_else(|| prefix.clone());
    let range =
        cx.state().states.activities.range::<str>((Bound::Excluded(start.as_str()), Bound::Unbounded));
    let mut found = range.map(|(_, own)| own).take_while(|own| own.arn.starts_with(&prefix));
    let activities: Vec<ActivityListItem> = found
        .by_ref()
        .take(size)
        .map(|own| ActivityListItem {
            arn: own.arn.clone(),
            name: own.name.clone(),
            created_at: Timestamp(own.created_ms),
        })
        .collect();
    let last = activities.last().filter(|_| found.next().is_some());
    let next_token = last.map(|own| paging::token("ListActivities", &own.arn));
    Ok(ListActivitiesOutput { activities, next_token })
}
