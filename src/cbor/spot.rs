//! Where reading stopped, for whoever makes files or reads them by another program: which field of which item, and the byte.
//! Phones do without, where bytes are scarce and the code of the error is enough: there, nothing of this takes any room.

/// A step from a value to one within it.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// To a field of a structure.
    Field(&'static str),
    /// To an item of a list, from 0 on.
    Item(usize),
}

/// The way to a fault, noted from the inside out while a reader goes back.
pub(super) struct Trail {
    #[cfg(feature = "authoring")]
    whole: usize,
    #[cfg(feature = "authoring")]
    left: Option<usize>,
    #[cfg(feature = "authoring")]
    steps: Vec<Step>,
}

/// Where something could not be read: what an error says after its message, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    #[cfg(feature = "authoring")]
    words: String,
}

#[cfg(not(feature = "authoring"))]
#[allow(clippy::unused_self, clippy::missing_const_for_fn, reason = "they have something to do with the feature")]
impl Trail {
    pub(super) const fn new(_: usize) -> Self {
        Self {}
    }

    pub(super) fn note(&mut self, _: usize, _: impl FnOnce() -> Step) {}

    pub(super) fn spot(&self) -> Spot {
        Spot {}
    }
}

#[cfg(feature = "authoring")]
impl Trail {
    pub(super) const fn new(whole: usize) -> Self {
        Self { whole, left: None, steps: Vec::new() }
    }

    pub(super) fn note(&mut self, left: usize, step: impl FnOnce() -> Step) {
        self.left.get_or_insert(left);
        self.steps.push(step());
    }

    pub(super) fn spot(&self) -> Spot {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => path.extend([".", name]),
                Step::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let words =
            self.left.map(|left| format!(", at {path} (byte {} of its payload)", self.whole.saturating_sub(left)));
        Spot { words: words.unwrap_or_default() }
    }
}

#[cfg(feature = "authoring")]
impl Spot {
    /// The same, and what is wrong there.
    #[must_use]
    pub fn with(mut self, fault: Option<String>) -> Self {
        self.words.extend(fault.map(|fault| format!(": {fault}")));
        self
    }
}

impl core::fmt::Display for Spot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        #[cfg(feature = "authoring")]
        f.write_str(&self.words)?;
        let _ = f;
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use crate::cbor::{Cbor, Reader, Writer, cbor_map, to_bytes};

    #[derive(Debug)]
    struct Inner {
        number: u8,
        texts: Vec<String>,
    }
    cbor_map!(Inner { 0 number, 5 texts } if Inner::is_small);

    impl Inner {
        fn is_small(&self) -> bool {
            self.number < 100
        }
    }

    #[derive(Debug)]
    struct Outer {
        maybe: Option<bool>,
        inner: Vec<Inner>,
    }
    cbor_map!(Outer { 0 maybe, 1 inner });

    fn outer(numbers: &[u8]) -> Vec<u8> {
        let inner = |number: &u8| Inner { number: *number, texts: vec!["one".into(), "two".into()] };
        to_bytes(&Outer { maybe: None, inner: numbers.iter().map(inner).collect() })
    }

    fn spot(bytes: &[u8]) -> String {
        let mut r = Reader::new(bytes);
        assert!(Outer::read(&mut r).is_none(), "{bytes:02x?}");
        r.spot().to_string()
    }

    #[test]
    fn the_innermost_field_is_named_and_where_it_begins() {
        let good = outer(&[1, 2]);
        assert!(Outer::read(&mut Reader::new(&good)).is_some());
        assert_eq!(Reader::new(&good).spot().to_string(), "", "nothing was wrong");
        // What does not hold of an item as a whole.
        assert_eq!(spot(&outer(&[1, 100])), ", at inner[1] (byte 16 of its payload)");
        let altered = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            spot(&bytes)
        };
        assert_eq!(good[16..], *b"\xa2\x00\x02\x05\x82\x63one\x63two");
        // Another type, a number that is none of them, and a field that there is not.
        assert_eq!(altered(18, 0x20), ", at inner[1].number (byte 17 of its payload)");
        assert_eq!(altered(25, 0x43), ", at inner[1].texts[1] (byte 25 of its payload)");
        assert_eq!(altered(19, 0x04), ", at inner[1].texts (byte 19 of its payload)");
        assert_eq!(altered(16, 0xa3), ", at inner[1].(a field that it does not have) (byte 29 of its payload)");
        let mut w = Writer::default();
        w.map(0);
        assert_eq!(spot(&w.into_bytes()), ", at inner (byte 1 of its payload)");
    }
}
