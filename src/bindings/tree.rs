//! Answers on their way to JavaScript: every type first becomes the same kind of tree, and only the tree is passed to
//! serde-wasm-bindgen, so that its code is shipped once and not once per type. A tree grows without failing, so that no type
//! has code for what to drop after the failure of one of its fields: what cannot be handed over is refused when the tree is.

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
    /// What no answer has, such as bytes.
    Unfit,
}

impl Tree {
    /// The tree of an answer.
    pub(super) fn of<T: Serialize>(value: &T) -> Self {
        value.serialize(Grower).unwrap_or_else(|never| match never {})
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
            Self::Unfit => Err(ser::Error::custom("no answer has such a value")),
        }
    }
}

/// Growing does not fail.
#[derive(Debug)]
pub(super) enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    /// For types that fail by themselves, of which no answer has any.
    fn custom<T: fmt::Display>(_: T) -> Self {
        std::process::abort()
    }
}

/// Grows a tree.
#[derive(Clone, Copy)]
struct Grower;

type Grown = Result<Tree, Never>;

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

/// A compound that no answer has.
struct Unfit;

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => { $(
        fn $method(self, value: $type) -> Grown {
            Ok(Tree::Number(value.into()))
        }
    )* };
}

impl Serializer for Grower {
    type Ok = Tree;
    type Error = Never;
    type SerializeSeq = Items;
    type SerializeTuple = Unfit;
    type SerializeTupleStruct = Unfit;
    type SerializeTupleVariant = Unfit;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Unfit;

    numbers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_f32: f32, serialize_f64: f64);

    fn serialize_bool(self, value: bool) -> Grown {
        Ok(Tree::Bool(value))
    }

    fn serialize_i64(self, value: i64) -> Grown {
        // Minutes, days and points are far below 2^53; anything larger would not be exact in JavaScript.
        Ok(i32::try_from(value).map_or(Tree::Unfit, |value| Tree::Number(value.into())))
    }

    fn serialize_u64(self, value: u64) -> Grown {
        Ok(u32::try_from(value).map_or(Tree::Unfit, |value| Tree::Number(value.into())))
    }

    fn serialize_char(self, _: char) -> Grown {
        Ok(Tree::Unfit)
    }

    fn serialize_str(self, text: &str) -> Grown {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }

    fn serialize_bytes(self, _: &[u8]) -> Grown {
        Ok(Tree::Unfit)
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
        Ok(Tree::Unfit)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Never> {
        Ok(Items(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Unfit, Never> {
        Ok(Unfit)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Unfit, Never> {
        Ok(Unfit)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Unfit, Never> {
        Ok(Unfit)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Never> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Never> {
        Ok(Fields(Vec::new()))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Unfit, Never> {
        Ok(Unfit)
    }
}

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.0.push(value.serialize(Grower)?);
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::List(self.0))
    }
}

impl SerializeMap for Entries {
    type Ok = Tree;
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.key = Some(key.serialize(Grower)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        let key = self.key.take().unwrap_or(Tree::Unfit);
        self.entries.push((key, value.serialize(Grower)?));
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::Map(self.entries))
    }
}

impl SerializeStruct for Fields {
    type Ok = Tree;
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Never> {
        self.0.push((name, value.serialize(Grower)?));
        Ok(())
    }

    fn end(self) -> Grown {
        Ok(Tree::Object(self.0))
    }
}

macro_rules! unfit {
    ($($kind:ident: $method:ident($($name:ty)?)),*) => { $(
        impl ser::$kind for Unfit {
            type Ok = Tree;
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? _: &T) -> Result<(), Never> {
                Ok(())
            }

            fn end(self) -> Grown {
                Ok(Tree::Unfit)
            }
        }
    )* };
}
unfit!(SerializeTuple: serialize_element(), SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(), SerializeStructVariant: serialize_field(&'static str));
