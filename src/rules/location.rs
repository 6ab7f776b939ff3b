//! Where in a pack something is, for whoever has to mend it.

use core::fmt;

use super::expression::Expression;

/// A step on the way from the top of a pack's source to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Into a table, by the key that authors write, such as `way-back`.
    Name(&'static str),
    /// Into a text, by the tag of a language.
    Language(Box<str>),
    /// Into a list, counted from 0.
    Index(usize),
}

impl From<&'static str> for Key {
    fn from(name: &'static str) -> Self {
        Self::Name(name)
    }
}

impl From<usize> for Key {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Where in a pack something is: in words, such as `rule fever`, and by keys, such as `rule`, 3, `when`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    name: String,
    keys: Vec<Key>,
    parts: Vec<Expression>,
}

impl Location {
    /// What is called so, and is found by these keys.
    pub(crate) fn new(name: impl Into<String>, keys: impl IntoIterator<Item = Key>) -> Self {
        Self { name: name.into(), keys: keys.into_iter().collect(), parts: Vec::new() }
    }

    /// An item of one of the lists at the top.
    pub(crate) fn item(list: &'static str, index: usize, name: impl Into<String>) -> Self {
        Self::new(name, [list.into(), index.into()])
    }

    /// What is found there by one key more.
    pub(crate) fn key(&self, key: impl Into<Key>) -> Self {
        let mut inner = self.clone();
        inner.keys.push(key.into());
        inner
    }

    /// What is found there in a language.
    pub(crate) fn language(&self, tag: &str) -> Self {
        self.key(Key::Language(tag.into()))
    }

    /// The same place, called otherwise.
    pub(crate) fn called(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A part of the condition that is there, or of the part that is meant already.
    pub(crate) fn part(&self, part: &Expression) -> Self {
        let mut inner = self.clone();
        inner.parts.push(part.clone());
        inner
    }

    /// The way there from the top of the source. What is missing there has a place too: where it should be.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Inside a condition, its part that is meant, and before it the parts that this one is in.
    #[must_use]
    pub fn parts(&self) -> &[Expression] {
        &self.parts
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
