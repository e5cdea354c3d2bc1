//! Requests to Discord's REST API within its limits, and what became of them.
//!
//! Answers stay JSON: an answer that cannot be read in full still says that a message was taken. Nothing is repeated and
//! nothing waits here: what would go over a limit is refused beforehand with the time it has to wait, so that the outbox
//! decides what goes first.

use crate::clock;
use crate::config::{DiscordConfig, Secret};
use crate::limits::Limits;
use reqwest::multipart::Form;
use reqwest::{Method, header};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an ordinary request may take.
pub(crate) const WAIT: Duration = Duration::from_secs(40);
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long nothing is asked with a token that was not taken: it takes a person to mend that.
const TOKEN_REFUSED: Duration = Duration::from_mins(1);
/// What Discord asks every bot to call itself.
const AGENT: &str =
    concat!("DiscordBot (https://github.com/deskbridge/deskbridge, ", env!("CARGO_PKG_VERSION"), ")");

/// A connection to the REST API under one token.
pub(crate) struct Client {
    http: reqwest::Client,
    api_url: String,
    token: Secret,
    limits: Limits,
    /// When Discord last did not take the token.
    token_refused: Mutex<Option<Instant>>,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'r> {
    /// `GET`, `POST`, …
    pub(crate) method: &'r Method,
    /// Behind the API's address, with a slash first: `/channels/1/messages`.
    pub(crate) path: &'r str,
    /// Whether the path proves itself (webhooks, interactions): then no token is sent.
    pub(crate) own_token: bool,
}

/// Why a request gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// It certainly did not reach the server.
    #[error("no connection: {0}")]
    NotSent(&'static str),
    /// It may have been carried out.
    #[error("the answer was lost: {0}")]
    Lost(&'static str),
    /// It would go over a limit, or Discord says that it did; it was not carried out.
    #[error("Discord asks to wait {after:.0?}")]
    Limited {
        /// For how long.
        after: Duration,
        /// Whether for all requests.
        global: bool,
    },
    /// The server said no.
    #[error("Discord answered “{message}” ({})", numbers(*.status, *.code))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's number of the error, 0 where there is none.
        code: u64,
        /// Discord's words; they hold no content.
        message: String,
        /// The paths of the fields that are not taken, e.g. `avatar_url`.
        fields: Vec<String>,
    },
}

