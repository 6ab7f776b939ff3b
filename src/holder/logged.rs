//! What the public log has: where the trust list asks for it, nothing new acts that nothing shows to be logged, and what was in
//! use stays.

use super::error::HolderError;
use super::state::Holder;
use crate::calendar::Time;
use crate::cbor::{from_bytes, to_bytes};
use crate::facts::Floor;
use crate::log::{LoggedFile, LoggedFinding, ProofError, ShortProof};
use crate::rules::pack::Pack;
use crate::trust::{About, Digest, Kind, LogPolicy, Trust};

impl Holder {
    /// What the trust list asks of the public log; `None` if nothing has to be logged.
    #[must_use]
    pub fn asked_of_log(&self) -> Option<&LogPolicy> {
        self.opened.trust.as_ref().map(Trust::list)?.log.as_ref()
    }

    /// What came with the day certificate to show that its person's restrictions were logged. What its floor is founded on is among it.
    pub fn findings(&self) -> impl Iterator<Item = LoggedFinding> {
        self.state.logged.0.iter().filter_map(|found| from_bytes(&found.0))
    }

    /// Whether a file of so many bytes that has just come was logged as what it is, if it must have been.
    pub(super) fn is_logged(&self, file: &About, length: usize, proof: &[u8], now: Time) -> Result<(), HolderError> {
        let Some(asked) = self.asked_of_log() else { return Ok(()) };
        if proof.is_empty() {
            return Err(ProofError::Missing { kind: file.kind }.into());
        }
        let proof: ShortProof = from_bytes(proof).ok_or(ProofError::Wrong)?;
        if proof.leaf.0.strip_prefix(&LoggedFile::LEAF) != Some(&*to_bytes(&LoggedFile::about(file, length))) {
            return Err(ProofError::Wrong.into());
        }
        proof.meets(asked, now)?;
        Ok(())
    }

    /// Refuses what restricts somebody and cannot come with a proof, where there must be one.
    pub(super) fn not_without_proof(&self, kind: Kind) -> Result<(), HolderError> {
        if self.asked_of_log().is_some() { Err(ProofError::Missing { kind }.into()) } else { Ok(()) }
    }

    /// Believes the first answer who the person is, until the phone enrols anew: an issuer that could change that would show one person
    /// what was logged of another. What restricts nobody is taken whoever it names. Gives who it was before.
    pub(super) fn pin_person(&mut self, person: Option<Digest>) -> Option<Digest> {
        let known = self.state.person;
        if self.asked_of_log().is_some() {
            self.state.person = known.or(person);
        }
        known
    }

    /// Whether something that was logged of the person, on a ground that the rules list where it is counted, is there for a floor that
    /// has just come, if it must be. Of several rules that list it the least cap counts.
    pub(super) fn founded(&self, floor: Option<&Floor>, now: Time) -> Result<(), HolderError> {
        let (Some(floor), Some(asked)) = (floor, self.asked_of_log()) else { return Ok(()) };
        let packs = self.opened.packs.iter().map(|pack| pack.body());
        let listing: Vec<&Pack> = packs.filter(|pack| pack.is_grounded(Some(&floor.ground), now)).collect();
        let mut refused =
            if listing.is_empty() { ProofError::Ground } else { ProofError::Missing { kind: Kind::DayCertificate } };
        for found in self.findings() {
            let Some(finding) = found.finding() else { continue };
            if finding.ground != floor.ground || now >= finding.until {
                continue;
            }
            let own = listing.iter().filter(|pack| pack.region.contains(finding.district));
            let caps = own.filter_map(|pack| Some(pack.ground(&floor.ground)?.cap.unwrap_or(u32::MAX)));
            let founds = match caps.min() {
                cap @ Some(_) => found.founds(&finding, self.state.person, cap, asked, now),
                None => Err(ProofError::Ground),
            };
            match founds {
                Ok(()) => return Ok(()),
                Err(error) => refused = error,
            }
        }
        Err(refused.into())
    }
}

