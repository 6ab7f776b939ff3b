//! Answers on their way to JavaScript: every type first becomes the same kind of tree, and only the tree is passed to
//! serde-wasm-bindgen, so that its code is shipped once and not once per type.

use core::fmt;
use std::borrow::Cow;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// Any answer.
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'static, str>),
    List(Vec<Tree>),
    /// Its names are converted to JavaScript only once.
    Object(Vec<(&'static str, Tree)>),
    /// An object whose names are data.
    Map(Vec<(Tree, Tree)>),
}

impl Tree {
    /// The tree of an answer; `None` for values that no answer has, such as bytes.
    pub(super) fn of<T: Serialize>(value: &T) -> Option<Self> {
        value.serialize(Grower).ok()
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Object(entries) => {
                let mut object = serializer.serialize_struct("", entries.len())?;
                entries.iter().try_for_each(|(name, value)| object.serialize_field(name, value))?;
                object.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}

/// No answer has such a value.
#[derive(Debug)]
pub(super) struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such value in answers")
    }
}

impl std::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Grows a tree.
#[derive(Clone, Copy)]
struct Grower;

type Grown = Result<Tree, Unfit>;

/// A list that grows.
struct Items(Vec<Tree>);

/// An object that grows.
struct Fields(Vec<(&'static str, Tree)>);

/// A map that grows; a key waits for its value.
#[derive(Default)]
struct Entries {
    entries: Vec<(Tree, Tree)>,
    key: Option<Tree>,
}

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => { $(
        fn $method(self, value: $type) -> Grown {
            Ok(Tree::Number(value.into()))
        }
    )* };
}

impl Serializer for Grower {
    type Ok = Tree;
    type Error = Unfit;
    type SerializeSeq = Items;
    type SerializeTuple = ser::Impossible<Tree, Unfit>;
    type SerializeTupleStruct = ser::Impossible<Tree, Unfit>;
    type SerializeTupleVariant = ser::Impossible<Tree, Unfit>;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = ser::Impossible<Tree, Unfit>;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_f32: f32, serialize_f64: f64);

    fn serialize_bool(self, value: bool) -> Grown {
        Ok(Tree::Bool(value))
    }

    fn serialize_i64(self, value: i64) -> Grown {
        // Minutes, days and points are far below 2^53; anything larger would not be exact in JavaScript.
        i32::try_from(value).map(|value| Tree::Number(value.into())).map_err(|_| Unfit)
    }

    fn serialize_u64(self, value: u64) -> Grown {
        u32::try_from(value).map(|value| Tree::Number(value.into())).map_err(|_| Unfit)
    }

    fn serialize_char(self, _: char) -> Grown {
        Err(Unfit)
    }

    fn serialize_str(self, text: &str) -> Grown {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }

    fn serialize_bytes(self, _: &[u8]) -> Grown {
        Err(Unfit)
    }

    fn serialize_none(self) -> Grown {
        Ok(Tree::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Grown {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Grown {
        Ok(Tree::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Grown {
        Ok(Tree::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Grown {
        Ok(Tree::Text(Cow::Borrowed(variant)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Grown {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Grown {
        Err(Unfit)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Unfit> {
        Ok(Items(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unfit> {
        Err(Unfit)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unfit> {
        Err(Unfit)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unfit> {
        Err(Unfit)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Unfit> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Unfit> {
        Ok(Fields(Vec::new()))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unfit> {
        Err(Unfit)
    }
}

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.0.push(value.serialize(Grower)?);
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::List(self.0))
    }
}

impl SerializeMap for Entries {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        self.key = Some(key.serialize(Grower)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let key = self.key.take().ok_or(Unfit)?;
        self.entries.push((key, value.serialize(Grower)?));
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::Map(self.entries))
    }
}

impl SerializeStruct for Fields {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unfit> {
        self.0.push((name, value.serialize(Grower)?));
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::Object(self.0))
    }
}
