//! Marks that travel with values: what must not be shown, and what must not be kept.

use std::ops::{BitOr, BitOrAssign};

/// The set of marks on a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Marks(u8);

impl Marks {
    /// No marks.
    pub const NONE: Marks = Marks(0);
    /// Shown as `(sensitive value)`.
    pub const SENSITIVE: Marks = Marks(1);
    /// Never written to plan or state.
    pub const EPHEMERAL: Marks = Marks(2);
    /// The result of the console's `type` function, which may be used for nothing else.
    pub const TYPE: Marks = Marks(4);

    /// Whether every mark of `other` is here.
    pub fn contains(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no mark.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These marks without those of `other`.
    #[must_use]
    pub fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }
}

impl BitOr for Marks {
    type Output = Marks;

    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        self.0 |= other.0;
    }
}

impl FromIterator<Marks> for Marks {
    fn from_iter<I: IntoIterator<Item = Marks>>(iter: I) -> Marks {
        iter.into_iter().fold(Marks::NONE, |all, marks| all | marks)
    }
}
