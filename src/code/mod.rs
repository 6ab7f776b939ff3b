//! The code: what the QR contains, how it is written and drawn, and how a checkpoint verifies it.

pub mod answer;
pub mod certificate;
pub mod claims;
mod inflate;
mod marks;
mod masking;
pub mod qr;
pub mod status;
pub mod verify;
pub mod wire;

pub use answer::CertificateAnswer;
pub use certificate::{CertificateRequest, DayCertificate};
pub use claims::Code;
pub use status::StatusList;
pub use verify::{Verdict, verify};
