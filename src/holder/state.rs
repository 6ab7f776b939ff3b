//! What a phone holds, and the blob in which it is stored.

use super::choice::Kept;
use super::corrections::{Continued, Later};
use super::days::DayKeys;
use super::error::HolderError;
use super::keys::{Key, StoredKey};
use super::mailbox::OwnMailbox;
use crate::calendar::Time;
use crate::cbor::{Bytes, cbor_map};
use crate::code::certificate::{Certified, DayCertificate};
use crate::compare::Noted;
use crate::facts::{Correction, Floor, Record, Report, Visit};
use crate::limits::{CORRECTIONS, DIARY_VISITS, KEPT_FILES, REPORTS, RULES_KEPT, STATE_BYTES};
use crate::mailbox::MailboxKey;
use crate::place::Place;
use crate::private::private_debug;
use crate::risk::RiskTable;
use crate::rules::pack::Pack;
use crate::stored::{Unreadable, seal, unseal};
use crate::trust::{About, Beliefs, Digest, FileState, Kind, Manifest, Named, Roots, Trust, Verified};
use crate::venue::{ExposureList, Matched};
use core::cell::OnceCell;

/// The kinds of files to open, in this order: the trust list decides about all others, the certificate says whose region
/// it is, and the manifest names the packs and tables.
pub(super) const OPENED: [Kind; 8] = [
    Kind::TrustList,
    Kind::DayCertificate,
    Kind::Mailbox,
    Kind::Manifest,
    Kind::RulePack,
    Kind::RiskTable,
    Kind::ExposureList,
    Kind::Record,
];

/// The format version of the stored state.
const STATE_FORM: u8 = 7;
/// The oldest one that is read: in it no key is kept by the host, nothing is corrected, rules are kept for one region, no visit
/// was at a venue, and nobody has a mailbox.
const OLDEST_FORM: u8 = 2;

/// A file as received, so that it can be opened again.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) kind: Kind,
    pub(super) bytes: Bytes,
    /// How a manifest names it, if it is a pack or a table.
    pub(super) named: Option<Named>,
}
cbor_map!(Stored { 0 kind, 1 bytes, 2 named });

/// What is stored.
#[derive(Clone)]
pub(super) struct State {
    /// The enrolment key.
    pub(super) key: Option<StoredKey>,
    pub(super) reports: Vec<Report>,
    pub(super) diary: Vec<Visit>,
    pub(super) files: Vec<Stored>,
    pub(super) beliefs: Beliefs,
    pub(super) noted: Option<Noted>,
    /// The region that the person chose.
    pub(super) region: Option<Place>,
    pub(super) days: DayKeys,
    /// What was corrected of the log.
    pub(super) corrections: Later<Correction>,
    /// When each visit of the diary was entered, in their order.
    pub(super) entered: Later<Time>,
    /// Of which of them more was said since.
    pub(super) continued: Later<Continued>,
    /// What rules are kept for besides the person's own region.
    pub(super) others: Later<Kept>,
    /// What opens the person's mailbox.
    pub(super) mailbox: Option<MailboxKey>,
    /// What shows that the person's restrictions were logged: each a `LoggedFinding`, as it came with the certificate.
    pub(super) logged: Later<Bytes>,
    /// The person's name at the issuer.
    pub(super) person: Option<Digest>,
}
cbor_map!(State {
    0 key, 1 reports, 2 diary, 3 files, 4 beliefs, 5 noted, 6 region, 7 days, 8 corrections, 9 entered, 10 continued,
    11 others, 12 mailbox, 13 logged, 14 person
});

impl State {
    fn new(beliefs: Beliefs) -> Self {
        Self {
            key: None,
            reports: Vec::new(),
            diary: Vec::new(),
            files: Vec::new(),
            beliefs,
            noted: None,
            region: None,
            days: DayKeys::default(),
            corrections: Later::default(),
            entered: Later::default(),
            continued: Later::default(),
            others: Later::default(),
            mailbox: None,
            logged: Later::default(),
            person: None,
        }
    }

    /// Forgets what was said of visits that the diary does not have any more.
    pub(super) fn forget_gone(&mut self) {
        let Self { diary, continued, .. } = self;
        continued.0.retain(|known| diary.contains(&known.visit));
    }
}

/// The files that could be opened.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) trust: Option<Trust>,
    pub(super) manifest: Option<Verified<Manifest>>,
    pub(super) packs: Vec<Verified<Pack>>,
    pub(super) tables: Vec<Verified<RiskTable>>,
    pub(super) exposures: Vec<Verified<ExposureList>>,
    pub(super) record: Option<Verified<Record>>,
    pub(super) certificate: Option<OwnCertificate>,
    pub(super) mailbox: Option<OwnMailbox>,
}

