//! What can be wrong with a pack.

use crate::calendar::Span;
use crate::error::stage_errors;

stage_errors! {
    /// What is wrong with a pack. `at` names the place, such as `rule fever`.
    PackError {
        /// More of something than a pack may have.
        TooMany { /// what there is too much of
            at: String, /// how many there may be
            limit: usize } = "pack-too-many", "{at}: there are more than {limit}";
        /// More bytes than a pack may have.
        TooLarge { /// bytes that it has
            bytes: usize, /// how many there may be
            limit: usize } = "pack-too-large", "the pack: shipped it takes {bytes} bytes, more than {limit}";
        /// An id that is not lower-case letters, digits and `_`.
        Id { /// where
            at: String } = "pack-id", "{at}: an id has lower-case letters, digits, - and _, begins with a letter, and is at most 64 long";
        /// An id twice.
        DuplicateId { /// where
            at: String } = "pack-duplicate-id", "{at}: another one has the same id";
        /// A name that leads nowhere.
        UnknownName { /// where
            at: String, /// what kind of thing was looked for
            what: &'static str, /// the name
            name: String } = "pack-unknown-name", "{at}: there is no {what} `{name}`";
        /// A condition that reads what is not documented for it.
        UnknownFact { /// where
            at: String, /// what it reads
            path: String } = "pack-unknown-fact", "{at}: `{path}` is no fact that can be read here";
        /// A rule without colour and course, or with both.
        ColourOrCourse { /// where
            at: String } = "pack-colour-or-course", "{at}: needs either a colour or a course";
        /// A course where there is no moment from which it could run.
        CourseOnPerson { /// where
            at: String } = "pack-course-on-person", "{at}: a course needs `on` = report, visit or record, from which it can run";
        /// A colour that nothing can give.
        GreenRule { /// where
            at: String } = "pack-green", "{at}: green is what remains when nothing fires, it cannot be given";
        /// A course without steps, or with a step of no length.
        EmptyCourse { /// where
            at: String } = "pack-empty-course", "{at}: a course has steps, each of which lasts";
        /// A course that is longer than facts are remembered.
        CourseOutlivesWindow { /// where
            at: String, /// how long it takes
            lasts: Span, /// how far back facts are read
            window: Span } = "pack-course-outlives-window", "{at}: it takes {lasts}, but facts are read only {window} back";
        /// A length of time that is not in whole days.
        WholeDays { /// where
            at: String } = "pack-whole-days", "{at}: must be in whole days, from 1 to 60";
        /// A question without what its type needs, or a measure, a band.
        Incomplete { /// where
            at: String, /// what is missing
            missing: &'static str } = "pack-incomplete", "{at}: lacks {missing}";
        /// Something that its type does not have.
        Superfluous { /// where
            at: String, /// what is too much
            extra: &'static str } = "pack-superfluous", "{at}: has {extra}, which means nothing there";
        /// A text that is empty or too long.
        Text { /// where
            at: String } = "pack-text", "{at}: a text is empty or longer than any screen shows";
        /// Bounds that nothing lies between.
        Bounds { /// where
            at: String } = "pack-bounds", "{at}: the bounds are the wrong way round, or out of range";
    }
}
