//! What happens to tables when time advances.

use crate::cloud;
use crate::context::OpContext;
use crate::dynamodb::Timer;
use crate::dynamodb::ops::update_table::close_stream;
use crate::dynamodb::state::{Status, Table, TtlStatus};
use crate::dynamodb::streams::Author;
use crate::dynamodb::streams::feed;
use nuvola_kernel::Region;

/// How many expired items one timer deletes; the rest follow at once.
const EXPIRIES_PER_TIMER: usize = 1000;

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Settle { region, table, id } => settle(cx, &region, &table, &id),
        Timer::TtlSettle { region, table, id } => settle_ttl(cx, region, &table, &id),
        Timer::Expiry { region, table, id } => expire(cx, region, &table, &id),
        Timer::DropStream { region, arn } => {
            if let Some(region) = cx.dynamodb().regions.get_mut(&region) {
                region.closed_streams.remove(&arn);
            }
        }
    }
}

/// The table that the timer was for, not a later one of the same name.
fn find<'s>(cx: &'s mut OpContext<'_>, region: &Region, name: &str, id: &str) -> Option<&'s mut Table> {
    cx.dynamodb().regions.get_mut(region)?.tables.get_mut(name).filter(|table| table.id == id)
}

/// Ends what a table and its indexes were doing.
fn settle(cx: &mut OpContext<'_>, region: &Region, name: &str, id: &str) {
    let Some(table) = find(cx, region, name, id) else { return };
    match table.status {
        Status::Creating | Status::Updating | Status::Active => {
            table.status = Status::Active;
            table.indexes.retain(|_, index| index.status != Status::Deleting);
            for index in table.indexes.values_mut() {
                index.status = Status::Active;
                index.backfilling = false;
            }
            // Definitions that no key uses any more are forgotten with their index.
            let keys: Vec<String> = std::iter::once(&table.key)
                .chain(table.indexes.values().map(|index| &index.key))
                .flat_map(|key| key.names().cloned())
                .collect();
            table.attributes.retain(|(name, _)| keys.contains(name));
        }
        Status::Deleting => {
            let stream = table.stream.take();
            if let Some(state) = cx.dynamodb().regions.get_mut(region) {
                state.tables.remove(name);
            }
            if let Some(stream) = stream {
                cx.region = region.clone();
                close_stream(cx, stream);
            }
        }
    }
}

fn settle_ttl(cx: &mut OpContext<'_>, region: Region, name: &str, id: &str) {
    let now_ms = cx.now_ms;
    let Some(table) = find(cx, &region, name, id) else { return };
    match table.ttl.status {
        TtlStatus::Enabling => table.ttl.status = TtlStatus::Enabled,
        TtlStatus::Disabling => {
            table.ttl.status = TtlStatus::Disabled;
            table.ttl.attribute = None;
            table.ttl.expiries.clear();
        }
        TtlStatus::Enabled | TtlStatus::Disabled => {}
    }
    sweep_later(cx, region, name, id, now_ms);
}

/// Sets the timer for the next item that expires.
fn sweep_later(cx: &mut OpContext<'_>, region: Region, name: &str, id: &str, now_ms: i64) {
    let Some(table) = find(cx, &region, name, id) else { return };
    table.ttl.sweep_at_ms = None;
    let Some(due_ms) = table.next_expiry_ms(now_ms).map(|due_ms| due_ms.max(now_ms + 1)) else { return };
    table.ttl.sweep_at_ms = Some(due_ms);
    let timer = Timer::Expiry { region, table: name.to_owned(), id: id.to_owned() };
    cx.schedule(due_ms, cloud::Timer::DynamoDb(timer));
}

/// Deletes items whose time is over.
fn expire(cx: &mut OpContext<'_>, region: Region, name: &str, id: &str) {
    let now_ms = cx.now_ms;
    let Some(table) = find(cx, &region, name, id) else { return };
    // A later timer took this one's place.
    if table.ttl.sweep_at_ms.is_some_and(|at_ms| at_ms > now_ms) || table.ttl.sweep_at_ms.is_none() {
        return;
    }
    if table.ttl.status == TtlStatus::Enabled && table.status != Status::Deleting {
        for key in table.expired(now_ms, EXPIRIES_PER_TIMER) {
            // Without cost: deletions by time to live consume no capacity.
            let plan = table.plan(key, None, false);
            table.commit(plan, Author::TimeToLive, now_ms);
        }
    }
    cx.region = region.clone();
    feed::tell(cx, name);
    sweep_later(cx, region, name, id, now_ms);
}
