//! QR symbols (ISO/IEC 18004:2015): error correction level M, alphanumeric mode, the smallest version that fits.
//!
//! The `qrcode` crate writes the data and draws the symbol. Its error correction is ours (`correction`), for its size. The mask is chosen
//! here (`mask`), by the standard's penalty rules over whole words of modules at a time, because the crate spends most of its time on its
//! own search.

mod correction;
mod mask;
mod svg;

use std::fmt;

use qrcode::bits::Bits;
use qrcode::canvas::Canvas;
use qrcode::types::{EcLevel, Mode, Version};

use crate::error::family_errors;
use crate::limits::QR_VERSION_MAX;
pub use svg::SvgOptions;

family_errors! {
    /// Why a symbol could not be made or drawn.
    QrError {
        /// A symbol needs a text.
        Empty = "qr-empty", "the text is empty";
        /// A character outside `0-9 A-Z`, space and `$ % * + - . / :`.
        Character {
            /// The number of characters before it.
            at: usize,
        } = "qr-character", "character {at} is not in the alphanumeric set of QR codes";
        /// The text does not fit into the highest version that is drawn.
        TooLong {
            /// The length of the text in characters.
            length: usize,
            /// The highest version allowed.
            version: u8,
        } = "qr-too-long", "{length} characters do not fit into a symbol of version {version} at level M";
        /// A colour that is not written as six hexadecimal digits.
        Colour = "qr-colour", "a colour must be written as #rrggbb";
        /// Too little contrast between dark and light modules.
        Contrast {
            /// The difference of the two reflectances, in percent.
            found: u32,
            /// The minimum difference, in percent.
            least: u32,
        } = "qr-contrast", "the light colour reflects {found} % more than the dark one; at least {least} % is needed";
    }
}

/// A finished, square QR symbol without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    version: u8,
    mask: u8,
    modules: Vec<u8>,
}

/// Encodes `text` in alphanumeric mode (ISO/IEC 18004:2015, 7.4.4) at error correction level M, in the smallest version
/// that fits it, with the data mask chosen by the penalty rules of 7.8.3.
///
/// # Errors
///
/// [`QrError::Empty`], [`QrError::Character`] for a character that is not among the 45 of that mode (lower-case letters
/// are not), [`QrError::TooLong`] for more than fits into [`QR_VERSION_MAX`].
pub fn encode(text: &str) -> Result<Qr, QrError> {
    if text.is_empty() {
        return Err(QrError::Empty);
    }
    if let Some(at) = text.bytes().position(|byte| !is_alphanumeric(byte)) {
        return Err(QrError::Character { at });
    }
    let too_long = || QrError::TooLong { length: text.len(), version: QR_VERSION_MAX };
    let version = version_for(text.len()).ok_or_else(too_long)?;
    let canvas = draw(text, version).map_err(|_| too_long())?;
    let (mask, modules) = mask::apply_best(&canvas, version);
    Ok(Qr { version, mask, modules })
}

fn is_alphanumeric(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
}

/// The smallest version that fits `length` characters.
fn version_for(length: usize) -> Option<u8> {
    (1..=QR_VERSION_MAX).find(|version| {
        let version = Version::Normal(i16::from(*version));
        let header = version.mode_bits_count() + Mode::Alphanumeric.length_bits_count(version);
        let needed = header + Mode::Alphanumeric.data_bits_count(length);
        Bits::new(version).max_len(EcLevel::M).is_ok_and(|room| needed <= room)
    })
}

/// Draws everything but the mask and the format information.
fn draw(text: &str, number: u8) -> Result<Canvas, qrcode::types::QrError> {
    let version = Version::Normal(i16::from(number));
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes())?;
    bits.push_terminator(EcLevel::M)?;
    let codewords = correction::codewords(&bits.into_bytes(), number);
    let (data, correction) = codewords.ok_or(qrcode::types::QrError::InvalidVersion)?;
    let mut canvas = Canvas::new(version, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    Ok(canvas)
}

impl Qr {
    /// Version, 1 to [`QR_VERSION_MAX`].
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Data mask pattern, 0 to 7 (ISO/IEC 18004:2015, table 10).
    #[must_use]
    pub fn mask(&self) -> u8 {
        self.mask
    }

    /// Modules per side: 21 to 97, without the quiet zone.
    #[must_use]
    pub fn width(&self) -> usize {
        width(self.version)
    }

