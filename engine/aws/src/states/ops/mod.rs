//! The operations, by group.

pub mod activities;
pub mod aliases;
pub mod executions;
pub mod history;
pub mod machines;
pub mod map_runs;
pub mod tags;
pub mod tasks;
pub mod test_state;
pub mod versions;
