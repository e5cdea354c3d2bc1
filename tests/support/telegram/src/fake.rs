//! The server as a test holds it.

use crate::connection::{Door, Scissors};
use crate::faults::Fault;
use crate::group::Group;
use crate::http;
use crate::people::Person;
use crate::shown::Shown;
use crate::world::{BOT, Chat, Standing, World, private_chat};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The token of the bot.
const TOKEN: &str = "7100000001:AAFakeTokenForTests-0123456789abcdef";

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The method as it was written in the address.
    pub method: String,
    /// `json`, `form`, `multipart` or `query`.
    pub encoding: &'static str,
    /// The parameters; files by name and size.
    pub params: Value,
    /// The status; nothing when the connection was cut.
    pub status: Option<u16>,
    /// The whole answer.
    pub answer: Value,
}

impl Exchange {
    /// As one line of JSON: method, encoding, parameters, status, result.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { method, encoding, params, status, answer } = self;
        json!({ "method": method, "encoding": encoding, "params": params, "status": status, "answer": answer })
            .to_string()
    }
}

/// What the server's tasks and a test share.
pub(crate) struct Inner {
    world: Mutex<World>,
    traffic: Mutex<Vec<Exchange>>,
    /// Raised with every change of the world.
    changes: watch::Sender<u64>,
    /// Raised by `release`.
    pub(crate) releases: watch::Sender<u64>,
}

impl Inner {
    /// The world, to be looked at.
    pub(crate) fn look(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and wakes up whoever waits for it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let changed = change(&mut self.look());
        self.changes.send_modify(|count| *count += 1);
        changed
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn record(&self, exchange: Exchange) {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
        self.changes.send_modify(|count| *count += 1);
    }
}

/// A Bot API server with one bot, alive as long as this.
pub struct Fake {
    inner: Arc<Inner>,
    address: String,
    _server: JoinSet<()>,
}

impl Fake {
    /// Starts on a free port.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn try_start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let bot = json!({ "id": BOT, "is_bot": true, "first_name": "Desk", "username": "desk_test_bot" });
        let world = World {
            users: BTreeMap::from([(BOT, bot)]),
            privacy: true,
            next_private: 1,
            next_id: 5_000,
            ..World::default()
        };
        let inner = Arc::new(Inner {
            world: Mutex::new(world),
            traffic: Mutex::new(Vec::new()),
            changes: watch::Sender::new(0),
            releases: watch::Sender::new(0),
        });
        let service = http::router(Arc::clone(&inner)).into_make_service_with_connect_info::<Scissors>();
        let mut server = JoinSet::new();
        server.spawn(async move {
            // ends with the set that it is in
            let _ended = axum::serve(Door(listener), service).await;
        });
        Ok(Self { inner, address, _server: server })
    }

    /// Starts on a free port.
    ///
    /// # Panics
    /// When there is no port.
    #[expect(clippy::expect_used, reason = "a test without a server has failed")]
    pub async fn start() -> Self {
        Self::try_start().await.expect("a free port on loopback")
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.address
    }

