//! The issuer's floor for the colour, as a day certificate states it.

use crate::calendar::Time;
use crate::colour::Colour;
use crate::private::private_debug;

/// The issuer's own word: the colour is this or worse, on this ground.
#[derive(Clone, PartialEq, Eq)]
pub struct Floor {
    /// The colour.
    pub colour: Colour,
    /// Why, such as `close-contact`.
    pub ground: String,
    /// When the certificate that states it expires.
    pub until: Time,
}

private_debug!(Floor);
