//! What usage plans allow: token buckets and quotas, by key.
//!
//! **Source**: API Gateway Developer Guide, "Usage plans and API keys for REST APIs in API Gateway" and "Throttle
//! requests to your REST APIs for better throughput in API Gateway".

use crate::apigatewayv2::Bucket;
use crate::cloud::CloudState;
use crate::context::OpContext;
use nuvola_kernel::Timestamp;

use super::ops::plans::{ThrottleSettings, UsagePlan};
use super::refusal::Refusal;
use super::visit::Visit;

const DAY_MS: i64 = 86_400_000;

/// Whether a token is left in a bucket; a bucket begins full.
pub fn take(cx: &mut OpContext<'_>, key: &str, rate: f64, burst: f64) -> bool {
    let now_ms = cx.now_ms;
    let buckets = &mut cx.apigateway().buckets;
    if !buckets.contains_key(key) {
        buckets.insert(key.to_owned(), Bucket { tokens: burst, at_ms: now_ms });
    }
    buckets.get_mut(key).is_none_or(|bucket| bucket.take(rate, burst, now_ms))
}

/// Finds the key of a request and the plan that opens the stage to it, and counts the request.
pub fn admit(cx: &mut OpContext<'_>, visit: &mut Visit, value: Option<String>) -> Result<(), Refusal> {
    let region = visit.region.clone();
    let state = &cx.state().apigateway;
    let value = value.filter(|value| !value.is_empty()).ok_or_else(Refusal::invalid_key)?;
    let key = state.keys(&region).find(|key| key.value.as_ref() == Some(&value));
    let key = key.filter(|key| key.enabled == Some(true)).ok_or_else(Refusal::invalid_key)?;
    let key_id = key.id.clone().unwrap_or_default();
    let opens = |plan: &UsagePlan| {
        plan.api_stages.iter().flatten().any(|stage| {
            stage.api_id.as_ref() == Some(&visit.api_id) && stage.stage.as_ref() == Some(&visit.stage)
        })
    };
    let plan = state.plans(&region).find(|plan| plan.keys.contains(&key_id) && opens(&plan.shown));
    let Some(plan) = plan.map(|plan| plan.shown.0.clone()) else {
        cx.hint_for(visit.http_id, "the API key is in no usage plan that opens this stage");
        return Err(Refusal::invalid_key());
    };
    visit.api_key = Some((key_id.clone(), value));
    let plan_id = plan.id.clone().unwrap_or_default();
    for (name, settings) in throttles(&plan, visit) {
        let limits = settings.rate_limit.zip(settings.burst_limit);
        let Some((rate, burst)) = limits else { continue };
        if !take(cx, &format!("{plan_id}/{key_id}/{name}"), rate, f64::from(burst)) {
            return Err(Refusal::throttled());
        }
    }
    let today = cx.now_ms.div_euclid(DAY_MS);
    if let Some(left) = left(cx.state(), &plan, &key_id, today)
        && left < 1
    {
        return Err(Refusal::quota());
    }
    let place = format!("{plan_id}/{key_id}");
    let used = &mut cx.apigateway().used;
    if !used.contains_key(&place) {
        used.insert(place.clone(), Default::default());
    }
    if let Some(days) = used.get_mut(&place) {
        *days.entry(today).or_insert(0) += 1;
    }
    Ok(())
}

/// The limits of the method within the plan, and those of the plan.
fn throttles(plan: &UsagePlan, visit: &Visit) -> Vec<(String, ThrottleSettings)> {
    let stage = plan.api_stages.iter().flatten().find(|stage| {
        stage.api_id.as_ref() == Some(&visit.api_id) && stage.stage.as_ref() == Some(&visit.stage)
    });
    let method = format!("{}/{}", visit.resource_path, visit.request.method);
    let own = stage.and_then(|stage| stage.throttle.as_ref()?.get(&method).cloned());
    let own = own.map(|settings| (format!("{}{method}", visit.api_id), settings));
    own.into_iter().chain(plan.throttle.clone().map(|settings| (String::new(), settings))).collect()
}

/// The first day of the quota's period that a day is in. Days count from 1970-01-01, a Thursday.
fn period_start(plan: &UsagePlan, day: i64) -> Option<i64> {
    let quota = plan.quota.as_ref()?;
    let offset = i64::from(quota.offset.unwrap_or(0));
    Some(match quota.period.as_deref()? {
        "DAY" => day,
        // Weeks begin on Sunday, plus the offset.
        "WEEK" => day - (day + 4 - offset).rem_euclid(7),
        _ => {
            let at = Timestamp(day * DAY_MS).utc();
            let begins = 1 + offset;
            let here = i64::from(at.day());
            match here >= begins {
                true => day - (here - begins),
                false => {
                    // Back to the last day of the month before, and on from there.
                    let before = day - here;
                    let last = i64::from(Timestamp(before * DAY_MS).utc().day());
                    before - (last - begins).max(0)
                }
            }
        }
    })
}

fn used(state: &CloudState, plan_id: &str, key_id: &str, from: i64, to: i64) -> i64 {
    let days = state.apigateway.used.get(&format!("{plan_id}/{key_id}"));
    days.map_or(0, |days| days.range(from..=to).map(|(_, count)| count).sum())
}

fn left(state: &CloudState, plan: &UsagePlan, key_id: &str, day: i64) -> Option<i64> {
    let from = period_start(plan, day)?;
    let limit = i64::from(plan.quota.as_ref()?.limit?);
    Some(limit - used(state, plan.id.as_deref().unwrap_or(""), key_id, from, day))
}

/// `[used, left]` of a day. Without a quota there is no limit to count down from, and AWS shows none used up.
pub fn used_and_left(state: &CloudState, plan: &UsagePlan, key_id: &str, day: i64) -> Vec<i64> {
    let id = plan.id.as_deref().unwrap_or("");
    vec![used(state, id, key_id, day, day), left(state, plan, key_id, day).unwrap_or(0).max(0)]
}

/// The days from one date to another, `YYYY-MM-DD`; at most ninety.
pub fn days(start: &str, end: &str) -> Option<Vec<i64>> {
    let day = |text: &str| Timestamp::parse(&format!("{text}T00:00:00Z")).map(|at| at.0.div_euclid(DAY_MS));
    let (start, end) = (day(start)?, day(end)?);
    (start <= end && end - start < 90).then(|| (start..=end).collect())
}

#[cfg(test)]
mod tests {
    use super::super::ops::plans::QuotaSettings;
    use super::*;

    #[test]
    fn quotas_begin_anew() {
        // Source: API Gateway API Reference, "QuotaSettings"; 2026-11-25 is a Wednesday.
        let day = days("2026-11-25", "2026-11-25").unwrap()[0];
        let check = |period: &str, offset: i32, expected: &str| {
            let quota =
                QuotaSettings { limit: Some(1), offset: Some(offset), period: Some(period.to_owned()) };
            let plan = UsagePlan { quota: Some(quota), ..UsagePlan::default() };
            let start = period_start(&plan, day).unwrap();
            assert_eq!(
                Timestamp(start * DAY_MS).iso_seconds(),
                format!("{expected}T00:00:00Z"),
                "{period} {offset}"
            );
        };
        check("DAY", 0, "2026-11-25");
        check("WEEK", 0, "2026-11-22");
        check("WEEK", 4, "2026-11-19");
        check("MONTH", 0, "2026-11-01");
        check("MONTH", 26, "2026-10-27");
    }
}
