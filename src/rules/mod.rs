//! What a region's rule pack says, and what it says about one person.

pub mod check;
pub mod evaluate;
pub mod exposure;
pub mod expression;
pub mod location;
pub mod measure;
pub mod pack;
pub mod questionnaire;
pub mod reason;
pub mod schedule;
pub mod statement;
pub mod text;
