/** Who stands before a site and keeps copies of its pages, as its answers' headers tell: their caches are emptied there. */

const signs: readonly (readonly [name: string, header: string, value: RegExp])[] = [
	['Cloudflare', 'cf-ray', /./], ['Cloudflare', 'server', /^cloudflare/i], ['Amazon CloudFront', 'x-amz-cf-id', /./], ['Fastly', 'x-fastly-request-id', /./], ['Fastly', 'x-served-by', /^cache-/],
	['Akamai', 'x-akamai-transformed', /./], ['Akamai', 'server', /^akamai/i], ['Sucuri', 'x-sucuri-id', /./], ['bunny.net', 'cdn-pullzone', /./], ['KeyCDN', 'server', /^keycdn/i],
	['Azure Front Door', 'x-azure-ref', /./], ['Google Cloud CDN', 'via', /\bgoogle\b/i], ['Varnish', 'x-varnish', /./], ['Varnish', 'via', /varnish/i],
];

/** Null where nothing tells. @param headers names in lower case */
export function cdnOf(headers: Readonly<Record<string, unknown>>): string | null {
	return signs.find(([, header, value]) => value.test(String(headers[header] ?? '')))?.[0] ?? null;
}
