import { createRoot } from '@wordpress/element';
import { App } from './app.tsx';
import './style.css';

/** The plugin's page prints this element; everything in it is drawn here. */
const mount = document.getElementById('holdfast-root');
if (mount) {
	createRoot(mount).render(<App />);
}
