//! How a seed is set up: where and when it plays, what fails in it, and what is configured.

use crate::profile::{Platform, Whose};
use crate::script::TEAM_ROOM;
use crate::scripted::{Faults, Scripted};
use desk::calendar::Calendar;
use desk::personas::Personas;
use desk::policy::Deadlines;
use desk::{Agent, Digest, ReplyMode, Role, Setup, Team};
use deskbridge::words::Locales;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use port::{AccountId, AgentName, ChannelName, ChatId, Place};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Where and when: on an ordinary day, and where the clocks change within the hour.
const SCENES: [(&str, &str); 4] = [
    ("2027-01-15T08:00:00Z", "UTC"),
    ("2027-01-14T23:40:00Z", "UTC"),
    ("2027-03-28T00:50:00Z", "Europe/Berlin"),
    ("2027-10-31T00:20:00Z", "Europe/Berlin"),
];

/// Where and when a seed plays.
pub(crate) struct Scene {
    pub(crate) begins: Timestamp,
    pub(crate) zone: TimeZone,
}

pub(crate) fn scene(random: &mut fastrand::Rng) -> Scene {
    let (begins, zone) = *random.choice(&SCENES).unwrap();
    Scene { begins: begins.parse().unwrap(), zone: TimeZone::get(zone).unwrap() }
}

/// A platform as its adapter describes it.
pub(crate) fn channel(
    random: &mut fastrand::Rng,
    name: &str,
    platform: Platform,
    whose: Whose,
) -> Arc<Scripted> {
    let abilities = platform.abilities(whose);
    let mut channel = Scripted::new(name, random.u64(..), abilities.idempotency, platform.is_readable());
    Arc::get_mut(&mut channel).unwrap().abilities = abilities;
    channel
}

/// Times that come while the seed plays, by the clock on the wall; some of them twice, some of them not at all.
fn digest(random: &mut fastrand::Rng, scene: &Scene) -> Digest {
    let begins = scene.begins.to_zoned(scene.zone.clone()).datetime();
    let mut soon = || begins.saturating_add(random.i64(-5..15).minutes());
    let (daily, weekly) = (soon(), soon());
    Digest { daily: Some(daily.time()), weekly: Some((weekly.weekday(), weekly.time())) }
}

pub(crate) fn faults(random: &mut fastrand::Rng) -> Faults {
    Faults {
        later: random.u8(0..20),
        lost_after: random.u8(0..15),
        lost_before: random.u8(0..8),
        limited: random.u8(0..10),
        slow: Duration::from_millis(random.u64(0..3000)),
        redelivered: random.u8(0..30),
        files_later: random.u8(0..30),
        files_never: random.u8(0..10),
    }
}

pub(crate) fn setup(random: &mut fastrand::Rng, scene: &Scene) -> Setup {
    static WORDS: OnceLock<Arc<Locales>> = OnceLock::new();
    let agent = |name: &str, account: &str| Agent {
        name: AgentName::new(name),
        title: None,
        role: Role::Agent,
        handles: BTreeMap::from([("scripted".to_owned(), AccountId::new(account))]),
        languages: Vec::new(),
    };
    Setup {
        instance: "sim".to_owned(),
        channels: ["shop", "team"].map(|name| (ChannelName::new(name), "scripted".to_owned())).into(),
        teams: vec![Team {
            name: "support".to_owned(),
            place: Place::new(ChannelName::new("team"), ChatId::new(TEAM_ROOM)),
            digest: digest(random, scene),
        }],
        agents: vec![agent("Anna", "anna"), agent("Bernd", "bernd")],
        personas: Personas::default(),
        reply_mode: *random.choice(&[ReplyMode::Explicit, ReplyMode::Direct, ReplyMode::Confirm]).unwrap(),
        confirm_grace: SignedDuration::from_secs(10),
        command_prefix: "!".to_owned(),
        reopen_within: SignedDuration::from_secs(random.i64(0..200)),
        locale: "en".to_owned(),
        time_zone: scene.zone.clone(),
        deadlines: Arc::new(deadlines(random)),
        rules: desk::rules::RuleSet::default(),
        topic_links: BTreeMap::new(),
        words: Arc::clone(WORDS.get_or_init(|| Arc::new(Locales::built_in()))) as _,
    }
}

/// Short ones: most are over before the seed is.
fn deadlines(random: &mut fastrand::Rng) -> Deadlines {
    let always = Arc::new(Calendar::always("always", TimeZone::UTC));
    let mut shipped = Deadlines::shipped(Arc::clone(&always), &TimeZone::UTC);
    shipped.policies.retain(|policy| policy.name == "standard");
    for policy in &mut shipped.policies {
        let mut seconds = |most| Some(SignedDuration::from_secs(random.i64(5..most)));
        policy.first_response = seconds(300);
        policy.next_response = seconds(300);
        policy.resolution = seconds(900);
    }
    shipped
}
