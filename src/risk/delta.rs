//! What changes from one risk table to the next: which rows go and which come. Applied to the file that it names it gives the
//! bytes of the new file, with its header and its signatures, so that it needs no signature of its own: what comes of it is
//! opened like any file.

use super::columns::{Take, put, take};
use super::table::RiskTable;
use crate::cbor::{Bytes, Cbor, Reader, Spot, cbor_map, check_deterministic, to_bytes};
use crate::error::family_errors;
use crate::limits::{FILE_BYTES, SIGNATURES};
use crate::place::Place;
use crate::trust::envelope::{EnvelopeError, Signed, assemble};
use crate::trust::file::{FileError, encode, read_unverified};
use crate::trust::{Digest, Header, Kind, Named, Unverified};

family_errors! {
    /// Why a delta is not used: the whole file does as well.
    DeltaError {
        /// Not in the form of a delta.
        Malformed { /// where, as far as that is known
            at: Spot } = "delta-malformed", "this is no delta of risk tables{at}";
        /// For another file than the one that is there.
        OtherBase = "delta-other-base", "the delta is for another risk table than the one in use";
        @wraps
        /// Too long.
        Envelope(EnvelopeError);
    }
}

/// The way from one signed risk table to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    base: Digest,
    header: Header,
    signatures: Vec<Signed>,
    /// The rows that go, by how many rows stay between one and the next.
    dropped: Bytes,
    /// The rows that come.
    added: RiskTable,
}
cbor_map!(Delta { 0 base, 1 header, 2 signatures, 3 dropped, 4 added } if Delta::is_sound);

impl Delta {
    /// The way from one signed risk table to another.
    ///
    /// # Errors
    /// [`FileError`] if one of them is none.
    pub fn between(old: &[u8], new: &[u8]) -> Result<Self, FileError> {
        let (_, before) = read_unverified::<RiskTable>(old)?;
        let (header, after) = read_unverified::<RiskTable>(new)?;
        let (mut dropped, mut stay) = (Vec::new(), 0);
        let (mut left, mut right) = (before.rows().peekable(), after.rows().peekable());
        let mut added = Vec::new();
        loop {
            match (left.peek(), right.peek()) {
                (Some(row), other) if other.is_none_or(|other| row < other) => {
                    put(&mut dropped, stay);
                    stay = 0;
                    left.next();
                }
                (Some(row), Some(other)) if row == other => {
                    stay += 1;
                    left.next();
                    right.next();
                }
                (_, Some(_)) => added.extend(right.next()),
                (_, None) => break,
            }
        }
        Ok(Self {
            base: Digest::of(old),
            header,
            signatures: Unverified::parse(new)?.signatures(),
            dropped: Bytes(dropped),
            added: RiskTable::of_sorted(&|take| added.iter().copied().for_each(take)),
        })
    }

