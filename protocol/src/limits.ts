/** The limits of FORMAT.md section 15, in the units that their names say. */

const KiB = 1024;
const MiB = 1024 * KiB;

export const keyBytesMax = 65_535;
export const valueBytesMax = 64 * MiB;
export const blockBytesTarget = 256 * KiB;
export const entriesPlaintextBytesMax = 80 * MiB;
export const contentPlaintextBytesMax = 4 * MiB;
export const manifestPlaintextBytesMax = 64 * MiB;
export const layerPlaintextBytesMax = 64 * MiB;
export const packBytesMax = 128 * MiB;
/** The agent closes a pack at this size. */
export const packBytesTarget = 16 * MiB;
export const headerBytesMax = 4 * MiB;
export const commitBytesMax = 128 * MiB;
export const referencesMax = 65_536;
export const pendingMax = 65_536;
export const inlineColumnBytesMax = 4 * MiB;
export const rowBytesMax = 16 * MiB;
export const smallFileBytesMax = 1 * MiB;
export const pathBytesMax = 4096;
/** MariaDB's own limit. */
export const columnsMax = 4096;
