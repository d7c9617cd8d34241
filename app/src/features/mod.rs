//! The screens, one folder each.

pub mod activity;
pub mod console;
pub mod coverage;
pub mod editor;
pub mod environments;
pub mod files;
pub mod header;
pub mod lesson;
pub mod map;
pub mod panel;
pub mod preview;
pub mod terminal;
