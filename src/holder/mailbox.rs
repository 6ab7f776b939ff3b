//! What the issuer says of the person between their certificates.

use super::error::HolderError;
use super::state::Holder;
use crate::calendar::Time;
use crate::code::CertificateAnswer;
use crate::colour::Colour;
use crate::facts::Floor;
use crate::mailbox::{Mailbox, MailboxError, Notice};
use crate::private::private_debug;
use crate::trust::{FileState, Kind};

/// The mailbox that the phone has.
pub(super) struct OwnMailbox {
    issued: Time,
    /// What it says of the person, if it says anything.
    notice: Option<Notice>,
    /// The floor in that, unless it is green.
    floor: Option<Floor>,
}

impl Holder {
    /// Where the person's mailbox is, below the server's address; `None` until a certificate has come with one.
    #[must_use]
    pub fn mailbox(&self) -> Option<String> {
        Some(self.state.mailbox.as_ref()?.path())
    }

    /// Whether the mailbox takes back what the day certificate says: another certificate says so too, and until there is one
    /// the floor stays, as no checkpoint believes a code that is better than its certificate. Where restrictions must have been
    /// logged, whether it says anything else at all: what shows that comes with a certificate.
    #[must_use]
    pub fn is_superseded(&self) -> bool {
        let own = self.opened.certificate.as_ref().and_then(|own| own.floor.as_ref());
        let Some(notice) = self.heard().and_then(|heard| heard.notice.as_ref()) else { return false };
        let colour = own.map_or(Colour::Green, |own| own.colour);
        let is_other = notice.floor != colour || notice.ground.as_ref() != own.map(|own| &own.ground);
        if self.asked_of_log().is_some() { is_other } else { notice.floor < colour }
    }

    /// The issuer's floor for the colour: the worse of the certificate's and of what was heard since, which does not act by itself
    /// where it must have been logged.
    pub(super) fn floor(&self) -> Option<&Floor> {
        let own = self.opened.certificate.as_ref().and_then(|own| own.floor.as_ref());
        let heard = self.heard().filter(|_| self.asked_of_log().is_none()).and_then(|heard| heard.floor.as_ref());
        match (heard, own) {
            (Some(heard), Some(own)) if own.colour > heard.colour => Some(own),
            (heard, own) => heard.or(own),
        }
    }

    /// The mailbox, unless the certificate is of later.
    fn heard(&self) -> Option<&OwnMailbox> {
        let certified = self.opened.certificate.as_ref().map(|own| own.certificate().issued);
        self.opened.mailbox.as_ref().filter(|heard| certified.is_none_or(|certified| certified <= heard.issued))
    }

    /// Takes the certificate in an answer as if it had come alone, what opens the mailbox, and then the record, if there is one.
    pub(super) fn load_answer(&mut self, bytes: &[u8], now: Time) -> Result<FileState, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let answer = CertificateAnswer::open(bytes, trust)?;
        let CertificateAnswer { certificate, mailbox, logged, record, person } = answer;
        let known = self.state.mailbox.clone();
        let whose = self.pin_person(person);
        let before = core::mem::replace(&mut self.state.logged.0, logged.unwrap_or_default());
        let loaded = self.load(&certificate.0, now);
        if loaded.is_err() {
            (self.state.logged.0, self.state.person) = (before, whose);
        }
        let state = loaded?;
        if known.as_ref() != Some(&mailbox) {
            // What was said of another person, or stood elsewhere.
            self.opened.mailbox = None;
            self.drop_file(|stored| stored.kind == Kind::Mailbox);
        }
        self.state.mailbox = Some(mailbox);
        if let Some(record) = record {
            self.load(&record.0, now)?;
        }
        Ok(state)
    }

    /// Puts a mailbox to use; `new` if it has just arrived.
    pub(super) fn use_mailbox(&mut self, bytes: &[u8], now: Time, new: bool) -> Result<FileState, HolderError> {
        let trust = self.opened.trust.as_ref().ok_or(HolderError::NoTrust)?;
        let key = self.state.mailbox.as_ref().ok_or(MailboxError::NotYours)?;
        let mailbox = Mailbox::open(bytes, trust)?;
        let (notice, issued) = (mailbox.notice(key)?, mailbox.issued());
        if new {
            let own = self.opened.certificate.as_ref().ok_or(HolderError::NoCertificate)?;
            if !mailbox.is_for(own.certificate().place) {
                return Err(MailboxError::NotYours.into());
            }
            if let Some(newest) = self.opened.mailbox.as_ref().map(|own| own.issued).filter(|newest| issued < *newest) {
                return Err(MailboxError::Older { issued, newest }.into());
            }
            mailbox.check(now)?;
        }
        let floor = notice.as_ref().and_then(Notice::floor);
        self.opened.mailbox = Some(OwnMailbox { issued, notice, floor });
        Ok(FileState::of_moment(Kind::Mailbox, issued))
    }
}

