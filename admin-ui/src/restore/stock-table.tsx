import { __ } from '@wordpress/i18n';
import type { Plan } from '../wire.ts';
import { count } from '../words/numbers.ts';

const shown = (amount: number | null): string => (amount === null ? '–' : count(amount));

/** Products whose stock is not the same now and then. */
export function StockTable({ stock }: { stock: Plan['stock'] }) {
	if (stock.length === 0) {
		return null;
	}
	return (
		<details className="holdfast-tables">
			<summary>{__('Stock of products', 'holdfast')}</summary>
			<table className="holdfast-changes">
				<thead>
					<tr>
						<th scope="col">{__('Product', 'holdfast')}</th>
						<th scope="col">{__('Now', 'holdfast')}</th>
						<th scope="col">{__('Then', 'holdfast')}</th>
						<th scope="col">{__('Sold since', 'holdfast')}</th>
						<th scope="col">{__('After the restore', 'holdfast')}</th>
					</tr>
				</thead>
				<tbody>
					{stock.map((product) => (
						<tr key={product.id}>
							<td>{product.name || `#${product.id}`}</td>
							<td>{shown(product.now)}</td>
							<td>{shown(product.then)}</td>
							<td>{count(product.sold)}</td>
							<td>
								<strong>{shown(product.planned)}</strong>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</details>
	);
}
