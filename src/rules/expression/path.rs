//! Paths into the data, split once, when a rule is read.

use super::{ExpressionError, INTEGER_MAX};
use std::fmt;

/// A path into the data: parts separated by dots; without parts it means all data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path(Box<[Fragment]>);

/// One part of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    name: Box<str>,
    index: Option<usize>,
}

impl Fragment {
    /// The part as written: the key for objects.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The index for arrays, from 0, if the part is an integer.
    #[must_use]
    pub const fn index(&self) -> Option<usize> {
        self.index
    }

    /// JavaScript's `parseInt` reads a number at the start of "2nd", "01" and " 1", other engines read a name:
    /// only a part that is clearly one or the other is allowed.
    fn new(name: &str) -> Option<Self> {
        let numeric = name.trim_start_matches(blank_or_sign).starts_with(|c: char| c.is_ascii_digit());
        let index = if numeric {
            let value: i64 = name.parse().ok()?;
            if !(0..=INTEGER_MAX).contains(&value) || name.starts_with('+') || (name.starts_with('0') && name.len() > 1)
            {
                return None;
            }
            // No array has an index beyond the address space, so any out-of-range index will do.
            Some(usize::try_from(value).unwrap_or(usize::MAX))
        } else {
            None
        };
        Some(Self { name: name.into(), index })
    }
}

/// The characters that `parseInt` skips before a number, and signs.
const fn blank_or_sign(c: char) -> bool {
    matches!(c, '\0'..=' ' | '+' | '-' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

impl Path {
    /// Splits a path such as `person.status` or `visits.0.place`; the empty path means all data.
    ///
    /// # Errors
    /// [`ExpressionError::Path`] if a part is empty, or begins like a number but is not a plain index.
    pub fn new(path: &str) -> Result<Self, ExpressionError> {
        if path.is_empty() {
            return Ok(Self(Box::default()));
        }
        let (mut fragments, mut start) = (Vec::new(), 0);
        // By bytes, which takes less code than splitting by character.
        for (position, byte) in path.bytes().chain([b'.']).enumerate() {
            if byte == b'.' {
                let part = path.get(start..position).filter(|part| !part.is_empty());
                fragments.push(part.and_then(Fragment::new).ok_or(ExpressionError::Path)?);
                start = position + 1;
            }
        }
        Ok(Self(fragments.into()))
    }

    /// The parts in order.
    #[must_use]
    pub fn fragments(&self) -> &[Fragment] {
        &self.0
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, fragment) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            f.write_str(fragment.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prints_as_written() {
        for text in ["", "a", "a.b", "visits.0.place", "人.b-c", "a b", "9007199254740991"] {
            assert_eq!(Path::new(text).unwrap().to_string(), text);
        }
        assert_eq!(Path::new("a.10").unwrap().fragments()[1].index(), Some(10));
    }

    #[test]
    fn parts_that_engines_read_differently_are_refused() {
        for text in [
            ".",
            "a.",
            ".a",
            "a..b",
            "2nd",
            "01",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1e3",
            "9007199254740992",
            "a.0x1",
            "\u{feff}2",
            "\u{3000}-2",
        ] {
            assert_eq!(Path::new(text), Err(ExpressionError::Path), "{text:?}");
        }
    }
}
