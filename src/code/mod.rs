//! The code that a holder shows and a verifier reads.
pub mod qr;
