import { __, _n, sprintf } from '@wordpress/i18n';
import { Icon, check, closeSmall } from '@wordpress/icons';
import { SameMachine } from '../components/same-machine.tsx';
import { useSpoken } from '../components/use-spoken.ts';
import type { ConnectTest } from '../wire.ts';
import { count } from '../words/numbers.ts';

/** What the test found, one line per check. */
export function ConnectionChecks({ result }: { result: ConnectTest }) {
	const failed = result.checks.filter((one) => !one.ok).length;
	const summary =
		failed === 0
			? __('The connection works.', 'holdfast')
			: /* translators: %s: a number. */
				sprintf(
					_n('%s check failed. Nothing was changed.', '%s checks failed. Nothing was changed.', failed, 'holdfast'),
					count(failed),
				);
	useSpoken(summary);
	return (
		<div className="holdfast-checks" role="status">
			<h3>{summary}</h3>
			<ul>
				{result.checks.map((one) => (
					<li key={one.id} className={one.ok ? 'is-ok' : 'is-failed'}>
						<Icon icon={one.ok ? check : closeSmall} size={20} />
						<span>
							<span className="screen-reader-text">{one.ok ? __('Passed:', 'holdfast') : __('Failed:', 'holdfast')} </span>
							{one.message}
						</span>
					</li>
				))}
			</ul>
			{result.endpoint?.sameMachine && <SameMachine />}
		</div>
	);
}
