//! What is said of figures, in digests, pictures and files.

macro_rules! figures {
    ({ $($before:tt)* } $($areas:ident)*) => {
        every! { {
            $($before)*
            /// One command: `stats`.
            HelpStats = "help-stats" { prefix: String = "!" },
            /// One command: `agents`.
            HelpAgents = "help-agents" { prefix: String = "!" },
            /// One command: `sla`.
            HelpSla = "help-sla" { prefix: String = "!" },
            /// One command: `breaches`.
            HelpBreaches = "help-breaches" { prefix: String = "!" },
            /// One command: `overdue`.
            HelpOverdue = "help-overdue" { prefix: String = "!" },
            /// One command: `backlog`.
            HelpBacklog = "help-backlog" { prefix: String = "!" },
            /// One command: `compare`.
            HelpCompare = "help-compare" { prefix: String = "!" },
            /// One command: `chart`.
            HelpChart = "help-chart" { prefix: String = "!" },
            /// One command: `export`.
            HelpExport = "help-export" { prefix: String = "!" },
            /// What figures are about.
            FiguresSubject = "figures-subject" { subject: String = "stats" },
            /// Of which period they are.
            FiguresPeriod = "figures-period" { name: String = "week", from: String = "2026-03-02", to: String = "2026-03-08" },
            /// A period that is counted until an hour of its last day.
            FiguresUntil = "figures-until" { period: String = "this week, 2026-03-02 – 2026-03-04", hour: String = "14:00" },
            /// By what they are shown apart.
            FiguresBy = "figures-by" { by: String = "agent" },
            /// In which time they are counted.
            FiguresScale = "figures-scale" { scale: String = "wall" },
            /// One figure.
            FiguresCell = "figures-cell" { measure: String = "median", value: String = "14 min" },
            /// A day of the week.
            FiguresWeekday = "figures-weekday" { day: String = "mon" },
            /// Nobody in particular.
            FiguresNobody = "figures-nobody" {},
            /// There is nothing to show.
            FiguresEmpty = "figures-empty" {},
            /// So many lines are left out.
            FiguresMore = "figures-more" { count: u64 = 12_u64 },
            /// The figures are of a part only.
            FiguresCut = "figures-cut" {},
            /// How it is now, beside every figure.
            FiguresNow = "figures-now" { unanswered: u64 = 3_u64, oldest: String = "2 h 05 min", overdue: u64 = 1_u64, paused: u64 = 1_u64, untimed: u64 = 0_u64 },
            /// All answers of a period together.
            FiguresTotal = "figures-total" { period: String = "today, 2026-03-02", n: u64 = 12_u64, median: String = "14 min", p90: String = "1 h 02 min" },
            /// Where the definitions are.
            FiguresDefine = "figures-define" { command: String = "!stats definition" },
            /// How something is counted.
            FiguresDefinition = "figures-definition" { of: String = "first-response" },
            /// An agent sees the own figures.
            FiguresOwn = "figures-own" {},
            /// An agent asked for the team's figures.
            FiguresForManagers = "figures-for-managers" { prefix: String = "!" },
            /// A word that is not understood in a question for figures.
            FiguresUnknown = "figures-unknown" { word: String = "sometimes", possible: String = "!stats [today|yesterday|week|month] [by agent|channel]" },
            /// A period that is not possible.
            FiguresDays = "figures-days" { max: u64 = 366_u64 },
            /// What a file of figures holds.
            FiguresExported = "figures-exported" { rows: u64 = 3_u64, columns: u64 = 28_u64 },
            /// A digest of a period in which nothing happened.
            DigestQuiet = "digest-quiet" { period: String = "yesterday, 2026-03-01" },
            /// What is promised and open.
            DigestPromises = "digest-promises" { open: u64 = 4_u64, broken: u64 = 1_u64 },
            /// A word in a picture.
            ChartWord = "chart-word" { word: String = "first_response" },
            /// A day in a picture.
            ChartDay = "chart-day" { day: u64 = 3_u64, month: u64 = 11_u64 },
            /// What a picture of lengths shows.
            ChartTimes = "chart-times" { what: String = "first answer", n: u64 = 12_u64, median: String = "14 min", p90: String = "1 h 02 min" },
            /// What was promised, and whether it is drawn.
            ChartTarget = "chart-target" { policy: String = "standard", target: String = "4 h 00 min", drawn: String = "yes" },
            /// What a picture of messages shows.
            ChartIncoming = "chart-incoming" { n: u64 = 120_u64, hour: String = "Mon 10:00", count: u64 = 12_u64 },
        } $($areas)* }
    };
}
