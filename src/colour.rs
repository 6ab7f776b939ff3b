//! The four colours and their order.

use crate::cbor::numbered;
use serde::{Deserialize, Serialize};

/// The colour of a code, ordered by severity: the worst of several colours is the greatest.
///
/// Grey is between yellow and red: something is unknown that could make the colour as bad as red, but a red code cannot
/// become worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// No restriction.
    Green,
    /// Stay in for a while.
    Yellow,
    /// Undecided; there is always a cause.
    Grey,
    /// Quarantine.
    Red,
}
numbered!(Colour { 0 Green, 1 Yellow, 2 Grey, 3 Red });

impl Colour {
    /// Every colour, from the best to the worst.
    pub const ALL: [Self; 4] = [Self::Green, Self::Yellow, Self::Grey, Self::Red];

    /// The name in text, as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Grey => "grey",
            Self::Red => "red",
        }
    }
}

impl core::fmt::Display for Colour {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
