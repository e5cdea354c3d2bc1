//! Requests to the Bot API, and what became of them.
//!
//! Answers stay JSON: the API is always ahead of any library's types, and an answer that cannot be read in full still
//! says that a message was taken. The address of every request holds the token, so no error of the transport is passed
//! on as it is.

use crate::config::{Secret, TelegramConfig};
use reqwest::multipart::Form;
use serde_json::Value;
use std::time::Duration;

/// How long an ordinary request may take.
pub(crate) const WAIT: Duration = Duration::from_secs(40);
/// What stands before the status of an answer that has no words of the server's.
const BARE_STATUS: &str = "HTTP status ";
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// A connection to the Bot API under one token.
pub(crate) struct Client {
    http: reqwest::Client,
    api_url: String,
    token: Secret,
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
    /// The server does not know the method: it is older than the method, or not Telegram's own.
    #[error("the server does not know {0}")]
    NoMethod(String),
    /// The server said no.
    #[error("{code} {description}")]
    Refused {
        /// The error's number, mostly an HTTP status.
        code: u16,
        /// Telegram's words; they hold no content.
        description: String,
        /// After how many seconds it may be tried again.
        retry_after: Option<u64>,
        /// The id of the group that this one became.
        migrate_to: Option<i64>,
    },
}

impl Failure {
    /// Whether no words of the server's came along: a proxy may have answered, or the page of a network's owner.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Self::Refused { description, .. } if description.starts_with(BARE_STATUS))
    }
}

impl Client {
    /// A client that connects when it is first used.
    ///
    /// # Errors
    /// When the transport cannot be set up.
    pub(crate) fn new(config: &TelegramConfig) -> Result<Self, &'static str> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| "TLS could not be set up")?;
        Ok(Self { http, api_url: config.api_url.clone(), token: config.token.clone() })
    }

    /// Calls a method with JSON parameters.
    pub(crate) async fn call(&self, method: &str, params: &Value, wait: Duration) -> Result<Value, Failure> {
        self.answer(self.http.post(self.method(method)).json(params).timeout(wait)).await
    }

    /// Calls a method with files.
    pub(crate) async fn upload(&self, method: &str, form: Form, wait: Duration) -> Result<Value, Failure> {
        self.answer(self.http.post(self.method(method)).multipart(form).timeout(wait)).await
    }

    /// Opens a file by the path that `getFile` gave.
    pub(crate) async fn download(&self, path: &str) -> Result<reqwest::Response, Failure> {
        let address = format!("{}/file/bot{}/{path}", self.api_url, self.token.reveal());
        let response = self.http.get(address).send().await.map_err(|error| failure(&error))?;
        let status = response.status();
        if status.is_success() { Ok(response) } else { Err(refused(status.as_u16(), &Value::Null)) }
    }

    fn method(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.api_url, self.token.reveal())
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await.map_err(|error| failure(&error))?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(|_| Failure::Lost("the connection was cut"))?;
        let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else {
            // a proxy in between, or an answer that was cut off
            return Err(match status {
                200..=299 => Failure::Lost("the answer is no JSON"),
                _ => refused(status, &Value::Null),
            });
        };
        if answer.get("ok").and_then(Value::as_bool) == Some(true) {
            return Ok(answer.get_mut("result").map(Value::take).unwrap_or_default());
        }
        Err(refused(status, &answer))
    }
}

fn refused(status: u16, answer: &Value) -> Failure {
    let code = answer.get("error_code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let parameters = answer.get("parameters");
    let parameter = |name| parameters.and_then(|parameters| parameters.get(name));
    Failure::Refused {
        code: code.unwrap_or(status),
        description: answer
            .get("description")
            .and_then(Value::as_str)
            .map_or_else(|| format!("{BARE_STATUS}{status}"), str::to_owned),
        retry_after: parameter("retry_after").and_then(Value::as_u64),
        migrate_to: parameter("migrate_to_chat_id").and_then(Value::as_i64),
    }
}

/// What a transport's error means; its own words hold the address.
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