    /// The bot's token.
    #[must_use]
    pub const fn token(&self) -> &'static str {
        TOKEN
    }

    /// The bot's account.
    #[must_use]
    pub const fn bot_id(&self) -> i64 {
        BOT
    }

    /// A person who has pressed the start button once: the bot may write to them.
    #[must_use]
    pub fn user(&self, name: &str) -> Person {
        let id = self.account(name);
        self.inner.change(|world| {
            let json = world.users.get(&id).map(private_chat).unwrap_or_default();
            world.chats.insert(id, chat(json, true));
        });
        Person::new(&self.inner, id, id)
    }

    /// A person whom the bot does not know: it cannot write to them.
    #[must_use]
    pub fn stranger(&self, name: &str) -> Person {
        let id = self.account(name);
        Person::new(&self.inner, id, id)
    }

    fn account(&self, name: &str) -> i64 {
        self.inner.change(|world| {
            let id = 500_000_000 + world.id();
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            let mut user = json!({ "id": id, "is_bot": false, "first_name": first, "language_code": "de" });
            if !last.is_empty() {
                user["last_name"] = last.into();
            }
            world.users.insert(id, user);
            id
        })
    }

    /// A forum group with the bot as an administrator that has every right it needs.
    #[must_use]
    pub fn forum(&self, title: &str) -> Group {
        let id = self.inner.change(|world| -1_002_000_000_000 - world.id());
        self.group_with(json!({ "id": id, "type": "supergroup", "title": title, "is_forum": true }), id)
    }

    /// A small group: no topics, and it may be migrated.
    #[must_use]
    pub fn small_group(&self, title: &str) -> Group {
        let id = self.inner.change(|world| -4_000_000 - world.id());
        self.group_with(json!({ "id": id, "type": "group", "title": title }), id)
    }

    fn group_with(&self, json: Value, id: i64) -> Group {
        self.inner.change(|world| world.chats.insert(id, chat(json, false)));
        Group::new(&self.inner, id)
    }

    /// What a chat shows now: in a topic, or outside every topic.
    #[must_use]
    pub fn messages(&self, chat: i64, topic: Option<i64>) -> Vec<Shown> {
        self.inner.look().shown(chat, topic)
    }

    /// What the bot was seen doing: chat, topic and action, oldest first.
    #[must_use]
    pub fn actions(&self) -> Vec<(i64, Option<i64>, String)> {
        self.inner.look().actions.clone()
    }

    /// The commands set for a scope (as JSON, `{"type":"default"}`) and a language (empty for all).
    #[must_use]
    pub fn commands(&self, scope: &Value, language: &str) -> Option<Value> {
        self.inner.look().commands.get(&(scope.to_string(), language.to_owned())).cloned()
    }

    /// The next request of a method fails (`*` for any).
    pub fn fails(&self, method: &str, fault: Fault) {
        self.fails_times(method, fault, 1);
    }

    /// The next requests of a method fail.
    pub fn fails_times(&self, method: &str, fault: Fault, times: u32) {
        self.inner.change(|world| world.faults.add(method, fault, times));
    }

    /// Nothing fails any more.
    pub fn mends(&self) {
        self.inner.change(|world| world.faults.clear());
    }

    /// Answers everything that is held.
    pub fn release(&self) {
        self.inner.releases.send_modify(|count| *count += 1);
    }

    /// Whether Telegram's limits of messages per time hold.
    pub fn throttles(&self, is_on: bool) {
        self.inner.change(|world| world.throttle.is_on = is_on);
    }

    /// Whether the bot sees only what is said to it in groups where it is no administrator.
    pub fn privacy_mode(&self, is_on: bool) {
        self.inner.change(|world| world.privacy = is_on);
    }

    /// Puts the clock forward.
    pub fn passes(&self, time: Duration) {
        self.inner.change(|world| world.ahead += i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    }

    /// Sets a webhook, as another program would; nothing takes it away.
    pub fn webhook(&self, url: Option<&str>) {
        self.inner.change(|world| world.webhook = url.map(str::to_owned));
    }

    /// Sends an update of a kind as it stands, if the bot asks for that kind.
    #[expect(clippy::must_use_candidate, reason = "mostly nobody needs its id")]
    pub fn update(&self, kind: &str, value: Value) -> Option<i64> {
        self.inner.change(|world| {
            let now = world.now();
            world.updates.push(now, kind, value)
        })
    }

    /// Sends an update as it stands, whatever it is.
    #[expect(clippy::must_use_candidate, reason = "mostly nobody needs its id")]
    pub fn raw_update(&self, update: Value) -> i64 {
        self.inner.change(|world| {
            let now = world.now();
            world.updates.push_raw(now, update)
        })
    }

    /// Which number the next update gets: after a week of silence Telegram chooses one at random.
    pub fn numbers_updates_from(&self, next: i64) {
        self.inner.change(|world| world.updates.next = next);
    }

    /// How many updates wait for the bot.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.inner.look().updates.count()
    }

    /// How often updates were asked for so far, poll that is still open included.
    #[must_use]
    pub fn polls(&self) -> u64 {
        self.inner.look().updates.poll
    }

    /// Says of a file that it is so large.
    pub fn pretend_size(&self, file_id: &str, size: u64) {
        self.inner.change(|world| {
            if let Some(file) = world.files.get_mut(file_id) {
                file.size = size;
            }
        });
    }

    /// Every request so far.
    #[must_use]
    pub fn traffic(&self) -> Vec<Exchange> {
        self.inner.traffic.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The parameters of every request of a method so far.
    #[must_use]
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let calls = self.traffic().into_iter().filter(|call| call.method.eq_ignore_ascii_case(method));
        calls.map(|call| call.params).collect()
    }

    /// Waits until something is so; it is looked at after every change and every answer.
    ///
    /// # Panics
    /// When it is not so in time.
    pub async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let mut changes = self.inner.changes();
        let wait = async {
            loop {
                changes.mark_unchanged();
                if holds(self) || changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, wait).await;
        assert!(in_time.is_ok(), "waited in vain until {what}");
    }

    /// Waits until a chat shows something that is looked for, and returns the first such message.
    ///
    /// # Panics
    /// When it does not in time.
    #[expect(clippy::expect_used, reason = "it was there just now")]
    pub async fn sees(&self, chat: i64, topic: Option<i64>, wanted: impl Fn(&Shown) -> bool) -> Shown {
        self.until("a message is shown", |fake| fake.messages(chat, topic).iter().any(&wanted)).await;
        self.messages(chat, topic).into_iter().find(wanted).expect("a message that was shown")
    }
}

/// A chat as the server begins with it.
pub(crate) fn chat(json: Value, is_private: bool) -> Chat {
    let rights = ["can_manage_topics", "can_pin_messages", "can_delete_messages", "can_manage_chat"];
    let status = if is_private { "member" } else { "administrator" };
    Chat {
        json,
        is_private,
        closed: None,
        bot: Standing { status: status.to_owned(), rights: rights.map(str::to_owned).into() },
        members: BTreeSet::new(),
        messages: BTreeMap::new(),
        topics: BTreeMap::new(),
        locks_closed: false,
        reactions: None,
        moved_to: None,
        next: 1,
    }
}
