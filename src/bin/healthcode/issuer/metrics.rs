//! What an operator's monitoring reads: how many answers of which status there were, and how long they took. In OpenMetrics text,
//! which Prometheus reads. There is nothing of anybody in it.

use std::time::Duration;

use healthcode::calendar::Time;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What OpenMetrics text is served as.
pub(super) const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    path: &'static str,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Path {
    path: &'static str,
}

/// The figures of one process.
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    seconds: Family<Path, Histogram>,
    mailboxes: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let answers = Family::<Answer, Counter>::default();
        // From half a millisecond to sixteen seconds.
        let seconds =
            Family::<Path, Histogram>::new_with_constructor(|| Histogram::new(exponential_buckets(0.0005, 2.0, 16)));
        let mut registry = Registry::with_prefix("healthcode_issuer");
        registry.register("answers", "Answers by path and status", answers.clone());
        registry.register("answer_seconds", "How long answers took", seconds.clone());
        let mailboxes = Gauge::default();
        let help = "Of which moment the mailboxes are, in seconds since 1970; 0 if this process has written none";
        registry.register("mailboxes_written_seconds", help, mailboxes.clone());
        Self { registry, answers, seconds, mailboxes }
    }

    /// Notes an answer.
    pub(super) fn answered(&self, path: &'static str, status: u16, took: Duration) {
        self.answers.get_or_create(&Answer { path, status: status.into() }).inc();
        self.seconds.get_or_create(&Path { path }).observe(took.as_secs_f64());
    }

    /// All of them, as text. `written` is when mailboxes were written.
    pub(super) fn text(&self, written: Option<Time>) -> String {
        self.mailboxes.set(written.map_or(0, Time::unix));
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_path_and_status() {
        let metrics = Metrics::new();
        metrics.answered("/certificates", 200, Duration::from_millis(3));
        metrics.answered("/certificates", 200, Duration::from_millis(3));
        metrics.answered("other", 404, Duration::from_secs(100));
        let text = metrics.text(Some(Time::from_unix(1_669_766_400)));
        for line in [
            "healthcode_issuer_mailboxes_written_seconds 1669766400",
            "healthcode_issuer_answers_total{path=\"/certificates\",status=\"200\"} 2",
            "healthcode_issuer_answers_total{path=\"other\",status=\"404\"} 1",
            "healthcode_issuer_answer_seconds_count{path=\"/certificates\"} 2",
            "healthcode_issuer_answer_seconds_bucket{le=\"+Inf\",path=\"other\"} 1",
            "# EOF",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }
}
