import { __, sprintf } from '@wordpress/i18n';
import type { Plan } from '../wire.ts';
import { files } from '../words/counts.ts';
import { bytes, count } from '../words/numbers.ts';
import { amountWords, planTotals, schemaWords, total } from '../words/plan.ts';
import { Samples } from './samples.tsx';

/** What changes: by kind in words, files, and the tables behind it. */
export function PlanChanges({ plan }: { plan: Plan }) {
	const fileTotal = planTotals(plan).files;
	const changedTables = plan.tables.filter((table) => total(table) > 0 || table.schema !== 'same');
	return (
		<>
			<table className="holdfast-changes">
				<caption className="screen-reader-text">{__('What changes', 'holdfast')}</caption>
				<thead>
					<tr>
						<th scope="col">{__('What changes', 'holdfast')}</th>
						<th scope="col">{__('How', 'holdfast')}</th>
					</tr>
				</thead>
				<tbody>
					{plan.kinds.map((kind) => (
						<tr key={kind.kind}>
							<td>
								<strong>
									{
										/* translators: 1: "Posts", 2: a number. */
										sprintf(__('%1$s (%2$s)', 'holdfast'), kind.label, count(total(kind)))
									}
								</strong>
								<Samples samples={kind.samples} />
							</td>
							<td>{amountWords(kind)}</td>
						</tr>
					))}
					{fileTotal > 0 && (
						<tr>
							<td>
								<strong>{files(fileTotal)}</strong>
								<Samples samples={plan.files.samples.map(({ path, change }) => ({ label: path, change }))} />
							</td>
							<td>
								{amountWords({ insert: 0, change: plan.files.write, delete: plan.files.remove })}
								{plan.files.bytes > 0 && ` · ${bytes(plan.files.bytes)}`}
							</td>
						</tr>
					)}
				</tbody>
			</table>
			{changedTables.length > 0 && (
				<details className="holdfast-tables">
					<summary>{__('Tables behind this', 'holdfast')}</summary>
					<ul className="holdfast-reasons">
						{changedTables.map((table) => (
							<li key={table.table}>
								<code>{table.table}</code>{' '}
								<span className="holdfast-soft">
									{[schemaWords(table.schema), amountWords(table)].filter(Boolean).join(' · ')}
								</span>
							</li>
						))}
					</ul>
				</details>
			)}
		</>
	);
}
