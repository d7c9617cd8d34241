//! What a request needs permission for.

use std::collections::BTreeMap;

/// The permissions that an operation asks for; none, where AWS asks for none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Access {
    pub checks: Vec<AccessCheck>,
}

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessCheck {
    /// `s3:PutObject`
    pub action: String,
    /// An ARN, or `*` where the action has no resource.
    pub resource: String,
    /// The policy attached to the resource, if it has one.
    pub resource_policy: Option<ResourcePolicy>,
    /// The resource's policy is a role's trust policy: it must allow, whatever else does.
    pub trust: bool,
    /// Further condition keys with their values: `iam:PassedToService`, `s3:prefix`.
    pub context: BTreeMap<String, Vec<String>>,
}

/// A policy that belongs to a resource: a bucket's, a function's, a role's trust policy.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourcePolicy {
    /// What explanations call it: the bucket's or function's ARN.
    pub name: String,
    /// The JSON text.
    pub document: String,
}

impl Access {
    /// An operation that every authenticated principal may call.
    pub fn none() -> Self {
        Access::default()
    }

    pub fn to(action: &str, resource: impl Into<String>) -> Self {
        let check =
            AccessCheck { action: action.to_owned(), resource: resource.into(), ..AccessCheck::default() };
        Access { checks: vec![check] }
    }

    /// A second permission that the operation needs as well.
    pub fn and(mut self, other: Access) -> Self {
        self.checks.extend(other.checks);
        self
    }

    fn last(&mut self) -> &mut AccessCheck {
        self.checks.last_mut().expect("a detail follows the check that it belongs to")
    }

    /// Attaches the resource's own policy to the last check.
    pub fn with_resource_policy(mut self, policy: Option<ResourcePolicy>) -> Self {
        self.last().resource_policy = policy;
        self
    }

    /// Attaches a role's trust policy to the last check.
    pub fn with_trust_policy(mut self, policy: ResourcePolicy) -> Self {
        self.last().trust = true;
        self.with_resource_policy(Some(policy))
    }

    /// Tells the last check of the tags that the request brings: `aws:RequestTag/KEY` and `aws:TagKeys`.
    pub fn with_request_tags<'t>(mut self, tags: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let context = &mut self.last().context;
        for (key, value) in tags {
            context.insert(format!("aws:RequestTag/{key}"), vec![value.to_owned()]);
            context.entry("aws:TagKeys".to_owned()).or_default().push(key.to_owned());
        }
        self
    }

    /// Adds a condition key to the last check.
    pub fn with_key(mut self, key: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.last().context.insert(key.to_owned(), values.into_iter().collect());
        self
    }
}
