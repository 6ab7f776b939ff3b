//! Deterministic CBOR (RFC 8949, section 4.2.1), the form of everything that is signed or stored.
//!
//! [`check`] walks over bytes once and says what is wrong with their form; [`Reader`] and [`Writer`] are the two halves
//! of each type's [`Cbor`]. A struct is a map whose keys are small numbers in order; unknown fields are refused,
//! because they might change the meaning of the known ones, so what is read always writes back to the same bytes. It is
//! our own because derived readers of general libraries added 60 kB to the shipped module.

pub mod check;
mod read;
mod spot;
mod write;

pub use check::{CborError, check_deterministic};
pub use read::{Fields, Reader};
pub use spot::{Spot, Step};
pub use write::{Writer, to_bytes};

/// A type with one deterministic encoding.
pub trait Cbor: Sized {
    /// Writes the value.
    fn write(&self, w: &mut Writer);

    /// Reads a value; `None` for anything that [`Cbor::write`] would not have written.
    fn read(r: &mut Reader<'_>) -> Option<Self>;

    /// Whether a struct leaves the field out.
    fn is_absent(&self) -> bool {
        false
    }

    /// The value of a field that was left out; `None` if the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a value that takes up all of `bytes`.
#[must_use]
pub fn from_bytes<T: Cbor>(bytes: &[u8]) -> Option<T> {
    let mut r = Reader::new(bytes);
    let value = T::read(&mut r)?;
    r.is_empty().then_some(value)
}

/// Implements [`Cbor`] for a struct as a map from small numbers, in ascending order, to its fields. With `if`, no value is
/// read for which the function does not hold.
macro_rules! cbor_map {
    ($name:ident { $($key:literal $field:ident),* $(,)? } $(if $is_sound:path)?) => {
        impl $crate::cbor::Cbor for $name {
            fn write(&self, w: &mut $crate::cbor::Writer) {
                w.map([$(!$crate::cbor::Cbor::is_absent(&self.$field)),*].into_iter().filter(|present| *present).count());
                $( w.field($key, &self.$field); )*
            }

            #[inline(never)]
            fn read(r: &mut $crate::cbor::Reader<'_>) -> Option<Self> {
                let mut fields = r.fields()?;
                $(
                    let left = r.left();
                    let Some($field) = fields.take(r, $key) else {
                        return r.lost(left, || $crate::cbor::Step::Field(stringify!($field)));
                    };
                )*
                if fields.end().is_none() {
                    return r.lost(r.left(), || $crate::cbor::Step::Field("(a field that it does not have)"));
                }
                let read = Self { $($field),* };
                $( if !$is_sound(&read) { return None; } )?
                Some(read)
            }
        }
    };
}
pub(crate) use cbor_map;

/// Implements [`Cbor`] for an enum without values as a number.
macro_rules! numbered {
    ($name:ident { $($number:literal $variant:ident),* $(,)? }) => {
        impl $crate::cbor::Cbor for $name {
            fn write(&self, w: &mut $crate::cbor::Writer) {
                w.unsigned(match self { $(Self::$variant => $number),* });
            }

            fn read(r: &mut $crate::cbor::Reader<'_>) -> Option<Self> {
                match r.unsigned()? {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use numbered;

/// Bytes, as CBOR's byte string.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl core::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl Cbor for Bytes {
    fn write(&self, w: &mut Writer) {
        w.bytes(&self.0);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.bytes().map(|bytes| Self(bytes.to_vec()))
    }
}

impl Cbor for bool {
    fn write(&self, w: &mut Writer) {
        w.bool(*self);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.bool()
    }
}

impl Cbor for String {
    fn write(&self, w: &mut Writer) {
        w.text(self);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.text().map(str::to_owned)
    }
}

impl Cbor for i64 {
    fn write(&self, w: &mut Writer) {
        w.int(*self);
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        r.int()
    }
}

macro_rules! unsigned {
    ($($type:ty),*) => { $(
        impl Cbor for $type {
            fn write(&self, w: &mut Writer) {
                w.unsigned((*self).into());
            }

            fn read(r: &mut Reader<'_>) -> Option<Self> {
                r.unsigned()?.try_into().ok()
            }
        }
    )* };
}
unsigned!(u8, u16, u32, u64);

/// Left out if it is `None`.
impl<T: Cbor> Cbor for Option<T> {
    fn write(&self, w: &mut Writer) {
        if let Some(value) = self {
            value.write(w);
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        T::read(r).map(Some)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// An array, even if it is empty.
impl<T: Cbor> Cbor for Vec<T> {
    fn write(&self, w: &mut Writer) {
        w.array(self.len());
        self.iter().for_each(|item| item.write(w));
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let count = r.array()?;
        // The count is untrusted: memory is allocated as items are read.
        let mut items = Self::new();
        for index in 0..count {
            let left = r.left();
            let Some(item) = T::read(r) else { return r.lost(left, || Step::Item(index)) };
            items.push(item);
        }
        Some(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        number: i64,
        names: Vec<String>,
        maybe: Option<u32>,
        bytes: Bytes,
        yes: bool,
    }
    cbor_map!(Sample { 0 number, 1 names, 2 maybe, 3 bytes, 30 yes });

    #[test]
    fn a_record_is_refused_with_a_field_too_many_too_few_or_out_of_order() {
        let sample = Sample { number: -1, names: vec![], maybe: None, bytes: Bytes(vec![1]), yes: true };
        let bytes = to_bytes(&sample);
        assert_eq!(bytes, [0xa4, 0x00, 0x20, 0x01, 0x80, 0x03, 0x41, 0x01, 0x18, 30, 0xf5]);
        assert_eq!(from_bytes(&bytes), Some(sample));
        for bad in [
            &[0xa3, 0x00, 0x20, 0x01, 0x80, 0x03, 0x41, 0x01][..],
            &[0xa5, 0x00, 0x20, 0x01, 0x80, 0x03, 0x41, 0x01, 0x04, 0x00, 0x18, 30, 0xf5],
            &[0xa4, 0x01, 0x80, 0x00, 0x20, 0x03, 0x41, 0x01, 0x18, 30, 0xf5],
            &[0xa4, 0x00, 0x20, 0x01, 0x80, 0x03, 0x41, 0x01, 0x18, 30, 0xf5, 0x00],
        ] {
            assert_eq!(from_bytes::<Sample>(bad), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_deterministic_and_read_again(
            number in any::<i64>(), names in prop::collection::vec(".{0,30}", 0..4), maybe in any::<Option<u32>>(),
            bytes in prop::collection::vec(any::<u8>(), 0..300), yes in any::<bool>(),
        ) {
            let sample = Sample { number, names, maybe, bytes: Bytes(bytes), yes };
            let written = to_bytes(&sample);
            prop_assert_eq!(check_deterministic(&written), Ok(()));
            // An independent reader agrees.
            let mut other = minicbor::Decoder::new(&written);
            prop_assert_eq!(other.map().unwrap(), Some(4 + u64::from(maybe.is_some())));
            prop_assert_eq!((other.u8().unwrap(), other.i64().unwrap()), (0, number));
            prop_assert_eq!(from_bytes::<Sample>(&written), Some(sample));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            if let Some(sample) = from_bytes::<Sample>(&bytes) {
                prop_assert_eq!(to_bytes(&sample), bytes);
            }
        }
    }
}
