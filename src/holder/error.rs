//! Why a phone cannot do what was asked.

use super::corrections::CorrectionError;
use crate::code::certificate::CertificateError;
use crate::error::family_errors;
use crate::log::ProofError;
use crate::mailbox::MailboxError;
use crate::risk::delta::DeltaError;
use crate::trust::Kind;
use crate::trust::envelope::EnvelopeError;
use crate::trust::file::FileError;
use crate::trust::key::KeyError;
use crate::trust::list::TrustError;
use crate::venue::VenueError;

family_errors! {
    /// Why the holder's side cannot do what was asked.
    HolderError {
        /// No trust list was loaded yet.
        NoTrust = "holder-no-trust-list", "there is no trust list yet: refresh, or load one";
        /// No manifest was loaded yet.
        NoManifest = "holder-no-manifest", "there is no manifest yet: refresh, or load one";
        /// A file for another region than the phone's.
        Elsewhere { /// what it is
            kind: Kind } = "holder-file-elsewhere", "the {kind} is for another region than this phone's";
        /// More files than a phone keeps.
        TooManyFiles = "holder-too-many-files", "the phone keeps no more files; its manifest names more than it needs";
        /// More regions and purposes than a phone keeps rules for.
        TooManyRules = "holder-too-many-rules", "the phone keeps rules for no more regions and purposes: drop one first";
        /// No rule pack was loaded yet.
        NoRules = "holder-no-rules", "there are no rules yet: refresh, or load them";
        /// The server has rules of several regions, and nobody has said which is the person's.
        NoRegion = "holder-no-region", "the server has rules of several regions: say which is the person's";
        /// There is no key yet.
        NoKey = "holder-no-key", "there is no key yet: certify first";
        /// There is a key already.
        KeyExists = "holder-key-exists", "there is already a key; to replace it, forget everything first";
        /// The host keeps the key that is to sign, and nothing that it signed was passed.
        HostKey = "holder-host-key", "the host keeps the key: have it sign what the phone gives for that";
        /// What was passed as the signature of a key that the host keeps is none of what the phone gave for that, or of
        /// what it would give now.
        HostSignature = "holder-host-signature", "this is not the host's signature of what it was to sign; ask again";
        /// There is no day certificate.
        NoCertificate = "holder-no-certificate", "there is no day certificate yet: certify first";
        /// A kind of file that phones do not use.
        Unwanted { /// what it is
            kind: Kind } = "holder-unwanted-file", "a phone does not load a {kind}";
        /// A record for another phone's key.
        RecordNotYours = "holder-record-not-yours", "the record is for another phone's key";
        /// The stored state is damaged.
        StateDamaged = "holder-state-damaged", "the stored data is damaged and was not loaded";
        /// The stored state has a newer format.
        StateNewer { /// its form
            form: u8 } = "holder-state-newer", "the stored data has format {form}, from a newer version of the app";
        /// More visits or reports than are kept.
        Full = "holder-diary-full", "the diary is full; older visits are dropped as they leave the window";
        /// A visit that ends before it begins.
        VisitOrder = "holder-visit-order", "the visit ends before it begins";
        /// A visit that begins in the future.
        VisitInFuture = "holder-visit-in-future", "the visit begins in the future";
        /// A challenge that is too short or too long.
        Challenge { /// how long it must be
            least: usize, /// how long it may be
            limit: usize } = "holder-challenge", "a challenge has {least} to {limit} bytes";
        @wraps
        /// An entry is not corrected.
        Correction(CorrectionError);
        /// A key is refused.
        Key(KeyError);
        /// A file is refused.
        File(FileError);
        /// A trust list is refused.
        Trust(TrustError);
        /// A day certificate is refused.
        Certificate(CertificateError);
        /// A mailbox is refused.
        Mailbox(MailboxError);
        /// What was logged of something does not show that it may act.
        Proof(ProofError);
        /// A delta is refused.
        Delta(DeltaError);
        /// A venue's code is refused.
        Venue(VenueError);
    }
}

impl From<EnvelopeError> for HolderError {
    fn from(error: EnvelopeError) -> Self {
        Self::File(error.into())
    }
}
