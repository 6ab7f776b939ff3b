//! What a region's rule pack says, and what it says of one person.

pub mod check;
#[cfg(feature = "authoring")]
pub mod diff;
pub mod evaluate;
#[cfg(feature = "authoring")]
pub mod explain;
pub mod expression;
pub mod measure;
pub mod pack;
#[cfg(feature = "authoring")]
pub mod people;
#[cfg(feature = "authoring")]
pub mod preview;
pub mod questionnaire;
pub mod reason;
#[cfg(feature = "authoring")]
pub mod source;
#[cfg(feature = "authoring")]
pub mod written;
