/** Options by name, and those that by their names belong to a plugin or theme. */
import { HoldfastError } from '../../errors.ts';
import type { ChosenRows } from '../parts.ts';
import { mustBeComparable, type Selecting } from './selecting.ts';

export async function selectOptions({ sides, ids }: Selecting, chosen: readonly ChosenRows[]): Promise<void> {
	if (chosen.length === 0) { return; }
	await mustBeComparable(sides, 'options');
	const known = await sides.texts('options', 'option_name');
	for (const one of chosen) {
		if (!('name' in one)) { continue; }
		const name = Buffer.from(one.name).toString('latin1');
		const found = one.kind === 'option' ? [name].filter((own) => known.has(own)) : [...known].filter((option) => (one.kind === 'theme-options' ? isOfTheme : isOfPlugin)(option, name));
		if (found.length === 0) { throw new HoldfastError('RESTORE_PART_UNKNOWN', `There is no option ${one.kind === 'option' ? one.name : `that belongs to ${one.name} by its name`}, now or then (${one.part}).`); }
		ids.options.push(...found);
	}
}

const isOfTheme = (option: string, slug: string): boolean => option === `theme_mods_${slug}` || isOfPlugin(option, slug);

/** WordPress does not record whose an option is. By custom its name is the folder's, or begins with it. */
export function isOfPlugin(option: string, slug: string): boolean {
	const plain = (text: string): string => text.toLowerCase().replaceAll('-', '_');
	const [own, of] = [plain(option), plain(slug)];
	return own === of || own.startsWith(`${of}_`) || own === `widget_${of}` || own.startsWith(`widget_${of}_`);
}
