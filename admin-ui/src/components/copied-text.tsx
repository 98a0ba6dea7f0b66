import { speak } from '@wordpress/a11y';
import { Button } from '@wordpress/components';
import { useCopyToClipboard } from '@wordpress/compose';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';

interface CopiedTextProps {
	text: string;
	label: string;
}

/** A command or key, to be read or copied. */
export function CopiedText({ text, label }: CopiedTextProps) {
	const [copied, setCopied] = useState(false);
	const button = useCopyToClipboard<HTMLButtonElement>(text, () => {
		setCopied(true);
		speak(__('Copied.', 'holdfast'));
	});
	return (
		<div className="holdfast-copied-text">
			<code>{text}</code>
			<Button ref={button} variant="secondary" aria-label={label} __next40pxDefaultSize>
				{copied ? __('Copied', 'holdfast') : __('Copy', 'holdfast')}
			</Button>
		</div>
	);
}
