//! What the operations share: names, permissions, answers about capacity.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::attr::Attr;
use crate::dynamodb::capacity::{Strength, UNIT};
use crate::dynamodb::state::{RegionState, Table};
use crate::dynamodb::store::{IndexCost, Plan};
use crate::dynamodb::{errors, limits};
use crate::service::ApiResult;
use crate::validate::Validation;
use serde_json::{Map as Object, Value as Json, json};

/// Requests name a table by its name or its ARN.
pub fn table_name(given: &str) -> &str {
    match given.split_once(":table/") {
        Some((_, name)) if given.starts_with("arn:") => name.split('/').next().unwrap_or(name),
        Some(_) | None => given,
    }
}

pub fn table_arn(cx: &OpContext<'_>, given: &str) -> String {
    cx.arn("dynamodb", &format!("table/{}", table_name(given))).to_string()
}

pub fn to_table(cx: &OpContext<'_>, action: &str, given: &str) -> Access {
    Access::to(action, table_arn(cx, given))
}

/// The permission for a table or, where one is named, its index.
pub fn to_index(cx: &OpContext<'_>, action: &str, given: &str, index: Option<&str>) -> Access {
    match index {
        Some(index) => Access::to(action, format!("{}/index/{index}", table_arn(cx, given))),
        None => to_table(cx, action, given),
    }
}

/// The condition key `dynamodb:LeadingKeys`: the partition keys that the request names.
pub fn leading_keys<'k>(
    cx: &OpContext<'_>,
    access: Access,
    given: &str,
    keys: impl IntoIterator<Item = &'k Json>,
) -> Access {
    let Some(table) = region_of(cx).and_then(|region| region.tables.get(table_name(given))) else {
        return access;
    };
    let text = |key: &Json| {
        let value = key.get(&table.key.hash)?.as_object()?.values().next()?;
        value.as_str().map(str::to_owned)
    };
    let values: Vec<String> = keys.into_iter().filter_map(text).collect();
    if values.is_empty() { access } else { access.with_key("dynamodb:LeadingKeys", values) }
}

/// The value of a partition key as `dynamodb:LeadingKeys` has it.
pub fn leading_text(value: &Attr) -> Option<String> {
    value.to_json()[value.kind()].as_str().map(str::to_owned)
}

pub fn region_of<'s>(cx: &'s OpContext<'_>) -> Option<&'s RegionState> {
    cx.state().dynamodb.regions.get(&cx.region)
}

pub fn region_mut<'s>(cx: &'s mut OpContext<'_>) -> &'s mut RegionState {
    let region = cx.region.clone();
    cx.dynamodb().regions.entry(region).or_default()
}

pub fn check_table_name(validation: &mut Validation, name: &str) {
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !name.is_empty() {
        validation.pattern("tableName", name, "[a-zA-Z0-9_.-]+", name.chars().all(legal));
    }
    // A name may be an ARN too, for which the model says something else of the least length.
    validation.length("tableName", name, if name.is_empty() { 1 } else { 3 }, 255);
}

/// The table that a request about items names, in whatever state.
pub fn usable<'s>(cx: &'s OpContext<'_>, given: &str) -> ApiResult<&'s Table> {
    let name = table_name(given);
    if !given.starts_with("arn:") {
        let mut validation = Validation::new();
        check_table_name(&mut validation, name);
        validation.finish("ValidationException")?;
    }
    region_of(cx).and_then(|region| region.usable(name)).ok_or_else(errors::not_found)
}

/// A usable table that may be changed.
pub fn usable_mut<'s>(cx: &'s mut OpContext<'_>, given: &str) -> ApiResult<&'s mut Table> {
    let name = table_name(given).to_owned();
    region_mut(cx).tables.get_mut(&name).ok_or_else(errors::not_found)
}

/// A table by its name, for operations on tables.
pub fn find<'s>(cx: &'s OpContext<'_>, given: &str) -> ApiResult<&'s Table> {
    let name = table_name(given);
    let mut validation = Validation::new();
    check_table_name(&mut validation, name);
    validation.finish("ValidationException")?;
    region_of(cx).and_then(|region| region.tables.get(name)).ok_or_else(|| errors::no_such_table(name))
}

/// What is to be told of consumed capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    None,
    Total,
    Indexes,
}

pub fn check_report(validation: &mut Validation, given: Option<&str>) -> Report {
    match given {
        Some("INDEXES") => Report::Indexes,
        Some("TOTAL") => Report::Total,
        Some(given) => {
            validation.one_of("returnConsumedCapacity", given, &["INDEXES", "TOTAL", "NONE"]);
            Report::None
        }
        None => Report::None,
    }
}

/// What a request consumed of one table, in thousandths of units.
#[derive(Debug, Clone, Default)]
pub struct Consumed {
    pub table: i64,
    pub local: Vec<(String, i64)>,
    pub global: Vec<(String, i64)>,
}

impl Consumed {
    pub fn add(&mut self, table: i64, indexes: &[IndexCost]) {
        self.table += table;
        for index in indexes {
            let list = if index.global { &mut self.global } else { &mut self.local };
            match list.iter_mut().find(|(name, _)| *name == index.name) {
                Some((_, cost)) => *cost += index.cost,
                None => list.push((index.name.clone(), index.cost)),
            }
        }
    }

