//! The issuer's answer to a request for a day certificate: the certificate, and what opens the person's mailbox. The certificate
//! goes into every code; what comes beside it stays on the phone.

use super::certificate::{CertificateError, DayCertificate, exact, parse};
use crate::cbor::{Bytes, cbor_map, to_bytes};
use crate::mailbox::MailboxKey;
use crate::private::private_debug;
use crate::trust::{Digest, Kind, SecretKey, Trust, envelope};

/// The answer.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateAnswer {
    /// The signed certificate.
    pub certificate: Bytes,
    /// What opens the mailbox.
    pub mailbox: MailboxKey,
    /// What shows that the public log has what the floor comes from: each a `LoggedFinding`.
    pub logged: Option<Vec<Bytes>>,
    /// The person's record for this phone: a signed file.
    pub record: Option<Bytes>,
    /// The person's name at the issuer, by which what was logged is about them; where nothing is logged, it is left out.
    pub person: Option<Digest>,
}
cbor_map!(CertificateAnswer { 0 certificate, 1 mailbox, 2 logged, 3 record, 4 person });

impl CertificateAnswer {
    /// Signs it with the key that has signed the certificate.
    #[must_use]
    pub fn sign(&self, key: &SecretKey) -> Vec<u8> {
        envelope::sign(Kind::CertificateAnswer, &to_bytes(self), key)
    }

    /// Opens an answer. The certificate in it is opened as any other is.
    ///
    /// # Errors
    /// [`CertificateError`] if it is no answer, or is not signed by an issuer that may certify for the certificate's place.
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Self, CertificateError> {
        let envelope = parse(bytes, Kind::CertificateAnswer)?;
        let answer: Self = exact(envelope.payload())?;
        let certified = DayCertificate::open(&answer.certificate.0, trust)?;
        let DayCertificate { place, issued, .. } = certified.certificate();
        trust.check_signers(&envelope, Some(*place), *issued, 1)?;
        Ok(answer)
    }
}

private_debug!(CertificateAnswer);
