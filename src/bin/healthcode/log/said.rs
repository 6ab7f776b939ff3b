//! Entries in words: what, where, which version, who signed it; and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use healthcode::authoring::diff::diff;
use healthcode::authoring::source::PackSource;
use healthcode::calendar::Date;
use healthcode::cbor::from_bytes;
use healthcode::log::{Leaf, LoggedDay, LoggedFile};
use healthcode::place::Place as Region;
use healthcode::rules::pack::Pack;
use healthcode::trust::file::read_unverified;
use healthcode::trust::{Digest, KeyId, Kind, TrustList, Unverified};

use super::entry::leaf_of;
use super::grounds::Grounds;
use super::place::Place;
use crate::acts::officers::Officer;
use crate::acts::rows::{Capped, county};
use crate::failure::{Failure, LogFault};
use crate::format::local;
use crate::issuer::endorsements;

/// What makes two files versions of one thing.
type Line = (Kind, Option<Region>, String, String, u32);

/// What caps are held against.
pub(super) struct Caps {
    pub(super) officers: Vec<Officer>,
    pub(super) cap: Option<u32>,
}

/// How many there were in a county in a day on a ground.
#[derive(Default)]
struct Sum {
    people: u64,
    endorsed: u64,
    last: u64,
}

/// Goes through the entries of a log in order.
pub(super) struct Reader<'a> {
    place: &'a Place,
    /// The signers' names, as the trust lists have them that were logged so far.
    names: BTreeMap<KeyId, String>,
    versions: BTreeMap<Line, Digest>,
    /// The last rule pack of each region and purpose.
    packs: BTreeMap<(Option<Region>, String), Digest>,
    /// All of them, for their grounds.
    grounds: Grounds,
    /// The days of which restrictions were logged.
    dates: BTreeSet<Date>,
    /// Which entries there were about each.
    parts: BTreeSet<(Date, u32)>,
    /// The day that it is.
    today: Date,
    /// How many restrictions there were, by place and ground.
    pub(super) restricted: BTreeMap<(Region, String), u64>,
    /// How many days of them are new.
    pub(super) days: usize,
    /// The first entry that is new.
    from: u64,
    /// Who may sign what is above a cap, and the cap of grounds for which the rules have none.
    watched: &'a Caps,
    /// Of each day, county and ground how many there were, for how many of them a further authority has signed, and the last entry.
    sums: BTreeMap<(Date, Region, String), Sum>,
    /// The steps of further authorities, each of which counts once.
    steps: BTreeSet<String>,
    /// What is wrong.
    pub(super) faults: Vec<LogFault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(place: &'a Place, watched: &'a Caps, from: u64, today: Date) -> Self {
        Self {
            place,
            names: BTreeMap::new(),
            versions: BTreeMap::new(),
            packs: BTreeMap::new(),
            grounds: Grounds::default(),
            dates: BTreeSet::new(),
            parts: BTreeSet::new(),
            today,
            restricted: BTreeMap::new(),
            days: 0,
            from,
            watched,
            sums: BTreeMap::new(),
            steps: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, index: u64, problem: impl Into<String>) {
        if index >= self.from {
            self.faults.push(LogFault::Entry { index, problem: problem.into() });
        }
    }

    /// Reads an entry, and says what it is. Of one that was read before, only what others need is looked at again.
    pub(super) fn read(&mut self, index: u64, bytes: &[u8]) -> Result<String, Failure> {
        let Some(leaf) = from_bytes::<Leaf>(bytes) else {
            self.fault(index, "is no entry of a log of health codes");
            return Ok(format!("{index}  unknown"));
        };
        match &leaf {
            Leaf::File(named) => {
                self.note_version(index, named);
                self.grounds.note(named);
                let by = if index >= self.from || named.kind == Kind::TrustList {
                    self.file(index, named, &leaf)?
                } else {
                    String::new()
                };
                let id = if named.id.is_empty() { String::new() } else { format!(" {}", named.id) };
                let region = named.place.map_or_else(|| "everywhere".to_owned(), |place| format!("place {place}"));
                let purpose = named.purpose.map(|purpose| format!(" and purpose {purpose}")).unwrap_or_default();
                let (kind, version, issued) = (named.kind, named.version, local(named.issued));
                let changes = self.changes(index, named)?;
                Ok(format!(
                    "{index}  {kind}{id} version {version} for {region}{purpose}, issued {issued}, {by}{changes}"
                ))
            }
            Leaf::Day(day) => self.day(index, day),
        }
    }

    /// Reads the restrictions of a day. If it was logged before, the first ones count.
    fn day(&mut self, index: u64, day: &LoggedDay) -> Result<String, Failure> {
        self.days += usize::from(index >= self.from);
        let further = day.further.unwrap_or(0);
        let is_first = self.parts.insert((day.date, further));
        self.dates.insert(day.date);
        let mut parts = Vec::new();
        for restricted in &day.counts {
            let (place, ground) = (restricted.place, restricted.ground.clone());
            parts.push(format!("{} in {place} on {ground}", restricted.count));
            if is_first {
                let sum = self.sums.entry((day.date, county(place), ground.clone())).or_default();
                sum.people += u64::from(restricted.count);
                sum.last = index;
                *self.restricted.entry((place, ground)).or_default() += u64::from(restricted.count);
            }
        }
        if is_first {
            self.further(index, day);
        }
        if !is_first {
            self.fault(index, format!("the restrictions of {} were logged before, and others", day.date));
        }
        if further > 0 && !self.parts.contains(&(day.date, further - 1)) {
            self.fault(
                index,
                format!("it is entry {} about {}, and the one before it is missing", further + 1, day.date),
            );
        }
        if day.date > self.today {
            self.fault(index, format!("it is about {}, which has not come", day.date));
        }
        if index >= self.from {
            for (place, ground) in self.grounds.unknown(day, self.place)? {
                self.fault(index, format!("no rules for {place} that were logged before list the ground {ground}"));
            }
        }
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        let which = if further > 0 { format!(" (entry {} of that day)", further + 1) } else { String::new() };
        Ok(format!("{index}  restrictions of {}{which}: {}{parts}", day.date, day.total()))
    }

    /// Counts for how many a further authority has signed.
    fn further(&mut self, index: u64, day: &LoggedDay) {
        for Capped { ground, county, people } in endorsements(day, &self.watched.officers, &mut self.steps) {
            let sum = self.sums.entry((day.date, county, ground)).or_default();
            sum.endorsed = sum.endorsed.saturating_add(people);
            sum.last = index;
        }
    }

    /// Finds the days of which there are more than a cap, once all has been read.
    pub(super) fn caps(&mut self) -> Result<(), Failure> {
        for ((date, county, ground), Sum { people, endorsed, last }) in std::mem::take(&mut self.sums) {
            let cap = self.grounds.cap((&ground, county), self.place)?.or(self.watched.cap);
            let Some(cap) = cap.filter(|cap| people.saturating_sub(endorsed) > u64::from(*cap)) else { continue };
            let signed = if endorsed > 0 { format!("for {endorsed} of them") } else { "for none of them".to_owned() };
            let whose = if self.watched.officers.is_empty() { "; --officers says whose signatures count" } else { "" };
            self.fault(
                last,
                format!("{date}: {people} in {county} on {ground}, the cap is {cap}, and a further authority has signed {signed}{whose}"),
            );
        }
        Ok(())
    }

    /// From which day to which nothing was logged, between days of which something was.
    pub(super) fn gaps(&self) -> Vec<(Date, Date)> {
        let next = self.dates.iter().skip(1);
        let gaps = self.dates.iter().zip(next).filter(|(day, next)| next.days() - day.days() > 1);
        gaps.map(|(day, next)| (day.plus_days(1), next.plus_days(-1))).collect()
    }

    /// Notes a version of something.
    fn note_version(&mut self, index: u64, named: &LoggedFile) {
        let purpose = named.purpose.map(|purpose| purpose.to_string()).unwrap_or_default();
        let line = (named.kind, named.place, named.id.clone(), purpose, named.version);
        if self.versions.insert(line, named.digest).is_some_and(|other| other != named.digest) {
            self.fault(index, format!("this version of the {} was logged before with other content", named.kind));
        }
    }

    /// Looks at a file that was logged, and says who has signed it.
    fn file(&mut self, index: u64, named: &LoggedFile, leaf: &Leaf) -> Result<String, Failure> {
        let Some(bytes) = self.place.file(&named.digest)? else {
            self.fault(index, "the file is missing, or is another one");
            return Ok("by nobody knows whom: the file is missing".into());
        };
        if leaf_of(&bytes).ok().as_ref() != Some(leaf) {
            self.fault(index, "the file is not what the entry says of it");
        }
        if named.kind == Kind::TrustList
            && let Ok((_, list)) = read_unverified::<TrustList>(&bytes)
        {
            self.names.extend(list.keys.iter().map(|key| (key.key.id(), key.signer.clone())));
            self.names.extend(list.roots.keys.iter().map(|root| (root.id(), format!("root {}", root.id()))));
        }
        let signers: Vec<_> = Unverified::parse(&bytes)?.signers().flatten().collect();
        let named = signers.iter().map(|id| match self.names.get(id) {
            Some(name) => name.clone(),
            None => format!("key {id}"),
        });
        Ok(format!("signed as {}", named.collect::<Vec<_>>().join(", ")))
    }

    /// What a new rule pack changes of the last one for its region and purpose, in words, a line each.
    fn changes(&mut self, index: u64, named: &LoggedFile) -> Result<String, Failure> {
        let line = (named.place, named.purpose.map(|purpose| purpose.to_string()).unwrap_or_default());
        if named.kind != Kind::RulePack {
            return Ok(String::new());
        }
        let before =
            self.packs.insert(line, named.digest).filter(|before| index >= self.from && *before != named.digest);
        let Some(before) = before else { return Ok(String::new()) };
        let (Some(old), Some(new)) = (self.pack(&before)?, self.pack(&named.digest)?) else { return Ok(String::new()) };
        let other =
            if old.pack.id == new.pack.id { String::new() } else { format!("\n    in place of {}", old.pack.id) };
        let changes = diff(&old, &new)
            .into_iter()
            .flat_map(|change| change.to_string().lines().map(|line| format!("\n    {line}")).collect::<Vec<_>>());
        Ok(other + &changes.collect::<String>())
    }

    fn pack(&self, digest: &Digest) -> Result<Option<PackSource>, Failure> {
        let bytes = self.place.file(digest)?;
        Ok(bytes.and_then(|bytes| {
            let (header, pack) = read_unverified::<Pack>(&bytes).ok()?;
            Some(PackSource::of(&header, &pack))
        }))
    }
}
