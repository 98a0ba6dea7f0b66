import type { Point } from '@holdfast/protocol';
import type { AgentAdapters } from '../run/adapters.ts';
import { openBackup, type BackupPlace } from './backup.ts';

/** What a recovery key opens at an endpoint. */
export type KeyCheck = {
	siteId: string;
	home: string;
	endpoint: string;
	/** The endpoint does not have the key: this file is the only way in. */
	sealed: boolean;
	points: number;
	newest: Point | null;
	oldest: Point | null;
};

const pointsPerPage = 1000;

/** Says beforehand whether a key opens a backup; every manifest of it is opened. Nothing is changed anywhere. @throws as openBackup(), FormatError */
export async function checkKey(place: BackupPlace, adapters: AgentAdapters): Promise<KeyCheck> {
	const backup = await openBackup(place, null, adapters);
	try {
		let points = 0;
		for (let before: number | null = null; ;) {
			const page = await backup.timeline.list(before, pointsPerPage);
			points += page.points.length;
			if (!page.more) { break; }
			before = page.points.at(-1)!.seq;
		}
		return {
			siteId: backup.site.siteId, home: backup.site.home, endpoint: place.url, sealed: backup.site.sealed, points,
			newest: backup.timeline.newest(), oldest: backup.timeline.first(),
		};
	} finally {
		backup.close();
	}
}