    /// Whether the module in column `x` and row `y`, counted from the top left, is dark. Outside the symbol it is
    /// light.
    #[must_use]
    pub fn module(&self, x: usize, y: usize) -> bool {
        let row = self.modules.chunks_exact(self.width()).nth(y);
        row.and_then(|row| row.get(x)).is_some_and(|module| *module == 1)
    }

    /// All modules, row by row from the top left, one byte each: 1 dark, 0 light. `width` × `width` bytes.
    #[must_use]
    pub fn modules(&self) -> &[u8] {
        &self.modules
    }
}

/// Leaves out the modules: they contain the holder's data.
impl fmt::Debug for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Qr").field("version", &self.version).field("mask", &self.mask).finish_non_exhaustive()
    }
}

fn width(version: u8) -> usize {
    17 + 4 * usize::from(version)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Coded;

    pub(super) const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    /// Alphanumeric characters at level M by version, from table 7 of the standard.
    pub(super) const CAPACITY: [usize; 20] =
        [20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734, 816, 909, 970];

    #[test]
    fn the_version_is_the_smallest_that_fits() {
        for (version, capacity) in (1..).zip(CAPACITY) {
            let full = encode(&"A".repeat(capacity)).unwrap();
            assert_eq!((full.version(), full.width()), (version, 17 + 4 * usize::from(version)));
            assert_eq!(full.modules().len(), full.width() * full.width());
            match encode(&"A".repeat(capacity + 1)) {
                Ok(next) => assert_eq!(next.version(), version + 1),
                Err(error) => {
                    assert_eq!(error, QrError::TooLong { length: capacity + 1, version: QR_VERSION_MAX });
                    assert_eq!(version, QR_VERSION_MAX);
                }
            }
        }
    }

    #[test]
    fn only_the_45_characters_are_accepted() {
        for byte in 0..=127_u8 {
            let text = format!("A{}", char::from(byte));
            let expected = if ALPHABET.contains(&byte) { None } else { Some(QrError::Character { at: 1 }) };
            assert_eq!(encode(&text).err(), expected);
        }
        assert_eq!(encode("绿码").unwrap_err(), QrError::Character { at: 0 });
        assert_eq!(encode("").unwrap_err(), QrError::Empty);
    }

    #[test]
    fn modules_are_seen_from_the_top_left() {
        let qr = encode("SPACE TIME PERSON").unwrap();
        for y in 0..qr.width() {
            for x in 0..qr.width() {
                assert_eq!(qr.module(x, y), qr.modules()[y * qr.width() + x] == 1);
            }
        }
        // Finder patterns in three corners but not the lower right; outside is light.
        let last = qr.width() - 1;
        let ring = |x: usize, y: usize| (0..7).all(|i| qr.module(x + i, y) && qr.module(x, y + i));
        assert!(ring(0, 0) && ring(last - 6, 0) && ring(0, last - 6) && !ring(last - 6, last - 6));
        assert!(!qr.module(qr.width(), 0) && !qr.module(0, qr.width()) && !qr.module(usize::MAX, usize::MAX));
    }

    #[test]
    fn debug_output_does_not_tell_the_text() {
        assert_eq!(format!("{:?}", encode("A").unwrap()), "Qr { version: 1, mask: 3, .. }");
    }

    #[test]
    fn codes_and_messages() {
        assert_eq!(QrError::CODES, ["qr-empty", "qr-character", "qr-too-long", "qr-colour", "qr-contrast"]);
        let error = encode("A\u{e9}").unwrap_err();
        assert_eq!(error.code(), "qr-character");
        assert_eq!(error.to_string(), "character 1 is not in the alphanumeric set of QR codes");
    }

    proptest! {
        #[test]
        fn any_text_either_encodes_or_is_refused(text in any::<String>()) {
            let fits = !text.is_empty() && text.bytes().all(|byte| ALPHABET.contains(&byte));
            prop_assert_eq!(encode(&text).is_ok(), fits);
        }

        #[cfg(not(target_arch = "wasm32"))]
        #[test]
        fn another_implementation_reads_the_text(text in "[0-9A-Z $%*+./:-]{1,970}") {
            let qr = encode(&text).unwrap();
            let grid = rqrr::SimpleGrid::from_func(qr.width(), |x, y| qr.module(x, y));
            let (meta, read) = rqrr::Grid::new(grid).decode().unwrap();
            prop_assert_eq!(read, text);
            prop_assert_eq!((meta.version.0, meta.mask), (usize::from(qr.version()), u16::from(qr.mask())));
            // The level's two bits in the format information: 00 is M.
            prop_assert_eq!(meta.ecc_level, 0);
        }
    }
}
