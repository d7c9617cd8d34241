//! From an event to the targets of the rules that it fits.

use super::state::{DEFAULT_BUS, Rule, Target};
use super::{Timer, lookup, transform};
use crate::auth::{Access, Principal, ResourcePolicy};
use crate::cloud;
use crate::context::OpContext;
use crate::deliveries::{self, Note};
use crate::matching::Pattern;
use crate::service::ApiResult;
use crate::{lambda, sns, sqs, sts};
use nuvola_kernel::{Arn, Region, Timestamp};
use nuvola_wire::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Who delivers.
pub const PRINCIPAL: &str = "events.amazonaws.com";
/// How soon an event arrives at a target. AWS takes about half a second.
const DELIVERY_MS: i64 = 50;
/// How many buses an event may pass through, so that rules that lead back end.
const HOPS_MAX: u32 = 8;

/// An event that a service sends.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub source: String,
    pub detail_type: String,
    pub detail: Value,
    pub resources: Vec<String>,
    /// The event's own time; now, if it has none.
    pub time_ms: Option<i64>,
    pub parent: Option<String>,
    /// How many buses it came through.
    pub hops: u32,
}

/// An event on its way to one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    pub rule_arn: String,
    pub target_id: String,
    pub event: Value,
    pub parent: Option<String>,
    pub hops: u32,
}

/// The permission for `action` on a bus, judged with its policy.
pub fn to_bus(cx: &OpContext<'_>, action: &str, arn: &str) -> Access {
    let bus = cx.state().events.buses.get(arn);
    let policy =
        bus.and_then(|bus| Some(ResourcePolicy { name: bus.arn.clone(), document: bus.policy_text()? }));
    Access::to(action, arn).with_resource_policy(policy)
}

/// Whether a principal may put events on a bus that exists.
pub fn authorise(cx: &mut OpContext<'_>, principal: &Principal, arn: &str) -> ApiResult<()> {
    let parsed = Arn::parse(arn).filter(|parsed| parsed.service() == "events");
    let name = lookup::bus_name(Some(arn));
    let region = parsed.map(|parsed| Region::new(parsed.region()));
    let home = cx.region.clone();
    cx.region = region.unwrap_or_else(|| home.clone());
    let found = lookup::bus(cx, &name);
    cx.region = home;
    found?;
    let access = to_bus(cx, "events:PutEvents", arn);
    for check in &access.checks {
        let decision = cx.judge_as(principal, check);
        if !decision.allowed {
            return Err(crate::auth::errors::access_denied(cx, &decision));
        }
    }
    Ok(())
}

/// Puts an event on a bus in the name of a principal.
pub fn deliver(cx: &mut OpContext<'_>, principal: &Principal, bus_arn: &str, entry: Entry) -> ApiResult<()> {
    authorise(cx, principal, bus_arn)?;
    let entry = Entry { parent: Some(cx.trace.request_id.clone()), ..entry };
    put(cx, bus_arn, entry);
    Ok(())
}

/// A service of the cloud tells the default bus of a region of something.
pub fn emit(cx: &mut OpContext<'_>, entry: Entry) {
    let arn = lookup::bus_arn(cx, DEFAULT_BUS);
    put(cx, &arn, entry);
}

/// Puts an event on a bus; gives its id.
pub fn put(cx: &mut OpContext<'_>, bus_arn: &str, entry: Entry) -> String {
    let id = cx.ids().uuid();
    let region = Arn::parse(bus_arn).map_or_else(|| cx.region.to_string(), |arn| arn.region().to_owned());
    let event = json!({
        "version": "0",
        "id": id,
        "detail-type": entry.detail_type,
        "source": entry.source,
        "account": cx.account().as_str(),
        "time": Timestamp(entry.time_ms.unwrap_or(cx.now_ms)).iso_seconds(),
        "region": region,
        "resources": entry.resources,
        "detail": entry.detail,
    });
    let bus = lookup::bus_name(Some(bus_arn));
    let fits = |rule: &&Rule| {
        rule.enabled
            && rule.bus == bus
            && rule.region == region
            && rule
                .pattern
                .as_ref()
                .is_some_and(|text| Pattern::parse(text).is_ok_and(|pattern| pattern.fits(&event)))
    };
    let arns: Vec<String> =
        cx.state().events.rules.values().filter(fits).map(|rule| rule.arn.clone()).collect();
    for arn in arns {
        fire(cx, &arn, &event, entry.parent.as_deref(), entry.hops);
    }
    id
}

/// Sends an event to a rule's targets.
pub fn fire(cx: &mut OpContext<'_>, rule_arn: &str, event: &Value, parent: Option<&str>, hops: u32) {
    let Some(rule) = cx.events().rules.get_mut(rule_arn) else { return };
    rule.fired += 1;
    let ids: Vec<String> = rule.targets.values().map(|target| target.id.clone()).collect();
    for target_id in ids {
        let parcel = Parcel {
            rule_arn: rule_arn.to_owned(),
            target_id,
            event: event.clone(),
            parent: parent.map(str::to_owned),
            hops,
        };
        let due_ms = cx.now_ms + DELIVERY_MS;
        cx.schedule(due_ms, cloud::Timer::Events(Timer::Deliver(Box::new(parcel))));
    }
}

