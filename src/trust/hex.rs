//! What names something by bytes: hexadecimal digits in text and JSON, bytes in CBOR.

/// Gives a struct around an array of bytes its text, JSON and CBOR.
macro_rules! hex_bytes {
    ($name:ident) => {
        /// Hexadecimal digits, in lower case.
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl $crate::cbor::Cbor for $name {
            fn write(&self, w: &mut $crate::cbor::Writer) {
                w.bytes(&self.0);
            }

            fn read(r: &mut $crate::cbor::Reader<'_>) -> Option<Self> {
                r.bytes()?.try_into().ok().map(Self)
            }
        }
    };
}
pub(super) use hex_bytes;

/// The bytes of `N` pairs of hexadecimal digits.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let text = text.trim();
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(2 * index..2 * index + 2).filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}
