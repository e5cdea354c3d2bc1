//! What the Matrix adapter does with rooms, sessions and a homeserver that goes away, on a real Synapse.

use crate::matrix_client::{Person, id};
use crate::matrix_rig::{BRIDGE, PASSWORD, SynapseRig};
use crate::synapse::Synapse;
use adapter_matrix::{Login, MatrixAdapter, Secret};
use port::conformance::{Rig, Shell};
use port::{
    Adapter, AdapterError, ChatId, Found, Heal, Health, Inbound, InboundKind, NoMedia, Op, OpId, Operation,
    Outcome, Probe, Refusal, RefusalScope, TopicState,
};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

async fn health_is(adapter: &MatrixAdapter, wanted: impl FnMut(&Health) -> bool) -> Health {
    let mut health = adapter.health();
    let reached = timeout(PATIENCE, health.wait_for(wanted)).await.is_ok();
    let health = adapter.health().borrow().clone();
    assert!(reached, "health is {health:?}");
    health
}

/// Waits until something a person sees is so.
async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} did not happen");
        sleep(Duration::from_millis(25)).await;
    }
}

fn texts(heard: &[Inbound], chat: &str) -> Vec<String> {
    let of_chat = heard.iter().filter(|inbound| inbound.chat.as_str() == chat);
    of_chat
        .filter_map(|inbound| {
            if let InboundKind::Message { content, .. } = &inbound.kind {
                Some(content.text.text().to_owned())
            } else {
                None
            }
        })
        .collect()
}

