import type { TextFile } from './recovery-file.ts';

/** Hands a text to the browser as a download. The key never leaves the page otherwise. */
export function saveTextFile({ name, text }: TextFile): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	URL.revokeObjectURL(address);
}
