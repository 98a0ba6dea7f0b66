const fallbackLocale = 'en';

/** The page's language as Intl understands it; WordPress writes it on `<html lang>`. */
export function pageLocale(): string {
	const tag = document.documentElement.lang || fallbackLocale;
	try {
		return Intl.getCanonicalLocales(tag)[0] ?? fallbackLocale;
	} catch {
		return fallbackLocale;
	}
}

export function isEnglish(): boolean {
	return /^en\b/i.test(pageLocale());
}
