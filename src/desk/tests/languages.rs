//! Everybody reads their own language. The desk's is English here; what is said in German begins with `de:`.

use super::script::check;

#[test]
fn a_customer_reads_their_own_language_and_the_team_its_own() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        mia sends sticker
        1 < Mia: unsupported what=sticker
        mia < bridge: de:to-customer-unsupported
        mia cannot be read
        1 < Mia: undecryptable
        mia < bridge: de:to-customer-undecryptable
        mia gap
        1 < bridge: gap
        mia < bridge: de:to-customer-gap
        noa: Where is my parcel? I am still waiting for it
        2 < opens waiting: topic-title customer=Noa number=2
        2 < Noa: Where is my parcel? I am still waiting for it
        noa sends sticker
        2 < Noa: unsupported what=sticker
        noa < bridge: to-customer-unsupported
        ",
    );
}

#[test]
fn the_reason_for_a_file_left_out_is_in_the_language_of_whoever_reads_it() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        1 fails: file too large
        mia attaches a.png
        1 < Mia: [image] a.png
        1 < bridge: file-not-carried reason=cause-file-too-large
        mia < bridge: de:to-customer-file-not-carried reason=de:cause-file-too-large
        mia fails: file gone
        Anna in 1 attaches b.pdf: !r The form
        mia < Anna (Support): The form
        mia < bridge: de:to-customer-reply-file-not-carried agent=Anna (Support) reason=de:cause-file-gone
        1 < bridge: reply-without-file reason=cause-file-gone
        1 < Anna-1 delivered
        1 < shows answered
        ",
    );
}

#[test]
fn a_refused_change_of_a_reply_is_the_teams_to_read() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        Anna in 1: !r Morgen
        mia < Anna (Support): Morgen
        1 < Anna-1 delivered
        1 < shows answered
        mia fails: not possible
        Anna edits Anna-1: !r Heute
        1 < Anna-1 pending
        1 < Anna-1 delivered
        1 < bridge: edit-refused reason=cause-not-possible
        ",
    );
}

#[test]
fn the_first_words_tell_already_also_under_what_cannot_be_carried() {
    check(
        "
        mia sends video: Das ist mein Paket und es ist kaputt
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: unsupported-with-text what=video text=Das ist mein Paket und es ist kaputt
        mia < bridge: de:to-customer-unsupported
        ",
    );
}

#[test]
fn who_has_not_written_enough_is_spoken_to_as_in_the_thread_before() {
    check(
        "
        mia: Wann kommt denn mein Paket, ich warte schon
        1 < opens waiting: topic-title customer=Mia number=1
        1 < Mia: Wann kommt denn mein Paket, ich warte schon
        Anna in 1: !close
        1 < shows closed
        1 < bridge: closed by=Anna
        wait 30h
        mia sends sticker
        2 < opens waiting: topic-title customer=Mia number=2
        2 < Mia: unsupported what=sticker
        mia < bridge: de:to-customer-unsupported
        mia: I am sorry, this is about my other parcel
        2 < Mia: I am sorry, this is about my other parcel
        mia sends sticker
        2 < Mia: unsupported what=sticker
        mia < bridge: to-customer-unsupported
        ",
    );
}
