/** What the agent must know of a site before it can read it, from whichever source: see resolve-settings.ts. */
import Type from 'typebox';

const text = Type.String({ maxLength: 4096 });
const maybe = Type.Union([text, Type.Null()]);

export const SiteSettings = Type.Object({
	v: Type.Literal(1),
	db: Type.Object({
		host: text,
		name: text,
		user: text,
		password: text,
		charset: text,
		collate: text,
		/** MYSQL_CLIENT_FLAGS; 2048 = TLS, 32 = compression. */
		clientFlags: Type.Integer({ minimum: 0 }),
		/** mysqli.default_socket of the web server's PHP. */
		socket: maybe,
	}),
	prefix: Type.String({ maxLength: 64 }),
	customUserTable: maybe,
	customUserMetaTable: maybe,
	/** Absolute paths without a slash at the end. */
	dirs: Type.Object({
		abspath: text,
		content: text,
		plugins: text,
		muPlugins: text,
		themes: text,
		uploads: text,
		languages: text,
	}),
});
export type SiteSettings = Type.Static<typeof SiteSettings>;
