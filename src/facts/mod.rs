//! What is known of a person: reports, diary, places, the issuer's record. The log of these is the whole state.

pub mod diary;
pub mod place;
pub mod record;
pub mod report;
