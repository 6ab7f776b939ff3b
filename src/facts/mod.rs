//! What is known about a person: reports, diary, the issuer's record. The log of these is the whole state.

pub mod correction;
pub mod diary;
pub mod floor;
pub mod record;
pub mod report;
pub mod rules_for;

pub use correction::Correction;
pub use diary::{Mode, Trip, Visit};
pub use floor::Floor;
pub(crate) use floor::is_grounded;
pub use record::{Exemption, Record, Status, StatusEntry, Test, TestResult, Vaccination};
pub use report::{Answer, Answers, Decimal, PlaceAnswer, Report};
pub use rules_for::RulesFor;
