import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { PageHeader } from '../page-header.tsx';
import type { KeepChoice, Part, Point } from '../wire.ts';
import { everythingChosen, partsOf, type Chosen } from '../words/parts.ts';
import type { Single } from '../words/single-parts.ts';
import { PreviewStep } from './preview-step.tsx';
import { WhatStep } from './what-step.tsx';
import { WhenStep } from './when-step.tsx';
import { WizardSteps, type WizardStep } from './wizard-steps.tsx';

interface RestoreWizardProps {
	/** Chosen before; null: to be chosen here. */
	point: Point | null;
	/** The one thing that shall go back; null: everything is ticked at first. */
	single?: Single | null;
	onCancel: () => void;
}

/** When → what → preview. Nothing changes on the site before the button of the last step. */
export function RestoreWizard({ point: given, single = null, onCancel }: RestoreWizardProps) {
	const [step, setStep] = useState<WizardStep>(given ? 'what' : 'when');
	const [point, setPoint] = useState<Point | null>(given);
	const [chosen, setChosen] = useState<Chosen>(single ? new Set<never>() : everythingChosen);
	const [singles, setSingles] = useState<readonly Single[]>(single ? [single] : []);
	const [parts, setParts] = useState<Part[]>([]);
	const [keep, setKeep] = useState<KeepChoice>({});
	const preview = () => {
		setParts(partsOf(chosen, singles));
		setStep('preview');
	};
	return (
		<>
			<PageHeader title={__('Restore', 'holdfast')}>
				<Button variant="tertiary" onClick={onCancel} __next40pxDefaultSize>
					{__('Cancel', 'holdfast')}
				</Button>
			</PageHeader>
			<WizardSteps step={step} point={point} parts={partsOf(chosen, singles)} />
			{step === 'when' && <WhenStep point={point} onChoose={setPoint} onNext={() => setStep('what')} />}
			{step === 'what' && point && (
				<WhatStep
					chosen={chosen}
					onChange={setChosen}
					singles={singles}
					onSingles={setSingles}
					keep={keep}
					onKeep={setKeep}
					onBack={() => setStep('when')}
					onNext={preview}
				/>
			)}
			{step === 'preview' && point && <PreviewStep point={point} parts={parts} keep={keep} onBack={() => setStep('what')} />}
		</>
	);
}
