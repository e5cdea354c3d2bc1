//! The local platform as customers and agents use it: plain HTTP, no code of ours behind it.

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long something may take to become so.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait before looking again.
const GLANCE: Duration = Duration::from_millis(15);
/// The most that one page holds.
const PAGE: usize = 200;

/// Asks again until there is an answer.
pub(crate) async fn awaited<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "this never came to be: {what}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// Why there was no good answer.
#[derive(Debug)]
pub(crate) enum Failed {
    /// No answer at all: nobody knows whether it was done.
    Lost,
    /// It was refused.
    Refused(StatusCode, Value),
}

/// What a post made.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kept {
    pub(crate) id: String,
}

/// A message as a page shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    /// `customer`, `agent`, `persona` or `bridge`.
    pub(crate) from: String,
    pub(crate) name: String,
    /// Nothing when it was taken back.
    pub(crate) text: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) edited: bool,
    pub(crate) card: bool,
    /// On an agent's message: `pending`, `delivered`, `refused` or `unknown`.
    pub(crate) mark: Option<String>,
}

impl Message {
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// A topic as the list shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Topic {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) state: String,
    /// Its first post, where one topic is asked for.
    pub(crate) card: Option<String>,
}

/// The platform at its address.
#[derive(Clone)]
pub(crate) struct Local {
    http: reqwest::Client,
    url: String,
    credential: Option<String>,
}

impl Local {
    pub(crate) fn new(url: &str) -> Self {
        // a connection kept from before a kill would lose the first request after it
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { http, url: url.to_owned(), credential: None }
    }

    /// The same, for one who knows the channel's credential.
    pub(crate) fn with_credential(self, credential: &str) -> Self {
        Self { credential: Some(credential.to_owned()), ..self }
    }

    /// Asks for anything; `token` is a customer's.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> Result<Value, Failed> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("x-customer-token", token);
        }
        if let Some(credential) = &self.credential {
            request = request.bearer_auth(credential);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.map_err(|_| Failed::Lost)?;
        let status = response.status();
        let text = response.text().await.map_err(|_| Failed::Lost)?;
        let value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status.is_success() { Ok(value) } else { Err(Failed::Refused(status, value)) }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, token: Option<&str>) -> Result<T, Failed> {
        let value = self.ask(Method::GET, path, token, None).await?;
        Ok(serde_json::from_value(value).unwrap())
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> Result<T, Failed> {
        let value = self.ask(Method::POST, path, token, Some(body.to_string())).await?;
        Ok(serde_json::from_value(value).unwrap())
    }

    /// All messages of a place, oldest first; `path` ends where parameters go on.
    async fn messages(&self, path: &str, token: Option<&str>) -> Result<Vec<Message>, Failed> {
        #[derive(Deserialize)]
        struct Page {
            messages: Vec<Message>,
            more: bool,
        }
        let mut all: Vec<Message> = Vec::new();
        loop {
            let before = all.first().map_or_else(String::new, |first| format!("&before={}", first.id));
            let Page { mut messages, more } = self.get(&format!("{path}limit={PAGE}{before}"), token).await?;
            messages.append(&mut all);
            all = messages;
            if !more {
                return Ok(all);
            }
        }
    }

    /// Comes as a new customer.
    pub(crate) async fn try_customer(&self, name: &str) -> Result<Customer, Failed> {
        #[derive(Deserialize)]
        struct Who {
            chat: String,
            token: String,
        }
        let Who { chat, token } = self.post("/api/customers", None, &json!({ "name": name })).await?;
        Ok(Customer { local: self.clone(), name: name.to_owned(), chat, token })
    }

    pub(crate) async fn customer(&self, name: &str) -> Customer {
        self.try_customer(name).await.unwrap()
    }

    /// An agent at work in the room `team`.
    pub(crate) fn agent(&self, account: &str) -> Agent {
        Agent { local: self.clone(), account: account.to_owned(), room: "team".to_owned() }
    }
}

/// A customer, and the token that makes one be this customer.
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) local: Local,
    pub(crate) name: String,
    pub(crate) chat: String,
    pub(crate) token: String,
}

impl Customer {
    /// Writes; a repeat with the same `client_id` makes nothing new.
    pub(crate) async fn try_write(&self, text: &str, client_id: &str) -> Result<Kept, Failed> {
        let body = json!({ "text": text, "client_id": client_id });
        self.local.post("/api/customers/messages", Some(&self.token), &body).await
    }

    /// Writes; gives the message's id.
    pub(crate) async fn write(&self, text: &str) -> String {
        let kept: Kept = self
            .local
            .post("/api/customers/messages", Some(&self.token), &json!({ "text": text }))
            .await
            .unwrap();
        kept.id
    }

    pub(crate) async fn edit(&self, message: &str, text: &str) {
        let path = format!("/api/customers/messages/{message}");
        let body = json!({ "text": text }).to_string();
        self.local.ask(Method::PATCH, &path, Some(&self.token), Some(body)).await.unwrap();
    }

    pub(crate) async fn delete(&self, message: &str) {
        let path = format!("/api/customers/messages/{message}");
        self.local.ask(Method::DELETE, &path, Some(&self.token), None).await.unwrap();
    }

