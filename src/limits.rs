//! Every limit on untrusted input, by name, with the reason for its number.

/// The highest QR version that is drawn: 97 modules a side, 970 characters at level M. A code with a day certificate
/// needs version 12 and one with a test result 15; readers want 2.5 to 3 pixels per module, so a symbol much larger
/// than this no longer reads from a phone's screen.
pub const QR_VERSION_MAX: u8 = 20;

/// The least difference, in percent, between what the light and the dark modules of a drawing reflect: the symbol
/// contrast of grade B in ISO/IEC 15415, so that a dim or scratched screen still leaves a readable code.
pub const QR_CONTRAST_MIN: u32 = 55;
