//! The server itself, and what a test may do to it.

use crate::faults::{Fault, Which};
use crate::guilds::Guild;
use crate::listener::{Cuttable, Knife};
use crate::people::User;
use crate::world::{Control, Id, World, id_of};
use crate::{gateway, rest, shapes};
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, Request, State, WebSocketUpgrade};
use axum::response::Response;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The world, and everybody who waits for it to change.
#[derive(Debug)]
pub(crate) struct Core {
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    released: watch::Sender<u64>,
    over: watch::Sender<bool>,
    connections: AtomicU64,
}

impl Core {
    /// Looks at the world.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world, and wakes who waits for that.
    pub(crate) fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = self.look(change);
        self.changed.send_modify(|number| *number += 1);
        result
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn is_over(&self) -> bool {
        *self.over.borrow()
    }

    pub(crate) fn next_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::SeqCst)
    }

    /// Waits until slow requests may go on.
    pub(crate) async fn wait_for_release(&self) {
        let (mut released, mut over) = (self.released.subscribe(), self.over.subscribe());
        let before = *released.borrow_and_update();
        // whoever waits for requests that wait
        self.changed.send_modify(|number| *number += 1);
        tokio::select! {
            _ = released.wait_for(|now| *now > before) => {}
            _ = over.wait_for(|over| *over) => {}
        }
    }
}

/// A Discord of a test's own. It ends when it is dropped.
#[derive(Debug)]
pub struct Fake {
    pub(crate) core: Arc<Core>,
    _server: JoinSet<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.core.over.send_replace(true);
        self.core.changed.send_modify(|number| *number += 1);
    }
}

