import { RadioControl, ToggleControl } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { store } from '../store/index.ts';
import type { KeepChoice } from '../wire.ts';

interface KeepOptionsProps {
	keep: KeepChoice;
	onChange: (keep: KeepChoice) => void;
}

/** What of the database stays as it is now: newer orders where there is a shop, and passwords. */
export function KeepOptions({ keep, onChange }: KeepOptionsProps) {
	const hasShop = useSelect((select) => select(store).getStatus()?.shop ?? false, []);
	const keepsOrders = keep.orders !== false;
	return (
		<div className="holdfast-keep">
			{hasShop && (
				<ToggleControl
					label={__('Keep newer orders', 'holdfast')}
					help={
						keepsOrders
							? __('Orders, customers, payments and scheduled work stay as they are now.', 'holdfast')
							: __('Orders that came since are removed, and work that was done since may be done again.', 'holdfast')
					}
					checked={keepsOrders}
					onChange={(orders) => onChange({ ...keep, orders })}
				/>
			)}
			{hasShop && keepsOrders && (
				<RadioControl
					label={__('Stock of products', 'holdfast')}
					selected={keep.stock ?? 'now'}
					options={[
						{ label: __('As it is now', 'holdfast'), value: 'now' },
						{ label: __('As it was then, less what was sold since', 'holdfast'), value: 'thenLessSold' },
					]}
					onChange={(stock) => onChange({ ...keep, stock: stock === 'thenLessSold' ? stock : 'now' })}
				/>
			)}
			<ToggleControl
				label={__('Keep passwords', 'holdfast')}
				help={
					keep.accounts === 'then'
						? __('Passwords, application passwords and sessions are those of then. You stay logged in.', 'holdfast')
						: __('A password that was changed since stays changed. Everybody but you is logged out.', 'holdfast')
				}
				checked={keep.accounts !== 'then'}
				onChange={(on) => onChange({ ...keep, accounts: on ? 'now' : 'then' })}
			/>
		</div>
	);
}
