//! A resource's attributes while the provider works on it, as JSON.

use crate::client::Client;
use crate::failure::Failure;
use crate::wire::Operation;
use serde_json::{Map, Value as Json, json};
use std::rc::Rc;

/// What one create, read, update or delete works with.
pub struct ResourceData {
    pub client: Rc<Client>,
    /// Where the resource is.
    pub region: String,
    /// The planned attributes, which become the state.
    pub attributes: Map<String, Json>,
    /// The state before; empty for a new resource.
    pub prior: Map<String, Json>,
    /// Files of the configuration.
    pub files: Rc<dyn nuvola_terraform::host::Host>,
}

impl ResourceData {
    #[must_use]
    pub fn id(&self) -> &str {
        self.str("id")
    }

    pub fn set_id(&mut self, id: impl Into<String>) {
        self.set("id", id.into());
    }

    /// Notes that the resource is gone.
    pub fn clear(&mut self) {
        self.set("id", Json::Null);
    }

    #[must_use]
    pub fn get(&self, name: &str) -> &Json {
        self.attributes.get(name).unwrap_or(&Json::Null)
    }

    /// A text; empty where there is none.
    #[must_use]
    pub fn str(&self, name: &str) -> &str {
        self.get(name).as_str().unwrap_or_default()
    }

    #[must_use]
    pub fn bool(&self, name: &str) -> bool {
        self.get(name).as_bool().unwrap_or(false)
    }

    /// The value for a request: what is empty, zero or false is left out, as Go's zero values are.
    #[must_use]
    pub fn opt(&self, name: &str) -> Json {
        non_zero(self.get(name))
    }

    /// The one nested block of this name.
    #[must_use]
    pub fn block(&self, name: &str) -> Option<&Json> {
        self.get(name).as_array().and_then(|blocks| blocks.first()).filter(|block| !block.is_null())
    }

    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.attributes.insert(name.to_owned(), value.into());
    }

    /// Sets several attributes from an object.
    pub fn set_all(&mut self, values: Json) {
        if let Json::Object(values) = values {
            self.attributes.extend(values);
        }
    }

    #[must_use]
    pub fn is_new(&self) -> bool {
        self.prior.is_empty()
    }

    /// Whether an attribute differs from the state before.
    #[must_use]
    pub fn changed(&self, name: &str) -> bool {
        let old = self.prior.get(name).unwrap_or(&Json::Null);
        non_zero(old) != non_zero(self.get(name))
    }

    #[must_use]
    pub fn changed_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.changed(name))
    }

    /// Calls an operation in the resource's region.
    ///
    /// # Errors
    /// What AWS answers.
    pub async fn call(&self, operation: &Operation, input: Json) -> Result<Json, Failure> {
        self.client.call(&self.region, operation, input).await
    }

    /// Calls an operation of which it is no failure that the thing is not there.
    ///
    /// # Errors
    /// What else AWS answers.
    pub async fn find(&self, operation: &Operation, input: Json) -> Result<Option<Json>, Failure> {
        match self.call(operation, input).await {
            Ok(output) => Ok(Some(output)),
            Err(failure) if failure.is_absence() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Deletes what may be gone already.
    ///
    /// # Errors
    /// What else AWS answers.
    pub async fn remove(&self, operation: &Operation, input: Json) -> Result<(), Failure> {
        self.find(operation, input).await.map(|_| ())
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:REST` with the resource's region.
    #[must_use]
    pub fn arn(&self, service: &str, with_account: bool, rest: &str) -> String {
        let account = self.client.account_id.borrow();
        let account = if with_account { account.as_str() } else { "" };
        format!("arn:{}:{service}:{}:{account}:{rest}", self.client.partition, self.region)
    }

    /// Tags to create with, as a list of `{Key, Value}`; null when there are none.
    #[must_use]
    pub fn tag_list(&self) -> Json {
        let tags = self.get("tags_all").as_object().cloned().unwrap_or_default();
        if tags.is_empty() {
            return Json::Null;
        }
        tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
    }

    /// Takes in the tags that AWS has, as a list of `{Key, Value}`.
    pub fn read_tag_list(&mut self, tags: &Json) {
        let entries = tags.as_array().into_iter().flatten();
        let map = entries.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())));
        let map = map.collect();
        self.read_tags(map);
    }

    /// Takes in the tags that AWS has: `tags_all` is all of them, `tags` those not of the provider's defaults.
    pub fn read_tags(&mut self, tags: Map<String, Json>) {
        let client = Rc::clone(&self.client);
        let kept = tags.into_iter().filter(|(key, _)| !client.ignores_tag(key));
        let all: Map<String, Json> = kept.collect();
        let configured = self.get("tags").as_object().cloned().unwrap_or_default();
        let own = all.iter().filter(|(key, value)| {
            let default = client.default_tags.get(*key);
            configured.contains_key(*key) || default.map(String::as_str) != value.as_str()
        });
        let own: Map<String, Json> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        self.set("tags", own);
        self.set("tags_all", all);
    }

    /// Tags that were added or changed, and keys that are gone, since the state before.
    #[must_use]
    pub fn tag_changes(&self) -> (Map<String, Json>, Vec<String>) {
        let empty = Map::new();
        let old = self.prior.get("tags_all").and_then(Json::as_object).unwrap_or(&empty);
        let new = self.get("tags_all").as_object().unwrap_or(&empty);
        let added = new.iter().filter(|(key, value)| old.get(*key) != Some(value));
        let removed = old.keys().filter(|key| !new.contains_key(*key)).cloned().collect();
        (added.map(|(key, value)| (key.clone(), value.clone())).collect(), removed)
    }
}

/// A value, or null when it is empty, zero or false.
#[must_use]
pub fn non_zero(value: &Json) -> Json {
    let zero = match value {
        Json::Null => true,
        Json::Bool(truth) => !truth,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
    };
    if zero { Json::Null } else { value.clone() }
}
