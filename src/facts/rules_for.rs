//! What rules are for: a region, and what is asked of people there.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::cbor::{Cbor, Reader, Writer};
use crate::place::Place;
use crate::private::private_debug;
use crate::purpose::Purpose;

/// What rules are for: the everyday code of a region, or what is asked of people there for one purpose, such as a visit to a
/// hospital. As text it is the region's code and, for a purpose, `/` and its name: `3301`, `44/hospital`. The rules of a wider
/// region are for it too, while there are none that are narrower.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RulesFor {
    /// The region: where the person lives, or where they go.
    pub region: Place,
    /// The purpose; absent for the everyday code.
    pub purpose: Option<Purpose>,
}

impl RulesFor {
    /// Reads its text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (region, purpose) = match text.split_once('/') {
            Some((region, purpose)) => (region, Some(Purpose::parse(purpose)?)),
            None => (text, None),
        };
        Some(Self { region: Place::parse(region).ok()?, purpose })
    }

    /// Its text.
    #[must_use]
    pub fn text(self) -> String {
        let mut text = self.region.to_string();
        if let Some(purpose) = self.purpose {
            text.push('/');
            text.push_str(&purpose.name());
        }
        text
    }

    /// Whether rules of a region and purpose are for this.
    #[must_use]
    pub fn takes(self, region: Place, purpose: Option<Purpose>) -> bool {
        // An authority of the whole country speaks of everyday life abroad, too; of entering another country, that country's does.
        let governs = if purpose.is_none() { Place::governs } else { |wide: Place, place| wide.contains(place) };
        self.purpose == purpose && governs(region, self.region)
    }
}

impl Cbor for RulesFor {
    fn write(&self, w: &mut Writer) {
        w.text(&self.text());
    }

    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Self::parse(r.text()?)
    }
}

impl Serialize for RulesFor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for RulesFor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).ok_or_else(|| {
            de::Error::custom("rules are for a region, such as 3301, or for a purpose there, such as 44/hospital")
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RulesFor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RulesFor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "What rules are for: a region, and / and a purpose, if it is not the everyday code.",
            "type": "string",
            "pattern": "^([0-9]{2,12}|[A-Z]{2}(-[A-Z0-9]{1,3})?)(/[a-z][a-z0-9_-]{0,11})?$"
        })
    }
}

private_debug!(RulesFor);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_is_the_region_and_the_purpose() {
        for text in ["3301", "00", "KR", "44/hospital", "KR-11/arrival"] {
            assert_eq!(RulesFor::parse(text).map(RulesFor::text).as_deref(), Some(text));
        }
        for text in ["", "/hospital", "44/", "44/Hospital", "44/a/b", "44 hospital", "Hangzhou"] {
            assert!(RulesFor::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rules_are_for_their_own_purpose_in_their_region_and_what_it_contains() {
        let place = |code: &str| Place::parse(code).unwrap();
        let takes = |region: &str, purpose: Option<&str>, of: &str, other: Option<&str>| {
            RulesFor { region: place(region), purpose: purpose.and_then(Purpose::parse) }
                .takes(place(of), other.and_then(Purpose::parse))
        };
        assert!(takes("330106", None, "330106", None) && takes("330106", None, "33", None));
        assert!(!takes("33", None, "3301", None) && !takes("330106", None, "42", None));
        assert!(takes("4401", Some("hospital"), "44", Some("hospital")));
        assert!(!takes("4401", Some("hospital"), "44", None) && !takes("4401", None, "44", Some("hospital")));
        // The country's rules are for all of it, and say nothing of another country's.
        let all = Place::COUNTRY;
        let purpose = Purpose::parse("arrival");
        let arrives = |region, of| RulesFor { region, purpose }.takes(of, purpose);
        assert!(arrives(place("3301"), all) && arrives(all, all) && arrives(place("KR-11"), place("KR")));
        assert!(!arrives(place("KR"), all));
    }
}