impl Opened {
    /// Keeps these of the files that stand beside others.
    pub(super) fn keep(&mut self, stays: &dyn Fn(&About) -> bool) {
        self.packs.retain(|pack| stays(pack.about()));
        self.tables.retain(|table| stays(table.about()));
        self.exposures.retain(|list| stays(list.about()));
    }
}

/// A certificate for a key of this phone.
pub(super) struct OwnCertificate {
    pub(super) certified: Certified,
    /// What it certifies: the key that signs codes.
    pub(super) key: Key,
    /// Its floor, unless that is green.
    pub(super) floor: Option<Floor>,
}

impl OwnCertificate {
    pub(super) const fn certificate(&self) -> &DayCertificate {
        self.certified.certificate()
    }
}

/// The holder's side of the health code.
pub struct Holder {
    pub(super) key: Option<Key>,
    pub(super) state: State,
    pub(super) opened: Opened,
    /// The result of the last attempt to open each stored file, in their order, as far as they have been tried.
    pub(super) files: Vec<FileState>,
    /// What the exposure lists say of the diary, from when it is first asked until one of them changes.
    pub(super) matched: OnceCell<Vec<Matched>>,
}

impl Holder {
    /// An empty phone that knows only the roots pinned by its app.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        let (opened, state) = (Opened::default(), State::new(Beliefs::new(roots)));
        Self { key: None, state, opened, files: Vec::new(), matched: OnceCell::new() }
    }

    /// The whole state, as one blob for the host's storage. It contains the answers and those secret keys that the host
    /// does not keep: the host must store it where only this app can read it.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        seal(STATE_FORM, &self.state)
    }

    /// Restores a saved state and checks it again. A file that cannot be opened now stays stored, and [`Holder::files`]
    /// says why.
    ///
    /// # Errors
    /// [`HolderError::StateDamaged`] or [`HolderError::StateNewer`].
    pub fn restore(roots: Roots, blob: &[u8], now: Time) -> Result<Self, HolderError> {
        let mut holder = Self::unopened(roots, blob)?;
        while holder.open_next(now)? {}
        Ok(holder)
    }

    /// Restores a saved state with its key and files still to be opened one by one ([`Holder::open_next`]): for hosts
    /// that must not be blocked for the time it takes to open them all.
    ///
    /// # Errors
    /// As [`Holder::restore`].
    pub fn unopened(roots: Roots, blob: &[u8]) -> Result<Self, HolderError> {
        let mut state: State =
            unseal(OLDEST_FORM..=STATE_FORM, blob, STATE_BYTES).map_err(|unreadable| match unreadable {
                Unreadable::Damaged => HolderError::StateDamaged,
                Unreadable::Newer { form } => HolderError::StateNewer { form },
            })?;
        let State { reports, diary, files, corrections, others, .. } = &state;
        let full = reports.len() > REPORTS || diary.len() > DIARY_VISITS || files.len() > KEPT_FILES;
        if full || corrections.0.len() > CORRECTIONS || others.0.len() >= RULES_KEPT {
            return Err(HolderError::StateDamaged);
        }
        // When the visits of an earlier form were entered is not known: too long ago to correct them.
        state.entered.0.resize(state.diary.len(), Time::from_unix(0));
        state.forget_gone();
        state.beliefs = state.beliefs.clone().pinning(roots);
        let (opened, files, matched) = (Opened::default(), Vec::new(), OnceCell::new());
        Ok(Self { key: None, state, opened, files, matched })
    }

    /// Opens the next part of the saved state: first the key, then each file. Returns false once there is nothing left.
    ///
    /// # Errors
    /// [`HolderError::StateDamaged`] if the stored key is invalid.
    pub fn open_next(&mut self, now: Time) -> Result<bool, HolderError> {
        match (&self.key, &self.state.key) {
            (None, Some(stored)) => {
                self.key = Some(stored.open().map_err(|_| HolderError::StateDamaged)?);
                Ok(true)
            }
            _ => Ok(self.open_file(now)),
        }
    }

    /// Forgets everything: key, log and files.
    pub fn forget(&mut self) {
        *self = Self::new(self.state.beliefs.pinned().clone());
    }
}

