import { describe, expect, it } from 'vitest'

import { mayUse } from './permissions.ts'

const denied = [
  ['media', 'geolocation', 'midi', 'midiSysex', 'openExternal', 'display-capture', 'mediaKeySystem'],
  [
    'window-management',
    'idle-detection',
    'storage-access',
    'top-level-storage-access',
    'speaker-selection',
    'fileSystem',
  ],
  ['hid', 'serial', 'usb', 'deprecated-sync-clipboard-read', 'unknown'],
].flat()

describe('a permission', () => {
  it.each([
    'clipboard-read',
    'clipboard-sanitized-write',
    'fullscreen',
    'keyboardLock',
    'notifications',
    'pointerLock',
  ])('%s is given to our own page and to no other', (permission) => {
    for (const origin of ['app://strata', 'app://strata/', 'app://strata/machines/a/b'])
      expect(mayUse(permission, origin)).toBe(true)
    for (const origin of ['https://strata', 'app://other', 'app://strata.evil', 'file:///', 'null', '']) {
      expect(mayUse(permission, origin)).toBe(false)
    }
  })

  it.each(denied)('%s is given to nobody', (permission) => {
    expect(mayUse(permission, 'app://strata')).toBe(false)
  })
})
