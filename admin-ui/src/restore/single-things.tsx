import { Button, CheckboxControl, SelectControl, TextControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { partLabel } from '../words/parts.ts';
import { kindHelp, kindLabel, singleKinds, singlePart, type Single, type SingleKind } from '../words/single-parts.ts';

interface SingleThingsProps {
	singles: readonly Single[];
	onChange: (singles: readonly Single[]) => void;
}

/** Single posts, users, settings, plugins, files: those that are chosen, and a way to add one. */
export function SingleThings({ singles, onChange }: SingleThingsProps) {
	const [adding, setAdding] = useState(false);
	return (
		<fieldset className="holdfast-singles">
			<legend>{__('Single things', 'holdfast')}</legend>
			{singles.map(({ part, label }) => (
				<CheckboxControl key={part} label={label} checked onChange={() => onChange(singles.filter((one) => one.part !== part))} />
			))}
			{adding ? (
				<AddSingle
					onAdd={(single) => {
						onChange([...singles.filter((one) => one.part !== single.part), single]);
						setAdding(false);
					}}
					onCancel={() => setAdding(false)}
				/>
			) : (
				<Button variant="secondary" onClick={() => setAdding(true)} __next40pxDefaultSize>
					{__('Add a single thing…', 'holdfast')}
				</Button>
			)}
		</fieldset>
	);
}

function AddSingle({ onAdd, onCancel }: { onAdd: (single: Single) => void; onCancel: () => void }) {
	const [kind, setKind] = useState<SingleKind>('post');
	const [typed, setTyped] = useState('');
	const part = singlePart(kind, typed);
	return (
		<form
			className="holdfast-singles__add"
			onSubmit={(event) => {
				event.preventDefault();
				if (part) {
					onAdd({ part, label: partLabel(part) });
				}
			}}
		>
			<SelectControl
				label={__('Kind', 'holdfast')}
				value={kind}
				options={singleKinds.map((one) => ({ value: one, label: kindLabel(one) }))}
				onChange={(chosen) => setKind(chosen as SingleKind)}
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<TextControl
				label={__('Which one', 'holdfast')}
				help={kindHelp(kind)}
				value={typed}
				onChange={setTyped}
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<div className="holdfast-buttons">
				<Button type="submit" variant="secondary" disabled={!part} accessibleWhenDisabled __next40pxDefaultSize>
					{__('Add', 'holdfast')}
				</Button>
				<Button variant="tertiary" onClick={onCancel} __next40pxDefaultSize>
					{__('Leave out', 'holdfast')}
				</Button>
			</div>
		</form>
	);
}
