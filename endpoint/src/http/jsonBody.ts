import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Validates by the very schemas of `@holdfast/protocol`, with no coercion and no defaults: what is wrong is refused. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema }) => {
	const validator = Compile(schema);
	return (value: unknown) => {
		if (validator.Check(value)) return { value };
		const [first] = validator.Errors(value);
		return { error: new Error(`${first?.instancePath ?? ''} ${first?.message ?? 'is not as expected'}`.trim()) };
	};
};
