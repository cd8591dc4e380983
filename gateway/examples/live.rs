// SPDX-License-Identifier: Apache-2.0
//! Scratch.
use openledger_client::{call::{self, datanets::*, models::*}, *};
use openledger_primitives::{payload::Price, ports::*, MILLI, OPEN, H256};
use std::time::Duration;

fn text(n: usize, topic: &str) -> String {
	let mut s = format!("# {topic}\n\n");
	for i in 0..12 {
		s.push_str(&format!("Paragraph {i} of text {n} explains how {topic} works in practice, step {}: read the manual about {topic}, then run example number {} and compare what it prints with line {}.\n\n", i * n + 1, i + n, i * 31 + n * 7));
	}
	s
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
	tracing_subscriber::fmt().with_env_filter("info,openledger_gateway=debug").with_writer(std::io::stderr).init();
	let url = std::env::args().nth(1).unwrap();
	let client = Client::connect_within(&url, Duration::from_secs(30)).await?;
	println!("genesis {:?}", client.genesis_hash());
	let dev = |n: &str| Account::dev(n).unwrap();
	let (alice, bob, charlie, dave, eve, ferdie) = (dev("alice"), dev("bob"), dev("charlie"), dev("dave"), dev("eve"), dev("ferdie"));
	let params = DatanetParams {
		name: b"test".to_vec(), kind: DatanetKind::Text, licence: b"MIT".to_vec(), metadata_uri: vec![], metadata_hash: H256::zero(),
		admission: Admission::Open, credit: Credit::Contributors, review_fee_per_kib: MILLI, bond_per_byte: 10_000_000,
		terms: DatanetTerms { training_fee: OPEN, min_contributors_ppm: 100_000 }, curators: vec![bob.id()],
	};
	let out = client.submit_and_wait(&create_datanet(&params), &alice, Wait::InBlock).await?;
	println!("{:?} fee {}", out.ours().collect::<Vec<_>>(), tokens::open(out.fee_paid()));
	let datanet = out.find(|e| match e { Event::Datanets(DatanetsEvent::DatanetCreated { datanet, .. }) => Some(*datanet), _ => None }).unwrap();
	client.submit_and_wait(&take_seat(datanet), &bob, Wait::InBlock).await?;
	let again = client.submit_and_wait(&take_seat(datanet), &bob, Wait::InBlock).await.unwrap_err();
	println!("expected refusal: {again}");
	let store = ContentStore::open("/tmp/gwlive/texts")?;
	let who = [charlie.clone(), dave.clone(), eve.clone()];
	let topics = ["serialization of structs", "networking with sockets", "random numbers"];
	let mut reveals = vec![];
	let mut commits = vec![];
	for (n, (account, topic)) in who.iter().zip(topics).enumerate() {
		let text = text(n + 1, topic);
		let root = store.put(text.as_bytes())?;
		let uri = format!("{}#{}", store.uri(&root), topic.replace(' ', "-"));
		let reveal = Reveal::of(text.as_bytes(), [n as u8; 32], &uri, 1, "").unwrap();
		let c = reveal.commitment(&client.genesis_hash(), &account.id(), text.len() as u64);
		commits.push((commit(datanet, c, text.len() as u64), account.clone()));
		reveals.push(reveal);
	}
	let mut ids = vec![];
	for o in client.submit_all(&commits, Wait::InBlock, |_| {}).await {
		let o = o?;
		ids.push(o.find(|e| match e { Event::Datanets(DatanetsEvent::Committed { contribution, .. }) => Some(*contribution), _ => None }).unwrap());
	}
	println!("contributions {ids:?}");
	let calls: Vec<_> = ids.iter().zip(&reveals).zip(&who).map(|((id, r), w)| (contribute(*id, r), w.clone())).collect();
	for o in client.submit_all(&calls, Wait::InBlock, |_| {}).await { println!("{:?}", o?.ours().collect::<Vec<_>>()); }
	let reviews: Vec<_> = ids.iter().map(|id| (review(*id, Verdict::Accept { quality: 2 }), bob.clone())).collect();
	for o in client.submit_all(&reviews, Wait::InBlock, |_| {}).await { println!("review in block {}", o?.block.number); }
	let o = client.submit_and_wait(&snapshot(datanet), &alice, Wait::InBlock).await?;
	println!("{:?}", o.ours().collect::<Vec<_>>());
	let model = ModelParams {
		name: b"model".to_vec(), kind: ModelKind::Base, artifact_hash: H256::repeat_byte(rand_byte()), artifact_uri: vec![], metadata_uri: vec![], metadata_hash: H256::zero(),
		provenance_version: 1, snapshots: vec![WeightedSnapshot { datanet, version: 1, weight: 1 }], parents: vec![],
		operator_ppm: 250_000, developer_ppm: 200_000, contributors_ppm: 800_000, derivative_ppm: 0, min_fee_per_call: MILLI,
		suggested_price: Price { per_call: MILLI, in_per_kb: MILLI, out_per_kb: 50 * MILLI },
	};
	let o = client.submit_and_wait(&register(&model), &dave, Wait::InBlock).await?;
	let id = o.find(|e| match e { Event::Models(ModelsEvent::Registered { model, .. }) => Some(*model), _ => None }).unwrap();
	let o = client.submit_and_wait(&publish(id), &dave, Wait::InBlock).await?;
	println!("{:?}", o.ours().collect::<Vec<_>>());
	match client.submit_and_wait(&call::usage::register_operator(1000 * OPEN, bob.public_key()), &bob, Wait::Finalised).await {
		Ok(o) => println!("{:?}", o.ours().collect::<Vec<_>>()),
		Err(e) => println!("operator: {e}"),
	}
	let price = model.suggested_price;
	let o = client.submit_and_wait(&call::usage::open_channel(&bob.id(), id, ferdie.public_key(), price, 10 * OPEN), &ferdie, Wait::Finalised).await?;
	let channel = o.find(|e| match e { Event::Usage(UsageEvent::ChannelOpened { channel, .. }) => Some(*channel), _ => None }).unwrap();
	println!("model {id} channel {channel} at {:?}", o.block);
	println!("{:?}", client.finalised_state().await?.channel(channel).await?);

	let args = ["g", "--node", &url, "--key", "bob", "--model", &id.to_string(), "--listen", "127.0.0.1:8655", "--data", &format!("/tmp/gwlive/data-{id}-{channel}")].map(String::from);
	let config = openledger_gateway::config::Config::read(args)?;
	tokio::spawn(async move { openledger_gateway::start::run(config, std::future::pending()).await.unwrap() });
	tokio::time::sleep(Duration::from_secs(3)).await;
	let gateway = Gateway::new("http://127.0.0.1:8655")?;
	println!("{:?}", gateway.models().await?);
	let view = client.finalised_state().await?.channel(channel).await?.unwrap();
	let mut payer = Payer::new(gateway.clone(), ferdie.clone(), client.genesis_hash(), bob.id(), id, ChannelBook::of(client.genesis_hash(), &view));
	for q in ["How does serialization of structs work?", "explain sockets", "random numbers in practice"] {
		let a = payer.complete(q, Some(600), true).await?;
		println!("{q}: {} bytes, {} spans, fee {} matched {}", a.text.len(), a.spans.len(), tokens::open(a.record.fee), tokens::open(a.record.matched_total));
	}
	payer.settle().await?;
	let mut blocks = client.finalised_blocks(None);
	for _ in 0..80 {
		let b = blocks.next().await?;
		for r in client.events(b).await? {
			if r.event != Event::Other && !matches!(r.event, Event::Datanets(_)) { println!("#{} {:?}", b.number, r.event); }
		}
		let s = client.worker_status().await?;
		if b.number % 5 == 0 { println!("#{} worker {:?}; batches {}", b.number, s, gateway.get::<serde_json::Value>("/v1/batches", None).await?["items"][0]["state"]); }
		if gateway.get::<serde_json::Value>("/v1/batches", None).await?["items"][0]["state"] == "paid" { break; }
	}
	for a in [&alice, &bob, &charlie, &dave, &eve] {
		println!("{} {:?} {:?}", a.label(), client.finalised_state().await?.earnings(&a.id(), &[(datanet, 1)]).await?, client.finalised_state().await?.money(&a.id()).await?);
	}
	println!("{}", serde_json::to_string_pretty(&gateway.get::<serde_json::Value>("/v1/calls/".to_string().as_str().to_owned().as_str().to_owned().chars().chain(format!("{channel}-1").chars()).collect::<String>().as_str(), None).await?["settlement"])?);
	Ok(())
}
fn rand_byte() -> u8 { (std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos() % 251) as u8 }
