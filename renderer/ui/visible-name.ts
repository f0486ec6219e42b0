/**
 * Characters that are not seen and change how others are: controls, and those that turn the direction of a text round,
 * by which `exe.osi` can be made to look like `iso.exe`. Half characters stand for bytes that are no text.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu

/** A name as it really is: what would hide or turn something is written out. */
export const visibleName = (name: string): string =>
  name.replaceAll(HIDDEN, (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)
