//! Widgets that know nothing of clouds.

pub mod button;
pub mod icon;
pub mod prose;
pub mod question;
pub mod splitter;
pub mod tabs;
pub mod toasts;

pub use button::{Button, IconButton, Look};
pub use icon::{Icon, Shape};
pub use prose::prose;
pub use question::{Done, Field, Question, QuestionDialog, Questions};
pub use splitter::{Axis, Splitter};
