//! What the phone signs: requests for day certificates, and codes. A key that the host keeps signs in two steps: the phone
//! says what is to be signed, and takes the signature once it has checked it. Both steps are asked for with the same
//! arguments and keep nothing in between, so that what has changed meanwhile is noticed.

use serde::Serialize;

use super::error::HolderError;
use super::keys::{Key, ToSign};
use super::state::{Holder, OwnCertificate};
use crate::calendar::Time;
use crate::cbor::Bytes;
use crate::code::certificate::{CertificateError, CertificateRequest, Identity};
use crate::code::claims::Code;
use crate::code::wire::to_text;
use crate::colour::Colour;
use crate::limits::{CHALLENGE_BYTES, CHALLENGE_BYTES_MIN, CODE_SECONDS};
use crate::place::Place;
use crate::private::private_debug;
use crate::trust::{Kind, PublicKey, SecretKey};

/// A code to show.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The text for the QR.
    pub text: String,
    /// The colour in it: that of the assessment at this moment.
    pub colour: Colour,
    /// When it was made.
    pub issued: Time,
    /// When it expires.
    pub expires: Time,
    /// When the day certificate in it expires.
    pub certificate_expires: Time,
    /// Whose it is, as the checkpoint will see it.
    pub identity: Identity,
}

impl Holder {
    /// Makes the phone's enrolment key, which asks for day certificates and which no code ever shows, from 32 bytes
    /// from the host's secure random source.
    ///
    /// # Errors
    /// [`HolderError::KeyExists`], or [`HolderError::Key`] if the bytes are not random.
    pub fn create_key(&mut self, random: &[u8]) -> Result<PublicKey, HolderError> {
        self.without_key()?;
        Ok(self.enrol(Key::Own(SecretKey::from_random(random)?)))
    }

    /// From now on, the host keeps the phone's enrolment key: here is its public half.
    ///
    /// # Errors
    /// [`HolderError::KeyExists`].
    pub fn use_host_key(&mut self, public: PublicKey) -> Result<(), HolderError> {
        self.without_key()?;
        self.enrol(Key::Host(public));
        Ok(())
    }

    /// The host has lost the enrolment key that it kept: the phone may have another one. What was for it, such as the
    /// person's record, is no longer in use. A key of the phone's own stays.
    pub fn lose_host_key(&mut self, now: Time) {
        if self.key.as_ref().is_some_and(|key| key.at_host().is_some()) {
            self.key = None;
            self.state.key = None;
            self.reopen(now);
        }
    }

    fn without_key(&self) -> Result<(), HolderError> {
        if self.state.key.is_some() { Err(HolderError::KeyExists) } else { Ok(()) }
    }

    fn enrol(&mut self, key: Key) -> PublicKey {
        let public = key.public();
        self.state.key = Some(key.stored());
        self.state.person = None;
        self.key = Some(key);
        public
    }

