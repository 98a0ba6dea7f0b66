import { __, _n, sprintf } from '@wordpress/i18n';
import type { Plan } from '../wire.ts';
import { count, list } from '../words/numbers.ts';
import { partLabel } from '../words/parts.ts';

type Dependency = Plan['dependencies'][number];

/** What the chosen things use and the site no longer has: what comes back with them, and what is only named. */
export function Dependencies({ dependencies }: { dependencies: Dependency[] }) {
	if (dependencies.length === 0) {
		return null;
	}
	return (
		<>
			<h3>{__('What this needs', 'holdfast')}</h3>
			<ul className="holdfast-reasons">
				{groupsOf(dependencies).map((group) => (
					<li key={`${group[0].of}:${group[0].kind}:${group[0].restored}`}>
						<strong>{groupWords(group)}</strong> <span className="holdfast-soft">· {list(group.map(({ label }) => label))}</span>
					</li>
				))}
			</ul>
		</>
	);
}

type Group = [Dependency, ...Dependency[]];

function groupsOf(dependencies: Dependency[]): Group[] {
	const groups = new Map<string, Group>();
	for (const one of dependencies) {
		const name = `${one.of}:${one.kind}:${one.restored}`;
		const group = groups.get(name);
		if (group) {
			group.push(one);
		} else {
			groups.set(name, [one]);
		}
	}
	return [...groups.values()];
}

function groupWords(group: Group): string {
	const [{ of, restored, kind }] = group;
	const what = kindWords(kind, group.length);
	return restored
		? /* translators: 1: "2 media files". 2: "Post or page 12". */
			sprintf(__('Brings back %1$s that are gone and that this uses: %2$s', 'holdfast'), what, partLabel(of))
		: /* translators: 1: "1 user". 2: "Post or page 12". */
			sprintf(__('Does not bring back %1$s that are gone and that this uses: %2$s', 'holdfast'), what, partLabel(of));
}

function kindWords(kind: Dependency['kind'], n: number): string {
	switch (kind) {
		case 'attachment':
			/* translators: %s: a number. */
			return sprintf(_n('%s media file', '%s media files', n, 'holdfast'), count(n));
		case 'term':
			/* translators: %s: a number. */
			return sprintf(_n('%s category or tag', '%s categories or tags', n, 'holdfast'), count(n));
		case 'user':
			/* translators: %s: a number. */
			return sprintf(_n('%s user', '%s users', n, 'holdfast'), count(n));
		case 'post':
			/* translators: %s: a number. */
			return sprintf(_n('%s post or page', '%s posts or pages', n, 'holdfast'), count(n));
	}
}
