import { appendFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestSite } from '../harness/index.ts';

/** What a bad night does to a site: rows, a table, uploads and a theme, none of it through WordPress. */
export async function wreck(site: TestSite): Promise<void> {
	await site.sql(`
		UPDATE wp_options SET option_value = 'Wrecked' WHERE option_name IN ('blogname', 'blogdescription');
		DELETE FROM wp_options WHERE option_name = 'date_format';
		INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('wrecked_by', 'a bad night', 'on');
		UPDATE wp_posts SET post_content = CONCAT('<script src="//wreck.example"></script>', post_content) WHERE post_type = 'page';
		DELETE FROM wp_posts WHERE post_type = 'post' ORDER BY ID LIMIT 5;
		DELETE FROM wp_comments LIMIT 3;
		UPDATE wp_users SET user_pass = 'wrecked', user_email = 'wrecked@example.org' WHERE ID <> 1 LIMIT 1;
		DROP TABLE wp_harbour_stock;
		DELETE FROM wp_harbour_visits LIMIT 3;
	`);
	const content = join(site.root, 'wp-content');
	for (const year of await readdir(join(content, 'uploads'))) {
		await rm(join(content, 'uploads', year), { recursive: true });
	}
	await writeFile(join(content, 'uploads/shell.php'), '<?php // wrecked');
	const themes = await readdir(join(content, 'themes'), { withFileTypes: true });
	const theme = join(content, 'themes', themes.find((entry) => entry.isDirectory())!.name);
	await appendFile(join(theme, 'style.css'), '\nbody { display: none }\n');
	await rm(join(theme, 'theme.json'), { force: true });
}