private_debug!(OwnMailbox);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::Assessment;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::cbor::Bytes;
    use crate::code::DayCertificate;
    use crate::holder::files::tests::problems;
    use crate::limits::MAILBOX_SECONDS;
    use crate::rules::reason::{Cause, Fact};

    /// A phone in good health that has its certificate from an issuer with mailboxes.
    fn with_mailbox(floor: Colour) -> Holder {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        let ground = (floor != Colour::Green).then(|| "close-contact".into());
        let certificate = DayCertificate { floor, ground, ..certificate_for("day") };
        holder.load(&answer_with(certificate.sign(&key("certificate"))), now()).unwrap();
        holder
    }

    fn later(seconds: i64) -> Time {
        now().plus(Span::seconds(seconds))
    }

    fn assessed(holder: &Holder, at: Time) -> Assessment {
        let assessment = holder.assess(at, None).unwrap();
        assert_eq!(holder.show(at, None, None).unwrap().colour, assessment.colour, "page and code say the same");
        assessment
    }

    #[test]
    fn what_was_confirmed_is_heard_with_its_ground_and_ends_when_it_is_taken_back() {
        let mut holder = with_mailbox(Colour::Green);
        assert_eq!(holder.mailbox(), Some(mailbox_key("phone").path()));
        assert_eq!(assessed(&holder, now()).colour, Colour::Green);
        // Of others something is said, and of this person nothing.
        holder.load(&mailbox(0, &[("another", contact())]), now()).unwrap();
        assert_eq!(assessed(&holder, now()).colour, Colour::Green);
        holder.load(&mailbox(180, &[("another", contact()), ("phone", contact())]), later(200)).unwrap();
        let red = assessed(&holder, later(200));
        let Fact::Floor { ground } = &red.reasons[0].fact else { panic!("{:?}", red.reasons) };
        assert_eq!((red.colour, ground.as_deref()), (Colour::Red, Some("close-contact")));
        assert_eq!(red.reasons[0].until, Some(contact().until));
        assert!(!holder.is_superseded(), "the next certificate will say so, too");
        // It holds over a restart, also where no newer mailbox comes, and is undecided once it is over.
        let holder = &mut Holder::restore(roots(), &holder.save(), later(200)).unwrap();
        assert_eq!(assessed(holder, later(40_000)).colour, Colour::Red);
        let over = holder.assess(contact().until, None).unwrap();
        assert!(
            over.colour == Colour::Grey
                && matches!(over.causes[..], [.., Cause::RecordExpired { .. }] | [Cause::RecordExpired { .. }, ..])
        );
        holder.load(&mailbox(360, &[("phone", lifted())]), later(400)).unwrap();
        assert_eq!(assessed(holder, later(400)).colour, Colour::Green);
    }

    #[test]
    fn what_a_certificate_says_is_taken_back_by_another_certificate() {
        let mut holder = with_mailbox(Colour::Red);
        holder.load(&mailbox(0, &[("another", contact())]), now()).unwrap();
        assert!(!holder.is_superseded() && assessed(&holder, now()).colour == Colour::Red, "nothing new");
        holder.load(&mailbox(60, &[("phone", lifted())]), later(60)).unwrap();
        assert!(holder.is_superseded());
        assert_eq!(assessed(&holder, later(60)).colour, Colour::Red, "no checkpoint would believe green");
        let request = holder.certificate_request(identity(), &seed("next"), later(70)).unwrap();
        let next = crate::code::CertificateRequest::open(&request, later(70)).unwrap().key;
        let next = DayCertificate { key: next, issued: later(70), ..certificate_for("day") };
        holder.load(&answer_with(next.sign(&key("certificate"))), later(70)).unwrap();
        assert!(!holder.is_superseded());
        assert_eq!(assessed(&holder, later(70)).colour, Colour::Green);
        // What the issuer has said since is worse, and what it said before is past.
        holder.load(&mailbox(65, &[("phone", contact())]), later(70)).unwrap();
        assert_eq!(assessed(&holder, later(70)).colour, Colour::Green);
        holder.load(&mailbox(75, &[("phone", contact())]), later(75)).unwrap();
        assert_eq!(assessed(&holder, later(75)).colour, Colour::Red);
    }

    #[test]
    fn whatever_is_wrong_with_a_mailbox_what_stood_stays() {
        let mut holder = with_mailbox(Colour::Green);
        holder.load(&mailbox(180, &[("phone", contact())]), later(180)).unwrap();
        let before = holder.save();
        let mut refused = |bytes: &[u8], at: Time, code: &str| {
            assert_eq!(code_of(holder.load(bytes, at)), code);
            assert!(holder.save() == before && assessed(&holder, at).colour == Colour::Red, "{code}");
        };
        let empty = || mailbox_of(240, &[("another", contact())]);
        let signed = |mailbox: Mailbox| mailbox.sign(&key("certificate"));
        refused(&mailbox(0, &[]), later(240), "mailbox-older");
        refused(&signed(empty()), later(240 + MAILBOX_SECONDS + 1), "mailbox-old");
        refused(&signed(empty()), later(100), "mailbox-not-yet-written");
        refused(&signed(Mailbox { number: empty().number ^ 1, ..empty() }), later(240), "mailbox-not-yours");
        refused(&signed(Mailbox { bits: 5, ..empty() }), later(240), "mailbox-not-yours");
        refused(&signed(Mailbox { place: place("330106"), ..empty() }), later(240), "mailbox-not-yours");
        refused(&signed(Mailbox { entries: vec![0; 63], ..empty() }), later(240), "mailbox-malformed");
        refused(&empty().sign(&key("record")), later(240), "file-unknown-key");
        let mut own = mailbox_of(240, &[("phone", lifted())]);
        for byte in own.entries.chunks_exact_mut(crate::mailbox::ENTRY_BYTES) {
            byte[20] ^= 1;
        }
        refused(&signed(own), later(240), "mailbox-entry");
    }

    #[test]
    fn a_mailbox_is_of_who_the_certificate_names_and_of_nobody_without_one() {
        let mut holder = phone();
        assert_eq!((holder.mailbox(), holder.is_superseded()), (None, false));
        assert_eq!(code_of(holder.load(&mailbox(0, &[]), now())), "mailbox-not-yours");
        holder.load(&answer_with(certificate()), now()).unwrap();
        holder.load(&mailbox(0, &[("phone", contact())]), now()).unwrap();
        assert_eq!(assess(&holder), Colour::Red);
        // The next certificate is somebody else's, or from an issuer without mailboxes.
        let another = CertificateAnswer {
            certificate: Bytes(certificate()),
            mailbox: mailbox_key("another"),
            logged: None,
            record: None,
            person: None,
        };
        let mut other = Holder::restore(roots(), &holder.save(), now()).unwrap();
        other.load(&another.sign(&key("certificate")), now()).unwrap();
        assert_eq!(other.mailbox(), Some(mailbox_key("another").path()));
        assert!(problems(&other).iter().all(|(kind, _)| *kind != Kind::Mailbox));
        assert_ne!(assess(&other), Colour::Red);
        // The secret is nowhere but in the state.
        let secret = seed("mailbox of phone");
        assert!(holder.save().windows(32).any(|window| window == secret));
        let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown = [format!("{holder:?}"), format!("{:?}", holder.files()), holder.mailbox().unwrap()].concat();
        assert!(!shown.contains(&digits) && !shown.contains(&digits[..16]));
        holder.forget();
        assert_eq!(holder.mailbox(), None);
    }

    fn assess(holder: &Holder) -> Colour {
        holder.assess(now(), None).unwrap().colour
    }

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let mut holder = with_mailbox(Colour::Green);
        let before = holder.save();
        let answer = |signer: &str| {
            let answer = CertificateAnswer {
                certificate: Bytes(certificate()),
                mailbox: mailbox_key("another"),
                logged: None,
                record: None,
                person: None,
            };
            answer.sign(&key(signer))
        };
        assert_eq!(code_of(holder.load(&answer("record"), now())), "file-unknown-key");
        let strange = answer_with(certificate_for("another").sign(&key("certificate")));
        assert_eq!(code_of(holder.load(&strange, now())), "certificate-not-yours");
        assert!(holder.save() == before);
        assert_eq!(code_of(Holder::new(roots()).load(&answer("certificate"), now())), "holder-no-trust-list");
    }
}
