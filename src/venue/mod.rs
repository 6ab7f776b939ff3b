//! Venues: a signed code that is soon of no use to whoever was not there, the tags of what happened at a venue, signed lists
//! of such tags, and what they say of a diary, which never leaves the phone.

pub mod code;
pub mod list;
pub mod matched;
pub mod tag;

pub use code::{Venue, VenueCode, VenueError};
pub use list::ExposureList;
pub use matched::{Matched, Met, Stay};
pub use tag::{MasterSeed, Quarter, Seed, Tag};
