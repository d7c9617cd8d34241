//! Everything that touches JavaScript: the browser's own interfaces, the lazily loaded libraries, the workers.

pub mod browser;
pub mod downloads;
pub mod editor;
pub mod frame;
pub mod graph;
pub mod lazy;
pub mod screen;
pub mod worker;
