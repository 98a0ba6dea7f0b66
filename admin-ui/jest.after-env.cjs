require('@testing-library/jest-dom');
const { configure } = require('@testing-library/react');

// What is spoken is on screen as well; tests look for the latter. Two cores, shared: waiting is cheap, a flake is not.
configure({ defaultIgnore: 'script, style, .a11y-speak-region', defaultHidden: true, asyncUtilTimeout: 8_000 });
