/**
 * A value for a file whose values end with the line: whatever a reader takes for a line break becomes a blank, and a
 * backslash at the end, which would join the next line to this one, goes. The contract lets neither in; a file that runs
 * as root does not rely on that.
 */
export const oneLine = (value: string) => value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\\+\s*$/, '')
