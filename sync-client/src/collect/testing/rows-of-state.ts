import { asBuffer, decodeCountedRow, rowsRange } from '@holdfast/protocol';
import { readColumns } from '../../ports/row-batch.ts';
import type { SiteState } from '../../ports/site-state.ts';

/** A table's rows in a state as sorted lines, columns by tab: what `SELECT` in the server's own client prints. */
export async function rowsOfState(state: SiteState, table: string): Promise<string[] | null> {
	const value = (await state.tables()).get(table);
	if (value === undefined) {
		return null;
	}
	const lines: string[] = [];
	const { low, high } = rowsRange(value.incarnation);
	for await (const { values } of state.range(low, high)) {
		for (const bytes of values) {
			const counted = value.layout.key.kind === 'row' ? decodeCountedRow(bytes!) : { count: 1, row: asBuffer(bytes!) };
			const line = readColumns(counted.row, 0, counted.row.length).map((column) => (column === null ? 'NULL' : column.toString('utf8'))).join('\t');
			lines.push(...Array<string>(counted.count).fill(line));
		}
	}
	return lines.sort();
}

/** The lines of the client's answer, sorted alike. */
export const linesOf = (answer: string): string[] => answer.split('\n').filter((line) => line !== '').sort();
