//! What a region's rule pack says, and what it says of one person.
pub mod expression;
