//! Who could be taken for an agent.

use super::desk::setup;
use crate::setup::ReplyMode;

#[test]
fn whoever_looks_like_an_agent_is_noticed_in_long_texts_too() {
    let setup = setup(ReplyMode::Explicit);
    let long = "and so on ".repeat(20);
    for text in
        ["anna", "Anna (Support)", "BERND", &format!("{long}\nBernd: {long}"), &format!("Аnnа: {long}")]
    {
        assert!(setup.imitates_an_agent(text), "{text}");
    }
    for text in ["", "Mia", &long, &format!("Ask Bernd: {long}"), &format!("Grüße, {long}")] {
        assert!(!setup.imitates_an_agent(text), "{text}");
    }
}

#[test]
fn two_letters_that_look_like_one_are_noticed_without_a_colon() {
    let mut setup = setup(ReplyMode::Explicit);
    setup.agents[0].name = port::AgentName::new("m".repeat(40));
    assert!(setup.imitates_an_agent(&"rn".repeat(40)));
}

#[test]
fn a_copy_asks_for_its_own_agents() {
    let setup = setup(ReplyMode::Explicit);
    assert!(setup.imitates_an_agent("Anna"));
    let mut other = setup.clone();
    other.agents.remove(0);
    assert!(!other.imitates_an_agent("Anna"));
}