impl Fake {
    /// Begins to serve on a free port of loopback.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let core = Arc::new(Core {
            world: Mutex::new(World::new(base)),
            changed: watch::Sender::new(0),
            released: watch::Sender::new(0),
            over: watch::Sender::new(false),
            connections: AtomicU64::new(0),
        });
        let app = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&core))
            .into_make_service_with_connect_info::<Knife>();
        let mut server = JoinSet::new();
        server.spawn(async move {
            let _ended = axum::serve(Cuttable(listener), app).await;
        });
        Self { core, _server: server }
    }

    /// The address of the REST API: `http://127.0.0.1:1234/api/v10`.
    #[must_use]
    pub fn api_url(&self) -> String {
        self.core.look(|world| format!("{}/api/v10", world.base))
    }

    /// The bot's token, without the word `Bot`.
    #[must_use]
    pub fn token(&self) -> String {
        self.core.look(|world| world.token.clone())
    }

    /// The bot's user id; its application has the same.
    #[must_use]
    pub fn bot_id(&self) -> String {
        self.core.look(|world| world.bot.to_string())
    }

    /// A new person with a display name.
    #[must_use]
    pub fn user(&self, name: &str) -> User {
        self.account(name, false)
    }

    /// Somebody else's bot.
    #[must_use]
    pub fn other_bot(&self, name: &str) -> User {
        self.account(name, true)
    }

    fn account(&self, name: &str, bot: bool) -> User {
        let id = self.core.with(|world| {
            let id = world.new_id();
            let handle: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            world.users.insert(id, shapes::user(id, &format!("{handle}{}", id % 10_000), Some(name), bot));
            id
        });
        User { core: Arc::clone(&self.core), id }
    }

    /// A new server that the bot is in with every permission that it may want.
    #[must_use]
    pub fn guild(&self, name: &str) -> Guild {
        Guild::make(&self.core, name)
    }

    /// Whether Message Content is enabled for the application; it is at first.
    pub fn enable_content(&self, enabled: bool) {
        self.core.with(|world| world.content_enabled = enabled);
    }

    /// The bot's token is not taken any more.
    pub fn revoke_token(&self) {
        self.core.with(|world| world.token.push_str("-renewed"));
    }

    /// Lets requests go wrong.
    pub fn fail(&self, which: Which, fault: Fault) {
        self.core.with(|world| world.faults.add(which, fault));
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.core.with(|world| world.faults.heal());
    }

    /// Lets slow requests go on.
    pub fn release(&self) {
        self.core.released.send_modify(|number| *number += 1);
    }

    /// How many slow requests wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.core.released.receiver_count()
    }

    /// Answers with rate limit headers and holds to them: five new messages in two seconds per channel or webhook.
    pub fn limit_messages(&self) {
        self.core.with(|world| world.buckets = Some(std::collections::BTreeMap::new()));
    }

    /// Takes two new names of a channel, then asks to wait ten minutes.
    pub fn limit_renames(&self) {
        self.core.with(|world| world.renames = Some(std::collections::BTreeMap::new()));
    }

    /// Takes no more than so many active threads in a server.
    pub fn limit_active_threads(&self, max: usize) {
        self.core.with(|world| world.active_threads_max = max);
    }

    /// Finds every webhook's `avatar_url` malformed.
    pub fn refuse_avatars(&self) {
        self.core.with(|world| world.avatars_refused = true);
    }

    /// Takes no webhook's name that holds this word, as Discord does with words that it tells nobody.
    pub fn refuse_names(&self, word: &str) {
        self.core.with(|world| world.names_refused.push(word.to_lowercase()));
    }

    /// Recommends so many connections to the gateway.
    pub fn recommend_shards(&self, shards: u32) {
        self.core.with(|world| world.shards = shards);
    }

    /// Forgets which nonces there were: minutes have passed.
    pub fn forget_nonces(&self) {
        self.core.with(|world| world.nonces.clear());
    }

    /// Addresses of files that were handed out so far lead nowhere.
    pub fn expire_files(&self) {
        self.core.with(|world| world.signature += 1);
    }

    /// Cuts the gateway's connections without a word; sessions can be resumed.
    pub fn cut_gateway(&self) {
        self.control(Control::Cut);
    }

    /// Asks the client to connect again (op 7).
    pub fn ask_to_reconnect(&self) {
        self.control(Control::Reconnect);
    }

    /// Tells the client that its session is invalid (op 9).
    pub fn invalidate(&self, resumable: bool) {
        self.control(Control::Invalid(resumable));
        if !resumable {
            self.core.with(|world| {
                for session in &mut world.sessions {
                    // it is told before it is forgotten
                    session.id.push_str("-gone");
                }
            });
        }
    }

    /// Closes the gateway's connections with a code.
    pub fn close_gateway(&self, code: u16) {
        self.control(Control::Close(code));
    }

    /// Forgets all sessions: whoever resumes has to begin anew. Connections are cut.
    pub fn forget_sessions(&self) {
        self.core.with(|world| world.sessions.clear());
    }

    /// Whether the gateway takes connections; open ones stay.
    pub fn open_gateway(&self, open: bool) {
        self.core.with(|world| world.gateway_closed = !open);
    }

    /// Holds all events back, or lets them go.
    pub fn hold_events(&self, held: bool) {
        self.core.with(|world| world.held = held);
    }

    fn control(&self, control: Control) {
        self.core.with(|world| {
            for session in world.sessions.iter_mut().filter(|session| session.connection.is_some()) {
                session.controls.push(control);
            }
        });
    }

    /// How many connections of the gateway are past identify or resume.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.core.look(|world| world.sessions.iter().filter(|session| session.connection.is_some()).count())
    }

    /// How often a client identified.
    #[must_use]
    pub fn identified(&self) -> u32 {
        self.core.look(|world| world.identified)
    }

    /// How often a client resumed.
    #[must_use]
    pub fn resumed(&self) -> u32 {
        self.core.look(|world| world.resumed)
    }

    /// Every request with its answer, as JSON lines `{"m","p","req","st","res"}`.
    #[must_use]
    pub fn traffic(&self) -> String {
        self.core.look(|world| {
            world.traffic.iter().fold(String::new(), |mut lines, line| {
                let _infallible = writeln!(lines, "{line}");
                lines
            })
        })
    }

    /// The requests so far: method, path, body.
    #[must_use]
    pub fn requests(&self) -> Vec<(String, String, Value)> {
        let owned = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let request = |line: &Value| (owned(&line["m"]), owned(&line["p"]), line["req"].clone());
        self.core.look(|world| world.traffic.iter().map(request).collect())
    }

    /// What a client sent that no documentation names.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        self.core.look(|world| world.complaints.clone())
    }

    /// The commands that are registered in a server, or everywhere when none is named.
    #[must_use]
    pub fn commands(&self, guild: Option<&str>) -> Vec<Value> {
        let scope = guild.map_or(0, parse);
        self.core.look(|world| world.commands.get(&scope).cloned().unwrap_or_default())
    }

    /// Waits until something is so.
    ///
    /// # Panics
    /// When it is not for too long.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let mut changed = self.core.changes();
        let waiting = timeout(PATIENCE, async {
            loop {
                changed.borrow_and_update();
                if is_so(self) || changed.changed().await.is_err() {
                    return;
                }
            }
        });
        assert!(waiting.await.is_ok(), "waited in vain for: {what}");
    }
}

/// An id that a test names.
pub(crate) fn parse(id: &str) -> Id {
    id_of(&Value::from(id))
}

async fn answer(
    State(core): State<Arc<Core>>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.headers.contains_key("upgrade") {
        let closed = core.look(|world| world.gateway_closed);
        return match WebSocketUpgrade::from_request_parts(&mut parts, &core).await {
            Ok(upgrade) if !closed => upgrade.on_upgrade(move |socket| gateway::serve(core, socket)),
            Ok(_) => rest::plain(502),
            Err(_) => rest::plain(400),
        };
    }
    rest::answer(&core, &knife, Request::from_parts(parts, body)).await
}
