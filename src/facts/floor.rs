//! The issuer's floor for the colour, as a day certificate and a mailbox state it.

use crate::calendar::Time;
use crate::colour::Colour;
use crate::limits::GROUND_BYTES;
use crate::private::private_debug;

/// The issuer's own word: the colour is this or worse, on this ground.
#[derive(Clone, PartialEq, Eq)]
pub struct Floor {
    /// The colour.
    pub colour: Colour,
    /// Why, such as `close-contact`.
    pub ground: String,
    /// When what states it expires.
    pub until: Time,
    /// Whether the restriction ends then, too: a day certificate does not say when it does.
    pub ends: bool,
}

/// Whether it is said why a floor restricts somebody, if it does and only then.
pub(crate) fn is_grounded(colour: Colour, ground: Option<&str>) -> bool {
    match ground {
        None => colour == Colour::Green,
        Some(ground) => colour != Colour::Green && is_ground(ground),
    }
}

/// Whether a certificate can name this ground.
#[must_use]
pub fn is_ground(ground: &str) -> bool {
    (1..=GROUND_BYTES).contains(&ground.len())
        && ground.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

private_debug!(Floor);