#[cfg(test)]
#[cfg(feature = "log-keeping")]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::{Offset, Span};
    use crate::cbor::Bytes;
    use crate::code::{CertificateAnswer, DayCertificate};
    use crate::colour::Colour;
    use crate::facts::{Record, Status, StatusEntry};
    use crate::holder::files::tests::rules_of;
    use crate::log::day::{Restriction, commit};
    use crate::log::make::{checkpoint, signature};
    use crate::log::note::Signs;
    use crate::log::tree::{leaf_hash, node_hash};
    use crate::log::{Finding, Leaf, LogProof, LoggedDay, NoteKey, SignedNote, TreeHead};
    use crate::rules::pack::Ground;
    use crate::trust::file::read_unverified;
    use crate::trust::{Header, LogKey, PublicKey, TrustList};

    const ORIGIN: &str = "log.example/health";
    const WITNESSES: [&str; 3] = ["uni", "bar", "press"];

    fn policy(needed: u8) -> LogPolicy {
        let named = |name: &str, own: &str| LogKey { name: name.into(), key: key(own).public() };
        let keys = [named(ORIGIN, "log")].into_iter().chain(WITNESSES.map(|name| named(name, name)));
        LogPolicy { keys: keys.collect(), needed, further: None }
    }

    fn list_with(log: LogPolicy) -> Vec<u8> {
        signed(&header(6, None), &TrustList { log: Some(log), ..list() }, &["root"])
    }

    fn note_key(name: &str, signs: Signs, key: PublicKey) -> NoteKey {
        NoteKey::new(name, signs, key).unwrap()
    }

    /// A checkpoint that these have cosigned at a moment.
    fn cosigned(head: &TreeHead, witnesses: &[&str], at: Time) -> SignedNote {
        let mut note = checkpoint(head, &note_key(&head.origin, Signs::Text, key("log").public()), &key("log"));
        for name in witnesses {
            let own = note_key(name, Signs::Witnessed, key(name).public());
            let cosignature = signature(&note, &own, &key(name), at.unix().try_into().unwrap());
            note.signatures.push(cosignature);
        }
        note
    }

    /// The proof of a leaf, which has another one before it, by whom and when.
    fn proof_by(leaf: &Leaf, origin: &str, witnesses: &[&str], at: Time) -> ShortProof {
        let other = leaf_hash(b"another");
        let root = node_hash(&other, &leaf_hash(&to_bytes(leaf)));
        let head = TreeHead { origin: origin.into(), size: 2, root };
        ShortProof::of(&LogProof { index: 1, path: vec![other], note: cosigned(&head, witnesses, at) }, leaf).unwrap()
    }

    fn proof(leaf: &Leaf) -> ShortProof {
        proof_by(leaf, ORIGIN, &["uni", "press"], now())
    }

    fn leaf_of(pack: &[u8]) -> Leaf {
        let (header, body) = read_unverified::<Pack>(pack).unwrap();
        Leaf::File(LoggedFile::of(&header, &body, pack))
    }

    /// A phone whose list has come to ask for two of three witnesses.
    fn asking() -> Holder {
        let mut holder = phone();
        holder.submit(answers(false), now()).unwrap();
        holder.load(&list_with(policy(2)), now()).unwrap();
        holder
    }

    fn version(holder: &Holder) -> u32 {
        holder.rules(now()).unwrap().header().version
    }

    #[test]
    fn rules_come_with_a_proof_that_meets_what_the_list_asks_for_and_those_before_stay() {
        let mut holder = asking();
        assert_eq!((version(&holder), holder.asked_of_log().unwrap().origin()), (3, Some(ORIGIN)));
        let next = rules_of(4);
        holder.load(&manifest_of(20, &[next.clone(), risk()]), now()).unwrap();
        let leaf = leaf_of(&next);
        let ahead = now().plus(Span::seconds(3_600));
        let by = |witnesses: &[&str], at| to_bytes(&proof_by(&leaf, ORIGIN, witnesses, at));
        let mut another = proof_by(&leaf, ORIGIN, &["uni", "bar"], now());
        another.signatures.swap(1, 2);
        another.signatures[2].0[..4].copy_from_slice(&[0; 4]);
        let mut altered = proof(&leaf);
        altered.signatures[1].0[20] ^= 1;
        let longer = ShortProof { size: 3, ..proof(&leaf) };
        // Logged as something that nobody looks for among rules of this place.
        let Leaf::File(said) = &leaf else { panic!("{leaf:?}") };
        let lies = [
            LoggedFile { kind: Kind::RiskTable, id: String::new(), ..said.clone() },
            LoggedFile { place: Some(place("420106")), ..said.clone() },
            LoggedFile { version: 3, ..said.clone() },
        ];
        let lies = lies.map(|lie| ("proof-wrong", to_bytes(&proof(&Leaf::File(lie)))));
        let cases = [
            ("proof-missing", Vec::new()),
            ("proof-wrong", b"a proof".to_vec()),
            ("proof-wrong", to_bytes(&proof(&leaf_of(&rules_of(5))))),
            ("proof-wrong", to_bytes(&proof_by(&leaf, "log.example/another", &WITNESSES, now()))),
            ("proof-wrong", to_bytes(&altered)),
            ("proof-wrong", to_bytes(&longer)),
            ("proof-wrong", to_bytes(&ShortProof { signatures: Vec::new(), ..proof(&leaf) })),
            // A split view: the log has signed it, and those who watch it have not.
            ("proof-witnesses", by(&[], now())),
            ("proof-witnesses", by(&["bar"], now())),
            ("proof-witnesses", by(&["bar", "bar", "friend"], now())),
            ("proof-witnesses", by(&WITNESSES, ahead)),
            ("proof-witnesses", to_bytes(&another)),
        ];
        let before = holder.save();
        for (number, (code, proof)) in cases.into_iter().chain(lies).enumerate() {
            assert_eq!(code_of(holder.load_with_proof(&next, &proof, now())), code, "case {number}");
            assert_eq!((version(&holder), holder.missing().len()), (3, 1));
        }
        assert!(holder.save() == before);
        holder.load_with_proof(&next, &to_bytes(&proof(&leaf)), now()).unwrap();
        assert_eq!(version(&holder), 4);
        // What was taken stays after a restart, and under a list that asks for more.
        let mut holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
        let more = TrustList { log: Some(policy(3)), ..list() };
        holder.load(&signed(&header(7, None), &more, &["root"]), now()).unwrap();
        assert_eq!(version(&holder), 4);
    }

    #[test]
    fn without_a_log_nothing_is_asked_for() {
        let mut holder = phone();
        let next = rules_of(4);
        holder.load(&manifest_of(20, &[next.clone(), risk()]), now()).unwrap();
        assert!(holder.asked_of_log().is_none() && holder.load(&next, now()).is_ok());
        // What roots should not have signed, no proof meets.
        for unsound in [LogPolicy { needed: 4, ..policy(0) }, LogPolicy { keys: Vec::new(), ..policy(0) }] {
            assert!(!unsound.is_sound());
            let mut holder = phone();
            holder.load(&list_with(unsound), now()).unwrap();
            holder.load(&manifest_of(20, &[next.clone(), risk()]), now()).unwrap();
            let refused = holder.load_with_proof(&next, &to_bytes(&proof(&leaf_of(&next))), now());
            assert!(code_of(refused).starts_with("proof-"));
        }
        let twice = [&policy(0).keys[..2], &policy(0).keys[..]].concat();
        assert!(!LogPolicy { keys: twice, ..policy(0) }.is_sound() && policy(3).is_sound());
    }

    /// Rules with the ground of a contact.
    fn grounded() -> Vec<u8> {
        let (from, until) = (now().minus(day(1)), now().plus(day(30)));
        let url = "https://example.org/notice".to_owned();
        let ground =
            Ground { id: "close-contact".into(), title: text("Notice 12"), url, from, until, correct: None, cap: None };
        signed(&header(4, Some("3301")), &Pack { grounds: Some(vec![ground]), ..pack() }, &["rules-1", "rules-2"])
    }

    fn person(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    fn finding_of(whose: &str, until: Time) -> LoggedFinding {
        let proposal = Digest::of(b"proposal");
        let entry = Digest::of(format!("{proposal} {}", person(whose)).as_bytes());
        let (status, since, district) = (Status::CloseContact, now().minus(day(1)), place("330106"));
        let finding = Finding { entry, status, since, until, ground: "close-contact".into(), district };
        let record = finding.digest();
        let all = [record, person("another")];
        let all = all.map(|record| Restriction { record, place: district, ground: finding.ground.clone() });
        let (day, ways) = commit(now().date(Offset::CHINA), &all, &[7; 32]).unwrap();
        let way = ways.into_iter().find(|way| way.record == record).unwrap();
        let (proof, salt, finding) = (proof(&Leaf::Day(day)), Bytes(way.salt.to_vec()), Bytes(to_bytes(&finding)));
        LoggedFinding { finding, salt, index: way.index, path: way.path, proof, proposal }
    }

    fn answer_about(whose: Option<&str>, ground: Option<&str>, logged: &[LoggedFinding]) -> Vec<u8> {
        let floor = if ground.is_some() { Colour::Red } else { Colour::Green };
        let certificate = DayCertificate { floor, ground: ground.map(Into::into), ..certificate_for("day") };
        let logged = logged.iter().map(|found| Bytes(to_bytes(found))).collect();
        let (certificate, person) = (Bytes(certificate.sign(&key("certificate"))), whose.map(person));
        let mailbox = mailbox_key("phone");
        CertificateAnswer { certificate, mailbox, logged: Some(logged), record: None, person }.sign(&key("certificate"))
    }

    /// Such a phone with these rules and a certificate, which nothing restricts.
    fn enrolled() -> Holder {
        let mut holder = asking();
        let rules = grounded();
        holder.load(&manifest_of(20, &[rules.clone(), risk()]), now()).unwrap();
        holder.load_with_proof(&rules, &to_bytes(&proof(&leaf_of(&rules))), now()).unwrap();
        holder.load(&answer_about(Some("phone"), None, &[]), now()).unwrap();
        assert_eq!(colour(&holder), Colour::Green);
        holder
    }

    fn colour(holder: &Holder) -> Colour {
        let assessed = holder.assess(now(), None).unwrap().colour;
        assert_eq!(holder.show(now(), None, None).unwrap().colour, assessed, "page and code say the same");
        assessed
    }

    #[test]
    fn nobody_turns_red_by_what_was_not_logged_of_them() {
        let mut holder = enrolled();
        let (until, on) = (now().plus(day(14)), Some("close-contact"));
        let own = finding_of("phone", until);
        let mut unwitnessed = own.clone();
        unwitnessed.proof = proof_by(&Leaf::Day(own.day().unwrap()), ORIGIN, &["bar"], now());
        let mut other_day = own.clone();
        other_day.proof = proof(&Leaf::Day(LoggedDay { root: person("root"), ..own.day().unwrap() }));
        let mut altered = own.clone();
        altered.finding = Bytes(to_bytes(&Finding { until: until.plus(day(14)), ..own.finding().unwrap() }));
        let cases = [
            ("proof-missing", answer_about(Some("phone"), on, &[])),
            ("proof-witnesses", answer_about(Some("phone"), on, &[unwitnessed])),
            ("proof-wrong", answer_about(Some("phone"), on, &[other_day])),
            ("proof-wrong", answer_about(Some("phone"), on, &[altered])),
            // What was logged of another, shown as it is, or with their name as if it were this phone's.
            ("proof-other-person", answer_about(Some("phone"), on, &[finding_of("another", until)])),
            ("proof-other-person", answer_about(Some("another"), on, &[finding_of("another", until)])),
            ("proof-missing", answer_about(Some("phone"), on, &[finding_of("phone", now())])),
            ("proof-ground", answer_about(Some("phone"), Some("bank-deposits"), std::slice::from_ref(&own))),
        ];
        let before = holder.save();
        for (number, (code, answer)) in cases.iter().enumerate() {
            assert_eq!(code_of(holder.load(answer, now())), *code, "case {number}");
            assert!(holder.save() == before, "case {number}");
        }
        // The certificate alone, or by a record.
        let bare = DayCertificate { floor: Colour::Red, ground: on.map(Into::into), ..certificate_for("day") };
        assert_eq!(code_of(holder.load(&bare.sign(&key("certificate")), now())), "proof-missing");
        let ill = vec![StatusEntry { status: Status::Confirmed, since: now() }];
        let ill = Record { statuses: ill, ..record_for("phone") };
        let ill = signed(&header(3, Some("3301")), &ill, &["record", "record-2"]);
        assert_eq!(code_of(holder.load(&ill, now())), "proof-missing");
        holder.load(&record(), now()).unwrap();
        assert_eq!(colour(&holder), Colour::Green);

        holder.load(&answer_about(Some("phone"), on, &[own]), now()).unwrap();
        let holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
        assert_eq!((colour(&holder), holder.findings().count()), (Colour::Red, 1));
    }

    #[test]
    fn an_answer_that_is_refused_says_nothing_of_who_it_is() {
        let mut holder = asking();
        let another = certificate_for("another").sign(&key("certificate"));
        let (mailbox, person) = (mailbox_key("another"), Some(person("another")));
        let answer = CertificateAnswer { certificate: Bytes(another), mailbox, logged: None, record: None, person };
        let before = holder.save();
        assert_eq!(code_of(holder.load(&answer.sign(&key("certificate")), now())), "certificate-not-yours");
        assert!(holder.save() == before);
        holder.load(&answer_about(Some("phone"), None, &[]), now()).unwrap();
    }

    #[test]
    fn any_finding_will_do_and_the_least_cap_of_the_place_counts() {
        let mut holder = enrolled();
        let (until, on) = (now().plus(day(14)), Some("close-contact"));
        // Two people of the county were logged beside each other.
        let cap = |holder: &mut Holder, cap| {
            let pack = holder.opened.packs.first().unwrap().body();
            let grounds = pack.grounds.iter().flatten().map(|ground| Ground { cap, ..ground.clone() }).collect();
            let version = version(holder) + 1;
            let rules = Header { version, ..header(version, Some("3301")) };
            let rules = signed(&rules, &Pack { grounds: Some(grounds), ..pack.clone() }, &["rules-1", "rules-2"]);
            holder.load(&manifest_of(20 + version, &[rules.clone(), risk()]), now()).unwrap();
            holder.load_with_proof(&rules, &to_bytes(&proof(&leaf_of(&rules))), now()).unwrap();
        };
        let own = finding_of("phone", until);
        cap(&mut holder, Some(1));
        assert_eq!(
            code_of(holder.load(&answer_about(Some("phone"), on, std::slice::from_ref(&own)), now())),
            "proof-above-cap"
        );
        cap(&mut holder, Some(2));
        // It is counted where these rules are not for.
        let mut elsewhere = own.clone();
        let moved = Finding { district: place("420106"), ..own.finding().unwrap() };
        elsewhere.finding = Bytes(to_bytes(&moved));
        let answer = answer_about(Some("phone"), on, &[elsewhere]);
        assert_eq!(code_of(holder.load(&answer, now())), "proof-ground");
        // The first of two is not logged by those who must have seen it.
        let mut unwitnessed = own.clone();
        unwitnessed.proof = proof_by(&Leaf::Day(own.day().unwrap()), ORIGIN, &["bar"], now());
        holder.load(&answer_about(Some("phone"), on, &[unwitnessed, own]), now()).unwrap();
        assert_eq!(colour(&holder), Colour::Red);
    }

    #[test]
    fn who_is_called_otherwise_keeps_certificates_and_is_restricted_again_after_enrolling_anew() {
        let mut holder = enrolled();
        let (until, on) = (now().plus(day(14)), Some("close-contact"));
        // A number was corrected, or the issuer's key for people is another: what restricts nobody is taken.
        holder.load(&answer_about(Some("another"), None, &[]), now()).unwrap();
        holder.load(&answer_about(None, None, &[]), now()).unwrap();
        let others = answer_about(Some("another"), on, &[finding_of("another", until)]);
        assert_eq!(code_of(holder.load(&others, now())), "proof-other-person");
        assert_eq!(colour(&holder), Colour::Green);
        // Who it is was believed before: the answer need not say it.
        let mut own = Holder::restore(roots(), &holder.save(), now()).unwrap();
        own.load(&answer_about(None, on, &[finding_of("phone", until)]), now()).unwrap();
        assert_eq!(colour(&own), Colour::Red);
        // Another enrolment key is another enrolment.
        let host = key("host").public();
        holder.state.key = None;
        holder.use_host_key(host).unwrap();
        holder.load(&others, now()).unwrap();
        assert_eq!(colour(&holder), Colour::Red);
    }

    #[test]
    fn a_ground_that_no_rules_list_restricts_nobody() {
        let mut holder = enrolled();
        let rules = signed(
            &Header { version: 5, ..header(5, Some("3301")) },
            &Pack { grounds: Some(Vec::new()), ..pack() },
            &["rules-1", "rules-2"],
        );
        holder.load(&manifest_of(21, &[rules.clone(), risk()]), now()).unwrap();
        holder.load_with_proof(&rules, &to_bytes(&proof(&leaf_of(&rules))), now()).unwrap();
        let own = finding_of("phone", now().plus(day(14)));
        let answer = answer_about(Some("phone"), Some("close-contact"), &[own]);
        assert_eq!(code_of(holder.load(&answer, now())), "proof-ground");
        assert_eq!(colour(&holder), Colour::Green);
    }

    #[test]
    fn a_mailbox_says_that_there_is_something_to_ask_for_and_restricts_nobody_by_itself() {
        let mut holder = enrolled();
        assert!(!holder.is_superseded());
        holder.load(&mailbox(0, &[("phone", contact())]), now()).unwrap();
        assert_eq!((colour(&holder), holder.is_superseded()), (Colour::Green, true));
        let later = now().plus(Span::seconds(60));
        let own = finding_of("phone", now().plus(day(14)));
        let certificate = DayCertificate {
            floor: Colour::Red,
            ground: Some("close-contact".into()),
            issued: later,
            ..certificate_for("day")
        };
        let answer = CertificateAnswer {
            certificate: Bytes(certificate.sign(&key("certificate"))),
            mailbox: mailbox_key("phone"),
            logged: Some(vec![Bytes(to_bytes(&own))]),
            record: None,
            person: Some(person("phone")),
        };
        holder.load(&answer.sign(&key("certificate")), later).unwrap();
        assert_eq!((holder.assess(later, None).unwrap().colour, holder.is_superseded()), (Colour::Red, false));
        // The same again is no news, and what is taken back is.
        holder.load(&mailbox(120, &[("phone", contact())]), later).unwrap();
        assert!(!holder.is_superseded());
        holder.load(&mailbox(180, &[("phone", lifted())]), later).unwrap();
        assert!(holder.is_superseded());
    }
}
