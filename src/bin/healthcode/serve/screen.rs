//! The screen at the door of the demo's venue.

use std::path::Path;
use std::sync::Arc;

use healthcode::authoring::source::PackSource;
use healthcode::calendar::{Offset, Time};
use healthcode::place::Place;
use healthcode::trust::SecretKey;
use healthcode::venue::{MasterSeed, Quarter, VenueCode};

use crate::failure::{CliError, Failure};
use crate::venue;

/// The file of the venue's master seed.
const SEED: &str = "venue.seed";
/// What the venue is called.
const NAME: &str = "示例书店";
/// Where it is: in the first of these counties that the rules are for, otherwise somewhere in their region.
const COUNTIES: [&str; 2] = ["330106", "410105"];

/// The master seed in a folder; it is made if it is not there yet.
pub(super) fn master_seed(data: &Path) -> Result<MasterSeed, Failure> {
    let file = data.join(SEED);
    if !file.exists() {
        venue::make(&file)?;
    }
    venue::load(&file)
}

/// What shows the venue's codes.
pub(crate) struct Screen {
    key: Arc<SecretKey>,
    master: MasterSeed,
    place: Place,
    offset: Offset,
}

/// What it shows.
pub(crate) struct Shown {
    /// What the venue is called.
    pub(crate) name: &'static str,
    /// The text of its code.
    pub(crate) text: String,
    /// When it shows the next one.
    pub(crate) until: Time,
}

impl Screen {
    /// The screen of a venue where one of these packs is about venues, or else the first of them is for.
    pub(super) fn new(key: Arc<SecretKey>, master: MasterSeed, sources: &[PackSource]) -> Self {
        let about_venues = |source: &&PackSource| source.to_pack().reads_exposures();
        let source = sources.iter().find(about_venues).or(sources.first());
        let region = source.map_or(Place::COUNTRY, |source| source.pack.region);
        let offset = source.map_or(Offset::CHINA, |source| source.pack.offset_at(source.pack.valid_from));
        let county = COUNTIES.iter().filter_map(|code| Place::parse(code).ok()).find(|place| region.contains(*place));
        Self { key, master, place: county.unwrap_or(region), offset }
    }

    /// What it shows at a moment, and until when.
    pub(super) fn shown(&self, now: Time) -> Result<Shown, Failure> {
        let quarter = Quarter::of(now).ok_or(CliError::VenueTimes)?;
        let seed = self.master.seed(now.date(self.offset));
        let code = VenueCode { place: self.place, name: NAME.into(), seed };
        let text = venue::signed(&code, quarter.start(), quarter.end(), &self.key)?;
        Ok(Shown { name: NAME, text, until: quarter.end() })
    }
}
