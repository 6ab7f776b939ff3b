//! Writing CBOR, item by item, each in its shortest form.

use super::Cbor;

/// A buffer of written bytes.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

/// The CBOR of one value.
pub fn to_bytes<T: Cbor>(value: &T) -> Vec<u8> {
    let mut w = Writer::default();
    value.write(&mut w);
    w.into_bytes()
}

impl Writer {
    /// The written bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The beginning of an item: major type and argument.
    #[inline(never)]
    fn head(&mut self, major: u8, argument: u64) -> &mut Self {
        let bytes = argument.to_be_bytes();
        let (info, width) = match argument {
            0..=23 => (bytes[7], 0),
            24..=0xff => (24, 1),
            0x100..=0xffff => (25, 2),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 8),
        };
        self.bytes.push(major << 5 | info);
        self.bytes.extend(bytes.iter().skip(8 - width));
        self
    }

    fn count(&mut self, major: u8, count: usize) -> &mut Self {
        // A count in memory always fits into 64 bits.
        self.head(major, u64::try_from(count).unwrap_or(u64::MAX))
    }

    /// A number from 0 on.
    pub fn unsigned(&mut self, number: u64) -> &mut Self {
        self.head(0, number)
    }

    /// A whole number.
    pub fn int(&mut self, number: i64) -> &mut Self {
        match u64::try_from(number) {
            Ok(number) => self.head(0, number),
            Err(_) => self.head(1, number.unsigned_abs() - 1),
        }
    }

    /// A byte string.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.count(2, bytes.len()).bytes.extend_from_slice(bytes);
        self
    }

    /// The beginning of a byte string of so many bytes.
    pub fn length(&mut self, bytes: usize) -> &mut Self {
        self.count(2, bytes)
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.count(3, text.len()).bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// The beginning of an array.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.count(4, count)
    }

    /// The beginning of a map.
    pub fn map(&mut self, count: usize) -> &mut Self {
        self.count(5, count)
    }

    /// A tag.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        self.head(6, number)
    }

    /// `true` or `false`.
    pub fn bool(&mut self, yes: bool) -> &mut Self {
        self.head(7, if yes { 21 } else { 20 })
    }

    /// A value.
    pub fn value<T: Cbor>(&mut self, value: &T) -> &mut Self {
        value.write(self);
        self
    }

    /// A field of a struct, unless it is left out.
    pub fn field<T: Cbor>(&mut self, key: u64, value: &T) -> &mut Self {
        if !value.is_absent() {
            self.unsigned(key);
            value.write(self);
        }
        self
    }
}
