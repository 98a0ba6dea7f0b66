import { gearTable } from '@holdfast/protocol';
import { sqliteSorters } from '../../adapters/sqlite-sorter.ts';
import { systemClock, systemRandom } from '../../adapters/system-clock.ts';
import { CommitSink } from '../../append/commit-sink.ts';
import { PackUploader } from '../../append/pack-uploader.ts';
import { FirstBackup, type FirstBackupParts } from '../../image/first-backup.ts';
import { noFiles } from '../../ports/site-files.ts';
import { History } from '../../state/history.ts';
import { ring, type World } from './world.ts';

/** The first backup of a world. */
export function firstBackupOf(world: World, more: Partial<FirstBackupParts> = {}): FirstBackup {
	const uploader = new PackUploader(world.remote);
	return new FirstBackup({
		database: world.database, files: noFiles, index: world.index, ledger: world.ledger, appender: world.appender, collector: world.collector,
		history: new History(world.remote, ring), chunks: world.chunks,
		openSink: () => new CommitSink(world.keys, (id) => world.index.isStored(id), uploader),
		gear: gearTable(ring.cutterKey()), openSorter: sqliteSorters(world.folder), scope: { prefix: 'wp_' }, isExcluded: () => false,
		siteFact: async () => Buffer.from('{"prefix":"wp_"}'), policy: async () => Buffer.from('{"paths":[],"tables":[]}'),
		clock: systemClock, random: systemRandom, signal: new AbortController().signal, ...more,
	});
}
