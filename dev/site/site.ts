/** One WordPress site of the dev folder: everything another program needs to use it. Plain data, can be written as JSON. */
export interface SitePlace {
	readonly url: string;
	readonly port: number;
	readonly root: string;
	readonly db: SiteDatabase;
	readonly admin: { readonly user: string; readonly password: string };
}

export interface SiteDatabase {
	readonly host: string;
	readonly port: number;
	readonly socket: string;
	readonly user: string;
	readonly password: string;
	readonly name: string;
	readonly prefix: string;
}

export const adminLogin = { user: 'admin', password: 'admin' } as const;

export const siteUrl = (port: number): string => `http://127.0.0.1:${port}`;
