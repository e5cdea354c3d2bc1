//! A pattern, ready to be looked for: what it needs to be there at all, and the automaton that looks for it.
//!
//! Of some 1,500 patterns most never have a literal in a message. So each is compiled at the start, to know that it can
//! be, and for good when it is looked for the first time.

use super::literals::{self, AnyOf};
use super::pattern::Kind;
use regex_automata::Input;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{Compiler, Config, NFA, WhichCaptures};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The most the automaton of one pattern may take, in bytes.
const ONE_MAX: usize = 1 << 20;
/// How much the quick way of searching may note down, in bytes: enough for a line.
const NOTES_MAX: usize = 16 << 10;

/// A pattern, and what looks for it.
pub(super) struct Program {
    kind: Kind,
    automaton: OnceLock<Option<Box<Automaton>>>,
    /// Whether a match may go over the end of a line.
    pub(super) over_lines: bool,
}

/// A pattern that can be compiled, and what is known of it.
#[derive(Clone)]
pub(super) struct Ready {
    pub(super) program: Arc<Program>,
    /// Literals of which one is wherever the pattern is, if there are such.
    pub(super) needed: Option<AnyOf>,
    /// Whether it is found where nothing is.
    pub(super) matches_nothing: bool,
    /// How many bytes its automaton takes.
    pub(super) size: usize,
}

/// What a search notes down while it is under way. It says nothing to the next one, which only uses its room.
#[derive(Default)]
pub(super) struct Search {
    quick: Option<backtrack::Cache>,
    any: Option<pikevm::Cache>,
}

/// What makes automata of patterns.
pub(super) fn compiler() -> Compiler {
    let config =
        Config::new().utf8(false).which_captures(WhichCaptures::Implicit).nfa_size_limit(Some(ONE_MAX));
    let mut compiler = Compiler::new();
    compiler.configure(config);
    compiler
}

fn compiled(parsed: &Hir, compiler: &Compiler) -> Result<NFA, String> {
    compiler.build_from_hir(parsed).map_err(|error| match error.size_limit() {
        Some(limit) => format!("compiled regex exceeds size limit of {limit} bytes"),
        None => error.to_string(),
    })
}

impl Ready {
    /// Tries a pattern. The error is the regex's own, on one line.
    pub(super) fn new(kind: &Kind, compiler: &Compiler) -> Result<Self, String> {
        let parsed = parsed(kind)?;
        let size = compiled(&parsed, compiler)?.memory_usage();
        let over_lines = over_lines(&parsed);
        Ok(Self {
            program: Arc::new(Program { kind: kind.clone(), automaton: OnceLock::new(), over_lines }),
            needed: literals::needed(&parsed),
            matches_nothing: parsed.properties().minimum_len() == Some(0),
            size,
        })
    }
}

impl Program {
    /// Whether the pattern is in a part of a text.
    pub(super) fn is_in(&self, text: &[u8], within: Range<usize>, search: &mut Search) -> bool {
        let input = Input::new(text).range(within).earliest(true);
        self.automaton().is_some_and(|automaton| automaton.find(input, search).is_some())
    }

    /// The first match in a part of a text.
    pub(super) fn first(
        &self,
        text: &[u8],
        within: Range<usize>,
        search: &mut Search,
    ) -> Option<Range<usize>> {
        self.automaton()?.find(Input::new(text).range(within), search)
    }

    fn automaton(&self) -> Option<&Automaton> {
        let compile = || {
            // it could be compiled before
            let nfa = compiled(&parsed(&self.kind).ok()?, &compiler()).ok()?;
            let config = backtrack::Config::new().visited_capacity(NOTES_MAX);
            let quick = BoundedBacktracker::builder().configure(config).build_from_nfa(nfa.clone()).ok()?;
            Some(Box::new(Automaton { quick, any: PikeVM::new_from_nfa(nfa).ok()? }))
        };
        self.automaton.get_or_init(compile).as_deref()
    }
}

/// An automaton and the ways to run it, both in linear time: the quick one for a line, the other one for what is longer.
struct Automaton {
    quick: BoundedBacktracker,
    any: PikeVM,
}

impl Automaton {
    fn find(&self, input: Input<'_>, search: &mut Search) -> Option<Range<usize>> {
        if input.get_span().len() <= self.quick.max_haystack_len() {
            let room = search.quick.get_or_insert_with(|| self.quick.create_cache());
            room.reset(&self.quick);
            return self.quick.try_find(room, input).ok().flatten().map(|found| found.range());
        }
        let room = search.any.get_or_insert_with(|| self.any.create_cache());
        room.reset(&self.any);
        self.any.find(room, input).map(|found| found.range())
    }
}

/// A pattern with the flags of its kind, parsed.
pub(super) fn parsed(kind: &Kind) -> Result<Hir, String> {
    let flagged = match kind {
        Kind::Lower(pattern) => format!("(?m-u){pattern}"),
        Kind::Cased(pattern) => format!("(?im){pattern}"),
    };
    ParserBuilder::new().utf8(false).build().parse(&flagged).map_err(|error| {
        // the last line, without the drawing above it
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        last.strip_prefix("error: ").unwrap_or(last).to_lowercase()
    })
}

/// Whether something in it is the end of a line.
fn over_lines(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.contains(&b'\n'),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n'))
        }
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
        HirKind::Repetition(repetition) => over_lines(&repetition.sub),
        HirKind::Capture(capture) => over_lines(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(over_lines),
    }
}
