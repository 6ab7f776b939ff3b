//! Who somebody is. The demo believes; an authority asks those who have checked a document.
//!
//! The issuer keeps no name and no number: a person is HMAC-SHA-256 (RFC 2104) over what identifies their document, with a key
//! that only the issuer has.

use std::sync::Arc;

use healthcode::calendar::Time;
use healthcode::code::certificate::{CertificateError, CertificateRequest, Identity};
use healthcode::trust::{Digest, SecretKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;

use super::login::LoginError;
use crate::acts::id::{Id, Person};
use crate::store::Login;

/// A person as officers name them to the issuer. It is in no log, and nothing keeps it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Document {
    /// The name in it.
    pub(crate) name: String,
    /// Its number.
    pub(crate) number: String,
}

impl Document {
    /// What a phone shows of it, where both are typed as here: a host brings them to their form NFKC.
    pub(super) fn masked(&self) -> Result<Identity, CertificateError> {
        let [name, number] = [&self.name, &self.number].map(|text| text.nfkc().collect::<String>());
        Identity::mask(&name, &number)
    }
}

/// What tells the issuer who somebody is.
pub(crate) trait Identify: Send + Sync {
    /// What it is called where it shows.
    fn name(&self) -> &'static str;

    /// What it is called in the settings.
    fn kind(&self) -> &'static str;

    /// A keyed hash that only its key of people gives.
    fn check_value(&self) -> Id;

    /// Whose phone asks, if its own word is enough; otherwise it has to be enrolled before.
    fn of_request(&self, request: &CertificateRequest) -> Option<Person>;

    /// Whose document it is.
    ///
    /// # Errors
    /// [`CertificateError::Name`] or [`CertificateError::Number`].
    fn of_document(&self, document: &Document) -> Result<Person, CertificateError>;

    /// What is kept of the identity that stands in somebody's certificates: a keyed hash.
    fn shown(&self, identity: &Identity) -> Id;

    /// Whose phone a login token says that one is.
    ///
    /// # Errors
    /// [`LoginError`].
    fn log_in(&self, _token: &str, _now: Time) -> Result<Login, LoginError> {
        Err(LoginError::NotHere)
    }
}

/// Believes what a phone says of its owner, of which it hears a masked name and four characters: whoever has the same two is
/// the same person. For demonstrations on one machine.
pub(crate) struct Believing {
    key: Arc<SecretKey>,
}

impl Believing {
    pub(crate) const fn new(key: Arc<SecretKey>) -> Self {
        Self { key }
    }

    fn person(&self, Identity { name, digits }: &Identity) -> Person {
        Person::of(keyed(&self.key, &["believed", name, digits]))
    }
}

impl Identify for Believing {
    fn name(&self) -> &'static str {
        "DEMO: believes whatever a phone says of its owner"
    }

    fn kind(&self) -> &'static str {
        "demo"
    }

    fn check_value(&self) -> Id {
        Id::of(keyed(&self.key, &["check"]))
    }

    fn of_request(&self, request: &CertificateRequest) -> Option<Person> {
        Some(self.person(&request.identity))
    }

    fn shown(&self, identity: &Identity) -> Id {
        Id::of(keyed(&self.key, &["shown", &identity.name, &identity.digits]))
    }

    fn of_document(&self, document: &Document) -> Result<Person, CertificateError> {
        Ok(self.person(&document.masked()?))
    }
}

/// The keyed hash of parts, each with its length before it.
pub(super) fn keyed(key: &SecretKey, parts: &[&str]) -> Digest {
    // A shorter key is filled up with zeros (RFC 2104, section 2).
    let mut padded = hmac::digest::Key::<Hmac<Sha256>>::default();
    padded.iter_mut().zip(key.seed()).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&padded);
    for part in parts {
        mac.update(format!("{}:{part}", part.len()).as_bytes());
    }
    Digest(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::from_random(&std::array::from_fn::<u8, 32, _>(|i| seed ^ u8::try_from(i).unwrap())).unwrap()
    }

    #[test]
    fn a_person_is_hmac_sha_256_of_parts_with_their_lengths() {
        let mut mac = Hmac::<Sha256>::new_from_slice(key(1).seed()).unwrap();
        mac.update("8:believed4:*三4:1234".as_bytes());
        let expected = Person::of(Digest(mac.finalize().into_bytes().into()));
        let document = |name: &str, number: &str| Document { name: name.into(), number: number.into() };
        let person =
            |seed, name: &str, number: &str| Believing::new(Arc::new(key(seed))).of_document(&document(name, number));
        assert_eq!(person(1, "张三", "330106199001011234").unwrap(), expected);
        assert_eq!(person(1, "张三", "１２３４").unwrap(), expected, "as people type it");
        assert_eq!(person(1, "李三", "A 1234").unwrap(), expected, "a demo: nobody is told apart by more");
        assert_ne!(person(2, "张三", "330106199001011234").unwrap(), expected);
        assert_ne!(person(1, "张四", "330106199001011234").unwrap(), expected);
        assert_eq!(person(1, "<b>", "1234"), Err(CertificateError::Name));
    }
}