    /// The public half of the phone's enrolment key.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        self.key.as_ref().map(Key::public)
    }

    /// The public halves of all keys that the host keeps for this phone: it needs no others.
    #[must_use]
    pub fn host_keys(&self) -> Vec<PublicKey> {
        let days = self.state.days.keys().filter_map(|stored| stored.at_host());
        self.state.key.iter().filter_map(|stored| stored.at_host()).chain(days).collect()
    }

    /// A signed request for a day certificate, to be sent to the issuer. About the person, it contains only `identity`.
    /// The certificate gets a key of its own, made of 32 bytes from the host's secure random source; the phone must be
    /// saved before the request is sent, or it will not know the certificate for its own.
    ///
    /// # Errors
    /// [`HolderError::NoKey`], [`HolderError::HostKey`] if the host keeps the enrolment key, [`HolderError::NoRules`] (the
    /// rules name the region), [`HolderError::Certificate`] if the identity is not masked, or [`HolderError::Key`] if the
    /// bytes are not random.
    pub fn certificate_request(
        &mut self,
        identity: Identity,
        random: &[u8],
        now: Time,
    ) -> Result<Vec<u8>, HolderError> {
        let enrolment = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let Key::Own(secret) = enrolment else { return Err(HolderError::HostKey) };
        let region = self.asking_for(&identity, now)?;
        let day = Key::Own(SecretKey::from_random(random)?);
        self.state.days.add(&day, enrolment)?;
        let Key::Own(day) = &day else { return Err(HolderError::HostKey) };
        Ok(CertificateRequest::sign(secret, day, region, identity, now)?)
    }

    /// The same for a certificate whose key the host keeps, whose public half is `day`: what the host must sign, with
    /// that key and, if it keeps that too, with the enrolment key, which comes first.
    ///
    /// # Errors
    /// [`HolderError::NoKey`], [`HolderError::NoRules`], or [`HolderError::Certificate`] if the identity is not masked.
    pub fn certificate_request_to_sign(
        &self,
        identity: Identity,
        day: PublicKey,
        now: Time,
    ) -> Result<Vec<ToSign>, HolderError> {
        let enrolment = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let place = self.asking_for(&identity, now)?;
        let request = CertificateRequest { key: day, enrolment: enrolment.public(), place, identity, at: now };
        let keys = [enrolment.at_host(), Some(day)];
        let steps = keys.into_iter().zip(request.to_sign());
        Ok(steps.filter_map(|(key, bytes)| Some(ToSign::new(key?, &bytes))).collect())
    }

    /// The request, with the host's signatures of [`Holder::certificate_request_to_sign`], in that order.
    ///
    /// # Errors
    /// Those of [`Holder::certificate_request_to_sign`], [`HolderError::HostSignature`] if they are not the signatures of just that, or [`HolderError::Key`] if the
    /// key has been used before. The phone is then as it was.
    pub fn certificate_request_signed(
        &mut self,
        identity: Identity,
        day: PublicKey,
        now: Time,
        signatures: &[[u8; 64]],
    ) -> Result<Vec<u8>, HolderError> {
        let enrolment = self.key.as_ref().ok_or(HolderError::NoKey)?;
        let place = self.asking_for(&identity, now)?;
        let request = CertificateRequest { key: day, enrolment: enrolment.public(), place, identity, at: now };
        let day = Key::Host(day);
        let mut given = signatures.iter();
        let mut sign = |key: &Key, bytes: &[u8]| match key {
            Key::Own(secret) => Ok(secret.sign(bytes)),
            Key::Host(public) => {
                let signature = given.next().filter(|signature| public.verifies(bytes, signature));
                signature.copied().ok_or(HolderError::HostSignature)
            }
        };
        let [first, second] = request.to_sign();
        let both = [sign(enrolment, &first)?, sign(&day, &second)?];
        if given.next().is_some() {
            return Err(HolderError::HostSignature);
        }
        self.state.days.add(&day, enrolment)?;
        Ok(request.signed(both)?)
    }

    /// The region that a certificate is asked for.
    fn asking_for(&self, identity: &Identity, now: Time) -> Result<Place, HolderError> {
        // Where there are rules for everyday life, it is for that: a visitor to a hospital does not live there.
        let rules = self.packs(Some(self.own())).map_or_else(|| self.schedule(), Ok)?;
        let region = rules.at(now).body().region;
        if identity.is_masked() { Ok(region) } else { Err(CertificateError::NotMasked.into()) }
    }

    /// Makes a code for this minute. It needs no network.
    ///
    /// # Errors
    /// [`HolderError`] says what is missing or has expired; [`HolderError::HostKey`] if the host keeps the certificate's
    /// key ([`Holder::code_to_sign`]).
    pub fn show(&self, now: Time, here: Option<Place>, challenge: Option<&[u8]>) -> Result<Shown, HolderError> {
        let (code, own) = self.code(now, here, challenge)?;
        let Key::Own(secret) = &own.key else { return Err(HolderError::HostKey) };
        Ok(shown(&code, own, &code.sign(secret)))
    }

    /// What the host must sign for a code, if it keeps the certificate's key; `None` if the phone has that itself.
    ///
    /// # Errors
    /// [`HolderError`] says what is missing or has expired.
    pub fn code_to_sign(
        &self,
        now: Time,
        here: Option<Place>,
        challenge: Option<&[u8]>,
    ) -> Result<Option<ToSign>, HolderError> {
        let Some(key) = self.opened.certificate.as_ref().and_then(|own| own.key.at_host()) else { return Ok(None) };
        let (code, _) = self.code(now, here, challenge)?;
        Ok(Some(ToSign::new(key, &code.to_sign(&key))))
    }

    /// The code, with the host's signature of [`Holder::code_to_sign`] for the same arguments.
    ///
    /// # Errors
    /// [`HolderError`] says what is missing or has expired; [`HolderError::HostSignature`] if it is not the signature of
    /// what there is to sign now.
    pub fn show_signed(
        &self,
        now: Time,
        here: Option<Place>,
        challenge: Option<&[u8]>,
        signature: &[u8; 64],
    ) -> Result<Shown, HolderError> {
        let (code, own) = self.code(now, here, challenge)?;
        match &own.key {
            Key::Host(key) if key.verifies(&code.to_sign(key), signature) => {
                Ok(shown(&code, own, &code.signed(key, *signature)))
            }
            _ => Err(HolderError::HostSignature),
        }
    }

    /// What the code of this moment says.
    fn code(
        &self,
        now: Time,
        here: Option<Place>,
        challenge: Option<&[u8]>,
    ) -> Result<(Code, &OwnCertificate), HolderError> {
        if self.key.is_none() {
            return Err(HolderError::NoKey);
        }
        let own = self.opened.certificate.as_ref().ok_or(HolderError::NoCertificate)?;
        own.certificate().check(now)?;
        if challenge.is_some_and(|challenge| !(CHALLENGE_BYTES_MIN..=CHALLENGE_BYTES).contains(&challenge.len())) {
            return Err(HolderError::Challenge { least: CHALLENGE_BYTES_MIN, limit: CHALLENGE_BYTES });
        }
        let stored = self.state.files.iter().find(|stored| stored.kind == Kind::DayCertificate);
        let assessment = self.assess(now, here)?;
        let code = Code {
            colour: assessment.colour,
            issued: now,
            ttl: CODE_SECONDS,
            rules: assessment.rules.hash,
            risk: assessment.risk_hash,
            certificate: stored.ok_or(HolderError::NoCertificate)?.bytes.clone(),
            challenge: challenge.map(|challenge| Bytes(challenge.to_vec())),
        };
        Ok((code, own))
    }
}

