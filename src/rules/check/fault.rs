//! What can be wrong with a pack.

use crate::calendar::Span;
use crate::error::family_errors;
use crate::rules::location::Location;

family_errors! {
    /// What is wrong with a pack, and where.
    PackError {
        /// More of something than a pack may have.
        TooMany { /// what there is too much of
            at: Location, /// how many there may be
            limit: usize } = "pack-too-many", "{at}: there are more than {limit}";
        /// More bytes than a pack may have.
        TooLarge { /// bytes that it has
            bytes: usize, /// how many there may be
            limit: usize } = "pack-too-large", "the pack: it takes {bytes} bytes when shipped, more than {limit}";
        /// An id that is not lower-case letters, digits and `_`.
        Id { /// where
            at: Location } = "pack-id", "{at}: an id has lower-case letters, digits and _, a letter first, at most 64 characters; and - where no condition reads it";
        /// An id twice.
        DuplicateId { /// where
            at: Location } = "pack-duplicate-id", "{at}: another one has the same id";
        /// An unknown name.
        UnknownName { /// where
            at: Location, /// what kind of thing was looked for
            what: &'static str, /// the name
            name: String } = "pack-unknown-name", "{at}: there is no {what} `{name}`";
        /// A condition that reads a fact it cannot use.
        UnknownFact { /// where
            at: Location, /// what it reads
            path: String } = "pack-unknown-fact", "{at}: `{path}` is not a fact that can be used here";
        /// A rule with neither colour nor course, or with both.
        ColourOrCourse { /// where
            at: Location } = "pack-colour-or-course", "{at}: needs either a colour or a course";
        /// A course without a moment to start from.
        CourseOnPerson { /// where
            at: Location } = "pack-course-on-person", "{at}: a course needs a start, so `on` must be report, visit or record";
        /// A rule that gives green.
        GreenRule { /// where
            at: Location } = "pack-green", "{at}: green is the default when no rule applies, so it cannot be given";
        /// A course without steps, or with a step without duration.
        EmptyCourse { /// where
            at: Location } = "pack-empty-course", "{at}: a course needs at least one step, and every step a duration";
        /// A course that is longer than the window of facts.
        CourseOutlivesWindow { /// where
            at: Location, /// how long it takes
            lasts: Span, /// how far back facts are read
            window: Span } = "pack-course-outlives-window", "{at}: it takes {lasts}, but facts are read only {window} back";
        /// A duration that is not in whole days.
        WholeDays { /// where
            at: Location } = "pack-whole-days", "{at}: must be in whole days, from 1 to 60";
        /// A question, measure or band that lacks something its type needs.
        Incomplete { /// where
            at: Location, /// what is missing
            missing: &'static str } = "pack-incomplete", "{at}: needs {missing}";
        /// Something that its type does not use.
        Superfluous { /// where
            at: Location, /// what is too much
            extra: &'static str } = "pack-superfluous", "{at}: takes no {extra}";
        /// A text that is empty or too long.
        Text { /// where
            at: Location } = "pack-text", "{at}: a text is empty, or longer than any screen shows";
        /// A text that is not in one of the languages of its pack.
        Untranslated { /// where
            at: Location, /// the language's tag
            tag: String } = "pack-untranslated", "{at}: a text is not in `{tag}`, one of the pack's languages";
        /// A language that has no tag, or has it twice.
        LanguageTag { /// where
            at: Location, /// what stands there
            tag: String } = "pack-language-tag", "{at}: `{tag}` is not the tag of one more language, as BCP 47 writes it";
        /// A text, or a name, with a character that nobody sees.
        Unseen { /// where
            at: Location, /// the character
            character: String } = "pack-unseen-character", "{at}: it contains the character {character}, which is invisible";
        /// An address that is no public page's.
        Url { /// where
            at: Location } = "pack-url", "{at}: an address starts with https:// or http://, has only visible ASCII characters, and at most 512 of them";
        /// Bounds that contain no value.
        Bounds { /// where
            at: Location } = "pack-bounds", "{at}: the bounds are the wrong way round, or out of range";
    }
}

impl PackError {
    /// Where in the pack it is.
    #[must_use]
    pub fn location(&self) -> Location {
        match self {
            Self::TooLarge { .. } => Location::new("the pack", ["pack".into()]),
            Self::TooMany { at, .. }
            | Self::Id { at }
            | Self::DuplicateId { at }
            | Self::UnknownName { at, .. }
            | Self::UnknownFact { at, .. }
            | Self::ColourOrCourse { at }
            | Self::CourseOnPerson { at }
            | Self::GreenRule { at }
            | Self::EmptyCourse { at }
            | Self::CourseOutlivesWindow { at, .. }
            | Self::WholeDays { at }
            | Self::Incomplete { at, .. }
            | Self::Superfluous { at, .. }
            | Self::Text { at }
            | Self::Untranslated { at, .. }
            | Self::LanguageTag { at, .. }
            | Self::Unseen { at, .. }
            | Self::Url { at }
            | Self::Bounds { at } => at.clone(),
        }
    }
}
