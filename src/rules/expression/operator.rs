//! Operations, comparisons and time units by name.

use std::fmt;

/// The operations of CertLogic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `var`
    Var,
    /// `if`
    If,
    /// `and`
    And,
    /// `!`
    Not,
    /// `===`
    Equal,
    /// `in`
    In,
    /// `+`
    Plus,
    /// A comparison.
    Compare(Comparison),
    /// `plusTime`
    PlusTime,
    /// `reduce`
    Reduce,
    /// `extractFromUVCI`
    ExtractFromUvci,
    /// `dccDateOfBirth`
    DccDateOfBirth,
}

impl Operator {
    /// Every operation.
    pub const ALL: [Self; 19] = [
        Self::Var,
        Self::If,
        Self::And,
        Self::Not,
        Self::Equal,
        Self::In,
        Self::Plus,
        Self::Compare(Comparison::Greater),
        Self::Compare(Comparison::Less),
        Self::Compare(Comparison::AtLeast),
        Self::Compare(Comparison::AtMost),
        Self::Compare(Comparison::After),
        Self::Compare(Comparison::Before),
        Self::Compare(Comparison::NotAfter),
        Self::Compare(Comparison::NotBefore),
        Self::PlusTime,
        Self::Reduce,
        Self::ExtractFromUvci,
        Self::DccDateOfBirth,
    ];

    /// The name in CertLogic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Var => "var",
            Self::If => "if",
            Self::And => "and",
            Self::Not => "!",
            Self::Equal => "===",
            Self::In => "in",
            Self::Plus => "+",
            Self::Compare(comparison) => comparison.name(),
            Self::PlusTime => "plusTime",
            Self::Reduce => "reduce",
            Self::ExtractFromUvci => "extractFromUVCI",
            Self::DccDateOfBirth => "dccDateOfBirth",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }
}

/// By its name in CertLogic.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The comparisons: of integers by sign, of date-times by word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `after`: date-time `>`.
    After,
    /// `before`: date-time `<`.
    Before,
    /// `not-after`: date-time `<=`.
    NotAfter,
    /// `not-before`: date-time `>=`.
    NotBefore,
}

impl Comparison {
    #[cfg(test)]
    pub(super) const ALL: [Self; 8] = [
        Self::Greater,
        Self::Less,
        Self::AtLeast,
        Self::AtMost,
        Self::After,
        Self::Before,
        Self::NotAfter,
        Self::NotBefore,
    ];

    /// The name in CertLogic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::Less => "<",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::After => "after",
            Self::Before => "before",
            Self::NotAfter => "not-after",
            Self::NotBefore => "not-before",
        }
    }

    /// Whether it compares date-times and not integers.
    #[must_use]
    pub const fn of_date_times(self) -> bool {
        matches!(self, Self::After | Self::Before | Self::NotAfter | Self::NotBefore)
    }

    pub(super) const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Greater | Self::After => left > right,
            Self::Less | Self::Before => left < right,
            Self::AtLeast | Self::NotBefore => left >= right,
            Self::AtMost | Self::NotAfter => left <= right,
        }
    }
}
