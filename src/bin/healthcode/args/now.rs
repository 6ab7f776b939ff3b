//! The moment to decide for.

use clap::Args;

use crate::values::{Clock, clock};

/// The moment that a decision is for. It is never guessed, because the answer depends on it.
#[derive(Args)]
pub(crate) struct Now {
    /// The moment to decide for: a time such as 2020-02-20T08:00:00+08:00, a date, or `system` for the machine's clock
    #[arg(long, value_name = "TIME", value_parser = clock)]
    pub(crate) now: Clock,
}
