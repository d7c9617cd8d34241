//! How plans, states and values look on a terminal.
//!
//! [`item`] turns values into a tree of what is to be shown, [`compute`] compares two of them,
//! [`human`] writes the comparison, [`plan`] and [`state`] put whole texts together.

pub mod color;
pub mod compute;
pub mod human;
pub mod item;
pub mod plan;
pub mod sequence;
pub mod state;

/// What happens to a value or an object; in order of how plans describe them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    NoOp,
    Create,
    Read,
    Update,
    Delete,
    DeleteThenCreate,
    CreateThenDelete,
    Forget,
}

impl Action {
    #[must_use]
    pub fn is_replace(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete)
    }

    /// The combined action of a collection after one more element.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        if next == Self::NoOp || self == next { self } else { Self::Update }
    }

    /// The mark before a line, four columns wide with its space.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::DeleteThenCreate => "[red]-[reset]/[green]+[reset]",
            Self::CreateThenDelete => "[green]+[reset]/[red]-[reset]",
            Self::Create => "  [green]+[reset]",
            Self::Delete => "  [red]-[reset]",
            Self::Forget => " [red].[reset]",
            Self::Read => " [cyan]<=[reset]",
            Self::Update => "  [yellow]~[reset]",
            Self::NoOp => "   ",
        }
    }

    /// The actions as `-json` output lists them.
    #[must_use]
    pub fn json_actions(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Create => &["create"],
            Self::Read => &["read"],
            Self::Update => &["update"],
            Self::Delete => &["delete"],
            Self::DeleteThenCreate => &["delete", "create"],
            Self::CreateThenDelete => &["create", "delete"],
            Self::Forget => &["forget"],
        }
    }
}
