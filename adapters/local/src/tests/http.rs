//! Over HTTP: what is kept, what is refused and with which words, what streams.

use super::shelf::MemoryShelf;
use super::{PATIENCE, Platform, ROOM, config, free_address, with_credential};
use crate::LocalAdapter;
use port::{
    Adapter, AdapterError, Cursor, Due, Intake, Mark, MessageId, Operation, Outcome, Owner, Persona, Private,
    Stop, TopicId, TopicState, Voice,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;
use tokio::time::timeout;

pub(super) async fn platform() -> (Platform, Arc<MemoryShelf>) {
    let shelf = Arc::new(MemoryShelf::default());
    (Platform::start(config(free_address()), shelf.clone()).await, shelf)
}

fn private(text: &str) -> Private {
    Private::new(Owner::Desk, text)
}

impl Platform {
    async fn deliver(
        &self,
        id: &str,
        chat: &str,
        topic: Option<&str>,
        operation: Operation,
    ) -> (Vec<MessageId>, Option<TopicId>) {
        let outcome = self.carry(id, chat, topic, operation, &port::NoMedia).await;
        let Outcome::Delivered { parts, topic } = outcome else { panic!("{outcome:?}") };
        (parts, topic)
    }

    pub(super) async fn open_topic(&self, id: &str, state: TopicState) -> String {
        let (title, card) = (private("Carla #1"), private("the card"));
        let opened =
            self.deliver(id, ROOM, None, Operation::OpenTopic { title, state, due: None, card }).await;
        opened.1.unwrap().as_str().to_owned()
    }

    async fn titles(&self, group: &str) -> Vec<String> {
        let answer = self.get(&format!("/api/team/rooms/{ROOM}/topics?group={group}")).send().await.unwrap();
        let topics: Value = answer.json().await.unwrap();
        topics["topics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|topic| topic["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The status of an answer, and the words of a refusal.
async fn told(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    assert!(status < 400 || !body["hint"].as_str().unwrap_or_default().is_empty(), "{status} without a hint");
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_post_is_kept_once_and_answered_alike_when_it_comes_again() {
    let (platform, shelf) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let body = json!({ "text": "hello", "client_id": "browser-1" });
    let mut kept = Vec::new();
    for status in [201, 200] {
        let answer = platform.post("/api/customers/messages", &body).header("x-customer-token", &token);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), status);
        kept.push(answer.json::<Value>().await.unwrap());
    }
    assert_eq!(kept[0], kept[1]);
    assert_eq!(shelf.keys("msg/").len(), 1);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn two_agents_may_give_the_same_number_and_no_key_names_them() {
    let (platform, shelf) = platform().await;
    let room = format!("/api/team/rooms/{ROOM}/messages");
    for (agent, status) in [("anna", 201), ("ben", 201), ("anna", 200), ("ben", 200)] {
        let body = json!({ "agent": agent, "text": agent, "client_id": "1" });
        assert_eq!(platform.post(&room, &body).send().await.unwrap().status(), status, "{agent}");
    }
    assert_eq!(shelf.keys("msg/").len(), 2);
    let keys = shelf.keys("");
    assert!(!keys.iter().any(|key| key.contains("anna") || key.contains("ben")), "{keys:?}");
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_post_that_was_not_kept_is_not_acknowledged() {
    let (platform, shelf) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let body = json!({ "text": "hello", "client_id": "browser-1" });
    let post = || platform.post("/api/customers/messages", &body).header("x-customer-token", &token);
    shelf.broken.store(true, Ordering::SeqCst);
    assert_eq!(told(post()).await, (503, "the store failed".to_owned()));
    shelf.broken.store(false, Ordering::SeqCst);
    assert_eq!(told(post()).await.0, 201);
    assert_eq!(shelf.keys("msg/").len(), 1);
    platform.end().await.unwrap();
}

#[tokio::test]
async fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let (platform, _) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let (_, other) = platform.customer("Otto").await;
    let me = |request: reqwest::RequestBuilder| request.header("x-customer-token", &token);
    let messages = "/api/customers/messages";
    let room = format!("/api/team/rooms/{ROOM}/messages");
    let say = |text: &str| json!({ "text": text });
    let long = "x".repeat(64 * 1024 + 1);
    let huge = "x".repeat(1024 * 1024);
    let both = format!("{token},{other}");
    for (request, status, error) in [
        (platform.get("/nowhere"), 404, "nothing at this address"),
        (platform.post("/health", &json!({})), 405, ""),
        (platform.post("/api/team", &json!({})), 405, "does not take this method"),
        (platform.post("/api/customers", &json!({ "name": " \u{200b} " })), 422, "name is empty"),
        (platform.post("/api/customers", &json!({ "nam": "Carla" })), 422, "a field too many"),
        (platform.post(messages, &say("hi")), 401, "no customer's token"),
        (platform.post(messages, &say("hi")).header("x-customer-token", "c-x.y"), 401, "no customer's token"),
        (
            platform.post(messages, &say("hi")).header("x-customer-token", format!("{token}z")),
            401,
            "no customer's",
        ),
        (platform.post(messages, &say("hi")).header("x-customer-token", both), 401, "no customer's token"),
        (me(platform.post(messages, &say(" \n"))), 422, "text is empty"),
        (me(platform.post(messages, &say(&long))), 413, "too long"),
        (me(platform.post(messages, &say(&huge))), 413, "too long"),
        (me(platform.post(messages, &json!({ "text": "hi", "client_id": "a b" }))), 422, "`client_id`"),
        (me(platform.post(messages, &json!({ "text": "hi", "reply_to": "999" }))), 404, "no such message"),
        (me(platform.post(messages, &json!({ "text": "hi", "reply_to": "x" }))), 404, "no such message"),
        (me(platform.get(&format!("{messages}?before=x"))), 400, "a parameter"),
        (me(platform.client.post(format!("{}{messages}", platform.base)).body("{}")), 415, "JSON"),
        (platform.post(messages, &say("hi")).body("{"), 401, "token"),
        (me(platform.post(messages, &say("hi")).body("{")), 400, "no JSON"),
        (platform.post(&room, &json!({ "agent": "mallory", "text": "hi" })), 404, "no such agent"),
        (
            platform.post(&room, &json!({ "agent": "anna", "text": "hi", "topic": "t9" })),
            404,
            "no such topic",
        ),
        (platform.post(&room, &json!({ "agent": "anna", "text": "hi", "topic": "-" })), 404, "no such topic"),
        (platform.get("/api/team/rooms/Nowhere/messages"), 404, "no such room"),
        (platform.get(&format!("/api/team/rooms/{ROOM}/topics?group=lost")), 400, "a parameter"),
        (platform.get(&format!("{room}?topic=t9")), 404, "no such topic"),
    ] {
        let (told, words) = match request.try_clone() {
            Some(again) if error.is_empty() => (again.send().await.unwrap().status().as_u16(), String::new()),
            _ => told(request).await,
        };
        assert!(told == status && words.contains(error), "{told} {words:?}, not {status} {error:?}");
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn only_this_machines_own_pages_are_served() {
    let (platform, _) = platform().await;
    let create = |header: &str, value: &str| {
        platform.post("/api/customers", &json!({ "name": "Carla" })).header(header, value)
    };
    for (request, status) in [
        (platform.get("/api/team").header("host", "evil.example"), 421),
        (platform.get("/").header("host", "evil.example:8080"), 421),
        (platform.get("/").header("host", "localhost"), 200),
        (create("origin", "http://evil.example"), 403),
        (create("origin", "null"), 403),
        (create("origin", "http://127.0.0.1:1"), 403),
        (create("sec-fetch-site", "cross-site"), 403),
        (create("sec-fetch-site", "same-site"), 403),
        (create("origin", &platform.base), 201),
    ] {
        assert_eq!(request.send().await.unwrap().status(), status);
    }
    for page in ["/", "/customer", "/team", "/login", "/assets/team.js", "/nowhere", "/api/team"] {
        let answer = platform.get(page).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn what_other_machines_can_reach_wants_the_credential() {
    let secret = "a-long-enough-secret";
    let shelf = Arc::new(MemoryShelf::default());
    let listen = free_address();
    let platform = Platform::start(with_credential(config(listen), secret), shelf.clone()).await;
    for path in ["/api/team", "/api/customers/me", "/nowhere"] {
        assert_eq!(told(platform.get(path)).await.0, 401, "{path}");
        assert_ne!(
            told(platform.get(path).bearer_auth(secret)).await.1,
            "the credential is missing or wrong"
        );
    }
    assert_eq!(told(platform.get("/api/team").bearer_auth("a-long-enough-guess!")).await.0, 401);
    assert_eq!(platform.get("/health").send().await.unwrap().status(), 200);
    assert!(platform.get("/team").send().await.unwrap().url().path() == "/login");
    assert_eq!(told(platform.post("/api/login", &json!({ "credential": "wrong" }))).await.0, 401);
    let log_in = platform.post("/api/login", &json!({ "credential": secret })).send().await.unwrap();
    let cookie = log_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains(secret));
    let session = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(platform.get("/api/team").header("cookie", &session).send().await.unwrap().status(), 200);
    platform.end().await.unwrap();
    assert!(!shelf.unsealed().contains(secret));
    // a session outlives a restart, and ends with its credential
    for (secret, status) in [(secret, 200), ("another-long-enough-secret", 401)] {
        let platform = Platform::start(with_credential(config(listen), secret), shelf.clone()).await;
        assert_eq!(
            platform.get("/api/team").header("cookie", &session).send().await.unwrap().status(),
            status
        );
        platform.end().await.unwrap();
    }
}

#[tokio::test]
async fn a_customer_sees_no_other_chat() {
    let (platform, _) = platform().await;
    let (carla, token) = platform.customer("Carla").await;
    let (otto, other) = platform.customer("Otto").await;
    for (id, chat) in [("op-1", &carla), ("op-2", &otto)] {
        let voice = Voice::Persona(Persona { id: "agent-1".to_owned(), name: private("Anna (Support)") });
        let body = private(&format!("for {chat}"));
        platform
            .deliver(
                id,
                chat,
                None,
                Operation::Create {
                    voice,
                    body: body.into(),
                    files: Vec::new(),
                    reply_to: None,
                    mentions: Vec::new(),
                },
            )
            .await;
    }
    for (token, own, foreign) in [(&token, &carla, &otto), (&other, &otto, &carla)] {
        let page =
            platform.get("/api/customers/messages").header("x-customer-token", token).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(page.contains(own.as_str()) && !page.contains(foreign.as_str()), "{page}");
        assert!(page.contains("Anna (Support)"), "{page}");
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_long_chat_is_read_backwards_in_pages() {
    let (platform, _) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    for number in 1..=25 {
        let body = json!({ "text": number.to_string() });
        platform
            .post("/api/customers/messages", &body)
            .header("x-customer-token", &token)
            .send()
            .await
            .unwrap();
    }
    let (mut texts, mut before) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/customers/messages?limit=10{before}");
        let page: Value = platform
            .get(&path)
            .header("x-customer-token", &token)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let messages = page["messages"].as_array().unwrap();
        let read = messages.iter().map(|message| message["text"].as_str().unwrap().parse::<u32>().unwrap());
        texts.splice(0..0, read);
        if page["more"] == false {
            break;
        }
        before = format!("&before={}", messages[0]["id"].as_str().unwrap());
    }
    assert_eq!(texts, (1..=25).collect::<Vec<_>>());
    platform.end().await.unwrap();
}

#[tokio::test]
async fn topics_are_listed_by_what_they_wait_for() {
    let (platform, _) = platform().await;
    let one = platform.open_topic("op-1", TopicState::Waiting).await;
    let two = platform.open_topic("op-2", TopicState::Waiting).await;
    let three = platform.open_topic("op-3", TopicState::Answered).await;
    let set = async |id: &str, topic: &str, state: TopicState| {
        let (title, card) = (private("Carla #1"), private("the card"));
        platform.deliver(id, ROOM, Some(topic), Operation::SetTopic { title, state, due: None, card }).await;
    };
    let post = async |id: &str, topic: &str| {
        let create = Operation::Create {
            voice: Voice::Bridge,
            body: private("hi").into(),
            files: Vec::new(),
            reply_to: None,
            mentions: Vec::new(),
        };
        platform.deliver(id, ROOM, Some(topic), create).await;
    };
    assert_eq!(platform.titles("waiting").await, [&*one, &*two]);
    // a new message does not make anybody wait for less long, nor does being overdue
    post("op-4", &one).await;
    set("op-5", &one, TopicState::Overdue).await;
    assert_eq!(platform.titles("waiting").await, [&*one, &*two]);
    set("op-6", &one, TopicState::Answered).await;
    assert_eq!(platform.titles("waiting").await, [&*two]);
    assert_eq!(platform.titles("answered").await, [&*one, &*three]);
    post("op-7", &three).await;
    assert_eq!(platform.titles("answered").await, [&*three, &*one]);
    set("op-8", &three, TopicState::Closed).await;
    set("op-9", &one, TopicState::Waiting).await;
    assert_eq!(platform.titles("waiting").await, [&*two, &*one]);
    assert_eq!(platform.titles("answered").await, [""; 0]);
    assert_eq!(platform.titles("closed").await, [&*three]);
    platform.end().await.unwrap();
}

/// Reads a stream until something is in it.
async fn read_until(answer: &mut reqwest::Response, wanted: &str) -> String {
    let mut read = String::new();
    let reading = async {
        while !read.contains(wanted) {
            let Some(chunk) = answer.chunk().await.unwrap() else { panic!("the stream ended: {read}") };
            read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("`{wanted}` did not come"));
    read
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_cut() {
    let (platform, _) = platform().await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let events = format!("/api/team/rooms/{ROOM}/events");
    let write = async |text: &str| {
        let body = json!({ "agent": "anna", "text": text, "topic": topic });
        let answer = platform.post(&format!("/api/team/rooms/{ROOM}/messages"), &body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let mut stream = platform.get(&events).send().await.unwrap();
    assert!(stream.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let first = write("first").await;
    read_until(&mut stream, "\"first\"").await;
    drop(stream);
    let second = write("second").await;
    let mark = Operation::Mark { message: MessageId::new(second.as_str()), mark: Mark::Delivered };
    platform.deliver("op-2", ROOM, Some(&topic), mark).await;
    let mut stream = platform.get(&events).header("last-event-id", &first).send().await.unwrap();
    let read = read_until(&mut stream, "\"mark\":\"delivered\"").await;
    assert!(read.contains("\"second\"") && !read.contains("\"text\":\"first\""), "{read}");
    // the beginning of everything is where a reader without any number may ask for it
    let mut stream = platform.get(&format!("{events}?after=0")).send().await.unwrap();
    read_until(&mut stream, "\"first\"").await;
    let mut stream = platform.get(&events).header("last-event-id", "999999").send().await.unwrap();
    read_until(&mut stream, "event: reset").await;
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_customers_stream_holds_all_their_chats_and_no_other() {
    let (platform, _) = platform().await;
    let mut tokens = Vec::new();
    for name in ["Carla", "Otto", "Stranger"] {
        tokens.push(platform.customer(name).await);
    }
    let header = format!("{},{}", tokens[0].1, tokens[1].1);
    let mut stream =
        platform.get("/api/customers/events").header("x-customer-token", header).send().await.unwrap();
    for (text, who) in [("secret", 2), ("one", 0), ("two", 1)] {
        let post = platform.post("/api/customers/messages", &json!({ "text": text }));
        post.header("x-customer-token", &tokens[who].1).send().await.unwrap();
    }
    let read = read_until(&mut stream, "\"two\"").await;
    assert!(read.contains("\"one\"") && !read.contains("secret"), "{read}");
    platform.end().await.unwrap();
}

#[tokio::test]
async fn what_people_said_and_who_they_are_is_kept_sealed() {
    let (platform, shelf) = platform().await;
    let (_, token) = platform.customer("Marker Carla").await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let me = |body: Value| platform.post("/api/customers/messages", &body).header("x-customer-token", &token);
    let kept: Value = me(json!({ "text": "marker words" })).send().await.unwrap().json().await.unwrap();
    let path = format!("{}/api/customers/messages/{}", platform.base, kept["id"].as_str().unwrap());
    let edit = platform.client.patch(path).header("x-customer-token", &token);
    assert_eq!(edit.json(&json!({ "text": "other marker" })).send().await.unwrap().status(), 200);
    let voice = Voice::Persona(Persona { id: "customer-1".to_owned(), name: private("Marker Carla") });
    let create = Operation::Create {
        voice,
        body: private("marker words").into(),
        files: Vec::new(),
        reply_to: None,
        mentions: Vec::new(),
    };
    platform.deliver("op-2", ROOM, Some(&topic), create).await;
    let kept = shelf.unsealed();
    for marker in ["arker", "Carla", "the card", token.split_once('.').unwrap().1] {
        assert!(!kept.contains(marker), "`{marker}` is readable");
    }
    platform.end().await.unwrap();
}

#[tokio::test]
async fn an_address_in_use_is_named_with_a_remedy() {
    let (platform, shelf) = platform().await;
    let taken = platform.base.trim_start_matches("http://").to_owned();
    let second = LocalAdapter::new(config(taken.parse().unwrap()), shelf).unwrap();
    let (_stop, stopped) = Stop::new();
    let (batches, _waiting) = mpsc::channel(1);
    let ended = second.run(Cursor::default(), Intake::new(second.channel().clone(), batches), stopped).await;
    let Err(AdapterError::Config(words)) = ended else { panic!("{ended:?}") };
    assert!(words.contains(&taken) && words.contains("set another `listen`"), "{words}");
    platform.end().await.unwrap();
}

#[tokio::test]
async fn open_pages_do_not_hold_up_the_end() {
    let (platform, _) = platform().await;
    let (_, token) = platform.customer("Carla").await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let stream = platform.get("/api/customers/events").header("x-customer-token", &token);
        streams.push(stream.send().await.unwrap());
    }
    platform.end().await.unwrap();
    for mut stream in streams {
        let rest = timeout(PATIENCE, stream.chunk()).await.unwrap();
        assert!(matches!(rest, Ok(None) | Err(_)), "the stream goes on");
    }
}

#[tokio::test]
async fn an_agents_picture_is_there_by_the_persona_and_nobody_elses() {
    let (platform, _shelf) = platform().await;
    let ask = |id: &str| platform.client.get(format!("{}/api/pictures/{id}", platform.base)).send();
    let known = ask("agent-1").await.unwrap();
    assert_eq!(known.headers()["content-type"], "image/png");
    assert_eq!(known.bytes().await.unwrap().as_ref(), b"\x89PNG");
    let unknown = ask("customer-1").await.unwrap();
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.headers()["cache-control"], "private, max-age=3600");
    platform.end().await.unwrap();
}

#[tokio::test]
async fn a_topic_says_until_when_an_answer_is_due_in_the_list_and_in_the_stream() {
    let (platform, shelf) = platform().await;
    let topic = platform.open_topic("op-1", TopicState::Waiting).await;
    let listed = async || {
        let list = platform.get(&format!("/api/team/rooms/{ROOM}/topics")).send().await.unwrap();
        list.json::<Value>().await.unwrap()["topics"][0].clone()
    };
    assert_eq!(listed().await["due"], Value::Null, "nothing is due");
    let mut stream = platform.get(&format!("/api/team/rooms/{ROOM}/events")).send().await.unwrap();
    let at = "2026-03-02T15:05:00Z".parse().unwrap();
    let dues = [
        (Some(Due::At(at)), json!({ "at": at })),
        (Some(Due::PausedUntil(at)), json!({ "paused_until": at })),
        (None, Value::Null),
    ];
    for (number, (due, wanted)) in dues.into_iter().enumerate() {
        let (title, card) = (private("Carla #1"), private(&format!("card {number}")));
        let set = Operation::SetTopic { title, state: TopicState::Waiting, due, card };
        platform.deliver(&format!("set-{number}"), ROOM, Some(&topic), set).await;
        let told = read_until(&mut stream, &format!("card {number}")).await;
        let told = told
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .find(|data| data.contains("\"state\""));
        let told: Value = serde_json::from_str(told.unwrap()).unwrap();
        for shown in [&told, &listed().await] {
            assert_eq!(shown.get("due"), Some(&wanted));
        }
    }
    assert_eq!(shelf.keys("list/").len(), 1);
    platform.end().await.unwrap();
}
