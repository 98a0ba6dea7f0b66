import Sequencer from '@jest/test-sequencer';

/** Whole sites, then what does much in one file, longest first: on a machine that has not run them before Jest goes by the size of a file, which says nothing here. */
const first = ['/tests/e2e/', '/tests/stories/', '/tests/path/', '/tests/', '/src/restore/', '/endpoint/src/main.', '/src/model/'];

const rank = ({ path }) => {
	const at = first.findIndex((folder) => path.includes(folder));
	return at === -1 ? first.length : at;
};

/** What takes longest comes first, so that no worker is left alone with it at the end. */
export default class LongestFirst extends Sequencer {
	sort(tests) {
		return [...super.sort(tests)].sort((a, b) => (b.duration ?? 0) - (a.duration ?? 0) || rank(a) - rank(b));
	}
}