async fn heard_gone(shell: &Shell<'_>, mark: usize, chat: &str) -> Inbound {
    let gone = |inbound: &Inbound| inbound.kind == InboundKind::CustomerGone && inbound.chat.as_str() == chat;
    shell.hear(mark, "that the customer is gone", gone).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_since_the_invitation_comes_in_and_nothing_before_it() {
    let rig = SynapseRig::new().await;
    let old = rig.customer.create_room(&[], false).await;
    rig.customer.say(&old, "before the bridge was asked").await;
    rig.customer.invite(&old, BRIDGE).await;
    let mut shell = Shell::new(&rig);
    // more than one sync holds, said before the bridge ever ran
    let wanted: Vec<_> = (0..120).map(|number| format!("line {number}")).collect();
    for text in &wanted {
        rig.customer.say(&rig.chat, text).await;
        rig.customer.say(&old, text).await;
    }
    shell.resume().await;
    for _ in 0..2 {
        shell.hear_text(0, "line 119").await.unwrap();
    }
    let both = |heard: &[Inbound]| {
        [&rig.chat, &old].map(|chat| texts(heard, chat)) == [wanted.clone(), wanted.clone()]
    };
    until("both rooms' history", async || both(&shell.heard_since(0))).await;
    // and while the bridge was down, more than one sync holds
    shell.end().await;
    let mark = shell.mark();
    for text in &wanted {
        rig.customer.say(&rig.chat, text).await;
    }
    shell.resume().await;
    shell.hear_text(mark, "line 119").await.unwrap();
    assert_eq!(texts(&shell.heard_since(mark), &rig.chat), wanted);
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_is_gone_and_who_is_put_out_says_so() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    rig.customer.say(&rig.chat, "hello").await;
    assert_eq!(shell.hear_text(0, "hello").await.unwrap().author.name, "Carla");
    // the bridge is put out of a customer's room
    let strict = rig.customer.create_room(&[BRIDGE], false).await;
    rig.customer.say(&strict, "strictly").await;
    shell.hear_text(0, "strictly").await.unwrap();
    rig.customer.kick(&strict, BRIDGE).await;
    heard_gone(&shell, 0, &strict).await;
    let post = shell.post("agent-1", "Anna", "anybody there?");
    let op = shell.order(ChatId::new(strict), None, post);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(matches!(outcome, Outcome::Refused(Refusal { scope: RefusalScope::Chat, .. })), "{outcome:?}");
    // the customer leaves the bridge alone in another one
    let mark = shell.mark();
    let other = rig.customer.create_room(&[BRIDGE], true).await;
    rig.customer.say(&other, "me again").await;
    shell.hear_text(mark, "me again").await.unwrap();
    rig.customer.leave(&other).await;
    heard_gone(&shell, mark, &other).await;
    // the bridge is put out of the team's room and comes back as soon as it is invited
    rig.agent.kick(&rig.team, BRIDGE).await;
    health_is(
        &rig.adapter,
        |health| matches!(health, Health::Degraded { reason } if reason.contains("invite")),
    )
    .await;
    let post = shell.post("customer-1", "Carla", "kept for later");
    let op = shell.order(rig.team_room(), None, post);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(matches!(outcome, Outcome::Later { whole_channel: false, .. }), "{outcome:?}");
    rig.agent.invite(&rig.team, BRIDGE).await;
    health_is(&rig.adapter, |health| *health == Health::Connected).await;
    shell.deliver(&op).await.unwrap();
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgraded_room_is_followed_only_when_both_rooms_say_so() {
    let mut rig = SynapseRig::new().await;
    let (new_chat, new_team);
    {
        let mut shell = Shell::new(&rig);
        shell.resume().await;
        rig.customer.say(&rig.chat, "hello").await;
        shell.hear_text(0, "hello").await.unwrap();
        until("joining the team", async || rig.agent.sees_joined(&rig.team, BRIDGE).await).await;
        let topic = shell.open_topic("Carla", "card").await.unwrap();
        // a tombstone that points at somebody else's room moves nothing
        let liar = Person::register(&rig.config.homeserver, "mallory", "m").await;
        let trap = liar.create_room(&[BRIDGE], true).await;
        liar.say(&trap, "hi").await;
        shell.hear_text(0, "hi").await.unwrap();
        liar.set_state(&trap, "m.room.tombstone", json!({ "body": "", "replacement_room": rig.chat })).await;
        new_chat = rig.customer.upgrade(&rig.chat).await;
        rig.customer.invite(&new_chat, BRIDGE).await;
        let is_move = |inbound: &Inbound| matches!(inbound.kind, InboundKind::ChatMoved { .. });
        let inbound = shell.hear(0, "the move", is_move).await.unwrap();
        assert_eq!(inbound.chat.as_str(), rig.chat);
        assert!(inbound.kind == InboundKind::ChatMoved { to: ChatId::new(new_chat.clone()) });
        rig.customer.say(&new_chat, "over here").await;
        assert_eq!(shell.hear_text(0, "over here").await.unwrap().chat.as_str(), new_chat);
        let moves = shell.heard_since(0).into_iter().filter(is_move).count();
        assert_eq!(moves, 1);
        // what is still addressed to the old room is sent on
        let post = shell.post("agent-1", "Anna", "too late");
        let op = shell.order(ChatId::new(rig.chat.clone()), None, post);
        let wanted = Outcome::Heal(Heal::ChatMoved(ChatId::new(new_chat.clone())));
        assert_eq!(rig.adapter.deliver(&op, &NoMedia).await, wanted);
        // the team's room goes on under the configured id
        new_team = rig.agent.upgrade(&rig.team).await;
        rig.agent.invite(&new_team, BRIDGE).await;
        until("following the team", async || rig.agent.sees_joined(&new_team, BRIDGE).await).await;
        rig.agent.say(&new_team, "we moved").await;
        assert_eq!(shell.hear_text(0, "we moved").await.unwrap().chat, rig.team_room());
        // its old topics stayed behind
        let post = shell.post("customer-1", "Carla", "hello");
        let op = shell.order(rig.team_room(), Some(topic), post);
        assert_eq!(rig.adapter.deliver(&op, &NoMedia).await, Outcome::Heal(Heal::TopicGone));
        shell.end().await;
    }
    rig.reborn();
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    let topic = shell.open_topic("Carla", "after a restart").await.unwrap();
    let seen = rig.agent.events(&new_team).await;
    assert!(seen.iter().any(|event| id(event) == topic.as_str()), "the topic is in the new room");
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_allowed_servers_may_invite() {
    let rig =
        SynapseRig::with(|config| config.allowed_servers = Some(vec!["elsewhere.test".to_owned()])).await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    let declined = async || {
        let member = rig.customer.state(&rig.chat, "m.room.member", BRIDGE).await;
        member.is_ok_and(|member| member["membership"] == "leave")
    };
    until("declining", declined).await;
    // the team's own room is joined, whoever invites
    until("joining the team", async || rig.agent.sees_joined(&rig.team, BRIDGE).await).await;
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_homeserver_that_goes_away_is_waited_for() {
    let rig = SynapseRig::new().await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    rig.customer.say(&rig.chat, "before").await;
    shell.hear_text(0, "before").await.unwrap();
    rig.synapse.lock().await.stop().await;
    health_is(&rig.adapter, |health| matches!(health, Health::Down { .. })).await;
    let post = shell.post("agent-1", "Anna", "while it is away");
    let op = shell.order(rig.customer_chat(), None, post);
    let outcome = rig.adapter.deliver(&op, &NoMedia).await;
    assert!(matches!(outcome, Outcome::Later { .. } | Outcome::Unknown { .. }), "{outcome:?}");
    assert!(matches!(rig.adapter.reconcile(&op).await, Found::Later { .. }));
    rig.synapse.lock().await.resume().await;
    health_is(&rig.adapter, |health| *health == Health::Connected).await;
    shell.deliver(&op).await.unwrap();
    rig.customer.say(&rig.chat, "after").await;
    shell.hear_text(0, "after").await.unwrap();
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_lasts_over_restarts_and_is_renewed_on_the_same_device() {
    let mut rig = SynapseRig::new().await;
    let mut ops = Vec::new();
    for round in 0..3 {
        {
            let mut shell = Shell::new(&rig);
            shell.resume().await;
            until("joining", async || rig.customer.sees_joined(&rig.chat, BRIDGE).await).await;
            let post = shell.post("agent-1", "Anna", "once");
            let op =
                Op { id: OpId::new("same"), attempt: round, ..shell.order(rig.customer_chat(), None, post) };
            ops.push(shell.deliver(&op).await.unwrap());
            let devices = rig.bridge.ask(reqwest::Method::GET, "v3/devices", None).await.unwrap();
            assert_eq!(devices["devices"].as_array().unwrap().len(), 2, "ours and the test's");
            if round == 0 {
                // signed out behind the adapter's back, while it runs
                sign_out_the_others(&rig, &devices).await;
                rig.customer.say(&rig.chat, "still there?").await;
                shell.hear_text(0, "still there?").await.unwrap();
                ops.clear();
            }
            shell.end().await;
        }
        rig.reborn();
    }
    assert_eq!(ops[0], ops[1], "the homeserver knows the device and the transaction again");
}

async fn sign_out_the_others(rig: &SynapseRig, devices: &serde_json::Value) {
    let own = rig.bridge.ask(reqwest::Method::GET, "v3/account/whoami", None).await.unwrap();
    let others =
        devices["devices"].as_array().unwrap().iter().filter(|one| one["device_id"] != own["device_id"]);
    for other in others {
        let path = format!("v3/devices/{}", other["device_id"].as_str().unwrap());
        let auth = json!({ "auth": {
            "type": "m.login.password", "password": PASSWORD,
            "identifier": { "type": "m.id.user", "user": BRIDGE },
        } });
        rig.bridge.ask(reqwest::Method::DELETE, &path, Some(auth)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_credentials_are_told_with_the_keys_to_look_at() {
    let rig = SynapseRig::with(|config| {
        config.login = Login::Password { user: "bridge".to_owned(), password: Secret::new("another") };
    })
    .await;
    let mut shell = Shell::new(&rig);
    shell.start_unheard().await;
    let ended = shell.ending().await.unwrap();
    let Err(AdapterError::BadCredentials(reason)) = ended else { panic!("{ended:?}") };
    assert!(reason.contains("password_env") && reason.contains("`matrix`"), "{reason}");
    assert!(!reason.contains("bridge") && !reason.contains("another"), "{reason}");
    assert!(matches!(&*rig.adapter.health().borrow(), Health::BadCredentials { .. }));
    let post = shell.post("agent-1", "Anna", "hello");
    let op = shell.order(rig.customer_chat(), None, post);
    assert!(matches!(rig.adapter.deliver(&op, &NoMedia).await, Outcome::Later { .. }));
    let probes = rig.adapter.probe(&[rig.team_room()]).await;
    assert!(matches!(&probes[..], [Probe::Wrong { .. }]), "{probes:?}");
    // a token that was never one
    let mut config = rig.config.clone();
    let token = |token: &str| Login::Token {
        access_token: Secret::new(token),
        user: BRIDGE.to_owned(),
        device_id: "TEST".to_owned(),
    };
    config.login = token("syt_nonsense");
    let adapter = MatrixAdapter::new(config.clone(), Arc::clone(&rig.shelf) as _);
    assert!(matches!(adapter.deliver(&op, &NoMedia).await, Outcome::Later { .. }));
    health_is(
        &adapter,
        |health| matches!(health, Health::BadCredentials { reason } if reason.contains("token")),
    )
    .await;
    // and one that is
    config.login = token(rig.bridge.token());
    let adapter = MatrixAdapter::new(config, Arc::clone(&rig.shelf) as _);
    rig.bridge.join(&rig.chat).await.unwrap();
    let outcome = adapter.deliver(&op, &NoMedia).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_says_what_it_found_and_leaves_nothing_behind() {
    let rig = SynapseRig::new().await;
    let devices = async || {
        let devices = rig.bridge.ask(reqwest::Method::GET, "v3/devices", None).await.unwrap();
        devices["devices"].as_array().unwrap().len()
    };
    let before = devices().await;
    let unknown = ChatId::new(rig.closed.clone());
    let found = rig.adapter.probe(&[rig.team_room(), unknown]).await;
    let wrong: Vec<_> = found.iter().map(|probe| matches!(probe, Probe::Wrong { .. })).collect();
    assert_eq!(wrong, [false, false, true, false, false], "{found:?}");
    assert!(!rig.agent.sees_joined(&rig.team, BRIDGE).await, "a check joins nothing");
    assert_eq!(devices().await, before);
    // an encrypted team room can be worked in, and without a recovery key it is said what could be lost
    rig.agent.set_state(&rig.team, "m.room.encryption", json!({ "algorithm": "m.megolm.v1.aes-sha2" })).await;
    let mut shell = Shell::new(&rig);
    shell.resume().await;
    health_is(
        &rig.adapter,
        |health| matches!(health, Health::Degraded { reason } if reason.contains("recovery key")),
    )
    .await;
    let found = rig.adapter.probe(&[rig.team_room()]).await;
    let wanted = [
        "takes the credentials",
        "in the encrypted team room",
        "has signed the bridge's device",
        "no recovery key",
    ];
    assert_eq!(found.len(), wanted.len(), "{found:?}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(matches!(found, Probe::Well(what) if what.contains(wanted)), "{found:?}");
    }
    // and what is encrypted by a customer is told
    until("joining", async || rig.customer.sees_joined(&rig.chat, BRIDGE).await).await;
    rig.customer.send(&rig.chat, "m.room.encrypted", json!({ "algorithm": "m.megolm.v1.aes-sha2" })).await;
    shell.hear(0, "the unreadable", |inbound| inbound.kind == InboundKind::Undecryptable).await.unwrap();
    shell.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_is_obeyed_exactly_and_repeats_make_nothing_twice() {
    let synapse = Synapse::start_with(json!({ "rc_message": { "per_second": 0.5, "burst_count": 3 } })).await;
    let url = synapse.url();
    let bridge = Person::register(&url, "bridge", PASSWORD).await;
    let room = bridge.create_room(&[], false).await;
    let rig = SynapseRig::with(|config| config.homeserver = url).await;
    let shell = &mut Shell::new(&rig);
    let mut limited = 0;
    for number in 0..6 {
        let post = shell.post("agent-1", "Anna", &format!("{number}"));
        let op = shell.order(ChatId::new(room.clone()), None, post);
        loop {
            let outcome = rig.adapter.deliver(&op, &NoMedia).await;
            if matches!(outcome, Outcome::Delivered { .. }) {
                break;
            }
            let Outcome::Later { after: Some(wait), whole_channel: true, .. } = outcome else {
                panic!("{outcome:?}");
            };
            assert!(wait <= Duration::from_secs(10), "{wait:?}");
            limited += 1;
            sleep(wait).await;
        }
    }
    assert!(
        (1..=6).contains(&limited),
        "waiting exactly as told, each message waits at most once: {limited}"
    );
    let events = bridge.events(&room).await;
    let bodies: Vec<_> = events.iter().filter_map(|event| event["content"]["body"].as_str()).collect();
    assert_eq!(bodies, (0..6).map(|number| format!("Anna: {number}")).collect::<Vec<_>>());
    let (title, card) = (shell.private("t"), shell.private("c"));
    let operation = Operation::OpenTopic { title, state: TopicState::Waiting, due: None, card };
    let op = shell.order(ChatId::new(room.clone()), None, operation);
    assert_eq!(rig.adapter.reconcile(&op).await, Found::No);
    let (parts, topic) = shell.deliver(&op).await.unwrap();
    assert_eq!(rig.adapter.reconcile(&op).await, Found::Yes { parts, topic });
}
