import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rewriteValue } from './rewrite-value.ts';
import { rewriteSerialized } from './serialized.ts';
import { UrlRewriter } from './url-rewriter.ts';

const from = 'https://example.com';
const to = 'http://new.example.org/shop';
const rewriter = new UrlRewriter([{ from, to }]);
const now = (text: string): string => rewriter.rewrite(text).text;

describe('addresses in text', () => {
	test.each([
		['https://example.com', 'http://new.example.org/shop'],
		['http://example.com/a?b#c', 'http://new.example.org/shop/a?b#c'],
		['HTTPS://Example.COM/A', 'http://new.example.org/shop/A'],
		['<a href="//example.com/x">', '<a href="//new.example.org/shop/x">'],
		['See https://example.com. Or (https://example.com), “https://example.com”', 'See http://new.example.org/shop. Or (http://new.example.org/shop), “http://new.example.org/shop”'],
		[String.raw`{"u":"https:\/\/example.com\/a"}`, String.raw`{"u":"http:\/\/new.example.org\/shop\/a"}`],
		[String.raw`"{\"u\":\"https:\\\/\\\/example.com\\\/a\"}"`, String.raw`"{\"u\":\"http:\\\/\\\/new.example.org\\\/shop\\\/a\"}"`],
		['?u=https%3A%2F%2Fexample.com%2Fa', '?u=http%3A%2F%2Fnew.example.org%2Fshop%2Fa'],
		['a,https://example.com,https://example.com', 'a,http://new.example.org/shop,http://new.example.org/shop'],
	])('%s', (text, expected) => expect(now(text)).toBe(expected));

	test.each([
		'https://myexample.com', 'https://my-example.com/', 'https://www.example.com', 'https://example.com.au', 'https://example.community', 'https://example.com-x.de',
		'https://example.com:8080/', 'https://example.com@evil.example', 'ftp://example.com', 'mail@example.com', 'example.com', 'https://other.example//example.com/x',
		'https%3A%2F%2Fexample.com.au', String.raw`https:\/\/example.com.au`, 'https:/example.com', String.raw`https:/\/example.com`,
	])('%s is another one', (text) => expect(rewriter.rewrite(text)).toEqual({ text, count: 0 }));

	test('with a port and a path, of which only the same are meant; the longest first; nothing is replaced twice', () => {
		const two = new UrlRewriter([{ from: 'http://127.0.0.1:8080/blog', to: 'https://a.example' }, { from: 'http://127.0.0.1:8080/blog/wp', to: 'https://a.example/core' }]);
		expect(two.rewrite('http://127.0.0.1:8080/blog/ http://127.0.0.1:8080/blog/wp/x http://127.0.0.1:8080/blogger http://127.0.0.1:80801/blog http%3A%2F%2F127.0.0.1%3A8080%2Fblog').text)
			.toBe('https://a.example/ https://a.example/core/x http://127.0.0.1:8080/blogger http://127.0.0.1:80801/blog https%3A%2F%2Fa.example');
		expect(new UrlRewriter([{ from, to: `${from}/new` }]).rewrite(`${from}/x`).text).toBe(`${from}/new/x`);
	});
});

describe('serialized values', () => {
	test.each(['a:1:{i:0;s:5:"abc";}', 's:3:"ab";', 'a:2:{i:0;i:1;}', 'O:3:"Foo":0:{', 'i:5', 'a:1:{i:0;i:1;}x', 's:99999999999999999999:"'])('%s is none', (text) =>
		expect(rewriteSerialized(text, (value) => value)).toBeNull());
	test('one nested without end is none', () => expect(rewriteSerialized(`${'a:1:{i:0;'.repeat(600)}N;${'}'.repeat(600)}`, (value) => value)).toBeNull());

	test.each([
		`s:19:"${from}";`, `a:1:{s:19:"${from}";s:1:"x";}`, 'E:8:"Suit:Hea";', 'd:1.0E+25;', 'd:-INF;', 'b:1;', ' i:-5; ', 'N;', 'C:11:"ArrayObject":21:{x:i:0;a:0:{};m:a:0:{}}', 'O:8:"stdClass":1:{s:1:"a";r:1;}', 'S:2:"\\41b";',
	])('%s goes through as it is', (text) => expect(rewriteSerialized(text, (value) => value)).toBe(text));

	test('a broken one is changed as text, as others would', () => expect(rewriteValue(`a:1:{s:99:"${from}`, rewriter).text).toBe(`a:1:{s:99:"${to}`));
	test('classes that serialize themselves stay whole', () => {
		const text = `C:3:"Foo":${from.length + 2}:{x ${from}}`;
		expect(rewriteValue(text, rewriter)).toEqual({ text, count: 0 });
	});
});

/* Structures that PHP then reads by itself. A leaf is text in which addresses, and what only looks like one, stand among others. */
type Tree = string | number | boolean | null | { list: [string | number, Tree][]; object: boolean } | { serialized: Tree } | { json: Tree; slashes: boolean; unicode: boolean };

