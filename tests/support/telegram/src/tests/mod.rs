//! The fake against the documentation of the API, through HTTP only.

mod description;
mod files;
mod polling;
mod sending;
mod topics;

use crate::Fake;
use serde_json::{Value, json};

/// A client that is not the adapter's.
struct Bot<'f> {
    fake: &'f Fake,
    http: reqwest::Client,
}

impl<'f> Bot<'f> {
    fn of(fake: &'f Fake) -> Self {
        Self { fake, http: reqwest::Client::new() }
    }

    fn address(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.fake.api_url(), self.fake.token())
    }

    /// The whole answer.
    async fn answer(&self, method: &str, params: &Value) -> Value {
        let response = self.http.post(self.address(method)).json(params).send().await.unwrap();
        let status = response.status().as_u16();
        let answer: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(answer["error_code"].as_u64().unwrap_or(200), u64::from(status));
        answer
    }

    /// The result of what succeeds.
    async fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, &params).await;
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer["result"].clone()
    }

    /// The words of a refusal.
    async fn refused(&self, method: &str, params: Value) -> String {
        let answer = self.answer(method, &params).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        answer["description"].as_str().unwrap().to_owned()
    }

    /// What waits now.
    async fn updates(&self, offset: i64) -> Vec<Value> {
        let kinds = json!(["message", "edited_message", "message_reaction", "my_chat_member"]);
        let params = json!({ "offset": offset, "timeout": 5, "allowed_updates": kinds });
        self.call("getUpdates", params).await.as_array().unwrap().clone()
    }
}

/// The number after the last update's.
fn after(updates: &[Value]) -> i64 {
    updates.last().unwrap()["update_id"].as_i64().unwrap() + 1
}
