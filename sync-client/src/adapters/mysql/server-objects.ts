/** What of the server a restore asks about beside tables: accounts, routines, events. */
import type { Accounts } from '../../ports/database.ts';
import type { Wire } from './wire.ts';

/** Accounts as `user@host`. */
export async function readAccounts(wire: Wire): Promise<Accounts> {
	const [row] = await wire.text('SELECT CURRENT_USER()');
	const all = await wire.text("SELECT CONCAT(User, '@', Host) FROM mysql.user", 'Looking at the accounts').catch(() => null);
	return { own: row?.[0] ?? '', all: all === null ? null : new Set(all.map(([account]) => account!)) };
}

/** Routines and events of this database, by name: they are not backed up. */
export async function listRoutinesAndEvents(wire: Wire): Promise<string[]> {
	const rows = await wire.text(`
		SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME) AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()
		UNION ALL SELECT CONCAT('event ', EVENT_NAME) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY name`, 'Listing routines and events');
	return rows.map(([name]) => name!);
}