const piece = fc.constantFrom(from, `${from}/a`, 'http://example.com', '//example.com', ' ', '"', "'", ';', '}', '{', ':', 's:3:"', 'ü€😀', '\\', '\0', '\n', 'https://example.com.au', 'https://myexample.com', 'x', '/');
const leafText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 4, depthSize: 'medium' },
		leafText, fc.integer(), fc.boolean(), fc.constant(null),
		fc.record({ list: fc.array(fc.tuple(fc.oneof(leafText, fc.integer()), tie('tree')), { maxLength: 4 }), object: fc.boolean() }),
		fc.record({ serialized: tie('tree') }),
		fc.record({ json: tie('tree'), slashes: fc.boolean(), unicode: fc.boolean() }),
	),
})).tree;

/** Makes the values, and afterwards reads what became of them; its own search and replace knows nothing of ours. */
const php = String.raw`
function build( $t ) {
	if ( ! is_array( $t ) ) { return $t; }
	if ( array_key_exists( 'serialized', $t ) ) { return serialize( build( $t['serialized'] ) ); }
	if ( array_key_exists( 'json', $t ) ) { return json_encode( build( $t['json'] ), JSON_PARTIAL_OUTPUT_ON_ERROR | ( $t['slashes'] ? JSON_UNESCAPED_SLASHES : 0 ) | ( $t['unicode'] ? JSON_UNESCAPED_UNICODE : 0 ) ); }
	$made = array();
	foreach ( $t['list'] as $pair ) { $made[ $pair[0] ] = build( $pair[1] ); }
	return $t['object'] ? (object) $made : $made;
}
function changed( $v ) {
	if ( is_string( $v ) ) {
		$inner = @unserialize( $v );
		if ( false !== $inner || 'b:0;' === $v ) { return serialize( changed( $inner ) ); }
		if ( preg_match( '/^\s*[\[{"]/', $v ) ) {
			$json = json_decode( $v, true );
			if ( null !== $json ) { return array( 'JSON' => changed( $json ) ); }
		}
		return preg_replace_callback( '~(https?:|(?<![a-z0-9:._/\\\\-]))(\\\\*/)\2example\.com(?![a-z0-9_-])(?!\.[a-z0-9])(?!:[0-9])(?!@)~i', function ( $m ) { return ( '' === $m[1] ? '' : 'http:' ) . $m[2] . $m[2] . 'new.example.org' . $m[2] . 'shop'; }, $v );
	}
	if ( is_array( $v ) ) { return array_map( 'changed', $v ); }
	if ( is_object( $v ) ) { return (object) array_map( 'changed', (array) $v ); }
	return $v;
}
/** JSON is compared by what it says. */
function seen( $v ) {
	if ( is_string( $v ) ) {
		$inner = @unserialize( $v );
		if ( false !== $inner || 'b:0;' === $v ) { return serialize( seen( $inner ) ); }
		if ( preg_match( '/^\s*[\[{"]/', $v ) ) {
			$json = json_decode( $v, true );
			if ( null !== $json ) { return array( 'JSON' => seen( $json ) ); }
		}
		return $v;
	}
	if ( is_array( $v ) ) { return array_map( 'seen', $v ); }
	if ( is_object( $v ) ) { return (object) array_map( 'seen', (array) $v ); }
	return $v;
}
$in = json_decode( stream_get_contents( STDIN ), true );
if ( 'build' === $in['do'] ) { echo json_encode( array_map( function ( $t ) { return base64_encode( serialize( build( $t ) ) ); }, $in['trees'] ) ); exit; }
$wrong = array();
foreach ( $in['pairs'] as $i => $pair ) {
	$was = unserialize( base64_decode( $pair[0] ) );
	$now = @unserialize( base64_decode( $pair[1] ) );
	if ( serialize( changed( $was ) ) !== serialize( seen( $now ) ) ) { $wrong[] = array( base64_decode( $pair[0] ), base64_decode( $pair[1] ), serialize( changed( $was ) ), serialize( seen( $now ) ) ); }
}
echo json_encode( $wrong, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE );
`;

const ask = <T>(input: unknown): T => JSON.parse(execFileSync('php', ['-d', 'memory_limit=512M', '-r', php], { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 1 << 28 })) as T;

test('whatever PHP serializes is what PHP reads, with every address changed and nothing else: nested, in JSON, in objects', () => {
	const trees = fc.sample(tree, { numRuns: 8000, seed: 20261128 });
	const made = ask<string[]>({ do: 'build', trees }).map((text) => Buffer.from(text, 'base64').toString('latin1'));
	let changed = 0;
	const pairs = made.map((text) => {
		const { text: then, count } = rewriteValue(text, rewriter);
		changed += count;
		return [text, then].map((one) => Buffer.from(one, 'latin1').toString('base64'));
	});
	expect(changed).toBeGreaterThan(1000);
	expect(ask<unknown[]>({ do: 'check', pairs })).toEqual([]);
}, 60_000);

test('a value without the old address comes back as it is', () => {
	fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
		const bytes = Buffer.from(text.replaceAll('example.com', ''), 'utf8').toString('latin1');
		expect(rewriteValue(bytes, rewriter)).toEqual({ text: bytes, count: 0 });
	}));
});
