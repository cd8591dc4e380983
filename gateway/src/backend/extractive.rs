// SPDX-License-Identifier: Apache-2.0
//! Answers made of registered text: the passages that rank highest for the question, quoted word
//! for word, each under a line that names its source. Needs no weights and no network.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use openledger_client::wire::Prompt;
use openledger_primitives::{ids::MAX_ANSWER_BYTES, ContributionId};
use tantivy::{
	collector::TopDocs,
	doc,
	query::{BooleanQuery, Occur, Query, TermQuery},
	schema::{Field, IndexRecordOption, Schema, Value, INDEXED, STORED, TEXT},
	tokenizer::TextAnalyzer,
	IndexReader, ReloadPolicy, TantivyDocument, Term,
};

use super::{Backend, BackendError, Completion, BYTES_PER_TOKEN};
use crate::corpus::{Corpus, Texts};

/// Bytes of a passage, at most.
const PASSAGE: usize = 1_000;
/// A paragraph shorter than this goes with the next one: headings belong to their text.
const SHORT: usize = 160;
/// Tokens of an answer when the request doesn't say.
const DEFAULT_TOKENS: u32 = 512;
/// Sources of one answer, at most, when no adapter says otherwise.
const SOURCES: usize = 5;
/// Words that name no subject: a question ranks by its others. They count when there are no others.
const STOP_WORDS: &[&str] = &[
	"a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for",
	"from", "has", "have", "how", "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or",
	"should", "so", "that", "the", "their", "them", "there", "this", "to", "was", "we", "what",
	"when", "where", "which", "who", "why", "will", "with", "without", "would", "you", "your",
];
/// Passages looked at for them.
const CANDIDATES: usize = 64;
/// Terms of a question that count.
const TERMS: usize = 64;
/// A passage that scores below this part of the best one is not quoted.
const RELATIVE_SCORE: f32 = 0.4;
/// Memory of the index writer.
const WRITER_BYTES: usize = 32 << 20;
/// What is said when nothing matches.
const NOTHING: &str = "None of this model's registered texts answers that.";

struct Passage {
	contribution: ContributionId,
	range: Range<usize>,
}

/// What an adapter of a retrieval model changes: the artifact that its developer registers.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Adapter {
	/// Sources of one answer, 1 to 64.
	pub sources: usize,
}

impl Default for Adapter {
	fn default() -> Self {
		Self { sources: SOURCES }
	}
}

impl Adapter {
	/// Reads an artifact.
	pub fn read(artifact: &[u8]) -> Result<Self, BackendError> {
		let adapter: Self = serde_json::from_slice(artifact).map_err(failed)?;
		if !(1..=CANDIDATES).contains(&adapter.sources) {
			return Err(failed("an adapter has 1 to 64 sources"));
		}
		Ok(adapter)
	}
}

/// The search index over a corpus.
pub struct Extractive {
	corpus: Arc<Corpus>,
	adapter: Adapter,
	/// Contributions whose passages are indexed. Those that have left the corpus since then are
	/// not searched.
	indexed: Vec<ContributionId>,
	passages: Vec<Passage>,
	reader: IndexReader,
	analyzer: TextAnalyzer,
	body: Field,
	contribution: Field,
	place: Field,
}

fn failed(error: impl core::fmt::Display) -> BackendError {
	BackendError::Failed(error.to_string())
}

impl Extractive {
	/// Indexes the passages of a corpus in memory.
	pub fn new(corpus: Arc<Corpus>, adapter: Adapter) -> Result<Self, BackendError> {
		let mut schema = Schema::builder();
		let body = schema.add_text_field("body", TEXT);
		let of = schema.add_u64_field("contribution", INDEXED);
		let place = schema.add_u64_field("place", STORED);
		let index = tantivy::Index::create_in_ram(schema.build());
		let mut writer = index
			.writer_with_num_threads(1, WRITER_BYTES)
			.map_err(failed)?;
		let mut passages = Vec::new();
		let texts = corpus.now();
		let indexed: Vec<ContributionId> = texts.sources().keys().copied().collect();
		for contribution in indexed.iter().copied() {
			let text = texts.text(contribution).unwrap_or_default();
			let text = core::str::from_utf8(text).map_err(failed)?;
			for range in split(text) {
				let number = passages.len() as u64;
				let passage = &text[range.clone()];
				writer
					.add_document(doc!(body => passage, of => contribution, place => number))
					.map_err(failed)?;
				passages.push(Passage {
					contribution,
					range,
				});
			}
		}
		writer.commit().map_err(failed)?;
		let reader = index
			.reader_builder()
			.reload_policy(ReloadPolicy::Manual)
			.try_into()
			.map_err(failed)?;
		let analyzer = index.tokenizer_for_field(body).map_err(failed)?;
		Ok(Self {
			corpus,
			adapter,
			indexed,
			passages,
			reader,
			analyzer,
			body,
			contribution: of,
			place,
		})
	}

