//! The platform over HTTP: JSON, server-sent events and the pages.
//!
//! A post is answered with 201 only when it is in the log. Nothing here decides what is relayed.

mod agents;
mod customers;
mod error;
mod events;
mod extract;
mod guard;
mod pages;
mod pictures;
mod team;
pub(crate) mod typing;
mod uploads;
mod view;

use crate::config::LocalConfig;
use crate::log::Log;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post};
use error::ApiError;
use port::{Intake, Stop};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, broadcast};

/// The largest request, in bytes: the longest text with every character escaped, and some room.
const BODY_MAX: usize = 6 * crate::deliver::TEXT_LIMIT.max + 4096;
/// How many event streams are open at once; one more is refused with 503.
const STREAMS_MAX: usize = 256;
/// How many other requests are worked on at once; one more is refused with 503.
const REQUESTS_MAX: usize = 256;

/// What every request works with.
#[derive(Clone)]
pub(crate) struct Served {
    config: Arc<LocalConfig>,
    log: Arc<Log>,
    /// The cookie that stands for the credential, when there is one.
    session: Option<Arc<str>>,
    stop: Stop,
    intake: Intake,
    /// Hints of the other side writing.
    hints: broadcast::Sender<typing::Hint>,
    streams: Arc<Semaphore>,
    requests: Arc<Semaphore>,
}

impl Served {
    pub(crate) fn new(
        config: Arc<LocalConfig>,
        log: Arc<Log>,
        session: Option<String>,
        (intake, hints): (Intake, broadcast::Sender<typing::Hint>),
        stop: Stop,
    ) -> Self {
        Self {
            config,
            log,
            session: session.map(Into::into),
            stop,
            intake,
            hints,
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            requests: Arc::new(Semaphore::new(REQUESTS_MAX)),
        }
    }
}

/// Serves until it is time to stop and every request has ended.
pub(crate) async fn serve(listener: TcpListener, served: Served, mut stop: Stop) -> std::io::Result<()> {
    let router = router(served);
    axum::serve(listener, router).with_graceful_shutdown(async move { stop.wait().await }).await
}

fn router(served: Served) -> Router {
    let customers = Router::new()
        .route("/", post(customers::create))
        .route("/me", get(customers::me))
        .route("/messages", get(customers::list).post(customers::write))
        .route("/typing", post(typing::customers))
        .route("/messages/{id}", patch(customers::edit).delete(customers::delete))
        .route("/messages/{id}/reactions", post(customers::react))
        .route("/messages/{id}/reactions/{reaction}", delete(customers::unreact))
        .route("/files", post(customers::upload))
        .route("/files/{file}", get(customers::download))
        .route("/events", get(customers::events));
    let team = Router::new()
        .route("/", get(team::overview))
        .route("/rooms/{room}/topics", get(team::topics))
        .route("/rooms/{room}/topics/{topic}", get(team::topic))
        .route("/rooms/{room}/messages", get(team::list).post(team::write))
        .route("/rooms/{room}/typing", post(typing::agents))
        .route("/rooms/{room}/messages/{id}", patch(agents::edit).delete(agents::delete))
        .route("/rooms/{room}/messages/{id}/reactions", post(agents::react))
        .route("/rooms/{room}/messages/{id}/reactions/{reaction}", delete(agents::unreact))
        .route("/rooms/{room}/files", post(agents::upload))
        .route("/rooms/{room}/files/{file}", get(agents::download))
        .route("/rooms/{room}/events", get(team::events));
    Router::new()
        .nest("/api/customers", customers)
        .nest("/api/team", team)
        .route("/api/login", post(guard::log_in))
        .route("/api/pictures/{persona}", get(pictures::show))
        .merge(pages::router())
        .fallback(async || ApiError::nothing_here())
        .method_not_allowed_fallback(async || ApiError::wrong_method())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(served.clone(), guard::credential))
        .layer(from_fn_with_state(served.clone(), guard::origin))
        // health is asked by scripts on this machine and tells nothing
        .route("/health", get(async || axum::Json(serde_json::json!({ "status": "serving" }))))
        .with_state(served)
}
