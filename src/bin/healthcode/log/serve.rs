//! `log serve`: the static files of a log.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use clap::Args;
use healthcode::limits::ISSUER_CONNECTIONS;

use super::files::{CHECKPOINT, FILES, OWN, POLICY, TILES};
use crate::exit::Exit;
use crate::failure::{Failure, InFile, LogFault};
use crate::files;
use crate::issuer::{runtime, serve};
use crate::values::socket;

/// Serve a log: its checkpoint, its tiles, its files
///
/// Any web server or object store can do that as well. Ctrl-C stops the server.
#[derive(Args)]
pub(crate) struct Serve {
    /// The folder of the log
    folder: PathBuf,
    /// The address to listen on; port 0 means any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8092", value_parser = socket)]
    listen: SocketAddr,
}

impl Serve {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        if !self.folder.join(OWN).is_dir() {
            return Err(LogFault::NotALog).in_file(&self.folder);
        }
        let router = Router::new().fallback(file).with_state(Arc::new(self.folder));
        run(self.listen, router)
    }
}

/// Serves until it is asked to stop.
pub(crate) fn run(address: SocketAddr, router: Router) -> Result<Exit, Failure> {
    let runtime = runtime(address)?;
    runtime.block_on(serve(address, ISSUER_CONNECTIONS, |_| router))?;
    runtime.shutdown_background();
    Ok(Exit::Yes)
}

/// How a name below the log's address is served: its type, and whether it changes.
fn is_public(name: &str) -> Option<(&'static str, bool)> {
    let plain = |part: &str| {
        let inner = part.strip_suffix(".p").unwrap_or(part);
        !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match name.split_once('/') {
        None if name == CHECKPOINT || name == POLICY => Some(("text/plain; charset=utf-8", true)),
        Some((TILES, rest)) if rest.split('/').all(plain) => Some(("application/octet-stream", false)),
        Some((FILES, rest)) if plain(rest) => Some(("application/cose", false)),
        _ => None,
    }
}

async fn file(State(folder): State<Arc<PathBuf>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = request.uri().path().trim_start_matches('/').to_owned();
    let Some((kind, changes)) = is_public(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let read = move || read(&folder, &name);
    match tokio::task::spawn_blocking(read).await {
        Ok(Some(bytes)) => {
            let caching = if changes { "no-cache" } else { "public, max-age=31536000, immutable" };
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static(kind)),
                (CACHE_CONTROL, HeaderValue::from_static(caching)),
                (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            ];
            (headers, bytes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    // A link in it may lead anywhere, and is no part of a log.
    let path = folder.canonicalize().ok()?.join(name);
    let is_own = path.canonicalize().is_ok_and(|real| real == path) && path.is_file();
    is_own.then(|| files::read_within(&path, 1 << 25).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_public_is_served() {
        for name in ["checkpoint", "policy", "tile/0/x001/000.p/17", "tile/entries/000", "files/00ff"] {
            assert!(is_public(name).is_some(), "{name}");
        }
        for name in
            ["", ".log/head", "tile/../.log/head", "tile//000", "files/..", "files/a/b", "tile/0/.p", "head", "tile"]
        {
            assert_eq!(is_public(name), None, "{name}");
        }
    }
}
