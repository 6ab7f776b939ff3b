//! A pack's texts: in Chinese and English always, and in as many further languages as its authors add.

use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::cbor::{Cbor, Reader, Writer, cbor_map};
use crate::limits::LANGUAGE_TAG_BYTES;

/// The tags of the languages in which every text is.
pub const ALWAYS: [&str; 2] = ["zh-Hans", "en"];

/// A sentence in the languages of its pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// Chinese in simplified characters.
    pub zh_hans: String,
    /// English.
    pub en: String,
    /// The further languages.
    pub further: Further,
}
cbor_map!(Text { 0 zh_hans, 1 en, 2 further });

/// A text in further languages, each with its tag (BCP 47): shorter tags first, and equally long ones by their letters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Further(Vec<(String, String)>);

impl Text {
    /// In the two languages that every text has.
    pub fn of(zh_hans: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh_hans: zh_hans.into(), en: en.into(), further: Further::default() }
    }

    /// In each of its languages, with its tag.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        ALWAYS.into_iter().zip([&*self.zh_hans, &*self.en]).chain(self.further.all())
    }
}

impl Further {
    /// In each language, with its tag.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (&**tag, &**text))
    }

    /// In one language.
    #[must_use]
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.all().find(|(this, _)| *this == tag).map(|(_, text)| text)
    }
}

/// Whether a tag can be that of a further language: BCP 47 in outline, so that whatever it names is none of the names that
/// objects have by themselves.
#[must_use]
pub fn is_tag(tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && tag.len() <= LANGUAGE_TAG_BYTES
        && tag.split('-').all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && !ALWAYS.contains(&tag)
}

impl Cbor for Further {
    fn write(&self, w: &mut Writer) {
        w.map(self.0.len());
        for (tag, text) in &self.0 {
            w.text(tag);
            w.text(text);
        }
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let count = r.map()?;
        let mut all = Vec::new();
        for _ in 0..count {
            let tag = r.text().filter(|tag| is_tag(tag))?;
            all.push((tag.to_owned(), r.text()?.to_owned()));
        }
        // One without languages is left out.
        (count > 0).then_some(Self(all))
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (tag, text) in self.all() {
            map.serialize_entry(tag, text)?;
        }
        map.end()
    }
}

/// A key of a text that its authors write.
struct Tag(String);

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        if ALWAYS.contains(&&*tag) || is_tag(&tag) {
            return Ok(Self(tag));
        }
        Err(de::Error::custom(format_args!("`{tag}` is not the tag of a language, such as `ko` or `zh-Hant` (BCP 47)")))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Languages)
    }
}

struct Languages;

impl<'de> Visitor<'de> for Languages {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text in zh-Hans and en")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let (mut zh_hans, mut en, mut further) = (None, None, Vec::new());
        while let Some(Tag(tag)) = map.next_key()? {
            let text: String = map.next_value()?;
            let again = match &*tag {
                "zh-Hans" => zh_hans.replace(text).is_some(),
                "en" => en.replace(text).is_some(),
                _ => {
                    let again = further.iter().any(|(before, _)| *before == tag);
                    further.push((tag.clone(), text));
                    again
                }
            };
            if again {
                return Err(de::Error::custom(format_args!("`{tag}` is there twice")));
            }
        }
        // As deterministic CBOR has keys: by their lengths, then by their bytes.
        further.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
        Ok(Text {
            zh_hans: zh_hans.ok_or_else(|| de::Error::missing_field("zh-Hans"))?,
            en: en.ok_or_else(|| de::Error::missing_field("en"))?,
            further: Further(further),
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let text = generator.subschema_for::<String>();
        schemars::json_schema!({
            "description": "A text in Chinese in simplified characters, in English, and in each of the pack's `languages`",
            "type": "object",
            "properties": { "zh-Hans": text, "en": text },
            "patternProperties": { "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$": text },
            "required": ["zh-Hans", "en"],
            "additionalProperties": false,
        })
    }
}

#[cfg(test)]
#[cfg(feature = "authoring")]
mod tests {
    use super::*;
    use crate::cbor::{from_bytes, to_bytes};

    fn text(source: &str) -> Result<Text, String> {
        toml::from_str::<std::collections::BTreeMap<String, Text>>(&format!("text = {source}"))
            .map(|mut all| all.remove("text").unwrap())
            .map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_text_in_two_languages_has_the_bytes_that_it_always_had() {
        let text = text("{ zh-Hans = '发热', en = 'Fever' }").unwrap();
        let bytes = to_bytes(&text);
        assert_eq!(bytes, b"\xa2\x00\x66\xe5\x8f\x91\xe7\x83\xad\x01\x65Fever");
        assert_eq!(from_bytes(&bytes), Some(text));
    }

    #[test]
    fn further_languages_are_read_in_any_order_and_written_in_one() {
        let text = text("{ zh-Hant = '發熱', ug = 'قىزىتما', en = 'Fever', ko = '발열', zh-Hans = '发热' }").unwrap();
        let tags: Vec<&str> = text.all().map(|(tag, _)| tag).collect();
        assert_eq!(tags, ["zh-Hans", "en", "ko", "ug", "zh-Hant"]);
        assert_eq!(text.further.get("ko"), Some("발열"));
        let bytes = to_bytes(&text);
        assert_eq!(crate::cbor::check_deterministic(&bytes), Ok(()));
        assert_eq!(from_bytes(&bytes), Some(text.clone()));
        let json = serde_json::to_string(&text).unwrap();
        assert_eq!(json, r#"{"zh-Hans":"发热","en":"Fever","ko":"발열","ug":"قىزىتما","zh-Hant":"發熱"}"#);
    }

    #[test]
    fn what_is_no_tag_is_refused_with_what_was_expected() {
        for (source, problem) in [
            ("{ zh-Hans = '甲' }", "missing field `en`"),
            ("{ en = 'a', ko = '가' }", "missing field `zh-Hans`"),
            ("'a'", "expected a text in zh-Hans and en"),
            ("{ zh-Hans = '甲', en = 'a', korean = '가' }", "`korean` is not the tag of a language"),
            ("{ zh-Hans = '甲', en = 'a', __proto__ = '가' }", "`__proto__` is not the tag of a language"),
        ] {
            let error = text(source).unwrap_err();
            assert!(error.contains(problem), "{source}: {error}");
        }
        for tag in ["ko", "zh-Hant", "es-419", "yue", "sr-Latn-RS", "de-1996", "en-GB"] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in ["", "k", "KO", "ko-", "-ko", "ko_KR", "zh-Hans", "en", "toString", "ko-abcdefghi", "ko\u{130}"] {
            assert!(!is_tag(tag), "{tag}");
        }
    }

    #[test]
    fn bytes_with_no_languages_or_with_what_is_no_tag_are_refused() {
        let whole = b"\xa3\x00\x61a\x01\x61b\x02";
        for further in [&b"\xa0"[..], b"\xa1\x62en\x61c", b"\xa1\x69__proto__\x61c", b"\xa1\x62ko\x00"] {
            assert_eq!(from_bytes::<Text>(&[&whole[..], further].concat()), None, "{further:x?}");
        }
        let korean = from_bytes::<Text>(&[&whole[..], b"\xa1\x62ko\x61c"].concat()).unwrap();
        assert_eq!(korean.further.get("ko"), Some("c"));
    }
}
