//! What is simulated and what is not, as data for the coverage page.

use crate::SERVICES;
use serde::Serialize;

/// One service's share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceCoverage {
    /// AWS's name: `Lambda`, `CloudWatch Logs`.
    pub service: &'static str,
    /// Names of operations, in the order of the table.
    pub simulated: Vec<SimulatedOperation>,
    pub not_simulated: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimulatedOperation {
    pub name: &'static str,
    pub documentation: &'static str,
}

/// The whole table.
pub fn coverage() -> Vec<ServiceCoverage> {
    SERVICES
        .iter()
        .map(|service| ServiceCoverage {
            service: service.schema.id,
            simulated: service
                .operations
                .iter()
                .map(|op| SimulatedOperation { name: op.schema.name, documentation: op.doc.trim() })
                .collect(),
            not_simulated: service.not_simulated.iter().map(|op| op.name).collect(),
        })
        .collect()
}
