//! Whether a proof meets what a trust list asks of the public log: what a phone checks before anything acts on it.

use super::leaf::{LoggedDay, Restricted};
use super::restriction::{Finding, LoggedFinding};
use super::short::from_base64url;
use crate::calendar::{Date, Offset, Time};
use crate::error::family_errors;
use crate::limits::DAY_ENDORSEMENTS;
use crate::trust::{Digest, Kind, LogKey, LogPolicy};

/// How many digits the code of a county has.
const COUNTY: u8 = 6;

family_errors! {
    /// Why something does not act where the trust list asks for a proof that it was logged.
    ProofError {
        /// Nothing shows that it was logged.
        Missing { /// what it is
            kind: Kind } = "proof-missing", "nothing came with the {kind} that shows that the public log has it";
        /// Not a proof of this, or not by the log that the trust list names.
        Wrong = "proof-wrong", "the proof does not show that the public log which the trust list names has this";
        /// Too few witnesses have seen it.
        Witnesses { /// how many must have
            needed: u8, /// how many have
            found: u8 } = "proof-witnesses", "{needed} witnesses must have cosigned that the public log has this, and {found} have";
        /// What was logged is about somebody else.
        OtherPerson = "proof-other-person", "what was logged is about another person than this phone's";
        /// The rules do not list what the restriction is founded on.
        Ground = "proof-ground", "no rules on this phone list the ground of the restriction";
        /// More people than an office may restrict by itself.
        AboveCap = "proof-above-cap", "more people were restricted than an office may in one day, and no further authority has signed it";
    }
}

impl LoggedFinding {
    /// Whether what it says is about this person, and was logged as a trust list asks: of no more people than a cap, if the ground has one,
    /// but for those for whom a further authority has signed.
    ///
    /// # Errors
    /// [`ProofError::OtherPerson`], [`ProofError::Wrong`], [`ProofError::AboveCap`], and as [`ShortProof::meets`](super::ShortProof::meets).
    pub fn founds(
        &self,
        finding: &Finding,
        person: Option<Digest>,
        cap: Option<u32>,
        asked: &LogPolicy,
        now: Time,
    ) -> Result<(), ProofError> {
        // The name that the issuer has for the entry (`entry_id` in the tool).
        let entry = person.map(|person| Digest::of(format!("{} {person}", self.proposal).as_bytes()));
        if entry != Some(finding.entry) {
            return Err(ProofError::OtherPerson);
        }
        let day = self.day().filter(|day| self.is_of(finding, day)).ok_or(ProofError::Wrong)?;
        self.proof.meets(asked, now)?;
        let further = asked.further.as_deref().unwrap_or_default();
        if cap.is_some_and(|cap| is_above(&day, finding, cap, further)) { Err(ProofError::AboveCap) } else { Ok(()) }
    }
}

/// Whether a day's entry has more people of a county on a ground than the cap, and than officers of a further authority have signed.
fn is_above(day: &LoggedDay, finding: &Finding, cap: u32, further: &[LogKey]) -> bool {
    let county = finding.district.within(COUNTY);
    let own = |count: &&Restricted| count.ground == finding.ground && count.place.within(COUNTY) == county;
    let people: u64 = day.counts.iter().filter(own).map(|count| u64::from(count.count)).sum();
    if people <= u64::from(cap) {
        return false;
    }
    let counts = format!("{{\"ground\":\"{}\",\"county\":\"{county}\",\"people\":", finding.ground);
    let steps = day.endorsed.as_deref().unwrap_or_default();
    let steps = steps.get(..DAY_ENDORSEMENTS).unwrap_or(steps);
    // The same one counts once, however its signature is written.
    let is_new = |index: usize, step: &str| {
        let signed = step.rsplit_once('.').map(|(signed, _)| signed);
        steps.iter().take(index).all(|before| before.rsplit_once('.').map(|(signed, _)| signed) != signed)
    };
    let new = steps.iter().enumerate().filter(|(index, step)| is_new(*index, step));
    let signed = new.filter_map(|(_, step)| endorsed(step, further, day.date, counts.as_bytes()));
    people.saturating_sub(signed.fold(0, u64::saturating_add)) > u64::from(cap)
}

