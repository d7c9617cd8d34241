//! What the lab shows of functions beyond the API: their environments, as boxes.

use super::state::EnvironmentStatus;
use crate::cloud::Cloud;

/// An execution environment, as one who sees everything would draw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentBox {
    pub id: String,
    /// `$LATEST` or a number.
    pub version: String,
    /// `init`, `idle` or `busy`.
    pub phase: &'static str,
    pub started_ms: i64,
    /// When it last finished an invocation.
    pub idle_since_ms: i64,
    pub max_memory_mb: u32,
    /// What it is doing.
    pub request_id: Option<String>,
}

impl Cloud {
    /// The environments of a function, over all its versions.
    pub fn lambda_environments(&self, function: &str) -> Vec<EnvironmentBox> {
        let all = self.state().lambda.environments.values();
        let own = all.filter(|environment| environment.function == function);
        own.map(|environment| EnvironmentBox {
            id: environment.id.clone(),
            version: environment.version.clone(),
            phase: match environment.status {
                EnvironmentStatus::Starting => "init",
                EnvironmentStatus::Idle => "idle",
                EnvironmentStatus::Busy => "busy",
            },
            started_ms: environment.started_ms,
            idle_since_ms: environment.idle_since_ms,
            max_memory_mb: environment.max_memory_mb,
            request_id: environment.request_id.clone(),
        })
        .collect()
    }
}
