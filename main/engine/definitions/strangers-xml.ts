/**
 * Bounds for XML that somebody else wrote: whatever is done with it afterwards takes its time for each element and each
 * attribute. The definition of a large machine has some hundred elements.
 */
export const strangersXml = { maxLength: 1024 ** 2, maxElements: 20_000, maxAttributes: 256 } as const
