//! Promises: made in so many words, reminded of, kept or broken, and on record either way.

use super::script::check_timed;

#[test]
fn a_promise_repeats_the_time_as_it_was_understood_and_is_reminded_of() {
    check_timed(
        "
        mia: Where is my refund?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Where is my refund?
        Anna in 1: !promise tomorrow 15:00 call back with the refund
        1 < bridge: promise-made number=1 text=call back with the refund due=weekday day=tue, 2026-03-03 15:00 prefix=!
        Anna in 1: !promises
        1 < bridge: promises-head count=1 | promise-line number=1 customer=Mia agent=Anna due=2026-03-03 15:00 text=call back with the refund
        wait 23h
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=30 min about=Where is my refund?
        hall < bridge: warn-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 left=12 min about=Where is my refund?
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=0 s about=Where is my refund?
        1 < shows overdue
        hall < bridge calls Bernd: Bernd: | overdue-response customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-02 15:05 over=1 h 00 min about=Where is my refund?
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 10:05 left=10 h 00 min about=Where is my refund?
        hall < bridge: warn-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 10:05 left=4 h 00 min about=Where is my refund?
        hall < bridge calls Bernd: Bernd: | overdue-resolution customer=Mia number=1 since=2026-03-02 14:05 due=2026-03-03 10:05 over=0 s about=Where is my refund?
        wait 55m
        1 < bridge calls Anna: promise-reminder agent=Anna text=call back with the refund due=2026-03-03 15:00 left=1 h 00 min prefix=!
        Anna in 1: !done
        1 < bridge: promise-kept number=1
        Anna in 1: !promises
        1 < bridge: no-promises
        ",
    );
}

#[test]
fn a_broken_promise_is_told_to_the_managers_once() {
    check_timed(
        "
        mia: Where is my refund?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Where is my refund?
        Anna in 1 to mia-1: It left today
        mia < Anna (Support) to mia-1: It left today
        1 < Anna-1 delivered
        1 < shows answered
        Anna in 1: !promise morgen 9 Uhr anrufen
        1 < bridge: promise-made number=1 text=anrufen due=weekday day=tue, 2026-03-03 09:00 prefix=!
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 24h
        1 < bridge calls Anna: promise-reminder agent=Anna text=anrufen due=2026-03-03 09:00 left=1 h 00 min prefix=!
        1 < bridge calls Anna: promise-broken agent=Anna customer=Mia number=1 text=anrufen due=2026-03-03 09:00
        hall < bridge calls Bernd: Bernd: | promise-broken agent=Anna customer=Mia number=1 text=anrufen due=2026-03-03 09:00
        Anna in hall: !promises
        hall < bridge: promises-head count=1 | promise-line-broken number=1 customer=Mia agent=Anna due=2026-03-03 09:00 text=anrufen
        Bernd in hall: !promises
        hall < bridge: promises-head count=1 | promise-line-broken number=1 customer=Mia agent=Anna due=2026-03-03 09:00 text=anrufen
        wait 24h
        Bernd in 1: !done
        1 < bridge: promise-done-late number=1
        ",
    );
}

#[test]
fn a_promise_of_nothing_is_none() {
    check_timed(
        "
        mia: Where is my refund?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Where is my refund?
        Anna in 1: !promise tomorrow 15:00
        1 < bridge: promise-what prefix=!
        Anna in 1: !promise tomorrow 15:00 –
        1 < bridge: promise-what prefix=!
        Anna in 1 to mia-1: I will call you back tomorrow at 3pm.
        mia < Anna (Support) to mia-1: I will call you back tomorrow at 3pm.
        1 < bridge: promise-offered phrase=I will call you back tomorrow at 3pm due=2026-03-03 15:00 prefix=!
        1 < Anna-3 delivered
        1 < shows answered
        Bernd in 1: !promise tomorrow 15:00
        1 < bridge: promise-what prefix=!
        Anna in 1: !promises
        1 < bridge: no-promises
        ",
    );
}

#[test]
fn words_that_read_like_a_promise_are_offered_as_one() {
    check_timed(
        "
        mia: Where is my refund?
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Where is my refund?
        Anna in 1 to mia-1: I will call you back tomorrow at 3pm.
        mia < Anna (Support) to mia-1: I will call you back tomorrow at 3pm.
        1 < bridge: promise-offered phrase=I will call you back tomorrow at 3pm due=2026-03-03 15:00 prefix=!
        1 < Anna-1 delivered
        1 < shows answered
        Bernd in 1: !promise
        1 < bridge: promise-of-somebody-else agent=Anna
        Anna in 1: !promise
        1 < bridge: promise-made number=1 text=I will call you back tomorrow at 3pm due=weekday day=tue, 2026-03-03 15:00 prefix=!
        mia: Fine
        1 < Mia: Fine
        1 < shows waiting
        Anna in 1 to mia-2: Ich melde mich bei Ihnen.
        mia < Anna (Support) to mia-2: Ich melde mich bei Ihnen.
        1 < bridge: promise-offered-untimed phrase=Ich melde prefix=!
        1 < Anna-3 delivered
        1 < shows answered
        Anna in 1: !promise
        1 < bridge: promise-when prefix=!
        Anna in 1: !promise in 2 days
        1 < bridge: promise-made number=2 text=Ich melde mich bei Ihnen due=weekday day=wed, 2026-03-04 14:05 prefix=!
        Anna in 1: !done
        1 < bridge: which-promise open=1 I will call you back tomorrow at 3pm · 2 Ich melde mich bei Ihnen prefix=!
        Anna in 1: !done 2
        1 < bridge: promise-kept number=2
        Anna in 1: !promise soonish
        1 < bridge: no-such-time text=soonish
        ",
    );
}
