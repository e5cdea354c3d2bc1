//! What is said of promises.

macro_rules! promises {
    ({ $($before:tt)* } $($areas:ident)*) => {
        every! { {
            $($before)*
            /// One command: `promise`.
            HelpPromise = "help-promise" { prefix: String = "!" },
            /// One command: `done`.
            HelpDone = "help-done" { prefix: String = "!" },
            /// One command: `promises`.
            HelpPromises = "help-promises" { prefix: String = "!" },
            /// Words of a reply read like a promise with a time.
            PromiseOffered = "promise-offered" { phrase: String = "call you back tomorrow", due: String = "2026-03-03 17:00", prefix: String = "!" },
            /// Words of a reply read like a promise without a time.
            PromiseOfferedUntimed = "promise-offered-untimed" { phrase: String = "get back to you", prefix: String = "!" },
            /// A promise was made; the time as it was understood.
            PromiseMade = "promise-made" { number: u64 = 1_u64, text: String = "call back", due: String = "Tuesday, 2026-03-03 15:00", prefix: String = "!" },
            /// A promise lacks its time.
            PromiseWhen = "promise-when" { prefix: String = "!" },
            /// A promise lacks what is promised.
            PromiseWhat = "promise-what" { prefix: String = "!" },
            /// Only who wrote it can promise it.
            PromiseOfSomebodyElse = "promise-of-somebody-else" { agent: String = "Anna" },
            /// A thread has too many open promises.
            ManyPromises = "many-promises" { max: u64 = 20_u64 },
            /// Nothing is promised.
            NoPromises = "no-promises" {},
            /// `done` fits several promises.
            WhichPromise = "which-promise" { open: String = "1 call back · 2 send refund", prefix: String = "!" },
            /// A promise was kept in time.
            PromiseKept = "promise-kept" { number: u64 = 1_u64 },
            /// A promise was kept too late.
            PromiseDoneLate = "promise-done-late" { number: u64 = 1_u64 },
            /// A promise is due soon.
            PromiseReminder = "promise-reminder" { agent: String = "Anna", text: String = "call back", due: String = "2026-03-03 15:00", left: String = "1 h 00 min", prefix: String = "!" },
            /// A promise was not kept in time.
            PromiseBroken = "promise-broken" { agent: String = "Anna", customer: String = "Mia", number: u64 = 17_u64, text: String = "call back", due: String = "2026-03-03 15:00" },
            /// The head of `promises`.
            PromisesHead = "promises-head" { count: u64 = 2_u64 },
            /// An open promise.
            PromiseLine = "promise-line" { number: u64 = 17_u64, customer: String = "Mia", agent: String = "Anna", due: String = "2026-03-03 15:00", text: String = "call back" },
            /// A promise that was not kept in time and is still open.
            PromiseLineBroken = "promise-line-broken" { number: u64 = 17_u64, customer: String = "Mia", agent: String = "Anna", due: String = "2026-03-03 15:00", text: String = "call back" },
            /// A day of the week: `mon` to `sun`.
            Weekday = "weekday" { day: String = "mon" },
        } $($areas)* }
    };
}