/// An event arrives at a target, or at its dead-letter queue.
pub fn arrive(cx: &mut OpContext<'_>, parcel: Parcel) {
    let Some(rule) = cx.state().events.rules.get(&parcel.rule_arn).cloned() else { return };
    let Some(target) = rule.targets.get(&parcel.target_id).cloned() else { return };
    cx.region = Region::new(rule.region.clone());
    let input = transform::input(&rule, &target, &parcel.event, cx.now_ms);
    let note = Note {
        service: "events",
        operation: parcel.event["detail-type"].as_str().unwrap_or_default().to_owned(),
        principal: PRINCIPAL.to_owned(),
        caller: rule.arn.clone(),
        target: target.arn.clone(),
        parent: parcel.parent.clone(),
        bytes: input.len(),
    };
    let mut failure: Option<ApiError> = None;
    let reached = deliveries::tell(cx, note.clone(), &mut |cx| {
        let sent = hand_over(cx, &rule, &target, &input, &parcel);
        failure = sent.as_ref().err().cloned();
        sent
    });
    let Some(queue) = target.dead_letter_arn.clone().filter(|_| !reached) else { return };
    let note = Note { operation: "DeadLetterQueue".to_owned(), target: queue.clone(), ..note };
    deliveries::tell(cx, note, &mut |cx| bury(cx, &rule, &target, &queue, &input, failure.as_ref()));
}

/// **Source**: EventBridge User Guide, "Using dead-letter queues to process undelivered events".
fn bury(
    cx: &mut OpContext<'_>,
    rule: &Rule,
    target: &Target,
    queue: &str,
    input: &str,
    failure: Option<&ApiError>,
) -> ApiResult<()> {
    let text = |name: &str, value: &str| (name.to_owned(), "String".to_owned(), value.to_owned());
    let code = match failure {
        Some(error) if error.status == 403 => "NO_PERMISSIONS",
        Some(error) if error.status == 404 || error.code.contains("NotExist") => "NO_RESOURCE",
        Some(_) | None => "SDK_CLIENT_ERROR",
    };
    let delivery = sqs::Delivery {
        queue_arn: queue,
        body: input.to_owned(),
        attributes: vec![
            text("ERROR_CODE", code),
            text("ERROR_MESSAGE", failure.map_or("", |error| error.message.as_str())),
            text("RULE_ARN", &rule.arn),
            text("TARGET_ARN", &target.arn),
        ],
        service: PRINCIPAL,
        source_arn: &rule.arn,
        ..sqs::Delivery::default()
    };
    sqs::deliver(cx, delivery).map(|_| ())
}

fn hand_over(
    cx: &mut OpContext<'_>,
    rule: &Rule,
    target: &Target,
    input: &str,
    parcel: &Parcel,
) -> ApiResult<()> {
    let service = Principal::Service(PRINCIPAL.to_owned());
    let parsed = Arn::parse(&target.arn);
    match parsed.as_ref().map(Arn::service) {
        Some("lambda") => {
            let function = lambda::authorise_event(cx, &service, Some(&rule.arn), &target.arn)?;
            let parent = Some(cx.trace.request_id.clone());
            lambda::accept_event(cx, function, input.to_owned(), parent);
            Ok(())
        }
        Some("sqs") => {
            let fifo = target.arn.ends_with(".fifo");
            let delivery = sqs::Delivery {
                queue_arn: &target.arn,
                body: input.to_owned(),
                group_id: target.group_id.clone(),
                deduplication_id: fifo.then(|| parcel.event["id"].as_str().unwrap_or_default().to_owned()),
                service: PRINCIPAL,
                source_arn: &rule.arn,
                ..sqs::Delivery::default()
            };
            sqs::deliver(cx, delivery).map(|_| ())
        }
        Some("sns") => {
            let message = sns::Message {
                body: input.to_owned(),
                group_id: target.arn.ends_with(".fifo").then(|| target.group_id.clone().unwrap_or_default()),
                ..sns::Message::default()
            };
            sns::deliver(cx, &service, Some(&rule.arn), &target.arn, message).map(|_| ())
        }
        Some("events") => {
            if parcel.hops >= HOPS_MAX {
                let text =
                    "The event has passed through too many buses: rules lead back to where it came from.";
                return Err(ApiError::new(400, "TooManyHops", text));
            }
            let principal = actor(cx, rule, target)?;
            let event = &parcel.event;
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let resources = event["resources"].as_array().into_iter().flatten();
            let entry = Entry {
                source: text("source"),
                detail_type: text("detail-type"),
                detail: event["detail"].clone(),
                resources: resources.filter_map(|one| one.as_str().map(str::to_owned)).collect(),
                time_ms: Timestamp::parse(&text("time")).map(|at| at.0),
                hops: parcel.hops + 1,
                ..Entry::default()
            };
            deliver(cx, &principal, &target.arn, entry)
        }
        Some(other) => Err(super::errors::not_simulated(&format!("targets of the service {other}"))),
        None => Err(super::errors::validation(format!("Parameter {} is not valid.", target.arn))),
    }
}

/// The target's role, as EventBridge acts in its name.
fn actor(cx: &mut OpContext<'_>, rule: &Rule, target: &Target) -> ApiResult<Principal> {
    let role = target.role_arn.as_ref().or(rule.role_arn.as_ref());
    let caller = Some(rule.arn.clone());
    let found = role.and_then(|role| sts::role_actor(cx, role, PRINCIPAL, "EventBridge", caller));
    found.ok_or_else(|| {
        let text = "EventBridge cannot assume the target's role: it is missing or does not trust events.amazonaws.com.";
        ApiError::new(403, "AccessDenied", text)
    })
}
