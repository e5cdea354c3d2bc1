//! The real process, killed in the middle of its work again and again.
//!
//! Whoever got no answer sends the same again under the same `client_id`, or gives up; what was answered must be on
//! the other side exactly once, in order, and at nobody else's.

#![expect(clippy::panic, reason = "tests stop where something is not so")]

use crate::bridge::Bridge;
use crate::local_client::{Agent, Customer, Failed, Local, Message, awaited};
use fastrand::Rng;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, LocalSet};

/// How often the process is killed.
const ROUNDS: u32 = 50;
/// Customers who write all the time; one more comes each round.
const REGULARS: usize = 4;
/// How long a process lives at most, after it serves, in milliseconds.
const LIFE_MAX: u64 = 600;
/// How long a process lives at most that is killed while it starts, in milliseconds.
const START_MAX: u64 = 60;
/// How long people pause at most, in milliseconds.
const CUSTOMER_PAUSE: u64 = 120;
const AGENT_PAUSE: u64 = 50;
/// How long everybody and everything may take altogether.
const PATIENCE: Duration = Duration::from_mins(4);
/// Begins every note.
const NOTE: &str = "between us";

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Post {
    /// It was answered: it is kept.
    Kept,
    /// It was never answered, and not sent again: it may be kept.
    GivenUp,
}

/// What everybody posted, by text.
#[derive(Default)]
struct Books {
    /// By customer and text, in the order of writing.
    written: BTreeMap<String, Vec<(String, Post)>>,
    /// An agent's words to a customer: who is meant.
    replies: BTreeMap<String, (String, Post)>,
    notes: BTreeMap<String, Post>,
    customers: Vec<Customer>,
    lost: u32,
}

/// What all who act in the test share.
#[derive(Clone)]
struct World {
    local: Local,
    books: Rc<RefCell<Books>>,
    over: Rc<Cell<bool>>,
}

impl World {
    fn is_over(&self) -> bool {
        self.over.get()
    }

    fn books<T>(&self, note: impl FnOnce(&mut Books) -> T) -> T {
        note(&mut self.books.borrow_mut())
    }

    /// Posts until it is answered; after a lost answer some give up.
    async fn posted<T>(&self, random: &mut Rng, post: impl AsyncFn() -> Result<T, Failed>) -> Post {
        let gives_up = random.u8(..4) == 0;
        loop {
            match post().await {
                Ok(_) => return Post::Kept,
                Err(Failed::Lost) => self.books(|books| books.lost += 1),
                // on its way down the store no longer takes anything: nobody knows whether this was kept
                Err(Failed::Refused(status, _)) if status.is_server_error() => {}
                Err(Failed::Refused(status, body)) => panic!("refused with {status}: {body}"),
            }
            if gives_up {
                return Post::GivenUp;
            }
            pause(random, 20).await;
        }
    }
}

async fn pause(random: &mut Rng, up_to: u64) {
    tokio::time::sleep(Duration::from_millis(random.u64(..=up_to))).await;
}

async fn comes(world: &World, random: &mut Rng, name: &str) -> Customer {
    loop {
        match world.local.try_customer(name).await {
            Ok(customer) => {
                world.books(|books| books.customers.push(customer.clone()));
                return customer;
            }
            // whoever got no token is nobody, and comes again
            Err(Failed::Lost) => pause(random, 20).await,
            Err(Failed::Refused(status, _)) if status.is_server_error() => pause(random, 20).await,
            Err(refused) => panic!("{refused:?}"),
        }
    }
}

/// Writes one message after the other, `most` or until it is over.
async fn customer(world: World, mut random: Rng, name: String, most: u32) {
    let customer = comes(&world, &mut random, &name).await;
    for number in 1..=most {
        if world.is_over() {
            return;
        }
        let text = format!("{name} says {number}");
        let client_id = format!("{name}-{number}");
        let post = world.posted(&mut random, async || customer.try_write(&text, &client_id).await).await;
        world.books(|books| books.written.entry(name.clone()).or_default().push((text, post)));
        pause(&mut random, CUSTOMER_PAUSE).await;
    }
}