    /// Reads the bytes of a delta.
    ///
    /// # Errors
    /// [`DeltaError::Malformed`], or [`DeltaError::Envelope`] if it is longer than any file may be.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DeltaError> {
        if bytes.len() > FILE_BYTES {
            return Err(EnvelopeError::TooLarge { bytes: bytes.len() }.into());
        }
        let mut r = Reader::new(bytes);
        let delta = check_deterministic(bytes).ok().and_then(|()| Self::read(&mut r)).filter(|_| r.is_empty());
        delta.ok_or_else(|| DeltaError::Malformed { at: r.spot() })
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        to_bytes(self)
    }

    /// The file that it is applied to.
    #[must_use]
    pub const fn base(&self) -> Digest {
        self.base
    }

    /// Whether it leads to the file that a manifest names so, as far as it says so itself.
    #[must_use]
    pub fn leads_to(&self, named: &Named) -> bool {
        let Header { version, .. } = self.header;
        named.kind == Kind::RiskTable
            && named.version == version
            && named.place.unwrap_or(Place::COUNTRY) == self.header.region()
    }

    /// The bytes of the new file, which has `length` of them. They are what was signed if the table is the base's; whoever
    /// opens them finds out. A delta has no signature, and may make a table much longer that has a row of another unit of time.
    ///
    /// # Errors
    /// [`DeltaError::OtherBase`] if the table does not have the rows that go, or what would come of it is longer.
    pub fn apply(&self, table: &RiskTable, length: usize) -> Result<Vec<u8>, DeltaError> {
        let (mut rest, mut reach) = (self.dropped.0.as_slice(), 0u64);
        while let Some(stay) = take(&mut rest) {
            reach = reach.saturating_add(stay).saturating_add(1);
        }
        if usize::try_from(reach).map_or(true, |reach| reach > table.len()) {
            return Err(DeltaError::OtherBase);
        }
        let table = RiskTable::to_write(&|take| self.merge(table, take), length).ok_or(DeltaError::OtherBase)?;
        Ok(assemble(Kind::RiskTable, &encode(&self.header, &table), &self.signatures))
    }

    /// Gives the rows that stay and those that come, in their order.
    fn merge(&self, table: &RiskTable, give: &mut Take<'_>) {
        let mut dropped = self.dropped.0.as_slice();
        let mut stay = take(&mut dropped);
        let mut added = self.added.rows();
        let mut next = added.next();
        for row in table.rows() {
            match &mut stay {
                Some(0) => {
                    stay = take(&mut dropped);
                    continue;
                }
                Some(stay) => *stay -= 1,
                None => {}
            }
            while let Some(new) = next.filter(|new| *new < row) {
                give(new);
                next = added.next();
            }
            give(row);
        }
        next.into_iter().chain(added).for_each(give);
    }

    fn is_sound(&self) -> bool {
        let mut dropped = self.dropped.0.as_slice();
        while !dropped.is_empty() {
            if take(&mut dropped).is_none() {
                return false;
            }
        }
        (1..=SIGNATURES).contains(&self.signatures.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Time;
    use crate::error::Coded;
    use crate::holder::Holder;
    use crate::risk::{Level, RiskRow};
    use proptest::prelude::*;

    fn table(rows: &[(u64, i64, Option<i64>)]) -> RiskTable {
        let row = |(code, from, to): &(u64, i64, Option<i64>)| RiskRow {
            place: Place::parse(&code.to_string()).unwrap(),
            compound: None,
            from: Time::from_unix(from * 3_600),
            to: to.map(|to| Time::from_unix((from + 1 + to) * 3_600)),
            level: Level::High,
        };
        RiskTable::new(rows.iter().map(row).collect()).unwrap()
    }

    fn file(version: u32, table: &RiskTable) -> Vec<u8> {
        signed(&header(version, None), table, &["risk", "risk-2"])
    }

    #[test]
    fn a_delta_makes_the_new_file_of_the_old_and_of_no_other() {
        let old = table(&[(330_106, 0, None), (330_107, 1, Some(5)), (420_106, 2, None)]);
        let new = table(&[(330_106, 0, Some(30)), (420_106, 2, None), (420_107, 4, None)]);
        let (before, after) = (file(7, &old), file(8, &new));
        let delta = Delta::between(&before, &after).unwrap();
        assert_eq!(delta.base(), Digest::of(&before));
        let bytes = delta.to_bytes();
        let read = Delta::from_bytes(&bytes).unwrap();
        assert_eq!((read.apply(&old, after.len()), &read), (Ok(after.clone()), &delta));
        assert!(bytes.len() < after.len() + 60, "{}", bytes.len());
        // Whoever has it already does nothing by it that would be taken for it.
        assert_ne!(read.apply(&new, FILE_BYTES), Ok(after.clone()));
        assert_eq!(read.apply(&RiskTable::default(), FILE_BYTES), Err(DeltaError::OtherBase));
        // Nothing changes but the header.
        let again = Delta::between(&after, &file(9, &new)).unwrap();
        assert_eq!(Delta::from_bytes(&again.to_bytes()).unwrap().apply(&new, FILE_BYTES), Ok(file(9, &new)));
        assert_eq!(Delta::between(&before, &rules()).map_err(|error| error.code()).err(), Some("file-wrong-kind"));
    }

    #[test]
    fn whatever_is_no_delta_is_refused() {
        let (old, new) = (table(&[(330_106, 0, None)]), table(&[(330_107, 0, None)]));
        let bytes = Delta::between(&file(7, &old), &file(8, &new)).unwrap().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Delta::from_bytes(&bytes[..end]).unwrap_err().code(), "delta-malformed", "{end}");
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(Delta::from_bytes(&longer).unwrap_err().code(), "delta-malformed");
        assert_eq!(Delta::from_bytes(&vec![0; FILE_BYTES + 1]).unwrap_err().code(), "envelope-too-large");
        let delta = Delta::from_bytes(&bytes).unwrap();
        for (dropped, malformed) in [(vec![0x80], true), (vec![0x80, 0], true), (vec![0, 0], false), (vec![5], false)] {
            let bad = Delta { dropped: Bytes(dropped), ..delta.clone() };
            match Delta::from_bytes(&bad.to_bytes()) {
                Err(error) => assert!(malformed && error.code() == "delta-malformed"),
                Ok(read) => assert_eq!((malformed, read.apply(&old, FILE_BYTES)), (false, Err(DeltaError::OtherBase))),
            }
        }
        let unsigned = Delta { signatures: Vec::new(), ..delta };
        assert_eq!(Delta::from_bytes(&unsigned.to_bytes()).unwrap_err().code(), "delta-malformed");
    }

    #[test]
    fn a_phone_takes_by_a_delta_what_it_would_take_whole_and_nothing_else() {
        let [old, new] = [table(&[(330_106, 0, None)]), table(&[(330_106, 0, Some(30)), (420_106, 1, None)])];
        let [before, after, third] = [file(8, &old), file(9, &new), file(10, &old)];
        let names = |version: u32, file: &[u8]| manifest_of(version, &[rules(), file.to_vec()]);
        let to = |from: &[u8], to: &[u8]| Delta::between(from, to).unwrap().to_bytes();
        let mut holder = phone();
        holder.load(&names(10, &before), now()).unwrap();
        holder.load(&before, now()).unwrap();
        let unchanged = holder.save();
        let wanted = to(&before, &after);
        // A manifest has to name what comes of it, and the base has to be there.
        assert_eq!(holder.load_delta(&wanted, &[], now()).unwrap_err().code(), "file-not-in-manifest");
        assert_eq!(holder.load_delta(&to(&risk(), &after), &[], now()).unwrap_err().code(), "delta-other-base");
        assert!(holder.save() == unchanged);
        holder.load(&names(11, &after), now()).unwrap();
        let announced = holder.save();
        assert_eq!(holder.load_delta(&to(&before, &third), &[], now()).unwrap_err().code(), "file-not-in-manifest");
        for at in 0..wanted.len() {
            let mut altered = wanted.clone();
            altered[at] ^= 1;
            assert!(holder.load_delta(&altered, &[], now()).is_err(), "{at}");
            assert!(holder.save() == announced, "{at}");
        }
        assert_eq!(holder.load_delta(&wanted, &[], now()).unwrap().version, Some(9));
        assert_eq!(holder.missing(), []);
        let mut whole = Holder::restore(roots(), &announced, now()).unwrap();
        whole.load(&after, now()).unwrap();
        assert!(holder.save() == whole.save());
        // Twice is once too often: its base has gone.
        assert_eq!(holder.load_delta(&wanted, &[], now()).unwrap_err().code(), "delta-other-base");
    }

    #[test]
    fn a_delta_that_makes_a_table_longer_than_the_manifest_says_is_not_followed_to_its_end() {
        let places: Vec<_> = (0..300).map(|at| (330_101_001_001 + at, 0, None)).collect();
        let old = table(&places);
        // One row of another second, and a day is no longer the unit of all of them.
        let mut rows: Vec<_> = old.rows().collect();
        rows.push(RiskRow {
            from: Time::from_unix(-86_400 * 20_000 + 1),
            place: Place::parse("42").unwrap(),
            ..rows[0]
        });
        let swollen = RiskTable::new(rows).unwrap();
        let [before, wanted, after] = [file(8, &old), file(9, &table(&places[1..])), file(9, &swollen)];
        let delta = Delta::between(&before, &after).unwrap();
        assert!(delta.to_bytes().len() < 400 && after.len() > before.len() + 900, "{}", delta.to_bytes().len());
        assert_eq!(delta.apply(&old, after.len()), Ok(after.clone()));
        assert_eq!(delta.apply(&old, wanted.len()), Err(DeltaError::OtherBase));
        let mut holder = phone();
        holder.load(&manifest_of(10, &[rules(), before.clone()]), now()).unwrap();
        holder.load(&before, now()).unwrap();
        holder.load(&manifest_of(11, &[rules(), wanted.clone()]), now()).unwrap();
        assert_eq!(holder.load_delta(&delta.to_bytes(), &[], now()).unwrap_err().code(), "delta-other-base");
        let honest = Delta::between(&before, &wanted).unwrap();
        assert_eq!(holder.load_delta(&honest.to_bytes(), &[], now()).unwrap().version, Some(9));
    }

    fn rows() -> impl Strategy<Value = Vec<(u64, i64, Option<i64>)>> {
        proptest::collection::vec((330_101u64..330_130, 0i64..6, proptest::option::of(0i64..3)), 0..60)
    }

    proptest! {
        #[test]
        fn from_any_table_a_delta_leads_to_any_other(old in rows(), new in rows()) {
            let (old, new) = (table(&old), table(&new));
            let (before, after) = (file(7, &old), file(8, &new));
            let delta = Delta::from_bytes(&Delta::between(&before, &after).unwrap().to_bytes()).unwrap();
            prop_assert_eq!(delta.apply(&old, after.len()), Ok(after));
        }
    }
}