	/// Terms of a question that its answer is ranked by.
	fn terms(&self, question: &str) -> Vec<String> {
		let mut terms: Vec<String> = Vec::new();
		let mut analyzer = self.analyzer.clone();
		let mut tokens = analyzer.token_stream(question);
		while terms.len() < TERMS && tokens.advance() {
			if !terms.contains(&tokens.token().text) {
				terms.push(tokens.token().text.clone());
			}
		}
		let names_something = |term: &String| !STOP_WORDS.contains(&term.as_str());
		if terms.iter().any(names_something) {
			terms.retain(names_something);
		}
		terms
	}

	/// What a question asks for, and what has left the corpus.
	fn clauses(&self, texts: &Texts, question: &str) -> Vec<(Occur, Box<dyn Query>)> {
		let clause = |occur, term, option| {
			let query = TermQuery::new(term, option);
			(occur, Box::new(query) as Box<dyn Query>)
		};
		let mut clauses: Vec<_> = self
			.terms(question)
			.iter()
			.map(|text| {
				let term = Term::from_field_text(self.body, text);
				clause(Occur::Should, term, IndexRecordOption::WithFreqs)
			})
			.collect();
		if texts.sources().len() != self.indexed.len() {
			let gone = self
				.indexed
				.iter()
				.filter(|contribution| !texts.sources().contains_key(contribution));
			clauses.extend(gone.map(|contribution| {
				let term = Term::from_field_u64(self.contribution, *contribution);
				clause(Occur::MustNot, term, IndexRecordOption::Basic)
			}));
		}
		clauses
	}

	/// Passages for a question, best first.
	fn ranked(&self, texts: &Texts, question: &str) -> Result<Vec<(f32, &Passage)>, BackendError> {
		let clauses = self.clauses(texts, question);
		let asked = BooleanQuery::with_minimum_required_clauses(clauses, 1);
		let searcher = self.reader.searcher();
		let best = TopDocs::with_limit(CANDIDATES).order_by_score();
		let found = searcher.search(&asked, &best).map_err(failed)?;
		found
			.into_iter()
			.map(|(score, address)| {
				let document: TantivyDocument = searcher.doc(address).map_err(failed)?;
				let number = document
					.get_first(self.place)
					.and_then(|value| value.as_u64());
				let passage = number
					.and_then(|number| self.passages.get(usize::try_from(number).ok()?))
					.ok_or_else(|| failed("a passage is missing from the index"))?;
				Ok((score, passage))
			})
			.collect()
	}

	/// A passage under the line that names its source.
	fn quoted(texts: &Texts, passage: &Passage) -> Option<String> {
		let text = texts
			.text(passage.contribution)?
			.get(passage.range.clone())?;
		let text = core::str::from_utf8(text).ok()?;
		let source = texts.sources().get(&passage.contribution)?;
		let licence = match source.licence.as_str() {
			"" => String::new(),
			licence => format!(", {licence}"),
		};
		let (id, name) = (passage.contribution, &source.name);
		Some(format!("[contribution {id}: {name}{licence}]\n{text}"))
	}

	fn answer(&self, question: &str, budget: usize) -> Result<Completion, BackendError> {
		let texts = self.corpus.now();
		let ranked = self.ranked(&texts, question)?;
		let least = ranked
			.first()
			.map_or(0.0, |(score, _)| score * RELATIVE_SCORE);
		let mut quoted: Vec<ContributionId> = Vec::new();
		let mut text = String::new();
		let mut finish_reason = "stop";
		for (score, passage) in ranked {
			if quoted.len() == self.adapter.sources || score < least {
				break;
			}
			if quoted.contains(&passage.contribution) {
				continue;
			}
			let Some(quote) = Self::quoted(&texts, passage) else {
				continue;
			};
			let gap = if text.is_empty() { "" } else { "\n\n" };
			if text.len() + gap.len() + quote.len() > budget {
				finish_reason = "length";
				continue;
			}
			text.push_str(gap);
			text.push_str(&quote);
			quoted.push(passage.contribution);
		}
		if text.is_empty() {
			text.push_str(NOTHING);
		}
		Ok(Completion {
			text,
			finish_reason: finish_reason.into(),
		})
	}
}

