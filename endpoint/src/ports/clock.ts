/** Wall clock in milliseconds since 1970. It may jump in both directions; code that needs order must not rely on it. */
export type Clock = () => number;
