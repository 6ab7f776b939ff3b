//! The issuer's status lists: which of the certificates of a day are withdrawn, signed anew every ten seconds if anybody asks.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use healthcode::calendar::{Date, Span, Time};
use healthcode::code::StatusList;
use healthcode::code::status::{Statuses, days, path};
use healthcode::trust::SecretKey;

use super::office::{IssueError, Office};
use super::published::Served;
use crate::store::{StoreError, Withdrawn};

/// How many statuses a list has at least: nobody sees from a short one how few phones there are.
const LEAST: u32 = 1 << 20;

/// For how many seconds a list is given as it is. Checkpoints come every quarter of an hour: so long after an officer's step, and these,
/// all that have a network know.
const SECONDS: i64 = 10;

/// The lists of these seconds, by their paths.
#[derive(Default)]
pub(crate) struct Lists(Mutex<BTreeMap<String, (Time, Arc<Served>)>>);

/// When the lists were due that are served at a moment. All issuers of one database make the same.
fn due(now: Time) -> Time {
    now.minus(Span::seconds(now.unix().rem_euclid(SECONDS)))
}

impl Office {
    /// The status list at a path; `None` if there is none: it is another's, or of a day whose certificates are over or to come.
    pub(crate) async fn statuses(&self, asked: &str) -> Result<Option<Arc<Served>>, IssueError> {
        let now = self.now();
        let signers = || std::iter::once(&self.certificates).chain(&self.retired);
        let all = days(now).flat_map(|day| signers().map(move |key| (path(key.public().id(), day), key, day)));
        let Some((path, key, day)) = all.into_iter().find(|(path, ..)| path == asked) else { return Ok(None) };
        let at = due(now);
        if let Some(served) = self.lists.at(&path, at) {
            return Ok(Some(served));
        }
        if let Some(oldest) = days(now).last() {
            // By a clock that is ahead, those that are withdrawn today would be forgotten.
            self.store.agrees(now).await?;
            self.store.forget_numbers(oldest).await?;
        }
        let withdrawn = self.store.withdrawn(key.public().id(), day, at).await?;
        let bytes = tokio::task::block_in_place(|| list(key, day, at, &withdrawn));
        Ok(Some(self.lists.keep(path, at, Served::new(bytes))))
    }
}

impl Office {
    /// The keys of whose certificates, which phones still have, nobody would say whether they are withdrawn: they are not in the
    /// settings.
    pub(crate) async fn unlisted(&self) -> Result<Vec<String>, StoreError> {
        let Some(oldest) = days(self.now()).last() else { return Ok(Vec::new()) };
        let known =
            || std::iter::once(&self.certificates).chain(&self.retired).map(|key| key.public().id().to_string());
        let mut signers = self.store.signers(oldest).await?;
        signers.retain(|signer| known().all(|known| known != *signer));
        Ok(signers)
    }
}

impl Lists {
    fn at(&self, path: &str, at: Time) -> Option<Arc<Served>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(path).filter(|(due, _)| *due == at).map(|(_, served)| Arc::clone(served))
    }

    fn keep(&self, path: String, at: Time, served: Served) -> Arc<Served> {
        let served = Arc::new(served);
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, (due, _)| *due == at);
        lists.insert(path, (at, Arc::clone(&served)));
        served
    }
}

/// Makes a list.
fn list(key: &SecretKey, day: Date, at: Time, Withdrawn { highest, numbers }: &Withdrawn) -> Vec<u8> {
    let numbered = highest.saturating_add(1).next_power_of_two().max(LEAST);
    let mut array = vec![0_u8; usize::try_from(numbered / 8).unwrap_or_default()];
    for number in numbers {
        if let Some(byte) = usize::try_from(number / 8).ok().and_then(|at| array.get_mut(at)) {
            *byte |= 1 << (number % 8);
        }
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory never fails.
    let compressed = encoder.write_all(&array).and_then(|()| encoder.finish()).unwrap_or_default();
    StatusList::sign(key, day, at, &Statuses { bits: 1, compressed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_a_million_with_a_thousandth_withdrawn_is_small() {
        let key = SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|at| u8::try_from(at).unwrap())).unwrap();
        let at = Time::from_unix(1_582_156_800);
        let day = days(at).next().unwrap();
        // The numbers of a generator that is good enough to have no pattern (xorshift64).
        let mut state = 88_172_645_463_325_252_u64;
        let mut numbers = std::collections::BTreeSet::new();
        while numbers.len() < 1_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            numbers.insert(u32::try_from(state % 1_000_000).unwrap());
        }
        let withdrawn = Withdrawn { highest: 999_999, numbers: numbers.into_iter().collect() };
        let made = list(&key, day, at, &withdrawn);
        assert!(made.len() <= 2_300, "{} bytes", made.len());
        let none = list(&key, day, at, &Withdrawn { highest: 0, numbers: Vec::new() });
        assert!(none.len() < 450, "{} bytes", none.len());
        // The same from whichever issuer of the database.
        assert_eq!(made, list(&key, day, at, &withdrawn));
        assert_eq!((due(at), due(at.plus(Span::seconds(SECONDS - 1)))), (at, at));
    }
}