impl Client {
    /// A client that connects when it is first used.
    ///
    /// # Errors
    /// When the transport cannot be set up.
    pub(crate) fn new(config: &DiscordConfig) -> Result<Self, &'static str> {
        let http = reqwest::Client::builder()
            .user_agent(AGENT)
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| "TLS could not be set up")?;
        Ok(Self {
            http,
            api_url: config.api_url.clone(),
            token: config.token.clone(),
            limits: Limits::new(),
            token_refused: Mutex::new(None),
        })
    }

    /// Makes a request with a JSON body, or with none when it is null.
    pub(crate) async fn call(
        &self,
        route: Route<'_>,
        body: &Value,
        wait: Duration,
    ) -> Result<Value, Failure> {
        let request = self.request(route).timeout(wait);
        self.answer(route, if body.is_null() { request } else { request.json(body) }).await
    }

    /// Makes a request with files.
    pub(crate) async fn upload(
        &self,
        route: Route<'_>,
        form: Form,
        wait: Duration,
    ) -> Result<Value, Failure> {
        self.answer(route, self.request(route).multipart(form).timeout(wait)).await
    }

    /// Opens a file at the address that a message gave. The token is not sent along.
    pub(crate) async fn download(&self, address: &str) -> Result<reqwest::Response, Failure> {
        let response = self.http.get(address).send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        if status.is_success() { Ok(response) } else { Err(refused(status.as_u16(), &Value::Null)) }
    }

    /// Forgets that a route is over a limit: it was one of a single field, and the others are not concerned.
    pub(crate) fn forgive(&self, route: Route<'_>) {
        self.limits.forgive(route);
    }

    /// What "too many" means.
    fn limited(&self, route: Route<'_>, wait: Option<Duration>, answer: Option<&Value>) -> Failure {
        match answer {
            // some of Discord's numbers are no limit of requests, and say nothing of a wait
            Some(answer) if answer["retry_after"].is_null() && answer["code"].as_u64() > Some(0) => {
                refused(429, answer)
            }
            Some(answer) => self.limits.hit(route, answer, wait),
            // not the API but what stands before it: the whole address has to wait
            None => self.limits.barred(wait),
        }
    }

    /// Whether the token was not taken a moment ago. Whoever asks with it again and again is barred from Discord.
    fn is_token_refused(&self) -> bool {
        let refused = *self.token_refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.is_some_and(|at| at.elapsed() < TOKEN_REFUSED)
    }

    fn request(&self, route: Route<'_>) -> reqwest::RequestBuilder {
        let request = self.http.request(route.method.clone(), format!("{}{}", self.api_url, route.path));
        if route.own_token {
            return request;
        }
        let Ok(mut value) = header::HeaderValue::from_str(&format!("Bot {}", self.token.reveal())) else {
            return request;
        };
        value.set_sensitive(true);
        request.header(header::AUTHORIZATION, value)
    }

    async fn answer(&self, route: Route<'_>, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        if !route.own_token && self.is_token_refused() {
            return Err(refused(401, &Value::Null));
        }
        self.limits.before(route)?;
        let response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        self.limits.after(route, response.headers());
        let wait = asked_wait(response.headers());
        let bytes = response.bytes().await.map_err(|_| Failure::Lost("the connection was cut"))?;
        let parsed = serde_json::from_slice::<Value>(&bytes);
        match status {
            204 => Ok(Value::Null),
            200..=299 => parsed.map_err(|_| Failure::Lost("the answer is no JSON")),
            429 => Err(self.limited(route, wait, parsed.as_ref().ok())),
            401 if !route.own_token => {
                *self.token_refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock::moment());
                Err(refused(401, &parsed.unwrap_or_default()))
            }
            _ => Err(refused(status, &parsed.unwrap_or_default())),
        }
    }
}

/// For how long an answer's headers ask to wait.
fn asked_wait(headers: &header::HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn numbers(status: u16, code: u64) -> String {
    if code == 0 { format!("HTTP status {status}") } else { format!("HTTP status {status}, error {code}") }
}

fn refused(status: u16, answer: &Value) -> Failure {
    let mut fields = Vec::new();
    if let Some(errors) = answer.get("errors") {
        wrong_fields(errors, &mut String::new(), &mut fields);
    }
    Failure::Refused {
        status,
        code: answer.get("code").and_then(Value::as_u64).unwrap_or_default(),
        message: answer
            .get("message")
            .and_then(Value::as_str)
            .map_or_else(|| "no words".to_owned(), str::to_owned),
        fields,
    }
}

/// The paths at which `_errors` stand.
fn wrong_fields(errors: &Value, at: &mut String, found: &mut Vec<String>) {
    let Some(object) = errors.as_object() else { return };
    for (name, inner) in object {
        if name == "_errors" {
            found.push(at.clone());
            continue;
        }
        let length = at.len();
        if !at.is_empty() {
            at.push('.');
        }
        at.push_str(name);
        wrong_fields(inner, at, found);
        at.truncate(length);
    }
}

/// What a transport's error means; its own words hold the address, and a webhook's address its token.
fn failure(error: &reqwest::Error) -> Failure {
    if error.is_connect() {
        return Failure::NotSent("the server cannot be reached");
    }
    if error.is_builder() {
        return Failure::NotSent("the request could not be made");
    }
    if error.is_timeout() {
        return Failure::Lost("no answer in time");
    }
    Failure::Lost("the connection was cut")
}
