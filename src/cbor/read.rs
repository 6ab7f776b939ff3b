//! Reading CBOR, item by item.

use super::Cbor;
use super::check::head;
use super::spot::{Spot, Step, Trail};

/// The bytes left to read. It never reads past the end, and refuses numbers that are not in their shortest form.
pub struct Reader<'b> {
    rest: &'b [u8],
    trail: Trail,
}

impl<'b> Reader<'b> {
    /// Reads from the beginning of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, trail: Trail::new(bytes.len()) }
    }

    /// Gives nothing, and notes where: at this step, within the value that is being read, which began with so many bytes left.
    pub fn lost<T>(&mut self, left: usize, step: impl FnOnce() -> Step) -> Option<T> {
        self.trail.note(left, step);
        None
    }

    /// Where reading stopped.
    #[must_use]
    pub fn spot(&self) -> Spot {
        self.trail.spot()
    }

    /// How many bytes are left to read.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The major type of the next item, 0 to 7.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().map(|first| first >> 5)
    }

    /// The additional information of the next item, 0 to 31.
    #[must_use]
    pub fn peek_info(&self) -> Option<u8> {
        self.rest.first().map(|first| first & 0x1f)
    }

    /// The major type of the first item in the array that comes next.
    #[must_use]
    pub fn peek_item(&self) -> Option<u8> {
        head(self.rest).ok().and_then(|(_, _, rest)| rest.first()).map(|first| first >> 5)
    }

    /// The argument of the next item, if it is of this major type.
    #[inline(never)]
    fn argument(&mut self, wanted: u8) -> Option<u64> {
        let (major, argument, rest) = head(self.rest).ok()?;
        (major == wanted).then(|| {
            self.rest = rest;
            argument
        })
    }

    fn slice(&mut self, length: u64) -> Option<&'b [u8]> {
        let (slice, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(slice)
    }

    /// A number from 0 on.
    pub fn unsigned(&mut self) -> Option<u64> {
        self.argument(0)
    }

    /// A whole number.
    pub fn int(&mut self) -> Option<i64> {
        match self.peek()? {
            1 => self.argument(1).and_then(|argument| i64::try_from(argument).ok()).map(|number| -1 - number),
            _ => self.argument(0)?.try_into().ok(),
        }
    }

    /// A byte string.
    pub fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.argument(2)?;
        self.slice(length)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'b str> {
        let length = self.argument(3)?;
        core::str::from_utf8(self.slice(length)?).ok()
    }

    /// The number of items of an array; each takes at least one byte, so a count that is too large for the input is
    /// refused.
    pub fn array(&mut self) -> Option<usize> {
        let count = self.argument(4)?;
        usize::try_from(count).ok().filter(|count| *count <= self.rest.len())
    }

    /// The number of entries of a map; each takes at least two bytes.
    pub fn map(&mut self) -> Option<usize> {
        let count = self.argument(5)?;
        usize::try_from(count).ok().filter(|count| *count <= self.rest.len() / 2)
    }

    /// The number of a tag.
    pub fn tag(&mut self) -> Option<u64> {
        self.argument(6)
    }

    /// `true` or `false`.
    pub fn bool(&mut self) -> Option<bool> {
        match self.argument(7)? {
            20 => Some(false),
            21 => Some(true),
            _ => None,
        }
    }

    /// The start of a struct.
    pub fn fields(&mut self) -> Option<Fields> {
        self.map().map(|left| Fields { left })
    }
}

/// The fields of a struct that are left to read.
pub struct Fields {
    left: usize,
}

impl Fields {
    /// How many are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }

    /// The field with this key, or its value if it was left out.
    pub fn take<T: Cbor>(&mut self, r: &mut Reader<'_>, key: u64) -> Option<T> {
        if self.next_is(r, key) { T::read(r) } else { T::absent() }
    }

    #[inline(never)]
    fn next_is(&mut self, r: &mut Reader<'_>, key: u64) -> bool {
        match head(r.rest) {
            Ok((0, found, rest)) if self.left > 0 && found == key => {
                r.rest = rest;
                self.left -= 1;
                true
            }
            _ => false,
        }
    }

    /// Whether no unknown field is left.
    #[must_use]
    pub fn end(&self) -> Option<()> {
        (self.left == 0).then_some(())
    }
}