/// Answers, notes and closes until it is over.
async fn agent(world: World, mut random: Rng, account: &str) {
    let agent = world.local.agent(account);
    let mut number = 0;
    while !world.is_over() {
        pause(&mut random, AGENT_PAUSE).await;
        let group = if random.u8(..4) == 0 { "answered" } else { "waiting" };
        let Ok(topics) = agent.try_topics(group).await else { continue };
        let Some(topic) = random.choice(&topics) else { continue };
        let Some((customer, _)) = topic.title.split_once(" · ") else { continue };
        let Ok(messages) = agent.try_messages(&topic.id).await else { continue };
        let copies: Vec<_> = messages.iter().filter(|message| message.from == "persona").collect();
        let Some(copy) = random.choice(&copies) else { continue };
        number += 1;
        let client_id = format!("{account}-{number}");
        let say = async |random: &mut Rng, text: &str, reply_to: Option<&str>| {
            let say = async || agent.try_say(Some(&topic.id), text, reply_to, Some(&client_id)).await;
            world.posted(random, say).await
        };
        let words = format!("{account} to {customer}: {number}");
        match random.u8(..10) {
            0..=3 => {
                let post = say(&mut random, &format!("!r {words}"), None).await;
                world.books(|books| books.replies.insert(words, (customer.to_owned(), post)));
            }
            4..=6 => {
                let post = say(&mut random, &words, Some(&copy.id)).await;
                world.books(|books| books.replies.insert(words, (customer.to_owned(), post)));
            }
            7 | 8 => {
                let note = format!("{NOTE}, {words}");
                let post = say(&mut random, &note, None).await;
                world.books(|books| books.notes.insert(note, post));
            }
            _ => {
                say(&mut random, "!close", None).await;
            }
        }
    }
}

