//! One write, whatever operation asks for it: checked against the item that is there, and planned.

use crate::dynamodb::attr::{Item, item_bytes};
use crate::dynamodb::expression::ast::{Condition, Update};
use crate::dynamodb::expression::{eval, update};
use crate::dynamodb::key;
use crate::dynamodb::state::Table;
use crate::dynamodb::store::Plan;
use crate::dynamodb::{attr, errors, limits};
use crate::service::ApiResult;
use nuvola_kernel::Blob;

#[derive(Debug, Clone)]
pub enum Action {
    Put(Item),
    /// Of the item with this key.
    Delete(Item),
    /// Without an update, an item that is not there is made.
    Update(Item, Option<Update>),
    /// Nothing but the condition.
    Check(Item),
}

#[derive(Debug, Clone)]
pub struct Write {
    pub action: Action,
    pub condition: Option<Condition>,
    /// A refusal shows the item.
    pub show_on_failure: bool,
}

impl Write {
    /// A write without condition.
    pub fn new(action: Action) -> Self {
        Write { action, condition: None, show_on_failure: false }
    }

    /// What the write's place is, in bytes.
    pub fn key(&self, table: &Table) -> ApiResult<Blob> {
        match &self.action {
            Action::Put(item) => key::check_item(&table.key, &table.kinds(), item),
            Action::Delete(key) | Action::Update(key, _) | Action::Check(key) => {
                key::check_key(&table.key, &table.kinds(), key)
            }
        }
    }

    /// Checks the write against the table as it is; nothing is changed.
    pub fn plan(&self, table: &Table, transaction: bool) -> ApiResult<Plan> {
        if let Action::Update(_, Some(update)) = &self.action
            && let Some(path) = update.paths().find(|path| table.is_key(path.head()))
        {
            return Err(errors::update_of_key(path.head()));
        }
        let key = self.key(table)?;
        if let Action::Put(item) = &self.action {
            check_new(table, item, errors::item_too_large)?;
        }
        let current = table.items.get(&key);
        if let Some(condition) = &self.condition
            && !eval::holds(condition, current.unwrap_or(&Item::new()))
        {
            let shown = current.filter(|_| self.show_on_failure);
            return Err(errors::condition_failed(shown.map(|item| attr::item_to_json(item).into())));
        }
        let new = match &self.action {
            Action::Put(item) => Some(item.clone()),
            Action::Delete(_) => None,
            Action::Check(_) => current.cloned(),
            Action::Update(key, change) => {
                let base = current.unwrap_or(key);
                let item = match change {
                    Some(change) => update::apply(change, base)?,
                    None => base.clone(),
                };
                check_new(table, &item, errors::updated_item_too_large)?;
                Some(item)
            }
        };
        Ok(table.plan(key, new, transaction))
    }
}

/// An item as it is to be must fit into the table and its indexes.
fn check_new(table: &Table, item: &Item, too_large: fn() -> nuvola_wire::ApiError) -> ApiResult<()> {
    if item_bytes(item) > limits::ITEM_BYTES {
        return Err(too_large());
    }
    for index in table.indexes.values() {
        key::check_index_key(&index.name, &index.key, &table.kinds(), item)?;
    }
    Ok(())
}
