import { __, sprintf } from '@wordpress/i18n';
import { LeftOut } from '../components/reasons.tsx';
import { Panel } from '../components/panel.tsx';
import type { ConnectTest } from '../wire.ts';
import { files, rows, tables } from '../words/counts.ts';
import { bytes } from '../words/numbers.ts';

/** What will be backed up: with this site's numbers once the test has counted them, never with zeros before. */
export function ScopeCard({ scope }: { scope: ConnectTest['scope'] | null }) {
	return (
		<Panel>
			<h2>{__('What will be backed up', 'holdfast')}</h2>
			{scope ? (
				<ul className="holdfast-scope">
					<li>
						{
							/* translators: 1: "47 tables", 2: "1,204 rows". */
							sprintf(__('Database: %1$s with %2$s', 'holdfast'), tables(scope.tables), rows(scope.rows))
						}
					</li>
					<li>
						{
							/* translators: 1: "12,907 files", 2: "2.6 GB". */
							sprintf(__('Files: %1$s, %2$s', 'holdfast'), files(scope.files), bytes(scope.bytes))
						}
					</li>
				</ul>
			) : (
				<>
					<p>
						{__(
							'All tables of this site, plugins, themes, uploads, languages, and every other file of yours in the WordPress folder.',
							'holdfast',
						)}
					</p>
					<p className="holdfast-soft">
						{__(
							'Not included: WordPress itself (it can be fetched again), caches, folders of other backup tools, anything in a folder with a .donotbackup file. The test lists what that means here.',
							'holdfast',
						)}
					</p>
				</>
			)}
			{scope && <LeftOut leftOut={scope.leftOut} />}
		</Panel>
	);
}