#[tokio::test]
async fn fifty_kills_lose_nothing_double_nothing_and_mix_up_nothing() {
    let seed = std::env::var("DESKBRIDGE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("DESKBRIDGE_TEST_SEED={seed}");
    let books = LocalSet::new().run_until(run(Rng::with_seed(seed))).await;
    let Books { written, replies, notes, customers, lost } = &*books.borrow();
    let messages = written.values().flatten().count();
    let told = format!(
        "{} customers, {messages} messages, {} replies, {} notes, {lost} lost answers",
        customers.len(),
        replies.len(),
        notes.len()
    );
    println!("{told}");
    assert!(messages > 150 && replies.len() > 40 && *lost > ROUNDS, "that tests too little: {told}");
}

async fn run(mut random: Rng) -> Rc<RefCell<Books>> {
    let mut bridge = Bridge::start();
    let world = World { local: bridge.local(), books: Rc::default(), over: Rc::default() };
    let mut people = JoinSet::new();
    for number in 0..REGULARS {
        people.spawn_local(customer(world.clone(), random.fork(), format!("Regular{number}"), u32::MAX));
    }
    for account in ["anna", "bernd"] {
        people.spawn_local(agent(world.clone(), random.fork(), account));
    }
    for round in 0..ROUNDS {
        let most = random.u32(1..4);
        people.spawn_local(customer(world.clone(), random.fork(), format!("Guest{round}"), most));
        pause(&mut random, LIFE_MAX).await;
        bridge.kill_9();
        if random.u8(..3) == 0 {
            bridge.spawn();
            pause(&mut random, START_MAX).await;
            bridge.kill_9();
        }
        // people go on while the process is gone
        let again = tokio::task::spawn_blocking(move || {
            bridge.restart();
            bridge
        });
        bridge = again.await.unwrap();
    }
    world.over.set(true);
    let all = async {
        while let Some(done) = people.join_next().await {
            done.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap();

    settled(&bridge).await;
    check(&world).await;
    // and what is at rest stays as it is
    bridge.stop();
    bridge.restart();
    settled(&bridge).await;
    check(&world).await;
    world.books
}

/// Waits until nothing is to be sent any more.
async fn settled(bridge: &Bridge) {
    let began = Instant::now();
    loop {
        let done = bridge.run(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
        if status["lanes"]["waiting"] == 0 {
            assert_eq!(status["set_aside"], 0, "{status}");
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{status}");
        pause(&mut Rng::with_seed(0), 200).await;
    }
}

/// Both sides, as they are in the end.
struct Sides {
    /// By topic.
    team: Vec<(String, Vec<Message>)>,
    /// By customer.
    customers: BTreeMap<String, Vec<Message>>,
}

/// Everything that was promised.
async fn check(world: &World) {
    let anna = world.local.agent("anna");
    let customers = world.books(|books| books.customers.clone());
    // the last entry of the platform's log may not have reached the desk when its outbox was empty
    let wanted: BTreeSet<String> = world.books(|books| {
        let kept = |(text, post): &(String, Post)| (*post == Post::Kept).then(|| text.clone());
        books.written.values().flatten().filter_map(kept).collect()
    });
    awaited("every kept message in a topic", async || {
        let sides = read(&anna, &customers).await;
        let seen: BTreeSet<_> = sides.team.iter().flat_map(|(_, messages)| copies(messages)).collect();
        let open = |message: &Message| message.mark.as_deref() == Some("pending");
        let pending = sides.team.iter().flat_map(|(_, messages)| messages).any(open);
        (!pending && wanted.iter().all(|text| seen.contains(text.as_str()))).then_some(())
    })
    .await;
    let sides = read(&anna, &customers).await;
    world.books(|books| {
        books.check_customers(&sides);
        books.check_replies(&sides);
    });
}

async fn read(anna: &Agent, customers: &[Customer]) -> Sides {
    let mut sides = Sides { team: Vec::new(), customers: BTreeMap::new() };
    for topic in anna.all_topics().await {
        let messages = anna.messages(&topic.id).await;
        let (customer, _) = topic.title.split_once(" · ").unwrap();
        sides.team.push((customer.to_owned(), messages));
    }
    for customer in customers {
        sides.customers.insert(customer.name.clone(), customer.messages().await);
    }
    sides
}

/// The texts that the bridge brought from the other side.
fn copies(messages: &[Message]) -> impl Iterator<Item = &str> {
    messages.iter().filter(|message| message.from == "persona").map(Message::text)
}

impl Books {
    /// What customers wrote is in their own topic: once, and in their order.
    fn check_customers(&self, sides: &Sides) {
        for (name, written) in &self.written {
            let topics: Vec<_> = sides.team.iter().filter(|(customer, _)| customer == name).collect();
            let copies: Vec<_> = topics.iter().flat_map(|(_, messages)| copies(messages)).collect();
            // what was given up may be missing, everything else is there, and nothing more
            let there =
                |(text, post): &&(String, Post)| *post == Post::Kept || copies.contains(&text.as_str());
            let expected: Vec<_> = written.iter().filter(there).map(|(text, _)| text.as_str()).collect();
            assert_eq!(copies, expected, "the team's side of {name}");
            assert!(topics.len() <= 1, "{name} has {} topics", topics.len());
            let own = sides.customers[name].iter().filter(|message| message.from == "customer");
            assert_eq!(own.map(Message::text).collect::<Vec<_>>(), expected, "the page of {name}");
        }
    }

    /// What agents answered is at the right customer: once, in the order of the topic; nothing else is.
    fn check_replies(&self, sides: &Sides) {
        for (name, messages) in &sides.team {
            let told = |message: &&Message| message.from == "agent" && !message.text().starts_with(NOTE);
            let replies = messages.iter().filter(told).filter_map(|message| {
                let words = message.text().strip_prefix("!r ").unwrap_or(message.text());
                let (customer, _) = self.replies.get(words)?;
                assert_eq!(customer, name, "{words} is in a wrong topic");
                let mark = message.mark.as_deref();
                assert!(matches!(mark, Some("delivered" | "refused" | "unknown")), "{words} is {mark:?}");
                Some((words, mark == Some("delivered")))
            });
            let (delivered, undelivered): (Vec<_>, Vec<_>) = replies.partition(|(_, delivered)| *delivered);
            let delivered: Vec<_> = delivered.into_iter().map(|(words, _)| words).collect();
            let heard: Vec<_> = copies(&sides.customers[name]).collect();
            let certain: Vec<_> = heard
                .iter()
                .copied()
                .filter(|words| !undelivered.iter().any(|(undelivered, _)| undelivered == words))
                .collect();
            assert_eq!(certain, delivered, "what {name} hears");
            assert!(heard.len() <= delivered.len() + undelivered.len(), "{name} hears something twice");
        }
        let posted: BTreeSet<_> =
            sides.team.iter().flat_map(|(_, messages)| messages).map(Message::text).collect();
        let is_posted =
            |words: &str| posted.contains(words) || posted.contains(format!("!r {words}").as_str());
        for (words, (_, post)) in &self.replies {
            assert!(*post == Post::GivenUp || is_posted(words), "{words} is lost");
        }
        for (note, post) in &self.notes {
            assert!(*post == Post::GivenUp || posted.contains(note.as_str()), "{note} is lost");
        }
        for (name, messages) in &sides.customers {
            for message in messages.iter().filter(|message| message.from != "customer") {
                assert!(self.replies.contains_key(message.text()), "{name} hears {}", message.text());
            }
        }
    }
}
