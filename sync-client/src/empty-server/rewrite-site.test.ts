import { expect, test } from '@jest/globals';
import { addressChanges, withNames } from './rewrite-site.ts';
import { rootsIn } from './roots.ts';

test('names of tables are changed, quoted or bare; texts, columns and longer names stay', () => {
	const names = new Map([['wp_posts', 'new_posts']]);
	expect(withNames("CREATE TRIGGER t BEFORE INSERT ON wp_posts FOR EACH ROW SET NEW.a = 'it\\'s wp_posts', NEW.b = (SELECT `wp_posts`.`ID` FROM db.wp_posts, wp_posts2, `my_wp_posts`)", names))
		.toBe("CREATE TRIGGER t BEFORE INSERT ON `new_posts` FOR EACH ROW SET NEW.a = 'it\\'s wp_posts', NEW.b = (SELECT `new_posts`.`ID` FROM db.`new_posts`, wp_posts2, `my_wp_posts`)");
});

test('WordPress below its site’s address goes with it; at another address it gets its own line', () => {
	expect(addressChanges({ home: 'https://a.example/', siteurl: 'https://a.example/wp' }, 'https://b.example')).toEqual([{ from: 'https://a.example', to: 'https://b.example' }]);
	expect(addressChanges({ home: 'https://a.example', siteurl: 'https://core.example/wp' }, 'https://b.example')).toEqual([
		{ from: 'https://a.example', to: 'https://b.example' }, { from: 'https://core.example/wp', to: 'https://b.example/wp' },
	]);
	expect(addressChanges({ home: 'https://a.example', siteurl: 'https://a.example' }, 'https://a.example')).toEqual([]);
	expect(addressChanges({ home: 'https://a.example', siteurl: '' }, null)).toEqual([]);
});

test('roots inside WordPress keep their place; those outside come to the usual one and are named', () => {
	const then = { root: '/srv/a', content: '/srv/a/app', plugins: '/srv/a/app/plugins', 'mu-plugins': '/srv/mu', themes: '/srv/a/app/themes', uploads: '/srv/a/files', languages: '/srv/a/app/languages' };
	expect(rootsIn('/new', then)).toEqual({
		roots: { root: '/new', content: '/new/app', plugins: '/new/app/plugins', 'mu-plugins': '/new/app/mu-plugins', themes: '/new/app/themes', uploads: '/new/files', languages: '/new/app/languages' },
		moved: [{ root: 'mu-plugins', from: '/srv/mu', to: '/new/app/mu-plugins' }],
	});
});
