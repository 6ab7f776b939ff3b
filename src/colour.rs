//! The four colours and their order.

use crate::cbor::numbered;
use serde::{Deserialize, Serialize};

/// What the code shows. The order is that of severity: the worst of several colours is the greatest.
///
/// Grey stands between yellow and red: it means that something is not known, and whatever that is, it could make
/// the colour as bad as red, but what is red already cannot become worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Nothing speaks against going out.
    Green,
    /// Stay in for a while.
    Yellow,
    /// Undecided, always with a cause.
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
