//! Reading JSON and TOML in which every structure is written with the names of its fields. Serde by itself takes a list
//! as well, its items for the fields in their order: `["330106", …]` for a visit. Whoever writes that has made a mistake,
//! which would be read as something else once a field is added.

use core::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

/// A deserializer that does so, at every depth.
pub struct ByName<D>(pub D);

/// Wraps what a value is made by, so that what is inside it is read by name as well.
struct Inside<T>(T);

/// What makes a structure: of a list it makes nothing.
struct Fields<V>(V);

macro_rules! read_inside {
    ($($method:ident($($argument:ident: $type:ty),*))*) => { $(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($argument,)* Inside(visitor))
        }
    )* };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for ByName<D> {
    type Error = D::Error;

    read_inside! {
        deserialize_any() deserialize_bool()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string()
        deserialize_bytes() deserialize_byte_buf() deserialize_option() deserialize_unit()
        deserialize_unit_struct(name: &'static str) deserialize_newtype_struct(name: &'static str)
        deserialize_seq() deserialize_tuple(len: usize) deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_map() deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier() deserialize_ignored_any()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Fields(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visit_as_before {
    ($($method:ident: $type:ty),*) => { $(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )* };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Inside<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visit_as_before!(visit_bool: bool, visit_i8: i8, visit_i16: i16, visit_i32: i32, visit_i64: i64, visit_i128: i128,
        visit_u8: u8, visit_u16: u16, visit_u32: u32, visit_u64: u64, visit_u128: u128, visit_f32: f32, visit_f64: f64,
        visit_char: char, visit_str: &str, visit_borrowed_str: &'de str, visit_string: String, visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8], visit_byte_buf: Vec<u8>);

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(ByName(value))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(ByName(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Inside(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Inside(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Inside(variant))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<V::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &self))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Inside(entries))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Inside<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(ByName(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Inside<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Inside(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Inside<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(Inside(seed))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Inside(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Inside<A> {
    type Error = A::Error;
    type Variant = Inside<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        self.0.variant_seed(Inside(seed)).map(|(name, content)| (name, Inside(content)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Inside<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Inside(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Inside(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Fields(visitor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authoring::source::{FactsSource, PackSource};
    use serde::Deserialize;

    fn read<T: for<'de> Deserialize<'de>>(json: &str) -> Result<T, String> {
        T::deserialize(ByName(&mut serde_json::Deserializer::from_str(json))).map_err(|error| error.to_string())
    }

    #[test]
    fn no_list_stands_for_the_fields_of_a_structure_at_any_depth() {
        let visit = r#"["330106", "2020-02-12T08:10:00+08:00", null, "stay"]"#;
        let trip = r#"{"at": "2020-02-12T08:10:00+08:00", "answers": {"trips": [TRIP]}}"#;
        for (json, expected) in [
            (r#"[[], []]"#.to_owned(), "facts"),
            (format!(r#"{{"diary": [{visit}]}}"#), "a visit"),
            (r#"{"record": [[], ["essential-worker"], null]}"#.to_owned(), "a record"),
            (
                r#"{"record": {"statuses": [["suspected", "2020-02-07T00:00:00Z"]]}}"#.to_owned(),
                "a status with its start",
            ),
            (r#"{"reports": [["2020-02-12T08:10:00+08:00", {}]]}"#.to_owned(), "a report"),
            (r#"{"risk": [["42", "high", "2020-01-24T00:00:00Z"]]}"#.to_owned(), "a row of a risk table"),
            (format!(r#"{{"reports": [{}]}}"#, trip.replace("TRIP", r#"["4201", "2020-02-01"]"#)), "a trip"),
        ] {
            let problem = read::<FactsSource>(&json).err().unwrap_or_else(|| panic!("{json} is taken"));
            assert!(problem.contains("sequence") || problem.contains("an option, or a trip"), "{json}: {problem}");
            assert!(problem.contains(expected), "{json}: {problem}");
        }
    }

    #[test]
    fn what_is_written_by_name_is_read_as_before() {
        let json = r#"{"reports": [{"at": "2020-02-12T08:10:00+08:00", "answers": {"cough": true, "degrees": 37.3,
            "travelled": ["by-air", "by-rail"], "trips": [{"place": "4201", "from": "2020-02-01"}]}}],
            "diary": [{"place": "420106", "arrive": "2020-02-06T09:00:00+08:00", "mode": "rail"}],
            "record": {"statuses": [{"status": "suspected", "since": "2020-02-07T00:00:00Z"}], "floor": "red"},
            "risk": [{"place": "42", "level": "high", "from": "2020-01-24T00:00:00Z"}], "here": "330106"}"#;
        let by_name: FactsSource = read(json).unwrap();
        let as_before: FactsSource = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_value(&by_name).unwrap(), serde_json::to_value(&as_before).unwrap());
        // What is wrong is said with its place, as before.
        let wrong = "{\n\"here\": 7}";
        assert_eq!(
            read::<FactsSource>(wrong).err(),
            serde_json::from_str::<FactsSource>(wrong).err().map(|e| e.to_string())
        );
    }

    #[test]
    fn packs_are_read_so_too() {
        let pack = include_str!("../../rules/packs/beijing/pack.toml");
        assert!(PackSource::read(pack).is_ok());
        let title = r#"{ zh-Hans = "京心相助", en = "Jingxin Xiangzhu" }"#;
        let listed = pack.replacen(title, r#"["京心相助", "Jingxin Xiangzhu"]"#, 1);
        assert!(listed != pack);
        let problem = PackSource::read(&listed).unwrap_err().to_string();
        assert!(problem.starts_with("line 11") && problem.contains("sequence"), "{problem}");
    }
}