    pub(crate) async fn try_messages(&self) -> Result<Vec<Message>, Failed> {
        self.local.messages("/api/customers/messages?", Some(&self.token)).await
    }

    /// Everything in the chat, oldest first.
    pub(crate) async fn messages(&self) -> Vec<Message> {
        self.try_messages().await.unwrap()
    }

    /// What the other side said, once it has said this; nothing of it is the customer's own.
    pub(crate) async fn hears(&self, text: &str) -> Message {
        awaited(text, async || {
            let messages = self.messages().await;
            messages.into_iter().find(|message| message.from == "persona" && message.text() == text)
        })
        .await
    }
}

/// An agent in a room.
#[derive(Clone)]
pub(crate) struct Agent {
    pub(crate) local: Local,
    pub(crate) account: String,
    pub(crate) room: String,
}

impl Agent {
    fn path(&self, rest: &str) -> String {
        format!("/api/team/rooms/{}/{rest}", self.room)
    }

    /// All topics of a group (`waiting`, `answered`, `closed`).
    pub(crate) async fn try_topics(&self, group: &str) -> Result<Vec<Topic>, Failed> {
        #[derive(Deserialize)]
        struct Listing {
            topics: Vec<Topic>,
            next: Option<String>,
        }
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("topics?group={group}&limit={PAGE}{after}");
            let Listing { mut topics, next } = self.local.get(&self.path(&path), None).await?;
            all.append(&mut topics);
            match next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(all),
            }
        }
    }

    pub(crate) async fn topics(&self, group: &str) -> Vec<Topic> {
        self.try_topics(group).await.unwrap()
    }

    /// The topics of all groups.
    pub(crate) async fn all_topics(&self) -> Vec<Topic> {
        let mut all = self.topics("waiting").await;
        all.append(&mut self.topics("answered").await);
        all.append(&mut self.topics("closed").await);
        all
    }

    /// The topic of a customer, once there is one; its card included.
    pub(crate) async fn topic_of(&self, customer: &Customer) -> Topic {
        let id = awaited(&format!("a topic of {}", customer.name), async || {
            let mut topics = self.all_topics().await.into_iter();
            topics.find(|topic| topic.title.starts_with(&format!("{} · ", customer.name)))
        })
        .await
        .id;
        self.local.get(&self.path(&format!("topics/{id}")), None).await.unwrap()
    }

    pub(crate) async fn try_messages(&self, topic: &str) -> Result<Vec<Message>, Failed> {
        self.local.messages(&self.path(&format!("messages?topic={topic}&")), None).await
    }

    /// Everything in a topic, oldest first.
    pub(crate) async fn messages(&self, topic: &str) -> Vec<Message> {
        self.try_messages(topic).await.unwrap()
    }

    /// Everything in the room outside of topics, oldest first.
    pub(crate) async fn room_messages(&self) -> Vec<Message> {
        self.local.messages(&self.path("messages?"), None).await.unwrap()
    }

    /// The first message in a topic whose text contains this, once there is one.
    pub(crate) async fn sees(&self, topic: &str, text: &str) -> Message {
        awaited(text, async || {
            let messages = self.messages(topic).await;
            messages.into_iter().find(|message| message.text().contains(text))
        })
        .await
    }

    /// Posts in a topic, maybe in answer to a message there; a repeat with the same `client_id` makes nothing new.
    pub(crate) async fn try_say(
        &self,
        topic: Option<&str>,
        text: &str,
        reply_to: Option<&str>,
        client_id: Option<&str>,
    ) -> Result<Kept, Failed> {
        let mut body = json!({ "agent": self.account, "text": text });
        for (key, value) in [("topic", topic), ("reply_to", reply_to), ("client_id", client_id)] {
            if let Some(value) = value {
                body[key] = value.into();
            }
        }
        self.local.post(&self.path("messages"), None, &body).await
    }

    /// Posts in a topic whatever it is: a command, a note, a reply, as the desk reads it. Gives its id.
    pub(crate) async fn say(&self, topic: &str, text: &str) -> String {
        self.try_say(Some(topic), text, None, None).await.unwrap().id
    }

    /// Answers the customer with `!r`.
    pub(crate) async fn reply(&self, topic: &str, text: &str) -> String {
        self.say(topic, &format!("!r {text}")).await
    }

    /// Answers the customer by replying to the copy of a message.
    pub(crate) async fn answer(&self, topic: &str, copy: &str, text: &str) -> String {
        self.try_say(Some(topic), text, Some(copy), None).await.unwrap().id
    }

    /// Writes a note.
    pub(crate) async fn note(&self, topic: &str, text: &str) -> String {
        self.say(topic, &format!("// {text}")).await
    }

    /// The mark on an own message, once it is `delivered`, `refused` or `unknown`.
    pub(crate) async fn marked(&self, topic: &str, message: &str) -> String {
        awaited("a mark", async || {
            let messages = self.messages(topic).await;
            let found = messages.into_iter().find(|found| found.id == message)?;
            found.mark.filter(|mark| mark != "pending")
        })
        .await
    }
}
