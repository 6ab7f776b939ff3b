//! The keys of day certificates: each certificate has one of its own, so that codes of different days have no key in
//! common, and what a stolen or guessed key can do ends with its day.

use super::keys::{Key, StoredKey};
use crate::calendar::Time;
use crate::cbor::cbor_map;
use crate::code::certificate::{CertificateError, Certified};
use crate::limits::PENDING_DAY_KEYS;
use crate::trust::PublicKey;
use crate::trust::key::KeyError;

/// The phone's day keys.
#[derive(Clone, Default)]
pub(super) struct DayKeys {
    /// The keys of certificates that were asked for and have not come, the newest last.
    pending: Vec<StoredKey>,
    /// The key of the newest certificate that has come.
    current: Option<Current>,
}
cbor_map!(DayKeys { 0 pending, 1 current } if DayKeys::is_sound);

/// The key of the newest certificate.
#[derive(Clone)]
struct Current {
    key: StoredKey,
    /// When the certificate was issued: kept apart from it, so that no older one is taken in its place.
    issued: Time,
}
cbor_map!(Current { 0 key, 1 issued });

impl DayKeys {
    /// Takes the key for another request, which must be a new one. The oldest ones that no certificate has come for are
    /// forgotten.
    pub(super) fn add(&mut self, key: &Key, enrolment: &Key) -> Result<(), KeyError> {
        let stored = key.stored();
        if self.keys().any(|known| *known == stored) || stored == enrolment.stored() {
            return Err(KeyError::NotRandom);
        }
        while self.pending.len() >= PENDING_DAY_KEYS {
            self.pending.remove(0);
        }
        self.pending.push(stored);
        Ok(())
    }

    /// The current key first: it is the one that is mostly asked for.
    pub(super) fn keys(&self) -> impl Iterator<Item = &StoredKey> {
        self.current.iter().map(|current| &current.key).chain(self.pending.iter().rev())
    }

    /// A key of this phone by its public half.
    pub(super) fn find(&self, public: &PublicKey) -> Option<Key> {
        self.keys().filter_map(|stored| stored.open().ok()).find(|key| key.public() == *public)
    }

    /// Refuses a certificate that was issued before the one that the phone has.
    pub(super) fn not_older(&self, certified: &Certified) -> Result<(), CertificateError> {
        let issued = certified.certificate().issued;
        match &self.current {
            Some(current) if issued < current.issued => Err(CertificateError::Older { issued, newest: current.issued }),
            _ => Ok(()),
        }
    }

    /// From now on, this is the certificate's key.
    pub(super) fn use_for(&mut self, key: &Key, issued: Time) {
        let key = key.stored();
        self.pending.retain(|pending| *pending != key);
        self.current = Some(Current { key, issued });
    }

    /// Whether it has the form that this phone stores.
    fn is_sound(&self) -> bool {
        self.pending.len() <= PENDING_DAY_KEYS && self.keys().all(|stored| stored.open().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use crate::authority::*;
    use crate::calendar::{Span, Time};
    use crate::code::certificate::{CertificateRequest, DayCertificate};
    use crate::code::wire::from_text;
    use crate::holder::Holder;
    use crate::trust::{Kind, PublicKey, Unverified};

    fn later(minutes: i64) -> Time {
        now().plus(Span::seconds(60 * minutes))
    }

    /// The certificate that an issuer gives for a request.
    fn certified(request: &[u8], at: Time) -> Vec<u8> {
        let key = CertificateRequest::open(request, at).unwrap().key;
        DayCertificate { key, issued: at, ..certificate_for("day") }.sign(&crate::authority::key("certificate"))
    }

    fn ask(holder: &mut Holder, day: &str, at: Time) -> Vec<u8> {
        holder.certificate_request(identity(), &seed(day), at).unwrap()
    }

    #[test]
    fn each_certificate_has_a_key_of_its_own_and_the_newest_is_used() {
        let mut holder = phone();
        let (first, second) = (ask(&mut holder, "second day", later(1)), ask(&mut holder, "third day", later(2)));
        let keys: Vec<PublicKey> =
            [&first, &second].map(|request| CertificateRequest::open(request, later(2)).unwrap().key).to_vec();
        assert_eq!(keys, [key("second day").public(), key("third day").public()]);
        let signs = |holder: &Holder, key: &str| {
            let bytes = from_text(&holder.show(later(5), None, None).unwrap().text).unwrap();
            Unverified::parse(&bytes).unwrap().verifies(0, &crate::authority::key(key).public())
        };
        assert!(signs(&holder, "day"), "until another comes");
        // The second answer comes first; what was asked for before it is then too old.
        holder.load(&certified(&second, later(4)), later(5)).unwrap();
        assert!(signs(&holder, "third day"));
        assert_eq!(code_of(holder.load(&certified(&first, later(3)), later(5))), "certificate-older");
        assert_eq!(code_of(holder.load(&certificate(), later(5))), "certificate-not-yours", "its key is gone");
        assert!(signs(&holder, "third day"));
        // What protects against older ones outlives the certificate, and so does the key.
        let mut holder = Holder::restore(roots(), &holder.save(), later(5)).unwrap();
        assert!(signs(&holder, "third day"));
        assert_eq!(code_of(holder.load(&certified(&first, later(3)), later(5))), "certificate-older");
        holder.load(&certified(&first, later(5)), later(5)).unwrap();
        assert!(signs(&holder, "second day"));
    }

    #[test]
    fn a_few_requests_may_be_on_their_way_and_the_oldest_is_forgotten() {
        let mut holder = phone();
        let days = ["1", "2", "3", "4", "5"];
        let requests = days.map(|day| ask(&mut holder, day, now()));
        let mut holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!(code_of(holder.load(&certified(&requests[0], now()), now())), "certificate-not-yours");
        for request in &requests[1..] {
            holder.load(&certified(request, now()), now()).unwrap();
        }
    }

    #[test]
    fn random_bytes_make_one_key() {
        let mut holder = phone();
        ask(&mut holder, "next", now());
        let before = holder.save();
        let again = [seed("phone"), seed("day"), seed("next"), [7; 32]];
        for random in again {
            assert_eq!(code_of(holder.certificate_request(identity(), &random, now())), "key-not-random");
        }
        assert_eq!(code_of(holder.certificate_request(identity(), &[1, 2], now())), "key-malformed");
        assert!(holder.save() == before);
    }

    #[test]
    fn no_code_shows_the_enrolment_key() {
        let mut holder = phone();
        holder.submit(answers(true), now()).unwrap();
        holder.load(&record(), now()).unwrap();
        let enrolment = holder.public_key().unwrap();
        let days = [now(), later(60)].map(|at| {
            let request = ask(&mut holder, &at.to_string(), at);
            assert!(request.windows(32).any(|window| window == enrolment.as_bytes()), "the issuer learns it");
            holder.load(&certified(&request, at), at).unwrap();
            let text = holder.show(at, None, Some(b"12345678")).unwrap().text;
            let bytes = from_text(&text).unwrap();
            let shows = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert!(!shows(enrolment.as_bytes()) && !shows(&enrolment.id().0));
            assert_eq!(Unverified::parse(&bytes).unwrap().kind(), Kind::Code);
            let day = key(&at.to_string()).public();
            assert!(shows(day.as_bytes()));
            (day, bytes)
        });
        let [(_, first), (second, _)] = &days;
        assert!(!first.windows(32).any(|window| window == second.as_bytes()), "scans have no key in common");
    }
}