    pub fn of(plan: &Plan) -> Self {
        let mut consumed = Consumed::default();
        consumed.add(plan.table_cost, &plan.index_costs);
        consumed
    }

    pub fn total(&self) -> i64 {
        self.table + self.local.iter().chain(&self.global).map(|(_, cost)| cost).sum::<i64>()
    }

    /// The member `ConsumedCapacity`; transactions tell reads and writes apart.
    pub fn shown(&self, report: Report, table: &str, transaction: Option<&str>) -> Option<Json> {
        if report == Report::None {
            return None;
        }
        let units = |amount: i64| Json::from(amount as f64 / UNIT as f64);
        let capacity = |amount: i64| {
            let mut shown = json!({ "CapacityUnits": units(amount) });
            if let Some(kind) = transaction {
                shown[kind] = units(amount);
            }
            shown
        };
        let mut shown = capacity(self.total());
        shown["TableName"] = table.into();
        if report == Report::Indexes {
            shown["Table"] = capacity(self.table);
            for (member, list) in
                [("LocalSecondaryIndexes", &self.local), ("GlobalSecondaryIndexes", &self.global)]
            {
                if !list.is_empty() {
                    let entries = list.iter().map(|(name, cost)| (name.clone(), capacity(*cost)));
                    shown[member] = Json::Object(Object::from_iter(entries));
                }
            }
        }
        Some(shown)
    }
}

/// Refuses a write to a table whose provisioned capacity, or that of an index, is used up.
pub fn check_write_capacity(table: &Table, plan: &Plan, now_ms: i64) -> ApiResult<()> {
    if let Some(throughput) = &table.throughput
        && !table.write_bucket.allows(throughput.write, now_ms)
    {
        return Err(errors::throttled());
    }
    for cost in plan.index_costs.iter().filter(|cost| cost.global) {
        let Some(index) = table.indexes.get(&cost.name) else { continue };
        if let Some(throughput) = &index.throughput
            && !index.write_bucket.allows(throughput.write, now_ms)
        {
            return Err(errors::index_throttled());
        }
    }
    Ok(())
}

/// Books what a write consumed. Local indexes share the table's capacity.
pub fn take_write_capacity(table: &mut Table, consumed: &Consumed, now_ms: i64) {
    let own = consumed.table + consumed.local.iter().map(|(_, cost)| cost).sum::<i64>();
    if let Some(throughput) = &table.throughput {
        table.write_bucket.take(own, throughput.write, now_ms);
    }
    for (name, cost) in &consumed.global {
        let Some(index) = table.indexes.get_mut(name) else { continue };
        if let Some(throughput) = &index.throughput {
            index.write_bucket.take(*cost, throughput.write, now_ms);
        }
    }
    table.meter.add(0, consumed.total(), now_ms);
}

/// Refuses a read from a table or a global index whose provisioned capacity is used up.
pub fn check_read_capacity(table: &Table, index: Option<&str>, now_ms: i64) -> ApiResult<()> {
    let index = index.and_then(|name| table.indexes.get(name)).filter(|index| index.global);
    let (throughput, bucket) = match index {
        Some(index) => (&index.throughput, &index.read_bucket),
        None => (&table.throughput, &table.read_bucket),
    };
    match throughput {
        Some(throughput) if !bucket.allows(throughput.read, now_ms) => {
            Err(if index.is_some() { errors::index_throttled() } else { errors::throttled() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Books what a read consumed, and counts it towards the choice of replicas.
pub fn take_read_capacity(
    table: &mut Table,
    index: Option<&str>,
    cost: i64,
    strength: Strength,
    now_ms: i64,
) {
    let index = index.and_then(|name| table.indexes.get_mut(name)).filter(|index| index.global);
    match index {
        Some(index) => {
            if let Some(throughput) = &index.throughput {
                index.read_bucket.take(cost, throughput.read, now_ms);
            }
        }
        None => {
            if let Some(throughput) = &table.throughput {
                table.read_bucket.take(cost, throughput.read, now_ms);
            }
        }
    }
    if strength == Strength::Eventual {
        table.reads += 1;
    }
    table.meter.add(cost, 0, now_ms);
    table.recent.prune(now_ms);
}

/// Lets a timer delete expired items, if one is due earlier than the timer that is set.
pub fn schedule_expiry(cx: &mut OpContext<'_>, name: &str) {
    let now_ms = cx.now_ms;
    let region = cx.region.clone();
    let Some(table) = region_mut(cx).tables.get_mut(name) else { return };
    let Some(due_ms) = table.next_expiry_ms(now_ms) else { return };
    let due_ms = due_ms.max(now_ms + 1);
    if table.ttl.sweep_at_ms.is_some_and(|at_ms| at_ms <= due_ms) {
        return;
    }
    table.ttl.sweep_at_ms = Some(due_ms);
    let id = table.id.clone();
    let timer = crate::dynamodb::Timer::Expiry { region, table: name.to_owned(), id };
    cx.schedule(due_ms, crate::cloud::Timer::DynamoDb(timer));
}

/// How many tags a table has at most.
pub fn check_tag_count(count: usize) -> ApiResult<()> {
    if count > limits::TAGS {
        return Err(errors::validation(
            "One or more parameter values were invalid: Too many Tags: the limit is 50",
        ));
    }
    Ok(())
}
