import type { NetworkSource } from '@strata/contract/create.ts'

/** The same for sources that say the same, whatever the order of their members. */
export const networkKey = (source: NetworkSource): string => JSON.stringify(Object.entries(source).sort())