/// For how many people an officer's step says what these counts begin with (JWS in compact form, RFC 7515, of JSON as the issuer writes
/// it), if one of these keys has signed it on that day, or just before it began. No text in it can hold the quotes that they have.
fn endorsed(step: &str, keys: &[LogKey], date: Date, counts: &[u8]) -> Option<u64> {
    let (signed, signature) = step.rsplit_once('.')?;
    let signature = from_base64url(signature)?.try_into().ok()?;
    keys.iter().find(|known| known.key.verifies(signed.as_bytes(), &signature))?;
    let payload = from_base64url(signed.split_once('.')?.1)?;
    let at = after(&payload, br#","at":""#)?.split(|byte| *byte == b'"').next()?;
    let at = Time::parse(core::str::from_utf8(at).ok()?).ok()?;
    let apart = at.date(Offset::CHINA).days().checked_sub(date.days())?;
    let mut said = after(&payload, br#""step":{"endorse":{"#).filter(|_| (-1..=0).contains(&apart))?;
    let mut people = 0_u64;
    while let Some(rest) = after(said, counts) {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
        let number =
            digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        people = people.saturating_add(number);
        said = rest;
    }
    Some(people)
}

/// What stands after these words. The library's search for texts is another kilobyte of a phone's engine.
fn after<'t>(text: &'t [u8], words: &[u8]) -> Option<&'t [u8]> {
    let at = text.windows(words.len()).position(|found| found == words)?;
    text.get(at.checked_add(words.len())?..)
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding as _};

    use super::*;
    use crate::authority::{key, now, place};
    use crate::facts::Status;

    const GROUND: &str = "close-contact";

    /// The step by which an officer signs for so many people.
    fn step(number: u32, people: u64) -> String {
        let payload = format!(
            "{{\"number\":{number},\"at\":\"{}\",\"step\":{{\"endorse\":{{\"counts\":[{{\"ground\":\"{GROUND}\",\"county\":\"330106\",\
             \"people\":{people}}}]}}}}}}",
            now()
        );
        let signed = format!("e30.{}", Base64UrlUnpadded::encode_string(payload.as_bytes()));
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&key("officer").sign(signed.as_bytes())))
    }

    /// Whether 300 people are above a cap of 100, with these steps.
    fn above(steps: &[String]) -> bool {
        let (date, root, ground) = (now().date(Offset::CHINA), Digest::of(b"root"), String::from(GROUND));
        let district = place("330106");
        let counts = vec![Restricted { place: district, ground: ground.clone(), count: 300 }];
        let day = LoggedDay { date, root, counts, further: None, endorsed: Some(steps.to_vec()) };
        let (entry, status, since) = (root, Status::CloseContact, now());
        let finding = Finding { entry, status, since, until: now(), ground, district };
        is_above(&day, &finding, 100, &[LogKey { name: "officer".into(), key: key("officer").public() }])
    }

    #[test]
    fn a_step_counts_once_and_no_more_are_read_than_an_entry_may_have() {
        assert!(above(&[]) && above(&[step(1, 199)]) && !above(&[step(1, 200)]));
        let half = step(1, 100);
        assert!(!above(&[half.clone(), step(2, 100)]));
        assert!(above(&vec![half.clone(); 3]));
        // The last digit of a signature has bits to spare.
        let last = half.chars().next_back().unwrap();
        let other = char::from(u8::try_from(last).unwrap() + 1);
        let rewritten = format!("{}{other}", &half[..half.len() - 1]);
        assert!(!above(&[rewritten.clone(), step(2, 100)]), "it is the same signature");
        assert!(above(&[half, rewritten]));
        // As many as anybody may write.
        assert!(!above(&[step(1, u64::MAX), step(2, u64::MAX)]));
        let many = |count| (0..count).map(|number| step(number, 10)).collect::<Vec<_>>();
        assert!(!above(&(0..16).map(|number| step(number, 13)).collect::<Vec<_>>()));
        assert!(above(&many(20)));
    }
}
