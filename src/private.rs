//! Keeping what is known of a person out of logs: types that carry any of it print their name and nothing else.

/// Implements `Debug` so that it shows only the type's name.
macro_rules! private_debug {
    ($($name:ident $(<$life:lifetime>)?),+ $(,)?) => { $(
        impl core::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+ };
}
pub(crate) use private_debug;

#[cfg(test)]
mod tests {
    use core::fmt::Debug;

    use crate::authority::*;
    use crate::calendar::Span;
    use crate::code::Code;
    use crate::code::certificate::{CertificateRequest, DayCertificate};
    use crate::code::verify::{Basis, Verdict, verify};
    use crate::code::wire::from_text;
    use crate::colour::Colour;
    use crate::compare::Difference;
    use crate::facts::{Mode, Record, Trip, Visit};
    use crate::place::Place;
    use crate::rules::evaluate::{Inputs, decide};
    use crate::rules::pack::Dimension;
    use crate::rules::reason::{Cause, Contribution, Fact, MeasureValue, QuestionProblem};
    use crate::trust::Unverified;

    /// One of each that carries what is known of a person, all told.
    #[test]
    fn debug_says_nothing_of_the_person() {
        let mut holder = phone();
        let ground = Some("secret-ground".into());
        let certificate = DayCertificate { floor: Colour::Red, ground, ..certificate_for("day") };
        holder.load(&certificate.sign(&key("certificate")), now()).unwrap();
        holder.note(now().minus(day(1)), None).unwrap();
        holder.submit(answers(true), now()).unwrap();
        let visit = Visit {
            place: place("420106"),
            arrive: now().minus(day(3)),
            leave: Some(now()),
            mode: Mode::Rail,
            not_in: None,
            venue: None,
        };
        holder.add_visit(visit.clone(), now()).unwrap();
        let record = Record { floor: Some(Colour::Yellow), exempt: vec!["secret-job".into()], ..record_for("phone") };
        holder.load(&signed(&header(2, Some("3301")), &record, &["record", "record-2"]), now()).unwrap();

        let mut said = String::new();
        let mut say = |value: &dyn Debug| {
            let (once, pretty) = (format!("{value:?}"), format!("{value:#?}"));
            assert!(once.contains("(..)"), "{once}");
            said.extend([once, pretty]);
        };
        say(&holder);
        say(&holder.reports());
        say(&holder.reports()[0].answers);
        say(&holder.reports()[0].answers.get("temperature"));
        say(&holder.diary());
        say(&visit);
        let (from, to) = (crate::calendar::Date::parse("2020-02-01").unwrap(), None);
        say(&Trip { place: place("420106"), from, to, mode: Mode::Rail, not_in: None });
        say(&record);
        say(&record.statuses);
        say(&certificate);
        say(&certificate.floor());
        say(&certificate.identity);
        say(&DayCertificate::open(&certificate.sign(&key("certificate")), &trust()).unwrap());
        let request = holder.certificate_request(identity(), &seed("next"), now()).unwrap();
        say(&CertificateRequest::open(&request, now()).unwrap());
        say(&holder.certificate_request_to_sign(identity(), key("another").public(), now()).unwrap());
        let assessment = holder.assess(now(), Place::parse("420106").ok()).unwrap();
        assert!(assessment.reasons.len() >= 3 && !assessment.causes.is_empty());
        say(&assessment);
        say(&assessment.reasons);
        say(&assessment.reasons[0].fact);
        say(&assessment.causes);
        say(&assessment.scores);
        say(&decide(&pack(), &Inputs { reports: holder.reports(), ..Inputs::default() }, now()));
        let measure = MeasureValue { measure: "secret-measure".into(), value: Some(31_337) };
        say(&measure);
        let (text, points) = (text("a secret text"), 42);
        let score = Contribution { dimension: Dimension::Space, points, text: text.clone(), measure: Some(measure) };
        say(&score);
        let fault = QuestionProblem { question: "secret".into(), trip: Some(42), code: "secret".into() };
        say(&fault);
        say(&Cause::AnswersMissing { questions: vec![fault] });
        say(&Fact::Floor { ground: Some("secret-ground".into()) });
        say(&Difference::NewReason { rule: "secret".into(), text });
        say(&holder.compare(now(), None).unwrap().unwrap());
        let forecast = holder.forecast(now(), None).unwrap();
        say(&forecast);
        say(&forecast.change.unwrap());
        let (_, problems) = holder.questions(&crate::facts::Answers::new(), now()).unwrap();
        assert!(!problems.is_empty());
        say(&problems);
        let shown = holder.show(now().plus(Span::seconds(1)), None, None).unwrap();
        say(&shown);
        let bytes = from_text(&shown.text).unwrap();
        say(&crate::cbor::from_bytes::<Code>(Unverified::parse(&bytes).unwrap().payload()).unwrap());
        let Verdict::Accepted(accepted) = verify(&shown.text, &Basis::new(&trust()), now(), None) else {
            panic!("accepted");
        };
        say(&accepted);
        say(&Verdict::Accepted(accepted));

        let ids = [key("phone").public().id(), key("day").public().id()].map(|id| id.to_string());
        let secrets = [
            "例",
            "428X",
            "4201",
            "3301",
            "38",
            "true",
            "fever",
            "recovered",
            "secret",
            "31337",
            "42",
            "red",
            "Red",
            "yellow",
            "Yellow",
            "rail",
            "Rail",
            "2020",
        ];
        for secret in secrets.into_iter().chain(ids.iter().map(String::as_str)) {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}
