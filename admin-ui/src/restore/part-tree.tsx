import { CheckboxControl } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { everythingChosen, leafParts, partExplanation, partLabel, treeState, withPart, type Chosen } from '../words/parts.ts';

interface PartTreeProps {
	chosen: Chosen;
	onChange: (chosen: Chosen) => void;
}

/** Everything, and below it its parts. The upper box is half where some are chosen. */
export function PartTree({ chosen, onChange }: PartTreeProps) {
	const state = treeState(chosen);
	return (
		<fieldset className="holdfast-tree">
			<legend className="screen-reader-text">{__('What shall go back?', 'holdfast')}</legend>
			<CheckboxControl
				label={partLabel('everything')}
				checked={state === 'all'}
				indeterminate={state === 'some'}
				onChange={(on) => onChange(on ? everythingChosen : new Set())}
			/>
			<ul>
				{leafParts.map((part) => (
					<li key={part}>
						<CheckboxControl
							label={partLabel(part)}
							help={partExplanation(part)}
							checked={chosen.has(part)}
							onChange={(on) => onChange(withPart(chosen, part, on))}
						/>
					</li>
				))}
			</ul>
		</fieldset>
	);
}
