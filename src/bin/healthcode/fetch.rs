//! Asking other servers: short answers, in little time.

use std::time::Duration;

use crate::failure::{Failure, LogFault};

/// How long an answer may take as a whole.
const WITHIN: Duration = Duration::from_secs(10);

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Asks servers, over connections that stay open.
pub(crate) struct Client(ureq::Agent);

impl Client {
    pub(crate) fn new() -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(WITHIN)).http_status_as_error(false);
        Self(config.max_redirects(0).build().into())
    }

    /// Gets what is there, if it has no more bytes than this; nothing if nothing is there.
    pub(crate) fn get(&self, url: &str, limit: usize) -> Result<Option<Vec<u8>>, Failure> {
        match read(url, self.0.get(url).call(), limit)? {
            Answer { status: 200, body } => Ok(Some(body)),
            Answer { status: 404, .. } => Ok(None),
            Answer { status, .. } => Err(failed(url, format!("answered with {status}"))),
        }
    }

    /// Sends a text, and gives the answer.
    pub(crate) fn post(&self, url: &str, text: &str, limit: usize) -> Result<Answer, Failure> {
        read(url, self.0.post(url).content_type("text/plain; charset=utf-8").send(text), limit)
    }
}

fn read(
    url: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    limit: usize,
) -> Result<Answer, Failure> {
    let mut answer = answer.map_err(|error| failed(url, format!("cannot be asked: {error}")))?;
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let body = answer.body_mut().with_config().limit(limit).read_to_vec();
    let body = body.map_err(|error| failed(url, format!("did not answer as it should: {error}")))?;
    Ok(Answer { status: answer.status().as_u16(), body })
}

fn failed(url: &str, problem: String) -> Failure {
    LogFault::Fetch { url: url.to_owned(), problem }.into()
}
