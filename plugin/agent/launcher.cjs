'use strict';
/*
 * Starts the agent so that nothing of PHP's request lives on in it.
 *
 *     sh ──> node launcher.cjs NODE PROGRAM ARG… ──> (own session, no descriptors) NODE PROGRAM ARG…
 *
 * Node marks every descriptor that it inherited close-on-exec when it starts; that it got them all is checked here,
 * because it stops at the first gap above 16. What it left is closed.
 */
const { spawn } = require( 'node:child_process' );
const fs = require( 'node:fs' );

const [ node, program, ...args ] = process.argv.slice( 2 );

/** Descriptors above standard error that a child would inherit: no close-on-exec mark (octal 02000000 of `flags:`). */
function inheritable() {
	try {
		return fs
			.readdirSync( '/proc/self/fd' )
			.map( Number )
			.filter( ( fd ) => fd > 2 )
			.filter( ( fd ) => {
				try {
					const info = fs.readFileSync( `/proc/self/fdinfo/${ fd }`, 'utf8' );
					return ( parseInt( /flags:\s*([0-7]+)/.exec( info )[ 1 ], 8 ) & 0o2000000 ) === 0;
				} catch {
					return false; // The one that listed the folder.
				}
			} );
	} catch {
		return []; // No /proc: Node's own marks have to do.
	}
}

for ( const fd of inheritable() ) {
	try {
		fs.closeSync( fd );
	} catch {
		// Gone already.
	}
}
spawn( node, [ program, ...args ], { detached: true, stdio: 'ignore', cwd: '/' } ).unref();
