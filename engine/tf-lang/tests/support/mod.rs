//! Enough of a module to evaluate recorded console expressions: the real one is `engine/terraform`'s.

mod files;
mod module;

pub use files::FixtureHost;
pub use module::Module;
