//! The languages of a pack: which there are, and that each text is in all of them.

use super::fault::PackError;
use super::walk::Check;
use crate::rules::location::Location;
use crate::rules::text::{ALWAYS, Text, is_tag};

/// The languages with a tag of two letters (ISO 639-1): `jp` and `cn` are countries.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja \
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng \
    nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw \
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

impl<const SAY: bool> Check<'_, SAY> {
    /// The tags of the further languages: each once, and as BCP 47 writes them.
    pub(super) fn tags(&mut self, languages: &[String], at: impl Fn() -> Location) {
        let mut seen: Vec<&str> = Vec::new();
        for (index, tag) in languages.iter().enumerate() {
            if !is_tag(tag) || SAY && !is_usual(tag) || seen.contains(&&**tag) {
                self.fault(|| PackError::LanguageTag { at: at().key(index), tag: tag.clone() });
            }
            seen.push(tag);
        }
    }

    /// Whether a text is in the languages of its pack, and in no other.
    pub(super) fn languages(&mut self, text: &Text, at: impl Fn() -> Location) {
        let declared = self.pack.languages.as_deref().unwrap_or_default();
        for tag in declared.iter().filter(|tag| !ALWAYS.contains(&&***tag) && text.further.get(tag).is_none()) {
            self.fault(|| PackError::Untranslated { at: at(), tag: tag.clone() });
        }
        for (tag, _) in text.further.all().filter(|(tag, _)| declared.iter().all(|one| one != tag)) {
            self.fault(|| PackError::UnknownName { at: at().language(tag), what: "language", name: tag.to_owned() });
        }
    }
}

/// Whether a tag is in the usual form: language, script, region and variants, each in its letters (RFC 5646, section 2.1.1).
#[must_use]
fn is_usual(tag: &str) -> bool {
    let all = |part: &str, is: fn(&u8) -> bool| part.bytes().all(|b| is(&b));
    let mut parts = tag.split('-').peekable();
    let language = parts.next().unwrap_or_default();
    if !all(language, u8::is_ascii_lowercase)
        || !(language.len() == 3 || TWO_LETTERS.split(' ').any(|one| one == language))
    {
        return false;
    }
    let title = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && all(part.get(1..).unwrap_or_default(), u8::is_ascii_lowercase)
    };
    let _script = parts.next_if(|part| part.len() == 4 && title(part));
    let _region = parts.next_if(|part| match part.len() {
        2 => all(part, u8::is_ascii_uppercase),
        3 => all(part, u8::is_ascii_digit),
        _ => false,
    });
    let lower = |part: &str| all(part, |b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let mut variants: Vec<&str> = Vec::new();
    parts.all(|part| {
        let new = !variants.contains(&part);
        variants.push(part);
        let long = matches!(part.len(), 5..=8) || part.len() == 4 && part.starts_with(|c: char| c.is_ascii_digit());
        new && long && lower(part)
    })
}

/// The usual form of a tag that is written otherwise, such as `ko` for `KO` and `zh-Hant` for `zh_hant`; `None` if it has none.
#[cfg(any(feature = "authoring", test))]
#[must_use]
pub(crate) fn usual(tag: &str) -> Option<String> {
    let parts = tag.split(['-', '_']).enumerate().map(|(index, part)| {
        let lower = part.to_ascii_lowercase();
        match (index, part.len()) {
            (1.., 2) => lower.to_ascii_uppercase(),
            (1.., 4) => lower.get(..1).unwrap_or_default().to_ascii_uppercase() + lower.get(1..).unwrap_or_default(),
            _ => lower,
        }
    });
    let usual = parts.collect::<Vec<_>>().join("-");
    (is_usual(&usual) && usual != tag).then_some(usual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::limits::PACK_LANGUAGES;
    use crate::rules::check::structure;
    use crate::rules::pack::Pack;

    #[test]
    fn tags_are_compared_only_where_they_are_few() {
        let codes = |count| {
            let pack = Pack { languages: Some(vec!["ko".to_owned(); count]), ..crate::authority::pack() };
            structure(&pack).iter().map(Coded::code).collect::<Vec<_>>()
        };
        assert!(
            codes(PACK_LANGUAGES)
                .contains(&PackError::LanguageTag { at: Location::default(), tag: String::new() }.code())
        );
        // Nothing else is looked at: each tag would be compared with all before it.
        assert_eq!(codes(60_000), ["pack-too-many"]);
    }

    #[test]
    fn tags_have_one_form() {
        for tag in ["ko", "ug", "yue", "zh-Hant", "zh-Hant-HK", "pt-BR", "es-419", "sl-rozaj", "de-CH-1996"] {
            assert!(is_usual(tag) && is_tag(tag), "{tag}");
        }
        for tag in ["", "k", "jp", "cn", "Ko", "ko-kr", "zh-hant", "zh-HK-Hant", "zh-yue", "ko-x-own", "sl-rozaj-rozaj"]
        {
            assert!(!is_usual(tag), "{tag}");
        }
        for (written, form) in [
            ("KO", Some("ko")),
            ("zh_hant", Some("zh-Hant")),
            ("pt-br", Some("pt-BR")),
            ("ko", None),
            ("jp", None),
            ("", None),
        ] {
            assert_eq!(usual(written).as_deref(), form, "{written}");
        }
    }
}