private_debug!(Holder);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::facts::Mode;

    #[test]
    fn a_phone_opens_every_kind_but_those_that_phones_make_or_scan() {
        let made = [Kind::CertificateRequest, Kind::Code, Kind::VenueCode, Kind::CertificateAnswer];
        assert!(Kind::ALL.iter().all(|kind| OPENED.contains(kind) != made.contains(kind)));
    }

    #[test]
    fn what_was_saved_is_restored() {
        let mut holder = phone();
        holder.load(&record(), now()).unwrap();
        holder.submit(answers(true), now()).unwrap();
        holder
            .add_visit(
                Visit {
                    place: place("4201"),
                    arrive: now().minus(day(2)),
                    leave: None,
                    mode: Mode::Rail,
                    not_in: None,
                    venue: None,
                },
                now(),
            )
            .unwrap();
        let saved = holder.save();
        let again = Holder::restore(roots(), &saved, now()).unwrap();
        assert!(again.save() == saved);
        assert_eq!(again.public_key(), holder.public_key());
        assert_eq!(again.assess(now(), None), holder.assess(now(), None));
        assert_eq!(again.show(now(), None, None), holder.show(now(), None, None));
        assert_eq!(again.files(), holder.files());
        let rules =
            |holder: &Holder| holder.rules(now()).map(|rules| (rules.header().version, rules.body().id.clone()));
        assert_eq!((rules(&again), rules(&Holder::new(roots()))), (Some((3, "trial".into())), None));
    }

    #[test]
    fn a_state_is_as_large_as_it_may_be_and_no_larger() {
        let mut holder = phone();
        let mut saved = |bytes: usize| {
            holder.state.files = vec![Stored { kind: Kind::RulePack, bytes: Bytes(vec![0; bytes]), named: None }];
            holder.save()
        };
        let most = STATE_BYTES - (saved(1 << 16).len() - (1 << 16));
        let largest = saved(most);
        assert_eq!(largest.len(), STATE_BYTES);
        assert!(Holder::unopened(roots(), &largest).is_ok());
        assert_eq!(code_of(Holder::unopened(roots(), &saved(most + 1))), "holder-state-damaged");
        assert_eq!(code_of(Holder::unopened(roots(), &saved(most + 2))), "holder-state-damaged");
    }

    #[test]
    fn damaged_or_newer_state_is_refused() {
        let saved = phone().save();
        for end in 0..saved.len() {
            assert_eq!(code_of(Holder::restore(roots(), &saved[..end], now())), "holder-state-damaged");
        }
        for index in (0..saved.len()).step_by(7) {
            let mut bytes = saved.clone();
            bytes[index] ^= 1 << (index % 8);
            assert_eq!(code_of(Holder::restore(roots(), &bytes, now())), "holder-state-damaged");
        }
        let mut nobody = phone();
        nobody.state.beliefs = Beliefs::new(root_keys(&[], 0));
        assert_eq!(code_of(Holder::restore(roots(), &nobody.save(), now())), "holder-state-damaged");
        let newer = seal(STATE_FORM + 1, &phone().state);
        assert_eq!(
            Holder::restore(roots(), &newer, now()).err(),
            Some(HolderError::StateNewer { form: STATE_FORM + 1 })
        );
        assert_eq!(code_of(Holder::restore(roots(), &vec![0; STATE_BYTES + 1], now())), "holder-state-damaged");
        // There is room for every file that can be loaded.
        const { assert!(STATE_BYTES > 5 * crate::limits::FILE_BYTES + (8 << 20)) };
    }

    #[test]
    fn what_was_saved_is_opened_one_by_one() {
        let mut before = phone();
        before.load(&record(), now()).unwrap();
        let saved = before.save();
        let mut holder = Holder::unopened(roots(), &saved).unwrap();
        assert_eq!((holder.public_key(), holder.files()), (None, [].as_slice()));
        assert_eq!(code_of(holder.create_key(&seed("another"))), "holder-key-exists");
        assert!(holder.open_next(now()).unwrap());
        assert_eq!((holder.public_key(), holder.files().len()), (before.public_key(), 0));
        for opened in 1..=6 {
            assert!(holder.open_next(now()).unwrap());
            assert_eq!(holder.files().len(), opened);
            assert!(holder.save() == saved, "{opened}");
        }
        assert!(!holder.open_next(now()).unwrap());
        assert_eq!(holder.files(), before.files());
        assert!(holder.show(now(), None, None).is_ok());
        before.state.key = Some(StoredKey::Own(Bytes(vec![7; 32])));
        let no_key = before.save();
        assert!(Holder::unopened(roots(), &no_key).is_ok());
        assert_eq!(code_of(Holder::restore(roots(), &no_key, now())), "holder-state-damaged");
    }
}
