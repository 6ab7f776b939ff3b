//! The code: what the QR carries, how it is written and drawn, and what a checkpoint concludes from it.

mod base45;
pub mod certificate;
pub mod claims;
pub mod qr;
pub mod verify;
pub mod wire;

pub use certificate::{CertificateRequest, DayCertificate};
pub use claims::Code;
pub use verify::{Verdict, verify};