fn shown(code: &Code, own: &OwnCertificate, signed: &[u8]) -> Shown {
    let certificate = own.certificate();
    Shown {
        text: to_text(signed),
        colour: code.colour,
        issued: code.issued,
        expires: code.expires(),
        certificate_expires: certificate.expires(),
        identity: certificate.identity.clone(),
    }
}

private_debug!(Shown);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::certificate::DayCertificate;
    use crate::code::wire::from_text;
    use crate::trust::Unverified;

    fn bytes_of(to_sign: &ToSign) -> Vec<u8> {
        let digits = to_sign.bytes.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    /// The host signs with these of its keys, by name.
    fn host(steps: &[ToSign], names: &[&str]) -> Vec<[u8; 64]> {
        assert_eq!(steps.len(), names.len());
        let sign = |(step, name): (&ToSign, &&str)| {
            assert_eq!(step.key, key(name).public());
            key(name).sign(&bytes_of(step))
        };
        steps.iter().zip(names).map(sign).collect()
    }

    /// A phone with every file whose enrolment key the host keeps, if that is said, and which has none else.
    fn enrolled(at_host: bool) -> Holder {
        let mut holder = Holder::new(roots());
        if at_host {
            holder.use_host_key(key("phone").public()).unwrap();
        } else {
            holder.create_key(&seed("phone")).unwrap();
        }
        for file in [trust_list(), manifest(), rules(), risk()] {
            holder.load(&file, now()).unwrap();
        }
        holder.submit(answers(false), now()).unwrap();
        holder
    }

    fn ask(holder: &mut Holder, day: &str, names: &[&str]) -> Vec<u8> {
        let public = key(day).public();
        let steps = holder.certificate_request_to_sign(identity(), public, now()).unwrap();
        holder.certificate_request_signed(identity(), public, now(), &host(&steps, names)).unwrap()
    }

    fn certified(request: &[u8], at: Time) -> Vec<u8> {
        let CertificateRequest { key, .. } = CertificateRequest::open(request, at).unwrap();
        DayCertificate { key, issued: at, ..certificate_for("day") }.sign(&crate::authority::key("certificate"))
    }

    fn to_sign(holder: &Holder, at: Time) -> ToSign {
        holder.code_to_sign(at, None, None).unwrap().unwrap()
    }

    #[test]
    fn keys_that_the_host_keeps_ask_for_certificates_and_sign_codes() {
        for at_host in [true, false] {
            let mut holder = enrolled(at_host);
            assert_eq!(code_of(holder.use_host_key(key("another").public())), "holder-key-exists");
            assert_eq!(code_of(holder.create_key(&seed("another"))), "holder-key-exists");
            let names: &[&str] = if at_host { &["phone", "day"] } else { &["day"] };
            let request = ask(&mut holder, "day", names);
            let own = CertificateRequest::sign(&key("phone"), &key("day"), place("3301"), identity(), now()).unwrap();
            assert!(request == own, "the issuer sees no difference");
            // Saved before the certificate comes, and after it has.
            let mut holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
            holder.load(&certified(&request, now()), now()).unwrap();
            let holder = Holder::restore(roots(), &holder.save(), now()).unwrap();
            assert_eq!(holder.public_key(), Some(key("phone").public()));
            let kept: Vec<_> = names.iter().map(|name| key(name).public()).collect();
            assert_eq!(holder.host_keys(), kept);
            assert_eq!(code_of(holder.show(now(), None, None)), "holder-host-key");
            let step = to_sign(&holder, now());
            let signature = host(std::slice::from_ref(&step), &["day"])[0];
            let shown = holder.show_signed(now(), None, None, &signature).unwrap();
            let bytes = from_text(&shown.text).unwrap();
            assert!(Unverified::parse(&bytes).unwrap().verifies(0, &key("day").public()));
            // None of the secrets is anywhere.
            let saved = holder.save();
            for name in names {
                assert!(!saved.windows(32).any(|window| window == seed(name)), "{name}");
            }
            assert_eq!(saved.windows(32).any(|window| window == seed("phone")), !at_host);
        }
    }

    #[test]
    fn a_request_takes_the_right_signatures_and_nothing_else_changes_the_phone() {
        let mut holder = enrolled(true);
        let before = holder.save();
        let day = key("day").public();
        let steps = holder.certificate_request_to_sign(identity(), day, now()).unwrap();
        let [first, second] = host(&steps, &["phone", "day"])[..] else { panic!("two") };
        let another = key("another").sign(&bytes_of(&steps[0]));
        let mut altered = second;
        altered[40] ^= 1;
        let wrong: [&[[u8; 64]]; 7] = [
            &[],
            &[first],
            &[second, first],
            &[another, second],
            &[first, altered],
            &[first, second, second],
            &[[0; 64], [0; 64]],
        ];
        for signatures in wrong {
            let refused = holder.certificate_request_signed(identity(), day, now(), signatures);
            assert_eq!(code_of(refused), "holder-host-signature");
        }
        let later = now().plus(Span::seconds(1));
        let refused = holder.certificate_request_signed(identity(), day, later, &[first, second]);
        assert_eq!(code_of(refused), "holder-host-signature", "of another moment");
        assert_eq!(code_of(holder.certificate_request(identity(), &seed("day"), now())), "holder-host-key");
        assert!(holder.save() == before);
        holder.certificate_request_signed(identity(), day, now(), &[first, second]).unwrap();
        // A key is for one certificate, and none is the enrolment key.
        let asked = holder.save();
        let again = holder.certificate_request_signed(identity(), day, now(), &[first, second]);
        assert_eq!(code_of(again), "key-not-random");
        let enrolment = key("phone").public();
        let steps = holder.certificate_request_to_sign(identity(), enrolment, now()).unwrap();
        let signatures = host(&steps, &["phone", "phone"]);
        let same = holder.certificate_request_signed(identity(), enrolment, now(), &signatures);
        assert_eq!(code_of(same), "key-not-random");
        assert!(holder.save() == asked);
    }

    #[test]
    fn a_code_takes_the_signature_of_what_there_is_to_sign_now() {
        let mut holder = enrolled(true);
        let request = ask(&mut holder, "day", &["phone", "day"]);
        holder.load(&certified(&request, now()), now()).unwrap();
        let signature = host(&[to_sign(&holder, now())], &["day"])[0];
        let mut altered = signature;
        altered[3] ^= 1;
        let shown = |holder: &Holder, at, signature| holder.show_signed(at, None, None, signature).err();
        let refused = Some(HolderError::HostSignature);
        let later = now().plus(Span::seconds(1));
        assert_eq!(shown(&holder, now(), &altered), refused);
        assert_eq!(shown(&holder, now(), &[0; 64]), refused);
        assert_eq!(shown(&holder, later, &signature), refused, "of another moment");
        let answer = holder.show_signed(now(), None, Some(b"12345678"), &signature);
        assert_eq!(code_of(answer), "holder-host-signature", "of another challenge");
        assert_eq!(shown(&holder, now(), &signature), None);
        holder.submit(answers(true), now()).unwrap();
        assert_eq!(shown(&holder, now(), &signature), refused, "of another colour");
        let own = phone();
        assert_eq!(own.code_to_sign(now(), None, None), Ok(None));
        assert_eq!(shown(&own, now(), &signature), refused, "the phone has the key itself");
        let expired = now().plus(day(1));
        assert_eq!(code_of(holder.code_to_sign(expired, None, None)), "certificate-expired");
    }

    #[test]
    fn a_phone_may_go_from_keys_of_its_own_to_the_hosts() {
        let mut holder = phone();
        let request = ask(&mut holder, "next", &["next"]);
        assert!(holder.show(now(), None, None).is_ok(), "until the certificate comes");
        holder.load(&certified(&request, now().plus(Span::seconds(1))), now()).unwrap();
        assert_eq!(to_sign(&holder, now()).key, key("next").public());
        // And back.
        let request = holder.certificate_request(identity(), &seed("third"), now()).unwrap();
        holder.load(&certified(&request, now().plus(Span::seconds(2))), now()).unwrap();
        assert!(holder.show(now(), None, None).is_ok());
        assert_eq!(holder.host_keys(), []);
    }

    #[test]
    fn a_phone_whose_host_has_lost_the_enrolment_key_has_another() {
        let mut holder = enrolled(true);
        let request = ask(&mut holder, "day", &["phone", "day"]);
        holder.load(&certified(&request, now()), now()).unwrap();
        holder.load(&record(), now()).unwrap();
        holder.lose_host_key(now());
        assert_eq!((holder.public_key(), holder.host_keys()), (None, vec![key("day").public()]));
        let problem = |holder: &Holder| holder.files().last().and_then(|file| file.problem.clone());
        assert_eq!(problem(&holder).as_deref(), Some("holder-record-not-yours"));
        holder.use_host_key(key("new").public()).unwrap();
        let request = ask(&mut holder, "next", &["new", "next"]);
        holder.load(&certified(&request, now().plus(Span::seconds(1))), now()).unwrap();
        assert_eq!(to_sign(&holder, now()).key, key("next").public());
        // One of the phone's own is not the host's to lose.
        let mut holder = phone();
        let before = holder.save();
        holder.lose_host_key(now());
        assert!(holder.save() == before);
    }
}
