//! Names of comparisons and time units.

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

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.name() == name)
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

/// What `plusTime` counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimeUnit {
    /// Calendar years.
    Year,
    /// Calendar months.
    Month,
    /// Days of 24 hours.
    Day,
    /// Hours.
    Hour,
}

impl TimeUnit {
    pub(super) const ALL: [Self; 4] = [Self::Year, Self::Month, Self::Day, Self::Hour];

    /// The name in CertLogic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }
}
