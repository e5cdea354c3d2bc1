//! A short name for the deadlines of a configuration: the same for the same ones, another one where a clock would be due
//! at another time, or somebody else be told.
//!
//! What only matters at the moment somebody acts (what may pause a clock, how long a claim holds) is not in it: nothing that
//! runs follows from that.

use crate::calendar::Calendar;
use crate::policy::{Deadlines, Policy};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The name of these deadlines. Depends on nothing but them.
pub(crate) fn of(deadlines: &Deadlines) -> String {
    let own = deadlines.calendars.values().map(AsRef::as_ref);
    let used = deadlines.policies.iter().flat_map(calendars_of);
    let calendars: BTreeMap<&str, String> =
        own.chain(used).map(|calendar| (calendar.name(), calendar.outline())).collect();
    let mut text = String::new();
    for policy in &deadlines.policies {
        // writing to a string cannot fail
        let _written = writeln!(text, "{}", outline(policy));
    }
    let _written = writeln!(text, "{calendars:?}");
    format!("{:016x}", hash(&text))
}

fn calendars_of(policy: &Policy) -> impl Iterator<Item = &Calendar> {
    std::iter::once(policy.calendar.as_ref()).chain(policy.notices.as_deref())
}

/// What running clocks have from a policy, as text.
fn outline(policy: &Policy) -> String {
    let when = &policy.when;
    let words: BTreeMap<&str, Vec<&str>> = BTreeMap::from([
        ("tags", when.tags.iter().map(String::as_str).collect()),
        ("channels", when.channels.iter().map(port::ChannelName::as_str).collect()),
        ("segments", when.segments.iter().map(String::as_str).collect()),
        ("languages", when.languages.iter().map(String::as_str).collect()),
        ("priorities", when.priorities.iter().map(|priority| priority.word()).collect()),
        ("calendars", calendars_of(policy).map(Calendar::name).collect()),
    ]);
    let allowed = [policy.first_response, policy.next_response, policy.resolution]
        .map(|span| span.map(|span| (span.as_secs(), span.subsec_nanos())));
    let steps: Vec<_> = policy.steps.iter().map(|step| (step.percent, &step.tell)).collect();
    format!("{:?} {words:?} {allowed:?} {steps:?}", policy.name)
}

/// A number for a text; the same on every machine and in every release.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
