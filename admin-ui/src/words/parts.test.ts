import { everythingChosen, leafParts, partsOf, treeState, withPart } from './parts.ts';

describe('what to restore', () => {
	test('nothing chosen is an empty list, never everything', () => {
		expect(partsOf(new Set())).toEqual([]);
		expect(treeState(new Set())).toBe('none');
	});

	test('everything only when every box is ticked', () => {
		expect(partsOf(everythingChosen)).toEqual(['everything']);
		for (const part of leafParts) {
			const rest = withPart(everythingChosen, part, false);
			expect(treeState(rest)).toBe('some');
			expect(partsOf(rest)).toEqual(leafParts.filter((one) => one !== part));
		}
	});
});
