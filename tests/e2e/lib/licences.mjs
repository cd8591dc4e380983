// SPDX-License-Identifier: Apache-2.0
// Real licence texts and the ways in which somebody would disguise a copy of one.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './processes.mjs';

/** Reads licence texts by SPDX name from the sources of the crate `spdx`, which the cli is built with. */
export async function licenceTexts(root, names) {
	const { code, stdout, stderr } = await run('cargo', ['metadata', '--format-version', '1', '--offline', '--locked'], { cwd: root });
	if (code !== 0) throw new Error(`cargo metadata: ${stderr}`);
	const crate = JSON.parse(stdout).packages.find(({ name }) => name === 'spdx');
	if (!crate) throw new Error('the workspace does not depend on the crate spdx');
	const folder = join(dirname(crate.manifest_path), 'src', 'text', 'licenses');
	return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8').replace(/\r\n?/g, '\n')]));
}

const lines = (text, change) => text.split('\n').flatMap(change).join('\n');

/** A fixed shuffle: the same at every run. */
function shuffled(items) {
	const mixed = [...items];
	let state = 12_345;
	for (let place = mixed.length - 1; place > 0; place -= 1) {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		const other = state % (place + 1);
		[mixed[place], mixed[other]] = [mixed[other], mixed[place]];
	}
	return mixed;
}

export const disguises = {
	'every tenth line removed': (text) => lines(text, (line, number) => (number % 10 === 9 ? [] : [line])),
	'every tenth line edited': (text) => lines(text, (line, number) => (number % 10 === 9 ? [`${line.split('').reverse().join('')}`] : [line])),
	'paragraphs shuffled': (text) => shuffled(text.split(/\n\s*\n/)).join('\n\n'),
	'blanks doubled': (text) => text.replaceAll(' ', '  '),
	'upper-cased': (text) => text.toUpperCase(),
	'padded with blanks': (text) => lines(text, (line) => [line, ' '.repeat(40)]),
	'padded with dashes': (text) => lines(text, (line) => [line, '-'.repeat(40)]),
};

/** What the licence says, in other words: a text that copies nothing. */
export const summary = `Summary of a strong copyleft licence.

Whoever gets a program under it may run it for any purpose, look at how it works, and adapt it.
Copies can be handed on, changed or not, for money or for free, as long as each receiver gets the
same freedom together with the complete source, and is told so. Somebody who builds a larger work
on top of it and gives that away has to put the whole under these conditions too; mere aggregation
on one disk does not count. Object code may travel alone only with a written promise, or a network
place, from which the source can be fetched at no more than the price of sending it.

Technical measures do not take these freedoms away: a holder gives up the power to forbid their
circumvention where it serves exercising them, and for consumer devices must deliver whatever keys
are needed to install modified builds. Patents of contributors are licensed along, and suing over
them ends one's own permission. Breaking the rules ends the permission as well, but it comes back
when the breach is cured soon enough. There is no warranty, and nobody is liable beyond what a court
insists on. Later revisions of the document can be chosen by the receiver where the author said
"or any later version".
`;
