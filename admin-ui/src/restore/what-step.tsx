import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { Heading } from '../components/heading.tsx';
import { Panel } from '../components/panel.tsx';
import { useSpoken } from '../components/use-spoken.ts';
import type { KeepChoice } from '../wire.ts';
import { treeState, type Chosen } from '../words/parts.ts';
import type { Single } from '../words/single-parts.ts';
import { KeepOptions } from './keep-options.tsx';
import { PartTree } from './part-tree.tsx';
import { SingleThings } from './single-things.tsx';

interface WhatStepProps {
	chosen: Chosen;
	onChange: (chosen: Chosen) => void;
	singles: readonly Single[];
	onSingles: (singles: readonly Single[]) => void;
	keep: KeepChoice;
	onKeep: (keep: KeepChoice) => void;
	onBack: () => void;
	onNext: () => void;
}

export function WhatStep({ chosen, onChange, singles, onSingles, keep, onKeep, onBack, onNext }: WhatStepProps) {
	const nothing = treeState(chosen) === 'none' && singles.length === 0;
	const saying = nothing ? __('Nothing is chosen, so nothing would be restored.', 'holdfast') : '';
	useSpoken(saying);
	return (
		<Panel>
			<Heading focused>{__('What shall go back?', 'holdfast')}</Heading>
			<p className="holdfast-soft">{__('What you leave out stays exactly as it is now.', 'holdfast')}</p>
			<PartTree chosen={chosen} onChange={onChange} />
			<SingleThings singles={singles} onChange={onSingles} />
			{chosen.has('database') && <KeepOptions keep={keep} onChange={onKeep} />}
			<div className="holdfast-buttons is-end">
				{saying && <span className="holdfast-warning-text">{saying}</span>}
				<Button variant="tertiary" onClick={onBack} __next40pxDefaultSize>
					{__('Back', 'holdfast')}
				</Button>
				<Button variant="primary" disabled={nothing} onClick={onNext} __next40pxDefaultSize>
					{__('Show what would change', 'holdfast')}
				</Button>
			</div>
		</Panel>
	);
}
