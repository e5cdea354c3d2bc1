//! A plain client.

use crate::Fake;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// Asks with the bot's token.
pub(super) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    pub(super) fn of(fake: &Fake) -> Self {
        let http =
            reqwest::Client::builder().user_agent("DiscordBot (https://example.org, 1)").build().unwrap();
        Self { http, base: fake.api_url(), token: format!("Bot {}", fake.token()) }
    }

    /// The status and the answer; 0 when the connection was cut.
    pub(super) async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base));
        let request = request.header("authorization", &self.token);
        let request = if body.is_null() { request } else { request.json(&body) };
        Self::answered(request).await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, Value::Null).await.1
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.ask("POST", path, body).await.1
    }

    /// A message with one file.
    pub(super) async fn upload(&self, path: &str, mut body: Value, name: &str, bytes: &[u8]) -> Value {
        body["attachments"] = json!([{ "id": "0", "filename": name }]);
        let payload = Part::text(body.to_string()).mime_str("application/json").unwrap();
        let file = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = Form::new().part("payload_json", payload).part("files[0]", file);
        let request = self.http.post(format!("{}{path}", self.base)).header("authorization", &self.token);
        Self::answered(request.multipart(form)).await.1
    }

    /// A file at its address.
    pub(super) async fn download(&self, url: &str) -> Option<Vec<u8>> {
        let answer = self.http.get(url).send().await.unwrap();
        if answer.status().is_success() { Some(answer.bytes().await.unwrap().to_vec()) } else { None }
    }

    async fn answered(request: reqwest::RequestBuilder) -> (u16, Value) {
        let Ok(answer) = request.send().await else { return (0, Value::Null) };
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }
}