#[async_trait]
impl Backend for Extractive {
	fn name(&self) -> &'static str {
		"extractive"
	}

	fn longest_answer(&self, prompt: &Prompt) -> u32 {
		let tokens = prompt.max_tokens.unwrap_or(DEFAULT_TOKENS);
		let least = u32::try_from(NOTHING.len()).unwrap_or(MAX_ANSWER_BYTES);
		tokens
			.saturating_mul(BYTES_PER_TOKEN)
			.clamp(least, MAX_ANSWER_BYTES)
	}

	async fn complete(&self, prompt: &Prompt, _body: &[u8]) -> Result<Completion, BackendError> {
		let budget = usize::try_from(self.longest_answer(prompt)).unwrap_or(0);
		self.answer(prompt.question(), budget)
	}
}

/// Passages of a text: its paragraphs, short ones with what follows, long ones cut after a line or
/// a word.
fn split(text: &str) -> Vec<Range<usize>> {
	let mut passages: Vec<Range<usize>> = Vec::new();
	for paragraph in paragraphs(text) {
		match passages.last_mut() {
			Some(last) if last.len() < SHORT && paragraph.end - last.start <= PASSAGE => {
				last.end = paragraph.end;
			}
			_ => pieces(text, paragraph, &mut passages),
		}
	}
	passages
}

/// Ranges between blank lines, without white space at their ends.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
	let mut found = Vec::new();
	let mut open: Option<Range<usize>> = None;
	let mut at = 0;
	for line in text.split_inclusive('\n') {
		let content = line.trim_end();
		if content.trim_start().is_empty() {
			found.extend(open.take());
		} else {
			let end = at + content.len();
			open = Some(open.map_or(at..end, |range| range.start..end));
		}
		at += line.len();
	}
	found.extend(open);
	found
}

fn pieces(text: &str, paragraph: Range<usize>, passages: &mut Vec<Range<usize>>) {
	let mut rest = paragraph;
	while rest.len() > PASSAGE {
		let limit = (rest.start..=rest.start + PASSAGE)
			.rev()
			.find(|at| text.is_char_boundary(*at))
			.unwrap_or(rest.start);
		let window = &text[rest.start..limit];
		let length = window
			.rfind('\n')
			.or_else(|| window.rfind(|c: char| c.is_ascii_whitespace()))
			.filter(|length| *length > 0)
			.unwrap_or(window.len());
		let end = rest.start + length;
		passages.push(rest.start..end);
		let after = text[end..rest.end].trim_start_matches(|c: char| c.is_ascii_whitespace());
		rest.start = rest.end - after.len();
	}
	if !rest.is_empty() {
		passages.push(rest);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn passages_are_paragraphs_and_headings_go_with_their_text() {
		let long = "word ".repeat(60);
		let text = format!("# Title\n\n{long}\n\n\nfn main() {{}}\n   \nlast words\n");
		let found: Vec<&str> = split(&text).into_iter().map(|range| &text[range]).collect();
		assert_eq!(found.len(), 2);
		assert!(found[0].starts_with("# Title\n\nword") && found[0].ends_with("word"));
		assert_eq!(found[1], "fn main() {}\n   \nlast words");
	}

	#[test]
	fn long_paragraphs_are_cut_between_words_and_lose_nothing_but_white_space() {
		let text = "añb cd\n".repeat(500) + &"é".repeat(1_500);
		let found = split(&text);
		assert!(found
			.iter()
			.all(|range| !range.is_empty() && range.len() <= PASSAGE));
		let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
		let kept: usize = found
			.iter()
			.map(|range| letters(&text[range.clone()]))
			.sum();
		assert_eq!(kept, letters(&text));
		assert!(split("").is_empty() && split(" \n\n\t\n").is_empty());
	}
}
