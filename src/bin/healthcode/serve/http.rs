//! The demo over HTTP: the issuer's paths, the page, and what the page must know of the demo.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use healthcode::authoring::source::PackSource;
use healthcode::facts::RulesFor;
use healthcode::trust::Roots;
use serde_json::{Value, json};
use tower_http::services::ServeDir;

use super::screen::{Screen, Shown};
use crate::failure::{CliError, Failure};
use crate::issuer::{Door, FOR_GOOD, Office, Served, dated_by, error, fault, finish, not_found, paths, takes_gzip};

/// One of the demo's issuers, and what its page must know.
pub(crate) struct Demo {
    pub(crate) office: Arc<Office>,
    pub(crate) roots: Roots,
    pub(crate) sources: Arc<Vec<PackSource>>,
    pub(crate) screen: Screen,
    /// Whether its clock is the machine's.
    pub(crate) system: bool,
    /// What its paths begin with.
    pub(crate) path: String,
    /// Those by another clock, under paths of their own.
    pub(crate) desks: Vec<Arc<Demo>>,
}

impl Demo {
    /// What it has rules for.
    fn rules(&self) -> Value {
        let packs = self.sources.iter().map(|source| &source.pack);
        packs
            .map(|pack| {
                let rules_for = RulesFor { region: pack.region, purpose: pack.purpose };
                json!({ "id": pack.id, "version": pack.version, "for": rules_for, "title": pack.title })
            })
            .collect()
    }
}

/// All paths; what none of them is looks into the folder of the page.
pub(super) fn router(demo: &Arc<Demo>, www: Option<&Path>, door: Door) -> Router {
    let router = match www {
        Some(folder) => {
            let pages = ServeDir::new(folder).precompressed_br().precompressed_gzip().fallback(get(not_found));
            of(demo).fallback(move |request: Request| page(pages.clone(), request))
        }
        None => of(demo).fallback(no_page),
    };
    let main = dated_by(router, &demo.office);
    let router = demo.desks.iter().fold(main, |router, desk| router.nest(&desk.path, dated_by(of(desk), &desk.office)));
    router.layer(middleware::from_fn_with_state(door, finish))
}

fn of(demo: &Arc<Demo>) -> Router {
    let about = Router::new().route("/demo.json", get(about)).route("/venue.json", get(venue));
    paths(&demo.office).merge(about.with_state(Arc::clone(demo)))
}

/// What the screen of the demo's venue shows now.
async fn venue(State(demo): State<Arc<Demo>>) -> Response {
    let now = demo.office.now();
    match demo.screen.shown(now) {
        Ok(Shown { name, text, until }) => {
            let answer = json!({ "name": name, "text": text, "until": until, "now": now });
            ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response()
        }
        Err(failure) => fault(&failure),
    }
}

/// What the page must know to say that this is a demo, and to go by the demo's clock.
async fn about(State(demo): State<Arc<Demo>>, headers: HeaderMap) -> Response {
    let path = &demo.path;
    let answer = json!({
        "demo": true,
        "roots": demo.roots,
        "clock": { "now": demo.office.now(), "system": demo.system },
        "rules": demo.rules(),
        "manifest": format!("{path}/manifest"),
        "certificates": format!("{path}/certificates"),
        "desks": demo.desks.iter().map(|desk| json!({ "path": desk.path, "rules": desk.rules() })).collect::<Vec<_>>(),
    });
    let served = Served::new(answer.to_string().into_bytes());
    let head = [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/json"), (VARY, ACCEPT_ENCODING.as_str())];
    match served.gzip().filter(|_| takes_gzip(&headers)) {
        Some(packed) => (head, [(CONTENT_ENCODING, "gzip")], packed.to_vec()).into_response(),
        None => (head, served.bytes).into_response(),
    }
}

/// A file of the page. What has its content in its name is kept for good: another content comes under another name.
async fn page(mut pages: ServeDir<MethodRouter>, request: Request) -> Response {
    let lasts = request.uri().path().starts_with("/assets/");
    match pages.try_call(request).await {
        Ok(response) => {
            let mut response = response.into_response();
            if lasts && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
                response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
            }
            response
        }
        // A name that is longer than any file's.
        Err(cause) if cause.kind() == ErrorKind::InvalidFilename => not_found().await,
        Err(cause) => fault(&Failure::from(CliError::Unreadable(cause))),
    }
}

async fn no_page() -> Response {
    error(StatusCode::NOT_FOUND, "http-no-page", "this server was started without a page; --www names its folder")
}
