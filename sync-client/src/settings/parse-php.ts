import phpParser from 'php-parser';
import { HoldfastError } from '../errors.ts';
import type { PhpNode } from './php-scope.ts';

/** The syntax tree of a PHP file, with positions. @throws SETTINGS_UNREADABLE where the text is no PHP */
export function parsePhp(source: string, path: string): PhpNode {
	const Engine = ((phpParser as unknown as { default?: typeof phpParser }).default ?? phpParser) as unknown as new (
		options: object,
	) => { parseCode(code: string, file: string): PhpNode };
	try {
		return new Engine({ parser: { extractDoc: false, php7: true, suppressErrors: false }, ast: { withPositions: true } }).parseCode(source, path);
	} catch (error) {
		throw new HoldfastError('SETTINGS_UNREADABLE', `${path} is not understood as PHP: ${(error as Error).message}`, { cause: error });
	}
}
